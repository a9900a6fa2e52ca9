package sia

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof/por"
)

// LeafSize is the number of bytes of a leaf.
const LeafSize = 64

// A Version says under which rules a proof is judged. They differ in what is hashed
// where the last leaf is drawn. Heights are those of the block that holds the proof.
type Version uint8

const (
	// V1Early is for contracts of the first kind below the first fork, on mainnet the
	// height 21,000: Leaf is hashed as it is.
	V1Early Version = iota + 1

	// V1Cut is for them from there to the second fork, on mainnet the height 100,000:
	// of the last leaf only the remainder of Filesize by 64 is hashed, the rest as
	// zeros. If the remainder is none that is all of it, so that a last leaf which is
	// full has no proof, unless it is zeros.
	V1Cut

	// V1 is for them from there on: bytes behind the end of the file are hashed as
	// zeros, whatever they are.
	V1

	// V2 is for contracts of the second kind: Leaf is hashed as it is.
	V2
)

func (v Version) String() string {
	switch v {
	case V1Early:
		return "v1 before the first fork"
	case V1Cut:
		return "v1 before the second fork"
	case V1:
		return "v1"
	case V2:
		return "v2"
	}
	return fmt.Sprintf("Version(%d)", uint8(v))
}

func (v Version) check() error {
	if v < V1Early || v > V2 {
		return unsupported("%v", v)
	}
	return nil
}

// A StorageProof is the statement that a host has the leaf that is drawn of a file, and
// its proof.
type StorageProof struct {
	Version  Version
	Root     por.Node // of the file
	Filesize uint64   // bytes

	ContractID [32]byte

	// BlockID is the ID of the block that draws the leaf: in V2 the one at the
	// contract's proof height; before, the one below the start of its proof window.
	BlockID [32]byte

	Leaf [LeafSize]byte
	Path []por.Node // siblings from the leaf upwards, as for [por.Spec.VerifyInclusion]
}

// leaves is the number of leaves of a file.
func leaves(filesize uint64) uint64 {
	n := filesize / LeafSize
	if filesize%LeafSize != 0 {
		n++
	}
	return n
}

// LeafIndex returns the index of the leaf that a block draws of a contract's file, in all
// versions alike: BLAKE2b-256 of both IDs, as a big-endian number, modulo the number of
// leaves. Of a file of no bytes it is 0.
func LeafIndex(filesize uint64, blockID, contractID [32]byte) uint64 {
	n := leaves(filesize)
	if n == 0 {
		return 0
	}
	var ids [64]byte
	copy(ids[:32], blockID[:])
	copy(ids[32:], contractID[:])
	seed := blake2b.Sum256(ids[:])
	var index uint64
	for i := 0; i < len(seed); i += 8 {
		_, index = bits.Div64(index, binary.BigEndian.Uint64(seed[i:]), n)
	}
	return index
}

// VerifyStorageProof checks that the leaf at the index that the block draws, see
// [LeafIndex], of the file with root p.Root is p.Leaf.
//
// It returns nil if and only if the path has the length that the index and the number of
// leaves determine, and leads from the leaf, as the version hashes it, to the root; of a
// file of no bytes, if the version has proofs of it, the root is zero and the path empty.
// Errors: ErrInvalidProof with [por.RootMismatchError]; ErrMalformed with
// [por.PathLengthError], for a file of no bytes without proof, or for nil; ErrUnsupported for a
// version that there is not. It is safe for concurrent use, keeps and changes nothing of
// p, and allocates only to cut a leaf.
//
// Source: go.sia.tech/core, consensus, validation.go and merkle.go.
func VerifyStorageProof(p *StorageProof) error {
	if p == nil {
		return fail("sia.VerifyStorageProof", malformed(errors.New("no proof")))
	}
	if err := p.verify(); err != nil {
		return fail("sia.VerifyStorageProof", err)
	}
	return nil
}

func (p *StorageProof) verify() error {
	if err := p.Version.check(); err != nil {
		return err
	}
	size := leaves(p.Filesize)
	if size == 0 {
		return p.verifyEmpty()
	}
	index := LeafIndex(p.Filesize, p.BlockID, p.ContractID)
	var node por.Node
	if err := por.Sia().HashLeaf(&node, p.hashed(index == size-1)); err != nil {
		return err
	}
	return por.Sia().VerifyInclusion(&p.Root, &node, index, size, p.Path)
}

// verifyEmpty checks the proof of a file of no bytes.
func (p *StorageProof) verifyEmpty() error {
	switch {
	case p.Version < V1:
		return malformed(errors.New("a file of no bytes, of which there is no proof"))
	case len(p.Path) != 0:
		return malformed(&por.PathLengthError{Got: len(p.Path)})
	case p.Root != por.Node{}:
		return invalid(&por.RootMismatchError{Want: p.Root})
	}
	return nil
}

// hashed returns what of the leaf is hashed, which may be the last one of the file.
func (p *StorageProof) hashed(last bool) []byte {
	rest := p.Filesize % LeafSize
	if !last || p.Version != V1Cut && (p.Version != V1 || rest == 0) {
		return p.Leaf[:]
	}
	var leaf [LeafSize]byte
	copy(leaf[:], p.Leaf[:rest])
	return leaf[:]
}
