// Package fallback derives what a proof of spacetime is about: the challenged
// leaves of every replica and the public inputs of every partition.
//
// Source: storage-proofs-post 19.1.0, fallback; FIP-0061.
package fallback

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Replica is one sector that is proven.
type Replica struct {
	Sector uint64
	CommR  [32]byte
}

// Statement is a proof of spacetime in the terms of the circuit.
type Statement struct {
	Nodes      uint64   // nodes of a sector
	Randomness [32]byte // where the challenges come from

	// Replicas of all partitions, in order; at least one.
	Replicas []Replica
	// Sectors is the number of replicas in a partition.
	Sectors int
	// Challenges is the number of challenged leaves of a replica.
	Challenges int
	// Numbered says that challenges are numbered through all replicas of the
	// proof. Otherwise every replica's start at zero, so that they do not depend
	// on which other sectors are proven with it.
	Numbered bool
}

// Partitions returns the number of partitions.
func (s *Statement) Partitions() int { return (len(s.Replicas) + s.Sectors - 1) / s.Sectors }

// PartitionInputs returns the number of public inputs of a partition.
func (s *Statement) PartitionInputs() int { return s.Sectors * (1 + s.Challenges) }

// Leaves sets dst, of length Challenges, to the challenged leaves of the replica
// at a position: the first eight bytes, a little-endian integer, of
//
//	SHA-256(randomness ‖ little-endian sector number ‖ little-endian number),
//
// modulo the number of nodes.
func (s *Statement) Leaves(dst []uint64, position int) {
	var m [32 + 8 + 8]byte
	copy(m[:], s.Randomness[:])
	binary.LittleEndian.PutUint64(m[32:], s.Replicas[position].Sector)
	first := uint64(0)
	if s.Numbered {
		first = uint64(position) * uint64(s.Challenges)
	}
	for n := range dst {
		binary.LittleEndian.PutUint64(m[40:], first+uint64(n))
		d := sha256.Sum256(m[:])
		dst[n] = binary.LittleEndian.Uint64(d[:]) % s.Nodes
	}
}

// Inputs sets dst, of length PartitionInputs, to the public inputs of a
// partition: CommR and the challenged leaves of each replica in turn. A last
// partition that is not full repeats the inputs of its last replica as they are.
//
// It reports false when a CommR is not canonical.
func (s *Statement) Inputs(dst []bls12381.Scalar, partition int) bool {
	from := partition * s.Sectors
	to := min(from+s.Sectors, len(s.Replicas))
	leaves := make([]uint64, s.Challenges)
	size := 1 + s.Challenges
	rest := dst
	for position := from; position < to; position++ {
		if !rest[0].SetBytesLE(&s.Replicas[position].CommR) {
			return false
		}
		s.Leaves(leaves, position)
		for n, leaf := range leaves {
			rest[1+n] = bls12381.Scalar{leaf}
		}
		rest = rest[size:]
	}
	last := dst[(to-from-1)*size : (to-from)*size]
	for len(rest) > 0 {
		rest = rest[copy(rest, last):]
	}
	return true
}

// SectorIndex returns which of a set of sectors, counted from zero, a WinningPoSt
// must prove: the first eight bytes, a little-endian integer, of
// SHA-256(prover ID ‖ randomness ‖ eight zeros), modulo the size of the set,
// which is not zero.
func SectorIndex(proverID, randomness *[32]byte, sectors uint64) uint64 {
	var m [32 + 32 + 8]byte
	copy(m[:], proverID[:])
	copy(m[32:], randomness[:])
	d := sha256.Sum256(m[:])
	return binary.LittleEndian.Uint64(d[:]) % sectors
}
