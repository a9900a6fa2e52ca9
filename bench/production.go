package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"testing/fstest"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// Proofs of the networks' own sector sizes, for which making a real one takes
// hours and the networks' keys a download: made here, under keys whose trapdoor
// we draw. What they cost to verify does not depend on who made the key.

// productionSeals are the registered proofs of production shape.
var productionSeals = []poreplication.RegisteredSealProof{
	poreplication.StackedDrg32GiBV1_1,
	poreplication.StackedDrg32GiBV1_1_Feat_SyntheticPoRep,
	poreplication.StackedDrg64GiBV1_1,
}

const proofSize = 192 // bytes of one partition's proof

// productionUnits returns a unit for each production shape.
func productionUnits(o *options) []unit {
	keys := make(map[uint64]func() (*productionKey, error))
	var units []unit
	for _, p := range productionSeals {
		units = append(units, unit{kind: "seal", shape: registeredShape(p), keys: trapdoorKeys, prepare: func() (*work, error) {
			config, err := p.Config()
			if err != nil {
				return nil, err
			}
			size := config.SectorSize
			if keys[size] == nil {
				keys[size] = sync.OnceValues(func() (*productionKey, error) { return newProductionKey(size, o) })
			}
			k, err := keys[size]()
			if err != nil {
				return nil, err
			}
			cases, err := k.cases(p, slices.Max(o.batches()))
			if err != nil {
				return nil, err
			}
			return sealWork(k.verifiers, cases, o), nil
		}})
	}
	return units
}

// productionKey is a key with a known trapdoor, and verifiers that take it for
// the network's.
type productionKey struct {
	trapdoor  *trapdoor.Key
	verifiers map[int]*poreplication.Verifier
}

// newProductionKey draws a key for the seals of a sector size and loads it under
// the network's file name, as a test key.
func newProductionKey(sectorSize uint64, o *options) (*productionKey, error) {
	id := params.ID{Circuit: params.Seal, SectorSize: sectorSize}
	name, err := params.Name(params.V28, id)
	if err != nil {
		return nil, err
	}
	inputs, ok := id.Inputs()
	if !ok {
		return nil, fmt.Errorf("no seals of sectors of %d bytes", sectorSize)
	}
	k, err := trapdoor.NewKey(rand.Reader, inputs)
	if err != nil {
		return nil, err
	}
	fsys := fstest.MapFS{name: {Data: k.VerifyingKey()}}
	keys, err := params.Load(fsys, params.Options{TestKeys: []string{name}})
	if err != nil {
		return nil, err
	}
	verifiers, err := sealVerifiers(keys, o)
	if err != nil {
		return nil, err
	}
	return &productionKey{k, verifiers}, nil
}

// cases returns n good seals and hostile twins of the first.
func (k *productionKey) cases(p poreplication.RegisteredSealProof, n int) ([]sealCase, error) {
	var cases []sealCase
	for i := range n {
		s, err := k.seal(p)
		if err != nil {
			return nil, err
		}
		cases = append(cases, sealCase{
			name:    fmt.Sprintf("%s %d, %s", registeredShape(p), i, trapdoorKeys),
			variant: goodVariant, good: true, want: accepted, info: s,
		})
	}
	first := cases[0]
	for _, h := range productionTwins {
		c := sealCase{name: first.name, variant: h.name, want: h.want, info: first.info}
		c.info.Proof = bytes.Clone(first.info.Proof)
		h.change(&c.info)
		cases = append(cases, c)
	}
	return cases, nil
}

// seal makes a statement that says nothing about any sector, and a proof of it.
func (k *productionKey) seal(p poreplication.RegisteredSealProof) (poreplication.SealInfo, error) {
	s := poreplication.SealInfo{SealProof: p, Sector: 1}
	for _, b := range []*[32]byte{&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD} {
		if _, err := rand.Read(b[:]); err != nil {
			return s, err
		}
		b[31] &= 0x3f // below 2^254, hence below the field's modulus
	}
	partitions, err := poreplication.SealPublicInputs(&s)
	if err != nil {
		return s, err
	}
	for _, inputs := range partitions {
		proof, err := k.trapdoor.Prove(rand.Reader, inputs)
		if err != nil {
			return s, err
		}
		s.Proof = append(s.Proof, proof...)
	}
	return s, nil
}

// The sign of a compressed point is a bit of its first byte.
const (
	signBit = 0x20
	offsetB = 48
	offsetC = 144
)

// productionTwins turn a good seal into a bad one. They change a proof of their
// own.
var productionTwins = []struct {
	name   string
	want   verdict
	change func(s *poreplication.SealInfo)
}{
	{"partitions 0 and 1 swapped", rejected, func(s *poreplication.SealInfo) {
		first := bytes.Clone(s.Proof[:proofSize])
		copy(s.Proof, s.Proof[proofSize:2*proofSize])
		copy(s.Proof[proofSize:], first)
	}},
	{"partition 0 repeated", rejected, func(s *poreplication.SealInfo) {
		copy(s.Proof[proofSize:], s.Proof[:proofSize])
	}},
	{"sign of A flipped in the first partition", rejected, func(s *poreplication.SealInfo) { s.Proof[0] ^= signBit }},
	{"sign of B flipped in the second partition", rejected, func(s *poreplication.SealInfo) { s.Proof[proofSize+offsetB] ^= signBit }},
	{"sign of C flipped in the last partition", rejected, func(s *poreplication.SealInfo) {
		s.Proof[len(s.Proof)-proofSize+offsetC] ^= signBit
	}},
	{"a bit of the seed flipped", rejected, func(s *poreplication.SealInfo) { s.Seed[7] ^= 1 }},
	{"a bit of the ticket flipped", rejected, func(s *poreplication.SealInfo) { s.Ticket[7] ^= 1 }},
	{"a bit of CommR flipped", rejected, func(s *poreplication.SealInfo) { s.CommR[7] ^= 1 }},
	{"a bit of CommD flipped", rejected, func(s *poreplication.SealInfo) { s.CommD[7] ^= 1 }},
	{"another sector number", rejected, func(s *poreplication.SealInfo) { s.Sector++ }},
	{"CommR zero", malformed, func(s *poreplication.SealInfo) { s.CommR = [32]byte{} }},
	{"last partition missing", malformed, func(s *poreplication.SealInfo) { s.Proof = s.Proof[:len(s.Proof)-proofSize] }},
	{"one byte too short", malformed, func(s *poreplication.SealInfo) { s.Proof = s.Proof[:len(s.Proof)-1] }},
	{"one byte too long", malformed, func(s *poreplication.SealInfo) { s.Proof = append(s.Proof, 0) }},
	{"empty", malformed, func(s *poreplication.SealInfo) { s.Proof = nil }},
}
