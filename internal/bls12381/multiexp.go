package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// coefficientWindow is the width of the signed digits of a [Coefficient].
const coefficientWindow = 5

// Scale sets g = c·p for 0 ≤ c < 2^128.
func (g *G1) Scale(p *G1, c *Coefficient) {
	j := combine([]G1{*p}, []Coefficient{*c})
	g.p.FromJacobian(&j)
}

// ScaleAll sets dst[i] = cs[i]·ps[i]; the slices have one length, and dst may be
// ps. Going back to affine form costs one inversion for all.
func ScaleAll(dst, ps []G1, cs []Coefficient) {
	js := make([]curve.G1Jac, len(ps))
	for i := range ps {
		js[i] = combine(ps[i:i+1], cs[i:i+1])
	}
	for i, p := range curve.BatchJacobianToAffineG1(js) {
		dst[i].p = p
	}
}

// Combine returns Σ cs[i]·ps[i]; the slices have one length. All points share
// one chain of doublings.
func Combine(ps []G1, cs []Coefficient) G1 {
	j := combine(ps, cs)
	var g G1
	g.p.FromJacobian(&j)
	return g
}

// combine adds, from the highest digit down, the odd multiples that the signed
// digits of each coefficient select.
func combine(ps []G1, cs []Coefficient) curve.G1Jac {
	const (
		odd    = 1 << (coefficientWindow - 2) // 1P, 3P … 15P
		digits = 128 + 1                      // a signed form can be one longer
	)
	multiples := make([][odd]curve.G1Jac, len(ps))
	naf := make([][digits]int8, len(cs))
	for i := range ps {
		m := &multiples[i]
		m[0].FromAffine(&ps[i].p)
		var twice curve.G1Jac
		twice.Double(&m[0])
		for k := 1; k < odd; k++ {
			m[k].Set(&m[k-1])
			m[k].AddAssign(&twice)
		}
		recode(&naf[i], cs[i])
	}
	var acc curve.G1Jac // the zero value has Z = 0: infinity
	acc.X.SetOne()
	acc.Y.SetOne()
	started := false
	for k := digits - 1; k >= 0; k-- {
		if started {
			acc.DoubleAssign()
		}
		for i := range naf {
			switch d := naf[i][k]; {
			case d > 0:
				acc.AddAssign(&multiples[i][d/2])
				started = true
			case d < 0:
				acc.SubAssign(&multiples[i][-d/2])
				started = true
			}
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

// Table holds the multiples 2^(w·k)·P of fixed points P, so that a sum of scalar
// multiples needs no doubling at all. It is read only and may be shared.
type Table struct {
	window  int // w, 2 ≤ w ≤ 12
	columns int // number of points
	// rows[k·columns + i] = 2^(w·k)·P_i for 0 ≤ k·w ≤ 255
	rows []curve.G1Affine
}

// NewTable computes the table of points for signed digits of w bits,
// 2 ≤ w ≤ 12. It holds 96·⌈256/w⌉ bytes per point.
func NewTable(points []G1, w int) *Table {
	t := &Table{window: w, columns: len(points)}
	rows := (ScalarBits + w) / w // the highest signed digit may carry once more
	t.rows = make([]curve.G1Affine, rows*len(points))
	js := make([]curve.G1Jac, len(points))
	for i := range points {
		js[i].FromAffine(&points[i].p)
		t.rows[i] = points[i].p
	}
	for k := 1; k < rows; k++ {
		for i := range js {
			for range w {
				js[i].DoubleAssign()
			}
		}
		copy(t.rows[k*len(points):], curve.BatchJacobianToAffineG1(js))
	}
	return t
}

// Columns returns the number of points.
func (t *Table) Columns() int { return t.columns }

// Sum returns Σ scalars[i]·P_i; len(scalars) ≤ Columns.
//
// Every non-zero digit d of every scalar puts one table entry into bucket |d|.
// Buckets are summed by halving: all additions of a round are independent, so
// they share one field inversion, which makes an addition cost about six
// multiplications. Then Σ d·bucket_d by running sums.
func (t *Table) Sum(scalars []Scalar) G1 {
	half := 1 << (t.window - 1)
	// digit(s, k) for all k, counted first so that entries of one bucket stand
	// together.
	starts := make([]int, half+2)
	t.eachDigit(scalars, func(_, d int) {
		starts[max(d, -d)+1]++
	})
	for b := 1; b < len(starts); b++ {
		starts[b] += starts[b-1]
	}
	entries := make([]curve.G1Affine, starts[half+1])
	next := make([]int, half+1)
	copy(next, starts)
	t.eachDigit(scalars, func(row, d int) {
		b := max(d, -d)
		e := &entries[next[b]]
		next[b]++
		*e = t.rows[row]
		if d < 0 {
			e.Y.Neg(&e.Y)
		}
	})
	sumSegments(entries, starts, next)

	var run, total curve.G1Jac
	run.FromAffine(&curve.G1Affine{})
	total.FromAffine(&curve.G1Affine{})
	for b := half; b >= 1; b-- {
		if next[b] > starts[b] {
			run.AddMixed(&entries[starts[b]])
		}
		total.AddAssign(&run)
	}
	var g G1
	g.p.FromJacobian(&total)
	return g
}

// eachDigit calls f(row, d) for every non-zero signed digit d,
// −2^(w−1) < d ≤ 2^(w−1), of every scalar; row is the entry it selects.
func (t *Table) eachDigit(scalars []Scalar, f func(row, d int)) {
	for i := range scalars {
		s := &scalars[i]
		length, carry := s.BitLen(), 0
		for k, at := 0, 0; at < length || carry != 0; k, at = k+1, at+t.window {
			d := int(s.window(at, t.window)) + carry
			carry = 0
			if d > 1<<(t.window-1) {
				d -= 1 << t.window
				carry = 1
			}
			if d != 0 {
				f(k*t.columns+i, d)
			}
		}
	}
}

// sumSegments replaces each segment entries[starts[b]:ends[b]] by its sum, in
// its first place, and shortens ends[b] to match. An entry (0, 0) is infinity.
func sumSegments(entries []curve.G1Affine, starts, ends []int) {
	type addition struct{ a, b, to int }
	var work []addition
	var den, prefix []fp.Element
	for {
		work, den = work[:0], den[:0]
		for b := range ends {
			s, e, to := starts[b], ends[b], starts[b]
			if e-s < 2 {
				continue
			}
			for ; s+1 < e; s, to = s+2, to+1 {
				work = append(work, addition{s, s + 1, to})
				den = append(den, denominator(&entries[s], &entries[s+1]))
			}
			if s < e { // the odd one out moves up, as a sum with infinity
				work = append(work, addition{s, -1, to})
				den = append(den, fp.One())
				to++
			}
			ends[b] = to
		}
		if len(work) == 0 {
			return
		}
		// In order: a sum is written no later in its segment than its own first
		// operand, and before every operand of the following sums.
		prefix = invertAll(den, prefix)
		for i, w := range work {
			if w.b < 0 {
				entries[w.to] = entries[w.a]
			} else {
				entries[w.to] = addAffine(&entries[w.a], &entries[w.b], &den[i])
			}
		}
	}
}

// denominator returns the denominator of the slope of the line through a and b,
// or 1 when their sum needs no slope.
func denominator(a, b *curve.G1Affine) fp.Element {
	var d fp.Element
	switch d.Sub(&b.X, &a.X); {
	case a.IsInfinity() || b.IsInfinity():
		d.SetOne()
	case !d.IsZero():
	case a.Y.Equal(&b.Y) && !a.Y.IsZero():
		d.Double(&a.Y)
	default:
		d.SetOne()
	}
	return d
}

// addAffine returns a + b, given the inverse of their denominator.
func addAffine(a, b *curve.G1Affine, inv *fp.Element) (sum curve.G1Affine) {
	switch {
	case a.IsInfinity():
		return *b
	case b.IsInfinity():
		return *a
	}
	var slope fp.Element
	if !a.X.Equal(&b.X) {
		slope.Sub(&b.Y, &a.Y)
	} else if a.Y.Equal(&b.Y) && !a.Y.IsZero() {
		var t fp.Element
		t.Square(&a.X)
		slope.Double(&t).Add(&slope, &t)
	} else {
		return sum // a = −b
	}
	slope.Mul(&slope, inv)
	sum.X.Square(&slope).Sub(&sum.X, &a.X).Sub(&sum.X, &b.X)
	sum.Y.Sub(&a.X, &sum.X).Mul(&sum.Y, &slope).Sub(&sum.Y, &a.Y)
	return sum
}

// invertAll inverts every element of xs, all of them non-zero, at the cost of
// one inversion and three multiplications each. It returns its scratch space,
// for the next call.
func invertAll(xs, scratch []fp.Element) []fp.Element {
	scratch = append(scratch[:0], xs...)
	acc := fp.One()
	for i := range xs {
		scratch[i] = acc
		acc.Mul(&acc, &xs[i])
	}
	acc.Inverse(&acc)
	for i := len(xs) - 1; i >= 0; i-- {
		x := xs[i]
		xs[i].Mul(&scratch[i], &acc)
		acc.Mul(&acc, &x)
	}
	return scratch
}

// Add sets g = p + q.
func (g *G1) Add(p, q *G1) {
	d := denominator(&p.p, &q.p)
	d.Inverse(&d)
	g.p = addAffine(&p.p, &q.p, &d)
}
