// Package jmt verifies proofs of Jellyfish Merkle trees, in which Penumbra and other
// chains keep their state: that a key has a value, that a key has none, and that
// known leaves are all up to the last of them, with which a state is restored piece
// by piece. It also makes such trees and proofs, in memory. The hash is SHA-256.
//
// # Trees
//
// The tree is a binary one over 256-bit key hashes, whose bits, the highest of the
// first byte first, are the path: 0 is left. A subtree without leaves and one with a
// single leaf are not opened further; they are, at whatever depth,
//
//	empty: the 32 bytes "SPARSE_MERKLE_PLACEHOLDER_HASH__"
//	leaf:  SHA-256("JMT::LeafNode" | key hash | value hash)
//	inner: SHA-256("JMT::IntrnalNode" | left | right)
//
// so a tree of one leaf has that leaf as its root, and the empty tree the placeholder.
//
// # What a proof shows
//
// The root commits to key hashes and value hashes. Which key has a key hash is for the
// caller to know: HashKey is how upstream hashes keys, but not every user hashes keys
// so, and a key hash that is not a hash lets whoever chooses keys make paths long.
// Absence is that of the key hash.
//
// A value of no bytes is a value, not an absence.
//
// # Source
//
// The format is that of github.com/penumbra-zone/jmt at commit 9b363c656aba (0.12.0),
// which descends from the tree of Diem: src/types/proof.rs for nodes and siblings,
// src/types/proof/definition.rs for proofs, src/restore.rs for ranges. The verdict is
// the same, with these exceptions:
//
//   - More than 256 siblings in the encoding of a proof are refused when it is read,
//     and in a range proof always; upstream subtracts them from 256 there, which
//     panics or, without overflow checks, ignores them all.
//   - The bytes of a proof are read to their end, as by upstream's try_from_slice.
//   - A Sibling of kind Null with hashes, which no encoding has, is malformed.
//
// There is no protobuf form at that commit. The ICS-23 form is for a verifier of
// ICS-23, with the specification in upstream's src/tree/ics23_impl.rs. Not built are
// proofs of updates (UpdateMerkleProof) and trees of other hashes.
package jmt
