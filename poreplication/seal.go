package poreplication

import (
	"context"

	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/params"
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
// ErrUnsupported for a sector size without a key, an explicit configuration with a
// key that is not a test key, or a non-interactive kind without a structured
// reference string.
//
// The proof of a non-interactive seal is a SnarkPack V2 aggregate of 13 or 126
// partitions: 14,164 bytes, or 23,092 for 32 and 64 GiB sectors. What
// [Verifier.VerifyAggregateSeals] says of such proofs holds for it, and its seed is
// ignored.
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
	if err := v.judge(context.Background(), seal); err != nil {
		return fail(op, noIndex, err)
	}
	return nil
}

// prepareSeal makes every check that needs no curve arithmetic.
func (v *Verifier) prepareSeal(s *SealInfo) (*prepared, error) {
	statement, err := sealStatement(s)
	if err != nil {
		return nil, err
	}
	id := params.ID{Circuit: params.Seal, SectorSize: statement.Shape.SectorSize}
	key, err := v.keyFor(id, s.Config != nil)
	if err != nil {
		return nil, err
	}
	if statement.Origin == stacked.FromReplica {
		return v.prepareAggregate(key, sealAggregate([]stacked.Statement{statement}, snarkpack.V2), s.Proof)
	}
	return prepare(key, &statement, statement.Partitions(), s.Proof)
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
		if err := checkNotZero(c.name, c.value); err != nil {
			return st, err
		}
		if err := checkCanonical(c.name, c.value); err != nil {
			return st, err
		}
	}
	st.Graph = sdr.New(st.Shape.Nodes, &config.PoRepID, config.Version == V1_0_0)
	st.Origin = config.origin()
	st.ReplicaID = stacked.ReplicaID(&s.ProverID, s.Sector, &s.Ticket, &s.CommD, &config.PoRepID)
	st.CommD, st.CommR, st.Seed = s.CommD, s.CommR, s.Seed
	return st, nil
}

// SealPublicInputs returns the public inputs of every partition, in the order of
// the circuit and without the leading one: 327 for 32 and 64 GiB sectors, 39 for
// others, each a little-endian field element. They are the replica ID, CommD and
// CommR, then 18 per challenge x: x, its six base and eight expander parents, and
// x three times more. Auditors find the challenges of a seal there.
//
// The proof in s is not looked at. Errors: ErrMalformed as for VerifySeal.
func SealPublicInputs(s *SealInfo) ([][][32]byte, error) {
	const op = "poreplication.SealPublicInputs"
	statement, err := sealStatement(s)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	inputs, err := publicInputs(&statement, params.ID{Circuit: params.Seal, SectorSize: statement.Shape.SectorSize}, statement.Partitions())
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	return inputs, nil
}

// Partitions returns the number of partitions of a seal of this configuration.
// Its proof has 192 bytes for each, but that of a non-interactive seal is one
// aggregate of them all. Errors as for [SealPublicInputs].
func (c *SealConfig) Partitions() (int, error) {
	s, err := c.shape()
	if err != nil {
		return 0, fail("poreplication.SealConfig.Partitions", noIndex, err)
	}
	st := stacked.Statement{Shape: s, Origin: c.origin()}
	return st.Partitions(), nil
}

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
	b := batch{op: "poreplication.VerifySealBatch", items: "seals", n: len(seals), most: v.limits.BatchSeals}
	err := v.judgeBatch(ctx, &b, func(i int) (*prepared, error) { return v.prepareSeal(&seals[i]) }, errs)
	if err != nil {
		return err
	}
	return nil
}
