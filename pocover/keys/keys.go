package keys

import "fmt"

// A Network is the high nibble of a key's tag.
type Network uint8

// The networks.
const (
	Mainnet Network = 0x00
	Testnet Network = 0x10
)

// String returns the network's name.
func (n Network) String() string {
	switch n {
	case Mainnet:
		return "mainnet"
	case Testnet:
		return "testnet"
	}
	return fmt.Sprintf("Network(%#02x)", uint8(n))
}

// A Type is the low nibble of a key's tag.
type Type uint8

// The types of keys.
const (
	ECCCompact Type = 0
	Ed25519    Type = 1
	Multisig   Type = 2
	Secp256k1  Type = 3
	RSA        Type = 4
)

// String returns the type's name.
func (t Type) String() string {
	switch t {
	case ECCCompact:
		return "ecc_compact"
	case Ed25519:
		return "ed25519"
	case Multisig:
		return "multisig"
	case Secp256k1:
		return "secp256k1"
	case RSA:
		return "rsa"
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// A Key is a public key that was parsed, which is when its point is decompressed. It is
// immutable, and safe for concurrent use. Under the zero Key no signature holds.
type Key struct {
	network  Network
	kind     Type
	binary   string // canonical
	verifier verifier
}

// A verifier checks signatures of one type. It answers nil for one that holds alone.
type verifier interface {
	verify(message, signature []byte) error
}

// unusable is the verifier of a key under which no signature can be checked.
type unusable struct{ reason error }

func (u unusable) verify(_, _ []byte) error { return fail("", u.reason) }

// Network returns the network that the key is for.
func (k *Key) Network() Network { return k.network }

// Type returns the key's type.
func (k *Key) Type() Type { return k.kind }

// Binary returns a copy of the canonical binary form: tag and material.
func (k *Key) Binary() []byte { return []byte(k.binary) }

// Equal reports whether the keys are the same, however they were spelled. No key is nil.
func (k *Key) Equal(other *Key) bool { return other != nil && k.binary == other.binary }

// Parse parses a binary key as the network's library does; see the package's doc for its
// leniencies. It keeps nothing of b. The errors are ErrMalformed, ErrLimit for an RSA key
// that is too long, and ErrUnsupported for a multisig key whose digest is not SHA-256.
func Parse(b []byte) (*Key, error) {
	k, err := parse(b)
	if err != nil {
		return nil, fail("keys.Parse", err)
	}
	return k, nil
}

// ParseStrict parses a binary key in its canonical form. Besides the errors of [Parse]
// it returns ErrMalformed for another spelling and for an ed25519 key that is not a point
// or is of small order, and ErrUnsupported for an RSA key whose signatures cannot be
// checked.
func ParseStrict(b []byte) (*Key, error) {
	k, err := parseStrict(b)
	if err != nil {
		return nil, fail("keys.ParseStrict", err)
	}
	return k, nil
}

// VerifySignature checks a signature over message. The error is nil when it holds.
// ErrMalformed says that signature is none of this type, or that the key is not a point
// of its curve; ErrInvalidProof that it does not hold; ErrLimit that it is too long; and
// ErrUnsupported that signatures of this key cannot be checked. It keeps neither argument.
func (k *Key) VerifySignature(message, signature []byte) error {
	const op = "keys.VerifySignature"
	if k.verifier == nil {
		return fail(op, malformed("no key"))
	}
	if err := k.verifier.verify(message, signature); err != nil {
		return fail(op, err)
	}
	return nil
}

func parse(b []byte) (*Key, error) {
	if len(b) == 0 {
		return nil, malformed("no bytes")
	}
	tag, body := b[0], b[1:]
	network, kind := Network(tag&0xf0), Type(tag&0x0f)
	if network != Mainnet && network != Testnet {
		return nil, malformed("unknown network in tag %#02x", tag)
	}
	var (
		v        verifier
		material []byte // canonical
		err      error
	)
	switch kind {
	case ECCCompact:
		if tag == 0 && len(body) == 0 {
			// helium-crypto takes what is not 33 bytes for a point in the form of SEC 1,
			// where 00 is the point at infinity, which it then writes as x = 0.
			body = make([]byte, p256Size)
		}
		v, material, err = parseECCCompact(body)
	case Ed25519:
		v, material, err = parseEd25519(body)
	case Multisig:
		v, material, err = parseMultisig(network, body)
	case Secp256k1:
		v, material, err = parseSecp256k1(body)
	case RSA:
		v, material, err = parseRSA(body)
	default:
		return nil, malformed("unknown type in tag %#02x", tag)
	}
	if err != nil {
		return nil, err
	}
	return newKey(network, kind, material, v), nil
}

func newKey(network Network, kind Type, material []byte, v verifier) *Key {
	binary := make([]byte, 0, 1+len(material))
	binary = append(append(binary, byte(network)|byte(kind)), material...)
	return &Key{network: network, kind: kind, binary: string(binary), verifier: v}
}

func parseStrict(b []byte) (*Key, error) {
	k, err := parse(b)
	if err != nil {
		return nil, err
	}
	if string(b) != k.binary {
		return nil, malformed("not the canonical form of the key")
	}
	if u, ok := k.verifier.(unusable); ok {
		return nil, u.reason
	}
	return k, nil
}
