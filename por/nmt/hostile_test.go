package nmt_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/nmt"
)

// statement is what VerifyNamespace is asked, for a table to spoil.
type statement struct {
	s        nmt.Spec
	root, ns []byte
	leaves   [][]byte
	p        *nmt.Proof
}

func (st *statement) verify() error {
	return st.s.VerifyNamespace(st.root, st.ns, st.leaves, st.p)
}

// TestHostileNamespace spoils a good proof of a namespace, one thing at a time.
func TestHostileNamespace(t *testing.T) {
	leaves := leavesOf(2, 1, 2, 4, 4, 4, 6, 7)
	spec := &nmt.Spec{NamespaceSize: 2}
	tree := mustTree(t, spec, leaves)
	good := func() *statement {
		return &statement{*spec, tree.Root(), namespaceOf(2, 4), append([][]byte(nil), leaves[2:5]...), mustNamespace(t, tree, namespaceOf(2, 4))}
	}
	if st := good(); st.verify() != nil || len(st.p.Nodes) != 3 {
		t.Fatal(st.verify(), len(st.p.Nodes))
	}
	malformed, invalid := depinproof.ErrMalformed, depinproof.ErrInvalidProof
	for _, c := range []struct {
		name          string
		spoil         func(st *statement)
		class, detail error
	}{
		{"no proof", func(st *statement) { st.p = nil }, malformed, nil},
		{"zero spec", func(st *statement) { st.s = nmt.Spec{} }, depinproof.ErrUnsupported, nil},
		{"negative namespace size", func(st *statement) { st.s.NamespaceSize = -16 }, depinproof.ErrUnsupported, nil},
		{"large tree", func(st *statement) { st.s.Size = 1<<62 + 1 }, depinproof.ErrLimit, nil},
		{"other rule", func(st *statement) { st.p.IgnoreMaxNamespace = true }, malformed, nmt.ErrMaxNamespaceRule},
		{"no root", func(st *statement) { st.root = nil }, malformed, nil},
		{"short root", func(st *statement) { st.root = st.root[:35] }, malformed, nil},
		{"long root", func(st *statement) { st.root = append(st.root, 0) }, malformed, nil},
		{"root of namespaces out of order", func(st *statement) { st.root[0] = 9 }, malformed, nmt.ErrNodeNamespaces},
		{"root of other namespaces", func(st *statement) { st.root[3]++ }, invalid, nmt.ErrRootNamespaces},
		{"root of another digest", func(st *statement) { st.root[35]++ }, invalid, nil},
		{"no namespace", func(st *statement) { st.ns = nil }, malformed, nil},
		{"long namespace", func(st *statement) { st.ns = append(st.ns, 0) }, malformed, nil},
		{"other namespace", func(st *statement) { st.ns = namespaceOf(2, 6) }, invalid, nmt.ErrNamespace},
		{"no leaves", func(st *statement) { st.leaves = nil }, malformed, nil},
		{"a leaf less", func(st *statement) { st.leaves = st.leaves[1:] }, malformed, nil},
		{"a leaf more", func(st *statement) { st.leaves = append(st.leaves, st.leaves[0]) }, malformed, nil},
		{"short leaf", func(st *statement) { st.leaves[1] = []byte{0} }, malformed, nil},
		{"leaf of another namespace", func(st *statement) { st.leaves[2] = leaves[5] }, invalid, nmt.ErrNamespace},
		{"leaves in another order", func(st *statement) { st.leaves[0], st.leaves[1] = st.leaves[1], st.leaves[0] }, invalid, nil},
		{"a leaf twice", func(st *statement) { st.leaves[1] = st.leaves[0] }, invalid, nil},
		{"start at end", func(st *statement) { st.p.Start = st.p.End }, malformed, nil},
		{"start after end", func(st *statement) { st.p.Start, st.p.End = st.p.End, st.p.Start }, malformed, nil},
		{"start and end moved", func(st *statement) { st.p.Start, st.p.End = 1, 4 }, invalid, nil},
		{"no range", func(st *statement) { st.p.Start, st.p.End = 0, 0 }, malformed, nil},
		{"end beyond the size", func(st *statement) { st.s.Size, st.p.Start, st.p.End = 7, 5, 8 }, malformed, nil},
		{"end beyond all trees", func(st *statement) { st.p.Start, st.p.End = 1<<62-2, 1<<62+1 }, depinproof.ErrLimit, nil},
		{"greatest end", func(st *statement) { st.p.End = 1<<64 - 1 }, depinproof.ErrLimit, nil},
		{"no nodes", func(st *statement) { st.p.Nodes = nil }, malformed, nil},
		{"a node less", func(st *statement) { st.p.Nodes = st.p.Nodes[:2] }, invalid, nil},
		{"a node more", func(st *statement) { st.p.Nodes = append(st.p.Nodes, slowLeaf(2, leaves[6])) }, invalid, nil},
		{"a node twice", func(st *statement) { st.p.Nodes[2] = st.p.Nodes[1] }, invalid, nil},
		{"nodes swapped", func(st *statement) { st.p.Nodes[1], st.p.Nodes[2] = st.p.Nodes[2], st.p.Nodes[1] }, invalid, nmt.ErrOrder},
		{"too many nodes", func(st *statement) { st.p.Nodes = make([][]byte, 1000) }, depinproof.ErrLimit, nil},
		{"empty node", func(st *statement) { st.p.Nodes[1] = nil }, malformed, nil},
		{"short node", func(st *statement) { st.p.Nodes[0] = st.p.Nodes[0][1:] }, malformed, nil},
		{"long node", func(st *statement) { st.p.Nodes[2] = append(st.p.Nodes[2], 0) }, malformed, nil},
		{"node of namespaces out of order", func(st *statement) { st.p.Nodes[0][0] = 5 }, malformed, nmt.ErrNodeNamespaces},
		{"left node reaches the namespace", func(st *statement) { st.p.Nodes[0][3] = 4 }, invalid, nmt.ErrIncomplete},
		{"right node reaches the namespace", func(st *statement) { st.p.Nodes[2][1] = 4 }, invalid, nmt.ErrIncomplete},
		{"another size", func(st *statement) { st.s.Size = 9 }, malformed, nil},
		{"leaf hash beside leaves", func(st *statement) { st.p.LeafHash = slowLeaf(2, leaves[5]) }, malformed, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := good()
			c.spoil(st)
			wantError(t, st.verify(), c.class, c.detail)
		})
	}
}

// TestHostileAbsence does the same for a proof of absence.
func TestHostileAbsence(t *testing.T) {
	leaves := leavesOf(2, 1, 2, 4, 4, 6, 7, 8)
	spec := &nmt.Spec{NamespaceSize: 2}
	tree := mustTree(t, spec, leaves)
	good := func() *statement {
		return &statement{*spec, tree.Root(), namespaceOf(2, 5), nil, mustNamespace(t, tree, namespaceOf(2, 5))}
	}
	if st := good(); st.verify() != nil || st.p.Start != 4 || len(st.p.LeafHash) == 0 {
		t.Fatal(st.verify(), st.p)
	}
	move := func(st *statement, i uint64) {
		st.p = mustRange(t, tree, i, i+1)
		st.p.LeafHash, _ = tree.LeafHash(i)
	}
	for _, c := range []struct {
		name          string
		spoil         func(st *statement)
		class, detail error
	}{
		{"leaves", func(st *statement) { st.leaves = leaves[4:5] }, depinproof.ErrMalformed, nil},
		{"two places", func(st *statement) { st.p.End++ }, depinproof.ErrMalformed, nil},
		{"short leaf hash", func(st *statement) { st.p.LeafHash = st.p.LeafHash[1:] }, depinproof.ErrMalformed, nil},
		{"leaf hash of two namespaces", func(st *statement) { st.p.LeafHash[3]++ }, depinproof.ErrMalformed, nmt.ErrLeafNamespaces},
		{"leaf hash out of order", func(st *statement) { st.p.LeafHash[1]++ }, depinproof.ErrMalformed, nmt.ErrNodeNamespaces},
		{"another digest", func(st *statement) { st.p.LeafHash[35]++ }, depinproof.ErrInvalidProof, nil},
		{"no leaf hash", func(st *statement) { st.p.LeafHash = nil }, depinproof.ErrMalformed, nil},
		{"a leaf before", func(st *statement) { move(st, 3) }, depinproof.ErrInvalidProof, nmt.ErrNamespace},
		{"a leaf too far", func(st *statement) { move(st, 5) }, depinproof.ErrInvalidProof, nmt.ErrIncomplete},
		{"a namespace that exists", func(st *statement) { st.ns = namespaceOf(2, 4) }, depinproof.ErrInvalidProof, nmt.ErrIncomplete},
		{"the leaf's own namespace", func(st *statement) { st.ns = namespaceOf(2, 6) }, depinproof.ErrInvalidProof, nmt.ErrNamespace},
		{"the empty proof", func(st *statement) { st.p = &nmt.Proof{} }, depinproof.ErrInvalidProof, nmt.ErrIncomplete},
		{"an empty range not at zero", func(st *statement) { st.ns, st.p = namespaceOf(2, 9), &nmt.Proof{Start: 3, End: 3} }, depinproof.ErrMalformed, nil},
		{"leaves outside the root", func(st *statement) { st.ns, st.p, st.leaves = namespaceOf(2, 9), &nmt.Proof{}, leaves[:1] }, depinproof.ErrMalformed, nil},
		{"nodes without a range", func(st *statement) {
			st.ns, st.p = namespaceOf(2, 9), &nmt.Proof{Nodes: st.p.Nodes}
		}, depinproof.ErrMalformed, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := good()
			c.spoil(st)
			wantError(t, st.verify(), c.class, c.detail)
		})
	}
}

// TestHostileInclusion checks what is particular to the other three verbs.
func TestHostileInclusion(t *testing.T) {
	leaves := leavesOf(2, 1, 4, 4, 6)
	s := &nmt.Spec{NamespaceSize: 2}
	tree := mustTree(t, s, leaves)
	root, ns := tree.Root(), namespaceOf(2, 4)
	p := mustRange(t, tree, 1, 3)
	in, hashes := leaves[1:3], hashesOf(2, leaves[1:3])
	verbs := map[string]func(root, ns []byte, p *nmt.Proof) error{
		"inclusion": func(root, ns []byte, p *nmt.Proof) error { return s.VerifyInclusion(root, ns, bare(2, in), p) },
		"range":     func(root, _ []byte, p *nmt.Proof) error { return s.VerifyRange(root, in, p) },
		"hashes":    func(root, ns []byte, p *nmt.Proof) error { return s.VerifyLeafHashes(root, ns, hashes, p) },
	}
	for name, verify := range verbs {
		t.Run(name, func(t *testing.T) {
			if err := verify(root, ns, p); err != nil {
				t.Fatal(err)
			}
			absence, empty, far, long := clone(p), &nmt.Proof{}, clone(p), clone(p)
			absence.LeafHash = slowLeaf(2, leaves[3])
			far.Start, far.End = 1<<63, 1<<63+2
			long.Nodes = append(long.Nodes, root)
			wantError(t, verify(root, ns, nil), depinproof.ErrMalformed, nil)
			wantError(t, verify(root, ns, absence), depinproof.ErrMalformed, nmt.ErrKind)
			wantError(t, verify(root, ns, empty), depinproof.ErrMalformed, nil)
			wantError(t, verify(root, ns, far), depinproof.ErrLimit, nil)
			wantError(t, verify(root, ns, long), depinproof.ErrInvalidProof, nil)
			wantError(t, verify(root[1:], ns, p), depinproof.ErrMalformed, nil)
			other := bytes.Clone(root)
			other[30]++
			err := verify(other, ns, p)
			var mismatch *por.RootMismatchError
			if wantError(t, err, depinproof.ErrInvalidProof, nil); !errors.As(err, &mismatch) || !bytes.Equal(mismatch.Got[:], root[4:]) {
				t.Errorf("got %v", err)
			}
			if name == "range" {
				return
			}
			wantError(t, verify(root, ns[1:], p), depinproof.ErrMalformed, nil)
			wantError(t, verify(root, namespaceOf(2, 3), p), depinproof.ErrInvalidProof, nil)
		})
	}
	for _, c := range []struct {
		name  string
		class error
		err   error
	}{
		{"no leaves", depinproof.ErrMalformed, s.VerifyInclusion(root, ns, nil, p)},
		{"no leaves of an empty range", depinproof.ErrMalformed, s.VerifyInclusion(root, ns, nil, &nmt.Proof{})},
		{"leaves with their namespaces", depinproof.ErrInvalidProof, s.VerifyInclusion(root, ns, in, p)},
		{"leaves without", depinproof.ErrMalformed, s.VerifyRange(root, bare(1, [][]byte{{1}, {2}}), p)},
		{"short hash", depinproof.ErrMalformed, s.VerifyLeafHashes(root, ns, [][]byte{hashes[0], hashes[1][1:]}, p)},
		{"hash twice", depinproof.ErrInvalidProof, s.VerifyLeafHashes(root, ns, [][]byte{hashes[0], hashes[0]}, p)},
		{"hashes swapped", depinproof.ErrInvalidProof, s.VerifyLeafHashes(root, ns, [][]byte{hashes[1], hashes[0]}, p)},
	} {
		t.Run(c.name, func(t *testing.T) { wantError(t, c.err, c.class, nil) })
	}
}

// TestFlips flips every bit of small statements and expects each refused. The one
// exception is the namespace of a proof of absence, which shows that several are absent.
func TestFlips(t *testing.T) {
	for _, ignore := range []bool{false, true} {
		leaves := leavesOf(1, 0x10, 0x20, 0x20, 0x40, 0x60)
		s := &nmt.Spec{NamespaceSize: 1, IgnoreMaxNamespace: ignore}
		tree := mustTree(t, s, leaves)
		root := tree.Root()
		in := leaves[1:3]
		for _, c := range []struct {
			name   string
			ns     byte
			leaves [][]byte
			verify func(root, ns []byte, leaves [][]byte, p *nmt.Proof) error
			p      *nmt.Proof
		}{
			{"namespace", 0x20, in, s.VerifyNamespace, mustNamespace(t, tree, []byte{0x20})},
			{"absence", 0x30, nil, s.VerifyNamespace, mustNamespace(t, tree, []byte{0x30})},
			{"inclusion", 0x20, bare(1, in), s.VerifyInclusion, mustRange(t, tree, 1, 3)},
			{"hashes", 0x20, hashesOf(1, in), s.VerifyLeafHashes, mustRange(t, tree, 1, 3)},
			{"range", 0, in, func(root, _ []byte, leaves [][]byte, p *nmt.Proof) error {
				return s.VerifyRange(root, leaves, p)
			}, mustRange(t, tree, 1, 3)},
		} {
			t.Run(c.name, func(t *testing.T) {
				ns := []byte{c.ns}
				verify := func() error { return c.verify(root, ns, c.leaves, c.p) }
				if err := verify(); err != nil {
					t.Fatal(err)
				}
				parts := map[string][][]byte{"root": {root}, "leaves": c.leaves, "nodes": c.p.Nodes, "leaf hash": {c.p.LeafHash}}
				if c.name != "range" && c.name != "absence" {
					parts["namespace"] = [][]byte{ns}
				}
				if c.name == "absence" {
					// Of the eight, 0x31, 0x32, 0x34 and 0x38 lie between the same two leaves.
					for i := range 8 {
						ns[0] ^= 1 << i
						if err := verify(); (err == nil) != (0x20 < ns[0] && ns[0] < 0x40) {
							t.Errorf("namespace %x: %v", ns, err)
						}
						ns[0] ^= 1 << i
					}
				}
				flips := 0
				for name, list := range parts {
					for _, b := range list {
						for i := range 8 * len(b) {
							b[i/8] ^= 1 << (i % 8)
							if verify() == nil {
								t.Errorf("%s: bit %d of %x flipped, accepted", name, i, b)
							}
							b[i/8] ^= 1 << (i % 8)
							flips++
						}
					}
				}
				for i := range 64 {
					for _, x := range []*uint64{&c.p.Start, &c.p.End} {
						*x ^= 1 << i
						if verify() == nil {
							t.Errorf("range [%d, %d) accepted", c.p.Start, c.p.End)
						}
						*x ^= 1 << i
						flips++
					}
				}
				c.p.IgnoreMaxNamespace = !c.p.IgnoreMaxNamespace
				wantError(t, verify(), depinproof.ErrMalformed, nmt.ErrMaxNamespaceRule)
				c.p.IgnoreMaxNamespace = ignore
				if err := verify(); err != nil {
					t.Error(err)
				}
				if flips < 1000 {
					t.Errorf("%d flips", flips)
				}
			})
		}
	}
}
