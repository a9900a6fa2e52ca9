package sector

import (
	"io"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/internal/treehash"
)

// NodeSize is the size of a node in bytes.
const NodeSize = shape.NodeSize

// Options say how a Sealer works.
type Options struct {
	// Workers is the number of goroutines that share the work, the caller among them: 1 if
	// it is less. With one, no goroutine is started. The chain of labels is the work of one
	// alone, for which others get the parents ready.
	Workers int

	// Parents, if not nil, has the parents of all nodes, as [Sealer.WriteParents] writes
	// them. Computing them takes longer than the label. Wrong parents give wrong
	// labels; those of which none can be computed are ErrMalformed.
	Parents io.ReaderAt

	// ParentMemory is the number of bytes that parents, computed or read, may take to be
	// kept from one layer to the next, 56 for each node: 0 stands for 64 MiB, which is
	// enough for sectors of 32 MiB, and less than 0 for none.
	ParentMemory int64

	// Progress, if not nil, is told about the work, by one goroutine at a time. It must
	// return soon.
	Progress func(Progress)
}

// defaultParentMemory is what parents may take where options do not say.
const defaultParentMemory = 64 << 20

// A Stage is a part of the work on a sector.
type Stage uint8

// The stages.
const (
	StageData    Stage = iota + 1 // the tree of the data
	StageLabels                   // the labels of a layer
	StageColumns                  // the tree of the columns
	StageReplica                  // the replica, and its tree
	StageParents                  // the parents of nodes
)

// Progress is how far a part of the work is.
type Progress struct {
	Stage Stage
	Layer int    // of the labels, from 1; else 0
	Done  uint64 // nodes
	Total uint64
}

// A Sealer seals and unseals sectors of one kind. It is made by [New], is immutable, and
// safe for concurrent use as far as its options are. The zero value refuses everything with
// ErrUnsupported.
type Sealer struct {
	config  poreplication.SealConfig
	shape   shape.Shape
	graph   *sdr.Graph
	options Options
}

// New returns the Sealer of a kind of sectors: for a registered one,
// [poreplication.RegisteredSealProof.Config] says which that is. The features of a seal make
// no difference here.
//
// Errors: ErrMalformed for a size that no sectors have, as for a verifier of their proofs, and
// for a version that there is not.
func New(config poreplication.SealConfig, options Options) (*Sealer, error) {
	const op = "sector.New"
	if config.Version < poreplication.V1_0_0 || config.Version > poreplication.V1_2_0 {
		return nil, in(op, malformed("no version %d of the proofs API", config.Version))
	}
	s, ok := shape.Of(config.SectorSize)
	if !ok {
		return nil, in(op, malformed("no sector has %d bytes", config.SectorSize))
	}
	options.Workers = max(options.Workers, 1)
	if options.ParentMemory == 0 {
		options.ParentMemory = defaultParentMemory
	}
	return &Sealer{config, s, sdr.New(s.Nodes, &config.PoRepID, config.Version == poreplication.V1_0_0), options}, nil
}

// SectorSize is the size of a sector in bytes.
func (s *Sealer) SectorSize() uint64 { return s.shape.SectorSize }

// Layers is the number of layers of labels.
func (s *Sealer) Layers() int { return s.shape.Layers }

// ReplicaID returns the identifier of a replica, of which all its labels are made: a
// prover's, its sector's number, the ticket, CommD and the porep ID hashed. It is a
// field element.
func (s *Sealer) ReplicaID(proverID [32]byte, sector uint64, ticket, commD [32]byte) [32]byte {
	return stacked.ReplicaID(&proverID, sector, &ticket, &commD, &s.config.PoRepID)
}

// CommR returns the commitment to a replica: Poseidon of CommC and CommRLast. A commitment
// that is not a field element is ErrMalformed.
func CommR(commC, commRLast [32]byte) ([32]byte, error) {
	commR, err := treehash.Pair(&commC, &commRLast)
	if err != nil {
		return [32]byte{}, in("sector.CommR", err)
	}
	return commR, nil
}
