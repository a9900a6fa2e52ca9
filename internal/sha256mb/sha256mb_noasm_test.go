//go:build (!amd64 && !arm64) || purego

package sha256mb

const expectAVX512 = false

// force does nothing: there is one implementation.
func force(string) (restore func()) { return func() {} }
