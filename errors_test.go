package depinproof_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

var classes = []error{
	depinproof.ErrInvalidProof,
	depinproof.ErrMalformed,
	depinproof.ErrLimit,
	depinproof.ErrUnsupported,
	depinproof.ErrInternal,
}

func TestClassesDistinct(t *testing.T) {
	for i, a := range classes {
		if errors.Unwrap(a) != nil {
			t.Errorf("%v wraps %v", a, errors.Unwrap(a))
		}
		for j, b := range classes {
			if errors.Is(a, b) != (i == j) {
				t.Errorf("errors.Is(%v, %v) = %v", a, b, errors.Is(a, b))
			}
			if i != j && a.Error() == b.Error() {
				t.Errorf("classes %d and %d read the same: %v", i, j, a)
			}
		}
	}
}

func TestErrorIs(t *testing.T) {
	for _, kind := range classes {
		for _, detail := range []error{nil, io.ErrUnexpectedEOF} {
			var err error = &depinproof.Error{Op: "p.Verify", Index: depinproof.NoIndex, Kind: kind, Err: detail}
			// Wrapping must not hide anything.
			for _, err := range []error{err, fmt.Errorf("while syncing: %w", err), errors.Join(io.EOF, err)} {
				for _, other := range classes {
					if got, want := errors.Is(err, other), kind == other; got != want {
						t.Errorf("errors.Is(%q, %v) = %v", err, other, got)
					}
				}
				if got, want := errors.Is(err, io.ErrUnexpectedEOF), detail != nil; got != want {
					t.Errorf("errors.Is(%q, detail) = %v, want %v", err, got, want)
				}
				var e *depinproof.Error
				if !errors.As(err, &e) || e.Kind != kind {
					t.Errorf("errors.As(%q) found %v", err, e)
				}
			}
		}
	}
}

func TestErrorString(t *testing.T) {
	detail := errors.New("CommR is not canonical")
	for _, c := range []struct {
		err  depinproof.Error
		want string
	}{
		{depinproof.Error{Op: "p.Verify", Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: detail}, "p.Verify: malformed input: CommR is not canonical"},
		{depinproof.Error{Op: "p.Verify", Index: 0, Kind: depinproof.ErrMalformed, Err: detail}, "p.Verify: item 0: malformed input: CommR is not canonical"},
		{depinproof.Error{Op: "p.Verify", Index: 4095, Kind: depinproof.ErrInvalidProof}, "p.Verify: item 4095: invalid proof"},
		{depinproof.Error{Op: "p.Verify", Index: depinproof.NoIndex, Kind: depinproof.ErrLimit}, "p.Verify: limit exceeded"},
		{depinproof.Error{Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported}, "unsupported"},
		{depinproof.Error{Index: 1, Kind: depinproof.ErrInternal, Err: detail}, "item 1: internal error: CommR is not canonical"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestErrorUnwrap(t *testing.T) {
	kind, detail := depinproof.ErrLimit, io.EOF
	for _, c := range []struct {
		kind, err error
		want      []error
	}{
		{nil, nil, nil},
		{kind, nil, []error{kind}},
		{nil, detail, []error{detail}},
		{kind, detail, []error{kind, detail}},
	} {
		e := depinproof.Error{Kind: c.kind, Err: c.err}
		if got := e.Unwrap(); !slices.Equal(got, c.want) {
			t.Errorf("Kind %v, Err %v: got %v, want %v", c.kind, c.err, got, c.want)
		}
	}
}

func TestOutcome(t *testing.T) {
	wrap := func(kind error) error { return &depinproof.Error{Op: "p.Verify", Index: 3, Kind: kind} }
	for _, c := range []struct {
		err   error
		ok    bool
		fault bool
	}{
		{nil, true, false},
		{depinproof.ErrInvalidProof, false, false},
		{wrap(depinproof.ErrInvalidProof), false, false},
		{fmt.Errorf("while syncing: %w", wrap(depinproof.ErrInvalidProof)), false, false},
		{wrap(depinproof.ErrMalformed), false, true},
		{wrap(depinproof.ErrLimit), false, true},
		{wrap(depinproof.ErrUnsupported), false, true},
		{wrap(depinproof.ErrInternal), false, true},
		{wrap(nil), false, true},
		{io.EOF, false, true},
	} {
		ok, fault := depinproof.Outcome(c.err)
		if ok != c.ok || (fault != nil) != c.fault {
			t.Errorf("Outcome(%v) = %v, %v", c.err, ok, fault)
		}
		if c.fault && fault != c.err {
			t.Errorf("Outcome(%v) changed the error to %v", c.err, fault)
		}
	}
}

func ExampleOutcome() {
	// Three answers of a verifier: valid, invalid, and cannot tell.
	for _, err := range []error{
		nil,
		&depinproof.Error{Op: "poreplication.VerifySeal", Index: depinproof.NoIndex, Kind: depinproof.ErrInvalidProof},
		&depinproof.Error{Op: "poreplication.VerifySeal", Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported},
	} {
		fmt.Println(depinproof.Outcome(err))
	}
	// Output:
	// true <nil>
	// false <nil>
	// false poreplication.VerifySeal: unsupported
}

func ExampleError() {
	var err error = &depinproof.Error{
		Op:    "poreplication.VerifySealBatch",
		Index: 7,
		Kind:  depinproof.ErrMalformed,
		Err:   errors.New("proof has 191 bytes, want 192"),
	}
	fmt.Println(err)
	if errors.Is(err, depinproof.ErrMalformed) {
		fmt.Println("the sender is at fault")
	}
	var e *depinproof.Error
	if errors.As(err, &e) {
		fmt.Println("position in the batch:", e.Index)
	}
	// Output:
	// poreplication.VerifySealBatch: item 7: malformed input: proof has 191 bytes, want 192
	// the sender is at fault
	// position in the batch: 7
}
