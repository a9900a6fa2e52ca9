package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// The lanes do eight independent computations side by side, each as its scalar
// twin does it one by one. Bounds in their comments are in units of p; those of
// two coordinates of the quadratic extension are the greater one.

// useLanes says whether lanes pay. Tests set it to run both twins.
var useLanes = fp8.Available()

// minLanes is the number of items from which eight lanes, however many of them
// idle, beat the scalar twin.
const minLanes = 3

// setLane puts a field element into lane i, in the library's form.
func setLane(z *fp8.Element, i int, x *fp.Element) { z.SetWords(i, (*fp8.Words)(x)) }

// lane returns lane i, in the library's form.
func lane(z *fp8.Element, i int) fp.Element { return fp.Element(z.Words(i)) }

// ext is eight elements a0 + a1·u of the quadratic extension.
type ext struct{ a0, a1 fp8.Element }

// mul sets z = x·y, below 6, for x·y·4 ≤ 2^35.
func (z *ext) mul(x, y *ext) {
	var v0, v1, s, t fp8.Element
	v0.Mul(&x.a0, &y.a0)
	v1.Mul(&x.a1, &y.a1)
	s.Add(&x.a0, &x.a1)
	t.Add(&y.a0, &y.a1)
	s.Mul(&s, &t)
	z.a0.Sub(&v0, &v1, &fp8.P4)
	v0.Add(&v0, &v1)
	z.a1.Sub(&s, &v0, &fp8.P4)
}

// square sets z = x², below 4, for x ≤ 4096.
func (z *ext) square(x *ext) {
	var s, d fp8.Element
	s.Add(&x.a0, &x.a1)
	d.Sub(&x.a0, &x.a1, &fp8.P4096)
	z.a1.Mul(&x.a0, &x.a1)
	z.a1.Double(&z.a1)
	z.a0.Mul(&s, &d)
}

// scale sets z = x·y for y in the base field, below 2.
func (z *ext) scale(x *ext, y *fp8.Element) {
	z.a0.Mul(&x.a0, y)
	z.a1.Mul(&x.a1, y)
}

func (z *ext) add(x, y *ext) {
	z.a0.Add(&x.a0, &y.a0)
	z.a1.Add(&x.a1, &y.a1)
}

func (z *ext) double(x *ext) { z.add(x, x) }

// sub sets z = x − y + k for y ≤ k.
func (z *ext) sub(x, y *ext, k *fp8.Multiple) {
	z.a0.Sub(&x.a0, &y.a0, k)
	z.a1.Sub(&x.a1, &y.a1, k)
}

// mulXi sets z = (1 + u)·x for x ≤ k, below 2·x or x + k.
func (z *ext) mulXi(x *ext, k *fp8.Multiple) {
	var s fp8.Element
	s.Add(&x.a0, &x.a1)
	z.a0.Sub(&x.a0, &x.a1, k)
	z.a1 = s
}

// set puts an element into lane i, in the library's form.
func (z *ext) set(i int, x *curve.E2) {
	setLane(&z.a0, i, &x.A0)
	setLane(&z.a1, i, &x.A1)
}

// lane returns lane i, in the library's form; see toLibrary.
func (z *ext) lane(i int) curve.E2 { return curve.E2{A0: lane(&z.a0, i), A1: lane(&z.a1, i)} }

// fromLibrary and toLibrary take all lanes from the library's form and back.
func (z *ext) fromLibrary() {
	z.a0.FromMont384()
	z.a1.FromMont384()
}

func (z *ext) toLibrary() {
	z.a0.ToMont384()
	z.a1.ToMont384()
}

// isZero returns for each lane whether x ≡ 0, for x ≤ 2^17.
func isZero(x *fp8.Element) (zero [fp8.Lanes]bool) {
	t := *x
	t.ToMont384()
	for i := range zero {
		zero[i] = t.Words(i) == fp8.Words{}
	}
	return zero
}
