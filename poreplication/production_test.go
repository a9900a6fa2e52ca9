package poreplication

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication/params"
)

// forge is a verifier of one circuit and the trapdoors of its key and of its
// structured reference string.
type forge struct {
	v      *Verifier
	secret *trapdoor.Key
}

// forgedSRS is the structured reference string of all forges, with its trapdoor.
var forgedSRS = sync.OnceValue(func() *trapdoor.SRS {
	srs, err := trapdoor.NewSRS(rand.Reader)
	if err != nil {
		panic(err)
	}
	return srs
})

// forgedSRSFile is a parameter cache with forgedSRS alone, as long as a verifier
// needs it.
func forgedSRSFile() fstest.MapFS {
	return fstest.MapFS{params.SRSName: {Data: forgedSRS().File(2)}}
}

var (
	forgesMu sync.Mutex
	forges   = map[params.ID]*forge{}
)

// forgeFor makes and prepares, once, a key of the circuit, which verifiers of any
// number of workers share.
func forgeFor(t testing.TB, circuit params.Circuit, sectorSize uint64, workers int) *forge {
	t.Helper()
	forgesMu.Lock()
	defer forgesMu.Unlock()
	id := params.ID{Circuit: circuit, SectorSize: sectorSize}
	f := forges[id]
	if f == nil {
		secret, fsys := newKey(t, id)
		v, err := New(Config{Keys: testKeys(t, fsys), SRS: testSRS(t, forgedSRSFile())})
		if err != nil {
			t.Fatal(err)
		}
		v.keys[id].prepared()
		f = &forge{v, secret}
		forges[id] = f
	}
	v := *f.v
	v.workers = workers
	return &forge{&v, f.secret}
}

// newKey makes a key of the circuit, and a parameter cache with it.
func newKey(t testing.TB, id params.ID) (*trapdoor.Key, fstest.MapFS) {
	t.Helper()
	inputs, ok := id.Inputs()
	if !ok {
		t.Fatalf("no circuit %v", id)
	}
	secret, err := trapdoor.NewKey(rand.Reader, inputs)
	if err != nil {
		t.Fatal(err)
	}
	return secret, keyFile(t, id, secret)
}

// keyFile is a parameter cache with one key.
func keyFile(t testing.TB, id params.ID, secret *trapdoor.Key) fstest.MapFS {
	t.Helper()
	name, err := params.Name(params.V28, id)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{name: {Data: secret.VerifyingKey()}}
}

// statement returns the n-th statement of a kind, without a proof.
func statement(kind RegisteredSealProof, n int) SealInfo {
	s := SealInfo{SealProof: kind, Sector: uint64(n)<<33 + 7}
	for i, field := range []*[32]byte{&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD} {
		*field = sha256.Sum256(binary.BigEndian.AppendUint64(fmt.Appendf(nil, "%d/%d/", kind, i), uint64(n)))
		field[31] &= 0x3f
	}
	return s
}

// seal completes a statement with a true proof.
func (f *forge) seal(t testing.TB, s SealInfo) SealInfo {
	t.Helper()
	inputs, err := SealPublicInputs(&s)
	if err != nil {
		t.Fatal(err)
	}
	s.Proof = f.prove(t, inputs)
	return s
}

// prove returns true proofs of partitions with the given inputs.
func (f *forge) prove(t testing.TB, inputs [][][32]byte) (proof []byte) {
	t.Helper()
	for _, x := range inputs {
		p, err := f.secret.Prove(rand.Reader, x)
		if err != nil {
			t.Fatal(err)
		}
		proof = append(proof, p...)
	}
	return proof
}

// Every registered interactive and Synthetic kind at its own size.
func TestEveryRegisteredKind(t *testing.T) {
	for kind := StackedDrg2KiBV1; kind <= StackedDrg64GiBV1_1_Feat_SyntheticPoRep; kind++ {
		config, err := kind.Config()
		if err != nil {
			t.Fatal(err)
		}
		f := forgeFor(t, params.Seal, config.SectorSize, 1)
		good := f.seal(t, statement(kind, 1))
		if err := f.v.VerifySeal(&good); err != nil {
			t.Errorf("%v: %v", kind, err)
		}
		// The number is part of the replica ID and the graph.
		other := good
		other.SealProof = (kind + 5) % 15
		if err := f.v.VerifySeal(&other); !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("%v as %v: %v", kind, other.SealProof, err)
		}
		wrongSize := good
		wrongSize.SealProof = kind/5*5 + (kind+1)%5
		if err := f.v.VerifySeal(&wrongSize); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%v without a key for %v: %v", kind, wrongSize.SealProof, err)
		}
	}
}

// partitionTwins are what can be done to a proof of ten partitions.
var partitionTwins = []struct {
	name   string
	change func(s *SealInfo)
	want   error
}{
	{"first two swapped", func(s *SealInfo) {
		s.Proof = slices.Concat(s.Proof[192:384], s.Proof[:192], s.Proof[384:])
	}, depinproof.ErrInvalidProof},
	{"last two swapped", func(s *SealInfo) {
		s.Proof = slices.Concat(s.Proof[:1536], s.Proof[1728:], s.Proof[1536:1728])
	}, depinproof.ErrInvalidProof},
	{"first repeated", func(s *SealInfo) {
		s.Proof = slices.Concat(s.Proof[:192], s.Proof[:192], s.Proof[384:])
	}, depinproof.ErrInvalidProof},
	{"reversed", func(s *SealInfo) {
		chunks := slices.Collect(slices.Chunk(s.Proof, 192))
		slices.Reverse(chunks)
		s.Proof = slices.Concat(chunks...)
	}, depinproof.ErrInvalidProof},
	{"sign of the last C", func(s *SealInfo) { s.Proof[1872] ^= 0x20 }, depinproof.ErrInvalidProof},
	{"signs of A and B of one", func(s *SealInfo) { s.Proof[960] ^= 0x20; s.Proof[1008] ^= 0x20 }, nil},
	{"last dropped", func(s *SealInfo) { s.Proof = s.Proof[:1728] }, depinproof.ErrMalformed},
	{"one appended", func(s *SealInfo) { s.Proof = slices.Concat(s.Proof, s.Proof[:192]) }, depinproof.ErrMalformed},
	{"empty", func(s *SealInfo) { s.Proof = nil }, depinproof.ErrMalformed},
	{"infinity in the middle", func(s *SealInfo) { clear(s.Proof[960:1008]); s.Proof[960] = 0xc0 }, depinproof.ErrMalformed},
	{"last C off the curve", func(s *SealInfo) { clear(s.Proof[1873:]); s.Proof[1872] = 0x80; s.Proof[1919] = 1 }, depinproof.ErrMalformed},
	{"seed", func(s *SealInfo) { s.Seed[31] ^= 0x80 }, depinproof.ErrInvalidProof},
	{"ticket", func(s *SealInfo) { s.Ticket[31] ^= 0x80 }, depinproof.ErrInvalidProof},
	{"prover", func(s *SealInfo) { s.ProverID[31] ^= 0x80 }, depinproof.ErrInvalidProof},
	{"sector", func(s *SealInfo) { s.Sector ^= 1 << 63 }, depinproof.ErrInvalidProof},
	{"CommR", func(s *SealInfo) { s.CommR[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"CommD", func(s *SealInfo) { s.CommD[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"CommR zero", func(s *SealInfo) { s.CommR = [32]byte{} }, depinproof.ErrMalformed},
	{"CommD zero", func(s *SealInfo) { s.CommD = [32]byte{} }, depinproof.ErrMalformed},
	{"CommR not canonical", func(s *SealInfo) { s.CommR[31] = 0xff }, depinproof.ErrMalformed},
	{"CommD not canonical", func(s *SealInfo) { s.CommD[31] = 0x74 }, depinproof.ErrMalformed},
	{"non-interactive", func(s *SealInfo) { s.SealProof = StackedDrg32GiBV1_2_Feat_NiPoRep }, depinproof.ErrMalformed},
	{"unknown number", func(s *SealInfo) { s.SealProof = 20 }, depinproof.ErrMalformed},
	{"negative number", func(s *SealInfo) { s.SealProof = -1 }, depinproof.ErrMalformed},
	{"explicit without features", func(s *SealInfo) {
		s.Config = &SealConfig{SectorSize: 32 << 30, Version: V1_1_0, PoRepID: [32]byte{8}}
	}, nil},
	{"explicit, other graph", func(s *SealInfo) {
		s.Config = &SealConfig{SectorSize: 32 << 30, Version: V1_0_0, PoRepID: [32]byte{8}}
	}, depinproof.ErrInvalidProof},
	{"explicit, feature too early", func(s *SealInfo) {
		s.Config = &SealConfig{SectorSize: 32 << 30, Version: V1_1_0, Features: SyntheticPoRep}
	}, depinproof.ErrMalformed},
	{"explicit, two features", func(s *SealInfo) {
		s.Config = &SealConfig{SectorSize: 32 << 30, Version: V1_2_0, Features: SyntheticPoRep | NonInteractivePoRep}
	}, depinproof.ErrMalformed},
	{"explicit, no version", func(s *SealInfo) { s.Config = &SealConfig{SectorSize: 32 << 30} }, depinproof.ErrMalformed},
	{"explicit, no such size", func(s *SealInfo) {
		s.Config = &SealConfig{SectorSize: 48 << 30, Version: V1_1_0}
	}, depinproof.ErrMalformed},
}

func TestProductionShape(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		f := forgeFor(t, params.Seal, 32<<30, workers)
		good := f.seal(t, statement(StackedDrg32GiBV1_1, 1))
		second := f.seal(t, statement(StackedDrg32GiBV1_1, 2))
		if err := f.v.VerifySeal(&good); err != nil {
			t.Fatal(err)
		}
		for _, twin := range partitionTwins {
			bad := good
			bad.Proof = slices.Clone(good.Proof)
			twin.change(&bad)
			if err := f.v.VerifySeal(&bad); !agrees(err, twin.want) {
				t.Errorf("%d workers, %s: %v, want %v", workers, twin.name, err, twin.want)
			}
			errs := make([]error, 3)
			err := f.v.VerifySealBatch(context.Background(), []SealInfo{good, bad, second}, errs)
			if !agrees(err, twin.want) || errs[0] != nil || !agrees(errs[1], twin.want) || errs[2] != nil {
				t.Errorf("%d workers, %s in a batch: %v, %v, want %v", workers, twin.name, err, errs, twin.want)
			}
		}
	}
}

// A proof of one seal must not verify as another's, nor a mix of two.
func TestMixedPartitions(t *testing.T) {
	f := forgeFor(t, params.Seal, 32<<30, 1)
	a, b := f.seal(t, statement(StackedDrg32GiBV1, 1)), f.seal(t, statement(StackedDrg32GiBV1, 2))
	mixed := a
	mixed.Proof = slices.Concat(a.Proof[:960], b.Proof[960:])
	if err := f.v.VerifySeal(&mixed); !errors.Is(err, depinproof.ErrInvalidProof) {
		t.Errorf("half of another proof: %v", err)
	}
	a.Proof, b.Proof = b.Proof, a.Proof
	errs := make([]error, 2)
	if err := f.v.VerifySealBatch(context.Background(), []SealInfo{a, b}, errs); !errors.Is(err, depinproof.ErrInvalidProof) ||
		!errors.Is(errs[0], depinproof.ErrInvalidProof) || !errors.Is(errs[1], depinproof.ErrInvalidProof) {
		t.Errorf("proofs exchanged: %v", errs)
	}
}

// Batches with every number of failures, beyond what is searched by halving, and
// longer than a round.
func TestBatchFailures(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 2)
	seals := make([]SealInfo, 24)
	for i := range seals {
		seals[i] = f.seal(t, statement(StackedDrg2KiBV1_1, i))
	}
	for bad := 0; bad <= len(seals); bad += 3 {
		batch := slices.Clone(seals)
		want := make([]bool, len(batch))
		for i := range bad {
			at := i * 7 % len(batch)
			batch[at].Seed[0] ^= 1
			want[at] = true
		}
		errs := make([]error, len(batch))
		err := f.v.VerifySealBatch(context.Background(), batch, errs)
		if (err != nil) != (bad > 0) {
			t.Errorf("%d failures: %v", bad, err)
		}
		for i := range errs {
			if errors.Is(errs[i], depinproof.ErrInvalidProof) != want[i] || (errs[i] != nil) != want[i] {
				t.Errorf("%d failures, seal %d: %v", bad, i, errs[i])
			}
		}
	}
	if testing.Short() {
		return
	}
	long := make([]SealInfo, batchPartitions+100)
	for i := range long {
		long[i] = seals[i%len(seals)]
	}
	long[batchPartitions+50].CommR[0] ^= 1
	err := f.v.VerifySealBatch(context.Background(), long, nil)
	var e *depinproof.Error
	if !errors.As(err, &e) || e.Index != batchPartitions+50 || !errors.Is(err, depinproof.ErrInvalidProof) {
		t.Errorf("long batch: %v", err)
	}
}

func TestBatchArguments(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 1)
	good := f.seal(t, statement(StackedDrg2KiBV1, 1))
	background := context.Background()
	if err := f.v.VerifySealBatch(background, nil, nil); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("empty batch: %v", err)
	}
	errs := make([]error, 3)
	if err := f.v.VerifySealBatch(background, []SealInfo{good}, errs); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("too many results: %v", err)
	}
	for i := range errs {
		if errs[i] == nil {
			t.Errorf("result %d of a refused batch reads as valid", i)
		}
	}
	small := *f.v
	small.limits.BatchSeals = 2
	errs = make([]error, 3)
	if err := small.VerifySealBatch(background, []SealInfo{good, good, good}, errs); !errors.Is(err, depinproof.ErrLimit) || errs[0] == nil {
		t.Errorf("batch beyond the limit: %v", err)
	}
	cancelled, cancel := context.WithCancel(background)
	cancel()
	errs = make([]error, 2)
	if err := f.v.VerifySealBatch(cancelled, []SealInfo{good, good}, errs); err != context.Canceled || errs[0] != context.Canceled || errs[1] != context.Canceled {
		t.Errorf("cancelled: %v, %v", err, errs)
	}
	if err := f.v.VerifySeal(nil); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("no seal: %v", err)
	}
	var zero Verifier
	if err := zero.VerifySeal(&good); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("zero verifier: %v", err)
	}
	if err := zero.VerifySealBatch(background, []SealInfo{good}, nil); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("zero verifier, batch: %v", err)
	}
}

// A batch may mix kinds and sizes; each seal meets its own key.
func TestMixedBatch(t *testing.T) {
	keys := fstest.MapFS{}
	secrets := map[uint64]*trapdoor.Key{}
	for _, size := range []uint64{2 << 10, 32 << 30, 64 << 30} {
		secret, fsys := newKey(t, params.ID{Circuit: params.Seal, SectorSize: size})
		maps.Copy(keys, fsys)
		secrets[size] = secret
	}
	v, err := New(Config{Keys: testKeys(t, keys), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	var batch []SealInfo
	for i, kind := range []RegisteredSealProof{0, 3, 4, 5, 8, 9, 10, 13, 14, 0, 3} {
		config, _ := kind.Config()
		f := forge{v, secrets[config.SectorSize]}
		batch = append(batch, f.seal(t, statement(kind, i)))
	}
	if err := v.VerifySealBatch(context.Background(), batch, nil); err != nil {
		t.Error(err)
	}
	batch[4].Ticket[0] ^= 1
	batch[7].Proof = batch[7].Proof[1:]
	batch[9].SealProof = StackedDrg8MiBV1 // a size without a key
	errs := make([]error, len(batch))
	if err := v.VerifySealBatch(context.Background(), batch, errs); !errors.Is(err, depinproof.ErrInvalidProof) {
		t.Error(err)
	}
	want := map[int]error{4: depinproof.ErrInvalidProof, 7: depinproof.ErrMalformed, 9: depinproof.ErrUnsupported}
	for i := range errs {
		if !agrees(errs[i], want[i]) {
			t.Errorf("seal %d: %v, want %v", i, errs[i], want[i])
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 2)
	good := f.seal(t, statement(StackedDrg2KiBV1_1_Feat_SyntheticPoRep, 1))
	bad := good
	bad.Seed[0] ^= 1
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 3 {
				if err := f.v.VerifySeal(&good); err != nil {
					t.Error(err)
				}
				if err := f.v.VerifySeal(&bad); !errors.Is(err, depinproof.ErrInvalidProof) {
					t.Error(err)
				}
				if i%2 == 0 {
					if err := f.v.VerifySealBatch(context.Background(), []SealInfo{good, good}, nil); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
}
