package poseidon

import (
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// wide is an unreduced sum of products: an integer of nine limbs, least
// significant first.
//
// Every mixing layer is a set of inner products with constants. Their terms are
// summed as plain integers and the sum is reduced once, by 2^320 and not by
// 2^256: the fifth step takes up the bits by which a sum of up to maxTerms
// products outgrows eight limbs. The constants make up for it by carrying the
// factor 2^64 (see fixed).
type wide [9]uint64

// maxTerms bounds the products in one sum: one row of pre and one of the
// recurrence, at the greatest width.
const maxTerms = maxWidth + 2*maxWidth - 1

// fixed is a constant c as the mixing layers use it: c·2^320 mod r, which is its
// Montgomery form times 2^64.
type fixed = fr.Element

// fix returns the fixed form of c, which is in Montgomery form.
func fix(c fr.Element) fixed {
	twoTo64 := fr.Element{0, 1}
	twoTo64.Mul(&twoTo64, &rSquare)
	c.Mul(&c, &twoTo64)
	return c
}

// fixRows returns the fixed forms of m's elements.
func fixRows(m matrix) matrix {
	out := newMatrix(len(m), len(m[0]))
	for i := range m {
		for j := range m[i] {
			out[i][j] = fix(m[i][j])
		}
	}
	return out
}

// start sets w to stand for the constant c.
func (w *wide) start(c *fixed) {
	*w = wide{4: c[0], 5: c[1], 6: c[2], 7: c[3]}
}

// add adds to w the inner product of c and x, where len(x) >= len(c). All
// elements are below r, so that start and at most maxTerms products give a sum
// below r·2^256 + 110·r² < 2^518.
//
// The limb products are summed by weight, over all terms, in three limbs. On
// amd64 (Zen 5, Go 1.26.8) that takes 8.0 ns a term, against 11.5 ns term by term
// into nine limbs and 14.6 ns for a modular product and sum.
func (w *wide) add(c []fixed, x []fr.Element) {
	x = x[:len(c)]
	var s0, s1, s2 uint64
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[0], b[0])
	}
	w[0], s0, s1 = carry(w[0], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[0], b[1])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[1], b[0])
	}
	w[1], s0, s1 = carry(w[1], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[0], b[2])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[1], b[1])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[2], b[0])
	}
	w[2], s0, s1 = carry(w[2], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[0], b[3])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[1], b[2])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[2], b[1])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[3], b[0])
	}
	w[3], s0, s1 = carry(w[3], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[1], b[3])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[2], b[2])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[3], b[1])
	}
	w[4], s0, s1 = carry(w[4], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[2], b[3])
		s0, s1, s2 = mulAdd(s0, s1, s2, a[3], b[2])
	}
	w[5], s0, s1 = carry(w[5], s0, s1, s2)

	s2 = 0
	for i := range c {
		a, b := &c[i], &x[i]
		s0, s1, s2 = mulAdd(s0, s1, s2, a[3], b[3])
	}
	w[6], s0, s1 = carry(w[6], s0, s1, s2)

	var k uint64
	w[7], k = bits.Add64(w[7], s0, 0)
	w[8] += s1 + k
}

// mulAdd returns the three-limb sum s + a·b.
func mulAdd(s0, s1, s2, a, b uint64) (uint64, uint64, uint64) {
	h, l := bits.Mul64(a, b)
	var k uint64
	s0, k = bits.Add64(s0, l, 0)
	s1, k = bits.Add64(s1, h, k)
	s2, _ = bits.Add64(s2, 0, k)
	return s0, s1, s2
}

// carry adds s to the limb w and returns the limb and what remains above it.
func carry(w, s0, s1, s2 uint64) (limb, c0, c1 uint64) {
	var k uint64
	limb, k = bits.Add64(w, s0, 0)
	c0, k = bits.Add64(s1, 0, k)
	c1 = s2 + k
	return limb, c0, c1
}

// reduce sets z to w/2^320 mod r. It requires w < 2^518.
func (w *wide) reduce(z *fr.Element) {
	t0, t1, t2, t3, t4 := w[0], w[1], w[2], w[3], w[4]
	var k uint64
	t0, t1, t2, t3, k = cancel(t0, t1, t2, t3, t4, 0)
	t0, t1, t2, t3, k = cancel(t0, t1, t2, t3, w[5], k)
	t0, t1, t2, t3, k = cancel(t0, t1, t2, t3, w[6], k)
	t0, t1, t2, t3, k = cancel(t0, t1, t2, t3, w[7], k)
	t0, t1, t2, t3, _ = cancel(t0, t1, t2, t3, w[8], k)
	// The value is below (w + 2^320·r)/2^320 < r + 2^198 < 2^256: no carry is
	// left and one subtraction is enough.
	var b uint64
	var d fr.Element
	d[0], b = bits.Sub64(t0, r0, 0)
	d[1], b = bits.Sub64(t1, r1, b)
	d[2], b = bits.Sub64(t2, r2, b)
	d[3], b = bits.Sub64(t3, r3, b)
	below := -b // all ones if t < r
	z[0] = d[0] ^ below&(d[0]^t0)
	z[1] = d[1] ^ below&(d[1]^t1)
	z[2] = d[2] ^ below&(d[2]^t2)
	z[3] = d[3] ^ below&(d[3]^t3)
}

// cancel is one step of Montgomery reduction: it adds to the integer t + k·2^256
// of five limbs the multiple m·r, m < 2^64, that clears its lowest limb, and
// returns the four limbs above it and the carry out of them, 0 or 1.
func cancel(t0, t1, t2, t3, t4, k uint64) (_, _, _, _, carry uint64) {
	m := t0 * rInvNeg
	h0, l0 := bits.Mul64(m, r0)
	h1, l1 := bits.Mul64(m, r1)
	h2, l2 := bits.Mul64(m, r2)
	h3, l3 := bits.Mul64(m, r3)
	var c, d uint64
	l1, c = bits.Add64(l1, h0, 0)
	l2, c = bits.Add64(l2, h1, c)
	l3, c = bits.Add64(l3, h2, c)
	h3, _ = bits.Add64(h3, 0, c) // m·r < 2^319
	_, c = bits.Add64(t0, l0, 0)
	t1, c = bits.Add64(t1, l1, c)
	t2, c = bits.Add64(t2, l2, c)
	t3, c = bits.Add64(t3, l3, c)
	t4, c = bits.Add64(t4, h3, c)
	t4, d = bits.Add64(t4, k, 0)
	return t1, t2, t3, t4, c + d
}
