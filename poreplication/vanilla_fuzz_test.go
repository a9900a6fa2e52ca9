package poreplication

import (
	"bytes"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/bincode"
)

// fuzzVanilla: a proof that was changed, in place or in length, is refused with a known
// class, and stays as it is; what decodes is encoded to the same bytes, and what the
// reference's rule refuses is refused.
func fuzzVanilla(f *testing.F, c *vanillaCase) {
	for _, field := range c.fields()[:40] {
		f.Add(uint32(field.at), uint32(0), []byte{1})
	}
	f.Add(uint32(0), uint32(0), []byte{})
	f.Add(uint32(8), uint32(32), []byte{})
	f.Add(uint32(1<<20), uint32(0), []byte("more"))
	f.Fuzz(func(t *testing.T, at, cut uint32, patch []byte) {
		// Some bytes from a place on become others.
		proof := c.proofs[0]
		from := int(at) % (len(proof) + 1)
		to := min(from+int(cut%256), len(proof))
		if cut < 256 { // as many
			to = min(from+len(patch), len(proof))
		}
		changed := slices.Concat(proof[:from], patch, proof[to:])
		proofs := slices.Clone(c.proofs)
		proofs[0] = changed
		before := slices.Clone(changed)
		err := c.verify(t, proofs)
		if !bytes.Equal(before, changed) {
			t.Fatal("the proof was changed")
		}
		if (err == nil) != bytes.Equal(changed, proof) {
			t.Fatalf("%d bytes at %d of %d: %v", len(patch), from, len(proof), err)
		}
		if err != nil {
			checkClass(t, err)
		} else if err := c.reference(proofs); err != nil {
			t.Errorf("by the reference's rule: %v", err)
		}
		d, e := bincode.NewDecoder(changed), &bincode.Encoder{}
		c.walk(both{d, e})
		if d.Finish() == nil && !bytes.Equal(e.Bytes, changed) {
			t.Error("is decoded and encoded to something else")
		}
	})
}

func FuzzVerifySealVanilla(f *testing.F) { fuzzVanilla(f, findVanilla(f, "seal/V1_1_Feat_Synthetic")) }

func FuzzVerifyWinningPoStVanilla(f *testing.F) { fuzzVanilla(f, findVanilla(f, "winning")) }

func FuzzVerifyWindowPoStVanilla(f *testing.F) { fuzzVanilla(f, findVanilla(f, "window/1.0.0")) }

func FuzzVerifyReplicaUpdateVanilla(f *testing.F) { fuzzVanilla(f, findVanilla(f, "update")) }
