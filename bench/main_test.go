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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/poreplication/params"
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

func readFile(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

func readObjects(t *testing.T, name string) (out []object) {
	t.Helper()
	readFile(t, name, &out)
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

// goodPoSt and goodUpdate return good entries without their hostile variants: a
// WindowPoSt of version 1.2.0, and an update.
func goodPoSt(t *testing.T) object {
	t.Helper()
	for _, e := range readObjects(t, testFolder+"/post.json") {
		if e["type"] == "window" && e["api_version"] == "1.2.0" {
			delete(e, "hostile")
			return e
		}
	}
	t.Fatal("no WindowPoSt of version 1.2.0")
	return nil
}

func goodUpdate(t *testing.T) object {
	t.Helper()
	var file struct{ Updates []object }
	readFile(t, testFolder+"/update.json", &file)
	e := file.Updates[0]
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
	var updates struct{ Updates, Aggregates []object }
	readFile(t, testFolder+"/update.json", &updates)
	entries := append(updates.Updates, updates.Aggregates...)
	for _, name := range []string{"seal", "post", "aggregate"} {
		entries = append(entries, readObjects(t, testFolder+"/"+name+".json")...)
	}
	for _, e := range entries {
		want["accept"]++
		for _, h := range hostileOf(e) {
			if h["field"] != "inputs" && h["field"] != "comm_rs" {
				want[strings.SplitN(h["reference"].(string), ":", 2)[0]]++
			}
		}
	}
	want["accept"] += len(readObjects(t, hashesFile))
	want["malformed"] = want["error"] + want["panic"]
	for _, kind := range productionSeals {
		addTwins(want, productionSeal(kind).twins)
	}
	for _, p := range productionAggregates {
		addTwins(want, p.twins)
	}
	addTwins(want, productionWinning.twins)
	addTwins(want, productionWindow.twins)
	addTwins(want, productionUpdate.twins)
	addTrees(t, want)
	for _, s := range sectorShapes {
		if !s.long { // replica, data and memory, and their twins
			want["accept"] += 3
			want["reject"] += 3
			want["malformed"]++
		}
	}
	// Each number of the day's plan, what it has besides, the sums, and that it settles.
	want["accept"] += len(countsOf(&radioday.New(1, usualDay).Plan)) + 3
	want["accept"] += 10*len(productionSeals) + 64 + 1 + 10 + len(smallAggregates) + len(largeAggregates)

	r := runJSON(t, exitAsExpected)
	if len(r.Mismatches) > 0 {
		t.Errorf("mismatches: %+v", r.Mismatches)
	}
	if r.Accepted != want["accept"] || r.Rejected != want["reject"] || r.Malformed+r.Limit != want["malformed"]+want["limit"] ||
		r.Unsupported != 0 || r.Internal != 0 {
		t.Errorf("got %+v, want %v", r, want)
	}
	timed := map[string]bool{}
	for _, m := range r.Timings {
		timed[m.Kind+" "+m.Shape] = true
		if strings.Contains(m.Shape, "GiB") && !strings.Contains(m.Shape, trapdoorKeys) {
			t.Errorf("shape %q: label of trapdoor keys", m.Shape)
		}
	}
	for _, name := range []string{
		fmt.Sprintf("settle day of %d witnesses", usualDay),
		"seal 2KiB V1 x1", "seal 2KiB V1_1 x10", "seal 2KiB V1_1_Feat_SyntheticPoRep x1",
		"seal 32GiB V1_1 x1, " + trapdoorKeys, "seal 32GiB V1_1 x10, " + trapdoorKeys, "seal 64GiB V1_1 x1, " + trapdoorKeys,
		"winning 2KiB x64", "winning 32GiB x1, " + trapdoorKeys, "winning 32GiB x64, " + trapdoorKeys,
		"window 2KiB x1 sectors=5", "window 2KiB explicit x1 sectors=3", "window 32GiB x1 sectors=2349, " + trapdoorKeys,
		"seal 2KiB V1_2_Feat_NiPoRep x1", "seal 32GiB V1_2_Feat_NiPoRep x10, " + trapdoorKeys,
		"aggregate 2KiB V1 x1 sectors=16", "aggregate 2KiB V1_2_Feat_NiPoRep x1 sectors=16", "aggregate 2KiB update x1 sectors=6",
		"aggregate 2KiB V1_1 x1 sectors=1024, " + trapdoorKeys, "aggregate 32GiB V1_1 x1 sectors=64, " + trapdoorKeys,
		"update 2KiB x10", "update 32GiB x1, " + trapdoorKeys, "update 32GiB x10, " + trapdoorKeys,
		"poseidon arity 2 standard", "poseidon arity 8 standard", "poseidon arity 11 standard",
		"tree RFC 6962 inclusion x1", "tree RFC 6962 inclusion x256", "tree RFC 6962 root of 1Mi", "sector 2KiB sealed",
	} {
		if !timed[name] {
			t.Errorf("no timing of %s", name)
		}
	}
}

func addTwins[S any](want map[string]int, twins []twin[S]) {
	for _, x := range twins {
		want[string(x.want)]++
	}
}

// addTrees counts the twins of every kind of tree, of each size by itself, and the good
// proofs.
func addTrees(t *testing.T, want map[string]int) {
	t.Helper()
	presets, err := treePresets()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range presets {
		want["accept"] += 3 // roots
		for _, size := range p.sizes {
			want["accept"] += size // inclusions
			if p.grows {
				want["accept"] += size
			}
			if p.sorted {
				want["accept"] += size
			}
			multiproofs := map[int]bool{1: true, 2: true, 5: true, max(1, size-1): true}
			ranges := map[[2]int]bool{{0, size}: true, {0, 1}: true, {size - 1, size}: true, {size / 3, size/2 + 1}: true}
			if size > 2 {
				ranges[[2]int{1, size - 1}] = true
			}
			want["accept"] += len(multiproofs) + len(ranges)
			if size < fewLeaves {
				continue
			}
			for range 3 {
				addTwins(want, inclusionTwins)
			}
			addTwins(want, multiproofTwins)
			addTwins(want, rangeTwins)
			if p.grows {
				addTwins(want, consistencyTwins)
			}
			if p.sorted {
				addTwins(want, memberTwins)
			} else {
				addTwins(want, neighbourTwin)
			}
		}
	}
}

// Every kind of tree has good and hostile proofs, each of its own name, and is timed with
// -long.
func TestTrees(t *testing.T) {
	o := &options{workers: 2}
	units, err := treeUnits(o)
	if err != nil || len(units) != 11 {
		t.Fatalf("%d kinds of trees, %v", len(units), err)
	}
	presets, err := treePresets()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range presets {
		if units[i].kind != "tree" || units[i].shape != p.spec.Name() {
			t.Errorf("unit %q of %s", units[i].name(), p.spec.Name())
		}
		checks, err := p.checks(o)
		if err != nil {
			t.Fatal(err)
		}
		count := map[verdict]int{}
		names := map[string]bool{}
		for _, c := range checks {
			if name := c.name + ": " + c.variant; names[name] {
				t.Errorf("two cases %q", name)
			} else {
				names[name] = true
			}
			if count[c.want]++; c.good != (c.want == accepted) {
				t.Errorf("%s: %s: good is %v, expected %s", c.name, c.variant, c.good, c.want)
			}
			if got := c.run(); got != c.want {
				t.Errorf("%s: %s: %s, want %s", c.name, c.variant, got, c.want)
			}
		}
		if count[accepted] < 40 || count[rejected] < 40 || count[malformed] < 60 || count[overLimit] < 2 {
			t.Errorf("%s: cases %v", p.spec.Name(), count)
		}
		p.timed = 128 // making the large ones is left to the tool
		measures, err := p.measures(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range measures([]int{0}) {
			if err := m.call(); err != nil {
				t.Errorf("%s%s: %v", p.spec.Name(), m.suffix, err)
			}
		}
	}
}

func TestTable(t *testing.T) {
	status, stdout, stderr := runTool(t, "-run", "seal (2KiB V1|64GiB V1_1, )", "-cpu", "2")
	if status != exitAsExpected {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	for _, pattern := range []string{
		`(?m)^kind +shape +cases +expected +got +mismatches +cores +µs/proof +proofs/s +allocs/proof +MB/s +keys$`,
		`(?m)^seal +2KiB V1 x1 +105 +3a 39r 63m +3a 39r 63m +0 +1 +[0-9.]+ +[0-9.]+ +[0-9.]+ +test keys$`,
		`(?m)^seal +2KiB V1 x10 +2 +[0-9.]+ +[0-9.]+ +[0-9.]+ +test keys$`,
		`(?m)^seal +2KiB V1_2_Feat_NiPoRep x1 +76 +10a 16r 50m +10a 16r 50m +0 .* test keys$`,
		`(?m)^seal +64GiB V1_1 x1 +25 +10a 10r 5m +10a 10r 5m +0 .* ` + trapdoorKeys + `$`,
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

// Proofs of spacetime and updates of a folder of one's own, each file by itself.
func TestOwnPoStAndUpdate(t *testing.T) {
	post, update := goodPoSt(t), goodUpdate(t)
	updates := func(e object) object { return object{"updates": []object{e}} }
	hostilePoSt := func(h object) []object { return []object{with(post, "hostile", []object{h})} }
	hostileUpdate := func(h object) object { return updates(with(update, "hostile", []object{h})) }
	zeros := strings.Repeat("0", 64)
	for _, c := range []struct {
		name, file string
		content    any
		status     int
		got        report
	}{
		{"post", "post.json", []object{post}, 0, report{Cases: 1, Accepted: 1}},
		{"post of other randomness", "post.json", []object{with(post, "randomness", zeros)}, 0, report{Cases: 1, Rejected: 1}},
		{"post stated wrongly", "post.json", []object{with(post, "reference", "reject")}, 1, report{Cases: 1, Accepted: 1}},
		{"post as the other kind", "post.json", []object{with(with(post, "type", "winning"), "api_version", "1.0.0")}, 0, report{Cases: 1, Rejected: 1}},
		{"post without a key", "post.json", []object{with(post, "sector_size", 4096)}, 0, report{Cases: 1, Unsupported: 1}},
		{"post, hostile", "post.json", hostilePoSt(object{"name": "x", "field": "replicas", "replicas": []object{}, "reference": "error: x"}), 0,
			report{Cases: 2, Accepted: 1, Malformed: 1}},
		{"post, hostile stated wrongly", "post.json", hostilePoSt(object{"name": "x", "field": "prover_id", "value": zeros, "reference": "reject"}), 1,
			report{Cases: 2, Accepted: 2}},
		{"update", "update.json", updates(update), 0, report{Cases: 1, Accepted: 1}},
		{"bad update", "update.json", updates(with(update, "comm_d_new", zeros)), 0, report{Cases: 1, Rejected: 1}},
		{"update stated wrongly", "update.json", updates(with(update, "reference", "panic")), 1, report{Cases: 1, Accepted: 1}},
		{"update without a key", "update.json", updates(with(update, "sector_size", 4096)), 0, report{Cases: 1, Unsupported: 1}},
		{"update, hostile", "update.json", hostileUpdate(object{"name": "x", "comm_r_new": zeros, "reference": "reject"}), 0,
			report{Cases: 2, Accepted: 1, Rejected: 1}},
		{"update, hostile stated wrongly", "update.json", hostileUpdate(object{"name": "x", "proof": "", "reference": "accept"}), 1,
			report{Cases: 2, Accepted: 1, Malformed: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runJSON(t, c.status, "-dir", newFolder(t, map[string]any{c.file: c.content}), "-test-keys")
			if len(r.Mismatches) != c.status {
				t.Errorf("%d mismatches, want %d", len(r.Mismatches), c.status)
			}
			if r.Cases != c.got.Cases || r.Accepted != c.got.Accepted || r.Rejected != c.got.Rejected || r.Malformed != c.got.Malformed ||
				r.Unsupported != c.got.Unsupported {
				t.Errorf("got %+v, want %+v", r, c.got)
			}
		})
	}
}

// goodAggregate returns the smallest aggregate of V1_1 seals, of SnarkPack version
// 2, without its hostile variants, and a folder with what it needs to be put into.
func goodAggregate(t *testing.T) (object, func(...object) string) {
	t.Helper()
	for _, e := range readObjects(t, testFolder+"/aggregate.json") {
		if e["kind"] != "V1_1" || e["snarkpack_version"] != 2.0 {
			continue
		}
		delete(e, "hostile")
		proof, err := os.ReadFile(filepath.Join(testFolder, e["proof"].(string)))
		if err != nil {
			t.Fatal(err)
		}
		seals := readObjects(t, testFolder+"/seal.json")
		for i := range seals {
			delete(seals[i], "hostile")
		}
		return e, func(entries ...object) string {
			return newFolder(t, map[string]any{"seal.json": seals, "aggregate.json": entries, e["proof"].(string): string(proof)})
		}
	}
	t.Fatal("no aggregate of V1_1 seals, of version 2")
	return nil, nil
}

// The verdict on an aggregate and on every form of a variant.
func TestAggregateFolder(t *testing.T) {
	good, folder := goodAggregate(t)
	run := func(t *testing.T, dir string, status int, want report) {
		t.Helper()
		r := runJSON(t, status, "-dir", dir, "-test-keys", "-run", "aggregate")
		if r.Cases != want.Cases || r.Accepted != want.Accepted || r.Rejected != want.Rejected || r.Malformed != want.Malformed ||
			r.Unsupported != want.Unsupported || len(r.Mismatches) != status {
			t.Errorf("got %+v, want %+v", r, want)
		}
	}
	for _, c := range []struct {
		name   string
		entry  object
		status int
		want   report
	}{
		{"good", good, 0, report{Cases: 1, Accepted: 1}},
		{"other version", with(good, "snarkpack_version", 1), 0, report{Cases: 1, Rejected: 1}},
		{"stated wrongly", with(good, "reference", "reject"), 1, report{Cases: 1, Accepted: 1}},
		{"hostile", with(good, "hostile", []object{
			{"field": "version", "reference": "reject"},
			{"field": "proof", "xor": object{"offset": 0, "value": 1}, "reference": "error: x"},
			{"field": "proof", "append": "00", "reference": "accept"},
			{"field": "proof", "drop": 1, "reference": "error: x"},
			{"field": "inputs", "reference": "reject"},
			{"field": "comm_rs", "reverse": true, "reference": "reject"},
		}), 0, report{Cases: 5, Accepted: 2, Rejected: 1, Malformed: 2}},
	} {
		t.Run(c.name, func(t *testing.T) { run(t, folder(c.entry), c.status, c.want) })
	}
	t.Run("no reference string", func(t *testing.T) {
		dir := folder(good)
		if err := os.Remove(filepath.Join(dir, "keys", params.SRSName)); err != nil {
			t.Fatal(err)
		}
		run(t, dir, 0, report{Cases: 1, Unsupported: 1})
	})
	_, _, stderr := runTool(t, "-dir", folder(with(good, "hostile", []object{{"field": "inputs", "reference": "reject"}})), "-test-keys")
	if !strings.Contains(stderr, "aggregate.json: variants left out") {
		t.Errorf("not a word about a variant left out:\n%s", stderr)
	}
}

// The table by sectors has a line for every number of sectors, in order, with the
// slope between neighbours.
func TestScaling(t *testing.T) {
	u := &unit{kind: "window", shape: "32GiB", keys: trapdoorKeys}
	one := &outcome{unit: u, timings: []timing{{cores: 1, sectors: 10, micros: 100}}}
	var b bytes.Buffer
	if err := writeScaling(&b, []*outcome{one, {unit: &unit{kind: "seal", keys: trapdoorKeys}, timings: make([]timing, 2)}}); err != nil || b.Len() > 0 {
		t.Errorf("%v; one number of sectors makes a table:\n%s", err, b.String())
	}
	one.timings = append(one.timings,
		timing{cores: 1, sectors: 1000, micros: 1000},
		timing{cores: 2, sectors: 10, micros: 60},
		timing{cores: 2, sectors: 100, micros: 600})
	if err := writeScaling(&b, []*outcome{one}); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{
		`(?m)^window 32GiB, ` + trapdoorKeys + `, by sectors, cores=1$`, `(?m)^10 +100\.0 +10\.00 +1\.00 +2\.00 *$`,
		`(?m)^1000 +1000\.0 +1\.00 +3\.00 +3\.00 +0\.50$`, `cores=2`, `(?m)^100 +600\.0 +6\.00 +2\.00 +2\.78 +1\.00$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(b.String()) {
			t.Errorf("nothing matches %s in\n%s", pattern, b.String())
		}
	}
}

// With -long the statements are those of every number of sectors and of the
// larger batches.
func TestLong(t *testing.T) {
	short, long := &options{}, &options{long: true}
	ws, err := productionWindow.statements(short)
	if err != nil || len(ws) != 1 || len(ws[0].Replicas) != windowSectors {
		t.Errorf("%d WindowPoSts, %v", len(ws), err)
	}
	if ws, err = productionWindow.statements(long); err != nil || len(ws) != 1+len(longWindowSectors) || len(ws[0].Replicas) != windowSectors {
		t.Errorf("with -long %d WindowPoSts, %v", len(ws), err)
	}
	if s, l := winningVerbs.batches(short), winningVerbs.batches(long); fmt.Sprint(s, l) != "[10 64] [10 64 100]" {
		t.Errorf("batches of %v, with -long %v", s, l)
	}
	if s, l := settleUnits(short), settleUnits(long); len(s) != 1 || len(l) != 2 {
		t.Errorf("%d days, with -long %d", len(s), len(l))
	}
	if l := windowVerbs.batches(long); len(l) != 0 {
		t.Errorf("WindowPoSts in batches of %v", l)
	}
	for _, o := range []*options{long, short} { // short last: what is long must not stay
		as, err := productionAggregates[0].statements(o)
		want := smallAggregates
		if o.long {
			want = slices.Concat(want, longSmallAggregates)
		}
		var got []int
		for i := range as {
			got = append(got, len(as[i].Seals))
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("aggregates of %v seals, want %v, %v", got, want, err)
		}
	}
}

// With -dir the production shapes run only by name.
func TestProductionByName(t *testing.T) {
	dir := newFolder(t, map[string]any{"seal.json": []object{goodSeal(t)}})
	if r := runJSON(t, exitAsExpected, "-dir", dir, "-test-keys", "-run", "seal"); r.Cases != 1 {
		t.Errorf("-run seal: %d cases, want 1", r.Cases)
	}
	if r := runJSON(t, exitAsExpected, "-dir", dir, "-test-keys", "-run", "64GiB.*trapdoor"); r.Cases != 10+len(sealTwins) {
		t.Errorf("-run trapdoor: %d cases, want %d", r.Cases, 10+len(sealTwins))
	}
}

// What cannot be run ends with status 2, a message, and nothing on standard
// output.
func TestRefusals(t *testing.T) {
	good := goodSeal(t)
	seals := func(e ...object) string { return newFolder(t, map[string]any{"seal.json": e}) }
	text := func(s string) string { return newFolder(t, map[string]any{"seal.json": s}) }
	hostile := func(h object) string { return seals(with(good, "hostile", []object{h})) }
	post, update, zeros := goodPoSt(t), goodUpdate(t), strings.Repeat("0", 64)
	posts := func(e object) []string {
		return []string{"-dir", newFolder(t, map[string]any{"post.json": []object{e}}), "-test-keys"}
	}
	updates := func(e object) []string {
		return []string{"-dir", newFolder(t, map[string]any{"update.json": object{"updates": []object{e}}}), "-test-keys"}
	}
	aggregate, aggregateFolder := goodAggregate(t)
	aggregates := func(e object) []string { return []string{"-dir", aggregateFolder(e), "-test-keys"} }
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
		{"aggregate empty", "no entry", []string{"-dir", newFolder(t, map[string]any{"aggregate.json": `[]`}), "-test-keys"}},
		{"aggregate of nothing", "aggregates nothing", aggregates(with(aggregate, "seals", []string{}))},
		{"aggregate of an unknown seal", "no entry's name", aggregates(with(aggregate, "seals", []string{"x"}))},
		{"aggregate of two kinds", "of another kind", aggregates(with(aggregate, "seals", []string{"seal-V1-0", "seal-V1_1-0"}))},
		{"aggregate of unknown version", "snarkpack_version is 3", aggregates(with(aggregate, "snarkpack_version", 3))},
		{"aggregate without proof", "not a file in the folder", aggregates(with(aggregate, "proof", nil))},
		{"aggregate with a proof elsewhere", "not a file in the folder", aggregates(with(aggregate, "proof", "../proof"))},
		{"aggregate whose proof is missing", "no such file", aggregates(with(aggregate, "proof", "x.bin"))},
		{"aggregate, unknown field", "no field", aggregates(with(aggregate, "hostile", []object{{"field": "x", "reference": "reject"}}))},
		{"aggregate, no value", "no value", aggregates(with(aggregate, "hostile", []object{{"field": "proof", "reference": "reject"}}))},
		{"aggregate, beyond the proof", "no byte", aggregates(with(aggregate, "hostile", []object{
			{"field": "proof", "xor": object{"offset": 1 << 20, "value": 1}, "reference": "reject"}}))},
		{"aggregate without seals", "no such file", []string{"-dir", newFolder(t, map[string]any{"aggregate.json": []object{aggregate}}), "-test-keys"}},
		{"aggregate of an unknown update", "no entry's name", []string{"-dir", newFolder(t, map[string]any{
			"update.json": object{"aggregates": []object{{"snarkpack_version": 2, "updates": []string{"x"}}}}}), "-test-keys"}},
		{"update empty", "no entry", []string{"-dir", newFolder(t, map[string]any{"update.json": `{}`}), "-test-keys"}},
		{"unknown type", `type is "x"`, posts(with(post, "type", "x"))},
		{"post of unknown version", "api_version", posts(with(post, "api_version", nil))},
		{"post without randomness", "no field randomness", posts(with(post, "randomness", nil))},
		{"post without proof", "no field proof", posts(with(post, "proof", nil))},
		{"post without replicas", "no field replicas", posts(with(post, "replicas", nil))},
		{"replica without sector", "no field sector_id", posts(with(post, "replicas", []object{{"comm_r": zeros}}))},
		{"replica without CommR", "no field comm_r", posts(with(post, "replicas", []object{{"sector_id": 1}}))},
		{"post, unknown hostile field", "no field", posts(with(post, "hostile", []object{{"field": "x", "reference": "reject"}}))},
		{"post, no hostile value", "no value", posts(with(post, "hostile", []object{{"field": "proof", "reference": "reject"}}))},
		{"post, no hostile replicas", "no field replicas", posts(with(post, "hostile", []object{{"field": "replicas", "reference": "reject"}}))},
		{"update without CommD", "no field comm_d_new", updates(with(update, "comm_d_new", nil))},
		{"update without proof", "no field proof", updates(with(update, "proof", nil))},
		{"update, no hostile value", "no value", updates(with(update, "hostile", []object{{"reference": "reject"}}))},
		{"update, unknown verdict", "unknown reference verdict", updates(with(update, "reference", "maybe"))},
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
	for _, s := range []string{"-dir", "-test-keys", "-data", "-run", "-cpu", "-long", "-json", "Exit status", "seal.json", "post.json", "update.json", "aggregate.json", radioFile, params.SRSName,
		fmt.Sprintf("up to %d MiB", maxFileSize>>20), fmt.Sprintf("radio.json up to %d MiB", maxRadioSize>>20), fmt.Sprintf("medians of\n%d rounds", rounds), trapdoorKeys} {
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
