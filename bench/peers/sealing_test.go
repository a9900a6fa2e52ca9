package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestVanillaShapes has every proof that is timed judged by our side: accepted as it is,
// refused with any of some bits flipped, and refused under other commitments.
func TestVanillaShapes(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "vectors", "reference")
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	for _, s := range vanillaShapes {
		p, err := readVanilla(filepath.Join(folder, s.folder), s.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.verify(p.Proof); err != nil {
			t.Errorf("%s: %v", s.shape, err)
		}
		for _, digits := range p.commitments {
			other, err := p.withOther(digits)
			if err != nil {
				t.Fatal(err)
			}
			if v := verdictOf(other.verify(p.Proof)); v != reject {
				t.Errorf("%s: %s instead of %s: %s", s.shape, other.commitments, p.commitments, v)
			}
		}
		for at := 0; at < len(p.Proof); at += len(p.Proof)/20 + 1 {
			flipped := slices.Clone(p.Proof)
			flipped[at] ^= 1
			if v := verdictOf(p.verify(flipped)); v != reject && v != malformed {
				t.Errorf("%s: byte %d: %s", s.shape, at, v)
			}
		}
	}
	if _, err := readVanilla(filepath.Join(folder, "8mib"), "none"); err == nil {
		t.Error("a proof that there is not")
	}
}
