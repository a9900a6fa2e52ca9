// Package trapdoor makes Groth16 keys whose secrets are known, proofs of any
// statement under them, and aggregates of such proofs under a reference string
// whose secrets are known. They serve tests and measurements at sizes for which no
// published proof exists. A verifier must never be given such a key or string as a
// network's.
package trapdoor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Key is a proving and verifying key together, reduced to its secrets: the
// logarithms of all its points to the base of the standard generators.
type Key struct {
	alpha, beta, gamma, delta bls12381.Scalar
	deltaInverse              bls12381.Scalar
	ic                        []bls12381.Scalar // one more than public inputs
}

// NewKey draws a key for a circuit with the given number of public inputs.
func NewKey(rand io.Reader, inputs int) (*Key, error) {
	if inputs < 0 {
		return nil, errors.New("trapdoor: negative number of inputs")
	}
	k := &Key{ic: make([]bls12381.Scalar, inputs+1)}
	secrets := []*bls12381.Scalar{&k.alpha, &k.beta, &k.gamma, &k.delta}
	for i := range k.ic {
		secrets = append(secrets, &k.ic[i])
	}
	for _, s := range secrets {
		if err := draw(rand, s); err != nil {
			return nil, err
		}
	}
	k.deltaInverse.Inverse(&k.delta)
	return k, nil
}

// VerifyingKey returns the key's file as bellperson writes it.
func (k *Key) VerifyingKey() []byte {
	var out []byte
	g1 := func(s *bls12381.Scalar) {
		var p bls12381.G1
		p.ScaleGenerator(s)
		b := p.Uncompressed()
		out = append(out, b[:]...)
	}
	g2 := func(s *bls12381.Scalar) {
		var p bls12381.G2
		p.ScaleGenerator(s)
		b := p.Uncompressed()
		out = append(out, b[:]...)
	}
	g1(&k.alpha)
	g1(&k.beta)
	g2(&k.beta)
	g2(&k.gamma)
	g1(&k.delta)
	g2(&k.delta)
	out = binary.BigEndian.AppendUint32(out, uint32(len(k.ic)))
	for _, p := range bls12381.GeneratorMultiples(k.ic) {
		b := p.Uncompressed()
		out = append(out, b[:]...)
	}
	return out
}

// Prove returns a 192-byte proof that verifies under the key for the given
// public inputs, little-endian field elements without the leading one.
func (k *Key) Prove(rand io.Reader, inputs [][32]byte) ([]byte, error) {
	a, b, c, err := k.prove(rand, inputs)
	if err != nil {
		return nil, err
	}
	return slices.Concat(g1(&a).proof, g2(&b).proof, g1(&c).proof), nil
}

// prove returns the logarithms of a proof's points. It draws a and b and solves
// ab = αβ + γ(ic₀ + Σ xᵢicᵢ) + δc for c.
func (k *Key) prove(rand io.Reader, inputs [][32]byte) (a, b, c bls12381.Scalar, err error) {
	sum, err := k.inputPoint(inputs)
	if err != nil {
		return a, b, c, err
	}
	if err := draw(rand, &a); err != nil {
		return a, b, c, err
	}
	if err := draw(rand, &b); err != nil {
		return a, b, c, err
	}
	var t bls12381.Scalar
	c.Mul(&a, &b)
	t.Mul(&k.alpha, &k.beta)
	t.Neg(&t)
	c.Add(&c, &t)
	t.Mul(&k.gamma, &sum)
	t.Neg(&t)
	c.Add(&c, &t)
	c.Mul(&c, &k.deltaInverse)
	return a, b, c, nil
}

// inputPoint returns the logarithm of IC₀ + Σ xᵢ·ICᵢ.
func (k *Key) inputPoint(inputs [][32]byte) (sum bls12381.Scalar, err error) {
	if len(inputs) != len(k.ic)-1 {
		return sum, fmt.Errorf("trapdoor: %d inputs for a circuit of %d", len(inputs), len(k.ic)-1)
	}
	sum = k.ic[0]
	var t bls12381.Scalar
	for i := range inputs {
		var x bls12381.Scalar
		if !x.SetBytesLE(&inputs[i]) {
			return sum, fmt.Errorf("trapdoor: input %d is not canonical", i)
		}
		t.Mul(&x, &k.ic[i+1])
		sum.Add(&sum, &t)
	}
	return sum, nil
}

// draw sets s to a non-zero scalar.
func draw(rand io.Reader, s *bls12381.Scalar) error {
	for {
		var b [32]byte
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return fmt.Errorf("trapdoor: %w", err)
		}
		b[31] &= 0x7f // r has 255 bits
		if s.SetBytesLE(&b) && *s != (bls12381.Scalar{}) {
			return nil
		}
	}
}
