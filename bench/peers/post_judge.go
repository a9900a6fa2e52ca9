package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/depinproof/depinproof/poreplication"
)

// judgedPosts are valid proofs to judge, with twins of the first or without.
type judgedPosts struct {
	replicas, n        int
	statements, proofs bool // twins that state something else, or offer another proof
}

// judgedOf returns what is judged of a kind: WindowPoSts of one partition, full
// or not, and of up to three.
func (b *postBench) judgedOf(registered poreplication.RegisteredPoStProof) []judgedPosts {
	switch {
	case b.winning():
		return []judgedPosts{{1, 4, true, true}}
	case b.sizes[registered%5] < sectorSizes[3]:
		return []judgedPosts{
			{1, 1, true, false},
			{2, 1, true, true},
			{3, 1, true, false},
			{4, 1, true, false},
			{5, 1, true, true},
		}
	}
	return []judgedPosts{
		{1, 1, false, false},
		{partitionReplicas, 1, true, false},
		{partitionReplicas + 1, 1, false, false},
		{3 * partitionReplicas, 1, false, true},
	}
}

// judge compares our verdicts with the reference's, over valid proofs of every
// kind that has keys and twins of them.
func (b *postBench) judge() (compared int, differences []string, err error) {
	first, last := poreplication.StackedDrgWindow2KiBV1, poreplication.StackedDrgWindow64GiBV1_1
	if b.winning() {
		first, last = poreplication.StackedDrgWinning2KiBV1, poreplication.StackedDrgWinning64GiBV1
	}
	for kind := first; kind <= last; kind++ {
		if int(kind%5) >= len(b.sizes) {
			continue
		}
		j, err := b.judgeKind(kind)
		if err != nil {
			return 0, nil, fmt.Errorf("%v: %w", kind, err)
		}
		compared += j.compared
		differences = append(differences, j.differences...)
	}
	return compared, differences, nil
}

func (b *postBench) judgeKind(kind poreplication.RegisteredPoStProof) (*judgement, error) {
	type S = poreplication.WindowPoStInfo
	j := judged[S]{
		judgement: judgement{label: kind.String()},
		ref:       b.e.ref,
		through:   func(posts []S) (string, []S, error) { return b.through("judged", posts) },
		single:    b.verify,
	}
	if b.winning() {
		j.batch = func(posts []S, errs []error) error {
			return b.verifier.VerifyWinningPoStBatch(context.Background(), asWinning(posts), errs)
		}
	}
	cases := b.judgedOf(kind)
	all := make([][]S, len(cases))
	for i, c := range cases {
		var err error
		if all[i], err = b.newPosts(postShape{kind, c.replicas, c.n}); err != nil {
			return nil, err
		}
	}
	for i, c := range cases {
		// The last of the next group is another proof, even where both are one.
		next := all[(i+1)%len(all)]
		other := &next[len(next)-1]
		var list []twin[S]
		if c.statements {
			list = append(list, postTwins(&all[i][0], other)...)
		}
		if c.proofs {
			t := twins[S]{valid: &all[i][0]}
			t.ofProof(func(p *S) *[]byte { return &p.Proof }, other.Proof)
			list = append(list, t.list...)
		}
		if err := j.all(fmt.Sprintf("%d replicas", c.replicas), all[i], list); err != nil {
			return nil, err
		}
	}
	return &j.judgement, nil
}

// postTwins returns twins of a valid proof of spacetime that state something
// else; other is another valid one. Some state the same in another way, and so
// does a change of the prover, on whom nothing depends: they stay valid.
func postTwins(valid, other *poreplication.WindowPoStInfo) []twin[poreplication.WindowPoStInfo] {
	type S = poreplication.WindowPoStInfo
	t := twins[S]{valid: valid}
	n := len(valid.Replicas)

	randomness := value[S]{"randomness", func(p *S) *[32]byte { return &p.Randomness }}
	t.ofBits(randomness, "")
	t.ofElement(randomness, "")
	prover := value[S]{"prover ID", func(p *S) *[32]byte { return &p.ProverID }}
	t.ofBits(prover, accept)
	t.ofElement(prover, accept)
	t.add("another proof", func(p *S) { p.Proof = slices.Clone(other.Proof) })

	// change adds a twin with other replicas, which are given as a copy.
	change := func(name, want string, f func(r []poreplication.Replica) []poreplication.Replica) {
		t.addAs(name, want, func(p *S) { p.Replicas = f(slices.Clone(p.Replicas)) })
	}
	for _, i := range slices.Compact([]int{0, n / 2, n - 1}) {
		replica := fmt.Sprint("replica ", i)
		commR := value[S]{"CommR of " + replica, func(p *S) *[32]byte {
			// The value may be asked for twice, so the copy is made once.
			if &p.Replicas[0] == &valid.Replicas[0] {
				p.Replicas = slices.Clone(p.Replicas)
			}
			return &p.Replicas[i].CommR
		}}
		t.ofBits(commR, "")
		t.ofElement(commR, "")
		for _, bit := range []uint64{0, 17, 63} {
			change(fmt.Sprintf("sector of %s: bit %d", replica, bit), "", func(r []poreplication.Replica) []poreplication.Replica {
				r[i].Sector ^= 1 << bit
				return r
			})
		}
		change(replica+" missing", "", func(r []poreplication.Replica) []poreplication.Replica { return slices.Delete(r, i, i+1) })
	}
	change("no replica", "", func(r []poreplication.Replica) []poreplication.Replica { return nil })
	change("a replica too many", "", func(r []poreplication.Replica) []poreplication.Replica {
		last := slices.MaxFunc(r, func(a, b poreplication.Replica) int { return cmp.Compare(a.Sector, b.Sector) })
		last.Sector++
		return append(r, last)
	})
	change("another's replica too many", "", func(r []poreplication.Replica) []poreplication.Replica {
		return append(r, poreplication.Replica{Sector: r[0].Sector ^ 1<<40, CommR: other.Replicas[0].CommR})
	})

	// A WinningPoSt takes a list of one replica; a WindowPoSt takes a set.
	repeated := accept
	if valid.PoStProof < poreplication.StackedDrgWindow2KiBV1 {
		repeated = ""
	}
	change("a replica repeated", repeated, func(r []poreplication.Replica) []poreplication.Replica { return append(r, r[0]) })
	change("all replicas repeated", repeated, func(r []poreplication.Replica) []poreplication.Replica { return append(r, r...) })
	before := func(commR [32]byte) func([]poreplication.Replica) []poreplication.Replica {
		return func(r []poreplication.Replica) []poreplication.Replica {
			return append([]poreplication.Replica{{Sector: r[n-1].Sector, CommR: commR}}, r...)
		}
	}
	wrong := valid.Replicas[n-1].CommR
	wrong[3] ^= 4
	change("a sector listed before with a wrong CommR", repeated, before(wrong))
	change("a sector listed before with CommR zero", repeated, before([32]byte{}))
	change("a sector listed before with CommR all ones", repeated, before(modulus))
	change("a sector listed again with a wrong CommR", "", func(r []poreplication.Replica) []poreplication.Replica {
		return append(r, poreplication.Replica{Sector: r[n-1].Sector, CommR: wrong})
	})
	change("a sector listed again with CommR zero", "", func(r []poreplication.Replica) []poreplication.Replica {
		return append(r, poreplication.Replica{Sector: r[n-1].Sector})
	})
	if n > 1 {
		change("replicas in reverse order", accept, func(r []poreplication.Replica) []poreplication.Replica {
			slices.Reverse(r)
			return r
		})
		change("replicas out of order", accept, func(r []poreplication.Replica) []poreplication.Replica {
			return append(r[1:], r[0])
		})
		change("CommR of the first and last swapped", "", func(r []poreplication.Replica) []poreplication.Replica {
			r[0].CommR, r[n-1].CommR = r[n-1].CommR, r[0].CommR
			return r
		})
		change("sectors of the first two swapped", "", func(r []poreplication.Replica) []poreplication.Replica {
			r[0].Sector, r[1].Sector = r[1].Sector, r[0].Sector
			return r
		})
		change("last replaced by a repeat of the first", "", func(r []poreplication.Replica) []poreplication.Replica {
			r[n-1] = r[0]
			return r
		})
		change("all replicas that of the first sector", "", func(r []poreplication.Replica) []poreplication.Replica {
			for i := range r {
				r[i] = r[0]
			}
			return r
		})
	}
	return t.list
}
