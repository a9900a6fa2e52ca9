package por

import (
	"errors"
	"slices"
)

// A frontier takes the leaves of a range in order and keeps the roots of the largest
// complete groups of them: at most two incomplete groups per level.
type frontier struct {
	s          *Spec
	start, end uint64 // the leaves [start, end) are in
	bad        error  // why there is no root any more

	// left[i] are nodes of level i in a group that begins before the range; right[i]
	// are those of the last group, while it is not full.
	left, right [][]Node
	first       []uint64 // on level i, the first node whose leaves are all in the range

	reduced [2][]Node // levels of a subtree in turn
	reader  leafReader
}

// frontierChunk is the number of leaves that are hashed level by level at a time: 16 KiB,
// so that two levels stay in the innermost cache.
const frontierChunk = 512

// newFrontier returns the frontier of a range that starts at start, in a tree with so
// many levels.
func (s *Spec) newFrontier(start uint64, levels int) frontier {
	f := frontier{s: s, start: start, end: start, reader: leafReader{s: s}}
	f.left, f.right = make([][]Node, levels+1), make([][]Node, levels+1)
	f.first = make([]uint64, levels+1)
	for i, first := 0, start; i <= levels; i++ {
		f.first[i] = first
		if first > 0 {
			first = s.parents(first)
		}
	}
	return f
}

// check returns why the frontier is of no use, if it is not.
func (f *frontier) check() error {
	if f.s == nil {
		return errNotMade()
	}
	return f.bad
}

// add appends a node of a level, at position at there.
func (f *frontier) add(level int, at uint64, node *Node) error {
	s := f.s
	parent := s.pool.Get().(*scratch)
	defer s.pool.Put(parent)
	parent.node[0] = *node
	for {
		up, child := s.divide(at)
		if at-child < f.first[level] {
			f.left[level] = append(f.left[level], parent.node[0])
			return nil
		}
		f.right[level] = append(f.right[level], parent.node[0])
		if level == len(f.right)-1 || len(f.right[level]) < int(s.arity) {
			return nil
		}
		if err := s.rules.Node.HashNodes(parent.node[:], f.right[level]); err != nil {
			return err
		}
		f.right[level] = f.right[level][:0]
		level, at = level+1, up
	}
}

// addLeaves appends leaves, the largest complete subtrees at a time.
func (f *frontier) addLeaves(leaves []Node) error {
	s := f.s
	for len(leaves) > 0 {
		at, n, level := f.end, uint64(1), 0
		for level < len(f.right)-1 && n*s.arity <= min(uint64(len(leaves)), max(frontierChunk, s.arity)) {
			up, child := s.divide(at)
			if child != 0 {
				break
			}
			at, n, level = up, n*s.arity, level+1
		}
		root, err := f.reduce(leaves[:n])
		if err != nil {
			return err
		}
		if err := f.add(level, at, root); err != nil {
			return err
		}
		f.end += n
		leaves = leaves[n:]
	}
	return nil
}

// reduce returns the root of a complete subtree.
func (f *frontier) reduce(nodes []Node) (*Node, error) {
	arity := int(f.s.arity)
	for turn := 0; len(nodes) > 1; turn ^= 1 {
		n := len(nodes) / arity
		if cap(f.reduced[turn]) < n {
			f.reduced[turn] = make([]Node, n)
		}
		parents := f.reduced[turn][:n]
		if err := f.s.rules.Node.HashNodes(parents, nodes); err != nil {
			return nil, err
		}
		nodes = parents
	}
	return &nodes[0], nil
}

// missingAround calls yield for every node that the proof of the range in a tree of size
// leaves has, in its order: that of a multiproof of all its leaves.
func (s *Spec) missingAround(start, end, size uint64, yield func(level int, at uint64)) {
	last, n := end-1, size
	for level := range s.levels(size) {
		up, child := s.divide(start)
		for at := start - child; at < start; at++ {
			yield(level, at)
		}
		start = up
		up, child = s.divide(last)
		for j := child + 1; j < min(s.arity, n-(last-child)); j++ {
			yield(level, last-child+j)
		}
		last, n = up, s.parents(n)
	}
}

// root returns the root of the tree of size leaves that the range is part of. proof has
// the length that missingAround tells. It changes nothing.
func (f *frontier) root(size uint64, proof []Node) (*Node, error) {
	s := f.s
	var known []uint64 // on the level, with their nodes: those in f, and parents of others
	var nodes []Node
	groups := make([]Node, 0, 2*s.arity)
	levels := s.levels(size)
	for level, n, end := 0, size, f.end; ; level++ {
		var at []uint64
		left, right := f.left[level], f.right[level]
		for i := range left {
			at = append(at, f.first[level]+uint64(i))
		}
		for i := range right {
			at = append(at, end-uint64(len(right)-i))
		}
		before := 0 // of the parents, those of nodes that begin before the range
		for before < len(known) && known[before] < f.first[level] {
			before++
		}
		known = slices.Insert(known, before, at...)
		nodes = slices.Insert(nodes, before, slices.Concat(left, right)...)
		if level == levels {
			break
		}
		var err error
		if known, proof, err = s.rise(level, n, known, nodes, proof, groups); err != nil {
			return nil, err
		}
		nodes = nodes[:len(known)]
		n = s.parents(n)
		end, _ = s.divide(end)
	}
	if len(nodes) != 1 {
		return nil, errors.New("a frontier without a root")
	}
	return &nodes[0], nil
}
