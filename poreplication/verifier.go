package poreplication

import (
	"sync"

	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/params"
)

// Limits bounds the work of one call. A zero field means its default.
type Limits struct {
	// BatchSeals is the greatest number of seals in one batch. Default 4,096.
	BatchSeals int
	// BisectFailures is the number of failing seals a batch isolates by
	// halving; after that it checks what is left one by one. Default 16.
	BisectFailures int
}

const (
	defaultBatchSeals     = 4096
	defaultBisectFailures = 16
	maxWorkers            = 1024
)

// Config configures a [Verifier].
type Config struct {
	// Keys are the verifying keys. Required.
	Keys *params.Keys
	// Workers is the greatest number of goroutines one call may use, at most
	// 1,024. Zero means one: the calling goroutine does all the work.
	Workers int
	Limits  Limits
}

// Verifier checks proofs under the keys it was made with. It is immutable and
// safe for concurrent use. The zero value has no keys and refuses every proof
// with ErrUnsupported.
type Verifier struct {
	workers int
	limits  Limits
	seals   map[uint64]sealKey // by sector size
}

type sealKey struct {
	key  *groth16.Key
	test bool
}

// New returns a verifier with the given keys. It decodes and prepares the
// replication keys, which takes some 40 ms and 1 MiB for a 32 or 64 GiB key on
// one core, and a tenth of it for others.
//
// Errors: ErrMalformed for a key whose content is not a verifying key,
// ErrUnsupported when cfg has no keys, ErrLimit for a number of workers or a
// limit that is negative or too large.
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
	if cfg.Limits.BatchSeals < 0 || cfg.Limits.BisectFailures < 0 {
		return nil, limit("negative limit")
	}
	v := &Verifier{workers: cfg.Workers, limits: cfg.Limits, seals: make(map[uint64]sealKey)}
	for _, k := range cfg.Keys.All() {
		if k.ID.Circuit != params.Seal {
			continue
		}
		vk, err := groth16.ReadVerifyingKey(k.Bytes)
		if err != nil {
			return nil, malformed("%s: %w", k.Name, err)
		}
		v.seals[k.ID.SectorSize] = sealKey{key: groth16.Prepare(vk), test: k.Test}
	}
	return v, nil
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
