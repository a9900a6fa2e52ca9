//go:build !purego

package sdr

import "golang.org/x/sys/cpu"

// useAVX512 is the conjunction of what the kernel executes: 64-bit rotations and
// logic of 512-bit registers (F) and the byte shuffle of them (BW). The feature
// bits include the operating system's support.
var useAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW

// stepImplementation names what step runs.
var stepImplementation = map[bool]string{true: "avx512", false: "generic"}[useAVX512]

// stepAVX512 applies three Feistel rounds with the keys to eight values, one to
// a 64-bit lane; a value has two halves of half bits, mask = 2^half − 1 and
// half ≤ 32.
//
//go:noescape
func stepAVX512(x *[lanes]uint64, keys *[3]uint64, half, mask uint64)

// step applies the three rounds to every value.
func (f *feistel) step(x *[lanes]uint64) {
	if useAVX512 {
		stepAVX512(x, &f.keys, uint64(f.half), f.mask)
		return
	}
	f.stepGeneric(x)
}
