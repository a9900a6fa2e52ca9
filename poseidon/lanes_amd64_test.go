//go:build !purego

package poseidon

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// machineHasIFMA fails where the machine has the instructions and they are not
// used.
func machineHasIFMA(t testing.TB) bool {
	t.Helper()
	has := cpu.X86.HasAVX512F && cpu.X86.HasAVX512IFMA
	if has != useIFMA {
		t.Fatalf("the machine has IFMA: %v; it is used: %v", has, useIFMA)
	}
	return has
}

// withoutIFMA runs f with the twins in place of the kernels.
func withoutIFMA(f func()) {
	used := useIFMA
	useIFMA = false
	defer func() { useIFMA = used }()
	f()
}
