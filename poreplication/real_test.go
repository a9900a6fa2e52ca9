package poreplication

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/params"
)

// A 2 KiB seal of another implementation, under that implementation's own key,
// from the statement's parts.
func TestPolkaStorageSeal(t *testing.T) {
	var c struct {
		Key      hexBytes `json:"vk_compressed"`
		PoRepID  hexBytes `json:"porep_id"`
		ProverID hexBytes `json:"prover_id"`
		Sector   uint64   `json:"sector_number"`
		Ticket   hexBytes `json:"ticket"`
		Seed     hexBytes `json:"seed"`
		CommD    hexBytes `json:"comm_d"`
		CommR    hexBytes `json:"comm_r"`
		Proof    hexBytes `json:"proof"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/polka-storage/porep_2kib.json"), &c); err != nil {
		t.Fatal(err)
	}
	name, err := params.Name(params.V28, params.ID{Circuit: params.Seal, SectorSize: 2 << 10})
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(Config{Keys: testKeys(t, fstest.MapFS{name: {Data: uncompressKey(t, c.Key)}})})
	if err != nil {
		t.Fatal(err)
	}
	good := SealInfo{
		Config:   &SealConfig{SectorSize: 2 << 10, PoRepID: c.PoRepID.array(), Version: V1_2_0},
		ProverID: c.ProverID.array(), Sector: c.Sector, Ticket: c.Ticket.array(), Seed: c.Seed.array(),
		CommR: c.CommR.array(), CommD: c.CommD.array(), Proof: c.Proof,
	}
	if err := v.VerifySeal(&good); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(s *SealInfo){
		"prover": func(s *SealInfo) { s.ProverID[3] ^= 1 },
		"sector": func(s *SealInfo) { s.Sector++ },
		"ticket": func(s *SealInfo) { s.Ticket[0] ^= 1 },
		"seed":   func(s *SealInfo) { s.Seed[31] ^= 1 },
		"CommD":  func(s *SealInfo) { s.CommD[0] ^= 1 },
		"CommR":  func(s *SealInfo) { s.CommR[0] ^= 1 },
		"graph":  func(s *SealInfo) { s.Config = &SealConfig{SectorSize: 2 << 10, Version: V1_0_0} },
	} {
		bad := good
		change(&bad)
		if err := v.VerifySeal(&bad); !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
}

// uncompressKey turns a key of compressed points into a file's bytes.
func uncompressKey(t *testing.T, b []byte) []byte {
	var out []byte
	point := func(size int) {
		switch size {
		case bls12381.G1CompressedSize:
			var g bls12381.G1
			if err := g.SetCompressed((*[48]byte)(b)); err != nil {
				t.Fatal(err)
			}
			e := g.Uncompressed()
			out = append(out, e[:]...)
		default:
			var g bls12381.G2
			if err := g.SetCompressed((*[96]byte)(b)); err != nil {
				t.Fatal(err)
			}
			e := g.Uncompressed()
			out = append(out, e[:]...)
		}
		b = b[size:]
	}
	for _, size := range []int{48, 48, 96, 96, 48, 96} {
		point(size)
	}
	n := binary.BigEndian.Uint32(b)
	out, b = append(out, b[:4]...), b[4:]
	for range n {
		point(48)
	}
	return out
}

// Every record of the reference's regression files gives public inputs of its
// number of partitions.
func TestSealRegressionInputs(t *testing.T) {
	type record struct {
		SectorSize uint64   `json:"sector_size"`
		Partitions int      `json:"partitions"`
		PoRepID    hexBytes `json:"porep_id"`
		Version    string   `json:"api_version"`
		Features   []string `json:"api_features"`
		CommR      hexBytes `json:"comm_r"`
		CommD      hexBytes `json:"comm_d"`
		ProverID   hexBytes `json:"prover_id"`
		Sector     uint64   `json:"sector_id"`
		Ticket     hexBytes `json:"ticket"`
		Seed       hexBytes `json:"seed"`
		Proof      hexBytes `json:"proof"`
	}
	versions := map[string]Version{"V1_0_0": V1_0_0, "V1_1_0": V1_1_0, "V1_2_0": V1_2_0}
	derived := 0
	for _, file := range []string{"v16", "v18"} {
		data := sharedFile(t, "filecoin/seal-regression/seal_regression_records-"+file+".hex.jsonl")
		for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
			var r record
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			config := &SealConfig{SectorSize: r.SectorSize, PoRepID: r.PoRepID.array(), Version: versions[r.Version]}
			for _, f := range r.Features {
				switch f {
				case "SyntheticPoRep":
					config.Features |= SyntheticPoRep
				case "NonInteractivePoRep":
					config.Features |= NonInteractivePoRep
				default:
					t.Fatalf("feature %q", f)
				}
			}
			info := SealInfo{
				Config: config, ProverID: r.ProverID.array(), Sector: r.Sector, Ticket: r.Ticket.array(), Seed: r.Seed.array(),
				CommR: r.CommR.array(), CommD: r.CommD.array(), Proof: r.Proof,
			}
			inputs, err := SealPublicInputs(&info)
			if err != nil {
				t.Errorf("record %d: %v", derived, err)
				continue
			}
			aggregated := config.Features == NonInteractivePoRep
			if len(inputs) != r.Partitions || len(r.Proof) != 192*r.Partitions && !aggregated {
				t.Errorf("record %d: %d partitions, proof of %d bytes, want %d partitions", derived, len(inputs), len(r.Proof), r.Partitions)
			}
			derived++
		}
	}
	if derived != 561 {
		t.Errorf("inputs derived for %d records, want 561", derived)
	}
}

// An aggregate of 1,638 seals of mainnet's kind is beyond the limits, and where they
// are raised its elements are good; the keys are others.
func TestLargeAggregate(t *testing.T) {
	var c struct {
		Kind  int64    `json:"registered_seal_proof"`
		Proof hexBytes `json:"proof"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/aggregate-proofs/snarkpack_1638x32gib.json"), &c); err != nil {
		t.Fatal(err)
	}
	f := forgeFor(t, params.Seal, 32<<30, 2)
	a := AggregateSealInfo{SealProof: RegisteredSealProof(c.Kind), Proof: c.Proof}
	for i := range 1638 {
		s := statement(a.SealProof, i)
		a.Seals = append(a.Seals, aggregated(&s))
	}
	for _, x := range []struct {
		limits Limits
		want   error
	}{
		{Limits{}, depinproof.ErrLimit},
		{Limits{AggregateSeals: 1638}, depinproof.ErrLimit},
		{Limits{AggregateProofs: 16384}, depinproof.ErrLimit},
		{Limits{AggregateSeals: 1638, AggregateProofs: 16384}, depinproof.ErrInvalidProof},
	} {
		v := *f.v
		v.limits = x.limits
		checkError(t, fmt.Sprintf("%+v", x.limits), v.VerifyAggregateSeals(t.Context(), &a), x.want, noIndex)
	}
}
