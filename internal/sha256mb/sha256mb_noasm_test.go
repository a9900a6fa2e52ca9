//go:build !amd64 || purego

package sha256mb

const expectAVX512 = false
