package settle_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// denyList denies keys and pairs.
type denyList struct {
	keys  map[string]bool
	edges map[[2]string]bool
}

func (d *denyList) Empty() bool            { return len(d.keys) == 0 }
func (d *denyList) Denied(key []byte) bool { return d.keys[string(key)] }
func (d *denyList) Tag() string            { return "test" }
func (d *denyList) DeniedEdge(a, b []byte) bool {
	return d.edges[[2]string{string(a), string(b)}] || d.edges[[2]string{string(b), string(a)}]
}

// densityMap has scales.
type densityMap map[h3.Cell]pocover.Scale

func (m densityMap) Scale(location h3.Cell) (pocover.Scale, bool) {
	scale, ok := m[location]
	return scale, ok
}

// config is what the reports of a day are judged by.
func config(t testing.TB, d *radioday.Day) settle.Config {
	t.Helper()
	registry := new(settle.Registry)
	for _, g := range d.Gateways {
		if err := registry.Add(g.Key, g.Known, g.History); err != nil {
			t.Fatal(err)
		}
	}
	for i := range d.Sessions {
		s := &d.Sessions[i]
		if err := registry.AddSession(&s.Init, s.From, s.Until); err != nil {
			t.Fatal(err)
		}
	}
	deny := &denyList{make(map[string]bool), make(map[[2]string]bool)}
	for _, key := range d.Denied {
		deny.keys[string(key)] = true
	}
	for _, e := range d.DeniedEdges {
		deny.edges[[2]string{string(e[0]), string(e[1])}] = true
	}
	return settle.Config{
		Rules:    pocover.IoT202605(),
		Registry: registry,
		Regions:  d.Regions,
		Deny:     deny,
		Density:  densityMap(d.Scales),
		Options:  settle.Options{Workers: 1, Slack: radioday.Slack * time.Millisecond},
	}
}

// archive writes frames as an archive.
func archive(t testing.TB, frames [][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := wire.NewWriter(&b)
	for _, f := range frames {
		if err := w.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sourceOf is a source that reads from memory.
func sourceOf(name string, data []byte) settle.Source {
	return settle.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// archives writes the frames of every stream, size of them to an archive.
func archives(t testing.TB, d *radioday.Day, size int) *settle.Day {
	t.Helper()
	var list [4][]settle.Source
	for stream, frames := range d.Frames {
		for part := range slices.Chunk(frames, size) {
			name := fmt.Sprintf("%s %d", settle.Stream(stream), len(list[stream]))
			list[stream] = append(list[stream], sourceOf(name, archive(t, part)))
		}
	}
	return &settle.Day{Entropy: list[0], Beacons: list[1], Witnesses: list[2], Packets: list[3]}
}

// settled settles a day and returns the summary and a digest of all outcomes.
func settled(t testing.TB, c settle.Config, day *settle.Day) (*settle.Summary, [32]byte) {
	t.Helper()
	s, err := settle.New(c)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.New()
	summary, err := s.Settle(context.Background(), day, func(o *settle.Outcome) error {
		write(digest, o)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return summary, [32]byte(digest.Sum(nil))
}

// write writes all of an outcome but where its reports were read.
func write(w hash.Hash, o *settle.Outcome) {
	report := func(r *settle.Report) {
		fmt.Fprint(w, r.Stream, r.Kind, r.Received, r.Signature, r.Err)
		w.Write(r.ID[:])
		binary.Write(w, binary.BigEndian, int64(len(o.Witnesses)))
		if r.Beacon != nil {
			w.Write(r.Beacon.AppendCanonical(nil))
		}
		if r.Witness != nil {
			w.Write(r.Witness.AppendCanonical(nil))
		}
	}
	report(o.Report)
	for _, r := range o.Witnesses {
		report(r)
	}
	fmt.Fprint(w, o.Verdict, o.Entropy)
}

func TestPlannedDay(t *testing.T) {
	witnesses := 20_000
	if testing.Short() {
		witnesses = 2000
	}
	start := time.Now()
	d := radioday.New(1, witnesses)
	t.Logf("made in %v", time.Since(start))
	start = time.Now()
	summary, _ := settled(t, config(t, d), archives(t, d, 1<<20))
	t.Logf("settled %d reports in %v", summary.Frames[settle.Witnesses], time.Since(start))
	checkSummary(t, summary, &d.Plan)
}

// checkSummary compares a summary with the plan.
func checkSummary(t testing.TB, got, want *settle.Summary) {
	t.Helper()
	g, w := reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem()
	for i := range g.NumField() {
		if want.Histories == nil && g.Type().Field(i).Name == "Histories" {
			continue // of which there is no plan
		}
		if !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			t.Errorf("%s: got %.300q\nwant %.300q", g.Type().Field(i).Name, fmt.Sprint(g.Field(i)), fmt.Sprint(w.Field(i)))
		}
	}
}

// A day that is settled in two parts comes to the same, if the second begins with what the
// first left.
func TestDayInParts(t *testing.T) {
	d := radioday.New(11, 1500)
	c := config(t, d)
	day := archives(t, d, 1<<20)
	want, _ := settled(t, c, day)
	if len(want.Histories) == 0 {
		t.Fatal("no history was changed")
	}

	parts := [2]radioday.Day{*d, *d}
	for i := range parts {
		parts[i].Frames = [4][][]byte{}
		for stream, frames := range d.Frames {
			for _, f := range frames {
				if (receivedAt(settle.Stream(stream), f) >= radioday.Noon) == (i == 1) {
					parts[i].Frames[stream] = append(parts[i].Frames[stream], f)
				}
			}
		}
	}
	first, _ := settled(t, c, archives(t, &parts[0], 1<<20))
	stale, _ := settled(t, c, archives(t, &parts[1], 1<<20))
	parts[1].Gateways = slices.Clone(d.Gateways)
	for i := range parts[1].Gateways {
		if h, changed := first.Histories[string(d.Gateways[i].Key)]; changed {
			parts[1].Gateways[i].History = h
		}
	}
	second, _ := settled(t, config(t, &parts[1]), archives(t, &parts[1], 1<<20))
	if got, want := total(first, second), total(want); !reflect.DeepEqual(got, want) {
		for what, n := range want {
			if got[what] != n {
				t.Errorf("%s: the parts come to %d, want %d", what, got[what], n)
			}
		}
		t.Errorf("%d numbers, want %d", len(got), len(want))
	}
	if reflect.DeepEqual(total(first, stale), total(want)) {
		t.Error("the histories do not matter to this day")
	}
	for key, h := range want.Histories {
		got, changed := second.Histories[key]
		if !changed {
			got = first.Histories[key]
		}
		if got != h {
			t.Errorf("history of %x: got %v, want %v", key, got, h)
		}
	}
}

// receivedAt is the time of a frame, which is 0 if it is malformed.
func receivedAt(stream settle.Stream, frame []byte) uint64 {
	var b wire.BeaconIngestReport
	var w wire.WitnessIngestReport
	var e wire.EntropyReport
	var p wire.PacketReport
	switch stream {
	case settle.Entropy:
		if e.Decode(frame) == nil {
			return e.Timestamp * 1000
		}
	case settle.Beacons:
		if b.Decode(frame) == nil {
			return b.Received
		}
	case settle.Witnesses:
		if w.Decode(frame) == nil {
			return w.Received
		}
	case settle.Packets:
		if p.Decode(frame) == nil {
			return p.Received
		}
	}
	return 0
}

// total adds up what summaries count.
func total(list ...*settle.Summary) map[string]uint64 {
	sum := make(map[string]uint64)
	for _, s := range list {
		for stream, kinds := range s.Kinds {
			for kind, n := range kinds {
				sum[fmt.Sprint(settle.Stream(stream), settle.Kind(kind))] += n
			}
		}
		for reason, n := range s.Beacons {
			sum[fmt.Sprint("beacons ", reason)] += n
		}
		for reason, n := range s.Witnesses {
			sum[fmt.Sprint("witnesses ", reason)] += n
		}
		sum["selected"] += s.Selected
		for _, g := range s.Gateways {
			sum[fmt.Sprintf("beacons of %x", g.Gateway)] += uint64(g.Beacon)
			sum[fmt.Sprintf("witnesses of %x", g.Gateway)] += uint64(g.Witness)
			sum[fmt.Sprintf("packets of %x", g.Gateway)] += g.Credits
		}
	}
	return sum
}

// What the network archived of a day follows from the outcomes and the hotspots, and has
// the summary's numbers.
func TestDayRecords(t *testing.T) {
	d := radioday.New(12, 1500)
	gateways := make(map[string]*pocover.Gateway)
	for i := range d.Gateways {
		gateways[string(d.Gateways[i].Key)] = &d.Gateways[i].Known
	}
	s, err := settle.New(config(t, d))
	if err != nil {
		t.Fatal(err)
	}
	beacons, witnesses := make(map[pocover.Reason]uint64), make(map[pocover.Reason]uint64)
	shares := make(map[string][2]pocover.Shares)
	var selected uint64
	summary, err := s.Settle(context.Background(), archives(t, d, 1<<20), func(o *settle.Outcome) error {
		if o.Verdict.Beacon.Status == pocover.Unjudged {
			return nil
		}
		b := o.Report.Beacon
		in := &pocover.PoCInput{Beacon: pocover.BeaconInput{Report: b, Gateway: gateways[string(b.Report.PubKey)]}}
		for i, w := range o.Witnesses {
			in.Witnesses = append(in.Witnesses, pocover.WitnessOfPoC{
				Report: w.Witness, Gateway: gateways[string(w.Witness.Report.PubKey)],
			})
			if v := o.Verdict.Witnesses[i]; o.Verdict.Beacon.Status == pocover.Valid && v.Reason == pocover.SelfWitness {
				witnesses[v.Reason]++ // which is not recorded
			}
		}
		r, err := o.Verdict.Record(in)
		if err != nil {
			return err
		}
		if r.PoC == nil {
			beacons[pocover.Reason(r.Beacon.Reason)]++
			for _, w := range r.Witnesses {
				witnesses[pocover.Reason(w.Reason)]++
			}
			return nil
		}
		beacons[pocover.ReasonNone]++
		selected += uint64(len(r.PoC.Selected))
		earned := shares[string(b.Report.PubKey)]
		earned[0] += pocover.Shares(r.PoC.Beacon.HexScale) * pocover.Shares(r.PoC.Beacon.RewardUnit)
		shares[string(b.Report.PubKey)] = earned
		for _, w := range slices.Concat(r.PoC.Selected, r.PoC.Unselected) {
			witnesses[pocover.Reason(w.Reason)]++
			earned := shares[string(w.Report.PubKey)]
			earned[1] += pocover.Shares(w.HexScale) * pocover.Shares(w.RewardUnit)
			shares[string(w.Report.PubKey)] = earned
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(beacons, summary.Beacons) || !reflect.DeepEqual(witnesses, summary.Witnesses) || selected != summary.Selected {
		t.Errorf("recorded beacons %v, witnesses %v, %d selected\nwant %v, %v, %d", beacons, witnesses, selected, summary.Beacons, summary.Witnesses, summary.Selected)
	}
	for _, g := range summary.Gateways {
		if shares[g.Gateway] != [2]pocover.Shares{g.Beacon, g.Witness} {
			t.Errorf("recorded shares %v, want %v", shares[g.Gateway], g)
		}
		delete(shares, g.Gateway)
	}
	for key, s := range shares {
		if s != [2]pocover.Shares{} {
			t.Errorf("recorded shares %v of %x, want none", s, key)
		}
	}
}
