package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover/settle"
)

func (h hexBytes) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(h)) }

// A day that is made on the spot comes to what is planned, and one that does not is found.
func TestMadeDay(t *testing.T) {
	o := &options{workers: 2, budget: time.Microsecond}
	u := madeUnit(o, 300)
	out, err := u.do(o, newProgress(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	if len(out.mismatches) > 0 || out.cases < 50 || out.got[accepted] != out.cases {
		t.Errorf("%d cases: %v", out.cases, out.mismatches)
	}
	if len(out.timings) != 2 || out.timings[0].rate <= 0 || out.timings[1].cores != 2 {
		t.Errorf("timings: %+v", out.timings)
	}

	for _, change := range []func(*settle.Summary){
		func(s *settle.Summary) { s.Selected++ },
		func(s *settle.Summary) { s.Kinds[settle.Witnesses][settle.Late]-- },
		func(s *settle.Summary) { s.Kinds[settle.Beacons][settle.Refused] = 0 },
		func(s *settle.Summary) { s.Gateways[0].Witness++; s.Gateways[1].Witness-- },
		func(s *settle.Summary) { s.Beacons[6] = 1 },
	} {
		made := radioday.New(1, 300)
		d := &radioDay{name: "x", state: stateOf(made), plan: &made.Plan}
		for stream, frames := range made.Frames {
			if d.streams[stream], err = memoryArchives(settle.Stream(stream), frames); err != nil {
				t.Fatal(err)
			}
		}
		change(d.plan)
		u := unit{kind: "settle", shape: "x", prepare: func() (*work, error) {
			w, err := d.work(o)
			if err == nil {
				w.measures = nil
			}
			return w, err
		}}
		out, err := u.do(o, newProgress(io.Discard))
		if err != nil || len(out.mismatches) != 1 {
			t.Errorf("got %v, %v, want one mismatch", out.mismatches, err)
		}
	}
}

// writeDay writes a folder with a day: its archives under names that say nothing, and files
// that are none.
func writeDay(t *testing.T, d *radioday.Day, state *radioState) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for stream, frames := range d.Frames {
		for part := range slices.Chunk(frames, len(frames)/3+1) {
			list, err := memoryArchives(settle.Stream(stream), part)
			if err != nil {
				t.Fatal(err)
			}
			r, err := list[0].source.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			// The last archive has the first name.
			write(string(rune('z'-n)), data)
			n++
		}
	}
	write("README", []byte("not an archive"))
	write("empty", nil)
	write("short.gz", []byte{0x1f, 0x8b})
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	write(radioFile, data)
	return dir
}

func TestRadioFolder(t *testing.T) {
	d := radioday.New(3, 300)
	want := countsOf(&d.Plan)

	state := stateOf(d)
	dir := writeDay(t, d, state)
	r := runJSON(t, exitAsExpected, "-dir", dir, "-run", "settle")
	if r.Cases != 1 || r.Accepted != 1 || len(r.Days) != 1 || !maps.Equal(r.Days[0].Counts, want) ||
		len(r.Days[0].Damages) != 1 || !strings.HasPrefix(r.Days[0].Damages[0], "short.gz: no report: ") {
		t.Errorf("got %+v\nwant %v", r, want)
	}
	if len(r.Timings) != 1 || r.Timings[0].Rate <= 0 {
		t.Errorf("timings: %+v", r.Timings)
	}

	state.Expected = want
	dir = writeDay(t, d, state)
	r = runJSON(t, exitAsExpected, "-dir", dir)
	if r.Cases != len(want)+2 || r.Accepted != r.Cases {
		t.Errorf("got %+v", r)
	}
	status, stdout, _ := runTool(t, "-dir", dir, "-cpu", "2")
	if status != exitAsExpected || !strings.Contains(stdout, "  witnesses judged\n") || !strings.Contains(stdout, "  verdict on beacons: irregular_interval\n") {
		t.Errorf("exit status %d\n%s", status, stdout)
	}

	state.Expected = maps.Clone(want)
	state.Expected["witnesses late"]++
	delete(state.Expected, "witnesses stale")
	r = runJSON(t, exitMismatch, "-dir", writeDay(t, d, state))
	var names []string
	for _, m := range r.Mismatches {
		names = append(names, m.Variant)
	}
	if !slices.Equal(names, []string{"witnesses late", "nothing else"}) {
		t.Errorf("mismatches: %q", names)
	}

	state.Expected = nil
	state.Until = radioday.Noon
	r = runJSON(t, exitAsExpected, "-dir", writeDay(t, d, state))
	if n := r.Days[0].Counts["entropy ahead"]; n == 0 || n >= want["entropy recorded"] {
		t.Errorf("%d entropy records are ahead of the day", n)
	}
	state.Until = 0

	// An archive that breaks off is named, and what it has counts.
	state.Expected = nil
	dir = writeDay(t, d, state)
	last := filepath.Join(dir, "r") // of the ninth archive
	info, err := os.Stat(last)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(last, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	r = runJSON(t, exitAsExpected, "-dir", dir)
	day := r.Days[0]
	if len(day.Damages) != 2 || !strings.HasPrefix(day.Damages[1], "witnesses: r: ") || day.Counts["archives damaged"] != 1 ||
		day.Counts["witnesses judged"] == 0 || day.Counts["witnesses judged"] >= want["witnesses judged"] {
		t.Errorf("got %+v", day)
	}
	_, stdout, _ = runTool(t, "-dir", dir)
	if !strings.Contains(stdout, "\nDAMAGED witnesses: r: ") {
		t.Errorf("the damage is not shown:\n%s", stdout)
	}
}

func TestRadioFolderRefused(t *testing.T) {
	d := radioday.New(4, 300)
	for _, c := range []struct {
		name   string
		want   string
		change func(*radioState)
	}{
		{"key", "gateway 0", func(s *radioState) { s.Gateways[0].Key += "x" }},
		{"location", "gateway 1", func(s *radioState) { s.Gateways[1].Location = "x" }},
		{"region", "gateway 1", func(s *radioState) { s.Gateways[1].Region = "x" }},
		{"no parameters", "no parameters of region", func(s *radioState) { s.Regions = nil }},
		{"parameters", "region EU868", func(s *radioState) { s.Regions["EU868"] = hexBytes{1} }},
		{"name of a region", "ParseRegion", func(s *radioState) { s.Regions["x"] = nil }},
		{"session", "session 0", func(s *radioState) { s.Sessions[0].Init = s.Sessions[0].Init[:70] }},
		{"scale", "Parse", func(s *radioState) { s.Scales["x"] = 1 }},
		{"denied key", "deny list", func(s *radioState) { s.Deny.Keys = []string{"x"} }},
		{"denied edge", "deny list", func(s *radioState) { s.Deny.Edges[0][1] = "x" }},
		{"no filter", "proof:", func(s *radioState) { s.Deny = &radioDeny{Filter: "filter.bin"} }},
		{"filter", "deny", func(s *radioState) { s.Deny = &radioDeny{Filter: "README", Signers: []string{s.Gateways[0].Key}} }},
		{"filter and keys", "excludes", func(s *radioState) { s.Deny.Filter = "README" }},
		{"slack", "slack", func(s *radioState) { s.Slack = -1 }},
	} {
		state := stateOf(d)
		c.change(state)
		status, _, stderr := runTool(t, "-dir", writeDay(t, d, state))
		if status != exitError || !strings.Contains(strings.ToLower(stderr), strings.ToLower(c.want)) {
			t.Errorf("%s: exit status %d\n%s", c.name, status, stderr)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, radioFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := runTool(t, "-dir", dir); status != exitError || !strings.Contains(stderr, "no archive") {
		t.Errorf("no archive: exit status %d\n%s", status, stderr)
	}
}

// What is read of a state is what was written, and nothing else may be there.
func TestRadioState(t *testing.T) {
	full := stateOf(radioday.New(5, 300))
	full.Until, full.Expected, full.Scales = 7, map[string]uint64{"x": 1}, map[string]uint32{"x": 2}
	full.Deny.Filter, full.Deny.Signers = "filter.bin", []string{"x"}
	text, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	got := new(radioState)
	if err := got.read(bytes.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, full) {
		t.Error("another state was read than was written")
	}
	if err := new(radioState).read(bytes.NewReader(text), int64(len(text))-1); err == nil || !strings.Contains(err.Error(), "MiB") {
		t.Errorf("a byte too many: %v", err)
	}
	for i := range min(len(text), 500) {
		if err := new(radioState).read(bytes.NewReader(text[:i]), maxRadioSize); err == nil {
			t.Errorf("accepted when cut off after %d bytes", i)
		}
	}

	for _, c := range []struct{ text, want string }{
		{``, "EOF"},
		{`[]`, "no object"},
		{`null`, "no object"},
		{`{} {}`, "follows"},
		{`{}]`, "follows"},
		{`{"gateway": []}`, `unknown field "gateway"`},
		{`{"Gateways": []}`, `unknown field "Gateways"`},
		{`{"gateways": [], "gateways": []}`, "twice"},
		{`{"gateways": {}}`, "gateways: no list"},
		{`{"gateways": [{}, {"name": "x"}]}`, `gateways: entry 1: json: unknown field "name"`},
		{`{"sessions": [{"key": ""}]}`, `sessions: entry 0: json: unknown field "key"`},
		{`{"deny": {"key": []}}`, `deny: json: unknown field "key"`},
		{`{"slack_ms": "1"}`, "slack_ms: json: cannot unmarshal"},
	} {
		if err := new(radioState).read(strings.NewReader(c.text), 1<<10); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
	for _, text := range []string{`{}`, ` {"gateways": null, "sessions": []} `} {
		if err := got.read(strings.NewReader(text), 1<<10); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A gateway is read when its text is there, not when the whole list is.
func TestRadioStateStreams(t *testing.T) {
	text := `{"gateways": [{"key": "x"}, {"name": "x"}` + strings.Repeat(`, {"key": "x"}`, 1<<16)
	r := strings.NewReader(text)
	err := new(radioState).read(r, maxRadioSize)
	if read := len(text) - r.Len(); err == nil || read > 1<<14 {
		t.Errorf("%d of %d bytes were read: %v", read, len(text), err)
	}
}
