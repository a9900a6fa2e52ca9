package por

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// A sparseTree is a tree of any size of which a few leaves are known. What stands on none
// of them is made up.
type sparseTree struct {
	t      *testing.T
	s      *Spec
	size   uint64
	levels int
	known  map[[2]uint64]Node // by level and position: the leaves, and what stands on them
	empty  []Node
}

// count is the number of nodes of a level.
func (p *sparseTree) count(level uint64) uint64 {
	n := p.size
	for range level {
		rest := n % p.s.arity
		if n /= p.s.arity; rest > 0 {
			n++
		}
	}
	return n
}

func newSparseTree(t *testing.T, s *Spec, size uint64, leaves []Leaf) *sparseTree {
	p := &sparseTree{t: t, s: s, size: size, known: map[[2]uint64]Node{}, empty: []Node{s.rules.EmptyLeaf}}
	for p.levels = s.rules.Depth; s.rules.Depth == 0 && p.count(uint64(p.levels)) > 1; p.levels++ {
	}
	group := make([]Node, s.arity)
	for range p.levels {
		for i := range group {
			group[i] = p.empty[len(p.empty)-1]
		}
		p.empty = append(p.empty, plainParent(t, s.rules.Node, group))
	}
	var at []uint64
	for _, leaf := range leaves {
		p.known[[2]uint64{0, leaf.Index}] = leaf.Node
		at = append(at, leaf.Index)
	}
	for level := range uint64(p.levels) {
		n := p.count(level)
		for i, index := range at {
			first := index - index%s.arity
			parent := p.node(level, first)
			if s.rules.Odd != Promote || first != n-1 {
				group = group[:0]
				for j := range s.arity {
					switch {
					case j < n-first:
						group = append(group, p.node(level, first+j))
					case s.rules.Odd == Fill:
						group = append(group, p.empty[level])
					default:
						group = append(group, group[len(group)-1])
					}
				}
				parent = plainParent(t, s.rules.Node, group)
			}
			at[i] = index / s.arity
			p.known[[2]uint64{level + 1, at[i]}] = parent
		}
		at = slices.Compact(at)
	}
	return p
}

func (p *sparseTree) node(level, at uint64) Node {
	if n, ok := p.known[[2]uint64{level, at}]; ok {
		return n
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], level)
	binary.BigEndian.PutUint64(b[8:], at)
	n := Node(sha256.Sum256(b[:]))
	n[31] &= 0x3f
	return n
}

func (p *sparseTree) root() Node { return p.node(uint64(p.levels), 0) }

// path is the path of a leaf.
func (p *sparseTree) path(index uint64) (path []Node) {
	for level := range uint64(p.levels) {
		n := p.count(level)
		first := index - index%p.s.arity
		for j := range p.s.arity {
			switch {
			case first+j == index && j < n-first:
			case j < n-first:
				path = append(path, p.node(level, first+j))
			case p.s.rules.Odd == Fill:
				path = append(path, p.empty[level])
			case p.s.rules.Odd == Duplicate:
				path = append(path, p.node(level, n-1))
			}
		}
		index /= p.s.arity
	}
	return path
}

// proof is the multiproof of leaves.
func (p *sparseTree) proof(leaves []Leaf) (proof []Node) {
	var at []uint64
	for _, leaf := range leaves {
		at = append(at, leaf.Index)
	}
	for level := range uint64(p.levels) {
		n := p.count(level)
		done := map[uint64]bool{}
		for i, index := range at {
			first := index - index%p.s.arity
			for j := range min(p.s.arity, n-first) {
				if !done[first] && !slices.Contains(at[i:], first+j) {
					proof = append(proof, p.node(level, first+j))
				}
			}
			done[first] = true
		}
		for i := range at {
			at[i] /= p.s.arity
		}
		at = slices.Compact(at)
	}
	return proof
}

// TestLargestTrees proves leaves of trees of sizes up to the largest, at both ends and
// where levels are not full: alone, together, and as ranges.
func TestLargestTrees(t *testing.T) {
	specs := testSpecs(t)
	for _, arity := range []int{5, 64} {
		for _, r := range []Rules{{Odd: Exact}, {Odd: Duplicate}, {Odd: Fill}, {Odd: Fill, Depth: 3}, {Odd: Fill, Depth: MaxDepth}} {
			r.Name, r.Node = fmt.Sprintf("wide %d %d %d", arity, r.Odd, r.Depth), wide(arity)
			s, err := New(r)
			if err != nil {
				t.Fatal(err)
			}
			specs = append(specs, s)
		}
	}
	for i, s := range specs {
		if testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(s.Name(), func(t *testing.T) {
			sizes := map[uint64]bool{}
			for _, size := range []uint64{s.most, s.most - 1, s.most/2 + 1, 1<<32 - 1, 1 << 62, 1<<63 + 1, 1<<63 + 1<<62 + 12345, largest(s)} {
				if size > 0 && s.checkSize(size) == nil {
					sizes[size] = true
				}
			}
			if len(sizes) == 0 {
				t.Fatal("no sizes")
			}
			for size := range sizes {
				checkSparse(t, s, size)
				if testing.Short() {
					break
				}
			}
		})
	}
}

func checkSparse(t *testing.T, s *Spec, size uint64) {
	indices := []uint64{0, 1, 2, s.arity, size / 3, size / 2, size - s.arity - 1, size - 3, size - 2, size - 1}
	slices.Sort(indices)
	indices = slices.Compact(slices.DeleteFunc(indices, func(i uint64) bool { return i >= size }))
	nodes := testLeaves(uint64(len(indices)))
	var leaves []Leaf
	for i, index := range indices {
		leaves = append(leaves, Leaf{index, nodes[i]})
	}
	for i := range leaves {
		for _, some := range [][]Leaf{leaves[i : i+1], leaves[i:], leaves[:i+1]} {
			p := newSparseTree(t, s, size, some)
			root, proof := p.root(), p.proof(some)
			for _, leaf := range some {
				path := p.path(leaf.Index)
				if err := s.VerifyInclusion(&root, &leaf.Node, leaf.Index, size, path); err != nil {
					t.Fatalf("leaf %d of %d: %v", leaf.Index, size, err)
				}
				leaf.Node[0] ^= 1
				isClass(t, s.VerifyInclusion(&root, &leaf.Node, leaf.Index, size, path), depinproof.ErrInvalidProof)
			}
			if err := s.VerifyMultiproof(&root, size, some, proof); err != nil {
				t.Fatalf("leaves %v of %d: %v", some, size, err)
			}
			isClass(t, s.VerifyMultiproof(&root, size, some, append(proof, root)), depinproof.ErrMalformed)
			isClass(t, s.VerifyMultiproof(&Node{}, size, some, proof), depinproof.ErrInvalidProof)
		}
	}
	for _, start := range []uint64{0, 1, size / 3, size - min(size, 2*s.arity+3), size - 1} {
		end := start + 1 + min(size-start-1, 3*s.arity)
		nodes := testLeaves(end - start)
		var some []Leaf
		for i, node := range nodes {
			some = append(some, Leaf{start + uint64(i), node})
		}
		p := newSparseTree(t, s, size, some)
		root, proof := p.root(), p.proof(some)
		v, err := s.NewRangeVerifier(start, end, size)
		if err != nil {
			t.Fatal(err)
		}
		for piece := range slices.Chunk(nodes, 5) {
			if err := v.Add(piece); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Verify(&root, proof); err != nil {
			t.Fatalf("range from %d to %d of %d: %v", start, end, size, err)
		}
		isClass(t, v.Verify(&Node{}, proof), depinproof.ErrInvalidProof)
	}
}
