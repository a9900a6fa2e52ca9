package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// packed is an affine point other than infinity with its coordinates in the form
// of lanes, below 3.
type packed struct{ x, y fp8.Limbs }

// packedRow is a row of a table: a point and its negative.
type packedRow struct{ x, y, minusY fp8.Limbs }

const packedRowSize = 192 // bytes

// pack brings points to the form of lanes.
func pack(points []curve.G1Affine) []packedRow {
	out := make([]packedRow, len(points))
	for from := 0; from < len(points); from += fp8.Lanes {
		n := min(fp8.Lanes, len(points)-from)
		var x, y, minusY fp8.Element
		var xs, ys, minusYs [fp8.Lanes]*fp8.Limbs
		for i := range fp8.Lanes {
			k := from + min(i, n-1)
			setLane(&x, i, &points[k].X)
			setLane(&y, i, &points[k].Y)
			xs[i], ys[i], minusYs[i] = &out[k].x, &out[k].y, &out[k].minusY
		}
		x.FromMont384()
		y.FromMont384()
		minusY.Sub(&minusY, &y, &fp8.P4)
		minusY.Reduce(&minusY)
		x.Scatter(&xs)
		y.Scatter(&ys)
		minusY.Scatter(&minusYs)
	}
	return out
}

// unpack brings a point to the library's form.
func unpack(x, y *fp8.Limbs) (q curve.G1Affine) {
	var ex, ey fp8.Element
	ex.Gather(&[fp8.Lanes]*fp8.Limbs{x, x, x, x, x, x, x, x})
	ey.Gather(&[fp8.Lanes]*fp8.Limbs{y, y, y, y, y, y, y, y})
	ex.ToMont384()
	ey.ToMont384()
	q.X, q.Y = lane(&ex, 0), lane(&ey, 0)
	return q
}

// laneAdditions are up to eight additions of a round: what their second pass needs
// of the first.
type laneAdditions struct {
	x1, y1, x2, dy fp8.Element // dy = y₂ − y₁ < 515
	dx, prefix     fp8.Element // dx = x₂ − x₁ < 515
}

// sumLanes sets sums[b] to the sum of entries[starts[b]:starts[b+1]], or leaves it
// for an empty bucket. It reports false when two points of equal or opposite value
// met; sumScalar has to set all of them then.
func (t *Table) sumLanes(w *tableScratch, sums []curve.G1Affine, starts []int) bool {
	// A round halves each bucket: pairs are added, the odd one out moves up. The
	// first round reads the table, the others what the one before wrote.
	base := starts[0]
	count := starts[len(sums)] - base
	if count == 0 {
		return true
	}
	w.lengths = resized(w.lengths, len(sums))
	lengths := w.lengths
	for b := range sums {
		lengths[b] = starts[b+1] - starts[b]
	}
	source := func(i int) (x, y *fp8.Limbs) {
		e := w.entries[base+i]
		row := &t.packed[e.row()]
		if e.negative() {
			return &row.x, &row.minusY
		}
		return &row.x, &row.y
	}
	w.additions = resized(w.additions, (count/2+fp8.Lanes-1)/fp8.Lanes)
	for {
		pairs := 0
		total := 0
		for _, n := range lengths {
			pairs += n / 2
			total += (n + 1) / 2
		}
		next := resized(w.written, total) // every place is written below
		if pairs > 0 && !addPairs(next, w.additions, lengths, source) {
			return false
		}
		// What has no partner.
		read, write := 0, 0
		for b, n := range lengths {
			if n%2 == 1 {
				x, y := source(read + n - 1)
				next[write+n/2] = packed{*x, *y}
			}
			read += n
			write += (n + 1) / 2
			lengths[b] = (n + 1) / 2
		}
		w.current, w.written = next, w.current
		if pairs == 0 {
			break
		}
		now := next
		source = func(i int) (x, y *fp8.Limbs) { return &now[i].x, &now[i].y }
	}
	at := 0
	for b, n := range lengths {
		if n == 1 {
			sums[b] = unpack(&w.current[at].x, &w.current[at].y)
			at++
		}
	}
	return true
}

// addPairs adds the pairs of each bucket, lengths[b] points of the source one after
// the other, and writes the sums to next, where (lengths[b]+1)/2 places are for
// bucket b. All additions share one inversion. It reports false when the points of
// a pair have equal first coordinates.
func addPairs(next []packed, additions []laneAdditions, lengths []int, source func(i int) (x, y *fp8.Limbs)) bool {
	var acc fp8.Element
	acc.SetOne()
	n := 0 // additions so far
	var x1, y1, x2, y2 [fp8.Lanes]*fp8.Limbs
	finish := func(a *laneAdditions) {
		var second fp8.Element
		a.x1.Gather(&x1)
		a.y1.Gather(&y1)
		a.x2.Gather(&x2)
		second.Gather(&y2)
		a.dx.Sub(&a.x2, &a.x1, &fp8.P512)
		a.dy.Sub(&second, &a.y1, &fp8.P512)
		// Idle lanes of the last eight repeat an addition; a difference of one
		// keeps them out of the product.
		for i := n % fp8.Lanes; i != 0 && i < fp8.Lanes; i++ {
			for j := range a.dx {
				a.dx[j][i] = oneLane[j][i]
			}
		}
		a.prefix = acc
		acc.Mul(&acc, &a.dx)
	}
	read := 0
	for _, length := range lengths {
		for k := 0; k+1 < length; k += 2 {
			i := n % fp8.Lanes
			x1[i], y1[i] = source(read + k)
			x2[i], y2[i] = source(read + k + 1)
			if n++; n%fp8.Lanes == 0 {
				finish(&additions[n/fp8.Lanes-1])
			}
		}
		read += length
	}
	if i := n % fp8.Lanes; i != 0 {
		for k := i; k < fp8.Lanes; k++ {
			x1[k], y1[k], x2[k], y2[k] = x1[0], y1[0], x2[0], y2[0]
		}
		finish(&additions[n/fp8.Lanes])
	}
	if !invertAcross(&acc) {
		return false
	}
	for g := (n+fp8.Lanes-1)/fp8.Lanes - 1; g >= 0; g-- {
		a := &additions[g]
		var slope, s fp8.Element
		slope.Mul(&a.prefix, &acc)
		acc.Mul(&acc, &a.dx)
		slope.Mul(&slope, &a.dy)
		s.Add(&a.x1, &a.x2) // < 6
		a.x2.Square(&slope)
		a.x2.Sub(&a.x2, &s, &fp8.P64)
		a.x2.Reduce(&a.x2) // x₃ < 3
		s.Sub(&a.x1, &a.x2, &fp8.P4)
		s.Mul(&slope, &s)
		a.dy.Sub(&s, &a.y1, &fp8.P64)
		a.dy.Reduce(&a.dy) // y₃ < 3
	}
	// x1 and y1 are done with; now they say where sums go.
	n, write := 0, 0
	var nowhere packed
	for _, length := range lengths {
		for k := 0; k+1 < length; k += 2 {
			i := n % fp8.Lanes
			x1[i], y1[i] = &next[write+k/2].x, &next[write+k/2].y
			if n++; n%fp8.Lanes == 0 {
				a := &additions[n/fp8.Lanes-1]
				a.x2.Scatter(&x1)
				a.dy.Scatter(&y1)
			}
		}
		write += (length + 1) / 2
	}
	if i := n % fp8.Lanes; i != 0 {
		for k := i; k < fp8.Lanes; k++ {
			x1[k], y1[k] = &nowhere.x, &nowhere.y
		}
		a := &additions[n/fp8.Lanes]
		a.x2.Scatter(&x1)
		a.dy.Scatter(&y1)
	}
	return true
}
