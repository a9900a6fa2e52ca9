package pocover

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
)

// parseDecimal reads an integer and a scale.
func parseDecimal(t testing.TB, mantissa, scale string) decimal {
	t.Helper()
	n, ok := new(big.Int).SetString(mantissa, 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 96 {
		t.Fatalf("mantissa %q", mantissa)
	}
	var d decimal
	if _, err := fmt.Sscan(scale, &d.scale); err != nil || d.scale > maxDecimalScale {
		t.Fatalf("scale %q", scale)
	}
	lo := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1))
	d.lo, d.hi = lo.Uint64(), uint32(new(big.Int).Rsh(n, 64).Uint64())
	return d
}

func (a decimal) mantissa() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(int64(a.hi)), 64)
	return n.Or(n, new(big.Int).SetUint64(a.lo))
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func (a decimal) rat() *big.Rat { return new(big.Rat).SetFrac(a.mantissa(), tenTo(int(a.scale))) }

// String returns the value without trailing zeros, as the vectors have it.
func (a decimal) String() string {
	if a.overflow {
		return "overflow"
	}
	n, scale, ten := a.mantissa(), int(a.scale), big.NewInt(10)
	for scale > 0 {
		q, r := new(big.Int).QuoRem(n, ten, new(big.Int))
		if r.Sign() != 0 {
			break
		}
		n, scale = q, scale-1
	}
	return fmt.Sprintf("%d %d", n, scale)
}

// roundRat returns x × 10^places as an integer.
func roundRat(x *big.Rat, places int, mode rounding) *big.Int {
	scaled := new(big.Rat).Mul(x, new(big.Rat).SetInt(tenTo(places)))
	q, r := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	half := new(big.Int).Lsh(r, 1).Cmp(scaled.Denom())
	if mode == up && r.Sign() > 0 || mode == halfEven && (half > 0 || half == 0 && q.Bit(0) == 1) {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// fitRat is the slow twin of wide.fit and of the end of a division: the value rounded at
// the largest scale at which its integer, cut off, is below 2⁹⁶.
func fitRat(x *big.Rat, maxScale int) decimal {
	for scale := min(maxScale, maxDecimalScale); scale >= 0; scale-- {
		if roundRat(x, scale, down).BitLen() > 96 {
			continue
		}
		n := roundRat(x, scale, halfEven)
		if n.BitLen() > 96 {
			if scale == 0 {
				break
			}
			scale--
			n = roundRat(new(big.Rat).SetFrac(n, tenTo(scale+1)), scale, halfEven)
		}
		return decimal{
			lo:    new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)).Uint64(),
			hi:    uint32(new(big.Int).Rsh(n, 64).Uint64()),
			scale: uint8(scale),
		}
	}
	return decimal{overflow: true}
}

// twinOf computes op exactly and rounds once.
func twinOf(op string, a, b decimal) decimal {
	x, y, z := a.rat(), b.rat(), new(big.Rat)
	switch op {
	case "mul":
		return fitRat(z.Mul(x, y), int(a.scale)+int(b.scale))
	case "add":
		return fitRat(z.Add(x, y), max(int(a.scale), int(b.scale)))
	case "sub":
		if z.Sub(x, y).Sign() < 0 {
			return decimal{overflow: true}
		}
		return fitRat(z, max(int(a.scale), int(b.scale)))
	case "div":
		if y.Sign() == 0 {
			return decimal{overflow: true}
		}
		return fitRat(z.Quo(x, y), maxDecimalScale)
	}
	panic(op)
}

func fastOf(op string, a, b decimal) decimal {
	switch op {
	case "mul":
		return a.mul(b)
	case "add":
		return a.add(b)
	case "sub":
		return a.sub(b)
	case "div":
		return a.div(b)
	}
	panic(op)
}

var roundings = map[string]rounding{"even": halfEven, "up": up, "down": down}

// TestDecimalVectors replays operations whose results rust_decimal 1.38.0 gave.
func TestDecimalVectors(t *testing.T) {
	f, err := os.Open("testdata/decimal.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		line := lines.Text()
		ask, want, _ := strings.Cut(line, " = ")
		w := strings.Fields(ask)
		a := parseDecimal(t, w[1], w[2])
		var got, twin decimal
		if mode, ok := roundings[w[0]]; ok {
			var dp uint8
			if _, err := fmt.Sscan(w[3], &dp); err != nil {
				t.Fatal(err)
			}
			got = a.round(dp, mode)
			twin = a
			if a.scale > dp {
				twin = fitRat(new(big.Rat).SetFrac(roundRat(a.rat(), int(dp), mode), tenTo(int(dp))), int(dp))
			}
		} else {
			b := parseDecimal(t, w[3], w[4])
			got, twin = fastOf(w[0], a, b), twinOf(w[0], a, b)
		}
		if got.String() != want {
			t.Errorf("%s: got %v", line, got)
		}
		if twin.String() != want {
			t.Errorf("%s: twin %v", line, twin)
		}
		n++
	}
	if lines.Err() != nil || n != 723 {
		t.Errorf("%d lines, %v", n, lines.Err())
	}
}

// TestDecimalOverflow inherits overflows.
func TestDecimalOverflow(t *testing.T) {
	over, one := decimal{overflow: true}, newDecimal(1, 0)
	for _, op := range []string{"mul", "add", "sub", "div"} {
		if !fastOf(op, over, one).overflow || !fastOf(op, one, over).overflow {
			t.Errorf("%s forgets an overflow", op)
		}
	}
	if !one.div(decimal{}).overflow || !newDecimal(1, 0).sub(newDecimal(11, 1)).overflow || !over.round(2, down).overflow {
		t.Error("no overflow")
	}
	if _, ok := over.uint64(); ok || over.isZero() {
		t.Error("an overflow has a value")
	}
	if n, ok := (decimal{lo: 5, hi: 1, scale: 1}).uint64(); !ok || n != 1<<64/10+1 { // 2⁶⁴+5 tenths
		t.Error(n, ok)
	}
	if _, ok := (decimal{hi: 1}).uint64(); ok {
		t.Error("65 bits in 64")
	}
}

// FuzzDecimal holds the arithmetic against exact rationals that are rounded once.
func FuzzDecimal(f *testing.F) {
	f.Add(uint8(0), uint32(1), uint64(2), uint8(3), uint32(4), uint64(5), uint8(28))
	f.Add(uint8(3), uint32(1<<32-1), uint64(1<<64-1), uint8(0), uint32(0), uint64(3), uint8(0))
	f.Add(uint8(3), uint32(0), uint64(1), uint8(28), uint32(1<<31), uint64(7), uint8(0))
	f.Fuzz(func(t *testing.T, op uint8, ah uint32, al uint64, as uint8, bh uint32, bl uint64, bs uint8) {
		name := []string{"mul", "add", "sub", "div"}[op%4]
		a := decimal{lo: al, hi: ah, scale: as % (maxDecimalScale + 1)}
		b := decimal{lo: bl, hi: bh, scale: bs % (maxDecimalScale + 1)}
		if got, want := fastOf(name, a, b), twinOf(name, a, b); got.String() != want.String() {
			t.Fatalf("%v %s %v = %v, want %v", a, name, b, got, want)
		}
		if got, want := a.less(b), a.rat().Cmp(b.rat()) < 0; got != want {
			t.Fatalf("%v < %v: %v", a, b, got)
		}
		for _, mode := range []rounding{halfEven, up, down} {
			dp := bs % 20
			got := a.round(dp, mode)
			if want := roundRat(a.rat(), int(min(dp, a.scale)), mode); got.rat().Cmp(new(big.Rat).SetFrac(want, tenTo(int(min(dp, a.scale))))) != 0 {
				t.Fatalf("%v to %d places, mode %d: %v", a, dp, mode, got)
			}
		}
	})
}

func BenchmarkDecimal(b *testing.B) {
	third, price := newDecimal(1, 0).div(newDecimal(3, 0)), newDecimal(359, 8)
	sink := decimal{}
	b.Run("mul", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = third.mul(third)
		}
	})
	b.Run("div", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sink = third.div(price)
		}
	})
	if sink.overflow {
		b.Fatal("overflow")
	}
}
