package fr32

import (
	"fmt"
	"io"

	"github.com/depinproof/depinproof"
)

// chunk is the number of blocks of a stream that are converted at a time: 16 KiB.
const chunk = 128

// malformed is the error of an operation, as what it is called outside of the module.
func malformed(op, format string, args ...any) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

// unpad is Unpad of a part of a stream that begins at element first.
func unpad(op string, dst, src []byte, first int64) error {
	if bad := Unpad(dst, src); bad >= 0 {
		return malformed(op, "element %d is not below 2^254", first+int64(bad))
	}
	return nil
}

// reader converts a stream block by block.
type reader struct {
	r       io.Reader
	in, out []byte
	from    int // of a block
	convert func(dst, src []byte) error
	last    func(rest []byte) ([]byte, error) // makes blocks of what the stream ends with
	ready   []byte                            // what is converted and not yet read
	err     error                             // after that
}

func (r *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(r.ready) == 0 && r.err == nil {
		r.next()
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// next converts the next part of the stream.
func (r *reader) next() {
	n, err := fill(r.r, r.in)
	in := r.in[:n-n%r.from]
	if r.err = err; err == io.EOF {
		rest, err := r.last(r.in[len(in):n])
		if err != nil {
			r.err = err
		}
		in = append(in, rest...)
	}
	blocks := len(in) / r.from
	to := len(r.out) / chunk
	if err := r.convert(r.out[:blocks*to], in); err != nil {
		r.err = err
		return
	}
	r.ready = r.out[:blocks*to]
}

// fill reads until b is full or r fails; at r's end the error is [io.EOF], however much was
// read. Unlike [io.ReadFull] it does not mix that up with a reader's own
// [io.ErrUnexpectedEOF], which says that there should have been more.
func fill(r io.Reader, b []byte) (n int, err error) {
	for idle := 0; n < len(b) && err == nil; {
		var got int
		got, err = r.Read(b[n:])
		n += got
		if idle++; got > 0 {
			idle = 0
		}
		if idle == 100 && err == nil {
			err = io.ErrNoProgress
		}
	}
	if n == len(b) {
		err = nil
	}
	return n, err
}

// PadReader returns a reader of r's data padded. Zeros fill the last block. An error of r
// is passed on as it is, after the whole blocks before it.
func PadReader(r io.Reader) io.Reader {
	return &reader{
		r: r, in: make([]byte, chunk*Unpadded), out: make([]byte, chunk*Padded), from: Unpadded,
		convert: func(dst, src []byte) error { Pad(dst, src); return nil },
		last: func(rest []byte) ([]byte, error) {
			if len(rest) == 0 {
				return nil, nil
			}
			return append(rest, make([]byte, Unpadded-len(rest))...), nil
		},
	}
}

// UnpadReader returns a reader of what r's data was before it was padded. Data that
// nothing is padded to, and data that ends within a block, is [depinproof.ErrMalformed];
// an error of r is passed on as it is.
func UnpadReader(r io.Reader) io.Reader {
	const op = "sector.UnpadReader"
	var first int64
	return &reader{
		r: r, in: make([]byte, chunk*Padded), out: make([]byte, chunk*Unpadded), from: Padded,
		convert: func(dst, src []byte) error {
			err := unpad(op, dst, src, first)
			first += int64(len(src) / 32)
			return err
		},
		last: func(rest []byte) ([]byte, error) {
			if len(rest) > 0 {
				return nil, malformed(op, "the data ends %d bytes into a block of %d", len(rest), Padded)
			}
			return nil, nil
		},
	}
}

// UnpadWriter returns a writer that passes on to w what the data written was before it was
// padded. Data that nothing is padded to is [depinproof.ErrMalformed], and so are Close
// within a block, which does not close w, and Write after Close. After another error there
// is only that error.
func UnpadWriter(w io.Writer) io.WriteCloser {
	return &writer{w: w, in: make([]byte, 0, chunk*Padded), out: make([]byte, chunk*Unpadded)}
}

const unpadWriter = "sector.UnpadWriter"

type writer struct {
	w       io.Writer
	in, out []byte
	first   int64 // element of in
	closed  bool
	err     error
}

func (w *writer) Write(p []byte) (n int, err error) {
	if w.closed && w.err == nil {
		return 0, malformed(unpadWriter, "%d bytes written after Close", len(p))
	}
	for n < len(p) && w.err == nil {
		k := copy(w.in[len(w.in):cap(w.in)], p[n:])
		w.in = w.in[:len(w.in)+k]
		n += k
		if len(w.in) == cap(w.in) {
			w.flush()
		}
	}
	return n, w.err
}

// flush passes whole blocks on.
func (w *writer) flush() {
	blocks := len(w.in) / Padded
	if blocks == 0 {
		return // a writer may wait for somebody to take nothing
	}
	in, out := w.in[:blocks*Padded], w.out[:blocks*Unpadded]
	if w.err = unpad(unpadWriter, out, in, w.first); w.err != nil {
		return
	}
	n, err := w.w.Write(out)
	if err == nil && n != len(out) {
		err = io.ErrShortWrite
	}
	if w.err = err; err != nil {
		return
	}
	w.first += int64(4 * blocks)
	w.in = append(w.in[:0], w.in[len(in):]...)
}

func (w *writer) Close() error {
	w.closed = true
	if w.err == nil {
		w.flush()
	}
	if w.err == nil && len(w.in) > 0 {
		w.err = malformed(unpadWriter, "the data ends %d bytes into a block of %d", len(w.in), Padded)
	}
	return w.err
}
