package keys

import (
	"bytes"
	stded25519 "crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"slices"
	"sync"
	"testing"

	"filippo.io/edwards25519"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// FuzzParse parses, writes and parses again, in both forms, and asks that what is read
// strictly is read, and nothing else differs.
func FuzzParse(f *testing.F) {
	for _, s := range signers(f) {
		f.Add(s.key.Binary())
		f.Add(append(s.key.Binary(), 0))
	}
	f.Add([]byte{0})
	f.Add([]byte{4, 0, 4, 0, 1, 0, 1, 0, 1})
	f.Add(unhex(f, "0304"+generatorX+generatorY))
	f.Add(unhex(f, "1305"+generatorX))
	f.Fuzz(func(t *testing.T, b []byte) {
		kept := bytes.Clone(b)
		k, err := Parse(b)
		strict, strictErr := ParseStrict(b)
		if !bytes.Equal(b, kept) {
			t.Fatal("the argument changed")
		}
		if strictErr == nil && (err != nil || !strict.Equal(k) || !bytes.Equal(k.Binary(), b)) {
			t.Fatalf("strictly %v, else %v, %v", strict, k, err)
		}
		text := textOf(0, b)
		if fromText, textErr := ParseText(text); len(text) > maxText {
			if class(t, textErr) != errLimit {
				t.Fatalf("%d characters: %v", len(text), textErr)
			}
		} else if class(t, textErr) != class(t, err) || err == nil && !fromText.Equal(k) {
			t.Fatalf("in text %v, %v; in binary %v, %v", fromText, textErr, k, err)
		}
		if err != nil {
			if c := class(t, err); c != errMalformed && c != errLimit && c != errUnsupported {
				t.Fatal(err)
			}
			return
		}
		again, err := Parse(k.Binary())
		if err != nil || !again.Equal(k) || again.Type() != k.Type() || again.Network() != k.Network() {
			t.Fatalf("%v gives %v, %v", k, again, err)
		}
		if again, err = ParseText(k.String()); err != nil || !again.Equal(k) {
			t.Fatalf("%v in text gives %v, %v", k, again, err)
		}
		_, err = ParseStrict(k.Binary())
		if _, bad := k.verifier.(unusable); (err != nil) != bad {
			t.Fatalf("%v strictly: %v, unusable: %v", k, err, bad)
		}
		if err := k.VerifySignature(nil, b); err == nil {
			t.Fatalf("%v signed", k)
		}
	})
}

// FuzzVerifySignature compares verdicts with those of the library that has the scheme, on
// signatures as they come and on signatures that hold, with and without one bit flipped.
func FuzzVerifySignature(f *testing.F) {
	all := signers(f)
	for i, s := range all {
		kind := byte(i)
		f.Add(kind, byte(3), []byte("message"), s.sign(f, []byte("message")), uint16(0))
		f.Add(kind, byte(0), []byte{}, []byte{}, uint16(77))
	}
	f.Fuzz(func(t *testing.T, kind, small byte, message, signature []byte, bit uint16) {
		s := all[int(kind)%len(all)]
		compare(t, s.key, message, signature)

		held := s.sign(t, message)
		if err := s.key.VerifySignature(message, held); err != nil {
			t.Fatal(err)
		}
		compare(t, s.key, message, held)
		held[int(bit/8)%len(held)] ^= 1 << (bit % 8)
		if err := s.key.VerifySignature(message, held); err == nil {
			t.Fatal("a flipped bit is accepted")
		}
		compare(t, s.key, message, held)

		key, mixed := mixedOrder(t, int(small%8), int(small/8%8), message)
		if err := key.VerifySignature(message, mixed); err != nil {
			t.Fatal(err)
		}
		compare(t, key, message, mixed)
	})
}

// compare holds the verdict on a signature to the library's and to what differs from it.
func compare(t *testing.T, k *Key, message, signature []byte) {
	t.Helper()
	got := k.VerifySignature(message, signature) == nil
	library := libraryVerify(k, message, signature)
	switch v := k.verifier.(type) {
	case *p256Key:
		if got != library {
			t.Fatalf("%v, the library %v", got, library)
		}
	case *secp256k1Key:
		if library {
			parsed, err := ecdsa.ParseDERSignature(signature)
			if err != nil {
				t.Fatal(err)
			}
			s := parsed.S()
			library = !s.IsOverHalfOrder()
		}
		if got != library {
			t.Fatalf("%v, the library and a low s %v", got, library)
		}
	case *ed25519Key:
		if want := cofactored(v.encoded[:], message, signature); got != want {
			t.Fatalf("%v, by other means %v", got, want)
		}
		if library && !got && decodePoint(new(edwards25519.Point), signature[:32]) == nil {
			t.Fatal("crypto/ed25519 accepts")
		}
	case *rsaKey:
		if library && !got || got && !library && len(signature) == len(v.modulus) && bytes.Compare(signature, v.modulus) < 0 {
			t.Fatalf("%v, the library %v", got, library)
		}
	case *multisigKey:
		if want := quorum(v, message, signature); got != want {
			t.Fatalf("%v, by other means %v", got, want)
		}
	}
}

// quorum is the slow twin of a multisig key's verification: it judges every signature.
func quorum(v *multisigKey, message, signature []byte) bool {
	var list []byte
	var members []*Key
	var texts []string
	rest := signature
	for range v.members {
		if len(rest) < 33 {
			return false
		}
		k, err := Parse(rest[:33])
		if err != nil || k.Network() != v.network || k.Type() != ECCCompact && k.Type() != Ed25519 {
			return false
		}
		list, members, texts = append(list, rest[:33]...), append(members, k), append(texts, k.String())
		rest = rest[33:]
	}
	if sha256.Sum256(list) != v.digest || !slices.IsSorted(texts) || len(slices.Compact(texts)) != v.members {
		return false
	}
	signed := make(map[byte]bool)
	good := 0
	for len(rest) > 0 {
		if len(rest) < 2 || len(rest) < 2+int(rest[1]) || int(rest[0]) >= v.members {
			return false
		}
		index, part := rest[0], rest[2:2+int(rest[1])]
		rest = rest[2+len(part):]
		if signed[index] {
			return false
		}
		signed[index] = true
		if members[index].VerifySignature(message, part) == nil {
			good++
		}
	}
	return good >= v.required
}

// cofactored is the slow twin of the verification: canonical means that encoding what was
// decoded gives the same bytes, and small orders are those of a list.
func cofactored(key, message, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	points := make([]*edwards25519.Point, 2)
	for i, b := range [][]byte{key, signature[:32]} {
		p, err := new(edwards25519.Point).SetBytes(b)
		if err != nil || !bytes.Equal(p.Bytes(), b) {
			return false
		}
		for _, small := range torsion() {
			if p.Equal(small) == 1 {
				return false
			}
		}
		points[i] = p
	}
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(signature[32:])
	if err != nil {
		return false
	}
	h := sha512.Sum512(append(append(append([]byte{}, signature[:32]...), key...), message...))
	k, err := new(edwards25519.Scalar).SetUniformBytes(h[:])
	if err != nil {
		return false
	}
	right := new(edwards25519.Point).ScalarMult(k, points[0])
	right.Add(right, points[1])
	left := new(edwards25519.Point).ScalarBaseMult(s)
	for _, small := range torsion() {
		if left.Equal(new(edwards25519.Point).Add(right, small)) == 1 {
			return true
		}
	}
	return false
}

// torsion has the multiples of a point of order 8. That is L times a point of the curve,
// and since L itself is no scalar, L − 1 times and once more.
var torsion = sync.OnceValue(func() (multiples [8]*edwards25519.Point) {
	one, err := edwards25519.NewScalar().SetCanonicalBytes(append([]byte{1}, make([]byte, 31)...))
	if err != nil {
		panic(err)
	}
	minusOne := edwards25519.NewScalar().Negate(one)
	for y := byte(2); ; y++ {
		p, err := new(edwards25519.Point).SetBytes(append([]byte{y}, make([]byte, 31)...))
		if err != nil {
			continue
		}
		p.Add(p, new(edwards25519.Point).ScalarMult(minusOne, p))
		four := new(edwards25519.Point).Double(p)
		if four.Double(four).Equal(edwards25519.NewIdentityPoint()) == 1 {
			continue // of order 4 or less
		}
		sum := edwards25519.NewIdentityPoint()
		for i := range multiples {
			multiples[i] = new(edwards25519.Point).Set(sum)
			sum.Add(sum, p)
		}
		return multiples
	}
})

// mixedOrder returns a key and a signature with parts of small order: the points of a
// signature that holds, each plus a multiple of a point of order 8.
func mixedOrder(tb testing.TB, inKey, inR int, message []byte) (*Key, []byte) {
	tb.Helper()
	uniform := func(seed string) *edwards25519.Scalar {
		h := sha512.Sum512([]byte(seed))
		s, err := edwards25519.NewScalar().SetUniformBytes(h[:])
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
	digest := sha256.Sum256(message)
	a, r := uniform("a"), uniform("r"+string(digest[:]))
	point := func(s *edwards25519.Scalar, part int) []byte {
		p := new(edwards25519.Point).ScalarBaseMult(s)
		return p.Add(p, torsion()[part]).Bytes()
	}
	encodedA, encodedR := point(a, inKey), point(r, inR)
	h := sha512.Sum512(append(append(bytes.Clone(encodedR), encodedA...), message...))
	k, err := edwards25519.NewScalar().SetUniformBytes(h[:])
	if err != nil {
		tb.Fatal(err)
	}
	s := edwards25519.NewScalar().MultiplyAdd(k, a, r)
	return mustParse(tb, append([]byte{1}, encodedA...)), append(encodedR, s.Bytes()...)
}

// TestMixedOrder says how much wider than crypto/ed25519 the equation is.
func TestMixedOrder(t *testing.T) {
	message := []byte("heartbeat")
	refused := 0
	for inKey := range 8 {
		for inR := range 8 {
			k, signature := mixedOrder(t, inKey, inR, message)
			if err := k.VerifySignature(message, signature); err != nil {
				t.Errorf("%d, %d: %v", inKey, inR, err)
			}
			if !stded25519.Verify(k.Binary()[1:], message, signature) {
				refused++
			}
			if err := k.VerifySignature(message[1:], signature); class(t, err) != errInvalid {
				t.Errorf("%d, %d, another message: %v", inKey, inR, err)
			}
		}
	}
	if refused < 48 {
		t.Errorf("crypto/ed25519 refuses %d of 64", refused)
	}
}
