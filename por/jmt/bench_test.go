package jmt_test

import (
	"encoding/binary"
	"testing"

	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

// large returns a tree of 4096 leaves and the key of one.
func large(t testing.TB) (*jmt.Tree, por.Node, por.Node) {
	var leaves []jmt.Leaf
	for i := range uint32(4096) {
		leaves = append(leaves, jmt.Leaf{KeyHash: jmt.HashKey(binary.BigEndian.AppendUint32(nil, i)), ValueHash: jmt.HashValue(nil)})
	}
	tree := mustTree(t, leaves)
	return tree, tree.Root(), leaves[77].KeyHash
}

func benchmark(b *testing.B, verify func() error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := verify(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyExistence(b *testing.B) {
	tree, root, key := large(b)
	p := tree.Prove(&key)
	benchmark(b, func() error { return jmt.VerifyExistence(&root, &key, nil, p) })
}

func BenchmarkVerifyAbsence(b *testing.B) {
	tree, root, key := large(b)
	key[31]++
	p := tree.Prove(&key)
	benchmark(b, func() error { return jmt.VerifyAbsence(&root, &key, p) })
}

func BenchmarkVerifyRange(b *testing.B) {
	tree, root, key := large(b)
	known, p := mustRange(b, tree, key)
	b.SetBytes(int64(64 * len(known)))
	benchmark(b, func() error { return jmt.VerifyRange(&root, known, p) })
}

func BenchmarkVerifyRightmost(b *testing.B) {
	tree, root, key := large(b)
	path := tree.Prove(&key)
	left := leftOf(key, path)
	_, p := mustRange(b, tree, key)
	benchmark(b, func() error { return jmt.VerifyRightmost(&root, path.Leaf, left, p) })
}

func BenchmarkUnmarshalBinary(b *testing.B) {
	tree, _, key := large(b)
	data, _ := tree.Prove(&key).MarshalBinary()
	b.SetBytes(int64(len(data)))
	benchmark(b, func() error { return new(jmt.Proof).UnmarshalBinary(data) })
}
