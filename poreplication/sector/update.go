package sector

import (
	"context"
	"io"
	"math/bits"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/share"
	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// An UpdateKey encodes data over a replica (FIP-0019): a node of the new replica is the
// old one plus the data's times rho, a factor that the high bits of its position choose. It is
// immutable and safe for concurrent use.
type UpdateKey struct {
	phi   [32]byte
	nodes uint64
	run   uint64     // nodes that have one factor
	rho   []factor   // of each run
	raw   [][32]byte // rho as bytes
}

type factor struct{ times, minus, inverse bls12381.Scalar }

// UpdateKey returns the key of new data over an old replica, which their commitments
// choose.
//
// Errors: ErrMalformed for sectors of 1 GiB, which have no updates, and for a commitment
// that is not a field element.
func (s *Sealer) UpdateKey(commDNew, commROld [32]byte) (*UpdateKey, error) {
	k, err := s.updateKey(commDNew, commROld)
	if err != nil {
		return nil, in("sector.Sealer.UpdateKey", err)
	}
	return k, nil
}

// checkUpdates checks that the sectors of s have updates.
func (s *Sealer) checkUpdates() error {
	if s.graph == nil {
		return errNotMade()
	}
	if !s.shape.HasUpdateProof {
		return malformed("no update of sectors of %d bytes", s.shape.SectorSize)
	}
	return nil
}

func (s *Sealer) updateKey(commDNew, commROld [32]byte) (*UpdateKey, error) {
	if err := s.checkUpdates(); err != nil {
		return nil, err
	}
	statement := sectorupdate.Statement{Shape: &s.shape, CommROld: commROld, CommDNew: commDNew}
	phi, err := statement.Phi()
	if err != nil {
		return nil, err
	}
	runs := 1 << s.shape.UpdateBits()
	k := &UpdateKey{phi, s.shape.Nodes, s.shape.Nodes / uint64(runs), make([]factor, runs), make([][32]byte, runs)}
	starts := make([]uint32, runs)
	for i := range starts {
		starts[i] = uint32(uint64(i) * k.run)
	}
	if err := statement.Factors(k.raw, starts); err != nil {
		return nil, err
	}
	for i := range k.rho {
		f := &k.rho[i]
		if !f.times.SetBytesLE(&k.raw[i]) || f.times == (bls12381.Scalar{}) {
			return nil, malformed("factor %d of phi %x is zero", i, phi) // nothing is known to lead there
		}
		f.minus.Neg(&f.times)
		f.inverse.Inverse(&f.times)
	}
	return k, nil
}

// Phi returns what all factors are made of: the hash of the commitments.
func (k *UpdateKey) Phi() [32]byte { return k.phi }

// Rho returns the factor of a node.
func (k *UpdateKey) Rho(node uint64) ([32]byte, error) {
	if node >= k.nodes {
		return [32]byte{}, in("sector.UpdateKey.Rho", malformed("node %d of %d", node, k.nodes))
	}
	return k.raw[node/k.run], nil
}

// Encode sets dst to the new replica of data over the old one. The slices are the nodes
// from first on, and have one length, a multiple of 32 bytes; dst may be one of the others.
// Other lengths, nodes outside of the sector, and such as are not field elements, are
// ErrMalformed. It does not allocate.
func (k *UpdateKey) Encode(dst, old, data []byte, first uint64) error {
	if err := k.onBytes(k.encode, dst, old, data, first); err != nil {
		return in("sector.UpdateKey.Encode", err)
	}
	return nil
}

// Decode sets dst to the data in the new replica, given the old one. Everything else is as
// for [UpdateKey.Encode].
func (k *UpdateKey) Decode(dst, replica, old []byte, first uint64) error {
	if err := k.onBytes(k.decode, dst, replica, old, first); err != nil {
		return in("sector.UpdateKey.Decode", err)
	}
	return nil
}

// Remove sets dst to the old replica, given the new one and the data. Everything else is as
// for [UpdateKey.Encode].
func (k *UpdateKey) Remove(dst, replica, data []byte, first uint64) error {
	if err := k.onBytes(k.remove, dst, replica, data, first); err != nil {
		return in("sector.UpdateKey.Remove", err)
	}
	return nil
}

// An updateFunc is one of the functions below.
type updateFunc func(dst, a, b [][32]byte, first uint64) error

func (k *UpdateKey) onBytes(f updateFunc, dst, a, b []byte, first uint64) error {
	if len(a) != len(dst) || len(b) != len(dst) || len(dst)%NodeSize != 0 {
		return malformed("nodes in %d, %d and %d bytes", len(dst), len(a), len(b))
	}
	if end, over := bits.Add64(first, uint64(len(dst)/NodeSize), 0); over != 0 || end > k.nodes {
		return malformed("%d nodes from %d on, of %d", len(dst)/NodeSize, first, k.nodes)
	}
	return f(nodesOf(dst), nodesOf(a), nodesOf(b), first)
}

func (k *UpdateKey) encode(dst, old, data [][32]byte, first uint64) error {
	return k.each(dst, old, data, first, func(dst, a, b [][32]byte, f *factor) int {
		return bls12381.AddMulNodes(dst, a, b, &f.times)
	})
}

func (k *UpdateKey) decode(dst, replica, old [][32]byte, first uint64) error {
	return k.each(dst, replica, old, first, func(dst, a, b [][32]byte, f *factor) int {
		return bls12381.SubMulNodes(dst, a, b, &f.inverse)
	})
}

func (k *UpdateKey) remove(dst, replica, data [][32]byte, first uint64) error {
	return k.each(dst, replica, data, first, func(dst, a, b [][32]byte, f *factor) int {
		return bls12381.AddMulNodes(dst, a, b, &f.minus)
	})
}

// each calls f with the nodes of each run.
func (k *UpdateKey) each(dst, a, b [][32]byte, first uint64, f func(dst, a, b [][32]byte, f *factor) int) error {
	for len(dst) > 0 {
		n := int(min(uint64(len(dst)), k.run-first%k.run))
		if err := canonical("operands", first, f(dst[:n], a[:n], b[:n], &k.rho[first/k.run])); err != nil {
			return err
		}
		dst, a, b, first = dst[n:], a[n:], b[n:], first+uint64(n)
	}
	return nil
}

// An UpdateTask is what a sector is updated from and what becomes of it.
type UpdateTask struct {
	Old        *Commitments // to the old replica: CommC, CommRLast and CommR, others are not looked at
	OldReplica io.ReaderAt
	Data       io.ReaderAt // padded; read twice

	Replica io.WriterAt
	Rows    []io.WriterAt // where the cached rows of the new replica's trees are kept; or nil
}

// Update makes the new replica of data over an old one. It returns the commitments to the
// new one, of which CommC is the old one's.
//
// Before it reads anything it checks that the old CommR is the hash of CommC and CommRLast,
// so that none is another sector's or in another's place; what does not belong together is
// ErrMalformed. It does not check that OldReplica is what they commit to, nor that CommR is
// the one on chain: [Sealer.VerifyReplica] checks the first, which takes another tree.
func (s *Sealer) Update(ctx context.Context, task *UpdateTask) (*Commitments, error) {
	c, err := s.update(ctx, task)
	if err != nil {
		return nil, in("sector.Sealer.Update", err)
	}
	return c, nil
}

func (s *Sealer) update(ctx context.Context, task *UpdateTask) (*Commitments, error) {
	err := s.checkUpdateTask(task)
	if err != nil {
		return nil, err
	}
	c := &Commitments{CommC: task.Old.CommC}
	if c.CommD, err = s.commD(ctx, task.Data); err != nil {
		return nil, err
	}
	key, err := s.updateKey(c.CommD, task.Old.CommR)
	if err != nil {
		return nil, err
	}
	c.CommRLast, err = s.replicaTree(ctx, task.Rows, func() func([][32]byte, uint64) error {
		return onFiles(key.encode, task.Replica, task.OldReplica, "old replica", task.Data, "data")
	})
	if err != nil {
		return nil, err
	}
	if c.CommR, err = treehash.Pair(&c.CommC, &c.CommRLast); err != nil {
		return nil, err
	}
	return c, nil
}

// checkUpdateTask checks that a task has what the work would otherwise miss at its end, and
// that its commitments belong together.
func (s *Sealer) checkUpdateTask(task *UpdateTask) error {
	if err := s.checkUpdates(); err != nil {
		return err
	}
	switch {
	case task == nil:
		return malformed("no task")
	case task.Old == nil:
		return malformed("no commitments to the old replica")
	case task.OldReplica == nil:
		return malformed("no old replica")
	case task.Data == nil:
		return malformed("no data")
	case task.Replica == nil:
		return errNowhere()
	}
	if err := s.checkRows(task.Rows); err != nil {
		return err
	}
	if bad := bls12381.CheckNodes([][32]byte{task.Old.CommC, task.Old.CommRLast, task.Old.CommR}); bad >= 0 {
		return malformed("the old %s is not below the order", [...]string{"CommC", "CommRLast", "CommR"}[bad])
	}
	commR, err := treehash.Pair(&task.Old.CommC, &task.Old.CommRLast)
	if err != nil {
		return err
	}
	if commR != task.Old.CommR {
		return malformed("the old CommR is %x, and %x that of CommC and CommRLast", task.Old.CommR, commR)
	}
	return nil
}

// onFiles returns what sets nodes to f of those of two files, and writes them.
func onFiles(f updateFunc, w io.WriterAt, a io.ReaderAt, aName string, b io.ReaderAt, bName string) func([][32]byte, uint64) error {
	room := make([][32]byte, pieceNodes)
	return func(nodes [][32]byte, first uint64) error {
		others := room[:len(nodes)]
		if err := readNodes(a, nodes, first, aName); err != nil {
			return err
		}
		if err := readNodes(b, others, first, bName); err != nil {
			return err
		}
		if err := f(nodes, nodes, others, first); err != nil {
			return err
		}
		return writeNodes(w, nodes, first)
	}
}

// DecodeUpdate writes the data of an updated sector, padded, given its new and its old
// replica. For a part of the sector use [UpdateKey.Decode].
func (s *Sealer) DecodeUpdate(ctx context.Context, data io.WriterAt, replica, old io.ReaderAt, commDNew, commROld [32]byte) error {
	const op = "sector.Sealer.DecodeUpdate"
	key, err := s.updateKey(commDNew, commROld)
	if err == nil {
		err = s.sweep(ctx, func() func([][32]byte, uint64) error {
			return onFiles(key.decode, data, replica, "replica", old, "old replica")
		})
	}
	if err != nil {
		return in(op, err)
	}
	return nil
}

// RemoveUpdate writes the old replica of an updated sector, given the new one and the data.
func (s *Sealer) RemoveUpdate(ctx context.Context, old io.WriterAt, replica, data io.ReaderAt, commDNew, commROld [32]byte) error {
	const op = "sector.Sealer.RemoveUpdate"
	key, err := s.updateKey(commDNew, commROld)
	if err == nil {
		err = s.sweep(ctx, func() func([][32]byte, uint64) error {
			return onFiles(key.remove, old, replica, "replica", data, "data")
		})
	}
	if err != nil {
		return in(op, err)
	}
	return nil
}

// sweep does all pieces of a sector.
func (s *Sealer) sweep(ctx context.Context, start func() func(nodes [][32]byte, first uint64) error) error {
	report := s.reporter(StageReplica, 0, s.shape.Nodes)
	piece := min(pieceNodes, s.shape.Nodes)
	return share.Do(ctx, int(s.shape.Nodes/piece), s.options.Workers, func() func(int) error {
		do, nodes := start(), make([][32]byte, piece)
		return func(i int) error {
			if err := do(nodes, uint64(i)*piece); err != nil {
				return err
			}
			report.add(piece)
			return nil
		}
	})
}
