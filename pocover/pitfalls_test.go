package pocover

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// Each test below is a way to get a wrong verdict that is easy to fall into.

// A report of the streaming service is signed by a key that archives lack, which makes
// it neither good nor bad.
func TestPitfallSessionKey(t *testing.T) {
	for _, r := range signedReports(t, sessionKey) {
		if err := r.verify(nil); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("without the session: %v", err)
		}
		if err := r.verify(session()); err != nil {
			t.Errorf("with the session: %v", err)
		}
	}
}

// A key that is not spelled as the network did is not a hotspot's, though it is one that
// can sign.
func TestPitfallKeySpelling(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		key   []byte
		known bool
	}{
		{testKey(2), true},
		{append(testKey(2), 1, 2, 3), false},
		{nil, false},
		{[]byte{0x77}, false},
		{[]byte{0}, false}, // ecc_compact, x = 0
		{make([]byte, 33), true},
		{append([]byte{0x11}, testKey(2)[1:]...), true}, // of the test network, which was asked before
	} {
		b, w, of := goodBeacon(t), goodWitness(t), goodWitness(t)
		b.Report.Report.PubKey, w.Report.Report.PubKey, of.Beacon.Report.PubKey = c.key, c.key, c.key
		of.Report.Report.PubKey = testKey(3)
		if c.known {
			expect(t, j.Beacon(b), valid, 0, SideNone)
			expect(t, j.Witness(w), valid, 0, SideNone)
			expect(t, j.Witness(of), valid, 0, SideNone)
			continue
		}
		expect(t, j.Beacon(b), GatewayNotFound, 1, SideBeaconer)
		expect(t, j.Witness(w), GatewayNotFound, 0, SideWitness)
		expect(t, j.Witness(of), GatewayNotFound, 0, SideBeaconer)
	}

	// So its reports are no first reports of the hotspot, and write nothing.
	in := goodPoC(t, 2)
	key := in.Witnesses[1].Report.Report.PubKey
	in.Witnesses[0].Report.Report.PubKey = append(bytes.Clone(key), 1)
	v := j.PoC(in)
	expect(t, v.Witnesses[0], GatewayNotFound, 0, SideWitness)
	expect(t, v.Witnesses[1], valid, 0, SideNone)
	if len(v.Updates) != 2 || !bytes.Equal(v.Updates[1].Key, key) {
		t.Errorf("updates\n%s", updates(v.Updates))
	}
}

// Each byte of the payload is the low one of a word of the key stream, and the zero time
// of local entropy is part of the seed.
func TestPitfallPayload(t *testing.T) {
	in := goodBeacon(t)
	seed := slices.Concat(in.Entropy.Data, []byte{0, 0, 0, 0, 0, 0, 0, 0}, in.Report.Report.LocalEntropy, make([]byte, 8))
	for i := range 8 {
		seed[32+i] = byte(in.Entropy.Timestamp >> (8 * i))
	}
	key := sha256.Sum256(seed)
	stream := streamBytes(&key, 12, 4*PayloadSize)
	for i, b := range in.Report.Report.Data {
		if b != stream[4*i] {
			t.Fatalf("byte %d is not the low byte of word %d", i, i)
		}
	}
	channel := (int(stream[0]) + 256*int(stream[4])) % 8
	if in.Report.Report.Frequency != in.Params.Channels[channel].Frequency {
		t.Errorf("%d Hz is not channel %d", in.Report.Report.Frequency, channel)
	}
}

// Neither other channels nor a better spreading that is listed later have a say in the
// data rate.
func TestPitfallDataRateOrder(t *testing.T) {
	p := testParams()
	p.Channels[0].Spreading = []wire.TaggedSpreading{
		{Spreading: 6, MaxPacketSize: 50}, {Spreading: 1, MaxPacketSize: 222}, {Spreading: 5, MaxPacketSize: 51},
	}
	if got, why := dataRate(p, PayloadSize); got != wire.SF7BW125 || why != "" {
		t.Errorf("got %v, %q", got, why)
	}
}

// The network's table of EU433 has a tenth of the frequencies, which is what hotspots
// there have to report.
func TestPitfallEU433(t *testing.T) {
	in := goodBeacon(t)
	for i := range in.Params.Channels {
		in.Params.Channels[i].Frequency = 43_317_500 + 20_000*uint64(i)
	}
	r := &in.Report.Report
	b, err := BuildBeacon(in.Entropy, r.LocalEntropy, wire.RegionEU433, in.Params, in.Gateway.Gain)
	if err != nil {
		t.Fatal(err)
	}
	in.Gateway.Region, r.Frequency = wire.RegionEU433, b.Frequency
	expect(t, testJudge(t).Beacon(in), valid, 0, SideNone)
	r.Frequency *= 10
	expect(t, testJudge(t).Beacon(in), InvalidPacket, 7, SideBeaconer)
}

// An antenna whose gain leaves no power makes every beacon of its hotspot invalid.
func TestPitfallNegativePower(t *testing.T) {
	in := goodBeacon(t)
	in.Gateway.Gain = 162 // of 161
	expect(t, testJudge(t).Beacon(in), InvalidPacket, 7, SideBeaconer)
}

// The power of a beacon is not compared with what is allowed, unless asked for, but lets
// witnesses be stronger.
func TestPitfallTxPower(t *testing.T) {
	rules := IoT202605()
	rules.StrictTxPower = true
	strict, err := NewJudge(rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		power int32
		ok    bool
	}{{14, true}, {15, false}, {math.MaxInt32, false}, {-1, true}, {math.MinInt32, true}} { // 16.1 − 1.2 dBm
		in := goodBeacon(t)
		in.Report.Report.TxPower = c.power
		expect(t, testJudge(t).Beacon(in), valid, 0, SideNone)
		if c.ok {
			expect(t, strict.Beacon(in), valid, 0, SideNone)
		} else {
			expect(t, strict.Beacon(in), InvalidPacket, 7, SideBeaconer)
		}
	}
	in := goodWitness(t)
	in.Report.Report.Signal = -740
	expect(t, testJudge(t).Witness(in), BadRSSI, 12, SideWitness)
	in.Beacon.Report.TxPower++
	expect(t, testJudge(t).Witness(in), valid, 0, SideNone)
}

// A deny list that is not loaded denies everybody, one without entries nobody.
func TestPitfallEmptyDenyList(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		list DenyList
		ok   bool
	}{{nil, false}, {&denyList{empty: true}, false}, {(*DenyFilter)(nil), false}, {&DenyFilter{}, false}, {&denyList{}, true}} {
		b, w := goodBeacon(t), goodWitness(t)
		b.Deny, w.Deny = c.list, c.list
		if c.ok {
			expect(t, j.Beacon(b), valid, 0, SideNone)
			expect(t, j.Witness(w), valid, 0, SideNone)
			continue
		}
		expect(t, j.Beacon(b), Denied, 3, SideBeaconer)
		expect(t, j.Witness(w), Denied, 1, SideWitness)
	}
}

// The difference of frequencies is cut to 32 bits with a sign.
func TestPitfallFrequencyWraps(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		apart uint64
		ok    bool
	}{
		{100_000, true},
		{100_001, false},
		{1<<31 - 1, false},
		{1 << 31, true},
		{1<<32 - 1, true},
		{1 << 32, true},
		{1<<32 + 100_000, true},
		{1<<32 + 100_001, false},
		{1<<63 + 1<<31, true},
		{1<<64 - 1, true},
	} {
		for _, turned := range []bool{false, true} {
			in := goodWitness(t)
			in.Beacon.Report.Frequency, in.Report.Report.Frequency = 0, c.apart
			if turned {
				in.Beacon.Report.Frequency, in.Report.Report.Frequency = c.apart, 0
			}
			in.Report.Report.Signal = math.MinInt32 // below what any frequency allows
			if c.ok {
				expect(t, j.Witness(in), valid, 0, SideNone)
			} else {
				expect(t, j.Witness(in), InvalidFrequency, 8, SideWitness)
			}
		}
	}
}

// A witness so far that the grid has no distance is too near.
func TestPitfallFarIsNear(t *testing.T) {
	j := testJudge(t)
	in := goodWitness(t)
	in.Gateway.Location = east(t, 120_000, 12)
	expect(t, j.Witness(in), MaxDistanceExceeded, 11, SideWitness)
	in.Gateway.Location = east(t, 6_000_000, 12)
	expect(t, j.Witness(in), BelowMinDistance, 10, SideWitness)
}

// Kilometres are rounded down.
func TestPitfallKilometres(t *testing.T) {
	j := testJudge(t)
	in := goodWitness(t)
	in.Gateway.Location = metresAway(t, 100_999)
	expect(t, j.Witness(in), valid, 0, SideNone)
	in.Gateway.Location = metresAway(t, 101_000)
	v := j.Witness(in)
	expect(t, v, MaxDistanceExceeded, 11, SideWitness)
	if v.Details.Got != 101 || v.Details.Bound != 100 {
		t.Errorf("compared %v with %v", v.Details.Got, v.Details.Bound)
	}
}

// Gains count as whole dBi, rounded toward 0, of each antenna alone; distances as whole
// metres; and the speed of light as that in air, rounded.
func TestPitfallGains(t *testing.T) {
	base := maxSignal(14, 10, 10, 868_000_000, 1000)
	for _, c := range []struct {
		there, here int32
		more        float64
	}{{19, 19, 0}, {12, 12, 0}, {20, 10, 1}, {9, 9, -2}, {-9, 9, -2}, {-10, 10, -2}, {-19, 10, -2}, {-20, 10, -3}} {
		if got := maxSignal(14, c.there, c.here, 868_000_000, 1000) - base; math.Abs(got-c.more) > 1e-9 {
			t.Errorf("gains %d, %d: %v dB more, want %v", c.there, c.here, got, c.more)
		}
	}
	// 1 m at 1 Hz: 20·log10(4π/2.998e8).
	if got, want := maxSignal(0, 0, 0, 1, 1), 147.55247; math.Abs(got-want) > 1e-3 {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, c := range []struct {
		frequency uint64
		metres    uint32
	}{{0, 1000}, {868_000_000, 0}, {0, 0}} {
		if got := maxSignal(14, 12, 12, c.frequency, c.metres); !math.IsInf(got, 1) {
			t.Errorf("%d Hz, %d m: got %v", c.frequency, c.metres, got)
		}
	}
	// So a report of no frequency is never too strong.
	in := goodWitness(t)
	in.Beacon.Report.Frequency, in.Report.Report.Frequency, in.Report.Report.Signal = 0, 0, math.MaxInt32
	expect(t, testJudge(t).Witness(in), valid, 0, SideNone)
}

// A witness counts at the scale of the beaconer's location, which is 0.2 if the density
// map lacks it.
func TestPitfallScale(t *testing.T) {
	in := goodPoC(t, 1)
	in.Density = scales{in.Witnesses[0].Gateway.Location, 10_000}
	if v := testJudge(t).PoC(in); v.Scale.String() != "0.2000" {
		t.Errorf("scale %v of a location that the map lacks", v.Scale)
	}
}

// An invalid beacon uses up its interval, also by an earlier time than is there.
func TestPitfallLastBeacon(t *testing.T) {
	j := testJudge(t)
	in := goodPoC(t, 1)
	in.Beacon.Report.Received = entropyTime*1000 - 1
	later := in.Beacon.Report.Received + 24*3600*1000
	h := History{LastBeacon: later}
	in.Beacon.History = h
	v := j.PoC(in)
	expect(t, v.Beacon, EntropyExpired, 4, SideBeaconer)
	for _, u := range v.Updates {
		h.Apply(u.History)
	}
	if h.LastBeacon != in.Beacon.Report.Received {
		t.Errorf("last beacon at %d, want %d, which is before %d", h.LastBeacon, in.Beacon.Report.Received, later)
	}

	again := goodPoC(t, 1)
	again.Beacon.History = h
	expect(t, j.PoC(again).Beacon, IrregularInterval, 6, SideBeaconer)
}

// A newcomer's first witness is not valid, but lets it beacon: what it witnessed is
// written before it is asked whether it beacons.
func TestPitfallNewcomer(t *testing.T) {
	j := testJudge(t)
	in := goodPoC(t, 1)
	in.Witnesses[0].History = History{}
	v := j.PoC(in)
	expect(t, v.Witnesses[0], GatewayNoValidBeacons, 13, SideWitness)
	var newcomer History
	newcomer.Apply(v.Updates[1].History)
	if newcomer != (History{LastWitness: in.Witnesses[0].Report.Received}) {
		t.Errorf("got %+v", newcomer)
	}

	// The other way round: its first beacon is not valid, but lets it witness.
	in = goodPoC(t, 1)
	in.Beacon.History = History{}
	v = j.PoC(in)
	expect(t, v.Beacon, GatewayNoValidWitnesses, 8, SideBeaconer)
	newcomer = History{}
	newcomer.Apply(v.Updates[0].History)
	if newcomer.LastBeaconReciprocity != in.Beacon.Report.Received {
		t.Errorf("got %+v", newcomer)
	}
}

// Reward units are those of the number selected, not of the number valid.
func TestPitfallUnits(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		witnesses       int
		beacon, witness string
	}{{0, "0.0000", "0.0000"}, {1, "0.2500", "1.0000"}, {14, "1.8926", "0.2220"}, {15, "1.8926", "0.2220"}, {30, "1.8926", "0.2220"}} {
		v := j.PoC(goodPoC(t, c.witnesses))
		if v.BeaconUnit.String() != c.beacon || v.WitnessUnit.String() != c.witness {
			t.Errorf("%d witnesses: %v, %v", c.witnesses, v.BeaconUnit, v.WitnessUnit)
		}
	}
}

// A pentagon has five neighbours, all of which are too near.
func TestPitfallPentagon(t *testing.T) {
	const pentagon = h3.Cell(0x8b0800000000fff) // of resolution 11
	ring, count, err := pentagon.Ring1()
	if err != nil || count != 6 {
		t.Fatalf("%d cells, %v", count, err)
	}
	for _, c := range ring[:count] {
		in := goodWitness(t)
		in.Beaconer.Location, in.Gateway.Location = pentagon, c
		expect(t, testJudge(t).Witness(in), BelowMinDistance, 10, SideWitness)
	}
}

// Proposals that were approved and never shipped have no say: witnesses in one cell are as
// good as others (HIP-136), and so is any region (HIP-137, which the deny list was for).
func TestPitfallProposals(t *testing.T) {
	in := goodPoC(t, 14)
	for i := range in.Witnesses {
		in.Witnesses[i].Gateway = in.Witnesses[0].Gateway
	}
	in.Beacon.Gateway.Region, in.Witnesses[0].Gateway.Region = wire.RegionCN470, wire.RegionCN470
	v := testJudge(t).PoC(in)
	if v.Beacon.Status != Valid || !slices.Equal(v.Selected, numbers(0, 14)) {
		t.Errorf("got %v, selected %v", v.Beacon, v.Selected)
	}
	in.Beacon.Deny = &denyList{keys: [][]byte{in.Beacon.Report.Report.PubKey}}
	expect(t, testJudge(t).PoC(in).Beacon, Denied, 3, SideBeaconer)
}

// A deny list is a filter, and denies what it happens to contain as well.
func TestPitfallFalsePositive(t *testing.T) {
	key := testKey(1)
	// No key was put into the filter, but its fingerprints match this one.
	f := newXor32(nil)
	at, fp := twinPositions(f, xxhash.Sum64(key))
	clear(f.fingerprints)
	binary.LittleEndian.PutUint32(f.fingerprints[4*at[2]:], fp)
	b, signer := denyBytes(t, 1, f)
	list, err := VerifyDenyFilter(b, []*keys.Key{signer})
	if err != nil {
		t.Fatal(err)
	}
	in := goodBeacon(t)
	in.Deny = list
	expect(t, testJudge(t).Beacon(in), Denied, 3, SideBeaconer)
	in.Report.Report.PubKey = testKey(2)
	expect(t, testJudge(t).Beacon(in), valid, 0, SideNone)
}
