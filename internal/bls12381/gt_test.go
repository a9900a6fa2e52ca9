package bls12381

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// randomGT returns an element of the target group.
func randomGT(t testing.TB) curve.GT {
	t.Helper()
	var k fr.Element
	if _, err := k.SetRandom(); err != nil {
		t.Fatal(err)
	}
	_, _, g1, g2 := curve.Generators()
	e, err := curve.Pair([]curve.G1Affine{g1}, []curve.G2Affine{g2})
	if err != nil {
		t.Fatal(err)
	}
	var x curve.GT
	x.Exp(e, k.BigInt(new(big.Int)))
	return x
}

// torus compresses an element whose part at w is not zero.
func torus(x *curve.GT) (b [GTCompressedSize]byte) {
	var one, c curve.E6
	one.SetOne()
	c.Inverse(&x.C1)
	one.Add(&one, &x.C0)
	c.Mul(&c, &one)
	for i, e := range [6]*fp.Element{&c.B0.A0, &c.B0.A1, &c.B1.A0, &c.B1.A1, &c.B2.A0, &c.B2.A1} {
		fp.LittleEndian.PutElement((*[fp.Bytes]byte)(b[i*fp.Bytes:]), *e)
	}
	return b
}

// unitary returns an element of norm one over the sextic extension, and cyclotomic one
// of the cyclotomic subgroup; they are outside the target group.
func unitary() (x curve.GT) {
	var c curve.GT
	x.MustSetRandom()
	c.Conjugate(&x)
	x.Inverse(&x).Mul(&x, &c)
	return x
}

func cyclotomic() (x curve.GT) {
	u := unitary()
	x.FrobeniusSquare(&u).Mul(&x, &u)
	return x
}

func TestDecodeGT(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		for n := range 19 {
			src, dst, errs := make([]*[GTCompressedSize]byte, n), make([]*GT, n), make([]error, n)
			want, wantErr := make([]curve.GT, n), make([]error, n)
			for i := range n {
				dst[i] = new(GT)
				x := randomGT(t)
				switch (n + i) % 7 {
				case 1:
					x, wantErr[i] = unitary(), ErrNotInTargetGroup
				case 3:
					x, wantErr[i] = cyclotomic(), ErrNotInTargetGroup
				}
				b := torus(&x)
				switch (n + i) % 7 {
				case 4: // p itself, and more, in one coordinate
					wantErr[i] = ErrNotCanonical
					p := fp.Modulus().FillBytes(make([]byte, fp.Bytes))
					slices.Reverse(p)
					copy(b[(n%6)*fp.Bytes:], p)
				case 5:
					wantErr[i] = ErrNotCanonical
					b[(n%6)*fp.Bytes+fp.Bytes-1] = 0xff
				case 6: // 0 stands for −1, of order two
					wantErr[i] = ErrNotInTargetGroup
					b = [GTCompressedSize]byte{}
				}
				src[i], want[i] = &b, x
			}
			DecodeGT(dst, src, errs)
			for i := range n {
				if !errors.Is(errs[i], wantErr[i]) || errs[i] == nil && !dst[i].e.Equal(&want[i]) || errs[i] != nil && *dst[i] != (GT{}) {
					t.Errorf("element %d of %d: %v, want %v", i, n, errs[i], wantErr[i])
				}
			}
		}
	})
}

func TestProductExp(t *testing.T) {
	minusOne := Scalar(order)
	minusOne[0]--
	edge := []Scalar{{}, {1}, {8}, {15}, {16}, {seed}, {seed - 1}, {0, 1}, {^uint64(0), ^uint64(0), ^uint64(0)}, minusOne}
	bothWays(t, func(t *testing.T) {
		for n := range 20 {
			xs, ks := make([]GT, n), make([]Scalar, n)
			var want curve.GT
			want.SetOne()
			for i := range n {
				xs[i].e = randomGT(t)
				if n%3 == 2 && i > 0 {
					xs[i] = xs[i-1]
				}
				ks[i] = edge[(n*n+i)%len(edge)]
				if i%2 == 0 {
					var k fr.Element
					if _, err := k.SetRandom(); err != nil {
						t.Fatal(err)
					}
					ks[i] = Scalar(k.Bits())
				}
				b := ks[i].BytesLE()
				slices.Reverse(b[:])
				var y curve.GT
				y.Exp(xs[i].e, new(big.Int).SetBytes(b[:]))
				want.Mul(&want, &y)
			}
			if got := ProductExp(xs, ks); !got.e.Equal(&want) {
				t.Errorf("%d elements: wrong product", n)
			}
		}
	})
}

// Operands at the stated bounds: the representatives of an element that are as large
// as the functions allow.
func TestCyclotomicLanesBounds(t *testing.T) {
	if !fp8.Available() {
		t.Skip("skipped: no AVX-512 IFMA, or built with purego")
	}
	var xs [fp8.Lanes]curve.GT
	var ps []*curve.GT
	for i := range xs {
		xs[i] = randomGT(t)
		ps = append(ps, &xs[i])
	}
	var f, g, h ext12
	f.setLanes(ps)
	// Added multiples of p change nothing: 0 − 0 + 4p is 4p.
	var zero, fourP fp8.Element
	fourP.Sub(&zero, &zero, &fp8.P4)
	sq, mul, frob := f, f, f
	sq.squareCyclotomic()
	mul.mul(&f, &f)
	frob.frobenius(&f)
	h.conjugate(&f)
	got := [4][fp8.Lanes]curve.GT{sq.lanes(), mul.lanes(), frob.lanes(), h.lanes()}
	large := f
	for _, c := range large.coefficients() {
		for range 12 { // < 50
			c.a0.Add(&c.a0, &fourP)
			c.a1.Add(&c.a1, &fourP)
		}
	}
	g.frobenius(&large)
	if g.lanes() != got[2] {
		t.Error("frobenius depends on the representative")
	}
	g.mul(&large, &f)
	if g.lanes() != got[1] {
		t.Error("mul depends on the representative")
	}
	for i := range xs {
		var want [4]curve.GT
		want[0].Square(&xs[i])
		want[1] = want[0]
		want[2].Frobenius(&xs[i])
		want[3].Conjugate(&xs[i])
		for k := range want {
			if !got[k][i].Equal(&want[k]) {
				t.Errorf("lane %d, operation %d differs from the scalar one", i, k)
			}
		}
	}
	// A chain of squarings, which keeps its bound or drifts.
	for range 300 {
		f.squareCyclotomic()
		for i := range xs {
			xs[i].CyclotomicSquare(&xs[i])
		}
	}
	if f.lanes() != xs {
		t.Error("300 squarings differ")
	}
}

func TestSeedDigits(t *testing.T) {
	big128 := new(big.Int).SetUint64(seed)
	lambda := new(big.Int).Mul(big128, big128)
	lambda.Sub(lambda, big.NewInt(1))
	toBig := func(words ...uint64) *big.Int {
		b := make([]byte, 0, 32)
		for i := len(words) - 1; i >= 0; i-- {
			b = binary.BigEndian.AppendUint64(b, words[i])
		}
		return new(big.Int).SetBytes(b)
	}
	top := Scalar(order)
	top[0]--
	cases := []Scalar{{}, {1}, {seed}, {seed - 1}, {0, 0, 0, 1}, {seedSquare[0], seedSquare[1]}, {seedSquare[0] - 1, seedSquare[1]}, {seedSquare[0] - 2, seedSquare[1]}, top}
	for range 1000 {
		var b [32]byte
		rand.Read(b[:])
		b[31] &= 0x3f
		var k Scalar
		k.SetBytesLE(&b)
		cases = append(cases, k)
	}
	for _, k := range cases {
		want := toBig(k[:]...)
		sum, power := new(big.Int), big.NewInt(1)
		for _, d := range seedDigits(&k) {
			sum.Add(sum, new(big.Int).Mul(toBig(d), power))
			power = new(big.Int).Mul(power, big128)
		}
		if sum.Cmp(want) != 0 {
			t.Errorf("digits of %x", k)
		}
		lo, hi := splitScalar(&k)
		sum.Mul(toBig(hi[:]...), lambda)
		if sum.Add(sum, toBig(lo[:]...)); sum.Cmp(want) != 0 {
			t.Errorf("halves of %x", k)
		}
	}
}

func TestSumProducts(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		var lists [][]Product
		var want []curve.G1Affine
		for n := range 12 {
			var list []Product
			var sum curve.G1Jac
			sum.FromAffine(&curve.G1Affine{})
			for i := range n {
				var k fr.Element
				if _, err := k.SetRandom(); err != nil {
					t.Fatal(err)
				}
				var p Product
				p.P.ScaleGenerator(&Scalar{uint64(i*n + 1)})
				if i == 5 {
					p.P = G1{} // infinity
				}
				p.K = Scalar(k.Bits())
				if i%3 == 0 {
					p.K = Scalar{uint64(i)}
				}
				list = append(list, p)
				b := p.K.BytesLE()
				slices.Reverse(b[:])
				var j curve.G1Jac
				j.FromAffine(&p.P.p)
				j.ScalarMultiplication(&j, new(big.Int).SetBytes(b[:]))
				sum.AddAssign(&j)
			}
			lists = append(lists, list)
			var a curve.G1Affine
			want = append(want, *a.FromJacobian(&sum))
		}
		for i, got := range SumProducts(lists...) {
			if !got.p.Equal(&want[i]) {
				t.Errorf("sum of %d products", len(lists[i]))
			}
		}
	})
}

func FuzzDecodeGT(f *testing.F) {
	x := randomGT(f)
	b := torus(&x)
	f.Add(b[:])
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) != GTCompressedSize {
			return
		}
		src := (*[GTCompressedSize]byte)(data)
		var alone GT
		want := alone.setCompressed(src)
		if want == nil {
			if again := torus(&alone.e); again != *src {
				t.Errorf("%x decodes and encodes to %x", data, again)
			}
		}
		dst, errs := make([]GT, fp8.Lanes), make([]error, fp8.Lanes)
		var ps []*GT
		var srcs []*[GTCompressedSize]byte
		for i := range dst {
			ps, srcs = append(ps, &dst[i]), append(srcs, src)
		}
		DecodeGT(ps, srcs, errs)
		for i := range dst {
			if errs[i] != want || want == nil && dst[i] != alone {
				t.Errorf("lane %d: %v, alone %v", i, errs[i], want)
			}
		}
	})
}

func BenchmarkDecodeGT(b *testing.B) {
	for _, n := range []int{1, 8, 104} {
		src, dst, errs := make([]*[GTCompressedSize]byte, n), make([]*GT, n), make([]error, n)
		for i := range n {
			x := randomGT(b)
			c := torus(&x)
			src[i], dst[i] = &c, new(GT)
		}
		b.Run(fmt.Sprintf("n=%d/lanes=%v", n, useLanes && n >= minLanes), func(b *testing.B) {
			for b.Loop() {
				DecodeGT(dst, src, errs)
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "elements/s")
		})
	}
}

func BenchmarkProductExp(b *testing.B) {
	for _, n := range []int{1, 8, 104} {
		xs, ks := make([]GT, n), make([]Scalar, n)
		for i := range n {
			xs[i].e = randomGT(b)
			ks[i] = Scalar{uint64(i), ^uint64(i), 77, order[3] - 1}
		}
		saved := useLanes
		for _, lanes := range []bool{false, true} {
			if lanes && !fp8.Available() {
				continue
			}
			useLanes = lanes
			b.Run(fmt.Sprintf("n=%d/lanes=%v", n, lanes), func(b *testing.B) {
				for b.Loop() {
					ProductExp(xs, ks)
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "elements/s")
			})
		}
		useLanes = saved
	}
}
