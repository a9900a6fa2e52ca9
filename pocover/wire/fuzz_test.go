package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/depinproof/depinproof"
)

// FuzzMessages reads bytes as each message: codec and its twin accept the same, write the
// same, and what they write is canonical.
func FuzzMessages(f *testing.F) {
	r := newRand()
	for i, name := range messageNames() {
		f.Add(uint8(i), newFilled(name, r).AppendCanonical(nil))
		f.Add(uint8(i), bytes.Join([][]byte{
			unknownField(r), newFilled(name, r).AppendCanonical(nil), unknownField(r), newFilled(name, r).AppendCanonical(nil),
		}, nil))
	}
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		names := messageNames()
		name := names[int(which)%len(names)]
		m := messageTypes[name]()
		err := m.Decode(b)
		want, twinErr := twinCanonical(name, b)
		switch {
		case errors.Is(err, depinproof.ErrLimit):
			if len(b) < MaxChannels {
				t.Fatalf("%s: %v for %d bytes", name, err, len(b))
			}
			return
		case err != nil:
			if !errors.Is(err, depinproof.ErrMalformed) || twinErr == nil {
				t.Fatalf("%s: %v, the twin has %x", name, err, want)
			}
			return
		case twinErr != nil:
			t.Fatalf("%s: the twin refuses what is read as %+v", name, m)
		}
		got := m.AppendCanonical(nil)
		if !bytes.Equal(got, want) {
			t.Fatalf("%s:\n%x, the twin has\n%x", name, got, want)
		}
		// The receiver is used again: nothing of before may be left.
		if err := m.Decode(got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again := m.AppendCanonical(nil); !bytes.Equal(again, got) {
			t.Fatalf("%s:\n%x, want\n%x", name, again, got)
		}
	})
}

// FuzzArchive changes a byte of an archive, or cuts it, and adds some. What is read before
// the change is as it was, and the size of reads makes no difference.
func FuzzArchive(f *testing.F) {
	f.Add(uint16(3), uint16(0), uint8(0), uint16(60000), []byte{})
	f.Add(uint16(9), uint16(40), uint8(1), uint16(60000), []byte{})
	f.Add(uint16(9), uint16(40), uint8(0), uint16(77), []byte("more"))
	f.Add(uint16(1), uint16(5), uint8(0), uint16(60000), archive(f, []byte("more")))
	f.Fuzz(func(t *testing.T, n, at uint16, flip uint8, cut uint16, more []byte) {
		r := newRand()
		var frames [][]byte
		for range n % 64 {
			frames = append(frames, newFilled("WitnessIngestReport", r).AppendCanonical(nil))
		}
		good := archive(t, frames...)
		b := bytes.Clone(good[:min(len(good), int(cut))])
		if int(at) < len(b) {
			b[at] ^= flip
		}
		b = append(b, more...)
		same := 0
		for same < min(len(b), len(good)) && b[same] == good[same] {
			same++
		}
		got, err := readAll(NewReader(bytes.NewReader(b), Limits{}))
		slow, slowErr := readAll(NewReader(iotest.OneByteReader(bytes.NewReader(b)), Limits{}))
		if len(got) != len(slow) || (err == nil) != (slowErr == nil) || err != nil && err.Error() != slowErr.Error() {
			t.Fatalf("%d frames, %v; by one byte %d, %v", len(got), err, len(slow), slowErr)
		}
		samePrefix(t, got, slow)
		prefix, prefixErr := readAll(NewReader(bytes.NewReader(b[:same]), Limits{}))
		if same < len(good) && prefixErr == nil {
			t.Fatalf("%d of %d bytes are a whole archive", same, len(good))
		}
		samePrefix(t, prefix, frames)
		samePrefix(t, prefix, got)
		if plain := readPlain(b); !bytes.HasPrefix(plain, frame(got)) || err == nil && len(plain) != len(frame(got)) {
			t.Fatalf("%d frames, but %d bytes are compressed", len(got), len(plain))
		}
		var where *ArchiveError
		if err != nil && (!errors.As(err, &where) || where.Frame != len(got) || where.Offset != int64(len(frame(got)))) {
			t.Fatalf("%v after %d frames", err, len(got))
		}
	})
}

// frame is what an archive of the frames has compressed.
func frame(frames [][]byte) (plain []byte) {
	for _, f := range frames {
		plain = append(binary.BigEndian.AppendUint32(plain, uint32(len(f))), f...)
	}
	return plain
}

// readPlain decompresses what it can, without Reader.
func readPlain(b []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(z) // what was read before an error counts
	return plain
}

func FuzzParseName(f *testing.F) {
	f.Add("iot_poc.1677163770123.gz")
	f.Add("iot_poc.00")
	f.Fuzz(func(t *testing.T, name string) {
		prefix, at, err := ParseName(name)
		if err != nil {
			if !errors.Is(err, depinproof.ErrMalformed) || prefix != "" || !at.IsZero() {
				t.Fatalf("%q: %q, %v, %v", name, prefix, at, err)
			}
			return
		}
		again, then, err := ParseName(FormatName(prefix, at))
		if err != nil || again != prefix || !then.Equal(at) {
			t.Fatalf("%q: %q, %v, %v", name, again, then, err)
		}
	})
}
