package sha256mb

//go:generate go run -C _asm . -kernels avx512 -out ../avx512_amd64.s -stubs ../avx512_amd64.go -pkg sha256mb
//go:generate go run -C _asm . -kernels avx512compress -out ../avx512compress_amd64.s -stubs ../avx512compress_amd64.go -pkg sha256mb
//go:generate go run -C _asm . -kernels avx2 -out ../avx2_amd64.s -stubs ../avx2_amd64.go -pkg sha256mb
//go:generate go run -C _asm . -kernels shani -out ../shani_amd64.s -stubs ../shani_amd64.go -pkg sha256mb
//go:generate go run -C _asm . -kernels shanicycles -out ../shanicycles_amd64.s -stubs ../shanicycles_amd64.go -pkg sha256mb
