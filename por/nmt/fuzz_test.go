package nmt_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/por/nmt"
)

// mutant is a statement made from a seed and spoilt, a step for every byte of plan.
type mutant struct {
	s        *nmt.Spec
	root, ns []byte
	leaves   [][]byte // what the verb takes
	p        *nmt.Proof
	tree     *nmt.Tree
	honest   bool // nothing was changed
	values   []byte
}

// mutate makes a tree, takes from it a statement of the kind that take makes, and
// changes it.
func mutate(t testing.TB, seed uint64, plan []byte, take func(r *rand.Rand, m *mutant, all [][]byte)) *mutant {
	r := rand.New(rand.NewPCG(seed, 0))
	size := []int{1, 2, 29}[r.IntN(3)]
	m := &mutant{s: &nmt.Spec{NamespaceSize: size, IgnoreMaxNamespace: r.IntN(2) == 0}, values: randomValues(r, 12)}
	for len(m.values) == 0 {
		m.values = randomValues(r, 12)
	}
	all := leavesOf(size, m.values...)
	m.tree = mustTree(t, m.s, all)
	m.root = m.tree.Root()
	take(r, m, all)
	root, ns, leaves, p := m.root, m.ns, m.leaves, m.p
	m.p = clone(p)
	m.leaves = slices.Clone(leaves)
	for len(plan) >= 2 && len(plan) <= 16 {
		m.step(plan[0], int(plan[1]), all)
		plan = plan[2:]
	}
	m.honest = bytes.Equal(root, m.root) && bytes.Equal(ns, m.ns) &&
		slices.EqualFunc(leaves, m.leaves, bytes.Equal) && sameMessage(p, m.p)
	return m
}

func sameMessage(p, q *nmt.Proof) bool {
	a, _ := p.MarshalBinary()
	b, _ := q.MarshalBinary()
	return bytes.Equal(a, b)
}

// flip returns b with a bit flipped, a byte cut off, or a byte appended.
func flip(b []byte, x int) []byte {
	b = bytes.Clone(b)
	switch {
	case len(b) == 0 || x == 255:
		return append(b, 0)
	case x == 254:
		return b[:len(b)-1]
	}
	b[x/8*7919%len(b)] ^= 1 << (x % 8)
	return b
}

func (m *mutant) step(what byte, x int, all [][]byte) {
	nodes := &m.p.Nodes
	switch what % 14 {
	case 0:
		m.p.Start += uint64(x%5 - 2)
	case 1:
		m.p.End += uint64(x%5 - 2)
	case 2:
		m.p.IgnoreMaxNamespace = !m.p.IgnoreMaxNamespace
	case 3:
		m.root = flip(m.root, x)
	case 4:
		m.ns = flip(m.ns, x)
	case 5:
		m.p.LeafHash = flip(m.p.LeafHash, x)
	case 6:
		m.p.LeafHash, _ = m.tree.LeafHash(uint64(x % len(all)))
	case 7:
		m.p.LeafHash = nil
	case 8:
		if len(*nodes) != 0 {
			i := x % len(*nodes)
			*nodes = slices.Delete(*nodes, i, i+1)
		}
	case 9:
		if len(*nodes) != 0 {
			i, j := x%len(*nodes), x/16%len(*nodes)
			(*nodes)[i], (*nodes)[j] = (*nodes)[j], (*nodes)[i]
		}
	case 10:
		hash, _ := m.tree.LeafHash(uint64(x % len(all)))
		*nodes = slices.Insert(*nodes, x/16%(len(*nodes)+1), hash)
	case 11:
		if len(*nodes) != 0 {
			(*nodes)[x%len(*nodes)] = flip((*nodes)[x%len(*nodes)], x)
		}
	case 12:
		if len(m.leaves) != 0 {
			m.leaves[x%len(m.leaves)] = flip(m.leaves[x%len(m.leaves)], x)
		}
	case 13:
		if len(m.leaves) != 0 && x%2 == 0 {
			m.leaves = m.leaves[1:]
		} else {
			m.leaves = append(m.leaves, all[x%len(all)])
		}
	}
}

// check compares the verdict of a verb with that of its slow twin. An honest
// statement must hold; with the size known, of all statements about the tree's own
// root that the prover could make only the honest one does.
func (m *mutant) check(t *testing.T, verify func(s *nmt.Spec) error, slow bool, same func() bool) {
	t.Helper()
	err := verify(m.s)
	if (err == nil) != slow {
		t.Errorf("%v, the slow twin says %v", err, slow)
	}
	if m.honest && err != nil {
		t.Error(err)
	}
	sized := *m.s
	sized.Size = m.tree.Size()
	if err := verify(&sized); err == nil && (!slow || bytes.Equal(m.root, m.tree.Root()) && !same()) {
		t.Errorf("%+v is accepted of a tree of %v", m.p, m.values)
	} else if m.honest && err != nil {
		t.Error(err)
	}
}

// sameRange reports whether the proof is that of its range.
func (m *mutant) sameRange() bool {
	p, err := m.tree.ProveRange(m.p.Start, m.p.End)
	return err == nil && sameMessage(p, m.p)
}

func addSeeds(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed, []byte{})
		for what := range byte(14) {
			f.Add(seed, []byte{what, byte(37 * seed)})
		}
	}
}

// takeRange takes leaves of one namespace, as form makes them of leaves.
func takeRange(form func(size int, leaves [][]byte) [][]byte) func(*rand.Rand, *mutant, [][]byte) {
	return func(r *rand.Rand, m *mutant, all [][]byte) {
		start := r.IntN(len(all))
		end := start + 1
		for end < len(all) && m.values[end] == m.values[start] && r.IntN(3) != 0 {
			end++
		}
		m.ns = namespaceOf(m.s.NamespaceSize, m.values[start])
		m.leaves = form(m.s.NamespaceSize, all[start:end])
		m.p, _ = m.tree.ProveRange(uint64(start), uint64(end))
	}
}

func FuzzVerifyInclusion(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		m := mutate(t, seed, plan, takeRange(bare))
		m.check(t, func(s *nmt.Spec) error { return s.VerifyInclusion(m.root, m.ns, m.leaves, m.p) },
			slowInclusion(m.s, m.root, m.ns, m.leaves, m.p), m.sameRange)
	})
}

func FuzzVerifyLeafHashes(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		m := mutate(t, seed, plan, takeRange(hashesOf))
		m.check(t, func(s *nmt.Spec) error { return s.VerifyLeafHashes(m.root, m.ns, m.leaves, m.p) },
			slowLeafHashes(m.s, m.root, m.ns, m.leaves, m.p), m.sameRange)
	})
}

func FuzzVerifyRange(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		m := mutate(t, seed, plan, func(r *rand.Rand, m *mutant, all [][]byte) {
			start := r.IntN(len(all))
			end := start + 1 + r.IntN(len(all)-start)
			m.leaves = all[start:end]
			m.p, _ = m.tree.ProveRange(uint64(start), uint64(end))
		})
		m.check(t, func(s *nmt.Spec) error { return s.VerifyRange(m.root, m.leaves, m.p) },
			slowRange(m.s, m.root, m.leaves, m.p), m.sameRange)
	})
}

func FuzzVerifyNamespace(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, plan []byte) {
		m := mutate(t, seed, plan, func(r *rand.Rand, m *mutant, all [][]byte) {
			v := byte(r.IntN(10))
			m.ns = namespaceOf(m.s.NamespaceSize, v)
			for i := range all {
				if m.values[i] == v {
					m.leaves = append(m.leaves, all[i])
				}
			}
			m.p = mustNamespace(t, m.tree, m.ns)
		})
		m.check(t, func(s *nmt.Spec) error { return s.VerifyNamespace(m.root, m.ns, m.leaves, m.p) },
			slowNamespace(m.s, m.root, m.ns, m.leaves, m.p), func() bool {
				p, err := m.tree.ProveNamespace(m.ns)
				if err == nil && !sameMessage(p, m.p) && bytes.Compare(m.ns, m.root) < 0 {
					// Below the range of the root, the first leaf shows the absence as well.
					p = mustRange(t, m.tree, 0, 1)
					p.LeafHash, err = m.tree.LeafHash(0)
				}
				return err == nil && sameMessage(p, m.p)
			})
	})
}

// FuzzEncodings checks that what is read in one form is written as it was, and that
// the two forms carry the same.
func FuzzEncodings(f *testing.F) {
	f.Add([]byte("\x08\x01\x10\xac\x02\x1a\x02\x01\x02\x22\x01\x09\x28\x01"))
	f.Add([]byte(`{"start":1,"end":300,"nodes":["AQI=","+/8="],"leaf_hash":"CQ==","is_max_namespace_ignored":true}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p, q nmt.Proof
		if p.UnmarshalBinary(data) == nil {
			b, _ := p.MarshalBinary()
			text, err := json.Marshal(&p)
			if err != nil || !bytes.Equal(b, data) {
				t.Fatalf("%x, %v, was %x", b, err, data)
			}
			if err := q.UnmarshalJSON(text); err != nil || !reflect.DeepEqual(p, q) {
				t.Fatalf("%s: %v", text, err)
			}
		}
		if p.UnmarshalJSON(data) == nil {
			text, err := json.Marshal(&p)
			var compact bytes.Buffer
			if err != nil || json.Compact(&compact, data) != nil || !bytes.Equal(text, compact.Bytes()) {
				t.Fatalf("%s, %v, was %s", text, err, data)
			}
			b, _ := p.MarshalBinary()
			if err := q.UnmarshalBinary(b); err != nil || !reflect.DeepEqual(p, q) {
				t.Fatalf("%x: %v", b, err)
			}
		}
	})
}
