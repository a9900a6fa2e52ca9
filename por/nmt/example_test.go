package nmt_test

import (
	"fmt"

	"github.com/depinproof/depinproof/por/nmt"
)

// exampleTree returns a tree of five leaves with namespaces of one byte.
func exampleTree() (*nmt.Spec, *nmt.Tree, [][]byte) {
	leaves := [][]byte{[]byte("\x01a"), []byte("\x03b"), []byte("\x03c"), []byte("\x03d"), []byte("\x07e")}
	spec := &nmt.Spec{NamespaceSize: 1, IgnoreMaxNamespace: true, Size: 5}
	tree, err := spec.NewTree(leaves)
	if err != nil {
		panic(err)
	}
	return spec, tree, leaves
}

func ExampleSpec_VerifyNamespace() {
	spec, tree, leaves := exampleTree()
	whole, _ := tree.ProveNamespace([]byte{3})
	absent, _ := tree.ProveNamespace([]byte{5})
	outside, _ := tree.ProveNamespace([]byte{9})
	fmt.Println(spec.VerifyNamespace(tree.Root(), []byte{3}, leaves[1:4], whole))
	fmt.Println(spec.VerifyNamespace(tree.Root(), []byte{5}, nil, absent))
	fmt.Println(spec.VerifyNamespace(tree.Root(), []byte{9}, nil, outside))

	part, _ := tree.ProveRange(1, 3)
	fmt.Println(spec.VerifyNamespace(tree.Root(), []byte{3}, leaves[1:3], part))
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// nmt.VerifyNamespace: invalid proof: namespace not shown to be complete
}

func ExampleSpec_VerifyInclusion() {
	spec, tree, _ := exampleTree()
	proof, _ := tree.ProveRange(1, 3)
	fmt.Println(spec.VerifyInclusion(tree.Root(), []byte{3}, [][]byte{[]byte("b"), []byte("c")}, proof))
	// Output: <nil>
}

func ExampleSpec_VerifyRange() {
	spec, tree, leaves := exampleTree()
	proof, _ := tree.ProveRange(0, 2)
	fmt.Println(spec.VerifyRange(tree.Root(), leaves[0:2], proof))
	// Output: <nil>
}

func ExampleSpec_VerifyLeafHashes() {
	spec, tree, _ := exampleTree()
	proof, _ := tree.ProveRange(2, 3)
	hash, _ := tree.LeafHash(2)
	fmt.Println(spec.VerifyLeafHashes(tree.Root(), []byte{3}, [][]byte{hash}, proof))
	// Output: <nil>
}
