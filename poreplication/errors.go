package poreplication

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

const noIndex = depinproof.NoIndex

// The constructors below make errors without an operation; fail adds it.

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func invalid(detail string) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: errors.New(detail)}
}

func limit(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: fmt.Errorf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrUnsupported, Err: fmt.Errorf(format, args...)}
}

// fail returns err as the error of an operation and a batch position. What has
// no class of its own is an internal error.
func fail(op string, index int, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) {
		return &depinproof.Error{Op: op, Index: index, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: index, Kind: depinproof.ErrInternal, Err: err}
}
