package snarkpack

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strconv"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// transcript derives one challenge from what was written: SHA-256 over a prefix, a
// tag and the values, each in the reference's own encoding.
type transcript struct{ h hash.Hash }

func newTranscript(tag string) transcript {
	h := sha256.New()
	h.Write([]byte("snarkpack-v1"))
	h.Write([]byte(tag))
	return transcript{h}
}

// scalar writes 32 little-endian bytes.
func (t transcript) scalar(x *bls12381.Scalar) transcript {
	b := x.BytesLE()
	t.h.Write(b[:])
	return t
}

// gt writes twelve coordinates of 48 little-endian bytes each.
func (t transcript) gt(xs ...*bls12381.GT) transcript {
	for _, x := range xs {
		b := x.Bytes()
		t.h.Write(b[:])
	}
	return t
}

func (t transcript) pairs(ps ...*pair) transcript {
	for _, p := range ps {
		t.gt(&p.t, &p.u)
	}
	return t
}

// g1 and g2 write compressed points.
func (t transcript) g1(ps ...*bls12381.G1) transcript {
	for _, p := range ps {
		b := p.Compressed()
		t.h.Write(b[:])
	}
	return t
}

func (t transcript) g2(ps ...*bls12381.G2) transcript {
	for _, p := range ps {
		b := p.Compressed()
		t.h.Write(b[:])
	}
	return t
}

// bytes writes a little-endian 64-bit length and the bytes.
func (t transcript) bytes(b []byte) transcript {
	t.h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b))))
	t.h.Write(b)
	return t
}

// challenge returns the digest of all that was written and a counter, from one on,
// big-endian: the first, without its top bit, that is a scalar other than zero and
// one. Counters of failed attempts stay in the hash.
func (t transcript) challenge() bls12381.Scalar {
	for counter := uint64(1); ; counter++ {
		t.h.Write(binary.BigEndian.AppendUint64(nil, counter))
		d := [32]byte(t.h.Sum(nil))
		d[31] &= 0x7f
		var x bls12381.Scalar
		if x.SetBytesLE(&d) && x != (bls12381.Scalar{}) && x != (bls12381.Scalar{1}) {
			return x
		}
	}
}

// Version is the version of the protocol: which values the challenges depend on.
type Version int

// The versions. V1 leaves the first round's values out of the first challenge.
const (
	V1 Version = iota + 1
	V2
)

// challenges are the values a proof's transcript gives.
type challenges struct {
	r          bls12381.Scalar   // combines the proofs
	x, inverse []bls12381.Scalar // of the rounds, and 1/x
	z          bls12381.Scalar   // where the keys are opened
}

// derive derives the challenges of a proof, of which include are the bytes its
// prover was to commit to.
func (p *Proof) derive(include []byte, version Version) (c challenges) {
	hcom := newTranscript("hcom").pairs(&p.comAB, &p.comC).challenge()
	c.r = newTranscript("random-r").scalar(&hcom).bytes(include).challenge()
	last := newTranscript("gipa-0").scalar(&hcom).gt(&p.ipAB).g1(&p.aggC).scalar(&c.r).challenge()
	for i := range p.rounds {
		if i > 0 || version == V2 {
			t := newTranscript("gipa-" + strconv.Itoa(i)).scalar(&last)
			last = p.rounds[i].write(t).challenge()
		}
		var x bls12381.Scalar
		x.Inverse(&last)
		c.inverse, c.x = append(c.inverse, last), append(c.x, x)
	}
	l := len(p.rounds) - 1
	first := c.x[l]
	if version == V2 {
		t := newTranscript("gipa-extra-link").scalar(&first).g1(&p.finalA).g2(&p.finalB).g1(&p.finalC)
		first = p.rounds[l].write(t).challenge()
	}
	t := newTranscript("random-z").scalar(&first).g2(&p.v[0], &p.v[1]).g1(&p.w[0], &p.w[1])
	if version == V2 {
		t = t.g1(&p.finalA).g2(&p.finalB).g1(&p.finalC)
	}
	c.z = t.challenge()
	return c
}

// write writes the values of a round.
func (r *round) write(t transcript) transcript {
	return t.gt(&r.zAB[0], &r.zAB[1]).g1(&r.zC[0], &r.zC[1]).
		pairs(&r.comAB[0], &r.comAB[1], &r.comC[0], &r.comC[1])
}
