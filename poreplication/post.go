package poreplication

import (
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/fallback"
)

// MaskRandomness returns r without the two top bits of byte 31, which makes it a
// canonical field element. The chain masks the randomness of a WindowPoSt before
// it verifies the proof, and provers that of a WinningPoSt before they make it;
// the verbs of this package do not, and refuse what is not canonical.
func MaskRandomness(r [32]byte) [32]byte {
	r[31] &= 0x3f
	return r
}

// WinningSectorIndex returns which of the prover's sectors, counted from zero in a
// set of the given size, its WinningPoSt must prove. Errors: ErrMalformed for an
// empty set and for a prover ID or randomness that is nil or not canonical.
//
// Source: filecoin-proofs 19.1.0, generate_winning_post_sector_challenge.
func WinningSectorIndex(proverID, randomness *[32]byte, sectors uint64) (uint64, error) {
	const op = "poreplication.WinningSectorIndex"
	if proverID == nil || randomness == nil {
		return 0, fail(op, noIndex, malformed("no prover ID or no randomness"))
	}
	if sectors == 0 {
		return 0, fail(op, noIndex, malformed("empty set of sectors"))
	}
	if err := checkProver(proverID, randomness); err != nil {
		return 0, fail(op, noIndex, err)
	}
	return fallback.SectorIndex(proverID, randomness, sectors), nil
}

// checkProver checks the values that all replicas of a proof of spacetime share.
func checkProver(proverID, randomness *[32]byte) error {
	if err := checkCanonical("randomness", randomness); err != nil {
		return err
	}
	return checkCanonical("prover ID", proverID)
}

// check checks a replica that counts.
func (r *Replica) check() error {
	var x bls12381.Scalar
	switch {
	case r.CommR == [32]byte{}:
		return malformed("CommR of sector %d is zero", r.Sector)
	case !x.SetBytesLE(&r.CommR):
		return malformed("CommR of sector %d is not canonical", r.Sector)
	}
	return nil
}
