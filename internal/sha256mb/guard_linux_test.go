package sha256mb

import (
	"bytes"
	"slices"
	"syscall"
	"testing"
)

// A guard is memory between two pages that fault.
type guard []byte

func newGuard(t *testing.T, n int) guard {
	t.Helper()
	page := syscall.Getpagesize()
	size := (n + page - 1) / page * page
	m, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(m); err != nil {
			t.Error(err)
		}
	})
	for _, p := range [][]byte{m[:page], m[page+size:]} {
		if err := syscall.Mprotect(p, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return guard(m[page : page+size])
}

// place returns n bytes at the end of the memory, or at its front.
func (g guard) place(n int, end bool) []byte {
	if end {
		return g[len(g)-n:]
	}
	return g[:n:n]
}

// No kernel reads or writes outside its arguments: a fault ends the test.
func TestGuards(t *testing.T) {
	const most = 50
	in, out := newGuard(t, 300*most), newGuard(t, 32*most)
	copy(in, randomBytes(len(in)))
	forEachImpl(t, func(t *testing.T) {
		for _, end := range []bool{false, true} {
			for _, v := range pairsVerbs() {
				for n := range most + 1 {
					src, dst := digests(in.place(64*n, end)), digests(out.place(32*n, end))
					if v.hash(dst, src); !slices.Equal(dst, v.all(src)) {
						t.Errorf("%s, %d pairs, at the end: %v: wrong digests", v.name, n, end)
					}
				}
			}
			for _, n := range []int{0, 1, 31, 32, 55, 56, 63, 64, 65, 119, 120, 128, 200, 300} {
				for lanes := range most + 1 {
					msgs, dst := in.place(n*lanes, end), digests(out.place(32*lanes, end))
					if SumLanes(dst, msgs, n); !slices.Equal(dst, sumsOf(msgs, n, lanes)) {
						t.Errorf("%d messages of %d bytes, at the end: %v: wrong digests", lanes, n, end)
					}
				}
			}
			c, m := new(Cycles), new(Cycle)
			for lanes := 1; lanes <= Lanes; lanes++ {
				halves, dst := digests(in.place(32*lanes, end)), digests(out.place(32*lanes, end))
				for i := range m {
					m[i] = &halves[0]
				}
				var repeated []byte
				for _, half := range halves {
					repeated = append(repeated, bytes.Repeat(half[:], 39)...)
				}
				if c.Sum(dst, m, m, MostRing, 18); !slices.Equal(dst, sumsOf(repeated, 32*39, lanes)) {
					t.Errorf("%d cycles, at the end: %v: wrong digests", lanes, end)
				}
			}
		}
	})
}
