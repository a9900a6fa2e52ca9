//go:build purego || !amd64

package sdr

// stepImplementation names what step runs.
const stepImplementation = "generic"

// step applies the three rounds to every value.
func (f *feistel) step(x *[lanes]uint64) { f.stepGeneric(x) }
