// Command asm writes the amd64 kernels of package poseidon; go generate runs it.
package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// modulus is r in limbs of 52 bits, negInverse -1/r mod 2^52.
var modulus = [limbCount]uint64{0xfffff00000001, 0x2fffe5bfefff, 0x9a1d80553bda4, 0x7d483339d8080, 0x73eda753299d}

const (
	negInverse = 0xffffeffffffff
	mask       = 1<<52 - 1

	limbCount = 5
	laneBytes = 8 * 8 * limbCount // of eight elements
	wordBytes = 8 * limbCount     // of a constant
)

func main() {
	ConstraintExpr("!purego")
	c := GLOBL("constants52", attr.RODATA|attr.NOPTR)
	for i, x := range append(modulus[:], negInverse, mask) {
		DATA(8*i, U64(x))
	}
	sboxPairs(c)
	inners(c)
	mix(c)
	partials(c)
	Generate()
}

// constants are words that are broadcast from memory.
type constants struct{ Mem }

func (c constants) modulus(j int) Mem { return c.Offset(8 * j) }
func (c constants) negInverse() Mem   { return c.Offset(8 * limbCount) }
func (c constants) mask() Mem         { return c.Offset(8 * (limbCount + 1)) }

// address puts the address of the constants into a new register.
func address(c Mem) constants {
	r := GP64()
	LEAQ(c, r)
	return constants{Mem{Base: r}}
}

func pointer(name string) Mem { return Mem{Base: Load(Param(name), GP64())} }

// A stream is a sequence of instructions. Streams that use different registers can
// be woven.
type stream []func()

func (s *stream) do(f func()) { *s = append(*s, f) }

func (s stream) emit() {
	for _, f := range s {
		f()
	}
}

// weave emits two streams, each evenly over the whole.
func weave(a, b stream) {
	j := 0
	for i, f := range a {
		f()
		for ; j < (i+1)*len(b)/len(a); j++ {
			b[j]()
		}
	}
}

// loadLanes loads the limbs of eight elements.
func loadLanes(m Mem, x []Register) {
	for j := range x {
		VMOVDQU64(m.Offset(64*j), x[j])
	}
}

func storeLanes(x []Register, m Mem) {
	for j := range x {
		VMOVDQU64(x[j], m.Offset(64*j))
	}
}

func (s *stream) zero(t []Register) {
	for _, r := range t {
		s.do(func() { VPXORQ(r, r, r) })
	}
}

// sums are where products are added up: their low halves and, a limb higher, their
// high halves. A limb of a sum takes up to nine halves of each product, one after
// the other, which takes longer than to form a product; apart, they take five.
type sums struct{ low, high []Register }

// together is the sum with low and high halves in the same registers.
func together(t []Register) sums { return sums{t, t[1:]} }

// term adds the product of x with b times 2^(52·k), b a limb.
func (s *stream) term(t sums, x []Register, b Op, k int) {
	for j := range x {
		s.do(func() { VPMADD52LUQ(b, x[j], t.low[k+j]) })
	}
	for j := range x {
		s.do(func() { VPMADD52HUQ(b, x[j], t.high[k+j]) })
	}
}

// join adds up the halves of t, in its low registers.
func (s *stream) join(t sums) {
	for k, r := range t.high {
		s.do(func() { VPADDQ(r, t.low[k+1], t.low[k+1]) })
	}
}

// inner adds the product of the element at x and the constant at c.
func (s *stream) inner(t sums, x, c Mem, limbs []Register, b Register) {
	s.do(func() { loadLanes(x, limbs) })
	for k := range limbCount {
		s.do(func() { VPBROADCASTQ(c.Offset(8*k), b) })
		s.term(t, limbs, b, k)
	}
}

// square sets t to the square of x: the products of different limbs once, all
// doubled, and then those of equal limbs.
func (s *stream) square(t, x []Register) {
	s.zero(t)
	for i := range x {
		for j := i + 1; j < len(x); j++ {
			s.do(func() { VPMADD52LUQ(x[i], x[j], t[i+j]) })
			s.do(func() { VPMADD52HUQ(x[i], x[j], t[i+j+1]) })
		}
	}
	for k := 1; k < len(t)-1; k++ {
		s.do(func() { VPADDQ(t[k], t[k], t[k]) })
	}
	for i := range x {
		s.do(func() { VPMADD52LUQ(x[i], x[i], t[2*i]) })
		s.do(func() { VPMADD52HUQ(x[i], x[i], t[2*i+1]) })
	}
}

// cancel adds the multiple of r that clears t[k], without writing t[k]. What limb
// k has above 52 bits then is what t[k] has, and one more unless t[k] was clear.
func (s *stream) cancel(t []Register, k int, c constants, m, up Register) {
	s.do(func() { VPXORQ(m, m, m) })
	s.do(func() { VPMADD52LUQ_BCST(c.negInverse(), t[k], m) })
	s.do(func() { VPADDQ_BCST(c.mask(), t[k], up) })
	s.do(func() { VPSRLQ(U8(52), up, up) })
	s.do(func() { VPMADD52HUQ_BCST(c.modulus(0), m, up) })
	s.do(func() { VPMADD52LUQ_BCST(c.modulus(1), m, t[k+1]) })
	s.do(func() { VPADDQ(up, t[k+1], t[k+1]) })
	for j := 1; j < limbCount; j++ {
		s.do(func() { VPMADD52HUQ_BCST(c.modulus(j), m, t[k+j+1]) })
		if j+1 < limbCount {
			s.do(func() { VPMADD52LUQ_BCST(c.modulus(j+1), m, t[k+j+1]) })
		}
	}
}

// normalise sets x to t with limbs below 2^52.
func (s *stream) normalise(t, x []Register, c constants, up Register) {
	for j := range x {
		if j+1 == len(x) { // within bounds, the value has no more
			s.do(func() { VMOVDQA64(t[j], x[j]) })
			break
		}
		s.do(func() { VPSRLQ(U8(52), t[j], up) })
		s.do(func() { VPANDQ_BCST(c.mask(), t[j], x[j]) })
		s.do(func() { VPADDQ(up, t[j+1], t[j+1]) })
	}
}

// reduce sets x to (t + m·r)/2^260. x may be t's upper half.
func (s *stream) reduce(t, x []Register, c constants, m, up Register) {
	for k := range limbCount {
		s.cancel(t, k, c, m, up)
	}
	s.normalise(t[limbCount:], x, c, t[0])
}

// sbox raises the element at y, which is in x, to the fifth power, in x. t are ten
// registers, b one.
func (s *stream) sbox(y Mem, x, t []Register, b Register, c constants) {
	for range 2 {
		s.square(t, x)
		s.reduce(t, x, c, b, x[0])
	}
	s.zero(t)
	for k := range limbCount {
		s.do(func() { VMOVDQU64(y.Offset(64*k), b) })
		s.term(together(t), x, b, k)
	}
	s.reduce(t, x, c, b, x[0])
}

var z = []Register{
	Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
	Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31,
}

func sboxPairs(c Mem) {
	TEXT("sboxPairsIFMA", NOSPLIT, "func(x *[5][8]uint64, pairs int)")
	Pragma("noescape")
	Doc("sboxPairsIFMA raises 2*pairs elements of each lane to the fifth power, pairs ≥ 1.")
	x := pointer("x")
	pairs := Load(Param("pairs"), GP64())
	k := address(c)
	Label("pair")
	var s [2]stream
	for i := range s {
		r := z[16*i:]
		y := x.Offset(laneBytes * i)
		s[i].do(func() { loadLanes(y, r[10:15]) })
		s[i].sbox(y, r[10:15], r[:10], r[15], k)
		s[i].do(func() { storeLanes(r[10:15], y) })
	}
	weave(s[0], s[1])
	ADDQ(U32(2*laneBytes), x.Base)
	DECQ(pairs)
	JNZ(LabelRef("pair"))
	VZEROUPPER()
	RET()
}

// start sets t to the constant at m times 2^(52·k).
func start(t sums, m Mem, k int) {
	var s stream
	s.zero(t.low[:k])
	s.zero(t.high)
	s.emit()
	for j, r := range t.low[k:] {
		VPBROADCASTQ(m.Offset(8*j), r)
	}
}

func inners(c Mem) {
	TEXT("innersIFMA", NOSPLIT, "func(dst, x *[5][8]uint64, terms int, rows, added *[5]uint64, n int)")
	Pragma("noescape")
	Doc("innersIFMA sets n ≥ 1 elements of each lane at dst to added and the inner products of",
		"rows of terms ≥ 1 constants with the elements at x.")
	dst, rows, added := pointer("dst"), pointer("rows"), pointer("added")
	n := Load(Param("n"), GP64())
	k := address(c)
	t, limbs, b := sums{z[:10], z[10:19]}, z[19:24], z[24]
	Label("row")
	start(t, added, limbCount)
	x := pointer("x")
	terms := Load(Param("terms"), GP64())
	Label("term")
	var s stream
	s.inner(t, x, rows, limbs, b)
	s.emit()
	ADDQ(U32(laneBytes), x.Base)
	ADDQ(U8(wordBytes), rows.Base)
	DECQ(terms)
	JNZ(LabelRef("term"))
	s = nil
	s.join(t)
	s.reduce(t.low, limbs, k, t.high[0], t.high[1])
	s.emit()
	storeLanes(limbs, dst)
	ADDQ(U32(laneBytes), dst.Base)
	ADDQ(U8(wordBytes), added.Base)
	DECQ(n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

func mix(c Mem) {
	TEXT("mixIFMA", NOSPLIT, "func(dst, x *[5][8]uint64, terms int, hankel *uint64, added *[5]uint64, n int)")
	Pragma("noescape")
	Doc("mixIFMA sets n ≥ 1 elements of each lane at dst to added and 2^-52 times the inner products",
		"of terms ≥ 1 integers with the elements at x; the integers start at hankel and, for each",
		"next element, one further on.")
	dst, hankel, added := pointer("dst"), pointer("hankel"), pointer("added")
	n := Load(Param("n"), GP64())
	k := address(c)
	t, limbs, b := sums{z[:6], z[6:11]}, z[11:16], z[16]
	Label("row")
	start(t, added, 1)
	x := pointer("x")
	terms, entry := Load(Param("terms"), GP64()), GP64()
	MOVQ(hankel.Base, entry)
	Label("term")
	var s stream
	s.do(func() { loadLanes(x, limbs) })
	s.do(func() { VPBROADCASTQ(Mem{Base: entry}, b) })
	s.term(t, limbs, b, 0)
	s.emit()
	ADDQ(U32(laneBytes), x.Base)
	ADDQ(U8(8), entry)
	DECQ(terms)
	JNZ(LabelRef("term"))
	s = nil
	s.join(t)
	s.cancel(t.low, 0, k, t.high[0], t.high[1])
	s.normalise(t.low[1:], limbs, k, t.low[0])
	s.emit()
	storeLanes(limbs, dst)
	ADDQ(U32(laneBytes), dst.Base)
	ADDQ(U8(wordBytes), added.Base)
	ADDQ(U8(8), hankel.Base)
	DECQ(n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// woven is the number of terms whose products are formed beside the S-box.
const woven = 4

func partials(c Mem) {
	TEXT("partialsIFMA", NOSPLIT, "func(history, y *[5][8]uint64, recurrence *[5]uint64, terms int, added *[5]uint64, rounds int)")
	Pragma("noescape")
	Doc("partialsIFMA does rounds ≥ 1 partial rounds from y: the S-box output goes to history[terms],",
		"and the constant and the inner product of the recurrence's terms+1 constants with history",
		"to history[terms+1]; history then moves by two. terms ≥ 4.")
	history, y, added := pointer("history"), pointer("y"), pointer("added")
	rounds := Load(Param("rounds"), GP64())
	k := address(c)
	limbs, b := z[10:15], z[15]
	t, x, m := z[16:26], z[26:31], z[31]
	sum := sums{z[:10], t[:9]} // t is free outside the S-box
	loadLanes(y, x)
	Label("round")
	start(sum, added, limbCount)
	past, constant := GP64(), pointer("recurrence")
	MOVQ(history.Base, past)
	terms := Load(Param("terms"), GP64())
	SUBQ(U8(woven), terms)
	JZ(LabelRef("last"))
	var s stream
	Label("term")
	s.inner(sum, Mem{Base: past}, constant, limbs, b)
	s.emit()
	ADDQ(U32(laneBytes), past)
	ADDQ(U8(wordBytes), constant.Base)
	DECQ(terms)
	JNZ(LabelRef("term"))
	s = nil
	s.join(sum)
	s.emit()
	Label("last")
	var sbox, last stream
	sbox.sbox(y, x, t, m, k)
	for i := range woven {
		last.inner(together(sum.low), Mem{Base: past}.Offset(laneBytes*i), constant.Offset(wordBytes*i), limbs, b)
	}
	weave(sbox, last)
	storeLanes(x, Mem{Base: past}.Offset(laneBytes*woven))
	s = nil
	s.zero(sum.high)
	for i := range limbCount {
		s.do(func() { VPBROADCASTQ(constant.Offset(wordBytes*woven+8*i), b) })
		s.term(sum, x, b, i)
	}
	s.join(sum)
	s.reduce(sum.low, x, k, limbs[0], limbs[1])
	s.emit()
	LEAQ(Mem{Base: past}.Offset(laneBytes*(woven+1)), y.Base)
	storeLanes(x, y)
	ADDQ(U32(2*laneBytes), history.Base)
	ADDQ(U8(wordBytes), added.Base)
	DECQ(rounds)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}
