package por

import (
	"errors"
	"fmt"
	"io"
)

// A RangeVerifier checks that consecutive leaves are in a tree, from a stream of any
// length, in memory proportional to the number of levels. It is made by
// [Spec.NewRangeVerifier], is not safe for concurrent use, and starts no goroutine.
type RangeVerifier struct {
	f         frontier
	end, size uint64
}

// NewRangeVerifier returns the verifier of the leaves from start to end, end excluded, of
// a tree of size leaves. Errors: ErrMalformed with [RangeError], or for a size no tree
// has.
func (s *Spec) NewRangeVerifier(start, end, size uint64) (*RangeVerifier, error) {
	if err := s.checkRange(start, end, size); err != nil {
		return nil, fail("por.NewRangeVerifier", noIndex, err)
	}
	return &RangeVerifier{f: s.newFrontier(start, s.levels(size)), end: end, size: size}, nil
}

// RangeLen is the number of nodes of the proof of the leaves from start to end, end
// excluded, in a tree of size leaves.
func (s *Spec) RangeLen(start, end, size uint64) (int, error) {
	if err := s.checkRange(start, end, size); err != nil {
		return 0, fail("por.RangeLen", noIndex, err)
	}
	n := 0
	s.missingAround(start, end, size, func(int, uint64) { n++ })
	return n, nil
}

// Add appends leaves of the range, in order. More than the range has are ErrMalformed,
// and none of them is added.
func (v *RangeVerifier) Add(leaves []Node) error {
	if err := v.add(leaves); err != nil {
		return fail("por.RangeVerifier.Add", noIndex, err)
	}
	return nil
}

func (v *RangeVerifier) add(leaves []Node) error {
	if err := v.f.check(); err != nil {
		return err
	}
	if left := v.end - v.f.end; uint64(len(leaves)) > left {
		return malformed(fmt.Errorf("%d leaves, and %d are left of the range", len(leaves), left))
	}
	v.f.bad = v.f.addLeaves(leaves)
	return v.f.bad
}

// ReadFrom reads data of leaves from r, for kinds of trees whose leaves have one length,
// until the range is complete or r ends, and returns the number of bytes it read. It
// reads nothing behind the range. A stream that ends within a leaf is ErrMalformed, and
// nothing verifies after it, nor after an error of r, which is passed on as it is; one
// that ends between leaves can be followed by another.
func (v *RangeVerifier) ReadFrom(r io.Reader) (n int64, err error) {
	const op = "por.RangeVerifier.ReadFrom"
	if err := v.f.check(); err != nil {
		return 0, fail(op, noIndex, err)
	}
	n, v.f.bad = v.f.reader.read(op, r, v.end-v.f.end, v.f.addLeaves)
	return n, v.f.bad
}

// Verify checks the leaves added so far, which must be all of the range, against root.
//
// proof holds the nodes that are missing to compute the root, and no others: level by
// level from the leaves upwards, on each level from left to right, as in a multiproof of
// the same leaves. [Spec.RangeLen] is its length. Errors: ErrInvalidProof with
// [RootMismatchError]; ErrMalformed with [PathLengthError], or where leaves are missing;
// what Add or ReadFrom failed with before, where an error of a reader is ErrInternal. It
// changes nothing, so it can be called again, with another root or proof.
func (v *RangeVerifier) Verify(root *Node, proof []Node) error {
	if err := v.verify(root, proof); err != nil {
		return fail("por.RangeVerifier.Verify", noIndex, err)
	}
	return nil
}

func (v *RangeVerifier) verify(root *Node, proof []Node) error {
	if err := v.f.check(); err != nil {
		return err
	}
	if v.f.end != v.end {
		return malformed(fmt.Errorf("%d leaves are missing in the range", v.end-v.f.end))
	}
	want := 0
	v.f.s.missingAround(v.f.start, v.end, v.size, func(int, uint64) { want++ })
	if len(proof) != want {
		return malformed(&PathLengthError{len(proof), want})
	}
	got, err := v.f.root(v.size, proof)
	if err != nil {
		return err
	}
	return checkRoot(root, got)
}

// A Builder computes the root of a tree from a stream of leaves, in memory proportional
// to the number of levels. It is made by [Spec.NewBuilder], is not safe for concurrent
// use, and starts no goroutine.
type Builder struct{ f frontier }

// NewBuilder returns a builder of a tree without leaves. That of a zero Spec refuses
// everything.
func (s *Spec) NewBuilder() *Builder {
	if s.arity == 0 {
		return &Builder{}
	}
	return &Builder{f: s.newFrontier(0, s.levels(s.most))}
}

// Size is the number of leaves so far.
func (b *Builder) Size() uint64 { return b.f.end }

// Add appends leaves.
func (b *Builder) Add(leaves []Node) error {
	if err := b.add(leaves); err != nil {
		return fail("por.Builder.Add", noIndex, err)
	}
	return nil
}

func (b *Builder) add(leaves []Node) error {
	if err := b.f.check(); err != nil {
		return err
	}
	if uint64(len(leaves)) > b.f.s.most-b.f.end {
		return malformed(fmt.Errorf("%d more leaves for a tree of at most %d, which has %d", len(leaves), b.f.s.most, b.f.end))
	}
	b.f.bad = b.f.addLeaves(leaves)
	return b.f.bad
}

// AddSubtree appends all leaves of a complete subtree of a height, given its root: a
// piece of a Filecoin sector, for one. The leaves so far must be a multiple of its own.
func (b *Builder) AddSubtree(height int, root *Node) error {
	if err := b.addSubtree(height, root); err != nil {
		return fail("por.Builder.AddSubtree", noIndex, err)
	}
	return nil
}

func (b *Builder) addSubtree(height int, root *Node) error {
	if err := b.f.check(); err != nil {
		return err
	}
	if height < 0 || height >= len(b.f.right) {
		return malformed(fmt.Errorf("height %d in a tree of at most %d levels", height, len(b.f.right)-1))
	}
	n, fits := power(b.f.s.arity, height)
	switch {
	case !fits || n > b.f.s.most-b.f.end:
		return malformed(fmt.Errorf("a subtree of height %d for a tree of at most %d leaves, which has %d", height, b.f.s.most, b.f.end))
	case b.f.end%n != 0:
		return malformed(fmt.Errorf("a subtree of %d leaves behind %d", n, b.f.end))
	}
	if b.f.bad = b.f.add(height, b.f.end/n, root); b.f.bad == nil {
		b.f.end += n
	}
	return b.f.bad
}

// ReadFrom appends leaves of data from r up to its end, for kinds of trees whose leaves
// have one length, and returns the number of bytes it read. A stream that ends within a
// leaf is ErrMalformed; an error of r is passed on as it is; after both there is no root.
func (b *Builder) ReadFrom(r io.Reader) (n int64, err error) {
	const op = "por.Builder.ReadFrom"
	if err := b.f.check(); err != nil {
		return 0, fail(op, noIndex, err)
	}
	excess := malformed(fmt.Errorf("more than the %d leaves of the largest tree", b.f.s.most))
	n, b.f.bad = b.f.reader.readAll(op, r, b.f.s.most-b.f.end, b.f.addLeaves, excess)
	return n, b.f.bad
}

// Root sets dst to the root of the leaves so far; more can follow. Errors: ErrMalformed
// where no tree has so many leaves, or none has no leaves; what adding leaves failed with
// before, where an error of a reader is ErrInternal.
func (b *Builder) Root(dst *Node) error {
	root, err := b.root()
	if err != nil {
		return fail("por.Builder.Root", noIndex, err)
	}
	*dst = *root
	return nil
}

func (b *Builder) root() (*Node, error) {
	if err := b.f.check(); err != nil {
		return nil, err
	}
	if b.f.end == 0 {
		return b.f.s.emptyRoot()
	}
	if err := b.f.s.checkSize(b.f.end); err != nil {
		return nil, err
	}
	return b.f.root(b.f.end, nil)
}

// emptyRoot returns the root of a tree without leaves.
func (s *Spec) emptyRoot() (*Node, error) {
	switch {
	case s.rules.Odd == Fill && s.rules.Depth > 0:
		return &s.empty[s.rules.Depth], nil
	case s.rules.EmptyRoot != nil:
		return s.rules.EmptyRoot, nil
	}
	return nil, malformed(errors.New("a tree without leaves, which has no root"))
}
