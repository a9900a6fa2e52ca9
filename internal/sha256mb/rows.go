//go:build (amd64 || arm64) && !purego

package sha256mb

import "encoding/binary"

// row is the end of a message with its padding.
type row = [128]byte

// pad pads rows that have the last at bytes of messages of n bytes, and returns how many
// blocks each is.
func pad(rows []row, at, n int) (blocks int) {
	blocks = (at + 9 + 63) / 64
	for i := range rows {
		rows[i][at] = 0x80
		binary.BigEndian.PutUint64(rows[i][64*blocks-8:], 8*uint64(n))
	}
	return blocks
}

// fill sets the front of rows to what the messages of n bytes have after their last
// whole block.
func fill(rows []row, msgs []byte, n int) {
	for i := range rows {
		copy(rows[i][:], msgs[i*n+n&^63:(i+1)*n])
	}
}
