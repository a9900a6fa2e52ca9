package poseidon

import (
	"errors"
	"testing"

	"github.com/depinproof/depinproof"
)

// fuzzElements cuts data into at most n elements; the rest are zero.
func fuzzElements(data []byte, n int) []Element {
	out := make([]Element, n)
	for i := range out {
		data = data[copy(out[i][:], data):]
	}
	return out
}

// allCanonical reports whether every element is below the modulus, by integers.
func allCanonical(es []Element) bool {
	for i := range es {
		if toInt(&es[i]).Cmp(modulus) >= 0 {
			return false
		}
	}
	return true
}

var modulus = toInt(&Element{
	0x01, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53,
	0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
})

// FuzzHash holds Hash against the textbook permutation, in all domains, and
// against the canonical range of its inputs.
func FuzzHash(f *testing.F) {
	for i := range arities {
		f.Add(byte(i), byte(i%3), byte(1), []byte{1, 2, 3})
	}
	var edge []byte
	for _, e := range append(edges(), nonCanonical()...) {
		edge = append(edge, e[:]...)
	}
	f.Add(byte(3), byte(0), byte(0), edge)
	f.Add(byte(3), byte(1), byte(7), edge[len(edge)-256:])
	hs := hashers{}
	f.Fuzz(func(t *testing.T, selector, domain, param byte, data []byte) {
		cfg := Config{Arity: arities[int(selector)%len(arities)], Strength: Strength(selector >> 7)}
		switch domain % 3 {
		case 1:
			cfg.Domain = ConstantLength(1 + int(param)%cfg.Arity)
		case 2:
			cfg.Domain = Custom(1 + int(param)%255)
		}
		h := hs.get(t, cfg)
		inputs := fuzzElements(data, h.Arity())
		var got Element
		err := h.Hash(&got, inputs)
		if !allCanonical(inputs) {
			if !errors.Is(err, depinproof.ErrMalformed) || got != (Element{}) {
				t.Fatalf("%v: %x: got %x, error %v, want ErrMalformed", cfg, inputs, got, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%v: %x: %v", cfg, inputs, err)
		}
		if want := referenceHash(cfg, inputs); got != want {
			t.Fatalf("%v: %x: got %x, want %x", cfg, inputs, got, want)
		}
	})
}

// FuzzHashNodes holds HashNodes against Hash, one node at a time.
func FuzzHashNodes(f *testing.F) {
	for i := range arities {
		f.Add(byte(i), byte(i), []byte{1, 2, 3})
	}
	var edge []byte
	for _, e := range edges() {
		edge = append(edge, e[:]...)
	}
	f.Add(byte(1), byte(14), edge)
	hs := hashers{}
	f.Fuzz(func(t *testing.T, selector, count byte, data []byte) {
		h := hs.get(t, Config{Arity: arities[int(selector)%len(arities)]})
		n := int(count % 20)
		src := fuzzElements(data, n*h.Arity())
		dst := make([]Element, n)
		err := h.HashNodes(dst, src)
		for i := range dst {
			var want Element
			one := h.Hash(&want, src[i*h.Arity():(i+1)*h.Arity()])
			switch {
			case one != nil && err == nil:
				t.Fatalf("node %d: HashNodes accepts what Hash refuses: %v", i, one)
			case err == nil && dst[i] != want:
				t.Fatalf("node %d: got %x, want %x", i, dst[i], want)
			case err != nil && dst[i] != (Element{}):
				t.Fatalf("node %d written in spite of %v", i, err)
			}
		}
		if (err == nil) != allCanonical(src) {
			t.Fatalf("%d nodes: error %v, canonical %v", n, err, allCanonical(src))
		}
	})
}
