package sectorupdate

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poseidon"
)

// slowChallenges takes the bits of one challenge after the other from big integers.
func slowChallenges(t *testing.T, s *Statement, partition, count int) (challenges []uint32) {
	t.Helper()
	h, err := poseidon.NewWith(poseidon.Config{Arity: 2, Domain: poseidon.Custom(1)})
	if err != nil {
		t.Fatal(err)
	}
	width := uint(0)
	for n := s.Shape.Nodes / uint64(s.Shape.UpdatePartitions()); n > 1; n /= 2 {
		width++
	}
	perDigest := 254 / int(width)
	digests := (count + perDigest - 1) / perDigest
	for i := range count {
		var digest, n [32]byte
		number := partition*digests + i/perDigest
		n[0], n[1] = byte(number), byte(number>>8)
		if err := h.Hash(&digest, [][32]byte{s.CommRNew, n}); err != nil {
			t.Fatal(err)
		}
		slices.Reverse(digest[:])
		x := new(big.Int).SetBytes(digest[:])
		x.Rsh(x, uint(i%perDigest)*width)
		x.And(x, big.NewInt(1<<width-1))
		challenges = append(challenges, uint32(x.Uint64())|uint32(partition)<<width)
	}
	return challenges
}

func TestChallenges(t *testing.T) {
	for _, sh := range shape.All() {
		s := &Statement{Shape: &sh, CommRNew: [32]byte{1, 2, 3, 31: 4}}
		for _, k := range []int{0, s.Shape.UpdatePartitions() - 1} {
			got := make([]uint32, sh.UpdateChallenges())
			if err := s.Challenges(got, k); err != nil {
				t.Fatal(err)
			}
			if want := slowChallenges(t, s, k, len(got)); !slices.Equal(got, want) {
				t.Errorf("%d bytes, partition %d: %d, want %d", sh.SectorSize, k, got, want)
			}
			part := sh.Nodes / uint64(sh.UpdatePartitions())
			for _, x := range got {
				if uint64(x)/part != uint64(k) {
					t.Errorf("%d bytes, partition %d: %d is in another part", sh.SectorSize, k, x)
				}
			}
		}
	}
}

// What the reference's own test has.
func TestReferenceChallenges(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/vectors/filecoin/building-blocks/snapdeals_challenges.json")
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		CommR   string `json:"comm_r_new_le"`
		Vectors []struct {
			Nodes     uint64   `json:"sector_nodes"`
			Partition int      `json:"partition"`
			First     []uint32 `json:"first_5_challenges"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	commR, err := hex.DecodeString(file.CommR)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range file.Vectors {
		sh, ok := shape.Of(v.Nodes * shape.NodeSize)
		if !ok {
			continue // 1 and 8 KiB are no sectors of a network
		}
		s := &Statement{Shape: &sh, CommRNew: [32]byte(commR)}
		got := make([]uint32, sh.UpdateChallenges())
		if err := s.Challenges(got, v.Partition); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got[:len(v.First)], v.First) {
			t.Errorf("%d nodes, partition %d: %d, want %d", v.Nodes, v.Partition, got[:5], v.First)
		}
		checked++
	}
	if checked < 10 {
		t.Errorf("%d partitions", checked)
	}
	t.Logf("%d partitions", checked)
}

func TestNotCanonical(t *testing.T) {
	sh, _ := shape.Of(2 << 10)
	s := &Statement{Shape: &sh}
	for i := range s.CommRNew {
		s.CommRNew[i], s.CommDNew[i] = 0xff, 0xff
	}
	if s.Challenges(make([]uint32, 10), 0) == nil || s.Factors(make([][32]byte, 1), []uint32{1}) == nil {
		t.Error("a commitment above the modulus is hashed")
	}
}
