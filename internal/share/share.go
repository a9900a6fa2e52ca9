// Package share has several goroutines share the work on something large.
package share

import (
	"context"
	"sync"
	"sync/atomic"
)

// Do has up to so many workers, the caller one of them, do n pieces of work, until one
// fails or the context ends, and returns the first error. Each begins with start, which
// returns what does a piece. With one worker it starts no goroutine, and none is left when
// it returns.
func Do(ctx context.Context, n, workers int, start func() func(piece int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	work := func() {
		do := start()
		for failed.Load() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			err := ctx.Err()
			if err == nil {
				err = do(i)
			}
			if err != nil {
				first := err // a copy, so that pieces without an error allocate nothing
				failed.CompareAndSwap(nil, &first)
			}
		}
	}
	var others sync.WaitGroup
	for range min(workers, n) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}
