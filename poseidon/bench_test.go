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

func BenchmarkHashNodes(b *testing.B) {
	const nodes = 64
	for _, arity := range arities {
		b.Run(fmt.Sprintf("arity=%d/n=%d", arity, nodes), func(b *testing.B) {
			h, err := New(arity)
			if err != nil {
				b.Fatal(err)
			}
			src := benchInputs(arity * nodes)
			dst := make([]Element, nodes)
			b.ReportAllocs()
			b.SetBytes(int64(32 * arity * nodes))
			for b.Loop() {
				if err := h.HashNodes(dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
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
