package settle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/pocover/wire"
)

// The joiner of these tests.
const (
	testWindow = 20
	testSlack  = 5
)

// testReport makes a report of a stream. Payloads, keys and times are few, so that they meet.
func testReport(stream Stream, order int, received uint64, payload, key byte) *Report {
	r := &Report{Stream: stream, Received: received, order: uint64(order)}
	r.ID = [32]byte{payload, key}
	binary.BigEndian.PutUint64(r.ID[2:], received)
	data := []byte{payload}
	if stream == Beacons {
		r.Beacon = &wire.BeaconIngestReport{Received: received, Report: wire.BeaconReport{Data: data}}
	} else {
		r.Witness = &wire.WitnessIngestReport{Received: received, Report: wire.WitnessReport{Data: data}}
	}
	return r
}

// lacksEntropy says which beacons are not judged.
func lacksEntropy(r *Report) bool { return r.ID[1]%4 == 3 }

func (r *Report) testName() string { return fmt.Sprintf("%s %d", r.Stream, r.order) }

// joined runs the joiner over two streams that are read in the order that choices say, and
// returns the outcomes.
func joined(t *testing.T, reports [2][]*Report, choices []byte) []string {
	var out []string
	j := joiner{
		window: testWindow, slack: testSlack, most: 1 << 20,
		groups: make(map[string]*group),

		hasEntropy: func(b *Report) bool { return !lacksEntropy(b) },
		settle: func(b *Report, witnesses []*Report) error {
			line := b.testName() + ":"
			for _, w := range witnesses {
				line += " " + w.testName()
			}
			out = append(out, line)
			return nil
		},
		drop: func(r *Report) error {
			out = append(out, r.testName()+" "+r.Kind.String())
			return nil
		},
	}
	var latest [2]uint64
	var next [2]int
	for n := 0; next[0] < len(reports[0]) || next[1] < len(reports[1]); n++ {
		s := 0
		if len(choices) > 0 {
			s = int(choices[n%len(choices)]) & 1
		}
		if next[s] == len(reports[s]) {
			s = 1 - s
		}
		r := reports[s][next[s]]
		next[s]++
		late := later(r.Received, testSlack) < latest[s]
		latest[s] = max(latest[s], r.Received)
		if late {
			r.Kind = Late
			continue
		}
		if err := j.add(r); err != nil {
			t.Fatal(err)
		}
		low := min(latest[0], latest[1])
		for i := range latest {
			if next[i] == len(reports[i]) {
				low = latest[1-i]
			}
		}
		if err := j.advance(low); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.finish(); err != nil {
		t.Fatal(err)
	}
	return out
}

// joinedSlowly is what joined is to return, by looking at all reports at once: outcomes
// in the order of the reports they are named for.
func joinedSlowly(reports [2][]*Report) []string {
	var all []*Report
	for _, list := range reports {
		latest := uint64(0)
		for _, r := range list {
			if r.Received+testSlack >= latest {
				all = append(all, r)
			}
			latest = max(latest, r.Received)
		}
	}
	slices.SortFunc(all, compareDue)
	kinds := make(map[*Report]string)
	for i, b := range all {
		if b.Stream != Beacons {
			continue
		}
		if slices.ContainsFunc(all[:i], func(r *Report) bool { return r.Stream == Beacons && r.ID == b.ID }) {
			kinds[b] = b.testName() + " repeated"
			continue
		}
		if lacksEntropy(b) {
			kinds[b] = b.testName() + " stale"
			continue
		}
		line, seen, after := b.testName()+":", [][32]byte{b.ID}, ""
		for _, w := range all {
			if w.Stream != Witnesses || kinds[w] != "" || !bytes.Equal(w.payload(), b.payload()) ||
				w.Received+testWindow < b.Received || b.Received+testWindow < w.Received {
				continue
			}
			if slices.Contains(seen, w.ID) {
				after += "\n" + w.testName() + " repeated"
			} else {
				line += " " + w.testName()
			}
			kinds[w] = "\n"
			seen = append(seen, w.ID)
		}
		kinds[b] = line + after
	}
	var stale [][32]byte
	for _, w := range all {
		if kinds[w] == "" {
			kinds[w] = w.testName() + " stale"
			if slices.Contains(stale, w.ID) {
				kinds[w] = w.testName() + " repeated"
			}
			stale = append(stale, w.ID)
		}
	}
	var out []string
	for _, r := range all {
		if kinds[r] != "\n" {
			out = append(out, kinds[r])
		}
	}
	return out
}

// FuzzJoin compares the joiner, whatever order it reads the streams in, with a twin that
// has all reports at once.
func FuzzJoin(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 4, 1, 0, 4, 2, 0, 4, 1}, []byte{0, 1})
	f.Add([]byte{0, 0, 3, 1, 0, 4, 0, 20, 0, 1, 41, 7, 1, 41, 7}, []byte{1})
	f.Fuzz(func(t *testing.T, data, choices []byte) {
		var streams [2][2][]*Report // twice the same
		now := uint64(testSlack)
		for i := 0; i+2 < len(data) && i < 600; i += 3 {
			// Time goes on by up to 7, and a report is up to 7 before it.
			now += uint64(data[i] >> 1 & 7)
			received := max(now, 8) - uint64(data[i]>>4&7)
			s := Stream(data[i]&1) + Beacons
			for k := range streams {
				list := &streams[k][s-Beacons]
				*list = append(*list, testReport(s, len(*list), received, data[i+1]&1, data[i+2]&3))
			}
		}
		// Outcomes of abandoned witnesses come when the beacon is, hence the comparison as
		// sets; what is compared in order are the proofs of coverage.
		got, want := joined(t, streams[0], choices), joinedSlowly(streams[1])
		var split []string
		for _, line := range want {
			split = append(split, lines(line)...)
		}
		proofs := func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !bytes.Contains([]byte(s), []byte(":")) })
		}
		if a, b := proofs(got), proofs(split); !slices.Equal(a, b) {
			t.Fatalf("proofs of coverage:\n%q\nwant\n%q", a, b)
		}
		slices.Sort(got)
		slices.Sort(split)
		if !slices.Equal(got, split) {
			t.Fatalf("outcomes:\n%q\nwant\n%q", got, split)
		}
	})
}

func lines(s string) []string {
	var list []string
	for _, l := range bytes.Split([]byte(s), []byte("\n")) {
		list = append(list, string(l))
	}
	return list
}

// The borders of the window that a beacon has its witnesses from.
func TestJoinWindow(t *testing.T) {
	for _, c := range []struct {
		name               string
		beacons, witnesses []*Report
		want               []string
	}{
		{
			"before and after",
			[]*Report{testReport(Beacons, 0, 100, 1, 0)},
			[]*Report{testReport(Witnesses, 0, 79, 1, 0), testReport(Witnesses, 1, 80, 1, 0), testReport(Witnesses, 2, 120, 1, 0), testReport(Witnesses, 3, 121, 1, 0)},
			[]string{"witnesses 0 stale", "beacons 0: witnesses 1 witnesses 2", "witnesses 3 stale"},
		},
		{
			"the first beacon has the witnesses",
			[]*Report{testReport(Beacons, 0, 101, 1, 0), testReport(Beacons, 1, 100, 1, 1)},
			[]*Report{testReport(Witnesses, 0, 102, 1, 0), testReport(Witnesses, 1, 121, 1, 0)},
			[]string{"beacons 1: witnesses 0", "beacons 0: witnesses 1"},
		},
		{
			"a beacon without entropy has none",
			[]*Report{testReport(Beacons, 0, 100, 1, 3), testReport(Beacons, 1, 110, 1, 0)},
			[]*Report{testReport(Witnesses, 0, 85, 1, 0), testReport(Witnesses, 1, 90, 1, 0), testReport(Witnesses, 2, 100, 1, 0)},
			[]string{"beacons 0 stale", "witnesses 0 stale", "beacons 1: witnesses 1 witnesses 2"},
		},
		{
			"reports of one id",
			[]*Report{testReport(Beacons, 0, 100, 1, 1), testReport(Beacons, 1, 100, 1, 1)},
			[]*Report{testReport(Witnesses, 0, 100, 1, 1), testReport(Witnesses, 1, 101, 1, 2), testReport(Witnesses, 2, 101, 1, 2), testReport(Witnesses, 3, 140, 1, 2), testReport(Witnesses, 4, 140, 1, 2)},
			[]string{"beacons 0: witnesses 1", "witnesses 0 repeated", "witnesses 2 repeated", "beacons 1 repeated", "witnesses 3 stale", "witnesses 4 repeated"},
		},
	} {
		if got := joined(t, [2][]*Report{c.beacons, c.witnesses}, []byte{1}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTimesDoNotWrap(t *testing.T) {
	const end = ^uint64(0)
	if later(end-1, 5) != end || later(3, 5) != 8 || millis(end) > end/1000*1000 || millis(7) != 7000 {
		t.Error("a time wraps")
	}
}
