// Package sia checks and makes the storage proofs of Sia: that a host has the leaf of a
// file contract's data which the ID of a block draws.
//
// A contract commits to its data by a size in bytes and the root of a tree of leaves of
// 64 bytes, which is [por.Sia]; zeros fill the last leaf. When the contract ends, a block
// that nobody could foresee draws one leaf, and the host shows it with its path.
//
// # What the caller knows
//
// Everything of a [StorageProof] but Leaf and Path must come from the chain: Root and
// Filesize from the contract's last revision, BlockID from the height that the contract
// names, Version from the kind of contract and the height of the block that is to hold
// the proof. A prover who chooses BlockID chooses the leaf.
//
// # Differences from the reference
//
// The rules are those of go.sia.tech/core, of which all forks are here, except that what
// the reference overlooks is refused:
//
//   - A path has exactly as many nodes as the leaf's position needs. The reference does not
//     look at the length in V1, so that in a file whose number of leaves is not a power of
//     two another leaf than the one drawn passes with a shorter path: of five leaves the
//     last, where the second or fourth is drawn. In V2 it takes paths that are long enough;
//     those of another length lead to roots that no data of that size has.
//   - A path that is too short stands for a root of zeros in the reference in V2, so that
//     it proves any contract whose root is zero. Here no path is too short and valid.
//   - A file of no bytes has the root of zeros and an empty path, in V1 and V2 alike; Leaf
//     is not looked at. The reference asks for nothing in V1, and in V2 for a root of zeros
//     and for less than 64 nodes.
//   - In V1Early and V1Cut a file of no bytes has no proof. The reference takes the root of
//     any data there as that of such a file, and refuses that of zeros.
package sia
