package chain

import "encoding/binary"

// ProverID returns the prover ID of the miner actor f0<actor>: the payload of its
// ID address, which is the number in unsigned LEB128, and zeros.
func ProverID(actor uint64) (id [32]byte) {
	binary.PutUvarint(id[:], actor)
	return id
}

// ActorID returns the number of the miner actor with the given prover ID. What
// [ProverID] gives for no number is an error of class ErrMalformed.
func ActorID(proverID *[32]byte) (uint64, error) {
	// What is no number gives zero. It does not come back, and neither does an
	// encoding that is too long or that zeros do not follow.
	actor, _ := binary.Uvarint(proverID[:])
	if ProverID(actor) != *proverID {
		return 0, fail("chain.ActorID", malformed("prover ID is not a padded actor number"))
	}
	return actor, nil
}

// MinerEntropy returns the entropy that ticket, seed and PoSt randomness of a miner
// are drawn with: the CBOR byte string of its ID address, at most 12 bytes.
func MinerEntropy(actor uint64) []byte {
	address := binary.AppendUvarint([]byte{0}, actor) // protocol 0, payload
	return append(appendHead(nil, majorBytes, uint64(len(address))), address...)
}
