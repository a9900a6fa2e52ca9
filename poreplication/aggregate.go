package poreplication

import (
	"context"
	"crypto/sha256"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/params"
)

// VerifyAggregateSeals checks one SnarkPack proof of many seals (FIP-0013, FIP-0092):
// that [Verifier.VerifySeal] would accept a proof of each, as the prover who
// aggregated them had. An aggregate of version V1 does not show that; see
// [SnarkPackV1].
//
// It returns nil if and only if the aggregate holds for all seals in their order.
// Errors: ErrMalformed for what the reference refuses to judge (an unknown kind or
// version, no seal, an all-zero or non-canonical CommR or CommD of a seal, whose
// position Index then gives; a proof that is too short, aggregates another number
// of proofs or contains anything but elements of the groups of prime order),
// ErrLimit for more seals than Limits.AggregateSeals or
// Limits.AggregateNonInteractive, or a proof that aggregates more proofs than
// Limits.AggregateProofs, ErrInvalidProof for an aggregate that does not hold,
// ErrUnsupported without a structured reference string, with a test string for a key
// that is not a test key, for a sector size without a key, an explicit configuration
// with a key that is not a test key, or version V1 when Config.Strict is set. Bytes
// after the proof are ignored, as the reference does, unless Config.Strict is set. When
// ctx is done before the aggregate is judged, ctx's error is returned; it is looked
// at before every partition.
//
// a is neither modified nor retained; no goroutine outlives the call. The method may
// be called concurrently. Cost: decoding, and a power of 255 bits, for each of some
// ten elements of the target group a doubling of the number of proofs, eight Miller
// loops, and the public inputs of every partition. Memory: the statement, some 400
// bytes a seal, and the decoded proof, 6 KB a doubling.
//
// Source: filecoin-proofs 19.1.0, verify_aggregate_seal_commit_proofs; Gailly, Maller,
// Nitulescu, eprint 2021/529.
func (v *Verifier) VerifyAggregateSeals(ctx context.Context, a *AggregateSealInfo) error {
	const op = "poreplication.VerifyAggregateSeals"
	p, index, err := v.prepareAggregateSeals(a)
	if err != nil {
		return fail(op, index, err)
	}
	if err := v.judge(ctx, p); err != nil {
		if err == errNotJudged && ctx.Err() != nil {
			return ctx.Err()
		}
		return fail(op, noIndex, err)
	}
	return nil
}

// prepareAggregateSeals makes every check that needs no curve arithmetic. An error
// may concern the seal at an index.
func (v *Verifier) prepareAggregateSeals(a *AggregateSealInfo) (p *prepared, index int, err error) {
	if a == nil {
		return nil, noIndex, malformed("no aggregate")
	}
	version, err := a.Aggregation.version()
	if err != nil {
		return nil, noIndex, err
	}
	if len(a.Seals) == 0 {
		return nil, noIndex, malformed("no seal in an aggregate")
	}
	config := a.Config
	if config == nil {
		registered, err := a.SealProof.config()
		if err != nil {
			return nil, noIndex, err
		}
		config = &registered
	}
	shape, err := config.shape()
	if err != nil {
		return nil, noIndex, err
	}
	most := orDefault(v.limits.AggregateSeals, defaultAggregateSeals)
	if config.Features == NonInteractivePoRep {
		most = orDefault(v.limits.AggregateNonInteractive, defaultAggregateNonInteractive)
	}
	if len(a.Seals) > most {
		return nil, noIndex, limit("%d seals in an aggregate, at most %d", len(a.Seals), most)
	}
	statements := make([]stacked.Statement, len(a.Seals))
	for i := range statements {
		s := &a.Seals[i]
		statements[i], err = sealStatement(&SealInfo{
			SealProof: a.SealProof, Config: a.Config,
			ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD,
		})
		if err != nil {
			return nil, i, err
		}
	}
	key, err := v.keyFor(params.ID{Circuit: params.Seal, SectorSize: shape.SectorSize}, a.Config != nil)
	if err != nil {
		return nil, noIndex, err
	}
	if v.strict && version == snarkpack.V1 {
		return nil, noIndex, unsupported("SnarkPack V1")
	}
	p, err = v.prepareAggregate(key, sealAggregate(statements, version), a.Proof)
	return p, noIndex, err
}

// sealAggregate is the aggregate of the seals' partitions. Its prover commits to the
// seed and the CommR of every seal, or to CommR alone where there is no seed.
func sealAggregate(statements []stacked.Statement, version snarkpack.Version) *aggregate {
	h := sha256.New()
	for i := range statements {
		if statements[i].Origin != stacked.FromReplica {
			h.Write(statements[i].Seed[:])
		}
		h.Write(statements[i].CommR[:])
	}
	partitions := statements[0].Partitions()
	return &aggregate{
		include:   [32]byte(h.Sum(nil)),
		version:   version,
		instances: len(statements) * partitions,
		inputs: func(dst []bls12381.Scalar, instance int) bool {
			return statements[instance/partitions].Inputs(dst, instance%partitions, groth16.Serial)
		},
	}
}

// VerifyAggregateReplicaUpdates checks one SnarkPack proof of many replica updates:
// that [Verifier.VerifyReplicaUpdate] would accept a proof of each.
//
// It returns nil if and only if the aggregate holds for all updates in their order.
// Errors are as for [Verifier.VerifyAggregateSeals], with these differences, which
// are the reference's: SnarkPack V1 is malformed, and so is an all-zero commitment,
// which an update by itself may have. The chain has no message with such a proof, and
// the reference takes one under version 1.2.0 of its interface alone, which registered
// updates do not have; here the registered kinds stand for the circuit.
//
// a is neither modified nor retained; no goroutine outlives the call. The method may
// be called concurrently.
//
// Source: filecoin-proofs 19.1.0, verify_aggregate_sector_update_proofs.
func (v *Verifier) VerifyAggregateReplicaUpdates(ctx context.Context, a *AggregateReplicaUpdateInfo) error {
	const op = "poreplication.VerifyAggregateReplicaUpdates"
	p, index, err := v.prepareAggregateUpdates(a)
	if err != nil {
		return fail(op, index, err)
	}
	if err := v.judge(ctx, p); err != nil {
		if err == errNotJudged && ctx.Err() != nil {
			return ctx.Err()
		}
		return fail(op, noIndex, err)
	}
	return nil
}

// prepareAggregateUpdates is prepareAggregateSeals for replica updates.
func (v *Verifier) prepareAggregateUpdates(a *AggregateReplicaUpdateInfo) (p *prepared, index int, err error) {
	if a == nil {
		return nil, noIndex, malformed("no aggregate")
	}
	version, err := a.Aggregation.version()
	switch {
	case err != nil:
		return nil, noIndex, err
	case version != snarkpack.V2:
		return nil, noIndex, malformed("%v for replica updates", a.Aggregation)
	case len(a.Updates) == 0:
		return nil, noIndex, malformed("no replica update in an aggregate")
	}
	if most := orDefault(v.limits.AggregateProofs, defaultAggregateProofs); len(a.Updates) > most {
		return nil, noIndex, limit("%d replica updates in an aggregate, at most %d", len(a.Updates), most)
	}
	config := a.Config
	if config == nil {
		registered, err := a.UpdateProof.config()
		if err != nil {
			return nil, noIndex, err
		}
		config = &registered
	}
	shape, err := config.shape()
	if err != nil {
		return nil, noIndex, err
	}
	statements := make([]sectorupdate.Statement, len(a.Updates))
	h := sha256.New()
	for i := range statements {
		u := &a.Updates[i]
		statements[i], err = updateStatement(&ReplicaUpdateInfo{
			UpdateProof: a.UpdateProof, Config: a.Config,
			CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew,
		})
		if err != nil {
			return nil, i, err
		}
		h.Write([]byte{shape.UpdateBits()})
		for _, c := range []struct {
			name  string
			value *[32]byte
		}{{"old CommR", &u.CommROld}, {"new CommR", &u.CommRNew}, {"new CommD", &u.CommDNew}} {
			if err := checkNotZero(c.name, c.value); err != nil {
				return nil, i, err
			}
			h.Write(c.value[:])
		}
	}
	key, err := v.keyFor(params.ID{Circuit: params.ReplicaUpdate, SectorSize: shape.SectorSize}, a.Config != nil)
	if err != nil {
		return nil, noIndex, err
	}
	partitions := shape.UpdatePartitions()
	p, err = v.prepareAggregate(key, &aggregate{
		include:   [32]byte(h.Sum(nil)),
		version:   version,
		instances: len(statements) * partitions,
		inputs: func(dst []bls12381.Scalar, instance int) bool {
			return statements[instance/partitions].Inputs(dst, instance%partitions, groth16.Serial)
		},
	}, a.Proof)
	return p, noIndex, err
}

// version returns the protocol's version.
func (p RegisteredAggregationProof) version() (snarkpack.Version, error) {
	switch p {
	case SnarkPackV1:
		return snarkpack.V1, nil
	case SnarkPackV2:
		return snarkpack.V2, nil
	}
	return 0, malformed("no registered aggregation proof has number %d", int64(p))
}

// aggregate is a SnarkPack proof on its way from its bytes to a folded statement.
type aggregate struct {
	include   [32]byte
	version   snarkpack.Version
	instances int
	inputs    func(dst []bls12381.Scalar, instance int) bool
	folded    *snarkpack.Folded
}

// prepareAggregate checks the length of an aggregate and how many proofs it says it
// has, before anything is allocated for them.
func (v *Verifier) prepareAggregate(k *key, a *aggregate, proof []byte) (*prepared, error) {
	switch {
	case v.srs == nil:
		return nil, unsupported("no structured reference string")
	case v.srsTest && !k.test:
		return nil, unsupported("a test reference string needs a test key")
	}
	n, err := snarkpack.Count(proof, v.strict)
	if err != nil {
		return nil, malformed("%w", err)
	}
	if a.instances > n || a.instances <= n/2 && n > 2 {
		return nil, malformed("an aggregate of %d proofs for %d", n, a.instances)
	}
	if most := orDefault(v.limits.AggregateProofs, defaultAggregateProofs); n > most {
		return nil, limit("%d aggregated proofs, at most %d", n, most)
	}
	return &prepared{key: k, aggregate: a, proof: proof, faults: make([]error, 1)}, nil
}

// foldAggregates decodes the aggregates among the items, all of them together, and
// folds their instances.
func (v *Verifier) foldAggregates(ctx context.Context, items []*prepared) {
	var aggregates []*prepared
	for _, p := range items {
		if p.aggregate != nil {
			p.faults[0] = errNotJudged
			aggregates = append(aggregates, p)
		}
	}
	if len(aggregates) == 0 || ctx.Err() != nil {
		return
	}
	proofs, encoded := make([]*snarkpack.Proof, len(aggregates)), make([][]byte, len(aggregates))
	for i, p := range aggregates {
		proofs[i], encoded[i] = new(snarkpack.Proof), p.proof
	}
	errs := make([]error, len(aggregates))
	snarkpack.Decode(proofs, encoded, errs, v.split)
	for i, p := range aggregates {
		if errs[i] != nil {
			p.faults[0] = malformed("%w", errs[i])
			continue
		}
		a := p.aggregate
		folded, ok := snarkpack.Fold(&snarkpack.Statement{
			Proof: proofs[i], Include: a.include, Version: a.version, Instances: a.instances,
			Inputs: func(dst []bls12381.Scalar, instance int) bool {
				return ctx.Err() == nil && a.inputs(dst, instance)
			},
		}, p.key.inputs, v.split)
		switch {
		case ctx.Err() != nil:
			return
		case !ok:
			p.faults[0] = malformed("an input is not canonical")
		default:
			a.folded, p.faults[0] = folded, nil
		}
	}
}
