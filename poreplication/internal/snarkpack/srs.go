package snarkpack

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// SRS is what a verifier needs of the structured reference string: the generators
// g and h, and their multiples by the two secrets α and β.
type SRS struct {
	g, minusGAlpha, minusGBeta bls12381.G1
	h, hAlpha, hBeta           bls12381.G2
}

var errSRS = errors.New("the multiples of the generators do not belong together")

// NewSRS decodes g, αg, βg and h, αh, βh, compressed, none of them infinity, and
// checks that the secrets are the same in both groups.
func NewSRS(g1 *[3][bls12381.G1CompressedSize]byte, g2 *[3][bls12381.G2CompressedSize]byte) (*SRS, error) {
	var p [3]bls12381.G1
	var q [3]bls12381.G2
	for i := range p {
		if err := p[i].SetCompressed(&g1[i]); err != nil {
			return nil, fmt.Errorf("point %d of G1: %w", i, err)
		}
		if err := q[i].SetCompressed(&g2[i]); err != nil {
			return nil, fmt.Errorf("point %d of G2: %w", i, err)
		}
	}
	s := &SRS{g: p[0], h: q[0], hAlpha: q[1], hBeta: q[2]}
	s.minusGAlpha.Neg(&p[1])
	s.minusGBeta.Neg(&p[2])
	for _, x := range []struct {
		minus *bls12381.G1
		image *bls12381.G2
	}{{&s.minusGAlpha, &s.hAlpha}, {&s.minusGBeta, &s.hBeta}} {
		f := bls12381.MillerLoop([]bls12381.Pair{{P: *x.minus, Q: s.h}, {P: s.g, Q: *x.image}}, nil)
		if e := f.FinalExp(); !e.IsOne() {
			return nil, errSRS
		}
	}
	return s, nil
}
