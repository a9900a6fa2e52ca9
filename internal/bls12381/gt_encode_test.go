package bls12381

import (
	"bytes"
	"testing"

	curve "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/consensys/gnark-crypto/ecc/bls12-381/fp"
)

// The generator is the one blst and blstrs have, by its first and last coordinate
// in Montgomery form.
func TestGTGenerator(t *testing.T) {
	var x GT
	x.ScaleGenerator(&Scalar{1})
	b := x.Bytes()
	for _, c := range []struct {
		at   int
		want fp.Element
	}{
		{0, fp.Element{0x1972e433a01f85c5, 0x97d32b76fd772538, 0xc8ce546fc96bcdf9, 0xcef63e7366d40614, 0xa611342781843780, 0x13f3448a3fc6d825}},
		{528, fp.Element{0xe80ff2a06a52ffb1, 0x7694ca48721a906c, 0x7583183e03b08514, 0xf567afdd40cee4e2, 0x9a6d96d2e526a5fc, 0x197e9f49861f2242}},
	} {
		got, err := fp.LittleEndian.Element((*[48]byte)(b[c.at:]))
		if err != nil || got != c.want {
			t.Errorf("another coordinate at %d", c.at)
		}
	}
}

func TestGTEncode(t *testing.T) {
	var s stream
	k := s.scalar()
	var x, y GT
	x.ScaleGenerator(&k)
	var p G1
	p.ScaleGenerator(&k)
	_, q := Generators()
	f := MillerLoop([]Pair{{p, q}}, nil)
	if y = f.FinalExp(); !x.Equal(&y) {
		t.Error("a scaled generator is not the pairing of a scaled point")
	}

	short, ok := x.Compressed()
	if !ok {
		t.Fatal("not compressed")
	}
	// What is compressed is (b + w)/(b − w), read off the layout of all coordinates.
	var num, den curve.GT
	for i, c := range []*fp.Element{&num.C0.B0.A0, &num.C0.B0.A1, &num.C0.B1.A0, &num.C0.B1.A1, &num.C0.B2.A0, &num.C0.B2.A1} {
		var err error
		if *c, err = fp.LittleEndian.Element((*[48]byte)(short[48*i:])); err != nil {
			t.Fatal(err)
		}
	}
	num.C1.SetOne()
	den.Conjugate(&num)
	den.Inverse(&den)
	num.Mul(&num, &den)
	y = GT{num}
	long, again := x.Bytes(), y.Bytes()
	if !bytes.Equal(long[:], again[:]) {
		t.Error("another element is compressed")
	}

	x.ScaleGenerator(&Scalar{})
	if _, ok := x.Compressed(); ok {
		t.Error("the identity is compressed")
	}
	if b := x.Bytes(); b != [GTSize]byte{1} {
		t.Error("the identity is not 1")
	}
}
