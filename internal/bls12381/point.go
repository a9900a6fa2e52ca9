package bls12381

import (
	"errors"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// Encoded sizes in bytes.
const (
	G1CompressedSize   = 48
	G1UncompressedSize = 96
	G2CompressedSize   = 96
	G2UncompressedSize = 192
)

// What a decoder can object to.
var (
	ErrEncoding     = errors.New("point encoding has wrong flags")
	ErrInfinity     = errors.New("point at infinity")
	ErrNotCanonical = errors.New("coordinate not below the field modulus")
	ErrNotOnCurve   = errors.New("point not on the curve")
	ErrNotInGroup   = errors.New("point not in the subgroup of prime order")
)

// G1 is a point of the subgroup of order r over the base field, in affine form.
// The zero value is the point at infinity.
type G1 struct{ p curve.G1Affine }

// G2 is a point of the subgroup of order r over the quadratic extension, in
// affine form. The zero value is the point at infinity.
type G2 struct{ p curve.G2Affine }

const (
	flagCompressed = 0x80
	flagInfinity   = 0x40
	flagLarger     = 0x20
	flagMask       = flagCompressed | flagInfinity | flagLarger
)

// SetCompressed decodes a compressed point other than infinity and checks that
// it is on the curve and in the subgroup. On error g is unchanged.
func (g *G1) SetCompressed(b *[G1CompressedSize]byte) error {
	var p curve.G1Affine
	var y2 fp.Element
	if err := decodeX1(&p, &y2, b); err != nil {
		return err
	}
	if p.Y.Sqrt(&y2) == nil {
		return ErrNotOnCurve
	}
	if p.Y.LexicographicallyLargest() != (b[0]&flagLarger != 0) {
		p.Y.Neg(&p.Y)
	}
	if !p.IsInSubGroup() {
		return ErrNotInGroup
	}
	g.p = p
	return nil
}

// decodeX1 checks flags, decodes the first coordinate and computes the square of
// the second.
func decodeX1(p *curve.G1Affine, y2 *fp.Element, b *[G1CompressedSize]byte) error {
	if err := checkFlags(b[0], flagCompressed); err != nil {
		return err
	}
	if !coordinate(&p.X, b[:], flagMask) {
		return ErrNotCanonical
	}
	curveG1(y2, &p.X)
	return nil
}

// SetUncompressed decodes an uncompressed point and checks that it is on the
// curve and in the subgroup. The point at infinity is accepted; see IsInfinity.
// On error g is unchanged.
func (g *G1) SetUncompressed(b *[G1UncompressedSize]byte) error {
	p, err := decodePlain1(b)
	if err != nil {
		return err
	}
	if !p.IsInSubGroup() {
		return ErrNotInGroup
	}
	g.p = p
	return nil
}

// decodePlain1 decodes an uncompressed point of the curve.
func decodePlain1(b *[G1UncompressedSize]byte) (p curve.G1Affine, err error) {
	switch err := checkFlags(b[0], 0); {
	case err == ErrInfinity:
		if !infinityBody(b[:]) {
			return p, ErrEncoding
		}
		return p, nil
	case err != nil:
		return p, err
	}
	if !coordinate(&p.X, b[:48], flagMask) || !coordinate(&p.Y, b[48:], 0) {
		return p, ErrNotCanonical
	}
	var l, r fp.Element
	l.Square(&p.Y)
	curveG1(&r, &p.X)
	if !l.Equal(&r) {
		return p, ErrNotOnCurve
	}
	return p, nil
}

// SetCompressed decodes a compressed point other than infinity and checks that
// it is on the curve and in the subgroup. On error g is unchanged.
func (g *G2) SetCompressed(b *[G2CompressedSize]byte) error {
	var p curve.G2Affine
	var y2, check curve.E2
	if err := decodeX2(&p, &y2, b); err != nil {
		return err
	}
	// The library's square root gives a meaningless value for a non-residue.
	p.Y.Sqrt(&y2)
	if !check.Square(&p.Y).Equal(&y2) {
		return ErrNotOnCurve
	}
	if p.Y.LexicographicallyLargest() != (b[0]&flagLarger != 0) {
		p.Y.Neg(&p.Y)
	}
	if !p.IsInSubGroup() {
		return ErrNotInGroup
	}
	g.p = p
	return nil
}

// decodeX2 is decodeX1 for the twist.
func decodeX2(p *curve.G2Affine, y2 *curve.E2, b *[G2CompressedSize]byte) error {
	if err := checkFlags(b[0], flagCompressed); err != nil {
		return err
	}
	if !coordinate(&p.X.A1, b[:48], flagMask) || !coordinate(&p.X.A0, b[48:], 0) {
		return ErrNotCanonical
	}
	curveG2(y2, &p.X)
	return nil
}

// SetUncompressed decodes an uncompressed point and checks that it is on the
// curve and in the subgroup. The point at infinity is accepted; see IsInfinity.
// On error g is unchanged.
func (g *G2) SetUncompressed(b *[G2UncompressedSize]byte) error {
	var p curve.G2Affine
	switch err := checkFlags(b[0], 0); {
	case err == ErrInfinity:
		if !infinityBody(b[:]) {
			return ErrEncoding
		}
		g.p = p
		return nil
	case err != nil:
		return err
	}
	if !coordinate(&p.X.A1, b[:48], flagMask) || !coordinate(&p.X.A0, b[48:96], 0) ||
		!coordinate(&p.Y.A1, b[96:144], 0) || !coordinate(&p.Y.A0, b[144:], 0) {
		return ErrNotCanonical
	}
	var l, r curve.E2
	l.Square(&p.Y)
	curveG2(&r, &p.X)
	if !l.Equal(&r) {
		return ErrNotOnCurve
	}
	if !p.IsInSubGroup() {
		return ErrNotInGroup
	}
	g.p = p
	return nil
}

// Compressed returns the compressed encoding.
func (g *G1) Compressed() [G1CompressedSize]byte { return g.p.Bytes() }

// Uncompressed returns the uncompressed encoding.
func (g *G1) Uncompressed() [G1UncompressedSize]byte { return g.p.RawBytes() }

// Compressed returns the compressed encoding.
func (g *G2) Compressed() [G2CompressedSize]byte { return g.p.Bytes() }

// Uncompressed returns the uncompressed encoding.
func (g *G2) Uncompressed() [G2UncompressedSize]byte { return g.p.RawBytes() }

// IsInfinity reports whether g is the point at infinity.
func (g *G1) IsInfinity() bool { return g.p.IsInfinity() }

// IsInfinity reports whether g is the point at infinity.
func (g *G2) IsInfinity() bool { return g.p.IsInfinity() }

// Equal reports whether g and h are the same point.
func (g *G1) Equal(h *G1) bool { return g.p.Equal(&h.p) }

// Neg sets g = −h.
func (g *G1) Neg(h *G1) { g.p.Neg(&h.p) }

// checkFlags checks the flags of an encoding's first byte: compressed or not as
// wanted, and not infinity, which is reported by ErrInfinity for the caller to
// judge. An uncompressed point has no use for the flag of the larger y.
func checkFlags(first byte, compressed byte) error {
	switch {
	case first&flagCompressed != compressed:
		return ErrEncoding
	case first&flagInfinity != 0:
		return ErrInfinity
	case compressed == 0 && first&flagLarger != 0:
		return ErrEncoding
	}
	return nil
}

// IsInfinityCompressed reports whether b, not empty, is the compressed encoding of a
// point at infinity, which the decoders of compressed points refuse.
func IsInfinityCompressed(b []byte) bool {
	if b[0] != flagCompressed|flagInfinity {
		return false
	}
	for _, v := range b[1:] {
		if v != 0 {
			return false
		}
	}
	return true
}

// infinityBody reports whether b is the infinity flag followed by zeros.
func infinityBody(b []byte) bool {
	if b[0] != flagInfinity {
		return false
	}
	for _, v := range b[1:] {
		if v != 0 {
			return false
		}
	}
	return true
}

// coordinate sets x to the first 48 bytes of b, big-endian, without the flag
// bits, and reports whether the integer is below the modulus.
func coordinate(x *fp.Element, b []byte, flags byte) bool {
	buf := [fp.Bytes]byte(b[:fp.Bytes])
	buf[0] &^= flags
	e, err := fp.BigEndian.Element(&buf)
	*x = e
	return err == nil
}

// curveG1 sets y2 = x³ + 4.
func curveG1(y2, x *fp.Element) {
	y2.Square(x).Mul(y2, x)
	y2.Add(y2, &four)
}

// curveG2 sets y2 = x³ + 4(1 + u).
func curveG2(y2, x *curve.E2) {
	y2.Square(x).Mul(y2, x)
	y2.A0.Add(&y2.A0, &four)
	y2.A1.Add(&y2.A1, &four)
}

var four = fp.NewElement(4)
