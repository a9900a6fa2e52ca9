package sector

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
)

func failure(kind error, format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: kind, Err: fmt.Errorf(format, args...)}
}

func malformed(format string, args ...any) error {
	return failure(depinproof.ErrMalformed, format, args...)
}

func unsupported(format string, args ...any) error {
	return failure(depinproof.ErrUnsupported, format, args...)
}

// fail names the operation of an error of this module, and passes others on as they are.
func fail(op string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) {
		return &depinproof.Error{Op: op, Index: inner.Index, Kind: inner.Kind, Err: inner.Err}
	}
	return err
}
