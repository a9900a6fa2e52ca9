package pocover

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/wire"
)

var packetEpoch = Epoch{time.UnixMilli(1000), time.UnixMilli(2000)}

func uplink(oui uint64, gateway string, size uint32) *wire.PacketReport {
	return &wire.PacketReport{OUI: oui, Gateway: []byte(gateway), PayloadSize: size, Type: wire.PacketUplink, Received: 2000}
}

// payAll returns a ledger in which payer "p" has a balance and pays for OUI 1.
func payAll(t testing.TB, balance uint64, maxGateways int) *PacketLedger {
	t.Helper()
	l := NewPacketLedger(packetEpoch, maxGateways, 1)
	if err := l.SetBalance([]byte("p"), balance); err != nil {
		t.Fatal(err)
	}
	if err := l.SetPayer(1, []byte("p")); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPacketCredits(t *testing.T) {
	for _, c := range [][2]uint64{
		{0, 1}, {1, 1}, {23, 1}, {24, 1}, {25, 2}, {48, 2}, {49, 3}, {255, 11},
		{math.MaxUint32, 178956971}, {math.MaxUint64, 768614336404564651},
	} {
		if got := PacketCredits(c[0]); got != c[1] {
			t.Errorf("%d bytes: %d, want %d", c[0], got, c[1])
		}
	}
}

func TestPacketLedger(t *testing.T) {
	free := func(r *wire.PacketReport) *wire.PacketReport { r.Free = true; return r }
	kind := func(r *wire.PacketReport, t int32) *wire.PacketReport { r.Type = t; return r }
	at := func(r *wire.PacketReport, ms uint64) *wire.PacketReport { r.Received = ms; return r }
	inRegion := func(r *wire.PacketReport, n wire.Region) *wire.PacketReport { r.Region = n; return r }
	atRate := func(r *wire.PacketReport, n wire.DataRate) *wire.PacketReport { r.DataRate = n; return r }
	l := payAll(t, 5, 2)
	for i, c := range []struct {
		r    *wire.PacketReport
		want PacketVerdict
	}{
		{uplink(1, "b", 25), PacketVerdict{Valid, 2}},
		{uplink(1, "a", 0), PacketVerdict{Valid, 1}},
		{kind(uplink(1, "c", 25), 0), PacketVerdict{}},
		{kind(uplink(9, "c", 25), 2), PacketVerdict{}},
		{at(uplink(1, "c", 25), 1000), PacketVerdict{}},
		{at(uplink(1, "c", 25), 2001), PacketVerdict{}},
		{at(uplink(1, "c", 25), math.MaxUint64), PacketVerdict{}},
		{at(uplink(1, "c", 25), math.MaxInt64), PacketVerdict{}},
		{inRegion(uplink(1, "c", 25), 28), PacketVerdict{}},
		{inRegion(uplink(1, "c", 25), 100), PacketVerdict{}},
		{inRegion(uplink(1, "c", 25), -1), PacketVerdict{}},
		{atRate(uplink(1, "c", 25), 25), PacketVerdict{}},
		{atRate(uplink(1, "c", 25), -1), PacketVerdict{}},
		{uplink(1, "c", 49), PacketVerdict{Invalid, 0}}, // two are left
		{atRate(free(uplink(1, "b", 1)), wire.FSK50), PacketVerdict{Valid, 0}},
		{inRegion(free(uplink(1, "b", 1)), wire.RegionUnknown), PacketVerdict{Valid, 0}},
		{inRegion(free(uplink(1, "b", 1)), wire.RegionAS923_1F), PacketVerdict{Valid, 0}},
		{free(uplink(1, "b", 999)), PacketVerdict{Valid, 0}},
		{at(uplink(1, "b", 48), 1001), PacketVerdict{Valid, 2}},
		{uplink(1, "a", 1), PacketVerdict{Invalid, 0}},
		{free(uplink(1, "a", 1)), PacketVerdict{Valid, 0}}, // nothing left is enough for nothing
	} {
		if got, err := l.Add(c.r); err != nil || got != c.want {
			t.Errorf("%d: %v, %v, want %v", i, got, err, c.want)
		}
	}
	if got, want := l.Gateways(), []GatewayCredits{{"a", 2, 1}, {"b", 6, 4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := l.Payers(), []PayerCredits{{"p", 8, 5, 5}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}

	wantError(t, l.SetPayer(2, []byte("q")), depinproof.ErrUnsupported, "pocover.SetPayer")
	wantError(t, l.SetPayer(2, []byte("p")), depinproof.ErrLimit, "pocover.SetPayer")
	wantError(t, l.SetBalance([]byte("q"), 1), depinproof.ErrLimit, "pocover.SetBalance")
	if _, err := l.Add(uplink(2, "a", 1)); err == nil {
		t.Error("unknown OUI accepted")
	} else {
		wantError(t, err, depinproof.ErrUnsupported, "pocover.Add")
	}
	if err := l.SetBalance([]byte("p"), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Add(uplink(1, "c", 1)); err == nil {
		t.Error("third gateway accepted")
	} else {
		wantError(t, err, depinproof.ErrLimit, "pocover.Add")
	}
	// A balance below what was spent is none.
	if err := l.SetBalance([]byte("p"), 4); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Add(uplink(1, "a", 1)); err != nil || got.Status != Invalid {
		t.Errorf("%v, %v", got, err)
	}

	l.gateways["a"].Credits = math.MaxUint64
	if err := l.SetBalance([]byte("p"), math.MaxUint64); err != nil {
		t.Fatal(err)
	}
	before := l.Payers()
	if _, err := l.Add(uplink(1, "a", 1)); err == nil {
		t.Error("sum wraps")
	} else {
		wantError(t, err, depinproof.ErrLimit, "pocover.Add")
	}
	if !reflect.DeepEqual(before, l.Payers()) {
		t.Error("entered what was refused")
	}
}

// FuzzPacketLedger compares with sums over the whole list of reports.
func FuzzPacketLedger(f *testing.F) {
	f.Add(uint64(1), uint16(40), uint64(100))
	f.Add(uint64(2), uint16(500), uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, balance uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		l := NewPacketLedger(packetEpoch, 5, 8)
		balances := []uint64{balance, balance / 3}
		for p, b := range balances {
			if err := l.SetBalance([]byte{byte(p)}, b); err != nil {
				t.Fatal(err)
			}
		}
		for oui := range uint64(4) {
			if err := l.SetPayer(oui, []byte{byte(oui % 2)}); err != nil {
				t.Fatal(err)
			}
		}
		spent, of := [2]uint64{}, map[string]GatewayCredits{}
		for range n % 600 {
			p := uplink(r.Uint64N(4), gatewayKey(r.IntN(5)), r.Uint32N(300))
			p.Free, p.Type, p.Received = r.IntN(4) == 0, int32(r.IntN(3)), 900+r.Uint64N(1300)
			got, err := l.Add(p)
			if err != nil {
				t.Fatal(err)
			}
			var want PacketVerdict
			if p.Type == 1 && p.Received > 1000 && p.Received <= 2000 {
				cost := uint64(math.Ceil(float64(max(p.PayloadSize, 1)) / 24))
				if p.Free {
					cost = 0
				}
				want.Status = Invalid
				if payer := p.OUI % 2; spent[payer]+cost <= balances[payer] {
					want = PacketVerdict{Valid, cost}
					spent[payer] += cost
					g := of[string(p.Gateway)]
					of[string(p.Gateway)] = GatewayCredits{string(p.Gateway), g.Packets + 1, g.Credits + cost}
				}
			}
			if got != want {
				t.Fatalf("%+v: %v, want %v", p, got, want)
			}
		}
		for i, p := range l.Payers() {
			if p.Credits != spent[i] || p.Balance != balances[i] {
				t.Fatalf("%v, want %d of %d", p, spent[i], balances[i])
			}
		}
		sums := l.Gateways()
		for _, g := range sums {
			if g != of[g.Gateway] {
				t.Fatalf("%v, want %v", g, of[g.Gateway])
			}
		}
		if len(sums) != len(of) {
			t.Fatalf("%d gateways, want %d", len(sums), len(of))
		}
	})
}

func payloadReport(payload []byte) *wire.PacketReport {
	sum := sha256.Sum256(payload)
	return &wire.PacketReport{PayloadHash: sum[:], PayloadSize: uint32(len(payload))}
}

func TestVerifyPacketPayload(t *testing.T) {
	const op = "pocover.VerifyPacketPayload"
	payload := []byte("thirteen byte")
	r := payloadReport(payload)
	if err := VerifyPacketPayload(r, payload); err != nil {
		t.Fatal(err)
	}
	if err := VerifyPacketPayload(payloadReport(nil), nil); err != nil {
		t.Error(err)
	}
	if err := VerifyPacketPayload(nil, payload); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("no report: %v", err)
	}
	for _, field := range [][]byte{payload, r.PayloadHash} {
		for i := range 8 * len(field) {
			field[i/8] ^= 1 << (i % 8)
			wantError(t, VerifyPacketPayload(r, payload), depinproof.ErrInvalidProof, op)
			field[i/8] ^= 1 << (i % 8)
		}
	}
	for i := range 32 {
		r.PayloadSize ^= 1 << i
		wantError(t, VerifyPacketPayload(r, payload), depinproof.ErrInvalidProof, op)
		r.PayloadSize ^= 1 << i
	}
	for _, hash := range [][]byte{nil, r.PayloadHash[:31], append(bytes.Clone(r.PayloadHash), 0)} {
		wantError(t, VerifyPacketPayload(&wire.PacketReport{PayloadHash: hash, PayloadSize: r.PayloadSize}, payload), depinproof.ErrMalformed, op)
	}
}

// FuzzVerifyPacketPayload accepts a payload for its own report, and no other.
func FuzzVerifyPacketPayload(f *testing.F) {
	f.Add([]byte("a"), []byte("b"))
	f.Add([]byte{}, []byte{0})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if err := VerifyPacketPayload(payloadReport(a), a); err != nil {
			t.Fatal(err)
		}
		if err := VerifyPacketPayload(payloadReport(a), b); (err == nil) != bytes.Equal(a, b) || err != nil && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Fatal(err)
		}
	})
}

func TestPacketAlloc(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	l, r := payAll(t, math.MaxUint64, 1), uplink(1, "a", 100)
	payload := make([]byte, 100)
	p := payloadReport(payload)
	if n := testing.AllocsPerRun(100, func() {
		if v, err := l.Add(r); err != nil || v.Credits != 5 || VerifyPacketPayload(p, payload) != nil {
			t.Error(v, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleVerifyPacketPayload() {
	r := payloadReport([]byte("an uplink"))
	fmt.Println(VerifyPacketPayload(r, []byte("an uplink")))
	fmt.Println(errors.Is(VerifyPacketPayload(r, []byte("an Uplink")), depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
}

func ExamplePacketLedger() {
	day := Epoch{
		Start: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
		End:   time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC),
	}
	ledger := NewPacketLedger(day, 1000, 10)
	if err := ledger.SetBalance([]byte("payer"), 3); err != nil {
		fmt.Println(err)
	}
	if err := ledger.SetPayer(12, []byte("payer")); err != nil {
		fmt.Println(err)
	}
	noon := uint64(day.Start.Add(12 * time.Hour).UnixMilli())
	for _, size := range []uint32{20, 40, 10} {
		v, err := ledger.Add(&wire.PacketReport{OUI: 12, Gateway: []byte("hotspot"), PayloadSize: size, Type: 1, Received: noon})
		fmt.Println(v.Status == Valid, v.Credits, err)
	}
	fmt.Println(ledger.Gateways())
	// Output:
	// true 1 <nil>
	// true 2 <nil>
	// false 0 <nil>
	// [{hotspot 2 3}]
}

func BenchmarkPacketLedger(b *testing.B) {
	l := payAll(b, math.MaxUint64, 1000)
	reports := make([]*wire.PacketReport, 1000)
	for i := range reports {
		reports[i] = uplink(1, gatewayKey(i), uint32(i))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if v, err := l.Add(reports[i%len(reports)]); err != nil || v.Status != Valid {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkVerifyPacketPayload(b *testing.B) {
	payload := make([]byte, 64)
	r := payloadReport(payload)
	b.ReportAllocs()
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		if err := VerifyPacketPayload(r, payload); err != nil {
			b.Fatal(err)
		}
	}
}

// What the ledger drops has a reason, and what it does not has none.
func TestCheckPacketReport(t *testing.T) {
	for _, c := range []struct {
		name   string
		packet wire.PacketReport
		kind   error
	}{
		{"zero", wire.PacketReport{}, nil},
		{"region unknown", wire.PacketReport{Region: wire.RegionUnknown}, nil},
		{"last of all", wire.PacketReport{Region: wire.RegionAS923_1F, DataRate: wire.FSK50, Received: maxMillis}, nil},
		{"region", wire.PacketReport{Region: wire.RegionAS923_1F + 1}, depinproof.ErrMalformed},
		{"data rate", wire.PacketReport{DataRate: wire.FSK50 + 1}, depinproof.ErrMalformed},
		{"time", wire.PacketReport{Received: maxMillis + 1}, depinproof.ErrMalformed},
	} {
		if err := CheckPacketReport(&c.packet); !errors.Is(err, c.kind) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.kind)
		}
	}
}
