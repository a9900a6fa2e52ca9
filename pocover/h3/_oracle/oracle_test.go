//go:build cgo

// Package oracle_test asks the H3 library in C, through cgo, and compares.
package oracle_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
	reference "github.com/uber/h3-go/v4"
)

// newRand returns a generator of the same numbers in each run.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(0x6833, 0x6f7261636c65)) }

// randomPosition is uniform on the sphere.
func randomPosition(r *rand.Rand) h3.LatLng {
	return h3.LatLng{Lat: math.Asin(2*r.Float64() - 1), Lng: (2*r.Float64() - 1) * math.Pi}
}

// build returns a cell with the given digits, the coarsest first, at their resolution.
func build(baseCell int, digits ...int) h3.Cell {
	c := uint64(8)<<56 | uint64(len(digits))<<52 | uint64(baseCell)<<45
	for i := range h3.MaxResolution {
		digit := 7
		if i < len(digits) {
			digit = digits[i]
		}
		c |= uint64(digit) << (3 * (h3.MaxResolution - 1 - i))
	}
	return h3.Cell(c)
}

var pentagons = []int{4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117}

// randomCell is uniform over base cells, where leading zeros, which are cells around the
// middle of a base cell, have every length alike.
func randomCell(r *rand.Rand, baseCell, resolution int) h3.Cell {
	for {
		digits := make([]int, resolution)
		for i := r.IntN(resolution + 1); i < resolution; i++ {
			digits[i] = r.IntN(7)
		}
		if c := build(baseCell, digits...); c.Valid() {
			return c
		}
	}
}

// The bindings speak degrees, and multiply them by this factor, as here, so that both
// libraries get one position.
func radians(p reference.LatLng) h3.LatLng {
	return h3.LatLng{Lat: p.Lat * reference.DegsToRads, Lng: p.Lng * reference.DegsToRads}
}

func degrees(p h3.LatLng) reference.LatLng {
	return reference.LatLng{Lat: p.Lat * reference.RadsToDegs, Lng: p.Lng * reference.RadsToDegs}
}

// sameCell compares the cell at a position.
func sameCell(t *testing.T, p reference.LatLng, resolution int) {
	t.Helper()
	want, err := reference.LatLngToCell(p, resolution)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h3.CellAt(radians(p), resolution)
	if err != nil || got != h3.Cell(want) {
		t.Errorf("%v at resolution %d: got %v, %v; want %v", p, resolution, got, err, want)
	}
}

func TestCellAt(t *testing.T) {
	r := newRand()
	for range 100_000 {
		p := degrees(randomPosition(r))
		for resolution := range h3.MaxResolution + 1 {
			sameCell(t, p, resolution)
		}
	}
}

// Around the centres of faces and of pentagons, from a fraction of the finest cell to
// beyond the reach of the slower arithmetic; and at the poles, on the meridians, and
// beyond a full circle.
func TestCellAtNear(t *testing.T) {
	r := newRand()
	// The base cells in the middle of the faces, and the pentagons at their corners.
	for _, baseCell := range append([]int{16, 2, 7, 26, 31, 50, 25, 36, 64, 75, 57, 46, 71, 96, 85, 95, 90, 105, 119, 114}, pentagons...) {
		middle, err := build(baseCell).Center()
		if err != nil {
			t.Fatal(err)
		}
		for range 2_000 {
			size := math.Exp(r.Float64()*20 - 20)
			p := degrees(h3.LatLng{
				Lat: middle.Lat + size*(2*r.Float64()-1),
				Lng: middle.Lng + size*(2*r.Float64()-1)/math.Cos(middle.Lat),
			})
			sameCell(t, p, r.IntN(h3.MaxResolution+1))
		}
	}
	for _, lat := range []float64{-270, -120, -90, -45, 0, 30, 90, 100, 400, 1e9, 1e18} {
		for lng := -720.0; lng <= 720; lng += 15 {
			for resolution := range h3.MaxResolution + 1 {
				sameCell(t, reference.LatLng{Lat: lat, Lng: lng}, resolution)
			}
		}
	}
}

// Between two positions in different cells lie two that are next to each other as numbers,
// up to the last bits. There the rounding of the sines decides, which are not the same
// numbers in C and in Go. That it happens nowhere else is what the test is for.
func TestCellAtEdges(t *testing.T) {
	r := newRand()
	differ, all := 0, 0
	for range 50_000 {
		resolution := r.IntN(h3.MaxResolution + 1)
		a := degrees(randomPosition(r))
		b := a
		b.Lng += 300 * math.Pow(7, -float64(resolution)/2) * r.Float64()
		at := func(p reference.LatLng) h3.Cell {
			c, err := h3.CellAt(radians(p), resolution)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		in := at(a)
		if at(b) == in {
			continue
		}
		for {
			m := reference.LatLng{Lat: a.Lat, Lng: a.Lng + (b.Lng-a.Lng)/2}
			if m == a || m == b {
				break
			}
			if at(m) == in {
				a = m
			} else {
				b = m
			}
		}
		for _, p := range []reference.LatLng{a, b} {
			all++
			want, err := reference.LatLngToCell(p, resolution)
			if err != nil {
				t.Fatal(err)
			}
			if at(p) == h3.Cell(want) {
				continue
			}
			differ++
			// A step of 0.6 micrometres, and the cells agree.
			step := 1e-13 * reference.RadsToDegs / math.Cos(radians(p).Lat)
			sameCell(t, reference.LatLng{Lat: p.Lat, Lng: a.Lng - step}, resolution)
			sameCell(t, reference.LatLng{Lat: p.Lat, Lng: b.Lng + step}, resolution)
		}
	}
	t.Logf("%d of %d positions at an edge differ", differ, all)
	if all < 10_000 {
		t.Errorf("only %d positions", all)
	}
}

// checkCenter compares the centre of a cell and returns how far apart they are.
func checkCenter(t *testing.T, c h3.Cell) float64 {
	t.Helper()
	p, err := reference.CellToLatLng(reference.Cell(c))
	if err != nil {
		t.Fatal(err)
	}
	want := radians(p)
	got, err := c.Center()
	if err != nil {
		t.Fatal(err)
	}
	lng := math.Remainder(got.Lng-want.Lng, 2*math.Pi)
	apart := max(math.Abs(got.Lat-want.Lat), math.Abs(lng)) * math.Cos(got.Lat)
	if apart >= 2e-15 {
		t.Errorf("%v: got %v, want %v", c, got, want)
	}
	if back, err := h3.CellAt(want, c.Resolution()); err != nil || back != c {
		t.Errorf("%v: the reference's centre is in %v, %v", c, back, err)
	}
	return apart
}

func TestCenter(t *testing.T) {
	r := newRand()
	worst := 0.0
	for baseCell := range 122 {
		for resolution := range h3.MaxResolution + 1 {
			for range 150 {
				worst = max(worst, checkCenter(t, randomCell(r, baseCell, resolution)))
			}
		}
	}
	t.Logf("at most %.2g radians apart", worst)
}

// checkDistance compares the distance of a pair and whether there is one.
func checkDistance(t *testing.T, a, b h3.Cell) (ok bool) {
	t.Helper()
	want, wantErr := reference.GridDistance(reference.Cell(a), reference.Cell(b))
	got, err := h3.GridDistance(a, b)
	if (err == nil) != (wantErr == nil) || err == nil && got != want {
		t.Errorf("%v to %v: got %d, %v; want %d, %v", a, b, got, err, want, wantErr)
	}
	if err != nil && !errors.Is(err, depinproof.ErrUnsupported) && !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("%v to %v: %v has another class", a, b, err)
	}
	return err == nil
}

func TestGridDistance(t *testing.T) {
	r := newRand()
	told, all, lopsided := 0, 0, 0
	pair := func(a, b h3.Cell) {
		t.Helper()
		there, back := checkDistance(t, a, b), checkDistance(t, b, a)
		all += 2
		if there {
			told++
		}
		if back {
			told++
		}
		if there != back {
			lopsided++
			return
		}
		if there {
			x, _ := h3.GridDistance(a, b)
			y, _ := h3.GridDistance(b, a)
			if x != y {
				lopsided++
			}
		}
	}
	// All pairs of cells of resolutions 0 and 1.
	for resolution := range 2 {
		var cells []h3.Cell
		for baseCell := range 122 {
			if resolution == 0 {
				cells = append(cells, build(baseCell))
				continue
			}
			for digit := range 7 {
				if c := build(baseCell, digit); c.Valid() {
					cells = append(cells, c)
				}
			}
		}
		for _, a := range cells {
			for _, b := range cells {
				checkDistance(t, a, b)
			}
		}
	}
	for range 60_000 { // in one base cell or in two that touch
		baseCell := r.IntN(122)
		resolution := r.IntN(h3.MaxResolution + 1)
		pair(randomCell(r, baseCell, resolution),
			randomCell(r, ringOf(t, build(baseCell))[r.IntN(6)].BaseCell(), resolution))
	}
	for range 60_000 { // around pentagons
		baseCell := pentagons[r.IntN(len(pentagons))]
		resolution := r.IntN(h3.MaxResolution + 1)
		ring := ringOf(t, build(baseCell))
		pair(randomCell(r, ring[r.IntN(len(ring))].BaseCell(), resolution),
			randomCell(r, ring[r.IntN(len(ring))].BaseCell(), resolution))
	}
	for range 40_000 { // some kilometres apart
		resolution := 7 + r.IntN(9)
		p := randomPosition(r)
		q := h3.LatLng{Lat: p.Lat + 0.01*(r.Float64()-0.5), Lng: p.Lng + 0.01*(r.Float64()-0.5)}
		a, err := h3.CellAt(p, resolution)
		if err != nil {
			t.Fatal(err)
		}
		b, err := h3.CellAt(q, resolution)
		if err != nil {
			t.Fatal(err)
		}
		pair(a, b)
	}
	for range 20_000 { // anywhere, of different resolutions too
		pair(randomCell(r, r.IntN(122), 11), randomCell(r, r.IntN(122), 10+r.IntN(2)))
	}
	t.Logf("%d pairs, %d with a distance; %d depend on the order", all, told, lopsided)
}

func ringOf(t *testing.T, c h3.Cell) []h3.Cell {
	t.Helper()
	cells, n, err := c.Ring1()
	if err != nil {
		t.Fatal(err)
	}
	return cells[:n]
}

// checkRing compares the neighbours of a cell.
func checkRing(t *testing.T, c h3.Cell) {
	t.Helper()
	disk, err := reference.GridDisk(reference.Cell(c), 1)
	if err != nil {
		t.Fatal(err)
	}
	got := ringOf(t, c)
	var want []h3.Cell
	ordered := true // the reference meets no pentagon
	for _, d := range disk {
		want = append(want, h3.Cell(d))
		ordered = ordered && !d.IsPentagon()
	}
	if !ordered {
		slices.Sort(got)
		slices.Sort(want)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v: got %v, want %v", c, got, want)
	}
}

func TestRing1(t *testing.T) {
	r := newRand()
	// Every cell of the coarsest resolutions, and of all others a sample.
	for baseCell := range 122 {
		checkRing(t, build(baseCell))
		for a := range 7 {
			for b := range 7 {
				for d := range 7 {
					for _, c := range []h3.Cell{build(baseCell, a), build(baseCell, a, b), build(baseCell, a, b, d)} {
						if c.Valid() {
							checkRing(t, c)
						}
					}
				}
			}
		}
		for resolution := 4; resolution <= h3.MaxResolution; resolution++ {
			for range 100 {
				checkRing(t, randomCell(r, baseCell, resolution))
			}
		}
	}
}

func TestParent(t *testing.T) {
	r := newRand()
	for range 20_000 {
		c := randomCell(r, r.IntN(122), r.IntN(h3.MaxResolution+1))
		for resolution := -1; resolution <= h3.MaxResolution+1; resolution++ {
			want, wantErr := reference.Cell(c).Parent(resolution)
			got, err := c.Parent(resolution)
			if (err == nil) != (wantErr == nil) || err == nil && got != h3.Cell(want) {
				t.Fatalf("%v at %d: got %v, %v; want %v, %v", c, resolution, got, err, want, wantErr)
			}
		}
	}
}

// checkCell compares what can be asked of any number.
func checkCell(t *testing.T, n uint64) {
	t.Helper()
	c, ref := h3.Cell(n), reference.Cell(n)
	if c.Valid() != ref.IsValid() {
		t.Fatalf("%x: got %v", n, c.Valid())
	}
	if c.String() != ref.String() {
		t.Fatalf("%x: got %s, want %s", n, c, ref)
	}
	parsed, err := h3.Parse(ref.String())
	if c.Valid() != (err == nil) || err == nil && parsed != c {
		t.Fatalf("%x: got %v, %v", n, parsed, err)
	}
	if c.Valid() && (c.Resolution() != ref.Resolution() || c.BaseCell() != ref.BaseCellNumber() || c.IsPentagon() != ref.IsPentagon()) {
		t.Fatalf("%x: got resolution %d, base cell %d, pentagon %v", n, c.Resolution(), c.BaseCell(), c.IsPentagon())
	}
}

func TestValid(t *testing.T) {
	r := newRand()
	valid := 0
	for range 500_000 {
		checkCell(t, r.Uint64())
		n := uint64(randomCell(r, r.IntN(122), r.IntN(h3.MaxResolution+1)))
		checkCell(t, n)
		n ^= 1 << r.IntN(64)
		checkCell(t, n)
		if h3.Cell(n).Valid() {
			valid++
		}
		checkCell(t, n^7<<(3*r.IntN(15)))
	}
	if valid == 0 {
		t.Error("no cell with a bit flipped is one")
	}
}

// FuzzCell compares what there is to ask of two numbers, and of cells made from their bits
// in two base cells that touch.
func FuzzCell(f *testing.F) {
	f.Add(uint64(0x8c2681a3064d9ff), uint64(0x8c2681a3064dbff))
	f.Add(uint64(0x8009fffffffffff), uint64(0x8001fffffffffff))
	f.Fuzz(func(t *testing.T, x, y uint64) {
		checkCell(t, x)
		checkCell(t, y)
		if h3.Cell(x).Valid() && h3.Cell(y).Valid() {
			checkDistance(t, h3.Cell(x), h3.Cell(y))
		}
		var first, second []int
		for r := range h3.Cell(x).Resolution() {
			first = append(first, int(x>>(3*r)&7)%7)
			second = append(second, int(y>>(3*r)&7)%7)
		}
		ring := ringOf(t, build(int(x>>45&127)%122))
		a, b := build(ring[0].BaseCell(), first...), build(ring[int(y>>45&127)%len(ring)].BaseCell(), second...)
		if a.Valid() && b.Valid() {
			checkDistance(t, a, b)
			checkRing(t, a)
			checkCenter(t, b)
		}
	})
}

func TestDistance(t *testing.T) {
	r := newRand()
	for range 200_000 {
		p, q := degrees(randomPosition(r)), degrees(randomPosition(r))
		if r.IntN(2) == 0 {
			q = reference.LatLng{Lat: p.Lat + 1e-3*r.Float64(), Lng: p.Lng + 1e-3*r.Float64()}
		}
		want := reference.GreatCircleDistanceM(p, q)
		got := h3.Distance(radians(p), radians(q))
		// Where the haversine nears 1, at the other side of the globe, its last bit is
		// metres.
		tolerance := 1e-9 * want
		if want > 19_000_000 {
			tolerance = 10
		}
		if math.Abs(got-want) > tolerance {
			t.Fatalf("%v to %v: got %v, want %v", p, q, got, want)
		}
	}
}

// The benchmarks go through 1,024 positions, or the cells there.
func positions() (ours []h3.LatLng, theirs []reference.LatLng) {
	r := newRand()
	for range 1024 {
		p := randomPosition(r)
		ours = append(ours, p)
		theirs = append(theirs, degrees(p))
	}
	return ours, theirs
}

func cells(b *testing.B, resolution int) (ours []h3.Cell, theirs []reference.Cell) {
	p, _ := positions()
	for _, p := range p {
		c, err := h3.CellAt(p, resolution)
		if err != nil {
			b.Fatal(err)
		}
		ours = append(ours, c)
		theirs = append(theirs, reference.Cell(c))
	}
	return ours, theirs
}

// sideBySide runs both in turn over n inputs.
func sideBySide(b *testing.B, n int, ours, theirs func(i int) error) {
	for _, side := range []struct {
		name string
		call func(i int) error
	}{{"ours", ours}, {"C", theirs}} {
		b.Run(side.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if err := side.call(i); err != nil {
					b.Fatal(err)
				}
				if i++; i == n {
					i = 0
				}
			}
		})
	}
}

func BenchmarkCellAt11(b *testing.B) { benchmarkCellAt(b, 11) }
func BenchmarkCellAt12(b *testing.B) { benchmarkCellAt(b, 12) }

func benchmarkCellAt(b *testing.B, resolution int) {
	ours, theirs := positions()
	sideBySide(b, len(ours),
		func(i int) error { _, err := h3.CellAt(ours[i], resolution); return err },
		func(i int) error { _, err := reference.LatLngToCell(theirs[i], resolution); return err })
}

func BenchmarkCenter(b *testing.B) {
	ours, theirs := cells(b, 12)
	sideBySide(b, len(ours),
		func(i int) error { _, err := ours[i].Center(); return err },
		func(i int) error { _, err := reference.CellToLatLng(theirs[i]); return err })
}

// BenchmarkGridDistance takes cells some kilometres apart.
func BenchmarkGridDistance(b *testing.B) {
	p, _ := positions()
	ours, theirs := cells(b, 11)
	others := make([]h3.Cell, len(ours))
	for i := range others {
		var err error
		q := h3.LatLng{Lat: p[i].Lat + 0.001, Lng: p[i].Lng}
		if others[i], err = h3.CellAt(q, 11); err != nil {
			b.Fatal(err)
		}
		if _, err := h3.GridDistance(ours[i], others[i]); err != nil {
			others[i] = ours[i]
		}
	}
	sideBySide(b, len(ours),
		func(i int) error { _, err := h3.GridDistance(ours[i], others[i]); return err },
		func(i int) error { _, err := reference.GridDistance(theirs[i], reference.Cell(others[i])); return err })
}

func BenchmarkRing1(b *testing.B) {
	ours, theirs := cells(b, 10)
	sideBySide(b, len(ours),
		func(i int) error { _, _, err := ours[i].Ring1(); return err },
		func(i int) error { _, err := reference.GridDisk(theirs[i], 1); return err })
}

func BenchmarkDistance(b *testing.B) {
	ours, theirs := positions()
	var sum float64
	sideBySide(b, len(ours)-1,
		func(i int) error { sum += h3.Distance(ours[i], ours[i+1]); return nil },
		func(i int) error { sum += reference.GreatCircleDistanceM(theirs[i], theirs[i+1]); return nil })
	if math.IsNaN(sum) {
		b.Fatal("no distance")
	}
}
