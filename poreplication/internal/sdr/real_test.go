package sdr

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// The public inputs of a real 32 GiB seal show the parents of 180 nodes.
func TestRealSealParents(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/vectors/filecoin/fil-blst-v27/seal32_x10.decoded.json")
	if os.IsNotExist(err) {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var seal struct {
		Nodes      uint64 `json:"nodes"`
		Partitions []struct {
			Challenges []struct {
				Challenge uint32   `json:"challenge"`
				Base      []uint32 `json:"drg_parents"`
				Expander  []uint32 `json:"exp_parents"`
			} `json:"challenges"`
		} `json:"partitions"`
	}
	if err := json.Unmarshal(data, &seal); err != nil {
		t.Fatal(err)
	}
	g := New(seal.Nodes, &[32]byte{3}, true) // registered seal proof 3
	checked := 0
	for _, p := range seal.Partitions {
		for _, c := range p.Challenges {
			var base [shape.BaseParents]uint32
			var expander [1][shape.ExpanderParents]uint32
			g.BaseParents(&base, c.Challenge)
			g.ExpanderParents(expander[:], []uint32{c.Challenge})
			if !slices.Equal(base[:], c.Base) || !slices.Equal(expander[0][:], c.Expander) {
				t.Errorf("parents of %d are %v and %v, want %v and %v", c.Challenge, base, expander[0], c.Base, c.Expander)
			}
			checked++
		}
	}
	if checked != 180 {
		t.Errorf("%d challenges, want 180", checked)
	}
}
