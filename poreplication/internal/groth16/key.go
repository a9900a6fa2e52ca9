package groth16

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Key is a verifying key prepared for checking: the lines of γ and δ, the value
// e(α, β), and a table of multiples of the input points. It is immutable.
type Key struct {
	inputs       int  // of a statement
	apart        bool // sums over input points are formed for each statement
	alphaBeta    bls12381.GT
	gamma, delta *bls12381.Lines
	ic           *bls12381.Table

	block int           // inputs come in blocks of this length, if not zero
	tails []bls12381.G1 // tails[i] = Σ of the points of inputs i, i + block, i + 2·block …
}

// Layout says what is known of a circuit's inputs before any is seen.
type Layout struct {
	// Fold gives, for input i of the circuit, the input of the statement that it is
	// equal to in every proof: statements name equal inputs once, and their points
	// are added up beforehand. nil means that statements have the circuit's inputs.
	// Statement inputs are numbered without a gap.
	Fold func(i int) int
	// Short reports whether input i of a statement is always below 2^32, as
	// positions in a sector are; nil means that none is. A longer one is handled,
	// too, only slower.
	Short func(i int) bool
	// Block is the length of the blocks of inputs of which the last may repeat up
	// to the end, as the last sector of a WindowPoSt does; zero if there are none.
	// It must divide the number of inputs. Blocks that do not repeat are right,
	// too.
	Block int
	// TableBytes bounds the memory of the table; below what the points alone
	// take, about 192 bytes each, sums need more doublings and no table.
	TableBytes int64
}

// Window widths of the table of input points. A sum over few points is bounded
// by adding up the buckets, one over many by filling them; see BenchmarkTableSum
// of package bls12381.
const (
	fewPoints   = 64
	windowFew   = 5
	manyPoints  = 1024
	windowSome  = 8
	windowLarge = 10
)

// shortBits is the bit length of short inputs.
const shortBits = 32

// Folded returns the number of inputs of a statement for a circuit of n inputs.
func (l *Layout) Folded(n int) int {
	if l.Fold == nil {
		return n
	}
	folded := 0
	for i := range n {
		folded = max(folded, l.Fold(i)+1)
	}
	return folded
}

// fold returns the points of a statement's inputs, after that of the leading one.
func (l *Layout) fold(ic []bls12381.G1) []bls12381.G1 {
	if l.Fold == nil {
		return ic
	}
	parts := make([][]bls12381.G1, 1+l.Folded(len(ic)-1))
	parts[0] = ic[:1]
	for i := range ic[1:] {
		to := 1 + l.Fold(i)
		parts[to] = append(parts[to], ic[1+i])
	}
	folded := make([]bls12381.G1, len(parts))
	for i := range parts {
		folded[i] = bls12381.Sum(parts[i])
	}
	return folded
}

// Prepare computes what checking under vk needs.
//
// A combination Σ z_j·x_{j,i} turns every short input into a long one. With many
// inputs, therefore, the points are summed for each statement and the sums combined.
func Prepare(vk *VerifyingKey, layout Layout) *Key {
	ic := layout.fold(vk.IC)
	k := &Key{inputs: len(ic) - 1, apart: len(ic) > manyPoints}
	window := windowSome
	switch {
	case len(ic) <= fewPoints:
		window = windowFew
	case k.apart:
		window = windowLarge
	}
	heights := make([]int, len(ic))
	for i := range heights {
		bits := bls12381.ScalarBits
		if k.apart && i > 0 && layout.Short != nil && layout.Short(i-1) {
			bits = shortBits
		}
		heights[i] = (bits + window) / window
	}
	if bls12381.TableBytes(heights) > layout.TableBytes {
		for i := range heights {
			heights[i] = 1
		}
	}
	alphaBeta := bls12381.MillerLoop([]bls12381.Pair{{P: vk.AlphaG1, Q: vk.BetaG2}}, nil)
	k.alphaBeta = alphaBeta.FinalExp()
	k.gamma = bls12381.PrepareLines(&vk.GammaG2)
	k.delta = bls12381.PrepareLines(&vk.DeltaG2)
	k.ic = bls12381.NewTable(ic, window, heights)
	if k.apart && layout.Block > 0 && k.inputs%layout.Block == 0 {
		k.block = layout.Block
		k.tails = bls12381.TailSums(ic[1:], k.block)
	}
	return k
}

// Inputs returns the number of inputs of a statement.
func (k *Key) Inputs() int { return k.inputs }

// Statement is one proof with its public inputs, Inputs of the key many.
type Statement struct {
	Proof  Proof
	Inputs []bls12381.Scalar
}

// ErrInputs says that a statement has another number of inputs than the key.
var ErrInputs = errors.New("number of public inputs does not fit the key")

// Holds reports whether all statements are true; there must be at least one. One
// statement is checked as it is, several by a random combination with
// coefficients from random. split runs a function on parts of the work; see
// [Serial]. An error says nothing about the proofs, and comes with false.
func (k *Key) Holds(statements []Statement, random io.Reader, split Split) (bool, error) {
	if len(statements) == 0 {
		return false, errors.New("no statement")
	}
	for i := range statements {
		if n := len(statements[i].Inputs); n != k.inputs {
			return false, fmt.Errorf("%w: %d, not %d", ErrInputs, n, k.inputs)
		}
	}
	if split == nil {
		split = Serial
	}
	if len(statements) == 1 {
		return k.holdsSingle(&statements[0], split), nil
	}
	coefficients, err := Draw(random, len(statements))
	if err != nil {
		return false, err
	}
	return k.holdsCombined(statements, coefficients, split), nil
}

// Split calls f for disjoint ranges that cover [0, n), possibly at the same time,
// and returns when all calls have. It may be nil, which means [Serial].
type Split func(n int, f func(from, to int))

// Serial is the Split that does all the work in one call.
func Serial(n int, f func(from, to int)) { f(0, n) }

func (k *Key) holdsSingle(s *Statement, split Split) bool {
	f := bls12381.MillerLoop(
		[]bls12381.Pair{{P: s.Proof.A, Q: s.Proof.B}},
		k.right(k.sumInputs([]Statement{*s}, split)[0], s.Proof.C))
	e := f.FinalExp()
	return e.Equal(&k.alphaBeta)
}

// sumInputs returns IC₀ + Σ xᵢ·ICᵢ of every statement. Where one block repeats up to
// the end, its scalars take the sums of the points they stand for. Work is split by
// scalars, wherever a statement ends.
func (k *Key) sumInputs(statements []Statement, split Split) []bls12381.G1 {
	n := len(statements)
	scalars, tails := make([][]bls12381.Scalar, n), make([][]bls12381.Scalar, n)
	total := 0
	for j := range statements {
		inputs := statements[j].Inputs
		if k.block > 0 {
			if from := k.repeats(inputs); from+k.block < len(inputs) {
				inputs, tails[j] = inputs[:from], inputs[from:from+k.block]
			}
		}
		scalars[j] = slices.Concat([]bls12381.Scalar{{1}}, inputs)
		total += len(scalars[j])
	}
	sums := make([]bls12381.G1, n)
	var mu sync.Mutex
	add := func(j int, part bls12381.G1) {
		mu.Lock()
		defer mu.Unlock()
		sums[j].Add(&sums[j], &part)
	}
	if !k.apart {
		split = Serial // too few to share
	}
	split(total, func(from, to int) {
		for j := range scalars { // [from, to) counts from the first scalar of j on
			if first, last := max(from, 0), min(to, len(scalars[j])); first < last {
				add(j, k.ic.Sum(first, scalars[j][first:last]))
			}
			from, to = from-len(scalars[j]), to-len(scalars[j])
		}
	})
	for j, t := range tails {
		if t != nil {
			products := make([]bls12381.Product, len(t))
			for i := range t {
				products[i] = bls12381.Product{P: k.tails[len(scalars[j])-1+i], K: t[i]}
			}
			add(j, bls12381.SumProducts(products)[0])
		}
	}
	return sums
}

// repeats returns where the blocks begin that equal the last one.
func (k *Key) repeats(inputs []bls12381.Scalar) int {
	from := len(inputs) - k.block
	last := inputs[from:]
	for from > 0 && slices.Equal(inputs[from-k.block:from], last) {
		from -= k.block
	}
	return from
}

// Right returns, for scalars of the input points and the sum c of points C, what the
// other side of the equation comes to: e(−Σ scalarsᵢ·ICᵢ, γ) and e(−c, δ) as pairs,
// and e(α, β)^scalars₀.
func (k *Key) Right(scalars []bls12381.Scalar, c bls12381.G1) (pairs []bls12381.PreparedPair, want bls12381.GT) {
	want.Exp(&k.alphaBeta, &scalars[0])
	return k.right(k.ic.Sum(0, scalars), c), want
}

// right returns the factors e(−inputs, γ) and e(−c, δ).
func (k *Key) right(inputs, c bls12381.G1) []bls12381.PreparedPair {
	inputs.Neg(&inputs)
	c.Neg(&c)
	return []bls12381.PreparedPair{{P: inputs, Q: k.gamma}, {P: c, Q: k.delta}}
}

func (k *Key) holdsCombined(statements []Statement, z []bls12381.Coefficient, split Split) bool {
	n := len(statements)
	pairs := make([]bls12381.Pair, n) // z_j·A_j and B_j
	cs := make([]bls12381.G1, n)      // z_j·C_j
	var sums []bls12381.G1            // the sums over inputs, and z_j times those, when apart
	if k.apart {
		sums = k.sumInputs(statements, split)
	}
	split(n, func(from, to int) {
		m := to - from
		points, coefficients := make([]bls12381.G1, 0, 3*m), make([]bls12381.Coefficient, 0, 3*m)
		for j := from; j < to; j++ {
			points = append(points, statements[j].Proof.A, statements[j].Proof.C)
			coefficients = append(coefficients, z[j], z[j])
			if k.apart {
				points = append(points, sums[j])
				coefficients = append(coefficients, z[j])
			}
		}
		bls12381.ScaleAll(points, points, coefficients)
		for j := from; j < to; j++ {
			pairs[j] = bls12381.Pair{P: points[0], Q: statements[j].Proof.B}
			cs[j], points = points[1], points[2:]
			if k.apart {
				sums[j], points = points[0], points[1:]
			}
		}
	})

	var want bls12381.GT // written before the split returns
	values := make(chan bls12381.MillerValue, n+1)
	// The right sides are work, too, some pairs' worth, which the first part takes
	// over so that all parts take about as long.
	worth := rightWorth
	if !k.apart {
		worth += k.inputs / inputsPerPair
	}
	split(n+worth, func(from, to int) {
		var right []bls12381.PreparedPair
		if from == 0 {
			if k.apart {
				exponent := sumCoefficients(z)
				want.Exp(&k.alphaBeta, &exponent)
				right = k.right(bls12381.Sum(sums), bls12381.Sum(cs))
			} else {
				right, want = k.Right(k.combineInputs(statements, z), bls12381.Sum(cs))
			}
		}
		if mine := pairs[max(0, from-worth):max(0, to-worth)]; len(mine)+len(right) > 0 {
			values <- bls12381.MillerLoop(mine, right)
		}
	})
	close(values)
	product := <-values
	for v := range values {
		product.Mul(&product, &v)
	}
	got := product.FinalExp()
	return got.Equal(&want)
}

// What the right sides take, in loops of a pair: on a Xeon of the fifth generation,
// where such a loop takes 78 µs in eight lanes, 2.0 ms for the sum over 273 inputs
// and 0.5 ms for the loops over prepared lines.
const (
	inputsPerPair = 12
	rightWorth    = 6
)

func sumCoefficients(z []bls12381.Coefficient) (sum bls12381.Scalar) {
	one := bls12381.Scalar{1}
	for j := range z {
		sum.AddMul(&one, &z[j])
	}
	return sum
}

// combineInputs returns the scalars of the input points: Σ z_j, then Σ z_j·x_{j,i}
// for every input i.
func (k *Key) combineInputs(statements []Statement, z []bls12381.Coefficient) []bls12381.Scalar {
	scalars := make([]bls12381.Scalar, k.inputs+1)
	scalars[0] = sumCoefficients(z)
	for j := range statements {
		for i := range statements[j].Inputs {
			scalars[i+1].AddMul(&statements[j].Inputs[i], &z[j])
		}
	}
	return scalars
}

// Draw returns n coefficients, none of them zero.
func Draw(random io.Reader, n int) ([]bls12381.Coefficient, error) {
	z := make([]bls12381.Coefficient, n)
	buf := make([]byte, 16*n)
	for i := 0; i < n; {
		if _, err := io.ReadFull(random, buf[:16*(n-i)]); err != nil {
			return nil, fmt.Errorf("drawing coefficients: %w", err)
		}
		for b := buf[:16*(n-i)]; len(b) > 0; b = b[16:] {
			z[i].SetBytes((*[16]byte)(b))
			if z[i] != (bls12381.Coefficient{}) {
				i++
			}
		}
	}
	return z, nil
}
