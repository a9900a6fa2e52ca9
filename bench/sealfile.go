package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/depinproof/depinproof/poreplication"
)

// sealEntry is an entry of seal.json. Pointers are nil where a field is absent.
type sealEntry struct {
	stated
	Kind       string        `json:"kind"`
	APIVersion string        `json:"api_version"`
	KindNumber *int64        `json:"registered_proof_2kib_number"`
	SectorSize uint64        `json:"sector_size"`
	PoRepID    *hex32        `json:"porep_id"`
	ProverID   *hex32        `json:"prover_id"`
	Sector     *sectorNumber `json:"sector_id"`
	Ticket     *hex32        `json:"ticket"`
	Seed       *hex32        `json:"seed"`
	CommD      *hex32        `json:"comm_d"`
	CommR      *hex32        `json:"comm_r"`
	Proof      *hexBytes     `json:"proof"`
	Hostile    []hostileSeal `json:"hostile"`
}

// hostileSeal is a seal that differs from an entry in one field.
type hostileSeal struct {
	hostile
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

// sectorNumber is written as a number or as a string of decimal digits.
type sectorNumber uint64

func (n *sectorNumber) UnmarshalJSON(data []byte) error {
	s := string(data)
	if len(s) >= 2 && s[0] == '"' {
		s = s[1 : len(s)-1]
	}
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return fmt.Errorf("sector number %.40q: %w", s, errors.Unwrap(err))
	}
	*n = sectorNumber(v)
	return nil
}

// readSeals reads a folder's seal.json.
func readSeals(dir string) ([]sealEntry, error) {
	var entries []sealEntry
	name := filepath.Join(dir, "seal.json")
	if err := readJSON(name, &entries); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s: no entry", name)
	}
	for i := range entries {
		if entries[i].Name == "" {
			entries[i].Name = fmt.Sprintf("seal %d", i)
		}
	}
	return entries, nil
}

// info returns the entry as the verifier takes it.
func (e *sealEntry) info() (s poreplication.SealInfo, err error) {
	err = required32([]field32{
		{"prover_id", &s.ProverID, e.ProverID},
		{"ticket", &s.Ticket, e.Ticket},
		{"seed", &s.Seed, e.Seed},
		{"comm_d", &s.CommD, e.CommD},
		{"comm_r", &s.CommR, e.CommR},
	})
	if err != nil {
		return s, err
	}
	if e.Sector == nil {
		return s, errors.New("no field sector_id")
	}
	if e.Proof == nil {
		return s, errors.New("no field proof")
	}
	s.Sector, s.Proof = uint64(*e.Sector), *e.Proof
	if p, ok := e.registered(); ok {
		s.SealProof = p
		return s, nil
	}
	s.Config, err = e.explicit()
	return s, err
}

// sealSizes are the sector sizes in the order of the registered numbers.
var sealSizes = []uint64{2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30}

// registered returns the registered number that the entry states, by the number
// of its kind or by its porep ID, and false when there is none or when it stands
// for something else than what the entry says.
func (e *sealEntry) registered() (poreplication.RegisteredSealProof, bool) {
	for number := range poreplication.RegisteredSealProof(4 * len(sealSizes)) {
		c, err := number.Config()
		if err != nil || c.SectorSize != e.SectorSize {
			continue
		}
		kind := int64(number) / int64(len(sealSizes)) * int64(len(sealSizes))
		switch {
		case e.KindNumber == nil && e.PoRepID == nil:
		case e.KindNumber != nil && *e.KindNumber != kind:
		case e.PoRepID != nil && [32]byte(*e.PoRepID) != c.PoRepID:
		case e.APIVersion != "" && apiVersions[e.APIVersion] != c.Version:
		case e.Kind != "" && e.features() != c.Features:
		default:
			return number, true
		}
	}
	return 0, false
}

var apiVersions = map[string]poreplication.Version{
	"1.0.0": poreplication.V1_0_0,
	"1.1.0": poreplication.V1_1_0,
	"1.2.0": poreplication.V1_2_0,
}

// features reads the features off the kind's name.
func (e *sealEntry) features() poreplication.Features {
	switch {
	case strings.Contains(e.Kind, "Synthetic"):
		return poreplication.SyntheticPoRep
	case strings.Contains(e.Kind, "NonInteractive"), strings.Contains(e.Kind, "NiPoRep"):
		return poreplication.NonInteractivePoRep
	}
	return 0
}

// explicit returns the configuration that the entry spells out.
func (e *sealEntry) explicit() (*poreplication.SealConfig, error) {
	if e.PoRepID == nil {
		return nil, errors.New("no registered proof, and no field porep_id")
	}
	version, ok := apiVersions[e.APIVersion]
	if !ok {
		return nil, fmt.Errorf("no registered proof, and api_version is %.40q", e.APIVersion)
	}
	return &poreplication.SealConfig{SectorSize: e.SectorSize, PoRepID: *e.PoRepID, Version: version, Features: e.features()}, nil
}

// apply puts the variant's value in its field.
func (h hostileSeal) apply(s *poreplication.SealInfo) error {
	fields := map[string]*[32]byte{
		"comm_r": &s.CommR, "comm_d": &s.CommD, "prover_id": &s.ProverID, "ticket": &s.Ticket, "seed": &s.Seed,
	}
	switch to := fields[h.Field]; {
	case to != nil:
		return required(h.Value, (*hex32)(to))
	case h.Field == "sector_id":
		return required(h.Value, (*sectorNumber)(&s.Sector))
	case h.Field == "proof":
		s.Proof = nil // not to be written to: the entry owns it
		return required(h.Value, (*hexBytes)(&s.Proof))
	}
	return fmt.Errorf("no field %.40q of a seal", h.Field)
}

// required decodes a value that must be there. JSON's null is no value.
func required(value json.RawMessage, to any) error {
	if len(value) == 0 || string(value) == "null" {
		return errors.New("no value")
	}
	return json.Unmarshal(value, to)
}
