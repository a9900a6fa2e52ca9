//go:build race

package sha256mb

import (
	"runtime"
	"unsafe"
)

// The race detector does not see what assembly reads and writes.

func raceRead(p unsafe.Pointer, n uintptr)  { runtime.RaceReadRange(p, int(n)) }
func raceWrite(p unsafe.Pointer, n uintptr) { runtime.RaceWriteRange(p, int(n)) }
