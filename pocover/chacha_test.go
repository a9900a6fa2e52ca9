package pocover

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"golang.org/x/crypto/chacha20"
)

// streamBytes returns the first n bytes of a key stream, n a multiple of 4.
func streamBytes(key *[32]byte, rounds, n int) []byte {
	s := newKeyStream(key, rounds)
	var b []byte
	for range n / 4 {
		b = binary.LittleEndian.AppendUint32(b, s.next())
	}
	return b
}

// TestKeyStreamTwenty compares the stream of 20 rounds, where another implementation
// is at hand, over several blocks.
func TestKeyStreamTwenty(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{1}))
	for range 100 {
		var key [32]byte
		for i := range key {
			key[i] = byte(rng.Uint32())
		}
		c, err := chacha20.NewUnauthenticatedCipher(key[:], make([]byte, 12))
		if err != nil {
			t.Fatal(err)
		}
		want := make([]byte, 64*5)
		c.XORKeyStream(want, want)
		if got := streamBytes(&key, 20, len(want)); string(got) != string(want) {
			t.Fatalf("key %x: got %x, want %x", key, got, want)
		}
	}
}

// TestKeyStreamTwelve is the first block of the zero key with 12 rounds, of the test
// vectors of draft-strombergson-chacha-test-vectors.
func TestKeyStreamTwelve(t *testing.T) {
	const want = "9bf49a6a0755f953811fce125f2683d50429c3bb49e074147e0089a52eae155f" +
		"0564f879d27ae3c02ce82834acfa8c793a629f2ca0de6919610be82f411326be"
	if got := hex.EncodeToString(streamBytes(new([32]byte), 12, 64)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
