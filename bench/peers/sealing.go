package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/sector"
)

// sealedKind is the kind of sectors that are sealed: 8 MiB, two layers.
const sealedKind = poreplication.StackedDrg8MiBV1_1

// labelsCase is a file of sectors to label, one after the other, in a folder for each.
type labelsCase struct {
	Kind       string    `json:"kind"`
	Registered uint64    `json:"registered"`
	ReplicaIDs []fixed32 `json:"replica_ids"`
	Folder     string    `json:"folder"`
}

// labelsKind is the labelling of all layers of sectors, to files, with parents that are
// cached.
func labelsKind(e *environment) kind {
	sectors := map[string]int{"8MiB x1": 1, "8MiB x4": 4}
	sealer := sync.OnceValues(func() (*sector.Sealer, error) { return newSealer(e, sealedKind) })
	return kind{
		name:   "labels",
		shapes: []string{"8MiB x1", "8MiB x4"},
		prepare: func(shape string) (*comparison, error) {
			s, err := sealer()
			if err != nil {
				return nil, err
			}
			w, err := newLabelsWork(e, s, sectors[shape])
			if err != nil {
				return nil, err
			}
			theirs, err := e.ref.timer(w.file, w.last)
			if err != nil {
				return nil, err
			}
			return &comparison{
				items: sectors[shape],
				ours:  inProcess(w.check),
				peers: []peer{{"storage-proofs-porep 19.1.0", theirs}},
			}, nil
		},
		judge: func() (int, []string, error) {
			s, err := sealer()
			if err != nil {
				return 0, nil, err
			}
			j := judgement{label: sealedKind.String()}
			for _, n := range sectors {
				if err := j.labels(e, s, n); err != nil {
					return 0, nil, err
				}
			}
			if err := j.parents(e); err != nil {
				return 0, nil, err
			}
			err = j.preCommit(e, s)
			return j.compared, j.differences, err
		},
	}
}

// newSealer returns a sealer that works alone, with the parents in a file.
func newSealer(e *environment, kind poreplication.RegisteredSealProof) (*sector.Sealer, error) {
	config, err := kind.Config()
	if err != nil {
		return nil, err
	}
	s, err := sector.New(config, sector.Options{})
	if err != nil {
		return nil, err
	}
	f, err := os.Create(e.parentsFile())
	if err != nil {
		return nil, err
	}
	if _, err := s.WriteParents(context.Background(), f); err != nil {
		return nil, err
	}
	return sector.New(config, sector.Options{Parents: f}) // open until the run ends
}

func (e *environment) parentsFile() string { return filepath.Join(e.cases, "parents") }

// labelsWork is a case as our side does it.
type labelsWork struct {
	labelsCase
	file   string
	sealer *sector.Sealer
	ours   string // our folder, laid out as the reference's
	last   string // labels of all sectors, in hexadecimal
}

func newLabelsWork(e *environment, s *sector.Sealer, n int) (*labelsWork, error) {
	c := labelsCase{
		Kind:       "labels",
		Registered: uint64(sealedKind),
		Folder:     filepath.Join(e.cases, fmt.Sprint("labels", n)),
	}
	for range n {
		c.ReplicaIDs = append(c.ReplicaIDs, e.canonical32())
	}
	file, err := e.writeCase(fmt.Sprint("labels ", n), &c)
	if err != nil {
		return nil, err
	}
	w := &labelsWork{labelsCase: c, file: file, sealer: s, ours: c.Folder + "-ours"}
	w.last, err = w.labels()
	return w, err
}

func (w *labelsWork) check() error {
	last, err := w.labels()
	if err == nil && last != w.last {
		err = errors.New("other labels than before")
	}
	return err
}

// labels writes the layers of all sectors and returns their last labels.
func (w *labelsWork) labels() (last string, err error) {
	var ids [][32]byte
	var layers [][]io.WriterAt
	var ends []*os.File
	for i, id := range w.ReplicaIDs {
		ids = append(ids, id)
		folder := filepath.Join(w.ours, fmt.Sprint(i))
		if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
			return "", err
		}
		var of []io.WriterAt
		for l := range w.sealer.Layers() {
			f, err := os.Create(layerFile(folder, l+1))
			if err != nil {
				return "", err
			}
			defer f.Close()
			of = append(of, f)
			if l+1 == w.sealer.Layers() {
				ends = append(ends, f)
			}
		}
		layers = append(layers, of)
	}
	if err := w.sealer.Labels(context.Background(), ids, layers); err != nil {
		return "", err
	}
	for _, f := range ends {
		var label [sector.NodeSize]byte
		if _, err := f.ReadAt(label[:], int64(w.sealer.SectorSize()-sector.NodeSize)); err != nil {
			return "", err
		}
		last += hex.EncodeToString(label[:])
	}
	return last, nil
}

// layerFile names the file of a layer as the reference does.
func layerFile(folder string, layer int) string {
	return filepath.Join(folder, fmt.Sprintf("sc-02-data-layer-%d.dat", layer))
}

// rowsFile names the file of the cached rows of a replica's only base tree.
func rowsFile(folder string) string {
	return filepath.Join(folder, "sc-02-data-tree-r-last.dat")
}

// labels compares all layers of sectors.
func (j *judgement) labels(e *environment, s *sector.Sealer, n int) error {
	w, err := newLabelsWork(e, s, n)
	if err != nil {
		return err
	}
	theirs, err := e.ref.verdict(w.file)
	if err != nil {
		return err
	}
	j.compare(fmt.Sprint("last labels of ", n), theirs, w.last, "")
	for i := range n {
		for l := range s.Layers() {
			name := layerFile(fmt.Sprint(i), l+1)
			if err := j.files(filepath.Join(w.Folder, name), filepath.Join(w.ours, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// files compares the bytes of two files, the reference's first.
func (j *judgement) files(theirs, ours string) error {
	a, err := os.ReadFile(theirs)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(ours)
	if err != nil {
		return err
	}
	j.compared++
	if len(a) == 0 || !bytes.Equal(a, b) {
		j.differ(filepath.Base(ours), fmt.Sprintf("%d bytes, the reference has %d others", len(b), len(a)))
	}
	return nil
}

// parents compares the file of parents with the one that the reference has made.
func (j *judgement) parents(e *environment) error {
	caches, err := filepath.Glob(filepath.Join(e.keys, "v28-sdr-parent-*"))
	if err != nil {
		return err
	}
	for _, c := range caches {
		if strings.HasSuffix(c, ".cache") {
			return j.files(c, e.parentsFile())
		}
	}
	return fmt.Errorf("the reference has no cache of parents: %q", caches)
}

// sealingCase is a file of a sector to seal up to its commitments. Its data are one
// piece.
type sealingCase struct {
	Kind       string  `json:"kind"`
	Registered uint64  `json:"registered"`
	ProverID   fixed32 `json:"prover_id"`
	Sector     uint64  `json:"sector"`
	Ticket     fixed32 `json:"ticket"`
	CommD      fixed32 `json:"comm_d"`
	Data       string  `json:"data"`
	Replica    string  `json:"replica"`
	Folder     string  `json:"folder"`
}

// preCommit seals a sector of random data on both sides, and compares commitments,
// layers, the replica and the rows of its tree.
func (j *judgement) preCommit(e *environment, s *sector.Sealer) error {
	theirs, ours := filepath.Join(e.cases, "sealed"), filepath.Join(e.cases, "sealed-ours")
	data := filepath.Join(e.cases, "data")
	replica := filepath.Join(theirs, "replica")
	err := errors.Join(
		os.MkdirAll(theirs, 0o700), os.MkdirAll(ours, 0o700),
		e.writeNodes(data, s.SectorSize()), os.WriteFile(replica, nil, 0o600),
	)
	if err != nil {
		return err
	}
	f, err := os.Open(data)
	if err != nil {
		return err
	}
	defer f.Close()
	task := &sector.Task{
		ProverID: e.bytes32(), Sector: e.random.Uint64(), Ticket: e.bytes32(), Data: f,
	}
	open := func(name string) *os.File {
		f, openErr := os.Create(name)
		err = errors.Join(err, openErr)
		return f
	}
	compared := [][2]string{
		{replica, filepath.Join(ours, "replica")},
		{rowsFile(theirs), rowsFile(ours)},
	}
	task.Replica, task.Rows = open(compared[0][1]), []io.WriterAt{open(compared[1][1])}
	for l := range s.Layers() {
		task.Layers = append(task.Layers, open(layerFile(ours, l+1)))
		compared = append(compared, [2]string{layerFile(theirs, l+1), layerFile(ours, l+1)})
	}
	if err != nil {
		return err
	}
	c, err := s.Seal(context.Background(), task)
	if err != nil {
		return err
	}
	file, err := e.writeCase("sealing", &sealingCase{
		Kind: "sealing", Registered: uint64(sealedKind),
		ProverID: task.ProverID, Sector: task.Sector, Ticket: task.Ticket, CommD: c.CommD,
		Data: data, Replica: replica, Folder: theirs,
	})
	if err != nil {
		return err
	}
	due, err := e.ref.verdict(file)
	if err != nil {
		return err
	}
	j.compare("CommD and CommR", due, fmt.Sprintf("%x%x", c.CommD, c.CommR), "")
	for _, pair := range compared {
		if err := j.files(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// writeNodes writes a file of random field elements.
func (e *environment) writeNodes(name string, size uint64) error {
	b := make([]byte, size)
	e.random.Read(b)
	for i := 31; i < len(b); i += sector.NodeSize {
		b[i] &= 0x3f
	}
	return os.WriteFile(name, b, 0o600)
}

// rootCase is a file of a replica whose tree is to be built.
type rootCase struct {
	Kind       string `json:"kind"`
	SectorSize uint64 `json:"sector_size"`
	Replica    string `json:"replica"`
	Folder     string `json:"folder"`
}

// rootsKind is CommRLast of a replica in a file, and the cached rows in another.
func rootsKind(e *environment) kind {
	kinds := map[string]poreplication.RegisteredSealProof{
		"8MiB":   poreplication.StackedDrg8MiBV1_1,
		"512MiB": poreplication.StackedDrg512MiBV1_1,
	}
	k := kind{name: "roots", shapes: []string{"8MiB"}}
	if e.long {
		k.shapes = append(k.shapes, "512MiB")
	}
	k.prepare = func(shape string) (*comparison, error) {
		w, err := newRootWork(e, kinds[shape])
		if err != nil {
			return nil, err
		}
		theirs, err := e.ref.timer(w.file, w.due)
		if err != nil {
			return nil, err
		}
		return &comparison{
			items: 1,
			ours:  inProcess(w.check),
			peers: []peer{{"storage-proofs-porep 19.1.0", theirs}},
		}, nil
	}
	k.judge = func() (int, []string, error) {
		j := judgement{label: "8MiB"}
		w, err := newRootWork(e, sealedKind)
		if err != nil {
			return 0, nil, err
		}
		due, err := e.ref.verdict(w.file)
		if err != nil {
			return 0, nil, err
		}
		j.compare("root", due, w.due, "")
		err = j.files(rowsFile(w.Folder), rowsFile(w.ours))
		return j.compared, j.differences, err
	}
	return k
}

// rootWork is a case as our side does it.
type rootWork struct {
	rootCase
	file   string
	sealer *sector.Sealer
	ours   string // our folder
	due    string // the root, in hexadecimal
}

func newRootWork(e *environment, kind poreplication.RegisteredSealProof) (*rootWork, error) {
	config, err := kind.Config()
	if err != nil {
		return nil, err
	}
	s, err := sector.New(config, sector.Options{})
	if err != nil {
		return nil, err
	}
	c := rootCase{
		Kind:       "root of a replica",
		SectorSize: s.SectorSize(),
		Replica:    filepath.Join(e.cases, fmt.Sprint("replica", s.SectorSize())),
		Folder:     filepath.Join(e.cases, fmt.Sprint("rows", s.SectorSize())),
	}
	w := &rootWork{rootCase: c, sealer: s, ours: c.Folder + "-ours"}
	err = errors.Join(
		os.MkdirAll(c.Folder, 0o700), os.MkdirAll(w.ours, 0o700), e.writeNodes(c.Replica, c.SectorSize))
	if err != nil {
		return nil, err
	}
	if w.file, err = e.writeCase("root", &c); err != nil {
		return nil, err
	}
	w.due, err = w.root()
	return w, err
}

func (w *rootWork) check() error {
	root, err := w.root()
	if err == nil && root != w.due {
		err = errors.New("another root than before")
	}
	return err
}

func (w *rootWork) root() (string, error) {
	replica, err := os.Open(w.Replica)
	if err != nil {
		return "", err
	}
	defer replica.Close()
	rows, err := os.Create(rowsFile(w.ours))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	root, err := w.sealer.CommRLast(context.Background(), replica, []io.WriterAt{rows})
	return hex.EncodeToString(root[:]), err
}
