package keccak

import (
	"bytes"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/crypto/sha3"
)

// reference is the digest by x/crypto.
func reference(data ...[]byte) (d [32]byte) {
	h := sha3.NewLegacyKeccak256()
	for _, p := range data {
		h.Write(p)
	}
	h.Sum(d[:0])
	return d
}

func TestSum256(t *testing.T) {
	for _, c := range []struct{ message, digest string }{
		// The hash of no code, and of the RLP of an empty trie, of Ethereum.
		{"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
		{"\x80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"},
	} {
		if got := Sum256([]byte(c.message)); hex.EncodeToString(got[:]) != c.digest {
			t.Errorf("digest of %q is %x, want %s", c.message, got, c.digest)
		}
	}
	random := rand.NewChaCha8([32]byte{1})
	data := make([]byte, 401)
	for n := range len(data) {
		random.Read(data)
		if got, want := Sum256(data[:n]), reference(data[:n]); got != want {
			t.Errorf("digest of %d bytes is %x, want %x", n, got, want)
		}
	}
}

func TestHashPairs(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	nodes := make([][32]byte, 18)
	for i := range nodes {
		random.Read(nodes[i][:])
	}
	nodes[5] = nodes[4]
	nodes[7] = nodes[6]
	nodes[7][31] ^= 1
	nodes[8], nodes[9][0] = [32]byte{}, 255
	for _, sorted := range []bool{false, true} {
		for n := range len(nodes)/2 + 1 {
			var want [][32]byte
			for i := range n {
				l, r := nodes[2*i], nodes[2*i+1]
				if sorted && bytes.Compare(l[:], r[:]) > 0 {
					l, r = r, l
				}
				if got := SumPair(&l, &r); got != reference(l[:], r[:]) {
					t.Errorf("pair %x, %x gives %x", l, r, got)
				}
				want = append(want, reference(l[:], r[:]))
			}
			apart := make([][32]byte, n)
			HashPairs(apart, nodes, sorted)
			inPlace := slices.Clone(nodes)
			HashPairs(inPlace[:n], inPlace, sorted)
			for i := range want {
				if apart[i] != want[i] || inPlace[i] != want[i] {
					t.Errorf("sorted %v: pair %d of %d gives %x, in place %x, want %x", sorted, i, n, apart[i], inPlace[i], want[i])
				}
			}
		}
	}
}

func TestHashPairsShort(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("three nodes make two pairs")
		}
	}()
	HashPairs(make([][32]byte, 2), make([][32]byte, 3), false)
}

func TestAllocations(t *testing.T) {
	data := make([]byte, 300)
	nodes := make([][32]byte, 8)
	if n := testing.AllocsPerRun(100, func() {
		nodes[7] = Sum256(data)
		nodes[6] = SumPair(&nodes[0], &nodes[1])
		HashPairs(nodes[:4], nodes, true)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzSum256(f *testing.F) {
	f.Add([]byte("abc"))
	f.Add(make([]byte, rate))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, want := Sum256(data), reference(data); got != want {
			t.Errorf("digest of %x is %x, want %x", data, got, want)
		}
	})
}

func BenchmarkSum256(b *testing.B) {
	data := make([]byte, 4096)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		sum := Sum256(data)
		data[0] ^= sum[0]
	}
}

func BenchmarkSumPair(b *testing.B) {
	var left, right [32]byte
	b.SetBytes(64)
	b.ReportAllocs()
	for b.Loop() {
		left = SumPair(&left, &right)
	}
}

// BenchmarkReferencePair is what BenchmarkSumPair is to be compared with.
func BenchmarkReferencePair(b *testing.B) {
	var pair [64]byte
	h := sha3.NewLegacyKeccak256().(io.ReadWriter)
	r := h.(interface{ Reset() })
	b.SetBytes(64)
	b.ReportAllocs()
	for b.Loop() {
		r.Reset()
		h.Write(pair[:])
		h.Read(pair[:32])
	}
}

func BenchmarkHashPairs(b *testing.B) {
	nodes := make([][32]byte, 1024)
	b.SetBytes(32 * int64(len(nodes)))
	b.ReportAllocs()
	for b.Loop() {
		HashPairs(nodes[:len(nodes)/2], nodes, true)
	}
}
