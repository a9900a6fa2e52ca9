package chain

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/depinproof/depinproof"
)

// checkError demands one of the two classes of this package.
func checkError(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, depinproof.ErrMalformed) && !errors.Is(err, depinproof.ErrLimit) {
		t.Errorf("error without a class: %v", err)
	}
}

// FuzzParams: whatever a decoder accepts encodes to the same bytes and decodes to
// the same value, and no decoder changes its input or keeps a part of it.
func FuzzParams(f *testing.F) {
	all := codecs()
	for i, c := range all {
		for _, v := range c.values {
			data, err := c.encode(v)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(i), data)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		c := all[int(which)%len(all)]
		before := bytes.Clone(data)
		v, err := c.decode(data)
		if !bytes.Equal(before, data) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			checkError(t, err)
			return
		}
		clear(data)
		back, err := c.encode(v)
		if err != nil || !bytes.Equal(back, before) {
			t.Errorf("%s: %x encodes to %x, %v", c.name, before, back, err)
		}
		if again, err := c.decode(before); err != nil || !reflect.DeepEqual(again, v) {
			t.Errorf("%s: %x decodes to %v, then to %v, %v", c.name, before, v, again, err)
		}
	})
}

// FuzzBitfield: what is accepted encodes to the same bytes, and its runs are
// ascending with gaps.
func FuzzBitfield(f *testing.F) {
	for text := range bitfields {
		f.Add(unhex(f, text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := DecodeBitfield(data)
		if err != nil {
			checkError(t, err)
			return
		}
		if back, err := b.Encode(); err != nil || !bytes.Equal(back, data) {
			t.Errorf("%x encodes to %x, %v", data, back, err)
		}
		count := uint64(0)
		for i, r := range b {
			last := r.Start + r.Length - 1
			if r.Length == 0 || last < r.Start || i > 0 && r.Start-b[i-1].Start <= b[i-1].Length {
				t.Fatalf("%x: runs %v", data, b)
			}
			if !b.Contains(r.Start) || !b.Contains(last) || b.Contains(last+1) {
				t.Errorf("%x: ends of run %d", data, i)
			}
			count += r.Length
		}
		if count != b.Count() {
			t.Errorf("%x: %d elements, want %d", data, b.Count(), count)
		}
	})
}

// FuzzCID: an accepted CID is the one its commitment is written as, in binary and
// as text.
func FuzzCID(f *testing.F) {
	f.Add([]byte(textR))
	f.Add([]byte(textD))
	c := [32]byte(counting(32))
	f.Add(CommRToCID(c))
	f.Add(CommDToCID(c))
	f.Fuzz(func(t *testing.T, data []byte) {
		check := func(c [32]byte, err error, back func([32]byte) []byte) {
			t.Helper()
			if err != nil {
				checkError(t, err)
			} else if !bytes.Equal(back(c), data) {
				t.Errorf("%q is another form of %q", data, back(c))
			}
		}
		r, err := CommRFromCID(data)
		check(r, err, CommRToCID)
		d, err := CommDFromCID(data)
		check(d, err, CommDToCID)
		r, err = ParseCommR(string(data))
		check(r, err, func(c [32]byte) []byte { return []byte(FormatCommR(c)) })
		d, err = ParseCommD(string(data))
		check(d, err, func(c [32]byte) []byte { return []byte(FormatCommD(c)) })
	})
}

// FuzzActorID: both directions undo each other.
func FuzzActorID(f *testing.F) {
	f.Add(uint64(0), []byte{0xe8, 0x07})
	f.Add(uint64(1<<63), []byte{0x80, 0x00})
	f.Fuzz(func(t *testing.T, actor uint64, data []byte) {
		id := ProverID(actor)
		if back, err := ActorID(&id); err != nil || back != actor {
			t.Errorf("%d: %d, %v", actor, back, err)
		}
		id = [32]byte{}
		copy(id[:], data)
		if actor, err := ActorID(&id); err != nil {
			checkError(t, err)
		} else if ProverID(actor) != id {
			t.Errorf("%x is another form of %d", id, actor)
		}
	})
}
