package keccak

import "encoding/binary"

// laneCount is the number of states that are permuted together.
const laneCount = 8

// leastLanes is the number of messages from which on it is faster to permute all lanes
// than each message.
const leastLanes = 2

// lanes are states of laneCount messages of fewer bytes than the rate: word j of message i
// is at [j][i]. They are permuted once.
type lanes [25][laneCount]uint64

// permuteGeneric is the twin of permuteAVX512.
func (s *lanes) permuteGeneric() {
	for i := range laneCount {
		var one state
		for j := range one {
			one[j] = s[j][i]
		}
		one.permute()
		for j := range one {
			s[j][i] = one[j]
		}
	}
}

// hashPairsLanes is HashPairs of at most laneCount pairs.
func hashPairsLanes(dst, src [][32]byte, prefix []byte, sorted bool) {
	var s lanes
	var block [rate]byte
	n := copy(block[:], prefix)
	block[n+2*32] = 0x01
	block[rate-1] |= 0x80
	for i := range dst {
		left, right := &src[2*i], &src[2*i+1]
		if sorted {
			left, right = order(left, right)
		}
		copy(block[n:], left[:])
		copy(block[n+32:], right[:])
		for j := range rate / 8 {
			s[j][i] = binary.LittleEndian.Uint64(block[8*j:])
		}
	}
	s.permute()
	for i := range dst {
		for j := range 4 {
			binary.LittleEndian.PutUint64(dst[i][8*j:], s[j][i])
		}
	}
}
