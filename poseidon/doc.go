// Package poseidon computes the Poseidon hash over the scalar field of BLS12-381
// with Filecoin's parameters, which are those of the neptune library.
//
// It is for those who verify or rebuild Filecoin's Merkle trees and commitments:
// CommR, TreeC, TreeRLast, column hashes and the challenges of sector updates.
// Other Poseidons, Poseidon2 among them, differ in constants, tags or output
// element and give unrelated digests. There is no sponge and no duplex here: a
// message is at most arity elements. Nothing here runs in constant time; do not
// hash secrets.
//
// # Encoding
//
// An [Element] is 32 bytes, little-endian, below the field's modulus r. Integers
// at or above r are refused with [depinproof.ErrMalformed] in every position; they
// are never reduced.
//
// # Parameters
//
// The state has width arity+1: the domain tag, then the inputs. The S-box is
// x^5. There are 4 full rounds, the partial rounds and 4 full rounds. The digest
// is the state's second element.
//
//	arity   partial rounds           used in Filecoin for
//	        standard  strengthened
//	 1      55        69
//	 2      55        69             CommR; columns of 2 layers; top trees; sector updates
//	 4      56        70             sub-trees of some test shapes
//	 8      57        72             base trees, sub-trees
//	11      57        72             columns of 11 layers (32 and 64 GiB)
//	16      59        74
//	24      59        74
//	36      60        75
//
// Filecoin uses standard strength only. The round constants are those of the
// Grain register seeded with the field's size, the width and the round numbers;
// the mixing matrix is the Cauchy matrix 1/(i + j + width). Everything is derived
// from these when a [Hasher] is made; tests pin a digest of the round constants.
//
// # Domains
//
//	domain             tag          inputs
//	MerkleTree         2^arity - 1  arity
//	ConstantLength(n)  n·2^64       n, filled up with zeros to the arity
//	Custom(k)          k·2^40       arity; Filecoin's sector updates use k = 1
//
// neptune hashes a ConstantLength longer than the arity by a sponge; that is
// refused with [depinproof.ErrUnsupported].
//
// # Concurrency and allocation
//
// A [Hasher] is immutable and safe for concurrent use. Hashing does not allocate,
// starts no goroutine and uses about 10 KiB of stack, and in lanes 40 KiB.
//
// # Lanes
//
// On amd64 with AVX-512 IFMA, [Hasher.HashNodes] computes eight hashes at a time,
// for arities up to 11 and all strengths and domains. Where fewer than eight are
// left it computes eight all the same, which takes no more time than one call of
// [Hasher.Hash]. Messages are therefore best hashed by one call, and even a single
// one by HashNodes. Other machines, greater arities and builds with the tag purego
// hash one message after the other. Results and errors are the same.
//
// Microseconds per hash of standard strength, on one core of a fifth-generation
// Xeon:
//
//	arity                          1     2     4     8    11
//	Hash                         9.7  11.5  17.5  31.6  44.0
//	HashNodes, many messages     1.2   1.4   1.8   3.0   3.9
//
// # Sources
//
//   - L. Grassi, D. Khovratovich, C. Rechberger, A. Roy, M. Schofnegger:
//     Poseidon: A New Hash Function for Zero-Knowledge Proof Systems,
//     https://eprint.iacr.org/2019/458
//   - neptune 86377d0: src/round_constants.rs, round_numbers.rs, mds.rs,
//     hash_type.rs, poseidon.rs
//   - rust-fil-proofs 87348a74: filecoin-hashers/src/poseidon.rs,
//     poseidon_types.rs
//   - Filecoin specification, section Algorithms, Poseidon:
//     https://spec.filecoin.io
//
// The test vectors in testdata/poseidon/hashes.json are neptune's answers.
package poseidon
