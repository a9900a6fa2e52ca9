package jmt

import (
	"bytes"
	"slices"
	"sort"

	"github.com/depinproof/depinproof/por"
)

// Tree makes roots and proofs, of leaves it keeps in memory. Each root and each proof
// hashes the leaves anew. It does not change, so any number of callers may use it.
type Tree struct {
	leaves []Leaf // in the order of their key hashes
}

// NewTree returns the tree of leaves, which may be in any order. No two of them have
// the same key hash.
func NewTree(leaves []Leaf) (*Tree, error) {
	t := &Tree{slices.Clone(leaves)}
	slices.SortFunc(t.leaves, func(a, b Leaf) int { return bytes.Compare(a.KeyHash[:], b.KeyHash[:]) })
	if err := checkOrder(t.leaves); err != nil {
		return nil, fail("jmt.NewTree", err)
	}
	return t, nil
}

// Root returns the root.
func (t *Tree) Root() por.Node {
	return subtree(t.leaves, 0)
}

// Prove returns the path to a key hash: a proof of existence if the tree has it,
// otherwise a proof of absence.
func (t *Tree) Prove(keyHash *por.Node) *Proof {
	p := new(Proof)
	leaves := t.leaves
	for d := 0; len(leaves) > 1; d++ {
		left, right := split(leaves, d)
		if bit(keyHash, d) == 1 {
			left, right = right, left
		}
		p.Siblings = append(p.Siblings, open(right, d+1))
		leaves = left
	}
	slices.Reverse(p.Siblings)
	if len(leaves) == 1 {
		leaf := leaves[0]
		p.Leaf = &leaf
	}
	return p
}

// ProveRange returns the leaves up to a key hash that the tree has, and the proof that
// they are all. It fails with ErrMalformed, and ErrKey, if the tree does not have it.
func (t *Tree) ProveRange(keyHash *por.Node) ([]Leaf, *RangeProof, error) {
	last, found := slices.BinarySearchFunc(t.leaves, keyHash, func(l Leaf, key *por.Node) int {
		return bytes.Compare(l.KeyHash[:], key[:])
	})
	if !found {
		return nil, nil, fail("jmt.ProveRange", malformed(ErrKey))
	}
	p := new(RangeProof)
	path := t.Prove(keyHash).Siblings
	for i, s := range path {
		if bit(keyHash, len(path)-1-i) == 0 {
			p.Right = append(p.Right, s)
		}
	}
	return slices.Clone(t.leaves[:last+1]), p, nil
}

// split parts leaves, which have their first d bits in common, by the next one.
func split(leaves []Leaf, d int) (left, right []Leaf) {
	i := sort.Search(len(leaves), func(i int) bool { return bit(&leaves[i].KeyHash, d) == 1 })
	return leaves[:i], leaves[i:]
}

// subtree returns the node at depth d whose leaves, strictly increasing, are given.
func subtree(leaves []Leaf, d int) por.Node {
	s := open(leaves, d)
	return s.hash()
}

// open returns the node at depth d, opened.
func open(leaves []Leaf, d int) Sibling {
	switch len(leaves) {
	case 0:
		return Sibling{}
	case 1:
		return Sibling{Only, leaves[0].KeyHash, leaves[0].ValueHash}
	}
	left, right := split(leaves, d)
	return Sibling{Inner, subtree(left, d+1), subtree(right, d+1)}
}
