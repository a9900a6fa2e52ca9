package jmt_test

import (
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

const (
	knownRoot  = "17046e58299587502787775ffef7e8bea135b7b3686874679e58d6a4d59860cb"
	knownProof = "01" + // a leaf
		"8ed3f6ad685b959ead7022518e1af76cd816f8e8ec7ccdda1ed4018e8f2223f8" +
		"634b45025cd221774b93a88ceb220878e2b10f7ebc8405d0b6ec32628d3d090d" +
		"03000000" + // three siblings
		"02" +
		"be9d587defa1f0c09ef49eb17e206983a5f8f8289e4281860bd0ee5a19592c67" +
		"498985b96a76f35fa50cc52fe75a7d35f2d4843ac6a277e4459426f1d601dae8" +
		"02" +
		"f44e64e75f3948e9f73f8dfa94721c4ce8cbb4f265c4790c702b2d41cfbf2753" +
		"8b3c23c6afa6df05125477c8fc762c28d15c7a0da68c251e9e57cebf160a14c6" +
		"00"
)

// TestKnownTree pins the hashes of a tree of three keys and the form of a proof in it.
// The reference implementation computes the same.
func TestKnownTree(t *testing.T) {
	var leaves []jmt.Leaf
	for _, name := range []string{"alpha", "beta", "gamma"} {
		leaves = append(leaves, jmt.Leaf{KeyHash: jmt.HashKey([]byte(name)), ValueHash: jmt.HashValue([]byte("of " + name))})
	}
	tree := mustTree(t, leaves)
	root := tree.Root()
	if got := hex.EncodeToString(root[:]); got != knownRoot {
		t.Errorf("root %s, want %s", got, knownRoot)
	}
	b, err := tree.Prove(&leaves[0].KeyHash).MarshalBinary()
	if err != nil || hex.EncodeToString(b) != knownProof {
		t.Errorf("proof %x, %v, want %s", b, err, knownProof)
	}
}

// TestTrees checks trees of up to 20 leaves: every key, keys near them, and every
// range, with the slow twin. A short test has fewer trees.
func TestTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	trees := 60
	if testing.Short() {
		trees = 6
	}
	for range trees {
		leaves, values := randomLeaves(r, 20)
		tree := mustTree(t, leaves)
		root := tree.Root()
		if want := slowNode(leaves, ""); root != want {
			t.Fatalf("root %x, want %x", root, want)
		}
		for i := range leaves {
			key := leaves[i].KeyHash
			p := tree.Prove(&key)
			if err := jmt.VerifyExistence(&root, &key, values[i], p); err != nil {
				t.Error(err)
			}
			wantError(t, jmt.VerifyAbsence(&root, &key, p), depinproof.ErrInvalidProof, jmt.ErrPresent)

			known, rp := mustRange(t, tree, key)
			if err := jmt.VerifyRange(&root, known, rp); err != nil {
				t.Error(err)
			}
			if err := jmt.VerifyRightmost(&root, &leaves[i], leftOf(key, p), rp); err != nil {
				t.Error(err)
			}
			if !slowRange(root, known, rp) || !slowExistence(root, key, values[i], p) {
				t.Error("the slow twin refuses")
			}
			for j := range known { // none may be left out
				rest := slices.Delete(slices.Clone(known), j, j+1)
				if jmt.VerifyRange(&root, rest, rp) == nil {
					t.Errorf("accepted without leaf %d of %d", j, len(known))
				}
			}

			near := key
			near[r.IntN(32)] ^= 1 << r.IntN(8)
			if slices.ContainsFunc(leaves, func(l jmt.Leaf) bool { return l.KeyHash == near }) {
				continue
			}
			p = tree.Prove(&near)
			if err := jmt.VerifyAbsence(&root, &near, p); err != nil {
				t.Error(err)
			}
			if !slowAbsence(root, near, p) {
				t.Error("the slow twin refuses")
			}
			wantError(t, jmt.VerifyExistence(&root, &near, values[i], p), depinproof.ErrInvalidProof, nil)
		}
	}
}

// TestDeepest checks two leaves that part at the last bit, whose paths have a sibling
// for each.
func TestDeepest(t *testing.T) {
	a, b := jmt.Leaf{}, jmt.Leaf{ValueHash: jmt.HashValue([]byte("b"))}
	a.ValueHash = jmt.HashValue([]byte("a"))
	b.KeyHash[31] = 1
	tree := mustTree(t, []jmt.Leaf{b, a})
	root := tree.Root()
	p := tree.Prove(&b.KeyHash)
	if len(p.Siblings) != jmt.MaxSiblings {
		t.Fatalf("%d siblings", len(p.Siblings))
	}
	if err := jmt.VerifyExistence(&root, &b.KeyHash, []byte("b"), p); err != nil {
		t.Error(err)
	}
	for _, key := range []por.Node{a.KeyHash, b.KeyHash} {
		known, rp := mustRange(t, tree, key)
		if err := jmt.VerifyRange(&root, known, rp); err != nil {
			t.Error(err)
		}
	}
	p.Siblings = append(p.Siblings, jmt.Sibling{})
	wantError(t, jmt.VerifyExistence(&root, &b.KeyHash, []byte("b"), p), depinproof.ErrLimit, nil)
}

// TestEmptyTree checks that the empty tree has no key, and that no proof shows one.
func TestEmptyTree(t *testing.T) {
	tree := mustTree(t, nil)
	root := tree.Root()
	if root != slowEmpty() || root != jmt.EmptyRoot() {
		t.Errorf("root %x", root)
	}
	key := jmt.HashKey(nil)
	p := tree.Prove(&key)
	if err := jmt.VerifyAbsence(&root, &key, p); err != nil {
		t.Error(err)
	}
	wantError(t, jmt.VerifyExistence(&root, &key, nil, p), depinproof.ErrInvalidProof, jmt.ErrNoLeaf)
	_, _, err := tree.ProveRange(&key)
	wantError(t, err, depinproof.ErrMalformed, jmt.ErrKey)
}

func TestNewTreeRefuses(t *testing.T) {
	leaf := jmt.Leaf{KeyHash: jmt.HashKey(nil)}
	_, err := jmt.NewTree([]jmt.Leaf{leaf, {}, leaf})
	wantError(t, err, depinproof.ErrMalformed, jmt.ErrOrder)
	given := []jmt.Leaf{leaf, {}}
	mustTree(t, given)
	if given[0] != leaf {
		t.Error("the caller's leaves were sorted")
	}
}

// fourLeaves are at the depths 1, 2, 3 and 3: 0, 10, 110, 111.
func fourLeaves() []jmt.Leaf {
	var leaves []jmt.Leaf
	for i, first := range []byte{0x10, 0x90, 0xc5, 0xe1} {
		var key por.Node
		key[0] = first
		leaves = append(leaves, jmt.Leaf{KeyHash: key, ValueHash: jmt.HashValue([]byte{byte(i)})})
	}
	return leaves
}

func TestHostileProofs(t *testing.T) {
	leaves := fourLeaves()
	tree := mustTree(t, leaves)
	type statement struct {
		root, key *por.Node
		value     []byte
		p         *jmt.Proof
	}
	for _, c := range []struct {
		name          string
		absent        bool
		spoil         func(s *statement)
		class, detail error
	}{
		{"no root", false, func(s *statement) { s.root = nil }, depinproof.ErrMalformed, nil},
		{"no key", false, func(s *statement) { s.key = nil }, depinproof.ErrMalformed, nil},
		{"no proof", false, func(s *statement) { s.p = nil }, depinproof.ErrMalformed, nil},
		{"other root", false, func(s *statement) { s.root[0]++ }, depinproof.ErrInvalidProof, nil},
		{"other key", false, func(s *statement) { s.key[31]++ }, depinproof.ErrInvalidProof, jmt.ErrKey},
		{"other value", false, func(s *statement) { s.value = nil }, depinproof.ErrInvalidProof, jmt.ErrValue},
		{"no leaf", false, func(s *statement) { s.p.Leaf = nil }, depinproof.ErrInvalidProof, jmt.ErrNoLeaf},
		{"a sibling less", false, func(s *statement) { s.p.Siblings = s.p.Siblings[1:] }, depinproof.ErrInvalidProof, nil},
		{"a sibling more", false, func(s *statement) { s.p.Siblings = append(s.p.Siblings, jmt.Sibling{}) }, depinproof.ErrInvalidProof, nil},
		{"swapped", false, func(s *statement) { slices.Reverse(s.p.Siblings) }, depinproof.ErrInvalidProof, nil},
		{"twice", false, func(s *statement) { s.p.Siblings[1] = s.p.Siblings[0] }, depinproof.ErrInvalidProof, nil},
		{"257 siblings", false, func(s *statement) { s.p.Siblings = make([]jmt.Sibling, 257) }, depinproof.ErrLimit, nil},
		{"unknown kind", false, func(s *statement) { s.p.Siblings[0].Kind = 3 }, depinproof.ErrMalformed, jmt.ErrSibling},
		{"leaf as an inner node", false, func(s *statement) { s.p.Siblings[1].Kind = jmt.Inner }, depinproof.ErrInvalidProof, nil},
		{"inner node as a leaf", false, func(s *statement) { s.p.Siblings[0].Kind = jmt.Only }, depinproof.ErrInvalidProof, nil},
		{"empty with hashes", false, func(s *statement) { s.p.Siblings[0].Kind = jmt.Null }, depinproof.ErrMalformed, jmt.ErrSibling},

		{"no root", true, func(s *statement) { s.root = nil }, depinproof.ErrMalformed, nil},
		{"no key", true, func(s *statement) { s.key = nil }, depinproof.ErrMalformed, nil},
		{"no proof", true, func(s *statement) { s.p = nil }, depinproof.ErrMalformed, nil},
		{"other root", true, func(s *statement) { s.root[0]++ }, depinproof.ErrInvalidProof, nil},
		{"the leaf's key", true, func(s *statement) { *s.key = s.p.Leaf.KeyHash }, depinproof.ErrInvalidProof, jmt.ErrPresent},
		{"outside the leaf's subtree", true, func(s *statement) { s.key[0] ^= 0x40 }, depinproof.ErrInvalidProof, jmt.ErrPrefix},
		{"no leaf", true, func(s *statement) { s.p.Leaf = nil }, depinproof.ErrInvalidProof, nil},
		{"other leaf", true, func(s *statement) { s.p.Leaf.ValueHash[9]++ }, depinproof.ErrInvalidProof, nil},
		{"a leaf elsewhere", true, func(s *statement) { s.p = tree.Prove(&leaves[0].KeyHash) }, depinproof.ErrInvalidProof, jmt.ErrPrefix},
		{"a leaf elsewhere, cut", true, func(s *statement) { s.p = tree.Prove(&leaves[0].KeyHash); s.p.Siblings = nil }, depinproof.ErrInvalidProof, nil},
		{"257 siblings", true, func(s *statement) { s.p.Siblings = make([]jmt.Sibling, 257) }, depinproof.ErrLimit, nil},
		{"unknown kind", true, func(s *statement) { s.p.Siblings[0].Kind = 200 }, depinproof.ErrMalformed, jmt.ErrSibling},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, key := tree.Root(), leaves[1].KeyHash
			if c.absent {
				key[1]++
			}
			s := statement{&root, &key, []byte{1}, tree.Prove(&key)}
			verify := func() error {
				if c.absent {
					return jmt.VerifyAbsence(s.root, s.key, s.p)
				}
				return jmt.VerifyExistence(s.root, s.key, s.value, s.p)
			}
			if err := verify(); err != nil || len(s.p.Siblings) != 2 {
				t.Fatal(err, len(s.p.Siblings))
			}
			c.spoil(&s)
			wantError(t, verify(), c.class, c.detail)
		})
	}
}

func TestHostileRanges(t *testing.T) {
	leaves := fourLeaves()
	tree := mustTree(t, leaves)
	type statement struct {
		root   *por.Node
		leaves []jmt.Leaf
		left   []por.Node
		p      *jmt.RangeProof
	}
	verbs := map[string]func(s *statement) error{
		"range": func(s *statement) error { return jmt.VerifyRange(s.root, s.leaves, s.p) },
		"rightmost": func(s *statement) error {
			if len(s.leaves) == 0 {
				return jmt.VerifyRightmost(s.root, nil, s.left, s.p)
			}
			return jmt.VerifyRightmost(s.root, &s.leaves[len(s.leaves)-1], s.left, s.p)
		},
	}
	for _, c := range []struct {
		name          string
		spoil         func(s *statement)
		class, detail error
		only          string
	}{
		{"no root", func(s *statement) { s.root = nil }, depinproof.ErrMalformed, nil, ""},
		{"no proof", func(s *statement) { s.p = nil }, depinproof.ErrMalformed, nil, ""},
		{"no leaves", func(s *statement) { s.leaves = nil }, depinproof.ErrMalformed, nil, ""},
		{"other root", func(s *statement) { s.root[0]++ }, depinproof.ErrInvalidProof, nil, ""},
		{"other last leaf", func(s *statement) { s.leaves[2].ValueHash[0]++ }, depinproof.ErrInvalidProof, nil, ""},
		{"no right sibling", func(s *statement) { s.p.Right = nil }, depinproof.ErrInvalidProof, nil, ""},
		{"a right sibling more", func(s *statement) { s.p.Right = append(s.p.Right, s.p.Right[0]) }, depinproof.ErrInvalidProof, nil, ""},
		{"more than the path has", func(s *statement) { s.p.Right = make([]jmt.Sibling, 256) }, depinproof.ErrInvalidProof, jmt.ErrPath, "range"},
		{"257 on the right", func(s *statement) { s.p.Right = make([]jmt.Sibling, 257) }, depinproof.ErrLimit, nil, ""},
		{"unknown kind", func(s *statement) { s.p.Right[0].Kind = 7 }, depinproof.ErrMalformed, jmt.ErrSibling, ""},
		{"empty right sibling", func(s *statement) { s.p.Right[0] = jmt.Sibling{} }, depinproof.ErrInvalidProof, nil, ""},
		{"out of order", func(s *statement) { s.leaves[0], s.leaves[1] = s.leaves[1], s.leaves[0] }, depinproof.ErrMalformed, jmt.ErrOrder, "range"},
		{"a leaf twice", func(s *statement) { s.leaves[0] = s.leaves[1] }, depinproof.ErrMalformed, jmt.ErrOrder, "range"},
		{"other first leaf", func(s *statement) { s.leaves[0].ValueHash[0]++ }, depinproof.ErrInvalidProof, nil, "range"},
		{"a leaf too many", func(s *statement) { s.leaves = append(s.leaves, leaves[3]) }, depinproof.ErrInvalidProof, nil, "range"},
		{"a left sibling less", func(s *statement) { s.left = s.left[1:] }, depinproof.ErrInvalidProof, jmt.ErrPath, "rightmost"},
		{"left swapped", func(s *statement) { slices.Reverse(s.left) }, depinproof.ErrInvalidProof, nil, "rightmost"},
		{"256 on the left", func(s *statement) { s.left = make([]por.Node, 256) }, depinproof.ErrLimit, nil, "rightmost"},
	} {
		for verb, verify := range verbs {
			if c.only != "" && c.only != verb {
				continue
			}
			t.Run(verb+"/"+c.name, func(t *testing.T) {
				root := tree.Root()
				known, p := mustRange(t, tree, leaves[2].KeyHash)
				s := &statement{&root, known, leftOf(leaves[2].KeyHash, tree.Prove(&leaves[2].KeyHash)), p}
				if err := verify(s); err != nil || len(known) != 3 || len(s.left) != 2 || len(p.Right) != 1 {
					t.Fatal(err, len(known), len(s.left), len(p.Right))
				}
				c.spoil(s)
				wantError(t, verify(s), c.class, c.detail)
			})
		}
	}
}

// TestFlips flips every bit of small statements, their proofs in the Borsh form, and
// expects each refused. The one exception is the key of a proof of absence: below the
// depth of the proof it may be any but the leaf's.
func TestFlips(t *testing.T) {
	leaves := fourLeaves()
	tree := mustTree(t, leaves)
	root := tree.Root()
	absent, empty := leaves[1].KeyHash, mustTree(t, leaves[2:])
	absent[7]++
	emptyRoot, left := empty.Root(), por.Node{}
	known, rp := mustRange(t, tree, leaves[2].KeyHash)
	leftSiblings := leftOf(leaves[2].KeyHash, tree.Prove(&leaves[2].KeyHash))
	encode := func(p interface{ MarshalBinary() ([]byte, error) }) []byte {
		b, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	proofOf := func(tree *jmt.Tree, key *por.Node) []byte { return encode(tree.Prove(key)) }
	with := func(b []byte, verify func(p *jmt.Proof) error) error {
		var p jmt.Proof
		if err := p.UnmarshalBinary(b); err != nil {
			return err
		}
		return verify(&p)
	}
	withRange := func(b []byte, verify func(p *jmt.RangeProof) error) error {
		var p jmt.RangeProof
		if err := p.UnmarshalBinary(b); err != nil {
			return err
		}
		return verify(&p)
	}
	existing, value, rangeBytes := proofOf(tree, &leaves[1].KeyHash), []byte{1}, encode(rp)
	absence, emptiness := proofOf(tree, &absent), proofOf(empty, &left)
	key := leaves[1].KeyHash
	for _, c := range []struct {
		name   string
		parts  [][]byte
		verify func() error
	}{
		{"existence", [][]byte{root[:], key[:], value, existing}, func() error {
			return with(existing, func(p *jmt.Proof) error { return jmt.VerifyExistence(&root, &key, value, p) })
		}},
		{"absence", [][]byte{root[:], absence}, func() error {
			return with(absence, func(p *jmt.Proof) error { return jmt.VerifyAbsence(&root, &absent, p) })
		}},
		{"empty subtree", [][]byte{emptyRoot[:], emptiness}, func() error {
			return with(emptiness, func(p *jmt.Proof) error { return jmt.VerifyAbsence(&emptyRoot, &left, p) })
		}},
		{"range", [][]byte{
			root[:], rangeBytes, known[0].ValueHash[:], known[0].KeyHash[:],
			known[1].ValueHash[:], known[1].KeyHash[:], known[2].ValueHash[:], known[2].KeyHash[:],
		}, func() error {
			return withRange(rangeBytes, func(p *jmt.RangeProof) error { return jmt.VerifyRange(&root, known, p) })
		}},
		{"rightmost", [][]byte{
			root[:], rangeBytes, leaves[2].KeyHash[:], leaves[2].ValueHash[:], leftSiblings[0][:], leftSiblings[1][:],
		}, func() error {
			return withRange(rangeBytes, func(p *jmt.RangeProof) error {
				return jmt.VerifyRightmost(&root, &leaves[2], leftSiblings, p)
			})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.verify(); err != nil {
				t.Fatal(err)
			}
			for n, part := range c.parts {
				for i := range 8 * len(part) {
					part[i/8] ^= 1 << (i % 8)
					if c.verify() == nil {
						t.Errorf("part %d: bit %d flipped, accepted", n, i)
					}
					part[i/8] ^= 1 << (i % 8)
				}
			}
			if err := c.verify(); err != nil {
				t.Error(err)
			}
		})
	}
	p := tree.Prove(&absent)
	for i := range 256 {
		k := absent
		k[i/8] ^= 0x80 >> (i % 8)
		err := jmt.VerifyAbsence(&root, &k, p)
		if want := i >= len(p.Siblings) && k != p.Leaf.KeyHash; (err == nil) != want {
			t.Errorf("key with bit %d flipped: %v", i, err)
		}
	}
}
