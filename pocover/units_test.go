package pocover

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"strings"
	"testing"
)

// heliumFile returns a file of the vectors that lie beside the module, or skips the test.
func heliumFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../../shared/vectors/helium/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no %s beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// heliumJSON decodes a file of the vectors that lie beside the module.
func heliumJSON(t testing.TB, name string, v any) {
	t.Helper()
	if err := json.Unmarshal(heliumFile(t, name), v); err != nil {
		t.Fatal(err)
	}
}

// places returns a decimal string as ten-thousandths.
func places(t testing.TB, s string) uint32 {
	t.Helper()
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("decimal %q", s)
	}
	return uint32(roundRat(x, 4, halfEven).Uint64())
}

func TestUnitsShared(t *testing.T) {
	var file struct {
		Units struct {
			Witnesses  []int    `json:"witnesses"`
			PerWitness []string `json:"per_witness"`
			Beaconer   []string `json:"beaconer"`
		} `json:"reward_units"`
		DC struct {
			IoT [][2]uint64 `json:"iot"`
		} `json:"dc"`
	}
	heliumJSON(t, "iot_units.json", &file)
	u := file.Units
	if len(u.Witnesses) != 15 || len(u.PerWitness) != 15 || len(u.Beaconer) != 15 || len(file.DC.IoT) != 4 {
		t.Fatalf("%d, %d, %d units, %d credits", len(u.Witnesses), len(u.PerWitness), len(u.Beaconer), len(file.DC.IoT))
	}
	for i, n := range u.Witnesses {
		if got, want := BeaconUnit(n), Units(places(t, u.Beaconer[i])); got != want {
			t.Errorf("beacon with %d witnesses: %v, want %v", n, got, want)
		}
		if got, want := WitnessUnit(n), Units(places(t, u.PerWitness[i])); got != want {
			t.Errorf("one of %d witnesses: %v, want %v", n, got, want)
		}
	}
	for _, c := range file.DC.IoT {
		if got := PacketCredits(c[0]); got != c[1] {
			t.Errorf("%d bytes cost %d, want %d", c[0], got, c[1])
		}
	}
}

// unitsRat are the formulas of HIP-15 in exact rationals.
func unitsRat(n int) (beacon, witness Units) {
	left := new(big.Rat).SetFrac64(1, 1)
	for range n - 4 {
		left.Mul(left, big.NewRat(4, 5))
	}
	switch {
	case n <= 0:
		return 0, 0
	case n <= 4:
		return Units(n * 2500), 10000
	}
	b := new(big.Rat).Sub(big.NewRat(2, 1), left)
	w := new(big.Rat).Add(big.NewRat(3, 1), left)
	w.Quo(w, big.NewRat(int64(n), 1))
	return Units(roundRat(b, 4, halfEven).Uint64()), Units(roundRat(w, 4, halfEven).Uint64())
}

// TestUnits compares with what rust_decimal computes, far beyond the 14 witnesses that
// are ever selected, and with exact rationals.
func TestUnits(t *testing.T) {
	f, err := os.Open("testdata/units.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, lines := 0, bufio.NewScanner(f)
	for lines.Scan() {
		var n int
		var beacon, witness Units
		if _, err := fmt.Sscan(lines.Text(), &n, &beacon, &witness); err != nil {
			t.Fatal(err)
		}
		if b, w := BeaconUnit(n), WitnessUnit(n); b != beacon || w != witness {
			t.Errorf("%d witnesses: %v and %v, want %v and %v", n, b, w, beacon, witness)
		}
		rows++
	}
	if rows != 75 {
		t.Errorf("%d rows", rows)
	}
	for n := -2; n <= 400; n++ {
		b, w := unitsRat(n)
		if gb, gw := BeaconUnit(n), WitnessUnit(n); gb != b || gw != w {
			t.Errorf("%d witnesses: %v and %v, exactly %v and %v", n, gb, gw, b, w)
		}
	}
	// 3/480 lies halfway between two units, and 0.8^476 is too small for a decimal:
	// exact numbers would round up.
	if _, w := unitsRat(480); w != 63 || WitnessUnit(480) != 62 {
		t.Errorf("480 witnesses: %v, exactly %v", WitnessUnit(480), w)
	}
}

func TestUnitsString(t *testing.T) {
	for _, c := range []struct {
		s    fmt.Stringer
		want string
	}{
		{Scale(0), "0.0000"}, {DefaultScale, "0.2000"}, {Scale(10000), "1.0000"},
		{Units(19141), "1.9141"}, {Units(1<<32 - 1), "429496.7295"},
	} {
		if got := c.s.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if s := fmt.Sprint(BeaconUnit(14)); !strings.HasPrefix(s, "1.89") {
		t.Error(s)
	}
}

func TestUnitsAlloc(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	if n := testing.AllocsPerRun(100, func() { BeaconUnit(14); WitnessUnit(14) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleBeaconUnit() {
	fmt.Println(BeaconUnit(3), WitnessUnit(3))
	fmt.Println(BeaconUnit(14), WitnessUnit(14))
	// Output:
	// 0.7500 1.0000
	// 1.8926 0.2220
}

func BenchmarkUnits(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if BeaconUnit(14) == 0 || WitnessUnit(14) == 0 {
			b.Fatal("no units")
		}
	}
}
