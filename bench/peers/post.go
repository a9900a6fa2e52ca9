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

// postCase is a file of proofs of spacetime of one registered kind, which the
// reference judges one by one.
type postCase struct {
	Kind       string          `json:"kind"`
	Registered uint64          `json:"registered"`
	Posts      []postStatement `json:"posts"`
}

type postStatement struct {
	Randomness fixed32       `json:"randomness"`
	ProverID   fixed32       `json:"prover_id"`
	Replicas   []postReplica `json:"replicas"`
	Proof      octets        `json:"proof"`
}

type postReplica struct {
	Sector uint64  `json:"sector_id"`
	CommR  fixed32 `json:"comm_r"`
}

// postShape is what is timed: n proofs of so many replicas each.
type postShape struct {
	registered  poreplication.RegisteredPoStProof
	replicas, n int
}

// winningKind is the verification of WinningPoSts. Of several, ours are a batch;
// the reference has no such verifier and takes them one by one.
func winningKind(e *environment) kind {
	return postKind(e, "winning", params.WinningPoSt, sectorSizes[:], []string{"2KiB x1", "32GiB x1", "32GiB x64"}, []postShape{
		{poreplication.StackedDrgWinning2KiBV1, 1, 1},
		{poreplication.StackedDrgWinning32GiBV1, 1, 1},
		{poreplication.StackedDrgWinning32GiBV1, 1, 64},
	})
}

// partitionReplicas is the number of replicas in a partition of a WindowPoSt of
// 32 GiB sectors.
const partitionReplicas = 2349

// windowKind is the verification of WindowPoSts. It leaves out 64 GiB sectors,
// for whose key the reference would take as long and as much memory again as for
// that of 32 GiB sectors.
func windowKind(e *environment) kind {
	return postKind(e, "window", params.WindowPoSt, sectorSizes[:4], []string{"32GiB 2349", "32GiB 2349x3"}, []postShape{
		{poreplication.StackedDrgWindow32GiBV1_1, partitionReplicas, 1},
		{poreplication.StackedDrgWindow32GiBV1_1, 3 * partitionReplicas, 1},
	})
}

func postKind(e *environment, name string, circuit params.Circuit, sizes []uint64, names []string, shapes []postShape) kind {
	bench := sync.OnceValues(func() (*postBench, error) { return newPostBench(e, circuit, sizes) })
	return kind{
		name:   name,
		shapes: names,
		prepare: func(shape string) (*comparison, error) {
			b, err := bench()
			if err != nil {
				return nil, err
			}
			return b.compare(shapes[slices.Index(names, shape)])
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

// postBench makes proofs of spacetime of one circuit, and verifies them in this
// process. Both circuits state the same, so that either is carried as a
// WindowPoStInfo.
//
// The proofs of 2 KiB sectors are those of testdata; larger ones are made under
// keys with known secrets.
type postBench struct {
	e        *environment
	circuit  params.Circuit
	sizes    []uint64                 // of sectors, by registered number modulo 5
	secrets  map[uint64]*trapdoor.Key // by sector size
	small    map[poreplication.RegisteredPoStProof][]poreplication.WindowPoStInfo
	verifier *poreplication.Verifier
}

func newPostBench(e *environment, circuit params.Circuit, sizes []uint64) (*postBench, error) {
	b := &postBench{
		e:       e,
		circuit: circuit,
		sizes:   sizes,
		secrets: make(map[uint64]*trapdoor.Key),
		small:   make(map[poreplication.RegisteredPoStProof][]poreplication.WindowPoStInfo),
	}
	err := b.readSmall(filepath.Join(e.testdata(), "post.json"))
	if err != nil {
		return nil, err
	}
	for _, size := range sizes {
		if _, b.secrets[size], err = e.testKey(params.ID{Circuit: circuit, SectorSize: size}); err != nil {
			return nil, err
		}
	}
	b.verifier, err = e.verifier()
	return b, err
}

// winning reports whether the circuit is that of WinningPoSt.
func (b *postBench) winning() bool { return b.circuit == params.WinningPoSt }

// readSmall reads the proofs of 2 KiB sectors.
func (b *postBench) readSmall(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var posts []struct {
		postStatement
		Type       string `json:"type"`
		APIVersion string `json:"api_version"`
	}
	if err := json.Unmarshal(text, &posts); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, p := range posts {
		// No number has version 1.1.0, whose rule is that of 1.0.0.
		registered := poreplication.StackedDrgWinning2KiBV1
		switch {
		case p.Type == "window" && p.APIVersion == "1.2.0":
			registered = poreplication.StackedDrgWindow2KiBV1_1
		case p.Type == "window":
			registered = poreplication.StackedDrgWindow2KiBV1
		}
		b.small[registered] = append(b.small[registered], p.info(registered))
	}
	return nil
}

func (s *postStatement) info(registered poreplication.RegisteredPoStProof) poreplication.WindowPoStInfo {
	p := poreplication.WindowPoStInfo{
		PoStProof:  registered,
		Randomness: s.Randomness,
		ProverID:   s.ProverID,
		Proof:      s.Proof,
	}
	for _, r := range s.Replicas {
		p.Replicas = append(p.Replicas, poreplication.Replica{Sector: r.Sector, CommR: r.CommR})
	}
	return p
}

// newPosts returns n valid proofs: of testdata, or with a random statement each.
func (b *postBench) newPosts(s postShape) ([]poreplication.WindowPoStInfo, error) {
	size := b.sizes[s.registered%5]
	var posts []poreplication.WindowPoStInfo
	if size == sectorSizes[0] {
		for _, p := range b.small[s.registered] {
			if len(p.Replicas) == s.replicas && len(posts) < s.n {
				posts = append(posts, p)
			}
		}
		if len(posts) < s.n {
			return nil, fmt.Errorf("%d proofs of kind %v and %d replicas in testdata, not %d", len(posts), s.registered, s.replicas, s.n)
		}
		return posts, nil
	}
	for range s.n {
		p := poreplication.WindowPoStInfo{
			PoStProof:  s.registered,
			Randomness: b.e.canonical32(),
			ProverID:   b.e.canonical32(),
		}
		for range s.replicas {
			p.Replicas = append(p.Replicas, poreplication.Replica{Sector: b.e.random.Uint64(), CommR: b.e.canonical32()})
		}
		inputs, err := b.inputs(&p)
		if err != nil {
			return nil, err
		}
		if p.Proof, err = b.e.prove(b.secrets[size], inputs); err != nil {
			return nil, err
		}
		posts = append(posts, p)
	}
	return posts, nil
}

// inputs returns the public inputs of every partition.
func (b *postBench) inputs(p *poreplication.WindowPoStInfo) ([][][32]byte, error) {
	if !b.winning() {
		return poreplication.WindowPoStPublicInputs(p)
	}
	inputs, err := poreplication.WinningPoStPublicInputs((*poreplication.WinningPoStInfo)(p))
	return [][][32]byte{inputs}, err
}

func (b *postBench) verify(p *poreplication.WindowPoStInfo) error {
	if b.winning() {
		return b.verifier.VerifyWinningPoSt((*poreplication.WinningPoStInfo)(p))
	}
	return b.verifier.VerifyWindowPoSt(context.Background(), p)
}

func asWinning(posts []poreplication.WindowPoStInfo) (winning []poreplication.WinningPoStInfo) {
	for _, p := range posts {
		winning = append(winning, poreplication.WinningPoStInfo(p))
	}
	return winning
}

// through writes proofs of one kind to a case file and reads it as our side does.
func (b *postBench) through(name string, posts []poreplication.WindowPoStInfo) (file string, back []poreplication.WindowPoStInfo, err error) {
	registered := posts[0].PoStProof
	c := postCase{Kind: "post", Registered: uint64(registered)}
	for _, p := range posts {
		s := postStatement{p.Randomness, p.ProverID, []postReplica{}, p.Proof}
		for _, r := range p.Replicas {
			s.Replicas = append(s.Replicas, postReplica{r.Sector, r.CommR})
		}
		c.Posts = append(c.Posts, s)
	}
	if file, err = b.e.writeCase(name, &c); err != nil {
		return "", nil, err
	}
	c = postCase{}
	if err := readCase(file, &c); err != nil {
		return "", nil, err
	}
	for i := range c.Posts {
		back = append(back, c.Posts[i].info(registered))
	}
	return file, back, nil
}

// compare prepares the timing of a shape: of one proof, or of a batch.
func (b *postBench) compare(s postShape) (*comparison, error) {
	posts, err := b.newPosts(s)
	if err != nil {
		return nil, err
	}
	file, posts, err := b.through(fmt.Sprintf("post %d %d %d", s.registered, s.replicas, s.n), posts)
	if err != nil {
		return nil, err
	}
	theirs, err := b.e.ref.timer(file, accept)
	if err != nil {
		return nil, err
	}
	ours := func() error { return b.verify(&posts[0]) }
	if s.n > 1 {
		batch := asWinning(posts)
		ours = func() error { return b.verifier.VerifyWinningPoStBatch(context.Background(), batch, nil) }
	}
	return &comparison{
		items: s.n,
		ours:  inProcess(ours),
		peers: []peer{{referenceName, theirs}},
	}, nil
}
