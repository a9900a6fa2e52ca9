// Package poreplication verifies Filecoin's storage proofs: that a storage provider
// made, of a sector's data, an encoding which took sequential work and is its own
// (proof of replication, or seal), that it still holds it (proof of spacetime), and
// that it put new data into it (replica update); one by one, in batches, or many in
// one aggregate.
//
// # Kinds
//
//	RegisteredSealProof  kind                    sectors                   partitions  inputs
//	0–4                  V1                      2 KiB, 8, 512 MiB           1          39
//	5–9                  V1_1                    32, 64 GiB                 10         327
//	10–14                V1_1, Synthetic PoRep   (as above)
//	15–19                V1_2, non-interactive   2 KiB, 8, 512 MiB          13          39
//	                                             32, 64 GiB                126         327
//
//	RegisteredPoStProof  kind                    sectors                   replicas    inputs
//	0–4                  WinningPoSt V1          2 KiB, 8, 512 MiB,           1         132
//	                                             32, 64 GiB
//	5–9                  WindowPoSt V1           2 KiB, 8, 512 MiB            2          22
//	10–14                WindowPoSt V1_1         32 GiB                   2,349      25,839
//	                     (FIP-0061)              64 GiB                   2,300      25,300
//
//	RegisteredUpdateProof                        sectors                   partitions  inputs
//	0                                            2 KiB                        1           4
//	1                                            8 MiB                        4           4
//	2–4                                          512 MiB, 32, 64 GiB         16           4
//
// The numbers of replicas and of inputs are those of one partition; a WindowPoSt
// has as many partitions as its replicas need. Every partition has a proof of 192
// bytes, but those of a non-interactive seal are one aggregate.
//
// Other shapes (4, 16 and 32 KiB, 16 MiB, 1 GiB), other porep IDs and private
// networks are described by a [SealConfig], [PoStConfig] or [UpdateConfig], and
// need keys loaded as test keys. Sectors of 1 GiB have no replica update.
//
// All kinds of seals of one sector size share one circuit and one verifying key,
// and so do both kinds of WindowPoSt. What differs between seals is where the
// challenges come from (the seed, for Synthetic PoRep a pool fixed by the replica, or
// without interaction the replica alone), and the graph, whose base parents V1 lists in another order and whose
// expander it computes modulo 2^32. What differs between WindowPoSts is whether
// challenges are numbered through all replicas (V1) or anew for each.
//
// # Replicas and randomness
//
// A WindowPoSt's replicas count in the order of their sectors, whatever order they
// are listed in, and of several with the same sector the last one counts: the
// reference keeps them in an ordered map. A list may so name a good sector in place
// of every faulty one, as the chain's does. Those that do not count are not looked
// at. A WinningPoSt has exactly one replica; naming it twice is malformed.
//
// Randomness from the chain is any 32 bytes, but a proof of spacetime takes a field
// element: [MaskRandomness] makes it one, for a WindowPoSt as the chain does before
// it verifies, for a WinningPoSt as provers do. The verbs do not mask.
//
// # Verdicts
//
// A proof is judged as the reference, filecoin-proofs 19.1.0, judges it: what it
// accepts gives nil, where it answers false the error is ErrInvalidProof, where it
// returns an error or panics the error is ErrMalformed. In the order of checks,
// which stops at the first failure, seals:
//
//	check                                        class         reference
//	registered number, version, features         Malformed     registry.rs, porep_config.rs
//	sector size has a shape                      Malformed     constants.rs, with_shape!
//	CommD, CommR not all zero                    Malformed     seal.rs verify_seal
//	CommD, CommR below the field modulus         Malformed     seal.rs as_safe_commitment
//	a key for the sector size is loaded          Unsupported   caches.rs
//	proof has 192 bytes per partition            Malformed     proof.rs read_many
//	A, B, C compressed, canonical, on the curve,
//	  in the subgroup, not infinity              Malformed     proof.rs read_many
//	the pairing equation of every partition      InvalidProof  verifier.rs verify_proofs_batch
//
// Proofs of spacetime:
//
//	check                                        class         reference
//	replicas of a WindowPoSt within the limit    Limit         (none)
//	registered number, kind, version             Malformed     registry.rs, winning_post.rs, window_post.rs
//	sector size has a shape                      Malformed     constants.rs, with_shape!
//	one replica (Winning), at least one (Window) Malformed     winning_post.rs, post.rs
//	randomness, prover ID below the modulus      Malformed     util.rs as_safe_commitment
//	CommR not all zero                           Malformed     public_replica_info.rs
//	CommR below the field modulus                Malformed     public_replica_info.rs safe_comm_r
//	a key for the sector size is loaded          Unsupported   caches.rs
//	proof has 192 bytes per partition            Malformed     proof.rs read_many
//	A, B, C as for seals                         Malformed     proof.rs read_many
//	the pairing equation of every partition      InvalidProof  verifier.rs verify_proofs_batch
//
// Replica updates, whose commitments may be all zero:
//
//	check                                        class         reference
//	registered number                            Malformed     registry.rs
//	sector size has a circuit                    Malformed     constants.rs, with_shape!
//	commitments below the field modulus          Malformed     poseidon.rs, sha256.rs (panic)
//	a key for the sector size is loaded          Unsupported   caches.rs
//	proof has 192 bytes per partition            Malformed     proof.rs read_many
//	A, B, C as for seals                         Malformed     proof.rs read_many
//	the pairing equation of every partition      InvalidProof  verifier.rs verify_proofs_batch
//
// Aggregates, and non-interactive seals, which are an aggregate of one seal:
//
//	check                                        class         reference
//	SnarkPack version, V2 for updates            Malformed     registry.rs, update.rs
//	at least one seal or update                  Malformed     seal.rs, update.rs
//	kind and sector size as above                Malformed     registry.rs, with_shape!
//	seals, updates within the limit              Limit         (the chain: FIP-0013, FIP-0092)
//	commitments of each as for seals, and those
//	  of an update not all zero                  Malformed     get_seal_inputs (CommD: panic), get_sector_update_inputs
//	a key and a reference string are loaded,
//	  a test string for test keys only; not V1
//	  if Config.Strict                           Unsupported   caches.rs
//	number of proofs a power of two from 2 to
//	  2^20, as many bytes as that takes          Malformed     proof.rs read, parsing_check
//	no bytes after it, if Config.Strict          Malformed     (ignored)
//	it is that of the partitions, rounded up     Malformed     verify.rs verify_aggregate_proof
//	number of proofs within the limit            Limit         srs.rs specialize (panic above 16,384)
//	every element canonical, on the curve, in
//	  its group; points may be infinity          Malformed     proof.rs read
//	the equations of the aggregate               InvalidProof  verify.rs verify_aggregate_proof
//
// The prover ID of a seal, its ticket and its seed may be any bytes. The order of checks differs
// from the reference's (which finds the key before it reads the proof), never the
// class, except that a malformed proof of a kind without a key is ErrUnsupported.
//
// What the reference accepts although it was changed is accepted here as well: bytes
// after an aggregate, unless Config.Strict is set, and another seed of a
// non-interactive seal. It also accepts any aggregate of SnarkPack V1 that follows the
// protocol, which a prover without any valid proof can; see [SnarkPackV1].
//
// Deliberate differences: the reference takes whatever key its parameter cache holds
// for a configuration; here a configuration given explicitly works only with a key
// that was named a test key. And the reference takes a value of an aggregate that
// equals e(g, h), where it is a side of an equation, for 1; here it is what it is. Its
// verifier of batches reads a non-interactive seal as 192 bytes per partition; here a
// batch accepts exactly what a single call does.
//
// # Vanilla proofs
//
// A vanilla proof is what a prover holds before it makes the succinct one: the challenged
// nodes of its trees with their paths. [VerifySealVanilla], [VerifyWinningPoStVanilla],
// [VerifyWindowPoStVanilla] and [VerifyReplicaUpdateVanilla] check it without any key, in
// the bytes that the reference writes with bincode:
//
//	path       variant: 0, or the number of levels above the base trees (4 bytes);
//	           root, leaf; levels (8), of each: siblings (8), those, position (8).
//	           With a variant above 0, each part of the tree has its own levels,
//	           and root and leaf come last.
//	column     node (4), layers (8), label in each; path
//	labeling   37 (8), labels of parents over and over; layer (4), node (8)
//	seal       partitions (8), of each: challenges (8), of each: path in the data tree,
//	           path in the replica tree, own column, 6 (8), columns of base parents,
//	           8 (8), columns of expander parents, layers (8), labelings, labeling of
//	           the key
//	sector     number (8), CommR, 1 (8), challenges (8), paths in the replica tree; root
//	           of the column tree, root of the replica tree
//	update     partitions (8), of each: root of the column tree, 8 or 128 (8), nodes of
//	           the apex, challenges (8), of each: path of the old replica, of the data,
//	           of the new replica
//
// Integers are little-endian. The sector size decides every length, and a proof that
// states another is ErrMalformed, as are a position that no sibling has and 32 bytes that
// are no field element: the first makes the reference panic, the second its circuit.
// What does not hold is ErrInvalidProof.
//
// The reference checks its vanilla proofs before it makes succinct ones, out of honest
// software, and leaves a good deal to the circuit. These verbs check what the circuit
// does, so they refuse what the reference's check of vanilla proofs accepts. Seals:
//
//   - The paths in the data tree and in the replica tree are hashed up to CommD and to
//     the root under CommR. The reference looks at their positions only.
//   - A label hashes the labels that the opened columns have, under its layer and the
//     challenge, and so does the key, which is the label in the last layer. The reference
//     takes the labels of parents, the layer and the node from the labeling itself, so
//     that labels may hash anything.
//   - There are six columns of base parents, eight of expander parents and a labeling
//     for each layer. The reference takes fewer columns and more labelings.
//   - A column is that of the node it states.
//   - There are as many partitions as the kind has. The reference takes any number, and
//     none at all.
//   - A Synthetic seal has a seed. The reference accepts everything without one.
//
// Proofs of spacetime:
//
//   - CommR and the root of the replica tree are those that the sector's proof states.
//   - There is a proof of each replica that counts, of no other sector, and no second
//     one; a WinningPoSt's is that of its replica's sector. The reference passes over
//     proofs that it does not look for.
//
// Replica updates:
//
//   - The path of the data leads through the node of the apex above the challenge, and
//     through the apex's root. The reference wants siblings to occur in the apex, at any
//     position.
//
// And all of them: a path has the variant of its tree, and nothing comes after the proof.
// The reference takes paths with the same levels in other parts, and ignores what comes
// after. Siblings in the data tree are field elements, which the circuit takes them for.
//
// # Keys
//
// Keys, and the structured reference string of aggregates, come from package params. They are not shipped with the module: a node
// keeps them in its proof-parameters cache.
//
// # Work
//
// A seal of ten partitions takes twenty decodings in G1 and ten in G2 with
// subgroup checks, ten scalings by 128 bits, a product of twelve Miller loops, a
// sum over 274 fixed points with scalars of at most 163 bits except four (the circuit
// takes each challenge four times, and the points of equal inputs are added up
// beforehand), one exponentiation and one final exponentiation in the target group, and for its
// public inputs 180 challenges, 1,080 base and 1,440 expander parents.
//
// A WindowPoSt takes the same per partition, and for its public inputs ten SHA-256
// digests per replica. What counts is the sum over its key's fixed points: of one
// partition of 32 GiB sectors 2,349 with full scalars and 23,490 with scalars below
// 2^30.
//
// A vanilla proof takes the hashes of its paths: 31,500 of Poseidon for a seal of 32 GiB,
// 660 for such a WinningPoSt, 100 for each replica of such a WindowPoSt. All paths of a
// partition are hashed side by side, level by level.
//
// An aggregate's work grows with the logarithm of the number of its proofs, but for the
// public inputs, of which a non-interactive seal has some thirteen times as many as an
// interactive one.
package poreplication
