package swarm

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

// want checks the class of an error.
func want(t testing.TB, err, class error, what string) {
	t.Helper()
	var typed *depinproof.Error
	if !errors.Is(err, class) || !errors.As(err, &typed) {
		t.Errorf("%s: got %v, want %v", what, err, class)
	}
}

func fromHex(t testing.TB, s string) por.Node {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		t.Fatalf("%q: %v", s, err)
	}
	return por.Node(b)
}

func testPayload(n int) []byte {
	payload := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)}).Read(payload)
	return payload
}

func mustTree(t testing.TB, prefix, payload []byte, span uint64) *Tree {
	t.Helper()
	tree, err := NewTree(prefix, payload, span)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustSiblings(t testing.TB, tree *Tree, index uint64) []por.Node {
	t.Helper()
	siblings, err := tree.Path(index)
	if err != nil {
		t.Fatal(err)
	}
	return siblings
}

// slowAddress is the address by the definition, halving the payload.
func slowAddress(prefix, payload []byte, span uint64) por.Node {
	hash := func(parts ...[]byte) []byte {
		sum := keccak.Sum256(bytes.Join(append([][]byte{prefix}, parts...), nil))
		return sum[:]
	}
	var root func(data []byte) []byte
	root = func(data []byte) []byte {
		half := len(data) / 2
		if half == 32 {
			return hash(data)
		}
		return hash(root(data[:half]), root(data[half:]))
	}
	padded := make([]byte, ChunkSize)
	copy(padded, payload)
	var le []byte
	for i := range 8 {
		le = append(le, byte(span>>(8*i)))
	}
	return por.Node(hash(le, root(padded)))
}

func TestAddress(t *testing.T) {
	// Of bee's tests: the chunk of "foo", and proofs of "hello world" with a span of 4096.
	if got, err := Address(nil, []byte("foo"), 3); err != nil || got != fromHex(t, "2387e8e7d8a48c2a9339c97c1dc3461a9a7aa07e994c5cb8b38fd7c1b3e6ea48") {
		t.Errorf("address of foo is %x, %v", got, err)
	}
	tree := mustTree(t, nil, []byte("hello world"), 4096)
	zeros := []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"ad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5",
		"b4c11951957c6f8f642c4af61cd6b24640fec6dc7fc607ee8206a99e92410d30",
		"21ddb9a356815c3fac1026b6dec5df3124afbadb485c9ba5a3e3398a04b7ba85",
		"e58769b32a1beaf1ea27375a44095a0d1fb664ce2dd358e7fcbfb78c26a19344",
		"0eb01ebfc9ed27500cd4dfc979272d1f0913cc9f66540d7e8005811109e1cf2d",
	}
	for index, top := range map[int]string{
		0:   "887c22bd8750d34016ac3c66b5ff102dacdd73f6b014e710b51e8022af9a1968",
		64:  "745bae095b6ff5416b4a351a167f731db6d6f5924f30cd88d48e74261795d27b",
		127: "745bae095b6ff5416b4a351a167f731db6d6f5924f30cd88d48e74261795d27b",
	} {
		for i, got := range mustSiblings(t, tree, uint64(index)) {
			if want := fromHex(t, append(zeros[:6:6], top)[i]); got != want {
				t.Errorf("sibling %d of segment %d is %x, want %x", i, index, got, want)
			}
		}
	}

	for _, prefix := range [][]byte{nil, {100}, bytes.Repeat([]byte{7}, MaxPrefixBytes)} {
		for _, n := range []int{0, 1, 31, 32, 33, 63, 64, 65, 1000, 4095, 4096} {
			payload := testPayload(n)
			want := slowAddress(prefix, payload, uint64(n)<<40)
			got, err := Address(prefix, payload, uint64(n)<<40)
			if tree := mustTree(t, prefix, payload, uint64(n)<<40); err != nil || got != want || tree.Address() != want || tree.Span() != uint64(n)<<40 {
				t.Errorf("%d bytes with prefix %x: %x, %v, tree %x, want %x", n, prefix, got, err, tree.Address(), want)
			} else if prefix == nil {
				checkEngine(t, tree)
			}
		}
	}
}

// checkEngine compares a tree without prefix with that of the engine.
func checkEngine(t *testing.T, tree *Tree) {
	t.Helper()
	segments := make([]por.Node, Segments)
	for i := range segments {
		segments[i] = tree.Segment(uint64(i))
	}
	engine, err := por.SwarmBMT().NewTree(segments, 1)
	if err != nil || engine.Root() != tree.Root() {
		t.Fatalf("root %x, %v, of the engine %x", tree.Root(), err, engine.Root())
	}
	for i := range engine.Size() {
		if path, err := engine.Path(i); err != nil || !slices.Equal(path, mustSiblings(t, tree, i)) {
			t.Errorf("segment %d: the engine has another path, %v", i, err)
		}
	}
}

func TestVerifySegments(t *testing.T) {
	payload := testPayload(4000)
	for _, prefix := range [][]byte{nil, {1, 2, 3}} {
		tree := mustTree(t, prefix, payload, 4000)
		for index := range uint64(Segments) {
			siblings, segment := mustSiblings(t, tree, index), tree.Segment(index)
			if wantSegment := append(bytes.Clone(payload), make([]byte, 96)...)[32*index:][:32]; !bytes.Equal(segment[:], wantSegment) {
				t.Errorf("segment %d is %x, want %x", index, segment, wantSegment)
			}
			if err := VerifyTransformedSegment(prefix, new(tree.Address()), index, &segment, 4000, siblings); err != nil {
				t.Errorf("segment %d: %v", index, err)
			}
			err := VerifySegment(new(tree.Address()), index, &segment, 4000, siblings)
			if (err == nil) != (len(prefix) == 0) {
				t.Errorf("segment %d with prefix %x, without: %v", index, prefix, err)
			}
			if segment != tree.Segment(index^1) {
				want(t, VerifyTransformedSegment(prefix, new(tree.Address()), index^1, &segment, 4000, siblings), depinproof.ErrInvalidProof, "the segment beside")
			}
		}
	}
}

func TestArguments(t *testing.T) {
	tree := mustTree(t, nil, nil, 0)
	siblings := mustSiblings(t, tree, 0)
	for _, index := range []uint64{Segments, 1 << 30, 1<<64 - 1} {
		want(t, VerifySegment(new(tree.Address()), index, new(por.Node), 0, siblings), depinproof.ErrMalformed, "index")
		_, err := tree.Path(index)
		want(t, err, depinproof.ErrMalformed, "index")
	}
	for n := range 10 {
		if n != Depth {
			want(t, VerifySegment(new(tree.Address()), 0, new(por.Node), 0, make([]por.Node, n)), depinproof.ErrMalformed, "siblings")
			want(t, VerifyTransformedSegment([]byte{1}, new(tree.Address()), 0, new(por.Node), 0, make([]por.Node, n)), depinproof.ErrMalformed, "siblings")
		}
	}
	long := make([]byte, ChunkSize+1)
	want(t, VerifyTransformedSegment(long[:MaxPrefixBytes+1], new(por.Node), 0, new(por.Node), 0, siblings), depinproof.ErrLimit, "prefix")
	for _, c := range [][2][]byte{{nil, long}, {long[:MaxPrefixBytes+1], nil}} {
		_, err := NewTree(c[0], c[1], 0)
		want(t, err, depinproof.ErrLimit, "tree")
		_, err = Address(c[0], c[1], 0)
		want(t, err, depinproof.ErrLimit, "address")
	}
	// An inner node is no segment of a smaller tree: the depth is fixed.
	pair := keccak.SumPair(&por.Node{}, &siblings[0])
	want(t, VerifySegment(new(tree.Address()), 0, &pair, 0, siblings[1:]), depinproof.ErrMalformed, "inner node")
}

// TestBits flips every bit of the statement and of the siblings.
func TestBits(t *testing.T) {
	for _, prefix := range [][]byte{nil, {5, 6}} {
		t.Run(fmt.Sprintf("prefix %x", prefix), func(t *testing.T) { flipBits(t, prefix) })
	}
}

func flipBits(t *testing.T, prefix []byte) {
	tree := mustTree(t, prefix, testPayload(4096), 4096)
	const index = 77
	address, segment, span, siblings := tree.Address(), tree.Segment(index), tree.Span(), mustSiblings(t, tree, index)
	verify := func(index uint64) error {
		if prefix == nil {
			return VerifySegment(&address, index, &segment, span, siblings)
		}
		return VerifyTransformedSegment(prefix, &address, index, &segment, span, siblings)
	}
	flip := func(what string, b []byte) {
		for bit := range 8 * len(b) {
			b[bit/8] ^= 1 << (bit % 8)
			want(t, verify(index), depinproof.ErrInvalidProof, fmt.Sprint(what, " bit ", bit))
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	flip("prefix", prefix)
	flip("address", address[:])
	flip("segment", segment[:])
	for i := range siblings {
		flip(fmt.Sprint("sibling ", i), siblings[i][:])
	}
	for bit := range 64 {
		span ^= 1 << bit
		want(t, verify(index), depinproof.ErrInvalidProof, fmt.Sprint("span bit ", bit))
		span ^= 1 << bit
	}
	for bit := range 32 {
		class := depinproof.ErrInvalidProof
		if bit >= 7 {
			class = depinproof.ErrMalformed
		}
		want(t, verify(index^1<<bit), class, fmt.Sprint("index bit ", bit))
	}
	if err := verify(index); err != nil {
		t.Error(err)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	prefix, payload := bytes.Repeat([]byte{9}, 32), testPayload(4096)
	tree, keyed := mustTree(t, nil, payload, 4096), mustTree(t, prefix, payload, 4096)
	address, keyedAddress := tree.Address(), keyed.Address()
	siblings, keyedSiblings, segment := mustSiblings(t, tree, 5), mustSiblings(t, keyed, 5), tree.Segment(5)
	if n := testing.AllocsPerRun(20, func() {
		err := VerifySegment(&address, 5, &segment, 4096, siblings)
		err2 := VerifyTransformedSegment(prefix, &keyedAddress, 5, &segment, 4096, keyedSiblings)
		_, err3 := Address(prefix, payload, 4096)
		if err := errors.Join(err, err2, err3); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// mutate changes a byte of what one of the values is, and tells whether it did.
func mutate(where uint16, change byte, values ...[]byte) bool {
	n := 0
	for _, v := range values {
		n += len(v)
	}
	at := int(where) % n
	for _, v := range values {
		if at < len(v) {
			v[at] ^= change
			break
		}
		at -= len(v)
	}
	return change != 0
}

func nodesOf(nodes []por.Node) (b [][]byte) {
	for i := range nodes {
		b = append(b, nodes[i][:])
	}
	return b
}

func FuzzVerifySegment(f *testing.F) {
	f.Add([]byte("hello world"), uint64(11), uint8(0), uint16(40), byte(1))
	f.Fuzz(func(t *testing.T, payload []byte, span uint64, at uint8, where uint16, change byte) {
		payload = payload[:min(len(payload), ChunkSize)]
		tree, index := mustTree(t, nil, payload, span), uint64(at)%Segments
		address, segment, siblings := tree.Address(), tree.Segment(index), mustSiblings(t, tree, index)
		if address != slowAddress(nil, payload, span) {
			t.Errorf("address %x of %x", address, payload)
		}
		if err := VerifySegment(&address, index, &segment, span, siblings); err != nil {
			t.Error(err)
		}
		changed := mutate(where, change, append(nodesOf(siblings), address[:], segment[:])...)
		if err := VerifySegment(&address, index, &segment, span, siblings); (err != nil) != changed {
			t.Errorf("byte %d changed by %#x: %v", where, change, err)
		}
	})
}

func FuzzVerifyTransformedSegment(f *testing.F) {
	f.Add([]byte{100}, []byte("hello world"), uint64(11), uint8(0), uint16(40), byte(1))
	f.Fuzz(func(t *testing.T, prefix, payload []byte, span uint64, at uint8, where uint16, change byte) {
		prefix = bytes.Clone(prefix[:min(len(prefix), MaxPrefixBytes)])
		payload = payload[:min(len(payload), ChunkSize)]
		tree, index := mustTree(t, prefix, payload, span), uint64(at)%Segments
		address, segment, siblings := tree.Address(), tree.Segment(index), mustSiblings(t, tree, index)
		if address != slowAddress(prefix, payload, span) {
			t.Errorf("address %x of %x", address, payload)
		}
		if err := VerifyTransformedSegment(prefix, &address, index, &segment, span, siblings); err != nil {
			t.Error(err)
		}
		changed := mutate(where, change, append(nodesOf(siblings), address[:], segment[:], prefix)...)
		if err := VerifyTransformedSegment(prefix, &address, index, &segment, span, siblings); (err != nil) != changed {
			t.Errorf("byte %d changed by %#x: %v", where, change, err)
		}
	})
}

func BenchmarkVerifySegment(b *testing.B) {
	tree := mustTree(b, nil, testPayload(4096), 4096)
	siblings := mustSiblings(b, tree, 77)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifySegment(new(tree.Address()), 77, new(tree.Segment(77)), 4096, siblings); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyTransformedSegment(b *testing.B) {
	prefix := bytes.Repeat([]byte{1}, 32)
	tree := mustTree(b, prefix, testPayload(4096), 4096)
	siblings := mustSiblings(b, tree, 77)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyTransformedSegment(prefix, new(tree.Address()), 77, new(tree.Segment(77)), 4096, siblings); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddress(b *testing.B) {
	payload := testPayload(4096)
	b.SetBytes(4096)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Address(nil, payload, 4096); err != nil {
			b.Fatal(err)
		}
	}
}
