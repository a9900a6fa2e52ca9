package sdr

import (
	"crypto/sha256"
	"encoding/binary"
)

// LabelParents is the number of labels of parents that a label hashes: those of all
// parents, over and over.
const LabelParents = 37

// Label sets dst to the label of a node in a layer, 1 <= layer, given the labels of its
// parents in the order of the graph: of its six base parents in layer 1, and above of
// those and its eight expander parents in the layer below. Without parents it is the
// label that node 0 has.
//
// It is SHA-256 of the replica ID, the layer (4 bytes) and the node (8 bytes, both
// big-endian), zeros up to 64 bytes, and 37 labels; its top two bits are cleared, which
// makes it a field element. It is the twin of what [Labeler] does.
func Label(dst, replicaID *[32]byte, layer uint32, node uint64, parents [][32]byte) {
	var m [64 + 32*LabelParents]byte
	copy(m[:], replicaID[:])
	binary.BigEndian.PutUint32(m[32:], layer)
	binary.BigEndian.PutUint64(m[36:], node)
	n := 64
	for i := 0; i < LabelParents && len(parents) > 0; i++ {
		n += copy(m[n:], parents[i%len(parents)][:])
	}
	*dst = sha256.Sum256(m[:n])
	dst[31] &= 0x3f
}
