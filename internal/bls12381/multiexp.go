package bls12381

import (
	"math/bits"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// coefficientWindow is the width of the signed digits of a [Coefficient].
const coefficientWindow = 5

// ScaleAll sets dst[i] = cs[i]·ps[i]; the slices have one length, and dst may be
// ps. Going back to affine form costs one inversion for all.
func ScaleAll(dst, ps []G1, cs []Coefficient) {
	for i, p := range curve.BatchJacobianToAffineG1(scaleEach(ps, cs)) {
		dst[i].p = p
	}
}

// Sum returns the sum of points.
func Sum(ps []G1) G1 {
	var sum curve.G1Jac
	sum.FromAffine(&curve.G1Affine{})
	for i := range ps {
		sum.AddMixed(&ps[i].p)
	}
	var g G1
	g.p.FromJacobian(&sum)
	return g
}

// Product is a multiple K·P.
type Product struct {
	P G1
	K Scalar
}

// SumProducts returns, for each list, the sum of its products. All of them are
// computed together.
//
// The endomorphism φ(x, y) = (βx, y) multiplies by seed² − 1, so a product takes two
// multiples by at most 128 bits, K·P = lo·P + hi·φ(P).
func SumProducts(lists ...[]Product) []G1 {
	n := 0
	for _, l := range lists {
		n += 2 * len(l)
	}
	points, cs := make([]G1, 0, n), make([]Coefficient, 0, n)
	ends := make([]int, len(lists))
	for i, l := range lists {
		for j := range l {
			lo, hi := splitScalar(&l[j].K)
			if lo != (Coefficient{}) {
				points, cs = append(points, l[j].P), append(cs, lo)
			}
			if hi != (Coefficient{}) {
				image := l[j].P
				image.p.X.Mul(&image.p.X, &beta)
				points, cs = append(points, image), append(cs, hi)
			}
		}
		ends[i] = len(points)
	}
	multiples := scaleEach(points, cs)
	sums := make([]curve.G1Jac, len(lists))
	from := 0
	for i, to := range ends {
		sums[i].FromAffine(&curve.G1Affine{})
		for j := from; j < to; j++ {
			sums[i].AddAssign(&multiples[j])
		}
		from = to
	}
	out := make([]G1, len(lists))
	for i, p := range curve.BatchJacobianToAffineG1(sums) {
		out[i].p = p
	}
	return out
}

// splitScalar writes k as lo + hi·(seed² − 1).
func splitScalar(k *Scalar) (lo, hi Coefficient) {
	q, r0 := divideBySeed(k)
	q, r1 := divideBySeed(&q)
	hi = Coefficient{q[0], q[1]} // k < seed⁴, so hi < seed²
	// k = hi·seed² + b = hi·(seed² − 1) + hi + b with b = r0 + r1·seed < seed²
	h, l := bits.Mul64(r1, seed)
	var c, over uint64
	l, c = bits.Add64(l, r0, 0)
	h += c
	lo[0], c = bits.Add64(l, hi[0], 0)
	lo[1], over = bits.Add64(h, hi[1], c)
	t0, b := bits.Sub64(lo[0], seedSquare[0]-1, 0)
	t1, b := bits.Sub64(lo[1], seedSquare[1], b)
	if over == 1 || b == 0 {
		lo = Coefficient{t0, t1}
		hi[0], c = bits.Add64(hi[0], 1, 0)
		hi[1] += c
	}
	return lo, hi
}

// TailSums returns, for every i, the sum of ps[i], ps[i+step], ps[i+2·step] and so
// on to the end; step ≥ 1.
func TailSums(ps []G1, step int) []G1 {
	js := make([]curve.G1Jac, len(ps))
	for i := len(ps) - 1; i >= 0; i-- {
		js[i].FromAffine(&ps[i].p)
		if i+step < len(ps) {
			js[i].AddAssign(&js[i+step])
		}
	}
	out := make([]G1, len(ps))
	for i, p := range curve.BatchJacobianToAffineG1(js) {
		out[i].p = p
	}
	return out
}

// scaleEach returns cs[i]·ps[i] for all i.
func scaleEach(ps []G1, cs []Coefficient) []curve.G1Jac {
	out := make([]curve.G1Jac, len(ps))
	for from := 0; from < len(ps); {
		to := min(from+fp8.Lanes, len(ps))
		if useLanes && to-from >= minLanes && !anyInfinity(ps[from:to]) {
			scaleLanes(out[from:to], ps[from:to], cs[from:to])
		} else {
			for i := from; i < to; i++ {
				out[i] = scaleScalar(&ps[i], cs[i])
			}
		}
		from = to
	}
	return out
}

func anyInfinity(ps []G1) bool {
	for i := range ps {
		if ps[i].IsInfinity() {
			return true
		}
	}
	return false
}

// scaleScalar returns c·p: from the highest digit down, the odd multiple that each
// signed digit selects is added.
func scaleScalar(p *G1, c Coefficient) curve.G1Jac {
	const (
		odd    = 1 << (coefficientWindow - 2) // 1P, 3P … 15P
		digits = 128 + 1                      // a signed form can be one longer
	)
	var multiples [odd]curve.G1Jac
	multiples[0].FromAffine(&p.p)
	var twice curve.G1Jac
	twice.Double(&multiples[0])
	for k := 1; k < odd; k++ {
		multiples[k].Set(&multiples[k-1])
		multiples[k].AddAssign(&twice)
	}
	var naf [digits]int8
	recode(&naf, c)
	var acc curve.G1Jac
	acc.FromAffine(&curve.G1Affine{})
	for k := digits - 1; k >= 0; k-- {
		acc.DoubleAssign()
		switch d := naf[k]; {
		case d > 0:
			acc.AddAssign(&multiples[d/2])
		case d < 0:
			acc.SubAssign(&multiples[-d/2])
		}
	}
	return acc
}

// recode writes c as Σ naf[k]·2^k with odd digits |naf[k]| < 16, at least four
// zeros between two of them.
func recode(naf *[129]int8, c Coefficient) {
	lo, hi, carry := c[0], c[1], uint64(0) // c = lo + 2^64·hi + 2^128·carry
	for k := 0; lo|hi|carry != 0; k++ {
		if lo&1 == 1 {
			d := int64(lo & (1<<coefficientWindow - 1))
			lo -= uint64(d)
			if d >= 1<<(coefficientWindow-1) {
				d -= 1 << coefficientWindow
				var over uint64
				if lo += 1 << coefficientWindow; lo < 1<<coefficientWindow {
					if hi++; hi == 0 {
						over = 1
					}
				}
				carry += over
			}
			naf[k] = int8(d)
		}
		lo = lo>>1 | hi<<63
		hi = hi>>1 | carry<<63
		carry >>= 1
	}
}

// Add sets g = p + q.
func (g *G1) Add(p, q *G1) {
	d := denominator(&p.p, &q.p)
	d.Inverse(&d)
	g.p = addAffine(&p.p, &q.p, &d)
}
