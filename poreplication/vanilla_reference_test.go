package poreplication

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poseidon"
)

// The rule of the reference's own verifiers of vanilla proofs, written after their
// behaviour: lengths are what the bytes say, one hash after the other. What it refuses
// must be refused here, and what is refused here although it accepts is a deliberate
// difference.

// refFault is what the reference panics or returns an error for; anything else that
// does not hold it answers with false.
type refFault struct{ what string }

// referenceVerdict runs a check and returns the class of its verdict.
func referenceVerdict(check func() bool) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(refFault); !ok {
				panic(r)
			}
			err = depinproof.ErrMalformed
		}
	}()
	if !check() {
		return depinproof.ErrInvalidProof
	}
	return nil
}

type refReader struct{ data []byte }

func (r *refReader) bytes(n int) []byte {
	if len(r.data) < n {
		panic(refFault{"end of data"})
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *refReader) u32() uint32       { return binary.LittleEndian.Uint32(r.bytes(4)) }
func (r *refReader) u64() uint64       { return binary.LittleEndian.Uint64(r.bytes(8)) }
func (r *refReader) node() [32]byte    { return [32]byte(r.bytes(32)) }
func (r *refReader) nodes() [][32]byte { return refList(r, (*refReader).node) }

// refList reads a sequence; no more of it is made than there are bytes.
func refList[T any](r *refReader, item func(*refReader) T) (list []T) {
	for n := r.u64(); n > 0; n-- {
		list = append(list, item(r))
	}
	return list
}

type refElement struct {
	hashes [][32]byte
	index  uint64
}

type refPath struct {
	root, leaf [32]byte
	sections   [][]refElement
}

func (r *refReader) path() (p refPath) {
	section := func() {
		p.sections = append(p.sections, refList(r, func(r *refReader) refElement { return refElement{r.nodes(), r.u64()} }))
	}
	switch variant := r.u32(); variant {
	case 0:
		p.root, p.leaf = r.node(), r.node()
		section()
	case 1, 2:
		for range variant + 1 {
			section()
		}
		p.root, p.leaf = r.node(), r.node()
	default:
		panic(refFault{"variant"})
	}
	return p
}

// refTree is how the type of a tree hashes: the arities of the sections, the first of
// which is that of path indices within a section.
type refTree struct {
	sha     bool
	arities [3]int
}

func refReplicaTree(s *shape.Shape) refTree { return refTree{arities: [3]int{s.Base, s.Sub, s.Top}} }

var refDataTree = refTree{sha: true, arities: [3]int{2, 0, 0}}

var refHashers = sync.OnceValue(func() map[int]*poseidon.Hasher {
	m := map[int]*poseidon.Hasher{}
	for _, arity := range []int{2, 4, 8, 11} {
		m[arity], _ = poseidon.New(arity)
	}
	return m
})

func refHash(nodes ...[32]byte) (out [32]byte) {
	h := refHashers()[len(nodes)]
	if h == nil || h.Hash(&out, nodes) != nil {
		panic(refFault{"hash"})
	}
	return out
}

func refSHA(nodes ...[32]byte) [32]byte {
	var m []byte
	for i := range nodes {
		m = append(m, nodes[i][:]...)
	}
	d := sha256.Sum256(m)
	d[31] &= 0x3f
	return d
}

func refField(b [32]byte) (x bls12381.Scalar) {
	if !x.SetBytesLE(&b) {
		panic(refFault{"not canonical"})
	}
	return x
}

func (t *refTree) up(p *refPath) bool {
	node := p.leaf
	for _, section := range p.sections {
		for _, e := range section {
			if e.index > uint64(len(e.hashes)) {
				panic(refFault{"insert"})
			}
			all := append(append(append([][32]byte(nil), e.hashes[:e.index]...), node), e.hashes[e.index:]...)
			if t.sha {
				node = refSHA(all...)
			} else {
				node = refHash(all...)
			}
		}
	}
	return node == p.root
}

func (t *refTree) index(p *refPath) (index uint64) {
	weight := uint64(1)
	for i, section := range p.sections {
		own := uint64(0)
		for j := len(section) - 1; j >= 0; j-- {
			own = own*uint64(t.arities[i]) + section[j].index
		}
		index += own * weight
		if i == 0 {
			for range section {
				weight *= uint64(t.arities[0])
			}
		} else {
			weight *= uint64(t.arities[i])
		}
	}
	return index
}

type refColumn struct {
	index uint32
	rows  [][32]byte
	path  refPath
}

func (r *refReader) column() refColumn { return refColumn{r.u32(), r.nodes(), r.path()} }

type refLabeling struct {
	parents [][32]byte
	layer   uint32
	node    uint64
}

func (r *refReader) labeling() refLabeling { return refLabeling{r.nodes(), r.u32(), r.u64()} }

func (l *refLabeling) label(replicaID [32]byte) [32]byte {
	head := make([]byte, 32)
	binary.BigEndian.PutUint32(head, l.layer)
	binary.BigEndian.PutUint64(head[4:], l.node)
	return refSHA(append([][32]byte{replicaID, [32]byte(head)}, l.parents...)...)
}

type refSealProof struct {
	data, replica refPath
	own           refColumn
	base, exp     []refColumn
	labelings     []refLabeling
	encoding      refLabeling
}

func (r *refReader) sealProof() (p refSealProof) {
	p.data, p.replica, p.own = r.path(), r.path(), r.column()
	p.base, p.exp = refList(r, (*refReader).column), refList(r, (*refReader).column)
	p.labelings, p.encoding = refList(r, (*refReader).labeling), r.labeling()
	return p
}

func referenceSeal(s *stacked.Statement, data []byte) error {
	return referenceVerdict(func() bool {
		r := &refReader{data}
		partitions := refList(r, func(r *refReader) []refSealProof { return refList(r, (*refReader).sealProof) })
		tree := refReplicaTree(s.Shape)
		for k, proofs := range partitions {
			if len(proofs) == 0 {
				panic(refFault{"index"})
			}
			commC, root := proofs[0].own.path.root, proofs[0].replica.root
			if refHash(commC, root) != s.CommR || len(proofs) != s.Shape.Challenges {
				return false
			}
			challenges := make([]uint32, s.Shape.Challenges)
			s.Challenges(challenges, k)
			for i := range proofs {
				p, x := &proofs[i], challenges[i]
				if p.own.path.root != commC || p.replica.root != root ||
					refDataTree.index(&p.data) != uint64(x) || p.data.root != s.CommD {
					return false
				}
				var base [shape.BaseParents]uint32
				var exp [1][shape.ExpanderParents]uint32
				s.Graph.BaseParents(&base, x)
				s.Graph.ExpanderParents(exp[:], []uint32{x})
				parents := append(base[:], exp[0][:]...)
				column := func(c *refColumn, node uint32) bool {
					return c.path.root == commC && refHash(c.rows...) == c.path.leaf && tree.up(&c.path) &&
						tree.index(&c.path) == uint64(node)
				}
				if !column(&p.own, x) {
					return false
				}
				for j := 0; j < min(len(p.base), len(parents)); j++ {
					if !column(&p.base[j], parents[j]) {
						return false
					}
				}
				for j := 0; j < len(p.exp) && len(p.base)+j < len(parents); j++ {
					if !column(&p.exp[j], parents[len(p.base)+j]) {
						return false
					}
				}
				if tree.index(&p.replica) != uint64(x) {
					return false
				}
				for layer := range s.Shape.Layers {
					if layer >= len(p.labelings) {
						return false
					}
					if layer >= len(p.own.rows) {
						panic(refFault{"row"})
					}
					if p.labelings[layer].label(s.ReplicaID) != p.own.rows[layer] {
						return false
					}
				}
				leaf, key := refField(p.data.leaf), refField(p.encoding.label(s.ReplicaID))
				if leaf.Add(&leaf, &key); leaf.BytesLE() != p.replica.leaf {
					return false
				}
			}
		}
		return true
	})
}

func referencePoSt(sh *shape.Shape, s *fallback.Statement, winning bool, files [][]byte) error {
	type proof struct {
		paths       []refPath
		commC, root [32]byte
	}
	return referenceVerdict(func() bool {
		ids := make([]uint64, len(files))
		proofs := make([][]proof, len(files))
		for i := range files {
			r := &refReader{files[i]}
			ids[i] = r.u64()
			r.node()
			proofs[i] = refList(r, func(r *refReader) proof { return proof{refList(r, (*refReader).path), r.node(), r.node()} })
		}
		tree := refReplicaTree(sh)
		levels := 0
		for n := sh.Nodes / uint64(max(1, sh.Sub)*max(1, sh.Top)); n > 1; n /= uint64(sh.Base) {
			levels++
		}
		for _, arity := range []int{sh.Sub, sh.Top} {
			if arity > 0 {
				levels++
			}
		}
		if winning && (len(files) != 1 || len(proofs[0]) != 1) {
			panic(refFault{"number of sectors"})
		}
		for position, replica := range s.Replicas {
			at := 0
			for !winning && ids[at] != replica.Sector {
				if at++; at == len(ids) {
					panic(refFault{"no proof of a sector"})
				}
			}
			if len(proofs[at]) != 1 || len(proofs[at][0].paths) != s.Challenges {
				panic(refFault{"number of challenges"})
			}
			p := &proofs[at][0]
			leaves := make([]uint64, s.Challenges)
			s.Leaves(leaves, position)
			for i := range p.paths {
				path, length := &p.paths[i], 0
				for _, section := range path.sections {
					length += len(section)
				}
				if refHash(p.commC, path.root) != replica.CommR || path.root != p.paths[0].root || length != levels ||
					!tree.up(path) || tree.index(path) != leaves[i] {
					return false
				}
			}
		}
		return true
	})
}

func referenceUpdate(s *sectorupdate.Statement, data []byte) error {
	type challenge struct{ before, data, after refPath }
	type partition struct {
		commC      [32]byte
		apex       [][32]byte
		challenges []challenge
	}
	return referenceVerdict(func() bool {
		r := &refReader{data}
		partitions := refList(r, func(r *refReader) partition {
			return partition{r.node(), r.nodes(), refList(r, func(r *refReader) challenge { return challenge{r.path(), r.path(), r.path()} })}
		})
		if len(partitions) != s.Shape.UpdatePartitions() {
			panic(refFault{"number of partitions"})
		}
		log2 := func(n int) int { return bits.Len(uint(n)) - 1 }
		tree := refReplicaTree(s.Shape)
		for k, p := range partitions {
			if len(p.apex) != s.Shape.UpdateApexLeaves() || len(p.challenges) != s.Shape.UpdateChallenges() {
				panic(refFault{"numbers"})
			}
			rows := [][][32]byte{p.apex}
			for len(rows[len(rows)-1]) > 1 {
				var row [][32]byte
				below := rows[len(rows)-1]
				for i := 0; i < len(below); i += 2 {
					row = append(row, refSHA(below[i], below[i+1]))
				}
				rows = append(rows, row)
			}
			first := &p.challenges[0]
			if refHash(p.commC, first.before.root) != s.CommROld || refHash(p.commC, first.after.root) != s.CommRNew {
				return false
			}
			challenges := make([]uint32, len(p.challenges))
			factors := make([][32]byte, len(challenges))
			if s.Challenges(challenges, k) != nil || s.Factors(factors, challenges) != nil {
				panic(refFault{"challenges"})
			}
			height := log2(int(s.Shape.Nodes)) - log2(len(partitions)) - log2(len(p.apex))
			for i := range p.challenges {
				c, x := &p.challenges[i], uint64(challenges[i])
				if tree.index(&c.before) != x || refDataTree.index(&c.data) != x || tree.index(&c.after) != x ||
					c.before.root != first.before.root || c.data.root != s.CommDNew || c.after.root != first.after.root ||
					!tree.up(&c.before) || !refDataTree.up(&c.data) || !tree.up(&c.after) {
					return false
				}
				before, datum, factor := refField(c.before.leaf), refField(c.data.leaf), refField(factors[i])
				datum.Mul(&datum, &factor)
				if datum.Add(&datum, &before); datum.BytesLE() != c.after.leaf {
					return false
				}
				var path []refElement
				for _, section := range c.data.sections {
					path = append(path, section...)
				}
				for j, row := range rows[:len(rows)-1] {
					if height+j >= len(path) || len(path[height+j].hashes) == 0 {
						panic(refFault{"apex path"})
					}
					found := false
					for _, node := range row {
						found = found || node == path[height+j].hashes[0]
					}
					if !found {
						return false
					}
				}
			}
		}
		return true
	})
}
