package h3

// A facePosition is a position on the grid that a face of the icosahedron, extended as a
// plane, carries about its centre.
type facePosition struct {
	face uint8
	hex  hex
}

// sevens has the powers of 7: the grid of resolution r has, along its axes of even
// resolution, sevens[r/2] steps for one at resolution 0.
var sevens = [...]int32{1, 7, 49, 343, 2401, 16807, 117649, 823543, 5764801}

// The edges of a face, in the order of faceData's neighbours.
const (
	edgeIJ = iota
	edgeKI
	edgeJK
)

// wrap moves p, at an even resolution, to the face beyond the edge it lies across, if any.
// fourth says that p belongs to the cells below digit 4 of a pentagon: across the ki edge,
// they close the gap that its missing sixth leaves.
func (p *facePosition) wrap(resolution int, fourth bool) bool {
	unit := sevens[resolution/2]
	i, j, k := p.hex.offsets()
	if i+j+k <= 2*unit {
		return false
	}
	edge := edgeIJ
	switch {
	case k > 0 && j > 0:
		edge = edgeJK
	case k > 0:
		edge = edgeKI
		if fourth {
			vertex := hex{2 * unit, 0}
			p.hex = p.hex.sub(vertex).right().add(vertex)
		}
	}
	// The five faces around a pole are turned against each other by a sixth, all others
	// by a half.
	polar := p.face < 5 || p.face >= 15
	switch {
	case edge == edgeJK:
		p.hex = hex{-p.hex.i, -p.hex.j}.add(units[alongJK].scale(2 * unit))
	case polar && edge == edgeIJ:
		p.hex = p.hex.left().add(units[alongIK].scale(2 * unit))
	case polar:
		p.hex = p.hex.right().add(units[alongIJ].scale(2 * unit))
	case edge == edgeIJ:
		p.hex = hex{-p.hex.i, -p.hex.j}.add(units[alongIJ].scale(2 * unit))
	default:
		p.hex = hex{-p.hex.i, -p.hex.j}.add(units[alongIK].scale(2 * unit))
	}
	p.face = faceData[p.face].neighbours[edge]
	return true
}

// facePosition returns where c lies: on the face that has its centre.
func (c Cell) facePosition() facePosition {
	pentagon := c.onPentagon()
	if pentagon && c.leadingDigit() == alongIK {
		c = c.rotate(5)
	}
	p := homes[c.BaseCell()]
	onCentre := p.hex == hex{}
	resolution := c.Resolution()
	for r := 1; r <= resolution; r++ {
		p.hex = p.hex.finer(r).add(units[c.digit(r)])
	}
	if !pentagon && (onCentre || resolution == 0) {
		return p // the whole base cell is on its face
	}

	before := p
	even := resolution
	if odd(resolution) {
		even++
		p.hex = p.hex.finer(even)
	}
	if !p.wrap(even, pentagon && c.leadingDigit() == alongI) {
		return before
	}
	for pentagon && p.wrap(even, false) {
	}
	if odd(resolution) {
		p.hex, _ = p.hex.coarser(even)
	}
	return p
}

// cell returns the cell at p of a resolution, and whether there is one.
func (p facePosition) cell(resolution int) (Cell, bool) {
	c := newCell(resolution, 0)
	h := p.hex
	for r := resolution; r > 0; r-- {
		var digit int
		h, digit = h.coarser(r)
		c |= Cell(digit) << (3 * (MaxResolution - r))
	}
	i, j, k := h.offsets()
	if max(i, j, k) > 2 {
		return 0, false
	}
	home := residents[p.face][9*i+3*j+k]
	baseCell, turns := int(home.baseCell), int(home.turns)
	c |= Cell(baseCell) << baseCellShift
	if !isPentagon(baseCell) {
		return c.rotate(turns), true
	}
	return c.leaveGap(int(p.face)).rotatePentagon(turns), true
}

// leaveGap turns a cell that was reached from a face out of the missing sixth of the
// pentagon it belongs to, to the side where that face meets it.
func (c Cell) leaveGap(face int) Cell {
	switch {
	case c.leadingDigit() != alongK:
		return c
	case clockwiseFaces[c.BaseCell()]>>face&1 != 0:
		return c.rotate(5)
	}
	return c.rotate(1)
}
