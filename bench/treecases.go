package main

import (
	"fmt"
	"slices"
	"sync"

	"github.com/depinproof/depinproof/por"
)

// treeStatement is a statement about a tree with its proof, of type S.
type treeStatement[S any] interface {
	verify(*por.Spec) error
	// clone returns a copy that shares nothing.
	clone() S
}

// treeCheck is the check of a statement.
func treeCheck[S treeStatement[S]](spec *por.Spec, name, variant string, want verdict, s S) check {
	return check{
		name: name, variant: variant, good: variant == goodVariant, want: want,
		run: func() verdict { return verdictOf(s.verify(spec)) },
	}
}

// treeTwins are the checks of hostile twins of a good statement.
func treeTwins[S treeStatement[S]](spec *por.Spec, name string, good S, twins []twin[S]) (checks []check) {
	for _, x := range twins {
		s := good.clone()
		x.change(&s)
		checks = append(checks, treeCheck(spec, name, x.name, x.want, s))
	}
	return checks
}

// pathTwins are twins whose path, of at least one node, is another one. Those of other
// lengths have the verdict given.
func pathTwins[S any](path func(*S) *[]por.Node, length verdict) []twin[S] {
	return []twin[S]{
		{"a bit of the first node flipped", rejected, func(s *S) { (*path(s))[0][7] ^= 1 }},
		{"a bit of the last node flipped", rejected, func(s *S) { p := *path(s); p[len(p)-1][31] ^= 0x80 }},
		{"last node missing", length, func(s *S) { p := path(s); *p = (*p)[:len(*p)-1] }},
		{"first node missing", length, func(s *S) { p := path(s); *p = (*p)[1:] }},
		{"a node too many", length, func(s *S) { p := path(s); *p = append(*p, por.Node{1}) }},
	}
}

type inclusion por.Inclusion

func (s inclusion) verify(spec *por.Spec) error {
	return spec.VerifyInclusion(&s.Root, &s.Leaf, s.Index, s.Size, s.Path)
}

func (s inclusion) clone() inclusion { s.Path = slices.Clone(s.Path); return s }

var inclusionTwins = append(pathTwins(func(s *inclusion) *[]por.Node { return &s.Path }, malformed), []twin[inclusion]{
	{"a bit of the leaf flipped", rejected, func(s *inclusion) { s.Leaf[7] ^= 1 }},
	{"a bit of the root flipped", rejected, func(s *inclusion) { s.Root[7] ^= 1 }},
	{"index behind the last leaf", malformed, func(s *inclusion) { s.Index = s.Size }},
	{"largest index", malformed, func(s *inclusion) { s.Index = ^uint64(0) }},
	{"size 0", malformed, func(s *inclusion) { s.Size = 0 }},
}...)

// neighbourTwin states another position. Its index is that of the first leaf.
var neighbourTwin = []twin[inclusion]{{"index of the neighbour", rejected, func(s *inclusion) { s.Index ^= 1 }}}

type multiproof struct {
	root   por.Node
	size   uint64
	leaves []por.Leaf
	proof  []por.Node
}

func (s multiproof) verify(spec *por.Spec) error {
	return spec.VerifyMultiproof(&s.root, s.size, s.leaves, s.proof)
}

func (s multiproof) clone() multiproof {
	s.leaves, s.proof = slices.Clone(s.leaves), slices.Clone(s.proof)
	return s
}

// multiproofTwins are of two leaves or more.
var multiproofTwins = append(pathTwins(func(s *multiproof) *[]por.Node { return &s.proof }, malformed), []twin[multiproof]{
	{"a bit of the first leaf flipped", rejected, func(s *multiproof) { s.leaves[0].Node[7] ^= 1 }},
	{"a bit of the last leaf flipped", rejected, func(s *multiproof) { s.leaves[len(s.leaves)-1].Node[7] ^= 1 }},
	{"a bit of the root flipped", rejected, func(s *multiproof) { s.root[7] ^= 1 }},
	{"leaves not in order", malformed, func(s *multiproof) { s.leaves[0], s.leaves[1] = s.leaves[1], s.leaves[0] }},
	{"a leaf repeated", malformed, func(s *multiproof) { s.leaves = slices.Insert(s.leaves, 1, s.leaves[0]) }},
	{"index behind the last leaf", malformed, func(s *multiproof) { s.leaves[len(s.leaves)-1].Index = s.size }},
	{"no leaf", malformed, func(s *multiproof) { s.leaves = nil }},
	{"size 0", malformed, func(s *multiproof) { s.size = 0 }},
	{"more leaves than the limit", overLimit, func(s *multiproof) { s.leaves = tooManyLeaves() }},
}...)

var tooManyLeaves = sync.OnceValue(func() []por.Leaf { return make([]por.Leaf, por.MaxMultiproofLeaves+1) })

type leafRange struct {
	root             por.Node
	start, end, size uint64
	leaves, proof    []por.Node
}

func (s leafRange) verify(spec *por.Spec) error {
	v, err := spec.NewRangeVerifier(s.start, s.end, s.size)
	if err != nil {
		return err
	}
	if err := v.Add(s.leaves); err != nil {
		return err
	}
	return v.Verify(&s.root, s.proof)
}

func (s leafRange) clone() leafRange {
	s.leaves, s.proof = slices.Clone(s.leaves), slices.Clone(s.proof)
	return s
}

var rangeTwins = append(pathTwins(func(s *leafRange) *[]por.Node { return &s.proof }, malformed), []twin[leafRange]{
	{"a bit of the first leaf flipped", rejected, func(s *leafRange) { s.leaves[0][7] ^= 1 }},
	{"a bit of the root flipped", rejected, func(s *leafRange) { s.root[7] ^= 1 }},
	{"a leaf missing", malformed, func(s *leafRange) { s.leaves = s.leaves[1:] }},
	{"a leaf too many", malformed, func(s *leafRange) { s.leaves = append(s.leaves, por.Node{1}) }},
	{"end behind the last leaf", malformed, func(s *leafRange) { s.end = s.size + 1 }},
	{"empty range", malformed, func(s *leafRange) { s.end = s.start }},
	{"size 0", malformed, func(s *leafRange) { s.size = 0 }},
}...)

type consistency struct {
	root1, root2 por.Node
	size1, size2 uint64
	path         []por.Node
}

func (s consistency) verify(spec *por.Spec) error {
	return spec.VerifyConsistency(&s.root1, &s.root2, s.size1, s.size2, s.path)
}

func (s consistency) clone() consistency { s.path = slices.Clone(s.path); return s }

// consistencyTwins are of trees that differ, the first with leaves.
var consistencyTwins = append(pathTwins(func(s *consistency) *[]por.Node { return &s.path }, malformed), []twin[consistency]{
	{"a bit of the first root flipped", rejected, func(s *consistency) { s.root1[7] ^= 1 }},
	{"a bit of the second root flipped", rejected, func(s *consistency) { s.root2[7] ^= 1 }},
	{"sizes swapped", malformed, func(s *consistency) { s.size1, s.size2 = s.size2, s.size1 }},
	{"sizes equal", malformed, func(s *consistency) { s.size1 = s.size2 }},
	{"sizes equal, no node", rejected, func(s *consistency) { s.size1, s.path = s.size2, nil }},
	{"first size 0", malformed, func(s *consistency) { s.size1 = 0 }},
}...)

type member struct {
	root por.Node
	data []byte
	path []por.Node
}

func (s member) verify(spec *por.Spec) error { return spec.VerifyMember(&s.root, s.data, s.path) }

func (s member) clone() member {
	s.data, s.path = slices.Clone(s.data), slices.Clone(s.path)
	return s
}

// memberTwins are of trees that have no fixed depth, so that a path of another length is
// that of another tree.
var memberTwins = append(pathTwins(func(s *member) *[]por.Node { return &s.path }, rejected), []twin[member]{
	{"a bit of the data flipped", rejected, func(s *member) { s.data[7] ^= 1 }},
	{"a bit of the root flipped", rejected, func(s *member) { s.root[7] ^= 1 }},
	{"a node for the data", rejected, func(s *member) { copy(s.data, s.path[0][:]) }},
	{"no node", rejected, func(s *member) { s.path = nil }},
	{"path longer than the limit", overLimit, func(s *member) { s.path = make([]por.Node, por.MaxDepth+1) }},
}...)

// checks lists all statements of the sizes of trees, and hostile twins of one of each
// kind where there are three leaves at least.
func (p *treePreset) checks(o *options) ([]check, error) {
	checks, err := p.rootChecks(o)
	if err != nil {
		return nil, err
	}
	for _, size := range p.sizes {
		t, err := p.newTree(size, 1, 1)
		if err != nil {
			return nil, err
		}
		verbs := []func(*testTree) ([]check, error){p.inclusions, p.multiproofs, p.ranges}
		if p.grows {
			verbs = append(verbs, p.consistencies)
		}
		if p.sorted {
			verbs = append(verbs, p.members)
		}
		for _, verb := range verbs {
			more, err := verb(t)
			if err != nil {
				return nil, err
			}
			checks = append(checks, more...)
		}
	}
	return checks, nil
}

// distinct returns its arguments without repetition.
func distinct[T comparable](xs ...T) (list []T) {
	for _, x := range xs {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

// fewLeaves is the size below which there are no twins: proofs can have no node.
const fewLeaves = 3

// name names a statement.
func (p *treePreset) name(t *testTree, format string, args ...any) string {
	return fmt.Sprintf("tree %s: %s of %d leaves", p.spec.Name(), fmt.Sprintf(format, args...), t.Size())
}

func (p *treePreset) inclusions(t *testTree) (checks []check, err error) {
	for index := range t.Size() {
		x, err := t.inclusion(index)
		if err != nil {
			return nil, err
		}
		name := p.name(t, "inclusion of %d", index)
		checks = append(checks, treeCheck(p.spec, name, goodVariant, accepted, inclusion(x)))
		if t.Size() < fewLeaves {
			continue
		}
		switch index {
		case 0:
			if !p.sorted {
				checks = append(checks, treeTwins(p.spec, name, inclusion(x), neighbourTwin)...)
			}
			fallthrough
		case t.Size() / 2, t.Size() - 1:
			checks = append(checks, treeTwins(p.spec, name, inclusion(x), inclusionTwins)...)
		}
	}
	return checks, nil
}

func (p *treePreset) multiproofs(t *testTree) (checks []check, err error) {
	for _, every := range distinct(1, 2, 5, max(1, t.Size()-1)) {
		m := multiproof{root: t.Root(), size: t.Size()}
		var indices []uint64
		for index := uint64(0); index < t.Size(); index += every {
			indices = append(indices, index)
			m.leaves = append(m.leaves, por.Leaf{Index: index, Node: t.nodes[index]})
		}
		if m.proof, err = t.Multiproof(indices); err != nil {
			return nil, err
		}
		name := p.name(t, "multiproof of every %d", every)
		checks = append(checks, treeCheck(p.spec, name, goodVariant, accepted, m))
		if t.Size() >= fewLeaves && every == t.Size()-1 {
			checks = append(checks, treeTwins(p.spec, name, m, multiproofTwins)...)
		}
	}
	return checks, nil
}

func (p *treePreset) ranges(t *testTree) (checks []check, err error) {
	size := t.Size()
	for _, x := range distinct([2]uint64{0, size}, [2]uint64{0, 1}, [2]uint64{size - 1, size}, [2]uint64{size / 3, size/2 + 1}, [2]uint64{min(1, size-1), max(1, size-1)}) {
		r := leafRange{root: t.Root(), start: x[0], end: x[1], size: size}
		if r.start == r.end {
			continue
		}
		r.leaves = t.nodes[r.start:r.end:r.end]
		if r.proof, err = t.Range(r.start, r.end); err != nil {
			return nil, err
		}
		name := p.name(t, "range [%d, %d)", r.start, r.end)
		checks = append(checks, treeCheck(p.spec, name, goodVariant, accepted, r))
		if size >= fewLeaves && r.start == 1 && r.end == size-1 {
			checks = append(checks, treeTwins(p.spec, name, r, rangeTwins)...)
		}
	}
	return checks, nil
}

func (p *treePreset) consistencies(t *testTree) (checks []check, err error) {
	size := t.Size()
	for size1 := range size {
		c := consistency{root2: t.Root(), size1: size1 + 1, size2: size}
		if err := p.spec.Root(&c.root1, t.nodes[:c.size1], 1); err != nil {
			return nil, err
		}
		if c.path, err = t.Consistency(c.size1); err != nil {
			return nil, err
		}
		name := p.name(t, "consistency of the first %d", c.size1)
		checks = append(checks, treeCheck(p.spec, name, goodVariant, accepted, c))
		if size >= fewLeaves && c.size1 == size*2/3 {
			checks = append(checks, treeTwins(p.spec, name, c, consistencyTwins)...)
		}
	}
	return checks, nil
}

func (p *treePreset) members(t *testTree) (checks []check, err error) {
	for index := range t.Size() {
		m := member{root: t.Root(), data: t.data[index]}
		if m.path, err = t.Path(index); err != nil {
			return nil, err
		}
		name := p.name(t, "membership of %d", index)
		checks = append(checks, treeCheck(p.spec, name, goodVariant, accepted, m))
		if t.Size() >= fewLeaves && index == t.Size()/2 {
			checks = append(checks, treeTwins(p.spec, name, m, memberTwins)...)
		}
	}
	return checks, nil
}

// rootChecks compute one root in every way there is.
func (p *treePreset) rootChecks(o *options) (checks []check, err error) {
	t, err := p.newTree(p.roots, 1, 1)
	if err != nil {
		return nil, err
	}
	add := func(variant string, root func(*por.Node) error) {
		checks = append(checks, check{
			name: p.name(t, "root"), variant: variant, good: true, want: accepted,
			run: func() verdict {
				var got por.Node
				if err := root(&got); err != nil {
					return verdictOf(err)
				}
				return verdictOf(sameRoot(got, t.Root()))
			},
		})
	}
	add("streamed", func(root *por.Node) error {
		b := p.spec.NewBuilder()
		for piece := range slices.Chunk(t.nodes, 1000) {
			if err := b.Add(piece); err != nil {
				return err
			}
		}
		return b.Root(root)
	})
	for _, workers := range o.cores() {
		add(fmt.Sprint("workers=", workers), func(root *por.Node) error { return p.spec.Root(root, t.nodes, workers) })
		add(fmt.Sprint("tree, workers=", workers), func(root *por.Node) error {
			other, err := p.spec.NewTree(t.nodes, workers)
			if err != nil {
				return err
			}
			*root = other.Root()
			return nil
		})
	}
	return checks, nil
}
