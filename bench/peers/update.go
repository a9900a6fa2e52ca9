package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// updateCase is a file of replica updates of one registered kind, which the
// reference judges one by one.
type updateCase struct {
	Kind       string            `json:"kind"`
	Registered uint64            `json:"registered"`
	Updates    []updateStatement `json:"updates"`
}

type updateStatement struct {
	CommROld fixed32 `json:"comm_r_old"`
	CommRNew fixed32 `json:"comm_r_new"`
	CommDNew fixed32 `json:"comm_d_new"`
	Proof    octets  `json:"proof"`
}

// updateKind is the verification of replica updates (Snap Deals).
func updateKind(e *environment) kind {
	bench := sync.OnceValues(func() (*updateBench, error) { return newUpdateBench(e) })
	shapes := map[string]poreplication.RegisteredUpdateProof{
		"2KiB x1":  poreplication.StackedDrg2KiBUpdateV1,
		"32GiB x1": poreplication.StackedDrg32GiBUpdateV1,
	}
	return kind{
		name:   "update",
		shapes: []string{"2KiB x1", "32GiB x1"},
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

// updateBench makes replica updates, and verifies them in this process.
//
// The updates of 2 KiB sectors are those of testdata; larger ones are made under
// keys with known secrets.
type updateBench struct {
	e        *environment
	secrets  map[uint64]*trapdoor.Key // by sector size
	small    []poreplication.ReplicaUpdateInfo
	verifier *poreplication.Verifier
}

func newUpdateBench(e *environment) (*updateBench, error) {
	b := &updateBench{e: e, secrets: make(map[uint64]*trapdoor.Key)}
	err := b.readSmall(filepath.Join(e.testdata(), "update.json"))
	if err != nil {
		return nil, err
	}
	for _, size := range sectorSizes {
		if _, b.secrets[size], err = e.testKey(params.ID{Circuit: params.ReplicaUpdate, SectorSize: size}); err != nil {
			return nil, err
		}
	}
	b.verifier, err = e.verifier()
	return b, err
}

// readSmall reads the updates of 2 KiB sectors.
func (b *updateBench) readSmall(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var f struct {
		Updates []updateStatement `json:"updates"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, u := range f.Updates {
		b.small = append(b.small, u.info(poreplication.StackedDrg2KiBUpdateV1))
	}
	return nil
}

func (s *updateStatement) info(registered poreplication.RegisteredUpdateProof) poreplication.ReplicaUpdateInfo {
	return poreplication.ReplicaUpdateInfo{
		UpdateProof: registered,
		CommROld:    s.CommROld,
		CommRNew:    s.CommRNew,
		CommDNew:    s.CommDNew,
		Proof:       s.Proof,
	}
}

// newUpdates returns n valid updates: of testdata, or with a random statement
// each.
func (b *updateBench) newUpdates(registered poreplication.RegisteredUpdateProof, n int) ([]poreplication.ReplicaUpdateInfo, error) {
	size := sectorSizes[registered]
	if size == sectorSizes[0] {
		if len(b.small) < n {
			return nil, fmt.Errorf("%d updates in testdata, not %d", len(b.small), n)
		}
		return b.small[:n], nil
	}
	var updates []poreplication.ReplicaUpdateInfo
	for range n {
		u := poreplication.ReplicaUpdateInfo{
			UpdateProof: registered,
			CommROld:    b.e.canonical32(),
			CommRNew:    b.e.canonical32(),
			CommDNew:    b.e.canonical32(),
		}
		inputs, err := poreplication.ReplicaUpdatePublicInputs(&u)
		if err != nil {
			return nil, err
		}
		if u.Proof, err = b.e.prove(b.secrets[size], inputs); err != nil {
			return nil, err
		}
		updates = append(updates, u)
	}
	return updates, nil
}

// through writes updates of one kind to a case file and reads it as our side
// does.
func (b *updateBench) through(name string, updates []poreplication.ReplicaUpdateInfo) (file string, back []poreplication.ReplicaUpdateInfo, err error) {
	registered := updates[0].UpdateProof
	c := updateCase{Kind: "update", Registered: uint64(registered)}
	for _, u := range updates {
		c.Updates = append(c.Updates, updateStatement{u.CommROld, u.CommRNew, u.CommDNew, u.Proof})
	}
	if file, err = b.e.writeCase(name, &c); err != nil {
		return "", nil, err
	}
	c = updateCase{}
	if err := readCase(file, &c); err != nil {
		return "", nil, err
	}
	for i := range c.Updates {
		back = append(back, c.Updates[i].info(registered))
	}
	return file, back, nil
}

// compare prepares the timing of one update.
func (b *updateBench) compare(registered poreplication.RegisteredUpdateProof) (*comparison, error) {
	updates, err := b.newUpdates(registered, 1)
	if err != nil {
		return nil, err
	}
	file, updates, err := b.through(fmt.Sprint("update ", uint64(registered)), updates)
	if err != nil {
		return nil, err
	}
	theirs, err := b.e.ref.timer(file, accept)
	if err != nil {
		return nil, err
	}
	return &comparison{
		items: 1,
		ours:  inProcess(func() error { return b.verifier.VerifyReplicaUpdate(&updates[0]) }),
		peers: []peer{{referenceName, theirs}},
	}, nil
}

// judgedUpdates is the number of valid updates of each size that are compared.
const judgedUpdates = 3

// judge compares our verdicts with the reference's, over valid updates of every
// size and hostile twins of them, alone and in batches.
func (b *updateBench) judge() (compared int, differences []string, err error) {
	type S = poreplication.ReplicaUpdateInfo
	for registered := range poreplication.RegisteredUpdateProof(len(sectorSizes)) {
		j := judged[S]{
			judgement: judgement{label: registered.String()},
			ref:       b.e.ref,
			through:   func(updates []S) (string, []S, error) { return b.through("judged", updates) },
			single:    b.verifier.VerifyReplicaUpdate,
			batch: func(updates []S, errs []error) error {
				return b.verifier.VerifyReplicaUpdateBatch(context.Background(), updates, errs)
			},
		}
		updates, err := b.newUpdates(registered, judgedUpdates)
		if err == nil {
			err = j.all("update", updates, updateTwins(&updates[1], &updates[2]))
		}
		if err != nil {
			return 0, nil, fmt.Errorf("%v: %w", registered, err)
		}
		compared += j.compared
		differences = append(differences, j.differences...)
	}
	return compared, differences, nil
}

// updateTwins returns hostile twins of a valid update; other is another valid
// one.
func updateTwins(valid, other *poreplication.ReplicaUpdateInfo) []twin[poreplication.ReplicaUpdateInfo] {
	type S = poreplication.ReplicaUpdateInfo
	t := twins[S]{valid: valid}
	for _, v := range []value[S]{
		{"old CommR", func(u *S) *[32]byte { return &u.CommROld }},
		{"new CommR", func(u *S) *[32]byte { return &u.CommRNew }},
		{"new CommD", func(u *S) *[32]byte { return &u.CommDNew }},
	} {
		t.ofBits(v, "")
		t.ofElement(v, "")
		t.add("another's "+v.name, func(u *S) { *v.of(u) = *v.of(other) })
	}
	t.add("old and new CommR swapped", func(u *S) { u.CommROld, u.CommRNew = u.CommRNew, u.CommROld })
	t.add("new CommR and CommD swapped", func(u *S) { u.CommRNew, u.CommDNew = u.CommDNew, u.CommRNew })
	t.add("another update's proof", func(u *S) { u.Proof = slices.Clone(other.Proof) })
	t.ofProof(func(u *S) *[]byte { return &u.Proof }, other.Proof)
	return t.list
}
