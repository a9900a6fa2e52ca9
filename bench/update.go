package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/depinproof/depinproof/poreplication"
)

var updateVerbs = &verbs[poreplication.ReplicaUpdateInfo]{
	kind:   "update",
	verify: (*poreplication.Verifier).VerifyReplicaUpdate,
	batch:  (*poreplication.Verifier).VerifyReplicaUpdateBatch,
	sizes:  []int{10},
	proof:  func(u *poreplication.ReplicaUpdateInfo) *[]byte { return &u.Proof },
}

// updateFile is update.json: replica updates, and aggregates of such.
type updateFile struct {
	Updates    []updateEntry     `json:"updates"`
	Aggregates []updateAggregate `json:"aggregates"`
}

// updateEntry is one replica update. Pointers are nil where a field is absent.
type updateEntry struct {
	stated
	SectorSize uint64          `json:"sector_size"`
	CommROld   *hex32          `json:"comm_r_old"`
	CommRNew   *hex32          `json:"comm_r_new"`
	CommDNew   *hex32          `json:"comm_d_new"`
	Proof      *hexBytes       `json:"proof"`
	Hostile    []hostileUpdate `json:"hostile"`
}

// hostileUpdate is a replica update that differs from an entry in the fields that
// are there.
type hostileUpdate struct {
	hostile
	CommROld *hex32    `json:"comm_r_old"`
	CommRNew *hex32    `json:"comm_r_new"`
	CommDNew *hex32    `json:"comm_d_new"`
	Proof    *hexBytes `json:"proof"`
}

// updateUnits reads a folder's update.json and returns a unit for each shape, and
// for each of aggregates.
func updateUnits(f *folder, o *options, p *progress) ([]unit, error) {
	var file updateFile
	name := filepath.Join(f.dir, "update.json")
	if err := readJSON(name, &file); err != nil {
		return nil, err
	}
	var all shapeCases[poreplication.ReplicaUpdateInfo]
	byName := make(map[string]*updateEntry)
	for i := range file.Updates {
		e := &file.Updates[i]
		if e.Name == "" {
			e.Name = fmt.Sprintf("update %d", i)
		}
		byName[e.Name] = e
		info, err := e.info()
		if err != nil {
			return nil, fmt.Errorf("update.json: entry %q: %w", e.Name, err)
		}
		cases, err := entryCases(&e.stated, info, e.Hostile, f.impliesAccept)
		if err != nil {
			return nil, fmt.Errorf("update.json: entry %q: %w", e.Name, err)
		}
		all.add(shapeName(e.SectorSize, info.Config != nil), cases)
	}
	var aggregates shapeCases[poreplication.AggregateReplicaUpdateInfo]
	left := 0
	for i := range file.Aggregates {
		e := &file.Aggregates[i]
		if e.Name == "" {
			e.Name = fmt.Sprintf("update aggregate %d", i)
		}
		shape, cases, skipped, err := e.cases(f, byName)
		if err != nil {
			return nil, fmt.Errorf("update.json: entry %q: %w", e.Name, err)
		}
		left += skipped
		aggregates.add(shape, cases)
	}
	noteLeft("update.json", left, p)
	units := append(all.units(f, updateVerbs, o), aggregates.units(f, updateAggregateVerbs.inFiles(), o)...)
	if len(units) == 0 {
		return nil, fmt.Errorf("%s: no entry", name)
	}
	return units, nil
}

// info returns the entry as the verifier takes it.
func (e *updateEntry) info() (u poreplication.ReplicaUpdateInfo, err error) {
	err = required32([]field32{
		{"comm_r_old", &u.CommROld, e.CommROld},
		{"comm_r_new", &u.CommRNew, e.CommRNew},
		{"comm_d_new", &u.CommDNew, e.CommDNew},
	})
	if err != nil {
		return u, err
	}
	if e.Proof == nil {
		return u, errors.New("no field proof")
	}
	u.Proof = *e.Proof
	for p := poreplication.StackedDrg2KiBUpdateV1; p <= poreplication.StackedDrg64GiBUpdateV1; p++ {
		if c, err := p.Config(); err == nil && c.SectorSize == e.SectorSize {
			u.UpdateProof = p
			return u, nil
		}
	}
	u.Config = &poreplication.UpdateConfig{SectorSize: e.SectorSize}
	return u, nil
}

// apply puts the variant's values in their fields.
func (h hostileUpdate) apply(u *poreplication.ReplicaUpdateInfo) error {
	changed := h.Proof != nil
	if changed {
		u.Proof = *h.Proof
	}
	for _, f := range []field32{{"", &u.CommROld, h.CommROld}, {"", &u.CommRNew, h.CommRNew}, {"", &u.CommDNew, h.CommDNew}} {
		if f.from != nil {
			*f.to, changed = *f.from, true
		}
	}
	if !changed {
		return errors.New("no value")
	}
	return nil
}
