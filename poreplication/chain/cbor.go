package chain

import (
	"encoding/binary"
	"math"
	"slices"
)

// The subset of DAG-CBOR that parameters are written in: integers, byte strings,
// arrays of known length, CIDs (tag 42), booleans and null.

const (
	majorUint     = 0
	majorNegative = 1
	majorBytes    = 2
	majorArray    = 4
	majorTag      = 6

	cidTag = 42

	simpleFalse = 0xf4
	simpleTrue  = 0xf5
	simpleNull  = 0xf6
)

// decoder reads values off the front of data. After the first error it reads
// nothing more and every method returns zero.
type decoder struct {
	data []byte
	err  error
}

// newDecoder returns a decoder of a method's parameters.
func newDecoder(params []byte) *decoder {
	d := &decoder{data: params}
	if len(params) > MaxParams {
		d.stop(limit("bytes of parameters", uint64(len(params)), MaxParams))
	}
	return d
}

func (d *decoder) stop(err error) {
	if d.err == nil {
		d.err, d.data = err, nil
	}
}

// take returns the next n bytes, which stay part of the input.
func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.data)) {
		d.stop(malformed("parameters end early"))
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

// head reads the major type and argument that begin a value. The argument must be
// in its shortest form.
func (d *decoder) head() (major byte, arg uint64) {
	first := d.take(1)
	if d.err != nil {
		return 0, 0
	}
	major, info := first[0]>>5, first[0]&31
	if info < 24 {
		return major, uint64(info)
	}
	if info > 27 {
		d.stop(malformed("length is indefinite or reserved"))
		return 0, 0
	}
	for _, b := range d.take(1 << (info - 24)) {
		arg = arg<<8 | uint64(b)
	}
	if least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]; arg < least {
		d.stop(malformed("integer %d is not in its shortest form", arg))
		return 0, 0
	}
	return major, arg
}

// argument reads a head that must be of the given major type.
func (d *decoder) argument(major byte) uint64 {
	got, arg := d.head()
	if d.err == nil && got != major {
		d.stop(malformed("value of major type %d where %d belongs", got, major))
	}
	if d.err != nil {
		return 0
	}
	return arg
}

func (d *decoder) uint() uint64 { return d.argument(majorUint) }

func (d *decoder) int() int64 {
	major, arg := d.head()
	switch {
	case d.err != nil:
		return 0
	case major > majorNegative:
		d.stop(malformed("value of major type %d where an integer belongs", major))
		return 0
	case arg > math.MaxInt64:
		d.stop(malformed("integer has more than 64 bits"))
		return 0
	case major == majorNegative:
		return -1 - int64(arg)
	}
	return int64(arg)
}

// view reads a byte string of at most most bytes, which stays part of the input.
func (d *decoder) view(what string, most uint64) []byte {
	n := d.argument(majorBytes)
	if n > most {
		d.stop(limit("bytes of "+what, n, most))
	}
	return d.take(n)
}

// bytes reads a byte string as a copy; an empty one is nil.
func (d *decoder) bytes(what string, most uint64) []byte {
	return append([]byte(nil), d.view(what, most)...)
}

// array reads the head of an array of exactly n elements.
func (d *decoder) array(n uint64) {
	if got := d.argument(majorArray); d.err == nil && got != n {
		d.stop(malformed("array of %d elements where %d belong", got, n))
	}
}

// count reads the head of an array of at most most elements that take least bytes
// each or more. The input is long enough for as many as it returns.
func (d *decoder) count(what string, most, least uint64) uint64 {
	n := d.argument(majorArray)
	if n > most {
		d.stop(limit(what, n, most))
	} else if n > uint64(len(d.data))/least {
		d.stop(malformed("parameters end early"))
	}
	if d.err != nil {
		return 0
	}
	return n
}

// commitment reads the CID of a commitment.
func (d *decoder) commitment(prefix string) (c [32]byte) {
	if tag := d.argument(majorTag); d.err == nil && tag != cidTag {
		d.stop(malformed("tag %d where a CID belongs", tag))
	}
	// Longer ones are no commitments' CIDs either, so this is no limit.
	n := d.argument(majorBytes)
	if d.err == nil && n != uint64(1+len(prefix)+32) {
		d.stop(malformed("CID of %d bytes", n))
	}
	b := d.take(n)
	if d.err != nil {
		return c
	}
	if b[0] != 0 {
		d.stop(malformed("CID lacks its zero byte"))
		return c
	}
	c, err := fromCID(prefix, b[1:])
	if err != nil {
		d.stop(err)
	}
	return c
}

// simple reports whether the next byte is b, and reads it if so.
func (d *decoder) simple(b byte) bool {
	if len(d.data) == 0 || d.data[0] != b {
		return false
	}
	d.data = d.data[1:]
	return true
}

func (d *decoder) bool() bool {
	if d.simple(simpleTrue) {
		return true
	}
	if !d.simple(simpleFalse) {
		d.stop(malformed("no boolean where one belongs"))
	}
	return false
}

// end returns the first error; input that is left is one.
func (d *decoder) end() error {
	if len(d.data) > 0 {
		d.stop(malformed("%d bytes follow the parameters", len(d.data)))
	}
	return d.err
}

// encoder appends values to data. It checks the decoder's limits.
type encoder struct {
	data []byte
	err  error
}

func appendHead(b []byte, major byte, arg uint64) []byte {
	major <<= 5
	switch {
	case arg < 24:
		return append(b, major|byte(arg))
	case arg < 1<<8:
		return append(b, major|24, byte(arg))
	case arg < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(arg))
	case arg < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), arg)
}

func (e *encoder) stop(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *encoder) uint(v uint64) { e.data = appendHead(e.data, majorUint, v) }

func (e *encoder) int(v int64) {
	if v < 0 {
		e.data = appendHead(e.data, majorNegative, uint64(-1-v))
		return
	}
	e.uint(uint64(v))
}

func (e *encoder) bytes(what string, b []byte, most uint64) {
	if uint64(len(b)) > most {
		e.stop(limit("bytes of "+what, uint64(len(b)), most))
		return
	}
	e.data = append(appendHead(e.data, majorBytes, uint64(len(b))), b...)
}

func (e *encoder) array(n uint64) { e.data = appendHead(e.data, majorArray, n) }

func (e *encoder) count(what string, n int, most uint64) {
	if uint64(n) > most {
		e.stop(limit(what, uint64(n), most))
	}
	e.array(uint64(n))
}

func (e *encoder) commitment(prefix string, c *[32]byte) {
	e.data = appendHead(e.data, majorTag, cidTag)
	e.bytes("CID", slices.Concat([]byte{0}, toCID(prefix, c)), uint64(1+maxCID))
}

func (e *encoder) bool(v bool) {
	if v {
		e.data = append(e.data, simpleTrue)
		return
	}
	e.data = append(e.data, simpleFalse)
}

func (e *encoder) null() { e.data = append(e.data, simpleNull) }

func (e *encoder) end() ([]byte, error) {
	if len(e.data) > MaxParams {
		e.stop(limit("bytes of parameters", uint64(len(e.data)), MaxParams))
	}
	if e.err != nil {
		return nil, e.err
	}
	return e.data, nil
}
