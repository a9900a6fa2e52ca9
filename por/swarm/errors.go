package swarm

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

const noIndex = depinproof.NoIndex

// LengthError says that there are Got of What, and not Want. It is malformed.
type LengthError struct {
	What      string
	Got, Want int
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("%s: %d, want %d", e.What, e.Got, e.Want)
}

// AddressError says that What is another one than Want. It makes a proof invalid.
type AddressError struct {
	What      string
	Want, Got por.Node
}

func (e *AddressError) Error() string {
	return fmt.Sprintf("%s is %x, want %x", e.What, e.Got[:], e.Want[:])
}

// OrderError says that the transformed addresses of a sample do not increase. It makes a
// proof invalid.
type OrderError struct {
	Lower, Higher por.Node
}

func (e *OrderError) Error() string {
	return fmt.Sprintf("transformed address %x is not below %x", e.Lower[:], e.Higher[:])
}

// ProximityError says that an address and the anchor have fewer than Depth leading bits in
// common. It makes a proof invalid.
type ProximityError struct {
	Address por.Node
	Depth   uint8
}

func (e *ProximityError) Error() string {
	return fmt.Sprintf("address %x is not within depth %d of the anchor", e.Address[:], e.Depth)
}

// SignerError says that a signature is not by Want: nobody's, or by Got. It makes a proof
// invalid.
type SignerError struct {
	Want, Got Owner
}

func (e *SignerError) Error() string {
	return fmt.Sprintf("signature by %x, want %x", e.Got[:], e.Want[:])
}

// StampError says that a stamp is not of the batch it should be, or that the batch has no
// such place or no such bucket for the address, which makes a proof invalid; or that there
// is no batch of such depths, which is malformed.
type StampError struct {
	Reason string
}

func (e *StampError) Error() string { return "stamp: " + e.Reason }

var errNil = errors.New("something to verify is missing")

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most int) error {
	err := &por.LimitError{What: what, Got: uint64(got), Max: uint64(most)}
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: err}
}

// fail returns err as the error of an operation and, if it is about one of several things,
// a position. What has no class of its own is an internal error.
func fail(op string, index int, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil {
		return &depinproof.Error{Op: op, Index: index, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: index, Kind: depinproof.ErrInternal, Err: err}
}
