package nmt_test

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por/nmt"
)

// TestEncodings checks both forms of a small proof byte by byte, which fixes the
// numbers of the fields and the names.
func TestEncodings(t *testing.T) {
	for _, c := range []struct {
		p      nmt.Proof
		binary string
		text   string
	}{
		{nmt.Proof{}, "", `{}`},
		{nmt.Proof{IgnoreMaxNamespace: true}, "\x28\x01", `{"is_max_namespace_ignored":true}`},
		{
			nmt.Proof{Start: 1, End: 300, Nodes: [][]byte{{1, 2}, {0xfb, 0xff}}, LeafHash: []byte{9}, IgnoreMaxNamespace: true},
			"\x08\x01\x10\xac\x02\x1a\x02\x01\x02\x1a\x02\xfb\xff\x22\x01\x09\x28\x01",
			`{"start":1,"end":300,"nodes":["AQI=","+/8="],"leaf_hash":"CQ==","is_max_namespace_ignored":true}`,
		},
		{
			nmt.Proof{End: math.MaxInt64, Nodes: [][]byte{{}}},
			"\x10\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x1a\x00",
			`{"end":9223372036854775807,"nodes":[""]}`,
		},
	} {
		b, err := c.p.MarshalBinary()
		if err != nil || string(b) != c.binary {
			t.Errorf("got %x, %v, want %x", b, err, c.binary)
		}
		if b, err := c.p.AppendBinary([]byte("head")); err != nil || string(b) != "head"+c.binary {
			t.Errorf("got %x, %v", b, err)
		}
		text, err := json.Marshal(c.p)
		if err != nil || string(text) != c.text {
			t.Errorf("got %s, %v, want %s", text, err, c.text)
		}
		for _, read := range []func(p *nmt.Proof) error{
			func(p *nmt.Proof) error { return p.UnmarshalBinary([]byte(c.binary)) },
			func(p *nmt.Proof) error { return json.Unmarshal([]byte(c.text), p) },
			func(p *nmt.Proof) error {
				return p.UnmarshalJSON([]byte(" " + strings.ReplaceAll(c.text, ",", " ,\n\t") + "\n"))
			},
		} {
			p := nmt.Proof{Start: 77, LeafHash: []byte{1}}
			if err := read(&p); err != nil || !reflect.DeepEqual(p, c.p) {
				t.Errorf("read %+v, %v, want %+v", p, err, c.p)
			}
		}
	}
}

func TestUnmarshalCopies(t *testing.T) {
	b := []byte("\x1a\x02\x01\x02\x22\x01\x09")
	var p nmt.Proof
	if err := p.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	clear(b)
	if p.Nodes[0][0] != 1 || p.LeafHash[0] != 9 {
		t.Error("the proof refers to what it was read from")
	}
}

func TestUnmarshalBinaryRefuses(t *testing.T) {
	good := "\x08\x01\x10\x02\x1a\x02\x01\x02\x22\x01\x09\x28\x01"
	var p nmt.Proof
	if err := p.UnmarshalBinary([]byte(good)); err != nil {
		t.Fatal(err)
	}
	// Where a field ends, what is before is a message as well.
	whole := map[int]bool{0: true, 2: true, 4: true, 8: true, 11: true}
	for n := range len(good) {
		if err := new(nmt.Proof).UnmarshalBinary([]byte(good[:n])); (err == nil) != whole[n] {
			t.Errorf("first %d bytes: %v", n, err)
		}
	}
	before := p
	for name, b := range map[string]string{
		"zero start":           "\x08\x00" + good[2:],
		"zero end":             "\x10\x00",
		"empty leaf hash":      "\x22\x00",
		"false":                "\x28\x00",
		"two for true":         "\x28\x02",
		"overlong true":        "\x28\x81\x00",
		"overlong start":       "\x08\x81\x00" + good[2:],
		"overlong end":         "\x10\x82\x80\x00",
		"overlong length":      "\x1a\x82\x00\x01\x02",
		"overlong tag":         "\x88\x00\x01",
		"negative start":       "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"11 bytes":             "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00",
		"length beyond":        "\x1a\x03\x01\x02",
		"huge length":          "\x1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02",
		"start twice":          "\x08\x01" + good,
		"leaf hash twice":      "\x22\x01\x08\x22\x01\x09",
		"end before start":     "\x10\x02\x08\x01",
		"leaf hash before":     "\x22\x01\x09\x1a\x01\x01",
		"unknown field":        good + "\x30\x01",
		"unknown large field":  good + "\x82\x01\x01\x01",
		"field zero":           "\x00\x01",
		"start as bytes":       "\x0a\x01\x01",
		"nodes as a number":    "\x18\x01",
		"fixed":                "\x09\x01\x00\x00\x00\x00\x00\x00\x00",
		"group":                "\x1b\x1c",
		"trailing byte":        good + "\x00",
		"two messages":         good + good,
		"tag without a number": good + "\x08",
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, p.UnmarshalBinary([]byte(b)), depinproof.ErrMalformed, nmt.ErrEncoding)
		})
	}
	many := bytes.Repeat([]byte("\x1a\x00"), nmt.MaxNodes)
	if err := p.UnmarshalBinary(many); err != nil || len(p.Nodes) != nmt.MaxNodes {
		t.Errorf("%d nodes, %v", len(p.Nodes), err)
	}
	p = before
	wantError(t, p.UnmarshalBinary(append(many, "\x1a\x00"...)), depinproof.ErrLimit, nil)
	wantError(t, p.UnmarshalBinary(make([]byte, 1<<20)), depinproof.ErrLimit, nil)
	if !reflect.DeepEqual(p, before) {
		t.Errorf("changed to %+v", p)
	}
}

func TestUnmarshalJSONRefuses(t *testing.T) {
	good := `{"start":1,"end":2,"nodes":["AQI="],"leaf_hash":"CQ==","is_max_namespace_ignored":true}`
	var p nmt.Proof
	if err := p.UnmarshalJSON([]byte(good)); err != nil {
		t.Fatal(err)
	}
	before := p
	for n := range len(good) {
		wantError(t, p.UnmarshalJSON([]byte(good[:n])), depinproof.ErrMalformed, nil)
	}
	for name, text := range map[string]string{
		"no object":         `[]`,
		"null":              `null`,
		"number":            `1`,
		"trailing":          good + `1`,
		"unknown name":      `{"start":1,"size":2}`,
		"other case":        `{"Start":1}`,
		"escaped name":      `{"st\u0061rt":1}`,
		"name twice":        `{"start":1,"start":1}`,
		"other order":       `{"end":2,"start":1}`,
		"zero start":        `{"start":0,"end":2}`,
		"negative start":    `{"start":-1}`,
		"large start":       `{"start":9223372036854775808}`,
		"fraction":          `{"start":1.0}`,
		"exponent":          `{"start":1e0}`,
		"string for number": `{"start":"1"}`,
		"false":             `{"is_max_namespace_ignored":false}`,
		"no nodes":          `{"nodes":[]}`,
		"null nodes":        `{"nodes":null}`,
		"null node":         `{"nodes":[null]}`,
		"empty leaf hash":   `{"leaf_hash":""}`,
		"hexadecimal":       `{"leaf_hash":"0x0"}`,
		"no padding":        `{"leaf_hash":"CQ"}`,
		"other padding":     `{"leaf_hash":"CR=="}`,
		"line break":        `{"leaf_hash":"CQ\n=="}`,
		"URL alphabet":      `{"leaf_hash":"-_8="}`,
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, p.UnmarshalJSON([]byte(text)), depinproof.ErrMalformed, nil)
		})
	}
	nodes := strings.Repeat(`"AA==",`, nmt.MaxNodes)
	wantError(t, p.UnmarshalJSON([]byte(`{"nodes":[`+nodes+`"AA=="]}`)), depinproof.ErrLimit, nil)
	wantError(t, p.UnmarshalJSON(bytes.Repeat([]byte(" "), 1<<20)), depinproof.ErrLimit, nil)
	if !reflect.DeepEqual(p, before) {
		t.Errorf("changed to %+v", p)
	}
}

// TestLargestProof checks that the greatest proof there can be is within the limits
// of both forms.
func TestLargestProof(t *testing.T) {
	p := &nmt.Proof{Start: math.MaxInt64, End: math.MaxInt64, LeafHash: make([]byte, 2*nmt.MaxNamespaceSize+32), IgnoreMaxNamespace: true}
	for range nmt.MaxNodes {
		p.Nodes = append(p.Nodes, p.LeafHash)
	}
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var fromBinary, fromText nmt.Proof
	if err := fromBinary.UnmarshalBinary(b); err != nil || !reflect.DeepEqual(&fromBinary, p) {
		t.Error(err)
	}
	if err := fromText.UnmarshalJSON(text); err != nil || !reflect.DeepEqual(&fromText, p) {
		t.Error(err)
	}
}
