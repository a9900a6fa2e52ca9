package sdr

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// allParents returns the parents of every node.
func allParents(g *Graph) []Parents {
	parents := make([]Parents, g.nodes)
	g.Parents(parents, 0)
	return parents
}

// slowLayers is the labels of every layer, one at a time.
func slowLayers(replicaID *[32]byte, layers int, parents []Parents) [][][32]byte {
	var all [][][32]byte
	for layer := range layers {
		labels := make([][32]byte, len(parents))
		for node, p := range parents {
			var of [][32]byte
			for i, parent := range p {
				switch {
				case node == 0:
				case i < shape.BaseParents:
					of = append(of, labels[parent])
				case layer > 0:
					of = append(of, all[layer-1][parent])
				}
			}
			Label(&labels[node], replicaID, uint32(layer+1), uint64(node), of)
		}
		all = append(all, labels)
	}
	return all
}

// fastLayers is the labels of every sector's layers, in pieces.
func fastLayers(ids [][32]byte, layers int, parents []Parents, piece int) [][][][32]byte {
	l := new(Labeler)
	all := make([][][][32]byte, len(ids))
	layer := Layer{ReplicaIDs: ids}
	for range layers {
		layer.Number, layer.Below, layer.Labels = layer.Number+1, layer.Labels, make([][32]byte, len(parents)*len(ids))
		for at := 0; at < len(parents); at += piece {
			l.Extend(&layer, uint32(at), parents[at:min(at+piece, len(parents))])
		}
		for i := range ids {
			labels := make([][32]byte, len(parents))
			for node := range labels {
				labels[node] = layer.Labels[node*len(ids)+i]
			}
			all[i] = append(all[i], labels)
		}
	}
	return all
}

func TestExtend(t *testing.T) {
	for _, original := range []bool{true, false} {
		parents := allParents(New(128, &[32]byte{7}, original))
		var ids [][32]byte
		for i := range MostSectors {
			ids = append(ids, sha256.Sum256([]byte{byte(i)}))
		}
		var want [][][][32]byte
		for i := range ids {
			want = append(want, slowLayers(&ids[i], 3, parents))
		}
		for n := 0; n <= MostSectors; n++ {
			for _, piece := range []int{1, 7, 128} {
				if got, want := fmt.Sprintf("%x", fastLayers(ids[:n], 3, parents, piece)), fmt.Sprintf("%x", want[:n]); got != want {
					t.Fatalf("original %v, %d sectors in pieces of %d nodes differ", original, n, piece)
				}
			}
		}
	}
}

func TestExtendRefuses(t *testing.T) {
	for name, x := range map[string]struct {
		sectors int
		parents Parents
	}{
		"more sectors than there is room for":  {MostSectors + 1, Parents{}},
		"a base parent outside of the layer":   {1, Parents{64}},
		"an expander parent outside of it":     {2, Parents{13: 64}},
		"an expander parent, and many sectors": {MostSectors, Parents{13: 1<<32 - 1}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(name)
				}
			}()
			labels := make([][32]byte, 64*x.sectors)
			layer := Layer{make([][32]byte, x.sectors), 2, labels, labels}
			new(Labeler).Extend(&layer, 1, []Parents{x.parents})
		}()
	}
}

func TestPublishedLabels(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/vectors/filecoin/building-blocks/sdr_labels.json")
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var published struct {
		Vectors []struct {
			SectorSize uint64 `json:"sector_size"`
			Layers     int    `json:"layers"`
			ReplicaID  string `json:"replica_id"`
			PoRepID    string `json:"porep_id"`
			API        string `json:"api_version"`
			Label      string `json:"last_layer_last_label"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	if len(published.Vectors) == 0 {
		t.Fatal("no label in the file")
	}
	for _, v := range published.Vectors {
		var replicaID, porepID [32]byte
		if _, err := hex.Decode(replicaID[:], []byte(v.ReplicaID)); err != nil {
			t.Fatal(err)
		}
		if _, err := hex.Decode(porepID[:], []byte(v.PoRepID)); err != nil {
			t.Fatal(err)
		}
		g := New(v.SectorSize/shape.NodeSize, &porepID, v.API == "V1_0_0")
		layers := fastLayers([][32]byte{replicaID}, v.Layers, allParents(g), 1<<20)[0]
		last := layers[v.Layers-1]
		if got := hex.EncodeToString(last[len(last)-1][:]); got != v.Label {
			t.Errorf("%d bytes, %s: %s, want %s", v.SectorSize, v.API, got, v.Label)
		}
	}
}

// The digests of the caches of the network's graphs, whose porep IDs are registered
// numbers.
func TestPublishedParentCaches(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/vectors/filecoin/param-digests/sdr_parent_cache_digests.json")
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var published map[string]struct {
		SectorSize uint64 `json:"sector_size"`
		Digest     string `json:"digest"`
	}
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	digests := map[string]uint64{}
	for _, p := range published {
		digests[p.Digest] = p.SectorSize
	}
	if len(digests) != 10 {
		t.Fatalf("%d digests", len(digests))
	}
	all := os.Getenv("SDR_CHECK_ALL") != "" // 512 MiB take a minute
	for i, size := range []uint64{2 << 10, 8 << 20, 512 << 20} {
		if size > 2<<10 && testing.Short() || size > 8<<20 && !all {
			t.Logf("not run: %d bytes", size)
			continue
		}
		for _, original := range []bool{true, false} {
			porepID := [32]byte{byte(i)}
			if !original {
				porepID[0] += 5
			}
			g := New(size/shape.NodeSize, &porepID, original)
			h := sha256.New()
			const piece = 4096
			var parents [piece]Parents
			buf := make([]byte, piece*ParentsSize)
			for at := uint64(0); at < g.nodes; at += piece {
				n := min(piece, g.nodes-at)
				g.Parents(parents[:n], uint32(at))
				EncodeParents(buf, parents[:n])
				h.Write(buf[:n*uint64(ParentsSize)])
			}
			if got := hex.EncodeToString(h.Sum(nil)); digests[got] != size {
				t.Errorf("%d bytes, original %v: %s is no published digest", size, original, got)
			}
		}
	}
}

func TestDecodeParents(t *testing.T) {
	g := New(64, &[32]byte{5}, false)
	parents := allParents(g)
	encoded := make([]byte, len(parents)*ParentsSize)
	EncodeParents(encoded, parents)
	decoded := make([]Parents, len(parents))
	if !g.DecodeParents(decoded, encoded, 0) {
		t.Fatal("refused")
	}
	if fmt.Sprint(decoded) != fmt.Sprint(parents) {
		t.Fatal("not what was encoded")
	}
	for node := range parents {
		for j := range parents[node] {
			most := max(node, 1) // the first that is refused
			if j >= shape.BaseParents {
				most = 64
			}
			for _, x := range []int{most - 1, most, 1<<31 - 1} {
				bad := bytes.Clone(encoded)
				bad[node*ParentsSize+4*j] = byte(x)
				bad[node*ParentsSize+4*j+1] = byte(x >> 8)
				bad[node*ParentsSize+4*j+2] = byte(x >> 16)
				bad[node*ParentsSize+4*j+3] = byte(x >> 24)
				if got := g.DecodeParents(decoded, bad, 0); got != (x < most) {
					t.Fatalf("node %d, parent %d is %d: %v", node, j, x, got)
				}
			}
		}
	}
}

// randomInputs returns inputs of every kind.
func randomInputs(random *rand.Rand, n int) []Input {
	inputs := make([]Input, n)
	for i := range inputs {
		in := &inputs[i]
		*in = Input{ReplicaID: new([32]byte), Layer: random.Uint32(), Node: random.Uint64()}
		in.ReplicaID[random.IntN(32)] = byte(random.Uint32())
		in.Parents = make([][32]byte, []int{0, 6, 14, 14, 6, 1, 37}[random.IntN(7)])
		for j := range in.Parents {
			for k := range in.Parents[j] {
				in.Parents[j][k] = byte(random.Uint32())
			}
		}
	}
	return inputs
}

func checkLabels(t *testing.T, l *Labeler, inputs []Input) {
	t.Helper()
	got := make([][32]byte, len(inputs))
	l.Labels(got, inputs)
	for i, in := range inputs {
		var want [32]byte
		Label(&want, in.ReplicaID, in.Layer, in.Node, in.Parents)
		if got[i] != want {
			t.Fatalf("label %d of %d, with %d parents: %x, want %x", i, len(inputs), len(in.Parents), got[i], want)
		}
	}
}

func TestLabels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	l := new(Labeler)
	for n := range 70 {
		checkLabels(t, l, randomInputs(random, n))
	}
}

func FuzzLabels(f *testing.F) {
	f.Add(uint64(1), uint8(33))
	l := new(Labeler)
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		checkLabels(t, l, randomInputs(rand.New(rand.NewPCG(seed, 0)), int(n)))
	})
}

func TestLabelsAllocate(t *testing.T) {
	l := new(Labeler)
	inputs := randomInputs(rand.New(rand.NewPCG(5, 6)), 40)
	dst := make([][32]byte, len(inputs))
	if got := testing.AllocsPerRun(5, func() { l.Labels(dst, inputs) }); got != 0 {
		t.Errorf("Labels: %v allocations", got)
	}
	g := New(64, &[32]byte{}, false)
	parents := allParents(g)
	layer := Layer{make([][32]byte, 1), 2, make([][32]byte, 64), make([][32]byte, 64)}
	if got := testing.AllocsPerRun(5, func() { l.Extend(&layer, 0, parents) }); got != 0 {
		t.Errorf("Extend: %v allocations", got)
	}
	if got := testing.AllocsPerRun(5, func() { g.Parents(parents, 0) }); got != 0 {
		t.Errorf("Parents: %v allocations", got)
	}
}

// One label after another is what every implementation does without lanes: the message
// laid out, and one digest of it.
func BenchmarkLabel(b *testing.B) {
	var dst, id [32]byte
	parents := make([][32]byte, 14)
	b.ReportAllocs()
	for b.Loop() {
		Label(&dst, &id, 2, 5, parents)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "labels/s")
}

func BenchmarkExtend(b *testing.B) {
	const nodes = 1 << 18
	parents := make([]Parents, nodes)
	New(nodes, &[32]byte{}, false).Parents(parents, 0)
	l := new(Labeler)
	for _, n := range []int{1, 2, 4, 8, 12, 16} {
		b.Run(fmt.Sprintf("sectors=%d", n), func(b *testing.B) {
			layer := Layer{make([][32]byte, n), 2, make([][32]byte, n*nodes), make([][32]byte, n*nodes)}
			for i := range layer.Labels { // memory that is there
				layer.Below[i][0], layer.Labels[i][0] = 1, 1
			}
			b.ReportAllocs()
			at := 0
			const piece = 1024
			for b.Loop() {
				l.Extend(&layer, uint32(at), parents[at:at+piece])
				at = (at + piece) % nodes
			}
			b.ReportMetric(float64(b.N*n*piece)/b.Elapsed().Seconds(), "labels/s")
		})
	}
}

func BenchmarkLabels(b *testing.B) {
	l := new(Labeler)
	for _, n := range []int{1, 8, 16, 180} {
		b.Run(fmt.Sprintf("labels=%d", n), func(b *testing.B) {
			inputs := make([]Input, n)
			for i := range inputs {
				inputs[i] = Input{ReplicaID: new([32]byte), Layer: 2, Node: uint64(i), Parents: make([][32]byte, 14)}
			}
			dst := make([][32]byte, n)
			b.ReportAllocs()
			for b.Loop() {
				l.Labels(dst, inputs)
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "labels/s")
		})
	}
}

func BenchmarkParents(b *testing.B) {
	g := New(1<<30, &[32]byte{}, false)
	parents := make([]Parents, 1024)
	b.ReportAllocs()
	at := uint32(0)
	for b.Loop() {
		g.Parents(parents, at)
		at = (at + 1024) & (1<<30 - 1)
	}
	b.ReportMetric(float64(b.N*len(parents))/b.Elapsed().Seconds(), "nodes/s")
}
