package por

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

// errNoLeaves says that a statement is about nothing.
var errNoLeaves = errors.New("no leaves")

const noIndex = depinproof.NoIndex

// PathLengthError says that a proof has a number of nodes that no proof of its
// statement has. It is malformed.
type PathLengthError struct {
	Got, Want int
}

func (e *PathLengthError) Error() string {
	return fmt.Sprintf("proof of %d nodes, want %d", e.Got, e.Want)
}

// IndexRangeError says that a position is outside the tree: Index < Size does not
// hold. It is malformed.
type IndexRangeError struct {
	Index, Size uint64
}

func (e *IndexRangeError) Error() string {
	return fmt.Sprintf("index %d outside a tree of size %d", e.Index, e.Size)
}

// IndexOrderError says that the indices of a statement about several leaves are
// not strictly increasing: that at Position is not above the one before it. It is
// malformed.
type IndexOrderError struct {
	Position        int
	Index, Previous uint64
}

func (e *IndexOrderError) Error() string {
	return fmt.Sprintf("index %d at position %d does not come after %d", e.Index, e.Position, e.Previous)
}

// RangeError says that 0 <= Start < End <= Size does not hold. It is malformed.
type RangeError struct {
	Start, End, Size uint64
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("range [%d, %d) of a tree of size %d", e.Start, e.End, e.Size)
}

// RootMismatchError says that a well-formed proof leads to another root than the
// one it is for. It makes a proof invalid.
type RootMismatchError struct {
	Want, Got Node
}

func (e *RootMismatchError) Error() string {
	return fmt.Sprintf("proof leads to root %x, want %x", e.Got[:], e.Want[:])
}

// SiblingError says that a sibling on a level, counted from the leaves, is one that
// the tree's size leaves no choice about, and is not what the rule for odd nodes puts
// there. It makes a proof invalid.
type SiblingError struct {
	Level int
}

func (e *SiblingError) Error() string {
	return fmt.Sprintf("sibling on level %d is not what fills the level", e.Level)
}

// LimitError says that Got exceeds the limit Max on What.
type LimitError struct {
	What     string
	Got, Max uint64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: %d exceeds %d", e.What, e.Got, e.Max)
}

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most uint64) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: &LimitError{what, got, most}}
}

func unsupported(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrUnsupported, Err: fmt.Errorf(format, args...)}
}

// fail returns err as the error of an operation and a batch position. What has no class
// of its own, as an error of a Hasher or of a reader may, is an internal error.
func fail(op string, index int, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil {
		return &depinproof.Error{Op: op, Index: index, Kind: inner.Kind, Err: inner.Err}
	}
	kind := depinproof.ErrInternal
	for _, class := range []error{
		depinproof.ErrInvalidProof, depinproof.ErrMalformed, depinproof.ErrLimit, depinproof.ErrUnsupported,
	} {
		if errors.Is(err, class) {
			kind = class
		}
	}
	return &depinproof.Error{Op: op, Index: index, Kind: kind, Err: err}
}
