//go:build !purego

package sha256mb

import (
	"slices"
	"testing"

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

// A machine that lacks some of the features of this one leaves to others what they do
// here.
func TestSubsets(t *testing.T) {
	defer force(everything)()
	const n = 100
	for subset := range 8 {
		use = kernels{
			avx512: machine.avx512 && subset&1 != 0,
			avx2:   machine.avx2 && subset&2 != 0,
			shani:  machine.shani && subset&4 != 0,
		}
		for count := range 51 {
			msgs := randomBytes(n * count)
			dst := make([][32]byte, count)
			if SumLanes(dst, msgs, n); !slices.Equal(dst, sumsOf(msgs, n, count)) {
				t.Errorf("%+v: %d messages: wrong digests", use, count)
			}
			src := digests(randomBytes(64 * count))
			for _, v := range pairsVerbs() {
				if v.hash(dst, src); !slices.Equal(dst, v.all(src)) {
					t.Errorf("%+v: %s, %d pairs: wrong digests", use, v.name, count)
				}
			}
		}
	}
}
