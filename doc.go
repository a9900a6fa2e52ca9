// Package depinproof verifies the physical work behind token networks, in pure Go:
// storage (Filecoin), radio coverage (Helium), and the evidence other networks
// leave. Each verifier gives exactly the verdict of the network's reference
// implementation, from hostile input.
//
// # Which package proves what
//
//	poreplication         Filecoin replication proofs (seals), proofs of spacetime
//	                      (WinningPoSt, WindowPoSt), replica updates, and
//	                      aggregates of seals and updates; and the vanilla
//	                      proofs that a prover has before the succinct ones
//	poreplication/chain   their statements, from what explorers hold
//	poreplication/params  their verifying keys, checked against the published digests
//	poreplication/sector  labels, replicas and commitments: sealing, unsealing, updates
//	poseidon              the Poseidon hash of Filecoin's trees
//	por                   data in Merkle trees of every common kind: inclusion of one
//	                      leaf, of many, of ranges; consistency; and their makers
//	por/arweave           chunks of Arweave's transactions
//	por/jmt               keys and their absence in Jellyfish Merkle trees
//	por/nmt               namespaces in Celestia's namespaced Merkle trees
//	por/openzeppelin      leaves of OpenZeppelin's trees, by single and multiproofs
//	por/sia               storage proofs of Sia's file contracts
//	por/swarm             segments of Swarm's chunks
//	pocover               beacons and witnesses of Helium's IoT network, and what
//	                      they earn
//	pocover/settle        days of archived reports, streamed
//	pocover/keys          Helium's keys and their signatures
//	pocover/wire          its messages, what is signed of them, and archives
//	pocover/h3            the H3 grid
//
// This package holds what they share: the classes of errors.
//
// # Verdicts
//
// A verb returns nil if and only if the proof holds. Otherwise [errors.Is] tells
// the class of its error: [ErrInvalidProof] when the proof is well formed and
// false, [ErrMalformed] when the input is not in the language the verifier reads,
// [ErrLimit] when judging it would exceed the configured limits,
// [ErrUnsupported] when no key is loaded for it, [ErrInternal] when the verifier
// itself failed. [Outcome] gives the (valid, fault) pair that consensus code
// written for the reference expects.
//
// # Promise
//
// Until version 1 names may change; CHANGELOG tells. A proof accepted with given
// keys stays accepted by later releases, and a rejected one rejected, unless a
// release note headed "Validity" says otherwise.
//
// Verifiers are immutable and safe for concurrent use. They hold no secrets and
// make no promise of constant time.
package depinproof
