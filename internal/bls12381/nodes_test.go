package bls12381

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func bigNode(b *[32]byte) *big.Int {
	r := slices.Clone(b[:])
	slices.Reverse(r)
	return new(big.Int).SetBytes(r)
}

// bigOrder is r.
func bigOrder() *big.Int {
	s := Scalar(order)
	b := s.BytesLE()
	return bigNode(&b)
}

// edgeNodes are elements at the edges, random ones, and some that are none.
func edgeNodes(random *rand.Rand) (nodes [][32]byte) {
	add := func(s Scalar) { nodes = append(nodes, s.BytesLE()) }
	for _, d := range []uint64{0, 1, 2, 0xffffffff} {
		add(Scalar{d})
		add(Scalar{order[0] - 1 - d, order[1], order[2], order[3]})
	}
	add(Scalar{0, 1})
	add(Scalar{0, 0, 0, order[3]})
	for range 40 {
		add(Scalar{random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64() % order[3]})
	}
	return nodes
}

// operations are the functions on nodes, and what they compute.
var operations = []struct {
	name string
	do   func(dst, a, b [][32]byte, f *Scalar) int
	want func(z, x, y, f *big.Int)
}{
	{"AddNodes", func(dst, a, b [][32]byte, _ *Scalar) int { return AddNodes(dst, a, b) }, func(z, x, y, _ *big.Int) { z.Add(x, y) }},
	{"SubNodes", func(dst, a, b [][32]byte, _ *Scalar) int { return SubNodes(dst, a, b) }, func(z, x, y, _ *big.Int) { z.Sub(x, y) }},
	{"AddMulNodes", AddMulNodes, func(z, x, y, f *big.Int) { z.Add(x, z.Mul(y, f)) }},
	{"SubMulNodes", SubMulNodes, func(z, x, y, f *big.Int) { z.Mul(z.Sub(x, y), f) }},
}

func TestNodes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	edges := edgeNodes(random)
	r := bigOrder()
	for _, op := range operations {
		for i := range edges {
			f := loadNode(&edges[(i*7+1)%len(edges)])
			fb := f.BytesLE()
			a := slices.Repeat([][32]byte{edges[i]}, len(edges))
			for alias := range 3 {
				x, y := slices.Clone(a), slices.Clone(edges)
				dst := [][][32]byte{make([][32]byte, len(a)), x, y}[alias]
				if bad := op.do(dst, x, y, &f); bad != -1 {
					t.Fatalf("%s refuses %d", op.name, bad)
				}
				for j := range dst {
					var want big.Int
					op.want(&want, bigNode(&a[j]), bigNode(&edges[j]), bigNode(&fb))
					want.Mod(&want, r)
					if bigNode(&dst[j]).Cmp(&want) != 0 {
						t.Fatalf("%s(%x, %x, %x) = %x, want %x", op.name, a[j], edges[j], fb, dst[j], &want)
					}
				}
			}
		}
	}
}

func TestNodesRefuse(t *testing.T) {
	above := Scalar(order)
	next := above
	next[0]++
	edges := edgeNodes(rand.New(rand.NewPCG(1, 2)))
	if got := CheckNodes(edges); got != -1 {
		t.Errorf("CheckNodes: %d", got)
	}
	for _, bad := range [][32]byte{above.BytesLE(), next.BytesLE(), {31: 0x74}, {31: 0xff}, {31: 0x80}} {
		for at := range edges {
			mixed := slices.Clone(edges)
			mixed[at], mixed[len(mixed)-1] = bad, bad
			if got := CheckNodes(mixed); got != at {
				t.Errorf("CheckNodes: %d, want %d", got, at)
			}
		}
		for _, op := range operations {
			for at := range 5 {
				good, mixed := make([][32]byte, 5), make([][32]byte, 5)
				mixed[at] = bad
				if got := op.do(make([][32]byte, 5), good, mixed, &Scalar{1}); got != at {
					t.Errorf("%s: %d, want %d", op.name, got, at)
				}
				if got := op.do(make([][32]byte, 5), mixed, good, &Scalar{1}); got != at {
					t.Errorf("%s: %d, want %d", op.name, got, at)
				}
			}
		}
	}
}

func BenchmarkNodes(b *testing.B) {
	nodes := slices.Repeat(edgeNodes(rand.New(rand.NewPCG(1, 2))), 20)
	dst := make([][32]byte, len(nodes))
	f := loadNode(&nodes[20])
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			b.SetBytes(int64(32 * len(nodes)))
			b.ReportAllocs()
			for b.Loop() {
				op.do(dst, nodes, nodes, &f)
			}
		})
	}
}
