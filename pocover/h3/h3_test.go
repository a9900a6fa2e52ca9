package h3

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
)

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// randomPosition is uniform on the sphere.
func randomPosition(r *rand.Rand) LatLng {
	return LatLng{math.Asin(2*r.Float64() - 1), (2*r.Float64() - 1) * math.Pi}
}

// randomCell has leading zeros of every length alike.
func randomCell(r *rand.Rand, baseCell, resolution int) Cell {
	for {
		c := newCell(resolution, baseCell)
		for i := 1 + r.IntN(resolution+1); i <= resolution; i++ {
			c |= Cell(r.IntN(digits)) << (3 * (MaxResolution - i))
		}
		if c.Valid() {
			return c
		}
	}
}

// children returns the cells of a resolution below a base cell, or all that there are.
func children(baseCell, resolution int) []Cell {
	cells := []Cell{newCell(0, baseCell)}
	for r := 1; r <= resolution; r++ {
		var next []Cell
		for _, parent := range cells {
			for digit := range digits {
				c := parent&^(15<<resolutionShift|7<<(3*(MaxResolution-r))) |
					Cell(r)<<resolutionShift | Cell(digit)<<(3*(MaxResolution-r))
				if c.Valid() {
					next = append(next, c)
				}
			}
		}
		cells = next
	}
	return cells
}

// hasClass reports whether err is an *Error of this package of exactly one class.
func hasClass(err, class error) bool {
	var e *depinproof.Error
	return errors.As(err, &e) && errors.Is(err, class) && e.Index == depinproof.NoIndex &&
		strings.HasPrefix(e.Op, "h3.") && e.Err != nil
}

// Some places, by the C library.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		lat, lng   float64 // degrees
		resolution int
		cell       Cell
	}{
		{37.7752702151959, -122.418307270836, 9, 0x8928308280fffff},
		{48.8583701, 2.2944813, 12, 0x8c1fb46741ae9ff},
		{-33.8567844, 151.2152967, 15, 0x8fbe0e35c0942e3},
		{0, 0, 0, 0x8075fffffffffff},
		{90, 0, 5, 0x85032623fffffff},
		{-90, 77, 11, 0x8bf29380e0d0fff},
		{100, 200, 7, 0x870029cb3ffffff}, // beyond the pole
		{80, 20, 7, 0x870029cb3ffffff},
	} {
		got, err := CellAt(LatLng{c.lat * degree, c.lng * degree}, c.resolution)
		if err != nil || got != c.cell {
			t.Errorf("%v, %v at %d: got %v, %v; want %v", c.lat, c.lng, c.resolution, got, err, c.cell)
		}
	}
}

func TestCellAtRefuses(t *testing.T) {
	for _, c := range []struct {
		p          LatLng
		resolution int
	}{
		{LatLng{}, -1},
		{LatLng{}, MaxResolution + 1},
		{LatLng{math.NaN(), 0}, 5},
		{LatLng{0, math.NaN()}, 5},
		{LatLng{math.Inf(1), 0}, 5},
		{LatLng{0, math.Inf(-1)}, 5},
	} {
		if got, err := CellAt(c.p, c.resolution); got != 0 || !hasClass(err, depinproof.ErrMalformed) {
			t.Errorf("%v: got %v, %v", c, got, err)
		}
	}
	// Any finite number is a position.
	for _, p := range []LatLng{{math.MaxFloat64, -math.MaxFloat64}, {math.SmallestNonzeroFloat64, 0}, {-1e17, 1e300}} {
		if c, err := CellAt(p, MaxResolution); err != nil || !c.Valid() {
			t.Errorf("%v: got %v, %v", p, c, err)
		}
	}
}

// Functions that take a cell refuse what is none.
func TestRefuseNumbers(t *testing.T) {
	good := Cell(0x8c2681a3064d9ff)
	for _, c := range []Cell{0, math.MaxUint64, good ^ 1, good ^ 1<<63, good ^ 1<<56, good &^ (15 << 52), 0x81083ffffffffff + 1<<42} {
		if c.Valid() {
			t.Fatalf("%v is a cell", c)
		}
		_, parent := c.Parent(0)
		_, centre := c.Center()
		_, n, ring := c.Ring1()
		_, from := GridDistance(c, good)
		_, to := GridDistance(good, c)
		for _, err := range []error{parent, centre, ring, from, to} {
			if !hasClass(err, depinproof.ErrMalformed) {
				t.Errorf("%v: %v", c, err)
			}
		}
		if n != 0 {
			t.Errorf("%v has %d cells around it", c, n)
		}
	}
}

func TestParse(t *testing.T) {
	const want = Cell(0x8c2681a3064d9ff)
	for _, s := range []string{"8c2681a3064d9ff", "8C2681A3064D9FF", "08c2681a3064d9ff", "+8c2681a3064d9ff",
		"+" + strings.Repeat("0", 40) + "8c2681a3064d9ff"} {
		if c, err := Parse(s); err != nil || c != want {
			t.Errorf("%q: got %v, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "+", "-", "++8c2681a3064d9ff", "+-8c2681a3064d9ff", "-8c2681a3064d9ff", "0x8c2681a3064d9ff",
		"0X8c2681a3064d9ff", " 8c2681a3064d9ff", "8c2681a3064d9ff ", "8c2681a3064d9ff\n", "8c_2681a3064d9ff",
		"8c2681a3064d9fg", "\x00", "8c2681a3064d9fe", "18c2681a3064d9fff", "1" + strings.Repeat("0", 16), "0", "ffffffffffffffff"} {
		if c, err := Parse(s); c != 0 || !hasClass(err, depinproof.ErrMalformed) {
			t.Errorf("%q: got %v, %v", s, c, err)
		}
	}
	if s := want.String(); s != "8c2681a3064d9ff" {
		t.Errorf("got %s", s)
	}
	if s := Cell(0).String(); s != "0" {
		t.Errorf("got %s", s)
	}
}

// valid is Valid in the words of the format.
func valid(n uint64) bool {
	if n>>63 != 0 || n>>59&15 != 1 || n>>56&7 != 0 || n>>45&127 >= 122 {
		return false
	}
	leading := true
	for i := 1; i <= 15; i++ {
		digit := n >> (3 * (15 - i)) & 7
		switch {
		case i > int(n>>52&15):
			if digit != 7 {
				return false
			}
		case digit == 7:
			return false
		case digit != 0 && leading:
			leading = false
			if digit == 1 && slices.Contains(pentagonList, int(n>>45&127)) {
				return false
			}
		}
	}
	return true
}

var pentagonList = []int{4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117}

func TestValid(t *testing.T) {
	check := func(n uint64) {
		if Cell(n).Valid() != valid(n) {
			t.Fatalf("%x: got %v", n, Cell(n).Valid())
		}
	}
	const top = uint64(8) << 56
	// Every top byte, resolution and base cell, above zeros, sevens and a valid tail.
	for n := range uint64(1 << 19) {
		for _, tail := range []uint64{0, 1<<45 - 1, 1<<44 - 1, 0o12345<<30 | 1<<30 - 1} {
			check(n<<45 | tail)
		}
	}
	// Every four digits, first and last, below a hexagon and below a pentagon.
	for _, baseCell := range []uint64{0, 4, 117, 121} {
		for resolution := range uint64(16) {
			for d := range uint64(1 << 12) {
				head := top | resolution<<52 | baseCell<<45
				check(head | d<<33 | 1<<33 - 1)
				check(head | d | 1<<45 - 1<<12)
				check(head | d)
			}
		}
	}
	// Every bit of a cell flipped, and every two.
	r := newRand()
	for resolution := range MaxResolution + 1 {
		for _, baseCell := range []int{4, 11} {
			c := uint64(randomCell(r, baseCell, resolution))
			check(c)
			for i := range 64 {
				for j := range i + 1 {
					check(c ^ 1<<i)
					check(c ^ 1<<i ^ 1<<j)
				}
			}
		}
	}
}

// There are 2 + 120*7^r cells of resolution r, twelve of them pentagons.
func TestCount(t *testing.T) {
	want := 122
	for resolution := range 5 {
		cells, pentagons := 0, 0
		for baseCell := range baseCells {
			for _, c := range children(baseCell, resolution) {
				if c.IsPentagon() {
					pentagons++
				}
				if c.Resolution() != resolution || c.BaseCell() != baseCell {
					t.Fatalf("%v: resolution %d, base cell %d", c, c.Resolution(), c.BaseCell())
				}
				cells++
			}
		}
		if cells != want || pentagons != 12 {
			t.Errorf("resolution %d: %d cells, %d pentagons", resolution, cells, pentagons)
		}
		want = (want-2)*7 + 2
	}
}

// radius is how far, at most, positions in a cell are from its centre.
func radius(resolution int) float64 { return 1 / stepsPerRadius[resolution] / math.Sqrt(3) }

// Every cell of the coarsest resolutions contains its centre, has six neighbours that have
// it for a neighbour, one step away each, and lies where its parent does.
func TestCells(t *testing.T) {
	resolutions := 4 // 41,162 cells of the finest
	if testing.Short() || raceEnabled {
		resolutions = 3
	}
	for resolution := range resolutions {
		for baseCell := range baseCells {
			for _, c := range children(baseCell, resolution) {
				checkCell(t, c)
			}
		}
	}
}

// So do cells of all others, next to the middle of pentagons and of other base cells.
func TestFineCells(t *testing.T) {
	r := newRand()
	for baseCell := range baseCells {
		for resolution := range MaxResolution + 1 {
			for range 20 {
				checkCell(t, randomCell(r, baseCell, resolution))
			}
		}
	}
}

func checkCell(t *testing.T, c Cell) {
	t.Helper()
	resolution := c.Resolution()
	centre := mustCenter(t, c)
	if back, err := CellAt(centre, resolution); err != nil || back != c {
		t.Fatalf("%v: its centre is in %v, %v", c, back, err)
	}

	ring := mustRing(t, c)
	want := 7
	if c.IsPentagon() {
		want = 6
	}
	if len(ring) != want || ring[0] != c {
		t.Fatalf("%v: ring %v", c, ring)
	}
	for i, n := range ring[1:] {
		if !n.Valid() || n.Resolution() != resolution || slices.Contains(ring[:i+1], n) {
			t.Fatalf("%v: ring %v", c, ring)
		}
		if !slices.Contains(mustRing(t, n), c) {
			t.Fatalf("%v has the neighbour %v, and not the other way round", c, n)
		}
		if d, err := GridDistance(c, n); err != nil || d != 1 {
			t.Fatalf("%v to %v: %d, %v", c, n, d, err)
		}
		// Steps are shorter towards the edge of a face, where the plane is further away.
		steps := Distance(centre, mustCenter(t, n)) / (earthRadius * 1000) * stepsPerRadius[resolution]
		if steps > 1+1e-6 || steps < 0.55 {
			t.Fatalf("%v to %v: %v steps", c, n, steps)
		}
	}

	if resolution > 0 {
		parent, err := c.Parent(resolution - 1)
		if err != nil || !parent.Valid() || parent.Resolution() != resolution-1 || parent.BaseCell() != c.BaseCell() {
			t.Fatalf("%v: parent %v, %v", c, parent, err)
		}
		away := Distance(centre, mustCenter(t, parent)) / (earthRadius * 1000)
		if away*stepsPerRadius[resolution] > 1+1e-6 {
			t.Fatalf("%v: its parent's centre is %v steps away", c, away*stepsPerRadius[resolution])
		}
	}
}

// The chain of parents is the same in one go and step by step.
func TestParent(t *testing.T) {
	r := newRand()
	for baseCell := range baseCells {
		c := randomCell(r, baseCell, MaxResolution)
		at := c
		for resolution := MaxResolution; resolution >= 0; resolution-- {
			p, err := c.Parent(resolution)
			if err != nil {
				t.Fatal(err)
			}
			if at, err = at.Parent(resolution); err != nil || at != p || !p.Valid() {
				t.Fatalf("%v at %d: got %v and %v, %v", c, resolution, p, at, err)
			}
			if _, err := p.Parent(resolution + 1); !hasClass(err, depinproof.ErrMalformed) {
				t.Fatalf("%v at %d: %v", p, resolution+1, err)
			}
		}
		if _, err := c.Parent(-1); !hasClass(err, depinproof.ErrMalformed) {
			t.Fatal(err)
		}
	}
}

// What an edge of the icosahedron, or rounding, leaves in doubt goes through the angles;
// what does not must come out of both.
func TestProject(t *testing.T) {
	r := newRand()
	doubts := 0
	check := func(p LatLng, resolution int) {
		t.Helper()
		v := p.vector()
		got, sure := v.project(resolution)
		want := v.projectByAngles(resolution)
		if !sure {
			doubts++
			return
		}
		// Positions on an edge may be on either face, but are in one cell.
		a, okA := got.cell(resolution)
		b, okB := want.cell(resolution)
		if !okA || !okB || a != b {
			t.Fatalf("%v at %d: got %v, want %v", p, resolution, got, want)
		}
	}
	for range 20_000 {
		p := randomPosition(r)
		for resolution := range MaxResolution + 1 {
			check(p, resolution)
		}
	}
	// One position in two thousand is near the centre of a face.
	if doubts == 0 || doubts > 16*20 {
		t.Errorf("%d positions in doubt", doubts)
	}

	// Close to an edge between two cells.
	doubts = 0
	const bisections = 45
	for range 3000 {
		resolution := r.IntN(MaxResolution + 1)
		a, b := randomPosition(r), LatLng{}
		b.Lat, b.Lng = a.Lat, a.Lng+4*radius(resolution)
		in, err := CellAt(a, resolution)
		if err != nil {
			t.Fatal(err)
		}
		for range bisections {
			m := LatLng{a.Lat, (a.Lng + b.Lng) / 2}
			check(m, resolution)
			if c, err := CellAt(m, resolution); err != nil {
				t.Fatal(err)
			} else if c == in {
				a = m
			} else {
				b = m
			}
		}
	}
	if doubts < 3000 {
		t.Errorf("%d positions in doubt", doubts)
	}
}

// At the centre of a face and around it, the reference's arithmetic errs by more than the
// distance: there the package must take its way.
func TestFaceCentres(t *testing.T) {
	for f, face := range faceData {
		v := face.centre
		if at := v.projectByAngles(MaxResolution); int(at.face) != f || at.hex != (hex{}) {
			t.Errorf("face %d: got %v", f, at)
		}
		if _, sure := v.project(MaxResolution); sure {
			t.Errorf("face %d: no doubt at its centre", f)
		}
		if n := 1 - v.dot(v); math.Abs(n) > 1e-15 {
			t.Errorf("face %d: its centre is %v off the sphere", f, n)
		}
		if f < len(opposites) && v.dot(faceData[opposites[f]].centre) > -1+1e-15 {
			t.Errorf("face %d is not opposite face %d", opposites[f], f)
		}
		for edge, n := range face.neighbours {
			if !slices.Contains(faceData[n].neighbours[:], uint8(f)) {
				t.Errorf("edge %d of face %d leads to face %d, which has none back", edge, f, n)
			}
		}
	}
}

func TestBaseCellTables(t *testing.T) {
	homesOf := make(map[facePosition]int)
	for c, row := range neighbours {
		if int(row[0]) != c {
			t.Errorf("base cell %d: %v", c, row)
		}
		if isPentagon(c) != (row[alongK] == none) || isPentagon(c) != slices.Contains(pentagonList, c) {
			t.Errorf("base cell %d: pentagon: %v, neighbours %v", c, isPentagon(c), row)
		}
		for _, n := range row[1:] {
			if n != none && directionTo(int(n), c) == middle {
				t.Errorf("base cell %d has neighbour %d, and not the other way round", c, n)
			}
		}
		if other, taken := homesOf[homes[c]]; taken {
			t.Errorf("base cells %d and %d have one home", c, other)
		}
		homesOf[homes[c]] = c
		i, j, k := homes[c].hex.offsets()
		if got := residents[homes[c].face][9*i+3*j+k]; int(got.baseCell) != c || got.turns != 0 {
			t.Errorf("base cell %d: at its home is %v", c, got)
		}
	}
}

// rotateSlowly turns the digits one by one.
func rotateSlowly(c Cell, turns int) Cell {
	next := [8]Cell{0, alongIK, alongJK, alongK, alongIJ, alongI, alongJ, 7}
	for range turns {
		for r := 1; r <= c.Resolution(); r++ {
			shift := 3 * (MaxResolution - r)
			c = c&^(7<<shift) | next[c>>shift&7]<<shift
		}
	}
	return c
}

func TestRotate(t *testing.T) {
	r := newRand()
	for range 5000 {
		c := randomCell(r, r.IntN(baseCells), r.IntN(MaxResolution+1))
		for turns := range 6 {
			if got, want := c.rotate(turns), rotateSlowly(c, turns); got != want {
				t.Fatalf("%v by %d: got %v, want %v", c, turns, got, want)
			}
			if got, want := c.rotate(turns).position().turn(uint8(turns)), c.position(); got != want {
				t.Fatalf("%v by %d: got %v, want %v", c, turns, got, want)
			}
		}
		if c.onPentagon() && c.rotatePentagon(5) != c {
			t.Fatalf("%v: five turns about a pentagon are not a full one", c)
		}
	}
}

func TestCoarser(t *testing.T) {
	r := newRand()
	for range 20_000 {
		h := hex{r.Int32N(1<<24) - 1<<23, r.Int32N(1<<24) - 1<<23}
		for resolution := 1; resolution <= 2; resolution++ {
			parent, digit := h.coarser(resolution)
			if got := parent.finer(resolution).add(units[digit]); got != h {
				t.Fatalf("%v: got %v", h, got)
			}
		}
	}
}

// Within four steps, the distance is that of a search through the neighbours, or there is
// none because a pentagon is near.
func TestGridDistance(t *testing.T) {
	told, none := 0, 0
	for baseCell := range baseCells {
		for _, c := range children(baseCell, 2) {
			steps := map[Cell]int{c: 0}
			for queue := []Cell{c}; len(queue) > 0; queue = queue[1:] {
				at := queue[0]
				if steps[at] == 4 {
					break
				}
				for _, n := range mustRing(t, at)[1:] {
					if _, seen := steps[n]; !seen {
						steps[n] = steps[at] + 1
						queue = append(queue, n)
					}
				}
			}
			for to, want := range steps {
				got, err := GridDistance(c, to)
				switch {
				case err == nil && got == want:
					told++
				case hasClass(err, depinproof.ErrUnsupported) && want > 1 && nearPentagon(c, to):
					none++
				default:
					t.Fatalf("%v to %v: got %d, %v; want %d", c, to, got, err, want)
				}
			}
		}
	}
	if told != 353942 || none != 3840 { // as many as in the C library
		t.Errorf("%d distances, %d pairs without", told, none)
	}
}

// nearPentagon reports whether a cell is in the base cell of a pentagon.
func nearPentagon(cells ...Cell) bool { return slices.ContainsFunc(cells, Cell.onPentagon) }

// All pairs of cells of one resolution around the pentagons, and all of resolution 0.
func TestGridDistanceSymmetric(t *testing.T) {
	told, none := 0, 0
	check := func(cells []Cell) {
		for _, a := range cells {
			for _, b := range cells {
				there, err := GridDistance(a, b)
				back, err2 := GridDistance(b, a)
				if there != back || (err == nil) != (err2 == nil) || (a == b) != (err == nil && there == 0) {
					t.Fatalf("%v to %v: %d, %v; back %d, %v", a, b, there, err, back, err2)
				}
				if err == nil {
					told++
				} else {
					none++
				}
			}
		}
	}
	var all []Cell
	for baseCell := range baseCells {
		all = append(all, newCell(0, baseCell))
	}
	check(all)
	for _, pentagon := range pentagonList {
		for resolution := range 3 {
			var cells []Cell
			for _, base := range mustRing(t, newCell(0, pentagon)) {
				cells = append(cells, children(base.BaseCell(), resolution)...)
			}
			check(cells)
		}
	}
	t.Logf("%d with a distance, %d without", told, none)
	if told == 0 || none == 0 {
		t.Errorf("%d with a distance, %d without", told, none)
	}
}

func TestGridDistanceRefuses(t *testing.T) {
	for _, c := range []struct {
		a, b  Cell
		class error
	}{
		{newCell(5, 0), newCell(6, 0), depinproof.ErrMalformed},
		{newCell(0, 0), newCell(0, 121), depinproof.ErrUnsupported}, // far away
		{newCell(0, 0), newCell(0, 1), nil},
		{0x8108bffffffffff, 0x81083ffffffffff, nil},
		{0x8108bffffffffff, 0x81093ffffffffff, depinproof.ErrUnsupported}, // around a pentagon
		{0x8109bffffffffff, 0x81097ffffffffff, depinproof.ErrUnsupported},
	} {
		d, err := GridDistance(c.a, c.b)
		if c.class == nil && err != nil || c.class != nil && (d != 0 || !hasClass(err, c.class)) {
			t.Errorf("%v to %v: got %d, %v; want %v", c.a, c.b, d, err, c.class)
		}
	}
}

func TestDistance(t *testing.T) {
	const quarter = earthRadius * 1000 * math.Pi / 2
	for _, c := range []struct {
		a, b LatLng
		want float64
	}{
		{LatLng{}, LatLng{}, 0},
		{LatLng{}, LatLng{0, math.Pi / 2}, quarter},
		{LatLng{}, LatLng{math.Pi / 2, 1}, quarter},
		{LatLng{0, -math.Pi / 2}, LatLng{0, math.Pi / 2}, 2 * quarter},
		{LatLng{0, 1}, LatLng{0, 1 + 2*math.Pi}, 0},
		{LatLng{0.3, -3.1}, LatLng{0.3, 2*math.Pi - 3.1}, 0},
		{LatLng{0.5, 0.25}, LatLng{0.5 + 1e-6, 0.25}, earthRadius * 1e-3},
	} {
		if got := Distance(c.a, c.b); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%v to %v: got %v, want %v", c.a, c.b, got, c.want)
		}
		if there, back := Distance(c.a, c.b), Distance(c.b, c.a); math.Abs(there-back) > 1e-6 {
			t.Errorf("%v to %v: %v, back %v", c.a, c.b, there, back)
		}
	}
	r := newRand()
	for range 200_000 {
		a := randomPosition(r)
		opposite := LatLng{-a.Lat, a.Lng + math.Pi}
		if d := Distance(a, opposite); math.Abs(d-2*quarter) > 1 {
			t.Fatalf("%v to %v: %v", a, opposite, d)
		}
	}
	if d := Distance(LatLng{math.Inf(1), 0}, LatLng{}); !math.IsNaN(d) {
		t.Errorf("got %v", d)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	r := newRand()
	p := randomPosition(r)
	hexagon, pentagon := randomCell(r, 20, 12), newCell(12, 14)
	neighbour := mustRing(t, hexagon)[3]
	near := mustCenter(t, newCell(MaxResolution, 16)) // of a face, where the slower way is taken
	var sink int
	for name, call := range map[string]func() error{
		"CellAt":           func() error { _, err := CellAt(p, 12); return err },
		"CellAt by angles": func() error { _, err := CellAt(near, 12); return err },
		"Center":           func() error { _, err := pentagon.Center(); return err },
		"Parent":           func() error { _, err := hexagon.Parent(7); return err },
		"Parse":            func() error { _, err := Parse("8c2681a3064d9ff"); return err },
		"GridDistance":     func() error { _, err := GridDistance(hexagon, neighbour); return err },
		"Ring1":            func() error { cells, n, err := pentagon.Ring1(); sink += n + int(cells[1]&1); return err },
		"Distance":         func() error { sink += int(Distance(p, near)); return nil },
	} {
		var err error
		if n := testing.AllocsPerRun(100, func() { err = errors.Join(err, call()) }); n != 0 || err != nil {
			t.Errorf("%s: %v allocations, %v", name, n, err)
		}
	}
}
