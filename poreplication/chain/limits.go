package chain

// Limits of the decoders and encoders. What goes beyond is of class ErrLimit.
const (
	// MaxParams bounds a method's parameters in bytes. It is the size of the
	// largest message that message pools relay.
	MaxParams = 64 << 10

	// MaxProof bounds one proof in bytes: the actors' own bound. The longest in
	// use has 1,920.
	MaxProof = 10240

	// MaxPartitions bounds the partitions of one SubmitWindowedPoSt: a deadline
	// has no more.
	MaxPartitions = 3000

	// MaxPoStProofs bounds the proofs of one SubmitWindowedPoSt. The format allows
	// one for each sector size, the actor takes one.
	MaxPoStProofs = 5

	// MaxDeals bounds the deals of one pre-commitment: the actors' bound for the
	// largest sectors.
	MaxDeals = 512

	// MaxPreCommits bounds the sectors of one PreCommitSectorBatch2: the actors'
	// bound.
	MaxPreCommits = 256

	// MaxBitfield bounds an encoded bitfield in bytes: the actors' bound.
	MaxBitfield = 32 << 10

	// MaxRuns bounds the runs of set bits in a bitfield. A partition has at most
	// 2,349 sectors, so at most as many runs of skipped ones.
	MaxRuns = 4096
)
