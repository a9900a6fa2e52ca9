package poreplication

import (
	"context"

	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/params"
)

// VerifyWinningPoSt checks one WinningPoSt: that the prover held the replica under
// CommR when it learned the randomness, as far as 66 leaves show it. That the
// sector is the one it had to prove is for the caller to check; see
// [WinningSectorIndex].
//
// It returns nil if and only if the proof holds. Errors: ErrMalformed for what the
// reference refuses to judge (a kind that is none of WinningPoSt, another number
// of replicas than one, a randomness, prover ID or CommR that is not canonical, an
// all-zero CommR, a proof that has another length than 192 bytes or contains
// anything but points of the prime-order subgroups other than infinity),
// ErrInvalidProof for a proof that does not hold, ErrUnsupported for a sector size
// without a key, or an explicit configuration with a key that is not a test key.
//
// p is neither modified nor retained. The method may be called concurrently.
//
// Source: filecoin-proofs 19.1.0, verify_winning_post.
func (v *Verifier) VerifyWinningPoSt(p *WinningPoStInfo) error {
	const op = "poreplication.VerifyWinningPoSt"
	post, err := v.prepareWinningPoSt(p)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := v.judge(context.Background(), post); err != nil {
		return fail(op, noIndex, err)
	}
	return nil
}

// VerifyWinningPoStBatch checks many WinningPoSts as [Verifier.VerifySealBatch]
// checks seals: it returns nil if and only if VerifyWinningPoSt returns nil for
// each, and everything said there about errs, errors, ctx and Index holds here.
func (v *Verifier) VerifyWinningPoStBatch(ctx context.Context, ps []WinningPoStInfo, errs []error) error {
	b := batch{op: "poreplication.VerifyWinningPoStBatch", items: "WinningPoSts", n: len(ps), most: v.limits.BatchPoSts}
	err := v.judgeBatch(ctx, &b, func(i int) (*prepared, error) { return v.prepareWinningPoSt(&ps[i]) }, errs)
	if err != nil {
		return err
	}
	return nil
}

// prepareWinningPoSt makes every check that needs no curve arithmetic.
func (v *Verifier) prepareWinningPoSt(p *WinningPoStInfo) (*prepared, error) {
	s, size, err := winningStatement(p)
	if err != nil {
		return nil, err
	}
	key, err := v.keyFor(params.ID{Circuit: params.WinningPoSt, SectorSize: size}, p.Config != nil)
	if err != nil {
		return nil, err
	}
	return prepare(key, &s, s.Partitions(), p.Proof)
}

// winningStatement checks what is stated and returns it for the circuit, with the
// sector's size.
func winningStatement(p *WinningPoStInfo) (st fallback.Statement, sectorSize uint64, err error) {
	if p == nil {
		return st, 0, malformed("no WinningPoSt")
	}
	config, err := postConfig(p.Config, p.PoStProof, true)
	if err != nil {
		return st, 0, err
	}
	s, err := config.shape()
	if err != nil {
		return st, 0, err
	}
	if len(p.Replicas) != 1 {
		return st, 0, malformed("%d replicas in a WinningPoSt, not 1", len(p.Replicas))
	}
	if err := checkProver(&p.ProverID, &p.Randomness); err != nil {
		return st, 0, err
	}
	if err := p.Replicas[0].check(); err != nil {
		return st, 0, err
	}
	st = fallback.Statement{
		Nodes:      s.Nodes,
		Randomness: p.Randomness,
		Replicas:   []fallback.Replica{fallback.Replica(p.Replicas[0])},
		Sectors:    1,
		Challenges: shape.WinningChallenges,
	}
	// The circuit takes the replica as 66 with one challenge each, and from version
	// 1.2.0 on every replica's challenges start at zero: then all 66 are the same.
	if config.Version < V1_2_0 {
		st.ChallengeStep = 1
	}
	return st, s.SectorSize, nil
}

// WinningPoStChallenges returns the 66 challenged leaves of the replica, each the
// position of a 32-byte node in the sector. The proof in p is not looked at.
// Errors: ErrMalformed as for VerifyWinningPoSt.
func WinningPoStChallenges(p *WinningPoStInfo) ([]uint64, error) {
	s, _, err := winningStatement(p)
	if err != nil {
		return nil, fail("poreplication.WinningPoStChallenges", noIndex, err)
	}
	leaves := make([]uint64, s.Challenges)
	s.Leaves(leaves, 0)
	return leaves, nil
}

// WinningPoStPublicInputs returns the 132 public inputs, in the order of the
// circuit and without the leading one, each a little-endian field element: CommR
// and a challenged leaf, 66 times. The proof in p is not looked at. Errors:
// ErrMalformed as for VerifyWinningPoSt.
func WinningPoStPublicInputs(p *WinningPoStInfo) ([][32]byte, error) {
	const op = "poreplication.WinningPoStPublicInputs"
	s, size, err := winningStatement(p)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	inputs, err := publicInputs(&s, params.ID{Circuit: params.WinningPoSt, SectorSize: size}, s.Partitions())
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	return inputs[0], nil
}
