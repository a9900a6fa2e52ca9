package poreplication

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
	"github.com/depinproof/depinproof/poreplication/params"
)

// claim is what a proof states, in the terms of its circuit.
type claim interface {
	// Inputs sets dst to the public inputs of a partition, of which those that the
	// circuit takes more than once are there once, and reports false when one of
	// them is not canonical. Work is split where that pays.
	Inputs(dst []bls12381.Scalar, partition int, split groth16.Split) bool
}

// prepared is a proof on its way from its bytes to statements of a circuit. All
// checks that need no curve arithmetic are behind it.
//
// It has a proof for each partition, or one aggregate of them.
type prepared struct {
	key        *key
	claim      claim
	proof      []byte
	statements []groth16.Statement // one to a partition
	aggregate  *aggregate          // or nil
	faults     []error             // of the partitions or the aggregate, nil where there is none
	index      int                 // position in a batch
}

// prepare checks the length of a proof, before anything is allocated for its
// partitions.
func prepare(k *key, c claim, partitions int, proof []byte) (*prepared, error) {
	if len(proof) != partitions*groth16.ProofSize {
		return nil, malformed("proof has %d bytes, not %d", len(proof), partitions*groth16.ProofSize)
	}
	return &prepared{
		key:        k,
		claim:      c,
		proof:      proof,
		statements: make([]groth16.Statement, partitions),
		faults:     make([]error, partitions),
	}, nil
}

// judge returns nil when the proofs of all partitions hold, and errNotJudged when
// ctx was done before that was known.
func (v *Verifier) judge(ctx context.Context, p *prepared) error {
	v.decode(ctx, p)
	if err := p.fault(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return errNotJudged
	}
	ok, err := v.hold([]*prepared{p})
	if err != nil {
		return err
	}
	if !ok {
		return p.doesNotHold()
	}
	return nil
}

// hold reports whether all items hold, which are of one key and have either
// aggregates or none.
func (v *Verifier) hold(items []*prepared) (bool, error) {
	key := items[0].key.prepared()
	if items[0].aggregate != nil {
		folded := make([]*snarkpack.Folded, len(items))
		for i, p := range items {
			folded[i] = p.aggregate.folded
		}
		return snarkpack.Holds(key, v.srs, folded, rand.Reader, v.split)
	}
	var statements []groth16.Statement
	for _, p := range items {
		statements = append(statements, p.statements...)
	}
	return key.Holds(statements, rand.Reader, v.split)
}

// doesNotHold returns the error of a proof that is well formed and false.
func (p *prepared) doesNotHold() error {
	return invalid(circuitNames[p.key.circuit] + " does not hold")
}

// decode decodes the proofs of all partitions of the items and derives their public
// inputs. Proofs are decoded many at a time, whatever item they belong to, since
// that costs less than one by one.
func (v *Verifier) decode(ctx context.Context, items ...*prepared) {
	v.foldAggregates(ctx, items)
	var parts []part
	for _, p := range items {
		for k := range p.statements {
			parts = append(parts, part{p, k})
		}
	}
	switch len(parts) {
	case 0:
		return
	case 1:
		decodeParts(ctx, parts, v.split)
		return
	}
	v.split(len(parts), func(from, to int) {
		for chunk := range slices.Chunk(parts[from:to], decodedTogether) {
			decodeParts(ctx, chunk, groth16.Serial)
		}
	})
}

// part is one partition of an item.
type part struct {
	p *prepared
	k int
}

// decodedTogether is the number of proofs that are decoded at a time: it fills
// eight lanes with both kinds of points.
const decodedTogether = 32

// decodeParts sets the fault of every part, errNotJudged when ctx is done, and
// makes the statements of those without one. The work of one part may be split.
func decodeParts(ctx context.Context, parts []part, split groth16.Split) {
	errs := make([]error, len(parts))
	if ctx.Err() == nil {
		proofs, encoded := make([]*groth16.Proof, len(parts)), make([]*[groth16.ProofSize]byte, len(parts))
		for i, t := range parts {
			proofs[i] = &t.p.statements[t.k].Proof
			encoded[i] = (*[groth16.ProofSize]byte)(t.p.proof[t.k*groth16.ProofSize:])
		}
		groth16.DecodeProofs(proofs, encoded, errs)
	}
	for i, t := range parts {
		st := &t.p.statements[t.k]
		switch {
		case ctx.Err() != nil:
			t.p.faults[t.k] = errNotJudged
			continue
		case errs[i] != nil:
			t.p.faults[t.k] = malformed("partition %d: %w", t.k, errs[i])
			continue
		}
		st.Inputs = make([]bls12381.Scalar, t.p.key.inputs)
		if !t.p.claim.Inputs(st.Inputs, t.k, split) {
			t.p.faults[t.k] = inputNotCanonical(t.k)
		}
	}
}

// fault returns the first partition's fault, or nil.
func (p *prepared) fault() error {
	for _, err := range p.faults {
		if err != nil {
			return err
		}
	}
	return nil
}

func inputNotCanonical(partition int) error {
	return malformed("partition %d: an input is not canonical", partition)
}

// publicInputs returns the public inputs of every partition as the circuit takes
// them, little-endian field elements.
func publicInputs(c claim, id params.ID, partitions int) ([][][32]byte, error) {
	layout := layoutOf(id.Circuit)
	n, _ := id.Inputs()
	inputs := make([]bls12381.Scalar, layout.Folded(n))
	out := make([][][32]byte, partitions)
	for k := range out {
		if !c.Inputs(inputs, k, groth16.Serial) {
			return nil, inputNotCanonical(k)
		}
		out[k] = make([][32]byte, n)
		for i := range out[k] {
			from := i
			if layout.Fold != nil {
				from = layout.Fold(i)
			}
			out[k][i] = inputs[from].BytesLE()
		}
	}
	return out, nil
}

// checkNotZero checks a commitment that must not be zero.
func checkNotZero(name string, value *[32]byte) error {
	if *value == [32]byte{} {
		return malformed("%s is zero", name)
	}
	return nil
}

// checkCanonical checks that a value is a field element, below the modulus.
func checkCanonical(name string, value *[32]byte) error {
	var x bls12381.Scalar
	if !x.SetBytesLE(value) {
		return malformed("%s is not canonical", name)
	}
	return nil
}
