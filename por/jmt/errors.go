package jmt

import (
	"errors"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

const noIndex = depinproof.NoIndex

// The details that are not of package por.
var (
	// ErrNoLeaf: the proof ends at an empty subtree where a leaf is to exist.
	ErrNoLeaf = errors.New("proof of an empty subtree")
	// ErrKey: the leaf of a proof of existence has another key, or a tree that is to
	// prove a key does not have it.
	ErrKey = errors.New("leaf of another key")
	// ErrValue: the leaf of a proof of existence has another value.
	ErrValue = errors.New("leaf of another value")
	// ErrPresent: the leaf of a proof of absence has the key itself.
	ErrPresent = errors.New("leaf of the key that is to be absent")
	// ErrPrefix: the leaf of a proof of absence is not where the key would be.
	ErrPrefix = errors.New("leaf outside the subtree of the key")
	// ErrPath: the siblings on the left and right are not those of one path.
	ErrPath = errors.New("siblings of no path of the key")
	// ErrOrder: the key hashes of leaves are not strictly increasing.
	ErrOrder = errors.New("key hashes out of order")
	// ErrSibling: a sibling is of no kind there is, or an empty one has hashes.
	ErrSibling = errors.New("no sibling of a known kind")
	// ErrEncoding: the bytes are not the encoding of a proof.
	ErrEncoding = errors.New("not the encoding of a proof")
)

var (
	errNil      = errors.New("root, key, leaf or proof missing")
	errNoLeaves = errors.New("no leaves")
)

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most uint64) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: &por.LimitError{What: what, Got: got, Max: most}}
}

// fail returns err as the error of an operation. What has no class of its own is
// an internal error.
func fail(op string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil {
		return &depinproof.Error{Op: op, Index: noIndex, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: noIndex, Kind: depinproof.ErrInternal, Err: err}
}
