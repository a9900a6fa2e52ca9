package por

import (
	"context"
	"io"

	"github.com/depinproof/depinproof/internal/share"
)

// A Tree has all nodes of a tree in memory, and makes every kind of proof about it. It is
// made by [Spec.NewTree] or [Spec.ReadTree], the zero value being of no use, is immutable
// and safe for concurrent use.
type Tree struct {
	s      *Spec
	size   uint64
	levels [][]Node // from the leaves to the root
}

// treeChunk is about the number of leaves of a subtree that one worker makes at a time:
// 45 microseconds of work with RFC6962, while another takes some 90 to begin.
const treeChunk = 1024

// parallelLeaves is the number of leaves from which on workers share a tree. Measured
// with RFC6962 on two cores of an Intel Xeon of the 5th generation, 2026-11-25, one worker
// and two, in microseconds: 4,096 leaves 183 and 198, 8,192 leaves 354 and 260, 65,536
// leaves 2,765 and 1,456 (BenchmarkRootShared, with 4,096 for the threshold).
const parallelLeaves = 8 * treeChunk

// NewTree returns the tree of leaves, of which it keeps a copy. Large trees are made by
// up to so many workers, at least one; with one it starts no goroutine, and none is left
// when it returns. Memory is that of all nodes. Errors: ErrMalformed where no tree has
// so many leaves, or none has no leaves; what the Hasher returns.
func (s *Spec) NewTree(leaves []Node, workers int) (*Tree, error) {
	t, err := s.newTree(leaves, workers)
	if err != nil {
		return nil, fail("por.NewTree", noIndex, err)
	}
	return t, nil
}

// ReadTree returns the tree of r's data, for kinds of trees whose leaves have one
// length. More than most leaves are ErrLimit, and a stream that ends within a leaf
// ErrMalformed; an error of r is passed on as it is. Everything else is as for
// [Spec.NewTree].
func (s *Spec) ReadTree(r io.Reader, most uint64, workers int) (*Tree, error) {
	const op = "por.ReadTree"
	if s.arity == 0 {
		return nil, fail(op, noIndex, errNotMade())
	}
	var leaves []Node
	take := func(nodes []Node) error {
		leaves = append(leaves, nodes...)
		return nil
	}
	reader := leafReader{s: s}
	if _, err := reader.readAll(op, r, most, take, limit("leaves of a stream", most+1, most)); err != nil {
		return nil, err
	}
	t, err := s.treeOf(leaves, workers)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	return t, nil
}

// Root sets dst to the root of leaves, without keeping other nodes than it works on.
// Everything else is as for [Spec.NewTree].
func (s *Spec) Root(dst *Node, leaves []Node, workers int) error {
	root, err := s.root(leaves, workers)
	if err != nil {
		return fail("por.Root", noIndex, err)
	}
	*dst = *root
	return nil
}

func (s *Spec) root(leaves []Node, workers int) (*Node, error) {
	if err := s.checkSize(uint64(len(leaves))); err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		return s.emptyRoot()
	}
	f := s.newFrontier(0, s.levels(uint64(len(leaves))))
	height, n := s.chunk()
	if chunks := len(leaves) / n; workers > 1 && len(leaves) >= parallelLeaves {
		roots := make([]Node, chunks)
		err := share.Do(context.Background(), chunks, workers, func() func(int) error {
			g := frontier{s: s}
			return func(i int) error {
				root, err := g.reduce(leaves[i*n : (i+1)*n])
				if err == nil {
					roots[i] = *root
				}
				return err
			}
		})
		if err != nil {
			return nil, err
		}
		for i := range roots {
			if err := f.add(height, uint64(i), &roots[i]); err != nil {
				return nil, err
			}
		}
		f.end = uint64(chunks * n)
		leaves = leaves[chunks*n:]
	}
	if err := f.addLeaves(leaves); err != nil {
		return nil, err
	}
	return f.root(f.end, nil)
}

// chunk is the height of a subtree that one worker makes at a time, and its leaves.
func (s *Spec) chunk() (height, leaves int) {
	height, leaves = 1, int(s.arity)
	for leaves*int(s.arity) <= treeChunk {
		height, leaves = height+1, leaves*int(s.arity)
	}
	return height, leaves
}

func (s *Spec) newTree(leaves []Node, workers int) (*Tree, error) {
	return s.treeOf(append([]Node(nil), leaves...), workers)
}

// treeOf returns the tree of leaves, which it keeps.
func (s *Spec) treeOf(leaves []Node, workers int) (*Tree, error) {
	size := uint64(len(leaves))
	if err := s.checkSize(size); err != nil {
		return nil, err
	}
	if size == 0 {
		root, err := s.emptyRoot()
		if err != nil {
			return nil, err
		}
		levels := make([][]Node, s.rules.Depth+1)
		levels[s.rules.Depth] = []Node{*root}
		return &Tree{s, 0, levels}, nil
	}
	t := &Tree{s, size, [][]Node{leaves}}
	levels := s.levels(size)
	for n := size; len(t.levels) <= levels; {
		n = s.parents(n)
		t.levels = append(t.levels, make([]Node, n))
	}
	height, n := s.chunk()
	done := 0 // leaves whose levels up to height are complete
	if workers > 1 && len(leaves) >= parallelLeaves {
		done = len(leaves) / n * n
		err := share.Do(context.Background(), done/n, workers, func() func(int) error {
			return func(i int) error { return t.fill(height, i*n, (i+1)*n) }
		})
		if err != nil {
			return nil, err
		}
	}
	if err := t.fill(height, done, len(leaves)); err != nil {
		return nil, err
	}
	return t, t.finish(min(height, levels))
}

// fill hashes the full groups of the levels below height that the leaves from start to
// end have; start is where a subtree of that height begins.
func (t *Tree) fill(height, start, end int) error {
	arity := int(t.s.arity)
	for level := 0; level < min(height, len(t.levels)-1); level++ {
		up, to := start/arity, end/arity
		if to > up {
			if err := t.s.rules.Node.HashNodes(t.levels[level+1][up:to], t.levels[level][up*arity:to*arity]); err != nil {
				return err
			}
		}
		start, end = up, to
	}
	return nil
}

// finish hashes what fill left: the last group of the levels below height where it is
// not full, and what stands on it, and all levels from height on.
func (t *Tree) finish(height int) error {
	s, arity := t.s, int(t.s.arity)
	group := make([]Node, arity)
	full := int(t.size) // nodes of the level that stand on complete subtrees
	for level := 0; level < len(t.levels)-1; level++ {
		nodes, parents := t.levels[level], t.levels[level+1]
		done := 0
		if full /= arity; level < height {
			done = full
		}
		whole := len(nodes) / arity
		if whole > done {
			if err := s.rules.Node.HashNodes(parents[done:whole], nodes[done*arity:whole*arity]); err != nil {
				return err
			}
		}
		rest := nodes[whole*arity:]
		switch {
		case len(rest) == 0:
		case s.rules.Odd == Promote:
			parents[whole] = rest[0]
		default:
			copy(group, rest)
			for i := len(rest); i < arity; i++ {
				group[i] = *s.filler(rest, level)
			}
			if err := s.rules.Node.HashNodes(parents[whole:whole+1], group); err != nil {
				return err
			}
		}
	}
	return nil
}

// Size is the number of leaves.
func (t *Tree) Size() uint64 { return t.size }

// Root returns the root.
func (t *Tree) Root() Node { return t.levels[len(t.levels)-1][0] }

// Leaf returns the leaf at index.
func (t *Tree) Leaf(index uint64) (Node, error) {
	if index >= t.size {
		return Node{}, fail("por.Tree.Leaf", noIndex, malformed(&IndexRangeError{index, t.size}))
	}
	return t.levels[0][index], nil
}

// Path returns the path of the leaf at index, for [Spec.VerifyInclusion]. In a tree of
// fixed depth which empty leaves fill, those have paths, too, for [Spec.VerifyEmptyLeaf].
func (t *Tree) Path(index uint64) ([]Node, error) {
	s, size := t.s, t.size
	if s.rules.Odd == Fill && s.rules.Depth > 0 {
		size = s.most
	}
	if index >= size {
		return nil, fail("por.Tree.Path", noIndex, malformed(&IndexRangeError{index, size}))
	}
	path := make([]Node, 0, s.inclusionLen(index, size))
	for w := s.walk(index, size); w.next(s); w.up(s) {
		_, child := s.divide(w.at)
		nodes := t.levels[w.level]
		nodes = nodes[min(w.at-child, uint64(len(nodes))):]
		nodes = nodes[:min(len(nodes), int(s.arity))]
		for j := range s.arity {
			switch {
			case j == child:
			case j < uint64(len(nodes)):
				path = append(path, nodes[j])
			default:
				path = append(path, *s.filler(nodes, w.level))
			}
		}
	}
	return path, nil
}

// Multiproof returns the proof of the leaves at indices, which are strictly increasing,
// for [Spec.VerifyMultiproof].
func (t *Tree) Multiproof(indices []uint64) ([]Node, error) {
	if err := t.s.checkIndices(t.size, indices); err != nil {
		return nil, fail("por.Tree.Multiproof", noIndex, err)
	}
	proof := []Node{}
	t.s.missing(t.size, indices, func(level int, at uint64) { proof = append(proof, t.levels[level][at]) })
	return proof, nil
}

// Range returns the proof of the leaves from start to end, end excluded, for
// [RangeVerifier.Verify].
func (t *Tree) Range(start, end uint64) ([]Node, error) {
	if err := t.s.checkRange(start, end, t.size); err != nil {
		return nil, fail("por.Tree.Range", noIndex, err)
	}
	proof := []Node{}
	t.s.missingAround(start, end, t.size, func(level int, at uint64) { proof = append(proof, t.levels[level][at]) })
	return proof, nil
}

// Consistency returns the proof that the tree begins with the one of its first size
// leaves, for [Spec.VerifyConsistency].
func (t *Tree) Consistency(size uint64) ([]Node, error) {
	proof, err := t.consistency(0, size)
	if err != nil {
		return nil, fail("por.Tree.Consistency", noIndex, err)
	}
	return proof, nil
}

// SubtreeConsistency returns the proof that the leaves from start to end, end excluded,
// are in the tree, for [Spec.VerifySubtreeConsistency].
func (t *Tree) SubtreeConsistency(start, end uint64) ([]Node, error) {
	err := t.s.checkSubtree(start, end)
	if err != nil {
		return nil, fail("por.Tree.SubtreeConsistency", noIndex, err)
	}
	proof, err := t.consistency(start, end)
	if err != nil {
		return nil, fail("por.Tree.SubtreeConsistency", noIndex, err)
	}
	return proof, nil
}

func (t *Tree) consistency(start, end uint64) ([]Node, error) {
	if err := t.s.checkConsistency(start, end, t.size); err != nil {
		return nil, err
	}
	proof := []Node{}
	if end == 0 {
		return proof, nil
	}
	g := newGrowth(start, end, t.size)
	if !g.whole() {
		proof = append(proof, t.levels[g.level][g.at])
	}
	for g.next() {
		proof = append(proof, t.levels[g.level][g.at^1])
		g.up()
	}
	return proof, nil
}
