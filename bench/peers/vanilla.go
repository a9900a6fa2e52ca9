package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/depinproof/depinproof/poreplication"
)

// vanillaFlips is the number of bits of a proof that are flipped, one at a time.
const vanillaFlips = 150

// vanillaShapes are the proofs that are timed, each a file of the reference's beside the
// module: its folder and name.
var vanillaShapes = []struct{ shape, folder, file string }{
	{"seal 32KiB NI", "32kib", "seal-V1_2_Feat_NonInteractivePoRep"},
	{"seal 8MiB", "8mib", "seal-V1_1"},
	{"seal 512MiB", "512mib", "seal-V1_1"},
	{"winning 8MiB", "8mib", "post-v1_1-winning-1.0.0"},
	{"winning 512MiB", "512mib", "post-v1_1-winning-1.0.0"},
	{"window 8MiB", "8mib", "post-v1_1-window-1.2.0"},
	{"window 512MiB", "512mib", "post-v1_1-window-1.2.0"},
	{"update 8MiB", "8mib", "update"},
	{"update 512MiB", "512mib", "update"},
}

// vanillaKind is the verification of vanilla proofs, from their bytes. Without the
// reference's files it has no shapes.
func vanillaKind(e *environment) kind {
	k := kind{name: "vanilla"}
	folder := filepath.Join(e.root, "..", "shared", "vectors", "reference")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "vanilla: skipped, the reference's vectors are not beside the module")
		return k
	}
	for _, s := range vanillaShapes {
		k.shapes = append(k.shapes, s.shape)
	}
	k.prepare = func(shape string) (*comparison, error) {
		i := slices.Index(k.shapes, shape)
		p, err := readVanilla(filepath.Join(folder, vanillaShapes[i].folder), vanillaShapes[i].file)
		if err != nil {
			return nil, err
		}
		file, err := e.writeCase("vanilla "+shape, &p.vanillaCase)
		if err != nil {
			return nil, err
		}
		theirs, err := e.ref.timer(file, accept)
		if err != nil {
			return nil, err
		}
		return &comparison{
			items: 1,
			ours:  inProcess(func() error { return p.verify(p.Proof) }),
			peers: []peer{{referenceName, theirs}},
		}, nil
	}
	k.judge = func() (compared int, differences []string, err error) {
		j := vanillaJudgement{e: e}
		for i, s := range vanillaShapes {
			j.label = s.shape
			p, err := readVanilla(filepath.Join(folder, s.folder), s.file)
			if err != nil {
				return 0, nil, err
			}
			if err := j.all(p, i); err != nil {
				return 0, nil, fmt.Errorf("%s: %w", s.shape, err)
			}
		}
		return j.compared, j.differences, nil
	}
	return k
}

// vanillaCase is a file of one vanilla proof. The statement is as the reference's
// vectors have it.
type vanillaCase struct {
	Kind      string          `json:"kind"`
	Statement json.RawMessage `json:"statement"`
	Proof     octets          `json:"proof"`
}

// vanillaStatement has the fields of all kinds of statements.
type vanillaStatement struct {
	Kind       string  `json:"kind"`
	Type       string  `json:"type"`
	APIVersion string  `json:"api_version"`
	SectorSize uint64  `json:"sector_size"`
	PoRepID    fixed32 `json:"porep_id"`
	ProverID   fixed32 `json:"prover_id"`
	SectorID   uint64  `json:"sector_id"`
	Ticket     fixed32 `json:"ticket"`
	Seed       fixed32 `json:"seed"`
	Randomness fixed32 `json:"randomness"`
	CommR      fixed32 `json:"comm_r"`
	CommD      fixed32 `json:"comm_d"`
	CommROld   fixed32 `json:"comm_r_old"`
	CommRNew   fixed32 `json:"comm_r_new"`
	CommDNew   fixed32 `json:"comm_d_new"`
	Vanilla    string  `json:"vanilla"`
}

type vanillaProof struct {
	vanillaCase
	verify func(proof []byte) error
	// commitments are the hexadecimal digits of those in the statement.
	commitments []string
}

// readVanilla reads a statement of a folder's vanilla.json and the proof of it.
func readVanilla(folder, name string) (*vanillaProof, error) {
	text, err := os.ReadFile(filepath.Join(folder, "vanilla.json"))
	if err != nil {
		return nil, err
	}
	var f struct {
		Seals  []json.RawMessage `json:"seals"`
		Posts  []json.RawMessage `json:"posts"`
		Update json.RawMessage   `json:"update"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	name += ".vanilla.bincode"
	kind, list := "vanilla update", []json.RawMessage{f.Update}
	switch {
	case strings.HasPrefix(name, "seal"):
		kind, list = "vanilla seal", f.Seals
	case strings.HasPrefix(name, "post"):
		kind, list = "vanilla post", f.Posts
	}
	for _, raw := range list {
		var s vanillaStatement
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		if s.Vanilla != name {
			continue
		}
		p := &vanillaProof{vanillaCase: vanillaCase{Kind: kind, Statement: raw}}
		if p.Proof, err = os.ReadFile(filepath.Join(folder, name)); err != nil {
			return nil, err
		}
		return p, p.prepare(&s)
	}
	return nil, fmt.Errorf("no statement of %s in %s", name, folder)
}

func (p *vanillaProof) prepare(s *vanillaStatement) error {
	ctx := context.Background()
	digits := func(values ...fixed32) {
		for _, x := range values {
			text, _ := x.MarshalText()
			p.commitments = append(p.commitments, string(text))
		}
	}
	version, known := map[string]poreplication.Version{
		"": 0, "1.0.0": poreplication.V1_0_0, "1.1.0": poreplication.V1_1_0, "1.2.0": poreplication.V1_2_0,
	}[s.APIVersion]
	if !known {
		return fmt.Errorf("no version %q", s.APIVersion)
	}
	switch p.Kind {
	case "vanilla seal":
		config := &poreplication.SealConfig{SectorSize: s.SectorSize, PoRepID: s.PoRepID, Version: version}
		switch {
		case strings.Contains(s.Kind, "Synthetic"):
			config.Features = poreplication.SyntheticPoRep
		case strings.Contains(s.Kind, "NonInteractive"):
			config.Features = poreplication.NonInteractivePoRep
		}
		info := &poreplication.SealInfo{
			Config: config, ProverID: s.ProverID, Sector: s.SectorID,
			Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD,
		}
		digits(s.CommR, s.CommD)
		p.verify = func(proof []byte) error { return poreplication.VerifySealVanilla(ctx, info, proof) }
	case "vanilla post":
		info := &poreplication.WindowPoStInfo{
			Config:     &poreplication.PoStConfig{SectorSize: s.SectorSize, Version: version},
			Randomness: s.Randomness, ProverID: s.ProverID,
			Replicas: []poreplication.Replica{{Sector: s.SectorID, CommR: s.CommR}},
		}
		digits(s.CommR, s.Randomness)
		p.verify = func(proof []byte) error {
			return poreplication.VerifyWindowPoStVanilla(ctx, info, [][]byte{proof})
		}
		if s.Type == "winning" {
			winning := poreplication.WinningPoStInfo(*info)
			p.verify = func(proof []byte) error {
				return poreplication.VerifyWinningPoStVanilla(ctx, &winning, proof)
			}
		}
	default:
		info := &poreplication.ReplicaUpdateInfo{
			Config:   &poreplication.UpdateConfig{SectorSize: s.SectorSize},
			CommROld: s.CommROld, CommRNew: s.CommRNew, CommDNew: s.CommDNew,
		}
		digits(s.CommROld, s.CommRNew, s.CommDNew)
		p.verify = func(proof []byte) error { return poreplication.VerifyReplicaUpdateVanilla(ctx, info, proof) }
	}
	return nil
}

// withOther returns the proof under a statement that has another value for a commitment.
func (p *vanillaProof) withOther(digits string) (*vanillaProof, error) {
	changed := []byte(digits)
	changed[0] = '0' // of the low byte, so that the value stays below the modulus
	if digits[0] == '0' {
		changed[0] = '1'
	}
	other := &vanillaProof{vanillaCase: p.vanillaCase}
	other.Statement = bytes.ReplaceAll(p.Statement, []byte(digits), changed)
	var s vanillaStatement
	if err := json.Unmarshal(other.Statement, &s); err != nil {
		return nil, err
	}
	return other, other.prepare(&s)
}

// vanillaJudgement compares verdicts on vanilla proofs: that a changed one is refused,
// not why, since honest software alone makes the reference judge one, and it reads some
// values later than we do.
type vanillaJudgement struct {
	judgement
	e *environment
}

// all judges a valid proof, the proof with other commitments, and the proof with flipped
// bits: what the reference refuses must be refused. It accepts some of them, which our
// verbs say they refuse.
func (j *vanillaJudgement) all(p *vanillaProof, index int) error {
	theirs, err := j.reference(p.vanillaCase)
	if err != nil {
		return err
	}
	j.compare("valid, reference", accept, plain(theirs), theirs)
	ours := p.verify(p.Proof)
	j.compare("valid", accept, verdictOf(ours), fmt.Sprint(ours))

	for _, digits := range p.commitments {
		other, err := p.withOther(digits)
		if err != nil {
			return err
		}
		refused, err := j.hostile("statement "+digits[:8], other)
		if err != nil {
			return err
		}
		if !refused {
			j.differ("statement "+digits[:8], "the reference accepts it")
		}
	}

	// The largest proof would make case files of some gigabytes.
	flips := vanillaFlips
	if len(p.Proof) > 1<<20 {
		flips = 4
	}
	accepted := 0
	for range flips {
		other := *p
		other.Proof = slices.Clone(p.Proof)
		bit := j.e.random.Uint64() % uint64(8*len(p.Proof))
		other.Proof[bit/8] ^= 1 << (bit % 8)
		refused, err := j.hostile(fmt.Sprint("bit ", bit), &other)
		if err != nil {
			return err
		}
		if !refused {
			accepted++
		}
	}
	fmt.Fprintf(os.Stderr, "vanilla %s: of %d flipped bits the reference accepts %d\n", j.label, flips, accepted)
	if accepted > flips/2 {
		j.differ("flipped bits", "the reference accepts most of them")
	}
	return nil
}

// hostile compares verdicts on a changed proof or statement, and tells whether the
// reference refuses it.
func (j *vanillaJudgement) hostile(name string, p *vanillaProof) (refused bool, err error) {
	theirs, err := j.reference(p.vanillaCase)
	if err != nil {
		return false, err
	}
	if plain(theirs) == accept {
		return false, nil
	}
	j.compared++
	ours := p.verify(p.Proof)
	if v := verdictOf(ours); v != reject && v != malformed {
		j.differ(name, fmt.Sprintf("%s (%v) where the reference says %s", v, ours, theirs))
	}
	return true, nil
}

func (j *vanillaJudgement) reference(c vanillaCase) (string, error) {
	file, err := j.e.writeCase("vanilla judged", &c)
	if err != nil {
		return "", err
	}
	return j.e.ref.verdict(file)
}
