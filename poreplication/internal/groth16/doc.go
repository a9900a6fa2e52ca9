// Package groth16 checks Groth16 proofs over BLS12-381: it reads verifying keys
// and proofs as bellperson writes them, prepares keys, and judges proofs one by
// one or many at once.
//
// A proof (A, B, C) of the public inputs x₁ … x_n holds when
//
//	e(A, B) = e(α, β) · e(IC₀ + Σ xᵢ·ICᵢ, γ) · e(C, δ).
//
// Many proofs are checked by one equation with random coefficients z_j below
// 2^128 drawn after the proofs are known,
//
//	Π e(z_j·A_j, B_j) · e(−Σ z_j·C_j, δ) · e(−S, γ) = e(α, β)^(Σ z_j),
//	S = (Σ z_j)·IC₀ + Σᵢ (Σ_j z_j·x_{j,i})·ICᵢ,
//
// which a false proof survives with a probability of at most 2^-128. All points
// are known to be in the subgroup of prime order by then, one by one: a random
// combination would not show it, the cofactors have small factors.
//
// Work of a batch of k proofs, counted in multiplications of the base field: per
// proof two G1 and one G2 decoding with their subgroup checks, a scaling of A by
// 128 bits, one Miller loop with moving point; once per batch two Miller loops
// over prepared lines, the sum over IC, an exponentiation in the target group by
// some 130 bits, and a final exponentiation.
//
// Source: Groth, eprint 2016/260; bellperson 0.27, groth16.
package groth16
