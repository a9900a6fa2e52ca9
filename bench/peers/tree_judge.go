package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/prysmaticlabs/gohashtree"
	"github.com/transparency-dev/merkle/proof"

	"github.com/depinproof/depinproof/por"
)

// Numbers of pairs of which digests are compared: all up to mostPairs, and of kernels
// alone the multiples of eight up to it and those that are timed.
const mostPairs = 100

// mostLeaves is the size up to which all proofs of all trees are compared.
const mostLeaves = 40

// judge compares digests, roots and verdicts.
func (b *treeBench) judge() (compared int, differences []string, err error) {
	j := &judgement{label: "tree"}
	if err := b.judgePairs(j); err != nil {
		return 0, nil, err
	}
	if err := b.judgeRoots(j); err != nil {
		return 0, nil, err
	}
	items, err := b.timed()
	if err != nil {
		return 0, nil, err
	}
	j.logs(items)
	for size := range mostLeaves + 1 {
		if items, err = allProofs(b.nodes(size)); err != nil {
			return 0, nil, err
		}
		j.logs(items)
	}
	return j.compared, j.differences, nil
}

func (b *treeBench) judgePairs(j *judgement) error {
	for n := range mostPairs {
		src, dst, want := b.nodes(2*n), make([]por.Node, n), make([]por.Node, n)
		standardPairs(want, src)
		if err := por.HashPairs(dst, src); err != nil {
			return err
		}
		j.digests(fmt.Sprint(n, " pairs"), dst, want)
		clear(dst)
		if err := gohashtree.Hash(dst, src); err != nil {
			return err
		}
		j.digests(fmt.Sprint(n, " pairs, ", hashtreeName), dst, want)
	}
	for _, k := range kernels() {
		for n := 8; n <= 1<<16; n *= 2 {
			src, dst, want := b.nodes(2*n), make([]por.Node, n), make([]por.Node, n)
			standardPairs(want, src)
			k.ours(dst, src)
			j.digests(fmt.Sprint(n, " pairs by ", k.name), dst, want)
			clear(dst)
			if err := k.theirs(dst, src); err != nil {
				return err
			}
			j.digests(fmt.Sprint(n, " pairs by ", k.name, ", ", hashtreeName), dst, want)
		}
	}
	return nil
}

// digests compares hashes with those of the standard library.
func (j *judgement) digests(name string, got, want []por.Node) {
	j.compared++
	if !slices.Equal(got, want) {
		j.differ(name, "digests are not those of "+standardName)
	}
}

func (b *treeBench) judgeRoots(j *judgement) error {
	spec, err := plainTree()
	if err != nil {
		return err
	}
	for n := 1; n <= 1<<14; n *= 2 {
		leaves, scratch := b.nodes(n), make([]por.Node, n/2)
		var root por.Node
		if err := spec.Root(&root, leaves, 1); err != nil {
			return err
		}
		theirs, err := hashtreeRoot(scratch, leaves)
		if err != nil {
			return err
		}
		j.digests(fmt.Sprint("root of ", n), []por.Node{root}, []por.Node{theirs})
	}
	return nil
}

// logVerdict returns the verdict that an error of the peer stands for.
func logVerdict(err error) string {
	var mismatch proof.RootMismatchError
	switch {
	case err == nil:
		return accept
	case errors.As(err, &mismatch):
		return reject
	}
	return malformed
}

// due is the verdict of the peer.
func (p *inclusionProof) due() string { return logVerdict(p.theirs()) }

// due is the verdict of the peer, except that a tree without leaves must have the root of
// such a tree. To the peer its root can be anything.
func (p *consistencyProof) due() string {
	v := logVerdict(p.theirs())
	if p.size1 == 0 && v == accept && p.root1 != sha256.Sum256(nil) {
		return reject
	}
	return v
}

// logs compares verdicts on proofs, which are valid, and on their twins.
func (j *judgement) logs(items *logItems) {
	for i := range items.inclusions {
		p := &items.inclusions[i]
		name := fmt.Sprintf("inclusion of %d in %d", p.Index, p.Size)
		j.compare(name+", "+logName, accept, p.due(), "")
		j.compare(name, accept, verdictOf(p.ours()), "")
		for _, t := range inclusionTwins(p) {
			err := t.statement.ours()
			j.compare(name+": "+t.name, t.statement.due(), verdictOf(err), fmt.Sprint(err))
		}
	}
	for i := range items.consistencies {
		p := &items.consistencies[i]
		name := fmt.Sprintf("consistency of %d and %d", p.size1, p.size2)
		j.compare(name+", "+logName, accept, p.due(), "")
		j.compare(name, accept, verdictOf(p.ours()), "")
		for _, t := range consistencyTwins(p) {
			err := t.statement.ours()
			j.compare(name+": "+t.name, t.statement.due(), verdictOf(err), fmt.Sprint(err))
		}
	}
}

// allProofs returns all proofs about the log of leaves.
func allProofs(leaves []por.Node) (*logItems, error) {
	l, err := newLog(leaves)
	if err != nil {
		return nil, err
	}
	var numbers []uint64
	for i := range len(leaves) + 1 {
		numbers = append(numbers, uint64(i))
	}
	return l.proofs(numbers[:len(leaves)], numbers)
}

// pathTwins calls add with changed copies of a path.
func pathTwins(path []por.Node, add func(name string, path []por.Node)) {
	for i := range path {
		flipped := slices.Clone(path)
		flipped[i][31-i%32] ^= 1 << (i % 8)
		add(fmt.Sprint("a bit of node ", i), flipped)
		add(fmt.Sprint("node ", i, " missing"), slices.Delete(slices.Clone(path), i, i+1))
	}
	if n := len(path); n > 1 {
		swapped := slices.Clone(path)
		swapped[0], swapped[n-1] = swapped[n-1], swapped[0]
		add("nodes swapped", swapped)
		add("no node", nil)
	}
	add("a node too many", append(slices.Clone(path), por.Node{1}))
	add("a node too many in front", slices.Insert(slices.Clone(path), 0, por.Node{1}))
	add("far too many nodes", make([]por.Node, 100))
}

// inclusionTwins returns changed copies of a proof. Few of them hold.
func inclusionTwins(valid *inclusionProof) (list []twin[inclusionProof]) {
	add := func(name string, change func(*por.Inclusion)) {
		i := valid.Inclusion
		change(&i)
		list = append(list, twin[inclusionProof]{name: name, statement: newInclusion(i)})
	}
	add("a bit of the root", func(i *por.Inclusion) { i.Root[0] ^= 1 })
	add("a bit of the leaf", func(i *por.Inclusion) { i.Leaf[31] ^= 0x80 })
	add("leaf and root swapped", func(i *por.Inclusion) { i.Leaf, i.Root = i.Root, i.Leaf })
	for _, index := range []uint64{0, valid.Index + 1, valid.Index - 1, valid.Index ^ 1, valid.Size - 1, valid.Size, valid.Size + 1, ^uint64(0)} {
		add(fmt.Sprint("index ", index), func(i *por.Inclusion) { i.Index = index })
	}
	for _, size := range otherSizes(valid.Size) {
		add(fmt.Sprint("size ", size), func(i *por.Inclusion) { i.Size = size })
	}
	pathTwins(valid.Path, func(name string, path []por.Node) {
		add(name, func(i *por.Inclusion) { i.Path = path })
	})
	return list
}

// otherSizes are sizes that a tree does not have.
func otherSizes(size uint64) []uint64 {
	return []uint64{0, 1, size - 1, size + 1, 2 * size, size / 2, size | 1<<40, ^uint64(0)}
}

// consistencyTwins returns changed copies of a proof. Few of them hold.
func consistencyTwins(valid *consistencyProof) (list []twin[consistencyProof]) {
	add := func(name string, change func(*consistencyProof)) {
		c := *valid
		change(&c)
		c.slices = slicesOf(c.nodes)
		list = append(list, twin[consistencyProof]{name: name, statement: c})
	}
	add("a bit of the first root", func(c *consistencyProof) { c.root1[0] ^= 1 })
	add("a bit of the second root", func(c *consistencyProof) { c.root2[31] ^= 0x80 })
	add("roots swapped", func(c *consistencyProof) { c.root1, c.root2 = c.root2, c.root1 })
	add("one root for both", func(c *consistencyProof) { c.root1 = c.root2 })
	add("both trees without leaves", func(c *consistencyProof) { c.size1, c.size2 = 0, 0 })
	add("both trees without leaves, no node", func(c *consistencyProof) { c.size1, c.size2, c.nodes = 0, 0, nil })
	add("sizes swapped", func(c *consistencyProof) { c.size1, c.size2 = c.size2, c.size1 })
	for _, size := range otherSizes(valid.size1) {
		add(fmt.Sprint("first size ", size), func(c *consistencyProof) { c.size1 = size })
		add(fmt.Sprint("first size ", size, ", no node"), func(c *consistencyProof) { c.size1, c.nodes = size, nil })
	}
	for _, size := range otherSizes(valid.size2) {
		add(fmt.Sprint("second size ", size), func(c *consistencyProof) { c.size2 = size })
	}
	pathTwins(valid.nodes, func(name string, nodes []por.Node) {
		add(name, func(c *consistencyProof) { c.nodes = nodes })
	})
	return list
}
