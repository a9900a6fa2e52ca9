package sia

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"math/bits"
	"os"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

// The chain's rules once more, with nothing but the hash function, and with what the
// reference overlooks.

func plainLeaf(leaf []byte) por.Node {
	var block [1 + LeafSize]byte
	copy(block[1:], leaf)
	return blake2b.Sum256(block[:])
}

func plainPair(left, right por.Node) por.Node {
	return blake2b.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// plainTree is MTH of RFC 6962 with the path of a leaf.
func plainTree(data []byte, index int) (root por.Node, path []por.Node) {
	size := (len(data) + LeafSize - 1) / LeafSize
	switch size {
	case 0:
		return root, nil
	case 1:
		return plainLeaf(data), nil
	}
	k := 1 << (bits.Len(uint(size-1)) - 1)
	left, leftPath := plainTree(data[:k*LeafSize], index)
	right, rightPath := plainTree(data[k*LeafSize:], index-k)
	if index < k {
		return plainPair(left, right), append(leftPath, right)
	}
	return plainPair(left, right), append(rightPath, left)
}

func plainIndex(filesize uint64, blockID, contractID [32]byte) uint64 {
	size := new(big.Int).SetUint64(filesize)
	size.Add(size, big.NewInt(LeafSize-1))
	if size.Rsh(size, 6).Sign() == 0 {
		return 0
	}
	seed := blake2b.Sum256(append(blockID[:], contractID[:]...))
	return new(big.Int).Mod(new(big.Int).SetBytes(seed[:]), size).Uint64()
}

// chain is the reference's verdict.
func chain(p *StorageProof) bool {
	last := new(big.Int).SetUint64(p.Filesize)
	last.Add(last, big.NewInt(LeafSize-1)).Rsh(last, 6)
	last.Sub(last, big.NewInt(1))
	lastIndex := uint64(last.Int64()) // of no bytes the largest of all
	index := plainIndex(p.Filesize, p.BlockID, p.ContractID)
	leaf := p.Leaf[:]
	switch rest := p.Filesize % LeafSize; p.Version {
	case V1Early, V2:
	case V1Cut:
		if index == lastIndex {
			leaf = leaf[:rest]
		}
	case V1:
		if p.Filesize == 0 {
			return true
		}
		if index == lastIndex && rest > 0 {
			leaf = leaf[:rest]
		}
	default:
		return false
	}
	root := plainLeaf(leaf)
	height := bits.Len64(index ^ lastIndex)
	if p.Version == V2 && len(p.Path) < height {
		root = por.Node{}
		return root == p.Root
	}
	for i, sibling := range p.Path {
		if i >= height || index>>i&1 == 1 {
			root = plainPair(sibling, root)
		} else {
			root = plainPair(root, sibling)
		}
	}
	return root == p.Root
}

// stricter reports whether p is among what the reference accepts and this package, on
// purpose, does not.
func stricter(p *StorageProof) bool {
	if p.Filesize == 0 {
		return p.Version < V1 || len(p.Path) > 0 || p.Root != por.Node{}
	}
	n, err := por.Sia().InclusionLen(plainIndex(p.Filesize, p.BlockID, p.ContractID), leaves(p.Filesize))
	return err != nil || len(p.Path) != n
}

// compare fails unless the verdict is the reference's, but for what is stricter.
func compare(t testing.TB, p *StorageProof) error {
	t.Helper()
	err := VerifyStorageProof(p)
	if want := chain(p) && !stricter(p); (err == nil) != want {
		t.Fatalf("%v, %d bytes, %d nodes: got %v, want acceptance: %v", p.Version, p.Filesize, len(p.Path), err, want)
	}
	if err != nil {
		class(t, err)
	}
	return err
}

// class returns an error's class, of which it must have one.
func class(t testing.TB, err error) error {
	t.Helper()
	var e *depinproof.Error
	if !errors.As(err, &e) || e.Op == "" || e.Index != depinproof.NoIndex {
		t.Fatalf("not an error of the module: %#v", err)
	}
	return e.Kind
}

func isClass(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func testFile(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(31*i + i>>8)
	}
	return data
}

// drawn returns a contract ID for which the leaf at index is drawn.
func drawn(t testing.TB, filesize, index uint64, blockID [32]byte) (contractID [32]byte) {
	t.Helper()
	for i := range uint64(1 << 16) {
		binary.LittleEndian.PutUint64(contractID[:], i)
		if LeafIndex(filesize, blockID, contractID) == index {
			return contractID
		}
	}
	t.Fatalf("leaf %d of %d bytes is not drawn", index, filesize)
	return contractID
}

// made is a proof of a file's leaf.
func made(t testing.TB, v Version, data []byte, index uint64) *StorageProof {
	t.Helper()
	p := &StorageProof{Version: v, Filesize: uint64(len(data)), BlockID: [32]byte{1}}
	p.ContractID = drawn(t, p.Filesize, index, p.BlockID)
	if err := Prove(p, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	return p
}

func unhex[T [32]byte | [64]byte](t testing.TB, text string) (out T) {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	switch out := any(&out).(type) {
	case *[32]byte:
		*out = [32]byte(b)
	case *[64]byte:
		*out = [64]byte(b)
	}
	return out
}

// TestVectors judges what go.sia.tech/core computed.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("../../../shared/vectors/por/sia/storage-proofs.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("skipped: sia/storage-proofs.json is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			BlockID, ContractID, Leaf, Root string
			Filesize, LeafIndex             uint64
			Proof                           []string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 24 {
		t.Fatalf("%d vectors, want 24", len(file.Vectors))
	}
	verdicts, partial := 0, 0
	for _, v := range file.Vectors {
		p := StorageProof{
			Root:       unhex[[32]byte](t, v.Root),
			Filesize:   v.Filesize,
			ContractID: unhex[[32]byte](t, v.ContractID),
			BlockID:    unhex[[32]byte](t, v.BlockID),
			Leaf:       unhex[[64]byte](t, v.Leaf),
		}
		for _, node := range v.Proof {
			p.Path = append(p.Path, unhex[[32]byte](t, node))
		}
		index := LeafIndex(p.Filesize, p.BlockID, p.ContractID)
		if index != v.LeafIndex {
			t.Fatalf("%d bytes: leaf %d, want %d", p.Filesize, index, v.LeafIndex)
		}
		data := make([]byte, v.Filesize)
		for i := range data {
			data[i] = byte(31*i + i>>8)
		}
		for p.Version = V1Early; p.Version <= V2; p.Version++ {
			// The rule of V1Cut hashes nothing of a last leaf that is full.
			cut := p.Version == V1Cut && p.Filesize%LeafSize == 0 && index == p.Filesize/LeafSize-1 && p.Leaf != [64]byte{}
			err := compare(t, &p)
			if cut {
				partial++
				isClass(t, err, depinproof.ErrInvalidProof)
			} else if err != nil {
				t.Fatalf("%v, %d bytes, block %x: %v", p.Version, p.Filesize, p.BlockID[:2], err)
			}
			verdicts++
			again := StorageProof{Version: p.Version, Filesize: p.Filesize, ContractID: p.ContractID, BlockID: p.BlockID}
			err = Prove(&again, bytes.NewReader(data))
			switch {
			case cut:
				isClass(t, err, depinproof.ErrInvalidProof)
				if again.Path != nil || again.Root != (por.Node{}) {
					t.Fatal("changed on an error")
				}
			case err != nil:
				t.Fatal(err)
			case again.Root != p.Root || again.Leaf != p.Leaf || len(again.Path) != len(p.Path):
				t.Fatalf("%d bytes: another proof than the vector's", p.Filesize)
			}
			if len(p.Path) > 0 {
				q := p
				q.Path = p.Path[:len(p.Path)-1]
				isClass(t, compare(t, &q), depinproof.ErrMalformed)
			}
		}
	}
	t.Logf("%d vectors, %d verdicts, of which V1Cut refuses %d full last leaves", len(file.Vectors), verdicts, partial)
	if verdicts != 4*24 || partial == 0 {
		t.Fatal("not all were judged")
	}
}

// TestKnown has values of go.sia.tech/core: a file of one byte zero, and its root.
func TestKnown(t *testing.T) {
	p := StorageProof{Version: V2, Filesize: 1, Root: unhex[[32]byte](t, "d34e94d74d0cb9665a8bc42e8954f50606ba7be3daec7f5bdf1a35e291941770")}
	if err := VerifyStorageProof(&p); err != nil {
		t.Fatal(err)
	}
	var root por.Node
	if n, err := Root(&root, bytes.NewReader([]byte{0})); n != 1 || err != nil || root != p.Root {
		t.Fatalf("root %x of %d bytes, %v", root, n, err)
	}
}

// TestAllLeaves proves every leaf of files of many sizes, in every version, and compares
// root and path with those of the plain tree.
func TestAllLeaves(t *testing.T) {
	proofs := 0
	for _, size := range []int{1, 63, 64, 65, 127, 128, 129, 192, 300, 320, 448, 512, 513, 64*21 - 1, 64 * 21} {
		data := testFile(size)
		n := leaves(uint64(size))
		for index := range n {
			root, path := plainTree(data, int(index))
			for v := V1Early; v <= V2; v++ {
				p := &StorageProof{Version: v, Filesize: uint64(size), BlockID: [32]byte{3}}
				p.ContractID = drawn(t, p.Filesize, index, p.BlockID)
				err := Prove(p, iotest.HalfReader(bytes.NewReader(data)))
				if v == V1Cut && size%LeafSize == 0 && index == n-1 {
					isClass(t, err, depinproof.ErrInvalidProof)
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				var leaf [LeafSize]byte
				copy(leaf[:], data[index*LeafSize:])
				if p.Root != root || p.Leaf != leaf || len(p.Path) != len(path) {
					t.Fatalf("leaf %d of %d bytes: wrong proof", index, size)
				}
				for i := range path {
					if p.Path[i] != path[i] {
						t.Fatalf("leaf %d of %d bytes: wrong node %d", index, size, i)
					}
				}
				if err := compare(t, p); err != nil {
					t.Fatal(err)
				}
				proofs++
			}
		}
		var root por.Node
		if got, err := Root(&root, iotest.OneByteReader(bytes.NewReader(data))); err != nil || got != uint64(size) || root != made(t, V2, data, 0).Root {
			t.Fatalf("root of %d bytes: size %d, %v", size, got, err)
		}
	}
	t.Logf("%d proofs", proofs)
	if proofs < 300 {
		t.Fatal("too few")
	}
}

// TestLeafIndex compares with arithmetic of any length.
func TestLeafIndex(t *testing.T) {
	for _, filesize := range []uint64{0, 1, 64, 65, 4 << 20, 1<<40 + 1, 1<<63 - 1, 1 << 63, ^uint64(0) - 63, ^uint64(0)} {
		for i := range byte(50) {
			block, contract := [32]byte{i, 7}, [32]byte{31: i}
			if got, want := LeafIndex(filesize, block, contract), plainIndex(filesize, block, contract); got != want {
				t.Fatalf("%d bytes: leaf %d, want %d", filesize, got, want)
			}
		}
	}
}

// TestShortPath gives the last of five leaves for the one that is drawn. The reference
// takes it in V1, for the last leaf is the right child of the root.
func TestShortPath(t *testing.T) {
	data := testFile(5 * LeafSize)
	last := made(t, V2, data, 4)
	for v := V1Early; v <= V2; v++ {
		for index := range uint64(4) {
			p := *last
			p.Version = v
			p.ContractID = drawn(t, p.Filesize, index, p.BlockID)
			if fooled := v != V2 && index%2 == 1; chain(&p) != fooled {
				t.Fatalf("%v, leaf %d: the reference's verdict is %v", v, index, !fooled)
			}
			err := VerifyStorageProof(&p)
			isClass(t, err, depinproof.ErrMalformed)
			var length *por.PathLengthError
			if !errors.As(err, &length) || *length != (por.PathLengthError{Got: 1, Want: 3}) {
				t.Fatalf("got %v", err)
			}
		}
	}
}

// TestOtherLengths walks down from roots as the reference's rule for a path of every
// length does. In V2 no length but the one that is right ends at a leaf; in V1 others do,
// at another leaf than the one drawn.
func TestOtherLengths(t *testing.T) {
	others := 0
	for size := 1; size <= 70; size++ {
		for index := range size {
			height := bits.Len(uint(index ^ (size - 1)))
			right, err := por.Sia().InclusionLen(uint64(index), uint64(size))
			if err != nil {
				t.Fatal(err)
			}
			for length := range 12 {
				at, n := 0, size
				for i := length - 1; i >= 0 && n > 0; i-- {
					half := 1 << bits.Len(uint(n-1)) >> 1
					if i >= height || index>>i&1 == 1 {
						at, n = at+half, n-half
					} else {
						n = half
					}
					if half == 0 {
						n = 0 // below a leaf
					}
				}
				switch {
				case length == right:
					if at != index || n != 1 {
						t.Fatalf("leaf %d of %d: the path ends at %d leaves from %d", index, size, n, at)
					}
				case n == 1 && length >= height:
					t.Fatalf("leaf %d of %d: a path of %d nodes ends at leaf %d", index, size, length, at)
				case n == 1:
					others++
				}
			}
		}
	}
	t.Logf("%d paths of other lengths end at a leaf in V1", others)
	if others == 0 {
		t.Fatal("none does in V1")
	}
}

// TestZeroRoot gives paths that are too short for contracts whose root is zero.
func TestZeroRoot(t *testing.T) {
	p := made(t, V2, testFile(1000), 3)
	p.Root = por.Node{}
	isClass(t, VerifyStorageProof(p), depinproof.ErrInvalidProof)
	p.Path = nil
	if !chain(p) {
		t.Fatal("the reference refuses")
	}
	isClass(t, VerifyStorageProof(p), depinproof.ErrMalformed)
}

// TestNoBytes judges proofs of files of no bytes.
func TestNoBytes(t *testing.T) {
	leaf := plainLeaf(nil)
	for _, c := range []struct {
		name      string
		p         StorageProof
		reference bool
		want      error
	}{
		{"V1", StorageProof{Version: V1}, true, nil},
		{"V1, any leaf", StorageProof{Version: V1, Leaf: [64]byte{1}}, true, nil},
		{"V1, other root", StorageProof{Version: V1, Root: leaf}, true, depinproof.ErrInvalidProof},
		{"V1, path", StorageProof{Version: V1, Path: make([]por.Node, 1)}, true, depinproof.ErrMalformed},
		{"V2", StorageProof{Version: V2}, true, nil},
		{"V2, any leaf", StorageProof{Version: V2, Leaf: [64]byte{1}}, true, nil},
		{"V2, other root", StorageProof{Version: V2, Root: leaf}, false, depinproof.ErrInvalidProof},
		{"V2, path", StorageProof{Version: V2, Path: make([]por.Node, 63)}, true, depinproof.ErrMalformed},
		{"V2, long path", StorageProof{Version: V2, Path: make([]por.Node, 64)}, false, depinproof.ErrMalformed},
		{"V1Early", StorageProof{Version: V1Early}, false, depinproof.ErrMalformed},
		{"V1Early, root of a leaf", StorageProof{Version: V1Early, Root: leaf}, true, depinproof.ErrMalformed},
		{"V1Cut", StorageProof{Version: V1Cut}, false, depinproof.ErrMalformed},
		{"V1Cut, root of a leaf", StorageProof{Version: V1Cut, Root: leaf}, true, depinproof.ErrMalformed},
	} {
		if chain(&c.p) != c.reference {
			t.Errorf("%s: the reference's verdict is %v", c.name, !c.reference)
		}
		if err := compare(t, &c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	for v := V1; v <= V2; v++ {
		p := StorageProof{Version: v, Leaf: [64]byte{5}, Path: make([]por.Node, 2)}
		if err := Prove(&p, bytes.NewReader(nil)); err != nil || p.Leaf != [64]byte{} || p.Path != nil {
			t.Fatal(err)
		}
	}
	isClass(t, Prove(&StorageProof{Version: V1Cut}, bytes.NewReader(nil)), depinproof.ErrMalformed)
	root := por.Node{1}
	if n, err := Root(&root, bytes.NewReader(nil)); n != 0 || err != nil || root != (por.Node{}) {
		t.Fatalf("root of no bytes: %x, %d, %v", root, n, err)
	}
}

// TestLastLeaf has bytes behind the end of the file in the last leaf.
func TestLastLeaf(t *testing.T) {
	for v := V1Early; v <= V2; v++ {
		p := made(t, v, testFile(3*LeafSize+10), 3)
		for i := range p.Leaf {
			p.Leaf[i] ^= 0x80
			looked := i < 10 || v == V1Early || v == V2
			if err := compare(t, p); (err != nil) != looked {
				t.Fatalf("%v, byte %d: %v", v, i, err)
			}
			p.Leaf[i] ^= 0x80
		}
	}
	// In V1Cut any leaf proves that the last, full one is zeros.
	p := made(t, V1Cut, make([]byte, 4*LeafSize), 3)
	p.Leaf = [64]byte{1, 2, 3}
	if err := compare(t, p); err != nil {
		t.Fatal(err)
	}
}

// TestFlippedBits flips every bit of proofs and of their statements.
func TestFlippedBits(t *testing.T) {
	accepted := 0
	for v := V1Early; v <= V2; v++ {
		for index := range uint64(5) {
			p := made(t, v, testFile(4*LeafSize+9), index)
			parts := [][]byte{p.Root[:], p.Leaf[:]}
			for i := range p.Path {
				parts = append(parts, p.Path[i][:])
			}
			flips(parts, func(part, bit int) {
				// Behind the end of the file, V1 and V1Cut do not look.
				free := part == 1 && index == 4 && bit >= 8*9 && (v == V1 || v == V1Cut)
				if err := compare(t, p); (err == nil) != free {
					t.Fatalf("%v, leaf %d, bit %d of part %d: %v", v, index, bit, part, err)
				}
			})
			// Another block or contract may draw the same leaf.
			flips([][]byte{p.BlockID[:], p.ContractID[:]}, func(part, bit int) {
				same := plainIndex(p.Filesize, p.BlockID, p.ContractID) == index
				if err := compare(t, p); (err == nil) != same {
					t.Fatalf("%v, leaf %d, bit %d of ID %d: %v", v, index, bit, part, err)
				} else if same {
					accepted++
				}
			})
			// Of another size, the same leaf may be drawn with the same path.
			size := p.Filesize
			for bit := range 64 {
				p.Filesize = size ^ 1<<bit
				compare(t, p)
			}
			p.Filesize = size
			for _, version := range []Version{0, 5, 128} {
				p.Version = version
				isClass(t, VerifyStorageProof(p), depinproof.ErrUnsupported)
			}
			p.Version = v
			if err := VerifyStorageProof(p); err != nil {
				t.Fatal(err)
			}
			p.Path = append(p.Path, por.Node{})
			isClass(t, compare(t, p), depinproof.ErrMalformed)
		}
	}
	if accepted == 0 {
		t.Fatal("no other ID draws the same leaf")
	}
}

// flips calls f for every bit of what parts point to, flipped.
func flips(parts [][]byte, f func(part, bit int)) {
	for i, part := range parts {
		for bit := range 8 * len(part) {
			part[bit/8] ^= 1 << (bit % 8)
			f(i, bit)
			part[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// idleReader never has anything, and never says that it has ended.
type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

// TestStreams proves files from streams that are not what was said.
func TestStreams(t *testing.T) {
	data := testFile(300)
	broken := errors.New("broken")
	for index := range leaves(300) {
		p := made(t, V1, data, index)
		for size := range 400 {
			q := *p
			err := Prove(&q, iotest.DataErrReader(bytes.NewReader(testFile(size))))
			if size == 300 {
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			isClass(t, err, depinproof.ErrMalformed)
			var wrong *FileSizeError
			if !errors.As(err, &wrong) || wrong.Want != 300 || (wrong.Got > 300) != (size > 300) || size < 300 && wrong.Got != uint64(size) {
				t.Fatalf("%d bytes: %v", size, err)
			}
			if &q.Path[0] != &p.Path[0] || q.Root != p.Root {
				t.Fatal("changed on an error")
			}
			for _, failure := range []error{broken, io.ErrUnexpectedEOF} {
				r := io.MultiReader(bytes.NewReader(data[:min(size, 300)]), iotest.ErrReader(failure))
				if err := Prove(&q, r); err != failure {
					t.Fatalf("after %d bytes: got %v, want the reader's error", size, err)
				}
				r = io.MultiReader(bytes.NewReader(data[:min(size, 300)]), iotest.ErrReader(failure))
				root := por.Node{1}
				if _, err := Root(&root, r); err != failure || root != (por.Node{1}) {
					t.Fatalf("after %d bytes: got %v, want the reader's error", size, err)
				}
			}
		}
	}
	isClass(t, VerifyStorageProof(nil), depinproof.ErrMalformed)
	for size := range 301 {
		r := io.MultiReader(bytes.NewReader(data[:size]), idleReader{})
		if err := Prove(&StorageProof{Version: V1, Filesize: 300}, r); err != io.ErrNoProgress {
			t.Fatalf("idle after %d bytes: got %v", size, err)
		}
		r = io.MultiReader(bytes.NewReader(data[:size]), idleReader{})
		if _, err := Root(new(por.Node), r); err != io.ErrNoProgress {
			t.Fatalf("idle after %d bytes: got %v", size, err)
		}
	}
	isClass(t, Prove(&StorageProof{Version: 7}, iotest.ErrReader(broken)), depinproof.ErrUnsupported)
	isClass(t, Prove(&StorageProof{Version: V2, Filesize: ^uint64(0)}, bytes.NewReader(data)), depinproof.ErrMalformed)
}

func TestText(t *testing.T) {
	seen := map[string]bool{}
	for v := range Version(6) {
		seen[v.String()] = true
	}
	if len(seen) != 6 {
		t.Fatalf("versions read alike: %v", seen)
	}
	short := (&FileSizeError{1, 2}).Error()
	if short == "" || short == (&FileSizeError{3, 2}).Error() {
		t.Fatal("errors read alike")
	}
	if err := fail("op", errors.New("x")); class(t, err) != depinproof.ErrInternal {
		t.Fatal(err)
	}
}

func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	for v := V1Early; v <= V2; v++ {
		p := made(t, v, testFile(70*LeafSize+5), 11)
		if n := testing.AllocsPerRun(200, func() {
			if err := VerifyStorageProof(p); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", v, n)
		}
	}
	p := made(t, V1, testFile(70*LeafSize+5), 70)
	if n := testing.AllocsPerRun(200, func() {
		if err := VerifyStorageProof(p); err != nil {
			t.Fatal(err)
		}
	}); n > 1 {
		t.Errorf("a leaf that is cut: %v allocations", n)
	}
}

// FuzzVerifyStorageProof proves a leaf of a file, changes the proof, and compares the
// verdict with the reference's.
func FuzzVerifyStorageProof(f *testing.F) {
	f.Add(testFile(200), byte(V2), byte(0), uint64(0), byte(0), uint16(0))
	f.Add(testFile(320), byte(V1), byte(1), uint64(320), byte(0), uint16(0))
	f.Add(testFile(64), byte(V1Cut), byte(2), uint64(0), byte(1), uint16(77))
	f.Add([]byte{}, byte(V1), byte(3), uint64(1), byte(2), uint16(900))
	f.Add(testFile(257), byte(V1Early), byte(4), uint64(0), byte(3), uint16(1))
	f.Fuzz(func(t *testing.T, data []byte, version, id byte, filesize uint64, nodes byte, flip uint16) {
		data = data[:min(len(data), 4096)]
		p := StorageProof{Version: Version(version), Filesize: uint64(len(data)), BlockID: [32]byte{id}}
		err := Prove(&p, bytes.NewReader(data))
		if err == nil {
			if compare(t, &p) != nil {
				t.Fatal("a proof that was made is refused")
			}
			root, path := plainTree(data, int(plainIndex(p.Filesize, p.BlockID, p.ContractID)))
			if root != p.Root || len(path) != len(p.Path) {
				t.Fatal("wrong proof")
			}
		} else {
			class(t, err)
		}
		if filesize != 0 {
			p.Filesize = filesize
		}
		switch {
		case nodes == 1 && len(p.Path) > 0:
			p.Path = p.Path[1:]
		case nodes == 2 && len(p.Path) > 0:
			p.Path = p.Path[:len(p.Path)-1]
		case nodes > 2:
			p.Path = append(p.Path, por.Node{nodes})
		}
		bit := int(flip)
		for _, part := range append([][]byte{p.Root[:], p.Leaf[:], p.BlockID[:]}, bytesOf(p.Path)...) {
			if bit < 8*len(part) {
				part[bit/8] ^= 1 << (bit % 8)
				break
			}
			bit -= 8 * len(part)
		}
		compare(t, &p)
	})
}

func bytesOf(nodes []por.Node) (parts [][]byte) {
	for i := range nodes {
		parts = append(parts, nodes[i][:])
	}
	return parts
}

func BenchmarkVerifyStorageProof(b *testing.B) {
	p := made(b, V2, testFile(4<<20), 40000)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyStorageProof(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	data := testFile(4 << 20)
	p := StorageProof{Version: V2, Filesize: 4 << 20}
	b.SetBytes(4 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if err := Prove(&p, bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
