//go:build !amd64 || purego

package sha256mb

// Available reports whether the machine hashes lanes by AVX-512.
func Available() bool { return false }

// Compress adds a block of every message to s.
func (s *State) Compress(b *Block) { compressGeneric(s, b) }
