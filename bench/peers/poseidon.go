package main

import (
	"encoding/hex"
	"fmt"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poseidon"
)

var poseidonArities = []int{1, 2, 4, 8, 11, 16, 24, 36}

// poseidonHashes is the number of preimages in one call, and poseidonMany that of the
// shapes with more of them.
const (
	poseidonHashes = 64
	poseidonMany   = 1024
)

// poseidonCase is a file of preimages: 32-byte little-endian elements.
type poseidonCase struct {
	Kind      string      `json:"kind"`
	Arity     int         `json:"arity"`
	Preimages [][]fixed32 `json:"preimages"`
}

// poseidonKind is the Merkle-tree hash of Filecoin: standard strength, bytes in
// and bytes out.
func poseidonKind(e *environment) kind {
	k := kind{name: "poseidon"}
	works := make(map[string]struct{ arity, hashes int })
	add := func(shape string, arity, hashes int) {
		k.shapes = append(k.shapes, shape)
		works[shape] = struct{ arity, hashes int }{arity, hashes}
	}
	for _, a := range poseidonArities {
		add(fmt.Sprint("arity ", a), a, poseidonHashes)
	}
	for _, a := range []int{2, 4, 8, 11} {
		add(fmt.Sprintf("arity %d x%d", a, poseidonMany), a, poseidonMany)
	}
	k.prepare = func(shape string) (*comparison, error) {
		w := works[shape]
		p, err := newPoseidonWork(e, w.arity, w.hashes, false)
		if err != nil {
			return nil, err
		}
		digest, err := p.digest()
		if err != nil {
			return nil, err
		}
		neptune, err := e.ref.timer(p.file, digest)
		if err != nil {
			return nil, err
		}
		return &comparison{
			items: w.hashes,
			ours:  inProcess(func() error { return p.hasher.HashNodes(p.dst, p.src) }),
			peers: []peer{{"neptune 11.0.0", neptune}},
		}, nil
	}
	k.judge = func() (compared int, differences []string, err error) {
		for _, a := range poseidonArities {
			for _, edges := range []bool{false, true} {
				p, err := newPoseidonWork(e, a, poseidonHashes, edges)
				if err != nil {
					return 0, nil, err
				}
				ours, err := p.digest()
				if err != nil {
					return 0, nil, err
				}
				theirs, err := e.ref.verdict(p.file)
				if err != nil {
					return 0, nil, err
				}
				compared += poseidonHashes
				if ours != theirs {
					differences = append(differences, fmt.Sprintf("arity %d: hashes %s, the reference %s", a, ours, theirs))
				}
			}
		}
		return compared, differences, nil
	}
	return k
}

// poseidonWork is a case as our side uses it.
type poseidonWork struct {
	file     string
	hasher   *poseidon.Hasher
	dst, src []poseidon.Element
}

// newPoseidonWork writes n preimages to a file and reads them back. They are
// random, or, with edges, made of the ends of the field.
func newPoseidonWork(e *environment, arity, n int, edges bool) (*poseidonWork, error) {
	c := poseidonCase{Kind: "poseidon", Arity: arity}
	for range n {
		preimage := make([]fixed32, arity)
		for j := range preimage {
			if edges {
				preimage[j] = edgeElements[e.random.Uint64()%uint64(len(edgeElements))]
			} else {
				preimage[j] = e.canonical32()
			}
		}
		c.Preimages = append(c.Preimages, preimage)
	}
	file, err := e.writeCase(fmt.Sprintf("poseidon %d %t", arity, edges), &c)
	if err != nil {
		return nil, err
	}
	c = poseidonCase{}
	if err := readCase(file, &c); err != nil {
		return nil, err
	}
	p := &poseidonWork{file: file, dst: make([]poseidon.Element, n)}
	for _, preimage := range c.Preimages {
		for _, x := range preimage {
			p.src = append(p.src, poseidon.Element(x))
		}
	}
	p.hasher, err = poseidon.New(arity)
	return p, err
}

// digest returns what the reference prints for all hashes: h₁, h₂, …, hₙ give
// 2ⁿ⁻¹h₁ + … + 2hₙ₋₁ + hₙ.
func (p *poseidonWork) digest() (string, error) {
	if err := p.hasher.HashNodes(p.dst, p.src); err != nil {
		return "", err
	}
	var sum bls12381.Scalar
	for i := range p.dst {
		var x bls12381.Scalar
		if !x.SetBytesLE(&p.dst[i]) {
			return "", fmt.Errorf("hash %d is not canonical", i)
		}
		sum.Add(&sum, &sum)
		sum.Add(&sum, &x)
	}
	b := sum.BytesLE()
	return hex.EncodeToString(b[:]), nil
}

// edgeElements are 0, 1, 2^64-1, 2^254 and the three greatest elements.
var edgeElements = []fixed32{
	{},
	{1},
	{255, 255, 255, 255, 255, 255, 255, 255},
	{31: 0x40},
	modulusLess(1),
	modulusLess(2),
	modulusLess(3),
}

// modulus is the order of the scalar field, little-endian.
var modulus = fixed32{
	0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53,
	0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
}

// modulusLess returns the modulus less n.
func modulusLess(n byte) fixed32 {
	m := modulus
	for i := 0; ; i++ {
		before := m[i]
		m[i] -= n
		if before >= n {
			return m
		}
		n = 1 // borrow
	}
}
