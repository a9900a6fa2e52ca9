package settle

import (
	"errors"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

var (
	errNoReport = errors.New("the report is missing")
	errForeign  = invalid("the key is of another network")
)

// checkBatch decodes the frames of a batch, finds their gateways and checks who signed
// them. It depends on nothing but the frames, so that it does not matter when and where it
// is done.
func (s *Settler) checkBatch(b *batch) {
	if len(b.reports) == 0 {
		return
	}
	c := checker{settler: s}
	switch b.reports[0].Stream {
	case Entropy:
		c.entropy = make([]wire.EntropyReport, len(b.reports))
	case Beacons:
		c.beacons = make([]wire.BeaconIngestReport, len(b.reports))
	case Witnesses:
		c.witnesses = make([]wire.WitnessIngestReport, len(b.reports))
	case Packets:
		c.packets = make([]wire.PacketReport, len(b.reports))
	}
	for i := range b.reports {
		r := &b.reports[i]
		if r.Kind != 0 {
			continue // too long
		}
		if err := c.decode(r, i); err != nil {
			r.Kind, r.Err = Malformed, err
			r.entropy, r.Beacon, r.Witness, r.packet = nil, nil, nil, nil
		}
		r.frame = nil
	}
}

// A checker has room for the messages of a batch.
type checker struct {
	settler   *Settler
	entropy   []wire.EntropyReport
	beacons   []wire.BeaconIngestReport
	witnesses []wire.WitnessIngestReport
	packets   []wire.PacketReport
	message   []byte // that is signed

	report wire.BeaconIngestReport // for readable
	record wire.EntropyReport
}

// decode reads the report i of the batch, or returns why it is malformed.
func (c *checker) decode(r *Report, i int) error {
	switch r.Stream {
	case Entropy:
		r.entropy = &c.entropy[i]
		if err := r.entropy.Decode(r.frame); err != nil {
			return err
		}
		r.Received = millis(r.entropy.Timestamp)
		c.report, c.record = wire.BeaconIngestReport{}, *r.entropy
		return c.readable(nil)
	case Packets:
		r.packet = &c.packets[i]
		if err := r.packet.Decode(r.frame); err != nil {
			return err
		}
		r.Received = r.packet.Received
		return pocover.CheckPacketReport(r.packet)
	case Beacons:
		r.Beacon = &c.beacons[i]
		if err := r.Beacon.Decode(r.frame); err != nil {
			return err
		}
		if !r.Beacon.HasReport {
			return errNoReport
		}
		c.report, c.record = *r.Beacon, wire.EntropyReport{}
		if err := c.readable(nil); err != nil {
			return err
		}
		m := &r.Beacon.Report
		c.message = m.AppendSigned(c.message[:0])
		c.know(r, r.Beacon.Received, m.Data, m.PubKey, m.Signature)
	default:
		r.Witness = &c.witnesses[i]
		if err := r.Witness.Decode(r.frame); err != nil {
			return err
		}
		if !r.Witness.HasReport {
			return errNoReport
		}
		c.report, c.record = wire.BeaconIngestReport{}, wire.EntropyReport{}
		if err := c.readable(r.Witness); err != nil {
			return err
		}
		m := &r.Witness.Report
		c.message = m.AppendSigned(c.message[:0])
		c.know(r, r.Witness.Received, m.Data, m.PubKey, m.Signature)
	}
	return nil
}

// readable returns an error if the network could not have read c.report, c.record or the
// witness, if there is one, because it had no way to hold what they say: then they get no
// verdict, not even that their hotspot is unknown.
func (c *checker) readable(w *wire.WitnessIngestReport) error {
	c.record.Data = c.report.Report.RemoteEntropy
	var v pocover.Verdict
	if w != nil {
		v = c.settler.judge.Witness(&pocover.WitnessInput{Report: w, Beacon: &c.report, Entropy: &c.record})
	} else {
		v = c.settler.judge.Beacon(&pocover.BeaconInput{Report: &c.report, Entropy: &c.record})
	}
	if v.Status == pocover.Unjudged {
		return malformed("%s", v.Details.Text)
	}
	return nil
}

// know fills in what a beacon or witness is known by, and who signed c.message.
func (c *checker) know(r *Report, received uint64, payload, pubKey, signature []byte) {
	r.Received = received
	r.ID = pocover.ReportID(payload, received, pubKey)
	if c.foreign(pubKey) {
		r.Kind, r.Err = Refused, errForeign
		return
	}
	g := c.settler.config.Registry.gateways[string(pubKey)]
	if g == nil {
		r.Kind = Unknown
		return
	}
	r.gateway = g
	var err error
	r.Signature, err = g.check(c.message, signature, received)
	if r.Signature == Bad || r.Signature == NotVerifiable && c.settler.config.Options.RequireSignatures {
		r.Kind, r.Err = Refused, err
	}
}

// foreign reports whether a key says that it is of another network than is judged, or of
// none. No key at all says nothing.
func (c *checker) foreign(pubKey []byte) bool {
	return len(pubKey) > 0 && keys.Network(pubKey[0]&0xf0) != c.settler.config.Network
}

// millis returns a time in seconds in milliseconds.
func millis(seconds uint64) uint64 {
	const most = ^uint64(0) / 1000
	return min(seconds, most) * 1000
}
