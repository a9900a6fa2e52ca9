//go:build !purego

package sdr

import "golang.org/x/sys/cpu"

func wantedStepImplementation() string {
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW {
		return "avx512"
	}
	return "generic"
}
