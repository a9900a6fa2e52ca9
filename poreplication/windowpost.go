package poreplication

import (
	"cmp"
	"context"
	"slices"

	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/params"
)

// VerifyWindowPoSt checks one WindowPoSt: that the prover held all the replicas
// when it learned the randomness, as far as ten leaves of each show it.
//
// It returns nil if and only if the proof of every partition holds. Replicas are
// taken in the order of their sectors, whatever order they are listed in, and of
// several with the same sector the last counts: so a caller that puts a good
// sector in a faulty one's place proves what the chain proves.
//
// Errors: ErrMalformed for what the reference refuses to judge (a kind that is
// none of WindowPoSt, no replica, a randomness, prover ID or CommR that is not
// canonical, an all-zero CommR, a proof that has another length than 192 bytes per
// partition or contains anything but points of the prime-order subgroups other
// than infinity), ErrLimit for more replicas than Limits.WindowSectors,
// ErrInvalidProof for a proof that does not hold, ErrUnsupported for a sector size
// without a key, or an explicit configuration with a key that is not a test key.
// When ctx is done before the proof is judged, ctx's error is returned; it is
// looked at before every partition.
//
// p is neither modified nor retained; no goroutine outlives the call. The method
// may be called concurrently. Memory: some 9 MB for one partition of 32 GiB sectors
// and 3 MB for every further one, which includes 80 bytes for every replica.
//
// Source: filecoin-proofs 19.1.0, verify_window_post.
func (v *Verifier) VerifyWindowPoSt(ctx context.Context, p *WindowPoStInfo) error {
	const op = "poreplication.VerifyWindowPoSt"
	post, err := v.prepareWindowPoSt(p)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := v.judge(ctx, post); err != nil {
		if err == errNotJudged && ctx.Err() != nil {
			return ctx.Err()
		}
		return fail(op, noIndex, err)
	}
	return nil
}

// prepareWindowPoSt makes every check that needs no curve arithmetic.
func (v *Verifier) prepareWindowPoSt(p *WindowPoStInfo) (*prepared, error) {
	if most := orDefault(v.limits.WindowSectors, defaultWindowSectors); p != nil && len(p.Replicas) > most {
		return nil, limit("%d replicas in a WindowPoSt, at most %d", len(p.Replicas), most)
	}
	s, size, err := windowStatement(p)
	if err != nil {
		return nil, err
	}
	key, err := v.keyFor(params.ID{Circuit: params.WindowPoSt, SectorSize: size}, p.Config != nil)
	if err != nil {
		return nil, err
	}
	return prepare(key, &s, s.Partitions(), p.Proof)
}

// windowStatement checks what is stated and returns it for the circuit, with the
// sector's size.
func windowStatement(p *WindowPoStInfo) (st fallback.Statement, sectorSize uint64, err error) {
	if p == nil {
		return st, 0, malformed("no WindowPoSt")
	}
	config, err := postConfig(p.Config, p.PoStProof, false)
	if err != nil {
		return st, 0, err
	}
	s, err := config.shape()
	if err != nil {
		return st, 0, err
	}
	if len(p.Replicas) == 0 {
		return st, 0, malformed("no replica in a WindowPoSt")
	}
	if err := checkProver(&p.ProverID, &p.Randomness); err != nil {
		return st, 0, err
	}
	replicas := counting(p.Replicas)
	st = fallback.Statement{
		Nodes:         s.Nodes,
		Randomness:    p.Randomness,
		Replicas:      make([]fallback.Replica, len(replicas)),
		Sectors:       s.WindowSectors,
		Challenges:    shape.WindowChallenges,
		ChallengeStep: 1,
	}
	if config.Version < V1_2_0 {
		st.ReplicaStep = shape.WindowChallenges // numbered through all replicas
	}
	for i := range replicas {
		if err := replicas[i].check(); err != nil {
			return st, 0, err
		}
		st.Replicas[i] = fallback.Replica(replicas[i])
	}
	return st, s.SectorSize, nil
}

// counting returns the replicas that count: sorted by sector, and of several with
// the same sector the last.
func counting(replicas []Replica) []Replica {
	sorted := slices.Clone(replicas)
	slices.SortStableFunc(sorted, func(a, b Replica) int { return cmp.Compare(a.Sector, b.Sector) })
	n := 0
	for i, r := range sorted {
		if i+1 < len(sorted) && sorted[i+1].Sector == r.Sector {
			continue
		}
		sorted[n] = r
		n++
	}
	return sorted[:n]
}

// WindowPoStChallenges returns the ten challenged leaves of every replica that
// counts, in the order of sectors, each the position of a 32-byte node in the
// sector. The proof in p is not looked at. Errors: ErrMalformed as for
// VerifyWindowPoSt.
func WindowPoStChallenges(p *WindowPoStInfo) ([][]uint64, error) {
	s, _, err := windowStatement(p)
	if err != nil {
		return nil, fail("poreplication.WindowPoStChallenges", noIndex, err)
	}
	leaves := make([][]uint64, len(s.Replicas))
	for i := range leaves {
		leaves[i] = make([]uint64, s.Challenges)
		s.Leaves(leaves[i], i)
	}
	return leaves, nil
}

// WindowPoStPublicInputs returns the public inputs of every partition, in the
// order of the circuit and without the leading one: 25,839 for 32 GiB sectors,
// 25,300 for 64 GiB, 22 for others, each a little-endian field element. They are
// CommR and the ten challenged leaves of each of the partition's replicas, and
// those of the last one again until the last partition is full. The proof in p is
// not looked at. Errors: ErrMalformed as for VerifyWindowPoSt.
func WindowPoStPublicInputs(p *WindowPoStInfo) ([][][32]byte, error) {
	const op = "poreplication.WindowPoStPublicInputs"
	s, size, err := windowStatement(p)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	inputs, err := publicInputs(&s, params.ID{Circuit: params.WindowPoSt, SectorSize: size}, s.Partitions())
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	return inputs, nil
}
