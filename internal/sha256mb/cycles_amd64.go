//go:build !purego

package sha256mb

import "unsafe"

// wideCycles is the least number of messages for which sixteen lanes, some of them idle,
// are faster than SHA-NI, which keeps schedules. Measured on an Intel Xeon of the 5th
// generation (Emerald Rapids), 2026-11-25, for messages of 1,248 bytes with rings of 7
// blocks, in nanoseconds.
const wideCycles = 11

func (c *Cycles) sum(dst [][32]byte, messages []cycle, ring, n int) {
	if !use.shani || use.avx512 && len(dst) >= wideCycles {
		c.sumGeneric(dst, messages, ring, n)
		return
	}
	raceWrite(unsafe.Pointer(c), unsafe.Sizeof(*c))
	raceWrite(unsafe.Pointer(unsafe.SliceData(dst)), uintptr(len(dst))*32)
	finish(messages, ring, n)
	kept, i := &c.kept[0][0], 0
	for ; i+2 <= len(dst); i += 2 {
		cyclesSHANI(&dst[i], &messages[i], ring, n/64-1, kept)
	}
	if i < len(dst) {
		cycleSHANI(&dst[i], &messages[i], ring, n/64-1, kept)
	}
}
