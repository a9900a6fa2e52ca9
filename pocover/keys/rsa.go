package keys

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
)

const (
	minRSABits      = 1024 // that crypto/rsa judges
	maxRSABytes     = 1024 // of a modulus
	maxRSASignature = 4096 // bytes
	rsaHeaderSize   = 4

	// What the crate rsa 0.4 takes for an exponent.
	minExponent, maxExponent = 2, 1 << 30
)

type rsaKey struct {
	public  *rsa.PublicKey
	modulus []byte // big endian, without leading zeros
}

func parseRSA(body []byte) (verifier, []byte, error) {
	if len(body) < rsaHeaderSize {
		return nil, nil, malformed("RSA key of %d bytes has no lengths", 1+len(body))
	}
	total, ofModulus := int(binary.BigEndian.Uint16(body)), int(binary.BigEndian.Uint16(body[2:]))
	numbers := body[rsaHeaderSize:]
	if total > len(numbers) || ofModulus > total {
		return nil, nil, malformed("RSA key: modulus of %d bytes, both numbers of %d, and %d bytes are there", ofModulus, total, len(numbers))
	}
	n := trimZeros(numbers[:ofModulus])
	e := trimZeros(numbers[ofModulus:total])
	if len(n) > maxRSABytes {
		return nil, nil, limit("RSA modulus of %d bytes, at most %d", len(n), maxRSABytes)
	}
	if len(e) > 4 {
		return nil, nil, malformed("RSA exponent of %d bytes", len(e))
	}
	var padded [4]byte
	copy(padded[4-len(e):], e)
	exponent := binary.BigEndian.Uint32(padded[:])
	if exponent < minExponent || exponent > maxExponent {
		return nil, nil, malformed("RSA exponent %d, want %d to %d", exponent, minExponent, maxExponent)
	}

	k := &rsaKey{
		public:  &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent)},
		modulus: bytes.Clone(n),
	}
	if len(n) == 0 {
		n = []byte{0} // which the number zero is written with
	}
	material := make([]byte, rsaHeaderSize, rsaHeaderSize+len(n)+len(e))
	binary.BigEndian.PutUint16(material, uint16(len(n)+len(e)))
	binary.BigEndian.PutUint16(material[2:], uint16(len(n)))
	material = append(append(material, n...), e...)

	switch bits := k.public.N.BitLen(); {
	case bits < minRSABits:
		return unusable{unsupported("RSA modulus of %d bits, at least %d", bits, minRSABits)}, material, nil
	case k.public.N.Bit(0) == 0 || exponent%2 == 0:
		return unusable{unsupported("RSA modulus or exponent is even")}, material, nil
	}
	return k, material, nil
}

func (k *rsaKey) verify(message, signature []byte) error {
	if len(signature) > maxRSASignature {
		return limit("RSA signature of %d bytes, at most %d", len(signature), maxRSASignature)
	}
	if len(signature) != len(k.modulus) || bytes.Compare(signature, k.modulus) >= 0 {
		s := new(big.Int).SetBytes(signature)
		signature = s.Mod(s, k.public.N).FillBytes(make([]byte, len(k.modulus)))
	}
	digest := sha256.Sum256(message)
	if err := rsa.VerifyPKCS1v15(k.public, crypto.SHA256, digest[:], signature); err != nil {
		return invalid("RSA signature does not hold")
	}
	return nil
}

func trimZeros(b []byte) []byte { return bytes.TrimLeft(b, "\x00") }
