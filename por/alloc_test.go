package por

import (
	"context"
	"testing"
)

// TestAllocations pins what the documentation promises.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates, and empties pools")
	}
	if testing.Short() {
		t.Skip("skipped: the same everywhere")
	}
	check := func(name string, most float64, f func() error) {
		t.Helper()
		if err := f(); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if n := testing.AllocsPerRun(10, func() { _ = f() }); n > most {
			t.Errorf("%s: %v allocations, at most %v", name, n, most)
		}
	}
	for _, s := range testSpecs(t) {
		size := uint64(1 << 6)
		if s.checkSize(size) != nil {
			all := sizes(s, 100)
			size = all[len(all)-1]
		}
		tree, err := s.NewTree(testLeaves(size), 1)
		if err != nil {
			t.Fatal(err)
		}
		root, index := tree.Root(), size/3
		leaf := tree.levels[0][index]
		path, err := tree.Path(index)
		if err != nil {
			t.Fatal(err)
		}
		name := s.Name() + ": "
		check(name+"VerifyInclusion", 0, func() error { return s.VerifyInclusion(&root, &leaf, index, size, path) })
		var got Node
		check(name+"RootFromInclusion", 0, func() error { return s.RootFromInclusion(&got, &leaf, index, size, path) })
		if s.sorted && s.rules.Leaf == nil {
			check(name+"VerifyMember", 0, func() error { return s.VerifyMember(&root, leaf[:], path) })
		}
		if s.rules.LeafSize > 0 {
			data := make([]byte, s.rules.LeafSize)
			check(name+"HashLeaf", 0, func() error { return s.HashLeaf(&got, data) })
		}
		if s.rules.Odd == Promote && !s.sorted {
			var before Node
			if err := s.Root(&before, tree.levels[0][:index], 1); err != nil {
				t.Fatal(err)
			}
			proof, err := tree.Consistency(index)
			if err != nil {
				t.Fatal(err)
			}
			check(name+"VerifyConsistency", 0, func() error { return s.VerifyConsistency(&before, &root, index, size, proof) })
		}
		items := make([]Inclusion, 2*batchChunk)
		for i := range items {
			items[i] = Inclusion{root, leaf, index, size, path}
		}
		errs := make([]error, len(items))
		check(name+"VerifyInclusionBatch", 4, func() error { return s.VerifyInclusionBatch(context.Background(), items, errs) })
	}
	v, err := RFC6962().NewRangeVerifier(1, 1<<40, 1<<41)
	if err != nil {
		t.Fatal(err)
	}
	leaves := testLeaves(1 << 12)
	check("RangeVerifier.Add, once warm", 0, func() error { return v.Add(leaves) })
	dst, src := make([]Node, 40), make([]Node, 80)
	for _, h := range testHashes() {
		check(h.String(), 0, func() error { return h.HashNodes(dst, src) })
		if h.Algorithm != Keccak256 || h.Prefix == "" {
			check(h.String()+" of long leaves", 0, func() error { return h.HashLeaves(dst[:4], flat(src)) })
		}
		check(h.String()+" of leaves", 0, func() error { return h.HashLeaves(dst, flat(src)) })
	}
	check("HashPairs", 0, func() error { return HashPairs(dst, src) })
	check("SumLanes", 0, func() error { return SumLanes(dst, flat(src), 64) })
}
