package sdr

import (
	"encoding/binary"

	"github.com/depinproof/depinproof/internal/sha256mb"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// MostSectors is the number of sectors whose labels are computed side by side.
const MostSectors = sha256mb.Lanes

// The message of a label: a block with the replica ID, a ring of the labels of the parents,
// two to a block, and the first half of the block of the ring that is next.
const (
	baseRing    = shape.BaseParents / 2
	fullRing    = (shape.BaseParents + shape.ExpanderParents) / 2
	labelBlocks = LabelParents / 2
	labelMask   = 0x3f // of the last byte
)

// window is the number of nodes whose messages are known at a time. While the labels of the
// first are computed, the parents of the last are asked for, and memory answers before its
// turn comes.
const window = 4

// Labeler computes labels. It is memory to work with, for one goroutine at a time; the
// zero value is ready.
type Labeler struct {
	cycles sha256mb.Cycles
	tails  [window][MostSectors][32]byte // the halves behind the replica IDs
	ids    [MostSectors][32]byte
	labels [shape.BaseParents + shape.ExpanderParents][MostSectors][32]byte
	out    [MostSectors][32]byte
	at     [MostSectors]int
}

// tail writes what is behind the replica ID.
func tail(dst *[32]byte, layer uint32, node uint64) {
	binary.BigEndian.PutUint32(dst[:], layer)
	binary.BigEndian.PutUint64(dst[4:], node)
}

// wrap sets the last half of a message, which is the parent that is next in the ring.
func wrap(m *sha256mb.Cycle, count int) {
	m[sha256mb.CycleLast] = m[sha256mb.CycleRing+(LabelParents-1)%count]
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
// computed together, while the labels of parents that nodes to come have are fetched. It
// panics with more sectors than MostSectors, and if a parent is no node of the layers. It
// does not allocate.
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
	count := len(Parents{})
	if layer.Number == 1 {
		count = shape.BaseParents
	}
	var messages [window]sha256mb.Cycle // not in l: pointers on the stack are cheaper to set
	for i := range min(window, len(parents)) {
		l.message(&messages[i], layer, i, uint64(first), &parents[i], count)
	}
	for i := range parents {
		m, ahead := &messages[i%window], &messages[(i+window-1)%window]
		labels := layer.Labels[(int(first)+i)*n:][:n]
		l.cycles.Sum(labels, m, ahead, count/2, labelBlocks)
		for j := range labels {
			labels[j][31] &= labelMask
		}
		if next := i + window; next < len(parents) {
			l.message(m, layer, next, uint64(first), &parents[next], count)
		}
	}
}

// message sets m to the messages of node first+i.
func (l *Labeler) message(m *sha256mb.Cycle, layer *Layer, i int, first uint64, parents *Parents, count int) {
	n, tails := len(layer.ReplicaIDs), &l.tails[i%window]
	for j := range n {
		tail(&tails[j], layer.Number, first+uint64(i))
	}
	m[0], m[1] = &layer.ReplicaIDs[0], &tails[0]
	for k, parent := range parents[:count] {
		labels := layer.Below
		if k < shape.BaseParents {
			labels = layer.Labels
		}
		m[sha256mb.CycleRing+k] = &labels[int(parent)*n:][:n][0]
	}
	wrap(m, count)
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
		m := sha256mb.Cycle{&l.ids[0], &l.tails[0][0]}
		for k := range count {
			m[sha256mb.CycleRing+k] = &l.labels[k][0]
		}
		wrap(&m, count)
		n := 0
		for i := range inputs {
			in := &inputs[i]
			if len(in.Parents) == count {
				l.ids[n] = *in.ReplicaID
				tail(&l.tails[0][n], in.Layer, in.Node)
				for k := range in.Parents {
					l.labels[k][n] = in.Parents[k]
				}
				l.at[n] = i
				n++
			}
			if n == MostSectors || n > 0 && i == len(inputs)-1 {
				l.cycles.Sum(l.out[:n], &m, &m, count/2, labelBlocks)
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
