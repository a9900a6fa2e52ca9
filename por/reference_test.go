package por

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/sha3"
	"lukechampine.com/blake3"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poseidon"
)

// plainHash is a Hash, computed message by message with the libraries for it.
func plainHash(h Hash, parts ...[]byte) Node {
	if h.Sorted && len(parts) == 2 && bytes.Compare(parts[0], parts[1]) > 0 {
		parts = [][]byte{parts[1], parts[0]}
	}
	message := append([]byte(h.Prefix), bytes.Join(parts, nil)...)
	switch h.Algorithm {
	case SHA256:
		return sha256.Sum256(message)
	case DoubleSHA256:
		once := sha256.Sum256(message)
		return sha256.Sum256(once[:])
	case SHA254:
		d := sha256.Sum256(message)
		d[31] &= 0x3f
		return d
	case Keccak256:
		k := sha3.NewLegacyKeccak256()
		k.Write(message)
		return Node(k.Sum(nil))
	case BLAKE2b256:
		return blake2b.Sum256(message)
	case BLAKE3:
		return blake3.Sum256(message)
	}
	panic("unknown algorithm")
}

// wide is a Hasher of any arity, for tests.
type wide int

func (w wide) Arity() int { return int(w) }

func (w wide) HashNodes(dst, src []Node) error {
	if len(src) != int(w)*len(dst) {
		return errors.New("wrong number of nodes")
	}
	for i := range dst {
		dst[i] = sha256.Sum256(flat(src[i*int(w) : (i+1)*int(w)]))
	}
	return nil
}

// plainParent is one group hashed by a Hasher, or by the libraries.
func plainParent(t testing.TB, h Hasher, group []Node) Node {
	if h, ok := h.(Hash); ok {
		return plainHash(h, group[0][:], group[1][:])
	}
	var parent [1]Node
	if err := h.HashNodes(parent[:], group); err != nil {
		t.Fatal(err)
	}
	return parent[0]
}

// plainTree is a tree as its rules describe it, filled up and hashed group by group. Its
// levels have what fills them; present[i] is how many of level i are not such.
type plainTree struct {
	rules   Rules
	arity   int
	levels  [][]Node
	present []int
}

func newPlainTree(t testing.TB, rules Rules, leaves []Node) *plainTree {
	p := &plainTree{rules: rules, arity: rules.Node.Arity()}
	nodes := append([]Node(nil), leaves...)
	empty := rules.EmptyLeaf
	for level := 0; rules.Depth > 0 && level < rules.Depth || rules.Depth == 0 && len(nodes) > 1; level++ {
		p.present = append(p.present, len(nodes))
		alone := false
		for len(nodes)%p.arity != 0 {
			switch rules.Odd {
			case Exact:
				t.Fatal("a level that is not full")
			case Promote:
				alone = true
			case Duplicate:
				nodes = append(nodes, nodes[len(nodes)-1])
			case Fill:
				nodes = append(nodes, empty)
			}
			if alone {
				break
			}
		}
		p.levels = append(p.levels, nodes)
		var parents []Node
		for i := 0; i+p.arity <= len(nodes); i += p.arity {
			parents = append(parents, plainParent(t, rules.Node, nodes[i:i+p.arity]))
		}
		if alone {
			parents = append(parents, nodes[len(nodes)-1])
		}
		group := make([]Node, p.arity)
		for i := range group {
			group[i] = empty
		}
		if rules.Odd == Fill {
			empty = plainParent(t, rules.Node, group)
		}
		nodes = parents
	}
	p.levels = append(p.levels, nodes)
	p.present = append(p.present, len(nodes))
	return p
}

func (p *plainTree) root() Node { return p.levels[len(p.levels)-1][0] }

// path is the leaf's path.
func (p *plainTree) path(index int) (path []Node) {
	for _, nodes := range p.levels[:len(p.levels)-1] {
		first := index - index%p.arity
		for i := first; i < first+p.arity && i < len(nodes); i++ {
			if i != index {
				path = append(path, nodes[i])
			}
		}
		index /= p.arity
	}
	return path
}

// proof is the multiproof of leaves.
func (p *plainTree) proof(indices []uint64) (proof []Node) {
	known := map[int]bool{}
	for _, index := range indices {
		known[int(index)] = true
	}
	for level, nodes := range p.levels[:len(p.levels)-1] {
		parents := map[int]bool{}
		for i := range p.present[level] {
			first := i - i%p.arity
			touched := false
			for j := first; j < first+p.arity; j++ {
				touched = touched || known[j]
			}
			if touched {
				parents[i/p.arity] = true
				if !known[i] {
					proof = append(proof, nodes[i])
				}
			}
		}
		known = parents
	}
	return proof
}

// rfcConsistency is PROOF of RFC 9162, section 2.1.4.1, for m leaves of those given.
func rfcConsistency(t testing.TB, rules Rules, m int, leaves []Node) []Node {
	var subproof func(m int, leaves []Node, whole bool) []Node
	subproof = func(m int, leaves []Node, whole bool) []Node {
		n := len(leaves)
		if m == n {
			if whole {
				return nil
			}
			return []Node{newPlainTree(t, rules, leaves).root()}
		}
		k := 1
		for 2*k < n {
			k *= 2
		}
		if m <= k {
			return append(subproof(m, leaves[:k], whole), newPlainTree(t, rules, leaves[k:]).root())
		}
		return append(subproof(m-k, leaves[k:], false), newPlainTree(t, rules, leaves[:k]).root())
	}
	return subproof(m, leaves, true)
}

// testSpecs are kinds of trees of every rule and several arities, presets first.
func testSpecs(t testing.TB) []*Spec {
	compression, err := SolanaCompression(3)
	if err != nil {
		t.Fatal(err)
	}
	specs := []*Spec{
		RFC6962(), CometBFT(), Bitcoin(), CommD(), CommP(), SolanaMerkle(), compression,
		SolanaDistributor(), EVMDistributor(), Sia(), SwarmBMT(),
	}
	add := func(r Rules) {
		s, err := New(r)
		if err != nil {
			t.Fatal(err)
		}
		specs = append(specs, s)
	}
	for _, arity := range []int{2, 3, 4, 8} {
		for _, odd := range []OddRule{Exact, Duplicate, Fill} {
			add(Rules{Name: fmt.Sprintf("wide %d %d", arity, odd), Node: wide(arity), Odd: odd, EmptyLeaf: Node{7}})
		}
	}
	add(Rules{Name: "wide 3, 3 levels", Node: wide(3), Odd: Fill, Depth: 3, EmptyLeaf: Node{9}})
	add(Rules{Name: "wide 4, 2 levels", Node: wide(4), Odd: Exact, Depth: 2})
	add(Rules{Name: "BLAKE3", Node: Hash{Algorithm: BLAKE3}, Odd: Fill, Depth: 64})
	for _, arity := range []int{2, 8} {
		h, err := poseidon.New(arity)
		if err != nil {
			t.Fatal(err)
		}
		add(Rules{Name: fmt.Sprintf("Poseidon %d", arity), Node: h, Odd: Exact})
	}
	return specs
}

// forEachSpec runs f as a subtest for every kind of tree; short tests, which slow
// machines run, take one of three.
func forEachSpec(t *testing.T, f func(t *testing.T, s *Spec)) {
	for i, s := range testSpecs(t) {
		if testing.Short() && i%3 != 0 {
			continue
		}
		t.Run(s.Name(), func(t *testing.T) { f(t, s) })
	}
}

// sizes are the numbers of leaves up to most that a tree can have.
func sizes(s *Spec, most uint64) (all []uint64) {
	for n := uint64(1); n <= most; n++ {
		if s.checkSize(n) == nil {
			all = append(all, n)
		}
	}
	return all
}

// testLeaves are n leaf nodes, all different, that are field elements, too.
func testLeaves(n uint64) []Node {
	leaves := make([]Node, n)
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	for i := range leaves {
		for j := 0; j < 32; j += 8 {
			binary.LittleEndian.PutUint64(leaves[i][j:], r.Uint64())
		}
		leaves[i][31] &= 0x3f
	}
	return leaves
}

// clone returns a copy of nodes.
func clone(nodes []Node) []Node { return append([]Node(nil), nodes...) }

// flips calls f for every bit of what parts point to, flipped.
func flips(parts [][]byte, f func(part, bit int)) {
	for i, part := range parts {
		for bit := range 8 * len(part) {
			part[bit/8] ^= 1 << (bit % 8)
			f(i, bit)
			part[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// isClass fails unless err is an error of the module, of a class and of no other.
func isClass(t testing.TB, err, class error) {
	t.Helper()
	if _, ok := err.(*depinproof.Error); !ok {
		t.Fatalf("got %v, want %v", err, class)
	}
	for _, c := range []error{
		depinproof.ErrInvalidProof, depinproof.ErrMalformed, depinproof.ErrLimit, depinproof.ErrUnsupported, depinproof.ErrInternal,
	} {
		if errors.Is(err, c) != (c == class) {
			t.Fatalf("got %v, want %v and no other class", err, class)
		}
	}
}

// sharedFile reads a file of the vectors beside the module, or skips the test.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../shared/vectors/" + name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("skipped: %s is not beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}
