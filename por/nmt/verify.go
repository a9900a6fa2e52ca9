package nmt

import "bytes"

// checkStatement checks what all verbs are given and takes the root apart.
func (s *Spec) checkStatement(root []byte, p *Proof) (node, error) {
	if err := s.check(); err != nil {
		return node{}, err
	}
	if p == nil {
		return node{}, malformed(errNilProof)
	}
	if p.IgnoreMaxNamespace != s.IgnoreMaxNamespace {
		return node{}, malformed(ErrMaxNamespaceRule)
	}
	return s.node(root)
}

// checkInclusion checks the form of a proof that has to be one of inclusion.
func (s *Spec) checkInclusion(p *Proof, leaves int) error {
	if len(p.LeafHash) != 0 {
		return malformed(ErrKind)
	}
	return s.checkForm(p, leaves)
}

// checkLeaves checks that each leaf is long enough to have a namespace.
func (s *Spec) checkLeaves(leaves [][]byte) error {
	for _, leaf := range leaves {
		if len(leaf) < s.NamespaceSize {
			return malformed(&NamespaceSizeError{len(leaf), s.NamespaceSize})
		}
	}
	return nil
}

// VerifyInclusion checks that leaves, all of one namespace and given without it, are
// the leaves p.Start to p.End of the tree with the given root. The tree may hold
// others of that namespace.
//
// It allocates nothing for a proof that holds.
func (s *Spec) VerifyInclusion(root, namespace []byte, leaves [][]byte, p *Proof) error {
	const op = "nmt.VerifyInclusion"
	want, err := s.checkStatement(root, p)
	if err != nil {
		return fail(op, err)
	}
	if err := s.checkNamespace(namespace); err != nil {
		return fail(op, err)
	}
	if err := s.checkInclusion(p, len(leaves)); err != nil {
		return fail(op, err)
	}
	err = s.fold(&want, p, func(i int) (node, error) {
		return hashLeaf(namespace, leaves[i]), nil
	})
	if err != nil {
		return fail(op, err)
	}
	return nil
}

// VerifyRange checks that leaves, each with its namespace in front, are the leaves
// p.Start to p.End of the tree with the given root. Upstream has no verb for leaves
// of several namespaces; the proof is the same.
//
// It allocates nothing for a proof that holds.
func (s *Spec) VerifyRange(root []byte, leaves [][]byte, p *Proof) error {
	const op = "nmt.VerifyRange"
	want, err := s.checkStatement(root, p)
	if err != nil {
		return fail(op, err)
	}
	if err := s.checkInclusion(p, len(leaves)); err != nil {
		return fail(op, err)
	}
	if err := s.checkLeaves(leaves); err != nil {
		return fail(op, err)
	}
	if err := s.foldLeaves(&want, p, leaves); err != nil {
		return fail(op, err)
	}
	return nil
}

// VerifyLeafHashes checks that hashes, all of one namespace, are the nodes of the
// leaves p.Start to p.End of the tree with the given root. Whether they are leaves
// only who hashed them knows: the root of a subtree within the namespace, in the
// place of a leaf, looks the same. It allocates nothing for a proof that holds.
func (s *Spec) VerifyLeafHashes(root, namespace []byte, hashes [][]byte, p *Proof) error {
	const op = "nmt.VerifyLeafHashes"
	want, err := s.checkStatement(root, p)
	if err != nil {
		return fail(op, err)
	}
	if err := s.checkNamespace(namespace); err != nil {
		return fail(op, err)
	}
	if err := s.checkInclusion(p, len(hashes)); err != nil {
		return fail(op, err)
	}
	err = s.fold(&want, p, func(i int) (node, error) {
		n, err := s.node(hashes[i])
		if err != nil {
			return node{}, err
		}
		if !bytes.Equal(n.min, namespace) || !bytes.Equal(n.max, namespace) {
			return node{}, invalid(ErrNamespace)
		}
		return n, nil
	})
	if err != nil {
		return fail(op, err)
	}
	return nil
}

// VerifyNamespace checks that leaves, each with its namespace in front, are all the
// leaves of a namespace in the tree with the given root. If there are none, the
// proof shows that none exists: it is one of absence, or, when the namespace is
// outside the range of the root or the root that of the empty tree, the empty one.
//
// It relies on the namespaces of the nodes in the tree, so it is worth what the tree
// is: whoever makes a root may put any namespaces into nodes that no proof opens.
// Under IgnoreMaxNamespace the greatest namespace is refused as unsupported.
//
// It allocates nothing for a proof that holds.
func (s *Spec) VerifyNamespace(root, namespace []byte, leaves [][]byte, p *Proof) error {
	const op = "nmt.VerifyNamespace"
	want, err := s.checkStatement(root, p)
	if err != nil {
		return fail(op, err)
	}
	if err := s.checkNamespace(namespace); err != nil {
		return fail(op, err)
	}
	if s.IgnoreMaxNamespace && isMax(namespace) {
		return fail(op, unsupported(errMaxNamespace))
	}
	switch {
	case p.isEmpty():
		err = checkOutside(&want, namespace, leaves)
	case len(p.LeafHash) != 0:
		err = s.checkAbsence(&want, namespace, leaves, p)
	default:
		err = s.checkWhole(&want, namespace, leaves, p)
	}
	if err != nil {
		return fail(op, err)
	}
	return nil
}

// checkOutside is VerifyNamespace with the empty proof.
func checkOutside(root *node, namespace []byte, leaves [][]byte) error {
	if len(leaves) != 0 {
		return malformed(&LeafCountError{len(leaves), 0})
	}
	within := bytes.Compare(root.min, namespace) <= 0 && bytes.Compare(namespace, root.max) <= 0
	if within && !root.isEmptyRoot() {
		return invalid(ErrIncomplete)
	}
	return nil
}

// checkAbsence is VerifyNamespace with a proof of absence.
func (s *Spec) checkAbsence(root *node, namespace []byte, leaves [][]byte, p *Proof) error {
	if len(leaves) != 0 {
		return malformed(&LeafCountError{len(leaves), 0})
	}
	if err := s.checkForm(p, 1); err != nil {
		return err
	}
	leaf, err := s.node(p.LeafHash)
	if err != nil {
		return err
	}
	if !bytes.Equal(leaf.min, leaf.max) {
		return malformed(ErrLeafNamespaces)
	}
	if bytes.Compare(leaf.min, namespace) <= 0 {
		return invalid(ErrNamespace)
	}
	if err := s.checkComplete(p, namespace); err != nil {
		return err
	}
	return s.fold(root, p, func(int) (node, error) { return leaf, nil })
}

// checkWhole is VerifyNamespace with the leaves of a namespace.
func (s *Spec) checkWhole(root *node, namespace []byte, leaves [][]byte, p *Proof) error {
	if err := s.checkForm(p, len(leaves)); err != nil {
		return err
	}
	if err := s.checkLeaves(leaves); err != nil {
		return err
	}
	for _, leaf := range leaves {
		if !bytes.HasPrefix(leaf, namespace) {
			return invalid(ErrNamespace)
		}
	}
	if err := s.checkComplete(p, namespace); err != nil {
		return err
	}
	return s.foldLeaves(root, p, leaves)
}
