package arweave

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"
	"testing/iotest"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

var rulesets = []Ruleset{Basic, StrictBorders, StrictDataSplit, OffsetRebase}

// want checks the class of an error.
func want(t testing.TB, err, class error, what string) {
	t.Helper()
	var typed *depinproof.Error
	if !errors.Is(err, class) || !errors.As(err, &typed) {
		t.Errorf("%s: got %v, want %v", what, err, class)
	}
}

func testData(n int) []byte {
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n)}).Read(data)
	return data
}

func mustTree(t testing.TB, data []byte) *Tree {
	t.Helper()
	tree, err := NewTree(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustPath(t testing.TB, tree *Tree, i uint64) []byte {
	t.Helper()
	path, err := tree.Path(i)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestVector checks the path of arweave-js's own test, of the first of four chunks.
func TestVector(t *testing.T) {
	data, err := os.ReadFile("../../../shared/vectors/por/arweave/data-path.json")
	if err != nil {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	var v struct {
		DataRoot, DataPath string
		Offset, DataSize   uint64
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	root, err := base64.RawURLEncoding.DecodeString(v.DataRoot)
	if err != nil {
		t.Fatal(err)
	}
	path, err := base64.RawURLEncoding.DecodeString(v.DataPath)
	if err != nil {
		t.Fatal(err)
	}
	for _, rules := range rulesets {
		c, err := VerifyDataPath(new(por.Node(root)), v.Offset, v.DataSize, path, rules)
		if err != nil || c.Start != 0 || c.End != v.Offset+1 || c.Hash != por.Node(path[192:]) {
			t.Errorf("%v: %+v, %v", rules, c, err)
		}
	}
	want(t, errorOf(VerifyDataPath(new(por.Node(root)), v.Offset+1, v.DataSize, path, Basic)), depinproof.ErrInvalidProof, "the next byte")
}

func errorOf(_ Chunk, err error) error { return err }

func TestNewTree(t *testing.T) {
	const c, m = ChunkSize, MinChunkSize
	for _, k := range []struct {
		size int
		ends []uint64
	}{
		{0, []uint64{0}},
		{1, []uint64{1}},
		{c - 1, []uint64{c - 1}},
		{c, []uint64{c, c}},
		{c + 1, []uint64{c/2 + 1, c + 1}},
		{c + m - 1, []uint64{(c + m) / 2, c + m - 1}},
		{c + m, []uint64{c, c + m}},
		{2*c - 1, []uint64{c, 2*c - 1}},
		{2 * c, []uint64{c, 2 * c, 2 * c}},
		{2*c + 2, []uint64{c, c + c/2 + 1, 2*c + 2}},
		{4*c + m, []uint64{c, 2 * c, 3 * c, 4 * c, 4*c + m}},
	} {
		data := testData(k.size)
		tree := mustTree(t, data)
		var ends []uint64
		for i := range tree.Size() {
			chunk := tree.Chunk(i)
			ends = append(ends, chunk.End)
			if chunk.Hash != sha256.Sum256(data[chunk.Start:chunk.End]) {
				t.Errorf("%d bytes: hash of chunk %d differs", k.size, i)
			}
		}
		if fmt.Sprint(ends) != fmt.Sprint(k.ends) || tree.DataSize() != uint64(k.size) {
			t.Errorf("%d bytes: chunks end at %v, want %v", k.size, ends, k.ends)
		}
		slow, err := NewTree(iotest.OneByteReader(bytes.NewReader(data)))
		if err != nil || slow.Root() != tree.Root() {
			t.Errorf("%d bytes, one at a time: root %x, %v", k.size, slow.Root(), err)
		}
		again, err := TreeOf(tree.chunks)
		if err != nil || again.Root() != tree.Root() {
			t.Errorf("%d bytes, of its leaves: root %x, %v", k.size, again.Root(), err)
		}
	}
}

func TestTreeArguments(t *testing.T) {
	// io.ErrUnexpectedEOF is what a body that was cut off ends with: it has no root.
	for _, failure := range []error{io.ErrClosedPipe, io.ErrUnexpectedEOF} {
		for _, n := range []int{0, 1, ChunkSize, ChunkSize + 1, 2 * ChunkSize} {
			_, err := NewTree(io.MultiReader(bytes.NewReader(make([]byte, n)), iotest.ErrReader(failure)))
			if err != failure {
				t.Errorf("%d bytes and %v: got %v", n, failure, err)
			}
		}
	}
	_, err := TreeOf(nil)
	want(t, err, depinproof.ErrMalformed, "no leaves")
	_, err = TreeOf([]Chunk{{Start: 1, End: 2}})
	want(t, err, depinproof.ErrMalformed, "gap")
	_, err = TreeOf([]Chunk{{End: 2}, {Start: 2, End: 1}})
	want(t, err, depinproof.ErrMalformed, "backwards")
	_, err = TreeOf([]Chunk{{End: MaxDataSize + 1}})
	want(t, err, depinproof.ErrMalformed, "too far")
	tree := mustTree(t, testData(9))
	for _, i := range []uint64{1, 1<<64 - 1} {
		_, err = tree.Path(i)
		want(t, err, depinproof.ErrMalformed, "leaf outside")
	}
}

// TestVerifyChunk has every chunk of data of several sizes verified under all rules.
func TestVerifyChunk(t *testing.T) {
	for _, size := range []int{1, 1000, ChunkSize, ChunkSize + 1, 3*ChunkSize + MinChunkSize/2, 5*ChunkSize - 7} {
		data := testData(size)
		tree := mustTree(t, data)
		for i := range tree.Size() {
			chunk := tree.Chunk(i)
			if chunk.Start == chunk.End {
				continue
			}
			path := mustPath(t, tree, i)
			for _, rules := range rulesets {
				for _, offset := range []uint64{chunk.Start, (chunk.Start + chunk.End) / 2, chunk.End - 1} {
					got, err := VerifyChunk(new(tree.Root()), offset, tree.DataSize(), path, rules, data[chunk.Start:chunk.End])
					if err != nil || got != chunk {
						t.Errorf("%d bytes, %v, offset %d: %+v, %v, want %+v", size, rules, offset, got, err, chunk)
					}
				}
				if chunk.End < tree.DataSize() {
					want(t, errorOf(VerifyDataPath(new(tree.Root()), chunk.End, tree.DataSize(), path, rules)), depinproof.ErrInvalidProof, "next byte")
				}
				if chunk.Start > 0 {
					want(t, errorOf(VerifyDataPath(new(tree.Root()), chunk.Start-1, tree.DataSize(), path, rules)), depinproof.ErrInvalidProof, "byte before")
				}
				bad := bytes.Clone(data[chunk.Start:chunk.End])
				bad[len(bad)-1] ^= 1
				for what, bytes := range map[string][]byte{"changed": bad, "short": bad[1:], "long": append(bad, 0), "none": nil} {
					err := errorOf(VerifyChunk(new(tree.Root()), chunk.Start, tree.DataSize(), path, rules, bytes))
					want(t, err, depinproof.ErrInvalidProof, what)
					var detail *ChunkError
					if !errors.As(err, &detail) {
						t.Errorf("%s: %v", what, err)
					}
				}
			}
		}
	}
}

// TestPastTheEnd holds that offsets beyond the data are taken for the last byte.
func TestPastTheEnd(t *testing.T) {
	data := testData(2*ChunkSize + 100<<10)
	tree := mustTree(t, data)
	for _, offset := range []uint64{tree.DataSize(), tree.DataSize() + 1, 1<<64 - 1} {
		c, err := VerifyDataPath(new(tree.Root()), offset, tree.DataSize(), mustPath(t, tree, 2), OffsetRebase)
		if err != nil || c != tree.Chunk(2) {
			t.Errorf("offset %d: %+v, %v", offset, c, err)
		}
	}
}

func TestVerifyTxPath(t *testing.T) {
	data := [][]byte{testData(700_000), testData(1), testData(ChunkSize), testData(300_000), testData(5)}
	var trees []*Tree
	var leaves []Chunk
	end := uint64(0)
	for _, d := range data {
		tree := mustTree(t, d)
		trees = append(trees, tree)
		leaves = append(leaves, Chunk{end, end + tree.DataSize(), tree.Root()})
		end += tree.DataSize()
	}
	block, err := TreeOf(leaves)
	if err != nil {
		t.Fatal(err)
	}
	for i, tree := range trees {
		for j := range tree.Size() {
			chunk := tree.Chunk(j)
			if chunk.Start == chunk.End {
				continue
			}
			offset := leaves[i].Start + chunk.Start
			tx, err := VerifyTxPath(new(block.Root()), offset, block.DataSize(), mustPath(t, block, uint64(i)))
			if err != nil || tx != leaves[i] {
				t.Fatalf("transaction %d: %+v, %v", i, tx, err)
			}
			got, err := VerifyDataPath(&tx.Hash, offset-tx.Start, tx.End-tx.Start, mustPath(t, tree, j), StrictDataSplit)
			if err != nil || got != chunk {
				t.Errorf("transaction %d: %+v, %v", i, got, err)
			}
		}
	}
	want(t, errorOf(VerifyTxPath(new(block.Root()), 0, block.DataSize(), mustPath(t, block, 1))), depinproof.ErrInvalidProof, "another transaction")
	want(t, errorOf(VerifyTxPath(new(por.Node), 0, 1, make([]byte, MaxTxPathBytes+96))), depinproof.ErrLimit, "long")
	want(t, errorOf(VerifyTxPath(new(por.Node), 0, 1, make([]byte, 32+leafSize))), depinproof.ErrMalformed, "marker")
}

func TestArguments(t *testing.T) {
	tree := mustTree(t, testData(3*ChunkSize+MinChunkSize))
	path := mustPath(t, tree, 1)
	for n := range len(path) {
		for _, rules := range rulesets {
			if verdict := errorOf(VerifyDataPath(new(tree.Root()), ChunkSize, tree.DataSize(), path[:n], rules)); verdict == nil {
				t.Errorf("%v: %d bytes of a path accepted", rules, n)
			} else if (n-leafSize)%branchSize != 0 && rules != OffsetRebase || n%32 != 0 || n < leafSize {
				want(t, verdict, depinproof.ErrMalformed, "cut path")
			}
		}
	}
	for n := 1; n < 200; n++ {
		if errorOf(VerifyDataPath(new(tree.Root()), ChunkSize, tree.DataSize(), append(bytes.Clone(path), make([]byte, n)...), OffsetRebase)) == nil {
			t.Errorf("%d bytes added and accepted", n)
		}
	}
	want(t, errorOf(VerifyDataPath(new(tree.Root()), 0, 0, path, Basic)), depinproof.ErrMalformed, "no data")
	want(t, errorOf(VerifyDataPath(new(tree.Root()), 0, MaxDataSize+1, path, Basic)), depinproof.ErrLimit, "much data")
	for _, rules := range []Ruleset{-1, 0, OffsetRebase + 1} {
		want(t, errorOf(VerifyDataPath(new(tree.Root()), ChunkSize, tree.DataSize(), path, rules)), depinproof.ErrUnsupported, "rules")
	}
	want(t, errorOf(VerifyDataPath(new(tree.Root()), 0, 1, make([]byte, MaxDataPathBytes+32), OffsetRebase)), depinproof.ErrLimit, "long path")
	want(t, errorOf(VerifyDataPath(new(por.Node), 0, 1, make([]byte, 3*32), OffsetRebase)), depinproof.ErrMalformed, "a marker alone")
	for rules, name := range map[Ruleset]string{0: "unknown", Basic: "basic", OffsetRebase: "offset rebase", 9: "unknown"} {
		if rules.String() != name {
			t.Errorf("ruleset %d is %v", int(rules), rules)
		}
	}
	for start, rules := range map[uint64]Ruleset{
		0: StrictBorders, StrictDataSplitThreshold - 1: StrictBorders, StrictDataSplitThreshold: StrictDataSplit,
		OffsetRebaseThreshold - 1: StrictDataSplit, OffsetRebaseThreshold: OffsetRebase, 1<<64 - 1: OffsetRebase,
	} {
		if got := RulesetAt(start); got != rules {
			t.Errorf("block at %d: %v, want %v", start, got, rules)
		}
	}
}

// TestBits flips every bit of a path, its root and its statement. Exceptions are offsets of
// the same chunk and, under the rules that do not look at it, sizes that leave the chunk
// and the way to it as they are: a root does not say how much data there are. A short test
// flips every seventh bit of path and root.
func TestBits(t *testing.T) {
	data := testData(2*ChunkSize + 100<<10)
	tree := mustTree(t, data)
	const i = 1
	chunk, root, size, path := tree.Chunk(i), tree.Root(), tree.DataSize(), mustPath(t, tree, i)
	step := 1
	if testing.Short() {
		step = 7
	}
	for _, rules := range rulesets {
		verify := func() error {
			return errorOf(VerifyChunk(&root, chunk.Start, size, path, rules, data[chunk.Start:chunk.End]))
		}
		for bit := 0; bit < 256; bit += step {
			root[bit/8] ^= 1 << (bit % 8)
			want(t, verify(), depinproof.ErrInvalidProof, fmt.Sprint(rules, " root bit ", bit))
			root[bit/8] ^= 1 << (bit % 8)
		}
		for bit := 0; bit < 8*len(path); bit += step {
			path[bit/8] ^= 1 << (bit % 8)
			want(t, verify(), depinproof.ErrInvalidProof, fmt.Sprint(rules, " path bit ", bit))
			path[bit/8] ^= 1 << (bit % 8)
		}
		for bit := range 64 {
			offset := chunk.Start ^ 1<<bit
			got, err := VerifyDataPath(&root, offset, size, path, rules)
			if same := chunk.Start <= offset && offset < chunk.End; (err == nil) != same {
				t.Errorf("%v: offset %d: %+v, %v", rules, offset, got, err)
			}
			other := size ^ 1<<bit
			got, err = VerifyDataPath(&root, chunk.Start, other, path, rules)
			// The chunk is the right one of the left branch: its bounds are notes,
			// unless the data end before it does.
			if accepted := other >= chunk.End && other <= MaxDataSize; (err == nil && got == chunk) != accepted {
				t.Errorf("%v: size %d: %v", rules, other, err)
			}
		}
		if err := verify(); err != nil {
			t.Error(err)
		}
	}
}

// TestTxPathBits flips every bit of a path, its root and its statement. Exceptions are
// offsets within the same transaction and sizes of blocks in which it is.
func TestTxPathBits(t *testing.T) {
	leaves := []Chunk{{0, 100, por.Node{1}}, {100, 250, por.Node{2}}, {250, 300, por.Node{3}}}
	tree, err := TreeOf(leaves)
	if err != nil {
		t.Fatal(err)
	}
	root, path := tree.Root(), mustPath(t, tree, 1)
	for _, b := range [][]byte{root[:], path} {
		for bit := range 8 * len(b) {
			b[bit/8] ^= 1 << (bit % 8)
			want(t, errorOf(VerifyTxPath(&root, 100, 300, path)), depinproof.ErrInvalidProof, fmt.Sprint("bit ", bit))
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	for bit := range 64 {
		offset := uint64(100) ^ 1<<bit
		got, err := VerifyTxPath(&root, offset, 300, path)
		if same := 100 <= offset && offset < 250; (err == nil) != same || same && got != leaves[1] {
			t.Errorf("offset %d: %+v, %v", offset, got, err)
		}
		// A block that ends within the transaction gives less of it.
		size := uint64(300) ^ 1<<bit
		got, err = VerifyTxPath(&root, 100, size, path)
		accepted, cut := 100 < size && size <= MaxDataSize, Chunk{100, min(size, 250), por.Node{2}}
		if (err == nil) != accepted || accepted && got != cut {
			t.Errorf("size %d: %+v, %v", size, got, err)
		}
	}
	if got, err := VerifyTxPath(&root, 100, 300, path); err != nil || got != leaves[1] {
		t.Errorf("%+v, %v", got, err)
	}
}

func bigNote(note []byte) *big.Int { return new(big.Int).SetBytes(note) }

// reference is ar_merkle:validate_path on numbers of any size, by recursion.
func reference(id por.Node, offset, size uint64, path []byte, rules Ruleset) (Chunk, bool) {
	if size == 0 {
		return Chunk{}, false
	}
	chunkSize := big.NewInt(ChunkSize)
	n := func(x uint64) *big.Int { return new(big.Int).SetUint64(x) }
	sub := func(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }
	add := func(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
	rem := func(a *big.Int) int64 { return new(big.Int).Rem(a, chunkSize).Int64() }
	least := func(a, b *big.Int) *big.Int {
		if a.Cmp(b) < 0 {
			return a
		}
		return b
	}
	most := func(a, b *big.Int) *big.Int {
		if a.Cmp(b) > 0 {
			return a
		}
		return b
	}
	hash := func(parts ...[]byte) por.Node {
		h := sha256.New()
		for _, p := range parts {
			part := sha256.Sum256(p)
			h.Write(part[:])
		}
		return por.Node(h.Sum(nil))
	}
	total := n(size)
	var walk func(id por.Node, dest, left, right *big.Int, path []byte, rightmost string, shift *big.Int) (Chunk, bool)
	walk = func(id por.Node, dest, left, right *big.Int, path []byte, rightmost string, shift *big.Int) (Chunk, bool) {
		if len(path) == 64 {
			end := bigNote(path[32:])
			borders := rules == Basic || sub(end, left).Cmp(chunkSize) <= 0 && sub(right, left).Cmp(chunkSize) <= 0
			split := true
			switch rules {
			case StrictDataSplit:
				left0 := sub(total, left)
				switch {
				case sub(end, left).Cmp(chunkSize) == 0:
					split = rem(left) == 0
				case end.Cmp(total) == 0:
					split = rem(right) > 0 && left.Cmp(sub(right, big.NewInt(rem(right)))) <= 0
				default:
					split = rem(left) == 0 && left0.Cmp(chunkSize) > 0 && left0.Cmp(add(chunkSize, chunkSize)) < 0
				}
			case OffsetRebase:
				start, stop := add(shift, left), add(shift, end)
				split = rem(start) == 0
				if rightmost == "true" {
					b0, b1 := new(big.Int).Quo(start, chunkSize), new(big.Int).Quo(stop, chunkSize)
					split = split || add(b0, big.NewInt(1)).Cmp(b1) == 0 && rem(stop) != 0
				}
			}
			if !borders || !split || hash(path[:32], path[32:]) != id {
				return Chunk{}, false
			}
			stop := most(least(right, end), add(left, big.NewInt(1)))
			return Chunk{add(shift, left).Uint64(), add(shift, stop).Uint64(), por.Node(path[:32])}, true
		}
		rebase := rules == OffsetRebase && len(path) >= 32 && bytes.Equal(path[:32], make([]byte, 32))
		if rebase {
			path = path[32:]
		}
		if len(path) < 96 || hash(path[:32], path[32:64], path[64:96]) != id {
			return Chunk{}, false
		}
		l, r, middle, rest := por.Node(path[:32]), por.Node(path[32:64]), bigNote(path[64:96]), path[96:]
		goLeft := dest.Cmp(middle) < 0
		switch {
		case rebase && goLeft:
			return walk(l, sub(dest, left), new(big.Int), sub(least(right, middle), left), rest, "undefined", add(shift, left))
		case rebase:
			next := most(left, middle)
			return walk(r, sub(dest, next), new(big.Int), sub(right, next), rest, "undefined", add(shift, next))
		case goLeft:
			return walk(l, dest, left, least(right, middle), rest, "false", shift)
		}
		if rightmost == "undefined" {
			rightmost = "true"
		}
		return walk(r, dest, most(left, middle), right, rest, rightmost, shift)
	}
	return walk(id, n(min(offset, size-1)), new(big.Int), total, path, "undefined", new(big.Int))
}

// randomPath makes a path from its leaf up, with notes around multiples of the chunk size
// and around the size, and sometimes above 64 bits.
func randomPath(random *rand.Rand, size uint64) (root por.Node, path []byte) {
	note := func() (b [noteSize]byte) {
		putNote(&b, uint64(random.IntN(6))*ChunkSize+uint64(random.IntN(3)))
		switch random.IntN(16) {
		case 0:
			putNote(&b, random.Uint64()>>random.IntN(64))
		case 1:
			b[random.IntN(24)] = byte(random.Uint32())
		case 2, 3, 4:
			putNote(&b, size)
		case 5:
			putNote(&b, size-uint64(random.IntN(ChunkSize)))
		}
		return b
	}
	other := func() (n por.Node) {
		n[0], n[31] = 1, byte(random.Uint32())
		return n
	}
	data, end := other(), note()
	root = leafID(&data, &end)
	path = append(append(path, data[:]...), end[:]...)
	for range random.IntN(5) {
		left, right, middle := root, other(), note()
		if random.IntN(2) == 0 {
			left, right = right, left
		}
		root = branchID(&left, &right, &middle)
		var branch []byte
		if random.IntN(3) == 0 {
			branch = append(branch, marker[:]...)
		}
		branch = append(append(append(branch, left[:]...), right[:]...), middle[:]...)
		path = append(branch, path...)
	}
	return root, path
}

func checkReference(t *testing.T, root por.Node, offset, size uint64, path []byte) (accepted int) {
	t.Helper()
	for _, rules := range rulesets {
		chunk, ok := reference(root, offset, size, path, rules)
		got, err := VerifyDataPath(&root, offset, size, path, rules)
		if (err == nil) != ok || got != chunk {
			t.Errorf("%v, offset %d of %d, path %x: %+v, %v, want %+v, %v", rules, offset, size, path, got, err, chunk, ok)
		}
		if ok {
			accepted |= 1 << rules
		}
	}
	return accepted
}

// TestReference compares verdicts on random paths. Each set of rules that can be met alone
// or with others has to be met.
func TestReference(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	met := make(map[int]int)
	count := 60_000
	if testing.Short() {
		count /= 10
	}
	for range count {
		size := uint64(random.IntN(6))*ChunkSize + uint64(random.IntN(3)) + 1
		if random.IntN(4) == 0 {
			size = random.Uint64N(6*ChunkSize) + 1
		}
		root, path := randomPath(random, size)
		met[checkReference(t, root, random.Uint64N(size+ChunkSize), size, path)]++
	}
	b, s, o := 1<<Basic|1<<StrictBorders, 1<<StrictDataSplit, 1<<OffsetRebase
	for _, rules := range []int{0, 1 << Basic, b, b | s, b | o, b | s | o, o} {
		if met[rules] == 0 {
			t.Errorf("no path is valid under the rules %b alone: %v", rules, met)
		}
	}
}

// TestRebase has the bundle of two data sets, each with offsets of its own, and a third
// chunk: the paths into the sets need their markers.
func TestRebase(t *testing.T) {
	first, second := mustTree(t, testData(2*ChunkSize+100<<10)), mustTree(t, testData(ChunkSize))
	last := por.Node(sha256.Sum256([]byte("last")))
	note := func(end uint64) (n [noteSize]byte) {
		putNote(&n, end)
		return n
	}
	const begin2, begin3, size = 3 * ChunkSize, 4 * ChunkSize, 4*ChunkSize + 10
	left, right, middle := first.Root(), second.Root(), note(begin2)
	both := branchID(&left, &right, &middle)
	end, cut := note(size), note(begin3)
	leaf := leafID(&last, &end)
	root := branchID(&both, &leaf, &cut)

	top := append(append(bytes.Clone(both[:]), leaf[:]...), cut[:]...)
	inner := append(append(append(bytes.Clone(marker[:]), left[:]...), right[:]...), middle[:]...)
	for i, want := range []Chunk{
		{0, ChunkSize, first.Chunk(0).Hash},
		{ChunkSize, first.Chunk(1).End, first.Chunk(1).Hash},
		{2 * ChunkSize, first.DataSize(), first.Chunk(2).Hash}, // begin2 is later: a gap
		{begin2, begin2 + ChunkSize, second.Chunk(0).Hash},
	} {
		tree, j := first, i
		if i == 3 {
			tree, j = second, 0
		}
		path := append(append(bytes.Clone(top), inner...), mustPath(t, tree, uint64(j))...)
		got, err := VerifyDataPath(&root, want.Start, size, path, OffsetRebase)
		if err != nil || got != want {
			t.Errorf("chunk %d: %+v, %v, want %+v", i, got, err, want)
		}
		checkReference(t, root, want.Start, size, path)
		for _, rules := range rulesets[:3] {
			if errorOf(VerifyDataPath(&root, want.Start, size, path, rules)) == nil {
				t.Errorf("chunk %d: %v rules allow markers", i, rules)
			}
		}
	}
	path := append(append(bytes.Clone(top), last[:]...), end[:]...)
	got, err := VerifyDataPath(&root, begin3, size, path, OffsetRebase)
	if want := (Chunk{begin3, size, last}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// TestEmptyLeaf has a leaf that ends where it begins: a path upstream accepts as one byte,
// and no chunk.
func TestEmptyLeaf(t *testing.T) {
	byteHash := por.Node(sha256.Sum256([]byte("x")))
	tree, err := TreeOf([]Chunk{{0, 10, byteHash}, {10, 10, byteHash}})
	if err != nil {
		t.Fatal(err)
	}
	path := mustPath(t, tree, 1)
	got, err := VerifyDataPath(new(tree.Root()), 10, 11, path, StrictBorders)
	if want := (Chunk{10, 11, byteHash}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	err = errorOf(VerifyChunk(new(tree.Root()), 10, 11, path, StrictBorders, []byte("x")))
	want(t, err, depinproof.ErrInvalidProof, "empty leaf")
	var detail *BorderError
	if !errors.As(err, &detail) {
		t.Errorf("got %v", err)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	data := testData(5 * ChunkSize)
	tree := mustTree(t, data)
	root, path := tree.Root(), mustPath(t, tree, 3)
	if n := testing.AllocsPerRun(20, func() {
		_, err := VerifyDataPath(&root, 3*ChunkSize, tree.DataSize(), path, OffsetRebase)
		_, err2 := VerifyTxPath(&root, 3*ChunkSize, tree.DataSize(), path)
		_, err3 := VerifyChunk(&root, 3*ChunkSize, tree.DataSize(), path, OffsetRebase, data[3*ChunkSize:4*ChunkSize])
		if err := errors.Join(err, err2, err3); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzVerifyDataPath(f *testing.F) {
	f.Add(uint64(1), uint64(300_000), uint64(700_000), []byte{})
	f.Add(uint64(2), uint64(0), uint64(1), bytes.Repeat([]byte{0}, 224))
	f.Fuzz(func(t *testing.T, seed, offset, size uint64, raw []byte) {
		size %= MaxDataSize + 1
		checkReference(t, por.Node{}, offset, size, raw[:min(len(raw), MaxDataPathBytes)])
		if size == 0 {
			return
		}
		root, path := randomPath(rand.New(rand.NewPCG(seed, 0)), size)
		accepted := checkReference(t, root, offset, size, path)
		if len(raw) > 1 && raw[1] != 0 {
			at := int(raw[0]) % len(path)
			path[at] ^= raw[1]
			if accepted != 0 && errorOf(VerifyDataPath(&root, offset, size, path, Basic)) == nil {
				t.Errorf("byte %d changed and accepted", at)
			}
		}
	})
}

func FuzzVerifyChunk(f *testing.F) {
	f.Add(uint32(700_000), uint32(1), uint32(5), byte(1))
	f.Fuzz(func(t *testing.T, size, offset, where uint32, change byte) {
		data := testData(int(size%(4*ChunkSize)) + 1)
		tree := mustTree(t, data)
		o := uint64(offset) % tree.DataSize()
		i := uint64(0)
		for o >= tree.Chunk(i).End {
			i++
		}
		chunk, path := tree.Chunk(i), mustPath(t, tree, i)
		at := int(where % uint32(len(data)))
		data[at] ^= change
		kept := change == 0 || uint64(at) < chunk.Start || chunk.End <= uint64(at)
		for _, rules := range rulesets {
			got, err := VerifyChunk(new(tree.Root()), o, tree.DataSize(), path, rules, data[chunk.Start:chunk.End])
			if (err == nil) != kept || kept && got != chunk {
				t.Errorf("%v: offset %d of %d: %+v, %v, want %+v", rules, o, len(data), got, err, chunk)
			}
		}
	})
}

func FuzzVerifyTxPath(f *testing.F) {
	f.Add([]byte{3, 0, 200, 7}, uint16(9), uint16(40), byte(1))
	f.Fuzz(func(t *testing.T, sizes []byte, offset, where uint16, change byte) {
		var leaves []Chunk
		end := uint64(0)
		for i, s := range sizes[:min(len(sizes), 1000)] {
			leaves = append(leaves, Chunk{end, end + uint64(s), por.Node{byte(i), 1}})
			end += uint64(s)
		}
		if end == 0 {
			return
		}
		tree, err := TreeOf(leaves)
		if err != nil {
			t.Fatal(err)
		}
		o := uint64(offset) % end
		i := 0
		for o >= leaves[i].End {
			i++
		}
		path := mustPath(t, tree, uint64(i))
		got, err := VerifyTxPath(new(tree.Root()), o, end, path)
		if err != nil || got != leaves[i] {
			t.Errorf("offset %d: %+v, %v, want %+v", o, got, err, leaves[i])
		}
		path[int(where)%len(path)] ^= change
		if err := errorOf(VerifyTxPath(new(tree.Root()), o, end, path)); (err == nil) != (change == 0) {
			t.Errorf("offset %d, path changed by %#x: %v", o, change, err)
		}
	})
}

func BenchmarkVerifyDataPath(b *testing.B) {
	leaves := make([]Chunk, 4096)
	for i := range leaves {
		leaves[i] = Chunk{uint64(i) * ChunkSize, uint64(i+1) * ChunkSize, por.Node{byte(i)}}
	}
	tree, err := TreeOf(leaves)
	if err != nil {
		b.Fatal(err)
	}
	path := mustPath(b, tree, 77)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := VerifyDataPath(new(tree.Root()), 77*ChunkSize, tree.DataSize(), path, OffsetRebase); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyTxPath(b *testing.B) {
	leaves := make([]Chunk, 1000)
	for i := range leaves {
		leaves[i] = Chunk{uint64(i), uint64(i + 1), por.Node{byte(i)}}
	}
	tree, err := TreeOf(leaves)
	if err != nil {
		b.Fatal(err)
	}
	path := mustPath(b, tree, 77)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := VerifyTxPath(new(tree.Root()), 77, tree.DataSize(), path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyChunk(b *testing.B) {
	data := testData(4 * ChunkSize)
	tree := mustTree(b, data)
	path := mustPath(b, tree, 1)
	b.SetBytes(ChunkSize)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := VerifyChunk(new(tree.Root()), ChunkSize, tree.DataSize(), path, OffsetRebase, data[ChunkSize:2*ChunkSize]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewTree(b *testing.B) {
	data := testData(16 << 20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustTree(b, data)
	}
}
