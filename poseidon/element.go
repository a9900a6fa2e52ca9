package poseidon

import (
	"encoding/binary"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// Element is an element of the BLS12-381 scalar field as it stands on disk and
// on chain: an integer below
//
//	r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
//
// in 32 bytes, little-endian. Every value has exactly one encoding; integers at
// or above r are no elements and are refused, never reduced.
type Element = [32]byte

// The limbs of r, least significant first, and -1/r mod 2^64.
const (
	r0      = 0xffffffff00000001
	r1      = 0x53bda402fffe5bfe
	r2      = 0x3339d80809a1d805
	r3      = 0x73eda753299d7d48
	rInvNeg = 0xfffffffeffffffff
)

// rSquare is 2^512 mod r: a Montgomery product with it enters Montgomery form.
var rSquare = fr.Element{0xc999e990f3f29c6d, 0x2b6cedcb87925c23, 0x05d314967254398f, 0x0748d9d99f59ff11}

// limbs reads e as an integer below 2^256, least significant limb first.
func limbs(e *Element) fr.Element {
	return fr.Element{
		binary.LittleEndian.Uint64(e[0:8]),
		binary.LittleEndian.Uint64(e[8:16]),
		binary.LittleEndian.Uint64(e[16:24]),
		binary.LittleEndian.Uint64(e[24:32]),
	}
}

// belowModulus reports whether the integer x is below r.
func belowModulus(x *fr.Element) bool {
	_, b := bits.Sub64(x[0], r0, 0)
	_, b = bits.Sub64(x[1], r1, b)
	_, b = bits.Sub64(x[2], r2, b)
	_, b = bits.Sub64(x[3], r3, b)
	return b == 1
}

// canonical reports whether e encodes a field element.
func canonical(e *Element) bool {
	x := limbs(e)
	return belowModulus(&x)
}

// decode sets z to the element e encodes, in Montgomery form. It requires
// canonical(e).
func decode(z *fr.Element, e *Element) {
	x := limbs(e)
	z.Mul(&x, &rSquare)
}

// encode writes z, which is in Montgomery form, to e.
func encode(e *Element, z *fr.Element) {
	x := z.Bits()
	for i, limb := range x {
		binary.LittleEndian.PutUint64(e[8*i:], limb)
	}
}
