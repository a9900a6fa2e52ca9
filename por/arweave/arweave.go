// Package arweave verifies and makes the Merkle paths of Arweave: that a chunk is in the
// data of a transaction (data path, below the data root), and that a data root is in the
// transactions of a block (tx path, below the tx root).
//
// # Paths
//
// Hash is SHA-256, a note is an offset as 32 bytes, big-endian.
//
//	leaf    Hash(Hash(data) | Hash(note))              data: hash of the chunk, or data root
//	                                                   note: where it ends
//	branch  Hash(Hash(left) | Hash(right) | Hash(note)) note: where the left subtree ends
//
// A path has left | right | note of every branch from the root on and data | note of the
// leaf: 96 bytes a branch and 64. Under the rules of [OffsetRebase] 32 zero bytes before a
// branch mark that offsets begin at 0 again in the subtree the path goes on to. Markers
// are not hashed: the same root may have paths with and without.
//
// # What a path says
//
// The offset says which way the path goes, the size of the data bounds its last chunk. Of
// neither does the root say anything: who verifies takes the size from the transaction or
// from the tx path. Any offset of a chunk gives the same answer, and one at or beyond the
// size is taken for the last byte, as upstream does.
//
// Notes above 64 bits are hashed as they are and compared as the numbers they are.
//
// The verdicts are those of ar_merkle:validate_path of the node, whose four rulesets are
// those of [Ruleset]; sizes above [MaxDataSize] and paths above the limits of a block are
// refused. A node that is offered a chunk refuses, besides, paths from which markers can
// be left out; blocks with such paths are valid, and so they are here.
//
// Source: ar_merkle.erl, ar_poa.erl and ar_tx.erl of ArweaveTeam/arweave at 50e47de6, and
// merkle.ts of arweave-js 1.15.7.
package arweave

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"

	"github.com/depinproof/depinproof/por"
)

const (
	// ChunkSize is the largest size of a chunk, and that of all but the last two
	// chunks of data.
	ChunkSize = 256 << 10

	// MaxDataPathBytes and MaxTxPathBytes are the limits on paths in a block: 2730
	// branches with a marker each, and room for 22 branches.
	MaxDataPathBytes = 349504
	MaxTxPathBytes   = 2176

	// MaxDataSize is the limit on the size of data, in bytes; sums of offsets below it
	// do not overflow.
	MaxDataSize uint64 = 1 << 62
)

const (
	noteSize   = 32
	leafSize   = 32 + noteSize
	branchSize = 2*32 + noteSize
)

var marker [32]byte

// Ruleset is what, besides hashes, makes a data path valid. It depends on where in the
// weave the block begins, see [RulesetAt]. The zero value is none.
type Ruleset int

const (
	// Basic asks for the hashes alone. It is the one for tx paths.
	Basic Ruleset = iota + 1

	// StrictBorders asks that chunks do not exceed [ChunkSize].
	StrictBorders

	// StrictDataSplit asks, besides, that chunks of [ChunkSize] lie at multiples of
	// it and that every chunk has bytes in a bucket of [ChunkSize] of its own.
	StrictDataSplit

	// OffsetRebase asks that chunks begin at multiples of [ChunkSize] but for the
	// rightmost of a subtree, which may reach into a bucket of its own; and it allows
	// subtrees with offsets of their own.
	OffsetRebase
)

// String returns the name of r.
func (r Ruleset) String() string {
	switch r {
	case Basic:
		return "basic"
	case StrictBorders:
		return "strict borders"
	case StrictDataSplit:
		return "strict data split"
	case OffsetRebase:
		return "offset rebase"
	}
	return "unknown"
}

// The offsets in the weave of the main network at which the rules of blocks change.
const (
	StrictDataSplitThreshold uint64 = 30_607_159_107_830
	OffsetRebaseThreshold    uint64 = 151_066_495_197_430
)

// RulesetAt returns the rules for data paths in a block of the main network that begins at
// an offset in the weave.
func RulesetAt(blockStart uint64) Ruleset {
	switch {
	case blockStart >= OffsetRebaseThreshold:
		return OffsetRebase
	case blockStart >= StrictDataSplitThreshold:
		return StrictDataSplit
	}
	return StrictBorders
}

// Chunk is what the leaf of a path is about: the bytes [Start, End) of the data, or of the
// block, and their hash, or the data root of their transaction.
type Chunk struct {
	Start, End uint64
	Hash       por.Node
}

// VerifyDataPath verifies the path of the chunk at an offset in the data of a transaction
// and returns the chunk.
//
// It fails with ErrLimit above [MaxDataPathBytes] and [MaxDataSize], with ErrMalformed if
// no path has that length ([PathSizeError]) or there are no data ([por.IndexRangeError]),
// with ErrUnsupported if the rules are not known, and with ErrInvalidProof if a node or
// the place of the chunk is wrong ([NodeError], [BorderError]). It does not allocate if
// the path holds.
func VerifyDataPath(dataRoot *por.Node, offset, dataSize uint64, path []byte, rules Ruleset) (Chunk, error) {
	const op = "arweave.VerifyDataPath"
	l, err := findLeaf(dataRoot, offset, dataSize, path, rules)
	if err != nil {
		return Chunk{}, fail(op, err)
	}
	return l.chunk(), nil
}

// VerifyChunk verifies a chunk at an offset in the data of a transaction: its path, see
// [VerifyDataPath], its length and its hash.
//
// It fails as [VerifyDataPath] does and with ErrInvalidProof if the chunk is not the one
// that was proven ([ChunkError]) or the path gives the chunk no bytes ([BorderError]).
// Blocks with such paths are valid, but no node takes the chunk.
func VerifyChunk(dataRoot *por.Node, offset, dataSize uint64, path []byte, rules Ruleset, chunk []byte) (Chunk, error) {
	const op = "arweave.VerifyChunk"
	l, err := findLeaf(dataRoot, offset, dataSize, path, rules)
	if err != nil {
		return Chunk{}, fail(op, err)
	}
	if l.end <= l.left {
		return Chunk{}, fail(op, invalid(&BorderError{rules, l.shift + l.left, l.shift + l.end}))
	}
	c := l.chunk()
	size, hash := uint64(len(chunk)), por.Node{}
	if size == c.End-c.Start {
		hash = sha256.Sum256(chunk)
	}
	if size != c.End-c.Start || hash != c.Hash {
		return Chunk{}, fail(op, invalid(&ChunkError{size, c.End - c.Start, hash, c.Hash}))
	}
	return c, nil
}

// VerifyTxPath verifies the path of the transaction at an offset in a block and returns
// where its data lie and, as the hash, their data root. Offset and size are counted from
// the start of the block.
//
// It fails as [VerifyDataPath] does under the rules of [Basic], and with ErrLimit above
// [MaxTxPathBytes].
func VerifyTxPath(txRoot *por.Node, offset, blockSize uint64, path []byte) (Chunk, error) {
	const op = "arweave.VerifyTxPath"
	if len(path) > MaxTxPathBytes {
		return Chunk{}, fail(op, limit("bytes", uint64(len(path)), MaxTxPathBytes))
	}
	l, err := findLeaf(txRoot, offset, blockSize, path, Basic)
	if err != nil {
		return Chunk{}, fail(op, err)
	}
	return l.chunk(), nil
}

// leaf is the leaf at the end of a path. Its subtree begins at shift in the data, and it
// lies within [left, right) of the subtree.
type leaf struct {
	data               por.Node
	end                uint64 // its note; any above 64 bits are 2⁶⁴ - 1
	shift, left, right uint64
}

func (l *leaf) chunk() Chunk {
	return Chunk{l.shift + l.left, l.shift + max(min(l.right, l.end), l.left+1), l.data}
}

// turn is what the turns of a path within a subtree have been so far.
type turn int

const (
	noTurn turn = iota
	rightOnly
	someLeft
)

// findLeaf follows path from the root down. At each node left <= offset < right, and
// right <= dataSize - shift, so that sums and differences of these do not overflow and it
// makes no difference how far a note is above right.
func findLeaf(root *por.Node, offset, dataSize uint64, path []byte, rules Ruleset) (leaf, error) {
	if len(path) > MaxDataPathBytes {
		return leaf{}, limit("bytes", uint64(len(path)), MaxDataPathBytes)
	}
	if rules < Basic || rules > OffsetRebase {
		return leaf{}, unsupported("ruleset %d", int(rules))
	}
	unit := branchSize
	if rules == OffsetRebase {
		unit = len(marker)
	}
	if len(path) < leafSize || (len(path)-leafSize)%unit != 0 {
		return leaf{}, malformed(&PathSizeError{len(path)})
	}
	if dataSize == 0 {
		return leaf{}, malformed(&por.IndexRangeError{Index: offset, Size: 0})
	}
	if dataSize > MaxDataSize {
		return leaf{}, limit("bytes of data", dataSize, MaxDataSize)
	}

	offset = min(offset, dataSize-1)
	l, turns := leaf{right: dataSize}, noTurn
	id, depth := *root, 0
	for ; len(path) != leafSize; depth++ {
		rebase := rules == OffsetRebase && bytes.HasPrefix(path, marker[:])
		if rebase {
			path = path[len(marker):]
		}
		if len(path) < branchSize {
			return leaf{}, malformed(&PathSizeError{len(path)})
		}
		left, right, note := (*por.Node)(path), (*por.Node)(path[32:]), (*[noteSize]byte)(path[64:])
		path = path[branchSize:]
		if got := branchID(left, right, note); got != id {
			return leaf{}, invalid(&NodeError{depth, id, got})
		}
		middle := noteValue(note)
		if offset < middle {
			id, turns = *left, someLeft
			l.right = min(l.right, middle)
		} else {
			id = *right
			if turns == noTurn {
				turns = rightOnly
			}
			l.left = max(l.left, middle)
		}
		if rebase {
			turns = noTurn
			offset -= l.left
			l.shift += l.left
			l.left, l.right = 0, l.right-l.left
		}
	}
	note := (*[noteSize]byte)(path[32:])
	l.data, l.end = por.Node(path), noteValue(note)
	if got := leafID(&l.data, note); got != id {
		return leaf{}, invalid(&NodeError{depth, id, got})
	}
	if !l.allowed(dataSize, turns, rules) {
		return leaf{}, invalid(&BorderError{rules, l.shift + l.left, l.chunk().End})
	}
	return l, nil
}

// allowed tells whether a leaf lies where the rules let it lie.
func (l *leaf) allowed(dataSize uint64, turns turn, rules Ruleset) bool {
	if rules == Basic {
		return true
	}
	if l.right-l.left > ChunkSize || l.end > l.left+ChunkSize {
		return false
	}
	start, end := l.shift+l.left, l.shift+l.end
	switch rules {
	case StrictDataSplit: // offsets are not shifted
		switch {
		case end == start+ChunkSize:
			return start%ChunkSize == 0
		case end == dataSize:
			return l.right%ChunkSize > 0 && start <= l.right-l.right%ChunkSize
		}
		return start%ChunkSize == 0 && ChunkSize < dataSize-start && dataSize-start < 2*ChunkSize
	case OffsetRebase:
		lastOfTwo := start/ChunkSize+1 == end/ChunkSize && end%ChunkSize != 0
		return start%ChunkSize == 0 || turns == rightOnly && lastOfTwo
	}
	return true
}

func leafID(data *por.Node, note *[noteSize]byte) por.Node {
	var b [2 * 32]byte
	putHash(b[0:], data)
	putHash(b[32:], note)
	return sha256.Sum256(b[:])
}

func branchID(left, right *por.Node, note *[noteSize]byte) por.Node {
	var b [3 * 32]byte
	putHash(b[0:], left)
	putHash(b[32:], right)
	putHash(b[64:], note)
	return sha256.Sum256(b[:])
}

func putHash(dst []byte, data *[32]byte) {
	h := sha256.Sum256(data[:])
	copy(dst, h[:])
}

// noteValue returns the number a note is, or 2⁶⁴ - 1 if it is above.
func noteValue(note *[noteSize]byte) uint64 {
	if !bytes.Equal(note[:noteSize-8], marker[:noteSize-8]) {
		return math.MaxUint64
	}
	return binary.BigEndian.Uint64(note[noteSize-8:])
}

func putNote(note *[noteSize]byte, offset uint64) {
	*note = [noteSize]byte{}
	binary.BigEndian.PutUint64(note[noteSize-8:], offset)
}
