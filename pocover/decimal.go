package pocover

import "math/bits"

// A decimal is a number of the decimal library that the network's oracles count with
// (rust_decimal): an integer below 2⁹⁶ over a power of ten up to 10²⁸. A result that
// does not fit is rounded, half to even, at the largest scale at which it fits, and a
// result too large for scale 0 is an overflow, which every further result inherits.
// Rewards depend on these roundings, so exact rationals would not do. There are no
// negative numbers: nothing here needs one.
type decimal struct {
	lo       uint64
	hi       uint32
	scale    uint8
	overflow bool
}

const maxDecimalScale = 28

// A rounding is how digits are given up.
type rounding uint8

const (
	halfEven rounding = iota
	down
	up
)

// pow10 are the powers of ten of 64 bits.
var pow10 = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// newDecimal returns n / 10^scale.
func newDecimal(n uint64, scale uint8) decimal { return decimal{lo: n, scale: scale} }

func (a decimal) isZero() bool { return a.lo == 0 && a.hi == 0 && !a.overflow }

// wide is an integer below 2¹⁹², lowest word first. No product of two 96-bit integers,
// and no 96-bit integer times 10²⁸, is larger.
type wide [3]uint64

func (a decimal) wide() wide { return wide{a.lo, uint64(a.hi)} }

// mulSmall multiplies by m; the caller knows that the product fits.
func (w *wide) mulSmall(m uint64) {
	h0, l0 := bits.Mul64(w[0], m)
	h1, l1 := bits.Mul64(w[1], m)
	var c uint64
	w[0] = l0
	w[1], c = bits.Add64(l1, h0, 0)
	w[2] = w[2]*m + h1 + c
}

// scaleUp multiplies by 10^n, n ≤ 28.
func (w *wide) scaleUp(n uint8) {
	if n > 19 {
		w.mulSmall(pow10[19])
		n -= 19
	}
	w.mulSmall(pow10[n])
}

// divSmall divides by d and returns the remainder.
func (w *wide) divSmall(d uint64) uint64 {
	var r uint64
	if w[2] != 0 {
		w[2], r = bits.Div64(0, w[2], d)
	}
	w[1], r = bits.Div64(r, w[1], d)
	w[0], r = bits.Div64(r, w[0], d)
	return r
}

func (w *wide) fits() bool { return w[2] == 0 && w[1]>>32 == 0 }

func (w *wide) len() int {
	switch {
	case w[2] != 0:
		return 128 + bits.Len64(w[2])
	case w[1] != 0:
		return 64 + bits.Len64(w[1])
	}
	return bits.Len64(w[0])
}

// cut divides by 10^n, 0 < n < 58. It returns the remainder of the last of its divisions,
// the divisor of that, and a number that is not zero if the divisions before left any.
func (w *wide) cut(n int) (rem, d, sticky uint64) {
	for n > 19 {
		sticky |= w.divSmall(pow10[19])
		n -= 19
	}
	return w.divSmall(pow10[n]), pow10[n], sticky
}

// drop divides by 10^n, 0 < n < 58, and rounds.
func (w *wide) drop(n int, mode rounding) {
	rem, d, sticky := w.cut(n)
	w.roundUp(rem, d, sticky, mode)
}

// roundUp adds one to the quotient w of a division if mode wants it: rem is the
// remainder modulo d, which is even, and sticky tells whether digits below it were lost.
func (w *wide) roundUp(rem, d, sticky uint64, mode rounding) {
	switch half := d / 2; mode {
	case halfEven:
		if rem < half || rem == half && (w[0]&1)|sticky == 0 {
			return
		}
	case up:
		if rem|sticky == 0 {
			return
		}
	case down:
		return
	}
	var c uint64
	w[0], c = bits.Add64(w[0], 1, 0)
	w[1], c = bits.Add64(w[1], 0, c)
	w[2] += c
}

// fit returns w / 10^scale, scale ≥ 0, as a decimal.
func (w wide) fit(scale int) decimal {
	if scale > maxDecimalScale || !w.fits() {
		n := max(scale-maxDecimalScale, 0)
		if over := w.len() - 96; over > 0 {
			// The least n with w/10^n below 2⁹⁶, or one less: 77/256 is a bit
			// below log 2.
			n = max(n, (over-1)*77/256+1)
		}
		for {
			if n > scale {
				return decimal{overflow: true}
			}
			// Whether n digits are enough is asked before rounding.
			q := w
			rem, d, sticky := q.cut(n)
			if q.fits() {
				w, scale = q, scale-n
				w.roundUp(rem, d, sticky, halfEven)
				break
			}
			n++
		}
		if !w.fits() { // rounded up to 2⁹⁶
			if scale == 0 {
				return decimal{overflow: true}
			}
			w.drop(1, halfEven)
			scale--
		}
	}
	return decimal{lo: w[0], hi: uint32(w[1]), scale: uint8(scale)}
}

func (a decimal) mul(b decimal) decimal {
	if a.overflow || b.overflow {
		return decimal{overflow: true}
	}
	var w wide
	var c uint64
	h, l := bits.Mul64(a.lo, b.lo)
	h1, l1 := bits.Mul64(a.lo, uint64(b.hi))
	h2, l2 := bits.Mul64(b.lo, uint64(a.hi))
	w[0] = l
	w[1], c = bits.Add64(h, l1, 0)
	w[2] = h1 + c
	w[1], c = bits.Add64(w[1], l2, 0)
	w[2] += h2 + c + uint64(a.hi)*uint64(b.hi)
	return w.fit(int(a.scale) + int(b.scale))
}

// align returns the numerators of a and b over the power of ten of the larger scale.
func align(a, b decimal) (x, y wide, scale int) {
	x, y = a.wide(), b.wide()
	switch {
	case a.scale < b.scale:
		x.scaleUp(b.scale - a.scale)
		return x, y, int(b.scale)
	case b.scale < a.scale:
		y.scaleUp(a.scale - b.scale)
	}
	return x, y, int(a.scale)
}

func (a decimal) add(b decimal) decimal {
	if a.overflow || b.overflow {
		return decimal{overflow: true}
	}
	x, y, scale := align(a, b)
	var c uint64
	x[0], c = bits.Add64(x[0], y[0], 0)
	x[1], c = bits.Add64(x[1], y[1], c)
	x[2] += y[2] + c
	return x.fit(scale)
}

// sub returns a − b, or an overflow if that is negative.
func (a decimal) sub(b decimal) decimal {
	if a.overflow || b.overflow {
		return decimal{overflow: true}
	}
	x, y, scale := align(a, b)
	var c uint64
	x[0], c = bits.Sub64(x[0], y[0], 0)
	x[1], c = bits.Sub64(x[1], y[1], c)
	x[2], c = bits.Sub64(x[2], y[2], c)
	if c != 0 {
		return decimal{overflow: true}
	}
	return x.fit(scale)
}

func (a decimal) less(b decimal) bool {
	x, y, _ := align(a, b)
	_, c := bits.Sub64(x[0], y[0], 0)
	_, c = bits.Sub64(x[1], y[1], c)
	_, c = bits.Sub64(x[2], y[2], c)
	return c != 0
}

// div returns a / b, or an overflow if b is zero.
func (a decimal) div(b decimal) decimal {
	if a.overflow || b.overflow || b.isZero() {
		return decimal{overflow: true}
	}
	q, r := divide(a.wide(), b.wide())
	scale := int(a.scale) - int(b.scale)
	for scale < 0 || scale < maxDecimalScale && r != (wide{}) {
		// As many digits at once as surely fit.
		n := 1
		for _, m := range [...]int{19, 9, 4, 2} {
			if scale+m <= maxDecimalScale && q.len()+(m*10+2)/3 < 96 && (m <= 9 || b.hi == 0) {
				n = m
				break
			}
		}
		next, rem := q, r
		next.mulSmall(pow10[n])
		rem.mulSmall(pow10[n])
		digits, rem := divide(rem, b.wide())
		var c uint64
		next[0], c = bits.Add64(next[0], digits[0], 0)
		next[1] += c
		if !next.fits() {
			break
		}
		q, r = next, rem
		scale += n
	}
	if scale < 0 {
		return decimal{overflow: true}
	}
	// r/b against one half: the remainder decides, b is not even as a power of ten is.
	twice := r
	twice.mulSmall(2)
	if halves, rest := divide(twice, b.wide()); halves[0] == 1 && (rest != (wide{}) || q[0]&1 == 1) {
		q.roundUp(1, 1, 1, up)
	}
	return q.fit(scale)
}

// divide returns the quotient and the remainder of a by b, 0 < b < 2⁹⁶; a below 2¹²⁷.
func divide(a, b wide) (q, r wide) {
	if b[1] == 0 {
		q = a
		r[0] = q.divSmall(b[0])
		return q, r
	}
	// Long division by bits: only sums of shares beyond 2⁶⁴ have so long a divisor.
	r = a
	for n := a.len() - b.len(); n >= 0; n-- {
		lo, hi := b[0]<<n, b[1]<<n|b[0]>>(64-n)
		if n >= 64 {
			lo, hi = 0, b[0]<<(n-64)
		}
		l, c := bits.Sub64(r[0], lo, 0)
		h, c := bits.Sub64(r[1], hi, c)
		if c == 0 {
			r[0], r[1] = l, h
			q[0] |= 1 << n
		}
	}
	return q, r
}

// round returns a with at most dp digits after the point.
func (a decimal) round(dp uint8, mode rounding) decimal {
	if a.overflow || a.scale <= dp {
		return a
	}
	w := a.wide()
	w.drop(int(a.scale-dp), mode)
	return w.fit(int(dp))
}

// uint64 returns the whole part of a, and whether it has 64 bits.
func (a decimal) uint64() (uint64, bool) {
	a = a.round(0, down)
	return a.lo, !a.overflow && a.hi == 0
}
