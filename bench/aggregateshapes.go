package main

import (
	"crypto/sha256"
	"slices"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// The numbers of seals whose aggregates are made, and those that -long adds. An
// aggregate of 8,192 proofs is the largest that a verifier takes by default.
var (
	smallAggregates     = []int{2, 16, 128, 1024}
	longSmallAggregates = []int{4, 8, 32, 64, 256, 512, 2048, 4096, maxAggregated}
	largeAggregates     = []int{4, 64}
	longLargeAggregates = []int{819}
)

const maxAggregated = 8192

// productionAggregates are aggregates of interactive seals: of 2 KiB sectors, one
// proof to a sector, to show the cost of aggregation by itself, and of 32 GiB
// sectors up to the most that the network takes.
var productionAggregates = []*production[poreplication.AggregateSealInfo]{
	productionAggregate(poreplication.StackedDrg2KiBV1_1, 2<<10, smallAggregates, longSmallAggregates),
	productionAggregate(poreplication.StackedDrg32GiBV1_1, size32GiB, largeAggregates, longLargeAggregates),
}

func productionAggregate(kind poreplication.RegisteredSealProof, size uint64, seals, long []int) *production[poreplication.AggregateSealInfo] {
	return &production[poreplication.AggregateSealInfo]{
		verbs: &sealAggregateVerbs.verbs,
		shape: registeredShape(kind),
		id:    params.ID{Circuit: params.Seal, SectorSize: size},
		statements: func(o *options) ([]poreplication.AggregateSealInfo, error) {
			numbers := slices.Clone(seals)
			if o.long {
				numbers = append(numbers, long...)
			}
			out := make([]poreplication.AggregateSealInfo, len(numbers))
			for i, n := range numbers {
				statements, err := sealStatements(kind, n)
				if err != nil {
					return nil, err
				}
				a := &out[i]
				a.SealProof, a.Aggregation = kind, poreplication.SnarkPackV2
				for j := range statements {
					a.Seals = append(a.Seals, aggregatedSeal(&statements[j]))
				}
			}
			return out, nil
		},
		inputs: func(a *poreplication.AggregateSealInfo) (inputs [][][32]byte, err error) {
			for i := range a.Seals {
				of, err := poreplication.SealPublicInputs(sealInfo(a, i))
				if err != nil {
					return nil, err
				}
				inputs = append(inputs, of...)
			}
			return inputs, nil
		},
		include: func(a *poreplication.AggregateSealInfo) [32]byte {
			var m []byte
			for i := range a.Seals {
				m = append(append(m, a.Seals[i].Seed[:]...), a.Seals[i].CommR[:]...)
			}
			return sha256.Sum256(m)
		},
		twins: append(aggregateTwins(&sealAggregateVerbs.verbs), sealAggregateTwins...),
	}
}

// Places of an aggregate's proof; those in the end count from there.
const (
	offsetSumC     = 5 * 288 // the sum of all C
	offsetProofs   = offsetSumC + 48
	fromEndFinalA  = 768
	fromEndOpening = 48 // the last of four openings of the final keys
)

// aggregateTwins change the proof of a statement that has one for all partitions.
func aggregateTwins[S any](v *verbs[S]) []twin[S] {
	flip := func(offset int, bit byte) func(*S) {
		return func(s *S) { (*v.proof(s))[offset] ^= bit }
	}
	flipEnd := func(fromEnd int, bit byte) func(*S) {
		return func(s *S) { p := *v.proof(s); p[len(p)-fromEnd] ^= bit }
	}
	return []twin[S]{
		{"a bit of the first commitment flipped", malformed, flip(0, 1)},
		{"sign of the sum of C flipped", rejected, flip(offsetSumC, signBit)},
		{"another number of proofs", malformed, flip(offsetProofs, 1)},
		{"sign of the final A flipped", rejected, flipEnd(fromEndFinalA, signBit)},
		{"sign of the last opening flipped", rejected, flipEnd(fromEndOpening, signBit)},
		{"a bit of the last opening flipped", malformed, flipEnd(1, 1)},
		{"one byte too short", malformed, func(s *S) { p := v.proof(s); *p = (*p)[:len(*p)-1] }},
		{"one byte too long", accepted, func(s *S) { p := v.proof(s); *p = append(*p, 0) }},
		{"empty", malformed, func(s *S) { *v.proof(s) = nil }},
	}
}

var sealAggregateTwins = []twin[poreplication.AggregateSealInfo]{
	{"the other version", rejected, func(a *poreplication.AggregateSealInfo) { a.Aggregation = otherVersion(a.Aggregation) }},
	{"a version that there is not", malformed, func(a *poreplication.AggregateSealInfo) { a.Aggregation = -1 }},
	{"a bit of the last seed flipped", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.Seed[7] ^= 1 })},
	{"a bit of the last ticket flipped", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.Ticket[7] ^= 1 })},
	{"a bit of the last prover ID flipped", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.ProverID[7] ^= 1 })},
	{"a bit of the last CommR flipped", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.CommR[7] ^= 1 })},
	{"a bit of the last CommD flipped", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.CommD[7] ^= 1 })},
	{"another number of the last sector", rejected, lastSeal(func(s *poreplication.AggregatedSeal) { s.Sector++ })},
	{"last CommR not canonical", malformed, lastSeal(func(s *poreplication.AggregatedSeal) { s.CommR[31] |= 0xc0 })},
	{"first two seals swapped", rejected, func(a *poreplication.AggregateSealInfo) {
		a.Seals = slices.Clone(a.Seals)
		a.Seals[0], a.Seals[1] = a.Seals[1], a.Seals[0]
	}},
	{"no seal", malformed, func(a *poreplication.AggregateSealInfo) { a.Seals = nil }},
}

// lastSeal changes the last seal of a copy.
func lastSeal(change func(*poreplication.AggregatedSeal)) func(*poreplication.AggregateSealInfo) {
	return func(a *poreplication.AggregateSealInfo) {
		a.Seals = slices.Clone(a.Seals)
		change(&a.Seals[len(a.Seals)-1])
	}
}

// nonInteractiveInclude is what the one aggregate of a non-interactive seal binds
// beside its inputs.
func nonInteractiveInclude(s *poreplication.SealInfo) [32]byte { return sha256.Sum256(s.CommR[:]) }
