package poreplication

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
)

// aggregateCase is an entry of aggregate.json, or of the aggregates in update.json.
type aggregateCase struct {
	Kind    string             `json:"kind"`
	Version int                `json:"snarkpack_version"`
	Inputs  int                `json:"num_inputs"`
	Seals   []string           `json:"seals"`
	Updates []string           `json:"updates"`
	Proof   string             `json:"proof"` // name of a file
	Hostile []aggregateVariant `json:"hostile"`
}

// aggregateVariant is a change to an entry, of its proof by one of three means.
type aggregateVariant struct {
	Name  string `json:"name"`
	Field string `json:"field"`
	Xor   *struct {
		Offset int  `json:"offset"`
		Value  byte `json:"value"`
	} `json:"xor"`
	Append    hexBytes `json:"append"`
	Drop      int      `json:"drop"`
	Reference string   `json:"reference"`
}

func (c *aggregateCase) name() string { return fmt.Sprintf("%s of %d", c.Proof, c.Inputs) }

// aggregation is the registered number of the case's version.
func (c *aggregateCase) aggregation() RegisteredAggregationProof {
	return RegisteredAggregationProof(c.Version - 1)
}

// change returns the changed proof.
func (x *aggregateVariant) change(t testing.TB, proof []byte) []byte {
	t.Helper()
	proof = slices.Clone(proof)
	switch {
	case x.Xor != nil:
		proof[x.Xor.Offset] ^= x.Xor.Value
	case x.Append != nil:
		proof = append(proof, x.Append...)
	case x.Drop > 0:
		proof = proof[:len(proof)-x.Drop]
	default:
		t.Fatalf("%s: no change of a proof", x.Name)
	}
	return proof
}

// seals returns the statement of a case, from the named seals.
func (c *aggregateCase) seals(t testing.TB, named map[string]*sealCase) AggregateSealInfo {
	t.Helper()
	a := AggregateSealInfo{Aggregation: c.aggregation(), Proof: ownFile(t, c.Proof)}
	for _, name := range c.Seals {
		s := named[name]
		if s == nil {
			t.Fatalf("%s: no seal %s", c.name(), name)
		}
		info := s.info()
		a.SealProof = info.SealProof
		a.Seals = append(a.Seals, aggregated(&info))
	}
	return a
}

// aggregated is a seal as an aggregate states it.
func aggregated(s *SealInfo) AggregatedSeal {
	return AggregatedSeal{ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD}
}

// aggregateCases returns the entries of aggregate.json with their statements.
func aggregateCases(t testing.TB) (cases []aggregateCase, infos []AggregateSealInfo, named map[string]*sealCase) {
	t.Helper()
	named = map[string]*sealCase{}
	seals := sealCases(t)
	for i := range seals {
		named[seals[i].Name] = &seals[i]
	}
	cases = readCases[aggregateCase](t, ownFile(t, "aggregate.json"))
	for i := range cases {
		infos = append(infos, cases[i].seals(t, named))
	}
	return cases, infos, named
}

// updateAggregateCases returns the aggregates of update.json with their statements.
func updateAggregateCases(t testing.TB) (cases []aggregateCase, infos []AggregateReplicaUpdateInfo) {
	t.Helper()
	data := ownFile(t, "update.json")
	var file struct {
		Aggregates json.RawMessage `json:"aggregates"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	named := map[string]ReplicaUpdateInfo{}
	for _, c := range updateCases(t, data) {
		named[c.Name] = c.info()
	}
	cases = readCases[aggregateCase](t, file.Aggregates)
	for _, c := range cases {
		a := AggregateReplicaUpdateInfo{UpdateProof: StackedDrg2KiBUpdateV1, Aggregation: c.aggregation(), Proof: ownFile(t, c.Proof)}
		for _, name := range c.Updates {
			u, ok := named[name]
			if !ok {
				t.Fatalf("%s: no update %s", c.name(), name)
			}
			a.Updates = append(a.Updates, AggregatedUpdate{u.CommROld, u.CommRNew, u.CommDNew})
		}
		infos = append(infos, a)
	}
	return cases, infos
}

// Every aggregate of the reference, and every change to one with the reference's
// verdict: those of proof and version by the exported method, those of what no
// statement stands for (other inputs than the transcript's CommRs, inputs changed
// themselves) where the statement meets the proof.
func TestAggregateVectors(t *testing.T) {
	v := testVerifier(t, 2)
	cases, infos, named := aggregateCases(t)
	counts := map[string]int{}
	judged := 0
	for i := range cases {
		c, good := &cases[i], &infos[i]
		explicit := *good
		explicit.SealProof, explicit.Config = -1, named[c.Seals[0]].config(t)
		for _, a := range []*AggregateSealInfo{good, &explicit} {
			if err := v.VerifyAggregateSeals(t.Context(), a); err != nil {
				t.Errorf("%s: %v", c.name(), err)
			}
		}
		if _, index, err := v.prepareAggregateSeals(good); err != nil || index != noIndex {
			t.Fatalf("%s: index %d, %v", c.name(), index, err)
		}
		for _, x := range c.Hostile {
			want := classOf(t, x.Reference)
			bad := *good
			var err error
			switch x.Field {
			case "version":
				bad.Aggregation = SnarkPackV1 + SnarkPackV2 - bad.Aggregation
				err = v.VerifyAggregateSeals(t.Context(), &bad)
			case "proof":
				bad.Proof = x.change(t, good.Proof)
				err = v.VerifyAggregateSeals(t.Context(), &bad)
			case "comm_rs":
				err = v.judgeChanged(t, good, func(a *aggregate) {
					reversed := make([]stacked.Statement, len(good.Seals))
					for k := range reversed {
						s := &good.Seals[k]
						reversed[k] = stacked.Statement{Seed: s.Seed, CommR: good.Seals[len(good.Seals)-1-k].CommR}
						if config, _ := good.SealProof.config(); config.Features == NonInteractivePoRep {
							reversed[k].Origin = stacked.FromReplica
						}
						reversed[k].Shape, _ = shapeOf(2 << 10)
					}
					a.include = sealAggregate(reversed, 0).include
				})
			case "inputs":
				err = v.judgeChanged(t, good, func(a *aggregate) {
					inputs := a.inputs
					a.inputs = func(dst []bls12381.Scalar, instance int) bool {
						ok := inputs(dst, instance)
						if instance == 0 {
							dst[0].Add(&dst[0], &bls12381.Scalar{1})
						}
						return ok
					}
				})
			default:
				t.Fatalf("%s: field %q", x.Name, x.Field)
			}
			judged++
			counts[x.Field+": "+fmt.Sprint(want)]++
			counts[fmt.Sprint(want)]++
			if !agrees(err, want) {
				t.Errorf("%s, %s: %v, the reference says %v", c.name(), x.Name, err, want)
			}
		}
	}
	checkCounts(t, counts)
	for _, x := range []string{"version: invalid proof", "comm_rs: invalid proof", "comm_rs: <nil>", "inputs: invalid proof", "proof: malformed input", "proof: <nil>"} {
		if counts[x] == 0 {
			t.Errorf("no case of %s", x)
		}
	}
	if len(cases) != 21 || judged != 399 {
		t.Errorf("%d aggregates and %d changes judged, want 21 and 399", len(cases), judged)
	}
}

// judgeChanged judges an aggregate whose statement is changed after it was checked.
func (v *Verifier) judgeChanged(t *testing.T, a *AggregateSealInfo, change func(*aggregate)) error {
	t.Helper()
	p, _, err := v.prepareAggregateSeals(a)
	if err != nil {
		t.Fatal(err)
	}
	change(p.aggregate)
	return v.judge(context.Background(), p)
}

// Bytes after a proof and SnarkPack V1, which the reference accepts, are refused where
// that is asked for, and nothing else is.
func TestAggregateStrict(t *testing.T) {
	v := testVerifier(t, 1)
	v.strict = true
	_, infos, _ := aggregateCases(t)
	of := func(version RegisteredAggregationProof) AggregateSealInfo {
		i := slices.IndexFunc(infos, func(a AggregateSealInfo) bool { return a.Aggregation == version })
		return infos[i]
	}
	if a := of(SnarkPackV1); !errors.Is(v.VerifyAggregateSeals(t.Context(), &a), depinproof.ErrUnsupported) {
		t.Error("V1 is judged")
	}
	a := of(SnarkPackV2)
	if err := v.VerifyAggregateSeals(t.Context(), &a); err != nil {
		t.Error(err)
	}
	a.Proof = append(slices.Clone(a.Proof), 0)
	if err := v.VerifyAggregateSeals(t.Context(), &a); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
	_, updates := updateAggregateCases(t)
	u := updates[0]
	if err := v.VerifyAggregateReplicaUpdates(t.Context(), &u); err != nil {
		t.Error(err)
	}
	u.Proof = append(slices.Clone(u.Proof), 0)
	if err := v.VerifyAggregateReplicaUpdates(t.Context(), &u); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("updates, a byte too many: %v", err)
	}
	for _, c := range sealCases(t) {
		s := c.info()
		if interactive(&c) {
			continue
		}
		if err := v.VerifySeal(&s); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		s.Proof = append(slices.Clone(s.Proof), 0)
		if err := v.VerifySeal(&s); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%s, a byte too many: %v", c.Name, err)
		}
	}
}

// Every aggregate of updates of the reference, and the changes the reference
// judged aggregates of seals with.
func TestAggregateUpdateVectors(t *testing.T) {
	v := testVerifier(t, 2)
	cases, infos := updateAggregateCases(t)
	seals, _, _ := aggregateCases(t)
	for i := range cases {
		c, good := &cases[i], &infos[i]
		if len(c.Hostile) != 0 {
			t.Errorf("%s: changes that are not judged", c.name())
		}
		explicit := *good
		explicit.UpdateProof, explicit.Config = -1, &UpdateConfig{2 << 10}
		for _, a := range []*AggregateReplicaUpdateInfo{good, &explicit} {
			if err := v.VerifyAggregateReplicaUpdates(t.Context(), a); err != nil {
				t.Errorf("%s: %v", c.name(), err)
			}
		}
		// The layout is that of aggregates of as many seals.
		at := slices.IndexFunc(seals, func(s aggregateCase) bool { return len(ownFile(t, s.Proof)) == len(good.Proof) })
		for _, x := range seals[at].Hostile {
			if x.Field != "proof" {
				continue
			}
			bad := *good
			bad.Proof = x.change(t, good.Proof)
			err := v.VerifyAggregateReplicaUpdates(t.Context(), &bad)
			// A changed point may by chance be one.
			want := classOf(t, x.Reference)
			if (want == nil) != (err == nil) || err != nil && !agrees(err, want) && !errors.Is(err, depinproof.ErrInvalidProof) {
				t.Errorf("%s, %s: %v, want %v", c.name(), x.Name, err, want)
			}
		}
	}
	if len(cases) != 3 {
		t.Errorf("%d aggregates, want 3", len(cases))
	}
}
