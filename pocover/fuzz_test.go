package pocover

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// The tests below compare the judge with the tables of the network's source written down
// once more, plainly: all rows are worked out, in integers without bounds, and the first
// that fails answers.

// A row is a check: its number, its reason, and whether it fails.
type row struct {
	check  int
	reason Reason
	side   Side
	fails  bool
}

// firstRow returns the verdict of rows.
func firstRow(rows []row) Verdict {
	for _, r := range rows {
		if r.fails {
			return Verdict{Status: Invalid, Reason: r.reason, Side: r.side, Check: r.check}
		}
	}
	return Verdict{Status: Valid}
}

func same(a, b Verdict) bool {
	return a.Status == b.Status && a.Reason == b.Reason && a.Side == b.Side && a.Check == b.Check
}

func integer(n uint64) *big.Int { return new(big.Int).SetUint64(n) }

// quotient returns a/b, rounded down.
func quotient(a *big.Int, b int64) *big.Int { return new(big.Int).Div(a, big.NewInt(b)) }

// minus returns a − b.
func minus(a, b uint64) *big.Int { return new(big.Int).Sub(integer(a), integer(b)) }

// outlives reports whether a time in ms lies outside the 180 s of an entropy.
func outlives(received, timestamp uint64) bool {
	age := new(big.Int).Sub(quotient(integer(received), 1000), integer(timestamp))
	return age.Sign() < 0 || age.Cmp(big.NewInt(180)) > 0
}

// plainChaCha returns words of ChaCha's key stream with 12 rounds.
func plainChaCha(key [32]byte, words int) []uint32 {
	var out []uint32
	for block := uint32(0); len(out) < words; block++ {
		var start [16]uint32
		for i, text := range []string{"expa", "nd 3", "2-by", "te k"} {
			start[i] = binary.LittleEndian.Uint32([]byte(text))
		}
		for i := range 8 {
			start[4+i] = binary.LittleEndian.Uint32(key[4*i:])
		}
		start[12] = block
		x := start
		for round := range 12 {
			for column := range 4 {
				shift := round % 2 // diagonals in every second round
				a, b := column, 4+(column+shift)%4
				c, d := 8+(column+2*shift)%4, 12+(column+3*shift)%4
				for _, step := range []struct{ to, add, xor, by int }{{a, b, d, 16}, {c, d, b, 12}, {a, b, d, 8}, {c, d, b, 7}} {
					x[step.to] += x[step.add]
					y := x[step.xor] ^ x[step.to]
					x[step.xor] = y<<step.by | y>>(32-step.by)
				}
			}
		}
		for i := range x {
			out = append(out, x[i]+start[i])
		}
	}
	return out[:words]
}

// plainBeacon makes a beacon as the crate does, or reports that there is none.
func plainBeacon(entropy *wire.EntropyReport, local []byte, region wire.Region, p *wire.RegionParams, gain int32) (Beacon, bool) {
	var b Beacon
	power := new(big.Rat).Neg(big.NewRat(int64(gain), 10))
	most := new(big.Rat)
	for _, c := range p.Channels {
		if eirp := big.NewRat(int64(c.MaxEIRP), 10); eirp.Cmp(most) > 0 {
			most = eirp
		}
	}
	power.Add(power, most)
	if entropy.Version > 1 || region < wire.RegionUS915 || region > wire.RegionAS923_1F || len(p.Channels) == 0 || power.Sign() < 0 {
		return b, false
	}
	b.MaxPower = uint32(new(big.Int).Quo(power.Num(), power.Denom()).Uint64())

	fits := slices.IndexFunc(p.Channels[0].Spreading, func(s wire.TaggedSpreading) bool { return s.MaxPacketSize >= 51 })
	if fits < 0 {
		return b, false
	}
	var err error
	name := fmt.Sprintf("SF%dBW%d", p.Channels[0].Spreading[fits].Spreading+6, p.Channels[0].Bandwidth/1000)
	if b.DataRate, err = wire.ParseDataRate(name); err != nil {
		return b, false
	}

	seed := slices.Concat(entropy.Data, make([]byte, 8), local, make([]byte, 8))
	binary.LittleEndian.PutUint64(seed[len(entropy.Data):], entropy.Timestamp)
	for i, word := range plainChaCha(sha256.Sum256(seed), PayloadSize) {
		b.Payload[i] = byte(word % 256)
	}
	b.Frequency = p.Channels[(int(b.Payload[0])+256*int(b.Payload[1]))%len(p.Channels)].Frequency
	return b, true
}

// plainBeaconVerdict judges a beacon that can be judged.
func plainBeaconVerdict(in *BeaconInput) Verdict {
	g := in.Gateway
	if g == nil {
		g = new(Gateway)
	}
	r := &in.Report.Report
	const interval = 6 * 3600 * 1000
	now, last := quotient(integer(in.Report.Received), interval), quotient(integer(in.History.LastBeacon), interval)
	b, ok := plainBeacon(in.Entropy, r.LocalEntropy, g.Region, in.Params, g.Gain)
	rows := []row{
		{1, GatewayNotFound, 0, in.Gateway == nil},
		{2, NotAsserted, 0, !g.Asserted},
		{3, Denied, 0, in.Deny == nil || in.Deny.Empty() || in.Deny.Denied(r.PubKey)},
		{4, EntropyExpired, 0, outlives(in.Report.Received, in.Entropy.Timestamp)},
		{5, InvalidCapability, 0, !g.Full},
		{6, IrregularInterval, 0, in.History.LastBeacon != 0 && now.Cmp(last) <= 0},
		{7, InvalidPacket, 0, !ok || string(b.Payload[:]) != string(r.Data) || b.Frequency != r.Frequency || b.DataRate != r.DataRate},
	}
	for i := range rows {
		rows[i].side = SideBeaconer
	}
	return firstRow(rows)
}

func FuzzBeacon(f *testing.F) {
	j := testJudge(f)
	good := goodBeacon(f)
	r := &good.Report.Report
	f.Add(uint8(0), good.Report.Received, uint64(0), good.Entropy.Timestamp, uint32(0), r.LocalEntropy, r.Data, r.Frequency, int32(r.DataRate), int32(1), int32(12), uint32(161), uint32(125_000), int32(6), uint32(65), uint8(8), true)
	f.Add(uint8(1), good.Report.Received, uint64(0), good.Entropy.Timestamp, uint32(1), []byte{}, r.Data, r.Frequency, int32(0), int32(0), int32(-12), uint32(300), uint32(500_000), int32(3), uint32(51), uint8(72), true)
	f.Add(uint8(4), good.Report.Received, good.Report.Received-21_600_000, good.Entropy.Timestamp, uint32(0), r.LocalEntropy, r.Data, r.Frequency, int32(0), int32(1), int32(162), uint32(161), uint32(125_000), int32(6), uint32(65), uint8(8), false)
	f.Fuzz(func(t *testing.T, flags uint8, received, last, timestamp uint64, version uint32, local, data []byte, frequency uint64, rate, region, gain int32, eirp, bandwidth uint32, spreading int32, size uint32, channels uint8, honest bool) {
		in := goodBeacon(t)
		in.Report.Received, in.History.LastBeacon = received, last
		in.Entropy.Timestamp, in.Entropy.Version = timestamp, version
		in.Gateway.Region, in.Gateway.Gain = wire.Region(region), gain
		in.Gateway.Asserted, in.Gateway.Full = flags&1 == 0, flags&2 == 0
		if flags&4 != 0 {
			in.Gateway = nil
		}
		in.Deny = &denyList{empty: flags&8 != 0, keys: [][]byte{testKey(1 + flags>>4&1)}}
		if flags&32 != 0 {
			in.Deny = &denyList{}
		}
		in.Params = &wire.RegionParams{}
		for i := range channels {
			in.Params.Channels = append(in.Params.Channels, wire.RegionChannel{
				Frequency: frequency + 200_000*uint64(i), Bandwidth: bandwidth, MaxEIRP: eirp - uint32(i),
				Spreading: []wire.TaggedSpreading{{Spreading: 1, MaxPacketSize: 50}, {Spreading: spreading, MaxPacketSize: size}},
			})
		}
		r := &in.Report.Report
		r.LocalEntropy, r.Data, r.Frequency, r.DataRate = local, data, frequency, wire.DataRate(rate)
		if b, ok := plainBeacon(in.Entropy, local, wire.Region(region), in.Params, gain); honest && ok {
			r.Data, r.Frequency, r.DataRate = b.Payload[:], b.Frequency, b.DataRate
		}

		got := j.Beacon(in)
		if received > maxMillis || timestamp > maxSeconds || r.DataRate < 0 || r.DataRate > 24 {
			if got.Status != Unjudged {
				t.Fatalf("got %v of what cannot be read", got)
			}
			return
		}
		if want := plainBeaconVerdict(in); !same(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// apartness returns the metres between the centres of cells by the angle between their
// vectors, the cells between them, and whether both exist.
func apartness(a, b h3.Cell) (metres float64, cells int, ok bool) {
	var vectors [2][3]float64
	var parents [2]h3.Cell
	for i, c := range []h3.Cell{a, b} {
		p, err := c.Center()
		if err != nil {
			return 0, 0, false
		}
		if parents[i], err = c.Parent(11); err != nil {
			return 0, 0, false
		}
		vectors[i] = [3]float64{math.Cos(p.Lat) * math.Cos(p.Lng), math.Cos(p.Lat) * math.Sin(p.Lng), math.Sin(p.Lat)}
	}
	cells, err := h3.GridDistance(parents[0], parents[1])
	u, v := vectors[0], vectors[1]
	cross := math.Hypot(math.Hypot(u[1]*v[2]-u[2]*v[1], u[2]*v[0]-u[0]*v[2]), u[0]*v[1]-u[1]*v[0])
	dot := u[0]*v[0] + u[1]*v[1] + u[2]*v[2]
	return 6371007.180918475 * math.Atan2(cross, dot), cells, err == nil
}

// plainWitnessVerdict judges a witness that can be judged. It gives no answer where
// rounding decides.
func plainWitnessVerdict(in *WitnessInput) (v Verdict, ok bool) {
	g, beaconer := in.Gateway, in.Beaconer
	if g == nil {
		g = new(Gateway)
	}
	if beaconer == nil {
		beaconer = new(Gateway)
	}
	w, b := &in.Report.Report, &in.Beacon.Report

	lag := minus(in.Report.Received, in.FirstWitness)
	most := int64(1500)
	if in.Beacon.Received <= in.FirstWitness {
		lag, most = minus(in.Report.Received, in.Beacon.Received), 4000
	}
	low := new(big.Int).Mod(new(big.Int).Abs(minus(w.Frequency, b.Frequency)), integer(1<<32))
	if low.Bit(31) == 1 {
		low.Sub(low, integer(1<<32))
	}

	metres, cells, apart := apartness(beaconer.Location, g.Location)
	rounded := math.Floor(metres + 0.5)
	ok = true
	if part := metres - math.Floor(metres); apart && math.Abs(part-0.5) < 1e-3 {
		ok = false
	}
	loss := 20 * (math.Log(4*math.Pi) + math.Log(rounded) + math.Log(float64(w.Frequency)) - math.Log(299.8) - 6*math.Ln10) / math.Ln10
	signal := float64(w.Signal) / 10
	limit := float64(b.TxPower) + math.Trunc(float64(beaconer.Gain)/10) + math.Trunc(float64(g.Gain)/10) - loss
	if w.Frequency == 0 {
		limit = math.Inf(1)
	}
	if math.Abs(signal-limit) < 1e-6 {
		ok = false
	}

	edge := in.Deny != nil && in.Deny.DeniedEdge(w.PubKey, b.PubKey)
	return firstRow([]row{
		{0, GatewayNotFound, SideWitness, in.Gateway == nil},
		{0, NotAsserted, SideWitness, !g.Asserted},
		{0, GatewayNotFound, SideBeaconer, in.Beaconer == nil},
		{0, NotAsserted, SideBeaconer, !beaconer.Asserted},
		{1, Denied, SideWitness, in.Deny == nil || in.Deny.Empty() || in.Deny.Denied(w.PubKey)},
		{2, DeniedEdge, SideWitness, edge},
		{3, SelfWitness, SideWitness, string(w.PubKey) == string(b.PubKey)},
		{4, EntropyExpired, SideWitness, outlives(in.Report.Received, in.Entropy.Timestamp)},
		{5, TooLate, SideWitness, lag.Cmp(big.NewInt(most)) > 0},
		{6, InvalidPacket, SideWitness, string(w.Data) != string(b.Data)},
		{7, InvalidCapability, SideWitness, !g.Full},
		{8, InvalidFrequency, SideWitness, low.Cmp(big.NewInt(100_000)) > 0},
		{9, InvalidRegion, SideWitness, g.Region != beaconer.Region},
		{10, BelowMinDistance, SideWitness, !apart || cells < 8},
		{11, MaxDistanceExceeded, SideWitness, math.Floor(rounded/1000) > 100},
		{12, BadRSSI, SideWitness, signal > limit},
	}), ok
}

func FuzzWitness(f *testing.F) {
	j := testJudge(f)
	good := goodWitness(f)
	received := good.Report.Received
	for _, location := range []h3.Cell{good.Gateway.Location, good.Beaconer.Location, cellsAway(f, 7), cellsAway(f, 8), metresAway(f, 100_999), metresAway(f, 101_000), east(f, 5e6, 12), 0} {
		f.Add(uint16(0), received-500, received, received, uint64(entropyTime), uint64(good.Beacon.Report.Frequency), good.Report.Report.Frequency,
			good.Report.Report.Signal, int32(14), int32(12), int32(80), int32(1), int32(1), uint64(good.Beaconer.Location), uint64(location), byte(2))
	}
	f.Add(uint16(0), received, received-1, received+1499, uint64(entropyTime), uint64(1<<33), uint64(1<<31), int32(-743), int32(14), int32(-9), int32(-19), int32(99), int32(99),
		uint64(good.Beaconer.Location), uint64(good.Gateway.Location), byte(1))
	f.Fuzz(func(t *testing.T, flags uint16, beaconReceived, first, received, timestamp, beaconFrequency, frequency uint64, signal, power, gainThere, gainHere, regionThere, regionHere int32, there, here uint64, key byte) {
		in := goodWitness(t)
		in.Beacon.Received, in.FirstWitness, in.Report.Received = beaconReceived, first, received
		in.Entropy.Timestamp = timestamp
		in.Beacon.Report.Frequency, in.Report.Report.Frequency = beaconFrequency, frequency
		in.Report.Report.Signal, in.Beacon.Report.TxPower = signal, power
		in.Report.Report.PubKey = testKey(key)
		*in.Beaconer = Gateway{Asserted: flags&1 == 0, Full: flags&2 == 0, Location: h3.Cell(there), Gain: gainThere, Region: wire.Region(regionThere)}
		*in.Gateway = Gateway{Asserted: flags&4 == 0, Full: flags&8 == 0, Location: h3.Cell(here), Gain: gainHere, Region: wire.Region(regionHere)}
		if flags&16 != 0 {
			in.Report.Report.Data[3]++
		}
		in.Deny = &denyList{empty: flags&32 != 0}
		if flags&64 != 0 {
			in.Deny = &denyList{keys: [][]byte{testKey(byte(flags >> 12))}, edges: [][2][]byte{{testKey(1), testKey(byte(flags >> 12))}}}
		}
		if flags&128 != 0 {
			in.Gateway = nil
		}
		if flags&256 != 0 {
			in.Beaconer = nil
		}

		got := j.Witness(in)
		if received > maxMillis || beaconReceived > maxMillis || timestamp > maxSeconds {
			if got.Status != Unjudged {
				t.Fatalf("got %v of what cannot be read", got)
			}
			return
		}
		if want, ok := plainWitnessVerdict(in); ok && !same(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if in.Gateway != nil && in.Beaconer != nil {
			in.Gateway.Position, in.Beaconer.Position = Locate(in.Gateway.Location), Locate(in.Beaconer.Location)
			if located := j.Witness(in); located != got {
				t.Errorf("got %v of computed, %v of located hotspots", got, located)
			}
		}
	})
}

// drawPoC returns a proof of coverage that is drawn, with faults of many kinds.
func drawPoC(t testing.TB, rng *rand.Rand, witnesses int) *PoCInput {
	in := goodPoC(t, witnesses)
	if rng.IntN(4) == 0 {
		in.Beacon.History.LastWitness = uint64(rng.IntN(2)) * (in.Beacon.Report.Received - 48*3600*1000)
	}
	if rng.IntN(8) == 0 {
		in.Beacon.Report.Report.Frequency++
	}
	for i := range in.Witnesses {
		w := &in.Witnesses[i]
		w.Report.Received += 7*uint64(i) + uint64(rng.IntN(7)) - 400
		switch rng.IntN(12) {
		case 0:
			w.Report.Report.PubKey = testKey(byte(10 + rng.IntN(len(in.Witnesses)))) // maybe another's
		case 1:
			w.Report.Report.PubKey = in.Beacon.Report.Report.PubKey
		case 2:
			w.Report.Report.Signal = 0
		case 3:
			w.History = History{}
		case 4:
			w.Gateway = nil
		case 5:
			w.Report.Received += 4500
		case 6:
			w.Report.Report.DataRate = -1
		}
	}
	return in
}

// FuzzPoC asserts, of a proof of coverage drawn from a seed, that it does not depend on
// the order of the input, that its witnesses are judged as they are alone, and that what
// is selected is valid and comes first.
func FuzzPoC(f *testing.F) {
	j := testJudge(f)
	for seed := range uint64(20) {
		f.Add(seed, uint8(3*seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, count uint8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		in := drawPoC(t, rng, int(count%64))
		times := make(map[uint64]bool)
		for _, w := range in.Witnesses {
			times[w.Report.Received] = true
		}
		if len(times) != len(in.Witnesses) {
			return // of two received at once the order of the input counts
		}
		v := j.PoC(in)

		shuffled := *in
		shuffled.Witnesses = slices.Clone(in.Witnesses)
		order := rng.Perm(len(in.Witnesses))
		for to, from := range order {
			shuffled.Witnesses[to] = in.Witnesses[from]
		}
		u := j.PoC(&shuffled)
		if u.Beacon != v.Beacon || updates(u.Updates) != updates(v.Updates) || u.Scale != v.Scale {
			t.Errorf("got %+v in another order, %+v", u, v)
		}
		for to, from := range order {
			if u.Witnesses[to] != v.Witnesses[from] {
				t.Errorf("got %v in another order, %v", u.Witnesses[to], v.Witnesses[from])
			}
		}

		if v.Beacon.Status == Invalid {
			if len(v.Selected)+len(v.Unselected) != 0 {
				t.Errorf("witnesses of an invalid beacon: %v, %v", v.Selected, v.Unselected)
			}
			return
		}
		first := uint64(math.MaxUint64)
		for _, w := range in.Witnesses {
			if w.Report.Report.DataRate == 0 {
				first = min(first, w.Report.Received)
			}
		}
		valid := 0
		for i, w := range v.Witnesses {
			alone := j.Witness(&WitnessInput{
				Report: in.Witnesses[i].Report, Gateway: in.Witnesses[i].Gateway, FirstWitness: first,
				Beacon: in.Beacon.Report, Beaconer: in.Beacon.Gateway, Entropy: in.Beacon.Entropy, Deny: in.Beacon.Deny,
			})
			if w.Reason != Duplicate && w.Reason != GatewayNoValidBeacons && w != alone && w.Details.Text != "a report of the same ID is judged" {
				t.Errorf("got %v, alone %v", w, alone)
			}
			if w.Status == Valid {
				valid++
			}
			listed := slices.Contains(v.Selected, i) || slices.Contains(v.Unselected, i)
			if listed != (w.Status != Unjudged && w.Reason != SelfWitness) || slices.Contains(v.Selected, i) && w.Status != Valid {
				t.Errorf("%v is listed: %v", w, listed)
			}
		}
		if len(v.Selected) != min(valid, 14) {
			t.Errorf("%d of %d selected", len(v.Selected), valid)
		}
	})
}

// FuzzRecord asserts, of a proof of coverage drawn from a seed and of some that differ from
// it, what checkRecord does, and that its verdict gives no record of the others.
func FuzzRecord(f *testing.F) {
	j := testJudge(f)
	for seed := range uint64(20) {
		f.Add(seed, uint8(3*seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, count uint8) {
		rng := rand.New(rand.NewPCG(seed, 2))
		in := drawPoC(t, rng, int(count%64))
		in.Density = scales{in.Beacon.Gateway.Location, Scale(rng.IntN(10001))}
		switch rng.IntN(16) {
		case 0:
			in.Beacon.Gateway = nil
		case 1:
			in.Beacon.Gateway.Asserted = false
		case 2:
			in.Beacon.Deny = nil
		case 3:
			in.Beacon.Entropy = nil
		default:
			in.Beacon.Deny = &denyList{keys: [][]byte{testKey(byte(10 + rng.IntN(64)))}, edges: [][2][]byte{{testKey(byte(10 + rng.IntN(64))), testKey(1)}}}
		}
		for i := range in.Witnesses {
			if g := in.Witnesses[i].Gateway; g != nil {
				g.Asserted = rng.IntN(16) > 0
			}
		}
		v := j.PoC(in)
		checkRecord(t, in, &v)
		if v.Beacon.Status == Unjudged {
			return
		}

		other := *in
		report := *in.Beacon.Report
		other.Beacon.Report = &report
		if report.Received--; v.Beacon.passed(checkBeaconAsserted) {
			noRecord(t, "a beacon of another time", &other, &v)
		}
		other.Beacon = in.Beacon
		other.Witnesses = append(slices.Clone(in.Witnesses), WitnessOfPoC{})
		noRecord(t, "one more witness", &other, &v)
		for i, w := range v.Witnesses {
			other.Witnesses = slices.Clone(in.Witnesses)
			other.Witnesses[i] = WitnessOfPoC{}
			if w.Status != Unjudged {
				noRecord(t, "a witness missing", &other, &v)
			}
		}
	})
}

// FuzzKey compares the form of keys with that of the parser.
func FuzzKey(f *testing.F) {
	for _, k := range [][]byte{{0}, {}, testKey(1), append(testKey(1), 2), {0x14, 0, 2, 0, 1, 5, 3, 9}} {
		f.Add(k)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := keys.Parse(b)
		if want := err == nil && bytes.Equal(k.Binary(), b); want && !canonical(b) {
			t.Errorf("%x is not canonical", b)
		} else if !want && canonical(b) && len(b) != 33 {
			t.Errorf("%x is canonical, the parser says %v", b, err)
		}
	})
}
