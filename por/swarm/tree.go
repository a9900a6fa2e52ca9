package swarm

import (
	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// Tree is the tree of a chunk. It is immutable.
//
// It is what makes and proves addresses, of which prefix and span are part. The engine's
// [por.SwarmBMT] knows neither; it is for what is about the root of an address without
// prefix, such as multiproofs and ranges of segments.
type Tree struct {
	span    uint64
	address por.Node
	nodes   [2 * Segments]por.Node // children of node i are 2i and 2i + 1, the root is 1
}

// NewTree makes the tree of a chunk, with a prefix that may be empty that of its
// transformed address. The span of a chunk that holds data is the length of its payload.
//
// It fails with ErrLimit above [ChunkSize] and [MaxPrefixBytes].
func NewTree(prefix, payload []byte, span uint64) (*Tree, error) {
	t := new(Tree)
	if err := t.fill(prefix, payload, span); err != nil {
		return nil, fail("swarm.NewTree", noIndex, err)
	}
	return t, nil
}

// Address returns the address of a chunk, with a prefix its transformed address. It fails
// as [NewTree] does. It does not allocate unless it fails.
func Address(prefix, payload []byte, span uint64) (por.Node, error) {
	var t Tree
	if err := t.fill(prefix, payload, span); err != nil {
		return por.Node{}, fail("swarm.Address", noIndex, err)
	}
	return t.address, nil
}

func (t *Tree) fill(prefix, payload []byte, span uint64) error {
	if len(payload) > ChunkSize {
		return limit("bytes of payload", len(payload), ChunkSize)
	}
	if len(prefix) > MaxPrefixBytes {
		return limit("bytes of prefix", len(prefix), MaxPrefixBytes)
	}
	for i := Segments; len(payload) > 0; i++ {
		payload = payload[copy(t.nodes[i][:], payload):]
	}
	for n := Segments / 2; n > 0; n /= 2 {
		keccak.HashPairs(t.nodes[n:2*n], t.nodes[2*n:4*n], prefix, false)
	}
	t.span, t.address = span, hashSpan(prefix, span, &t.nodes[1])
	return nil
}

// Root returns the root of the 128 segments, which the address is made of with the span.
// Without a prefix it is the root of [por.SwarmBMT].
func (t *Tree) Root() por.Node { return t.nodes[1] }

// Address returns the address, or the transformed address if the tree has a prefix.
func (t *Tree) Address() por.Node { return t.address }

// Span returns the span.
func (t *Tree) Span() uint64 { return t.span }

// Segment returns the segment at an index. It panics unless index < [Segments].
func (t *Tree) Segment(index uint64) por.Node { return t.nodes[Segments:][index] }

// Path returns the siblings of the segment at an index. It fails with ErrMalformed unless
// index < [Segments].
func (t *Tree) Path(index uint64) ([]por.Node, error) {
	if index >= Segments {
		return nil, fail("swarm.Tree.Path", noIndex, malformed(&por.IndexRangeError{Index: index, Size: Segments}))
	}
	path := make([]por.Node, 0, Depth)
	for node := Segments + index; node > 1; node /= 2 {
		path = append(path, t.nodes[node^1])
	}
	return path, nil
}
