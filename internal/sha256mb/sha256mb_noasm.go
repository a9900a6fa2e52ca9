//go:build (!amd64 && !arm64) || purego

package sha256mb

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return false }

// Implementations lists what this machine can run, the fastest first.
func Implementations() []string { return []string{"generic"} }

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) { compressGeneric(s, b) }

func hashPairs(dst, src [][32]byte) { hashPairsGeneric(dst, src) }

func hashPairsPrefixed(dst, src [][32]byte, prefix byte) { hashPairsPrefixedGeneric(dst, src, prefix) }

func sumLanes(dst [][32]byte, msgs []byte, n int) { sumLanesGeneric(dst, msgs, n) }
