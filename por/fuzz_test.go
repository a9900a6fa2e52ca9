package por

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// input takes numbers from a fuzzer's bytes; behind their end they are zero.
type input []byte

func (in *input) next() uint64 {
	var b [8]byte
	*in = (*in)[copy(b[:], *in):]
	return binary.LittleEndian.Uint64(b[:])
}

// below is a number below n.
func (in *input) below(n uint64) uint64 { return in.next() % n }

// node is a node of an element of every field here.
func (in *input) node() (n Node) {
	binary.LittleEndian.PutUint64(n[:], in.next())
	return n
}

// pick is a kind of tree, and one of its trees.
func (in *input) pick(t testing.TB, specs []*Spec) (*Spec, *Tree) {
	s := specs[in.below(uint64(len(specs)))]
	all := sizes(s, 70)
	tree, err := s.NewTree(testLeaves(all[in.below(uint64(len(all)))]), 1)
	if err != nil {
		t.Fatal(err)
	}
	return s, tree
}

func seeds(f *testing.F) []*Spec {
	f.Add([]byte{})
	for i := range 40 {
		seed := make([]byte, 0, 64)
		for j := range 8 {
			seed = binary.LittleEndian.AppendUint64(seed, uint64(i*i*31+j*7))
		}
		f.Add(seed)
	}
	return testSpecs(f)
}

// FuzzVerifyInclusion changes one thing of a proof that holds. It must be refused, as
// must whatever else is not the proof, alone and in a batch alike.
func FuzzVerifyInclusion(f *testing.F) {
	specs := seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		s, tree := in.pick(t, specs)
		p := Inclusion{Root: tree.Root(), Index: in.below(tree.size), Size: tree.size}
		p.Leaf = tree.levels[0][p.Index]
		var err error
		if p.Path, err = tree.Path(p.Index); err != nil {
			t.Fatal(err)
		}
		good := p
		good.Path = clone(p.Path)
		changed := true
		switch in.below(8) {
		case 0:
			changed = false
		case 1:
			p.Leaf[in.below(32)] ^= byte(1 + in.below(255))
		case 2:
			p.Root[in.below(32)] ^= byte(1 + in.below(255))
		case 3:
			if changed = len(p.Path) > 0; changed {
				p.Path[in.below(uint64(len(p.Path)))][in.below(32)] ^= byte(1 + in.below(255))
			}
		case 4:
			p.Path = append(p.Path, in.node())
		case 5:
			if changed = len(p.Path) > 0; changed {
				p.Path = p.Path[:in.below(uint64(len(p.Path)))]
			}
		case 6:
			p.Index = in.next()
			changed = p.Index != good.Index && !s.sorted
		case 7:
			p.Size = in.next()
			changed = !sizeIsFree(s, p.Index, good.Size, p.Size)
		}
		err = s.VerifyInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path)
		if changed == (err == nil) && !(err != nil && s.sorted) && !(err != nil && p.Size != good.Size) {
			t.Fatalf("%s: changed %v, got %v", s.Name(), changed, err)
		}
		errs := make([]error, 3)
		_ = s.VerifyInclusionBatch(context.Background(), []Inclusion{good, p, good}, errs)
		if errs[0] != nil || errs[2] != nil || (errs[1] == nil) != (err == nil) || err != nil && classOf(err) != classOf(errs[1]) {
			t.Fatalf("%s: alone %v, in a batch %v", s.Name(), err, errs)
		}
		// Whatever is accepted leads to its root, by the other way to compute it.
		var root Node
		if other := s.RootFromInclusion(&root, &p.Leaf, p.Index, p.Size, p.Path); err == nil && (other != nil || root != p.Root) {
			t.Fatalf("accepted, but leads to %x, %v", root, other)
		}
	})
}

// FuzzVerifyInclusionBatch compares batches of anything with single proofs.
func FuzzVerifyInclusionBatch(f *testing.F) {
	specs := seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		s, tree := in.pick(t, specs)
		items := make([]Inclusion, 1+in.below(2*batchChunk))
		for i := range items {
			p := &items[i]
			p.Root, p.Index, p.Size = tree.Root(), in.below(tree.size), tree.size
			p.Leaf = tree.levels[0][p.Index]
			var err error
			if p.Path, err = tree.Path(p.Index); err != nil {
				t.Fatal(err)
			}
			switch in.next() % 11 {
			case 1:
				p.Leaf[3]++
			case 2:
				p.Index++
			case 3:
				p.Size--
			case 4:
				p.Path = p.Path[:len(p.Path)/2]
			case 5:
				p.Leaf[31] = 0xff
			}
		}
		errs := make([]error, len(items))
		all := s.VerifyInclusionBatch(context.Background(), items, errs)
		for i := range items {
			p := &items[i]
			err := s.VerifyInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path)
			if (err == nil) != (errs[i] == nil) || err != nil && classOf(err) != classOf(errs[i]) {
				t.Fatalf("%s: item %d alone %v, in a batch %v", s.Name(), i, err, errs[i])
			}
			if err != nil && all == nil {
				t.Fatal("a batch with a bad item holds")
			}
		}
	})
}

// FuzzVerifyMultiproof compares a multiproof with a range, and with the paths it stands
// for; changed, it must be refused.
func FuzzVerifyMultiproof(f *testing.F) {
	specs := seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		s, tree := in.pick(t, specs)
		root := tree.Root()
		var leaves []Leaf
		var indices []uint64
		mask := in.next() | 1<<in.below(min(tree.size, 64))
		for i := range tree.size {
			if mask>>(i%64)&1 == 1 {
				leaves = append(leaves, Leaf{i, tree.levels[0][i]})
				indices = append(indices, i)
			}
		}
		proof, err := tree.Multiproof(indices)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.VerifyMultiproof(&root, tree.size, leaves, proof); err != nil {
			t.Fatalf("%s: %v", s.Name(), err)
		}
		if first, last := indices[0], indices[len(indices)-1]; last-first+1 == uint64(len(indices)) {
			same, err := tree.Range(first, last+1)
			if err != nil || !slices.Equal(proof, same) {
				t.Fatalf("%s: not the proof of the range: %v", s.Name(), err)
			}
		}
		at := in.below(uint64(len(leaves)))
		switch in.below(6) {
		case 0:
			leaves[at].Node[in.below(32)] ^= byte(1 + in.below(255))
		case 1:
			if leaves[at].Index = in.next(); leaves[at].Index == indices[at] || s.sorted {
				return
			}
		case 2:
			proof = append(proof, in.node())
		case 3:
			if len(proof) == 0 {
				return
			}
			proof[in.below(uint64(len(proof)))][in.below(32)] ^= byte(1 + in.below(255))
		case 4:
			if len(proof) == 0 {
				return
			}
			proof = proof[1:]
		case 5:
			leaves = append(leaves, leaves[at])
		}
		if s.VerifyMultiproof(&root, tree.size, leaves, proof) == nil {
			t.Fatalf("%s: accepted a changed multiproof", s.Name())
		}
	})
}

// FuzzRangeVerify adds a range in pieces of any length.
func FuzzRangeVerify(f *testing.F) {
	specs := seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		s, tree := in.pick(t, specs)
		root := tree.Root()
		start := in.below(tree.size)
		end := start + 1 + in.below(tree.size-start)
		proof, err := tree.Range(start, end)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.NewRangeVerifier(start, end, tree.size)
		if err != nil {
			t.Fatal(err)
		}
		leaves := clone(tree.levels[0][start:end])
		bad := in.below(3)
		if bad == 1 {
			leaves[in.below(end-start)][in.below(31)] ^= byte(1 + in.below(255))
		}
		if bad == 2 {
			if len(proof) == 0 {
				return
			}
			proof[in.below(uint64(len(proof)))][in.below(31)] ^= byte(1 + in.below(255))
		}
		for len(leaves) > 0 {
			n := 1 + in.below(uint64(len(leaves)))
			if err := v.Add(leaves[:n]); err != nil {
				t.Fatal(err)
			}
			leaves = leaves[n:]
		}
		if err := v.Verify(&root, proof); bad == 0 && err != nil || bad != 0 && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Fatalf("%s: [%d, %d) of %d: bad %d, got %v", s.Name(), start, end, tree.size, bad, err)
		}
	})
}

// FuzzVerifyConsistency proves growth between trees of any two sizes, and refuses every
// change.
func FuzzVerifyConsistency(f *testing.F) {
	seeds(f)
	s := RFC6962()
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		tree, err := s.NewTree(testLeaves(1+in.below(200)), 1)
		if err != nil {
			t.Fatal(err)
		}
		old := 1 + in.below(tree.size)
		root := tree.Root()
		var before Node
		if err := s.Root(&before, tree.levels[0][:old], 1); err != nil {
			t.Fatal(err)
		}
		path, err := tree.Consistency(old)
		if err != nil {
			t.Fatal(err)
		}
		size := tree.size
		if err := s.VerifyConsistency(&before, &root, old, size, path); err != nil {
			t.Fatal(err)
		}
		switch in.below(5) {
		case 0:
			before[in.below(32)] ^= byte(1 + in.below(255))
		case 1:
			root[in.below(32)] ^= byte(1 + in.below(255))
		case 2:
			if len(path) == 0 {
				return
			}
			path[in.below(uint64(len(path)))][in.below(32)] ^= byte(1 + in.below(255))
		case 3:
			path = append(path, in.node())
		case 4:
			other := in.next()
			if in.below(2) == 0 {
				other %= size + 2
			}
			if other == old {
				return
			}
			old = other
		}
		if s.VerifyConsistency(&before, &root, old, size, path) == nil {
			t.Fatal("accepted a changed proof")
		}
	})
}

// FuzzVerifySubtreeConsistency does the same with aligned parts of trees, and proves the
// leaves of the part with FuzzVerifySubtreeInclusion's verb.
func FuzzVerifySubtreeConsistency(f *testing.F) {
	seeds(f)
	s := RFC6962()
	f.Fuzz(func(t *testing.T, data []byte) { checkSubtreeProofs(t, s, input(data)) })
}

// FuzzVerifySubtreeInclusion is FuzzVerifySubtreeConsistency for trees of another hash.
func FuzzVerifySubtreeInclusion(f *testing.F) {
	seeds(f)
	s := Sia()
	f.Fuzz(func(t *testing.T, data []byte) { checkSubtreeProofs(t, s, input(data)) })
}

func checkSubtreeProofs(t *testing.T, s *Spec, in input) {
	tree, err := s.NewTree(testLeaves(1+in.below(200)), 1)
	if err != nil {
		t.Fatal(err)
	}
	width := uint64(1) << in.below(8)
	if width > tree.size {
		width = 1
	}
	start := in.below(tree.size/width) * width
	end := start + width/2 + 1 + in.below(max(width/2, 1))
	root := tree.Root()
	sub, err := s.NewTree(tree.levels[0][start:end], 1)
	if err != nil {
		t.Fatal(err)
	}
	subroot := sub.Root()
	path, err := tree.SubtreeConsistency(start, end)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.VerifySubtreeConsistency(&subroot, &root, start, end, tree.size, path); err != nil {
		t.Fatal(err)
	}
	index := in.below(end - start)
	leaf := sub.levels[0][index]
	inclusion, err := sub.Path(index)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.VerifySubtreeInclusion(&subroot, &leaf, start+index, start, end, inclusion); err != nil {
		t.Fatal(err)
	}
	subroot[in.below(32)] ^= byte(1 + in.below(255))
	isClass(t, s.VerifySubtreeConsistency(&subroot, &root, start, end, tree.size, path), depinproof.ErrInvalidProof)
	isClass(t, s.VerifySubtreeInclusion(&subroot, &leaf, start+index, start, end, inclusion), depinproof.ErrInvalidProof)
	isClass(t, s.VerifySubtreeInclusion(&subroot, &leaf, end, start, end, inclusion), depinproof.ErrMalformed)
}

// FuzzVerifyMember proves membership in trees of sorted pairs, and refuses changes.
func FuzzVerifyMember(f *testing.F) {
	seeds(f)
	specs := []*Spec{SolanaDistributor(), EVMDistributor()}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		s := specs[in.below(2)]
		claims := make([]Node, 1+in.below(60))
		leaves := make([]Node, len(claims))
		for i := range claims {
			claims[i] = Node{byte(i), byte(in.next())}
			if err := s.HashLeaf(&leaves[i], claims[i][:]); err != nil {
				t.Fatal(err)
			}
		}
		tree, err := s.NewTree(leaves, 1)
		if err != nil {
			t.Fatal(err)
		}
		i := in.below(tree.size)
		path, err := tree.Path(i)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		if err := s.VerifyMember(&root, claims[i][:], path); err != nil {
			t.Fatal(err)
		}
		switch in.below(3) {
		case 0:
			root[in.below(32)] ^= byte(1 + in.below(255))
		case 1:
			claims[i][in.below(32)] ^= byte(1 + in.below(255))
		case 2:
			path = append(path, in.node())
		}
		isClass(t, s.VerifyMember(&root, claims[i][:], path), depinproof.ErrInvalidProof)
	})
}

// FuzzVerifyEmptyLeaf asks the same of an empty leaf as VerifyInclusion does.
func FuzzVerifyEmptyLeaf(f *testing.F) {
	seeds(f)
	s, err := SolanaCompression(7)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		leaves := make([]Node, 128)
		for range in.below(9) {
			leaves[in.below(128)] = in.node()
		}
		tree, err := s.NewTree(leaves, 1)
		if err != nil {
			t.Fatal(err)
		}
		i := in.below(128)
		path, err := tree.Path(i)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		if in.below(4) == 0 {
			path[in.below(7)][in.below(32)] ^= 1
		}
		if in.below(4) == 0 {
			i = in.next()
		}
		err = s.VerifyEmptyLeaf(&root, i, path)
		if same := s.VerifyInclusion(&root, &Node{}, i, 128, path); (err == nil) != (same == nil) || err != nil && classOf(err) != classOf(same) {
			t.Fatalf("empty leaf %v, inclusion of zero %v", err, same)
		}
		if err == nil && leaves[i] != (Node{}) {
			t.Fatal("a leaf is called empty")
		}
	})
}

// FuzzHash compares hashes of any function with the libraries'.
func FuzzHash(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := input(data)
		h := Hash{Algorithm: Algorithm(1 + in.below(6)), Sorted: in.below(2) == 1}
		h.Prefix = string(make([]byte, in.below(MaxPrefix+1)))
		n := int(in.below(80))
		src := make([]Node, 2*n)
		for i := range src {
			src[i] = in.node()
		}
		dst := make([]Node, n)
		if err := h.HashNodes(dst, src); err != nil {
			t.Fatal(err)
		}
		for i := range dst {
			if dst[i] != plainHash(h, src[2*i][:], src[2*i+1][:]) {
				t.Fatalf("%v: pair %d of %d", h, i, n)
			}
		}
		if n == 0 {
			return
		}
		if err := h.HashLeaves(dst[:1], data); err != nil || dst[0] != plainHash(h, data) {
			t.Fatalf("%v: leaf of %d bytes: %v", h, len(data), err)
		}
	})
}
