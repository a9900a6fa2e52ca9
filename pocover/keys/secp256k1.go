package keys

import (
	"crypto/sha256"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

type secp256k1Key struct{ public *secp256k1.PublicKey }

func parseSecp256k1(body []byte) (verifier, []byte, error) {
	if len(body) == 0 {
		return nil, nil, malformed("secp256k1 key without a point")
	}
	switch body[0] {
	case secp256k1.PubKeyFormatCompressedEven, secp256k1.PubKeyFormatCompressedOdd,
		secp256k1.PubKeyFormatUncompressed:
	case 5: // the compact form of SEC 1, which k256 decompresses to the even y
		if len(body) != secp256k1.PubKeyBytesLenCompressed {
			return nil, nil, malformed("compact secp256k1 point of %d bytes", len(body))
		}
		body = append([]byte{secp256k1.PubKeyFormatCompressedEven}, body[1:]...)
	default:
		return nil, nil, malformed("secp256k1 point of form %#02x", body[0])
	}
	public, err := secp256k1.ParsePubKey(body)
	if err != nil {
		return nil, nil, malformed("%w", err)
	}
	return &secp256k1Key{public}, public.SerializeCompressed(), nil
}

func (k *secp256k1Key) verify(message, signature []byte) error {
	parsed, err := ecdsa.ParseDERSignature(signature)
	if err != nil {
		return malformed("%w", err)
	}
	if s := parsed.S(); s.IsOverHalfOrder() {
		return malformed("s is above half of the group's order")
	}
	digest := sha256.Sum256(message)
	if !parsed.Verify(digest[:], k.public) {
		return invalid("ECDSA signature does not hold")
	}
	return nil
}
