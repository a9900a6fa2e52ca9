// Package radioday makes days of signed radio coverage reports whose verdicts are known
// beforehand. It is for tests and measurements.
//
// A day is planned first: which hotspot beacons when, who hears it, what is wrong with it,
// and so what is to become of every report. Only then are the reports made and signed, with
// keys of every type. Nothing here judges a report.
package radioday

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A Day is a day of reports, what a network knew, and what the reports come to.
type Day struct {
	Frames [4][][]byte // of the archives, by settle.Stream

	Gateways    []Gateway
	Sessions    []Session
	Regions     map[wire.Region]*wire.RegionParams
	Denied      [][]byte    // keys
	DeniedEdges [][2][]byte // pairs of keys
	Scales      map[h3.Cell]pocover.Scale

	// Plan is the summary of the day, whose reports are received within Slack.
	Plan settle.Summary
}

// A Gateway is a hotspot that the network knew.
type Gateway struct {
	Key     []byte
	Known   pocover.Gateway
	History pocover.History
}

// A Session is a session key that the network knew.
type Session struct {
	Init        wire.SessionInit
	From, Until uint64
}

// New makes a day of at least some witness reports. It is the same for the same seed, but
// for the RSA key, which is drawn once in a process.
func New(seed uint64, witnesses int) *Day {
	n := &network{drawer: newDrawer(seed), Day: &Day{
		Regions: regions(),
		Scales:  make(map[h3.Cell]pocover.Scale),
		Plan: settle.Summary{
			Beacons:   make(map[pocover.Reason]uint64),
			Witnesses: make(map[pocover.Reason]uint64),
		},
	}, sums: make(map[string]*pocover.GatewayShares)}
	n.plan(witnesses)
	n.know()
	n.entropy()
	n.packets(witnesses / 4)
	for _, key := range slices.Sorted(maps.Keys(n.sums)) {
		n.Plan.Gateways = append(n.Plan.Gateways, *n.sums[key])
	}
	for _, p := range n.proofs {
		n.beacon(p)
	}
	for _, h := range n.hearings {
		n.witness(h)
	}
	for stream, frames := range n.frames {
		slices.SortStableFunc(frames, func(a, b frame) int { return cmp.Compare(a.order, b.order) })
		for _, f := range frames {
			n.Frames[stream] = append(n.Frames[stream], f.bytes)
		}
	}
	return n.Day
}

// know lists what the network knows of the hotspots.
func (n *network) know() {
	for _, h := range n.hotspots {
		if h.scale != 0 && h.known.Asserted {
			n.Scales[h.known.Location] = h.scale
		}
		if h.absent {
			continue
		}
		n.Gateways = append(n.Gateways, Gateway{h.public, h.known, h.history})
		if h.signs != bySession {
			continue
		}
		for q, key := range h.sessions {
			s := wire.SessionInit{PubKey: h.public, Nonce: n.bytes(32), SessionKey: key.public}
			s.Signature = h.sign(s.AppendSigned(nil))
			from := day + uint64(q)*bucket
			n.Sessions = append(n.Sessions, Session{s, from, from + bucket - 1})
		}
	}
}

// put adds a frame.
func (n *network) put(stream settle.Stream, order uint64, bytes []byte) {
	n.frames[stream] = append(n.frames[stream], frame{order, bytes})
}

// records are the entropy of a day, one of each minute.
const records = 24 * hour / minute

// entropy makes the entropy records, one of them again with another time, one late and one
// that is none.
func (n *network) entropy() {
	record := func(k settle.Kind, data []byte, received, order uint64) {
		n.count(settle.Entropy, k)
		e := wire.EntropyReport{Data: data, Timestamp: received / 1000}
		n.put(settle.Entropy, order, e.AppendCanonical(nil))
	}
	for m := range records {
		n.remote = append(n.remote, n.bytes(32))
		record(settle.Recorded, n.remote[m], at(m), n.ordered(at(m)))
	}
	last := at(records-1)*1000 + jitter
	record(settle.Repeated, n.remote[records-30], at(records-1), last)
	record(settle.Late, n.bytes(32), at(records-10), last)
	n.malformed(settle.Entropy, last)
}

// beacon makes and signs a beacon.
func (n *network) beacon(p *proof) {
	entropy := &wire.EntropyReport{Data: n.bytes(32)}
	if p.minute != none {
		entropy = &wire.EntropyReport{Data: n.remote[p.minute], Timestamp: at(p.minute) / 1000}
	}
	if p.copies != nil {
		p.local = p.copies.local
	}
	region := p.from.known.Region
	if !p.from.known.Asserted {
		region = wire.RegionEU868
	}
	// With a gain that every region allows: the payload does not depend on it.
	b := must(pocover.BuildBeacon(entropy, p.local, region, n.Regions[region], 12))
	p.payload, p.frequency = b.Payload[:], b.Frequency
	if p.spoiled {
		p.payload[7] ^= 1
	}
	p.rate = b.DataRate
	m := wire.BeaconIngestReport{Received: p.received, HasReport: true, Report: wire.BeaconReport{
		PubKey:        p.from.public,
		LocalEntropy:  p.local,
		RemoteEntropy: entropy.Data,
		Data:          p.payload,
		Frequency:     b.Frequency,
		DataRate:      b.DataRate,
		TxPower:       14,
		Timestamp:     p.received * 1e6,
		Tmst:          n.Uint32(),
	}}
	if p.impossible {
		m.Report.Timestamp = math.MaxInt64 + 1
	}
	m.Report.Signature = n.signature(p.from, p.received, p.forged, m.Report.AppendSigned(nil))
	n.put(settle.Beacons, p.order, m.AppendCanonical(nil))
}

// witness makes and signs a witness report.
func (n *network) witness(h *hearing) {
	m := wire.WitnessIngestReport{Received: h.received, HasReport: true, Report: wire.WitnessReport{
		PubKey:    h.from.public,
		Data:      n.bytes(pocover.PayloadSize),
		Timestamp: h.received * 1e6,
		Tmst:      n.Uint32(),
		Signal:    h.signal,
		SNR:       -55,
		Frequency: 868_100_000,
	}}
	if p := h.of; p != nil {
		m.Report.Data, m.Report.Frequency, m.Report.DataRate = p.payload, p.frequency+h.offset, p.rate
	}
	if h.rate != 0 {
		m.Report.DataRate = h.rate
	}
	m.Report.Signature = n.signature(h.from, h.received, h.forged, m.Report.AppendSigned(nil))
	n.put(settle.Witnesses, h.order, m.AppendCanonical(nil))
}

// signature signs as a hotspot does at a time.
func (n *network) signature(h *hotspot, received uint64, forged bool, message []byte) []byte {
	key := h.signer
	if h.signs != byGateway {
		key = h.sessions[min((received-day)/bucket, buckets-1)]
	}
	if forged {
		message = append(message, 0)
	}
	return key.sign(message)
}

// packets makes packets, charged by the 24 bytes of payload begun.
func (n *network) packets(count int) {
	sizes := []struct{ size, credits uint64 }{{0, 1}, {1, 1}, {24, 1}, {25, 2}, {48, 2}, {49, 3}, {242, 11}}
	for i := range count {
		h := n.hotspots[n.IntN(len(n.hotspots))]
		s := sizes[n.IntN(len(sizes))]
		p := wire.PacketReport{
			Gateway:     h.public,
			OUI:         1,
			PayloadHash: n.bytes(32),
			PayloadSize: uint32(s.size),
			Type:        wire.PacketUplink,
			Received:    day + uint64(i)*uint64(24*hour)/uint64(count),
		}
		k := settle.Charged
		switch n.IntN(8) {
		case 0:
			p.Type, k = 0, settle.Free
		case 1:
			p.Free, k = true, settle.Free
		}
		n.count(settle.Packets, k)
		if k == settle.Charged {
			n.sum(h).Credits += s.credits
		}
		n.put(settle.Packets, n.ordered(p.Received), p.AppendCanonical(nil))
	}
	n.malformed(settle.Packets, 0)
}
