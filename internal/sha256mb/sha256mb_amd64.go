//go:build !purego

package sha256mb

import "golang.org/x/sys/cpu"

// useAVX512 is the conjunction of what the kernels execute: 512-bit registers (F) and
// their shuffles of bytes (BW), and masks of eight lanes (DQ). The feature bits include
// the operating system's support.
var useAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return useAVX512 }

// Implementations lists what this machine can run, the fastest first.
func Implementations() (names []string) {
	if useAVX512 {
		names = append(names, "avx512")
	}
	return append(names, "generic")
}

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) {
	if useAVX512 {
		compressAVX512((*[8][Lanes]uint32)(s), (*[16][Lanes]uint32)(b))
		return
	}
	compressGeneric(s, b)
}

func hashPairs(dst, src [][32]byte) {
	if useAVX512 && len(dst) >= 4 {
		hashPairsAVX512(&dst[0], &src[0], len(dst))
		return
	}
	hashPairsGeneric(dst, src)
}

func hashPairsPrefixed(dst, src [][32]byte, prefix byte) { hashPairsPrefixedGeneric(dst, src, prefix) }

func sumLanes(dst [][32]byte, msgs []byte, n int) { sumLanesGeneric(dst, msgs, n) }
