package poseidon

import (
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"unsafe"

	"github.com/depinproof/depinproof"
)

// lanesServe says whether lanes are ever used on this architecture. Elsewhere
// their twin is not tested: it is slow, and nothing calls it.
const lanesServe = runtime.GOARCH == "amd64"

// laneArities lists the arities that lanes serve.
var laneArities = []int{1, 2, 4, 8, 11}

// implementation is a way to hash nodes. of returns h's variant that goes that way.
type implementation struct {
	name string
	of   func(h *Hasher) *Hasher
	run  func(f func())
}

// implementations returns the ways there are on this machine.
func implementations(t testing.TB) []implementation {
	t.Helper()
	plain := func(f func()) { f() }
	inLanes := func(h *Hasher) *Hasher {
		with := *h
		if h.params.width <= maxLaneWidth {
			with.lanes = newLaneTables(h.params, h.inputs, h.opening)
		}
		return &with
	}
	all := []implementation{{"scalar", func(h *Hasher) *Hasher {
		without := *h
		without.lanes = nil
		return &without
	}, plain}}
	if lanesServe {
		all = append(all, implementation{"lanes", inLanes, withoutIFMA})
	}
	if machineHasIFMA(t) {
		all = append(all, implementation{"ifma", inLanes, plain})
	}
	return all
}

// forEachImpl runs f with each implementation of the machine in turn.
func forEachImpl(t *testing.T, f func(t *testing.T, of func(h *Hasher) *Hasher)) {
	t.Helper()
	for _, impl := range implementations(t) {
		t.Run("impl="+impl.name, func(t *testing.T) {
			impl.run(func() { f(t, impl.of) })
		})
		t.Logf("implementation run: %s", impl.name)
	}
}

// TestLanesUsed shows that what a machine with the instructions runs is lanes,
// where they serve.
func TestLanesUsed(t *testing.T) {
	has := machineHasIFMA(t)
	for _, arity := range arities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		if want := has && slices.Contains(laneArities, arity); (h.lanes != nil) != want {
			t.Errorf("arity %d: lanes used: %v, want %v", arity, h.lanes != nil, want)
		}
	}
	t.Logf("hashing in lanes by IFMA: %v", has)
}

func TestLaneConstants(t *testing.T) {
	if got := fromRadix52(&modulus52); got.Cmp(modulus) != 0 {
		t.Errorf("modulus52 is %x, want %x", got, modulus)
	}
	inv := uint64(negInverse)
	if m := inv * r0 & limbMask; m != limbMask {
		t.Errorf("negInverse·r is %x mod 2^52, want -1", m)
	}
	// The bounds that the comment on lanes derives.
	ratio, _ := new(big.Rat).SetFrac(modulus, new(big.Int).Lsh(big.NewInt(1), limbCount*limbBits)).Float64()
	const in, power, mixed, inner = 4, 1.2, 2.1, 3.8
	if square := in*in*ratio + 1; in*(square*square*ratio+1)*ratio+1 > power {
		t.Error("S-box beyond its bound")
	}
	if maxLaneWidth*power*ratio+(maxLaneWidth-1)*inner*ratio+2 > inner {
		t.Error("inner product beyond its bound")
	}
	if maxLaneWidth*power*ratio+1 > 2 {
		t.Error("digest beyond twice r")
	}
	for _, arity := range laneArities {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		tables := newLaneTables(h.params, h.inputs, h.opening)
		width := arity + 1
		if len(tables.hankel) != 2*width-1 {
			t.Fatalf("arity %d: %d integers", arity, len(tables.hankel))
		}
		sum := uint64(0)
		d := tables.hankel[0] * uint64(width)
		for i, x := range tables.hankel {
			if x*uint64(width+i) != d || x >= 1<<limbBits {
				t.Errorf("arity %d: integer %d is %d", arity, i, x)
			}
			if i < width { // the first row has the greatest sum
				sum += x
			}
		}
		if power*float64(sum)/(1<<limbBits)+2 > mixed {
			t.Errorf("arity %d: mixing beyond its bound", arity)
		}
	}
}

func fromRadix52(x *radix52) *big.Int {
	z := new(big.Int)
	for j := limbCount - 1; j >= 0; j-- {
		z.Lsh(z, limbBits).Or(z, new(big.Int).SetUint64(x[j]))
	}
	return z
}

func toRadix52(x *big.Int) (z radix52) {
	rest := new(big.Int).Set(x)
	for j := range z {
		z[j] = rest.Uint64() & limbMask
		rest.Rsh(rest, limbBits)
	}
	return z
}

// laneOperands are integers below four times r at which carries and bounds go
// wrong, and random ones.
func laneOperands() []radix52 {
	top := new(big.Int).Lsh(modulus, 2)
	var out []radix52
	add := func(x *big.Int) {
		if x.Sign() >= 0 && x.Cmp(top) < 0 {
			out = append(out, toRadix52(x))
		}
	}
	one := big.NewInt(1)
	for m := int64(0); m <= 4; m++ {
		for d := int64(-2); d <= 2; d++ {
			x := new(big.Int).Mul(modulus, big.NewInt(m))
			add(x.Add(x, big.NewInt(d)))
		}
	}
	for k := uint(0); k <= 257; k += 13 { // with the bounds of limbs
		two := new(big.Int).Lsh(one, k)
		add(two)
		add(new(big.Int).Sub(two, one))
		add(new(big.Int).Sub(modulus, two))
		add(new(big.Int).Sub(top, two))
	}
	for j := range limbCount { // a limb of ones
		x := radix52{}
		x[j] = limbMask
		add(fromRadix52(&x))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		x := new(big.Int)
		for range 5 {
			x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(random.Uint64()))
		}
		add(x.Mod(x, top))
	}
	return out
}

// unaligned returns n elements in lanes that start off bytes after a multiple of
// 64, and what stands before and after them.
func unaligned(n, off int) (x, before, after []lanes) {
	room := make([]uint64, (n+3)*limbCount*laneCount)
	for i := range room {
		room[i] = 0xdeadbeef<<32 | uint64(i)
	}
	p := unsafe.Pointer(&room[0])
	p = unsafe.Add(p, -uintptr(p)&63+uintptr(off))
	all := unsafe.Slice((*lanes)(p), n+2)
	return all[1 : n+1], all[:1], all[n+1:]
}

// TestKernels holds the kernels against their twins, limb for limb, and the twins
// against integers.
func TestKernels(t *testing.T) {
	if !lanesServe {
		t.Skip("skipped: lanes serve amd64 only")
	}
	ops := laneOperands()
	fill := func(x []lanes, seed int) {
		for k := range x {
			for i := range laneCount {
				setLane(&x[k], i, &ops[(seed+k*17+i*i*5+i)%len(ops)])
			}
		}
	}
	constants := func(n, seed int) []radix52 { // below r
		out := make([]radix52, n)
		for i := range out {
			x := fromRadix52(&ops[(seed+i*7)%len(ops)])
			out[i] = toRadix52(x.Mod(x, modulus))
		}
		if n > 0 {
			out[seed%n] = toRadix52(new(big.Int).Sub(modulus, big.NewInt(1)))
		}
		return out
	}
	rInv := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), limbCount*limbBits), modulus)
	mod := func(x *big.Int) *big.Int { return new(big.Int).Mod(x, modulus) }
	bounded := func(t *testing.T, what string, got radix52, want *big.Int, quarters int64) {
		t.Helper()
		x := fromRadix52(&got)
		for _, limb := range got {
			if limb > limbMask {
				t.Fatalf("%s: limbs %x", what, got)
			}
		}
		bound := new(big.Int).Mul(modulus, big.NewInt(quarters))
		if mod(x).Cmp(mod(want)) != 0 || x.Lsh(x, 2).Cmp(bound) > 0 {
			t.Fatalf("%s: got %x, want %x", what, fromRadix52(&got), mod(want))
		}
	}
	// same runs a kernel and its twin on copies of x, off bytes from alignment, and
	// compares all they may write; what is around must stay.
	same := func(t *testing.T, what string, off, written int, x []lanes, f func(dst, x []lanes)) []lanes {
		t.Helper()
		dst, before, after := unaligned(written, off)
		in, inBefore, inAfter := unaligned(len(x), off+8)
		copy(in, x)
		guards := slices.Concat(before, after, inBefore, inAfter)
		var want, wantIn []lanes
		withoutIFMA(func() {
			f(dst, in)
			want, wantIn = slices.Clone(dst), slices.Clone(in)
		})
		clear(dst)
		copy(in, x)
		f(dst, in)
		if !slices.Equal(dst, want) || !slices.Equal(in, wantIn) {
			t.Fatalf("%s: kernel and twin differ", what)
		}
		if !slices.Equal(slices.Concat(before, after, inBefore, inAfter), guards) {
			t.Fatalf("%s: written beyond", what)
		}
		return want
	}
	seeds := len(ops)
	if testing.Short() {
		seeds = 20
	}
	t.Logf("by IFMA: %v", machineHasIFMA(t))
	for seed := range seeds {
		off := seed % 8 * 8
		for pairs := 1; pairs <= maxLaneWidth/2; pairs++ {
			x := make([]lanes, 2*pairs)
			fill(x, seed)
			same(t, "S-box", off, 0, x, func(_, in []lanes) { sboxPairs(in) })
			if pairs > 1 {
				continue
			}
			powers := slices.Clone(x)
			sboxPairs(powers)
			for k := range x {
				for i := range laneCount {
					z := lane(&x[k], i)
					v := fromRadix52(&z)
					want := new(big.Int).Exp(v, big.NewInt(5), modulus)
					for range 4 {
						want = mod(want.Mul(want, rInv))
					}
					bounded(t, "S-box", lane(&powers[k], i), want, 5)
				}
			}
		}
		for _, terms := range []int{1, 2, 3, 9, 12, 22} {
			for _, n := range []int{1, 2, 12} {
				x := make([]lanes, terms)
				fill(x, seed)
				rows, added := constants(terms*n, seed), constants(n, seed+3)
				got := same(t, "inner products", off, n, x, func(dst, in []lanes) { inners(dst, in, rows, added) })
				for i := 0; i < laneCount && n == 1; i++ {
					want := fromRadix52(&added[0])
					for j := range x {
						z := lane(&x[j], i)
						p := new(big.Int).Mul(fromRadix52(&z), fromRadix52(&rows[j]))
						want.Add(want, p.Mul(p, rInv))
					}
					bounded(t, "inner product", lane(&got[0], i), want, 20)
				}

				if terms > maxLaneWidth {
					continue
				}
				hankel := make([]uint64, terms+n-1)
				for i := range hankel {
					hankel[i] = ops[(seed+i)%len(ops)][i%4] >> 9 // rows add up to less than 2^47
				}
				hankel[0] = 1<<43 - 1
				got = same(t, "mixing", off, n, x, func(dst, in []lanes) { mix(dst, in, hankel, added) })
				shift := new(big.Int).ModInverse(new(big.Int).Lsh(big.NewInt(1), limbBits), modulus)
				for i := 0; i < laneCount && n == 1; i++ {
					want := new(big.Int)
					for j := range x {
						z := lane(&x[j], i)
						want.Add(want, new(big.Int).Mul(fromRadix52(&z), new(big.Int).SetUint64(hankel[j])))
					}
					want.Mul(want, shift).Add(want, fromRadix52(&added[0]))
					bounded(t, "mixing", lane(&got[0], i), want, 9)
				}
			}
		}
		for _, terms := range []int{4, 6, 8, 16, 22} {
			rounds := 1 + (seed+terms)%partialStep
			x := make([]lanes, terms+2*rounds+1)
			fill(x, seed)
			recurrence, added := constants(terms+1, seed), constants(rounds, seed+1)
			same(t, "partial rounds", off, 0, x, func(_, in []lanes) {
				partials(in[1:], &in[0], recurrence, added)
			})
		}
	}
}

// guardedElements returns n elements at an odd address, and a check that what is
// around them has stayed as it was.
func guardedElements(n int) (es []Element, intact func() bool) {
	room := make([]byte, 32*n+128)
	for i := range room {
		room[i] = byte(i*7 + 1)
	}
	was := slices.Clone(room)
	const from = 33
	es = unsafe.Slice((*Element)(unsafe.Pointer(&room[from])), n)
	return es, func() bool {
		return slices.Equal(room[:from], was[:from]) && slices.Equal(room[from+32*n:], was[from+32*n:])
	}
}

// TestNodeCounts hashes up to 17 nodes, and one more than two groups of eight
// twice, by all implementations, apart and in place, at odd addresses.
func TestNodeCounts(t *testing.T) {
	hs := hashers{}
	counts := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 33}
	if testing.Short() {
		counts = []int{0, 1, 7, 8, 9, 17}
	}
	for _, arity := range laneArities {
		cfgs := []Config{
			{Arity: arity}, {Arity: arity, Domain: Custom(1)}, {Arity: arity, Domain: ConstantLength((arity + 1) / 2)},
		}
		if !testing.Short() {
			cfgs = append(cfgs, Config{Arity: arity, Strength: Strengthened}, Config{Arity: arity, Domain: Custom(255)},
				Config{Arity: arity, Domain: ConstantLength(1)}, Config{Arity: arity, Domain: ConstantLength(arity)})
		}
		for _, cfg := range cfgs {
			h := hs.get(t, cfg)
			most := slices.Max(counts)
			inputs := testElements(fmt.Sprintf("counts %v", cfg), most*h.Arity())
			want := make([]Element, most)
			for i := range want {
				if err := h.Hash(&want[i], inputs[i*h.Arity():(i+1)*h.Arity()]); err != nil {
					t.Fatal(err)
				}
			}
			for _, impl := range implementations(t) {
				h := impl.of(h)
				impl.run(func() {
					for _, n := range counts {
						if impl.name == "lanes" && n > 9 && n%8 != 1 {
							continue // slow, and the counts are the business of what IFMA shares
						}
						src, srcIntact := guardedElements(n * h.Arity())
						dst, dstIntact := guardedElements(n)
						copy(src, inputs)
						if err := h.HashNodes(dst, src); err != nil {
							t.Fatal(err)
						}
						if !slices.Equal(dst, want[:n]) || !slices.Equal(src, inputs[:len(src)]) || !srcIntact() || !dstIntact() {
							t.Fatalf("%v by %s: %d nodes", cfg, impl.name, n)
						}
						if err := h.HashNodes(src[:n], src); err != nil {
							t.Fatal(err)
						}
						if !slices.Equal(src[:n], want[:n]) || !slices.Equal(src[n:], inputs[n:len(src)]) || !srcIntact() {
							t.Fatalf("%v by %s: %d nodes in place", cfg, impl.name, n)
						}
					}
				})
			}
		}
	}
	for _, impl := range implementations(t) {
		t.Logf("implementation run: %s", impl.name)
	}
}

// TestNodeVectors compares the nodes that each implementation hashes with the
// answers of neptune: all cases of a configuration together, and alone.
func TestNodeVectors(t *testing.T) {
	type batch struct{ src, want []Element }
	batches := map[Config]batch{}
	var order []Config
	for _, c := range referenceCases(t) {
		b, ok := batches[c.cfg]
		if !ok {
			order = append(order, c.cfg)
		}
		b.src, b.want = append(b.src, c.inputs...), append(b.want, c.output)
		batches[c.cfg] = b
	}
	hs := hashers{}
	forEachImpl(t, func(t *testing.T, of func(h *Hasher) *Hasher) {
		for _, cfg := range order {
			h, b := of(hs.get(t, cfg)), batches[cfg]
			got := make([]Element, len(b.want))
			if err := h.HashNodes(got, b.src); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, b.want) {
				t.Errorf("%v: %d nodes: wrong digests", cfg, len(got))
			}
			for i := range got {
				got[i] = Element{}
				if err := h.HashNodes(got[i:i+1], b.src[i*h.Arity():(i+1)*h.Arity()]); err != nil || got[i] != b.want[i] {
					t.Errorf("%v: node %d alone: got %x, error %v, want %x", cfg, i, got[i], err, b.want[i])
				}
			}
		}
	})
}

// TestNodeEdges hashes nodes of edge operands, one value everywhere and all in
// every position, by each implementation, and compares with the textbook.
func TestNodeEdges(t *testing.T) {
	es := edges()
	for j := range limbCount { // limbs of 52 ones
		x := radix52{}
		x[j] = limbMask
		if v := fromRadix52(&x); v.Cmp(modulus) < 0 {
			es = append(es, fromInt(v))
		}
	}
	hs := hashers{}
	type batch struct {
		cfg       Config
		src, want []Element
	}
	var batches []batch
	for _, arity := range laneArities {
		for _, strength := range []Strength{Standard, Strengthened} {
			if testing.Short() && strength == Strengthened {
				continue
			}
			b := batch{cfg: Config{Arity: arity, Strength: strength}}
			for k, e := range es {
				for range arity {
					b.src = append(b.src, e)
				}
				for i := range arity {
					b.src = append(b.src, es[(i+k)%len(es)])
				}
			}
			for i := 0; i < len(b.src); i += arity {
				b.want = append(b.want, referenceHash(b.cfg, b.src[i:i+arity]))
			}
			batches = append(batches, b)
		}
	}
	forEachImpl(t, func(t *testing.T, of func(h *Hasher) *Hasher) {
		for _, b := range batches {
			h := of(hs.get(t, b.cfg))
			got := make([]Element, len(b.want))
			if err := h.HashNodes(got, b.src); err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if got[i] != b.want[i] {
					t.Fatalf("%v: %x: got %x, want %x", b.cfg, b.src[i*b.cfg.Arity:(i+1)*b.cfg.Arity], got[i], b.want[i])
				}
			}
		}
	})
}

// TestNodeRefusals puts integers at or above the modulus into every position of
// 17 nodes: all implementations name the first and write nothing.
func TestNodeRefusals(t *testing.T) {
	bad := nonCanonical()
	const nodes = 17
	for _, arity := range []int{2, 8} {
		h, err := New(arity)
		if err != nil {
			t.Fatal(err)
		}
		good := testElements("refusals", nodes*arity)
		forEachImpl(t, func(t *testing.T, of func(h *Hasher) *Hasher) {
			h := of(h)
			for i := range good {
				src := slices.Clone(good)
				src[i] = bad[i%len(bad)]
				for j := i + 3; j < len(src); j += 5 {
					src[j] = bad[j%len(bad)]
				}
				dst := make([]Element, nodes)
				err := h.HashNodes(dst, src)
				var de *depinproof.Error
				if !errors.Is(err, depinproof.ErrMalformed) || !errors.As(err, &de) || de.Index != i {
					t.Fatalf("arity %d, element %d: error %v", arity, i, err)
				}
				if !slices.Equal(dst, make([]Element, nodes)) {
					t.Fatalf("arity %d, element %d: HashNodes wrote in spite of its error", arity, i)
				}
			}
		})
	}
}

// FuzzNodes holds the implementations against each other in all domains, and the
// first and the last node against the textbook.
func FuzzNodes(f *testing.F) {
	for i := range laneArities {
		f.Add(byte(i), byte(i%3), byte(1), byte(i), []byte{1, 2, 3})
	}
	var edge []byte
	for _, e := range edges() {
		edge = append(edge, e[:]...)
	}
	f.Add(byte(3), byte(0), byte(0), byte(9), edge)
	f.Add(byte(0x84), byte(1), byte(7), byte(8), edge)
	hs := hashers{}
	f.Fuzz(func(t *testing.T, selector, domain, param, count byte, data []byte) {
		cfg := Config{Arity: laneArities[int(selector&0x7f)%len(laneArities)], Strength: Strength(selector >> 7)}
		switch domain % 3 {
		case 1:
			cfg.Domain = ConstantLength(1 + int(param)%cfg.Arity)
		case 2:
			cfg.Domain = Custom(1 + int(param)%255)
		}
		h := hs.get(t, cfg)
		n := 1 + int(count)%18
		src := fuzzElements(data, n*h.Arity())
		for i := range src {
			src[i][31] &= 0x3f // canonical; FuzzHashNodes has the others
		}
		want := make([]Element, n)
		for k, impl := range implementations(t) {
			got := make([]Element, n)
			impl.run(func() {
				if err := impl.of(h).HashNodes(got, src); err != nil {
					t.Fatal(err)
				}
			})
			if k == 0 {
				want = got
				for _, i := range []int{0, n - 1} {
					inputs := src[i*h.Arity() : (i+1)*h.Arity()]
					if ref := referenceHash(cfg, inputs); got[i] != ref {
						t.Fatalf("%v: %x: got %x, want %x", cfg, inputs, got[i], ref)
					}
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%v: %d nodes by %s: %x: got %x, want %x", cfg, n, impl.name, src, got, want)
			}
		}
	})
}
