package poreplication

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/snarkpack"
)

// flattenAggregate writes a statement as bytes a fuzzer can change: kind, version,
// number of seals, seals, proof. unflattenAggregate reads it.
func flattenAggregate(a *AggregateSealInfo) []byte {
	out := []byte{byte(a.SealProof), byte(a.Aggregation), byte(len(a.Seals))}
	for i := range a.Seals {
		s := &a.Seals[i]
		out = binary.LittleEndian.AppendUint64(out, s.Sector)
		for _, field := range s.fields() {
			out = append(out, field[:]...)
		}
	}
	return append(out, a.Proof...)
}

// fields are those of 32 bytes.
func (s *AggregatedSeal) fields() []*[32]byte {
	return []*[32]byte{&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD}
}

func unflattenAggregate(data []byte) (a AggregateSealInfo, ok bool) {
	if len(data) < 3 || len(data) < 3+int(data[2])*(8+5*32) {
		return a, false
	}
	a.SealProof, a.Aggregation = RegisteredSealProof(int8(data[0])), RegisteredAggregationProof(int8(data[1]))
	a.Seals = make([]AggregatedSeal, data[2])
	data = data[3:]
	for i := range a.Seals {
		s := &a.Seals[i]
		s.Sector, data = binary.LittleEndian.Uint64(data), data[8:]
		for _, field := range s.fields() {
			data = data[copy(field[:], data):]
		}
	}
	a.Proof = data
	return a, true
}

// proofItself is the proof without bytes after it.
func proofItself(proof []byte) []byte {
	if n, err := snarkpack.Count(proof, false); err == nil {
		return proof[:snarkpack.Size(n)]
	}
	return proof
}

// normalAggregate has no bytes after the proof, and no seeds that are not looked at.
func normalAggregate(a AggregateSealInfo) string {
	a.Proof = proofItself(a.Proof)
	if config, _ := a.SealProof.config(); config.Features == NonInteractivePoRep {
		a.Seals = slices.Clone(a.Seals)
		for i := range a.Seals {
			a.Seals[i].Seed = [32]byte{}
		}
	}
	return string(flattenAggregate(&a))
}

// FuzzVerifyAggregateSeals: only statements known to be true are accepted, the class
// of every error is known, and inputs stay as they are.
func FuzzVerifyAggregateSeals(f *testing.F) {
	cases, infos, _ := aggregateCases(f)
	accepted := map[string]bool{}
	for i := range cases {
		good := infos[i]
		accepted[normalAggregate(good)] = true
		if cases[i].Inputs > 16 {
			continue // long ones only slow the fuzzer
		}
		f.Add(flattenAggregate(&good))
		for k, x := range cases[i].Hostile {
			if x.Field == "proof" && k%4 == i%4 {
				bad := good
				bad.Proof = x.change(f, good.Proof)
				f.Add(flattenAggregate(&bad))
			}
		}
		bad := good
		bad.Seals = append(slices.Clone(good.Seals[1:]), good.Seals[0])
		f.Add(flattenAggregate(&bad))
	}
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, ok := unflattenAggregate(data)
		if !ok {
			return
		}
		before := bytes.Clone(data)
		err := v.VerifyAggregateSeals(t.Context(), &a)
		if !bytes.Equal(before, flattenAggregate(&a)) {
			t.Fatal("the statement was changed")
		}
		if err != nil {
			checkClass(t, err)
		} else if !accepted[normalAggregate(a)] {
			t.Errorf("accepted: %x", data)
		}
	})
}

// flattenUpdates and unflattenUpdates do the same for updates.
func flattenUpdates(a *AggregateReplicaUpdateInfo) []byte {
	out := []byte{byte(a.UpdateProof), byte(a.Aggregation), byte(len(a.Updates))}
	for _, u := range a.Updates {
		out = append(out, slices.Concat(u.CommROld[:], u.CommRNew[:], u.CommDNew[:])...)
	}
	return append(out, a.Proof...)
}

func unflattenUpdates(data []byte) (a AggregateReplicaUpdateInfo, ok bool) {
	if len(data) < 3 || len(data) < 3+int(data[2])*3*32 {
		return a, false
	}
	a.UpdateProof, a.Aggregation = RegisteredUpdateProof(int8(data[0])), RegisteredAggregationProof(int8(data[1]))
	a.Updates = make([]AggregatedUpdate, data[2])
	data = data[3:]
	for i := range a.Updates {
		u := &a.Updates[i]
		for _, field := range []*[32]byte{&u.CommROld, &u.CommRNew, &u.CommDNew} {
			data = data[copy(field[:], data):]
		}
	}
	a.Proof = data
	return a, true
}

func normalUpdates(a AggregateReplicaUpdateInfo) string {
	a.Proof = proofItself(a.Proof)
	return string(flattenUpdates(&a))
}

// FuzzVerifyAggregateReplicaUpdates: as FuzzVerifyAggregateSeals.
func FuzzVerifyAggregateReplicaUpdates(f *testing.F) {
	_, infos := updateAggregateCases(f)
	accepted := map[string]bool{}
	for _, good := range infos {
		accepted[normalUpdates(good)] = true
		f.Add(flattenUpdates(&good))
		bad := good
		bad.Updates = append(slices.Clone(good.Updates[1:]), good.Updates[0])
		f.Add(flattenUpdates(&bad))
		for _, at := range []int{0, 47, countOffset, len(good.Proof) - 96, len(good.Proof) - 1} {
			bad = good
			bad.Proof = slices.Clone(good.Proof)
			bad.Proof[at] ^= 1
			f.Add(flattenUpdates(&bad))
		}
	}
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, ok := unflattenUpdates(data)
		if !ok {
			return
		}
		before := bytes.Clone(data)
		err := v.VerifyAggregateReplicaUpdates(t.Context(), &a)
		if !bytes.Equal(before, flattenUpdates(&a)) {
			t.Fatal("the statement was changed")
		}
		if err != nil {
			checkClass(t, err)
		} else if !accepted[normalUpdates(a)] {
			t.Errorf("accepted: %x", data)
		}
	})
}
