package por

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"

	"github.com/depinproof/depinproof"
)

// unhex is the node that text shows.
func unhex(t testing.TB, text string) Node {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 32 {
		t.Fatalf("not a node: %q", text)
	}
	return Node(b)
}

// decodeShared decodes a file of the vectors, or skips the test.
func decodeShared(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(sharedFile(t, name), into); err != nil {
		t.Fatal(err)
	}
}

// hashAll are the nodes of leaves' data.
func hashAll(t testing.TB, s *Spec, data [][]byte) []Node {
	t.Helper()
	leaves := make([]Node, len(data))
	for i := range data {
		if err := s.HashLeaf(&leaves[i], data[i]); err != nil {
			t.Fatal(err)
		}
	}
	return leaves
}

// proveAll checks the path of every leaf of a tree with a root that is known.
func proveAll(t testing.TB, s *Spec, leaves []Node, root Node) *Tree {
	t.Helper()
	tree, err := s.NewTree(leaves, 1)
	if err != nil {
		t.Fatal(err)
	}
	if tree.Root() != root {
		t.Fatalf("%s: root %x, want %x", s.Name(), tree.Root(), root)
	}
	for i := range leaves {
		path, err := tree.Path(uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.VerifyInclusion(&root, &leaves[i], uint64(i), uint64(len(leaves)), path); err != nil {
			t.Fatalf("%s: leaf %d: %v", s.Name(), i, err)
		}
		wrong := root
		wrong[i%32] ^= 1
		isClass(t, s.VerifyInclusion(&wrong, &leaves[i], uint64(i), uint64(len(leaves)), path), depinproof.ErrInvalidProof)
	}
	return tree
}

// An rfcCase is a case of the vectors of transparency-dev/merkle, of any of its files.
type rfcCase struct {
	File                         string `json:"_file"`
	LeafIdx, TreeSize            uint64
	Size1, Size2                 uint64
	Start, End, Size             uint64
	Root, Root1, Root2, LeafHash []byte
	Proof                        [][]byte
	WantErr                      bool
}

// nodes reads what must be nodes, and reports whether all are.
func (c *rfcCase) nodes(fields ...[]byte) ([]Node, bool) {
	var nodes []Node
	for _, f := range append(fields, c.Proof...) {
		if len(f) != 32 {
			return nil, false
		}
		nodes = append(nodes, Node(f))
	}
	return nodes, true
}

// TestRFC6962Vectors judges the cases of transparency-dev/merkle. Where a root, leaf or
// node has not 32 bytes, the type refuses it.
func TestRFC6962Vectors(t *testing.T) {
	// That library compares roots as they are where a tree is compared with itself, and
	// of an empty subtree it looks at the subtree's root alone; so it takes roots of any
	// length.
	byType := map[string]bool{
		"consistency/additional/sizes-are-equal-one-and-proof-is-empty.json":                                                          true,
		"subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json":                                                   true,
		"subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json":  true,
		"subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json": true,
	}
	// The draft has 0 <= start < end; that library takes an empty subtree, too.
	differ := map[string]bool{
		"subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-proof-is-empty.json":  true,
		"subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-proof-is-empty.json": true,
		"subtreeconsistency/additional/subtree-is-empty-subtree-root-valid-proof-is-empty.json":                      true,
		"subtreeconsistency/additional/subtree-is-empty-subtree-root-valid-tree-root-random-proof-is-empty.json":     true,
	}
	for _, file := range []struct {
		name                           string
		cases, refused, byType, differ int
		fields                         func(c *rfcCase) [][]byte
		verify                         func(s *Spec, c *rfcCase, n []Node) error
	}{
		{
			name: "inclusion", cases: 98, refused: 66, byType: 26,
			fields: func(c *rfcCase) [][]byte { return [][]byte{c.Root, c.LeafHash} },
			verify: func(s *Spec, c *rfcCase, n []Node) error {
				return s.VerifyInclusion(&n[0], &n[1], c.LeafIdx, c.TreeSize, n[2:])
			},
		},
		{
			name: "consistency", cases: 98, refused: 66, byType: 27,
			fields: func(c *rfcCase) [][]byte { return [][]byte{c.Root1, c.Root2} },
			verify: func(s *Spec, c *rfcCase, n []Node) error {
				return s.VerifyConsistency(&n[0], &n[1], c.Size1, c.Size2, n[2:])
			},
		},
		{
			name: "subtreeinclusion", cases: 204, refused: 140, byType: 52,
			fields: func(c *rfcCase) [][]byte { return [][]byte{c.Root, c.LeafHash} },
			verify: func(s *Spec, c *rfcCase, n []Node) error {
				return s.VerifySubtreeInclusion(&n[0], &n[1], c.LeafIdx, c.Start, c.End, n[2:])
			},
		},
		{
			name: "subtreeconsistency", cases: 118, refused: 73, byType: 36, differ: 4,
			fields: func(c *rfcCase) [][]byte { return [][]byte{c.Root1, c.Root2} },
			verify: func(s *Spec, c *rfcCase, n []Node) error {
				return s.VerifySubtreeConsistency(&n[0], &n[1], c.Start, c.End, c.Size, n[2:])
			},
		},
	} {
		t.Run(file.name, func(t *testing.T) {
			var cases []rfcCase
			decodeShared(t, "por/rfc6962/"+file.name+".json", &cases)
			if len(cases) != file.cases {
				t.Fatalf("%d cases, want %d", len(cases), file.cases)
			}
			for _, s := range []*Spec{RFC6962(), CometBFT()} {
				accepted, refused, inexpressible, different, sizeZero := 0, 0, 0, 0, 0
				var names []string
				for i := range cases {
					c := &cases[i]
					nodes, ok := c.nodes(file.fields(c)...)
					if !ok {
						inexpressible++
						names = append(names, c.File)
						if !c.WantErr && !byType[c.File] {
							t.Errorf("%s: cannot be said with nodes of 32 bytes", c.File)
						}
						continue
					}
					// All of these lack the empty tree's root, or have a path; see
					// TestEmptyTreeConsistency for one that has neither fault.
					if file.name == "consistency" && c.Size1 == 0 {
						sizeZero++
					}
					err := file.verify(s, c, nodes)
					switch {
					case differ[c.File]:
						different++
						if c.WantErr {
							t.Errorf("%s: no difference", c.File)
						}
						isClass(t, err, depinproof.ErrMalformed)
					case (err != nil) != c.WantErr:
						t.Errorf("%s: got %v, want an error: %v", c.File, err, c.WantErr)
					case err == nil:
						accepted++
					default:
						refused++
						if classOf(err) == err {
							t.Errorf("%s: no class: %v", c.File, err)
						}
					}
				}
				t.Logf("%s: %d accepted, %d refused, %d refused by type, %d differ, %d with an older tree of size 0",
					s.Name(), accepted, refused, inexpressible, different, sizeZero)
				t.Logf("refused by type: %s", strings.Join(names, ", "))
				if accepted == 0 || refused != file.refused || inexpressible != file.byType || different != file.differ {
					t.Error("not the cases that there should be")
				}
			}
		})
	}
}

// TestEmptyTreeConsistency shows that an older tree without leaves is the beginning of
// every other, if its root is that of the empty tree. transparency-dev/merkle v0.0.2 takes
// any root there; what follows it, and made the vectors, refuses every such statement.
func TestEmptyTreeConsistency(t *testing.T) {
	for _, s := range []*Spec{RFC6962(), CometBFT()} {
		empty, root := Node(sha256.Sum256(nil)), Node{1}
		if err := s.VerifyConsistency(&empty, &root, 0, 1, nil); err != nil {
			t.Fatal(err)
		}
		isClass(t, s.VerifyConsistency(&root, &root, 0, 1, nil), depinproof.ErrInvalidProof)
		isClass(t, s.VerifyConsistency(&empty, &root, 0, 1, []Node{root}), depinproof.ErrMalformed)
	}
}

// TestRFC6962Known has the tree of eight leaves of the tests of certificate
// transparency, and the roots of all trees of its first leaves that are published.
func TestRFC6962Known(t *testing.T) {
	var data [][]byte
	for _, text := range []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
	} {
		leaf, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, leaf)
	}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	for _, s := range []*Spec{RFC6962(), CometBFT()} {
		leaves := hashAll(t, s, data)
		tree := proveAll(t, s, leaves, unhex(t, roots[8]))
		b := s.NewBuilder()
		for n, text := range roots {
			var root Node
			if err := b.Root(&root); err != nil || root != unhex(t, text) {
				t.Fatalf("root of %d leaves: %x, %v", n, root, err)
			}
			path, err := tree.Consistency(uint64(n))
			if err != nil {
				t.Fatal(err)
			}
			whole := tree.Root()
			if err := s.VerifyConsistency(&root, &whole, uint64(n), 8, path); err != nil {
				t.Fatal(err)
			}
			if n < len(leaves) {
				if err := b.Add(leaves[n : n+1]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// reversed is a Bitcoin hash in the order of the wire.
func reversed(t testing.TB, text string) Node {
	n := unhex(t, text)
	slices.Reverse(n[:])
	return n
}

// TestBitcoinBlocks has the transactions of blocks of the main chain.
func TestBitcoinBlocks(t *testing.T) {
	for _, block := range []struct {
		height int
		root   string
		ids    []string
	}{
		{0, "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", []string{
			"4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
		}},
		{170, "7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff", []string{
			"b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082",
			"f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16",
		}},
		{100000, "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766", []string{
			"8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
			"fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
			"6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
			"e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
		}},
	} {
		var leaves []Node
		for _, id := range block.ids {
			leaves = append(leaves, reversed(t, id))
		}
		proveAll(t, Bitcoin(), leaves, reversed(t, block.root))
	}
}

// TestBitcoinRepeated shows CVE-2012-2459: three transactions, and the same with the last
// repeated, have one root, and the proofs of the third serve for both.
func TestBitcoinRepeated(t *testing.T) {
	s := Bitcoin()
	three := []Node{
		reversed(t, "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87"),
		reversed(t, "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4"),
		reversed(t, "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4"),
	}
	twice := func(a, b Node) Node {
		once := sha256.Sum256(append(a[:], b[:]...))
		return sha256.Sum256(once[:])
	}
	root := twice(twice(three[0], three[1]), twice(three[2], three[2]))
	tree := proveAll(t, s, three, root)
	proveAll(t, s, append(three[:3:3], three[2]), root)
	path, err := tree.Path(2)
	if err != nil {
		t.Fatal(err)
	}
	for index, size := range map[uint64]uint64{2: 3, 3: 4} {
		if err := s.VerifyInclusion(&root, &three[2], index, size, path); err != nil {
			t.Fatalf("transaction %d of %d: %v", index, size, err)
		}
	}
	// With the size from elsewhere there is no fourth one.
	isClass(t, s.VerifyInclusion(&root, &three[2], 3, 3, path), depinproof.ErrMalformed)
	// And the copy is a copy.
	path[0][0] ^= 1
	isClass(t, s.VerifyInclusion(&root, &three[2], 2, 3, path), depinproof.ErrInvalidProof)
}

// TestSolanaMerkleVector has the tree of the tests of Solana's merkle-tree crate.
func TestSolanaMerkleVector(t *testing.T) {
	var file struct {
		Leaves []string
		Root   string
	}
	decodeShared(t, "por/solana-distributor/solana-merkle-golden.json", &file)
	if len(file.Leaves) != 11 {
		t.Fatalf("%d leaves, want 11", len(file.Leaves))
	}
	var data [][]byte
	for _, leaf := range file.Leaves {
		data = append(data, []byte(leaf))
	}
	proveAll(t, SolanaMerkle(), hashAll(t, SolanaMerkle(), data), unhex(t, file.Root))
}

// sortedRoot is the root of sorted pairs, with what stands for the sibling of a node left
// alone, if anything does.
func sortedRoot(nodes []Node, pair func(a, b []byte) Node, alone func(Node) Node) Node {
	for len(nodes) > 1 {
		var parents []Node
		for i := 0; i+1 < len(nodes); i += 2 {
			a, b := nodes[i], nodes[i+1]
			if bytes.Compare(a[:], b[:]) > 0 {
				a, b = b, a
			}
			parents = append(parents, pair(a[:], b[:]))
		}
		if len(nodes)%2 == 1 {
			parents = append(parents, alone(nodes[len(nodes)-1]))
		}
		nodes = parents
	}
	return nodes[0]
}

// checkClaims checks that all claims are members of a tree with a root, and that a
// changed claim is not.
func checkClaims(t *testing.T, s *Spec, claims [][]byte, root Node) {
	t.Helper()
	tree := proveAll(t, s, hashAll(t, s, claims), root)
	for i, claim := range claims {
		path, err := tree.Path(uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.VerifyMember(&root, claim, path); err != nil {
			t.Fatalf("claim %d of %d: %v", i, len(claims), err)
		}
		greedy := bytes.Clone(claim)
		greedy[len(greedy)-1] ^= 1
		isClass(t, s.VerifyMember(&root, greedy, path), depinproof.ErrInvalidProof)
	}
}

// TestSolanaDistributorTrees has claims of the distributors on Solana, and their roots
// computed by hand.
func TestSolanaDistributorTrees(t *testing.T) {
	node := func(prefix byte, parts ...[]byte) Node {
		return sha256.Sum256(append([]byte{prefix}, bytes.Join(parts, nil)...))
	}
	for n := range 14 {
		var claims [][]byte
		var leaves []Node
		for i := range n + 1 {
			claimant := sha256.Sum256([]byte(fmt.Sprint("claimant ", i)))
			claim := binary.LittleEndian.AppendUint64(claimant[:], uint64(1000*i))
			claim = binary.LittleEndian.AppendUint64(claim, uint64(7+i))
			data := sha256.Sum256(claim)
			claims = append(claims, data[:])
			leaves = append(leaves, node(0, data[:]))
		}
		pair := func(a, b []byte) Node { return node(1, a, b) }
		root := sortedRoot(leaves, pair, func(last Node) Node { return pair(last[:], last[:]) })
		checkClaims(t, SolanaDistributor(), claims, root)
	}
}

// TestEVMDistributorTrees has claims as Uniswap's distributor packs them, index, account
// and amount, and their roots computed by hand.
func TestEVMDistributorTrees(t *testing.T) {
	keccak := func(parts ...[]byte) Node {
		h := sha3.NewLegacyKeccak256()
		for _, part := range parts {
			h.Write(part)
		}
		return Node(h.Sum(nil))
	}
	for n := range 14 {
		var claims [][]byte
		var leaves []Node
		for i := range n + 1 {
			claim := make([]byte, 32+20+32)
			binary.BigEndian.PutUint64(claim[24:], uint64(i))
			account := keccak([]byte(fmt.Sprint("account ", i)))
			copy(claim[32:], account[12:])
			binary.BigEndian.PutUint64(claim[76:], uint64(1e18)+uint64(i))
			claims = append(claims, claim)
			leaves = append(leaves, keccak(claim))
		}
		root := sortedRoot(leaves, func(a, b []byte) Node { return keccak(a, b) }, func(last Node) Node { return last })
		checkClaims(t, EVMDistributor(), claims, root)
	}
}

// zeroRoot is the root of 2^height leaves of zeros.
func zeroRoot(t testing.TB, height int) (root Node) {
	t.Helper()
	for h := range height {
		b := CommD().NewBuilder()
		for range 2 {
			if err := b.AddSubtree(h, &root); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Root(&root); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestZeroPieces has the roots of data of zeros, by size in bytes and by height.
func TestZeroPieces(t *testing.T) {
	t.Run("sizes", func(t *testing.T) {
		var roots map[uint64]string
		decodeShared(t, "filecoin/building-blocks/zero_commd_by_padded_size.json", &roots)
		if len(roots) != 33 {
			t.Fatalf("%d sizes, want 33", len(roots))
		}
		for size, text := range roots {
			if size < 32 || bits.OnesCount64(size) != 1 {
				t.Fatalf("size %d", size)
			}
			want := unhex(t, text)
			if got := zeroRoot(t, bits.TrailingZeros64(size/32)); got != want {
				t.Fatalf("%d zeros: root %x, want %x", size, got, want)
			}
			if size > 1<<18 {
				continue
			}
			for _, s := range []*Spec{CommD(), CommP()} {
				b := s.NewBuilder()
				var got Node
				if _, err := b.ReadFrom(bytes.NewReader(make([]byte, size))); err != nil {
					t.Fatal(err)
				}
				if err := b.Root(&got); err != nil || got != want {
					t.Fatalf("%s of %d zeros: %x, %v", s.Name(), size, got, err)
				}
			}
		}
	})
	t.Run("known", func(t *testing.T) {
		for size, text := range map[uint64]string{
			64:       "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb0b",
			2 << 10:  "fc7e928296e516faade986b28f92d44a4f24b935485223376a799027bc18f833",
			32 << 30: "077e5fde35c50a9303a55009e3498a4ebedff39c42b710b730d8ec7ac7afa63e",
		} {
			if got := zeroRoot(t, bits.TrailingZeros64(size/32)); got != unhex(t, text) {
				t.Fatalf("%d zeros: root %x, want %s", size, got, text)
			}
		}
	})
	t.Run("heights", func(t *testing.T) {
		roots := sharedFile(t, "filecoin/building-blocks/zerocomm_64_levels.bin")
		if len(roots) != 64*32 {
			t.Fatalf("%d bytes", len(roots))
		}
		for height := 1; height < 64; height++ {
			want := Node(roots[32*height:])
			s, err := New(Rules{Node: Hash{Algorithm: SHA254}, Odd: Fill, Depth: height})
			if err != nil {
				t.Fatal(err)
			}
			var got Node
			if err := s.NewBuilder().Root(&got); err != nil || got != want {
				t.Fatalf("height %d: %x, want %x, %v", height, got, want, err)
			}
			if got := zeroRoot(t, height); got != want {
				t.Fatalf("height %d: %x, want %x", height, got, want)
			}
		}
		if Node(roots) != (Node{}) {
			t.Fatal("a leaf that is not zero")
		}
	})
}

// TestMainnetSector computes the root of a sector of mainnet from its pieces: each begins
// at a multiple of its size, with zeros before it.
func TestMainnetSector(t *testing.T) {
	var file struct {
		SectorSize uint64 `json:"sector_size"`
		CommD      string `json:"comm_d"`
		Pieces     []struct {
			CommP      string `json:"comm_p"`
			CID        string `json:"piece_cid"`
			PaddedSize uint64 `json:"padded_size"`
			Zero       bool
		}
	}
	decodeShared(t, "filecoin/building-blocks/commd_from_pieces_mainnet_sector.json", &file)
	if len(file.Pieces) != 12 {
		t.Fatalf("%d pieces, want 12", len(file.Pieces))
	}
	b := CommD().NewBuilder()
	gaps := 0
	for _, p := range file.Pieces {
		n := p.PaddedSize / 32
		height := bits.TrailingZeros64(n)
		if n != 1<<height {
			t.Fatalf("a piece of %d bytes", p.PaddedSize)
		}
		for b.Size()%n != 0 {
			gap := bits.TrailingZeros64(b.Size())
			root := zeroRoot(t, gap)
			if err := b.AddSubtree(gap, &root); err != nil {
				t.Fatal(err)
			}
			gaps++
		}
		root := zeroRoot(t, height)
		if !p.Zero {
			if root = unhex(t, p.CommP); root != digest(t, p.CID) {
				t.Fatalf("%s is not %s", p.CommP, p.CID)
			}
		}
		if err := b.AddSubtree(height, &root); err != nil {
			t.Fatal(err)
		}
	}
	var root Node
	if err := b.Root(&root); err != nil || root != unhex(t, file.CommD) || b.Size() != file.SectorSize/32 {
		t.Fatalf("%d leaves with root %x, want %s, %v", b.Size(), root, file.CommD, err)
	}
	t.Logf("%d pieces, %d gaps", len(file.Pieces), gaps)
}

// digest is the digest at the end of a CID in base 32.
func digest(t testing.TB, cid string) Node {
	t.Helper()
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(cid[1:]))
	if err != nil || cid[0] != 'b' || len(b) < 32 {
		t.Fatalf("not a CID: %q", cid)
	}
	return Node(b[len(b)-32:])
}

// pad puts two zero bits behind every 254 bits, least significant bit first.
func pad(data []byte) []byte {
	out := make([]byte, (8*len(data)+253)/254*32)
	for i := range 8 * len(data) {
		at := i/254*256 + i%254
		out[at/8] |= data[i/8] >> (i % 8) & 1 << (at % 8)
	}
	return out
}

// TestPieces computes roots of payloads of zeros, of 0xCC and of pseudo-random bytes.
func TestPieces(t *testing.T) {
	const most = 1 << 19 // bytes
	random := make([]byte, most)
	r := rand.New(rand.NewSource(1337))
	for i := 0; i < most; i += 4 {
		binary.LittleEndian.PutUint32(random[i:], r.Uint32())
	}
	for _, c := range []struct {
		name    string
		payload []byte
		lines   int
	}{
		{"zero", make([]byte, most), 18},
		{"0xCC", bytes.Repeat([]byte{0xcc}, most), 18},
		{"random", random, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := strings.Fields(string(sharedFile(t, "filecoin/building-blocks/commp_hashhash_"+c.name+".txt")))
			if len(lines) != c.lines {
				t.Fatalf("%d lines, want %d", len(lines), c.lines)
			}
			checked := 0
			for _, line := range lines {
				var size, padded int64
				var cid string
				if _, err := fmt.Sscanf(strings.ReplaceAll(line, ",", " "), "%d %d %s", &size, &padded, &cid); err != nil {
					t.Fatal(err)
				}
				if size > most {
					continue
				}
				want, data := digest(t, cid), pad(c.payload[:size])
				p, d := CommP().NewBuilder(), CommD().NewBuilder()
				if _, err := p.ReadFrom(bytes.NewReader(data)); err != nil {
					t.Fatal(err)
				}
				if _, err := d.ReadFrom(bytes.NewReader(append(data, make([]byte, int(padded)-len(data))...))); err != nil {
					t.Fatal(err)
				}
				for _, b := range []*Builder{p, d} {
					var root Node
					if err := b.Root(&root); err != nil || root != want {
						t.Fatalf("%s of %d bytes: %x, want %x, %v", b.f.s.Name(), size, root, want, err)
					}
				}
				checked++
			}
			t.Logf("%d of %d payloads, those of at most %d bytes", checked, len(lines), most)
			if checked < 18 {
				t.Fatal("too few")
			}
		})
	}
}
