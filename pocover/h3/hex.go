package h3

// A hex is a position in a hexagonal grid: steps along its i axis, and along its j axis
// 120 degrees counter-clockwise from it. A step along the k axis is (-1, -1). No position
// that occurs is 2^24 steps from the origin or more.
type hex struct{ i, j int32 }

// units has the step in each direction.
var units = [digits]hex{{0, 0}, {-1, -1}, {0, 1}, {-1, 0}, {1, 0}, {0, -1}, {1, 1}}

func (h hex) add(o hex) hex { return hex{h.i + o.i, h.j + o.j} }
func (h hex) sub(o hex) hex { return hex{h.i - o.i, h.j - o.j} }

func (h hex) scale(f int32) hex { return hex{h.i * f, h.j * f} }

// left and right turn h by a sixth of a turn about the origin, counter-clockwise and
// clockwise.
func (h hex) left() hex  { return hex{h.i - h.j, h.i} }
func (h hex) right() hex { return hex{h.j, h.j - h.i} }

// offsets returns h as steps along i, j and k of which the least is 0.
func (h hex) offsets() (i, j, k int32) {
	k = -min(h.i, h.j, 0)
	return h.i + k, h.j + k, k
}

// length returns how many steps h is from the origin.
func (h hex) length() int32 { return max(h.i, h.j, 0) - min(h.i, h.j, 0) }

// A grid is turned against the next coarser one, by asin(sqrt(3/28)) clockwise at odd
// resolutions and back at even ones. Its positions that are centres of coarser cells are
// (2, -1)i + (1, 3)j, or (3, 1)i + (-1, 2)j.
func odd(resolution int) bool { return resolution&1 != 0 }

// finer returns the position at a resolution of the coarser cell at h.
func (h hex) finer(resolution int) hex {
	if odd(resolution) {
		return hex{2*h.i + h.j, 3*h.j - h.i}
	}
	return hex{3*h.i - h.j, h.i + 2*h.j}
}

// The digit of a position follows from one coordinate modulo 7.
var (
	oddDigits  = [7]uint8{alongJK, alongK, alongJ, middle, alongIK, alongIJ, alongI}
	evenDigits = [7]uint8{alongK, alongJK, alongIK, middle, alongJ, alongI, alongIJ}
)

// coarser returns where the parent of the cell at h, at a resolution, lies on its own
// grid, and the digit of the cell below it.
func (h hex) coarser(resolution int) (parent hex, digit int) {
	if odd(resolution) {
		i, rest := divide7(3*h.i - h.j)
		j, _ := divide7(h.i + 2*h.j)
		return hex{i, j}, int(oddDigits[rest])
	}
	i, rest := divide7(2*h.i + h.j)
	j, _ := divide7(3*h.j - h.i)
	return hex{i, j}, int(evenDigits[rest])
}

// divide7 returns n/7 to the nearest integer, and n + 3 modulo 7. |n| is below 2^26.
func divide7(n int32) (quotient int32, rest uint32) {
	const bias = 1 << 24
	u := uint32(n + 3 + 7*bias)
	q := u / 7
	return int32(q) - bias, u - 7*q
}

// position returns where c lies on the grid of its resolution about its base cell.
func (c Cell) position() hex {
	var h hex
	for r := 1; r <= c.Resolution(); r++ {
		h = h.finer(r).add(units[c.digit(r)])
	}
	return h
}
