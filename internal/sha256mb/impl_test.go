package sha256mb

import "testing"

// forEachImpl runs the test with each implementation of the machine alone, and with all
// as callers get them.
func forEachImpl(t *testing.T, test func(t *testing.T)) {
	for _, name := range append(Implementations(), "all") {
		t.Run("impl="+name, func(t *testing.T) {
			defer force(name)()
			test(t)
		})
	}
}
