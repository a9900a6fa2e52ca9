package poreplication

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/params"
)

// field returns a canonical value that follows from its arguments.
func field(tag string, n int) [32]byte {
	return MaskRandomness(sha256.Sum256(binary.BigEndian.AppendUint64([]byte(tag), uint64(n))))
}

// postStatement returns a statement of n replicas, without a proof.
func postStatement(kind RegisteredPoStProof, n int) WindowPoStInfo {
	p := WindowPoStInfo{PoStProof: kind, Randomness: field("randomness", int(kind)), ProverID: field("prover", n)}
	for i := range n {
		p.Replicas = append(p.Replicas, Replica{uint64(i)*3 + 1, field("CommR", i)})
	}
	return p
}

// winning completes a statement with a true proof, as do window and update.
func (f *forge) winning(t testing.TB, p WindowPoStInfo) WinningPoStInfo {
	t.Helper()
	w := WinningPoStInfo(p)
	inputs, err := WinningPoStPublicInputs(&w)
	if err != nil {
		t.Fatal(err)
	}
	w.Proof = f.prove(t, [][][32]byte{inputs})
	return w
}

func (f *forge) window(t testing.TB, p WindowPoStInfo) WindowPoStInfo {
	t.Helper()
	inputs, err := WindowPoStPublicInputs(&p)
	if err != nil {
		t.Fatal(err)
	}
	p.Proof = f.prove(t, inputs)
	return p
}

func (f *forge) update(t testing.TB, u ReplicaUpdateInfo) ReplicaUpdateInfo {
	t.Helper()
	inputs, err := ReplicaUpdatePublicInputs(&u)
	if err != nil {
		t.Fatal(err)
	}
	u.Proof = f.prove(t, inputs)
	return u
}

// windowForge makes a key of a WindowPoSt. For 32 and 64 GiB sectors it takes
// seconds to make and to prepare, so short runs go without.
func windowForge(t testing.TB, sectorSize uint64, workers int) *forge {
	t.Helper()
	if _, bench := t.(*testing.B); sectorSize > 1<<30 && testing.Short() && !bench {
		t.Skip("skipped: a WindowPoSt key of this size takes seconds")
	}
	return forgeFor(t, params.WindowPoSt, sectorSize, workers)
}

// Every registered number at its own size, and what each is not.
func TestEveryRegisteredPoSt(t *testing.T) {
	for kind := StackedDrgWinning2KiBV1; kind <= StackedDrgWindow64GiBV1_1; kind++ {
		t.Run(kind.String(), func(t *testing.T) {
			config, err := kind.Config()
			if err != nil {
				t.Fatal(err)
			}
			otherSize := kind/5*5 + (kind+1)%5
			if kind.winning() {
				f := forgeFor(t, params.WinningPoSt, config.SectorSize, 1)
				good := f.winning(t, postStatement(kind, 1))
				if err := f.v.VerifyWinningPoSt(&good); err != nil {
					t.Error(err)
				}
				window := WindowPoStInfo(good)
				if err := f.v.VerifyWindowPoSt(t.Context(), &window); !errors.Is(err, depinproof.ErrMalformed) {
					t.Errorf("as a WindowPoSt: %v", err)
				}
				good.PoStProof = otherSize
				if err := f.v.VerifyWinningPoSt(&good); !errors.Is(err, depinproof.ErrUnsupported) {
					t.Errorf("as %v, without a key: %v", good.PoStProof, err)
				}
				return
			}
			f := windowForge(t, config.SectorSize, 1)
			good := f.window(t, postStatement(kind, 2))
			if err := f.v.VerifyWindowPoSt(t.Context(), &good); err != nil {
				t.Error(err)
			}
			winning := WinningPoStInfo(good)
			if err := f.v.VerifyWinningPoSt(&winning); !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("as a WinningPoSt: %v", err)
			}
			otherRule := good
			otherRule.PoStProof = kind%10 + 5
			if err := f.v.VerifyWindowPoSt(t.Context(), &otherRule); !errors.Is(err, depinproof.ErrInvalidProof) {
				t.Errorf("as %v: %v", otherRule.PoStProof, err)
			}
			good.PoStProof = otherSize
			if err := f.v.VerifyWindowPoSt(t.Context(), &good); !errors.Is(err, depinproof.ErrUnsupported) {
				t.Errorf("as %v, without a key: %v", good.PoStProof, err)
			}
		})
	}
}

func TestRegisteredNumbers(t *testing.T) {
	for _, x := range []struct {
		number fmt.Stringer
		want   string
	}{
		{RegisteredPoStProof(0), "StackedDrgWinning2KiBV1"},
		{RegisteredPoStProof(3), "StackedDrgWinning32GiBV1"},
		{RegisteredPoStProof(9), "StackedDrgWindow64GiBV1"},
		{RegisteredPoStProof(13), "StackedDrgWindow32GiBV1_1"},
		{RegisteredPoStProof(15), "RegisteredPoStProof(15)"},
		{RegisteredPoStProof(-1), "RegisteredPoStProof(-1)"},
		{RegisteredUpdateProof(0), "StackedDrg2KiBV1"},
		{RegisteredUpdateProof(4), "StackedDrg64GiBV1"},
		{RegisteredUpdateProof(5), "RegisteredUpdateProof(5)"},
	} {
		if got := x.number.String(); got != x.want {
			t.Errorf("%s, want %s", got, x.want)
		}
	}
	for _, p := range []RegisteredPoStProof{-1, 15} {
		if _, err := p.Config(); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%v: %v", p, err)
		}
	}
	for _, p := range []RegisteredUpdateProof{-1, 5} {
		if _, err := p.Config(); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%v: %v", p, err)
		}
	}
	if c, err := StackedDrgWindow64GiBV1_1.Config(); err != nil || c != (PoStConfig{64 << 30, V1_2_0}) {
		t.Errorf("%v, %v", c, err)
	}
	if c, err := StackedDrg512MiBUpdateV1.Config(); err != nil || c != (UpdateConfig{512 << 20}) {
		t.Errorf("%v, %v", c, err)
	}
}

// A partition's inputs are its replicas' CommR and challenges in the order of
// sectors, and the last one's again; challenges of one rule are numbered through
// all partitions, of the other they start anew.
func TestWindowInputs(t *testing.T) {
	for _, x := range []struct {
		kind              RegisteredPoStProof
		sectors, replicas int
	}{
		{StackedDrgWindow2KiBV1, 2, 5}, {StackedDrgWindow2KiBV1_1, 2, 4}, {StackedDrgWindow2KiBV1_1, 2, 1},
		{StackedDrgWindow32GiBV1, 2349, 2350}, {StackedDrgWindow32GiBV1_1, 2349, 2349},
		{StackedDrgWindow64GiBV1, 2300, 2299}, {StackedDrgWindow64GiBV1_1, 2300, 4601},
	} {
		p := postStatement(x.kind, x.replicas)
		inputs, err := WindowPoStPublicInputs(&p)
		if err != nil {
			t.Fatal(err)
		}
		config, _ := x.kind.Config()
		if want := (x.replicas + x.sectors - 1) / x.sectors; len(inputs) != want {
			t.Fatalf("%v: %d partitions, want %d", x.kind, len(inputs), want)
		}
		at := 0
		for k := range inputs {
			if len(inputs[k]) != 11*x.sectors {
				t.Fatalf("%v: %d inputs", x.kind, len(inputs[k]))
			}
			for i := range x.sectors {
				var want [11][32]byte
				r := p.Replicas[min(at, x.replicas-1)]
				want[0] = r.CommR
				for n := range 10 {
					number := n
					if config.Version == V1_0_0 {
						number += 10 * min(at, x.replicas-1)
					}
					m := binary.LittleEndian.AppendUint64(slices.Clone(p.Randomness[:]), r.Sector)
					d := sha256.Sum256(binary.LittleEndian.AppendUint64(m, uint64(number)))
					leaf := binary.LittleEndian.Uint64(d[:]) % (config.SectorSize / 32)
					binary.LittleEndian.PutUint64(want[1+n][:], leaf)
				}
				if got := inputs[k][11*i : 11*i+11]; !slices.Equal(got, want[:]) {
					t.Fatalf("%v: partition %d, sector %d: %x, want %x", x.kind, k, i, got, want)
				}
				at++
			}
		}
	}
}

var ones = [32]byte([]byte(strings.Repeat("\xff", 32)))

// windowTwins are what can be done to a WindowPoSt of at least some partitions.
var windowTwins = []struct {
	name          string
	minPartitions int
	change        func(p *WindowPoStInfo)
	want          error
}{
	{"shuffled", 1, func(p *WindowPoStInfo) {
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(p.Replicas), func(i, j int) { p.Replicas[i], p.Replicas[j] = p.Replicas[j], p.Replicas[i] })
	}, nil},
	{"reversed", 1, func(p *WindowPoStInfo) { slices.Reverse(p.Replicas) }, nil},
	{"a sector twice", 1, func(p *WindowPoStInfo) { p.Replicas = append(p.Replicas, p.Replicas[0]) }, nil},
	{"all sectors twice", 1, func(p *WindowPoStInfo) { p.Replicas = append(p.Replicas, p.Replicas...) }, nil},
	{"false first, then good", 1, func(p *WindowPoStInfo) {
		p.Replicas = append([]Replica{{p.Replicas[0].Sector, field("other", 0)}}, p.Replicas...)
	}, nil},
	{"good first, then false", 1, func(p *WindowPoStInfo) {
		p.Replicas = append(p.Replicas, Replica{p.Replicas[0].Sector, field("other", 0)})
	}, depinproof.ErrInvalidProof},
	{"zero CommR first, then good", 1, func(p *WindowPoStInfo) {
		p.Replicas = append([]Replica{{Sector: p.Replicas[0].Sector}}, p.Replicas...)
	}, nil},
	{"CommR not canonical first, then good", 1, func(p *WindowPoStInfo) {
		p.Replicas = append([]Replica{{p.Replicas[0].Sector, ones}}, p.Replicas...)
	}, nil},
	{"bit of the first CommR", 1, func(p *WindowPoStInfo) { p.Replicas[0].CommR[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"bit of a CommR", 1, func(p *WindowPoStInfo) { p.Replicas[len(p.Replicas)/2].CommR[17] ^= 4 }, depinproof.ErrInvalidProof},
	{"bit of the last CommR", 1, func(p *WindowPoStInfo) { p.Replicas[len(p.Replicas)-1].CommR[31] ^= 0x20 }, depinproof.ErrInvalidProof},
	{"first sector number", 1, func(p *WindowPoStInfo) { p.Replicas[0].Sector-- }, depinproof.ErrInvalidProof},
	{"last sector number", 1, func(p *WindowPoStInfo) { p.Replicas[len(p.Replicas)-1].Sector ^= 1 << 63 }, depinproof.ErrInvalidProof},
	{"CommR of two exchanged", 1, func(p *WindowPoStInfo) {
		a, b := &p.Replicas[0], &p.Replicas[len(p.Replicas)-1]
		a.CommR, b.CommR = b.CommR, a.CommR
	}, depinproof.ErrInvalidProof},
	{"randomness", 1, func(p *WindowPoStInfo) { p.Randomness[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"prover", 1, func(p *WindowPoStInfo) { p.ProverID[0] ^= 1 }, nil},
	{"zero prover", 1, func(p *WindowPoStInfo) { p.ProverID = [32]byte{} }, nil},
	{"randomness not canonical", 1, func(p *WindowPoStInfo) { p.Randomness[31] |= 0x80 }, depinproof.ErrMalformed},
	{"prover not canonical", 1, func(p *WindowPoStInfo) { p.ProverID = ones }, depinproof.ErrMalformed},
	{"CommR zero", 1, func(p *WindowPoStInfo) { p.Replicas[0].CommR = [32]byte{} }, depinproof.ErrMalformed},
	{"CommR not canonical", 1, func(p *WindowPoStInfo) { p.Replicas[len(p.Replicas)-1].CommR[31] = 0x74 }, depinproof.ErrMalformed},
	{"no replica", 1, func(p *WindowPoStInfo) { p.Replicas = nil }, depinproof.ErrMalformed},
	{"no proof", 1, func(p *WindowPoStInfo) { p.Proof = nil }, depinproof.ErrMalformed},
	{"proof repeated", 1, func(p *WindowPoStInfo) { p.Proof = slices.Concat(p.Proof, p.Proof) }, depinproof.ErrMalformed},
	{"last proof dropped", 1, func(p *WindowPoStInfo) { p.Proof = p.Proof[192:] }, depinproof.ErrMalformed},
	{"infinity", 1, func(p *WindowPoStInfo) { clear(p.Proof[:48]); p.Proof[0] = 0xc0 }, depinproof.ErrMalformed},
	{"sign of the last C", 1, func(p *WindowPoStInfo) { p.Proof[len(p.Proof)-48] ^= 0x20 }, depinproof.ErrInvalidProof},
	{"one sector too many for the proofs", 1, func(p *WindowPoStInfo) {
		for i := range uint64(3000) {
			p.Replicas = append(p.Replicas, Replica{1<<40 + i, field("more", int(i))})
		}
	}, depinproof.ErrMalformed},
	{"unknown number", 1, func(p *WindowPoStInfo) { p.PoStProof = 15 }, depinproof.ErrMalformed},
	{"negative number", 1, func(p *WindowPoStInfo) { p.PoStProof = -1 }, depinproof.ErrMalformed},
	{"number of a WinningPoSt", 1, func(p *WindowPoStInfo) { p.PoStProof %= 5 }, depinproof.ErrMalformed},
	{"no version", 1, func(p *WindowPoStInfo) { p.Config = &PoStConfig{SectorSize: 2 << 10} }, depinproof.ErrMalformed},
	{"no such size", 1, func(p *WindowPoStInfo) { p.Config = &PoStConfig{3 << 10, V1_2_0} }, depinproof.ErrMalformed},
	{"a size without a key", 1, func(p *WindowPoStInfo) { p.Config = &PoStConfig{4 << 10, V1_2_0} }, depinproof.ErrUnsupported},
	{"last partition's sectors missing", 2, func(p *WindowPoStInfo) { p.Replicas = p.Replicas[:len(p.Replicas)/3*2] }, depinproof.ErrMalformed},
	{"first two proofs swapped", 2, func(p *WindowPoStInfo) {
		p.Proof = slices.Concat(p.Proof[192:384], p.Proof[:192], p.Proof[384:])
	}, depinproof.ErrInvalidProof},
	{"first proof twice", 2, func(p *WindowPoStInfo) {
		p.Proof = slices.Concat(p.Proof[:192], p.Proof[:192], p.Proof[384:])
	}, depinproof.ErrInvalidProof},
	{"the other rule", 2, func(p *WindowPoStInfo) { p.PoStProof = p.PoStProof%10 + 5 }, depinproof.ErrInvalidProof},
}

// Full partitions of 32 GiB sectors, one and three, the last one of three not
// full, and the small shape in both rules.
func TestWindowPoStTwins(t *testing.T) {
	for _, x := range []struct {
		name       string
		kind       RegisteredPoStProof
		sectors    int // of a partition
		replicas   int
		partitions int
		workers    int
	}{
		{"2KiB, one partition", StackedDrgWindow2KiBV1_1, 2, 2, 1, 1},
		{"2KiB, three partitions", StackedDrgWindow2KiBV1_1, 2, 5, 3, 2},
		{"2KiB, three partitions, numbered through", StackedDrgWindow2KiBV1, 2, 6, 3, 7},
		{"32GiB, one partition", StackedDrgWindow32GiBV1_1, 2349, 2349, 1, 1},
		{"32GiB, three partitions", StackedDrgWindow32GiBV1_1, 2349, 3*2349 - 3, 3, 2},
	} {
		t.Run(x.name, func(t *testing.T) {
			config, _ := x.kind.Config()
			f := windowForge(t, config.SectorSize, x.workers)
			good := f.window(t, postStatement(x.kind, x.replicas))
			if len(good.Proof) != 192*x.partitions {
				t.Fatalf("proof of %d bytes", len(good.Proof))
			}
			if err := f.v.VerifyWindowPoSt(t.Context(), &good); err != nil {
				t.Fatal(err)
			}
			for _, twin := range windowTwins {
				if twin.minPartitions > x.partitions {
					continue
				}
				bad := good
				bad.Replicas, bad.Proof = slices.Clone(good.Replicas), slices.Clone(good.Proof)
				twin.change(&bad)
				if err := f.v.VerifyWindowPoSt(t.Context(), &bad); !agrees(err, twin.want) {
					t.Errorf("%s: %v, want %v", twin.name, err, twin.want)
				}
			}
			// A sector more or less is false, or does not fit the number of proofs.
			for name, replicas := range map[string][]Replica{
				"first sector missing": good.Replicas[1:],
				"last sector missing":  good.Replicas[:x.replicas-1],
				"one sector more":      append(slices.Clone(good.Replicas), Replica{0, field("more", 0)}),
			} {
				bad := good
				bad.Replicas = replicas
				want := depinproof.ErrInvalidProof
				if (len(replicas)+x.sectors-1)/x.sectors != x.partitions {
					want = depinproof.ErrMalformed
				}
				if err := f.v.VerifyWindowPoSt(t.Context(), &bad); !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", name, err, want)
				}
			}
		})
	}
}

// The order and the repeats of a list are the caller's: a call does not sort it.
func TestReplicasStay(t *testing.T) {
	f := windowForge(t, 2<<10, 1)
	good := f.window(t, postStatement(StackedDrgWindow2KiBV1_1, 5))
	slices.Reverse(good.Replicas)
	good.Replicas = append(good.Replicas, good.Replicas[2])
	before := slices.Clone(good.Replicas)
	if err := f.v.VerifyWindowPoSt(t.Context(), &good); err != nil {
		t.Error(err)
	}
	if _, err := WindowPoStChallenges(&good); err != nil {
		t.Error(err)
	}
	if !slices.Equal(good.Replicas, before) {
		t.Error("the list was changed")
	}
}

// A WinningPoSt of version 1.2.0 has one challenge, 66 times.
func TestWinningVersions(t *testing.T) {
	f := forgeFor(t, params.WinningPoSt, 2<<10, 1)
	p := postStatement(StackedDrgWinning2KiBV1, 1)
	good := f.winning(t, p)
	for _, x := range []struct {
		version Version
		want    error
	}{{V1_0_0, nil}, {V1_1_0, nil}, {V1_2_0, depinproof.ErrInvalidProof}, {0, depinproof.ErrMalformed}, {4, depinproof.ErrMalformed}} {
		w := good
		w.Config = &PoStConfig{2 << 10, x.version}
		if err := f.v.VerifyWinningPoSt(&w); !agrees(err, x.want) {
			t.Errorf("version %d: %v, want %v", x.version, err, x.want)
		}
		if w.Config.Version != V1_2_0 {
			continue
		}
		leaves, err := WinningPoStChallenges(&w)
		if err != nil || len(leaves) != 66 || slices.Min(leaves) != slices.Max(leaves) {
			t.Errorf("challenges %d, %v", leaves, err)
		}
	}
}

// updateInfo returns the n-th statement of a kind, without a proof.
func updateInfo(kind RegisteredUpdateProof, n int) ReplicaUpdateInfo {
	return ReplicaUpdateInfo{UpdateProof: kind, CommROld: field("old", n), CommRNew: field("new", n), CommDNew: field("data", n)}
}

func TestEveryRegisteredUpdate(t *testing.T) {
	partitions := []int{1, 4, 16, 16, 16}
	for kind := StackedDrg2KiBUpdateV1; kind <= StackedDrg64GiBUpdateV1; kind++ {
		config, err := kind.Config()
		if err != nil {
			t.Fatal(err)
		}
		f := forgeFor(t, params.ReplicaUpdate, config.SectorSize, 1)
		good := f.update(t, updateInfo(kind, 1))
		if len(good.Proof) != 192*partitions[kind] {
			t.Errorf("%v: %d bytes", kind, len(good.Proof))
		}
		if err := f.v.VerifyReplicaUpdate(&good); err != nil {
			t.Errorf("%v: %v", kind, err)
		}
		other := good
		other.UpdateProof = (kind + 1) % 5
		if err := f.v.VerifyReplicaUpdate(&other); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%v as %v: %v", kind, other.UpdateProof, err)
		}
	}
}

// Updates of every size that has one, by explicit configuration.
func TestUpdateShapes(t *testing.T) {
	want := map[uint64]struct {
		partitions int
		first      byte // first input of partition 0
	}{
		2 << 10: {1, 1}, 4 << 10: {1, 1}, 16 << 10: {2, 2}, 32 << 10: {2, 2}, 8 << 20: {4, 32}, 16 << 20: {4, 32},
		512 << 20: {16, 128}, 32 << 30: {16, 128}, 64 << 30: {16, 128},
	}
	for size, w := range want {
		u := updateInfo(-1, 1)
		u.Config = &UpdateConfig{size}
		inputs, err := ReplicaUpdatePublicInputs(&u)
		if err != nil || len(inputs) != w.partitions {
			t.Errorf("%d bytes: %d partitions, %v", size, len(inputs), err)
			continue
		}
		for k := range inputs {
			if !slices.Equal(inputs[k], [][32]byte{{w.first + byte(k)}, u.CommROld, u.CommDNew, u.CommRNew}) {
				t.Errorf("%d bytes: inputs of partition %d: %x", size, k, inputs[k])
			}
		}
	}
	for _, size := range []uint64{0, 1 << 10, 8 << 10, 1 << 30, 128 << 30} {
		u := updateInfo(0, 1)
		u.Config = &UpdateConfig{size}
		if _, err := ReplicaUpdatePublicInputs(&u); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// updateTwins are what can be done to an update of sixteen partitions.
var updateTwins = []struct {
	name   string
	change func(u *ReplicaUpdateInfo)
	want   error
}{
	{"first two swapped", func(u *ReplicaUpdateInfo) {
		u.Proof = slices.Concat(u.Proof[192:384], u.Proof[:192], u.Proof[384:])
	}, depinproof.ErrInvalidProof},
	{"first in place of the last", func(u *ReplicaUpdateInfo) { u.Proof = slices.Concat(u.Proof[:15*192], u.Proof[:192]) }, depinproof.ErrInvalidProof},
	{"reversed", func(u *ReplicaUpdateInfo) {
		chunks := slices.Collect(slices.Chunk(u.Proof, 192))
		slices.Reverse(chunks)
		u.Proof = slices.Concat(chunks...)
	}, depinproof.ErrInvalidProof},
	{"last dropped", func(u *ReplicaUpdateInfo) { u.Proof = u.Proof[:15*192] }, depinproof.ErrMalformed},
	{"one appended", func(u *ReplicaUpdateInfo) { u.Proof = slices.Concat(u.Proof, u.Proof[:192]) }, depinproof.ErrMalformed},
	{"empty", func(u *ReplicaUpdateInfo) { u.Proof = nil }, depinproof.ErrMalformed},
	{"infinity in the middle", func(u *ReplicaUpdateInfo) { clear(u.Proof[960:1008]); u.Proof[960] = 0xc0 }, depinproof.ErrMalformed},
	{"sign of the last C", func(u *ReplicaUpdateInfo) { u.Proof[len(u.Proof)-48] ^= 0x20 }, depinproof.ErrInvalidProof},
	{"signs of A and B of one", func(u *ReplicaUpdateInfo) { u.Proof[960] ^= 0x20; u.Proof[1008] ^= 0x20 }, nil},
	{"old CommR", func(u *ReplicaUpdateInfo) { u.CommROld[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"new CommR", func(u *ReplicaUpdateInfo) { u.CommRNew[0] ^= 1 }, depinproof.ErrInvalidProof},
	{"new CommD", func(u *ReplicaUpdateInfo) { u.CommDNew[31] ^= 0x20 }, depinproof.ErrInvalidProof},
	{"old and new exchanged", func(u *ReplicaUpdateInfo) { u.CommROld, u.CommRNew = u.CommRNew, u.CommROld }, depinproof.ErrInvalidProof},
	{"old CommR zero", func(u *ReplicaUpdateInfo) { u.CommROld = [32]byte{} }, depinproof.ErrInvalidProof},
	{"new CommR zero", func(u *ReplicaUpdateInfo) { u.CommRNew = [32]byte{} }, depinproof.ErrInvalidProof},
	{"new CommD zero", func(u *ReplicaUpdateInfo) { u.CommDNew = [32]byte{} }, depinproof.ErrInvalidProof},
	{"old CommR not canonical", func(u *ReplicaUpdateInfo) { u.CommROld = ones }, depinproof.ErrMalformed},
	{"new CommR not canonical", func(u *ReplicaUpdateInfo) { u.CommRNew[31] = 0x74 }, depinproof.ErrMalformed},
	{"new CommD not canonical", func(u *ReplicaUpdateInfo) { u.CommDNew[31] |= 0x80 }, depinproof.ErrMalformed},
	{"unknown number", func(u *ReplicaUpdateInfo) { u.UpdateProof = 5 }, depinproof.ErrMalformed},
	{"negative number", func(u *ReplicaUpdateInfo) { u.UpdateProof = -1 }, depinproof.ErrMalformed},
	{"1 GiB", func(u *ReplicaUpdateInfo) { u.Config = &UpdateConfig{1 << 30} }, depinproof.ErrMalformed},
	{"a size without a key", func(u *ReplicaUpdateInfo) { u.Config = &UpdateConfig{16 << 20} }, depinproof.ErrUnsupported},
	{"explicit", func(u *ReplicaUpdateInfo) { u.Config = &UpdateConfig{32 << 30}; u.UpdateProof = -1 }, nil},
}

func TestUpdateTwins(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		f := forgeFor(t, params.ReplicaUpdate, 32<<30, workers)
		good := f.update(t, updateInfo(StackedDrg32GiBUpdateV1, 1))
		second := f.update(t, updateInfo(StackedDrg32GiBUpdateV1, 2))
		for _, twin := range updateTwins {
			bad := good
			bad.Proof = slices.Clone(good.Proof)
			twin.change(&bad)
			if err := f.v.VerifyReplicaUpdate(&bad); !agrees(err, twin.want) {
				t.Errorf("%d workers, %s: %v, want %v", workers, twin.name, err, twin.want)
			}
			errs := make([]error, 3)
			err := f.v.VerifyReplicaUpdateBatch(t.Context(), []ReplicaUpdateInfo{good, bad, second}, errs)
			if !agrees(err, twin.want) || errs[0] != nil || !agrees(errs[1], twin.want) || errs[2] != nil {
				t.Errorf("%d workers, %s in a batch: %v, %v, want %v", workers, twin.name, err, errs, twin.want)
			}
		}
	}
	// An all-zero commitment is no fault in itself: the proof decides.
	f := forgeFor(t, params.ReplicaUpdate, 32<<30, 1)
	u := updateInfo(StackedDrg32GiBUpdateV1, 3)
	u.CommROld, u.CommDNew = [32]byte{}, [32]byte{}
	u = f.update(t, u)
	if err := f.v.VerifyReplicaUpdate(&u); err != nil {
		t.Errorf("true statement about zero commitments: %v", err)
	}
}

// WinningPoSts of 32 GiB sectors and their twins, alone and in batches.
func TestWinningPoStTwins(t *testing.T) {
	f := forgeFor(t, params.WinningPoSt, 32<<30, 2)
	var good []WinningPoStInfo
	for i := range 8 {
		p := postStatement(StackedDrgWinning32GiBV1, 1)
		p.Replicas = []Replica{{uint64(i) << 40, field("CommR", i)}}
		good = append(good, f.winning(t, p))
	}
	for n, twin := range []struct {
		name   string
		change func(p *WinningPoStInfo)
		want   error
	}{
		{"good", func(p *WinningPoStInfo) {}, nil},
		{"sector", func(p *WinningPoStInfo) { p.Replicas[0].Sector++ }, depinproof.ErrInvalidProof},
		{"CommR", func(p *WinningPoStInfo) { p.Replicas[0].CommR[0] ^= 1 }, depinproof.ErrInvalidProof},
		{"randomness", func(p *WinningPoStInfo) { p.Randomness[31] ^= 1 }, depinproof.ErrInvalidProof},
		{"prover", func(p *WinningPoStInfo) { p.ProverID[0] ^= 1 }, nil},
		{"another's proof", func(p *WinningPoStInfo) { p.Proof = good[7].Proof }, depinproof.ErrInvalidProof},
		{"two proofs", func(p *WinningPoStInfo) { p.Proof = slices.Concat(p.Proof, p.Proof) }, depinproof.ErrMalformed},
		{"no proof", func(p *WinningPoStInfo) { p.Proof = nil }, depinproof.ErrMalformed},
		{"no replica", func(p *WinningPoStInfo) { p.Replicas = nil }, depinproof.ErrMalformed},
		{"two replicas", func(p *WinningPoStInfo) { p.Replicas = append(p.Replicas, good[7].Replicas...) }, depinproof.ErrMalformed},
		{"the replica twice", func(p *WinningPoStInfo) { p.Replicas = append(p.Replicas, p.Replicas...) }, depinproof.ErrMalformed},
		{"CommR zero", func(p *WinningPoStInfo) { p.Replicas[0].CommR = [32]byte{} }, depinproof.ErrMalformed},
		{"CommR not canonical", func(p *WinningPoStInfo) { p.Replicas[0].CommR = ones }, depinproof.ErrMalformed},
		{"randomness not canonical", func(p *WinningPoStInfo) { p.Randomness = ones }, depinproof.ErrMalformed},
		{"prover not canonical", func(p *WinningPoStInfo) { p.ProverID[31] = 0x74 }, depinproof.ErrMalformed},
		{"number of a WindowPoSt", func(p *WinningPoStInfo) { p.PoStProof = StackedDrgWindow32GiBV1_1 }, depinproof.ErrMalformed},
		{"unknown number", func(p *WinningPoStInfo) { p.PoStProof = 15 }, depinproof.ErrMalformed},
		{"no such size", func(p *WinningPoStInfo) { p.Config = &PoStConfig{1 << 10, V1_0_0} }, depinproof.ErrMalformed},
		{"a size without a key", func(p *WinningPoStInfo) { p.PoStProof = StackedDrgWinning64GiBV1 }, depinproof.ErrUnsupported},
	} {
		bad := good[0]
		bad.Replicas, bad.Proof = slices.Clone(bad.Replicas), slices.Clone(bad.Proof)
		twin.change(&bad)
		single := f.v.VerifyWinningPoSt(&bad)
		if !agrees(single, twin.want) {
			t.Errorf("%s: %v, want %v", twin.name, single, twin.want)
		}
		checkBatch(t, twin.name, n, good[1:], bad, twin.want, single, f.v.VerifyWinningPoStBatch)
	}
}

func TestPoStArguments(t *testing.T) {
	background := t.Context()
	f := windowForge(t, 2<<10, 1)
	window := f.window(t, postStatement(StackedDrgWindow2KiBV1_1, 5))
	winning := forgeFor(t, params.WinningPoSt, 2<<10, 1).winning(t, postStatement(StackedDrgWinning2KiBV1, 1))
	update := forgeFor(t, params.ReplicaUpdate, 2<<10, 1).update(t, updateInfo(StackedDrg2KiBUpdateV1, 1))

	var zero Verifier
	for name, err := range map[string]error{
		"WinningPoSt":       zero.VerifyWinningPoSt(&winning),
		"WinningPoSt batch": zero.VerifyWinningPoStBatch(background, []WinningPoStInfo{winning}, nil),
		"WindowPoSt":        zero.VerifyWindowPoSt(background, &window),
		"update":            zero.VerifyReplicaUpdate(&update),
		"update batch":      zero.VerifyReplicaUpdateBatch(background, []ReplicaUpdateInfo{update}, nil),
	} {
		if !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("zero verifier, %s: %v", name, err)
		}
	}
	_, challenges1 := WinningPoStChallenges(nil)
	_, challenges2 := WindowPoStChallenges(nil)
	_, inputs1 := WinningPoStPublicInputs(nil)
	_, inputs2 := WindowPoStPublicInputs(nil)
	_, inputs3 := ReplicaUpdatePublicInputs(nil)
	good := field("index", 0)
	_, index1 := WinningSectorIndex(nil, &good, 1)
	_, index2 := WinningSectorIndex(&good, nil, 1)
	_, index3 := WinningSectorIndex(&good, &good, 0)
	_, index4 := WinningSectorIndex(&ones, &good, 1)
	_, index5 := WinningSectorIndex(&good, &ones, 1)
	for name, err := range map[string]error{
		"no WinningPoSt":                 f.v.VerifyWinningPoSt(nil),
		"empty batch of WinningPoSts":    f.v.VerifyWinningPoStBatch(background, nil, nil),
		"too many results, WinningPoSts": f.v.VerifyWinningPoStBatch(background, []WinningPoStInfo{winning}, make([]error, 2)),
		"no WindowPoSt":                  f.v.VerifyWindowPoSt(background, nil),
		"no update":                      f.v.VerifyReplicaUpdate(nil),
		"empty batch of updates":         f.v.VerifyReplicaUpdateBatch(background, nil, nil),
		"too many results, updates":      f.v.VerifyReplicaUpdateBatch(background, []ReplicaUpdateInfo{update}, make([]error, 2)),
		"challenges of no WinningPoSt":   challenges1,
		"challenges of no WindowPoSt":    challenges2,
		"inputs of no WinningPoSt":       inputs1,
		"inputs of no WindowPoSt":        inputs2,
		"inputs of no update":            inputs3,
		"index of no prover":             index1,
		"index of no randomness":         index2,
		"index of no sectors":            index3,
		"index of a bad prover":          index4,
		"index of bad randomness":        index5,
	} {
		if !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}

	small := *f.v
	small.limits = Limits{BatchPoSts: 2, BatchUpdates: 2, WindowSectors: 5}
	if err := small.VerifyWindowPoSt(background, &window); err != nil {
		t.Errorf("WindowPoSt at the limit: %v", err)
	}
	window.Replicas = append(window.Replicas, window.Replicas[0])
	errs := make([]error, 3)
	for name, err := range map[string]error{
		"WindowPoSt":   small.VerifyWindowPoSt(background, &window),
		"WinningPoSts": small.VerifyWinningPoStBatch(background, []WinningPoStInfo{winning, winning, winning}, errs),
		"updates":      small.VerifyReplicaUpdateBatch(background, []ReplicaUpdateInfo{update, update, update}, nil),
	} {
		if !errors.Is(err, depinproof.ErrLimit) {
			t.Errorf("%s beyond the limit: %v", name, err)
		}
	}
	for i := range errs {
		if !errors.Is(errs[i], depinproof.ErrLimit) {
			t.Errorf("result %d of a refused batch: %v", i, errs[i])
		}
	}
}

func TestNewLimits(t *testing.T) {
	_, fsys := newKey(t, params.ID{Circuit: params.ReplicaUpdate, SectorSize: 2 << 10})
	keys := testKeys(t, fsys)
	for _, l := range []Limits{
		{BatchSeals: -1}, {BatchPoSts: -1}, {BatchUpdates: -1}, {WindowSectors: -1}, {BisectFailures: -1},
		{WindowSectors: maxWindowSectors + 1},
	} {
		if _, err := New(Config{Keys: keys, Limits: l}); !errors.Is(err, depinproof.ErrLimit) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if _, err := New(Config{Keys: keys, Limits: Limits{WindowSectors: maxWindowSectors}}); err != nil {
		t.Error(err)
	}
}

// The reference divides as 32-bit floating-point numbers: within the limit that
// gives the same number of partitions.
func TestPartitionCount(t *testing.T) {
	for _, sectors := range []int{2, 2300, 2349} {
		s := fallback.Statement{Sectors: sectors}
		all := make([]fallback.Replica, maxWindowSectors)
		for n := 1; n <= maxWindowSectors; n++ {
			s.Replicas = all[:n]
			if want := int(math.Ceil(float64(float32(n) / float32(sectors)))); s.Partitions() != want {
				t.Fatalf("%d replicas, %d to a partition: %d partitions, want %d", n, sectors, s.Partitions(), want)
			}
		}
	}
}

// A bad point of any circuit's key is New's error, not the first proof's.
func TestNewReadsEveryKey(t *testing.T) {
	for _, circuit := range []params.Circuit{params.Seal, params.WinningPoSt, params.WindowPoSt, params.ReplicaUpdate} {
		_, fsys := newKey(t, params.ID{Circuit: circuit, SectorSize: 2 << 10})
		for _, file := range fsys {
			file.Data[len(file.Data)-1] ^= 1 // the last point leaves the curve
		}
		if _, err := New(Config{Keys: testKeys(t, fsys)}); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("circuit %d: %v", circuit, err)
		}
	}
}

// An explicit configuration is refused under a key that is not a test key.
func TestExplicitNeedsTestKey(t *testing.T) {
	window := forgeFor(t, params.WindowPoSt, 2<<10, 1)
	winning := forgeFor(t, params.WinningPoSt, 2<<10, 1)
	update := forgeFor(t, params.ReplicaUpdate, 2<<10, 1)
	v := &Verifier{keys: map[params.ID]*key{}}
	for _, f := range []*forge{window, winning, update} {
		for id, k := range f.v.keys {
			published := *k
			published.test = false
			v.keys[id] = &published
		}
	}
	config := &PoStConfig{2 << 10, V1_2_0}
	a := winning.winning(t, postStatement(StackedDrgWinning2KiBV1, 1))
	b := window.window(t, postStatement(StackedDrgWindow2KiBV1_1, 2))
	u := update.update(t, updateInfo(StackedDrg2KiBUpdateV1, 1))
	for name, err := range map[string]error{
		"WinningPoSt": v.VerifyWinningPoSt(&a), "WindowPoSt": v.VerifyWindowPoSt(t.Context(), &b), "update": v.VerifyReplicaUpdate(&u),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	a.Config, b.Config, u.Config = config, config, &UpdateConfig{2 << 10}
	for name, err := range map[string]error{
		"WinningPoSt": v.VerifyWinningPoSt(&a), "WindowPoSt": v.VerifyWindowPoSt(t.Context(), &b), "update": v.VerifyReplicaUpdate(&u),
	} {
		if !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%s, explicit: %v", name, err)
		}
	}
}

// countdown is a context that is done after its Err was asked some times.
type countdown struct {
	context.Context
	mu   *sync.Mutex
	left *int
}

func (c countdown) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *c.left == 0 {
		return context.Canceled
	}
	*c.left--
	return nil
}

// A context that is done at any moment gives its error or the verdict.
func TestCancellation(t *testing.T) {
	background := t.Context()
	after := func(n int) context.Context { return countdown{background, new(sync.Mutex), &n} }
	window := windowForge(t, 2<<10, 2)
	good := window.window(t, postStatement(StackedDrgWindow2KiBV1_1, 5))
	bad := good
	bad.Randomness[0] ^= 1
	updates := forgeFor(t, params.ReplicaUpdate, 8<<20, 2)
	batch := []ReplicaUpdateInfo{updates.update(t, updateInfo(StackedDrg8MiBUpdateV1, 1)), updates.update(t, updateInfo(StackedDrg8MiBUpdateV1, 2))}
	batch[1].CommRNew[0] ^= 1
	judged, cancelled := 0, 0
	for n := range 24 {
		switch err := window.v.VerifyWindowPoSt(after(n), &good); err {
		case nil:
			judged++
		case context.Canceled:
			cancelled++
		default:
			t.Errorf("after %d: %v", n, err)
		}
		if err := window.v.VerifyWindowPoSt(after(n), &bad); err != context.Canceled && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("after %d, bad proof: %v", n, err)
		}
		errs := make([]error, 2)
		err := updates.v.VerifyReplicaUpdateBatch(after(n), batch, errs)
		if err != context.Canceled && !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Errorf("after %d, batch: %v", n, err)
		}
		if (errs[0] != nil && errs[0] != context.Canceled) || (errs[1] != context.Canceled && !errors.Is(errs[1], depinproof.ErrInvalidProof)) {
			t.Errorf("after %d, batch: %v", n, errs)
		}
	}
	if judged == 0 || cancelled < 4 {
		t.Errorf("%d judged, %d cancelled", judged, cancelled)
	}
}

// The first proofs under a key come at the same time: one prepares it, all wait.
func TestConcurrentFirstUse(t *testing.T) {
	keys := fstest.MapFS{}
	secrets := map[params.Circuit]*forge{}
	for _, circuit := range []params.Circuit{params.WinningPoSt, params.WindowPoSt, params.ReplicaUpdate} {
		secret, fsys := newKey(t, params.ID{Circuit: circuit, SectorSize: 2 << 10})
		secrets[circuit] = &forge{secret: secret}
		for name, file := range fsys {
			keys[name] = file
		}
	}
	v, err := New(Config{Keys: testKeys(t, keys), Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	winning := secrets[params.WinningPoSt].winning(t, postStatement(StackedDrgWinning2KiBV1, 1))
	window := secrets[params.WindowPoSt].window(t, postStatement(StackedDrgWindow2KiBV1_1, 3))
	update := secrets[params.ReplicaUpdate].update(t, updateInfo(StackedDrg2KiBUpdateV1, 1))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			badWinning, badWindow, badUpdate := winning, window, update
			badWinning.Randomness[0] ^= 1
			badWindow.Randomness[0] ^= 1
			badUpdate.CommDNew[0] ^= 1
			for _, err := range []error{
				v.VerifyWinningPoSt(&winning), v.VerifyWindowPoSt(t.Context(), &window), v.VerifyReplicaUpdate(&update),
				v.VerifyWinningPoStBatch(t.Context(), []WinningPoStInfo{winning, winning}, nil),
				v.VerifyReplicaUpdateBatch(t.Context(), []ReplicaUpdateInfo{update, update}, nil),
			} {
				if err != nil {
					t.Error(err)
				}
			}
			for _, err := range []error{
				v.VerifyWinningPoSt(&badWinning), v.VerifyWindowPoSt(t.Context(), &badWindow), v.VerifyReplicaUpdate(&badUpdate),
			} {
				if !errors.Is(err, depinproof.ErrInvalidProof) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// Memory of a WindowPoSt is bounded by its proof's length and its replicas, and
// what is refused by its length costs little.
func TestWindowPoStAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("skipped: the race detector allocates")
	}
	f := windowForge(t, 32<<30, 1)
	good := f.window(t, postStatement(StackedDrgWindow32GiBV1_1, 2349))
	if err := f.v.VerifyWindowPoSt(t.Context(), &good); err != nil {
		t.Fatal(err)
	}
	bytes := func(times int, want error, p *WindowPoStInfo) uint64 {
		least := uint64(math.MaxUint64) // other goroutines' memory counts, too
		for range times {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if err := f.v.VerifyWindowPoSt(t.Context(), p); !agrees(err, want) {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			least = min(least, after.TotalAlloc-before.TotalAlloc)
		}
		return least
	}
	one := bytes(5, nil, &good)
	t.Logf("one partition of 32 GiB sectors: %d bytes allocated", one)
	if one > 8<<20 {
		t.Errorf("%d bytes, at most 8 MiB", one)
	}
	long := good
	long.Proof = make([]byte, 1<<20)
	if n := bytes(10, depinproof.ErrMalformed, &long); n > 100*2349+8<<10 {
		t.Errorf("a proof of a wrong length: %d bytes allocated", n)
	}
	many := good
	many.Replicas = make([]Replica, defaultWindowSectors+1)
	if n := bytes(10, depinproof.ErrLimit, &many); n > 4<<10 {
		t.Errorf("too many replicas: %d bytes allocated", n)
	}
}
