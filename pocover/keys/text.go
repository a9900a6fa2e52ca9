package keys

import (
	"crypto/sha256"

	"github.com/mr-tron/base58"
)

// maxText is the longest text that is decoded, which takes time quadratic in its length.
// The longest key has 1420 characters.
const maxText = 2048

const checksumSize = 4

// String returns the text form of the key.
func (k *Key) String() string {
	b := make([]byte, 1, 1+len(k.binary)+checksumSize)
	b = append(b, k.binary...)
	sum := checksum(b)
	return base58.Encode(append(b, sum[:]...))
}

// ParseText parses a key in text, and what it encodes as [Parse] does.
func ParseText(s string) (*Key, error) {
	const op = "keys.ParseText"
	b, err := decodeText(s)
	if err != nil {
		return nil, fail(op, err)
	}
	k, err := parse(b)
	if err != nil {
		return nil, fail(op, err)
	}
	return k, nil
}

// ParseTextStrict parses a key in text, and what it encodes as [ParseStrict] does.
func ParseTextStrict(s string) (*Key, error) {
	const op = "keys.ParseTextStrict"
	b, err := decodeText(s)
	if err != nil {
		return nil, fail(op, err)
	}
	k, err := parseStrict(b)
	if err != nil {
		return nil, fail(op, err)
	}
	return k, nil
}

// decodeText returns the binary key in s.
func decodeText(s string) ([]byte, error) {
	if len(s) > maxText {
		return nil, limit("text of %d characters, at most %d", len(s), maxText)
	}
	b, err := base58.Decode(s)
	if err != nil {
		return nil, malformed("text: %w", err)
	}
	if len(b) < 1+checksumSize {
		return nil, malformed("text of %d characters has no checksum", len(s))
	}
	payload := b[:len(b)-checksumSize]
	if checksum(payload) != [checksumSize]byte(b[len(payload):]) {
		return nil, malformed("wrong checksum")
	}
	if payload[0] != 0 {
		return nil, malformed("version %d of the text form, want 0", payload[0])
	}
	return payload[1:], nil
}

func checksum(b []byte) [checksumSize]byte {
	sum := sha256.Sum256(b)
	sum = sha256.Sum256(sum[:])
	return [checksumSize]byte(sum[:])
}
