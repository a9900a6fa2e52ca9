// Package snarkpack checks aggregates of Groth16 proofs over BLS12-381 (SnarkPack),
// as bellperson makes and writes them: it decodes them, derives their challenges, and
// judges one or many at once.
//
// An aggregate of n = 2^L proofs (A_i, B_i, C_i) commits to them under keys v and w,
// combines them with the powers of a challenge r, and halves the vectors in L rounds
// until one element of each is left. A verifier folds the values of the rounds,
//
//	Q* = Q · Π QL_i^(x_i) · QR_i^(1/x_i),
//
// for the five committed values in the target group and the one in G1, and checks
//
//	e(A, B) = Z*, e(A, v₁)·e(w₁, B) = T*, e(C, v₁) = T_C*, the same for v₂, w₂ and U*,
//	r'·C = Z_C*, that v and w are what the challenges make of the reference string's
//	keys, by openings of polynomials at a challenge z, and
//	e(α, β)^(Σ r^j) · e(Σ r^j·IC₀ + Σ_i (Σ_j r^j·x_{j,i})·IC_i, γ) · e(agg_C, δ) = Z,
//
// where A, B, C are the elements left over. Here all of that is one equation: each of
// the eleven has a random coefficient of 128 bits, pairings of the same point are
// merged, and nothing is folded by itself: every element of the target group has one
// exponent in one product. A false aggregate survives with a probability of at most
// 2^-128.
//
// # Limit
//
// Multiplications in the base field, for L rounds, as the lanes of package bls12381 do
// them:
//
//	5 + 10·L elements of the target group     1,500 to decode, of which 1,134 are squarings of
//	                                          the subgroup check, and 3,900 for a power
//	7 + 2·L points of G1, 5 of G2             1,551 and 2,193 to decode
//	29 + 4·L multiples by 128 bits in G1      1,437 each
//	eight Miller loops                        4,500 each
//	64 squarings that all powers share        9,200, in all eight lanes
//
// so some 575,000 for the 128 proofs of a non-interactive seal of a 32 GiB sector, next
// to 2,268 challenges with 14 parents each.
//
// Source: Gailly, Maller, Nitulescu, eprint 2021/529; bellperson 0.27,
// groth16/aggregate; FIP-0013, FIP-0090.
//
// # Difference from the reference
//
// bellperson takes a value equal to e(g, h), where a proof states it as a side of an
// equation, for 1. Here it is what it is. Only a prover who knows how to put that very
// element there could tell.
package snarkpack
