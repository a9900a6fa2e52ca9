package nmt_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por/nmt"
)

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

type vectorProof struct {
	Namespace          hexBytes   `json:"namespace"`
	Start              uint64     `json:"start"`
	End                uint64     `json:"end"`
	Nodes              []hexBytes `json:"nodes"`
	LeafHash           hexBytes   `json:"leafHash"`
	IgnoreMaxNamespace bool       `json:"ignoreMaxNamespace"`
	Absence            bool       `json:"absence"`
	Empty              bool       `json:"empty"`
}

func (v *vectorProof) proof() *nmt.Proof {
	p := &nmt.Proof{Start: v.Start, End: v.End, LeafHash: v.LeafHash, IgnoreMaxNamespace: v.IgnoreMaxNamespace}
	for _, n := range v.Nodes {
		p.Nodes = append(p.Nodes, n)
	}
	return p
}

func toBytes(list []hexBytes) [][]byte {
	var out [][]byte
	for _, b := range list {
		out = append(out, b)
	}
	return out
}

func sameProof(t *testing.T, got, want *nmt.Proof) {
	t.Helper()
	g, _ := got.MarshalBinary()
	w, _ := want.MarshalBinary()
	if !bytes.Equal(g, w) {
		t.Errorf("made %x, want %x", g, w)
	}
}

// TestVectors checks the proofs that upstream made of 18 trees, for every range and
// for every namespace about theirs, and that the same are made here.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("../../../shared/vectors/por/nmt/nmt-proofs.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: the vectors are not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Leaves          []hexBytes    `json:"leaves"`
			NamespaceSize   int           `json:"namespaceSize"`
			Root            hexBytes      `json:"root"`
			RangeProofs     []vectorProof `json:"rangeProofs"`
			NamespaceProofs []vectorProof `json:"namespaceProofs"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	ranges, whole, absent, empty, single := 0, 0, 0, 0, 0
	for _, v := range file.Vectors {
		size, leaves := v.NamespaceSize, toBytes(v.Leaves)
		free := &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: true}
		sized := &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: true, Size: uint64(len(leaves))}
		tree := mustTree(t, sized, leaves)
		if !bytes.Equal(tree.Root(), v.Root) {
			t.Fatalf("root %x, want %x", tree.Root(), v.Root)
		}
		for _, rp := range v.RangeProofs {
			ranges++
			p := rp.proof()
			sameProof(t, mustRange(t, tree, p.Start, p.End), p)
			in := leaves[p.Start:p.End]
			ns := in[0][:size]
			one := bytes.Equal(ns, in[len(in)-1][:size])
			for _, s := range []*nmt.Spec{free, sized} {
				if err := s.VerifyRange(v.Root, in, p); err != nil {
					t.Error(err)
				}
				errs := []error{
					s.VerifyInclusion(v.Root, ns, bare(size, in), p),
					s.VerifyLeafHashes(v.Root, ns, hashesOf(size, in), p),
				}
				for _, err := range errs {
					if one && err != nil {
						t.Error(err)
					} else if !one {
						wantError(t, err, depinproof.ErrInvalidProof, nil)
					}
				}
			}
			if one {
				single++
			}
		}
		for _, np := range v.NamespaceProofs {
			p := np.proof()
			sameProof(t, mustNamespace(t, tree, np.Namespace), p)
			in := leaves[p.Start:p.End]
			switch {
			case np.Absence:
				absent++
				in = nil
			case np.Empty:
				empty++
			default:
				whole++
			}
			for _, s := range []*nmt.Spec{free, sized} {
				if err := s.VerifyNamespace(v.Root, np.Namespace, in, p); err != nil {
					t.Error(err)
				}
			}
		}
	}
	t.Logf("%d trees; %d ranges, %d of one namespace; namespaces: %d whole, %d absent, %d outside",
		len(file.Vectors), ranges, single, whole, absent, empty)
	if len(file.Vectors) != 18 || ranges != 495 || whole+absent+empty != 138 {
		t.Error("not the vectors that were to be read")
	}
}
