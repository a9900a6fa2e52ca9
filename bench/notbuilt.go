package main

import (
	"fmt"
	"path/filepath"
)

// kindsNotBuilt lists the kinds of proof whose files are known but which cannot
// be verified yet. The aggregates in update.json are of another such kind.
var kindsNotBuilt = []string{"aggregate"}

// countedEntry is an entry of a kind that cannot be verified yet.
type countedEntry struct {
	Hostile []struct{} `json:"hostile"`
}

// count counts cases: an entry is one, and so is each of its hostile variants.
func count(entries []countedEntry) int {
	cases := 0
	for _, e := range entries {
		cases += 1 + len(e.Hostile)
	}
	return cases
}

// readNotBuilt counts the cases in the file of a kind that is not built.
func readNotBuilt(dir, kind string, p *progress) (unit, error) {
	name := filepath.Join(dir, kind+".json")
	var entries []countedEntry
	if err := readJSON(name, &entries); err != nil {
		return unit{}, err
	}
	cases := count(entries)
	if cases == 0 {
		return unit{}, fmt.Errorf("%s: no entry", name)
	}
	return unitNotBuilt(kind, "not built", cases, p), nil
}

// unitNotBuilt stands for cases of FILE.json that nothing here can judge.
func unitNotBuilt(file, shape string, cases int, p *progress) unit {
	return unit{kind: file, shape: shape, prepare: func() (*work, error) {
		p.note("%s.json: %d cases of a kind of proof that cannot be verified yet count as unsupported", file, cases)
		return &work{unjudged: cases}, nil
	}}
}
