package arweave

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

const noIndex = depinproof.NoIndex

// PathSizeError says that no path has so many bytes. It is malformed.
type PathSizeError struct {
	Got int
}

func (e *PathSizeError) Error() string {
	return fmt.Sprintf("path of %d bytes", e.Got)
}

// NodeError says that a node of a path, Depth below the root, is not the one its parent
// names. It makes a proof invalid.
type NodeError struct {
	Depth     int
	Want, Got por.Node
}

func (e *NodeError) Error() string {
	return fmt.Sprintf("node at depth %d is %x, want %x", e.Depth, e.Got[:], e.Want[:])
}

// BorderError says that a chunk of [Start, End) has more than [ChunkSize] bytes or lies
// where the rules do not let a chunk lie. It makes a proof invalid.
type BorderError struct {
	Rules      Ruleset
	Start, End uint64
}

func (e *BorderError) Error() string {
	return fmt.Sprintf("%v rules do not allow a chunk at [%d, %d)", e.Rules, e.Start, e.End)
}

// ChunkError says that a chunk is not the one that was proven: it has another number of
// bytes or, if the numbers are equal, another hash. It makes a proof invalid.
type ChunkError struct {
	Size, WantSize uint64
	Hash, WantHash por.Node
}

func (e *ChunkError) Error() string {
	return fmt.Sprintf("chunk of %d bytes with hash %x, want %d with %x", e.Size, e.Hash[:], e.WantSize, e.WantHash[:])
}

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most uint64) error {
	err := &por.LimitError{What: what, Got: got, Max: most}
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
