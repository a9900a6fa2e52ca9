package poseidon

import (
	"math/big"
	"sync"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

// reference is the textbook permutation of the Poseidon paper, with constants of
// its own making: the register is a list of bits, integers are big.Int. It shares
// nothing with the package but the field arithmetic.
type reference struct {
	width, partial int
	rc             []fr.Element   // round-major
	mds            [][]fr.Element // 1/(i + width + j)
}

// newReference takes the round numbers from the specification's table, not from
// partialRounds.
func newReference(arity int, strengthened bool) *reference {
	partial := map[int]int{1: 55, 2: 55, 4: 56, 8: 57, 11: 57, 16: 59, 24: 59, 36: 60}[arity]
	if strengthened {
		partial = map[int]int{55: 69, 56: 70, 57: 72, 59: 74, 60: 75}[partial]
	}
	ref := &reference{width: arity + 1, partial: partial}

	var bits []byte
	field := func(value, size int) {
		for i := size - 1; i >= 0; i-- {
			bits = append(bits, byte(value>>i&1))
		}
	}
	field(1, 2)
	field(1, 4)
	field(255, 12)
	field(ref.width, 12)
	field(8, 10)
	field(partial, 10)
	field(1<<30-1, 30)
	produce := func() byte {
		b := bits[62] ^ bits[51] ^ bits[38] ^ bits[23] ^ bits[13] ^ bits[0]
		bits = append(bits[1:], b)
		return b
	}
	for range 160 {
		produce()
	}
	for len(ref.rc) < (8+partial)*ref.width {
		x := new(big.Int)
		for n := 0; n < 255; {
			first, second := produce(), produce()
			if first == 1 {
				x.Lsh(x, 1).Or(x, big.NewInt(int64(second)))
				n++
			}
		}
		if x.Cmp(fr.Modulus()) < 0 {
			ref.rc = append(ref.rc, *new(fr.Element).SetBigInt(x))
		}
	}

	for i := range ref.width {
		row := make([]fr.Element, ref.width)
		for j := range row {
			row[j].SetUint64(uint64(i + ref.width + j))
			row[j].Inverse(&row[j])
		}
		ref.mds = append(ref.mds, row)
	}
	return ref
}

// hash returns the hash of inputs, filled up with zeros, under an integer tag.
func (ref *reference) hash(tag *big.Int, inputs []Element) (out Element) {
	state := make([]fr.Element, ref.width)
	state[0].SetBigInt(tag)
	for i := range inputs {
		state[i+1].SetBigInt(toInt(&inputs[i]))
	}
	for round := range 8 + ref.partial {
		for i := range state {
			state[i].Add(&state[i], &ref.rc[round*ref.width+i])
		}
		for i := range state {
			if i == 0 || round < 4 || round >= 4+ref.partial {
				var x4 fr.Element
				x4.Square(&state[i])
				x4.Square(&x4)
				state[i].Mul(&state[i], &x4)
			}
		}
		next := make([]fr.Element, ref.width)
		for i := range next {
			for j := range state {
				var t fr.Element
				t.Mul(&ref.mds[i][j], &state[j])
				next[i].Add(&next[i], &t)
			}
		}
		state = next
	}
	return fromInt(state[1].BigInt(new(big.Int)))
}

// referenceTag returns the integer tag of a domain.
func referenceTag(cfg Config) *big.Int {
	d := cfg.Domain
	switch d.kind {
	case constantLength:
		return new(big.Int).Lsh(big.NewInt(int64(d.param)), 64)
	case custom:
		return new(big.Int).Lsh(big.NewInt(int64(d.param)), 40)
	}
	return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(cfg.Arity)), big.NewInt(1))
}

type referenceKey struct {
	arity        int
	strengthened bool
}

var references sync.Map // referenceKey → *reference

// referenceHash hashes by the textbook.
func referenceHash(cfg Config, inputs []Element) Element {
	key := referenceKey{cfg.Arity, cfg.Strength == Strengthened}
	ref, ok := references.Load(key)
	if !ok {
		ref, _ = references.LoadOrStore(key, newReference(key.arity, key.strengthened))
	}
	return ref.(*reference).hash(referenceTag(cfg), inputs)
}

// toInt returns the integer e stands for, whether or not below the modulus.
func toInt(e *Element) *big.Int {
	var be [32]byte
	for i := range e {
		be[31-i] = e[i]
	}
	return new(big.Int).SetBytes(be[:])
}

// fromInt returns the little-endian bytes of 0 <= x < 2^256.
func fromInt(x *big.Int) (e Element) {
	var be [32]byte
	x.FillBytes(be[:])
	for i := range e {
		e[i] = be[31-i]
	}
	return e
}
