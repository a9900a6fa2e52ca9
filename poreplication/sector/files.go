package sector

import (
	"fmt"
	"io"
	"unsafe"
)

// A File is where a layer is kept, or a replica: an *os.File, or [Memory]. It takes calls
// of several goroutines at a time.
type File interface {
	io.ReaderAt
	io.WriterAt
}

// Memory is a File in memory, which has the length that it was made with.
type Memory []byte

// ReadAt copies bytes from off on to p, up to the end.
func (m Memory) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("sector: read from %d on", off)
	}
	n := copy(p, m[min(off, int64(len(m))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt copies p to the bytes from off on. What goes beyond the end is [io.ErrShortWrite].
func (m Memory) WriteAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("sector: write from %d on", off)
	}
	n := copy(m[min(off, int64(len(m))):], p)
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

// Zeros are the data of a sector without deals, however large it is.
type Zeros struct{}

// ReadAt sets p to zeros.
func (Zeros) ReadAt(p []byte, _ int64) (int, error) {
	clear(p)
	return len(p), nil
}

// flat is the bytes of nodes.
func flat(nodes [][32]byte) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(nodes))), NodeSize*len(nodes))
}

// nodesOf is bytes as nodes, as many as are whole.
func nodesOf(b []byte) [][32]byte {
	return unsafe.Slice((*[32]byte)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/NodeSize)
}

// readFull reads all of b at off of what is called name.
func readFull(r io.ReaderAt, b []byte, off uint64, name string) error {
	if r == nil {
		return malformed("no %s", name)
	}
	n, err := r.ReadAt(b, int64(off))
	switch {
	case n == len(b):
		return nil
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return malformed("the %s ends after %d bytes", name, off+uint64(max(n, 0)))
	case err == nil:
		return io.ErrNoProgress
	}
	return err
}

// readNodes reads nodes from node first on.
func readNodes(r io.ReaderAt, nodes [][32]byte, first uint64, name string) error {
	return readFull(r, flat(nodes), NodeSize*first, name)
}

// errNowhere is the error of a writer that is nil.
func errNowhere() error { return malformed("nowhere to write to") }

// writeAll writes all of b.
func writeAll(w io.Writer, b []byte) error {
	if w == nil {
		return errNowhere()
	}
	n, err := w.Write(b)
	if err == nil && n != len(b) {
		return io.ErrShortWrite
	}
	return err
}

// writeNodes writes nodes from node first on.
func writeNodes(w io.WriterAt, nodes [][32]byte, first uint64) error {
	if w == nil {
		return errNowhere()
	}
	n, err := w.WriteAt(flat(nodes), int64(NodeSize*first))
	if err == nil && n != NodeSize*len(nodes) {
		return io.ErrShortWrite
	}
	return err
}
