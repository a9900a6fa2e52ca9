package poreplication

import (
	"sync"

	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
	"github.com/depinproof/depinproof/poreplication/params"
)

// Limits bounds the work of one call. A zero field means its default.
type Limits struct {
	// BatchSeals, BatchPoSts and BatchUpdates are the greatest numbers of seals,
	// WinningPoSts and replica updates in one batch. Default 4,096 each.
	BatchSeals   int
	BatchPoSts   int
	BatchUpdates int
	// WindowSectors is the greatest number of replicas in one WindowPoSt, counted
	// before duplicates are dropped; at most 1,048,576. Default 30,000, which is
	// more than twelve partitions of 32 GiB sectors.
	WindowSectors int
	// AggregateSeals and AggregateNonInteractive are the greatest numbers of seals in
	// one aggregate, interactive or Synthetic ones and non-interactive ones. Default
	// 819 (FIP-0013) and 65 (FIP-0092). The chain also wants at least four
	// interactive ones, which the reference does not.
	AggregateSeals          int
	AggregateNonInteractive int
	// AggregateProofs is the greatest number of partition proofs that one aggregate
	// says it has, a power of two, at most 16,384: the reference's string, as it is
	// loaded, bears no more. Default 8,192, which the defaults above come to.
	AggregateProofs int
	// BisectFailures is the number of failing items a batch isolates by halving;
	// after that it checks what is left one by one. Default 16.
	BisectFailures int
	// TableBytes bounds the memory of the table of multiples that is computed for
	// each key at its first proof; a key whose table would be larger has none and
	// takes longer. Default 64 MiB, of which a WindowPoSt key of 32 GiB sectors
	// needs 30 MB and a replication key 1.7 MB; the former has another 2.5 MB of
	// sums, with a table or without. A negative number means no tables.
	TableBytes int64
}

const (
	defaultBatch          = 4096
	defaultWindowSectors  = 30_000
	defaultBisectFailures = 16

	defaultAggregateSeals          = 819
	defaultAggregateNonInteractive = 65
	defaultAggregateProofs         = 8192
	maxAggregateProofs             = 16384

	maxWorkers = 1024

	// maxWindowSectors is far below the number of replicas, some 2^24, from which
	// on the reference, dividing by the partition's size as 32-bit floating-point
	// numbers, may miscount the partitions.
	maxWindowSectors = 1 << 20
)

// Config configures a [Verifier].
type Config struct {
	// Keys are the verifying keys. Required.
	Keys *params.Keys
	// Workers is the greatest number of goroutines one call may use, at most
	// 1,024. Zero means one: the calling goroutine does all the work.
	Workers int
	// SRS is the structured reference string of aggregates. Without it aggregates and
	// non-interactive seals are ErrUnsupported.
	SRS *params.SRS
	// Strict refuses what the reference accepts and should not: bytes after an
	// aggregate, with ErrMalformed, and SnarkPack V1, which proves nothing by itself
	// (see [SnarkPackV1]), with ErrUnsupported.
	Strict bool
	Limits Limits
}

// Verifier checks proofs under the keys it was made with. It is safe for
// concurrent use, and nothing about it changes but that a key is prepared when it
// is first needed. The zero value has no keys and refuses every proof with
// ErrUnsupported.
type Verifier struct {
	workers int
	strict  bool
	limits  Limits
	keys    map[params.ID]*key
	srs     *snarkpack.SRS // nil if there is none
	srsTest bool           // it is a test string
}

// key is the key of one circuit.
type key struct {
	circuit params.Circuit
	test    bool
	inputs  int // of a statement
	// prepared returns the key ready for checking. The first call makes it, and
	// concurrent ones wait for it.
	prepared func() *groth16.Key
}

// New returns a verifier with the given keys. It decodes every key and checks all
// of its points, so that a key's fault is found here. On one Xeon core of the fifth
// generation that takes 0.3 s for the 25,840 points of a WindowPoSt key of 32 GiB
// sectors and 4 ms for a replication key. What checking under a key needs is computed
// at the first proof under it: 0.6 s for such a WindowPoSt key and 32 ms for a
// replication key, while other proofs under the same key wait. BenchmarkNew measures
// both. A program makes one verifier and keeps it.
//
// Errors: ErrMalformed for a key whose content is not a verifying key, or a reference
// string with something else than points that belong together, ErrUnsupported when cfg
// has no keys, ErrLimit for a number of workers or a limit that is negative or too
// large.
func New(cfg Config) (*Verifier, error) {
	v, err := newVerifier(&cfg)
	if err != nil {
		return nil, fail("poreplication.New", noIndex, err)
	}
	return v, nil
}

func newVerifier(cfg *Config) (*Verifier, error) {
	if cfg.Keys == nil {
		return nil, unsupported("no verifying keys")
	}
	if cfg.Workers < 0 || cfg.Workers > maxWorkers {
		return nil, limit("%d workers, at most %d", cfg.Workers, maxWorkers)
	}
	l := &cfg.Limits
	if min(l.BatchSeals, l.BatchPoSts, l.BatchUpdates, l.WindowSectors, l.BisectFailures,
		l.AggregateSeals, l.AggregateNonInteractive, l.AggregateProofs) < 0 {
		return nil, limit("negative limit")
	}
	if l.AggregateProofs > maxAggregateProofs {
		return nil, limit("aggregates of %d proofs, at most %d", l.AggregateProofs, maxAggregateProofs)
	}
	if l.WindowSectors > maxWindowSectors {
		return nil, limit("WindowPoSts of %d replicas, at most %d", l.WindowSectors, maxWindowSectors)
	}
	v := &Verifier{workers: cfg.Workers, strict: cfg.Strict, limits: cfg.Limits, keys: make(map[params.ID]*key)}
	if cfg.SRS != nil {
		srs, err := snarkpack.NewSRS(&cfg.SRS.G1, &cfg.SRS.G2)
		if err != nil {
			return nil, malformed("structured reference string: %w", err)
		}
		v.srs, v.srsTest = srs, cfg.SRS.Test
	}
	for _, k := range cfg.Keys.All() {
		vk, err := groth16.ReadVerifyingKey(k.Bytes)
		if err != nil {
			return nil, malformed("%s: %w", k.Name, err)
		}
		layout := layoutOf(k.ID.Circuit)
		v.keys[k.ID] = &key{
			circuit:  k.ID.Circuit,
			test:     k.Test,
			inputs:   layout.Folded(len(vk.IC) - 1),
			prepared: sync.OnceValue(func() *groth16.Key { return v.limits.prepareKey(k.ID.Circuit, vk) }),
		}
	}
	return v, nil
}

// keyFor returns the key of a circuit, for a statement that is described
// explicitly or by a registered number.
func (v *Verifier) keyFor(id params.ID, explicit bool) (*key, error) {
	k, ok := v.keys[id]
	if !ok {
		return nil, unsupported("no key for a %s of sectors of %d bytes", circuitNames[id.Circuit], id.SectorSize)
	}
	if explicit && !k.test {
		return nil, unsupported("an explicit configuration needs a test key")
	}
	return k, nil
}

// circuitNames are what a circuit's proofs are called in errors.
var circuitNames = map[params.Circuit]string{
	params.Seal:          "replication proof",
	params.WinningPoSt:   "WinningPoSt",
	params.WindowPoSt:    "WindowPoSt",
	params.ReplicaUpdate: "replica update",
}

// orDefault returns n, or its default when n is zero.
func orDefault(n, value int) int {
	if n == 0 {
		return value
	}
	return n
}

// split runs f on disjoint ranges that cover [0, n), one to a worker, and returns
// when all are done. With one worker, or one item, it starts no goroutine.
func (v *Verifier) split(n int, f func(from, to int)) {
	workers := min(v.workers, n)
	if workers <= 1 {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	for w := 1; w < workers; w++ {
		wg.Go(func() { f(w*n/workers, (w+1)*n/workers) })
	}
	f(0, n/workers)
	wg.Wait()
}
