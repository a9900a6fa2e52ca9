// Package fallback derives what a proof of spacetime is about: the challenged
// leaves of every replica and the public inputs of every partition.
//
// Source: storage-proofs-post 19.1.0, fallback; FIP-0061.
package fallback

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"sync/atomic"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/sha256mb"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
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
	// Challenge n of the replica at position k has number k·ReplicaStep +
	// n·ChallengeStep. Where ReplicaStep is zero, a replica's challenges do not
	// depend on which other sectors are proven with it.
	ReplicaStep, ChallengeStep uint64
}

// Partitions returns the number of partitions.
func (s *Statement) Partitions() int { return (len(s.Replicas) + s.Sectors - 1) / s.Sectors }

// FoldWinning gives the position, among those that Inputs sets, of input i of the
// circuit of a WinningPoSt, which takes the one replica as 66 replicas with one
// challenge each.
func FoldWinning(i int) int {
	if i%2 == 0 {
		return 0
	}
	return 1 + i/2
}

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
	first := uint64(position) * s.ReplicaStep
	for n := range dst {
		binary.LittleEndian.PutUint64(m[40:], first+uint64(n)*s.ChallengeStep)
		d := sha256.Sum256(m[:])
		dst[n] = binary.LittleEndian.Uint64(d[:]) % s.Nodes
	}
}

// Inputs sets dst, of length Sectors·(1 + Challenges), to the public inputs of a
// partition: CommR and the challenged leaves of each replica in turn. A last
// partition that is not full repeats the inputs of its last replica as they are.
//
// It reports false when a CommR is not canonical. Replicas may be split.
func (s *Statement) Inputs(dst []bls12381.Scalar, partition int, split groth16.Split) bool {
	first := partition * s.Sectors
	n := min(s.Sectors, len(s.Replicas)-first)
	size := 1 + s.Challenges
	var failed atomic.Bool
	split(n, func(from, to int) {
		for i := from; i < to; i++ {
			if !dst[i*size].SetBytesLE(&s.Replicas[first+i].CommR) {
				failed.Store(true)
				return
			}
		}
		s.setLeaves(dst[from*size:to*size], first+from)
	})
	last := dst[(n-1)*size : n*size]
	for rest := dst[n*size:]; len(rest) > 0; {
		rest = rest[copy(rest, last):]
	}
	return !failed.Load()
}

// setLeaves sets the inputs of the replicas from a position on, of which dst has
// 1 + Challenges each, to their challenged leaves, but for the first, CommR.
func (s *Statement) setLeaves(dst []bls12381.Scalar, position int) {
	if sha256mb.Available() {
		s.setLeavesLanes(dst, position)
		return
	}
	leaves := make([]uint64, s.Challenges)
	for ; len(dst) > 0; position++ {
		s.Leaves(leaves, position)
		for n, leaf := range leaves {
			dst[1+n] = bls12381.Scalar{leaf}
		}
		dst = dst[1+s.Challenges:]
	}
}

// setLeavesLanes is setLeaves with sixteen digests at a time. A message has 48 bytes,
// so its only block ends in its padding and its length.
func (s *Statement) setLeavesLanes(dst []bls12381.Scalar, position int) {
	var block sha256mb.Block
	for j := range 8 {
		block.Fill(j, binary.BigEndian.Uint32(s.Randomness[4*j:]))
	}
	block.Fill(12, 0x80000000)
	block.Fill(15, 48*8)
	var to [sha256mb.Lanes]*bls12381.Scalar
	lane := 0
	flush := func() {
		var state sha256mb.State
		state.Init()
		state.Compress(&block)
		for i := range lane {
			leaf := uint64(bits.ReverseBytes32(state[0][i])) | uint64(bits.ReverseBytes32(state[1][i]))<<32
			*to[i] = bls12381.Scalar{leaf % s.Nodes}
		}
		lane = 0
	}
	put := func(word int, x uint64) { // little-endian in the message
		block[word][lane] = bits.ReverseBytes32(uint32(x))
		block[word+1][lane] = bits.ReverseBytes32(uint32(x >> 32))
	}
	for ; len(dst) > 0; position++ {
		for n := range s.Challenges {
			put(8, s.Replicas[position].Sector)
			put(10, uint64(position)*s.ReplicaStep+uint64(n)*s.ChallengeStep)
			to[lane] = &dst[1+n]
			if lane++; lane == sha256mb.Lanes {
				flush()
			}
		}
		dst = dst[1+s.Challenges:]
	}
	flush()
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
