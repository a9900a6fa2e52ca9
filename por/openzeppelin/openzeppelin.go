// Package openzeppelin verifies and makes the proofs of the Merkle trees that contracts
// check with OpenZeppelin's MerkleProof: allow-lists, airdrops, reward distributions.
//
// # The tree
//
// The nodes of a tree of n leaves lie in a heap of 2n - 1: the root is node 0 and the
// children of node i are nodes 2i + 1 and 2i + 2. The leaves are the last n nodes, the
// first leaf last of all. An inner node is the Keccak-256 of its children, the smaller
// as a big-endian number first, so that a proof needs no positions.
//
// A standard tree has as leaves keccak(keccak(abi.encode(value))), see [StandardLeaf] and
// [EncodeValue]; a simple tree has values of 32 bytes that are its leaves as they are.
//
// # What a proof says
//
// A proof that holds says that the leaf is some node of the tree with that root. It does
// not say where, nor that the node is a leaf:
//
//   - In a simple tree, and wherever leaves are hashed once from 64 bytes, an inner node
//     passes as a leaf with the shorter proof that is its own. Standard leaves are hashed
//     twice, which rules that out, as nobody finds a value whose hash is a pair of nodes.
//   - A leaf that is in a tree twice is proven twice by the same statement. Who pays by
//     leaf must remember which leaves were paid.
//   - A proof may have any length up to [MaxProofNodes], none at all if the leaf is the
//     root.
//
// The verdicts are those of MerkleProof.sol (verify and multiProofVerify) but for two
// refusals: proofs above the limits, and multiproofs of no leaves. The contract takes a
// multiproof of no leaves whose only node is the root as valid and warns of it; here that
// nothing is proven is never an accepted proof. The multiproofs of CVE-2023-34459 are
// refused by the counting that the contract does since.
//
// Functions are safe for concurrent use; so are the methods of [Tree] and [Dump] while
// nobody changes the dump.
//
// Source: OpenZeppelin/merkle-tree 1.0.8 and OpenZeppelin/openzeppelin-contracts 5.7.
package openzeppelin

import (
	"github.com/depinproof/depinproof/internal/keccak"
	"github.com/depinproof/depinproof/por"
)

const (
	// MaxProofNodes is the limit on the nodes of a proof of one leaf. No tree that
	// can be built needs more.
	MaxProofNodes = 64

	// MaxLeaves is the limit on the leaves of a tree and on the leaves and on the
	// nodes of a multiproof.
	MaxLeaves = 1 << 20
)

// StandardLeaf returns the leaf of a standard tree for a value in the ABI encoding.
func StandardLeaf(encoded []byte) por.Node {
	inner := keccak.Sum256(encoded)
	return keccak.Sum256(inner[:])
}

// VerifyProof verifies that leaf is a node of the tree with the given root. The proof has
// the siblings of the nodes on the way to the root, that of the leaf first.
//
// It fails with ErrLimit above [MaxProofNodes] and with ErrInvalidProof if the proof leads
// to another root ([por.RootMismatchError]). It does not allocate if the proof holds.
//
// It takes a node, and leaves it to the caller that it is a leaf's, as contracts do. Where
// leaves are the Keccak-256 of the data of a claim, which is at hand, use
// [por.Spec.VerifyMember] of [por.EVMDistributor], which hashes the data itself.
func VerifyProof(root, leaf *por.Node, proof []por.Node) error {
	const op = "openzeppelin.VerifyProof"
	if len(proof) > MaxProofNodes {
		return fail(op, limit("nodes", len(proof), MaxProofNodes))
	}
	node := *leaf
	for i := range proof {
		node = keccak.SumSorted(&node, &proof[i])
	}
	if node != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: node}))
	}
	return nil
}

// VerifyMultiproof verifies that all leaves are nodes of the tree with the given root.
//
// Think of a queue that has the leaves at first. Each flag in turn takes a node from its
// front and hashes it with the next one of the queue if the flag is true, with the next
// one of the proof if it is false; the hash goes to the end of the queue. The last hash
// is the root. The leaves are in the order of their nodes in the heap, last node first,
// as [Tree.Multiproof] gives them.
//
// It fails with ErrLimit if leaves or proof have more than [MaxLeaves] nodes, with
// ErrMalformed if the counts do not fit or there is no leaf ([MultiproofShapeError]), and
// with ErrInvalidProof if the proof leads to another root ([por.RootMismatchError]). Of
// more than 32 leaves it allocates room for as many.
func VerifyMultiproof(root *por.Node, leaves, proof []por.Node, flags []bool) error {
	const op = "openzeppelin.VerifyMultiproof"
	if len(leaves) > MaxLeaves {
		return fail(op, limit("leaves", len(leaves), MaxLeaves))
	}
	if len(proof) > MaxLeaves {
		return fail(op, limit("nodes", len(proof), MaxLeaves))
	}
	unset := 0
	for _, flag := range flags {
		if !flag {
			unset++
		}
	}
	// The counts leave no way to run out of nodes: the queue shrinks by one at each
	// true flag, len(leaves) - 1 times in all.
	if len(leaves) == 0 || len(leaves)+len(proof) != len(flags)+1 || unset != len(proof) {
		return fail(op, malformed(&MultiproofShapeError{len(leaves), len(proof), len(flags), unset}))
	}

	var room [32]por.Node
	queue := append(room[:0], leaves...)
	front, length := 0, len(queue)
	next := func() *por.Node {
		node := &queue[front]
		front, length = (front+1)%len(queue), length-1
		return node
	}
	for _, flag := range flags {
		a := next()
		b := a
		if flag {
			b = next()
		} else {
			b, proof = &proof[0], proof[1:]
		}
		queue[(front+length)%len(queue)] = keccak.SumSorted(a, b)
		length++
	}
	if queue[front] != *root {
		return fail(op, invalid(&por.RootMismatchError{Want: *root, Got: queue[front]}))
	}
	return nil
}
