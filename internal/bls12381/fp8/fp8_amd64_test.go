//go:build !purego

package fp8

import (
	"testing"

	"golang.org/x/sys/cpu"
)

func vectorImplementations(t testing.TB) []implementation {
	t.Helper()
	if has := cpu.X86.HasAVX512F && cpu.X86.HasAVX512IFMA; has != Available() {
		t.Fatalf("the machine has IFMA: %v; it is used: %v", has, Available())
	}
	if !Available() {
		return nil
	}
	return []implementation{{"ifma", mulIFMA, addIFMA, subIFMA, reduceIFMA}}
}
