package vanilla

import (
	"context"
	"math/bits"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// UpdatePartition is a partition of the vanilla proof of a replica update. A partition
// is about its own part of the sector, over which the data tree has an apex: a tree of
// its own, whose leaves are Apex.
type UpdatePartition struct {
	data, replica *Tree

	CommC [32]byte // root of the column tree, which the replicas share
	Apex  [][32]byte
	// Data and Replicas are the paths of the challenges: of the new data, and of the
	// replica, 2i of the old one, 2i+1 of the new one.
	Data, Replicas []Path
}

// NewUpdatePartition returns a partition with room for all that a sector's has.
func NewUpdatePartition(s *shape.Shape) *UpdatePartition {
	p := &UpdatePartition{data: DataTree(s), replica: ReplicaTree(s)}
	p.Apex = make([][32]byte, s.UpdateApexLeaves())
	p.Data = p.data.newPaths(s.UpdateChallenges())
	p.Replicas = p.replica.newPaths(2 * s.UpdateChallenges())
	return p
}

// UpdatePartitionSize returns the size of an encoded partition in bytes.
func UpdatePartitionSize(s *shape.Shape) int {
	challenge := DataTree(s).pathSize() + 2*ReplicaTree(s).pathSize()
	return 32 + 8 + 32*s.UpdateApexLeaves() + 8 + s.UpdateChallenges()*challenge
}

// Walk walks the fields of the partition.
func (p *UpdatePartition) Walk(c bincode.Codec) {
	c.Element("root of the column tree", &p.CommC)
	c.Count("leaves of the apex", len(p.Apex))
	c.Elements("leaf of the apex", p.Apex)
	c.Count("challenges", len(p.Data))
	for i := range p.Data {
		p.replica.walkPath(c, &p.Replicas[2*i])
		p.data.walkPath(c, &p.Data[i])
		p.replica.walkPath(c, &p.Replicas[2*i+1])
	}
}

// CheckUpdate checks the vanilla proof of a replica update: the number of its
// partitions and each of them. It works on one partition after the other, and when ctx
// is done before all are checked, it returns ctx's error.
func CheckUpdate(ctx context.Context, s *sectorupdate.Statement, proof []byte) error {
	size, partitions := UpdatePartitionSize(s.Shape), s.Shape.UpdatePartitions()
	if want := 8 + partitions*size; len(proof) != want {
		return malformed("%d bytes, not %d", len(proof), want)
	}
	if err := decode(proof[:8], func(c bincode.Codec) { c.Count("partitions", partitions) }); err != nil {
		return malformed("%w", err)
	}
	c := newUpdateChecker(s)
	for k := range partitions {
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

// updateChecker checks partitions of one replica update.
type updateChecker struct {
	s *sectorupdate.Statement
	p *UpdatePartition

	challenges    []uint32
	factors       [][32]byte
	apex          [][32]byte // levels of the apex that are being hashed
	data, replica *climber
}

func newUpdateChecker(s *sectorupdate.Statement) *updateChecker {
	n, p := s.Shape.UpdateChallenges(), NewUpdatePartition(s.Shape)
	return &updateChecker{
		s:          s,
		p:          p,
		challenges: make([]uint32, n),
		factors:    make([][32]byte, n),
		apex:       make([][32]byte, len(p.Apex)),
		data:       p.data.newClimber(n),
		replica:    p.replica.newClimber(2 * n),
	}
}

// check checks what the partition says, comparisons before hashes.
func (c *updateChecker) check(k int) error {
	if err := c.s.Challenges(c.challenges, k); err != nil {
		return err
	}
	if err := c.s.Factors(c.factors, c.challenges); err != nil {
		return err
	}
	for _, check := range []func() (challenge int, what string, err error){
		c.checkPlaces, c.checkCommitments, c.checkEncoding, c.checkData, c.checkReplicas,
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

// checkPlaces checks that every path leads from the challenge to the root all have in
// common.
func (c *updateChecker) checkPlaces() (int, string, error) {
	p := c.p
	for i, x := range c.challenges {
		before, after := &p.Replicas[2*i], &p.Replicas[2*i+1]
		switch {
		case !p.data.leadsFrom(&p.Data[i], uint64(x)):
			return i, "the path of the data node is another's", nil
		case !p.replica.leadsFrom(before, uint64(x)), !p.replica.leadsFrom(after, uint64(x)):
			return i, "the path of a replica node is another's", nil
		case p.Data[i].Root != c.s.CommDNew:
			return i, "the root of the data tree is not CommD", nil
		case before.Root != p.Replicas[0].Root, after.Root != p.Replicas[1].Root:
			return i, "another root of a replica tree", nil
		}
	}
	return 0, "", nil
}

// checkCommitments checks that the roots belong to the old and the new CommR.
func (c *updateChecker) checkCommitments() (int, string, error) {
	for i, want := range []*[32]byte{&c.s.CommROld, &c.s.CommRNew} {
		commR, err := treehash.Pair(&c.p.CommC, &c.p.Replicas[i].Root)
		if err != nil {
			return 0, "", err
		}
		if commR != *want {
			return 0, "the roots are not those of CommR", nil
		}
	}
	return 0, "", nil
}

// checkEncoding checks that every node of the new replica is that of the old one plus
// the data times its factor.
func (c *updateChecker) checkEncoding() (int, string, error) {
	for i := range c.challenges {
		var x, factor, before bls12381.Scalar
		if !x.SetBytesLE(&c.p.Data[i].Leaf) || !factor.SetBytesLE(&c.factors[i]) || !before.SetBytesLE(&c.p.Replicas[2*i].Leaf) {
			return 0, "", errNotCanonical()
		}
		x.Mul(&x, &factor)
		if x.Add(&x, &before); x.BytesLE() != c.p.Replicas[2*i+1].Leaf {
			return i, "the new replica node is not the old one plus the data times its factor", nil
		}
	}
	return 0, "", nil
}

// checkData checks that every path into the data tree leads to its root, through the
// leaf of the apex above it and the apex's root.
func (c *updateChecker) checkData() (int, string, error) {
	copy(c.apex, c.p.Apex)
	for n := len(c.apex) / 2; n > 0; n /= 2 {
		hashPairs(c.apex[:n], c.apex[:2*n])
	}
	apexBits := bits.Len(uint(len(c.apex))) - 1
	partitionBits := bits.Len(uint(c.s.Shape.UpdatePartitions())) - 1
	height := len(c.p.data.Arities) - partitionBits - apexBits // of the leaves of the apex

	c.data.start(c.p.Data)
	if err := c.data.climb(c.p.Data, height); err != nil {
		return 0, "", err
	}
	for i, x := range c.challenges {
		if c.data.nodes[i] != c.p.Apex[int(x>>height)%len(c.p.Apex)] {
			return i, "the path does not lead to its leaf of the apex", nil
		}
	}
	if err := c.data.climb(c.p.Data, height+apexBits); err != nil {
		return 0, "", err
	}
	for i := range c.challenges {
		if c.data.nodes[i] != c.apex[0] {
			return i, "the path does not lead to the root of the apex", nil
		}
	}
	if err := c.data.climb(c.p.Data, len(c.p.data.Arities)); err != nil {
		return 0, "", err
	}
	for i := range c.challenges {
		if c.data.nodes[i] != c.s.CommDNew {
			return i, "the path does not lead to CommD", nil
		}
	}
	return 0, "", nil
}

// checkReplicas checks that every path into a replica tree leads to its root.
func (c *updateChecker) checkReplicas() (int, string, error) {
	failed, err := c.replica.checkRoots(c.p.Replicas)
	if err != nil || failed >= 0 {
		return failed / 2, "a path does not lead to the root of its tree", err
	}
	return 0, "", nil
}
