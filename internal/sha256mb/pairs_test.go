package sha256mb

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestHashPairs(t *testing.T) {
	forEachImpl(t, func(t *testing.T) {
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
			HashPairsPrefixed(dst, src, byte(n))
			for i := range dst {
				if want := sha256.Sum256(append(append([]byte{byte(n)}, src[2*i][:]...), src[2*i+1][:]...)); dst[i] != want {
					t.Fatalf("%d prefixed pairs, pair %d: %x, want %x", n, i, dst[i], want)
				}
			}
		}
	})
}

func TestSumLanes(t *testing.T) {
	forEachImpl(t, func(t *testing.T) {
		random := rand.NewChaCha8([32]byte{1})
		for n := range 301 {
			for _, m := range []int{1, 2, 3, 7, 8, 9, 15, 16, 17, 31} {
				src := make([]byte, n*m)
				random.Read(src)
				dst := make([][32]byte, m)
				SumLanes(dst, src, n)
				for i := range dst {
					if want := sha256.Sum256(src[n*i : n*i+n]); dst[i] != want {
						t.Fatalf("%d messages of %d bytes: %d: %x, want %x", m, n, i, dst[i], want)
					}
				}
			}
		}
	})
}

func BenchmarkHashPairs(b *testing.B) {
	for _, name := range append(Implementations(), "all") {
		for _, n := range []int{1, 2, 4, 8, 9, 16, 1024} {
			b.Run(fmt.Sprintf("impl=%s/n=%d", name, n), func(b *testing.B) {
				defer force(name)()
				src := make([][32]byte, 2*n)
				dst := make([][32]byte, n)
				for b.Loop() {
					HashPairs(dst, src)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/pair")
			})
		}
	}
}

func BenchmarkHashPairsPrefixed(b *testing.B) {
	for _, name := range append(Implementations(), "all") {
		for _, n := range []int{1, 2, 4, 8, 9, 16, 1024} {
			b.Run(fmt.Sprintf("impl=%s/n=%d", name, n), func(b *testing.B) {
				defer force(name)()
				src := make([][32]byte, 2*n)
				dst := make([][32]byte, n)
				for b.Loop() {
					HashPairsPrefixed(dst, src, 1)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/pair")
			})
		}
	}
}
