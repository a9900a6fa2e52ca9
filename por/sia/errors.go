package sia

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

const noIndex = depinproof.NoIndex

// FileSizeError says that a stream does not have the file's size: Got is how many bytes
// it has, or were read before it was found to be too long. It is malformed.
type FileSizeError struct {
	Got, Want uint64
}

func (e *FileSizeError) Error() string {
	if e.Got > e.Want {
		return fmt.Sprintf("more than the %d bytes of the file", e.Want)
	}
	return fmt.Sprintf("file of %d bytes, want %d", e.Got, e.Want)
}

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
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
