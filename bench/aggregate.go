package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/depinproof/depinproof/poreplication"
)

// aggregateVerbs are those of aggregates whose statements are of type S.
type aggregateVerbs[S any] struct {
	verbs[S]
	version func(*S) *poreplication.RegisteredAggregationProof
}

var sealAggregateVerbs = &aggregateVerbs[poreplication.AggregateSealInfo]{
	verbs: verbs[poreplication.AggregateSealInfo]{
		kind: "aggregate",
		verify: func(v *poreplication.Verifier, a *poreplication.AggregateSealInfo) error {
			return v.VerifyAggregateSeals(context.Background(), a)
		},
		sectors: func(a *poreplication.AggregateSealInfo) int { return len(a.Seals) },
		proof:   func(a *poreplication.AggregateSealInfo) *[]byte { return &a.Proof },
	},
	version: func(a *poreplication.AggregateSealInfo) *poreplication.RegisteredAggregationProof {
		return &a.Aggregation
	},
}

var updateAggregateVerbs = &aggregateVerbs[poreplication.AggregateReplicaUpdateInfo]{
	verbs: verbs[poreplication.AggregateReplicaUpdateInfo]{
		kind: "aggregate",
		verify: func(v *poreplication.Verifier, a *poreplication.AggregateReplicaUpdateInfo) error {
			return v.VerifyAggregateReplicaUpdates(context.Background(), a)
		},
		sectors: func(a *poreplication.AggregateReplicaUpdateInfo) int { return len(a.Updates) },
		proof:   func(a *poreplication.AggregateReplicaUpdateInfo) *[]byte { return &a.Proof },
	},
	version: func(a *poreplication.AggregateReplicaUpdateInfo) *poreplication.RegisteredAggregationProof {
		return &a.Aggregation
	},
}

// inFiles are the verbs for aggregates in files. Most of them are small, and cost
// nearly the same.
func (v *aggregateVerbs[S]) inFiles() *verbs[S] {
	some := v.verbs
	some.most = true
	return &some
}

// aggregatedSeal is a seal as an aggregate states it, and sealInfo the seal alone,
// without a proof.
func aggregatedSeal(s *poreplication.SealInfo) poreplication.AggregatedSeal {
	return poreplication.AggregatedSeal{
		ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD,
	}
}

func sealInfo(a *poreplication.AggregateSealInfo, i int) *poreplication.SealInfo {
	s := &a.Seals[i]
	return &poreplication.SealInfo{
		SealProof: a.SealProof, Config: a.Config,
		ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD,
	}
}

// otherVersion is the other version of SnarkPack.
func otherVersion(v poreplication.RegisteredAggregationProof) poreplication.RegisteredAggregationProof {
	return poreplication.SnarkPackV1 + poreplication.SnarkPackV2 - v
}

// aggregateStated is what entries of either kind of aggregate have in common.
type aggregateStated struct {
	stated
	Version int                `json:"snarkpack_version"`
	Proof   string             `json:"proof"` // the name of a file beside
	Hostile []hostileAggregate `json:"hostile"`
}

// sealAggregate is an entry of aggregate.json.
type sealAggregate struct {
	aggregateStated
	Seals []string `json:"seals"` // names in seal.json
}

// updateAggregate is an entry of the list aggregates in update.json.
type updateAggregate struct {
	aggregateStated
	Updates []string `json:"updates"` // names in the list updates
}

// hostileAggregate is an aggregate that differs from an entry in one field, the
// proof by one of three changes.
type hostileAggregate struct {
	hostile
	Field string `json:"field"`
	Xor   *struct {
		Offset int   `json:"offset"`
		Value  uint8 `json:"value"`
	} `json:"xor"`
	Append hexBytes `json:"append"`
	Drop   int      `json:"drop"` // bytes off the end
}

// stateable reports whether there is a statement about sectors that the variant
// stands for. There is none whose public inputs and transcript differ otherwise
// than by what is stated.
func (h *hostileAggregate) stateable() bool { return h.Field != "inputs" && h.Field != "comm_rs" }

// aggregateChange is a variant of a statement of type S.
type aggregateChange[S any] struct {
	hostileAggregate
	verbs *aggregateVerbs[S]
}

func (c aggregateChange[S]) apply(s *S) error {
	switch c.Field {
	case "version":
		v := c.verbs.version(s)
		*v = otherVersion(*v)
		return nil
	case "proof":
		proof := c.verbs.proof(s)
		changed, err := c.change(*proof)
		*proof = changed
		return err
	}
	return fmt.Errorf("no field %.40q of an aggregate", c.Field)
}

// change returns a changed copy of the proof.
func (h *hostileAggregate) change(proof []byte) ([]byte, error) {
	out := append([]byte{}, proof...)
	switch {
	case h.Xor != nil:
		if h.Xor.Offset < 0 || h.Xor.Offset >= len(out) {
			return nil, fmt.Errorf("no byte %d of a proof of %d", h.Xor.Offset, len(out))
		}
		out[h.Xor.Offset] ^= h.Xor.Value
	case h.Append != nil:
		out = append(out, h.Append...)
	case h.Drop > 0 && h.Drop <= len(out):
		out = out[:len(out)-h.Drop]
	default:
		return nil, errors.New("no value")
	}
	return out, nil
}

// cases returns an entry's good case, info with proof and version added, and its
// hostile variants, and the number of those that no statement stands for.
func (v *aggregateVerbs[S]) cases(f *folder, e *aggregateStated, info S) (cases []proofCase[S], left int, err error) {
	if e.Version != 1 && e.Version != 2 {
		return nil, 0, fmt.Errorf("snarkpack_version is %d, neither 1 nor 2", e.Version)
	}
	*v.version(&info) = poreplication.SnarkPackV1 + poreplication.RegisteredAggregationProof(e.Version-1)
	if *v.proof(&info), err = f.proofFile(e.Proof); err != nil {
		return nil, 0, err
	}
	var changes []aggregateChange[S]
	if e.Hostile != nil {
		changes = []aggregateChange[S]{}
	}
	for _, h := range e.Hostile {
		if !h.stateable() {
			left++
			continue
		}
		changes = append(changes, aggregateChange[S]{h, v})
	}
	cases, err = entryCases(&e.stated, info, changes, f.impliesAccept)
	return cases, left, err
}

// noteLeft says that variants of a file are not judged.
func noteLeft(file string, left int, p *progress) {
	if left > 0 {
		p.note("%s: variants left out, since no statement about sectors stands for them: %d; tests of the package judge such", file, left)
	}
}

// named returns the items of the given names, of which there is at least one.
func named[T any](names []string, byName map[string]T) ([]T, error) {
	if len(names) == 0 {
		return nil, errors.New("aggregates nothing")
	}
	out := make([]T, len(names))
	for i, name := range names {
		item, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("aggregates %.40q, which is no entry's name", name)
		}
		out[i] = item
	}
	return out, nil
}

// aggregateUnits reads a folder's aggregate.json and returns a unit for each kind
// of seal.
func aggregateUnits(f *folder, o *options, p *progress) ([]unit, error) {
	const file = "aggregate.json"
	name := filepath.Join(f.dir, file)
	var entries []sealAggregate
	if err := readJSON(name, &entries); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s: no entry", name)
	}
	seals, err := readSeals(f.dir)
	if err != nil {
		// Not wrapped: what an entry names must be there.
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	byName := make(map[string]*sealEntry)
	for i := range seals {
		byName[seals[i].Name] = &seals[i]
	}
	var all shapeCases[poreplication.AggregateSealInfo]
	left := 0
	for i := range entries {
		e := &entries[i]
		if e.Name == "" {
			e.Name = fmt.Sprintf("aggregate %d", i)
		}
		shape, cases, skipped, err := e.cases(f, byName)
		if err != nil {
			return nil, fmt.Errorf("%s: entry %q: %w", file, e.Name, err)
		}
		left += skipped
		all.add(shape, cases)
	}
	noteLeft(file, left, p)
	return all.units(f, sealAggregateVerbs.inFiles(), o), nil
}

// cases returns the entry's shape, its cases, and the number of variants left out.
func (e *sealAggregate) cases(f *folder, byName map[string]*sealEntry) (shape string, cases []proofCase[poreplication.AggregateSealInfo], left int, err error) {
	entries, err := named(e.Seals, byName)
	if err != nil {
		return "", nil, 0, err
	}
	var a poreplication.AggregateSealInfo
	for i, entry := range entries {
		s, err := entry.info()
		if err != nil {
			return "", nil, 0, fmt.Errorf("seal %q: %w", entry.Name, err)
		}
		if i == 0 {
			a.SealProof, a.Config = s.SealProof, s.Config
		}
		if s.SealProof != a.SealProof || !sameConfig(s.Config, a.Config) {
			return "", nil, 0, fmt.Errorf("seal %q is of another kind than the first", entry.Name)
		}
		a.Seals = append(a.Seals, aggregatedSeal(&s))
	}
	cases, left, err = sealAggregateVerbs.cases(f, &e.aggregateStated, a)
	return sealShape(a.SealProof, a.Config), cases, left, err
}

func sameConfig(a, b *poreplication.SealConfig) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// cases returns the entry's shape, its cases, and the number of variants left out.
func (e *updateAggregate) cases(f *folder, byName map[string]*updateEntry) (shape string, cases []proofCase[poreplication.AggregateReplicaUpdateInfo], left int, err error) {
	entries, err := named(e.Updates, byName)
	if err != nil {
		return "", nil, 0, err
	}
	var a poreplication.AggregateReplicaUpdateInfo
	size := entries[0].SectorSize
	for _, entry := range entries {
		u, err := entry.info()
		if err != nil {
			return "", nil, 0, fmt.Errorf("update %q: %w", entry.Name, err)
		}
		if entry.SectorSize != size {
			return "", nil, 0, fmt.Errorf("update %q is of another sector size than the first", entry.Name)
		}
		a.UpdateProof, a.Config = u.UpdateProof, u.Config
		a.Updates = append(a.Updates, poreplication.AggregatedUpdate{CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew})
	}
	cases, left, err = updateAggregateVerbs.cases(f, &e.aggregateStated, a)
	return shapeName(size, a.Config != nil) + " update", cases, left, err
}
