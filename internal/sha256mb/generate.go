package sha256mb

//go:generate go run -C _asm . -kernels avx512 -out ../avx512_amd64.s -stubs ../avx512_amd64.go -pkg sha256mb
