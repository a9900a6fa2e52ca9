package jmt_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/jmt"
)

// TestVectors makes upstream's three trees and checks, against the published roots,
// the proofs of each key and of absent ones.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("../../../shared/vectors/por/jmt/sha2_256_vectors.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("skipped: the vectors are not beside the module")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Root string `json:"expected_root"`
			Data []struct {
				Key   string `json:"key"`
				Value string `json:"value"`
			} `json:"data"`
		} `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	fromHex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	keys, absent := 0, 0
	for _, v := range file.Vectors {
		root := por.Node(fromHex(v.Root))
		var leaves []jmt.Leaf
		for _, d := range v.Data {
			leaves = append(leaves, jmt.Leaf{KeyHash: jmt.HashKey(fromHex(d.Key)), ValueHash: jmt.HashValue(fromHex(d.Value))})
		}
		tree := mustTree(t, leaves)
		if got := tree.Root(); got != root {
			t.Errorf("root %x, want %x", got, root)
		}
		for i, d := range v.Data {
			keys++
			key := leaves[i].KeyHash
			if err := jmt.VerifyExistence(&root, &key, fromHex(d.Value), tree.Prove(&key)); err != nil {
				t.Error(err)
			}
			known, p := mustRange(t, tree, key)
			if err := jmt.VerifyRange(&root, known, p); err != nil {
				t.Error(err)
			}
		}
		for i := range 64 {
			absent++
			key := jmt.HashKey([]byte{byte(i)})
			if err := jmt.VerifyAbsence(&root, &key, tree.Prove(&key)); err != nil {
				t.Error(err)
			}
		}
	}
	t.Logf("%d trees, %d keys, %d absent ones", len(file.Vectors), keys, absent)
	if len(file.Vectors) != 3 || keys != 3 {
		t.Error("not the vectors that were to be read")
	}
}
