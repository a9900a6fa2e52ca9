package sector

import (
	"context"
	"sync"
	"sync/atomic"
)

// pieceNodes is the number of nodes that are worked on at a time: 128 KiB of each file.
const pieceNodes = 4096

// A reporter counts what is done of a stage.
type reporter struct {
	mutex    sync.Mutex
	progress Progress
	tell     func(Progress)
}

func (s *Sealer) reporter(stage Stage, layer int, total uint64) *reporter {
	return &reporter{progress: Progress{Stage: stage, Layer: layer, Total: total}, tell: s.options.Progress}
}

func (r *reporter) add(nodes uint64) {
	if r.tell == nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.progress.Done += nodes
	r.tell(r.progress)
}

// share has up to so many workers, the caller one of them, do n pieces of work, until one
// fails or the context does. Each begins with start, which returns what does a piece.
func share(ctx context.Context, n, workers int, start func() func(int) error) error {
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
				first := err
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
