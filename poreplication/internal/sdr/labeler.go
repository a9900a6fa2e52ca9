package sdr

import (
	"encoding/binary"

	"github.com/depinproof/depinproof/internal/sha256mb"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// MostSectors is the number of sectors whose labels are computed side by side.
const MostSectors = sha256mb.Lanes

// The message of a label: a header of one block and then a ring of the labels of the
// parents, two to a block.
const (
	messageSize = 64 + 32*LabelParents
	baseRing    = shape.BaseParents / 2
	fullRing    = (shape.BaseParents + shape.ExpanderParents) / 2
	labelMask   = 0x3f // of the last byte
)

// Labeler computes labels. It is memory to work with, for one goroutine at a time; the
// zero value is ready.
type Labeler struct {
	cycles sha256mb.Cycles
	out    [MostSectors][32]byte
	at     [MostSectors]int
}

// header writes the first block of a message.
func header(m *[64 * (1 + sha256mb.MostRing)]byte, replicaID *[32]byte, layer uint32, node uint64) {
	copy(m[:], replicaID[:])
	binary.BigEndian.PutUint32(m[32:], layer)
	binary.BigEndian.PutUint64(m[36:], node)
	clear(m[44:64])
}

// A Layer is the same layer of sectors that are sealed side by side, at most MostSectors.
// The label of a node of sector i is at node·len(ReplicaIDs) + i, so that the labels of
// a parent are next to each other.
type Layer struct {
	ReplicaIDs [][32]byte
	Number     uint32     // from 1
	Below      [][32]byte // labels of the layer before, of no use in layer 1
	Labels     [][32]byte
}

// Extend computes the labels of the nodes from first on, whose parents are given, as
// [Graph.DecodeParents] checks them. The labels of the nodes before are there.
//
// The labels of a sector's layer are a chain; those of a node in several sectors are
// computed together. What the chain does not wait for is fetched ahead for several nodes,
// so that misses of caches overlap. It panics with more sectors than MostSectors, and does
// not allocate.
func (l *Labeler) Extend(layer *Layer, first uint32, parents []Parents) {
	n := len(layer.ReplicaIDs)
	if n == 0 {
		return
	}
	if n > MostSectors {
		panic("sdr: too many sectors side by side")
	}
	if first == 0 && len(parents) > 0 {
		for i := range n {
			Label(&layer.Labels[i], &layer.ReplicaIDs[i], layer.Number, 0, nil)
		}
		first, parents = 1, parents[1:]
	}
	ring, count := fullRing, len(Parents{})
	if layer.Number == 1 {
		ring, count = baseRing, shape.BaseParents
	}
	for len(parents) > 0 {
		nodes := min(MostSectors/n, len(parents))
		for i := range nodes {
			for j := range n {
				header(l.cycles.Message(i*n+j), &layer.ReplicaIDs[j], layer.Number, uint64(first)+uint64(i))
			}
			for k, parent := range parents[i][:count] {
				switch {
				case k >= shape.BaseParents:
					l.parent(i*n, k, layer.Below[int(parent)*n:][:n])
				case parent < first:
					l.parent(i*n, k, layer.Labels[int(parent)*n:][:n])
				}
			}
		}
		for i := range nodes {
			for k, parent := range parents[i][:shape.BaseParents] {
				if parent >= first {
					l.parent(i*n, k, layer.Labels[int(parent)*n:][:n])
				}
			}
			labels := layer.Labels[(int(first)+i)*n:][:n]
			l.cycles.Sum(labels, i*n, ring, messageSize)
			for j := range labels {
				labels[j][31] &= labelMask
			}
		}
		first, parents = first+uint32(nodes), parents[nodes:]
	}
}

// parent writes the labels of parent k to the messages from first on.
func (l *Labeler) parent(first, k int, labels [][32]byte) {
	for j := range labels {
		*(*[32]byte)(l.cycles.Message(first + j)[64+32*k:]) = labels[j]
	}
}

// An Input is what a label is made of.
type Input struct {
	ReplicaID *[32]byte
	Layer     uint32
	Node      uint64
	Parents   [][32]byte // labels: of 6 parents or 14, none for node 0
}

// Labels sets dst[i] to the label of inputs[i], as [Label] does, sixteen at a time; the
// slices have one length.
func (l *Labeler) Labels(dst [][32]byte, inputs []Input) {
	for _, count := range [...]int{shape.BaseParents, shape.BaseParents + shape.ExpanderParents} {
		n := 0
		for i := range inputs {
			in := &inputs[i]
			if len(in.Parents) == count {
				m := l.cycles.Message(n)
				header(m, in.ReplicaID, in.Layer, in.Node)
				for k := range in.Parents {
					*(*[32]byte)(m[64+32*k:]) = in.Parents[k]
				}
				l.at[n] = i
				n++
			}
			if n == MostSectors || n > 0 && i == len(inputs)-1 {
				l.cycles.Sum(l.out[:n], 0, count/2, messageSize)
				for k, at := range l.at[:n] {
					dst[at] = l.out[k]
					dst[at][31] &= labelMask
				}
				n = 0
			}
		}
	}
	for i := range inputs {
		switch in := &inputs[i]; len(in.Parents) {
		case shape.BaseParents, shape.BaseParents + shape.ExpanderParents:
		default:
			Label(&dst[i], in.ReplicaID, in.Layer, in.Node, in.Parents)
		}
	}
}
