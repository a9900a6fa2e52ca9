package sha256mb

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"
)

// halves is the memory of a cycle's messages.
type halves [CycleLast + 1][Lanes][32]byte

func (h *halves) fill(random *rand.Rand) {
	for i := range h {
		for j := range h[i] {
			for k := range h[i][j] {
				h[i][j][k] = byte(random.Uint32())
			}
		}
	}
}

// cycle returns the messages from first on.
func (h *halves) cycle(first int) *Cycle {
	m := new(Cycle)
	for i := range m {
		m[i] = &h[i][first]
	}
	return m
}

// laidOut is message j as a plain message.
func (h *halves) laidOut(j, ring, blocks int) (m []byte) {
	m = append(append(m, h[0][j][:]...), h[1][j][:]...)
	for i := range 2 * blocks {
		m = append(m, h[CycleRing+i%(2*ring)][j][:]...)
	}
	return append(m, h[CycleLast][j][:]...)
}

func TestCycles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	c, h := new(Cycles), new(halves)
	forEachImpl(t, func(t *testing.T) {
		for ring := 1; ring <= MostRing; ring++ {
			for _, blocks := range []int{ring + 1, ring + 2, 2*ring + 1, 17, 18} {
				for count := 0; count <= Lanes; count++ {
					h.fill(random)
					for _, first := range []int{0, count / 3, count} {
						dst := make([][32]byte, count-first+1)
						m := h.cycle(min(first, Lanes-1))
						// It asks for what is ahead, and cannot trip over what is not there.
						c.Sum(dst[:count-first], m, []*Cycle{m, new(Cycle)}[count%2], ring, blocks)
						for i := first; i < count; i++ {
							if want := sha256.Sum256(h.laidOut(i, ring, blocks)); dst[i-first] != want {
								t.Fatalf("ring %d, %d blocks: message %d of %d to %d is %x, want %x", ring, blocks, i, first, count, dst[i-first], want)
							}
						}
						if dst[count-first] != ([32]byte{}) {
							t.Fatalf("ring %d, %d blocks, %d messages: written behind", ring, blocks, count)
						}
					}
				}
			}
		}
	})
}

func TestCyclesRefuse(t *testing.T) {
	for _, x := range []struct{ count, ring, blocks int }{
		{1, 0, 18}, {1, 8, 18}, {1, -1, 18}, {Lanes + 1, 7, 18}, {1, 7, 19}, {1, 7, 7}, {1, 7, 0}, {1, 1, 1}, {1, 1, -1},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is taken", x)
				}
			}()
			m := new(halves).cycle(0)
			new(Cycles).Sum(make([][32]byte, x.count), m, m, x.ring, x.blocks)
		}()
	}
}

// The digests may be where the next messages have halves: labels are made so.
func TestCyclesChain(t *testing.T) {
	forEachImpl(t, func(t *testing.T) {
		for _, n := range []int{1, 2, 3, Lanes} {
			c, h := new(Cycles), new(halves)
			h.fill(rand.New(rand.NewPCG(3, 4)))
			want := make([][32]byte, n)
			for range 3 {
				for j := range want {
					want[j] = sha256.Sum256(h.laidOut(j, 7, 18))
				}
				m := h.cycle(0)
				if c.Sum(h[CycleRing+5][:n], m, m, 7, 18); fmt.Sprint(h[CycleRing+5][:n]) != fmt.Sprint(want) {
					t.Fatalf("%d messages: %x, want %x", n, h[CycleRing+5][:n], want)
				}
			}
		}
	})
}

func FuzzCycles(f *testing.F) {
	f.Add(uint64(1), uint8(16), uint8(6))
	c, h := new(Cycles), new(halves)
	f.Fuzz(func(t *testing.T, seed uint64, count, ring uint8) {
		n, ringBlocks := int(count%Lanes)+1, int(ring%MostRing)+1
		h.fill(rand.New(rand.NewPCG(seed, 0)))
		dst, m := make([][32]byte, n), h.cycle(0)
		c.Sum(dst, m, m, ringBlocks, 18)
		for i := range dst {
			if want := sha256.Sum256(h.laidOut(i, ringBlocks, 18)); dst[i] != want {
				t.Fatalf("message %d of %d, ring %d: %x, want %x", i, n, ringBlocks, dst[i], want)
			}
		}
	})
}

func TestCyclesAllocate(t *testing.T) {
	c, dst, m := new(Cycles), make([][32]byte, Lanes), new(halves).cycle(0)
	for _, n := range []int{1, 2, 3, Lanes} {
		if got := testing.AllocsPerRun(10, func() { c.Sum(dst[:n], m, m, MostRing, 18) }); got != 0 {
			t.Errorf("%d messages: %v allocations", n, got)
		}
	}
}

func BenchmarkCycles(b *testing.B) {
	c, dst, m := new(Cycles), make([][32]byte, Lanes), new(halves).cycle(0)
	const size = 64*19 + 32
	for _, n := range []int{1, 2, 4, 8, 9, 10, 11, 12, Lanes} {
		for _, name := range Implementations() {
			b.Run(fmt.Sprintf("messages=%d/impl=%s", n, name), func(b *testing.B) {
				defer force(name)()
				b.ReportAllocs()
				b.SetBytes(int64(size * n))
				for b.Loop() {
					c.Sum(dst[:n], m, m, MostRing, 18)
				}
			})
		}
	}
}
