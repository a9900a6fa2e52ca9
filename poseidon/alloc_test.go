//go:build !race

package poseidon

import "testing"

func TestAllocations(t *testing.T) {
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		const nodes = 17
		src := benchInputs(nodes * arity)
		dst := make([]Element, nodes)
		if n := testing.AllocsPerRun(10, func() {
			if err := h.Hash(&dst[0], src[:arity]); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("arity %d: Hash allocates %v times", arity, n)
		}
		for _, impl := range implementations(t) {
			h := impl.of(h)
			impl.run(func() {
				if n := testing.AllocsPerRun(2, func() {
					if err := h.HashNodes(dst, src); err != nil {
						t.Fatal(err)
					}
				}); n != 0 {
					t.Errorf("arity %d: HashNodes by %s allocates %v times", arity, impl.name, n)
				}
			})
		}
	}
}
