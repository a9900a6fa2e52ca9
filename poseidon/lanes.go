package poseidon

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"github.com/consensys/gnark-crypto/ecc/bls12-381/fr"
)

//go:generate go run -C _asm . -out ../ifma_amd64.s -stubs ../ifma_amd64.go -pkg poseidon

// Eight hashes go side by side, one to a 64-bit lane of AVX-512 registers, with
// the multiply-add of 52-bit integers (IFMA).
//
// # Representation
//
// A state element stands as five limbs of 52 bits. It need not be the least
// residue; bounds are given in units of r, of which 2^260 holds 35. Limbs are
// always normalised, below 2^52, because the multiplier reads no more of them.
//
// An element x stands as x·f with a factor f that is known, the same in all of the
// state, and changes from step to step. Let R = 2^260.
//
//	step                takes             gives             factor becomes
//	load                                  below 2           1
//	S-box               below 4           below 1.2         f^5/R^4
//	mixing              below 1.2         below 2.1         f·D/2^52
//	inner products,     below 1.2         below 3.8         R; in the last
//	partial rounds      and below 3.8                       of all 1
//
// Constants that a step adds are multiples by the factor it gives. Mixing has no
// other constants than M's, times the least common multiple D of their
// denominators: integers of one limb, so that a product with one takes ten
// multiply-adds and not fifty, and a sum of such products one step of reduction
// and not five. The constants of inner products make up for any factor.
//
// The bounds follow from that of a reduction, which takes t to less than t/R + 1:
// a product of values below a and b gives less than a·b·r/R + 1, r/R < 0.0284, and
// an inner product of 12 S-box outputs and 11 outputs of inner products, with a
// constant, less than 12·1.2·r/R + 11·3.8·r/R + 2 < 3.8. The rows of D·M add up
// to less than 2^47, which leaves 1.2·2^-5 + 2 after a mixing. Sums of at most 23
// products, and the multiples of r that reduce them, stay below 2^60 in each limb.
//
// # Partial rounds
//
// They are those of [params], with the same coefficients in all rounds: what the
// state supplies to the first of them is expressed as outputs y_{1-n} to y_0 that
// the recurrence would take it from, were there rounds before with inputs of zero.
//
// # Time
//
// A group of eight of arity 8 takes some 64,000 cycles on a Xeon of the fifth
// generation, of which the two ports for 512-bit instructions are busy in 60,000.
// Arities 1 and 2 wait for the chain from S-box to S-box in the partial rounds.

const (
	laneCount = 8
	limbCount = 5
	limbBits  = 52
	limbMask  = 1<<limbBits - 1

	// maxLaneWidth is the greatest width of an arity for which D is below 2^52.
	maxLaneWidth = 12
	// partialStep is the number of partial rounds between the moves of the last
	// inputs and outputs to the front.
	partialStep = 16
)

// radix52 is an element in limbs of 52 bits, least significant first.
type radix52 = [limbCount]uint64

// lanes is eight elements: limb j of the element of lane i is at [j][i].
type lanes = [limbCount][laneCount]uint64

// modulus52 is r, and negInverse is -1/r mod 2^52.
var modulus52 = radix52{
	r0 & limbMask, (r0>>52 | r1<<12) & limbMask, (r1>>40 | r2<<24) & limbMask, (r2>>28 | r3<<36) & limbMask, r3 >> 16,
}

const negInverse = rInvNeg & limbMask

// split returns x, an integer below 2^256, in limbs of 52 bits.
func split(x *fr.Element) radix52 {
	return radix52{
		x[0] & limbMask,
		(x[0]>>52 | x[1]<<12) & limbMask,
		(x[1]>>40 | x[2]<<24) & limbMask,
		(x[2]>>28 | x[3]<<36) & limbMask,
		x[3] >> 16,
	}
}

// laneScratch is the working memory of eight hashes.
type laneScratch struct {
	state, mixed [maxLaneWidth]lanes
	history      [2*(maxLaneWidth-1) + 2*partialStep]lanes // x_{i-n}, y_{i+1-n}, … x_{i-1}, y_i, and on
}

// hashNodes is [Hasher.HashNodes] for canonical elements. Messages go in groups of
// eight, however few there are: a group takes no longer than one message outside
// lanes (for arity 1, 9.6 and 9.6 µs on a fifth-generation Xeon; for arity 2, 10.8
// and 11.5; for arity 11, 31.3 and 44.0).
func (t *laneTables) hashNodes(dst, src []Element) {
	// Vectors that share a cache line with others take longer: with aligned ones,
	// arity 11 takes a twentieth less. Should the stack move, no more is lost.
	var room struct {
		laneScratch
		_ [64]byte
	}
	p := unsafe.Pointer(&room)
	b := (*laneScratch)(unsafe.Add(p, -uintptr(p)&63))
	for len(dst) > 0 {
		n := min(laneCount, len(dst))
		inputs := n * len(t.first)
		t.hash(b, dst[:n], src[:inputs])
		dst, src = dst[n:], src[inputs:]
	}
}

// hash hashes up to eight messages of canonical elements into dst, which may be
// the beginning of src.
func (t *laneTables) hash(b *laneScratch, dst, src []Element) {
	// S-boxes go in pairs; the last may have a partner of no consequence.
	width, even := t.width, (t.width+1)&^1
	state, mixed := b.state[:even], b.mixed[:even]

	inputs := len(t.first)
	t.load(state, src, len(dst))
	sboxPairs(state[:(inputs+1)&^1])
	mix(mixed[:width], state[:inputs], t.hankel[1:], t.early[0])
	for _, added := range t.early[1:] {
		state, mixed = mixed, state
		sboxPairs(state)
		mix(mixed[:width], state[:width], t.hankel, added)
	}

	sboxPairs(mixed)
	t.partials(b.history[:], state[:width], mixed[:width])

	for _, added := range t.late {
		sboxPairs(state)
		mix(mixed[:width], state[:width], t.hankel, added)
		state, mixed = mixed, state
	}

	// Of the last mixing only the digest, state element 1, is wanted.
	sboxPairs(state)
	inners(mixed[:1], state[:width], t.last, make([]radix52, 1))
	for i := range dst {
		store(&dst[i], &mixed[0], i)
	}
}

// partials is [params.partials] in lanes, from x to dst.
func (t *laneTables) partials(history, dst, x []lanes) {
	n, terms := t.width-1, 2*t.order
	inners(dst, x, t.pre, t.preAdded)
	clear(history[:terms])
	for k := range n {
		history[terms-2*n+2*k+1] = dst[1+k]
	}
	y := &dst[0]
	for added := t.added; len(added) > 0; {
		rounds := min(partialStep, len(added))
		partials(history[:terms+2*rounds], y, t.recurrence, added[:rounds])
		copy(history[:terms], history[2*rounds:])
		y = &history[terms-1]
		added = added[rounds:]
	}
	inners(dst[1:], history[terms-2*n:terms], t.post, t.postAdded)
	dst[0] = *y
}

// load sets state to the S-box inputs of round 0 for n messages. Lanes without a
// message repeat the last.
func (t *laneTables) load(state []lanes, src []Element, n int) {
	for i := range t.first {
		c, x := &t.first[i], &state[i]
		for l := range laneCount {
			e := limbs(&src[min(l, n-1)*len(t.first)+i])
			var k uint64 // the sum is below 2r < 2^256
			e[0], k = bits.Add64(e[0], c[0], 0)
			e[1], k = bits.Add64(e[1], c[1], k)
			e[2], k = bits.Add64(e[2], c[2], k)
			e[3], _ = bits.Add64(e[3], c[3], k)
			x[0][l] = e[0] & limbMask
			x[1][l] = (e[0]>>52 | e[1]<<12) & limbMask
			x[2][l] = (e[1]>>40 | e[2]<<24) & limbMask
			x[3][l] = (e[2]>>28 | e[3]<<36) & limbMask
			x[4][l] = e[3] >> 16
		}
	}
}

// store writes lane i of x, which is below 2r, to e as the least residue.
func store(e *Element, x *lanes, i int) {
	z := fr.Element{
		x[0][i] | x[1][i]<<52,
		x[1][i]>>12 | x[2][i]<<40,
		x[2][i]>>24 | x[3][i]<<28,
		x[3][i]>>36 | x[4][i]<<16,
	}
	if !belowModulus(&z) {
		var b uint64
		z[0], b = bits.Sub64(z[0], r0, 0)
		z[1], b = bits.Sub64(z[1], r1, b)
		z[2], b = bits.Sub64(z[2], r2, b)
		z[3], _ = bits.Sub64(z[3], r3, b)
	}
	for j, w := range z {
		binary.LittleEndian.PutUint64(e[8*j:], w)
	}
}
