package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/supranational/blst/bindings/go"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// sealCase is a file of seals of one registered kind. In the reference they go
// through the verifier of batches, or one by one through that of single seals.
type sealCase struct {
	Kind       string          `json:"kind"`
	Registered uint64          `json:"registered"`
	Batch      bool            `json:"batch"`
	Seals      []sealStatement `json:"seals"`
}

type sealStatement struct {
	ProverID fixed32 `json:"prover_id"`
	Sector   uint64  `json:"sector"`
	Ticket   fixed32 `json:"ticket"`
	Seed     fixed32 `json:"seed"`
	CommR    fixed32 `json:"comm_r"`
	CommD    fixed32 `json:"comm_d"`
	Proof    octets  `json:"proof"`
}

// sealKind is the verification of replication proofs.
func sealKind(e *environment) kind {
	bench := sync.OnceValues(func() (*sealBench, error) { return newSealBench(e) })
	shapes := map[string]struct {
		registered poreplication.RegisteredSealProof
		seals      int
	}{
		"2KiB x1":   {poreplication.StackedDrg2KiBV1_1, 1},
		"32GiB x1":  {poreplication.StackedDrg32GiBV1_1, 1},
		"32GiB x10": {poreplication.StackedDrg32GiBV1_1, 10},
	}
	return kind{
		name:   "seal",
		shapes: []string{"2KiB x1", "32GiB x1", "32GiB x10"},
		prepare: func(shape string) (*comparison, error) {
			b, err := bench()
			if err != nil {
				return nil, err
			}
			return b.compare(shapes[shape].registered, shapes[shape].seals)
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

// sealBench makes seals, and verifies them in this process.
//
// The seals of 2 KiB sectors are those of testdata; larger ones are made under
// keys with known secrets.
type sealBench struct {
	e        *environment
	secrets  map[uint64]*trapdoor.Key // by sector size
	small    map[poreplication.RegisteredSealProof][]poreplication.SealInfo
	verifier *poreplication.Verifier
	blst     map[uint64]*blstKey // by sector size
}

func newSealBench(e *environment) (*sealBench, error) {
	blst.SetMaxProcs(1)
	b := &sealBench{
		e:       e,
		secrets: make(map[uint64]*trapdoor.Key),
		small:   make(map[poreplication.RegisteredSealProof][]poreplication.SealInfo),
		blst:    make(map[uint64]*blstKey),
	}
	if err := b.readSmall(filepath.Join(e.testdata(), "seal.json")); err != nil {
		return nil, err
	}
	for _, size := range sectorSizes {
		key, secrets, err := e.testKey(params.ID{Circuit: params.Seal, SectorSize: size})
		if err != nil {
			return nil, err
		}
		b.secrets[size] = secrets
		if b.blst[size], err = readBLSTKey(key); err != nil {
			return nil, err
		}
	}
	var err error
	b.verifier, err = e.verifier()
	return b, err
}

// readSmall reads the interactive and Synthetic seals of 2 KiB sectors.
func (b *sealBench) readSmall(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var seals []struct {
		sealStatement
		SectorID   uint64                            `json:"sector_id"`
		Registered poreplication.RegisteredSealProof `json:"registered_proof_2kib_number"`
	}
	if err := json.Unmarshal(text, &seals); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, s := range seals {
		s.Sector = s.SectorID
		if !nonInteractive(s.Registered) {
			b.small[s.Registered] = append(b.small[s.Registered], s.info(s.Registered))
		}
	}
	return nil
}

func (s *sealStatement) info(registered poreplication.RegisteredSealProof) poreplication.SealInfo {
	return poreplication.SealInfo{
		SealProof: registered,
		ProverID:  s.ProverID,
		Sector:    s.Sector,
		Ticket:    s.Ticket,
		Seed:      s.Seed,
		CommR:     s.CommR,
		CommD:     s.CommD,
		Proof:     s.Proof,
	}
}

// newStatement returns a random seal without a proof.
func (e *environment) newStatement(registered poreplication.RegisteredSealProof) poreplication.SealInfo {
	return poreplication.SealInfo{
		SealProof: registered,
		ProverID:  e.bytes32(),
		Sector:    e.random.Uint64(),
		Ticket:    e.bytes32(),
		Seed:      e.bytes32(),
		CommR:     e.canonical32(),
		CommD:     e.canonical32(),
	}
}

// newSeals returns n valid seals: of testdata, in turn, or with a random
// statement each.
func (b *sealBench) newSeals(registered poreplication.RegisteredSealProof, n int) ([]poreplication.SealInfo, error) {
	size := sectorSizes[registered%5]
	var seals []poreplication.SealInfo
	if size == sectorSizes[0] {
		small := b.small[registered]
		if len(small) == 0 {
			return nil, fmt.Errorf("no seal of kind %v in testdata", registered)
		}
		for i := range n {
			seals = append(seals, small[i%len(small)])
		}
		return seals, nil
	}
	for range n {
		s := b.e.newStatement(registered)
		inputs, err := poreplication.SealPublicInputs(&s)
		if err != nil {
			return nil, err
		}
		if s.Proof, err = b.e.prove(b.secrets[size], inputs); err != nil {
			return nil, err
		}
		seals = append(seals, s)
	}
	return seals, nil
}

// write writes seals of one kind to a case file.
func (b *sealBench) write(name string, registered poreplication.RegisteredSealProof, batch bool, seals []poreplication.SealInfo) (string, error) {
	c := sealCase{Kind: "seal", Registered: uint64(registered), Batch: batch, Seals: []sealStatement{}}
	for i := range seals {
		s := &seals[i]
		c.Seals = append(c.Seals, sealStatement{s.ProverID, s.Sector, s.Ticket, s.Seed, s.CommR, s.CommD, s.Proof})
	}
	return b.e.writeCase(name, &c)
}

// readSeals reads a case file as our side does.
func readSeals(file string) ([]poreplication.SealInfo, error) {
	var c sealCase
	if err := readCase(file, &c); err != nil {
		return nil, err
	}
	var seals []poreplication.SealInfo
	for i := range c.Seals {
		seals = append(seals, c.Seals[i].info(poreplication.RegisteredSealProof(c.Registered)))
	}
	return seals, nil
}

// compare prepares the timing of n seals: one alone, or a batch.
func (b *sealBench) compare(registered poreplication.RegisteredSealProof, n int) (*comparison, error) {
	seals, err := b.newSeals(registered, n)
	if err != nil {
		return nil, err
	}
	file, err := b.write(fmt.Sprint("seal ", registered, n), registered, n > 1, seals)
	if err != nil {
		return nil, err
	}
	if seals, err = readSeals(file); err != nil {
		return nil, err
	}
	theirs, err := b.e.ref.timer(file, "accept")
	if err != nil {
		return nil, err
	}
	key := b.blst[sectorSizes[registered%5]]
	return &comparison{
		items: n,
		ours: inProcess(func() error {
			if n == 1 {
				return b.verifier.VerifySeal(&seals[0])
			}
			return b.verifier.VerifySealBatch(context.Background(), seals, nil)
		}),
		peers: []peer{
			{referenceName, theirs},
			{blstName, inProcess(func() error { return key.verifySeals(seals) })},
		},
	}, nil
}
