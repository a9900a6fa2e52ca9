//go:build (!amd64 && !arm64) || purego

package sha256mb

// force does nothing, as there is one implementation.
func force(string) (restore func()) { return func() {} }

func expected() []string { return []string{"generic"} }
