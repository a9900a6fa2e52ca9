package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// aggregateCase is a file of one aggregate of seals or of replica updates. The
// proofs in its statements are empty.
type aggregateCase[S any] struct {
	Kind        string `json:"kind"`
	Registered  uint64 `json:"registered"`
	Aggregation uint64 `json:"aggregation"`
	Statements  []S    `json:"statements"`
	Proof       octets `json:"proof"`
}

// aggregateKind is the verification of SnarkPack aggregates. Aggregates of seals
// are timed, those of replica updates only judged.
func aggregateKind(e *environment) kind {
	bench := sync.OnceValues(func() (*aggregateBench, error) { return newAggregateBench(e) })
	shapes := map[string]int{"8MiB 16": 16, "8MiB 256": 256, "8MiB 1024": 1024}
	return kind{
		name:   "aggregate",
		shapes: []string{"8MiB 16", "8MiB 256", "8MiB 1024"},
		prepare: func(shape string) (*comparison, error) {
			b, err := bench()
			if err != nil {
				return nil, err
			}
			return b.compare(shapes[shape])
		},
		judge: func() (int, []string, error) {
			b, err := bench()
			if err != nil {
				return 0, nil, err
			}
			return b.judge()
		},
	}
}

// aggregateBench makes aggregates, and verifies them in this process. All are made
// under keys and a reference string with known secrets.
type aggregateBench struct {
	e        *environment
	verifier *poreplication.Verifier
}

func newAggregateBench(e *environment) (*aggregateBench, error) {
	for _, size := range []uint64{sectorSizes[1], sectorSizes[3]} {
		for _, circuit := range []params.Circuit{params.Seal, params.ReplicaUpdate} {
			if _, _, err := e.testKey(params.ID{Circuit: circuit, SectorSize: size}); err != nil {
				return nil, err
			}
		}
	}
	if _, err := e.srs(2); err != nil {
		return nil, err
	}
	verifier, err := e.verifier()
	return &aggregateBench{e, verifier}, err
}

// newSeals returns a valid aggregate of n seals with random statements.
func (b *aggregateBench) newSeals(registered poreplication.RegisteredSealProof, version poreplication.RegisteredAggregationProof, n int) (a poreplication.AggregateSealInfo, err error) {
	return b.sealsWith(registered, version, n, b.e.aggregate)
}

// forgedSeals returns one that V1 of the protocol accepts although there is no proof
// of any of its seals.
func (b *aggregateBench) forgedSeals(registered poreplication.RegisteredSealProof, n int) (a poreplication.AggregateSealInfo, err error) {
	return b.sealsWith(registered, poreplication.SnarkPackV1, n, b.e.forge)
}

// sealsWith returns an aggregate of n seals with random statements and the proof that
// a prover gives.
func (b *aggregateBench) sealsWith(registered poreplication.RegisteredSealProof, version poreplication.RegisteredAggregationProof, n int,
	prove func(*trapdoor.Key, poreplication.RegisteredAggregationProof, [][][32]byte, []byte) ([]byte, error)) (a poreplication.AggregateSealInfo, err error) {
	_, secrets, err := b.e.testKey(params.ID{Circuit: params.Seal, SectorSize: sectorSizes[registered%5]})
	if err != nil {
		return a, err
	}
	a = poreplication.AggregateSealInfo{SealProof: registered, Aggregation: version}
	var seals []poreplication.SealInfo
	for range n {
		s := b.e.newStatement(registered)
		seals = append(seals, s)
		a.Seals = append(a.Seals, aggregated(&s))
	}
	inputs, include, err := aggregateInputs(seals)
	if err != nil {
		return a, err
	}
	a.Proof, err = prove(secrets, version, inputs, include)
	return a, err
}

func aggregated(s *poreplication.SealInfo) poreplication.AggregatedSeal {
	return poreplication.AggregatedSeal{
		ProverID: s.ProverID,
		Sector:   s.Sector,
		Ticket:   s.Ticket,
		Seed:     s.Seed,
		CommR:    s.CommR,
		CommD:    s.CommD,
	}
}

// aggregateSeals returns the proof of an aggregate of seals of one kind.
func (e *environment) aggregateSeals(secrets *trapdoor.Key, version poreplication.RegisteredAggregationProof, seals []poreplication.SealInfo) ([]byte, error) {
	inputs, include, err := aggregateInputs(seals)
	if err != nil {
		return nil, err
	}
	return e.aggregate(secrets, version, inputs, include)
}

// aggregateInputs returns the inputs of all partitions, and what a prover commits to.
func aggregateInputs(seals []poreplication.SealInfo) (inputs [][][32]byte, include []byte, err error) {
	digest := sha256.New()
	for i := range seals {
		s := &seals[i]
		more, err := poreplication.SealPublicInputs(s)
		if err != nil {
			return nil, nil, err
		}
		inputs = append(inputs, more...)
		if !nonInteractive(s.SealProof) {
			digest.Write(s.Seed[:])
		}
		digest.Write(s.CommR[:])
	}
	return inputs, digest.Sum(nil), nil
}

// newUpdates returns a valid aggregate of n replica updates with random
// statements.
func (b *aggregateBench) newUpdates(registered poreplication.RegisteredUpdateProof, n int) (a poreplication.AggregateReplicaUpdateInfo, err error) {
	size := sectorSizes[registered]
	_, secrets, err := b.e.testKey(params.ID{Circuit: params.ReplicaUpdate, SectorSize: size})
	if err != nil {
		return a, err
	}
	a = poreplication.AggregateReplicaUpdateInfo{UpdateProof: registered, Aggregation: poreplication.SnarkPackV2}
	// A number that the circuit takes along with the partition's.
	h := byte(10)
	if size <= 32<<10 {
		h = 1
	}
	var inputs [][][32]byte
	digest := sha256.New()
	for range n {
		u := poreplication.ReplicaUpdateInfo{
			UpdateProof: registered,
			CommROld:    b.e.canonical32(),
			CommRNew:    b.e.canonical32(),
			CommDNew:    b.e.canonical32(),
		}
		more, err := poreplication.ReplicaUpdatePublicInputs(&u)
		if err != nil {
			return a, err
		}
		inputs = append(inputs, more...)
		digest.Write([]byte{h})
		for _, c := range [][32]byte{u.CommROld, u.CommRNew, u.CommDNew} {
			digest.Write(c[:])
		}
		a.Updates = append(a.Updates, poreplication.AggregatedUpdate{CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew})
	}
	a.Proof, err = b.e.aggregate(secrets, a.Aggregation, inputs, digest.Sum(nil))
	return a, err
}

// throughSeals writes an aggregate of seals to a case file and reads it as our
// side does.
func (b *aggregateBench) throughSeals(name string, a *poreplication.AggregateSealInfo) (file string, back poreplication.AggregateSealInfo, err error) {
	c := aggregateCase[sealStatement]{
		Kind:        "aggregate of seals",
		Registered:  uint64(a.SealProof),
		Aggregation: uint64(a.Aggregation),
		Statements:  []sealStatement{},
		Proof:       a.Proof,
	}
	for _, s := range a.Seals {
		c.Statements = append(c.Statements, sealStatement{ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD})
	}
	if file, err = b.e.writeCase(name, &c); err != nil {
		return "", back, err
	}
	c = aggregateCase[sealStatement]{}
	if err := readCase(file, &c); err != nil {
		return "", back, err
	}
	back = poreplication.AggregateSealInfo{SealProof: a.SealProof, Aggregation: a.Aggregation, Proof: c.Proof}
	for i := range c.Statements {
		s := c.Statements[i].info(a.SealProof)
		back.Seals = append(back.Seals, aggregated(&s))
	}
	return file, back, nil
}

// throughUpdates is throughSeals for replica updates.
func (b *aggregateBench) throughUpdates(name string, a *poreplication.AggregateReplicaUpdateInfo) (file string, back poreplication.AggregateReplicaUpdateInfo, err error) {
	c := aggregateCase[updateStatement]{
		Kind:        "aggregate of updates",
		Registered:  uint64(a.UpdateProof),
		Aggregation: uint64(a.Aggregation),
		Statements:  []updateStatement{},
		Proof:       a.Proof,
	}
	for _, u := range a.Updates {
		c.Statements = append(c.Statements, updateStatement{CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew})
	}
	if file, err = b.e.writeCase(name, &c); err != nil {
		return "", back, err
	}
	c = aggregateCase[updateStatement]{}
	if err := readCase(file, &c); err != nil {
		return "", back, err
	}
	back = poreplication.AggregateReplicaUpdateInfo{UpdateProof: a.UpdateProof, Aggregation: a.Aggregation, Proof: c.Proof}
	for _, u := range c.Statements {
		back.Updates = append(back.Updates, poreplication.AggregatedUpdate{CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew})
	}
	return file, back, nil
}

func (b *aggregateBench) verifySeals(a *poreplication.AggregateSealInfo) error {
	return b.verifier.VerifyAggregateSeals(context.Background(), a)
}

func (b *aggregateBench) verifyUpdates(a *poreplication.AggregateReplicaUpdateInfo) error {
	return b.verifier.VerifyAggregateReplicaUpdates(context.Background(), a)
}

// compare prepares the timing of one aggregate of n seals.
func (b *aggregateBench) compare(n int) (*comparison, error) {
	a, err := b.newSeals(poreplication.StackedDrg8MiBV1_1, poreplication.SnarkPackV2, n)
	if err != nil {
		return nil, err
	}
	file, a, err := b.throughSeals(fmt.Sprint("aggregate ", n), &a)
	if err != nil {
		return nil, err
	}
	theirs, err := b.e.ref.timer(file, accept)
	if err != nil {
		return nil, err
	}
	return &comparison{
		items: 1,
		ours:  inProcess(func() error { return b.verifySeals(&a) }),
		peers: []peer{{referenceName, theirs}},
	}, nil
}
