package stacked

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof/poreplication/internal/sdr"
)

// ReplicaID returns the identifier of a replica: the SHA-256 digest of
//
//	prover ID ‖ big-endian sector number ‖ ticket ‖ CommD ‖ porep ID
//
// without its two top bits, so that it is a field element.
func ReplicaID(proverID *[32]byte, sector uint64, ticket, commD, porepID *[32]byte) [32]byte {
	var m [32 + 8 + 32 + 32 + 32]byte
	copy(m[:], proverID[:])
	binary.BigEndian.PutUint64(m[32:], sector)
	copy(m[40:], ticket[:])
	copy(m[72:], commD[:])
	copy(m[104:], porepID[:])
	id := sha256.Sum256(m[:])
	id[31] &= 0x3f
	return id
}

// interactive sets dst to the challenges from number first on, which come from
// the replica ID and the seed.
func interactive(dst []uint32, first uint32, nodes uint64, replicaID, seed *[32]byte) {
	var m [32 + 32 + 4]byte
	copy(m[:], replicaID[:])
	copy(m[32:], seed[:])
	hashed(dst, first, nodes, m[:])
}

// Non-interactive PoRep (FIP-0092) separates its challenges from others by a tag.
const nonInteractiveTag = "filecoin.io|PoRep|1|NonInteractive|1"

// nonInteractive sets dst to the challenges from number first on, which come from
// the tag, the replica ID and CommR.
func nonInteractive(dst []uint32, first uint32, nodes uint64, replicaID, commR *[32]byte) {
	const tag = len(nonInteractiveTag)
	var m [tag + 32 + 32 + 4]byte
	copy(m[:], nonInteractiveTag)
	copy(m[tag:], replicaID[:])
	copy(m[tag+32:], commR[:])
	hashed(dst, first, nodes, m[:])
}

// hashed sets dst to the challenges from number first on: each is the SHA-256
// digest of m, whose last four bytes become the little-endian number, taken as a
// little-endian integer, mod nodes−1, plus one, so node 0 is never challenged.
func hashed(dst []uint32, first uint32, nodes uint64, m []byte) {
	for i := range dst {
		binary.LittleEndian.PutUint32(m[len(m)-4:], first+uint32(i))
		d := sha256.Sum256(m)
		dst[i] = challengeOf(&d, nodes)
	}
}

// Synthetic PoRep (FIP-0059) draws its challenges from a pool that the replica
// fixes, with at most this many entries.
const poolLimit = 1 << 18

const (
	generationTag = "filecoin.io|PoRep|1|Synthetic|1|Generation"
	selectionTag  = "filecoin.io|PoRep|1|Synthetic|1|Selection"
)

// synthNonce is the nonce "synth-porep" of both key streams, zero padded.
var synthNonce = [3]uint32{
	binary.LittleEndian.Uint32([]byte("synt")),
	binary.LittleEndian.Uint32([]byte("h-po")),
	binary.LittleEndian.Uint32([]byte("rep\x00")),
}

// synthetic sets dst to the challenges from number first on. The seed picks pool
// entries by words of one ChaCha20 key stream; entry s of the pool is bytes 32s to
// 32s+32 of another, a little-endian integer, mod nodes−1, plus one.
func synthetic(dst []uint32, first uint32, nodes uint64, replicaID, commR, seed *[32]byte) {
	pool := newStream(generationTag, replicaID, commR)
	selection := newStream(selectionTag, replicaID, seed)
	size := uint32(min(nodes, poolLimit))
	for i := range dst {
		j := first + uint32(i)
		s := selection.block(j / 16)[j%16] % size
		half := pool.block(s / 2)[s%2*8:][:8]
		var d [32]byte
		for k, w := range half {
			binary.LittleEndian.PutUint32(d[4*k:], w)
		}
		dst[i] = challengeOf(&d, nodes)
	}
}

// stream is a ChaCha20 key stream (RFC 8439) that can be read at any block.
type stream struct {
	key     [32]byte
	out     [16]uint32
	current uint32
	started bool
}

// newStream returns the key stream whose key is the BLAKE2b digest, of 32 bytes,
// keyed with the tag, of two field elements.
func newStream(tag string, a, b *[32]byte) *stream {
	var m [64]byte
	copy(m[:], a[:])
	copy(m[32:], b[:])
	return &stream{key: keyedDigest(tag, &m)}
}

func (s *stream) block(n uint32) *[16]uint32 {
	if !s.started || s.current != n {
		sdr.ChaChaBlock(&s.out, &s.key, [4]uint32{n, synthNonce[0], synthNonce[1], synthNonce[2]}, 20)
		s.current, s.started = n, true
	}
	return &s.out
}

// keyedDigest returns the keyed BLAKE2b-256 digest of m. The tags are shorter
// than the 64 bytes a key may have, so the hash is always made.
func keyedDigest(tag string, m *[64]byte) (digest [32]byte) {
	h, err := blake2b.New256([]byte(tag))
	if err != nil {
		return digest
	}
	h.Write(m[:])
	h.Sum(digest[:0])
	return digest
}

// challengeOf returns (d mod (nodes − 1)) + 1, d little-endian.
func challengeOf(d *[32]byte, nodes uint64) uint32 {
	m := nodes - 1
	var rem uint64
	for i := 3; i >= 0; i-- {
		_, rem = bits.Div64(rem, binary.LittleEndian.Uint64(d[8*i:]), m) // rem < m
	}
	return uint32(rem + 1)
}
