package snarkpack

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
)

// testdata is where the module's aggregates are.
const testdata = "../../../testdata/filecoin/2kib/"

func ownFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// counted has a length, and a count if it is long enough.
func counted(size int, n uint32) []byte {
	b := make([]byte, size)
	if size >= countAt+4 {
		binary.LittleEndian.PutUint32(b[countAt:], n)
	}
	return b
}

func TestSize(t *testing.T) {
	for n, want := range map[int]int{2: 5236, 4: 8212, 8: 11188, 16: 14164, 128: 23092, 512: 29044, 8192: 40948, MaxProofs: 61780} {
		if got := Size(n); got != want {
			t.Errorf("%d proofs: %d bytes, want %d", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for _, x := range []struct {
		size  int
		n     uint32
		want  error
		exact error // when bytes after it are refused
	}{
		{0, 0, errLength, errLength},
		{1488, 0, errLength, errLength},
		{1491, 2, errLength, errLength},
		{1492, 2, errLength, errLength},
		{1492, 3, errCount, errCount},
		{5235, 2, errLength, errLength},
		{5236, 2, nil, nil},
		{5237, 2, nil, errLength},
		{8211, 2, nil, errLength},
		{8212, 2, nil, errLength},
		{8211, 4, errLength, errLength},
		{8212, 4, nil, nil},
		{70000, 0, errCount, errCount},
		{70000, 1, errCount, errCount},
		{70000, 3, errCount, errCount},
		{70000, 6, errCount, errCount},
		{70000, 1<<20 - 1, errCount, errCount},
		{61779, 1 << 20, errLength, errLength},
		{61780, 1 << 20, nil, nil},
		{70000, 1<<20 + 1, errCount, errCount},
		{70000, 1 << 21, errCount, errCount},
		{1 << 20, 1 << 31, errCount, errCount},
		{1 << 20, 1<<32 - 1, errCount, errCount},
	} {
		for exact, want := range map[bool]error{false: x.want, true: x.exact} {
			n, err := Count(counted(x.size, x.n), exact)
			if !errors.Is(err, want) || (err == nil) != (want == nil) || err == nil && n != int(x.n) || err != nil && n != 0 {
				t.Errorf("%d bytes that say %d, exact %v: %d, %v, want %v", x.size, x.n, exact, n, err, want)
			}
		}
	}
}

// threads is a Split with a goroutine for each of some parts.
func threads(parts int) groth16.Split {
	return func(n int, f func(from, to int)) {
		var wg sync.WaitGroup
		for k := range parts {
			if from, to := k*n/parts, (k+1)*n/parts; from < to {
				wg.Go(func() { f(from, to) })
			}
		}
		wg.Wait()
	}
}

// equal compares what two decoders made of the same bytes.
func equal(a, b *Proof) bool {
	x, y := a.derive(nil, V2), b.derive(nil, V2)
	if a.n != b.n || len(a.rounds) != len(b.rounds) || x.z != y.z || !slices.Equal(x.x, y.x) || x.r != y.r {
		return false
	}
	for i := range 2 {
		if a.openV[i].Compressed() != b.openV[i].Compressed() || a.openW[i].Compressed() != b.openW[i].Compressed() {
			return false
		}
	}
	return true
}

// Proofs that are decoded together, good and bad, have the outcome each has alone.
func TestDecodeTogether(t *testing.T) {
	var encoded [][]byte
	for _, name := range []string{"aggregate-V1-v1-2.bin", "aggregate-V1_1-v2-5.bin", "update-aggregate-3.bin", "aggregate-V1_2_Feat_NonInteractivePoRep-v2-1.bin"} {
		b := ownFile(t, name)
		encoded = append(encoded, b)
		for _, at := range []int{0, countAt - 48 + 20, countAt + 10, len(b) - 600, len(b) - 1} {
			bad := slices.Clone(b)
			bad[at] ^= 1
			encoded = append(encoded, bad)
		}
		infinite := slices.Clone(b)
		clear(infinite[countAt-48 : countAt])
		infinite[countAt-48] = 0xc0
		encoded = append(encoded, infinite)
	}
	good, bad := 0, 0
	for _, split := range []groth16.Split{groth16.Serial, threads(3)} {
		proofs, errs := make([]*Proof, len(encoded)), make([]error, len(encoded))
		for i := range proofs {
			proofs[i] = new(Proof)
			errs[i] = errors.New("stale")
		}
		Decode(proofs, encoded, errs, split)
		for i := range encoded {
			alone, err := decodeOne(encoded[i])
			switch {
			case (err == nil) != (errs[i] == nil) || err != nil && err.Error() != errs[i].Error():
				t.Errorf("proof %d: together %v, alone %v", i, errs[i], err)
			case err != nil:
				bad++
			case !equal(alone, proofs[i]):
				t.Errorf("proof %d: another one than alone", i)
			default:
				good++
			}
		}
	}
	if good < 16 || bad < 32 {
		t.Errorf("%d decode and %d do not", good, bad)
	}
}

// FuzzDecode: what Count accepts decodes without a fault of the program, and alone as
// among others.
func FuzzDecode(f *testing.F) {
	good := ownFile(f, "aggregate-V1-v1-2.bin")
	f.Add(good)
	f.Add(ownFile(f, "update-aggregate-3.bin"))
	f.Add(append(slices.Clone(good), 1))
	f.Add(good[:len(good)-1])
	for _, at := range []int{0, 47, countAt - 48, countAt, countAt + 1, len(good) - 96} {
		bad := slices.Clone(good)
		bad[at] ^= 0x40
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Count(data, false)
		exact, exactErr := Count(data, true)
		if exactErr == nil && (err != nil || exact != n || len(data) != Size(n)) {
			t.Fatalf("%d bytes: %d, %v; exact %d, %v", len(data), n, err, exact, exactErr)
		}
		if err != nil {
			return
		}
		if n < 2 || n > MaxProofs || n&(n-1) != 0 || len(data) < Size(n) {
			t.Fatalf("%d bytes: count %d", len(data), n)
		}
		alone, errs := new(Proof), make([]error, 3)
		Decode([]*Proof{alone}, [][]byte{data}, errs[:1], groth16.Serial)
		first, proofs := errs[0], []*Proof{new(Proof), new(Proof), new(Proof)}
		Decode(proofs, [][]byte{good, data, good}, errs, groth16.Serial)
		if errs[0] != nil || errs[2] != nil {
			t.Errorf("good proofs among others: %v", errs)
		}
		if (errs[1] == nil) != (first == nil) {
			t.Errorf("alone %v, among others %v", first, errs[1])
		}
		if first == nil && !equal(alone, proofs[1]) {
			t.Error("another proof alone than among others")
		}
	})
}

// Instances are combined alike however the work is split, with short inputs and
// long ones, and the last stands for what it pads.
func TestFold(t *testing.T) {
	const inputs = 4
	input := func(j, i int) bls12381.Scalar {
		switch i {
		case 0:
			return bls12381.Scalar{uint64(j)} // short
		case 1:
			return bls12381.Scalar{1<<32 - 1 + uint64(j%2)} // short or not
		case 2:
			return bls12381.Scalar{uint64(j), 5, 6, 7}
		}
		return bls12381.Scalar{}
	}
	for _, x := range []struct {
		file      string
		instances []int
	}{{"aggregate-V1-v1-2.bin", []int{1, 2}}, {"aggregate-V1-v1-16.bin", []int{9, 13, 16}}, {"aggregate-V1_2_Feat_NonInteractivePoRep-v2-5.bin", []int{65, 128}}} {
		p, err := decodeOne(ownFile(t, x.file))
		if err != nil {
			t.Fatal(err)
		}
		for _, instances := range x.instances {
			var asked atomic.Int64
			s := &Statement{Proof: p, Version: V2, Instances: instances, Inputs: func(dst []bls12381.Scalar, instance int) bool {
				asked.Add(1)
				for i := range dst {
					dst[i] = input(instance, i)
				}
				return true
			}}
			c := p.derive(s.Include[:], V2)
			want := make([]bls12381.Scalar, inputs+1)
			power := bls12381.Scalar{1}
			for j := range p.n {
				want[0].Add(&want[0], &power)
				for i := range inputs {
					v := input(min(j, instances-1), i)
					v.Mul(&v, &power)
					want[i+1].Add(&want[i+1], &v)
				}
				power.Mul(&power, &c.r)
			}
			for name, split := range map[string]groth16.Split{"serial": groth16.Serial, "2 threads": threads(2), "7 threads": threads(7), "100 threads": threads(100)} {
				asked.Store(0)
				f, ok := Fold(s, inputs, split)
				if !ok || !slices.Equal(f.scalars, want) || f.r != c.r {
					t.Errorf("%s of %d instances, %s: %v %v, want %v", x.file, instances, name, ok, f.scalars, want)
				}
				if n := asked.Load(); n != int64(instances) {
					t.Errorf("%s of %d instances, %s: inputs asked for %d times", x.file, instances, name, n)
				}
				for bad := range instances {
					one := *s
					one.Inputs = func(dst []bls12381.Scalar, instance int) bool { return instance != bad }
					if _, ok := Fold(&one, inputs, split); ok {
						t.Errorf("%s of %d instances, %s: folded without the inputs of %d", x.file, instances, name, bad)
					}
				}
			}
		}
	}
}

// Many statements hold together if each holds, and fail if one fails.
func TestHolds(t *testing.T) {
	secret, err := trapdoor.NewKey(rand.Reader, 2)
	if err != nil {
		t.Fatal(err)
	}
	srsSecret, err := trapdoor.NewSRS(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	vk, err := groth16.ReadVerifyingKey(secret.VerifyingKey())
	if err != nil {
		t.Fatal(err)
	}
	key := groth16.Prepare(vk, groth16.Layout{TableBytes: 1 << 20})
	g1, g2 := stringPoints(srsSecret)
	srs, err := NewSRS(&g1, &g2)
	if err != nil {
		t.Fatal(err)
	}
	folded := func(n int, version Version, change func(s *Statement)) *Folded {
		var inputs [][][32]byte
		for j := range n {
			inputs = append(inputs, [][32]byte{{byte(j)}, {1, 31: byte(j)}})
		}
		s := &Statement{Include: [32]byte{byte(n)}, Version: version, Instances: n, Inputs: func(dst []bls12381.Scalar, j int) bool {
			return dst[0].SetBytesLE(&inputs[j][0]) && dst[1].SetBytesLE(&inputs[j][1])
		}}
		b, err := srsSecret.Aggregate(rand.Reader, secret, inputs, &s.Include, int(version))
		if err != nil {
			t.Fatal(err)
		}
		if s.Proof, err = decodeOne(b); err != nil {
			t.Fatal(err)
		}
		change(s)
		f, ok := Fold(s, 2, groth16.Serial)
		if !ok {
			t.Fatal("not folded")
		}
		return f
	}
	nothing := func(*Statement) {}
	good := []*Folded{folded(1, V2, nothing), folded(3, V1, nothing), folded(7, V2, nothing), folded(4, V1, nothing)}
	var bad []*Folded
	for _, change := range []func(*Statement){
		func(s *Statement) { s.Include[31]++ },
		func(s *Statement) { s.Version = V1 },
		func(s *Statement) {
			inputs := s.Inputs
			s.Inputs = func(dst []bls12381.Scalar, j int) bool {
				ok := inputs(dst, j)
				dst[1].Add(&dst[1], &unit)
				return ok
			}
		},
		func(s *Statement) { s.Proof.openW[0].Neg(&s.Proof.openW[0]) },
		func(s *Statement) { s.Proof.openV[1] = s.Proof.openV[0] },
		func(s *Statement) { s.Proof.aggC.Neg(&s.Proof.aggC) },
		func(s *Statement) { s.Proof.ipAB = s.Proof.comAB.u },
	} {
		bad = append(bad, folded(5, V2, change))
	}
	for _, split := range []groth16.Split{groth16.Serial, threads(3)} {
		holds := func(fs ...*Folded) bool {
			ok, err := Holds(key, srs, fs, rand.Reader, split)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		for n := 1; n <= len(good); n++ {
			if !holds(good[:n]...) {
				t.Errorf("%d good statements do not hold together", n)
			}
		}
		for i, b := range bad {
			if holds(b) {
				t.Errorf("bad statement %d holds", i)
			}
			if holds(slices.Insert(slices.Clone(good), i%5, b)...) {
				t.Errorf("bad statement %d holds among good ones", i)
			}
		}
		if holds(bad...) {
			t.Error("bad statements hold together")
		}
	}
	if ok, err := Holds(key, srs, good, emptyReader{}, groth16.Serial); ok || err == nil {
		t.Errorf("held without randomness: %v, %v", ok, err)
	}

	// Another string's secrets do not go with this one's.
	other, err := trapdoor.NewSRS(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h1, h2 := stringPoints(other)
	if otherSRS, err := NewSRS(&h1, &h2); err != nil {
		t.Error(err)
	} else if ok, _ := Holds(key, otherSRS, good, rand.Reader, groth16.Serial); ok {
		t.Error("statements hold under another string")
	}
	for i := range 3 {
		mixed := g2
		mixed[i] = h2[i]
		if i == 0 {
			mixed[0] = h2[1]
		}
		if _, err := NewSRS(&g1, &mixed); err == nil {
			t.Errorf("point %d of another string", i)
		}
	}
	swapped := g1
	swapped[1], swapped[2] = g1[2], g1[1]
	if _, err := NewSRS(&swapped, &g2); !errors.Is(err, errSRS) {
		t.Errorf("secrets exchanged in one group: %v", err)
	}
	for i := range 3 {
		infinite := g1
		infinite[i] = [48]byte{0xc0}
		if _, err := NewSRS(&infinite, &g2); err == nil {
			t.Errorf("point %d of G1 at infinity", i)
		}
		infinite2 := g2
		infinite2[i] = [96]byte{0xc0}
		if _, err := NewSRS(&g1, &infinite2); err == nil {
			t.Errorf("point %d of G2 at infinity", i)
		}
	}
}

type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, fmt.Errorf("no randomness") }

// stringPoints are the points of a string that a verifier needs.
func stringPoints(s *trapdoor.SRS) (g1 [3][48]byte, g2 [3][96]byte) {
	b := s.File(2)
	const size1, size2 = 4 + 2*48, 4 + 2*96
	g1 = [3][48]byte{[48]byte(b[4:]), [48]byte(b[52:]), [48]byte(b[size1+52:])}
	b = b[2*size1:]
	g2 = [3][96]byte{[96]byte(b[4:]), [96]byte(b[100:]), [96]byte(b[size2+100:])}
	return g1, g2
}
