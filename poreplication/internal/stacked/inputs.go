// Package stacked derives what a stacked replication proof is about: the replica
// ID, the challenges, and the public inputs of every partition.
//
// Source: storage-proofs-porep 19.1.0, stacked; FIP-0059 (Synthetic PoRep);
// FIP-0092 (non-interactive PoRep).
package stacked

import (
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Origin is where the challenges of a seal come from.
type Origin uint8

// The origins. The prover cannot choose a seed, but can try replicas until the
// challenges suit, so those of a replica alone are many more.
const (
	FromSeed    Origin = iota // the seed, interactively
	FromPool                  // the seed, out of a pool that the replica fixes
	FromReplica               // the replica alone
)

// Statement is a seal in the terms of the circuit.
type Statement struct {
	Shape  *shape.Shape
	Graph  *sdr.Graph
	Origin Origin

	ReplicaID, CommD, CommR [32]byte // canonical
	Seed                    [32]byte // not looked at when challenges come from the replica
}

// Partitions returns the number of partitions.
func (s *Statement) Partitions() int {
	if s.Origin == FromReplica {
		return s.Shape.NIPartitions
	}
	return s.Shape.Partitions
}

// Challenges sets dst to the challenges of a partition, in order;
// len(dst) is the number of challenges of a partition.
func (s *Statement) Challenges(dst []uint32, partition int) {
	first := uint32(partition * len(dst))
	switch s.Origin {
	case FromPool:
		synthetic(dst, first, s.Shape.Nodes, &s.ReplicaID, &s.CommR, &s.Seed)
	case FromReplica:
		nonInteractive(dst, first, s.Shape.Nodes, &s.ReplicaID, &s.CommR)
	default:
		interactive(dst, first, s.Shape.Nodes, &s.ReplicaID, &s.Seed)
	}
}

// maxChallenges is the number of challenges of a large partition.
const maxChallenges = 18

// perChallenge is the number of distinct inputs of a challenge, and the circuit
// takes the challenge itself three times more.
const perChallenge = 1 + shape.BaseParents + shape.ExpanderParents

// Fold gives the position, among those that Inputs sets, of input i of the circuit.
// The circuit takes replica ID, CommD, CommR, and for each challenge x in turn
//
//	x (its place in the data tree), 6 base parents, 8 expander parents,
//	x (for the labels), x (in the replica tree), x (in the column tree).
func Fold(i int) int {
	if i < 3 {
		return i
	}
	challenge, at := (i-3)/shape.SealInputsPerChallenge, (i-3)%shape.SealInputsPerChallenge
	if at >= perChallenge {
		at = 0
	}
	return 3 + challenge*perChallenge + at
}

// Inputs sets dst to the distinct public inputs of a partition: replica ID, CommD,
// CommR, and for each challenge in turn itself, its 6 base and its 8 expander
// parents.
//
// It reports false when one of the three field elements is not canonical.
func (s *Statement) Inputs(dst []bls12381.Scalar, partition int, _ groth16.Split) bool {
	if !dst[0].SetBytesLE(&s.ReplicaID) || !dst[1].SetBytesLE(&s.CommD) || !dst[2].SetBytesLE(&s.CommR) {
		return false
	}
	var room [maxChallenges]uint32
	var expander [maxChallenges][shape.ExpanderParents]uint32
	challenges := room[:s.Shape.Challenges]
	s.Challenges(challenges, partition)
	s.Graph.ExpanderParents(expander[:], challenges)

	rest := dst[3:]
	put := func(x uint32) {
		rest[0] = bls12381.Scalar{uint64(x)}
		rest = rest[1:]
	}
	for i, x := range challenges {
		var base [shape.BaseParents]uint32
		s.Graph.BaseParents(&base, x)
		put(x)
		for _, p := range base {
			put(p)
		}
		for _, p := range expander[i] {
			put(p)
		}
	}
	return true
}
