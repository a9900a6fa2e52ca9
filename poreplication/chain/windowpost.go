package chain

import (
	"slices"

	"github.com/depinproof/depinproof/poreplication"
)

// SubmitWindowedPoSt holds the parameters of the miner actor's method 5: a
// WindowPoSt over partitions of one deadline.
type SubmitWindowedPoSt struct {
	Deadline         uint64
	Partitions       []PoStPartition // at most MaxPartitions
	Proofs           []PoStProof     // at most MaxPoStProofs; the actor takes one
	ChainCommitEpoch int64
	ChainCommitRand  [32]byte
}

// PoStPartition names a partition of the deadline.
type PoStPartition struct {
	Index   uint64
	Skipped Bitfield // sector numbers that are not proven
}

// PoStProof is a proof with its kind.
type PoStProof struct {
	PoStProof poreplication.RegisteredPoStProof
	Proof     []byte // at most MaxProof bytes
}

// The least sizes of an encoded partition and an encoded proof: three heads.
const leastElement = 3

// DecodeSubmitWindowedPoSt reads the parameters [deadline, [[partition, skipped],
// …], [[kind, proof], …], chain commit epoch, chain commit randomness], where the
// skipped sectors are a bitfield and the randomness has 32 bytes.
func DecodeSubmitWindowedPoSt(params []byte) (SubmitWindowedPoSt, error) {
	d := newDecoder(params)
	d.array(5)
	p := SubmitWindowedPoSt{Deadline: d.uint()}
	if n := d.count("partitions", MaxPartitions, leastElement); n > 0 {
		p.Partitions = make([]PoStPartition, n)
	}
	for i := range p.Partitions {
		d.array(2)
		p.Partitions[i] = PoStPartition{Index: d.uint(), Skipped: d.bitfield()}
		if d.err != nil {
			break
		}
	}
	if n := d.count("proofs", MaxPoStProofs, leastElement); n > 0 {
		p.Proofs = make([]PoStProof, n)
	}
	for i := range p.Proofs {
		d.array(2)
		p.Proofs[i] = PoStProof{PoStProof: poreplication.RegisteredPoStProof(d.int()), Proof: d.bytes("a proof", MaxProof)}
	}
	p.ChainCommitEpoch = d.int()
	if n := d.argument(majorBytes); d.err == nil && n != uint64(len(p.ChainCommitRand)) {
		d.stop(malformed("chain commitment has %d bytes, not %d", n, len(p.ChainCommitRand)))
	}
	copy(p.ChainCommitRand[:], d.take(uint64(len(p.ChainCommitRand))))
	if err := d.end(); err != nil {
		return SubmitWindowedPoSt{}, fail("chain.DecodeSubmitWindowedPoSt", err)
	}
	return p, nil
}

// Encode returns the parameters in CBOR. What goes beyond the limits is of class
// ErrLimit, a bitfield that is none of class ErrMalformed.
func (p *SubmitWindowedPoSt) Encode() ([]byte, error) {
	var e encoder
	e.array(5)
	e.uint(p.Deadline)
	e.count("partitions", len(p.Partitions), MaxPartitions)
	for i := range p.Partitions {
		e.array(2)
		e.uint(p.Partitions[i].Index)
		e.bitfield(p.Partitions[i].Skipped)
		if e.err != nil {
			break
		}
	}
	e.count("proofs", len(p.Proofs), MaxPoStProofs)
	for i := range p.Proofs {
		e.array(2)
		e.int(int64(p.Proofs[i].PoStProof))
		e.bytes("a proof", p.Proofs[i].Proof, MaxProof)
	}
	e.int(p.ChainCommitEpoch)
	e.bytes("the chain commitment", p.ChainCommitRand[:], uint64(len(p.ChainCommitRand)))
	params, err := e.end()
	if err != nil {
		return nil, fail("chain.SubmitWindowedPoSt.Encode", err)
	}
	return params, nil
}

func (d *decoder) bitfield() Bitfield {
	b, err := decodeBitfield(d.view("a bitfield", MaxBitfield))
	if err != nil {
		d.stop(err)
	}
	return b
}

func (e *encoder) bitfield(b Bitfield) {
	data, err := b.encode()
	if err != nil {
		e.stop(err)
		return
	}
	e.bytes("a bitfield", data, MaxBitfield)
}

// WindowPoStInfo returns the statement the parameters make for the miner actor.
// The replicas are those of the named partitions, in any order; sectors that a
// partition skips are left out. Whoever knows the chain has left out those that are
// faulty or terminated. Randomness is the drawn value, see [WindowPoStRandomness];
// it is masked if it is not already. Other than one proof is an error of class
// ErrMalformed. The proof is not copied, the replicas are. The work is at most a
// bisection for each replica and partition.
func (p *SubmitWindowedPoSt) WindowPoStInfo(actor uint64, randomness [32]byte, replicas []poreplication.Replica) (poreplication.WindowPoStInfo, error) {
	const op = "chain.SubmitWindowedPoSt.WindowPoStInfo"
	if len(p.Proofs) != 1 {
		return poreplication.WindowPoStInfo{}, fail(op, malformed("%d proofs, not one", len(p.Proofs)))
	}
	proven := slices.DeleteFunc(slices.Clone(replicas), func(r poreplication.Replica) bool {
		return slices.ContainsFunc(p.Partitions, func(p PoStPartition) bool { return p.Skipped.Contains(r.Sector) })
	})
	return poreplication.WindowPoStInfo{
		PoStProof: p.Proofs[0].PoStProof, ProverID: ProverID(actor),
		Randomness: poreplication.MaskRandomness(randomness), Replicas: proven, Proof: p.Proofs[0].Proof,
	}, nil
}
