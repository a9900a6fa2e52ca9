package poreplication

import (
	"context"

	"github.com/depinproof/depinproof/poreplication/internal/vanilla"
)

// VerifySealVanilla checks the vanilla proof of one seal, which is what a prover holds
// before it makes the succinct one: the nodes of its trees at all challenges, with their
// paths, and what labels hash. It needs no key. The proof in s is not looked at, and a
// Config works with any porep ID.
//
// proof is what bincode makes of a Vec<Vec<stacked::Proof>>, by partitions and
// challenges, which is the content of the reference's VanillaSealProof: all partitions,
// each of the size that the sector size decides. The package doc says what is checked,
// and what more strictly than by the reference.
//
// It returns nil if and only if every check of every partition holds, which are those
// that the circuit makes. Errors: ErrMalformed for a statement that VerifySeal finds
// malformed, and for bytes that are not such a proof (another length, variant or number
// of items, a position that no sibling has, an element that is not canonical);
// ErrInvalidProof for a proof that does not hold. When ctx is done before the proof is
// judged, ctx's error is returned; it is looked at before every partition.
//
// s and proof are neither modified nor retained. The function may be called
// concurrently, and does all the work in the calling goroutine. Memory: what one
// partition takes, 1.5 MB for 32 and 64 GiB sectors.
//
// Source: storage-proofs-porep 19.1.0, StackedDrg::verify_all_partitions and the circuit.
func VerifySealVanilla(ctx context.Context, s *SealInfo, proof []byte) error {
	const op = "poreplication.VerifySealVanilla"
	statement, err := sealStatement(s)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := named(ctx, op, vanilla.CheckSeal(ctx, &statement, proof)); err != nil {
		return err
	}
	return nil
}

// VerifyWinningPoStVanilla checks the vanilla proof of one WinningPoSt: the 66 leaves of
// the replica with their paths. The proof in p is not looked at, and a Config needs no
// test key.
//
// proof is what bincode makes of the reference's FallbackPoStSectorProof. Everything
// said of [VerifySealVanilla] holds here.
//
// Source: storage-proofs-post 19.1.0, FallbackPoSt::verify.
func VerifyWinningPoStVanilla(ctx context.Context, p *WinningPoStInfo, proof []byte) error {
	const op = "poreplication.VerifyWinningPoStVanilla"
	s, size, err := winningStatement(p)
	if err != nil {
		return fail(op, noIndex, err)
	}
	sh, err := shapeOf(size)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := named(ctx, op, vanilla.CheckSectors(ctx, sh, &s, [][]byte{proof})); err != nil {
		return err
	}
	return nil
}

// VerifyWindowPoStVanilla checks the vanilla proofs of one WindowPoSt: ten leaves of
// every replica with their paths. The proof in p is not looked at, and a Config needs no
// test key.
//
// proofs has, of every replica that counts and in any order, what bincode makes of the
// reference's FallbackPoStSectorProof; the number of the sector in it tells whose it is.
// Two of one sector, and one of a sector that is not stated, are ErrMalformed; more
// replicas than 1,048,576 are ErrLimit. Everything else said of [VerifySealVanilla] holds
// here, but that ctx is looked at before every 25 replicas. Memory: some 150 bytes for
// every replica, and less than 1 MB.
//
// Source: storage-proofs-post 19.1.0, FallbackPoSt::verify_all_partitions.
func VerifyWindowPoStVanilla(ctx context.Context, p *WindowPoStInfo, proofs [][]byte) error {
	const op = "poreplication.VerifyWindowPoStVanilla"
	if p != nil && len(p.Replicas) > maxWindowSectors {
		return fail(op, noIndex, limit("%d replicas in a WindowPoSt, at most %d", len(p.Replicas), maxWindowSectors))
	}
	s, size, err := windowStatement(p)
	if err != nil {
		return fail(op, noIndex, err)
	}
	sh, err := shapeOf(size)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := named(ctx, op, vanilla.CheckSectors(ctx, sh, &s, proofs)); err != nil {
		return err
	}
	return nil
}

// VerifyReplicaUpdateVanilla checks the vanilla proof of one replica update: the nodes
// of the old replica, the new data and the new replica at all challenges, with their
// paths. The proof in u is not looked at, and a Config needs no test key.
//
// proof is what bincode makes of a Vec<PartitionProof>: the number of partitions in
// eight bytes, then each as it stands alone. Everything said of [VerifySealVanilla]
// holds here. Memory: 0.7 MB for the largest sectors.
//
// Source: storage-proofs-update 19.1.0, EmptySectorUpdate::verify_all_partitions and the
// circuit.
func VerifyReplicaUpdateVanilla(ctx context.Context, u *ReplicaUpdateInfo, proof []byte) error {
	const op = "poreplication.VerifyReplicaUpdateVanilla"
	statement, err := updateStatement(u)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := named(ctx, op, vanilla.CheckUpdate(ctx, &statement, proof)); err != nil {
		return err
	}
	return nil
}

// named is a check's error as that of an operation, or the context's as it is.
func named(ctx context.Context, op string, err error) error {
	if err == nil || err == ctx.Err() {
		return err
	}
	return fail(op, noIndex, err)
}
