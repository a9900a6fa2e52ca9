package vanilla

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrInvalidProof, Err: fmt.Errorf(format, args...)}
}

// errNotCanonical is for elements that were decoded or hashed: those are canonical, so that
// it would not be the sender's fault.
func errNotCanonical() error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: errors.New("an element is not canonical after it was checked")}
}

// hashNodes hashes each arity elements of src into one of dst, with the domain of
// Merkle trees.
func hashNodes(dst, src [][32]byte, arity int) error {
	h, err := treehash.Of(arity)
	if err != nil {
		return err
	}
	return h.HashNodes(dst, src)
}

// decode walks the fields of what is in data and nothing else.
func decode(data []byte, walk func(bincode.Codec)) error {
	d := bincode.NewDecoder(data)
	walk(d)
	return d.Finish()
}
