package jmt

import "github.com/depinproof/depinproof/por"

// Proof is the path from a leaf, or from an empty subtree, to the root.
type Proof struct {
	// Leaf is the leaf at the end of the path, nil if the subtree there is empty.
	Leaf *Leaf

	// Siblings are those of the path, from the bottom to the top, at most MaxSiblings.
	Siblings []Sibling
}

// RangeProof shows that known leaves are all that a tree has up to the last of them.
type RangeProof struct {
	// Right are the siblings on the right of the path to the last known leaf, from
	// the bottom to the top.
	Right []Sibling
}

// root returns the root that a path of key leads to.
func (p *Proof) root(key *por.Node) por.Node {
	n := EmptyRoot()
	if p.Leaf != nil {
		n = p.Leaf.Hash()
	}
	depth := len(p.Siblings)
	return climb(n, key, depth, func(d int) por.Node { return p.Siblings[depth-1-d].hash() })
}

// VerifyExistence checks that the tree with the given root has a leaf of the given key
// hash and value. It allocates nothing for a proof that holds.
func VerifyExistence(root, keyHash *por.Node, value []byte, p *Proof) error {
	const op = "jmt.VerifyExistence"
	if root == nil || keyHash == nil || p == nil {
		return fail(op, malformed(errNil))
	}
	if err := checkSiblings(p.Siblings); err != nil {
		return fail(op, err)
	}
	if p.Leaf == nil {
		return fail(op, invalid(ErrNoLeaf))
	}
	if p.Leaf.KeyHash != *keyHash {
		return fail(op, invalid(ErrKey))
	}
	if p.Leaf.ValueHash != HashValue(value) {
		return fail(op, invalid(ErrValue))
	}
	if got := p.root(keyHash); got != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: got}))
	}
	return nil
}

// VerifyAbsence checks that the tree with the given root has no leaf of the given key
// hash: the subtree where it would be is empty, or holds a leaf of another key alone.
// It allocates nothing for a proof that holds.
func VerifyAbsence(root, keyHash *por.Node, p *Proof) error {
	const op = "jmt.VerifyAbsence"
	if root == nil || keyHash == nil || p == nil {
		return fail(op, malformed(errNil))
	}
	if err := checkSiblings(p.Siblings); err != nil {
		return fail(op, err)
	}
	if p.Leaf != nil {
		if p.Leaf.KeyHash == *keyHash {
			return fail(op, invalid(ErrPresent))
		}
		if commonBits(&p.Leaf.KeyHash, keyHash) < len(p.Siblings) {
			return fail(op, invalid(ErrPrefix))
		}
	}
	if got := p.root(keyHash); got != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: got}))
	}
	return nil
}

// VerifyRightmost checks that leaf is in the tree with the given root, on a path whose
// siblings on the left are left, from the bottom to the top, and on the right those
// of p. What is on the left is the caller's knowledge; VerifyRange computes it. It
// allocates nothing for a proof that holds.
func VerifyRightmost(root *por.Node, leaf *Leaf, left []por.Node, p *RangeProof) error {
	const op = "jmt.VerifyRightmost"
	if root == nil || leaf == nil || p == nil {
		return fail(op, malformed(errNil))
	}
	if err := checkSiblings(p.Right); err != nil {
		return fail(op, err)
	}
	if len(left) > MaxSiblings-len(p.Right) {
		return fail(op, limit("siblings", uint64(len(left))+uint64(len(p.Right)), MaxSiblings))
	}
	depth := len(left) + len(p.Right)
	if countZeros(&leaf.KeyHash, depth) != len(p.Right) {
		return fail(op, invalid(ErrPath))
	}
	right := p.Right
	got := climb(leaf.Hash(), &leaf.KeyHash, depth, func(d int) (n por.Node) {
		if bit(&leaf.KeyHash, d) == 1 {
			n, left = left[0], left[1:]
		} else {
			n, right = right[0].hash(), right[1:]
		}
		return n
	})
	if got != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: got}))
	}
	return nil
}

// VerifyRange checks that leaves, in the order of their key hashes, are all leaves of
// the tree with the given root whose key hash is not above the last one's. It costs at
// most 256 hashes a leaf, a few if the key hashes are random, and it allocates nothing
// for a proof that holds.
func VerifyRange(root *por.Node, leaves []Leaf, p *RangeProof) error {
	const op = "jmt.VerifyRange"
	if root == nil || p == nil {
		return fail(op, malformed(errNil))
	}
	if len(leaves) == 0 {
		return fail(op, malformed(errNoLeaves))
	}
	if err := checkSiblings(p.Right); err != nil {
		return fail(op, err)
	}
	if err := checkOrder(leaves); err != nil {
		return fail(op, err)
	}
	known, last := leaves[:len(leaves)-1], &leaves[len(leaves)-1]
	depth, ok := rangeDepth(known, last, len(p.Right))
	if !ok {
		return fail(op, invalid(ErrPath))
	}
	right := p.Right
	got := climb(last.Hash(), &last.KeyHash, depth, func(d int) (n por.Node) {
		if bit(&last.KeyHash, d) == 0 {
			n, right = right[0].hash(), right[1:]
			return n
		}
		// Of the leaves not yet used, those that leave the path here are the last.
		i := len(known)
		for i > 0 && commonBits(&known[i-1].KeyHash, &last.KeyHash) == d {
			i--
		}
		n, known = subtree(known[i:], d+1), known[:i]
		return n
	})
	if got != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: got}))
	}
	return nil
}

// rangeDepth returns the depth of the last leaf: the least that parts it from the leaf
// before it and has the given number of siblings on the right. Below that there is
// nothing, neither known nor in the proof.
func rangeDepth(known []Leaf, last *Leaf, right int) (depth int, ok bool) {
	if len(known) != 0 {
		depth = 1 + commonBits(&known[len(known)-1].KeyHash, &last.KeyHash)
	}
	for zeros := countZeros(&last.KeyHash, depth); zeros < right; depth++ {
		if depth == MaxSiblings {
			return 0, false
		}
		zeros += 1 - int(bit(&last.KeyHash, depth))
	}
	return depth, countZeros(&last.KeyHash, depth) == right
}

// countZeros returns how many of the first n bits of a key hash are 0.
func countZeros(key *por.Node, n int) int {
	zeros := n
	for i := range n {
		zeros -= int(bit(key, i))
	}
	return zeros
}

// checkOrder checks that the key hashes of leaves are strictly increasing.
func checkOrder(leaves []Leaf) error {
	for i := 1; i < len(leaves); i++ {
		a, b := &leaves[i-1].KeyHash, &leaves[i].KeyHash
		if d := commonBits(a, b); d == MaxSiblings || bit(a, d) == 1 {
			return malformed(ErrOrder)
		}
	}
	return nil
}
