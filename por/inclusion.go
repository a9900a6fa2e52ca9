package por

import "math/bits"

// VerifyInclusion checks that the leaf at index of a tree of size leaves with root
// root is leaf.
//
// path holds the leaf's siblings and those of its ancestors, from the leaves upwards,
// on each level from left to right; where the rule for odd nodes puts a node, it is in
// the path too, except with Promote, where a level without sibling is left out.
// [Spec.InclusionLen] is its length.
//
// It returns nil if and only if 0 <= index < size, there is a tree of that size, the
// path has the length that index and size determine, and it leads to root. Errors:
// ErrInvalidProof with [RootMismatchError] or [SiblingError]; ErrMalformed with
// [PathLengthError], [IndexRangeError] or for a size no tree has; what the Hasher
// returns. Once warm, it allocates nothing where it accepts.
//
// Source: RFC 9162, section 2.1.3.2, for trees of other rules alike.
func (s *Spec) VerifyInclusion(root, leaf *Node, index, size uint64, path []Node) error {
	if err := s.inclusion(root, leaf, index, size, path); err != nil {
		return fail("por.VerifyInclusion", noIndex, err)
	}
	return nil
}

// RootFromInclusion sets dst to the root that a path leads to; everything else is as
// for [Spec.VerifyInclusion]. On an error dst is not changed.
func (s *Spec) RootFromInclusion(dst, leaf *Node, index, size uint64, path []Node) error {
	x, err := s.climb(leaf, index, size, path)
	if err != nil {
		return fail("por.RootFromInclusion", noIndex, err)
	}
	*dst = x.node[0]
	s.pool.Put(x)
	return nil
}

// InclusionLen is the number of nodes of the path of the leaf at index in a tree of
// size leaves. It returns an error where [Spec.VerifyInclusion] would.
func (s *Spec) InclusionLen(index, size uint64) (int, error) {
	if err := s.checkIndex(index, size); err != nil {
		return 0, fail("por.InclusionLen", noIndex, err)
	}
	return s.inclusionLen(index, size), nil
}

func (s *Spec) inclusionLen(index, size uint64) int {
	if s.rules.Odd == Promote {
		// Up to where the paths of this leaf and of the last one part, every level
		// has a sibling; above, only those where it is on the left.
		inner := bits.Len64(index ^ (size - 1))
		return inner + bits.OnesCount64(index>>inner)
	}
	return s.levels(size) * int(s.arity-1)
}

func (s *Spec) inclusion(root, leaf *Node, index, size uint64, path []Node) error {
	x, err := s.climb(leaf, index, size, path)
	if err != nil {
		return err
	}
	defer s.pool.Put(x)
	return checkRoot(root, &x.node[0])
}

// checkRoot checks what a proof leads to.
func checkRoot(want, got *Node) error {
	if *got != *want {
		return invalid(&RootMismatchError{*want, *got})
	}
	return nil
}

// checkPath checks all that can be checked of a path without hashing.
func (s *Spec) checkPath(index, size uint64, path []Node) error {
	if err := s.checkIndex(index, size); err != nil {
		return err
	}
	if want := s.inclusionLen(index, size); len(path) != want {
		return malformed(&PathLengthError{len(path), want})
	}
	return nil
}

// climb returns a scratch whose node is the root.
func (s *Spec) climb(leaf *Node, index, size uint64, path []Node) (*scratch, error) {
	if err := s.checkPath(index, size, path); err != nil {
		return nil, err
	}
	x := s.pool.Get().(*scratch)
	x.node[0] = *leaf
	siblings := int(s.arity - 1)
	for w := s.walk(index, size); w.next(s); w.up(s) {
		if err := w.gather(s, x.group, &x.node[0], path[:siblings]); err != nil {
			return nil, err
		}
		path = path[siblings:]
		if err := s.rules.Node.HashNodes(x.node[:], x.group); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// A walk goes from a leaf to the root.
type walk struct {
	at, n         uint64 // the position of the node, among so many of its level
	level, levels int
}

func (s *Spec) walk(index, size uint64) walk {
	return walk{at: index, n: size, levels: s.levels(size)}
}

// next goes to the next level, this one included, on which the node is hashed, and
// reports whether there is one.
func (w *walk) next(s *Spec) bool {
	if s.rules.Odd == Promote {
		for w.level < w.levels && w.at == w.n-1 && w.at&1 == 0 {
			w.up(s)
		}
	}
	return w.level < w.levels
}

// up goes to the parent.
func (w *walk) up(s *Spec) {
	w.at, _ = s.divide(w.at)
	w.n = s.parents(w.n)
	w.level++
}

// divide returns the position of a node's parent and the node's among its siblings.
func (s *Spec) divide(at uint64) (parent, child uint64) {
	if s.arity == 2 {
		return at >> 1, at & 1
	}
	return at / s.arity, at % s.arity
}

// gather sets group to the node and its siblings.
func (w *walk) gather(s *Spec, group []Node, node *Node, siblings []Node) error {
	_, child := s.divide(w.at)
	if s.arity == 2 {
		group[child], group[child^1] = *node, siblings[0]
	} else {
		copy(group, siblings[:child])
		group[child] = *node
		copy(group[child+1:], siblings[child:])
	}
	real := w.n - (w.at - child) // nodes of the level from the group's first on
	for i := real; i < s.arity; i++ {
		if group[i] != *s.filler(group[:real], w.level) {
			return invalid(&SiblingError{w.level})
		}
	}
	return nil
}

// filler is what stands behind the nodes of a last group that do not fill it.
func (s *Spec) filler(group []Node, level int) *Node {
	if s.rules.Odd == Fill {
		return &s.empty[level]
	}
	return &group[len(group)-1]
}
