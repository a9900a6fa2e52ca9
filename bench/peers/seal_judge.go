package main

import (
	"context"
	"fmt"
	"slices"

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
		j := sealJudgement{judgement: judgement{label: kind.String()}, b: b, kind: kind}
		if err := j.all(); err != nil {
			return 0, nil, fmt.Errorf("%v: %w", kind, err)
		}
		compared += j.compared
		differences = append(differences, j.differences...)
	}
	return compared, differences, nil
}

// sealJudgement compares verdicts on seals of one kind.
type sealJudgement struct {
	judgement
	b    *sealBench
	kind poreplication.RegisteredSealProof
}

func (j *sealJudgement) all() error {
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
	// Points are decoded alike for all kinds, and batches work alike, so one
	// kind of each size is enough.
	thorough := j.kind/5 == poreplication.StackedDrg2KiBV1_1/5
	for _, t := range sealTwins(&seals[1], &seals[2], thorough) {
		if err := j.single(t.name, t.want, t.statement); err != nil {
			return err
		}
		if !thorough {
			continue
		}
		// The twin stands between valid seals.
		if err := j.batch(t.name, []poreplication.SealInfo{seals[0], t.statement, seals[2]}, []bool{true, false, true}); err != nil {
			return err
		}
	}
	return nil
}

// single compares the verdicts on one seal.
func (j *sealJudgement) single(name, want string, seal poreplication.SealInfo) error {
	file, err := j.b.write("judged", j.kind, false, []poreplication.SealInfo{seal})
	if err != nil {
		return err
	}
	seals, err := readSeals(file)
	if err != nil {
		return err
	}
	want, err = j.against(j.b.e.ref, file, name, want, j.b.verifier.VerifySeal(&seals[0]))
	if err != nil {
		return err
	}
	blsts := j.b.blst[sectorSizes[j.kind%5]].verifySeals(seals)
	j.compare(name+", blst", want, verdictOf(blsts), fmt.Sprint(blsts))
	return nil
}

// batch compares the verdicts on a batch, and our verdicts on its seals with
// valid, when it is given.
func (j *sealJudgement) batch(name string, seals []poreplication.SealInfo, valid []bool) error {
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
		blsts := j.b.blst[sectorSizes[j.kind%5]].verifySeals(seals)
		j.compare(name+", blst", plain(theirs), verdictOf(blsts), fmt.Sprint(blsts))
	}
	return nil
}

// sealTwins returns twins of a valid seal, which state something else; if thorough,
// further ones offer another proof. other is another valid seal. All are hostile
// but those with another seed of a non-interactive seal.
func sealTwins(valid, other *poreplication.SealInfo, thorough bool) []twin[poreplication.SealInfo] {
	t := twins[poreplication.SealInfo]{valid: valid}
	type S = poreplication.SealInfo
	for _, v := range []value[S]{
		{"prover ID", func(s *S) *[32]byte { return &s.ProverID }},
		{"ticket", func(s *S) *[32]byte { return &s.Ticket }},
	} {
		t.ofBits(v, "")
	}
	seed := ""
	if nonInteractive(valid.SealProof) {
		seed = accept
	}
	t.ofAnything(value[S]{"seed", func(s *S) *[32]byte { return &s.Seed }}, seed)
	for _, v := range []value[S]{
		{"CommR", func(s *S) *[32]byte { return &s.CommR }},
		{"CommD", func(s *S) *[32]byte { return &s.CommD }},
	} {
		t.ofBits(v, "")
		t.ofElement(v, "")
	}
	t.add("sector number: first bit", func(s *S) { s.Sector ^= 1 })
	t.add("sector number: last bit", func(s *S) { s.Sector ^= 1 << 63 })
	t.add("CommR and CommD swapped", func(s *S) { s.CommR, s.CommD = s.CommD, s.CommR })
	t.add("ticket and seed swapped", func(s *S) { s.Ticket, s.Seed = s.Seed, s.Ticket })
	t.add("another seal's proof", func(s *S) { s.Proof = slices.Clone(other.Proof) })
	if thorough {
		t.ofProof(func(s *S) *[]byte { return &s.Proof }, other.Proof)
	}
	return t.list
}
