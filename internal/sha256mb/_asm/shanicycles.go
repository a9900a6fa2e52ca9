package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func shaniCycles() {
	t := tables("Cycles")
	t.pad = table("paddingCycles", 1<<31, 0, 0, 0)
	cycles(t, "cycleSHANI", streams[:1],
		"cycleSHANI sets dst to the digest of the message that is offset bytes behind the first of c.",
		"Its blocks in the ring are blocks > ring. It asks for the cache lines of another cycle.")
	cycles(t, "cyclesSHANI", streams,
		"cyclesSHANI is cycleSHANI of two messages one after the other.")
}

// cycles is for messages that have equal blocks: what the rounds add, the words of the
// schedule with the constants, is computed once for each and kept.
func cycles(t tablesSHANI, name string, streams []stream, doc ...string) {
	TEXT(name, attr.NOSPLIT, "func(dst *[32]byte, c, ahead *[17]*[32]byte, offset, ring, blocks int, kept *[2][8][256]byte)")
	Pragma("noescape")
	Doc(doc...)
	dst, p, ahead := Mem{Base: argument("dst")}, Mem{Base: argument("c")}, Mem{Base: argument("ahead")}
	offset, ring, blocks := argument("offset"), argument("ring"), argument("blocks")
	kept := Mem{Base: argument("kept")}
	k := address(t.k)
	chain := AllocLocal(32 * len(streams))
	at, left := Mem{Base: GP64()}, GP64()
	half := Mem{Base: GP64()}
	const most, all = 8, 8 * 256 // blocks of a cycle, and what is kept of them
	const last = 16 * most       // where a cycle has its last half

	// load sets half of w to the half block at p, and asks for the one ahead.
	load := func(p, ahead Mem, w int) {
		MOVQ(ahead, half.Base)
		PREFETCHT0(half.Idx(offset, 1))
		MOVQ(p, half.Base)
		ADDQ(offset, half.Base)
		for i, s := range streams {
			for j, w := range s.w[w : w+2] {
				MOVOU(half.Offset(32*i+16*j), w)
				PSHUFB(X15, w)
			}
		}
	}
	begin := func() {
		for i, s := range streams {
			s.keep(chain.Offset(32 * i))
		}
	}
	end := func() {
		for i, s := range streams {
			s.add(chain.Offset(32 * i))
		}
	}

	MOVOU(t.swap, X15)
	for _, s := range streams {
		s.begin(t.start)
	}
	// The first block, and the ring.
	MOVQ(kept.Base, at.Base)
	MOVQ(ring, left)
	Label("once")
	begin()
	load(p, ahead, 0)
	load(p.Offset(8), ahead.Offset(8), 2)
	blockKept(streams, k, func(i, g int) { MOVOU(X0, at.Offset(all*i+16*g)) })
	end()
	ADDQ(U8(16), p.Base)
	ADDQ(U8(16), ahead.Base)
	ADDQ(U32(256), at.Base)
	DECQ(left)
	JGE(LabelRef("once"))

	// The ring again and again.
	bits := GP64()
	LEAQ(Mem{Base: blocks, Disp: 1}, bits)
	SHLQ(U8(9), bits)
	ADDQ(U32(256), bits)
	SUBQ(ring, blocks)
	Label("again")
	LEAQ(kept.Offset(256), at.Base)
	MOVQ(ring, left)
	Label("next")
	begin()
	scheduledBlock(streams, at, all)
	end()
	ADDQ(U32(256), at.Base)
	DECQ(blocks)
	JE(LabelRef("last"))
	DECQ(left)
	JNE(LabelRef("next"))
	JMP(LabelRef("again"))

	// Half a block, and the padding.
	Label("last")
	Load(Param("c"), p.Base)
	Load(Param("ahead"), ahead.Base)
	begin()
	load(p.Offset(last), ahead.Offset(last), 0)
	for _, s := range streams {
		MOVOU(t.pad, s.w[2])
		MOVQ(bits, s.w[3])
		PSLLDQ(U8(12), s.w[3])
	}
	block(streams, k)
	end()
	for i, s := range streams {
		s.store(dst.Offset(32*i), t.reverse)
	}
	RET()
}
