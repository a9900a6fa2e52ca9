package poreplication

import "testing"

func (c *vanillaCase) bench(b *testing.B) {
	b.Run(c.name, func(b *testing.B) {
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
	for _, kind := range []string{"seal/V1_1/", "seal/V1_2_Feat_NonInteractivePoRep"} {
		findVanilla(b, kind).bench(b)
	}
}

func BenchmarkVerifyWinningPoStVanilla(b *testing.B) { findVanilla(b, "winning").bench(b) }

func BenchmarkVerifyWindowPoStVanilla(b *testing.B) { findVanilla(b, "window/1.2.0").bench(b) }

func BenchmarkVerifyReplicaUpdateVanilla(b *testing.B) { findVanilla(b, "update").bench(b) }
