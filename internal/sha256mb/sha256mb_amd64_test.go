//go:build !purego

package sha256mb

import "golang.org/x/sys/cpu"

var expectAVX512 = cpu.X86.HasAVX512F
