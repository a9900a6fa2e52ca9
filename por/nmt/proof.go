package nmt

import (
	"bytes"
	"math/bits"

	"github.com/depinproof/depinproof/por"
)

// Proof shows that the leaves Start to End, End not among them, are in a tree. With
// a LeafHash it shows where a namespace would be that the tree lacks; without leaves
// (Start and End zero, no nodes) it stands for a namespace outside the root's range.
type Proof struct {
	Start, End uint64

	// Nodes are the roots of the largest subtrees outside the range, in the order
	// of their leaves. All are NodeSize bytes long.
	Nodes [][]byte

	// LeafHash is, in a proof of absence, the node of the first leaf whose namespace
	// is above the absent one; otherwise it is empty.
	LeafHash []byte

	// IgnoreMaxNamespace is the rule of the tree that the prover names. It has to
	// be that of the Spec.
	IgnoreMaxNamespace bool
}

// isEmpty reports whether p is the proof without leaves.
func (p *Proof) isEmpty() bool {
	return p.Start == 0 && p.End == 0 && len(p.Nodes) == 0 && len(p.LeafHash) == 0
}

// checkForm checks of a proof with leaves all that can be said without a hash: the
// range, that leaves is the number of leaves, and the number and form of the nodes.
func (s *Spec) checkForm(p *Proof, leaves int) error {
	size := s.Size
	if size == 0 {
		size = 1 << MaxDepth
		if p.End > size {
			return limit("end of the range", p.End, size)
		}
	}
	if p.Start >= p.End || p.End > size {
		return malformed(&por.RangeError{Start: p.Start, End: p.End, Size: size})
	}
	if uint64(leaves) != p.End-p.Start {
		return malformed(&LeafCountError{leaves, p.End - p.Start})
	}

	left := bits.OnesCount64(p.Start)
	most := left + countRight(p.End, size)
	switch {
	case s.Size != 0 && len(p.Nodes) != most:
		return malformed(&por.PathLengthError{Got: len(p.Nodes), Want: most})
	case len(p.Nodes) < left:
		return malformed(&por.PathLengthError{Got: len(p.Nodes), Want: left})
	case len(p.Nodes) > most:
		return limit("nodes of the proof", uint64(len(p.Nodes)), uint64(most))
	}
	for _, b := range p.Nodes {
		if _, err := s.node(b); err != nil {
			return err
		}
	}
	return nil
}

// countRight returns the number of largest subtrees that the leaves from end on
// form in a tree of size leaves, 1 <= end <= size.
func countRight(end, size uint64) int {
	n := 0
	for ; end < size; end += end & -end {
		n++
	}
	return n
}

// checkComplete checks that no leaf of namespace lies outside the range of p, whose
// form has been checked.
func (s *Spec) checkComplete(p *Proof, namespace []byte) error {
	left := bits.OnesCount64(p.Start)
	for i, b := range p.Nodes {
		n, err := s.node(b)
		if err != nil {
			return err
		}
		if i < left && bytes.Compare(n.max, namespace) >= 0 || i >= left && bytes.Compare(n.min, namespace) <= 0 {
			return invalid(ErrIncomplete)
		}
	}
	return nil
}

// fold computes the root of the tree from the nodes of p, whose form has been
// checked, and its leaves, of which leaf gives that at position i of the range; and
// compares it with root. A join for each leaf and node is its cost.
func (s *Spec) fold(root *node, p *Proof, leaf func(i int) (node, error)) error {
	f := frontier{spec: s}
	left, right := p.Nodes[:bits.OnesCount64(p.Start)], p.Nodes[bits.OnesCount64(p.Start):]
	rest := p.Start
	for _, b := range left {
		n, err := s.node(b)
		if err != nil {
			return err
		}
		level := bits.Len64(rest) - 1
		rest &^= 1 << level
		if err := f.push(n, level); err != nil {
			return err
		}
	}
	for i := range int(p.End - p.Start) {
		n, err := leaf(i)
		if err != nil {
			return err
		}
		if err := f.push(n, 0); err != nil {
			return err
		}
	}
	// The last subtree may have fewer leaves than its place; its root is in the same
	// place all the same.
	for _, b := range right {
		n, err := s.node(b)
		if err != nil {
			return err
		}
		if err := f.push(n, bits.TrailingZeros64(f.size)); err != nil {
			return err
		}
	}
	for f.n > 1 {
		if err := f.join(); err != nil {
			return err
		}
	}

	got := &f.roots[0]
	if got.digest != root.digest {
		return invalid(&por.RootMismatchError{Want: root.digest, Got: got.digest})
	}
	if !bytes.Equal(got.min, root.min) || !bytes.Equal(got.max, root.max) {
		return invalid(ErrRootNamespaces)
	}
	return nil
}

// foldLeaves is fold for leaves that begin with their namespaces.
func (s *Spec) foldLeaves(root *node, p *Proof, leaves [][]byte) error {
	return s.fold(root, p, func(i int) (node, error) {
		return hashLeaf(leaves[i][:s.NamespaceSize], leaves[i][s.NamespaceSize:]), nil
	})
}

// frontier is a tree under construction from the left: the roots of the complete
// subtrees that its leaves so far form, one for each bit of their number.
type frontier struct {
	spec  *Spec
	size  uint64
	roots [MaxDepth + 1]node
	n     int
}

// push appends a subtree of 2^level leaves and joins what is complete. The subtree
// must be aligned: 2^level divides f.size.
func (f *frontier) push(n node, level int) error {
	f.roots[f.n] = n
	f.n++
	f.size += 1 << level
	for range bits.TrailingZeros64(f.size) - level {
		if err := f.join(); err != nil {
			return err
		}
	}
	return nil
}

// join replaces the last two roots by their parent.
func (f *frontier) join() error {
	n, err := f.spec.join(&f.roots[f.n-2], &f.roots[f.n-1])
	if err != nil {
		return err
	}
	f.n--
	f.roots[f.n-1] = n
	return nil
}
