package pocover

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// goodPoC returns the input of a proof of coverage with valid witnesses, received 1 ms
// apart from half a second after the beacon on, all of whose hotspots reciprocate.
func goodPoC(t testing.TB, witnesses int) *PoCInput {
	t.Helper()
	beacon := goodBeacon(t)
	hourAgo := beacon.Report.Received - 3600*1000
	beacon.History = History{LastBeacon: hourAgo - 24*3600*1000, LastWitness: hourAgo}
	in := &PoCInput{Beacon: *beacon}
	for i := range witnesses {
		w := goodWitness(t)
		w.Report.Report.PubKey = testKey(byte(10 + i))
		w.Report.Received += uint64(i)
		in.Witnesses = append(in.Witnesses, WitnessOfPoC{
			Report: w.Report, Gateway: w.Gateway, History: History{LastBeaconReciprocity: hourAgo},
		})
	}
	return in
}

// updates is the text of updates.
func updates(list []Update) string {
	s := ""
	for _, u := range list {
		s += fmt.Sprintf("%d: %d %d %d\n", u.Key[1], u.LastBeacon, u.LastBeaconReciprocity, u.LastWitness)
	}
	return s
}

func numbers(from, to int) []int {
	var n []int
	for i := from; i < to; i++ {
		n = append(n, i)
	}
	return n
}

func TestPoC(t *testing.T) {
	in := goodPoC(t, 3)
	v := testJudge(t).PoC(in)
	expect(t, v.Beacon, valid, 0, SideNone)
	for _, w := range v.Witnesses {
		expect(t, w, valid, 0, SideNone)
	}
	if len(v.Witnesses) != 3 || !slices.Equal(v.Selected, numbers(0, 3)) || v.Unselected != nil || v.Scale != 2000 || v.BeaconUnit != 7500 || v.WitnessUnit != 10000 {
		t.Errorf("got %+v", v)
	}
	received := in.Beacon.Report.Received
	want := fmt.Sprintf("1: %d %d 0\n10: 0 0 %d\n11: 0 0 %d\n12: 0 0 %d\n", received, received, received+500, received+501, received+502)
	if got := updates(v.Updates); got != want {
		t.Errorf("updates\n%swant\n%s", got, want)
	}
}

// TestPoCNoWitness is a lone beacon, which is valid and leaves no time of reciprocity.
func TestPoCNoWitness(t *testing.T) {
	in := goodPoC(t, 0)
	v := testJudge(t).PoC(in)
	expect(t, v.Beacon, valid, 0, SideNone)
	if got, want := updates(v.Updates), fmt.Sprintf("1: %d 0 0\n", in.Beacon.Report.Received); got != want {
		t.Errorf("updates\n%swant\n%s", got, want)
	}
}

// TestPoCInvalidBeacon breaks the beacon: its witnesses have its verdict, and what is
// written depends on where it failed.
func TestPoCInvalidBeacon(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(in *BeaconInput)
		reason  Reason
		check   int
		written bool
	}{
		{"unknown", func(in *BeaconInput) { in.Gateway = nil }, GatewayNotFound, 1, false},
		{"no location", func(in *BeaconInput) { in.Gateway.Asserted = false }, NotAsserted, 2, false},
		{"denied", func(in *BeaconInput) { in.Deny = nil }, Denied, 3, true},
		{"entropy", func(in *BeaconInput) { in.Report.Received = 1 }, EntropyExpired, 4, true},
		{"data-only", func(in *BeaconInput) { in.Gateway.Full = false }, InvalidCapability, 5, true},
		{"interval", func(in *BeaconInput) { in.History.LastBeacon = in.Report.Received }, IrregularInterval, 6, true},
		{"payload", func(in *BeaconInput) { in.Entropy.Version = 2 }, InvalidPacket, 7, true},
	} {
		in := goodPoC(t, 3)
		in.Witnesses[1].Report.Report.PubKey = in.Beacon.Report.Report.PubKey // a self witness, as the others
		c.change(&in.Beacon)
		v := testJudge(t).PoC(in)
		expect(t, v.Beacon, c.reason, c.check, SideBeaconer)
		for _, w := range v.Witnesses {
			expect(t, w, c.reason, c.check, SideBeaconer)
		}
		want := ""
		if c.written {
			want = fmt.Sprintf("1: %d 0 0\n", in.Beacon.Report.Received)
		}
		if got := updates(v.Updates); got != want {
			t.Errorf("%s: updates\n%swant\n%s", c.name, got, want)
		}
		if v.Selected != nil || v.Unselected != nil || v.Scale != 0 || v.BeaconUnit != 0 || v.WitnessUnit != 0 {
			t.Errorf("%s: selected %v and %v, scale %d", c.name, v.Selected, v.Unselected, v.Scale)
		}
	}
}

func TestPoCUnjudged(t *testing.T) {
	in := goodPoC(t, 2)
	in.Beacon.Entropy = nil
	v := testJudge(t).PoC(in)
	for _, w := range append(v.Witnesses, v.Beacon) {
		if w.Status != Unjudged || w.Err() == nil {
			t.Errorf("got %v", w)
		}
	}
	if v.Updates != nil || v.Selected != nil || v.Unselected != nil || v.Scale != 0 || v.BeaconUnit != 0 || v.WitnessUnit != 0 {
		t.Errorf("got %+v", v)
	}
}

// TestPoCReciprocity has the bounds of both windows, which are strict.
func TestPoCReciprocity(t *testing.T) {
	const window = 48 * 3600 * 1000
	for _, c := range []struct {
		name string
		ago  uint64 // 0 is never
		ok   bool
	}{
		{"never", 0, false},
		{"48 h", window, false},
		{"1 ms less", window - 1, true},
		{"1 ms", 1, true},
		{"to come", 1<<64 - 1000, true},
	} {
		last := func(received uint64) uint64 {
			if c.ago == 0 {
				return 0
			}
			return received - c.ago
		}
		in := goodPoC(t, 2)
		in.Beacon.History.LastWitness = last(in.Beacon.Report.Received)
		v := testJudge(t).PoC(in)
		reason, check, side := GatewayNoValidWitnesses, 8, SideBeaconer
		if c.ok {
			reason, check, side = valid, 0, SideNone
		}
		for _, w := range append(v.Witnesses, v.Beacon) {
			expect(t, w, reason, check, side)
		}
		if len(v.Updates) != 3 || v.Updates[0].LastBeaconReciprocity == 0 || (len(v.Selected) == 2) != c.ok {
			t.Errorf("%s: got %+v", c.name, v)
		}

		in = goodPoC(t, 2)
		in.Witnesses[1].History.LastBeaconReciprocity = last(in.Witnesses[1].Report.Received)
		v = testJudge(t).PoC(in)
		reason, check, side = GatewayNoValidBeacons, 13, SideWitness
		if c.ok {
			reason, check, side = valid, 0, SideNone
		}
		expect(t, v.Beacon, valid, 0, SideNone)
		expect(t, v.Witnesses[0], valid, 0, SideNone)
		expect(t, v.Witnesses[1], reason, check, side)
		if len(v.Updates) != 3 || v.Updates[2].LastWitness == 0 || slices.Contains(v.Selected, 1) != c.ok || slices.Contains(v.Unselected, 1) == c.ok {
			t.Errorf("%s: got %+v", c.name, v)
		}
	}
}

// TestPoCDuplicates has four reports of one hotspot: in the order in which they were
// received, one that is invalid counts, one that was stored once is not judged.
func TestPoCDuplicates(t *testing.T) {
	in := goodPoC(t, 4)
	received := in.Witnesses[0].Report.Received
	for i, at := range []uint64{received + 7, received, received + 7, received + 9} {
		in.Witnesses[i].Report.Report.PubKey = testKey(30)
		in.Witnesses[i].Report.Received = at
	}
	in.Witnesses[1].Report.Report.Signal = 0
	v := testJudge(t).PoC(in)
	expect(t, v.Witnesses[1], BadRSSI, 12, SideWitness)
	expect(t, v.Witnesses[0], Duplicate, 0, SideWitness)
	expect(t, v.Witnesses[3], Duplicate, 0, SideWitness)
	if v.Witnesses[2].Status != Unjudged {
		t.Errorf("got %v of a report that is there twice", v.Witnesses[2])
	}
	if v.Selected != nil || !slices.Equal(v.Unselected, []int{1, 0, 3}) || len(v.Updates) != 1 {
		t.Errorf("got %+v", v)
	}
}

// TestPoCFirstWitness has a witness that was received before the beacon, so that others
// have 1.5 s from then on, also if its report is invalid or a report that cannot be read
// was received before.
func TestPoCFirstWitness(t *testing.T) {
	in := goodPoC(t, 4)
	received := in.Beacon.Report.Received
	in.Witnesses[0].Report.Received = received + 1400
	in.Witnesses[1].Report.Received = received - 100
	in.Witnesses[1].Gateway = nil
	in.Witnesses[2].Report.Received = received + 1401
	in.Witnesses[3].Report.Received = received - 1000
	in.Witnesses[3].Report.Report.DataRate = 25
	v := testJudge(t).PoC(in)
	expect(t, v.Witnesses[0], valid, 0, SideNone)
	expect(t, v.Witnesses[1], GatewayNotFound, 0, SideWitness)
	expect(t, v.Witnesses[2], TooLate, 5, SideWitness)
	if v.Witnesses[3].Status != Unjudged || slices.Contains(v.Unselected, 3) {
		t.Errorf("got %v of a report that cannot be read", v.Witnesses[3])
	}
}

// TestPoCUnreadable has no witness report that the network could have read.
func TestPoCUnreadable(t *testing.T) {
	in := goodPoC(t, 2)
	in.Witnesses[0].Report = nil
	in.Witnesses[1].Report.Received = maxMillis + 1
	v := testJudge(t).PoC(in)
	expect(t, v.Beacon, valid, 0, SideNone)
	if len(v.Updates) != 1 || v.Updates[0].LastBeaconReciprocity != 0 {
		t.Errorf("updates %v", v.Updates)
	}
}

func TestPoCSelection(t *testing.T) {
	in := goodPoC(t, 30)
	slices.Reverse(in.Witnesses)
	in.Witnesses[29].Report.Report.Signal = 0 // the first
	in.Witnesses[28].Report.Report.PubKey = in.Beacon.Report.Report.PubKey
	before := slices.Clone(in.Witnesses)
	v := testJudge(t).PoC(in)
	wantSelected := numbers(14, 28)
	slices.Reverse(wantSelected)
	wantUnselected := numbers(0, 14)
	slices.Reverse(wantUnselected)
	wantUnselected = append(wantUnselected, 29)
	if !slices.Equal(v.Selected, wantSelected) || !slices.Equal(v.Unselected, wantUnselected) {
		t.Errorf("selected %v, unselected %v", v.Selected, v.Unselected)
	}
	expect(t, v.Witnesses[28], SelfWitness, 3, SideWitness)
	for i := range before {
		if before[i].Report != in.Witnesses[i].Report {
			t.Error("the input was sorted")
		}
	}

	// At the same time the input's order holds.
	in = goodPoC(t, 15)
	for i := range in.Witnesses {
		in.Witnesses[i].Report.Received = in.Witnesses[0].Report.Received
	}
	if v = testJudge(t).PoC(in); !slices.Equal(v.Selected, numbers(0, 14)) || !slices.Equal(v.Unselected, []int{14}) {
		t.Errorf("selected %v, unselected %v", v.Selected, v.Unselected)
	}
}

// A scales is a density map of one cell.
type scales struct {
	cell  h3.Cell
	scale Scale
}

func (s scales) Scale(location h3.Cell) (Scale, bool) { return s.scale, location == s.cell }

func TestPoCScale(t *testing.T) {
	in := goodPoC(t, 1)
	in.Density = scales{in.Beacon.Gateway.Location, 1234}
	if v := testJudge(t).PoC(in); v.Scale != 1234 {
		t.Errorf("got %d", v.Scale)
	}
	in.Density = scales{in.Witnesses[0].Gateway.Location, 1234}
	if v := testJudge(t).PoC(in); v.Scale != 2000 {
		t.Errorf("got %d of a cell that the map lacks", v.Scale)
	}
}

func TestHistoryApply(t *testing.T) {
	h := History{1, 2, 3}
	for _, c := range []struct{ update, want History }{
		{History{}, History{1, 2, 3}},
		{History{LastBeacon: 9}, History{9, 2, 3}},
		{History{LastBeaconReciprocity: 8}, History{9, 8, 3}},
		{History{LastWitness: 7}, History{9, 8, 7}},
		{History{1, 1, 1}, History{1, 1, 1}}, // earlier times too
	} {
		if h.Apply(c.update); h != c.want {
			t.Errorf("%v: got %v, want %v", c.update, h, c.want)
		}
	}
}

func TestReportID(t *testing.T) {
	a := ReportID([]byte{1}, 2, []byte{3})
	if b := EntropyID(&wire.EntropyReport{Data: []byte{1, 0, 0, 0, 0, 0, 0, 0, 2, 3}}); a != b {
		t.Errorf("got %x, want the digest %x of the fields", a, b)
	}
	if bytes.Equal(a[:], make([]byte, 32)) {
		t.Error("no digest")
	}
}

// TestPoCKept has reports that the network did not keep with the beacon: they leave no
// time of reciprocity, are no first witness, and do not share the fate of the beacon.
func TestPoCKept(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(b *wire.BeaconIngestReport, w *wire.WitnessIngestReport)
	}{
		{"another payload", func(b *wire.BeaconIngestReport, w *wire.WitnessIngestReport) { w.Report.Data[50]++ }},
		{"no payload", func(b *wire.BeaconIngestReport, w *wire.WitnessIngestReport) { w.Report.Data = nil }},
		{"the beacon's ID", func(b *wire.BeaconIngestReport, w *wire.WitnessIngestReport) {
			w.Report.PubKey, w.Received = b.Report.PubKey, b.Received
		}},
	} {
		in := goodPoC(t, 1)
		in.Witnesses[0].Report.Received = in.Beacon.Report.Received - 10_000
		c.change(in.Beacon.Report, in.Witnesses[0].Report)
		v := testJudge(t).PoC(in)
		expect(t, v.Beacon, valid, 0, SideNone)
		if v.Witnesses[0].Status != Unjudged || v.Unselected != nil || len(v.Updates) != 1 || v.Updates[0].LastBeaconReciprocity != 0 {
			t.Errorf("%s: got %+v", c.name, v)
		}

		in.Witnesses = append(in.Witnesses, goodPoC(t, 1).Witnesses...)
		v = testJudge(t).PoC(in)
		expect(t, v.Witnesses[1], valid, 0, SideNone)
		if !slices.Equal(v.Selected, []int{1}) || v.Unselected != nil {
			t.Errorf("%s: selected %v and %v", c.name, v.Selected, v.Unselected)
		}

		in.Beacon.Deny = nil
		v = testJudge(t).PoC(in)
		expect(t, v.Witnesses[1], Denied, 3, SideBeaconer)
		if v.Witnesses[0].Status != Unjudged {
			t.Errorf("%s: got %v of an invalid beacon", c.name, v.Witnesses[0])
		}
	}

	// The same report twice, in a proof of an invalid beacon.
	for _, change := range []func(in *BeaconInput){
		func(in *BeaconInput) { in.Deny = nil },
		func(in *BeaconInput) { in.History.LastWitness = 0 },
	} {
		in := goodPoC(t, 1)
		in.Witnesses = append(in.Witnesses, in.Witnesses[0])
		change(&in.Beacon)
		v := testJudge(t).PoC(in)
		if v.Witnesses[0] != v.Beacon || v.Witnesses[1].Status != Unjudged {
			t.Errorf("got %v", v.Witnesses)
		}
	}
}
