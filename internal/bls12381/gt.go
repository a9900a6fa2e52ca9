package bls12381

import (
	"errors"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// ErrNotInTargetGroup says that an encoding is of an element outside the target
// group.
var ErrNotInTargetGroup = errors.New("element not in the target group")

// DecodeGT decodes elements of the target group, compressed as points of a torus
// (Rubin and Silverberg, 2003): b of the sextic extension, six coordinates of 48
// little-endian bytes, stands for (b + w)/(b − w). Every coordinate must be below
// the field modulus, and every element in the group of order r, which each is
// checked for by itself. The identity has no encoding. errs[i] is the error of
// element i; the slices have one length.
func DecodeGT(dst []*GT, src []*[GTCompressedSize]byte, errs []error) {
	for from := 0; from < len(src); from += fp8.Lanes {
		to := min(from+fp8.Lanes, len(src))
		if useLanes && to-from >= minLanes {
			decodeLanesGT(dst[from:to], src[from:to], errs[from:to])
			continue
		}
		for i := from; i < to; i++ {
			errs[i] = dst[i].setCompressed(src[i])
		}
	}
}

// setCompressed decodes one element. On error x is unchanged.
func (x *GT) setCompressed(src *[GTCompressedSize]byte) error {
	b, err := decodeTorus(src)
	if err != nil {
		return err
	}
	var above, below curve.GT
	above.C0, below.C0 = b, b
	above.C1.B0.A0.SetOne()
	below.C1.B0.A0.SetOne()
	below.C1.B0.A0.Neg(&below.C1.B0.A0)
	below.Inverse(&below) // b ≠ w, which is not in the sextic extension
	above.Mul(&above, &below)
	if !above.IsInSubGroup() {
		return ErrNotInTargetGroup
	}
	x.e = above
	return nil
}

// decodeTorus decodes the six coordinates of a compressed element.
func decodeTorus(src *[GTCompressedSize]byte) (b curve.E6, err error) {
	for i, c := range [6]*fp.Element{&b.B0.A0, &b.B0.A1, &b.B1.A0, &b.B1.A1, &b.B2.A0, &b.B2.A1} {
		e, err := fp.LittleEndian.Element((*[fp.Bytes]byte)(src[i*fp.Bytes:]))
		if err != nil {
			return b, ErrNotCanonical
		}
		*c = e
	}
	return b, nil
}

// ProductExp returns Π xs[i]^ks[i]; the slices have one length.
//
// With X the absolute value of the curve parameter, x^(X^j) is, up to inversion,
// the j-th Frobenius image of x, so a scalar in four digits to the base X costs 64
// squarings, which all elements share. Memory: 6 KB for every element, up to 3 MB.
func ProductExp(xs []GT, ks []Scalar) GT {
	const atOnce = 512 // elements, against which 64 squarings are little
	var product GT
	product.e.SetOne()
	for from := 0; from < len(xs); from += atOnce {
		to := min(from+atOnce, len(xs))
		var part GT
		if useLanes && to-from >= minLanes {
			part.e = productLanes(xs[from:to], ks[from:to])
		} else {
			part.e = productScalar(xs[from:to], ks[from:to])
		}
		product.Mul(&product, &part)
	}
	return product
}

// IsOne reports whether x is the identity.
func (x *GT) IsOne() bool { return x.e.IsOne() }

// Mul sets x = y·z.
func (x *GT) Mul(y, z *GT) { x.e.Mul(&y.e, &z.e) }

// seedDigits are the digits of a scalar to the base seed: k = Σ d[j]·seed^j. The
// order r is seed⁴ − seed² + 1, so there are four.
func seedDigits(k *Scalar) (d [4]uint64) {
	q := *k
	for j := range 3 {
		q, d[j] = divideBySeed(&q)
	}
	d[3] = q[0]
	return d
}

// gtWindow is the width of the signed digits of an exponent, and gtDigits their
// number for one of 64 bits.
const (
	gtWindow = 4
	gtDigits = 64/gtWindow + 1
	gtTable  = 1 << (gtWindow - 1) // x¹ … x⁸
)

// signedWindows writes d as Σ out[k]·16^k with −8 < out[k] ≤ 8.
func signedWindows(out *[gtDigits]int8, d uint64) {
	carry := 0
	for k := range out {
		v := carry
		if k < gtDigits-1 {
			v += int(d >> (k * gtWindow) & (1<<gtWindow - 1))
		}
		carry = 0
		if v > gtTable {
			v -= 1 << gtWindow
			carry = 1
		}
		out[k] = int8(v)
	}
}

// frobeniusPower sets z = x^(seed^j), for 0 ≤ j < 4: seed is the parameter's
// absolute value, and x^p = x^(−seed).
func frobeniusPower(z, x *curve.GT, j int) {
	*z = *x
	if j >= 2 {
		z.FrobeniusSquare(z)
	}
	if j%2 == 1 {
		z.Frobenius(z)
		z.Conjugate(z)
	}
}

// productScalar is the scalar twin of productLanes.
func productScalar(xs []GT, ks []Scalar) curve.GT {
	type element struct {
		powers [gtTable]curve.GT
		digits [4][gtDigits]int8
	}
	elements := make([]element, len(xs))
	for i := range elements {
		e := &elements[i]
		e.powers[0] = xs[i].e
		for k := 1; k < gtTable; k++ {
			e.powers[k].Mul(&e.powers[k-1], &xs[i].e)
		}
		for j, d := range seedDigits(&ks[i]) {
			signedWindows(&e.digits[j], d)
		}
	}
	var product curve.GT
	product.SetOne()
	for j := range 4 {
		var acc, image curve.GT
		acc.SetOne()
		for k := gtDigits - 1; k >= 0; k-- {
			if k != gtDigits-1 {
				for range gtWindow {
					acc.CyclotomicSquare(&acc)
				}
			}
			for i := range elements {
				switch d := elements[i].digits[j][k]; {
				case d > 0:
					acc.Mul(&acc, &elements[i].powers[d-1])
				case d < 0:
					image.Conjugate(&elements[i].powers[-d-1])
					acc.Mul(&acc, &image)
				}
			}
		}
		frobeniusPower(&image, &acc, j)
		product.Mul(&product, &image)
	}
	return product
}
