// Package por checks proofs that data is in a Merkle tree, and makes them: that one leaf
// is, that many are, that a range is, that nothing but appending happened. Storage
// networks, transparency logs, chains and token distributors publish such roots.
//
// A [Spec] says how a kind of tree is made: how leaves and pairs are hashed, what stands
// where a level is not full, and how deep trees are. There are presets for the trees
// that networks use, and [New] for others. Its methods are the verbs:
//
//	VerifyInclusion            a leaf is at an index
//	VerifyInclusionBatch       the same, many proofs at a time
//	VerifyMember               a leaf is somewhere, in trees of sorted pairs
//	VerifyEmptyLeaf            no leaf is at an index, in trees that empty leaves fill
//	VerifyMultiproof           many leaves, by one proof without repeated nodes
//	NewRangeVerifier           consecutive leaves, from a stream of any length
//	VerifyConsistency          an older tree is the beginning of a newer one
//	VerifySubtreeInclusion     a leaf is at an index of an aligned part of a tree
//	VerifySubtreeConsistency   an aligned part of a tree is in it
//
// [Tree] makes all these proofs; [Builder] and [Spec.Root] compute roots. Formats whose
// nodes are not 32 bytes, or whose proofs are not paths, have packages of their own
// below this one.
//
// # What a root does not tell
//
// A root is a hash, and says nothing of how many leaves it is made of, nor how deep they
// are. Verbs take sizes and indices as part of the statement: they must come from where
// the root comes from, never from the prover. Then a path has exactly one length. Two
// sizes for which a leaf's path has the same shape give the same verdict; a leaf of
// [RFC6962] at index 0 of 7 leaves is also one at index 0 of 8.
//
// Where leaves are hashed as pairs are, or not at all, an inner node is a leaf of a
// smaller tree. Where the last node of a level is repeated, trees of several sizes have
// one root. Where pairs are sorted, a path does not tell the index: verbs about positions
// take such trees, and check that the leaf is in them and the path as long as the index
// wants. The presets say which of these concern them.
//
// # Errors
//
// Every error is a [depinproof.Error], and its class is one of the five of the root
// package: ErrInvalidProof for a proof that leads to another root ([RootMismatchError]) or
// has a sibling that the size rules out ([SiblingError]); ErrMalformed for lengths,
// indices, sizes and orders that no proof has ([PathLengthError], [IndexRangeError],
// [IndexOrderError], [RangeError]); ErrLimit ([LimitError]); ErrUnsupported where a kind
// of tree has no such proof. What a [Hasher] returns keeps its class. All of a proof's
// shape is checked before it is hashed.
//
// # Where the verdict differs
//
// The verdict is that of the algorithms of RFC 9162 and of
// draft-ietf-plants-merkle-tree-certs, and of transparency-dev/merkle for [RFC6962], except
// for trees without leaves: that library's release 0.0.2 takes any root for one, and later
// ones refuse the statement that a tree begins with it, or take a part without leaves.
// Here an older tree of size 0 must have the root of the empty tree, as must a newer one of
// size 0, and parts have leaves.
//
// # Speed
//
// A level of a tree, and nodes of different paths of a batch, are hashed in one call of
// the [Hasher]. SHA-256 is computed 16 pairs at a time with AVX-512, 8 with AVX2, and by
// the instructions for SHA-256 of amd64 and arm64; the tag purego leaves plain Go.
// [HashPairs] and [SumLanes] are those kernels. A path alone is a chain of hashes, each
// of which waits for the one below.
package por
