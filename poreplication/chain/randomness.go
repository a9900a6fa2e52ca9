package chain

import (
	"encoding/binary"

	"github.com/depinproof/depinproof/poreplication"
	"golang.org/x/crypto/blake2b"
)

// DomainSeparationTag says what randomness is drawn for; the values are those of
// go-state-types' crypto.DomainSeparationTag.
type DomainSeparationTag int64

// The domain separation tags.
const (
	TicketProduction DomainSeparationTag = iota + 1
	ElectionProofProduction
	WinningPoStChallengeSeed
	WindowedPoStChallengeSeed
	SealRandomness
	InteractiveSealChallengeSeed
	WindowedPoStDeadlineAssignment
	MarketDealCronSeed
	PoStChainCommit
)

// RandomnessDigest returns the BLAKE2b-256 digest of a randomness base: of a
// ticket's VRF proof, or of the signature in a beacon entry.
func RandomnessDigest(base []byte) [32]byte {
	return blake2b.Sum256(base)
}

// DrawRandomness returns BLAKE2b-256(BE64(tag) ‖ digest ‖ BE64(epoch) ‖ entropy),
// where digest is the [RandomnessDigest] of the base of that epoch. Source: lotus
// chain/rand, DrawRandomnessFromDigest.
func DrawRandomness(digest [32]byte, tag DomainSeparationTag, epoch int64, entropy []byte) [32]byte {
	b := make([]byte, 0, 8+32+8+len(entropy))
	b = binary.BigEndian.AppendUint64(b, uint64(tag))
	b = append(b, digest[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(epoch))
	b = append(b, entropy...)
	return blake2b.Sum256(b)
}

// SealTicket draws the Ticket of a miner's seal from the digest of the ticket at
// SealRandEpoch.
func SealTicket(digest [32]byte, sealRandEpoch int64, actor uint64) [32]byte {
	return DrawRandomness(digest, SealRandomness, sealRandEpoch, MinerEntropy(actor))
}

// SealSeed draws the Seed of a miner's seal from the digest of the beacon entry at
// the interactive epoch.
func SealSeed(digest [32]byte, interactiveEpoch int64, actor uint64) [32]byte {
	return DrawRandomness(digest, InteractiveSealChallengeSeed, interactiveEpoch, MinerEntropy(actor))
}

// WindowPoStRandomness draws the randomness of a miner's WindowPoSt from the
// digest of the beacon entry at the deadline's challenge epoch, and clears the two
// top bits of byte 31.
func WindowPoStRandomness(digest [32]byte, challengeEpoch int64, actor uint64) [32]byte {
	return poreplication.MaskRandomness(DrawRandomness(digest, WindowedPoStChallengeSeed, challengeEpoch, MinerEntropy(actor)))
}

// WinningPoStRandomness draws the randomness of a miner's WinningPoSt from the
// digest of the block's beacon entry and its epoch, and clears the two top bits of
// byte 31.
func WinningPoStRandomness(digest [32]byte, epoch int64, actor uint64) [32]byte {
	return poreplication.MaskRandomness(DrawRandomness(digest, WinningPoStChallengeSeed, epoch, MinerEntropy(actor)))
}
