package share

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
)

func TestDo(t *testing.T) {
	for _, workers := range []int{-1, 0, 1, 2, 7} {
		for _, n := range []int{0, 1, 2, 5, 100} {
			var started atomic.Int64
			done := make([]atomic.Int64, n)
			err := Do(t.Context(), n, workers, func() func(int) error {
				started.Add(1)
				return func(i int) error { done[i].Add(1); return nil }
			})
			if err != nil || started.Load() != int64(max(1, min(workers, n))) {
				t.Fatalf("%d pieces, %d workers: %v, %d started", n, workers, err, started.Load())
			}
			for i := range done {
				if got := done[i].Load(); got != 1 {
					t.Fatalf("%d pieces, %d workers: piece %d done %d times", n, workers, i, got)
				}
			}
		}
	}
}

func TestDoStops(t *testing.T) {
	bad := errors.New("bad")
	for _, workers := range []int{1, 3} {
		var done atomic.Int64
		err := Do(t.Context(), 1000, workers, func() func(int) error {
			return func(i int) error {
				if done.Add(1); i == 10 {
					return bad
				}
				return nil
			}
		})
		if err != bad || workers == 1 && done.Load() != 11 {
			t.Errorf("%d workers: %v after %d pieces", workers, err, done.Load())
		}
		ctx, cancel := context.WithCancel(t.Context())
		done.Store(0)
		err = Do(ctx, 1000, workers, func() func(int) error {
			return func(i int) error {
				if done.Add(1); i == 10 {
					cancel()
				}
				return nil
			}
		})
		if err != context.Canceled || workers == 1 && done.Load() != 11 {
			t.Errorf("%d workers: %v after %d pieces", workers, err, done.Load())
		}
	}
}

func TestOneWorker(t *testing.T) {
	before := runtime.NumGoroutine()
	err := Do(t.Context(), 10, 1, func() func(int) error {
		return func(int) error {
			if now := runtime.NumGoroutine(); now > before {
				t.Errorf("%d goroutines more", now-before)
			}
			return nil
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
