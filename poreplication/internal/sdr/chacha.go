package sdr

import (
	"encoding/binary"
	"math/bits"
)

// ChaChaBlock computes one 64-byte block of the ChaCha key stream with the given
// even number of rounds, as 16 words; tail are the last four words of the
// initial state: counter and nonce. RFC 8439 splits them 1 + 3, the original
// cipher 2 + 2; the graph uses 8 rounds, so no ready-made cipher fits.
func ChaChaBlock(out *[16]uint32, key *[32]byte, tail [4]uint32, rounds int) {
	in := [16]uint32{0: 0x61707865, 1: 0x3320646e, 2: 0x79622d32, 3: 0x6b206574}
	for i := range 8 {
		in[4+i] = binary.LittleEndian.Uint32(key[4*i:])
	}
	copy(in[12:], tail[:])
	x0, x1, x2, x3, x4, x5, x6, x7 := in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7]
	x8, x9, x10, x11, x12, x13, x14, x15 := in[8], in[9], in[10], in[11], in[12], in[13], in[14], in[15]
	for ; rounds > 0; rounds -= 2 {
		x0, x4, x8, x12 = quarter(x0, x4, x8, x12)
		x1, x5, x9, x13 = quarter(x1, x5, x9, x13)
		x2, x6, x10, x14 = quarter(x2, x6, x10, x14)
		x3, x7, x11, x15 = quarter(x3, x7, x11, x15)
		x0, x5, x10, x15 = quarter(x0, x5, x10, x15)
		x1, x6, x11, x12 = quarter(x1, x6, x11, x12)
		x2, x7, x8, x13 = quarter(x2, x7, x8, x13)
		x3, x4, x9, x14 = quarter(x3, x4, x9, x14)
	}
	*out = [16]uint32{x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15}
	for i := range out {
		out[i] += in[i]
	}
}

func quarter(a, b, c, d uint32) (uint32, uint32, uint32, uint32) {
	a += b
	d = bits.RotateLeft32(d^a, 16)
	c += d
	b = bits.RotateLeft32(b^c, 12)
	a += b
	d = bits.RotateLeft32(d^a, 8)
	c += d
	b = bits.RotateLeft32(b^c, 7)
	return a, b, c, d
}

// generator draws 64-bit numbers from ChaCha with 8 rounds, a zero nonce and a
// block counter from zero.
type generator struct {
	key   [32]byte
	block [16]uint32
	count uint32
	next  int
}

func newGenerator(key [32]byte) *generator { return &generator{key: key, next: 16} }

// uint64 returns the next two words, the lower half first.
func (g *generator) uint64() uint64 {
	if g.next == len(g.block) {
		ChaChaBlock(&g.block, &g.key, [4]uint32{g.count}, 8)
		g.count++
		g.next = 0
	}
	lo, hi := g.block[g.next], g.block[g.next+1]
	g.next += 2
	return uint64(hi)<<32 | uint64(lo)
}
