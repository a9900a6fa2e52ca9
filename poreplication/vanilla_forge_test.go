package poreplication

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/sdr"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/internal/vanilla"
)

// Challenges of an interactive seal and of a proof of spacetime do not depend on CommR.
// So who knows the seed beforehand can make a sector of any size that exists at the
// challenged nodes only, all else being zero, and its vanilla proof is true.

// sparseTree is a tree of which only the leaves given differ from zero.
type sparseTree struct {
	arities []int
	levels  []map[uint64][32]byte // the leaves first
	zeros   [][32]byte            // of every level, the root's last
}

// newSparseTree hashes a tree; hash hashes each arity nodes into one.
func newSparseTree(arities []int, leaves map[uint64][32]byte, hash func(nodes [][32]byte, arity int) [][32]byte) *sparseTree {
	t := &sparseTree{arities: arities, levels: []map[uint64][32]byte{leaves}, zeros: make([][32]byte, 1)}
	for level, arity := range arities {
		zero := make([][32]byte, arity)
		for i := range zero {
			zero[i] = t.zeros[level]
		}
		t.zeros = append(t.zeros, hash(zero, arity)[0])

		var parents []uint64
		for node := range t.levels[level] {
			parents = append(parents, node/uint64(arity))
		}
		slices.Sort(parents)
		parents = slices.Compact(parents)
		var children [][32]byte
		for _, p := range parents {
			for i := range arity {
				children = append(children, t.node(level, p*uint64(arity)+uint64(i)))
			}
		}
		above := map[uint64][32]byte{}
		for i, node := range hash(children, arity) {
			above[parents[i]] = node
		}
		t.levels = append(t.levels, above)
	}
	return t
}

func (t *sparseTree) node(level int, i uint64) [32]byte {
	if node, ok := t.levels[level][i]; ok {
		return node
	}
	return t.zeros[level]
}

func (t *sparseTree) root() [32]byte { return t.node(len(t.arities), 0) }

// open sets p to the path of a leaf.
func (t *sparseTree) open(p *vanilla.Path, leaf uint64) {
	p.Leaf, p.Root = t.node(0, leaf), t.root()
	siblings := p.Siblings
	for level, arity := range t.arities {
		first := leaf / uint64(arity) * uint64(arity)
		p.Digits[level] = leaf - first
		for i := range arity {
			if node := first + uint64(i); node != leaf {
				siblings[0] = t.node(level, node)
				siblings = siblings[1:]
			}
		}
		leaf /= uint64(arity)
	}
}

func forgeHash(nodes [][32]byte, arity int) [][32]byte {
	out := make([][32]byte, len(nodes)/arity)
	if err := refHashers()[arity].HashNodes(out, nodes); err != nil {
		panic(err)
	}
	return out
}

func forgeSHA(nodes [][32]byte, arity int) (out [][32]byte) {
	for i := 0; i < len(nodes); i += arity {
		out = append(out, refSHA(nodes[i:][:arity]...))
	}
	return out
}

// sealForge makes seals of data that is all zero.
type sealForge struct {
	st         stacked.Statement
	challenged map[uint32]bool
	labels     map[[2]uint32][32]byte
	// labeling returns what the label of a challenged node hashes; a true prover's when
	// nil.
	labeling func(layer, node uint32, parents [][32]byte) (uint32, uint64, [][32]byte)
}

func (f *sealForge) parents(node uint32) []uint32 {
	var base [shape.BaseParents]uint32
	var exp [1][shape.ExpanderParents]uint32
	f.st.Graph.BaseParents(&base, node)
	f.st.Graph.ExpanderParents(exp[:], []uint32{node})
	return append(base[:], exp[0][:]...)
}

// hashed returns what the label of a challenged node hashes.
func (f *sealForge) hashed(layer, node uint32) (uint32, uint64, [][32]byte) {
	var known [][32]byte
	for i, p := range f.parents(node) {
		switch {
		case i < shape.BaseParents:
			known = append(known, f.label(layer, p))
		case layer > 1:
			known = append(known, f.label(layer-1, p))
		}
	}
	if f.labeling != nil {
		return f.labeling(layer, node, known)
	}
	return layer, uint64(node), known
}

// label returns the label of a node: of one that is not challenged, anything.
func (f *sealForge) label(layer, node uint32) (label [32]byte) {
	key := [2]uint32{layer, node}
	if label, ok := f.labels[key]; ok {
		return label
	}
	if !f.challenged[node] {
		label = MaskRandomness(sha256.Sum256(fmt.Append(nil, "label", key)))
	} else {
		l, n, parents := f.hashed(layer, node)
		sdr.Label(&label, &f.st.ReplicaID, l, n, parents)
	}
	f.labels[key] = label
	return label
}

// forgeSealVanilla returns a seal and its vanilla proof.
func forgeSealVanilla(t testing.TB, config SealConfig, labeling func(layer, node uint32, parents [][32]byte) (uint32, uint64, [][32]byte)) (SealInfo, []byte) {
	t.Helper()
	if config.Features != 0 {
		t.Fatal("challenges depend on CommR")
	}
	s := SealInfo{Config: &config, Sector: 7, Ticket: field("ticket", 1), Seed: field("seed", 2)}
	s.ProverID[0] = 9
	s.CommR[0] = 1 // is not looked at before the challenges are known
	sh, ok := shape.Of(config.SectorSize)
	if !ok {
		t.Fatal("no shape")
	}
	dataTree, replicaTree := vanilla.DataTree(&sh), vanilla.ReplicaTree(&sh)
	data := newSparseTree(dataTree.Arities, nil, forgeSHA)
	s.CommD = data.root()
	st, err := sealStatement(&s)
	if err != nil {
		t.Fatal(err)
	}
	f := &sealForge{st, map[uint32]bool{}, map[[2]uint32][32]byte{}, labeling}
	challenges := make([][]uint32, st.Partitions())
	for k := range challenges {
		challenges[k] = make([]uint32, sh.Challenges)
		st.Challenges(challenges[k], k)
		for _, x := range challenges[k] {
			f.challenged[x] = true
		}
	}
	var opened []uint32
	replica := map[uint64][32]byte{}
	for x := range f.challenged {
		opened = append(append(opened, x), f.parents(x)...)
		replica[uint64(x)] = f.label(uint32(sh.Layers), x) // the data is zero
	}
	slices.Sort(opened)
	opened = slices.Compact(opened)
	rows := func(node uint32) (rows [][32]byte) {
		for layer := range sh.Layers {
			rows = append(rows, f.label(uint32(layer+1), node))
		}
		return rows
	}
	var all [][32]byte
	for _, node := range opened {
		all = append(all, rows(node)...)
	}
	columns := map[uint64][32]byte{}
	for i, hash := range forgeHash(all, sh.Layers) {
		columns[uint64(opened[i])] = hash
	}
	treeC, treeR := newSparseTree(replicaTree.Arities, columns, forgeHash), newSparseTree(replicaTree.Arities, replica, forgeHash)
	s.CommR = refHash(treeC.root(), treeR.root())

	e := &bincode.Encoder{}
	e.Count("", len(challenges))
	p := vanilla.NewSealPartition(&sh)
	for _, part := range challenges {
		for i, x := range part {
			data.open(&p.Data[i], uint64(x))
			treeR.open(&p.Paths[16*i], uint64(x))
			for j, node := range append([]uint32{x}, f.parents(x)...) {
				p.Columns[15*i+j] = vanilla.Column{Index: node, Rows: rows(node)}
				treeC.open(&p.Paths[16*i+1+j], uint64(node))
			}
			for j := range sh.Layers + 1 {
				l := &p.Labelings[i*(sh.Layers+1)+j]
				layer, node, known := f.hashed(uint32(min(j+1, sh.Layers)), x)
				l.Layer, l.Node = layer, node
				for at := range l.Parents {
					l.Parents[at] = known[at%len(known)]
				}
			}
		}
		p.Walk(e)
	}
	return s, e.Bytes
}

// forgeSectors completes a statement of a proof of spacetime, whose replicas it gives
// another CommR, and returns the vanilla proofs.
func forgeSectors(t testing.TB, p *WindowPoStInfo, winning bool) (proofs [][]byte) {
	t.Helper()
	st, size, err := windowStatement(p)
	if winning {
		st, size, err = winningStatement((*WinningPoStInfo)(p))
	}
	if err != nil {
		t.Fatal(err)
	}
	sh, _ := shape.Of(size)
	leaves := make([]uint64, st.Challenges)
	for i := range st.Replicas {
		proof := vanilla.NewSectorProof(&sh, st.Challenges)
		st.Leaves(leaves, i)
		replica := map[uint64][32]byte{}
		for _, leaf := range leaves {
			var seed [16]byte
			binary.LittleEndian.PutUint64(seed[:], leaf)
			binary.LittleEndian.PutUint64(seed[8:], uint64(i))
			replica[leaf] = MaskRandomness(sha256.Sum256(seed[:]))
		}
		tree := newSparseTree(vanilla.ReplicaTree(&sh).Arities, replica, forgeHash)
		for n, leaf := range leaves {
			tree.open(&proof.Paths[n], leaf)
		}
		proof.Sector = st.Replicas[i].Sector
		proof.CommC, proof.CommRoot = field("CommC", i), tree.root()
		proof.CommR = refHash(proof.CommC, proof.CommRoot)
		for j := range p.Replicas {
			if p.Replicas[j].Sector == proof.Sector {
				p.Replicas[j].CommR = proof.CommR
			}
		}
		e := &bincode.Encoder{}
		proof.Walk(e)
		proofs = append(proofs, e.Bytes)
	}
	return proofs
}

// Every shape, in both rules of the graph and both of challenges.
func TestVanillaForged(t *testing.T) {
	for _, s := range shape.All() {
		if s.Layers > 2 && (testing.Short() || raceEnabled) {
			continue // takes seconds
		}
		for _, version := range []Version{V1_0_0, V1_1_0} {
			if s.Layers > 2 && (version == V1_0_0) == (s.SectorSize == 32<<30) {
				continue // one rule each
			}
			info, proof := forgeSealVanilla(t, SealConfig{SectorSize: s.SectorSize, Version: version, PoRepID: field("porep ID", 3)}, nil)
			c := sealVanillaCase(t, fmt.Sprintf("forged seal of %d bytes", s.SectorSize), info, proof)
			checkVanillaCase(t, c)
			t.Logf("%s: %d bytes", c.name, len(proof))
		}
		for _, version := range []Version{V1_0_0, V1_2_0} {
			for _, winning := range []bool{true, false} {
				p := postStatement(StackedDrgWindow2KiBV1, 3)
				if winning {
					p.Replicas = p.Replicas[:1]
				}
				p.Config = &PoStConfig{s.SectorSize, version}
				proofs := forgeSectors(t, &p, winning)
				checkVanillaCase(t, postVanillaCase(t, fmt.Sprintf("forged proof of spacetime of %d bytes, winning %v, rule %d", s.SectorSize, winning, version), winning, p, proofs))
			}
		}
	}
}

// addTo returns x + y in the field.
func addTo(x, y [32]byte) [32]byte {
	a, b := refField(x), refField(y)
	var sum bls12381.Scalar
	sum.Add(&a, &b)
	return sum.BytesLE()
}

// What the reference accepts although no work was done, or although it is no proof, and
// what is refused here.
func TestVanillaStricter(t *testing.T) {
	type change struct {
		name string
		c    *vanillaCase
		by   [][]byte
		want error
	}
	var changes []change
	add := func(name string, c *vanillaCase, want error, by ...[]byte) {
		changes = append(changes, change{name, c, by, want})
	}
	seal := findVanilla(t, "seal/V1_1/")
	sh, _ := shape.Of(2 << 10)
	// sealWith returns the seal's proof with its partition changed.
	sealWith := func(change func(p *vanilla.SealPartition)) []byte {
		p, e := vanilla.NewSealPartition(&sh), &bincode.Encoder{}
		p.Walk(bincode.NewDecoder(seal.proofs[0][8:]))
		change(p)
		e.Count("", 1)
		p.Walk(e)
		return e.Bytes
	}
	st := sealStatementOf(t, sealCases(t), "V1_1")

	add("a path into the data tree is not hashed", seal, depinproof.ErrInvalidProof,
		sealWith(func(p *vanilla.SealPartition) { p.Data[1].Siblings[2][0] ^= 1 }))
	add("siblings in the data tree may be no field elements", seal, depinproof.ErrMalformed,
		sealWith(func(p *vanilla.SealPartition) { p.Data[1].Siblings[2] = modulus }))
	add("a path into the replica tree is not hashed", seal, depinproof.ErrInvalidProof,
		sealWith(func(p *vanilla.SealPartition) { p.Paths[16].Siblings[3][0] ^= 1 }))
	add("the data node may be another", seal, depinproof.ErrInvalidProof,
		sealWith(func(p *vanilla.SealPartition) {
			p.Data[0].Leaf[0] ^= 1
			p.Paths[0].Leaf = addTo(p.Data[0].Leaf, p.Columns[0].Rows[1])
		}))
	add("the number in a column is not looked at", seal, depinproof.ErrInvalidProof,
		sealWith(func(p *vanilla.SealPartition) { p.Columns[3].Index ^= 1 }))
	add("the key may hash anything", seal, depinproof.ErrInvalidProof,
		sealWith(func(p *vanilla.SealPartition) {
			l := &p.Labelings[2]
			l.Node, l.Layer, l.Parents[5][0] = 1<<40, 77, l.Parents[5][0]^1
			key := refLabeling{l.Parents, l.Layer, l.Node}
			p.Paths[0].Leaf = addTo(p.Data[0].Leaf, key.label(st.ReplicaID))
		}))
	add("no partition", seal, depinproof.ErrMalformed, make([]byte, 8))
	add("bytes after it", seal, depinproof.ErrMalformed, append(slices.Clone(seal.proofs[0]), 1, 2, 3))

	// A column of a parent less, and a labeling more.
	fields := seal.fields()
	place := func(name string) fieldOf {
		return fields[slices.IndexFunc(fields, func(f fieldOf) bool { return f.name == name })]
	}
	exp, labelings := place("columns of expander parents"), place("labelings")
	proof := seal.proofs[0]
	column := (labelings.at - exp.at - 8) / 8
	less := slices.Concat(proof[:exp.at], binary.LittleEndian.AppendUint64(nil, 7), proof[exp.at+8:labelings.at-column], proof[labelings.at:])
	add("a column of a parent is missing", seal, depinproof.ErrMalformed, less)
	none := slices.Concat(proof[:exp.at], make([]byte, 8), proof[labelings.at:])
	add("all columns of expander parents are missing", seal, depinproof.ErrMalformed, none)
	labeling := proof[labelings.at+8:][:8+37*32+12]
	more := slices.Concat(proof[:labelings.at], binary.LittleEndian.AppendUint64(nil, 3), proof[labelings.at+8:][:2*len(labeling)], labeling, proof[labelings.at+8+2*len(labeling):])
	add("a labeling more", seal, depinproof.ErrMalformed, more)

	// Another form of a path, with the same levels: leaf and root stand behind them.
	replica := 8 + 8 + (4 + 64 + 8 + 6*(8+32+8)) // behind the numbers and the data path
	element := 8 + 7*32 + 8
	path := proof[replica:][:4+64+8+2*element]
	other := slices.Concat([]byte{1, 0, 0, 0}, binary.LittleEndian.AppendUint64(nil, 1), path[76:][:element],
		binary.LittleEndian.AppendUint64(nil, 1), path[76+element:], path[4:68])
	add("a path of another form", seal, depinproof.ErrMalformed, slices.Concat(proof[:replica], other, proof[replica+len(path):]))

	// A prover that did not do the sequential work: the labels of challenged nodes hash
	// what it likes, under the number of another node.
	forged, forgedProof := forgeSealVanilla(t, SealConfig{SectorSize: 2 << 10, Version: V1_1_0}, func(layer, node uint32, _ [][32]byte) (uint32, uint64, [][32]byte) {
		parents := make([][32]byte, 37)
		for i := range parents {
			parents[i] = field("easy", i)
		}
		return layer + 5, 1, parents
	})
	add("labels hash anything", sealVanillaCase(t, "forged seal", forged, forgedProof), depinproof.ErrInvalidProof, forgedProof)
	forged, forgedProof = forgeSealVanilla(t, SealConfig{SectorSize: 2 << 10, Version: V1_1_0}, func(layer, node uint32, known [][32]byte) (uint32, uint64, [][32]byte) {
		known[0][3] ^= 1
		return layer, uint64(node), known
	})
	add("labels hash other labels of parents", sealVanillaCase(t, "forged seal", forged, forgedProof), depinproof.ErrInvalidProof, forgedProof)

	for _, post := range []*vanillaCase{findVanilla(t, "winning"), findVanilla(t, "window/1.2.0")} {
		change := func(at int) [][]byte { return post.with(0, func(p []byte) []byte { p[at] ^= 1; return p }) }
		add("the stated CommR is not looked at", post, depinproof.ErrInvalidProof, change(8)...)
		add("the stated root of the replica tree is not looked at", post, depinproof.ErrInvalidProof, change(len(post.proofs[0])-32)...)
		add("bytes after it", post, depinproof.ErrMalformed, post.with(0, func(p []byte) []byte { return append(p, 0) })...)
	}
	winning, window := findVanilla(t, "winning"), findVanilla(t, "window/1.2.0")
	add("the stated sector of a WinningPoSt is not looked at", winning, depinproof.ErrMalformed, winning.with(0, func(p []byte) []byte { p[0] ^= 1; return p })...)
	add("proofs of other sectors, too", window, depinproof.ErrMalformed, append(slices.Clone(window.proofs), winning.proofs[0])...)
	add("two proofs of a sector", window, depinproof.ErrMalformed, append(slices.Clone(window.proofs), window.proofs[0])...)

	update := findVanilla(t, "update")
	add("bytes after it", update, depinproof.ErrMalformed, append(slices.Clone(update.proofs[0]), 0))
	swapped := slices.Clone(update.proofs[0])
	apex := swapped[8+32+8:][:8*32]
	copy(apex, slices.Concat(apex[4*32:], apex[:4*32]))
	add("leaves of the apex in another order", update, depinproof.ErrInvalidProof, swapped)

	for _, x := range changes {
		if err := x.c.reference(x.by); err != nil {
			t.Errorf("%s: %s: by the reference's rule: %v", x.c.name, x.name, err)
		}
		if err := x.c.verify(t, x.by); class(err) != x.want {
			t.Errorf("%s: %s: %v, want %v", x.c.name, x.name, err, x.want)
		}
	}
	t.Logf("%d differences", len(changes))
}

func sealStatementOf(t testing.TB, cases []sealCase, kind string) stacked.Statement {
	t.Helper()
	for i := range cases {
		if cases[i].Kind == kind {
			info := cases[i].info()
			st, err := sealStatement(&info)
			if err != nil {
				t.Fatal(err)
			}
			return st
		}
	}
	t.Fatal("no seal")
	return stacked.Statement{}
}
