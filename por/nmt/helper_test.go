package nmt_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por/nmt"
)

// Below is the format once more, by recursion over ranges of leaves and over whole
// byte strings: slow, and independent of the package.

func slowLeaf(size int, leaf []byte) []byte {
	digest := sha256.Sum256(append([]byte{0}, leaf...))
	return slices.Concat(leaf[:size], leaf[:size], digest[:])
}

func slowValid(size int, n []byte) bool {
	return len(n) == 2*size+32 && bytes.Compare(n[:size], n[size:2*size]) <= 0
}

// slowInner returns nil if the children cannot be siblings.
func slowInner(size int, ignore bool, left, right []byte) []byte {
	if !slowValid(size, left) || !slowValid(size, right) || bytes.Compare(left[size:2*size], right[:size]) > 0 {
		return nil
	}
	digest := sha256.Sum256(slices.Concat([]byte{1}, left, right))
	greatest := right[size : 2*size]
	if ignore && bytes.Equal(right[:size], bytes.Repeat([]byte{0xff}, size)) {
		greatest = left[size : 2*size]
	}
	return slices.Concat(left[:size], greatest, digest[:])
}

func slowRoot(size int, ignore bool, leaves [][]byte) []byte {
	switch len(leaves) {
	case 0:
		digest := sha256.Sum256(nil)
		return append(make([]byte, 2*size), digest[:]...)
	case 1:
		return slowLeaf(size, leaves[0])
	}
	half := 1
	for 2*half < len(leaves) {
		half *= 2
	}
	return slowInner(size, ignore, slowRoot(size, ignore, leaves[:half]), slowRoot(size, ignore, leaves[half:]))
}

// slowClimb returns the root that a proof leads to, or nil.
func slowClimb(size int, p *nmt.Proof, hashes [][]byte) []byte {
	nodes := p.Nodes
	pop := func(list *[][]byte) []byte {
		if len(*list) == 0 {
			return nil
		}
		first := (*list)[0]
		*list = (*list)[1:]
		return first
	}
	bad := false
	var climb func(lo, hi uint64) []byte
	climb = func(lo, hi uint64) []byte {
		if hi <= p.Start || lo >= p.End {
			return pop(&nodes)
		}
		if hi-lo == 1 {
			return pop(&hashes)
		}
		mid := lo + (hi-lo)/2
		left, right := climb(lo, mid), climb(mid, hi)
		if right == nil {
			return left
		}
		n := slowInner(size, p.IgnoreMaxNamespace, left, right)
		bad = bad || n == nil
		return n
	}
	span := uint64(1)
	for span < p.End {
		span *= 2
	}
	root := climb(0, span)
	for _, n := range nodes {
		root = slowInner(size, p.IgnoreMaxNamespace, root, n)
		bad = bad || root == nil
	}
	if bad {
		return nil
	}
	return root
}

// slowComplete reports whether the nodes left of the range are below ns and those
// right of it above.
func slowComplete(size int, p *nmt.Proof, ns []byte) bool {
	left := 0
	for i := range 64 {
		left += int(p.Start >> i & 1)
	}
	for i, n := range p.Nodes {
		if i < left && bytes.Compare(n[size:2*size], ns) >= 0 || i >= left && bytes.Compare(n[:size], ns) <= 0 {
			return false
		}
	}
	return len(p.Nodes) >= left
}

// slowHashes is the verdict on leaf hashes, with or without completeness.
func slowHashes(size int, root, ns []byte, hashes [][]byte, p *nmt.Proof, complete bool) bool {
	if p.Start >= p.End || uint64(len(hashes)) != p.End-p.Start || !slowValid(size, root) {
		return false
	}
	for _, n := range slices.Concat(p.Nodes, hashes) {
		if !slowValid(size, n) {
			return false
		}
	}
	if complete && !slowComplete(size, p, ns) {
		return false
	}
	return bytes.Equal(slowClimb(size, p, hashes), root)
}

func slowNamespace(s *nmt.Spec, root, ns []byte, leaves [][]byte, p *nmt.Proof) bool {
	size := s.NamespaceSize
	if len(ns) != size || p.IgnoreMaxNamespace != s.IgnoreMaxNamespace || !slowValid(size, root) {
		return false
	}
	if s.IgnoreMaxNamespace && bytes.Equal(ns, bytes.Repeat([]byte{0xff}, size)) {
		return false
	}
	if len(p.LeafHash) != 0 {
		return len(leaves) == 0 && slowValid(size, p.LeafHash) &&
			bytes.Equal(p.LeafHash[:size], p.LeafHash[size:2*size]) &&
			bytes.Compare(ns, p.LeafHash[:size]) < 0 &&
			slowHashes(size, root, ns, [][]byte{p.LeafHash}, p, true)
	}
	if p.Start == 0 && p.End == 0 && len(p.Nodes) == 0 {
		return len(leaves) == 0 && (bytes.Compare(ns, root[:size]) < 0 ||
			bytes.Compare(ns, root[size:2*size]) > 0 || bytes.Equal(root, slowRoot(size, false, nil)))
	}
	var hashes [][]byte
	for _, leaf := range leaves {
		if len(leaf) < size || !bytes.Equal(leaf[:size], ns) {
			return false
		}
		hashes = append(hashes, slowLeaf(size, leaf))
	}
	return slowHashes(size, root, ns, hashes, p, true)
}

func slowInclusion(s *nmt.Spec, root, ns []byte, bare [][]byte, p *nmt.Proof) bool {
	if len(ns) != s.NamespaceSize || p.IgnoreMaxNamespace != s.IgnoreMaxNamespace || len(p.LeafHash) != 0 {
		return false
	}
	var hashes [][]byte
	for _, data := range bare {
		hashes = append(hashes, slowLeaf(s.NamespaceSize, slices.Concat(ns, data)))
	}
	return slowHashes(s.NamespaceSize, root, ns, hashes, p, false)
}

func slowRange(s *nmt.Spec, root []byte, leaves [][]byte, p *nmt.Proof) bool {
	if p.IgnoreMaxNamespace != s.IgnoreMaxNamespace || len(p.LeafHash) != 0 {
		return false
	}
	var hashes [][]byte
	for _, leaf := range leaves {
		if len(leaf) < s.NamespaceSize {
			return false
		}
		hashes = append(hashes, slowLeaf(s.NamespaceSize, leaf))
	}
	return slowHashes(s.NamespaceSize, root, nil, hashes, p, false)
}

func slowLeafHashes(s *nmt.Spec, root, ns []byte, hashes [][]byte, p *nmt.Proof) bool {
	size := s.NamespaceSize
	if len(ns) != size || p.IgnoreMaxNamespace != s.IgnoreMaxNamespace || len(p.LeafHash) != 0 {
		return false
	}
	for _, n := range hashes {
		if !slowValid(size, n) || !bytes.Equal(n[:size], ns) || !bytes.Equal(n[size:2*size], ns) {
			return false
		}
	}
	return slowHashes(size, root, ns, hashes, p, false)
}

// leavesOf returns a leaf for each value: a namespace that ends with it, and some data.
// 0xff stands for the greatest namespace.
func leavesOf(size int, values ...byte) [][]byte {
	var leaves [][]byte
	for i, v := range values {
		leaf := namespaceOf(size, v)
		for j := range i % 4 {
			leaf = append(leaf, byte(i), byte(j))
		}
		leaves = append(leaves, leaf)
	}
	return leaves
}

func namespaceOf(size int, v byte) []byte {
	if v == 0xff {
		return bytes.Repeat([]byte{v}, size)
	}
	ns := make([]byte, size)
	ns[size-1] = v
	return ns
}

// bare returns leaves without their namespaces.
func bare(size int, leaves [][]byte) [][]byte {
	var out [][]byte
	for _, leaf := range leaves {
		out = append(out, leaf[size:])
	}
	return out
}

func hashesOf(size int, leaves [][]byte) [][]byte {
	var out [][]byte
	for _, leaf := range leaves {
		out = append(out, slowLeaf(size, leaf))
	}
	return out
}

// randomValues returns at most n values in their order, none above 8 but 0xff.
func randomValues(r *rand.Rand, n int) []byte {
	values := make([]byte, r.IntN(n+1))
	for i := range values {
		values[i] = byte(1 + r.IntN(8))
		if r.IntN(5) == 0 {
			values[i] = 0xff
		}
	}
	slices.Sort(values)
	return values
}

func mustTree(t testing.TB, s *nmt.Spec, leaves [][]byte) *nmt.Tree {
	t.Helper()
	tree, err := s.NewTree(leaves)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustRange(t testing.TB, tree *nmt.Tree, start, end uint64) *nmt.Proof {
	t.Helper()
	p, err := tree.ProveRange(start, end)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustNamespace(t testing.TB, tree *nmt.Tree, ns []byte) *nmt.Proof {
	t.Helper()
	p, err := tree.ProveNamespace(ns)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantError checks the class of an error and, unless it is nil, its detail.
func wantError(t testing.TB, err, class, detail error) {
	t.Helper()
	var e *depinproof.Error
	if !errors.As(err, &e) || !errors.Is(err, class) || e.Op == "" {
		t.Errorf("got %v, want %v", err, class)
	}
	if detail != nil && !errors.Is(err, detail) {
		t.Errorf("got %v, want %v", err, detail)
	}
}

func clone(p *nmt.Proof) *nmt.Proof {
	q := *p
	q.Nodes = nil
	for _, n := range p.Nodes {
		q.Nodes = append(q.Nodes, bytes.Clone(n))
	}
	q.LeafHash = bytes.Clone(p.LeafHash)
	return &q
}
