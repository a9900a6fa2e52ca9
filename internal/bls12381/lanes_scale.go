package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// Digits of a coefficient in lanes: 33 of four bits, signed, −8 < d ≤ 8, so that
// all lanes double and add in step.
const (
	laneWindow = 4
	laneDigits = 128/laneWindow + 1
	laneTable  = 1 << (laneWindow - 1) // 1P … 8P
)

// scaleLanes sets out[i] = cs[i]·ps[i] for one to eight points. No point may be
// infinity.
//
// An addition meets neither equal nor opposite points: before it the sum is m·P
// with 16 ≤ m < 2^132, and d·P with |d| ≤ 8 is added, in a group of prime order
// above 2^254. Lanes whose sum is still infinity or whose digit is zero take no
// part.
func scaleLanes(out []curve.G1Jac, ps []G1, cs []Coefficient) {
	var x, y fp8.Element
	var digits [fp8.Lanes][laneDigits]int8
	for i := range fp8.Lanes {
		k := min(i, len(ps)-1)
		setLane(&x, i, &ps[k].p.X)
		setLane(&y, i, &ps[k].p.Y)
		signedDigits(&digits[i], cs[k])
	}
	x.FromMont384()
	y.FromMont384()
	table := make([]struct{ x, y fp8.Element }, laneTable)
	multiples(&x, &y, func(k int, x, y *fp8.Element) { table[k].x, table[k].y = *x, *y })

	var t g1Lanes
	var infinite [fp8.Lanes]bool
	for i := range infinite {
		infinite[i] = true
	}
	t.x.SetOne()
	t.y.SetOne()
	t.z.SetOne()
	started := false
	for k := laneDigits - 1; k >= 0; k-- {
		if started {
			for range laneWindow {
				t.double()
			}
		}
		x, y = table[0].x, table[0].y
		idle := false
		for i := range digits {
			d := int(digits[i][k])
			idle = idle || d == 0 || infinite[i]
			if d == 0 {
				continue
			}
			e := &table[max(d, -d)-1]
			for j := range x {
				x[j][i], y[j][i] = e.x[j][i], e.y[j][i]
			}
			if d < 0 {
				negateLane(&y, i)
			}
		}
		before := t
		t.addMixed(&x, &y)
		if !idle {
			continue
		}
		for i := range digits {
			switch {
			case digits[i][k] == 0:
				t.copyLane(i, &before)
			case infinite[i]:
				for j := range x {
					t.x[j][i], t.y[j][i] = x[j][i], y[j][i]
					t.z[j][i] = oneLane[j][i]
				}
				infinite[i], started = false, true
			}
		}
	}
	t.x.ToMont384()
	t.y.ToMont384()
	t.z.ToMont384()
	for i := range out {
		out[i] = curve.G1Jac{}
		out[i].X.SetOne()
		out[i].Y.SetOne()
		if !infinite[i] {
			out[i].X, out[i].Y, out[i].Z = lane(&t.x, i), lane(&t.y, i), lane(&t.z, i)
		}
	}
}

var oneLane = func() (one fp8.Element) { one.SetOne(); return one }()

// copyLane sets lane i to that of another value.
func (t *g1Lanes) copyLane(i int, from *g1Lanes) {
	for j := range t.x {
		t.x[j][i], t.y[j][i], t.z[j][i] = from.x[j][i], from.y[j][i], from.z[j][i]
	}
}

// negateLane negates lane i of a value below 4.
func negateLane(y *fp8.Element, i int) {
	var carry int64
	for j := range y {
		carry += int64(fp8.P4[j] - y[j][i])
		y[j][i] = uint64(carry) & (1<<52 - 1)
		carry >>= 52
	}
}

// multiples calls f(k, …) with the affine coordinates, below 2, of (k+1)·P for
// P = (x, y) and k < laneTable.
func multiples(x, y *fp8.Element, f func(k int, x, y *fp8.Element)) {
	m := make([]g1Lanes, laneTable)
	m[0] = g1Lanes{x: *x, y: *y}
	m[0].z.SetOne()
	m[1] = m[0]
	m[1].double()
	for k := 2; k < laneTable; k++ {
		m[k] = m[k-1]
		m[k].addMixed(x, y)
	}
	zs := make([]fp8.Element, laneTable)
	for k := range m {
		zs[k] = m[k].z
	}
	invertLanes(zs)
	for k := range m {
		var zz, ax, ay fp8.Element
		zz.Square(&zs[k])
		ax.Mul(&m[k].x, &zz)
		zz.Mul(&zz, &zs[k])
		ay.Mul(&m[k].y, &zz)
		f(k, &ax, &ay)
	}
}

// invertLanes inverts every lane of every element, at the cost of three
// multiplications each, and one inversion, and reports whether all of them, at
// most 512, are non-zero. When one is not, the elements are unspecified.
func invertLanes(xs []fp8.Element) bool {
	prefix := make([]fp8.Element, len(xs))
	var acc fp8.Element
	acc.SetOne()
	for i := range xs {
		prefix[i] = acc
		acc.Mul(&acc, &xs[i])
	}
	if !invertAcross(&acc) {
		return false
	}
	for i := len(xs) - 1; i >= 0; i-- {
		x := xs[i]
		xs[i].Mul(&prefix[i], &acc)
		acc.Mul(&acc, &x)
	}
	return true
}

// invertAcross inverts the lanes of one element by one inversion, and reports
// whether all are non-zero.
func invertAcross(x *fp8.Element) bool {
	x.ToMont384()
	var xs [fp8.Lanes]fp.Element
	for i := range xs {
		if xs[i] = lane(x, i); xs[i].IsZero() {
			return false
		}
	}
	invertAll(xs[:], nil)
	for i := range xs {
		setLane(x, i, &xs[i])
	}
	x.FromMont384()
	return true
}

// signedDigits writes c as Σ d[k]·16^k with −8 < d[k] ≤ 8.
func signedDigits(d *[laneDigits]int8, c Coefficient) {
	carry := 0
	for k := range d {
		v := carry
		if k < laneDigits-1 {
			v += int(c[k/16] >> (k % 16 * laneWindow) & (1<<laneWindow - 1))
		}
		carry = 0
		if v > laneTable {
			v -= 1 << laneWindow
			carry = 1
		}
		d[k] = int8(v)
	}
}
