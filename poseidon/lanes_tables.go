package poseidon

import (
	"slices"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// laneTables are the constants of one hash function in eight lanes.
type laneTables struct {
	width int

	// order is the number of outputs the recurrence goes back: width-1, and at
	// least 2, with coefficients of zero.
	order int

	// first holds the constants of round 0 for the inputs, as plain integers.
	first []fr.Element

	// hankel holds the integers D/(width+i): row i of D·M is hankel[i : i+width].
	hankel      []uint64
	early, late [fullRounds/2 - 1][]radix52

	pre, preAdded     []radix52 // y_0, then y_{1-n} to y_0 without its constants
	recurrence, added []radix52
	post, postAdded   []radix52
	last              []radix52
}

// newLaneTables returns the constants in lane form, for widths up to maxLaneWidth.
// opening is what the mixing of round 0 adds to that of the inputs.
func newLaneTables(p *params, inputs int, opening []fixed) *laneTables {
	n := p.width - 1
	t := &laneTables{width: p.width, order: max(n, 2)}
	for _, x := range p.first[1 : 1+inputs] {
		t.first = append(t.first, x.Bits())
	}
	d := uint64(1)
	for k := p.width; k < 3*p.width-1; k++ {
		d *= uint64(k) / gcd(d, uint64(k))
	}
	for i := range 2*p.width - 1 {
		t.hankel = append(t.hankel, d/uint64(p.width+i))
	}

	// f is the state's factor, from step to step.
	f, r := fr.One(), powerOfTwo(limbCount*limbBits)
	bySbox := r // R^-4
	bySbox.Square(&bySbox).Square(&bySbox).Inverse(&bySbox)
	byMix := powerOfTwo(limbBits) // D/2^52
	byMix.Inverse(&byMix).Mul(&byMix, new(fr.Element).SetUint64(d))
	afterSbox := func() {
		sbox(&f)
		f.Mul(&f, &bySbox)
	}
	mixed := func(added []fixed) []radix52 {
		afterSbox()
		f.Mul(&f, &byMix)
		return scaled(&f, added)
	}
	// products returns the factor of constants whose products with state elements
	// have the factor g.
	products := func(g fr.Element) *fr.Element {
		g.Div(&g, &f).Mul(&g, &r)
		return &g
	}

	t.early[0] = mixed(opening)
	t.early[1] = mixed(p.early[1])
	t.early[2] = mixed(p.early[2])

	afterSbox()
	t.pre = scaled(products(r), p.pre[0])
	t.preAdded = append(scaled(&r, p.added[:1]), make([]radix52, n)...)
	for _, row := range slices.Backward(p.outputsBefore()) {
		t.pre = append(t.pre, scaled(products(r), row)...)
	}
	f = r
	t.recurrence = append(make([]radix52, 2*(t.order-n)), scaled(products(r), p.recurrence)...)
	t.added = scaled(&r, p.added[1:])
	for _, row := range p.post {
		t.post = append(t.post, scaled(products(r), row)...)
	}
	t.postAdded = scaled(&r, p.postAdded)

	for i := range t.late {
		t.late[i] = mixed(p.late[i])
	}
	afterSbox()
	t.last = scaled(products(fr.One()), p.mds[1:1+p.width])
	return t
}

// outputsBefore returns, fixed, the matrix that takes the state that pre takes to
// the outputs y_0, y_{-1}, … y_{1-n} from which the recurrence would continue as
// from that state.
//
// Of y_{i+1}, i < n, row i+1 of pre is what they supply: the terms a_k·y_{i+1-k}
// with k > i. The last row comes from y_0 alone, the one before from y_0 and y_{-1},
// and so on. a_n is the determinant of C but for the sign; C is a Cauchy matrix, so
// that is not zero.
func (p *params) outputsBefore() matrix {
	n := p.width - 1
	minusA := make([]fr.Element, n+1) // [0] is not used
	for k := 1; k <= n; k++ {
		minusA[k] = unfix(&p.recurrence[2*(n-k)+1])
		minusA[k].Neg(&minusA[k])
	}
	var inv fr.Element
	inv.Neg(&minusA[n]).Inverse(&inv)
	before := newMatrix(n, p.width)
	for k, row := range before {
		copy(row, p.pre[n-k])
		for l := range k {
			addMultiple(row, &minusA[n-k+l], before[l])
		}
		for i := range row {
			row[i].Mul(&row[i], &inv)
		}
	}
	return before
}

// scaled returns the elements of row times f as integers.
func scaled(f *fr.Element, row []fixed) []radix52 {
	out := make([]radix52, len(row))
	for i := range row {
		x := unfix(&row[i])
		x.Mul(&x, f)
		x = x.Bits()
		out[i] = split(&x)
	}
	return out
}

// unfix returns c in Montgomery form: a Montgomery product with 2^192 takes 2^64
// away.
func unfix(c *fixed) (z fr.Element) {
	z.Mul(c, &fr.Element{0, 0, 0, 1})
	return z
}

// powerOfTwo returns 2^k, in Montgomery form.
func powerOfTwo(k int) fr.Element {
	z := fr.One()
	for range k {
		z.Double(&z)
	}
	return z
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
