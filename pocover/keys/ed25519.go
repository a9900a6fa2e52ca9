package keys

import (
	"crypto/sha512"
	"errors"

	"filippo.io/edwards25519"
)

const (
	ed25519Size          = 32 // bytes of a point and of a scalar
	ed25519SignatureSize = 2 * ed25519Size
)

type ed25519Key struct {
	encoded [ed25519Size]byte
	minusA  edwards25519.Point
}

func parseEd25519(body []byte) (verifier, []byte, error) {
	if len(body) < ed25519Size {
		return nil, nil, malformed("ed25519 key of %d bytes, want %d", 1+len(body), 1+ed25519Size)
	}
	k := &ed25519Key{encoded: [ed25519Size]byte(body)}
	if err := decodePoint(&k.minusA, k.encoded[:]); err != nil {
		// The library does not look at the point before a signature is to be checked.
		return unusable{malformed("ed25519 key: %w", err)}, k.encoded[:], nil
	}
	k.minusA.Negate(&k.minusA)
	return k, k.encoded[:], nil
}

func (k *ed25519Key) verify(message, signature []byte) error {
	if len(signature) != ed25519SignatureSize {
		return malformed("ed25519 signature of %d bytes, want %d", len(signature), ed25519SignatureSize)
	}
	encodedR, encodedS := signature[:ed25519Size], signature[ed25519Size:]
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(encodedS)
	if err != nil {
		return malformed("S is not below the group's order")
	}
	var r edwards25519.Point
	if err := decodePoint(&r, encodedR); err != nil {
		return malformed("R: %w", err)
	}
	hash := sha512.New()
	hash.Write(encodedR)
	hash.Write(k.encoded[:])
	hash.Write(message)
	var digest [sha512.Size]byte
	challenge, err := new(edwards25519.Scalar).SetUniformBytes(hash.Sum(digest[:0]))
	if err != nil {
		return fail("", err)
	}
	rest := new(edwards25519.Point).VarTimeDoubleScalarBaseMult(challenge, &k.minusA, s)
	if rest.Subtract(rest, &r); !smallOrder(rest) {
		return invalid("ed25519 signature does not hold")
	}
	return nil
}

// decodePoint sets p to a point that is canonically encoded and not of small order. A sign
// bit for x = 0 is not canonical either, but both points with x = 0 are of small order.
func decodePoint(p *edwards25519.Point, b []byte) error {
	if !canonicalY(b) {
		return errors.New("y is not below 2²⁵⁵ − 19")
	}
	if _, err := p.SetBytes(b); err != nil {
		return errors.New("not on the curve")
	}
	if smallOrder(p) {
		return errors.New("point of small order")
	}
	return nil
}

// canonicalY reports whether y is below 2²⁵⁵ − 19. It is little endian, and its highest
// bit is the sign of x.
func canonicalY(b []byte) bool {
	if b[0] < 0xed || b[ed25519Size-1]&0x7f != 0x7f {
		return true
	}
	for _, c := range b[1 : ed25519Size-1] {
		if c != 0xff {
			return true
		}
	}
	return false
}

// smallOrder reports whether the order of p divides 8.
func smallOrder(p *edwards25519.Point) bool {
	return new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1
}
