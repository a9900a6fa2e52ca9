package poreplication

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
)

// flatten writes a statement as bytes a fuzzer can change, unflatten reads it.
func flatten(s *SealInfo) []byte {
	out := []byte{byte(s.SealProof)}
	out = binary.LittleEndian.AppendUint64(out, s.Sector)
	for _, field := range []*[32]byte{&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD} {
		out = append(out, field[:]...)
	}
	return append(out, s.Proof...)
}

func unflatten(data []byte) (s SealInfo, ok bool) {
	if len(data) < 1+8+5*32 {
		return s, false
	}
	s.SealProof, data = RegisteredSealProof(int8(data[0])), data[1:]
	s.Sector, data = binary.LittleEndian.Uint64(data), data[8:]
	for _, field := range []*[32]byte{&s.ProverID, &s.Ticket, &s.Seed, &s.CommR, &s.CommD} {
		data = data[copy(field[:], data):]
	}
	s.Proof = data
	return s, true
}

func class(err error) error {
	for _, c := range []error{depinproof.ErrInvalidProof, depinproof.ErrMalformed, depinproof.ErrLimit, depinproof.ErrUnsupported, depinproof.ErrInternal} {
		if errors.Is(err, c) {
			return c
		}
	}
	return err
}

// addSealSeeds adds every case of the vectors.
func addSealSeeds(f *testing.F) (accepted [][]byte) {
	cases := sealCases(f)
	for i := range cases {
		for _, v := range cases[i].variants(f) {
			f.Add(flatten(&v.info))
			if v.want == nil {
				accepted = append(accepted, flatten(&v.info))
			}
		}
	}
	return accepted
}

// FuzzVerifySeal: only statements known to be true are accepted, up to the one
// freedom a Groth16 proof leaves without randomising it, the signs of A and B, and
// the seed of a non-interactive seal and bytes after its proof;
// the class of every error is known; and inputs stay as they are.
func FuzzVerifySeal(f *testing.F) {
	accepted := addSealSeeds(f)
	v := testVerifier(f, 1)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, ok := unflatten(data)
		if !ok {
			return
		}
		before := slices.Clone(data)
		err := v.VerifySeal(&s)
		if !slices.Equal(before, flatten(&s)) {
			t.Fatal("the statement was changed")
		}
		if err == nil {
			if config, _ := s.SealProof.config(); config.Features == NonInteractivePoRep {
				s.Seed = [32]byte{}
				s.Proof = s.Proof[:niProofSize]
				normal := flatten(&s)
				if !slices.ContainsFunc(accepted, func(a []byte) bool {
					known, _ := unflatten(a)
					known.Seed, known.Proof = [32]byte{}, known.Proof[:min(niProofSize, len(known.Proof))]
					return slices.Equal(flatten(&known), normal)
				}) {
					t.Errorf("accepted: %x", data)
				}
				return
			}
			signs := slices.Clone(data)
			signs[169] ^= 0x20
			signs[169+48] ^= 0x20
			if !slices.ContainsFunc(accepted, func(a []byte) bool { return slices.Equal(a, data) || slices.Equal(a, signs) }) {
				t.Errorf("accepted: %x", data)
			}
		} else {
			checkClass(t, err)
		}
	})
}

// niProofSize is the size of the proof of a small non-interactive seal.
const niProofSize = 14164

// FuzzVerifySealBatch: a batch says of each seal what the single check says.
func FuzzVerifySealBatch(f *testing.F) {
	addSealSeeds(f)
	v := testVerifier(f, 2)
	cases := sealCases(f)
	good := cases[0].info()
	f.Fuzz(func(t *testing.T, data []byte) {
		s, ok := unflatten(data)
		if !ok {
			return
		}
		checkAmongGood(t, good, s, v.VerifySeal(&s), v.VerifySealBatch)
	})
}
