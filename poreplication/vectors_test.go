package poreplication

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/params"
)

const (
	testdata = "../testdata/filecoin/2kib"
	shared   = "../../shared/vectors"
)

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

func (h hexBytes) array() (a [32]byte) {
	if copy(a[:], h) != 32 || len(h) != 32 {
		panic("not 32 bytes")
	}
	return a
}

// sealCase is one entry of seal.json, or of a vanilla.json.
type sealCase struct {
	Name       string       `json:"name"`
	Kind       string       `json:"kind"`
	APIVersion string       `json:"api_version"`
	Number     int64        `json:"registered_proof_2kib_number"`
	SectorSize uint64       `json:"sector_size"`
	PoRepID    hexBytes     `json:"porep_id"`
	ProverID   hexBytes     `json:"prover_id"`
	SectorID   uint64       `json:"sector_id"`
	Ticket     hexBytes     `json:"ticket"`
	Seed       hexBytes     `json:"seed"`
	CommD      hexBytes     `json:"comm_d"`
	CommR      hexBytes     `json:"comm_r"`
	ReplicaID  hexBytes     `json:"replica_id_bincode"`
	Inputs     [][]string   `json:"inputs"`
	Vanilla    vanillaFiles `json:"vanilla"`
	Proof      hexBytes     `json:"proof"`
	Hostile    []struct {
		Name      string          `json:"name"`
		Field     string          `json:"field"`
		Value     json.RawMessage `json:"value"`
		Reference string          `json:"reference"`
	} `json:"hostile"`
}

func (c *sealCase) config(t testing.TB) *SealConfig {
	t.Helper()
	config := &SealConfig{SectorSize: c.SectorSize, PoRepID: c.PoRepID.array()}
	config.Version = versionOf(t, c.APIVersion)
	switch {
	case strings.Contains(c.Kind, "Synthetic"):
		config.Features = SyntheticPoRep
	case strings.Contains(c.Kind, "NonInteractive"):
		config.Features = NonInteractivePoRep
	}
	return config
}

func versionOf(t testing.TB, s string) Version {
	t.Helper()
	v, ok := map[string]Version{"1.0.0": V1_0_0, "1.1.0": V1_1_0, "1.2.0": V1_2_0}[s]
	if !ok {
		t.Fatalf("version %q", s)
	}
	return v
}

func (c *sealCase) info() SealInfo {
	return SealInfo{
		SealProof: RegisteredSealProof(c.Number),
		ProverID:  c.ProverID.array(),
		Sector:    c.SectorID,
		Ticket:    c.Ticket.array(),
		Seed:      c.Seed.array(),
		CommR:     c.CommR.array(),
		CommD:     c.CommD.array(),
		Proof:     c.Proof,
	}
}

// variant is one statement with the class the reference's verdict stands for.
type variant struct {
	name string
	info SealInfo
	want error // nil, ErrInvalidProof or ErrMalformed
}

// variants returns the good case and its hostile twins.
func (c *sealCase) variants(t testing.TB) []variant {
	t.Helper()
	out := []variant{{c.Name + "/good", c.info(), nil}}
	for _, h := range c.Hostile {
		v := variant{name: c.Name + "/" + h.Name, info: c.info()}
		if h.Field == "sector_id" {
			n, err := strconv.ParseUint(strings.Trim(string(h.Value), `"`), 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			v.info.Sector = n
		} else {
			var value hexBytes
			if err := json.Unmarshal(h.Value, &value); err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			switch h.Field {
			case "proof":
				v.info.Proof = value
			case "comm_r":
				v.info.CommR = value.array()
			case "comm_d":
				v.info.CommD = value.array()
			case "prover_id":
				v.info.ProverID = value.array()
			case "ticket":
				v.info.Ticket = value.array()
			case "seed":
				v.info.Seed = value.array()
			default:
				t.Fatalf("%s: field %q", v.name, h.Field)
			}
		}
		v.want = classOf(t, h.Reference)
		out = append(out, v)
	}
	return out
}

// classOf translates the reference's verdict.
func classOf(t testing.TB, reference string) error {
	switch {
	case reference == "accept":
		return nil
	case reference == "reject":
		return depinproof.ErrInvalidProof
	case reference == "panic" || strings.HasPrefix(reference, "error: "):
		return depinproof.ErrMalformed
	}
	t.Fatalf("unknown verdict %q", reference)
	return nil
}

// agrees reports whether err is of the wanted class; what the reference refuses
// to judge may be beyond a limit, too.
func agrees(err, want error) bool {
	switch want {
	case nil:
		return err == nil
	case depinproof.ErrMalformed:
		return errors.Is(err, depinproof.ErrMalformed) || errors.Is(err, depinproof.ErrLimit)
	}
	return errors.Is(err, want)
}

func readCases[T any](t testing.TB, data []byte) []T {
	t.Helper()
	var cases []T
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	return cases
}

func sealCases(t testing.TB) []sealCase {
	t.Helper()
	return readCases[sealCase](t, ownFile(t, "seal.json"))
}

// ownFile reads a file of the module's own vectors.
func ownFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(testdata + "/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// testKeys loads every key of a folder as a test key.
func testKeys(t testing.TB, fsys fs.FS) *params.Keys {
	t.Helper()
	names, err := fs.Glob(fsys, "*.vk")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := params.Load(fsys, params.Options{TestKeys: names})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func testVerifier(t testing.TB, workers int) *Verifier {
	t.Helper()
	fsys := os.DirFS(testdata + "/keys")
	v, err := New(Config{Keys: testKeys(t, fsys), SRS: testSRS(t, fsys), Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// testSRS loads the structured reference string of a folder as a test key.
func testSRS(t testing.TB, fsys fs.FS) *params.SRS {
	t.Helper()
	srs, err := params.LoadSRS(fsys, params.Options{TestKeys: []string{params.SRSName}})
	if err != nil {
		t.Fatal(err)
	}
	return srs
}

func interactive(c *sealCase) bool { return !strings.Contains(c.Kind, "NonInteractive") }

func TestSealVectors(t *testing.T) {
	v := testVerifier(t, 1)
	checkVectors(t, v, sealCases(t))
}

// The same vectors where the reference's own files stand beside the module.
func TestSealVectorsShared(t *testing.T) {
	checkVectors(t, testVerifier(t, 2), readCases[sealCase](t, sharedFile(t, "reference/2kib/seal.json")))
}

func checkVectors(t *testing.T, v *Verifier, cases []sealCase) {
	counts := map[string]int{}
	for i := range cases {
		c := &cases[i]
		for _, x := range c.variants(t) {
			err := v.VerifySeal(&x.info)
			explicit := x.info
			explicit.Config, explicit.SealProof = c.config(t), -1
			again := v.VerifySeal(&explicit)
			counts[fmt.Sprint(x.want)]++
			if !interactive(c) {
				counts["non-interactive"]++
			}
			if !agrees(err, x.want) {
				t.Errorf("%s: %v, the reference says %v", x.name, err, x.want)
			}
			if !agrees(again, x.want) {
				t.Errorf("%s by explicit configuration: %v, the reference says %v", x.name, again, x.want)
			}
		}
	}
	if counts["non-interactive"] == 0 {
		t.Error("no non-interactive case")
	}
	checkCounts(t, counts)
}

// Without a structured reference string a non-interactive seal is not judged,
// alone or in a batch, and other seals are.
func TestSealWithoutSRS(t *testing.T) {
	v := testVerifier(t, 1)
	v.srs = nil
	cases := sealCases(t)
	batch, want := make([]SealInfo, len(cases)), make([]error, len(cases))
	for i := range cases {
		c := &cases[i]
		batch[i] = c.info()
		if interactive(c) {
			continue
		}
		want[i] = depinproof.ErrUnsupported
		for _, x := range c.variants(t) {
			err := v.VerifySeal(&x.info)
			refused := x.want == depinproof.ErrMalformed && errors.Is(err, depinproof.ErrMalformed)
			if !refused && !errors.Is(err, depinproof.ErrUnsupported) {
				t.Errorf("%s: %v, want unsupported", x.name, err)
			}
		}
	}
	errs := make([]error, len(batch))
	if err := v.VerifySealBatch(context.Background(), batch, errs); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Error(err)
	}
	for i := range errs {
		if !agrees(errs[i], want[i]) {
			t.Errorf("%s: %v, want %v", cases[i].Name, errs[i], want[i])
		}
	}
}

// checkCounts checks that cases of every class were met.
func checkCounts(t *testing.T, counts map[string]int) {
	t.Helper()
	t.Logf("verdicts checked: %v", counts)
	for _, class := range []error{nil, depinproof.ErrInvalidProof, depinproof.ErrMalformed} {
		if counts[fmt.Sprint(class)] == 0 {
			t.Errorf("no case of class %v", class)
		}
	}
}

// A batch must say of each seal what the single check says, wherever it stands.
func TestSealBatchEqualsSingle(t *testing.T) {
	v := testVerifier(t, 2)
	cases := sealCases(t)
	var good, mixed []SealInfo
	for i := range cases {
		if interactive(&cases[i]) {
			good = append(good, cases[i].info())
		} else {
			mixed = append(mixed, cases[i].info())
		}
	}
	mixed = append(slices.Concat(good[:3], mixed), good...)
	for i := range cases {
		c := &cases[i]
		good := good
		if !interactive(c) {
			good = mixed
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			for n, x := range c.variants(t) {
				if !interactive(c) && n > 0 && !strings.Contains(x.name, "comm_r low bit") {
					// These take longer: a good and a bad one stand everywhere, others
					// in one position each.
					checkBatchAt(t, x.name, n%8, good, x.info, x.want, v.VerifySealBatch)
					continue
				}
				single := v.VerifySeal(&x.info)
				checkBatch(t, x.name, n, good, x.info, x.want, single, v.VerifySealBatch)
			}
		})
	}
}

// checkBatch compares the verdict on an item alone with that in a batch of one and
// in each of eight positions among good items, or in the n-th, mod 8, for short.
func checkBatch[T any](t *testing.T, name string, n int, good []T, item T, want, single error, verify func(context.Context, []T, []error) error) {
	t.Helper()
	errs := make([]error, 1)
	err := verify(context.Background(), []T{item}, errs)
	if (err == nil) != (single == nil) || !agrees(errs[0], want) || !agrees(err, want) {
		t.Fatalf("%s: alone %v, batch of one %v", name, single, err)
	}
	for at := range 8 {
		if testing.Short() && at != n%8 {
			continue
		}
		checkBatchAt(t, name, at, good, item, want, verify)
	}
}

// checkBatchAt checks the verdict on an item in one of eight positions among good
// items.
func checkBatchAt[T any](t *testing.T, name string, at int, good []T, item T, want error, verify func(context.Context, []T, []error) error) {
	t.Helper()
	var batch []T
	for i := range 8 {
		batch = append(batch, good[i%len(good)])
	}
	batch[at] = item
	errs := make([]error, len(batch))
	err := verify(context.Background(), batch, errs)
	if !agrees(err, want) {
		t.Errorf("%s in position %d: batch says %v, want %v", name, at, err, want)
	}
	for k := range errs {
		if k != at && errs[k] != nil {
			t.Errorf("%s in position %d: good item %d: %v", name, at, k, errs[k])
		}
	}
	if !agrees(errs[at], want) {
		t.Errorf("%s in position %d: %v, want %v", name, at, errs[at], want)
	}
	var e *depinproof.Error
	if err != nil && (!errors.As(err, &e) || e.Index != at) {
		t.Errorf("%s in position %d: error names another: %v", name, at, err)
	}
}

// Public inputs against the reference's, for every tree shape it was run on.
func TestPublicInputs(t *testing.T) {
	check := func(t *testing.T, cases []sealCase) {
		for i := range cases {
			c := &cases[i]
			if len(c.Inputs) == 0 {
				continue
			}
			info := c.info()
			info.Config = c.config(t)
			got, err := SealPublicInputs(&info)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			if len(got) != len(c.Inputs) {
				t.Errorf("%s: %d partitions, want %d", c.Name, len(got), len(c.Inputs))
				continue
			}
			for k := range got {
				if len(got[k]) != len(c.Inputs[k]) {
					t.Errorf("%s: %d inputs, want %d", c.Name, len(got[k]), len(c.Inputs[k]))
					continue
				}
				for j := range got[k] {
					if hex.EncodeToString(got[k][j][:]) != c.Inputs[k][j] {
						t.Fatalf("%s: partition %d, input %d is %x, want %s", c.Name, k, j, got[k][j], c.Inputs[k][j])
					}
				}
			}
			t.Logf("%s: %d inputs equal", c.Name, len(got)*len(got[0]))
		}
	}
	t.Run("testdata", func(t *testing.T) { check(t, sealCases(t)) })
	for _, size := range []string{"4kib", "16kib", "32kib", "8mib", "512mib"} {
		t.Run(size, func(t *testing.T) {
			var file struct {
				Seals json.RawMessage `json:"seals"`
			}
			if err := json.Unmarshal(sharedFile(t, "reference/"+size+"/vanilla.json"), &file); err != nil {
				t.Fatal(err)
			}
			check(t, readCases[sealCase](t, file.Seals))
		})
	}
}
