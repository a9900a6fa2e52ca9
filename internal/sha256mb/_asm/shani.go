package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A stream is a message of those hashed at a time. abef and cdgh are the working
// variables as the instructions want them, the first named in the highest word; w the
// last sixteen words of the schedule.
type stream struct {
	abef, cdgh Register
	w          [4]Register
	temp       Register
}

// Two streams use the instructions' throughput, which is more than one over their
// latency. X0 is the operand that the instructions imply, X15 a mask.
var streams = []stream{
	{X1, X2, [4]Register{X3, X4, X5, X6}, X7},
	{X8, X9, [4]Register{X10, X11, X12, X13}, X14},
}

// tablesSHANI are the tables of the kernels.
type tablesSHANI struct{ k, pad, start, swap, reverse, end Mem }

// tables declares what all kernels use, under names that end so.
func tables(suffix string) (t tablesSHANI) {
	t.k = table("constants"+suffix, constants[:]...)
	h := initial
	t.start = table("initial"+suffix, h[5], h[4], h[1], h[0], h[7], h[6], h[3], h[2])
	t.swap = table("byteSwap"+suffix, byteSwap...)
	t.reverse = table("reverse"+suffix, 0x0c0d0e0f, 0x08090a0b, 0x04050607, 0x00010203)
	return t
}

func shani() {
	t := tables("SHANI")
	t.pad = table("paddingSHANI", padding()...)
	t.end = table("endSHANI", 0, 0, 0, 8*65)
	hashPairsSHANI(t)
	hashPairsPrefixedSHANI(t)
	sumSHANI(t)
}

// rounds does four rounds by X0: words of the schedule with the constants added.
func (s stream) rounds() {
	SHA256RNDS2(X0, s.abef, s.cdgh)
	PSHUFD(U8(0x0e), X0, X0)
	SHA256RNDS2(X0, s.cdgh, s.abef)
}

// block is the 64 rounds of a block in w.
func block(streams []stream, k Mem) { blockKept(streams, k, func(i, g int) {}) }

// blockKept is block, and calls keep where X0 has what stream i adds in rounds 4g to
// 4g+3.
func blockKept(streams []stream, k Mem, keep func(i, g int)) {
	for g := range 16 {
		for i, s := range streams {
			w := func(i int) Register { return s.w[(g+i)%4] }
			MOVOU(k.Offset(16*g), X0)
			PADDD(w(0), X0)
			keep(i, g)
			s.rounds()
			if g < 12 { // words 4g+16 to 4g+19
				SHA256MSG1(w(1), w(0))
				MOVO(w(3), s.temp)
				PALIGNR(U8(4), w(2), s.temp)
				PADDD(s.temp, w(0))
				SHA256MSG2(w(3), w(0))
			}
		}
	}
}

// scheduledBlock is the 64 rounds of a block whose schedule with the constants is in
// memory, that of each stream stride bytes behind the one before.
func scheduledBlock(streams []stream, schedule Mem, stride int) {
	for g := range 16 {
		for i, s := range streams {
			MOVOU(schedule.Offset(stride*i+16*g), X0)
			s.rounds()
		}
	}
}

// begin sets the working variables to the initial value.
func (s stream) begin(start Mem) {
	MOVOU(start, s.abef)
	MOVOU(start.Offset(16), s.cdgh)
}

// load sets w to the block at p.
func (s stream) load(p Mem) {
	for i, w := range s.w {
		MOVOU(p.Offset(16*i), w)
		PSHUFB(X15, w)
	}
}

// store writes the digest to p; reverse reverses bytes.
func (s stream) store(p, reverse Mem) {
	MOVOU(reverse, s.temp)
	PSHUFB(s.temp, s.abef)
	PSHUFB(s.temp, s.cdgh)
	MOVO(s.abef, s.temp)
	PUNPCKLQDQ(s.cdgh, s.abef)
	PUNPCKHQDQ(s.cdgh, s.temp)
	MOVOU(s.abef, p)
	MOVOU(s.temp, p.Offset(16))
}

// add adds the chaining value at p to the working variables.
func (s stream) add(p Mem) {
	MOVOU(p, s.temp)
	PADDD(s.temp, s.abef)
	MOVOU(p.Offset(16), s.temp)
	PADDD(s.temp, s.cdgh)
}

// keep writes the working variables to p.
func (s stream) keep(p Mem) {
	MOVOU(s.abef, p)
	MOVOU(s.cdgh, p.Offset(16))
}

// forPairs emits a loop over n pairs, two and then one at a time. hash hashes those at
// src and writes the digests to dst.
func forPairs(dst, src Mem, n Register, hash func([]stream)) {
	Label("two")
	SUBQ(U8(2), n)
	JL(LabelRef("one"))
	hash(streams)
	ADDQ(U32(2*64), src.Base)
	ADDQ(U8(2*32), dst.Base)
	JMP(LabelRef("two"))
	Label("one")
	INCQ(n)
	JNE(LabelRef("done"))
	hash(streams[:1])
	Label("done")
	RET()
}

func hashPairsSHANI(t tablesSHANI) {
	TEXT("hashPairsSHANI", attr.NOSPLIT, "func(dst, src *[32]byte, n int)")
	Pragma("noescape")
	Doc("hashPairsSHANI is HashPairs of n pairs.")
	dst, src, n := Mem{Base: argument("dst")}, Mem{Base: argument("src")}, argument("n")
	k, pad := address(t.k), address(t.pad)
	MOVOU(t.swap, X15)
	forPairs(dst, src, n, func(streams []stream) {
		for i, s := range streams {
			s.begin(t.start)
			s.load(src.Offset(64 * i))
		}
		block(streams, k)
		for _, s := range streams {
			s.add(t.start)
			MOVO(s.abef, s.w[0])
			MOVO(s.cdgh, s.w[1])
		}
		scheduledBlock(streams, pad, 0)
		for i, s := range streams {
			PADDD(s.w[0], s.abef)
			PADDD(s.w[1], s.cdgh)
			s.store(dst.Offset(32*i), t.reverse)
		}
	})
}

func hashPairsPrefixedSHANI(t tablesSHANI) {
	TEXT("hashPairsPrefixedSHANI", attr.NOSPLIT, "func(dst, src *[32]byte, n int, prefix byte)")
	Pragma("noescape")
	Doc("hashPairsPrefixedSHANI is HashPairsPrefixed of n pairs.")
	dst, src, n := Mem{Base: argument("dst")}, Mem{Base: argument("src")}, argument("n")
	prefix, last := GP32(), GP32()
	Load(Param("prefix"), prefix)
	k := address(t.k)
	chain := AllocLocal(64)
	MOVOU(t.swap, X15)
	forPairs(dst, src, n, func(streams []stream) {
		for i, s := range streams {
			s.begin(t.start)
			p := src.Offset(64 * i)
			// The prefix, and all bytes but the last.
			MOVD(prefix, s.temp)
			MOVOU(p, s.w[0])
			PSLLDQ(U8(1), s.w[0])
			POR(s.temp, s.w[0])
			for j := 1; j < 4; j++ {
				MOVOU(p.Offset(16*j-1), s.w[j])
			}
			for _, w := range s.w {
				PSHUFB(X15, w)
			}
		}
		block(streams, k)
		for i, s := range streams {
			s.add(t.start)
			s.keep(chain.Offset(32 * i))
			// The last byte and the padding.
			MOVBLZX(src.Offset(64*i+63), last)
			SHLL(U8(24), last)
			ORL(U32(0x800000), last)
			MOVD(last, s.w[0])
			PXOR(s.w[1], s.w[1])
			PXOR(s.w[2], s.w[2])
			MOVOU(t.end, s.w[3])
		}
		block(streams, k)
		for i, s := range streams {
			s.add(chain.Offset(32 * i))
			s.store(dst.Offset(32*i), t.reverse)
		}
	})
}

func sumSHANI(t tablesSHANI) {
	TEXT("sumSHANI", attr.NOSPLIT, "func(dst *[2][32]byte, p *byte, stride, blocks int, tail *[2][128]byte, tailBlocks int)")
	Pragma("noescape")
	Doc("sumSHANI sets dst to the digests of two messages: of blocks of 64 bytes at p and at p",
		"+ stride, and then tailBlocks, 1 or 2, of tail.")
	dst, p, stride, blocks := Mem{Base: argument("dst")}, Mem{Base: argument("p")}, argument("stride"), argument("blocks")
	tail, tailBlocks := argument("tail"), argument("tailBlocks")
	k := address(t.k)
	chain := AllocLocal(64)
	MOVOU(t.swap, X15)
	for _, s := range streams {
		s.begin(t.start)
	}
	TESTQ(blocks, blocks)
	JE(LabelRef("tail"))
	Label("next")
	for i, s := range streams {
		s.keep(chain.Offset(32 * i))
	}
	streams[0].load(p)
	streams[1].load(p.Idx(stride, 1))
	block(streams, k)
	for i, s := range streams {
		s.add(chain.Offset(32 * i))
	}
	ADDQ(U8(64), p.Base)
	DECQ(blocks)
	JNE(LabelRef("next"))
	Label("tail")
	MOVQ(tail, p.Base)
	MOVQ(U32(128), stride)
	MOVQ(tailBlocks, blocks)
	XORQ(tailBlocks, tailBlocks)
	TESTQ(blocks, blocks)
	JNE(LabelRef("next"))
	for i, s := range streams {
		s.store(dst.Offset(32*i), t.reverse)
	}
	RET()
}
