package poreplication

import (
	"context"
	"crypto/rand"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
)

// VerifySeal checks one replication proof: that the prover holds, under CommR, an
// encoding of the data under CommD that took the sealing work of its kind to
// make, as far as the challenges drawn from the seed show it.
//
// It returns nil if and only if the proof of every partition holds. Errors:
// ErrMalformed for what the reference refuses to judge (an unknown kind, an
// all-zero or non-canonical CommR or CommD, a proof that has another length than
// 192 bytes per partition or contains anything but points of the prime-order
// subgroups other than infinity), ErrInvalidProof for a proof that does not hold,
// ErrUnsupported for a non-interactive kind, a sector size without a key, or an
// explicit configuration with a key that is not a test key.
//
// s is neither modified nor retained. The method may be called concurrently.
// Cost: per partition three decodings and a Miller loop, then one product of
// pairings and a sum over the key's input points.
//
// Source: filecoin-proofs 19.1.0, verify_seal.
func (v *Verifier) VerifySeal(s *SealInfo) error {
	const op = "poreplication.VerifySeal"
	seal, err := v.prepareSeal(s)
	if err != nil {
		return fail(op, noIndex, err)
	}
	v.split(len(seal.statements), seal.decode)
	if err := seal.fault(); err != nil {
		return fail(op, noIndex, err)
	}
	ok, err := seal.key.Holds(seal.statements, rand.Reader, v.split)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if !ok {
		return fail(op, noIndex, invalid(sealDoesNotHold))
	}
	return nil
}

const sealDoesNotHold = "replication proof does not hold"

// preparedSeal is a seal on its way from its bytes to statements of the circuit.
type preparedSeal struct {
	key        *groth16.Key
	statement  stacked.Statement
	proof      []byte
	statements []groth16.Statement // one to a partition
	faults     []error             // of the partitions, nil where there is none
	index      int                 // position in a batch
}

// prepareSeal makes every check that needs no curve arithmetic.
func (v *Verifier) prepareSeal(s *SealInfo) (*preparedSeal, error) {
	statement, err := sealStatement(s)
	if err != nil {
		return nil, err
	}
	k, ok := v.seals[statement.Shape.SectorSize]
	if !ok {
		return nil, unsupported("no replication key for sectors of %d bytes", statement.Shape.SectorSize)
	}
	if s.Config != nil && !k.test {
		return nil, unsupported("an explicit seal configuration needs a test key")
	}
	n := statement.Shape.Partitions
	if len(s.Proof) != n*groth16.ProofSize {
		return nil, malformed("proof has %d bytes, not %d", len(s.Proof), n*groth16.ProofSize)
	}
	return &preparedSeal{
		key:        k.key,
		statement:  statement,
		proof:      s.Proof,
		statements: make([]groth16.Statement, n),
		faults:     make([]error, n),
	}, nil
}

// sealStatement checks what is stated and derives the replica ID.
func sealStatement(s *SealInfo) (st stacked.Statement, err error) {
	if s == nil {
		return st, malformed("no seal")
	}
	config := s.Config
	if config == nil {
		registered, err := s.SealProof.config()
		if err != nil {
			return st, err
		}
		config = &registered
	}
	if st.Shape, err = config.shape(); err != nil {
		return st, err
	}
	for _, c := range []struct {
		name  string
		value *[32]byte
	}{{"CommD", &s.CommD}, {"CommR", &s.CommR}} {
		var x bls12381.Scalar
		switch {
		case *c.value == [32]byte{}:
			return st, malformed("%s is zero", c.name)
		case !x.SetBytesLE(c.value):
			return st, malformed("%s is not canonical", c.name)
		}
	}
	st.Graph = sdr.New(st.Shape.Nodes, &config.PoRepID, config.Version == V1_0_0)
	st.Synthetic = config.Features == SyntheticPoRep
	st.ReplicaID = stacked.ReplicaID(&s.ProverID, s.Sector, &s.Ticket, &s.CommD, &config.PoRepID)
	st.CommD, st.CommR, st.Seed = s.CommD, s.CommR, s.Seed
	return st, nil
}

// decode decodes the proofs of partitions from ≤ k < to and derives their public
// inputs.
func (p *preparedSeal) decode(from, to int) {
	for k := from; k < to; k++ {
		p.decodePartition(k)
		if p.faults[k] != nil {
			return
		}
	}
}

func (p *preparedSeal) decodePartition(k int) {
	st := &p.statements[k]
	if err := st.Proof.SetBytes((*[groth16.ProofSize]byte)(p.proof[k*groth16.ProofSize:])); err != nil {
		p.faults[k] = malformed("partition %d: %w", k, err)
		return
	}
	st.Inputs = make([]bls12381.Scalar, p.statement.Shape.SealInputs())
	if !p.statement.Inputs(st.Inputs, k) {
		p.faults[k] = malformed("partition %d: an input is not canonical", k)
	}
}

// fault returns the first partition's fault, or nil.
func (p *preparedSeal) fault() error {
	for _, err := range p.faults {
		if err != nil {
			return err
		}
	}
	return nil
}

// SealPublicInputs returns the public inputs of every partition, in the order of
// the circuit and without the leading one: 327 for 32 and 64 GiB sectors, 39 for
// others, each a little-endian field element. They are the replica ID, CommD and
// CommR, then 18 per challenge x: x, its six base and eight expander parents, and
// x three times more. Auditors find the challenges of a seal there.
//
// The proof in s is not looked at. Errors: ErrMalformed and ErrUnsupported as for
// VerifySeal.
func SealPublicInputs(s *SealInfo) ([][][32]byte, error) {
	const op = "poreplication.SealPublicInputs"
	statement, err := sealStatement(s)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	inputs := make([]bls12381.Scalar, statement.Shape.SealInputs())
	out := make([][][32]byte, statement.Shape.Partitions)
	for k := range out {
		if !statement.Inputs(inputs, k) {
			return nil, fail(op, noIndex, malformed("partition %d: an input is not canonical", k))
		}
		out[k] = make([][32]byte, len(inputs))
		for i := range inputs {
			out[k][i] = inputs[i].BytesLE()
		}
	}
	return out, nil
}

// Partitions returns the number of partition proofs of a seal of this
// configuration, 192 bytes each. Errors as for [SealPublicInputs].
func (c *SealConfig) Partitions() (int, error) {
	s, err := c.shape()
	if err != nil {
		return 0, fail("poreplication.SealConfig.Partitions", noIndex, err)
	}
	return s.Partitions, nil
}

// batchPartitions is the number of partition proofs that one round of a batch
// combines: enough that what a combination costs once is small against what each
// proof costs, few enough that a batch of any size needs 7 MB.
const batchPartitions = 640

// VerifySealBatch checks many seals, of any mix of kinds, faster than one by one:
// the proofs under one key are combined into one equation with random
// coefficients of 128 bits, after each of their points was checked by itself. When
// it does not hold, halves are checked until the failing seals are found.
//
// It returns nil if and only if every seal is valid, that is, if VerifySeal returns
// nil for each. errs, when not nil, has one element per seal, which is set to nil
// exactly for valid seals. Otherwise the first failing seal's error is returned,
// with its position in Index. Errors of a seal are those of VerifySeal. An empty
// batch, or an errs of another length, is ErrMalformed; more seals than the limit
// is ErrLimit.
//
// When ctx is done before every seal is judged, its error is returned, and set for
// those that are not. ctx is looked at before every seal.
//
// seals are neither modified nor retained; no goroutine outlives the call.
func (v *Verifier) VerifySealBatch(ctx context.Context, seals []SealInfo, errs []error) error {
	const op = "poreplication.VerifySealBatch"
	if err := v.checkBatch(len(seals), errs); err != nil {
		for i := range errs {
			errs[i] = fail(op, noIndex, err)
		}
		return fail(op, noIndex, err)
	}
	if errs == nil {
		errs = make([]error, len(seals))
	}
	for i := range errs {
		errs[i] = errNotJudged
	}
	v.judgeBatch(ctx, seals, errs)
	var cancelled, first error
	for i := len(errs) - 1; i >= 0; i-- {
		switch {
		case errs[i] == nil:
			continue
		case errs[i] == errNotJudged && ctx.Err() != nil:
			cancelled = ctx.Err()
			errs[i] = cancelled
		default:
			errs[i] = fail(op, i, errs[i])
		}
		first = errs[i]
	}
	if cancelled != nil {
		return cancelled
	}
	if first != nil {
		return first
	}
	return nil
}
