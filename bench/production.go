package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"sync"
	"testing/fstest"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// Proofs of the networks' own sector sizes, for which making a real one takes
// hours and the networks' keys a download: made here, under keys whose trapdoor
// we draw. What they cost to verify does not depend on who made the key.

// production is a kind of proof in its production shape.
type production[S any] struct {
	verbs *verbs[S]
	shape string
	id    params.ID
	// statements returns good statements that say nothing about any sector, still
	// without proofs.
	statements func(o *options) ([]S, error)
	// inputs are a statement's public inputs by partition.
	inputs func(*S) ([][][32]byte, error)
	// include is what the one aggregate of all partitions binds beside its inputs.
	// It is nil for kinds where every partition has a proof of its own.
	include func(*S) [32]byte
	twins   []twin[S]
}

// twin turns a good statement or its proof into a hostile one. It may write to the
// proof, and to nothing else that the statement points to.
type twin[S any] struct {
	name   string
	want   verdict
	change func(*S)
}

// productionKeys makes every key once.
type productionKeys map[params.ID]func() (*productionKey, error)

// unit returns the unit of the shape.
func (p *production[S]) unit(keys productionKeys, o *options) unit {
	if keys[p.id] == nil {
		keys[p.id] = sync.OnceValues(func() (*productionKey, error) { return newProductionKey(p.id, o) })
	}
	key := keys[p.id]
	return unit{kind: p.verbs.kind, shape: p.shape, keys: trapdoorKeys, prepare: func() (*work, error) {
		k, err := key()
		if err != nil {
			return nil, err
		}
		cases, err := p.cases(k, o)
		if err != nil {
			return nil, err
		}
		return p.verbs.work(k.verifiers, cases, o), nil
	}}
}

// cases returns good statements with their proofs, and hostile twins of the first.
func (p *production[S]) cases(key *productionKey, o *options) ([]proofCase[S], error) {
	statements, err := p.statements(o)
	if err != nil {
		return nil, err
	}
	var cases []proofCase[S]
	for i := range statements {
		s := &statements[i]
		if *p.verbs.proof(s), err = p.prove(key, s); err != nil {
			return nil, err
		}
		cases = append(cases, proofCase[S]{
			name:    fmt.Sprintf("%s %d, %s", p.shape, i, trapdoorKeys),
			variant: goodVariant, good: true, want: accepted, info: *s,
		})
	}
	first := cases[0]
	for _, t := range p.twins {
		c := proofCase[S]{name: first.name, variant: t.name, want: t.want, info: first.info}
		proof := p.verbs.proof(&c.info)
		*proof = bytes.Clone(*proof)
		t.change(&c.info)
		cases = append(cases, c)
	}
	return cases, nil
}

// prove returns the proofs of a statement's partitions, or the aggregate of them.
func (p *production[S]) prove(key *productionKey, s *S) (proof []byte, err error) {
	partitions, err := p.inputs(s)
	if err != nil {
		return nil, err
	}
	if p.include != nil {
		include := p.include(s)
		return key.srs.Aggregate(rand.Reader, key.trapdoor, partitions, &include, 2)
	}
	for _, inputs := range partitions {
		b, err := key.trapdoor.Prove(rand.Reader, inputs)
		if err != nil {
			return nil, err
		}
		proof = append(proof, b...)
	}
	return proof, nil
}

// productionKey is a key and a reference string with known trapdoors, and
// verifiers that take them for the network's.
type productionKey struct {
	trapdoor  *trapdoor.Key
	srs       *trapdoor.SRS
	verifiers verifierSet
}

// newProductionKey draws a key for a circuit, and a reference string, and loads them
// under the network's file names, as test keys. Verifiers take as many seals of one
// partition in an aggregate as the reference string has room for.
func newProductionKey(id params.ID, o *options) (*productionKey, error) {
	name, err := params.Name(params.V28, id)
	if err != nil {
		return nil, err
	}
	inputs, ok := id.Inputs()
	if !ok {
		return nil, fmt.Errorf("no circuit %v", id)
	}
	k, err := trapdoor.NewKey(rand.Reader, inputs)
	if err != nil {
		return nil, err
	}
	srs, err := trapdoor.NewSRS(rand.Reader)
	if err != nil {
		return nil, err
	}
	fsys := fstest.MapFS{name: {Data: k.VerifyingKey()}, params.SRSName: {Data: srs.File(srsPowers)}}
	config := poreplication.Config{Limits: poreplication.Limits{AggregateSeals: maxAggregated}}
	test := params.Options{TestKeys: []string{name, params.SRSName}}
	if config.Keys, err = params.Load(fsys, test); err != nil {
		return nil, err
	}
	if config.SRS, err = params.LoadSRS(fsys, test); err != nil {
		return nil, err
	}
	verifiers, err := newVerifiers(config, o)
	if err != nil {
		return nil, err
	}
	return &productionKey{k, srs, verifiers}, nil
}

// randomElements sets every b to a random field element.
func randomElements(bs ...*[32]byte) error {
	for _, b := range bs {
		if _, err := rand.Read(b[:]); err != nil {
			return err
		}
		b[31] &= 0x3f // below 2^254, hence below the field's modulus
	}
	return nil
}

// srsPowers is the number of powers of each secret that a verifier needs.
const srsPowers = 2

const proofSize = 192 // bytes of one partition's proof

// The sign of a compressed point is a bit of its first byte.
const (
	signBit = 0x20
	offsetB = 48
	offsetC = 144
)

// proofTwins change the proof of a statement of one partition or several.
func proofTwins[S any](v *verbs[S], partitions int) []twin[S] {
	flip := func(partition, offset int) func(*S) {
		return func(s *S) { (*v.proof(s))[partition*proofSize+offset] ^= signBit }
	}
	cut := func(n int) func(*S) {
		return func(s *S) { p := v.proof(s); *p = (*p)[:len(*p)-n] }
	}
	twins := []twin[S]{
		{"sign of A flipped in the first partition", rejected, flip(0, 0)},
		{"sign of B flipped in the middle partition", rejected, flip(partitions/2, offsetB)},
		{"sign of C flipped in the last partition", rejected, flip(partitions-1, offsetC)},
		{"one byte too short", malformed, cut(1)},
		{"one byte too long", malformed, func(s *S) { p := v.proof(s); *p = append(*p, 0) }},
		{"empty", malformed, func(s *S) { *v.proof(s) = nil }},
	}
	if partitions == 1 {
		return twins
	}
	return append(twins,
		twin[S]{"partitions 0 and 1 swapped", rejected, func(s *S) {
			p := *v.proof(s)
			first := bytes.Clone(p[:proofSize])
			copy(p, p[proofSize:2*proofSize])
			copy(p[proofSize:], first)
		}},
		twin[S]{"partition 0 repeated", rejected, func(s *S) { p := *v.proof(s); copy(p[proofSize:], p[:proofSize]) }},
		twin[S]{"last partition missing", malformed, cut(proofSize)},
	)
}
