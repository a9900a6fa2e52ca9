package groth16

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// sharedFile reads a file of the vectors beside the module, or skips the test.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../../shared/vectors/filecoin/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: %s is not beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// bigEndianScalar reads a field element as bellperson prints it.
func bigEndianScalar(t testing.TB, b []byte) (s bls12381.Scalar) {
	t.Helper()
	le := slices.Clone(b)
	slices.Reverse(le)
	if len(b) != 32 || !s.SetBytesLE((*[32]byte)(le)) {
		t.Fatalf("input %x is not canonical", b)
	}
	return s
}

// uncompress turns a key of compressed points into a file's bytes.
func uncompress(t testing.TB, b []byte) []byte {
	t.Helper()
	var out []byte
	g1 := func() {
		var g bls12381.G1
		if err := g.SetCompressed((*[48]byte)(b)); err != nil {
			t.Fatal(err)
		}
		e := g.Uncompressed()
		out, b = append(out, e[:]...), b[48:]
	}
	g2 := func() {
		var g bls12381.G2
		if err := g.SetCompressed((*[96]byte)(b)); err != nil {
			t.Fatal(err)
		}
		e := g.Uncompressed()
		out, b = append(out, e[:]...), b[96:]
	}
	g1()
	g1()
	g2()
	g2()
	g1()
	g2()
	n := binary.BigEndian.Uint32(b)
	out, b = append(out, b[:4]...), b[4:]
	for range n {
		g1()
	}
	return out
}

// prf reads a file of fil-blst: counts, a key, and proofs with their inputs.
func prf(t testing.TB, data []byte) (*Key, []Statement) {
	t.Helper()
	proofs, inputs := int(binary.BigEndian.Uint64(data)), int(binary.BigEndian.Uint64(data[8:]))
	data = data[16:]
	size := vkFixedSize + 96*(inputs+1)
	vk, err := ReadVerifyingKey(data[:size])
	if err != nil {
		t.Fatal(err)
	}
	data = data[size:]
	statements := make([]Statement, proofs)
	for j := range statements {
		if err := statements[j].Proof.SetBytes((*[ProofSize]byte)(data)); err != nil {
			t.Fatal(err)
		}
		data = data[ProofSize:]
		for range inputs {
			statements[j].Inputs = append(statements[j].Inputs, bigEndianScalar(t, data[:32]))
			data = data[32:]
		}
	}
	if len(data) != 0 {
		t.Fatalf("%d bytes left", len(data))
	}
	return Prepare(vk, prfLayout(inputs)), statements
}

// prfLayout is the layout of seals, and of WindowPoSts.
func prfLayout(inputs int) Layout {
	layout := Layout{Short: func(i int) bool { return i >= 3 }, TableBytes: 64 << 20}
	if inputs > 327 {
		layout.Short = func(i int) bool { return i%11 != 0 }
	}
	return layout
}

// checkReal checks true statements alone and together, and that none survives a
// changed input.
func checkReal(t *testing.T, k *Key, statements []Statement) {
	t.Helper()
	for j := range statements {
		if !holds(t, k, statements[j:j+1], nil) {
			t.Errorf("proof %d does not hold", j)
		}
	}
	if !holds(t, k, statements, nil) || !holds(t, k, statements, threads(2)) {
		t.Error("the proofs do not hold together")
	}
	for j := range statements {
		bad := slices.Clone(statements)
		bad[j].Inputs = slices.Clone(bad[j].Inputs)
		i := j * 7919 % len(bad[j].Inputs)
		bad[j].Inputs[i].Add(&bad[j].Inputs[i], &bls12381.Scalar{1})
		if holds(t, k, bad[j:j+1], nil) || holds(t, k, bad, nil) {
			t.Errorf("proof %d holds with input %d changed", j, i)
		}
	}
}

// Ten partitions of a real 32 GiB seal under the official key of release v27.
func TestRealSeal(t *testing.T) {
	k, statements := prf(t, sharedFile(t, "fil-blst-v27/seal32_x10.prf"))
	if len(statements) != 10 || k.Inputs() != 327 {
		t.Fatalf("%d proofs of %d inputs", len(statements), k.Inputs())
	}
	checkReal(t, k, statements)
}

// A real WindowPoSt of 2,349 sectors of 32 GiB.
func TestRealWindowPoSt(t *testing.T) {
	k, statements := prf(t, sharedFile(t, "fil-blst-v27/window.prf"))
	if len(statements) != 1 || k.Inputs() != 25839 {
		t.Fatalf("%d proofs of %d inputs", len(statements), k.Inputs())
	}
	checkReal(t, k, statements)
}

func TestZcashSprout(t *testing.T) {
	vk, err := ReadVerifyingKey(sharedFile(t, "bellman-groth16/sprout-groth16.vk"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Items []struct {
			Proof  string   `json:"proof"`
			Inputs []string `json:"public_inputs_fr_big_endian"`
		} `json:"items"`
	}
	if err := json.Unmarshal(sharedFile(t, "bellman-groth16/zcash_sprout_joinsplits.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Items) == 0 {
		t.Fatal("no proofs")
	}
	var statements []Statement
	for _, item := range file.Items {
		var s Statement
		if err := s.Proof.SetBytes((*[ProofSize]byte)(unhex(t, item.Proof))); err != nil {
			t.Fatal(err)
		}
		for _, x := range item.Inputs {
			s.Inputs = append(s.Inputs, bigEndianScalar(t, unhex(t, x)))
		}
		statements = append(statements, s)
	}
	checkReal(t, Prepare(vk, testLayout), statements)
	t.Logf("%d proofs", len(statements))
}

// Small vectors of bellman, some of them false.
func TestBellman(t *testing.T) {
	var file struct {
		Items []struct {
			Key    string   `json:"vk_compressed"`
			Proof  string   `json:"proof"`
			Inputs []string `json:"public_inputs_fr_big_endian"`
			Valid  bool     `json:"valid"`
		} `json:"items"`
	}
	if err := json.Unmarshal(sharedFile(t, "bellman-groth16/gnark_bellman_vectors.json"), &file); err != nil {
		t.Fatal(err)
	}
	counts := map[bool]int{}
	for i, item := range file.Items {
		vk, err := ReadVerifyingKey(uncompress(t, unhex(t, item.Key)))
		if err != nil {
			t.Fatal(err)
		}
		var s Statement
		if err := s.Proof.SetBytes((*[ProofSize]byte)(unhex(t, item.Proof))); err != nil {
			t.Fatal(err)
		}
		for _, x := range item.Inputs {
			s.Inputs = append(s.Inputs, bigEndianScalar(t, unhex(t, x)))
		}
		k := Prepare(vk, testLayout)
		got, err := k.Holds([]Statement{s}, rand.Reader, nil)
		if err != nil && !errors.Is(err, ErrInputs) {
			t.Errorf("item %d: %v", i, err)
		}
		if got != item.Valid {
			t.Errorf("item %d: %v (%v), want %v", i, got, err, item.Valid)
		}
		if err == nil && holds(t, k, []Statement{s, s}, nil) != item.Valid {
			t.Errorf("item %d twice: not %v", i, item.Valid)
		}
		counts[item.Valid]++
	}
	if counts[true] == 0 || counts[false] == 0 {
		t.Errorf("%d true and %d false vectors", counts[true], counts[false])
	}
}
