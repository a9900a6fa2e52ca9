package main

import (
	"fmt"
	"strings"

	"github.com/depinproof/depinproof/poreplication"
)

var sealVerbs = &verbs[poreplication.SealInfo]{
	kind:   "seal",
	verify: (*poreplication.Verifier).VerifySeal,
	batch:  (*poreplication.Verifier).VerifySealBatch,
	sizes:  []int{10},
	proof:  func(s *poreplication.SealInfo) *[]byte { return &s.Proof },
}

// sealUnits reads a folder's seal.json and returns a unit for each kind of seal.
func sealUnits(f *folder, o *options) ([]unit, error) {
	entries, err := readSeals(f.dir)
	if err != nil {
		return nil, err
	}
	var all shapeCases[poreplication.SealInfo]
	for _, e := range entries {
		shape, cases, err := e.cases(f.impliesAccept)
		if err != nil {
			return nil, fmt.Errorf("seal.json: entry %q: %w", e.Name, err)
		}
		all.add(shape, cases)
	}
	return all.units(f, sealVerbs, o), nil
}

// cases returns an entry's shape, and its good case and hostile variants.
func (e *sealEntry) cases(impliesAccept bool) (string, []proofCase[poreplication.SealInfo], error) {
	info, err := e.info()
	if err != nil {
		return "", nil, err
	}
	cases, err := entryCases(&e.stated, info, e.Hostile, impliesAccept)
	return sealShape(info.SealProof, info.Config), cases, err
}

// sealShape names the shape of seals of a kind, which config describes when it is
// not nil.
func sealShape(p poreplication.RegisteredSealProof, config *poreplication.SealConfig) string {
	if config != nil {
		return shapeName(config.SectorSize, true)
	}
	return registeredShape(p)
}

// registeredShape names the shape of a registered proof, for example "32GiB V1_1".
func registeredShape(p poreplication.RegisteredSealProof) string {
	size, kind, _ := strings.Cut(strings.TrimPrefix(p.String(), "StackedDrg"), "V")
	return size + " V" + kind
}
