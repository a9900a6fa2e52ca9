package por_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

// logOf is the tree of a log of four entries.
func logOf(entries ...string) *por.Tree {
	leaves := make([]por.Node, len(entries))
	for i, entry := range entries {
		if err := por.RFC6962().HashLeaf(&leaves[i], []byte(entry)); err != nil {
			panic(err)
		}
	}
	tree, err := por.RFC6962().NewTree(leaves, 1)
	if err != nil {
		panic(err)
	}
	return tree
}

func Example() {
	tree := logOf("a", "b", "c", "d")
	root, path := tree.Root(), must(tree.Path(2))

	var leaf por.Node
	if err := por.RFC6962().HashLeaf(&leaf, []byte("c")); err != nil {
		panic(err)
	}
	fmt.Println(por.RFC6962().VerifyInclusion(&root, &leaf, 2, 4, path))
	err := por.RFC6962().VerifyInclusion(&root, &leaf, 1, 4, path)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// A transaction of Bitcoin's block 100000, which has four.
func ExampleSpec_VerifyInclusion() {
	// IDs and roots are shown backwards.
	node := func(s string) (n por.Node) {
		for i, b := range must(hex.DecodeString(s)) {
			n[31-i] = b
		}
		return n
	}
	root := node("f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766")
	txid := node("fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4")
	path := []por.Node{
		node("8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87"),
		node("8e30899078ca1813be036a073bbf80b86cdddde1c96e9e9c99e9e3782df4ae49"),
	}
	fmt.Println(por.Bitcoin().VerifyInclusion(&root, &txid, 1, 4, path))
	fmt.Println(por.Bitcoin().VerifyInclusion(&root, &txid, 1, 4, path[:1]))
	// Output:
	// <nil>
	// por.VerifyInclusion: malformed input: proof of 1 nodes, want 2
}

func ExampleSpec_VerifyInclusionBatch() {
	tree := logOf("a", "b", "c", "d")
	items := make([]por.Inclusion, 4)
	for i := range items {
		index := uint64(i)
		items[i] = por.Inclusion{
			Root: tree.Root(), Leaf: must(tree.Leaf(index)),
			Index: index, Size: 4, Path: must(tree.Path(index)),
		}
	}
	items[3].Index = 2
	errs := make([]error, len(items))
	if err := por.RFC6962().VerifyInclusionBatch(context.Background(), items, errs); err != nil {
		for i, err := range errs {
			fmt.Println(i, err == nil)
		}
	}
	// Output:
	// 0 true
	// 1 true
	// 2 true
	// 3 false
}

// A claim of a token distributor on Solana. Its data is built of the claim.
func ExampleSpec_VerifyMember() {
	claim := func(claimant byte, unlocked, locked uint64) []byte {
		packed := append(bytes.Repeat([]byte{claimant}, 32), make([]byte, 16)...)
		binary.LittleEndian.PutUint64(packed[32:], unlocked)
		binary.LittleEndian.PutUint64(packed[40:], locked)
		sum := sha256.Sum256(packed)
		return sum[:]
	}
	distributor := por.SolanaDistributor()
	var leaves [3]por.Node
	for i := range leaves {
		if err := distributor.HashLeaf(&leaves[i], claim(byte(i), 1000, 0)); err != nil {
			panic(err)
		}
	}
	tree := must(distributor.NewTree(leaves[:], 1))
	root, path := tree.Root(), must(tree.Path(1))

	fmt.Println(distributor.VerifyMember(&root, claim(1, 1000, 0), path))
	fmt.Println(depinproof.Outcome(distributor.VerifyMember(&root, claim(1, 9999, 0), path)))
	// Output:
	// <nil>
	// false <nil>
}

// A position of a tree of account compression that nothing was put at.
func ExampleSpec_VerifyEmptyLeaf() {
	compression := must(por.SolanaCompression(14))
	tree := must(compression.NewTree([]por.Node{{1}, {2}, {3}}, 1))
	root := tree.Root()
	fmt.Println(compression.VerifyEmptyLeaf(&root, 1<<13, must(tree.Path(1<<13))))
	// Output: <nil>
}

func ExampleSpec_VerifyMultiproof() {
	tree := logOf("a", "b", "c", "d", "e", "f", "g")
	indices := []uint64{1, 2, 6}
	proof := must(tree.Multiproof(indices))
	var leaves []por.Leaf
	for _, index := range indices {
		leaves = append(leaves, por.Leaf{Index: index, Node: must(tree.Leaf(index))})
	}
	root := tree.Root()
	fmt.Println(len(proof), por.RFC6962().VerifyMultiproof(&root, tree.Size(), leaves, proof))
	// Output: 3 <nil>
}

// The second to fourth KiB of a file in a Sia contract, as they come from a stream.
func ExampleRangeVerifier_Verify() {
	file := bytes.Repeat([]byte("all of a file that is stored    "), 256)
	tree := must(por.Sia().ReadTree(bytes.NewReader(file), 1<<20, 1))
	root, proof := tree.Root(), must(tree.Range(16, 64))

	v := must(por.Sia().NewRangeVerifier(16, 64, tree.Size()))
	if _, err := v.ReadFrom(bytes.NewReader(file[16*64 : 64*64])); err != nil {
		panic(err)
	}
	fmt.Println(v.Verify(&root, proof))
	// Output: <nil>
}

func ExampleSpec_VerifyConsistency() {
	older, newer := logOf("a", "b", "c"), logOf("a", "b", "c", "d", "e")
	root1, root2 := older.Root(), newer.Root()
	path := must(newer.Consistency(3))
	fmt.Println(por.RFC6962().VerifyConsistency(&root1, &root2, 3, 5, path))

	forged := logOf("a", "b", "X")
	root1 = forged.Root()
	fmt.Println(depinproof.Outcome(por.RFC6962().VerifyConsistency(&root1, &root2, 3, 5, path)))
	// Output:
	// <nil>
	// false <nil>
}

// The third and fourth entry of a log have a root of their own, of which every later log
// proves that it has them.
func ExampleSpec_VerifySubtreeConsistency() {
	tree, part := logOf("a", "b", "c", "d", "e"), logOf("c", "d")
	root, subroot := tree.Root(), part.Root()
	path := must(tree.SubtreeConsistency(2, 4))
	fmt.Println(por.RFC6962().VerifySubtreeConsistency(&subroot, &root, 2, 4, 5, path))
	// Output: <nil>
}

func ExampleSpec_VerifySubtreeInclusion() {
	part := logOf("c", "d")
	subroot, leaf := part.Root(), must(part.Leaf(1))
	fmt.Println(por.RFC6962().VerifySubtreeInclusion(&subroot, &leaf, 3, 2, 4, must(part.Path(1))))
	// Output: <nil>
}

// A sector of 2 KiB of zeros, made of pieces of 1 KiB and twice 512 bytes.
func ExampleBuilder() {
	zeros := func(size int) (commP por.Node) {
		b := por.CommD().NewBuilder()
		must(b.ReadFrom(bytes.NewReader(make([]byte, size))))
		if err := b.Root(&commP); err != nil {
			panic(err)
		}
		return commP
	}
	sector := por.CommD().NewBuilder()
	for _, piece := range []struct{ height, size int }{{5, 1024}, {4, 512}, {4, 512}} {
		commP := zeros(piece.size)
		if err := sector.AddSubtree(piece.height, &commP); err != nil {
			panic(err)
		}
	}
	var commD por.Node
	if err := sector.Root(&commD); err != nil {
		panic(err)
	}
	fmt.Printf("%x\n", commD)
	// Output: fc7e928296e516faade986b28f92d44a4f24b935485223376a799027bc18f833
}

// A tree of another kind: BLAKE3 of pairs and of chunks of 1 KiB, odd nodes promoted.
func ExampleNew() {
	spec := must(por.New(por.Rules{
		Name:     "backups",
		Leaf:     por.Hash{Algorithm: por.BLAKE3, Prefix: "\x00"},
		LeafSize: 1024,
		Node:     por.Hash{Algorithm: por.BLAKE3, Prefix: "\x01"},
		Odd:      por.Promote,
	}))
	tree := must(spec.ReadTree(bytes.NewReader(make([]byte, 5*1024)), 100, 1))
	root, leaf := tree.Root(), must(tree.Leaf(4))
	fmt.Println(tree.Size(), spec.VerifyInclusion(&root, &leaf, 4, 5, must(tree.Path(4))))
	// Output: 5 <nil>
}

func ExampleHashPairs() {
	pairs := make([]por.Node, 2*1000)
	parents := make([]por.Node, 1000)
	fmt.Println(por.HashPairs(parents, pairs))
	fmt.Printf("%x\n", parents[999])
	// Output:
	// <nil>
	// f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b
}
