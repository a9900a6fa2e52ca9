package por

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

func TestNew(t *testing.T) {
	pair := Hash{Algorithm: SHA256}
	for _, c := range []struct {
		name  string
		rules Rules
		class error // nil for rules that are well
	}{
		{"least", Rules{Node: pair}, nil},
		{"no hash", Rules{}, depinproof.ErrMalformed},
		{"arity 1", Rules{Node: wide(1)}, depinproof.ErrMalformed},
		{"arity 0", Rules{Node: wide(0)}, depinproof.ErrMalformed},
		{"arity 64", Rules{Node: wide(64)}, nil},
		{"arity 65", Rules{Node: wide(65)}, depinproof.ErrLimit},
		{"unknown rule", Rules{Node: pair, Odd: Fill + 1}, depinproof.ErrUnsupported},
		{"promotion of three", Rules{Node: wide(3), Odd: Promote}, depinproof.ErrUnsupported},
		{"depth -1", Rules{Node: pair, Odd: Fill, Depth: -1}, depinproof.ErrMalformed},
		{"depth 64", Rules{Node: pair, Odd: Fill, Depth: 64}, nil},
		{"depth 65", Rules{Node: pair, Odd: Fill, Depth: 65}, depinproof.ErrLimit},
		{"depth of promotion", Rules{Node: pair, Odd: Promote, Depth: 3}, depinproof.ErrUnsupported},
		{"two empty roots", Rules{Node: pair, Odd: Fill, Depth: 3, EmptyRoot: &Node{}}, depinproof.ErrMalformed},
		{"leaf size -1", Rules{Node: pair, Leaf: pair, LeafSize: -1}, depinproof.ErrMalformed},
		{"leaf size 16 MiB", Rules{Node: pair, Leaf: pair, LeafSize: MaxLeafSize}, nil},
		{"leaf size above", Rules{Node: pair, Leaf: pair, LeafSize: MaxLeafSize + 1}, depinproof.ErrLimit},
		{"leaf size 64 not hashed", Rules{Node: pair, LeafSize: 64}, depinproof.ErrMalformed},
		{"unknown function", Rules{Node: Hash{}}, depinproof.ErrUnsupported},
		{"unknown function of leaves", Rules{Node: pair, Leaf: Hash{}}, depinproof.ErrUnsupported},
		{"pointer to a hash", Rules{Node: &Hash{Algorithm: SHA256, Sorted: true}}, depinproof.ErrMalformed},
		{"nil pointer to a hash", Rules{Node: (*Hash)(nil)}, depinproof.ErrMalformed},
		{"pointer to a hash of leaves", Rules{Node: pair, Leaf: &pair}, depinproof.ErrMalformed},
		{"long prefix", Rules{Node: Hash{SHA256, string(make([]byte, MaxPrefix+1)), false}}, depinproof.ErrLimit},
		{"hash that fails", Rules{Node: failing{2, errFailing}, Odd: Fill}, depinproof.ErrInternal},
	} {
		s, err := New(c.rules)
		switch {
		case c.class == nil && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.class != nil && (s != nil || !errors.Is(err, c.class)):
			t.Errorf("%s: got %v, want %v", c.name, err, c.class)
		}
	}
	for depth := -1; depth <= 31; depth++ {
		s, err := SolanaCompression(depth)
		if good := depth >= 1 && depth <= 30; good != (err == nil) || good && s.most != 1<<depth {
			t.Errorf("account compression of depth %d: %v", depth, err)
		}
	}
}

// failing is a Hasher that fails.
type failing struct {
	wide
	err error
}

var errFailing = errors.New("failing")

func (f failing) HashNodes(dst, src []Node) error { return f.err }

// TestZeroSpec has a Spec that New did not make refuse everything.
func TestZeroSpec(t *testing.T) {
	s := new(Spec)
	var n Node
	var b *Builder
	for name, verb := range map[string]func() error{
		"VerifyInclusion":          func() error { return s.VerifyInclusion(&n, &n, 0, 1, nil) },
		"RootFromInclusion":        func() error { return s.RootFromInclusion(&n, &n, 0, 1, nil) },
		"InclusionLen":             func() error { _, err := s.InclusionLen(0, 1); return err },
		"VerifyInclusionBatch":     func() error { return s.VerifyInclusionBatch(context.Background(), make([]Inclusion, 1), nil) },
		"VerifyMember":             func() error { return s.VerifyMember(&n, n[:], nil) },
		"VerifyEmptyLeaf":          func() error { return s.VerifyEmptyLeaf(&n, 0, nil) },
		"VerifyMultiproof":         func() error { return s.VerifyMultiproof(&n, 1, []Leaf{{}}, nil) },
		"MultiproofLen":            func() error { _, err := s.MultiproofLen(1, []uint64{0}); return err },
		"VerifyConsistency":        func() error { return s.VerifyConsistency(&n, &n, 1, 1, nil) },
		"ConsistencyLen":           func() error { _, err := s.ConsistencyLen(1, 1); return err },
		"VerifySubtreeConsistency": func() error { return s.VerifySubtreeConsistency(&n, &n, 0, 1, 1, nil) },
		"VerifySubtreeInclusion":   func() error { return s.VerifySubtreeInclusion(&n, &n, 0, 0, 1, nil) },
		"NewRangeVerifier":         func() error { _, err := s.NewRangeVerifier(0, 1, 1); return err },
		"RangeLen":                 func() error { _, err := s.RangeLen(0, 1, 1); return err },
		"RangeVerifier.Verify":     func() error { return new(RangeVerifier).Verify(&n, nil) },
		"RangeVerifier.Add":        func() error { return new(RangeVerifier).Add(nil) },
		"RangeVerifier.ReadFrom":   func() error { _, err := new(RangeVerifier).ReadFrom(nil); return err },
		"Builder.Add":              func() error { b = s.NewBuilder(); return b.Add(nil) },
		"Builder.AddSubtree":       func() error { return b.AddSubtree(0, &n) },
		"Builder.ReadFrom":         func() error { _, err := b.ReadFrom(nil); return err },
		"Builder.Root":             func() error { return b.Root(&n) },
		"NewTree":                  func() error { _, err := s.NewTree(nil, 1); return err },
		"ReadTree":                 func() error { _, err := s.ReadTree(nil, 1, 1); return err },
		"Root":                     func() error { return s.Root(&n, nil, 1) },
		"HashLeaf":                 func() error { return s.HashLeaf(&n, n[:]) },
	} {
		b = s.NewBuilder()
		if err := verb(); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%s: got %v, want %v", name, err, depinproof.ErrUnsupported)
		}
	}
}

// TestFailingHasher passes on what a Hasher returns, with the class that it has, and else
// as an internal error.
func TestFailingHasher(t *testing.T) {
	for _, c := range []struct{ err, class error }{
		{errFailing, depinproof.ErrInternal},
		{depinproof.ErrMalformed, depinproof.ErrMalformed},
		{fmt.Errorf("wrapped: %w", depinproof.ErrLimit), depinproof.ErrLimit},
		{&depinproof.Error{Op: "hash", Kind: depinproof.ErrMalformed, Err: errFailing}, depinproof.ErrMalformed},
		{&depinproof.Error{Op: "hash", Err: errFailing}, depinproof.ErrInternal},
	} {
		s, err := New(Rules{Node: failing{2, c.err}, Odd: Promote})
		if err != nil {
			t.Fatal(err)
		}
		var n Node
		leaves := make([]Node, 3)
		data := flat(leaves)
		v, err := s.NewRangeVerifier(0, 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		read, err := s.NewRangeVerifier(0, 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		b, built := s.NewBuilder(), s.NewBuilder()
		_, tree := s.NewTree(leaves, 1)
		_, readTree := s.ReadTree(bytes.NewReader(data), 3, 1)
		_, readRange := read.ReadFrom(bytes.NewReader(data))
		_, readAgain := read.ReadFrom(bytes.NewReader(data))
		_, readBuilder := built.ReadFrom(bytes.NewReader(data))
		for _, got := range []struct {
			name string
			err  error
		}{
			{"VerifyInclusion", s.VerifyInclusion(&n, &n, 0, 2, leaves[:1])},
			{"VerifyInclusionBatch", s.VerifyInclusionBatch(context.Background(), []Inclusion{{Size: 2, Path: leaves[:1]}}, nil)},
			{"VerifyMultiproof", s.VerifyMultiproof(&n, 2, []Leaf{{}}, leaves[:1])},
			{"VerifyConsistency", s.VerifyConsistency(&n, &n, 1, 2, leaves[:1])},
			{"RangeVerifier.Add", v.Add(leaves[:2])},
			{"RangeVerifier.Verify", v.Verify(&n, leaves[:1])},
			{"RangeVerifier.ReadFrom", readRange},
			{"RangeVerifier.ReadFrom, again", readAgain},
			{"RangeVerifier.Verify of a stream", read.Verify(&n, leaves[:1])},
			{"Builder.Add", b.Add(leaves)},
			{"Builder.Add, again", b.Add(leaves)},
			{"Builder.AddSubtree", b.AddSubtree(0, &n)},
			{"Builder.Root", b.Root(&n)},
			{"Builder.ReadFrom", readBuilder},
			{"Builder.Root of a stream", built.Root(&n)},
			{"NewTree", tree},
			{"ReadTree", readTree},
			{"Root", s.Root(&n, leaves, 1)},
		} {
			t.Run(fmt.Sprint(c.err, "/", got.name), func(t *testing.T) { isClass(t, got.err, c.class) })
			if errors.Is(c.err, errFailing) && !errors.Is(got.err, errFailing) {
				t.Errorf("%s: got %v", got.name, got.err)
			}
		}
	}
}

// TestHostileShapes asks for sizes, indices and ranges that do not go together, up to
// the largest numbers.
func TestHostileShapes(t *testing.T) {
	const most = math.MaxUint64
	forEachSpec(t, func(t *testing.T, s *Spec) {
		var n Node
		malformed := func(name string, err error) {
			t.Helper()
			if !errors.Is(err, depinproof.ErrMalformed) && !errors.Is(err, depinproof.ErrUnsupported) {
				t.Errorf("%s: got %v, want %v", name, err, depinproof.ErrMalformed)
			}
		}
		for _, c := range [][2]uint64{{0, 0}, {1, 1}, {2, 1}, {most, most}, {most, 0}, {most, 1}} {
			malformed(fmt.Sprint("leaf ", c), s.VerifyInclusion(&n, &n, c[0], c[1], nil))
			malformed(fmt.Sprint("multiproof of ", c), s.VerifyMultiproof(&n, c[1], []Leaf{{c[0], n}}, nil))
			malformed(fmt.Sprint("batch ", c), s.VerifyInclusionBatch(context.Background(), []Inclusion{{Index: c[0], Size: c[1]}}, nil))
		}
		for _, c := range [][3]uint64{{0, 0, 0}, {0, 0, 1}, {1, 1, 2}, {1, 0, 2}, {0, 2, 1}, {most, most, most}, {0, most, 1}, {most, 0, most}} {
			_, err := s.NewRangeVerifier(c[0], c[1], c[2])
			malformed(fmt.Sprint("range ", c), err)
			malformed(fmt.Sprint("subtree ", c), s.VerifySubtreeConsistency(&n, &n, c[0], c[1], c[2], nil))
			malformed(fmt.Sprint("leaf of subtree ", c), s.VerifySubtreeInclusion(&n, &n, most, c[0], c[1], nil))
		}
		malformed("no leaves", s.VerifyMultiproof(&n, 4, nil, nil))
		malformed("older tree larger", s.VerifyConsistency(&n, &n, 2, 1, nil))
		isClass(t, s.VerifyMultiproof(&n, 1, make([]Leaf, MaxMultiproofLeaves+1), nil), depinproof.ErrLimit)
		_, err := s.MultiproofLen(1, make([]uint64, MaxMultiproofLeaves+1))
		isClass(t, err, depinproof.ErrLimit)

		// The largest tree there is takes a path per level, and no longer.
		size := s.most
		if s.checkSize(size) != nil {
			size = largest(s)
		}
		for _, index := range []uint64{0, 1, size / 2, size - 2, size - 1} {
			if index >= size {
				continue
			}
			want, err := s.InclusionLen(index, size)
			if err != nil {
				t.Fatal(err)
			}
			path := make([]Node, want)
			root := new(Node)
			if err := s.RootFromInclusion(root, &n, index, size, path); err == nil {
				if err := s.VerifyInclusion(root, &n, index, size, path); err != nil {
					t.Fatal(err)
				}
			} else {
				isClass(t, err, depinproof.ErrInvalidProof) // zeros are not what fills this tree
			}
			isClass(t, s.VerifyInclusion(&n, &n, index, size, make([]Node, want+1)), depinproof.ErrMalformed)
			isClass(t, s.VerifyInclusion(&n, &n, index, size, make([]Node, want+int(s.arity)-1)), depinproof.ErrMalformed)
			k, err := s.MultiproofLen(size, []uint64{index})
			if err != nil || k > want {
				t.Fatalf("multiproof of %d nodes of one leaf with a path of %d: %v", k, want, err)
			}
			isClass(t, s.VerifyMultiproof(&n, size, []Leaf{{index, n}}, make([]Node, k)), depinproof.ErrInvalidProof)
			v, err := s.NewRangeVerifier(index, index+1, size)
			if err != nil {
				t.Fatal(err)
			}
			if err := v.Add([]Node{n}); err != nil {
				t.Fatal(err)
			}
			isClass(t, v.Verify(&n, make([]Node, k)), depinproof.ErrInvalidProof)
		}
	})
}

// largest is the largest number of leaves that fill all groups of a tree.
func largest(s *Spec) uint64 {
	if s.rules.Depth > 0 {
		return s.most
	}
	size := uint64(1)
	for size <= math.MaxUint64/s.arity {
		size *= s.arity
	}
	return size
}

// TestExactSizes has sizes around every power that there is: no other fills a tree, and
// nor does one that is too large to be a size.
func TestExactSizes(t *testing.T) {
	for _, arity := range []int{2, 3, 4, 8, 16, 36, 64} {
		s, err := New(Rules{Node: wide(arity), Odd: Exact})
		if err != nil {
			t.Fatal(err)
		}
		depth := 0
		for size := uint64(1); ; size *= uint64(arity) {
			for _, other := range []uint64{size - 1, size + 1, 2*size + 1, math.MaxUint64} {
				if other > 1 && other != uint64(arity) {
					isClass(t, s.VerifyInclusion(&Node{}, &Node{}, 0, other, make([]Node, s.levels(other)*(arity-1))), depinproof.ErrMalformed)
				}
			}
			if n, err := s.InclusionLen(size-1, size); err != nil || n != depth*(arity-1) {
				t.Fatalf("arity %d: path of %d nodes in a tree of %d leaves: %v", arity, n, size, err)
			}
			if size == largest(s) {
				break
			}
			depth++
		}
		for d := 1; d <= MaxDepth; d++ {
			s, err := New(Rules{Node: wide(arity), Odd: Exact, Depth: d})
			switch {
			case d > depth:
				isClass(t, err, depinproof.ErrMalformed)
			case err != nil || s.checkSize(s.most) != nil || s.checkSize(s.most-1) == nil:
				t.Fatalf("arity %d, depth %d: %v", arity, d, err)
			}
		}
		b, err := New(Rules{Node: wide(arity), Odd: Fill})
		if err != nil {
			t.Fatal(err)
		}
		isClass(t, b.NewBuilder().AddSubtree(depth+1, &Node{}), depinproof.ErrMalformed)
		if err := b.NewBuilder().AddSubtree(depth, &Node{}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestInnerNodeAsLeaf offers an inner node, with what is left of the path, as a leaf.
func TestInnerNodeAsLeaf(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		all := sizes(s, 64)
		size := all[len(all)-1]
		tree, err := s.NewTree(testLeaves(size), 1)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		path, err := tree.Path(0)
		if err != nil {
			t.Fatal(err)
		}
		for level := 1; level < len(tree.levels); level++ {
			inner := tree.levels[level][0]
			rest := path[level*int(s.arity-1):]
			for index := range size {
				isClass(t, s.VerifyInclusion(&root, &inner, index, size, rest), depinproof.ErrMalformed)
				err := s.VerifyMultiproof(&root, size, []Leaf{{index, inner}}, rest)
				if len(s.empty) > 0 && errors.Is(err, depinproof.ErrInvalidProof) {
					continue // what fills the tree is not in its proof, whose length may be the same
				}
				isClass(t, err, depinproof.ErrMalformed)
			}
		}
	})
}

// TestMember checks trees whose pairs are sorted, and what passes for a leaf there.
func TestMember(t *testing.T) {
	for _, s := range testSpecs(t) {
		if !s.sorted {
			var n Node
			isClass(t, s.VerifyMember(&n, n[:], nil), depinproof.ErrUnsupported)
		}
	}
	for _, s := range []*Spec{SolanaDistributor(), EVMDistributor()} {
		data := make([][]byte, 11)
		leaves := make([]Node, len(data))
		for i := range data {
			d := plainHash(Hash{Algorithm: SHA256}, []byte{byte(i)})
			data[i] = d[:]
			if err := s.HashLeaf(&leaves[i], data[i]); err != nil {
				t.Fatal(err)
			}
		}
		tree, err := s.NewTree(leaves, 1)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		for i := range data {
			path, err := tree.Path(uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.VerifyMember(&root, data[i], path); err != nil {
				t.Fatal(err)
			}
			flips([][]byte{root[:], data[i], flat(path)}, func(part, bit int) {
				if s.VerifyMember(&root, data[i], path) == nil {
					t.Fatalf("%s: accepted with bit %d of part %d flipped", s.Name(), bit, part)
				}
			})
			isClass(t, s.VerifyMember(&root, data[i], append(clone(path), root)), depinproof.ErrInvalidProof)
			isClass(t, s.VerifyMember(&root, data[i], path[1:]), depinproof.ErrInvalidProof)
			isClass(t, s.VerifyMember(&root, data[i], make([]Node, MaxDepth+1)), depinproof.ErrLimit)
			isClass(t, s.VerifyMember(&root, data[i], make([]Node, MaxDepth)), depinproof.ErrInvalidProof)

			// The node of a leaf, and a pair of nodes, offered as data.
			isClass(t, s.VerifyMember(&root, leaves[i][:], path), depinproof.ErrInvalidProof)
			pair := append(append([]byte(nil), leaves[i][:]...), path[0][:]...)
			if string(path[0][:]) < string(leaves[i][:]) {
				pair = append(append([]byte(nil), path[0][:]...), leaves[i][:]...)
			}
			err = s.VerifyMember(&root, pair, path[1:])
			if i == 10 && s.rules.Odd == Promote {
				continue // promoted once, so its first sibling is not a leaf
			}
			if s == EVMDistributor() {
				if err != nil {
					t.Fatalf("%v: the documentation says that this tree accepts it", err)
				}
			} else {
				isClass(t, err, depinproof.ErrMalformed)
			}
		}
	}
	// Where [a, b] and [b, a] have one root, there is no beginning and no part.
	var zero Node
	isClass(t, EVMDistributor().VerifyConsistency(&zero, &zero, 1, 1, nil), depinproof.ErrUnsupported)
	isClass(t, EVMDistributor().VerifySubtreeConsistency(&zero, &zero, 0, 1, 1, nil), depinproof.ErrUnsupported)
	isClass(t, EVMDistributor().VerifySubtreeInclusion(&zero, &zero, 0, 0, 1, nil), depinproof.ErrUnsupported)

	fixed, err := New(Rules{Node: Hash{Algorithm: SHA256, Sorted: true}, Odd: Fill, Depth: 3})
	if err != nil {
		t.Fatal(err)
	}
	var n Node
	isClass(t, fixed.VerifyMember(&n, n[:], make([]Node, 2)), depinproof.ErrMalformed)
	isClass(t, fixed.VerifyMember(&n, n[:], make([]Node, 3)), depinproof.ErrInvalidProof)
	isClass(t, fixed.VerifyMember(&n, n[:31], make([]Node, 3)), depinproof.ErrMalformed)
	isClass(t, fixed.VerifyEmptyLeaf(&n, 0, make([]Node, 3)), depinproof.ErrUnsupported)
}

// TestEmptyLeaf proves positions of a filled tree empty, and those of leaves not.
func TestEmptyLeaf(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		if s.rules.Odd != Fill || s.rules.Depth == 0 {
			var n Node
			isClass(t, s.VerifyEmptyLeaf(&n, 0, nil), depinproof.ErrUnsupported)
			return
		}
		for _, n := range []uint64{0, 1, 5} {
			tree, err := s.NewTree(testLeaves(n), 1)
			if err != nil {
				t.Fatal(err)
			}
			root := tree.Root()
			for _, i := range []uint64{0, 1, 4, 5, s.most / 3, s.most - 2, s.most - 1} {
				path, err := tree.Path(i)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.VerifyEmptyLeaf(&root, i, path); i >= n && err != nil {
					t.Fatalf("leaf %d of %d: %v", i, n, err)
				} else if i < n {
					isClass(t, err, depinproof.ErrInvalidProof)
				}
			}
			_, err = tree.Path(s.most)
			isClass(t, err, depinproof.ErrMalformed)
		}
		if s.most > 1000 {
			return // more leaves than a test has
		}
		leaves := make([]Node, s.most)
		copy(leaves, testLeaves(5))
		for i := 5; i < len(leaves); i++ {
			leaves[i] = s.rules.EmptyLeaf
		}
		whole, err := s.NewTree(leaves, 1)
		if err != nil {
			t.Fatal(err)
		}
		part, err := s.NewTree(leaves[:5], 1)
		if err != nil {
			t.Fatal(err)
		}
		root := whole.Root()
		if part.Root() != root {
			t.Fatal("empty leaves change the root")
		}
		for i := range leaves {
			path, err := whole.Path(uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			if same, err := part.Path(uint64(i)); err != nil || !slices.Equal(same, path) {
				t.Fatalf("path of leaf %d, where empty leaves are not given: %v", i, err)
			}
			err = s.VerifyEmptyLeaf(&root, uint64(i), path)
			if i < 5 {
				isClass(t, err, depinproof.ErrInvalidProof)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if i > 5 && i < len(leaves)-1 {
				continue
			}
			flips([][]byte{root[:], flat(path)}, func(part, bit int) {
				isClass(t, s.VerifyEmptyLeaf(&root, uint64(i), path), depinproof.ErrInvalidProof)
			})
		}
		isClass(t, s.VerifyEmptyLeaf(&root, s.most, nil), depinproof.ErrMalformed)
		var empty Node
		if err := s.NewBuilder().Root(&empty); err != nil || empty != s.empty[s.rules.Depth] {
			t.Fatalf("root of no leaves: %v", err)
		}
	})
}

// TestTypedErrors finds the details that the documentation promises.
func TestTypedErrors(t *testing.T) {
	s := RFC6962()
	var n Node
	two := make([]Node, 2)
	var length *PathLengthError
	var index *IndexRangeError
	var order *IndexOrderError
	var root *RootMismatchError
	var span *RangeError
	var bound *LimitError
	var sibling *SiblingError
	if err := s.VerifyInclusion(&n, &n, 0, 2, two); !errors.As(err, &length) || length.Got != 2 || length.Want != 1 {
		t.Error(err)
	}
	if err := s.VerifyInclusion(&n, &n, 9, 4, two); !errors.As(err, &index) || index.Index != 9 || index.Size != 4 {
		t.Error(err)
	}
	if err := s.VerifyMultiproof(&n, 9, []Leaf{{3, n}, {3, n}}, nil); !errors.As(err, &order) || order.Position != 1 || order.Index != 3 || order.Previous != 3 {
		t.Error(err)
	}
	if err := s.VerifyInclusion(&n, &n, 0, 4, two); !errors.As(err, &root) || root.Want != n || root.Got == n {
		t.Error(err)
	}
	if _, err := s.NewRangeVerifier(4, 2, 9); !errors.As(err, &span) || *span != (RangeError{4, 2, 9}) {
		t.Error(err)
	}
	if err := EVMDistributor().VerifyMember(&n, nil, make([]Node, 65)); !errors.As(err, &bound) || bound.Got != 65 || bound.Max != 64 {
		t.Error(err)
	}
	if err := Bitcoin().VerifyInclusion(&n, &n, 2, 3, []Node{{1}, {}}); !errors.As(err, &sibling) || sibling.Level != 0 {
		t.Error(err)
	}
	if err := s.VerifySubtreeInclusion(&n, &n, 8, 4, 8, two); !errors.As(err, &index) || *index != (IndexRangeError{8, 8}) {
		t.Error(err)
	}
	before := s.VerifySubtreeInclusion(&n, &n, 3, 4, 8, two)
	isClass(t, before, depinproof.ErrMalformed)
	if errors.As(before, &index) {
		t.Errorf("%v, which it is not", before)
	}
	for _, err := range []error{length, index, order, root, span, bound, sibling} {
		if err.Error() == "" {
			t.Errorf("%T has no text", err)
		}
	}
}
