package settle

import (
	"context"
	"math/bits"
	"slices"
	"strings"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A run is a day that is being settled.
type run struct {
	*Settler
	ctx     context.Context
	yield   func(*Outcome) error
	until   uint64 // ms, or 0
	join    joiner
	entropy map[string]*wire.EntropyReport // by data
	history []pocover.History              // by gateway
	sums    []pocover.GatewayShares        // by gateway
	others  map[string]uint64              // Data Credits of gateways that are unknown
	summary *Summary
	cursors [streams]cursor
}

// A cursor is where a stream is being read.
type cursor struct {
	pipeline pipeline
	batch    *batch
	at       int    // in the batch
	time     uint64 // the latest that was read, ms
	ended    bool
}

func newRun(ctx context.Context, s *Settler, yield func(*Outcome) error) *run {
	if yield == nil {
		yield = func(*Outcome) error { return nil }
	}
	list := s.config.Registry.list
	r := &run{
		Settler: s,
		ctx:     ctx,
		yield:   yield,
		entropy: make(map[string]*wire.EntropyReport),
		history: make([]pocover.History, len(list)),
		sums:    make([]pocover.GatewayShares, len(list)),
		others:  make(map[string]uint64),
		summary: &Summary{
			Beacons:   make(map[pocover.Reason]uint64),
			Witnesses: make(map[pocover.Reason]uint64),
			Histories: make(map[string]pocover.History),
		},
	}
	for i, g := range list {
		r.history[i] = g.history
	}
	r.join = joiner{
		// The lifespan counts whole seconds.
		window: uint64(s.judge.Rules().EntropyLifespan.Milliseconds()) + 999,
		slack:  uint64(s.config.Options.Slack.Milliseconds()),
		most:   s.config.Options.MaxPending,
		groups: make(map[string]*group),

		hasEntropy: func(b *Report) bool { return r.entropyOf(b) != nil },
		settle:     r.proof,
		drop:       r.drop,
	}
	return r
}

// day settles a day.
func (r *run) day(day *Day) error {
	r.until = day.Until
	var w *workers
	if n := r.config.Options.Workers; n > 1 {
		w = newWorkers(n)
		defer w.close()
	}
	for stream, list := range [streams][]Source{day.Entropy, day.Beacons, day.Witnesses, day.Packets} {
		src := &source{stream: Stream(stream), list: list, options: &r.config.Options}
		c := &r.cursors[stream]
		c.pipeline = pipeline{read: src.read, check: r.checkBatch}
		if w != nil {
			w.feed(&c.pipeline, src.close)
		} else {
			defer src.close()
		}
	}
	for {
		c, low := r.first()
		if c == nil {
			break
		}
		if err := r.advance(c); err != nil {
			return err
		}
		if _, now := r.first(); now > low {
			if err := r.join.advance(now); err != nil {
				return err
			}
		}
	}
	if err := r.join.finish(); err != nil {
		return err
	}
	for c := &r.cursors[Packets]; !c.ended; {
		if err := r.advance(c); err != nil {
			return err
		}
	}
	r.progress()
	r.list()
	return r.balance()
}

// first returns the stream that is to be read next, the one that is least far, and how far
// that is. At the end of all there is none.
func (r *run) first() (first *cursor, low uint64) {
	low = ^uint64(0)
	for i := range r.cursors[:Packets] {
		c := &r.cursors[i]
		if !c.ended && (first == nil || c.time < low) {
			first, low = c, c.time
		}
	}
	return first, low
}

// advance takes the next report of a stream.
func (r *run) advance(c *cursor) error {
	for c.batch == nil || c.at == len(c.batch.reports) {
		if b := c.batch; b != nil {
			if b.damage != nil {
				r.summary.Damages = append(r.summary.Damages, *b.damage)
			}
			switch {
			case b.panics != nil:
				panic(b.panics)
			case b.err != nil:
				return b.err
			case b.last:
				c.ended, c.batch = true, nil
				return nil
			}
		}
		b, err := c.pipeline.next(r.ctx)
		if err != nil {
			return err
		}
		c.batch, c.at = b, 0
		r.progress()
	}
	report := &c.batch.reports[c.at]
	c.at++
	report.order = r.summary.Frames[report.Stream]
	r.summary.Frames[report.Stream]++
	return r.take(c, report)
}

func (r *run) progress() {
	if tell := r.config.Options.Progress; tell != nil {
		_, low := r.first()
		tell(Progress{r.summary.Frames, low})
	}
}

// take finds a place for a report.
func (r *run) take(c *cursor, report *Report) error {
	if report.Kind == Malformed {
		return r.drop(report)
	}
	ahead := r.until != 0 && report.Received > r.until
	if report.Stream == Packets {
		if ahead {
			report.Kind = Ahead
			return r.drop(report)
		}
		return r.packet(report)
	}
	late := later(report.Received, r.join.slack) < c.time
	if !ahead {
		c.time = max(c.time, report.Received)
	}
	if report.Stream != Entropy {
		r.summary.Signatures[report.Signature]++
	}
	switch {
	case report.Kind != 0:
		return r.drop(report)
	case ahead:
		report.Kind = Ahead
		return r.drop(report)
	case late:
		report.Kind = Late
		return r.drop(report)
	case report.Stream == Entropy:
		return r.record(report)
	}
	return r.join.add(report.alone())
}

// record keeps an entropy record, of equal ones the first.
func (r *run) record(report *Report) error {
	e := report.entropy
	if r.entropy[string(e.Data)] != nil {
		report.Kind = Repeated
		return r.drop(report)
	}
	if len(r.entropy) == r.config.Options.MaxEntropy {
		return limit("more than %d entropy records", len(r.entropy))
	}
	// A copy, as it outlives its batch.
	data := string(e.Data)
	r.entropy[data] = &wire.EntropyReport{Data: []byte(data), Timestamp: e.Timestamp, Version: e.Version}
	report.Kind = Recorded
	r.count(report)
	return nil
}

// packet charges a packet.
func (r *run) packet(report *Report) error {
	p := report.packet
	if p.Free || p.Type != wire.PacketUplink {
		report.Kind = Free
		r.count(report)
		return nil
	}
	report.Kind = Charged
	r.count(report)
	cost := pocover.PacketCredits(uint64(p.PayloadSize))
	if g := r.config.Registry.gateways[string(p.Gateway)]; g != nil {
		return add(&r.sums[g.index].Credits, cost)
	}
	before, known := r.others[string(p.Gateway)]
	if !known && len(r.sums)+len(r.others) >= r.config.Options.MaxGateways {
		return limit("more than %d gateways", r.config.Options.MaxGateways)
	}
	err := add(&before, cost)
	r.others[string(p.Gateway)] = before
	return err
}

// add adds to a sum of a gateway.
func add[T ~uint64](sum *T, n T) error {
	total, carry := bits.Add64(uint64(*sum), uint64(n), 0)
	if carry != 0 {
		return limit("a sum of a gateway has more than 64 bits")
	}
	*sum = T(total)
	return nil
}

// count notes what became of a report.
func (r *run) count(report *Report) { r.summary.Kinds[report.Stream][report.Kind]++ }

// drop gives a report that came into no proof of coverage.
func (r *run) drop(report *Report) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.count(report)
	return r.yield(&Outcome{Report: report})
}

// entropyOf returns the entropy that a beacon refers to, or nil.
func (r *run) entropyOf(beacon *Report) *wire.EntropyReport {
	return r.entropy[string(beacon.Beacon.Report.RemoteEntropy)]
}

// proof judges a beacon and its witnesses.
func (r *run) proof(beacon *Report, witnesses []*Report) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	in := pocover.PoCInput{
		Beacon: pocover.BeaconInput{
			Report:  beacon.Beacon,
			Gateway: &beacon.gateway.known,
			Entropy: r.entropyOf(beacon),
			Params:  r.config.Regions[beacon.gateway.known.Region],
			Deny:    r.config.Deny,
			History: r.history[beacon.gateway.index],
		},
		Witnesses: make([]pocover.WitnessOfPoC, len(witnesses)),
		Density:   r.config.Density,
	}
	for i, w := range witnesses {
		in.Witnesses[i] = pocover.WitnessOfPoC{
			Report:  w.Witness,
			Gateway: &w.gateway.known,
			History: r.history[w.gateway.index],
		}
	}
	v := r.judge.PoC(&in)
	for i := range v.Updates {
		u := &v.Updates[i]
		g := r.config.Registry.gateways[string(u.Key)]
		if g == nil {
			return internalError("an update of gateway %x, which is unknown", u.Key)
		}
		r.history[g.index].Apply(u.History)
	}
	if err := r.tally(r.summary.Beacons, beacon, &v.Beacon); err != nil {
		return err
	}
	for i, w := range witnesses {
		if err := r.tally(r.summary.Witnesses, w, &v.Witnesses[i]); err != nil {
			return err
		}
	}
	if err := r.earn(beacon, witnesses, &v); err != nil {
		return err
	}
	return r.yield(&Outcome{beacon, witnesses, in.Beacon.Entropy, v})
}

// tally counts a verdict. There is one on whatever was held.
func (r *run) tally(counts map[pocover.Reason]uint64, report *Report, v *pocover.Verdict) error {
	if v.Status == pocover.Unjudged {
		return internalError("%s: frame %d has no verdict: %s", report.Archive, report.Frame, v)
	}
	r.count(report)
	counts[v.Reason]++
	return nil
}

// earn adds up the shares of a proof of coverage.
func (r *run) earn(beacon *Report, witnesses []*Report, v *pocover.PoCVerdict) error {
	r.summary.Selected += uint64(len(v.Selected))
	if err := add(&r.sums[beacon.gateway.index].Beacon, v.Scale.Shares(v.BeaconUnit)); err != nil {
		return err
	}
	for _, i := range v.Selected {
		if err := add(&r.sums[witnesses[i].gateway.index].Witness, v.Scale.Shares(v.WitnessUnit)); err != nil {
			return err
		}
	}
	return nil
}

// list completes the summary by what gateways did.
func (r *run) list() {
	s := r.summary
	for i, g := range r.config.Registry.list {
		if r.history[i] != g.history {
			s.Histories[string(g.key.Binary())] = r.history[i]
		}
		sum := r.sums[i]
		if sum != (pocover.GatewayShares{}) {
			sum.Gateway = string(g.key.Binary())
			s.Gateways = append(s.Gateways, sum)
		}
	}
	for key, credits := range r.others {
		s.Gateways = append(s.Gateways, pocover.GatewayShares{Gateway: key, Credits: credits})
	}
	slices.SortFunc(s.Gateways, func(a, b pocover.GatewayShares) int { return strings.Compare(a.Gateway, b.Gateway) })
}

// balance checks that every frame is accounted for.
func (r *run) balance() error {
	s := r.summary
	for stream, kinds := range s.Kinds {
		sum := uint64(0)
		for _, n := range kinds {
			sum += n
		}
		if sum != s.Frames[stream] {
			return internalError("%d of %d %s are accounted for", sum, s.Frames[stream], Stream(stream))
		}
	}
	for stream, verdicts := range map[Stream]map[pocover.Reason]uint64{Beacons: s.Beacons, Witnesses: s.Witnesses} {
		sum := uint64(0)
		for _, n := range verdicts {
			sum += n
		}
		if judged := s.Kinds[stream][Judged]; sum != judged {
			return internalError("%d verdicts on %d judged %s", sum, judged, stream)
		}
	}
	return nil
}
