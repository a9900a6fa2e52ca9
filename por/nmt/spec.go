package nmt

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/depinproof/depinproof/por"
)

const (
	// MaxNamespaceSize is the greatest length of a namespace, in bytes: upstream
	// keeps it in one byte.
	MaxNamespaceSize = 255

	// MaxDepth is the greatest depth of a tree. Upstream counts leaves in an int64
	// and rounds the end of a range up to a power of two, which has to fit as well.
	MaxDepth = 62

	// MaxNodes bounds the nodes of a proof: at most one left sibling and one right
	// sibling for each level.
	MaxNodes = 2 * MaxDepth
)

const (
	maxNodeSize = 2*MaxNamespaceSize + sha256.Size

	leafPrefix = 0
	nodePrefix = 1
)

// Spec says what trees a proof may be of. It is the verifier's knowledge, never the
// prover's. The verbs do not change it, so one Spec serves any number of callers at
// once; the zero Spec refuses everything.
type Spec struct {
	// NamespaceSize is the length of a namespace in bytes, 1 to MaxNamespaceSize.
	// Celestia's is 29.
	NamespaceSize int

	// IgnoreMaxNamespace leaves the greatest namespace, all ones, out of the range
	// of a node whose right child holds nothing else. Celestia's trees do.
	IgnoreMaxNamespace bool

	// Size is the number of leaves, at most 2^MaxDepth, or 0 if it is not known.
	// When it is known, a proof must have exactly the nodes it has in such a tree.
	Size uint64
}

// NodeSize returns the length of a node: two namespaces and a digest of 32 bytes.
func (s *Spec) NodeSize() int {
	return 2*s.NamespaceSize + sha256.Size
}

func (s *Spec) check() error {
	if s.NamespaceSize < 1 || s.NamespaceSize > MaxNamespaceSize {
		return unsupported(fmt.Errorf("namespaces of %d bytes", s.NamespaceSize))
	}
	if s.Size > 1<<MaxDepth {
		return limit("leaves of the tree", s.Size, 1<<MaxDepth)
	}
	return nil
}

func (s *Spec) checkNamespace(ns []byte) error {
	if len(ns) != s.NamespaceSize {
		return malformed(&NamespaceSizeError{len(ns), s.NamespaceSize})
	}
	return nil
}

// node is a node taken apart. Its namespaces are parts of the input: hashing copies
// none, as each namespace of an inner node is one of its children's.
type node struct {
	min, max []byte
	digest   por.Node
}

// node takes apart the bytes of a node.
func (s *Spec) node(b []byte) (node, error) {
	if len(b) != s.NodeSize() {
		return node{}, malformed(&NodeSizeError{len(b), s.NodeSize()})
	}
	n := node{
		min:    b[:s.NamespaceSize],
		max:    b[s.NamespaceSize : 2*s.NamespaceSize],
		digest: por.Node(b[2*s.NamespaceSize:]),
	}
	if bytes.Compare(n.max, n.min) < 0 {
		return node{}, malformed(ErrNodeNamespaces)
	}
	return n, nil
}

// append appends the bytes of n to b.
func (n *node) append(b []byte) []byte {
	b = append(b, n.min...)
	b = append(b, n.max...)
	return append(b, n.digest[:]...)
}

// isEmptyRoot reports whether n is the root of the tree without leaves: zero
// namespaces and the hash of nothing.
func (n *node) isEmptyRoot() bool {
	for i := range n.min {
		if n.min[i] != 0 || n.max[i] != 0 {
			return false
		}
	}
	return n.digest == sha256.Sum256(nil)
}

// isMax reports whether ns is the greatest namespace of its size.
func isMax(ns []byte) bool {
	for _, b := range ns {
		if b != 0xff {
			return false
		}
	}
	return true
}

// hashLeaf returns the node of a leaf: a namespace and what follows it in the leaf.
func hashLeaf(ns, data []byte) node {
	n := node{min: ns, max: ns}
	h := sha256.New()
	h.Write([]byte{leafPrefix})
	h.Write(ns)
	h.Write(data)
	h.Sum(n.digest[:0])
	return n
}

// join returns the parent of two nodes.
func (s *Spec) join(left, right *node) (node, error) {
	if bytes.Compare(right.min, left.max) < 0 {
		return node{}, invalid(ErrOrder)
	}
	n := node{min: left.min, max: right.max}
	if s.IgnoreMaxNamespace && isMax(right.min) {
		n.max = left.max
	}
	h := sha256.New()
	h.Write([]byte{nodePrefix})
	for _, child := range [2]*node{left, right} {
		h.Write(child.min)
		h.Write(child.max)
		h.Write(child.digest[:])
	}
	h.Sum(n.digest[:0])
	return n, nil
}
