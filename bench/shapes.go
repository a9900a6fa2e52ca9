package main

import (
	"slices"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

const (
	size32GiB = 32 << 30

	// Partitions of a proof, and sectors of a partition of a WindowPoSt.
	sealPartitions   = 10
	updatePartitions = 16
	windowSectors    = 2349
)

// productionSeals are the registered seals of production shape.
var productionSeals = []poreplication.RegisteredSealProof{
	poreplication.StackedDrg32GiBV1_1,
	poreplication.StackedDrg32GiBV1_1_Feat_SyntheticPoRep,
	poreplication.StackedDrg64GiBV1_1,
	nonInteractive32GiB,
}

const nonInteractive32GiB = poreplication.StackedDrg32GiBV1_2_Feat_NiPoRep

// productionUnits returns a unit for each production shape.
func productionUnits(o *options) []unit {
	keys := make(productionKeys)
	var units []unit
	for _, p := range productionSeals {
		units = append(units, productionSeal(p).unit(keys, o))
	}
	units = append(units, productionWinning.unit(keys, o), productionWindow.unit(keys, o), productionUpdate.unit(keys, o))
	for _, p := range productionAggregates {
		units = append(units, p.unit(keys, o))
	}
	return units
}

func productionSeal(p poreplication.RegisteredSealProof) *production[poreplication.SealInfo] {
	size := uint64(size32GiB)
	if p == poreplication.StackedDrg64GiBV1_1 {
		size = 2 * size32GiB
	}
	made := &production[poreplication.SealInfo]{
		verbs: sealVerbs,
		shape: registeredShape(p),
		id:    params.ID{Circuit: params.Seal, SectorSize: size},
		statements: func(o *options) ([]poreplication.SealInfo, error) {
			return sealStatements(p, slices.Max(sealVerbs.batches(o)))
		},
		inputs: poreplication.SealPublicInputs,
		twins:  sealTwins,
	}
	if p == nonInteractive32GiB {
		made.include, made.twins = nonInteractiveInclude, nonInteractiveTwins
	}
	return made
}

// sealStatements returns n seals of sectors 1 to n, without proofs.
func sealStatements(p poreplication.RegisteredSealProof, n int) ([]poreplication.SealInfo, error) {
	out := make([]poreplication.SealInfo, n)
	for i := range out {
		s := &out[i]
		s.SealProof, s.Sector = p, uint64(i)+1
		if err := randomElements(&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD); err != nil {
			return nil, err
		}
	}
	return out, nil
}

var (
	sealTwins           = slices.Concat(proofTwins(sealVerbs, sealPartitions), seedTwin(rejected), replicaTwins)
	nonInteractiveTwins = slices.Concat(aggregateTwins(sealVerbs), seedTwin(accepted), replicaTwins)
)

// seedTwin has another seed, which a non-interactive seal does not depend on.
func seedTwin(want verdict) []twin[poreplication.SealInfo] {
	return []twin[poreplication.SealInfo]{{"a bit of the seed flipped", want, func(s *poreplication.SealInfo) { s.Seed[7] ^= 1 }}}
}

// replicaTwins state another replica.
var replicaTwins = []twin[poreplication.SealInfo]{
	{"a bit of the ticket flipped", rejected, func(s *poreplication.SealInfo) { s.Ticket[7] ^= 1 }},
	{"a bit of CommR flipped", rejected, func(s *poreplication.SealInfo) { s.CommR[7] ^= 1 }},
	{"a bit of CommD flipped", rejected, func(s *poreplication.SealInfo) { s.CommD[7] ^= 1 }},
	{"another sector number", rejected, func(s *poreplication.SealInfo) { s.Sector++ }},
	{"CommR zero", malformed, func(s *poreplication.SealInfo) { s.CommR = [32]byte{} }},
}

var productionWinning = &production[poreplication.WinningPoStInfo]{
	verbs: winningVerbs,
	shape: sizeName(size32GiB),
	id:    params.ID{Circuit: params.WinningPoSt, SectorSize: size32GiB},
	statements: func(o *options) ([]poreplication.WinningPoStInfo, error) {
		out := make([]poreplication.WinningPoStInfo, slices.Max(winningVerbs.batches(o)))
		for i := range out {
			p, err := postStatement(poreplication.StackedDrgWinning32GiBV1, 1)
			if err != nil {
				return nil, err
			}
			out[i] = poreplication.WinningPoStInfo(p)
		}
		return out, nil
	},
	inputs: func(p *poreplication.WinningPoStInfo) ([][][32]byte, error) {
		inputs, err := poreplication.WinningPoStPublicInputs(p)
		return [][][32]byte{inputs}, err
	},
	twins: append(proofTwins(winningVerbs, 1), winningTwins()...),
}

// longWindowSectors are the numbers of sectors whose WindowPoSts -long adds: up to
// three partitions.
var longWindowSectors = []int{1, 10, 100, 1000, 2 * windowSectors, 3 * windowSectors}

var productionWindow = &production[poreplication.WindowPoStInfo]{
	verbs: windowVerbs,
	shape: sizeName(size32GiB),
	id:    params.ID{Circuit: params.WindowPoSt, SectorSize: size32GiB},
	statements: func(o *options) ([]poreplication.WindowPoStInfo, error) {
		sectors := []int{windowSectors}
		if o.long {
			sectors = append(sectors, longWindowSectors...)
		}
		out := make([]poreplication.WindowPoStInfo, len(sectors))
		for i, n := range sectors {
			var err error
			if out[i], err = postStatement(poreplication.StackedDrgWindow32GiBV1_1, n); err != nil {
				return nil, err
			}
		}
		return out, nil
	},
	inputs: poreplication.WindowPoStPublicInputs,
	twins: append(append(proofTwins(windowVerbs, 1), postTwins...), []twin[poreplication.WindowPoStInfo]{
		{"CommR of the first two swapped", rejected, func(p *poreplication.WindowPoStInfo) {
			p.Replicas = slices.Clone(p.Replicas)
			p.Replicas[0].CommR, p.Replicas[1].CommR = p.Replicas[1].CommR, p.Replicas[0].CommR
		}},
		{"listed backwards", accepted, func(p *poreplication.WindowPoStInfo) {
			p.Replicas = slices.Clone(p.Replicas)
			slices.Reverse(p.Replicas)
		}},
		{"last replica missing", rejected, func(p *poreplication.WindowPoStInfo) {
			p.Replicas = p.Replicas[:len(p.Replicas)-1]
		}},
	}...),
}

// postStatement returns a proof of spacetime of sectors 1 to n, without the proof.
func postStatement(kind poreplication.RegisteredPoStProof, n int) (poreplication.WindowPoStInfo, error) {
	p := poreplication.WindowPoStInfo{PoStProof: kind, Replicas: make([]poreplication.Replica, n)}
	if err := randomElements(&p.Randomness, &p.ProverID); err != nil {
		return p, err
	}
	for i := range p.Replicas {
		p.Replicas[i].Sector = uint64(i) + 1
		if err := randomElements(&p.Replicas[i].CommR); err != nil {
			return p, err
		}
	}
	return p, nil
}

// postTwins are of either kind of proof of spacetime, when all its partitions are
// full.
var postTwins = []twin[poreplication.WindowPoStInfo]{
	{"a bit of the randomness flipped", rejected, func(p *poreplication.WindowPoStInfo) { p.Randomness[7] ^= 1 }},
	{"a bit of the prover ID flipped", accepted, func(p *poreplication.WindowPoStInfo) { p.ProverID[7] ^= 1 }},
	{"a bit of the last CommR flipped", rejected, lastReplica(func(r *poreplication.Replica) { r.CommR[7] ^= 1 })},
	{"another number of the last sector", rejected, lastReplica(func(r *poreplication.Replica) { r.Sector++ })},
	{"last CommR zero", malformed, lastReplica(func(r *poreplication.Replica) { r.CommR = [32]byte{} })},
	{"randomness not canonical", malformed, func(p *poreplication.WindowPoStInfo) { p.Randomness[31] |= 0xc0 }},
	{"one replica too many", malformed, func(p *poreplication.WindowPoStInfo) {
		r := p.Replicas[len(p.Replicas)-1]
		r.Sector++
		p.Replicas = append(slices.Clone(p.Replicas), r)
	}},
	{"no replica", malformed, func(p *poreplication.WindowPoStInfo) { p.Replicas = nil }},
}

// winningTwins returns postTwins for a WinningPoSt.
func winningTwins() (out []twin[poreplication.WinningPoStInfo]) {
	for _, t := range postTwins {
		out = append(out, twin[poreplication.WinningPoStInfo]{t.name, t.want, func(p *poreplication.WinningPoStInfo) {
			w := poreplication.WindowPoStInfo(*p)
			t.change(&w)
			*p = poreplication.WinningPoStInfo(w)
		}})
	}
	return out
}

// lastReplica changes the last replica of a copy.
func lastReplica(change func(*poreplication.Replica)) func(*poreplication.WindowPoStInfo) {
	return func(p *poreplication.WindowPoStInfo) {
		p.Replicas = slices.Clone(p.Replicas)
		change(&p.Replicas[len(p.Replicas)-1])
	}
}

var productionUpdate = &production[poreplication.ReplicaUpdateInfo]{
	verbs: updateVerbs,
	shape: sizeName(size32GiB),
	id:    params.ID{Circuit: params.ReplicaUpdate, SectorSize: size32GiB},
	statements: func(o *options) ([]poreplication.ReplicaUpdateInfo, error) {
		out := make([]poreplication.ReplicaUpdateInfo, slices.Max(updateVerbs.batches(o)))
		for i := range out {
			u := &out[i]
			u.UpdateProof = poreplication.StackedDrg32GiBUpdateV1
			if err := randomElements(&u.CommROld, &u.CommRNew, &u.CommDNew); err != nil {
				return nil, err
			}
		}
		return out, nil
	},
	inputs: poreplication.ReplicaUpdatePublicInputs,
	twins: append(proofTwins(updateVerbs, updatePartitions), []twin[poreplication.ReplicaUpdateInfo]{
		{"a bit of the old CommR flipped", rejected, func(u *poreplication.ReplicaUpdateInfo) { u.CommROld[7] ^= 1 }},
		{"a bit of the new CommR flipped", rejected, func(u *poreplication.ReplicaUpdateInfo) { u.CommRNew[7] ^= 1 }},
		{"a bit of the new CommD flipped", rejected, func(u *poreplication.ReplicaUpdateInfo) { u.CommDNew[7] ^= 1 }},
		{"old and new CommR swapped", rejected, func(u *poreplication.ReplicaUpdateInfo) {
			u.CommROld, u.CommRNew = u.CommRNew, u.CommROld
		}},
		{"new CommD not canonical", malformed, func(u *poreplication.ReplicaUpdateInfo) { u.CommDNew[31] |= 0xc0 }},
	}...),
}
