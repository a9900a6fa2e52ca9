package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"github.com/depinproof/depinproof/por"
)

// TestTreeJudge compares all digests, roots and verdicts that are compared before trees
// are timed.
func TestTreeJudge(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: hashes a million leaves")
	}
	b := &treeBench{random: rand.NewChaCha8([32]byte{3})}
	n, differences, err := b.judge()
	if err != nil || n < 50000 {
		t.Fatalf("%d compared, %v", n, err)
	}
	for _, d := range differences {
		t.Error(d)
	}
}

// TestTreeShapes runs every comparison of trees once.
func TestTreeShapes(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: hashes a million leaves")
	}
	k := treeKind(&environment{random: rand.NewChaCha8([32]byte{4})})
	for _, shape := range k.shapes {
		c, err := k.prepare(shape)
		if err != nil {
			t.Fatalf("%s: %v", shape, err)
		}
		sides := []timer{c.ours}
		for _, p := range c.peers {
			sides = append(sides, p.time)
		}
		for _, side := range sides {
			if d, err := side(1); err != nil || d > time.Minute {
				t.Errorf("%s: %v, %v", shape, d, err)
			}
		}
	}
}

// checkLogs compares verdicts on proofs about all logs of up to mostLeaves leaves and on
// their twins.
func checkLogs(t *testing.T, choose func(*logItems) *logItems) {
	t.Helper()
	j := judgement{label: "tree"}
	b := &treeBench{random: rand.NewChaCha8([32]byte{5})}
	for size := range mostLeaves + 1 {
		items, err := allProofs(b.nodes(size))
		if err != nil {
			t.Fatal(err)
		}
		j.logs(choose(items))
	}
	if j.compared < 10000 {
		t.Errorf("%d verdicts compared", j.compared)
	}
	for _, d := range j.differences {
		t.Error(d)
	}
}

func TestInclusion(t *testing.T) {
	checkLogs(t, func(items *logItems) *logItems { return &logItems{inclusions: items.inclusions} })
}

func TestConsistency(t *testing.T) {
	checkLogs(t, func(items *logItems) *logItems { return &logItems{consistencies: items.consistencies} })
}

// TestConsistencyDifference shows where the peer accepts what is refused here: a root of
// no leaves that is none.
func TestConsistencyDifference(t *testing.T) {
	var empty, other por.Node
	copy(empty[:], rfc6962.DefaultHasher.EmptyRoot())
	for _, c := range []struct {
		root1, root2 por.Node
		size2        uint64
		theirs, ours string
	}{
		{empty, other, 7, accept, accept},
		{other, other, 7, accept, reject},
		{empty, empty, 0, accept, accept},
		{other, other, 0, accept, reject},
		{empty, other, 0, reject, reject},
		{other, empty, 0, reject, reject},
	} {
		p := consistencyProof{root1: c.root1, root2: c.root2, size2: c.size2}
		if theirs, ours := logVerdict(p.theirs()), verdictOf(p.ours()); theirs != c.theirs || ours != c.ours || p.due() != c.ours {
			t.Errorf("size %d: the peer says %s, ours is %s, due %s, want %s and %s", c.size2, theirs, ours, p.due(), c.theirs, c.ours)
		}
	}
}

// smallLog returns the same log for the same size.
func smallLog(t *testing.T, size uint64) *log {
	b := &treeBench{random: rand.NewChaCha8([32]byte{6})}
	l, err := newLog(b.nodes(int(size)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// nodesOf cuts bytes into nodes, and leaves out what is not a whole one.
func nodesOf(data []byte) (nodes []por.Node) {
	for ; len(data) >= 32; data = data[32:] {
		nodes = append(nodes, por.Node(data))
	}
	return nodes
}

// change changes one thing that a proof or its statement has, by what.
func change(what uint16, nodes *[]por.Node, roots [2]*por.Node, numbers [2]*uint64) {
	which, bit := what>>3, byte(1)<<(what>>3%8)
	switch path := *nodes; what % 8 {
	case 0: // nothing
	case 1, 2:
		roots[what%8-1][which>>3%32] ^= bit
	case 3, 4:
		*numbers[what%8-3] ^= 1 << (which % 64)
	case 5:
		if n := len(path) * 32; n > 0 {
			at := int(which>>3) % n
			path[at/32][at%32] ^= bit
		}
	case 6:
		*nodes = path[:max(0, len(path)-1-int(which)%8)]
	case 7:
		*nodes = append(path, make([]por.Node, 1+which%8)...)
	}
}

// FuzzInclusion compares verdicts on proofs about small logs and changes of them, and on
// any nodes as the proof about a log of any size, to which a root is found where there is
// one.
func FuzzInclusion(f *testing.F) {
	long := []byte(strings.Repeat("0123456789abcdef", 2*64))
	for what := range uint16(16) {
		f.Add(uint64(5), uint64(11), true, what, []byte(nil))
		f.Add(uint64(1)<<40, uint64(1)<<40+1, false, what, long[:32])
		f.Add(^uint64(0)-1, ^uint64(0), false, what, long[:32*63])
	}
	f.Fuzz(func(t *testing.T, index, size uint64, small bool, what uint16, data []byte) {
		var p inclusionProof
		if small {
			size = 1 + size%64
			var err error
			if p, err = smallLog(t, size).inclusion(index % size); err != nil {
				t.Fatal(err)
			}
		} else {
			p.Index, p.Size, p.Path = index, size, nodesOf(data)
			p = newInclusion(p.Inclusion)
			if root, err := proof.RootFromInclusionProof(rfc6962.DefaultHasher, index, size, p.Leaf[:], p.path); err == nil {
				p.Root = por.Node(root)
			}
		}
		if due := p.due(); small && due != accept {
			t.Fatalf("a valid proof is due %s", due)
		}
		for _, w := range []uint16{0, what} {
			change(w, &p.Path, [2]*por.Node{&p.Root, &p.Leaf}, [2]*uint64{&p.Index, &p.Size})
			p = newInclusion(p.Inclusion)
			if err := p.ours(); verdictOf(err) != p.due() {
				t.Fatalf("index %d, size %d, %d nodes: %v, due is %s", p.Index, p.Size, len(p.Path), err, p.due())
			}
		}
	})
}

// FuzzConsistency is FuzzInclusion for proofs of consistency.
func FuzzConsistency(f *testing.F) {
	long := []byte(strings.Repeat("0123456789abcdef", 2*64))
	for what := range uint16(16) {
		f.Add(uint64(5), uint64(11), true, what, []byte(nil))
		f.Add(uint64(0), uint64(4), true, what, []byte(nil))
		f.Add(uint64(0), uint64(4), false, what, []byte(nil))
		f.Add(uint64(1)<<40, uint64(1)<<40+1, false, what, long[:32])
		f.Add(^uint64(0)-1, ^uint64(0), false, what, long[:32*64])
	}
	f.Fuzz(func(t *testing.T, size1, size2 uint64, small bool, what uint16, data []byte) {
		var p consistencyProof
		if small {
			size2 = 1 + size2%64
			var err error
			if p, err = smallLog(t, size2).consistency(size1 % (size2 + 1)); err != nil {
				t.Fatal(err)
			}
		} else {
			p.size1, p.size2, p.nodes = size1, size2, nodesOf(data)
			p.slices = slicesOf(p.nodes)
			p.findRoots()
		}
		if due := p.due(); small && due != accept {
			t.Fatalf("a valid proof is due %s", due)
		}
		for _, w := range []uint16{0, what} {
			change(w, &p.nodes, [2]*por.Node{&p.root1, &p.root2}, [2]*uint64{&p.size1, &p.size2})
			p.slices = slicesOf(p.nodes)
			if err := p.ours(); verdictOf(err) != p.due() {
				t.Fatalf("sizes %d and %d, %d nodes: %v, due is %s", p.size1, p.size2, len(p.nodes), err, p.due())
			}
		}
	})
}

// findRoots sets the roots to those that the proof leads to, which the peer tells when it
// refuses others.
func (p *consistencyProof) findRoots() {
	p.root1, p.root2 = por.Node{1}, por.Node{2}
	for range 2 {
		mismatch, ok := p.theirs().(proof.RootMismatchError)
		if !ok {
			return
		}
		switch por.Node(mismatch.ExpectedRoot) {
		case p.root1:
			p.root1 = por.Node(mismatch.CalculatedRoot)
		case p.root2:
			p.root2 = por.Node(mismatch.CalculatedRoot)
		}
	}
}
