package sector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poseidon"
)

func sealerOf(t testing.TB, size uint64, options Options) *Sealer {
	t.Helper()
	s, err := New(poreplication.SealConfig{SectorSize: size, PoRepID: [32]byte{77}, Version: poreplication.V1_1_0}, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sealed is a sealed sector of random data.
func sealed(t testing.TB, s *Sealer, seed uint64) (*inMemory, *Commitments) {
	t.Helper()
	task := newTask(s, newXorshift(seed, 9).sectorData(t, s.SectorSize()))
	task.Sector = seed
	c, err := s.Seal(t.Context(), &task.Task)
	if err != nil {
		t.Fatal(err)
	}
	return task, c
}

// slowSeal is sealing by the definitions, with nothing shared but the graph and the hashes.
func slowSeal(t *testing.T, s *Sealer, task *inMemory) (c Commitments, layers [][][32]byte, replica [][32]byte) {
	t.Helper()
	root := func(nodes [][32]byte, arities ...int) [32]byte {
		for i := 0; len(nodes) > 1; i++ {
			h, err := poseidon.New(arities[i])
			if err != nil {
				t.Fatal(err)
			}
			up := make([][32]byte, len(nodes)/arities[i])
			for j := range up {
				if err := h.Hash(&up[j], nodes[j*arities[i]:(j+1)*arities[i]]); err != nil {
					t.Fatal(err)
				}
			}
			nodes = up
		}
		return nodes[0]
	}
	data := nodesOf(task.data)
	if err := por.CommD().Root(&c.CommD, data, 1); err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	h.Write(task.ProverID[:])
	_ = binary.Write(h, binary.BigEndian, task.Sector)
	h.Write(task.Ticket[:])
	h.Write(c.CommD[:])
	h.Write(s.config.PoRepID[:])
	c.ReplicaID = [32]byte(h.Sum(nil))
	c.ReplicaID[31] &= 0x3f
	parents := make([]sdr.Parents, s.shape.Nodes)
	s.graph.Parents(parents, 0)
	for layer := range s.Layers() {
		labels := make([][32]byte, len(data))
		for node := range labels {
			var of [][32]byte
			for i, p := range parents[node] {
				switch {
				case node == 0:
				case i < 6:
					of = append(of, labels[p])
				case layer > 0:
					of = append(of, layers[layer-1][p])
				}
			}
			sdr.Label(&labels[node], &c.ReplicaID, uint32(layer+1), uint64(node), of)
		}
		layers = append(layers, labels)
	}
	column, err := poseidon.New(s.Layers())
	if err != nil {
		t.Fatal(err)
	}
	columns := make([][32]byte, len(data))
	replica = make([][32]byte, len(data))
	for node := range columns {
		var of [][32]byte
		for _, l := range layers {
			of = append(of, l[node])
		}
		if err := column.Hash(&columns[node], of); err != nil {
			t.Fatal(err)
		}
		if err := Encode(replica[node][:], data[node][:], layers[len(layers)-1][node][:]); err != nil {
			t.Fatal(err)
		}
	}
	arities := slices.Repeat([]int{8}, 2)
	for _, a := range []int{s.shape.Sub, s.shape.Top} {
		if a > 0 {
			arities = append(arities, a)
		}
	}
	c.CommC, c.CommRLast = root(columns, arities...), root(replica, arities...)
	c.CommR = root([][32]byte{c.CommC, c.CommRLast}, 2)
	return c, layers, replica
}

// All ways of working make one sector.
func TestWaysOfSealing(t *testing.T) {
	for _, size := range []uint64{2 << 10, 4 << 10, 16 << 10, 32 << 10} {
		if testing.Short() && size != 2<<10 && size != 32<<10 { // without levels above the base trees, and with both
			continue
		}
		var parents bytes.Buffer
		if _, err := sealerOf(t, size, Options{Workers: 2}).WriteParents(t.Context(), &parents); err != nil {
			t.Fatal(err)
		}
		for i, options := range []Options{
			{}, {Workers: 2}, {Workers: 5, ParentMemory: -1}, {ParentMemory: 1}, {ParentMemory: -1},
			{Parents: bytes.NewReader(parents.Bytes())}, {Workers: 3, Parents: bytes.NewReader(parents.Bytes()), ParentMemory: -1},
		} {
			if i > 1 && size > 4<<10 && testing.Short() {
				break
			}
			s := sealerOf(t, size, options)
			task, c := sealed(t, s, 5)
			want, layers, replica := slowSeal(t, s, task)
			if *c != want {
				t.Fatalf("%d bytes, %+v: %x, want %x", size, options, *c, want)
			}
			for l := range layers {
				if !bytes.Equal(task.layers[l], flat(layers[l])) {
					t.Fatalf("%d bytes, %+v: layer %d differs", size, options, l+1)
				}
			}
			if !bytes.Equal(task.replica, flat(replica)) {
				t.Fatalf("%d bytes, %+v: the replica differs", size, options)
			}
			checkUnseal(t, s, c.ReplicaID, task)
			rows := make([]Memory, s.Trees())
			writers := make([]io.WriterAt, s.Trees())
			for i := range rows {
				rows[i] = make(Memory, s.RowsSize())
				writers[i] = rows[i]
			}
			commRLast, err := s.CommRLast(t.Context(), task.replica, writers)
			if err != nil || commRLast != c.CommRLast {
				t.Fatalf("CommRLast %x, %v, want %x", commRLast, err, c.CommRLast)
			}
			for i := range rows {
				// All that is kept of a base tree of 64 leaves is its root.
				if got := rows[i]; len(got) != 32 || !bytes.Equal(got, task.rows[i]) || bytes.Equal(got, make([]byte, 32)) {
					t.Fatalf("rows %x, sealed with %x", got, task.rows[i])
				}
			}
			again, err := CommR(c.CommC, commRLast)
			if err != nil || again != c.CommR {
				t.Fatalf("CommR %x, %v, want %x", again, err, c.CommR)
			}
		}
	}
}

// Large sectors have eleven layers, whatever their size would be.
func TestElevenLayers(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{})
	s.shape.Layers = 11
	task, c := sealed(t, s, 5)
	want, layers, replica := slowSeal(t, s, task)
	if *c != want || !bytes.Equal(task.layers[10], flat(layers[10])) || !bytes.Equal(task.replica, flat(replica)) {
		t.Fatalf("%x, want %x", *c, want)
	}
	checkUnseal(t, s, c.ReplicaID, task)
}

// Several sectors side by side have the labels that each has alone.
func TestLabelsOfSectors(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{Workers: 2})
	var ids [][32]byte
	var layers [][]io.WriterAt
	var files [][]Memory
	for i := range MostSectors {
		id := sha256.Sum256([]byte{byte(i)})
		id[31] &= 0x3f
		ids = append(ids, id)
		files = append(files, []Memory{make(Memory, s.SectorSize()), make(Memory, s.SectorSize())})
		layers = append(layers, []io.WriterAt{files[i][0], files[i][1]})
	}
	layers[3][0] = nil // is not wanted
	if err := s.Labels(t.Context(), ids, layers); err != nil {
		t.Fatal(err)
	}
	for i := range ids {
		alone := []Memory{make(Memory, s.SectorSize()), make(Memory, s.SectorSize())}
		if err := s.Labels(t.Context(), ids[i:i+1], [][]io.WriterAt{{alone[0], alone[1]}}); err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			alone[0] = make(Memory, s.SectorSize())
		}
		if !bytes.Equal(files[i][0], alone[0]) || !bytes.Equal(files[i][1], alone[1]) {
			t.Fatalf("sector %d differs", i)
		}
	}
	if err := s.Labels(t.Context(), nil, nil); err != nil {
		t.Errorf("no sectors: %v", err)
	}
}

// Files on a disk do as well as memory, and hold the same.
func TestFiles(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{Workers: 2})
	want, c := sealed(t, s, 3)
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	replica, data := open("replica"), open("data")
	if _, err := data.Write(want.data); err != nil {
		t.Fatal(err)
	}
	task := Task{Sector: 3, Data: data, Replica: replica, Layers: []File{open("layer 1"), open("layer 2")}, Rows: []io.WriterAt{open("rows 0"), open("rows 1")}}
	got, err := s.Seal(t.Context(), &task)
	if err != nil || *got != *c {
		t.Fatalf("%+v, %v, want %+v", got, err, c)
	}
	for name, b := range map[string]Memory{"replica": want.replica, "layer 1": want.layers[0], "layer 2": want.layers[1], "rows 0": want.rows[0], "rows 1": want.rows[1]} {
		if on, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(on, b) {
			t.Errorf("%s differs: %v", name, err)
		}
	}
}

func TestParentCacheDigest(t *testing.T) {
	s, err := New(poreplication.SealConfig{SectorSize: 2 << 10, PoRepID: [32]byte{5}, Version: poreplication.V1_1_0}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	digest, err := s.WriteParents(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	// The published digest of the cache of sectors of 2 KiB.
	const want = "840057702eea7652cf97e04306c30fe57174714d90de156a25eddd6075c25b97"
	if got := hex.EncodeToString(digest[:]); got != want || digest != sha256.Sum256(b.Bytes()) {
		t.Errorf("%s, want %s", got, want)
	}
}

func wantError(t *testing.T, name string, err, class error) {
	t.Helper()
	var e *depinproof.Error
	if !errors.Is(err, class) || !errors.As(err, &e) || e.Op == "" {
		t.Errorf("%s: %v, want %v", name, err, class)
	}
}

func TestConfigurations(t *testing.T) {
	config := poreplication.SealConfig{SectorSize: 2 << 10, Version: poreplication.V1_2_0}
	for _, size := range []uint64{0, 1, 2047, 2049, 1 << 10, 8 << 10, 1 << 40, math.MaxUint64} {
		config.SectorSize = size
		_, err := New(config, Options{})
		wantError(t, fmt.Sprint(size, " bytes"), err, depinproof.ErrMalformed)
		// So it is to those who verify.
		_, err = poreplication.SealPublicInputs(&poreplication.SealInfo{Config: &config})
		wantError(t, fmt.Sprint("a seal of ", size, " bytes"), err, depinproof.ErrMalformed)
	}
	config.SectorSize = 2 << 10
	for _, v := range []poreplication.Version{0, 4, 255} {
		config.Version = v
		_, err := New(config, Options{})
		wantError(t, fmt.Sprint("version ", v), err, depinproof.ErrMalformed)
	}
	for p := poreplication.RegisteredSealProof(0); p < 20; p++ {
		config, err := p.Config()
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(config, Options{})
		if err != nil || s.SectorSize() != config.SectorSize {
			t.Errorf("%v: %v", p, err)
		}
	}
}

// order is the least integer that is no field element.
var order = func() (b [32]byte) {
	copy(b[:], "\x01\x00\x00\x00\xff\xff\xff\xff\xfe\x5b\xfe\xff\x02\xa4\xbd\x53\x05\xd8\xa1\x09\x08\xd8\x39\x33\x48\x7d\x9d\x29\x53\xa7\xed\x73")
	return b
}()

func with(m Memory, node int, x [32]byte) Memory {
	m = bytes.Clone(m)
	copy(m[32*node:], x[:])
	return m
}

func TestHostileFiles(t *testing.T) {
	for _, workers := range []int{3, 1} {
		if workers == 1 && testing.Short() {
			break
		}
		s := sealerOf(t, 4<<10, Options{Workers: workers})
		task, c := sealed(t, s, 1)
		ctx := t.Context()
		key, sink := task.layers[1], make(Memory, 4<<10)
		commDNew, err := s.CommD(ctx, task.data)
		if err != nil {
			t.Fatal(err)
		}
		// verbs do everything with data, replica and layer as given.
		verbs := map[string]func(data, replica, layer Memory) error{
			"CommD": func(data, _, _ Memory) error { _, err := s.CommD(ctx, data); return err },
			"CommRLast": func(_, replica, _ Memory) error {
				_, err := s.CommRLast(ctx, replica, nil)
				return err
			},
			"CommC": func(_, _, layer Memory) error {
				_, err := s.CommC(ctx, []io.ReaderAt{task.layers[0], layer})
				return err
			},
			"Encode": func(data, _, layer Memory) error { _, err := s.Encode(ctx, sink, data, layer, nil); return err },
			"Decode": func(_, replica, layer Memory) error {
				return s.Decode(ctx, io.Discard, replica, layer, 0, 4<<10)
			},
			"Unseal": func(_, replica, _ Memory) error {
				return s.Unseal(ctx, io.Discard, c.ReplicaID, replica, 0, 4<<10)
			},
			"Seal": func(data, _, _ Memory) error {
				task := newTask(s, data)
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Update": func(data, replica, _ Memory) error {
				_, err := s.Update(ctx, &UpdateTask{Old: c, OldReplica: replica, Data: data, Replica: sink})
				return err
			},
			"DecodeUpdate": func(_, replica, layer Memory) error {
				return s.DecodeUpdate(ctx, sink, replica, layer, commDNew, c.CommR)
			},
			"RemoveUpdate": func(data, replica, _ Memory) error {
				return s.RemoveUpdate(ctx, sink, replica, data, commDNew, c.CommR)
			},
		}
		uses := map[string]string{
			"CommD": "d", "CommRLast": "r", "CommC": "l", "Encode": "dl", "Decode": "rl", "Unseal": "r", "Seal": "d",
			"Update": "dr", "DecodeUpdate": "rl", "RemoveUpdate": "dr",
		}
		for name, verb := range verbs {
			if err := verb(task.data, task.replica, key); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for i, m := range []Memory{task.data, task.replica, key} {
				used := bytes.Contains([]byte(uses[name]), []byte{"drl"[i]})
				bad := []Memory{nil, m[:len(m)-1], m[:32]}
				for _, node := range []int{0, 63, 64, 127} {
					bad = append(bad, with(m, node, order), with(m, node, [32]byte{31: 0xff}))
				}
				for j, b := range bad {
					files := []Memory{task.data, task.replica, key}
					files[i] = b
					err := verb(files[0], files[1], files[2])
					if !used {
						if err != nil {
							t.Errorf("%s minds file %d: %v", name, i, err)
						}
						continue
					}
					wantError(t, fmt.Sprintf("%s, file %d, case %d", name, i, j), err, depinproof.ErrMalformed)
				}
				// What is behind a sector is not read.
				files := []Memory{task.data, task.replica, key}
				files[i] = append(bytes.Clone(m), order[:]...)
				if err := verb(files[0], files[1], files[2]); err != nil {
					t.Errorf("%s with more bytes: %v", name, err)
				}
			}
		}
	}
}

// What is wrong with a label says which it is.
func TestBadLabel(t *testing.T) {
	s := sealerOf(t, 32<<10, Options{}) // so that the first fault is found first
	for layer := range s.Layers() {
		for _, node := range []int{0, 511, 1023} {
			layers := make([]io.ReaderAt, s.Layers())
			for i := range layers {
				layers[i] = Zeros{}
			}
			layers[layer] = with(make(Memory, 32<<10), node, order)
			_, err := s.CommC(t.Context(), layers)
			wantError(t, "CommC", err, depinproof.ErrMalformed)
			want := fmt.Sprintf("node %d of the file of layer %d is", node, layer+1)
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
			layers[layer] = make(Memory, 32*node)
			_, err = s.CommC(t.Context(), layers)
			wantError(t, "CommC", err, depinproof.ErrMalformed)
			want = fmt.Sprintf("file of layer %d ends after %d bytes", layer+1, 32*node)
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	}
}

func TestHostileArguments(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{})
	task, c := sealed(t, s, 1)
	ctx := t.Context()
	rows := []io.WriterAt{make(Memory, 32)}
	commRLast := func(rows []io.WriterAt) error { _, err := s.CommRLast(ctx, task.replica, rows); return err }
	wantError(t, "one file of rows", commRLast(rows), depinproof.ErrMalformed)
	wantError(t, "no file of rows", commRLast([]io.WriterAt{}), depinproof.ErrMalformed)
	for n := range 4 {
		if n == 2 {
			continue
		}
		bad := *task
		bad.Layers = append(bad.Layers, bad.Layers...)[:n]
		_, err := s.Seal(ctx, &bad.Task)
		wantError(t, "layers of Seal", err, depinproof.ErrMalformed)
		_, err = s.CommC(ctx, make([]io.ReaderAt, n))
		wantError(t, "layers of CommC", err, depinproof.ErrMalformed)
		wantError(t, "layers of Labels", s.Labels(ctx, [][32]byte{{}}, [][]io.WriterAt{make([]io.WriterAt, n)}), depinproof.ErrMalformed)
	}
	bad := *task
	bad.Rows = rows
	_, err := s.Seal(ctx, &bad.Task)
	wantError(t, "rows of Seal", err, depinproof.ErrMalformed)
	many := make([][]io.WriterAt, MostSectors+1)
	for i := range many {
		many[i] = make([]io.WriterAt, 2)
	}
	wantError(t, "many sectors", s.Labels(ctx, make([][32]byte, len(many)), many), depinproof.ErrUnsupported)
	wantError(t, "other layers", s.Labels(ctx, make([][32]byte, 2), many[:1]), depinproof.ErrMalformed)
	wantError(t, "a replica ID", s.Labels(ctx, [][32]byte{{31: 0x40}}, many[:1]), depinproof.ErrMalformed)
	wantError(t, "a replica ID", s.Unseal(ctx, io.Discard, order, task.replica, 0, 32), depinproof.ErrMalformed)
	for _, r := range [][2]uint64{{1, 32}, {0, 31}, {0, 4097}, {4096, 32}, {4128, 0}, {math.MaxUint64 - 31, 64}, {32, math.MaxUint64 - 31}, {math.MaxUint64, 1}} {
		wantError(t, fmt.Sprint(r), s.Unseal(ctx, io.Discard, c.ReplicaID, task.replica, r[0], r[1]), depinproof.ErrMalformed)
		wantError(t, fmt.Sprint(r), s.Decode(ctx, io.Discard, task.replica, task.layers[1], r[0], r[1]), depinproof.ErrMalformed)
	}
	_, err = CommR(order, c.CommRLast)
	wantError(t, "CommR", err, depinproof.ErrMalformed)
	_, err = CommR(c.CommC, order)
	wantError(t, "CommR", err, depinproof.ErrMalformed)
	_, err = s.Update(ctx, &UpdateTask{Old: c, OldReplica: task.replica, Data: task.data, Replica: make(Memory, 4<<10), Rows: rows})
	wantError(t, "rows of Update", err, depinproof.ErrMalformed)
	_, err = s.UpdateKey(order, c.CommR)
	wantError(t, "UpdateKey", err, depinproof.ErrMalformed)
	_, err = sealerOf(t, 1<<30, Options{}).UpdateKey(c.CommD, c.CommR)
	wantError(t, "UpdateKey of 1 GiB", err, depinproof.ErrMalformed)
	_, err = poreplication.ReplicaUpdatePublicInputs(&poreplication.ReplicaUpdateInfo{Config: &poreplication.UpdateConfig{SectorSize: 1 << 30}})
	wantError(t, "public inputs of an update of 1 GiB", err, depinproof.ErrMalformed)
	_, err = sealerOf(t, 1<<30, Options{}).Update(ctx, &UpdateTask{Old: c, OldReplica: Zeros{}, Data: Zeros{}, Replica: make(Memory, 1)})
	wantError(t, "Update of 1 GiB", err, depinproof.ErrMalformed)
	k, err := s.UpdateKey(c.CommD, c.CommR)
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Rho(128)
	wantError(t, "Rho", err, depinproof.ErrMalformed)
	a, b := make([]byte, 64), make([]byte, 32)
	notThere := func(name string, f func(dst, x, y []byte, first uint64) error) {
		t.Helper()
		wantError(t, name, f(a, a, b, 0), depinproof.ErrMalformed)
		wantError(t, name, f(a, b, a, 0), depinproof.ErrMalformed)
		wantError(t, name, f(b[:31], b[:31], b[:31], 0), depinproof.ErrMalformed)
		wantError(t, name, f(b, order[:], b, 0), depinproof.ErrMalformed)
		wantError(t, name, f(b, b, order[:], 0), depinproof.ErrMalformed)
	}
	for name, f := range map[string]func(dst, x, y []byte, first uint64) error{"Encode": k.Encode, "Decode": k.Decode, "Remove": k.Remove} {
		notThere(name, f)
		wantError(t, name, f(a, a, a, 127), depinproof.ErrMalformed)
		wantError(t, name, f(a, a, a, math.MaxUint64), depinproof.ErrMalformed)
		if err := f(a, a, a, 126); err != nil {
			t.Error(err)
		}
	}
	notThere("Encode", func(dst, x, y []byte, _ uint64) error { return Encode(dst, x, y) })
	notThere("Decode", func(dst, x, y []byte, _ uint64) error { return Decode(dst, x, y) })
}

// A cache of parents that is none is refused or gives other labels, and nothing worse.
func TestHostileParents(t *testing.T) {
	plain := sealerOf(t, 2<<10, Options{})
	var b bytes.Buffer
	if _, err := plain.WriteParents(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	_, want := sealed(t, plain, 1)
	seal := func(parents []byte, keep int64) (*Commitments, error) {
		s := sealerOf(t, 2<<10, Options{Parents: bytes.NewReader(parents), ParentMemory: keep})
		task := newTask(s, newXorshift(1, 9).sectorData(t, s.SectorSize()))
		task.Sector = 1
		return s.Seal(t.Context(), &task.Task)
	}
	for _, keep := range []int64{0, -1} {
		if got, err := seal(b.Bytes(), keep); err != nil || *got != *want {
			t.Fatalf("%v, %v", got, err)
		}
		for _, n := range []int{0, 1, b.Len() - 1} {
			_, err := seal(b.Bytes()[:n], keep)
			wantError(t, "a cut cache", err, depinproof.ErrMalformed)
		}
		for _, at := range []int{0, 4 * 6, 56 * 40, 56*40 + 4*13, b.Len() - 4} {
			bad := bytes.Clone(b.Bytes())
			binary.LittleEndian.PutUint32(bad[at:], 64)
			_, err := seal(bad, keep)
			wantError(t, fmt.Sprint("byte ", at), err, depinproof.ErrMalformed)
		}
		other := bytes.Clone(b.Bytes())
		binary.LittleEndian.PutUint32(other[56*40:], 7)
		if got, err := seal(other, keep); err != nil || got.CommD != want.CommD || got.CommC == want.CommC {
			t.Errorf("another parent: %v, %v", got, err)
		}
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error)  { return 0, errBroken }
func (broken) WriteAt([]byte, int64) (int, error) { return 0, errBroken }

type lazy struct{}

func (lazy) ReadAt([]byte, int64) (int, error)  { return 0, nil }
func (lazy) WriteAt([]byte, int64) (int, error) { return 0, nil }

// Errors of files are passed on, wherever they happen.
func TestBrokenFiles(t *testing.T) {
	for _, workers := range []int{1, 2} {
		s := sealerOf(t, 4<<10, Options{Workers: workers, ParentMemory: -1})
		good, c := sealed(t, s, 1)
		ctx := t.Context()
		for name, f := range map[string]func(File) error{
			"Data": func(f File) error {
				task := newTask(s, good.data)
				task.Data = f
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Replica": func(f File) error {
				task := newTask(s, good.data)
				task.Replica = f
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Layer 1": func(f File) error {
				task := newTask(s, good.data)
				task.Layers[0] = f
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Layer 2": func(f File) error {
				task := newTask(s, good.data)
				task.Layers[1] = f
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Rows": func(f File) error {
				task := newTask(s, good.data)
				task.Rows[1] = f
				_, err := s.Seal(ctx, &task.Task)
				return err
			},
			"Parents": func(f File) error {
				s := sealerOf(t, 4<<10, Options{Workers: workers, Parents: f})
				_, err := s.Seal(ctx, &newTask(s, good.data).Task)
				return err
			},
			"Unseal": func(f File) error { return s.Unseal(ctx, io.Discard, c.ReplicaID, f, 0, 64) },
			"Decode": func(f File) error { return s.Decode(ctx, io.Discard, good.replica, f, 0, 64) },
			"old": func(f File) error {
				_, err := s.Update(ctx, &UpdateTask{Old: c, OldReplica: f, Data: good.data, Replica: good.replica})
				return err
			},
			"new": func(f File) error {
				_, err := s.Update(ctx, &UpdateTask{Old: c, OldReplica: good.replica, Data: good.data, Replica: f})
				return err
			},
			"DecodeUpdate": func(f File) error { return s.DecodeUpdate(ctx, f, good.replica, good.replica, c.CommD, c.CommR) },
			"RemoveUpdate": func(f File) error { return s.RemoveUpdate(ctx, f, good.replica, good.data, c.CommD, c.CommR) },
		} {
			if err := f(broken{}); err != errBroken {
				t.Errorf("%s: %v", name, err)
			}
			if err := f(lazy{}); err != io.ErrNoProgress && err != io.ErrShortWrite {
				t.Errorf("%s does nothing: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"Unseal": s.Unseal(ctx, writer{}, c.ReplicaID, good.replica, 0, 64),
			"Decode": s.Decode(ctx, writer{}, good.replica, good.layers[1], 0, 64),
		} {
			if err != errBroken {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.WriteParents(ctx, writer{}); err != errBroken {
			t.Error(err)
		}
	}
}

type writer struct{}

func (writer) Write([]byte) (int, error) { return 0, errBroken }

// Work stops when its context does, at whatever piece of it, with the context's error.
func TestCancel(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for stop := range 8 {
			if stop%3 != 0 && testing.Short() {
				continue
			}
			ctx, cancel := context.WithCancel(t.Context())
			told := 0
			s := sealerOf(t, 32<<10, Options{Workers: workers, ParentMemory: -1, Progress: func(Progress) {
				if told == stop {
					cancel()
				}
				told++
			}})
			before := runtime.NumGoroutine()
			task := newTask(s, newXorshift(1, 9).sectorData(t, s.SectorSize()))
			_, err := s.Seal(ctx, &task.Task)
			if err != context.Canceled {
				t.Errorf("%d workers, stopped after %d: %v", workers, stop, err)
			}
			if after := runtime.NumGoroutine(); after > before+1 { // the context's own may linger
				t.Errorf("%d goroutines left", after-before)
			}
			cancel()
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := sealerOf(t, 4<<10, Options{})
	task, c := sealed(t, s, 1)
	_, commD := s.CommD(ctx, task.data)
	_, commC := s.CommC(ctx, []io.ReaderAt{task.layers[0], task.layers[1]})
	_, commRLast := s.CommRLast(ctx, task.replica, nil)
	_, encode := s.Encode(ctx, task.replica, task.data, task.layers[1], nil)
	_, update := s.Update(ctx, &UpdateTask{Old: c, OldReplica: task.replica, Data: task.data, Replica: task.replica})
	_, parents := s.WriteParents(ctx, io.Discard)
	for i, err := range []error{
		commD, commC, commRLast, encode, update, parents,
		s.Labels(ctx, [][32]byte{c.ReplicaID}, [][]io.WriterAt{{nil, nil}}),
		s.Unseal(ctx, io.Discard, c.ReplicaID, task.replica, 0, 32),
		s.Decode(ctx, io.Discard, task.replica, task.layers[1], 0, 32),
		s.DecodeUpdate(ctx, make(Memory, 4<<10), task.replica, task.replica, c.CommD, c.CommR),
		s.RemoveUpdate(ctx, make(Memory, 4<<10), task.replica, task.data, c.CommD, c.CommR),
	} {
		if err != context.Canceled {
			t.Errorf("verb %d: %v", i, err)
		}
	}
}

// With one worker nothing runs beside the caller.
func TestOneWorker(t *testing.T) {
	before := runtime.NumGoroutine()
	s := sealerOf(t, 32<<10, Options{ParentMemory: -1, Progress: func(Progress) {
		if now := runtime.NumGoroutine(); now > before {
			t.Errorf("%d goroutines more", now-before)
		}
	}})
	sealed(t, s, 1)
}

func TestProgress(t *testing.T) {
	var got []Progress
	s := sealerOf(t, 4<<10, Options{Workers: 2, Progress: func(p Progress) { got = append(got, p) }})
	task, c := sealed(t, s, 1)
	if err := s.Unseal(t.Context(), io.Discard, c.ReplicaID, task.replica, 64, 64); err != nil {
		t.Fatal(err)
	}
	if _, err := s.WriteParents(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	want := []Progress{
		{StageData, 0, 128, 128}, {StageLabels, 1, 128, 128}, {StageLabels, 2, 128, 128},
		{StageColumns, 0, 64, 128}, {StageColumns, 0, 128, 128}, {StageReplica, 0, 64, 128}, {StageReplica, 0, 128, 128},
		{StageLabels, 1, 128, 128}, {StageReplica, 0, 2, 2}, {StageLabels, 2, 128, 128},
		{StageParents, 0, 128, 128},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A sector's labels need more memory than there can be on machines of 32 bits.
func TestLabelsOfLargeSectors(t *testing.T) {
	if math.MaxInt > 1<<40 {
		t.Skip("not run: a machine of 64 bits")
	}
	s := sealerOf(t, 32<<30, Options{})
	wantError(t, "32 GiB", s.Labels(t.Context(), [][32]byte{{}}, [][]io.WriterAt{make([]io.WriterAt, 11)}), depinproof.ErrUnsupported)
}

func TestMemory(t *testing.T) {
	m := make(Memory, 8)
	if n, err := m.WriteAt([]byte("abc"), 6); n != 2 || err != io.ErrShortWrite {
		t.Error(n, err)
	}
	if n, err := m.WriteAt([]byte("a"), 9); n != 0 || err != io.ErrShortWrite {
		t.Error(n, err)
	}
	b := make([]byte, 3)
	if n, err := m.ReadAt(b, 6); n != 2 || err != io.EOF || string(b[:2]) != "ab" {
		t.Error(n, err)
	}
	if _, err := m.ReadAt(b, -1); err == nil {
		t.Error("read at -1")
	}
	if _, err := m.WriteAt(b, -1); err == nil {
		t.Error("written at -1")
	}
	if n, err := m.ReadAt(b, 100); n != 0 || err != io.EOF {
		t.Error(n, err)
	}
}

// The rows of a larger tree, all of which are hashes of those below.
func TestRows(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("not run: takes long")
	}
	s := sealerOf(t, 8<<20, Options{Workers: 2})
	replica := Memory(newXorshift(1, 2).sectorData(t, s.SectorSize()))
	rows := make(Memory, s.RowsSize())
	root, err := s.CommRLast(t.Context(), replica, []io.WriterAt{rows})
	if err != nil {
		t.Fatal(err)
	}
	h, err := poseidon.New(8)
	if err != nil {
		t.Fatal(err)
	}
	nodes := nodesOf(rows)
	if len(nodes) != 512+64+8+1 || nodes[len(nodes)-1] != root {
		t.Fatalf("%d nodes, root %x", len(nodes), root)
	}
	for i := range nodes[512:] {
		var want [32]byte
		if err := h.Hash(&want, nodes[8*i:8*i+8]); err != nil {
			t.Fatal(err)
		}
		if nodes[512+i] != want {
			t.Fatalf("node %d", 512+i)
		}
	}
	for _, i := range []int{0, 1, 511} {
		leaves := nodesOf(replica)[512*i : 512*i+512]
		for range 3 {
			up := make([][32]byte, len(leaves)/8)
			if err := h.HashNodes(up, leaves); err != nil {
				t.Fatal(err)
			}
			leaves = up
		}
		if nodes[i] != leaves[0] {
			t.Fatalf("node %d", i)
		}
	}
}

// Every bit of a replica and of its commitments counts.
func TestVerifyReplica(t *testing.T) {
	s := sealerOf(t, 2<<10, Options{})
	task, c := sealed(t, s, 1)
	ctx := t.Context()
	verify := func(class error) {
		t.Helper()
		err := s.VerifyReplica(ctx, task.replica, c.CommC, c.CommR)
		if class == nil {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		wantError(t, "VerifyReplica", err, class)
	}
	verify(nil)
	step := 1
	if testing.Short() {
		step = 61
	}
	for _, b := range [][]byte{task.replica, c.CommC[:], c.CommR[:]} {
		for bit := 0; bit < 8*len(b); bit += step {
			b[bit/8] ^= 1 << (bit % 8)
			class := depinproof.ErrInvalidProof
			if bls12381.CheckNodes(nodesOf(b)) >= 0 {
				class = depinproof.ErrMalformed
			}
			verify(class)
			b[bit/8] ^= 1 << (bit % 8)
		}
	}
	verify(nil)
	for _, m := range []Memory{nil, task.replica[:2047], task.replica[:32]} {
		wantError(t, "cut off", s.VerifyReplica(ctx, m, c.CommC, c.CommR), depinproof.ErrMalformed)
	}
	if err := s.VerifyReplica(ctx, broken{}, c.CommC, c.CommR); err != errBroken {
		t.Error(err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.VerifyReplica(stopped, task.replica, c.CommC, c.CommR); err != context.Canceled {
		t.Error(err)
	}
}

// What is above the nodes that pieces lead to stops, too.
func TestCancelAbove(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		s := sealerOf(t, 8<<20, Options{Workers: workers, Progress: func(p Progress) {
			if p.Done == p.Total {
				cancel()
			}
		}})
		if _, err := s.CommRLast(ctx, Zeros{}, nil); err != context.Canceled {
			t.Errorf("CommRLast, %d workers: %v", workers, err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		if _, err := s.CommD(ctx, Zeros{}); err != context.Canceled {
			t.Errorf("CommD, %d workers: %v", workers, err)
		}
		cancel()
	}
}

// Commitments that do not belong together are found out before anything is read or written.
func TestUpdateCommitments(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{})
	task, c := sealed(t, s, 1)
	_, other := sealed(t, s, 2)
	update := func(old Commitments, replica Memory) error {
		_, err := s.Update(t.Context(), &UpdateTask{Old: &old, OldReplica: task.replica, Data: task.data, Replica: replica})
		return err
	}
	if err := update(Commitments{CommC: c.CommC, CommRLast: c.CommRLast, CommR: c.CommR}, make(Memory, 4<<10)); err != nil {
		t.Fatal(err)
	}
	bad := map[string]Commitments{
		"CommR and CommC swapped":     {CommC: c.CommR, CommRLast: c.CommRLast, CommR: c.CommC},
		"CommR and CommRLast swapped": {CommC: c.CommC, CommRLast: c.CommR, CommR: c.CommRLast},
		"CommC and CommRLast swapped": {CommC: c.CommRLast, CommRLast: c.CommC, CommR: c.CommR},
		"another CommR":               {CommC: c.CommC, CommRLast: c.CommRLast, CommR: other.CommR},
		"another CommC":               {CommC: other.CommC, CommRLast: c.CommRLast, CommR: c.CommR},
		"another CommRLast":           {CommC: c.CommC, CommRLast: other.CommRLast, CommR: c.CommR},
		"CommC not an element":        {CommC: order, CommRLast: c.CommRLast, CommR: c.CommR},
		"CommRLast not an element":    {CommC: c.CommC, CommRLast: order, CommR: c.CommR},
		"CommR not an element":        {CommC: c.CommC, CommRLast: c.CommRLast, CommR: order},
		"nothing":                     {},
	}
	for bit := range 256 {
		for i, name := range []string{"CommC", "CommRLast", "CommR"} {
			flipped := *c
			[]*[32]byte{&flipped.CommC, &flipped.CommRLast, &flipped.CommR}[i][bit/8] ^= 1 << (bit % 8)
			bad[fmt.Sprintf("bit %d of %s", bit, name)] = flipped
		}
	}
	untouched := make(Memory, 4<<10)
	for name, old := range bad {
		wantError(t, name, update(old, untouched), depinproof.ErrMalformed)
	}
	if !bytes.Equal(untouched, make(Memory, 4<<10)) {
		t.Error("something was written")
	}
}

// The zero Sealer, and files that are none.
func TestNothing(t *testing.T) {
	s, ctx := new(Sealer), t.Context()
	_, seal := s.Seal(ctx, &Task{Data: Zeros{}})
	_, commD := s.CommD(ctx, Zeros{})
	_, commC := s.CommC(ctx, nil)
	_, layers := s.CommC(ctx, make([]io.ReaderAt, 2))
	_, commRLast := s.CommRLast(ctx, Zeros{}, nil)
	_, rows := s.CommRLast(ctx, Zeros{}, make([]io.WriterAt, 2))
	_, whole := s.Seal(ctx, &newTask(sealerOf(t, 2<<10, Options{}), make(Memory, 2<<10)).Task)
	_, encode := s.Encode(ctx, Memory{}, Zeros{}, Zeros{}, nil)
	_, update := s.Update(ctx, &UpdateTask{Old: &Commitments{}, OldReplica: Zeros{}, Data: Zeros{}, Replica: Memory{}})
	_, key := s.UpdateKey([32]byte{}, [32]byte{})
	_, parents := s.WriteParents(ctx, io.Discard)
	for i, err := range []error{
		seal, commD, commC, commRLast, encode, update, key, parents, layers, rows, whole,
		s.Labels(ctx, make([][32]byte, 1), [][]io.WriterAt{make([]io.WriterAt, 2)}),
		s.Labels(ctx, nil, nil), s.Labels(ctx, make([][32]byte, 1), make([][]io.WriterAt, 1)),
		s.Unseal(ctx, io.Discard, [32]byte{}, Zeros{}, 0, 0), s.Decode(ctx, io.Discard, Zeros{}, Zeros{}, 0, 0),
		s.DecodeUpdate(ctx, Memory{}, Zeros{}, Zeros{}, [32]byte{}, [32]byte{}),
		s.RemoveUpdate(ctx, Memory{}, Zeros{}, Zeros{}, [32]byte{}, [32]byte{}),
		s.VerifyReplica(ctx, Zeros{}, [32]byte{}, [32]byte{}),
	} {
		wantError(t, fmt.Sprint("verb ", i), err, depinproof.ErrUnsupported)
	}
	if n := s.Layers() + int(s.SectorSize()+s.RowsSize()); n != 0 {
		t.Error(n)
	}

	s = sealerOf(t, 2<<10, Options{})
	_, seal = s.Seal(ctx, &Task{Layers: make([]File, 2)})
	_, commD = s.CommD(ctx, nil)
	_, commC = s.CommC(ctx, make([]io.ReaderAt, 2))
	_, commRLast = s.CommRLast(ctx, Zeros{}, make([]io.WriterAt, 1))
	for i, err := range []error{seal, commD, commC, commRLast, s.VerifyReplica(ctx, nil, [32]byte{}, [32]byte{})} {
		wantError(t, fmt.Sprint("verb ", i), err, depinproof.ErrMalformed)
	}
}

// An error has the name of the function or method in the documentation.
func TestOps(t *testing.T) {
	ctx, zero := t.Context(), new(Sealer)
	s := sealerOf(t, 2<<10, Options{})
	k, err := s.UpdateKey([32]byte{}, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	_, made := New(poreplication.SealConfig{}, Options{})
	_, commR := CommR(order, order)
	_, seal := zero.Seal(ctx, nil)
	_, commD := zero.CommD(ctx, nil)
	_, commC := zero.CommC(ctx, nil)
	_, commRLast := zero.CommRLast(ctx, nil, nil)
	_, encode := zero.Encode(ctx, nil, nil, nil, nil)
	_, parents := zero.WriteParents(ctx, nil)
	_, key := zero.UpdateKey([32]byte{}, [32]byte{})
	_, update := zero.Update(ctx, nil)
	_, rho := k.Rho(1 << 10)
	_, read := io.ReadAll(UnpadReader(bytes.NewReader(make([]byte, 1))))
	w := UnpadWriter(io.Discard)
	_, _ = w.Write(make([]byte, 1))
	for op, err := range map[string]error{
		"New": made, "CommR": commR, "Encode": Encode(nil, nil, make([]byte, 1)), "Decode": Decode(nil, nil, make([]byte, 1)),
		"Sealer.Seal": seal, "Sealer.CommD": commD, "Sealer.CommC": commC, "Sealer.CommRLast": commRLast,
		"Sealer.Encode": encode, "Sealer.WriteParents": parents, "Sealer.UpdateKey": key, "Sealer.Update": update,
		"Sealer.Decode": zero.Decode(ctx, nil, nil, nil, 0, 0), "Sealer.Unseal": zero.Unseal(ctx, nil, [32]byte{}, nil, 0, 0),
		"Sealer.Labels":        zero.Labels(ctx, nil, nil),
		"Sealer.DecodeUpdate":  zero.DecodeUpdate(ctx, nil, nil, nil, [32]byte{}, [32]byte{}),
		"Sealer.RemoveUpdate":  zero.RemoveUpdate(ctx, nil, nil, nil, [32]byte{}, [32]byte{}),
		"Sealer.VerifyReplica": zero.VerifyReplica(ctx, nil, [32]byte{}, [32]byte{}),
		"UpdateKey.Encode":     k.Encode(nil, nil, nil, math.MaxUint64),
		"UpdateKey.Decode":     k.Decode(nil, nil, nil, math.MaxUint64),
		"UpdateKey.Remove":     k.Remove(nil, nil, nil, math.MaxUint64),
		"UpdateKey.Rho":        rho,
		"UnpadReader":          read,
		"UnpadWriter":          w.Close(),
	} {
		var e *depinproof.Error
		if !errors.As(err, &e) || e.Op != "sector."+op {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// What a call lacks is not found out after hours.
func TestLacking(t *testing.T) {
	worked := false
	s := sealerOf(t, 4<<10, Options{Progress: func(Progress) { worked = true }})
	good, c := sealed(t, s, 1)
	ctx := t.Context()
	without := func(change func(task *Task)) func() error {
		task := newTask(s, good.data).Task
		change(&task)
		return func() error { _, err := s.Seal(ctx, &task); return err }
	}
	updateWithout := func(change func(task *UpdateTask)) func() error {
		task := &UpdateTask{Old: c, OldReplica: good.replica, Data: good.data, Replica: make(Memory, 4<<10)}
		change(task)
		return func() error { _, err := s.Update(ctx, task); return err }
	}
	for name, f := range map[string]func() error{
		"task":              func() error { _, err := s.Seal(ctx, nil); return err },
		"data":              without(func(task *Task) { task.Data = nil }),
		"first layer":       without(func(task *Task) { task.Layers[0] = nil }),
		"last layer":        without(func(task *Task) { task.Layers[1] = nil }),
		"replica":           without(func(task *Task) { task.Replica = nil }),
		"rows":              without(func(task *Task) { task.Rows[1] = nil }),
		"writer":            func() error { return s.Unseal(ctx, nil, c.ReplicaID, good.replica, 0, 64) },
		"replica of Unseal": func() error { return s.Unseal(ctx, io.Discard, c.ReplicaID, nil, 0, 64) },
		"writer of Decode":  func() error { return s.Decode(ctx, nil, good.replica, good.layers[1], 0, 64) },
		"task of Update":    func() error { _, err := s.Update(ctx, nil); return err },
		"commitments":       updateWithout(func(task *UpdateTask) { task.Old = nil }),
		"old replica":       updateWithout(func(task *UpdateTask) { task.OldReplica = nil }),
		"data of Update":    updateWithout(func(task *UpdateTask) { task.Data = nil }),
		"new replica":       updateWithout(func(task *UpdateTask) { task.Replica = nil }),
		"rows of Update":    updateWithout(func(task *UpdateTask) { task.Rows = make([]io.WriterAt, 2) }),
		"file of parents":   func() error { _, err := s.WriteParents(ctx, nil); return err },
	} {
		worked = false
		wantError(t, "no "+name, f(), depinproof.ErrMalformed)
		if worked {
			t.Errorf("no %s: found out after some work", name)
		}
	}
}

type failed struct{ err error }

func (f failed) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// What a reader says about an error of this module is not lost.
func TestWrappedErrors(t *testing.T) {
	s := sealerOf(t, 2<<10, Options{})
	want := fmt.Errorf("disk 3: %w", malformed("of its own"))
	if _, err := s.CommD(t.Context(), failed{want}); err != want {
		t.Errorf("%v, want %v", err, want)
	}
}

type half struct{}

func (half) Write(p []byte) (int, error) { return len(p) / 2, nil }

// A writer that takes a part and says nothing of it.
func TestShortWrites(t *testing.T) {
	s := sealerOf(t, 4<<10, Options{})
	task, c := sealed(t, s, 1)
	_, parents := s.WriteParents(t.Context(), half{})
	for i, err := range []error{
		parents,
		s.Unseal(t.Context(), half{}, c.ReplicaID, task.replica, 0, 64),
		s.Decode(t.Context(), half{}, task.replica, task.layers[1], 0, 64),
	} {
		if err != io.ErrShortWrite {
			t.Errorf("verb %d: %v", i, err)
		}
	}
}

// failing is a file that fails, as others do, after so many calls of all of them.
type failing struct {
	File
	left *atomic.Int64
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if f.left.Add(-1) < 0 {
		return len(p) / 2, errBroken
	}
	return f.File.ReadAt(p, off)
}

func (f failing) WriteAt(p []byte, off int64) (int, error) {
	if f.left.Add(-1) < 0 {
		return len(p) / 2, errBroken
	}
	return f.File.WriteAt(p, off)
}

// Files may fail at any call.
func TestFailLater(t *testing.T) {
	step := int64(3)
	if testing.Short() {
		step = 17
	}
	for _, workers := range []int{1, 3} {
		s := sealerOf(t, 16<<10, Options{Workers: workers, ParentMemory: -1})
		data := newXorshift(1, 9).sectorData(t, s.SectorSize())
		var left atomic.Int64
		for calls := int64(0); ; calls += step {
			left.Store(calls)
			task := newTask(s, data)
			task.Data, task.Replica = failing{task.data, &left}, failing{task.replica, &left}
			for i := range task.Layers {
				task.Layers[i] = failing{task.Layers[i], &left}
			}
			for i := range task.rows {
				task.Rows[i] = failing{task.rows[i], &left}
			}
			_, err := s.Seal(t.Context(), &task.Task)
			if err == nil && left.Load() >= 0 {
				if calls < 40 {
					t.Errorf("%d workers: only %d calls", workers, calls)
				}
				break
			}
			if err != errBroken {
				t.Fatalf("%d workers, call %d fails: %v", workers, calls, err)
			}
		}
	}
}

// CommD of sectors without deals, as the chain has it.
func TestZeros(t *testing.T) {
	for size, want := range map[uint64]string{
		2 << 10: "fc7e928296e516faade986b28f92d44a4f24b935485223376a799027bc18f833",
		8 << 20: "65f29e5d98d246c38b388cfc06db1f6b021303c5a289000bdce832a9c3ec421c",
	} {
		got, err := sealerOf(t, size, Options{Workers: 2}).CommD(t.Context(), Zeros{})
		if err != nil || hex.EncodeToString(got[:]) != want {
			t.Errorf("%d bytes: %x, %v, want %s", size, got, err, want)
		}
	}
}
