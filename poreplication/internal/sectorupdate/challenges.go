package sectorupdate

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/depinproof/depinproof/poseidon"
)

// hasher returns the Poseidon hash that challenges and factors come from.
var hasher = sync.OnceValues(func() (*poseidon.Hasher, error) {
	return poseidon.NewWith(poseidon.Config{Arity: 2, Domain: poseidon.Custom(1)})
})

// digestBits is the number of low bits of a field element that challenges are taken
// from: one less than the modulus has.
const digestBits = 254

// Challenges sets dst to the challenges of a partition, in order; len(dst) is their
// number. They are nodes of the partition's part of the sector: the low bits are taken,
// as many challenges as fit, from each hash of the new CommR and a number, and the
// partition stands above them.
func (s *Statement) Challenges(dst []uint32, partition int) error {
	h, err := hasher()
	if err != nil {
		return err
	}
	width := bits.Len64(s.Shape.Nodes/uint64(s.Shape.UpdatePartitions())) - 1
	perDigest := digestBits / width
	digests := (len(dst) + perDigest - 1) / perDigest

	src := make([][32]byte, 2*digests)
	out := make([][32]byte, digests)
	for i := range out {
		src[2*i] = s.CommRNew
		src[2*i+1] = number(uint64(partition*digests + i))
	}
	if err := h.HashNodes(out, src); err != nil {
		return err
	}
	for i := range dst {
		dst[i] = uint32(partition)<<width | bitsAt(&out[i/perDigest], i%perDigest*width, width)
	}
	return nil
}

// Phi returns what all factors are made of: the hash of the new CommD and the old CommR.
func (s *Statement) Phi() (phi [32]byte, err error) {
	h, err := hasher()
	if err != nil {
		return phi, err
	}
	err = h.Hash(&phi, [][32]byte{s.CommDNew, s.CommROld})
	return phi, err
}

// Factors sets dst[i] to the factor that the new data in node nodes[i] is encoded with:
// a hash of phi and of the node's high bits.
func (s *Statement) Factors(dst [][32]byte, nodes []uint32) error {
	h, err := hasher()
	if err != nil {
		return err
	}
	phi, err := s.Phi()
	if err != nil {
		return err
	}
	low := bits.Len64(s.Shape.Nodes) - 1 - int(s.Shape.UpdateBits())
	src := make([][32]byte, 2*len(nodes))
	for i, node := range nodes {
		src[2*i] = phi
		src[2*i+1] = number(uint64(node >> low))
	}
	return h.HashNodes(dst, src)
}

// number returns a small number as a field element.
func number(x uint64) (e [32]byte) {
	binary.LittleEndian.PutUint64(e[:], x)
	return e
}

// bitsAt returns width ≤ 31 bits of a little-endian integer from a position on.
func bitsAt(e *[32]byte, from, width int) uint32 {
	var word [8]byte
	copy(word[:], e[from/8:])
	return uint32(binary.LittleEndian.Uint64(word[:])>>(from%8)) & (1<<width - 1)
}
