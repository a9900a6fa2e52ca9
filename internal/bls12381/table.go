package bls12381

import (
	"sync"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// Table holds multiples 2^(w·k)·P of fixed points P, so that a sum of scalar
// multiples needs few doublings or none. It is read only and may be shared.
type Table struct {
	window  int   // w, 2 ≤ w ≤ 12
	columns []int // columns[i] is the row of point i; its multiples follow, up to columns[i+1]
	// One of the two is set: rows in the library's form, or packed for lanes.
	rows   []curve.G1Affine
	packed []packedRow

	scratch sync.Pool // of *tableScratch
}

// tableScratch is the working memory of one sum, kept between sums.
type tableScratch struct {
	starts, next, lengths []int
	digits                []digit
	entries               []entry
	sums                  []curve.G1Affine
	additions             []laneAdditions
	current, written      []packed

	// Of the scalar twin.
	points      []curve.G1Affine
	from, ends  []int
	work        []addition
	den, prefix []fp.Element
}

// addition adds entries a and b; b is negative where there is nothing to add.
type addition struct{ a, b, to int }

// resized returns s with length n; what it holds is unspecified.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// NewTable computes the table of points for signed digits of w bits, 2 ≤ w ≤ 12.
// heights[i] ≥ 1 is the number of multiples of point i: with ⌈(b+1)/w⌉ of them
// scalars of b bits take no doubling, and longer ones share a chain of doublings.
func NewTable(points []G1, w int, heights []int) *Table {
	t := &Table{window: w, columns: make([]int, len(points)+1)}
	tallest := 0
	for i, h := range heights {
		t.columns[i+1] = t.columns[i] + h
		tallest = max(tallest, h)
	}
	t.rows = make([]curve.G1Affine, t.columns[len(points)])
	js := make([]curve.G1Jac, 0, len(points))
	left := make([]int, 0, len(points)) // points with multiples still to come
	for i := range points {
		t.rows[t.columns[i]] = points[i].p
		var j curve.G1Jac
		js, left = append(js, *j.FromAffine(&points[i].p)), append(left, i)
	}
	for k := 1; k < tallest; k++ {
		n := 0
		for l, i := range left {
			if heights[i] > k {
				left[n], js[n] = i, js[l]
				n++
			}
		}
		left, js = left[:n], js[:n]
		for l := range js {
			for range w {
				js[l].DoubleAssign()
			}
		}
		for l, p := range curve.BatchJacobianToAffineG1(js) {
			t.rows[t.columns[left[l]]+k] = p
		}
	}
	if useLanes && !anyInfinity(points) {
		t.packed = pack(t.rows)
		t.rows = nil
	}
	return t
}

// TableBytes returns the memory that a table of the heights takes, at most.
func TableBytes(heights []int) int64 {
	rows := int64(0)
	for _, h := range heights {
		rows += int64(h)
	}
	return rows*packedRowSize + int64(len(heights))*8
}

// Sum returns Σ scalars[i]·P_(first+i); there are at most as many scalars as points
// from the first on.
//
// Every non-zero digit d of every scalar puts one table entry, or its negative,
// into bucket |d|. Buckets are summed by halving: all additions of a round are
// independent, so they share one field inversion, which makes an addition cost
// about six multiplications. Then Σ d·bucket_d by running sums. Digits beyond a
// point's multiples go into buckets of their own, a group for each power 2^w, and
// the groups' sums are combined by doubling.
func (t *Table) Sum(first int, scalars []Scalar) G1 {
	w, ok := t.scratch.Get().(*tableScratch)
	if !ok {
		w = new(tableScratch)
	}
	defer t.scratch.Put(w)
	half := 1 << (t.window - 1)
	groups := t.digits(w, first, scalars)
	// Entries of one bucket stand together.
	w.starts = resized(w.starts, groups*half+1)
	clear(w.starts)
	for _, d := range w.digits {
		w.starts[d.bucket+1]++
	}
	for b := 1; b < len(w.starts); b++ {
		w.starts[b] += w.starts[b-1]
	}
	w.entries = resized(w.entries, len(w.digits))
	w.next = append(w.next[:0], w.starts...)
	for _, d := range w.digits {
		w.entries[w.next[d.bucket]] = d.entry
		w.next[d.bucket]++
	}
	sums := t.sumBuckets(w)

	var total curve.G1Jac
	total.FromAffine(&curve.G1Affine{})
	for g := groups - 1; g >= 0; g-- {
		if g < groups-1 {
			for range t.window {
				total.DoubleAssign()
			}
		}
		var run, part curve.G1Jac
		run.FromAffine(&curve.G1Affine{})
		part.FromAffine(&curve.G1Affine{})
		for b := half - 1; b >= 0; b-- {
			run.AddMixed(&sums[g*half+b])
			part.AddAssign(&run)
		}
		total.AddAssign(&part)
	}
	var g G1
	g.p.FromJacobian(&total)
	return g
}

// entry is a row of a table and a sign.
type entry uint32

func makeEntry(row int, negative bool) entry {
	e := entry(row) << 1
	if negative {
		e |= 1
	}
	return e
}

func (e entry) row() int       { return int(e >> 1) }
func (e entry) negative() bool { return e&1 == 1 }

// digit is a non-zero digit of a scalar: the entry it adds, and to which bucket.
type digit struct {
	bucket uint32
	entry  entry
}

// digits sets w.digits to the signed digits d, −2^(w−1) < d ≤ 2^(w−1), of all
// scalars, of which the first belongs to point first, and returns the number of groups they fall into. Bucket |d| − 1 of group
// g counts for |d|·2^(w·g).
func (t *Table) digits(w *tableScratch, first int, scalars []Scalar) (groups int) {
	half := 1 << (t.window - 1)
	groups = 1
	w.digits = w.digits[:0]
	for i := range scalars {
		s := &scalars[i]
		column := t.columns[first+i]
		last := t.columns[first+i+1] - column - 1
		length, carry := s.BitLen(), 0
		for k, at := 0, 0; at < length || carry != 0; k, at = k+1, at+t.window {
			d := int(s.window(at, t.window)) + carry
			carry = 0
			if d > half {
				d -= 1 << t.window
				carry = 1
			}
			if d == 0 {
				continue
			}
			row, group := column+min(k, last), max(0, k-last)
			groups = max(groups, group+1)
			w.digits = append(w.digits, digit{uint32(group*half + max(d, -d) - 1), makeEntry(row, d < 0)})
		}
	}
	return groups
}

// sumBuckets returns the sum of entries[starts[b]:starts[b+1]] for every bucket b.
func (t *Table) sumBuckets(w *tableScratch) []curve.G1Affine {
	starts := w.starts
	w.sums = resized(w.sums, len(starts)-1)
	sums := w.sums
	clear(sums)
	// Chunks of buckets, so that what a round writes stays in the cache.
	const chunk = 8192
	for from := 0; from < len(sums); {
		to := from + 1
		for to < len(sums) && starts[to+1]-starts[from] <= chunk {
			to++
		}
		if t.packed == nil || !t.sumLanes(w, sums[from:to], starts[from:to+1]) {
			t.sumScalar(w, sums[from:to], starts[from:to+1])
		}
		from = to
	}
	return sums
}

// row returns a row in the library's form.
func (t *Table) row(i int) curve.G1Affine {
	if t.packed == nil {
		return t.rows[i]
	}
	return unpack(&t.packed[i].x, &t.packed[i].y)
}

// sumScalar is the scalar twin of sumLanes. It takes any points.
func (t *Table) sumScalar(w *tableScratch, sums []curve.G1Affine, starts []int) {
	w.points = resized(w.points, starts[len(sums)]-starts[0])
	points := w.points
	for i := range points {
		e := w.entries[starts[0]+i]
		points[i] = t.row(e.row())
		if e.negative() {
			points[i].Y.Neg(&points[i].Y)
		}
	}
	w.from, w.ends = resized(w.from, len(sums)), resized(w.ends, len(sums))
	from, ends := w.from, w.ends
	for b := range sums {
		from[b], ends[b] = starts[b]-starts[0], starts[b+1]-starts[0]
	}
	w.sumSegments(points, from, ends)
	for b := range sums {
		if ends[b] > from[b] {
			sums[b] = points[from[b]]
		}
	}
}

// sumSegments replaces each segment entries[starts[b]:ends[b]] by its sum, in
// its first place, and shortens ends[b] to match. An entry (0, 0) is infinity.
func (w *tableScratch) sumSegments(entries []curve.G1Affine, starts, ends []int) {
	for {
		work, den := w.work[:0], w.den[:0]
		for b := range ends {
			s, e, to := starts[b], ends[b], starts[b]
			if e-s < 2 {
				continue
			}
			for ; s+1 < e; s, to = s+2, to+1 {
				work = append(work, addition{s, s + 1, to})
				den = append(den, denominator(&entries[s], &entries[s+1]))
			}
			if s < e { // the odd one out moves up, as a sum with infinity
				work = append(work, addition{s, -1, to})
				den = append(den, fp.One())
				to++
			}
			ends[b] = to
		}
		w.work, w.den = work, den // keep what grew
		if len(work) == 0 {
			return
		}
		// In order: a sum is written no later in its segment than its own first
		// operand, and before every operand of the following sums.
		w.prefix = invertAll(den, w.prefix)
		for i, add := range work {
			if add.b < 0 {
				entries[add.to] = entries[add.a]
			} else {
				entries[add.to] = addAffine(&entries[add.a], &entries[add.b], &den[i])
			}
		}
	}
}

// denominator returns the denominator of the slope of the line through a and b,
// or 1 when their sum needs no slope.
func denominator(a, b *curve.G1Affine) fp.Element {
	var d fp.Element
	switch d.Sub(&b.X, &a.X); {
	case a.IsInfinity() || b.IsInfinity():
		d.SetOne()
	case !d.IsZero():
	case a.Y.Equal(&b.Y) && !a.Y.IsZero():
		d.Double(&a.Y)
	default:
		d.SetOne()
	}
	return d
}

// addAffine returns a + b, given the inverse of their denominator.
func addAffine(a, b *curve.G1Affine, inv *fp.Element) (sum curve.G1Affine) {
	switch {
	case a.IsInfinity():
		return *b
	case b.IsInfinity():
		return *a
	}
	var slope fp.Element
	if !a.X.Equal(&b.X) {
		slope.Sub(&b.Y, &a.Y)
	} else if a.Y.Equal(&b.Y) && !a.Y.IsZero() {
		var t fp.Element
		t.Square(&a.X)
		slope.Double(&t).Add(&slope, &t)
	} else {
		return sum // a = −b
	}
	slope.Mul(&slope, inv)
	sum.X.Square(&slope).Sub(&sum.X, &a.X).Sub(&sum.X, &b.X)
	sum.Y.Sub(&a.X, &sum.X).Mul(&sum.Y, &slope).Sub(&sum.Y, &a.Y)
	return sum
}

// invertAll inverts every element of xs, all of them non-zero, at the cost of
// one inversion and three multiplications each. It returns its scratch space,
// for the next call.
func invertAll(xs, scratch []fp.Element) []fp.Element {
	scratch = append(scratch[:0], xs...)
	acc := fp.One()
	for i := range xs {
		scratch[i] = acc
		acc.Mul(&acc, &xs[i])
	}
	acc.Inverse(&acc)
	for i := len(xs) - 1; i >= 0; i-- {
		x := xs[i]
		xs[i].Mul(&scratch[i], &acc)
		acc.Mul(&acc, &x)
	}
	return scratch
}
