package poreplication

import (
	"context"
	"fmt"
	"testing"

	"github.com/depinproof/depinproof/poreplication/params"
)

// benchKinds are the shapes worth a figure of their own.
var benchKinds = []RegisteredSealProof{StackedDrg2KiBV1_1, StackedDrg32GiBV1_1, StackedDrg32GiBV1_1_Feat_SyntheticPoRep, StackedDrg64GiBV1_1}

func BenchmarkVerifySeal(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(fmt.Sprintf("kind=%v", kind), func(b *testing.B) {
			config, _ := kind.Config()
			f := forgeFor(b, config.SectorSize, 1)
			s := f.seal(b, statement(kind, 1))
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
	for _, kind := range benchKinds[:2] {
		for _, n := range []int{10, 64} {
			b.Run(fmt.Sprintf("kind=%v/n=%d", kind, n), func(b *testing.B) {
				config, _ := kind.Config()
				f := forgeFor(b, config.SectorSize, 1)
				seals := make([]SealInfo, n)
				for i := range seals {
					seals[i] = f.seal(b, statement(kind, i))
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

func BenchmarkNew(b *testing.B) {
	id := params.ID{Circuit: params.Seal, SectorSize: 32 << 30}
	keys := testKeys(b, keyFile(b, id, forgeFor(b, id.SectorSize, 1).secret))
	for b.Loop() {
		if _, err := New(Config{Keys: keys}); err != nil {
			b.Fatal(err)
		}
	}
}
