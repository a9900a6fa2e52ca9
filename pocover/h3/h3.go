// Package h3 has the functions of the H3 grid that radio coverage is judged with: cells
// in text, their parents, centres and neighbours, the cell of a position, and distances.
//
// H3 (https://h3geo.org) covers the globe with the hexagons of sixteen resolutions, each
// about a seventh of the next coarser in area, and with twelve pentagons at each. A cell
// is a 64-bit number: from the top a zero bit, the mode 1 in 4 bits, 3 zero bits, the
// resolution in 4 bits, the base cell, 0 to 121, in 7 bits, and fifteen digits of 3 bits,
// the coarsest first. Digits beyond the resolution are 7. Below a base cell that is a
// pentagon, the first digit that is not 0 is not 1 either: that direction does not exist.
//
// Angles are radians, lengths metres. Functions that take a cell refuse what is not
// [Cell.Valid]; Resolution, BaseCell, IsPentagon and String read the bits as they are.
// Errors are of type *[depinproof.Error]. All functions may be called concurrently, and
// none allocates but for an error and for the text of String.
//
// # Agreement with the reference
//
// Cells, validity, neighbours, grid distances and the pairs without one are those of the
// H3 library 4.5 in C and of its Rust twin h3o, which Helium's oracles used: compared were
// its releases 0.4.0 and 0.9.3. Three things are a matter of arithmetic or of choice:
//
//   - A position is turned into a cell with fewer steps than the libraries take, and with
//     theirs where rounding could decide: within about 10^-13 of the earth's radius of an
//     edge, and near the centres of the icosahedron's faces. There the sines and cosines
//     of Go and of the C library may still differ in the last bit, and so may the cell.
//   - A centre is computed without the angles that the libraries go through. It differs
//     from theirs by less than 2*10^-15/cos(latitude) radians.
//   - The libraries compute with numbers that are no cells; this package does not.
package h3

import (
	"math/bits"
	"strconv"
)

// MaxResolution is the finest resolution.
const MaxResolution = 15

const (
	faces     = 20
	baseCells = 122

	// none stands in for the neighbour that a pentagon lacks.
	none = 127
)

// A Cell is a cell of the grid, as H3 numbers it. Not every number is one: see [Cell.Valid].
type Cell uint64

// LatLng is a position, in radians: north and east are positive.
type LatLng struct{ Lat, Lng float64 }

const (
	resolutionShift = 52
	baseCellShift   = 45

	allDigits  = 1<<baseCellShift - 1
	lowBits    = allDigits / 7    // the k bit of each digit
	cellHeader = 8                // the top byte: mode 1
	emptyCell  = cellHeader << 56 // resolution 0, base cell 0, digits 0
)

// The digits, which are also the directions to the neighbours. Bit 2 is a step along the
// i axis, bit 1 along j and bit 0 along k; the axes lie 120 degrees apart.
const (
	middle = iota
	alongK
	alongJ
	alongJK
	alongI
	alongIK
	alongIJ
	digits // how many there are
)

// newCell returns the cell of a resolution below a base cell whose digits are all 0.
func newCell(resolution, baseCell int) Cell {
	return Cell(emptyCell | uint64(resolution)<<resolutionShift | uint64(baseCell)<<baseCellShift | unused(resolution))
}

// unused returns the bits of the digits that a resolution does not use.
func unused(resolution int) uint64 { return 1<<(3*(MaxResolution-resolution)) - 1 }

// Parse parses a cell in hexadecimal and refuses what is not [Cell.Valid] with
// ErrMalformed. As h3o does, it takes digits of either case, zeros before them, and one
// plus sign before those, but neither 0x nor space.
func Parse(s string) (Cell, error) {
	text := s
	if text != "" && text[0] == '+' {
		text = text[1:]
	}
	n, err := strconv.ParseUint(text, 16, 64)
	if err != nil {
		return 0, malformed("h3.Parse", errText)
	}
	if !Cell(n).Valid() {
		return 0, malformed("h3.Parse", errCell)
	}
	return Cell(n), nil
}

// String returns c in lower-case hexadecimal, without zeros before it.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// Valid reports whether c is a cell.
func (c Cell) Valid() bool {
	if c>>56 != cellHeader || c.BaseCell() >= baseCells {
		return false
	}
	rest := unused(c.Resolution())
	sevens := uint64(c) & (uint64(c) >> 1) & (uint64(c) >> 2) & lowBits
	if sevens&^rest != 0 || sevens&rest != rest&lowBits {
		return false
	}
	return !c.onPentagon() || c.leadingDigit() != alongK
}

// Resolution returns the resolution of c, 0 to 15.
func (c Cell) Resolution() int { return int(c >> resolutionShift & 15) }

// BaseCell returns the number of the cell of resolution 0 that c belongs to, 0 to 121.
func (c Cell) BaseCell() int { return int(c >> baseCellShift & 127) }

// IsPentagon reports whether c is one of the twelve pentagons of its resolution.
func (c Cell) IsPentagon() bool { return c.onPentagon() && c.leadingDigit() == middle }

// Parent returns the cell at a coarser resolution, or the same, that c descends from. A
// resolution below 0 or finer than that of c is ErrMalformed.
func (c Cell) Parent(resolution int) (Cell, error) {
	if !c.Valid() {
		return 0, malformed("h3.Parent", errCell)
	}
	if resolution < 0 || resolution > c.Resolution() {
		return 0, malformed("h3.Parent", errResolution)
	}
	header := uint64(c)&^(15<<resolutionShift) | uint64(resolution)<<resolutionShift
	return Cell(header | unused(resolution)), nil
}

// onPentagon reports whether the base cell of c is a pentagon.
func (c Cell) onPentagon() bool { return isPentagon(c.BaseCell()) }

func isPentagon(baseCell int) bool {
	return pentagons[baseCell>>6]>>(baseCell&63)&1 != 0
}

// digit returns the digit of c at a resolution from 1 on.
func (c Cell) digit(resolution int) int {
	return int(c >> (3 * (MaxResolution - resolution)) & 7)
}

// leadingDigit returns the first digit of c that is not 0, or 0.
func (c Cell) leadingDigit() int {
	used := uint64(c) & allDigits &^ unused(c.Resolution())
	if used == 0 {
		return middle
	}
	return int(used >> ((63 - bits.LeadingZeros64(used)) / 3 * 3) & 7)
}

// rotate turns each digit of c by sixths of a turn counter-clockwise, 0 to 5.
func (c Cell) rotate(turns int) Cell {
	used := allDigits &^ unused(c.Resolution())
	d := uint64(c) & used
	if turns >= 3 {
		// Half a turn takes each digit but 0 to 7 less it.
		turns -= 3
		d ^= (d | d>>1 | d>>2) & lowBits * 7
	}
	for range turns {
		// The bits of all digits at a time: i turns into ij, j into jk and k into ik, and
		// i+j+k is 0.
		di, dj, dk := d>>2&lowBits, d>>1&lowBits, d&lowBits
		d = (di|dk)&^dj<<2 | (di|dj)&^dk<<1 | (dj|dk)&^di
	}
	return c&^Cell(used) | Cell(d)
}

// rotatePentagon is rotate about a pentagon, where five turns are a full one.
func (c Cell) rotatePentagon(turns int) Cell {
	for range turns {
		c = c.rotate(1)
		if c.leadingDigit() == alongK {
			c = c.rotate(1)
		}
	}
	return c
}
