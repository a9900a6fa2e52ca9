//go:build !amd64 || purego

package keccak

import "testing"

func eachKernel(t *testing.T, test func(t *testing.T)) { t.Run("generic", test) }
