//go:build !purego

package sha256mb

import "golang.org/x/sys/cpu"

const expectAVX512 = false

// force makes name the only implementation used, unless it is all, until the function
// it returns is called.
func force(name string) (restore func()) {
	use = machine && name != "generic"
	return func() { use = machine }
}

// expected is what the processor's features say that runs.
func expected() (names []string) {
	if cpu.ARM64.HasSHA2 {
		names = append(names, "sha2")
	}
	return append(names, "generic")
}
