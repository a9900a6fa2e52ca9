//go:build !race

package poseidon

import "testing"

func TestAllocations(t *testing.T) {
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		src := benchInputs(4 * arity)
		dst := make([]Element, 4)
		if n := testing.AllocsPerRun(10, func() {
			if err := h.Hash(&dst[0], src[:arity]); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("arity %d: Hash allocates %v times", arity, n)
		}
		if n := testing.AllocsPerRun(10, func() {
			if err := h.HashNodes(dst, src); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("arity %d: HashNodes allocates %v times", arity, n)
		}
	}
}
