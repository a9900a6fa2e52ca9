package groth16

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/trapdoor"
)

// threads is a Split that runs n parts at the same time.
func threads(parts int) Split {
	return func(n int, f func(from, to int)) {
		var wg sync.WaitGroup
		for p := range parts {
			if from, to := p*n/parts, (p+1)*n/parts; from < to {
				wg.Go(func() { f(from, to) })
			}
		}
		wg.Wait()
	}
}

// testLayout calls the inputs short that are short in some of the tests, and some
// that are not.
var testLayout = Layout{Short: func(i int) bool { return i > 2 }, TableBytes: 64 << 20}

// made returns a prepared key and n true statements under it.
func made(t testing.TB, inputs, n int) (*Key, []Statement, *trapdoor.Key) {
	t.Helper()
	secret, err := trapdoor.NewKey(rand.Reader, inputs)
	if err != nil {
		t.Fatal(err)
	}
	vk, err := ReadVerifyingKey(secret.VerifyingKey())
	if err != nil {
		t.Fatal(err)
	}
	statements := make([]Statement, n)
	for j := range statements {
		public := make([][32]byte, inputs)
		for i := range public {
			switch i % 3 {
			case 0:
				rand.Read(public[i][:31])
			case 1:
				binary.LittleEndian.PutUint32(public[i][:], uint32(i*j*j+i))
			}
		}
		statements[j] = prove(t, secret, public)
	}
	return Prepare(vk, testLayout), statements, secret
}

func prove(t testing.TB, secret *trapdoor.Key, public [][32]byte) (s Statement) {
	t.Helper()
	b, err := secret.Prove(rand.Reader, public)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Proof.SetBytes((*[ProofSize]byte)(b)); err != nil {
		t.Fatal(err)
	}
	s.Inputs = make([]bls12381.Scalar, len(public))
	for i := range public {
		if !s.Inputs[i].SetBytesLE(&public[i]) {
			t.Fatal("input not canonical")
		}
	}
	return s
}

func holds(t testing.TB, k *Key, s []Statement, split Split) bool {
	t.Helper()
	ok, err := k.Holds(s, rand.Reader, split)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestHolds(t *testing.T) {
	for _, inputs := range []int{0, 1, 4, 39, 64, 327} {
		k, good, _ := made(t, inputs, 9)
		for _, n := range []int{1, 2, 3, 9} {
			for _, split := range []Split{nil, Serial, threads(2), threads(5)} {
				if !holds(t, k, good[:n], split) {
					t.Fatalf("%d inputs: %d true statements do not hold", inputs, n)
				}
			}
		}
		// Each way to make one statement false, in each position.
		falsify := map[string]func(s *Statement){
			"A negated":       func(s *Statement) { s.Proof.A.Neg(&s.Proof.A) },
			"C negated":       func(s *Statement) { s.Proof.C.Neg(&s.Proof.C) },
			"A and C swapped": func(s *Statement) { s.Proof.A, s.Proof.C = s.Proof.C, s.Proof.A },
			"B of another":    func(s *Statement) { s.Proof.B = good[8].Proof.B },
		}
		for _, i := range []int{0, 1, 2, inputs - 1} {
			if i >= 0 && i < inputs {
				falsify["input plus one"] = func(s *Statement) {
					s.Inputs = slices.Clone(s.Inputs)
					s.Inputs[i].Add(&s.Inputs[i], &bls12381.Scalar{1})
				}
			}
		}
		for name, change := range falsify {
			for at := range 3 {
				bad := slices.Clone(good[:3])
				change(&bad[at])
				if holds(t, k, bad[at:at+1], nil) || holds(t, k, bad, nil) || holds(t, k, bad, threads(2)) {
					t.Errorf("%d inputs: %s in position %d holds", inputs, name, at)
				}
			}
		}
	}
}

// Blocks that repeat up to the end, from every position, and blocks that nearly do.
func TestRepeatedBlocks(t *testing.T) {
	const blocks, block = 130, 11
	secret, err := trapdoor.NewKey(rand.Reader, blocks*block)
	if err != nil {
		t.Fatal(err)
	}
	vk, err := ReadVerifyingKey(secret.VerifyingKey())
	if err != nil {
		t.Fatal(err)
	}
	for _, tableBytes := range []int64{1 << 30, -1} {
		k := Prepare(vk, Layout{Short: func(i int) bool { return i%block != 0 }, Block: block, TableBytes: tableBytes})
		if k.block != block {
			t.Fatal("no blocks: the test shows nothing")
		}
		for _, real := range []int{1, 2, 64, 129, 130} {
			public := make([][32]byte, blocks*block)
			for i := range public {
				if b := min(i/block, real-1); b < i/block {
					public[i] = public[b*block+i%block]
				} else if i%block == 0 {
					rand.Read(public[i][:31])
				} else {
					rand.Read(public[i][:3])
				}
			}
			s := prove(t, secret, public)
			splits := []Split{nil, threads(2), threads(5)}
			if testing.Short() {
				splits = splits[1:2]
			}
			for _, split := range splits {
				if !holds(t, k, []Statement{s}, split) || !holds(t, k, []Statement{s, s, s}, split) {
					t.Fatalf("%d blocks and repetitions do not hold", real)
				}
			}
			for _, at := range []int{0, (real - 1) * block, real*block - 1, len(public) - block, len(public) - 1} {
				bad := s
				bad.Inputs = slices.Clone(s.Inputs)
				bad.Inputs[at].Add(&bad.Inputs[at], &bls12381.Scalar{1})
				if holds(t, k, []Statement{bad}, nil) || holds(t, k, []Statement{bad}, threads(3)) ||
					holds(t, k, []Statement{s, bad, s}, threads(2)) {
					t.Errorf("%d blocks: input %d changed holds", real, at)
				}
			}
		}
	}
}

// Inputs that a circuit takes more than once are stated once, with the same verdicts.
func TestFold(t *testing.T) {
	for _, inputs := range []int{3, 39, 327, 2000} {
		if inputs > 327 && testing.Short() {
			continue
		}
		secret, err := trapdoor.NewKey(rand.Reader, inputs)
		if err != nil {
			t.Fatal(err)
		}
		vk, err := ReadVerifyingKey(secret.VerifyingKey())
		if err != nil {
			t.Fatal(err)
		}
		fold := func(i int) int { // 0 1 2 0 | 3 4 5 3 | …
			if i%4 == 3 {
				i -= 3
			}
			return i/4*3 + i%4
		}
		layout := Layout{Fold: fold, TableBytes: 64 << 20}
		folded, plain := Prepare(vk, layout), Prepare(vk, Layout{TableBytes: 64 << 20})
		if n := layout.Folded(inputs); n != folded.Inputs() || n >= inputs && inputs > 3 {
			t.Fatalf("%d inputs are folded to %d, by the layout to %d", inputs, folded.Inputs(), n)
		}
		distinct := make([][32]byte, folded.Inputs())
		for i := range distinct {
			rand.Read(distinct[i][:31])
		}
		public := make([][32]byte, inputs)
		for i := range public {
			public[i] = distinct[fold(i)]
		}
		whole := prove(t, secret, public)
		once := Statement{Proof: whole.Proof}
		for i := range distinct {
			var x bls12381.Scalar
			x.SetBytesLE(&distinct[i])
			once.Inputs = append(once.Inputs, x)
		}
		if !holds(t, plain, []Statement{whole}, nil) || !holds(t, folded, []Statement{once}, nil) ||
			!holds(t, folded, []Statement{once, once}, nil) {
			t.Fatalf("%d inputs: a true statement does not hold", inputs)
		}
		for _, at := range []int{0, len(distinct) / 2, len(distinct) - 1} {
			bad := once
			bad.Inputs = slices.Clone(once.Inputs)
			bad.Inputs[at].Add(&bad.Inputs[at], &bls12381.Scalar{1})
			if holds(t, folded, []Statement{bad}, nil) || holds(t, folded, []Statement{once, bad}, nil) {
				t.Errorf("%d inputs: %d changed holds", inputs, at)
			}
		}
		if ok, err := folded.Holds([]Statement{whole}, rand.Reader, nil); inputs > 3 && (ok || !errors.Is(err, ErrInputs)) {
			t.Errorf("all %d inputs of the circuit: %v, %v", inputs, ok, err)
		}
	}
}

// Two false statements whose errors cancel without coefficients must not pass.
func TestErrorsDoNotCancel(t *testing.T) {
	k, good, _ := made(t, 3, 2)
	bad := slices.Clone(good)
	g, _ := bls12381.Generators()
	var minus bls12381.G1
	minus.Neg(&g)
	bad[0].Proof.C.Add(&bad[0].Proof.C, &g)
	bad[1].Proof.C.Add(&bad[1].Proof.C, &minus)
	if holds(t, k, bad, nil) {
		t.Error("opposite errors cancel")
	}
	one := bls12381.Coefficient{1}
	if !k.holdsCombined(bad, []bls12381.Coefficient{one, one}, Serial) {
		t.Error("without coefficients the errors should cancel: the test shows nothing")
	}
}

// Equal proofs in one batch take the paths of equal points.
func TestRepeatedStatement(t *testing.T) {
	k, good, _ := made(t, 5, 1)
	if !holds(t, k, []Statement{good[0], good[0], good[0], good[0]}, nil) {
		t.Error("a repeated true statement does not hold")
	}
}

func TestHoldsRefuses(t *testing.T) {
	k, good, _ := made(t, 5, 2)
	if ok, err := k.Holds(nil, rand.Reader, nil); ok || err == nil {
		t.Error("an empty list holds")
	}
	short := slices.Clone(good)
	short[1].Inputs = short[1].Inputs[:4]
	if ok, err := k.Holds(short, rand.Reader, nil); ok || !errors.Is(err, ErrInputs) {
		t.Errorf("too few inputs: %v, %v", ok, err)
	}
	if ok, err := k.Holds(good, io.LimitReader(rand.Reader, 17), nil); ok || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("too little randomness: %v, %v", ok, err)
	}
	if ok, err := k.Holds(good, io.MultiReader(zeros(16), rand.Reader), nil); !ok || err != nil {
		t.Errorf("a zero coefficient is not drawn again: %v, %v", ok, err)
	}
}

type zeroReader struct{}

func (zeroReader) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

func TestVerifyingKeyCodec(t *testing.T) {
	secret, err := trapdoor.NewKey(rand.Reader, 3)
	if err != nil {
		t.Fatal(err)
	}
	file := secret.VerifyingKey()
	vk, err := ReadVerifyingKey(file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(vk.Bytes(), file) {
		t.Error("round trip changes the key")
	}
	for n := range len(file) {
		if _, err := ReadVerifyingKey(file[:n]); err == nil {
			t.Fatalf("a key cut to %d bytes is read", n)
		}
	}
	if _, err := ReadVerifyingKey(append(slices.Clone(file), 0)); !errors.Is(err, errLength) {
		t.Errorf("a byte too many: %v", err)
	}
	count := slices.Clone(file)
	binary.BigEndian.PutUint32(count[vkFixedSize-4:], 1<<32-1)
	if _, err := ReadVerifyingKey(count); !errors.Is(err, errLength) {
		t.Errorf("a forged count: %v", err)
	}
	infinity := slices.Clone(file)
	clear(infinity[vkFixedSize : vkFixedSize+96])
	infinity[vkFixedSize] = 0x40
	if _, err := ReadVerifyingKey(infinity); !errors.Is(err, bls12381.ErrInfinity) {
		t.Errorf("an input point at infinity: %v", err)
	}
	clear(infinity[:96]) // the fixed points may be infinity, as for the reference
	infinity[0] = 0x40
	copy(infinity[vkFixedSize:], file[vkFixedSize:])
	if _, err := ReadVerifyingKey(infinity); err != nil {
		t.Errorf("alpha at infinity: %v", err)
	}
}

// A count that the bytes do not bear out is refused before anything is allocated
// for it.
func TestForgedCountAllocatesNothing(t *testing.T) {
	file := make([]byte, vkFixedSize+96)
	binary.BigEndian.PutUint32(file[vkFixedSize-4:], 1<<32-1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		if _, err := ReadVerifyingKey(file); !errors.Is(err, errLength) {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / 100; n > 64<<10 {
		t.Errorf("%d bytes allocated for a forged count", n)
	}
}

// Many proofs decode as each does alone, whatever stands beside them.
func TestDecodeProofs(t *testing.T) {
	_, good, _ := made(t, 1, 4)
	for n := range 20 {
		src, dst, errs := make([]*[ProofSize]byte, n), make([]*Proof, n), make([]error, n)
		for i := range n {
			b := good[i%len(good)].Proof.Bytes()
			switch (n + i) % 5 {
			case 1:
				b[0] ^= 0x40
			case 2:
				b[95] ^= 1
			case 3:
				b[191] ^= byte(n + 1)
			}
			src[i], dst[i] = &b, new(Proof)
		}
		DecodeProofs(dst, src, errs)
		for i := range n {
			var p Proof
			err := p.SetBytes(src[i])
			if (err == nil) != (errs[i] == nil) || err != nil && err.Error() != errs[i].Error() || err == nil && *dst[i] != p {
				t.Errorf("proof %d of %d: %v, alone %v", i, n, errs[i], err)
			}
		}
	}
}

func FuzzReadProof(f *testing.F) {
	_, good, _ := made(f, 1, 1)
	b := good[0].Proof.Bytes()
	f.Add(b[:])
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) != ProofSize {
			return
		}
		var p Proof
		if p.SetBytes((*[ProofSize]byte)(data)) != nil {
			return
		}
		if again := p.Bytes(); !slices.Equal(again[:], data) {
			t.Errorf("%x decodes and encodes to %x", data, again)
		}
	})
}

func FuzzReadVerifyingKey(f *testing.F) {
	secret, err := trapdoor.NewKey(rand.Reader, 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(secret.VerifyingKey())
	f.Fuzz(func(t *testing.T, data []byte) {
		vk, err := ReadVerifyingKey(data)
		if err != nil {
			return
		}
		if !slices.Equal(vk.Bytes(), data) {
			t.Error("decodes and encodes to something else")
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	for _, c := range []struct {
		name      string
		inputs, n int
	}{{"inputs=39/n=1", 39, 1}, {"inputs=327/n=10", 327, 10}, {"inputs=327/n=100", 327, 100}} {
		b.Run(c.name, func(b *testing.B) {
			k, s, _ := made(b, c.inputs, c.n)
			b.ReportAllocs()
			for b.Loop() {
				if !holds(b, k, s, nil) {
					b.Fatal("does not hold")
				}
			}
			b.ReportMetric(float64(b.N*c.n)/b.Elapsed().Seconds(), "proofs/s")
		})
	}
}

func BenchmarkPrepare(b *testing.B) {
	secret, err := trapdoor.NewKey(rand.Reader, 327)
	if err != nil {
		b.Fatal(err)
	}
	file := secret.VerifyingKey()
	for b.Loop() {
		vk, err := ReadVerifyingKey(file)
		if err != nil {
			b.Fatal(err)
		}
		Prepare(vk, testLayout)
	}
}

// A real WindowPoSt of 2,349 sectors, with a table of its 25,840 points and without.
func BenchmarkWindowPoSt(b *testing.B) {
	data := sharedFile(b, "fil-blst-v27/window.prf")
	_, statements := prf(b, data)
	inputs := len(statements[0].Inputs)
	file := data[16 : 16+vkFixedSize+96*(inputs+1)]
	for _, tableBytes := range []int64{64 << 20, -1} {
		layout := prfLayout(inputs)
		layout.TableBytes = tableBytes
		vk, err := ReadVerifyingKey(file)
		if err != nil {
			b.Fatal(err)
		}
		k := Prepare(vk, layout)
		b.Run(fmt.Sprintf("tables=%v", tableBytes > 0), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !holds(b, k, statements, nil) {
					b.Fatal("does not hold")
				}
			}
		})
		b.Run(fmt.Sprintf("prepare/tables=%v", tableBytes > 0), func(b *testing.B) {
			for b.Loop() {
				vk, err := ReadVerifyingKey(file)
				if err != nil {
					b.Fatal(err)
				}
				Prepare(vk, layout)
			}
		})
	}
}
