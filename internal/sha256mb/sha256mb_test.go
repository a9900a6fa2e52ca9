package sha256mb

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// implementations are the ways to compress a block that this machine has.
func implementations(t testing.TB) map[string]func(*State, *Block) {
	all := map[string]func(*State, *Block){"generic": compressGeneric, "chosen": (*State).Compress}
	t.Logf("compress: generic, and chosen is AVX-512: %v", Available())
	return all
}

// sums returns the digests of messages of one length.
func sums(compress func(*State, *Block), messages [Lanes][]byte) (digests [Lanes][32]byte) {
	var s State
	s.Init()
	n := len(messages[0])
	var padded [Lanes][]byte
	for i, m := range messages {
		p := append(bytes.Clone(m), 0x80)
		for len(p)%64 != 56 {
			p = append(p, 0)
		}
		padded[i] = binary.BigEndian.AppendUint64(p, uint64(n)*8)
	}
	for at := 0; at < len(padded[0]); at += 64 {
		var b Block
		for i := range padded {
			for j := range b {
				b[j][i] = binary.BigEndian.Uint32(padded[i][at+4*j:])
			}
		}
		compress(&s, &b)
	}
	for i := range digests {
		for j := range s {
			binary.BigEndian.PutUint32(digests[i][4*j:], s[j][i])
		}
	}
	return digests
}

func TestSums(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, compress := range implementations(t) {
		for n := range 200 {
			var messages [Lanes][]byte
			for i := range messages {
				messages[i] = make([]byte, n)
				for k := range messages[i] {
					switch i {
					case 0:
					case 1:
						messages[i][k] = 0xff
					default:
						messages[i][k] = byte(random.Uint32())
					}
				}
			}
			for i, got := range sums(compress, messages) {
				if want := sha256.Sum256(messages[i]); got != want {
					t.Fatalf("%s, lane %d, %d bytes: %x, want %x", name, i, n, got, want)
				}
			}
		}
	}
}

// The kernel writes the state and nothing beside it, at any alignment of words, and
// leaves the block alone.
func TestCanaries(t *testing.T) {
	type guarded struct {
		before [9]uint32
		s      State
		middle [7]uint32
		b      Block
		after  [9]uint32
	}
	var g guarded
	fill := func(xs []uint32) {
		for i := range xs {
			xs[i] = 0xcafe0000 + uint32(i)
		}
	}
	fill(g.before[:])
	fill(g.middle[:])
	fill(g.after[:])
	g.s.Init()
	for j := range g.b {
		g.b.Fill(j, uint32(j)*0x9e3779b9)
	}
	want := g
	compressGeneric(&want.s, &want.b)
	g.s.Compress(&g.b)
	if g != want {
		t.Error("something else than the state differs, or the state does")
	}
}

func FuzzSums(f *testing.F) {
	f.Add([]byte("abc"), byte(3))
	f.Add(bytes.Repeat([]byte{0xff}, 119), byte(0))
	f.Fuzz(func(t *testing.T, m []byte, step byte) {
		if len(m) > 300 {
			return
		}
		var messages [Lanes][]byte
		for i := range messages {
			messages[i] = bytes.Clone(m)
			for k := range messages[i] {
				messages[i][k] += byte(i) * step
			}
		}
		for name, compress := range map[string]func(*State, *Block){"generic": compressGeneric, "chosen": (*State).Compress} {
			for i, got := range sums(compress, messages) {
				if want := sha256.Sum256(messages[i]); got != want {
					t.Errorf("%s, lane %d: %x, want %x", name, i, got, want)
				}
			}
		}
	})
}

func BenchmarkCompress(b *testing.B) {
	for name, compress := range implementations(b) {
		b.Run("impl="+name, func(b *testing.B) {
			var s State
			var block Block
			s.Init()
			b.SetBytes(Lanes * 64)
			for b.Loop() {
				compress(&s, &block)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(Lanes*b.N), "ns/block")
		})
	}
}
