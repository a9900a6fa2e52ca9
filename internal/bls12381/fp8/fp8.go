// Package fp8 computes in the base field of BLS12-381 eight elements at a time,
// one to a 64-bit lane.
//
// An element x stands as x·R mod p with R = 2^416, in eight limbs of 52 bits,
// limb j of all eight elements side by side. It need not be the least residue:
// every function states the bounds of what it takes and gives, as multiples of p.
// Limbs are always normalised, below 2^52, because the multiplier reads no more
// than 52 bits of a limb.
//
//	Mul, Square   take a, b with a·b ≤ 2^35·p², for example both below 2^17·p;
//	              give values below 2p
//	Add           gives the sum of the bounds, which must stay below 2^34·p
//	Reduce        takes a ≤ 2^17·p, gives a value below 3p
//	Sub           takes b ≤ k for a multiple k of p, gives a value below a's bound + k
//
// A formula of a few additions and subtractions between multiplications keeps to
// these bounds without any conditional subtraction. It states them in its
// comments, in units of p.
//
// With AVX-512 IFMA an eightfold multiplication takes 264 multiply-add
// instructions. The generic twin does the same limb by limb and serves tests;
// machines without IFMA are better off with one element at a time.
package fp8

import "math/bits"

// Lanes is the number of elements in an [Element].
const Lanes = 8

const (
	limbCount = 8
	limbBits  = 52
	limbMask  = 1<<limbBits - 1
)

// Element is eight field elements: limb j of lane i is at [j][i].
type Element [limbCount][Lanes]uint64

// Words is one field element as an integer, least significant word first.
type Words = [6]uint64

// modulus is p, and negInverse is −1/p mod 2^52.
var modulus = [limbCount]uint64{0xeffffffffaaab, 0xfeb153ffffb9f, 0x6b0f6241eabff, 0x12bf6730d2a0f, 0x764774b84f385, 0x1ba7b6434bacd, 0x1ea397fe69a4b, 0x000000001a011}

const negInverse = 0x3fffcfffcfffd

// negModulus is 2^416 − p, and perTop is ⌊2^52/(p₇ + 1)⌋ for the highest limb p₇ of
// p: the product of it with a highest limb, without its 52 low bits, is at most the
// quotient by p, and short of it by less than 3 for values below 2^17·p.
var negModulus = [limbCount]uint64{0x1000000005555, 0x014eac0000460, 0x94f09dbe15400, 0xed4098cf2d5f0, 0x89b88b47b0c7a, 0xe45849bcb4532, 0xe15c6801965b4, 0xffffffffe5fee}

const perTop = 0x9d8307de6

// Multiple is a multiple of p, which Sub adds to stay positive.
type Multiple [limbCount]uint64

// Multiples, named for the factor.
var (
	P4     = Multiple{0xbfffffffeaaac, 0xfac54ffffee7f, 0xac3d8907aafff, 0x4afd9cc34a83d, 0xd91dd2e13ce14, 0x6e9ed90d2eb35, 0x7a8e5ff9a692c, 0x0000000068044}
	P64    = Multiple{0xfffffffeaaac0, 0xac54ffffee7fb, 0xc3d8907aaffff, 0xafd9cc34a83da, 0x91dd2e13ce144, 0xe9ed90d2eb35d, 0xa8e5ff9a692c6, 0x0000000680447}
	P512   = Multiple{0xfffffff555600, 0x62a7ffff73fdf, 0x1ec483d57fffd, 0x7ece61a541ed6, 0x8ee9709e70a25, 0x4f6c869759aec, 0x472ffcd349637, 0x000000340223d}
	P4096  = Multiple{0xffffffaaab000, 0x153ffffb9feff, 0xf6241eabfffeb, 0xf6730d2a0f6b0, 0x774b84f38512b, 0x7b6434bacd764, 0x397fe69a4b1ba, 0x000001a0111ea}
	P16384 = Multiple{0xfffffeaaac000, 0x54ffffee7fbff, 0xd8907aaffffac, 0xd9cc34a83dac3, 0xdd2e13ce144af, 0xed90d2eb35d91, 0xe5ff9a692c6e9, 0x00000680447a8}
)

// Constants as plain integers: what leads from other forms to ours and back.
var (
	// fromPlain is R² mod p: a product with it takes an integer x to x·R.
	fromPlain = broadcast(&[limbCount]uint64{0xa5bf4cb89af51, 0x3afbba7ca31a2, 0x2646160ec71f1, 0xa84d710465903, 0x3480a4a188311, 0x98e5907ad91f5, 0x2075d74507266, 0x0000000008746})
	// fromMont384 is 2^448 mod p: it takes x·2^384 to x·R.
	fromMont384 = broadcast(&[limbCount]uint64{0x7fde37dba9366, 0x4e27525bc342b, 0x1f5b1e9778489, 0xb872b2b91b9dc, 0xb206f497dfcaf, 0x4137cc89a9b0b, 0xd9d20d7e39959, 0x000000000411c})
	// toMont384 is 2^384 mod p: it takes x·R to x·2^384.
	toMont384 = broadcast(&[limbCount]uint64{0x900000002fffd, 0x0bc40c0002760, 0x3c758baebf400, 0x57455f4898575, 0xd77ce58537052, 0x071a97a256ec6, 0xec3fa80e4935c, 0x0000000015f65})
	// one is R mod p.
	one = broadcast(&[limbCount]uint64{0x6480ea8e9b9af, 0x65766c8fe444f, 0x8b540fea96f7d, 0x3b2ee82efd422, 0xa6723e5f0ade5, 0xff6eb6fdd4230, 0xe06ef23c24a25, 0x0000000014c8e})
)

func broadcast(x *[limbCount]uint64) *Element {
	var z Element
	for j := range z {
		for i := range z[j] {
			z[j][i] = x[j]
		}
	}
	return &z
}

// SetOne sets all lanes of z to one.
func (z *Element) SetOne() { *z = *one }

// mulGeneric sets z = x·y/R, lane by lane and limb by limb. Products are formed
// as the instructions form them: the low and the high 52 bits separately.
func mulGeneric(z, x, y *Element) {
	var out Element
	for i := range Lanes {
		var t [limbCount + 1]uint64
		for k := range limbCount {
			b := y[k][i]
			for j := range limbCount {
				t[j] += low(x[j][i], b)
			}
			m := low(t[0], negInverse)
			for j := range limbCount {
				t[j] += low(m, modulus[j])
			}
			t[1] += t[0] >> limbBits
			for j := range limbCount { // one limb down; t[limbCount] is always zero
				t[j] = t[j+1] + high(x[j][i], b) + high(m, modulus[j])
			}
		}
		for j := range limbCount - 1 {
			t[j+1] += t[j] >> limbBits
			out[j][i] = t[j] & limbMask
		}
		out[limbCount-1][i] = t[limbCount-1]
	}
	*z = out
}

// low and high are the halves of the 104-bit product of two 52-bit numbers.
func low(a, b uint64) uint64 {
	return a * b & limbMask
}

func high(a, b uint64) uint64 {
	h, l := bits.Mul64(a, b)
	return h<<(64-limbBits) | l>>limbBits
}

// addGeneric sets z = x + y.
func addGeneric(z, x, y *Element) {
	for i := range Lanes {
		var carry uint64
		for j := range limbCount {
			carry += x[j][i] + y[j][i]
			z[j][i] = carry & limbMask
			carry >>= limbBits
		}
	}
}

// subGeneric sets z = x − y + k.
func subGeneric(z, x, y *Element, k *Multiple) {
	for i := range Lanes {
		var carry int64
		for j := range limbCount {
			carry += int64(x[j][i] - y[j][i] + k[j])
			z[j][i] = uint64(carry) & limbMask
			carry >>= limbBits
		}
	}
}

// reduceGeneric sets z ≡ x, below 3p, for x ≤ 2^17·p.
func reduceGeneric(z, x *Element) {
	for i := range Lanes {
		q := high(x[limbCount-1][i], perTop)
		var carry, above uint64
		for j := range limbCount {
			carry += x[j][i] + low(q, negModulus[j]) + above
			above = high(q, negModulus[j])
			z[j][i] = carry & limbMask // q·2^416 falls away above the last limb
			carry >>= limbBits
		}
	}
}

// Limbs is one element out of the lanes.
type Limbs = [limbCount]uint64

// gatherGeneric sets lane i of z to *src[i].
func gatherGeneric(z *Element, src *[Lanes]*Limbs) {
	for i, x := range src {
		for j := range z {
			z[j][i] = x[j]
		}
	}
}

// scatterGeneric sets *dst[i] to lane i of x.
func scatterGeneric(dst *[Lanes]*Limbs, x *Element) {
	for i, z := range dst {
		for j := range x {
			z[j] = x[j][i]
		}
	}
}

// SetWords sets lane i of z to the integer x < p, in words. It is not in our
// form yet: see FromPlain and FromMont384.
func (z *Element) SetWords(i int, x *Words) {
	z[0][i] = x[0] & limbMask
	z[1][i] = (x[0]>>52 | x[1]<<12) & limbMask
	z[2][i] = (x[1]>>40 | x[2]<<24) & limbMask
	z[3][i] = (x[2]>>28 | x[3]<<36) & limbMask
	z[4][i] = (x[3]>>16 | x[4]<<48) & limbMask
	z[5][i] = x[4] >> 4 & limbMask
	z[6][i] = (x[4]>>56 | x[5]<<8) & limbMask
	z[7][i] = x[5] >> 44
}

// Words returns lane i of z, which must be below 2p, as the least residue in
// words. It is still in the form z has: see ToMont384.
func (z *Element) Words(i int) (x Words) {
	x[0] = z[0][i] | z[1][i]<<52
	x[1] = z[1][i]>>12 | z[2][i]<<40
	x[2] = z[2][i]>>24 | z[3][i]<<28
	x[3] = z[3][i]>>36 | z[4][i]<<16
	x[4] = z[4][i]>>48 | z[5][i]<<4 | z[6][i]<<56
	x[5] = z[6][i]>>8 | z[7][i]<<44
	var t Words
	var b uint64
	for j := range x {
		t[j], b = bits.Sub64(x[j], modulusWords[j], b)
	}
	if b == 0 {
		x = t
	}
	return x
}

// FromPlain takes z from plain integers to our form.
func (z *Element) FromPlain() { z.Mul(z, fromPlain) }

// FromMont384 takes z from x·2^384 mod p, the form of six 64-bit words, to ours.
func (z *Element) FromMont384() { z.Mul(z, fromMont384) }

// ToMont384 takes z from our form to x·2^384 mod p, below 2p.
func (z *Element) ToMont384() { z.Mul(z, toMont384) }

// Double sets z = 2x.
func (z *Element) Double(x *Element) { z.Add(x, x) }

// PowPMinus3Over4 sets z = x^((p−3)/4), for x below 2^17·p: up to sign, the
// inverse square root of a square.
func (z *Element) PowPMinus3Over4(x *Element) {
	const w = 5
	table := make([]Element, 1<<w)
	table[0].SetOne()
	table[1] = *x
	for i := 2; i < len(table); i++ {
		table[i].Mul(&table[i-1], x)
	}
	acc := table[exponent[len(exponent)-1]]
	for k := len(exponent) - 2; k >= 0; k-- {
		for range w {
			acc.Square(&acc)
		}
		if d := exponent[k]; d != 0 {
			acc.Mul(&acc, &table[d])
		}
	}
	*z = acc
}

// modulusWords is p in words.
var modulusWords = Words{0xb9feffffffffaaab, 0x1eabfffeb153ffff, 0x6730d2a0f6b0f624, 0x64774b84f38512bf, 0x4b1ba7b6434bacd7, 0x1a0111ea397fe69a}

// exponent is (p − 3)/4 in digits of five bits, the least significant first.
var exponent = [...]uint8{
	10, 21, 26, 31, 31, 31, 31, 31, 31, 29, 31, 28, 30, 31, 31, 31, 20, 2, 11, 31,
	31, 31, 11, 21, 7, 8, 2, 27, 3, 22, 22, 7, 8, 5, 13, 24, 28, 12, 31, 21,
	4, 10, 24, 25, 19, 16, 11, 26, 29, 8, 22, 11, 19, 21, 11, 26, 16, 12, 27, 19,
	14, 3, 11, 18, 6, 13, 30, 31, 5, 7, 10, 15, 4, 2, 0, 13,
}
