package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
)

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// class returns the one class of an error, which is nil for nil.
func class(tb testing.TB, err error) error {
	tb.Helper()
	if err == nil {
		return nil
	}
	var e *depinproof.Error
	if !errors.As(err, &e) || e.Op == "" {
		tb.Fatalf("%v (%T) is not this module's error of an operation", err, err)
	}
	return e.Kind
}

// holdsNot names the rows whose signature is well formed and does not hold. Every other
// one that the library refuses is malformed, or its key is.
var holdsNot = []string{
	"other message", "ecc_compact r and s swapped", "ecc_compact signed by the negated key",
	"ecc_compact x = 0", "secp256k1 r and s swapped",
}

// TestReferenceVerdicts compares with what helium-crypto 0.9.4 with ed25519-compact 2.6.1
// answered. The signatures were made for these rows.
func TestReferenceVerdicts(t *testing.T) {
	text, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Name, Key, Message, Signature, Reference string
		Text                                     *string `json:"key_text"`
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	count := make(map[string]int)
	for _, r := range rows {
		t.Run(r.Name, func(t *testing.T) {
			var k *Key
			var err error
			if r.Text != nil {
				k, err = ParseText(*r.Text)
			} else {
				k, err = Parse(unhex(t, r.Key))
			}
			verdict, detail, _ := strings.Cut(r.Reference, " ")
			if verdict == "key" {
				count["key error"]++
				if class(t, err) != depinproof.ErrMalformed {
					t.Fatalf("%v, want a malformed key", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case r.Text != nil:
				count["text"]++
				if got := hex.EncodeToString(k.Binary()); got != detail {
					t.Fatalf("binary %s, want %s", got, detail)
				}
			case strings.HasPrefix(r.Name, "key bytes"):
				count["bytes"]++
				if k.String() != detail {
					t.Fatalf("text %s, want %s", k, detail)
				}
			default:
				count[verdict]++
				want := error(nil)
				if verdict != "accept" {
					want = depinproof.ErrMalformed
					for _, s := range holdsNot {
						if strings.Contains(r.Name, s) {
							want = depinproof.ErrInvalidProof
						}
					}
				}
				err := k.VerifySignature(unhex(t, r.Message), unhex(t, r.Signature))
				if class(t, err) != want {
					t.Fatalf("%v, want %v", err, want)
				}
			}
		})
	}
	want := map[string]int{"accept": 23, "reject:": 70, "key error": 20, "bytes": 4, "text": 3}
	for kind, n := range want {
		if count[kind] != n {
			t.Errorf("%d rows of %q, want %d", count[kind], kind, n)
		}
	}
	if len(rows) != 120 {
		t.Errorf("%d rows, want 120", len(rows))
	}
}

// shared decodes a file that lies beside the module, or skips.
func shared(t *testing.T, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("../../../shared/vectors/helium/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: helium/%s is not beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

func mustText(t *testing.T, s string) *Key {
	t.Helper()
	k, err := ParseTextStrict(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	if k.String() != s {
		t.Fatalf("%s is written %s", s, k)
	}
	return k
}

// TestLibraryFixtures judges the fixtures of helium-crypto and of helium-js, signatures of
// Erlang's library and of a mobile hotspot's secure hardware among them.
func TestLibraryFixtures(t *testing.T) {
	var file struct {
		Signatures []struct {
			Name, Source string
			Key          string `json:"pubkey_b58"`
			Message      string `json:"msg_hex"`
			Signature    string `json:"sig_hex"`
			Expect       bool
		}
		Keys      []struct{ B58 string }
		Multisigs []struct {
			M       int
			Keys    []string
			Address string
		} `json:"multisig_addresses"`
		Invalid []struct{ Hex string } `json:"invalid_keys"`
		Misc    struct{ Binary struct{ Hex string } }
	}
	shared(t, "crypto.json", &file)
	if len(file.Signatures) != 11 || len(file.Keys) != 16 || len(file.Multisigs) != 3 || len(file.Invalid) != 1 {
		t.Errorf("%d signatures, %d keys, %d multisig keys, %d invalid keys",
			len(file.Signatures), len(file.Keys), len(file.Multisigs), len(file.Invalid))
	}
	for _, s := range file.Signatures {
		err := mustText(t, s.Key).VerifySignature(unhex(t, s.Message), unhex(t, s.Signature))
		if (err == nil) != s.Expect {
			t.Errorf("%s: %v, want accepted: %v", s.Name, err, s.Expect)
		}
	}
	for _, k := range file.Keys {
		parsed := mustText(t, k.B58)
		if again, err := ParseStrict(parsed.Binary()); err != nil || !again.Equal(parsed) {
			t.Errorf("%s: %v", k.B58, err)
		}
	}
	for _, m := range file.Multisigs {
		var members []*Key
		for _, s := range m.Keys {
			members = append(members, mustText(t, s))
		}
		k, err := NewMultisig(m.M, append(members, members[0]))
		if err != nil || k.String() != m.Address || !k.Equal(mustText(t, m.Address)) {
			t.Errorf("%v, %v, want %s", k, err, m.Address)
		}
	}
	for _, k := range file.Invalid {
		if _, err := Parse(unhex(t, k.Hex)); class(t, err) != depinproof.ErrMalformed {
			t.Errorf("%s: %v", k.Hex, err)
		}
	}
	mustParse(t, unhex(t, file.Misc.Binary.Hex))
}

// TestCompactKeys compares y with that of keys which Erlang's library made.
func TestCompactKeys(t *testing.T) {
	var file struct {
		Keys []struct {
			Binary string `json:"pubkey_bin_hex"`
			Y      string `json:"y_hex"`
		}
	}
	shared(t, "ecc_compact_keys.json", &file)
	if len(file.Keys) != 250 {
		t.Errorf("%d keys", len(file.Keys))
	}
	for _, k := range file.Keys {
		point, err := mustParse(t, unhex(t, k.Binary)).verifier.(*p256Key).public.Bytes()
		if err != nil || hex.EncodeToString(point[33:]) != k.Y {
			t.Errorf("%s: point %x, %v", k.Binary, point, err)
		}
	}
}

func TestEd25519Keys(t *testing.T) {
	var file struct {
		Keys []struct {
			Binary string `json:"pubkey_bin_hex"`
		}
	}
	shared(t, "ed25519_keys.json", &file)
	if len(file.Keys) != 50 {
		t.Errorf("%d keys", len(file.Keys))
	}
	for _, f := range file.Keys {
		k := mustParse(t, unhex(t, f.Binary))
		if k.Type() != Ed25519 || !mustText(t, k.String()).Equal(k) {
			t.Errorf("%s: %v %v", f.Binary, k.Type(), k)
		}
	}
}

// TestChainTransactions judges variable transactions of Helium's own chain.
func TestChainTransactions(t *testing.T) {
	var file struct {
		Transactions []struct {
			File      string
			Key       string `json:"pubkey_b58"`
			Message   string `json:"message_hex"`
			Signature string `json:"sig_der_hex"`
			Expect    bool
		}
	}
	shared(t, "chain_var_txns.json", &file)
	if len(file.Transactions) != 88 {
		t.Errorf("%d transactions", len(file.Transactions))
	}
	for _, tx := range file.Transactions {
		k := mustText(t, tx.Key)
		message, signature := unhex(t, tx.Message), unhex(t, tx.Signature)
		if err := k.VerifySignature(message, signature); (err == nil) != tx.Expect {
			t.Errorf("%s: %v", tx.File, err)
		}
		if err := k.VerifySignature(append(message, 0), signature); class(t, err) != depinproof.ErrInvalidProof {
			t.Errorf("%s, another message: %v", tx.File, err)
		}
	}
}

// TestDenyListMultisig judges the signature of a release of the deny list, which four of
// six signed.
func TestDenyListMultisig(t *testing.T) {
	var file struct {
		Message   string `json:"signing_bytes_hex"`
		Signature string `json:"multisig_signature_hex"`
		Manifest  string `json:"manifest_sha256_hex"`
		Multisig  struct {
			Address  string
			Keys     []string `json:"public_keys"`
			Required int
		}
		Signatures []struct {
			Address   string
			Signature string `json:"sig_hex"`
		}
	}
	shared(t, "denylist_2022030901.json", &file)
	message, signature := unhex(t, file.Message), unhex(t, file.Signature)
	k := mustText(t, file.Multisig.Address)
	if err := k.VerifySignature(message, signature); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(message); hex.EncodeToString(sum[:]) != file.Manifest {
		t.Errorf("hash %x, want %s", sum, file.Manifest)
	}
	var members []*Key
	for _, s := range file.Multisig.Keys {
		members = append(members, mustText(t, s))
	}
	if len(members) != 6 || len(file.Signatures) != 4 {
		t.Errorf("%d members, %d signatures", len(members), len(file.Signatures))
	}
	made, err := NewMultisig(file.Multisig.Required, members)
	if err != nil || !made.Equal(k) {
		t.Errorf("%v, %v, want %v", made, err, k)
	}
	for _, s := range file.Signatures {
		if err := mustText(t, s.Address).VerifySignature(message, unhex(t, s.Signature)); err != nil {
			t.Errorf("%s: %v", s.Address, err)
		}
	}
	const triple = 2 + 64
	for dropped := range 3 {
		err := k.VerifySignature(message, signature[:len(signature)-dropped*triple])
		if (err == nil) != (4-dropped >= 3) {
			t.Errorf("%d signatures: %v", 4-dropped, err)
		}
	}
	message[len(message)/2] ^= 1
	if err := k.VerifySignature(message, signature); class(t, err) != depinproof.ErrInvalidProof {
		t.Errorf("another list: %v", err)
	}
}
