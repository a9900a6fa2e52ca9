// Package chain turns what block explorers and indexers hold of Filecoin's proofs
// (actor numbers, CIDs, method parameters in CBOR, randomness) into what package
// poreplication verifies, and back.
//
// # Languages
//
//	prover ID        the actor number in unsigned LEB128, zero padded to 32 bytes
//	CommR            CID v1, codec fil-commitment-sealed, multihash poseidon-bls12_381-a2-fc1
//	CommD            CID v1, codec fil-commitment-unsealed, multihash sha2-256-trunc254-padded
//	parameters       DAG-CBOR of ProveCommitSector, PreCommitSector,
//	                 PreCommitSectorBatch2, SubmitWindowedPoSt
//	bitfields        RLE+ version 0
//
// Every decoder reads one byte string for one value: integers and lengths in their
// shortest form, exact counts, no trailing bytes. So encoding what was decoded
// gives the same bytes. This is stricter than the chain in three points, all of
// them ErrMalformed here: actors ignore bytes that follow the parameters, take runs
// of a bitfield in longer forms than needed, and read (and then reject) a chain
// commitment that has not 32 bytes.
//
// The decoders do not look at meaning. Numbers of proof kinds need not be
// registered, and commitments need not be below the field modulus: package
// poreplication checks both.
//
// # Where ticket and seed come from
//
// The chain keeps a base for each epoch: the VRF proof in a block's ticket, and the
// signature in a beacon (drand) entry. What a proof is bound to is drawn from the
// BLAKE2b-256 digest of a base:
//
//	BLAKE2b-256( BE64(tag) ‖ BLAKE2b-256(base) ‖ BE64(epoch) ‖ entropy )
//
// with the entropy CBOR(miner's ID address) for all of these:
//
//	value                      base    tag                           epoch
//	Ticket of a seal           ticket  SealRandomness                SealRandEpoch of the pre-commitment
//	Seed of a seal             beacon  InteractiveSealChallengeSeed  pre-commitment's epoch + 150
//	randomness of WindowPoSt   beacon  WindowedPoStChallengeSeed     challenge epoch of the deadline
//	randomness of WinningPoSt  beacon  WinningPoStChallengeSeed      epoch of the block
//
// The two top bits of byte 31 of a PoSt's randomness are cleared before use; those
// of a ticket or a seed are kept. The chain commitment of SubmitWindowedPoSt is
// drawn from the ticket at its ChainCommitEpoch with tag PoStChainCommit and no
// entropy. Which base belongs to an epoch (null rounds, the round of the beacon) is
// the caller's: it takes a chain to know.
//
// Recorded randomness needs care: the machine's interface to actors gives them the
// drawn value in older versions and the digest in newer ones.
//
// Sources: FIP-0041 (unsealed CID of a pre-commitment), lotus chain/rand,
// builtin-actors miner types and policy, go-fil-commcid, go-bitfield.
//
// # Concurrency and allocation
//
// All functions are safe for concurrent use, keep no state, do not change their
// arguments, and return copies, unless they say otherwise. Nothing is allocated for
// a count before the input is known to be long enough to hold as many elements.
// The limits are constants of this package; errors are of class ErrMalformed or
// ErrLimit.
package chain
