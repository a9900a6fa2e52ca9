package bls12381

import (
	"math/big"
	"slices"
	"sync"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
)

// Generators returns the standard generators of both groups.
func Generators() (G1, G2) {
	_, _, g1, g2 := curve.Generators()
	return G1{g1}, G2{g2}
}

// ScaleGenerator sets g = k·G for the standard generator G.
func (g *G1) ScaleGenerator(k *Scalar) { g.p.ScalarMultiplicationBase(k.big()) }

var generatorTable = sync.OnceValue(newGeneratorTable)

// newGeneratorTable has, for every byte of a scalar, the 255 multiples of the generator
// that its values stand for.
func newGeneratorTable() *Table {
	var multiples []curve.G1Jac
	base, _, _, _ := curve.Generators()
	for range 32 {
		multiple := base
		for range 255 {
			multiples = append(multiples, multiple)
			multiple.AddAssign(&base)
		}
		base = multiple
	}
	points := make([]G1, len(multiples))
	for i, p := range curve.BatchJacobianToAffineG1(multiples) {
		points[i].p = p
	}
	return NewTable(points, 2, slices.Repeat([]int{1}, len(points)))
}

// GeneratorMultiples returns k·G of every k for the standard generator G. Its slow twin is
// [G1.ScaleGenerator], which takes longer where there are many.
func GeneratorMultiples(ks []Scalar) []G1 { return generatorTable().generatorMultiples(ks) }

func (t *Table) generatorMultiples(ks []Scalar) []G1 {
	w := tableScratch{starts: []int{0}}
	for i := range ks {
		for j, b := range ks[i].BytesLE() {
			if b != 0 {
				w.entries = append(w.entries, makeEntry(255*j+int(b)-1, false))
			}
		}
		w.starts = append(w.starts, len(w.entries))
	}
	points := make([]G1, len(ks))
	for i, p := range t.sumBuckets(&w) {
		points[i].p = p
	}
	return points
}

// ScaleGenerator sets g = k·G for the standard generator G.
func (g *G2) ScaleGenerator(k *Scalar) { g.p.ScalarMultiplicationBase(k.big()) }

func (s *Scalar) big() *big.Int {
	b := s.BytesLE()
	slices.Reverse(b[:])
	return new(big.Int).SetBytes(b[:])
}
