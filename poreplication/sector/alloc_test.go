package sector

import (
	"io"
	"runtime"
	"testing"
)

// What works on slices allocates nothing.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("not run: the race detector allocates")
	}
	s := sealerOf(t, 32<<10, Options{})
	k, err := s.UpdateKey([32]byte{1}, [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]byte, 32<<10)
	for name, f := range map[string]func() error{
		"Encode": func() error { return Encode(x, x, x) }, "Decode": func() error { return Decode(x, x, x) },
		"UpdateKey.Encode": func() error { return k.Encode(x, x, x, 0) }, "UpdateKey.Decode": func() error { return k.Decode(x, x, x, 0) },
		"UpdateKey.Remove": func() error { return k.Remove(x, x, x, 0) },
	} {
		if got := testing.AllocsPerRun(10, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

// allocated is the number of bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Memory is what the documentation says it is.
func TestAllocatedBytes(t *testing.T) {
	if raceEnabled {
		t.Skip("not run: the race detector allocates")
	}
	const size = 8 << 20
	s := sealerOf(t, size, Options{ParentMemory: -1})
	data := make(Memory, size)
	if got := allocated(func() {
		if _, err := s.CommD(t.Context(), data); err != nil {
			t.Fatal(err)
		}
	}); got > size/512+1<<20 {
		t.Errorf("CommD: %d bytes", got)
	}
	if testing.Short() {
		return
	}
	if got := allocated(func() {
		if err := s.Labels(t.Context(), make([][32]byte, 1), [][]io.WriterAt{{nil, nil}}); err != nil {
			t.Fatal(err)
		}
	}); got > 2*size+2<<20 {
		t.Errorf("Labels: %d bytes", got)
	}
}
