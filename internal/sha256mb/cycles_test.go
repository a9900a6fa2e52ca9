package sha256mb

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
)

// laidOut is message i of c as a plain message.
func (c *Cycles) laidOut(i, ring, n int) []byte {
	m := append([]byte(nil), c.Message(i)[:64]...)
	for at := 0; len(m) < n; at++ {
		m = append(m, c.Message(i)[64+at%(64*ring)])
	}
	return m
}

func TestCycles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	c := new(Cycles)
	forEachImpl(t, func(t *testing.T) {
		for ring := 1; ring <= MostRing; ring++ {
			for _, n := range []int{64 * (2 + ring), 64*(2+ring) + 55, 1184, 1184 + 55, 1248, 1280} {
				for count := 0; count <= Lanes; count++ {
					for i := range count {
						for j := range c.Message(i) {
							c.Message(i)[j] = byte(random.Uint32())
						}
					}
					for _, first := range []int{0, count / 3, count} {
						dst := make([][32]byte, count-first+1)
						c.Sum(dst[:count-first], first, ring, n)
						for i := first; i < count; i++ {
							if want := sha256.Sum256(c.laidOut(i, ring, n)); dst[i-first] != want {
								t.Fatalf("ring %d, %d bytes: message %d of %d to %d is %x, want %x", ring, n, i, first, count, dst[i-first], want)
							}
						}
						if dst[count-first] != ([32]byte{}) {
							t.Fatalf("ring %d, %d bytes, %d messages: written behind", ring, n, count)
						}
					}
				}
			}
		}
	})
}

func TestCyclesRefuse(t *testing.T) {
	for _, x := range []struct{ count, first, ring, n int }{
		{1, 0, 0, 1248}, {1, 0, 8, 1248}, {1, 0, -1, 1248}, {Lanes + 1, 0, 7, 1248}, {Lanes, 1, 7, 1248}, {1, -1, 7, 1248}, {0, Lanes + 1, 7, 1248},
		{1, 0, 7, 1281}, {1, 0, 7, 1280 - 8}, {1, 0, 7, 64*9 - 1}, {1, 0, 7, 0}, {1, 0, 7, -64},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is taken", x)
				}
			}()
			new(Cycles).Sum(make([][32]byte, x.count), x.first, x.ring, x.n)
		}()
	}
}

func FuzzCycles(f *testing.F) {
	f.Add([]byte("seed"), uint8(16), uint8(6))
	c := new(Cycles)
	f.Fuzz(func(t *testing.T, seed []byte, count, ring uint8) {
		n, blocks := int(count%Lanes)+1, int(ring%MostRing)+1
		for i := range n {
			x := sha256.Sum256(append(seed, byte(i)))
			for j := range c.Message(i) {
				c.Message(i)[j] = x[j%32] + byte(j/32)
			}
		}
		dst := make([][32]byte, n)
		c.Sum(dst, 0, blocks, 1248)
		for i := range dst {
			if want := sha256.Sum256(c.laidOut(i, blocks, 1248)); dst[i] != want {
				t.Fatalf("message %d of %d, ring %d: %x, want %x", i, n, blocks, dst[i], want)
			}
		}
	})
}

func TestCyclesAllocate(t *testing.T) {
	c, dst := new(Cycles), make([][32]byte, Lanes)
	for _, n := range []int{1, 2, 3, Lanes} {
		if got := testing.AllocsPerRun(10, func() { c.Sum(dst[:n], 0, MostRing, 1248) }); got != 0 {
			t.Errorf("%d messages: %v allocations", n, got)
		}
	}
}

func BenchmarkCycles(b *testing.B) {
	c, dst := new(Cycles), make([][32]byte, Lanes)
	for _, n := range []int{1, 2, 4, 8, 10, 12, Lanes} {
		b.Run(fmt.Sprintf("messages=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(1248 * n))
			for b.Loop() {
				c.Sum(dst[:n], 0, MostRing, 1248)
			}
		})
	}
}
