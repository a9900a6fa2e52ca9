package swarm

import (
	"encoding/binary"

	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// Owner is an Ethereum address: the last 20 bytes of the hash of a public key.
type Owner = [20]byte

// Signature is a signature r | s | v of a hash, as Ethereum's eth_sign makes it: by ECDSA
// on secp256k1 over the hash behind the line "\x19Ethereum Signed Message:\n32"; v is 27
// or 28.
type Signature = [65]byte

// SOC is what ties a single-owner chunk to the chunk it wraps.
type SOC struct {
	Owner      Owner
	Identifier por.Node
	Signature  Signature
	Wrapped    por.Node // address of the wrapped chunk
}

// Address returns the address of the single-owner chunk.
func (s *SOC) Address() por.Node {
	var b [32 + 20]byte
	copy(b[:32], s.Identifier[:])
	copy(b[32:], s.Owner[:])
	return keccak.Sum256(b[:])
}

// VerifySOC verifies that the chunk with the given address is a single-owner chunk and
// that its owner made it wrap the chunk that s names.
//
// The owner of dispersed replicas has a key that is public. Of that owner's chunks bee asks
// besides, and the contract does not, that identifier and wrapped address differ in their
// first byte at most; nor is it asked here.
//
// It fails with ErrMalformed if s is nil, and with ErrInvalidProof if the address is
// another one ([AddressError]) or the signature is not the owner's ([SignerError]).
func VerifySOC(address *por.Node, s *SOC) error {
	const op = "swarm.VerifySOC"
	if s == nil {
		return fail(op, noIndex, malformed(errNil))
	}
	if got := s.Address(); got != *address {
		return fail(op, noIndex, invalid(&AddressError{"address", *address, got}))
	}
	if err := checkSigner(s.Owner, keccak.SumPair(&s.Identifier, &s.Wrapped), &s.Signature); err != nil {
		return fail(op, noIndex, err)
	}
	return nil
}

// Batch is what the postage contract knows of a batch of stamps: who may sign, and that
// the chunks fall into 2^BucketDepth buckets by the first bits of their address, each with
// 2^(Depth - BucketDepth) places.
type Batch struct {
	ID                 por.Node
	Owner              Owner
	Depth, BucketDepth uint8
}

// Stamp is a postage stamp. The upper half of the index is a bucket, the lower half a
// place in it.
type Stamp struct {
	Batch     por.Node
	Index     uint64
	Timestamp uint64
	Signature Signature
}

// VerifyStamp verifies that the stamp is of the batch and for the chunk with the given
// address. What the batch is worth, and whether it has expired, is not told by a stamp.
//
// It fails with ErrMalformed if batch or s is nil and unless BucketDepth <= 32 and BucketDepth <= Depth, with
// ErrInvalidProof if the stamp is of another batch, place or bucket ([StampError]) or the
// signature is not the owner's ([SignerError]).
func VerifyStamp(batch *Batch, address *por.Node, s *Stamp) error {
	const op = "swarm.VerifyStamp"
	if batch == nil || s == nil {
		return fail(op, noIndex, malformed(errNil))
	}
	if batch.BucketDepth > 32 || batch.BucketDepth > batch.Depth {
		return fail(op, noIndex, malformed(&StampError{"batch with impossible depths"}))
	}
	if s.Batch != batch.ID {
		return fail(op, noIndex, invalid(&StampError{"of another batch"}))
	}
	// A shift of 32 or more leaves nothing, as of numbers it does.
	if place := uint64(uint32(s.Index)); place>>(batch.Depth-batch.BucketDepth) != 0 {
		return fail(op, noIndex, invalid(&StampError{"place outside its bucket"}))
	}
	if s.Index>>32 != uint64(binary.BigEndian.Uint32(address[:]))>>(32-batch.BucketDepth) {
		return fail(op, noIndex, invalid(&StampError{"bucket of another address"}))
	}
	var b [32 + 32 + 8 + 8]byte
	copy(b[:], address[:])
	copy(b[32:], s.Batch[:])
	binary.BigEndian.PutUint64(b[64:], s.Index)
	binary.BigEndian.PutUint64(b[72:], s.Timestamp)
	if err := checkSigner(batch.Owner, keccak.Sum256(b[:]), &s.Signature); err != nil {
		return fail(op, noIndex, err)
	}
	return nil
}

// checkSigner checks that owner signed hash.
func checkSigner(owner Owner, hash por.Node, signature *Signature) error {
	const line = "\x19Ethereum Signed Message:\n32"
	var message [len(line) + 32]byte
	copy(message[:], line)
	copy(message[len(line):], hash[:])
	digest := keccak.Sum256(message[:])

	// The library wants v first, and takes more values of it.
	var compact [65]byte
	compact[0] = signature[64]
	copy(compact[1:], signature[:64])
	key, _, err := ecdsa.RecoverCompact(compact[:], digest[:])
	if err != nil || compact[0] != 27 && compact[0] != 28 {
		return invalid(&SignerError{Want: owner})
	}
	point := keccak.Sum256(key.SerializeUncompressed()[1:])
	if got := Owner(point[12:]); got != owner {
		return invalid(&SignerError{owner, got})
	}
	return nil
}
