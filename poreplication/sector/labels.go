package sector

import (
	"context"
	"io"
	"math"

	"github.com/depinproof/depinproof/poreplication/internal/sdr"
)

// MostSectors is the number of sectors that Labels works on at a time.
const MostSectors = sdr.MostSectors

// Labels computes the labels of all layers of sectors, at most [MostSectors], whose replica
// IDs are given. It writes those of layer l of sector i to layers[i][l-1], which may be nil.
// Several sectors side by side take less time than one after the other.
func (s *Sealer) Labels(ctx context.Context, replicaIDs [][32]byte, layers [][]io.WriterAt) error {
	if err := s.labels(ctx, replicaIDs, layers); err != nil {
		return in("sector.Sealer.Labels", err)
	}
	return nil
}

func (s *Sealer) labels(ctx context.Context, replicaIDs [][32]byte, layers [][]io.WriterAt) error {
	if s.graph == nil {
		return errNotMade()
	}
	if len(layers) != len(replicaIDs) {
		return malformed("layers of %d sectors, of %d", len(layers), len(replicaIDs))
	}
	for i := range layers {
		if len(layers[i]) != s.shape.Layers {
			return malformed("%d layers of sector %d, want %d", len(layers[i]), i, s.shape.Layers)
		}
	}
	room := make([][32]byte, pieceNodes)
	return s.generate(ctx, replicaIDs, s.shape.Nodes, func(layer int, first uint64, labels [][32]byte) error {
		n := len(replicaIDs)
		for i := range n {
			file := layers[i][layer-1]
			if file == nil {
				continue
			}
			one := labels
			if n > 1 {
				one = room[:len(labels)/n]
				for j := range one {
					one[j] = labels[j*n+i]
				}
			}
			if err := writeNodes(file, one, first); err != nil {
				return err
			}
		}
		return nil
	})
}

// generate computes the labels of all layers, of the last one only those of the first
// nodes, a multiple of pieceNodes or all, and calls yield for each piece: the label of
// node first+j of sector i is labels[j·len(replicaIDs)+i].
func (s *Sealer) generate(ctx context.Context, replicaIDs [][32]byte, nodes uint64, yield func(layer int, first uint64, labels [][32]byte) error) error {
	sectors := uint64(len(replicaIDs))
	if sectors > MostSectors {
		return unsupported("%d sectors at a time, at most %d", sectors, MostSectors)
	}
	for i := range replicaIDs {
		if replicaIDs[i][31]>>6 != 0 {
			return malformed("replica ID %x has a top bit", replicaIDs[i])
		}
	}
	size := s.shape.Nodes * sectors
	if size > math.MaxInt/NodeSize {
		return unsupported("labels of %d sectors of %d bytes, on a machine of %d bits", sectors, s.shape.SectorSize, 32<<(^uint(0)>>63))
	}
	if sectors == 0 {
		return nil
	}
	labeler := new(sdr.Labeler)
	source := s.newParentSource()
	layer := sdr.Layer{ReplicaIDs: replicaIDs, Below: make([][32]byte, size), Labels: make([][32]byte, size)}
	for number := 1; number <= s.shape.Layers; number++ {
		layer.Number = uint32(number)
		layer.Below, layer.Labels = layer.Labels, layer.Below
		end := s.shape.Nodes
		if number == s.shape.Layers {
			end = nodes
		}
		report := s.reporter(StageLabels, number, end)
		parents, err := source.ahead(ctx, 0, end)()
		for first := uint64(0); err == nil && first < end; {
			n := uint64(len(parents))
			wait := source.ahead(ctx, first+n, end)
			labeler.Extend(&layer, uint32(first), parents)
			err = yield(number, first, layer.Labels[first*sectors:(first+n)*sectors])
			report.add(n)
			first += n
			var failed error
			if parents, failed = wait(); err == nil {
				err = failed
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
