package poseidon

import (
	"fmt"
	"testing"
)

// benchInputs returns n elements with all limbs in use.
func benchInputs(n int) []Element {
	src := make([]Element, n)
	for i := range src {
		for j := range src[i] {
			src[i][j] = byte(37*i + 11*j + 1)
		}
		src[i][31] &= 0x3f
	}
	return src
}

func BenchmarkHash(b *testing.B) {
	for _, arity := range arities {
		b.Run(fmt.Sprintf("arity=%d", arity), func(b *testing.B) {
			h, err := New(arity)
			if err != nil {
				b.Fatal(err)
			}
			src := benchInputs(arity)
			var dst Element
			b.ReportAllocs()
			b.SetBytes(int64(32 * arity))
			for b.Loop() {
				if err := h.Hash(&dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHashNodes takes each implementation of the machine but the twin of the
// lanes, which serves no one.
func BenchmarkHashNodes(b *testing.B) {
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			b.Fatal(err)
		}
		for _, impl := range implementations(b) {
			if impl.name == "lanes" || impl.name == "ifma" && h.lanes == nil {
				continue
			}
			for _, nodes := range []int{1, 8, 1024} {
				b.Run(fmt.Sprintf("arity=%d/impl=%s/n=%d", arity, impl.name, nodes), func(b *testing.B) {
					h := impl.of(h)
					src := benchInputs(arity * nodes)
					dst := make([]Element, nodes)
					b.ReportAllocs()
					b.SetBytes(int64(32 * arity * nodes))
					for b.Loop() {
						if err := h.HashNodes(dst, src); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.N)*float64(nodes)/b.Elapsed().Seconds(), "hashes/s")
				})
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for _, arity := range arities {
		b.Run(fmt.Sprintf("arity=%d", arity), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New(arity); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
