package snarkpack

import (
	"sync"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
)

// Statement says what an aggregate proves.
type Statement struct {
	Proof   *Proof
	Include [32]byte // what its prover was to commit to
	Version Version
	// Instances is the number of proofs that were aggregated, from half of the
	// proof's count, exclusively, to all of it; the last was repeated.
	Instances int
	// Inputs sets dst to the inputs of an instance, and reports false when that
	// cannot be done. It may be called concurrently.
	Inputs func(dst []bls12381.Scalar, instance int) bool
}

// Folded is a statement whose challenges are known and whose instances are one.
type Folded struct {
	proof *Proof
	challenges
	// scalars of the key's input points: Σ r^j, then Σ r^j·x_{j,i} for every input.
	scalars []bls12381.Scalar
}

// Fold derives the challenges of a statement and combines the inputs of its
// instances, inputs of them each. It reports false when Inputs does. Memory does
// not grow with the number of instances.
func Fold(s *Statement, inputs int, split groth16.Split) (*Folded, bool) {
	f := &Folded{proof: s.Proof, challenges: s.Proof.derive(s.Include[:], s.Version)}
	f.scalars = make([]bls12381.Scalar, inputs+1)
	var mu sync.Mutex
	ok := true
	split(s.Instances, func(from, to int) {
		sums, good := f.combine(s, inputs, from, to)
		mu.Lock()
		defer mu.Unlock()
		ok = ok && good
		for i := range sums {
			f.scalars[i].Add(&f.scalars[i], &sums[i])
		}
	})
	return f, ok
}

// combine sums the inputs of instances from to to, multiplied by powers of r.
func (f *Folded) combine(s *Statement, inputs, from, to int) ([]bls12381.Scalar, bool) {
	sums := make([]bls12381.Scalar, inputs+1)
	short := make([]bls12381.Accumulator, inputs)
	x := make([]bls12381.Scalar, inputs)
	var power, t bls12381.Scalar
	power.Exp(&f.r, uint64(from))
	for j := from; j < to; j++ {
		if !s.Inputs(x, j) {
			return nil, false
		}
		factor := power
		if j == s.Instances-1 { // the last stands for what repeats it, too
			for range f.proof.n - s.Instances {
				power.Mul(&power, &f.r)
				factor.Add(&factor, &power)
			}
		}
		sums[0].Add(&sums[0], &factor)
		for i := range x {
			if x[i][1]|x[i][2]|x[i][3] == 0 && x[i][0]>>32 == 0 {
				short[i].AddMul(uint32(x[i][0]), &factor)
				continue
			}
			t.Mul(&x[i], &factor)
			sums[i+1].Add(&sums[i+1], &t)
		}
		power.Mul(&power, &f.r)
	}
	for i := range short {
		t = short[i].Scalar()
		sums[i+1].Add(&sums[i+1], &t)
	}
	return sums, true
}
