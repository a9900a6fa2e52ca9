module github.com/depinproof/depinproof/bench/peers

go 1.26.8

require (
	github.com/depinproof/depinproof v0.0.0
	github.com/supranational/blst v0.3.17
)

require (
	github.com/bits-and-blooms/bitset v1.25.0 // indirect
	github.com/consensys/gnark-crypto v0.22.0 // indirect
	golang.org/x/crypto v0.57.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
)

replace github.com/depinproof/depinproof => ../..
