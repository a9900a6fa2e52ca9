package snarkpack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
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

// decodeOne decodes a proof by itself.
func decodeOne(b []byte) (*Proof, error) {
	if _, err := Count(b, true); err != nil {
		return nil, err
	}
	p, errs := new(Proof), make([]error, 1)
	Decode([]*Proof{p}, [][]byte{b}, errs, groth16.Serial)
	return p, errs[0]
}

// Aggregates that other tests of the reference hold, whose statements are not
// known.
func TestRealAggregatesDecode(t *testing.T) {
	v1 := sharedFile(t, "aggregate-proofs/aggregate_proof_512x2kib_v1.bin")
	var large struct {
		Proof string `json:"proof"`
	}
	if err := json.Unmarshal(sharedFile(t, "aggregate-proofs/snarkpack_1638x32gib.json"), &large); err != nil {
		t.Fatal(err)
	}
	mainnet, err := hex.DecodeString(large.Proof)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		b []byte
		n int
	}{{v1, 512}, {mainnet, 16384}} {
		if n, err := Count(x.b, true); n != x.n || err != nil {
			t.Errorf("count %d, want %d, %v", n, x.n, err)
		}
		p, err := decodeOne(x.b)
		if err != nil {
			t.Errorf("aggregate of %d: %v", x.n, err)
		} else if p.n != x.n {
			t.Errorf("decoded %d proofs, want %d", p.n, x.n)
		}
		bad := slices.Clone(x.b)
		bad[300] ^= 1
		if _, err := decodeOne(bad); err == nil {
			t.Errorf("aggregate of %d decodes with a bit changed", x.n)
		}
	}
}

// ratio is a pair of points of either group, each with its multiple by a secret of
// the network's reference string.
type ratio struct {
	p, pTau bls12381.G1
	q, qTau bls12381.G2
}

// networkRatios are those of α and β.
func networkRatios(t *testing.T) (ratios [2]ratio) {
	t.Helper()
	type pair struct {
		P    string `json:"base_g1"`
		PTau string `json:"base_g1_tau"`
		Q    string `json:"base_g2"`
		QTau string `json:"base_g2_tau"`
	}
	var golden struct {
		Pairs struct {
			Alpha pair `json:"alpha"`
			Beta  pair `json:"beta"`
		} `json:"snarkpack_srs_ratio_pairs"`
	}
	if err := json.Unmarshal(sharedFile(t, "golden.json"), &golden); err != nil {
		t.Fatal(err)
	}
	g1 := func(s string) (p bls12381.G1) {
		b, err := hex.DecodeString(s)
		if err == nil {
			err = p.SetCompressed((*[48]byte)(b))
		}
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	g2 := func(s string) (q bls12381.G2) {
		b, err := hex.DecodeString(s)
		if err == nil {
			err = q.SetCompressed((*[96]byte)(b))
		}
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	for i, x := range []pair{golden.Pairs.Alpha, golden.Pairs.Beta} {
		ratios[i] = ratio{g1(x.P), g1(x.PTau), g2(x.Q), g2(x.QTau)}
		if !pairs(&ratios[i].pTau, &ratios[i].q).equal(pairs(&ratios[i].p, &ratios[i].qTau)) {
			t.Fatalf("ratios of secret %d differ between the groups", i)
		}
	}
	return ratios
}

// value is an element of the target group.
type value bls12381.GT

func (x value) equal(y value) bool { return (*bls12381.GT)(&x).Equal((*bls12381.GT)(&y)) }

// pairs returns the product of pairings of points that alternate between the
// groups.
func pairs(points ...any) value {
	var list []bls12381.Pair
	for i := 0; i < len(points); i += 2 {
		list = append(list, bls12381.Pair{P: *points[i].(*bls12381.G1), Q: *points[i+1].(*bls12381.G2)})
	}
	f := bls12381.MillerLoop(list, nil)
	return value(f.FinalExp())
}

// sum1 returns Σ ks[i]·ps[i].
func sum1(ps []bls12381.G1, ks []bls12381.Scalar) bls12381.G1 {
	list := make([]bls12381.Product, len(ps))
	for i := range ps {
		list[i] = bls12381.Product{P: ps[i], K: ks[i]}
	}
	return bls12381.SumProducts(list)[0]
}

func times(a, b bls12381.Scalar) (c bls12381.Scalar) { c.Mul(&a, &b); return c }
func negative(a bls12381.Scalar) (b bls12381.Scalar) { b.Neg(&a); return b }

var unit = bls12381.Scalar{1}

// folds returns Π (1 + xs[l−1−j]·z^(2^j)), by expanding the product.
func folds(xs []bls12381.Scalar, z bls12381.Scalar) bls12381.Scalar {
	coefficients := []bls12381.Scalar{unit}
	for _, x := range slices.Backward(xs) {
		for _, c := range slices.Clone(coefficients) {
			coefficients = append(coefficients, times(c, x))
		}
	}
	var sum bls12381.Scalar
	for _, c := range slices.Backward(coefficients) {
		sum = times(sum, z)
		sum.Add(&sum, &c)
	}
	return sum
}

// checkWithRatios checks every equation of a proof but the Groth16 one, each by
// itself. A ratio of a secret τ stands for the reference string, whose generators
// are those of the groups: e(Y, Q) = e(π, τQ) says that Y = τ·π, and likewise in the
// other group.
func checkWithRatios(p *Proof, c *challenges, ratios *[2]ratio) error {
	fold := func(total bls12381.GT, side func(r *round, s int) bls12381.GT) value {
		xs, ks := []bls12381.GT{total}, []bls12381.Scalar{unit}
		for i := range p.rounds {
			xs = append(xs, side(&p.rounds[i], 0), side(&p.rounds[i], 1))
			ks = append(ks, c.x[i], c.inverse[i])
		}
		return value(bls12381.ProductExp(xs, ks))
	}
	for _, x := range []struct {
		name  string
		left  value
		right value
	}{
		{"product of A and B", pairs(&p.finalA, &p.finalB), fold(p.ipAB, func(r *round, s int) bls12381.GT { return r.zAB[s] })},
		{"T of A and B", pairs(&p.finalA, &p.v[0], &p.w[0], &p.finalB), fold(p.comAB.t, func(r *round, s int) bls12381.GT { return r.comAB[s].t })},
		{"U of A and B", pairs(&p.finalA, &p.v[1], &p.w[1], &p.finalB), fold(p.comAB.u, func(r *round, s int) bls12381.GT { return r.comAB[s].u })},
		{"T of C", pairs(&p.finalC, &p.v[0]), fold(p.comC.t, func(r *round, s int) bls12381.GT { return r.comC[s].t })},
		{"U of C", pairs(&p.finalC, &p.v[1]), fold(p.comC.u, func(r *round, s int) bls12381.GT { return r.comC[s].u })},
	} {
		if !x.left.equal(x.right) {
			return errors.New(x.name)
		}
	}
	sums, ks := []bls12381.G1{p.aggC}, []bls12381.Scalar{unit}
	for i := range p.rounds {
		sums, ks = append(sums, p.rounds[i].zC[0], p.rounds[i].zC[1]), append(ks, c.x[i], c.inverse[i])
	}
	left := sum1([]bls12381.G1{p.finalC}, []bls12381.Scalar{folds(c.inverse, c.r)})
	if right := sum1(sums, ks); !left.Equal(&right) {
		return errors.New("sum of C")
	}

	yv := folds(c.inverse, c.z)
	var shifted, zn bls12381.Scalar
	shifted.Inverse(&c.r)
	zn.Exp(&c.z, uint64(p.n))
	yw := times(folds(c.x, times(c.z, shifted)), zn)
	var g bls12381.G1
	var h bls12381.G2
	g.ScaleGenerator(&unit)
	h.ScaleGenerator(&unit)
	for i, r := range ratios {
		// e(τP, π) = e(P, v − y·h + z·π), the scalars moved to the first group.
		minusY := sum1([]bls12381.G1{r.p}, []bls12381.Scalar{negative(yv)})
		zP := sum1([]bls12381.G1{r.p}, []bls12381.Scalar{c.z})
		if !pairs(&r.pTau, &p.openV[i]).equal(pairs(&r.p, &p.v[i], &minusY, &h, &zP, &p.openV[i])) {
			return fmt.Errorf("opening of v%d", i+1)
		}
		image := sum1([]bls12381.G1{p.w[i], g, p.openW[i]}, []bls12381.Scalar{unit, negative(yw), c.z})
		if !pairs(&image, &r.q).equal(pairs(&p.openW[i], &r.qTau)) {
			return fmt.Errorf("opening of w%d", i+1)
		}
	}
	return nil
}

// Non-interactive seals of the reference's regression file, of 8 MiB, 512 MiB and
// 32 GiB sectors, under the network's reference string: transcript, folding and
// openings hold. Their Groth16 equations need the network's keys.
func TestRealNonInteractiveSeals(t *testing.T) {
	ratios := networkRatios(t)
	checked := 0
	for _, line := range bytes.Split(bytes.TrimSpace(sharedFile(t, "seal-regression/seal_regression_records-v18.hex.jsonl")), []byte("\n")) {
		var record struct {
			Features []string `json:"api_features"`
			CommR    string   `json:"comm_r"`
			Proof    string   `json:"proof"`
		}
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(record.Features, "NonInteractivePoRep") {
			continue
		}
		checked++
		name := "record " + strconv.Itoa(checked)
		commR, err := hex.DecodeString(record.CommR)
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := hex.DecodeString(record.Proof)
		if err != nil {
			t.Fatal(err)
		}
		p, err := decodeOne(encoded)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		include := sha256.Sum256(commR)
		c := p.derive(include[:], V2)
		if err := checkWithRatios(p, &c, &ratios); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if checked%8 != 1 {
			continue
		}
		// Nor does it hold for another transcript, or with an element of another kind.
		other := sha256.Sum256(append(commR, 0))
		for what, c := range map[string]challenges{"another include": p.derive(other[:], V2), "V1": p.derive(include[:], V1)} {
			if checkWithRatios(p, &c, &ratios) == nil {
				t.Errorf("%s holds with %s", name, what)
			}
		}
		for what, change := range map[string]func(p *Proof){
			"product of A and B": func(p *Proof) { p.ipAB = p.comAB.t },
			"T of A and B":       func(p *Proof) { p.rounds[1].comAB[0].t = p.rounds[0].comAB[0].t },
			"U of A and B":       func(p *Proof) { p.rounds[2].comAB[1].u = p.comAB.u },
			"T of C":             func(p *Proof) { p.comC.t = p.comC.u },
			"U of C":             func(p *Proof) { p.rounds[0].comC[1].u = p.comC.u },
			"sum of C":           func(p *Proof) { p.rounds[3].zC[0] = p.rounds[3].zC[1] },
			"opening of v1":      func(p *Proof) { p.openV[0] = p.openV[1] },
			"opening of w2":      func(p *Proof) { p.openW[1].Neg(&p.openW[1]) },
		} {
			bad := *p
			bad.rounds = slices.Clone(p.rounds)
			change(&bad)
			// With the challenges of the true proof just that equation fails.
			if err := checkWithRatios(&bad, &c, &ratios); err == nil || err.Error() != what {
				t.Errorf("%s, %s changed: %v", name, what, err)
			}
			changed := bad.derive(include[:], V2)
			if strings.HasPrefix(what, "opening") != (changed.z == c.z) {
				t.Errorf("%s: %s and the transcript", name, what)
			}
		}
		for _, at := range []int{1440, 5000, len(encoded) - 576, len(encoded) - 1} {
			bad := slices.Clone(encoded)
			bad[at] ^= 1
			if q, err := decodeOne(bad); err == nil {
				c := q.derive(include[:], V2)
				if checkWithRatios(q, &c, &ratios) == nil {
					t.Errorf("%s holds with byte %d changed", name, at)
				}
			}
		}
	}
	if checked != 24 {
		t.Errorf("%d seals, want 24", checked)
	}
}
