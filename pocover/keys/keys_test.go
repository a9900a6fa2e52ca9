package keys

import (
	"bytes"
	"crypto/elliptic"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/mr-tron/base58"
)

var (
	errInvalid     = depinproof.ErrInvalidProof
	errMalformed   = depinproof.ErrMalformed
	errLimit       = depinproof.ErrLimit
	errUnsupported = depinproof.ErrUnsupported
)

// The secp256k1 generator.
const (
	generatorX = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
	generatorY = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"
)

// TestParseLeniency has spellings of keys that helium-crypto 0.9.4 was seen to read, with
// the canonical form that it writes, and that ParseStrict refuses.
func TestParseLeniency(t *testing.T) {
	n := strings.Repeat("c3", 256)
	rsa := func(header, numbers string) string { return "04" + header + numbers }
	canonicalRSA := rsa("01030100", n+"010001")
	ed := ed25519Signer(t, 1).key.Binary()
	digest := strings.Repeat("11", 32)
	for _, c := range []struct{ name, spelled, canonical string }{
		{"ecc_compact 00", "00", strings.Repeat("00", 33)},
		{"ed25519 and a byte", hex.EncodeToString(ed) + "00", hex.EncodeToString(ed)},
		{"secp256k1 with y", "0304" + generatorX + generatorY, "0302" + generatorX},
		{"secp256k1 compact", "0305" + generatorX, "0302" + generatorX},
		{"rsa and bytes", canonicalRSA + "7878", canonicalRSA},
		{"rsa, zero before n", rsa("01040101", "00"+n+"010001"), canonicalRSA},
		{"rsa, zero before e", rsa("01040100", n+"00010001"), canonicalRSA},
		{"rsa, total cuts e", rsa("01020100", n+"010001"), rsa("01020100", n+"0100")},
		{"rsa without n", rsa("00030000", "010001"), rsa("00040001", "00010001")},
		{"multisig and a byte", "020306" + "1220" + digest + "11", "020306" + "1220" + digest},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := unhex(t, c.spelled)
			k, err := Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(k.Binary()); got != c.canonical {
				t.Fatalf("canonical %s, want %s", got, c.canonical)
			}
			canonical, err := Parse(k.Binary())
			if err != nil || !canonical.Equal(k) {
				t.Fatalf("the canonical form gives %v, %v", canonical, err)
			}
			if _, err := ParseStrict(b); class(t, err) != errMalformed {
				t.Errorf("strictly: %v", err)
			}
			text := textOf(0, b)
			if fromText, err := ParseText(text); err != nil || !fromText.Equal(k) {
				t.Errorf("in text: %v, %v", fromText, err)
			}
			if _, err := ParseTextStrict(text); class(t, err) != errMalformed {
				t.Errorf("strictly in text: %v", err)
			}
		})
	}
}

// textOf is the text form of any bytes.
func textOf(version byte, b []byte) string {
	b = append([]byte{version}, b...)
	sum := checksum(b)
	return base58.Encode(append(b, sum[:]...))
}

func TestParseRefusals(t *testing.T) {
	n := strings.Repeat("c3", 256)
	digest := strings.Repeat("11", 32)
	for _, c := range []struct {
		name, binary string
		want         error
	}{
		{"empty", "", errMalformed},
		{"testnet's 10", "10", errMalformed},
		{"ecc_compact in the form of SEC 1", "00" + generatorX + generatorY, errMalformed},
		{"ecc_compact, x = p", "00ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", errMalformed},
		{"ed25519 without a point", "01", errMalformed},
		{"ed25519 of 31 bytes", "01" + digest[2:], errMalformed},
		{"secp256k1 without a point", "03", errMalformed},
		{"secp256k1 infinity", "0300", errMalformed},
		{"secp256k1 x = p", "0302fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", errMalformed},
		{"secp256k1 not on the curve", "0304" + generatorX + generatorX, errMalformed},
		{"secp256k1 hybrid", "0306" + generatorX + generatorY, errMalformed},
		{"secp256k1 and a byte", "0302" + generatorX + "00", errMalformed},
		{"secp256k1 compact of 31 bytes", "0305" + generatorX[2:], errMalformed},
		{"secp256k1 compact and a byte", "0305" + generatorX + "00", errMalformed},
		{"type 5", "05" + digest, errMalformed},
		{"network 2", "21" + digest, errMalformed},

		{"rsa without lengths", "04010301", errMalformed},
		{"rsa, nothing behind lengths", "04ffffffff", errMalformed},
		{"rsa, total too long", "0401040100" + n + "010001", errMalformed},
		{"rsa, n longer than total", "0401030104" + n + "010001", errMalformed},
		{"rsa, e empty", "0401000100" + n, errMalformed},
		{"rsa, e = 0", "0401010100" + n + "00", errMalformed},
		{"rsa, e = 1", "0401010100" + n + "01", errMalformed},
		{"rsa, e = 2³⁰ + 1", "0401040100" + n + "40000001", errMalformed},
		{"rsa, e = 2³² + 1", "0401050100" + n + "0100000001", errMalformed},
		{"rsa, e of 1000 bytes", "0404e80100" + n + strings.Repeat("01", 1000), errMalformed},
		{"rsa, lengths swapped", "0401030003" + "010001" + n, errMalformed},
		{"rsa, n of 1025 bytes", "0404040401" + strings.Repeat("c3", 1025) + "010001", errLimit},
		{"rsa, n of 65000 bytes", "04fdebfde8" + strings.Repeat("c3", 65000) + "010001", errLimit},

		{"multisig of 36 bytes", "0203061220" + digest[2:], errMalformed},
		{"multisig, m > n", "0207061220" + digest, errMalformed},
		{"multisig, m = 0", "0200061220" + digest, errMalformed},
		{"multisig, m = n = 0", "0200001220" + digest, errMalformed},
		{"multisig of SHA3-256", "0203061620" + digest, errUnsupported},
	} {
		b := unhex(t, c.binary)
		if _, err := Parse(b); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if _, err := ParseStrict(b); class(t, err) != c.want {
			t.Errorf("%s, strictly: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestUnusable has keys that the network's library reads and under which nothing can be
// checked.
func TestUnusable(t *testing.T) {
	n := strings.Repeat("c3", 256)
	for _, c := range []struct {
		name, binary string
		want         error
	}{
		{"ed25519 not canonical", "01" + strings.Repeat("ff", 32), errMalformed},
		{"ed25519 not on the curve", "0102" + strings.Repeat("00", 31), errMalformed},
		{"ed25519 of order 1", "0101" + strings.Repeat("00", 31), errMalformed},
		{"ed25519 of order 4", "01" + strings.Repeat("00", 32), errMalformed},
		{"rsa of 1023 bits", "0400830080" + "7f" + n[:254] + "010001", errUnsupported},
		{"rsa, n = 0", "0400040001" + "00" + "010001", errUnsupported},
		{"rsa, n even", "0401030100" + n[:510] + "c2" + "010001", errUnsupported},
		{"rsa, e = 2", "0401010100" + n + "02", errUnsupported},
		{"rsa, e = 2³⁰", "0401040100" + n + "40000000", errUnsupported},
	} {
		b := unhex(t, c.binary)
		k, err := Parse(b)
		if err != nil || !bytes.Equal(k.Binary(), b) {
			t.Errorf("%s: %v, %v", c.name, k, err)
			continue
		}
		if _, err := ParseStrict(b); class(t, err) != c.want {
			t.Errorf("%s, strictly: %v, want %v", c.name, err, c.want)
		}
		for _, size := range []int{0, 64, 256} {
			if err := k.VerifySignature(nil, make([]byte, size)); class(t, err) != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	}
}

func TestTextRefusals(t *testing.T) {
	text := ed25519Signer(t, 1).key.String()
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"empty", "", errMalformed},
		{"of ones", strings.Repeat("1", 30), errMalformed},
		{"of 4 bytes", base58.Encode([]byte{1, 2, 3, 4}), errMalformed},
		{"no key", textOf(0, nil), errMalformed},
		{"version 1", textOf(1, []byte{0}), errMalformed},
		{"space before", " " + text, errMalformed},
		{"line feed behind", text + "\n", errMalformed},
		{"not ASCII", text[:10] + "é" + text[11:], errMalformed},
		{"cut off", text[:len(text)-1], errMalformed},
		{"long", strings.Repeat("2", maxText+1), errLimit},
		{"of the greatest length", strings.Repeat("2", maxText), errMalformed},
	} {
		if _, err := ParseText(c.text); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if _, err := ParseTextStrict(c.text); class(t, err) != c.want {
			t.Errorf("%s, strictly: %v, want %v", c.name, err, c.want)
		}
	}
	longest := append(append([]byte{4, 4, 4, 4, 0}, bytes.Repeat([]byte{0xff}, maxRSABytes)...), 0x3f, 0xff, 0xff, 0xff)
	k, err := ParseStrict(longest)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseTextStrict(k.String()); err != nil || !again.Equal(k) {
		t.Errorf("the longest key, of %d characters: %v", len(k.String()), err)
	}
}

// TestText compares with base58 by division and an alphabet spelled out here.
func TestText(t *testing.T) {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	for _, s := range signers(t) {
		b := append([]byte{0}, s.key.Binary()...)
		sum := checksum(b)
		b = append(b, sum[:]...)
		var digits []byte
		for v, r := new(big.Int).SetBytes(b), new(big.Int); v.Sign() > 0; {
			v.DivMod(v, big.NewInt(58), r)
			digits = append([]byte{alphabet[r.Int64()]}, digits...)
		}
		zeros := len(b) - len(bytes.TrimLeft(b, "\x00"))
		if want := strings.Repeat("1", zeros) + string(digits); s.key.String() != want {
			t.Errorf("%s: %s, want %s", s.name, s.key, want)
		}
	}
}

// TestDecompression compares P-256 points with the curve's equation.
func TestDecompression(t *testing.T) {
	curve := elliptic.P256().Params()
	on := 0
	for i := range int64(400) {
		x := new(big.Int).Mul(big.NewInt(i), new(big.Int).Rsh(curve.P, 9))
		square := new(big.Int).Exp(x, big.NewInt(3), curve.P)
		square.Sub(square, new(big.Int).Mul(big.NewInt(3), x)).Add(square, curve.B).Mod(square, curve.P)
		y := new(big.Int).ModSqrt(square, curve.P)
		k, err := Parse(append([]byte{0x10}, x.FillBytes(make([]byte, 32))...))
		if (err == nil) != (y != nil) {
			t.Fatalf("x = %x: %v, root %v", x, err, y)
		}
		if y == nil {
			continue
		}
		on++
		if minus := new(big.Int).Sub(curve.P, y); minus.Cmp(y) < 0 {
			y = minus
		}
		point, err := k.verifier.(*p256Key).public.Bytes()
		if err != nil || new(big.Int).SetBytes(point[33:]).Cmp(y) != 0 {
			t.Errorf("x = %x: point %x, %v, want y = %x", x, point, err, y)
		}
	}
	if on < 100 || on > 300 {
		t.Errorf("%d of 400 are on the curve", on)
	}
}

// TestCanonicalY compares encodings about 2²⁵⁵ − 19 with that number.
func TestCanonicalY(t *testing.T) {
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	canonical := 0
	for _, first := range []byte{0, 0xec, 0xed, 0xee, 0xff} {
		for _, last := range []byte{0, 0x7e, 0x7f, 0xfe, 0xff} {
			for lower := range 31 { // the byte that is not 0xff, if any
				b := bytes.Repeat([]byte{0xff}, 32)
				b[0], b[31] = first, last
				if lower > 0 {
					b[lower] = 0xfe
				}
				y := bytes.Clone(b)
				y[31] &= 0x7f
				slices.Reverse(y)
				want := new(big.Int).SetBytes(y).Cmp(prime) < 0
				if canonicalY(b) != want {
					t.Errorf("%x: canonical: %v", b, !want)
				}
				if want {
					canonical++
				}
			}
		}
	}
	if canonical != 5*5*31-2*3 {
		t.Errorf("%d are canonical", canonical)
	}
}

func TestAccessors(t *testing.T) {
	for _, c := range []struct {
		s    signer
		kind Type
	}{
		{p256Signer(t, 1), ECCCompact},
		{ed25519Signer(t, 1), Ed25519},
		{multisigSigner(t), Multisig},
		{secp256k1Signer(t, 1), Secp256k1},
		{rsaSigner(t), RSA},
	} {
		k := c.s.key
		if k.Type() != c.kind || k.Type().String() != c.s.name || k.Network() != Mainnet || k.Network().String() != "mainnet" {
			t.Errorf("%s: %v, %v", c.s.name, k.Type(), k.Network())
		}
		b := k.Binary()
		b[0] ^= 0x10
		if k.Binary()[0] == b[0] {
			t.Errorf("%s: Binary is not a copy", c.s.name)
		}
		test := mustParse(t, b)
		if test.Network() != Testnet || test.Network().String() != "testnet" || test.Equal(k) || test.Type() != c.kind {
			t.Errorf("%s: %v, %v", c.s.name, test.Network(), test)
		}
		clear(b)
		if test.Binary()[0] != byte(Testnet)|byte(c.kind) {
			t.Errorf("%s: keeps what it parsed", c.s.name)
		}
	}
	if s := fmt.Sprint(Type(9), Network(0x20)); s != "Type(9) Network(0x20)" {
		t.Error(s)
	}
	if new(Key).Equal(nil) || mustParse(t, signers(t)[0].key.Binary()).Equal(nil) {
		t.Error("no key is equal to one")
	}
	if err := new(Key).VerifySignature(nil, nil); class(t, err) != errMalformed {
		t.Error(err)
	}
}

// TestFlippedBits flips each bit of a key, a message and a signature.
func TestFlippedBits(t *testing.T) {
	message := []byte("beacon")
	for _, s := range signers(t) {
		t.Run(s.name, func(t *testing.T) {
			key, signature := s.key.Binary(), s.sign(t, message)
			if err := s.key.VerifySignature(message, signature); err != nil {
				t.Fatal(err)
			}
			flip := func(b []byte, what string, accepted func(bit int) bool, verify func() error) {
				for bit := range 8 * len(b) {
					b[bit/8] ^= 1 << (bit % 8)
					err := verify()
					b[bit/8] ^= 1 << (bit % 8)
					if want := accepted(bit); (err == nil) != want {
						t.Errorf("%s, bit %d: %v, want accepted: %v", what, bit, err, want)
					} else if c := class(t, err); err != nil && c != errInvalid && c != errMalformed && c != errUnsupported {
						t.Errorf("%s, bit %d: %v", what, bit, err)
					}
				}
			}
			never := func(int) bool { return false }
			flip(message, "message", never, func() error { return s.key.VerifySignature(message, signature) })
			flip(signature, "signature", never, func() error { return s.key.VerifySignature(message, signature) })
			flip(key, "key", func(bit int) bool {
				// Nothing in a signature tells the network, except a multisig key's members.
				// How many must sign is not hashed: 3 members also sign for a key of
				// which 1 or 2 must.
				return bit == 4 && s.key.Type() != Multisig || (bit == 8 || bit == 9) && s.key.Type() == Multisig
			}, func() error {
				k, err := Parse(key)
				if err != nil {
					return err
				}
				return k.VerifySignature(message, signature)
			})
		})
	}
}

// TestTruncated cuts signatures and keys off, and appends to signatures.
func TestTruncated(t *testing.T) {
	message := []byte("witness")
	for _, s := range signers(t) {
		signature, key := s.sign(t, message), s.key.Binary()
		for n := range signature {
			if err := s.key.VerifySignature(message, signature[:n]); err == nil {
				t.Errorf("%s: %d bytes of the signature are accepted", s.name, n)
			}
		}
		if err := s.key.VerifySignature(message, append(signature, 0)); err == nil {
			t.Errorf("%s: a longer signature is accepted", s.name)
		}
		for n := range key {
			if _, err := ParseStrict(key[:n]); err == nil {
				t.Errorf("%s: %d bytes of the key are accepted", s.name, n)
			}
		}
	}
}

// TestRSASignatureIsNumber has spellings of a signature that the crate rsa 0.4 was seen to
// accept.
func TestRSASignatureIsNumber(t *testing.T) {
	message := []byte("speed test")
	s := rsaSigner(t)
	signature := s.sign(t, message)
	n := s.key.verifier.(*rsaKey).public.N
	plus := func(times int64) []byte {
		return new(big.Int).Add(new(big.Int).SetBytes(signature), new(big.Int).Mul(n, big.NewInt(times))).Bytes()
	}
	for _, c := range []struct {
		name      string
		signature []byte
		want      error
	}{
		{"plus n", plus(1), nil},
		{"plus 1000 n", plus(1000), nil},
		{"zero before", append([]byte{0}, signature...), nil},
		{"zeros before, at the limit", append(make([]byte, maxRSASignature-len(signature)), signature...), nil},
		{"above the limit", append(make([]byte, maxRSASignature-len(signature)+1), signature...), errLimit},
		{"zero behind", append(bytes.Clone(signature), 0), errInvalid},
		{"n itself", n.Bytes(), errInvalid},
		{"empty", nil, errInvalid},
		{"minus", new(big.Int).Sub(n, new(big.Int).SetBytes(signature)).Bytes(), errInvalid},
	} {
		if err := s.key.VerifySignature(message, c.signature); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestHighS turns s into its negative, which the one curve's signatures may and the
// other's may not.
func TestHighS(t *testing.T) {
	message := []byte("packet")
	secp256k1Order, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	for _, c := range []struct {
		s     signer
		order *big.Int
		want  error
	}{
		{p256Signer(t, 1), elliptic.P256().Params().N, nil},
		{secp256k1Signer(t, 1), secp256k1Order, errMalformed},
	} {
		signature := c.s.sign(t, message)
		rest := signature[2:]
		r := rest[2 : 2+rest[1]]
		rest = rest[2+len(r):]
		s := new(big.Int).SetBytes(rest[2:])
		high := new(big.Int).Sub(c.order, s)
		if high.Cmp(s) < 0 {
			high = s
		}
		encoded := high.FillBytes(make([]byte, 33))
		if encoded[1] < 0x80 {
			encoded = encoded[1:]
		}
		b := append([]byte{0x30, byte(4 + len(r) + len(encoded)), 2, byte(len(r))}, r...)
		b = append(append(b, 2, byte(len(encoded))), encoded...)
		if err := c.s.key.VerifySignature(message, b); class(t, err) != c.want {
			t.Errorf("%s: %v, want %v", c.s.name, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	_, err := Parse(nil)
	if err == nil || err.Error() != "keys.Parse: malformed input: no bytes" {
		t.Error(err)
	}
	if err := fail("op", errors.New("x")); class(t, err) != depinproof.ErrInternal {
		t.Error(err)
	}
}

func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	message := bytes.Repeat([]byte("m"), 200)
	for _, s := range signers(t) {
		if s.key.Type() == Multisig {
			continue // parses its members
		}
		signature := s.sign(t, message)
		verify := func(f func() bool) float64 {
			return testing.AllocsPerRun(100, func() {
				if !f() {
					t.Error("refused")
				}
			})
		}
		got := verify(func() bool { return s.key.VerifySignature(message, signature) == nil })
		if want := verify(func() bool { return libraryVerify(s.key, message, signature) }); got > want {
			t.Errorf("%s: %v allocations, the library has %v", s.name, got, want)
		}
	}
}

// TestHostileLengths takes inputs that claim more than is there.
func TestHostileLengths(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	s := multisigSigner(t)
	most := append([]byte{2, 255, 255}, s.key.Binary()[3:]...)
	compact := append([]byte{3, 5}, make([]byte, 2<<20)...)
	for _, c := range []struct {
		name   string
		refuse func() error
	}{
		{"rsa", func() error { _, err := Parse([]byte{4, 0xff, 0xff, 0xff, 0xff}); return err }},
		{"rsa, n of 64 KiB", func() error {
			_, err := Parse(append([]byte{4, 0xff, 0xff, 0xff, 0xf0}, make([]byte, 1<<16)...))
			return err
		}},
		{"secp256k1 compact of 2 MiB", func() error { _, err := Parse(compact); return err }},
		{"multisig of 255", func() error { return mustParse(t, most).VerifySignature(nil, s.sign(t, nil)) }},
		{"text", func() error { _, err := ParseText(strings.Repeat("z", 1<<20)); return err }},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := c.refuse()
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: accepted", c.name)
		}
		// The inputs are made in between, the largest of them of 1 MiB.
		if n := after.TotalAlloc - before.TotalAlloc; n > 5<<18 {
			t.Errorf("%s: %d bytes allocated", c.name, n)
		}
	}
}
