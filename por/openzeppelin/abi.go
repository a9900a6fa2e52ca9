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
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxValueBytes is the limit on the JSON of a value, and MaxTypes that on its types.
const (
	MaxValueBytes = 64 << 10
	MaxTypes      = 256
)

// abiType matches the types that are known; of uintN, intN and bytesN it finds N.
var abiType = regexp.MustCompile(`^(?:address|bool|string|bytes|uint(\d+)?|int(\d+)?|bytes(\d+))(?:\[\]){0,4}$`)

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
	if len(types) > MaxTypes {
		return nil, fail(op, limit("types", len(types), MaxTypes))
	}
	if len(values) > MaxValueBytes {
		return nil, fail(op, limit("bytes", len(values), MaxValueBytes))
	}
	for _, t := range types {
		if err := checkType(t); err != nil {
			return nil, fail(op, err)
		}
	}
	if !utf8.Valid(values) {
		return nil, fail(op, malformed(errors.New("values are not UTF-8")))
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(values))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, fail(op, malformed(err))
	}
	list, ok := value.([]any)
	if _, err := decoder.Token(); err != io.EOF || !ok {
		return nil, fail(op, malformed(errors.New("values are not one array")))
	}
	encoded, err := encodeTuple(types, list)
	if err != nil {
		return nil, fail(op, malformed(err))
	}
	return encoded, nil
}

func checkType(t string) error {
	m := abiType.FindStringSubmatch(t)
	if m == nil {
		return unsupported("type %q", t)
	}
	for i, most := range []int{256, 256, 32} {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(m[i+1])
		if err != nil || n < 1 || n > most || most == 256 && n%8 != 0 || m[i+1][0] == '0' {
			return malformed(fmt.Errorf("type %q", t))
		}
	}
	return nil
}

// encodeTuple encodes values of types that are known. Those of dynamic length leave in
// their word where they begin.
func encodeTuple(types []string, values []any) ([]byte, error) {
	if len(values) != len(types) {
		return nil, fmt.Errorf("%d values of %d types", len(values), len(types))
	}
	encoded := make([]byte, 32*len(types))
	for i, t := range types {
		value, err := encodeValue(t, values[i])
		if err != nil {
			return nil, err
		}
		if t == "string" || t == "bytes" || strings.HasSuffix(t, "[]") {
			putLength(encoded[32*i:], len(encoded))
			encoded = append(encoded, value...)
		} else {
			copy(encoded[32*i:], value)
		}
	}
	return encoded, nil
}

func encodeValue(t string, value any) ([]byte, error) {
	if element, ok := strings.CutSuffix(t, "[]"); ok {
		list, ok := value.([]any)
		if !ok {
			return nil, fmt.Errorf("%v is no %s", value, t)
		}
		body, err := encodeTuple(slices.Repeat([]string{element}, len(list)), list)
		return prefixed(len(list), body), err
	}
	s, isString := value.(string)
	number, isNumber := value.(json.Number)
	b, isBool := value.(bool)
	switch {
	case t == "bool" && isBool:
		word := make([]byte, 32)
		if b {
			word[31] = 1
		}
		return word, nil
	case t == "string" && isString:
		return prefixed(len(s), pad([]byte(s))), nil
	case t == "bytes" && isString:
		data, err := fromHex(s, -1)
		return prefixed(len(data), pad(data)), err
	case t == "address" && isString:
		data, err := fromHex(s, 20)
		return append(make([]byte, 12), data...), err
	case strings.HasPrefix(t, "bytes") && isString:
		n, err := strconv.Atoi(strings.TrimPrefix(t, "bytes"))
		if err != nil {
			return nil, err
		}
		data, err := fromHex(s, n)
		return pad(data), err
	case strings.Contains(t, "int") && isString:
		return encodeInteger(t, s)
	case strings.Contains(t, "int") && isNumber:
		n, err := strconv.ParseInt(number.String(), 10, 64)
		if err != nil || n >= 1<<53 || n <= -1<<53 {
			return nil, fmt.Errorf("%s is no integer below 2⁵³", number)
		}
		return encodeInteger(t, number.String())
	}
	return nil, fmt.Errorf("%v is no %s", value, t)
}

// integer matches numbers as they are written in one way each, but for the case of digits.
var integer = regexp.MustCompile(`^(?:0|-?[1-9][0-9]*|0x(?:0|[1-9a-fA-F][0-9a-fA-F]*))$`)

func encodeInteger(t, s string) ([]byte, error) {
	// 256 bits have at most 78 digits.
	if len(s) > 80 || !integer.MatchString(s) {
		return nil, fmt.Errorf("%.80q is no %s", s, t)
	}
	n, ok := new(big.Int).SetString(s, 0)
	if !ok {
		return nil, fmt.Errorf("%q is no %s", s, t)
	}
	size, unsigned := strings.CutPrefix(t, "u")
	bits := 256
	if n := strings.TrimPrefix(size, "int"); n != "" {
		var err error
		if bits, err = strconv.Atoi(n); err != nil {
			return nil, err
		}
	}
	least, above := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(bits))
	if !unsigned {
		above.Rsh(above, 1)
		least.Neg(above)
	}
	if n.Cmp(least) < 0 || n.Cmp(above) >= 0 {
		return nil, fmt.Errorf("%s does not fit %s", s, t)
	}
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	return n.FillBytes(make([]byte, 32)), nil
}

// fromHex decodes n bytes, any number of them if n is negative.
func fromHex(s string, n int) ([]byte, error) {
	digits, ok := strings.CutPrefix(s, "0x")
	data, err := hex.DecodeString(digits)
	if !ok || err != nil || n >= 0 && len(data) != n {
		return nil, fmt.Errorf("%.80q is not hexadecimal or has another length", s)
	}
	return data, nil
}

func prefixed(length int, body []byte) []byte {
	encoded := make([]byte, 32, 32+len(body))
	putLength(encoded, length)
	return append(encoded, body...)
}

func putLength(word []byte, n int) { binary.BigEndian.PutUint64(word[24:32], uint64(n)) }

// pad appends zeros up to a multiple of 32 bytes.
func pad(data []byte) []byte { return append(data, make([]byte, -len(data)&31)...) }
