package main

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/supranational/blst/bindings/go"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// TestJudgementFindsDifferences has the comparison look at verdicts that differ.
func TestJudgementFindsDifferences(t *testing.T) {
	for _, c := range []struct {
		reference string
		ours      error
		differ    bool
	}{
		{"accept", nil, false},
		{"reject", depinproof.ErrInvalidProof, false},
		{"error: expected 192 bytes", depinproof.ErrMalformed, false},
		{"error: too many", depinproof.ErrLimit, false},
		{"panic", &depinproof.Error{Kind: depinproof.ErrMalformed}, false},

		{"accept", depinproof.ErrInvalidProof, true},
		{"reject", nil, true},
		{"error: expected 192 bytes", nil, true},
		{"panic", nil, true},
		{"reject", depinproof.ErrMalformed, true},
		{"error: expected 192 bytes", depinproof.ErrInvalidProof, true},
		{"reject", depinproof.ErrUnsupported, true},
		{"error: no key", depinproof.ErrInternal, true},
		{"", errors.New("other"), true},
	} {
		var j judgement
		j.compare("case", plain(c.reference), verdictOf(c.ours), "")
		if j.compared != 1 || (len(j.differences) == 1) != c.differ {
			t.Errorf("reference %q, ours %v: %d differences", c.reference, c.ours, len(j.differences))
		}
	}
}

// testSeals returns valid seals of a kind under a key of their own.
func testSeals(t *testing.T, kind poreplication.RegisteredSealProof, n int) (*blstKey, []poreplication.SealInfo) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	b := &sealBench{e: &environment{random: random}, secrets: make(map[uint64]*trapdoor.Key)}
	inputs := 39
	if kind%5 >= 3 {
		inputs = 327
	}
	k, err := trapdoor.NewKey(random, inputs)
	if err != nil {
		t.Fatal(err)
	}
	b.secrets[sectorSizes[kind%5]] = k
	seals, err := b.newSeals(kind, n)
	if err != nil {
		t.Fatal(err)
	}
	key, err := readBLSTKey(k.VerifyingKey())
	if err != nil {
		t.Fatal(err)
	}
	return key, seals
}

// TestTwins checks that no twin equals its original, that blst's verifier
// accepts the original and refuses all of the twins, and that those which are
// about points are what they are called.
func TestTwins(t *testing.T) {
	for _, kind := range []poreplication.RegisteredSealProof{poreplication.StackedDrg8MiBV1_1, poreplication.StackedDrg32GiBV1_1} {
		key, seals := testSeals(t, kind, 2)
		if err := key.verifySeals(seals); err != nil {
			t.Fatalf("%v: %v", kind, err)
		}
		names := make(map[string]bool)
		for _, twin := range sealTwins(&seals[0], &seals[1], true) {
			if names[twin.name] {
				t.Errorf("%v: two twins are called %q", kind, twin.name)
			}
			names[twin.name] = true
			if reflect.DeepEqual(twin.statement, seals[0]) {
				t.Errorf("%v: %s: equals its original", kind, twin.name)
			}
			err := key.verifySeals([]poreplication.SealInfo{twin.statement})
			if v := verdictOf(err); v != reject && v != malformed {
				t.Errorf("%v: %s: %v", kind, twin.name, err)
			}
		}
		for _, want := range []string{"C of the last partition outside the subgroup", "CommD plus the modulus"} {
			if !names[want] {
				t.Errorf("%v: no twin %q", kind, want)
			}
		}
	}
}

// testEnvironment returns one without a server.
func testEnvironment(t *testing.T) *environment {
	t.Helper()
	return &environment{
		root:   "../..",
		cases:  t.TempDir(),
		keys:   t.TempDir(),
		random: rand.NewChaCha8([32]byte{2}),
		made:   make(map[params.ID]testedKey),
	}
}

// checkTwins checks that a statement is accepted, that no twin equals it, and
// that its twins are accepted or refused as they are meant to be.
func checkTwins[S any](t *testing.T, valid *S, list []twin[S], verify func(*S) error, want ...string) {
	t.Helper()
	if err := verify(valid); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, twin := range list {
		if names[twin.name] {
			t.Errorf("two twins are called %q", twin.name)
		}
		names[twin.name] = true
		if reflect.DeepEqual(twin.statement, *valid) {
			t.Errorf("%s: equals its original", twin.name)
		}
		v := verdictOf(verify(&twin.statement))
		if twin.want == "" && v != reject && v != malformed || twin.want != "" && v != twin.want {
			t.Errorf("%s: %s", twin.name, v)
		}
	}
	for _, name := range want {
		if !names[name] {
			t.Errorf("no twin %q", name)
		}
	}
	if err := verify(valid); err != nil {
		t.Errorf("a twin changed its original: %v", err)
	}
}

func TestPoStTwins(t *testing.T) {
	for _, c := range []struct {
		circuit  params.Circuit
		kind     poreplication.RegisteredPoStProof
		replicas int
	}{
		{params.WinningPoSt, poreplication.StackedDrgWinning2KiBV1, 1},
		{params.WinningPoSt, poreplication.StackedDrgWinning8MiBV1, 1},
		{params.WindowPoSt, poreplication.StackedDrgWindow2KiBV1, 5},
		{params.WindowPoSt, poreplication.StackedDrgWindow8MiBV1, 1},
		{params.WindowPoSt, poreplication.StackedDrgWindow8MiBV1_1, 5},
	} {
		b, err := newPostBench(testEnvironment(t), c.circuit, sectorSizes[:2])
		if err != nil {
			t.Fatal(err)
		}
		posts, err := b.newPosts(postShape{c.kind, c.replicas, 2})
		if err != nil {
			t.Fatal(err)
		}
		if _, posts, err = b.through("case", posts); err != nil {
			t.Fatal(err)
		}
		checkTwins(t, &posts[0], postTwins(&posts[0], &posts[1]), b.verify, "replica 0 missing", "prover ID is zero", "a replica repeated")
		if c.replicas > 1 {
			proofs := twins[poreplication.WindowPoStInfo]{valid: &posts[0]}
			proofs.ofProof(func(p *poreplication.WindowPoStInfo) *[]byte { return &p.Proof }, posts[1].Proof)
			checkTwins(t, &posts[0], proofs.list, b.verify, "first and last partition swapped")
		}
	}
}

func TestUpdateTwins(t *testing.T) {
	b, err := newUpdateBench(testEnvironment(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []poreplication.RegisteredUpdateProof{poreplication.StackedDrg2KiBUpdateV1, poreplication.StackedDrg32GiBUpdateV1} {
		updates, err := b.newUpdates(kind, 2)
		if err != nil {
			t.Fatal(err)
		}
		if _, updates, err = b.through("case", updates); err != nil {
			t.Fatal(err)
		}
		checkTwins(t, &updates[0], updateTwins(&updates[0], &updates[1]), b.verifier.VerifyReplicaUpdate, "new CommD plus the modulus")
	}
}

func TestPoints(t *testing.T) {
	g1 := blst.P1Generator().Compress()
	g2 := blst.P2Generator().Compress()
	for _, g := range [][]byte{g1, g2} {
		off := slices.Clone(g)
		offCurve(off)
		if onCurve(off) {
			t.Errorf("%x: is on the curve", off)
		}
		outside := slices.Clone(g)
		leaveSubgroup(outside)
		if !onCurve(outside) || inSubgroup(outside) {
			t.Errorf("%x: on the curve %t, in the subgroup %t", outside, onCurve(outside), inSubgroup(outside))
		}
		large := slices.Clone(g)
		addPrime(large[len(large)-48:])
		if slices.Equal(large, g) || onCurve(large) {
			t.Errorf("%x: is read as a point", large)
		}
	}
	// Leaving the subgroup does not change a pairing, so a check is needed.
	outside := slices.Clone(g1)
	leaveSubgroup(outside)
	var p blst.P1Affine
	var q blst.P2Affine
	p.Uncompress(outside)
	q.Uncompress(g2)
	if !blst.Fp12FinalVerify(blst.Fp12MillerLoop(&q, &p), blst.Fp12MillerLoop(&q, blst.P1Generator().ToAffine())) {
		t.Error("the pairing of a point outside the subgroup differs")
	}
}

func TestModulus(t *testing.T) {
	r, _ := new(big.Int).SetString("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16)
	integer := func(x [32]byte) *big.Int {
		slices.Reverse(x[:])
		return new(big.Int).SetBytes(x[:])
	}
	if integer(modulus).Cmp(r) != 0 {
		t.Error("modulus")
	}
	for n := range byte(3) {
		if got := integer(modulusLess(n)); got.Add(got, big.NewInt(int64(n))).Cmp(r) != 0 {
			t.Errorf("modulusLess(%d)", n)
		}
	}
	x := modulusLess(3)
	if got := integer(plusModulus(x)); got.Sub(got, r).Cmp(integer(x)) != 0 {
		t.Error("plusModulus")
	}
}

func TestMeasure(t *testing.T) {
	// Sides that claim to take 1 ms and 3 ms a call, two items each.
	takes := func(d time.Duration) timer {
		return func(n int) (time.Duration, error) { return time.Duration(n) * d, nil }
	}
	c := comparison{items: 2, ours: takes(time.Millisecond), peers: []peer{{"slow", takes(3 * time.Millisecond)}}}
	rows, err := c.measure("kind", "shape", 3)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	if r := rows[0]; r.OursUS != 500 || r.PeerUS != 1500 || r.Ratio != 3 || r.Peer != "slow" || r.Cores != 1 {
		t.Errorf("%+v", r)
	}
	bad := errors.New("verdict changed")
	c.peers[0].time = func(int) (time.Duration, error) { return 0, bad }
	if _, err := c.measure("kind", "shape", 3); !errors.Is(err, bad) {
		t.Errorf("a failing side gives %v", err)
	}
	if m := median([]float64{5, 1, 9}); m != 5 {
		t.Errorf("median %v", m)
	}
	if s := spread([]float64{4, 5, 6}); s != 0.4 {
		t.Errorf("spread %v", s)
	}
}

// testAggregate returns a valid aggregate of n seals under a key and a reference
// string of their own, with the test's environment.
func testAggregate(t *testing.T, kind poreplication.RegisteredSealProof, n int) (*aggregateBench, poreplication.AggregateSealInfo) {
	t.Helper()
	b, err := newAggregateBench(testEnvironment(t))
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.newSeals(kind, poreplication.SnarkPackV2, n)
	if err != nil {
		t.Fatal(err)
	}
	return b, a
}

func TestAggregateTwins(t *testing.T) {
	for _, kind := range []poreplication.RegisteredSealProof{poreplication.StackedDrg8MiBV1_1, poreplication.StackedDrg8MiBV1_2_Feat_NiPoRep} {
		for _, n := range []int{1, 3} {
			b, valid := testAggregate(t, kind, n)
			other, err := b.newSeals(kind, poreplication.SnarkPackV2, n)
			if err != nil {
				t.Fatal(err)
			}
			if _, valid, err = b.throughSeals("case", &valid); err != nil {
				t.Fatal(err)
			}
			checkTwins(t, &valid, aggregateSealTwins(&valid, &other, true), b.verifySeals, "last statement repeated", "final B is infinity", "last round dropped")
		}
	}
}

func TestAggregateUpdateTwins(t *testing.T) {
	b, err := newAggregateBench(testEnvironment(t))
	if err != nil {
		t.Fatal(err)
	}
	var valid [2]poreplication.AggregateReplicaUpdateInfo
	for i := range valid {
		if valid[i], err = b.newUpdates(poreplication.StackedDrg8MiBUpdateV1, 2); err != nil {
			t.Fatal(err)
		}
		if _, valid[i], err = b.throughUpdates("case", &valid[i]); err != nil {
			t.Fatal(err)
		}
	}
	checkTwins(t, &valid[0], aggregateUpdateTwins(&valid[0], &valid[1]), b.verifyUpdates, "the other SnarkPack version", "v1 of another proof")
}

func TestNITwins(t *testing.T) {
	b, err := newNIBench(testEnvironment(t))
	if err != nil {
		t.Fatal(err)
	}
	seals, err := b.newSeals(poreplication.StackedDrg8MiBV1_2_Feat_NiPoRep, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, seals, err = b.through("case", seals); err != nil {
		t.Fatal(err)
	}
	list := sealTwins(&seals[0], &seals[1], false)
	checkTwins(t, &seals[0], list, b.verifier.VerifySeal, "seed is all ones", "another seal's proof")
}

// TestAggregateLayout checks that the elements of an aggregate proof are where they
// are said to be: all of its bytes belong to one, but for the number of proofs, and
// each is a point or an element of the target group, whose inverse is another one.
func TestAggregateLayout(t *testing.T) {
	_, a := testAggregate(t, poreplication.StackedDrg8MiBV1_1, 5)
	if rounds := roundsOf(a.Proof); rounds != 3 {
		t.Fatalf("%d rounds", rounds)
	}
	if !slices.Equal(withRounds(a.Proof, 0, 1, 2), a.Proof) {
		t.Error("the rounds in order do not make the proof")
	}
	at := 0
	for _, e := range groupElements(a.Proof) {
		if at == countAt {
			at = roundsAt
		}
		if e.at != at {
			t.Fatalf("%s: at %d, not %d", e.name, e.at, at)
		}
		at += e.size
		b := slices.Clone(a.Proof[e.at:at])
		if e.size != gtSize {
			if !onCurve(b) || !inSubgroup(b) {
				t.Errorf("%s: not a point", e.name)
			}
			continue
		}
		invertGT(b)
		if slices.Equal(b, a.Proof[e.at:at]) {
			t.Errorf("%s: its own inverse", e.name)
		}
		if invertGT(b); !slices.Equal(b, a.Proof[e.at:at]) {
			t.Errorf("%s: the inverse's inverse differs", e.name)
		}
	}
	if at != len(a.Proof) {
		t.Errorf("%d bytes of %d", at, len(a.Proof))
	}
}
