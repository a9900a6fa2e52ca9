//go:build !cgo

package oracle_test

import "testing"

func TestOracle(t *testing.T) {
	t.Skip("not run: the H3 library in C needs cgo and a C compiler")
}
