package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/depinproof/depinproof"
)

// Limits of a message. The network had them by what a request or a frame may have.
const (
	// MaxMessageSize is the most bytes a message may have, as the most a frame may have.
	MaxMessageSize = 15_000_000

	// MaxCoverage is the most hexes a [CoverageObject] may have. A request of 4 MiB, the
	// most that was accepted, has no room for as many that have a location.
	MaxCoverage = 1 << 18

	// MaxWitnesses is the most witnesses that each list of a [PoC] may have.
	MaxWitnesses = 1 << 16

	// MaxChannels is the most channels that [RegionParams] may have, and the most
	// spreading factors that each of them may have.
	MaxChannels = 1 << 10

	// MaxMultipliers is the most periods that a [BoostedHexInfo] may have.
	MaxMultipliers = 1 << 16
)

// maxDepth is how deep prost follows messages and unknown groups.
const maxDepth = 100

var (
	errVarint   = errors.New("varint is cut short or exceeds 64 bits")
	errTag      = errors.New("no such field number or wire type")
	errWireType = errors.New("another wire type than the field's")
	errShort    = errors.New("runs past the end of its message")
	errUTF8     = errors.New("text is not UTF-8")
	errGroup    = errors.New("group does not end")
	errDepth    = errors.New("nested too deep")
	errCount    = errors.New("too many elements")
)

// A codec goes over a message's fields, by ascending number, and reads or writes each.
// So a message lists its fields once, in its method fields.
//
// A pass over the list reads the fields that lie in that order, so one pass reads the
// canonical form. There are passes until the message is read; when one has not taken the
// field that is next, the message does not have it.
type codec struct {
	b       []byte // what is read, or what is written
	writing bool

	pos, end int // what is left of the innermost message
	at, seen int // where the next field starts, and the one that was next before the pass
	num      protowire.Number
	typ      protowire.Type
	depth    int    // how much deeper it may get
	text     string // b, if there is text in it

	kind, err error
}

// read returns a codec for passes over the fields of a message, as long as there are more.
func read(b []byte) codec { return codec{b: b, at: -1, depth: maxDepth} }

// write returns a codec for one pass over the fields of a message, which appends it to dst.
func write(dst []byte) codec { return codec{b: dst, writing: true} }

// more reports whether there is something left for a pass.
func (c *codec) more() bool {
	switch {
	case c.at < 0:
		c.begin()
	case c.num != 0 && c.at == c.seen:
		c.skip(c.num, c.typ, c.depth)
		c.next()
	}
	c.seen = c.at
	return c.num != 0
}

func (c *codec) begin() {
	c.at = 0
	if len(c.b) > MaxMessageSize {
		c.fail(depinproof.ErrLimit, fmt.Errorf("%d bytes, at most %d", len(c.b), MaxMessageSize))
		return
	}
	c.end = len(c.b)
	c.next()
}

// done returns the error of the operation.
func (c *codec) done(op string) error {
	if c.err == nil {
		return nil
	}
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: c.kind, Err: c.err}
}

// fail ends the reading.
func (c *codec) fail(kind, err error) {
	if c.err == nil {
		c.kind, c.err = kind, fmt.Errorf("field %d at byte %d: %w", c.num, c.at, err)
	}
	c.num = 0
}

func (c *codec) malformed(err error) { c.fail(depinproof.ErrMalformed, err) }

// next reads the tag of the next field. At the end of the message that is number 0.
func (c *codec) next() {
	c.num, c.at = 0, c.pos
	if c.pos < c.end && c.err == nil {
		c.num, c.typ = c.tag()
	}
}

func (c *codec) tag() (protowire.Number, protowire.Type) {
	v := c.varint()
	num, typ := protowire.Number(v>>3), protowire.Type(v&7)
	if v > math.MaxUint32 || num == 0 || typ > protowire.Fixed32Type {
		c.malformed(errTag)
		return 0, 0
	}
	return num, typ
}

func (c *codec) varint() uint64 {
	if c.pos < c.end && c.b[c.pos] < 0x80 {
		c.pos++
		return uint64(c.b[c.pos-1])
	}
	v, n := protowire.ConsumeVarint(c.b[c.pos:c.end])
	if n < 0 {
		c.malformed(errVarint)
		return 0
	}
	c.pos += n
	return v
}

// length reads the length of what follows and returns where that ends.
func (c *codec) length() int {
	n := c.varint()
	if n > uint64(c.end-c.pos) {
		c.malformed(errShort)
		return c.pos
	}
	return c.pos + int(n)
}

// skip passes over an unknown field's value.
func (c *codec) skip(num protowire.Number, typ protowire.Type, depth int) {
	if depth == 0 {
		c.malformed(errDepth)
		return
	}
	switch typ {
	case protowire.VarintType:
		c.varint()
	case protowire.Fixed32Type:
		c.fixed(4)
	case protowire.Fixed64Type:
		c.fixed(8)
	case protowire.BytesType:
		c.pos = c.length()
	case protowire.StartGroupType:
		for c.err == nil {
			n, t := c.tag()
			if t != protowire.EndGroupType {
				c.skip(n, t, depth-1)
			} else if n == num {
				return
			} else {
				c.malformed(errGroup)
			}
		}
	default:
		c.malformed(errGroup)
	}
}

// fixed passes over n bytes and returns them, or nil.
func (c *codec) fixed(n int) []byte {
	if n > c.end-c.pos {
		c.malformed(errShort)
		return nil
	}
	c.pos += n
	return c.b[c.pos-n : c.pos]
}

// is reports whether the next field has the number n. It fails if that has another type
// than typ.
func (c *codec) is(n protowire.Number, typ protowire.Type) bool {
	if c.num == n && c.typ != typ {
		c.malformed(errWireType)
	}
	return c.num == n
}

func (c *codec) put(n protowire.Number, typ protowire.Type) {
	c.b = protowire.AppendTag(c.b, n, typ)
}

func (c *codec) putVarint(n protowire.Number, v uint64) {
	if v != 0 {
		c.put(n, protowire.VarintType)
		c.b = protowire.AppendVarint(c.b, v)
	}
}

func (c *codec) uint64(n protowire.Number, p *uint64) {
	if c.writing {
		c.putVarint(n, *p)
	} else if c.is(n, protowire.VarintType) {
		*p = c.varint()
		c.next()
	}
}

func (c *codec) uint32(n protowire.Number, p *uint32) {
	if c.writing {
		c.putVarint(n, uint64(*p))
	} else if c.is(n, protowire.VarintType) {
		*p = uint32(c.varint())
		c.next()
	}
}

// int32 is for int32 and for enums, whose values are open.
func (c *codec) int32(n protowire.Number, p *int32) {
	if c.writing {
		c.putVarint(n, uint64(*p)) // its sign is extended
	} else if c.is(n, protowire.VarintType) {
		*p = int32(c.varint())
		c.next()
	}
}

func (c *codec) sint32(n protowire.Number, p *int32) {
	if c.writing {
		c.putVarint(n, protowire.EncodeZigZag(int64(*p)))
	} else if c.is(n, protowire.VarintType) {
		*p = int32(protowire.DecodeZigZag(uint64(uint32(c.varint()))))
		c.next()
	}
}

func (c *codec) bool(n protowire.Number, p *bool) {
	if c.writing {
		c.putVarint(n, protowire.EncodeBool(*p))
	} else if c.is(n, protowire.VarintType) {
		*p = c.varint() != 0
		c.next()
	}
}

// double leaves out −0, which equals the default value.
func (c *codec) double(n protowire.Number, p *float64) {
	if c.writing {
		if *p != 0 {
			c.put(n, protowire.Fixed64Type)
			c.b = protowire.AppendFixed64(c.b, math.Float64bits(*p))
		}
	} else if c.is(n, protowire.Fixed64Type) {
		if v := c.fixed(8); v != nil {
			*p = math.Float64frombits(binary.LittleEndian.Uint64(v))
		}
		c.next()
	}
}

// float leaves out −0, as double does.
func (c *codec) float(n protowire.Number, p *float32) {
	if c.writing {
		if *p != 0 {
			c.put(n, protowire.Fixed32Type)
			c.b = protowire.AppendFixed32(c.b, math.Float32bits(*p))
		}
	} else if c.is(n, protowire.Fixed32Type) {
		if v := c.fixed(4); v != nil {
			*p = math.Float32frombits(binary.LittleEndian.Uint32(v))
		}
		c.next()
	}
}

// bytes is for bytes of a message's own; the empty ones are nil.
func (c *codec) bytes(n protowire.Number, p *[]byte) {
	if c.writing {
		if len(*p) > 0 {
			c.putBytes(n, *p)
		}
	} else if c.is(n, protowire.BytesType) {
		*p = c.value()
		c.next()
	}
}

// oneofBytes is for a field of a oneof, which is there if *which is its number.
func (c *codec) oneofBytes(n protowire.Number, which *uint8, p *[]byte, text bool) {
	if c.writing {
		if *which == uint8(n) {
			c.putBytes(n, *p)
		}
	} else if c.is(n, protowire.BytesType) {
		*which, *p = uint8(n), c.value()
		if text && !utf8.Valid(*p) {
			c.malformed(errUTF8)
		}
		c.next()
	}
}

func (c *codec) putBytes(n protowire.Number, v []byte) {
	c.put(n, protowire.BytesType)
	c.b = protowire.AppendBytes(c.b, v)
}

// value reads the bytes of a field.
func (c *codec) value() []byte {
	end := c.length()
	v := c.b[c.pos:end:end]
	c.pos = end
	if len(v) == 0 {
		return nil
	}
	return v
}

func (c *codec) string(n protowire.Number, p *string) {
	has := false
	c.optionalString(n, p, &has)
}

// optionalString is for a string that may be there and empty.
func (c *codec) optionalString(n protowire.Number, p *string, has *bool) {
	if c.writing {
		if *has || *p != "" {
			c.put(n, protowire.BytesType)
			c.b = protowire.AppendString(c.b, *p)
		}
	} else if c.is(n, protowire.BytesType) {
		*p, *has = c.textValue(), true
		c.next()
	}
}

// textValue reads the text of a field. All text of a message is of one string, so that
// many hexes take one allocation.
func (c *codec) textValue() string {
	v := c.value()
	if len(v) == 0 {
		return ""
	}
	if !utf8.Valid(v) {
		c.malformed(errUTF8)
		return ""
	}
	if c.text == "" {
		c.text = string(c.b)
	}
	return c.text[c.pos-len(v) : c.pos]
}

// packed is for repeated uint32, of which both forms are read and the packed one is
// written.
func (c *codec) packed(n protowire.Number, p *[]uint32, most int) {
	switch {
	case c.writing:
		if len(*p) == 0 {
			return
		}
		size := 0
		for _, v := range *p {
			size += protowire.SizeVarint(uint64(v))
		}
		c.put(n, protowire.BytesType)
		c.b = protowire.AppendVarint(c.b, uint64(size))
		for _, v := range *p {
			c.b = protowire.AppendVarint(c.b, uint64(v))
		}
	case c.num != n:
	case c.typ == protowire.BytesType:
		outer := c.end
		for c.end = c.length(); c.pos < c.end && c.err == nil; {
			c.element(p, most)
		}
		c.end = outer
		c.next()
	case c.is(n, protowire.VarintType):
		c.element(p, most)
		c.next()
	}
}

func (c *codec) element(p *[]uint32, most int) {
	v := c.varint()
	if len(*p) == most {
		c.fail(depinproof.ErrLimit, errCount)
		return
	}
	*p = append(*p, uint32(v))
}

// messages goes over the messages of a field: for it := c.one(…); it.next(c); { … }, where
// the loop's body is a pass over the fields of one of them.
type messages struct {
	n     protowire.Number
	i     int    // which one the pass is for
	most  int    // how many there are, or may be
	keep  bool   // an empty one is written
	has   *bool  // is set if one is read
	which *uint8 // is set to n if one is read
	fresh bool   // *which was another one, whose content is to be dropped

	open    bool
	outer   int // where the message around it ends, or the field starts
	content int // where it starts
}

func (c *codec) messages(n protowire.Number, count, most int, keep bool) messages {
	if c.writing {
		return messages{n: n, i: -1, most: count, keep: keep}
	}
	return messages{n: n, i: count, most: most}
}

// one is for a message that is written if *has or if it has content. Messages that are
// read are merged.
func (c *codec) one(n protowire.Number, has *bool) messages {
	it := c.messages(n, 1, math.MaxInt, *has)
	it.has = has
	return it
}

// oneof is for a message that is there if *which is its number.
func (c *codec) oneof(n protowire.Number, which *uint8) messages {
	count := 0
	if *which == uint8(n) {
		count = 1
	}
	it := c.messages(n, count, math.MaxInt, true)
	it.which = which
	return it
}

// list is for repeated messages, of which there are count and may be most; see nth.
func (c *codec) list(n protowire.Number, count, most int) messages {
	return c.messages(n, count, most, true)
}

// nth returns the element i of *s, which it makes if it is the next one.
func nth[T any](s *[]T, i int) *T {
	if i == len(*s) {
		var zero T
		*s = append(*s, zero)
	}
	return &(*s)[i]
}

func (it *messages) next(c *codec) bool {
	if c.writing {
		return it.write(c)
	}
	if it.open {
		it.fresh = false
		if c.more() {
			return true
		}
		if c.err != nil {
			return false
		}
		it.open = false
		it.i++
		c.end = it.outer
		c.depth++
		c.seen = -1 // the pass over the message around it moved
		c.next()
	}
	if !c.is(it.n, protowire.BytesType) {
		return false
	}
	if it.i >= it.most {
		c.fail(depinproof.ErrLimit, errCount)
		return false
	}
	it.open = true
	it.outer = c.end
	c.end = c.length()
	c.depth--
	if it.has != nil {
		*it.has = true
	}
	if it.which != nil {
		it.fresh = *it.which != uint8(it.n)
		*it.which = uint8(it.n)
	}
	c.next()
	c.seen = c.at
	return c.err == nil
}

func (it *messages) write(c *codec) bool {
	if it.open {
		it.open = false
		it.close(c)
	}
	it.i++
	if it.i >= it.most {
		return false
	}
	it.open = true
	it.outer = len(c.b)
	c.put(it.n, protowire.BytesType)
	c.b = append(c.b, 0) // the length, if it takes one byte
	it.content = len(c.b)
	return true
}

func (it *messages) close(c *codec) {
	size := len(c.b) - it.content
	if size == 0 && !it.keep {
		c.b = c.b[:it.outer]
		return
	}
	var more [9]byte
	c.b = slices.Insert(c.b, it.content, more[:protowire.SizeVarint(uint64(size))-1]...)
	protowire.AppendVarint(c.b[:it.content-1], uint64(size))
}
