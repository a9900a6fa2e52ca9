package poreplication

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
	"github.com/depinproof/depinproof/poreplication/params"
)

// aggregateOf returns n seals of a kind with a true proof.
func (f *forge) aggregateOf(t testing.TB, kind RegisteredSealProof, n int, version RegisteredAggregationProof) AggregateSealInfo {
	t.Helper()
	a := AggregateSealInfo{SealProof: kind, Aggregation: version}
	for i := range n {
		s := statement(kind, i)
		a.Seals = append(a.Seals, aggregated(&s))
	}
	a.Proof = f.proveAggregate(t, &a)
	return a
}

// proveAggregate returns a true proof of an aggregate.
func (f *forge) proveAggregate(t testing.TB, a *AggregateSealInfo) []byte {
	t.Helper()
	inputs, include := f.aggregateInputs(t, a)
	proof, err := forgedSRS().Aggregate(rand.Reader, f.secret, inputs, include, int(a.Aggregation)+1)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// aggregateInputs returns the inputs of all partitions, and what a prover commits to.
func (f *forge) aggregateInputs(t testing.TB, a *AggregateSealInfo) (inputs [][][32]byte, include *[32]byte) {
	t.Helper()
	probe := *a
	p := f.placeholder(t, a.SealProof, len(a.Seals))
	probe.Proof = p
	prepared, _, err := f.v.prepareAggregateSeals(&probe)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Seals {
		s := &a.Seals[i]
		one, err := SealPublicInputs(&SealInfo{SealProof: a.SealProof, ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD})
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, one...)
	}
	return inputs, &prepared.aggregate.include
}

// SnarkPack V1 proves nothing by itself: a proof that nobody had the proofs for is
// accepted as the reference accepts it, unless Config.Strict is set, and not as V2.
func TestSnarkPackV1Forgery(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 1)
	for _, n := range []int{1, 2, 5, 16} {
		a := AggregateSealInfo{SealProof: StackedDrg2KiBV1_1, Aggregation: SnarkPackV1}
		for i := range n {
			s := statement(StackedDrg2KiBV1_1, i)
			a.Seals = append(a.Seals, aggregated(&s))
		}
		inputs, include := f.aggregateInputs(t, &a)
		var err error
		if a.Proof, err = forgedSRS().Forge(rand.Reader, f.secret, inputs, include); err != nil {
			t.Fatal(err)
		}
		if err := f.v.VerifyAggregateSeals(t.Context(), &a); err != nil {
			t.Errorf("%d seals: %v", n, err)
		}
		strict := *f.v
		strict.strict = true
		if err := strict.VerifyAggregateSeals(t.Context(), &a); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%d seals, strict: %v", n, err)
		}
		a.Aggregation = SnarkPackV2
		if err := f.v.VerifyAggregateSeals(t.Context(), &a); !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("%d seals as V2: %v", n, err)
		}
	}
}

// placeholder is a proof of the right length and count for n seals, and of nothing
// else.
func (f *forge) placeholder(t testing.TB, kind RegisteredSealProof, n int) []byte {
	t.Helper()
	config, err := kind.Config()
	if err != nil {
		t.Fatal(err)
	}
	partitions, err := config.Partitions()
	if err != nil {
		t.Fatal(err)
	}
	return emptyAggregate(n * partitions)
}

// emptyAggregate has the length and the count of an aggregate of n proofs.
func emptyAggregate(n int) []byte {
	count := 2
	for count < n {
		count *= 2
	}
	b := make([]byte, snarkpack.Size(count))
	binary.LittleEndian.PutUint32(b[countOffset:], uint32(count))
	return b
}

// countOffset is where the number of proofs stands in an aggregate.
const countOffset = 5*288 + 48

// nonInteractive completes a non-interactive statement with a true proof.
func (f *forge) nonInteractive(t testing.TB, s SealInfo) SealInfo {
	t.Helper()
	s.Proof = f.proveAggregate(t, &AggregateSealInfo{SealProof: s.SealProof, Aggregation: SnarkPackV2, Seals: []AggregatedSeal{aggregated(&s)}})
	return s
}

// updatesOf returns n updates of a kind with a true proof.
func (f *forge) updatesOf(t testing.TB, kind RegisteredUpdateProof, n int) AggregateReplicaUpdateInfo {
	t.Helper()
	a := AggregateReplicaUpdateInfo{UpdateProof: kind, Aggregation: SnarkPackV2}
	var inputs [][][32]byte
	for i := range n {
		u := updateInfo(kind, i)
		one, err := ReplicaUpdatePublicInputs(&u)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, one...)
		a.Updates = append(a.Updates, AggregatedUpdate{u.CommROld, u.CommRNew, u.CommDNew})
	}
	a.Proof = emptyAggregate(len(inputs))
	p, _, err := f.v.prepareAggregateUpdates(&a)
	if err != nil {
		t.Fatal(err)
	}
	if a.Proof, err = forgedSRS().Aggregate(rand.Reader, f.secret, inputs, &p.aggregate.include, 2); err != nil {
		t.Fatal(err)
	}
	return a
}

// aggregateTwin is what can be done to an aggregate of four interactive seals.
type aggregateTwin struct {
	name   string
	change func(a *AggregateSealInfo)
	want   error
	index  int // of the error
}

func aggregateTwins() []aggregateTwin {
	twins := []aggregateTwin{
		{"nothing", func(*AggregateSealInfo) {}, nil, noIndex},
		{"first two exchanged", func(a *AggregateSealInfo) { a.Seals[0], a.Seals[1] = a.Seals[1], a.Seals[0] }, depinproof.ErrInvalidProof, noIndex},
		{"last two exchanged", func(a *AggregateSealInfo) { a.Seals[2], a.Seals[3] = a.Seals[3], a.Seals[2] }, depinproof.ErrInvalidProof, noIndex},
		{"reversed", func(a *AggregateSealInfo) { slices.Reverse(a.Seals) }, depinproof.ErrInvalidProof, noIndex},
		{"one in place of another", func(a *AggregateSealInfo) { a.Seals[2] = a.Seals[1] }, depinproof.ErrInvalidProof, noIndex},
		// 30 and 40 partitions are still padded to 64 and 64, 50 too.
		{"two dropped", func(a *AggregateSealInfo) { a.Seals = a.Seals[:2] }, depinproof.ErrMalformed, noIndex},
		{"one repeated at the end", func(a *AggregateSealInfo) { a.Seals = append(a.Seals, a.Seals[3]) }, depinproof.ErrInvalidProof, noIndex},
		{"another added", func(a *AggregateSealInfo) { a.Seals = append(a.Seals, a.Seals[0]) }, depinproof.ErrInvalidProof, noIndex},
		{"three added", func(a *AggregateSealInfo) { a.Seals = append(a.Seals, a.Seals[:3]...) }, depinproof.ErrMalformed, noIndex},
		{"none", func(a *AggregateSealInfo) { a.Seals = nil }, depinproof.ErrMalformed, noIndex},
		{"version −1", func(a *AggregateSealInfo) { a.Aggregation = -1 }, depinproof.ErrMalformed, noIndex},
		{"version 2", func(a *AggregateSealInfo) { a.Aggregation = 2 }, depinproof.ErrMalformed, noIndex},
		{"other version", func(a *AggregateSealInfo) { a.Aggregation = SnarkPackV1 + SnarkPackV2 - a.Aggregation }, depinproof.ErrInvalidProof, noIndex},
		{"other kind", func(a *AggregateSealInfo) { a.SealProof = StackedDrg32GiBV1 }, depinproof.ErrInvalidProof, noIndex},
		{"Synthetic", func(a *AggregateSealInfo) { a.SealProof = StackedDrg32GiBV1_1_Feat_SyntheticPoRep }, depinproof.ErrInvalidProof, noIndex},
		{"non-interactive", func(a *AggregateSealInfo) { a.SealProof = StackedDrg32GiBV1_2_Feat_NiPoRep }, depinproof.ErrMalformed, noIndex},
		{"other size", func(a *AggregateSealInfo) { a.SealProof = StackedDrg64GiBV1_1 }, depinproof.ErrUnsupported, noIndex},
		{"unknown kind", func(a *AggregateSealInfo) { a.SealProof = 20 }, depinproof.ErrMalformed, noIndex},
		{"explicit", func(a *AggregateSealInfo) {
			a.SealProof, a.Config = -1, &SealConfig{SectorSize: 32 << 30, Version: V1_1_0, PoRepID: [32]byte{8}}
		}, nil, noIndex},
		{"explicit, other graph", func(a *AggregateSealInfo) {
			a.Config = &SealConfig{SectorSize: 32 << 30, Version: V1_0_0, PoRepID: [32]byte{8}}
		}, depinproof.ErrInvalidProof, noIndex},
		{"explicit, no version", func(a *AggregateSealInfo) { a.Config = &SealConfig{SectorSize: 32 << 30} }, depinproof.ErrMalformed, noIndex},
		{"no proof", func(a *AggregateSealInfo) { a.Proof = nil }, depinproof.ErrMalformed, noIndex},
		{"bytes after it", func(a *AggregateSealInfo) { a.Proof = append(a.Proof, 1, 2, 3) }, nil, noIndex},
	}
	for i := range 4 {
		for name, field := range map[string]func(s *AggregatedSeal) *byte{
			"prover": func(s *AggregatedSeal) *byte { return &s.ProverID[31] },
			"ticket": func(s *AggregatedSeal) *byte { return &s.Ticket[31] },
			"seed":   func(s *AggregatedSeal) *byte { return &s.Seed[31] },
			"CommR":  func(s *AggregatedSeal) *byte { return &s.CommR[0] },
			"CommD":  func(s *AggregatedSeal) *byte { return &s.CommD[0] },
		} {
			twins = append(twins, aggregateTwin{fmt.Sprintf("%s of seal %d", name, i), func(a *AggregateSealInfo) { *field(&a.Seals[i]) ^= 0x80 }, depinproof.ErrInvalidProof, noIndex})
		}
		twins = append(twins,
			aggregateTwin{fmt.Sprintf("sector of seal %d", i), func(a *AggregateSealInfo) { a.Seals[i].Sector++ }, depinproof.ErrInvalidProof, noIndex},
			aggregateTwin{fmt.Sprintf("CommR of seal %d zero", i), func(a *AggregateSealInfo) { a.Seals[i].CommR = [32]byte{} }, depinproof.ErrMalformed, i},
			aggregateTwin{fmt.Sprintf("CommD of seal %d zero", i), func(a *AggregateSealInfo) { a.Seals[i].CommD = [32]byte{} }, depinproof.ErrMalformed, i},
			aggregateTwin{fmt.Sprintf("CommR of seal %d not canonical", i), func(a *AggregateSealInfo) { a.Seals[i].CommR[31] = 0xff }, depinproof.ErrMalformed, i},
			aggregateTwin{fmt.Sprintf("CommD of seal %d not canonical", i), func(a *AggregateSealInfo) { a.Seals[i].CommD[31] = 0x74 }, depinproof.ErrMalformed, i},
		)
	}
	return twins
}

// checkError checks an error's class, exactly, and the position it names.
func checkError(t *testing.T, name string, err, want error, index int) {
	t.Helper()
	if want == nil {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	var e *depinproof.Error
	if !errors.Is(err, want) || !errors.As(err, &e) || e.Index != index {
		t.Errorf("%s: %v, want %v at %d", name, err, want, index)
	}
}

// Four seals of ten partitions, aggregated under either version, and what can be
// done to the statement.
func TestAggregateProductionShape(t *testing.T) {
	for i, workers := range []int{1, 2, 7} {
		f := forgeFor(t, params.Seal, 32<<30, workers)
		for version := SnarkPackV1; version <= SnarkPackV2; version++ {
			good := f.aggregateOf(t, StackedDrg32GiBV1_1, 4, version)
			if n := len(good.Proof); n != 2260+6*2976 {
				t.Errorf("proof of %d bytes", n)
			}
			for k, twin := range aggregateTwins() {
				if k > 0 && (k+i+int(version))%3 != 0 {
					continue // each is met by one number of workers with each version
				}
				bad := good
				bad.Seals, bad.Proof = slices.Clone(good.Seals), slices.Clone(good.Proof)
				twin.change(&bad)
				name := fmt.Sprintf("%v, %d workers, %s", version, workers, twin.name)
				checkError(t, name, f.v.VerifyAggregateSeals(t.Context(), &bad), twin.want, twin.index)
			}
		}
	}
}

// The padding repeats the last partition, so a seal repeated by its prover is
// another statement, and one proof is padded to two.
func TestAggregatePadding(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 1)
	for _, n := range []int{1, 2, 3, 4, 5, 8, 9} {
		good := f.aggregateOf(t, StackedDrg2KiBV1_1_Feat_SyntheticPoRep, n, SnarkPackV2)
		if err := f.v.VerifyAggregateSeals(t.Context(), &good); err != nil {
			t.Errorf("%d seals: %v", n, err)
		}
		// A statement of another number is refused, by its count or its transcript.
		for m := 1; m <= 17; m++ {
			if m == n {
				continue
			}
			other := good
			other.Seals = nil
			for i := range m {
				other.Seals = append(other.Seals, good.Seals[min(i, n-1)])
			}
			want := depinproof.ErrMalformed
			if len(emptyAggregate(m)) == len(good.Proof) {
				want = depinproof.ErrInvalidProof
			}
			checkError(t, fmt.Sprintf("%d seals for %d", m, n), f.v.VerifyAggregateSeals(t.Context(), &other), want, noIndex)
		}
	}
}

// A non-interactive seal of 126 partitions, alone, among others in a batch, and
// aggregated.
func TestNonInteractiveProductionShape(t *testing.T) {
	f := forgeFor(t, params.Seal, 32<<30, 2)
	const kind = StackedDrg32GiBV1_2_Feat_NiPoRep
	good := f.nonInteractive(t, statement(kind, 1))
	if len(good.Proof) != 23092 {
		t.Errorf("proof of %d bytes", len(good.Proof))
	}
	second := f.nonInteractive(t, statement(kind, 2))
	first := f.seal(t, statement(StackedDrg32GiBV1_1, 1))
	others := []SealInfo{first, second, f.seal(t, statement(StackedDrg32GiBV1_1_Feat_SyntheticPoRep, 2))}
	for n, twin := range []struct {
		name   string
		change func(s *SealInfo)
		want   error
	}{
		{"nothing", func(*SealInfo) {}, nil},
		{"seed", func(s *SealInfo) { s.Seed = [32]byte{} }, nil},
		{"ticket", func(s *SealInfo) { s.Ticket[0] ^= 1 }, depinproof.ErrInvalidProof},
		{"CommR", func(s *SealInfo) { s.CommR[0] ^= 1 }, depinproof.ErrInvalidProof},
		{"CommD zero", func(s *SealInfo) { s.CommD = [32]byte{} }, depinproof.ErrMalformed},
		{"another's proof", func(s *SealInfo) { s.Proof = second.Proof }, depinproof.ErrInvalidProof},
		{"an interactive proof", func(s *SealInfo) { s.Proof = first.Proof }, depinproof.ErrMalformed},
		{"as an interactive seal", func(s *SealInfo) { s.SealProof = StackedDrg32GiBV1_1 }, depinproof.ErrMalformed},
		{"a coordinate too large", func(s *SealInfo) { s.Proof[47] = 0xff }, depinproof.ErrMalformed},
	} {
		bad := good
		bad.Proof = slices.Clone(good.Proof)
		twin.change(&bad)
		for _, workers := range []int{1, 2, 7} {
			v := *f.v
			v.workers = workers
			checkError(t, twin.name, v.VerifySeal(&bad), twin.want, noIndex)
		}
		for at := range 4 {
			if n > 2 && at != n%4 {
				continue
			}
			batch := slices.Insert(slices.Clone(others), at, bad)
			errs := make([]error, 4)
			checkError(t, twin.name+" in a batch", f.v.VerifySealBatch(t.Context(), batch, errs), twin.want, at)
			for i := range errs {
				if i == at {
					checkError(t, twin.name+" in a batch", errs[i], twin.want, at)
				} else if errs[i] != nil {
					t.Errorf("%s in position %d: seal %d: %v", twin.name, at, i, errs[i])
				}
			}
		}
	}
	// Bad seals of either kind at once, and two non-interactive ones among them.
	batch := []SealInfo{good, first, second, others[2], good, second}
	batch[1].Seed[0] ^= 1
	batch[2].CommR[0] ^= 1
	batch[5].Proof = good.Proof
	errs := make([]error, len(batch))
	checkError(t, "three bad ones", f.v.VerifySealBatch(t.Context(), batch, errs), depinproof.ErrInvalidProof, 1)
	for i, bad := range []bool{false, true, true, false, false, true} {
		if (errs[i] != nil) != bad {
			t.Errorf("seal %d of a batch with three bad ones: %v", i, errs[i])
		}
	}

	pair := f.aggregateOf(t, kind, 2, SnarkPackV2)
	if err := f.v.VerifyAggregateSeals(t.Context(), &pair); err != nil {
		t.Errorf("aggregate of two: %v", err)
	}
	pair.Seals[1].Seed[0] ^= 1
	if err := f.v.VerifyAggregateSeals(t.Context(), &pair); err != nil {
		t.Errorf("aggregate of two, another seed: %v", err)
	}
	pair.Seals[0], pair.Seals[1] = pair.Seals[1], pair.Seals[0]
	checkError(t, "exchanged", f.v.VerifyAggregateSeals(t.Context(), &pair), depinproof.ErrInvalidProof, noIndex)
	// Alone it is an aggregate of one under V2, and V1 is another proof.
	alone := AggregateSealInfo{SealProof: kind, Aggregation: SnarkPackV2, Seals: []AggregatedSeal{aggregated(&good)}, Proof: good.Proof}
	if err := f.v.VerifyAggregateSeals(t.Context(), &alone); err != nil {
		t.Errorf("aggregate of one: %v", err)
	}
	alone.Aggregation = SnarkPackV1
	checkError(t, "aggregate of one under V1", f.v.VerifyAggregateSeals(t.Context(), &alone), depinproof.ErrInvalidProof, noIndex)
	old := f.aggregateOf(t, kind, 1, SnarkPackV1)
	if err := f.v.VerifyAggregateSeals(t.Context(), &old); err != nil {
		t.Errorf("V1: %v", err)
	}
	asSeal := statement(kind, 0)
	asSeal.Proof = old.Proof
	checkError(t, "a V1 proof as a seal", f.v.VerifySeal(&asSeal), depinproof.ErrInvalidProof, noIndex)
}

// Three updates of sixteen partitions.
func TestAggregateUpdates(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		f := forgeFor(t, params.ReplicaUpdate, 32<<30, workers)
		good := f.updatesOf(t, StackedDrg32GiBUpdateV1, 3)
		for _, twin := range []struct {
			name   string
			change func(a *AggregateReplicaUpdateInfo)
			want   error
			index  int
		}{
			{"nothing", func(*AggregateReplicaUpdateInfo) {}, nil, noIndex},
			{"exchanged", func(a *AggregateReplicaUpdateInfo) { a.Updates[0], a.Updates[2] = a.Updates[2], a.Updates[0] }, depinproof.ErrInvalidProof, noIndex},
			{"repeated", func(a *AggregateReplicaUpdateInfo) { a.Updates[1] = a.Updates[0] }, depinproof.ErrInvalidProof, noIndex},
			{"one more", func(a *AggregateReplicaUpdateInfo) { a.Updates = append(a.Updates, a.Updates[2]) }, depinproof.ErrInvalidProof, noIndex},
			{"one less", func(a *AggregateReplicaUpdateInfo) { a.Updates = a.Updates[:2] }, depinproof.ErrMalformed, noIndex},
			{"none", func(a *AggregateReplicaUpdateInfo) { a.Updates = nil }, depinproof.ErrMalformed, noIndex},
			{"V1", func(a *AggregateReplicaUpdateInfo) { a.Aggregation = SnarkPackV1 }, depinproof.ErrMalformed, noIndex},
			{"version 2", func(a *AggregateReplicaUpdateInfo) { a.Aggregation = 2 }, depinproof.ErrMalformed, noIndex},
			{"old CommR", func(a *AggregateReplicaUpdateInfo) { a.Updates[0].CommROld[0] ^= 1 }, depinproof.ErrInvalidProof, noIndex},
			{"new CommR", func(a *AggregateReplicaUpdateInfo) { a.Updates[1].CommRNew[0] ^= 1 }, depinproof.ErrInvalidProof, noIndex},
			{"new CommD", func(a *AggregateReplicaUpdateInfo) { a.Updates[2].CommDNew[0] ^= 1 }, depinproof.ErrInvalidProof, noIndex},
			{"old CommR zero", func(a *AggregateReplicaUpdateInfo) { a.Updates[2].CommROld = [32]byte{} }, depinproof.ErrMalformed, 2},
			{"new CommR zero", func(a *AggregateReplicaUpdateInfo) { a.Updates[1].CommRNew = [32]byte{} }, depinproof.ErrMalformed, 1},
			{"new CommD zero", func(a *AggregateReplicaUpdateInfo) { a.Updates[0].CommDNew = [32]byte{} }, depinproof.ErrMalformed, 0},
			{"new CommR not canonical", func(a *AggregateReplicaUpdateInfo) { a.Updates[1].CommRNew = ones }, depinproof.ErrMalformed, 1},
			{"other size", func(a *AggregateReplicaUpdateInfo) { a.UpdateProof = StackedDrg64GiBUpdateV1 }, depinproof.ErrUnsupported, noIndex},
			{"unknown kind", func(a *AggregateReplicaUpdateInfo) { a.UpdateProof = 9 }, depinproof.ErrMalformed, noIndex},
			{"explicit", func(a *AggregateReplicaUpdateInfo) { a.Config = &UpdateConfig{32 << 30} }, nil, noIndex},
			{"bytes after it", func(a *AggregateReplicaUpdateInfo) { a.Proof = append(a.Proof, 0) }, nil, noIndex},
			{"short", func(a *AggregateReplicaUpdateInfo) { a.Proof = a.Proof[1:] }, depinproof.ErrMalformed, noIndex},
		} {
			bad := good
			bad.Updates, bad.Proof = slices.Clone(good.Updates), slices.Clone(good.Proof)
			twin.change(&bad)
			checkError(t, fmt.Sprintf("%d workers, %s", workers, twin.name), f.v.VerifyAggregateReplicaUpdates(t.Context(), &bad), twin.want, twin.index)
		}
	}
}

// Neither a nil argument nor a verifier without a part is a way to acceptance, and
// a cancelled call says so.
func TestAggregateArguments(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 2)
	u := forgeFor(t, params.ReplicaUpdate, 2<<10, 2)
	good := f.aggregateOf(t, StackedDrg2KiBV1_1, 3, SnarkPackV2)
	update := u.updatesOf(t, StackedDrg2KiBUpdateV1, 3)
	seals := func(ctx context.Context, v *Verifier) error { return v.VerifyAggregateSeals(ctx, &good) }
	updates := func(ctx context.Context, v *Verifier) error { return v.VerifyAggregateReplicaUpdates(ctx, &update) }
	for _, x := range []struct {
		name   string
		v      *Verifier
		none   func(v *Verifier) error
		verify func(context.Context, *Verifier) error
	}{
		{"seals", f.v, func(v *Verifier) error { return v.VerifyAggregateSeals(t.Context(), nil) }, seals},
		{"updates", u.v, func(v *Verifier) error { return v.VerifyAggregateReplicaUpdates(t.Context(), nil) }, updates},
	} {
		if err := x.verify(t.Context(), x.v); err != nil {
			t.Errorf("%s: %v", x.name, err)
		}
		checkError(t, x.name+", nil", x.none(x.v), depinproof.ErrMalformed, noIndex)
		checkError(t, x.name+", zero verifier", x.verify(t.Context(), &Verifier{}), depinproof.ErrUnsupported, noIndex)
		without := *x.v
		without.srs = nil
		checkError(t, x.name+", no structured reference string", x.verify(t.Context(), &without), depinproof.ErrUnsupported, noIndex)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := x.verify(cancelled, x.v); err != context.Canceled {
			t.Errorf("%s, cancelled: %v", x.name, err)
		}
	}
	// Wherever the context ends, the call says so or has judged.
	judged, cancelled := 0, 0
	bad := good
	bad.Seals = slices.Clone(good.Seals)
	bad.Seals[1].Seed[0] ^= 1
	ni := f.nonInteractive(t, statement(StackedDrg2KiBV1_2_Feat_NiPoRep, 1))
	interactive := f.seal(t, statement(StackedDrg2KiBV1_1, 1))
	for n := range 20 {
		after := func() context.Context { left := n; return countdown{t.Context(), new(sync.Mutex), &left} }
		switch err := f.v.VerifyAggregateSeals(after(), &good); err {
		case nil:
			judged++
		case context.Canceled:
			cancelled++
		default:
			t.Errorf("cancelled after %d: %v", n, err)
		}
		if err := f.v.VerifyAggregateSeals(after(), &bad); err != context.Canceled && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("bad seal, cancelled after %d: %v", n, err)
		}
		twin := ni
		twin.CommR[0] ^= 1
		errs := make([]error, 3)
		err := f.v.VerifySealBatch(after(), []SealInfo{interactive, twin, ni}, errs)
		if err != context.Canceled && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("batch, cancelled after %d: %v", n, err)
		}
		if errs[0] != nil && errs[0] != context.Canceled || errs[2] != nil && errs[2] != context.Canceled ||
			errs[1] != context.Canceled && !errors.Is(errs[1], depinproof.ErrInvalidProof) {
			t.Errorf("batch, cancelled after %d: %v", n, errs)
		}
	}
	if judged == 0 || cancelled < 3 {
		t.Errorf("%d judged, %d cancelled", judged, cancelled)
	}
}

// A statement or a proof beyond a limit is refused by its length, before anything
// is allocated for it.
func TestAggregateLimits(t *testing.T) {
	seal, update := forgeFor(t, params.Seal, 2<<10, 1), forgeFor(t, params.ReplicaUpdate, 2<<10, 1)
	seals := func(kind RegisteredSealProof, n, proofs int) func(v *Verifier) error {
		s := statement(kind, 1)
		a := &AggregateSealInfo{SealProof: kind, Seals: slices.Repeat([]AggregatedSeal{aggregated(&s)}, n), Proof: emptyAggregate(proofs)}
		return func(v *Verifier) error { return v.VerifyAggregateSeals(t.Context(), a) }
	}
	updates := func(n, proofs int) func(v *Verifier) error {
		u := updateInfo(StackedDrg2KiBUpdateV1, 1)
		a := &AggregateReplicaUpdateInfo{
			UpdateProof: StackedDrg2KiBUpdateV1, Aggregation: SnarkPackV2,
			Updates: slices.Repeat([]AggregatedUpdate{{u.CommROld, u.CommRNew, u.CommDNew}}, n), Proof: emptyAggregate(proofs),
		}
		return func(v *Verifier) error { return v.VerifyAggregateReplicaUpdates(t.Context(), a) }
	}
	const interactive, ni = StackedDrg2KiBV1_1, StackedDrg2KiBV1_2_Feat_NiPoRep
	for _, x := range []struct {
		name   string
		v      *Verifier
		limits Limits
		verify func(*Verifier) error
		want   error
	}{
		// What is within a limit is decoded, and its elements are not of the group.
		{"819 seals", seal.v, Limits{}, seals(interactive, 819, 1024), depinproof.ErrMalformed},
		{"820 seals", seal.v, Limits{}, seals(interactive, 820, 1024), depinproof.ErrLimit},
		{"65 non-interactive", seal.v, Limits{}, seals(ni, 65, 1024), depinproof.ErrMalformed},
		{"66 non-interactive", seal.v, Limits{}, seals(ni, 66, 1024), depinproof.ErrLimit},
		{"more proofs than seals", seal.v, Limits{}, seals(interactive, 819, 8192), depinproof.ErrMalformed},
		{"many more proofs than seals", seal.v, Limits{}, seals(interactive, 819, 16384), depinproof.ErrMalformed},
		{"2 seals of 2", seal.v, Limits{AggregateSeals: 2}, seals(interactive, 2, 2), depinproof.ErrMalformed},
		{"3 seals of 2", seal.v, Limits{AggregateSeals: 2}, seals(interactive, 3, 4), depinproof.ErrLimit},
		{"1 non-interactive of 1", seal.v, Limits{AggregateNonInteractive: 1}, seals(ni, 1, 16), depinproof.ErrMalformed},
		{"2 non-interactive of 1", seal.v, Limits{AggregateNonInteractive: 1}, seals(ni, 2, 32), depinproof.ErrLimit},
		{"8 proofs of 8", seal.v, Limits{AggregateProofs: 8}, seals(interactive, 5, 8), depinproof.ErrMalformed},
		{"16 proofs of 8", seal.v, Limits{AggregateProofs: 8}, seals(interactive, 9, 16), depinproof.ErrLimit},
		{"8,192 updates", update.v, Limits{}, updates(8192, 8192), depinproof.ErrMalformed},
		{"8,193 updates", update.v, Limits{}, updates(8193, 16384), depinproof.ErrLimit},
		{"more proofs than updates", update.v, Limits{}, updates(8192, 16384), depinproof.ErrMalformed},
		{"8 updates of 4", update.v, Limits{AggregateProofs: 4}, updates(8, 8), depinproof.ErrLimit},
	} {
		v := *x.v
		v.limits = x.limits
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := x.verify(&v)
		runtime.ReadMemStats(&after)
		checkError(t, x.name, err, x.want, noIndex)
		// Measured: 344 bytes an update, for the most updates.
		if n := after.TotalAlloc - before.TotalAlloc; x.want == depinproof.ErrLimit && n > 3<<20 {
			t.Errorf("%s: %d bytes allocated", x.name, n)
		}
	}
	// A non-interactive seal has 16 proofs, and the limit is theirs, too.
	v := *seal.v
	v.limits.AggregateProofs = 8
	s := statement(ni, 1)
	s.Proof = emptyAggregate(16)
	checkError(t, "a non-interactive seal", v.VerifySeal(&s), depinproof.ErrLimit, noIndex)
}

// aggregateLayout lists the parts of an aggregate of 2^rounds proofs, in order: a
// letter for the group, t, 1 or 2, or n for the count.
func aggregateLayout(rounds int) (parts []byte) {
	add := func(s string, n int) {
		for range n {
			parts = append(parts, s...)
		}
	}
	add("ttttt1n", 1)
	add("tttt", 2*rounds)
	add("tt", rounds)
	add("11", rounds)
	add("121221122"+"11", 1)
	return parts
}

var partSizes = map[byte]int{'t': 288, '1': 48, '2': 96, 'n': 4}

// What can be done to the bytes of an aggregate, at every boundary of its layout
// and to every element.
func TestAggregateProofTwins(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 2)
	good := f.aggregateOf(t, StackedDrg2KiBV1_1, 3, SnarkPackV2)
	verify := func(proof []byte) error {
		a := good
		a.Proof = proof
		return f.v.VerifyAggregateSeals(t.Context(), &a)
	}
	if err := verify(good.Proof); err != nil {
		t.Fatal(err)
	}
	at := 0
	var targets, points []int // where elements stand
	for i, part := range aggregateLayout(2) {
		checkError(t, fmt.Sprintf("%d bytes", at), verify(good.Proof[:at]), depinproof.ErrMalformed, noIndex)
		size := partSizes[part]
		twin := slices.Clone(good.Proof)
		switch part {
		case 't':
			targets = append(targets, at)
			clear(twin[at : at+size]) // the element −1, of order two
			checkError(t, fmt.Sprintf("element %d is −1", i), verify(twin), depinproof.ErrMalformed, noIndex)
			for k := range 6 {
				high := slices.Clone(good.Proof)
				high[at+48*k+47] = 0xff
				checkError(t, fmt.Sprintf("element %d, coordinate %d too large", i, k), verify(high), depinproof.ErrMalformed, noIndex)
			}
		case '1', '2':
			points = append(points, at)
			clear(twin[at : at+size])
			checkError(t, fmt.Sprintf("point %d without flags", i), verify(twin), depinproof.ErrMalformed, noIndex)
			twin[at] = 0xc0
			checkError(t, fmt.Sprintf("point %d at infinity", i), verify(twin), depinproof.ErrInvalidProof, noIndex)
			twin[at+size-1] = 1
			checkError(t, fmt.Sprintf("point %d at infinity, and more", i), verify(twin), depinproof.ErrMalformed, noIndex)
			sign := slices.Clone(good.Proof)
			sign[at] ^= 0x20
			checkError(t, fmt.Sprintf("point %d, other sign", i), verify(sign), depinproof.ErrInvalidProof, noIndex)
		case 'n':
			for _, n := range []uint32{0, 1, 2, 3, 5, 8, 16, 1 << 20, 1 << 21, 1 << 31, 1<<32 - 1} {
				for _, more := range []int{0, 40 * 2976} {
					binary.LittleEndian.PutUint32(twin[at:], n)
					err := verify(append(slices.Clone(twin), make([]byte, more)...))
					checkError(t, fmt.Sprintf("count %d, %d bytes more", n, more), err, depinproof.ErrMalformed, noIndex)
				}
			}
		}
		at += size
	}
	if at != len(good.Proof) {
		t.Fatalf("the layout has %d bytes, the proof %d", at, len(good.Proof))
	}
	checkError(t, "one byte short", verify(good.Proof[:at-1]), depinproof.ErrMalformed, noIndex)

	// Elements of one group in each other's places, neighbours and a round apart.
	swap := func(i, j, size int) []byte {
		twin := slices.Clone(good.Proof)
		copy(twin[i:i+size], good.Proof[j:j+size])
		copy(twin[j:j+size], good.Proof[i:i+size])
		return twin
	}
	for _, apart := range []int{1, 2, 4} {
		for i := range targets[apart:] {
			checkError(t, fmt.Sprintf("elements %d and %d exchanged", i, i+apart), verify(swap(targets[i], targets[i+apart], 288)), depinproof.ErrInvalidProof, noIndex)
		}
	}
	g1 := points[:5] // the sum, and those of two rounds
	for i := range g1[1:] {
		checkError(t, fmt.Sprintf("points %d and %d exchanged", i, i+1), verify(swap(g1[i], g1[i+1], 48)), depinproof.ErrInvalidProof, noIndex)
	}
	// The keys' and the openings' elements, each with its twin for the other secret.
	end := len(good.Proof)
	for name, x := range map[string][3]int{
		"keys v": {end - 576, end - 480, 96}, "keys w": {end - 384, end - 336, 48},
		"openings of v": {end - 288, end - 192, 96}, "openings of w": {end - 96, end - 48, 48},
	} {
		checkError(t, name+" exchanged", verify(swap(x[0], x[1], x[2])), depinproof.ErrInvalidProof, noIndex)
	}
}

// No bit of an aggregate is without effect.
func TestAggregateBits(t *testing.T) {
	f := forgeFor(t, params.Seal, 2<<10, 2)
	for version := SnarkPackV1; version <= SnarkPackV2; version++ {
		good := f.aggregateOf(t, StackedDrg2KiBV1_1, 2, version)
		random := mathrand.New(mathrand.NewPCG(1, uint64(version)))
		refused := map[error]int{}
		for i := range 300 {
			bad := good
			bad.Proof = slices.Clone(good.Proof)
			bit := random.IntN(8 * len(bad.Proof))
			if i%4 == 0 { // points, which are a fifth of it and decode more often
				bit = 8*(len(bad.Proof)-96-864) + random.IntN(8*(96+864))
			}
			bad.Proof[bit/8] ^= 1 << (bit % 8)
			err := f.v.VerifyAggregateSeals(t.Context(), &bad)
			if !errors.Is(err, depinproof.ErrMalformed) && !errors.Is(err, depinproof.ErrInvalidProof) && !errors.Is(err, depinproof.ErrLimit) {
				t.Errorf("%v, bit %d: %v", version, bit, err)
			}
			refused[class(err)]++
		}
		t.Logf("%v: %v", version, refused)
		if err := f.v.VerifyAggregateSeals(t.Context(), &good); err != nil {
			t.Error(err)
		}
	}
}
