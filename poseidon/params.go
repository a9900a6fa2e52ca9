package poseidon

import "github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

const (
	// fullRounds is the number of rounds with a full S-box layer, half of them
	// before and half after the partial rounds.
	fullRounds = 8
	maxWidth   = 37
	maxPartial = 75 // arity 36, strengthened
)

// partialRounds returns the number of partial rounds at an arity and strength,
// or false if there is none.
func partialRounds(arity int, s Strength) (int, bool) {
	var n int
	switch arity {
	case 1, 2:
		n = 55
	case 4:
		n = 56
	case 8, 11:
		n = 57
	case 16, 24:
		n = 59
	case 36:
		n = 60
	default:
		return 0, false
	}
	switch s {
	case Standard:
		return n, true
	case Strengthened:
		return (5*n + 3) / 4, true
	}
	return 0, false
}

// params are the constants of one permutation, arranged for permute. The
// textbook permutation adds a row of round constants, applies the S-box and
// multiplies the state by M, in every round. What follows computes the same.
//
// # Full rounds
//
// The constants of a round are added by the mixing of the round before.
//
// # Partial rounds
//
// Let n = width-1, and split M into its corner c, its first row w (which is also
// its first column: M is symmetric) and the rest C. A partial round takes the
// state (y, s) to
//
//	y' = c·x + w·s    s' = C·s + w·x    x = sbox(y + constant)
//
// Between the S-boxes stands a linear system with one input, x, and one output,
// y. It has order n, so y satisfies a recurrence with coefficients that are the
// same in every round:
//
//	y_{i+1} = Σ_{k=0..n} b_k·x_{i-k} + Σ_{k=1..n} a_k·y_{i+1-k} + constant
//
// The a_k are those of the characteristic polynomial of C, and the b_k follow
// from the first n+1 outputs to a single pulse. In the first n rounds, where the
// sums lack terms, the state before the partial rounds supplies them (pre); after
// the last round the state is rebuilt from the last n inputs and outputs (post).
//
// That takes as many products a round as the sparse matrices of the Poseidon
// paper's appendix B, 2n+1, but they are all terms of one sum with one reduction,
// where sparse matrices need n+1; and the constants are few enough for the
// first-level cache.
type params struct {
	width, partial int

	// mds holds the width rows of M, fixed: row i is mds[i : i+width].
	mds []fixed

	// first holds the constants of round 0, in Montgomery form; early and late
	// those that the mixing of rounds 0 to 2, and of the first three full rounds
	// after the partial ones, adds, fixed.
	first []fr.Element
	early [fullRounds/2 - 1][]fixed
	late  [fullRounds/2 - 1][]fixed

	// pre takes the state after the S-boxes of the last early full round to y_0,
	// the first S-box input, and to the parts of y_1 to y_n that it supplies.
	pre matrix

	// recurrence holds b_n, a_n, b_{n-1}, a_{n-1}, … b_1, a_1, b_0, fixed. Its
	// order is that of the history x_0, y_1, x_1, y_2, …, so that y_{i+1} is an
	// inner product of the end of recurrence and the end of the history up to
	// x_i.
	recurrence []fixed

	// added holds the constants of y_0 to y_P, P = partial, fixed.
	added []fixed

	// post takes the last 2n elements of the history, x_{P-n} to y_P, to the
	// state elements 1 to n after the partial rounds, with the constants of the
	// next round, which postAdded supplies; both fixed.
	post      matrix
	postAdded []fixed
}

// newParams derives the constants of a permutation. It returns false if the
// partial rounds' system is not of full order, which no supported width shows.
func newParams(width, partial int) (*params, bool) {
	n := width - 1
	rc := roundConstants(width, partial)
	p := &params{width: width, partial: partial}

	// M is the Cauchy matrix 1/(i + width + j): a Hankel matrix, constant along
	// its antidiagonals.
	hankel := make([]fr.Element, 2*width-1)
	for i := range hankel {
		hankel[i].SetUint64(uint64(width + i))
	}
	hankel = fr.BatchInvert(hankel)
	p.mds = fixRow(hankel)

	p.first = rc[0]
	after := rc[fullRounds/2+partial:]
	for i := range p.early {
		p.early[i] = fixRow(rc[i+1])
		p.late[i] = fixRow(after[i+1])
	}

	// Row k of reach is w·C^k: what the state s contributes, k+1 rounds on, to
	// y. Rows 0 to n-1 of it are the observability matrix.
	w := hankel[1:width]
	rest := make(matrix, n)
	for i := range rest {
		rest[i] = hankel[i+2 : i+2+n]
	}
	reach := matrix{w}
	for len(reach) < 2*n {
		reach = append(reach, rowTimes(reach[len(reach)-1], rest))
	}
	observeInv, ok := reach[:n].inverse()
	if !ok {
		return nil, false
	}
	// C^n in the basis of the rows of reach: row k writes w·C^(n+k) as a sum of
	// w·C^0 to w·C^(n-1). Row 0 is the characteristic polynomial.
	forward := reach[n:].times(observeInv)
	a := make([]fr.Element, n+1) // a[0] is not used
	for k := 1; k <= n; k++ {
		a[k] = forward[0][n-k]
	}

	// pulse[k] is y_{k+1} if x_0 is one and all else zero.
	pulse := make([]fr.Element, n+1)
	pulse[0] = hankel[0]
	for k := 1; k <= n; k++ {
		pulse[k] = inner(reach[k-1], w)
	}

	p.recurrence = make([]fixed, 2*n+1)
	for k := 0; k <= n; k++ {
		b := pulse[k]
		for j := 1; j <= k; j++ {
			subMul(&b, &a[j], &pulse[k-j])
		}
		p.recurrence[2*(n-k)] = fix(b)
		if k > 0 {
			p.recurrence[2*(n-k)+1] = fix(a[k])
		}
	}

	// In round i < n the sums reach back to x_0 and y_1 only, and s_0 supplies
	// w·C^i - Σ_{1<=k<=i} a_k·w·C^(i-k).
	supply := newMatrix(n, n)
	for i := range supply {
		copy(supply[i], reach[i])
		for k := 1; k <= i; k++ {
			var minus fr.Element
			minus.Neg(&a[k])
			addMultiple(supply[i], &minus, reach[i-k])
		}
	}
	lower := make(matrix, n) // M without its first row
	for i := range lower {
		lower[i] = hankel[i+1 : i+1+width]
	}
	p.pre = fixRows(append(matrix{hankel[:width]}, supply.times(lower)...))

	// Round constants. With all x taken to be zero, (y, s) before the S-box of
	// round i is (input[i], s): the constants, pushed through the linear layers.
	// The history holds S-box inputs, so the constant of a y is its input
	// without what the recurrence makes of the inputs before.
	input := make([]fr.Element, partial+1)
	s := make([]fr.Element, n)
	for i := range input {
		row := rc[fullRounds/2+i]
		input[i].Add(&input[i], &row[0])
		for j := range s {
			s[j].Add(&s[j], &row[j+1])
		}
		if i < partial {
			input[i+1] = inner(w, s)
			s = rowTimes(s, rest)
		}
	}
	p.added = make([]fixed, partial+1)
	for i := range p.added {
		c := input[i]
		for k := 1; k <= n && i-k >= 1; k++ {
			subMul(&c, &a[k], &input[i-k])
		}
		p.added[i] = fix(c)
	}

	// The state n rounds before the end follows from the n outputs since, by the
	// inverse of the observability matrix, once the pulses of the n inputs since
	// are taken off. n rounds later it is C^n times that, and C^k·w for the input
	// k+1 rounds before the end.
	byOutput := observeInv.times(forward) // C^n · observeInv
	post := newMatrix(n, 2*n)
	for i, row := range post {
		for k := range n {
			x, y := &row[2*k], &row[2*k+1]
			*y = byOutput[i][k]
			*x = reach[n-1-k][i]
			for l := k; l < n; l++ {
				subMul(x, &byOutput[i][l], &pulse[l-k])
			}
		}
	}
	p.post = fixRows(post)
	for i, row := range post {
		for k := range n {
			subMul(&s[i], &row[2*k+1], &input[partial-n+1+k])
		}
	}
	p.postAdded = fixRow(s)
	return p, true
}

// fixRow returns the fixed forms of a row of elements.
func fixRow(row []fr.Element) []fixed { return fixRows(matrix{row})[0] }

// subMul subtracts a·b from z.
func subMul(z, a, b *fr.Element) {
	var t fr.Element
	t.Mul(a, b)
	z.Sub(z, &t)
}
