package sdr

import (
	"encoding/binary"
	"math/bits"
)

// feistel is a keyed permutation of [0, size): three rounds over a power of four
// at least as large, repeated until the value falls below size.
type feistel struct {
	size uint64
	half uint   // bits of half a value
	mask uint64 // 2^half − 1
	keys [3]uint64
}

func (f *feistel) init(size uint64, key [32]byte) {
	f.size = size
	f.half = max(1, uint(bits.Len64(size-1)+1)/2)
	f.mask = 1<<f.half - 1
	for i := range f.keys {
		f.keys[i] = binary.LittleEndian.Uint64(key[8*i:])
	}
}

// permuteAll replaces every value x < size by its image. The cycle through x
// comes back to a value below size at the latest at x itself; size is more than
// a quarter of the domain, so few steps are needed on average. Each pass steps
// the values that are still outside, gathered so that lanes stay full.
func (f *feistel) permuteAll(values []uint64) {
	var pending [passSize]struct {
		index int
		value uint64
	}
	for len(values) > 0 {
		chunk := values[:min(len(values), passSize)]
		values = values[len(chunk):]
		n := 0
		for i, x := range chunk {
			pending[n].index, pending[n].value = i, x
			n++
		}
		for n > 0 {
			left := 0
			for at := 0; at < n; at += lanes {
				var x [lanes]uint64
				group := pending[at:min(at+lanes, n)]
				for i := range group {
					x[i] = group[i].value
				}
				f.step(&x)
				for i := range group {
					if x[i] < f.size {
						chunk[group[i].index] = x[i]
						continue
					}
					pending[left].index, pending[left].value = group[i].index, x[i]
					left++
				}
			}
			n = left
		}
	}
}

// passSize is the number of values that permuteAll works on together: the
// expander parents of the 18 challenges of a large partition.
const passSize = 18 * 8

// lanes is the number of values of one step.
const lanes = 8

// stepGeneric applies the three rounds to every value.
func (f *feistel) stepGeneric(x *[lanes]uint64) {
	for i, v := range x {
		l, r := v>>f.half, v&f.mask
		for _, k := range f.keys {
			l, r = r, l^roundFunction(r, k)&f.mask
		}
		x[i] = l<<f.half | r
	}
}

// blake2bStart is the working state at the start of the only block of an
// unkeyed 64-byte digest of 16 bytes: the initial vector with the parameter
// block 0x01010040 in word 0, and again with the length in word 12 and the mark
// of the last block in word 14.
var blake2bStart = [16]uint64{
	0x6a09e667f3bcc908 ^ 0x01010040, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1 ^ 16, 0x9b05688c2b3e6c1f, ^uint64(0x1f83d9abfb41bd6b), 0x5be0cd19137e2179,
}

// roundFunction returns the first eight bytes, big-endian, of the BLAKE2b-512
// digest of the big-endian numbers right and key (RFC 7693). A replication proof
// of 180 challenges needs some 8,600 of them. The message is two words and
// zeros, so most steps add nothing, and only one word of the digest is formed.
func roundFunction(right, key uint64) uint64 {
	m0, m1 := bits.ReverseBytes64(right), bits.ReverseBytes64(key)
	v := &blake2bStart
	v0, v1, v2, v3, v4, v5, v6, v7 := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	v8, v9, v10, v11, v12, v13, v14, v15 := v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]
	for i := range schedule {
		s := &schedule[i]
		// s says which of the sixteen additions of the round take m0 and m1.
		w := [16]uint64{}
		w[s[0]] = m0
		w[s[1]] = m1

		v0 += v4 + w[0]
		v12 = bits.RotateLeft64(v12^v0, -32)
		v8 += v12
		v4 = bits.RotateLeft64(v4^v8, -24)
		v0 += v4 + w[1]
		v12 = bits.RotateLeft64(v12^v0, -16)
		v8 += v12
		v4 = bits.RotateLeft64(v4^v8, -63)

		v1 += v5 + w[2]
		v13 = bits.RotateLeft64(v13^v1, -32)
		v9 += v13
		v5 = bits.RotateLeft64(v5^v9, -24)
		v1 += v5 + w[3]
		v13 = bits.RotateLeft64(v13^v1, -16)
		v9 += v13
		v5 = bits.RotateLeft64(v5^v9, -63)

		v2 += v6 + w[4]
		v14 = bits.RotateLeft64(v14^v2, -32)
		v10 += v14
		v6 = bits.RotateLeft64(v6^v10, -24)
		v2 += v6 + w[5]
		v14 = bits.RotateLeft64(v14^v2, -16)
		v10 += v14
		v6 = bits.RotateLeft64(v6^v10, -63)

		v3 += v7 + w[6]
		v15 = bits.RotateLeft64(v15^v3, -32)
		v11 += v15
		v7 = bits.RotateLeft64(v7^v11, -24)
		v3 += v7 + w[7]
		v15 = bits.RotateLeft64(v15^v3, -16)
		v11 += v15
		v7 = bits.RotateLeft64(v7^v11, -63)

		v0 += v5 + w[8]
		v15 = bits.RotateLeft64(v15^v0, -32)
		v10 += v15
		v5 = bits.RotateLeft64(v5^v10, -24)
		v0 += v5 + w[9]
		v15 = bits.RotateLeft64(v15^v0, -16)
		v10 += v15
		v5 = bits.RotateLeft64(v5^v10, -63)

		v1 += v6 + w[10]
		v12 = bits.RotateLeft64(v12^v1, -32)
		v11 += v12
		v6 = bits.RotateLeft64(v6^v11, -24)
		v1 += v6 + w[11]
		v12 = bits.RotateLeft64(v12^v1, -16)
		v11 += v12
		v6 = bits.RotateLeft64(v6^v11, -63)

		v2 += v7 + w[12]
		v13 = bits.RotateLeft64(v13^v2, -32)
		v8 += v13
		v7 = bits.RotateLeft64(v7^v8, -24)
		v2 += v7 + w[13]
		v13 = bits.RotateLeft64(v13^v2, -16)
		v8 += v13
		v7 = bits.RotateLeft64(v7^v8, -63)

		v3 += v4 + w[14]
		v14 = bits.RotateLeft64(v14^v3, -32)
		v9 += v14
		v4 = bits.RotateLeft64(v4^v9, -24)
		v3 += v4 + w[15]
		v14 = bits.RotateLeft64(v14^v3, -16)
		v9 += v14
		v4 = bits.RotateLeft64(v4^v9, -63)
	}
	return bits.ReverseBytes64(v[0] ^ v0 ^ v8)
}

// schedule holds, for each of the twelve rounds, where message words 0 and 1
// stand in the permutation SIGMA of RFC 7693.
var schedule = [12][2]uint8{
	{0, 1}, {10, 8}, {3, 13}, {13, 3}, {1, 9}, {4, 14},
	{8, 2}, {9, 5}, {6, 12}, {15, 6}, {0, 1}, {10, 8},
}
