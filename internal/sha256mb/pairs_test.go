package sha256mb

import (
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

func TestHashPairs(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for n := range 51 {
		src := make([][32]byte, 2*n)
		for i := range src {
			random.Read(src[i][:])
		}
		dst := make([][32]byte, n)
		HashPairs(dst, src)
		for i := range dst {
			if want := sha256.Sum256(append(src[2*i][:32:32], src[2*i+1][:]...)); dst[i] != want {
				t.Fatalf("%d pairs, pair %d: %x, want %x", n, i, dst[i], want)
			}
		}
	}
}
