package pocover

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"github.com/depinproof/depinproof/pocover/keys"
)

var _ DenyList = (*DenyFilter)(nil)

// maxDenyList bounds the bytes of a deny list: more than ten million keys. Those
// published have some thousands.
const maxDenyList = 1 << 26

// A DenyFilter is the [DenyList] that Helium published. It is a filter: once in 2³² it
// denies what it was not built from, and so did the network.
//
// A nil DenyFilter, or the zero value, is that no list was loaded, and then everything is
// denied. A DenyFilter is immutable, and safe for concurrent use; its answers do not
// allocate.
type DenyFilter struct {
	loaded bool
	serial uint32
	tag    string
	filter fingerprintFilter
}

// VerifyDenyFilter parses a deny list (filter.bin of a release of helium/denylist) and
// checks that one of signers has signed it. It keeps neither.
//
// The bytes are: version u8, length of the signature u16, signature, and what is signed:
// serial u32 and filter; all little endian. The filter of version 1 is a Xor32; that of
// version 2 is the number of its kind, u32, and a Xor32 (0) or a BinaryFuse32 (1).
//
// What is not of this form is ErrMalformed, another version or kind, or no signer at all,
// is ErrUnsupported, more than 64 MiB is ErrLimit, a signature by none of signers is
// ErrInvalidProof.
//
// Two differences from the network's oracles (xorf-generator 0.7.0, xorf 0.12.0): bytes
// after the filter are refused, which nobody signed and they ignored; and a BinaryFuse32
// is read in the layout of the tool that publishes lists (xorf 0.8.1), where theirs could
// not decode that kind at all. No list with one was published.
func VerifyDenyFilter(b []byte, signers []*keys.Key) (*DenyFilter, error) {
	const op = "pocover.VerifyDenyFilter"
	if len(b) > maxDenyList {
		return nil, fail(op, limit("%d bytes, at most %d", len(b), maxDenyList))
	}
	if len(signers) == 0 {
		return nil, fail(op, unsupported("no key to check the signature with"))
	}
	if len(b) < 3 {
		return nil, fail(op, malformed("%d bytes", len(b)))
	}
	version, n, rest := b[0], int(binary.LittleEndian.Uint16(b[1:])), b[3:]
	if len(rest) < n+4 {
		return nil, fail(op, malformed("%d bytes for a signature of %d and a serial number", len(rest), n))
	}
	signature, signed := rest[:n], rest[n:]
	filter, err := parseDenyFilter(version, signed[4:])
	if err != nil {
		return nil, fail(op, err)
	}
	if !signedByOne(signers, signed, signature) {
		return nil, fail(op, invalid("the signature is by none of %d keys", len(signers)))
	}
	filter.fingerprints = bytes.Clone(filter.fingerprints)
	serial := binary.LittleEndian.Uint32(signed)
	d := &DenyFilter{loaded: true, serial: serial, tag: strconv.FormatUint(uint64(serial), 10), filter: filter}
	return d, nil
}

func parseDenyFilter(version byte, b []byte) (fingerprintFilter, error) {
	switch version {
	case 1:
		return parseXor32(b)
	case 2:
		if len(b) < 4 {
			return fingerprintFilter{}, malformed("%d bytes for a kind of filter", len(b))
		}
		switch kind := binary.LittleEndian.Uint32(b); kind {
		case variantXor32:
			return parseXor32(b[4:])
		case variantBinaryFuse32:
			return parseBinaryFuse32(b[4:])
		default:
			return fingerprintFilter{}, unsupported("filter of kind %d", kind)
		}
	}
	return fingerprintFilter{}, unsupported("deny list of version %d", version)
}

func signedByOne(signers []*keys.Key, message, signature []byte) bool {
	for _, k := range signers {
		if k != nil && k.VerifySignature(message, signature) == nil {
			return true
		}
	}
	return false
}

// Empty reports whether no list was loaded, so that everything is denied. A list that was
// built from no keys is not empty in this sense.
func (d *DenyFilter) Empty() bool { return d == nil || !d.loaded }

// Serial returns the serial number of the list, or 0 if none was loaded.
func (d *DenyFilter) Serial() uint32 {
	if d.Empty() {
		return 0
	}
	return d.serial
}

// Tag returns the tag of the list's release: its serial number in decimal.
func (d *DenyFilter) Tag() string {
	if d.Empty() {
		return ""
	}
	return d.tag
}

// Denied reports whether the list has a hotspot, by its canonical binary key. The
// network hashed the key as the report had it; that is the same for every hotspot that the
// network knew.
func (d *DenyFilter) Denied(key []byte) bool {
	return d.Empty() || d.filter.contains(xxhash.Sum64(key))
}

// DeniedEdge reports whether the list has a pair of hotspots, in either order, by their
// binary keys.
func (d *DenyFilter) DeniedEdge(a, b []byte) bool {
	return d.Empty() || d.filter.contains(edgeHash(a, b))
}

func edgeHash(a, b []byte) uint64 {
	if bytes.Compare(a, b) > 0 {
		a, b = b, a
	}
	var h xxhash.Digest
	h.Reset()
	h.Write(a)
	h.Write(b)
	return h.Sum64()
}
