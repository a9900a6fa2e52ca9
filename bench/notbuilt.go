package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
)

// kindsNotBuilt lists the kinds of proof whose files are known but which cannot
// be verified yet.
var kindsNotBuilt = []string{"post", "update", "aggregate"}

// unitNotBuilt counts the cases in the file of such a kind. The file is a list of
// entries, or an object of such lists; an entry is a case, and so is each of its
// hostile variants.
func unitNotBuilt(dir, kind string, p *progress) (*unit, error) {
	name := filepath.Join(dir, kind+".json")
	var raw json.RawMessage
	if err := readJSON(name, &raw); err != nil {
		return nil, err
	}
	var lists map[string]json.RawMessage
	if json.Unmarshal(raw, &lists) != nil {
		lists = map[string]json.RawMessage{"": raw}
	}
	cases := 0
	for _, list := range lists {
		var entries []struct {
			Hostile []struct{} `json:"hostile"`
		}
		if err := json.Unmarshal(list, &entries); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, e := range entries {
			cases += 1 + len(e.Hostile)
		}
	}
	if cases == 0 {
		return nil, fmt.Errorf("%s: no entry", name)
	}
	return &unit{kind: kind, shape: "not built", prepare: func() (*work, error) {
		p.note("%s.json: this kind of proof cannot be verified yet; its cases count as unsupported", kind)
		return &work{unjudged: cases}, nil
	}}, nil
}
