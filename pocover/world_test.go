package pocover

import (
	"bytes"
	"math"
	"testing"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A denyList is a deny list with what it says.
type denyList struct {
	empty bool
	keys  [][]byte
	edges [][2][]byte
}

func (l *denyList) Empty() bool { return l.empty }
func (l *denyList) Tag() string { return "2026050101" }

func (l *denyList) Denied(key []byte) bool {
	for _, k := range l.keys {
		if bytes.Equal(k, key) {
			return true
		}
	}
	return false
}

func (l *denyList) DeniedEdge(a, b []byte) bool {
	for _, e := range l.edges {
		if bytes.Equal(e[0], a) && bytes.Equal(e[1], b) || bytes.Equal(e[0], b) && bytes.Equal(e[1], a) {
			return true
		}
	}
	return false
}

// testKey returns bytes with the form of an ed25519 key.
func testKey(n byte) []byte { return append([]byte{1}, bytes.Repeat([]byte{n}, 32)...) }

// entropyTime is two hours and a minute after the beginning of an interval of six hours.
const entropyTime = 1_777_600_860

// testParams returns eight channels, which all have a maximum of 16.1 dBm.
func testParams() *wire.RegionParams {
	p := new(wire.RegionParams)
	for i := range 8 {
		p.Channels = append(p.Channels, wire.RegionChannel{
			Frequency: 867_100_000 + 200_000*uint64(i),
			Bandwidth: 125_000,
			MaxEIRP:   161,
			Spreading: []wire.TaggedSpreading{{Spreading: 6, MaxPacketSize: 65}, {Spreading: 3, MaxPacketSize: 129}},
		})
	}
	return p
}

// east returns the cell at a resolution that lies some metres to the east of a place in
// the north of Italy.
func east(t testing.TB, metres float64, resolution int) h3.Cell {
	t.Helper()
	const radius, lat, lng = 6371007.180918475, 45.1 * math.Pi / 180, 9.2 * math.Pi / 180
	c, err := h3.CellAt(h3.LatLng{Lat: lat, Lng: lng + metres/(radius*math.Cos(lat))}, resolution)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// testJudge returns the judge of the profile.
func testJudge(t testing.TB) *Judge {
	t.Helper()
	j, err := NewJudge(IoT202605())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// goodBeacon returns the input of a valid beacon, received 30 s after its entropy was
// made.
func goodBeacon(t testing.TB) *BeaconInput {
	t.Helper()
	in := &BeaconInput{
		Gateway: &Gateway{Full: true, Asserted: true, Location: east(t, 0, 12), Gain: 12, Elevation: 10, Region: 1},
		Entropy: &wire.EntropyReport{Data: bytes.Repeat([]byte{0xe7}, 32), Timestamp: entropyTime},
		Params:  testParams(),
		Deny:    new(denyList),
		Report: &wire.BeaconIngestReport{
			Received: (entropyTime + 30) * 1000,
			Report: wire.BeaconReport{
				PubKey:        testKey(1),
				LocalEntropy:  []byte{1, 2, 3, 4},
				RemoteEntropy: bytes.Repeat([]byte{0xe7}, 32),
				TxPower:       14,
				Timestamp:     (entropyTime + 29) * 1e9,
			},
		},
	}
	r := &in.Report.Report
	b, err := BuildBeacon(in.Entropy, r.LocalEntropy, in.Gateway.Region, in.Params, in.Gateway.Gain)
	if err != nil {
		t.Fatal(err)
	}
	r.Data, r.Frequency, r.DataRate = b.Payload[:], b.Frequency, b.DataRate
	return in
}

// goodWitness returns the input of a valid witness of goodBeacon's beacon, 2 km away,
// received half a second after it.
func goodWitness(t testing.TB) *WitnessInput {
	t.Helper()
	b := goodBeacon(t)
	received := b.Report.Received + 500
	return &WitnessInput{
		Report: &wire.WitnessIngestReport{
			Received: received,
			Report: wire.WitnessReport{
				PubKey:    testKey(2),
				Data:      bytes.Clone(b.Report.Report.Data),
				Timestamp: (entropyTime + 30) * 1e9,
				Signal:    -1100,
				SNR:       -50,
				Frequency: b.Report.Report.Frequency + 32,
			},
		},
		Gateway:      &Gateway{Full: true, Asserted: true, Location: east(t, 2000, 12), Gain: 80, Region: 1},
		Beacon:       b.Report,
		Beaconer:     b.Gateway,
		Entropy:      b.Entropy,
		Deny:         b.Deny,
		FirstWitness: received,
	}
}

// expect asserts a verdict's outcome: that it is valid if check is 0 and the reason
// none, else its reason, check and side.
func expect(t *testing.T, v Verdict, reason Reason, check int, side Side) {
	t.Helper()
	want := Invalid
	if reason == ReasonNone {
		want = Valid
	}
	if v.Status != want || v.Reason != reason || v.Check != check || v.Side != side {
		t.Errorf("got %v, want %v %v (check %d, %v)", v, want, reason, check, side)
	}
	if (v.Err() == nil) != (want == Valid) {
		t.Errorf("error %v of %v", v.Err(), v)
	}
}
