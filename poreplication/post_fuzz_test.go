package poreplication

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// flattenPoSt writes a statement as bytes a fuzzer can change, unflattenPoSt
// reads it.
func flattenPoSt(p *WindowPoStInfo) []byte {
	out := append([]byte{byte(p.PoStProof)}, p.Randomness[:]...)
	out = append(out, p.ProverID[:]...)
	out = append(out, byte(len(p.Replicas)))
	for i := range p.Replicas {
		out = binary.LittleEndian.AppendUint64(out, p.Replicas[i].Sector)
		out = append(out, p.Replicas[i].CommR[:]...)
	}
	return append(out, p.Proof...)
}

func unflattenPoSt(data []byte) (p WindowPoStInfo, ok bool) {
	if len(data) < 1+2*32+1 {
		return p, false
	}
	p.PoStProof, data = RegisteredPoStProof(int8(data[0])), data[1:]
	data = data[copy(p.Randomness[:], data):]
	data = data[copy(p.ProverID[:], data):]
	p.Replicas, data = make([]Replica, data[0]), data[1:]
	if len(data) < 40*len(p.Replicas) {
		return p, false
	}
	for i := range p.Replicas {
		p.Replicas[i].Sector = binary.LittleEndian.Uint64(data)
		data = data[8+copy(p.Replicas[i].CommR[:], data[8:]):]
	}
	p.Proof = data
	return p, true
}

// normalProof returns the proof with the one freedom a Groth16 proof leaves
// without randomising it, the signs of A and B, taken away.
func normalProof(proof []byte) []byte {
	proof = slices.Clone(proof)
	for at := 0; at+192 <= len(proof); at += 192 {
		if proof[at]&0x20 != 0 {
			proof[at] ^= 0x20
			proof[at+48] ^= 0x20
		}
	}
	return proof
}

// normalPoSt returns what of a statement a proof depends on, and the proof: the
// prover ID does not matter, nor do the order of replicas and those that a later
// one replaces, nor the rule for a single replica.
func normalPoSt(p *WindowPoStInfo) string {
	counting := map[uint64][32]byte{}
	for _, r := range p.Replicas {
		counting[r.Sector] = r.CommR
	}
	kind := p.PoStProof
	if !kind.winning() && len(counting) == 1 {
		kind = StackedDrgWindow2KiBV1
	}
	out := fmt.Sprintf("%d %x %x", kind, p.Randomness, normalProof(p.Proof))
	for _, sector := range slices.Sorted(maps.Keys(counting)) {
		out += fmt.Sprintf(" %d=%x", sector, counting[sector])
	}
	return out
}

// addPoStSeeds adds every case of the vectors of one type and returns the normal
// forms of those that hold.
func addPoStSeeds(f *testing.F, kind string) map[string]bool {
	accepted := map[string]bool{}
	for _, c := range postCases(f, ownFile(f, "post.json"), kind) {
		for _, v := range c.variants(f) {
			f.Add(flattenPoSt(&v.info))
			if v.want == nil {
				accepted[normalPoSt(&v.info)] = true
			}
		}
	}
	return accepted
}

// checkClass checks that an error has a class, and one that says something about
// the input.
func checkClass(t *testing.T, err error) {
	t.Helper()
	if c := class(err); c == err || c == depinproof.ErrInternal {
		t.Errorf("error without a class: %v", err)
	}
}

// FuzzVerifyWinningPoSt: only statements known to be true are accepted, the class
// of every error is known, and inputs stay as they are.
func FuzzVerifyWinningPoSt(f *testing.F) {
	accepted := addPoStSeeds(f, "winning")
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, ok := unflattenPoSt(data)
		if !ok {
			return
		}
		before := flattenPoSt(&p)
		w := WinningPoStInfo(p)
		err := v.VerifyWinningPoSt(&w)
		if !slices.Equal(before, flattenPoSt(&p)) {
			t.Fatal("the statement was changed")
		}
		if err != nil {
			checkClass(t, err)
		} else if !accepted[normalPoSt(&p)] {
			t.Errorf("accepted: %x", data)
		}
	})
}

// FuzzVerifyWinningPoStBatch: a batch says of each what the single check says.
func FuzzVerifyWinningPoStBatch(f *testing.F) {
	addPoStSeeds(f, "winning")
	v := testVerifier(f, 2)
	cases := postCases(f, ownFile(f, "post.json"), "winning")
	good := WinningPoStInfo(cases[0].info(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, ok := unflattenPoSt(data)
		if !ok {
			return
		}
		w := WinningPoStInfo(p)
		checkAmongGood(t, good, w, v.VerifyWinningPoSt(&w), v.VerifyWinningPoStBatch)
	})
}

// checkAmongGood compares the verdict on an item alone with that between two good
// ones.
func checkAmongGood[T any](t *testing.T, good, item T, single error, verify func(context.Context, []T, []error) error) {
	t.Helper()
	errs := make([]error, 3)
	err := verify(context.Background(), []T{good, item, good}, errs)
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("good neighbours: %v", errs)
	}
	if class(errs[1]) != class(single) || class(err) != class(single) {
		t.Errorf("single %v, batch %v and %v", single, errs[1], err)
	}
}

// FuzzVerifyWindowPoSt: only statements known to be true are accepted, the verdict
// does not depend on the order of replicas nor on repeats before those that count,
// the class of every error is known, and inputs stay as they are.
func FuzzVerifyWindowPoSt(f *testing.F) {
	accepted := addPoStSeeds(f, "window")
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, ok := unflattenPoSt(data)
		if !ok {
			return
		}
		before := flattenPoSt(&p)
		err := v.VerifyWindowPoSt(t.Context(), &p)
		if !slices.Equal(before, flattenPoSt(&p)) {
			t.Fatal("the statement was changed")
		}
		if err != nil {
			checkClass(t, err)
		} else if !accepted[normalPoSt(&p)] {
			t.Errorf("accepted: %x", data)
		}

		last := map[uint64]Replica{}
		for _, r := range p.Replicas {
			last[r.Sector] = r
		}
		other := p
		other.Replicas = nil
		for sector := range last { // in any order
			other.Replicas = append(other.Replicas, last[sector])
		}
		if again := v.VerifyWindowPoSt(t.Context(), &other); class(again) != class(err) {
			t.Errorf("%v, in another order %v", err, again)
		}
		if len(p.Replicas) > 0 {
			other.Replicas = append([]Replica{{p.Replicas[0].Sector, ones}}, p.Replicas...)
			if again := v.VerifyWindowPoSt(t.Context(), &other); class(again) != class(err) {
				t.Errorf("%v, with a repeat %v", err, again)
			}
		}
	})
}

// flattenUpdate writes a statement as bytes a fuzzer can change, unflattenUpdate
// reads it.
func flattenUpdate(u *ReplicaUpdateInfo) []byte {
	return slices.Concat([]byte{byte(u.UpdateProof)}, u.CommROld[:], u.CommRNew[:], u.CommDNew[:], u.Proof)
}

func unflattenUpdate(data []byte) (u ReplicaUpdateInfo, ok bool) {
	if len(data) < 1+3*32 {
		return u, false
	}
	u.UpdateProof, data = RegisteredUpdateProof(int8(data[0])), data[1:]
	for _, field := range []*[32]byte{&u.CommROld, &u.CommRNew, &u.CommDNew} {
		data = data[copy(field[:], data):]
	}
	u.Proof = data
	return u, true
}

func normalUpdate(u ReplicaUpdateInfo) string {
	u.Proof = normalProof(u.Proof)
	return string(flattenUpdate(&u))
}

func addUpdateSeeds(f *testing.F) map[string]bool {
	accepted := map[string]bool{}
	for _, c := range updateCases(f, ownFile(f, "update.json")) {
		for _, v := range c.variants(f) {
			f.Add(flattenUpdate(&v.info))
			if v.want == nil {
				accepted[normalUpdate(v.info)] = true
			}
		}
	}
	return accepted
}

// FuzzVerifyReplicaUpdate: only statements known to be true are accepted, the
// class of every error is known, and inputs stay as they are.
func FuzzVerifyReplicaUpdate(f *testing.F) {
	accepted := addUpdateSeeds(f)
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		u, ok := unflattenUpdate(data)
		if !ok {
			return
		}
		before := flattenUpdate(&u)
		err := v.VerifyReplicaUpdate(&u)
		if !slices.Equal(before, flattenUpdate(&u)) {
			t.Fatal("the statement was changed")
		}
		if err != nil {
			checkClass(t, err)
		} else if !accepted[normalUpdate(u)] {
			t.Errorf("accepted: %x", data)
		}
	})
}

// FuzzVerifyReplicaUpdateBatch: a batch says of each what the single check says.
func FuzzVerifyReplicaUpdateBatch(f *testing.F) {
	addUpdateSeeds(f)
	v := testVerifier(f, 2)
	good := updateCases(f, ownFile(f, "update.json"))[0].info()
	f.Fuzz(func(t *testing.T, data []byte) {
		u, ok := unflattenUpdate(data)
		if !ok {
			return
		}
		checkAmongGood(t, good, u, v.VerifyReplicaUpdate(&u), v.VerifyReplicaUpdateBatch)
	})
}
