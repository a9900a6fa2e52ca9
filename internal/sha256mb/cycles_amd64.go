//go:build !purego

package sha256mb

// wideCycles is the least number of messages for which sixteen lanes, some of them idle,
// are faster than SHA-NI, which keeps schedules. Measured on an Intel Xeon of the 5th
// generation (Emerald Rapids), 2026-11-25, for messages of 1,248 bytes with rings of 7
// blocks, in nanoseconds: 10 messages take 6,375 in lanes and 6,508 by SHA-NI; 9: 6,290
// and 6,090 (BenchmarkCycles).
const wideCycles = 10

func (c *Cycles) sum(dst [][32]byte, m, ahead *Cycle, ring, blocks int) {
	if !use.shani || use.avx512 && len(dst) >= wideCycles {
		c.sumGeneric(dst, m, ring, blocks)
		return
	}
	halves, next, i := (*[CycleLast + 1]*[32]byte)(m), (*[CycleLast + 1]*[32]byte)(ahead), 0
	for ; i+2 <= len(dst); i += 2 {
		cyclesSHANI(&dst[i], halves, next, 32*i, ring, blocks, &c.kept)
	}
	if i < len(dst) {
		cycleSHANI(&dst[i], halves, next, 32*i, ring, blocks, &c.kept)
	}
}
