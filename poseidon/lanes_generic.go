package poseidon

import "math/bits"

// What follows does, lane by lane and limb by limb, what the kernels do in vectors.
// It serves tests: machines without the instructions hash one message at a time.

// product is an unreduced sum of products in one lane. Its limbs are not
// normalised: each takes up the low and the high halves of limb products, at most
// ten of each term.
type product [2 * limbCount]uint64

// low and high are the halves of the 104-bit product of two 52-bit numbers.
func low(a, b uint64) uint64 { return a * b & limbMask }

func high(a, b uint64) uint64 {
	h, l := bits.Mul64(a, b)
	return h<<(64-limbBits) | l>>limbBits
}

// add adds a·b.
func (t *product) add(a, b *radix52) {
	for i := range a {
		for j := range b {
			t[i+j] += low(a[i], b[j])
			t[i+j+1] += high(a[i], b[j])
		}
	}
}

// cancel adds the multiple of r that clears limb k, and moves what the limb then
// holds above 52 bits up.
func (t *product) cancel(k int) {
	m := low(t[k], negInverse)
	for j := range modulus52 {
		t[k+j] += low(m, modulus52[j])
		t[k+j+1] += high(m, modulus52[j])
	}
	t[k+1] += t[k] >> limbBits
}

// normalise returns the integer of the five limbs from k on, which is below 2^260.
func (t *product) normalise(k int) (z radix52) {
	var carry uint64
	for j := range z {
		carry += t[k+j]
		z[j] = carry & limbMask
		carry >>= limbBits
	}
	return z
}

// reduce returns (t + m·r)/2^260, m < 2^260.
func (t *product) reduce() radix52 {
	for k := range limbCount {
		t.cancel(k)
	}
	return t.normalise(limbCount)
}

// lane returns lane i of x.
func lane(x *lanes, i int) (z radix52) {
	for j := range z {
		z[j] = x[j][i]
	}
	return z
}

// setLane sets lane i of x.
func setLane(x *lanes, i int, z *radix52) {
	for j := range z {
		x[j][i] = z[j]
	}
}

func mul52(a, b *radix52) radix52 {
	var t product
	t.add(a, b)
	return t.reduce()
}

func sbox52(x *radix52) radix52 {
	t := mul52(x, x)
	t = mul52(&t, &t)
	return mul52(x, &t)
}

func sboxPairsGeneric(x []lanes) {
	for k := range x {
		for i := range laneCount {
			z := lane(&x[k], i)
			z = sbox52(&z)
			setLane(&x[k], i, &z)
		}
	}
}

func innersGeneric(dst, x []lanes, rows, added []radix52) {
	for k := range added {
		row := rows[k*len(x) : (k+1)*len(x)]
		for i := range laneCount {
			t := product{limbCount: added[k][0], added[k][1], added[k][2], added[k][3], added[k][4]}
			for j := range row {
				z := lane(&x[j], i)
				t.add(&z, &row[j])
			}
			z := t.reduce()
			setLane(&dst[k], i, &z)
		}
	}
}

func mixGeneric(dst, x []lanes, hankel []uint64, added []radix52) {
	for k := range added {
		for i := range laneCount {
			var t product
			for j := range x {
				z := lane(&x[j], i)
				t.add(&radix52{hankel[k+j]}, &z)
			}
			t.cancel(0)
			for j := range added[k] {
				t[1+j] += added[k][j]
			}
			z := t.normalise(1)
			setLane(&dst[k], i, &z)
		}
	}
}

func partialsGeneric(history []lanes, y *lanes, recurrence, added []radix52) {
	terms := len(recurrence) - 1
	for round := range added {
		at := history[2*round:]
		for i := range laneCount {
			z := lane(y, i)
			z = sbox52(&z)
			setLane(&at[terms], i, &z)
		}
		innersGeneric(at[terms+1:], at[:terms+1], recurrence, added[round:round+1])
		y = &at[terms+1]
	}
}
