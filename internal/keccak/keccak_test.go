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

func testNodes(n int) [][32]byte {
	random := rand.NewChaCha8([32]byte{2})
	nodes := make([][32]byte, n)
	for i := range nodes {
		random.Read(nodes[i][:])
	}
	return nodes
}

// checkPairs compares what hash makes of every number of pairs up to a few rounds of lanes,
// apart and in place, with the reference.
func checkPairs(t *testing.T, sorted bool, prefix []byte, hash func(dst, src [][32]byte)) {
	t.Helper()
	nodes := testNodes(2*3*laneCount + 10)
	nodes[5] = nodes[4]
	nodes[7] = nodes[6]
	nodes[7][31] ^= 1
	nodes[8], nodes[9][0] = [32]byte{}, 255
	for n := range len(nodes)/2 + 1 {
		apart, inPlace := make([][32]byte, n), slices.Clone(nodes)
		hash(apart, nodes)
		hash(inPlace[:n], inPlace)
		if !slices.Equal(inPlace[n:], nodes[n:]) {
			t.Errorf("%d pairs: nodes behind the digests changed", n)
		}
		for i := range n {
			l, r := nodes[2*i], nodes[2*i+1]
			if sorted && bytes.Compare(l[:], r[:]) > 0 {
				l, r = r, l
			}
			if want := reference(prefix, l[:], r[:]); apart[i] != want || inPlace[i] != want {
				t.Errorf("sorted %v, prefix %x: pair %d of %d gives %x, in place %x, want %x", sorted, prefix, i, n, apart[i], inPlace[i], want)
			}
		}
	}
}

func TestHashPairs(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for n := range MaxPrefix + 1 {
			prefix := bytes.Repeat([]byte{byte(n), 7}, MaxPrefix)[:n]
			for _, sorted := range []bool{false, true} {
				checkPairs(t, sorted, prefix, func(dst, src [][32]byte) { HashPairs(dst, src, prefix, sorted) })
			}
		}
	})
	nodes := testNodes(100)
	for i := range nodes[1:] {
		l, r := &nodes[i], &nodes[i+1]
		if got := SumPair(l, r); got != reference(l[:], r[:]) {
			t.Errorf("pair %x, %x gives %x", l, r, got)
		}
	}
}

func TestArguments(t *testing.T) {
	panics := func(what string, f func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", what)
			}
		}()
		f()
	}
	for _, n := range []int{1, 2, 8, 20} {
		short := make([][32]byte, 2*n)[:2*n-1]
		panics("pairs", func() { HashPairs(make([][32]byte, n), short, nil, false) })
		panics("prefixed pairs", func() { HashPairs(make([][32]byte, n), short, make([]byte, 9), true) })
	}
	panics("prefix", func() { HashPairs(nil, nil, make([]byte, MaxPrefix+1), false) })
}

// TestPermute compares the kernel with its twin on states of any kind: random, of few bits,
// and what comes of permuting them. The canaries would show a write outside.
func TestPermute(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var c struct {
		before [8]uint64
		s      lanes
		after  [8]uint64
	}
	for round := range 300 {
		if round%3 > 0 {
			c.s = lanes{}
			c.s[random.IntN(25)][random.IntN(laneCount)] = 1 << random.IntN(64)
		}
		if round%3 == 2 {
			for j := range c.s {
				for i := range c.s[j] {
					c.s[j][i] = random.Uint64()
				}
			}
		}
		want := c.s
		want.permuteGeneric()
		c.s.permute()
		if c.s != want {
			t.Fatalf("round %d: %x, want %x", round, c.s, want)
		}
		if c.before != [8]uint64{} || c.after != [8]uint64{} {
			t.Fatal("wrote outside the states")
		}
	}
}

func TestAllocations(t *testing.T) {
	data := make([]byte, 300)
	nodes := make([][32]byte, 8)
	if n := testing.AllocsPerRun(100, func() {
		nodes[7] = Sum256(data)
		nodes[6] = SumPair(&nodes[0], &nodes[1])
		HashPairs(nodes[:4], nodes, nil, true)
		HashPairs(nodes[:4], nodes, data[:30], false)
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

func BenchmarkHashPairsPrefixed(b *testing.B) {
	nodes := make([][32]byte, 1024)
	prefix := make([]byte, 32)
	b.SetBytes(32 * int64(len(nodes)))
	b.ReportAllocs()
	for b.Loop() {
		HashPairs(nodes[:len(nodes)/2], nodes, prefix, false)
	}
}

func BenchmarkHashPairs(b *testing.B) {
	nodes := make([][32]byte, 1024)
	b.SetBytes(32 * int64(len(nodes)))
	b.ReportAllocs()
	for b.Loop() {
		HashPairs(nodes[:len(nodes)/2], nodes, nil, true)
	}
}
