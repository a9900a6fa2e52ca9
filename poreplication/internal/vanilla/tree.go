// Package vanilla checks vanilla proofs, which are what the circuits prove that the
// prover has: openings of the sector's trees at the challenged nodes.
//
// Source: storage-proofs-core, -porep, -post and -update 19.1.0.
package vanilla

import (
	"encoding/binary"
	"slices"

	"github.com/depinproof/depinproof/internal/sha256mb"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Tree is the form of a Merkle tree that paths lead through.
type Tree struct {
	// Arities of the levels, the leaves' parents first.
	Arities []int
	base    int // levels of the base trees
	digest  bool
}

// ReplicaTree returns the form of the trees over the replica and over the columns:
// base trees of arity 8, and above them a level or two of their own arities, of
// Poseidon hashes.
func ReplicaTree(s *shape.Shape) *Tree {
	t := &Tree{}
	for leaves := s.Nodes / uint64(max(1, s.Sub)*max(1, s.Top)); leaves > 1; leaves /= uint64(s.Base) {
		t.Arities = append(t.Arities, s.Base)
	}
	t.base = len(t.Arities)
	for _, arity := range []int{s.Sub, s.Top} {
		if arity > 0 {
			t.Arities = append(t.Arities, arity)
		}
	}
	return t
}

// DataTree returns the form of the tree over the data: binary, of SHA-256 digests
// without their two top bits.
func DataTree(s *shape.Shape) *Tree {
	t := &Tree{digest: true}
	for leaves := s.Nodes; leaves > 1; leaves /= 2 {
		t.Arities = append(t.Arities, 2)
	}
	t.base = len(t.Arities)
	return t
}

// siblings returns the number of siblings of the nodes on a path.
func (t *Tree) siblings() (n int) {
	for _, arity := range t.Arities {
		n += arity - 1
	}
	return n
}

// pathSize returns the number of bytes of a path.
func (t *Tree) pathSize() int {
	sections := 1 + len(t.Arities) - t.base
	return 4 + 2*32 + sections*8 + len(t.Arities)*(8+8) + t.siblings()*32
}

// Path leads from a leaf to the root.
type Path struct {
	Root, Leaf [32]byte
	// Siblings of the nodes on the path, arity − 1 for each level, and the position of
	// the node among them.
	Siblings [][32]byte
	Digits   []uint64
}

// newPaths returns n paths with room for what the tree's have.
func (t *Tree) newPaths(n int) []Path {
	paths := make([]Path, n)
	siblings := make([][32]byte, n*t.siblings())
	digits := make([]uint64, n*len(t.Arities))
	for i := range paths {
		paths[i].Siblings, siblings = siblings[:t.siblings():t.siblings()], siblings[t.siblings():]
		paths[i].Digits, digits = digits[:len(t.Arities):len(t.Arities)], digits[len(t.Arities):]
	}
	return paths
}

// walkPath walks the fields of a path. Its variant is the number of levels above the
// base trees; the path of a base tree alone comes after root and leaf.
func (t *Tree) walkPath(c bincode.Codec, p *Path) {
	above := len(t.Arities) - t.base
	c.Variant("form of a path", uint32(above))
	ends := func() {
		c.Element("root of a path", &p.Root)
		c.Element("leaf of a path", &p.Leaf)
	}
	if above == 0 {
		ends()
	}
	siblings := p.Siblings
	for level, arity := range t.Arities {
		switch {
		case level == 0:
			c.Count("levels of the base tree", t.base)
		case level >= t.base:
			c.Count("levels above the base tree", 1)
		}
		c.Count("siblings", arity-1)
		c.Elements("sibling", siblings[:arity-1])
		c.Below("position among siblings", &p.Digits[level], uint64(arity))
		siblings = siblings[arity-1:]
	}
	if above > 0 {
		ends()
	}
}

// leadsFrom reports whether the path's positions are those of a leaf.
func (t *Tree) leadsFrom(p *Path, leaf uint64) bool {
	for level, arity := range t.Arities {
		if p.Digits[level] != leaf%uint64(arity) {
			return false
		}
		leaf /= uint64(arity)
	}
	return true
}

// climber hashes up paths of trees of one form, all of them side by side. Paths meet
// below the root, and what is the same for some of them is hashed once.
type climber struct {
	tree *Tree
	// nodes are the nodes on the paths at the level that was reached.
	nodes          [][32]byte
	level, sibling int

	// Of the level that is being hashed: the children of different parents, those
	// parents, which of them is on a path, and parents by a sum over their children.
	children, parents [][32]byte
	parentOf          []int
	known             map[uint64]int
}

// newClimber returns a climber of at most n paths.
func (t *Tree) newClimber(n int) *climber {
	widest := 0
	for _, arity := range t.Arities {
		widest = max(widest, arity)
	}
	return &climber{
		tree:     t,
		nodes:    make([][32]byte, n),
		children: make([][32]byte, 0, n*widest),
		parents:  make([][32]byte, n),
		parentOf: make([]int, n),
		known:    make(map[uint64]int, n),
	}
}

// start sets the climber to the leaves of paths.
func (c *climber) start(paths []Path) {
	for i := range paths {
		c.nodes[i] = paths[i].Leaf
	}
	c.level, c.sibling = 0, 0
}

// climb goes up to a level. The leaves are on level 0.
func (c *climber) climb(paths []Path, level int) error {
	for ; c.level < level; c.level++ {
		arity := c.tree.Arities[c.level]
		c.children = c.children[:0]
		clear(c.known)
		n := 0 // parents
		for i := range paths {
			siblings := paths[i].Siblings[c.sibling:][:arity-1]
			at := paths[i].Digits[c.level]
			c.children = append(c.children, siblings[:at]...)
			c.children = append(c.children, c.nodes[i])
			c.children = append(c.children, siblings[at:]...)
			if same, ok := c.same(n, arity); ok {
				c.parentOf[i] = same
				c.children = c.children[:n*arity]
				continue
			}
			c.parentOf[i] = n
			n++
		}
		c.sibling += arity - 1
		if err := c.tree.hash(c.parents[:n], c.children, arity); err != nil {
			return err
		}
		for i := range paths {
			c.nodes[i] = c.parents[c.parentOf[i]]
		}
	}
	return nil
}

// same returns a parent before n that has the same children as n. Of different ones with
// the same sum it finds the first only.
func (c *climber) same(n, arity int) (int, bool) {
	if c.tree.digest {
		return 0, false // a digest takes less than looking for another
	}
	own := c.children[n*arity:]
	sum := uint64(0)
	for i := range own {
		sum = sum*31 + binary.LittleEndian.Uint64(own[i][:])
	}
	other, ok := c.known[sum]
	if !ok {
		c.known[sum] = n
		return 0, false
	}
	return other, slices.Equal(own, c.children[other*arity:][:arity])
}

// hash hashes each arity nodes of src into one of dst.
func (t *Tree) hash(dst, src [][32]byte, arity int) error {
	if t.digest {
		hashPairs(dst, src)
		return nil
	}
	return hashNodes(dst, src, arity)
}

// hashPairs hashes each two nodes of a data tree into one.
func hashPairs(dst, src [][32]byte) {
	sha256mb.HashPairs(dst, src)
	for i := range dst {
		dst[i][31] &= 0x3f
	}
}

// checkRoots hashes up all paths and reports the first whose root is another, or −1.
func (c *climber) checkRoots(paths []Path) (int, error) {
	c.start(paths)
	if err := c.climb(paths, len(c.tree.Arities)); err != nil {
		return 0, err
	}
	for i := range paths {
		if c.nodes[i] != paths[i].Root {
			return i, nil
		}
	}
	return -1, nil
}
