// Command asm writes the amd64 kernels of package sha256mb; go generate runs it.
package main

import (
	"flag"
	"log"
	"math/bits"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	kernels := flag.String("kernels", "", "those to write: avx512, avx512compress, avx2, shani or shanicycles")
	flag.Parse()
	ConstraintExpr("!purego")
	switch *kernels {
	case "avx512":
		avx512()
	case "avx512compress":
		avx512compress()
	case "avx2":
		avx2()
	case "shani":
		shani()
	case "shanicycles":
		shaniCycles()
	default:
		log.Fatalf("no kernels %q", *kernels)
	}
	Generate()
}

// Words of FIPS 180-4.
var (
	initial = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

	constants = [64]uint32{
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
		0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
		0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
		0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
		0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	}
)

// padding is the schedule of the block that pads a message of 64 bytes, with the
// rounds' constants added.
func padding() []uint32 {
	w := [64]uint32{0: 1 << 31, 15: 512}
	var wk []uint32
	rotr := func(x uint32, n int) uint32 { return bits.RotateLeft32(x, -n) }
	for t := range w {
		if t >= 16 {
			x, y := w[t-15], w[t-2]
			w[t] = w[t-16] + (rotr(x, 7) ^ rotr(x, 18) ^ x>>3) + w[t-7] + (rotr(y, 17) ^ rotr(y, 19) ^ y>>10)
		}
		wk = append(wk, w[t]+constants[t])
	}
	return wk
}

// table declares read-only words.
func table(name string, words ...uint32) Mem {
	t := GLOBL(name, attr.RODATA|attr.NOPTR)
	for i, x := range words {
		DATA(4*i, U32(x))
	}
	return t
}

// address puts the address of t into a new register.
func address(t Mem) Mem {
	r := GP64()
	LEAQ(t, r)
	return Mem{Base: r}
}

// argument loads a parameter of the function into a new register.
func argument(name string) Register { return Load(Param(name), GP64()) }

// byteSwap is the shuffle of bytes that makes words of big-endian ones.
var byteSwap = []uint32{0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f}

// rotated returns the registers in the roles they have in round t: the values stay,
// and a becomes b.
func rotated(state []Register, t int) (roles []Register) {
	for i := range 8 {
		roles = append(roles, state[((i-t)%8+8)%8])
	}
	return roles
}
