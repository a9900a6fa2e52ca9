// Package shape holds what a sector size decides: the tree the replica is
// committed with, and how many layers, partitions and challenges its proofs
// have. Every other package asks here.
//
// Source: filecoin-proofs 19.1.0, constants and parameters.
package shape

// NodeSize is the size of a node in bytes.
const NodeSize = 32

// MaxNodes is the number of nodes of the largest sector, 64 GiB.
const MaxNodes = 1 << 31

// Shape is the shape of the proofs of one sector size.
type Shape struct {
	SectorSize uint64 // bytes
	Nodes      uint64 // 32-byte nodes, a power of two, at most MaxNodes

	// Arities of the replica tree from the leaves up: base trees, the tree over
	// them, the tree over those. 0 where there is no such level.
	Base, Sub, Top int

	Layers         int // labelling layers
	Partitions     int // partitions of an interactive or Synthetic seal
	NIPartitions   int // partitions of a non-interactive seal
	Challenges     int // challenges of one partition
	WindowSectors  int // sectors in one WindowPoSt partition
	HasUpdateProof bool
}

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)

var shapes = []Shape{
	small(2*kib, 0, 0, true),
	small(4*kib, 2, 0, true),
	small(16*kib, 8, 0, true),
	small(32*kib, 8, 2, true),
	small(8*mib, 0, 0, true),
	small(16*mib, 2, 0, true),
	small(512*mib, 0, 0, true),
	small(1*gib, 2, 0, false),
	large(32*gib, 0, 2349),
	large(64*gib, 2, 2300),
}

func small(size uint64, sub, top int, update bool) Shape {
	return Shape{
		SectorSize: size, Nodes: size / NodeSize,
		Base: 8, Sub: sub, Top: top,
		Layers: 2, Partitions: 1, NIPartitions: 13, Challenges: 2,
		WindowSectors: 2, HasUpdateProof: update,
	}
}

func large(size uint64, top, windowSectors int) Shape {
	return Shape{
		SectorSize: size, Nodes: size / NodeSize,
		Base: 8, Sub: 8, Top: top,
		Layers: 11, Partitions: 10, NIPartitions: 126, Challenges: 18,
		WindowSectors: windowSectors, HasUpdateProof: true,
	}
}

// Of returns the shape of a sector size, and false for a size that has none.
func Of(sectorSize uint64) (Shape, bool) {
	for _, s := range shapes {
		if s.SectorSize == sectorSize {
			return s, true
		}
	}
	return Shape{}, false
}

// All returns every shape, smallest sector first.
func All() []Shape { return append([]Shape(nil), shapes...) }

// Parents of a node: base (depth-robust) and expander.
const (
	BaseParents     = 6
	ExpanderParents = 8
)

// SealInputsPerChallenge is the number of public inputs one challenge gives: its
// position in three trees, the 14 parents, and the number itself.
const SealInputsPerChallenge = 1 + BaseParents + ExpanderParents + 3

// SealInputs returns the number of public inputs of one seal partition.
func (s *Shape) SealInputs() int { return 3 + s.Challenges*SealInputsPerChallenge }

// PoSt constants of every sector size.
const (
	WindowChallenges  = 10 // challenges of one sector of a WindowPoSt
	WinningChallenges = 66 // challenges of the sector of a WinningPoSt
)

// WindowInputs returns the number of public inputs of one WindowPoSt partition.
func (s *Shape) WindowInputs() int { return s.WindowSectors * (1 + WindowChallenges) }

// WinningInputs is the number of public inputs of a WinningPoSt.
const WinningInputs = WinningChallenges * (1 + 1)

// UpdateInputs is the number of public inputs of one replica-update partition.
const UpdateInputs = 4

// UpdatePartitions returns the number of partitions of a replica update. It has a
// meaning where HasUpdateProof holds, and is a power of two.
func (s *Shape) UpdatePartitions() int {
	switch {
	case s.SectorSize <= 8*kib:
		return 1
	case s.SectorSize <= 32*kib:
		return 2
	case s.SectorSize <= 16*mib:
		return 4
	}
	return 16
}

// UpdateBits returns the number of high bits of a challenge that choose the factor of
// a replica update's encoding.
func (s *Shape) UpdateBits() byte {
	if s.SectorSize <= 32*kib {
		return 1
	}
	return 10
}

// UpdateSelector returns the public input that picks, with one bit, how many high
// bits of a challenge choose the factor of a replica update's encoding: the
// first of six equal entries up to 32 KiB, and 10 from 7, 8, 9, 10, 11, 12 above.
func (s *Shape) UpdateSelector() uint64 {
	if s.SectorSize <= 32*kib {
		return 1 << 0
	}
	return 1 << 3
}

// UpdateChallenges returns the number of challenges of a partition of a replica update.
func (s *Shape) UpdateChallenges() int {
	if s.SectorSize <= 16*mib {
		return 10
	}
	return 86
}

// UpdateApexLeaves returns the number of nodes of the data tree, on one level, that a
// partition of a replica update states: all above its part of the sector. It is a
// power of two.
func (s *Shape) UpdateApexLeaves() int {
	if s.SectorSize <= 8*kib {
		return 8
	}
	return 128
}
