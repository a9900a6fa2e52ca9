package swarm

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// testKey is the key of bee's test: 32 digits 0.
func testKey() *secp256k1.PrivateKey {
	return secp256k1.PrivKeyFromBytes([]byte("00000000000000000000000000000000"))
}

func ownerOf(key *secp256k1.PrivateKey) Owner {
	point := keccak.Sum256(key.PubKey().SerializeUncompressed()[1:])
	return Owner(point[12:])
}

func sign(key *secp256k1.PrivateKey, hash por.Node) (s Signature) {
	digest := keccak.Sum256(append([]byte("\x19Ethereum Signed Message:\n32"), hash[:]...))
	compact := ecdsa.SignCompact(key, digest[:], false)
	copy(s[:], compact[1:])
	s[64] = compact[0]
	return s
}

func signSOC(key *secp256k1.PrivateKey, identifier, wrapped por.Node) *SOC {
	return &SOC{ownerOf(key), identifier, sign(key, keccak.SumPair(&identifier, &wrapped)), wrapped}
}

func signStamp(key *secp256k1.PrivateKey, address, batch por.Node, index, timestamp uint64) Stamp {
	message := append(address[:], batch[:]...)
	for _, n := range []uint64{index, timestamp} {
		for i := range 8 {
			message = append(message, byte(n>>(56-8*i)))
		}
	}
	return Stamp{batch, index, timestamp, sign(key, keccak.Sum256(message))}
}

// Facts of bee's test of its proof of entitlement.
var (
	testBatch  = keccak.Sum256([]byte("The Inverted Jenny"))
	testAnchor = []byte{100}
	testSeed   = por.Node{31: 30}
)

// testChunks are the chunks of bee's test, every other a single-owner chunk.
func testChunks(t testing.TB) []SampleChunk {
	t.Helper()
	key := testKey()
	chunks := make([]SampleChunk, SampleSize)
	for i := range chunks {
		c := SampleChunk{Payload: fmt.Appendf(nil, "Unstoppable data! Chunk #%d", i+1)}
		c.Span = uint64(len(c.Payload))
		address, err := Address(nil, c.Payload, c.Span)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			c.SOC = signSOC(key, keccak.Sum256(fmt.Appendf(nil, "ID #%d", i+1)), address)
			address = c.SOC.Address()
		}
		c.Stamp = signStamp(key, address, testBatch, 0x80303, 0x30308)
		chunks[i] = c
	}
	return chunks
}

func testWitnesses(t testing.TB) (*Round, *[3]Witness) {
	t.Helper()
	sample, err := NewSample(testAnchor, testChunks(t))
	if err != nil {
		t.Fatal(err)
	}
	w, err := sample.Witnesses(testSeed)
	if err != nil {
		t.Fatal(err)
	}
	return &Round{Commitment: sample.Commitment(), Anchor: testAnchor, Seed: testSeed}, w
}

// hexNode and hexOwner read the addresses of the vectors.
type hexNode por.Node

func (n *hexNode) UnmarshalText(text []byte) error { return decodeHex(n[:], text) }

type hexOwner Owner

func (o *hexOwner) UnmarshalText(text []byte) error { return decodeHex(o[:], text) }

func decodeHex(dst, text []byte) error {
	if len(text) != 2+2*len(dst) {
		return hex.ErrLength
	}
	_, err := hex.Decode(dst, text[2:])
	return err
}

// TestVector reproduces bee's proof of entitlement, signatures and all, from what its test
// makes it of, and verifies the one that bee wrote.
func TestVector(t *testing.T) {
	data, err := os.ReadFile("../../../shared/vectors/por/swarm/inclusion-proofs.json")
	if err != nil {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	type proof struct {
		ProofSegments, ProofSegments2, ProofSegments3 []hexNode
		ProveSegment, ProveSegment2                   hexNode
		ChunkSpan                                     uint64
		PostageProof                                  struct {
			Signature        []byte
			PostageID        hexNode
			Index, TimeStamp uint64
		}
		SocProof []struct {
			Signer                hexOwner
			Signature             []byte
			Identifier, ChunkAddr hexNode
		}
	}
	var file struct{ Proof1, Proof2, ProofLast proof }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	nodes := func(list []hexNode) (n []por.Node) {
		for _, x := range list {
			n = append(n, por.Node(x))
		}
		return n
	}
	var read [3]Witness
	for i, p := range []proof{file.Proof1, file.Proof2, file.ProofLast} {
		read[i] = Witness{
			por.Node(p.ProveSegment), nodes(p.ProofSegments),
			por.Node(p.ProveSegment2), p.ChunkSpan, nodes(p.ProofSegments2), nodes(p.ProofSegments3), nil,
			Stamp{por.Node(p.PostageProof.PostageID), p.PostageProof.Index, p.PostageProof.TimeStamp, Signature(p.PostageProof.Signature)},
		}
		for _, s := range p.SocProof {
			read[i].SOC = &SOC{Owner(s.Signer), por.Node(s.Identifier), Signature(s.Signature), por.Node(s.ChunkAddr)}
		}
	}
	round, made := testWitnesses(t)
	if !reflect.DeepEqual(made, &read) {
		t.Errorf("made %+v\nwant %+v", made, read)
	}
	if err := VerifyEntitlement(round, &read); err != nil {
		t.Error(err)
	}
	if read[0].SOC != nil || read[1].SOC == nil || read[2].SOC != nil {
		t.Error("the second chunk alone has an owner")
	}
	batch := &Batch{testBatch, ownerOf(testKey()), 20, 0}
	for i := range read {
		if err := VerifyStamp(batch, &read[i].Address, &read[i].Stamp); err != nil {
			t.Errorf("stamp %d: %v", i, err)
		}
	}
}

// TestCommitment has the commitment that bee's test asks for.
func TestCommitment(t *testing.T) {
	round, w := testWitnesses(t)
	if round.Commitment != fromHex(t, "b012904b0c3e6462158b4416556caa888031a79bad46d2ffa7012408c9c38aa8") {
		t.Errorf("commitment is %x", round.Commitment)
	}
	if err := VerifyEntitlement(round, w); err != nil {
		t.Error(err)
	}
}

// TestSampleCopies changes what a sample was made of and what it gave.
func TestSampleCopies(t *testing.T) {
	anchor, chunks := slices.Clone(testAnchor), testChunks(t)
	sample, err := NewSample(anchor, chunks)
	if err != nil {
		t.Fatal(err)
	}
	anchor[0]++
	for i := range chunks {
		chunks[i].Payload[0]++
		if chunks[i].SOC != nil {
			chunks[i].SOC.Owner[0]++
		}
	}
	round := &Round{Commitment: sample.Commitment(), Anchor: testAnchor, Seed: testSeed}
	for range 2 {
		w, err := sample.Witnesses(testSeed)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyEntitlement(round, w); err != nil {
			t.Error(err)
		}
		w[1].SOC.Owner[0]++
	}
}

// TestPicks compares with the remainders of the seed as a number.
func TestPicks(t *testing.T) {
	for _, c := range []struct {
		seed                   por.Node
		first, second, segment uint64
	}{
		{por.Node{}, 0, 1, 0},
		{por.Node{31: 30}, 0, 3, 30}, // 30 mod 15, 30 mod 14 one on
		{por.Node{31: 13}, 13, 14, 13},
		{por.Node{31: 14}, 14, 0, 14},
		{por.Node{31: 255}, 0, 4, 127},
		{por.Node{0: 1}, 1, 5, 0}, // 2²⁴⁸ is 1 mod 15 and 4 mod 14
	} {
		first, second, segment := (&Round{Seed: c.seed}).picks()
		if first != c.first || second != c.second || segment != c.segment {
			t.Errorf("seed %x picks %d, %d and segment %d, want %d, %d and %d", c.seed, first, second, segment, c.first, c.second, c.segment)
		}
	}
}

// TestSeeds has every pair of positions verified, in either order.
func TestSeeds(t *testing.T) {
	sample, err := NewSample(testAnchor, testChunks(t))
	if err != nil {
		t.Fatal(err)
	}
	orders := make(map[bool]int)
	for n := range 15 * 14 {
		round := &Round{Commitment: sample.Commitment(), Anchor: testAnchor, Seed: por.Node{31: byte(n)}}
		w, err := sample.Witnesses(round.Seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyEntitlement(round, w); err != nil {
			t.Errorf("seed %d: %v", n, err)
		}
		first, second, _ := round.picks()
		orders[first < second]++
		// The seed also picks the segment, so the next one has other proofs.
		round.Seed[31]++
		want(t, VerifyEntitlement(round, w), depinproof.ErrInvalidProof, fmt.Sprint("seed after ", n))
	}
	if orders[false] == 0 || orders[true] == 0 {
		t.Errorf("orders met: %v", orders)
	}
}

// TestEntitlementBits flips every bit of a claim but for the stamps, which it does not
// verify; a short test flips every seventh. Those of the seed change a remainder, as no
// power of two is a multiple of 15.
func TestEntitlementBits(t *testing.T) {
	round, w := testWitnesses(t)
	verify := func() error { return VerifyEntitlement(round, w) }
	if err := verify(); err != nil {
		t.Fatal(err)
	}
	step := 1
	if testing.Short() {
		step = 7
	}
	flip := func(what string, b []byte) {
		for bit := 0; bit < 8*len(b); bit += step {
			b[bit/8] ^= 1 << (bit % 8)
			want(t, verify(), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	round.Anchor = slices.Clone(round.Anchor)
	flip("commitment", round.Commitment[:])
	flip("anchor", round.Anchor)
	flip("seed", round.Seed[:])
	for k := range w {
		name := func(what string) string { return fmt.Sprint("witness ", k, " ", what) }
		flip(name("address"), w[k].Address[:])
		flip(name("segment"), w[k].Segment[:])
		for i := range Depth {
			flip(name("sample sibling"), w[k].SampleSiblings[i][:])
			flip(name("sibling"), w[k].Siblings[i][:])
			flip(name("transformed sibling"), w[k].TransformedSiblings[i][:])
		}
		for bit := range 64 {
			w[k].Span ^= 1 << bit
			want(t, verify(), depinproof.ErrInvalidProof, name("span"))
			w[k].Span ^= 1 << bit
		}
		if s := w[k].SOC; s != nil {
			flip(name("owner"), s.Owner[:])
			flip(name("identifier"), s.Identifier[:])
			flip(name("wrapped"), s.Wrapped[:])
			flip(name("signature"), s.Signature[:])
		}
	}
	if err := verify(); err != nil {
		t.Error(err)
	}
}

func TestEntitlementArguments(t *testing.T) {
	round, w := testWitnesses(t)
	for k := range w {
		for _, list := range []*[]por.Node{&w[k].SampleSiblings, &w[k].Siblings, &w[k].TransformedSiblings} {
			saved := *list
			for _, n := range []int{0, 1, Depth - 1, Depth + 1} {
				*list = append(slices.Clone(saved), por.Node{})[:n]
				err := VerifyEntitlement(round, w)
				want(t, err, depinproof.ErrMalformed, fmt.Sprint(n, " siblings"))
				var detail *depinproof.Error
				if !errors.As(err, &detail) || detail.Index != k {
					t.Errorf("witness %d: %v", k, err)
				}
			}
			*list = saved
		}
	}
	owner := w[1].SOC
	w[1].SOC = nil
	want(t, VerifyEntitlement(round, w), depinproof.ErrInvalidProof, "without owner")
	w[1].SOC = owner
	w[0].SOC = owner
	want(t, VerifyEntitlement(round, w), depinproof.ErrInvalidProof, "with another's owner")
	w[0].SOC = nil
	want(t, VerifyEntitlement(round, &[3]Witness{w[1], w[0], w[2]}), depinproof.ErrInvalidProof, "another order")

	for _, c := range []struct {
		anchor []byte
		depth  uint8
		class  error
	}{
		{nil, 0, depinproof.ErrMalformed},
		{[]byte{100}, 1, depinproof.ErrMalformed},
		{make([]byte, 33), 0, depinproof.ErrLimit},
		{make([]byte, 32), 0, depinproof.ErrInvalidProof},
	} {
		r := *round
		r.Anchor, r.Depth = c.anchor, c.depth
		want(t, VerifyEntitlement(&r, w), c.class, fmt.Sprintf("anchor %x, depth %d", c.anchor, c.depth))
	}
	want(t, VerifyEntitlement(nil, w), depinproof.ErrMalformed, "no round")
	want(t, VerifyEntitlement(round, nil), depinproof.ErrMalformed, "no witnesses")
	want(t, VerifySOC(new(por.Node), nil), depinproof.ErrMalformed, "no SOC")
	want(t, VerifyStamp(nil, new(por.Node), new(Stamp)), depinproof.ErrMalformed, "no batch")
	want(t, VerifyStamp(new(Batch), new(por.Node), nil), depinproof.ErrMalformed, "no stamp")
	chunks := testChunks(t)
	_, err := NewSample(testAnchor, chunks[1:])
	want(t, err, depinproof.ErrMalformed, "15 chunks")
	_, err = NewSample(make([]byte, 33), chunks)
	want(t, err, depinproof.ErrLimit, "anchor")
	chunks[3].Payload = make([]byte, ChunkSize+1)
	_, err = NewSample(testAnchor, chunks)
	want(t, err, depinproof.ErrLimit, "payload")
	chunks[3].Payload = nil
	sample, err := NewSample(nil, chunks)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sample.Witnesses(testSeed)
	want(t, err, depinproof.ErrMalformed, "no anchor")
}

// TestOrder has samples that are right but for the order of their chunks: the commitment
// is to them as they are.
func TestOrder(t *testing.T) {
	sample, err := NewSample(testAnchor, testChunks(t))
	if err != nil {
		t.Fatal(err)
	}
	first, second, _ := (&Round{Seed: testSeed}).picks()
	for _, swap := range [][2]uint64{{first, second}, {second, SampleSize - 1}, {first, first}} {
		s := *sample
		s.chunks[swap[0]], s.chunks[swap[1]] = s.chunks[swap[1]], s.chunks[swap[0]]
		var payload []byte
		for i := range s.chunks {
			payload = append(append(payload, s.chunks[i].address[:]...), s.chunks[i].transformed[:]...)
		}
		s.tree = mustTree(t, nil, payload, sampleSpan)
		w, err := s.Witnesses(testSeed)
		if err != nil {
			t.Fatal(err)
		}
		err = VerifyEntitlement(&Round{Commitment: s.Commitment(), Anchor: testAnchor, Seed: testSeed}, w)
		var detail *OrderError
		if ordered := swap[0] == swap[1]; ordered != (err == nil) || !ordered && !errors.As(err, &detail) {
			t.Errorf("%v changed places: %v", swap, err)
		}
	}
}

// TestProximity has a neighbourhood of depth 4, for which chunks are looked for.
func TestProximity(t *testing.T) {
	anchor := keccak.Sum256([]byte("anchor"))
	var chunks []SampleChunk
	shallow := 256
	for i := 0; len(chunks) < SampleSize; i++ {
		c := SampleChunk{Payload: fmt.Append(nil, i), Span: 5}
		address, err := Address(nil, c.Payload, c.Span)
		if err != nil {
			t.Fatal(err)
		}
		if common := commonBits(&address, &anchor); common >= 4 {
			shallow = min(shallow, common)
			chunks = append(chunks, c)
		}
	}
	sample, err := NewSample(anchor[:], chunks)
	if err != nil {
		t.Fatal(err)
	}
	w, err := sample.Witnesses(testSeed)
	if err != nil {
		t.Fatal(err)
	}
	least := 256
	for k := range w {
		least = min(least, commonBits(&w[k].Address, &anchor))
	}
	for depth := range 256 {
		round := &Round{sample.Commitment(), anchor[:], testSeed, uint8(depth)}
		err := VerifyEntitlement(round, w)
		var detail *ProximityError
		if near := depth <= least; near != (err == nil) || !near && !errors.As(err, &detail) {
			t.Errorf("depth %d of %d: %v", depth, least, err)
		}
	}
	if commonBits(&anchor, &anchor) != 256 {
		t.Error("an address has not all bits in common with itself")
	}
}

func TestVerifySOC(t *testing.T) {
	s := signSOC(testKey(), por.Node{1}, por.Node{2})
	address := s.Address()
	if err := VerifySOC(&address, s); err != nil {
		t.Fatal(err)
	}
	flip := func(what string, b []byte) {
		for bit := range 8 * len(b) {
			b[bit/8] ^= 1 << (bit % 8)
			want(t, VerifySOC(&address, s), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	flip("address", address[:])
	flip("owner", s.Owner[:])
	flip("identifier", s.Identifier[:])
	flip("wrapped", s.Wrapped[:])
	flip("signature", s.Signature[:])

	// The same signature with s for -s and the other v is Ethereum's, too, and accepted
	// by the contract; v of other conventions is not.
	var scalar secp256k1.ModNScalar
	scalar.SetByteSlice(s.Signature[32:64])
	twin := *s
	negated := scalar.Negate().Bytes()
	copy(twin.Signature[32:], negated[:])
	twin.Signature[64] = 27 + 28 - s.Signature[64]
	if err := VerifySOC(&address, &twin); err != nil {
		t.Errorf("twin: %v", err)
	}
	for v := range 256 {
		c := *s
		c.Signature[64] = byte(v)
		if err := VerifySOC(&address, &c); (err == nil) != (byte(v) == s.Signature[64]) {
			t.Errorf("v = %d: %v", v, err)
		}
	}
	// What recovers nobody is by nobody, not by the owner 0.
	nobody := &SOC{}
	want(t, VerifySOC(new(nobody.Address()), nobody), depinproof.ErrInvalidProof, "nobody")
}

func TestVerifyStamp(t *testing.T) {
	address := por.Node{0xab, 0xcd}
	stamp := signStamp(testKey(), address, testBatch, 0xabc<<32|5, 77)
	batch := Batch{testBatch, ownerOf(testKey()), 15, 12}
	if err := VerifyStamp(&batch, &address, &stamp); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		class  error
		change func(b *Batch, a *por.Node, s *Stamp)
	}{
		"batch":        {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { b.ID[0]++ }},
		"owner":        {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { b.Owner[0]++ }},
		"address":      {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { a[31]++ }},
		"bucket":       {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { a[1] ^= 0x10 }},
		"index":        {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { s.Index++ }},
		"time":         {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { s.Timestamp++ }},
		"signature":    {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { s.Signature[3]++ }},
		"few places":   {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { b.Depth = 14 }},
		"few buckets":  {depinproof.ErrInvalidProof, func(b *Batch, a *por.Node, s *Stamp) { b.BucketDepth = 11 }},
		"no places":    {depinproof.ErrMalformed, func(b *Batch, a *por.Node, s *Stamp) { b.Depth = 11 }},
		"many buckets": {depinproof.ErrMalformed, func(b *Batch, a *por.Node, s *Stamp) { b.Depth, b.BucketDepth = 40, 33 }},
	} {
		b, a, s := batch, address, stamp
		c.change(&b, &a, &s)
		want(t, VerifyStamp(&b, &a, &s), c.class, what)
	}
	flip := func(what string, b []byte) {
		for bit := range 8 * len(b) {
			b[bit/8] ^= 1 << (bit % 8)
			want(t, VerifyStamp(&batch, &address, &stamp), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	flip("ID", batch.ID[:])
	flip("owner", batch.Owner[:])
	flip("address", address[:])
	flip("batch", stamp.Batch[:])
	flip("signature", stamp.Signature[:])
	for bit := range 64 {
		for what, n := range map[string]*uint64{"index": &stamp.Index, "timestamp": &stamp.Timestamp} {
			*n ^= 1 << bit
			want(t, VerifyStamp(&batch, &address, &stamp), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			*n ^= 1 << bit
		}
	}
	for bit := range 8 {
		b := batch
		b.BucketDepth ^= 1 << bit
		if VerifyStamp(&b, &address, &stamp) == nil {
			t.Errorf("bucket depth %d accepted", b.BucketDepth)
		}
		// The stamp is at place 5, which a batch of any depth has that has 8 places.
		b = batch
		b.Depth ^= 1 << bit
		if err := VerifyStamp(&b, &address, &stamp); (err == nil) != (b.Depth >= 12+3) {
			t.Errorf("depth %d: %v", b.Depth, err)
		}
	}
	if err := VerifyStamp(&batch, &address, &stamp); err != nil {
		t.Error(err)
	}
	deep := batch
	deep.Depth = 255
	if err := VerifyStamp(&deep, &address, &stamp); err != nil {
		t.Error(err)
	}
}

func FuzzVerifyEntitlement(f *testing.F) {
	f.Add([]byte{100}, []byte{30}, uint32(77), byte(1))
	chunks := testChunks(f)
	f.Fuzz(func(t *testing.T, anchor, seed []byte, where uint32, change byte) {
		if len(anchor) == 0 {
			return
		}
		sample, err := NewSample(anchor[:min(len(anchor), MaxPrefixBytes)], chunks)
		if err != nil {
			t.Fatal(err)
		}
		round := &Round{Commitment: sample.Commitment(), Anchor: sample.anchor}
		copy(round.Seed[:], seed)
		w, err := sample.Witnesses(round.Seed)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyEntitlement(round, w); err != nil {
			t.Error(err)
		}
		values := [][]byte{round.Commitment[:]}
		for k := range w {
			values = append(values, w[k].Address[:], w[k].Segment[:])
			values = slices.Concat(values, nodesOf(w[k].SampleSiblings), nodesOf(w[k].Siblings), nodesOf(w[k].TransformedSiblings))
		}
		changed := mutate(uint16(where), change, values...)
		if err := VerifyEntitlement(round, w); (err != nil) != changed {
			t.Errorf("byte %d changed by %#x: %v", where, change, err)
		}
	})
}

func FuzzVerifySOC(f *testing.F) {
	f.Add([]byte{1}, []byte{2}, uint16(5), byte(1))
	f.Fuzz(func(t *testing.T, identifier, wrapped []byte, where uint16, change byte) {
		s := signSOC(testKey(), keccak.Sum256(identifier), keccak.Sum256(wrapped))
		address := s.Address()
		if err := VerifySOC(&address, s); err != nil {
			t.Error(err)
		}
		changed := mutate(where, change, address[:], s.Owner[:], s.Identifier[:], s.Wrapped[:], s.Signature[:])
		if err := VerifySOC(&address, s); (err != nil) != changed {
			t.Errorf("byte %d changed by %#x: %v", where, change, err)
		}
	})
}

func FuzzVerifyStamp(f *testing.F) {
	f.Add([]byte{1}, uint64(5), uint64(6), uint8(20), uint8(16), uint16(5), byte(1))
	f.Fuzz(func(t *testing.T, seed []byte, index, timestamp uint64, depth, bucketDepth uint8, where uint16, change byte) {
		address := keccak.Sum256(seed)
		batch := &Batch{testBatch, ownerOf(testKey()), depth, bucketDepth % 33}
		bucket := uint64(0)
		for i := range int(batch.BucketDepth) {
			bucket = bucket<<1 | uint64(address[i/8]>>(7-i%8)&1)
		}
		stamp := signStamp(testKey(), address, testBatch, bucket<<32|index&0xffffffff, timestamp)
		places := int(depth) - int(batch.BucketDepth)
		fits := places >= 32 || places >= 0 && index&0xffffffff < 1<<places
		err := VerifyStamp(batch, &address, &stamp)
		if (err == nil) != fits {
			t.Errorf("batch %+v, index %x: %v", batch, stamp.Index, err)
		}
		changed := mutate(where, change, address[:], stamp.Signature[:], batch.Owner[:])
		if err := VerifyStamp(batch, &address, &stamp); (err == nil) != (fits && !changed) {
			t.Errorf("byte %d changed by %#x: %v", where, change, err)
		}
	})
}

func BenchmarkVerifyEntitlement(b *testing.B) {
	round, w := testWitnesses(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyEntitlement(round, w); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifySOC(b *testing.B) {
	s := signSOC(testKey(), por.Node{1}, por.Node{2})
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifySOC(new(s.Address()), s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyStamp(b *testing.B) {
	stamp := signStamp(testKey(), por.Node{}, testBatch, 5, 77)
	batch := &Batch{testBatch, ownerOf(testKey()), 20, 16}
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyStamp(batch, new(por.Node), &stamp); err != nil {
			b.Fatal(err)
		}
	}
}
