package sector

import (
	"context"
	"fmt"
	"io"
	"math/bits"
	"slices"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/share"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// A forest is equal complete trees over all nodes of a sector.
type forest struct {
	hasher por.Hasher
	trees  int
	kept   int // the lowest level of which all nodes are kept
}

// baseHeight is the number of levels above the leaves of a base tree, whose arity is 8.
func (s *Sealer) baseHeight() int {
	leaves := s.shape.Nodes / uint64(s.Trees())
	return (bits.Len64(leaves) - 1) / 3
}

// lowestKept is the level of the lowest cached row of a replica's base tree: two levels
// above the leaves are gone without where that leaves more than the root.
func (s *Sealer) lowestKept() int { return min(3, s.baseHeight()) }

// replicaForest are the base trees of the columns and of the replica.
func (s *Sealer) replicaForest() (forest, error) {
	hasher, err := treehash.Of(s.shape.Base)
	return forest{hasher, s.Trees(), s.lowestKept()}, err
}

// Trees is the number of base trees of a replica, each of which has a file of cached rows.
func (s *Sealer) Trees() int { return max(s.shape.Sub, 1) * max(s.shape.Top, 1) }

// RowsSize is the size of a file of cached rows in bytes.
func (s *Sealer) RowsSize() uint64 {
	var nodes uint64
	for level := s.lowestKept(); level <= s.baseHeight(); level++ {
		nodes += s.shape.Nodes / uint64(s.Trees()) >> (3 * level)
	}
	return NodeSize * nodes
}

// roots computes the roots of the trees of f. leaves, of which every worker makes its own,
// sets nodes to the leaves from first on. Kept rows of each tree are written to rows, if
// there are any. Workers share every level, and ctx stops each.
func (s *Sealer) roots(ctx context.Context, f forest, report *reporter, rows []io.WriterAt, leaves func() func(nodes [][32]byte, first uint64) error) ([][32]byte, error) {
	arity := f.hasher.Arity()
	group := 1 // leaves below a node that is kept
	for range f.kept {
		group *= arity
	}
	piece := pieceNodes
	if perTree := s.shape.Nodes / uint64(f.trees); perTree < pieceNodes {
		piece = int(perTree)
	}
	kept := make([][32]byte, s.shape.Nodes/uint64(group))
	err := share.Do(ctx, int(s.shape.Nodes/uint64(piece)), s.options.Workers, func() func(int) error {
		get, room := leaves(), make([][32]byte, piece)
		return func(i int) error {
			nodes := room
			if err := get(nodes, uint64(i)*uint64(piece)); err != nil {
				return err
			}
			for range f.kept {
				up := nodes[:len(nodes)/arity]
				if err := f.hasher.HashNodes(up, nodes); err != nil {
					return err
				}
				nodes = up
			}
			copy(kept[i*len(nodes):], nodes)
			report.add(uint64(piece))
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	at := uint64(0)
	for nodes := kept; ; {
		if rows != nil {
			perTree := len(nodes) / f.trees
			for i, row := range rows {
				if err := writeNodes(row, nodes[i*perTree:(i+1)*perTree], at); err != nil {
					return nil, err
				}
			}
			at += uint64(perTree)
		}
		if len(nodes) == f.trees {
			return nodes, nil
		}
		up, err := s.parentsOf(ctx, f.hasher, nodes)
		if err != nil {
			return nil, err
		}
		nodes = up
	}
}

// parentsOf hashes the nodes of one level of all trees into those of the level above: their
// number and the arity are powers of two.
func (s *Sealer) parentsOf(ctx context.Context, hasher por.Hasher, nodes [][32]byte) ([][32]byte, error) {
	arity, piece := hasher.Arity(), min(pieceNodes, len(nodes))
	up := make([][32]byte, len(nodes)/arity)
	err := share.Do(ctx, len(nodes)/piece, s.options.Workers, func() func(int) error {
		return func(i int) error {
			return hasher.HashNodes(up[i*piece/arity:(i+1)*piece/arity], nodes[i*piece:(i+1)*piece])
		}
	})
	return up, err
}

// replicaRoot is the root over the roots of base trees.
func (s *Sealer) replicaRoot(roots [][32]byte) (root [32]byte, err error) {
	for _, arity := range []int{s.shape.Sub, s.shape.Top} {
		if arity == 0 {
			continue
		}
		hasher, err := treehash.Of(arity)
		if err != nil {
			return root, err
		}
		up := roots[:len(roots)/arity]
		if err := hasher.HashNodes(up, roots); err != nil {
			return root, err
		}
		roots = up
	}
	return roots[0], nil
}

// CommD returns the root of the tree of a sector's data, which are padded.
func (s *Sealer) CommD(ctx context.Context, data io.ReaderAt) ([32]byte, error) {
	root, err := s.commD(ctx, data)
	if err != nil {
		return [32]byte{}, in("sector.Sealer.CommD", err)
	}
	return root, nil
}

func (s *Sealer) commD(ctx context.Context, data io.ReaderAt) (root [32]byte, err error) {
	if s.graph == nil {
		return root, errNotMade()
	}
	f := forest{hasher: por.Hash{Algorithm: por.SHA254}, trees: 1}
	for n := uint64(1); n < min(pieceNodes, s.shape.Nodes); n *= 2 {
		f.kept++
	}
	roots, err := s.roots(ctx, f, s.reporter(StageData, 0, s.shape.Nodes), nil, func() func([][32]byte, uint64) error {
		return func(nodes [][32]byte, first uint64) error {
			if err := readNodes(data, nodes, first, "data"); err != nil {
				return err
			}
			// In the tree of SHA-256 any bytes have a place, in a replica only elements.
			return canonical("data", first, bls12381.CheckNodes(nodes))
		}
	})
	if err != nil {
		return root, err
	}
	return roots[0], nil
}

// CommC returns the root of the tree of the columns of labels, given the layers from the
// first on.
func (s *Sealer) CommC(ctx context.Context, layers []io.ReaderAt) ([32]byte, error) {
	root, err := s.commC(ctx, layers)
	if err != nil {
		return [32]byte{}, in("sector.Sealer.CommC", err)
	}
	return root, nil
}

func (s *Sealer) commC(ctx context.Context, layers []io.ReaderAt) (root [32]byte, err error) {
	if s.graph == nil {
		return root, errNotMade()
	}
	if len(layers) != s.shape.Layers {
		return root, malformed("%d layers, want %d", len(layers), s.shape.Layers)
	}
	f, err := s.replicaForest()
	if err != nil {
		return root, err
	}
	hasher, err := treehash.Of(s.shape.Layers)
	if err != nil {
		return root, err
	}
	names := make([]string, len(layers))
	for i := range names {
		names[i] = fmt.Sprintf("file of layer %d", i+1)
	}
	roots, err := s.roots(ctx, f, s.reporter(StageColumns, 0, s.shape.Nodes), nil, func() func([][32]byte, uint64) error {
		columns := make([][32]byte, pieceNodes*len(layers))
		return func(nodes [][32]byte, first uint64) error {
			for i, layer := range layers {
				if err := readNodes(layer, nodes, first, names[i]); err != nil {
					return err
				}
				for j := range nodes {
					columns[j*len(layers)+i] = nodes[j]
				}
			}
			err := hasher.HashNodes(nodes, columns[:len(nodes)*len(layers)])
			if e, ok := err.(*depinproof.Error); ok && e.Index >= 0 { // in the columns
				return canonical(names[e.Index%len(layers)], first, e.Index/len(layers))
			}
			return err
		}
	})
	if err != nil {
		return root, err
	}
	return s.replicaRoot(roots)
}

// CommRLast returns the root of the tree of a replica. The rows that are cached of each
// base tree, [Sealer.RowsSize] bytes each, are written to rows, one for each, unless it is
// nil.
func (s *Sealer) CommRLast(ctx context.Context, replica io.ReaderAt, rows []io.WriterAt) ([32]byte, error) {
	root, err := s.replicaTree(ctx, rows, fromReplica(replica))
	if err != nil {
		return [32]byte{}, in("sector.Sealer.CommRLast", err)
	}
	return root, nil
}

// fromReplica has the leaves of a replica's tree read.
func fromReplica(replica io.ReaderAt) func() func([][32]byte, uint64) error {
	return func() func([][32]byte, uint64) error {
		return func(nodes [][32]byte, first uint64) error {
			if err := readNodes(replica, nodes, first, "replica"); err != nil {
				return err
			}
			return canonical("replica", first, bls12381.CheckNodes(nodes))
		}
	}
}

// replicaTree returns the root of the tree of a replica, whose nodes leaves gives.
func (s *Sealer) replicaTree(ctx context.Context, rows []io.WriterAt, leaves func() func([][32]byte, uint64) error) (root [32]byte, err error) {
	if s.graph == nil {
		return root, errNotMade()
	}
	if err := s.checkRows(rows); err != nil {
		return root, err
	}
	f, err := s.replicaForest()
	if err != nil {
		return root, err
	}
	roots, err := s.roots(ctx, f, s.reporter(StageReplica, 0, s.shape.Nodes), rows, leaves)
	if err != nil {
		return root, err
	}
	return s.replicaRoot(roots)
}

// checkRows checks that there is a file of rows for every tree, or none for any.
func (s *Sealer) checkRows(rows []io.WriterAt) error {
	if rows != nil && len(rows) != s.Trees() {
		return malformed("%d files of rows, want %d", len(rows), s.Trees())
	}
	if slices.Contains(rows, nil) {
		return malformed("no file for the rows of a tree")
	}
	return nil
}

// canonical is the error of the index that a function on nodes returned.
func canonical(name string, first uint64, bad int) error {
	if bad < 0 {
		return nil
	}
	return malformed("node %d of the %s is not below the order", first+uint64(bad), name)
}
