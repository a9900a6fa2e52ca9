//go:build !amd64 || purego

package main

// kernels is empty where the two sides do not choose between the same kernels.
func kernels() []kernel { return nil }
