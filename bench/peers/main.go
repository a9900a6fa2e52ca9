// Command peers times this library against the implementations that others use,
// on the same files and the same core, in turns.
//
// Start it with the script run beside it, which builds the reference's server
// and pins both processes to one core.
package main

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication/params"
)

func main() {
	var o options
	flag.BoolVar(&o.json, "json", false, "print the rows as JSON and nothing else on standard output")
	flag.StringVar(&o.pattern, "run", "", "measure only what matches this regular expression on \"kind shape\"")
	flag.IntVar(&o.rounds, "rounds", 9, "rounds of which the median is reported")
	flag.BoolVar(&o.judgeOnly, "judge", false, "compare verdicts only, measure nothing")
	flag.BoolVar(&o.long, "long", false, "measure what takes minutes as well")
	flag.StringVar(&o.server, "server", "", "the reference's server")
	flag.StringVar(&o.root, "root", "../..", "root folder of the main module")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "seed of all random statements")
	flag.Parse()
	if err := run(&o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

type options struct {
	json, judgeOnly, long bool
	pattern, server, root string
	rounds                int
	seed                  uint64
}

// kind is a kind of work that the library and its peers do. Each has a file of
// its own, and a module of the reference's server.
type kind struct {
	name   string
	shapes []string
	// prepare makes what a shape needs.
	prepare func(shape string) (*comparison, error)
	// judge compares verdicts over valid and hostile statements, and returns
	// how many it compared and what differs.
	judge func() (compared int, differences []string, err error)
}

// kinds lists all kinds of work. Preparation is left to the kind's functions.
func kinds(e *environment) []kind {
	return []kind{sealKind(e), niKind(e), aggregateKind(e), winningKind(e), windowKind(e), updateKind(e), vanillaKind(e), labelsKind(e), rootsKind(e), poseidonKind(e), treeKind(e)}
}

func run(o *options, out io.Writer) error {
	if o.rounds < 1 {
		return fmt.Errorf("%d rounds", o.rounds)
	}
	wanted, err := regexp.Compile(o.pattern)
	if err != nil {
		return err
	}
	core, err := pinnedCore()
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)

	e, err := newEnvironment(o)
	if err != nil {
		return err
	}
	defer e.close()
	fmt.Fprintf(os.Stderr, "core %d, seed %d\n", core, o.seed)

	var rows []row
	found := false
	for _, k := range kinds(e) {
		var shapes []string
		for _, s := range k.shapes {
			if wanted.MatchString(k.name + " " + s) {
				shapes = append(shapes, s)
			}
		}
		if len(shapes) == 0 {
			continue
		}
		found = true
		if err := judge(&k); err != nil {
			return err
		}
		if o.judgeOnly {
			continue
		}
		for _, s := range shapes {
			c, err := k.prepare(s)
			if err != nil {
				return fmt.Errorf("%s %s: %w", k.name, s, err)
			}
			more, err := c.measure(k.name, s, o.rounds)
			if err != nil {
				return fmt.Errorf("%s %s: %w", k.name, s, err)
			}
			rows = append(rows, more...)
		}
	}
	switch {
	case !found:
		return fmt.Errorf("nothing matches %q", o.pattern)
	case o.judgeOnly:
		return nil
	case o.json:
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(rows)
	}
	return printTable(out, rows)
}

// judge fails unless the library and the reference give the same verdicts.
func judge(k *kind) error {
	start := time.Now()
	n, differences, err := k.judge()
	if err != nil {
		return fmt.Errorf("%s: %w", k.name, err)
	}
	for _, d := range differences {
		fmt.Fprintln(os.Stderr, k.name, "differs:", d)
	}
	fmt.Fprintf(os.Stderr, "%s: %d verdicts compared, %d differ (%.1f s)\n", k.name, n, len(differences), time.Since(start).Seconds())
	if n == 0 || len(differences) > 0 {
		return fmt.Errorf("%s: the verdicts differ", k.name)
	}
	return nil
}

func printTable(out io.Writer, rows []row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "kind\tshape\tcores\tours µs\tpeer\tpeer µs\tratio\tspread\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%.2f\t%.1f %%, %.1f %%\t\n",
			r.Kind, r.Shape, r.Cores, micros(r.OursUS), r.Peer, micros(r.PeerUS), r.Ratio, 100*r.oursSpread, 100*r.peerSpread)
	}
	return w.Flush()
}

// micros writes microseconds, with more digits where they are a fraction.
func micros(us float64) string {
	if us < 1 {
		return fmt.Sprintf("%.4f", us)
	}
	return fmt.Sprintf("%.2f", us)
}

// pinnedCore returns the one core this process may run on. More than one is an
// error: neither GOMAXPROCS nor a thread count keeps two processes on the same
// core.
func pinnedCore() (int, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	const field = "Cpus_allowed_list:"
	for line := range strings.Lines(string(status)) {
		if list, ok := strings.CutPrefix(line, field); ok {
			var core int
			list = strings.TrimSpace(list)
			if _, err := fmt.Sscanf(list, "%d", &core); err != nil || fmt.Sprint(core) != list {
				return 0, fmt.Errorf("may run on cores %s, not on one alone: start it with the script run", list)
			}
			return core, nil
		}
	}
	return 0, fmt.Errorf("no %s in the process's status", field)
}

// environment is what all kinds share: the reference's server, a folder for
// files, and a source of random statements.
type environment struct {
	root   string // of the main module
	cases  string // folder of case files
	keys   string // parameter cache of both sides
	random *rand.ChaCha8
	long   bool // whether to measure what takes minutes
	ref    *reference
	remove func()

	keyNames []string // of the keys in it
	made     map[params.ID]testedKey

	srsSecrets *trapdoor.SRS
	srsPowers  int // in each vector of its file
}

func newEnvironment(o *options) (*environment, error) {
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return nil, err
	}
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], o.seed)
	e := &environment{
		root:   o.root,
		cases:  dir + "/cases",
		keys:   dir + "/keys",
		random: rand.NewChaCha8(seed),
		made:   make(map[params.ID]testedKey),
		long:   o.long,
		remove: func() { os.RemoveAll(dir) },
	}
	for _, sub := range []string{e.cases, e.keys} {
		if err := os.Mkdir(sub, 0o700); err != nil {
			e.remove()
			return nil, err
		}
	}
	e.ref = &reference{path: o.server, keys: e.keys}
	return e, nil
}

func (e *environment) close() {
	e.ref.close()
	e.remove()
}

// bytes32 returns 32 random bytes.
func (e *environment) bytes32() (b [32]byte) {
	e.random.Read(b[:])
	return b
}

// canonical32 returns a random field element, little-endian.
func (e *environment) canonical32() [32]byte {
	b := e.bytes32()
	b[31] &= 0x3f // 2^254 is below the modulus
	return b
}
