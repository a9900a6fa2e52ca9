package keys

import (
	"bytes"
	"crypto"
	stdecdsa "crypto/ecdsa"
	stded25519 "crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	stdrsa "crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// A signer is a key and what signs for it.
type signer struct {
	name string
	key  *Key
	sign func(tb testing.TB, message []byte) []byte
}

// signers returns a signer of each type, with keys made once.
func signers(tb testing.TB) []signer {
	tb.Helper()
	return []signer{p256Signer(tb, 1), ed25519Signer(tb, 2), secp256k1Signer(tb, 3), rsaSigner(tb), multisigSigner(tb)}
}

func mustParse(tb testing.TB, b []byte) *Key {
	tb.Helper()
	k, err := ParseStrict(b)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// p256Signer draws keys from seed until one has the smaller root.
func p256Signer(tb testing.TB, seed byte) signer {
	tb.Helper()
	p := elliptic.P256().Params().P
	for i := range 256 {
		d := sha256.Sum256([]byte{seed, byte(i)})
		private, err := stdecdsa.ParseRawPrivateKey(elliptic.P256(), d[:])
		if err != nil {
			tb.Fatal(err)
		}
		point, err := private.PublicKey.Bytes()
		if err != nil {
			tb.Fatal(err)
		}
		if y := new(big.Int).SetBytes(point[33:]); y.Cmp(new(big.Int).Sub(p, y)) > 0 {
			continue
		}
		return signer{"ecc_compact", mustParse(tb, append([]byte{0}, point[1:33]...)), func(tb testing.TB, message []byte) []byte {
			digest := sha256.Sum256(message)
			signature, err := private.Sign(rand.Reader, digest[:], crypto.SHA256)
			if err != nil {
				tb.Fatal(err)
			}
			return signature
		}}
	}
	tb.Fatal("no compact key")
	panic("unreachable")
}

func ed25519Signer(tb testing.TB, seed byte) signer {
	tb.Helper()
	private := stded25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, stded25519.SeedSize))
	public := private.Public().(stded25519.PublicKey)
	return signer{"ed25519", mustParse(tb, append([]byte{1}, public...)), func(_ testing.TB, message []byte) []byte {
		return stded25519.Sign(private, message)
	}}
}

func secp256k1Signer(tb testing.TB, seed byte) signer {
	tb.Helper()
	private := secp256k1.PrivKeyFromBytes(bytes.Repeat([]byte{seed}, 32))
	return signer{"secp256k1", mustParse(tb, append([]byte{3}, private.PubKey().SerializeCompressed()...)), func(_ testing.TB, message []byte) []byte {
		digest := sha256.Sum256(message)
		return ecdsa.Sign(private, digest[:]).Serialize()
	}}
}

var rsaPrivate = sync.OnceValues(func() (*stdrsa.PrivateKey, error) {
	return stdrsa.GenerateKey(rand.Reader, 2048)
})

func rsaSigner(tb testing.TB) signer {
	tb.Helper()
	private, err := rsaPrivate()
	if err != nil {
		tb.Fatal(err)
	}
	e := []byte{1, 0, 1}
	return signer{"rsa", mustParse(tb, rsaBinary(private.N.Bytes(), e)), func(tb testing.TB, message []byte) []byte {
		digest := sha256.Sum256(message)
		signature, err := stdrsa.SignPKCS1v15(nil, private, crypto.SHA256, digest[:])
		if err != nil {
			tb.Fatal(err)
		}
		return signature
	}}
}

func rsaBinary(n, e []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{4}, uint16(len(n)+len(e)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(n)))
	return append(append(b, n...), e...)
}

// members returns six signers of both types in the order of their text.
func members(tb testing.TB) []signer {
	tb.Helper()
	s := []signer{
		p256Signer(tb, 1), ed25519Signer(tb, 2), ed25519Signer(tb, 3),
		p256Signer(tb, 4), ed25519Signer(tb, 5), ed25519Signer(tb, 6),
	}
	sortByText(s)
	return s
}

func sortByText(s []signer) {
	slices.SortFunc(s, func(a, b signer) int { return strings.Compare(a.key.String(), b.key.String()) })
}

func keysOf(s []signer) []*Key {
	var ks []*Key
	for _, m := range s {
		ks = append(ks, m.key)
	}
	return ks
}

// multisigSigner is a key of which three of six members must sign, as its first three do.
func multisigSigner(tb testing.TB) signer {
	tb.Helper()
	ms := members(tb)
	key, err := NewMultisig(3, keysOf(ms))
	if err != nil {
		tb.Fatal(err)
	}
	return signer{"multisig", key, func(tb testing.TB, message []byte) []byte {
		return multisigSignature(tb, ms, message, 0, 1, 2)
	}}
}

// multisigSignature is what the members at indices sign, in that order.
func multisigSignature(tb testing.TB, ms []signer, message []byte, indices ...int) []byte {
	tb.Helper()
	var b []byte
	for _, m := range ms {
		b = append(b, m.key.Binary()...)
	}
	for _, i := range indices {
		part := ms[i].sign(tb, message)
		b = append(append(b, byte(i), byte(len(part))), part...)
	}
	return b
}
