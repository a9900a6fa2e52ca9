package bincode

import (
	"bytes"
	"testing"
)

// record has a field of every sort.
type record struct {
	number   uint32
	place    uint64
	below    uint64
	element  [32]byte
	elements [2][32]byte
}

func (r *record) walk(c Codec) {
	c.Variant("variant", 2)
	c.Count("count", 3)
	c.Uint32("number", &r.number)
	c.Uint64("place", &r.place)
	c.Below("below", &r.below, 8)
	c.Element("element", &r.element)
	c.Elements("elements", r.elements[:])
}

func TestRoundTrip(t *testing.T) {
	in := record{1 << 31, 1 << 63, 7, [32]byte{1}, [2][32]byte{{2}, {31: 3}}}
	var e Encoder
	in.walk(&e)
	want := append([]byte{
		2, 0, 0, 0,
		3, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0x80,
		0, 0, 0, 0, 0, 0, 0, 0x80,
		7, 0, 0, 0, 0, 0, 0, 0,
		1,
	}, make([]byte, 31)...)
	want = append(append(want, 2), make([]byte, 62)...)
	want = append(want, 3)
	if !bytes.Equal(e.Bytes, want) {
		t.Fatalf("%x, want %x", e.Bytes, want)
	}
	var out record
	d := NewDecoder(e.Bytes)
	out.walk(d)
	if err := d.Finish(); err != nil || out != in {
		t.Errorf("%v, want %v (%v)", out, in, err)
	}
	for n := range e.Bytes {
		d := NewDecoder(e.Bytes[:n])
		new(record).walk(d)
		if d.Err() == nil || d.Finish() == nil {
			t.Errorf("%d bytes are taken", n)
		}
	}
	d = NewDecoder(append(e.Bytes, 0))
	out.walk(d)
	if d.Err() != nil || d.Finish() == nil {
		t.Error("a byte more is taken")
	}
}

func TestRefused(t *testing.T) {
	var e Encoder
	new(record).walk(&e)
	for name, change := range map[string]func(b []byte){
		"another variant":     func(b []byte) { b[0] = 1 },
		"a large variant":     func(b []byte) { b[3] = 1 },
		"another count":       func(b []byte) { b[4] = 2 },
		"a large count":       func(b []byte) { b[11] = 0x80 },
		"the bound":           func(b []byte) { b[24] = 8 },
		"above the bound":     func(b []byte) { b[31] = 1 },
		"no field element":    func(b []byte) { b[32+31] = 0x74 },
		"the second is none":  func(b []byte) { b[len(b)-1] = 0x80 },
		"all ones":            func(b []byte) { copy(b[64:], bytes.Repeat([]byte{0xff}, 32)) },
		"two faults at once":  func(b []byte) { b[0], b[4] = 9, 9 },
		"the last of a count": func(b []byte) { b[5] = 1 },
	} {
		b := bytes.Clone(e.Bytes)
		change(b)
		d := NewDecoder(b)
		new(record).walk(d)
		if d.Finish() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
