package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Registers: the working variables, the last sixteen words of the schedule, and
// temporaries. Each has one word of each of sixteen messages.
var (
	state512 = []Register{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7}
	words512 = []Register{Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23}
	temps512 = []Register{Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31}
)

// Immediates of VPTERNLOGD.
var (
	xor3   = U8(0x96)
	choose = U8(0xca)
	major  = U8(0xe8)
)

func avx512() {
	k := table("constants512", constants[:]...)
	pad := table("padding512", padding()...)
	start := table("initial512", initial[:]...)
	swap := table("byteSwap512", byteSwap...)
	hashPairs512(k, pad, start, swap)
	sum512(k, start, swap)
}

func avx512compress() { compress512(table("constants512", constants[:]...)) }

// xorRotated512 sets Z24 to the xor of three rotations of x, or of two and,
// with shift, a shift.
func xorRotated512(x Register, r1, r2, r3 uint64, shift bool) {
	VPRORD(U8(r1), x, Z24)
	VPRORD(U8(r2), x, Z25)
	if shift {
		VPSRLD(U8(r3), x, Z26)
	} else {
		VPRORD(U8(r3), x, Z26)
	}
	VPTERNLOGD(xor3, Z25, Z26, Z24)
}

// round512 is round t. Of w, the word of the schedule, and k, the constant, w may be
// nil: k then has the sum.
func round512(t int, w Register, k Mem) {
	v := rotated(state512, t)
	a, b, c, d, e, f, g, h := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	if w == nil {
		VPADDD_BCST(k, h, h)
	} else {
		VPADDD_BCST(k, w, Z27)
		VPADDD(Z27, h, h)
	}
	// The sums are such that e and a, which the next round waits for, come early.
	VMOVDQA32(e, Z27)
	VPTERNLOGD(choose, g, f, Z27)
	VPADDD(Z27, h, h)
	xorRotated512(e, 6, 11, 25, false)
	VPADDD(Z24, h, h)
	VPADDD(h, d, d)
	xorRotated512(a, 2, 13, 22, false)
	VMOVDQA32(a, Z27)
	VPTERNLOGD(major, c, b, Z27)
	VPADDD(Z27, Z24, Z24)
	VPADDD(Z24, h, h)
}

// schedule512 replaces word t of the schedule by word t+16.
func schedule512(t int) {
	w := func(i int) Register { return words512[(t+i)%16] }
	xorRotated512(w(1), 7, 18, 3, true)
	VPADDD(w(9), w(0), w(0))
	VPADDD(Z24, w(0), w(0))
	xorRotated512(w(14), 17, 19, 10, true)
	VPADDD(Z24, w(0), w(0))
}

// block512 is the 64 rounds of a block in words512.
func block512(name string, constants Mem) {
	k := address(constants)
	end := GP64()
	LEAQ(k.Offset(4*48), end)
	Label(name)
	for t := range 16 {
		round512(t, words512[t], k.Offset(4*t))
		schedule512(t)
	}
	ADDQ(U8(64), k.Base)
	CMPQ(k.Base, end)
	JNE(LabelRef(name))
	for t := range 16 {
		round512(t, words512[t], k.Offset(4*t))
	}
}

// paddingBlock512 is the 64 rounds of a block whose schedule is a table.
func paddingBlock512(name string, schedule Mem) {
	k := address(schedule)
	end := GP64()
	LEAQ(k.Offset(4*64), end)
	Label(name)
	for t := range 8 {
		round512(t, nil, k.Offset(4*t))
	}
	ADDQ(U8(32), k.Base)
	CMPQ(k.Base, end)
	JNE(LabelRef(name))
}

// transpose4x512 transposes, in each 128-bit part, the four words of four registers.
func transpose4x512(r []Register) {
	t := temps512
	VPUNPCKLDQ(r[1], r[0], t[0])
	VPUNPCKHDQ(r[1], r[0], t[1])
	VPUNPCKLDQ(r[3], r[2], t[2])
	VPUNPCKHDQ(r[3], r[2], t[3])
	VPUNPCKLQDQ(t[2], t[0], r[0])
	VPUNPCKHQDQ(t[2], t[0], r[1])
	VPUNPCKLQDQ(t[3], t[1], r[2])
	VPUNPCKHQDQ(t[3], t[1], r[3])
}

// transposeParts512 transposes the 128-bit parts of four registers.
func transposeParts512(r0, r1, r2, r3 Register) {
	t := temps512
	VSHUFI32X4(U8(0x44), r1, r0, t[0])
	VSHUFI32X4(U8(0xee), r1, r0, t[1])
	VSHUFI32X4(U8(0x44), r3, r2, t[2])
	VSHUFI32X4(U8(0xee), r3, r2, t[3])
	VSHUFI32X4(U8(0x88), t[2], t[0], r0)
	VSHUFI32X4(U8(0xdd), t[2], t[0], r1)
	VSHUFI32X4(U8(0x88), t[3], t[1], r2)
	VSHUFI32X4(U8(0xdd), t[3], t[1], r3)
}

// load512 sets words512 to the blocks of the messages of the first lanes lanes, the first
// at p and the others each stride after another, a word of all in each. The other lanes
// get that of the last message, so that nothing beyond it is read.
//
// Parts of four messages come into a register as it is loaded, for which the processor
// has more ports than for shuffles.
func load512(p, stride, lanes Register, swap Mem) {
	last, step, zero := GP64(), GP64(), GP64()
	MOVQ(lanes, last)
	DECQ(last)
	XORQ(zero, zero)
	rows := [4]Register{0: GP64()}
	MOVQ(p, rows[0])
	for k := 1; k < 4; k++ {
		rows[k] = GP64()
		MOVQ(U32(4*k), rows[k])
		CMPQ(rows[k], last)
		CMOVQHI(last, rows[k])
		IMULQ(stride, rows[k])
		ADDQ(p, rows[k])
	}
	for i := range 4 {
		for k, row := range rows {
			for part := range 4 {
				r, at := words512[4*part+i].(VecPhysical), Mem{Base: row}.Offset(16*part)
				if k == 0 {
					VMOVDQU32(at, r.AsX())
				} else {
					VINSERTI32X4(U8(k), at, r, r)
				}
			}
			if i < 3 {
				MOVQ(stride, step)
				CMPQ(last, U8(4*k+i))
				CMOVQLS(zero, step)
				ADDQ(step, row)
			}
		}
	}
	VBROADCASTI32X4(swap, Z31)
	for part := range 4 {
		r := words512[4*part:][:4]
		for _, r := range r {
			VPSHUFB(Z31, r, r)
		}
		transpose4x512(r)
	}
}

// loadMasked512 does what load512 does, but for the bytes that are not in mask, which
// are those of rest.
func loadMasked512(p, stride, lanes Register, mask Register, rest, swap Mem) {
	row, step, zero := GP64(), GP64(), GP64()
	MOVQ(p, row)
	XORQ(zero, zero)
	VMOVDQU32(rest, Z30)
	VBROADCASTI32X4(swap, Z31)
	for i, r := range words512 {
		VMOVDQU8_Z(Mem{Base: row}, mask, r)
		VPORD(Z30, r, r)
		VPSHUFB(Z31, r, r)
		if i < 15 {
			MOVQ(stride, step)
			CMPQ(lanes, U8(i+1))
			CMOVQLS(zero, step)
			ADDQ(step, row)
		}
	}
	for i := 0; i < 16; i += 4 {
		transpose4x512(words512[i : i+4])
	}
	// Part k of register 4g+j is now word 4k+j of messages 4g to 4g+3.
	for j := range 4 {
		transposeParts512(words512[j], words512[4+j], words512[8+j], words512[12+j])
	}
}

// store512 writes the digests of the first lanes messages, of which state512 is the
// chaining value, to p.
func store512(p Mem, lanes Register, swap Mem) {
	VBROADCASTI32X4(swap, Z31)
	for _, s := range state512 {
		VPSHUFB(Z31, s, s)
	}
	transpose4x512(state512[:4])
	transpose4x512(state512[4:])
	// Part k of register j and that of register 4+j are now digest 4k+j. Parts are stored
	// alone, as that takes no shuffle.
	for i := range 16 {
		for half := range 2 {
			s, at := state512[4*half+i%4].(VecPhysical), p.Offset(32*i+16*half)
			if i < 4 {
				VMOVDQU32(s.AsX(), at)
			} else {
				VEXTRACTI32X4(U8(i/4), s, at)
			}
		}
		if i < 15 {
			CMPQ(lanes, U8(i+1))
			JE(LabelRef("stored"))
		}
	}
	Label("stored")
}

// compress512 adds a block that is already one word to a register.
func compress512(k Mem) {
	TEXT("compressAVX512", attr.NOSPLIT, "func(s *[8][16]uint32, b *[16][16]uint32)")
	Pragma("noescape")
	Doc("compressAVX512 adds a block of every message to s.")
	s := Mem{Base: argument("s")}
	b := Mem{Base: argument("b")}
	for i, r := range state512 {
		VMOVDQU32(s.Offset(64*i), r)
	}
	for i, r := range words512 {
		VMOVDQU32(b.Offset(64*i), r)
	}
	block512("rounds", k)
	for i, r := range state512 {
		VPADDD(s.Offset(64*i), r, r)
		VMOVDQU32(r, s.Offset(64*i))
	}
	VZEROUPPER()
	RET()
}

func hashPairs512(k, pad, start, swap Mem) {
	TEXT("hashPairsAVX512", attr.NOSPLIT, "func(dst, src *[32]byte, n int)")
	Pragma("noescape")
	Doc("hashPairsAVX512 is HashPairs of n ≥ 1 pairs.")
	dst, src, n := argument("dst"), argument("src"), argument("n")
	lanes, stride := GP64(), GP64()
	MOVQ(U32(64), stride)
	Label("group")
	MOVQ(U32(16), lanes)
	CMPQ(n, lanes)
	CMOVQLT(n, lanes)
	load512(src, stride, lanes, swap)
	first := address(start)
	for i, r := range state512 {
		VPBROADCASTD(first.Offset(4*i), r)
	}
	block512("rounds", k)
	for i, r := range state512 {
		VPADDD_BCST(first.Offset(4*i), r, r)
		VMOVDQA32(r, words512[i])
	}
	paddingBlock512("padding", pad)
	for i, r := range state512 {
		VPADDD(words512[i], r, r)
	}
	store512(Mem{Base: dst}, lanes, swap)
	ADDQ(U32(16*64), src)
	ADDQ(U32(16*32), dst)
	SUBQ(U8(16), n)
	JG(LabelRef("group"))
	VZEROUPPER()
	RET()
}

func sum512(k, start, swap Mem) {
	TEXT("sumAVX512", 0, "func(dst *[32]byte, p *byte, offset, stride, blocks int, last *[2][72]byte, lasts, lanes int)")
	Pragma("noescape")
	Doc("sumAVX512 sets the first lanes of dst, 1 to 16, to the digests of as many messages:",
		"of blocks of 64 bytes, the first of message i at p + offset + i*stride, and then of the",
		"first lasts of last. Those have a mask in the first eight bytes: where its bits are set,",
		"the message goes on, and elsewhere the bytes that follow it count. Bytes of the message",
		"that are not in the mask are not read.")
	dst, p, stride, blocks := argument("dst"), argument("p"), argument("stride"), argument("blocks")
	last, lasts, lanes := Mem{Base: argument("last")}, argument("lasts"), argument("lanes")
	offset := argument("offset")
	ADDQ(offset, p)
	chain := AllocLocal(8 * 64)
	first := address(start)
	for i, r := range state512 {
		VPBROADCASTD(first.Offset(4*i), r)
	}
	t := GP64()
	Label("next")
	for i, r := range state512 {
		VMOVDQU32(r, chain.Offset(64*i))
	}
	TESTQ(blocks, blocks)
	JE(LabelRef("masked"))
	load512(p, stride, lanes, swap)
	DECQ(blocks)
	JMP(LabelRef("loaded"))
	Label("masked")
	KMOVQ(last, K1)
	loadMasked512(p, stride, lanes, K1, last.Offset(8), swap)
	ADDQ(U8(72), last.Base)
	DECQ(lasts)
	Label("loaded")
	block512("rounds", k)
	for i, r := range state512 {
		VPADDD(chain.Offset(64*i), r, r)
	}
	ADDQ(U8(64), p)
	MOVQ(blocks, t)
	ORQ(lasts, t)
	JNE(LabelRef("next"))
	store512(Mem{Base: dst}, lanes, swap)
	VZEROUPPER()
	RET()
}
