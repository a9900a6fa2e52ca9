module github.com/depinproof/depinproof/bench/peers

go 1.26.8

require (
	github.com/depinproof/depinproof v0.0.0
	github.com/prysmaticlabs/gohashtree v0.0.4-beta
	github.com/supranational/blst v0.3.17
	github.com/transparency-dev/merkle v0.0.2
)

require (
	github.com/bits-and-blooms/bitset v1.25.0 // indirect
	github.com/consensys/gnark-crypto v0.22.0 // indirect
	github.com/klauspost/cpuid/v2 v2.4.2 // indirect
	github.com/minio/sha256-simd v1.0.1 // indirect
	golang.org/x/crypto v0.57.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
	lukechampine.com/blake3 v1.4.1 // indirect
)

replace github.com/depinproof/depinproof => ../..
