package settle

import (
	"fmt"

	"github.com/depinproof/depinproof"
)

// op names the verb in errors.
const op = "settle"

func newError(kind error, format string, args ...any) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: kind, Err: fmt.Errorf(format, args...)}
}

func limit(format string, args ...any) error {
	return newError(depinproof.ErrLimit, format, args...)
}

func malformed(format string, args ...any) error {
	return newError(depinproof.ErrMalformed, format, args...)
}

func invalid(format string, args ...any) error {
	return newError(depinproof.ErrInvalidProof, format, args...)
}

func unsupported(format string, args ...any) error {
	return newError(depinproof.ErrUnsupported, format, args...)
}

func internalError(format string, args ...any) error {
	return newError(depinproof.ErrInternal, format, args...)
}
