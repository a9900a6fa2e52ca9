package bls12381

import (
	"sync"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// Encoded sizes in bytes of an element of the target group.
const (
	GTCompressedSize = 288
	GTSize           = 576
)

// generatorGT is the pairing of the standard generators.
var generatorGT = sync.OnceValue(func() GT {
	p, q := Generators()
	f := MillerLoop([]Pair{{p, q}}, nil)
	return f.FinalExp()
})

// ScaleGenerator sets x = e(G, H)^k for the standard generators G and H.
func (x *GT) ScaleGenerator(k *Scalar) {
	g := generatorGT()
	x.Exp(&g, k)
}

// Bytes returns all of x's coordinates over the base field, each 48 bytes
// little-endian, in the order of the tower: the coefficient of 1 before that of w,
// within them those of 1, v and v², within these those of 1 and u.
func (x *GT) Bytes() (b [GTSize]byte) {
	putE6(b[:GTCompressedSize], &x.e.C0)
	putE6(b[GTCompressedSize:], &x.e.C1)
	return b
}

// Compressed returns the image of x = g₀ + g₁w on the torus, (1 + g₀)/g₁: half the
// coordinates, written as Bytes writes them. The identity has none and gives false.
func (x *GT) Compressed() (b [GTCompressedSize]byte, ok bool) {
	if x.e.C1.IsZero() {
		return b, false
	}
	var t, n curve.E6
	t.Inverse(&x.e.C1)
	n.SetOne()
	n.Add(&n, &x.e.C0)
	t.Mul(&t, &n)
	putE6(b[:], &t)
	return b, true
}

// putE6 writes the six coordinates of e to b, 288 bytes.
func putE6(b []byte, e *curve.E6) {
	for i, c := range [...]*fp.Element{&e.B0.A0, &e.B0.A1, &e.B1.A0, &e.B1.A1, &e.B2.A0, &e.B2.A1} {
		fp.LittleEndian.PutElement((*[fp.Bytes]byte)(b[fp.Bytes*i:]), *c)
	}
}
