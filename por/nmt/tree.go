package nmt

import (
	"bytes"
	"crypto/sha256"
	"math/bits"
	"slices"

	"github.com/depinproof/depinproof/por"
)

// Tree makes roots and proofs. It keeps all nodes, about twice as many as leaves,
// but not the leaves. It does not change, so any number of callers may use it.
type Tree struct {
	spec Spec
	// levels[k] are the roots of the subtrees of 2^k leaves, in their order, the last
	// perhaps of fewer; each NodeSize bytes.
	levels [][]byte
}

// NewTree returns the tree of leaves, each with its namespace in front, in the order
// of their namespaces. If s has a Size, it must be their number.
func (s *Spec) NewTree(leaves [][]byte) (*Tree, error) {
	const op = "nmt.NewTree"
	if err := s.check(); err != nil {
		return nil, fail(op, err)
	}
	if s.Size != 0 && s.Size != uint64(len(leaves)) {
		return nil, fail(op, malformed(&LeafCountError{len(leaves), s.Size}))
	}
	if err := s.checkLeaves(leaves); err != nil {
		return nil, fail(op, err)
	}
	t := &Tree{spec: *s}
	var level []byte
	for i, leaf := range leaves {
		ns := leaf[:s.NamespaceSize]
		if i > 0 && bytes.Compare(ns, leaves[i-1][:s.NamespaceSize]) < 0 {
			return nil, fail(op, malformed(ErrOrder))
		}
		n := hashLeaf(ns, leaf[s.NamespaceSize:])
		level = n.append(level)
	}
	t.levels = [][]byte{level}
	for size := s.NodeSize(); len(level) > size; {
		var next []byte
		for nodes := range slices.Chunk(level, 2*size) {
			if len(nodes) == size {
				next = append(next, nodes...)
				continue
			}
			left, err := s.node(nodes[:size])
			if err != nil {
				return nil, fail(op, err)
			}
			right, err := s.node(nodes[size:])
			if err != nil {
				return nil, fail(op, err)
			}
			parent, err := s.join(&left, &right)
			if err != nil {
				return nil, fail(op, err)
			}
			next = parent.append(next)
		}
		level = next
		t.levels = append(t.levels, level)
	}
	return t, nil
}

// Size returns the number of leaves.
func (t *Tree) Size() uint64 {
	return uint64(len(t.levels[0]) / t.spec.NodeSize())
}

// Root returns a copy of the root. That of a tree without leaves has namespaces of
// zero bytes and the hash of nothing.
func (t *Tree) Root() []byte {
	if t.Size() == 0 {
		digest := sha256.Sum256(nil)
		return append(make([]byte, 2*t.spec.NamespaceSize), digest[:]...)
	}
	return t.node(len(t.levels)-1, 0)
}

// LeafHash returns a copy of the node of leaf i, i < Size.
func (t *Tree) LeafHash(i uint64) ([]byte, error) {
	if i >= t.Size() {
		return nil, fail("nmt.LeafHash", malformed(&por.IndexRangeError{Index: i, Size: t.Size()}))
	}
	return t.node(0, i), nil
}

// node returns a copy of node i of a level.
func (t *Tree) node(level int, i uint64) []byte {
	size := t.spec.NodeSize()
	return bytes.Clone(t.levels[level][int(i)*size:][:size])
}

// ProveRange returns the proof of the leaves start to end, start < end <= Size.
func (t *Tree) ProveRange(start, end uint64) (*Proof, error) {
	if start >= end || end > t.Size() {
		return nil, fail("nmt.ProveRange", malformed(&por.RangeError{Start: start, End: end, Size: t.Size()}))
	}
	return t.prove(start, end), nil
}

func (t *Tree) prove(start, end uint64) *Proof {
	p := &Proof{Start: start, End: end, IgnoreMaxNamespace: t.spec.IgnoreMaxNamespace}
	for pos := uint64(0); pos < start; {
		level := bits.Len64(start-pos) - 1
		p.Nodes = append(p.Nodes, t.node(level, pos>>level))
		pos += 1 << level
	}
	for pos := end; pos < t.Size(); {
		level := bits.TrailingZeros64(pos)
		p.Nodes = append(p.Nodes, t.node(level, pos>>level))
		pos += 1 << level
	}
	return p
}

// ProveNamespace returns the proof for VerifyNamespace: of all leaves of a namespace,
// of its absence, or the empty one. It refuses what VerifyNamespace refuses.
func (t *Tree) ProveNamespace(namespace []byte) (*Proof, error) {
	const op = "nmt.ProveNamespace"
	if err := t.spec.checkNamespace(namespace); err != nil {
		return nil, fail(op, err)
	}
	if t.spec.IgnoreMaxNamespace && isMax(namespace) {
		return nil, fail(op, unsupported(errMaxNamespace))
	}
	root, err := t.spec.node(t.Root())
	if err != nil {
		return nil, fail(op, err)
	}
	if t.Size() == 0 || checkOutside(&root, namespace, nil) == nil {
		return &Proof{IgnoreMaxNamespace: t.spec.IgnoreMaxNamespace}, nil
	}
	start := t.search(func(ns []byte) bool { return bytes.Compare(ns, namespace) >= 0 })
	end := t.search(func(ns []byte) bool { return bytes.Compare(ns, namespace) > 0 })
	if start < end {
		return t.prove(start, end), nil
	}
	p := t.prove(start, start+1)
	p.LeafHash = t.node(0, start)
	return p, nil
}

// search returns the first leaf whose namespace is above a bound, which above tells.
func (t *Tree) search(above func(ns []byte) bool) uint64 {
	lo, hi := uint64(0), t.Size()
	for lo < hi {
		mid := lo + (hi-lo)/2
		if above(t.node(0, mid)[:t.spec.NamespaceSize]) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
