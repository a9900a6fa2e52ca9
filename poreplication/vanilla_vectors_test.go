package poreplication

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/vanilla"
)

// vanillaFiles are the names of the files of a statement's vanilla proofs: one name,
// or a list of them.
type vanillaFiles []string

func (v *vanillaFiles) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]string)(v))
	}
	*v = make([]string, 1)
	return json.Unmarshal(data, &(*v)[0])
}

// vanillaCase is a statement with its vanilla proof: one, or one for every sector.
type vanillaCase struct {
	name   string
	proofs [][]byte
	verify func(t testing.TB, proofs [][]byte) error
	// reference judges as the reference does.
	reference func(proofs [][]byte) error
	// walk walks the fields of one of the proofs.
	walk func(bincode.Codec)
	// challenges is the number of them in one of the proofs.
	challenges int
}

func sealVanillaCase(t testing.TB, name string, s SealInfo, proof []byte) *vanillaCase {
	t.Helper()
	st, err := sealStatement(&s)
	if err != nil {
		t.Fatal(err)
	}
	return &vanillaCase{
		name:       name,
		challenges: st.Partitions() * st.Shape.Challenges,
		proofs:     [][]byte{proof},
		verify:     func(t testing.TB, p [][]byte) error { return VerifySealVanilla(t.Context(), &s, p[0]) },
		reference:  func(p [][]byte) error { return referenceSeal(&st, p[0]) },
		walk: func(c bincode.Codec) {
			c.Count("partitions", st.Partitions())
			for range st.Partitions() {
				vanilla.NewSealPartition(st.Shape).Walk(c)
			}
		},
	}
}

func postVanillaCase(t testing.TB, name string, winning bool, p WindowPoStInfo, proofs [][]byte) *vanillaCase {
	t.Helper()
	c := &vanillaCase{name: name, proofs: proofs}
	w := WinningPoStInfo(p)
	st, size, err := windowStatement(&p)
	if winning {
		st, size, err = winningStatement(&w)
	}
	if err != nil {
		t.Fatal(err)
	}
	sh, _ := shape.Of(size)
	c.challenges = st.Challenges
	c.verify = func(t testing.TB, proofs [][]byte) error {
		if winning {
			if len(proofs) != 1 {
				t.Skip("skipped: one proof by its type")
			}
			return VerifyWinningPoStVanilla(t.Context(), &w, proofs[0])
		}
		return VerifyWindowPoStVanilla(t.Context(), &p, proofs)
	}
	c.reference = func(proofs [][]byte) error { return referencePoSt(&sh, &st, winning, proofs) }
	c.walk = func(c bincode.Codec) { vanilla.NewSectorProof(&sh, st.Challenges).Walk(c) }
	return c
}

func updateVanillaCase(t testing.TB, name string, u ReplicaUpdateInfo, proof []byte) *vanillaCase {
	t.Helper()
	st, err := updateStatement(&u)
	if err != nil {
		t.Fatal(err)
	}
	return &vanillaCase{
		name:       name,
		challenges: st.Shape.UpdatePartitions() * st.Shape.UpdateChallenges(),
		proofs:     [][]byte{proof},
		verify:     func(t testing.TB, p [][]byte) error { return VerifyReplicaUpdateVanilla(t.Context(), &u, p[0]) },
		reference:  func(p [][]byte) error { return referenceUpdate(&st, p[0]) },
		walk: func(c bincode.Codec) {
			c.Count("partitions", st.Shape.UpdatePartitions())
			for range st.Shape.UpdatePartitions() {
				vanilla.NewUpdatePartition(st.Shape).Walk(c)
			}
		},
	}
}

// vanillaCases returns the cases of the 2 KiB files, or of a vanilla.json, of which a
// folder has the proofs.
func vanillaCases(t testing.TB, folder string, seals []sealCase, posts []postCase, updates []updateCase) (cases []*vanillaCase) {
	t.Helper()
	read := func(names vanillaFiles) (proofs [][]byte) {
		for _, name := range names {
			data, err := os.ReadFile(folder + "/" + name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil // the module has some of them
			}
			if err != nil {
				t.Fatal(err)
			}
			proofs = append(proofs, data)
		}
		return proofs
	}
	for i := range seals {
		c := &seals[i]
		if proofs := read(c.Vanilla); proofs != nil {
			info := c.info()
			info.Config = c.config(t)
			cases = append(cases, sealVanillaCase(t, "seal/"+c.Kind+"/"+c.Vanilla[0], info, proofs[0]))
		}
	}
	for i := range posts {
		c := &posts[i]
		files := c.Vanilla
		if c.Replicas == nil {
			c.Replicas = []postReplica{{Sector: c.SectorID, CommR: c.CommR}}
		}
		if files == nil {
			files = c.Replicas[0].Vanilla
		}
		if proofs := read(files); proofs != nil {
			info := c.info(t)
			info.Config = &PoStConfig{c.SectorSize, versionOf(t, c.APIVersion)}
			cases = append(cases, postVanillaCase(t, c.name()+"/"+files[0], c.Type == "winning", info, proofs))
		}
	}
	for i := range updates {
		c := &updates[i]
		if proofs := read(c.Vanilla); proofs != nil {
			info := c.info()
			info.Config = &UpdateConfig{c.SectorSize}
			cases = append(cases, updateVanillaCase(t, "update/"+c.Vanilla[0], info, proofs[0]))
		}
	}
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	return cases
}

// ownVanillaCases returns the module's own cases, of every kind.
func ownVanillaCases(t testing.TB) []*vanillaCase {
	t.Helper()
	return vanillaCases(t, testdata, sealCases(t), readCases[postCase](t, ownFile(t, "post.json")), updateCases(t, ownFile(t, "update.json")))
}

// sharedVanillaCases returns the cases of a sector size beside the module.
func sharedVanillaCases(t testing.TB, size string) []*vanillaCase {
	t.Helper()
	folder := shared + "/reference/" + size
	if size == "2kib" {
		sharedFile(t, "reference/2kib/seal.json")
		return vanillaCases(t, folder, sealCases(t), readCases[postCase](t, ownFile(t, "post.json")), updateCases(t, ownFile(t, "update.json")))
	}
	var file struct {
		Seals  []sealCase `json:"seals"`
		Posts  []postCase `json:"posts"`
		Update updateCase `json:"update"`
	}
	if err := json.Unmarshal(sharedFile(t, "reference/"+size+"/vanilla.json"), &file); err != nil {
		t.Fatal(err)
	}
	return vanillaCases(t, folder, file.Seals, file.Posts, []updateCase{file.Update})
}

// sharedSizes are the sector sizes the reference was run on.
var sharedSizes = []string{"2kib", "4kib", "16kib", "32kib", "8mib", "512mib"}

func checkVanillaCase(t *testing.T, c *vanillaCase) {
	if err := c.verify(t, c.proofs); err != nil {
		t.Errorf("%s: %v", c.name, err)
	}
	if err := c.reference(c.proofs); err != nil {
		t.Errorf("%s: by the reference's rule: %v", c.name, err)
	}
	for i, proof := range c.proofs {
		e := &bincode.Encoder{}
		d := bincode.NewDecoder(proof)
		c.walk(both{d, e})
		if err := d.Finish(); err != nil || !bytes.Equal(e.Bytes, proof) {
			t.Errorf("%s: proof %d is not what it is decoded and encoded to (%v)", c.name, i, err)
		}
	}
}

func TestVanillaVectors(t *testing.T) {
	kinds := map[string]bool{}
	for _, c := range ownVanillaCases(t) {
		checkVanillaCase(t, c)
		kinds[c.name] = true
	}
	if len(kinds) != 8 {
		t.Errorf("%d cases, want 8: %v", len(kinds), kinds)
	}
}

func TestVanillaVectorsShared(t *testing.T) {
	for _, size := range sharedSizes {
		t.Run(size, func(t *testing.T) {
			if raceEnabled && size == "512mib" {
				t.Skip("skipped: takes long under the race detector")
			}
			cases := sharedVanillaCases(t, size)
			files := 0
			for _, c := range cases {
				checkVanillaCase(t, c)
				files += len(c.proofs)
			}
			all, err := fs.Glob(os.DirFS(shared+"/reference/"+size), "*.vanilla.bincode")
			if err != nil || files != len(all) {
				t.Errorf("%d of %d files (%v)", files, len(all), err)
			}
			t.Logf("%d statements, %d files", len(cases), files)
		})
	}
}

// both encodes what it decodes.
type both struct {
	*bincode.Decoder
	e *bincode.Encoder
}

func (b both) Variant(name string, want uint32) {
	b.Decoder.Variant(name, want)
	b.e.Variant(name, want)
}

func (b both) Count(name string, want int) {
	b.Decoder.Count(name, want)
	b.e.Count(name, want)
}

func (b both) Uint32(name string, x *uint32) {
	b.Decoder.Uint32(name, x)
	b.e.Uint32(name, x)
}

func (b both) Uint64(name string, x *uint64) {
	b.Decoder.Uint64(name, x)
	b.e.Uint64(name, x)
}

func (b both) Below(name string, x *uint64, bound uint64) {
	b.Decoder.Below(name, x, bound)
	b.e.Below(name, x, bound)
}

func (b both) Elements(name string, x [][32]byte) {
	b.Decoder.Elements(name, x)
	b.e.Elements(name, x)
}

func (b both) Element(name string, x *[32]byte) {
	b.Decoder.Element(name, x)
	b.e.Element(name, x)
}

// A vanilla proof of 8 MiB that another implementation's repository has.
func TestVanillaSeal8MiB(t *testing.T) {
	var public struct {
		CommR    hexBytes `json:"comm_r"`
		CommD    hexBytes `json:"comm_d"`
		Seed     hexBytes `json:"seed"`
		Ticket   hexBytes `json:"ticket"`
		ProverID hexBytes `json:"prover_id"`
		Sector   uint64   `json:"sector_id"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/porep-vanilla-8mib/public.json"), &public); err != nil {
		t.Fatal(err)
	}
	s := SealInfo{
		SealProof: StackedDrg8MiBV1_1,
		ProverID:  public.ProverID.array(), Sector: public.Sector,
		Ticket: public.Ticket.array(), Seed: public.Seed.array(),
		CommR: public.CommR.array(), CommD: public.CommD.array(),
	}
	file := sharedFile(t, "filecoin/porep-vanilla-8mib/c2-input-8MiB.bincode")
	sh, _ := shape.Of(8 << 20)
	size := 8 + vanilla.SealPartitionSize(&sh)
	// Before it the file has the variants of what contains it, and behind it the statement.
	head := bytes.Index(file, append([]byte{1, 0, 0, 0, 0, 0, 0, 0}, 2, 0, 0, 0, 0, 0, 0, 0))
	if head < 0 || len(file) < head+size {
		t.Fatalf("no proof of %d bytes in %d", size, len(file))
	}
	for _, part := range [][]byte{s.CommR[:], s.CommD[:], s.Seed[:], s.Ticket[:], s.ProverID[:]} {
		if !bytes.Contains(file[head+size:], part) {
			t.Errorf("the file states another %x", part)
		}
	}
	checkVanillaCase(t, sealVanillaCase(t, fmt.Sprintf("%v at byte %d", s.SealProof, head), s, file[head:][:size]))
}
