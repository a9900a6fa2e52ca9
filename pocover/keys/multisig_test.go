package keys

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"testing"
)

func TestMultisigSignature(t *testing.T) {
	message := []byte("deny list")
	ms := members(t)
	k := multisigSigner(t).key
	memberBytes := len(ms) * memberSize
	sign := func(indices ...int) []byte { return multisigSignature(t, ms, message, indices...) }
	part := func(index byte, signature []byte) []byte {
		return append([]byte{index, byte(len(signature))}, signature...)
	}
	forger := members(t)
	for i := range forger {
		forger[i] = ed25519Signer(t, byte(100+i))
	}
	sortByText(forger)
	testnet := bytes.Clone(sign(0, 1, 2))
	testnet[0] |= byte(Testnet)

	for _, c := range []struct {
		name      string
		signature []byte
		want      error
	}{
		{"three", sign(0, 1, 2), nil},
		{"three others in another order", sign(5, 1, 3), nil},
		{"all", sign(0, 1, 2, 3, 4, 5), nil},
		{"one bad among four", append(sign(0, 1, 2), part(3, ms[4].sign(t, message))...), nil},
		{"the bad one first", slices.Concat(sign(), part(3, nil), sign(0, 1, 2)[memberBytes:]), nil},

		{"two", sign(0, 1), errInvalid},
		{"none", sign(), errInvalid},
		{"one bad among three", append(sign(0, 1), part(3, ms[4].sign(t, message))...), errInvalid},
		{"of another message", multisigSignature(t, ms, []byte("other"), 0, 1, 2), errInvalid},
		{"of other members", multisigSignature(t, forger, message, 0, 1, 2), errInvalid},
		{"one member three times", sign(0, 0, 0), errMalformed},
		{"one member twice among four", sign(0, 1, 2, 0), errMalformed},
		{"member 6 of 0 to 5", append(sign(0, 1, 2), part(6, nil)...), errMalformed},
		{"an index alone", append(sign(0, 1, 2), 3), errMalformed},
		{"longer than what follows", append(sign(0, 1, 2), 3, 1), errMalformed},
		{"empty", nil, errMalformed},
		{"members cut off", sign()[:memberBytes-1], errMalformed},
		{"members missing", sign()[:33], errMalformed},
		{"member of another network", testnet, errInvalid},
	} {
		if err := k.VerifySignature(message, c.signature); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestMultisigForgery has what helium-crypto accepts, members whose digest is not the
// key's, and lists of members that no library makes.
func TestMultisigForgery(t *testing.T) {
	message := []byte("deny list")
	made := func(first byte) ([]signer, *Key) {
		var ms []signer
		for i := range byte(4) {
			ms = append(ms, ed25519Signer(t, first+i))
		}
		sortByText(ms)
		k, err := NewMultisig(2, keysOf(ms))
		if err != nil {
			t.Fatal(err)
		}
		return ms, k
	}
	ours, key := made(10)
	theirs, _ := made(20)
	if err := key.VerifySignature(message, multisigSignature(t, ours, message, 0, 3)); err != nil {
		t.Fatal(err)
	}
	if err := key.VerifySignature(message, multisigSignature(t, theirs, message, 0, 1, 2, 3)); class(t, err) != errInvalid {
		t.Error(err)
	}

	// A key over members in another order. Whether an index is a place in the list or in
	// the order of the texts differs between the libraries, so it is neither.
	slices.Reverse(ours)
	unsorted := key.Binary()
	list := multisigSignature(t, ours, message)
	copy(unsorted[5:], hashOf(list))
	if err := mustParse(t, unsorted).VerifySignature(message, multisigSignature(t, ours, message, 0, 1)); class(t, err) != errMalformed {
		t.Error(err)
	}

	// A member that is no point, and one that is: the first signs nothing.
	weak, err := Parse(append([]byte{1}, make([]byte, 32)...))
	if err != nil {
		t.Fatal(err)
	}
	both := []signer{ed25519Signer(t, 1), {"weak", weak, func(testing.TB, []byte) []byte { return make([]byte, 64) }}}
	sortByText(both)
	for required := 1; required <= 2; required++ {
		k, err := NewMultisig(required, keysOf(both))
		if err != nil {
			t.Fatal(err)
		}
		err = k.VerifySignature(message, multisigSignature(t, both, message, 0, 1))
		if (err == nil) != (required == 1) {
			t.Errorf("%d required: %v", required, err)
		}
	}

	// Members that no library takes, of the length of those that it does.
	other := ed25519Signer(t, 1).key.Binary()
	other[0] |= byte(Testnet)
	for name, list := range map[string][]byte{
		"not on the curve":   append([]byte{byte(ECCCompact)}, bytes.Repeat([]byte{0xff}, 32)...),
		"of another network": other,
		"rsa":                append([]byte{byte(RSA), 0, 28, 0, 25}, bytes.Repeat([]byte{3}, 28)...),
		"secp256k1":          append([]byte{byte(Secp256k1)}, bytes.Repeat([]byte{2}, 32)...),
		"multisig":           append([]byte{byte(Multisig), 1, 1}, bytes.Repeat([]byte{3}, 30)...),
	} {
		b := append([]byte{byte(Multisig), 1, 1}, sha256Multihash...)
		k := mustParse(t, append(b, hashOf(list)...))
		if err := k.VerifySignature(message, append(list, 0, 0)); class(t, err) != errMalformed {
			t.Errorf("member %s: %v", name, err)
		}
	}
}

func hashOf(list []byte) []byte {
	sum := sha256.Sum256(list)
	return sum[:]
}

func TestNewMultisig(t *testing.T) {
	ms := members(t)
	sorted := keysOf(ms)
	k, err := NewMultisig(3, sorted)
	if err != nil {
		t.Fatal(err)
	}
	shuffled := []*Key{sorted[3], sorted[0], sorted[5], sorted[1], sorted[0], sorted[4], sorted[2], sorted[3]}
	if other, err := NewMultisig(3, shuffled); err != nil || !other.Equal(k) {
		t.Errorf("shuffled: %v, %v", other, err)
	}
	if shuffled[0] != sorted[3] || shuffled[7] != sorted[3] {
		t.Error("the argument was sorted")
	}
	if again := mustParse(t, k.Binary()); !again.Equal(k) {
		t.Errorf("parsed: %v", again)
	}

	b := sorted[1].Binary()
	b[0] |= byte(Testnet)
	testnet := mustParse(t, b)
	if k, err := NewMultisig(1, []*Key{testnet}); err != nil || k.Network() != Testnet {
		t.Errorf("testnet: %v, %v", k, err)
	}
	var many []*Key
	for i := range 256 {
		x := [33]byte{1, byte(i), 7, 7, 7}
		k, err := Parse(x[:])
		if err != nil {
			t.Fatal(err)
		}
		many = append(many, k)
	}
	if k, err := NewMultisig(255, many[:255]); err != nil || k.Binary()[1] != 255 || k.Binary()[2] != 255 {
		t.Errorf("255 of 255: %v, %v", k, err)
	}
	for _, c := range []struct {
		name     string
		required int
		members  []*Key
		want     error
	}{
		{"none", 0, nil, errMalformed},
		{"one of none", 1, nil, errMalformed},
		{"zero", 0, sorted, errMalformed},
		{"negative", -1, sorted, errMalformed},
		{"seven of six", 7, sorted, errMalformed},
		{"two of one twice", 2, []*Key{sorted[0], sorted[0]}, errMalformed},
		{"257 required", 257, sorted, errMalformed},
		{"two networks", 1, []*Key{sorted[0], testnet}, errMalformed},
		{"nil", 1, []*Key{sorted[0], nil}, errMalformed},
		{"nil first", 1, []*Key{nil}, errMalformed},
		{"zero key", 1, []*Key{new(Key)}, errMalformed},
		{"nested", 1, []*Key{sorted[0], k}, errMalformed},
		{"rsa", 1, []*Key{rsaSigner(t).key}, errMalformed},
		{"secp256k1", 1, []*Key{secp256k1Signer(t, 1).key}, errMalformed},
		{"256 members", 1, many, errLimit},
	} {
		if _, err := NewMultisig(c.required, c.members); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
