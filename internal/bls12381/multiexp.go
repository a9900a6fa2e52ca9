package bls12381

import (
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

// SumProducts returns Σ ks[i]·ps[i] for a few points; the slices have one length.
func SumProducts(ps []G1, ks []Scalar) G1 {
	length := 0
	for i := range ks {
		length = max(length, ks[i].BitLen())
	}
	var sum curve.G1Jac
	sum.FromAffine(&curve.G1Affine{})
	for at := length - 1; at >= 0; at-- {
		sum.DoubleAssign()
		for i := range ks {
			if ks[i].window(at, 1) == 1 {
				sum.AddMixed(&ps[i].p)
			}
		}
	}
	var g G1
	g.p.FromJacobian(&sum)
	return g
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
