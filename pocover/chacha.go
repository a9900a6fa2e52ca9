package pocover

import (
	"encoding/binary"
	"math/bits"
)

// A keyStream is the key stream of ChaCha (D. J. Bernstein, 2008) with a 64-bit block
// counter, which starts at 0, and a nonce of 0, as 32-bit words.
type keyStream struct {
	key    [8]uint32
	rounds int // even
	count  uint64
	block  [16]uint32
	used   int // words of block
}

// newKeyStream returns the key stream of a number of rounds, an even one.
func newKeyStream(key *[32]byte, rounds int) keyStream {
	s := keyStream{rounds: rounds, used: len(keyStream{}.block)}
	for i := range s.key {
		s.key[i] = binary.LittleEndian.Uint32(key[4*i:])
	}
	return s
}

// next returns the next word.
func (s *keyStream) next() uint32 {
	if s.used == len(s.block) {
		s.fill()
		s.used = 0
	}
	s.used++
	return s.block[s.used-1]
}

// fill makes the next block.
func (s *keyStream) fill() {
	in := [16]uint32{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574} // "expand 32-byte k"
	copy(in[4:], s.key[:])
	in[12], in[13] = uint32(s.count), uint32(s.count>>32)
	s.count++

	x := in
	for range s.rounds / 2 {
		quarter(&x[0], &x[4], &x[8], &x[12])
		quarter(&x[1], &x[5], &x[9], &x[13])
		quarter(&x[2], &x[6], &x[10], &x[14])
		quarter(&x[3], &x[7], &x[11], &x[15])
		quarter(&x[0], &x[5], &x[10], &x[15])
		quarter(&x[1], &x[6], &x[11], &x[12])
		quarter(&x[2], &x[7], &x[8], &x[13])
		quarter(&x[3], &x[4], &x[9], &x[14])
	}
	for i := range x {
		s.block[i] = x[i] + in[i]
	}
}

func quarter(a, b, c, d *uint32) {
	*a += *b
	*d = bits.RotateLeft32(*d^*a, 16)
	*c += *d
	*b = bits.RotateLeft32(*b^*c, 12)
	*a += *b
	*d = bits.RotateLeft32(*d^*a, 8)
	*c += *d
	*b = bits.RotateLeft32(*b^*c, 7)
}
