package pocover

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
)

// densityTwin computes the scales with maps and exact numbers, cell by cell in the order
// in which the maps are walked, which is another one each time.
func densityTwin(t testing.TB, rules DensityRules, locations []h3.Cell) map[h3.Cell]Scale {
	t.Helper()
	parent := func(c h3.Cell, res int) h3.Cell {
		p, err := c.Parent(res)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	unclipped, clipped := map[h3.Cell]uint64{}, map[h3.Cell]uint64{}
	level := map[h3.Cell]bool{}
	var counted []h3.Cell
	for _, c := range locations {
		if c.Valid() && c.Resolution() >= rules.Finest {
			p := parent(c, rules.Finest)
			unclipped[p]++
			clipped[p]++
			level[p] = true
			counted = append(counted, c)
		}
	}
	for res := rules.Finest - 1; res >= rules.Coarsest; res-- {
		rule, next := rules.Levels[res], map[h3.Cell]bool{}
		for c := range level {
			p := parent(c, res)
			unclipped[p] += clipped[c]
			clipped[p] += clipped[c]
			next[p] = true
		}
		for c := range next {
			ring, n, err := c.Ring1()
			if err != nil {
				t.Fatal(err)
			}
			occupied := -int64(rule.Neighbors)
			for _, r := range ring[:n] {
				if clipped[r] >= rule.Target {
					occupied++
				}
			}
			clipped[c] = min(unclipped[c], rule.Max, rule.Target*uint64(max(occupied+1, 1)))
		}
		level = next
	}
	scales := map[h3.Cell]Scale{}
	for _, c := range counted {
		scale := newDecimal(10, 1)
		for res := 13; res >= rules.Coarsest; res-- {
			if res > c.Resolution() {
				continue
			}
			p := parent(c, res)
			if n := unclipped[p]; n > 0 {
				ratio := twinOf("div", newDecimal(clipped[p], 4), newDecimal(n, 4))
				scale = twinOf("mul", scale, ratio)
			}
		}
		scales[c] = Scale(roundRat(scale.rat(), 4, halfEven).Uint64())
	}
	return scales
}

// sameDensity compares a map with its twin.
func sameDensity(t testing.TB, d *Density, want map[h3.Cell]Scale) {
	t.Helper()
	if d.Len() != len(want) {
		t.Errorf("%d cells, want %d", d.Len(), len(want))
	}
	for c, s := range want {
		if got, ok := d.Scale(c); !ok || got != s {
			t.Errorf("%v: %d, %v, want %d", c, got, ok, s)
		}
	}
}

func TestDensityShared(t *testing.T) {
	var file struct {
		Asserted []string          `json:"asserted"`
		Expected map[string]string `json:"expected"`
	}
	heliumJSON(t, "hex_density.json", &file)
	if len(file.Asserted) != 36 || len(file.Expected) != 31 {
		t.Fatalf("%d hotspots, %d scales", len(file.Asserted), len(file.Expected))
	}
	cell := func(s string) h3.Cell {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return h3.Cell(n)
	}
	var cells []h3.Cell
	for _, s := range file.Asserted {
		cells = append(cells, cell(s))
	}
	want := map[h3.Cell]Scale{}
	for s, scale := range file.Expected {
		want[cell(s)] = Scale(places(t, scale))
	}
	d, err := NewDensity(DensityHIP104(), cells)
	if err != nil {
		t.Fatal(err)
	}
	sameDensity(t, d, want)
	sameDensity(t, d, densityTwin(t, DensityHIP104(), cells))
}

// cellOf puts a cell together: digits from the coarsest on.
func cellOf(base int, digits ...int) h3.Cell {
	c := uint64(8)<<56 | uint64(len(digits))<<52 | uint64(base)<<45 | (1<<45 - 1)
	for i, d := range digits {
		shift := 3 * (14 - i)
		c = c&^(7<<shift) | uint64(d)<<shift
	}
	return h3.Cell(c)
}

// cellCover returns n hotspots in some cells of resolution 3, one of them a pentagon, so
// crowded that the rules of every resolution have an effect once there are enough.
func cellCover(n int) []h3.Cell {
	r := rand.New(rand.NewPCG(4, 104))
	coarse := [][]int{{20, 1, 2, 3}, {20, 1, 2, 3}, {20, 1, 2, 3}, {4, 0, 0, 0}, {97, 6, 5, 4}}
	var cells []h3.Cell
	for len(cells) < n {
		c := coarse[r.IntN(len(coarse))]
		digits := append([]int{}, c[1:]...)
		if digits = append(digits, r.IntN(7)); c[0] == 4 && digits[3] == 1 {
			digits[3] = 0 // no such child of a pentagon
		}
		res := 12
		switch r.IntN(20) {
		case 0:
			res = 11 + r.IntN(5)
		case 1:
			res = 10
		}
		// Some live close together.
		for i := len(digits); i < res; i++ {
			d := r.IntN(7)
			if i > 7 && r.IntN(3) > 0 {
				d = r.IntN(3)
			}
			digits = append(digits, d)
		}
		cell := cellOf(c[0], digits...)
		for range 1 + r.IntN(3)/2 {
			cells = append(cells, cell)
		}
	}
	return cells[:n]
}

// scaleLines lists the scales of the cells that have one, each once.
func scaleLines(d *Density) string {
	var b strings.Builder
	for _, c := range d.cells {
		s, _ := d.Scale(c)
		fmt.Fprintln(&b, uint64(c), uint32(s))
	}
	return b.String()
}

// TestDensityVectors compares with what h3o 0.7.1 and rust_decimal 1.38.0 gave for the
// same hotspots by the reference's steps.
func TestDensityVectors(t *testing.T) {
	for _, c := range densityVectors {
		cells := cellCover(c.hotspots)
		d, err := NewDensity(DensityHIP104(), cells)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(scaleLines(d)))); got != c.digest || d.Len() != c.cells {
			t.Errorf("%d hotspots: %d scales, digest %s", c.hotspots, d.Len(), got)
		}
	}
}

var densityVectors = []struct {
	hotspots, cells int
	digest          string
}{
	{100, 71, "b75acfd7ff7060f4015dd2e3bb307584f7a1b3d97dc5329d9c3909e80418521b"},
	{3000, 2136, "0ac99f3f5e0a09808448f85d8e96a278de4283e76d1f9dfc894f90631445ca68"},
	{60000, 42392, "4523b4e55f3e01ffd6117a03a7ed0d99bd7853020b3bd0790e3ecad523df6ce5"},
}

// TestDensityEveryRule changes each number of the rules and expects other scales of the
// crowd that TestDensityVectors judges.
func TestDensityEveryRule(t *testing.T) {
	cells := cellCover(60000)
	d, err := NewDensity(DensityHIP104(), cells)
	if err != nil {
		t.Fatal(err)
	}
	before := scaleLines(d)
	for res := 4; res <= 10; res++ {
		for name, change := range map[string]func(l *DensityLevel){
			"neighbors": func(l *DensityLevel) { l.Neighbors = 7 },
			"maximum":   func(l *DensityLevel) { l.Max-- },
			"target":    func(l *DensityLevel) { l.Target, l.Max = l.Target+1, l.Max+1 },
		} {
			if res >= 8 && name != "target" {
				continue // the maximum is the target there, whatever the neighbours
			}
			if (res == 6 || res == 7) && name == "maximum" {
				continue // seven cells never have so many
			}
			rules := DensityHIP104()
			change(&rules.Levels[res])
			d, err := NewDensity(rules, cells)
			if err != nil {
				t.Fatal(err)
			}
			if scaleLines(d) == before {
				t.Errorf("resolution %d: another %s, the same scales", res, name)
			}
		}
	}
}

// TestDensityOrder adds the same hotspots in other orders.
func TestDensityOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	cells := cellCover(12000)
	d, err := NewDensity(DensityHIP104(), cells)
	if err != nil {
		t.Fatal(err)
	}
	sameDensity(t, d, densityTwin(t, DensityHIP104(), cells))
	seen := map[Scale]bool{}
	for _, s := range d.scales {
		seen[s] = true
	}
	if len(seen) < 30 {
		t.Errorf("%d different scales", len(seen))
	}
	want := scaleLines(d)
	b, err := NewDensityBuilder(DensityHIP104())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range r.Perm(len(cells)) {
		b.Add(cells[i])
	}
	for range 3 {
		again, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		if scaleLines(again) != want {
			t.Error("another order, other scales")
		}
		r.Shuffle(len(b.cells), func(i, j int) { b.cells[i], b.cells[j] = b.cells[j], b.cells[i] })
	}
}

func TestDensityAdd(t *testing.T) {
	b, err := NewDensityBuilder(DensityHIP104())
	if err != nil {
		t.Fatal(err)
	}
	town := cellOf(20, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5)
	for _, c := range []struct {
		cell h3.Cell
		want bool
	}{
		{town, true},
		{cellOf(20, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4), true},
		{cellOf(20, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3), false},
		{cellOf(20), false},
		{0, false},
		{town | 1<<63, false},
		{cellOf(122, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5), false},
		{cellOf(4, 0, 0, 1, 4, 5, 6, 0, 1, 2, 3, 4, 5), false}, // no such child of a pentagon
	} {
		if b.Add(c.cell) != c.want {
			t.Errorf("%v: want %v", c.cell, c.want)
		}
	}
	d, err := b.Build()
	if err != nil || d.Len() != 2 {
		t.Fatal(d, err)
	}
	// Two in one cell of resolution 10, where one may be.
	if s, ok := d.Scale(town); s != 5000 || !ok {
		t.Errorf("scale %d, %v", s, ok)
	}
	for _, c := range []h3.Cell{0, cellOf(20), town + 1<<9, 1<<64 - 1} {
		if s, ok := d.Scale(c); s != 0 || ok {
			t.Errorf("%v: scale %d, %v", c, s, ok)
		}
	}
	empty, err := NewDensity(DensityHIP104(), nil)
	if err != nil || empty.Len() != 0 {
		t.Fatal(empty, err)
	}
	if _, ok := empty.Scale(town); ok {
		t.Error("scale of an empty map")
	}
}

func TestDensityRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*DensityRules)
	}{
		{"none", func(r *DensityRules) { *r = DensityRules{} }},
		{"one resolution", func(r *DensityRules) { r.Finest = 4 }},
		{"too fine", func(r *DensityRules) { r.Finest = 16 }},
		{"too coarse", func(r *DensityRules) { r.Coarsest = -1 }},
		{"no rule", func(r *DensityRules) { r.Coarsest = 3 }},
		{"no target", func(r *DensityRules) { r.Levels[7].Target = 0 }},
		{"maximum below target", func(r *DensityRules) { r.Levels[7].Max = 4 }},
		{"maximum too large", func(r *DensityRules) { r.Levels[4].Max = maxDensityTarget + 1 }},
	} {
		rules := DensityHIP104()
		c.change(&rules)
		if _, err := NewDensity(rules, nil); err == nil {
			t.Errorf("%s: accepted", c.name)
		} else {
			wantError(t, err, depinproof.ErrMalformed, "pocover.NewDensityBuilder")
		}
	}
}

func TestCountsForDensity(t *testing.T) {
	refresh := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		ago  time.Duration
		want bool
	}{
		{60 * time.Hour, true}, {60*time.Hour + 1, false}, {0, true}, {-time.Hour, true},
	} {
		if CountsForDensity(refresh.Add(-c.ago), refresh) != c.want {
			t.Errorf("%v ago: want %v", c.ago, c.want)
		}
	}
	if CountsForDensity(time.Time{}, refresh) {
		t.Error("never, but counts")
	}
}

// TestDensityRounding multiplies ratios whose exact product lies halfway between two
// scales, which the decimals of rust_decimal 1.38.0 miss.
func TestDensityRounding(t *testing.T) {
	for _, c := range []struct {
		ratios       [][2]uint64
		scale, exact uint64
	}{
		{[][2]uint64{{150, 176}, {352, 384}}, 7813, 7812},
		{[][2]uint64{{203, 204}, {51, 52}, {65, 70}}, 9063, 9062},
		{[][2]uint64{{162, 195}, {13, 15}, {173, 220}, {176, 256}}, 3893, 3892},
	} {
		scale, exact := newDecimal(1, 0), big.NewRat(1, 1)
		for _, r := range c.ratios {
			scale = scale.mul(newDecimal(r[0], 0).div(newDecimal(r[1], 0)))
			exact.Mul(exact, new(big.Rat).SetFrac64(int64(r[0]), int64(r[1])))
		}
		if got, e := uint64(units(scale)), roundRat(exact, 4, halfEven).Uint64(); got != c.scale || e != c.exact {
			t.Errorf("%v: %d, exactly %d", c.ratios, got, e)
		}
	}
}

// FuzzDensity holds the map against its twin for crowds with rules of its own.
func FuzzDensity(f *testing.F) {
	f.Add(uint64(1), uint16(300), uint8(2), uint8(1))
	f.Add(uint64(2), uint16(50), uint8(4), uint8(5))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, neighbors, target uint8) {
		r := rand.New(rand.NewPCG(seed, 9))
		rules := DensityRules{Finest: 2 + r.IntN(11)}
		rules.Coarsest = r.IntN(rules.Finest)
		for res := rules.Coarsest; res < rules.Finest; res++ {
			goal := uint64(target)%10 + 1
			rules.Levels[res] = DensityLevel{uint64(neighbors) % 9, goal, goal * uint64(1+r.IntN(6))}
		}
		var cells []h3.Cell
		for range n % 500 {
			digits := make([]int, r.IntN(16))
			for i := range digits {
				digits[i] = r.IntN(7) * r.IntN(2)
			}
			cells = append(cells, cellOf([]int{4, 14, 20}[r.IntN(3)], digits...))
		}
		d, err := NewDensity(rules, cells)
		if err != nil {
			if !errors.Is(err, depinproof.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		sameDensity(t, d, densityTwin(t, rules, cells))
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
		if again, err := NewDensity(rules, cells); err != nil || scaleLines(again) != scaleLines(d) {
			t.Fatal("another order, other scales")
		}
	})
}

func TestDensityAlloc(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	cells := cellCover(1000)
	d, err := NewDensity(DensityHIP104(), cells)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { d.Scale(cells[7]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleNewDensity() {
	lone, err := h3.Parse("8c2830d34a2c5ff")
	if err != nil {
		fmt.Println(err)
		return
	}
	near, err := h3.Parse("8c2830d34a2c1ff")
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := NewDensity(DensityHIP104(), []h3.Cell{lone, near})
	if err != nil {
		fmt.Println(err)
		return
	}
	scale, ok := d.Scale(lone)
	fmt.Println(scale, ok)
	// Output:
	// 0.5000 true
}

func BenchmarkDensity(b *testing.B) {
	const n = 1_000_000
	cells := cellCover(n)
	b.Run("Build", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(8 * n)
		for b.Loop() {
			if _, err := NewDensity(DensityHIP104(), cells); err != nil {
				b.Fatal(err)
			}
		}
	})
	d, err := NewDensity(DensityHIP104(), cells)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Scale", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			d.Scale(cells[i*7919%n])
		}
	})
}
