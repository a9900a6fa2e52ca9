package jmt_test

import (
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

// Below is the format once more, over strings of "0" and "1": slow, and independent of
// the package.

func bitsOf(key por.Node) string {
	s := make([]byte, 256)
	for i := range s {
		s[i] = '0' + key[i/8]>>(7-i%8)&1
	}
	return string(s)
}

func slowLeaf(l jmt.Leaf) por.Node {
	return sha256.Sum256(slices.Concat([]byte("JMT::LeafNode"), l.KeyHash[:], l.ValueHash[:]))
}

func slowInner(left, right por.Node) por.Node {
	return sha256.Sum256(slices.Concat([]byte("JMT::IntrnalNode"), left[:], right[:]))
}

func slowEmpty() por.Node {
	return por.Node([]byte("SPARSE_MERKLE_PLACEHOLDER_HASH__"))
}

// below returns the leaves whose paths begin with prefix.
func below(leaves []jmt.Leaf, prefix string) []jmt.Leaf {
	return slices.DeleteFunc(slices.Clone(leaves), func(l jmt.Leaf) bool {
		return !strings.HasPrefix(bitsOf(l.KeyHash), prefix)
	})
}

func slowNode(leaves []jmt.Leaf, prefix string) por.Node {
	switch in := below(leaves, prefix); len(in) {
	case 0:
		return slowEmpty()
	case 1:
		return slowLeaf(in[0])
	default:
		return slowInner(slowNode(in, prefix+"0"), slowNode(in, prefix+"1"))
	}
}

func slowSibling(s jmt.Sibling) por.Node {
	switch s.Kind {
	case jmt.Inner:
		return slowInner(s.Left, s.Right)
	case jmt.Only:
		return slowLeaf(jmt.Leaf{KeyHash: s.Left, ValueHash: s.Right})
	}
	return slowEmpty()
}

// slowPath returns the root that a path leads to, from the top down.
func slowPath(n por.Node, path string, siblings []jmt.Sibling) por.Node {
	if len(siblings) == 0 {
		return n
	}
	top, rest := siblings[len(siblings)-1], siblings[:len(siblings)-1]
	child := slowPath(n, path[1:], rest)
	if path[0] == '1' {
		return slowInner(slowSibling(top), child)
	}
	return slowInner(child, slowSibling(top))
}

func slowExistence(root, key por.Node, value []byte, p *jmt.Proof) bool {
	return p.Leaf != nil && *p.Leaf == jmt.Leaf{KeyHash: key, ValueHash: sha256.Sum256(value)} &&
		len(p.Siblings) <= 256 && slowPath(slowLeaf(*p.Leaf), bitsOf(key), p.Siblings) == root
}

func slowAbsence(root, key por.Node, p *jmt.Proof) bool {
	if len(p.Siblings) > 256 {
		return false
	}
	n, path := slowEmpty(), bitsOf(key)
	if p.Leaf != nil {
		n = slowLeaf(*p.Leaf)
		if p.Leaf.KeyHash == key || !strings.HasPrefix(bitsOf(p.Leaf.KeyHash), path[:len(p.Siblings)]) {
			return false
		}
	}
	return slowPath(n, path, p.Siblings) == root
}

// slowRightmost rebuilds the whole list of siblings and follows it.
func slowRightmost(root por.Node, leaf jmt.Leaf, left []por.Node, right []jmt.Sibling) bool {
	path := bitsOf(leaf.KeyHash)
	if len(left)+len(right) > 256 {
		return false
	}
	path = path[:len(left)+len(right)]
	n := slowLeaf(leaf)
	for len(path) > 0 {
		turn := path[len(path)-1]
		path = path[:len(path)-1]
		switch {
		case turn == '1' && len(left) > 0:
			n, left = slowInner(left[0], n), left[1:]
		case turn == '0' && len(right) > 0:
			n, right = slowInner(n, slowSibling(right[0])), right[1:]
		default:
			return false
		}
	}
	return n == root
}

// slowRange tries every depth that the last leaf may have.
func slowRange(root por.Node, leaves []jmt.Leaf, p *jmt.RangeProof) bool {
	if len(leaves) == 0 {
		return false
	}
	for i := 1; i < len(leaves); i++ {
		if bitsOf(leaves[i-1].KeyHash) >= bitsOf(leaves[i].KeyHash) {
			return false
		}
	}
	last := leaves[len(leaves)-1]
	path := bitsOf(last.KeyHash)
	for depth := range 257 {
		if strings.Count(path[:depth], "0") != len(p.Right) || len(below(leaves, path[:depth])) != 1 {
			continue
		}
		var left []por.Node
		for d := depth - 1; d >= 0; d-- {
			if path[d] == '1' {
				left = append(left, slowNode(leaves, path[:d]+"0"))
			}
		}
		if slowRightmost(root, last, left, p.Right) {
			return true
		}
	}
	return false
}

// randomKey returns a key hash: a hash, one of a few short paths, or one of a few that
// part late.
func randomKey(r *rand.Rand) (k por.Node) {
	switch r.IntN(4) {
	case 0, 1:
		for i := range k {
			k[i] = byte(r.Uint32())
		}
	case 2:
		k[0] = byte(r.IntN(16)) << 4
	case 3:
		k[31] = byte(r.IntN(8))
		k[12] = byte(r.IntN(2))
	}
	return k
}

// randomLeaves returns 1 to n leaves and their values.
func randomLeaves(r *rand.Rand, n int) (leaves []jmt.Leaf, values [][]byte) {
	seen := make(map[por.Node]bool)
	for range 1 + r.IntN(n) {
		k := randomKey(r)
		if seen[k] {
			continue
		}
		seen[k] = true
		v := []byte{byte(r.IntN(3))}
		values = append(values, v)
		leaves = append(leaves, jmt.Leaf{KeyHash: k, ValueHash: jmt.HashValue(v)})
	}
	return leaves, values
}

func mustTree(t testing.TB, leaves []jmt.Leaf) *jmt.Tree {
	t.Helper()
	tree, err := jmt.NewTree(leaves)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustRange(t testing.TB, tree *jmt.Tree, key por.Node) ([]jmt.Leaf, *jmt.RangeProof) {
	t.Helper()
	leaves, p, err := tree.ProveRange(&key)
	if err != nil {
		t.Fatal(err)
	}
	return leaves, p
}

// leftOf returns the left siblings of the path of p, whose leaf has the given key.
func leftOf(key por.Node, p *jmt.Proof) (left []por.Node) {
	path := bitsOf(key)
	for i, s := range p.Siblings {
		if path[len(p.Siblings)-1-i] == '1' {
			left = append(left, slowSibling(s))
		}
	}
	return left
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

func cloneProof(p *jmt.Proof) *jmt.Proof {
	q := &jmt.Proof{Siblings: slices.Clone(p.Siblings)}
	if p.Leaf != nil {
		leaf := *p.Leaf
		q.Leaf = &leaf
	}
	return q
}
