package sdr

import (
	"encoding/binary"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Parents are the parents of a node: base parents, of its own layer, and then expander
// parents, of the layer before.
type Parents [shape.BaseParents + shape.ExpanderParents]uint32

// ParentsSize is the number of bytes that the parents of a node take in a cache of
// parents.
const ParentsSize = 4 * len(Parents{})

// Parents sets dst to the parents of the nodes from first on, all of which are nodes of
// the graph.
func (g *Graph) Parents(dst []Parents, first uint32) {
	const atOnce = passSize / shape.ExpanderParents
	var nodes [atOnce]uint32
	var expander [atOnce][shape.ExpanderParents]uint32
	for len(dst) > 0 {
		n := min(len(dst), atOnce)
		for i := range n {
			nodes[i] = first + uint32(i)
		}
		g.ExpanderParents(expander[:n], nodes[:n])
		for i := range n {
			p := &dst[i]
			g.BaseParents((*[shape.BaseParents]uint32)(p[:shape.BaseParents]), nodes[i])
			copy(p[shape.BaseParents:], expander[i][:])
		}
		dst, first = dst[n:], first+uint32(n)
	}
}

// EncodeParents sets dst to parents as a cache of parents has them, the parents of each
// node as 14 little-endian 32-bit numbers; len(dst) = ParentsSize·len(parents).
func EncodeParents(dst []byte, parents []Parents) {
	for i := range parents {
		for j, p := range parents[i] {
			binary.LittleEndian.PutUint32(dst[i*ParentsSize+4*j:], p)
		}
	}
}

// DecodeParents sets parents to those of the nodes from first on as a cache has them, and
// reports whether labels can be computed of them: base parents come before their node, and
// no parent is outside the graph. They need not be those of the graph.
func (g *Graph) DecodeParents(parents []Parents, src []byte, first uint32) bool {
	ok := true
	for i := range parents {
		node := first + uint32(i)
		for j := range parents[i] {
			p := binary.LittleEndian.Uint32(src[i*ParentsSize+4*j:])
			parents[i][j] = p
			if j < shape.BaseParents {
				ok = ok && p < max(node, 1)
			} else {
				ok = ok && uint64(p) < g.nodes
			}
		}
	}
	return ok
}
