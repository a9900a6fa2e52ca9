package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// Witness reports of the days that are made on the spot.
const (
	usualDay = 5_000
	longDay  = 200_000
)

// settleUnits returns a unit for every day of radio reports that is made on the spot.
func settleUnits(o *options) []unit {
	sizes := []int{usualDay}
	if o.long {
		sizes = append(sizes, longDay)
	}
	var units []unit
	for _, size := range sizes {
		units = append(units, madeUnit(o, size))
	}
	return units
}

// madeUnit returns the unit of a day of some witness reports.
func madeUnit(o *options, witnesses int) unit {
	shape := fmt.Sprintf("day of %d witnesses", witnesses)
	return unit{kind: "settle", shape: shape, keys: "drawn keys", prepare: func() (*work, error) {
		made := radioday.New(1, witnesses)
		d := &radioDay{name: shape, state: stateOf(made), plan: &made.Plan}
		var err error
		for stream, frames := range made.Frames {
			if d.streams[stream], err = memoryArchives(settle.Stream(stream), frames); err != nil {
				return nil, err
			}
		}
		return d.work(o)
	}}
}

// memoryArchives writes frames as the archives of a stream.
func memoryArchives(stream settle.Stream, frames [][]byte) ([]radioArchive, error) {
	const size = 5000 // frames
	var list []radioArchive
	for part := range slices.Chunk(frames, size) {
		var b bytes.Buffer
		w := wire.NewWriter(&b)
		for _, f := range part {
			if err := w.WriteFrame(f); err != nil {
				return nil, err
			}
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		list = append(list, radioArchive{
			source: settle.Source{Name: fmt.Sprintf("%s %d", stream, len(list)), Open: func() (io.ReadCloser, error) {
				return io.NopCloser(bytes.NewReader(b.Bytes())), nil
			}},
			size: int64(b.Len()),
		})
	}
	return list, nil
}

// stateOf writes what is known of a day as a folder has it.
func stateOf(d *radioday.Day) *radioState {
	s := &radioState{
		Slack:   radioday.Slack,
		Regions: make(map[string]hexBytes),
		Deny:    &radioDeny{Tag: "drawn"},
		Scales:  make(map[string]uint32),
	}
	for _, g := range d.Gateways {
		e := radioGateway{
			Key: keyText(g.Key), Full: g.Known.Full,
			LastBeacon: g.History.LastBeacon, LastReciprocity: g.History.LastBeaconReciprocity, LastWitness: g.History.LastWitness,
		}
		if g.Known.Asserted {
			e.Location, e.Gain, e.Elevation, e.Region = g.Known.Location.String(), g.Known.Gain, g.Known.Elevation, g.Known.Region.String()
		}
		s.Gateways = append(s.Gateways, e)
	}
	for _, x := range d.Sessions {
		s.Sessions = append(s.Sessions, radioSession{x.Init.AppendCanonical(nil), x.From, x.Until})
	}
	for region, params := range d.Regions {
		s.Regions[region.String()] = params.AppendCanonical(nil)
	}
	for _, key := range d.Denied {
		s.Deny.Keys = append(s.Deny.Keys, keyText(key))
	}
	for _, e := range d.DeniedEdges {
		s.Deny.Edges = append(s.Deny.Edges, [2]string{keyText(e[0]), keyText(e[1])})
	}
	for location, scale := range d.Scales {
		s.Scales[location.String()] = uint32(scale)
	}
	return s
}

// keyText is the text of a key that was drawn.
func keyText(key []byte) string {
	k, err := keys.Parse(key)
	if err != nil {
		panic(err)
	}
	return k.String()
}

// A radioArchive is an archive with its compressed size.
type radioArchive struct {
	source settle.Source
	size   int64
}

func sources(list []radioArchive) (s []settle.Source) {
	for _, a := range list {
		s = append(s, a.source)
	}
	return s
}

// A radioDay is a day of radio reports to settle.
type radioDay struct {
	name    string
	state   *radioState
	streams [4][]radioArchive // by settle.Stream
	unread  []string          // files that may be archives, but break off before any report
	plan    *settle.Summary   // nil: none but what the state expects
}

// A dayReport is what a day came to, as -json prints it.
type dayReport struct {
	Name    string            `json:"name"`
	Counts  map[string]uint64 `json:"counts"`
	Damages []string          `json:"damages"`
}

// work settles the day once and compares what it comes to with what is expected.
func (d *radioDay) work(o *options) (*work, error) {
	config, err := d.state.config()
	if err != nil {
		return nil, err
	}
	settlers := make(map[int]*settle.Settler) // by workers
	for _, cores := range o.cores() {
		config.Options.Workers = cores
		if settlers[cores], err = settle.New(config); err != nil {
			return nil, err
		}
	}
	day := &settle.Day{
		Entropy: sources(d.streams[settle.Entropy]), Beacons: sources(d.streams[settle.Beacons]),
		Witnesses: sources(d.streams[settle.Witnesses]), Packets: sources(d.streams[settle.Packets]),
		Until: d.state.Until,
	}
	settleBy := func(workers int) (*settle.Summary, error) {
		return settlers[workers].Settle(context.Background(), day, nil)
	}
	once := sync.OnceValues(func() (*settle.Summary, error) { return settleBy(o.workers) })
	name := "settle " + d.name
	compare := func(what string, good bool, holds func(*settle.Summary) bool) check {
		return check{name, what, good, accepted, func() verdict {
			s, err := once()
			switch {
			case err != nil:
				return verdictOf(err)
			case !holds(s):
				return rejected
			}
			return accepted
		}}
	}
	w := &work{checks: []check{compare(goodVariant, true, func(*settle.Summary) bool { return true })}}
	expected := d.state.Expected
	if d.plan != nil {
		expected = countsOf(d.plan)
		w.checks = append(w.checks, compare("sums by gateway", false, func(s *settle.Summary) bool {
			return reflect.DeepEqual(s.Gateways, d.plan.Gateways)
		}))
	}
	for _, what := range slices.Sorted(maps.Keys(expected)) {
		w.checks = append(w.checks, compare(what, false, func(s *settle.Summary) bool {
			return countsOf(s)[what] == expected[what]
		}))
	}
	if expected != nil {
		w.checks = append(w.checks, compare("nothing else", false, func(s *settle.Summary) bool {
			for what := range countsOf(s) {
				if _, known := expected[what]; !known {
					return false
				}
			}
			return true
		}))
	}
	w.day = func() *dayReport {
		s, err := once()
		if err != nil {
			return nil
		}
		r := &dayReport{Name: name, Counts: countsOf(s), Damages: append([]string{}, d.unread...)}
		for _, x := range s.Damages {
			r.Damages = append(r.Damages, fmt.Sprintf("%s: %s: %v", x.Stream, x.Archive, x.Err))
		}
		return r
	}
	w.measures = func([]int) []measure {
		var ms []measure
		s, err := once()
		if err != nil {
			return nil
		}
		m := measure{}
		for stream, list := range d.streams {
			m.proofs += int(s.Frames[stream])
			for _, a := range list {
				m.bytes += a.size
			}
		}
		for _, cores := range o.cores() {
			m.cores = cores
			m.call = func() error {
				_, err := settleBy(cores)
				return err
			}
			ms = append(ms, m)
		}
		return ms
	}
	return w, nil
}

// countsOf names what a summary counts, but for zeros.
func countsOf(s *settle.Summary) map[string]uint64 {
	counts := make(map[string]uint64)
	count := func(n uint64, what ...any) {
		if n != 0 {
			counts[strings.TrimSuffix(fmt.Sprintln(what...), "\n")] += n
		}
	}
	for stream, list := range s.Kinds {
		for kind, n := range list {
			count(n, settle.Stream(stream), settle.Kind(kind))
		}
	}
	for reason, n := range s.Beacons {
		count(n, "verdict on beacons:", reason)
	}
	for reason, n := range s.Witnesses {
		count(n, "verdict on witnesses:", reason)
	}
	for state, n := range s.Signatures {
		count(n, "signature", settle.Signature(state))
	}
	count(s.Selected, "witnesses selected")
	for _, g := range s.Gateways {
		count(uint64(g.Beacon), "shares of beacons, 1e-8")
		count(uint64(g.Witness), "shares of witnesses, 1e-8")
		count(g.Credits, "Data Credits")
	}
	count(uint64(len(s.Damages)), "archives damaged")
	return counts
}

// writeDays prints what days came to.
func writeDays(w io.Writer, days []dayReport) error {
	for _, d := range days {
		if _, err := fmt.Fprintf(w, "\n%s\n", d.Name); err != nil {
			return err
		}
		names := slices.SortedFunc(maps.Keys(d.Counts), cmp.Compare[string])
		for _, what := range names {
			if _, err := fmt.Fprintf(w, "%12d  %s\n", d.Counts[what], what); err != nil {
				return err
			}
		}
		for _, damage := range d.Damages {
			if _, err := fmt.Fprintf(w, "DAMAGED %s\n", damage); err != nil {
				return err
			}
		}
	}
	return nil
}
