package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/depinproof/depinproof/poseidon"
)

// poseidonEntry is an entry of hashes.json: a hash and its expected digest.
type poseidonEntry struct {
	Arity    int     `json:"arity"`
	Strength string  `json:"strength"`
	Domain   string  `json:"domain"`
	Inputs   []hex32 `json:"inputs"`
	Output   *hex32  `json:"output"`
}

// filecoinArities are those that Filecoin's own sectors use; the others are timed
// with -long.
var filecoinArities = []int{2, 8, 11}

// poseidonUnits returns a unit for every arity and strength in hashes.json. An
// absent file is an error of class fs.ErrNotExist.
func poseidonUnits(testdata string, o *options) ([]unit, error) {
	name := filepath.Join(testdata, "poseidon", "hashes.json")
	var entries []poseidonEntry
	if err := readJSON(name, &entries); err != nil {
		return nil, err
	}
	var shapes []string // in order of appearance
	byShape := make(map[string][]poseidonEntry)
	for i, e := range entries {
		if e.Output == nil {
			return nil, fmt.Errorf("%s: entry %d: no field output", name, i)
		}
		shape := fmt.Sprintf("arity %d %s", e.Arity, e.Strength)
		if byShape[shape] == nil {
			shapes = append(shapes, shape)
		}
		byShape[shape] = append(byShape[shape], e)
	}
	var units []unit
	for _, shape := range shapes {
		units = append(units, unit{kind: "poseidon", shape: shape, keys: "none needed", prepare: func() (*work, error) {
			return poseidonWork(shape, byShape[shape], o)
		}})
	}
	return units, nil
}

// poseidonWork compares the hashes of one arity and strength with what is
// expected of them, and times those of Merkle trees.
func poseidonWork(shape string, entries []poseidonEntry, o *options) (*work, error) {
	w := &work{}
	hashers := make(map[poseidon.Config]*poseidon.Hasher)
	var calls []func() error
	for i, e := range entries {
		config, err := e.config()
		if err != nil {
			return nil, err
		}
		h := hashers[config]
		if h == nil {
			if h, err = poseidon.NewWith(config); err != nil {
				return nil, err
			}
			hashers[config] = h
		}
		inputs := make([]poseidon.Element, len(e.Inputs))
		for j := range inputs {
			inputs[j] = poseidon.Element(e.Inputs[j])
		}
		var digest poseidon.Element
		hash := func() error { return h.Hash(&digest, inputs) }
		calls = append(calls, hash)
		w.checks = append(w.checks, check{
			name:    fmt.Sprintf("poseidon %s %d", shape, i),
			variant: e.Domain,
			good:    config.Domain == poseidon.MerkleTree(),
			want:    accepted,
			run: func() verdict {
				if err := hash(); err != nil {
					return verdictOf(err)
				}
				if digest != poseidon.Element(*e.Output) {
					return rejected
				}
				return accepted
			},
		})
	}
	usual := slices.Contains(filecoinArities, entries[0].Arity) && entries[0].Strength == "standard"
	if usual || o.long {
		w.measures = func(good []int) []measure {
			next := 0
			return []measure{{cores: 1, proofs: 1, call: func() error {
				next = (next + 1) % len(good)
				return calls[good[next]]()
			}}}
		}
	}
	return w, nil
}

// config returns the hash function that the entry is about.
func (e *poseidonEntry) config() (poseidon.Config, error) {
	c := poseidon.Config{Arity: e.Arity}
	switch e.Strength {
	case "standard":
		c.Strength = poseidon.Standard
	case "strengthened":
		c.Strength = poseidon.Strengthened
	default:
		return c, fmt.Errorf("unknown strength %.40q", e.Strength)
	}
	var n int
	if _, err := fmt.Sscanf(e.Domain, "ConstantLength(%d)", &n); err == nil {
		c.Domain = poseidon.ConstantLength(n)
	} else if _, err := fmt.Sscanf(e.Domain, "Custom(%d)", &n); err == nil {
		c.Domain = poseidon.Custom(n)
	}
	// A name that is none of these is not the name of the zero value either.
	if c.Domain.String() != e.Domain {
		return c, fmt.Errorf("unknown domain %.40q", e.Domain)
	}
	return c, nil
}

// addPoseidon appends the hashes of a folder testdata, where it has any.
func addPoseidon(units []unit, testdata string, o *options, p *progress) ([]unit, error) {
	hashes, err := poseidonUnits(testdata, o)
	if errors.Is(err, fs.ErrNotExist) {
		p.note("%v: no hashes to check", err)
		return units, nil
	}
	return append(units, hashes...), err
}
