package vanilla

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
	"github.com/depinproof/depinproof/poreplication/internal/sectorupdate"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
)

// The sizes that are checked before anything is read are those of what is written.
func TestSizes(t *testing.T) {
	for _, s := range shape.All() {
		for _, c := range []struct {
			name string
			walk func(bincode.Codec)
			want int
		}{
			{"seal", NewSealPartition(&s).Walk, SealPartitionSize(&s)},
			{"update", NewUpdatePartition(&s).Walk, UpdatePartitionSize(&s)},
			{"WindowPoSt", NewSectorProof(&s, 10).Walk, SectorProofSize(&s, 10)},
			{"WinningPoSt", NewSectorProof(&s, 66).Walk, SectorProofSize(&s, 66)},
		} {
			var e bincode.Encoder
			if c.walk(&e); len(e.Bytes) != c.want {
				t.Errorf("%s of %d bytes: %d bytes, not %d", c.name, s.SectorSize, len(e.Bytes), c.want)
			}
			if err := decode(e.Bytes, c.walk); err != nil {
				t.Errorf("%s of %d bytes: %v", c.name, s.SectorSize, err)
			}
		}
	}
}

// What decoding lets through without being canonical is no fault of the sender's.
func TestNotCanonical(t *testing.T) {
	s, _ := shape.Of(2 << 10)
	seal := newSealChecker(&stacked.Statement{Shape: &s})
	seal.computeLabels()
	for i := range seal.challenges {
		rows := seal.p.Columns[i*columns].Rows
		copy(rows, seal.labels[i*s.Layers:])
		seal.p.Paths[i*paths].Leaf = rows[s.Layers-1] // the data are zero
	}
	update := newUpdateChecker(&sectorupdate.Statement{Shape: &s})
	for name, x := range map[string]struct {
		check func() (int, string, error)
		leaf  *[32]byte
	}{
		"data of a seal":        {seal.checkLabels, &seal.p.Data[0].Leaf},
		"data of an update":     {update.checkEncoding, &update.p.Data[0].Leaf},
		"factor of an update":   {update.checkEncoding, &update.factors[0]},
		"old node of an update": {update.checkEncoding, &update.p.Replicas[0].Leaf},
	} {
		if _, what, err := x.check(); what != "" || err != nil {
			t.Fatalf("%s: %q, %v", name, what, err)
		}
		x.leaf[31] = 0x74
		if _, _, err := x.check(); !errors.Is(err, depinproof.ErrInternal) {
			t.Errorf("%s: %v", name, err)
		}
		x.leaf[31] = 0
	}
}

// element returns a field element that follows from its arguments.
func element(a, b int) [32]byte {
	d := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(a)), uint64(b)))
	d[31] &= 0x3f
	return d
}

// A climber of many paths does what hashing one after the other does.
func TestClimber(t *testing.T) {
	for _, s := range shape.All() {
		for _, tree := range []*Tree{ReplicaTree(&s), DataTree(&s)} {
			const n = 9
			leaves := uint64(1)
			for _, arity := range tree.Arities {
				leaves *= uint64(arity)
			}
			if leaves != s.Nodes {
				t.Fatalf("%d leaves of %d bytes", leaves, s.SectorSize)
			}
			paths := tree.newPaths(n)
			for i := range paths {
				p := &paths[i]
				p.Leaf = element(i, -1)
				for j := range p.Siblings {
					p.Siblings[j] = element(i, j)
				}
				leaf := uint64(i) * (s.Nodes/n + 1)
				node, at := p.Leaf, leaf
				siblings := p.Siblings
				for level, arity := range tree.Arities {
					p.Digits[level] = at % uint64(arity)
					children := append([][32]byte(nil), siblings[:p.Digits[level]]...)
					children = append(children, node)
					children = append(children, siblings[p.Digits[level]:arity-1]...)
					var parent [1][32]byte
					if tree.digest {
						d := sha256.Sum256(append(append([]byte(nil), children[0][:]...), children[1][:]...))
						d[31] &= 0x3f
						parent[0] = d
					} else if err := hashNodes(parent[:], children, arity); err != nil {
						t.Fatal(err)
					}
					node, at, siblings = parent[0], at/uint64(arity), siblings[arity-1:]
				}
				p.Root = node
				if !tree.leadsFrom(p, leaf) || tree.leadsFrom(p, leaf^1) || tree.leadsFrom(p, leaf^(s.Nodes/2)) {
					t.Errorf("%d bytes: the leaf of a path is not known", s.SectorSize)
				}
			}
			c := tree.newClimber(n)
			for wrong := -1; wrong < n; wrong++ {
				if wrong >= 0 {
					paths[wrong].Root[0] ^= 1
				}
				if failed, err := c.checkRoots(paths); failed != wrong || err != nil {
					t.Errorf("%d bytes: path %d fails, not %d (%v)", s.SectorSize, failed, wrong, err)
				}
				if wrong >= 0 {
					paths[wrong].Root[0] ^= 1
				}
			}
		}
	}
}

// Paths that meet, others with the same children in another order, and others whose
// children have the same sum, each lead to their own roots.
func TestClimberMeets(t *testing.T) {
	s, _ := shape.Of(2 << 10)
	tree := ReplicaTree(&s)
	paths := tree.newPaths(5)
	for i := range paths {
		p := &paths[i]
		for j := range p.Siblings {
			p.Siblings[j] = element(0, j)
		}
		p.Leaf = element(1, 0)
	}
	// Path 1 is that of the second child of the same parent.
	paths[1].Leaf, paths[1].Siblings[0], paths[1].Digits[0] = paths[0].Siblings[0], paths[0].Leaf, 1
	// Path 2 has its node elsewhere.
	paths[2].Digits[0] = 3
	// Path 3 has one more in a child, and that much less where the sum counts 31 times less.
	last := &paths[3].Siblings[6]
	binary.LittleEndian.PutUint64(last[:], binary.LittleEndian.Uint64(last[:])-31)
	last = &paths[3].Siblings[5]
	binary.LittleEndian.PutUint64(last[:], binary.LittleEndian.Uint64(last[:])+1)
	// Path 4 is path 0, and differs above.
	paths[4].Digits[1] = 7

	together, alone := tree.newClimber(len(paths)), tree.newClimber(1)
	together.start(paths)
	if err := together.climb(paths, 2); err != nil {
		t.Fatal(err)
	}
	for i := range paths {
		alone.start(paths[i:][:1])
		if err := alone.climb(paths[i:][:1], 2); err != nil {
			t.Fatal(err)
		}
		if together.nodes[i] != alone.nodes[0] {
			t.Errorf("path %d: another root among others", i)
		}
	}
	n := together.nodes
	if n[0] != n[1] || n[0] == n[2] || n[0] == n[3] || n[0] == n[4] || n[2] == n[3] {
		t.Errorf("roots %x", n)
	}
}
