// Package sectorupdate derives the public inputs of a replica update: that a
// replica holds new data, encoded over what it held before.
//
// Source: storage-proofs-update 19.1.0; FIP-0019.
package sectorupdate

import (
	"math/bits"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Statement is a replica update in the terms of the circuit.
type Statement struct {
	Shape                        *shape.Shape
	CommROld, CommDNew, CommRNew [32]byte
}

// Inputs sets dst, of length shape.UpdateInputs, to the public inputs of a
// partition: its number with, above the bits that partitions take, the selector
// of the number of challenge bits that the encoding uses, then CommR of the old
// replica, CommD of the new data and CommR of the new replica.
//
// It reports false when a commitment is not canonical.
func (s *Statement) Inputs(dst []bls12381.Scalar, partition int, _ groth16.Split) bool {
	partitionBits := bits.Len(uint(s.Shape.UpdatePartitions() - 1))
	dst[0] = bls12381.Scalar{uint64(partition) | s.Shape.UpdateSelector()<<partitionBits}
	return dst[1].SetBytesLE(&s.CommROld) && dst[2].SetBytesLE(&s.CommDNew) && dst[3].SetBytesLE(&s.CommRNew)
}
