package trapdoor

import (
	"encoding/binary"
	"io"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// SRS is the structured reference string of an aggregation scheme, reduced to its
// two secrets.
type SRS struct{ alpha, beta bls12381.Scalar }

// NewSRS draws a reference string.
func NewSRS(rand io.Reader) (*SRS, error) {
	s := new(SRS)
	if err := draw(rand, &s.alpha); err != nil {
		return nil, err
	}
	if err := draw(rand, &s.beta); err != nil {
		return nil, err
	}
	return s, nil
}

// File returns the reference string as bellperson writes it, cut to n powers:
// the vectors g^(α^i), g^(β^i), h^(α^i) and h^(β^i) for 0 ≤ i < n, each as its
// 32-bit big-endian length and compressed points. A verifier needs n ≥ 2 whatever
// the number of proofs, a prover twice that number.
func (s *SRS) File(n int) []byte {
	var out []byte
	for _, point := range []func(*bls12381.Scalar) element{g1, g2} {
		for _, secret := range []*bls12381.Scalar{&s.alpha, &s.beta} {
			out = binary.BigEndian.AppendUint32(out, uint32(n))
			for _, p := range powers(&one, secret, n) {
				out = append(out, point(&p).proof...)
			}
		}
	}
	return out
}

var one = bls12381.Scalar{1}

// powers returns first·x^i for 0 ≤ i < n.
func powers(first, x *bls12381.Scalar, n int) []bls12381.Scalar {
	ps := make([]bls12381.Scalar, n)
	next := *first
	for i := range ps {
		ps[i] = next
		next.Mul(&next, x)
	}
	return ps
}
