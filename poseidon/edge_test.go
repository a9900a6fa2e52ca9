package poseidon

import (
	"errors"
	"fmt"
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

	"github.com/depinproof/depinproof"
)

// edges returns 0, 1, r-1, r-2, (r±1)/2 and powers of two about the limb bounds.
func edges() []Element {
	r := fr.Modulus()
	one := big.NewInt(1)
	half := new(big.Int).Rsh(r, 1)
	ints := []*big.Int{
		new(big.Int), one, new(big.Int).Sub(r, one), new(big.Int).Sub(r, big.NewInt(2)),
		half, new(big.Int).Add(half, one),
	}
	for _, k := range []uint{1, 31, 32, 63, 64, 127, 128, 191, 192, 253, 254} {
		p := new(big.Int).Lsh(one, k)
		ints = append(ints, p, new(big.Int).Sub(p, one))
	}
	var es []Element
	for _, x := range ints {
		es = append(es, fromInt(x))
	}
	return es
}

// nonCanonical returns integers that are no field elements.
func nonCanonical() []Element {
	r := fr.Modulus()
	top := new(big.Int).Lsh(big.NewInt(1), 256)
	var es []Element
	for _, x := range []*big.Int{
		r, new(big.Int).Add(r, big.NewInt(1)), new(big.Int).Lsh(r, 1),
		new(big.Int).Lsh(big.NewInt(1), 255), new(big.Int).Sub(top, big.NewInt(1)),
		new(big.Int).Add(r, new(big.Int).Lsh(big.NewInt(1), 64)),
	} {
		es = append(es, fromInt(x))
	}
	return es
}

func TestFieldConstants(t *testing.T) {
	r := fr.Modulus()
	limbInt := func(x fr.Element) *big.Int {
		z := new(big.Int)
		for i := 3; i >= 0; i-- {
			z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(x[i]))
		}
		return z
	}
	if got := limbInt(fr.Element{r0, r1, r2, r3}); got.Cmp(r) != 0 {
		t.Errorf("modulus is %x, want %x", got, r)
	}
	square := new(big.Int).Lsh(big.NewInt(1), 512)
	if got := limbInt(rSquare); got.Cmp(square.Mod(square, r)) != 0 {
		t.Errorf("rSquare is %x, want %x", got, square)
	}
	if m := uint64(rInvNeg); m*r0 != 1<<64-1 {
		t.Errorf("rInvNeg·r is %x mod 2^64, want -1", m*r0)
	}
}

// TestWide compares sums and their reduction with integers, at the bounds and
// beyond one call of add.
func TestWide(t *testing.T) {
	r := fr.Modulus()
	values := []fr.Element{{}, {1}, {r0 - 1, r1, r2, r3}, {1<<64 - 1, 1<<64 - 1, 1<<64 - 1, r3 - 1}, {0, 0, 0, r3}}
	asInt := func(limbs []uint64) *big.Int {
		z := new(big.Int)
		for i := len(limbs) - 1; i >= 0; i-- {
			z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(limbs[i]))
		}
		return z
	}
	scale := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), 320), r)
	for _, n := range []int{0, 1, 2, 3, 17, 36, 37, 73, maxTerms} {
		for shift := range values {
			for stride := range values {
				c, x := make([]fr.Element, n), make([]fr.Element, n)
				start := values[shift]
				want := new(big.Int).Lsh(asInt(start[:]), 256)
				for i := range n {
					c[i], x[i] = values[(i*stride+shift)%len(values)], values[(i*stride+2)%len(values)]
					want.Add(want, new(big.Int).Mul(asInt(c[i][:]), asInt(x[i][:])))
				}
				var w wide
				w.start(&start)
				w.add(c[:n/3], x)
				w.add(c[n/3:], x[n/3:])
				if got := asInt(w[:]); got.Cmp(want) != 0 {
					t.Fatalf("n=%d: sum %x, want %x", n, got, want)
				}
				var z fr.Element
				w.reduce(&z)
				want.Mul(want, scale).Mod(want, r)
				if got := asInt(z[:]); got.Cmp(want) != 0 {
					t.Fatalf("n=%d: reduced %x, want %x", n, got, want)
				}
			}
		}
	}
	// The greatest sum the bound allows.
	c, x := make([]fr.Element, maxTerms), make([]fr.Element, maxTerms)
	for i := range c {
		c[i], x[i] = values[2], values[2]
	}
	var w wide
	w.start(&values[2])
	w.add(c, x)
	sum := asInt(w[:])
	if sum.BitLen() > 518 {
		t.Errorf("the greatest sum has %d bits, more than 518", sum.BitLen())
	}
	var z fr.Element
	w.reduce(&z)
	want := sum.Mul(sum, scale)
	if got := asInt(z[:]); got.Cmp(want.Mod(want, r)) != 0 {
		t.Errorf("greatest sum reduced to %x, want %x", got, want)
	}
}

// TestCarries compares the steps of sum and reduction with integers where limbs
// are all zeros, all ones and next to them.
func TestCarries(t *testing.T) {
	asInt := func(limbs ...uint64) *big.Int {
		z := new(big.Int)
		for i := len(limbs) - 1; i >= 0; i-- {
			z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(limbs[i]))
		}
		return z
	}
	sum := func(xs ...*big.Int) *big.Int {
		z := new(big.Int)
		for _, x := range xs {
			z.Add(z, x)
		}
		return z
	}
	limbs := []uint64{0, 1, 1<<64 - 2, 1<<64 - 1}
	pick := func(i *int) uint64 {
		limb := limbs[*i%len(limbs)]
		*i /= len(limbs)
		return limb
	}
	for i := range 4 * 4 * 4 * 2 {
		w, s0, s1 := pick(&i), pick(&i), pick(&i)
		s2 := uint64(i) // 0 or 1: no carry out of it
		limb, c0, c1 := carry(w, s0, s1, s2)
		if got, want := asInt(limb, c0, c1), sum(asInt(w), asInt(s0, s1, s2)); got.Cmp(want) != 0 {
			t.Errorf("carry(%x, %x, %x, %x): %x, want %x", w, s0, s1, s2, got, want)
		}
	}
	for i := range 4 * 4 * 4 * 4 * 2 {
		s0, s1, a, b := pick(&i), pick(&i), pick(&i), pick(&i)
		s2 := uint64(i)
		g0, g1, g2 := mulAdd(s0, s1, s2, a, b)
		got := asInt(g0, g1, g2)
		if want := sum(asInt(s0, s1, s2), new(big.Int).Mul(asInt(a), asInt(b))); got.Cmp(want) != 0 {
			t.Errorf("mulAdd(%x, %x, %x, %x, %x): %x, want %x", s0, s1, s2, a, b, got, want)
		}
	}
	for i := range 4 * 4 * 4 * 4 * 4 * 2 {
		t0, t1, t2, t3, t4 := pick(&i), pick(&i), pick(&i), pick(&i), pick(&i)
		k := uint64(i)
		u0, u1, u2, u3, c := cancel(t0, t1, t2, t3, t4, k)
		got := asInt(0, u0, u1, u2, u3, c)
		m := new(big.Int).Mul(asInt(t0*rInvNeg), fr.Modulus())
		want := sum(asInt(t0, t1, t2, t3, t4), asInt(0, 0, 0, 0, k), m)
		if got.Cmp(want) != 0 || c > 1 {
			t.Errorf("cancel(%x, %x, %x, %x, %x, %d): %x, want %x", t0, t1, t2, t3, t4, k, got, want)
		}
	}
}

func TestEdgeOperands(t *testing.T) {
	es := edges()
	for _, arity := range arities {
		for _, strength := range []Strength{Standard, Strengthened} {
			if testing.Short() && (strength == Strengthened || arity > 16) {
				continue
			}
			cfg := Config{Arity: arity, Strength: strength}
			h, err := NewWith(cfg)
			if err != nil {
				t.Fatal(err)
			}
			check := func(inputs []Element) {
				t.Helper()
				var got Element
				if err := h.Hash(&got, inputs); err != nil {
					t.Fatalf("%v: %x: %v", cfg, inputs, err)
				}
				if want := referenceHash(cfg, inputs); got != want {
					t.Fatalf("%v: %x: got %x, want %x", cfg, inputs, got, want)
				}
			}
			inputs := make([]Element, arity)
			for k, e := range es {
				for i := range inputs { // one value everywhere
					inputs[i] = e
				}
				check(inputs)
				for i := range inputs { // all values, in every position over the run
					inputs[i] = es[(i+k)%len(es)]
				}
				check(inputs)
			}
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want error
	}{
		{Config{Arity: 0}, depinproof.ErrUnsupported},
		{Config{Arity: -1}, depinproof.ErrUnsupported},
		{Config{Arity: 3}, depinproof.ErrUnsupported},
		{Config{Arity: 37}, depinproof.ErrUnsupported},
		{Config{Arity: 8, Strength: 2}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: ConstantLength(0)}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: ConstantLength(-1)}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: ConstantLength(9)}, depinproof.ErrUnsupported},
		{Config{Arity: 8, Domain: Custom(0)}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: Custom(-1)}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: Custom(256)}, depinproof.ErrMalformed},
		{Config{Arity: 8, Domain: ConstantLength(8)}, nil},
		{Config{Arity: 8, Domain: ConstantLength(1)}, nil},
		{Config{Arity: 8, Domain: Custom(1)}, nil},
		{Config{Arity: 8, Domain: Custom(255)}, nil},
	} {
		h, err := NewWith(c.cfg)
		if !errors.Is(err, c.want) || (h == nil) != (c.want != nil) {
			t.Errorf("%v: got %v, error %v, want %v", c.cfg, h != nil, err, c.want)
		}
		var e *depinproof.Error
		if err != nil && (!errors.As(err, &e) || e.Op != "poseidon.NewWith" || e.Index != depinproof.NoIndex) {
			t.Errorf("%v: error %#v", c.cfg, err)
		}
	}
	if _, err := New(3); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("New(3): got error %v, want ErrUnsupported", err)
	}

	var zero Hasher
	var dst Element
	if err := zero.Hash(&dst, nil); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("Hash of the zero Hasher: got error %v, want ErrUnsupported", err)
	}
	if err := zero.HashNodes(nil, nil); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("HashNodes of the zero Hasher: got error %v, want ErrUnsupported", err)
	}
}

// TestDomains shows that tags matter and strengths differ, and that
// ConstantLength(n) takes n inputs.
func TestDomains(t *testing.T) {
	seen := map[Element]Config{}
	for _, cfg := range []Config{
		{8, Standard, MerkleTree()}, {8, Strengthened, MerkleTree()},
		{8, Standard, Custom(1)}, {8, Standard, Custom(2)}, {8, Standard, Custom(255)},
		{8, Standard, ConstantLength(8)}, {8, Standard, ConstantLength(7)}, {8, Standard, ConstantLength(1)},
	} {
		h, err := NewWith(cfg)
		if err != nil {
			t.Fatal(err)
		}
		want := 8
		if cfg.Domain.kind == constantLength {
			want = cfg.Domain.param
		}
		if h.Arity() != want {
			t.Errorf("%v: Arity() = %d, want %d", cfg, h.Arity(), want)
		}
		var got Element
		inputs := make([]Element, want)
		if err := h.Hash(&got, inputs); err != nil {
			t.Fatal(err)
		}
		if ref := referenceHash(cfg, inputs); got != ref {
			t.Errorf("%v: got %x, want %x", cfg, got, ref)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%v and %v hash alike", cfg, other)
		}
		seen[got] = cfg
	}
}

// TestNonCanonical puts integers at or above the modulus into every position.
// Each refusal has a twin that is accepted.
func TestNonCanonical(t *testing.T) {
	canary := Element{1, 2, 3}
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		good := testElements(fmt.Sprintf("canonical %d", arity), 2*arity)
		for i := range good {
			for _, e := range nonCanonical() {
				src := append([]Element(nil), good...)
				src[i] = e
				dst := []Element{canary, canary}
				err := h.HashNodes(dst, src)
				var de *depinproof.Error
				if !errors.Is(err, depinproof.ErrMalformed) || !errors.As(err, &de) || de.Index != i {
					t.Fatalf("arity %d, element %d = %x: error %v", arity, i, e, err)
				}
				if dst[0] != canary || dst[1] != canary {
					t.Fatalf("arity %d: HashNodes wrote in spite of its error", arity)
				}
				if i < arity {
					err := h.Hash(&dst[0], src[:arity])
					if !errors.Is(err, depinproof.ErrMalformed) || !errors.As(err, &de) || de.Index != i {
						t.Fatalf("arity %d, element %d = %x: error %v", arity, i, e, err)
					}
					if dst[0] != canary {
						t.Fatalf("arity %d: Hash wrote in spite of its error", arity)
					}
				}
			}
		}
		dst := []Element{canary, canary}
		if err := h.HashNodes(dst, good); err != nil || dst[0] == canary || dst[1] == canary {
			t.Fatalf("arity %d: the canonical twin: %x, error %v", arity, dst, err)
		}
	}
}

func TestLengths(t *testing.T) {
	canary := Element{1, 2, 3}
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		src := make([]Element, 3*arity+1)
		for n := range len(src) + 1 {
			dst := canary
			err := h.Hash(&dst, src[:n])
			if n == arity {
				if err != nil || dst == canary {
					t.Errorf("arity %d: %d inputs: error %v", arity, n, err)
				}
			} else if !errors.Is(err, depinproof.ErrMalformed) || dst != canary {
				t.Errorf("arity %d: %d inputs: got %x, error %v, want ErrMalformed", arity, n, dst, err)
			}
			for k := range 4 {
				nodes := []Element{canary, canary, canary}[:k]
				err := h.HashNodes(nodes, src[:n])
				if n == k*arity {
					if err != nil {
						t.Errorf("arity %d: %d elements for %d: %v", arity, n, k, err)
					}
				} else if !errors.Is(err, depinproof.ErrMalformed) || (k > 0 && nodes[0] != canary) {
					t.Errorf("arity %d: %d elements for %d: error %v, want ErrMalformed", arity, n, k, err)
				}
			}
		}
	}
}

func TestAliasing(t *testing.T) {
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		const nodes = 5
		src := testElements(fmt.Sprintf("aliasing %d", arity), arity*nodes)
		want := make([]Element, nodes)
		if err := h.HashNodes(want, src); err != nil {
			t.Fatal(err)
		}
		for i := range arity {
			inputs := append([]Element(nil), src[:arity]...)
			if err := h.Hash(&inputs[i], inputs); err != nil {
				t.Fatal(err)
			}
			if inputs[i] != want[0] {
				t.Errorf("arity %d: Hash into input %d: got %x, want %x", arity, i, inputs[i], want[0])
			}
		}
		inPlace := append([]Element(nil), src...)
		if err := h.HashNodes(inPlace[:nodes], inPlace); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if inPlace[i] != want[i] {
				t.Errorf("arity %d: HashNodes in place: node %d: got %x, want %x", arity, i, inPlace[i], want[i])
			}
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	h, err := New(8)
	if err != nil {
		t.Fatal(err)
	}
	src := testElements("concurrent", 8*16)
	want := make([]Element, 16)
	if err := h.HashNodes(want, src); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	const goroutines = 8
	for range goroutines {
		go func() {
			got := make([]Element, len(want))
			err := h.HashNodes(got, src)
			for i := range got {
				if err == nil && got[i] != want[i] {
					err = fmt.Errorf("node %d: got %x, want %x", i, got[i], want[i])
				}
			}
			failed <- err
		}()
	}
	for range goroutines {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}
