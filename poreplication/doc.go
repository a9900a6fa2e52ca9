// Package poreplication verifies Filecoin's proofs of replication: that a storage
// provider holds an encoding of a sector's data which took sequential work to
// make and is its own.
//
// # Kinds
//
//	RegisteredSealProof  kind                    sectors                   partitions  inputs
//	0–4                  V1                      2 KiB, 8, 512 MiB           1          39
//	5–9                  V1_1                    32, 64 GiB                 10         327
//	10–14                V1_1, Synthetic PoRep   (as above)
//	15–19                V1_2, non-interactive   not built: ErrUnsupported
//
// Other shapes (4, 16 and 32 KiB, 16 MiB, 1 GiB), other porep IDs and private
// networks are described by a [SealConfig], and need keys loaded as test keys.
//
// All kinds of one sector size share one circuit and one verifying key. What
// differs is where the challenges come from (the seed, or for Synthetic PoRep a
// pool fixed by the replica), and the graph, whose base parents V1 lists in
// another order and whose expander it computes modulo 2^32.
//
// # Verdicts
//
// A proof is judged as the reference, filecoin-proofs 19.1.0, judges it: what it
// accepts gives nil, where it answers false the error is ErrInvalidProof, where it
// returns an error or panics the error is ErrMalformed. In the order of checks,
// which stops at the first failure:
//
//	check                                        class         reference
//	registered number, version, features         Malformed     registry.rs, porep_config.rs
//	sector size has a shape                      Malformed     constants.rs, with_shape!
//	kind is not non-interactive                  Unsupported   (not built)
//	CommD, CommR not all zero                    Malformed     seal.rs verify_seal
//	CommD, CommR below the field modulus         Malformed     seal.rs as_safe_commitment
//	a key for the sector size is loaded          Unsupported   caches.rs
//	proof has 192 bytes per partition            Malformed     proof.rs read_many
//	A, B, C compressed, canonical, on the curve,
//	  in the subgroup, not infinity              Malformed     proof.rs read_many
//	the pairing equation of every partition      InvalidProof  verifier.rs verify_proofs_batch
//
// The prover ID, ticket and seed may be any bytes. The order of checks differs
// from the reference's (which finds the key before it reads the proof), never the
// class, except that a malformed proof of a kind without a key is ErrUnsupported.
//
// Deliberate difference: the reference takes whatever key its parameter cache
// holds for a configuration; here a configuration given explicitly works only with
// a key that was named a test key.
//
// # Keys
//
// Keys come from package params. They are not shipped with the module: a node
// keeps them in its proof-parameters cache.
//
// # Work
//
// A seal of ten partitions takes twenty decodings in G1 and ten in G2 with
// subgroup checks, ten scalings by 128 bits, a product of twelve Miller loops, a
// sum over 328 fixed points with scalars of at most 163 bits except three, one
// exponentiation and one final exponentiation in the target group, and for its
// public inputs 180 challenges, 1,080 base and 1,440 expander parents.
package poreplication
