//go:build !purego

package keccak

import "golang.org/x/sys/cpu"

// useAVX512 says that the processor has what the kernel executes: 512-bit registers (F).
// The feature bit includes the operating system's support.
var useAVX512 = cpu.X86.HasAVX512F

//go:noescape
func permuteAVX512(s *lanes)

func (s *lanes) permute() {
	if useAVX512 {
		permuteAVX512(s)
		return
	}
	s.permuteGeneric()
}
