//go:build !amd64 || purego

package sha256mb

func (c *Cycles) sum(dst [][32]byte, messages []cycle, ring, n int) {
	c.sumGeneric(dst, messages, ring, n)
}
