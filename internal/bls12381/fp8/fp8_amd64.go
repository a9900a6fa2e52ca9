//go:build !purego

package fp8

import "golang.org/x/sys/cpu"

// useIFMA is the conjunction of what the kernels execute: 512-bit registers (F)
// and the 52-bit multiply-add (IFMA). The feature bits include the operating
// system's support.
var useIFMA = cpu.X86.HasAVX512F && cpu.X86.HasAVX512IFMA

// Available reports whether the machine multiplies lanes by IFMA.
func Available() bool { return useIFMA }

//go:noescape
func mulIFMA(z, x, y *Element)

//go:noescape
func addIFMA(z, x, y *Element)

//go:noescape
func subIFMA(z, x, y *Element, k *Multiple)

//go:noescape
func reduceIFMA(z, x *Element)

//go:noescape
func gatherAVX512(z *Element, src *[Lanes]*Limbs)

//go:noescape
func scatterAVX512(dst *[Lanes]*Limbs, x *Element)

// Mul sets z = x·y/R; z may be x or y.
func (z *Element) Mul(x, y *Element) {
	if useIFMA {
		mulIFMA(z, x, y)
		return
	}
	mulGeneric(z, x, y)
}

// Square sets z = x²/R; z may be x.
func (z *Element) Square(x *Element) { z.Mul(x, x) }

// Add sets z = x + y; z may be x or y.
func (z *Element) Add(x, y *Element) {
	if useIFMA {
		addIFMA(z, x, y)
		return
	}
	addGeneric(z, x, y)
}

// Sub sets z = x − y + k, for y ≤ k; z may be x or y.
func (z *Element) Sub(x, y *Element, k *Multiple) {
	if useIFMA {
		subIFMA(z, x, y, k)
		return
	}
	subGeneric(z, x, y, k)
}

// Reduce sets z ≡ x, below 3p, for x ≤ 2^17·p; z may be x.
func (z *Element) Reduce(x *Element) {
	if useIFMA {
		reduceIFMA(z, x)
		return
	}
	reduceGeneric(z, x)
}

// Gather sets lane i of z to *src[i].
func (z *Element) Gather(src *[Lanes]*Limbs) {
	if useIFMA {
		gatherAVX512(z, src)
		return
	}
	gatherGeneric(z, src)
}

// Scatter sets *dst[i] to lane i of z. Where pointers are equal, the last lane
// counts.
func (z *Element) Scatter(dst *[Lanes]*Limbs) {
	if useIFMA {
		scatterAVX512(dst, z)
		return
	}
	scatterGeneric(dst, z)
}
