package snarkpack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
)

// Proof is a decoded aggregate of n Groth16 proofs, n a power of two, in L = log₂ n
// rounds. Elements of the groups are in the subgroups of prime order; points may be
// infinity. Names are those of the paper: T and U are the two commitments under
// the keys of v and w, Z the products.
type Proof struct {
	n int

	comAB, comC pair        // T, U of A and B, and of C
	ipAB        bls12381.GT // Z of A and B
	aggC        bls12381.G1 // Z of C
	rounds      []round

	finalA, finalC bls12381.G1
	finalB         bls12381.G2
	v              [2]bls12381.G2 // the final keys
	w              [2]bls12381.G1
	openV          [2]bls12381.G2 // their openings
	openW          [2]bls12381.G1
}

// pair is the two commitments T and U.
type pair struct{ t, u bls12381.GT }

// round is what the prover sends in one round, for the left and the right halves.
type round struct {
	comAB, comC [2]pair
	zAB         [2]bls12381.GT
	zC          [2]bls12381.G1
}

// Sizes in bytes of a proof: of what is always there, and of each round.
const (
	fixedSize = 5*bls12381.GTCompressedSize + 4 + 7*bls12381.G1CompressedSize +
		5*bls12381.G2CompressedSize
	roundSize = 10*bls12381.GTCompressedSize + 2*bls12381.G1CompressedSize

	countAt = 5*bls12381.GTCompressedSize + bls12381.G1CompressedSize
)

// MaxProofs is the greatest number of proofs of an aggregate that the reference
// reads.
const MaxProofs = 1 << 20

var (
	errLength = errors.New("aggregate has a wrong length")
	errCount  = errors.New("number of aggregated proofs is not a power of two from 2 to 2^20")
)

// Size returns the number of bytes of an aggregate of n proofs, a power of two.
func Size(n int) int { return fixedSize + (bits.Len(uint(n))-1)*roundSize }

// Count returns the number of proofs that an aggregate says it has, a power of two
// from 2 to MaxProofs, when its bytes are as many as that takes. More bytes are
// ignored, as the reference does, unless exact is set.
func Count(b []byte, exact bool) (int, error) {
	if len(b) < countAt+4 {
		return 0, fmt.Errorf("%w: %d bytes", errLength, len(b))
	}
	n := binary.LittleEndian.Uint32(b[countAt:])
	if n < 2 || n > MaxProofs || n&(n-1) != 0 {
		return 0, fmt.Errorf("%w: %d", errCount, n)
	}
	size := Size(int(n))
	if len(b) < size || exact && len(b) > size {
		return 0, fmt.Errorf("%w: %d bytes, not %d", errLength, len(b), size)
	}
	return int(n), nil
}

// Decode decodes proofs whose bytes Count has found to be enough; errs[i] is the
// error of proof i, and the slices have one length. Many elements cost less than
// one by one, whatever proof they are of.
func Decode(dst []*Proof, src [][]byte, errs []error, split groth16.Split) {
	var d decoder
	for i := range dst {
		d.proof(dst[i], src[i])
		d.ends = append(d.ends, [3]int{len(d.gt), len(d.g1), len(d.g2)})
	}
	d.decode(errs, split)
}

// decoder collects the elements of many proofs.
type decoder struct {
	gt   []*bls12381.GT
	g1   []*bls12381.G1
	g2   []*bls12381.G2
	gtIn []*[bls12381.GTCompressedSize]byte
	g1In []*[bls12381.G1CompressedSize]byte
	g2In []*[bls12381.G2CompressedSize]byte
	ends [][3]int // of each proof's elements
}

// proof takes the elements of one proof, in their order.
func (d *decoder) proof(p *Proof, b []byte) {
	gt := func(xs ...*bls12381.GT) {
		for _, x := range xs {
			d.gt, d.gtIn = append(d.gt, x), append(d.gtIn, (*[bls12381.GTCompressedSize]byte)(b))
			b = b[bls12381.GTCompressedSize:]
		}
	}
	g1 := func(xs ...*bls12381.G1) {
		for _, x := range xs {
			d.g1, d.g1In = append(d.g1, x), append(d.g1In, (*[bls12381.G1CompressedSize]byte)(b))
			b = b[bls12381.G1CompressedSize:]
		}
	}
	g2 := func(xs ...*bls12381.G2) {
		for _, x := range xs {
			d.g2, d.g2In = append(d.g2, x), append(d.g2In, (*[bls12381.G2CompressedSize]byte)(b))
			b = b[bls12381.G2CompressedSize:]
		}
	}
	gt(&p.comAB.t, &p.comAB.u, &p.comC.t, &p.comC.u, &p.ipAB)
	g1(&p.aggC)
	p.n = int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	p.rounds = make([]round, bits.Len(uint(p.n))-1)
	for i := range p.rounds {
		c := &p.rounds[i].comAB
		gt(&c[0].t, &c[0].u, &c[1].t, &c[1].u)
	}
	for i := range p.rounds {
		c := &p.rounds[i].comC
		gt(&c[0].t, &c[0].u, &c[1].t, &c[1].u)
	}
	for i := range p.rounds {
		gt(&p.rounds[i].zAB[0], &p.rounds[i].zAB[1])
	}
	for i := range p.rounds {
		g1(&p.rounds[i].zC[0], &p.rounds[i].zC[1])
	}
	g1(&p.finalA)
	g2(&p.finalB)
	g1(&p.finalC)
	g2(&p.v[0], &p.v[1])
	g1(&p.w[0], &p.w[1])
	g2(&p.openV[0], &p.openV[1])
	g1(&p.openW[0], &p.openW[1])
}

// decode decodes all elements and sets the error of each proof to that of its first
// element that has one.
func (d *decoder) decode(errs []error, split groth16.Split) {
	gtErrs, g1Errs, g2Errs := make([]error, len(d.gt)), make([]error, len(d.g1)), make([]error, len(d.g2))
	split(len(d.gt), func(from, to int) {
		bls12381.DecodeGT(d.gt[from:to], d.gtIn[from:to], gtErrs[from:to])
	})
	bls12381.DecodeG1(d.g1, d.g1In, g1Errs)
	bls12381.DecodeG2(d.g2, d.g2In, g2Errs)
	// Points may be infinity here, and zero values are.
	for i, b := range d.g1In {
		if g1Errs[i] != nil && bls12381.IsInfinityCompressed(b[:]) {
			*d.g1[i], g1Errs[i] = bls12381.G1{}, nil
		}
	}
	for i, b := range d.g2In {
		if g2Errs[i] != nil && bls12381.IsInfinityCompressed(b[:]) {
			*d.g2[i], g2Errs[i] = bls12381.G2{}, nil
		}
	}
	var from [3]int
	for i, to := range d.ends {
		errs[i] = nil
		for k, all := range [3][]error{gtErrs, g1Errs, g2Errs} {
			for at := from[k]; at < to[k] && errs[i] == nil; at++ {
				if all[at] != nil {
					errs[i] = fmt.Errorf("aggregate, element %d of %s: %w", at-from[k], groupNames[k], all[at])
				}
			}
		}
		from = to
	}
}

var groupNames = [3]string{"the target group", "G1", "G2"}
