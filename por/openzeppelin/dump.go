package openzeppelin

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// MaxDumpBytes is the limit on the JSON of a dump, of some 280,000 transfers of an amount
// to an address. One core of a busy virtual machine parsed and validated such at 31 MB/s,
// and arrays of empty arrays, whose encoding is 27 times as long as their JSON, at
// 3.5 MB/s: who sends a dump costs some 20 seconds at most.
const MaxDumpBytes = 64 << 20

// The formats of a dump.
const (
	StandardFormat = "standard-v1"
	SimpleFormat   = "simple-v1"
)

// Dump is a tree with the values it was made of, as the JavaScript library dumps it. What
// [ParseDump] returns is well formed; whether it holds together, Validate tells.
type Dump struct {
	Format       string
	LeafEncoding []string // types of a value, of a standard tree
	CustomHash   bool     // nodes are made by a function that the dump does not tell
	Nodes        []por.Node
	Values       []Value
}

// Value is a value and the node of its leaf. Of a standard tree the JSON is an array, see
// [EncodeValues]; of a simple one it is a string of 32 bytes in hexadecimal.
type Value struct {
	JSON      json.RawMessage
	TreeIndex int
}

// ParseDump reads a dump. Every field has to be there once and no other may be.
//
// It fails with ErrLimit above [MaxDumpBytes] and above the limits on leaves and values,
// with ErrUnsupported if the format is another one, and else with ErrMalformed.
func ParseDump(data []byte) (*Dump, error) {
	const op = "openzeppelin.ParseDump"
	if len(data) > MaxDumpBytes {
		return nil, fail(op, limit("bytes", len(data), MaxDumpBytes))
	}
	if !utf8.Valid(data) {
		return nil, fail(op, malformed(errors.New("dump is not UTF-8")))
	}
	d := new(Dump)
	p := &parser{json.NewDecoder(bytes.NewReader(data))}
	p.UseNumber()
	err := p.object([]string{"format", "tree", "values"}, []string{"leafEncoding", "hash"}, d.parseField(p))
	if err != nil {
		return nil, fail(op, err)
	}
	if _, err := p.Token(); err != io.EOF {
		return nil, fail(op, malformed(errors.New("more than a dump")))
	}
	switch {
	case d.Format != StandardFormat && d.Format != SimpleFormat:
		return nil, fail(op, unsupported("format %.64q", d.Format))
	case (d.Format == StandardFormat) != (d.LeafEncoding != nil):
		return nil, fail(op, malformed(errors.New("a standard tree alone has a leafEncoding")))
	case d.Format == StandardFormat && d.CustomHash:
		return nil, fail(op, malformed(errors.New("a simple tree alone has a hash")))
	}
	return d, nil
}

func (d *Dump) parseField(p *parser) func(string) error {
	return func(key string) error {
		switch key {
		case "format":
			return p.string(&d.Format)
		case "hash":
			var hash string
			if err := p.string(&hash); err != nil {
				return err
			}
			if hash != "custom" {
				return unsupported("hash %.64q", hash)
			}
			d.CustomHash = true
			return nil
		case "leafEncoding":
			d.LeafEncoding = []string{}
			return p.array("types", MaxTypes, func() error {
				var t string
				err := p.string(&t)
				d.LeafEncoding = append(d.LeafEncoding, t)
				return err
			})
		case "tree":
			return p.array("nodes", 2*MaxLeaves-1, func() error {
				var s string
				if err := p.string(&s); err != nil {
					return err
				}
				var node por.Node
				if err := putHex(node[:], s, 32); err != nil {
					return malformed(err)
				}
				d.Nodes = append(d.Nodes, node)
				return nil
			})
		default:
			return p.array("values", MaxLeaves, func() error {
				var v Value
				err := p.object([]string{"value", "treeIndex"}, nil, v.parseField(p))
				d.Values = append(d.Values, v)
				return err
			})
		}
	}
}

func (v *Value) parseField(p *parser) func(string) error {
	return func(key string) error {
		if key == "treeIndex" {
			return p.index(&v.TreeIndex)
		}
		if err := p.Decode(&v.JSON); err != nil {
			return malformed(err)
		}
		if len(v.JSON) > MaxValueBytes {
			return limit("bytes", len(v.JSON), MaxValueBytes)
		}
		return nil
	}
}

// Validate checks that the nodes are a tree, every inner node the hash of its children,
// and that every leaf is that of one value.
//
// It fails with ErrUnsupported if the dump has a custom hash or types [EncodeValues] does
// not know, with ErrMalformed if the counts do not fit ([TreeSizeError]), a value is at no
// leaf of its own ([TreeIndexError]) or not of its types, and with ErrInvalidProof if a
// hash differs ([NodeError], [LeafError]). The JavaScript library takes values that are
// fewer than the leaves or share one; what it dumps itself is never so.
func (d *Dump) Validate() error {
	const op = "openzeppelin.Dump.Validate"
	if d.CustomHash {
		return fail(op, unsupported("custom hash"))
	}
	n := len(d.Values)
	if n > MaxLeaves {
		return fail(op, limit("values", n, MaxLeaves))
	}
	if n == 0 || len(d.Nodes) != 2*n-1 {
		return fail(op, malformed(&TreeSizeError{len(d.Nodes), n}))
	}
	taken := make([]bool, len(d.Nodes))
	for i, v := range d.Values {
		if v.TreeIndex < n-1 || v.TreeIndex >= len(d.Nodes) || taken[v.TreeIndex] {
			return fail(op, malformed(&TreeIndexError{i, v.TreeIndex}))
		}
		taken[v.TreeIndex] = true
	}
	types, err := parseTypes(d.LeafEncoding)
	if err != nil {
		return fail(op, err)
	}
	for i, v := range d.Values {
		leaf, err := d.leaf(types, v.JSON)
		if err != nil {
			return fail(op, err)
		}
		if got := d.Nodes[v.TreeIndex]; got != leaf {
			return fail(op, invalid(&LeafError{i, leaf, got}))
		}
	}
	for i := range n - 1 {
		node := keccak.SumSorted(&d.Nodes[2*i+1], &d.Nodes[2*i+2])
		if got := d.Nodes[i]; got != node {
			return fail(op, invalid(&NodeError{i, node, got}))
		}
	}
	return nil
}

// Tree returns the tree of a dump that is valid; it fails as Validate does. The indices
// of its leaves are those of the values.
func (d *Dump) Tree() (*Tree, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	t := &Tree{nodes: slices.Clone(d.Nodes), place: make([]int, len(d.Values))}
	for i, v := range d.Values {
		t.place[i] = v.TreeIndex
	}
	return t, nil
}

// NewStandardDump makes the standard tree of values, JSON arrays of the given types, with
// its leaves in the order of their hashes if sorted. It fails as [EncodeValues] and
// [NewTree] do.
func NewStandardDump(types []string, values []json.RawMessage, sorted bool) (*Dump, error) {
	d := &Dump{Format: StandardFormat, LeafEncoding: append([]string{}, types...)}
	if err := d.build(values, sorted); err != nil {
		return nil, fail("openzeppelin.NewStandardDump", err)
	}
	return d, nil
}

// NewSimpleDump makes the simple tree of values, JSON strings of 32 bytes in hexadecimal.
// It fails with ErrMalformed if one is something else and as [NewTree] does.
func NewSimpleDump(values []json.RawMessage, sorted bool) (*Dump, error) {
	d := &Dump{Format: SimpleFormat}
	if err := d.build(values, sorted); err != nil {
		return nil, fail("openzeppelin.NewSimpleDump", err)
	}
	return d, nil
}

// build makes the tree of the values.
func (d *Dump) build(values []json.RawMessage, sorted bool) error {
	types, err := parseTypes(d.LeafEncoding)
	if err != nil {
		return err
	}
	leaves := make([]por.Node, len(values))
	for i, value := range values {
		leaf, err := d.leaf(types, value)
		if err != nil {
			return err
		}
		leaves[i] = leaf
	}
	t, err := NewTree(leaves, sorted)
	if err != nil {
		return err
	}
	d.Nodes = t.nodes
	for i, value := range values {
		d.Values = append(d.Values, Value{bytes.Clone(value), t.place[i]})
	}
	return nil
}

// leaf returns the leaf of a value, which in a standard tree has the given types.
func (d *Dump) leaf(types []abiType, value json.RawMessage) (por.Node, error) {
	if d.Format == StandardFormat {
		encoded, err := encodeValues(types, value)
		if err != nil {
			return por.Node{}, err
		}
		return StandardLeaf(encoded), nil
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return por.Node{}, malformed(err)
	}
	var leaf por.Node
	if err := putHex(leaf[:], s, 32); err != nil {
		return por.Node{}, malformed(err)
	}
	return leaf, nil
}

// JSON returns the dump as the JavaScript library writes it. It fails with ErrMalformed if
// a value is not JSON.
func (d *Dump) JSON() ([]byte, error) {
	type value struct {
		Value     json.RawMessage `json:"value"`
		TreeIndex int             `json:"treeIndex"`
	}
	file := struct {
		Format       string   `json:"format"`
		LeafEncoding []string `json:"leafEncoding,omitzero"`
		Tree         []string `json:"tree"`
		Values       []value  `json:"values"`
		Hash         string   `json:"hash,omitzero"`
	}{d.Format, d.LeafEncoding, make([]string, len(d.Nodes)), make([]value, len(d.Values)), ""}
	for i, node := range d.Nodes {
		file.Tree[i] = "0x" + hex.EncodeToString(node[:])
	}
	for i, v := range d.Values {
		file.Values[i] = value{v.JSON, v.TreeIndex}
	}
	if d.CustomHash {
		file.Hash = "custom"
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(&file); err != nil {
		return nil, fail("openzeppelin.Dump.JSON", malformed(err))
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// parser reads the JSON of a dump token by token, which encoding/json alone does not do
// strictly: it takes keys in any case, and the last of several.
type parser struct{ *json.Decoder }

func (p *parser) token(want json.Token) error {
	got, err := p.Token()
	if err != nil {
		return malformed(err)
	}
	if got != want {
		return malformed(fmt.Errorf("%s at byte %d, want %v", cut(got), p.InputOffset(), want))
	}
	return nil
}

// object reads an object that has all fields that are required, none twice.
func (p *parser) object(required, optional []string, field func(key string) error) error {
	if err := p.token(json.Delim('{')); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for p.More() {
		var key string
		if err := p.string(&key); err != nil {
			return err
		}
		if seen[key] || !slices.Contains(required, key) && !slices.Contains(optional, key) {
			return malformed(fmt.Errorf("field %.64q is unknown or comes twice", key))
		}
		seen[key] = true
		if err := field(key); err != nil {
			return err
		}
	}
	for _, key := range required {
		if !seen[key] {
			return malformed(fmt.Errorf("field %q is missing", key))
		}
	}
	return p.token(json.Delim('}'))
}

func (p *parser) array(what string, most int, element func() error) error {
	if err := p.token(json.Delim('[')); err != nil {
		return err
	}
	for n := 0; p.More(); n++ {
		if n == most {
			return limit(what, n+1, most)
		}
		if err := element(); err != nil {
			return err
		}
	}
	return p.token(json.Delim(']'))
}

func (p *parser) string(s *string) error {
	token, err := p.Token()
	if err != nil {
		return malformed(err)
	}
	got, ok := token.(string)
	if !ok {
		return malformed(fmt.Errorf("%s at byte %d, want a string", cut(token), p.InputOffset()))
	}
	*s = got
	return nil
}

func (p *parser) index(i *int) error {
	token, err := p.Token()
	if err != nil {
		return malformed(err)
	}
	number, ok := token.(json.Number)
	n, err := strconv.ParseUint(number.String(), 10, 31)
	if !ok || err != nil {
		return malformed(fmt.Errorf("%s at byte %d, want an index", cut(token), p.InputOffset()))
	}
	*i = int(n)
	return nil
}
