//go:build amd64 && !purego

package main

import (
	"slices"
	_ "unsafe" // for linkname

	"github.com/prysmaticlabs/gohashtree"

	"github.com/depinproof/depinproof/internal/sha256mb"
)

// What gohashtree chooses its code by, in this order, when it is called.

//go:linkname peerSHANI github.com/prysmaticlabs/gohashtree.hasShani
var peerSHANI bool

//go:linkname peerAVX512 github.com/prysmaticlabs/gohashtree.hasAVX512
var peerAVX512 bool

//go:linkname peerAVX2 github.com/prysmaticlabs/gohashtree.hasAVX2
var peerAVX2 bool

// What package sha256mb chooses from.

//go:noescape
//go:linkname hashPairsAVX512 github.com/depinproof/depinproof/internal/sha256mb.hashPairsAVX512
func hashPairsAVX512(dst, src *[32]byte, n int)

//go:noescape
//go:linkname hashPairsSHANI github.com/depinproof/depinproof/internal/sha256mb.hashPairsSHANI
func hashPairsSHANI(dst, src *[32]byte, n int)

//go:noescape
//go:linkname hashPairsAVX2 github.com/depinproof/depinproof/internal/sha256mb.hashPairsAVX2
func hashPairsAVX2(dst, src *[32]byte, groups int)

// kernels lists the instruction sets of this processor that both sides have code for.
func kernels() (list []kernel) {
	own := sha256mb.Implementations()
	if slices.Contains(own, "avx512") && peerAVX512 {
		list = append(list, kernel{"AVX-512", func(dst, src [][32]byte) { hashPairsAVX512(&dst[0], &src[0], len(dst)) }, onlyBy(&peerAVX512)})
	}
	if slices.Contains(own, "shani") && peerSHANI {
		list = append(list, kernel{"SHA-NI", func(dst, src [][32]byte) { hashPairsSHANI(&dst[0], &src[0], len(dst)) }, onlyBy(&peerSHANI)})
	}
	if slices.Contains(own, "avx2") && peerAVX2 {
		list = append(list, kernel{"AVX2", func(dst, src [][32]byte) { hashPairsAVX2(&dst[0], &src[0], len(dst)/8) }, onlyBy(&peerAVX2)})
	}
	return list
}

// onlyBy returns gohashtree as it is on a processor that has one instruction set of its
// three.
func onlyBy(has *bool) func(dst, src [][32]byte) error {
	return func(dst, src [][32]byte) error {
		shani, avx512, avx2 := peerSHANI, peerAVX512, peerAVX2
		peerSHANI, peerAVX512, peerAVX2 = false, false, false
		*has = true
		err := gohashtree.Hash(dst, src)
		peerSHANI, peerAVX512, peerAVX2 = shani, avx512, avx2
		return err
	}
}
