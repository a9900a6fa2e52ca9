package poreplication

import (
	"context"

	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/params"
)

// VerifyReplicaUpdate checks one replica update (Snap Deals): that the replica
// under CommRNew encodes the data under CommDNew over the replica under CommROld,
// as far as the challenges that follow from CommRNew show it.
//
// It returns nil if and only if the proof of every partition holds. Errors:
// ErrMalformed for what the reference refuses to judge (an unknown kind, a
// commitment that is not canonical, a proof that has another length than 192 bytes
// per partition or contains anything but points of the prime-order subgroups other
// than infinity), ErrInvalidProof for a proof that does not hold, ErrUnsupported
// for a sector size without a key, or an explicit configuration with a key that is
// not a test key. A commitment may be all zero; the proof decides.
//
// u is neither modified nor retained. The method may be called concurrently.
//
// Source: filecoin-proofs 19.1.0, verify_empty_sector_update_proof; FIP-0019.
func (v *Verifier) VerifyReplicaUpdate(u *ReplicaUpdateInfo) error {
	const op = "poreplication.VerifyReplicaUpdate"
	update, err := v.prepareUpdate(u)
	if err != nil {
		return fail(op, noIndex, err)
	}
	if err := v.judge(context.Background(), update); err != nil {
		return fail(op, noIndex, err)
	}
	return nil
}

// VerifyReplicaUpdateBatch checks many replica updates as
// [Verifier.VerifySealBatch] checks seals: it returns nil if and only if
// VerifyReplicaUpdate returns nil for each, and everything said there about errs,
// errors, ctx and Index holds here.
func (v *Verifier) VerifyReplicaUpdateBatch(ctx context.Context, us []ReplicaUpdateInfo, errs []error) error {
	b := batch{op: "poreplication.VerifyReplicaUpdateBatch", items: "replica updates", n: len(us), most: v.limits.BatchUpdates}
	err := v.judgeBatch(ctx, &b, func(i int) (*prepared, error) { return v.prepareUpdate(&us[i]) }, errs)
	if err != nil {
		return err
	}
	return nil
}

// prepareUpdate makes every check that needs no curve arithmetic.
func (v *Verifier) prepareUpdate(u *ReplicaUpdateInfo) (*prepared, error) {
	s, err := updateStatement(u)
	if err != nil {
		return nil, err
	}
	id := params.ID{Circuit: params.ReplicaUpdate, SectorSize: s.Shape.SectorSize}
	key, err := v.keyFor(id, u.Config != nil)
	if err != nil {
		return nil, err
	}
	return prepare(key, &s, s.Shape.UpdatePartitions(), u.Proof)
}

// updateStatement checks what is stated.
func updateStatement(u *ReplicaUpdateInfo) (st sectorupdate.Statement, err error) {
	if u == nil {
		return st, malformed("no replica update")
	}
	config := u.Config
	if config == nil {
		registered, err := u.UpdateProof.config()
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
	}{{"old CommR", &u.CommROld}, {"new CommD", &u.CommDNew}, {"new CommR", &u.CommRNew}} {
		if err := checkCanonical(c.name, c.value); err != nil {
			return st, err
		}
	}
	st.CommROld, st.CommDNew, st.CommRNew = u.CommROld, u.CommDNew, u.CommRNew
	return st, nil
}

// ReplicaUpdatePublicInputs returns the four public inputs of every partition, in
// the order of the circuit and without the leading one, each a little-endian field
// element: the partition's number together with a constant of the sector size,
// the old CommR, the new CommD and the new CommR. The proof in u is not looked at.
// Errors: ErrMalformed as for VerifyReplicaUpdate.
func ReplicaUpdatePublicInputs(u *ReplicaUpdateInfo) ([][][32]byte, error) {
	const op = "poreplication.ReplicaUpdatePublicInputs"
	s, err := updateStatement(u)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	inputs, err := publicInputs(&s, params.ID{Circuit: params.ReplicaUpdate, SectorSize: s.Shape.SectorSize}, s.Shape.UpdatePartitions())
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	return inputs, nil
}
