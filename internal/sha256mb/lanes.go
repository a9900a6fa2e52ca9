package sha256mb

import (
	"crypto/sha256"
	"unsafe"
)

// mostBytes is how long messages are that a kernel gets. Sixteen are a third of a
// millisecond's work, during which the scheduler cannot preempt it; longer ones are left
// to crypto/sha256, which stops as often.
const mostBytes = 64 << 10

// SumLanes sets dst[i] to SHA-256 of msgs[i·n:(i+1)·n]: of messages of n bytes each
// after the other. It panics unless n ≥ 0 and len(msgs) = n·len(dst). dst and msgs do
// not overlap. It does not allocate.
func SumLanes(dst [][32]byte, msgs []byte, n int) {
	if n < 0 || n > 0 && len(msgs)/n != len(dst) || len(msgs) != n*len(dst) {
		panic("sha256mb: a message of n bytes to a destination")
	}
	raceRead(unsafe.Pointer(unsafe.SliceData(msgs)), uintptr(len(msgs)))
	raceWrite(unsafe.Pointer(unsafe.SliceData(dst)), uintptr(len(dst))*32)
	switch {
	case len(dst) == 0:
	case n > mostBytes:
		sumLanesGeneric(dst, msgs, n)
	default:
		sumLanes(dst, msgs, n)
	}
}

func sumLanesGeneric(dst [][32]byte, msgs []byte, n int) {
	for i := range dst {
		dst[i] = sha256.Sum256(msgs[i*n:][:n])
	}
}
