package main

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/sector"
)

// A sectorShape is a size of sectors to seal, unseal and check.
type sectorShape struct {
	name      string
	proof     poreplication.RegisteredSealProof
	long      bool // with -long only
	timed     bool
	timedLong bool // with -long only
	files     bool // labels and replica are in files
}

var sectorShapes = []sectorShape{
	{name: "2KiB", proof: poreplication.StackedDrg2KiBV1_1, timed: true},
	{name: "8MiB", proof: poreplication.StackedDrg8MiBV1_1, timedLong: true},
	{name: "512MiB", proof: poreplication.StackedDrg512MiBV1_1, long: true, files: true},
}

// sectorMemory is what sealing may take beside two layers of labels and 1/448 of a
// sector: buffers of the workers, and the parents that Options.ParentMemory keeps.
const sectorMemory = 192 << 20

func sectorUnits(o *options) []unit {
	var units []unit
	for _, s := range sectorShapes {
		if s.long && !o.long {
			continue
		}
		units = append(units, unit{kind: "sector", shape: s.name, keys: "none needed", prepare: func() (*work, error) {
			return s.work(o)
		}})
	}
	return units
}

// work seals a sector of seeded data, and checks what came of it.
func (s *sectorShape) work(o *options) (*work, error) {
	config, err := s.proof.Config()
	if err != nil {
		return nil, err
	}
	sealer, err := sector.New(config, sector.Options{Workers: o.workers})
	if err != nil {
		return nil, err
	}
	t := &sealedSector{sealer: sealer, data: seededData(sealer.SectorSize())}
	peak := watchHeap()
	err = t.seal(s.files)
	heap := peak()
	if err != nil {
		return nil, err
	}
	most := 2*sealer.SectorSize() + sealer.SectorSize()/448 + sectorMemory
	if !s.files {
		most += uint64(sealer.Layers()+1) * sealer.SectorSize()
	}
	w := &work{checks: t.checks("sector "+s.name, heap, most)}
	if s.timed || s.timedLong && o.long {
		w.measures = func([]int) []measure {
			return []measure{{suffix: " sealed", cores: o.workers, proofs: 1, call: func() error { return t.seal(false) }}}
		}
	}
	return w, nil
}

// A sealedSector is a sector and what it is known by.
type sealedSector struct {
	sealer  *sector.Sealer
	data    []byte
	replica sector.File
	known   *sector.Commitments
}

// seal seals the sector in memory, or in files that vanish when they are no longer used.
func (t *sealedSector) seal(files bool) error {
	file := func() (sector.File, error) {
		if !files {
			return make(sector.Memory, t.sealer.SectorSize()), nil
		}
		f, err := os.CreateTemp("", "sector")
		if err != nil {
			return nil, err
		}
		return f, os.Remove(f.Name())
	}
	task := &sector.Task{ProverID: [32]byte{1}, Sector: 7, Ticket: [32]byte{9}, Data: bytes.NewReader(t.data)}
	for range t.sealer.Layers() {
		layer, err := file()
		if err != nil {
			return err
		}
		task.Layers = append(task.Layers, layer)
	}
	replica, err := file()
	if err != nil {
		return err
	}
	task.Replica, t.replica = replica, replica
	t.known, err = t.sealer.Seal(context.Background(), task)
	return err
}

// checks are of the replica, of twins of it, of data unsealed, and of the memory that
// sealing took, which is to be at most most.
func (t *sealedSector) checks(name string, heap, most uint64) []check {
	size := t.sealer.SectorSize()
	verify := func(replica io.ReaderAt, commC, commR [32]byte) func() verdict {
		return func() verdict {
			return verdictOf(t.sealer.VerifyReplica(context.Background(), replica, commC, commR))
		}
	}
	c := t.known
	otherC, otherR := c.CommC, c.CommR
	otherC[3] ^= 1
	otherR[3] ^= 1
	return []check{
		{name, goodVariant, true, accepted, verify(t.replica, c.CommC, c.CommR)},
		{name, "another CommC", false, rejected, verify(t.replica, otherC, c.CommR)},
		{name, "another CommR", false, rejected, verify(t.replica, c.CommC, otherR)},
		{name, "a bit of the replica", false, rejected, verify(flippedAt{t.replica, int64(size / 3)}, c.CommC, c.CommR)},
		{name, "replica that ends early", false, malformed, verify(io.NewSectionReader(t.replica, 0, int64(size-32)), c.CommC, c.CommR)},
		{name, "unsealed", false, accepted, func() verdict {
			start, length := size/2, min(size/2, 1<<20)
			var data bytes.Buffer
			if err := t.sealer.Unseal(context.Background(), &data, c.ReplicaID, t.replica, start, length); err != nil {
				return verdictOf(err)
			}
			if !bytes.Equal(data.Bytes(), t.data[start:start+length]) {
				return rejected
			}
			return accepted
		}},
		{name, "memory", false, accepted, func() verdict {
			if heap > most {
				return rejected
			}
			return accepted
		}},
	}
}

// flippedAt is a file with one bit flipped.
type flippedAt struct {
	io.ReaderAt
	at int64
}

func (f flippedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.ReaderAt.ReadAt(p, off)
	if i := f.at - off; i >= 0 && i < int64(n) {
		p[i] ^= 1
	}
	return n, err
}

// seededData is a sector's data: nodes below the order.
func seededData(size uint64) []byte {
	data := make([]byte, size)
	r := rand.NewChaCha8([32]byte{7})
	r.Read(data)
	for i := 31; i < len(data); i += 32 {
		data[i] &= 0x3f
	}
	return data
}

// watchHeap looks at the heap until the function it returns is called, which returns the
// most bytes it found in use beyond what was before.
func watchHeap() func() uint64 {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before, stop, result := heap(), make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heap())
			select {
			case <-stop:
				result <- max(most, before) - before
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(stop); return <-result }
}
