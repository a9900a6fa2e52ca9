package openzeppelin_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/openzeppelin"
)

// The example of the JavaScript library: two accounts with their balances.
func example() (*openzeppelin.Dump, *openzeppelin.Tree) {
	dump, err := openzeppelin.NewStandardDump([]string{"address", "uint256"}, []json.RawMessage{
		json.RawMessage(`["0x1111111111111111111111111111111111111111","5000000000000000000"]`),
		json.RawMessage(`["0x2222222222222222222222222222222222222222","2500000000000000000"]`),
	}, true)
	if err != nil {
		panic(err)
	}
	tree, err := dump.Tree()
	if err != nil {
		panic(err)
	}
	return dump, tree
}

func ExampleVerifyProof() {
	_, tree := example()
	root := tree.Root()
	proof, err := tree.Path(0)
	if err != nil {
		fmt.Println(err)
		return
	}

	// Whoever claims gives the value and the proof.
	encoded, err := openzeppelin.EncodeValues([]string{"address", "uint256"},
		[]byte(`["0x1111111111111111111111111111111111111111","5000000000000000000"]`))
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := openzeppelin.StandardLeaf(encoded)
	fmt.Printf("root %x\n", root)
	fmt.Println(openzeppelin.VerifyProof(&root, &leaf, proof))

	encoded[63]++ // a little more
	leaf = openzeppelin.StandardLeaf(encoded)
	err = openzeppelin.VerifyProof(&root, &leaf, proof)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// root d4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77
	// <nil>
	// true
}

func ExampleVerifyMultiproof() {
	var leaves []por.Node
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		encoded, err := openzeppelin.EncodeValues([]string{"string"}, fmt.Appendf(nil, "[%q]", name))
		if err != nil {
			fmt.Println(err)
			return
		}
		leaves = append(leaves, openzeppelin.StandardLeaf(encoded))
	}
	tree, err := openzeppelin.NewTree(leaves, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := tree.Multiproof(0, 2, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	root := tree.Root()
	fmt.Println(m.Indices, len(m.Proof), m.Flags)
	fmt.Println(openzeppelin.VerifyMultiproof(&root, m.Leaves, m.Proof, m.Flags))
	// Output:
	// [0 2 3] 1 [true false true]
	// <nil>
}

func ExampleParseDump() {
	written, _ := example()
	data, err := written.JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	dump, err := openzeppelin.ParseDump(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(dump.Format, len(dump.Values), dump.Validate())

	dump.Nodes[0][0] ^= 1
	fmt.Println(errors.Is(dump.Validate(), depinproof.ErrInvalidProof))
	// Output:
	// standard-v1 2 <nil>
	// true
}
