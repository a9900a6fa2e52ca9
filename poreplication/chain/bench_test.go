package chain

import "testing"

func BenchmarkDecodeProveCommitSector(b *testing.B) {
	data, err := (&ProveCommitSector{Sector: 1 << 20, Proof: counting(1920)}).Encode()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeProveCommitSector(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeSubmitWindowedPoSt(b *testing.B) {
	skipped := make(Bitfield, 100)
	for i := range skipped {
		skipped[i] = Run{uint64(1000 * i), 3}
	}
	p := SubmitWindowedPoSt{
		Partitions: []PoStPartition{{0, skipped}, {1, nil}, {2, nil}},
		Proofs:     []PoStProof{{13, counting(576)}},
	}
	data, err := p.Encode()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeSubmitWindowedPoSt(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseCommR(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseCommR(textR); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDrawRandomness(b *testing.B) {
	digest := RandomnessDigest(counting(96))
	b.ReportAllocs()
	for b.Loop() {
		digest = SealTicket(digest, 67344, 10241)
	}
}
