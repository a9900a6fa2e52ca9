package sha256mb

import (
	"slices"
	"testing"
)

// everything stands for all implementations together, as callers get them.
const everything = "all"

// forEachImpl runs test with each implementation of the machine alone, and with all of
// them.
func forEachImpl(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Logf("implementations: %v", Implementations())
	for _, name := range append(Implementations(), everything) {
		t.Run("impl="+name, func(t *testing.T) {
			defer force(name)()
			test(t)
		})
	}
}

// What the processor has must be what runs.
func TestImplementations(t *testing.T) {
	t.Logf("features: %v, implementations: %v", expected(), Implementations())
	if got, want := Implementations(), expected(); !slices.Equal(got, want) {
		t.Errorf("implementations: %v, want %v", got, want)
	}
	if Available() != slices.Contains(Implementations(), "avx512") {
		t.Errorf("Available() = %v", Available())
	}
}
