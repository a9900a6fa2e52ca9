package pocover

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/wire"
)

const valid = ReasonNone

// TestBeaconChecks changes one input of a valid beacon at a time.
func TestBeaconChecks(t *testing.T) {
	j := testJudge(t)
	const hour = 3600 * 1000
	bucket := uint64(entropyTime) * 1000 / (6 * hour) * (6 * hour)
	for _, c := range []struct {
		name   string
		change func(in *BeaconInput)
		reason Reason
		check  int
	}{
		{"nothing", func(in *BeaconInput) {}, valid, 0},

		{"unknown", func(in *BeaconInput) { in.Gateway = nil }, GatewayNotFound, 1},
		{"no location", func(in *BeaconInput) { in.Gateway.Asserted = false }, NotAsserted, 2},
		{"any number as location", func(in *BeaconInput) { in.Gateway.Location = math.MaxUint64 }, valid, 0},
		{"denied", func(in *BeaconInput) { in.Deny = &denyList{keys: [][]byte{testKey(1)}} }, Denied, 3},
		{"bytes after the key", func(in *BeaconInput) { in.Report.Report.PubKey = append(testKey(1), 7) }, GatewayNotFound, 1},
		{"no key", func(in *BeaconInput) { in.Report.Report.PubKey = nil }, GatewayNotFound, 1},
		{"another denied", func(in *BeaconInput) { in.Deny = &denyList{keys: [][]byte{testKey(2)}} }, valid, 0},
		{"empty deny list", func(in *BeaconInput) { in.Deny = &denyList{empty: true} }, Denied, 3},
		{"no deny list", func(in *BeaconInput) { in.Deny = nil }, Denied, 3},

		{"received at the entropy's time", func(in *BeaconInput) { in.Report.Received = entropyTime * 1000 }, valid, 0},
		{"received before it", func(in *BeaconInput) { in.Report.Received = entropyTime*1000 - 1 }, EntropyExpired, 4},
		{"received at its end", func(in *BeaconInput) { in.Report.Received = (entropyTime+180)*1000 + 999 }, valid, 0},
		{"received after it", func(in *BeaconInput) { in.Report.Received = (entropyTime + 181) * 1000 }, EntropyExpired, 4},
		{"received in 1970", func(in *BeaconInput) { in.Report.Received = 0 }, EntropyExpired, 4},
		{"received in 262142", func(in *BeaconInput) { in.Report.Received = maxMillis }, EntropyExpired, 4},
		{"entropy of 1970", func(in *BeaconInput) { in.Entropy.Timestamp = 0 }, EntropyExpired, 4},
		{"entropy of 262142", func(in *BeaconInput) { in.Entropy.Timestamp = maxSeconds }, EntropyExpired, 4},

		{"data-only", func(in *BeaconInput) { in.Gateway.Full = false }, InvalidCapability, 5},

		{"beacon at the end of the interval before", func(in *BeaconInput) { in.History.LastBeacon = bucket - 1 }, valid, 0},
		{"beacon at the interval's start", func(in *BeaconInput) { in.History.LastBeacon = bucket }, IrregularInterval, 6},
		{"beacon at the interval's end", func(in *BeaconInput) { in.History.LastBeacon = bucket + 6*hour - 1 }, IrregularInterval, 6},
		{"beacon in the next interval", func(in *BeaconInput) { in.History.LastBeacon = bucket + 6*hour }, IrregularInterval, 6},
		{"beacon at the end of time", func(in *BeaconInput) { in.History.LastBeacon = math.MaxUint64 }, IrregularInterval, 6},
		{"beacon long ago", func(in *BeaconInput) { in.History.LastBeacon = 1 }, valid, 0},
		{"witness of today", func(in *BeaconInput) { in.History.LastWitness = bucket }, valid, 0},

		{"payload too short", func(in *BeaconInput) { in.Report.Report.Data = in.Report.Report.Data[:50] }, InvalidPacket, 7},
		{"payload too long", func(in *BeaconInput) { in.Report.Report.Data = append(in.Report.Report.Data, 0) }, InvalidPacket, 7},
		{"no payload", func(in *BeaconInput) { in.Report.Report.Data = nil }, InvalidPacket, 7},
		{"frequency + 1", func(in *BeaconInput) { in.Report.Report.Frequency++ }, InvalidPacket, 7},
		{"frequency − 1", func(in *BeaconInput) { in.Report.Report.Frequency-- }, InvalidPacket, 7},
		{"data rate + 1", func(in *BeaconInput) { in.Report.Report.DataRate++ }, InvalidPacket, 7},
		{"last data rate", func(in *BeaconInput) { in.Report.Report.DataRate = 24 }, InvalidPacket, 7},
		{"local entropy", func(in *BeaconInput) { in.Report.Report.LocalEntropy[0]++ }, InvalidPacket, 7},
		{"no local entropy", func(in *BeaconInput) { in.Report.Report.LocalEntropy = nil }, InvalidPacket, 7},
		{"entropy's time", func(in *BeaconInput) { in.Entropy.Timestamp++ }, InvalidPacket, 7},
		{"version 1", func(in *BeaconInput) { in.Entropy.Version = 1 }, valid, 0},
		{"version 2", func(in *BeaconInput) { in.Entropy.Version = 2 }, InvalidPacket, 7},
		{"last version", func(in *BeaconInput) { in.Entropy.Version = math.MaxUint32 }, InvalidPacket, 7},

		{"last region", func(in *BeaconInput) { in.Gateway.Region = 27 }, valid, 0},
		{"no region", func(in *BeaconInput) { in.Gateway.Region = 28 }, InvalidPacket, 7},
		{"unknown region", func(in *BeaconInput) { in.Gateway.Region = 99 }, InvalidPacket, 7},
		{"negative region", func(in *BeaconInput) { in.Gateway.Region = -1 }, InvalidPacket, 7},
		{"no channels", func(in *BeaconInput) { in.Params = new(wire.RegionParams) }, InvalidPacket, 7},
		{"no spreading", func(in *BeaconInput) { in.Params.Channels[0].Spreading = nil }, InvalidPacket, 7},
		{"spreading of other channels", func(in *BeaconInput) { in.Params.Channels[1].Spreading = nil }, valid, 0},
		{"packet of 51 bytes", func(in *BeaconInput) { in.Params.Channels[0].Spreading[0].MaxPacketSize = 51 }, valid, 0},
		{"packet of 50 bytes", func(in *BeaconInput) { in.Params.Channels[0].Spreading[0].MaxPacketSize = 50 }, InvalidPacket, 7},
		{"spreading 7", func(in *BeaconInput) { in.Params.Channels[0].Spreading[0].Spreading = 7 }, InvalidPacket, 7},
		{"spreading 0", func(in *BeaconInput) { in.Params.Channels[0].Spreading[0].Spreading = 0 }, InvalidPacket, 7},
		{"bandwidth 125,999", func(in *BeaconInput) { in.Params.Channels[0].Bandwidth = 125_999 }, valid, 0},
		{"bandwidth 126,000", func(in *BeaconInput) { in.Params.Channels[0].Bandwidth = 126_000 }, InvalidPacket, 7},
		{"bandwidth 250,000", func(in *BeaconInput) { in.Params.Channels[0].Bandwidth = 250_000 }, InvalidPacket, 7},
		{"one channel less", func(in *BeaconInput) { in.Params.Channels = in.Params.Channels[:7] }, InvalidPacket, 7},

		{"gain leaves 0 dBm", func(in *BeaconInput) { in.Gateway.Gain = 161 }, valid, 0},
		{"gain leaves −0.1 dBm", func(in *BeaconInput) { in.Gateway.Gain = 162 }, InvalidPacket, 7},
		{"largest gain", func(in *BeaconInput) { in.Gateway.Gain = math.MaxInt32 }, InvalidPacket, 7},
		{"least gain", func(in *BeaconInput) { in.Gateway.Gain = math.MinInt32 }, valid, 0},
		{"one channel of more power", func(in *BeaconInput) {
			in.Params.Channels[7].MaxEIRP = 270
			in.Gateway.Gain = 270
		}, valid, 0},

		{"tx power", func(in *BeaconInput) { in.Report.Report.TxPower = math.MaxInt32 }, valid, 0},
		{"channel", func(in *BeaconInput) { in.Report.Report.Channel = 9 }, valid, 0},
		{"gateway's clock", func(in *BeaconInput) { in.Report.Report.Timestamp = 0 }, valid, 0},
		{"concentrator's counter", func(in *BeaconInput) { in.Report.Report.Tmst = 9 }, valid, 0},
		{"signature", func(in *BeaconInput) { in.Report.Report.Signature = []byte{1} }, valid, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := goodBeacon(t)
			c.change(in)
			side := SideBeaconer
			if c.reason == valid {
				side = SideNone
			}
			expect(t, j.Beacon(in), c.reason, c.check, side)
		})
	}
}

// TestBeaconOrder breaks all that the checks after a check look at, and so shows that
// the first one answers.
func TestBeaconOrder(t *testing.T) {
	j := testJudge(t)
	in := goodBeacon(t)
	broken := []struct {
		reason Reason
		breaks func(in *BeaconInput)
	}{
		{InvalidPacket, func(in *BeaconInput) { in.Report.Report.Data[0] ^= 1 }},
		{IrregularInterval, func(in *BeaconInput) { in.History.LastBeacon = in.Report.Received }},
		{InvalidCapability, func(in *BeaconInput) { in.Gateway.Full = false }},
		{EntropyExpired, func(in *BeaconInput) { in.Report.Received -= 31_000 }},
		{Denied, func(in *BeaconInput) { in.Deny = nil }},
		{NotAsserted, func(in *BeaconInput) { in.Gateway.Asserted = false }},
		{GatewayNotFound, func(in *BeaconInput) { in.Gateway = nil }},
	}
	for i, b := range broken {
		b.breaks(in)
		expect(t, j.Beacon(in), b.reason, len(broken)-i, SideBeaconer)
	}
}

func TestBeaconUnjudged(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		name   string
		change func(in *BeaconInput)
	}{
		{"nothing given", func(in *BeaconInput) { *in = BeaconInput{} }},
		{"no report", func(in *BeaconInput) { in.Report = nil }},
		{"no entropy", func(in *BeaconInput) { in.Entropy = nil }},
		{"entropy of another", func(in *BeaconInput) { in.Entropy.Data[0]++ }},
		{"remote entropy not published", func(in *BeaconInput) { in.Report.Report.RemoteEntropy[0]++ }},
		{"entropy of no time", func(in *BeaconInput) { in.Entropy.Timestamp = maxSeconds + 1 }},
		{"entropy of the last time", func(in *BeaconInput) { in.Entropy.Timestamp = math.MaxUint64 }},
		{"no parameters", func(in *BeaconInput) { in.Params = nil }},
		{"received at no time", func(in *BeaconInput) { in.Report.Received = maxMillis + 1 }},
		{"received at the last time", func(in *BeaconInput) { in.Report.Received = math.MaxUint64 }},
		{"made at no time", func(in *BeaconInput) { in.Report.Report.Timestamp = 1 << 63 }},
		{"data rate 25", func(in *BeaconInput) { in.Report.Report.DataRate = 25 }},
		{"data rate −1", func(in *BeaconInput) { in.Report.Report.DataRate = -1 }},
	} {
		in := goodBeacon(t)
		c.change(in)
		v := j.Beacon(in)
		if v.Status != Unjudged || v.Details.Text == "" || !errors.Is(v.Err(), depinproof.ErrInternal) {
			t.Errorf("%s: got %v, %v", c.name, v, v.Err())
		}
	}
	// What is missing is not asked for before it is needed.
	in := goodBeacon(t)
	in.Params, in.Gateway.Asserted = nil, false
	expect(t, j.Beacon(in), NotAsserted, 2, SideBeaconer)
}

// TestBeaconFirstInterval has a beacon of the first interval there is, before which there
// was none.
func TestBeaconFirstInterval(t *testing.T) {
	in := goodBeacon(t)
	in.Entropy.Timestamp, in.Report.Received = 10, 30_000
	r := &in.Report.Report
	b, err := BuildBeacon(in.Entropy, r.LocalEntropy, in.Gateway.Region, in.Params, in.Gateway.Gain)
	if err != nil {
		t.Fatal(err)
	}
	r.Data, r.Frequency = b.Payload[:], b.Frequency
	expect(t, testJudge(t).Beacon(in), valid, 0, SideNone)
	in.History.LastBeacon = 1
	expect(t, testJudge(t).Beacon(in), IrregularInterval, 6, SideBeaconer)
}

// TestBeaconPayloadBits flips every bit of what is compared.
func TestBeaconPayloadBits(t *testing.T) {
	j := testJudge(t)
	in := goodBeacon(t)
	r := &in.Report.Report
	for _, b := range [][]byte{r.Data, r.LocalEntropy} {
		for i := range 8 * len(b) {
			b[i/8] ^= 1 << (i % 8)
			expect(t, j.Beacon(in), InvalidPacket, 7, SideBeaconer)
			b[i/8] ^= 1 << (i % 8)
		}
	}
	for i := range 64 {
		r.Frequency ^= 1 << i
		expect(t, j.Beacon(in), InvalidPacket, 7, SideBeaconer)
		r.Frequency ^= 1 << i
	}
	expect(t, j.Beacon(in), valid, 0, SideNone)
}

func TestBuildBeaconErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(in *BeaconInput)
		kind   error
	}{
		{"version", func(in *BeaconInput) { in.Entropy.Version = 2 }, depinproof.ErrUnsupported},
		{"region", func(in *BeaconInput) { in.Gateway.Region = 99 }, depinproof.ErrUnsupported},
		{"channels", func(in *BeaconInput) { in.Params.Channels = nil }, depinproof.ErrUnsupported},
		{"data rate", func(in *BeaconInput) { in.Params.Channels[0].Bandwidth = 1 }, depinproof.ErrUnsupported},
		{"power", func(in *BeaconInput) { in.Gateway.Gain = 170 }, depinproof.ErrUnsupported},
		{"time", func(in *BeaconInput) { in.Entropy.Timestamp = 1 << 63 }, depinproof.ErrMalformed},
	} {
		in := goodBeacon(t)
		c.change(in)
		b, err := BuildBeacon(in.Entropy, in.Report.Report.LocalEntropy, in.Gateway.Region, in.Params, in.Gateway.Gain)
		if !errors.Is(err, c.kind) || b != (Beacon{}) {
			t.Errorf("%s: got %v, %v", c.name, b, err)
		}
	}
}

func TestBeaconMaxPower(t *testing.T) {
	for _, c := range []struct {
		eirp uint32
		gain int32
		want uint32
		ok   bool
	}{
		{161, 12, 14, true}, // 14.9
		{161, 11, 15, true},
		{161, 160, 0, true}, // 0.1
		{161, 161, 0, true},
		{161, 162, 0, false}, // −0.1
		{0, 0, 0, true},
		{0, 1, 0, false},
		{0, -9, 0, true},
		{0, -10, 1, true},
		{math.MaxUint32, math.MinInt32, 644_245_094, true},
	} {
		got, why := maxPower(&wire.RegionParams{Channels: []wire.RegionChannel{{}, {MaxEIRP: c.eirp}}}, c.gain)
		if got != c.want || (why == "") != c.ok {
			t.Errorf("%d − %d: got %d, %q", c.eirp, c.gain, got, why)
		}
	}
}

func TestBeaconDataRates(t *testing.T) {
	for spreading := int32(-1); spreading <= 8; spreading++ {
		for i, bandwidth := range []uint32{125_000, 250_000, 500_000, 0, 1_000_000} {
			p := &wire.RegionParams{Channels: []wire.RegionChannel{{
				Bandwidth: bandwidth,
				Spreading: []wire.TaggedSpreading{{Spreading: 1, MaxPacketSize: 50}, {Spreading: spreading, MaxPacketSize: math.MaxUint32}},
			}}}
			got, why := dataRate(p, 51)
			ok := i < 3 && spreading >= 1 && spreading <= 6
			if (why == "") != ok || ok && got != wire.DataRate(6*i)+wire.DataRate(6-spreading) {
				t.Errorf("spreading %d at %d Hz: got %d, %q", spreading, bandwidth, got, why)
			}
		}
	}
}

func TestBeaconID(t *testing.T) {
	b := Beacon{Payload: [PayloadSize]byte{0xfb, 0xff}}
	if got := b.ID(); got != "+/8A"+string(bytes.Repeat([]byte("A"), 64)) {
		t.Error(got)
	}
}

// TestBuildBeaconNothing has no entropy, or a region without parameters.
func TestBuildBeaconNothing(t *testing.T) {
	in := goodBeacon(t)
	for _, c := range []struct {
		entropy *wire.EntropyReport
		params  *wire.RegionParams
		class   error
	}{
		{nil, in.Params, depinproof.ErrMalformed},
		{in.Entropy, nil, depinproof.ErrUnsupported},
		{nil, nil, depinproof.ErrMalformed},
	} {
		b, err := BuildBeacon(c.entropy, nil, in.Gateway.Region, c.params, 0)
		if !errors.Is(err, c.class) || b != (Beacon{}) {
			t.Errorf("got %v, %v, want %v", b, err, c.class)
		}
	}
}
