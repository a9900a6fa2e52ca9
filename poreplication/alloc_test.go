package poreplication

import (
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/depinproof/depinproof/poreplication/params"
)

// Allocations of a call do not depend on the calls before it, and those of a
// batch grow by a constant with every seal. The bounds are what is measured, and
// some room for the scheduler.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	f := forgeFor(t, params.Seal, 32<<30, 1)
	seals := make([]SealInfo, 12)
	for i := range seals {
		seals[i] = f.seal(t, statement(StackedDrg32GiBV1_1, i))
	}
	single := testing.AllocsPerRun(3, func() {
		if err := f.v.VerifySeal(&seals[0]); err != nil {
			t.Fatal(err)
		}
	})
	batch := func(n int) float64 {
		return testing.AllocsPerRun(2, func() {
			if err := f.v.VerifySealBatch(context.Background(), seals[:n], nil); err != nil {
				t.Fatal(err)
			}
		})
	}
	perSeal := (batch(12) - batch(2)) / 10
	t.Logf("%.0f allocations for one seal, %.1f for every seal more in a batch", single, perSeal)
	if single > 200 {
		t.Errorf("VerifySeal: %.0f allocations, at most 200", single)
	}
	if perSeal > 70 {
		t.Errorf("VerifySealBatch: %.1f allocations a seal, at most 70", perSeal)
	}

	// What is refused by its length costs no more than the error.
	long := seals[0]
	long.Proof = make([]byte, 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		if f.v.VerifySeal(&long) == nil {
			t.Fatal("accepted")
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / 100; n > 4<<10 {
		t.Errorf("a proof of a wrong length: %d bytes allocated", n)
	}
}

// Memory of an aggregate: its statement, which the caller bounds, and what decoding
// and combining take; none of it stays.
func TestAggregateAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	f := forgeFor(t, params.Seal, 2<<10, 1)
	f.v.limits.AggregateSeals = 1024
	measure := func(a *AggregateSealInfo) (count float64, size uint64) {
		verify := func() {
			if err := f.v.VerifyAggregateSeals(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		var before, after runtime.MemStats
		count = testing.AllocsPerRun(3, verify)
		size = math.MaxUint64
		for range 5 { // other goroutines' memory counts, too
			runtime.ReadMemStats(&before)
			verify()
			runtime.ReadMemStats(&after)
			size = min(size, after.TotalAlloc-before.TotalAlloc)
		}
		return count, size
	}
	small := f.aggregateOf(t, StackedDrg2KiBV1_1, 2, SnarkPackV2)
	large := f.aggregateOf(t, StackedDrg2KiBV1_1, 1024, SnarkPackV2)
	smallCount, smallSize := measure(&small)
	largeCount, largeSize := measure(&large)
	again, _ := measure(&small) // the scheduler allocates now and then
	t.Logf("%.0f allocations of %d bytes for 2 seals, %.0f of %d for 1,024", smallCount, smallSize, largeCount, largeSize)
	if again > smallCount*1.2 {
		t.Errorf("%.0f allocations, %.0f after a larger aggregate", smallCount, again)
	}
	if smallSize > 512<<10 || largeSize > 2560<<10 {
		t.Errorf("%d bytes for 2 seals, %d for 1,024", smallSize, largeSize)
	}
}
