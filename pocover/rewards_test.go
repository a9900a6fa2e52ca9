package pocover

import (
	"bufio"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/wire"
)

// wantError fails the test if err has not the class kind, or does not name op.
func wantError(t testing.TB, err, kind error, op string) {
	t.Helper()
	var e *depinproof.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) || e.Op != op {
		t.Errorf("got %v, want %s: %v", err, op, kind)
	}
}

// splitTwin is SplitEpoch over exact rationals that are rounded where a decimal would
// be, by trying every scale.
func splitTwin(in EpochInput) *EpochShares {
	mul := func(a, b decimal) decimal { return twinOf("mul", a, b) }
	div := func(a, b decimal) decimal { return twinOf("div", a, b) }
	add := func(a, b decimal) decimal { return twinOf("add", a, b) }
	round := func(a decimal, dp int, mode rounding) decimal {
		if int(a.scale) <= dp {
			return a
		}
		return fitRat(new(big.Rat).SetFrac(roundRat(a.rat(), dp, mode), tenTo(dp)), dp)
	}
	cut := func(a decimal) uint64 { return roundRat(a.rat(), 0, down).Uint64() }

	token := newDecimal(pow10[in.PriceDecimals], 0)
	price := div(div(newDecimal(in.Price, 0), token), token)
	var b, w, d decimal
	for _, g := range in.Gateways {
		b = add(b, newDecimal(uint64(g.Beacon), 8))
		w = add(w, newDecimal(uint64(g.Witness), 8))
		d = add(d, newDecimal(g.Credits, 0))
	}
	e := newDecimal(in.Emissions, 0)
	pool := mul(e, newDecimal(5, 1))
	spent := round(div(mul(d, newDecimal(1, 5)), price), 15, up)
	rest := decimal{}
	if spent.rat().Cmp(pool.rat()) <= 0 {
		rest = twinOf("sub", pool, spent)
		pool = spent
	}
	per := func(pool, shares decimal) decimal {
		if shares.rat().Sign() == 0 {
			return decimal{}
		}
		return round(div(pool, shares), 15, halfEven)
	}
	pb := per(add(mul(e, newDecimal(6, 2)), mul(rest, newDecimal(2, 1))), b)
	pw := per(add(mul(e, newDecimal(24, 2)), mul(rest, newDecimal(8, 1))), w)
	pd := per(pool, d)
	out, sum := &EpochShares{Gateways: []GatewayReward{}}, uint64(0)
	for _, g := range in.Gateways {
		r := GatewayReward{g.Gateway,
			cut(mul(pb, newDecimal(uint64(g.Beacon), 8))),
			cut(mul(pw, newDecimal(uint64(g.Witness), 8))),
			cut(mul(pd, newDecimal(g.Credits, 0)))}
		if r.Beacon+r.Witness+r.Data > 0 {
			out.Gateways = append(out.Gateways, r)
		}
		sum += r.Beacon + r.Witness + r.Data
	}
	all := new(big.Rat).Mul(e.rat(), big.NewRat(80, 100))
	all.Sub(all, new(big.Rat).SetInt(new(big.Int).SetUint64(sum)))
	if all.Sign() > 0 {
		out.Unallocated = roundRat(all, 0, down).Uint64()
	}
	out.Operations = cut(mul(e, newDecimal(7, 2)))
	out.Oracles = out.Operations
	return out
}

func TestSplitEpochShared(t *testing.T) {
	var file struct {
		Credits []struct {
			DC    string `json:"dc"`
			Price string `json:"bone_price"`
			Bones string `json:"bones"`
		} `json:"dc_to_bones"`
		Cases []struct {
			Name        string               `json:"name"`
			Emissions   uint64               `json:"emissions"`
			Price       uint64               `json:"price_in_bones"`
			Decimals    uint8                `json:"decimals"`
			Shares      map[string][3]string `json:"shares"`
			Expect      map[string][3]uint64 `json:"expect"`
			Unallocated uint64               `json:"unallocated"`
		} `json:"cases"`
	}
	heliumJSON(t, "iot_rewards.json", &file)
	if len(file.Credits) != 3 || len(file.Cases) != 2 {
		t.Fatalf("%d conversions, %d cases", len(file.Credits), len(file.Cases))
	}
	for _, c := range file.Credits {
		dc, err := strconv.ParseUint(c.DC, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		price, ok1 := new(big.Rat).SetString(c.Price)
		bones, ok2 := new(big.Rat).SetString(c.Bones)
		if got := creditsToBones(dc, fitRat(price, 28)); !ok1 || !ok2 || got.rat().Cmp(bones) != 0 {
			t.Errorf("%s credits at %s: %v, want %s", c.DC, c.Price, got, c.Bones)
		}
	}
	for _, c := range file.Cases {
		// The ledger takes the shares whole, as beacons of scale 1.
		epoch := Epoch{time.UnixMilli(0), time.UnixMilli(10)}
		ledger := NewShareLedger(epoch, len(c.Shares))
		for key, s := range c.Shares {
			at := time.UnixMilli(5)
			dc, err := strconv.ParseUint(s[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{
				ledger.AddBeacon([]byte(key), at, 10000, Units(places(t, s[0]))),
				ledger.AddWitness([]byte(key), at, 10000, Units(places(t, s[1]))),
				ledger.AddPacket([]byte(key), at, dc),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		in := EpochInput{Emissions: c.Emissions, Price: c.Price, PriceDecimals: c.Decimals, Gateways: ledger.Gateways()}
		got, err := SplitEpoch(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Gateways) != len(c.Expect) || got.Unallocated != c.Unallocated {
			t.Errorf("%s: %d rewards, %d unallocated", c.Name, len(got.Gateways), got.Unallocated)
		}
		for _, r := range got.Gateways {
			if want := c.Expect[r.Gateway]; want != [3]uint64{r.Beacon, r.Witness, r.Data} {
				t.Errorf("%s: %v, want %v", c.Name, r, want)
			}
		}
		if twin := splitTwin(in); !reflect.DeepEqual(got, twin) {
			t.Errorf("%s: %v, twin %v", c.Name, got, twin)
		}
	}
}

// TestSplitEpochVectors replays epochs that were split with rust_decimal 1.38.0 in the
// order of the reference's formulas.
func TestSplitEpochVectors(t *testing.T) {
	f, err := os.Open("testdata/epochs.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	numbers := func(s string) (n []uint64) {
		for _, w := range strings.Fields(s) {
			x, err := strconv.ParseUint(w, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, x)
		}
		return n
	}
	rows, lines := 0, bufio.NewScanner(f)
	for ; lines.Scan(); rows++ {
		ask, answer, _ := strings.Cut(lines.Text(), " = ")
		n := numbers(ask)
		in := EpochInput{Emissions: n[0], Price: n[1], PriceDecimals: uint8(n[2])}
		for i := 3; i < len(n); i += 3 {
			in.Gateways = append(in.Gateways, GatewayShares{fmt.Sprintf("%03d", i), Shares(n[i]), Shares(n[i+1]), n[i+2]})
		}
		got, err := SplitEpoch(in)
		if answer == "panic" {
			if err == nil {
				t.Errorf("%s: no error", lines.Text())
			}
			continue
		}
		if err != nil {
			if !errors.Is(err, depinproof.ErrLimit) || !strings.Contains(err.Error(), "sum of shares") {
				t.Errorf("%s: %v", lines.Text(), err)
			}
			continue
		}
		w := numbers(answer)
		want := &EpochShares{Gateways: []GatewayReward{}, Unallocated: w[0], Operations: w[1], Oracles: w[1]}
		for i := 2; i < len(w); i += 3 {
			if r := (GatewayReward{fmt.Sprintf("%03d", i+1), w[i], w[i+1], w[i+2]}); r.Beacon|r.Witness|r.Data != 0 {
				want.Gateways = append(want.Gateways, r)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v", lines.Text(), got)
		}
		if twin := splitTwin(in); !reflect.DeepEqual(twin, want) {
			t.Errorf("%s: twin %v", lines.Text(), twin)
		}
	}
	if lines.Err() != nil || rows < 60 {
		t.Errorf("%d rows, %v", rows, lines.Err())
	}
}

func gatewayKey(i int) string { return fmt.Sprintf("gateway %06d", i) }

func someGateways(n int, r *rand.Rand) []GatewayShares {
	gs := make([]GatewayShares, n)
	for i := range gs {
		gs[i] = GatewayShares{gatewayKey(i), Shares(r.Uint64N(3e8)), Shares(r.Uint64N(9e8)), r.Uint64N(1e4)}
	}
	return gs
}

func TestSplitEpochRefused(t *testing.T) {
	const op = "pocover.SplitEpoch"
	good := func() EpochInput {
		return EpochInput{Emissions: 1e12, Price: 359e6, PriceDecimals: 8,
			Gateways: []GatewayShares{{"a", 1e8, 2e8, 3}, {"b", 1e8, 0, 0}}}
	}
	if _, err := SplitEpoch(good()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*EpochInput)
		kind   error
	}{
		{"no price", func(in *EpochInput) { in.Price = 0 }, depinproof.ErrMalformed},
		{"price rounds to nothing", func(in *EpochInput) { in.Price, in.PriceDecimals = 1, 15 }, depinproof.ErrMalformed},
		{"price decimals", func(in *EpochInput) { in.PriceDecimals = 20 }, depinproof.ErrLimit},
		{"order", func(in *EpochInput) { in.Gateways[0].Gateway = "c" }, depinproof.ErrMalformed},
		{"twice", func(in *EpochInput) { in.Gateways[0].Gateway = "b" }, depinproof.ErrMalformed},
		{"beacon shares", func(in *EpochInput) { in.Gateways[0].Beacon = 1<<64 - 1 }, depinproof.ErrLimit},
		{"witness shares", func(in *EpochInput) { in.Gateways[0].Witness, in.Gateways[1].Witness = 1<<63, 1<<63 }, depinproof.ErrLimit},
		{"credits", func(in *EpochInput) { in.Gateways[0].Credits, in.Gateways[1].Credits = 1<<63, 1<<63 }, depinproof.ErrLimit},
		{"worth", func(in *EpochInput) { in.Gateways[0].Credits, in.Price, in.PriceDecimals = 1<<63, 1, 14 }, depinproof.ErrLimit},
	} {
		in := good()
		c.change(&in)
		if _, err := SplitEpoch(in); err == nil {
			t.Errorf("%s: accepted", c.name)
		} else {
			wantError(t, err, c.kind, op)
		}
	}
	// Nobody at all: everything is left.
	got, err := SplitEpoch(EpochInput{Emissions: 1000, Price: 1})
	if want := (&EpochShares{Gateways: []GatewayReward{}, Operations: 70, Oracles: 70, Unallocated: 800}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestEpochContains(t *testing.T) {
	start := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	e := Epoch{start, start.Add(24 * time.Hour)}
	for _, c := range []struct {
		t    time.Time
		want bool
	}{
		{e.Start, false}, {e.Start.Add(1), true}, {e.End, true}, {e.End.Add(1), false}, {time.Time{}, false},
	} {
		if e.Contains(c.t) != c.want {
			t.Errorf("%v: %v", c.t, !c.want)
		}
	}
}

func TestShareLedger(t *testing.T) {
	e := Epoch{time.UnixMilli(100), time.UnixMilli(200)}
	in, out := time.UnixMilli(200), time.UnixMilli(100)
	l := NewShareLedger(e, 2)
	add := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	add(l.AddBeacon([]byte("b"), in, 2000, 19141))
	add(l.AddBeacon([]byte("b"), in, 2000, 19141))
	add(l.AddBeacon([]byte("b"), out, 2000, 19141))
	add(l.AddBeacon([]byte("z"), in, 0, 19141)) // no shares: takes no place
	add(l.AddWitness([]byte("y"), in, 2000, 0))
	add(l.AddWitness([]byte("a"), in, 10000, 2057))
	add(l.AddPacket([]byte("a"), in, 1<<64-1))
	wantError(t, l.AddPacket([]byte("a"), in, 1), depinproof.ErrLimit, "pocover.AddPacket")
	wantError(t, l.AddWitness([]byte("c"), in, 1, 1), depinproof.ErrLimit, "pocover.AddWitness")
	wantError(t, l.AddBeacon([]byte("c"), in, 1, 1), depinproof.ErrLimit, "pocover.AddBeacon")
	want := []GatewayShares{{"a", 0, 20570000, 1<<64 - 1}, {"b", 76564000, 0, 0}}
	if got := l.Gateways(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if s := want[1].Beacon.String(); s != "0.76564000" {
		t.Error(s)
	}
}

func TestShareLedgerPoC(t *testing.T) {
	const op = "pocover.AddPoC"
	key := func(i int) []byte { return hotspotKey(i) }
	in := &PoCInput{Beacon: BeaconInput{Report: &wire.BeaconIngestReport{Received: 150, Report: wire.BeaconReport{PubKey: key(0)}}}}
	for i := range 4 {
		in.Witnesses = append(in.Witnesses, WitnessOfPoC{Report: &wire.WitnessIngestReport{
			Received: 198 + uint64(i), Report: wire.WitnessReport{PubKey: key(1 + i)}}})
	}
	won := Verdict{Status: Valid}
	v := &PoCVerdict{Beacon: won, Witnesses: []Verdict{won, won, won, won}, Selected: []int{2, 0, 3}, Scale: 5000, BeaconUnit: BeaconUnit(3), WitnessUnit: WitnessUnit(3)}
	l := NewShareLedger(Epoch{time.UnixMilli(100), time.UnixMilli(200)}, 3)
	if err := l.AddPoC(in, v); err != nil {
		t.Fatal(err)
	}
	// The fourth came after the epoch, the second was not selected.
	want := map[string]GatewayShares{
		string(key(0)): {string(key(0)), 37500000, 0, 0},
		string(key(1)): {string(key(1)), 0, 50000000, 0},
		string(key(3)): {string(key(3)), 0, 50000000, 0},
	}
	got := l.Gateways()
	for _, g := range got {
		if want[g.Gateway] != g {
			t.Errorf("%v", g)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d gateways", len(got))
	}

	v.Selected = []int{1}
	wantError(t, l.AddPoC(in, v), depinproof.ErrLimit, op)
	v.Selected = []int{4}
	wantError(t, l.AddPoC(in, v), depinproof.ErrMalformed, op)
	v.Selected = []int{-1}
	wantError(t, l.AddPoC(in, v), depinproof.ErrMalformed, op)
	v.Selected = []int{2}
	for _, s := range []Status{Invalid, Unjudged} { // selected nevertheless
		v.Witnesses[2].Status = s
		wantError(t, l.AddPoC(in, v), depinproof.ErrMalformed, op)
	}
	v.Witnesses = v.Witnesses[:3]
	v.Witnesses[2].Status = Valid
	wantError(t, l.AddPoC(in, v), depinproof.ErrMalformed, op)
	in.Beacon.Report = nil
	wantError(t, l.AddPoC(in, v), depinproof.ErrMalformed, op)
	v.Beacon.Status = Invalid
	if err := l.AddPoC(in, v); err != nil {
		t.Error(err)
	}
}

// FuzzSplitEpoch holds the split against its slow twin, and the ledger against itself in
// another order.
func FuzzSplitEpoch(f *testing.F) {
	f.Add(uint64(618340943683), uint64(3590000), uint8(8), uint64(1), uint8(5))
	f.Add(uint64(89041095890411), uint64(1), uint8(8), uint64(2), uint8(1))
	f.Add(uint64(1<<64-1), uint64(1), uint8(0), uint64(3), uint8(2))
	f.Fuzz(func(t *testing.T, emissions, price uint64, decimals uint8, seed uint64, n uint8) {
		r := rand.New(rand.NewPCG(seed, 0))
		in := EpochInput{Emissions: emissions, Price: price, PriceDecimals: decimals % 21, Gateways: someGateways(int(n%16), r)}
		got, err := SplitEpoch(in)
		if err != nil {
			if got != nil || !errors.Is(err, depinproof.ErrLimit) && !errors.Is(err, depinproof.ErrMalformed) {
				t.Fatal(got, err)
			}
			return
		}
		if want := splitTwin(in); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v: %v, want %v", in, got, want)
		}

		at := time.UnixMilli(1)
		ledger := NewShareLedger(Epoch{time.UnixMilli(0), at}, len(in.Gateways))
		for _, i := range r.Perm(len(in.Gateways)) {
			g := in.Gateways[i]
			for _, part := range []uint64{g.Credits / 3, g.Credits - g.Credits/3} {
				if err := ledger.AddPacket([]byte(g.Gateway), at, part); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, sum := range ledger.Gateways() {
			for _, g := range in.Gateways {
				if g.Gateway == sum.Gateway && g.Credits != sum.Credits {
					t.Fatalf("%v, want %v", sum, g)
				}
			}
		}
	})
}

func TestShareLedgerAlloc(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	at, key := time.UnixMilli(1), []byte("a gateway")
	l := NewShareLedger(Epoch{time.UnixMilli(0), at}, 1)
	if n := testing.AllocsPerRun(100, func() {
		if l.AddBeacon(key, at, 10000, 10000) != nil || l.AddPacket(key, at, 1) != nil {
			t.Error("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleSplitEpoch() {
	day := Epoch{
		Start: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
		End:   time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC),
	}
	ledger := NewShareLedger(day, 1000)
	noon := day.Start.Add(12 * time.Hour)
	ledger.AddBeacon([]byte("hotspot 1"), noon, DefaultScale, BeaconUnit(2))
	ledger.AddWitness([]byte("hotspot 2"), noon, DefaultScale, WitnessUnit(2))
	ledger.AddWitness([]byte("hotspot 3"), noon, DefaultScale, WitnessUnit(2))
	ledger.AddPacket([]byte("hotspot 3"), noon, 1000)

	rewards, err := SplitEpoch(EpochInput{
		Emissions: 618340943683, Price: 359000000, PriceDecimals: 8, Gateways: ledger.Gateways(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range rewards.Gateways {
		fmt.Println(g.Gateway, g.Beacon, g.Witness, g.Data)
	}
	fmt.Println(rewards.Operations, rewards.Unallocated, rewards.Oracles)
	// Output:
	// hotspot 1 98934495278 0 0
	// hotspot 2 0 197868990557 0
	// hotspot 3 0 197868990557 278551
	// 43283866057 3 43283866057
}

func BenchmarkSplitEpoch(b *testing.B) {
	in := EpochInput{Emissions: 89041095890411, Price: 359e6, PriceDecimals: 8,
		Gateways: someGateways(100_000, rand.New(rand.NewPCG(1, 2)))}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := SplitEpoch(in); err != nil {
			b.Fatal(err)
		}
	}
}
