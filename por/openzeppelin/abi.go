package openzeppelin

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxValueBytes is the limit on the JSON of a value, and MaxTypes that on its types.
const (
	MaxValueBytes = 64 << 10
	MaxTypes      = 256
)

// EncodeValues returns the ABI encoding of a tuple with the given types, as Solidity's
// abi.encode makes it, of values that are a JSON array.
//
//	uintN, intN   a decimal or, not negative, a 0x-hexadecimal number as a string; or a
//	              JSON integer of at most 2⁵³ - 1; N is 256 if missing
//	address       a string of 0x and 40 hexadecimal digits; their case is not read as
//	              a checksum
//	bytesN        a string of 0x and 2N hexadecimal digits
//	bytes         a string of 0x and any even number of hexadecimal digits
//	bool          true or false
//	string        a string, encoded as UTF-8
//	T[]           an array of T, up to four deep
//
// The JavaScript library takes some more ways to write the same values, and tuples and
// arrays of fixed length. Those types fail with ErrUnsupported, as values fail with
// ErrMalformed that are written otherwise or do not fit; values above [MaxValueBytes] or
// with more than [MaxTypes] types fail with ErrLimit.
func EncodeValues(types []string, values []byte) ([]byte, error) {
	const op = "openzeppelin.EncodeValues"
	parsed, err := parseTypes(types)
	if err != nil {
		return nil, fail(op, err)
	}
	encoded, err := encodeValues(parsed, values)
	if err != nil {
		return nil, fail(op, err)
	}
	return encoded, nil
}

// encodeValues is EncodeValues for types that have been parsed, as those of a dump are
// once for all its values.
func encodeValues(types []abiType, values []byte) ([]byte, error) {
	if len(values) > MaxValueBytes {
		return nil, limit("bytes", len(values), MaxValueBytes)
	}
	if !utf8.Valid(values) {
		return nil, malformed(errors.New("values are not UTF-8"))
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(values))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, malformed(err)
	}
	list, ok := value.([]any)
	if _, err := decoder.Token(); err != io.EOF || !ok {
		return nil, malformed(errors.New("values are not one array"))
	}
	if len(list) != len(types) {
		return nil, malformed(fmt.Errorf("%d values of %d types", len(list), len(types)))
	}
	encoded, err := appendTuple(nil, types, list)
	if err != nil {
		return nil, malformed(err)
	}
	return encoded, nil
}

// maxDimensions is how deep arrays may be.
const maxDimensions = 4

// abiType is a type of values: an array of so many dimensions, or none, of a kind.
type abiType struct {
	kind       kind
	size       int // bits of an integer, bytes of a word
	dimensions int
}

type kind uint8

const (
	address kind = iota
	boolean
	text
	data
	unsigned
	signed
	word
)

func (t abiType) String() string {
	name := [...]string{"address", "bool", "string", "bytes", "uint", "int", "bytes"}[t.kind]
	if t.size > 0 {
		name += strconv.Itoa(t.size)
	}
	return name + strings.Repeat("[]", t.dimensions)
}

func parseTypes(names []string) ([]abiType, error) {
	if len(names) > MaxTypes {
		return nil, limit("types", len(names), MaxTypes)
	}
	types := make([]abiType, len(names))
	for i, name := range names {
		var err error
		if types[i], err = parseType(name); err != nil {
			return nil, err
		}
	}
	return types, nil
}

func parseType(name string) (abiType, error) {
	base, dimensions := name, 0
	for dimensions < maxDimensions && strings.HasSuffix(base, "[]") {
		base, dimensions = strings.TrimSuffix(base, "[]"), dimensions+1
	}
	switch base {
	case "address":
		return abiType{address, 0, dimensions}, nil
	case "bool":
		return abiType{boolean, 0, dimensions}, nil
	case "string":
		return abiType{text, 0, dimensions}, nil
	case "bytes":
		return abiType{data, 0, dimensions}, nil
	case "uint":
		return abiType{unsigned, 256, dimensions}, nil
	case "int":
		return abiType{signed, 256, dimensions}, nil
	}
	digits := strings.TrimLeft(base, "abcdefghijklmnopqrstuvwxyz")
	t, most, unit := abiType{dimensions: dimensions}, 256, 8
	switch strings.TrimSuffix(base, digits) {
	case "uint":
		t.kind = unsigned
	case "int":
		t.kind = signed
	case "bytes":
		t.kind, most, unit = word, 32, 1
	default:
		return abiType{}, unsupported("type %.64q", name)
	}
	if strings.Trim(digits, "0123456789") != "" {
		return abiType{}, unsupported("type %.64q", name)
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > most || n%unit != 0 || digits[0] == '0' {
		return abiType{}, malformed(fmt.Errorf("type %.64q", name))
	}
	t.size = n
	return t, nil
}

// dynamic says that values of the type have no fixed length.
func (t abiType) dynamic() bool { return t.dimensions > 0 || t.kind == text || t.kind == data }

// appendTuple appends the encoding of values to dst. The types are those of all values in
// turn, or one for all of them. Values of dynamic length leave in their word where they
// begin.
func appendTuple(dst []byte, types []abiType, values []any) ([]byte, error) {
	start := len(dst)
	dst = append(dst, make([]byte, 32*len(values))...)
	for i, value := range values {
		t, at := types[i%len(types)], start+32*i
		var err error
		if t.dynamic() {
			putLength(dst[at:], len(dst)-start)
			dst, err = t.append(dst, value)
		} else {
			err = t.put(dst[at:at+32], value)
		}
		if err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// append appends the encoding of a value of dynamic length to dst.
func (t abiType) append(dst []byte, value any) ([]byte, error) {
	start := len(dst)
	dst = append(dst, make([]byte, 32)...)
	list, isList := value.([]any)
	s, isString := value.(string)
	switch {
	case t.dimensions > 0 && isList:
		putLength(dst[start:], len(list))
		element := t
		element.dimensions--
		return appendTuple(dst, []abiType{element}, list)
	case t.dimensions == 0 && t.kind == text && isString:
		putLength(dst[start:], len(s))
		dst = append(dst, s...)
	case t.dimensions == 0 && t.kind == data && isString:
		b, err := fromHex(s, -1)
		if err != nil {
			return nil, err
		}
		putLength(dst[start:], len(b))
		dst = append(dst, b...)
	default:
		return nil, t.mismatch(value)
	}
	return append(dst, make([]byte, -len(dst)&31)...), nil
}

// put sets a word of zeros to a value of fixed length.
func (t abiType) put(dst []byte, value any) error {
	s, isString := value.(string)
	number, isNumber := value.(json.Number)
	b, isBool := value.(bool)
	switch {
	case t.kind == boolean && isBool:
		if b {
			dst[31] = 1
		}
		return nil
	case t.kind == address && isString:
		return putHex(dst[12:], s, 20)
	case t.kind == word && isString:
		return putHex(dst, s, t.size)
	case (t.kind == unsigned || t.kind == signed) && isString:
		return t.putInteger(dst, s)
	case (t.kind == unsigned || t.kind == signed) && isNumber:
		n, err := strconv.ParseInt(number.String(), 10, 64)
		if err != nil || n >= 1<<53 || n <= -1<<53 {
			return fmt.Errorf("%.64s is no integer below 2⁵³", number)
		}
		return t.putInteger(dst, number.String())
	}
	return t.mismatch(value)
}

func (t abiType) mismatch(value any) error { return fmt.Errorf("%s is no %v", cut(value), t) }

// putInteger sets a word of zeros to a number in the two's complement. What is not
// negative has the bits of the number, what is has the inverse of those of -n - 1.
func (t abiType) putInteger(dst []byte, s string) error {
	// 256 bits have at most 78 digits.
	if len(s) > 80 || !isInteger(s) {
		return t.mismatch(s)
	}
	var length int
	var negative bool
	if n, err := parseSmall(s); err == nil {
		negative = n < 0
		n ^= n >> 63
		length = bits.Len64(uint64(n))
		binary.BigEndian.PutUint64(dst[24:], uint64(n))
	} else {
		n, ok := new(big.Int).SetString(s, 0)
		if !ok {
			return t.mismatch(s)
		}
		if negative = n.Sign() < 0; negative {
			n.Not(n)
		}
		if length = n.BitLen(); length <= 256 {
			n.FillBytes(dst)
		}
	}
	most := t.size
	if t.kind == signed {
		most--
	}
	if length > most || negative && t.kind == unsigned {
		return fmt.Errorf("%.64s does not fit %v", s, t)
	}
	if negative {
		for i := range dst {
			dst[i] = ^dst[i]
		}
	}
	return nil
}

var errNotSmall = errors.New("a number that may exceed 64 bits")

// parseSmall is [strconv.ParseInt], but fails at once where the number is long.
func parseSmall(s string) (int64, error) {
	if len(s) > 18 {
		return 0, errNotSmall
	}
	return strconv.ParseInt(s, 0, 64)
}

// isInteger says that s is a number as it is written in one way, but for the case of
// digits: a decimal with or without a sign, or 0x and hexadecimal digits, and no zeros in
// front.
func isInteger(s string) bool {
	digits, hexadecimal := strings.CutPrefix(s, "0x")
	if !hexadecimal {
		digits = strings.TrimPrefix(s, "-")
	}
	for i, c := range []byte(digits) {
		letter := hexadecimal && ('a' <= c && c <= 'f' || 'A' <= c && c <= 'F')
		if c == '0' && i == 0 && digits != "0" || (c < '0' || c > '9') && !letter {
			return false
		}
	}
	return digits != "" && s != "-0"
}

// fromHex decodes n bytes, any number of them if n is negative.
func fromHex(s string, n int) ([]byte, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	decoded, err := hex.DecodeString(digits)
	if !ok || err != nil || n >= 0 && len(decoded) != n {
		return nil, errHex(s)
	}
	return decoded, nil
}

// putHex decodes n bytes into the front of dst.
func putHex(dst []byte, s string, n int) error {
	if len(s) != 2+2*n || s[:2] != "0x" {
		return errHex(s)
	}
	var digits [2 * 32]byte
	if _, err := hex.Decode(dst, digits[:copy(digits[:], s[2:])]); err != nil {
		return errHex(s)
	}
	return nil
}

func errHex(s string) error { return fmt.Errorf("%.64q is not hexadecimal or has another length", s) }

// cut returns the beginning of what a value looks like, for the text of an error, as the
// value may be as long as whoever sent it likes.
func cut(value any) string { return fmt.Sprintf("%.64s", fmt.Sprint(value)) }

func putLength(word []byte, n int) { binary.BigEndian.PutUint64(word[24:32], uint64(n)) }
