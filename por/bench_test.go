package por

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

// benchSpecs are the kinds of trees that are timed: one per function and rule.
func benchSpecs(b *testing.B) []*Spec {
	compression, err := SolanaCompression(20)
	if err != nil {
		b.Fatal(err)
	}
	return []*Spec{RFC6962(), Bitcoin(), CommD(), compression, Sia(), SolanaDistributor()}
}

const benchSize = 1 << 20

// benchInclusion is a proof in a tree of about benchSize leaves, which need not be there.
func benchInclusion(b *testing.B, s *Spec) *Inclusion {
	size := uint64(benchSize)
	if s.rules.Odd == Promote {
		size -= 3
	}
	p := &Inclusion{Index: 0x5a5a5, Size: size}
	n, err := s.InclusionLen(p.Index, size)
	if err != nil {
		b.Fatal(err)
	}
	p.Path = testLeaves(uint64(n))
	if err := s.RootFromInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path); err != nil {
		b.Fatal(err)
	}
	return p
}

func (s *Spec) benchName() string { return "spec=" + strings.ReplaceAll(s.Name(), " ", "_") }

func BenchmarkVerifyInclusion(b *testing.B) {
	for _, s := range benchSpecs(b) {
		b.Run(s.benchName(), func(b *testing.B) {
			p := benchInclusion(b, s)
			b.ReportAllocs()
			b.SetBytes(int64(64 * len(p.Path)))
			for b.Loop() {
				if err := s.VerifyInclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyInclusionBatch(b *testing.B) {
	for _, s := range benchSpecs(b) {
		b.Run(s.benchName(), func(b *testing.B) {
			p := benchInclusion(b, s)
			items := make([]Inclusion, 256)
			for i := range items {
				items[i] = *p
			}
			errs := make([]error, len(items))
			b.ReportAllocs()
			b.SetBytes(int64(64 * len(p.Path) * len(items)))
			for b.Loop() {
				if err := s.VerifyInclusionBatch(context.Background(), items, errs); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(items))/b.Elapsed().Seconds(), "proofs/s")
		})
	}
}

func BenchmarkVerifyMember(b *testing.B) {
	s := SolanaDistributor()
	tree := benchTree(b, s, 1<<14)
	path, err := tree.Path(77)
	if err != nil {
		b.Fatal(err)
	}
	var data, root Node
	var leaf Node
	if err := s.HashLeaf(&leaf, data[:]); err != nil {
		b.Fatal(err)
	}
	if err := s.RootFromInclusion(&root, &leaf, 77, tree.size, path); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(64 * len(path)))
	for b.Loop() {
		if err := s.VerifyMember(&root, data[:], path); err != nil {
			b.Fatal(err)
		}
	}
}

func benchTree(b *testing.B, s *Spec, size uint64) *Tree {
	tree, err := s.NewTree(testLeaves(size), 1)
	if err != nil {
		b.Fatal(err)
	}
	return tree
}

func BenchmarkVerifyEmptyLeaf(b *testing.B) {
	s, err := SolanaCompression(20)
	if err != nil {
		b.Fatal(err)
	}
	tree := benchTree(b, s, 1)
	path, err := tree.Path(1)
	if err != nil {
		b.Fatal(err)
	}
	root := tree.Root()
	b.ReportAllocs()
	b.SetBytes(int64(64 * len(path)))
	for b.Loop() {
		if err := s.VerifyEmptyLeaf(&root, 1, path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyMultiproof(b *testing.B) {
	for _, n := range []uint64{16, 256, 4096} {
		b.Run(fmt.Sprintf("leaves=%d", n), func(b *testing.B) {
			s := RFC6962()
			tree := benchTree(b, s, 1<<16)
			indices, leaves := make([]uint64, n), make([]Leaf, n)
			for i := range indices {
				indices[i] = uint64(i)*(tree.size/n) + uint64(i)%3
				leaves[i] = Leaf{indices[i], tree.levels[0][indices[i]]}
			}
			proof, err := tree.Multiproof(indices)
			if err != nil {
				b.Fatal(err)
			}
			root := tree.Root()
			b.ReportAllocs()
			b.SetBytes(int64(32 * (len(proof) + len(leaves))))
			for b.Loop() {
				if err := s.VerifyMultiproof(&root, tree.size, leaves, proof); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRangeVerify(b *testing.B) {
	for _, s := range []*Spec{RFC6962(), CommD(), Sia()} {
		b.Run(s.benchName(), func(b *testing.B) {
			tree := benchTree(b, s, 1<<16)
			start, end := uint64(1000), tree.size-1000
			proof, err := tree.Range(start, end)
			if err != nil {
				b.Fatal(err)
			}
			root := tree.Root()
			b.ReportAllocs()
			b.SetBytes(int64(32 * (end - start)))
			for b.Loop() {
				v, err := s.NewRangeVerifier(start, end, tree.size)
				if err != nil {
					b.Fatal(err)
				}
				if err := v.Add(tree.levels[0][start:end]); err != nil {
					b.Fatal(err)
				}
				if err := v.Verify(&root, proof); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyConsistency(b *testing.B) {
	s := RFC6962()
	tree := benchTree(b, s, 1<<16-3)
	old := uint64(0x5a5a)
	path, err := tree.Consistency(old)
	if err != nil {
		b.Fatal(err)
	}
	root := tree.Root()
	var before Node
	if err := s.Root(&before, tree.levels[0][:old], 1); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(32 * len(path)))
	for b.Loop() {
		if err := s.VerifyConsistency(&before, &root, old, tree.size, path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifySubtreeConsistency(b *testing.B) {
	s := RFC6962()
	tree := benchTree(b, s, 1<<16-3)
	start, end := uint64(1<<14), uint64(1<<14+9999)
	path, err := tree.SubtreeConsistency(start, end)
	if err != nil {
		b.Fatal(err)
	}
	root := tree.Root()
	var subroot Node
	if err := s.Root(&subroot, tree.levels[0][start:end], 1); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(32 * len(path)))
	for b.Loop() {
		if err := s.VerifySubtreeConsistency(&subroot, &root, start, end, tree.size, path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifySubtreeInclusion(b *testing.B) {
	s := RFC6962()
	tree := benchTree(b, s, 9999)
	path, err := tree.Path(777)
	if err != nil {
		b.Fatal(err)
	}
	root, leaf := tree.Root(), tree.levels[0][777]
	b.ReportAllocs()
	b.SetBytes(int64(32 * len(path)))
	for b.Loop() {
		if err := s.VerifySubtreeInclusion(&root, &leaf, 1<<14+777, 1<<14, 1<<14+9999, path); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRoot is the root of a mebileaf.
func BenchmarkRoot(b *testing.B) {
	plain, err := New(Rules{Name: "SHA-256", Node: Hash{Algorithm: SHA256}})
	if err != nil {
		b.Fatal(err)
	}
	leaves := testLeaves(benchSize)
	for _, s := range append([]*Spec{plain}, benchSpecs(b)...) {
		b.Run(s.benchName(), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(32 * benchSize)
			var root Node
			for b.Loop() {
				if err := s.Root(&root, leaves, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewTree(b *testing.B) {
	for _, workers := range []int{1, 2} {
		for _, size := range []uint64{treeChunk, parallelLeaves, benchSize} {
			b.Run(fmt.Sprintf("leaves=%d/workers=%d", size, workers), func(b *testing.B) {
				leaves := testLeaves(size)
				b.ReportAllocs()
				b.SetBytes(int64(32 * size))
				for b.Loop() {
					if _, err := RFC6962().NewTree(leaves, workers); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRootShared is what parallelLeaves is chosen by.
func BenchmarkRootShared(b *testing.B) {
	for _, size := range []uint64{parallelLeaves, 2 * parallelLeaves, 8 * parallelLeaves} {
		leaves := testLeaves(size)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("leaves=%d/workers=%d", size, workers), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(32 * size))
				var root Node
				for b.Loop() {
					if err := RFC6962().Root(&root, leaves, workers); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkBuilder(b *testing.B) {
	for _, s := range []*Spec{CommD(), Sia()} {
		b.Run(s.benchName(), func(b *testing.B) {
			data := make([]byte, 1<<22)
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				builder := s.NewBuilder()
				if _, err := builder.ReadFrom(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
				var root Node
				if err := builder.Root(&root); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHashNodes(b *testing.B) {
	dst, src := make([]Node, 512), testLeaves(1024)
	for a := SHA256; a <= BLAKE3; a++ {
		for _, prefix := range []string{"", "\x01"} {
			h := Hash{Algorithm: a, Prefix: prefix}
			b.Run(fmt.Sprintf("algorithm=%s/prefix=%d", strings.ReplaceAll(a.String(), " ", "_"), len(prefix)), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(32 * len(src)))
				for b.Loop() {
					if err := h.HashNodes(dst, src); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
