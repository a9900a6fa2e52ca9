package sha256mb

import (
	"crypto/sha256"
	"unsafe"
)

// mostPairs is how many pairs a kernel gets in a call, during which the scheduler cannot
// preempt it: about a tenth of a millisecond's work.
const mostPairs = 2048

// HashPairs sets dst[i] to SHA-256(src[2i] | src[2i+1]), the inner node of most
// binary trees. It panics unless len(src) = 2·len(dst). dst is either the front of src,
// which reduces a level of a tree in place, or does not overlap it. It does not
// allocate, and takes any number of pairs, one included.
func HashPairs(dst, src [][32]byte) {
	checkPairs(dst, src)
	for len(dst) > mostPairs {
		hashPairs(dst[:mostPairs], src[:2*mostPairs])
		dst, src = dst[mostPairs:], src[2*mostPairs:]
	}
	if len(dst) > 0 {
		hashPairs(dst, src)
	}
}

// HashPairsPrefixed sets dst[i] to SHA-256(prefix | src[2i] | src[2i+1]), which with
// prefix 1 is the inner node of RFC 6962, section 2.1. What holds of HashPairs holds
// of it.
func HashPairsPrefixed(dst, src [][32]byte, prefix byte) {
	checkPairs(dst, src)
	for len(dst) > mostPairs {
		hashPairsPrefixed(dst[:mostPairs], src[:2*mostPairs], prefix)
		dst, src = dst[mostPairs:], src[2*mostPairs:]
	}
	if len(dst) > 0 {
		hashPairsPrefixed(dst, src, prefix)
	}
}

func checkPairs(dst, src [][32]byte) {
	if len(src) != 2*len(dst) {
		panic("sha256mb: a pair of sources to a destination")
	}
	raceRead(unsafe.Pointer(unsafe.SliceData(src)), uintptr(len(src))*32)
	raceWrite(unsafe.Pointer(unsafe.SliceData(dst)), uintptr(len(dst))*32)
}

func hashPairsGeneric(dst, src [][32]byte) {
	var m [64]byte
	for i := range dst {
		copy(m[:32], src[2*i][:])
		copy(m[32:], src[2*i+1][:])
		dst[i] = sha256.Sum256(m[:])
	}
}

func hashPairsPrefixedGeneric(dst, src [][32]byte, prefix byte) {
	m := [65]byte{prefix}
	for i := range dst {
		copy(m[1:33], src[2*i][:])
		copy(m[33:], src[2*i+1][:])
		dst[i] = sha256.Sum256(m[:])
	}
}
