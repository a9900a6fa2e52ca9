package bls12381

import (
	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"

	"github.com/depinproof/depinproof/internal/bls12381/fp8"
)

// DecodeG1 does dst[i].SetCompressed(src[i]) for all i, with errs[i] the error; the
// slices have one length. Square roots and subgroup checks go side by side; every
// point is checked by itself.
func DecodeG1(dst []*G1, src []*[G1CompressedSize]byte, errs []error) {
	if !useLanes || len(src) < minLanes {
		for i := range src {
			errs[i] = dst[i].SetCompressed(src[i])
		}
		return
	}
	for from := 0; from < len(src); from += fp8.Lanes {
		to := min(from+fp8.Lanes, len(src))
		decodeLanesG1(dst[from:to], src[from:to], errs[from:to])
	}
}

// DecodePlainG1 decodes len(dst) uncompressed points, none of them infinity, as
// SetUncompressed does one by one. len(src) is 96·len(dst). On error it returns the
// position of a point that is refused, and dst is unspecified.
func DecodePlainG1(dst []G1, src []byte) (int, error) {
	for i := range dst {
		p, err := decodePlain1((*[G1UncompressedSize]byte)(src[i*G1UncompressedSize:]))
		if err == nil && p.IsInfinity() {
			err = ErrInfinity
		}
		if err != nil {
			return i, err
		}
		dst[i].p = p
	}
	for from := 0; from < len(dst); from += fp8.Lanes {
		n := min(fp8.Lanes, len(dst)-from)
		var ps [fp8.Lanes]curve.G1Affine
		var ok [fp8.Lanes]bool
		for i := range n {
			ps[i] = dst[from+i].p
			if !useLanes {
				ok[i] = ps[i].IsInSubGroup()
			}
		}
		if useLanes {
			inSubgroupG1(ok[:n], ps[:n])
		}
		for i := range n {
			if !ok[i] {
				return from + i, ErrNotInGroup
			}
		}
	}
	return 0, nil
}

// DecodeG2 is DecodeG1 for the twist.
func DecodeG2(dst []*G2, src []*[G2CompressedSize]byte, errs []error) {
	if !useLanes || len(src) < minLanes {
		for i := range src {
			errs[i] = dst[i].SetCompressed(src[i])
		}
		return
	}
	for from := 0; from < len(src); from += fp8.Lanes {
		to := min(from+fp8.Lanes, len(src))
		decodeLanesG2(dst[from:to], src[from:to], errs[from:to])
	}
}

// decodeLanesG1 decodes one to eight points. Lanes that have failed go on with
// whatever they hold; their result is not used.
func decodeLanesG1(dst []*G1, src []*[G1CompressedSize]byte, errs []error) {
	var ps [fp8.Lanes]curve.G1Affine
	var y2 [fp8.Lanes]fp.Element
	var x fp8.Element
	for i := range src {
		errs[i] = decodeX1(&ps[i], &y2[i], src[i])
		setLane(&x, i, &y2[i])
	}
	x.FromMont384()
	x.PowPMinus3Over4(&x)
	x.ToMont384()
	for i := range src {
		// y²·(y²)^((p−3)/4) is a square root if there is one.
		y := lane(&x, i)
		y.Mul(&y, &y2[i])
		var check fp.Element
		if errs[i] == nil && !check.Square(&y).Equal(&y2[i]) {
			errs[i] = ErrNotOnCurve
		}
		if y.LexicographicallyLargest() != (src[i][0]&flagLarger != 0) {
			y.Neg(&y)
		}
		ps[i].Y = y
	}
	var ok [fp8.Lanes]bool
	inSubgroupG1(ok[:len(src)], ps[:len(src)])
	for i := range src {
		switch {
		case errs[i] != nil:
		case !ok[i]:
			errs[i] = ErrNotInGroup
		default:
			dst[i].p = ps[i]
		}
	}
}

// decodeLanesG2 is decodeLanesG1 for the twist. A square root of a = a0 + a1·u is
// found as in eprint 2024/1563, algorithm 3: with δ the square root of the norm,
// t = 2(a0 + δ) and s = t^((p−3)/4), it is (t/2·s, a1·s) or (a1·s, −t/2·s). For
// a1 = 0 that fails, and the lane is left to the scalar twin.
func decodeLanesG2(dst []*G2, src []*[G2CompressedSize]byte, errs []error) {
	var ps [fp8.Lanes]curve.G2Affine
	var y2 [fp8.Lanes]curve.E2
	var norms [fp8.Lanes]fp.Element
	var x fp8.Element
	for i := range src {
		errs[i] = decodeX2(&ps[i], &y2[i], src[i])
		var t fp.Element
		t.Square(&y2[i].A1)
		norms[i].Square(&y2[i].A0).Add(&norms[i], &t)
		setLane(&x, i, &norms[i])
	}
	x.FromMont384()
	x.PowPMinus3Over4(&x)
	x.ToMont384()
	var halves [fp8.Lanes]fp.Element // a0 + δ
	for i := range src {
		delta := lane(&x, i)
		delta.Mul(&delta, &norms[i])
		halves[i].Add(&y2[i].A0, &delta)
		var t fp.Element
		t.Double(&halves[i])
		setLane(&x, i, &t)
	}
	x.FromMont384()
	x.PowPMinus3Over4(&x)
	x.ToMont384()
	for i := range src {
		s := lane(&x, i)
		var y, check curve.E2
		y.A0.Mul(&halves[i], &s)
		y.A1.Mul(&y2[i].A1, &s)
		if !check.Square(&y).Equal(&y2[i]) {
			y.A0, y.A1 = y.A1, y.A0
			y.A1.Neg(&y.A1)
		}
		if y2[i].A1.IsZero() {
			y.Sqrt(&y2[i])
		}
		if errs[i] == nil && !check.Square(&y).Equal(&y2[i]) {
			errs[i] = ErrNotOnCurve
		}
		if y.LexicographicallyLargest() != (src[i][0]&flagLarger != 0) {
			y.Neg(&y)
		}
		ps[i].Y = y
	}
	var ok [fp8.Lanes]bool
	inSubgroupG2(ok[:len(src)], ps[:len(src)])
	for i := range src {
		switch {
		case errs[i] != nil:
		case !ok[i]:
			errs[i] = ErrNotInGroup
		default:
			dst[i].p = ps[i]
		}
	}
}
