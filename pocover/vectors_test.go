package pocover

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// readVectors decodes a file of the network's own test data, or skips: it is not part of
// the module.
func readVectors(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("../../shared/vectors/helium/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("not run: no vectors beside the module: ", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// A hexBytes is bytes in hexadecimal.
type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) error {
	var err error
	*b, err = hex.DecodeString(string(text))
	return err
}

// must returns v, or fails the test.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func keyOfText(t *testing.T, text string) []byte {
	t.Helper()
	return must[*keys.Key](t)(keys.ParseText(text)).Binary()
}

func regionParams(t *testing.T, encoded []byte) *wire.RegionParams {
	t.Helper()
	p := new(wire.RegionParams)
	if err := p.Decode(encoded); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.AppendCanonical(nil), encoded) || len(p.Channels) == 0 {
		t.Fatalf("region parameters of %d channels", len(p.Channels))
	}
	return p
}

// goldenBeacon is the beacon of a hotspot in Europe.
type goldenBeacon struct {
	RemoteEntropy    hexBytes `json:"remote_entropy_hex"`
	RemoteTimestamp  uint64   `json:"remote_timestamp"`
	EntropyVersion   uint32   `json:"entropy_version"`
	LocalEntropy     hexBytes `json:"local_entropy_hex"`
	Region           string
	Gain             int32    `json:"gain_ddbi"`
	Data             hexBytes `json:"data_hex"`
	Frequency        uint64
	DataRate         string
	RegionParamsText hexBytes `json:"region_params_hex"`
}

func golden(t *testing.T) goldenBeacon {
	t.Helper()
	var file struct{ Vectors []goldenBeacon }
	readVectors(t, "beacon_golden.json", &file)
	if len(file.Vectors) != 1 {
		t.Fatalf("%d vectors", len(file.Vectors))
	}
	return file.Vectors[0]
}

func TestVectorBeacon(t *testing.T) {
	g := golden(t)
	entropy := &wire.EntropyReport{Data: g.RemoteEntropy, Timestamp: g.RemoteTimestamp, Version: g.EntropyVersion}
	region := must[wire.Region](t)(wire.ParseRegion(g.Region))
	b, err := BuildBeacon(entropy, g.LocalEntropy, region, regionParams(t, g.RegionParamsText), g.Gain)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Payload[:], g.Data) || b.Frequency != g.Frequency || b.DataRate.String() != g.DataRate || b.MaxPower != 10 {
		t.Errorf("got %x, %d Hz, %v, %d dBm", b.Payload, b.Frequency, b.DataRate, b.MaxPower)
	}
}

// A vectorGateway is what the network knew of a hotspot.
type vectorGateway struct {
	Location *string
	Region   string
	Full     bool  `json:"is_full_hotspot"`
	Gain     int32 `json:"gain_ddbi"`
}

func (v *vectorGateway) gateway(t *testing.T) *Gateway {
	t.Helper()
	g := &Gateway{Full: v.Full, Asserted: v.Location != nil, Gain: v.Gain}
	if v.Location != nil {
		g.Location = h3.Cell(must[uint64](t)(strconv.ParseUint(*v.Location, 10, 64)))
	}
	g.Region = must[wire.Region](t)(wire.ParseRegion(v.Region))
	return g
}

type vectorBeacon struct {
	PubKey        string   `json:"pub_key"`
	Received      uint64   `json:"received_timestamp_ms"`
	LocalEntropy  hexBytes `json:"local_entropy_hex"`
	RemoteEntropy hexBytes `json:"remote_entropy_hex"`
	Data          hexBytes `json:"data_hex"`
	Frequency     uint64
	DataRate      string
	TxPower       int32 `json:"tx_power"`
}

func (v *vectorBeacon) report(t *testing.T) *wire.BeaconIngestReport {
	t.Helper()
	return &wire.BeaconIngestReport{Received: v.Received, HasReport: true, Report: wire.BeaconReport{
		PubKey:        keyOfText(t, v.PubKey),
		LocalEntropy:  v.LocalEntropy,
		RemoteEntropy: v.RemoteEntropy,
		Data:          v.Data,
		Frequency:     v.Frequency,
		DataRate:      must[wire.DataRate](t)(wire.ParseDataRate(v.DataRate)),
		TxPower:       v.TxPower,
	}}
}

func denies(t *testing.T, texts []string) DenyList {
	t.Helper()
	list := new(denyList)
	for _, text := range texts {
		list.keys = append(list.keys, keyOfText(t, text))
	}
	return list
}

// outcome asserts that v is valid, or has the reason that the network calls want.
func outcome(t *testing.T, name string, v Verdict, want string) {
	t.Helper()
	got := v.Reason.String()
	if v.Status == Valid {
		got = "valid"
	}
	if v.Status == Unjudged || got != want {
		t.Errorf("%s: got %v, want %s", name, v, want)
	}
}

func TestVectorVerdicts(t *testing.T) {
	var file struct {
		Beacons []struct {
			Name       string
			Report     vectorBeacon
			Gateway    vectorGateway
			LastBeacon *uint64 `json:"last_beacon_ms"`
			Entropy    struct {
				Start   uint64 `json:"start_s"`
				Version uint32
			}
			IntervalSeconds int64    `json:"beacon_interval_s"`
			RegionParams    hexBytes `json:"region_params_hex"`
			DenyList        []string
			Expect          string
			Details         *string
		}
		Witnesses []struct {
			Name     string
			Beacon   vectorBeacon  `json:"beacon_report"`
			Beaconer vectorGateway `json:"beaconer"`
			Report   struct {
				PubKey    string   `json:"pub_key"`
				Received  uint64   `json:"received_timestamp_ms"`
				Data      hexBytes `json:"data_hex"`
				Signal    int32
				SNR       int32
				Frequency uint64
				DataRate  string
			}
			Gateway      vectorGateway
			FirstWitness uint64 `json:"first_witness_ms"`
			Entropy      struct {
				Start uint64 `json:"start_ms"`
			}
			DenyList []string
			Expect   string
		}
	}
	readVectors(t, "iot_verdicts.json", &file)
	if len(file.Beacons) != 8 || len(file.Witnesses) != 12 {
		t.Fatalf("%d beacons, %d witnesses", len(file.Beacons), len(file.Witnesses))
	}
	for _, c := range file.Beacons {
		rules := IoT202605()
		rules.BeaconInterval = time.Duration(c.IntervalSeconds) * time.Second
		in := &BeaconInput{
			Report:  c.Report.report(t),
			Gateway: c.Gateway.gateway(t),
			Entropy: &wire.EntropyReport{Data: c.Report.RemoteEntropy, Timestamp: c.Entropy.Start, Version: c.Entropy.Version},
			Params:  regionParams(t, c.RegionParams),
			Deny:    denies(t, c.DenyList),
		}
		if c.LastBeacon != nil {
			in.History.LastBeacon = *c.LastBeacon
		}
		v := must[*Judge](t)(NewJudge(rules)).Beacon(in)
		outcome(t, c.Name, v, c.Expect)
		// The network's details of a denied report are the tag of its list.
		if c.Details != nil && (*c.Details != "denylist_tag 0" || v.Details.Text != in.Deny.Tag()) {
			t.Errorf("%s: details %q, want %q", c.Name, v.Details.Text, *c.Details)
		}
	}
	for _, c := range file.Witnesses {
		in := &WitnessInput{
			Report: &wire.WitnessIngestReport{Received: c.Report.Received, HasReport: true, Report: wire.WitnessReport{
				PubKey:    keyOfText(t, c.Report.PubKey),
				Data:      c.Report.Data,
				Signal:    c.Report.Signal,
				SNR:       c.Report.SNR,
				Frequency: c.Report.Frequency,
				DataRate:  must[wire.DataRate](t)(wire.ParseDataRate(c.Report.DataRate)),
			}},
			Gateway:      c.Gateway.gateway(t),
			Beacon:       c.Beacon.report(t),
			Beaconer:     c.Beaconer.gateway(t),
			Entropy:      &wire.EntropyReport{Data: c.Beacon.RemoteEntropy, Timestamp: c.Entropy.Start / 1000},
			Deny:         denies(t, c.DenyList),
			FirstWitness: c.FirstWitness,
		}
		outcome(t, c.Name, testJudge(t).Witness(in), c.Expect)
	}
}

func TestVectorScenarios(t *testing.T) {
	type who struct{ Key, Reason, Side string }
	var file struct {
		EntropyTimestamp uint64 `json:"entropy_timestamp"`
		ReportTime       int64  `json:"report_time"`
		Region           string
		Gain             int32 `json:"gain_ddbi"`
		Locations        map[string]h3.Cell
		Keys             map[string]string
		Denied           []string
		BeaconFrequency  uint64 `json:"beacon_frequency"`
		TxPower          int32  `json:"tx_power"`
		WitnessFrequency uint64 `json:"witness_frequency"`
		WitnessSignal    int32  `json:"witness_signal"`
		WitnessSNR       int32  `json:"witness_snr"`
		MaxWitnesses     int    `json:"max_witnesses"`
		Scenarios        []struct {
			Name     string
			Interval int64
			Steps    []struct {
				Inject map[string]struct{ Recip, Witness *int64 }
				Beacon struct {
					Key  string
					Recv int64
				}
				Witnesses []struct {
					Key  string
					Recv int64
				}
				Expect struct {
					Beacon           string
					Side             string
					Selected         []string
					Unselected       []who
					WitnessesInvalid []string `json:"witnesses_invalid"`
				}
			}
		}
		Selection []struct {
			Name          string
			SelectedFirst []uint64        `json:"selected_first_ms"`
			Unselected    json.RawMessage // their number, or what they are
			Selected      []string
			Dropped       []string
		}
	}
	readVectors(t, "iot_poc_scenarios.json", &file)
	g := golden(t)
	region := must[wire.Region](t)(wire.ParseRegion(file.Region))
	at := func(seconds int64) uint64 { return uint64(file.ReportTime+seconds) * 1000 }
	key := func(name string) []byte { return keyOfText(t, file.Keys[name]) }
	gateway := func(name string) *Gateway {
		if strings.HasPrefix(name, "UNKNOWN") {
			return nil
		}
		location, ok := file.Locations[name]
		return &Gateway{Full: true, Asserted: ok, Location: location, Gain: file.Gain, Region: region}
	}
	var deny denyList
	for _, name := range file.Denied {
		deny.keys = append(deny.keys, key(name))
	}

	steps := 0
	for _, s := range file.Scenarios {
		rules := IoT202605()
		rules.BeaconInterval = time.Duration(s.Interval) * time.Second
		rules.MaxWitnesses = file.MaxWitnesses
		j := must[*Judge](t)(NewJudge(rules))
		histories := make(map[string]*History)
		history := func(key []byte) *History {
			if histories[string(key)] == nil {
				histories[string(key)] = new(History)
			}
			return histories[string(key)]
		}
		for n, step := range s.Steps {
			steps++
			name := s.Name + ", step " + strconv.Itoa(n+1)
			for who, times := range step.Inject {
				if times.Recip != nil {
					history(key(who)).LastBeaconReciprocity = at(*times.Recip)
				}
				if times.Witness != nil {
					history(key(who)).LastWitness = at(*times.Witness)
				}
			}
			in := &PoCInput{Beacon: BeaconInput{
				Report: &wire.BeaconIngestReport{Received: at(step.Beacon.Recv), Report: wire.BeaconReport{
					PubKey:        key(step.Beacon.Key),
					LocalEntropy:  g.LocalEntropy,
					RemoteEntropy: g.RemoteEntropy,
					Data:          g.Data,
					Frequency:     file.BeaconFrequency,
					TxPower:       file.TxPower,
				}},
				Gateway: gateway(step.Beacon.Key),
				Entropy: &wire.EntropyReport{Data: g.RemoteEntropy, Timestamp: file.EntropyTimestamp},
				Params:  regionParams(t, g.RegionParamsText),
				Deny:    &deny,
				History: *history(key(step.Beacon.Key)),
			}}
			for _, w := range step.Witnesses {
				in.Witnesses = append(in.Witnesses, WitnessOfPoC{
					Report: &wire.WitnessIngestReport{Received: at(w.Recv), Report: wire.WitnessReport{
						PubKey:    key(w.Key),
						Data:      g.Data,
						Signal:    file.WitnessSignal,
						SNR:       file.WitnessSNR,
						Frequency: file.WitnessFrequency,
					}},
					Gateway: gateway(w.Key),
					History: *history(key(w.Key)),
				})
			}

			v := j.PoC(in)
			checkRecord(t, in, &v)
			outcome(t, name, v.Beacon, step.Expect.Beacon)
			if step.Expect.Side != "" && v.Beacon.Side.String() != step.Expect.Side {
				t.Errorf("%s: side %v", name, v.Beacon.Side)
			}
			names := func(list []int) []string {
				var names []string
				for _, i := range list {
					names = append(names, step.Witnesses[i].Key)
				}
				return names
			}
			var unselected []string
			for i, who := range step.Expect.Unselected {
				unselected = append(unselected, who.Key)
				if i < len(v.Unselected) {
					w := v.Witnesses[v.Unselected[i]]
					outcome(t, name, w, who.Reason)
					if w.Side.String() != who.Side {
						t.Errorf("%s: side %v of %s", name, w.Side, who.Key)
					}
				}
			}
			if !slices.Equal(names(v.Selected), step.Expect.Selected) || !slices.Equal(names(v.Unselected), unselected) {
				t.Errorf("%s: selected %v, unselected %v", name, names(v.Selected), names(v.Unselected))
			}
			for i, who := range step.Expect.WitnessesInvalid {
				outcome(t, name, v.Witnesses[i], step.Expect.Beacon)
				if step.Witnesses[i].Key != who || v.Witnesses[i].Side.String() != step.Expect.Side {
					t.Errorf("%s: %s has side %v, want %s of %s", name, step.Witnesses[i].Key, v.Witnesses[i].Side, step.Expect.Side, who)
				}
			}
			if n := len(step.Expect.WitnessesInvalid) + len(step.Expect.Selected) + len(step.Expect.Unselected); n != len(step.Witnesses) {
				t.Errorf("%s: %d witnesses, %d are expected", name, len(step.Witnesses), n)
			}
			for _, u := range v.Updates {
				history(u.Key).Apply(u.History)
			}
		}
	}
	if len(file.Scenarios) != 14 || steps != 24 || len(file.Selection) != 2 {
		t.Fatalf("%d scenarios, %d steps, %d selections", len(file.Scenarios), steps, len(file.Selection))
	}

	// The network selects from verdicts, which here are made for it.
	selection := file.Selection
	thirty := PoCVerdict{Witnesses: make([]Verdict, 30)}
	for i := range thirty.Witnesses {
		thirty.Witnesses[i] = Verdict{Status: Valid}
	}
	order := numbers(0, 30)
	slices.Reverse(order) // the last of the input was received first
	thirty.choose(order, 14)
	var selected []int
	for _, ms := range selection[0].SelectedFirst {
		selected = append(selected, 29-int(ms))
	}
	if !slices.Equal(thirty.Selected, selected) || strconv.Itoa(len(thirty.Unselected)) != string(selection[0].Unselected) {
		t.Errorf("%s: selected %v, unselected %v", selection[0].Name, thirty.Selected, thirty.Unselected)
	}

	var four PoCVerdict
	names := strings.Split(selection[1].Name, ", ")
	for _, name := range names {
		v := Verdict{Status: Valid}
		if name != "valid" {
			v = Verdict{Status: Invalid, Reason: must[Reason](t)(ParseReason(name))}
		}
		four.Witnesses = append(four.Witnesses, v)
	}
	four.choose(numbers(0, len(names)), 14)
	var unselected []string
	if err := json.Unmarshal(selection[1].Unselected, &unselected); err != nil {
		t.Fatal(err)
	}
	named := func(list []int) (in []string) {
		for _, i := range list {
			in = append(in, names[i])
		}
		return in
	}
	if !slices.Equal(named(four.Selected), selection[1].Selected) || !slices.Equal(named(four.Unselected), unselected) ||
		len(names) != len(selection[1].Selected)+len(unselected)+len(selection[1].Dropped) {
		t.Errorf("%s: selected %v, unselected %v", selection[1].Name, four.Selected, four.Unselected)
	}
}

// TestVectorUnits has the parts of the judgement that the network tests alone.
func TestVectorUnits(t *testing.T) {
	type pair struct {
		A, B  h3.Cell `json:",string"`
		M     float64
		Cells int
	}
	var file struct {
		Distance     []pair `json:"distance_m"`
		CellDistance []pair `json:"cell_distance_res11"`
		ExpectedRSSI []struct {
			TxPower  int32   `json:"tx_power_dbm"`
			Beaconer int32   `json:"beaconer_gain_ddbi"`
			Witness  int32   `json:"witness_gain_ddbi"`
			Distance uint32  `json:"distance_m"`
			Freq     uint64  `json:"freq_hz"`
			RSSI     float64 `json:"rssi"`
		} `json:"expected_rssi"`
		Frequency []struct {
			Beacon, Witness uint64
			OK              bool
		}
		MaxDistance []struct {
			Beacon, Witness h3.Cell `json:",string"`
			OK              bool
		} `json:"max_distance"`
		RSSICheck []struct {
			Signal          int32
			Freq            uint64
			Tx              int32
			BeaconGain      int32   `json:"beacon_gain"`
			WitnessGain     int32   `json:"witness_gain"`
			Beacon, Witness h3.Cell `json:",string"`
			OK              bool
		} `json:"rssi_check"`
		Lag []struct {
			Beacon, First, This int64
			OK                  bool
		} `json:"lag_seconds"`
		Schedule struct {
			Interval int64 `json:"interval_s"`
			Last     time.Time
			Cases    []struct {
				Offset int64 `json:"offset_s"`
				OK     bool
			}
		}
		EntropyWindow []struct {
			Start, End, Received int64
			OK                   bool
		} `json:"entropy_window"`
		SelectDataRate []struct {
			Params   hexBytes `json:"region_params_hex"`
			Size     int      `json:"packet_size"`
			DataRate *string
		} `json:"select_datarate"`
	}
	readVectors(t, "iot_units.json", &file)
	j := testJudge(t)
	n := 0
	for _, c := range file.Distance {
		n++
		a, b := Locate(c.A), Locate(c.B)
		if got := math.Round(h3.Distance(a.center, b.center)); got != c.M {
			t.Errorf("distance %v, want %v", got, c.M)
		}
	}
	for _, c := range file.CellDistance {
		n++
		a, b := Locate(c.A), Locate(c.B)
		if got, err := h3.GridDistance(a.parent, b.parent); err != nil || got != c.Cells {
			t.Errorf("%d cells, %v, want %d", got, err, c.Cells)
		}
	}
	for _, c := range file.ExpectedRSSI {
		n++
		if got := maxSignal(c.TxPower, c.Beaconer, c.Witness, c.Freq, c.Distance); got != c.RSSI {
			t.Errorf("signal %v, want %v", got, c.RSSI)
		}
	}
	for _, c := range file.Frequency {
		n++
		in := goodWitness(t)
		in.Beacon.Report.Frequency, in.Report.Report.Frequency = c.Beacon, c.Witness
		if v := j.Witness(in); (v.Status == Valid) != c.OK || !c.OK && v.Reason != InvalidFrequency {
			t.Errorf("%+v: got %v", c, v)
		}
	}
	for _, c := range file.MaxDistance {
		n++
		in := goodWitness(t)
		in.Beaconer.Location, in.Gateway.Location = c.Beacon, c.Witness
		if v := j.Witness(in); (v.Reason != MaxDistanceExceeded) != c.OK || v.Check != 0 && v.Check < 11 {
			t.Errorf("%+v: got %v", c, v)
		}
	}
	for _, c := range file.RSSICheck {
		n++
		a, b := Locate(c.Beacon), Locate(c.Witness)
		limit := maxSignal(c.Tx, c.BeaconGain, c.WitnessGain, c.Freq, uint32(math.Round(h3.Distance(a.center, b.center))))
		if (float64(c.Signal)/10 <= limit) != c.OK {
			t.Errorf("%+v: bound %v", c, limit)
		}
	}
	for _, c := range file.Lag {
		n++
		in := goodWitness(t)
		at := func(s int64) uint64 { return uint64((entropyTime + 100 + s) * 1000) }
		in.Beacon.Received, in.FirstWitness, in.Report.Received = at(c.Beacon), at(c.First), at(c.This)
		if v := j.Witness(in); (v.Status == Valid) != c.OK || !c.OK && v.Reason != TooLate {
			t.Errorf("%+v: got %v", c, v)
		}
	}
	for _, c := range file.Schedule.Cases {
		n++
		rules := IoT202605()
		rules.BeaconInterval = time.Duration(file.Schedule.Interval) * time.Second
		in := goodBeacon(t)
		in.History.LastBeacon = uint64(file.Schedule.Last.UnixMilli())
		in.Report.Received = in.History.LastBeacon + uint64(1000*c.Offset)
		in.Entropy.Timestamp = in.Report.Received / 1000
		v := must[*Judge](t)(NewJudge(rules)).Beacon(in)
		if (v.Reason != IrregularInterval) != c.OK || v.Check < 6 {
			t.Errorf("%+v: got %v", c, v)
		}
	}
	for _, c := range file.EntropyWindow {
		n++
		rules := IoT202605()
		rules.EntropyLifespan = time.Duration(c.End-c.Start) * time.Second
		in := goodBeacon(t)
		in.Entropy.Timestamp = uint64(entropyTime + c.Start)
		in.Report.Received = uint64(entropyTime+c.Received) * 1000
		v := must[*Judge](t)(NewJudge(rules)).Beacon(in)
		if (v.Reason != EntropyExpired) != c.OK || v.Check < 4 {
			t.Errorf("%+v: got %v", c, v)
		}
	}
	for _, c := range file.SelectDataRate {
		n++
		got, why := dataRate(regionParams(t, c.Params), c.Size)
		if c.DataRate == nil && why == "" || c.DataRate != nil && (why != "" || got.String() != *c.DataRate) {
			t.Errorf("%d bytes: got %v, %q", c.Size, got, why)
		}
	}
	if n != 27 {
		t.Errorf("%d cases", n)
	}
}

// TestVectorRegions makes a beacon in every region of both tables, and has the data
// rates that are known.
func TestVectorRegions(t *testing.T) {
	var file struct {
		Regions map[string][]struct {
			Frequency uint64 `json:"channel_frequency"`
			Bandwidth uint32
			MaxEIRP   uint32 `json:"max_eirp"`
			Spreading struct {
				Tagged []struct {
					Spreading     string `json:"region_spreading"`
					MaxPacketSize uint32 `json:"max_packet_size"`
				} `json:"tagged_spreading"`
			}
		}
	}
	readVectors(t, "region_params.json", &file)
	tables := make(map[string]*wire.RegionParams)
	for name, channels := range file.Regions {
		p := new(wire.RegionParams)
		for _, c := range channels {
			channel := wire.RegionChannel{Frequency: c.Frequency, Bandwidth: c.Bandwidth, MaxEIRP: c.MaxEIRP, HasSpreading: true}
			for _, s := range c.Spreading.Tagged {
				n := must[int](t)(strconv.Atoi(strings.TrimPrefix(s.Spreading, "SF")))
				channel.Spreading = append(channel.Spreading, wire.TaggedSpreading{Spreading: int32(n - 6), MaxPacketSize: s.MaxPacketSize})
			}
			p.Channels = append(p.Channels, channel)
		}
		tables[name] = p
	}
	if len(tables) != 16 {
		t.Errorf("%d regions", len(tables))
	}
	var chain struct{ Params map[string]hexBytes }
	readVectors(t, "region_params_onchain.json", &chain)
	if len(chain.Params) != 12 {
		t.Errorf("%d regions on the chain", len(chain.Params))
	}
	for name, encoded := range chain.Params {
		tables[name] = regionParams(t, encoded)
	}

	rates := map[string]string{"EU868": "SF12BW125", "US915": "SF9BW125", "AU915": "SF9BW125",
		"region_eu868_params": "SF12BW125", "region_us915_params": "SF9BW125"}
	seen := 0
	entropy := &wire.EntropyReport{Data: bytes.Repeat([]byte{3}, 32), Timestamp: entropyTime}
	for name, params := range tables {
		hit := make(map[uint64]bool)
		for i := range 400 {
			b, err := BuildBeacon(entropy, []byte{byte(i), byte(i >> 8), 0, 0}, wire.RegionEU868, params, 12)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			hit[b.Frequency] = true
			if want := rates[name]; want != "" && i == 0 {
				seen++
				if b.DataRate.String() != want {
					t.Errorf("%s: %v, want %s", name, b.DataRate, want)
				}
			}
		}
		for _, c := range params.Channels {
			if !hit[c.Frequency] {
				t.Errorf("%s: no beacon on %d Hz", name, c.Frequency)
			}
		}
	}
	if seen != len(rates) {
		t.Errorf("%d of %d data rates seen", seen, len(rates))
	}
}

// TestVectorSignatures has reports that another encoder wrote and signed.
func TestVectorSignatures(t *testing.T) {
	var file struct {
		Rows []struct {
			Name, Message string
			Encoded       hexBytes `json:"encoded_hex"`
			Key           hexBytes `json:"verifying_key_hex"`
		}
	}
	readVectors(t, "signed_messages_selfmade.json", &file)
	session := new(wire.SessionInit)
	for _, r := range file.Rows {
		if r.Message == "lora_stream_session_init_v1" {
			if err := session.Decode(r.Encoded); err != nil {
				t.Fatal(err)
			}
		}
	}
	direct, streamed := 0, 0
	for _, r := range file.Rows {
		var pubKey []byte
		var verify func(*wire.SessionInit) error
		switch r.Message {
		case "lora_beacon_report_req_v1":
			m := new(wire.BeaconReport)
			if err := m.Decode(r.Encoded); err != nil {
				t.Fatal(err)
			}
			pubKey, verify = m.PubKey, func(s *wire.SessionInit) error { return VerifyBeaconSignature(m, s) }
		case "lora_witness_report_req_v1":
			m := new(wire.WitnessReport)
			if err := m.Decode(r.Encoded); err != nil {
				t.Fatal(err)
			}
			pubKey, verify = m.PubKey, func(s *wire.SessionInit) error { return VerifyWitnessSignature(m, s) }
		default:
			continue
		}
		alone, inSession := error(nil), depinproof.ErrInvalidProof
		if bytes.Equal(r.Key, pubKey) {
			direct++
		} else {
			streamed++
			alone, inSession = depinproof.ErrUnsupported, nil
		}
		if err := verify(nil); !errors.Is(err, alone) {
			t.Errorf("%s: got %v", r.Name, err)
		}
		if err := verify(session); !errors.Is(err, inSession) {
			t.Errorf("%s in a session: got %v", r.Name, err)
		}
	}
	if direct != 2 || streamed != 1 {
		t.Errorf("%d reports signed by hotspots, %d by session keys", direct, streamed)
	}
}

// Every message of the file is signed, or not, by the key beside it.
func TestSignedMessages(t *testing.T) {
	var file struct {
		Rows []struct {
			Name, Message string
			Encoded       hexBytes `json:"encoded_hex"`
			Signed        hexBytes `json:"signing_bytes_hex"`
			Key           hexBytes `json:"verifying_key_hex"`
			Signature     hexBytes `json:"signature_hex"`
			Expect        bool
		}
	}
	readVectors(t, "signed_messages_selfmade.json", &file)
	messages := map[string]wire.SignedMessage{
		"lora_beacon_report_req_v1":    new(wire.BeaconReport),
		"lora_witness_report_req_v1":   new(wire.WitnessReport),
		"lora_stream_session_init_v1":  new(wire.SessionInit),
		"wifi_heartbeat_req_v1":        new(wire.WifiHeartbeat),
		"speedtest_req_v1":             new(wire.Speedtest),
		"coverage_object_req_v1":       new(wire.CoverageObject),
		"data_transfer_session_req_v1": new(wire.DataTransferSession),
		"packet_router_packet_up_v1":   new(wire.PacketUp),
	}
	if len(file.Rows) != 14 {
		t.Errorf("%d rows", len(file.Rows))
	}
	for _, r := range file.Rows {
		m := messages[r.Message]
		if m == nil {
			t.Fatalf("%s: no message %s", r.Name, r.Message)
		}
		if err := m.Decode(r.Encoded); err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		k, err := keys.Parse(r.Key)
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		// The coverage object was signed as protobuf-go writes it, its oneof behind all
		// other fields. The network wrote it at the oneof's lowest number, and so would
		// not have accepted the signature.
		expect := r.Expect
		if r.Message == "coverage_object_req_v1" {
			if err := k.VerifySignature(r.Signed, r.Signature); err != nil {
				t.Errorf("%s: as it was written: %v", r.Name, err)
			}
			expect = false
		}
		if err := k.VerifySignature(m.AppendSigned(nil), r.Signature); (err == nil) != expect {
			t.Errorf("%s: %v, want a good signature: %v", r.Name, err, expect)
		}
	}
}
