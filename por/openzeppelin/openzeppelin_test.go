package openzeppelin

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

func node(b byte, i int) por.Node {
	var n por.Node
	n[0] = b
	binary.BigEndian.PutUint64(n[24:], uint64(i))
	return keccak.Sum256(n[:])
}

func testLeaves(n int) []por.Node {
	leaves := make([]por.Node, n)
	for i := range leaves {
		leaves[i] = node('l', i)
	}
	return leaves
}

func mustTree(t testing.TB, leaves []por.Node, sorted bool) *Tree {
	t.Helper()
	tree, err := NewTree(leaves, sorted)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustProof[I int | uint64](t testing.TB, tree *Tree, i I) []por.Node {
	t.Helper()
	proof, err := tree.Path(uint64(i))
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func mustMultiproof(t testing.TB, tree *Tree, indices ...uint64) *Multiproof {
	t.Helper()
	m, err := tree.Multiproof(indices...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// perm returns the numbers below n in some order.
func perm(random *rand.Rand, n int) (indices []uint64) {
	for _, i := range random.Perm(n) {
		indices = append(indices, uint64(i))
	}
	return indices
}

// want checks the class of an error.
func want(t testing.TB, err, class error, what string) {
	t.Helper()
	var typed *depinproof.Error
	if !errors.Is(err, class) || !errors.As(err, &typed) {
		t.Errorf("%s: got %v, want %v", what, err, class)
	}
}

// slowRoot makes the root of leaves by the definition.
func slowRoot(leaves []por.Node) por.Node {
	heap := make([]por.Node, 2*len(leaves)-1)
	for i, leaf := range leaves {
		heap[len(heap)-1-i] = leaf
	}
	for i := len(leaves) - 2; i >= 0; i-- {
		l, r := heap[2*i+1], heap[2*i+2]
		if slices.Compare(l[:], r[:]) > 0 {
			l, r = r, l
		}
		heap[i] = keccak.Sum256(append(l[:], r[:]...))
	}
	return heap[0]
}

func TestTree(t *testing.T) {
	for n := 1; n <= 40; n++ {
		leaves := testLeaves(n)
		inOrder := mustTree(t, leaves, false)
		if got, want := inOrder.Root(), slowRoot(leaves); got != want {
			t.Errorf("%d leaves: root %x, want %x", n, got, want)
		}
		ordered := slices.Clone(leaves)
		slices.SortFunc(ordered, func(a, b por.Node) int { return slices.Compare(a[:], b[:]) })
		bySize := mustTree(t, leaves, true)
		if got, want := bySize.Root(), slowRoot(ordered); got != want {
			t.Errorf("%d leaves: sorted root %x, want %x", n, got, want)
		}
		for _, tree := range []*Tree{inOrder, bySize} {
			if tree.Size() != uint64(n) {
				t.Errorf("%d leaves, want %d", tree.Size(), n)
			}
			for i, leaf := range leaves {
				if tree.Leaf(uint64(i)) != leaf || tree.Nodes()[tree.TreeIndex(uint64(i))] != leaf {
					t.Errorf("leaf %d of %d is elsewhere", i, n)
				}
				if err := VerifyProof(new(tree.Root()), &leaf, mustProof(t, tree, i)); err != nil {
					t.Errorf("leaf %d of %d: %v", i, n, err)
				}
			}
		}
	}
}

func TestTreeArguments(t *testing.T) {
	_, err := NewTree(nil, true)
	want(t, err, depinproof.ErrMalformed, "no leaves")
	_, err = NewTree(make([]por.Node, MaxLeaves+1), true)
	want(t, err, depinproof.ErrLimit, "too many leaves")
	tree := mustTree(t, testLeaves(5), true)
	for _, i := range []uint64{5, 1<<64 - 1} {
		_, err = tree.Path(i)
		want(t, err, depinproof.ErrMalformed, "index outside")
		_, err = tree.Multiproof(0, i)
		want(t, err, depinproof.ErrMalformed, "index outside")
	}
	_, err = tree.Multiproof()
	want(t, err, depinproof.ErrMalformed, "no indices")
	_, err = tree.Multiproof(1, 3, 1)
	want(t, err, depinproof.ErrMalformed, "index twice")
}

// TestVerifyProofBits flips every bit of a proof, its leaf and its root.
func TestVerifyProofBits(t *testing.T) {
	tree := mustTree(t, testLeaves(6), true)
	root, leaf, proof := tree.Root(), tree.Leaf(2), mustProof(t, tree, 2)
	flip := func(what string, n *por.Node) {
		for bit := range 256 {
			n[bit/8] ^= 1 << (bit % 8)
			want(t, VerifyProof(&root, &leaf, proof), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			n[bit/8] ^= 1 << (bit % 8)
		}
	}
	flip("root", &root)
	flip("leaf", &leaf)
	for i := range proof {
		flip(fmt.Sprint("node ", i), &proof[i])
	}
	if err := VerifyProof(&root, &leaf, proof); err != nil {
		t.Error(err)
	}
	want(t, VerifyProof(&root, &leaf, proof[1:]), depinproof.ErrInvalidProof, "first node cut")
	want(t, VerifyProof(&root, &leaf, proof[:len(proof)-1]), depinproof.ErrInvalidProof, "last node cut")
	want(t, VerifyProof(&root, &leaf, append(proof[:len(proof):len(proof)], root)), depinproof.ErrInvalidProof, "node added")
	var mismatch *por.RootMismatchError
	if err := VerifyProof(new(por.Node), &root, nil); !errors.As(err, &mismatch) || mismatch.Got != root {
		t.Errorf("got %v, want a root mismatch", err)
	}
}

func TestVerifyProofLength(t *testing.T) {
	leaf := node('l', 0)
	root, proof := leaf, make([]por.Node, 0, MaxProofNodes+1)
	for i := range MaxProofNodes + 1 {
		if err := VerifyProof(&root, &leaf, proof); err != nil {
			t.Errorf("%d nodes: %v", i, err)
		}
		proof = append(proof, node('s', i))
		root = keccak.SumSorted(&root, &proof[i])
	}
	want(t, VerifyProof(&root, &leaf, proof), depinproof.ErrLimit, "too many nodes")
}

// TestInnerNodeAsLeaf holds what the package says a proof does not: that its leaf is one.
func TestInnerNodeAsLeaf(t *testing.T) {
	tree := mustTree(t, testLeaves(6), true)
	nodes, proof := tree.Nodes(), mustProof(t, tree, 2)
	inner := nodes[parent(tree.TreeIndex(2))]
	if err := VerifyProof(new(tree.Root()), &inner, proof[1:]); err != nil {
		t.Errorf("inner node: %v, and MerkleProof accepts it", err)
	}
	// A leaf hashed once from 64 bytes is an inner node, one hashed twice is not.
	leaf := tree.Leaf(2)
	pair := append(leaf[:], proof[0][:]...)
	if slices.Compare(leaf[:], proof[0][:]) > 0 {
		pair = append(proof[0][:], leaf[:]...)
	}
	if err := VerifyProof(new(tree.Root()), new(keccak.Sum256(pair)), proof[1:]); err != nil {
		t.Errorf("leaf of 64 bytes: %v, and MerkleProof accepts it", err)
	}
	want(t, VerifyProof(new(tree.Root()), new(StandardLeaf(pair)), proof[1:]), depinproof.ErrInvalidProof, "standard leaf")
}

// reference is processMultiProof of MerkleProof.sol, with its memory of zeros and with
// ok = false where the contract reverts.
func reference(leaves, proof []por.Node, flags []bool) (root por.Node, ok bool) {
	if len(leaves)+len(proof) != len(flags)+1 {
		return root, false
	}
	switch {
	case len(flags) == 0 && len(leaves) > 0:
		return leaves[0], true
	case len(flags) == 0:
		return proof[0], true
	}
	hashes := make([]por.Node, len(flags))
	leafAt, hashAt, proofAt := 0, 0, 0
	next := func() (n por.Node, ok bool) {
		switch {
		case leafAt < len(leaves):
			leafAt++
			return leaves[leafAt-1], true
		case hashAt < len(hashes):
			hashAt++
			return hashes[hashAt-1], true
		}
		return n, false
	}
	for i, flag := range flags {
		a, ok := next()
		if !ok {
			return root, false
		}
		var b por.Node
		if flag {
			if b, ok = next(); !ok {
				return root, false
			}
		} else {
			if proofAt == len(proof) {
				return root, false
			}
			b = proof[proofAt]
			proofAt++
		}
		hashes[i] = keccak.SumSorted(&a, &b)
	}
	return hashes[len(hashes)-1], proofAt == len(proof)
}

// checkMultiproof compares a verdict with the reference's.
func checkMultiproof(t *testing.T, root por.Node, leaves, proof []por.Node, flags []bool) {
	t.Helper()
	got := VerifyMultiproof(&root, leaves, proof, flags)
	computed, ok := reference(leaves, proof, flags)
	switch {
	case !ok || len(leaves) == 0:
		want(t, got, depinproof.ErrMalformed, "the reference reverts or proves nothing")
	case computed != root:
		want(t, got, depinproof.ErrInvalidProof, "the reference says no")
	case got != nil:
		t.Errorf("the reference says yes: %v", got)
	}
}

// TestVerifyMultiproofShapes goes through all flags and counts of small multiproofs.
func TestVerifyMultiproofShapes(t *testing.T) {
	leaves, proof := testLeaves(6), []por.Node{{}, node('p', 1), node('p', 2), node('p', 3), node('p', 4)}
	accepted := 0
	for count := range 6 {
		for bits := range 1 << count {
			flags := make([]bool, count)
			for i := range flags {
				flags[i] = bits>>i&1 == 1
			}
			for l := range len(leaves) + 1 {
				for p := range len(proof) + 1 {
					checkMultiproof(t, node('r', 0), leaves[:l], proof[:p], flags)
					if root, ok := reference(leaves[:l], proof[:p], flags); ok {
						checkMultiproof(t, root, leaves[:l], proof[:p], flags)
						accepted++
					}
				}
			}
		}
	}
	// A leaf alone, no leaf alone, and 2^n flags with their counts.
	if accepted != 2+2+4+8+16+32 {
		t.Errorf("the reference accepts %d multiproofs", accepted)
	}
}

func TestVerifyMultiproofTrees(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 12; n++ {
		for _, sorted := range []bool{false, true} {
			tree := mustTree(t, testLeaves(n), sorted)
			for subset := 1; subset < 1<<n; subset++ {
				if n > 8 && random.IntN(16) > 0 {
					continue
				}
				var indices []uint64
				for i := range n {
					if subset>>i&1 == 1 {
						indices = append(indices, uint64(i))
					}
				}
				random.Shuffle(len(indices), func(i, j int) { indices[i], indices[j] = indices[j], indices[i] })
				m := mustMultiproof(t, tree, indices...)
				if err := VerifyMultiproof(new(tree.Root()), m.Leaves, m.Proof, m.Flags); err != nil {
					t.Errorf("%d leaves, %v: %v", n, indices, err)
				}
				for k, i := range m.Indices {
					if m.Leaves[k] != tree.Leaf(i) {
						t.Errorf("%d leaves, %v: leaf %d is another", n, indices, k)
					}
				}
			}
		}
	}
	// More leaves than fit the stack.
	tree := mustTree(t, testLeaves(1000), true)
	m := mustMultiproof(t, tree, perm(random, 1000)[:333]...)
	checkMultiproof(t, tree.Root(), m.Leaves, m.Proof, m.Flags)
	m.Leaves[0], m.Leaves[200] = m.Leaves[200], m.Leaves[0]
	want(t, VerifyMultiproof(new(tree.Root()), m.Leaves, m.Proof, m.Flags), depinproof.ErrInvalidProof, "leaves in another order")
}

// TestVerifyMultiproofBits flips every bit of a multiproof, its leaves, flags and root.
func TestVerifyMultiproofBits(t *testing.T) {
	tree := mustTree(t, testLeaves(7), true)
	root, m := tree.Root(), mustMultiproof(t, tree, 0, 1, 4)
	flip := func(what string, n *por.Node) {
		for bit := range 256 {
			n[bit/8] ^= 1 << (bit % 8)
			want(t, VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			n[bit/8] ^= 1 << (bit % 8)
		}
	}
	flip("root", &root)
	for i := range m.Leaves {
		flip(fmt.Sprint("leaf ", i), &m.Leaves[i])
	}
	for i := range m.Proof {
		flip(fmt.Sprint("node ", i), &m.Proof[i])
	}
	for i := range m.Flags {
		m.Flags[i] = !m.Flags[i]
		want(t, VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags), depinproof.ErrMalformed, fmt.Sprint("flag ", i))
		m.Flags[i] = !m.Flags[i]
	}
	if err := VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags); err != nil {
		t.Error(err)
	}
}

// TestVerifyMultiproofEmpty holds the one statement that the reference accepts and this
// package refuses, and the forgery of CVE-2023-34459 in a tree with a node of zeros.
func TestVerifyMultiproofEmpty(t *testing.T) {
	root := mustTree(t, testLeaves(4), true).Root()
	if got, ok := reference(nil, []por.Node{root}, nil); !ok || got != root {
		t.Error("the reference refuses a multiproof of no leaves")
	}
	want(t, VerifyMultiproof(&root, nil, []por.Node{root}, nil), depinproof.ErrMalformed, "no leaves")
	want(t, VerifyMultiproof(&root, nil, nil, nil), depinproof.ErrMalformed, "nothing")

	zeros := mustTree(t, []por.Node{{}, node('l', 1)}, false)
	forged := []por.Node{node('f', 0), node('f', 1)}
	want(t, VerifyMultiproof(new(zeros.Root()), forged, []por.Node{zeros.Leaf(1), {}}, []bool{true, true, false}),
		depinproof.ErrMalformed, "nodes left over")
}

func TestVerifyMultiproofLimits(t *testing.T) {
	many := make([]por.Node, MaxLeaves+1)
	want(t, VerifyMultiproof(new(por.Node), many, nil, nil), depinproof.ErrLimit, "leaves")
	want(t, VerifyMultiproof(new(por.Node), nil, many, nil), depinproof.ErrLimit, "nodes")
	want(t, VerifyMultiproof(new(por.Node), many[:1], nil, make([]bool, 1<<22)), depinproof.ErrMalformed, "flags")
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	tree := mustTree(t, testLeaves(1000), true)
	root, leaf, proof := tree.Root(), tree.Leaf(7), mustProof(t, tree, 7)
	m := mustMultiproof(t, tree, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
	if n := testing.AllocsPerRun(100, func() {
		if VerifyProof(&root, &leaf, proof) != nil || VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags) != nil {
			t.Error("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzVerifyProof(f *testing.F) {
	f.Add(uint16(5), uint16(2), true, uint16(3), byte(1))
	f.Fuzz(func(t *testing.T, count, at uint16, sorted bool, where uint16, change byte) {
		n := int(count)%300 + 1
		tree := mustTree(t, testLeaves(n), sorted)
		i := int(at) % n
		root, leaf, proof := tree.Root(), tree.Leaf(uint64(i)), mustProof(t, tree, i)
		if err := VerifyProof(&root, &leaf, proof); err != nil {
			t.Errorf("leaf %d of %d: %v", i, n, err)
		}
		all := append([]por.Node{root, leaf}, proof...)
		w := int(where) % (32 * len(all))
		all[w/32][w%32] ^= change
		if err := VerifyProof(&all[0], &all[1], all[2:]); (err == nil) != (change == 0) {
			t.Errorf("leaf %d of %d, byte %d changed by %#x: %v", i, n, w, change, err)
		}
	})
}

// FuzzVerifyMultiproof compares with the reference, of whose shapes most are wrong, and
// has a tree make the right ones.
func FuzzVerifyMultiproof(f *testing.F) {
	f.Add(uint8(5), uint8(3), uint64(0b10110), uint8(4), uint8(9))
	f.Fuzz(func(t *testing.T, leaves, nodes uint8, bits uint64, count, size uint8) {
		flags := make([]bool, count%32)
		for i := range flags {
			flags[i] = bits>>i&1 == 1
		}
		l, p := testLeaves(int(leaves%16)), testLeaves(int(leaves%16) + int(nodes%16))[leaves%16:]
		root, _ := reference(l, p, flags)
		checkMultiproof(t, root, l, p, flags)

		n := int(size)%64 + 1
		tree := mustTree(t, testLeaves(n), count%2 == 0)
		var indices []uint64
		for i := range n {
			if bits>>i&1 == 1 {
				indices = append(indices, uint64(i))
			}
		}
		if len(indices) == 0 {
			return
		}
		m := mustMultiproof(t, tree, indices...)
		if err := VerifyMultiproof(new(tree.Root()), m.Leaves, m.Proof, m.Flags); err != nil {
			t.Errorf("%v of %d: %v", indices, n, err)
		}
		checkMultiproof(t, tree.Root(), m.Leaves, m.Proof, m.Flags)
		m.Leaves[int(leaves)%len(m.Leaves)][0] ^= 1
		if VerifyMultiproof(new(tree.Root()), m.Leaves, m.Proof, m.Flags) == nil {
			t.Errorf("%v of %d: another leaf accepted", indices, n)
		}
	})
}

func BenchmarkVerifyProof(b *testing.B) {
	tree := mustTree(b, testLeaves(1<<16), true)
	root, leaf, proof := tree.Root(), tree.Leaf(7), mustProof(b, tree, 7)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyProof(&root, &leaf, proof); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyMultiproof(b *testing.B) {
	tree := mustTree(b, testLeaves(1<<16), true)
	m := mustMultiproof(b, tree, perm(rand.New(rand.NewPCG(1, 1)), 1<<16)[:32]...)
	root := tree.Root()
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewTree(b *testing.B) {
	leaves := testLeaves(1 << 12)
	b.ReportAllocs()
	for b.Loop() {
		mustTree(b, leaves, true)
	}
}
