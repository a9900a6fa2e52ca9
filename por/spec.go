package por

import (
	"errors"
	"fmt"
	"math/bits"
	"sync"
)

// An OddRule says what stands in the last group of a level when the level's nodes do
// not fill it.
type OddRule uint8

const (
	// Exact: every group is full, so a size is a power of the arity.
	Exact OddRule = iota

	// Promote: a node left alone is its own parent, as in RFC 6962. For trees of
	// arity two.
	Promote

	// Duplicate: the last node stands in for what is missing, as in Bitcoin. Trees
	// of different sizes then have one root: [a, b, c] and [a, b, c, c] do, and with
	// them every proof of a leaf that both have. Only a size from elsewhere tells
	// them apart (CVE-2012-2459).
	Duplicate

	// Fill: roots of empty subtrees stand in, empty leaves at the bottom. A tree and
	// the same with empty leaves appended have one root, within one depth.
	Fill
)

// Rules say how a tree is made of its leaves.
type Rules struct {
	// Name is the tree's name, for output.
	Name string

	// Leaf makes nodes of data. If it is nil, data of a leaf is its node, 32 bytes;
	// then nothing but the depth tells a leaf from an inner node.
	Leaf LeafHasher

	// LeafSize is the number of bytes that every leaf has, at most MaxLeafSize, or 0
	// where leaves differ. Streams of data are cut by it. With Leaf nil it is 32.
	LeafSize int

	// Node makes parents. Where its inputs can equal those of Leaf, an inner node
	// passes for a leaf of a tree with fewer levels. Of Hashers that sort what they
	// hash only a Hash is known to: with others, do not rely on positions.
	Node Hasher

	// Odd says what fills the last group of a level.
	Odd OddRule

	// Depth is the number of levels above the leaves of every tree, 1 <= Depth <=
	// MaxDepth, for Exact and Fill; 0 says that a tree has as many levels as its size
	// needs. Where Fill has room for more leaves than a size can say, those from 2^64-1
	// on are empty.
	Depth int

	// EmptyLeaf is the node that Fill puts at the bottom.
	EmptyLeaf Node

	// EmptyRoot is the root of a tree without leaves, nil where there is none. With
	// Fill and a Depth it is that of the empty tree, and must be nil here.
	EmptyRoot *Node
}

// A Spec is a kind of tree: its verbs check proofs about such trees and make them.
// It is immutable and safe for concurrent use. The zero value refuses everything
// with [depinproof.ErrUnsupported].
//
// Verbs take nodes of leaves; [Spec.HashLeaf] makes them of data. Whoever accepts
// leaf nodes from the prover accepts any 32 bytes as a leaf.
//
// No verb keeps or changes what it is given, but for the destination that its name
// says.
type Spec struct {
	rules  Rules
	arity  uint64
	sorted bool   // the order of the children of a node does not matter
	most   uint64 // leaves of the largest tree
	empty  []Node // roots of empty subtrees by height, for Fill
	pool   *sync.Pool
}

// New returns the kind of tree that rules describe. Rules that contradict each other
// are ErrMalformed, ErrLimit or ErrUnsupported.
func New(rules Rules) (*Spec, error) {
	s, err := newSpec(rules)
	if err != nil {
		return nil, fail("por.New", noIndex, err)
	}
	return s, nil
}

func newSpec(rules Rules) (*Spec, error) {
	r := &rules
	if r.Node == nil {
		return nil, malformed(errors.New("no hash of nodes"))
	}
	for _, h := range []any{r.Leaf, r.Node} {
		switch h := h.(type) {
		case Hash:
			if err := h.check(); err != nil {
				return nil, err
			}
		case *Hash:
			return nil, malformed(errors.New("a pointer to a Hash, where a Hash is wanted"))
		}
	}
	arity := r.Node.Arity()
	switch {
	case arity < 2:
		return nil, malformed(fmt.Errorf("arity %d", arity))
	case arity > MaxArity:
		return nil, limit("arity", uint64(arity), MaxArity)
	case r.Odd > Fill:
		return nil, unsupported("rule %d for odd nodes", r.Odd)
	case r.Odd == Promote && arity != 2:
		return nil, unsupported("promotion in a tree of arity %d", arity)
	case r.Depth < 0:
		return nil, malformed(fmt.Errorf("depth %d", r.Depth))
	case r.Depth > MaxDepth:
		return nil, limit("depth", uint64(r.Depth), MaxDepth)
	case r.Depth > 0 && r.Odd != Exact && r.Odd != Fill:
		return nil, unsupported("a fixed depth without the rules Exact or Fill")
	case r.Depth > 0 && r.EmptyRoot != nil:
		return nil, malformed(errors.New("a root of no leaves with a fixed depth"))
	case r.LeafSize < 0:
		return nil, malformed(fmt.Errorf("leaves of %d bytes", r.LeafSize))
	case r.LeafSize > MaxLeafSize:
		return nil, limit("bytes of a leaf", uint64(r.LeafSize), MaxLeafSize)
	case r.Leaf == nil && r.LeafSize != 0 && r.LeafSize != 32:
		return nil, malformed(fmt.Errorf("leaves of %d bytes that are not hashed", r.LeafSize))
	}
	if r.Leaf == nil {
		r.LeafSize = 32
	}
	if r.EmptyRoot != nil {
		root := *r.EmptyRoot
		r.EmptyRoot = &root
	}
	s := &Spec{rules: rules, arity: uint64(arity), most: ^uint64(0)}
	if h, ok := r.Node.(Hash); ok {
		s.sorted = h.Sorted
	}
	if r.Depth > 0 {
		if n, fits := power(s.arity, r.Depth); fits {
			s.most = n
		} else if r.Odd == Exact {
			return nil, malformed(fmt.Errorf("%d levels of %d children, which no size fills", r.Depth, arity))
		}
	}
	s.pool = &sync.Pool{New: func() any { return newScratch(arity) }}
	if r.Odd == Fill {
		if err := s.makeEmpty(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// makeEmpty hashes the roots of empty subtrees of every height a tree can have.
func (s *Spec) makeEmpty() error {
	group := make([]Node, s.arity)
	s.empty = []Node{s.rules.EmptyLeaf}
	for height := range s.levels(s.most) {
		for i := range group {
			group[i] = s.empty[height]
		}
		s.empty = append(s.empty, Node{})
		if err := s.rules.Node.HashNodes(s.empty[height+1:], group); err != nil {
			return err
		}
	}
	return nil
}

// Name returns the name of the kind of tree.
func (s *Spec) Name() string { return s.rules.Name }

// power is a^n, and whether that is a size.
func power(a uint64, n int) (p uint64, fits bool) {
	p = 1
	for range n {
		high, low := bits.Mul64(p, a)
		if high != 0 {
			return 0, false
		}
		p = low
	}
	return p, true
}

// full reports whether size > 0 leaves fill all groups of their tree.
func (s *Spec) full(size uint64) bool {
	n, fits := power(s.arity, s.levels(size))
	return fits && n == size
}

// parents is the number of parents of n > 0 nodes of a level.
func (s *Spec) parents(n uint64) uint64 {
	if s.arity == 2 {
		return (n-1)>>1 + 1
	}
	return (n-1)/s.arity + 1
}

// levels is the number of levels above size > 0 leaves.
func (s *Spec) levels(size uint64) int {
	if s.rules.Depth > 0 {
		return s.rules.Depth
	}
	if s.arity == 2 {
		return bits.Len64(size - 1)
	}
	levels := 0
	for n := size; n > 1; n = s.parents(n) {
		levels++
	}
	return levels
}

// checkSize checks that there is a tree of so many leaves.
func (s *Spec) checkSize(size uint64) error {
	switch {
	case s.arity == 0:
		return errNotMade()
	case size > s.most:
		return malformed(fmt.Errorf("a tree of %d leaves, of at most %d", size, s.most))
	case size == 0:
		return nil
	case s.rules.Odd == Exact && !s.full(size):
		return malformed(fmt.Errorf("a tree of %d leaves, not a power of %d as its depth needs", size, s.arity))
	}
	return nil
}

// checkIndex checks the position of a leaf.
func (s *Spec) checkIndex(index, size uint64) error {
	if err := s.checkSize(size); err != nil {
		return err
	}
	if index >= size {
		return malformed(&IndexRangeError{index, size})
	}
	return nil
}

// checkRange checks a range of leaves.
func (s *Spec) checkRange(start, end, size uint64) error {
	if err := s.checkSize(size); err != nil {
		return err
	}
	if start >= end || end > size {
		return malformed(&RangeError{start, end, size})
	}
	return nil
}

// HashLeaf sets dst to the node of a leaf's data. Data whose length no leaf of this
// kind has is ErrMalformed.
func (s *Spec) HashLeaf(dst *Node, data []byte) error {
	if err := s.hashLeaf(dst, data); err != nil {
		return fail("por.HashLeaf", noIndex, err)
	}
	return nil
}

func (s *Spec) hashLeaf(dst *Node, data []byte) error {
	if s.arity == 0 {
		return errNotMade()
	}
	if s.rules.LeafSize > 0 && len(data) != s.rules.LeafSize {
		return malformed(fmt.Errorf("leaf of %d bytes, want %d", len(data), s.rules.LeafSize))
	}
	x := s.pool.Get().(*scratch)
	defer s.pool.Put(x)
	if err := s.hashLeaves(x.node[:], data); err != nil {
		return err
	}
	*dst = x.node[0]
	return nil
}

// hashLeaves hashes leaves of equal length.
func (s *Spec) hashLeaves(dst []Node, data []byte) error {
	if s.rules.Leaf == nil {
		copy(flat(dst), data)
		return nil
	}
	return s.rules.Leaf.HashLeaves(dst, data)
}

// scratch is what hashing one node at a time needs. It comes from the Spec's pool,
// because what is passed to a Hasher cannot live on the stack.
type scratch struct {
	node  [1]Node // a node and then its parent
	group []Node  // the node and its siblings
}

func newScratch(arity int) *scratch { return &scratch{group: make([]Node, arity)} }

func errNotMade() error { return unsupported("a Spec that was not made by New") }
