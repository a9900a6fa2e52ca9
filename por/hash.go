package por

import (
	"bytes"
	"fmt"
	"hash"
	"sync"
	"unsafe"

	"github.com/minio/sha256-simd"
	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/sha3"
	"lukechampine.com/blake3"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/internal/sha256mb"
)

// A Hasher hashes groups of nodes into their parents. Any type with these methods
// serves, a poseidon.Hasher among them. It must be safe for concurrent use.
type Hasher interface {
	// Arity is the number of children of a node, 2 <= Arity <= MaxArity. It never
	// changes.
	Arity() int

	// HashNodes sets dst[i] to the parent of src[i*a:(i+1)*a], where a is the
	// arity and len(src) == a*len(dst). It neither changes src nor keeps a slice.
	// The engine calls it with slices that do not overlap, and with at least one
	// parent. An error without a class of this module counts as internal.
	HashNodes(dst, src []Node) error
}

// A LeafHasher makes leaf nodes of data. It must be safe for concurrent use.
type LeafHasher interface {
	// HashLeaves sets dst[i] to the node of leaf data[i*n:(i+1)*n], where n is
	// len(data)/len(dst), without remainder. It neither changes data nor keeps a
	// slice; the slices do not overlap, and there is at least one leaf.
	HashLeaves(dst []Node, data []byte) error
}

// An Algorithm is a hash function with a result of 32 bytes.
type Algorithm uint8

// The algorithms.
const (
	SHA256       Algorithm = iota + 1 // FIPS 180-4
	DoubleSHA256                      // SHA-256 of SHA-256, as in Bitcoin
	SHA254                            // SHA-256 with the top two bits of the last byte cleared, as in Filecoin
	Keccak256                         // Keccak with its original padding, as in Ethereum and Solana's programs
	BLAKE2b256                        // RFC 7693, unkeyed
	BLAKE3                            // unkeyed
)

func (a Algorithm) String() string {
	switch a {
	case SHA256:
		return "SHA-256"
	case DoubleSHA256:
		return "double SHA-256"
	case SHA254:
		return "SHA-254"
	case Keccak256:
		return "Keccak-256"
	case BLAKE2b256:
		return "BLAKE2b-256"
	case BLAKE3:
		return "BLAKE3"
	}
	return fmt.Sprintf("Algorithm(%d)", uint8(a))
}

// Hash is a way to hash leaves, and pairs of nodes: a function, a prefix that goes
// before what is hashed, and whether the smaller child of a pair goes first. It is
// both a [Hasher] of arity two and a [LeafHasher].
//
// SHA-256 of pairs, with no prefix or one of one byte, is computed for many pairs at
// once; so are Keccak-256 of pairs and SHA-256 of leaves of equal length.
type Hash struct {
	Algorithm Algorithm
	Prefix    string // at most MaxPrefix bytes

	// Sorted makes the hash of a pair the same in both orders, by hashing the
	// smaller node, as a big-endian number, first. A path then proves that a leaf is
	// somewhere in the tree and not where.
	Sorted bool
}

// check says what is wrong with h.
func (h Hash) check() error {
	switch {
	case h.Algorithm < SHA256 || h.Algorithm > BLAKE3:
		return unsupported("%v", h.Algorithm)
	case len(h.Prefix) > MaxPrefix:
		return limit("bytes of prefix", uint64(len(h.Prefix)), MaxPrefix)
	}
	return nil
}

// Arity returns 2.
func (h Hash) Arity() int { return 2 }

// hashChunk is the number of pairs, or of short leaves, that are laid out anew at a
// time.
const hashChunk = 64

// HashNodes sets dst[i] to the hash of src[2i] and src[2i+1]; len(src) must be
// 2*len(dst), and dst may be the front of src. Once warm it allocates nothing.
func (h Hash) HashNodes(dst, src []Node) error {
	if err := h.check(); err != nil {
		return fail("por.Hash.HashNodes", noIndex, err)
	}
	if err := checkGroups(len(dst), len(src), 2); err != nil {
		return fail("por.Hash.HashNodes", noIndex, err)
	}
	if h.Sorted {
		h.hashSorted(dst, src)
	} else {
		h.hashPairs(dst, src)
	}
	return nil
}

// hashSorted lays pairs out in the order of their nodes.
func (h Hash) hashSorted(dst, src []Node) {
	room := rooms.Get().(*room)
	defer rooms.Put(room)
	for len(dst) > 0 {
		n := min(len(dst), hashChunk)
		for i := range n {
			a, b := &src[2*i], &src[2*i+1]
			if bytes.Compare(a[:], b[:]) > 0 {
				a, b = b, a
			}
			room.pairs[2*i], room.pairs[2*i+1] = *a, *b
		}
		h.hashPairs(dst[:n], room.pairs[:2*n])
		dst, src = dst[n:], src[2*n:]
	}
}

// A room is where inputs of a hash are laid out. It is not on the stack, for some hashes
// let their inputs escape, and others would clear all of it for one pair.
type room struct {
	pairs    [2 * hashChunk]Node
	once     [hashChunk]Node
	messages [hashChunk * (MaxPrefix + shortLeaf)]byte
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// checkGroups checks the lengths of a call of HashNodes.
func checkGroups(parents, children, arity int) error {
	if children%arity != 0 || children/arity != parents {
		return malformed(fmt.Errorf("%d nodes for %d parents of %d each", children, parents, arity))
	}
	return nil
}

// hashPairs is HashNodes for pairs in their order.
func (h Hash) hashPairs(dst, src []Node) {
	switch {
	case h.Algorithm == Keccak256:
		keccak.HashPairs(dst, src, []byte(h.Prefix), false)
	case len(h.Prefix) > 1 || h.Prefix != "" && !h.sha256():
		h.sumPrefixed(dst, flat(src), 64)
		return
	case h.sha256() && h.Prefix != "":
		sha256mb.HashPairsPrefixed(dst, src, h.Prefix[0])
	case h.sha256():
		sha256mb.HashPairs(dst, src)
	case h.Algorithm == BLAKE2b256:
		for i := range dst {
			dst[i] = blake2b.Sum256(flat(src[2*i : 2*i+2]))
		}
	case h.Algorithm == BLAKE3:
		for i := range dst {
			dst[i] = blake3.Sum256(flat(src[2*i : 2*i+2]))
		}
	}
	h.finish(dst)
}

// sumPrefixed lays the prefix before every one of messages of a size of at most
// shortLeaf.
func (h Hash) sumPrefixed(dst []Node, messages []byte, size int) {
	room := rooms.Get().(*room)
	defer rooms.Put(room)
	whole := len(h.Prefix) + size
	for len(dst) > 0 {
		n := min(len(dst), hashChunk)
		for i := range n {
			m := room.messages[i*whole:]
			copy(m, h.Prefix)
			copy(m[len(h.Prefix):], messages[i*size:(i+1)*size])
		}
		h.sumEach(dst[:n], room.messages[:n*whole], whole)
		dst, messages = dst[n:], messages[n*size:]
	}
}

// sha256 says that the function begins with SHA-256.
func (h Hash) sha256() bool { return h.Algorithm <= SHA254 }

// finish turns SHA-256 into the function built on it.
func (h Hash) finish(dst []Node) {
	switch h.Algorithm {
	case SHA254:
		for i := range dst {
			dst[i][31] &= 0x3f
		}
	case DoubleSHA256:
		room := rooms.Get().(*room)
		defer rooms.Put(room)
		for len(dst) > 0 {
			n := copy(room.once[:], dst)
			sha256mb.SumLanes(dst[:n], flat(room.once[:n]), 32)
			dst = dst[n:]
		}
	}
}

// HashLeaves sets dst[i] to the hash of leaf data[i*n:(i+1)*n], where n is
// len(data)/len(dst), without remainder; dst and data do not overlap. Once warm it
// allocates nothing, except with Keccak-256 where a prefix goes before leaves of more than
// 256 bytes.
func (h Hash) HashLeaves(dst []Node, data []byte) error {
	if err := h.check(); err != nil {
		return fail("por.Hash.HashLeaves", noIndex, err)
	}
	if len(dst) == 0 || len(data)%len(dst) != 0 {
		return fail("por.Hash.HashLeaves", noIndex, malformed(fmt.Errorf("%d bytes for %d leaves", len(data), len(dst))))
	}
	size := len(data) / len(dst)
	switch {
	case h.Prefix == "":
		h.sumEach(dst, data, size)
	case size > shortLeaf:
		h.sumLong(dst, data, size)
	default:
		h.sumPrefixed(dst, data, size)
	}
	return nil
}

// shortLeaf is the length up to which leaves are copied behind their prefix, so that
// many can be hashed at once.
const shortLeaf = 256

// sumEach hashes messages of size bytes each, without prefix.
func (h Hash) sumEach(dst []Node, messages []byte, size int) {
	switch h.Algorithm {
	case SHA256, DoubleSHA256, SHA254:
		sha256mb.SumLanes(dst, messages, size)
		h.finish(dst)
	case Keccak256:
		for i := range dst {
			dst[i] = keccak.Sum256(messages[i*size : (i+1)*size])
		}
	case BLAKE2b256:
		for i := range dst {
			dst[i] = blake2b.Sum256(messages[i*size : (i+1)*size])
		}
	case BLAKE3:
		for i := range dst {
			dst[i] = blake3.Sum256(messages[i*size : (i+1)*size])
		}
	}
}

// sumLong hashes leaves that are too long to be copied behind the prefix.
func (h Hash) sumLong(dst []Node, data []byte, size int) {
	function := h.Algorithm
	if h.sha256() {
		function = SHA256
	}
	prefix := unsafe.Slice(unsafe.StringData(h.Prefix), len(h.Prefix)) // which Write does not change
	stream := streams[function].Get().(hash.Hash)
	for i := range dst {
		stream.Reset()
		stream.Write(prefix)
		stream.Write(data[i*size : (i+1)*size])
		stream.Sum(dst[i][:0])
	}
	streams[function].Put(stream)
	if h.sha256() {
		h.finish(dst)
	}
}

// streams hold hashes that take their message in pieces.
var streams = [...]sync.Pool{
	SHA256:     {New: func() any { return sha256.New() }},
	Keccak256:  {New: func() any { return sha3.NewLegacyKeccak256() }},
	BLAKE2b256: {New: func() any { s, _ := blake2b.New256(nil); return s }}, // fails for long keys only
	BLAKE3:     {New: func() any { return blake3.New(32, nil) }},
}

// flat returns the bytes of nodes, which lie one behind the other.
func flat(nodes []Node) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(nodes))), 32*len(nodes))
}

// HashPairs sets dst[i] to SHA-256(src[2i] | src[2i+1]), many pairs at a time;
// len(src) must be 2*len(dst), and dst may be the front of src. It allocates nothing
// and starts no goroutine.
func HashPairs(dst, src []Node) error {
	if err := checkGroups(len(dst), len(src), 2); err != nil {
		return fail("por.HashPairs", noIndex, err)
	}
	sha256mb.HashPairs(dst, src)
	return nil
}

// SumLanes sets dst[i] to the SHA-256 of message messages[i*size:(i+1)*size], many
// messages at a time; len(messages) must be size*len(dst), and dst and messages must not
// overlap. It allocates nothing and starts no goroutine.
func SumLanes(dst []Node, messages []byte, size int) error {
	if size < 0 || size == 0 && len(messages) > 0 || size > 0 && (len(messages)%size != 0 || len(messages)/size != len(dst)) {
		return fail("por.SumLanes", noIndex, malformed(fmt.Errorf("%d bytes for %d messages of %d each", len(messages), len(dst), size)))
	}
	sha256mb.SumLanes(dst, messages, size)
	return nil
}
