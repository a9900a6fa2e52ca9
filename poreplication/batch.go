package poreplication

import (
	"context"
	"errors"
)

// errNotJudged stands for an item until it is judged, so that one that is
// forgotten never reads as valid.
var errNotJudged = errors.New("not judged")

// batchPartitions is the number of partition proofs that one round of a batch
// combines: enough that what a combination costs once is small against what each
// proof costs, few enough that a batch of any size needs 7 MB, or 10 MB of
// non-interactive seals.
const batchPartitions = 640

// aggregateWeight is the number of partition proofs that take about as much memory as
// an aggregate of 128, which is what a non-interactive seal is.
const aggregateWeight = 20

// weight is what an item adds to a round, in partition proofs.
func (p *prepared) weight() int {
	if p.aggregate != nil {
		return aggregateWeight
	}
	return len(p.statements)
}

// batch describes a call that judges many items.
type batch struct {
	op    string // the verb
	items string // what it judges
	n     int
	most  int // limit on n; zero means the default
}

// check checks the size of a batch.
func (b *batch) check(errs []error) error {
	switch most := orDefault(b.most, defaultBatch); {
	case b.n == 0:
		return malformed("empty batch")
	case errs != nil && len(errs) != b.n:
		return malformed("%d results for %d %s", len(errs), b.n, b.items)
	case b.n > most:
		return limit("%d %s in a batch, at most %d", b.n, b.items, most)
	}
	return nil
}

// judgeBatch sets errs[i], when errs is not nil, to the outcome of item i, which
// prepare makes ready, and returns the first error, or ctx's when an item was
// left because of it.
func (v *Verifier) judgeBatch(ctx context.Context, b *batch, prepare func(i int) (*prepared, error), errs []error) error {
	if err := b.check(errs); err != nil {
		for i := range errs {
			errs[i] = fail(b.op, noIndex, err)
		}
		return fail(b.op, noIndex, err)
	}
	if errs == nil {
		errs = make([]error, b.n)
	}
	for i := range errs {
		errs[i] = errNotJudged
	}
	v.judgeRounds(ctx, prepare, errs)
	var cancelled, first error
	for i := len(errs) - 1; i >= 0; i-- {
		switch {
		case errs[i] == nil:
			continue
		case errs[i] == errNotJudged && ctx.Err() != nil:
			cancelled = ctx.Err()
			errs[i] = cancelled
		default:
			errs[i] = fail(b.op, i, errs[i])
		}
		first = errs[i]
	}
	if cancelled != nil {
		return cancelled
	}
	return first
}

// judgeRounds sets errs[i] to the outcome of item i, in rounds of some
// batchPartitions partitions. It leaves errNotJudged behind when ctx is done.
func (v *Verifier) judgeRounds(ctx context.Context, prepare func(i int) (*prepared, error), errs []error) {
	for from := 0; from < len(errs) && ctx.Err() == nil; {
		var round []*prepared
		to, partitions := from, 0
		for ; to < len(errs) && partitions < batchPartitions; to++ {
			p, err := prepare(to)
			if err != nil {
				errs[to] = err
				continue
			}
			p.index = to
			partitions += p.weight()
			round = append(round, p)
		}
		v.judgeRound(ctx, round, errs)
		from = to
	}
}

// judgeRound decodes the items of a round and judges them, key by key.
func (v *Verifier) judgeRound(ctx context.Context, round []*prepared, errs []error) {
	v.decode(ctx, round...)
	if ctx.Err() != nil {
		return
	}
	for len(round) > 0 { // once for every key
		var group, rest []*prepared
		for _, p := range round {
			if p.key != round[0].key || (p.aggregate == nil) != (round[0].aggregate == nil) {
				rest = append(rest, p)
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
		round = rest
	}
}

// failureSearch finds the failing items of a group by halving.
type failureSearch struct {
	v    *Verifier
	ctx  context.Context
	errs []error
	left int // failures that may still be isolated by halving
}

// judge judges items under one key. Its depth is the logarithm of their number.
func (f *failureSearch) judge(group []*prepared) {
	if len(group) == 0 || f.ctx.Err() != nil {
		return
	}
	if f.left == 0 && len(group) > 1 {
		for i := range group {
			f.judge(group[i : i+1])
		}
		return
	}
	ok, err := f.v.hold(group)
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
		f.errs[group[0].index] = group[0].doesNotHold()
		f.left = max(0, f.left-1)
	default:
		f.judge(group[:len(group)/2])
		f.judge(group[len(group)/2:])
	}
}
