package h3

import (
	"math"
	"testing"
)

// A text that parses is the number it spells, and the cell's own text parses to it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"8c2681a3064d9ff", "8C2681A3064D9FF", "+08009fffffffffff", "0x8009fffffffffff", "8c2681a3064d9fe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			if c != 0 {
				t.Fatalf("%q: got %v, %v", s, c, err)
			}
			return
		}
		if !valid(uint64(c)) {
			t.Fatalf("%q: %v is not a cell", s, c)
		}
		if back := mustParse(t, c.String()); back != c {
			t.Fatalf("%q: %v became %v", s, c, back)
		}
	})
}

// A finite position is in a valid cell, whose centre is near and in the cell, and whose
// parents are those of one another.
func FuzzCellAt(f *testing.F) {
	f.Add(0.65, -2.13, 9)
	f.Add(math.Pi/2, 0.0, 15)
	f.Add(faceData[3].azimuth, 1.0, 0)
	f.Fuzz(func(t *testing.T, lat, lng float64, resolution int) {
		c, err := CellAt(LatLng{lat, lng}, resolution)
		finite := lat-lat == 0 && lng-lng == 0
		if (err == nil) != (finite && 0 <= resolution && resolution <= MaxResolution) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if !c.Valid() || c.Resolution() != resolution {
			t.Fatalf("got %v", c)
		}
		centre := mustCenter(t, c)
		if back, err := CellAt(centre, resolution); err != nil || back != c {
			t.Fatalf("the centre of %v is in %v, %v", c, back, err)
		}
		at, to := LatLng{lat, lng}.vector(), centre.vector()
		d := sum(1, at, -1, to)
		if math.Sqrt(d.dot(d)) > radius(resolution)*(1+1e-6) {
			t.Fatalf("the centre of %v is %v away", c, math.Sqrt(d.dot(d)))
		}
		parent := c
		for r := resolution; r >= 0; r-- {
			p, err := c.Parent(r)
			if err != nil {
				t.Fatal(err)
			}
			if parent, err = parent.Parent(r); err != nil || parent != p || !p.Valid() {
				t.Fatalf("%v at %d: %v and %v, %v", c, r, p, parent, err)
			}
		}
	})
}

// shape returns the cell of a resolution below a base cell that has the digits of x, as
// far as there is one.
func shape(x uint64, baseCell, resolution int) Cell {
	c := newCell(resolution, baseCell)
	for r := 1; r <= resolution; r++ {
		shift := 3 * (MaxResolution - r)
		digit := x >> shift & 7 % digits
		if digit == alongK && c.IsPentagon() {
			digit = middle
		}
		c |= Cell(digit) << shift
	}
	return c
}

// The distance, or that there is none, is the same both ways, and is 0 only from a cell to
// itself. A step to a neighbour changes it by at most one where no pentagon is near.
func FuzzGridDistance(f *testing.F) {
	f.Add(uint64(0x8c2681a3064d9ff), uint64(0x8c2681a3064dbff), true)
	f.Add(uint64(0x8b08000000cefff), uint64(0x8b0800000cdafff), true)
	f.Add(uint64(0x8c2681a3064d9ff), uint64(0x8c2681a3064d9fe), true)
	for n, pentagon := range pentagonList {
		f.Add(11<<52|uint64(pentagon)<<45|0o4, uint64(n)<<45|0o2, false)
	}
	f.Fuzz(func(t *testing.T, x, y uint64, raw bool) {
		a, b := Cell(x), Cell(y)
		if !raw { // cells of one base cell or of two that touch
			a = shape(x, a.BaseCell()%baseCells, a.Resolution())
			ring := mustRing(t, newCell(0, a.BaseCell()))
			b = shape(y, ring[b.BaseCell()%len(ring)].BaseCell(), a.Resolution())
			if !a.Valid() || !b.Valid() {
				t.Fatalf("shaped %v and %v", a, b)
			}
		}
		there, err := GridDistance(a, b)
		back, err2 := GridDistance(b, a)
		if there != back || (err == nil) != (err2 == nil) {
			t.Fatalf("%v to %v: %d, %v; back %d, %v", a, b, there, err, back, err2)
		}
		if !raw && !nearPentagon(a, b) && err != nil {
			t.Fatalf("%v to %v: %v", a, b, err)
		}
		if err != nil {
			return
		}
		if !a.Valid() || !b.Valid() || a.Resolution() != b.Resolution() || (there == 0) != (a == b) {
			t.Fatalf("%v to %v: %d", a, b, there)
		}
		for _, n := range mustRing(t, b) {
			if d, err := GridDistance(a, n); err == nil && !nearPentagon(a, b, n) && (d < there-1 || d > there+1) {
				t.Fatalf("%v to %v: %d, and to its neighbour %v: %d", a, b, there, n, d)
			}
		}
	})
}
