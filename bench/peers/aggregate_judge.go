package main

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/depinproof/depinproof/poreplication"
)

// judgedAggregates are the numbers of statements whose aggregates are compared:
// of interactive seals of 8 MiB sectors, with one proof each, all but the third
// are padded, the first to two proofs. The hostile twins are of thoroughAggregate
// statements.
var judgedAggregates = []int{1, 2, 3, 5, 17}

const thoroughAggregate = 5

// judge compares our verdicts with the reference's, over valid aggregates of seals
// and of replica updates and hostile twins of them.
func (b *aggregateBench) judge() (compared int, differences []string, err error) {
	add := func(j *judgement, err error) error {
		compared += j.compared
		differences = append(differences, j.differences...)
		if err != nil {
			return fmt.Errorf("%s: %w", j.label, err)
		}
		return nil
	}
	for _, c := range []struct {
		kind    poreplication.RegisteredSealProof
		version poreplication.RegisteredAggregationProof
	}{
		{poreplication.StackedDrg8MiBV1, poreplication.SnarkPackV1},
		{poreplication.StackedDrg8MiBV1_1, poreplication.SnarkPackV1},
		{poreplication.StackedDrg8MiBV1_1, poreplication.SnarkPackV2},
		{poreplication.StackedDrg8MiBV1_1_Feat_SyntheticPoRep, poreplication.SnarkPackV2},
		{poreplication.StackedDrg8MiBV1_2_Feat_NiPoRep, poreplication.SnarkPackV2},
		{poreplication.StackedDrg32GiBV1_1, poreplication.SnarkPackV2},
		{poreplication.StackedDrg32GiBV1_2_Feat_NiPoRep, poreplication.SnarkPackV2},
	} {
		if err := add(b.judgeSeals(c.kind, c.version)); err != nil {
			return 0, nil, err
		}
	}
	for _, kind := range []poreplication.RegisteredUpdateProof{poreplication.StackedDrg8MiBUpdateV1, poreplication.StackedDrg32GiBUpdateV1} {
		if err := add(b.judgeUpdates(kind)); err != nil {
			return 0, nil, err
		}
	}
	return compared, differences, nil
}

// large reports whether the registered number is one of a sector size of which
// only few aggregates are judged, because they take long.
func large[N ~int64](registered N) bool { return registered%5 >= 3 }

func (b *aggregateBench) judgeSeals(kind poreplication.RegisteredSealProof, version poreplication.RegisteredAggregationProof) (*judgement, error) {
	type S = poreplication.AggregateSealInfo
	j := judged[S]{
		judgement: judgement{label: fmt.Sprintf("%v, SnarkPack V%d", kind, version+1)},
		ref:       b.e.ref,
		through: func(as []S) (string, []S, error) {
			file, back, err := b.throughSeals("judged", &as[0])
			return file, []S{back}, err
		},
		single: b.verifySeals,
	}
	for _, n := range judgedAggregates {
		if large(kind) && n != 2 {
			continue
		}
		valid, err := b.newSeals(kind, version, n)
		if err != nil {
			return &j.judgement, err
		}
		var list []twin[S]
		if n == 1 || n == thoroughAggregate {
			other, err := b.newSeals(kind, version, n)
			if err != nil {
				return &j.judgement, err
			}
			// Proofs are decoded alike for all kinds, so one is enough.
			list = aggregateSealTwins(&valid, &other, kind == poreplication.StackedDrg8MiBV1_1)
		}
		if err := j.all(fmt.Sprint(n, " seals"), []S{valid}, list); err != nil {
			return &j.judgement, err
		}
		if version == poreplication.SnarkPackV1 {
			forged, err := b.forgedSeals(kind, n)
			if err != nil {
				return &j.judgement, err
			}
			if err := j.all(fmt.Sprint(n, " seals, forged"), []S{forged}, nil); err != nil {
				return &j.judgement, err
			}
		}
	}
	return &j.judgement, nil
}

func (b *aggregateBench) judgeUpdates(kind poreplication.RegisteredUpdateProof) (*judgement, error) {
	type S = poreplication.AggregateReplicaUpdateInfo
	j := judged[S]{
		judgement: judgement{label: fmt.Sprint("aggregate of ", kind)},
		ref:       b.e.ref,
		through: func(as []S) (string, []S, error) {
			file, back, err := b.throughUpdates("judged", &as[0])
			return file, []S{back}, err
		},
		single: b.verifyUpdates,
	}
	for _, n := range judgedAggregates {
		if large(kind) && n != 2 {
			continue
		}
		valid, err := b.newUpdates(kind, n)
		if err != nil {
			return &j.judgement, err
		}
		var list []twin[S]
		if n == thoroughAggregate {
			other, err := b.newUpdates(kind, n)
			if err != nil {
				return &j.judgement, err
			}
			list = aggregateUpdateTwins(&valid, &other)
		}
		if err := j.all(fmt.Sprint(n, " updates"), []S{valid}, list); err != nil {
			return &j.judgement, err
		}
	}
	return &j.judgement, nil
}

// aggregateSealTwins returns twins of a valid aggregate of seals, which state
// something else; if thorough, further ones offer another proof. other is another
// valid one of as many. All are hostile but those with another seed of
// non-interactive seals and those with something behind the proof, which the
// reference does not look at.
func aggregateSealTwins(valid, other *poreplication.AggregateSealInfo, thorough bool) []twin[poreplication.AggregateSealInfo] {
	type S = poreplication.AggregateSealInfo
	type E = poreplication.AggregatedSeal
	t := twins[S]{valid: valid}
	seed := ""
	if nonInteractive(valid.SealProof) {
		seed = accept
	}
	list := func(a *S) *[]E { return &a.Seals }
	for _, i := range slices.Compact([]int{0, len(valid.Seals) - 1}) {
		of := func(name string, field func(s *E) *[32]byte) value[S] {
			return ofElementAt(&t, list, i, fmt.Sprintf("%s of seal %d", name, i), field)
		}
		commR := of("CommR", func(s *E) *[32]byte { return &s.CommR })
		commD := of("CommD", func(s *E) *[32]byte { return &s.CommD })
		t.ofBits(of("prover ID", func(s *E) *[32]byte { return &s.ProverID }), "")
		t.ofBits(of("ticket", func(s *E) *[32]byte { return &s.Ticket }), "")
		t.ofBits(commR, "")
		t.ofElement(commR, "")
		t.ofBits(commD, "")
		t.ofElement(commD, "")
		t.ofAnything(of("seed", func(s *E) *[32]byte { return &s.Seed }), seed)
		for _, bit := range []uint64{0, 63} {
			t.add(fmt.Sprintf("sector number of seal %d: bit %d", i, bit), func(a *S) {
				a.Seals = slices.Clone(a.Seals)
				a.Seals[i].Sector ^= 1 << bit
			})
		}
	}
	ofList(&t, list, other.Seals[0])
	t.add("the other SnarkPack version", func(a *S) { a.Aggregation ^= 1 })
	t.add("another kind of seals", func(a *S) { a.SealProof = (a.SealProof + 5) % 20 })
	t.add("another aggregate's proof", func(a *S) { a.Proof = slices.Clone(other.Proof) })
	if thorough {
		ofAggregateProof(&t, func(a *S) *[]byte { return &a.Proof }, other.Proof)
	}
	return t.list
}

// aggregateUpdateTwins returns twins of a valid aggregate of replica updates; other
// is another valid one of as many.
func aggregateUpdateTwins(valid, other *poreplication.AggregateReplicaUpdateInfo) []twin[poreplication.AggregateReplicaUpdateInfo] {
	type S = poreplication.AggregateReplicaUpdateInfo
	type E = poreplication.AggregatedUpdate
	t := twins[S]{valid: valid}
	list := func(a *S) *[]E { return &a.Updates }
	for _, i := range slices.Compact([]int{0, len(valid.Updates) - 1}) {
		for _, f := range []value[E]{
			{"old CommR", func(u *E) *[32]byte { return &u.CommROld }},
			{"new CommR", func(u *E) *[32]byte { return &u.CommRNew }},
			{"new CommD", func(u *E) *[32]byte { return &u.CommDNew }},
		} {
			v := ofElementAt(&t, list, i, fmt.Sprintf("%s of update %d", f.name, i), f.of)
			t.ofBits(v, "")
			t.ofElement(v, "")
		}
	}
	ofList(&t, list, other.Updates[0])
	t.add("the other SnarkPack version", func(a *S) { a.Aggregation ^= 1 })
	t.add("another aggregate's proof", func(a *S) { a.Proof = slices.Clone(other.Proof) })
	ofAggregateProof(&t, func(a *S) *[]byte { return &a.Proof }, other.Proof)
	return t.list
}

// ofElementAt is a value in an element of the list that list points to.
func ofElementAt[S, E any](t *twins[S], list func(s *S) *[]E, i int, name string, field func(e *E) *[32]byte) value[S] {
	return value[S]{name, func(s *S) *[32]byte {
		// The value may be asked for twice, so the copy is made once.
		if l := list(s); &(*l)[0] == &(*list(t.valid))[0] {
			*l = slices.Clone(*l)
		}
		return field(&(*list(s))[i])
	}}
}

// ofList adds twins with other lists of statements; other is one that is not in
// the list. What pads an aggregate repeats its last proof, so that a repeat of the
// last statement has to be told from it.
func ofList[S, E any](t *twins[S], list func(s *S) *[]E, other E) {
	n := len(*list(t.valid))
	add := func(name string, change func(l []E) []E) {
		t.add(name, func(s *S) { *list(s) = change(slices.Clone(*list(s))) })
	}
	add("no statement", func(l []E) []E { return nil })
	add("first statement dropped", func(l []E) []E { return l[1:] })
	add("last statement repeated", func(l []E) []E { return append(l, l[n-1]) })
	add("last statement repeated twice", func(l []E) []E { return append(l, l[n-1], l[n-1]) })
	add("all statements repeated", func(l []E) []E { return append(l, l...) })
	add("another statement added", func(l []E) []E { return append(l, other) })
	add("another statement in front", func(l []E) []E { return append([]E{other}, l...) })
	add("another statement in place of the last", func(l []E) []E { l[n-1] = other; return l })
	if n > 1 {
		add("first statement repeated", func(l []E) []E { return append(l, l[0]) })
		add("last statement dropped", func(l []E) []E { return l[:n-1] })
		add("half of the statements dropped", func(l []E) []E { return l[:n/2] })
		add("first two statements swapped", func(l []E) []E { l[0], l[1] = l[1], l[0]; return l })
		add("first and last statement swapped", func(l []E) []E { l[0], l[n-1] = l[n-1], l[0]; return l })
		add("last statement in place of the first", func(l []E) []E { l[0] = l[n-1]; return l })
		add("statements in reverse order", func(l []E) []E { slices.Reverse(l); return l })
	}
}

// The bytes of an aggregate proof: five elements of the target group, a point, the
// number of proofs, four sections with an equal share for each round, and the
// final points.
const (
	gtSize    = 288
	countAt   = 5*gtSize + 48
	roundsAt  = countAt + 4
	fixedSize = 2260
)

var roundSections = []int{4 * gtSize, 4 * gtSize, 2 * gtSize, 2 * 48}

// roundsOf returns the number of rounds in an aggregate proof.
func roundsOf(proof []byte) int {
	size := 0
	for _, s := range roundSections {
		size += s
	}
	return (len(proof) - fixedSize) / size
}

// withRounds returns a proof with the rounds of another in the given order, and
// the number of proofs that fits them.
func withRounds(proof []byte, order ...int) []byte {
	out := slices.Clone(proof[:countAt])
	out = binary.LittleEndian.AppendUint32(out, 1<<len(order))
	rounds, rest := roundsOf(proof), proof[roundsAt:]
	for _, size := range roundSections {
		for _, i := range order {
			out = append(out, rest[i*size:(i+1)*size]...)
		}
		rest = rest[rounds*size:]
	}
	return append(out, rest...)
}

// groupElement is one in an aggregate proof: of the target group if it has gtSize
// bytes, else a compressed point.
type groupElement struct {
	name     string
	at, size int
}

// groupElements lists those of an aggregate proof.
func groupElements(proof []byte) (list []groupElement) {
	at, rounds := 0, roundsOf(proof)
	add := func(size int, names ...string) {
		for _, name := range names {
			list = append(list, groupElement{name, at, size})
			at += size
		}
	}
	ofRounds := func(size int, names ...string) {
		for i := range rounds {
			for _, name := range names {
				add(size, fmt.Sprintf("%s of round %d", name, i))
			}
		}
	}
	add(gtSize, "T of AB", "U of AB", "T of C", "U of C", "product AB")
	add(48, "sum of C")
	at += roundsAt - countAt
	ofRounds(gtSize, "TL of AB", "UL of AB", "TR of AB", "UR of AB")
	ofRounds(gtSize, "TL of C", "UL of C", "TR of C", "UR of C")
	ofRounds(gtSize, "ZL of AB", "ZR of AB")
	ofRounds(48, "ZL of C", "ZR of C")
	add(48, "final A")
	add(96, "final B")
	add(48, "final C")
	add(96, "v1", "v2")
	add(48, "w1", "w2")
	add(96, "opening of v1", "opening of v2")
	add(48, "opening of w1", "opening of w2")
	return list
}

// ofAggregateProof adds the twins that offer another aggregate proof; other is
// another valid one of the same length.
func ofAggregateProof[S any](t *twins[S], proof func(s *S) *[]byte, other []byte) {
	valid := *proof(t.valid)
	rounds := roundsOf(valid)
	add := func(name, want string, change func(b []byte) []byte) {
		t.addAs(name, want, func(s *S) { *proof(s) = change(slices.Clone(valid)) })
	}
	cut := func(name string, n int) { add(name, "", func(b []byte) []byte { return b[:n] }) }
	cut("no proof", 0)
	cut("proof cut before the number of proofs", countAt)
	cut("proof cut behind the number of proofs", roundsAt)
	cut("half a proof", len(valid)/2)
	cut("one byte dropped", len(valid)-1)
	add("one byte appended", accept, func(b []byte) []byte { return append(b, 1) })
	add("the proof appended", accept, func(b []byte) []byte { return append(b, b...) })
	add("all bytes zero", "", func(b []byte) []byte { clear(b); return b })
	add("another proof's beginning", "", func(b []byte) []byte { copy(b, other[:countAt]); return b })
	add("another proof's end", "", func(b []byte) []byte {
		end := len(b) - (fixedSize - roundsAt)
		copy(b[end:], other[end:])
		return b
	})

	n := uint32(1) << rounds
	counts := []uint32{0, 1, n - 1, n / 2, n + 1, 2 * n, 1 << 20, 1 << 21, 1 << 31, 1<<32 - 1}
	slices.Sort(counts)
	for _, count := range slices.Compact(counts) {
		add(fmt.Sprint(count, " proofs said to be in it"), "", func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[countAt:], count)
			return b
		})
	}
	var order []int
	for i := range rounds {
		order = append(order, i)
	}
	add("last round dropped", "", func(b []byte) []byte { return withRounds(b, order[:rounds-1]...) })
	add("last round repeated", "", func(b []byte) []byte { return withRounds(b, append(slices.Clone(order), rounds-1)...) })
	if rounds > 1 {
		add("first two rounds swapped", "", func(b []byte) []byte {
			swapped := slices.Clone(order)
			swapped[0], swapped[1] = 1, 0
			return withRounds(b, swapped...)
		})
		add("first round in place of the last", "", func(b []byte) []byte {
			return withRounds(b, append(slices.Clone(order[:rounds-1]), 0)...)
		})
	}

	for _, e := range groupElements(valid) {
		edit := func(name string, change func(b []byte)) {
			add(e.name+" "+name, "", func(b []byte) []byte { change(b[e.at : e.at+e.size]); return b })
		}
		edit("of another proof", func(b []byte) { copy(b, other[e.at:]) })
		edit("with another first bit", func(b []byte) { b[0] ^= 1 })
		edit("with another last byte", func(b []byte) { b[len(b)-1] ^= 1 })
		if e.size == gtSize {
			edit("inverted", invertGT)
			edit("all zero", func(b []byte) { clear(b) })
			edit("with the first coordinate plus the prime", func(b []byte) { inBigEndian(b[:48], addPrime) })
			continue
		}
		edit("negated", func(b []byte) { b[0] ^= 0x20 })
		edit("not marked as compressed", func(b []byte) { b[0] ^= 0x80 })
		edit("is infinity", func(b []byte) { clear(b); b[0] = 0xc0 })
		edit("off the curve", offCurve)
		edit("outside the subgroup", leaveSubgroup)
	}
}

// invertGT inverts a compressed element of the target group, which is to negate
// its six coordinates.
func invertGT(b []byte) {
	for len(b) > 0 {
		inBigEndian(b[:48], negateModPrime)
		b = b[48:]
	}
}

func inBigEndian(b []byte, change func(b []byte)) {
	slices.Reverse(b)
	change(b)
	slices.Reverse(b)
}
