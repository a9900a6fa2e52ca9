package radioday

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"sync"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	ecdsa256k1 "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// A signer signs as a gateway or a session key does.
type signer struct {
	public []byte // binary
	sign   func(message []byte) []byte
}

// Types of keys, the tag of the binary form.
const (
	eccCompact   = 0
	ed25519Key   = 1
	secp256k1Key = 3
	rsaKey       = 4
)

// newSigner draws a key of a type. There is one RSA key, because
// drawing one takes long.
func (d *drawer) newSigner(kind byte) *signer {
	switch kind {
	case ed25519Key:
		return d.newEd25519()
	case secp256k1Key:
		return d.newSecp256k1()
	case rsaKey:
		return newRSA()
	}
	return d.newECCCompact()
}

// newECCCompact draws keys until one can be written by its x alone: with the smaller y.
func (d *drawer) newECCCompact() *signer {
	half := new(big.Int).Rsh(elliptic.P256().Params().P, 1)
	for {
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.bytes(32))
		if err != nil {
			continue // not below the order
		}
		point, err := key.PublicKey.Bytes()
		if err != nil {
			panic(err) // a point that was just computed
		}
		x, y := point[1:33], point[33:]
		if new(big.Int).SetBytes(y).Cmp(half) > 0 {
			continue
		}
		return &signer{append([]byte{eccCompact}, x...), func(message []byte) []byte {
			digest := sha256.Sum256(message)
			return must(key.Sign(nil, digest[:], crypto.SHA256))
		}}
	}
}

func (d *drawer) newEd25519() *signer {
	key := ed25519.NewKeyFromSeed(d.bytes(ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	return &signer{append([]byte{ed25519Key}, public...), func(message []byte) []byte {
		return ed25519.Sign(key, message)
	}}
}

func (d *drawer) newSecp256k1() *signer {
	key := secp256k1.PrivKeyFromBytes(d.bytes(32))
	return &signer{append([]byte{secp256k1Key}, key.PubKey().SerializeCompressed()...), func(message []byte) []byte {
		digest := sha256.Sum256(message)
		return ecdsa256k1.Sign(key, digest[:]).Serialize()
	}}
}

// newRSA draws the RSA key, which differs in every process.
var newRSA = sync.OnceValue(func() *signer {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	n, e := key.N.Bytes(), big.NewInt(int64(key.E)).Bytes()
	public := []byte{rsaKey}
	public = binary.BigEndian.AppendUint16(public, uint16(len(n)+len(e)))
	public = binary.BigEndian.AppendUint16(public, uint16(len(n)))
	public = append(append(public, n...), e...)
	return &signer{public, func(message []byte) []byte {
		digest := sha256.Sum256(message)
		return must(rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:]))
	}}
})

// must returns a value that cannot fail to be made.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
