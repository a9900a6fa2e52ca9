package fp8

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// implementations are the ways to compute the four operations.
type implementation struct {
	name     string
	mul, add func(z, x, y *Element)
	sub      func(z, x, y *Element, k *Multiple)
	reduce   func(z, x *Element)
}

var generic = implementation{"generic", mulGeneric, addGeneric, subGeneric, reduceGeneric}

// forEach runs f under every implementation the machine has, and fails where it
// has one that does not run.
func forEach(t *testing.T, f func(t *testing.T, op implementation)) {
	all := append([]implementation{generic}, vectorImplementations(t)...)
	for _, op := range all {
		t.Run("impl="+op.name, func(t *testing.T) { f(t, op) })
		t.Logf("implementation run: %s", op.name)
	}
}

var (
	p = func() *big.Int {
		x := new(big.Int)
		for j := limbCount - 1; j >= 0; j-- {
			x.Lsh(x, limbBits).Or(x, new(big.Int).SetUint64(modulus[j]))
		}
		return x
	}()
	r = new(big.Int).Lsh(big.NewInt(1), limbCount*limbBits)
)

// set writes the integer x < 2^416 to lane i.
func (z *Element) set(i int, x *big.Int) {
	rest := new(big.Int).Set(x)
	for j := range z {
		z[j][i] = rest.Uint64() & limbMask
		rest.Rsh(rest, limbBits)
	}
}

// get reads lane i and checks that its limbs are normalised.
func (z *Element) get(t *testing.T, i int) *big.Int {
	t.Helper()
	x := new(big.Int)
	for j := limbCount - 1; j >= 0; j-- {
		if z[j][i]>>limbBits != 0 {
			t.Fatalf("lane %d, limb %d is %#x", i, j, z[j][i])
		}
		x.Lsh(x, limbBits).Or(x, new(big.Int).SetUint64(z[j][i]))
	}
	return x
}

// operands are integers at which carries and bounds go wrong, up to the bound
// 2^17·p, and random ones.
func operands() []*big.Int {
	one := big.NewInt(1)
	top := new(big.Int).Lsh(p, 17)
	var out []*big.Int
	add := func(x *big.Int) {
		if x.Sign() >= 0 && x.Cmp(top) <= 0 {
			out = append(out, x)
		}
	}
	for _, m := range []uint{0, 1, 2, 12, 17} {
		base := new(big.Int).Lsh(p, m)
		for d := int64(-3); d <= 3; d++ {
			add(new(big.Int).Add(base, big.NewInt(d)))
		}
	}
	for d := int64(0); d <= 3; d++ {
		add(big.NewInt(d))
	}
	for k := uint(0); k < 398; k += 13 {
		two := new(big.Int).Lsh(one, k)
		add(two)
		add(new(big.Int).Sub(two, one))
		add(new(big.Int).Sub(p, two))
		add(new(big.Int).Sub(top, two))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		x := new(big.Int)
		for range 7 {
			x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(random.Uint64()))
		}
		add(x.Mod(x, top))
	}
	return out
}

func TestOperations(t *testing.T) {
	xs := operands()
	rInv := new(big.Int).ModInverse(r, p)
	bound2p := new(big.Int).Lsh(p, 1)
	multiples := map[uint]*Multiple{2: &P4, 6: &P64, 9: &P512, 12: &P4096, 14: &P16384}
	forEach(t, func(t *testing.T, op implementation) {
		for shift := range xs {
			exponent := []uint{2, 6, 9, 12, 14}[shift%5]
			multiple := multiples[exponent]
			k := new(big.Int).Lsh(p, exponent)
			sub := func(z, x, y *Element) { op.sub(z, x, y, multiple) }
			var x, y, z Element
			var bx, by [Lanes]*big.Int
			for i := range Lanes {
				bx[i], by[i] = xs[(shift+i)%len(xs)], xs[(shift*7+i*i*11)%len(xs)]
				x.set(i, bx[i])
				y.set(i, by[i])
			}
			x0, y0 := x, y
			op.mul(&z, &x, &y)
			for i := range Lanes {
				got := z.get(t, i)
				want := new(big.Int).Mul(bx[i], by[i])
				want.Mul(want, rInv).Mod(want, p)
				if got.Cmp(bound2p) >= 0 || new(big.Int).Mod(got, p).Cmp(want) != 0 {
					t.Fatalf("%x·%x gives %x", bx[i], by[i], got)
				}
			}
			if x != x0 || y != y0 {
				t.Fatal("an operand was written")
			}
			product := z
			op.add(&z, &x, &y)
			for i := range Lanes {
				if got := z.get(t, i); got.Cmp(new(big.Int).Add(bx[i], by[i])) != 0 {
					t.Fatalf("%x + %x gives %x", bx[i], by[i], got)
				}
			}
			sum := z
			for i := range Lanes {
				if by[i].Cmp(k) > 0 { // Sub takes less
					by[i] = new(big.Int).Rsh(by[i], 15)
					y.set(i, by[i])
				}
			}
			y1 := y
			sub(&z, &x, &y)
			for i := range Lanes {
				want := new(big.Int).Sub(bx[i], by[i])
				if got := z.get(t, i); got.Cmp(want.Add(want, k)) != 0 {
					t.Fatalf("%x − %x gives %x", bx[i], by[i], got)
				}
			}
			difference := z
			// Outputs over inputs, and neighbours that stay as they are.
			for name, c := range map[string]struct {
				f    func(z, x, y *Element)
				y    *Element
				want *Element
			}{"mul": {op.mul, &y0, &product}, "add": {op.add, &y0, &sum}, "sub": {sub, &y1, &difference}} {
				var guarded [3]Element
				guarded[1] = x
				c.f(&guarded[1], &guarded[1], c.y)
				if guarded[1] != *c.want || guarded[0] != guarded[2] || guarded[0] != (Element{}) {
					t.Fatalf("%s over its first operand", name)
				}
				guarded[1] = *c.y
				c.f(&guarded[1], &x, &guarded[1])
				if guarded[1] != *c.want || guarded[0] != guarded[2] || guarded[0] != (Element{}) {
					t.Fatalf("%s over its second operand", name)
				}
			}
			op.reduce(&z, &x)
			for i := range Lanes {
				got := z.get(t, i)
				if got.Cmp(new(big.Int).Mul(p, big.NewInt(3))) >= 0 || new(big.Int).Mod(got, p).Cmp(new(big.Int).Mod(bx[i], p)) != 0 {
					t.Fatalf("%x reduces to %x", bx[i], got)
				}
			}
			reduced := x
			op.reduce(&reduced, &reduced)
			if reduced != z {
				t.Fatal("reduction over its operand")
			}
			op.mul(&z, &x, &x)
			square := x
			op.mul(&square, &square, &square)
			if square != z {
				t.Fatal("square over its operand")
			}
		}
	})
}

func TestGatherScatter(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var rows [3 * Lanes]Limbs
	for i := range rows {
		for j := range rows[i] {
			rows[i][j] = random.Uint64()
		}
	}
	var src [Lanes]*Limbs
	for i := range src {
		src[i] = &rows[Lanes+(i*3)%Lanes]
	}
	var want, got Element
	gatherGeneric(&want, &src)
	if got.Gather(&src); got != want {
		t.Fatal("gathered lanes differ")
	}
	for i := range src {
		for j := range got {
			if got[j][i] != src[i][j] {
				t.Fatalf("lane %d, limb %d", i, j)
			}
		}
	}
	before := rows
	for i := range Lanes {
		rows[Lanes+i] = Limbs{}
	}
	got.Scatter(&src)
	if rows != before {
		t.Fatal("scattering does not undo gathering, or writes beyond")
	}
	var a, b Limbs
	for i := range src {
		src[i] = &a
	}
	got.Scatter(&src)
	scatterGeneric(&[Lanes]*Limbs{&b, &b, &b, &b, &b, &b, &b, &b}, &got)
	if a != b || a[2] != got[2][Lanes-1] {
		t.Fatal("equal pointers: not the last lane")
	}
}

func TestForms(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	r384 := new(big.Int).Lsh(big.NewInt(1), 384)
	for range 50 {
		var z, plain, mont Element
		var want [Lanes]*big.Int
		for i := range Lanes {
			x := new(big.Int)
			for range 6 {
				x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(random.Uint64()))
			}
			x.Mod(x, p)
			want[i] = x
			plain.SetWords(i, words(x))
			mont.SetWords(i, words(new(big.Int).Mod(new(big.Int).Mul(x, r384), p)))
		}
		for i := range Lanes {
			if got := plain.Words(i); got != *words(want[i]) {
				t.Fatalf("words of %x are %x", want[i], got)
			}
		}
		plain.FromPlain()
		mont.FromMont384()
		for i := range Lanes {
			x := new(big.Int).Mul(want[i], r)
			x.Mod(x, p)
			for _, e := range []*Element{&plain, &mont} {
				if got := e.get(t, i); got.Mod(got, p).Cmp(x) != 0 {
					t.Fatalf("form of %x", want[i])
				}
			}
		}
		z = plain
		z.ToMont384()
		for i := range Lanes {
			x := new(big.Int).Mul(want[i], r384)
			if got := z.Words(i); got != *words(x.Mod(x, p)) {
				t.Fatalf("back from our form: %x", got)
			}
		}
		var power Element
		power.PowPMinus3Over4(&plain)
		power.ToMont384()
		e := new(big.Int).Sub(p, big.NewInt(3))
		e.Rsh(e, 2)
		for i := range Lanes {
			x := new(big.Int).Exp(want[i], e, p)
			x.Mul(x, r384).Mod(x, p)
			if got := power.Words(i); got != *words(x) {
				t.Fatalf("power of %x", want[i])
			}
		}
	}
	var z Element
	z.SetOne()
	z.ToMont384()
	if z.Words(3) != *words(new(big.Int).Mod(r384, p)) {
		t.Error("one")
	}
	two := new(big.Int).Sub(new(big.Int).Lsh(p, 1), big.NewInt(1))
	z.set(5, two)
	if got := z.Words(5); got != *words(new(big.Int).Sub(two, p)) {
		t.Error("2p − 1 is not reduced")
	}
}

func words(x *big.Int) *Words {
	var w Words
	rest := new(big.Int).Set(x)
	for j := range w {
		w[j] = rest.Uint64()
		rest.Rsh(rest, 64)
	}
	return &w
}

func FuzzOperations(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint64(0))
	f.Fuzz(func(t *testing.T, a, b, pattern uint64) {
		random := rand.New(rand.NewPCG(a, b))
		draw := func(bound *big.Int) *big.Int {
			x := new(big.Int)
			for range 7 {
				w := random.Uint64()
				switch pattern & 3 {
				case 1:
					w = 0
				case 2:
					w = 1<<64 - 1
				}
				pattern = pattern>>2 | pattern<<62
				x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(w))
			}
			return x.Mod(x, bound)
		}
		var x, y Element
		for i := range Lanes {
			x.set(i, draw(new(big.Int).Lsh(p, 17)))
			y.set(i, draw(new(big.Int).Lsh(p, 12)))
		}
		var want, got Element
		for _, op := range vectorImplementations(t) {
			subs := [2]func(z, x, y *Element){
				func(z, x, y *Element) { subGeneric(z, x, y, &P4096) },
				func(z, x, y *Element) { op.sub(z, x, y, &P4096) },
			}
			reduces := [2]func(z, x, y *Element){
				func(z, x, y *Element) { reduceGeneric(z, x) },
				func(z, x, y *Element) { op.reduce(z, x) },
			}
			for i, pair := range [][2]func(z, x, y *Element){{mulGeneric, op.mul}, {addGeneric, op.add}, subs, reduces} {
				pair[0](&want, &x, &y)
				pair[1](&got, &x, &y)
				if got != want {
					t.Fatalf("%s, operation %d", op.name, i)
				}
			}
		}
	})
}

func BenchmarkMul(b *testing.B) {
	var x, y Element
	for i := range Lanes {
		x.set(i, new(big.Int).Sub(p, big.NewInt(int64(i+1))))
		y.set(i, new(big.Int).Sub(p, big.NewInt(int64(i+9))))
	}
	for _, op := range append([]implementation{generic}, vectorImplementations(b)...) {
		b.Run("impl="+op.name, func(b *testing.B) {
			for b.Loop() {
				op.mul(&x, &x, &y)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*Lanes), "ns/product")
		})
		b.Run("op=sub/impl="+op.name, func(b *testing.B) {
			z := x
			for b.Loop() {
				op.sub(&z, &x, &y, &P4)
			}
		})
	}
}

func BenchmarkPow(b *testing.B) {
	var x Element
	x.SetOne()
	x.Double(&x)
	for b.Loop() {
		x.PowPMinus3Over4(&x)
	}
}
