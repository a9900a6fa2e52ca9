//go:build !purego

package keccak

import "testing"

// eachKernel runs a test with and, if the machine has any, without vector instructions.
func eachKernel(t *testing.T, test func(t *testing.T)) {
	t.Run("as found", test)
	if !useAVX512 {
		t.Log("no AVX-512: the generic twin alone is tested")
		return
	}
	useAVX512 = false
	defer func() { useAVX512 = true }()
	t.Run("generic", test)
}
