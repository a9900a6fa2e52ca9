package nmt_test

import (
	"testing"

	"github.com/depinproof/depinproof/por/nmt"
)

// share returns a tree like a row of a Celestia block, of 256 shares of 512 bytes, the
// second half of the greatest namespace, and a whole namespace of 16 shares in it.
func share(t testing.TB) (s *nmt.Spec, tree *nmt.Tree, ns []byte, leaves [][]byte, p *nmt.Proof) {
	const size = 29
	var all [][]byte
	for i := range 256 {
		v := byte(i / 16)
		if i >= 128 {
			v = 0xff
		}
		leaf := append(namespaceOf(size, v), make([]byte, 512)...)
		leaf[size] = byte(i)
		all = append(all, leaf)
	}
	s = &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: true, Size: 256}
	tree = mustTree(t, s, all)
	ns = namespaceOf(size, 5)
	return s, tree, ns, all[80:96], mustNamespace(t, tree, ns)
}

func benchmark(b *testing.B, leaves [][]byte, verify func() error) {
	b.ReportAllocs()
	size := 0
	for _, leaf := range leaves {
		size += len(leaf)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		if err := verify(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyNamespace(b *testing.B) {
	s, tree, ns, leaves, p := share(b)
	root := tree.Root()
	benchmark(b, leaves, func() error { return s.VerifyNamespace(root, ns, leaves, p) })
}

func BenchmarkVerifyInclusion(b *testing.B) {
	s, tree, ns, leaves, p := share(b)
	root, data := tree.Root(), bare(29, leaves)
	benchmark(b, data, func() error { return s.VerifyInclusion(root, ns, data, p) })
}

func BenchmarkVerifyRange(b *testing.B) {
	s, tree, _, leaves, p := share(b)
	root := tree.Root()
	benchmark(b, leaves, func() error { return s.VerifyRange(root, leaves, p) })
}

func BenchmarkVerifyLeafHashes(b *testing.B) {
	s, tree, ns, leaves, p := share(b)
	root, hashes := tree.Root(), hashesOf(29, leaves)
	benchmark(b, hashes, func() error { return s.VerifyLeafHashes(root, ns, hashes, p) })
}

func BenchmarkUnmarshalBinary(b *testing.B) {
	_, _, _, _, p := share(b)
	data, _ := p.MarshalBinary()
	benchmark(b, [][]byte{data}, func() error { return new(nmt.Proof).UnmarshalBinary(data) })
}
