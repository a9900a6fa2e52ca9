// Package bls12381 is the one seam between this module and the curve library:
// the few operations on BLS12-381 that proof checking needs, under names of our
// own, with strict decoding.
//
// Points leave a decoder only when they are on the curve and in the subgroup of
// prime order r; every other function relies on that. Scalars are canonical
// integers below r. Nothing here is constant time: a verifier holds no secrets.
//
// Encodings are those of the Zcash specification of BLS12-381, as blst,
// bellperson and gnark-crypto write them: big-endian coordinates, flags in the
// three top bits of the first byte (0x80 compressed, 0x40 infinity, 0x20 the
// larger y), the coefficient of u first for the quadratic extension.
//
// Values are plain data: every function may be called concurrently as long as
// its outputs are not shared.
package bls12381
