package pocover

import (
	"bytes"
	"math"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A WitnessInput is what the judgement of a witness depends on. Nothing of it is kept
// or changed.
type WitnessInput struct {
	Report       *wire.WitnessIngestReport
	Gateway      *Gateway // of Report.PubKey; nil is unknown
	Beacon       *wire.BeaconIngestReport
	Beaconer     *Gateway            // of Beacon.PubKey; nil is unknown
	Entropy      *wire.EntropyReport // whose data Beacon has as its remote entropy
	Deny         DenyList            // nil denies everybody
	FirstWitness uint64              // ms, when the first witness of Beacon was received
}

// Checks of a witness. Those that come before the table have the number 0.
const (
	checkWitnessDenied = iota + 1
	checkWitnessEdge
	checkWitnessSelf
	checkWitnessEntropy
	checkWitnessLag
	checkWitnessPacket
	checkWitnessCapability
	checkWitnessFrequency
	checkWitnessRegion
	checkWitnessCells
	checkWitnessDistance
	checkWitnessSignal
	checkWitnessReciprocity // by PoC
)

// lightSpeed is the speed of light in air in m/s, as the network has it.
const lightSpeed = 2.998e8

// Witness judges a witness by the first twelve checks of the package documentation's
// table, and by what goes before them. It does not judge the beacon. It gives no
// verdict, where the network gave none: if something of in is nil that a hotspot cannot
// lack, if Entropy is not the beacon's, or if the network could not have read a report.
func (j *Judge) Witness(in *WitnessInput) Verdict {
	if !j.hasRules() {
		return unjudged("the judge has no rules")
	}
	if in.Report == nil || in.Beacon == nil || in.Entropy == nil {
		return unjudged("a report or its entropy is missing")
	}
	w, received := &in.Report.Report, in.Report.Received
	b, beaconReceived := &in.Beacon.Report, in.Beacon.Received
	if why := unreadable(received, w.Timestamp, w.DataRate); why != "" {
		return unjudged(why)
	}
	if why := unreadable(beaconReceived, b.Timestamp, b.DataRate); why != "" {
		return unjudged(why)
	}
	if !bytes.Equal(in.Entropy.Data, b.RemoteEntropy) || in.Entropy.Timestamp > maxSeconds {
		return unjudged("the entropy is not the beacon's")
	}
	const side = SideWitness
	g, beaconer := in.Gateway, in.Beaconer
	switch {
	case g == nil || !canonical(w.PubKey):
		return refused(side, 0, GatewayNotFound, "the hotspot is unknown")
	case !g.Asserted:
		return refused(side, 0, NotAsserted, "the hotspot has no location")
	case beaconer == nil || !canonical(b.PubKey):
		return refused(SideBeaconer, 0, GatewayNotFound, "the beaconer is unknown")
	case !beaconer.Asserted:
		return refused(SideBeaconer, 0, NotAsserted, "the beaconer has no location")
	}

	if v, no := denied(in.Deny, w.PubKey, side, checkWitnessDenied); no {
		return v
	}
	if in.Deny.DeniedEdge(b.PubKey, w.PubKey) {
		return refused(side, checkWitnessEdge, DeniedEdge, in.Deny.Tag())
	}
	if bytes.Equal(w.PubKey, b.PubKey) {
		return refused(side, checkWitnessSelf, SelfWitness, "the beaconer's own key")
	}
	if v, ok := j.lives(in.Entropy, received, side, checkWitnessEntropy); !ok {
		return v
	}
	first, lag := beaconReceived, j.beaconLag
	if in.FirstWitness < beaconReceived {
		first, lag = in.FirstWitness, j.witnessLag
	}
	if received > first && received-first > lag {
		return outside(side, checkWitnessLag, TooLate, float64(received-first), float64(lag), "ms")
	}
	if !bytes.Equal(w.Data, b.Data) {
		return refused(side, checkWitnessPacket, InvalidPacket, "the payload is not the beacon's")
	}
	if !g.Full {
		return refused(side, checkWitnessCapability, InvalidCapability, "the hotspot is data-only")
	}
	// The network takes the low 32 bits with their sign, so that many distances pass.
	apart := max(b.Frequency, w.Frequency) - min(b.Frequency, w.Frequency)
	if int32(uint32(apart)) > j.rules.FrequencyTolerance {
		return outside(side, checkWitnessFrequency, InvalidFrequency, float64(apart), float64(j.rules.FrequencyTolerance), "Hz")
	}
	if g.Region != beaconer.Region {
		return outside(side, checkWitnessRegion, InvalidRegion, float64(g.Region), float64(beaconer.Region), "as the number of the region")
	}
	return j.apart(in)
}

// apart makes the checks of a witness that take distances.
func (j *Judge) apart(in *WitnessInput) Verdict {
	const side = SideWitness
	here, there := in.Gateway.position(), in.Beaconer.position()
	if !here.counts || !there.counts {
		return refused(side, checkWitnessCells, BelowMinDistance, "a location is no cell of resolution 11 or finer")
	}
	cells, err := h3.GridDistance(there.parent, here.parent)
	if err != nil {
		return refused(side, checkWitnessCells, BelowMinDistance, "the grid has no distance between the cells")
	}
	if cells < j.rules.MinCells {
		return outside(side, checkWitnessCells, BelowMinDistance, float64(cells), float64(j.rules.MinCells), "cells")
	}

	metres := uint32(math.Round(h3.Distance(there.center, here.center)))
	if metres/1000 > j.rules.MaxKilometres {
		return outside(side, checkWitnessDistance, MaxDistanceExceeded, float64(metres/1000), float64(j.rules.MaxKilometres), "km")
	}

	w := &in.Report.Report
	signal := float64(w.Signal) / 10
	limit := maxSignal(in.Beacon.Report.TxPower, in.Beaconer.Gain, in.Gateway.Gain, w.Frequency, metres)
	if signal > limit {
		return outside(side, checkWitnessSignal, BadRSSI, signal, limit, "dBm")
	}
	return Verdict{Status: Valid}
}

// maxSignal returns the strength in dBm that is left of a power in dBm after metres of
// free space, between antennas whose gains in dBi × 10 count as whole dBi, rounded
// toward 0. Without distance or frequency it is infinite.
func maxSignal(power, gainThere, gainHere int32, frequency uint64, metres uint32) float64 {
	ratio := 4 * math.Pi * float64(metres) * float64(frequency) / lightSpeed
	// The conversion keeps the product from being fused with the difference.
	loss := float64(20 * math.Log10(ratio))
	return float64(power) + float64(gainThere/10) - loss + float64(gainHere/10)
}
