package jmt

import (
	"crypto/sha256"
	"math/bits"

	"github.com/depinproof/depinproof/por"
)

const (
	// MaxSiblings is the greatest number of siblings on a path: one for each bit of
	// a key hash.
	MaxSiblings = 256

	leafDomain  = "JMT::LeafNode"
	innerDomain = "JMT::IntrnalNode" // sic: it has 16 bytes
	placeholder = "SPARSE_MERKLE_PLACEHOLDER_HASH__"
)

// EmptyRoot returns the hash of an empty subtree, which is the root of the tree
// without leaves.
func EmptyRoot() por.Node {
	return por.Node([]byte(placeholder))
}

// HashKey returns the key hash of a key, SHA-256.
func HashKey(key []byte) por.Node { return sha256.Sum256(key) }

// HashValue returns the value hash of a value, SHA-256.
func HashValue(value []byte) por.Node { return sha256.Sum256(value) }

// Leaf is a leaf of the tree.
type Leaf struct {
	KeyHash, ValueHash por.Node
}

// Hash returns the node of a leaf.
func (l *Leaf) Hash() por.Node {
	var b [len(leafDomain) + 2*sha256.Size]byte
	copy(b[:], leafDomain)
	copy(b[len(leafDomain):], l.KeyHash[:])
	copy(b[len(leafDomain)+sha256.Size:], l.ValueHash[:])
	return sha256.Sum256(b[:])
}

// hashInner returns the parent of two nodes.
func hashInner(left, right *por.Node) por.Node {
	var b [len(innerDomain) + 2*sha256.Size]byte
	copy(b[:], innerDomain)
	copy(b[len(innerDomain):], left[:])
	copy(b[len(innerDomain)+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// Kind tells what a sibling is. The numbers are those of the encoding.
type Kind uint8

const (
	Null  Kind = 0 // an empty subtree
	Inner Kind = 1
	Only  Kind = 2 // a subtree of a single leaf
)

// Sibling is a sibling on a path, opened: a proof shows what it is, not only its hash.
// Left and Right are the children of an Inner one, the key hash and the value hash of
// an Only one, and zero of a Null one.
type Sibling struct {
	Kind        Kind
	Left, Right por.Node
}

// hash returns the node of a sibling of a known kind.
func (s *Sibling) hash() por.Node {
	switch s.Kind {
	case Inner:
		return hashInner(&s.Left, &s.Right)
	case Only:
		return (&Leaf{s.Left, s.Right}).Hash()
	}
	return EmptyRoot()
}

// checkSiblings checks the number and the form of siblings.
func checkSiblings(siblings []Sibling) error {
	if len(siblings) > MaxSiblings {
		return limit("siblings", uint64(len(siblings)), MaxSiblings)
	}
	for i := range siblings {
		s := &siblings[i]
		if s.Kind > Only || s.Kind == Null && *s != (Sibling{}) {
			return malformed(ErrSibling)
		}
	}
	return nil
}

// bit returns bit i of a key hash, from the highest bit of the first byte on. At depth
// i a path turns right if it is 1.
func bit(key *por.Node, i int) byte {
	return key[i/8] >> (7 - i%8) & 1
}

// commonBits returns the number of bits that two key hashes begin with in common.
func commonBits(a, b *por.Node) int {
	for i := range a {
		if x := a[i] ^ b[i]; x != 0 {
			return 8*i + bits.LeadingZeros8(x)
		}
	}
	return MaxSiblings
}

// climb returns the root that lies depth nodes above a node on the path of key, of
// which sibling gives the sibling below each depth, from the bottom.
func climb(n por.Node, key *por.Node, depth int, sibling func(depth int) por.Node) por.Node {
	for d := depth - 1; d >= 0; d-- {
		other := sibling(d)
		if bit(key, d) == 1 {
			n = hashInner(&other, &n)
		} else {
			n = hashInner(&n, &other)
		}
	}
	return n
}
