package nmt_test

import (
	"testing"

	"github.com/depinproof/depinproof/por/nmt"
)

// TestAllocations counts the allocations of the verbs: none for proofs that hold.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	s, tree, ns, leaves, p := share(t)
	root, data, hashes := tree.Root(), bare(29, leaves), hashesOf(29, leaves)
	absent := namespaceOf(29, 0x50)
	outside := mustNamespace(t, tree, absent)
	long := leavesOf(29, 1)
	long[0] = append(long[0], make([]byte, 1<<20)...)
	longTree := mustTree(t, &nmt.Spec{NamespaceSize: 29, IgnoreMaxNamespace: true}, long)
	single := *s
	single.Size = 1
	longRoot, longProof := longTree.Root(), mustRange(t, longTree, 0, 1)
	for _, c := range []struct {
		name   string
		verify func() error
	}{
		{"VerifyNamespace", func() error { return s.VerifyNamespace(root, ns, leaves, p) }},
		{"VerifyNamespace, outside", func() error { return s.VerifyNamespace(root, absent, nil, outside) }},
		{"VerifyInclusion", func() error { return s.VerifyInclusion(root, ns, data, p) }},
		{"VerifyRange", func() error { return s.VerifyRange(root, leaves, p) }},
		{"VerifyRange, 1 MiB", func() error { return single.VerifyRange(longRoot, long, longProof) }},
		{"VerifyLeafHashes", func() error { return s.VerifyLeafHashes(root, ns, hashes, p) }},
	} {
		n := testing.AllocsPerRun(20, func() {
			if err := c.verify(); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %.0f allocations, want none", c.name, n)
		}
	}
}
