package main

import (
	"encoding/hex"
	"fmt"
)

// fixed32 stands in a case file as 64 hexadecimal digits.
type fixed32 [32]byte

func (x fixed32) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, x[:]), nil
}

func (x *fixed32) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(x)) {
		return fmt.Errorf("%d digits where %d are due", len(text), hex.EncodedLen(len(x)))
	}
	_, err := hex.Decode(x[:], text)
	return err
}

// octets stand in a case file as two hexadecimal digits each.
type octets []byte

func (x octets) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, x), nil
}

func (x *octets) UnmarshalText(text []byte) (err error) {
	*x, err = hex.AppendDecode(nil, text)
	return err
}
