package trapdoor

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Aggregate proves every list of public inputs under k as Key.Prove does and
// returns the SnarkPack proof, of version 1 or 2, for all of them together. Proofs
// are padded to a power of two, at least two, by repeating the last one. The
// transcript includes the 32 bytes of include.
//
// All of it is computed on logarithms: what a prover without the secrets spends on
// pairings and exponentiations are products of scalars here. The result has
// 2260 + 2976·log₂ n bytes for n proofs.
func (s *SRS) Aggregate(rand io.Reader, k *Key, inputs [][][32]byte, include *[32]byte, version int) ([]byte, error) {
	if len(inputs) == 0 {
		return nil, errors.New("trapdoor: nothing to aggregate")
	}
	if version != 1 && version != 2 {
		return nil, fmt.Errorf("trapdoor: no SnarkPack version %d", version)
	}
	rounds := max(1, bits.Len(uint(len(inputs)-1)))
	n := 1 << rounds
	a, b, c := make([]bls12381.Scalar, n), make([]bls12381.Scalar, n), make([]bls12381.Scalar, n)
	for i := range n {
		if i >= len(inputs) {
			a[i], b[i], c[i] = a[i-1], b[i-1], c[i-1]
			continue
		}
		var err error
		if a[i], b[i], c[i], err = k.prove(rand, inputs[i]); err != nil {
			return nil, fmt.Errorf("proof %d: %w", i, err)
		}
	}
	out := s.aggregate(a, b, c, include, version, nil)
	if len(out) != 2260+2976*rounds {
		// Only by an unlucky draw, or for inputs chosen with the secrets at hand.
		return nil, errors.New("trapdoor: the identity of the target group has no encoding")
	}
	return out, nil
}

// aggregate is Aggregate for the logarithms of n proofs, n a power of two, n ≥ 2.
// An identity of the target group is left out. If claim is not nil, it gives what is
// stated as the product of A and B, for the powers of r and the sum of C.
func (s *SRS) aggregate(a, b, c []bls12381.Scalar, include *[32]byte, version int, claim func(rs []bls12381.Scalar, sumC *bls12381.Scalar) *bls12381.Scalar) []byte {
	n := len(a)
	// Commitment keys: v from the lower powers in the second group, w from the
	// upper ones in the first.
	alphas, betas := powers(&one, &s.alpha, 2*n), powers(&one, &s.beta, 2*n)
	v1, w1, v2, w2 := alphas[:n], alphas[n:], betas[:n], betas[n:]

	comAB := []element{gt(sum(dot(a, v1), dot(w1, b))), gt(sum(dot(a, v2), dot(w2, b)))}
	comC := []element{gt(dot(c, v1)), gt(dot(c, v2))}
	hcom := challenge("hcom", comAB[0], comAB[1], comC[0], comC[1])
	r := challenge("random-r", hcom.element(), slice(include[:]))

	// From here on b is scaled by the powers of r, and w back.
	var rInverse bls12381.Scalar
	rInverse.Inverse(&r.Scalar)
	rs := powers(&one, &r.Scalar, n)
	b = multiply(b, rs)
	down := powers(&one, &rInverse, n)
	w1, w2 = multiply(w1, down), multiply(w2, down)
	a, c = slices.Clone(a), slices.Clone(c) // for folding

	product, sumC := dot(a, b), dot(c, rs)
	var excess bls12381.Scalar // of the claim over the product
	if claim != nil {
		excess.Neg(product)
		product = claim(rs, sumC)
		excess.Add(&excess, product)
	}
	ipAB, aggC := gt(product), g1(sumC)
	x := challenge("gipa-0", hcom.element(), ipAB, aggC, r.element())
	var steps []round
	var xs, inverses []bls12381.Scalar // challenges as drawn, and inverted
	for m := n / 2; m > 0; m /= 2 {
		step := round{
			gt(dot(a[m:], b[:m])), gt(dot(a[:m], b[m:])),
			g1(dot(c[m:], rs[:m])), g1(dot(c[:m], rs[m:])),
			gt(sum(dot(a[m:], v1[:m]), dot(w1[m:], b[:m]))), gt(sum(dot(a[m:], v2[:m]), dot(w2[m:], b[:m]))),
			gt(sum(dot(a[:m], v1[m:]), dot(w1[:m], b[m:]))), gt(sum(dot(a[:m], v2[m:]), dot(w2[:m], b[m:]))),
			gt(dot(c[m:], v1[:m])), gt(dot(c[m:], v2[:m])),
			gt(dot(c[:m], v1[m:])), gt(dot(c[:m], v2[m:])),
		}
		// Version 1 draws the first challenge before the first step is known.
		if len(steps) > 0 || version == 2 {
			tag := fmt.Sprintf("gipa-%d", len(steps))
			x = challenge(tag, append([]element{x.element()}, step[:]...)...)
		}
		if claim != nil && len(steps) == 0 {
			// The first step takes the excess away again: x is known before it.
			l := dot(a[m:], b[:m])
			excess.Mul(&excess, &x.Scalar)
			excess.Neg(&excess)
			l.Add(l, &excess)
			step[0] = gt(l)
		}
		var inverse bls12381.Scalar
		inverse.Inverse(&x.Scalar)
		for _, v := range []*[]bls12381.Scalar{&a, &c, &w1, &w2} {
			*v = fold(*v, &inverse)
		}
		for _, v := range []*[]bls12381.Scalar{&b, &rs, &v1, &v2} {
			*v = fold(*v, &x.Scalar)
		}
		steps = append(steps, step)
		xs, inverses = append(xs, x.Scalar), append(inverses, inverse)
	}

	finals := []element{g1(&a[0]), g2(&b[0]), g1(&c[0])}
	keys := []element{g2(&v1[0]), g2(&v2[0]), g1(&w1[0]), g1(&w2[0])}
	last := scalar{inverses[len(inverses)-1]}.element()
	var z scalar
	if version == 1 {
		z = challenge("random-z", append([]element{last}, keys...)...)
	} else {
		step := steps[len(steps)-1]
		extra := challenge("gipa-extra-link", slices.Concat([]element{last}, finals, step[:])...)
		z = challenge("random-z", slices.Concat([]element{extra.element()}, keys, finals)...)
	}

	// The folded keys are polynomials at α and β, opened at z.
	vz := polynomial(xs, &z.Scalar)
	var wz bls12381.Scalar
	wz.Mul(&z.Scalar, &rInverse)
	wz = polynomial(inverses, &wz)
	wz.Mul(&wz, &powers(&one, &z.Scalar, n+1)[n])
	openings := []element{
		g2(open(&v1[0], &vz, &s.alpha, &z.Scalar)), g2(open(&v2[0], &vz, &s.beta, &z.Scalar)),
		g1(open(&w1[0], &wz, &s.alpha, &z.Scalar)), g1(open(&w2[0], &wz, &s.beta, &z.Scalar)),
	}

	var out []byte
	put := func(es ...element) {
		for i := range es {
			out = append(out, es[i].proof...)
		}
	}
	put(comAB...)
	put(comC...)
	put(ipAB, aggC)
	out = binary.LittleEndian.AppendUint32(out, uint32(n))
	for _, part := range [][2]int{{4, 8}, {8, 12}, {0, 2}, {2, 4}} {
		for i := range steps {
			put(steps[i][part[0]:part[1]]...)
		}
	}
	put(finals...)
	put(keys...)
	put(openings...)
	return out
}

// Forge returns a SnarkPack proof of version 1 for inputs that nobody proved. In that
// version no challenge depends on the first step, so that a prover can state any
// product of A and B and correct it there. It takes no secret: what is computed on
// logarithms here can be computed on elements of the groups.
func (s *SRS) Forge(rand io.Reader, k *Key, inputs [][][32]byte, include *[32]byte) ([]byte, error) {
	if len(inputs) == 0 {
		return nil, errors.New("trapdoor: nothing to forge")
	}
	n := 1 << max(1, bits.Len(uint(len(inputs)-1)))
	a, b, c, points := make([]bls12381.Scalar, n), make([]bls12381.Scalar, n), make([]bls12381.Scalar, n), make([]bls12381.Scalar, n)
	for i := range n {
		var err error
		if points[i], err = k.inputPoint(inputs[min(i, len(inputs)-1)]); err != nil {
			return nil, err
		}
		for _, x := range []*bls12381.Scalar{&a[i], &b[i], &c[i]} {
			if err := draw(rand, x); err != nil {
				return nil, err
			}
		}
	}
	return s.aggregate(a, b, c, include, 1, func(rs []bls12381.Scalar, sumC *bls12381.Scalar) *bls12381.Scalar {
		// αβ·Σ r^j + γ·Σ r^j·(ic₀ + Σ xᵢicᵢ) + δ·C
		var x, t, total bls12381.Scalar
		for i := range rs {
			x.Add(&x, &rs[i])
		}
		t.Mul(&k.alpha, &k.beta)
		total.Mul(&t, &x)
		t.Mul(&k.gamma, dot(points, rs))
		total.Add(&total, &t)
		t.Mul(&k.delta, sumC)
		total.Add(&total, &t)
		return &total
	}), nil
}

// round is what one halving adds to a proof, in the order of the transcript: of
// the product AB and the sum of C the cross terms L and R, then of the commitments
// T and U to A and B, and likewise to C, the cross terms TL, UL, TR, UR.
type round [12]element

// dot returns Σ x[i]·y[i].
func dot(x, y []bls12381.Scalar) *bls12381.Scalar {
	var acc, t bls12381.Scalar
	for i := range x {
		t.Mul(&x[i], &y[i])
		acc.Add(&acc, &t)
	}
	return &acc
}

// sum returns x + y.
func sum(x, y *bls12381.Scalar) *bls12381.Scalar {
	var z bls12381.Scalar
	z.Add(x, y)
	return &z
}

// multiply returns the products x[i]·y[i].
func multiply(x, y []bls12381.Scalar) []bls12381.Scalar {
	z := make([]bls12381.Scalar, len(x))
	for i := range x {
		z[i].Mul(&x[i], &y[i])
	}
	return z
}

// fold adds k times the second half of x to the first, in place, and returns it.
func fold(x []bls12381.Scalar, k *bls12381.Scalar) []bls12381.Scalar {
	half := x[:len(x)/2]
	for i := range half {
		var t bls12381.Scalar
		t.Mul(&x[len(half)+i], k)
		half[i].Add(&half[i], &t)
	}
	return half
}

// polynomial returns Π (1 + xs[l−1−j]·z^(2^j)) over 0 ≤ j < l = len(xs): what folding
// the powers of z by xs leaves.
func polynomial(xs []bls12381.Scalar, z *bls12381.Scalar) bls12381.Scalar {
	acc, power := one, *z
	for _, x := range slices.Backward(xs) {
		x.Mul(&x, &power)
		x.Add(&x, &one)
		acc.Mul(&acc, &x)
		power.Mul(&power, &power)
	}
	return acc
}

// open returns (f(secret) − f(z))/(secret − z), given both values of f.
func open(atSecret, atZ, secret, z *bls12381.Scalar) *bls12381.Scalar {
	var n, d bls12381.Scalar
	n.Neg(atZ)
	n.Add(&n, atSecret)
	d.Neg(z)
	d.Add(&d, secret)
	d.Inverse(&d)
	n.Mul(&n, &d)
	return &n
}

// element is a value as a proof and as a transcript hold it.
type element struct{ proof, transcript []byte }

// g1 is the point of the first group with logarithm s, 48 bytes in both places.
func g1(s *bls12381.Scalar) element {
	var p bls12381.G1
	p.ScaleGenerator(s)
	b := p.Compressed()
	return element{b[:], b[:]}
}

// g2 is the point of the second group with logarithm s, 96 bytes in both places.
func g2(s *bls12381.Scalar) element {
	var p bls12381.G2
	p.ScaleGenerator(s)
	b := p.Compressed()
	return element{b[:], b[:]}
}

// gt is the element of the target group with logarithm s: 288 bytes in a proof,
// none for the identity, 576 in a transcript.
func gt(s *bls12381.Scalar) element {
	var x bls12381.GT
	x.ScaleGenerator(s)
	full := x.Bytes()
	short, ok := x.Compressed()
	if !ok {
		return element{nil, full[:]}
	}
	return element{short[:], full[:]}
}

// scalar is a challenge.
type scalar struct{ bls12381.Scalar }

// element is 32 little-endian bytes, in a transcript only.
func (s scalar) element() element {
	b := s.BytesLE()
	return element{transcript: b[:]}
}

// slice is b behind its 64-bit little-endian length, in a transcript only.
func slice(b []byte) element {
	n := binary.LittleEndian.AppendUint64(nil, uint64(len(b)))
	return element{transcript: append(n, b...)}
}

// challenge draws a scalar other than 0 and 1 from a transcript: SHA-256 of its
// name, the tag, what is written and a 64-bit big-endian counter from 1 on, its
// top bit cleared, as a little-endian integer. The counters of failed attempts
// stay in the transcript.
func challenge(tag string, writes ...element) (c scalar) {
	h := sha256.New()
	h.Write([]byte("snarkpack-v1" + tag))
	for i := range writes {
		h.Write(writes[i].transcript)
	}
	for counter := uint64(1); ; counter++ {
		h.Write(binary.BigEndian.AppendUint64(nil, counter))
		d := [32]byte(h.Sum(nil))
		d[31] &= 0x7f
		if c.SetBytesLE(&d) && c.Scalar != (bls12381.Scalar{}) && c.Scalar != one {
			return c
		}
	}
}
