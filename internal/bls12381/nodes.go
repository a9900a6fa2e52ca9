package bls12381

import (
	"encoding/binary"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// The functions on nodes compute in the field of scalars on elements of 32 little-endian
// bytes, many at a time: the slices have one length, and dst may be a or b. They return
// the index of the first pair of which one is not below r, or -1; dst is unspecified from
// there on.

// CheckNodes only looks at a.
func CheckNodes(a [][32]byte) (bad int) {
	for i := range a {
		if x := loadNode(&a[i]); !below(&x) {
			return i
		}
	}
	return -1
}

// below reports whether x < r, which the first word almost always tells.
func below(x *Scalar) bool { return x[3] < order[3] || less(x, &order) }

// AddNodes sets dst[i] = a[i] + b[i].
func AddNodes(dst, a, b [][32]byte) (bad int) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := loadNode(&a[i]), loadNode(&b[i])
		if !below(&x) || !below(&y) {
			return i
		}
		x.Add(&x, &y)
		storeNode(&dst[i], &x)
	}
	return -1
}

// SubNodes sets dst[i] = a[i] − b[i].
func SubNodes(dst, a, b [][32]byte) (bad int) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		x, y := loadNode(&a[i]), loadNode(&b[i])
		if !below(&x) || !below(&y) {
			return i
		}
		x.Sub(&x, &y)
		storeNode(&dst[i], &x)
	}
	return -1
}

// AddMulNodes sets dst[i] = a[i] + f·b[i].
func AddMulNodes(dst, a, b [][32]byte, f *Scalar) (bad int) {
	a, b = a[:len(dst)], b[:len(dst)]
	factor := fr.Element(*f)
	factor.Mul(&factor, &rSquare)
	for i := range dst {
		x, y := loadNode(&a[i]), loadNode(&b[i])
		if !below(&x) || !below(&y) {
			return i
		}
		product := fr.Element(y)
		product.Mul(&product, &factor)
		y = Scalar(product)
		x.Add(&x, &y)
		storeNode(&dst[i], &x)
	}
	return -1
}

// SubMulNodes sets dst[i] = (a[i] − b[i])·f.
func SubMulNodes(dst, a, b [][32]byte, f *Scalar) (bad int) {
	a, b = a[:len(dst)], b[:len(dst)]
	factor := fr.Element(*f)
	factor.Mul(&factor, &rSquare)
	for i := range dst {
		x, y := loadNode(&a[i]), loadNode(&b[i])
		if !below(&x) || !below(&y) {
			return i
		}
		x.Sub(&x, &y)
		product := fr.Element(x)
		product.Mul(&product, &factor)
		x = Scalar(product)
		storeNode(&dst[i], &x)
	}
	return -1
}

// Sub sets s = x − y mod r.
func (s *Scalar) Sub(x, y *Scalar) {
	var b, c uint64
	s[0], b = bits.Sub64(x[0], y[0], 0)
	s[1], b = bits.Sub64(x[1], y[1], b)
	s[2], b = bits.Sub64(x[2], y[2], b)
	s[3], b = bits.Sub64(x[3], y[3], b)
	mask := -b // all ones if x < y: then r is added, and the carry out is the borrow
	s[0], c = bits.Add64(s[0], order[0]&mask, 0)
	s[1], c = bits.Add64(s[1], order[1]&mask, c)
	s[2], c = bits.Add64(s[2], order[2]&mask, c)
	s[3], _ = bits.Add64(s[3], order[3]&mask, c)
}

func loadNode(b *[32]byte) Scalar {
	return Scalar{
		binary.LittleEndian.Uint64(b[0:]), binary.LittleEndian.Uint64(b[8:]),
		binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:]),
	}
}

func storeNode(b *[32]byte, s *Scalar) {
	binary.LittleEndian.PutUint64(b[0:], s[0])
	binary.LittleEndian.PutUint64(b[8:], s[1])
	binary.LittleEndian.PutUint64(b[16:], s[2])
	binary.LittleEndian.PutUint64(b[24:], s[3])
}
