package sha256mb

// MostRing is the number of blocks of the longest ring, MostCycle the number of bytes of
// the longest message.
const (
	MostRing  = 7
	MostCycle = 1280
)

// Cycles are up to sixteen messages that repeat themselves: a block of 64 bytes, and then
// the bytes of a ring of blocks, over and over. Equal blocks have one schedule. It is
// memory to work with, for one goroutine at a time.
type Cycles struct {
	messages [Lanes]cycle
	room     [Lanes * MostCycle]byte // of messages laid out, or schedules
}

// cycle is the first block, the ring, and room for the last block behind it.
type cycle = [cycleBlocks * 64]byte

const cycleBlocks = 1 + MostRing + 1

// Message returns where callers write the first block and the ring of message i. Sum does
// not change them, whatever it writes behind the ring.
func (c *Cycles) Message(i int) *[64 * (1 + MostRing)]byte {
	return (*[64 * (1 + MostRing)]byte)(c.messages[i][:])
}

// Sum sets dst[i] to SHA-256 of message first+i, whose ring has so many blocks and which is
// n bytes. It panics unless those messages are there, 1 ≤ ring ≤ MostRing, n ≤ MostCycle
// and a message has more whole blocks than the ring and the first, with at most 55 bytes
// behind them. It does not allocate.
func (c *Cycles) Sum(dst [][32]byte, first, ring, n int) {
	if first < 0 || first > Lanes || len(dst) > Lanes-first || ring < 1 || ring > MostRing || n > MostCycle || n/64 <= 1+ring || n%64 > 55 {
		panic("sha256mb: no cycle of such a length")
	}
	if len(dst) > 0 {
		c.sum(dst, c.messages[first:][:len(dst)], ring, n)
	}
}

// sumGeneric lays the messages out.
func (c *Cycles) sumGeneric(dst [][32]byte, messages []cycle, ring, n int) {
	size := 64 * ring
	for i := range dst {
		m, flat := &messages[i], c.room[i*n:(i+1)*n]
		for at := copy(flat, m[:64+size]); at < n; {
			at += copy(flat[at:], m[64:64+size])
		}
	}
	SumLanes(dst, c.room[:len(dst)*n], n)
}
