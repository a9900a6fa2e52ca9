package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"unsafe"

	"github.com/prysmaticlabs/gohashtree"

	"github.com/depinproof/depinproof/por"
)

// The peers, which run in this process.
const (
	hashtreeName = "gohashtree 0.0.4-beta"
	standardName = "crypto/sha256"
)

// kernel is a way to hash pairs that both sides have. Numbers of pairs are multiples of
// eight.
type kernel struct {
	name   string
	ours   func(dst, src [][32]byte)
	theirs func(dst, src [][32]byte) error
}

const rootLeaves = 1 << 20

// treeShape is a shape and what makes its comparison.
type treeShape struct {
	name    string
	compare func(*treeBench) (*comparison, error)
}

// treeShapes lists what is timed of trees.
func treeShapes() (shapes []treeShape) {
	for _, n := range []int{1, 4, 16, 1024, 65536} {
		shapes = append(shapes, treeShape{fmt.Sprint("pairs ", n), func(b *treeBench) (*comparison, error) { return b.pairs(n) }})
	}
	for _, k := range kernels() {
		for _, n := range []int{1024, 65536} {
			shapes = append(shapes, treeShape{fmt.Sprint("pairs ", n, " ", k.name), func(b *treeBench) (*comparison, error) { return b.pairsBy(&k, n) }})
		}
	}
	return append(shapes,
		treeShape{"root 1Mi", (*treeBench).root},
		treeShape{"root 1Mi streamed", (*treeBench).streamedRoot},
		treeShape{"inclusion 1Mi", (*treeBench).inclusion},
		treeShape{fmt.Sprint("inclusion 1Mi x", logBatch), (*treeBench).inclusionBatch},
		treeShape{"consistency 1Mi", (*treeBench).consistency},
	)
}

// treeKind is Merkle trees of SHA-256: hashing pairs of nodes, roots, and the proofs of
// RFC 6962.
func treeKind(e *environment) kind {
	b := &treeBench{random: e.random}
	k := kind{name: "tree", judge: b.judge}
	shapes := treeShapes()
	for _, s := range shapes {
		k.shapes = append(k.shapes, s.name)
	}
	k.prepare = func(shape string) (*comparison, error) {
		return shapes[slices.Index(k.shapes, shape)].compare(b)
	}
	return k
}

// treeBench makes trees and proofs about them.
type treeBench struct {
	random *rand.ChaCha8
	items  *logItems // made when first needed
}

// nodes returns random nodes.
func (b *treeBench) nodes(n int) []por.Node {
	nodes := make([]por.Node, n)
	for i := range nodes {
		b.random.Read(nodes[i][:])
	}
	return nodes
}

// standardPairs is crypto/sha256, pair by pair. It copies none.
func standardPairs(dst, src []por.Node) {
	pairs := unsafe.Slice((*[64]byte)(unsafe.Pointer(unsafe.SliceData(src))), len(dst))
	for i := range dst {
		dst[i] = sha256.Sum256(pairs[i][:])
	}
}

// pairs is what either side does by itself, and the standard library.
func (b *treeBench) pairs(n int) (*comparison, error) {
	src, dst := b.nodes(2*n), make([]por.Node, n)
	return &comparison{
		items: n,
		ours:  inProcess(func() error { return por.HashPairs(dst, src) }),
		peers: []peer{
			{hashtreeName, inProcess(func() error { return gohashtree.Hash(dst, src) })},
			{standardName, inProcess(func() error { standardPairs(dst, src); return nil })},
		},
	}, nil
}

// pairsBy has both sides use one instruction set.
func (b *treeBench) pairsBy(k *kernel, n int) (*comparison, error) {
	src, dst := b.nodes(2*n), make([]por.Node, n)
	return &comparison{
		items: n,
		ours:  inProcess(func() error { k.ours(dst, src); return nil }),
		peers: []peer{{hashtreeName, inProcess(func() error { return k.theirs(dst, src) })}},
	}, nil
}

// plainTree has nodes that gohashtree computes, too.
var plainTree = sync.OnceValues(func() (*por.Spec, error) {
	return por.New(por.Rules{Name: "SHA-256", Node: por.Hash{Algorithm: por.SHA256}, Odd: por.Exact})
})

// hashtreeRoot is the root of leaves, a power of two, by gohashtree: level by level, from
// the second on in place. scratch has half as many nodes as there are leaves.
func hashtreeRoot(scratch, leaves []por.Node) (por.Node, error) {
	if len(leaves) == 1 {
		return leaves[0], nil
	}
	scratch = scratch[:len(leaves)/2]
	err := gohashtree.Hash(scratch, leaves)
	for err == nil && len(scratch) > 1 {
		err = gohashtree.Hash(scratch[:len(scratch)/2], scratch)
		scratch = scratch[:len(scratch)/2]
	}
	return scratch[0], err
}

// root compares the root of all leaves in memory.
func (b *treeBench) root() (*comparison, error) {
	spec, err := plainTree()
	if err != nil {
		return nil, err
	}
	return b.compareRoots(func(leaves []por.Node) (root por.Node, err error) {
		return root, spec.Root(&root, leaves, 1)
	})
}

// streamedRoot compares a root that is computed while leaves are read.
func (b *treeBench) streamedRoot() (*comparison, error) {
	spec, err := plainTree()
	if err != nil {
		return nil, err
	}
	return b.compareRoots(func(leaves []por.Node) (root por.Node, err error) {
		data := unsafe.Slice(&leaves[0][0], 32*len(leaves))
		builder := spec.NewBuilder()
		if _, err := builder.ReadFrom(bytes.NewReader(data)); err != nil {
			return root, err
		}
		return root, builder.Root(&root)
	})
}

func (b *treeBench) compareRoots(ours func(leaves []por.Node) (por.Node, error)) (*comparison, error) {
	leaves, scratch := b.nodes(rootLeaves), make([]por.Node, rootLeaves/2)
	want, err := hashtreeRoot(scratch, leaves)
	if err != nil {
		return nil, err
	}
	check := func(got por.Node, err error) error {
		if err == nil && got != want {
			err = fmt.Errorf("root %x, want %x", got, want)
		}
		return err
	}
	return &comparison{
		items: 1,
		ours:  inProcess(func() error { return check(ours(leaves)) }),
		peers: []peer{{hashtreeName, inProcess(func() error { return check(hashtreeRoot(scratch, leaves)) })}},
	}, nil
}
