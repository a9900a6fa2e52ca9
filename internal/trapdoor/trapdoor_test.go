package trapdoor

import (
	"bytes"
	"crypto/rand"
	"io"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
)

// The proof satisfies the pairing equation, written out.
func TestProve(t *testing.T) {
	k, err := NewKey(rand.Reader, 2)
	if err != nil {
		t.Fatal(err)
	}
	inputs := [][32]byte{{1, 2, 3}, {31: 0x20}}
	proof, err := k.Prove(rand.Reader, inputs)
	if err != nil {
		t.Fatal(err)
	}
	vk := k.VerifyingKey()
	g1 := func(b []byte) (g bls12381.G1) {
		if err := g.SetUncompressed((*[96]byte)(b)); err != nil {
			t.Fatal(err)
		}
		return g
	}
	g2 := func(b []byte) (g bls12381.G2) {
		if err := g.SetUncompressed((*[192]byte)(b)); err != nil {
			t.Fatal(err)
		}
		return g
	}
	alpha, beta, gamma, delta := g1(vk), g2(vk[192:]), g2(vk[384:]), g2(vk[672:])
	points := []bls12381.G1{g1(vk[868:]), g1(vk[964:]), g1(vk[1060:])}
	scalars := make([]bls12381.Scalar, 3)
	scalars[0] = bls12381.Scalar{1}
	for i := range inputs {
		scalars[i+1].SetBytesLE(&inputs[i])
	}
	var a, c bls12381.G1
	var b bls12381.G2
	if a.SetCompressed((*[48]byte)(proof)) != nil || b.SetCompressed((*[96]byte)(proof[48:])) != nil || c.SetCompressed((*[48]byte)(proof[144:])) != nil {
		t.Fatal("proof does not decode")
	}
	left := bls12381.MillerLoop([]bls12381.Pair{{P: a, Q: b}}, nil)
	sum := bls12381.NewTable(points, 4, []int{1, 64, 64}).Sum(0, scalars)
	right := bls12381.MillerLoop([]bls12381.Pair{{P: alpha, Q: beta}, {P: sum, Q: gamma}, {P: c, Q: delta}}, nil)
	x, y := left.FinalExp(), right.FinalExp()
	if !x.Equal(&y) {
		t.Error("the equation does not hold")
	}
}

func TestRefusals(t *testing.T) {
	k, err := NewKey(rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Prove(rand.Reader, nil); err == nil {
		t.Error("too few inputs are proven")
	}
	if _, err := k.Prove(rand.Reader, [][32]byte{{31: 0xff}}); err == nil {
		t.Error("an input that is not canonical is proven")
	}
	if _, err := k.Prove(bytes.NewReader(nil), [][32]byte{{}}); err == nil {
		t.Error("proven without randomness")
	}
	if _, err := NewKey(io.LimitReader(rand.Reader, 40), 1); err == nil {
		t.Error("a key without randomness")
	}
	if _, err := NewKey(rand.Reader, -1); err == nil {
		t.Error("a key with a negative number of inputs")
	}
}
