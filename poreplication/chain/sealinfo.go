package chain

import (
	"crypto/sha256"

	"github.com/depinproof/depinproof/poreplication"
)

// SealInfo returns the statement of a seal from what explorers show: the actor
// number of the miner, the sector's number, and its CIDs as text ("bagboea4b5abc…"
// and "baga6ea4seaq…"). Ticket and seed are drawn values, see [SealTicket] and
// [SealSeed]. A CID that does not parse is an error of class ErrMalformed. The
// proof is not copied.
func SealInfo(kind poreplication.RegisteredSealProof, actor, sector uint64, ticket, seed [32]byte, sealedCID, unsealedCID string, proof []byte) (poreplication.SealInfo, error) {
	const op = "chain.SealInfo"
	commR, err := parse(commRPrefix, sealedCID)
	if err != nil {
		return poreplication.SealInfo{}, fail(op, err)
	}
	commD, err := parse(commDPrefix, unsealedCID)
	if err != nil {
		return poreplication.SealInfo{}, fail(op, err)
	}
	return poreplication.SealInfo{
		SealProof: kind, ProverID: ProverID(actor), Sector: sector,
		Ticket: ticket, Seed: seed, CommR: commR, CommD: commD, Proof: proof,
	}, nil
}

// SealInfo returns the statement that prove makes about a pre-committed sector of
// the miner actor. Ticket and seed are drawn values, see [SealTicket] and
// [SealSeed]. CommD nil stands for a sector of zeros: parameters with ten fields
// do not say it, those with seven do. It is an error of class ErrMalformed when
// prove is about another sector, when CommD is nil though there are deals, or when
// the kind is not registered. The proof is not copied.
func (p *PreCommit) SealInfo(actor uint64, commD *[32]byte, ticket, seed [32]byte, prove *ProveCommitSector) (poreplication.SealInfo, error) {
	const op = "chain.PreCommit.SealInfo"
	if p.Sector != prove.Sector {
		return poreplication.SealInfo{}, fail(op, malformed("proof for sector %d, pre-commitment of %d", prove.Sector, p.Sector))
	}
	config, err := p.SealProof.Config()
	if err != nil {
		return poreplication.SealInfo{}, fail(op, err)
	}
	if commD == nil {
		if len(p.Deals) > 0 {
			return poreplication.SealInfo{}, fail(op, malformed("sector with %d deals has no CommD", len(p.Deals)))
		}
		zeros := zeroCommD(config.SectorSize)
		commD = &zeros
	}
	return poreplication.SealInfo{
		SealProof: p.SealProof, ProverID: ProverID(actor), Sector: p.Sector,
		Ticket: ticket, Seed: seed, CommR: p.CommR, CommD: *commD, Proof: prove.Proof,
	}, nil
}

// zeroCommD returns the data commitment of a sector of zeros: the root of a binary
// tree over its 32-byte nodes, each inner node the SHA-256 of its children without
// the two top bits.
func zeroCommD(sectorSize uint64) (root [32]byte) {
	for nodes := sectorSize / 32; nodes > 1; nodes /= 2 {
		root = sha256.Sum256(append(root[:], root[:]...))
		root[31] &= 0x3f
	}
	return root
}
