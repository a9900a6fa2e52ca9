package vanilla

import (
	"fmt"
	"sync"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poseidon"
)

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrInvalidProof, Err: fmt.Errorf(format, args...)}
}

// treeHashers make the Poseidon hashes of trees and columns, each when it is first
// needed: their constants take milliseconds to derive.
var treeHashers = map[int]func() (*poseidon.Hasher, error){
	2:  sync.OnceValues(func() (*poseidon.Hasher, error) { return poseidon.New(2) }),
	8:  sync.OnceValues(func() (*poseidon.Hasher, error) { return poseidon.New(8) }),
	11: sync.OnceValues(func() (*poseidon.Hasher, error) { return poseidon.New(11) }),
}

// hashNodes hashes each arity elements of src into one of dst, with the domain of
// Merkle trees.
func hashNodes(dst, src [][32]byte, arity int) error {
	h, err := treeHashers[arity]()
	if err != nil {
		return err
	}
	return h.HashNodes(dst, src)
}

// replicaCommitment returns CommR: the hash of the roots of the column tree and the
// replica tree.
func replicaCommitment(commC, root *[32]byte) ([32]byte, error) {
	var dst [1][32]byte
	err := hashNodes(dst[:], [][32]byte{*commC, *root}, 2)
	return dst[0], err
}

// decode walks the fields of what is in data and nothing else.
func decode(data []byte, walk func(bincode.Codec)) error {
	d := bincode.NewDecoder(data)
	walk(d)
	return d.Finish()
}
