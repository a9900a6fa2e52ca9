// Package fr32 turns data into field elements and back, as Filecoin does: of a string of
// bits, bit 0 the lowest of byte 0, two zero bits follow every 254, so that each 32 bytes
// are an integer below 2^254. Blocks of 127 bytes become blocks of 128.
//
// Source: fr32 of rust-fil-proofs 19.1.0; go-data-segment, fr32.
package fr32

import "encoding/binary"

// Sizes of a block in bytes.
const (
	Unpadded = 127
	Padded   = 128
)

// top are the bits of a word that stay free in every fourth.
const top = 3 << 62

// Pad pads blocks. It panics unless len(src) = 127·n and len(dst) = 128·n. The slices do
// not overlap.
func Pad(dst, src []byte) {
	if len(dst)%Padded != 0 || len(src) != len(dst)/Padded*Unpadded {
		panic("fr32: blocks of 127 bytes to blocks of 128")
	}
	for ; len(dst) > 0; dst, src = dst[Padded:], src[Unpadded:] {
		padBlock((*[Padded]byte)(dst), (*[Unpadded]byte)(src))
	}
}

func padBlock(dst *[Padded]byte, src *[Unpadded]byte) {
	le := binary.LittleEndian
	i0, i1, i2, i3 := le.Uint64(src[0:]), le.Uint64(src[8:]), le.Uint64(src[16:]), le.Uint64(src[24:])
	i4, i5, i6, i7 := le.Uint64(src[32:]), le.Uint64(src[40:]), le.Uint64(src[48:]), le.Uint64(src[56:])
	le.PutUint64(dst[0:], i0)
	le.PutUint64(dst[8:], i1)
	le.PutUint64(dst[16:], i2)
	le.PutUint64(dst[24:], i3&^top)
	le.PutUint64(dst[32:], i3>>62|i4<<2)
	le.PutUint64(dst[40:], i4>>62|i5<<2)
	le.PutUint64(dst[48:], i5>>62|i6<<2)
	le.PutUint64(dst[56:], (i6>>62|i7<<2)&^top)
	i8, i9, i10, i11 := le.Uint64(src[64:]), le.Uint64(src[72:]), le.Uint64(src[80:]), le.Uint64(src[88:])
	i12, i13, i14, i15 := le.Uint64(src[96:]), le.Uint64(src[104:]), le.Uint64(src[112:]), le.Uint64(src[119:])>>8
	le.PutUint64(dst[64:], i7>>60|i8<<4)
	le.PutUint64(dst[72:], i8>>60|i9<<4)
	le.PutUint64(dst[80:], i9>>60|i10<<4)
	le.PutUint64(dst[88:], (i10>>60|i11<<4)&^top)
	le.PutUint64(dst[96:], i11>>58|i12<<6)
	le.PutUint64(dst[104:], i12>>58|i13<<6)
	le.PutUint64(dst[112:], i13>>58|i14<<6)
	le.PutUint64(dst[120:], i14>>58|i15<<6) // i15 < 2^56
}

// Unpad unpads blocks, and returns the index of the first of the integers that is not
// below 2^254, which nothing is padded to, or -1. It panics unless len(dst) = 127·n and
// len(src) = 128·n. The slices do not overlap; dst is unspecified from a bad block on.
func Unpad(dst, src []byte) (bad int) {
	if len(src)%Padded != 0 || len(dst) != len(src)/Padded*Unpadded {
		panic("fr32: blocks of 128 bytes to blocks of 127")
	}
	for at := 0; len(src) > 0; at, dst, src = at+4, dst[Unpadded:], src[Padded:] {
		if !unpadBlock((*[Unpadded]byte)(dst), (*[Padded]byte)(src)) {
			for i := range 4 {
				if src[32*i+31]>>6 != 0 {
					return at + i
				}
			}
		}
	}
	return -1
}

func unpadBlock(dst *[Unpadded]byte, src *[Padded]byte) bool {
	le := binary.LittleEndian
	o0, o1, o2, o3 := le.Uint64(src[0:]), le.Uint64(src[8:]), le.Uint64(src[16:]), le.Uint64(src[24:])
	o4, o5, o6, o7 := le.Uint64(src[32:]), le.Uint64(src[40:]), le.Uint64(src[48:]), le.Uint64(src[56:])
	le.PutUint64(dst[0:], o0)
	le.PutUint64(dst[8:], o1)
	le.PutUint64(dst[16:], o2)
	le.PutUint64(dst[24:], o3|o4<<62)
	le.PutUint64(dst[32:], o4>>2|o5<<62)
	le.PutUint64(dst[40:], o5>>2|o6<<62)
	le.PutUint64(dst[48:], o6>>2|o7<<62)
	o8, o9, o10, o11 := le.Uint64(src[64:]), le.Uint64(src[72:]), le.Uint64(src[80:]), le.Uint64(src[88:])
	o12, o13, o14, o15 := le.Uint64(src[96:]), le.Uint64(src[104:]), le.Uint64(src[112:]), le.Uint64(src[120:])
	le.PutUint64(dst[56:], o7>>2|o8<<60)
	le.PutUint64(dst[64:], o8>>4|o9<<60)
	le.PutUint64(dst[72:], o9>>4|o10<<60)
	le.PutUint64(dst[80:], o10>>4|o11<<60)
	le.PutUint64(dst[88:], o11>>4|o12<<58)
	le.PutUint64(dst[96:], o12>>6|o13<<58)
	le.PutUint64(dst[104:], o13>>6|o14<<58)
	le.PutUint64(dst[119:], o15<<2) // its last seven bytes, and one that is written again
	le.PutUint64(dst[112:], o14>>6|o15<<58)
	return (o3|o7|o11|o15)&top == 0
}
