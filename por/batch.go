package por

import (
	"context"
	"errors"
	"fmt"
)

// An Inclusion is the statement that Leaf is at Index of a tree of Size leaves with
// root Root, and its proof; see [Spec.VerifyInclusion].
type Inclusion struct {
	Root, Leaf  Node
	Index, Size uint64
	Path        []Node
}

// errNotJudged stands for an item until it is judged, so that one that is forgotten
// never reads as valid.
var errNotJudged = errors.New("not judged")

// batchChunk is the number of proofs whose nodes are hashed at the same time: enough
// to keep all lanes busy, few enough to stay in the innermost cache.
const batchChunk = 128

// VerifyInclusionBatch checks many proofs, of one tree or of many of one kind, with
// the verdict on each that [Spec.VerifyInclusion] gives. Nodes of different paths are
// hashed at the same time, a level of all in one call of the Hasher.
//
// errs, when it is not nil, has an entry per item, which is set to the item's outcome.
// It returns nil if and only if there is an item and all hold, and otherwise the first
// error; a done ctx leaves items with its error. An empty batch is ErrMalformed. It
// starts no goroutine.
func (s *Spec) VerifyInclusionBatch(ctx context.Context, items []Inclusion, errs []error) error {
	if err := s.inclusionBatch(ctx, items, errs); err != nil {
		return err
	}
	return nil
}

func (s *Spec) inclusionBatch(ctx context.Context, items []Inclusion, errs []error) error {
	const op = "por.VerifyInclusionBatch"
	var err error
	switch {
	case s.arity == 0:
		err = errNotMade()
	case len(items) == 0:
		err = malformed(errors.New("empty batch"))
	case errs != nil && len(errs) != len(items):
		err = malformed(fmt.Errorf("%d results for %d proofs", len(errs), len(items)))
	}
	if err != nil {
		for i := range errs {
			errs[i] = fail(op, noIndex, err)
		}
		return fail(op, noIndex, err)
	}
	if errs == nil {
		errs = make([]error, len(items))
	}
	for i := range errs {
		errs[i] = errNotJudged
	}
	b := s.newBatch(min(len(items), batchChunk))
	for i := 0; i < len(items) && ctx.Err() == nil; i += batchChunk {
		end := min(i+batchChunk, len(items))
		b.judge(items[i:end], errs[i:end])
	}
	var first error
	for i := len(errs) - 1; i >= 0; i-- {
		switch {
		case errs[i] == nil:
			continue
		case errs[i] == errNotJudged && ctx.Err() != nil:
			errs[i] = ctx.Err()
		default:
			errs[i] = fail(op, i, errs[i])
		}
		first = errs[i]
	}
	return first
}

// A batch is the memory for a chunk of proofs.
type batch struct {
	s        *Spec
	climbers []climber
	nodes    []Node // of the climbers, in their order
	groups   []Node // the nodes and their siblings
}

// A climber is a proof on its way to the root. There are no pointers in it, so that the
// garbage collector leaves moving it alone.
type climber struct {
	item int
	used int // nodes of the path
	walk walk
}

func (s *Spec) newBatch(n int) *batch {
	return &batch{s, make([]climber, 0, n), make([]Node, n), make([]Node, n*int(s.arity))}
}

// judge sets errs[i] to the outcome of item i.
func (b *batch) judge(items []Inclusion, errs []error) {
	s, arity := b.s, int(b.s.arity)
	b.climbers = b.climbers[:0]
	for i := range items {
		p := &items[i]
		if errs[i] = s.checkPath(p.Index, p.Size, p.Path); errs[i] != nil {
			continue
		}
		errs[i] = errNotJudged
		b.nodes[len(b.climbers)] = p.Leaf
		b.climbers = append(b.climbers, climber{item: i, walk: s.walk(p.Index, p.Size)})
	}
	for {
		// Those still below the root move to the front and add a group each.
		n := 0
		for i := range b.climbers {
			c := &b.climbers[i]
			if !c.walk.next(s) {
				errs[c.item] = checkRoot(&items[c.item].Root, &b.nodes[i])
				continue
			}
			siblings := items[c.item].Path[c.used:][:arity-1]
			if err := c.walk.gather(s, b.groups[n*arity:][:arity], &b.nodes[i], siblings); err != nil {
				errs[c.item] = err
				continue
			}
			c.used += arity - 1
			c.walk.up(s)
			if n < i {
				b.climbers[n] = *c
			}
			n++
		}
		if b.climbers = b.climbers[:n]; n == 0 {
			return
		}
		if err := s.rules.Node.HashNodes(b.nodes[:n], b.groups[:n*arity]); err != nil {
			// The Hasher does not say which group it refuses.
			for i := range b.climbers {
				p := &items[b.climbers[i].item]
				errs[b.climbers[i].item] = s.inclusion(&p.Root, &p.Leaf, p.Index, p.Size, p.Path)
			}
			return
		}
	}
}
