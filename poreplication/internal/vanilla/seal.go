package vanilla

import (
	"context"
	"slices"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

const (
	parents = shape.BaseParents + shape.ExpanderParents
	// columns are the opened columns of a challenge: its own, then its parents'.
	columns = 1 + parents
	// paths are the paths of a challenge through trees of the replica's form: that of
	// its replica node, then those of the columns.
	paths = 1 + columns
)

// Column is what a node has in every layer.
type Column struct {
	Index uint32 // of the node
	Rows  [][32]byte
}

// Labeling is what a label hashes.
type Labeling struct {
	Parents [][32]byte // labels of parents, over and over
	Layer   uint32
	Node    uint64
}

// SealPartition is a partition of the vanilla proof of a seal. Challenge i has Data[i],
// and of the other slices, which have as many for each challenge, those from i times
// that on.
type SealPartition struct {
	shape         *shape.Shape
	data, replica *Tree

	Data    []Path // 1: of the data node
	Paths   []Path // 16: of the replica node, then of the columns in their order
	Columns []Column
	// Labelings are those of the layers, then that of the key, which is the last again.
	Labelings []Labeling
}

// NewSealPartition returns a partition with room for all that a sector's has.
func NewSealPartition(s *shape.Shape) *SealPartition {
	p := &SealPartition{shape: s, data: DataTree(s), replica: ReplicaTree(s)}
	p.Data = p.data.newPaths(s.Challenges)
	p.Paths = p.replica.newPaths(s.Challenges * paths)
	p.Columns = make([]Column, s.Challenges*columns)
	for i := range p.Columns {
		p.Columns[i].Rows = make([][32]byte, s.Layers)
	}
	p.Labelings = make([]Labeling, s.Challenges*(s.Layers+1))
	for i := range p.Labelings {
		p.Labelings[i].Parents = make([][32]byte, sdr.LabelParents)
	}
	return p
}

// SealPartitionSize returns the size of an encoded partition in bytes.
func SealPartitionSize(s *shape.Shape) int {
	path := ReplicaTree(s).pathSize()
	column := 4 + 8 + 32*s.Layers + path
	labeling := 8 + 32*sdr.LabelParents + 4 + 8
	challenge := DataTree(s).pathSize() + path + columns*column + 2*8 + 8 + (s.Layers+1)*labeling
	return 8 + s.Challenges*challenge
}

// Walk walks the fields of the partition.
func (p *SealPartition) Walk(c bincode.Codec) {
	c.Count("challenges", p.shape.Challenges)
	for i := range p.shape.Challenges {
		p.data.walkPath(c, &p.Data[i])
		own := p.Paths[i*paths:][:paths]
		p.replica.walkPath(c, &own[0])
		for j := range columns {
			switch j {
			case 1:
				c.Count("columns of base parents", shape.BaseParents)
			case 1 + shape.BaseParents:
				c.Count("columns of expander parents", shape.ExpanderParents)
			}
			column := &p.Columns[i*columns+j]
			c.Uint32("node of a column", &column.Index)
			c.Count("rows of a column", p.shape.Layers)
			c.Elements("row of a column", column.Rows)
			p.replica.walkPath(c, &own[1+j])
		}
		c.Count("labelings", p.shape.Layers)
		for j := range p.shape.Layers + 1 { // the key's is no item of the sequence
			l := &p.Labelings[i*(p.shape.Layers+1)+j]
			c.Count("labels of parents", sdr.LabelParents)
			c.Elements("label of a parent", l.Parents)
			c.Uint32("layer of a labeling", &l.Layer)
			c.Uint64("node of a labeling", &l.Node)
		}
	}
}

// CheckSeal checks the vanilla proof of a seal: the number of its partitions and each
// of them. It works on one partition after the other, and when ctx is done before all
// are checked, it returns ctx's error.
func CheckSeal(ctx context.Context, s *stacked.Statement, proof []byte) error {
	size := SealPartitionSize(s.Shape)
	if want := 8 + s.Partitions()*size; len(proof) != want {
		return malformed("%d bytes, not %d", len(proof), want)
	}
	if err := decode(proof[:8], func(c bincode.Codec) { c.Count("partitions", s.Partitions()) }); err != nil {
		return malformed("%w", err)
	}
	c := newSealChecker(s)
	for k := range s.Partitions() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := decode(proof[8+k*size:][:size], c.p.Walk); err != nil {
			return malformed("partition %d: %w", k, err)
		}
		if err := c.check(k); err != nil {
			return err
		}
	}
	return nil
}

// sealChecker checks partitions of one seal.
type sealChecker struct {
	s *stacked.Statement
	p *SealPartition

	challenges []uint32
	base       [][shape.BaseParents]uint32
	expander   [][shape.ExpanderParents]uint32
	data       *climber
	replica    *climber
	rows       [][32]byte // all columns'
	hashes     [][32]byte // of columns
	labels     [][32]byte
	parents    [][parents][32]byte // labels of parents of every label
	inputs     []sdr.Input
	labeler    sdr.Labeler
}

func newSealChecker(s *stacked.Statement) *sealChecker {
	n, p := s.Shape.Challenges, NewSealPartition(s.Shape)
	return &sealChecker{
		s:          s,
		p:          p,
		challenges: make([]uint32, n),
		base:       make([][shape.BaseParents]uint32, n),
		expander:   make([][shape.ExpanderParents]uint32, n),
		data:       p.data.newClimber(n),
		replica:    p.replica.newClimber(n * paths),
		rows:       make([][32]byte, 0, n*columns*s.Shape.Layers),
		hashes:     make([][32]byte, n*columns),
		labels:     make([][32]byte, n*s.Shape.Layers),
		inputs:     make([]sdr.Input, n*s.Shape.Layers),
		parents:    make([][parents][32]byte, n*s.Shape.Layers),
	}
}

// check checks what the partition says, comparisons before hashes.
func (c *sealChecker) check(k int) error {
	c.s.Challenges(c.challenges, k)
	c.s.Graph.ExpanderParents(c.expander, c.challenges)
	for i, x := range c.challenges {
		c.s.Graph.BaseParents(&c.base[i], x)
	}
	for _, check := range []func() (challenge int, what string, err error){
		c.checkPlaces, c.checkLabelings, c.checkCommitment, c.checkLabels, c.checkColumns, c.checkPaths,
	} {
		challenge, what, err := check()
		if err != nil {
			return err
		}
		if what != "" {
			return invalid("partition %d, challenge %d: %s", k, challenge, what)
		}
	}
	return nil
}

// checkPlaces checks that every path leads from the node it has to, to the root all
// have in common.
func (c *sealChecker) checkPlaces() (int, string, error) {
	p := c.p
	root, commC := &p.Paths[0].Root, &p.Paths[1].Root
	for i, x := range c.challenges {
		own := p.Paths[i*paths:][:paths]
		switch {
		case !p.data.leadsFrom(&p.Data[i], uint64(x)):
			return i, "the path of the data node is another's", nil
		case p.Data[i].Root != c.s.CommD:
			return i, "the root of the data tree is not CommD", nil
		case !p.replica.leadsFrom(&own[0], uint64(x)):
			return i, "the path of the replica node is another's", nil
		case own[0].Root != *root:
			return i, "another root of the replica tree", nil
		}
		for j := range columns {
			node := x
			switch {
			case j > shape.BaseParents:
				node = c.expander[i][j-1-shape.BaseParents]
			case j > 0:
				node = c.base[i][j-1]
			}
			switch {
			case p.Columns[i*columns+j].Index != node:
				return i, "a column is another node's", nil
			case !p.replica.leadsFrom(&own[1+j], uint64(node)):
				return i, "the path of a column is another's", nil
			case own[1+j].Root != *commC:
				return i, "another root of the column tree", nil
			}
		}
	}
	return 0, "", nil
}

// checkLabelings checks that what the labels hash, and the key, is what the opened
// columns have: of base parents the label in the same layer, of expander parents that
// in the layer below.
func (c *sealChecker) checkLabelings() (int, string, error) {
	layers := c.s.Shape.Layers
	for i, x := range c.challenges {
		opened := c.p.Columns[i*columns+1:][:parents]
		for layer := 1; layer <= layers; layer++ {
			known := c.parentsOf(i, layer)
			for j := range known {
				if j < shape.BaseParents {
					known[j] = opened[j].Rows[layer-1]
				} else {
					known[j] = opened[j].Rows[layer-2]
				}
			}
		}
		for j := range layers + 1 {
			layer := min(j+1, layers)
			l := &c.p.Labelings[i*(layers+1)+j]
			if l.Layer != uint32(layer) || l.Node != uint64(x) {
				return i, "a labeling is of another layer or node", nil
			}
			known := c.parentsOf(i, layer)
			for at := range l.Parents {
				if l.Parents[at] != known[at%len(known)] {
					return i, "a labeling has another label of a parent than the parent's column", nil
				}
			}
		}
	}
	return 0, "", nil
}

// parentsOf returns the room for the labels of the parents that a label hashes: in
// layer 1 of base parents only.
func (c *sealChecker) parentsOf(challenge, layer int) [][32]byte {
	all := c.parents[challenge*c.s.Shape.Layers+layer-1][:]
	if layer == 1 {
		return all[:shape.BaseParents]
	}
	return all
}

// checkCommitment checks that the roots belong to CommR.
func (c *sealChecker) checkCommitment() (int, string, error) {
	commR, err := treehash.Pair(&c.p.Paths[1].Root, &c.p.Paths[0].Root)
	if err == nil && commR != c.s.CommR {
		return 0, "the roots are not those of CommR", nil
	}
	return 0, "", err
}

// checkLabels checks that every label is what its parents make it, and the replica
// node the data node plus the label in the last layer.
func (c *sealChecker) checkLabels() (int, string, error) {
	layers := c.s.Shape.Layers
	c.computeLabels()
	for i := range c.challenges {
		rows := c.p.Columns[i*columns].Rows
		if !slices.Equal(rows, c.labels[i*layers:][:layers]) {
			return i, "a label is not what its parents make it", nil
		}
		var data, key bls12381.Scalar
		if !data.SetBytesLE(&c.p.Data[i].Leaf) || !key.SetBytesLE(&rows[layers-1]) {
			return 0, "", errNotCanonical()
		}
		if data.Add(&data, &key); data.BytesLE() != c.p.Paths[i*paths].Leaf {
			return i, "the replica node is not the data node plus its key", nil
		}
	}
	return 0, "", nil
}

// computeLabels sets labels to those of every challenge in every layer.
func (c *sealChecker) computeLabels() {
	layers := c.s.Shape.Layers
	for i, x := range c.challenges {
		for layer := 1; layer <= layers; layer++ {
			c.inputs[i*layers+layer-1] = sdr.Input{
				ReplicaID: &c.s.ReplicaID, Layer: uint32(layer), Node: uint64(x), Parents: c.parentsOf(i, layer),
			}
		}
	}
	c.labeler.Labels(c.labels, c.inputs)
}

// checkColumns checks that the leaves of the column tree are the columns' hashes.
func (c *sealChecker) checkColumns() (int, string, error) {
	rows := c.rows[:0]
	for i := range c.p.Columns {
		rows = append(rows, c.p.Columns[i].Rows...)
	}
	if err := hashNodes(c.hashes, rows, c.s.Shape.Layers); err != nil {
		return 0, "", err
	}
	for i := range c.hashes {
		if challenge, j := i/columns, i%columns; c.hashes[i] != c.p.Paths[challenge*paths+1+j].Leaf {
			return challenge, "a leaf of the column tree is not the hash of its column", nil
		}
	}
	return 0, "", nil
}

// checkPaths checks that every path leads to its root.
func (c *sealChecker) checkPaths() (int, string, error) {
	failed, err := c.data.checkRoots(c.p.Data)
	if err != nil || failed >= 0 {
		return failed, "a path does not lead to the root of the data tree", err
	}
	if failed, err = c.replica.checkRoots(c.p.Paths); err != nil || failed >= 0 {
		return failed / paths, "a path does not lead to the root of its tree", err
	}
	return 0, "", nil
}
