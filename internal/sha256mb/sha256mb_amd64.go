//go:build !purego

package sha256mb

import (
	"encoding/binary"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/cpu"
)

// kernels says which kernels are used.
type kernels struct{ avx512, avx2, shani bool }

// machine has what the processor runs: the conjunction of what the kernels execute. The
// bits of the vector extensions include the operating system's support.
var machine = kernels{
	// 512-bit registers, their bytes, and their shorter forms.
	avx512: cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL,
	avx2:   cpu.X86.HasAVX2,
	// The instructions of SHA-256, and shuffles of bytes.
	shani: cpuid.CPU.Supports(cpuid.SHA, cpuid.SSSE3),
}

// use is what runs. Only tests change it.
var use = machine

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return use.avx512 }

// Implementations lists what this machine can run, the fastest first for many messages.
func Implementations() (names []string) {
	if machine.avx512 {
		names = append(names, "avx512")
	}
	if machine.shani {
		names = append(names, "shani")
	}
	if machine.avx2 {
		names = append(names, "avx2")
	}
	return append(names, "generic")
}

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) {
	if use.avx512 {
		raceRead(unsafe.Pointer(b), unsafe.Sizeof(*b))
		raceWrite(unsafe.Pointer(s), unsafe.Sizeof(*s))
		compressAVX512((*[8][Lanes]uint32)(s), (*[16][Lanes]uint32)(b))
		return
	}
	compressGeneric(s, b)
}

// The least rest of a group for which sixteen lanes, some of them idle, are faster than
// the messages by SHA-NI, two at a time, or, without it, one after another. Measured on
// an Intel Xeon of the 5th generation (Emerald Rapids), 2026-11-25, in nanoseconds.
const (
	widePairs    = 8  // 8 pairs: 478 in lanes, 513 by SHA-NI; 7: 478 and 453
	widePrefixed = 10 // 10 pairs: 642 in lanes, 644 by SHA-NI; 9: 642 and 600
	wideSums     = 9  // 9 messages of 64 bytes: 614 in lanes, 654 by SHA-NI; 8: 613 and 520
	wideAlone    = 4  // 4 pairs: 487 in lanes, 587 by crypto/sha256; 3: 487 and 440
)

// wide returns how many of n messages to hash in sixteen lanes. over is the least rest of
// a group for which they are faster than SHA-NI.
func (k kernels) wide(n, over int) int {
	if !k.avx512 {
		return 0
	}
	if !k.shani {
		over = wideAlone
	}
	if n%Lanes >= over {
		return n
	}
	return n - n%Lanes
}

func hashPairs(dst, src [][32]byte) {
	if n := use.wide(len(dst), widePairs); n > 0 {
		hashPairsAVX512(&dst[0], &src[0], n)
		dst, src = dst[n:], src[2*n:]
	}
	if use.shani {
		if len(dst) > 0 {
			hashPairsSHANI(&dst[0], &src[0], len(dst))
		}
		return
	}
	if n := len(dst) / 8; use.avx2 && n > 0 {
		hashPairsAVX2(&dst[0], &src[0], n)
		dst, src = dst[8*n:], src[16*n:]
	}
	hashPairsGeneric(dst, src)
}

func hashPairsPrefixed(dst, src [][32]byte, prefix byte) {
	if n := use.wide(len(dst), widePrefixed); n > 0 {
		// From the byte before a pair, which is not read: the prefix and the pair without
		// its last byte; that byte and the padding.
		last := [2]maskedBlock{masked(^uint64(1), 0, prefix), masked(1, 1, 0x80)}
		endMasked(&last[1], 65)
		for i := 0; i < n; i += Lanes {
			sumAVX512(&dst[i], &src[2*i][0], -1, 64, 0, &last, 2, min(n-i, Lanes))
		}
		dst, src = dst[n:], src[2*n:]
	}
	if use.shani {
		if len(dst) > 0 {
			hashPairsPrefixedSHANI(&dst[0], &src[0], len(dst), prefix)
		}
		return
	}
	if use.avx2 && len(dst) >= 8 {
		var rows [8]row
		blocks := pad(rows[:], 65, 65)
		for ; len(dst) >= 8; dst, src = dst[8:], src[16:] {
			for i := range rows {
				rows[i][0] = prefix
				copy(rows[i][1:33], src[2*i][:])
				copy(rows[i][33:65], src[2*i+1][:])
			}
			sumAVX2((*[8][32]byte)(dst), nil, 0, 0, &rows, blocks)
		}
	}
	hashPairsPrefixedGeneric(dst, src, prefix)
}

func sumLanes(dst [][32]byte, msgs []byte, n int) {
	if n == 0 {
		sumLanesGeneric(dst, msgs, n)
		return
	}
	full, rest := n/64, n%64
	if k := use.wide(len(dst), wideSums); k > 0 {
		last := [2]maskedBlock{masked(1<<rest-1, rest, 0x80)}
		lasts := 1
		if rest >= 56 {
			lasts = 2
		}
		endMasked(&last[lasts-1], n)
		for i := 0; i < k; i += Lanes {
			sumAVX512(&dst[i], &msgs[i*n], 0, n, full, &last, lasts, min(k-i, Lanes))
		}
		dst, msgs = dst[k:], msgs[k*n:]
	}
	if use.avx2 && !use.shani && len(dst) >= 8 {
		var rows [8]row
		blocks := pad(rows[:], rest, n)
		for ; len(dst) >= 8; dst, msgs = dst[8:], msgs[8*n:] {
			fill(rows[:], msgs, n)
			sumAVX2((*[8][32]byte)(dst), &msgs[0], n, full, &rows, blocks)
		}
	}
	if use.shani && len(dst) >= 2 {
		var rows [2]row
		blocks := pad(rows[:], rest, n)
		for ; len(dst) >= 2; dst, msgs = dst[2:], msgs[2*n:] {
			fill(rows[:], msgs, n)
			sumSHANI((*[2][32]byte)(dst), &msgs[0], n, full, &rows, blocks)
		}
	}
	sumLanesGeneric(dst, msgs, n)
}

// maskedBlock is a block, after the mask of the bytes that the message gives and not
// the block.
type maskedBlock = [8 + 64]byte

// masked returns a block that has the bytes of the mask from the message, x at i, and
// else zeros.
func masked(mask uint64, i int, x byte) (b maskedBlock) {
	binary.LittleEndian.PutUint64(b[:], mask)
	b[8+i] = x
	return b
}

// endMasked puts the length of a message of n bytes at the end of the block.
func endMasked(b *maskedBlock, n int) { binary.BigEndian.PutUint64(b[64:], 8*uint64(n)) }
