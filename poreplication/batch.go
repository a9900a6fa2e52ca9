package poreplication

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// errNotJudged stands for a seal until it is judged, so that one that is
// forgotten never reads as valid.
var errNotJudged = errors.New("not judged")

// checkBatch checks the size of a batch of n seals.
func (v *Verifier) checkBatch(n int, errs []error) error {
	switch most := orDefault(v.limits.BatchSeals, defaultBatchSeals); {
	case n == 0:
		return malformed("empty batch")
	case errs != nil && len(errs) != n:
		return malformed("%d results for %d seals", len(errs), n)
	case n > most:
		return limit("%d seals in a batch, at most %d", n, most)
	}
	return nil
}

// judgeBatch sets errs[i] to the outcome of seals[i], in rounds of some
// batchPartitions partitions. It leaves errNotJudged behind when ctx is done.
func (v *Verifier) judgeBatch(ctx context.Context, seals []SealInfo, errs []error) {
	for from := 0; from < len(seals) && ctx.Err() == nil; {
		var round []*preparedSeal
		to, partitions := from, 0
		for ; to < len(seals) && partitions < batchPartitions; to++ {
			p, err := v.prepareSeal(&seals[to])
			if err != nil {
				errs[to] = err
				continue
			}
			p.index = to
			partitions += len(p.statements)
			round = append(round, p)
		}
		v.judgeRound(ctx, round, errs)
		from = to
	}
}

// judgeRound decodes the seals of a round and judges them, key by key.
func (v *Verifier) judgeRound(ctx context.Context, round []*preparedSeal, errs []error) {
	v.split(len(round), func(from, to int) {
		for _, p := range round[from:to] {
			if ctx.Err() != nil {
				return
			}
			p.decode(0, len(p.statements))
		}
	})
	if ctx.Err() != nil {
		return
	}
	for _, s := range shape.All() {
		k, ok := v.seals[s.SectorSize]
		if !ok {
			continue
		}
		var group []*preparedSeal
		for _, p := range round {
			if p.key != k.key {
				continue
			}
			if err := p.fault(); err != nil {
				errs[p.index] = err
				continue
			}
			group = append(group, p)
		}
		search := failureSearch{v: v, ctx: ctx, errs: errs, left: orDefault(v.limits.BisectFailures, defaultBisectFailures)}
		search.judge(group)
	}
}

// failureSearch finds the failing seals of a group by halving.
type failureSearch struct {
	v    *Verifier
	ctx  context.Context
	errs []error
	left int // failures that may still be isolated by halving
}

// judge judges seals under one key. Its depth is the logarithm of their number.
func (f *failureSearch) judge(group []*preparedSeal) {
	if len(group) == 0 || f.ctx.Err() != nil {
		return
	}
	if f.left == 0 && len(group) > 1 {
		for i := range group {
			f.judge(group[i : i+1])
		}
		return
	}
	var statements []groth16.Statement
	for _, p := range group {
		statements = append(statements, p.statements...)
	}
	ok, err := group[0].key.Holds(statements, rand.Reader, f.v.split)
	switch {
	case err != nil:
		for _, p := range group {
			f.errs[p.index] = err
		}
	case ok:
		for _, p := range group {
			f.errs[p.index] = nil
		}
	case len(group) == 1:
		f.errs[group[0].index] = invalid(sealDoesNotHold)
		f.left = max(0, f.left-1)
	default:
		f.judge(group[:len(group)/2])
		f.judge(group[len(group)/2:])
	}
}
