package chain

import "github.com/depinproof/depinproof/poreplication"

// PreCommit is what all pre-commitments of a sector say.
type PreCommit struct {
	SealProof     poreplication.RegisteredSealProof
	Sector        uint64
	CommR         [32]byte // of the sealed CID
	SealRandEpoch int64    // of the ticket
	Deals         []uint64 // at most MaxDeals
	Expiration    int64    // epoch
}

// PreCommitSector holds the parameters of the miner actor's method 6, which newer
// actors no longer have.
type PreCommitSector struct {
	PreCommit
	ReplaceCapacity                                  bool
	ReplaceDeadline, ReplacePartition, ReplaceSector uint64
}

// SectorPreCommitInfo is one element of the parameters of the miner actor's method
// 28, PreCommitSectorBatch2.
type SectorPreCommitInfo struct {
	PreCommit
	CommD *[32]byte // of the unsealed CID; nil for a sector of zeros
}

// DecodePreCommitSector reads parameters of ten fields: those of [PreCommit], with
// the sealed CID for CommR, and the four about the sector to be replaced.
func DecodePreCommitSector(params []byte) (PreCommitSector, error) {
	d := newDecoder(params)
	d.array(10)
	p := PreCommitSector{
		PreCommit:        d.preCommit(),
		ReplaceCapacity:  d.bool(),
		ReplaceDeadline:  d.uint(),
		ReplacePartition: d.uint(),
		ReplaceSector:    d.uint(),
	}
	if err := d.end(); err != nil {
		return PreCommitSector{}, fail("chain.DecodePreCommitSector", err)
	}
	return p, nil
}

// Encode returns the parameters in CBOR. Too many deals are of class ErrLimit.
func (p *PreCommitSector) Encode() ([]byte, error) {
	var e encoder
	e.array(10)
	e.preCommit(&p.PreCommit)
	e.bool(p.ReplaceCapacity)
	e.uint(p.ReplaceDeadline)
	e.uint(p.ReplacePartition)
	e.uint(p.ReplaceSector)
	params, err := e.end()
	if err != nil {
		return nil, fail("chain.PreCommitSector.Encode", err)
	}
	return params, nil
}

// leastPreCommitInfo is the least size of an encoded SectorPreCommitInfo: six
// heads of one byte, tag, length, zero byte and sealed CID, and null.
const leastPreCommitInfo = uint64(6 + 2 + 2 + 1 + maxCID + 1)

// DecodePreCommitSectorBatch2 reads parameters of one field, an array of at most
// [MaxPreCommits] pre-commitments. Each has seven fields: those of [PreCommit],
// with the sealed CID for CommR, and the unsealed CID or null.
func DecodePreCommitSectorBatch2(params []byte) ([]SectorPreCommitInfo, error) {
	d := newDecoder(params)
	d.array(1)
	var infos []SectorPreCommitInfo
	if n := d.count("pre-commitments", MaxPreCommits, leastPreCommitInfo); n > 0 {
		infos = make([]SectorPreCommitInfo, n)
	}
	for i := range infos {
		d.array(7)
		infos[i].PreCommit = d.preCommit()
		if !d.simple(simpleNull) {
			commD := d.commitment(commDPrefix)
			infos[i].CommD = &commD
		}
		if d.err != nil {
			break
		}
	}
	if err := d.end(); err != nil {
		return nil, fail("chain.DecodePreCommitSectorBatch2", err)
	}
	return infos, nil
}

// EncodePreCommitSectorBatch2 returns the parameters in CBOR. Too many
// pre-commitments or deals are of class ErrLimit.
func EncodePreCommitSectorBatch2(infos []SectorPreCommitInfo) ([]byte, error) {
	var e encoder
	e.array(1)
	e.count("pre-commitments", len(infos), MaxPreCommits)
	for i := range infos {
		e.array(7)
		e.preCommit(&infos[i].PreCommit)
		if infos[i].CommD == nil {
			e.null()
		} else {
			e.commitment(commDPrefix, infos[i].CommD)
		}
		if e.err != nil {
			break
		}
	}
	params, err := e.end()
	if err != nil {
		return nil, fail("chain.EncodePreCommitSectorBatch2", err)
	}
	return params, nil
}

func (d *decoder) preCommit() PreCommit {
	p := PreCommit{
		SealProof:     poreplication.RegisteredSealProof(d.int()),
		Sector:        d.uint(),
		CommR:         d.commitment(commRPrefix),
		SealRandEpoch: d.int(),
	}
	if n := d.count("deals", MaxDeals, 1); n > 0 {
		p.Deals = make([]uint64, n)
		for i := range p.Deals {
			p.Deals[i] = d.uint()
		}
	}
	p.Expiration = d.int()
	return p
}

func (e *encoder) preCommit(p *PreCommit) {
	e.int(int64(p.SealProof))
	e.uint(p.Sector)
	e.commitment(commRPrefix, &p.CommR)
	e.int(p.SealRandEpoch)
	e.count("deals", len(p.Deals), MaxDeals)
	for _, deal := range p.Deals {
		e.uint(deal)
	}
	e.int(p.Expiration)
}
