package chain

import "encoding/base32"

// What stands before the 32 bytes of a commitment in its CID: version, codec,
// multihash code and length, each an unsigned LEB128 in shortest form.
const (
	commRPrefix = "\x01\x82\xe2\x03\x81\xe8\x02\x20"
	commDPrefix = "\x01\x81\xe2\x03\x92\x20\x20"
)

// maxCID bounds a CID in bytes: the longer of the two forms.
const maxCID = len(commRPrefix) + 32

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// CommRFromCID returns the replica commitment in a sealed CID, binary, 40 bytes.
// Another codec, multihash, length, or form is an error of class ErrMalformed.
func CommRFromCID(cid []byte) ([32]byte, error) {
	c, err := fromCID(commRPrefix, cid)
	if err != nil {
		return c, fail("chain.CommRFromCID", err)
	}
	return c, nil
}

// CommDFromCID returns the data commitment in an unsealed CID or piece CID v1,
// binary, 39 bytes. Errors are as those of [CommRFromCID].
func CommDFromCID(cid []byte) ([32]byte, error) {
	c, err := fromCID(commDPrefix, cid)
	if err != nil {
		return c, fail("chain.CommDFromCID", err)
	}
	return c, nil
}

// CommRToCID returns the sealed CID of a replica commitment, binary, 40 bytes.
func CommRToCID(commR [32]byte) []byte { return toCID(commRPrefix, &commR) }

// CommDToCID returns the unsealed CID of a data commitment, binary, 39 bytes.
func CommDToCID(commD [32]byte) []byte { return toCID(commDPrefix, &commD) }

// ParseCommR is [CommRFromCID] of the text form: "b" and 64 characters of base32
// in lower case without padding ("bagboea4b5abc…").
func ParseCommR(cid string) ([32]byte, error) {
	c, err := parse(commRPrefix, cid)
	if err != nil {
		return c, fail("chain.ParseCommR", err)
	}
	return c, nil
}

// ParseCommD is [CommDFromCID] of the text form: "b" and 63 characters of base32
// in lower case without padding ("baga6ea4seaq…"). The unused bits of the last
// character are zero.
func ParseCommD(cid string) ([32]byte, error) {
	c, err := parse(commDPrefix, cid)
	if err != nil {
		return c, fail("chain.ParseCommD", err)
	}
	return c, nil
}

// FormatCommR returns the text form of a replica commitment's CID.
func FormatCommR(commR [32]byte) string { return format(toCID(commRPrefix, &commR)) }

// FormatCommD returns the text form of a data commitment's CID.
func FormatCommD(commD [32]byte) string { return format(toCID(commDPrefix, &commD)) }

func fromCID(prefix string, cid []byte) (c [32]byte, err error) {
	if len(cid) != len(prefix)+32 {
		return c, malformed("CID has %d bytes, not %d", len(cid), len(prefix)+32)
	}
	if string(cid[:len(prefix)]) != prefix {
		return c, malformed("CID begins with %x, not %x", cid[:len(prefix)], prefix)
	}
	copy(c[:], cid[len(prefix):])
	return c, nil
}

func toCID(prefix string, c *[32]byte) []byte {
	return append([]byte(prefix), c[:]...)
}

func format(cid []byte) string {
	return "b" + lowerBase32.EncodeToString(cid)
}

func parse(prefix, text string) (c [32]byte, err error) {
	if want := 1 + lowerBase32.EncodedLen(len(prefix)+32); len(text) != want {
		return c, malformed("CID has %d characters, not %d", len(text), want)
	}
	cid, err := lowerBase32.DecodeString(text[1:])
	if err != nil {
		return c, malformed("CID: %w", err)
	}
	// The decoder skips line breaks and ignores the unused bits at the end; and the
	// first character is yet to be looked at.
	if format(cid) != text {
		return c, malformed("CID is not in canonical base32 of multibase b")
	}
	return fromCID(prefix, cid)
}
