package jmt_test

import (
	"fmt"

	"github.com/depinproof/depinproof/por/jmt"
)

// exampleTree returns a tree of three keys.
func exampleTree() *jmt.Tree {
	var leaves []jmt.Leaf
	for _, kv := range [][2]string{{"alpha", "1"}, {"beta", "2"}, {"gamma", "3"}} {
		leaves = append(leaves, jmt.Leaf{KeyHash: jmt.HashKey([]byte(kv[0])), ValueHash: jmt.HashValue([]byte(kv[1]))})
	}
	tree, err := jmt.NewTree(leaves)
	if err != nil {
		panic(err)
	}
	return tree
}

func ExampleVerifyExistence() {
	tree := exampleTree()
	root, key := tree.Root(), jmt.HashKey([]byte("beta"))
	proof := tree.Prove(&key)
	fmt.Println(jmt.VerifyExistence(&root, &key, []byte("2"), proof))
	fmt.Println(jmt.VerifyExistence(&root, &key, []byte("3"), proof))
	// Output:
	// <nil>
	// jmt.VerifyExistence: invalid proof: leaf of another value
}

func ExampleVerifyAbsence() {
	tree := exampleTree()
	root, key := tree.Root(), jmt.HashKey([]byte("delta"))
	fmt.Println(jmt.VerifyAbsence(&root, &key, tree.Prove(&key)))
	// Output: <nil>
}

func ExampleVerifyRange() {
	tree := exampleTree()
	root, key := tree.Root(), jmt.HashKey([]byte("gamma"))
	leaves, proof, _ := tree.ProveRange(&key)
	fmt.Println(len(leaves), jmt.VerifyRange(&root, leaves, proof))
	fmt.Println(jmt.VerifyRange(&root, leaves[:1], proof) == nil)
	// Output:
	// 2 <nil>
	// false
}

func ExampleVerifyRightmost() {
	tree := exampleTree()
	root, key := tree.Root(), jmt.HashKey([]byte("gamma"))
	leaves, proof, _ := tree.ProveRange(&key)

	// Who restores a tree keeps the nodes of what it has. Here that is one leaf, and
	// above it, on the left of the root, nothing.
	left := [][32]byte{leaves[0].Hash(), jmt.EmptyRoot()}
	fmt.Println(jmt.VerifyRightmost(&root, &leaves[1], left, proof))
	// Output: <nil>
}
