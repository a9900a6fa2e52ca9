package por

import (
	"fmt"
	"sync"
)

// The presets are kinds of trees that networks use. Each call returns the same Spec.

// RFC6962 is the tree of certificate transparency and of transparency logs: SHA-256, 00
// before the data of a leaf and 01 before a pair, odd nodes promoted. The root of no
// leaves is the hash of nothing.
//
// Source: RFC 6962 and RFC 9162, section 2.1.
func RFC6962() *Spec { return rfc6962() }

var rfc6962 = preset(func() Rules {
	return Rules{
		Name:      "RFC 6962",
		Leaf:      Hash{Algorithm: SHA256, Prefix: "\x00"},
		Node:      Hash{Algorithm: SHA256, Prefix: "\x01"},
		Odd:       Promote,
		EmptyRoot: sum(SHA256, ""),
	}
})

// CometBFT is CometBFT's (Tendermint's) simple tree, which commits to the fields of a
// header, to transactions and to validators: that of RFC 6962. The aunts of its proofs
// are the path. The reference takes at most 100 aunts, more than a size allows here.
//
// Source: CometBFT, crypto/merkle.
func CometBFT() *Spec { return cometBFT() }

var cometBFT = preset(func() Rules {
	r := rfc6962().rules
	r.Name = "CometBFT"
	return r
})

// Bitcoin is the tree of a block's transactions: double SHA-256 of pairs, the last node
// of a level of odd length paired with itself. A leaf's data is a transaction without
// its witnesses; its node is the transaction's ID in the order of bytes of the wire, the
// reverse of how it is shown. The path contains the node's own copy where it is
// paired with itself.
//
// Blocks commit to neither the number of transactions nor the depth: size is what the
// caller knows from elsewhere. Without that, transactions can be repeated at the end
// (CVE-2012-2459), and 64 bytes that are a pair of nodes pass for a transaction.
//
// Source: Bitcoin Core, consensus/merkle.cpp.
func Bitcoin() *Spec { return bitcoin() }

var bitcoin = preset(func() Rules {
	return Rules{
		Name: "Bitcoin",
		Leaf: Hash{Algorithm: DoubleSHA256},
		Node: Hash{Algorithm: DoubleSHA256},
		Odd:  Duplicate,
	}
})

// CommD is the tree of the data of a Filecoin sector or piece: SHA-254 of pairs, leaves
// of 32 bytes of padded data as they are. Sizes are powers of two, of which a tree's
// size in bytes is 32 times. An inner node is a leaf of a smaller tree: the size must be
// bound to the statement, as sector sizes and piece CIDs do.
//
// Source: FIP-0017 and FRC-0069; rust-fil-proofs, filecoin-hashers, sha256.rs.
func CommD() *Spec { return commD() }

var commD = preset(func() Rules {
	return Rules{Name: "CommD", Node: Hash{Algorithm: SHA254}, Odd: Exact}
})

// CommP is [CommD] for pieces whose data does not fill a power of two: zeros do.
//
// Source: FRC-0069.
func CommP() *Spec { return commP() }

var commP = preset(func() Rules {
	return Rules{Name: "CommP", Node: Hash{Algorithm: SHA254}, Odd: Fill}
})

// SolanaMerkle is the tree of Solana's merkle-tree crate, which entries hash their
// transactions' signatures with: SHA-256, 00 before the data of a leaf and 01 before a
// pair, the last node of a level of odd length paired with itself. The path contains
// the node's own copy there. The root does not tell [a, b, c] from [a, b, c, c].
//
// Source: Solana (Agave), merkle-tree/src/merkle_tree.rs.
func SolanaMerkle() *Spec { return solanaMerkle() }

var solanaMerkle = preset(func() Rules {
	return Rules{
		Name: "Solana merkle-tree",
		Leaf: Hash{Algorithm: SHA256, Prefix: "\x00"},
		Node: Hash{Algorithm: SHA256, Prefix: "\x01"},
		Odd:  Duplicate,
	}
})

// SolanaCompression returns the tree of Solana's account compression, in which
// Bubblegum keeps compressed assets: Keccak-256 of pairs, a fixed depth, empty leaves of
// 32 zero bytes. Leaves are nodes as they are, so that only the depth, 1 <= depth <= 30,
// tells them from inner nodes; index and size are below and at 2^depth. Depths outside
// are ErrMalformed.
//
// Source: solana-program-library, concurrent-merkle-tree.
func SolanaCompression(depth int) (*Spec, error) {
	if depth < 1 || depth > len(solanaCompression) {
		return nil, fail("por.SolanaCompression", noIndex, malformed(fmt.Errorf("depth %d, of 1 to %d", depth, len(solanaCompression))))
	}
	return solanaCompression[depth-1](), nil
}

var solanaCompression = func() (all [30]func() *Spec) {
	for i := range all {
		all[i] = preset(func() Rules {
			return Rules{Name: "Solana account compression", Node: Hash{Algorithm: Keccak256}, Odd: Fill, Depth: i + 1}
		})
	}
	return all
}()

// SolanaDistributor is the tree of the Merkle distributors of Jito, Jupiter, Streamflow
// and others: SHA-256 of sorted pairs behind 01, of leaves behind 00, the last node of a
// level of odd length paired with itself. The data of a leaf is SHA-256 of claimant (32
// bytes), unlocked and locked amount (8 bytes each, little-endian). Use
// [Spec.VerifyMember].
//
// Source: jito-foundation/distributor, merkle-tree and verify.
func SolanaDistributor() *Spec { return solanaDistributor() }

var solanaDistributor = preset(func() Rules {
	return Rules{
		Name:     "Solana distributor",
		Leaf:     Hash{Algorithm: SHA256, Prefix: "\x00"},
		LeafSize: 32,
		Node:     Hash{Algorithm: SHA256, Prefix: "\x01", Sorted: true},
		Odd:      Duplicate,
	}
})

// EVMDistributor is the tree of Uniswap's Merkle distributor and its many copies, on
// Solana those of Saber among them: Keccak-256 of sorted pairs, odd nodes promoted. The
// data of a leaf are the packed fields of a claim, in an order and width that each
// deployment chooses; where they are 64 bytes, a pair of inner nodes passes for a claim.
// Use [Spec.VerifyMember]; where leaves are hashed otherwise, as those of OpenZeppelin's
// standard trees are twice, use VerifyProof of package openzeppelin, which takes nodes.
//
// Source: Uniswap merkle-distributor, MerkleDistributor.sol.
func EVMDistributor() *Spec { return evmDistributor() }

var evmDistributor = preset(func() Rules {
	return Rules{
		Name: "EVM distributor",
		Leaf: Hash{Algorithm: Keccak256},
		Node: Hash{Algorithm: Keccak256, Sorted: true},
		Odd:  Promote,
	}
})

// Sia is the tree of a Sia file contract: BLAKE2b-256, 00 before the 64 bytes of a leaf
// and 01 before a pair, odd nodes promoted. A last leaf that is shorter is filled with
// zeros by whoever hashes it. The root of no leaves is zero.
//
// Source: go.sia.tech/core, blake2b and consensus.
func Sia() *Spec { return sia() }

var sia = preset(func() Rules {
	return Rules{
		Name:      "Sia",
		Leaf:      Hash{Algorithm: BLAKE2b256, Prefix: "\x00"},
		LeafSize:  64,
		Node:      Hash{Algorithm: BLAKE2b256, Prefix: "\x01"},
		Odd:       Promote,
		EmptyRoot: new(Node),
	}
})

// SwarmBMT is the binary tree of the 128 segments of a Swarm chunk: Keccak-256 of pairs.
// A chunk's address is the hash of its span and this root: package swarm makes and proves
// addresses, and transformed ones, whose pairs are hashed behind an anchor.
//
// Source: ethersphere/bee, pkg/bmt.
func SwarmBMT() *Spec { return swarmBMT() }

var swarmBMT = preset(func() Rules {
	return Rules{Name: "Swarm BMT", Node: Hash{Algorithm: Keccak256}, Odd: Fill, Depth: 7}
})

// preset makes a Spec when it is first asked for.
func preset(rules func() Rules) func() *Spec {
	return sync.OnceValue(func() *Spec {
		s, err := newSpec(rules())
		if err != nil {
			panic(err)
		}
		return s
	})
}

// sum is the hash of a message.
func sum(a Algorithm, message string) *Node {
	var digest [1]Node
	Hash{Algorithm: a}.sumEach(digest[:], []byte(message), len(message))
	return &digest[0]
}
