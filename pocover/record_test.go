package pocover

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"lukechampine.com/blake3"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// roundTrip asserts that a message is decoded as it was written.
func roundTrip[T any, M interface {
	*T
	wire.Message
}](t testing.TB, m M) {
	t.Helper()
	back := M(new(T))
	if err := back.Decode(m.AppendCanonical(nil)); err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("decoded %+v, %v\nwant %+v", back, err, m)
	}
}

// noRecord asserts that a verdict gives no record of an input.
func noRecord(t testing.TB, name string, in *PoCInput, v *PoCVerdict) {
	t.Helper()
	r, err := v.Record(in)
	if r != nil {
		t.Errorf("%s: got %+v", name, r)
	}
	wantError(t, err, depinproof.ErrMalformed, "pocover.Record")
}

// checkRecord asserts that a verdict gives a record if the beacon was judged, that its
// messages can be read back, that it has each judged witness once, but for self witnesses
// of a valid beacon, by the time they were received, and that the network would have counted
// the shares of it that the ledger counts.
func checkRecord(t testing.TB, in *PoCInput, v *PoCVerdict) {
	t.Helper()
	r, err := v.Record(in)
	if v.Beacon.Status == Unjudged {
		if r != nil {
			t.Errorf("a record without a verdict: %+v", r)
		}
		wantError(t, err, depinproof.ErrInternal, "pocover.Record")
		return
	}
	if err != nil {
		t.Fatal(err)
	}

	type heard struct {
		received uint64
		key      string
		verdict  string
	}
	var got []heard
	if v.Beacon.Status == Valid {
		if r.Beacon != nil || r.Witnesses != nil {
			t.Errorf("invalid reports of a valid beacon: %+v", r)
		}
		roundTrip(t, r.PoC)
		for _, w := range r.PoC.Selected {
			got = append(got, heard{w.Received, string(w.Report.PubKey), fmt.Sprint(w.Status, w.Reason, w.Side)})
		}
		late := len(v.Unselected)
		for i, w := range r.PoC.Unselected {
			got = append(got, heard{w.Received, string(w.Report.PubKey), fmt.Sprint(w.Status, w.Reason, w.Side)})
			if w.Status == 1 {
				late = min(late, i)
			} else if i > late {
				t.Errorf("unselected witness %d is valid, %d is not", i, late)
			}
		}
		byTime := func(a, b wire.VerifiedWitnessReport) int { return int(int64(a.Received - b.Received)) }
		for _, list := range [][]wire.VerifiedWitnessReport{r.PoC.Selected, r.PoC.Unselected[:late], r.PoC.Unselected[late:]} {
			if !slices.IsSortedFunc(list, byTime) {
				t.Errorf("not by time: %+v", list)
			}
		}
	} else {
		if r.PoC != nil {
			t.Errorf("a proof of an invalid beacon: %+v", r.PoC)
		}
		roundTrip(t, r.Beacon)
		for i := range r.Witnesses {
			w := &r.Witnesses[i]
			roundTrip(t, w)
			got = append(got, heard{w.Received, string(w.Report.PubKey), fmt.Sprint(1, w.Reason, w.Side)})
			if i > 0 && w.Received < r.Witnesses[i-1].Received {
				t.Errorf("witness %d comes before witness %d", i, i-1)
			}
		}
	}
	times := make(map[heard]int)
	for _, w := range got {
		times[w]++
	}
	for i, w := range v.Witnesses {
		if w.Status == Unjudged || v.Beacon.Status == Valid && w.Reason == SelfWitness {
			continue
		}
		report := in.Witnesses[i].Report
		status := 0
		if w.Status == Invalid {
			status = 1
		}
		id := heard{report.Received, string(report.Report.PubKey), fmt.Sprint(status, int(w.Reason), int(w.Side))}
		if times[id] != 1 {
			t.Errorf("witness %d, %v, is recorded %d times", i, w, times[id])
		}
		delete(times, id)
	}
	if len(times) != 0 {
		t.Errorf("nobody's witnesses: %v", times)
	}

	sums := make(map[string]GatewayShares)
	add := func(key []byte, beacon, witness uint64) {
		if beacon|witness == 0 {
			return
		}
		s := sums[string(key)]
		s.Gateway = string(key)
		s.Beacon += Shares(beacon)
		s.Witness += Shares(witness)
		sums[s.Gateway] = s
	}
	if r.PoC != nil {
		b := &r.PoC.Beacon
		add(b.Report.PubKey, uint64(b.HexScale)*uint64(b.RewardUnit), 0)
		for _, w := range append(r.PoC.Unselected, r.PoC.Selected...) {
			add(w.Report.PubKey, 0, uint64(w.HexScale)*uint64(w.RewardUnit))
		}
	}
	l := NewShareLedger(Epoch{time.UnixMilli(0), time.UnixMilli(1 << 60)}, 1000)
	if err := l.AddPoC(in, v); err != nil {
		t.Fatal(err)
	}
	ledger := l.Gateways()
	for _, g := range ledger {
		if sums[g.Gateway] != g {
			t.Errorf("recorded shares %+v, want %+v", sums[g.Gateway], g)
		}
	}
	if len(ledger) != len(sums) {
		t.Errorf("recorded shares of %d gateways, want %d", len(sums), len(ledger))
	}
}

// Places of the tests, as they are written.
const (
	herePlace  = h3.Cell(0x8c1f99489890dff)
	hereText   = "631059839166516735"
	therePlace = h3.Cell(0x8c1f994d4c153ff)
	thereText  = "631059840428495871"
)

// recordedPoC returns a valid proof of coverage with witnesses of all kinds, in disorder,
// and what is written of it.
func recordedPoC(t testing.TB) (*PoCInput, *wire.PoC) {
	t.Helper()
	in := goodPoC(t, 21)
	in.Beacon.Gateway.Location = herePlace
	in.Density = scales{herePlace, 4321}
	in.Beacon.Report.Report.Signature = []byte{5, 6}
	in.Beacon.Report.Report.Channel = 3
	in.Beacon.Report.Report.Tmst = 9
	for i := range in.Witnesses {
		in.Witnesses[i].Gateway.Location = therePlace
		in.Witnesses[i].Gateway.Elevation = -3
		in.Witnesses[i].Report.Report.Signature = []byte{byte(i)}
		in.Witnesses[i].Report.Report.Tmst = uint32(i)
	}
	in.Witnesses[0].Report.Report.Signal = 0
	in.Witnesses[1].Report.Report.PubKey = testKey(1) // the beaconer's
	in.Witnesses[2].Gateway = nil
	in.Beacon.Deny = &denyList{keys: [][]byte{testKey(13)}, edges: [][2][]byte{{testKey(14), testKey(1)}}}
	in.Witnesses[5].History = History{}
	in.Witnesses[6].Gateway.Asserted = false
	in.Witnesses[7].Report.Report.PubKey = testKey(10) // that of witness 0
	in.Witnesses[8].Report.Report.Data = []byte{1}     // not judged

	received := in.Beacon.Report.Received
	h := blake3.New(32, nil)
	h.Write(in.Beacon.Report.Report.Data)
	h.Write(binary.BigEndian.AppendUint64(nil, received))
	h.Write(testKey(1))
	// 12 of 21 witnesses are valid.
	const scale, beaconUnit, witnessUnit = 4321, 18322, 2640
	want := &wire.PoC{
		ID: h.Sum(nil),
		Beacon: wire.ValidBeaconReport{
			Received: received, Location: hereText, HexScale: scale, RewardUnit: beaconUnit, Gain: 12, Elevation: 10,
			Report: in.Beacon.Report.Report, HasReport: true,
		},
		HasBeacon: true,
	}
	for i := 9; i < 21; i++ {
		want.Selected = append(want.Selected, wire.VerifiedWitnessReport{
			Received: received + 500 + uint64(i), Location: thereText, HexScale: scale, RewardUnit: witnessUnit, Gain: 80, Elevation: -3,
			Report: in.Witnesses[i].Report.Report, HasReport: true,
		})
	}
	tag := wire.InvalidDetails{DenylistTag: "2026050101", HasDenylistTag: true}
	want.Unselected = []wire.VerifiedWitnessReport{
		{Received: received + 500, Status: 1, Reason: 11, Side: 3, Location: thereText, Gain: 80, Elevation: -3},
		{Received: received + 502, Status: 1, Reason: 8, Side: 3},
		{Received: received + 503, Status: 1, Reason: 9, Side: 3, Location: thereText, Gain: 80, Elevation: -3, Details: tag, HasDetails: true},
		{Received: received + 504, Status: 1, Reason: 21, Side: 3, Location: thereText, Gain: 80, Elevation: -3, Details: tag, HasDetails: true},
		{Received: received + 505, Status: 1, Reason: 23, Side: 3, Location: thereText, HexScale: scale, Gain: 80, Elevation: -3},
		{Received: received + 506, Status: 1, Reason: 2, Side: 3},
		{Received: received + 507, Status: 1, Reason: 20, Side: 3},
	}
	for n, i := range []int{0, 2, 3, 4, 5, 6, 7} {
		want.Unselected[n].Report, want.Unselected[n].HasReport = in.Witnesses[i].Report.Report, true
	}
	slices.Reverse(in.Witnesses)
	return in, want
}

func TestRecord(t *testing.T) {
	in, want := recordedPoC(t)
	v := testJudge(t).PoC(in)
	checkRecord(t, in, &v)
	r, err := v.Record(in)
	if err != nil || !reflect.DeepEqual(r, &Record{PoC: want}) {
		t.Errorf("got %+v, %v\nwant %+v", r.PoC, err, want)
	}

	// Without witnesses, nor any place in the density map.
	in = goodPoC(t, 0)
	in.Beacon.Gateway.Location = herePlace
	v = testJudge(t).PoC(in)
	checkRecord(t, in, &v)
	id := ReportID(in.Beacon.Report.Report.Data, in.Beacon.Report.Received, testKey(1))
	want = &wire.PoC{ID: id[:], HasBeacon: true, Beacon: wire.ValidBeaconReport{
		Received: in.Beacon.Report.Received, Location: hereText, HexScale: 2000, Gain: 12, Elevation: 10,
		Report: in.Beacon.Report.Report, HasReport: true,
	}}
	if r, err = v.Record(in); err != nil || !reflect.DeepEqual(r, &Record{PoC: want}) {
		t.Errorf("got %+v, %v\nwant %+v", r.PoC, err, want)
	}
}

// TestRecordUnselected has more valid witnesses than are selected: the others come first
// among the unselected ones, with the scale and without reward units.
func TestRecordUnselected(t *testing.T) {
	in := goodPoC(t, 17)
	in.Witnesses[3].Report.Report.Signal = 0
	v := testJudge(t).PoC(in)
	checkRecord(t, in, &v)
	r, err := v.Record(in)
	if err != nil || len(r.PoC.Selected) != 14 || len(r.PoC.Unselected) != 3 || r.PoC.Beacon.RewardUnit != 18926 {
		t.Fatalf("got %+v, %v", r, err)
	}
	received := in.Beacon.Report.Received + 500
	for i, w := range r.PoC.Selected {
		if w.Status != 0 || w.HexScale != 2000 || w.RewardUnit != 2220 || w.Reason != 0 || w.Side != 0 {
			t.Errorf("selected %d: %+v", i, w)
		}
	}
	for i, want := range []struct {
		received uint64
		status   int32
		scale    uint32
	}{{received + 15, 0, 2000}, {received + 16, 0, 2000}, {received + 3, 1, 0}} {
		w := r.PoC.Unselected[i]
		if w.Received != want.received || w.Status != want.status || w.HexScale != want.scale || w.RewardUnit != 0 || w.Location == "" {
			t.Errorf("unselected %d: %+v", i, w)
		}
	}
}

// TestRecordInvalid has a beacon that fails each of its checks, and witnesses in disorder,
// the second of which is the beaconer's, the third a duplicate, and the last not judged.
func TestRecordInvalid(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(in *BeaconInput)
		reason int32
		place  bool
		tag    string
	}{
		{"unknown", func(in *BeaconInput) { in.Gateway = nil }, 8, false, ""},
		{"spelled otherwise", func(in *BeaconInput) { in.Report.Report.PubKey = append(testKey(1), 0) }, 8, false, ""},
		{"no location", func(in *BeaconInput) { in.Gateway.Asserted = false }, 2, false, ""},
		{"denied", func(in *BeaconInput) { in.Deny = &denyList{keys: [][]byte{testKey(1)}} }, 9, true, "2026050101"},
		{"no list", func(in *BeaconInput) { in.Deny = nil }, 9, true, "0"},
		{"empty list", func(in *BeaconInput) { in.Deny = &denyList{empty: true} }, 9, true, "0"},
		{"entropy", func(in *BeaconInput) { in.Entropy.Timestamp += 31 }, 3, true, ""},
		{"data-only", func(in *BeaconInput) { in.Gateway.Full = false }, 5, true, ""},
		{"interval", func(in *BeaconInput) { in.History.LastBeacon = in.Report.Received }, 7, true, ""},
		{"payload", func(in *BeaconInput) { in.Entropy.Version = 2 }, 10, true, ""},
		{"reciprocity", func(in *BeaconInput) { in.History.LastWitness = 0 }, 24, true, ""},
	} {
		in := goodPoC(t, 4)
		in.Beacon.Gateway.Location = herePlace
		in.Witnesses[1].Report.Report.PubKey = testKey(1)
		in.Witnesses[2].Report.Report.PubKey = testKey(10)
		in.Witnesses[3].Report.Report.Data = nil
		slices.Reverse(in.Witnesses)
		c.change(&in.Beacon)
		v := testJudge(t).PoC(in)
		checkRecord(t, in, &v)

		details := wire.InvalidDetails{DenylistTag: c.tag, HasDenylistTag: c.tag != ""}
		want := &Record{Beacon: &wire.InvalidBeaconReport{
			Received: in.Beacon.Report.Received, Reason: c.reason, Report: in.Beacon.Report.Report, HasReport: true,
			Details: details, HasDetails: c.tag != "",
		}}
		if c.place {
			want.Beacon.Location, want.Beacon.Gain, want.Beacon.Elevation = hereText, 12, 10
		}
		for i := range uint64(3) {
			want.Witnesses = append(want.Witnesses, wire.InvalidWitnessReport{
				Received: (entropyTime+30)*1000 + 500 + i, Reason: c.reason, Side: 2,
				Report: in.Witnesses[3-i].Report.Report, HasReport: true, Details: details, HasDetails: c.tag != "",
			})
		}
		if r, err := v.Record(in); err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", c.name, r, err, want)
		}
	}
}

// TestRecordRefused changes the verdict, or the input after it was judged.
func TestRecordRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(in *PoCInput, v *PoCVerdict)
	}{
		{"no beacon", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Report = nil }},
		{"an unreadable beacon", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Report.Report.DataRate = -1 }},
		{"another beaconer", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Report.Report.PubKey = testKey(99) }},
		{"another time", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Report.Received++ }},
		{"another payload", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Report.Report.Data[0]++ }},
		{"an unknown beaconer", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Gateway = nil }},
		{"a beaconer without location", func(in *PoCInput, v *PoCVerdict) { in.Beacon.Gateway.Asserted = false }},
		{"the beaconer's key spelled otherwise", func(in *PoCInput, v *PoCVerdict) {
			in.Beacon.Report.Report.PubKey = append(testKey(1), 0)
		}},
		{"a witness less", func(in *PoCInput, v *PoCVerdict) { in.Witnesses = in.Witnesses[1:] }},
		{"no report", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[3].Report = nil }},
		{"a witness of another payload", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[3].Report.Report.Data[0]++ }},
		{"a witness of that payload", func(in *PoCInput, v *PoCVerdict) {
			in.Witnesses[12].Report.Report.Data = in.Beacon.Report.Report.Data
		}},
		{"an unknown witness", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[3].Gateway = nil }},
		{"a known witness", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[18].Gateway = in.Witnesses[3].Gateway }},
		{"another witness", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[3].Report.Report.PubKey = testKey(99) }},
		{"another witness than the beaconer", func(in *PoCInput, v *PoCVerdict) {
			in.Witnesses[19].Report.Report.PubKey = testKey(99)
		}},
		{"no duplicate", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[13].Report.Report.PubKey = testKey(99) }},
		{"no duplicate, and unknown", func(in *PoCInput, v *PoCVerdict) {
			in.Witnesses[13].Report.Report.PubKey, in.Witnesses[13].Gateway = testKey(99), nil
		}},
		{"a witness of another time", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[3].Report.Received += 1000 }},
		{"a witness of another time in the same order", func(in *PoCInput, v *PoCVerdict) { in.Witnesses[0].Report.Received++ }},
		{"witnesses in another order", func(in *PoCInput, v *PoCVerdict) { slices.Reverse(in.Witnesses) }},
		{"no selection", func(in *PoCInput, v *PoCVerdict) { v.Selected = nil }},
		{"another selection", func(in *PoCInput, v *PoCVerdict) { v.Selected[0] = v.Selected[1] }},
		{"a selection out of range", func(in *PoCInput, v *PoCVerdict) { v.Selected[0] = 21 }},
		{"one unselected less", func(in *PoCInput, v *PoCVerdict) { v.Unselected = v.Unselected[1:] }},
		{"the beacon's units", func(in *PoCInput, v *PoCVerdict) { v.BeaconUnit++ }},
		{"the witnesses' units", func(in *PoCInput, v *PoCVerdict) { v.WitnessUnit++ }},
		{"a witness that was not judged", func(in *PoCInput, v *PoCVerdict) { v.Witnesses[3] = Verdict{} }},
		{"a witness of no such status", func(in *PoCInput, v *PoCVerdict) { v.Witnesses[3].Status = 7 }},
		{"a self witness of no such status", func(in *PoCInput, v *PoCVerdict) { v.Witnesses[19].Status = 7 }},
		{"no verdicts on witnesses", func(in *PoCInput, v *PoCVerdict) { v.Witnesses = nil }},
		{"no updates", func(in *PoCInput, v *PoCVerdict) { v.Updates = nil }},
		{"one update more", func(in *PoCInput, v *PoCVerdict) { v.Updates = append(v.Updates, v.Updates[1]) }},
		{"an invalid beacon", func(in *PoCInput, v *PoCVerdict) { v.Beacon = refused(SideBeaconer, 7, InvalidPacket, "") }},
	} {
		in, _ := recordedPoC(t)
		v := testJudge(t).PoC(in)
		if _, err := v.Record(in); err != nil {
			t.Fatal(err)
		}
		c.change(in, &v)
		noRecord(t, c.name, in, &v)
	}

	in, _ := recordedPoC(t)
	v := testJudge(t).PoC(in)
	for _, status := range []Status{Unjudged, 7} {
		v.Beacon.Status = status
		r, err := v.Record(in)
		if r != nil {
			t.Errorf("status %v: got %+v", status, r)
		}
		wantError(t, err, depinproof.ErrInternal, "pocover.Record")
	}
	in.Beacon.Entropy = nil
	v = testJudge(t).PoC(in)
	checkRecord(t, in, &v)
}
