package nmt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
)

const (
	// maxEncoding bounds the bytes of a proof: MaxNodes nodes of the greatest size
	// and the leaf hash with their tags and lengths, two indices and a flag.
	maxEncoding = (MaxNodes+1)*(maxNodeSize+3) + 2*10 + 2

	// maxText bounds the bytes of a proof in JSON: base64 needs 4 bytes for 3, and
	// as much again is for the names and for white space.
	maxText = 3 * maxEncoding
)

// The tags of the fields of upstream's protobuf message proof.pb.Proof: eight times
// the number, plus 0 for a varint and 2 for bytes.
const (
	tagStart    = 0x08 // int64 start = 1
	tagEnd      = 0x10 // int64 end = 2
	tagNode     = 0x1a // repeated bytes nodes = 3
	tagLeafHash = 0x22 // bytes leaf_hash = 4
	tagRule     = 0x28 // bool is_max_namespace_ignored = 5
)

// AppendBinary appends the protobuf message of p to b, as upstream writes it: fields
// in the order of their numbers, zero values left out. It returns no error.
func (p Proof) AppendBinary(b []byte) ([]byte, error) {
	return p.append(b), nil
}

// MarshalBinary returns what AppendBinary appends.
func (p Proof) MarshalBinary() ([]byte, error) {
	return p.append(nil), nil
}

func (p *Proof) append(b []byte) []byte {
	if p.Start != 0 {
		b = binary.AppendUvarint(append(b, tagStart), p.Start)
	}
	if p.End != 0 {
		b = binary.AppendUvarint(append(b, tagEnd), p.End)
	}
	for _, n := range p.Nodes {
		b = append(binary.AppendUvarint(append(b, tagNode), uint64(len(n))), n...)
	}
	if len(p.LeafHash) != 0 {
		b = append(binary.AppendUvarint(append(b, tagLeafHash), uint64(len(p.LeafHash))), p.LeafHash...)
	}
	if p.IgnoreMaxNamespace {
		b = append(b, tagRule, 1)
	}
	return b
}

// UnmarshalBinary reads a protobuf message. It accepts only what AppendBinary makes:
// a field out of order, twice or unknown, a zero value, a negative index, or a number
// longer than need be is malformed. It checks no node. The proof does not refer to
// data afterwards; on error it is as it was.
func (p *Proof) UnmarshalBinary(data []byte) error {
	const op = "nmt.UnmarshalBinary"
	if len(data) > maxEncoding {
		return fail(op, limit("bytes of the proof", uint64(len(data)), maxEncoding))
	}
	got, ok := parse(bytes.Clone(data))
	if !ok || !bytes.Equal(got.append(nil), data) {
		return fail(op, malformed(ErrEncoding))
	}
	if err := got.checkCount(); err != nil {
		return fail(op, err)
	}
	*p = got
	return nil
}

// parse reads the fields of a message in whatever order and form. The result refers
// to data.
func parse(data []byte) (p Proof, ok bool) {
	for len(data) != 0 {
		tag := data[0]
		v, n := binary.Uvarint(data[1:])
		if n <= 0 {
			return Proof{}, false
		}
		data = data[1+n:]
		var field []byte
		if tag == tagNode || tag == tagLeafHash {
			if v > uint64(len(data)) {
				return Proof{}, false
			}
			field, data = data[:v:v], data[v:]
		} else if v > math.MaxInt64 {
			return Proof{}, false
		}
		switch tag {
		case tagStart:
			p.Start = v
		case tagEnd:
			p.End = v
		case tagNode:
			p.Nodes = append(p.Nodes, field)
		case tagLeafHash:
			p.LeafHash = field
		case tagRule:
			p.IgnoreMaxNamespace = v == 1
		default:
			return Proof{}, false
		}
	}
	return p, true
}

// checkCount checks the number of nodes.
func (p *Proof) checkCount() error {
	if len(p.Nodes) > MaxNodes {
		return limit("nodes of the proof", uint64(len(p.Nodes)), MaxNodes)
	}
	return nil
}

// text is a proof as upstream writes it in JSON: the message's names, bytes in
// base64, zero values left out.
type text struct {
	Start              uint64   `json:"start,omitempty"`
	End                uint64   `json:"end,omitempty"`
	Nodes              [][]byte `json:"nodes,omitempty"`
	LeafHash           []byte   `json:"leaf_hash,omitempty"`
	IgnoreMaxNamespace bool     `json:"is_max_namespace_ignored,omitempty"`
}

// MarshalJSON returns the JSON text of p, as upstream writes it.
func (p Proof) MarshalJSON() ([]byte, error) {
	return json.Marshal(text(p))
}

// UnmarshalJSON reads a JSON text. It accepts only what MarshalJSON makes, with any
// white space between: another order or spelling of names, a name twice or unknown, a
// zero value, or base64 with other than zero bits at its end is malformed. It checks
// no node. On error the proof is as it was.
func (p *Proof) UnmarshalJSON(data []byte) error {
	const op = "nmt.UnmarshalJSON"
	if len(data) > maxText {
		return fail(op, limit("bytes of the proof", uint64(len(data)), maxText))
	}
	var got text
	if err := json.Unmarshal(data, &got); err != nil {
		return fail(op, malformed(err))
	}
	isNull := func(n []byte) bool { return n == nil } // which would be written as it is
	if max(got.Start, got.End) > math.MaxInt64 || slices.ContainsFunc(got.Nodes, isNull) {
		return fail(op, malformed(ErrEncoding))
	}
	want, err := json.Marshal(&got)
	if err != nil {
		return fail(op, err)
	}
	var given bytes.Buffer
	if err := json.Compact(&given, data); err != nil {
		return fail(op, malformed(err))
	}
	if !bytes.Equal(given.Bytes(), want) {
		return fail(op, malformed(ErrEncoding))
	}
	read := Proof(got)
	if err := read.checkCount(); err != nil {
		return fail(op, err)
	}
	*p = read
	return nil
}
