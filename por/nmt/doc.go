// Package nmt verifies proofs of namespaced Merkle trees, in which Celestia keeps the
// rows and columns of its blocks: that leaves are in a tree, that they are all the
// leaves of a namespace, or that a namespace has none. It also makes such trees and
// proofs.
//
// # Trees
//
// A leaf is a namespace of fixed size followed by data of any length. The leaves are
// in the order of their namespaces, compared as byte strings. A node is
//
//	least namespace | greatest namespace | SHA-256 digest
//
// and of a leaf, and of an inner node with its two children, it is
//
//	leaf:  ns       | ns        | SHA-256(00 | ns | data)
//	inner: left.min | right.max | SHA-256(01 | left | right)
//
// where left.max must not be above right.min. The shape is that of RFC 6962: a tree of
// n > 1 leaves has the greatest power of two below n on the left. Without leaves the
// root is zero namespaces and SHA-256 of nothing.
//
// With IgnoreMaxNamespace, an inner node whose right child begins with the greatest
// namespace (all ones; the parity shares of Celestia) takes its max from the left
// child. The node then says nothing of the leaves of that namespace below it.
//
// # What a proof shows
//
// The namespaces of the nodes are hashed, but who makes a root may put false ones into
// a tree. A proof about a whole namespace is as good as the tree is well formed, which
// in Celestia a fraud proof contests.
//
// A root does not commit to the number of leaves. Without Spec.Size the leaves are
// certain and their positions are not: the same proof may hold for other values of
// Start and End.
//
// # Source
//
// The format is that of github.com/celestiaorg/nmt at commit d79269fe292a: hasher.go
// for nodes, nmt.go for trees and proofs, proof.go for the verbs and the JSON text,
// pb/proof.proto for the message. The verdict is the same, except that this package
// refuses, where that one accepts:
//
//   - a proof whose IgnoreMaxNamespace is not that of the Spec. The rule belongs to
//     the tree, and the prover does not choose it.
//   - in VerifyNamespace, the greatest namespace under IgnoreMaxNamespace
//     (ErrUnsupported). No node tells whether it holds such leaves: upstream accepts
//     the empty proof for a tree that has some, and a proof that omits some.
//   - in VerifyNamespace, leaves beside a proof of absence, which upstream ignores.
//   - in VerifyNamespace, a proof without leaves that has Start = End other than 0.
//   - in VerifyNamespace, a leaf hash whose two namespaces differ. No leaf has it.
//   - in VerifyInclusion and VerifyLeafHashes, a proof with a leaf hash, which
//     upstream ignores there, and a proof of no leaves, which upstream accepts for
//     whatever root.
//   - an End above 2^62, and more nodes on the right than a tree of 2^62 leaves has.
//   - namespaces of no bytes. Those of 128 to 255 bytes, with which upstream panics as
//     it doubles the size in one byte, follow the rules above.
//
// Positions are unsigned here; the encodings refuse negative ones, which upstream
// reads and then does not accept, unless Start equals End. Both encodings are read in
// the one form upstream writes, while upstream also reads fields in any order,
// unknown ones, and overlong numbers. Not built is the verification of Celestia's
// subtree roots (VerifySubtreeRootInclusion).
package nmt
