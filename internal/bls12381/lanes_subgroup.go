package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// g1Lanes is eight points of the curve in Jacobian coordinates: x < 66, y < 66,
// z < 4.
type g1Lanes struct{ x, y, z fp8.Element }

// double sets t = 2t: with A = X², B = Y², C = B², D = 4XB, E = 3A, F = E²,
// X' = F − 2D, Y' = E(D − X') − 8C, Z' = 2YZ. No branch: a point of order two
// gives Z' = 0.
func (t *g1Lanes) double() {
	var a, b, c, d, e, f, s fp8.Element
	a.Square(&t.x)
	b.Square(&t.y)
	c.Square(&b)
	d.Mul(&t.x, &b)
	d.Double(&d)
	d.Double(&d) // < 8
	e.Double(&a)
	e.Add(&e, &a) // < 6
	f.Square(&e)
	t.z.Mul(&t.y, &t.z)
	t.z.Double(&t.z) // < 4
	s.Double(&d)     // < 16
	t.x.Sub(&f, &s, &fp8.P64)
	s.Add(&s, &d)          // < 24
	s.Sub(&s, &f, &fp8.P4) // D − X' = 3D − F < 28
	t.y.Mul(&e, &s)        // < 2
	c.Double(&c)
	c.Double(&c)
	c.Double(&c)                // < 16
	t.y.Sub(&t.y, &c, &fp8.P64) // < 66
}

// addMixed sets t = t + (x, y), both below 4: with H = xZ² − X, I = 4H², J = HI,
// R = 2(yZ³ − Y), V = XI, X' = R² − J − 2V, Y' = R(V − X') − 2YJ, Z' = 2ZH. When
// t = ±(x, y), or t is infinity, Z' = 0.
func (t *g1Lanes) addMixed(x, y *fp8.Element) {
	var zz, h, hh, j, r, v, s, u fp8.Element
	zz.Square(&t.z)
	h.Mul(x, &zz)
	h.Sub(&h, &t.x, &fp8.P512) // < 514
	r.Mul(&t.z, &zz)
	r.Mul(y, &r)
	r.Sub(&r, &t.y, &fp8.P512)
	r.Double(&r) // < 1028
	hh.Square(&h)
	hh.Double(&hh)
	hh.Double(&hh) // < 8
	j.Mul(&h, &hh)
	v.Mul(&t.x, &hh)
	t.z.Mul(&t.z, &h)
	t.z.Double(&t.z) // < 4
	s.Square(&r)
	u.Double(&v)
	u.Add(&u, &j)             // J + 2V < 6
	t.x.Sub(&s, &u, &fp8.P64) // < 66
	u.Add(&u, &v)             // < 8
	u.Sub(&u, &s, &fp8.P4)    // V − X' = 3V + J − R² < 12
	u.Mul(&r, &u)             // < 2
	j.Mul(&t.y, &j)
	j.Double(&j)             // < 4
	t.y.Sub(&u, &j, &fp8.P4) // < 6
}

// Subgroup checks (Scott, eprint 2021/1130): with x the curve parameter, a point P
// of the curve is in the subgroup if and only if x²·φ(P) = −P for the endomorphism
// φ(x, y) = (βx, y), β³ = 1; and of the twist if and only if −|x|·P = ψ(P), where ψ
// conjugates the coordinates and multiplies them by constants.
//
// Lanes add without branches. A point of prime order r never meets itself, its
// negative or infinity on the way, since every multiple formed is between 1 and r
// and none is next to a multiple of r; a point that does ends with Z = 0, and is
// not in the subgroup.

// seed is the absolute value of the curve parameter x = −0xd201000000010000;
// seedSquare is x², as words.
const seed uint64 = 0xd201000000010000

var seedSquare = [2]uint64{0x0000000100000000, 0xac45a4010001a402}

// beta, psiX and psiY are the constants of the endomorphisms.
var (
	beta = fieldElement("4002409555221667392624310435006688643935503118305586438271171395842971157480381377015405980053539358417135540939436")
	psiX = curve.E2{A1: fieldElement("4002409555221667392624310435006688643935503118305586438271171395842971157480381377015405980053539358417135540939437")}
	psiY = curve.E2{
		A0: fieldElement("2973677408986561043442465346520108879172042883009249989176415018091420807192182638567116318576472649347015917690530"),
		A1: fieldElement("1028732146235106349975324479215795277384839936929757896155643118032610843298655225875571310552543014690878354869257"),
	}
)

// fieldElement reads a constant written in decimal.
func fieldElement(s string) (x fp.Element) {
	x.SetString(s)
	return x
}

// inSubgroupG1 sets ok[i] to whether ps[i], a point of the curve other than
// infinity, is in the subgroup, for one to eight points.
func inSubgroupG1(ok []bool, ps []curve.G1Affine) {
	var x, y, bx fp8.Element
	for i := range fp8.Lanes {
		p := ps[min(i, len(ps)-1)]
		setLane(&x, i, &p.X)
		setLane(&y, i, &p.Y)
		p.X.Mul(&p.X, &beta)
		setLane(&bx, i, &p.X)
	}
	x.FromMont384()
	y.FromMont384()
	bx.FromMont384()
	t := g1Lanes{x: bx, y: y}
	t.z.SetOne()
	for k := 126; k >= 0; k-- {
		t.double()
		if seedSquare[k/64]>>(k%64)&1 == 1 {
			t.addMixed(&bx, &y)
		}
	}
	// X = x·Z² and Y = −y·Z³.
	var zz, u, v fp8.Element
	zz.Square(&t.z)
	u.Mul(&x, &zz)
	u.Sub(&t.x, &u, &fp8.P4)
	v.Mul(&zz, &t.z)
	v.Mul(&v, &y)
	v.Add(&v, &t.y)
	sameX, sameY, infinite := isZero(&u), isZero(&v), isZero(&t.z)
	for i := range ok {
		ok[i] = sameX[i] && sameY[i] && !infinite[i]
	}
}

// g2Lanes is eight points of the twist in Jacobian coordinates: x < 70, y < 70,
// z < 12.
type g2Lanes struct{ x, y, z ext }

// double sets t = 2t, as for g1Lanes.
func (t *g2Lanes) double() {
	var a, b, c, d, e, f, s ext
	a.square(&t.x)
	b.square(&t.y)
	c.square(&b)
	d.mul(&t.x, &b)
	d.double(&d)
	d.double(&d) // < 24
	e.double(&a)
	e.add(&e, &a) // < 12
	f.square(&e)
	t.z.mul(&t.y, &t.z)
	t.z.double(&t.z) // < 12
	s.double(&d)     // < 48
	t.x.sub(&f, &s, &fp8.P64)
	s.add(&s, &d)          // < 72
	s.sub(&s, &f, &fp8.P4) // < 76
	t.y.mul(&e, &s)        // < 6
	c.double(&c)
	c.double(&c)
	c.double(&c)                // < 32
	t.y.sub(&t.y, &c, &fp8.P64) // < 70
}

// addMixed sets t = t + (x, y), as for g1Lanes.
func (t *g2Lanes) addMixed(x, y *ext) {
	var zz, h, hh, j, r, v, s, u ext
	zz.square(&t.z)
	h.mul(x, &zz)
	h.sub(&h, &t.x, &fp8.P512) // < 518
	r.mul(&t.z, &zz)
	r.mul(y, &r)
	r.sub(&r, &t.y, &fp8.P512)
	r.double(&r) // < 1036
	hh.square(&h)
	hh.double(&hh)
	hh.double(&hh) // < 16
	j.mul(&h, &hh)
	v.mul(&t.x, &hh)
	t.z.mul(&t.z, &h)
	t.z.double(&t.z) // < 12
	s.square(&r)     // < 4
	u.double(&v)
	u.add(&u, &j)             // < 18
	t.x.sub(&s, &u, &fp8.P64) // < 68
	u.add(&u, &v)             // < 24
	u.sub(&u, &s, &fp8.P4)    // < 28
	u.mul(&r, &u)
	j.mul(&t.y, &j)
	j.double(&j)              // < 12
	t.y.sub(&u, &j, &fp8.P64) // < 70
}

// inSubgroupG2 is inSubgroupG1 for points of the twist.
func inSubgroupG2(ok []bool, ps []curve.G2Affine) {
	var x, y, px, py ext
	for i := range fp8.Lanes {
		p := ps[min(i, len(ps)-1)]
		x.set(i, &p.X)
		y.set(i, &p.Y)
		p.X.Conjugate(&p.X).Mul(&p.X, &psiX)
		p.Y.Conjugate(&p.Y).Mul(&p.Y, &psiY)
		px.set(i, &p.X)
		py.set(i, &p.Y)
	}
	for _, e := range []*ext{&x, &y, &px, &py} {
		e.fromLibrary()
	}
	t := g2Lanes{x: x, y: y}
	t.z.a0.SetOne()
	for k := 62; k >= 0; k-- {
		t.double()
		if seed>>k&1 == 1 {
			t.addMixed(&x, &y)
		}
	}
	// X = ψx·Z² and Y = −ψy·Z³.
	var zz, u, v ext
	zz.square(&t.z)
	u.mul(&px, &zz)
	u.sub(&t.x, &u, &fp8.P64)
	v.mul(&zz, &t.z)
	v.mul(&v, &py)
	v.add(&v, &t.y)
	x0, x1, y0, y1 := isZero(&u.a0), isZero(&u.a1), isZero(&v.a0), isZero(&v.a1)
	z0, z1 := isZero(&t.z.a0), isZero(&t.z.a1)
	for i := range ok {
		ok[i] = x0[i] && x1[i] && y0[i] && y1[i] && !(z0[i] && z1[i])
	}
}
