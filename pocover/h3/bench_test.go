package h3

import "testing"

// The benchmarks go through as many positions, or the cells there.
const benchInputs = 1024

func benchPositions() (positions [benchInputs]LatLng) {
	r := newRand()
	for n := range positions {
		positions[n] = randomPosition(r)
	}
	return positions
}

func benchCells(b *testing.B, resolution int) (cells [benchInputs]Cell) {
	for n, p := range benchPositions() {
		var err error
		if cells[n], err = CellAt(p, resolution); err != nil {
			b.Fatal(err)
		}
	}
	return cells
}

func bench(b *testing.B, call func(n int) error) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := call(n % benchInputs); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkCellAt7(b *testing.B)  { benchmarkCellAt(b, 7) }
func BenchmarkCellAt12(b *testing.B) { benchmarkCellAt(b, 12) }

func benchmarkCellAt(b *testing.B, resolution int) {
	positions := benchPositions()
	bench(b, func(n int) error { _, err := CellAt(positions[n], resolution); return err })
}

// BenchmarkCellAtByAngles is the slower way, which few positions take.
func BenchmarkCellAtByAngles(b *testing.B) {
	positions := benchPositions()
	bench(b, func(n int) error {
		if _, ok := positions[n].vector().projectByAngles(12).cell(12); !ok {
			return errOffGrid
		}
		return nil
	})
}

func BenchmarkCenter(b *testing.B) {
	cells := benchCells(b, 12)
	bench(b, func(n int) error { _, err := cells[n].Center(); return err })
}

func BenchmarkRing1(b *testing.B) {
	cells := benchCells(b, 10)
	bench(b, func(n int) error { _, _, err := cells[n].Ring1(); return err })
}

func BenchmarkGridDistance(b *testing.B) {
	cells := benchCells(b, 11)
	others := cells
	for n, c := range cells {
		for range 5 {
			others[n] = others[n].neighbour(alongJ)
		}
		if _, err := GridDistance(c, others[n]); err != nil {
			b.Fatal(err)
		}
	}
	bench(b, func(n int) error { _, err := GridDistance(cells[n], others[n]); return err })
}

func BenchmarkParent(b *testing.B) {
	cells := benchCells(b, 12)
	bench(b, func(n int) error { _, err := cells[n].Parent(7); return err })
}

func BenchmarkParse(b *testing.B) {
	cells := benchCells(b, 12)
	var texts [benchInputs]string
	for n, c := range cells {
		texts[n] = c.String()
	}
	bench(b, func(n int) error { _, err := Parse(texts[n]); return err })
}

func BenchmarkDistance(b *testing.B) {
	positions := benchPositions()
	var metres float64
	bench(b, func(n int) error { metres += Distance(positions[n], positions[n^1]); return nil })
	if !(metres > 0) {
		b.Fatal(metres)
	}
}
