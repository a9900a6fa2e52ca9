package poreplication

import (
	"encoding/binary"
	"fmt"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
)

// RegisteredSealProof numbers a kind of replication proof as the chain does;
// the values equal those of go-state-types' abi.RegisteredSealProof.
type RegisteredSealProof int64

// The registered seal proofs: five sector sizes of four kinds.
const (
	StackedDrg2KiBV1 RegisteredSealProof = iota
	StackedDrg8MiBV1
	StackedDrg512MiBV1
	StackedDrg32GiBV1
	StackedDrg64GiBV1

	StackedDrg2KiBV1_1
	StackedDrg8MiBV1_1
	StackedDrg512MiBV1_1
	StackedDrg32GiBV1_1
	StackedDrg64GiBV1_1

	StackedDrg2KiBV1_1_Feat_SyntheticPoRep
	StackedDrg8MiBV1_1_Feat_SyntheticPoRep
	StackedDrg512MiBV1_1_Feat_SyntheticPoRep
	StackedDrg32GiBV1_1_Feat_SyntheticPoRep
	StackedDrg64GiBV1_1_Feat_SyntheticPoRep

	StackedDrg2KiBV1_2_Feat_NiPoRep
	StackedDrg8MiBV1_2_Feat_NiPoRep
	StackedDrg512MiBV1_2_Feat_NiPoRep
	StackedDrg32GiBV1_2_Feat_NiPoRep
	StackedDrg64GiBV1_2_Feat_NiPoRep
)

// Version is the version of the proofs API a proof was made under. For a seal it
// decides the order of a node's base parents and the width of the expander's
// arithmetic, for a proof of spacetime how challenges are numbered.
type Version uint8

// The versions. The zero value is none of them and is refused.
const (
	V1_0_0 Version = iota + 1
	V1_1_0
	V1_2_0
)

// check returns an error for what is none of the versions.
func (v Version) check() error {
	if v < V1_0_0 || v > V1_2_0 {
		return malformed("no version %d of the proofs API", v)
	}
	return nil
}

// shapeOf returns the shape of the proofs of a sector size.
func shapeOf(sectorSize uint64) (*shape.Shape, error) {
	s, ok := shape.Of(sectorSize)
	if !ok {
		return nil, malformed("no sector has %d bytes", sectorSize)
	}
	return &s, nil
}

// Features is a set of optional properties of a seal, available from version
// 1.2.0 on.
type Features uint8

// The features. They exclude each other.
const (
	SyntheticPoRep      Features = 1 << iota // challenges drawn from a pool (FIP-0059)
	NonInteractivePoRep                      // challenges without an interactive seed (FIP-0092)
)

// SealConfig describes a seal explicitly, for shapes, porep IDs or networks
// that have no registered number.
type SealConfig struct {
	SectorSize uint64   // bytes; one of the sizes named in the package doc
	PoRepID    [32]byte // domain separation of graph and replica ID
	Version    Version
	Features   Features
}

// SealInfo is one statement "this replica encodes this data for this prover",
// with the proof offered for it.
//
// All 32-byte values are as they stand on chain: CommR and CommD are canonical
// little-endian field elements.
type SealInfo struct {
	// SealProof is the registered kind. It is ignored when Config is set.
	SealProof RegisteredSealProof
	// Config, when not nil, describes the seal instead of SealProof. It works
	// only with keys that were loaded as test keys.
	Config *SealConfig

	ProverID [32]byte // actor ID address payload, zero padded
	Sector   uint64   // sector number
	Ticket   [32]byte // randomness the replica is bound to; any bytes
	Seed     [32]byte // randomness interactive challenges come from; any bytes
	CommR    [32]byte // replica commitment (sealed CID)
	CommD    [32]byte // data commitment (unsealed CID)
	Proof    []byte   // 192 bytes per partition, concatenated in order; an aggregate if non-interactive
}

// sealKinds and sectorSizes span the registered seal proofs: number = kind·5 + size.
var sealKinds = [...]struct {
	name     string
	version  Version
	features Features
}{
	{"V1", V1_0_0, 0},
	{"V1_1", V1_1_0, 0},
	{"V1_1_Feat_SyntheticPoRep", V1_2_0, SyntheticPoRep},
	{"V1_2_Feat_NiPoRep", V1_2_0, NonInteractivePoRep},
}

// sectorSizes are the sizes every registered proof comes in, in the order of the
// numbers.
var sectorSizes = [...]struct {
	name string
	size uint64
}{
	{"2KiB", 2 << 10}, {"8MiB", 8 << 20}, {"512MiB", 512 << 20}, {"32GiB", 32 << 30}, {"64GiB", 64 << 30},
}

// known reports whether p is one of the registered numbers.
func (p RegisteredSealProof) known() bool {
	return p >= 0 && int(p) < len(sealKinds)*len(sectorSizes)
}

// String returns the name go-state-types gives the number, for example
// "StackedDrg32GiBV1_1".
func (p RegisteredSealProof) String() string {
	if !p.known() {
		return fmt.Sprintf("RegisteredSealProof(%d)", int64(p))
	}
	return "StackedDrg" + sectorSizes[int(p)%len(sectorSizes)].name + sealKinds[int(p)/len(sectorSizes)].name
}

// Config returns what the number stands for. The porep ID is the number and a
// zero nonce, both little-endian 64-bit, and sixteen zeros. A number that is not
// registered is an error of class ErrMalformed.
func (p RegisteredSealProof) Config() (SealConfig, error) {
	c, err := p.config()
	if err != nil {
		return SealConfig{}, fail("poreplication.RegisteredSealProof.Config", noIndex, err)
	}
	return c, nil
}

func (p RegisteredSealProof) config() (SealConfig, error) {
	if !p.known() {
		return SealConfig{}, malformed("no registered seal proof has number %d", int64(p))
	}
	kind, size := sealKinds[int(p)/len(sectorSizes)], sectorSizes[int(p)%len(sectorSizes)]
	c := SealConfig{SectorSize: size.size, Version: kind.version, Features: kind.features}
	binary.LittleEndian.PutUint64(c.PoRepID[:], uint64(p))
	return c, nil
}

// shape checks the configuration and returns the shape of its proofs.
func (c *SealConfig) shape() (*shape.Shape, error) {
	if err := c.Version.check(); err != nil {
		return nil, err
	}
	switch c.Features {
	case 0:
	case SyntheticPoRep, NonInteractivePoRep:
		if c.Version < V1_2_0 {
			return nil, malformed("seal feature needs version 1.2.0")
		}
	default:
		return nil, malformed("seal features %#x", uint8(c.Features))
	}
	return shapeOf(c.SectorSize)
}

// origin returns where the challenges come from.
func (c *SealConfig) origin() stacked.Origin {
	switch c.Features {
	case SyntheticPoRep:
		return stacked.FromPool
	case NonInteractivePoRep:
		return stacked.FromReplica
	}
	return stacked.FromSeed
}
