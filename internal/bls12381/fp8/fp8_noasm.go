//go:build purego || !amd64

package fp8

// Available reports whether the machine multiplies lanes by IFMA.
func Available() bool { return false }

// Mul sets z = x·y/R; z may be x or y.
func (z *Element) Mul(x, y *Element) { mulGeneric(z, x, y) }

// Square sets z = x²/R; z may be x.
func (z *Element) Square(x *Element) { mulGeneric(z, x, x) }

// Add sets z = x + y; z may be x or y.
func (z *Element) Add(x, y *Element) { addGeneric(z, x, y) }

// Sub sets z = x − y + k, for y ≤ k; z may be x or y.
func (z *Element) Sub(x, y *Element, k *Multiple) { subGeneric(z, x, y, k) }

// Reduce sets z ≡ x, below 3p, for x ≤ 2^17·p; z may be x.
func (z *Element) Reduce(x *Element) { reduceGeneric(z, x) }

// Gather sets lane i of z to *src[i].
func (z *Element) Gather(src *[Lanes]*Limbs) { gatherGeneric(z, src) }

// Scatter sets *dst[i] to lane i of z. Where pointers are equal, the last lane
// counts.
func (z *Element) Scatter(dst *[Lanes]*Limbs) { scatterGeneric(dst, z) }
