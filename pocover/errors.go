package pocover

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

const noIndex = depinproof.NoIndex

// The constructors below make errors without an operation; fail adds it.

func invalid(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: fmt.Errorf(format, args...)}
}

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func limit(format string, args ...any) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: fmt.Errorf(format, args...)}
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
