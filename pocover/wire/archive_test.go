package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/depinproof/depinproof"
)

// archive is an archive of the frames.
func archive(t testing.TB, frames ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out)
	for _, f := range frames {
		if err := w.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zip is a gzip member.
func zip(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll returns the frames and the error that ended them, nil for io.EOF.
func readAll(r *Reader) (frames [][]byte, err error) {
	for {
		f, err := r.Next()
		if err != nil {
			if _, again := r.Next(); again != err {
				return frames, fmt.Errorf("%w, and then %v", err, again)
			}
			if err == io.EOF {
				return frames, nil
			}
			return frames, err
		}
		frames = append(frames, bytes.Clone(f))
	}
}

func testFrames() [][]byte {
	r := newRand()
	frames := [][]byte{{}}
	for range 50 {
		frames = append(frames, newFilled("WitnessIngestReport", r).AppendCanonical(nil))
	}
	big := make([]byte, 200_000)
	for i := range big {
		big[i] = byte(r.Uint32())
	}
	return append(frames, big, []byte{}, []byte{7})
}

// samePrefix fails unless got is the beginning of want.
func samePrefix(t *testing.T, got, want [][]byte) {
	t.Helper()
	if len(got) > len(want) {
		t.Fatalf("%d frames, want %d", len(got), len(want))
	}
	for i := range got {
		if !bytes.Equal(got[i], want[i]) {
			t.Fatalf("frame %d: %x, want %x", i, got[i], want[i])
		}
	}
}

func TestArchive(t *testing.T) {
	frames := testFrames()
	one := archive(t, frames...)
	raw, err := gzip.NewReader(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	twice := append(append([][]byte{}, frames...), frames...)
	for _, c := range []struct {
		what string
		b    []byte
		want [][]byte
	}{
		{"one member", one, frames},
		{"two members", append(bytes.Clone(one), one...), twice},
		{"frames across members", bytes.Join([][]byte{zip(t, plain[:2]), zip(t, nil), zip(t, plain[2:333]), zip(t, plain[333:])}, nil), frames},
		{"no frames", archive(t), nil},
	} {
		for how, r := range map[string]io.Reader{
			"at once":      bytes.NewReader(c.b),
			"by one byte":  iotest.OneByteReader(bytes.NewReader(c.b)),
			"by half":      iotest.HalfReader(bytes.NewReader(c.b)),
			"data and EOF": iotest.DataErrReader(bytes.NewReader(c.b)),
		} {
			got, err := readAll(NewReader(r, Limits{}))
			if err != nil || len(got) != len(c.want) {
				t.Errorf("%s, %s: %d frames, %v", c.what, how, len(got), err)
			}
			samePrefix(t, got, c.want)
		}
	}
}

// Cut at any byte, an archive has the frames that were complete, and says where it ends.
func TestArchiveCut(t *testing.T) {
	frames := testFrames()[:8]
	b := archive(t, frames...)
	for cut := range b {
		got, err := readAll(NewReader(bytes.NewReader(b[:cut]), Limits{}))
		samePrefix(t, got, frames)
		var at *ArchiveError
		if !errors.Is(err, depinproof.ErrMalformed) || !errors.As(err, &at) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		offset := int64(0)
		for _, f := range got {
			offset += 4 + int64(len(f))
		}
		if at.Frame != len(got) || at.Offset != offset || at.Member != 0 || at.Compressed != int64(cut) {
			t.Fatalf("cut at %d after %d frames of %d bytes: %+v", cut, len(got), offset, *at)
		}
	}
	// All frames are there when only the checksum is not.
	got, err := readAll(NewReader(bytes.NewReader(b[:len(b)-8]), Limits{}))
	if err == nil || len(got) != len(frames) {
		t.Errorf("%d frames, want %d; %v", len(got), len(frames), err)
	}
}

func TestArchiveErrors(t *testing.T) {
	good := archive(t, []byte("good"))
	frame := func(n uint32, body string) []byte { return append(binary.BigEndian.AppendUint32(nil, n), body...) }
	badSum := bytes.Clone(good)
	badSum[len(badSum)-5] ^= 1
	for _, c := range []struct {
		what   string
		b      []byte
		limits Limits
		frames int
		kind   error
		at     ArchiveError // but for Compressed and Err
	}{
		{"no bytes", nil, Limits{}, 0, depinproof.ErrMalformed, ArchiveError{}},
		{"not gzip", []byte("iot_poc and more"), Limits{}, 0, depinproof.ErrMalformed, ArchiveError{}},
		{"what follows is not gzip", append(bytes.Clone(good), "PAR1 and more"...), Limits{}, 1, depinproof.ErrMalformed, ArchiveError{Member: 1, Frame: 1, Offset: 8}},
		{"zeros follow", append(bytes.Clone(good), 0, 0, 0), Limits{}, 1, depinproof.ErrMalformed, ArchiveError{Member: 1, Frame: 1, Offset: 8}},
		{"checksum", badSum, Limits{}, 1, depinproof.ErrMalformed, ArchiveError{Frame: 1, Offset: 8}},
		{"length cut short", append(bytes.Clone(good), zip(t, []byte{0, 0})...), Limits{}, 1, depinproof.ErrMalformed, ArchiveError{Member: 1, Frame: 1, Offset: 8}},
		{"frame cut short", append(bytes.Clone(good), zip(t, frame(3, "ab"))...), Limits{}, 1, depinproof.ErrMalformed, ArchiveError{Member: 1, Frame: 1, Offset: 8}},
		{"announced is 4 GiB", zip(t, frame(1<<32-1, "ab")), Limits{}, 0, depinproof.ErrLimit, ArchiveError{}},
		{"announced is the limit", zip(t, frame(MaxMessageSize, "ab")), Limits{}, 0, depinproof.ErrMalformed, ArchiveError{}},
		{"frame", zip(t, frame(5, "abcde")), Limits{Frame: 4}, 0, depinproof.ErrLimit, ArchiveError{}},
		{"size", archive(t, []byte("abcd"), []byte("abcd")), Limits{Size: 15}, 1, depinproof.ErrLimit, ArchiveError{Frame: 1, Offset: 8}},
		{"members", append(bytes.Clone(good), good...), Limits{Members: 1}, 1, depinproof.ErrLimit, ArchiveError{Member: 1, Frame: 1, Offset: 8}},
		{"empty members", bytes.Repeat(zip(t, nil), 1<<16+1), Limits{}, 0, depinproof.ErrLimit, ArchiveError{Member: 1 << 16}},
	} {
		got, err := readAll(NewReader(bytes.NewReader(c.b), c.limits))
		var at *ArchiveError
		if !errors.Is(err, c.kind) || !errors.As(err, &at) || len(got) != c.frames {
			t.Errorf("%s: %d frames, %v", c.what, len(got), err)
			continue
		}
		if at.Member != c.at.Member || at.Frame != c.at.Frame || at.Offset != c.at.Offset {
			t.Errorf("%s: %+v, want %+v", c.what, *at, c.at)
		}
		if at.Compressed > int64(len(c.b)) {
			t.Errorf("%s: %d of %d bytes", c.what, at.Compressed, len(c.b))
		}
	}
}

// A file of a few kilobytes does not become gigabytes.
func TestArchiveBomb(t *testing.T) {
	const size = 1 << 16
	frame := binary.BigEndian.AppendUint32(nil, size-4)
	frame = append(frame, make([]byte, size-4)...)
	bomb := zip(t, bytes.Repeat(frame, 256))
	got, err := readAll(NewReader(bytes.NewReader(bomb), Limits{}))
	if !errors.Is(err, depinproof.ErrLimit) {
		t.Error(err)
	}
	if most := (ratioFree+200*len(bomb))/size + 1; len(got) < ratioFree/size-1 || len(got) > most {
		t.Errorf("%d frames of %d bytes compressed, at most %d", len(got), len(bomb), most)
	}
	if _, err := readAll(NewReader(bytes.NewReader(bomb), Limits{Ratio: 2000})); err != nil {
		t.Error(err)
	}
}

func TestArchiveSourceFails(t *testing.T) {
	broken := errors.New("broken")
	b := archive(t, []byte("good"))
	for _, r := range []io.Reader{
		iotest.ErrReader(broken),
		io.MultiReader(bytes.NewReader(b[:len(b)-3]), iotest.ErrReader(broken)),
		io.MultiReader(bytes.NewReader(b), iotest.ErrReader(broken)),
	} {
		if _, err := readAll(NewReader(r, Limits{})); !errors.Is(err, depinproof.ErrInternal) || !errors.Is(err, broken) {
			t.Error(err)
		}
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriterErrors(t *testing.T) {
	w := NewWriter(io.Discard)
	if err := w.WriteFrame(make([]byte, MaxMessageSize+1)); !errors.Is(err, depinproof.ErrLimit) {
		t.Error(err)
	}
	w = NewWriter(failingWriter{})
	err := w.WriteFrame([]byte("a"))
	if err == nil {
		err = w.Close()
	}
	if !errors.Is(err, depinproof.ErrInternal) || !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

func TestArchiveNames(t *testing.T) {
	prefix, at, err := ParseName("iot_beacon_ingest_report.1677163770123.gz")
	want := time.Date(2023, 2, 23, 14, 49, 30, 123e6, time.UTC)
	if err != nil || prefix != "iot_beacon_ingest_report" || !at.Equal(want) || at.Location() != time.UTC {
		t.Errorf("%q, %v, %v", prefix, at, err)
	}
	if got := FormatName(prefix, at); got != "iot_beacon_ingest_report.1677163770123.gz" {
		t.Error(got)
	}
	if prefix, at, err := ParseName("az_09.0"); prefix != "az_09" || err != nil || !at.Equal(time.UnixMilli(0)) {
		t.Errorf("%v, %v", at, err)
	}
	for _, s := range []string{
		"", ".gz", "iot_poc", "iot_poc.gz", "iot_poc..gz", ".1.gz", "iot_poc.-1.gz", "iot_poc.+1.gz", "iot_poc.1_0.gz",
		"iot_poc.1.2.gz", "IoT.1.gz", "a/iot_poc.1.gz", "iot_poc.1.gz.gz", "iot_poc.1 .gz", "iot_poc.9223372036854775808.gz",
	} {
		if _, _, err := ParseName(s); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestReaderAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	frame := newFilled("WitnessIngestReport", newRand()).AppendCanonical(nil)
	var out bytes.Buffer
	w := NewWriter(&out)
	for range 2000 {
		if err := w.WriteFrame(frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := NewReader(&out, Limits{})
	var m WitnessIngestReport
	got := testing.AllocsPerRun(1000, func() {
		b, err := r.Next()
		if err == nil {
			err = m.Decode(b)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("a frame allocates %v times", got)
	}
}

func TestArchiveErrorText(t *testing.T) {
	_, err := readAll(NewReader(strings.NewReader("x"), Limits{}))
	const want = "wire.Reader.Next: malformed input: frame 0 at byte 0, gzip member 0, 1 bytes compressed: unexpected EOF"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
