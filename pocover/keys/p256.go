package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

const p256Size = 32 // bytes of a coordinate

type p256Key struct{ public *ecdsa.PublicKey }

func parseECCCompact(body []byte) (verifier, []byte, error) {
	if len(body) != p256Size {
		return nil, nil, malformed("ecc_compact key of %d bytes, want %d", 1+len(body), 1+p256Size)
	}
	curve := elliptic.P256()
	x, y := elliptic.UnmarshalCompressed(curve, append([]byte{2}, body...))
	if x == nil {
		return nil, nil, malformed("x is no coordinate of a P-256 point")
	}
	if minus := new(big.Int).Sub(curve.Params().P, y); minus.Cmp(y) < 0 {
		y = minus
	}
	var point [1 + 2*p256Size]byte
	point[0] = 4
	copy(point[1:], body)
	y.FillBytes(point[1+p256Size:])
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point[:])
	if err != nil {
		return nil, nil, malformed("P-256 point: %w", err)
	}
	return &p256Key{public}, body, nil
}

func (k *p256Key) verify(message, signature []byte) error {
	digest := sha256.Sum256(message)
	if !ecdsa.VerifyASN1(k.public, digest[:], signature) {
		if !isDER(signature, k.public.Params().N) {
			return malformed("not r and s below the group's order in strict DER")
		}
		return invalid("ECDSA signature does not hold")
	}
	return nil
}

// isDER reports whether a signature is r and s in DER, each at least 1 and below order.
func isDER(signature []byte, order *big.Int) bool {
	var sequence cryptobyte.String
	var r, s []byte
	input := cryptobyte.String(signature)
	if !input.ReadASN1(&sequence, asn1.SEQUENCE) || !input.Empty() ||
		!sequence.ReadASN1Integer(&r) || !sequence.ReadASN1Integer(&s) || !sequence.Empty() {
		return false
	}
	for _, b := range [][]byte{r, s} {
		if v := new(big.Int).SetBytes(b); v.Sign() == 0 || v.Cmp(order) >= 0 {
			return false
		}
	}
	return true
}
