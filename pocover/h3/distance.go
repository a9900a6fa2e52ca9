package h3

import "math"

// earthRadius is the radius, in kilometres, of a sphere with the area of WGS 84.
const earthRadius = 6371.007180918475

// Distance returns the length of the great circle between positions, in metres, on a
// sphere of radius 6371.007180918475 km, by the haversine formula. It is NaN when a
// coordinate is not finite, and only then: where rounding takes the haversine of opposite
// positions above 1, which is NaN in the reference, they are half the circumference apart.
func Distance(a, b LatLng) float64 {
	sinLat := math.Sin((b.Lat - a.Lat) * 0.5)
	sinLng := math.Sin((b.Lng - a.Lng) * 0.5)
	h := float64(sinLat*sinLat) + float64(math.Cos(a.Lat)*math.Cos(b.Lat)*sinLng*sinLng)
	return 2 * math.Atan2(math.Sqrt(h), math.Sqrt(max(0, 1-h))) * earthRadius * 1000
}

// unfolding has, for a pentagon and two of its directions, the sixths of a turn clockwise
// by which cells in the second, as a cell in the first sees them, are turned.
var unfolding = [digits][digits]uint8{
	{0, 0, 0, 0, 0, 0, 0},
	{0, 0, 0, 0, 0, 0, 0},
	{0, 0, 0, 0, 0, 1, 0},
	{0, 0, 0, 0, 1, 1, 0},
	{0, 0, 0, 5, 0, 0, 0},
	{0, 0, 5, 5, 0, 0, 0},
	{0, 0, 0, 0, 0, 0, 0},
}

// folded has, for a direction of a pentagon, the bits of the directions that cannot be
// unfolded into a plane with it: more than one edge of the icosahedron lies between.
var folded = [digits]uint8{
	alongJ:  1<<alongI | 1<<alongIK,
	alongJK: 1<<alongI | 1<<alongIJ,
	alongI:  1<<alongJ | 1<<alongJK,
	alongIK: 1<<alongJ | 1<<alongIJ,
	alongIJ: 1<<alongJK | 1<<alongIK,
}

// GridDistance returns the number of steps between cells of one resolution.
//
// Cells that are not valid, or of different resolutions, are ErrMalformed. As in the
// reference there is no distance, which is ErrUnsupported, between cells of base cells
// that do not touch, and between some around a pentagon. The order of the cells does not
// matter.
func GridDistance(a, b Cell) (int, error) {
	if !a.Valid() || !b.Valid() {
		return 0, malformed("h3.GridDistance", errCell)
	}
	if a.Resolution() != b.Resolution() {
		return 0, malformed("h3.GridDistance", errMismatch)
	}
	var at hex
	if a.BaseCell() == b.BaseCell() {
		at = b.position()
		if a.onPentagon() {
			from, to := a.leadingDigit(), b.leadingDigit()
			if folded[from]>>to&1 != 0 {
				return 0, unsupported("h3.GridDistance", errPentagon)
			}
			at = at.turn(unfolding[from][to])
		}
	} else {
		direction := directionTo(a.BaseCell(), b.BaseCell())
		if direction == middle {
			return 0, unsupported("h3.GridDistance", errTooFar)
		}
		var ok bool
		if at, ok = b.positionFrom(a, direction); !ok {
			return 0, unsupported("h3.GridDistance", errPentagon)
		}
	}
	return int(at.sub(a.position()).length()), nil
}

// directionTo returns the direction of a base cell's neighbour, or middle if it is none.
func directionTo(from, to int) int {
	for direction := alongK; direction < digits; direction++ {
		if int(neighbours[from][direction]) == to {
			return direction
		}
	}
	return middle
}

// positionFrom returns where c lies on the grid about the base cell of a, which is in the
// given direction from there, and whether it can be told.
func (c Cell) positionFrom(a Cell, direction int) (hex, bool) {
	sixths := int(turns[a.BaseCell()][direction])
	offset := units[direction]
	for r := 1; r <= a.Resolution(); r++ {
		offset = offset.finer(r)
	}

	// No two pentagons touch.
	switch {
	case a.onPentagon():
		from := a.leadingDigit()
		if folded[from]>>direction&1 != 0 {
			return hex{}, false
		}
		at := c.rotate((6 - sixths) % 6).position()
		return at.add(offset).turn(unfolding[from][direction]), true
	case c.onPentagon():
		back := directionTo(c.BaseCell(), a.BaseCell())
		for range sixths {
			c = c.rotate(5)
			if c.leadingDigit() == alongK {
				c = c.rotate(5)
			}
			if back = clockwise[back]; back == alongK {
				back = clockwise[back]
			}
		}
		to := c.leadingDigit()
		if folded[to]>>back&1 != 0 {
			return hex{}, false
		}
		return c.position().turn(unfolding[back][to]).add(offset), true
	}
	return c.rotate((6 - sixths) % 6).position().add(offset), true
}

// clockwise has the direction a sixth of a turn clockwise from each.
var clockwise = [digits]int{middle, alongJK, alongIJ, alongJ, alongIK, alongK, alongI}

// turn turns h by sixths of a turn clockwise.
func (h hex) turn(sixths uint8) hex {
	for range sixths {
		h = h.right()
	}
	return h
}
