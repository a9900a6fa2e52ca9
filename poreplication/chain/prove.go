package chain

// ProveCommitSector holds the parameters of the miner actor's method 7: the proof
// for a pre-committed sector. Newer actors no longer have it (FIP-0084).
type ProveCommitSector struct {
	Sector uint64
	Proof  []byte // at most MaxProof bytes
}

// DecodeProveCommitSector reads the parameters [sector number, proof].
func DecodeProveCommitSector(params []byte) (ProveCommitSector, error) {
	d := newDecoder(params)
	d.array(2)
	p := ProveCommitSector{Sector: d.uint(), Proof: d.bytes("a proof", MaxProof)}
	if err := d.end(); err != nil {
		return ProveCommitSector{}, fail("chain.DecodeProveCommitSector", err)
	}
	return p, nil
}

// Encode returns the parameters in CBOR. A proof too long is of class ErrLimit.
func (p *ProveCommitSector) Encode() ([]byte, error) {
	var e encoder
	e.array(2)
	e.uint(p.Sector)
	e.bytes("a proof", p.Proof, MaxProof)
	params, err := e.end()
	if err != nil {
		return nil, fail("chain.ProveCommitSector.Encode", err)
	}
	return params, nil
}
