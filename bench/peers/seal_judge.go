package main

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/supranational/blst/bindings/go"

	"github.com/depinproof/depinproof/poreplication"
)

// judgedStatements is the number of valid seals of each kind that are compared:
// the reference accepts a proof only if it derives the same public inputs, every
// replica ID, challenge and parent among them.
const judgedStatements = 8

// judge compares our verdicts with the reference's, over valid seals of every
// interactive and Synthetic kind and hostile twins of each, by the verifiers of
// single seals and of batches. blst's verifier is judged as well, so that no
// time is reported for one that checks less.
func (b *sealBench) judge() (compared int, differences []string, err error) {
	for kind := poreplication.StackedDrg2KiBV1; kind < poreplication.StackedDrg2KiBV1_2_Feat_NiPoRep; kind++ {
		j := judgement{b: b, kind: kind}
		if err := j.all(); err != nil {
			return 0, nil, fmt.Errorf("%v: %w", kind, err)
		}
		compared += j.compared
		differences = append(differences, j.differences...)
	}
	return compared, differences, nil
}

// judgement compares verdicts on seals of one kind.
type judgement struct {
	b           *sealBench
	kind        poreplication.RegisteredSealProof
	compared    int
	differences []string
}

func (j *judgement) all() error {
	seals, err := j.b.newSeals(j.kind, judgedStatements)
	if err != nil {
		return err
	}
	for i := range seals {
		if err := j.single(fmt.Sprint("valid ", i), accept, seals[i]); err != nil {
			return err
		}
	}
	if err := j.batch("all valid", seals, nil); err != nil {
		return err
	}
	if err := j.batch("empty", nil, nil); err != nil {
		return err
	}
	hostile := twins{seal: &seals[1], other: &seals[2]}
	hostile.ofStatement()
	// Points are decoded alike for all kinds, and batches work alike, so one
	// kind of each size is enough.
	thorough := j.kind/5 == poreplication.StackedDrg2KiBV1_1/5
	if thorough {
		hostile.ofProof()
	}
	for _, t := range hostile.list {
		if err := j.single(t.name, "", t.seal); err != nil {
			return err
		}
		if !thorough {
			continue
		}
		// The twin stands between valid seals.
		if err := j.batch(t.name, []poreplication.SealInfo{seals[0], t.seal, seals[2]}, []bool{true, false, true}); err != nil {
			return err
		}
	}
	return nil
}

// single compares the verdicts on one seal, and with want, when it is given.
func (j *judgement) single(name, want string, seal poreplication.SealInfo) error {
	file, err := j.b.write("judged", j.kind, false, []poreplication.SealInfo{seal})
	if err != nil {
		return err
	}
	seals, err := readSeals(file)
	if err != nil {
		return err
	}
	theirs, err := j.b.e.ref.verdict(file)
	if err != nil {
		return err
	}
	if want == "" {
		want = plain(theirs)
		if want == accept {
			j.differ(name, "the reference accepts a hostile twin")
		}
	} else {
		j.compare(name+", reference", want, plain(theirs), theirs)
	}
	ours := j.b.verifier.VerifySeal(&seals[0])
	j.compare(name, want, verdictOf(ours), fmt.Sprint(ours))
	blsts := j.b.blst[sealSizes[j.kind%5]].verifySeals(seals)
	j.compare(name+", blst", want, verdictOf(blsts), fmt.Sprint(blsts))
	return nil
}

// batch compares the verdicts on a batch, and our verdicts on its seals with
// valid, when it is given.
func (j *judgement) batch(name string, seals []poreplication.SealInfo, valid []bool) error {
	name = "batch: " + name
	file, err := j.b.write("judged", j.kind, true, seals)
	if err != nil {
		return err
	}
	if seals, err = readSeals(file); err != nil {
		return err
	}
	theirs, err := j.b.e.ref.verdict(file)
	if err != nil {
		return err
	}
	errs := make([]error, len(seals))
	ours := j.b.verifier.VerifySealBatch(context.Background(), seals, errs)
	j.compare(name, plain(theirs), verdictOf(ours), fmt.Sprint(ours, "; the reference: ", theirs))
	for i := range valid {
		if valid[i] != (errs[i] == nil) {
			j.differ(name, fmt.Sprintf("seal %d: %v", i, errs[i]))
		}
	}
	if len(seals) > 0 {
		blsts := j.b.blst[sealSizes[j.kind%5]].verifySeals(seals)
		j.compare(name+", blst", plain(theirs), verdictOf(blsts), fmt.Sprint(blsts))
	}
	return nil
}

func (j *judgement) compare(name, want, got, detail string) {
	j.compared++
	if got != want {
		j.differ(name, fmt.Sprintf("%s where %s is due (%s)", got, want, detail))
	}
}

func (j *judgement) differ(name, what string) {
	j.differences = append(j.differences, fmt.Sprintf("%v: %s: %s", j.kind, name, what))
}

// plain strips a verdict of the reference of its reason. A panic is an error:
// the chain takes both for a proof that it could not judge.
func plain(verdict string) string {
	if verdict == "panic" || strings.HasPrefix(verdict, malformed+": ") {
		return malformed
	}
	return verdict
}

// twins are seals that resemble a valid one but for one fault.
type twins struct {
	seal, other *poreplication.SealInfo // two valid seals of one kind
	list        []twin
}

type twin struct {
	name string
	seal poreplication.SealInfo
}

func (t *twins) add(name string, change func(s *poreplication.SealInfo)) {
	s := *t.seal
	s.Proof = slices.Clone(s.Proof)
	change(&s)
	t.list = append(t.list, twin{name, s})
}

// ofStatement adds the twins that state something else.
func (t *twins) ofStatement() {
	type value struct {
		name string
		of   func(s *poreplication.SealInfo) *[32]byte
	}
	commitments := []value{
		{"CommR", func(s *poreplication.SealInfo) *[32]byte { return &s.CommR }},
		{"CommD", func(s *poreplication.SealInfo) *[32]byte { return &s.CommD }},
	}
	others := []value{
		{"prover ID", func(s *poreplication.SealInfo) *[32]byte { return &s.ProverID }},
		{"ticket", func(s *poreplication.SealInfo) *[32]byte { return &s.Ticket }},
		{"seed", func(s *poreplication.SealInfo) *[32]byte { return &s.Seed }},
	}
	for _, v := range append(others, commitments...) {
		t.add(v.name+": first bit", func(s *poreplication.SealInfo) { v.of(s)[0] ^= 1 })
		t.add(v.name+": a bit amid", func(s *poreplication.SealInfo) { v.of(s)[17] ^= 0x10 })
		t.add(v.name+": bit 252", func(s *poreplication.SealInfo) { v.of(s)[31] ^= 0x10 })
		t.add(v.name+": bit 255", func(s *poreplication.SealInfo) { v.of(s)[31] ^= 0x80 })
	}
	for _, v := range commitments {
		t.add(v.name+" is zero", func(s *poreplication.SealInfo) { *v.of(s) = [32]byte{} })
		t.add(v.name+" is the modulus", func(s *poreplication.SealInfo) { *v.of(s) = modulus })
		t.add(v.name+" is one below the modulus", func(s *poreplication.SealInfo) { *v.of(s) = modulusLess(1) })
		t.add(v.name+" plus the modulus", func(s *poreplication.SealInfo) { *v.of(s) = plusModulus(*v.of(s)) })
		t.add(v.name+" is all ones", func(s *poreplication.SealInfo) { fill(v.of(s)[:], 0xff) })
	}
	t.add("sector number: first bit", func(s *poreplication.SealInfo) { s.Sector ^= 1 })
	t.add("sector number: last bit", func(s *poreplication.SealInfo) { s.Sector ^= 1 << 63 })
	t.add("CommR and CommD swapped", func(s *poreplication.SealInfo) { s.CommR, s.CommD = s.CommD, s.CommR })
	t.add("ticket and seed swapped", func(s *poreplication.SealInfo) { s.Ticket, s.Seed = s.Seed, s.Ticket })
	t.add("another seal's proof", func(s *poreplication.SealInfo) { s.Proof = slices.Clone(t.other.Proof) })
}

// ofProof adds the twins that offer another proof.
func (t *twins) ofProof() {
	n := len(t.seal.Proof) / proofSize
	partition := func(s *poreplication.SealInfo, k int) []byte { return s.Proof[k*proofSize : (k+1)*proofSize] }
	t.add("no proof", func(s *poreplication.SealInfo) { s.Proof = nil })
	t.add("one byte dropped", func(s *poreplication.SealInfo) { s.Proof = s.Proof[:len(s.Proof)-1] })
	t.add("one byte appended", func(s *poreplication.SealInfo) { s.Proof = append(s.Proof, 0) })
	t.add("a partition appended", func(s *poreplication.SealInfo) { s.Proof = append(s.Proof, partition(s, 0)...) })
	t.add("first partition dropped", func(s *poreplication.SealInfo) { s.Proof = s.Proof[proofSize:] })
	t.add("last partition dropped", func(s *poreplication.SealInfo) { s.Proof = s.Proof[:len(s.Proof)-proofSize] })
	t.add("all bytes zero", func(s *poreplication.SealInfo) { clear(s.Proof) })
	t.add("another seal's last partition", func(s *poreplication.SealInfo) { copy(partition(s, n-1), partition(t.other, n-1)) })
	if n > 1 {
		swap := func(i, k int) func(*poreplication.SealInfo) {
			return func(s *poreplication.SealInfo) {
				was := slices.Clone(partition(s, i))
				copy(partition(s, i), partition(s, k))
				copy(partition(s, k), was)
			}
		}
		t.add("first two partitions swapped", swap(0, 1))
		t.add("first and last partition swapped", swap(0, n-1))
		t.add("first partition in place of the second", func(s *poreplication.SealInfo) { copy(partition(s, 1), partition(s, 0)) })
		t.add("first partition in place of the last", func(s *poreplication.SealInfo) { copy(partition(s, n-1), partition(s, 0)) })
		t.add("first partition in place of all", func(s *poreplication.SealInfo) {
			for k := range n {
				copy(partition(s, k), partition(s, 0))
			}
		})
		t.add("C of the last two partitions swapped", func(s *poreplication.SealInfo) {
			x, y := partition(s, n-2)[144:], partition(s, n-1)[144:]
			was := slices.Clone(x)
			copy(x, y)
			copy(y, was)
		})
	}
	for _, p := range []struct {
		name     string
		from, to int
	}{{"A", 0, 48}, {"B", 48, 144}, {"C", 144, 192}} {
		point := func(change func(b []byte)) func(*poreplication.SealInfo) {
			return func(s *poreplication.SealInfo) { change(partition(s, n-1)[p.from:p.to]) }
		}
		name := p.name + " of the last partition "
		t.add(name+"negated", point(func(b []byte) { b[0] ^= 0x20 }))
		t.add(name+"not marked as compressed", point(func(b []byte) { b[0] ^= 0x80 }))
		t.add(name+"marked as infinity", point(func(b []byte) { b[0] ^= 0x40 }))
		t.add(name+"is infinity", point(func(b []byte) { clear(b); b[0] = 0xc0 }))
		t.add(name+"is infinity with a sign", point(func(b []byte) { clear(b); b[0] = 0xe0 }))
		t.add(name+"is infinity and more", point(func(b []byte) { clear(b); b[0], b[len(b)-1] = 0xc0, 1 }))
		t.add(name+"with x all ones", point(func(b []byte) { fill(b, 0xff); b[0] = 0x9f }))
		t.add(name+"with x equal to the prime", point(func(b []byte) { copy(b, fieldPrime()); b[0] |= 0x80 }))
		t.add(name+"with the last coordinate plus the prime", point(func(b []byte) { addPrime(b[len(b)-48:]) }))
		t.add(name+"with x plus one", point(func(b []byte) { b[len(b)-1] ^= 1 }))
		t.add(name+"off the curve", point(offCurve))
		t.add(name+"outside the subgroup", point(leaveSubgroup))
	}
}

func fill(b []byte, x byte) {
	for i := range b {
		b[i] = x
	}
}

// plusModulus returns x plus the scalar field's modulus, little-endian, which is
// below 2^256 for canonical x.
func plusModulus(x [32]byte) (sum [32]byte) {
	carry := 0
	for i := range sum {
		carry += int(x[i]) + int(modulus[i])
		sum[i] = byte(carry)
		carry >>= 8
	}
	return sum
}

// fieldPrime returns the coordinate field's modulus, big-endian.
func fieldPrime() []byte {
	p, _ := new(big.Int).SetString("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	return p.FillBytes(make([]byte, 48))
}

// addPrime adds the prime to a coordinate, so that its residue stays the same.
// Flags above the 381st bit are carried along; a sum that has no room beside
// them leaves the coordinate as large as can be.
func addPrime(b []byte) {
	flags := b[0] & 0xe0
	b[0] &= 0x1f
	sum := new(big.Int).SetBytes(b)
	sum.Add(sum, new(big.Int).SetBytes(fieldPrime()))
	if sum.BitLen() > 381 {
		fill(b, 0xff)
		b[0] = 0x1f
	} else {
		sum.FillBytes(b)
	}
	b[0] |= flags
}

// offCurve raises a compressed point's x until no point of the curve has it.
func offCurve(b []byte) {
	for onCurve(b) {
		b[len(b)-1]++
	}
}

func onCurve(b []byte) bool {
	if len(b) == 48 {
		return new(blst.P1Affine).Uncompress(b) != nil
	}
	return new(blst.P2Affine).Uncompress(b) != nil
}

// leaveSubgroup adds to a point of the subgroup one whose order divides the
// cofactor. For A and C a pairing cannot tell the sum from the point, so that
// only a check of the subgroup finds it out.
func leaveSubgroup(b []byte) {
	// Some point of the curve with small x, in compressed form, times the
	// order r of the subgroup.
	small := make([]byte, len(b))
	for small[0] = 0x80; !onCurve(small) || inSubgroup(small); small[len(b)-1]++ {
	}
	var sum []byte
	if len(b) == 48 {
		var p, t blst.P1Affine
		p.Uncompress(b)
		t.Uncompress(small)
		var torsion blst.P1
		eachBitOfModulus(func(one bool) {
			twice := torsion
			torsion.AddAssign(&twice)
			if one {
				torsion.AddAssign(&t)
			}
		})
		sum = torsion.AddAssign(&p).ToAffine().Compress()
	} else {
		var p, t blst.P2Affine
		p.Uncompress(b)
		t.Uncompress(small)
		var torsion blst.P2
		eachBitOfModulus(func(one bool) {
			twice := torsion
			torsion.AddAssign(&twice)
			if one {
				torsion.AddAssign(&t)
			}
		})
		sum = torsion.AddAssign(&p).ToAffine().Compress()
	}
	copy(b, sum)
}

func inSubgroup(b []byte) bool {
	if len(b) == 48 {
		p := new(blst.P1Affine).Uncompress(b)
		return p != nil && p.InG1()
	}
	p := new(blst.P2Affine).Uncompress(b)
	return p != nil && p.InG2()
}

// eachBitOfModulus calls f for each bit of the subgroup's order, the highest
// first.
func eachBitOfModulus(f func(one bool)) {
	for i := 254; i >= 0; i-- {
		f(modulus[i/8]>>(i%8)&1 == 1)
	}
}
