//go:build purego || !amd64

package poseidon

const useIFMA = false

func sboxPairs(x []lanes) { sboxPairsGeneric(x) }

func inners(dst, x []lanes, rows, added []radix52) { innersGeneric(dst, x, rows, added) }

func mix(dst, x []lanes, hankel []uint64, added []radix52) { mixGeneric(dst, x, hankel, added) }

func partials(history []lanes, y *lanes, recurrence, added []radix52) {
	partialsGeneric(history, y, recurrence, added)
}
