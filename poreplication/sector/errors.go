package sector

import (
	"fmt"

	"github.com/depinproof/depinproof"
)

func malformed(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported, Err: fmt.Errorf(format, args...)}
}

// in names the operation of an error of this module, and passes others on as they are, also
// those that a reader or a writer wraps around one.
func in(op string, err error) error {
	if inner, ok := err.(*depinproof.Error); ok {
		return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: inner.Kind, Err: inner.Err}
	}
	return err
}

func errNotMade() error { return unsupported("a Sealer that was not made by New") }
