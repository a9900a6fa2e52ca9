// Package keccak computes Keccak-256 as Ethereum and its kin use it: with the padding
// 0x01 of the submission to the SHA-3 contest instead of the 0x06 of FIPS 202.
//
// Nothing here allocates.
package keccak

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// rate is the number of bytes a permutation absorbs; the capacity is twice the digest.
const rate = 200 - 2*32

// state holds lane (x, y) of Keccak-f[1600] at 5y + x.
type state [25]uint64

// Sum256 returns the digest of data.
func Sum256(data []byte) [32]byte {
	var s state
	for len(data) >= rate {
		s.absorb((*[rate]byte)(data))
		s.permute()
		data = data[rate:]
	}
	var last [rate]byte
	copy(last[:], data)
	last[len(data)] = 0x01
	last[rate-1] |= 0x80
	s.absorb(&last)
	s.permute()
	return s.digest()
}

// SumPair returns the digest of left | right.
func SumPair(left, right *[32]byte) [32]byte {
	s := state{8: 0x01, 16: 0x80 << 56}
	for i := range 4 {
		s[i] = binary.LittleEndian.Uint64(left[8*i:])
		s[4+i] = binary.LittleEndian.Uint64(right[8*i:])
	}
	s.permute()
	return s.digest()
}

// SumSorted returns the digest of the two nodes, the smaller first.
func SumSorted(a, b *[32]byte) [32]byte {
	return SumPair(order(a, b))
}

func order(a, b *[32]byte) (smaller, greater *[32]byte) {
	if bytes.Compare(a[:], b[:]) > 0 {
		return b, a
	}
	return a, b
}

// MaxPrefix is the limit on prefixes, with which a pair still fits a block.
const MaxPrefix = rate - 2*32 - 1

// HashPairs sets dst[i] to the digest of prefix | src[2i] | src[2i+1] for every i; of the
// two, the smaller comes first if sorted. It panics unless len(src) >= 2 len(dst) and
// len(prefix) <= MaxPrefix. The front of src may be dst.
func HashPairs(dst, src [][32]byte, prefix []byte, sorted bool) {
	if len(prefix) > MaxPrefix {
		panic("keccak: prefix too long")
	}
	src = src[: 2*len(dst) : len(src)]
	for useAVX512 && len(dst) >= leastLanes {
		n := min(len(dst), laneCount)
		hashPairsLanes(dst[:n], src[:2*n], prefix, sorted)
		dst, src = dst[n:], src[2*n:]
	}
	for i := range dst {
		left, right := &src[2*i], &src[2*i+1]
		if sorted {
			left, right = order(left, right)
		}
		if len(prefix) == 0 {
			dst[i] = SumPair(left, right)
			continue
		}
		var message [rate]byte
		n := copy(message[:], prefix)
		n += copy(message[n:], left[:])
		n += copy(message[n:], right[:])
		dst[i] = Sum256(message[:n])
	}
}

func (s *state) absorb(block *[rate]byte) {
	for i := range rate / 8 {
		s[i] ^= binary.LittleEndian.Uint64(block[8*i:])
	}
}

func (s *state) digest() (d [32]byte) {
	for i := range 4 {
		binary.LittleEndian.PutUint64(d[8*i:], s[i])
	}
	return d
}

// permute applies the 24 rounds of Keccak-f[1600].
func (s *state) permute() {
	var t state
	for i := 0; i < len(roundConstants); i += 2 {
		round(&t, s, roundConstants[i])
		round(s, &t, roundConstants[i+1])
	}
}

// round sets e to one round of a, of which it must not be part. Lane (x, y) after ρ and π
// is lane (x + 3y, x) before.
func round(e, a *state, constant uint64) {
	c0 := a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
	c1 := a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
	c2 := a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
	c3 := a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
	c4 := a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
	d0 := c4 ^ bits.RotateLeft64(c1, 1)
	d1 := c0 ^ bits.RotateLeft64(c2, 1)
	d2 := c1 ^ bits.RotateLeft64(c3, 1)
	d3 := c2 ^ bits.RotateLeft64(c4, 1)
	d4 := c3 ^ bits.RotateLeft64(c0, 1)

	b0 := a[0] ^ d0
	b1 := bits.RotateLeft64(a[6]^d1, 44)
	b2 := bits.RotateLeft64(a[12]^d2, 43)
	b3 := bits.RotateLeft64(a[18]^d3, 21)
	b4 := bits.RotateLeft64(a[24]^d4, 14)
	e[0] = b0 ^ b2&^b1 ^ constant
	e[1] = b1 ^ b3&^b2
	e[2] = b2 ^ b4&^b3
	e[3] = b3 ^ b0&^b4
	e[4] = b4 ^ b1&^b0

	b0 = bits.RotateLeft64(a[3]^d3, 28)
	b1 = bits.RotateLeft64(a[9]^d4, 20)
	b2 = bits.RotateLeft64(a[10]^d0, 3)
	b3 = bits.RotateLeft64(a[16]^d1, 45)
	b4 = bits.RotateLeft64(a[22]^d2, 61)
	e[5] = b0 ^ b2&^b1
	e[6] = b1 ^ b3&^b2
	e[7] = b2 ^ b4&^b3
	e[8] = b3 ^ b0&^b4
	e[9] = b4 ^ b1&^b0

	b0 = bits.RotateLeft64(a[1]^d1, 1)
	b1 = bits.RotateLeft64(a[7]^d2, 6)
	b2 = bits.RotateLeft64(a[13]^d3, 25)
	b3 = bits.RotateLeft64(a[19]^d4, 8)
	b4 = bits.RotateLeft64(a[20]^d0, 18)
	e[10] = b0 ^ b2&^b1
	e[11] = b1 ^ b3&^b2
	e[12] = b2 ^ b4&^b3
	e[13] = b3 ^ b0&^b4
	e[14] = b4 ^ b1&^b0

	b0 = bits.RotateLeft64(a[4]^d4, 27)
	b1 = bits.RotateLeft64(a[5]^d0, 36)
	b2 = bits.RotateLeft64(a[11]^d1, 10)
	b3 = bits.RotateLeft64(a[17]^d2, 15)
	b4 = bits.RotateLeft64(a[23]^d3, 56)
	e[15] = b0 ^ b2&^b1
	e[16] = b1 ^ b3&^b2
	e[17] = b2 ^ b4&^b3
	e[18] = b3 ^ b0&^b4
	e[19] = b4 ^ b1&^b0

	b0 = bits.RotateLeft64(a[2]^d2, 62)
	b1 = bits.RotateLeft64(a[8]^d3, 55)
	b2 = bits.RotateLeft64(a[14]^d4, 39)
	b3 = bits.RotateLeft64(a[15]^d0, 41)
	b4 = bits.RotateLeft64(a[21]^d1, 2)
	e[20] = b0 ^ b2&^b1
	e[21] = b1 ^ b3&^b2
	e[22] = b2 ^ b4&^b3
	e[23] = b3 ^ b0&^b4
	e[24] = b4 ^ b1&^b0
}

// roundConstants are those of ι.
var roundConstants = [24]uint64{
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
	0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
	0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
	0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
	0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
}
