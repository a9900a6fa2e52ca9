package bls12381

import (
	"sync"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// coefficients are those of 1, v, v² and w, v·w, v²·w.
func (f *ext12) coefficients() [6]*ext {
	return [6]*ext{&f.c0.c0, &f.c0.c1, &f.c0.c2, &f.c1.c0, &f.c1.c1, &f.c1.c2}
}

// coefficientsOf are those of an element in the library's form.
func coefficientsOf(x *curve.GT) [6]*curve.E2 {
	return [6]*curve.E2{&x.C0.B0, &x.C0.B1, &x.C0.B2, &x.C1.B0, &x.C1.B1, &x.C1.B2}
}

// setLanes brings up to eight elements to lanes; idle lanes repeat the last.
func (f *ext12) setLanes(xs []*curve.GT) {
	to := f.coefficients()
	for i := range fp8.Lanes {
		for k, c := range coefficientsOf(xs[min(i, len(xs)-1)]) {
			to[k].set(i, c)
		}
	}
	for _, c := range to {
		c.fromLibrary()
	}
}

// lanes returns the elements of all lanes, in the library's form.
func (f *ext12) lanes() (xs [fp8.Lanes]curve.GT) {
	t := *f
	for k, c := range t.coefficients() {
		c.toLibrary()
		for i := range xs {
			*coefficientsOf(&xs[i])[k] = c.lane(i)
		}
	}
	return xs
}

// setOne sets all lanes to one.
func (f *ext12) setOne() {
	*f = ext12{}
	f.c0.c0.a0.SetOne()
}

// reduce brings f from at most 2^17 below 3.
func (f *ext12) reduce() {
	for _, c := range f.coefficients() {
		c.a0.Reduce(&c.a0)
		c.a1.Reduce(&c.a1)
	}
}

// mul sets f = x·y, below 4,684, for x and y below 2^14.
func (f *ext12) mul(x, y *ext12) {
	var t0, t1, s, u ext6
	t0.mul(&x.c0, &y.c0) // < 588
	t1.mul(&x.c1, &y.c1)
	s.add(&x.c0, &x.c1)
	u.add(&y.c0, &y.c1)
	s.mul(&s, &u)
	u.add(&t0, &t1) // < 1,176
	f.c1.sub(&s, &u, &fp8.P4096)
	u.mulV(&t1, &fp8.P512) // t1.c2 < 76
	f.c0.add(&t0, &u)
}

// squareCyclotomic sets f = f², below 3, for f of the cyclotomic subgroup (Granger
// and Scott, eprint 2009/565) and below 3. With pairs of coefficients a + b·s,
// s² = ξ, of the quartic extension, x·y = 2ab and a² + ξb² are squares' parts, and
// each coefficient c becomes three times one of those, minus or plus 2c.
func (f *ext12) squareCyclotomic() {
	var t0, t1, t2, t3, t4, t5 ext
	cyclotomicPair(&t0, &t1, &f.c0.c0, &f.c1.c1)
	cyclotomicPair(&t2, &t3, &f.c1.c0, &f.c0.c2)
	cyclotomicPair(&t4, &t5, &f.c0.c1, &f.c1.c2)
	t5.mulXi(&t5, &fp8.P512)
	cyclotomicMinus(&f.c0.c0, &t0)
	cyclotomicMinus(&f.c0.c1, &t2)
	cyclotomicMinus(&f.c0.c2, &t4)
	cyclotomicPlus(&f.c1.c0, &t5)
	cyclotomicPlus(&f.c1.c1, &t1)
	cyclotomicPlus(&f.c1.c2, &t3)
}

// cyclotomicPair sets sum = a² + ξb², below 12, and mixed = 2ab, below 68.
func cyclotomicPair(sum, mixed, a, b *ext) {
	var bb, s ext
	s.add(a, b)
	sum.square(a)
	bb.square(b)
	mixed.square(&s)
	s.add(sum, &bb) // < 8
	mixed.sub(mixed, &s, &fp8.P64)
	bb.mulXi(&bb, &fp8.P4) // < 8
	sum.add(sum, &bb)
}

// cyclotomicMinus sets c = 3t − 2c = 2(t − c) + t, and cyclotomicPlus c = 3t + 2c,
// both below 3, for c below 3 and t below 580.
func cyclotomicMinus(c, t *ext) {
	c.sub(t, c, &fp8.P4)
	c.double(c)
	cyclotomicReduce(c, t)
}

func cyclotomicPlus(c, t *ext) {
	c.add(t, c)
	c.double(c)
	cyclotomicReduce(c, t)
}

func cyclotomicReduce(c, t *ext) {
	c.add(c, t)
	c.a0.Reduce(&c.a0)
	c.a1.Reduce(&c.a1)
}

// frobeniusFactors[k] is ξ^(k(p−1)/6), by which the p-th power multiplies the
// conjugate of the coefficient of w^k.
var frobeniusFactors = sync.OnceValue(func() *[6]ext {
	factors := new([6]ext)
	// The library's Frobenius map of w^k gives the factors.
	for k := range factors {
		var x curve.GT
		c := [6]*curve.E2{&x.C0.B0, &x.C1.B0, &x.C0.B1, &x.C1.B1, &x.C0.B2, &x.C1.B2}[k]
		c.A0.SetOne()
		x.Frobenius(&x)
		for i := range fp8.Lanes {
			factors[k].set(i, c)
		}
		factors[k].fromLibrary()
	}
	return factors
})

// frobenius sets f = x^p, below 6, for x ≤ 64.
func (f *ext12) frobenius(x *ext12) {
	t := *x
	var zero fp8.Element
	from := [6]*ext{&t.c0.c0, &t.c1.c0, &t.c0.c1, &t.c1.c1, &t.c0.c2, &t.c1.c2}
	to := [6]*ext{&f.c0.c0, &f.c1.c0, &f.c0.c1, &f.c1.c1, &f.c0.c2, &f.c1.c2}
	factors := frobeniusFactors()
	for k := range to {
		c := *from[k]
		c.a1.Sub(&zero, &c.a1, &fp8.P64)
		to[k].mul(&c, &factors[k])
	}
}

// conjugate sets f to the conjugate of x over the sextic extension, its inverse in
// the cyclotomic subgroup, for x.c1 ≤ 64; f.c1 ≤ 64, too.
func (f *ext12) conjugate(x *ext12) {
	var zero ext6
	f.c0 = x.c0
	f.c1.sub(&zero, &x.c1, &fp8.P64)
}

// equal returns for each lane whether x ≡ y, for x and y ≤ 512.
func (x *ext12) equal(y *ext12) (same [fp8.Lanes]bool) {
	for i := range same {
		same[i] = true
	}
	cs := y.coefficients()
	for k, c := range x.coefficients() {
		var d ext
		d.sub(c, cs[k], &fp8.P512)
		z0, z1 := isZero(&d.a0), isZero(&d.a1)
		for i := range same {
			same[i] = same[i] && z0[i] && z1[i]
		}
	}
	return same
}

// inTargetGroup returns for each lane whether f, below 3 and of norm one over the
// sextic extension, is in the target group (Scott, eprint 2021/1130): it is in the
// cyclotomic subgroup, f^(p⁴−p²+1) = 1, and f^p is its power by the curve
// parameter. gcd(p⁴ − p² + 1, p − x) = r.
func (f *ext12) inTargetGroup() (ok [fp8.Lanes]bool) {
	var p1, p2, p4, t ext12
	p1.frobenius(f)
	p2.frobenius(&p1)
	p4.frobenius(&p2)
	p4.frobenius(&p4)
	t.mul(&p4, f)
	t.reduce()
	cyclotomic := t.equal(&p2)
	// Squarings are right for the cyclotomic subgroup only; what other elements
	// give does not matter.
	acc := *f
	for k := 62; k >= 0; k-- {
		acc.squareCyclotomic()
		if seed>>k&1 == 1 {
			acc.mul(&acc, f)
			acc.reduce()
		}
	}
	t.conjugate(&acc) // the parameter is negative
	power := t.equal(&p1)
	for i := range ok {
		ok[i] = cyclotomic[i] && power[i]
	}
	return ok
}

// invert6 sets z = 1/x, below 6, for x below 3, and reports false when a lane is
// zero.
func (z *ext6) invert6(x *ext6) bool {
	var a, b, c, s, t ext
	a.square(&x.c0)
	s.mul(&x.c1, &x.c2)
	s.mulXi(&s, &fp8.P64)
	a.sub(&a, &s, &fp8.P512) // x0² − ξ·x1·x2 < 516
	b.square(&x.c2)
	b.mulXi(&b, &fp8.P4)
	s.mul(&x.c0, &x.c1)
	b.sub(&b, &s, &fp8.P64) // ξ·x2² − x0·x1 < 72
	c.square(&x.c1)
	s.mul(&x.c0, &x.c2)
	c.sub(&c, &s, &fp8.P64) // x1² − x0·x2 < 68
	t.mul(&x.c2, &b)
	s.mul(&x.c1, &c)
	t.add(&t, &s)
	t.mulXi(&t, &fp8.P64)
	s.mul(&x.c0, &a)
	t.add(&t, &s) // the norm, < 82
	// 1/(t0 + t1·u) = (t0 − t1·u)/(t0² + t1²)
	var n, m fp8.Element
	n.Square(&t.a0)
	m.Square(&t.a1)
	n.Add(&n, &m)
	if !invertAcross(&n) {
		return false
	}
	var zero fp8.Element
	t.a1.Sub(&zero, &t.a1, &fp8.P512)
	t.scale(&t, &n)
	z.c0.mul(&a, &t)
	z.c1.mul(&b, &t)
	z.c2.mul(&c, &t)
	return true
}

// decodeLanesGT is DecodeGT for one to eight elements. Lanes that have failed go on
// with whatever they hold; their result is not used.
func decodeLanesGT(dst []*GT, src []*[GTCompressedSize]byte, errs []error) {
	var b, square, below ext6
	for i := range fp8.Lanes {
		var e curve.E6
		if i < len(src) {
			e, errs[i] = decodeTorus(src[i])
		}
		b.c0.set(i, &e.B0)
		b.c1.set(i, &e.B1)
		b.c2.set(i, &e.B2)
	}
	b.c0.fromLibrary() // < 2
	b.c1.fromLibrary()
	b.c2.fromLibrary()
	// (b + w)/(b − w) = (b² + v + 2b·w)/(b² − v)
	square.mul(&b, &b) // < 588
	below = square
	var v fp8.Element
	v.SetOne()
	below.c1.a0.Sub(&below.c1.a0, &v, &fp8.P4)
	square.c1.a0.Add(&square.c1.a0, &v)
	for _, c := range [3]*ext{&below.c0, &below.c1, &below.c2} {
		c.a0.Reduce(&c.a0)
		c.a1.Reduce(&c.a1)
	}
	var f ext12
	// b² ≠ v, which is no square of the sextic extension.
	if !below.invert6(&below) {
		for i := range errs {
			errs[i] = dst[i].setCompressed(src[i])
		}
		return
	}
	f.c0.mul(&square, &below)
	f.c1.mul(&b, &below)
	f.c1.add(&f.c1, &f.c1)
	f.reduce()
	ok := f.inTargetGroup()
	xs := f.lanes()
	for i := range src {
		switch {
		case errs[i] != nil:
		case !ok[i]:
			errs[i] = ErrNotInTargetGroup
		default:
			dst[i].e = xs[i]
		}
	}
}

// gtLanes is eight elements on their way through productLanes: their powers, below
// 3, and the digits of the four parts of their exponents.
type gtLanes struct {
	powers [gtTable]ext12
	digits [fp8.Lanes][4][gtDigits]int8
}

func (e *gtLanes) init(xs []GT, ks []Scalar) {
	var elements [fp8.Lanes]*curve.GT
	for i := range xs {
		elements[i] = &xs[i].e
		for j, d := range seedDigits(&ks[i]) {
			signedWindows(&e.digits[i][j], d)
		}
	}
	e.powers[0].setLanes(elements[:len(xs)])
	for k := 1; k < gtTable; k++ {
		if k%2 == 1 {
			e.powers[k] = e.powers[k/2]
			e.powers[k].reduce()
			e.powers[k].squareCyclotomic()
		} else {
			e.powers[k].mul(&e.powers[k-1], &e.powers[0])
			e.powers[k].reduce()
		}
	}
}

// choose sets lane i of f to the power, below 4, that digit k of part j selects for
// the element in lane from, and leaves it when the digit is zero.
func (e *gtLanes) choose(f *ext12, i, from, j, k int) {
	d := int(e.digits[from][j][k])
	if d == 0 {
		return
	}
	to := f.coefficients()
	for c, x := range e.powers[max(d, -d)-1].coefficients() {
		for l := range x.a0 {
			to[c].a0[l][i], to[c].a1[l][i] = x.a0[l][from], x.a1[l][from]
		}
	}
	if d < 0 {
		for _, c := range to[3:] {
			negateLane(&c.a0, i)
			negateLane(&c.a1, i)
		}
	}
}

// productLanes returns Π xs[i]^ks[i]. Lane i takes part i mod 4 of the exponents of
// every other element, and all share their squarings.
func productLanes(xs []GT, ks []Scalar) curve.GT {
	groups := make([]gtLanes, (len(xs)+fp8.Lanes-1)/fp8.Lanes)
	for g := range groups {
		to := min((g+1)*fp8.Lanes, len(xs))
		groups[g].init(xs[g*fp8.Lanes:to], ks[g*fp8.Lanes:to])
	}
	const parts = 4
	const step = fp8.Lanes / parts // elements at a time
	var acc, chosen ext12
	acc.setOne()
	for k := gtDigits - 1; k >= 0; k-- {
		if k != gtDigits-1 {
			for range gtWindow {
				acc.squareCyclotomic()
			}
		}
		for at := 0; at < len(xs); at += step {
			chosen.setOne()
			for i := range fp8.Lanes {
				// Beyond the last element digits are zero: groups are whole.
				from := at + i/parts
				groups[from/fp8.Lanes].choose(&chosen, i, from%fp8.Lanes, i%parts, k)
			}
			acc.mul(&acc, &chosen) // acc < 4,684
		}
		acc.reduce()
	}
	var product, image curve.GT
	product.SetOne()
	lanes := acc.lanes()
	for i := range lanes {
		frobeniusPower(&image, &lanes[i], i%parts)
		product.Mul(&product, &image)
	}
	return product
}
