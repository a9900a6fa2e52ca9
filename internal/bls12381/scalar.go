package bls12381

import (
	"encoding/binary"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// ScalarBits is the bit length of the group order r.
const ScalarBits = 255

// order is r, least significant limb first.
var order = [4]uint64{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805, 0x73eda753299d7d48}

// Scalar is an integer x with 0 ≤ x < r, least significant limb first. It is
// not in Montgomery form, so that short scalars are short.
type Scalar [4]uint64

// Coefficient is an integer c with 0 ≤ c < 2^128, least significant limb first:
// a coefficient of a random linear combination.
type Coefficient [2]uint64

// SetBytesLE sets s to the little-endian integer b and reports whether it is
// below r. When it is not, s is unchanged.
func (s *Scalar) SetBytesLE(b *[32]byte) bool {
	var x Scalar
	for i := range x {
		x[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	if !less(&x, &order) {
		return false
	}
	*s = x
	return true
}

// BytesLE returns s in 32 little-endian bytes.
func (s *Scalar) BytesLE() (b [32]byte) {
	for i, w := range s {
		binary.LittleEndian.PutUint64(b[8*i:], w)
	}
	return b
}

// BitLen returns the bit length of s, at most 255.
func (s *Scalar) BitLen() int {
	for i := 3; i >= 0; i-- {
		if s[i] != 0 {
			return 64*i + bits.Len64(s[i])
		}
	}
	return 0
}

// Add sets s = x + y mod r.
func (s *Scalar) Add(x, y *Scalar) {
	var c uint64
	s[0], c = bits.Add64(x[0], y[0], 0)
	s[1], c = bits.Add64(x[1], y[1], c)
	s[2], c = bits.Add64(x[2], y[2], c)
	s[3], _ = bits.Add64(x[3], y[3], c) // x + y < 2r < 2^256: no carry out
	s.reduceOnce()
}

// AddMul sets s = s + x·z mod r.
func (s *Scalar) AddMul(x *Scalar, z *Coefficient) {
	var p Scalar
	if x[1]|x[2]|x[3] == 0 {
		// x < 2^64, so the product is below 2^192 < r.
		h0, l0 := bits.Mul64(x[0], z[0])
		h1, l1 := bits.Mul64(x[0], z[1])
		var c uint64
		p[0] = l0
		p[1], c = bits.Add64(l1, h0, 0)
		p[2] = h1 + c // h1 ≤ 2^64 − 2
	} else {
		p.Mul(x, &Scalar{z[0], z[1]})
	}
	s.Add(s, &p)
}

// Mul sets s = x·y mod r.
func (s *Scalar) Mul(x, y *Scalar) {
	// The library multiplies as a·b/2^256. With y brought to Montgomery form,
	// y·2^256, the factor cancels and the plain integer is left.
	a, b := fr.Element(*x), fr.Element(*y)
	b.Mul(&b, &rSquare)
	a.Mul(&a, &b)
	*s = Scalar(a)
}

// Inverse sets s = 1/x mod r. The inverse of 0 is 0.
func (s *Scalar) Inverse(x *Scalar) {
	// Reading the plain integer as a Montgomery form means x/2^256; its inverse
	// in Montgomery form, 2^256/x·2^256, takes two more divisions by 2^256.
	a := fr.Element(*x)
	a.Inverse(&a)
	one := fr.Element{1}
	a.Mul(&a, &one)
	a.Mul(&a, &one)
	*s = Scalar(a)
}

// Neg sets s = −x mod r.
func (s *Scalar) Neg(x *Scalar) {
	if *x == (Scalar{}) {
		*s = Scalar{}
		return
	}
	var c uint64
	s[0], c = bits.Sub64(order[0], x[0], 0)
	s[1], c = bits.Sub64(order[1], x[1], c)
	s[2], c = bits.Sub64(order[2], x[2], c)
	s[3], _ = bits.Sub64(order[3], x[3], c)
}

// Exp sets s = x^k mod r.
func (s *Scalar) Exp(x *Scalar, k uint64) {
	base, y := *x, Scalar{1}
	for ; k > 0; k >>= 1 {
		if k&1 == 1 {
			y.Mul(&y, &base)
		}
		base.Mul(&base, &base)
	}
	*s = y
}

// Accumulator is an integer Σ x·s of at most 2^32 products, so below 2^319, least
// significant word first, which is reduced only in the end.
type Accumulator [5]uint64

// AddMul adds x·s.
func (a *Accumulator) AddMul(x uint32, s *Scalar) {
	var high, carry uint64
	for i := range s {
		h, l := bits.Mul64(uint64(x), s[i])
		l, c := bits.Add64(l, high, 0)
		high = h + c // h < 2^32
		a[i], carry = bits.Add64(a[i], l, carry)
	}
	a[4] += high + carry
}

// Scalar returns the accumulator modulo r.
func (a *Accumulator) Scalar() Scalar {
	s := Scalar(a[:4])
	for !less(&s, &order) { // at most twice: 2^256 < 3r
		s.reduceOnce()
	}
	t := Scalar{a[4]}
	t.Mul(&t, &wordFour)
	s.Add(&s, &t)
	return s
}

// wordFour is 2^256 mod r.
var wordFour = Scalar(fr.One())

// divideBySeed returns the quotient and the remainder of x by the absolute value of
// the curve parameter.
func divideBySeed(x *Scalar) (q Scalar, rem uint64) {
	for i := 3; i >= 0; i-- {
		q[i], rem = bits.Div64(rem, x[i], seed)
	}
	return q, rem
}

// rSquare is 2^512 mod r: a multiplication by it brings a plain integer to
// Montgomery form.
var rSquare = fr.Element{0xc999e990f3f29c6d, 0x2b6cedcb87925c23, 0x05d314967254398f, 0x0748d9d99f59ff11}

// reduceOnce subtracts r when s ≥ r; it expects s < 2r.
func (s *Scalar) reduceOnce() {
	var t Scalar
	var b uint64
	t[0], b = bits.Sub64(s[0], order[0], 0)
	t[1], b = bits.Sub64(s[1], order[1], b)
	t[2], b = bits.Sub64(s[2], order[2], b)
	t[3], b = bits.Sub64(s[3], order[3], b)
	if b == 0 {
		*s = t
	}
}

// less reports whether x < y.
func less(x *Scalar, y *[4]uint64) bool {
	_, b := bits.Sub64(x[0], y[0], 0)
	_, b = bits.Sub64(x[1], y[1], b)
	_, b = bits.Sub64(x[2], y[2], b)
	_, b = bits.Sub64(x[3], y[3], b)
	return b == 1
}

// window returns the w bits of s from bit at on, with zeros beyond bit 255;
// 1 ≤ w ≤ 32.
func (s *Scalar) window(at, w int) uint64 {
	i, o := at/64, uint(at%64)
	if i > 3 {
		return 0
	}
	v := s[i] >> o
	if int(o)+w > 64 && i < 3 {
		v |= s[i+1] << (64 - o)
	}
	return v & (1<<uint(w) - 1)
}

// SetBytes sets c to the little-endian integer b.
func (c *Coefficient) SetBytes(b *[16]byte) {
	c[0] = binary.LittleEndian.Uint64(b[:8])
	c[1] = binary.LittleEndian.Uint64(b[8:])
}

// Scalar returns c as a scalar.
func (c *Coefficient) Scalar() Scalar { return Scalar{c[0], c[1]} }
