package sector

import (
	"fmt"
	"io"
	"testing"
)

func BenchmarkEncode(b *testing.B) {
	x := make([]byte, 1<<20)
	dst := make([]byte, len(x))
	b.SetBytes(int64(len(x)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Encode(dst, x, x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	x := make([]byte, 1<<20)
	dst := make([]byte, len(x))
	b.SetBytes(int64(len(x)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Decode(dst, x, x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdateKey(b *testing.B) {
	s := sealerOf(b, 8<<20, Options{})
	k, err := s.UpdateKey([32]byte{1}, [32]byte{2})
	if err != nil {
		b.Fatal(err)
	}
	x := make([]byte, 1<<20)
	dst := make([]byte, len(x))
	for name, f := range map[string]func(dst, x, y []byte, first uint64) error{"Encode": k.Encode, "Decode": k.Decode, "Remove": k.Remove} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(x)))
			b.ReportAllocs()
			for b.Loop() {
				if err := f(dst, x, x, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Labels of a sector of 8 MiB, its parents among them.
func BenchmarkLabels(b *testing.B) {
	for _, x := range []struct{ sectors, workers int }{{1, 1}, {1, 2}, {4, 1}, {4, 2}} {
		b.Run(fmt.Sprintf("sectors=%d/workers=%d", x.sectors, x.workers), func(b *testing.B) {
			s := sealerOf(b, 8<<20, Options{Workers: x.workers})
			ids, layers := make([][32]byte, x.sectors), make([][]io.WriterAt, x.sectors)
			for i := range layers {
				layers[i] = make([]io.WriterAt, s.Layers())
			}
			b.SetBytes(int64(x.sectors) * int64(s.SectorSize()))
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Labels(b.Context(), ids, layers); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	s := sealerOf(b, 32<<10, Options{})
	task := newTask(s, make([]byte, s.SectorSize()))
	b.SetBytes(int64(s.SectorSize()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Seal(b.Context(), &task.Task); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	s := sealerOf(b, 32<<10, Options{})
	task, c := sealed(b, s, 1)
	b.SetBytes(int64(s.SectorSize()))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Unseal(b.Context(), io.Discard, c.ReplicaID, task.replica, 0, s.SectorSize()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	s := sealerOf(b, 32<<10, Options{})
	task, c := sealed(b, s, 1)
	replica := make(Memory, s.SectorSize())
	b.SetBytes(int64(s.SectorSize()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Update(b.Context(), &UpdateTask{Old: c, OldReplica: task.replica, Data: task.data, Replica: replica}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCommD(b *testing.B) {
	s := sealerOf(b, 8<<20, Options{})
	data := make(Memory, s.SectorSize())
	b.SetBytes(int64(s.SectorSize()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.CommD(b.Context(), data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyReplica(b *testing.B) {
	s := sealerOf(b, 32<<10, Options{})
	task, c := sealed(b, s, 1)
	b.SetBytes(int64(s.SectorSize()))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.VerifyReplica(b.Context(), task.replica, c.CommC, c.CommR); err != nil {
			b.Fatal(err)
		}
	}
}
