package sector

import (
	"context"
	"fmt"
	"io"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// VerifyReplica checks that a replica is the one that was committed to: that CommR is the
// hash of CommC and the root of the replica's tree. It is what an audit of a whole file
// asks, where a proof of spacetime asks for a few nodes. The CommC of a sector is that of
// all its updates.
//
// Errors: ErrInvalidProof if it is another replica, or another CommC; ErrMalformed for one
// that ends early, and for what is not a field element; those of the context and of the
// reader.
func (s *Sealer) VerifyReplica(ctx context.Context, replica io.ReaderAt, commC, commR [32]byte) error {
	const op = "sector.Sealer.VerifyReplica"
	got, err := s.commitReplica(ctx, replica, commC, commR)
	if err = in(op, err); err != nil {
		return err
	}
	if got != commR {
		return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInvalidProof, Err: fmt.Errorf("CommR is %x, want %x", got, commR)}
	}
	return nil
}

// commitReplica returns CommR of a replica. The one that is wanted is only looked at.
func (s *Sealer) commitReplica(ctx context.Context, replica io.ReaderAt, commC, wanted [32]byte) (commR [32]byte, err error) {
	if bad := bls12381.CheckNodes([][32]byte{commC, wanted}); bad >= 0 {
		return commR, malformed("%s is not below the order", [...]string{"CommC", "CommR"}[bad])
	}
	commRLast, err := s.replicaTree(ctx, nil, fromReplica(replica))
	if err != nil {
		return commR, err
	}
	return treehash.Pair(&commC, &commRLast)
}
