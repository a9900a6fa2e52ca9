package por

import (
	"errors"
	"fmt"
	"math/bits"
)

// VerifyConsistency checks that a tree of size2 leaves with root root2 begins with the
// leaves of the one of size1 with root root1: that nothing but appending happened
// between them. It is for kinds of trees that promote odd nodes and do not sort
// pairs; others are ErrUnsupported.
//
// It returns nil if and only if size1 <= size2, path has the length that the sizes
// determine, and it leads from root1 to root2. An empty tree is consistent with every
// other if its root is that of the empty tree. Errors: ErrInvalidProof with
// [RootMismatchError]; ErrMalformed with [PathLengthError] or [RangeError].
// Once warm, it allocates nothing where it accepts.
//
// Source: RFC 9162, section 2.1.4.2.
func (s *Spec) VerifyConsistency(root1, root2 *Node, size1, size2 uint64, path []Node) error {
	if err := s.consistency(root1, root2, 0, size1, size2, path); err != nil {
		return fail("por.VerifyConsistency", noIndex, err)
	}
	return nil
}

// VerifySubtreeConsistency checks that the leaves from start to end, end excluded, of a
// tree of size leaves with root root are those of a tree with root subroot. start must be a
// multiple of the least power of two that is not below end-start. Everything else is
// as for [Spec.VerifyConsistency], which is the case of start = 0.
//
// Source: draft-ietf-plants-merkle-tree-certs, section 4.4.
func (s *Spec) VerifySubtreeConsistency(subroot, root *Node, start, end, size uint64, path []Node) error {
	err := s.checkSubtree(start, end)
	if err == nil {
		err = s.consistency(subroot, root, start, end, size, path)
	}
	if err != nil {
		return fail("por.VerifySubtreeConsistency", noIndex, err)
	}
	return nil
}

// VerifySubtreeInclusion checks that leaf is at index of a tree, given the root of its
// leaves from start to end, end excluded. start must be a multiple of the least power
// of two that is not below end-start. Everything else is as for
// [Spec.VerifyInclusion] at index-start of a tree of end-start leaves. It is for kinds of
// trees that promote odd nodes; others are ErrUnsupported.
//
// Source: draft-ietf-plants-merkle-tree-certs, section 4.3.
func (s *Spec) VerifySubtreeInclusion(subroot, leaf *Node, index, start, end uint64, path []Node) error {
	err := s.checkSubtree(start, end)
	switch {
	case err != nil:
	case index < start:
		err = malformed(fmt.Errorf("index %d before the leaves [%d, %d)", index, start, end))
	case index >= end:
		err = malformed(&IndexRangeError{index, end})
	default:
		err = s.inclusion(subroot, leaf, index-start, end-start, path)
	}
	if err != nil {
		return fail("por.VerifySubtreeInclusion", noIndex, err)
	}
	return nil
}

// ConsistencyLen is the number of nodes of the proof that a tree of size2 leaves begins
// with one of size1.
func (s *Spec) ConsistencyLen(size1, size2 uint64) (int, error) {
	if err := s.checkConsistency(0, size1, size2); err != nil {
		return 0, fail("por.ConsistencyLen", noIndex, err)
	}
	return consistencyLen(0, size1, size2), nil
}

// checkSubtree checks that the leaves from start to end have a root of their own in
// every tree that has more.
func (s *Spec) checkSubtree(start, end uint64) error {
	switch {
	case s.arity == 0:
		return errNotMade()
	case s.rules.Odd != Promote:
		return unsupported("subtrees of a tree that does not promote odd nodes")
	case s.sorted:
		return unsupported("subtrees of a tree whose pairs are sorted, which are anywhere")
	case start >= end:
		return malformed(&RangeError{start, end, end})
	case start&(uint64(1)<<bits.Len64(end-start-1)-1) != 0:
		return malformed(fmt.Errorf("no subtree has the leaves [%d, %d)", start, end))
	}
	return nil
}

func (s *Spec) checkConsistency(start, end, size uint64) error {
	switch {
	case s.arity == 0:
		return errNotMade()
	case s.rules.Odd != Promote:
		return unsupported("consistency of trees that do not promote odd nodes")
	case s.sorted:
		return unsupported("consistency of trees whose pairs are sorted, which have no beginning")
	case end > size:
		return malformed(&RangeError{start, end, size})
	}
	return nil
}

func consistencyLen(start, end, size uint64) int {
	if end == 0 {
		return 0
	}
	g := newGrowth(start, end, size)
	n := 0
	if !g.whole() {
		n++
	}
	for g.next() {
		n++
		g.up()
	}
	return n
}

func (s *Spec) consistency(subroot, root *Node, start, end, size uint64, path []Node) error {
	if err := s.checkConsistency(start, end, size); err != nil {
		return err
	}
	if want := consistencyLen(start, end, size); len(path) != want {
		return malformed(&PathLengthError{len(path), want})
	}
	if end == 0 {
		if s.rules.EmptyRoot == nil {
			return malformed(errors.New("a tree without leaves, which has no root"))
		}
		if err := checkRoot(s.rules.EmptyRoot, subroot); err != nil || size > 0 {
			return err
		}
		return checkRoot(s.rules.EmptyRoot, root)
	}
	g := newGrowth(start, end, size)
	if g.whole() {
		// The subtree is a node of the tree, and its root the first of the path.
		x := s.pool.Get().(*scratch)
		defer s.pool.Put(x)
		x.node[0] = *subroot
		if err := s.grow(&g, x, path); err != nil {
			return err
		}
		return checkRoot(root, &x.node[0])
	}
	// What is hashed on the left makes both roots, what is on the right the new one.
	older, newer := s.pool.Get().(*scratch), s.pool.Get().(*scratch)
	defer s.pool.Put(older)
	defer s.pool.Put(newer)
	older.node[0], newer.node[0] = path[0], path[0]
	before, after := g, g
	before.old = true
	if err := s.grow(&before, older, path[1:]); err != nil {
		return err
	}
	if err := checkRoot(subroot, &older.node[0]); err != nil {
		return err
	}
	if err := s.grow(&after, newer, path[1:]); err != nil {
		return err
	}
	return checkRoot(root, &newer.node[0])
}

// grow hashes x's node with the siblings in path up to the root.
func (s *Spec) grow(g *growth, x *scratch, path []Node) error {
	for i := 0; g.next(); i++ {
		switch {
		case g.fromLeft() && (!g.old || g.first < g.at):
			x.group[0], x.group[1] = path[i], x.node[0]
		case !g.fromLeft() && !g.old:
			x.group[0], x.group[1] = x.node[0], path[i]
		default:
			g.up()
			continue
		}
		if err := s.rules.Node.HashNodes(x.node[:], x.group); err != nil {
			return err
		}
		g.up()
	}
	return nil
}

// A growth goes from the last node of a subtree up to the root of the tree it is in.
// On each level, first and at are the positions of the ancestors of the subtree's first
// and last leaf, and last that of the tree's last leaf.
type growth struct {
	first, at, last uint64
	level           int
	old             bool // climb within the subtree only
}

// newGrowth starts at the largest complete subtree at the end of the leaves from start
// to end, or at the subtree itself if that is a node of the tree.
func newGrowth(start, end, size uint64) growth {
	g := growth{first: start, at: end - 1, last: size - 1}
	for g.first != g.at && (g.at == g.last || g.at&1 == 1) {
		g.up()
	}
	return g
}

// whole reports whether all of the subtree is below the node.
func (g *growth) whole() bool { return g.first == g.at }

// next goes to the next level on which the node has a sibling, this one included, and
// reports whether there is one.
func (g *growth) next() bool {
	for g.last > 0 && g.at == g.last && g.at&1 == 0 {
		g.up()
	}
	return g.last > 0
}

// fromLeft reports whether the sibling is on the left.
func (g *growth) fromLeft() bool { return g.at&1 == 1 }

func (g *growth) up() {
	g.first >>= 1
	g.at >>= 1
	g.last >>= 1
	g.level++
}
