package poreplication

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// Both kinds of proof of spacetime have the same fields, so tests carry either
// as a WindowPoStInfo.

// postCase is one entry of post.json, or of the posts of a vanilla.json.
type postCase struct {
	Type         string          `json:"type"`
	APIVersion   string          `json:"api_version"`
	SectorSize   uint64          `json:"sector_size"`
	Randomness   hexBytes        `json:"randomness"`
	ProverID     hexBytes        `json:"prover_id"`
	Replicas     []postReplica   `json:"replicas"`
	SectorID     uint64          `json:"sector_id"` // of vanilla.json
	CommR        hexBytes        `json:"comm_r"`    // of vanilla.json
	Challenges   json.RawMessage `json:"challenges"`
	WinningIndex []uint64        `json:"winning_sector_index_of_1234"`
	Vanilla      vanillaFiles    `json:"vanilla"`
	Proof        hexBytes        `json:"proof"`
	Hostile      []struct {
		Name      string        `json:"name"`
		Field     string        `json:"field"`
		Value     hexBytes      `json:"value"`
		Replicas  []postReplica `json:"replicas"`
		Reference string        `json:"reference"`
	} `json:"hostile"`
}

type postReplica struct {
	Sector  uint64       `json:"sector_id"`
	CommR   hexBytes     `json:"comm_r"`
	Vanilla vanillaFiles `json:"vanilla"`
}

func (c *postCase) name() string {
	return fmt.Sprintf("%s/%s/%d sectors", c.Type, c.APIVersion, len(c.Replicas))
}

func replicasOf(list []postReplica) (out []Replica) {
	for _, r := range list {
		out = append(out, Replica{r.Sector, r.CommR.array()})
	}
	return out
}

// info returns the statement under the registered number of its size and rule:
// no number has version 1.1.0, whose rule is that of 1.0.0.
func (c *postCase) info(t testing.TB) WindowPoStInfo {
	t.Helper()
	p := WindowPoStInfo{
		Randomness: c.Randomness.array(),
		ProverID:   c.ProverID.array(),
		Replicas:   replicasOf(c.Replicas),
		Proof:      c.Proof,
	}
	switch {
	case c.Type == "winning":
		p.PoStProof = StackedDrgWinning2KiBV1
	case c.Type == "window" && versionOf(t, c.APIVersion) == V1_2_0:
		p.PoStProof = StackedDrgWindow2KiBV1_1
	case c.Type == "window":
		p.PoStProof = StackedDrgWindow2KiBV1
	default:
		t.Fatalf("type %q", c.Type)
	}
	return p
}

type postVariant struct {
	name string
	info WindowPoStInfo
	want error
}

// variants returns the good case and its hostile twins.
func (c *postCase) variants(t testing.TB) []postVariant {
	t.Helper()
	out := []postVariant{{c.name() + "/good", c.info(t), nil}}
	for _, h := range c.Hostile {
		v := postVariant{c.name() + "/" + h.Name, c.info(t), classOf(t, h.Reference)}
		switch h.Field {
		case "proof":
			v.info.Proof = h.Value
		case "randomness":
			v.info.Randomness = h.Value.array()
		case "prover_id":
			v.info.ProverID = h.Value.array()
		case "replicas":
			v.info.Replicas = replicasOf(h.Replicas)
		default:
			t.Fatalf("%s: field %q", v.name, h.Field)
		}
		out = append(out, v)
	}
	return out
}

// postCases returns the cases of post.json of one type.
func postCases(t testing.TB, data []byte, kind string) []postCase {
	t.Helper()
	cases := readCases[postCase](t, data)
	cases = slices.DeleteFunc(cases, func(c postCase) bool { return c.Type != kind })
	if len(cases) == 0 {
		t.Fatalf("no case of type %s", kind)
	}
	return cases
}

// verify checks either kind.
func (c *postCase) verify(t testing.TB, v *Verifier, p WindowPoStInfo) error {
	if c.Type == "winning" {
		w := WinningPoStInfo(p)
		return v.VerifyWinningPoSt(&w)
	}
	return v.VerifyWindowPoSt(t.Context(), &p)
}

func TestPoStVectors(t *testing.T) {
	checkPoStVectors(t, testVerifier(t, 1), ownFile(t, "post.json"))
}

func TestPoStVectorsShared(t *testing.T) {
	checkPoStVectors(t, testVerifier(t, 2), sharedFile(t, "reference/2kib/post.json"))
}

func checkPoStVectors(t *testing.T, v *Verifier, data []byte) {
	for _, kind := range []string{"winning", "window"} {
		counts := map[string]int{}
		for _, c := range postCases(t, data, kind) {
			version := versionOf(t, c.APIVersion)
			for _, x := range c.variants(t) {
				counts[fmt.Sprint(x.want)]++
				if err := c.verify(t, v, x.info); !agrees(err, x.want) {
					t.Errorf("%s: %v, the reference says %v", x.name, err, x.want)
				}
				explicit := x.info
				explicit.PoStProof, explicit.Config = -1, &PoStConfig{c.SectorSize, version}
				if err := c.verify(t, v, explicit); !agrees(err, x.want) {
					t.Errorf("%s by explicit configuration: %v, the reference says %v", x.name, err, x.want)
				}
			}
			checkChallenges(t, &c, c.info(t))
			for _, want := range c.WinningIndex {
				prover, randomness := c.ProverID.array(), c.Randomness.array()
				if got, err := WinningSectorIndex(&prover, &randomness, 1234); err != nil || got != want {
					t.Errorf("%s: sector %d of 1,234, %v, want %d", c.name(), got, err, want)
				}
			}
		}
		checkCounts(t, counts)
	}
}

// checkChallenges compares the challenged leaves with those the case lists: by
// sector, or of the only one.
func checkChallenges(t *testing.T, c *postCase, p WindowPoStInfo) {
	t.Helper()
	var got [][]uint64
	var err error
	if c.Type == "winning" {
		w := WinningPoStInfo(p)
		var leaves []uint64
		leaves, err = WinningPoStChallenges(&w)
		got = [][]uint64{leaves}
	} else {
		got, err = WindowPoStChallenges(&p)
	}
	if err != nil {
		t.Errorf("%s: %v", c.name(), err)
		return
	}
	want := map[uint64][]uint64{}
	if c.Challenges[0] == '[' {
		var only []uint64
		err = json.Unmarshal(c.Challenges, &only)
		want[p.Replicas[0].Sector] = only
	} else {
		err = json.Unmarshal(c.Challenges, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	sectors := make([]uint64, 0, len(want))
	for sector := range want {
		sectors = append(sectors, sector)
	}
	slices.Sort(sectors)
	if len(got) != len(sectors) || len(sectors) == 0 {
		t.Errorf("%s: challenges of %d sectors, want %d", c.name(), len(got), len(sectors))
		return
	}
	for i, sector := range sectors {
		if !slices.Equal(got[i], want[sector]) {
			t.Errorf("%s: challenges of sector %d are %d, want %d", c.name(), sector, got[i], want[sector])
		}
	}
}

// A batch must say of each WinningPoSt what the single check says, wherever it
// stands.
func TestWinningPoStBatchEqualsSingle(t *testing.T) {
	v := testVerifier(t, 2)
	cases := postCases(t, ownFile(t, "post.json"), "winning")
	var good []WinningPoStInfo
	for i := range cases {
		good = append(good, WinningPoStInfo(cases[i].info(t)))
	}
	for i := range cases {
		for n, x := range cases[i].variants(t) {
			info := WinningPoStInfo(x.info)
			checkBatch(t, x.name, n, good, info, x.want, v.VerifyWinningPoSt(&info), v.VerifyWinningPoStBatch)
		}
	}
}

// updateCase is one update of update.json, or of a vanilla.json.
type updateCase struct {
	Name       string       `json:"name"`
	SectorSize uint64       `json:"sector_size"`
	CommROld   hexBytes     `json:"comm_r_old"`
	CommRNew   hexBytes     `json:"comm_r_new"`
	CommDNew   hexBytes     `json:"comm_d_new"`
	Inputs     [][]string   `json:"inputs"`
	Vanilla    vanillaFiles `json:"vanilla"`
	Proof      hexBytes     `json:"proof"`
	Hostile    []struct {
		Name      string    `json:"name"`
		CommROld  hexBytes  `json:"comm_r_old"`
		CommRNew  hexBytes  `json:"comm_r_new"`
		CommDNew  hexBytes  `json:"comm_d_new"`
		Proof     *hexBytes `json:"proof"`
		Reference string    `json:"reference"`
	} `json:"hostile"`
}

func (c *updateCase) info() ReplicaUpdateInfo {
	return ReplicaUpdateInfo{
		UpdateProof: StackedDrg2KiBUpdateV1,
		CommROld:    c.CommROld.array(),
		CommRNew:    c.CommRNew.array(),
		CommDNew:    c.CommDNew.array(),
		Proof:       c.Proof,
	}
}

type updateVariant struct {
	name string
	info ReplicaUpdateInfo
	want error
}

// variants returns the good case and its hostile twins.
func (c *updateCase) variants(t testing.TB) []updateVariant {
	t.Helper()
	out := []updateVariant{{c.Name + "/good", c.info(), nil}}
	for _, h := range c.Hostile {
		v := updateVariant{c.Name + "/" + h.Name, c.info(), classOf(t, h.Reference)}
		if h.Proof != nil {
			v.info.Proof = *h.Proof
		} else {
			v.info.CommROld, v.info.CommRNew, v.info.CommDNew = h.CommROld.array(), h.CommRNew.array(), h.CommDNew.array()
		}
		out = append(out, v)
	}
	return out
}

// updateCases returns the single updates of update.json.
func updateCases(t testing.TB, data []byte) []updateCase {
	t.Helper()
	var file struct {
		Updates json.RawMessage `json:"updates"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return readCases[updateCase](t, file.Updates)
}

func TestUpdateVectors(t *testing.T) {
	checkUpdateVectors(t, testVerifier(t, 1), ownFile(t, "update.json"))
}

func TestUpdateVectorsShared(t *testing.T) {
	checkUpdateVectors(t, testVerifier(t, 2), sharedFile(t, "reference/2kib/update.json"))
}

func checkUpdateVectors(t *testing.T, v *Verifier, data []byte) {
	counts := map[string]int{}
	for _, c := range updateCases(t, data) {
		for _, x := range c.variants(t) {
			counts[fmt.Sprint(x.want)]++
			if err := v.VerifyReplicaUpdate(&x.info); !agrees(err, x.want) {
				t.Errorf("%s: %v, the reference says %v", x.name, err, x.want)
			}
			explicit := x.info
			explicit.UpdateProof, explicit.Config = -1, &UpdateConfig{c.SectorSize}
			if err := v.VerifyReplicaUpdate(&explicit); !agrees(err, x.want) {
				t.Errorf("%s by explicit configuration: %v, the reference says %v", x.name, err, x.want)
			}
		}
		checkUpdateInputs(t, &c)
	}
	checkCounts(t, counts)
}

func checkUpdateInputs(t *testing.T, c *updateCase) {
	t.Helper()
	info := c.info()
	info.Config = &UpdateConfig{c.SectorSize}
	got, err := ReplicaUpdatePublicInputs(&info)
	if err != nil {
		t.Errorf("%s: %v", c.Name, err)
		return
	}
	if len(got) != len(c.Inputs) || len(got) == 0 {
		t.Errorf("%s: %d partitions, want %d", c.Name, len(got), len(c.Inputs))
		return
	}
	for k := range got {
		var text []string
		for _, x := range got[k] {
			text = append(text, hex.EncodeToString(x[:]))
		}
		if !slices.Equal(text, c.Inputs[k]) {
			t.Errorf("%s: inputs of partition %d are %v, want %v", c.Name, k, text, c.Inputs[k])
		}
	}
}

// A batch must say of each update what the single check says, wherever it stands.
func TestReplicaUpdateBatchEqualsSingle(t *testing.T) {
	v := testVerifier(t, 2)
	cases := updateCases(t, ownFile(t, "update.json"))
	var good []ReplicaUpdateInfo
	for i := range cases {
		good = append(good, cases[i].info())
	}
	for i := range cases {
		for n, x := range cases[i].variants(t) {
			checkBatch(t, x.name, n, good, x.info, x.want, v.VerifyReplicaUpdate(&x.info), v.VerifyReplicaUpdateBatch)
		}
	}
}

// Challenges of proofs of spacetime and inputs of updates, for every tree shape
// the reference was run on.
func TestVanillaShapes(t *testing.T) {
	for _, size := range []string{"4kib", "16kib", "32kib", "8mib", "512mib"} {
		t.Run(size, func(t *testing.T) {
			var file struct {
				Posts  []postCase  `json:"posts"`
				Update *updateCase `json:"update"`
			}
			if err := json.Unmarshal(sharedFile(t, "reference/"+size+"/vanilla.json"), &file); err != nil {
				t.Fatal(err)
			}
			if len(file.Posts) == 0 || file.Update == nil {
				t.Fatal("no proof of spacetime or no update")
			}
			for i := range file.Posts {
				c := &file.Posts[i]
				c.Replicas = []postReplica{{Sector: c.SectorID, CommR: c.CommR}}
				p := c.info(t)
				p.Config = &PoStConfig{c.SectorSize, versionOf(t, c.APIVersion)}
				checkChallenges(t, c, p)
			}
			checkUpdateInputs(t, file.Update)
			t.Logf("%d proofs of spacetime, %d partitions of an update", len(file.Posts), len(file.Update.Inputs))
		})
	}
}

// A WindowPoSt of mainnet, of one sector: both rules give the first sector the
// same challenges, and the partition repeats it.
func TestMainnetWindowPoSt(t *testing.T) {
	var c struct {
		Randomness hexBytes `json:"randomness"`
		ProverID   hexBytes `json:"prover_id"`
		Sectors    []struct {
			Number uint64   `json:"sector_number"`
			CommR  hexBytes `json:"comm_r"`
		} `json:"sectors"`
		Proof hexBytes `json:"proof"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/mainnet/window_post_32gib_single_sector.json"), &c); err != nil {
		t.Fatal(err)
	}
	p := WindowPoStInfo{Randomness: c.Randomness.array(), ProverID: c.ProverID.array(), Proof: c.Proof}
	for _, s := range c.Sectors {
		p.Replicas = append(p.Replicas, Replica{s.Number, s.CommR.array()})
	}
	var byRule [2][][][32]byte
	for i, kind := range []RegisteredPoStProof{StackedDrgWindow32GiBV1, StackedDrgWindow32GiBV1_1} {
		p.PoStProof = kind
		inputs, err := WindowPoStPublicInputs(&p)
		if err != nil {
			t.Fatal(err)
		}
		if len(inputs) != 1 || len(inputs[0]) != 25839 || len(p.Proof) != 192 {
			t.Fatalf("%v: %d partitions, proof of %d bytes", kind, len(inputs), len(p.Proof))
		}
		for j := range inputs[0] {
			if inputs[0][j] != inputs[0][j%11] {
				t.Fatalf("%v: input %d does not repeat the sector's", kind, j)
			}
		}
		byRule[i] = inputs
	}
	if !slices.Equal(byRule[0][0], byRule[1][0]) {
		t.Error("the rules differ for the first sector")
	}
	// Points of the proof are good; the key is another's.
	f := windowForge(t, 32<<30, 1)
	if err := f.v.VerifyWindowPoSt(t.Context(), &p); !errors.Is(err, depinproof.ErrInvalidProof) {
		t.Errorf("under another key: %v", err)
	}
}
