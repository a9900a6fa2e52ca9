package por

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poseidon"
)

// TestSmallTrees compares everything that is made of trees of up to 33 leaves with
// what the rules say, and has every verb accept it.
func TestSmallTrees(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		most := uint64(33)
		if testing.Short() {
			most = 9
		}
		all := sizes(s, most)
		if len(all) < 2 && s.rules.Depth == 0 {
			t.Fatal("no sizes")
		}
		for _, size := range all {
			if size > 18 && size < 31 {
				continue
			}
			leaves := testLeaves(size)
			plain := newPlainTree(t, s.rules, leaves)
			root := plain.root()
			tree, err := s.NewTree(leaves, 1)
			if err != nil {
				t.Fatal(err)
			}
			if tree.Root() != root || tree.Size() != size {
				t.Fatalf("size %d: wrong root", size)
			}
			var got Node
			if err := s.Root(&got, leaves, 1); err != nil || got != root {
				t.Fatalf("size %d: root %x, %v", size, got, err)
			}
			checkBuilders(t, s, leaves, root)
			for i := range size {
				checkInclusion(t, s, plain, tree, i)
			}
			for start := range size {
				for end := start + 1; end <= size; end++ {
					checkRangeProof(t, s, plain, tree, start, end)
				}
			}
			for pattern := range 6 * most {
				checkMultiproof(t, s, plain, tree, pattern)
			}
			if s.rules.Odd == Promote && !s.sorted {
				for old := range size + 1 {
					if old == 0 && s.rules.EmptyRoot == nil {
						continue
					}
					checkGrowth(t, s, tree, leaves, old)
				}
			}
		}
	})
}

// checkBuilders adds leaves in pieces of several lengths.
func checkBuilders(t *testing.T, s *Spec, leaves []Node, root Node) {
	t.Helper()
	for _, step := range []int{1, 2, 3, 7, len(leaves)} {
		b := s.NewBuilder()
		for piece := range slices.Chunk(leaves, step) {
			if err := b.Add(piece); err != nil {
				t.Fatal(err)
			}
			if step == 1 && s.checkSize(b.Size()) == nil {
				var got Node
				if err := b.Root(&got); err != nil || got != newPlainTree(t, s.rules, leaves[:b.Size()]).root() {
					t.Fatalf("root after %d leaves: %v", b.Size(), err)
				}
			}
		}
		var got Node
		if err := b.Root(&got); err != nil || got != root {
			t.Fatalf("%d leaves by %d: root %x, %v", len(leaves), step, got, err)
		}
	}
}

func checkInclusion(t *testing.T, s *Spec, plain *plainTree, tree *Tree, i uint64) {
	t.Helper()
	root, size := plain.root(), tree.Size()
	path, err := tree.Path(i)
	if err != nil || !slices.Equal(path, plain.path(int(i))) {
		t.Fatalf("size %d: path of leaf %d: %v", size, i, err)
	}
	leaf, err := tree.Leaf(i)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyInclusion(&root, &leaf, i, size, path); err != nil {
		t.Fatal(err)
	}
	if n, err := s.InclusionLen(i, size); n != len(path) || err != nil {
		t.Fatalf("size %d: leaf %d has a path of %d, InclusionLen is %d, %v", size, i, len(path), n, err)
	}
	other := leaf
	other[3] ^= 1
	isClass(t, s.VerifyInclusion(&root, &other, i, size, path), depinproof.ErrInvalidProof)
	isClass(t, s.VerifyInclusion(&root, &leaf, i, size, append(clone(path), leaf)), depinproof.ErrMalformed)
	if len(path) > 0 {
		isClass(t, s.VerifyInclusion(&root, &leaf, i, size, path[:len(path)-1]), depinproof.ErrMalformed)
	}
	if _, single := plain.rules.Node.(Hash); !single || !s.sorted {
		for j := range size {
			if j != i && s.inclusionLen(j, size) == len(path) && leaf != plain.levels[0][j] {
				isClass(t, s.VerifyInclusion(&root, &leaf, j, size, path), depinproof.ErrInvalidProof)
			}
		}
	}
	if s.sorted && s.rules.Leaf == nil {
		if err := s.VerifyMember(&root, leaf[:], path); err != nil {
			t.Fatal(err)
		}
	}
}

func checkRangeProof(t *testing.T, s *Spec, plain *plainTree, tree *Tree, start, end uint64) {
	t.Helper()
	root := plain.root()
	var indices []uint64
	for i := start; i < end; i++ {
		indices = append(indices, i)
	}
	proof, err := tree.Range(start, end)
	if err != nil || !slices.Equal(proof, plain.proof(indices)) {
		t.Fatalf("size %d: proof of [%d, %d): %v", tree.size, start, end, err)
	}
	if n, err := s.RangeLen(start, end, tree.size); n != len(proof) || err != nil {
		t.Fatalf("size %d: proof of [%d, %d) has %d nodes, RangeLen is %d, %v", tree.size, start, end, len(proof), n, err)
	}
	v, err := s.NewRangeVerifier(start, end, tree.size)
	if err != nil {
		t.Fatal(err)
	}
	isClass(t, v.Verify(&root, proof), depinproof.ErrMalformed) // before its leaves
	for piece := range slices.Chunk(tree.levels[0][start:end], 3) {
		if err := v.Add(piece); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := v.Verify(&root, proof); err != nil {
			t.Fatalf("size %d: [%d, %d): %v", tree.size, start, end, err)
		}
	}
	isClass(t, v.Verify(&root, append(clone(proof), root)), depinproof.ErrMalformed)
	if len(proof) > 0 {
		isClass(t, v.Verify(&root, proof[1:]), depinproof.ErrMalformed)
		wrong := clone(proof)
		wrong[len(wrong)/2][0] ^= 1
		isClass(t, v.Verify(&root, wrong), depinproof.ErrInvalidProof)
	}
	isClass(t, v.Add([]Node{root}), depinproof.ErrMalformed)
	if err := v.Verify(&root, proof); err != nil {
		t.Fatal("a refused leaf changed the verifier")
	}
}

// checkMultiproof takes the leaves whose bits a pattern has.
func checkMultiproof(t *testing.T, s *Spec, plain *plainTree, tree *Tree, pattern uint64) {
	t.Helper()
	root := plain.root()
	var leaves []Leaf
	var indices []uint64
	bits := pattern * 0x9e3779b97f4a7c15
	if pattern < 4 {
		bits = []uint64{^uint64(0), 1, 1 << (tree.size - 1), 1<<(tree.size-1) | 1}[pattern]
	}
	for i := range tree.size {
		if bits>>i&1 == 1 {
			leaves = append(leaves, Leaf{i, tree.levels[0][i]})
			indices = append(indices, i)
		}
	}
	if len(leaves) == 0 {
		return
	}
	proof, err := tree.Multiproof(indices)
	if err != nil || !slices.Equal(proof, plain.proof(indices)) {
		t.Fatalf("size %d: multiproof of %d: %v", tree.size, indices, err)
	}
	if n, err := s.MultiproofLen(tree.size, indices); n != len(proof) || err != nil {
		t.Fatalf("multiproof of %d nodes, MultiproofLen is %d, %v", len(proof), n, err)
	}
	if err := s.VerifyMultiproof(&root, tree.size, leaves, proof); err != nil {
		t.Fatalf("size %d: multiproof of %d: %v", tree.size, indices, err)
	}
	isClass(t, s.VerifyMultiproof(&root, tree.size, leaves, append(clone(proof), root)), depinproof.ErrMalformed)
	leaves[len(leaves)/2].Node[0] ^= 1
	isClass(t, s.VerifyMultiproof(&root, tree.size, leaves, proof), depinproof.ErrInvalidProof)
	leaves[len(leaves)/2].Node[0] ^= 1
	if len(leaves) > 1 {
		leaves[0], leaves[1] = leaves[1], leaves[0]
		isClass(t, s.VerifyMultiproof(&root, tree.size, leaves, proof), depinproof.ErrMalformed)
		leaves[0] = leaves[1]
		isClass(t, s.VerifyMultiproof(&root, tree.size, leaves, proof), depinproof.ErrMalformed)
	}
}

// checkGrowth checks that a tree begins with the one of its first leaves.
func checkGrowth(t *testing.T, s *Spec, tree *Tree, leaves []Node, old uint64) {
	t.Helper()
	root := tree.Root()
	var before Node
	if err := s.Root(&before, leaves[:old], 1); err != nil {
		t.Fatal(err)
	}
	path, err := tree.Consistency(old)
	if err != nil {
		t.Fatal(err)
	}
	if old > 0 && !slices.Equal(path, rfcConsistency(t, s.rules, int(old), leaves)) {
		t.Fatalf("size %d: wrong proof that it begins with %d", tree.size, old)
	}
	if n, err := s.ConsistencyLen(old, tree.size); n != len(path) || err != nil {
		t.Fatalf("proof of %d nodes, ConsistencyLen is %d, %v", len(path), n, err)
	}
	if err := s.VerifyConsistency(&before, &root, old, tree.size, path); err != nil {
		t.Fatalf("%d and %d: %v", old, tree.size, err)
	}
	isClass(t, s.VerifyConsistency(&before, &root, old, tree.size, append(clone(path), root)), depinproof.ErrMalformed)
	isClass(t, s.VerifyConsistency(&before, &root, tree.size+1, tree.size, path), depinproof.ErrMalformed)
	parts := [][]byte{before[:], flat(path)}
	if old > 0 {
		parts = append(parts, root[:])
	}
	if tree.size == 7 || tree.size == 8 {
		flips(parts, func(part, bit int) {
			isClass(t, s.VerifyConsistency(&before, &root, old, tree.size, path), depinproof.ErrInvalidProof)
		})
	}
	for start := range old {
		if s.checkSubtree(start, old) != nil {
			continue
		}
		path, err := tree.SubtreeConsistency(start, old)
		if err != nil {
			t.Fatal(err)
		}
		var sub Node
		if err := s.Root(&sub, leaves[start:old], 1); err != nil {
			t.Fatal(err)
		}
		if err := s.VerifySubtreeConsistency(&sub, &root, start, old, tree.size, path); err != nil {
			t.Fatalf("[%d, %d) of %d: %v", start, old, tree.size, err)
		}
		sub[0] ^= 1
		isClass(t, s.VerifySubtreeConsistency(&sub, &root, start, old, tree.size, path), depinproof.ErrInvalidProof)
	}
}

// TestLargeTrees builds trees that workers share, and compares them with those that
// they do not.
func TestLargeTrees(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		most := uint64(1 << 15)
		if testing.Short() {
			most = parallelLeaves
		}
		if _, slow := s.rules.Node.(*poseidon.Hasher); slow {
			most = 512
		}
		tried := []uint64{most, most/2 + treeChunk + 77, most - 1, most/2 + 1}
		if testing.Short() {
			tried = tried[:2]
		}
		for _, size := range tried {
			if s.checkSize(size) != nil {
				continue
			}
			leaves := testLeaves(size)
			root := newPlainTree(t, s.rules, leaves).root()
			for _, workers := range []int{1, 2, 5} {
				tree, err := s.NewTree(leaves, workers)
				if err != nil || tree.Root() != root {
					t.Fatalf("size %d, %d workers: %v", size, workers, err)
				}
				var got Node
				if err := s.Root(&got, leaves, workers); err != nil || got != root {
					t.Fatalf("size %d, %d workers: %v", size, workers, err)
				}
				for _, i := range []uint64{0, 1, size / 3, size - 2, size - 1} {
					path, err := tree.Path(i)
					if err != nil {
						t.Fatal(err)
					}
					if err := s.VerifyInclusion(&root, &leaves[i], i, size, path); err != nil {
						t.Fatal(err)
					}
				}
				start, end := size/5, size-size/7
				proof, err := tree.Range(start, end)
				if err != nil {
					t.Fatal(err)
				}
				v, err := s.NewRangeVerifier(start, end, size)
				if err != nil {
					t.Fatal(err)
				}
				if err := v.Add(leaves[start:end]); err != nil {
					t.Fatal(err)
				}
				if err := v.Verify(&root, proof); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// TestStreams reads leaves from streams that give what they like at a time.
func TestStreams(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		size := s.rules.LeafSize
		if size == 0 {
			var b = s.NewBuilder()
			_, err := b.ReadFrom(bytes.NewReader(nil))
			isClass(t, err, depinproof.ErrUnsupported)
			_, err = s.ReadTree(bytes.NewReader(nil), 1, 1)
			isClass(t, err, depinproof.ErrUnsupported)
			return
		}
		all := sizes(s, 5000)
		n := all[len(all)-1]
		if _, slow := s.rules.Node.(*poseidon.Hasher); slow {
			n = 64
		}
		data := make([]byte, int(n)*size)
		for i := range data {
			data[i] = byte(i*i>>7 + i)
			if i%32 == 31 {
				data[i] &= 0x3f // an element of the field
			}
		}
		leaves := make([]Node, n)
		for i := range leaves {
			if err := s.HashLeaf(&leaves[i], data[i*size:(i+1)*size]); err != nil {
				t.Fatal(err)
			}
		}
		var root Node
		if err := s.Root(&root, leaves, 1); err != nil {
			t.Fatal(err)
		}
		b := s.NewBuilder()
		if got, err := b.ReadFrom(iotest.HalfReader(bytes.NewReader(data))); err != nil || got != int64(len(data)) {
			t.Fatalf("read %d of %d: %v", got, len(data), err)
		}
		var got Node
		if err := b.Root(&got); err != nil || got != root {
			t.Fatalf("root of a stream: %v", err)
		}
		tree, err := s.ReadTree(iotest.HalfReader(bytes.NewReader(data)), n, 2)
		if err != nil || tree.Root() != root {
			t.Fatalf("tree of a stream: %v", err)
		}
		_, err = s.ReadTree(bytes.NewReader(data), n-1, 1)
		isClass(t, err, depinproof.ErrLimit)
		_, err = s.ReadTree(bytes.NewReader(data[1:]), n, 1)
		isClass(t, err, depinproof.ErrMalformed)

		broken := errors.New("broken")
		if _, err := s.ReadTree(iotest.ErrReader(broken), n, 1); err != broken {
			t.Fatalf("got %v, want the reader's error", err)
		}
		b = s.NewBuilder()
		if _, err := b.ReadFrom(iotest.ErrReader(broken)); err != broken {
			t.Fatalf("got %v, want the reader's error", err)
		}
		if err := b.Root(&got); !errors.Is(err, broken) {
			t.Fatalf("got %v, want the reader's error", err)
		}
		isClass(t, b.Root(&got), depinproof.ErrInternal)
		isClass(t, b.Add(leaves[:1]), depinproof.ErrInternal)

		start, end := n/3, n-n/4
		proof, err := tree.Range(start, end)
		if err != nil {
			t.Fatal(err)
		}
		part := data[int(start)*size : int(end)*size]
		v, err := s.NewRangeVerifier(start, end, n)
		if err != nil {
			t.Fatal(err)
		}
		r := bytes.NewReader(append(slices.Clone(part), 1, 2, 3))
		if got, err := v.ReadFrom(r); err != nil || got != int64(len(part)) || r.Len() != 3 {
			t.Fatalf("read %d of %d, and %d are left: %v", got, len(part), r.Len(), err)
		}
		if err := v.Verify(&root, proof); err != nil {
			t.Fatal(err)
		}
		// An error of this module that a reader has is the reader's.
		theirs := error(&depinproof.Error{Op: "a reader", Kind: depinproof.ErrInvalidProof})
		if v, err = s.NewRangeVerifier(start, end, n); err != nil {
			t.Fatal(err)
		}
		if _, err := v.ReadFrom(iotest.ErrReader(theirs)); err != theirs {
			t.Fatalf("got %v, want the reader's error", err)
		}
		isClass(t, v.Verify(&root, proof), depinproof.ErrInvalidProof)
		for _, cut := range []int{1, size - 1, size, len(part) - 1} {
			v, err := s.NewRangeVerifier(start, end, n)
			if err != nil {
				t.Fatal(err)
			}
			_, err = v.ReadFrom(iotest.OneByteReader(bytes.NewReader(part[:len(part)-cut])))
			if cut%size == 0 {
				if err != nil {
					t.Fatal(err)
				}
			} else {
				isClass(t, err, depinproof.ErrMalformed)
			}
			isClass(t, v.Verify(&root, proof), depinproof.ErrMalformed)
		}
	})
}

// TestSubtrees builds trees of roots of subtrees.
func TestSubtrees(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		all := sizes(s, 64)
		size := all[len(all)-1]
		leaves := testLeaves(size)
		root := newPlainTree(t, s.rules, leaves).root()
		b := s.NewBuilder()
		for b.Size() < size {
			height, n := 0, uint64(1)
			for n*s.arity <= size-b.Size() && b.Size()%(n*s.arity) == 0 && height < 2 {
				height, n = height+1, n*s.arity
			}
			f := frontier{s: s}
			sub, err := f.reduce(leaves[b.Size():][:n])
			if err != nil {
				t.Fatal(err)
			}
			if err := b.AddSubtree(height, sub); err != nil {
				t.Fatal(err)
			}
		}
		var got Node
		if err := b.Root(&got); err != nil || got != root {
			t.Fatalf("root of subtrees: %v", err)
		}
		b = s.NewBuilder()
		if err := b.Add(leaves[:1]); err != nil {
			t.Fatal(err)
		}
		isClass(t, b.AddSubtree(1, &root), depinproof.ErrMalformed)
		isClass(t, b.AddSubtree(-1, &root), depinproof.ErrMalformed)
		isClass(t, b.AddSubtree(65, &root), depinproof.ErrMalformed)
	})
}

// TestBatch compares batches with single proofs, good and bad ones of trees of several
// sizes mixed.
func TestBatch(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		var items []Inclusion
		for _, size := range sizes(s, 30) {
			tree, err := s.NewTree(testLeaves(size), 1)
			if err != nil {
				t.Fatal(err)
			}
			for i := range size {
				path, err := tree.Path(i)
				if err != nil {
					t.Fatal(err)
				}
				p := Inclusion{tree.Root(), tree.levels[0][i], i, size, path}
				items = append(items, p)
				q := p
				switch (i + size) % 7 {
				case 0:
					q.Root[5] ^= 4
				case 1:
					q.Leaf[5] ^= 4
				case 2:
					q.Index = size
				case 3:
					q.Path = append(clone(path), Node{})
				case 4:
					q.Size = 0
				case 5:
					if len(path) > 0 {
						q.Path = clone(path)
						q.Path[len(path)/2][31] |= 0xc0 // not an element of the field
					}
				case 6:
					q.Index ^= 1
				}
				items = append(items, q)
			}
		}
		errs := make([]error, len(items))
		first := s.VerifyInclusionBatch(context.Background(), items, errs)
		bad, good := 0, 0
		for i := range items {
			p := &items[i]
			want := s.VerifyInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path)
			var e *depinproof.Error
			switch {
			case want == nil && errs[i] == nil:
				good++
				continue
			case want == nil || errs[i] == nil || classOf(want) != classOf(errs[i]):
				t.Fatalf("item %d: alone %v, in a batch %v", i, want, errs[i])
			case !errors.As(errs[i], &e) || e.Index != i:
				t.Fatalf("item %d: %v", i, errs[i])
			}
			if bad++; bad == 1 && first != errs[i] {
				t.Fatalf("got %v, want the first error %v", first, errs[i])
			}
		}
		if good == 0 || bad == 0 {
			t.Fatalf("%d good and %d bad items", good, bad)
		}
		isClass(t, s.VerifyInclusionBatch(context.Background(), nil, nil), depinproof.ErrMalformed)
		isClass(t, s.VerifyInclusionBatch(context.Background(), items, errs[1:]), depinproof.ErrMalformed)
		if err := s.VerifyInclusionBatch(context.Background(), items[:1], nil); err != nil {
			t.Fatal(err)
		}
		done, cancel := context.WithCancel(context.Background())
		cancel()
		if err := s.VerifyInclusionBatch(done, items[:1], errs[:1]); err != context.Canceled || errs[0] != context.Canceled {
			t.Fatalf("got %v, want the context's error", err)
		}
	})
}

// classOf is an error's class.
func classOf(err error) error {
	var e *depinproof.Error
	if !errors.As(err, &e) {
		return err
	}
	return e.Kind
}

// TestFlippedBits flips every bit of a small proof, of its leaf and root, and of its
// index and size.
func TestFlippedBits(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		all := sizes(s, 6)
		if len(all) == 0 {
			all = sizes(s, 30)
		}
		size := all[len(all)-1]
		tree, err := s.NewTree(testLeaves(size), 1)
		if err != nil {
			t.Fatal(err)
		}
		for index := range size {
			if s.rules.Depth == MaxDepth && index != size/2 {
				continue // 64 nodes of a path are many bits
			}
			leaf, root := tree.levels[0][index], tree.Root()
			path, err := tree.Path(index)
			if err != nil {
				t.Fatal(err)
			}
			flips([][]byte{leaf[:], root[:], flat(path)}, func(part, bit int) {
				if err := s.VerifyInclusion(&root, &leaf, index, size, path); err == nil {
					t.Fatalf("leaf %d accepted with bit %d of part %d flipped", index, bit, part)
				}
			})
			for bit := range 64 {
				flipped := uint64(1) << bit
				if err := s.VerifyInclusion(&root, &leaf, index^flipped, size, path); err == nil && !s.sorted {
					t.Fatalf("leaf %d accepted at %d", index, index^flipped)
				}
				other := size ^ flipped
				err := s.VerifyInclusion(&root, &leaf, index, other, path)
				if err == nil && !sizeIsFree(s, index, size, other) {
					t.Fatalf("leaf %d of %d accepted in a tree of %d", index, size, other)
				}
			}
		}
	})
}

// sizeIsFree lists what a path cannot tell: two sizes with which the leaf's path is
// hashed in the same way, since no root commits to the size.
func sizeIsFree(s *Spec, index, size, other uint64) bool {
	if index >= other || s.checkSize(other) != nil || s.inclusionLen(index, size) != s.inclusionLen(index, other) {
		return false
	}
	a, b := s.walk(index, size), s.walk(index, other)
	for {
		more, too := a.next(s), b.next(s)
		if !more || !too {
			return more == too
		}
		_, c := s.divide(a.at)
		_, d := s.divide(b.at)
		if c != d {
			return false
		}
		a.up(s)
		b.up(s)
	}
}

// TestFlippedBitsTogether does the same with proofs of several leaves, as a multiproof and
// as a range.
func TestFlippedBitsTogether(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		all := sizes(s, 16)
		if _, slow := s.rules.Node.(*poseidon.Hasher); slow {
			all = sizes(s, 8)
		}
		size := all[len(all)-1]
		tree, err := s.NewTree(testLeaves(size), 1)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		start, end := size/3, max(size/3+1, size-1)
		proof, err := tree.Range(start, end)
		if err != nil {
			t.Fatal(err)
		}
		nodes := clone(tree.levels[0][start:end])
		together := func(start, size uint64) error {
			leaves := make([]Leaf, len(nodes))
			for i := range leaves {
				leaves[i] = Leaf{start + uint64(i), nodes[i]}
			}
			return s.VerifyMultiproof(&root, size, leaves, proof)
		}
		asRange := func(start, size uint64) error {
			v, err := s.NewRangeVerifier(start, start+uint64(len(nodes)), size)
			if err != nil {
				return err
			}
			if err := v.Add(nodes); err != nil {
				return err
			}
			return v.Verify(&root, proof)
		}
		for name, verify := range map[string]func(start, size uint64) error{"multiproof": together, "range": asRange} {
			if err := verify(start, size); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			flips([][]byte{root[:], flat(nodes), flat(proof)}, func(part, bit int) {
				if err := verify(start, size); err == nil {
					t.Fatalf("%s accepted with bit %d of part %d flipped", name, bit, part)
				}
			})
			for at := range size {
				if err := verify(at, size); err == nil && at != start && !s.sorted {
					t.Fatalf("%s accepted at %d", name, at)
				}
			}
			for bit := range 64 {
				flipped := uint64(1) << bit
				if err := verify(start^flipped, size); err == nil && !s.sorted {
					t.Fatalf("%s accepted at %d", name, start^flipped)
				}
				if err := verify(start, size^flipped); err == nil && !sizeIsFree(s, start, size, size^flipped) {
					t.Fatalf("%s accepted in a tree of %d", name, size^flipped)
				}
			}
		}
	})
}

// TestConsistencyOfOtherSizes offers every proof that a tree begins with another for every
// other part of the tree, and every bit of one of a part flipped.
func TestConsistencyOfOtherSizes(t *testing.T) {
	s := RFC6962()
	const size = 13
	leaves := testLeaves(size)
	tree, err := s.NewTree(leaves, 1)
	if err != nil {
		t.Fatal(err)
	}
	root := tree.Root()
	parts := 0
	for start := range uint64(size) {
		for end := start + 1; end <= size; end++ {
			if s.checkSubtree(start, end) != nil {
				continue
			}
			parts++
			part, err := s.NewTree(leaves[start:end], 1)
			if err != nil {
				t.Fatal(err)
			}
			subroot := part.Root()
			path, err := tree.SubtreeConsistency(start, end)
			if err != nil {
				t.Fatal(err)
			}
			for a := range uint64(size + 2) {
				for b := range uint64(size + 2) {
					err := s.VerifySubtreeConsistency(&subroot, &root, a, b, size, path)
					if (err == nil) != (a == start && b == end) {
						t.Fatalf("proof of [%d, %d) for [%d, %d): %v", start, end, a, b, err)
					}
					if a == 0 && b > 0 && (err == nil) != (s.VerifyConsistency(&subroot, &root, b, size, path) == nil) {
						t.Fatalf("the first %d leaves as a part: %v", b, err)
					}
				}
			}
			flips([][]byte{subroot[:], root[:], flat(path)}, func(_, _ int) {
				isClass(t, s.VerifySubtreeConsistency(&subroot, &root, start, end, size, path), depinproof.ErrInvalidProof)
			})
			index := end - 1 - (end-start)/3
			path, err = part.Path(index - start)
			if err != nil {
				t.Fatal(err)
			}
			leaf := leaves[index]
			if err := s.VerifySubtreeInclusion(&subroot, &leaf, index, start, end, path); err != nil {
				t.Fatal(err)
			}
			flips([][]byte{subroot[:], leaf[:], flat(path)}, func(_, _ int) {
				isClass(t, s.VerifySubtreeInclusion(&subroot, &leaf, index, start, end, path), depinproof.ErrInvalidProof)
			})
			for other := range uint64(size + 2) {
				if err := s.VerifySubtreeInclusion(&subroot, &leaf, other, start, end, path); (err == nil) != (other == index) {
					t.Fatalf("leaf %d of [%d, %d) at %d: %v", index, start, end, other, err)
				}
			}
		}
	}
	if parts < 2*size {
		t.Fatalf("%d parts", parts)
	}
}

// TestConcurrentUse has several goroutines share a Spec and a Tree, each with proofs of its
// own, good and bad ones.
func TestConcurrentUse(t *testing.T) {
	forEachSpec(t, func(t *testing.T, s *Spec) {
		all := sizes(s, 16)
		size := all[len(all)-1]
		tree, err := s.NewTree(testLeaves(size), 1)
		if err != nil {
			t.Fatal(err)
		}
		root := tree.Root()
		use := func(i uint64) error {
			leaf := tree.levels[0][i]
			path, err := tree.Path(i)
			if err != nil {
				return err
			}
			bad := Inclusion{root, leaf, i, size, path}
			bad.Leaf[0] ^= 1
			errs := make([]error, 3)
			_ = s.VerifyInclusionBatch(context.Background(), []Inclusion{{root, leaf, i, size, path}, bad, {root, leaf, i, size, path}}, errs)
			proof, err := tree.Multiproof([]uint64{i})
			if err != nil {
				return err
			}
			v, err := s.NewRangeVerifier(i, i+1, size)
			if err != nil {
				return err
			}
			var again Node
			if err := errors.Join(
				s.VerifyInclusion(&root, &leaf, i, size, path), errs[0], errs[2],
				s.VerifyMultiproof(&root, size, []Leaf{{i, leaf}}, proof),
				v.Add([]Node{leaf}), v.Verify(&root, proof),
				s.RootFromInclusion(&again, &leaf, i, size, path),
			); err != nil {
				return err
			}
			one := s.VerifyInclusion(&root, &bad.Leaf, i, size, path)
			if again != root || !errors.Is(one, depinproof.ErrInvalidProof) || !errors.Is(errs[1], depinproof.ErrInvalidProof) {
				return fmt.Errorf("root %x, %v, %v", again, one, errs[1])
			}
			return nil
		}
		var group sync.WaitGroup
		for worker := range uint64(4) {
			group.Go(func() {
				for i := range uint64(12) {
					if err := use((5*worker + i) % size); err != nil {
						t.Errorf("leaf %d: %v", (5*worker+i)%size, err)
					}
				}
			})
		}
		group.Wait()
	})
}
