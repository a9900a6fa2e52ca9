package arweave

import (
	"bufio"
	"crypto/sha256"
	"io"

	"github.com/depinproof/depinproof/por"
)

// MinChunkSize is the smallest size of the last of several chunks, unless that has none.
const MinChunkSize = 32 << 10

// MaxChunks is the limit on the leaves of a [Tree].
const MaxChunks = 1 << 24

// Tree is a tree over the chunks of data or over the transactions of a block. It is
// immutable.
type Tree struct {
	chunks []Chunk
	levels [][]subtree // from the leaves on; the last has the root alone
}

type subtree struct {
	id  por.Node
	end uint64
}

// NewTree splits what r gives as arweave-js does and makes the tree of the chunks: all of
// them have [ChunkSize], but that the last two share what remains equally (the first gets
// the odd byte) if the last would have less than [MinChunkSize] and more than nothing. If
// the size is a multiple of [ChunkSize], or 0, there is a last leaf without bytes, of which
// nothing can be proven.
//
// Of the data, little more than a chunk is in memory at a time, and about 130 bytes stay
// of each. An error of r is passed on as it is; above [MaxChunks] it fails with ErrLimit.
func NewTree(r io.Reader) (*Tree, error) {
	const op = "arweave.NewTree"
	b := bufio.NewReaderSize(r, ChunkSize+MinChunkSize)
	var chunks []Chunk
	end := uint64(0)
	cut := func(data []byte) {
		n := uint64(len(data))
		chunks = append(chunks, Chunk{end, end + n, sha256.Sum256(data)})
		end += n
	}
	var rest []byte // of less than ChunkSize + MinChunkSize
	for {
		ahead, err := b.Peek(ChunkSize + MinChunkSize)
		if err == io.EOF {
			rest = ahead
			break
		}
		if err != nil {
			return nil, err
		}
		if len(chunks) == MaxChunks {
			return nil, fail(op, limit("chunks", MaxChunks+1, MaxChunks))
		}
		cut(ahead[:ChunkSize])
		b.Discard(ChunkSize) // of what Peek has shown to be there
	}
	switch {
	case len(rest) > ChunkSize:
		half := (len(rest) + 1) / 2
		cut(rest[:half])
		rest = rest[half:]
	case len(rest) == ChunkSize:
		cut(rest)
		rest = nil
	}
	cut(rest)
	return treeOf(op, chunks)
}

// TreeOf makes the tree of leaves as they are, for example of the data roots of a block.
//
// It fails with ErrMalformed if there is none, if one does not begin where the one before
// ends, the first at 0, or ends before it begins ([por.RangeError]), and with ErrLimit
// above [MaxChunks].
func TreeOf(leaves []Chunk) (*Tree, error) {
	const op = "arweave.TreeOf"
	end := uint64(0)
	for _, c := range leaves {
		if c.Start != end || c.End < c.Start || c.End > MaxDataSize {
			return nil, fail(op, malformed(&por.RangeError{Start: c.Start, End: c.End, Size: MaxDataSize}))
		}
		end = c.End
	}
	return treeOf(op, append([]Chunk(nil), leaves...))
}

// treeOf makes the tree of chunks, which it keeps.
func treeOf(op string, chunks []Chunk) (*Tree, error) {
	if len(chunks) == 0 {
		return nil, fail(op, malformed(&por.RangeError{}))
	}
	if len(chunks) > MaxChunks {
		return nil, fail(op, limit("chunks", uint64(len(chunks)), MaxChunks))
	}
	level := make([]subtree, len(chunks))
	var note [noteSize]byte
	for i := range chunks {
		putNote(&note, chunks[i].End)
		level[i] = subtree{leafID(&chunks[i].Hash, &note), chunks[i].End}
	}
	t := &Tree{chunks, [][]subtree{level}}
	for len(level) > 1 {
		above := make([]subtree, (len(level)+1)/2)
		for i := range above {
			if 2*i+1 == len(level) { // without a pair it stays as it is
				above[i] = level[2*i]
				break
			}
			left, right := &level[2*i], &level[2*i+1]
			putNote(&note, left.end)
			above[i] = subtree{branchID(&left.id, &right.id, &note), right.end}
		}
		level = above
		t.levels = append(t.levels, level)
	}
	return t, nil
}

// Root returns the data root or tx root.
func (t *Tree) Root() por.Node { return t.levels[len(t.levels)-1][0].id }

// DataSize returns where the last leaf ends, in bytes.
func (t *Tree) DataSize() uint64 { return t.chunks[len(t.chunks)-1].End }

// Size is the number of leaves, with a last one that has no bytes.
func (t *Tree) Size() uint64 { return uint64(len(t.chunks)) }

// Chunk returns the leaf at index. It panics unless index < Size.
func (t *Tree) Chunk(index uint64) Chunk { return t.chunks[index] }

// Path returns the path of the leaf at index. It fails with ErrMalformed unless
// index < Size ([por.IndexRangeError]).
func (t *Tree) Path(index uint64) ([]byte, error) {
	if index >= t.Size() {
		return nil, fail("arweave.Tree.Path", malformed(&por.IndexRangeError{Index: index, Size: t.Size()}))
	}
	var path []byte
	var note [noteSize]byte
	for height := len(t.levels) - 2; height >= 0; height-- {
		level, left := t.levels[height], int(index>>height&^1)
		if left+1 == len(level) {
			continue
		}
		putNote(&note, level[left].end)
		path = append(path, level[left].id[:]...)
		path = append(path, level[left+1].id[:]...)
		path = append(path, note[:]...)
	}
	putNote(&note, t.chunks[index].End)
	path = append(path, t.chunks[index].Hash[:]...)
	return append(path, note[:]...), nil
}
