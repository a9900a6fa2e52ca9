package sdr

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

func TestRoundFunction(t *testing.T) {
	x := uint64(0)
	for i := range 2000 {
		key := x ^ uint64(i)<<40
		var message [16]byte
		binary.BigEndian.PutUint64(message[:8], x)
		binary.BigEndian.PutUint64(message[8:], key)
		digest := blake2b.Sum512(message[:])
		want := binary.BigEndian.Uint64(digest[:8])
		if got := roundFunction(x, key); got != want {
			t.Fatalf("roundFunction(%x, %x) = %x, want %x", x, key, got, want)
		}
		x = want
	}
}

// With 20 rounds the block function is the published cipher.
func TestChaChaBlock(t *testing.T) {
	key := sha256.Sum256([]byte("key"))
	nonce := []byte("twelve bytes")
	cipher, err := chacha20.NewUnauthenticatedCipher(key[:], nonce)
	if err != nil {
		t.Fatal(err)
	}
	for counter := range uint32(5) {
		var want [64]byte
		cipher.XORKeyStream(want[:], want[:])
		var got [16]uint32
		ChaChaBlock(&got, &key, [4]uint32{counter, binary.LittleEndian.Uint32(nonce), binary.LittleEndian.Uint32(nonce[4:]), binary.LittleEndian.Uint32(nonce[8:])}, 20)
		for i, w := range got {
			if w != binary.LittleEndian.Uint32(want[4*i:]) {
				t.Fatalf("block %d, word %d", counter, i)
			}
		}
	}
}

func TestPermuteIsAPermutation(t *testing.T) {
	for _, size := range []uint64{512, 1000, 4096, 1 << 15} {
		var f feistel
		f.init(size, sha256.Sum256([]byte("key")))
		values := make([]uint64, size)
		for x := range values {
			values[x] = uint64(x)
		}
		f.permuteAll(values)
		seen := make([]bool, size)
		for x, y := range values {
			if y >= size || seen[y] {
				t.Fatalf("size %d: %d goes to %d", size, x, y)
			}
			seen[y] = true
		}
	}
}

// The published digests of the parent caches: all parents of all nodes.
func TestParentCacheDigests(t *testing.T) {
	const file = "../../../../shared/vectors/filecoin/building-blocks/sdr_parent_graph_digests.json"
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var published struct {
		Identified []struct {
			SectorSize uint64 `json:"sector_size"`
			FirstByte  byte   `json:"porep_id_first_byte"`
			API        string `json:"api"`
			SHA256     string `json:"sha256"`
		} `json:"identified"`
	}
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	if len(published.Identified) == 0 {
		t.Fatal("no digest in the file")
	}
	for _, want := range published.Identified {
		if testing.Short() && want.SectorSize > 1<<20 {
			continue
		}
		nodes := want.SectorSize / shape.NodeSize
		g := New(nodes, &[32]byte{want.FirstByte}, want.API == "V1_0_0")
		h := sha256.New()
		var base [shape.BaseParents]uint32
		all := make([]uint32, nodes)
		for node := range all {
			all[node] = uint32(node)
		}
		expander := make([][shape.ExpanderParents]uint32, nodes)
		g.ExpanderParents(expander, all)
		var buf []byte
		for node := range uint32(nodes) {
			g.BaseParents(&base, node)
			buf = buf[:0]
			for _, p := range append(base[:], expander[node][:]...) {
				buf = binary.LittleEndian.AppendUint32(buf, p)
			}
			h.Write(buf)
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != want.SHA256 {
			t.Errorf("%d bytes, %s: %s, want %s", want.SectorSize, want.API, got, want.SHA256)
		}
	}
}

// The lanes against the single function, at the edges of every operand.
func TestStep(t *testing.T) {
	if want := wantedStepImplementation(); stepImplementation != want {
		t.Fatalf("implementation %s runs where the machine has %s", stepImplementation, want)
	}
	t.Logf("implementations run: generic, %s", stepImplementation)
	const guard = 0x5a5a5a5a5a5a5a5a
	x := uint64(1)
	random := func() uint64 { x = x*6364136223846793005 + 1442695040888963407; return x }
	for half := uint(1); half <= 32; half++ {
		for round := range 50 {
			f := feistel{half: half, mask: 1<<half - 1, keys: [3]uint64{random(), random(), random()}}
			if round < 4 {
				f.keys = [3]uint64{0, 1<<64 - 1, 1 << (21 * round)}
			}
			var in [lanes]uint64
			for i := range in {
				switch in[i] = random() & (1<<(2*half) - 1); (round + i) % 5 {
				case 0:
					in[i] = 0
				case 1:
					in[i] = 1<<(2*half) - 1
				case 2:
					in[i] = 1 << (uint(i*round) % (2 * half))
				}
			}
			var want, generic [lanes]uint64
			for i, v := range in {
				l, r := v>>half, v&f.mask
				for _, k := range f.keys {
					l, r = r, l^roundFunction(r, k)&f.mask
				}
				want[i] = l<<half | r
			}
			generic = in
			f.stepGeneric(&generic)
			guarded := [3][lanes]uint64{{0: guard, 7: guard}, in, {0: guard, 7: guard}}
			f.step(&guarded[1])
			if generic != want || guarded[1] != want {
				t.Fatalf("half %d, round %d: %x and %x, want %x", half, round, generic, guarded[1], want)
			}
			if guarded[0] != guarded[2] || guarded[0] != ([lanes]uint64{0: guard, 7: guard}) {
				t.Fatal("a neighbour was written")
			}
		}
	}
}

func BenchmarkBaseParents(b *testing.B) {
	g := New(1<<30, &[32]byte{}, false)
	var base [shape.BaseParents]uint32
	b.ReportAllocs()
	for node := uint32(2); b.Loop(); node += 7919 {
		g.BaseParents(&base, node&(1<<30-1))
	}
}

func BenchmarkExpanderParents(b *testing.B) {
	g := New(1<<30, &[32]byte{}, false)
	nodes := make([]uint32, 18)
	for i := range nodes {
		nodes[i] = uint32(i) * 7919 * 7919
	}
	parents := make([][shape.ExpanderParents]uint32, len(nodes))
	b.ReportAllocs()
	for b.Loop() {
		g.ExpanderParents(parents, nodes)
	}
	b.ReportMetric(float64(b.N*len(nodes))/b.Elapsed().Seconds(), "nodes/s")
}

func BenchmarkStep(b *testing.B) {
	var f feistel
	f.init(1<<33, [32]byte{1})
	var x [lanes]uint64
	b.Run("impl=generic", func(b *testing.B) {
		b.SetBytes(lanes * 8)
		for b.Loop() {
			f.stepGeneric(&x)
		}
	})
	b.Run("impl="+stepImplementation, func(b *testing.B) {
		b.SetBytes(lanes * 8)
		for b.Loop() {
			f.step(&x)
		}
	})
}
