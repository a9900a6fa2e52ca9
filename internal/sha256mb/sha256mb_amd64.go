//go:build !purego

package sha256mb

import "golang.org/x/sys/cpu"

// useAVX512 says that the processor has what the kernel executes: 512-bit registers
// (F). The feature bit includes the operating system's support.
var useAVX512 = cpu.X86.HasAVX512F

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return useAVX512 }

//go:noescape
func compressAVX512(s *State, b *Block)

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) {
	if useAVX512 {
		compressAVX512(s, b)
		return
	}
	compressGeneric(s, b)
}
