package poreplication

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/vanilla"
)

func (c *vanillaCase) bench(b *testing.B, name string) {
	b.Run(name, func(b *testing.B) {
		size := 0
		for _, proof := range c.proofs {
			size += len(proof)
		}
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			if err := c.verify(b, c.proofs); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerifySealVanilla(b *testing.B) {
	findVanilla(b, "seal/V1_1/").bench(b, "kind=StackedDrg2KiBV1_1")
	findVanilla(b, "seal/V1_2_Feat_NonInteractivePoRep").bench(b, "kind=StackedDrg2KiBV1_2_Feat_NiPoRep")
	for _, kind := range []RegisteredSealProof{StackedDrg512MiBV1_1, StackedDrg32GiBV1_1} {
		config, _ := kind.config()
		info, proof := forgeSealVanilla(b, config, nil)
		sealVanillaCase(b, "", info, proof).bench(b, fmt.Sprintf("kind=%v", kind))
	}
}

func BenchmarkVerifyWinningPoStVanilla(b *testing.B) {
	for _, kind := range []RegisteredPoStProof{StackedDrgWinning2KiBV1, StackedDrgWinning32GiBV1} {
		p := postStatement(kind, 1)
		proofs := forgeSectors(b, &p, true)
		postVanillaCase(b, "", true, p, proofs).bench(b, fmt.Sprintf("kind=%v", kind))
	}
}

func BenchmarkVerifyWindowPoStVanilla(b *testing.B) {
	for _, kind := range []RegisteredPoStProof{StackedDrgWindow2KiBV1_1, StackedDrgWindow32GiBV1_1} {
		p := postStatement(kind, 50)
		proofs := forgeSectors(b, &p, false)
		postVanillaCase(b, "", false, p, proofs).bench(b, fmt.Sprintf("kind=%v/replicas=50", kind))
	}
}

func BenchmarkVerifyReplicaUpdateVanilla(b *testing.B) {
	findVanilla(b, "update").bench(b, "kind=StackedDrg2KiBUpdateV1")
	for _, size := range []string{"8mib", "512mib"} {
		for _, c := range sharedVanillaCases(b, size) {
			if c.name[:6] == "update" {
				c.bench(b, "size="+size)
			}
		}
	}
}

// allocated returns what a call of f allocates.
func allocated(t *testing.T, f func()) (count float64, size uint64) {
	count = testing.AllocsPerRun(2, f)
	size = math.MaxUint64
	var before, after runtime.MemStats
	for range 3 { // other goroutines' memory counts, too
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		size = min(size, after.TotalAlloc-before.TotalAlloc)
	}
	return count, size
}

// Memory is that of one partition, or of some replicas, and what has another length
// costs no more than the error.
func TestVanillaAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	check := func(name string, most float64, mostBytes uint64, f func() error, wantNil bool) {
		t.Helper()
		count, size := allocated(t, func() {
			if err := f(); (err == nil) != wantNil {
				t.Fatalf("%s: %v", name, err)
			}
		})
		t.Logf("%s: %.0f allocations of %d bytes", name, count, size)
		if count > most || size > mostBytes {
			t.Errorf("%s: %.0f allocations of %d bytes, at most %.0f of %d", name, count, size, most, mostBytes)
		}
	}
	ni := findVanilla(t, "seal/V1_2_Feat_NonInteractivePoRep") // of 13 partitions
	check("seal of 13 partitions", 150, 100<<10, func() error { return ni.verify(t, ni.proofs) }, true)
	check("another length", 20, 4<<10, func() error { return ni.verify(t, [][]byte{ni.proofs[0][8:]}) }, false)

	large, _ := shape.Of(32 << 30)
	s := SealInfo{SealProof: StackedDrg32GiBV1_1, CommR: field("CommR", 0), CommD: field("CommD", 0)}
	empty := make([]byte, 8+10*vanilla.SealPartitionSize(&large))
	binary.LittleEndian.PutUint64(empty, 10)
	check("seal of 32 GiB", 700, 2<<20, func() error { return VerifySealVanilla(t.Context(), &s, empty) }, false)

	p := postStatement(StackedDrgWindow32GiBV1_1, 200)
	one := make([][]byte, 200)
	for i := range one {
		one[i] = make([]byte, vanilla.SectorProofSize(&large, 10))
		binary.LittleEndian.PutUint64(one[i], p.Replicas[i].Sector)
	}
	check("WindowPoSt of 200 replicas", 100, 1<<20, func() error { return VerifyWindowPoStVanilla(t.Context(), &p, one) }, false)

	u := ReplicaUpdateInfo{UpdateProof: StackedDrg64GiBUpdateV1}
	update, _ := shape.Of(64 << 30)
	empty = make([]byte, 8+16*vanilla.UpdatePartitionSize(&update))
	empty[0] = 16
	check("update of 64 GiB", 100, 1<<20, func() error { return VerifyReplicaUpdateVanilla(t.Context(), &u, empty) }, false)
}
