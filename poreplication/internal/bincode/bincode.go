// Package bincode reads and writes the bytes that bincode 1, with its default
// options, makes of structures whose every length is known beforehand.
//
// Integers are little-endian and of fixed width, the variant of an enumeration is 4
// bytes, the number of a sequence's items is 8, and arrays have neither. The reference
// takes any variant and any number; here both are constants, so that what the bytes say
// about lengths decides nothing and nothing is allocated for it.
//
// A structure is described once, by a function that walks its fields with a [Codec].
package bincode

import (
	"encoding/binary"
	"fmt"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Codec does something with the fields of a structure in their order. Names are for
// errors.
type Codec interface {
	// Variant is the variant of an enumeration.
	Variant(name string, want uint32)
	// Count is the number of items of a sequence.
	Count(name string, want int)
	Uint32(name string, x *uint32)
	Uint64(name string, x *uint64)
	// Below is an integer below a bound.
	Below(name string, x *uint64, bound uint64)
	// Elements are field elements of 32 bytes, below the modulus.
	Elements(name string, x [][32]byte)
	// Element is one of them.
	Element(name string, x *[32]byte)
}

// Decoder is the Codec that sets fields to what is encoded. After the first fault it
// leaves all fields as they are.
type Decoder struct {
	data []byte
	at   int
	err  error
}

// NewDecoder returns a decoder that reads data.
func NewDecoder(data []byte) *Decoder { return &Decoder{data: data} }

// Err returns the first fault.
func (d *Decoder) Err() error { return d.err }

// Finish returns the first fault; bytes that were not read are one.
func (d *Decoder) Finish() error {
	if left := len(d.data) - d.at; left > 0 && d.err == nil {
		d.err = fmt.Errorf("%d bytes too many", left)
	}
	return d.err
}

func (d *Decoder) fault(name, format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%s before byte %d: %w", name, d.at, fmt.Errorf(format, args...))
	}
}

// take returns the next n bytes, or nil after a fault.
func (d *Decoder) take(name string, n int) []byte {
	if d.err != nil {
		return nil
	}
	if len(d.data)-d.at < n {
		d.fault(name, "%d bytes are left of %d", len(d.data)-d.at, n)
		return nil
	}
	b := d.data[d.at:][:n]
	d.at += n
	return b
}

// Variant implements [Codec].
func (d *Decoder) Variant(name string, want uint32) {
	var x uint32
	if d.Uint32(name, &x); x != want {
		d.fault(name, "variant %d, not %d", x, want)
	}
}

// Count implements [Codec].
func (d *Decoder) Count(name string, want int) {
	var x uint64
	if d.Uint64(name, &x); x != uint64(want) {
		d.fault(name, "%d items, not %d", x, want)
	}
}

// Uint32 implements [Codec].
func (d *Decoder) Uint32(name string, x *uint32) {
	if b := d.take(name, 4); b != nil {
		*x = binary.LittleEndian.Uint32(b)
	}
}

// Uint64 implements [Codec].
func (d *Decoder) Uint64(name string, x *uint64) {
	if b := d.take(name, 8); b != nil {
		*x = binary.LittleEndian.Uint64(b)
	}
}

// Below implements [Codec].
func (d *Decoder) Below(name string, x *uint64, bound uint64) {
	if d.Uint64(name, x); *x >= bound {
		d.fault(name, "%d is not below %d", *x, bound)
	}
}

// Elements implements [Codec].
func (d *Decoder) Elements(name string, x [][32]byte) {
	for i := range x {
		d.Element(name, &x[i])
	}
}

// Element implements [Codec].
func (d *Decoder) Element(name string, x *[32]byte) {
	b := d.take(name, 32)
	if b == nil {
		return
	}
	*x = [32]byte(b)
	var s bls12381.Scalar
	if !s.SetBytesLE(x) {
		d.fault(name, "not below the field modulus")
	}
}

// Encoder is the Codec that appends fields to Bytes.
type Encoder struct{ Bytes []byte }

// Variant implements [Codec].
func (e *Encoder) Variant(_ string, want uint32) {
	e.Bytes = binary.LittleEndian.AppendUint32(e.Bytes, want)
}

// Count implements [Codec].
func (e *Encoder) Count(_ string, want int) {
	e.Bytes = binary.LittleEndian.AppendUint64(e.Bytes, uint64(want))
}

// Uint32 implements [Codec].
func (e *Encoder) Uint32(_ string, x *uint32) {
	e.Bytes = binary.LittleEndian.AppendUint32(e.Bytes, *x)
}

// Uint64 implements [Codec].
func (e *Encoder) Uint64(_ string, x *uint64) {
	e.Bytes = binary.LittleEndian.AppendUint64(e.Bytes, *x)
}

// Below implements [Codec].
func (e *Encoder) Below(name string, x *uint64, _ uint64) { e.Uint64(name, x) }

// Elements implements [Codec].
func (e *Encoder) Elements(_ string, x [][32]byte) {
	for i := range x {
		e.Bytes = append(e.Bytes, x[i][:]...)
	}
}

// Element implements [Codec].
func (e *Encoder) Element(_ string, x *[32]byte) { e.Bytes = append(e.Bytes, x[:]...) }
