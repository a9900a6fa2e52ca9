package chain

import (
	"bytes"
	"math"
	"sort"
)

// Run is the set bits Start, …, Start + Length - 1. The length is not zero, and the
// sum is below 2^64.
type Run struct {
	Start, Length uint64
}

// Bitfield is a set of numbers as runs in ascending order with a gap between any
// two. Nil is the empty set.
type Bitfield []Run

// An encoded bitfield is a string of bits, the lowest of each byte first, without
// the zero bytes at its end: two bits 00 for the version, the value of the first
// run, then the lengths of runs of alternating value, the last of them a run of
// ones:
//
//	1              length 1
//	01 ‖ 4 bits    length 2 to 15, lowest bit first
//	00 ‖ bytes     length 16 and more, unsigned LEB128
//
// The empty set is the empty string.

// DecodeBitfield reads a bitfield in RLE+, which has at most [MaxBitfield] bytes
// and [MaxRuns] runs of ones. Errors are of class ErrLimit beyond these, and
// ErrMalformed for everything an encoder does not write.
func DecodeBitfield(data []byte) (Bitfield, error) {
	b, err := decodeBitfield(data)
	if err != nil {
		return nil, fail("chain.DecodeBitfield", err)
	}
	return b, nil
}

// Encode returns the bitfield in RLE+. Runs that overlap, touch, are empty or out
// of order are an error of class ErrMalformed, too many of class ErrLimit.
func (b Bitfield) Encode() ([]byte, error) {
	data, err := b.encode()
	if err != nil {
		return nil, fail("chain.Bitfield.Encode", err)
	}
	return data, nil
}

// Count returns how many numbers the set has.
func (b Bitfield) Count() uint64 {
	n := uint64(0)
	for _, r := range b {
		n += r.Length
	}
	return n
}

// Contains reports whether n is in the set. It searches the runs by bisection.
func (b Bitfield) Contains(n uint64) bool {
	i := sort.Search(len(b), func(i int) bool { return b[i].Start > n })
	return i > 0 && n-b[i-1].Start < b[i-1].Length
}

func decodeBitfield(data []byte) (Bitfield, error) {
	if len(data) > MaxBitfield {
		return nil, limit("bytes of a bitfield", uint64(len(data)), MaxBitfield)
	}
	// A run takes two bits of input and 128 of memory, so they are counted first.
	n := uint64(0)
	if err := eachRun(data, func(Run) { n++ }); err != nil {
		return nil, err
	}
	if n > MaxRuns {
		return nil, limit("runs of a bitfield", n, MaxRuns)
	}
	var b Bitfield
	if n > 0 {
		b = make(Bitfield, 0, n)
	}
	if err := eachRun(data, func(r Run) { b = append(b, r) }); err != nil {
		return nil, err
	}
	// Longer codes than needed, a last run of zeros, and bits after the last run
	// are what does not come back.
	again, err := b.encode()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, data) {
		return nil, malformed("bitfield is not in its shortest form")
	}
	return b, nil
}

// eachRun calls yield with the runs of ones, in order, up to a run of length zero
// or the end.
func eachRun(data []byte, yield func(Run)) error {
	r := bitReader{data: data}
	if r.read(2) != 0 {
		return malformed("bitfield is not of version 0")
	}
	set := r.read(1) == 1
	for start := uint64(0); r.at < 8*len(data); set = !set {
		length, err := r.length()
		switch {
		case err != nil:
			return err
		case length > math.MaxUint64-start:
			return malformed("bitfield goes beyond 64 bits")
		}
		if length == 0 {
			break
		}
		if set {
			yield(Run{start, length})
		}
		start += length
	}
	return nil
}

func (b Bitfield) encode() ([]byte, error) {
	if len(b) > MaxRuns {
		return nil, limit("runs of a bitfield", uint64(len(b)), MaxRuns)
	}
	if len(b) == 0 {
		return nil, nil
	}
	var w bitWriter
	w.write(0, 2)
	if b[0].Start == 0 {
		w.write(1, 1)
	} else {
		w.write(0, 1)
	}
	end := uint64(0) // of the run before
	for i, r := range b {
		if r.Length == 0 || r.Length > math.MaxUint64-r.Start {
			return nil, malformed("run %d is empty or goes beyond 64 bits", i)
		}
		if r.Start < end || i > 0 && r.Start == end {
			return nil, malformed("run %d does not leave a gap", i)
		}
		if r.Start > end {
			w.length(r.Start - end)
		}
		w.length(r.Length)
		end = r.Start + r.Length
	}
	data := bytes.TrimRight(w.data, "\x00")
	if len(data) > MaxBitfield {
		return nil, limit("bytes of a bitfield", uint64(len(data)), MaxBitfield)
	}
	return data, nil
}

// bitReader reads bits, the lowest of each byte first. Beyond the end are zeros.
type bitReader struct {
	data []byte
	at   int // in bits
}

func (r *bitReader) read(n int) (v uint64) {
	for i := range n {
		if at := r.at + i; at/8 < len(r.data) {
			v |= uint64(r.data[at/8]>>(at%8)&1) << i
		}
	}
	r.at += n
	return v
}

// length reads the length of a run; zero stands for the end.
func (r *bitReader) length() (uint64, error) {
	if r.read(1) == 1 {
		return 1, nil
	}
	if r.read(1) == 1 {
		return r.read(4), nil
	}
	v := uint64(0)
	for shift := 0; shift < 64; shift += 7 {
		b := r.read(8)
		if shift == 63 && b > 1 {
			break
		}
		v |= b & 0x7f << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, malformed("run has a length of more than 64 bits")
}

// bitWriter writes what bitReader reads.
type bitWriter struct {
	data []byte
	at   int // in bits
}

func (w *bitWriter) write(v uint64, n int) {
	for i := range n {
		if w.at%8 == 0 {
			w.data = append(w.data, 0)
		}
		w.data[w.at/8] |= byte(v>>i&1) << (w.at % 8)
		w.at++
	}
}

func (w *bitWriter) length(n uint64) {
	switch {
	case n == 1:
		w.write(1, 1)
	case n < 16:
		w.write(2, 2)
		w.write(n, 4)
	default:
		w.write(0, 2)
		for ; n >= 0x80; n >>= 7 {
			w.write(n&0x7f|0x80, 8)
		}
		w.write(n, 8)
	}
}
