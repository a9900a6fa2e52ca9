package poreplication

import (
	"fmt"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// RegisteredPoStProof numbers a kind of proof of spacetime as the chain does; the
// values equal those of go-state-types' abi.RegisteredPoStProof.
type RegisteredPoStProof int64

// The registered proofs of spacetime: five sector sizes of three kinds.
const (
	StackedDrgWinning2KiBV1 RegisteredPoStProof = iota
	StackedDrgWinning8MiBV1
	StackedDrgWinning512MiBV1
	StackedDrgWinning32GiBV1
	StackedDrgWinning64GiBV1

	StackedDrgWindow2KiBV1
	StackedDrgWindow8MiBV1
	StackedDrgWindow512MiBV1
	StackedDrgWindow32GiBV1
	StackedDrgWindow64GiBV1

	StackedDrgWindow2KiBV1_1
	StackedDrgWindow8MiBV1_1
	StackedDrgWindow512MiBV1_1
	StackedDrgWindow32GiBV1_1
	StackedDrgWindow64GiBV1_1
)

// PoStConfig describes a proof of spacetime explicitly, for shapes or networks
// that have no registered number.
type PoStConfig struct {
	SectorSize uint64 // bytes; one of the sizes named in the package doc
	// Version decides how challenges are numbered. From 1.2.0 on the numbers of
	// every replica start at zero (FIP-0061), before they go on through the proof.
	// In a WinningPoSt, whose circuit takes one sector 66 times with one challenge
	// each, version 1.2.0 makes all challenges equal: no registered number has
	// it, and the reference, which numbers them otherwise when it proves, rejects
	// its own proofs.
	Version Version
}

// Replica is one sector of a proof of spacetime.
type Replica struct {
	Sector uint64   // sector number
	CommR  [32]byte // replica commitment (sealed CID), canonical
}

// WinningPoStInfo is one statement "the prover holds this replica now", which it
// makes to win a block, with the proof offered for it.
type WinningPoStInfo struct {
	// PoStProof is the registered kind, 0 to 4. It is ignored when Config is set.
	PoStProof RegisteredPoStProof
	// Config, when not nil, describes the proof instead of PoStProof. It works
	// only with keys that were loaded as test keys.
	Config *PoStConfig

	// Randomness is what the challenges come from, a canonical little-endian field
	// element. Randomness from the chain is masked before; see [MaskRandomness].
	Randomness [32]byte
	// ProverID is the actor ID address payload, zero padded. It must be canonical;
	// the proof does not depend on it otherwise.
	ProverID [32]byte
	// Replicas is exactly one replica; see [WinningSectorIndex].
	Replicas []Replica
	Proof    []byte // 192 bytes
}

// WindowPoStInfo is one statement "the prover holds all these replicas now", which
// it makes once a day for each of them, with the proof offered for it.
type WindowPoStInfo struct {
	// PoStProof is the registered kind, 5 to 14. It is ignored when Config is set.
	PoStProof RegisteredPoStProof
	// Config, when not nil, describes the proof instead of PoStProof. It works
	// only with keys that were loaded as test keys.
	Config *PoStConfig

	// Randomness and ProverID are as in [WinningPoStInfo].
	Randomness [32]byte
	ProverID   [32]byte
	// Replicas are the proven replicas in any order, at least one: they count in
	// the order of their sectors. Of several with the same sector the last one
	// counts and the others are not looked at.
	Replicas []Replica
	Proof    []byte // 192 bytes per partition, concatenated in order
}

// postKinds spans the registered proofs of spacetime with sectorSizes:
// number = kind·5 + size.
var postKinds = [...]struct {
	prefix, suffix string
	version        Version
}{
	{"StackedDrgWinning", "V1", V1_0_0},
	{"StackedDrgWindow", "V1", V1_0_0},
	{"StackedDrgWindow", "V1_1", V1_2_0},
}

// known reports whether p is one of the registered numbers.
func (p RegisteredPoStProof) known() bool {
	return p >= 0 && int(p) < len(postKinds)*len(sectorSizes)
}

// winning reports whether p, a registered number, is a kind of WinningPoSt.
func (p RegisteredPoStProof) winning() bool { return p <= StackedDrgWinning64GiBV1 }

// String returns the name go-state-types gives the number, for example
// "StackedDrgWindow32GiBV1_1".
func (p RegisteredPoStProof) String() string {
	if !p.known() {
		return fmt.Sprintf("RegisteredPoStProof(%d)", int64(p))
	}
	kind := postKinds[int(p)/len(sectorSizes)]
	return kind.prefix + sectorSizes[int(p)%len(sectorSizes)].name + kind.suffix
}

// Config returns what the number stands for. A number that is not registered is
// an error of class ErrMalformed.
func (p RegisteredPoStProof) Config() (PoStConfig, error) {
	c, err := p.config()
	if err != nil {
		return PoStConfig{}, fail("poreplication.RegisteredPoStProof.Config", noIndex, err)
	}
	return c, nil
}

func (p RegisteredPoStProof) config() (PoStConfig, error) {
	if !p.known() {
		return PoStConfig{}, malformed("no registered proof of spacetime has number %d", int64(p))
	}
	return PoStConfig{
		SectorSize: sectorSizes[int(p)%len(sectorSizes)].size,
		Version:    postKinds[int(p)/len(sectorSizes)].version,
	}, nil
}

// postConfig returns the explicit configuration, or that of a registered number,
// which must be a WinningPoSt's or not.
func postConfig(explicit *PoStConfig, p RegisteredPoStProof, winning bool) (PoStConfig, error) {
	if explicit != nil {
		return *explicit, nil
	}
	c, err := p.config()
	if err != nil {
		return c, err
	}
	if p.winning() != winning {
		return c, malformed("%v is the number of the other kind of proof of spacetime", p)
	}
	return c, nil
}

// shape checks the configuration and returns the shape of its proofs.
func (c *PoStConfig) shape() (*shape.Shape, error) {
	if err := c.Version.check(); err != nil {
		return nil, err
	}
	return shapeOf(c.SectorSize)
}
