package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

// treePreset is a kind of Merkle tree that a network uses, and what is done with it.
type treePreset struct {
	spec     *por.Spec
	sizes    []int // leaves of the trees of which proofs are checked
	roots    int   // leaves of the tree whose root is computed in every way
	timed    int   // leaves of the tree that is timed
	leafSize int   // bytes of a leaf's data
	sorted   bool  // a proof does not tell where a leaf is
	grows    bool  // has proofs of consistency
	usual    bool  // timed without -long
}

// The sizes of trees of any number of leaves, of powers of two and of those of few.
var (
	anySizes   = []int{1, 2, 3, 7, 19}
	powerSizes = []int{1, 2, 4, 16}
	chunkSizes = []int{1, 2, 3, 19, 128}
)

// Leaves of large trees. The first is more than one worker takes at a time.
const (
	sharedTree = 10_000
	largeTree  = 1 << 20
	chunkTree  = 128
)

// treePresets lists all kinds of trees.
func treePresets() ([]treePreset, error) {
	const compressionDepth = 20
	compression, err := por.SolanaCompression(compressionDepth)
	if err != nil {
		return nil, err
	}
	return []treePreset{
		{spec: por.RFC6962(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 100, grows: true, usual: true},
		{spec: por.CometBFT(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 100, grows: true},
		{spec: por.Bitcoin(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 250},
		{spec: por.CommD(), sizes: powerSizes, roots: 1 << 14, timed: largeTree, leafSize: 32},
		{spec: por.CommP(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 32, usual: true},
		{spec: por.SolanaMerkle(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 64},
		{spec: compression, sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 32, usual: true},
		{spec: por.SolanaDistributor(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 32, sorted: true},
		{spec: por.EVMDistributor(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 84, sorted: true},
		{spec: por.Sia(), sizes: anySizes, roots: sharedTree, timed: largeTree, leafSize: 64, grows: true},
		{spec: por.SwarmBMT(), sizes: chunkSizes, roots: chunkTree, timed: chunkTree, leafSize: 32},
	}, nil
}

// treeUnits returns a unit for each kind of tree.
func treeUnits(o *options) ([]unit, error) {
	presets, err := treePresets()
	if err != nil {
		return nil, err
	}
	var units []unit
	for _, p := range presets {
		units = append(units, unit{kind: "tree", shape: p.spec.Name(), keys: "none needed", prepare: func() (*work, error) {
			checks, err := p.checks(o)
			if err != nil {
				return nil, err
			}
			w := &work{checks: checks}
			if p.usual || o.long {
				w.measures, err = p.measures(o)
			}
			return w, err
		}})
	}
	return units, nil
}

// testTree is a tree of random leaves.
type testTree struct {
	*por.Tree
	nodes []por.Node
	data  map[uint64][]byte // of leaves that were made of data
}

// newTree returns the same tree for the same size. One leaf of every so many is made of
// data, and the others are random nodes.
func (p *treePreset) newTree(size, every, workers int) (*testTree, error) {
	random := rand.NewChaCha8([32]byte{1})
	t := &testTree{nodes: make([]por.Node, size), data: make(map[uint64][]byte)}
	for i := range t.nodes {
		if i%every != 0 {
			random.Read(t.nodes[i][:])
			continue
		}
		data := make([]byte, p.leafSize)
		random.Read(data)
		if err := p.spec.HashLeaf(&t.nodes[i], data); err != nil {
			return nil, err
		}
		t.data[uint64(i)] = data
	}
	var err error
	t.Tree, err = p.spec.NewTree(t.nodes, workers)
	return t, err
}

// inclusion returns the proof of a leaf.
func (t *testTree) inclusion(index uint64) (por.Inclusion, error) {
	path, err := t.Path(index)
	return por.Inclusion{Root: t.Root(), Leaf: t.nodes[index], Index: index, Size: t.Size(), Path: path}, err
}

// timedProofs is the number of proofs that are verified in turn, and treeBatch that of
// those in a batch.
const (
	timedProofs = 64
	treeBatch   = 256
)

// measures returns the calls to time.
func (p *treePreset) measures(o *options) (func([]int) []measure, error) {
	every := p.timed / timedProofs
	t, err := p.newTree(p.timed, every, o.workers)
	if err != nil {
		return nil, err
	}
	items := make([]por.Inclusion, treeBatch)
	for i := range items {
		if items[i], err = t.inclusion(uint64(i % timedProofs * every)); err != nil {
			return nil, err
		}
	}
	ms := []measure{p.single(t, items[:timedProofs])}
	if !p.sorted {
		ms = append(ms, measure{suffix: fmt.Sprintf(" inclusion x%d", treeBatch), cores: 1, proofs: treeBatch, call: func() error {
			return p.spec.VerifyInclusionBatch(context.Background(), items, nil)
		}})
	}
	for _, cores := range o.cores() {
		ms = append(ms, measure{suffix: " root of " + countName(p.timed), cores: cores, proofs: 1, call: func() error {
			var root por.Node
			if err := p.spec.Root(&root, t.nodes, cores); err != nil {
				return err
			}
			return sameRoot(root, t.Root())
		}})
	}
	return func([]int) []measure { return ms }, nil
}

// single returns the call that verifies proofs one by one, as a member where a proof does
// not tell where a leaf is.
func (p *treePreset) single(t *testTree, items []por.Inclusion) measure {
	m := measure{suffix: " inclusion x1", cores: 1, proofs: 1}
	verify := func(x *por.Inclusion) error {
		return p.spec.VerifyInclusion(&x.Root, &x.Leaf, x.Index, x.Size, x.Path)
	}
	if p.sorted {
		m.suffix = " member x1"
		verify = func(x *por.Inclusion) error { return p.spec.VerifyMember(&x.Root, t.data[x.Index], x.Path) }
	}
	next := 0
	m.call = func() error {
		next = (next + 1) % len(items)
		return verify(&items[next])
	}
	return m
}

// sameRoot checks that a root is that of the tree.
func sameRoot(got, want por.Node) error {
	if got != want {
		return &depinproof.Error{Op: "bench", Index: depinproof.NoIndex, Kind: depinproof.ErrInvalidProof, Err: fmt.Errorf("root %x, want %x", got, want)}
	}
	return nil
}

// countName writes a number of leaves in its largest unit, for example "1Mi".
func countName(n int) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%dMi", n>>20)
	}
	return fmt.Sprint(n)
}
