package sha256mb

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// pairCounts are around every width of a kernel and its multiples.
func pairCounts() (counts []int) {
	for n := range 51 {
		counts = append(counts, n)
	}
	return append(counts, 64, 100, 1000, 2*mostPairs+3)
}

// digests returns b as digests, at any alignment.
func digests(b []byte) [][32]byte {
	return unsafe.Slice((*[32]byte)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/32)
}

// pairsVerb is HashPairs, or HashPairsPrefixed with a prefix, and what each digest is to
// be.
type pairsVerb struct {
	name string
	hash func(dst, src [][32]byte)
	want func(left, right [32]byte) [32]byte
}

func pairsVerbs() []pairsVerb {
	verbs := []pairsVerb{{"HashPairs", HashPairs, func(left, right [32]byte) [32]byte {
		return sha256.Sum256(append(left[:], right[:]...))
	}}}
	for _, prefix := range []byte{0, 1, 0xff} {
		verbs = append(verbs, pairsVerb{
			fmt.Sprintf("HashPairsPrefixed %#02x", prefix),
			func(dst, src [][32]byte) { HashPairsPrefixed(dst, src, prefix) },
			func(left, right [32]byte) [32]byte {
				return sha256.Sum256(slices.Concat([]byte{prefix}, left[:], right[:]))
			},
		})
	}
	return verbs
}

func (v pairsVerb) all(src [][32]byte) [][32]byte {
	want := make([][32]byte, len(src)/2)
	for i := range want {
		want[i] = v.want(src[2*i], src[2*i+1])
	}
	return want
}

// randomBytes differ from byte to byte, and are all ones in the second quarter, which is
// where a carry too many would show.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n)}).Read(b)
	for i := n / 4; i < n/2; i++ {
		b[i] = 0xff
	}
	return b
}

// Digests are those of crypto/sha256, at every alignment, in place or not, and nothing
// but dst is written.
func TestHashPairs(t *testing.T) {
	forEachImpl(t, func(t *testing.T) {
		for _, v := range pairsVerbs() {
			for _, n := range pairCounts() {
				const margin = 100
				at := margin + n%64
				before := randomBytes(at + 96*n + 2*margin)
				srcAt, dstAt := at, at+64*n+n%3
				src := slices.Clone(digests(before[srcAt:][:64*n]))
				want := v.all(src)

				got := bytes.Clone(before)
				v.hash(digests(got[dstAt:][:32*n]), digests(got[srcAt:][:64*n]))
				checkWritten(t, fmt.Sprintf("%s, %d pairs", v.name, n), got, before, dstAt, want)

				got = bytes.Clone(before)
				level := digests(got[srcAt:][:64*n])
				v.hash(level[:n], level)
				checkWritten(t, fmt.Sprintf("%s, %d pairs in place", v.name, n), got, before, srcAt, want)
			}
		}
	})
}

// checkWritten fails unless got is before with want at an offset.
func checkWritten(t *testing.T, what string, got, before []byte, at int, want [][32]byte) {
	t.Helper()
	expected := bytes.Clone(before)
	for i := range want {
		copy(expected[at+32*i:], want[i][:])
	}
	if bytes.Equal(got, expected) {
		return
	}
	for i := range got {
		if got[i] != expected[i] {
			t.Fatalf("%s: byte %d is %#02x, want %#02x; the digests are at %d to %d", what, i, got[i], expected[i], at, at+32*len(want))
		}
	}
}

func TestHashPairsArguments(t *testing.T) {
	for _, v := range pairsVerbs() {
		for _, lengths := range [][2]int{{0, 1}, {1, 0}, {1, 1}, {1, 3}, {2, 2}, {16, 31}, {16, 33}} {
			mustPanic(t, fmt.Sprintf("%s, %v", v.name, lengths), func() {
				v.hash(make([][32]byte, lengths[0]), make([][32]byte, lengths[1]))
			})
		}
	}
}

func mustPanic(t *testing.T, what string, do func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	do()
}

func TestAllocations(t *testing.T) {
	forEachImpl(t, func(t *testing.T) {
		dst, src, msgs := make([][32]byte, 31), make([][32]byte, 62), make([]byte, 31*100)
		if n := testing.AllocsPerRun(10, func() {
			HashPairs(dst, src)
			HashPairsPrefixed(dst, src, 1)
			SumLanes(dst, msgs, 100)
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func FuzzHashPairs(f *testing.F) {
	f.Add([]byte("a"), uint8(1), byte(1))
	f.Add(bytes.Repeat([]byte{0xff}, 700), uint8(41), byte(0))
	f.Fuzz(func(t *testing.T, data []byte, count uint8, prefix byte) {
		if len(data) == 0 {
			return
		}
		src := make([][32]byte, 2*int(count))
		for i := range src {
			for j := range src[i] {
				src[i][j] = data[(32*i+j)%len(data)] + byte(i)
			}
		}
		for _, name := range append(Implementations(), everything) {
			restore := force(name)
			dst, prefixed, place := make([][32]byte, count), make([][32]byte, count), slices.Clone(src)
			HashPairs(dst, src)
			HashPairsPrefixed(prefixed, src, prefix)
			HashPairs(place[:count], place)
			restore()
			for i := range dst {
				left, right := src[2*i][:], src[2*i+1][:]
				if want := sha256.Sum256(slices.Concat(left, right)); dst[i] != want || place[i] != want {
					t.Errorf("%s, %d pairs, pair %d: %x, in place %x, want %x", name, count, i, dst[i], place[i], want)
				}
				if want := sha256.Sum256(slices.Concat([]byte{prefix}, left, right)); prefixed[i] != want {
					t.Errorf("%s, %d pairs, pair %d, prefixed: %x, want %x", name, count, i, prefixed[i], want)
				}
			}
		}
	})
}

func benchmarkPairs(b *testing.B, hash func(dst, src [][32]byte)) {
	for _, name := range append(Implementations(), everything) {
		for _, n := range []int{1, 2, 4, 8, 16, 1024} {
			b.Run(fmt.Sprintf("impl=%s/n=%d", name, n), func(b *testing.B) {
				defer force(name)()
				dst, src := make([][32]byte, n), make([][32]byte, 2*n)
				b.SetBytes(int64(64 * n))
				b.ReportAllocs()
				for b.Loop() {
					hash(dst, src)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n*b.N), "ns/pair")
			})
		}
	}
}

func BenchmarkHashPairs(b *testing.B) { benchmarkPairs(b, HashPairs) }

func BenchmarkHashPairsPrefixed(b *testing.B) {
	benchmarkPairs(b, func(dst, src [][32]byte) { HashPairsPrefixed(dst, src, 1) })
}

// Each pair has the digest of the last, as on the path of a Merkle proof: latency, not
// throughput.
func BenchmarkPath(b *testing.B) {
	for _, name := range append(Implementations(), everything) {
		for _, v := range pairsVerbs()[:2] {
			b.Run(fmt.Sprintf("impl=%s/prefixed=%v", name, v.name != "HashPairs"), func(b *testing.B) {
				defer force(name)()
				var pair [2][32]byte
				b.SetBytes(64)
				b.ReportAllocs()
				for b.Loop() {
					v.hash(pair[:1], pair[:])
				}
			})
		}
	}
}
