package openzeppelin

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

const noIndex = depinproof.NoIndex

// MultiproofShapeError says that the counts of a multiproof do not fit together: in
// every multiproof leaves + nodes = flags + 1 > 1, or there is one leaf alone, and as
// many flags are false as there are nodes. It is malformed.
type MultiproofShapeError struct {
	Leaves, Nodes, Flags, False int
}

func (e *MultiproofShapeError) Error() string {
	return fmt.Sprintf("multiproof of %d leaves, %d nodes and %d flags, %d of them false", e.Leaves, e.Nodes, e.Flags, e.False)
}

// TreeSizeError says that no tree has so many nodes or that a dump has another number
// of values than its tree has leaves. It is malformed.
type TreeSizeError struct {
	Nodes, Values int
}

func (e *TreeSizeError) Error() string {
	return fmt.Sprintf("tree of %d nodes with %d values", e.Nodes, e.Values)
}

// TreeIndexError says that the value at a position is at a node that is no leaf, or
// that another value has already. It is malformed.
type TreeIndexError struct {
	Value, TreeIndex int
}

func (e *TreeIndexError) Error() string {
	return fmt.Sprintf("value %d at node %d, which is no leaf or taken", e.Value, e.TreeIndex)
}

// NodeError says that a node of a dump is not the hash of its children. It makes the
// dump invalid.
type NodeError struct {
	TreeIndex int
	Want, Got por.Node
}

func (e *NodeError) Error() string {
	return fmt.Sprintf("node %d is %x, want %x", e.TreeIndex, e.Got[:], e.Want[:])
}

// LeafError says that a leaf of a dump is not the hash of its value. It makes the dump
// invalid.
type LeafError struct {
	Value     int
	Want, Got por.Node
}

func (e *LeafError) Error() string {
	return fmt.Sprintf("leaf of value %d is %x, want %x", e.Value, e.Got[:], e.Want[:])
}

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most int) error {
	err := &por.LimitError{What: what, Got: uint64(got), Max: uint64(most)}
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: err}
}

func unsupported(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrUnsupported, Err: fmt.Errorf(format, args...)}
}

// fail returns err as the error of an operation. What has no class of its own is an
// internal error.
func fail(op string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil {
		return &depinproof.Error{Op: op, Index: noIndex, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: noIndex, Kind: depinproof.ErrInternal, Err: err}
}
