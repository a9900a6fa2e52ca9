package h3

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
)

// golden is what the C library answers.
type golden struct {
	LatLngToCell []struct {
		Lat, Lng    float64 // degrees, as all angles here
		Cells       map[string]string
		Center12Lat float64 `json:"center12_lat"`
		Center12Lng float64 `json:"center12_lng"`
	} `json:"latlng_to_cell"`
	GridDistance []struct {
		A, B        string
		D           *int
		GreatCircle float64 `json:"great_circle_m"`
	} `json:"grid_distance_res11"`
	GridDisk []struct {
		Cell  string
		Disk1 []string
	} `json:"grid_disk_1"`
	Parents  []struct{ Cell, P11, P8 string }
	Validity []struct {
		Cell  string
		Valid bool
	}
}

const degree = math.Pi / 180

func mustParse(t testing.TB, s string) Cell {
	t.Helper()
	c, err := Parse(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return c
}

func mustCenter(t testing.TB, c Cell) LatLng {
	t.Helper()
	p, err := c.Center()
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	return p
}

func mustRing(t testing.TB, c Cell) []Cell {
	t.Helper()
	cells, n, err := c.Ring1()
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	return cells[:n]
}

func TestGolden(t *testing.T) {
	data, err := os.ReadFile("../../../shared/vectors/helium/h3_golden.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}

	points := 0
	for _, v := range g.LatLngToCell {
		p := LatLng{v.Lat * degree, v.Lng * degree}
		for text, want := range v.Cells {
			resolution, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			c, err := CellAt(p, resolution)
			if err != nil || c.String() != want {
				t.Errorf("%v at %d: got %v, %v; want %s", p, resolution, c, err, want)
			}
			points++
		}
		got := mustCenter(t, mustParse(t, v.Cells["12"]))
		near := max(math.Abs(got.Lat-v.Center12Lat*degree), math.Abs(got.Lng-v.Center12Lng*degree))
		if near*math.Cos(got.Lat) > 2e-15 {
			t.Errorf("%s: got centre %v, want %v, %v degrees", v.Cells["12"], got, v.Center12Lat, v.Center12Lng)
		}
	}

	refused := 0
	for _, v := range g.GridDistance {
		a, b := mustParse(t, v.A), mustParse(t, v.B)
		for _, pair := range [][2]Cell{{a, b}, {b, a}} {
			d, err := GridDistance(pair[0], pair[1])
			if (err == nil) != (v.D != nil) || err == nil && d != *v.D {
				t.Errorf("%v: got %d, %v; want %v", pair, d, err, v.D)
			}
		}
		if v.D == nil {
			refused++
		}
		if d := Distance(mustCenter(t, a), mustCenter(t, b)); math.Abs(d-v.GreatCircle) > 1e-7+1e-12*v.GreatCircle {
			t.Errorf("%v to %v: got %v m, want %v", a, b, d, v.GreatCircle)
		}
	}

	for _, v := range g.GridDisk {
		var want []Cell
		for _, s := range v.Disk1 {
			want = append(want, mustParse(t, s))
		}
		got := mustRing(t, mustParse(t, v.Cell))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", v.Cell, got, want)
		}
	}

	for _, v := range g.Parents {
		for resolution, want := range map[int]string{11: v.P11, 8: v.P8} {
			if p, err := mustParse(t, v.Cell).Parent(resolution); err != nil || p.String() != want {
				t.Errorf("%s at %d: got %v, %v; want %s", v.Cell, resolution, p, err, want)
			}
		}
	}

	for _, v := range g.Validity {
		n, err := strconv.ParseUint(v.Cell, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got := Cell(n).Valid(); got != v.Valid {
			t.Errorf("%s: got %v", v.Cell, got)
		}
		if _, err := Parse(v.Cell); (err == nil) != v.Valid {
			t.Errorf("%s: parsed: %v", v.Cell, err)
		}
	}

	// What was there to be judged.
	if points != 433*12 || len(g.GridDistance) != 210 || refused != 24 || len(g.GridDisk) != 144 || len(g.Parents) != 60 || len(g.Validity) != 11 {
		t.Errorf("%d points, %d distances of which %d are refused, %d disks, %d parents, %d numbers",
			points, len(g.GridDistance), refused, len(g.GridDisk), len(g.Parents), len(g.Validity))
	}
	t.Logf("%d cells of positions, %d distances both ways (%d without), %d disks, %d parents, %d numbers",
		points, len(g.GridDistance), refused, len(g.GridDisk), len(g.Parents), len(g.Validity))
}
