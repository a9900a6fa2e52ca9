// Bench verifies proofs with this module, compares every verdict with the
// expected one, and measures what verification costs. Run it with -h for its
// options.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/depinproof/depinproof/poreplication/params"
)

const usage = `bench verifies proofs, compares every verdict with the expected one, and
measures what verification costs.

Usage: go run ./bench [options]

Without -dir it takes the proofs of the module's testdata, good and hostile,
under their test keys; proofs of 32 and 64 GiB sectors, and aggregates of seals
of 2 KiB and 32 GiB sectors, made on the spot under keys whose trapdoor the tool
draws, hence labelled
"` + trapdoorKeys + `"; the Poseidon hashes of
testdata; and Merkle trees of random leaves, of every kind that package por has
a preset for; and sectors of 2 KiB and 8 MiB of random data, which are sealed on
the spot; and a day of radio coverage reports, planned with faults of every kind
and signed with keys that are drawn. It looks for the folder testdata in the
working directory and its parents, up to the module's root.

Kinds of proof are seal (replication), winning and window (WinningPoSt and
WindowPoSt), update (replica update), aggregate (of seals or updates),
poseidon (hash), tree (Merkle tree), sector (a replica, as a whole) and settle (a
day of radio coverage reports).

Progress goes to standard error. Standard output gets a table, one line per
kind, shape and way of calling, or with -json one object. Times are medians of
%d rounds over the good proofs that were accepted: x1 one by one, x10 ten in
one call (fewer than ten proofs are repeated). For kind aggregate a proof is one
aggregate, sectors= says of how many, and of those in files only the ones of most
sectors are timed. For kind poseidon a proof is one hash, accepted when it equals
the expected one. For kind tree it is one proof of inclusion or membership at
depth 20, or one root of 1Mi (2^20) leaves; a Swarm BMT has 128, at depth 7.
What is checked besides are multiproofs, ranges, consistency, and one root
computed in every way. For kind sector it is one sector, sealed in memory; what
is checked are the replica, data unsealed, and that sealing took no more memory
than two layers of labels, 1/448 of the sector and 192 MiB. For kind settle a
proof is a report; what is checked are the numbers of reports by what became of
them, of verdicts by their reason, and the sums of gateways, with those planned
or expected; the numbers follow the table, and MB/s are of archives as they
are, compressed. Where several numbers of sectors were timed of a shape made on
the spot, a table on logarithmic scales of the cost by sectors comes after the
main one.

Options:
  -dir DIR       your own keys and proofs instead of testdata; layout below
  -test-keys     with -dir: accept keys that differ from the network's
                 published ones. Proofs that hold under such keys show nothing
                 but that the code works.
  -data DIR      the folder testdata, when it is not found by itself
  -run REGEXP    only what matches the regular expression; it is matched with
                 "KIND SHAPE" as in the table. With -dir, the shapes made on
                 the spot run only when it asks for them by the word trapdoor.
  -cpu N         check with N workers, and time with 1 and with N (default 1).
                 Trees are made by so many; their proofs are checked by one.
  -long          also batches of 100 proofs, Poseidon at every arity and
                 strength, timings of every kind of tree and of sealing 8 MiB, a
                 day of 200,000 witness reports (a minute or more), a sector of
                 512 MiB (some minutes, 1.5 GiB of files), window of 1 to 7047
                 sectors of 32 GiB (three partitions), aggregates of every
                 power of two up to 8192 seals of 2 KiB and of 819 of 32 GiB
                 sectors, and timings of all sizes of aggregates in files
  -json          print one JSON object instead of the table: the counts cases
                 (good and hostile together), accepted, rejected, malformed,
                 limit, unsupported and internal; mismatches, a list of case,
                 variant, expected and got; timings, a list of kind, shape,
                 cores, us_per_proof, proofs_per_s and, of kind settle, mb_per_s;
                 days, of kind settle, a list of name, counts and damages
  -h             print this text

Verdicts are accept, reject (well formed, does not hold), malformed, limit,
unsupported (no key or no reference string) and internal.

Exit status:
  0  every verdict is as expected
  1  at least one differs
  2  wrong usage, unreadable files, or keys that are refused; standard output
     then has no result

Layout of -dir, of which only the keys and one file of proofs must be there, or
radio.json and an archive:
  keys/*.vk      verifying keys under the names they have in the network's
                 parameter cache
  keys/` + params.SRSName + `
                 reference string of aggregates and of non-interactive seals,
                 which are unsupported without it
  seal.json      a list of entries with the fields sector_size, prover_id,
                 sector_id, ticket, seed, comm_d, comm_r and proof; the kind by
                 registered_proof_2kib_number (0 V1, 5 V1_1, 10 synthetic, 15
                 non-interactive) or by porep_id, api_version ("1.0.0", "1.1.0"
                 or "1.2.0") and kind, whose name contains Synthetic or
                 NonInteractive for these features. Byte strings are
                 hexadecimal. A porep_id that no registered proof has works
                 with test keys only.
  post.json      a list of entries with the fields type ("winning" or "window"),
                 api_version (as above), sector_size, randomness, prover_id,
                 replicas (a list of sector_id and comm_r) and proof. Where no
                 registered proof has that size and version, it works with test
                 keys only.
  update.json    an object with a list updates of entries with the fields
                 sector_size, comm_r_old, comm_r_new, comm_d_new and proof; and
                 a list aggregates as in aggregate.json, with updates (names in
                 the list updates) instead of seals
  aggregate.json a list of entries with the fields seals (names in seal.json,
                 all of one kind), snarkpack_version (1 or 2) and proof (the
                 name of a file in the folder)
  radio.json     an object: what a radio network knew before a day. Times are in
                 milliseconds, keys in base58, cells and messages (protobuf) in
                 hexadecimal. It has no other fields than
      gateways   a list of key, full (not data-only), location (a cell; none: not
                 asserted), gain (dBi x 10), elevation, region ("EU868"),
                 last_beacon, last_beacon_reciprocity and last_witness
      regions    parameters of every region in gateways, by its name:
                 blockchain_region_params_v1
      deny       the deny list: tag, keys, edges (pairs of keys), which may be
                 empty; or filter (the name of a file in the folder, as
                 published) and signers (keys). Without it everybody is denied.
      scales     scales x 10,000 by cell (0.2 elsewhere)
      sessions   a list of init (lora_stream_session_init_v1), from and until
      slack_ms   how much earlier than the latest of its stream a report may have
                 been received (five minutes)
      until      after which no report of the day was received; without it one of a
                 time far ahead makes those that follow it late
      expected   numbers as they follow the table, by their names
  other files    beside radio.json, of any name, that are gzip of frames of
                 lora_beacon_ingest_report_v1, lora_witness_ingest_report_v1,
                 entropy_report_v1 or packet_router_packet_report_v1: archives
                 of the day, of any size
An entry of a proof may have a name, the expected verdict as reference
("accept", "reject", "panic" or "error: ..."; the last two stand for malformed,
with which limit agrees), and a list hostile of variants, each with name, field,
value and reference. A good entry without reference is expected to be accepted
when it has a list hostile; otherwise its verdict is reported and does not
count towards the exit status. A variant of post.json in the field replicas has
them in a list replicas instead of value; one of update.json has the fields
that differ under their own names instead of field and value; one of an
aggregate has the field version (the other one is used) or proof with xor
(offset and value), append or drop (a number of bytes). Its variants in the
fields inputs and comm_rs, which no statement about sectors stands for, are left
out. Files are read up to 64 MiB, radio.json up to 512 MiB, archives whole.

Examples:
  go run ./bench
  go run ./bench -cpu 4 -run 'seal 32GiB'
  go run ./bench -json -run 'seal 2KiB' | jq .timings
  go run ./bench -dir ~/proofs
`

// options are the command line.
type options struct {
	dir, data string
	testKeys  bool
	run       *regexp.Regexp // nil for everything
	workers   int
	long      bool
	json      bool
	budget    time.Duration // of one timing
}

const maxWorkers = 1024 // as poreplication takes at most

// cores lists the numbers of workers to time with.
func (o *options) cores() []int {
	if o.workers == 1 {
		return []int{1}
	}
	return []int{1, o.workers}
}

const timingBudget = 500 * time.Millisecond

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, timingBudget)) }

// Exit statuses.
const (
	exitAsExpected = iota
	exitMismatch
	exitError
)

// run is the tool: it takes the command line, gives every timing budget, and
// returns the exit status.
func run(args []string, stdout, stderr io.Writer, budget time.Duration) int {
	o, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, usage, rounds)
		return exitAsExpected
	case err != nil:
		fmt.Fprintf(stderr, "bench: %v\nRun bench -h for its options.\n", err)
		return exitError
	}
	o.budget = budget
	r, err := o.execute(stdout, newProgress(stderr))
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return exitError
	case len(r.Mismatches) > 0:
		return exitMismatch
	}
	return exitAsExpected
}

// parse reads the command line.
func parse(args []string) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&o.dir, "dir", "", "")
	f.StringVar(&o.data, "data", "", "")
	f.BoolVar(&o.testKeys, "test-keys", false, "")
	f.IntVar(&o.workers, "cpu", 1, "")
	f.BoolVar(&o.long, "long", false, "")
	f.BoolVar(&o.json, "json", false, "")
	f.Func("run", "", func(s string) (err error) {
		o.run, err = regexp.Compile(s)
		return err
	})
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case f.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case o.workers < 1 || o.workers > maxWorkers:
		return nil, fmt.Errorf("-cpu %d: not between 1 and %d", o.workers, maxWorkers)
	case o.dir != "" && o.data != "":
		return nil, errors.New("-dir and -data exclude each other")
	case o.dir == "" && o.testKeys:
		return nil, errors.New("-test-keys works with -dir only")
	}
	return o, nil
}

// execute does all units that were asked for and prints the report.
func (o *options) execute(stdout io.Writer, p *progress) (*report, error) {
	units, err := o.units(p)
	if err != nil {
		return nil, err
	}
	var outcomes []*outcome
	for i := range units {
		out, err := units[i].do(o, p)
		if err != nil {
			p.clear()
			return nil, err
		}
		outcomes = append(outcomes, out)
	}
	p.clear()
	r := summarize(outcomes)
	if o.json {
		return r, r.writeJSON(stdout)
	}
	if err := writeTable(stdout, outcomes); err != nil {
		return nil, err
	}
	if err := writeScaling(stdout, outcomes); err != nil {
		return nil, err
	}
	if err := writeDays(stdout, r.Days); err != nil {
		return nil, err
	}
	return r, r.writeSummary(stdout)
}

// units lists what is to be done.
func (o *options) units(p *progress) ([]unit, error) {
	all, err := o.allUnits(p)
	if err != nil || o.run == nil {
		return all, err
	}
	var chosen []unit
	names := make([]string, 0, len(all))
	for _, u := range all {
		names = append(names, u.name())
		if o.run.MatchString(u.name()) {
			chosen = append(chosen, u)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-run %q matches none of:\n  %s", o.run, strings.Join(names, "\n  "))
	}
	return chosen, nil
}

// allUnits lists what there is to do before -run chooses.
func (o *options) allUnits(p *progress) ([]unit, error) {
	if o.dir != "" {
		f := folder{dir: o.dir, testKeys: o.testKeys}
		units, err := f.units(o, p)
		if err != nil {
			return nil, err
		}
		for _, u := range productionUnits(o) {
			if o.run != nil && !o.run.MatchString(u.kind+" "+u.shape) {
				units = append(units, u)
			}
		}
		return units, nil
	}
	testdata := o.data
	if testdata == "" {
		found, err := findTestdata()
		if err != nil {
			return nil, err
		}
		testdata = found
	}
	f := folder{dir: filepath.Join(testdata, "filecoin", "2kib"), testKeys: true, impliesAccept: true}
	units, err := f.units(o, p)
	if err != nil {
		return nil, err
	}
	units = append(units, productionUnits(o)...)
	if units, err = addPoseidon(units, testdata, o, p); err != nil {
		return nil, err
	}
	trees, err := treeUnits(o)
	return slices.Concat(units, sectorUnits(o), trees, settleUnits(o)), err
}
