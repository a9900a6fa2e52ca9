package main

import (
	"math/big"
	"slices"

	"github.com/supranational/blst/bindings/go"
)

// twin is a statement that resembles a valid one but for one change.
type twin[S any] struct {
	name      string
	want      string // the verdict, when it does not matter what the reference says; else the twin is hostile
	statement S
}

// twins collects twins of a valid statement.
type twins[S any] struct {
	valid *S
	list  []twin[S]
}

// value is a 32-byte value in a statement.
type value[S any] struct {
	name string
	of   func(s *S) *[32]byte
}

// add adds a hostile twin. change is given a copy that shares its slices with
// the original.
func (t *twins[S]) add(name string, change func(s *S)) { t.addAs(name, "", change) }

// addAs is add for a twin with a known verdict.
func (t *twins[S]) addAs(name, want string, change func(s *S)) {
	s := *t.valid
	change(&s)
	t.list = append(t.list, twin[S]{name, want, s})
}

// ofBits adds twins with another bit. While the value stays below 2^255, the
// verdict is want, if that is given.
func (t *twins[S]) ofBits(v value[S], want string) {
	t.addAs(v.name+": first bit", want, func(s *S) { v.of(s)[0] ^= 1 })
	t.addAs(v.name+": a bit amid", want, func(s *S) { v.of(s)[17] ^= 0x10 })
	t.addAs(v.name+": bit 252", want, func(s *S) { v.of(s)[31] ^= 0x10 })
	t.add(v.name+": bit 255", func(s *S) { v.of(s)[31] ^= 0x80 })
}

// ofAnything adds twins with other bits of a value that may be any 32 bytes. The
// verdict is want, if that is given.
func (t *twins[S]) ofAnything(v value[S], want string) {
	t.addAs(v.name+": first bit", want, func(s *S) { v.of(s)[0] ^= 1 })
	t.addAs(v.name+": a bit amid", want, func(s *S) { v.of(s)[17] ^= 0x10 })
	t.addAs(v.name+": bit 255", want, func(s *S) { v.of(s)[31] ^= 0x80 })
	t.addAs(v.name+" is all ones", want, func(s *S) { fill(v.of(s)[:], 0xff) })
}

// ofElement adds twins with another field element, for which the verdict is
// want, if that is given, and with values that are none.
func (t *twins[S]) ofElement(v value[S], want string) {
	t.addAs(v.name+" is zero", want, func(s *S) { *v.of(s) = [32]byte{} })
	t.add(v.name+" is the modulus", func(s *S) { *v.of(s) = modulus })
	t.addAs(v.name+" is one below the modulus", want, func(s *S) { *v.of(s) = modulusLess(1) })
	t.add(v.name+" plus the modulus", func(s *S) { *v.of(s) = plusModulus(*v.of(s)) })
	t.add(v.name+" is all ones", func(s *S) { fill(v.of(s)[:], 0xff) })
}

// ofProof adds the twins that offer another proof; other is another valid one.
func (t *twins[S]) ofProof(proof func(s *S) *[]byte, other []byte) {
	valid := *proof(t.valid)
	n := len(valid) / proofSize
	partition := func(b []byte, k int) []byte { return b[k*proofSize : (k+1)*proofSize] }
	add := func(name string, change func(b []byte) []byte) {
		t.add(name, func(s *S) { *proof(s) = change(slices.Clone(valid)) })
	}
	// edit is add for a change in place.
	edit := func(name string, change func(b []byte)) {
		add(name, func(b []byte) []byte { change(b); return b })
	}
	add("no proof", func(b []byte) []byte { return nil })
	add("one byte dropped", func(b []byte) []byte { return b[:len(b)-1] })
	add("one byte appended", func(b []byte) []byte { return append(b, 0) })
	add("a partition appended", func(b []byte) []byte { return append(b, partition(b, 0)...) })
	add("first partition dropped", func(b []byte) []byte { return b[proofSize:] })
	add("last partition dropped", func(b []byte) []byte { return b[:len(b)-proofSize] })
	edit("all bytes zero", func(b []byte) { clear(b) })
	edit("another proof's last partition", func(b []byte) { copy(partition(b, n-1), other[len(other)-proofSize:]) })
	if n > 1 {
		swap := func(i, k int) func(b []byte) {
			return func(b []byte) {
				was := slices.Clone(partition(b, i))
				copy(partition(b, i), partition(b, k))
				copy(partition(b, k), was)
			}
		}
		edit("first two partitions swapped", swap(0, 1))
		edit("first and last partition swapped", swap(0, n-1))
		edit("first partition in place of the second", func(b []byte) { copy(partition(b, 1), partition(b, 0)) })
		edit("first partition in place of the last", func(b []byte) { copy(partition(b, n-1), partition(b, 0)) })
		edit("first partition in place of all", func(b []byte) {
			for k := range n {
				copy(partition(b, k), partition(b, 0))
			}
		})
		edit("C of the last two partitions swapped", func(b []byte) {
			x, y := partition(b, n-2)[144:], partition(b, n-1)[144:]
			was := slices.Clone(x)
			copy(x, y)
			copy(y, was)
		})
	}
	for _, p := range []struct {
		name     string
		from, to int
	}{{"A", 0, 48}, {"B", 48, 144}, {"C", 144, 192}} {
		point := func(change func(b []byte)) func(b []byte) {
			return func(b []byte) { change(partition(b, n-1)[p.from:p.to]) }
		}
		name := p.name + " of the last partition "
		edit(name+"negated", point(func(b []byte) { b[0] ^= 0x20 }))
		edit(name+"not marked as compressed", point(func(b []byte) { b[0] ^= 0x80 }))
		edit(name+"marked as infinity", point(func(b []byte) { b[0] ^= 0x40 }))
		edit(name+"is infinity", point(func(b []byte) { clear(b); b[0] = 0xc0 }))
		edit(name+"is infinity with a sign", point(func(b []byte) { clear(b); b[0] = 0xe0 }))
		edit(name+"is infinity and more", point(func(b []byte) { clear(b); b[0], b[len(b)-1] = 0xc0, 1 }))
		edit(name+"with x all ones", point(func(b []byte) { fill(b, 0xff); b[0] = 0x9f }))
		edit(name+"with x equal to the prime", point(func(b []byte) { copy(b, fieldPrime()); b[0] |= 0x80 }))
		edit(name+"with the last coordinate plus the prime", point(func(b []byte) { addPrime(b[len(b)-48:]) }))
		edit(name+"with x plus one", point(func(b []byte) { b[len(b)-1] ^= 1 }))
		edit(name+"off the curve", point(offCurve))
		edit(name+"outside the subgroup", point(leaveSubgroup))
	}
}

func fill(b []byte, x byte) {
	for i := range b {
		b[i] = x
	}
}

// plusModulus returns x plus the scalar field's modulus, little-endian, which is
// below 2^256 for canonical x.
func plusModulus(x [32]byte) (sum [32]byte) {
	carry := 0
	for i := range sum {
		carry += int(x[i]) + int(modulus[i])
		sum[i] = byte(carry)
		carry >>= 8
	}
	return sum
}

// fieldPrime returns the coordinate field's modulus, big-endian.
func fieldPrime() []byte {
	p, _ := new(big.Int).SetString("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	return p.FillBytes(make([]byte, 48))
}

// addPrime adds the prime to a coordinate, so that its residue stays the same.
// Flags above the 381st bit are carried along; a sum that has no room beside
// them leaves the coordinate as large as can be.
func addPrime(b []byte) {
	flags := b[0] & 0xe0
	b[0] &= 0x1f
	sum := new(big.Int).SetBytes(b)
	sum.Add(sum, new(big.Int).SetBytes(fieldPrime()))
	if sum.BitLen() > 381 {
		fill(b, 0xff)
		b[0] = 0x1f
	} else {
		sum.FillBytes(b)
	}
	b[0] |= flags
}

// negateModPrime negates a coordinate.
func negateModPrime(b []byte) {
	p := new(big.Int).SetBytes(fieldPrime())
	x := new(big.Int).SetBytes(b)
	x.Mod(x.Neg(x), p).FillBytes(b)
}

// offCurve raises a compressed point's x until no point of the curve has it.
func offCurve(b []byte) {
	for onCurve(b) {
		b[len(b)-1]++
	}
}

func onCurve(b []byte) bool {
	if len(b) == 48 {
		return new(blst.P1Affine).Uncompress(b) != nil
	}
	return new(blst.P2Affine).Uncompress(b) != nil
}

// leaveSubgroup adds to a point of the subgroup one whose order divides the
// cofactor. For A and C a pairing cannot tell the sum from the point, so that
// only a check of the subgroup finds it out.
func leaveSubgroup(b []byte) {
	// Some point of the curve with small x, in compressed form, times the
	// order r of the subgroup.
	small := make([]byte, len(b))
	for small[0] = 0x80; !onCurve(small) || inSubgroup(small); small[len(b)-1]++ {
	}
	var sum []byte
	if len(b) == 48 {
		var p, t blst.P1Affine
		p.Uncompress(b)
		t.Uncompress(small)
		var torsion blst.P1
		eachBitOfModulus(func(one bool) {
			twice := torsion
			torsion.AddAssign(&twice)
			if one {
				torsion.AddAssign(&t)
			}
		})
		sum = torsion.AddAssign(&p).ToAffine().Compress()
	} else {
		var p, t blst.P2Affine
		p.Uncompress(b)
		t.Uncompress(small)
		var torsion blst.P2
		eachBitOfModulus(func(one bool) {
			twice := torsion
			torsion.AddAssign(&twice)
			if one {
				torsion.AddAssign(&t)
			}
		})
		sum = torsion.AddAssign(&p).ToAffine().Compress()
	}
	copy(b, sum)
}

func inSubgroup(b []byte) bool {
	if len(b) == 48 {
		p := new(blst.P1Affine).Uncompress(b)
		return p != nil && p.InG1()
	}
	p := new(blst.P2Affine).Uncompress(b)
	return p != nil && p.InG2()
}

// eachBitOfModulus calls f for each bit of the subgroup's order, the highest
// first.
func eachBitOfModulus(f func(one bool)) {
	for i := 254; i >= 0; i-- {
		f(modulus[i/8]>>(i%8)&1 == 1)
	}
}
