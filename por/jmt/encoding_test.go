package jmt_test

import (
	"bytes"
	"encoding"
	"reflect"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

func nodeOf(b byte) (n por.Node) {
	for i := range n {
		n[i] = b
	}
	return n
}

type encodable interface {
	encoding.BinaryMarshaler
	encoding.BinaryAppender
}

// TestEncodings checks the form of proofs byte by byte, which fixes the numbers of
// the kinds and the order of the fields.
func TestEncodings(t *testing.T) {
	rep := func(s string) string { return strings.Repeat(s, 32) }
	siblings := []jmt.Sibling{
		{Kind: jmt.Inner, Left: nodeOf(3), Right: nodeOf(4)}, {}, {Kind: jmt.Only, Left: nodeOf(5), Right: nodeOf(6)},
	}
	form := "\x03\x00\x00\x00" + "\x01" + rep("\x03") + rep("\x04") + "\x00" + "\x02" + rep("\x05") + rep("\x06")
	for _, c := range []struct {
		p    encodable
		read encoding.BinaryUnmarshaler
		want string
	}{
		{jmt.Proof{}, new(jmt.Proof), "\x00\x00\x00\x00\x00"},
		{jmt.RangeProof{}, new(jmt.RangeProof), "\x00\x00\x00\x00"},
		{jmt.Proof{Siblings: siblings}, new(jmt.Proof), "\x00" + form},
		{jmt.Proof{Leaf: &jmt.Leaf{KeyHash: nodeOf(1), ValueHash: nodeOf(2)}, Siblings: siblings}, new(jmt.Proof), "\x01" + rep("\x01") + rep("\x02") + form},
		{jmt.RangeProof{Right: siblings}, new(jmt.RangeProof), form},
		{jmt.RangeProof{Right: make([]jmt.Sibling, 256)}, new(jmt.RangeProof), "\x00\x01\x00\x00" + strings.Repeat("\x00", 256)},
	} {
		b, err := c.p.MarshalBinary()
		if err != nil || string(b) != c.want {
			t.Errorf("got %x, %v, want %x", b, err, c.want)
		}
		if b, err := c.p.AppendBinary([]byte("head")); err != nil || string(b) != "head"+c.want {
			t.Errorf("got %x, %v", b, err)
		}
		if err := c.read.UnmarshalBinary([]byte(c.want)); err != nil || !reflect.DeepEqual(reflect.ValueOf(c.read).Elem().Interface(), c.p) {
			t.Errorf("read %+v, %v, want %+v", c.read, err, c.p)
		}
		for n := range len(c.want) {
			wantError(t, c.read.UnmarshalBinary([]byte(c.want[:n])), depinproof.ErrMalformed, jmt.ErrEncoding)
		}
		wantError(t, c.read.UnmarshalBinary([]byte(c.want+"\x00")), depinproof.ErrMalformed, jmt.ErrEncoding)
		if !reflect.DeepEqual(reflect.ValueOf(c.read).Elem().Interface(), c.p) {
			t.Errorf("changed to %+v", c.read)
		}
	}
}

func TestEncodingRefuses(t *testing.T) {
	for name, b := range map[string]string{
		"no option":       "\x02\x00\x00\x00\x00",
		"unknown kind":    "\x00\x01\x00\x00\x00\x03" + strings.Repeat("\x00", 64),
		"count too large": "\x00\x05\x00\x00\x00\x00\x00",
		"count too small": "\x00\x01\x00\x00\x00\x00\x00",
		"count of 256":    "\x00\x00\x01\x00\x00",
		"large leaf":      "\x01" + strings.Repeat("\x00", 69) + "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, new(jmt.Proof).UnmarshalBinary([]byte(b)), depinproof.ErrMalformed, jmt.ErrEncoding)
		})
	}
	many := append([]byte("\x01\x01\x00\x00"), make([]byte, 257)...)
	wantError(t, new(jmt.RangeProof).UnmarshalBinary(many), depinproof.ErrLimit, nil)
	wantError(t, new(jmt.Proof).UnmarshalBinary(append([]byte{0}, many...)), depinproof.ErrLimit, nil)
	wantError(t, new(jmt.RangeProof).UnmarshalBinary([]byte("\xff\xff\xff\xff\x00")), depinproof.ErrLimit, nil)

	for _, siblings := range [][]jmt.Sibling{{{Kind: 3}}, {{Left: nodeOf(1)}}} {
		_, err := jmt.Proof{Siblings: siblings}.MarshalBinary()
		wantError(t, err, depinproof.ErrMalformed, jmt.ErrSibling)
		_, err = jmt.RangeProof{Right: siblings}.MarshalBinary()
		wantError(t, err, depinproof.ErrMalformed, jmt.ErrSibling)
	}
	_, err := jmt.Proof{Siblings: make([]jmt.Sibling, 257)}.MarshalBinary()
	wantError(t, err, depinproof.ErrLimit, nil)
}

func TestUnmarshalCopies(t *testing.T) {
	b, _ := jmt.Proof{Leaf: &jmt.Leaf{KeyHash: nodeOf(1)}, Siblings: []jmt.Sibling{{Kind: jmt.Inner, Left: nodeOf(3)}}}.MarshalBinary()
	var p jmt.Proof
	if err := p.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	before, _ := p.MarshalBinary()
	clear(b)
	if after, _ := p.MarshalBinary(); !bytes.Equal(before, after) {
		t.Error("the proof refers to what it was read from")
	}
}
