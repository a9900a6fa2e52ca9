//go:build purego || !amd64

package poseidon

import "testing"

func machineHasIFMA(testing.TB) bool { return false }

func withoutIFMA(f func()) { f() }
