package jmt_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

// scene is a tree made from a seed and what a plan spoils of statements about it.
type scene struct {
	tree   *jmt.Tree
	leaves []jmt.Leaf
	values [][]byte
	plan   []byte
	r      *rand.Rand
}

func newScene(t testing.TB, seed uint64, plan []byte) *scene {
	r := rand.New(rand.NewPCG(seed, 0))
	leaves, values := randomLeaves(r, 8)
	return &scene{mustTree(t, leaves), leaves, values, plan[:min(len(plan), 16)], r}
}

func flip(n *por.Node, x int) {
	n[x/8*5%32] ^= 1 << (x % 8)
}

// spoilSiblings changes siblings in one way of seven.
func (s *scene) spoilSiblings(list []jmt.Sibling, what, x int) []jmt.Sibling {
	list = slices.Clone(list)
	i := 0
	if len(list) != 0 {
		i = x % len(list)
	}
	switch what {
	case 0:
		return slices.Insert(list, i, jmt.Sibling{})
	case 1:
		leaf := s.leaves[x%len(s.leaves)]
		return slices.Insert(list, i, jmt.Sibling{Kind: jmt.Only, Left: leaf.KeyHash, Right: leaf.ValueHash})
	}
	if len(list) == 0 {
		return list
	}
	switch what {
	case 2:
		return slices.Delete(list, i, i+1)
	case 3:
		list[i], list[0] = list[0], list[i]
	case 4:
		flip(&list[i].Left, x)
	case 5:
		list[i].Kind = jmt.Kind(x % 4)
	case 6:
		list[i] = jmt.Sibling{}
	}
	return list
}

// formed reports whether siblings are such as an encoding may have.
func formed(list []jmt.Sibling) bool {
	return !slices.ContainsFunc(list, func(s jmt.Sibling) bool {
		return s.Kind > jmt.Only || s.Kind == jmt.Null && s != (jmt.Sibling{})
	})
}

func compare(t *testing.T, err error, slow, honest bool) {
	t.Helper()
	if (err == nil) != slow {
		t.Errorf("%v, the slow twin says %v", err, slow)
	}
	if honest && err != nil {
		t.Error(err)
	}
}

func addSeeds(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, []byte{})
		for what := range byte(16) {
			f.Add(seed, []byte{what, byte(29 * seed)})
		}
	}
}

// spoil changes a statement about a single key.
func (s *scene) spoil(root, key *por.Node, p *jmt.Proof) {
	for plan := s.plan; len(plan) >= 2; plan = plan[2:] {
		switch what, x := int(plan[0]%13), int(plan[1]); what {
		case 7:
			flip(root, x)
		case 8:
			flip(key, x)
		case 9:
			p.Leaf = nil
		case 10:
			leaf := s.leaves[x%len(s.leaves)]
			p.Leaf = &leaf
		case 11:
			if p.Leaf != nil {
				flip(&p.Leaf.KeyHash, x)
			}
		case 12:
			*key = s.leaves[x%len(s.leaves)].KeyHash
		default:
			p.Siblings = s.spoilSiblings(p.Siblings, what, x)
		}
	}
}

func sameBytes(p, q *jmt.Proof) bool {
	a, err := p.MarshalBinary()
	b, err2 := q.MarshalBinary()
	return err == nil && err2 == nil && bytes.Equal(a, b)
}

// FuzzVerifyExistence spoils proofs and compares the verdict with the slow twin's. Of
// the tree's own root only the proof that the tree makes may hold.
func FuzzVerifyExistence(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		s := newScene(t, seed, plan)
		i := s.r.IntN(len(s.leaves))
		root, key := s.tree.Root(), s.leaves[i].KeyHash
		p := cloneProof(s.tree.Prove(&key))
		s.spoil(&root, &key, p)
		err := jmt.VerifyExistence(&root, &key, s.values[i], p)
		compare(t, err, formed(p.Siblings) && slowExistence(root, key, s.values[i], p), len(s.plan) < 2)
		if err == nil && !sameBytes(p, s.tree.Prove(&key)) {
			t.Errorf("another proof of %x is accepted: %+v", key, p)
		}
	})
}

func FuzzVerifyAbsence(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		s := newScene(t, seed, plan)
		key := randomKey(s.r)
		if slices.ContainsFunc(s.leaves, func(l jmt.Leaf) bool { return l.KeyHash == key }) {
			return
		}
		root := s.tree.Root()
		p := cloneProof(s.tree.Prove(&key))
		s.spoil(&root, &key, p)
		err := jmt.VerifyAbsence(&root, &key, p)
		compare(t, err, formed(p.Siblings) && slowAbsence(root, key, p), len(s.plan) < 2)
		if err == nil && !sameBytes(p, s.tree.Prove(&key)) {
			t.Errorf("another proof of %x is accepted: %+v", key, p)
		}
		if err == nil && jmt.VerifyExistence(&root, &key, nil, p) == nil {
			t.Errorf("%x is shown to be there and not to be", key)
		}
	})
}

func FuzzVerifyRange(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		s := newScene(t, seed, plan)
		root := s.tree.Root()
		known, p := mustRange(t, s.tree, s.leaves[s.r.IntN(len(s.leaves))].KeyHash)
		for plan := s.plan; len(plan) >= 2; plan = plan[2:] {
			x := int(plan[1])
			switch what := int(plan[0] % 11); {
			case what < 7:
				p.Right = s.spoilSiblings(p.Right, what, x)
			case what == 7:
				flip(&root, x)
			case len(known) == 0:
			case what == 8:
				known = slices.Delete(known, x%len(known), x%len(known)+1)
			case what == 9:
				flip(&known[x%len(known)].KeyHash, x)
			case what == 10:
				flip(&known[x%len(known)].ValueHash, x)
			}
		}
		err := jmt.VerifyRange(&root, known, p)
		compare(t, err, formed(p.Right) && slowRange(root, known, p), len(s.plan) < 2)
		if err != nil {
			return
		}
		if want, _ := mustRange(t, s.tree, known[len(known)-1].KeyHash); !slices.Equal(known, want) {
			t.Errorf("%d leaves are accepted, there are %d", len(known), len(want))
		}
	})
}

func FuzzVerifyRightmost(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		s := newScene(t, seed, plan)
		root := s.tree.Root()
		leaf := s.leaves[s.r.IntN(len(s.leaves))]
		_, p := mustRange(t, s.tree, leaf.KeyHash)
		left := leftOf(leaf.KeyHash, s.tree.Prove(&leaf.KeyHash))
		for plan := s.plan; len(plan) >= 2; plan = plan[2:] {
			x := int(plan[1])
			switch what := int(plan[0] % 12); {
			case what < 7:
				p.Right = s.spoilSiblings(p.Right, what, x)
			case what == 7:
				flip(&root, x)
			case what == 8:
				flip(&leaf.KeyHash, x)
			case what == 9:
				left = append(left, slowEmpty())
			case len(left) == 0:
			case what == 10:
				left = left[1:]
			case what == 11:
				flip(&left[x%len(left)], x)
			}
		}
		err := jmt.VerifyRightmost(&root, &leaf, left, p)
		compare(t, err, formed(p.Right) && slowRightmost(root, leaf, left, p.Right), len(s.plan) < 2)
		if err == nil && !slices.Contains(s.leaves, leaf) {
			t.Errorf("%x is accepted", leaf)
		}
	})
}

// FuzzEncodings checks that what is read is written as it was, and that what is not of
// the language leaves no other way to be read.
func FuzzEncodings(f *testing.F) {
	for _, key := range []byte{0x10, 0x90, 0xc0, 0xff} {
		tree := mustTree(f, fourLeaves())
		b, _ := tree.Prove(&por.Node{key}).MarshalBinary()
		f.Add(b)
		f.Add(b[1:])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p jmt.Proof
		if p.UnmarshalBinary(data) == nil {
			if b, err := p.MarshalBinary(); err != nil || !bytes.Equal(b, data) {
				t.Errorf("%x, %v, was %x", b, err, data)
			}
			if b, err := (jmt.RangeProof{Right: p.Siblings}).MarshalBinary(); err != nil || !bytes.HasSuffix(data, b) {
				t.Errorf("%x, %v, in %x", b, err, data)
			}
		}
		var rp jmt.RangeProof
		if rp.UnmarshalBinary(data) == nil {
			if b, err := rp.MarshalBinary(); err != nil || !bytes.Equal(b, data) {
				t.Errorf("%x, %v, was %x", b, err, data)
			}
		}
	})
}
