package bls12381

import (
	"math/big"
	"slices"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// Generators returns the standard generators of both groups.
func Generators() (G1, G2) {
	_, _, g1, g2 := curve.Generators()
	return G1{g1}, G2{g2}
}

// ScaleGenerator sets g = k·G for the standard generator G.
func (g *G1) ScaleGenerator(k *Scalar) { g.p.ScalarMultiplicationBase(k.big()) }

// ScaleGenerator sets g = k·G for the standard generator G.
func (g *G2) ScaleGenerator(k *Scalar) { g.p.ScalarMultiplicationBase(k.big()) }

func (s *Scalar) big() *big.Int {
	b := s.BytesLE()
	slices.Reverse(b[:])
	return new(big.Int).SetBytes(b[:])
}
