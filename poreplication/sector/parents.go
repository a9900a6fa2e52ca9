package sector

import (
	"context"
	"crypto/sha256"
	"io"

	"github.com/depinproof/depinproof/internal/share"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
)

// A parentSource gets the parents of nodes, piece after piece and layer after layer.
type parentSource struct {
	s     *Sealer
	kept  []sdr.Parents    // those of all nodes, if they fit
	have  uint64           // so many of which are there
	room  [2][]sdr.Parents // a piece and the one behind it, if not
	bytes []byte           // of what is read
}

func (s *Sealer) newParentSource() *parentSource {
	p := &parentSource{s: s}
	if uint64(sdr.ParentsSize)*s.shape.Nodes <= uint64(max(s.options.ParentMemory, 0)) {
		p.kept = make([]sdr.Parents, s.shape.Nodes)
	} else {
		p.room = [2][]sdr.Parents{make([]sdr.Parents, pieceNodes), make([]sdr.Parents, pieceNodes)}
	}
	if s.options.Parents != nil {
		p.bytes = make([]byte, pieceNodes*sdr.ParentsSize)
	}
	return p
}

// ahead begins to get the piece of parents from first on, of nodes up to end, and returns
// what waits for it, which must be called. They stay until the piece after the next.
func (p *parentSource) ahead(ctx context.Context, first, end uint64) (wait func() ([]sdr.Parents, error)) {
	n := min(pieceNodes, p.s.shape.Nodes-min(first, p.s.shape.Nodes))
	switch {
	case first >= end:
		return func() ([]sdr.Parents, error) { return nil, nil }
	case p.s.options.Workers == 1 || first+n <= p.have:
		return func() ([]sdr.Parents, error) { return p.get(ctx, first, n, 1) }
	}
	var parents []sdr.Parents
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		parents, err = p.get(ctx, first, n, p.s.options.Workers-1)
	}()
	return func() ([]sdr.Parents, error) {
		<-done
		return parents, err
	}
}

// get gets the parents of n nodes.
func (p *parentSource) get(ctx context.Context, first, n uint64, workers int) ([]sdr.Parents, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if first+n <= p.have {
		return p.kept[first : first+n], nil
	}
	dst := p.room[first/pieceNodes%2]
	if p.kept != nil {
		dst = p.kept[first:]
	}
	dst = dst[:n]
	if p.bytes == nil {
		if err := p.s.parents(ctx, dst, uint32(first), workers); err != nil {
			return nil, err
		}
	} else {
		b := p.bytes[:int(n)*sdr.ParentsSize]
		if err := readFull(p.s.options.Parents, b, first*uint64(sdr.ParentsSize), "cache of parents"); err != nil {
			return nil, err
		}
		if !p.s.graph.DecodeParents(dst, b, uint32(first)) {
			return nil, malformed("the cache of parents has some that are not before their node, or outside of the graph, among nodes %d to %d", first, first+n-1)
		}
	}
	if p.kept != nil {
		p.have = first + n
	}
	return dst, nil
}

// parents sets dst to the parents of the nodes from first on.
func (s *Sealer) parents(ctx context.Context, dst []sdr.Parents, first uint32, workers int) error {
	const some = 64
	return share.Do(ctx, (len(dst)+some-1)/some, workers, func() func(int) error {
		return func(i int) error {
			at := i * some
			s.graph.Parents(dst[at:min(at+some, len(dst))], first+uint32(at))
			return nil
		}
	})
}

// WriteParents writes the parents of all nodes, for [Options] of other Sealers, and returns
// the SHA-256 digest of what it wrote, which is published for graphs of the network. Each
// node has 14 little-endian numbers of 32 bits, its base parents before its expander
// parents.
func (s *Sealer) WriteParents(ctx context.Context, w io.Writer) (digest [32]byte, err error) {
	const op = "sector.Sealer.WriteParents"
	if s.graph == nil {
		return digest, in(op, errNotMade())
	}
	h := sha256.New()
	report := s.reporter(StageParents, 0, s.shape.Nodes)
	parents, b := make([]sdr.Parents, pieceNodes), make([]byte, pieceNodes*sdr.ParentsSize)
	for first := uint64(0); first < s.shape.Nodes; first += pieceNodes {
		n := min(pieceNodes, s.shape.Nodes-first)
		if err := s.parents(ctx, parents[:n], uint32(first), s.options.Workers); err != nil {
			return digest, in(op, err)
		}
		b := b[:int(n)*sdr.ParentsSize]
		sdr.EncodeParents(b, parents[:n])
		h.Write(b)
		if err := writeAll(w, b); err != nil {
			return digest, in(op, err)
		}
		report.add(n)
	}
	return [32]byte(h.Sum(nil)), nil
}
