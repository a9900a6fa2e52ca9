package bls12381

import (
	"fmt"
	"math/big"
	"runtime"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// lowOrder returns points on the curves of small prime order, and their sums with
// points of the subgroups.
func lowOrder(t testing.TB) (g1 []curve.G1Affine, g2 []curve.G2Affine) {
	wild1, wild2 := offGroup()
	_, _, gen1, gen2 := curve.Generators()
	// part takes the primes q out of the cofactor.
	part := func(cofactor string, q int64) *big.Int {
		h, _ := new(big.Int).SetString(cofactor, 10)
		for {
			rest, mod := new(big.Int).DivMod(h, big.NewInt(q), new(big.Int))
			if mod.Sign() != 0 {
				return h
			}
			h = rest
		}
	}
	for _, q := range []int64{3, 11, 10177, 859267, 52437899} {
		var small curve.G1Jac
		small.FromAffine(&wild1)
		mul1(&small, r)
		mul1(&small, part("76329603384216526031706109802092473003", q))
		for next := small; !next.Z.IsZero(); mul1(&next, big.NewInt(q)) {
			small = next
		}
		var p, sum curve.G1Affine
		if p.FromJacobian(&small); !p.IsInfinity() {
			g1 = append(g1, p, *sum.Add(&p, &gen1))
		}
	}
	for _, q := range []int64{13, 23, 2713, 11953, 262069} {
		var small curve.G2Jac
		small.FromAffine(&wild2)
		mul2(&small, r)
		mul2(&small, part("305502333931268344200999753193121504214466019254188142667664032982267604182971884026507427359259977847832272839041616661285803823378372096355777062779109", q))
		for next := small; !next.Z.IsZero(); mul2(&next, big.NewInt(q)) {
			small = next
		}
		var p, sum curve.G2Affine
		if p.FromJacobian(&small); !p.IsInfinity() {
			g2 = append(g2, p, *sum.Add(&p, &gen2))
		}
	}
	if len(g1) < 6 || len(g2) < 6 {
		t.Fatalf("%d and %d points of small order", len(g1), len(g2))
	}
	return g1, g2
}

// mul1 and mul2 multiply by any integer: the library's own multiplication reduces
// modulo r.
func mul1(p *curve.G1Jac, k *big.Int) {
	var acc curve.G1Jac
	acc.FromAffine(&curve.G1Affine{})
	for i := k.BitLen() - 1; i >= 0; i-- {
		acc.DoubleAssign()
		if k.Bit(i) == 1 {
			acc.AddAssign(p)
		}
	}
	*p = acc
}

func mul2(p *curve.G2Jac, k *big.Int) {
	var acc curve.G2Jac
	acc.FromAffine(&curve.G2Affine{})
	for i := k.BitLen() - 1; i >= 0; i-- {
		acc.DoubleAssign()
		if k.Bit(i) == 1 {
			acc.AddAssign(p)
		}
	}
	*p = acc
}

// curvePoints are points of the curves, in and out of the subgroups, in an order
// that puts each kind into each lane.
func curvePoints(t testing.TB) (g1 []curve.G1Affine, g2 []curve.G2Affine) {
	rnd := &stream{}
	bad1, bad2 := lowOrder(t)
	wild1, wild2 := offGroup()
	bad1, bad2 = append(bad1, wild1), append(bad2, wild2)
	for i := range 60 {
		if i%3 == 0 {
			g1, g2 = append(g1, bad1[i/3%len(bad1)]), append(g2, bad2[i/3%len(bad2)])
		} else {
			p, q := rnd.g1(), rnd.g2()
			g1, g2 = append(g1, p.p), append(g2, q.p)
		}
	}
	return g1, g2
}

func TestSubgroupLanes(t *testing.T) {
	if !lanesServe {
		t.Skip("skipped: lanes serve amd64 only")
	}
	g1, g2 := curvePoints(t)
	for n := 1; n <= fp8.Lanes; n++ {
		for from := 0; from+n <= len(g1); from += 7 {
			ok1, ok2 := make([]bool, n), make([]bool, n)
			inSubgroupG1(ok1, g1[from:from+n])
			inSubgroupG2(ok2, g2[from:from+n])
			for i := range n {
				if want := g1[from+i].IsInSubGroup(); ok1[i] != want {
					t.Fatalf("point %d of the curve in lane %d: %v", from+i, i, ok1[i])
				}
				if want := g2[from+i].IsInSubGroup(); ok2[i] != want {
					t.Fatalf("point %d of the twist in lane %d: %v", from+i, i, ok2[i])
				}
			}
		}
	}
}

func BenchmarkSubgroupLanes(b *testing.B) {
	rnd := &stream{}
	var ps [8]curve.G1Affine
	var qs [8]curve.G2Affine
	for i := range ps {
		p, q := rnd.g1(), rnd.g2()
		ps[i], qs[i] = p.p, q.p
	}
	var ok [8]bool
	b.Run("G1", func(b *testing.B) {
		for b.Loop() {
			inSubgroupG1(ok[:], ps[:])
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(8*b.N), "ns/point")
	})
	b.Run("G2", func(b *testing.B) {
		for b.Loop() {
			inSubgroupG2(ok[:], qs[:])
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(8*b.N), "ns/point")
	})
}

// bothWays runs f with lanes and without.
func bothWays(t *testing.T, f func(t *testing.T)) {
	before := useLanes
	defer func() { useLanes = before }()
	for _, useLanes = range []bool{false, true} {
		if useLanes && !lanesServe {
			t.Logf("lanes=true: not run, lanes serve amd64 only")
			continue
		}
		t.Run(fmt.Sprintf("lanes=%v", useLanes), f)
	}
}

// lanesServe says whether lanes are ever used on this architecture. On it they are
// tested with and without the instructions.
const lanesServe = runtime.GOARCH == "amd64"

// Batches of every length, with every kind of fault in every lane, say what the
// single decoder says.
func TestDecodeLanes(t *testing.T) {
	g1, g2 := curvePoints(t)
	var b1 [][G1CompressedSize]byte
	var b2 [][G2CompressedSize]byte
	for i := range g1 {
		e1, e2 := g1[i].Bytes(), g2[i].Bytes()
		switch i % 11 {
		case 4:
			e1[0], e2[0] = e1[0]^0x20, e2[0]^0x20 // the other root
		case 5:
			e1[47], e2[95] = e1[47]^byte(1+i), e2[95]^byte(1+i) // most often off the curve
		case 6:
			e1[0], e2[0] = e1[0]^0x80, e2[0]^0x80
		case 7:
			e1, e2 = [48]byte{0xc0}, [96]byte{0xc0}
		case 8:
			copy(e1[:], fp.Modulus().Bytes())
			e1[0] |= 0x80
			copy(e2[48:], fp.Modulus().Bytes())
		case 9:
			e1, e2 = [48]byte{0x80}, [96]byte{0x80} // x = 0
		}
		b1, b2 = append(b1, e1), append(b2, e2)
	}
	bothWays(t, func(t *testing.T) {
		classes := map[error]int{}
		for n := 1; n <= 19; n++ {
			for from := 0; from+n <= len(b1); from += 5 {
				var d1 []*G1
				var s1 []*[G1CompressedSize]byte
				var d2 []*G2
				var s2 []*[G2CompressedSize]byte
				for i := from; i < from+n; i++ {
					d1, s1 = append(d1, new(G1)), append(s1, &b1[i])
					d2, s2 = append(d2, new(G2)), append(s2, &b2[i])
				}
				errs1, errs2 := make([]error, n), make([]error, n)
				DecodeG1(d1, s1, errs1)
				DecodeG2(d2, s2, errs2)
				for i := range n {
					var w1 G1
					var w2 G2
					want1, want2 := w1.SetCompressed(s1[i]), w2.SetCompressed(s2[i])
					if errs1[i] != want1 || *d1[i] != w1 || errs2[i] != want2 || *d2[i] != w2 {
						t.Fatalf("%d points from %d, lane %d: %v and %v, want %v and %v", n, from, i, errs1[i], errs2[i], want1, want2)
					}
					classes[want1]++
					classes[want2]++
				}
			}
		}
		if len(classes) != 6 {
			t.Errorf("outcomes %v, want all six", classes)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	rnd := &stream{}
	const n = 64
	var d1 []*G1
	var s1 []*[G1CompressedSize]byte
	var d2 []*G2
	var s2 []*[G2CompressedSize]byte
	for range n {
		p, q := rnd.g1(), rnd.g2()
		e1, e2 := p.Compressed(), q.Compressed()
		d1, s1 = append(d1, new(G1)), append(s1, &e1)
		d2, s2 = append(d2, new(G2)), append(s2, &e2)
	}
	errs := make([]error, n)
	before := useLanes
	defer func() { useLanes = before }()
	for _, useLanes = range []bool{false, before} {
		b.Run(fmt.Sprintf("G1/lanes=%v", useLanes), func(b *testing.B) {
			for b.Loop() {
				DecodeG1(d1, s1, errs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/point")
		})
		b.Run(fmt.Sprintf("G2/lanes=%v", useLanes), func(b *testing.B) {
			for b.Loop() {
				DecodeG2(d2, s2, errs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/point")
		})
	}
}

func BenchmarkScaleAll(b *testing.B) {
	rnd := &stream{}
	const n = 64
	ps, out, cs := make([]G1, n), make([]G1, n), make([]Coefficient, n)
	for i := range ps {
		ps[i], cs[i] = rnd.g1(), rnd.coefficient()
	}
	before := useLanes
	defer func() { useLanes = before }()
	for _, useLanes = range []bool{false, before} {
		b.Run(fmt.Sprintf("lanes=%v", useLanes), func(b *testing.B) {
			for b.Loop() {
				ScaleAll(out, ps, cs)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/point")
		})
	}
}

func BenchmarkMillerLoop(b *testing.B) {
	rnd := &stream{}
	pairs := make([]Pair, 64)
	for i := range pairs {
		pairs[i] = Pair{rnd.g1(), rnd.g2()}
	}
	before := useLanes
	defer func() { useLanes = before }()
	for _, useLanes = range []bool{false, before} {
		for _, n := range []int{1, 2, 3, 4, 8, 10, 64} {
			b.Run(fmt.Sprintf("pairs=%d/lanes=%v", n, useLanes), func(b *testing.B) {
				for b.Loop() {
					MillerLoop(pairs[:n], nil)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/pair")
			})
		}
	}
}

func TestDecodePlainG1(t *testing.T) {
	g1, _ := curvePoints(t)
	var good [][G1UncompressedSize]byte
	var wild [][G1UncompressedSize]byte
	for i := range g1 {
		if g1[i].IsInSubGroup() {
			good = append(good, g1[i].RawBytes())
		} else {
			wild = append(wild, g1[i].RawBytes())
		}
	}
	flat := func(points [][G1UncompressedSize]byte) (b []byte) {
		for i := range points {
			b = append(b, points[i][:]...)
		}
		return b
	}
	bothWays(t, func(t *testing.T) {
		for n := range 20 {
			dst := make([]G1, n)
			if _, err := DecodePlainG1(dst, flat(good[:n])); err != nil {
				t.Fatal(err)
			}
			for i := range dst {
				if dst[i].Uncompressed() != good[i] {
					t.Fatalf("point %d of %d", i, n)
				}
				bad := append([][G1UncompressedSize]byte(nil), good[:n]...)
				bad[i] = wild[i%len(wild)]
				if at, err := DecodePlainG1(make([]G1, n), flat(bad)); at != i || err != ErrNotInGroup {
					t.Fatalf("point %d of %d outside the subgroup: %d, %v", i, n, at, err)
				}
				bad[i] = [G1UncompressedSize]byte{0x40}
				if at, err := DecodePlainG1(make([]G1, n), flat(bad)); at != i || err != ErrInfinity {
					t.Fatalf("point %d of %d infinity: %d, %v", i, n, at, err)
				}
			}
		}
	})
}

// FuzzDecode: whatever the bytes are, lanes and scalar decoders agree.
func FuzzDecode(f *testing.F) {
	if !lanesServe {
		f.Skip("skipped: lanes serve amd64 only")
	}
	rnd := &stream{}
	var seed []byte
	for range 4 {
		p, q := rnd.g1(), rnd.g2()
		e1, e2 := p.Compressed(), q.Compressed()
		seed = append(append(seed, e1[:]...), e2[:]...)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var s1 []*[G1CompressedSize]byte
		var s2 []*[G2CompressedSize]byte
		for ; len(data) >= 144 && len(s1) < 8; data = data[144:] {
			s1, s2 = append(s1, (*[48]byte)(data)), append(s2, (*[96]byte)(data[48:]))
		}
		n := len(s1)
		if n == 0 {
			return
		}
		d1, d2 := make([]*G1, n), make([]*G2, n)
		for i := range n {
			d1[i], d2[i] = new(G1), new(G2)
		}
		e1, e2 := make([]error, n), make([]error, n)
		decodeLanesG1(d1, s1, e1)
		decodeLanesG2(d2, s2, e2)
		for i := range n {
			var w1 G1
			var w2 G2
			if err := w1.SetCompressed(s1[i]); err != e1[i] || w1 != *d1[i] {
				t.Errorf("G1 %d: %v, want %v", i, e1[i], err)
			}
			if err := w2.SetCompressed(s2[i]); err != e2[i] || w2 != *d2[i] {
				t.Errorf("G2 %d: %v, want %v", i, e2[i], err)
			}
		}
	})
}
