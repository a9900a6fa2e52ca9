package poseidon_test

import (
	"fmt"

	"github.com/depinproof/depinproof/poseidon"
)

// A replica commitment is the hash of two tree roots.
func ExampleHasher_Hash() {
	h, err := poseidon.New(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	commC := poseidon.Element{1}
	commRLast := poseidon.Element{2}
	var commR poseidon.Element
	if err := h.Hash(&commR, []poseidon.Element{commC, commRLast}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%x\n", commR)
	// Output: bea95f3e83d91793d896586e724ec069769d6a43afcbab7b4d1f7f6506816f6d
}

// The levels of an 8-ary tree can take each other's place.
func ExampleHasher_HashNodes() {
	h, err := poseidon.New(8)
	if err != nil {
		fmt.Println(err)
		return
	}
	level := make([]poseidon.Element, 64)
	for i := range level {
		level[i] = poseidon.Element{byte(i)}
	}
	for len(level) > 1 {
		parents := level[:len(level)/h.Arity()]
		if err := h.HashNodes(parents, level); err != nil {
			fmt.Println(err)
			return
		}
		level = parents
	}
	fmt.Printf("%x\n", level[0])
	// Output: 89099e1674806530a31ecee906a911b76b36f6c89b78f0d33a07a1435ff98328
}

func ExampleNewWith() {
	h, err := poseidon.NewWith(poseidon.Config{
		Arity:  4,
		Domain: poseidon.ConstantLength(3),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var digest poseidon.Element
	err = h.Hash(&digest, make([]poseidon.Element, 4))
	fmt.Println(err)
	// Output: poseidon.Hash: malformed input: 4 elements for 1 hashes of 3
}
