package snarkpack

import (
	"io"
	"sync"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
)

// The equations of an aggregate, each of which is raised to a coefficient of its own.
const (
	productAB = iota // e(A, B) = Z
	commitT          // e(A, v₁)·e(w₁, B) = T
	commitU          // e(A, v₂)·e(w₂, B) = U
	commitCT         // e(C, v₁) = T of C
	commitCU         // e(C, v₂) = U of C
	openV1           // e(g, v₁ − y·h) = e(αg − z·g, π)
	openV2           // the same for v₂ and β
	openW1           // e(w₁ − y·g, h) = e(π, αh − z·h)
	openW2           // the same for w₂ and β
	groth            // the combined Groth16 equation
	productC         // r·C = Z of C, in G1
	equations
)

// Holds reports whether all folded statements are true under one key; there must be
// at least one. Their equations are checked as one, with coefficients of 128 bits
// from random. An error says nothing about the statements, and comes with false.
func Holds(k *groth16.Key, srs *SRS, folded []*Folded, random io.Reader, split groth16.Split) (bool, error) {
	coefficients, err := groth16.Draw(random, equations*len(folded))
	if err != nil {
		return false, err
	}
	c := check{scalars: make([]bls12381.Scalar, k.Inputs()+1)}
	for i, f := range folded {
		var rho [equations]bls12381.Scalar
		for e := range rho {
			rho[e] = coefficients[i*equations+e].Scalar()
		}
		c.add(srs, f, &rho)
	}
	return c.holds(k, srs, split), nil
}

// check is a product of pairings and powers that must be one.
type check struct {
	// Pairs e(Σ lists[i], points[i]), those that are the same for all statements
	// apart.
	lists                   [][]bls12381.Product
	points                  []bls12381.G2
	h, hAlpha, hBeta, delta []bls12381.Product

	elements  []bls12381.GT
	exponents []bls12381.Scalar
	scalars   []bls12381.Scalar // of the key's input points
}

// add adds the equations of a statement, multiplied by rho.
func (c *check) add(srs *SRS, f *Folded, rho *[equations]bls12381.Scalar) {
	p := f.proof
	product := func(a, b *bls12381.Scalar) (x bls12381.Scalar) { x.Mul(a, b); return x }
	minus := func(a bls12381.Scalar) (x bls12381.Scalar) { x.Neg(&a); return x }
	plus := func(a, b bls12381.Scalar) (x bls12381.Scalar) { x.Add(&a, &b); return x }
	type list = []bls12381.Product

	reversed := func(xs []bls12381.Scalar, base bls12381.Scalar) bls12381.Scalar { // Π (1 + x_(L−1−j)·base^(2^j))
		y := bls12381.Scalar{1}
		for j := len(xs) - 1; j >= 0; j-- {
			f := plus(bls12381.Scalar{1}, product(&xs[j], &base))
			y = product(&y, &f)
			base = product(&base, &base)
		}
		return y
	}
	finalR := reversed(f.inverse, f.r)
	yv := reversed(f.inverse, f.z)
	var rInverse, zn bls12381.Scalar
	rInverse.Inverse(&f.r)
	zn.Exp(&f.z, uint64(p.n))
	yw := reversed(f.x, product(&f.z, &rInverse))
	yw = product(&yw, &zn)

	c.pair(&p.finalB, list{{P: p.finalA, K: rho[productAB]}, {P: p.w[0], K: rho[commitT]}, {P: p.w[1], K: rho[commitU]}})
	c.pair(&p.v[0], list{{P: p.finalA, K: rho[commitT]}, {P: p.finalC, K: rho[commitCT]}, {P: srs.g, K: rho[openV1]}})
	c.pair(&p.v[1], list{{P: p.finalA, K: rho[commitU]}, {P: p.finalC, K: rho[commitCU]}, {P: srs.g, K: rho[openV2]}})
	c.pair(&p.openV[0], list{{P: srs.g, K: product(&rho[openV1], &f.z)}, {P: srs.minusGAlpha, K: rho[openV1]}})
	c.pair(&p.openV[1], list{{P: srs.g, K: product(&rho[openV2], &f.z)}, {P: srs.minusGBeta, K: rho[openV2]}})

	vs, ws := plus(rho[openV1], rho[openV2]), plus(rho[openW1], rho[openW2])
	c.h = append(c.h, list{
		{P: srs.g, K: minus(plus(product(&vs, &yv), product(&ws, &yw)))},
		{P: p.w[0], K: rho[openW1]}, {P: p.openW[0], K: product(&rho[openW1], &f.z)},
		{P: p.w[1], K: rho[openW2]}, {P: p.openW[1], K: product(&rho[openW2], &f.z)},
		{P: p.aggC, K: rho[productC]}, {P: p.finalC, K: minus(product(&rho[productC], &finalR))},
	}...)
	var minusW [2]bls12381.G1
	minusW[0].Neg(&p.openW[0])
	minusW[1].Neg(&p.openW[1])
	c.hAlpha = append(c.hAlpha, bls12381.Product{P: minusW[0], K: rho[openW1]})
	c.hBeta = append(c.hBeta, bls12381.Product{P: minusW[1], K: rho[openW2]})
	c.delta = append(c.delta, bls12381.Product{P: p.aggC, K: rho[groth]})
	for i := range f.scalars {
		t := product(&f.scalars[i], &rho[groth])
		c.scalars[i].Add(&c.scalars[i], &t)
	}

	// The committed values, multiplied by those of the rounds.
	c.power(&p.ipAB, plus(rho[groth], minus(rho[productAB])))
	c.power(&p.comAB.t, minus(rho[commitT]))
	c.power(&p.comAB.u, minus(rho[commitU]))
	c.power(&p.comC.t, minus(rho[commitCT]))
	c.power(&p.comC.u, minus(rho[commitCU]))
	for i := range p.rounds {
		r := &p.rounds[i]
		for side, x := range [2]*bls12381.Scalar{&f.x[i], &f.inverse[i]} {
			c.power(&r.zAB[side], minus(product(&rho[productAB], x)))
			c.power(&r.comAB[side].t, minus(product(&rho[commitT], x)))
			c.power(&r.comAB[side].u, minus(product(&rho[commitU], x)))
			c.power(&r.comC[side].t, minus(product(&rho[commitCT], x)))
			c.power(&r.comC[side].u, minus(product(&rho[commitCU], x)))
			c.h = append(c.h, bls12381.Product{P: r.zC[side], K: product(&rho[productC], x)})
		}
	}
}

func (c *check) pair(q *bls12381.G2, list []bls12381.Product) {
	c.points, c.lists = append(c.points, *q), append(c.lists, list)
}

func (c *check) power(x *bls12381.GT, k bls12381.Scalar) {
	c.elements, c.exponents = append(c.elements, *x), append(c.exponents, k)
}

// holds reports whether the product is one.
func (c *check) holds(k *groth16.Key, srs *SRS, split groth16.Split) bool {
	c.pair(&srs.h, c.h)
	c.pair(&srs.hAlpha, c.hAlpha)
	c.pair(&srs.hBeta, c.hBeta)
	sums := bls12381.SumProducts(append(c.lists, c.delta)...)
	pairs := make([]bls12381.Pair, len(c.points))
	for i := range pairs {
		pairs[i] = bls12381.Pair{P: sums[i], Q: c.points[i]}
	}
	right, want := k.Right(c.scalars, sums[len(pairs)])
	miller := bls12381.MillerLoop(pairs, right)
	got := miller.FinalExp()

	var mu sync.Mutex
	split(len(c.elements), func(from, to int) {
		part := bls12381.ProductExp(c.elements[from:to], c.exponents[from:to])
		mu.Lock()
		defer mu.Unlock()
		got.Mul(&got, &part)
	})
	return got.Equal(&want)
}
