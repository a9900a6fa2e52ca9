//go:build !purego

package sha256mb

import (
	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/cpu"
)

// force makes name the only implementation used, unless it is everything, until the
// function it returns is called.
func force(name string) (restore func()) {
	use = machine
	if name != everything {
		use = kernels{avx512: name == "avx512", avx2: name == "avx2", shani: name == "shani"}
	}
	return func() { use = machine }
}

// expected is what runs by the processor's features.
func expected() (names []string) {
	if cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL {
		names = append(names, "avx512")
	}
	if cpuid.CPU.Has(cpuid.SHA) {
		names = append(names, "shani")
	}
	if cpu.X86.HasAVX2 {
		names = append(names, "avx2")
	}
	return append(names, "generic")
}
