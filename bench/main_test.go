package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
)

const (
	testFolder = "../testdata/filecoin/2kib"
	hashesFile = "../testdata/poseidon/hashes.json"
)

// runTool runs the tool with timings as short as can be.
func runTool(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	status = run(args, &out, &log, time.Microsecond)
	return status, out.String(), log.String()
}

// runJSON runs the tool with -json and decodes the one object it must print.
func runJSON(t *testing.T, status int, args ...string) *report {
	t.Helper()
	got, stdout, stderr := runTool(t, append(args, "-json")...)
	if got != status {
		t.Fatalf("exit status %d, want %d\n%s", got, status, stderr)
	}
	d := json.NewDecoder(strings.NewReader(stdout))
	d.DisallowUnknownFields()
	var r report
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		t.Fatal("standard output has more than one object")
	}
	if r.Mismatches == nil || r.Timings == nil {
		t.Error("a list is null")
	}
	if sum := r.Accepted + r.Rejected + r.Malformed + r.Limit + r.Unsupported + r.Internal; sum != r.Cases {
		t.Errorf("the verdicts add up to %d, not to %d cases", sum, r.Cases)
	}
	for _, m := range r.Timings {
		if m.Micros <= 0 || m.PerSecond <= 0 || m.Cores < 1 {
			t.Errorf("timing %+v", m)
		}
	}
	return &r
}

type object = map[string]any

func readObjects(t *testing.T, name string) (out []object) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func hostileOf(entry object) (out []object) {
	list, _ := entry["hostile"].([]any)
	for _, h := range list {
		out = append(out, h.(object))
	}
	return out
}

// newFolder makes a folder with the test keys and the given files, values of
// which strings stand for themselves and others for their JSON.
func newFolder(t *testing.T, files map[string]any) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(testFolder+"/keys")); err != nil {
		t.Fatal(err)
	}
	for name, v := range files {
		text, ok := v.(string)
		if !ok {
			data, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			text = string(data)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goodSeal returns a good entry of testdata without its hostile variants.
func goodSeal(t *testing.T) object {
	t.Helper()
	e := readObjects(t, testFolder+"/seal.json")[0]
	delete(e, "hostile")
	return e
}

// with returns an entry with one field changed, or removed by nil.
func with(e object, field string, value any) object {
	out := object{}
	for k, v := range e {
		out[k] = v
	}
	if out[field] = value; value == nil {
		delete(out, field)
	}
	return out
}

// The whole tool on testdata, against counts made from the files by other means.
func TestTestdata(t *testing.T) {
	want := map[string]int{}
	for _, e := range readObjects(t, testFolder+"/seal.json") {
		words := []string{"accept"}
		for _, h := range hostileOf(e) {
			words = append(words, strings.SplitN(h["reference"].(string), ":", 2)[0])
		}
		for _, w := range words {
			if strings.Contains(e["kind"].(string), "NonInteractive") {
				w = "unsupported"
			}
			want[w]++
		}
	}
	want["accept"] += len(readObjects(t, hashesFile))
	want["malformed"] = want["error"] + want["panic"]
	for _, h := range productionTwins {
		want[string(h.want)] += len(productionSeals)
	}
	want["accept"] += 10 * len(productionSeals)

	r := runJSON(t, exitAsExpected)
	if len(r.Mismatches) > 0 {
		t.Errorf("mismatches: %+v", r.Mismatches)
	}
	if r.Accepted != want["accept"] || r.Rejected != want["reject"] || r.Malformed+r.Limit != want["malformed"] ||
		r.Unsupported != want["unsupported"] || r.Internal != 0 {
		t.Errorf("got %+v, want %v", r, want)
	}
	timed := map[string]bool{}
	for _, m := range r.Timings {
		timed[m.Kind+" "+m.Shape] = true
		if large := strings.Contains(m.Shape, "GiB"); large != strings.Contains(m.Shape, trapdoorKeys) {
			t.Errorf("shape %q: label of trapdoor keys", m.Shape)
		}
	}
	for _, name := range []string{
		"seal 2KiB V1 x1", "seal 2KiB V1_1 x10", "seal 2KiB V1_1_Feat_SyntheticPoRep x1",
		"seal 32GiB V1_1 x1, " + trapdoorKeys, "seal 32GiB V1_1 x10, " + trapdoorKeys, "seal 64GiB V1_1 x1, " + trapdoorKeys,
		"poseidon arity 2 standard", "poseidon arity 8 standard", "poseidon arity 11 standard",
	} {
		if !timed[name] {
			t.Errorf("no timing of %s", name)
		}
	}
}

func TestTable(t *testing.T) {
	status, stdout, stderr := runTool(t, "-run", "seal (2KiB V1|64GiB V1_1, )", "-cpu", "2")
	if status != exitAsExpected {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	for _, pattern := range []string{
		`(?m)^kind +shape +cases +expected +got +mismatches +cores +µs/proof +proofs/s +allocs/proof +keys$`,
		`(?m)^seal +2KiB V1 x1 +105 +3a 39r 63m +3a 39r 63m +0 +1 +[0-9.]+ +[0-9.]+ +[0-9.]+ +test keys$`,
		`(?m)^seal +2KiB V1 x10 +2 +[0-9.]+ +[0-9.]+ +[0-9.]+ +test keys$`,
		`(?m)^seal +2KiB V1_2_Feat_NiPoRep +76 +76u +76u +0 +test keys$`,
		`(?m)^seal +64GiB V1_1 x1 +25 +10a 10r 5m +10a 10r 5m +0 .* ` + trapdoorKeys + `$`,
		`(?m)^76 cases were not judged`,
	} {
		if !regexp.MustCompile(pattern).MatchString(stdout) {
			t.Errorf("nothing matches %s in\n%s", pattern, stdout)
		}
	}
	if strings.Contains(stdout, "poseidon") || strings.Contains(stdout, "32GiB") {
		t.Errorf("more than -run asks for:\n%s", stdout)
	}
	if strings.Contains(stderr, "\x1b") {
		t.Error("terminal control codes without a terminal")
	}
}

// Every difference from the stated verdicts must be found and named.
func TestMismatches(t *testing.T) {
	e := readObjects(t, testFolder+"/seal.json")[0]
	e["reference"] = "reject"
	hostile := hostileOf(e)
	var want []mismatch
	want = append(want, mismatch{"seal-V1-0", "good", rejected, accepted})
	for _, h := range hostile {
		switch h["reference"] {
		case "reject":
			h["reference"] = "panic"
			want = append(want, mismatch{"seal-V1-0", h["name"].(string), malformed, rejected})
		default:
			h["reference"] = "accept"
			want = append(want, mismatch{"seal-V1-0", h["name"].(string), accepted, malformed})
		}
	}
	dir := newFolder(t, map[string]any{"seal.json": []object{e}})
	r := runJSON(t, exitMismatch, "-dir", dir, "-test-keys")
	if fmt.Sprint(r.Mismatches) != fmt.Sprint(want) {
		t.Errorf("got %v\nwant %v", r.Mismatches, want)
	}
	status, stdout, stderr := runTool(t, "-dir", dir, "-test-keys")
	if line := "MISMATCH seal-V1-0: good: got accept, expected reject"; status != exitMismatch || !strings.Contains(stdout, line) {
		t.Errorf("exit status %d, table without %q:\n%s%s", status, line, stdout, stderr)
	}
}

// An entry without a verdict is only reported, unless it has hostile variants.
func TestUnstatedVerdict(t *testing.T) {
	good := goodSeal(t)
	bad := with(good, "ticket", strings.Repeat("0", 64))
	for _, c := range []struct {
		name       string
		entry      object
		status     int
		rejected   int
		mismatches int
	}{
		{"good", good, exitAsExpected, 0, 0},
		{"bad", bad, exitAsExpected, 1, 0},
		{"bad, hostile", with(bad, "hostile", []object{}), exitMismatch, 1, 1},
		{"bad, accept", with(bad, "reference", "accept"), exitMismatch, 1, 1},
		{"bad, reject", with(bad, "reference", "reject"), exitAsExpected, 1, 0},
		{"other porep ID", with(good, "porep_id", "01"+strings.Repeat("0", 62)), exitAsExpected, 1, 0},
		{"by porep ID", with(good, "registered_proof_2kib_number", nil), exitAsExpected, 0, 0},
		{"by number", with(with(good, "porep_id", nil), "kind", nil), exitAsExpected, 0, 0},
		{"no key", with(good, "sector_size", 4096), exitAsExpected, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := newFolder(t, map[string]any{"seal.json": []object{c.entry}})
			r := runJSON(t, c.status, "-dir", dir, "-test-keys")
			if r.Cases != 1 || r.Rejected != c.rejected || len(r.Mismatches) != c.mismatches {
				t.Errorf("got %+v", r)
			}
			if unjudged := c.entry["sector_size"] == 4096; unjudged != (r.Unsupported == 1) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestKindsNotBuilt(t *testing.T) {
	dir := newFolder(t, map[string]any{
		"seal.json":      []object{goodSeal(t)},
		"post.json":      `[{"hostile": [{}, {"x": 1}]}, {}]`,
		"update.json":    `{"updates": [{"hostile": [{}]}], "aggregates": [{}, {}]}`,
		"aggregate.json": `[{"kind": "V1"}]`,
	})
	r := runJSON(t, exitAsExpected, "-dir", dir, "-test-keys")
	if r.Cases != 10 || r.Unsupported != 9 || r.Accepted != 1 {
		t.Errorf("got %+v", r)
	}
	_, _, stderr := runTool(t, "-dir", dir, "-test-keys")
	for _, kind := range kindsNotBuilt {
		if !strings.Contains(stderr, kind+".json: ") {
			t.Errorf("not a word about %s:\n%s", kind, stderr)
		}
	}
}

// With -dir the production shapes run only by name.
func TestProductionByName(t *testing.T) {
	dir := newFolder(t, map[string]any{"seal.json": []object{goodSeal(t)}})
	if r := runJSON(t, exitAsExpected, "-dir", dir, "-test-keys", "-run", "seal"); r.Cases != 1 {
		t.Errorf("-run seal: %d cases, want 1", r.Cases)
	}
	if r := runJSON(t, exitAsExpected, "-dir", dir, "-test-keys", "-run", "64GiB.*trapdoor"); r.Cases != 10+len(productionTwins) {
		t.Errorf("-run trapdoor: %d cases, want %d", r.Cases, 10+len(productionTwins))
	}
}

// What cannot be run ends with status 2, a message, and nothing on standard
// output.
func TestRefusals(t *testing.T) {
	good := goodSeal(t)
	seals := func(e ...object) string { return newFolder(t, map[string]any{"seal.json": e}) }
	text := func(s string) string { return newFolder(t, map[string]any{"seal.json": s}) }
	hostile := func(h object) string { return seals(with(good, "hostile", []object{h})) }
	whole, err := os.ReadFile(testFolder + "/seal.json")
	if err != nil {
		t.Fatal(err)
	}
	noKeys := seals(good)
	if err := os.RemoveAll(noKeys + "/keys"); err != nil {
		t.Fatal(err)
	}
	emptyKeys := seals(good)
	cutKey := seals(good)
	keys, err := filepath.Glob(emptyKeys + "/keys/*.vk")
	if err != nil || len(keys) == 0 {
		t.Fatalf("keys: %v, %v", keys, err)
	}
	for _, k := range keys {
		if err := os.Remove(k); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(cutKey, "keys", filepath.Base(k)), 1000); err != nil {
			t.Fatal(err)
		}
	}
	large := seals(good)
	if err := os.Truncate(large+"/seal.json", maxFileSize+1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, says string
		args       []string
	}{
		{"unknown option", "-frobnicate", []string{"-frobnicate"}},
		{"argument", `unexpected argument "x"`, []string{"x"}},
		{"no workers", "-cpu 0", []string{"-cpu", "0"}},
		{"too many workers", "-cpu 1025", []string{"-cpu", "1025"}},
		{"bad pattern", "missing closing", []string{"-run", "("}},
		{"dir and data", "exclude", []string{"-dir", "x", "-data", "y"}},
		{"test keys of testdata", "-dir only", []string{"-test-keys"}},
		{"nothing to run", "matches none of:\n  seal 2KiB V1\n", []string{"-run", "no such shape"}},
		{"no such data", "no such file", []string{"-data", "no-such-folder"}},
		{"no such dir", "no such file", []string{"-dir", "no-such-folder"}},
		{"no keys", "no such file", []string{"-dir", noKeys, "-test-keys"}},
		{"keys empty", "no verifying key", []string{"-dir", emptyKeys, "-test-keys"}},
		{"key cut off", "does not fit the circuit", []string{"-dir", cutKey, "-test-keys"}},
		{"keys of another network", "differs from the published key", []string{"-dir", seals(good)}},
		{"no proofs", "no proofs", []string{"-dir", newFolder(t, nil), "-test-keys"}},
		{"file too large", "MiB", []string{"-dir", large, "-test-keys"}},
		{"JSON cut off", "unexpected end of JSON", []string{"-dir", text(string(whole[:len(whole)/2])), "-test-keys"}},
		{"no list", "cannot unmarshal", []string{"-dir", text(`{}`), "-test-keys"}},
		{"null", "no entry", []string{"-dir", text(`null`), "-test-keys"}},
		{"empty list", "no entry", []string{"-dir", text(`[]`), "-test-keys"}},
		{"null entry", "no field", []string{"-dir", text(`[null]`), "-test-keys"}},
		{"post cut off", "unexpected end of JSON", []string{"-dir", newFolder(t, map[string]any{"post.json": `[{"hos`}), "-test-keys"}},
		{"post of text", "cannot unmarshal", []string{"-dir", newFolder(t, map[string]any{"post.json": `"x"`}), "-test-keys"}},
		{"post empty", "no entry", []string{"-dir", newFolder(t, map[string]any{"post.json": `[]`}), "-test-keys"}},
		{"short ticket", "31 bytes, not 32", []string{"-dir", seals(with(good, "ticket", strings.Repeat("0", 62))), "-test-keys"}},
		{"not hexadecimal", "invalid byte", []string{"-dir", seals(with(good, "proof", "xy")), "-test-keys"}},
		{"no proof", "no field proof", []string{"-dir", seals(with(good, "proof", nil)), "-test-keys"}},
		{"no sector", "no field sector_id", []string{"-dir", seals(with(good, "sector_id", nil)), "-test-keys"}},
		{"sector too large", "value out of range", []string{"-dir", seals(with(good, "sector_id", "18446744073709551616")), "-test-keys"}},
		{"negative sector", "invalid syntax", []string{"-dir", seals(with(good, "sector_id", -1)), "-test-keys"}},
		{"no kind", "no field porep_id", []string{"-dir", seals(with(with(good, "porep_id", nil), "registered_proof_2kib_number", nil)), "-test-keys"}},
		{"unknown version", "api_version", []string{"-dir", seals(with(good, "api_version", "9.9.9")), "-test-keys"}},
		{"unknown verdict", "unknown reference verdict", []string{"-dir", seals(with(good, "reference", "maybe")), "-test-keys"}},
		{"unknown hostile verdict", "unknown reference verdict", []string{"-dir", hostile(object{"field": "proof", "value": ""}), "-test-keys"}},
		{"unknown hostile field", "no field", []string{"-dir", hostile(object{"field": "x", "value": "", "reference": "reject"}), "-test-keys"}},
		{"no hostile value", "no value", []string{"-dir", hostile(object{"field": "comm_r", "reference": "reject"}), "-test-keys"}},
		{"null hostile value", "no value", []string{"-dir", hostile(object{"field": "proof", "value": nil, "reference": "reject"}), "-test-keys"}},
		{"short hostile value", "0 bytes, not 32", []string{"-dir", hostile(object{"field": "seed", "value": "", "reference": "reject"}), "-test-keys"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := runTool(t, c.args...)
			if status != exitError || stdout != "" || !strings.Contains(stderr, c.says) {
				t.Errorf("exit status %d, standard output %q, standard error without %q:\n%s", status, stdout, c.says, stderr)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	status, stdout, stderr := runTool(t, "-h")
	if status != exitAsExpected || stderr != "" {
		t.Fatalf("exit status %d, %q", status, stderr)
	}
	for _, s := range []string{"-dir", "-test-keys", "-data", "-run", "-cpu", "-long", "-json", "Exit status", "seal.json",
		fmt.Sprintf("up to %d MiB", maxFileSize>>20), fmt.Sprintf("medians of\n%d rounds", rounds), trapdoorKeys} {
		if !strings.Contains(stdout, s) {
			t.Errorf("the help lacks %q", s)
		}
	}
	if strings.Contains(stdout, "%!") {
		t.Error("a formatting error in the help")
	}
}

func TestFindTestdata(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "module", "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "module", "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	outside, inside := filepath.Join(root, "testdata"), filepath.Join(root, "module", "testdata")
	t.Chdir(deep)
	if err := os.Mkdir(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := findTestdata(); err == nil {
		t.Errorf("found %s outside the module", got)
	}
	if status, _, stderr := runTool(t); status != exitError || !strings.Contains(stderr, "-data") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := findTestdata(); err != nil || filepath.Base(filepath.Dir(got)) != "module" {
		t.Errorf("found %q, %v", got, err)
	}
}

func TestVerdictOf(t *testing.T) {
	for want, err := range map[verdict]error{
		accepted:    nil,
		rejected:    &depinproof.Error{Kind: depinproof.ErrInvalidProof},
		malformed:   &depinproof.Error{Kind: depinproof.ErrMalformed},
		overLimit:   &depinproof.Error{Kind: depinproof.ErrLimit},
		unsupported: &depinproof.Error{Kind: depinproof.ErrUnsupported},
		internal:    fs.ErrInvalid,
	} {
		if got := verdictOf(err); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}

func TestAgrees(t *testing.T) {
	for _, want := range append(verdicts, unstated) {
		for _, got := range verdicts {
			ok := want == got || want == unstated || want == malformed && got == overLimit
			if want.agrees(got) != ok {
				t.Errorf("expected %q, got %q: agrees is %v", want, got, !ok)
			}
		}
	}
}

// A verifier that accepts everything is found out, and so is one that changes
// its mind while it is timed.
func TestWrongVerifier(t *testing.T) {
	answer := func(v verdict) func() verdict { return func() verdict { return v } }
	u := &unit{kind: "fake", shape: "any", prepare: func() (*work, error) {
		return &work{
			checks: []check{
				{"case", goodVariant, true, accepted, answer(accepted)},
				{"case", "bad", false, rejected, answer(accepted)},
			},
			measures: func(good []int) []measure {
				if len(good) != 1 || good[0] != 0 {
					t.Errorf("good cases %v, want the first", good)
				}
				calls := 0
				return []measure{
					{cores: 1, proofs: 1, call: func() error { return nil }},
					{suffix: " fickle", cores: 1, proofs: 1, call: func() error {
						if calls++; calls > 3 {
							return depinproof.ErrInvalidProof
						}
						return nil
					}},
				}
			},
		}, nil
	}}
	out, err := u.do(&options{workers: 1}, newProgress(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	want := []mismatch{{"case", "bad", rejected, accepted}, {"fake any", "timing fickle", accepted, rejected}}
	if fmt.Sprint(out.mismatches) != fmt.Sprint(want) || len(out.timings) != 1 {
		t.Errorf("got %v and %d timings, want %v and 1", out.mismatches, len(out.timings), want)
	}
}

// A timing divides by the proofs of a call and keeps to its budget.
func TestTake(t *testing.T) {
	calls := 0
	m := measure{suffix: " x", cores: 3, proofs: 10, call: func() error {
		calls++
		time.Sleep(time.Millisecond)
		return nil
	}}
	got, err := m.take(20 * time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if got.micros < 100 || got.micros > 10_000 || got.cores != 3 || got.suffix != " x" {
		t.Errorf("1 ms for ten proofs came to %+v", got)
	}
	if calls < 1+rounds || calls > 1+20 {
		t.Errorf("%d calls of 1 ms in 20 ms", calls)
	}
	if s := got.perSecond(); s*got.micros < 999_999 || s*got.micros > 1_000_001 {
		t.Errorf("%v proofs per second at %v µs", s, got.micros)
	}
}

// On a terminal a line is replaced, and a note stays.
func TestLiveProgress(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, live: true}
	p.step("one")
	p.passing("soon after")
	p.note("stays")
	p.shown = time.Time{}
	p.passing("two")
	p.clear()
	want := eraseLine + "one" + eraseLine + "stays\n" + eraseLine + "two" + eraseLine
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
