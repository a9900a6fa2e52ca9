package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/depinproof/depinproof/poreplication"
)

var winningVerbs = &verbs[poreplication.WinningPoStInfo]{
	kind:   "winning",
	verify: (*poreplication.Verifier).VerifyWinningPoSt,
	batch:  (*poreplication.Verifier).VerifyWinningPoStBatch,
	sizes:  []int{10, 64},
	proof:  func(p *poreplication.WinningPoStInfo) *[]byte { return &p.Proof },
}

var windowVerbs = &verbs[poreplication.WindowPoStInfo]{
	kind: "window",
	verify: func(v *poreplication.Verifier, p *poreplication.WindowPoStInfo) error {
		return v.VerifyWindowPoSt(context.Background(), p)
	},
	sectors: func(p *poreplication.WindowPoStInfo) int { return len(p.Replicas) },
	proof:   func(p *poreplication.WindowPoStInfo) *[]byte { return &p.Proof },
}

// postEntry is an entry of post.json. Pointers are nil where a field is absent.
type postEntry struct {
	stated
	Type       string        `json:"type"`
	APIVersion string        `json:"api_version"`
	SectorSize uint64        `json:"sector_size"`
	Randomness *hex32        `json:"randomness"`
	ProverID   *hex32        `json:"prover_id"`
	Replicas   []postReplica `json:"replicas"`
	Proof      *hexBytes     `json:"proof"`
	Hostile    []hostilePoSt `json:"hostile"`
}

// postReplica is a sector of an entry.
type postReplica struct {
	Sector *sectorNumber `json:"sector_id"`
	CommR  *hex32        `json:"comm_r"`
}

// hostilePoSt is a proof of spacetime that differs from an entry in one field,
// whose value is in a field of its own where it is the replicas.
type hostilePoSt struct {
	hostile
	Field    string          `json:"field"`
	Value    json.RawMessage `json:"value"`
	Replicas []postReplica   `json:"replicas"`
}

// postUnits reads a folder's post.json and returns a unit for each kind and shape.
func postUnits(f *folder, o *options) ([]unit, error) {
	var entries []postEntry
	name := filepath.Join(f.dir, "post.json")
	if err := readJSON(name, &entries); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s: no entry", name)
	}
	var winning shapeCases[poreplication.WinningPoStInfo]
	var window shapeCases[poreplication.WindowPoStInfo]
	for i := range entries {
		e := &entries[i]
		if e.Name == "" {
			e.Name = fmt.Sprintf("post %d", i)
		}
		info, err := e.info()
		if err != nil {
			return nil, fmt.Errorf("post.json: entry %q: %w", e.Name, err)
		}
		cases, err := entryCases(&e.stated, info, e.Hostile, f.impliesAccept)
		if err != nil {
			return nil, fmt.Errorf("post.json: entry %q: %w", e.Name, err)
		}
		shape := shapeName(e.SectorSize, info.Config != nil)
		if e.Type == windowVerbs.kind {
			window.add(shape, cases)
			continue
		}
		// Both kinds have the same fields.
		same := make([]proofCase[poreplication.WinningPoStInfo], len(cases))
		for i, c := range cases {
			same[i] = proofCase[poreplication.WinningPoStInfo]{c.name, c.variant, c.good, c.want, poreplication.WinningPoStInfo(c.info)}
		}
		winning.add(shape, same)
	}
	return append(winning.units(f, winningVerbs, o), window.units(f, windowVerbs, o)...), nil
}

// info returns the entry as the verifier of WindowPoSts takes it.
func (e *postEntry) info() (p poreplication.WindowPoStInfo, err error) {
	if e.Type != winningVerbs.kind && e.Type != windowVerbs.kind {
		return p, fmt.Errorf("type is %.40q, neither %s nor %s", e.Type, winningVerbs.kind, windowVerbs.kind)
	}
	err = required32([]field32{{"randomness", &p.Randomness, e.Randomness}, {"prover_id", &p.ProverID, e.ProverID}})
	if err != nil {
		return p, err
	}
	if e.Proof == nil {
		return p, errors.New("no field proof")
	}
	p.Proof = *e.Proof
	if p.Replicas, err = replicasOf(e.Replicas); err != nil {
		return p, err
	}
	version, ok := apiVersions[e.APIVersion]
	if !ok {
		return p, fmt.Errorf("api_version is %.40q", e.APIVersion)
	}
	config := poreplication.PoStConfig{SectorSize: e.SectorSize, Version: version}
	if p.PoStProof, ok = registeredPoSt(e.Type == winningVerbs.kind, config); !ok {
		p.Config = &config
	}
	return p, nil
}

// registeredPoSt returns the registered number of a proof of spacetime, and false
// when there is none.
func registeredPoSt(winning bool, config poreplication.PoStConfig) (poreplication.RegisteredPoStProof, bool) {
	for p := poreplication.StackedDrgWinning2KiBV1; p <= poreplication.StackedDrgWindow64GiBV1_1; p++ {
		c, err := p.Config()
		if err == nil && c == config && winning == strings.Contains(p.String(), "Winning") {
			return p, true
		}
	}
	return 0, false
}

// replicasOf returns the replicas as the verifier takes them. There may be none,
// but not null.
func replicasOf(list []postReplica) ([]poreplication.Replica, error) {
	if list == nil {
		return nil, errors.New("no field replicas")
	}
	out := make([]poreplication.Replica, len(list))
	for i, r := range list {
		if r.Sector == nil {
			return nil, fmt.Errorf("replica %d: no field sector_id", i)
		}
		out[i].Sector = uint64(*r.Sector)
		if err := required32([]field32{{"comm_r", &out[i].CommR, r.CommR}}); err != nil {
			return nil, fmt.Errorf("replica %d: %w", i, err)
		}
	}
	return out, nil
}

// apply puts the variant's value in its field.
func (h hostilePoSt) apply(p *poreplication.WindowPoStInfo) (err error) {
	switch h.Field {
	case "randomness":
		return required(h.Value, (*hex32)(&p.Randomness))
	case "prover_id":
		return required(h.Value, (*hex32)(&p.ProverID))
	case "proof":
		p.Proof = nil // not to be written to: the entry owns it
		return required(h.Value, (*hexBytes)(&p.Proof))
	case "replicas":
		p.Replicas, err = replicasOf(h.Replicas)
		return err
	}
	return fmt.Errorf("no field %.40q of a proof of spacetime", h.Field)
}
