package groth16

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// ProofSize is the size of a proof in bytes: A and C compressed in G1, B
// compressed in G2, in the order A, B, C.
const ProofSize = 48 + 96 + 48

// Proof is a decoded proof. Its points are in the subgroup of prime order and
// none of them is infinity.
type Proof struct {
	A bls12381.G1
	B bls12381.G2
	C bls12381.G1
}

// SetBytes decodes a proof. On error p is unspecified.
func (p *Proof) SetBytes(b *[ProofSize]byte) error {
	if err := p.A.SetCompressed((*[48]byte)(b[:48])); err != nil {
		return fmt.Errorf("proof A: %w", err)
	}
	if err := p.B.SetCompressed((*[96]byte)(b[48:144])); err != nil {
		return fmt.Errorf("proof B: %w", err)
	}
	if err := p.C.SetCompressed((*[48]byte)(b[144:])); err != nil {
		return fmt.Errorf("proof C: %w", err)
	}
	return nil
}

// Bytes encodes the proof.
func (p *Proof) Bytes() (b [ProofSize]byte) {
	ea, eb, ec := p.A.Compressed(), p.B.Compressed(), p.C.Compressed()
	copy(b[:], ea[:])
	copy(b[48:], eb[:])
	copy(b[144:], ec[:])
	return b
}

// VerifyingKey is a verifying key as it stands in a file.
type VerifyingKey struct {
	AlphaG1, BetaG1, DeltaG1 bls12381.G1
	BetaG2, GammaG2, DeltaG2 bls12381.G2
	// IC has one point more than there are public inputs.
	IC []bls12381.G1
}

const vkFixedSize = 3*bls12381.G1UncompressedSize + 3*bls12381.G2UncompressedSize + 4

// errLength is the length of a key that does not fit its count of points.
var errLength = errors.New("verifying key has a wrong length")

// ReadVerifyingKey decodes a verifying key:
//
//	α G1 ‖ β G1 ‖ β G2 ‖ γ G2 ‖ δ G1 ‖ δ G2 ‖ big-endian uint32 n ‖ n × IC G1
//
// with every point uncompressed, on its curve and in its subgroup, and no IC
// point at infinity. The length must be exact. Unlike blst it does not take a
// compressed point, padded to the length of an uncompressed one, for a point.
func ReadVerifyingKey(b []byte) (*VerifyingKey, error) {
	if len(b) < vkFixedSize {
		return nil, fmt.Errorf("%w: %d bytes", errLength, len(b))
	}
	count := uint64(binary.BigEndian.Uint32(b[vkFixedSize-4:]))
	if count == 0 || uint64(len(b)-vkFixedSize) != count*bls12381.G1UncompressedSize {
		return nil, fmt.Errorf("%w: %d bytes for %d input points", errLength, len(b), count)
	}
	vk := &VerifyingKey{IC: make([]bls12381.G1, count)}
	var err error
	g1 := func(name string, g *bls12381.G1) {
		if err != nil {
			return
		}
		if e := g.SetUncompressed((*[96]byte)(b)); e != nil {
			err = fmt.Errorf("verifying key %s: %w", name, e)
		}
		b = b[96:]
	}
	g2 := func(name string, g *bls12381.G2) {
		if err != nil {
			return
		}
		if e := g.SetUncompressed((*[192]byte)(b)); e != nil {
			err = fmt.Errorf("verifying key %s: %w", name, e)
		}
		b = b[192:]
	}
	g1("alpha", &vk.AlphaG1)
	g1("beta", &vk.BetaG1)
	g2("beta", &vk.BetaG2)
	g2("gamma", &vk.GammaG2)
	g1("delta", &vk.DeltaG1)
	g2("delta", &vk.DeltaG2)
	if err != nil {
		return nil, err
	}
	if i, err := bls12381.DecodePlainG1(vk.IC, b[4:]); err != nil {
		return nil, fmt.Errorf("verifying key input point %d: %w", i, err)
	}
	return vk, nil
}

// Bytes encodes the key.
func (vk *VerifyingKey) Bytes() []byte {
	b := make([]byte, 0, vkFixedSize+len(vk.IC)*bls12381.G1UncompressedSize)
	g1 := func(g *bls12381.G1) { e := g.Uncompressed(); b = append(b, e[:]...) }
	g2 := func(g *bls12381.G2) { e := g.Uncompressed(); b = append(b, e[:]...) }
	g1(&vk.AlphaG1)
	g1(&vk.BetaG1)
	g2(&vk.BetaG2)
	g2(&vk.GammaG2)
	g1(&vk.DeltaG1)
	g2(&vk.DeltaG2)
	b = binary.BigEndian.AppendUint32(b, uint32(len(vk.IC)))
	for i := range vk.IC {
		g1(&vk.IC[i])
	}
	return b
}

// DecodeProofs does dst[i].SetBytes(src[i]) for all i, with errs[i] the error; the
// slices have one length. Many proofs cost less than one by one.
func DecodeProofs(dst []*Proof, src []*[ProofSize]byte, errs []error) {
	n := len(src)
	g1, b1, e1 := make([]*bls12381.G1, 2*n), make([]*[48]byte, 2*n), make([]error, 2*n)
	g2, b2, e2 := make([]*bls12381.G2, n), make([]*[96]byte, n), make([]error, n)
	for i, b := range src {
		g1[i], b1[i] = &dst[i].A, (*[48]byte)(b[:48])
		g2[i], b2[i] = &dst[i].B, (*[96]byte)(b[48:144])
		g1[n+i], b1[n+i] = &dst[i].C, (*[48]byte)(b[144:])
	}
	bls12381.DecodeG1(g1, b1, e1)
	bls12381.DecodeG2(g2, b2, e2)
	for i := range errs {
		errs[i] = nil
		switch {
		case e1[i] != nil:
			errs[i] = fmt.Errorf("proof A: %w", e1[i])
		case e2[i] != nil:
			errs[i] = fmt.Errorf("proof B: %w", e2[i])
		case e1[n+i] != nil:
			errs[i] = fmt.Errorf("proof C: %w", e1[n+i])
		}
	}
}
