package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Registers: the working variables and temporaries. Each has one word of each of eight
// messages. The schedule is in memory, all 64 words of it: that is small enough, and
// the loops over it are short.
var (
	state256 = []Register{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7}
	temps256 = []Register{Y8, Y9, Y10, Y11}
)

// pairXor256 returns the register that has b xor c in round t, and is free after it. The
// next round's is a xor b of this one.
func pairXor256(t int) Register { return []Register{Y14, Y15}[t%2] }

func avx2() {
	k := table("constants256", constants[:]...)
	pad := table("padding256", padding()...)
	start := table("initial256", initial[:]...)
	swap := table("byteSwap256", byteSwap...)
	hashPairs256(k, pad, start, swap)
	sum256(k, start, swap)
}

// xorRotated256 sets Y8 to the xor of three rotations of x, or of two and, with shift, a
// shift.
func xorRotated256(x Register, r1, r2, r3 uint64, shift bool) {
	VPSRLD(U8(r1), x, Y8)
	VPSLLD(U8(32-r1), x, Y9)
	VPSRLD(U8(r2), x, Y10)
	VPSLLD(U8(32-r2), x, Y11)
	VPXOR(Y9, Y8, Y8)
	VPXOR(Y11, Y10, Y10)
	VPSRLD(U8(r3), x, Y12)
	VPXOR(Y10, Y8, Y8)
	VPXOR(Y12, Y8, Y8)
	if !shift {
		VPSLLD(U8(32-r3), x, Y13)
		VPXOR(Y13, Y8, Y8)
	}
}

// round256 is round t. Of w, the word of the schedule, and k, the constant, w may have
// no base: k then has the sum.
func round256(t int, w, k Mem) {
	v := rotated(state256, t)
	a, b, d, e, f, g, h := v[0], v[1], v[3], v[4], v[5], v[6], v[7]
	VPBROADCASTD(k, Y8)
	if w.Base != nil {
		VPADDD(w, Y8, Y8)
	}
	VPADDD(Y8, h, h)
	xorRotated256(e, 6, 11, 25, false)
	VPXOR(g, f, Y9)
	VPAND(e, Y9, Y9)
	VPXOR(g, Y9, Y9)
	VPADDD(Y8, h, h)
	VPADDD(Y9, h, h)
	VPADDD(h, d, d)
	xorRotated256(a, 2, 13, 22, false)
	// The majority of a, b and c is b, unless both others differ from it.
	major, next := pairXor256(t), pairXor256(t+1)
	VPXOR(b, a, next)
	VPAND(next, major, major)
	VPXOR(b, major, major)
	VPADDD(Y8, h, h)
	VPADDD(major, h, h)
}

// schedule256 writes the word 16 after that at w; x is a free register.
func schedule256(w Mem, x Register) {
	at := func(i int) Mem { return w.Offset(32 * i) }
	VMOVDQU(at(1), x)
	xorRotated256(x, 7, 18, 3, true)
	VPADDD(at(0), Y8, Y13)
	VPADDD(at(9), Y13, Y13)
	VMOVDQU(at(14), x)
	xorRotated256(x, 17, 19, 10, true)
	VPADDD(Y13, Y8, Y8)
	VMOVDQU(Y8, at(16))
}

// rounds256 emits a loop of n rounds, eight at a time; w may have no base. It leaves k
// and w at the next.
func rounds256(name string, n int, w, k Mem, schedule bool) {
	end := GP64()
	LEAQ(k.Offset(4*n), end)
	Label(name)
	for t := range 8 {
		at := w
		if w.Base != nil {
			at = w.Offset(32 * t)
		}
		round256(t, at, k.Offset(4*t))
		if schedule {
			schedule256(at, pairXor256(t))
		}
	}
	if w.Base != nil {
		ADDQ(U32(8*32), w.Base)
	}
	ADDQ(U8(8*4), k.Base)
	CMPQ(k.Base, end)
	JNE(LabelRef(name))
}

// startRounds256 sets what round 0 expects of pairXor256.
func startRounds256() { VPXOR(state256[2], state256[1], pairXor256(0)) }

// block256 is the 64 rounds of a block whose 16 words are at the front of w.
func block256(w, constants Mem) {
	k, at := address(constants), address(w)
	startRounds256()
	rounds256("scheduled", 48, at, k, true)
	rounds256("rounds", 16, at, k, false)
}

// transpose4x256 transposes, in each 128-bit part, the four words of four registers.
func transpose4x256(r []Register) {
	t := temps256
	VPUNPCKLDQ(r[1], r[0], t[0])
	VPUNPCKHDQ(r[1], r[0], t[1])
	VPUNPCKLDQ(r[3], r[2], t[2])
	VPUNPCKHDQ(r[3], r[2], t[3])
	VPUNPCKLQDQ(t[2], t[0], r[0])
	VPUNPCKHQDQ(t[2], t[0], r[1])
	VPUNPCKLQDQ(t[3], t[1], r[2])
	VPUNPCKHQDQ(t[3], t[1], r[3])
}

// load256 writes the words of eight blocks, the first at p and the others each stride
// after another, to w. It changes the working variables.
func load256(p, stride, w, swap Mem) {
	three, half := GP64(), GP64()
	LEAQ(stride.Idx(stride.Base, 2), three)
	LEAQ(p.Idx(stride.Base, 4), half)
	row := func(base Register, i, part int) Mem {
		m := Mem{Base: base, Disp: 16 * part}
		switch i {
		case 1, 2:
			return m.Idx(stride.Base, uint8(i))
		case 3:
			return m.Idx(three, 1)
		}
		return m
	}
	VBROADCASTI128(swap, Y14)
	for part := range 4 {
		for i, r := range state256[:4] {
			VMOVDQU(row(p.Base, i, part), r.(VecPhysical).AsX())
			VINSERTI128(U8(1), row(half, i, part), r, r)
			VPSHUFB(Y14, r, r)
		}
		transpose4x256(state256[:4])
		for i, r := range state256[:4] {
			VMOVDQU(r, w.Offset(32*(4*part+i)))
		}
	}
}

// store256 writes the digests, of which state256 is the chaining value, to p.
func store256(p, swap Mem) {
	VBROADCASTI128(swap, Y14)
	for _, s := range state256 {
		VPSHUFB(Y14, s, s)
	}
	transpose4x256(state256[:4])
	transpose4x256(state256[4:])
	// Part k of register j and that of register 4+j are now digest 4k+j.
	for j := range 4 {
		lo, hi := state256[j], state256[4+j]
		VPERM2I128(U8(0x20), hi, lo, Y8)
		VPERM2I128(U8(0x31), hi, lo, Y9)
		VMOVDQU(Y8, p.Offset(32*j))
		VMOVDQU(Y9, p.Offset(32*(4+j)))
	}
}

func begin256(start Mem) {
	for i, r := range state256 {
		VPBROADCASTD(start.Offset(4*i), r)
	}
}

func add256(p Mem) {
	for i, r := range state256 {
		VPADDD(p.Offset(32*i), r, r)
	}
}

func keep256(p Mem) {
	for i, r := range state256 {
		VMOVDQU(r, p.Offset(32*i))
	}
}

func hashPairs256(k, pad, start, swap Mem) {
	TEXT("hashPairsAVX2", 0, "func(dst, src *[32]byte, groups int)")
	Pragma("noescape")
	Doc("hashPairsAVX2 is HashPairs of groups ≥ 1 of eight pairs.")
	dst, src, groups := Mem{Base: argument("dst")}, Mem{Base: argument("src")}, argument("groups")
	stride := Mem{Base: GP64()}
	w, chain := AllocLocal(64*32), AllocLocal(8*32)
	MOVQ(U32(64), stride.Base)
	Label("group")
	load256(src, stride, w, swap)
	begin256(start)
	keep256(chain)
	block256(w, k)
	add256(chain)
	keep256(chain)
	startRounds256()
	rounds256("padding", 64, Mem{}, address(pad), false)
	add256(chain)
	store256(dst, swap)
	ADDQ(U32(8*64), src.Base)
	ADDQ(U32(8*32), dst.Base)
	DECQ(groups)
	JNE(LabelRef("group"))
	VZEROUPPER()
	RET()
}

func sum256(k, start, swap Mem) {
	TEXT("sumAVX2", 0, "func(dst *[8][32]byte, p *byte, stride, blocks int, tail *[8][128]byte, tailBlocks int)")
	Pragma("noescape")
	Doc("sumAVX2 sets dst to the digests of eight messages: of blocks of 64 bytes at p + i*stride,",
		"and then tailBlocks, 1 or 2, of tail.")
	dst, p, blocks := Mem{Base: argument("dst")}, Mem{Base: argument("p")}, argument("blocks")
	stride := Mem{Base: argument("stride")}
	tail, tailBlocks := argument("tail"), argument("tailBlocks")
	w, chain := AllocLocal(64*32), AllocLocal(8*32)
	begin256(start)
	keep256(chain)
	TESTQ(blocks, blocks)
	JE(LabelRef("tail"))
	Label("next")
	load256(p, stride, w, swap)
	for i, r := range state256 {
		VMOVDQU(chain.Offset(32*i), r)
	}
	block256(w, k)
	add256(chain)
	keep256(chain)
	ADDQ(U8(64), p.Base)
	DECQ(blocks)
	JNE(LabelRef("next"))
	Label("tail")
	MOVQ(tail, p.Base)
	MOVQ(U32(128), stride.Base)
	MOVQ(tailBlocks, blocks)
	XORQ(tailBlocks, tailBlocks)
	TESTQ(blocks, blocks)
	JNE(LabelRef("next"))
	store256(dst, swap)
	VZEROUPPER()
	RET()
}
