package por

import (
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// testHashes are hashes of every function, with prefixes of every kind, both ways.
func testHashes() (all []Hash) {
	for a := SHA256; a <= BLAKE3; a++ {
		for _, prefix := range []string{"", "\x00", "\x01", "two", "exactly thirty-two bytes long..."} {
			all = append(all, Hash{a, prefix, false}, Hash{a, prefix, true})
		}
	}
	return all
}

func (h Hash) String() string { return fmt.Sprintf("%v %q sorted=%v", h.Algorithm, h.Prefix, h.Sorted) }

func TestHashNodes(t *testing.T) {
	nodes := testLeaves(2 * 300)
	nodes[7], nodes[10] = nodes[6], nodes[4] // equal children, and a repeated node
	for _, h := range testHashes() {
		if h.Arity() != 2 {
			t.Fatal("not pairs")
		}
		for _, n := range []int{0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 128, 300} {
			src := clone(nodes[:2*n])
			dst := make([]Node, n+1)
			if err := h.HashNodes(dst[:n], src); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if dst[i] != plainHash(h, nodes[2*i][:], nodes[2*i+1][:]) {
					t.Fatalf("%v: pair %d of %d is wrong", h, i, n)
				}
			}
			if dst[n] != (Node{}) || !slices.Equal(src, nodes[:2*n]) {
				t.Fatalf("%v: wrote outside of the %d parents", h, n)
			}
			if err := h.HashNodes(src[:n], src); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(src[:n], dst[:n]) {
				t.Fatalf("%v: %d pairs in place are wrong", h, n)
			}
		}
		isClass(t, h.HashNodes(make([]Node, 2), nodes[:3]), depinproof.ErrMalformed)
		isClass(t, h.HashNodes(make([]Node, 2), nodes[:5]), depinproof.ErrMalformed)
	}
	isClass(t, Hash{}.HashNodes(nil, nil), depinproof.ErrUnsupported)
	isClass(t, Hash{Algorithm: BLAKE3 + 1}.HashNodes(nil, nil), depinproof.ErrUnsupported)
	isClass(t, Hash{SHA256, string(make([]byte, MaxPrefix+1)), false}.HashNodes(nil, nil), depinproof.ErrLimit)
}

func TestHashLeaves(t *testing.T) {
	data := make([]byte, 70*600)
	for i := range data {
		data[i] = byte(i*i>>9 ^ i)
	}
	for _, h := range testHashes() {
		for _, n := range []int{1, 2, 16, 70} {
			for _, size := range []int{0, 1, 31, 32, 55, 56, 63, 64, 65, 119, 120, 255, 256, 257, 600} {
				dst := make([]Node, n)
				if err := h.HashLeaves(dst, data[:n*size]); err != nil {
					t.Fatal(err)
				}
				for i := range dst {
					if dst[i] != plainHash(h, data[i*size:(i+1)*size]) {
						t.Fatalf("%v: leaf %d of %d, %d bytes long, is wrong", h, i, n, size)
					}
				}
			}
		}
		isClass(t, h.HashLeaves(nil, nil), depinproof.ErrMalformed)
		isClass(t, h.HashLeaves(make([]Node, 3), data[:4]), depinproof.ErrMalformed)
	}
	isClass(t, Hash{}.HashLeaves(make([]Node, 1), nil), depinproof.ErrUnsupported)
}

func TestHashPairs(t *testing.T) {
	nodes := testLeaves(2 * 100)
	for n := range 100 {
		dst := make([]Node, n)
		if err := HashPairs(dst, nodes[:2*n]); err != nil {
			t.Fatal(err)
		}
		sums := make([]Node, n)
		if err := SumLanes(sums, flat(nodes[:2*n]), 64); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			want := plainHash(Hash{Algorithm: SHA256}, nodes[2*i][:], nodes[2*i+1][:])
			if dst[i] != want || sums[i] != want {
				t.Fatalf("pair %d of %d is wrong", i, n)
			}
		}
	}
	isClass(t, HashPairs(make([]Node, 1), nodes[:3]), depinproof.ErrMalformed)
	isClass(t, HashPairs(make([]Node, 2), nodes[:2]), depinproof.ErrMalformed)
	for _, c := range []struct{ messages, bytes, size int }{{1, 3, -1}, {1, 3, 0}, {1, 3, 2}, {2, 3, 3}, {0, 3, 3}} {
		isClass(t, SumLanes(make([]Node, c.messages), make([]byte, c.bytes), c.size), depinproof.ErrMalformed)
	}
	var empty [3]Node
	if err := SumLanes(empty[:], nil, 0); err != nil || empty[2] != *sum(SHA256, "") {
		t.Fatalf("messages without bytes: %x, %v", empty, err)
	}
}

func TestAlgorithmNames(t *testing.T) {
	seen := map[string]bool{}
	for a := range BLAKE3 + 2 {
		if name := a.String(); name == "" || seen[name] {
			t.Fatalf("algorithm %d is named %q", a, name)
		} else {
			seen[name] = true
		}
	}
}
