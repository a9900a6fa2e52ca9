package openzeppelin

import (
	"bytes"
	"slices"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// Tree is a tree with the places of its leaves. It is immutable.
type Tree struct {
	nodes []por.Node // heap
	place []int      // node of the leaf that was given at a position
}

// NewTree makes the tree of the given leaves, in the order of their hashes if sorted and
// else in the order given. The JavaScript library sorts unless told otherwise.
//
// It fails with ErrMalformed without leaves and with ErrLimit above [MaxLeaves].
func NewTree(leaves []por.Node, sorted bool) (*Tree, error) {
	const op = "openzeppelin.NewTree"
	n := len(leaves)
	if n == 0 {
		return nil, fail(op, malformed(&TreeSizeError{}))
	}
	if n > MaxLeaves {
		return nil, fail(op, limit("leaves", n, MaxLeaves))
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if sorted {
		slices.SortStableFunc(order, func(i, j int) int { return bytes.Compare(leaves[i][:], leaves[j][:]) })
	}
	t := &Tree{nodes: make([]por.Node, 2*n-1), place: make([]int, n)}
	for i, position := range order {
		t.place[position] = len(t.nodes) - 1 - i
		t.nodes[t.place[position]] = leaves[position]
	}
	// The children of the upper half of the nodes to do lie behind all of them.
	for todo := n - 1; todo > 0; todo /= 2 {
		half := todo / 2
		keccak.HashPairs(t.nodes[half:todo], t.nodes[2*half+1:2*todo+1], nil, true)
	}
	return t, nil
}

// Root returns the root.
func (t *Tree) Root() por.Node { return t.nodes[0] }

// Len returns the number of leaves.
func (t *Tree) Len() int { return len(t.place) }

// Nodes returns a copy of the heap.
func (t *Tree) Nodes() []por.Node { return slices.Clone(t.nodes) }

// TreeIndex returns the node of the leaf that was given at position i. It panics unless
// 0 <= i < Len.
func (t *Tree) TreeIndex(i int) int { return t.place[i] }

// Leaf returns the leaf that was given at position i. It panics unless 0 <= i < Len.
func (t *Tree) Leaf(i int) por.Node { return t.nodes[t.place[i]] }

// AppendProof appends the proof of the leaf that was given at position i to dst. It fails
// with ErrMalformed unless 0 <= i < Len.
func (t *Tree) AppendProof(dst []por.Node, i int) ([]por.Node, error) {
	if err := t.checkPosition(i); err != nil {
		return dst, fail("openzeppelin.Tree.AppendProof", err)
	}
	for node := t.place[i]; node > 0; node = parent(node) {
		dst = append(dst, t.nodes[sibling(node)])
	}
	return dst, nil
}

// Multiproof is a proof of several leaves, see [VerifyMultiproof].
type Multiproof struct {
	Leaves    []por.Node
	Positions []int // at which the leaves were given
	Proof     []por.Node
	Flags     []bool
}

// Multiproof returns the proof of the leaves that were given at the given positions. It
// fails with ErrMalformed if there is none, if one is not 0 <= i < Len, and if one comes
// twice.
func (t *Tree) Multiproof(positions ...int) (*Multiproof, error) {
	const op = "openzeppelin.Tree.Multiproof"
	if len(positions) == 0 {
		return nil, fail(op, malformed(&MultiproofShapeError{}))
	}
	for _, i := range positions {
		if err := t.checkPosition(i); err != nil {
			return nil, fail(op, err)
		}
	}
	m := &Multiproof{Positions: slices.Clone(positions)}
	slices.SortFunc(m.Positions, func(i, j int) int { return t.place[j] - t.place[i] })
	queue := make([]int, 0, 2*len(positions))
	for k, i := range m.Positions {
		if k > 0 && i == m.Positions[k-1] {
			return nil, fail(op, malformed(&por.IndexOrderError{Position: k, Index: uint64(i), Previous: uint64(i)}))
		}
		m.Leaves = append(m.Leaves, t.Leaf(i))
		queue = append(queue, t.place[i])
	}
	for queue[0] > 0 {
		node := queue[0]
		queue = queue[1:]
		if len(queue) > 0 && queue[0] == sibling(node) {
			m.Flags = append(m.Flags, true)
			queue = queue[1:]
		} else {
			m.Flags = append(m.Flags, false)
			m.Proof = append(m.Proof, t.nodes[sibling(node)])
		}
		queue = append(queue, parent(node))
	}
	return m, nil
}

func (t *Tree) checkPosition(i int) error {
	if i < 0 || i >= len(t.place) {
		return malformed(&por.IndexRangeError{Index: uint64(i), Size: uint64(len(t.place))})
	}
	return nil
}

// sibling returns the other child of the parent of node, which is not the root: odd nodes
// are left, even ones right.
func sibling(node int) int {
	if node%2 == 1 {
		return node + 1
	}
	return node - 1
}

func parent(node int) int { return (node - 1) / 2 }
