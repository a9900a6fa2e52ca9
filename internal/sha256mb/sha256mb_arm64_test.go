//go:build !purego

package sha256mb

import "golang.org/x/sys/cpu"

// force makes name the only implementation used, unless it is everything, until the
// function it returns is called.
func force(name string) (restore func()) {
	use = machine && name != "generic"
	return func() { use = machine }
}

// expected is what runs by the processor's features.
func expected() (names []string) {
	if cpu.ARM64.HasSHA2 {
		names = append(names, "sha2")
	}
	return append(names, "generic")
}
