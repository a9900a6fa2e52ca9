package poseidon

import (
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

	"github.com/depinproof/depinproof"
)

// Strength selects the number of partial rounds.
type Strength uint8

// The strengths.
const (
	Standard     Strength = iota // the Poseidon paper's numbers; all that Filecoin uses
	Strengthened                 // a quarter more partial rounds, rounded up
)

// Domain separates hashes of different purpose with the same parameters: it is
// the state's first element before the permutation. The zero value is
// [MerkleTree]. Domains can be compared with ==.
type Domain struct {
	kind  domainKind
	param int
}

type domainKind uint8

const (
	merkleTree domainKind = iota
	constantLength
	custom
)

// MerkleTree returns the domain of Merkle tree nodes: the tag is 2^arity - 1.
func MerkleTree() Domain { return Domain{} }

// ConstantLength returns the domain of messages of exactly n elements,
// 1 <= n <= arity, filled up with zeros to the arity: the tag is n·2^64.
func ConstantLength(n int) Domain { return Domain{constantLength, n} }

// Custom returns an application's own domain, 1 <= k <= 255: the tag is k·2^40.
func Custom(k int) Domain { return Domain{custom, k} }

// String names the domain, for example "ConstantLength(4)".
func (d Domain) String() string {
	switch d.kind {
	case constantLength:
		return fmt.Sprintf("ConstantLength(%d)", d.param)
	case custom:
		return fmt.Sprintf("Custom(%d)", d.param)
	}
	return "MerkleTree"
}

// Config selects a hash function.
type Config struct {
	Arity    int      // 1, 2, 4, 8, 11, 16, 24 or 36
	Strength Strength // the zero value is Standard
	Domain   Domain   // the zero value is MerkleTree()
}

// Hasher is one Poseidon hash function. It is immutable and safe for concurrent
// use; the zero value refuses everything with [depinproof.ErrUnsupported].
type Hasher struct {
	params *params
	inputs int // elements hashed at a time; 0 only in the zero value

	// opening holds what the mixing of round 0 adds: the constants of round 1
	// and the mixed S-box outputs of the tag and of filled-up zeros.
	opening []fixed

	lanes *laneTables // nil where the machine or the width has no lanes
}

// New returns the hash function of an arity with standard strength and the
// domain of Merkle trees. It is NewWith(Config{Arity: arity}).
func New(arity int) (*Hasher, error) {
	return newHasher("poseidon.New", Config{Arity: arity})
}

// NewWith returns the hash function cfg selects.
//
// Errors: [depinproof.ErrUnsupported] for an arity that is not in the list and
// for ConstantLength(n) with n above the arity, which is the sponge's;
// [depinproof.ErrMalformed] for an unknown strength, ConstantLength(n) with n < 1
// and Custom(k) outside 1 <= k <= 255.
//
// It derives all constants, which takes from half a millisecond (arity 1) to some
// twenty milliseconds (arity 36): keep the Hasher.
func NewWith(cfg Config) (*Hasher, error) {
	return newHasher("poseidon.NewWith", cfg)
}

func newHasher(op string, cfg Config) (*Hasher, error) {
	fail := func(kind error, format string, args ...any) (*Hasher, error) {
		return nil, &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: kind, Err: fmt.Errorf(format, args...)}
	}
	if cfg.Strength > Strengthened {
		return fail(depinproof.ErrMalformed, "strength %d", cfg.Strength)
	}
	partial, ok := partialRounds(cfg.Arity, cfg.Strength)
	if !ok {
		return fail(depinproof.ErrUnsupported, "arity %d", cfg.Arity)
	}
	inputs := cfg.Arity
	switch d := cfg.Domain; d.kind {
	case constantLength:
		if d.param < 1 {
			return fail(depinproof.ErrMalformed, "domain %v", d)
		}
		if d.param > cfg.Arity {
			return fail(depinproof.ErrUnsupported, "domain %v at arity %d", d, cfg.Arity)
		}
		inputs = d.param
	case custom:
		if d.param < 1 || d.param > 255 {
			return fail(depinproof.ErrMalformed, "domain %v", d)
		}
	}
	p, ok := newParams(cfg.Arity+1, partial)
	if !ok {
		return fail(depinproof.ErrInternal, "arity %d: mixing matrix not of full order", cfg.Arity)
	}
	opening := p.opening(cfg.Domain.tag(cfg.Arity), inputs)
	h := &Hasher{params: p, inputs: inputs, opening: opening}
	if useIFMA && p.width <= maxLaneWidth {
		h.lanes = newLaneTables(p, inputs, opening)
	}
	return h, nil
}

// tag returns the domain's tag in Montgomery form, for a valid domain.
func (d Domain) tag(arity int) fr.Element {
	var t fr.Element
	switch d.kind {
	case merkleTree:
		t = fr.Element{1<<arity - 1}
	case constantLength:
		t = fr.Element{0, uint64(d.param)}
	case custom:
		t = fr.Element{uint64(d.param) << 40}
	}
	t.Mul(&t, &rSquare)
	return t
}

// opening returns the constants that the mixing of round 0 adds if only the
// state elements 1 to inputs vary: see [Hasher].
func (p *params) opening(tag fr.Element, inputs int) []fixed {
	out := append([]fixed(nil), p.early[0]...)
	for i := range p.width {
		if 1 <= i && i <= inputs {
			continue
		}
		x := p.first[i]
		if i == 0 {
			x.Add(&x, &tag)
		}
		sbox(&x)
		for j := range out {
			var t fixed
			t.Mul(&p.mds[i+j], &x)
			out[j].Add(&out[j], &t)
		}
	}
	return out
}

// Arity returns the number of elements hashed into one: the configured arity, or
// n in the domain ConstantLength(n).
func (h *Hasher) Arity() int { return h.inputs }

// Hash hashes h.Arity() elements into dst, which may be one of the inputs.
//
// Errors: [depinproof.ErrMalformed] if the number of inputs is not h.Arity() or
// an input is not below the modulus; dst is then left unchanged. Hash does not
// allocate unless it fails.
func (h *Hasher) Hash(dst *Element, inputs []Element) error {
	if err := h.check("poseidon.Hash", 1, inputs); err != nil {
		return err
	}
	var b scratch
	h.hash(&b, dst, inputs)
	return nil
}

// HashNodes hashes each h.Arity() consecutive elements of src into one element
// of dst: dst[i] becomes the hash of src[i*h.Arity() : (i+1)*h.Arity()], as by
// [Hasher.Hash]. It requires len(src) == h.Arity()*len(dst); both may be empty.
//
// dst may be the beginning of src, as when a tree is built in place
// (dst == src[:len(dst)]). With any other overlap the contents of dst are
// unspecified.
//
// Errors: [depinproof.ErrMalformed] if the lengths do not match or an element of
// src is not below the modulus; the first such is the error's Index. All of src
// is checked first and dst is left unchanged. HashNodes does not allocate unless
// it fails, and runs in the calling goroutine.
func (h *Hasher) HashNodes(dst, src []Element) error {
	if err := h.check("poseidon.HashNodes", len(dst), src); err != nil {
		return err
	}
	if h.lanes != nil {
		h.lanes.hashNodes(dst, src)
		return nil
	}
	var b scratch
	for i := range dst {
		h.hash(&b, &dst[i], src[i*h.inputs:(i+1)*h.inputs])
	}
	return nil
}

// check reports as an error a src that is not n times h.inputs canonical
// elements.
func (h *Hasher) check(op string, n int, src []Element) error {
	if h.inputs == 0 {
		return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported,
			Err: fmt.Errorf("Hasher was not made by New")}
	}
	// Division, for n*h.inputs could overflow.
	if len(src)/h.inputs != n || len(src)%h.inputs != 0 {
		return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed,
			Err: fmt.Errorf("%d elements for %d hashes of %d", len(src), n, h.inputs)}
	}
	for i := range src {
		if !canonical(&src[i]) {
			return &depinproof.Error{Op: op, Index: i, Kind: depinproof.ErrMalformed,
				Err: fmt.Errorf("element not below the modulus: %x", src[i][:])}
		}
	}
	return nil
}
