package poreplication

import (
	"context"
	"fmt"
	"testing"

	"github.com/depinproof/depinproof/poreplication/params"
)

// benchKinds are the shapes worth a figure of their own.
var benchKinds = []RegisteredSealProof{StackedDrg2KiBV1_1, StackedDrg32GiBV1_1, StackedDrg32GiBV1_1_Feat_SyntheticPoRep, StackedDrg64GiBV1_1, StackedDrg32GiBV1_2_Feat_NiPoRep}

// prover returns a function that completes statements of a kind.
func (f *forge) prover(kind RegisteredSealProof) func(testing.TB, SealInfo) SealInfo {
	if config, _ := kind.Config(); config.Features == NonInteractivePoRep {
		return f.nonInteractive
	}
	return f.seal
}

func BenchmarkVerifySeal(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(fmt.Sprintf("kind=%v", kind), func(b *testing.B) {
			config, _ := kind.Config()
			f := forgeFor(b, params.Seal, config.SectorSize, 1)
			s := f.prover(kind)(b, statement(kind, 1))
			b.SetBytes(int64(len(s.Proof)))
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifySeal(&s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "seals/s")
		})
	}
}

func BenchmarkVerifySealBatch(b *testing.B) {
	for _, kind := range []RegisteredSealProof{StackedDrg2KiBV1_1, StackedDrg32GiBV1_1, StackedDrg32GiBV1_2_Feat_NiPoRep} {
		for _, n := range []int{10, 64} {
			b.Run(fmt.Sprintf("kind=%v/n=%d", kind, n), func(b *testing.B) {
				config, _ := kind.Config()
				f := forgeFor(b, params.Seal, config.SectorSize, 1)
				seals := make([]SealInfo, n)
				for i := range seals {
					seals[i] = f.prover(kind)(b, statement(kind, i))
				}
				b.SetBytes(int64(n * len(seals[0].Proof)))
				b.ReportAllocs()
				for b.Loop() {
					if err := f.v.VerifySealBatch(context.Background(), seals, nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "seals/s")
			})
		}
	}
}

func BenchmarkVerifyAggregateSeals(b *testing.B) {
	for _, x := range []struct {
		kind RegisteredSealProof
		n    int
	}{
		{StackedDrg2KiBV1_1, 2}, {StackedDrg2KiBV1_1, 16}, {StackedDrg2KiBV1_1, 128}, {StackedDrg2KiBV1_1, 1024},
		{StackedDrg32GiBV1_1, 4}, {StackedDrg32GiBV1_1, 64},
	} {
		b.Run(fmt.Sprintf("kind=%v/n=%d", x.kind, x.n), func(b *testing.B) {
			config, _ := x.kind.Config()
			f := forgeFor(b, params.Seal, config.SectorSize, 1)
			f.v.limits.AggregateSeals = 1024
			a := f.aggregateOf(b, x.kind, x.n, SnarkPackV2)
			b.SetBytes(int64(len(a.Proof)))
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyAggregateSeals(context.Background(), &a); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*x.n)/b.Elapsed().Seconds(), "seals/s")
		})
	}
}

func BenchmarkVerifyAggregateReplicaUpdates(b *testing.B) {
	for _, x := range []struct {
		kind RegisteredUpdateProof
		n    int
	}{{StackedDrg2KiBUpdateV1, 16}, {StackedDrg32GiBUpdateV1, 4}, {StackedDrg32GiBUpdateV1, 64}} {
		b.Run(fmt.Sprintf("number=%d/n=%d", int64(x.kind), x.n), func(b *testing.B) {
			config, _ := x.kind.Config()
			f := forgeFor(b, params.ReplicaUpdate, config.SectorSize, 1)
			a := f.updatesOf(b, x.kind, x.n)
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyAggregateReplicaUpdates(context.Background(), &a); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*x.n)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

func BenchmarkSealPublicInputs(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(fmt.Sprintf("kind=%v", kind), func(b *testing.B) {
			s := statement(kind, 1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := SealPublicInputs(&s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "seals/s")
		})
	}
}

func BenchmarkVerifyWinningPoSt(b *testing.B) {
	for _, kind := range []RegisteredPoStProof{StackedDrgWinning2KiBV1, StackedDrgWinning32GiBV1} {
		b.Run(fmt.Sprintf("kind=%v", kind), func(b *testing.B) {
			config, _ := kind.Config()
			f := forgeFor(b, params.WinningPoSt, config.SectorSize, 1)
			p := f.winning(b, postStatement(kind, 1))
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyWinningPoSt(&p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyWinningPoStBatch(b *testing.B) {
	f := forgeFor(b, params.WinningPoSt, 32<<30, 1)
	for _, n := range []int{10, 64} {
		b.Run(fmt.Sprintf("kind=%v/n=%d", StackedDrgWinning32GiBV1, n), func(b *testing.B) {
			ps := make([]WinningPoStInfo, n)
			for i := range ps {
				p := postStatement(StackedDrgWinning32GiBV1, 1)
				p.Replicas[0].Sector = uint64(i)
				ps[i] = f.winning(b, p)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyWinningPoStBatch(context.Background(), ps, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "posts/s")
		})
	}
}

// benchWindows are one small partition, one sector, one full and three full
// partitions of 32 GiB sectors.
var benchWindows = []struct {
	kind    RegisteredPoStProof
	sectors int
}{
	{StackedDrgWindow2KiBV1_1, 2},
	{StackedDrgWindow32GiBV1_1, 1},
	{StackedDrgWindow32GiBV1_1, 2349},
	{StackedDrgWindow32GiBV1_1, 3 * 2349},
}

func BenchmarkVerifyWindowPoSt(b *testing.B) {
	for _, x := range benchWindows {
		b.Run(fmt.Sprintf("kind=%v/sectors=%d", x.kind, x.sectors), func(b *testing.B) {
			config, _ := x.kind.Config()
			f := windowForge(b, config.SectorSize, 1)
			p := f.window(b, postStatement(x.kind, x.sectors))
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyWindowPoSt(context.Background(), &p); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*x.sectors)/b.Elapsed().Seconds(), "sectors/s")
		})
	}
}

func BenchmarkWindowPoStPublicInputs(b *testing.B) {
	for _, x := range benchWindows {
		b.Run(fmt.Sprintf("kind=%v/sectors=%d", x.kind, x.sectors), func(b *testing.B) {
			p := postStatement(x.kind, x.sectors)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := WindowPoStPublicInputs(&p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyReplicaUpdate(b *testing.B) {
	for _, kind := range []RegisteredUpdateProof{StackedDrg2KiBUpdateV1, StackedDrg32GiBUpdateV1} {
		b.Run(fmt.Sprintf("number=%d", int64(kind)), func(b *testing.B) {
			config, _ := kind.Config()
			f := forgeFor(b, params.ReplicaUpdate, config.SectorSize, 1)
			u := f.update(b, updateInfo(kind, 1))
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyReplicaUpdate(&u); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyReplicaUpdateBatch(b *testing.B) {
	f := forgeFor(b, params.ReplicaUpdate, 32<<30, 1)
	for _, n := range []int{10, 64} {
		b.Run(fmt.Sprintf("number=%d/n=%d", int64(StackedDrg32GiBUpdateV1), n), func(b *testing.B) {
			us := make([]ReplicaUpdateInfo, n)
			for i := range us {
				us[i] = f.update(b, updateInfo(StackedDrg32GiBUpdateV1, i))
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := f.v.VerifyReplicaUpdateBatch(context.Background(), us, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "updates/s")
		})
	}
}

// What New decodes, and what the first proof under a key computes.
func BenchmarkNew(b *testing.B) {
	for _, x := range []struct {
		name    string
		circuit params.Circuit
	}{{"seal", params.Seal}, {"window", params.WindowPoSt}} {
		id := params.ID{Circuit: x.circuit, SectorSize: 32 << 30}
		keys := testKeys(b, keyFile(b, id, forgeFor(b, x.circuit, id.SectorSize, 1).secret))
		for _, prepare := range []bool{false, true} {
			b.Run(fmt.Sprintf("key=%s/prepare=%v", x.name, prepare), func(b *testing.B) {
				for b.Loop() {
					v, err := New(Config{Keys: keys})
					if err != nil {
						b.Fatal(err)
					}
					if prepare {
						v.keys[id].prepared()
					}
				}
			})
		}
	}
}
