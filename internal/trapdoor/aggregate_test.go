package trapdoor

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// Aggregates of either version, padded or not, satisfy every equation of the
// scheme, and none for another version, include or inputs.
func TestAggregate(t *testing.T) {
	k, err := NewKey(rand.Reader, 2)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSRS(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	include := [32]byte{1, 2, 3}
	for _, count := range []int{1, 2, 3} {
		inputs := make([][][32]byte, count)
		for i := range inputs {
			inputs[i] = [][32]byte{{byte(i + 1)}, {7, byte(i), 31: 0x20}}
		}
		for version := 1; version <= 2; version++ {
			t.Run(fmt.Sprintf("%d proofs, version %d", count, version), func(t *testing.T) {
				t.Parallel()
				proof, err := s.Aggregate(rand.Reader, k, inputs, &include, version)
				if err != nil {
					t.Fatal(err)
				}
				if err := verify(s.File(2), k, inputs, proof, include, version); err != nil {
					t.Error(err)
				}
				if count != 1 {
					return
				}
				if verify(s.File(2), k, inputs, proof, include, 3-version) == nil {
					t.Error("verifies as the other version")
				}
				if verify(s.File(2), k, inputs, proof, [32]byte{1, 2, 4}, version) == nil {
					t.Error("verifies for another include")
				}
				other := [][][32]byte{{{1}, {7, 1}}}
				if err := verify(s.File(2), k, other, proof, include, version); err != errGroth16 {
					t.Errorf("other inputs: %v", err)
				}
			})
		}
	}
}

func TestAggregateRefusals(t *testing.T) {
	k, err := NewKey(rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSRS(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSRS(bytes.NewReader(make([]byte, 40))); err == nil {
		t.Error("a reference string without randomness")
	}
	one := [][][32]byte{{{1}}}
	var include [32]byte
	if _, err := s.Aggregate(rand.Reader, k, nil, &include, 1); err == nil {
		t.Error("no proofs are aggregated")
	}
	if _, err := s.Aggregate(rand.Reader, k, one, &include, 3); err == nil {
		t.Error("a version that does not exist")
	}
	if _, err := s.Aggregate(rand.Reader, k, [][][32]byte{{{1}}, {}}, &include, 1); err == nil {
		t.Error("too few inputs are proven")
	}
	zero := make([]bls12381.Scalar, 2)
	if out := s.aggregate(zero, zero, zero, &include, 2, nil); len(out) == 2260+2976 {
		t.Error("the identity is encoded")
	}
}

func TestFile(t *testing.T) {
	s := &SRS{bls12381.Scalar{3}, bls12381.Scalar{5}}
	file := s.File(3)
	if len(file) != 4*4+6*(48+96) {
		t.Fatalf("%d bytes", len(file))
	}
	for _, v := range []struct {
		at   int
		want element
	}{
		{4, g1(&one)}, {100, g1(&bls12381.Scalar{9})}, {248, g1(&bls12381.Scalar{25})},
		{300, g2(&one)}, {492, g2(&bls12381.Scalar{9})}, {784, g2(&bls12381.Scalar{25})},
	} {
		if !bytes.HasPrefix(file[v.at:], v.want.proof) {
			t.Errorf("other point at %d", v.at)
		}
	}
	for _, at := range []int{0, 148, 296, 588} {
		if binary.BigEndian.Uint32(file[at:]) != 3 {
			t.Errorf("no length at %d", at)
		}
	}
}

var errGroth16 = errors.New("the sum of the Groth16 equations does not hold")

// verify is a verifier without shortcuts: it knows nothing of the secrets but the
// key's, decodes the proof and checks one equation after the other. A nil key
// leaves out the last one.
func verify(srs []byte, k *Key, inputs [][][32]byte, proof []byte, include [32]byte, version int) error {
	d := &decoder{b: srs}
	var base [4][]byte // of every vector the second point: to the first power
	for i, size := range []int{48, 48, 96, 96} {
		n := int(binary.BigEndian.Uint32(d.take(4)))
		powers := d.take(n * size)
		base[i] = powers[size : 2*size]
	}
	g, h := bls12381.Generators()
	secretsG := []bls12381.G1{decode1(base[0]), decode1(base[1])}
	secretsH := []bls12381.G2{decode2(base[2]), decode2(base[3])}

	d = &decoder{b: proof}
	comAB, comC, ipAB, aggC := d.targets(2), d.targets(2), d.targets(1)[0], d.g1()
	n := int(binary.LittleEndian.Uint32(d.take(4)))
	rounds := 0
	for 1<<rounds < n {
		rounds++
	}
	crossAB, crossC, crossZ := d.targets(4*rounds), d.targets(4*rounds), d.targets(2*rounds)
	var crossSum []point1
	for range 2 * rounds {
		crossSum = append(crossSum, d.g1())
	}
	a, b, c := d.g1(), d.g2(), d.g1()
	v := []point2{d.g2(), d.g2()}
	w := []point1{d.g1(), d.g1()}
	piV := []point2{d.g2(), d.g2()}
	piW := []point1{d.g1(), d.g1()}
	if len(d.b) != 0 || 1<<rounds != n {
		return errors.New("layout")
	}

	hcom := challenge("hcom", comAB[0].element, comAB[1].element, comC[0].element, comC[1].element)
	r := challenge("random-r", hcom.element(), slice(include[:]))
	x := challenge("gipa-0", hcom.element(), ipAB.element, aggC.element, r.element())
	cross := func(i int) []element {
		es := []element{crossZ[2*i].element, crossZ[2*i+1].element, crossSum[2*i].element, crossSum[2*i+1].element}
		for _, q := range slices.Concat(crossAB[4*i:4*i+4], crossC[4*i:4*i+4]) {
			es = append(es, q.element)
		}
		return es
	}
	var xs, inverses []bls12381.Scalar
	for i := range rounds {
		if i > 0 || version == 2 {
			x = challenge(fmt.Sprint("gipa-", i), slices.Concat([]element{x.element()}, cross(i))...)
		}
		var inverse bls12381.Scalar
		inverse.Inverse(&x.Scalar)
		xs, inverses = append(xs, x.Scalar), append(inverses, inverse)
	}
	finals := []element{a.element, b.element, c.element}
	keys := []element{v[0].element, v[1].element, w[0].element, w[1].element}
	link := scalar{inverses[rounds-1]}.element()
	z := challenge("random-z", slices.Concat([]element{link}, keys)...)
	if version == 2 {
		extra := challenge("gipa-extra-link", slices.Concat([]element{link}, finals, cross(rounds-1))...)
		z = challenge("random-z", slices.Concat([]element{extra.element()}, keys, finals)...)
	}

	// Folding: each total times, for every challenge x as drawn, its left cross term
	// to 1/x and its right one to x.
	ks := []bls12381.Scalar{one}
	for i := range xs {
		ks = append(ks, inverses[i], xs[i])
	}
	folded := func(total target, terms []target, first, step int) fp12 {
		bases := []fp12{total.x}
		for i := first; i < len(terms); i += step {
			bases = append(bases, terms[i].x)
		}
		return multiExp(bases, ks)
	}
	pair := func(p bls12381.G1, q bls12381.G2) bls12381.Pair { return bls12381.Pair{P: p, Q: q} }
	if !equals(folded(ipAB, crossZ, 0, 1), pair(a.p, b.p)) {
		return errors.New("product of A and B")
	}
	for i := range 2 {
		if !equals(folded(comAB[i], crossAB, i, 2), pair(a.p, v[i].p), pair(w[i].p, b.p)) {
			return fmt.Errorf("commitment %d to A and B", i)
		}
		if !equals(folded(comC[i], crossC, i, 2), pair(c.p, v[i].p)) {
			return fmt.Errorf("commitment %d to C", i)
		}
	}
	sums := []bls12381.G1{aggC.p}
	for i := range crossSum {
		sums = append(sums, crossSum[i].p)
	}
	// The vector of the powers of r folds to the polynomial at r.
	left := sumProducts([]bls12381.G1{c.p}, []bls12381.Scalar{folding(xs, r.Scalar)})
	if right := sumProducts(sums, ks); !left.Equal(&right) {
		return errors.New("sum of C")
	}

	// Openings, with all scalars moved to the first group.
	var minusZ, minusVZ, minusWZ, shifted bls12381.Scalar
	minusZ.Neg(&z.Scalar)
	minusVZ = folding(xs, z.Scalar)
	minusVZ.Neg(&minusVZ)
	shifted.Inverse(&r.Scalar)
	shifted.Mul(&shifted, &z.Scalar)
	minusWZ = folding(inverses, shifted)
	for range n {
		minusWZ.Mul(&minusWZ, &z.Scalar)
	}
	minusWZ.Neg(&minusWZ)
	for i := range 2 {
		// e(−vz·g, h)·e(g, v) = e(s·g − z·g, π)
		p := sumProducts([]bls12381.G1{g}, []bls12381.Scalar{minusVZ})
		q := sumProducts([]bls12381.G1{secretsG[i], g}, []bls12381.Scalar{one, minusZ})
		if !equals(product(pair(p, h), pair(g, v[i].p)), pair(q, piV[i].p)) {
			return fmt.Errorf("opening of key v%d", i+1)
		}
		// e(w − wz·g + z·π, h) = e(π, s·h)
		p = sumProducts([]bls12381.G1{w[i].p, g, piW[i].p}, []bls12381.Scalar{one, minusWZ, z.Scalar})
		if !equals(product(pair(p, h)), pair(piW[i].p, secretsH[i])) {
			return fmt.Errorf("opening of key w%d", i+1)
		}
	}

	if k == nil {
		return nil
	}
	// Σ rʲ(αβ + γ(ic₀ + Σ xᵢicᵢ)) in one point, against e(Σ rʲCⱼ, δh).
	var total bls12381.Scalar
	power := one
	for j := range n {
		var t, y bls12381.Scalar
		y = k.ic[0]
		for i, b := range inputs[min(j, len(inputs)-1)] {
			t.SetBytesLE(&b)
			t.Mul(&t, &k.ic[i+1])
			y.Add(&y, &t)
		}
		y.Mul(&y, &k.gamma)
		t.Mul(&k.alpha, &k.beta)
		y.Add(&y, &t)
		y.Mul(&y, &power)
		total.Add(&total, &y)
		power.Mul(&power, &r.Scalar)
	}
	var p bls12381.G1
	var delta bls12381.G2
	p.ScaleGenerator(&total)
	delta.ScaleGenerator(&k.delta)
	if !equals(ipAB.x, pair(p, h), pair(aggC.p, delta)) {
		return errGroth16
	}
	return nil
}

// folding expands Π (1 + xs[i]·z^(2^(l−1−i))), the last factor having z itself.
func folding(xs []bls12381.Scalar, z bls12381.Scalar) bls12381.Scalar {
	coefficients := []bls12381.Scalar{one}
	for i := len(xs) - 1; i >= 0; i-- {
		for _, c := range slices.Clone(coefficients) {
			c.Mul(&c, &xs[i])
			coefficients = append(coefficients, c)
		}
	}
	var value bls12381.Scalar
	for _, c := range slices.Backward(coefficients) {
		value.Mul(&value, &z)
		value.Add(&value, &c)
	}
	return value
}

type (
	point1 struct {
		element
		p bls12381.G1
	}
	point2 struct {
		element
		p bls12381.G2
	}
	target struct {
		element
		x fp12
	}
	decoder struct{ b []byte }
)

func (d *decoder) take(n int) []byte {
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) g1() point1 {
	b := d.take(48)
	return point1{element{b, b}, decode1(b)}
}

func (d *decoder) g2() point2 {
	b := d.take(96)
	return point2{element{b, b}, decode2(b)}
}

func (d *decoder) targets(n int) []target {
	ts := make([]target, n)
	for i := range ts {
		b := d.take(288)
		x := decompress(b)
		ts[i] = target{element{b, x.bytes()}, x}
	}
	return ts
}

func decode1(b []byte) (p bls12381.G1) {
	if err := p.SetCompressed((*[48]byte)(b)); err != nil {
		panic(err)
	}
	return p
}

func decode2(b []byte) (p bls12381.G2) {
	if err := p.SetCompressed((*[96]byte)(b)); err != nil {
		panic(err)
	}
	return p
}

// product is the product of pairings.
func product(pairs ...bls12381.Pair) fp12 {
	m := bls12381.MillerLoop(pairs, nil)
	x := m.FinalExp()
	b := x.Bytes()
	var y fp12
	for i, e := range tower {
		y[e] = fp2{littleEndian(b[96*i : 96*i+48]), littleEndian(b[96*i+48 : 96*i+96])}
	}
	return y
}

// equals reports whether x is the product of the pairings.
func equals(x fp12, pairs ...bls12381.Pair) bool {
	y := product(pairs...)
	return bytes.Equal(x.bytes(), y.bytes())
}

// The target field over big integers, as polynomials in w with w⁶ = 1 + u.
type (
	fp2  [2]*big.Int // coefficients of 1 and u, u² = −1
	fp12 [6]fp2
)

// tower holds the powers of w in the order of encodings: 1, v, v², w, vw, v²w with
// v = w².
var tower = [6]int{0, 2, 4, 1, 3, 5}

var modulus, _ = new(big.Int).SetString("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)

func (x fp2) add(y fp2) fp2 { return x.combine(y, (*big.Int).Add) }
func (x fp2) sub(y fp2) fp2 { return x.combine(y, (*big.Int).Sub) }

func (x fp2) combine(y fp2, op func(z, x, y *big.Int) *big.Int) (z fp2) {
	for i := range z {
		z[i] = op(new(big.Int), x[i], y[i])
		z[i].Mod(z[i], modulus)
	}
	return z
}

func (x fp2) mul(y fp2) fp2 {
	var a, b, c, d big.Int
	a.Mul(x[0], y[0])
	b.Mul(x[1], y[1])
	c.Mul(x[0], y[1])
	d.Mul(x[1], y[0])
	a.Sub(&a, &b)
	c.Add(&c, &d)
	return fp2{a.Mod(&a, modulus), c.Mod(&c, modulus)}
}

// turn returns (1 + u)·x.
func (x fp2) turn() fp2 { return fp2{x[0], x[1]}.mul(fp2{big.NewInt(1), big.NewInt(1)}) }

func (x fp2) inverse() fp2 {
	norm := x.mul(fp2{x[0], new(big.Int).Neg(x[1])})[0]
	norm.ModInverse(norm, modulus)
	return fp2{x[0], new(big.Int).Neg(x[1])}.mul(fp2{norm, new(big.Int)})
}

// newFp12 returns zero.
func newFp12() (x fp12) {
	for i := range x {
		x[i] = fp2{new(big.Int), new(big.Int)}
	}
	return x
}

func (x fp12) mul(y fp12) fp12 {
	z := newFp12()
	for i := range x {
		for j := range y {
			p := x[i].mul(y[j])
			if i+j >= 6 {
				p = p.turn()
			}
			z[(i+j)%6] = z[(i+j)%6].add(p)
		}
	}
	return z
}

func (x fp12) bytes() (b []byte) {
	for _, i := range tower {
		for _, c := range x[i] {
			le := c.FillBytes(make([]byte, 48))
			slices.Reverse(le)
			b = append(b, le...)
		}
	}
	return b
}

// multiExp returns Π bases[i]^ks[i].
func multiExp(bases []fp12, ks []bls12381.Scalar) fp12 {
	acc := newFp12()
	acc[0][0].SetInt64(1)
	for bit := 254; bit >= 0; bit-- {
		acc = acc.mul(acc)
		for i := range bases {
			if ks[i][bit/64]>>(bit%64)&1 == 1 {
				acc = acc.mul(bases[i])
			}
		}
	}
	return acc
}

// decompress returns (b + w)/(b − w) = (b + w)²/(b² − v) for the b over 1, v, v²
// encoded in 288 bytes.
func decompress(enc []byte) fp12 {
	x := newFp12()
	for i := range 3 {
		x[2*i] = fp2{littleEndian(enc[96*i : 96*i+48]), littleEndian(enc[96*i+48 : 96*i+96])}
	}
	d := x.mul(x)
	d[2] = d[2].sub(fp2{big.NewInt(1), new(big.Int)})
	x[1] = fp2{big.NewInt(1), new(big.Int)}

	// 1/d by the adjoint matrix of the multiplication by d.
	a, b, c := d[0], d[2], d[4]
	t := newFp12()
	t[0] = a.mul(a).sub(b.mul(c).turn())
	t[2] = c.mul(c).turn().sub(a.mul(b))
	t[4] = b.mul(b).sub(a.mul(c))
	det := a.mul(t[0]).add(c.mul(t[2]).add(b.mul(t[4])).turn()).inverse()
	for i := 0; i < 6; i += 2 {
		t[i] = t[i].mul(det)
	}
	return x.mul(x).mul(t)
}

func littleEndian(b []byte) *big.Int {
	be := slices.Clone(b)
	slices.Reverse(be)
	return new(big.Int).SetBytes(be)
}

// sumProducts returns Σ ks[i]·ps[i].
func sumProducts(ps []bls12381.G1, ks []bls12381.Scalar) bls12381.G1 {
	products := make([]bls12381.Product, len(ps))
	for i := range ps {
		products[i] = bls12381.Product{P: ps[i], K: ks[i]}
	}
	return bls12381.SumProducts(products)[0]
}
