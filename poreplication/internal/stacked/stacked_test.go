package stacked

import (
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"testing"
)

func field(v byte) *[32]byte { return &[32]byte{v} }

// Golden of the reference: replica ID 55, CommR 101, seed of ones, 1,024 nodes.
func TestSyntheticGolden(t *testing.T) {
	const file = "../../../../shared/vectors/filecoin/building-blocks/synthetic_porep_challenges.json"
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Nodes uint64   `json:"sector_nodes"`
		Pool  []uint32 `json:"synthetic_challenges"`
		Drawn []uint32 `json:"porep_challenges"`
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Pool) == 0 || len(golden.Drawn) == 0 {
		t.Fatal("no challenges in the file")
	}
	pool := newStream(generationTag, field(55), field(101))
	for s, want := range golden.Pool {
		var d [32]byte
		for k, w := range pool.block(uint32(s) / 2)[s%2*8:][:8] {
			d[4*k], d[4*k+1], d[4*k+2], d[4*k+3] = byte(w), byte(w>>8), byte(w>>16), byte(w>>24)
		}
		if got := challengeOf(&d, golden.Nodes); got != want {
			t.Errorf("pool entry %d is %d, want %d", s, got, want)
		}
	}
	// The golden draws from a pool of its own length, which no sector has.
	selection := newStream(selectionTag, field(55), (*[32]byte)(slices.Repeat([]byte{1}, 32)))
	for j, want := range golden.Drawn {
		s := selection.block(uint32(j) / 16)[j%16] % uint32(len(golden.Pool))
		if got := golden.Pool[s]; got != want {
			t.Errorf("challenge %d is %d, want %d", j, got, want)
		}
	}
}

func TestChallengeOf(t *testing.T) {
	for _, nodes := range []uint64{64, 1 << 18, 1 << 30, 1 << 31} {
		for _, d := range [][32]byte{{}, {1}, {63}, {0xff, 0xff, 0xff, 0xff, 0xff}, {31: 0xff}, [32]byte(slices.Repeat([]byte{0xff}, 32))} {
			b := d
			slices.Reverse(b[:])
			want := new(big.Int).SetBytes(b[:])
			want.Mod(want, new(big.Int).SetUint64(nodes-1))
			if got := challengeOf(&d, nodes); uint64(got) != want.Uint64()+1 {
				t.Errorf("challengeOf(%x, %d) = %d", d, nodes, got)
			}
		}
	}
}

// A partition's challenges are a piece of one sequence, however it is cut.
func TestPartitionsContinue(t *testing.T) {
	var whole, part [180]uint32
	interactive(whole[:], 0, 1<<30, field(1), field(2))
	for k := range 10 {
		interactive(part[18*k:18*k+18], uint32(18*k), 1<<30, field(1), field(2))
	}
	if whole != part {
		t.Error("interactive challenges depend on the cut")
	}
	synthetic(whole[:], 0, 1<<30, field(1), field(2), field(3))
	for k := range 10 {
		synthetic(part[18*k:18*k+18], uint32(18*k), 1<<30, field(1), field(2), field(3))
	}
	if whole != part {
		t.Error("synthetic challenges depend on the cut")
	}
	nonInteractive(whole[:], 0, 1<<30, field(1), field(2))
	for k := range 10 {
		nonInteractive(part[18*k:18*k+18], uint32(18*k), 1<<30, field(1), field(2))
	}
	if whole != part {
		t.Error("non-interactive challenges depend on the cut")
	}
}
