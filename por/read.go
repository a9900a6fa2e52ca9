package por

import (
	"fmt"
	"io"
)

// readBytes is about how many bytes of leaves are read at a time.
const readBytes = 64 << 10

// A leafReader cuts a stream of data into leaves of one length.
type leafReader struct {
	s     *Spec
	bytes []byte
	nodes []Node
}

// read hands the nodes of r's leaves to take, many at a time, up to r's end or up to most
// of them, and returns the number of bytes it read. A last leaf that is cut off is
// malformed. Its error is that of an operation, but for one of r, which is passed on as it
// is.
func (l *leafReader) read(op string, r io.Reader, most uint64, take func([]Node) error) (int64, error) {
	size := l.s.rules.LeafSize
	if size == 0 {
		return 0, fail(op, noIndex, unsupported("a stream of leaves without one length"))
	}
	if l.bytes == nil {
		n := max(1, readBytes/size)
		l.bytes, l.nodes = make([]byte, n*size), make([]Node, n)
	}
	var total int64
	for most > 0 {
		n := min(uint64(len(l.nodes)), most)
		got, err := fill(r, l.bytes[:n*uint64(size)])
		total += int64(got)
		if whole := got / size; whole > 0 {
			if err := l.s.hashLeaves(l.nodes[:whole], l.bytes[:whole*size]); err != nil {
				return total, fail(op, noIndex, err)
			}
			if err := take(l.nodes[:whole]); err != nil {
				return total, fail(op, noIndex, err)
			}
			most -= uint64(whole)
		}
		switch {
		case err == nil:
		case err != io.EOF:
			return total, err
		case got%size != 0:
			return total, fail(op, noIndex, malformed(fmt.Errorf("the stream ends %d bytes into a leaf of %d", got%size, size)))
		default:
			return total, nil
		}
	}
	return total, nil
}

// readAll is read for a stream of at most so many leaves, of which excess says what is
// wrong with more.
func (l *leafReader) readAll(op string, r io.Reader, most uint64, take func([]Node) error, excess error) (int64, error) {
	left := most
	total, err := l.read(op, r, most, func(nodes []Node) error {
		left -= uint64(len(nodes))
		return take(nodes)
	})
	if err != nil || left > 0 {
		return total, err
	}
	var more [1]byte
	got, err := fill(r, more[:])
	switch {
	case got > 0:
		return total + 1, fail(op, noIndex, excess)
	case err != io.EOF:
		return total, err
	}
	return total, nil
}

// fill reads until b is full or r fails; at r's end the error is [io.EOF], however much
// was read. Unlike [io.ReadFull] it does not mix that up with a reader's own
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
