// Package sha256mb computes SHA-256 (FIPS 180-4) of sixteen messages of equal length
// at a time, one to a 32-bit lane.
//
// Callers lay out blocks themselves, so that what all messages have in common is
// written once. Word j of the block, or of the chaining value, of lane i is at
// [j][i]; words are the integers of the standard, so bytes are big-endian.
//
// With AVX-512 a block of all lanes takes the instructions that one takes alone. The
// generic twin does the same lane by lane, and is what machines without it use.
package sha256mb

import "math/bits"

// Lanes is the number of messages.
const Lanes = 16

// State is a chaining value of each message.
type State [8][Lanes]uint32

// Block is a block of 64 bytes of each message.
type Block [16][Lanes]uint32

// Init sets s to the initial value of SHA-256.
func (s *State) Init() {
	for j, x := range initial {
		for i := range s[j] {
			s[j][i] = x
		}
	}
}

// Fill sets word j of the block to x in all lanes.
func (b *Block) Fill(j int, x uint32) {
	for i := range b[j] {
		b[j][i] = x
	}
}

var initial = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

// constants are those of the 64 rounds.
var constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

// compressGeneric is the twin of compressAVX512.
func compressGeneric(s *State, b *Block) {
	for i := range Lanes {
		var w [16]uint32
		for j := range w {
			w[j] = b[j][i]
		}
		var v [8]uint32
		for j := range v {
			v[j] = s[j][i]
		}
		a, bb, c, d, e, f, g, h := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
		for t, k := range constants {
			if t >= 16 {
				x, y := w[(t+1)%16], w[(t+14)%16]
				w[t%16] += w[(t+9)%16] +
					(bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3) +
					(bits.RotateLeft32(y, -17) ^ bits.RotateLeft32(y, -19) ^ y>>10)
			}
			t1 := h + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) +
				(e&f ^ ^e&g) + k + w[t%16]
			t2 := (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) +
				(a&bb ^ a&c ^ bb&c)
			h, g, f, e, d, c, bb, a = g, f, e, d+t1, c, bb, a, t1+t2
		}
		for j, x := range [8]uint32{a, bb, c, d, e, f, g, h} {
			s[j][i] += x
		}
	}
}
