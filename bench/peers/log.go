package main

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/depinproof/depinproof/por"
)

// logName is the peer of logs, which runs in this process.
const logName = "transparency-dev/merkle 0.0.2"

const (
	logLeaves = 1<<20 - 3
	logProofs = 64  // proofs that are verified in turn
	logBatch  = 256 // proofs in a batch, of those in turn
)

// An inclusionProof is the statement of por.Inclusion and its proof, ready for either
// side.
type inclusionProof struct {
	por.Inclusion
	path [][]byte // Path, as the peer takes it
}

func newInclusion(i por.Inclusion) inclusionProof { return inclusionProof{i, slicesOf(i.Path)} }

func (p *inclusionProof) ours() error {
	return por.RFC6962().VerifyInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path)
}

func (p *inclusionProof) theirs() error {
	return proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, p.Size, p.Leaf[:], p.path, p.Root[:])
}

// A consistencyProof is the statement that one tree begins with another and its proof,
// ready for either side.
type consistencyProof struct {
	root1, root2 por.Node
	size1, size2 uint64
	nodes        []por.Node
	slices       [][]byte // nodes, as the peer takes them
}

func (p *consistencyProof) ours() error {
	return por.RFC6962().VerifyConsistency(&p.root1, &p.root2, p.size1, p.size2, p.nodes)
}

func (p *consistencyProof) theirs() error {
	return proof.VerifyConsistency(rfc6962.DefaultHasher, p.size1, p.size2, p.slices, p.root1[:], p.root2[:])
}

// slicesOf returns nodes one by one, in memory of their own.
func slicesOf(nodes []por.Node) [][]byte {
	list := make([][]byte, len(nodes))
	for i := range nodes {
		list[i] = slices.Clone(nodes[i][:])
	}
	return list
}

// A log is a tree of RFC 6962.
type log struct {
	leaves []por.Node
	tree   *por.Tree
}

func newLog(leaves []por.Node) (*log, error) {
	tree, err := por.RFC6962().NewTree(leaves, 1)
	return &log{leaves, tree}, err
}

// inclusion returns the proof of a leaf.
func (l *log) inclusion(index uint64) (p inclusionProof, err error) {
	path, err := l.tree.Path(index)
	return newInclusion(por.Inclusion{Root: l.tree.Root(), Leaf: l.leaves[index], Index: index, Size: l.tree.Size(), Path: path}), err
}

// consistency returns the proof that the log begins with the one of its first leaves.
func (l *log) consistency(size uint64) (p consistencyProof, err error) {
	p = consistencyProof{root2: l.tree.Root(), size1: size, size2: l.tree.Size()}
	if err := por.RFC6962().Root(&p.root1, l.leaves[:size], 1); err != nil {
		return p, err
	}
	p.nodes, err = l.tree.Consistency(size)
	p.slices = slicesOf(p.nodes)
	return p, err
}

// proofs returns proofs of leaves, and of first sizes.
func (l *log) proofs(indices, sizes []uint64) (*logItems, error) {
	items := &logItems{}
	for _, index := range indices {
		p, err := l.inclusion(index)
		if err != nil {
			return nil, err
		}
		items.inclusions = append(items.inclusions, p)
	}
	for _, size := range sizes {
		p, err := l.consistency(size)
		if err != nil {
			return nil, err
		}
		items.consistencies = append(items.consistencies, p)
	}
	return items, nil
}

// logItems are proofs about a log.
type logItems struct {
	inclusions    []inclusionProof
	consistencies []consistencyProof
}

// timed returns the proofs that are timed, which are made when they are first needed.
func (b *treeBench) timed() (*logItems, error) {
	if b.items != nil {
		return b.items, nil
	}
	l, err := newLog(b.nodes(logLeaves))
	if err != nil {
		return nil, err
	}
	r := rand.New(b.random)
	indices, sizes := make([]uint64, logProofs), make([]uint64, logProofs)
	for i := range indices {
		indices[i], sizes[i] = r.Uint64N(logLeaves), 1+r.Uint64N(logLeaves)
	}
	b.items, err = l.proofs(indices, sizes)
	return b.items, err
}

// inclusion verifies proofs one by one.
func (b *treeBench) inclusion() (*comparison, error) {
	items, err := b.timed()
	if err != nil {
		return nil, err
	}
	return oneByOne(items.inclusions, (*inclusionProof).ours, (*inclusionProof).theirs), nil
}

// consistency verifies proofs one by one.
func (b *treeBench) consistency() (*comparison, error) {
	items, err := b.timed()
	if err != nil {
		return nil, err
	}
	return oneByOne(items.consistencies, (*consistencyProof).ours, (*consistencyProof).theirs), nil
}

func oneByOne[P any](items []P, ours, theirs func(*P) error) *comparison {
	all := func(verify func(*P) error) timer {
		return inProcess(func() error {
			for i := range items {
				if err := verify(&items[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return &comparison{items: len(items), ours: all(ours), peers: []peer{{logName, all(theirs)}}}
}

// inclusionBatch verifies proofs in a batch here, and one by one there.
func (b *treeBench) inclusionBatch() (*comparison, error) {
	items, err := b.timed()
	if err != nil {
		return nil, err
	}
	var batch []por.Inclusion
	var list []inclusionProof
	for i := range logBatch {
		p := items.inclusions[i%logProofs]
		batch, list = append(batch, p.Inclusion), append(list, p)
	}
	c := oneByOne(list, (*inclusionProof).ours, (*inclusionProof).theirs)
	c.ours = inProcess(func() error { return por.RFC6962().VerifyInclusionBatch(context.Background(), batch, nil) })
	return c, nil
}
