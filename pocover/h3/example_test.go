package h3_test

import (
	"fmt"
	"math"

	"github.com/depinproof/depinproof/pocover/h3"
)

const degree = math.Pi / 180

func ExampleParse() {
	c, err := h3.Parse("8928308280fffff")
	fmt.Println(c, c.Resolution(), c.BaseCell(), err)
	_, err = h3.Parse("8928308280ffffe")
	fmt.Println(err)
	// Output:
	// 8928308280fffff 9 20 <nil>
	// h3.Parse: malformed input: not a cell
}

func ExampleCellAt() {
	c, err := h3.CellAt(h3.LatLng{Lat: 37.7752702151959 * degree, Lng: -122.418307270836 * degree}, 9)
	fmt.Println(c, err)
	// Output: 8928308280fffff <nil>
}

func ExampleCell_Center() {
	p, err := h3.Cell(0x8928308280fffff).Center()
	fmt.Printf("%.6f %.6f %v\n", p.Lat/degree, p.Lng/degree, err)
	// Output: 37.776702 -122.418459 <nil>
}

func ExampleCell_Parent() {
	p, err := h3.Cell(0x8928308280fffff).Parent(4)
	fmt.Println(p, err)
	// Output: 8428309ffffffff <nil>
}

func ExampleCell_Ring1() {
	cells, n, err := h3.Cell(0x8928308280fffff).Ring1()
	fmt.Println(cells[0], n, err)
	// Of a pentagon, there are five neighbours.
	cells, n, err = h3.Cell(0x8009fffffffffff).Ring1()
	fmt.Println(cells[:n], err)
	// Output:
	// 8928308280fffff 7 <nil>
	// [8009fffffffffff 8019fffffffffff 801ffffffffffff 8011fffffffffff 8001fffffffffff 8007fffffffffff] <nil>
}

func ExampleGridDistance() {
	d, err := h3.GridDistance(0x8928308280fffff, 0x8928308280bffff)
	fmt.Println(d, err)
	_, err = h3.GridDistance(0x8108bffffffffff, 0x81093ffffffffff)
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// h3.GridDistance: unsupported: no grid distance around a pentagon
}

func ExampleDistance() {
	paris := h3.LatLng{Lat: 48.864716 * degree, Lng: 2.349014 * degree}
	shanghai := h3.LatLng{Lat: 31.224361 * degree, Lng: 121.469170 * degree}
	fmt.Printf("%.3f\n", h3.Distance(paris, shanghai))
	// Output: 9262547.534
}
