package settle

import (
	"bytes"
	"cmp"
	"container/heap"
	"math"

	"github.com/depinproof/depinproof/pocover/wire"
)

// A joiner brings together the beacons and witnesses of equal payload, by the times they
// were received at.
//
// A report that is not late was received at most slack before the latest of its stream. So
// once every stream is past a time by more than slack, all reports of that time are known,
// and what is done at its end is the same whatever was read in between.
type joiner struct {
	window uint64 // ms, before and after a beacon, in which it has its witnesses
	slack  uint64 // ms
	most   int    // reports held

	due    dueReports        // every report held that is not past its time
	groups map[string]*group // of the reports held, by payload
	held   int
	last   *Report // the one that was due last

	hasEntropy func(beacon *Report) bool
	settle     func(beacon *Report, witnesses []*Report) error
	drop       func(*Report) error // that comes into no proof of coverage, for its kind
}

// A group has the reports of one payload. All lists are heaps in the order of falling due,
// so that no work is quadratic, whatever comes under one payload.
type group struct {
	beacons dueReports // that are not due yet
	// witnesses are those that no beacon has taken, and repeated ones between them.
	witnesses dueReports
}

// later adds to a time, which never passes its end.
func later(t, by uint64) uint64 {
	if t > math.MaxUint64-by {
		return math.MaxUint64
	}
	return t + by
}

// compareDue orders reports as they fall due: by time, beacons before witnesses, by id, and
// as they were read.
func compareDue(a, b *Report) int {
	return cmp.Or(
		cmp.Compare(a.Received, b.Received),
		cmp.Compare(a.Stream, b.Stream),
		bytes.Compare(a.ID[:], b.ID[:]),
		cmp.Compare(a.order, b.order),
	)
}

// dueReports is a heap.
type dueReports []*Report

func (d dueReports) Len() int           { return len(d) }
func (d dueReports) Less(i, j int) bool { return compareDue(d[i], d[j]) < 0 }
func (d dueReports) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *dueReports) Push(x any)        { *d = append(*d, x.(*Report)) }
func (d *dueReports) Pop() any {
	last := len(*d) - 1
	r := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	return r
}

// payload is what beacons and witnesses are joined by.
func (r *Report) payload() []byte {
	if r.Stream == Beacons {
		return r.Beacon.Report.Data
	}
	return r.Witness.Report.Data
}

// alone returns a beacon or witness that shares no memory with its batch, so that what is
// pending holds nothing else, whatever surrounded it.
func (r *Report) alone() *Report {
	if r.Stream == Beacons {
		c := &struct {
			report  Report
			message wire.BeaconIngestReport
		}{*r, *r.Beacon}
		m := &c.message.Report
		detach(&m.PubKey, &m.LocalEntropy, &m.RemoteEntropy, &m.Data, &m.Signature)
		c.report.Beacon = &c.message
		return &c.report
	}
	c := &struct {
		report  Report
		message wire.WitnessIngestReport
	}{*r, *r.Witness}
	m := &c.message.Report
	detach(&m.PubKey, &m.Data, &m.Signature)
	c.report.Witness = &c.message
	return &c.report
}

// detach moves fields into memory of their own.
func detach(fields ...*[]byte) {
	size := 0
	for _, f := range fields {
		size += len(*f)
	}
	memory := make([]byte, 0, size)
	for _, f := range fields {
		if *f == nil {
			continue
		}
		start := len(memory)
		memory = append(memory, *f...)
		*f = memory[start:len(memory):len(memory)]
	}
}

// add takes a beacon or witness that is not late.
func (j *joiner) add(r *Report) error {
	if j.held == j.most {
		return limit("more than %d reports are pending at %d ms", j.most, r.Received)
	}
	j.held++
	heap.Push(&j.due, r)
	g := j.groups[string(r.payload())]
	if g == nil {
		g = new(group)
		j.groups[string(r.payload())] = g
	}
	if r.Stream == Beacons {
		heap.Push(&g.beacons, r)
	} else {
		heap.Push(&g.witnesses, r)
	}
	return nil
}

// advance settles what is due when every stream is past low.
func (j *joiner) advance(low uint64) error {
	for len(j.due) > 0 && later(j.due[0].Received, j.window+j.slack) < low {
		if err := j.next(); err != nil {
			return err
		}
	}
	return nil
}

// finish settles all that is left when no stream has any more.
func (j *joiner) finish() error {
	for len(j.due) > 0 {
		if err := j.next(); err != nil {
			return err
		}
	}
	if j.held != 0 || len(j.groups) != 0 {
		return internalError("%d reports of %d payloads are left over", j.held, len(j.groups))
	}
	return nil
}

// next settles the report that is due first.
func (j *joiner) next() error {
	r := heap.Pop(&j.due).(*Report)
	before := j.last
	j.last = r
	if r.Kind != 0 {
		return nil // a beacon has taken it
	}
	payload := r.payload()
	g := j.groups[string(payload)]
	if g == nil {
		return internalError("a report of no payload is held")
	}
	var err error
	switch {
	case r.Stream == Beacons:
		if heap.Pop(&g.beacons) != r {
			return internalError("beacons of a payload are not in order")
		}
		err = j.beacon(g, r, before)
	case repeats(r, before):
		err = j.end(r, Repeated)
	case j.covered(g, r):
		r.waiting = true
	default:
		err = j.end(r, Stale)
	}
	for len(g.witnesses) > 0 && g.witnesses[0].Kind != 0 {
		heap.Pop(&g.witnesses)
	}
	if len(g.beacons) == 0 && len(g.witnesses) == 0 {
		delete(j.groups, string(payload))
	}
	return err
}

// repeats reports whether r has the id of the report that was due before it.
func repeats(r, before *Report) bool {
	return before != nil && r.Stream == before.Stream && r.ID == before.ID
}

// covered reports whether the next beacon of the group is one whose window has the witness,
// which is due already.
func (j *joiner) covered(g *group, witness *Report) bool {
	return len(g.beacons) > 0 && g.beacons[0].Received <= later(witness.Received, j.window)
}

// end accounts for a report that comes into no proof of coverage.
func (j *joiner) end(r *Report, k Kind) error {
	j.held--
	r.Kind = k
	return j.drop(r)
}

// beacon settles a beacon that is due.
func (j *joiner) beacon(g *group, r, before *Report) error {
	switch {
	case repeats(r, before):
		return j.abandon(g, r, Repeated)
	case !j.hasEntropy(r):
		return j.abandon(g, r, Stale)
	}
	var taken, repeated []*Report
	for len(g.witnesses) > 0 && g.witnesses[0].Received <= later(r.Received, j.window) {
		w := heap.Pop(&g.witnesses).(*Report)
		switch {
		case w.Kind != 0: // it was repeated before
		// The network kept reports of both streams by their ids, beacons first.
		case w.ID == r.ID, len(taken) > 0 && w.ID == taken[len(taken)-1].ID:
			repeated = append(repeated, w)
		default:
			taken = append(taken, w)
		}
	}
	r.Kind = Judged
	for _, w := range taken {
		w.Kind = Judged
	}
	j.held -= 1 + len(taken)
	if err := j.settle(r, taken); err != nil {
		return err
	}
	for _, w := range repeated {
		if err := j.end(w, Repeated); err != nil {
			return err
		}
	}
	return nil
}

// abandon ends a beacon that takes no witnesses, and those that waited for it, unless the
// next beacon of the group takes them.
func (j *joiner) abandon(g *group, beacon *Report, k Kind) error {
	if err := j.end(beacon, k); err != nil {
		return err
	}
	for len(g.witnesses) > 0 {
		w := g.witnesses[0]
		if w.Kind == 0 {
			if !w.waiting || j.covered(g, w) {
				return nil
			}
			if err := j.end(w, Stale); err != nil {
				return err
			}
		}
		heap.Pop(&g.witnesses)
	}
	return nil
}
