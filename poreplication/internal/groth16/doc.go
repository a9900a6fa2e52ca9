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
// # Limit
//
// Multiplications in the base field that one proof of a batch costs, as the lanes
// of package bls12381 do them:
//
//	decoding A and C     2 × 1,551   a power of 378 bits, 127 doublings, 16 additions
//	decoding B               2,193   two such powers, 63 doublings and 5 additions over the extension
//	z·A and z·C          2 × 1,437   132 doublings, 33 additions, a table of 8 multiples
//	its Miller loop          4,500   64 tangents and 5 chords, each multiplied into the product
//	together                12,669   77 µs at 6.05 ns each, eight side by side
//
// Measured on a Zen 5 core, one by one of 64: decoding 12 and 18 µs, scaling 13 µs,
// the loop 46 µs, together 114 µs, so that two thirds of the time are
// multiplications. The rest is additions, carries and moving lanes about.
//
// Once per batch come, scalar: 62 squarings of the product for each kind of loop,
// two loops over prepared lines (some 5,000), an exponentiation in the target group
// by 130 bits, a final exponentiation (0.23 ms); and the sum over the input points,
// about eight multiplications for each non-zero digit: 5,800 digits for a 32 GiB
// replication proof of ten partitions, 131,000 for a partition of a 32 GiB
// WindowPoSt. A single proof has no eightfold work but its input points.
//
// Source: Groth, eprint 2016/260; bellperson 0.27, groth16.
package groth16
