package sector

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/depinproof/depinproof/poreplication"
)

const shared = "../../../shared/vectors"

// sharedFile reads a file of the vectors beside the module, or skips the test.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(shared + "/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: %s is not beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sharedJSON(t testing.TB, name string, v any) {
	t.Helper()
	if err := json.Unmarshal(sharedFile(t, name), v); err != nil {
		t.Fatal(err)
	}
}

// hexBytes is a byte string written in hexadecimal.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	b, err := hex.DecodeString(s)
	*h = b
	return err
}

func version(t testing.TB, name string) poreplication.Version {
	t.Helper()
	v, ok := map[string]poreplication.Version{
		"1.0.0": poreplication.V1_0_0, "1.1.0": poreplication.V1_1_0, "1.2.0": poreplication.V1_2_0,
		"V1_0_0": poreplication.V1_0_0, "V1_1_0": poreplication.V1_1_0, "V1_2_0": poreplication.V1_2_0,
	}[name]
	if !ok {
		t.Fatalf("version %q", name)
	}
	return v
}

// inMemory is a task with all files in memory.
type inMemory struct {
	Task
	data, replica Memory
	layers, rows  []Memory
}

func newTask(s *Sealer, data []byte) *inMemory {
	m := &inMemory{data: data, replica: make(Memory, s.SectorSize())}
	m.Data, m.Replica = m.data, m.replica
	for range s.Layers() {
		m.layers = append(m.layers, make(Memory, s.SectorSize()))
		m.Layers = append(m.Layers, m.layers[len(m.layers)-1])
	}
	for range s.Trees() {
		m.rows = append(m.rows, make(Memory, s.RowsSize()))
		m.Rows = append(m.Rows, m.rows[len(m.rows)-1])
	}
	return m
}

// Sealed sectors of 2 KiB of test networks, bit for bit.
func TestSealedSectors(t *testing.T) {
	var file struct {
		Vectors []struct {
			Name     string                            `json:"name"`
			Kind     poreplication.RegisteredSealProof `json:"registered_seal_proof"`
			PoRepID  hexBytes                          `json:"porep_id"`
			ProverID hexBytes                          `json:"prover_id"`
			Number   uint64                            `json:"sector_number"`
			Source   struct {
				CommR     hexBytes `json:"comm_r"`
				CommD     hexBytes `json:"comm_d"`
				CommC     hexBytes `json:"p_aux_comm_c"`
				CommRLast hexBytes `json:"p_aux_comm_r_last"`
				Sealed    hexBytes `json:"sealed_sector"`
				Rows      hexBytes `json:"tree_r_last_cache_file"`
			} `json:"from_source"`
			Reproduced struct {
				Ticket    hexBytes `json:"ticket"`
				ReplicaID hexBytes `json:"replica_id"`
				Unsealed  hexBytes `json:"unsealed_sector"`
				Layer1    hexBytes `json:"labels_layer_1"`
				Layer2    hexBytes `json:"labels_layer_2"`
			} `json:"reproduced"`
		} `json:"vectors"`
	}
	sharedJSON(t, "filecoin/sealed-2kib/sealed_2kib.json", &file)
	if len(file.Vectors) != 4 {
		t.Fatalf("%d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			config, err := v.Kind.Config()
			if err != nil {
				t.Fatal(err)
			}
			s, err := New(config, Options{})
			if err != nil {
				t.Fatal(err)
			}
			task := newTask(s, v.Reproduced.Unsealed)
			task.ProverID, task.Sector, task.Ticket = [32]byte(v.ProverID), v.Number, [32]byte(v.Reproduced.Ticket)
			c, err := s.Seal(t.Context(), &task.Task)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range []struct {
				name      string
				got, want []byte
			}{
				{"replica ID", c.ReplicaID[:], v.Reproduced.ReplicaID},
				{"CommD", c.CommD[:], v.Source.CommD}, {"CommC", c.CommC[:], v.Source.CommC},
				{"CommRLast", c.CommRLast[:], v.Source.CommRLast}, {"CommR", c.CommR[:], v.Source.CommR},
				{"layer 1", task.layers[0], v.Reproduced.Layer1}, {"layer 2", task.layers[1], v.Reproduced.Layer2},
				{"replica", task.replica, v.Source.Sealed}, {"rows", task.rows[0], v.Source.Rows},
			} {
				if !bytes.Equal(x.got, x.want) {
					t.Errorf("%s %x, want %x", x.name, x.got, x.want)
				}
			}
			checkUnseal(t, s, c.ReplicaID, task)
		})
	}
}

// checkUnseal unseals a sector whole and in parts, in both ways.
func checkUnseal(t *testing.T, s *Sealer, replicaID [32]byte, task *inMemory) {
	t.Helper()
	size := s.SectorSize()
	for _, r := range [][2]uint64{{0, size}, {0, 0}, {size, 0}, {0, 32}, {size - 32, 32}, {size / 2, 64}, {96, size/2 - 32}} {
		want := task.data[r[0] : r[0]+r[1]]
		var got bytes.Buffer
		if err := s.Unseal(t.Context(), &got, replicaID, task.replica, r[0], r[1]); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%d bytes from %d unsealed are not the data", r[1], r[0])
		}
		got.Reset()
		if err := s.Decode(t.Context(), &got, task.replica, task.Layers[s.Layers()-1], r[0], r[1]); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%d bytes from %d decoded are not the data", r[1], r[0])
		}
	}
}

// Marsaglia's xorshift of 128 bits, of which the reference's cases are made: XorShiftRng
// of the rand crates.
type xorshift struct{ x, y, z, w uint32 }

func newXorshift(seed uint64, kind uint32) *xorshift {
	return &xorshift{uint32(seed), uint32(seed >> 32), kind, 0}
}

func (r *xorshift) next() uint32 {
	t := r.x ^ r.x<<11
	r.x, r.y, r.z = r.y, r.z, r.w
	r.w ^= r.w>>19 ^ t ^ t>>8
	return r.w
}

func (r *xorshift) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r.next())
	}
	return len(b), nil
}

// element draws 32 bytes below 2^254.
func (r *xorshift) element() (e [32]byte) {
	_, _ = r.Read(e[:])
	e[31] &= 0x3f
	return e
}

// sectorData draws the data of a sector, padded.
func (r *xorshift) sectorData(t testing.TB, size uint64) []byte {
	t.Helper()
	data := make([]byte, size)
	if _, err := io.ReadFull(PadReader(io.LimitReader(r, int64(size/128*127))), data); err != nil {
		t.Fatal(err)
	}
	return data
}

// sealCase is a seal of the reference.
type sealCase struct {
	Name      string   `json:"name"`
	Version   string   `json:"api_version"`
	PoRepID   hexBytes `json:"porep_id"`
	ProverID  hexBytes `json:"prover_id"`
	Number    uint64   `json:"sector_id"`
	Size      uint64   `json:"sector_size"`
	Ticket    hexBytes `json:"ticket"`
	Seed      hexBytes `json:"seed"`
	CommD     hexBytes `json:"comm_d"`
	CommR     hexBytes `json:"comm_r"`
	ReplicaID hexBytes `json:"replica_id_bincode"`
}

func (c *sealCase) sealer(t testing.TB, options Options) *Sealer {
	t.Helper()
	s, err := New(poreplication.SealConfig{SectorSize: c.Size, PoRepID: [32]byte(c.PoRepID), Version: version(t, c.Version)}, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// check seals data as the reference did.
func (c *sealCase) check(t *testing.T, data []byte, options Options) (*inMemory, *Commitments) {
	t.Helper()
	s := c.sealer(t, options)
	task := newTask(s, data)
	task.ProverID, task.Sector, task.Ticket = [32]byte(c.ProverID), c.Number, [32]byte(c.Ticket)
	got, err := s.Seal(t.Context(), &task.Task)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.CommD[:], c.CommD) || !bytes.Equal(got.CommR[:], c.CommR) {
		t.Fatalf("CommD %x and CommR %x, want %x and %x", got.CommD, got.CommR, c.CommD, c.CommR)
	}
	return task, got
}

// Sealed sectors of 2 KiB of the reference, of every version.
func TestReferenceReplicas(t *testing.T) {
	var cases []sealCase
	sharedJSON(t, "reference/2kib/seal.json", &cases)
	checked := 0
	for _, c := range cases {
		replica, err := os.ReadFile(shared + "/reference/2kib/" + c.Name + ".replica")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		task, got := c.check(t, sharedFile(t, "reference/2kib/"+c.Name+".unsealed"), Options{})
		if !bytes.Equal(task.replica, replica) {
			t.Errorf("%s: another replica", c.Name)
		}
		if !bytes.Equal(got.ReplicaID[:], c.ReplicaID[:32]) {
			t.Errorf("%s: replica ID %x, want %x", c.Name, got.ReplicaID, c.ReplicaID)
		}
		checkUnseal(t, c.sealer(t, Options{}), got.ReplicaID, task)
		checked++
	}
	if checked != 4 {
		t.Errorf("%d replicas", checked)
	}
}

// Seals and an update of every shape, whose data the reference drew from seeds.
func TestReferenceShapes(t *testing.T) {
	for _, x := range []struct {
		folder string
		size   uint64
		seed   uint64
	}{{"4kib", 4 << 10, 31}, {"16kib", 16 << 10, 31}, {"32kib", 32 << 10, 31}, {"8mib", 8 << 20, 32}, {"512mib", 512 << 20, 33}} {
		t.Run(x.folder, func(t *testing.T) {
			if x.size != 32<<10 && (testing.Short() || raceEnabled) || x.size > 8<<20 && os.Getenv("SECTOR_CHECK_ALL") == "" {
				t.Skip("not run: takes long")
			}
			var file struct {
				Seals  []sealCase `json:"seals"`
				Update struct {
					CommDNew hexBytes `json:"comm_d_new"`
					CommRNew hexBytes `json:"comm_r_new"`
					CommROld hexBytes `json:"comm_r_old"`
				} `json:"update"`
			}
			sharedJSON(t, "reference/"+x.folder+"/vanilla.json", &file)
			random := newXorshift(x.seed, 3)
			if got := random.next(); got != binary.LittleEndian.Uint32(file.Seals[0].ProverID[1:]) {
				t.Fatalf("another seed: prover %x", got)
			}
			options := Options{Workers: 2}
			for i, c := range file.Seals {
				data := random.sectorData(t, x.size)
				if ticket, seed := random.element(), random.element(); !bytes.Equal(ticket[:], c.Ticket) || !bytes.Equal(seed[:], c.Seed) {
					t.Fatalf("seal %d: another ticket or seed", i)
				}
				task, got := c.check(t, data, options)
				if x.size < 1<<20 {
					checkUnseal(t, c.sealer(t, options), got.ReplicaID, task)
				}
				if i < 2 && c.PoRepID[0] != 10 { // randomness of three proofs of spacetime
					for range 3 {
						random.element()
					}
				}
			}
			// The sector of the update is V1_1, number 9001.
			c := sealCase{Version: "1.1.0", PoRepID: append([]byte{5}, make([]byte, 31)...), ProverID: file.Seals[0].ProverID, Number: 9001, Size: x.size}
			data := random.sectorData(t, x.size)
			ticket := random.element()
			random.element()
			s := c.sealer(t, options)
			task := newTask(s, data)
			task.ProverID, task.Sector, task.Ticket = [32]byte(c.ProverID), c.Number, ticket
			old, err := s.Seal(t.Context(), &task.Task)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(old.CommR[:], file.Update.CommROld) {
				t.Fatalf("CommR of the old replica %x, want %x", old.CommR, file.Update.CommROld)
			}
			newData := Memory(random.sectorData(t, x.size))
			replica := make(Memory, x.size)
			got, err := s.Update(t.Context(), &UpdateTask{Old: old, OldReplica: task.replica, Data: newData, Replica: replica, Rows: task.Rows})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.CommD[:], file.Update.CommDNew) || !bytes.Equal(got.CommR[:], file.Update.CommRNew) {
				t.Fatalf("CommD %x and CommR %x of the update, want %x and %x", got.CommD, got.CommR, file.Update.CommDNew, file.Update.CommRNew)
			}
			checkUpdate(t, s, replica, task.replica, newData, got.CommD, old.CommR)
		})
	}
}

// checkUpdate takes an update apart again.
func checkUpdate(t *testing.T, s *Sealer, replica, old, data Memory, commDNew, commROld [32]byte) {
	t.Helper()
	got := make(Memory, len(replica))
	if err := s.DecodeUpdate(t.Context(), got, replica, old, commDNew, commROld); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, data) {
		t.Error("the data do not come back")
	}
	if err := s.RemoveUpdate(t.Context(), got, replica, data, commDNew, commROld); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, old) {
		t.Error("the old replica does not come back")
	}
}

func TestReferenceUpdates(t *testing.T) {
	var file struct {
		Updates []struct {
			Name         string   `json:"name"`
			CommDNew     hexBytes `json:"comm_d_new"`
			CommROld     hexBytes `json:"comm_r_old"`
			CommRNew     hexBytes `json:"comm_r_new"`
			CommRLastNew hexBytes `json:"comm_r_last_new"`
		} `json:"updates"`
	}
	sharedJSON(t, "reference/2kib/update.json", &file)
	if len(file.Updates) != 3 {
		t.Fatalf("%d updates", len(file.Updates))
	}
	config, err := poreplication.StackedDrg2KiBV1_1.Config()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(config, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range file.Updates {
		part := func(name string) Memory { return sharedFile(t, "reference/2kib/"+u.Name+"."+name) }
		old, data, want := part("sector-key"), part("new-data"), part("new-replica")
		replica := make(Memory, len(want))
		// Of a vanilla proof, the root of the columns stands behind the number of partitions.
		known := &Commitments{CommC: [32]byte(part("vanilla.bincode")[8:]), CommR: [32]byte(u.CommROld)}
		if known.CommRLast, err = s.CommRLast(t.Context(), old, nil); err != nil {
			t.Fatal(err)
		}
		got, err := s.Update(t.Context(), &UpdateTask{Old: known, OldReplica: old, Data: data, Replica: replica})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(replica, want) || !bytes.Equal(got.CommD[:], u.CommDNew) || !bytes.Equal(got.CommRLast[:], u.CommRLastNew) || !bytes.Equal(got.CommR[:], u.CommRNew) {
			t.Errorf("%s: another replica, with CommD %x, CommRLast %x and CommR %x", u.Name, got.CommD, got.CommRLast, got.CommR)
		}
		checkUpdate(t, s, replica, old, data, got.CommD, [32]byte(u.CommROld))
	}
}

// The base trees' roots of a sector of 32 GiB.
func TestReplicaRoot(t *testing.T) {
	var file struct {
		Roots     []hexBytes `json:"tree_r_last_base_roots"`
		CommRLast hexBytes   `json:"p_aux_comm_r_last"`
	}
	sharedJSON(t, "filecoin/building-blocks/curio_poseidon_tree_r_last.json", &file)
	config, err := poreplication.StackedDrg32GiBV1_1.Config()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(config, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var roots [][32]byte
	for _, r := range file.Roots {
		roots = append(roots, [32]byte(r))
	}
	if len(roots) != s.Trees() {
		t.Fatalf("%d roots", len(roots))
	}
	got, err := s.replicaRoot(roots)
	if err != nil || !bytes.Equal(got[:], file.CommRLast) {
		t.Errorf("%x, %v, want %x", got, err, file.CommRLast)
	}
	if got, want := s.RowsSize(), uint64(9_586_976); got != want { // the size that providers' files have
		t.Errorf("cached rows of %d bytes, want %d", got, want)
	}
}

// The seals that come with the module, eleven of 2 KiB, whose data the reference drew from
// a seed.
func TestSeals(t *testing.T) {
	file, err := os.ReadFile("../../testdata/filecoin/2kib/seal.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []sealCase
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 11 {
		t.Fatalf("%d seals", len(cases))
	}
	random := newXorshift(11, 1)
	random.next() // the prover
	for _, c := range cases {
		data := random.sectorData(t, c.Size)
		if ticket, seed := random.element(), random.element(); !bytes.Equal(ticket[:], c.Ticket) || !bytes.Equal(seed[:], c.Seed) {
			t.Fatalf("%s: another ticket or seed", c.Name)
		}
		task, got := c.check(t, data, Options{})
		if !bytes.Equal(got.ReplicaID[:], c.ReplicaID[:32]) {
			t.Errorf("%s: replica ID %x, want %x", c.Name, got.ReplicaID, c.ReplicaID)
		}
		checkUnseal(t, c.sealer(t, Options{}), got.ReplicaID, task)
	}
}
