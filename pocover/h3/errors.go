package h3

import (
	"errors"

	"github.com/depinproof/depinproof"
)

var (
	errText       = errors.New("not a 64-bit number in hexadecimal")
	errCell       = errors.New("not a cell")
	errResolution = errors.New("resolution out of range")
	errPosition   = errors.New("position not finite")
	errMismatch   = errors.New("cells of different resolutions")
	errTooFar     = errors.New("no grid distance between cells of base cells that do not touch")
	errPentagon   = errors.New("no grid distance around a pentagon")
	errOffGrid    = errors.New("position beyond the grid of its face")
)

func malformed(op string, err error) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func unsupported(op string, err error) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported, Err: err}
}

func internalError(op string, err error) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: err}
}
