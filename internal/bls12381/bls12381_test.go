package bls12381

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

var r = fr.Modulus()

// stream is a deterministic source of test operands.
type stream struct{ n uint64 }

func (s *stream) bytes() [32]byte {
	s.n++
	return sha256.Sum256(binary.LittleEndian.AppendUint64([]byte("bls12381 test"), s.n))
}

func (s *stream) scalar() Scalar {
	b := s.bytes()
	b[31] &= 0x3f
	var x Scalar
	x.SetBytesLE(&b)
	return x
}

func (s *stream) coefficient() Coefficient {
	b := s.bytes()
	return Coefficient{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])}
}

func (s *stream) g1() G1 {
	k := s.scalar()
	var g G1
	g.ScaleGenerator(&k)
	return g
}

func (s *stream) g2() G2 {
	k := s.scalar()
	var g G2
	g.ScaleGenerator(&k)
	return g
}

func scalarOf(x *big.Int) (s Scalar) {
	b := new(big.Int).Mod(x, r).FillBytes(make([]byte, 32))
	slices.Reverse(b)
	s.SetBytesLE((*[32]byte)(b))
	return s
}

func (c Coefficient) big() *big.Int {
	x := new(big.Int).SetUint64(c[1])
	return x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(c[0]))
}

// edgeScalars are the operands at which carries and windows go wrong.
func edgeScalars() []Scalar {
	var out []Scalar
	for _, d := range []int64{0, 1, 2, 3, -1, -2, -3} {
		out = append(out, scalarOf(big.NewInt(d)))
	}
	for k := uint(0); k < 255; k += 17 {
		p := new(big.Int).Lsh(big.NewInt(1), k)
		out = append(out, scalarOf(p), scalarOf(new(big.Int).Neg(p)), scalarOf(new(big.Int).Sub(p, big.NewInt(1))))
	}
	return out
}

var edgeCoefficients = []Coefficient{
	{}, {1}, {2}, {15}, {16}, {17}, {31}, {32}, {1<<64 - 1}, {0, 1}, {1<<64 - 1, 1<<64 - 1},
	{1<<64 - 16, 1<<64 - 1}, {0, 1 << 63}, {1 << 63, 1 << 63}, {0xaaaaaaaaaaaaaaaa, 0x5555555555555555},
}

func TestGeneratorMultiples(t *testing.T) { bothWays(t, testGeneratorMultiples) }

func testGeneratorMultiples(t *testing.T) {
	ks, rnd := edgeScalars(), &stream{}
	for range 20 {
		ks = append(ks, rnd.scalar())
	}
	table := newGeneratorTable()
	got := table.generatorMultiples(ks)
	if len(got) != len(ks) || len(table.generatorMultiples(nil)) != 0 {
		t.Fatalf("%d multiples, not %d", len(got), len(ks))
	}
	for i := range ks {
		var want G1
		if want.ScaleGenerator(&ks[i]); got[i] != want {
			t.Errorf("%x times the generator is another point", ks[i].BytesLE())
		}
	}
}

func TestScalarArithmetic(t *testing.T) {
	xs := edgeScalars()
	rnd := &stream{}
	for range 20 {
		xs = append(xs, rnd.scalar())
	}
	for _, x := range xs {
		b := x.BytesLE()
		var back Scalar
		if !back.SetBytesLE(&b) || back != x {
			t.Fatalf("round trip of %v", x)
		}
		if x.BitLen() != x.big().BitLen() {
			t.Fatalf("BitLen(%v) = %d", x, x.BitLen())
		}
		var neg, inv, one Scalar
		neg.Neg(&x)
		if neg != scalarOf(new(big.Int).Neg(x.big())) {
			t.Fatalf("Neg(%v)", x)
		}
		inv.Inverse(&x)
		if one.Mul(&inv, &x); one != (Scalar{1}) && x != (Scalar{}) {
			t.Fatalf("Inverse(%v)", x)
		}
		for _, y := range xs {
			var sum, product Scalar
			sum.Add(&x, &y)
			product.Mul(&x, &y)
			if sum != scalarOf(new(big.Int).Add(x.big(), y.big())) || product != scalarOf(new(big.Int).Mul(x.big(), y.big())) {
				t.Fatalf("arithmetic of %v and %v", x, y)
			}
		}
		for _, c := range append(edgeCoefficients, rnd.coefficient()) {
			s := xs[len(xs)-1]
			want := new(big.Int).Mul(x.big(), c.big())
			want.Add(want, s.big())
			if s.AddMul(&x, &c); s != scalarOf(want) {
				t.Fatalf("AddMul(%v, %v)", x, c)
			}
		}
		for w := 2; w <= 13; w++ {
			for at := 0; at < 270; at += 7 {
				want := new(big.Int).Rsh(x.big(), uint(at))
				want.And(want, big.NewInt(1<<w-1))
				if x.window(at, w) != want.Uint64() {
					t.Fatalf("window(%v, %d, %d)", x, at, w)
				}
			}
		}
	}
	for _, bad := range []*big.Int{r, new(big.Int).Add(r, big.NewInt(1)), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))} {
		b := bad.FillBytes(make([]byte, 32))
		slices.Reverse(b)
		s := Scalar{7}
		if s.SetBytesLE((*[32]byte)(b)) || s != (Scalar{7}) {
			t.Errorf("%x was accepted or changed the receiver", b)
		}
	}
}

func TestRecode(t *testing.T) {
	rnd := &stream{}
	cs := slices.Clone(edgeCoefficients)
	for range 1000 {
		cs = append(cs, rnd.coefficient())
	}
	for _, c := range cs {
		var naf [129]int8
		recode(&naf, c)
		sum := new(big.Int)
		for k := len(naf) - 1; k >= 0; k-- {
			sum.Lsh(sum, 1).Add(sum, big.NewInt(int64(naf[k])))
			if d := naf[k]; d != 0 && (d%2 == 0 || d > 15 || d < -15) {
				t.Fatalf("digit %d of %v", d, c)
			}
		}
		if sum.Cmp(c.big()) != 0 {
			t.Fatalf("recode(%x) gives %x", c.big(), sum)
		}
	}
}

func TestScaleAll(t *testing.T) { bothWays(t, testScaleAll) }

func testScaleAll(t *testing.T) {
	rnd := &stream{}
	a, b := rnd.g1(), rnd.g1()
	var minusA G1
	minusA.Neg(&a)
	// Duplicates, opposites and infinity take their own paths.
	points := []G1{a, a, minusA, b, {}, rnd.g1(), rnd.g1(), rnd.g1(), a, rnd.g1(), a, minusA, b, rnd.g1(), rnd.g1(), rnd.g1(), b}
	for round := range 40 {
		cs := make([]Coefficient, len(points))
		for i := range cs {
			cs[i] = edgeCoefficients[(round+i*i)%len(edgeCoefficients)]
			if round > 20 {
				cs[i] = rnd.coefficient()
			}
		}
		scaled := slices.Clone(points)
		n := len(points) - round%len(points)
		ScaleAll(scaled[:n], scaled[:n], cs[:n])
		var sum curve.G1Jac
		sum.FromAffine(&curve.G1Affine{})
		for i := range scaled {
			sum.AddMixed(&scaled[i].p)
		}
		var total G1
		total.p.FromJacobian(&sum)
		if got := Sum(scaled); !got.Equal(&total) {
			t.Fatal("sum of points")
		}
		scaled = scaled[:n]
		for i := range scaled {
			var want G1
			want.p.ScalarMultiplication(&points[i].p, cs[i].big())
			if !scaled[i].Equal(&want) {
				t.Fatalf("scaling point %d by %v", i, cs[i])
			}
		}
	}
}

func TestSums(t *testing.T) {
	rnd := &stream{}
	a := rnd.g1()
	points := []G1{a, rnd.g1(), a, {}, rnd.g1(), rnd.g1(), a}
	edges := edgeScalars()
	for round := range len(edges) {
		scalars := make([]Scalar, len(points))
		for i := range scalars {
			scalars[i] = edges[(round+i*i)%len(edges)]
		}
		for n := 0; n <= len(points); n++ {
			want := NewTable(points[:n], 5, slices.Repeat([]int{52}, n)).Sum(0, scalars[:n])
			products := make([]Product, n)
			for i := range products {
				products[i] = Product{points[i], scalars[i]}
			}
			if got := SumProducts(products)[0]; !got.Equal(&want) {
				t.Fatalf("round %d, %d products", round, n)
			}
		}
	}
	for step := 1; step <= len(points)+1; step++ {
		sums := TailSums(points, step)
		for i := range points {
			var tail []G1
			for k := i; k < len(points); k += step {
				tail = append(tail, points[k])
			}
			if want := Sum(tail); !sums[i].Equal(&want) {
				t.Errorf("step %d, from %d", step, i)
			}
		}
	}
}

func TestTable(t *testing.T) { bothWays(t, testTable) }

func testTable(t *testing.T) {
	rnd := &stream{}
	a := rnd.g1()
	var minusA G1
	minusA.Neg(&a)
	points := []G1{a, a, minusA, {}, rnd.g1(), rnd.g1(), rnd.g1(), rnd.g1(), rnd.g1()}
	plain := make([]G1, 23) // no two meet
	for i := range plain {
		plain[i] = rnd.g1()
	}
	checkTable(t, points)
	checkTable(t, points[:3]) // equal and opposite, no infinity
	checkTable(t, plain)
}

func checkTable(t *testing.T, points []G1) {
	rnd := &stream{}
	edges := edgeScalars()
	for w := 2; w <= 12; w++ {
		if testing.Short() && w%5 != 0 {
			continue
		}
		heights := make([]int, len(points))
		for i := range heights {
			switch i % 3 {
			case 0:
				heights[i] = (ScalarBits + w) / w
			case 1:
				heights[i] = 1
			default:
				heights[i] = 2 + i%4
			}
		}
		table := NewTable(points, w, heights)
		for round := range len(edges) + 10 {
			if w%4 != round%4 {
				continue
			}
			scalars := make([]Scalar, len(points))
			for i := range scalars {
				scalars[i] = edges[(round+i*i*i)%len(edges)]
				switch {
				case round >= len(edges):
					scalars[i] = rnd.scalar()
				case round%3 == 0:
					scalars[i] = edges[round] // all equal: full buckets, opposite entries
				}
			}
			n := round % (len(points) + 1)
			var want curve.G1Jac
			want.FromAffine(&curve.G1Affine{})
			for i := range n {
				var term curve.G1Affine
				term.ScalarMultiplication(&points[i].p, scalars[i].big())
				want.AddMixed(&term)
			}
			var g G1
			g.p.FromJacobian(&want)
			if got := table.Sum(0, scalars[:n]); !got.Equal(&g) {
				t.Fatalf("window %d, round %d, %d columns", w, round, n)
			}
		}
	}
}

func TestMillerLoop(t *testing.T) { bothWays(t, testMillerLoop) }

func testMillerLoop(t *testing.T) {
	rnd := &stream{}
	for _, n := range []int{0, 1, 2, 3, 4, 7, 8, 9, 10, 17} {
		for m := 0; m <= 3; m++ {
			var pairs []Pair
			var prepared []PreparedPair
			var ps []curve.G1Affine
			var qs []curve.G2Affine
			for i := range n + m {
				p, q := rnd.g1(), rnd.g2()
				if i == 2 {
					p = G1{}
				}
				if i == 3 {
					q = G2{}
				}
				ps, qs = append(ps, p.p), append(qs, q.p)
				if i < n {
					pairs = append(pairs, Pair{p, q})
				} else {
					prepared = append(prepared, PreparedPair{p, PrepareLines(&q)})
				}
			}
			f := MillerLoop(pairs, prepared)
			got := f.FinalExp()
			var want GT
			want.e.SetOne()
			if n+m > 0 {
				e, err := curve.Pair(ps, qs)
				if err != nil {
					t.Fatal(err)
				}
				want.e = e
			}
			if !got.Equal(&want) {
				t.Fatalf("product of %d and %d prepared pairings", n, m)
			}
			// A second run over the same lines must not find them changed.
			f = MillerLoop(pairs, prepared)
			if got = f.FinalExp(); !got.Equal(&want) {
				t.Fatalf("second product of %d and %d prepared pairings", n, m)
			}
		}
	}
}

func TestExp(t *testing.T) {
	g1, g2 := Generators()
	f := MillerLoop([]Pair{{g1, g2}}, nil)
	e := f.FinalExp()
	for _, k := range append(edgeScalars(), (&stream{}).scalar()) {
		var got, want GT
		got.Exp(&e, &k)
		want.e.Exp(e.e, k.big())
		if !got.Equal(&want) {
			t.Fatalf("exponent %v", k)
		}
	}
}

// offGroup returns points on the curves outside the subgroups.
func offGroup() (curve.G1Affine, curve.G2Affine) {
	var p curve.G1Affine
	for x := uint64(1); ; x++ {
		var y2 fp.Element
		p.X.SetUint64(x)
		curveG1(&y2, &p.X)
		if p.Y.Sqrt(&y2) != nil && !p.IsInSubGroup() {
			break
		}
	}
	var q curve.G2Affine
	for x := uint64(1); ; x++ {
		var y2, check curve.E2
		q.X.A0.SetUint64(x)
		q.X.A1.SetOne()
		curveG2(&y2, &q.X)
		q.Y.Sqrt(&y2)
		if check.Square(&q.Y).Equal(&y2) && !q.IsInSubGroup() {
			break
		}
	}
	return p, q
}

func TestDecode(t *testing.T) {
	rnd := &stream{}
	badG1, badG2 := offGroup()
	p, q := rnd.g1(), rnd.g2()
	modulus := fp.Modulus().FillBytes(make([]byte, 48))
	put := func(at int) func([]byte) { return func(b []byte) { copy(b[at:], modulus); b[0] |= 0x80 } }
	putPlain := func(at int) func([]byte) { return func(b []byte) { copy(b[at:], modulus) } }
	flip := func(at int, bits byte) func([]byte) { return func(b []byte) { b[at] ^= bits } }
	replace := func(with []byte) func([]byte) { return func(b []byte) { copy(b, with) } }
	bytesOf := func(b any) []byte {
		switch b := b.(type) {
		case [48]byte:
			return b[:]
		case [96]byte:
			return b[:]
		case [192]byte:
			return b[:]
		}
		return nil
	}
	for _, c := range []struct {
		name   string
		good   []byte
		decode func([]byte) (again []byte, err error)
		bad    map[string]struct {
			change func([]byte)
			want   error
		}
	}{
		{"G1 compressed", bytesOf(p.Compressed()), func(b []byte) ([]byte, error) {
			var g G1
			err := g.SetCompressed((*[48]byte)(b))
			return bytesOf(g.Compressed()), err
		}, map[string]struct {
			change func([]byte)
			want   error
		}{
			"no compressed flag":   {flip(0, 0x80), ErrEncoding},
			"infinity":             {func(b []byte) { clear(b); b[0] = 0xc0 }, ErrInfinity},
			"infinity with a body": {flip(0, 0x40), ErrInfinity},
			"x = p":                {put(0), ErrNotCanonical},
			"zero":                 {func(b []byte) { clear(b) }, ErrEncoding},
			"x = 0, order 3":       {func(b []byte) { clear(b); b[0] = 0x80 }, ErrNotInGroup},
			"outside the subgroup": {replace(bytesOf(badG1.Bytes())), ErrNotInGroup},
			"off the curve":        {func(b []byte) { clear(b); b[0] = 0x80; b[47] = 1 }, ErrNotOnCurve},
		}},
		{"G2 compressed", bytesOf(q.Compressed()), func(b []byte) ([]byte, error) {
			var g G2
			err := g.SetCompressed((*[96]byte)(b))
			return bytesOf(g.Compressed()), err
		}, map[string]struct {
			change func([]byte)
			want   error
		}{
			"no compressed flag":   {flip(0, 0x80), ErrEncoding},
			"infinity":             {func(b []byte) { clear(b); b[0] = 0xc0 }, ErrInfinity},
			"x.c1 = p":             {put(0), ErrNotCanonical},
			"x.c0 = p":             {put(48), ErrNotCanonical},
			"flag bits in x.c0":    {func(b []byte) { b[48] |= 0x80 }, ErrNotCanonical},
			"outside the subgroup": {replace(bytesOf(badG2.Bytes())), ErrNotInGroup},
			"off the curve":        {func(b []byte) { clear(b); b[0] = 0x80 }, ErrNotOnCurve},
		}},
		{"G1 uncompressed", bytesOf(p.Uncompressed()), func(b []byte) ([]byte, error) {
			var g G1
			err := g.SetUncompressed((*[96]byte)(b))
			return bytesOf(g.Uncompressed()), err
		}, map[string]struct {
			change func([]byte)
			want   error
		}{
			"compressed flag":      {flip(0, 0x80), ErrEncoding},
			"larger-y flag":        {flip(0, 0x20), ErrEncoding},
			"infinity with a body": {flip(0, 0x40), ErrEncoding},
			"x = p":                {putPlain(0), ErrNotCanonical},
			"y = p":                {putPlain(48), ErrNotCanonical},
			"outside the subgroup": {replace(bytesOf(badG1.RawBytes())), ErrNotInGroup},
			"off the curve":        {flip(95, 1), ErrNotOnCurve},
		}},
		{"G2 uncompressed", bytesOf(q.Uncompressed()), func(b []byte) ([]byte, error) {
			var g G2
			err := g.SetUncompressed((*[192]byte)(b))
			return bytesOf(g.Uncompressed()), err
		}, map[string]struct {
			change func([]byte)
			want   error
		}{
			"compressed flag":      {flip(0, 0x80), ErrEncoding},
			"larger-y flag":        {flip(0, 0x20), ErrEncoding},
			"infinity with a body": {flip(0, 0x40), ErrEncoding},
			"x.c1 = p":             {putPlain(0), ErrNotCanonical},
			"x.c0 = p":             {putPlain(48), ErrNotCanonical},
			"y.c1 = p":             {putPlain(96), ErrNotCanonical},
			"y.c0 = p":             {putPlain(144), ErrNotCanonical},
			"outside the subgroup": {replace(bytesOf(badG2.RawBytes())), ErrNotInGroup},
			"off the curve":        {flip(191, 1), ErrNotOnCurve},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			again, err := c.decode(c.good)
			if err != nil || !slices.Equal(again, c.good) {
				t.Fatalf("good point: %v", err)
			}
			for name, bad := range c.bad {
				b := slices.Clone(c.good)
				bad.change(b)
				if _, err := c.decode(b); !errors.Is(err, bad.want) {
					t.Errorf("%s: %v, want %v", name, err, bad.want)
				}
			}
		})
	}
	for _, b := range [][]byte{append([]byte{0x40}, make([]byte, 95)...)} {
		var g G1
		if err := g.SetUncompressed((*[96]byte)(b)); err != nil || !g.IsInfinity() {
			t.Errorf("uncompressed infinity: %v", err)
		}
	}
	var g G2
	infinity := append([]byte{0x40}, make([]byte, 191)...)
	if err := g.SetUncompressed((*[192]byte)(infinity)); err != nil || !g.IsInfinity() {
		t.Errorf("uncompressed infinity: %v", err)
	}
}

func BenchmarkGeneratorMultiples(b *testing.B) {
	ks, rnd := make([]Scalar, 1024), &stream{}
	for i := range ks {
		ks[i] = rnd.scalar()
	}
	b.Run("together", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			GeneratorMultiples(ks)
		}
	})
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range ks {
				var g G1
				g.ScaleGenerator(&ks[i])
			}
		}
	})
}

func BenchmarkTableSum(b *testing.B) {
	rnd := &stream{}
	for _, n := range []int{40, 328} {
		points := make([]G1, n)
		scalars := make([]Scalar, n)
		for i := range points {
			points[i] = rnd.g1()
			scalars[i] = rnd.scalar()
			if i >= 3 {
				scalars[i][2], scalars[i][3] = scalars[i][2]>>28, 0 // 163 bits, as in a batch
				if n == 40 {
					scalars[i] = Scalar{uint64(i)} // as in a single 2 KiB proof
				}
			}
		}
		for _, w := range []int{4, 5, 6, 8, 10} {
			heights := make([]int, n)
			for i := range heights {
				heights[i] = (165 + w) / w
				if i < 3 {
					heights[i] = (ScalarBits + w) / w
				}
			}
			table := NewTable(points, w, heights)
			b.Run(fmt.Sprintf("points=%d/window=%d", n, w), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					table.Sum(0, scalars)
				}
			})
		}
	}
}

// Sums of products by short factors, the greatest ones included, against big
// integers.
func TestAccumulator(t *testing.T) {
	integer := func(s *Scalar) *big.Int {
		b := s.BytesLE()
		slices.Reverse(b[:])
		return new(big.Int).SetBytes(b[:])
	}
	largest := scalarOf(new(big.Int).Sub(r, big.NewInt(1)))
	const most = 1<<32 - 1
	check := func(name string, a *Accumulator, want *big.Int) {
		t.Helper()
		sum := new(big.Int)
		for i := len(a) - 1; i >= 0; i-- {
			sum.Lsh(sum, 64)
			sum.Add(sum, new(big.Int).SetUint64(a[i]))
		}
		if sum.Cmp(want) != 0 {
			t.Errorf("%s: sum is %x, want %x", name, sum, want)
		}
		got, reduced := a.Scalar(), new(big.Int).Mod(want, r)
		if integer(&got).Cmp(reduced) != 0 {
			t.Errorf("%s: %x modulo the order, want %x", name, integer(&got), reduced)
		}
	}
	var zero Accumulator
	check("nothing", &zero, new(big.Int))
	term := new(big.Int).Mul(big.NewInt(most), integer(&largest))
	var a Accumulator
	want := new(big.Int)
	for i := range 10_000 {
		a.AddMul(most, &largest)
		want.Add(want, term)
		if i%1000 == 0 || i < 10 {
			check(fmt.Sprintf("%d of the greatest products", i+1), &a, want)
		}
	}
	// Near 2^32 products, by words.
	a, want = Accumulator{}, new(big.Int).Mul(term, big.NewInt(most))
	for i, w := 0, new(big.Int).Set(want); i < len(a); i++ {
		a[i] = new(big.Int).And(w, new(big.Int).SetUint64(1<<64-1)).Uint64()
		w.Rsh(w, 64)
	}
	a.AddMul(most, &largest)
	check("2^32 of the greatest products", &a, want.Add(want, term))
	// Words around multiples of the order and at the ends.
	for _, k := range []int64{0, 1, 2} {
		for d := int64(-1); d <= 1; d++ {
			for _, top := range []uint64{0, 1, 1<<63 - 1} {
				w := new(big.Int).Mul(r, big.NewInt(k))
				if w.Add(w, big.NewInt(d)); w.Sign() < 0 {
					continue
				}
				want := new(big.Int).Add(w, new(big.Int).Lsh(new(big.Int).SetUint64(top), 256))
				var a Accumulator
				for i := range 4 {
					a[i] = new(big.Int).And(w, new(big.Int).SetUint64(1<<64-1)).Uint64()
					w.Rsh(w, 64)
				}
				a[4] = top
				check(fmt.Sprintf("%d orders and %d under %d", k, d, top), &a, want)
			}
		}
	}
	a = Accumulator{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<63 - 1}
	check("all ones", &a, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 319), big.NewInt(1)))
	var s stream
	a, want = Accumulator{}, new(big.Int)
	for range 1000 {
		k, b := s.scalar(), s.bytes()
		x := binary.LittleEndian.Uint32(b[:])
		a.AddMul(x, &k)
		want.Add(want, new(big.Int).Mul(integer(&k), big.NewInt(int64(x))))
	}
	check("random products", &a, want)
}
