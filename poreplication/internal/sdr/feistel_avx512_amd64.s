//go:build !purego

#include "textflag.h"

// BLAKE2b of two message words in eight 64-bit lanes. Z0…Z15 are the sixteen
// words of the working state, Z16 and Z17 the message words 0 and 1 (all others
// are zero). The four mixings of half a round are independent, so they are
// written side by side to keep the vector units busy.

#define ADD4(a0, b0, a1, b1, a2, b2, a3, b3) \
	VPADDQ b0, a0, a0 \
	VPADDQ b1, a1, a1 \
	VPADDQ b2, a2, a2 \
	VPADDQ b3, a3, a3

#define XORROT4(n, d0, a0, d1, a1, d2, a2, d3, a3) \
	VPXORQ a0, d0, d0 \
	VPXORQ a1, d1, d1 \
	VPXORQ a2, d2, d2 \
	VPXORQ a3, d3, d3 \
	VPRORQ $n, d0, d0 \
	VPRORQ $n, d1, d1 \
	VPRORQ $n, d2, d2 \
	VPRORQ $n, d3, d3

// First and second half of four mixings G(a, b, c, d), after the message word
// has been added to a.
#define COLUMNS_FIRST \
	ADD4(Z0, Z4, Z1, Z5, Z2, Z6, Z3, Z7) \
	XORROT4(32, Z12, Z0, Z13, Z1, Z14, Z2, Z15, Z3) \
	ADD4(Z8, Z12, Z9, Z13, Z10, Z14, Z11, Z15) \
	XORROT4(24, Z4, Z8, Z5, Z9, Z6, Z10, Z7, Z11)

#define COLUMNS_SECOND \
	ADD4(Z0, Z4, Z1, Z5, Z2, Z6, Z3, Z7) \
	XORROT4(16, Z12, Z0, Z13, Z1, Z14, Z2, Z15, Z3) \
	ADD4(Z8, Z12, Z9, Z13, Z10, Z14, Z11, Z15) \
	XORROT4(63, Z4, Z8, Z5, Z9, Z6, Z10, Z7, Z11)

#define DIAGONALS_FIRST \
	ADD4(Z0, Z5, Z1, Z6, Z2, Z7, Z3, Z4) \
	XORROT4(32, Z15, Z0, Z12, Z1, Z13, Z2, Z14, Z3) \
	ADD4(Z10, Z15, Z11, Z12, Z8, Z13, Z9, Z14) \
	XORROT4(24, Z5, Z10, Z6, Z11, Z7, Z8, Z4, Z9)

#define DIAGONALS_SECOND \
	ADD4(Z0, Z5, Z1, Z6, Z2, Z7, Z3, Z4) \
	XORROT4(16, Z15, Z0, Z12, Z1, Z13, Z2, Z14, Z3) \
	ADD4(Z10, Z15, Z11, Z12, Z8, Z13, Z9, Z14) \
	XORROT4(63, Z5, Z10, Z6, Z11, Z7, Z8, Z4, Z9)

// Message word 0 (Z16) or 1 (Z17) enters mixing k of a half round through its
// first state word, which is Zk.
#define TAKE(m, a) VPADDQ m, a, a

// Byte order of every 64-bit lane reversed, for VPSHUFB.
DATA reverse<>+0(SB)/8, $0x0001020304050607
DATA reverse<>+8(SB)/8, $0x08090a0b0c0d0e0f
GLOBL reverse<>(SB), RODATA|NOPTR, $16

// func stepAVX512(x *[8]uint64, keys *[3]uint64, half, mask uint64)
//
// Z18 and Z19 hold the left and right halves, Z20 the mask, Z21 the shuffle.
TEXT ·stepAVX512(SB), NOSPLIT, $0-32
	MOVQ x+0(FP), DI
	MOVQ keys+8(FP), SI
	VMOVQ half+16(FP), X22
	VPBROADCASTQ mask+24(FP), Z20
	VBROADCASTI32X4 reverse<>(SB), Z21
	VMOVDQU64 (DI), Z0
	VPSRLQ X22, Z0, Z18
	VPANDQ Z20, Z0, Z19
	LEAQ ·blake2bStart(SB), AX
	MOVQ $3, CX

round:
	VPSHUFB Z21, Z19, Z16
	VPBROADCASTQ (SI), Z17
	VPSHUFB Z21, Z17, Z17
	VPBROADCASTQ 0(AX), Z0
	VPBROADCASTQ 8(AX), Z1
	VPBROADCASTQ 16(AX), Z2
	VPBROADCASTQ 24(AX), Z3
	VPBROADCASTQ 32(AX), Z4
	VPBROADCASTQ 40(AX), Z5
	VPBROADCASTQ 48(AX), Z6
	VPBROADCASTQ 56(AX), Z7
	VPBROADCASTQ 64(AX), Z8
	VPBROADCASTQ 72(AX), Z9
	VPBROADCASTQ 80(AX), Z10
	VPBROADCASTQ 88(AX), Z11
	VPBROADCASTQ 96(AX), Z12
	VPBROADCASTQ 104(AX), Z13
	VPBROADCASTQ 112(AX), Z14
	VPBROADCASTQ 120(AX), Z15

	// Round 0: word 0 stands at position 0, word 1 at 1.
	TAKE(Z16, Z0)
	COLUMNS_FIRST
	TAKE(Z17, Z0)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 1: word 0 stands at position 10, word 1 at 8.
	COLUMNS_FIRST
	COLUMNS_SECOND
	TAKE(Z16, Z1)
	TAKE(Z17, Z0)
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 2: word 0 stands at position 3, word 1 at 13.
	COLUMNS_FIRST
	TAKE(Z16, Z1)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	TAKE(Z17, Z2)
	DIAGONALS_SECOND

	// Round 3: word 0 stands at position 13, word 1 at 3.
	COLUMNS_FIRST
	TAKE(Z17, Z1)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	TAKE(Z16, Z2)
	DIAGONALS_SECOND

	// Round 4: word 0 stands at position 1, word 1 at 9.
	COLUMNS_FIRST
	TAKE(Z16, Z0)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	TAKE(Z17, Z0)
	DIAGONALS_SECOND

	// Round 5: word 0 stands at position 4, word 1 at 14.
	TAKE(Z16, Z2)
	COLUMNS_FIRST
	COLUMNS_SECOND
	TAKE(Z17, Z3)
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 6: word 0 stands at position 8, word 1 at 2.
	TAKE(Z17, Z1)
	COLUMNS_FIRST
	COLUMNS_SECOND
	TAKE(Z16, Z0)
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 7: word 0 stands at position 9, word 1 at 5.
	COLUMNS_FIRST
	TAKE(Z17, Z2)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	TAKE(Z16, Z0)
	DIAGONALS_SECOND

	// Round 8: word 0 stands at position 6, word 1 at 12.
	TAKE(Z16, Z3)
	COLUMNS_FIRST
	COLUMNS_SECOND
	TAKE(Z17, Z2)
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 9: word 0 stands at position 15, word 1 at 6.
	TAKE(Z17, Z3)
	COLUMNS_FIRST
	COLUMNS_SECOND
	DIAGONALS_FIRST
	TAKE(Z16, Z3)
	DIAGONALS_SECOND

	// Round 10: word 0 stands at position 0, word 1 at 1.
	TAKE(Z16, Z0)
	COLUMNS_FIRST
	TAKE(Z17, Z0)
	COLUMNS_SECOND
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Round 11: word 0 stands at position 10, word 1 at 8.
	COLUMNS_FIRST
	COLUMNS_SECOND
	TAKE(Z16, Z1)
	TAKE(Z17, Z0)
	DIAGONALS_FIRST
	DIAGONALS_SECOND

	// Digest word 0 is h0 ^ v0 ^ v8, big-endian; then l, r = r, l ^ (it & mask).
	VPBROADCASTQ (AX), Z1
	VPXORQ Z8, Z0, Z0
	VPXORQ Z1, Z0, Z0
	VPSHUFB Z21, Z0, Z0
	VPANDQ Z20, Z0, Z0
	VPXORQ Z18, Z0, Z0
	VMOVDQA64 Z19, Z18
	VMOVDQA64 Z0, Z19
	ADDQ $8, SI
	DECQ CX
	JNZ round

	VPSLLQ X22, Z18, Z18
	VPORQ Z19, Z18, Z18
	VMOVDQU64 Z18, (DI)
	VZEROUPPER
	RET
