//go:build purego || !amd64

package sdr

func wantedStepImplementation() string { return "generic" }
