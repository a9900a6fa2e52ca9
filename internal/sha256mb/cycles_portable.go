//go:build !amd64 || purego

package sha256mb

func (c *Cycles) sum(dst [][32]byte, m, _ *Cycle, ring, blocks int) {
	c.sumGeneric(dst, m, ring, blocks)
}
