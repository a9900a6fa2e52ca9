package wire

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/depinproof/depinproof"
)

// Limits are what a [Reader] accepts of an archive. What is not positive stands for the default.
type Limits struct {
	Frame   int   // bytes of a frame; MaxMessageSize, as the network's own reader
	Size    int64 // bytes of all frames with their lengths; 1 GiB
	Ratio   int64 // bytes per compressed byte, beyond the first MiB; 200
	Members int   // gzip members; 65,536
}

const ratioFree = 1 << 20 // bytes that Limits.Ratio does not count

func (l Limits) withDefaults() Limits {
	if l.Frame <= 0 {
		l.Frame = MaxMessageSize
	}
	if l.Size <= 0 {
		l.Size = 1 << 30
	}
	if l.Ratio <= 0 {
		l.Ratio = 200
	}
	if l.Members <= 0 {
		l.Members = 1 << 16
	}
	return l
}

// An ArchiveError says where in an archive reading ended. The frames before it were whole,
// but a gzip member's checksum is behind its frames: where it is wrong, or was not reached,
// nothing vouches for those of that member.
type ArchiveError struct {
	Member     int   // index of the gzip member
	Frame      int   // index of the frame, so many were read
	Offset     int64 // where the frame starts in what was decompressed
	Compressed int64 // how much was decompressed
	Err        error
}

func (e *ArchiveError) Error() string {
	return fmt.Sprintf("frame %d at byte %d, gzip member %d, %d bytes compressed: %v",
		e.Frame, e.Offset, e.Member, e.Compressed, e.Err)
}

func (e *ArchiveError) Unwrap() error { return e.Err }

// A Reader reads an archive: gzip of frames, each of which is a big-endian uint32 and as
// many bytes. It goes on over gzip members that follow each other, and frames may lie
// across them. It is for one goroutine.
type Reader struct {
	limits  Limits
	src     source
	buf     *bufio.Reader
	gz      gzip.Reader
	inside  bool  // a member
	members int   // begun
	frames  int   // read
	size    int64 // decompressed
	offset  int64 // of the frame that is read
	head    [4]byte
	body    []byte
	err     error
}

// A source counts what is read and keeps the error that ended it.
type source struct {
	r   io.Reader
	n   int64
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// NewReader returns a reader of the archive that r has. It reads ahead.
func NewReader(r io.Reader, limits Limits) *Reader {
	a := &Reader{limits: limits.withDefaults(), src: source{r: r}, body: make([]byte, 0, 512)}
	a.buf = bufio.NewReaderSize(&a.src, 1<<16)
	return a
}

// Next returns the next frame, which is valid until the next call, and so are the byte
// fields of a message decoded from it: who keeps the message decodes a copy of the frame.
// A frame is returned before the checksum of its gzip member is read. After the last one the
// error is [io.EOF]. Other errors are a [*depinproof.Error] around an [*ArchiveError]:
// ErrMalformed for what is not an archive or only the beginning of one, ErrLimit, and
// ErrInternal if r failed. Errors are final.
func (a *Reader) Next() ([]byte, error) {
	if a.err == nil {
		a.err = a.next()
	}
	if a.err != nil {
		return nil, a.err
	}
	return a.body, nil
}

func (a *Reader) next() error {
	a.offset = a.size
	n, err := a.fill(a.head[:])
	if err == io.EOF && n == 0 {
		return io.EOF
	}
	if err != nil {
		return a.fail(err)
	}
	size := binary.BigEndian.Uint32(a.head[:])
	if uint64(size) > uint64(a.limits.Frame) {
		return a.limit("frame of %d bytes, at most %d", size, a.limits.Frame)
	}
	// The memory grows with what there is, not with what is announced.
	a.body = a.body[:0]
	for left := int(size); left > 0; {
		have := len(a.body)
		step := min(left, max(cap(a.body)-have, have, 1<<16))
		a.body = slices.Grow(a.body, step)[:have+step]
		if _, err := a.fill(a.body[have:]); err != nil {
			return a.fail(err)
		}
		left -= step
	}
	a.frames++
	return nil
}

// fill fills p. The error is io.EOF only at the end of a member at which the file ends.
func (a *Reader) fill(p []byte) (n int, err error) {
	for n < len(p) {
		if !a.inside {
			if err := a.nextMember(); err != nil {
				return n, err
			}
		}
		k, err := a.gz.Read(p[n:])
		n += k
		a.size += int64(k)
		if a.size > a.limits.Size {
			return n, a.limit("more than %d bytes", a.limits.Size)
		}
		if (a.size-ratioFree)/a.limits.Ratio > a.compressed() {
			return n, a.limit("more than %d bytes per compressed byte", a.limits.Ratio)
		}
		if err == io.EOF {
			a.inside = false
		} else if err != nil && n < len(p) {
			return n, noEOF(err)
		}
	}
	return n, nil
}

func (a *Reader) nextMember() error {
	if _, err := a.buf.Peek(1); err == io.EOF && a.members > 0 {
		return io.EOF
	}
	a.members++
	if a.members > a.limits.Members {
		return a.limit("more than %d gzip members", a.limits.Members)
	}
	if err := a.gz.Reset(a.buf); err != nil {
		return noEOF(err)
	}
	a.gz.Multistream(false)
	a.inside = true
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (a *Reader) compressed() int64 { return a.src.n - int64(a.buf.Buffered()) }

// fail says where err happened, unless it has been said.
func (a *Reader) fail(err error) error {
	var done *depinproof.Error
	switch {
	case errors.As(err, &done):
		return err
	case a.src.err != nil:
		return a.wrap(depinproof.ErrInternal, a.src.err)
	case errors.Is(err, io.ErrNoProgress):
		return a.wrap(depinproof.ErrInternal, err)
	}
	return a.wrap(depinproof.ErrMalformed, noEOF(err))
}

func (a *Reader) limit(format string, args ...any) error {
	return a.wrap(depinproof.ErrLimit, fmt.Errorf(format, args...))
}

func (a *Reader) wrap(kind, err error) error {
	return &depinproof.Error{
		Op: "wire.Reader.Next", Index: depinproof.NoIndex, Kind: kind,
		Err: &ArchiveError{
			Member: max(a.members-1, 0), Frame: a.frames, Offset: a.offset,
			Compressed: a.compressed(), Err: err,
		},
	}
}

// A Writer writes an archive of one gzip member. It is for one goroutine.
type Writer struct {
	gz   *gzip.Writer
	head [4]byte
}

// NewWriter returns a writer of an archive to w. It is complete after Close.
func NewWriter(w io.Writer) *Writer { return &Writer{gz: gzip.NewWriter(w)} }

// WriteFrame writes a frame of at most [MaxMessageSize] bytes. Its errors are ErrLimit, or
// ErrInternal if w failed.
func (a *Writer) WriteFrame(frame []byte) error {
	const op = "wire.Writer.WriteFrame"
	if len(frame) > MaxMessageSize {
		return &depinproof.Error{
			Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrLimit,
			Err: fmt.Errorf("frame of %d bytes, at most %d", len(frame), MaxMessageSize),
		}
	}
	binary.BigEndian.PutUint32(a.head[:], uint32(len(frame)))
	_, err := a.gz.Write(a.head[:])
	if err == nil {
		_, err = a.gz.Write(frame)
	}
	return internal(op, err)
}

// Close ends the archive. It does not close w.
func (a *Writer) Close() error { return internal("wire.Writer.Close", a.gz.Close()) }

func internal(op string, err error) error {
	if err == nil {
		return nil
	}
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: err}
}

// ParseName splits the name of an archive: prefix, a point, milliseconds since 1970, and
// perhaps ".gz". The prefix, of a–z, 0–9 and _, tells what the frames are.
func ParseName(name string) (prefix string, t time.Time, err error) {
	prefix, digits, ok := strings.Cut(strings.TrimSuffix(name, ".gz"), ".")
	ms, err := strconv.ParseInt(digits, 10, 64)
	for _, c := range []byte(prefix) {
		ok = ok && (c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z')
	}
	if !ok || err != nil || prefix == "" || digits[0] < '0' || digits[0] > '9' {
		return "", time.Time{}, &depinproof.Error{
			Op: "wire.ParseName", Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed,
			Err: fmt.Errorf("not the name of an archive: %q", name),
		}
	}
	return prefix, time.UnixMilli(ms).UTC(), nil
}

// FormatName is the inverse of [ParseName], with ".gz".
func FormatName(prefix string, t time.Time) string {
	return prefix + "." + strconv.FormatInt(t.UnixMilli(), 10) + ".gz"
}
