package radioday

import (
	"cmp"
	"slices"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A proof is a beacon that is planned, and who is to hear it.
type proof struct {
	from     *hotspot
	received uint64 // ms
	order    uint64 // in the archives
	minute   int    // of the entropy; none stands for one that is not on record
	local    []byte

	copies     *proof // whose local entropy it sends
	spoiled    bool   // the payload
	forged     bool   // the signature
	impossible bool   // its time

	// What is sent, once it is made.
	payload   []byte
	frequency uint64
	rate      wire.DataRate
}

// none is the minute of no entropy record.
const none = -1

// A hearing is a witness that is planned.
type hearing struct {
	from     *hotspot
	of       *proof // nil: of a payload that nobody sends
	received uint64 // ms
	order    uint64
	signal   int32 // dBm × 10
	offset   uint64
	rate     wire.DataRate // other than the beacon's
	forged   bool
}

// Signals in dBm × 10, below and above what is possible between any two hotspots of a site.
const (
	faint = -1300
	loud  = -100
)

// Slack is how much earlier than the latest of its stream a report of a day is received,
// except those that are late: those are so by more than a minute.
const Slack = 30_000 // ms

// Noon is a time, in milliseconds, in the middle of a day: what is received before has
// nothing to do with what is received after it, but for histories.
const Noon = day + 12*hour

const jitter = 20_000_000 // µs, less than the slack

// ordered returns where in the archives a report comes that is received at a time.
func (n *network) ordered(received uint64) uint64 { return received*1000 + n.Uint64N(jitter) }

// A network is what a day is drawn from, and its plan.
type network struct {
	*drawer
	*Day
	hotspots []*hotspot
	sites    []*site
	proofs   []*proof
	hearings []*hearing
	remote   [][]byte // entropy, by minute
	frames   [4][]frame
	sums     map[string]*pocover.GatewayShares
}

// A frame has its place in the archives.
type frame struct {
	order uint64
	bytes []byte
}

// count writes a report into the plan.
func (n *network) count(stream settle.Stream, k settle.Kind) {
	n.Plan.Frames[stream]++
	n.Plan.Kinds[stream][k]++
}

// signed writes the signature of a report into the plan.
func (n *network) signed(h *hotspot, forged bool) {
	state := settle.ByGateway
	switch {
	case h.absent:
		state = settle.Unchecked
	case forged:
		state = settle.Bad
	case h.signs == bySession:
		state = settle.BySession
	case h.signs == byOtherSession:
		state = settle.NotVerifiable
	}
	n.Plan.Signatures[state]++
}

// send plans a beacon.
func (n *network) send(p *proof, k settle.Kind, reason pocover.Reason) *proof {
	if p.order == 0 {
		p.order = n.ordered(p.received)
	}
	p.local = n.bytes(4)
	n.proofs = append(n.proofs, p)
	n.count(settle.Beacons, k)
	if k != settle.Malformed {
		n.signed(p.from, p.forged)
	}
	if k == settle.Judged {
		n.Plan.Beacons[reason]++
	}
	return p
}

// hear plans a witness.
func (n *network) hear(h *hearing, k settle.Kind, reason pocover.Reason) *hearing {
	if h.order == 0 {
		h.order = n.ordered(h.received)
	}
	if h.signal == 0 {
		h.signal = faint
	}
	n.hearings = append(n.hearings, h)
	n.count(settle.Witnesses, k)
	if k != settle.Malformed {
		n.signed(h.from, h.forged)
	}
	if k == settle.Judged {
		n.Plan.Witnesses[reason]++
	}
	return h
}

// HIP-15's reward units of a beacon and of each witness, × 10,000, by how many witnesses
// are selected.
var (
	beaconUnits  = [...]uint64{0, 2500, 5000, 7500, 10000, 12000, 13600, 14880, 15904, 16723, 17379, 17903, 18322, 18658, 18926}
	witnessUnits = [...]uint64{0, 10000, 10000, 10000, 10000, 7600, 6067, 5017, 4262, 3697, 3262, 2918, 2640, 2411, 2220}
)

// reward plans the shares of a valid beacon and its valid witnesses.
func (n *network) reward(p *proof, valid []*hearing) {
	slices.SortFunc(valid, func(a, b *hearing) int { return cmp.Compare(a.received, b.received) })
	selected := valid[:min(len(valid), len(beaconUnits)-1)]
	if len(selected) == 0 {
		return
	}
	n.Plan.Selected += uint64(len(selected))
	scale := uint64(p.from.scale)
	if scale == 0 {
		scale = 2000
	}
	n.sum(p.from).Beacon += pocover.Shares(scale * beaconUnits[len(selected)])
	for _, h := range selected {
		n.sum(h.from).Witness += pocover.Shares(scale * witnessUnits[len(selected)])
	}
}

// sum is where the plan has what a gateway does.
func (n *network) sum(h *hotspot) *pocover.GatewayShares {
	key := string(h.public)
	if n.sums[key] == nil {
		n.sums[key] = &pocover.GatewayShares{Gateway: key}
	}
	return n.sums[key]
}

// minutes and times of a bucket at which hotspots may beacon, so that all of it is received
// in the bucket.
func (n *network) minuteOf(q int) int { return q*bucket/minute + 2 + n.IntN(bucket/minute-10) }

func at(m int) uint64 { return day + uint64(m)*minute }

// others returns some regular hotspots of a site but one.
func (n *network) others(s *site, but *hotspot, count int) []*hotspot {
	var list []*hotspot
	for _, i := range n.Perm(len(s.regular)) {
		if h := s.regular[i]; h != but && len(list) < count {
			list = append(list, h)
		}
	}
	return list
}

// ordinary plans a beacon without a fault, and its witnesses.
func (n *network) ordinary(s *site, from *hotspot, q, witnesses int) {
	m := n.minuteOf(q)
	p := n.send(&proof{from: from, minute: m, received: at(m) + 5000 + n.Uint64N(40_000)}, settle.Judged, 0)
	var valid []*hearing
	for i, w := range n.others(s, from, witnesses) {
		received := p.received + 100 + uint64(i)*40 + n.Uint64N(30)
		valid = append(valid, n.hear(&hearing{from: w, of: p, received: received}, settle.Judged, 0))
	}
	n.reward(p, valid)
}

// faulty plans the beacon of the marked hotspot of a site with one witness of every fault.
// In odd buckets a witness is received first.
func (n *network) faulty(s *site, q int) *proof {
	m := n.minuteOf(q)
	from := s.marked()
	// So late in the lifespan of the entropy that a witness may come after it.
	p := n.send(&proof{from: from, minute: m, received: at(m) + 150_000}, settle.Judged, 0)
	first, last := p.received, p.received+4000
	if q%2 == 1 {
		first = p.received - 700
		last = first + 1500
	}
	var valid []*hearing
	hear := func(from *hotspot, received uint64, reason pocover.Reason, change func(*hearing)) *hearing {
		h := &hearing{from: from, of: p, received: received}
		if change != nil {
			change(h)
		}
		n.hear(h, settle.Judged, reason)
		if reason == 0 {
			valid = append(valid, h)
		}
		return h
	}
	regular := n.others(s, from, 3+n.IntN(14))
	one := hear(regular[0], first, 0, nil)
	hear(regular[1], last, 0, nil) // the last moment
	for i, w := range regular[2:] {
		hear(w, first+50+uint64(i)*40, 0, nil)
	}
	t := first + 710
	for _, fault := range []struct {
		from   *hotspot
		reason pocover.Reason
		change func(*hearing)
	}{
		{s.denied, pocover.Denied, nil},
		{s.edge, pocover.DeniedEdge, nil},
		{from, pocover.SelfWitness, nil},
		{s.dataOnly, pocover.InvalidCapability, nil},
		{s.elsewhere, pocover.InvalidRegion, nil},
		{s.unasserted, pocover.NotAsserted, nil},
		{s.near, pocover.BelowMinDistance, nil},
		{s.far, pocover.BelowMinDistance, nil},
		{s.distant, pocover.MaxDistanceExceeded, nil},
		{s.loud, pocover.BadRSSI, func(h *hearing) { h.signal = loud }},
		{s.offFrequency, pocover.InvalidFrequency, func(h *hearing) { h.offset = 100_001 }},
		{s.late, pocover.TooLate, func(h *hearing) { h.received = last + 1 }},
		{s.expired, pocover.EntropyExpired, func(h *hearing) { h.received = at(m) + 181_000 }},
		{s.noBeacon, pocover.GatewayNoValidBeacons, nil},
		{s.twice, 0, nil},
		{s.twice, pocover.Duplicate, nil},
	} {
		hear(fault.from, t, fault.reason, fault.change)
		t += 7
	}
	// It beacons in bucket 1.
	if q == 0 {
		hear(s.newcomer, t, pocover.GatewayNoValidBeacons, nil)
	} else if q > 1 {
		hear(s.newcomer, t, 0, nil)
	}
	n.reward(p, valid)

	// Reports that come into no proof of coverage.
	again := *p
	again.order++
	again.copies = p
	n.send(&again, settle.Repeated, 0)
	repeat := func(change func(*hearing), k settle.Kind) {
		h := *one
		h.order++
		change(&h)
		n.hear(&h, k, 0)
	}
	repeat(func(*hearing) {}, settle.Repeated)
	repeat(func(h *hearing) { h.order++; h.signal = loud }, settle.Repeated)
	repeat(func(h *hearing) { h.from, h.received = from, p.received }, settle.Repeated)
	repeat(func(h *hearing) { h.received = p.received - 100_000 }, settle.Late)
	repeat(func(h *hearing) { h.from = s.absentBeacon }, settle.Unknown)
	repeat(func(h *hearing) { h.from, h.forged = s.refusedBeacon, true }, settle.Refused)
	repeat(func(h *hearing) { h.of = nil }, settle.Stale)
	repeat(func(h *hearing) { h.from, h.rate = s.badRate, 99 }, settle.Malformed)
	n.malformed(settle.Beacons, p.order)
	n.malformed(settle.Witnesses, one.order)
	return p
}

// malformed plans frames that are not the message of a stream: one that breaks off, and one
// without a report.
func (n *network) malformed(stream settle.Stream, order uint64) {
	frames := [][]byte{{0x0a, 0x7f, 1, 2, 3}}
	if stream == settle.Beacons || stream == settle.Witnesses {
		frames = append(frames, []byte{0x08, 1})
	}
	for _, f := range frames {
		n.count(stream, settle.Malformed)
		n.frames[stream] = append(n.frames[stream], frame{order, f})
	}
}

// faults plans beacons with every fault in a bucket, each of which is heard.
func (n *network) faults(s *site, q int) {
	marked := n.faulty(s, q)
	send := func(from *hotspot, k settle.Kind, reason pocover.Reason, change func(*proof)) {
		m := n.minuteOf(q)
		p := &proof{from: from, minute: m, received: at(m) + 5000 + n.Uint64N(40_000)}
		if change != nil {
			change(p)
		}
		n.send(p, k, reason)
		heard := settle.Stale
		if k == settle.Judged {
			heard = settle.Judged
		}
		var valid []*hearing
		for i, w := range n.others(s, s.marked(), 2) {
			valid = append(valid, n.hear(&hearing{from: w, of: p, received: p.received + 50 + uint64(i)}, heard, reason))
		}
		if k == settle.Judged && reason == 0 {
			n.reward(p, valid)
		}
	}
	send(s.unassertedBeacon, settle.Judged, pocover.NotAsserted, nil)
	send(s.deniedBeacon, settle.Judged, pocover.Denied, nil)
	send(s.expiredBeacon, settle.Judged, pocover.EntropyExpired, func(p *proof) { p.received = at(p.minute) + 181_000 })
	send(s.dataBeacon, settle.Judged, pocover.InvalidCapability, nil)
	send(s.packetBeacon, settle.Judged, pocover.InvalidPacket, func(p *proof) { p.spoiled = true })
	send(s.powerBeacon, settle.Judged, pocover.InvalidPacket, nil)
	send(s.lonelyBeacon, settle.Judged, pocover.GatewayNoValidWitnesses, nil)
	send(s.noEntropyBeacon, settle.Stale, 0, func(p *proof) { p.minute = none })
	send(s.absentBeacon, settle.Unknown, 0, nil)
	send(s.refusedBeacon, settle.Refused, 0, func(p *proof) { p.forged = true })
	send(s.lateBeacon, settle.Late, 0, func(p *proof) {
		p.minute, p.received, p.order = marked.minute, marked.received-100_000, marked.order+1
	})
	send(s.timeBeacon, settle.Malformed, 0, func(p *proof) { p.impossible = true })
	if q == 1 {
		send(s.newcomer, settle.Judged, 0, nil)
	}
	first := n.minuteOf(q)
	for _, reason := range []pocover.Reason{0, pocover.IrregularInterval} {
		send(s.twiceBeacon, settle.Judged, reason, func(p *proof) {
			p.minute, p.received = first, at(first)+20_000
			if reason != 0 {
				p.received += 60_000
			}
		})
	}
	// All through the lifespan of its entropy, of which the last second counts whole.
	m := n.minuteOf(q)
	long := n.send(&proof{from: s.longBeacon, minute: m, received: at(m) + 500}, settle.Judged, 0)
	heard := n.others(s, s.marked(), 3)
	n.reward(long, []*hearing{n.hear(&hearing{from: heard[0], of: long, received: at(m) + 500}, settle.Judged, 0)})
	n.hear(&hearing{from: heard[1], of: long, received: at(m) + 180_999}, settle.Judged, pocover.TooLate)
	n.hear(&hearing{from: heard[2], of: long, received: at(m) + 182_000}, settle.Stale, 0)
	n.send(&proof{from: s.copyBeacon, copies: marked, minute: marked.minute, received: marked.received + 300}, settle.Judged, 0)
}

// plan plans a day of some witness reports.
func (n *network) plan(witnesses int) {
	const (
		usually = 13 // witnesses of a beacon
		perSite = siteSize * buckets * usually
	)
	sites := min(max(1, (witnesses+perSite-1)/perSite), maxSites)
	for i := range sites {
		n.sites = append(n.sites, n.newSite(i, i%8 == 0))
	}
	left := witnesses
	faultBuckets := buckets
	if witnesses < perSite {
		faultBuckets = 2
	}
	for _, s := range n.sites {
		if s.denied != nil {
			before := len(n.hearings)
			for q := range faultBuckets {
				n.faults(s, q)
			}
			left -= len(n.hearings) - before
		}
	}
	for q := range buckets {
		for i := range siteSize {
			for _, s := range n.sites {
				if left <= 0 {
					return
				}
				from := s.regular[i]
				if s.denied != nil && from == s.marked() {
					continue
				}
				count := 8 + n.IntN(11)
				n.ordinary(s, from, q, count)
				left -= count
			}
		}
	}
}
