package pocover

import (
	"encoding/binary"
	"math/bits"
)

// A fingerprintFilter tells of a 64-bit hash whether it is in a set, and errs, towards
// yes, once in 2³². It is a view of the bytes it was parsed from.
type fingerprintFilter struct {
	fuse bool
	seed uint64

	block uint64 // Xor32: the fingerprints of each of the three blocks

	// BinaryFuse32: those of a segment, a power of two, and of all segments but the
	// last two.
	segment, segments uint32

	fingerprints []byte // u32, little endian
}

// The variants of a filter in a deny list of version 2.
const (
	variantXor32        = 0
	variantBinaryFuse32 = 1
)

// parseXor32 parses a Xor32 filter as bincode writes it: seed u64, length of a block u64,
// number of fingerprints u64, fingerprints u32, all little endian. There are three blocks,
// and nothing follows.
func parseXor32(b []byte) (fingerprintFilter, error) {
	if len(b) < 24 {
		return fingerprintFilter{}, malformed("Xor32 filter of %d bytes, want 24 or more", len(b))
	}
	f := fingerprintFilter{seed: binary.LittleEndian.Uint64(b), block: binary.LittleEndian.Uint64(b[8:])}
	n, b := binary.LittleEndian.Uint64(b[16:]), b[24:]
	if len(b)%4 != 0 || uint64(len(b)/4) != n {
		return fingerprintFilter{}, malformed("Xor32 filter of %d fingerprints in %d bytes", n, len(b))
	}
	// A filter of nothing has ten to a block.
	if f.block == 0 || n%3 != 0 || n/3 != f.block {
		return fingerprintFilter{}, malformed("Xor32 filter of %d fingerprints in blocks of %d", n, f.block)
	}
	f.fingerprints = b
	return f, nil
}

// parseBinaryFuse32 parses a BinaryFuse32 filter as bincode writes it: seed u64, length of
// a segment u32, the same less one u32, length of all segments but the last two u32,
// number of fingerprints u64, fingerprints u32, all little endian. Nothing follows.
func parseBinaryFuse32(b []byte) (fingerprintFilter, error) {
	if len(b) < 28 {
		return fingerprintFilter{}, malformed("BinaryFuse32 filter of %d bytes, want 28 or more", len(b))
	}
	f := fingerprintFilter{
		fuse:     true,
		seed:     binary.LittleEndian.Uint64(b),
		segment:  binary.LittleEndian.Uint32(b[8:]),
		segments: binary.LittleEndian.Uint32(b[16:]),
	}
	mask := binary.LittleEndian.Uint32(b[12:])
	n, b := binary.LittleEndian.Uint64(b[20:]), b[28:]
	if len(b)%4 != 0 || uint64(len(b)/4) != n {
		return fingerprintFilter{}, malformed("BinaryFuse32 filter of %d fingerprints in %d bytes", n, len(b))
	}
	if bits.OnesCount32(f.segment) != 1 || mask != f.segment-1 {
		return fingerprintFilter{}, malformed("BinaryFuse32 filter with segments of %d, mask %#x", f.segment, mask)
	}
	if f.segments == 0 || f.segments%f.segment != 0 || uint64(f.segments)+2*uint64(f.segment) != n {
		return fingerprintFilter{}, malformed("BinaryFuse32 filter of %d fingerprints, %d before the last two segments of %d", n, f.segments, f.segment)
	}
	f.fingerprints = b
	return f, nil
}

// contains reports whether the hash of a key is in the set.
func (f *fingerprintFilter) contains(hash uint64) bool {
	// The finaliser of murmur3.
	h := hash + f.seed
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	h ^= h >> 33

	fp := uint32(h ^ h>>32)
	if f.fuse {
		hi, _ := bits.Mul64(h, uint64(f.segments)) // below f.segments
		i := uint32(hi)
		mask := f.segment - 1
		return fp == f.at(uint64(i))^
			f.at(uint64((i+f.segment)^(uint32(h>>18)&mask)))^
			f.at(uint64((i+2*f.segment)^(uint32(h)&mask)))
	}
	for i := range uint64(3) {
		// Below f.block, which is below 2³² by the limit of a list.
		j := uint64(uint32(bits.RotateLeft64(h, int(21*i)))) * f.block >> 32
		fp ^= f.at(i*f.block + j)
	}
	return fp == 0
}

func (f *fingerprintFilter) at(i uint64) uint32 {
	return binary.LittleEndian.Uint32(f.fingerprints[4*i:])
}
