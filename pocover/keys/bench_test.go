package keys

import (
	"crypto"
	stdecdsa "crypto/ecdsa"
	stded25519 "crypto/ed25519"
	stdrsa "crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// The library's part is what a caller would write with it: hash, parse the signature,
// verify. Of the multisig key it is that of the members that signed.
func BenchmarkVerifySignature(b *testing.B) {
	message := []byte("the signed bytes of a report, which are some two hundred bytes long, most of them payload, " +
		"public key and entropy, and which each scheme but ed25519 hashes first with SHA-256 in one go")
	for _, s := range signers(b) {
		signature := s.sign(b, message)
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(message)))
			for b.Loop() {
				if err := s.key.VerifySignature(message, signature); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(s.name+"/library", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(message)))
			for b.Loop() {
				if !libraryVerify(s.key, message, signature) {
					b.Fatal("refused")
				}
			}
		})
	}
}

// libraryVerify asks the library that has the scheme. It is false of multisig keys that
// it cannot read.
func libraryVerify(k *Key, message, signature []byte) bool {
	digest := sha256.Sum256(message)
	switch v := k.verifier.(type) {
	case *p256Key:
		return stdecdsa.VerifyASN1(v.public, digest[:], signature)
	case *secp256k1Key:
		s, err := ecdsa.ParseDERSignature(signature)
		return err == nil && s.Verify(digest[:], v.public)
	case *ed25519Key:
		return len(signature) == stded25519.SignatureSize && stded25519.Verify(v.encoded[:], message, signature)
	case *rsaKey:
		return stdrsa.VerifyPKCS1v15(v.public, crypto.SHA256, digest[:], signature) == nil
	case *multisigKey:
		members, signatures, err := v.split(signature)
		if err != nil {
			return false
		}
		for rest := signatures; len(rest) > 0; {
			var index byte
			var part []byte
			index, part, rest = next(rest)
			if !libraryVerify(members[index], message, part) {
				return false
			}
		}
		return true
	}
	return false
}

func BenchmarkParse(b *testing.B) {
	for _, s := range signers(b) {
		binary := s.key.Binary()
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(binary); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseText(b *testing.B) {
	for _, s := range signers(b) {
		text := s.key.String()
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseText(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
