package pocover

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"

	"github.com/depinproof/depinproof/pocover/wire"
)

// PayloadSize is the length in bytes of a beacon's payload, of the versions that are
// known. On the air the byte e0 (a proprietary frame) goes before it.
const PayloadSize = 51

// payloadRounds is the number of ChaCha's rounds.
const payloadRounds = 12

// A Beacon is what two entropies and a region make a hotspot send.
type Beacon struct {
	Payload   [PayloadSize]byte
	Frequency uint64 // Hz
	DataRate  wire.DataRate
	MaxPower  uint32 // dBm, conducted, that region and antenna allow
}

// ID returns the beacon's name: its payload in standard base64.
func (b *Beacon) ID() string { return base64.StdEncoding.EncodeToString(b.Payload[:]) }

// BuildBeacon makes the beacon of a remote entropy, a local one, the hotspot's region
// with its parameters, and its antenna's gain in dBi × 10, as the crate beacon does. It
// allocates nothing but an error: ErrUnsupported if there is no such beacon, because
// of the entropy's version, which is 0 or 1, a region without plan or channels, no data
// rate that carries the payload, or a gain that leaves no power; ErrMalformed if the
// entropy is nil or its time is none.
func BuildBeacon(remote *wire.EntropyReport, local []byte, region wire.Region, params *wire.RegionParams, gain int32) (Beacon, error) {
	const op = "pocover.BuildBeacon"
	if remote == nil {
		return Beacon{}, fail(op, malformed("no entropy"))
	}
	if remote.Timestamp > math.MaxInt64 {
		return Beacon{}, fail(op, malformed("entropy of a time that the network cannot hold: %d s", remote.Timestamp))
	}
	b, why := buildBeacon(remote, local, region, params, gain)
	if why != "" {
		return Beacon{}, fail(op, unsupported("%s", why))
	}
	return b, nil
}

// buildBeacon returns a beacon, or why there is none.
func buildBeacon(remote *wire.EntropyReport, local []byte, region wire.Region, params *wire.RegionParams, gain int32) (b Beacon, why string) {
	if remote.Version > 1 {
		return b, "the entropy's version is not 0 or 1"
	}
	if !hasPlan(region) || params == nil || len(params.Channels) == 0 {
		return b, "the region has no plan"
	}
	if b.DataRate, why = dataRate(params, PayloadSize); why != "" {
		return b, why
	}
	if b.MaxPower, why = maxPower(params, gain); why != "" {
		return b, why
	}
	seed := beaconSeed(remote.Data, remote.Timestamp, local)
	stream := newKeyStream(&seed, payloadRounds)
	for i := range b.Payload {
		b.Payload[i] = byte(stream.next())
	}
	channel := int(binary.LittleEndian.Uint16(b.Payload[:])) % len(params.Channels)
	b.Frequency = params.Channels[channel].Frequency
	return b, ""
}

// A BeaconInput is what the judgement of a beacon depends on. Nothing of it is kept or
// changed.
type BeaconInput struct {
	Report  *wire.BeaconIngestReport
	Gateway *Gateway            // of Report.PubKey; nil is unknown
	Entropy *wire.EntropyReport // whose data Report has as its remote entropy
	Params  *wire.RegionParams  // of Gateway.Region
	Deny    DenyList            // nil denies everybody
	History History             // of Report.PubKey, before the report
}

// Checks of a beacon.
const (
	checkBeaconGateway = iota + 1
	checkBeaconAsserted
	checkBeaconDenied
	checkBeaconEntropy
	checkBeaconCapability
	checkBeaconInterval
	checkBeaconPacket
	checkBeaconReciprocity // by PoC
)

// Beacon judges a beacon by the first seven checks of the package documentation's
// table. It gives no verdict, where the network gave none: if something of in is nil
// that a hotspot cannot lack, if Entropy is not the beacon's, or if the network could
// not have read the report.
func (j *Judge) Beacon(in *BeaconInput) Verdict {
	if !j.hasRules() {
		return unjudged("the judge has no rules")
	}
	if in.Report == nil || in.Entropy == nil {
		return unjudged("a report or its entropy is missing")
	}
	r, received := &in.Report.Report, in.Report.Received
	if why := unreadable(received, r.Timestamp, r.DataRate); why != "" {
		return unjudged(why)
	}
	if !bytes.Equal(in.Entropy.Data, r.RemoteEntropy) || in.Entropy.Timestamp > maxSeconds {
		return unjudged("the entropy is not the beacon's")
	}
	const side = SideBeaconer
	g := in.Gateway
	if g == nil || !canonical(r.PubKey) {
		return refused(side, checkBeaconGateway, GatewayNotFound, "the hotspot is unknown")
	}
	if !g.Asserted {
		return refused(side, checkBeaconAsserted, NotAsserted, "the hotspot has no location")
	}
	if in.Params == nil {
		return unjudged("the region's parameters are missing")
	}
	if v, no := denied(in.Deny, r.PubKey, side, checkBeaconDenied); no {
		return v
	}
	if v, ok := j.lives(in.Entropy, received, side, checkBeaconEntropy); !ok {
		return v
	}
	if !g.Full {
		return refused(side, checkBeaconCapability, InvalidCapability, "the hotspot is data-only")
	}
	if last := in.History.LastBeacon; last != 0 && received/j.interval <= last/j.interval {
		return outside(side, checkBeaconInterval, IrregularInterval,
			float64(received/j.interval), float64(last/j.interval), "as the number of the interval")
	}

	const check = checkBeaconPacket
	b, why := buildBeacon(in.Entropy, r.LocalEntropy, g.Region, in.Params, g.Gain)
	switch {
	case why != "":
		return refused(side, check, InvalidPacket, why)
	case !bytes.Equal(b.Payload[:], r.Data):
		return refused(side, check, InvalidPacket, "the payload is not what the entropy makes")
	case b.Frequency != r.Frequency:
		return outside(side, check, InvalidPacket, float64(r.Frequency), float64(b.Frequency), "Hz")
	case b.DataRate != r.DataRate:
		return outside(side, check, InvalidPacket, float64(r.DataRate), float64(b.DataRate), "as the number of the data rate")
	case j.rules.StrictTxPower && int64(r.TxPower) > int64(b.MaxPower):
		return outside(side, check, InvalidPacket, float64(r.TxPower), float64(b.MaxPower), "dBm")
	}
	return Verdict{Status: Valid}
}
