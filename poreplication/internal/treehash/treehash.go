// Package treehash has the Poseidon hashes that sectors are committed with: those of the
// nodes of trees, and of columns.
//
// Source: storage-proofs-core and storage-proofs-porep 19.1.0.
package treehash

import (
	"sync"

	"github.com/depinproof/depinproof/poseidon"
)

// hashers are made when they are first needed: their constants take milliseconds to derive.
var hashers = map[int]func() (*poseidon.Hasher, error){2: of(2), 8: of(8), 11: of(11)}

func of(arity int) func() (*poseidon.Hasher, error) {
	return sync.OnceValues(func() (*poseidon.Hasher, error) { return poseidon.New(arity) })
}

// Of returns the hash of an arity that trees or columns have: 2, 8 or 11. It panics for
// another.
func Of(arity int) (*poseidon.Hasher, error) { return hashers[arity]() }

// Pair returns the hash of two nodes: CommR, of the roots of the column tree and the
// replica tree.
func Pair(a, b *[32]byte) (h [32]byte, err error) {
	hasher, err := Of(2)
	if err != nil {
		return h, err
	}
	err = hasher.Hash(&h, [][32]byte{*a, *b})
	return h, err
}
