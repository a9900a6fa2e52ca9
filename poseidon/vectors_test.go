package poseidon

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/depinproof/depinproof"
)

// arities lists the supported arities.
var arities = []int{1, 2, 4, 8, 11, 16, 24, 36}

var strengths = map[string]Strength{"standard": Standard, "strengthened": Strengthened}

func decodeHex(t testing.TB, s string) (e Element) {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(e) {
		t.Fatalf("bad element %q", s)
	}
	copy(e[:], b)
	return e
}

// parseDomain reads the name that Domain.String writes.
func parseDomain(t testing.TB, s string) Domain {
	t.Helper()
	var n int
	if s == "MerkleTree" {
		return MerkleTree()
	}
	if _, err := fmt.Sscanf(s, "ConstantLength(%d)", &n); err == nil {
		return ConstantLength(n)
	}
	if _, err := fmt.Sscanf(s, "Custom(%d)", &n); err == nil {
		return Custom(n)
	}
	t.Fatalf("unknown domain %q", s)
	return Domain{}
}

// hashers makes each hasher once.
type hashers map[Config]*Hasher

func (hs hashers) get(t testing.TB, cfg Config) *Hasher {
	t.Helper()
	h, ok := hs[cfg]
	if !ok {
		var err error
		if h, err = NewWith(cfg); err != nil {
			t.Fatal(err)
		}
		hs[cfg] = h
	}
	return h
}

type referenceCase struct {
	cfg    Config
	inputs []Element
	output Element
}

// referenceCases reads answers of neptune, made by our reference generator.
func referenceCases(t testing.TB) []referenceCase {
	t.Helper()
	data, err := os.ReadFile("../testdata/poseidon/hashes.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Arity    int
		Strength string
		Domain   string
		Inputs   []string
		Output   string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 414 {
		t.Fatalf("%d cases, want 414", len(cases))
	}
	var out []referenceCase
	for i, c := range cases {
		strength, ok := strengths[c.Strength]
		if !ok {
			t.Fatalf("case %d: strength %q", i, c.Strength)
		}
		d := parseDomain(t, c.Domain)
		if d.String() != c.Domain {
			t.Errorf("case %d: domain %v, want %s", i, d, c.Domain)
		}
		inputs := make([]Element, len(c.Inputs))
		for j, s := range c.Inputs {
			inputs[j] = decodeHex(t, s)
		}
		out = append(out, referenceCase{Config{c.Arity, strength, d}, inputs, decodeHex(t, c.Output)})
	}
	return out
}

// TestReferenceHashes compares with answers of neptune.
func TestReferenceHashes(t *testing.T) {
	hs := hashers{}
	for i, c := range referenceCases(t) {
		h := hs.get(t, c.cfg)
		var got Element
		if err := h.Hash(&got, c.inputs); err != nil {
			t.Errorf("case %d: %v", i, err)
		} else if got != c.output {
			t.Errorf("case %d: %v: got %x, want %x", i, c.cfg, got, c.output)
		}
	}
}

// TestNeptuneGoldens compares with the answers in neptune's own tests: the
// inputs are 0, 1, 2, ….
func TestNeptuneGoldens(t *testing.T) {
	const path = "../../shared/vectors/filecoin/poseidon/neptune_hash_values.json"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("neptune's golden hashes are absent: %v", err)
	}
	var file struct {
		Digests map[string]map[int]string
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	hs := hashers{}
	checked, sponge := 0, 0
	for _, set := range []struct {
		name     string
		strength Strength
		domain   Domain
	}{
		{"merkle_tree_standard", Standard, MerkleTree()},
		{"merkle_tree_strengthened", Strengthened, MerkleTree()},
		{"constant_length_4_standard", Standard, ConstantLength(4)},
		{"constant_length_4_strengthened", Strengthened, ConstantLength(4)},
	} {
		for arity, want := range file.Digests[set.name] {
			cfg := Config{arity, set.strength, set.domain}
			if arity == 2 && set.domain == ConstantLength(4) {
				sponge++ // two permutations of a sponge: refused
				if _, err := NewWith(cfg); !errors.Is(err, depinproof.ErrUnsupported) {
					t.Errorf("%v: got error %v, want ErrUnsupported", cfg, err)
				}
				continue
			}
			h := hs.get(t, cfg)
			inputs := make([]Element, h.Arity())
			for i := range inputs {
				inputs[i][0] = byte(i)
			}
			var got Element
			if err := h.Hash(&got, inputs); err != nil {
				t.Errorf("%v: %v", cfg, err)
			} else if got != decodeHex(t, want) {
				t.Errorf("%v: got %x, want %s", cfg, got, want)
			}
			checked++
		}
	}
	if checked != 26 || sponge != 2 {
		t.Errorf("compared %d hashes and refused %d, want 26 and 2", checked, sponge)
	}
}
