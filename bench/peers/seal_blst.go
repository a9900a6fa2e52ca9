package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/supranational/blst/bindings/go"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication"
)

// blstName names the library behind blstKey.
const blstName = "blst 0.3.17"

// blstKey verifies Groth16 proofs of seals with blst's points and pairings, the
// way one would who builds a verifier on its Go binding: one Miller loop for all
// pairs, its bucket method for sums, tables of the key's points, and random
// combination of several proofs. Public inputs come from our own code, and so do
// sums of products of scalars, which the binding has no quick way to do.
//
// It serves as a peer: it sees to valid and hostile proofs alike, but not to
// what befalls with negligible probability, such as a sum of random points that
// is infinity.
type blstKey struct {
	minusAlpha         blst.P1 // −α
	beta, gamma, delta blst.P2Affine
	alphaBeta          *blst.Fp12 // Miller loop of α and β

	ics                             int       // number of points ICᵢ
	minusStatement, minusChallenges blstTable // −ICᵢ
}

const (
	p1Size, p2Size = 96, 192 // uncompressed
	proofSize      = 192
)

// readBLSTKey reads a verifying key in bellperson's layout.
func readBLSTKey(file []byte) (*blstKey, error) {
	bad := false
	take := func(n int) []byte {
		if len(file) < n {
			bad = true
			return make([]byte, n)
		}
		b := file[:n]
		file = file[n:]
		return b
	}
	p1 := func() (p blst.P1Affine) {
		if b := take(p1Size); p.Deserialize(b) == nil || !p.InG1() {
			bad = true
		}
		return p
	}
	p2 := func() (p blst.P2Affine) {
		if b := take(p2Size); p.Deserialize(b) == nil || !p.InG2() {
			bad = true
		}
		return p
	}
	k := new(blstKey)
	alpha := p1()
	p1() // β in G1, not needed
	k.beta = p2()
	k.gamma = p2()
	p1() // δ in G1, not needed
	k.delta = p2()
	var ic []blst.P1Affine
	n := int(binary.BigEndian.Uint32(take(4)))
	for range min(n, len(file)/p1Size) {
		ic = append(ic, p1())
	}
	if bad || n != len(ic) || n <= statementInputs || len(file) != 0 {
		return nil, errors.New("not a verifying key")
	}
	k.minusAlpha.SubAssign(&alpha)
	k.alphaBeta = blst.Fp12MillerLoop(&k.beta, &alpha)
	minus := make(blst.P1s, n)
	for i := range ic {
		minus[i].SubAssign(&ic[i])
	}
	k.ics = n
	k.minusStatement = newBLSTTable(minus[:statementInputs])
	k.minusChallenges = newBLSTTable(minus[statementInputs:])
	return k, nil
}

// blstStatement is the proof of one partition with its public inputs.
type blstStatement struct {
	a, c   blst.P1Affine
	b      blst.P2Affine
	inputs [][32]byte
}

var errBLSTPoint = fmt.Errorf("%w: not a point of the subgroup", depinproof.ErrMalformed)

// verifySeals verifies seals of one kind, all partitions in one equation.
func (k *blstKey) verifySeals(seals []poreplication.SealInfo) error {
	var statements []blstStatement
	for i := range seals {
		inputs, err := poreplication.SealPublicInputs(&seals[i])
		if err != nil {
			return err
		}
		proof := seals[i].Proof
		if len(proof) != len(inputs)*proofSize {
			return fmt.Errorf("%w: %d bytes of proof", depinproof.ErrMalformed, len(proof))
		}
		for j := range inputs {
			s := blstStatement{inputs: inputs[j]}
			if !s.decode(proof[j*proofSize : (j+1)*proofSize]) {
				return errBLSTPoint
			}
			statements = append(statements, s)
		}
	}
	ok, err := k.holds(statements)
	if err == nil && !ok {
		err = depinproof.ErrInvalidProof
	}
	return err
}

// infinity is the flag of a compressed point at infinity.
const infinity = 0x40

func (s *blstStatement) decode(proof []byte) bool {
	a, b, c := proof[:48], proof[48:144], proof[144:]
	return (a[0]|b[0]|c[0])&infinity == 0 &&
		s.a.Uncompress(a) != nil && s.a.InG1() &&
		s.b.Uncompress(b) != nil && s.b.InG2() &&
		s.c.Uncompress(c) != nil && s.c.InG1()
}

// holds checks e(A, B)·e(−Σ xᵢ·ICᵢ, γ)·e(−C, δ) = e(α, β) for each statement, or,
// for several, the product of the equations to random powers of 128 bits.
func (k *blstKey) holds(statements []blstStatement) (bool, error) {
	if len(statements) == 1 {
		s := &statements[0]
		scalars := make([]bls12381.Scalar, k.ics)
		scalars[0] = bls12381.Scalar{1}
		for i := range s.inputs {
			scalars[i+1].SetBytesLE(&s.inputs[i])
		}
		points := make(blst.P1s, 3)
		points[0].FromAffine(&s.a)
		points[1] = *k.sumInputs(scalars)
		points[2].SubAssign(&s.c)
		left := blst.Fp12MillerLoopN([]blst.P2Affine{s.b, k.gamma, k.delta}, points.ToAffine())
		return blst.Fp12FinalVerify(left, k.alphaBeta), nil
	}

	const bits = 128
	n := len(statements)
	random := make([]byte, n*bits/8)
	if _, err := rand.Read(random); err != nil {
		return false, err
	}
	points := make(blst.P1s, n+3)
	qs := make([]blst.P2Affine, n, n+3)
	cs := make([]blst.P1Affine, n)
	scalars := make([]bls12381.Scalar, k.ics)
	for j := range statements {
		s := &statements[j]
		z := random[j*bits/8 : (j+1)*bits/8]
		points[j].FromAffine(&s.a)
		points[j].MultAssign(z, bits)
		cs[j], qs[j] = s.c, s.b

		c := bls12381.Coefficient{binary.LittleEndian.Uint64(z), binary.LittleEndian.Uint64(z[8:])}
		scalars[0].Add(&scalars[0], &bls12381.Scalar{c[0], c[1]})
		for i := range s.inputs {
			var x bls12381.Scalar
			x.SetBytesLE(&s.inputs[i])
			scalars[i+1].AddMul(&x, &c)
		}
	}
	sum := scalars[0].BytesLE()
	points[n] = *k.minusAlpha.Mult(sum[:], bls12381.ScalarBits)
	points[n+1] = *k.sumInputs(scalars)
	points[n+2].SubAssign(blst.P1AffinesMult(cs, random, bits))
	qs = append(qs, k.beta, k.gamma, k.delta)

	one := blst.Fp12One()
	return blst.Fp12FinalVerify(blst.Fp12MillerLoopN(qs, points.ToAffine()), &one), nil
}

// statementInputs is the number of points before those of challenges: that of
// one, replica ID, CommD and CommR. Their scalars are long and the others are
// not, so that two sums are quicker than one.
const statementInputs = 4

// sumInputs returns the sum of −ICᵢ times scalars.
func (k *blstKey) sumInputs(scalars []bls12381.Scalar) *blst.P1 {
	sum := k.minusStatement.sum(scalars[:statementInputs])
	return sum.AddAssign(k.minusChallenges.sum(scalars[statementInputs:]))
}

// blstTable holds fixed points times powers of 2^8: sums of the points times
// scalars become sums with scalars of one byte, of which all share the same
// buckets.
type blstTable struct {
	n      int
	points []blst.P1Affine // [byte of the scalar][point]
}

func newBLSTTable(points blst.P1s) blstTable {
	t := blstTable{n: len(points)}
	for range len(bls12381.Scalar{}) * 8 {
		t.points = append(t.points, points.ToAffine()...)
		for i := range points {
			points[i].MultAssign([]byte{0, 1}, 9)
		}
	}
	return t
}

func (t *blstTable) sum(scalars []bls12381.Scalar) *blst.P1 {
	bits := 1
	for i := range scalars {
		bits = max(bits, scalars[i].BitLen())
	}
	size := (bits + 7) / 8
	packed := make([]byte, size*t.n)
	for i := range scalars {
		b := scalars[i].BytesLE()
		for j := range size {
			packed[j*t.n+i] = b[j]
		}
	}
	return blst.P1AffinesMult(t.points[:len(packed)], packed, 8)
}
