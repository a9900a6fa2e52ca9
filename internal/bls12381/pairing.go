package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// GT is an element of the target group. The zero value is not valid.
type GT struct{ e curve.GT }

// Equal reports whether x and y are the same element.
func (x *GT) Equal(y *GT) bool { return x.e.Equal(&y.e) }

// Exp sets x = y^k. It costs one squaring per bit of k and about one
// multiplication per four.
func (x *GT) Exp(y *GT, k *Scalar) {
	const w = 4
	var table [1 << w]curve.GT
	table[0].SetOne()
	for i := 1; i < len(table); i++ {
		table[i].Mul(&table[i-1], &y.e)
	}
	var acc curve.GT
	acc.SetOne()
	for at := (k.BitLen() + w - 1) / w * w; at > 0; at -= w {
		for range w {
			acc.CyclotomicSquare(&acc)
		}
		if d := k.window(at-w, w); d != 0 {
			acc.Mul(&acc, &table[d])
		}
	}
	x.e = acc
}

// loopLength is the number of digits of the curve parameter after the first.
const loopLength = len(curve.LoopCounter) - 1

// Lines are the line functions of a Miller loop over a fixed point of G2,
// computed once. They are read only, so they may be shared.
type Lines struct {
	l        [2][loopLength]curve.LineEvaluationAff
	infinity bool
}

// PrepareLines computes the lines of q.
func PrepareLines(q *G2) *Lines {
	if q.IsInfinity() {
		return &Lines{infinity: true}
	}
	return &Lines{l: curve.PrecomputeLines(q.p)}
}

// Pair is one factor e(P, Q) of a product of pairings.
type Pair struct {
	P G1
	Q G2
}

// PreparedPair is one factor e(P, Q) whose Q is known by its lines.
type PreparedPair struct {
	P G1
	Q *Lines
}

// MillerValue is the value of a product of Miller loops, before the final
// exponentiation.
type MillerValue struct{ e curve.GT }

// Mul sets m = x·y.
func (m *MillerValue) Mul(x, y *MillerValue) { m.e.Mul(&x.e, &y.e) }

// FinalExp returns the product of pairings m stands for. Its value is the cube
// of the optimal ate pairing, as the library's: equal for equal products.
func (m *MillerValue) FinalExp() GT { return GT{curve.FinalExponentiation(&m.e)} }

// line is l0 + l1·v + l4·v·w evaluated at a point: three of the six
// coefficients of an element of the target field.
type line struct{ l0, l1, l4 curve.E2 }

// minMillerLanes is the number of pairs from which the loop in lanes, idle ones
// included, beats the scalar one.
const minMillerLanes = 3

// MillerLoop returns the product of the Miller loops of all pairs. All of them
// share one chain of squarings, those in lanes a chain of their own. A pair with a
// point at infinity contributes 1.
func MillerLoop(pairs []Pair, prepared []PreparedPair) MillerValue {
	finite := make([]*Pair, 0, len(pairs))
	for i := range pairs {
		if !pairs[i].P.IsInfinity() && !pairs[i].Q.IsInfinity() {
			finite = append(finite, &pairs[i])
		}
	}
	if !useLanes || len(finite) < minMillerLanes {
		f := millerScalar(finite, prepared)
		f.Conjugate(&f) // the curve parameter is negative
		return MillerValue{f}
	}
	f := millerScalar(nil, prepared)
	lanes := millerLanes(finite)
	f.Mul(&f, &lanes)
	f.Conjugate(&f)
	return MillerValue{f}
}

// millerScalar is the loop for the absolute value of the curve parameter.
func millerScalar(pairs []*Pair, prepared []PreparedPair) curve.GT {
	type moving struct {
		t    projective
		pair *Pair
	}
	run := make([]moving, len(pairs))
	for i := range pairs {
		run[i].pair = pairs[i]
		run[i].t.set(&pairs[i].Q.p)
	}
	fixed := make([]fixedLines, 0, len(prepared))
	for i := range prepared {
		if prepared[i].P.IsInfinity() || prepared[i].Q.infinity {
			continue
		}
		fixed = append(fixed, newFixedLines(&prepared[i]))
	}

	var f curve.GT
	f.SetOne()
	if len(run)+len(fixed) == 0 {
		return f
	}
	var l, held line
	for i := loopLength - 1; i >= 0; i-- {
		if i != loopLength-1 {
			f.Square(&f)
		}
		add := curve.LoopCounter[i] != 0
		// Lines go into f two by two: their product is sparse, too.
		holding := false
		take := func() {
			if !holding {
				held, holding = l, true
				return
			}
			mulByTwoLines(&f, &held, &l)
			holding = false
		}
		for k := range run {
			p, q := &run[k].pair.P.p, &run[k].pair.Q.p
			run[k].t.double(&l)
			l.at(p)
			take()
			if add {
				run[k].t.add(&l, q)
				l.at(p)
				take()
			}
		}
		if holding {
			f.MulBy014(&held.l0, &held.l1, &held.l4)
		}
		for k := range fixed {
			fixed[k].mulInto(&f, 0, i)
			if add {
				fixed[k].mulInto(&f, 1, i)
			}
		}
	}
	return f
}

// fixedLines evaluates prepared lines at a point P = (x, y). The lines have
// slope λ and are scaled so that the coefficient of v·w is 1: for a line through
// (x₀, y₀) of the twist that is (λx₀ − y₀)/y − λ·x/y·v + v·w.
type fixedLines struct {
	lines     *Lines
	yInv      fp.Element
	xNegOverY fp.Element
}

func newFixedLines(p *PreparedPair) fixedLines {
	f := fixedLines{lines: p.Q}
	f.yInv.Inverse(&p.P.p.Y) // y ≠ 0: no point of odd order has y = 0
	f.xNegOverY.Mul(&p.P.p.X, &f.yInv)
	f.xNegOverY.Neg(&f.xNegOverY)
	return f
}

func (f *fixedLines) mulInto(z *curve.GT, which, i int) {
	var c0, c1 curve.E2
	l := &f.lines.l[which][i]
	c0.MulByElement(&l.R1, &f.yInv)
	c1.MulByElement(&l.R0, &f.xNegOverY)
	z.MulBy01(&c0, &c1)
}

// at evaluates the line at p.
func (l *line) at(p *curve.G1Affine) {
	l.l1.MulByElement(&l.l1, &p.X)
	l.l4.MulByElement(&l.l4, &p.Y)
}

// mulByTwoLines sets f = f·a·b. With v³ = ξ = 1 + u and w² = v the product of two
// lines is (a0b0 + ξa4b4) + (a0b1 + a1b0)v + a1b1·v² + (a0b4 + a4b0)vw +
// (a1b4 + a4b1)v²w; the mixed terms cost one multiplication each.
func mulByTwoLines(f *curve.GT, a, b *line) {
	var p0, p1, p4, s, t curve.E2
	var x [5]curve.E2
	p0.Mul(&a.l0, &b.l0)
	p1.Mul(&a.l1, &b.l1)
	p4.Mul(&a.l4, &b.l4)
	x[0].MulByNonResidue(&p4).Add(&x[0], &p0)
	s.Add(&a.l0, &a.l1)
	t.Add(&b.l0, &b.l1)
	x[1].Mul(&s, &t).Sub(&x[1], &p0).Sub(&x[1], &p1)
	x[2] = p1
	s.Add(&a.l0, &a.l4)
	t.Add(&b.l0, &b.l4)
	x[3].Mul(&s, &t).Sub(&x[3], &p0).Sub(&x[3], &p4)
	s.Add(&a.l1, &a.l4)
	t.Add(&b.l1, &b.l4)
	x[4].Mul(&s, &t).Sub(&x[4], &p1).Sub(&x[4], &p4)
	f.MulBy01245(&x)
}

// projective is a point (X/Z, Y/Z) of the twist y² = x³ + 4(1 + u).
type projective struct{ x, y, z curve.E2 }

func (t *projective) set(q *curve.G2Affine) {
	t.x, t.y = q.X, q.Y
	t.z.SetOne()
}

// double sets t = 2t and l to the tangent at the old t, up to a factor that the
// final exponentiation removes. Formulas: eprint 2013/722, section 4.3, with
// b' = 4(1 + u), S = X²; tangent: (3b'Z² − Y²) + 3S·x_P − 2YZ·y_P.
func (t *projective) double(l *line) {
	var a, b, c, e, f, g, h, s, u curve.E2
	a.Mul(&t.x, &t.y)
	a.Halve()
	b.Square(&t.y)
	c.Square(&t.z)
	u.Double(&c).Add(&u, &c)
	e.MulBybTwistCurveCoeff(&u)
	f.Double(&e).Add(&f, &e)
	g.Add(&b, &f)
	g.Halve()
	h.Add(&t.y, &t.z)
	h.Square(&h)
	u.Add(&b, &c)
	h.Sub(&h, &u) // 2YZ
	s.Square(&t.x)

	l.l0.Sub(&e, &b)
	l.l1.Double(&s).Add(&l.l1, &s)
	l.l4.Neg(&h)

	t.x.Sub(&b, &f).Mul(&t.x, &a)
	u.Square(&e)
	e.Double(&u).Add(&e, &u)
	t.y.Square(&g).Sub(&t.y, &e)
	t.z.Mul(&b, &h)
}

// add sets t = t + q and l to the chord through both, up to a factor that the
// final exponentiation removes. Same source as double; t ≠ ±q holds in the loop
// because q has prime order r.
func (t *projective) add(l *line, q *curve.G2Affine) {
	var theta, lambda, c, d, e, f, g, h, u curve.E2
	theta.Mul(&q.Y, &t.z)
	theta.Sub(&t.y, &theta)
	lambda.Mul(&q.X, &t.z)
	lambda.Sub(&t.x, &lambda)
	c.Square(&theta)
	d.Square(&lambda)
	e.Mul(&lambda, &d)
	f.Mul(&t.z, &c)
	g.Mul(&t.x, &d)
	u.Double(&g)
	h.Add(&e, &f).Sub(&h, &u)
	u.Mul(&t.y, &e)

	t.x.Mul(&lambda, &h)
	t.y.Sub(&g, &h).Mul(&t.y, &theta).Sub(&t.y, &u)
	t.z.Mul(&t.z, &e)

	u.Mul(&lambda, &q.Y)
	l.l0.Mul(&q.X, &theta).Sub(&l.l0, &u)
	l.l1.Neg(&theta)
	l.l4 = lambda
}
