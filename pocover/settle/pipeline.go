package settle

import (
	"context"
	"sync"
)

// A batch is what one read of a stream gave: frames in the order of the stream, and how
// the stream went on after them.
type batch struct {
	reports []Report
	damage  *Damage // the archive that the frames come from breaks off after them
	last    bool    // the stream ends after them
	err     error   // the stream cannot be read any further
	panics  any     // what reading panicked with

	checked chan struct{} // closed when the reports are checked; nil without workers
}

// Batches are bounded by frames and ends of archives, so that work is shared evenly, and by
// bytes, so that they are small whatever the frames are.
const (
	batchFrames = 256
	batchBytes  = 128 << 10
)

// A pipeline gives the batches of a stream, decoded and checked, in the order of the
// stream.
type pipeline struct {
	read  func(*batch)
	check func(*batch)
	queue chan *batch // of batches that were read ahead; nil without workers
}

// next returns the next batch.
func (p *pipeline) next(ctx context.Context) (*batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p.queue == nil {
		b := new(batch)
		p.read(b)
		p.check(b)
		return b, nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case b, ok := <-p.queue:
		if !ok {
			return nil, internalError("a source ended the goroutine that reads it")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-b.checked:
			return b, nil
		}
	}
}

// readAhead reads a batch in another goroutine than the caller's, whom a panic of a source
// is to reach.
func (p *pipeline) readAhead(b *batch) {
	defer func() { b.panics = recover() }()
	p.read(b)
}

// workers are the goroutines that read and check ahead.
type workers struct {
	stop  context.CancelFunc
	done  <-chan struct{}
	jobs  chan job
	ahead int // batches of a stream
	wg    sync.WaitGroup
}

// A job is a batch to check.
type job struct {
	batch *batch
	check func(*batch)
}

// newWorkers starts n goroutines that check batches.
func newWorkers(n int) *workers {
	ctx, stop := context.WithCancel(context.Background())
	w := &workers{stop: stop, done: ctx.Done(), jobs: make(chan job, n), ahead: 2 * n}
	for range n {
		w.wg.Go(func() {
			for {
				select {
				case <-w.done:
					return
				case j := <-w.jobs:
					j.check(j.batch)
					close(j.batch.checked)
				}
			}
		})
	}
	return w
}

// close ends the goroutines and waits for them.
func (w *workers) close() {
	w.stop()
	w.wg.Wait()
}

// feed starts the goroutine that reads the stream of p and, at its end, closes it.
func (w *workers) feed(p *pipeline, closeStream func()) {
	p.queue = make(chan *batch, w.ahead)
	w.wg.Go(func() {
		defer close(p.queue)
		defer closeStream()
		for last := false; !last; {
			b := &batch{checked: make(chan struct{})}
			p.readAhead(b)
			last = b.last || b.err != nil || b.panics != nil
			// A batch is in the queue only once it is a job, so that who waits for it
			// waits for a worker.
			select {
			case <-w.done:
				return
			case w.jobs <- job{b, p.check}:
			}
			select {
			case <-w.done:
				return
			case p.queue <- b:
			}
		}
	})
}
