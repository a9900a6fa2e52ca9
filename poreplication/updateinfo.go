package poreplication

import (
	"fmt"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// RegisteredUpdateProof numbers a kind of replica-update proof as the chain does;
// the values equal those of go-state-types' abi.RegisteredUpdateProof.
type RegisteredUpdateProof int64

// The registered replica-update proofs: five sector sizes.
const (
	StackedDrg2KiBUpdateV1 RegisteredUpdateProof = iota
	StackedDrg8MiBUpdateV1
	StackedDrg512MiBUpdateV1
	StackedDrg32GiBUpdateV1
	StackedDrg64GiBUpdateV1
)

// UpdateConfig describes a replica update explicitly, for shapes or networks that
// have no registered number.
type UpdateConfig struct {
	// SectorSize is in bytes: one of the sizes named in the package doc but 1 GiB,
	// for which no circuit exists.
	SectorSize uint64
}

// ReplicaUpdateInfo is one statement "this replica encodes this data over what
// that replica held", with the proof offered for it.
//
// All commitments are as they stand on chain: canonical little-endian field
// elements.
type ReplicaUpdateInfo struct {
	// UpdateProof is the registered kind. It is ignored when Config is set.
	UpdateProof RegisteredUpdateProof
	// Config, when not nil, describes the update instead of UpdateProof. It works
	// only with keys that were loaded as test keys.
	Config *UpdateConfig

	CommROld [32]byte // commitment to the replica as it was sealed (sealed CID)
	CommRNew [32]byte // commitment to the updated replica
	CommDNew [32]byte // commitment to the new data (unsealed CID)
	Proof    []byte   // 192 bytes per partition, concatenated in order
}

// known reports whether p is one of the registered numbers.
func (p RegisteredUpdateProof) known() bool { return p >= 0 && int(p) < len(sectorSizes) }

// String returns the name go-state-types gives the number, for example
// "StackedDrg32GiBV1", which is a seal's name, too.
func (p RegisteredUpdateProof) String() string {
	if !p.known() {
		return fmt.Sprintf("RegisteredUpdateProof(%d)", int64(p))
	}
	return "StackedDrg" + sectorSizes[p].name + "V1"
}

// Config returns what the number stands for. A number that is not registered is
// an error of class ErrMalformed.
func (p RegisteredUpdateProof) Config() (UpdateConfig, error) {
	c, err := p.config()
	if err != nil {
		return UpdateConfig{}, fail("poreplication.RegisteredUpdateProof.Config", noIndex, err)
	}
	return c, nil
}

func (p RegisteredUpdateProof) config() (UpdateConfig, error) {
	if !p.known() {
		return UpdateConfig{}, malformed("no registered replica-update proof has number %d", int64(p))
	}
	return UpdateConfig{SectorSize: sectorSizes[p].size}, nil
}

// shape checks the configuration and returns the shape of its proofs.
func (c *UpdateConfig) shape() (*shape.Shape, error) {
	s, err := shapeOf(c.SectorSize)
	if err != nil {
		return nil, err
	}
	if !s.HasUpdateProof {
		return nil, malformed("no replica update of sectors of %d bytes", c.SectorSize)
	}
	return s, nil
}
