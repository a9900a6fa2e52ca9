package h3

import "slices"

// Ring1 returns c and its neighbours: n of the array, which are 7, or 6 of a pentagon. c
// comes first. The neighbours follow counter-clockwise from the one in direction ij, as
// the reference's gridDisk lists them, except that where one of them is a pentagon the
// reference gives no order. What is not a cell is ErrMalformed.
func (c Cell) Ring1() (cells [7]Cell, n int, err error) {
	if !c.Valid() {
		return cells, 0, malformed("h3.Ring1", errCell)
	}
	cells[0], n = c, 1
	pentagon := c.IsPentagon()
	for _, direction := range [...]int{alongIJ, alongJ, alongJK, alongK, alongIK, alongI} {
		if pentagon && direction == alongK {
			continue
		}
		cells[n] = c.neighbour(direction)
		n++
	}
	return cells, n, nil
}

// A step to a neighbour changes the last digit, and may carry into the direction of a step
// one resolution coarser.
type step struct{ digit, carry uint8 }

// steps has the step from each digit in each direction, at even and at odd resolutions.
var steps = func() (table [2][digits][digits]step) {
	for parity := range table {
		for from := range digits {
			for direction := range digits {
				parent, digit := units[from].add(units[direction]).coarser(parity)
				carry := slices.Index(units[:], parent)
				table[parity][from][direction] = step{uint8(digit), uint8(carry)}
			}
		}
	}
	return table
}()

// neighbour returns the neighbour of a cell in a direction, which is not k of a pentagon.
func (c Cell) neighbour(direction int) Cell {
	from, digit := c.BaseCell(), c.leadingDigit()
	r := c.Resolution()
	for ; r > 0 && direction != middle; r-- {
		shift := 3 * (MaxResolution - r)
		s := steps[r&1][c>>shift&7][direction]
		c = c&^(7<<shift) | Cell(s.digit)<<shift
		direction = int(s.carry)
	}
	if direction == middle {
		return c.settle(digit)
	}

	to, gap := int(neighbours[from][direction]), 0
	if to == none {
		direction, gap = alongIK, 1 // what lies beyond the missing sixth
		to = int(neighbours[from][direction])
	}
	c = c&^(127<<baseCellShift) | Cell(to)<<baseCellShift
	c = c.rotate(gap)
	if !isPentagon(to) {
		return c.rotate(int(turns[from][direction]))
	}
	return c.leaveGap(int(homes[from].face)).rotatePentagon(int(turns[from][direction]))
}

// settle turns a cell that a step within its base cell took into the missing sixth of a
// pentagon out of it, on the side away from the leading digit it came from.
func (c Cell) settle(from int) Cell {
	if !c.onPentagon() || c.leadingDigit() != alongK {
		return c
	}
	if from == alongJK {
		return c.rotate(1)
	}
	return c.rotate(5)
}
