//go:build !purego

package sha256mb

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// force makes name the only implementation used, unless it is all, until the function
// it returns is called.
func force(name string) (restore func()) {
	switch name {
	case "all":
		use = machine
	default:
		use = kernels{avx512: name == "avx512", avx2: name == "avx2", shani: name == "shani"}
	}
	return func() { use = machine }
}

var expectAVX512 = cpu.X86.HasAVX512F
var _ testing.TB
