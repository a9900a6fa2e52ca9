package poseidon

import "github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

// grain is the Grain linear feedback shift register of 80 bits in
// self-shrinking mode that generates Poseidon's round constants (appendix E of
// the Poseidon paper).
//
// Bit i of lo is the register's bit i, oldest first; hi holds bits 64 to 79.
type grain struct {
	lo   uint64
	hi   uint16
	pair uint16 // produced bits not yet read, oldest lowest
	left int    // number of pairs left in pair
}

// newGrain seeds the register for a permutation of the given width and number
// of partial rounds and discards its first 160 bits.
func newGrain(width, partial int) *grain {
	var g grain
	n := 0
	seed := func(value uint64, size int) { // most significant bit first
		for i := size - 1; i >= 0; i-- {
			bit := value >> i & 1
			if n < 64 {
				g.lo |= bit << n
			} else {
				g.hi |= uint16(bit << (n - 64))
			}
			n++
		}
	}
	seed(1, 2)        // a prime field
	seed(1, 4)        // the S-box is a power map
	seed(fr.Bits, 12) // size of the field
	seed(uint64(width), 12)
	seed(fullRounds, 10)
	seed(uint64(partial), 10)
	seed(1<<30-1, 30)
	for range 160 / 16 {
		g.advance()
	}
	return &g
}

// advance moves the register by 16 steps and returns the 16 produced bits,
// oldest lowest. A step produces b62+b51+b38+b23+b13+b0; the last tap is 18 bits
// from the end, so 16 steps never read a bit they produce.
func (g *grain) advance() uint16 {
	h := uint64(g.hi)
	w := uint16(g.lo>>62|h<<2) ^ uint16(g.lo>>51|h<<13) ^ uint16(g.lo>>38|h<<26) ^
		uint16(g.lo>>23|h<<41) ^ uint16(g.lo>>13|h<<51) ^ uint16(g.lo)
	g.lo = g.lo>>16 | h<<48
	g.hi = w
	return w
}

// bit returns the next output bit: of each pair of produced bits whose first is
// one, the second.
func (g *grain) bit() uint64 {
	for {
		if g.left == 0 {
			g.pair, g.left = g.advance(), 8
		}
		p := g.pair & 3
		g.pair >>= 2
		g.left--
		if p&1 == 1 {
			return uint64(p >> 1)
		}
	}
}

// next sets z to the next constant, in Montgomery form: 255 output bits, most
// significant first, drawn again until they are below r.
func (g *grain) next(z *fr.Element) {
	for {
		var x fr.Element
		for i := fr.Bits - 1; i >= 0; i-- {
			x[i/64] |= g.bit() << (i % 64)
		}
		if belowModulus(&x) {
			z.Mul(&x, &rSquare)
			return
		}
	}
}

// roundConstants returns the constants of all rounds, one row of width elements
// per round.
func roundConstants(width, partial int) matrix {
	g := newGrain(width, partial)
	rc := newMatrix(fullRounds+partial, width)
	for _, row := range rc {
		for i := range row {
			g.next(&row[i])
		}
	}
	return rc
}
