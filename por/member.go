package por

// VerifyMember checks that a tree with root root has a leaf with the data leaf,
// wherever it is. It is for kinds of trees whose pairs are sorted before they are
// hashed; others are ErrUnsupported.
//
// It takes data and not a node, for the path's length is not known: any inner node
// would pass for a leaf. Where the kind of tree does not hash its leaves, or hashes
// them as it hashes pairs, an inner node still does: leaf is then to be built of a
// claim, never to be taken from the prover.
//
// path holds the siblings from the leaf upwards, at most [MaxDepth]; in a tree of fixed
// depth, exactly as many. Errors: ErrInvalidProof with [RootMismatchError]; ErrLimit
// with [LimitError] for longer paths; ErrMalformed with [PathLengthError], or for data
// that no leaf has. Once warm, it allocates nothing where it accepts.
//
// Source: MerkleProof.sol of OpenZeppelin's contracts and the distributors on Solana,
// which check the same.
func (s *Spec) VerifyMember(root *Node, leaf []byte, path []Node) error {
	if err := s.member(root, leaf, path); err != nil {
		return fail("por.VerifyMember", noIndex, err)
	}
	return nil
}

func (s *Spec) member(root *Node, leaf []byte, path []Node) error {
	switch {
	case s.arity == 0:
		return errNotMade()
	case !s.sorted:
		return unsupported("membership in a tree whose pairs are not sorted")
	case s.rules.Depth > 0 && len(path) != s.rules.Depth:
		return malformed(&PathLengthError{len(path), s.rules.Depth})
	case len(path) > MaxDepth:
		return limit("nodes of a path", uint64(len(path)), MaxDepth)
	}
	x := s.pool.Get().(*scratch)
	defer s.pool.Put(x)
	if err := s.hashLeaf(&x.node[0], leaf); err != nil {
		return err
	}
	for i := range path {
		x.group[0], x.group[1] = x.node[0], path[i]
		if err := s.rules.Node.HashNodes(x.node[:], x.group); err != nil {
			return err
		}
	}
	return checkRoot(root, &x.node[0])
}

// VerifyEmptyLeaf checks that no leaf is at index of a tree of fixed depth which empty
// leaves fill: that the one there is empty. Other kinds of trees, whose roots do not
// tell what they lack, are ErrUnsupported, and so are those whose pairs are sorted.
// Everything else is as for [Spec.VerifyInclusion] with the largest size.
func (s *Spec) VerifyEmptyLeaf(root *Node, index uint64, path []Node) error {
	if err := s.emptyLeaf(root, index, path); err != nil {
		return fail("por.VerifyEmptyLeaf", noIndex, err)
	}
	return nil
}

func (s *Spec) emptyLeaf(root *Node, index uint64, path []Node) error {
	switch {
	case s.arity == 0:
		return errNotMade()
	case s.rules.Odd != Fill || s.rules.Depth == 0:
		return unsupported("absence from a tree that is not filled to a fixed depth")
	case s.sorted:
		return unsupported("a position in a tree whose pairs are sorted")
	}
	return s.inclusion(root, &s.rules.EmptyLeaf, index, s.most, path)
}
