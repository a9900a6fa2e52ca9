package poreplication

import "fmt"

// RegisteredAggregationProof numbers a version of SnarkPack as the chain does; the
// values equal those of go-state-types' abi.RegisteredAggregationProof.
type RegisteredAggregationProof int64

// The registered versions.
const (
	// SnarkPackV1 (FIP-0013) proves nothing by itself: no challenge depends on the
	// values of its first round, so that whoever has the public parameters can make
	// an aggregate of any false statements. It is here to read again what a chain
	// accepted before it took V2.
	SnarkPackV1 RegisteredAggregationProof = iota
	// SnarkPackV2 (FIP-0090) binds the first round, too.
	SnarkPackV2
)

// String returns the name go-state-types gives the number, for example
// "SnarkPackV1".
func (p RegisteredAggregationProof) String() string {
	switch p {
	case SnarkPackV1:
		return "SnarkPackV1"
	case SnarkPackV2:
		return "SnarkPackV2"
	}
	return fmt.Sprintf("RegisteredAggregationProof(%d)", int64(p))
}

// AggregatedSeal is one seal of an aggregate. Its fields are those of [SealInfo].
type AggregatedSeal struct {
	ProverID [32]byte // actor ID address payload, zero padded
	Sector   uint64   // sector number
	Ticket   [32]byte // randomness the replica is bound to; any bytes
	Seed     [32]byte // interactive randomness; ignored for non-interactive seals
	CommR    [32]byte // replica commitment (sealed CID)
	CommD    [32]byte // data commitment (unsealed CID)
}

// AggregateSealInfo is one statement about many seals of one kind, with one SnarkPack
// proof for all of them.
type AggregateSealInfo struct {
	// SealProof is the registered kind of every seal. It is ignored when Config is
	// set.
	SealProof RegisteredSealProof
	// Config, when not nil, describes the seals instead of SealProof. It works only
	// with keys that were loaded as test keys.
	Config *SealConfig
	// Aggregation is the version of SnarkPack. The reference takes either for every
	// kind of seal, the chain now V2 alone; see [SnarkPackV1] for why.
	Aggregation RegisteredAggregationProof
	// Seals in the order they were aggregated in.
	Seals []AggregatedSeal
	// Proof is 2,260 bytes and 2,976 more for each doubling of the number of
	// aggregated partition proofs: 10 or 126 for a seal of 32 or 64 GiB, interactive
	// or not, 1 or 13 for a smaller one, rounded up to a power of two, at least two.
	Proof []byte
}

// AggregatedUpdate is one replica update of an aggregate. Its fields are those of
// [ReplicaUpdateInfo].
type AggregatedUpdate struct {
	CommROld [32]byte // commitment to the replica as it was sealed (sealed CID)
	CommRNew [32]byte // commitment to the updated replica
	CommDNew [32]byte // commitment to the new data (unsealed CID)
}

// AggregateReplicaUpdateInfo is one statement about many replica updates of one kind,
// with one SnarkPack proof for all of them.
type AggregateReplicaUpdateInfo struct {
	// UpdateProof is the registered kind of every update. It is ignored when Config
	// is set.
	UpdateProof RegisteredUpdateProof
	// Config, when not nil, describes the updates instead of UpdateProof. It works
	// only with keys that were loaded as test keys.
	Config *UpdateConfig
	// Aggregation is the version of SnarkPack, which for updates must be V2.
	Aggregation RegisteredAggregationProof
	// Updates in the order they were aggregated in.
	Updates []AggregatedUpdate
	// Proof is as long as that of as many partition proofs of seals; an update has
	// 1, 4 or 16.
	Proof []byte
}
