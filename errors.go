package depinproof

import (
	"errors"
	"strconv"
	"strings"
)

// The five error classes. Every error a verifier of this module returns answers
// true to [errors.Is] for exactly one of them, except a context's own error,
// which is passed on as it is.
var (
	// ErrInvalidProof says that the input was well formed and the proof does
	// not hold. The prover is at fault.
	ErrInvalidProof = errors.New("invalid proof")

	// ErrMalformed says that the input is not a member of the language the
	// verifier reads: a wrong length, a field element not below the modulus, a
	// point off the curve or outside the prime-order subgroup, an all-zero
	// commitment. The sender is at fault.
	ErrMalformed = errors.New("malformed input")

	// ErrLimit says that the input asks for more work than the configured
	// limits allow. It may be valid under wider limits.
	ErrLimit = errors.New("limit exceeded")

	// ErrUnsupported says that the kind of proof is known but this verifier
	// cannot judge it: its key was not loaded, or the kind is not built.
	ErrUnsupported = errors.New("unsupported")

	// ErrInternal says that the verifier itself or its environment failed, for
	// example because the system gave no randomness. It says nothing about the
	// proof.
	ErrInternal = errors.New("internal error")
)

// NoIndex is the Index of an [Error] that concerns a call as a whole.
const NoIndex = -1

// Error is the concrete type of every error the verifiers of this module
// return, except a context's own error.
type Error struct {
	Op    string // the verb, for example "poreplication.VerifySeal"
	Index int    // position in a batch, or NoIndex
	Kind  error  // one of the five classes
	Err   error  // the detail; may be nil
}

// Error formats the error as "op: [item i:] class: detail".
func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op)
		b.WriteString(": ")
	}
	if e.Index >= 0 {
		b.WriteString("item ")
		b.WriteString(strconv.Itoa(e.Index))
		b.WriteString(": ")
	}
	if e.Kind != nil {
		b.WriteString(e.Kind.Error())
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the class and the detail, so that [errors.Is] finds both.
func (e *Error) Unwrap() []error {
	switch {
	case e.Kind == nil && e.Err == nil:
		return nil
	case e.Err == nil:
		return []error{e.Kind}
	case e.Kind == nil:
		return []error{e.Err}
	}
	return []error{e.Kind, e.Err}
}

// Outcome turns a verifier's error into the pair of answers that consensus code
// expects: a proof that holds gives (true, nil), one that does not hold gives
// (false, nil), and everything else gives (false, err).
func Outcome(err error) (ok bool, fault error) {
	if err == nil {
		return true, nil
	}
	if errors.Is(err, ErrInvalidProof) {
		return false, nil
	}
	return false, err
}
