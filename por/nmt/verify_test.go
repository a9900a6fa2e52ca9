package nmt_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/nmt"
)

// TestKnownTree checks the tree of four leaves that upstream's documentation shows:
// the beginnings of its digests are published, so this binds the rules of hashing.
func TestKnownTree(t *testing.T) {
	s := &nmt.Spec{NamespaceSize: 1, IgnoreMaxNamespace: true}
	leaves := [][]byte{[]byte("\x00leaf_0"), []byte("\x00leaf_1"), []byte("\x01leaf_2"), []byte("\x03leaf_3")}
	tree := mustTree(t, s, leaves)
	p := mustNamespace(t, tree, []byte{1})
	if p.Start != 2 || p.End != 3 || len(p.Nodes) != 2 {
		t.Fatalf("got %+v", p)
	}
	for i, want := range []string{"0000ead8d25", "0303b4a2792"} {
		if got := hex.EncodeToString(p.Nodes[i]); got[:len(want)] != want {
			t.Errorf("node %d: %s, want %s...", i, got, want)
		}
	}
	if err := s.VerifyNamespace(tree.Root(), []byte{1}, leaves[2:3], p); err != nil {
		t.Error(err)
	}
}

// TestTrees makes trees of up to 17 leaves, with both rules and of several sizes of
// namespaces, and checks every range and namespace, with the size known and not.
func TestTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 18 {
		for _, size := range []int{1, 2, 29, 255} {
			for _, ignore := range []bool{false, true} {
				values := randomValues(r, n)
				leaves := leavesOf(size, values...)
				free := &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: ignore}
				sized := &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: ignore, Size: uint64(len(leaves))}
				tree := mustTree(t, sized, leaves)
				root := tree.Root()
				if want := slowRoot(size, ignore, leaves); !bytes.Equal(root, want) {
					t.Fatalf("%v: root %x, want %x", values, root, want)
				}
				for _, s := range []*nmt.Spec{free, sized} {
					checkRanges(t, s, tree, leaves)
					checkNamespaces(t, s, tree, values, leaves)
				}
			}
		}
	}
}

func checkRanges(t *testing.T, s *nmt.Spec, tree *nmt.Tree, leaves [][]byte) {
	t.Helper()
	size, root := s.NamespaceSize, tree.Root()
	for start := range len(leaves) {
		for end := start + 1; end <= len(leaves); end++ {
			in := leaves[start:end]
			p := mustRange(t, tree, uint64(start), uint64(end))
			if err := s.VerifyRange(root, in, p); err != nil {
				t.Error(err)
			}
			ns := in[0][:size]
			if !bytes.Equal(ns, in[len(in)-1][:size]) {
				wantError(t, s.VerifyInclusion(root, ns, bare(size, in), p), depinproof.ErrInvalidProof, nil)
				wantError(t, s.VerifyLeafHashes(root, ns, hashesOf(size, in), p), depinproof.ErrInvalidProof, nmt.ErrNamespace)
				continue
			}
			if err := s.VerifyInclusion(root, ns, bare(size, in), p); err != nil {
				t.Error(err)
			}
			if err := s.VerifyLeafHashes(root, ns, hashesOf(size, in), p); err != nil {
				t.Error(err)
			}
		}
	}
}

func checkNamespaces(t *testing.T, s *nmt.Spec, tree *nmt.Tree, values []byte, leaves [][]byte) {
	t.Helper()
	for _, v := range []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xfe, 0xff} {
		ns := namespaceOf(s.NamespaceSize, v)
		if s.IgnoreMaxNamespace && v == 0xff {
			_, err := tree.ProveNamespace(ns)
			wantError(t, err, depinproof.ErrUnsupported, nil)
			continue
		}
		p := mustNamespace(t, tree, ns)
		var in [][]byte
		for i := range values {
			if values[i] == v {
				in = append(in, leaves[i])
			}
		}
		if err := s.VerifyNamespace(tree.Root(), ns, in, p); err != nil {
			t.Errorf("%v, namespace %d: %v", values, v, err)
		}
		if !slowNamespace(s, tree.Root(), ns, in, p) {
			t.Errorf("%v, namespace %d: the slow twin refuses", values, v)
		}
		// Whatever the leaves are, no part of them is all of them.
		if len(in) > 1 {
			for _, part := range []*nmt.Proof{
				mustRange(t, tree, p.Start, p.End-1), mustRange(t, tree, p.Start+1, p.End),
			} {
				rest := leaves[part.Start:part.End]
				wantError(t, s.VerifyNamespace(tree.Root(), ns, rest, part), depinproof.ErrInvalidProof, nmt.ErrIncomplete)
			}
		}
	}
}

// TestMaxNamespace shows why whole proofs of the greatest namespace are refused: under
// IgnoreMaxNamespace the root's range hides that the tree has such leaves.
func TestMaxNamespace(t *testing.T) {
	leaves := leavesOf(2, 1, 0xff, 0xff)
	ns := namespaceOf(2, 0xff)
	for _, ignore := range []bool{false, true} {
		s := &nmt.Spec{NamespaceSize: 2, IgnoreMaxNamespace: ignore}
		tree := mustTree(t, s, leaves)
		root := tree.Root()
		empty := &nmt.Proof{IgnoreMaxNamespace: ignore}
		part := mustRange(t, tree, 2, 3)
		if ignore {
			if !bytes.Equal(root[2:4], namespaceOf(2, 1)) {
				t.Errorf("root %x", root)
			}
			wantError(t, s.VerifyNamespace(root, ns, nil, empty), depinproof.ErrUnsupported, nil)
			wantError(t, s.VerifyNamespace(root, ns, leaves[2:], part), depinproof.ErrUnsupported, nil)
		} else {
			wantError(t, s.VerifyNamespace(root, ns, nil, empty), depinproof.ErrInvalidProof, nmt.ErrIncomplete)
			wantError(t, s.VerifyNamespace(root, ns, leaves[2:], part), depinproof.ErrInvalidProof, nmt.ErrIncomplete)
		}
		if err := s.VerifyInclusion(root, ns, bare(2, leaves[2:]), part); err != nil {
			t.Error(err)
		}
	}
}

// TestPositions shows that a proof fixes the positions only if the size is known: the
// left two of three leaves can pass for one.
func TestPositions(t *testing.T) {
	leaves := leavesOf(1, 1, 2, 3)
	free := &nmt.Spec{NamespaceSize: 1}
	tree := mustTree(t, free, leaves)
	p := mustRange(t, tree, 2, 3)
	moved := clone(p)
	moved.Start, moved.End = 1, 2
	sized := &nmt.Spec{NamespaceSize: 1, Size: 3}
	for _, c := range []struct {
		s *nmt.Spec
		p *nmt.Proof
	}{{free, p}, {sized, p}, {free, moved}} {
		if err := c.s.VerifyRange(tree.Root(), leaves[2:], c.p); err != nil {
			t.Error(err)
		}
	}
	err := sized.VerifyRange(tree.Root(), leaves[2:], moved)
	var length *por.PathLengthError
	if wantError(t, err, depinproof.ErrMalformed, nil); !errors.As(err, &length) || length.Got != 1 || length.Want != 2 {
		t.Errorf("got %v", err)
	}
}

// TestEmptyTree checks that a tree without leaves has no namespace, not even that of
// zero bytes, which its root seems to span.
func TestEmptyTree(t *testing.T) {
	s := &nmt.Spec{NamespaceSize: 3}
	tree := mustTree(t, s, nil)
	root := tree.Root()
	for _, v := range []byte{0, 1, 0xff} {
		if err := s.VerifyNamespace(root, namespaceOf(3, v), nil, mustNamespace(t, tree, namespaceOf(3, v))); err != nil {
			t.Error(err)
		}
	}
	root[len(root)-1] ^= 1
	wantError(t, s.VerifyNamespace(root, make([]byte, 3), nil, &nmt.Proof{}), depinproof.ErrInvalidProof, nmt.ErrIncomplete)
	_, err := tree.ProveRange(0, 1)
	wantError(t, err, depinproof.ErrMalformed, nil)
	_, err = tree.LeafHash(0)
	wantError(t, err, depinproof.ErrMalformed, nil)
}

// TestDeep checks a path of the greatest depth, made by hand: the first leaf of a tree
// of 2^62, and one level more.
func TestDeep(t *testing.T) {
	s := &nmt.Spec{NamespaceSize: 1}
	leaf := []byte{7, 1}
	root := slowLeaf(1, leaf)
	p := &nmt.Proof{End: 1}
	grow := func(n int) {
		for range n {
			sibling := slowLeaf(1, []byte{7, byte(len(p.Nodes))})
			root = slowInner(1, false, root, sibling)
			p.Nodes = append(p.Nodes, sibling)
		}
	}
	grow(nmt.MaxDepth)
	if err := s.VerifyRange(root, [][]byte{leaf}, p); err != nil {
		t.Error(err)
	}
	grow(1)
	err := s.VerifyRange(root, [][]byte{leaf}, p)
	var most *por.LimitError
	if wantError(t, err, depinproof.ErrLimit, nil); !errors.As(err, &most) || most.Got != 63 || most.Max != 62 {
		t.Errorf("got %v", err)
	}

	// The last leaf of such a tree has its nodes on the left.
	last := &nmt.Proof{Start: 1<<62 - 1, End: 1 << 62}
	root = slowLeaf(1, leaf)
	for i := range nmt.MaxDepth {
		sibling := slowLeaf(1, []byte{7, byte(i)})
		root = slowInner(1, false, sibling, root)
		last.Nodes = append([][]byte{sibling}, last.Nodes...)
	}
	for _, size := range []uint64{0, 1 << 62} {
		s := &nmt.Spec{NamespaceSize: 1, Size: size}
		if err := s.VerifyRange(root, [][]byte{leaf}, last); err != nil {
			t.Error(err)
		}
	}
	last.Start, last.End = last.Start+1, last.End+1
	wantError(t, s.VerifyRange(root, [][]byte{leaf}, last), depinproof.ErrLimit, nil)
}

func TestNewTreeRefuses(t *testing.T) {
	good := leavesOf(2, 1, 2, 3)
	if _, err := (&nmt.Spec{NamespaceSize: 2, Size: 3}).NewTree(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		s             nmt.Spec
		leaves        [][]byte
		class, detail error
	}{
		{"order", nmt.Spec{NamespaceSize: 2}, [][]byte{good[1], good[0]}, depinproof.ErrMalformed, nmt.ErrOrder},
		{"short leaf", nmt.Spec{NamespaceSize: 2}, [][]byte{{1}}, depinproof.ErrMalformed, nil},
		{"other size", nmt.Spec{NamespaceSize: 2, Size: 4}, good, depinproof.ErrMalformed, nil},
		{"no namespaces", nmt.Spec{}, good, depinproof.ErrUnsupported, nil},
		{"large namespaces", nmt.Spec{NamespaceSize: 256}, nil, depinproof.ErrUnsupported, nil},
		{"large tree", nmt.Spec{NamespaceSize: 2, Size: 1<<62 + 1}, good, depinproof.ErrLimit, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.s.NewTree(c.leaves)
			wantError(t, err, c.class, c.detail)
		})
	}
	tree := mustTree(t, &nmt.Spec{NamespaceSize: 2}, good)
	for _, r := range [][2]uint64{{0, 0}, {2, 1}, {0, 4}, {3, 4}} {
		_, err := tree.ProveRange(r[0], r[1])
		var outside *por.RangeError
		if wantError(t, err, depinproof.ErrMalformed, nil); !errors.As(err, &outside) {
			t.Errorf("got %v", err)
		}
	}
	_, err := tree.ProveNamespace([]byte{1})
	wantError(t, err, depinproof.ErrMalformed, nil)
}

// TestErrors checks that the details print their figures.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&nmt.NodeSizeError{Got: 3, Want: 34}, "node of 3 bytes, want 34"},
		{&nmt.NamespaceSizeError{Got: 1, Want: 2}, "1 bytes, a namespace has 2"},
		{&nmt.LeafCountError{Got: 1, Want: 2}, "1 leaves for a proof of 2"},
	} {
		if got := fmt.Sprint(c.err); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
