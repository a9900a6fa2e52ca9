package chain

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

// The constructors below make errors without an operation; fail adds it.

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func limit(what string, n, most uint64) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrLimit, Err: fmt.Errorf("%s: %d, at most %d", what, n, most)}
}

// fail returns err as the error of an operation. What has no class of its own is
// an internal error.
func fail(op string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) {
		return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: err}
}
