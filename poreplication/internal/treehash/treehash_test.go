package treehash

import (
	"testing"

	"github.com/depinproof/depinproof/poseidon"
)

func TestOf(t *testing.T) {
	nodes := make([][32]byte, 11)
	for i := range nodes {
		nodes[i][0] = byte(1 + i)
	}
	for _, arity := range []int{2, 8, 11} {
		plain, err := poseidon.New(arity)
		if err != nil {
			t.Fatal(err)
		}
		var got, want [32]byte
		if err := plain.Hash(&want, nodes[:arity]); err != nil {
			t.Fatal(err)
		}
		h, err := Of(arity)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Hash(&got, nodes[:arity]); err != nil || got != want {
			t.Errorf("arity %d: %x, %v, want %x", arity, got, err, want)
		}
		if again, err := Of(arity); err != nil || again != h {
			t.Errorf("arity %d is made again: %v", arity, err)
		}
		if arity == 2 {
			if got, err := Pair(&nodes[0], &nodes[1]); err != nil || got != want {
				t.Errorf("pair: %x, %v, want %x", got, err, want)
			}
		}
	}
	if _, err := Pair(&nodes[0], &[32]byte{31: 0xff}); err == nil {
		t.Error("a pair of what is no element")
	}
}
