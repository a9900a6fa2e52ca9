package swarm

import (
	"bytes"
	"math/bits"
	"slices"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// SampleSize is the number of chunks of a reserve sample: those of the neighbourhood with
// the least transformed addresses, in their order.
const SampleSize = 16

// sampleSpan is the span of the chunk that holds address and transformed address of each
// chunk of a sample. The address of that chunk is the reserve commitment.
const sampleSpan = SampleSize * 2 * 32

// Round is what the contract knows of a redistribution round and the winner's claim.
type Round struct {
	Commitment por.Node // that the winner revealed
	Anchor     []byte   // of the reveal: 32 bytes; bee's prover takes fewer, which no round has
	Seed       por.Node // a big-endian number that picks chunks and segments

	// Depth is that which the winner revealed: how many leading bits the addresses of
	// chunks have in common with the anchor. A depth of 0 asks for none, as in the
	// contract, so that any chunks will do: it must be the one revealed.
	Depth uint8
}

// Witness proves that a chunk of the sample is there: segment 2i of the sample chunk is its
// address, segment 2i + 1 its transformed address, and the same segment of its payload
// leads to either.
type Witness struct {
	Address        por.Node   // proveSegment
	SampleSiblings []por.Node // proofSegments; the first is the transformed address

	Segment             por.Node   // proveSegment2
	Span                uint64     // chunkSpan
	Siblings            []por.Node // proofSegments2, to the address
	TransformedSiblings []por.Node // proofSegments3, to the transformed address

	SOC   *SOC  // of a single-owner chunk; then segment and span are those of the wrapped chunk
	Stamp Stamp // postageProof
}

// picks returns the positions in the sample of the first two witnesses, and the index of
// the segment they all have to show.
func (r *Round) picks() (first, second, segment uint64) {
	for _, b := range r.Seed {
		first = (first<<8 | uint64(b)) % (SampleSize - 1)
		second = (second<<8 | uint64(b)) % (SampleSize - 2)
	}
	if second >= first {
		second++
	}
	return first, second, uint64(r.Seed[31] % Segments)
}

// check checks what concerns the round alone.
func (r *Round) check() error {
	if len(r.Anchor) > MaxPrefixBytes {
		return limit("bytes of anchor", len(r.Anchor), MaxPrefixBytes)
	}
	if len(r.Anchor) == 0 || r.Depth > 0 && len(r.Anchor) != 32 {
		return malformed(&LengthError{"bytes of anchor", len(r.Anchor), 32})
	}
	return nil
}

// VerifyEntitlement verifies the proof of entitlement of a round: that the commitment is
// the address of a sample whose chunks at two positions that the seed picks, and at the
// last, are there, in order, and in the neighbourhood.
//
// What it does not: the stamps, as batches are the postage contract's to know (see
// [VerifyStamp]); whether the greatest transformed address, the first sibling in the sample
// of the last witness, is low enough for a reserve of the size due; and who is the winner.
//
// It fails with ErrMalformed if something is nil, a witness lacks siblings ([por.PathLengthError]) or the
// anchor has no bytes or, though there is a depth, not 32 ([LengthError]), with ErrLimit
// above [MaxPrefixBytes], and with ErrInvalidProof if something does not fit
// ([AddressError], [OrderError], [ProximityError], [SignerError]). The index of the error
// is that of the witness it is about.
func VerifyEntitlement(round *Round, witnesses *[3]Witness) error {
	const op = "swarm.VerifyEntitlement"
	if round == nil || witnesses == nil {
		return fail(op, noIndex, malformed(errNil))
	}
	if err := round.check(); err != nil {
		return fail(op, noIndex, err)
	}
	i, j, segment := round.picks()
	for k := range witnesses {
		if err := witnesses[k].checkLengths(); err != nil {
			return fail(op, k, err)
		}
	}
	for k, position := range [3]uint64{i, j, SampleSize - 1} {
		if err := witnesses[k].check(round, position, segment); err != nil {
			return fail(op, k, err)
		}
	}
	a, b, c := &witnesses[0].SampleSiblings[0], &witnesses[1].SampleSiblings[0], &witnesses[2].SampleSiblings[0]
	if i > j {
		a, b = b, a
	}
	if bytes.Compare(a[:], b[:]) >= 0 {
		return fail(op, noIndex, invalid(&OrderError{*a, *b}))
	}
	if bytes.Compare(b[:], c[:]) >= 0 {
		return fail(op, noIndex, invalid(&OrderError{*b, *c}))
	}
	for k := range witnesses {
		w := &witnesses[k]
		if w.SOC == nil {
			continue
		}
		if err := VerifySOC(&w.Address, w.SOC); err != nil {
			return fail(op, k, err)
		}
	}
	return nil
}

func (w *Witness) checkLengths() error {
	for _, siblings := range [][]por.Node{w.SampleSiblings, w.Siblings, w.TransformedSiblings} {
		if len(siblings) != Depth {
			return malformed(&por.PathLengthError{Got: len(siblings), Want: Depth})
		}
	}
	return nil
}

// check checks the witness of the chunk at a position in the sample, but for a signature.
func (w *Witness) check(round *Round, position, segment uint64) error {
	if round.Depth > 0 && commonBits(&w.Address, (*por.Node)(round.Anchor)) < int(round.Depth) {
		return invalid(&ProximityError{w.Address, round.Depth})
	}
	err := checkSegment("reserve commitment", nil, &round.Commitment, 2*position, &w.Address, sampleSpan, w.SampleSiblings)
	if err != nil {
		return err
	}
	// Both trees have the same payload, so the segment beside is the same.
	if w.Siblings[0] != w.TransformedSiblings[0] {
		return invalid(&AddressError{"segment beside", w.Siblings[0], w.TransformedSiblings[0]})
	}
	address := w.Address
	if w.SOC != nil {
		address = w.SOC.Wrapped
	}
	if err := checkSegment("address", nil, &address, segment, &w.Segment, w.Span, w.Siblings); err != nil {
		return err
	}
	transformed := addressOf(round.Anchor, segment, &w.Segment, w.Span, (*[Depth]por.Node)(w.TransformedSiblings))
	if w.SOC != nil {
		transformed = keccak.SumPair(&w.Address, &transformed)
	}
	if transformed != w.SampleSiblings[0] {
		return invalid(&AddressError{"transformed address", w.SampleSiblings[0], transformed})
	}
	return nil
}

// commonBits returns the number of leading bits that a and b have in common.
func commonBits(a, b *por.Node) int {
	for i := range a {
		if x := a[i] ^ b[i]; x != 0 {
			return 8*i + bits.LeadingZeros8(x)
		}
	}
	return 8 * len(a)
}

// SampleChunk is a chunk of a sample. Of a single-owner chunk, payload and span are those
// of the wrapped one.
type SampleChunk struct {
	Payload []byte
	Span    uint64
	SOC     *SOC
	Stamp   Stamp
}

// Sample is a reserve sample. It is immutable.
type Sample struct {
	anchor []byte
	chunks [SampleSize]sampled // in the order of their transformed addresses
	tree   *Tree
}

type sampled struct {
	SampleChunk
	address, transformed por.Node
}

// NewSample makes the sample of [SampleSize] chunks, in any order, for the anchor of a
// round. Whether they are the right ones and single-owner chunks wrap theirs is not
// checked. Of what it is given it keeps copies.
//
// It fails with ErrMalformed if the number of chunks is another one ([LengthError]), and
// with ErrLimit above [ChunkSize] and [MaxPrefixBytes].
func NewSample(anchor []byte, chunks []SampleChunk) (*Sample, error) {
	const op = "swarm.NewSample"
	if len(chunks) != SampleSize {
		return nil, fail(op, noIndex, malformed(&LengthError{"chunks", len(chunks), SampleSize}))
	}
	s := &Sample{anchor: bytes.Clone(anchor)}
	for i, c := range chunks {
		address, err := Address(nil, c.Payload, c.Span)
		if err != nil {
			return nil, fail(op, i, err)
		}
		transformed, err := Address(anchor, c.Payload, c.Span)
		if err != nil {
			return nil, fail(op, i, err)
		}
		c.Payload = bytes.Clone(c.Payload)
		if c.SOC != nil {
			soc := *c.SOC
			c.SOC = &soc
			address = soc.Address()
			transformed = keccak.SumPair(&address, &transformed)
		}
		s.chunks[i] = sampled{c, address, transformed}
	}
	slices.SortFunc(s.chunks[:], func(a, b sampled) int { return bytes.Compare(a.transformed[:], b.transformed[:]) })
	var payload []byte
	for i := range s.chunks {
		payload = append(append(payload, s.chunks[i].address[:]...), s.chunks[i].transformed[:]...)
	}
	tree, err := NewTree(nil, payload, sampleSpan)
	if err != nil {
		return nil, fail(op, noIndex, err)
	}
	s.tree = tree
	return s, nil
}

// Commitment returns the reserve commitment.
func (s *Sample) Commitment() por.Node { return s.tree.Address() }

// Witnesses returns the proof of entitlement for the seed of a round. It fails with
// ErrMalformed if the sample has no anchor ([LengthError]).
func (s *Sample) Witnesses(seed por.Node) (*[3]Witness, error) {
	const op = "swarm.Sample.Witnesses"
	round := &Round{Anchor: s.anchor, Seed: seed}
	if err := round.check(); err != nil {
		return nil, fail(op, noIndex, err)
	}
	i, j, segment := round.picks()
	var witnesses [3]Witness
	for k, position := range [3]uint64{i, j, SampleSize - 1} {
		if err := s.witness(&witnesses[k], position, segment); err != nil {
			return nil, fail(op, k, err)
		}
	}
	return &witnesses, nil
}

func (s *Sample) witness(w *Witness, position, segment uint64) error {
	c := &s.chunks[position]
	original, err := NewTree(nil, c.Payload, c.Span)
	if err != nil {
		return err
	}
	transformed, err := NewTree(s.anchor, c.Payload, c.Span)
	if err != nil {
		return err
	}
	*w = Witness{Address: c.address, Segment: original.Segment(segment), Span: c.Span, Stamp: c.Stamp}
	if c.SOC != nil {
		soc := *c.SOC
		w.SOC = &soc
	}
	if w.SampleSiblings, err = s.tree.Path(2 * position); err != nil {
		return err
	}
	if w.Siblings, err = original.Path(segment); err != nil {
		return err
	}
	w.TransformedSiblings, err = transformed.Path(segment)
	return err
}
