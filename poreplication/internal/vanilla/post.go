package vanilla

import (
	"context"
	"encoding/binary"

	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// SectorProof is the vanilla proof of spacetime of one sector.
type SectorProof struct {
	replica *Tree

	Sector          uint64
	CommR           [32]byte
	Paths           []Path // of the challenged leaves
	CommC, CommRoot [32]byte
}

// NewSectorProof returns a proof with room for a number of challenges.
func NewSectorProof(s *shape.Shape, challenges int) *SectorProof {
	replica := ReplicaTree(s)
	return &SectorProof{replica: replica, Paths: replica.newPaths(challenges)}
}

// SectorProofSize returns the size of an encoded proof in bytes.
func SectorProofSize(s *shape.Shape, challenges int) int {
	return 8 + 32 + 8 + 8 + challenges*ReplicaTree(s).pathSize() + 2*32
}

// Walk walks the fields of the proof.
func (p *SectorProof) Walk(c bincode.Codec) {
	c.Uint64("sector", &p.Sector)
	c.Element("CommR", &p.CommR)
	c.Count("sectors", 1)
	c.Count("challenges", len(p.Paths))
	for i := range p.Paths {
		p.replica.walkPath(c, &p.Paths[i])
	}
	c.Element("root of the column tree", &p.CommC)
	c.Element("root of the replica tree", &p.CommRoot)
}

// groupPaths is the number of paths from which on more of them side by side are not
// hashed any faster.
const groupPaths = 256

// CheckSectors checks the vanilla proofs of all replicas of a proof of spacetime, of
// sectors of the shape: proofs has that of each in any order. It works on some replicas
// after the other, and when ctx is done before all are checked, it returns ctx's error.
func CheckSectors(ctx context.Context, sh *shape.Shape, s *fallback.Statement, proofs [][]byte) error {
	if len(proofs) != len(s.Replicas) {
		return malformed("proofs of %d sectors, not %d", len(proofs), len(s.Replicas))
	}
	size := SectorProofSize(sh, s.Challenges)
	bySector := make(map[uint64][]byte, len(proofs))
	for i, proof := range proofs {
		if len(proof) != size {
			return malformed("proof %d: %d bytes, not %d", i, len(proof), size)
		}
		sector := binary.LittleEndian.Uint64(proof)
		if bySector[sector] != nil {
			return malformed("proof %d is another of sector %d", i, sector)
		}
		bySector[sector] = proof
	}
	for i := range s.Replicas {
		if sector := s.Replicas[i].Sector; bySector[sector] == nil {
			return malformed("no proof of sector %d", sector)
		}
	}
	c := newSectorChecker(sh, s)
	for first := 0; first < len(s.Replicas); first += c.atOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.check(first, bySector); err != nil {
			return err
		}
	}
	return nil
}

// sectorChecker checks some replicas at once.
type sectorChecker struct {
	s       *fallback.Statement
	atOnce  int
	replica *Tree
	proofs  []SectorProof
	paths   []Path // of all of them
	leaves  []uint64
	climber *climber
	// roots are the two of every replica, and commitments their hashes.
	roots, commitments [][32]byte
}

func newSectorChecker(sh *shape.Shape, s *fallback.Statement) *sectorChecker {
	atOnce := min(len(s.Replicas), max(1, groupPaths/s.Challenges))
	c := &sectorChecker{
		s:           s,
		atOnce:      atOnce,
		replica:     ReplicaTree(sh),
		proofs:      make([]SectorProof, atOnce),
		leaves:      make([]uint64, s.Challenges),
		roots:       make([][32]byte, 2*atOnce),
		commitments: make([][32]byte, atOnce),
	}
	c.paths = c.replica.newPaths(atOnce * s.Challenges)
	for i := range c.proofs {
		c.proofs[i] = SectorProof{replica: c.replica, Paths: c.paths[i*s.Challenges:][:s.Challenges]}
	}
	c.climber = c.replica.newClimber(len(c.paths))
	return c
}

// check checks the replicas from position first on, comparisons before hashes.
func (c *sectorChecker) check(first int, proofs map[uint64][]byte) error {
	replicas := c.s.Replicas[first:]
	replicas = replicas[:min(len(replicas), c.atOnce)]
	for i := range replicas {
		sector := replicas[i].Sector
		if err := decode(proofs[sector], c.proofs[i].Walk); err != nil {
			return malformed("sector %d: %w", sector, err)
		}
		c.roots[2*i], c.roots[2*i+1] = c.proofs[i].CommC, c.proofs[i].CommRoot
	}
	for i := range replicas {
		if err := c.checkPlaces(first+i, &c.proofs[i]); err != nil {
			return err
		}
	}
	if err := hashNodes(c.commitments[:len(replicas)], c.roots[:2*len(replicas)], 2); err != nil {
		return err
	}
	for i := range replicas {
		if c.commitments[i] != replicas[i].CommR {
			return invalid("sector %d: the roots are not those of CommR", replicas[i].Sector)
		}
	}
	failed, err := c.climber.checkRoots(c.paths[:len(replicas)*c.s.Challenges])
	if err != nil {
		return err
	}
	if failed >= 0 {
		return invalid("sector %d, challenge %d: the path does not lead to the root",
			replicas[failed/c.s.Challenges].Sector, failed%c.s.Challenges)
	}
	return nil
}

// checkPlaces checks that the proof is of the replica at a position, and that every path
// leads from the leaf it has to, to the stated root.
func (c *sectorChecker) checkPlaces(position int, p *SectorProof) error {
	if p.CommR != c.s.Replicas[position].CommR {
		return invalid("sector %d: CommR is another", p.Sector)
	}
	c.s.Leaves(c.leaves, position)
	for i := range p.Paths {
		if p.Paths[i].Root != p.CommRoot {
			return invalid("sector %d, challenge %d: another root of the replica tree", p.Sector, i)
		}
		if !c.replica.leadsFrom(&p.Paths[i], c.leaves[i]) {
			return invalid("sector %d, challenge %d: the path is another leaf's", p.Sector, i)
		}
	}
	return nil
}
