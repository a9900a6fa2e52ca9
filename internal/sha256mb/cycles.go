package sha256mb

import (
	"unsafe"
)

// MostRing is the number of blocks of the longest ring, and mostBlocks of rings in the
// longest message.
const (
	MostRing   = 7
	mostBlocks = 18
)

// A Cycle says where messages are that repeat themselves: a block of 64 bytes, then those
// of a ring, over and over, and then half a block. It has the halves of those blocks of the
// first message, each 32 bytes: of the first block [0] and [1], of the ring those from
// [CycleRing] on, and the last half [CycleLast]. The halves of every other message are 32
// bytes behind those of the one before.
type Cycle [CycleLast + 1]*[32]byte

// Places in a Cycle.
const (
	CycleRing = 2
	CycleLast = CycleRing + 2*MostRing
)

// Cycles is memory to work with, for one goroutine at a time; the zero value is ready.
type Cycles struct {
	room [Lanes * (64*(1+mostBlocks) + 32)]byte // of messages laid out
	kept [2][1 + MostRing][256]byte             // schedules: equal blocks have one
}

// Sum sets dst[i] to SHA-256 of message i of m, whose ring has so many blocks and which has
// so many blocks of it. It may ask for the memory of ahead, nothing of which it reads. It
// panics unless there are at most [Lanes] messages, 1 ≤ ring ≤ [MostRing] and
// ring < blocks ≤ 18. It does not allocate.
func (c *Cycles) Sum(dst [][32]byte, m, ahead *Cycle, ring, blocks int) {
	if len(dst) > Lanes || ring < 1 || ring > MostRing || blocks <= ring || blocks > mostBlocks {
		panic("sha256mb: no cycle of such a length")
	}
	if len(dst) == 0 {
		return
	}
	size := uintptr(len(dst)) * 32
	for i, half := range m {
		if i < CycleRing+2*ring || i == CycleLast {
			raceRead(unsafe.Pointer(half), size)
		}
	}
	raceWrite(unsafe.Pointer(c), unsafe.Sizeof(*c))
	raceWrite(unsafe.Pointer(unsafe.SliceData(dst)), size)
	c.sum(dst, m, ahead, ring, blocks)
}

// sumGeneric lays the messages out.
func (c *Cycles) sumGeneric(dst [][32]byte, m *Cycle, ring, blocks int) {
	n := 64*(1+blocks) + 32
	for j, half := range m[:CycleRing+2*ring] {
		for i, half := range unsafe.Slice(half, len(dst)) {
			*(*[32]byte)(c.room[i*n+32*j:]) = half
		}
	}
	for i, half := range unsafe.Slice(m[CycleLast], len(dst)) {
		flat := c.room[i*n:][:n]
		for at := 64 * (1 + ring); at < n-32; {
			at += copy(flat[at:n-32], flat[64:at])
		}
		*(*[32]byte)(flat[n-32:]) = half
	}
	SumLanes(dst, c.room[:len(dst)*n], n)
}
