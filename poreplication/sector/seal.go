package sector

import (
	"context"
	"io"
	"math/bits"
	"slices"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// Encode sets dst to the replica of data, given its key: the labels of the last layer. The
// slices are the same nodes and have one length, a multiple of 32 bytes; dst may be one of
// the others. Other lengths, and nodes that are not field elements, are ErrMalformed.
func Encode(dst, data, key []byte) error {
	if err := onNodes(bls12381.AddNodes, dst, data, key); err != nil {
		return in("sector.Encode", err)
	}
	return nil
}

// Decode sets dst to the data of a replica, given its key. Everything else is as for
// [Encode].
func Decode(dst, replica, key []byte) error {
	if err := onNodes(bls12381.SubNodes, dst, replica, key); err != nil {
		return in("sector.Decode", err)
	}
	return nil
}

// onNodes calls f with bytes as nodes.
func onNodes(f func(dst, a, b [][32]byte) int, dst, a, b []byte) error {
	if len(a) != len(dst) || len(b) != len(dst) || len(dst)%NodeSize != 0 {
		return malformed("nodes in %d, %d and %d bytes", len(dst), len(a), len(b))
	}
	return canonical("operands", 0, f(nodesOf(dst), nodesOf(a), nodesOf(b)))
}

// A Task is what a sector is sealed from and what becomes of it.
type Task struct {
	ProverID [32]byte // actor ID address payload, zero padded
	Sector   uint64   // sector number
	Ticket   [32]byte // randomness the replica is bound to; any bytes

	Data    io.ReaderAt // padded; read twice
	Layers  []File      // where labels are kept, one file a layer
	Replica io.WriterAt
	Rows    []io.WriterAt // where the cached rows of the replica's trees are kept; or nil
}

// Commitments are what a sector is known by.
type Commitments struct {
	ReplicaID [32]byte // of a sealed sector; zeros for an update
	CommD     [32]byte // root of the data
	CommC     [32]byte // root of the columns of labels
	CommRLast [32]byte // root of the replica
	CommR     [32]byte // hash of CommC and CommRLast
}

// Seal makes the replica of a sector. In memory it needs what [Sealer.Labels] does.
func (s *Sealer) Seal(ctx context.Context, task *Task) (*Commitments, error) {
	c, err := s.seal(ctx, task)
	if err != nil {
		return nil, in("sector.Sealer.Seal", err)
	}
	return c, nil
}

func (s *Sealer) seal(ctx context.Context, task *Task) (c *Commitments, err error) {
	if err := s.checkTask(task); err != nil {
		return nil, err
	}
	c = new(Commitments)
	if c.CommD, err = s.commD(ctx, task.Data); err != nil {
		return nil, err
	}
	c.ReplicaID = s.ReplicaID(task.ProverID, task.Sector, task.Ticket, c.CommD)
	writers, readers := make([]io.WriterAt, len(task.Layers)), make([]io.ReaderAt, len(task.Layers))
	for i, layer := range task.Layers {
		writers[i], readers[i] = layer, layer
	}
	if err := s.labels(ctx, [][32]byte{c.ReplicaID}, [][]io.WriterAt{writers}); err != nil {
		return nil, err
	}
	if c.CommC, err = s.commC(ctx, readers); err != nil {
		return nil, err
	}
	if c.CommRLast, err = s.encode(ctx, task.Replica, task.Data, readers[len(readers)-1], task.Rows); err != nil {
		return nil, err
	}
	c.CommR, err = treehash.Pair(&c.CommC, &c.CommRLast)
	return c, err
}

// checkTask checks that a task has what the work would otherwise miss at its end.
func (s *Sealer) checkTask(task *Task) error {
	switch {
	case s.graph == nil:
		return errNotMade()
	case task == nil:
		return malformed("no task")
	case task.Data == nil:
		return malformed("no data")
	case task.Replica == nil:
		return errNowhere()
	case len(task.Layers) != s.shape.Layers:
		return malformed("files for %d layers, want %d", len(task.Layers), s.shape.Layers)
	case slices.Contains(task.Layers, nil):
		return malformed("no file for a layer")
	}
	return s.checkRows(task.Rows)
}

// Encode writes the replica of data, given its key, the labels of the last layer, and
// returns the root of its tree. rows are as for [Sealer.CommRLast].
func (s *Sealer) Encode(ctx context.Context, replica io.WriterAt, data, key io.ReaderAt, rows []io.WriterAt) (commRLast [32]byte, err error) {
	if commRLast, err = s.encode(ctx, replica, data, key, rows); err != nil {
		return [32]byte{}, in("sector.Sealer.Encode", err)
	}
	return commRLast, nil
}

func (s *Sealer) encode(ctx context.Context, replica io.WriterAt, data, key io.ReaderAt, rows []io.WriterAt) ([32]byte, error) {
	return s.replicaTree(ctx, rows, func() func([][32]byte, uint64) error {
		room := make([][32]byte, pieceNodes)
		return func(nodes [][32]byte, first uint64) error {
			keys := room[:len(nodes)]
			if err := readNodes(data, nodes, first, "data"); err != nil {
				return err
			}
			if err := readNodes(key, keys, first, "key"); err != nil {
				return err
			}
			if err := canonical("data or key", first, bls12381.AddNodes(nodes, nodes, keys)); err != nil {
				return err
			}
			return writeNodes(replica, nodes, first)
		}
	})
}

// Decode writes the data of a replica, given its key, the labels of the last layer, to w:
// padded, length bytes from offset on, both multiples of 32.
func (s *Sealer) Decode(ctx context.Context, w io.Writer, replica, key io.ReaderAt, offset, length uint64) error {
	const op = "sector.Sealer.Decode"
	first, end, err := s.nodeRange(offset, length)
	if err != nil {
		return in(op, err)
	}
	keys := make([][32]byte, min(pieceNodes, end-first))
	d := decoder{s.reporter(StageReplica, 0, end-first), w, replica, make([][32]byte, len(keys))}
	for first < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		keys := keys[:min(uint64(len(keys)), end-first)]
		err := readNodes(key, keys, first, "key")
		if err == nil {
			err = d.decode(keys, first)
		}
		if err != nil {
			return in(op, err)
		}
		first += uint64(len(keys))
	}
	return nil
}

// Unseal writes data of a sector to w, given its replica and the replica's ID: padded,
// length bytes from offset on, both multiples of 32. Labels are computed again for that, of
// all layers, in the last up to where the data end; what [Sealer.Labels] says of memory
// holds. With the labels of the last layer at hand, use [Sealer.Decode]. It writes nothing
// before the last layer.
func (s *Sealer) Unseal(ctx context.Context, w io.Writer, replicaID [32]byte, replica io.ReaderAt, offset, length uint64) error {
	const op = "sector.Sealer.Unseal"
	first, end, err := s.nodeRange(offset, length)
	if err != nil {
		return in(op, err)
	}
	if first == end {
		return nil
	}
	if w == nil {
		return in(op, errNowhere())
	}
	if replica == nil {
		return in(op, malformed("no replica"))
	}
	d := decoder{s.reporter(StageReplica, 0, end-first), w, replica, make([][32]byte, min(pieceNodes, s.shape.Nodes))}
	err = s.generate(ctx, [][32]byte{replicaID}, min((end+pieceNodes-1)/pieceNodes*pieceNodes, s.shape.Nodes), func(layer int, at uint64, labels [][32]byte) error {
		from, to := max(at, first), min(at+uint64(len(labels)), end)
		if layer < s.shape.Layers || from >= to {
			return nil
		}
		return d.decode(labels[from-at:to-at], from)
	})
	if err != nil {
		return in(op, err)
	}
	return nil
}

// nodeRange returns the nodes that bytes of a sector are.
func (s *Sealer) nodeRange(offset, length uint64) (first, end uint64, err error) {
	if s.graph == nil {
		return 0, 0, errNotMade()
	}
	size := s.shape.SectorSize
	if last, over := bits.Add64(offset, length, 0); over != 0 || last > size {
		return 0, 0, malformed("%d bytes from %d on, of %d", length, offset, size)
	}
	if offset%NodeSize != 0 || length%NodeSize != 0 {
		return 0, 0, malformed("%d bytes from %d on are no whole nodes", length, offset)
	}
	return offset / NodeSize, (offset + length) / NodeSize, nil
}

// A decoder writes the data of a replica, piece after piece.
type decoder struct {
	report  *reporter
	w       io.Writer
	replica io.ReaderAt
	room    [][32]byte
}

// decode writes the data of the nodes from first on, whose keys are given.
func (d *decoder) decode(keys [][32]byte, first uint64) error {
	nodes := d.room[:len(keys)]
	if err := readNodes(d.replica, nodes, first, "replica"); err != nil {
		return err
	}
	if err := canonical("replica or key", first, bls12381.SubNodes(nodes, nodes, keys)); err != nil {
		return err
	}
	if err := writeAll(d.w, flat(nodes)); err != nil {
		return err
	}
	d.report.add(uint64(len(nodes)))
	return nil
}
