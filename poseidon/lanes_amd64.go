//go:build !purego

package poseidon

import "golang.org/x/sys/cpu"

// useIFMA is the conjunction of what the kernels execute: 512-bit registers (F)
// and the 52-bit multiply-add (IFMA). The feature bits include the operating
// system's support.
var useIFMA = cpu.X86.HasAVX512F && cpu.X86.HasAVX512IFMA

// sboxPairs raises the elements of x, an even number, to the fifth power.
func sboxPairs(x []lanes) {
	if useIFMA {
		sboxPairsIFMA(&x[0], len(x)/2)
		return
	}
	sboxPairsGeneric(x)
}

// inners sets dst[i] to added[i] and the inner product of x with row i, of len(x)
// constants. dst does not overlap x.
func inners(dst, x []lanes, rows, added []radix52) {
	if useIFMA {
		innersIFMA(&dst[0], &x[0], len(x), &rows[0], &added[0], len(added))
		return
	}
	innersGeneric(dst, x, rows, added)
}

// mix sets dst[i] to added[i] and 2^-52 times the inner product of x with
// hankel[i : i+len(x)]. dst does not overlap x.
func mix(dst, x []lanes, hankel []uint64, added []radix52) {
	if useIFMA {
		mixIFMA(&dst[0], &x[0], len(x), &hankel[0], &added[0], len(added))
		return
	}
	mixGeneric(dst, x, hankel, added)
}

// partials does len(added) partial rounds from the S-box input y. Round i takes the
// inner product of recurrence and history from 2i on, whose last element is its
// S-box output, and appends it, with added[i], as the next input.
func partials(history []lanes, y *lanes, recurrence, added []radix52) {
	if useIFMA {
		partialsIFMA(&history[0], y, &recurrence[0], len(recurrence)-1, &added[0], len(added))
		return
	}
	partialsGeneric(history, y, recurrence, added)
}
