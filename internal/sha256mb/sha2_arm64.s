//go:build !purego

#include "textflag.h"

// A stream has its working variables in h0, words a to d, and h1, words e to h; the last
// sixteen words of the schedule in four registers; and the temporaries t and x. Stream A
// has V0 to V7, stream B V8 to V15. Two streams use the instructions' throughput, which
// is more than one over their latency.
//
// V16 to V19 are constants of the rounds, V20 and V21 the initial value, V22 to V25
// chaining values. R0 is the table of constants, R1 that of the padding with them added.

// ROUNDS does four rounds by x, words with the constants added.
#define ROUNDS(h0, h1, t, x) \
	VMOV h0.B16, t.B16 \
	SHA256H x.S4, h1, h0 \
	SHA256H2 x.S4, t, h1

// SCHEDULED does four rounds with w0, and replaces it by the words sixteen after it.
#define SCHEDULED(k, h0, h1, t, x, w0, w1, w2, w3) \
	VADD k.S4, w0.S4, x.S4 \
	SHA256SU0 w1.S4, w0.S4 \
	ROUNDS(h0, h1, t, x) \
	SHA256SU1 w3.S4, w2.S4, w0.S4

// LAST does four rounds with w.
#define LAST(k, h0, h1, t, x, w) \
	VADD k.S4, w.S4, x.S4 \
	ROUNDS(h0, h1, t, x)

#define SCHEDULED_A(k, w0, w1, w2, w3) SCHEDULED(k, V0, V1, V2, V3, w0, w1, w2, w3)
#define SCHEDULED_B(k, w0, w1, w2, w3) SCHEDULED(k, V8, V9, V10, V11, w0, w1, w2, w3)
#define LAST_A(k, w) LAST(k, V0, V1, V2, V3, w)
#define LAST_B(k, w) LAST(k, V8, V9, V10, V11, w)

// CONSTANTS loads those of the next sixteen rounds.
#define CONSTANTS(table) \
	VLD1.P 64(table), [V16.S4, V17.S4, V18.S4, V19.S4]

#define SIXTEEN_A \
	CONSTANTS(R2) \
	SCHEDULED_A(V16, V4, V5, V6, V7) \
	SCHEDULED_A(V17, V5, V6, V7, V4) \
	SCHEDULED_A(V18, V6, V7, V4, V5) \
	SCHEDULED_A(V19, V7, V4, V5, V6)

// BLOCK_A is the 64 rounds of the block in V4 to V7.
#define BLOCK_A \
	MOVD R0, R2 \
	SIXTEEN_A \
	SIXTEEN_A \
	SIXTEEN_A \
	CONSTANTS(R2) \
	LAST_A(V16, V4) \
	LAST_A(V17, V5) \
	LAST_A(V18, V6) \
	LAST_A(V19, V7)

#define SIXTEEN_AB \
	CONSTANTS(R2) \
	SCHEDULED_A(V16, V4, V5, V6, V7) \
	SCHEDULED_B(V16, V12, V13, V14, V15) \
	SCHEDULED_A(V17, V5, V6, V7, V4) \
	SCHEDULED_B(V17, V13, V14, V15, V12) \
	SCHEDULED_A(V18, V6, V7, V4, V5) \
	SCHEDULED_B(V18, V14, V15, V12, V13) \
	SCHEDULED_A(V19, V7, V4, V5, V6) \
	SCHEDULED_B(V19, V15, V12, V13, V14)

// BLOCK_AB does in addition those of the block in V12 to V15.
#define BLOCK_AB \
	MOVD R0, R2 \
	SIXTEEN_AB \
	SIXTEEN_AB \
	SIXTEEN_AB \
	CONSTANTS(R2) \
	LAST_A(V16, V4) \
	LAST_B(V16, V12) \
	LAST_A(V17, V5) \
	LAST_B(V17, V13) \
	LAST_A(V18, V6) \
	LAST_B(V18, V14) \
	LAST_A(V19, V7) \
	LAST_B(V19, V15)

#define PADDING_SIXTEEN_A \
	CONSTANTS(R2) \
	ROUNDS(V0, V1, V2, V16) \
	ROUNDS(V0, V1, V2, V17) \
	ROUNDS(V0, V1, V2, V18) \
	ROUNDS(V0, V1, V2, V19)

// PADDING_A is the 64 rounds of the block that pads a message of 64 bytes.
#define PADDING_A \
	MOVD R1, R2 \
	PADDING_SIXTEEN_A \
	PADDING_SIXTEEN_A \
	PADDING_SIXTEEN_A \
	PADDING_SIXTEEN_A

#define PADDING_SIXTEEN_AB \
	CONSTANTS(R2) \
	ROUNDS(V0, V1, V2, V16) \
	ROUNDS(V8, V9, V10, V16) \
	ROUNDS(V0, V1, V2, V17) \
	ROUNDS(V8, V9, V10, V17) \
	ROUNDS(V0, V1, V2, V18) \
	ROUNDS(V8, V9, V10, V18) \
	ROUNDS(V0, V1, V2, V19) \
	ROUNDS(V8, V9, V10, V19)

#define PADDING_AB \
	MOVD R1, R2 \
	PADDING_SIXTEEN_AB \
	PADDING_SIXTEEN_AB \
	PADDING_SIXTEEN_AB \
	PADDING_SIXTEEN_AB

// COPY copies working variables.
#define COPY(from0, from1, to0, to1) \
	VMOV from0.B16, to0.B16 \
	VMOV from1.B16, to1.B16

// SUM adds a chaining value to working variables.
#define SUM(c0, c1, h0, h1) \
	VADD c0.S4, h0.S4, h0.S4 \
	VADD c1.S4, h1.S4, h1.S4

// SWAP makes words of big-endian bytes, or the reverse.
#define SWAP(w) VREV32 w.B16, w.B16

#define SWAP4(w0, w1, w2, w3) \
	SWAP(w0) \
	SWAP(w1) \
	SWAP(w2) \
	SWAP(w3)

#define LOAD_A(p) \
	VLD1 (p), [V4.B16, V5.B16, V6.B16, V7.B16] \
	SWAP4(V4, V5, V6, V7)

#define LOAD_B(p) \
	VLD1 (p), [V12.B16, V13.B16, V14.B16, V15.B16] \
	SWAP4(V12, V13, V14, V15)

// STORE writes a digest to R3 and advances it.
#define STORE(h0, h1) \
	SWAP(h0) \
	SWAP(h1) \
	VST1.P [h0.B16, h1.B16], 32(R3)

#define TABLES \
	MOVD $·constants(SB), R0 \
	MOVD $·initial(SB), R2 \
	VLD1 (R2), [V20.S4, V21.S4]

// func hashPairsSHA2(dst, src *[32]byte, n int, padding *[64]uint32)
TEXT ·hashPairsSHA2(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R3
	MOVD src+8(FP), R4
	MOVD n+16(FP), R5
	MOVD padding+24(FP), R1
	TABLES

two:
	SUBS $2, R5, R5
	BLT  one
	COPY(V20, V21, V0, V1)
	COPY(V20, V21, V8, V9)
	LOAD_A(R4)
	ADD  $64, R4
	LOAD_B(R4)
	ADD  $64, R4
	BLOCK_AB
	SUM(V20, V21, V0, V1)
	SUM(V20, V21, V8, V9)
	COPY(V0, V1, V22, V23)
	COPY(V8, V9, V24, V25)
	PADDING_AB
	SUM(V22, V23, V0, V1)
	SUM(V24, V25, V8, V9)
	STORE(V0, V1)
	STORE(V8, V9)
	B    two

one:
	ADDS $1, R5, R5
	BNE  done
	COPY(V20, V21, V0, V1)
	LOAD_A(R4)
	BLOCK_A
	SUM(V20, V21, V0, V1)
	COPY(V0, V1, V22, V23)
	PADDING_A
	SUM(V22, V23, V0, V1)
	STORE(V0, V1)

done:
	RET

// PREFIXED turns the block at R4 and the words of its last bytes: byte 15 of V26 comes
// first, and the last byte goes to R6.
#define PREFIXED(w0, w1, w2, w3) \
	VLD1 (R4), [w0.B16, w1.B16, w2.B16, w3.B16] \
	MOVBU 63(R4), R6 \
	VEXT $15, w3.B16, w2.B16, w3.B16 \
	VEXT $15, w2.B16, w1.B16, w2.B16 \
	VEXT $15, w1.B16, w0.B16, w1.B16 \
	VEXT $15, w0.B16, V26.B16, w0.B16 \
	SWAP4(w0, w1, w2, w3) \
	ADD $64, R4

// END is the block of the last byte, in last, and the padding.
#define END(last, w0, w1, w2, w3) \
	LSL $24, last, last \
	ORR $0x800000, last, last \
	VEOR w0.B16, w0.B16, w0.B16 \
	VEOR w1.B16, w1.B16, w1.B16 \
	VEOR w2.B16, w2.B16, w2.B16 \
	VEOR w3.B16, w3.B16, w3.B16 \
	VMOV last, w0.S[0] \
	VMOV R8, w3.S[3]

// func hashPairsPrefixedSHA2(dst, src *[32]byte, n int, prefix byte)
TEXT ·hashPairsPrefixedSHA2(SB), NOSPLIT, $0-25
	MOVD  dst+0(FP), R3
	MOVD  src+8(FP), R4
	MOVD  n+16(FP), R5
	MOVBU prefix+24(FP), R6
	VDUP  R6, V26.B16
	MOVD  $(65*8), R8
	TABLES

two:
	SUBS $2, R5, R5
	BLT  one
	COPY(V20, V21, V0, V1)
	COPY(V20, V21, V8, V9)
	PREFIXED(V4, V5, V6, V7)
	MOVD R6, R7
	PREFIXED(V12, V13, V14, V15)
	BLOCK_AB
	SUM(V20, V21, V0, V1)
	SUM(V20, V21, V8, V9)
	COPY(V0, V1, V22, V23)
	COPY(V8, V9, V24, V25)
	END(R7, V4, V5, V6, V7)
	END(R6, V12, V13, V14, V15)
	BLOCK_AB
	SUM(V22, V23, V0, V1)
	SUM(V24, V25, V8, V9)
	STORE(V0, V1)
	STORE(V8, V9)
	B    two

one:
	ADDS $1, R5, R5
	BNE  done
	COPY(V20, V21, V0, V1)
	PREFIXED(V4, V5, V6, V7)
	BLOCK_A
	SUM(V20, V21, V0, V1)
	COPY(V0, V1, V22, V23)
	END(R6, V4, V5, V6, V7)
	BLOCK_A
	SUM(V22, V23, V0, V1)
	STORE(V0, V1)

done:
	RET

// func sumSHA2(dst *[2][32]byte, p *byte, stride, blocks int, tail *[2][128]byte, tailBlocks int)
TEXT ·sumSHA2(SB), NOSPLIT, $0-48
	MOVD dst+0(FP), R3
	MOVD p+8(FP), R4
	MOVD stride+16(FP), R5
	MOVD blocks+24(FP), R6
	MOVD tail+32(FP), R7
	MOVD tailBlocks+40(FP), R8
	TABLES
	COPY(V20, V21, V0, V1)
	COPY(V20, V21, V8, V9)
	CBZ  R6, end

next:
	COPY(V0, V1, V22, V23)
	COPY(V8, V9, V24, V25)
	ADD  R4, R5, R9
	LOAD_A(R4)
	LOAD_B(R9)
	ADD  $64, R4
	BLOCK_AB
	SUM(V22, V23, V0, V1)
	SUM(V24, V25, V8, V9)
	SUBS $1, R6, R6
	BNE  next

end:
	MOVD R7, R4
	MOVD $128, R5
	MOVD R8, R6
	MOVD $0, R8
	CBNZ R6, next
	STORE(V0, V1)
	STORE(V8, V9)
	RET
