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
	place []int      // node of the leaf that was given at an index
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
	for i, index := range order {
		t.place[index] = len(t.nodes) - 1 - i
		t.nodes[t.place[index]] = leaves[index]
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

// Size is the number of leaves.
func (t *Tree) Size() uint64 { return uint64(len(t.place)) }

// Nodes returns a copy of the heap.
func (t *Tree) Nodes() []por.Node { return slices.Clone(t.nodes) }

// TreeIndex returns the node of the leaf that was given at an index. It panics unless
// index < Size.
func (t *Tree) TreeIndex(index uint64) int { return t.place[index] }

// Leaf returns the leaf that was given at an index. It panics unless index < Size.
func (t *Tree) Leaf(index uint64) por.Node { return t.nodes[t.place[index]] }

// Path returns the proof of the leaf that was given at an index, for [VerifyProof]. It
// fails with ErrMalformed unless index < Size.
func (t *Tree) Path(index uint64) ([]por.Node, error) {
	if err := t.checkIndex(index); err != nil {
		return nil, fail("openzeppelin.Tree.Path", err)
	}
	path := []por.Node{}
	for node := t.place[index]; node > 0; node = parent(node) {
		path = append(path, t.nodes[sibling(node)])
	}
	return path, nil
}

// Multiproof is a proof of several leaves, see [VerifyMultiproof].
type Multiproof struct {
	Leaves  []por.Node
	Indices []uint64 // at which the leaves were given
	Proof   []por.Node
	Flags   []bool
}

// Multiproof returns the proof of the leaves that were given at the given indices, for
// [VerifyMultiproof]. It fails with ErrMalformed if there is none, unless each is below
// Size, and if one comes twice.
func (t *Tree) Multiproof(indices ...uint64) (*Multiproof, error) {
	const op = "openzeppelin.Tree.Multiproof"
	if len(indices) == 0 {
		return nil, fail(op, malformed(&MultiproofShapeError{}))
	}
	for _, i := range indices {
		if err := t.checkIndex(i); err != nil {
			return nil, fail(op, err)
		}
	}
	m := &Multiproof{Indices: slices.Clone(indices)}
	slices.SortFunc(m.Indices, func(i, j uint64) int { return t.place[j] - t.place[i] })
	queue := make([]int, 0, 2*len(indices))
	for k, i := range m.Indices {
		if k > 0 && i == m.Indices[k-1] {
			return nil, fail(op, malformed(&por.IndexOrderError{Position: k, Index: i, Previous: i}))
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

func (t *Tree) checkIndex(index uint64) error {
	if index >= t.Size() {
		return malformed(&por.IndexRangeError{Index: index, Size: t.Size()})
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
