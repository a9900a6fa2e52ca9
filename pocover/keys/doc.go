// Package keys has the public keys of Helium's network and checks what they sign.
//
// A key is a tag byte and the key's material. The high nibble of the tag is the network,
// the low one the type:
//
//	ecc_compact  0  33 bytes  P-256: x, big endian; y is the smaller of the two roots
//	ed25519      1  33 bytes  RFC 8032 point
//	multisig     2  37 bytes  m, n, 0x12 0x20, SHA-256 of the n member keys
//	secp256k1    3  34 bytes  SEC 1 compressed point
//	rsa          4  5 + N     u16 lengths of both numbers and of n, n, e; all big endian
//
// In text a key is the base58 (Bitcoin's alphabet) of a zero byte, the key, and the first
// four bytes of SHA-256(SHA-256(zero byte ‖ key)).
//
// # Keys of reports and keys of people
//
// [Parse] and [ParseText] read what helium-crypto 0.9.4 reads, the library with which the
// network's oracles judged reports: but for the differences below, what parsed there
// parses here, as the same key. Bytes after an ed25519, multisig or RSA key are ignored. A
// secp256k1 key may have 04 and both coordinates, or 05 and x for the even y. The one byte
// 00 is the ecc_compact key x = 0, which is a point of the curve. RSA numbers may have
// leading zeros. An ed25519 key need not be a point: it is then a key under which no
// signature holds. Two spellings of a key are [Key.Equal], and [Key.Binary] is the
// canonical one.
//
// [ParseStrict] and [ParseTextStrict] are for what people type in: the canonical spelling
// alone, of a key under which signatures can be checked.
//
// # Signatures
//
// [Key.VerifySignature] hashes the message itself.
//
//   - ecc_compact: ECDSA over SHA-256, r and s in strict DER. A high s is accepted.
//   - secp256k1: likewise, and a high s is refused, as k256 0.13.2 and later do.
//   - ed25519: 64 bytes R ‖ S with S < L, A and R canonically encoded points neither of
//     which is of small order, and [8](SB − kA − R) = 0. This is the set that
//     ed25519-compact 2.6.0 and later accept. The equation has the cofactor, so it accepts
//     more than crypto/ed25519 does: A or R may have a part of small order.
//   - rsa: PKCS #1 v1.5 over SHA-256. As with the crate rsa 0.4, the signature is a number
//     that is taken modulo n: neither its length nor its size is looked at.
//   - multisig: the n member keys, and then index u8 ‖ length u8 ‖ signature for each
//     signer, in any order.
//
// # What differs from the network's library
//
//   - Ed25519: the oracles were built with ed25519-compact 2.0.4, later 2.1.1 and 2.2.0,
//     which verify alike. Those accept when the order of SB − kA − R divides 4, where here
//     it may be 8 as well. They take points that are not canonically encoded, and of the
//     keys of small order they refuse two encodings alone, y = 1 and 32 zero bytes.
//     Releases from 2.6.0 on corrected all of that, and under a key of small order anyone
//     can sign. A signature made as RFC 8032 says is judged the same by all; only who means
//     to can make another.
//   - Multisig: helium-crypto compares neither the member keys with the digest in the key
//     nor the indices with each other, so anyone can sign for any multisig key. Here the
//     rule is that of the Erlang library libp2p_crypto: the members must have the key's
//     digest, the indices must be distinct and less than n, and at least m signatures must
//     hold. Stricter than that library: 1 ≤ m ≤ n, the members stand in the ascending order of
//     their text and none twice, as whoever makes such keys writes them, and the digest is
//     SHA-256. Members are ecc_compact and ed25519 keys, as there; helium-crypto has no
//     others either, since it panics on them or has no room for their signatures. Whether
//     an oracle reads a multisig key at all depends on the features it was built with, so
//     who judges a report decides about [Key.Type] Multisig; the deny list has such a key.
//   - helium-crypto panics on a secp256k1 key that is not on the curve and on an RSA key
//     whose n is longer than both numbers. They are malformed.
//   - RSA: a modulus of more than 8192 bits exceeds the limit. A modulus below 1024 bits
//     or even, or an even exponent, makes a key that parses but whose signatures
//     are unsupported, since crypto/rsa does not judge them. A signature of more than 4096
//     bytes exceeds the limit. The network's RSA keys have 2048 bits.
//   - A text of more than 2048 characters exceeds the limit.
package keys
