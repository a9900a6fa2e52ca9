// Package sdr is the graph of stacked depth-robust replication: the parents of
// every node, which are pseudo-random functions of the porep ID.
//
// Source: storage-proofs-core drgraph and storage-proofs-porep stacked graph,
// 19.1.0; Fisch, "Tight proofs of space and replication" (eprint 2018/702).
package sdr

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Graph is the graph of one sector. It is immutable.
type Graph struct {
	nodes    uint64 // a power of two, 64 ≤ nodes ≤ 2^31
	drgSeed  [28]byte
	feistel  feistel
	original bool // the behaviour of version 1.0.0
}

// New returns the graph over nodes nodes, a power of two from 64 to 2^31, for a
// porep ID. original selects version 1.0.0 of the proofs, which lists the
// predecessor last and computes expander parents modulo 2^32.
func New(nodes uint64, porepID *[32]byte, original bool) *Graph {
	g := &Graph{nodes: nodes, original: original}
	drg := domainSeed("Filecoin_DRSample", porepID)
	copy(g.drgSeed[:], drg[:])
	g.feistel.init(nodes*shape.ExpanderParents, domainSeed("Filecoin_Feistel", porepID))
	return g
}

func domainSeed(tag string, porepID *[32]byte) [32]byte {
	return sha256.Sum256(append([]byte(tag), porepID[:]...))
}

// BaseParents sets p to the parents of node in its own layer, node < nodes.
// Nodes 0 and 1 have only node 0.
func (g *Graph) BaseParents(p *[shape.BaseParents]uint32, node uint32) {
	if node <= 1 {
		*p = [shape.BaseParents]uint32{}
		return
	}
	var key [32]byte
	copy(key[:], g.drgSeed[:])
	binary.LittleEndian.PutUint32(key[28:], node)
	random := newGenerator(key)

	sampled := p[1:]
	if g.original {
		sampled = p[:shape.BaseParents-1]
		p[shape.BaseParents-1] = node - 1
	} else {
		p[0] = node - 1
	}
	// Every node stands for m nodes of a finer graph; a parent's distance there
	// is uniform within a bucket, and buckets double in size.
	const m = shape.BaseParents - 1
	meta := uint64(node) * m
	buckets := uint64(bits.Len64(meta - 1)) // ⌈log₂ meta⌉, meta ≥ 10
	for i := range sampled {
		bucket := random.uint64()%buckets + 1
		largest := min(meta, 1<<bucket)
		smallest := max(2, largest>>1)
		distance := smallest + random.uint64()%(largest-smallest+1)
		parent := uint32((meta - distance) / m) // distance ≤ meta
		if parent == node {                     // distance < m can not leave the node
			parent--
		}
		sampled[i] = parent
	}
}

// ExpanderParents sets dst[i] to the parents of nodes[i] in the layer before,
// nodes[i] < nodes of the graph; len(dst) ≥ len(nodes).
func (g *Graph) ExpanderParents(dst [][shape.ExpanderParents]uint32, nodes []uint32) {
	var values [passSize]uint64
	const atOnce = passSize / shape.ExpanderParents
	for len(nodes) > 0 {
		n := min(len(nodes), atOnce)
		for i, node := range nodes[:n] {
			for k := range shape.ExpanderParents {
				values[i*shape.ExpanderParents+k] = uint64(node)*shape.ExpanderParents + uint64(k)
			}
		}
		g.feistel.permuteAll(values[:n*shape.ExpanderParents])
		for i := range n {
			for k := range shape.ExpanderParents {
				y := values[i*shape.ExpanderParents+k]
				if g.original {
					y = uint64(uint32(y))
				}
				dst[i][k] = uint32(y / shape.ExpanderParents)
			}
		}
		nodes, dst = nodes[n:], dst[n:]
	}
}
