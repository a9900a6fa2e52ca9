package jmt_test

import (
	"testing"

	"github.com/depinproof/depinproof/por/jmt"
)

// TestAllocations counts the allocations of the verbs: none for proofs that hold.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	tree, root, key := large(t)
	absent := key
	absent[31]++
	path := tree.Prove(&key)
	left := leftOf(key, path)
	known, rp := mustRange(t, tree, key)
	for _, c := range []struct {
		name   string
		verify func() error
	}{
		{"VerifyExistence", func() error { return jmt.VerifyExistence(&root, &key, nil, path) }},
		{"VerifyAbsence", func() error { return jmt.VerifyAbsence(&root, &absent, path) }},
		{"VerifyRange", func() error { return jmt.VerifyRange(&root, known, rp) }},
		{"VerifyRightmost", func() error { return jmt.VerifyRightmost(&root, path.Leaf, left, rp) }},
	} {
		n := testing.AllocsPerRun(5, func() {
			if err := c.verify(); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %.0f allocations, want none", c.name, n)
		}
	}
}
