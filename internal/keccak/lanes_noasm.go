//go:build !amd64 || purego

package keccak

const useAVX512 = false

func (s *lanes) permute() { s.permuteGeneric() }
