package pocover

import (
	"errors"
	"math"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
)

// cellsAway returns the nearest cell, to the east, that lies some steps of the grid at
// resolution 11 from that of goodWitness's beaconer.
func cellsAway(t testing.TB, steps int) h3.Cell {
	t.Helper()
	from, err := east(t, 0, 12).Parent(11)
	if err != nil {
		t.Fatal(err)
	}
	for m := 0.0; m < 10_000; m++ {
		c := east(t, m, 12)
		parent, err := c.Parent(11)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := h3.GridDistance(from, parent); err == nil && n == steps {
			return c
		}
	}
	t.Fatalf("no cell is %d steps away", steps)
	return 0
}

// metresAway returns a cell of resolution 15, to the east, whose centre lies some metres,
// rounded, from that of goodWitness's beaconer.
func metresAway(t testing.TB, metres float64) h3.Cell {
	t.Helper()
	from, err := east(t, 0, 12).Center()
	if err != nil {
		t.Fatal(err)
	}
	for m := metres - 40; m < metres+40; m += 0.05 {
		c := east(t, m, 15)
		to, err := c.Center()
		if err != nil {
			t.Fatal(err)
		}
		if math.Round(h3.Distance(from, to)) == metres {
			return c
		}
	}
	t.Fatalf("no cell is %v m away", metres)
	return 0
}

// TestWitnessChecks changes one input of a valid witness at a time.
func TestWitnessChecks(t *testing.T) {
	j := testJudge(t)
	beaconReceived := goodWitness(t).Beacon.Received
	for _, c := range []struct {
		name   string
		change func(in *WitnessInput)
		reason Reason
		check  int
		side   Side
	}{
		{"nothing", func(in *WitnessInput) {}, valid, 0, SideNone},

		{"unknown", func(in *WitnessInput) { in.Gateway = nil }, GatewayNotFound, 0, SideWitness},
		{"no location", func(in *WitnessInput) { in.Gateway.Asserted = false }, NotAsserted, 0, SideWitness},
		{"unknown beaconer", func(in *WitnessInput) { in.Beaconer = nil }, GatewayNotFound, 0, SideBeaconer},
		{"no location of the beaconer", func(in *WitnessInput) { in.Beaconer.Asserted = false }, NotAsserted, 0, SideBeaconer},

		{"denied", func(in *WitnessInput) { in.Deny = &denyList{keys: [][]byte{testKey(2)}} }, Denied, 1, SideWitness},
		{"beaconer denied", func(in *WitnessInput) { in.Deny = &denyList{keys: [][]byte{testKey(1)}} }, valid, 0, SideNone},
		{"empty deny list", func(in *WitnessInput) { in.Deny = &denyList{empty: true} }, Denied, 1, SideWitness},
		{"no deny list", func(in *WitnessInput) { in.Deny = nil }, Denied, 1, SideWitness},
		{"edge denied", func(in *WitnessInput) { in.Deny = &denyList{edges: [][2][]byte{{testKey(1), testKey(2)}}} }, DeniedEdge, 2, SideWitness},
		{"edge denied, turned", func(in *WitnessInput) { in.Deny = &denyList{edges: [][2][]byte{{testKey(2), testKey(1)}}} }, DeniedEdge, 2, SideWitness},
		{"another edge denied", func(in *WitnessInput) { in.Deny = &denyList{edges: [][2][]byte{{testKey(1), testKey(3)}}} }, valid, 0, SideNone},

		{"beaconer's key", func(in *WitnessInput) { in.Report.Report.PubKey = testKey(1) }, SelfWitness, 3, SideWitness},
		{"beaconer's key and a byte", func(in *WitnessInput) { in.Report.Report.PubKey = append(testKey(1), 0) }, GatewayNotFound, 0, SideWitness},
		{"no key", func(in *WitnessInput) { in.Report.Report.PubKey = nil }, GatewayNotFound, 0, SideWitness},

		{"received before the entropy", func(in *WitnessInput) { in.Report.Received = entropyTime*1000 - 1 }, EntropyExpired, 4, SideWitness},
		{"received with the entropy", func(in *WitnessInput) { in.Report.Received = entropyTime * 1000 }, valid, 0, SideNone},
		{"received after the entropy", func(in *WitnessInput) { in.Report.Received = (entropyTime + 181) * 1000 }, EntropyExpired, 4, SideWitness},
		{"received at its end, too late", func(in *WitnessInput) { in.Report.Received = (entropyTime+180)*1000 + 999 }, TooLate, 5, SideWitness},
		{"received in 262142", func(in *WitnessInput) { in.Report.Received = maxMillis }, EntropyExpired, 4, SideWitness},

		{"4 s after the beacon", func(in *WitnessInput) { in.Report.Received = beaconReceived + 4000 }, valid, 0, SideNone},
		{"4.001 s after the beacon", func(in *WitnessInput) { in.Report.Received = beaconReceived + 4001 }, TooLate, 5, SideWitness},
		{"first with the beacon", func(in *WitnessInput) {
			in.FirstWitness, in.Report.Received = beaconReceived, beaconReceived+4000
		}, valid, 0, SideNone},
		{"first before the beacon, 1.5 s", func(in *WitnessInput) {
			in.FirstWitness, in.Report.Received = beaconReceived-1, beaconReceived-1+1500
		}, valid, 0, SideNone},
		{"first before the beacon, 1.501 s", func(in *WitnessInput) {
			in.FirstWitness, in.Report.Received = beaconReceived-1, beaconReceived-1+1501
		}, TooLate, 5, SideWitness},
		{"first in 1970", func(in *WitnessInput) { in.FirstWitness = 0 }, TooLate, 5, SideWitness},
		{"first at the end of time", func(in *WitnessInput) { in.FirstWitness = math.MaxUint64 }, valid, 0, SideNone},

		{"payload", func(in *WitnessInput) { in.Report.Report.Data[50]++ }, InvalidPacket, 6, SideWitness},
		{"no payload", func(in *WitnessInput) { in.Report.Report.Data = nil }, InvalidPacket, 6, SideWitness},
		{"data-only", func(in *WitnessInput) { in.Gateway.Full = false }, InvalidCapability, 7, SideWitness},
		{"data-only beaconer", func(in *WitnessInput) { in.Beaconer.Full = false }, valid, 0, SideNone},

		{"100,000 Hz above", func(in *WitnessInput) { in.Report.Report.Frequency = in.Beacon.Report.Frequency + 100_000 }, valid, 0, SideNone},
		{"100,001 Hz above", func(in *WitnessInput) { in.Report.Report.Frequency = in.Beacon.Report.Frequency + 100_001 }, InvalidFrequency, 8, SideWitness},
		{"100,000 Hz below", func(in *WitnessInput) { in.Report.Report.Frequency = in.Beacon.Report.Frequency - 100_000 }, valid, 0, SideNone},
		{"100,001 Hz below", func(in *WitnessInput) { in.Report.Report.Frequency = in.Beacon.Report.Frequency - 100_001 }, InvalidFrequency, 8, SideWitness},

		{"other region", func(in *WitnessInput) { in.Gateway.Region = 0 }, InvalidRegion, 9, SideWitness},
		{"same unknown region", func(in *WitnessInput) { in.Gateway.Region, in.Beaconer.Region = 99, 99 }, valid, 0, SideNone},

		{"8 cells", func(in *WitnessInput) { in.Gateway.Location = cellsAway(t, 8) }, valid, 0, SideNone},
		{"7 cells", func(in *WitnessInput) { in.Gateway.Location = cellsAway(t, 7) }, BelowMinDistance, 10, SideWitness},
		{"same cell", func(in *WitnessInput) { in.Gateway.Location = in.Beaconer.Location }, BelowMinDistance, 10, SideWitness},
		{"location 0", func(in *WitnessInput) { in.Gateway.Location = 0 }, BelowMinDistance, 10, SideWitness},
		{"location of ones", func(in *WitnessInput) { in.Gateway.Location = math.MaxUint64 }, BelowMinDistance, 10, SideWitness},
		{"beaconer's location 0", func(in *WitnessInput) { in.Beaconer.Location = 0 }, BelowMinDistance, 10, SideWitness},
		{"location of resolution 10", func(in *WitnessInput) { in.Gateway.Location = east(t, 2000, 10) }, BelowMinDistance, 10, SideWitness},
		{"location of resolution 11", func(in *WitnessInput) { in.Gateway.Location = east(t, 2000, 11) }, valid, 0, SideNone},
		{"location of resolution 15", func(in *WitnessInput) { in.Gateway.Location = east(t, 2000, 15) }, valid, 0, SideNone},
		{"8,000 km", func(in *WitnessInput) { in.Gateway.Location = east(t, 8e6, 12) }, BelowMinDistance, 10, SideWitness},

		{"100,999 m", func(in *WitnessInput) { in.Gateway.Location = metresAway(t, 100_999) }, valid, 0, SideNone},
		{"101,000 m", func(in *WitnessInput) { in.Gateway.Location = metresAway(t, 101_000) }, MaxDistanceExceeded, 11, SideWitness},

		{"signal of −74.3 dBm", func(in *WitnessInput) { in.Report.Report.Signal = -743 }, valid, 0, SideNone},
		{"signal of −74.2 dBm", func(in *WitnessInput) { in.Report.Report.Signal = -742 }, BadRSSI, 12, SideWitness},
		{"weakest signal", func(in *WitnessInput) { in.Report.Report.Signal = math.MinInt32 }, valid, 0, SideNone},
		{"strongest signal", func(in *WitnessInput) { in.Report.Report.Signal = math.MaxInt32 }, BadRSSI, 12, SideWitness},
		{"least power", func(in *WitnessInput) { in.Beacon.Report.TxPower = math.MinInt32 }, BadRSSI, 12, SideWitness},
		{"least gain", func(in *WitnessInput) { in.Gateway.Gain = math.MinInt32 }, BadRSSI, 12, SideWitness},
		{"least gain of the beaconer", func(in *WitnessInput) { in.Beaconer.Gain = math.MinInt32 }, BadRSSI, 12, SideWitness},

		{"SNR", func(in *WitnessInput) { in.Report.Report.SNR = math.MaxInt32 }, valid, 0, SideNone},
		{"data rate", func(in *WitnessInput) { in.Report.Report.DataRate = 24 }, valid, 0, SideNone},
		{"gateway's clock", func(in *WitnessInput) { in.Report.Report.Timestamp = 0 }, valid, 0, SideNone},
		{"signature", func(in *WitnessInput) { in.Report.Report.Signature = []byte{1} }, valid, 0, SideNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := goodWitness(t)
			c.change(in)
			expect(t, j.Witness(in), c.reason, c.check, c.side)

			// What was computed before makes no difference.
			if in.Gateway != nil && in.Beaconer != nil {
				in.Gateway.Position, in.Beaconer.Position = Locate(in.Gateway.Location), Locate(in.Beaconer.Location)
				expect(t, j.Witness(in), c.reason, c.check, c.side)
				in.Gateway.Position, in.Beaconer.Position = Locate(in.Beaconer.Location), Locate(0)
				expect(t, j.Witness(in), c.reason, c.check, c.side)
			}
		})
	}
}

// TestWitnessOrder breaks what the checks look at from the last one to the first.
func TestWitnessOrder(t *testing.T) {
	j := testJudge(t)
	in := goodWitness(t)
	self := testKey(1)
	for _, b := range []struct {
		reason Reason
		check  int
		side   Side
		breaks func(in *WitnessInput)
	}{
		{BadRSSI, 12, SideWitness, func(in *WitnessInput) { in.Report.Report.Signal = 0 }},
		{MaxDistanceExceeded, 11, SideWitness, func(in *WitnessInput) { in.Gateway.Location = metresAway(t, 101_000) }},
		{BelowMinDistance, 10, SideWitness, func(in *WitnessInput) { in.Gateway.Location = 0 }},
		{InvalidRegion, 9, SideWitness, func(in *WitnessInput) { in.Gateway.Region++ }},
		{InvalidFrequency, 8, SideWitness, func(in *WitnessInput) { in.Report.Report.Frequency += 200_000 }},
		{InvalidCapability, 7, SideWitness, func(in *WitnessInput) { in.Gateway.Full = false }},
		{InvalidPacket, 6, SideWitness, func(in *WitnessInput) { in.Report.Report.Data[0]++ }},
		{TooLate, 5, SideWitness, func(in *WitnessInput) { in.Report.Received += 10_000 }},
		{EntropyExpired, 4, SideWitness, func(in *WitnessInput) { in.Report.Received += 1e6 }},
		{SelfWitness, 3, SideWitness, func(in *WitnessInput) { in.Report.Report.PubKey = self }},
		{DeniedEdge, 2, SideWitness, func(in *WitnessInput) { in.Deny = &denyList{edges: [][2][]byte{{self, self}}} }},
		{Denied, 1, SideWitness, func(in *WitnessInput) { in.Deny = &denyList{keys: [][]byte{self}} }},
		{NotAsserted, 0, SideBeaconer, func(in *WitnessInput) { in.Beaconer.Asserted = false }},
		{GatewayNotFound, 0, SideBeaconer, func(in *WitnessInput) { in.Beaconer = nil }},
		{NotAsserted, 0, SideWitness, func(in *WitnessInput) { in.Gateway.Asserted = false }},
		{GatewayNotFound, 0, SideWitness, func(in *WitnessInput) { in.Gateway = nil }},
	} {
		b.breaks(in)
		expect(t, j.Witness(in), b.reason, b.check, b.side)
	}
}

func TestWitnessUnjudged(t *testing.T) {
	j := testJudge(t)
	for _, c := range []struct {
		name   string
		change func(in *WitnessInput)
	}{
		{"nothing given", func(in *WitnessInput) { *in = WitnessInput{} }},
		{"no report", func(in *WitnessInput) { in.Report = nil }},
		{"no beacon", func(in *WitnessInput) { in.Beacon = nil }},
		{"no entropy", func(in *WitnessInput) { in.Entropy = nil }},
		{"entropy of another", func(in *WitnessInput) { in.Entropy.Data[0]++ }},
		{"entropy of no time", func(in *WitnessInput) { in.Entropy.Timestamp = math.MaxUint64 }},
		{"received at no time", func(in *WitnessInput) { in.Report.Received = maxMillis + 1 }},
		{"made at no time", func(in *WitnessInput) { in.Report.Report.Timestamp = 1 << 63 }},
		{"data rate 25", func(in *WitnessInput) { in.Report.Report.DataRate = 25 }},
		{"data rate −1", func(in *WitnessInput) { in.Report.Report.DataRate = -1 }},
		{"beacon received at no time", func(in *WitnessInput) { in.Beacon.Received = math.MaxUint64 }},
		{"beacon's data rate", func(in *WitnessInput) { in.Beacon.Report.DataRate = 25 }},
	} {
		in := goodWitness(t)
		c.change(in)
		v := j.Witness(in)
		if v.Status != Unjudged || v.Details.Text == "" || !errors.Is(v.Err(), depinproof.ErrInternal) {
			t.Errorf("%s: got %v, %v", c.name, v, v.Err())
		}
	}
}

// TestWitnessPayloadBits flips every bit of the payload.
func TestWitnessPayloadBits(t *testing.T) {
	j := testJudge(t)
	in := goodWitness(t)
	data := in.Report.Report.Data
	for i := range 8 * len(data) {
		data[i/8] ^= 1 << (i % 8)
		expect(t, j.Witness(in), InvalidPacket, 6, SideWitness)
		data[i/8] ^= 1 << (i % 8)
	}
	expect(t, j.Witness(in), valid, 0, SideNone)
}

// TestWitnessSignalBound finds the strongest signal that passes, and compares it with
// the logarithms of the factors.
func TestWitnessSignalBound(t *testing.T) {
	j := testJudge(t)
	in := goodWitness(t)
	there, err := in.Beaconer.Location.Center()
	if err != nil {
		t.Fatal(err)
	}
	here, err := in.Gateway.Location.Center()
	if err != nil {
		t.Fatal(err)
	}
	metres := math.Round(h3.Distance(there, here))
	log := math.Log(4*math.Pi) + math.Log(metres) + math.Log(float64(in.Report.Report.Frequency)) - math.Log(2.998e8)
	limit := 14 + 1 + 8 - 20*log/math.Ln10
	in.Report.Report.Signal = int32(math.Floor(limit * 10))
	expect(t, j.Witness(in), valid, 0, SideNone)
	in.Report.Report.Signal++
	v := j.Witness(in)
	expect(t, v, BadRSSI, 12, SideWitness)
	if math.Abs(v.Details.Bound-limit) > 1e-9 || v.Details.Got != float64(in.Report.Report.Signal)/10 {
		t.Errorf("compared %v with %v, want a bound of %v", v.Details.Got, v.Details.Bound, limit)
	}
}

// TestWitnessSignalTie has a signal as strong as the bound, which is not too strong.
func TestWitnessSignalTie(t *testing.T) {
	in := goodWitness(t)
	j := testJudge(t)
	metres := uint32(math.Round(h3.Distance(Locate(in.Beaconer.Location).center, Locate(in.Gateway.Location).center)))
	bound := func(frequency uint64) float64 {
		return maxSignal(in.Beacon.Report.TxPower, in.Beaconer.Gain, in.Gateway.Gain, frequency, metres)
	}
	// Of huge frequencies that lose about 283 to 302 dB, one that loses whole dB exactly.
	var frequency uint64
	for loss := 283; frequency == 0; loss++ {
		if loss > 302 {
			t.Fatal("no frequency loses whole dB")
		}
		near := math.Pow(10, float64(loss)/20) * lightSpeed / (4 * math.Pi * float64(metres))
		for f, n := near*(1-1e-14), 0; n < 200 && frequency == 0; f, n = math.Nextafter(f, math.Inf(1)), n+1 {
			if bound(uint64(f)) == float64(14+1+8-loss) {
				frequency = uint64(f)
			}
		}
	}
	tie := bound(frequency)
	in.Beacon.Report.Frequency, in.Report.Report.Frequency = frequency, frequency
	in.Report.Report.Signal = 10 * int32(tie)
	expect(t, j.Witness(in), valid, 0, SideNone)
	in.Report.Report.Signal++
	v := j.Witness(in)
	expect(t, v, BadRSSI, 12, SideWitness)
	if v.Details.Bound != tie || v.Details.Got <= tie {
		t.Errorf("compared %v with %v", v.Details.Got, v.Details.Bound)
	}
}
