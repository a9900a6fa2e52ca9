module github.com/depinproof/depinproof

go 1.26.8

require (
	filippo.io/edwards25519 v1.2.0
	github.com/cespare/xxhash/v2 v2.3.0
	github.com/consensys/gnark-crypto v0.22.0
	github.com/decred/dcrd/dcrec/secp256k1/v4 v4.4.1
	github.com/klauspost/cpuid/v2 v2.4.2
	github.com/minio/sha256-simd v1.0.1
	github.com/mr-tron/base58 v1.3.0
	golang.org/x/crypto v0.57.0
	golang.org/x/sys v0.48.0
	google.golang.org/protobuf v1.36.12
	lukechampine.com/blake3 v1.4.1
)

require github.com/bits-and-blooms/bitset v1.25.0 // indirect
