package por

// A Leaf is a leaf of a tree and its position.
type Leaf struct {
	Index uint64
	Node  Node
}

// multiproofChunk is the number of groups that are hashed in one call.
const multiproofChunk = 256

// VerifyMultiproof checks that all of leaves, whose indices are strictly increasing, are
// in a tree of size leaves with root root.
//
// proof holds the nodes that are missing to compute the root, and no others: level by
// level from the leaves upwards, on each level from left to right. Nodes that the rule
// for odd nodes puts somewhere are not in it. [Spec.MultiproofLen] is its length.
//
// It returns nil if and only if there are leaves, their indices increase and are below
// size, proof has the length that they determine, and it leads to root. Errors:
// ErrInvalidProof with [RootMismatchError]; ErrMalformed with [PathLengthError],
// [IndexRangeError] or [IndexOrderError]; ErrLimit with [LimitError] for more than
// [MaxMultiproofLeaves] leaves. Memory is proportional to the leaves.
func (s *Spec) VerifyMultiproof(root *Node, size uint64, leaves []Leaf, proof []Node) error {
	if err := s.multiproof(root, size, leaves, proof); err != nil {
		return fail("por.VerifyMultiproof", noIndex, err)
	}
	return nil
}

// MultiproofLen is the number of nodes of the proof of the leaves at indices, which are
// strictly increasing, in a tree of size leaves.
func (s *Spec) MultiproofLen(size uint64, indices []uint64) (int, error) {
	if err := s.checkIndices(size, indices); err != nil {
		return 0, fail("por.MultiproofLen", noIndex, err)
	}
	n := 0
	s.missing(size, indices, func(int, uint64) { n++ })
	return n, nil
}

// checkIndices checks positions of leaves.
func (s *Spec) checkIndices(size uint64, indices []uint64) error {
	if len(indices) > MaxMultiproofLeaves {
		return limit("leaves of a multiproof", uint64(len(indices)), MaxMultiproofLeaves)
	}
	if err := s.checkSize(size); err != nil {
		return err
	}
	if len(indices) == 0 {
		return malformed(errNoLeaves)
	}
	for i, index := range indices {
		if index >= size {
			return malformed(&IndexRangeError{index, size})
		}
		if i > 0 && index <= indices[i-1] {
			return malformed(&IndexOrderError{i, index, indices[i-1]})
		}
	}
	return nil
}

// missing calls yield for every node that the proof of the leaves at indices has, in
// its order.
func (s *Spec) missing(size uint64, indices []uint64, yield func(level int, at uint64)) {
	known := append([]uint64(nil), indices...)
	n := size
	for level := range s.levels(size) {
		parents := known[:0]
		for i := 0; i < len(known); {
			parent, child := s.divide(known[i])
			first := known[i] - child
			for j := range min(s.arity, n-first) {
				at := first + j
				if i < len(known) && known[i] == at {
					i++
				} else {
					yield(level, at)
				}
			}
			parents = append(parents, parent)
		}
		known = parents
		n = s.parents(n)
	}
}

func (s *Spec) multiproof(root *Node, size uint64, leaves []Leaf, proof []Node) error {
	if len(leaves) > MaxMultiproofLeaves {
		return limit("leaves of a multiproof", uint64(len(leaves)), MaxMultiproofLeaves)
	}
	known := make([]uint64, len(leaves))
	for i := range leaves {
		known[i] = leaves[i].Index
	}
	if err := s.checkIndices(size, known); err != nil {
		return err
	}
	want := 0
	s.missing(size, known, func(int, uint64) { want++ })
	if len(proof) != want {
		return malformed(&PathLengthError{len(proof), want})
	}
	nodes := make([]Node, len(leaves))
	for i := range leaves {
		nodes[i] = leaves[i].Node
	}
	n := size
	groups := make([]Node, 0, min(len(leaves), multiproofChunk)*int(s.arity))
	for level := range s.levels(size) {
		var err error
		if known, proof, err = s.rise(level, n, known, nodes, proof, groups); err != nil {
			return err
		}
		nodes = nodes[:len(known)]
		n = s.parents(n)
	}
	return checkRoot(root, &nodes[0])
}

// rise replaces the known nodes of a level, which has n nodes, and their positions by
// those of their parents. It returns the positions and what is left of the proof.
func (s *Spec) rise(level int, n uint64, known []uint64, nodes, proof, groups []Node) ([]uint64, []Node, error) {
	hashed, parents := 0, known[:0]
	groups = groups[:0]
	for i := 0; i < len(known); {
		parent, child := s.divide(known[i])
		first := known[i] - child
		alone := s.rules.Odd == Promote && first == n-1
		if !alone {
			begin := len(groups)
			for j := range s.arity {
				at := first + j
				switch {
				case j >= n-first:
					groups = append(groups, *s.filler(groups[begin:], level))
				case i < len(known) && known[i] == at:
					groups = append(groups, nodes[i])
					i++
				default:
					groups = append(groups, proof[0])
					proof = proof[1:]
				}
			}
		}
		parents = append(parents, parent)
		if full := len(groups) == cap(groups); full || alone || i == len(known) {
			m := len(groups) / int(s.arity)
			if m > 0 {
				if err := s.rules.Node.HashNodes(nodes[hashed:hashed+m], groups); err != nil {
					return nil, nil, err
				}
			}
			hashed += m
			groups = groups[:0]
		}
		if alone {
			nodes[hashed] = nodes[i]
			break
		}
	}
	return parents, proof, nil
}
