package nmt

import (
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

const noIndex = depinproof.NoIndex

// NodeSizeError says that a root, a node or a leaf hash has a length that no node
// of the tree has. It is malformed.
type NodeSizeError struct {
	Got, Want int
}

func (e *NodeSizeError) Error() string {
	return fmt.Sprintf("node of %d bytes, want %d", e.Got, e.Want)
}

// NamespaceSizeError says that a namespace, or a leaf that begins with one, has a
// wrong length: Got bytes where a namespace of Want bytes belongs. It is malformed.
type NamespaceSizeError struct {
	Got, Want int
}

func (e *NamespaceSizeError) Error() string {
	return fmt.Sprintf("%d bytes, a namespace has %d", e.Got, e.Want)
}

// LeafCountError says that there are not as many leaves as the range of the proof
// has. It is malformed.
type LeafCountError struct {
	Got  int
	Want uint64
}

func (e *LeafCountError) Error() string {
	return fmt.Sprintf("%d leaves for a proof of %d", e.Got, e.Want)
}

// The details below have no figures of their own.
var (
	// ErrNodeNamespaces: the least namespace of a node is above its greatest.
	ErrNodeNamespaces = errors.New("node with its least namespace above its greatest")
	// ErrLeafNamespaces: the leaf of a proof of absence has two namespaces.
	ErrLeafNamespaces = errors.New("leaf of two namespaces")
	// ErrOrder: two siblings are not in the order of their namespaces.
	ErrOrder = errors.New("siblings out of namespace order")
	// ErrNamespace: a leaf is not of the namespace in question.
	ErrNamespace = errors.New("leaf of another namespace")
	// ErrIncomplete: the tree may hold leaves of the namespace outside the proof.
	ErrIncomplete = errors.New("namespace not shown to be complete")
	// ErrRootNamespaces: the digest is that of the root, its namespaces are not.
	ErrRootNamespaces = errors.New("proof leads to other namespaces than those of the root")
	// ErrMaxNamespaceRule: the proof is of a tree with the other rule.
	ErrMaxNamespaceRule = errors.New("proof under the other rule for the greatest namespace")
	// ErrKind: the proof shows something else than is asked, such as the absence of
	// what is to be included.
	ErrKind = errors.New("proof of another kind")
	// ErrEncoding: the bytes are not the one encoding of a proof.
	ErrEncoding = errors.New("not the canonical encoding of a proof")
)

var (
	errNilProof     = errors.New("no proof")
	errMaxNamespace = errors.New("the tree does not commit to where the greatest namespace lies")
)

// The constructors below make errors without an operation; fail adds it.

func malformed(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrMalformed, Err: err}
}

func invalid(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrInvalidProof, Err: err}
}

func limit(what string, got, most uint64) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrLimit, Err: &por.LimitError{What: what, Got: got, Max: most}}
}

func unsupported(err error) error {
	return &depinproof.Error{Index: noIndex, Kind: depinproof.ErrUnsupported, Err: err}
}

// fail returns err as the error of an operation. What has no class of its own is
// an internal error.
func fail(op string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil {
		return &depinproof.Error{Op: op, Index: noIndex, Kind: inner.Kind, Err: inner.Err}
	}
	return &depinproof.Error{Op: op, Index: noIndex, Kind: depinproof.ErrInternal, Err: err}
}
