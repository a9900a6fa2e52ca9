package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// nonInteractive reports whether seals of a kind come without a seed, and with an
// aggregate of all partitions for a proof.
func nonInteractive(kind poreplication.RegisteredSealProof) bool {
	return kind >= poreplication.StackedDrg2KiBV1_2_Feat_NiPoRep
}

// niKind is the verification of non-interactive replication proofs, of which the
// reference takes several one by one.
func niKind(e *environment) kind {
	bench := sync.OnceValues(func() (*niBench, error) { return newNIBench(e) })
	shapes := map[string]int{"32GiB x1": 1, "32GiB x16": 16}
	return kind{
		name:   "ni",
		shapes: []string{"32GiB x1", "32GiB x16"},
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

// niBench makes non-interactive seals, and verifies them in this process.
type niBench struct {
	e        *environment
	seals    *sealBench // of whom only the case files are
	verifier *poreplication.Verifier
}

func newNIBench(e *environment) (*niBench, error) {
	for _, size := range sectorSizes[1:] {
		if _, _, err := e.testKey(params.ID{Circuit: params.Seal, SectorSize: size}); err != nil {
			return nil, err
		}
	}
	if _, err := e.srs(2); err != nil {
		return nil, err
	}
	verifier, err := e.verifier()
	return &niBench{e, &sealBench{e: e}, verifier}, err
}

// newSeals returns n valid seals with random statements.
func (b *niBench) newSeals(registered poreplication.RegisteredSealProof, n int) ([]poreplication.SealInfo, error) {
	_, secrets, err := b.e.testKey(params.ID{Circuit: params.Seal, SectorSize: sectorSizes[registered%5]})
	if err != nil {
		return nil, err
	}
	var seals []poreplication.SealInfo
	for range n {
		s := b.e.newStatement(registered)
		if s.Proof, err = b.e.aggregateSeals(secrets, poreplication.SnarkPackV2, []poreplication.SealInfo{s}); err != nil {
			return nil, err
		}
		seals = append(seals, s)
	}
	return seals, nil
}

// through writes seals to a case file and reads it as our side does.
func (b *niBench) through(name string, seals []poreplication.SealInfo) (file string, back []poreplication.SealInfo, err error) {
	if file, err = b.seals.write(name, seals[0].SealProof, false, seals); err == nil {
		back, err = readSeals(file)
	}
	return file, back, err
}

// compare prepares the timing of n seals: one alone, or a batch.
func (b *niBench) compare(n int) (*comparison, error) {
	seals, err := b.newSeals(poreplication.StackedDrg32GiBV1_2_Feat_NiPoRep, n)
	if err != nil {
		return nil, err
	}
	file, seals, err := b.through(fmt.Sprint("ni ", n), seals)
	if err != nil {
		return nil, err
	}
	theirs, err := b.e.ref.timer(file, accept)
	if err != nil {
		return nil, err
	}
	return &comparison{
		items: n,
		ours: inProcess(func() error {
			if n == 1 {
				return b.verifier.VerifySeal(&seals[0])
			}
			return b.verifier.VerifySealBatch(context.Background(), seals, nil)
		}),
		peers: []peer{{referenceName, theirs}},
	}, nil
}

// judgedNISeals is the number of valid seals of each size that are compared.
const judgedNISeals = 3

// judge compares our verdicts with the reference's, over valid seals of all sizes
// with a key of known secrets, and twins of them. Of the smallest, twins of the
// proof are judged, and those of the statement in batches, too.
func (b *niBench) judge() (compared int, differences []string, err error) {
	type S = poreplication.SealInfo
	for kind := poreplication.StackedDrg8MiBV1_2_Feat_NiPoRep; kind <= poreplication.StackedDrg64GiBV1_2_Feat_NiPoRep; kind++ {
		j := judged[S]{
			judgement: judgement{label: kind.String()},
			ref:       b.e.ref,
			through:   func(seals []S) (string, []S, error) { return b.through("judged", seals) },
			single:    b.verifier.VerifySeal,
		}
		thorough := kind == poreplication.StackedDrg8MiBV1_2_Feat_NiPoRep
		if thorough {
			j.batch = func(seals []S, errs []error) error {
				return b.verifier.VerifySealBatch(context.Background(), seals, errs)
			}
		}
		seals, err := b.newSeals(kind, judgedNISeals)
		if err == nil {
			err = j.all("seal", seals, sealTwins(&seals[1], &seals[2], false))
		}
		if err == nil && thorough {
			j.batch = nil
			proofs := twins[S]{valid: &seals[1]}
			ofAggregateProof(&proofs, func(s *S) *[]byte { return &s.Proof }, seals[2].Proof)
			err = j.all("proof", seals[1:2], proofs.list)
		}
		if err != nil {
			return 0, nil, fmt.Errorf("%v: %w", kind, err)
		}
		compared += j.compared
		differences = append(differences, j.differences...)
	}
	return compared, differences, nil
}
