package main

import (
	"runtime"
	"slices"
	"time"
)

// measure is a call to time.
type measure struct {
	suffix string // after the shape, for example " x10"
	cores  int    // workers the call may use
	proofs int    // proofs one call checks
	bytes  int64  // that one call reads, where that is worth telling
	// sectors is the number of sectors of every proof, where that differs.
	sectors int
	call    func() error
}

// timing is what a measure came to.
type timing struct {
	suffix  string
	cores   int
	sectors int
	micros  float64 // µs per proof
	rate    float64 // bytes per second, or 0
	allocs  float64 // allocations per proof
}

// perSecond is the number of proofs per second.
func (t *timing) perSecond() float64 { return 1e6 / t.micros }

// rounds is the number of rounds whose median is reported.
const rounds = 5

// take times the call in rounds that fill the budget together, at least one
// call to a round, after one call that counts for nothing but its duration.
func (m *measure) take(budget time.Duration) (timing, error) {
	start := time.Now()
	if err := m.call(); err != nil {
		return timing{}, err
	}
	calls := max(1, int(budget/rounds/max(1, time.Since(start))))

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var taken [rounds]time.Duration
	for r := range taken {
		start := time.Now()
		for range calls {
			if err := m.call(); err != nil {
				return timing{}, err
			}
		}
		taken[r] = time.Since(start)
	}
	runtime.ReadMemStats(&after)

	slices.Sort(taken[:])
	proofs := float64(calls * m.proofs)
	median := taken[rounds/2]
	return timing{
		suffix:  m.suffix,
		cores:   m.cores,
		sectors: m.sectors,
		micros:  float64(median.Nanoseconds()) / 1e3 / proofs,
		rate:    float64(calls) * float64(m.bytes) / median.Seconds(),
		allocs:  float64(after.Mallocs-before.Mallocs) / (rounds * proofs),
	}, nil
}
