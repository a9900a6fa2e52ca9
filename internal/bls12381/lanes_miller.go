package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// ext6 is c0 + c1·v + c2·v² with v³ = ξ = 1 + u; ext12 is c0 + c1·w with w² = v.
type ext6 struct{ c0, c1, c2 ext }
type ext12 struct{ c0, c1 ext6 }

func (z *ext6) add(x, y *ext6) {
	z.c0.add(&x.c0, &y.c0)
	z.c1.add(&x.c1, &y.c1)
	z.c2.add(&x.c2, &y.c2)
}

// sub sets z = x − y + k for y ≤ k.
func (z *ext6) sub(x, y *ext6, k *fp8.Multiple) {
	z.c0.sub(&x.c0, &y.c0, k)
	z.c1.sub(&x.c1, &y.c1, k)
	z.c2.sub(&x.c2, &y.c2, k)
}

// mulV sets z = v·x for x.c2 ≤ k.
func (z *ext6) mulV(x *ext6, k *fp8.Multiple) {
	var t ext
	t.mulXi(&x.c2, k)
	z.c2 = x.c1
	z.c1 = x.c0
	z.c0 = t
}

// mul sets z = x·y, below 588, for x and y below 2^15.
func (z *ext6) mul(x, y *ext6) {
	var v0, v1, v2, s, t, r0, r1 ext
	v0.mul(&x.c0, &y.c0)
	v1.mul(&x.c1, &y.c1)
	v2.mul(&x.c2, &y.c2)

	s.add(&x.c1, &x.c2)
	t.add(&y.c1, &y.c2)
	r0.mul(&s, &t)
	s.add(&v1, &v2)
	r0.sub(&r0, &s, &fp8.P64) // < 70
	r0.mulXi(&r0, &fp8.P512)  // < 582
	r0.add(&r0, &v0)          // < 588

	s.add(&x.c0, &x.c1)
	t.add(&y.c0, &y.c1)
	r1.mul(&s, &t)
	s.add(&v0, &v1)
	r1.sub(&r1, &s, &fp8.P64) // < 70
	s.mulXi(&v2, &fp8.P64)    // < 70
	r1.add(&r1, &s)           // < 140

	s.add(&x.c0, &x.c2)
	t.add(&y.c0, &y.c2)
	z.c2.mul(&s, &t)
	s.add(&v0, &v2)
	z.c2.sub(&z.c2, &s, &fp8.P64)
	z.c2.add(&z.c2, &v1) // < 76
	z.c0, z.c1 = r0, r1
}

// mulBy01 sets z = x·(b0 + b1·v), below 588, for x below 2^15.
func (z *ext6) mulBy01(x *ext6, b0, b1 *ext) {
	var v0, v1, s, t, r0, r1 ext
	v0.mul(&x.c0, b0)
	v1.mul(&x.c1, b1)

	s.add(&x.c1, &x.c2)
	r0.mul(&s, b1)
	r0.sub(&r0, &v1, &fp8.P64) // < 70
	r0.mulXi(&r0, &fp8.P512)
	r0.add(&r0, &v0) // < 588

	s.add(&x.c0, &x.c1)
	t.add(b0, b1)
	r1.mul(&s, &t)
	t.add(&v0, &v1)
	r1.sub(&r1, &t, &fp8.P64) // < 70

	s.add(&x.c0, &x.c2)
	z.c2.mul(&s, b0)
	z.c2.sub(&z.c2, &v0, &fp8.P64)
	z.c2.add(&z.c2, &v1) // < 76
	z.c0, z.c1 = r0, r1
}

// mulBy1 sets z = x·b1·v, below 70.
func (z *ext6) mulBy1(x *ext6, b1 *ext) {
	var r0, r1 ext
	r0.mul(&x.c2, b1)
	r0.mulXi(&r0, &fp8.P64)
	r1.mul(&x.c0, b1)
	z.c2.mul(&x.c1, b1)
	z.c0, z.c1 = r0, r1
}

// mulLine sets f = f·(l0 + l1·v + l4·v·w). The result has c0 < 660, c1 < 4,684; f
// may be up to that or what square gives.
func (f *ext12) mulLine(l0, l1, l4 *ext) {
	var a, b, s ext6
	var d ext
	a.mulBy01(&f.c0, l0, l1) // < 588
	b.mulBy1(&f.c1, l4)      // < 70
	d.add(l1, l4)
	s.add(&f.c0, &f.c1) // < 5,400, or < 5,860 after square
	s.mulBy01(&s, l0, &d)
	f.c1.add(&a, &b)
	f.c1.sub(&s, &f.c1, &fp8.P4096)
	b.mulV(&b, &fp8.P64) // b.c2 < 6
	f.c0.add(&a, &b)
}

// square sets f = f²: with t = c0·c1 it is (c0 + c1)(c0 + v·c1) − t − v·t + 2t·w.
// Of f it takes c0 < 4,684 and c1 < 4,684 and gives c0 < 4,684, c1 < 1,176.
func (f *ext12) square() {
	var t, s, u ext6
	t.mul(&f.c0, &f.c1)          // < 588
	u.mulV(&f.c1, &fp8.P16384)   // < 21,068
	u.add(&u, &f.c0)             // < 25,752
	s.add(&f.c0, &f.c1)          // < 9,368
	s.mul(&s, &u)                // < 588
	u.mulV(&t, &fp8.P512)        // t.c2 < 76, u < 588
	u.add(&u, &t)                // < 1,176
	f.c0.sub(&s, &u, &fp8.P4096) // < 4,684
	f.c1.add(&t, &t)
}

// movingLanes is eight points of the twist in projective coordinates, on their
// way through the Miller loop: x < 6, y < 70, z < 24.
type movingLanes struct{ x, y, z ext }

// double sets t = 2t and gives the tangent at the old t: the scalar twin's
// formulas with coordinates four times as large, which saves the halving.
func (t *movingLanes) double(l0, l1, l4 *ext) {
	var b, c, e, f, h, s ext
	b.square(&t.y)
	c.square(&t.z)
	h.mul(&t.y, &t.z)
	h.double(&h) // 2YZ < 12
	e.mulXi(&c, &fp8.P4)
	e.double(&e)
	e.double(&e)  // 4ξZ² < 32
	s.double(&e)  // < 64
	e.add(&e, &s) // E = 12ξZ² < 96
	f.double(&e)
	f.add(&f, &e) // F = 3E < 288
	s.square(&t.x)
	l1.double(&s)
	l1.add(l1, &s)          // 3X² < 12
	l0.sub(&e, &b, &fp8.P4) // E − Y² < 100
	*l4 = h                 // 2YZ, to go with −y

	s.mul(&t.x, &t.y)
	s.double(&s)             // 2XY < 12
	c.sub(&b, &f, &fp8.P512) // < 516
	t.x.mul(&s, &c)          // 2XY(B − F) < 6
	t.z.mul(&b, &h)
	t.z.double(&t.z)
	t.z.double(&t.z) // 4B·2YZ < 24
	f.add(&f, &b)    // B + F < 292
	t.y.square(&f)   // < 4
	s.square(&e)     // < 4
	e.double(&s)
	e.add(&e, &s) // 3E² < 12
	e.double(&e)
	e.double(&e)                // 12E² < 48
	t.y.sub(&t.y, &e, &fp8.P64) // < 68
}

// add sets t = t + q and gives the chord, as the scalar twin; q < 2.
func (t *movingLanes) add(l0, l1, l4 *ext, qx, qy *ext) {
	var theta, lambda, c, d, e, f, g, h, s ext
	s.mul(qy, &t.z)
	theta.sub(&t.y, &s, &fp8.P64) // < 134
	s.mul(qx, &t.z)
	lambda.sub(&t.x, &s, &fp8.P64) // < 70
	c.square(&theta)
	d.square(&lambda)
	e.mul(&lambda, &d)
	f.mul(&t.z, &c)
	g.mul(&t.x, &d)
	h.add(&e, &f)
	s.double(&g)             // < 12
	h.sub(&h, &s, &fp8.P64)  // < 76
	t.x.mul(&lambda, &h)     // < 6
	g.sub(&g, &h, &fp8.P512) // < 518
	g.mul(&theta, &g)
	s.mul(&e, &t.y)
	t.y.sub(&g, &s, &fp8.P64) // < 70
	t.z.mul(&t.z, &e)         // < 6

	l0.mul(qx, &theta)
	s.mul(&lambda, qy)
	l0.sub(l0, &s, &fp8.P64) // < 70
	*l1 = theta              // θ, to go with −x
	*l4 = lambda
}

// pairLanes is eight pairs of the loop. Pairs that are not there have P = (0, 0),
// so that each of their lines is an element of the quadratic extension, which the
// final exponentiation takes to 1, and Q the generator.
type pairLanes struct {
	t      movingLanes
	qx, qy ext
	px, py fp8.Element
	nx, ny fp8.Element // −px, −py
}

func (l *pairLanes) init(pairs []*Pair) {
	_, generator := Generators()
	var zero fp8.Element
	for i := range fp8.Lanes {
		q := &generator
		if i < len(pairs) {
			q = &pairs[i].Q
			setLane(&l.px, i, &pairs[i].P.p.X)
			setLane(&l.py, i, &pairs[i].P.p.Y)
		}
		l.qx.set(i, &q.p.X)
		l.qy.set(i, &q.p.Y)
	}
	l.qx.fromLibrary()
	l.qy.fromLibrary()
	l.px.FromMont384()
	l.py.FromMont384()
	l.nx.Sub(&zero, &l.px, &fp8.P4)
	l.ny.Sub(&zero, &l.py, &fp8.P4)
	l.t = movingLanes{x: l.qx, y: l.qy}
	l.t.z.a0.SetOne()
}

// millerLanes is the loop of MillerLoop over pairs without infinity. All groups of
// eight pairs share the squarings of one eightfold value, whose lanes are
// multiplied at the end.
func millerLanes(pairs []*Pair) curve.GT {
	groups := make([]pairLanes, (len(pairs)+fp8.Lanes-1)/fp8.Lanes)
	for g := range groups {
		groups[g].init(pairs[g*fp8.Lanes : min((g+1)*fp8.Lanes, len(pairs))])
	}
	var f ext12
	f.c0.c0.a0.SetOne()
	var l0, l1, l4 ext
	for i := loopLength - 1; i >= 0; i-- {
		if i != loopLength-1 {
			f.square()
		}
		for g := range groups {
			p := &groups[g]
			p.t.double(&l0, &l1, &l4)
			l1.scale(&l1, &p.px)
			l4.scale(&l4, &p.ny)
			f.mulLine(&l0, &l1, &l4)
			if curve.LoopCounter[i] != 0 {
				p.t.add(&l0, &l1, &l4, &p.qx, &p.qy)
				l1.scale(&l1, &p.nx)
				l4.scale(&l4, &p.py)
				f.mulLine(&l0, &l1, &l4)
			}
		}
	}
	coefficients := [6]*ext{&f.c0.c0, &f.c0.c1, &f.c0.c2, &f.c1.c0, &f.c1.c1, &f.c1.c2}
	for _, c := range coefficients {
		c.toLibrary()
	}
	var product curve.GT
	for i := range fp8.Lanes {
		var x curve.GT
		for k, c := range [6]*curve.E2{&x.C0.B0, &x.C0.B1, &x.C0.B2, &x.C1.B0, &x.C1.B1, &x.C1.B2} {
			*c = coefficients[k].lane(i)
		}
		if i == 0 {
			product = x
		} else {
			product.Mul(&product, &x)
		}
	}
	return product
}
