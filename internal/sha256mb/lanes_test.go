package sha256mb

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

func sumsOf(msgs []byte, n, lanes int) [][32]byte {
	want := make([][32]byte, lanes)
	for i := range want {
		want[i] = sha256.Sum256(msgs[n*i:][:n])
	}
	return want
}

// Digests are those of crypto/sha256, at every alignment, and nothing but dst is
// written.
func TestSumLanes(t *testing.T) {
	check := func(t *testing.T, lanes, n int) {
		const margin = 150
		at := margin + n%64
		before := randomBytes(at + (n+32)*lanes + 2*margin)
		dstAt := at + n*lanes + lanes%3
		want := sumsOf(before[at:], n, lanes)
		got := bytes.Clone(before)
		SumLanes(digests(got[dstAt:][:32*lanes]), got[at:][:n*lanes], n)
		checkWritten(t, fmt.Sprintf("%d messages of %d bytes", lanes, n), got, before, dstAt, want)
	}
	forEachImpl(t, func(t *testing.T) {
		for n := range 301 {
			for _, lanes := range []int{0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 40} {
				check(t, lanes, n)
			}
		}
		for _, n := range []int{32, 55, 56, 64, 119, 120, 128} {
			for lanes := range 51 {
				check(t, lanes, n)
			}
		}
		check(t, 19, 1<<12)
		check(t, 1, 1<<16+1)
		check(t, 17, mostBytes)
		check(t, 17, mostBytes+1)
	})
}

func TestSumLanesArguments(t *testing.T) {
	const wrap = 1 << (bits.UintSize - 4) // sixteen times it is 0
	for _, c := range []struct{ lanes, length, n int }{
		{1, 0, 1}, {1, 1, 0}, {0, 1, 1}, {2, 3, 1}, {2, 3, 2}, {1, 1, -1}, {0, 0, -1},
		{16, 0, wrap}, {16, 0, -wrap},
	} {
		mustPanic(t, fmt.Sprint(c), func() { SumLanes(make([][32]byte, c.lanes), make([]byte, c.length), c.n) })
	}
}

func FuzzSumLanes(f *testing.F) {
	f.Add([]byte("abc"), uint8(3), uint16(5))
	f.Add(bytes.Repeat([]byte{0xff}, 119), uint8(29), uint16(119))
	f.Fuzz(func(t *testing.T, data []byte, lanes uint8, length uint16) {
		n := int(length % 1000)
		if len(data) == 0 || lanes > 50 {
			return
		}
		msgs := make([]byte, n*int(lanes))
		rand.NewChaCha8([32]byte{lanes}).Read(msgs)
		for i := range msgs {
			msgs[i] ^= data[i%len(data)]
		}
		for _, name := range append(Implementations(), everything) {
			restore := force(name)
			dst := make([][32]byte, lanes)
			SumLanes(dst, msgs, n)
			restore()
			for i, want := range sumsOf(msgs, n, int(lanes)) {
				if dst[i] != want {
					t.Errorf("%s, %d messages of %d bytes, message %d: %x, want %x", name, lanes, n, i, dst[i], want)
				}
			}
		}
	})
}

func BenchmarkSumLanes(b *testing.B) {
	for _, size := range []int{32, 1024} {
		for _, name := range append(Implementations(), everything) {
			for _, n := range []int{1, 2, 4, 8, 16, 1024} {
				b.Run(fmt.Sprintf("size=%d/impl=%s/n=%d", size, name, n), func(b *testing.B) {
					defer force(name)()
					dst, msgs := make([][32]byte, n), make([]byte, n*size)
					b.SetBytes(int64(n * size))
					b.ReportAllocs()
					for b.Loop() {
						SumLanes(dst, msgs, size)
					}
				})
			}
		}
	}
}
