//go:build !purego

package sha256mb

import (
	"math/bits"

	"golang.org/x/sys/cpu"
)

// machine says that the processor has the instructions of SHA-256.
var machine = cpu.ARM64.HasSHA2

// use says that they are used. Only tests change it.
var use = machine

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return false }

// Implementations lists what this machine can run, the fastest first.
func Implementations() []string {
	if machine {
		return []string{"sha2", "generic"}
	}
	return []string{"generic"}
}

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) { compressGeneric(s, b) }

// paddingConstants is the schedule of the block that pads a message of 64 bytes, with
// the rounds' constants added.
var paddingConstants = func() (sums [64]uint32) {
	w := [64]uint32{0: 1 << 31, 15: 8 * 64}
	for t := range w {
		if t >= 16 {
			x, y := w[t-15], w[t-2]
			w[t] = w[t-16] + w[t-7] +
				(bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3) +
				(bits.RotateLeft32(y, -17) ^ bits.RotateLeft32(y, -19) ^ y>>10)
		}
		sums[t] = w[t] + constants[t]
	}
	return sums
}()

// hashPairsSHA2 is HashPairs of n pairs; padding is paddingConstants.
//
//go:noescape
func hashPairsSHA2(dst, src *[32]byte, n int, padding *[64]uint32)

// hashPairsPrefixedSHA2 is HashPairsPrefixed of n pairs.
//
//go:noescape
func hashPairsPrefixedSHA2(dst, src *[32]byte, n int, prefix byte)

// sumSHA2 sets dst to the digests of two messages: of blocks of 64 bytes at p and at p +
// stride, and then tailBlocks, 1 or 2, of tail.
//
//go:noescape
func sumSHA2(dst *[2][32]byte, p *byte, stride, blocks int, tail *[2][128]byte, tailBlocks int)

func hashPairs(dst, src [][32]byte) {
	if use {
		hashPairsSHA2(&dst[0], &src[0], len(dst), &paddingConstants)
		return
	}
	hashPairsGeneric(dst, src)
}

func hashPairsPrefixed(dst, src [][32]byte, prefix byte) {
	if use {
		hashPairsPrefixedSHA2(&dst[0], &src[0], len(dst), prefix)
		return
	}
	hashPairsPrefixedGeneric(dst, src, prefix)
}

func sumLanes(dst [][32]byte, msgs []byte, n int) {
	if use && len(dst) >= 2 && n > 0 {
		var rows [2]row
		blocks := pad(rows[:], n%64, n)
		for ; len(dst) >= 2; dst, msgs = dst[2:], msgs[2*n:] {
			fill(rows[:], msgs, n)
			sumSHA2((*[2][32]byte)(dst), &msgs[0], n, n/64, &rows, blocks)
		}
	}
	sumLanesGeneric(dst, msgs, n)
}
