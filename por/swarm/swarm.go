// Package swarm verifies and makes the proofs of Swarm: that a segment is in a chunk, and
// the proof of entitlement by which a node claims the reward of a redistribution round,
// that it has the chunks of its neighbourhood.
//
// # Chunks
//
// A chunk is up to 4096 bytes of payload and a span, the number of bytes below it. The
// payload, with zeros up to 4096 bytes, is 128 segments of 32 bytes, the leaves of a
// binary Merkle tree (BMT):
//
//	node     keccak(prefix | left | right)
//	address  keccak(prefix | span u64 LE | root)
//
// Without a prefix it is the address of the chunk. With the anchor of a round as prefix it
// is the transformed address, which nobody knows who has not the chunk in that round.
//
// Leaves and nodes are hashed alike. That they are not taken for each other rests on the
// depth: a proof has exactly [Depth] siblings. Nothing ties the span to the payload, and
// zeros at the end of a payload are not told from its end.
//
// A single-owner chunk (SOC) wraps a chunk: its address is keccak(identifier | owner), and
// the owner signs keccak(identifier | address of the wrapped chunk). Its transformed
// address is keccak(address | transformed address of the wrapped chunk).
//
// The verdicts are those of the contracts Redistribution, BMTChunk, TransformedBMTChunk
// and Signatures, except that they take proofs with any number of siblings, and that a
// signature which recovers nobody passes there for one by the address 0.
//
// Source: ethersphere/bee at a404d601f (pkg/bmt, pkg/storageincentives, pkg/soc,
// pkg/postage) and ethersphere/storage-incentives at d58cf4782.
package swarm

import (
	"encoding/binary"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

const (
	// SegmentSize is the number of bytes of a segment, Segments the number of
	// segments of a chunk, and ChunkSize that of its bytes without the span.
	SegmentSize = 32
	Segments    = 128
	ChunkSize   = Segments * SegmentSize

	// Depth is the number of siblings of a segment.
	Depth = 7

	// MaxPrefixBytes is the limit on prefixes; anchors have as many.
	MaxPrefixBytes = 32
)

// VerifySegment verifies that the chunk with the given address and span has a segment at
// an index. The siblings are those of the nodes on the way to the root, that of the
// segment first.
//
// It fails with ErrMalformed unless index < [Segments] ([por.IndexRangeError]) and
// there are [Depth] siblings ([por.PathLengthError]), and with ErrInvalidProof if they
// lead to another address ([AddressError]). It does not allocate if the proof holds.
func VerifySegment(address *por.Node, index uint64, segment *por.Node, span uint64, siblings []por.Node) error {
	if err := checkSegment("address", nil, address, index, segment, span, siblings); err != nil {
		return fail("swarm.VerifySegment", noIndex, err)
	}
	return nil
}

// VerifyTransformedSegment verifies what [VerifySegment] does of the transformed address
// with the given prefix. It fails as that does, and with ErrLimit above [MaxPrefixBytes].
func VerifyTransformedSegment(prefix []byte, address *por.Node, index uint64, segment *por.Node, span uint64, siblings []por.Node) error {
	if err := checkSegment("transformed address", prefix, address, index, segment, span, siblings); err != nil {
		return fail("swarm.VerifyTransformedSegment", noIndex, err)
	}
	return nil
}

func checkSegment(what string, prefix []byte, address *por.Node, index uint64, segment *por.Node, span uint64, siblings []por.Node) error {
	if len(prefix) > MaxPrefixBytes {
		return limit("bytes of prefix", len(prefix), MaxPrefixBytes)
	}
	if index >= Segments {
		return malformed(&por.IndexRangeError{Index: index, Size: Segments})
	}
	if len(siblings) != Depth {
		return malformed(&por.PathLengthError{Got: len(siblings), Want: Depth})
	}
	if got := addressOf(prefix, index, segment, span, (*[Depth]por.Node)(siblings)); got != *address {
		return invalid(&AddressError{what, *address, got})
	}
	return nil
}

// addressOf returns the address to which a segment and its siblings lead.
func addressOf(prefix []byte, index uint64, segment *por.Node, span uint64, siblings *[Depth]por.Node) por.Node {
	node := *segment
	for i := range siblings {
		if index>>i&1 == 0 {
			node = hashPair(prefix, &node, &siblings[i])
		} else {
			node = hashPair(prefix, &siblings[i], &node)
		}
	}
	return hashSpan(prefix, span, &node)
}

func hashPair(prefix []byte, left, right *por.Node) por.Node {
	if len(prefix) == 0 {
		return keccak.SumPair(left, right)
	}
	var b [MaxPrefixBytes + 2*32]byte
	n := copy(b[:MaxPrefixBytes], prefix)
	n += copy(b[n:], left[:])
	n += copy(b[n:], right[:])
	return keccak.Sum256(b[:n])
}

func hashSpan(prefix []byte, span uint64, root *por.Node) por.Node {
	var b [MaxPrefixBytes + 8 + 32]byte
	n := copy(b[:MaxPrefixBytes], prefix)
	binary.LittleEndian.PutUint64(b[n:], span)
	n += 8
	n += copy(b[n:], root[:])
	return keccak.Sum256(b[:n])
}
