package pocover

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/depinproof/depinproof/pocover/wire"
)

// A Record is what the network wrote of a proof of coverage: PoC into its archives iot_poc
// if the beacon was valid, else Beacon into iot_invalid_beacon and Witnesses into
// iot_invalid_witness.
type Record struct {
	PoC       *wire.PoC                   // nil of an invalid beacon
	Beacon    *wire.InvalidBeaconReport   // nil of a valid one
	Witnesses []wire.InvalidWitnessReport // of Beacon, by the time they were received
}

// emptyTag is the tag of no deny list.
const emptyTag = "0"

// Record returns what the network wrote of a proof of coverage with this verdict, field by
// field (helium/oracles 824f7724: runner.rs and poc.rs of iot_verifier, and
// file_store_oracles). Of the input it takes the reports, whose byte slices it shares, and
// the hotspots.
//
//   - Reports are as they came in, with the times at which they were received, in
//     milliseconds. The ID of a proof of coverage is its beacon's [ReportID].
//   - Locations are decimal numbers. A beacon that failed check 1 or 2, and a witness that
//     failed one with the number 0, has none, and gain and elevation 0.
//   - Valid witnesses have the scale, be they selected or not, and so have those that failed
//     check 13; others have 0. Reward units are 0 but of the beacon and of selected witnesses.
//   - Self witnesses of a valid beacon are left out. Of an invalid beacon all witnesses are
//     recorded, with its reason and details, and the side of the beaconer.
//   - Details are the tag of the deny list, by which a report was refused; 0 if there was no
//     list.
//   - Reports that were not judged are left out. Those of another payload the network
//     recorded alone, as stale, when it cleared them away.
//
// The error is ErrInternal if the beacon was not judged, as [Verdict.Err] says, and
// ErrMalformed if the verdict is not of this input: if it does not agree with its hotspots,
// times, repeated reports, or selection. Fields that leave no trace in a verdict are taken
// from the input as they are. Work and memory are those of ordering the witnesses.
func (v *PoCVerdict) Record(in *PoCInput) (*Record, error) {
	const op = "pocover.Record"
	if s := v.Beacon.Status; s != Valid && s != Invalid {
		return nil, fail(op, v.Beacon.Err())
	}
	order, err := v.judged(in)
	if err != nil {
		return nil, fail(op, err)
	}
	b, g := in.Beacon.Report, in.Beacon.Gateway
	location, gain, elevation := place(g, v.Beacon.passed(checkBeaconAsserted))

	if v.Beacon.Status == Valid {
		id := ReportID(b.Report.Data, b.Received, b.Report.PubKey)
		return &Record{PoC: &wire.PoC{
			ID: id[:],
			Beacon: wire.ValidBeaconReport{
				Received: b.Received,
				Location: location, Gain: gain, Elevation: elevation,
				HexScale: uint32(v.Scale), RewardUnit: uint32(v.BeaconUnit),
				Report: b.Report, HasReport: true,
			},
			HasBeacon:  true,
			Selected:   v.verified(in, v.Selected, v.WitnessUnit),
			Unselected: v.verified(in, v.Unselected, 0),
		}}, nil
	}

	details, denied := v.Beacon.invalidDetails()
	r := &Record{Beacon: &wire.InvalidBeaconReport{
		Received: b.Received,
		Reason:   int32(v.Beacon.Reason),
		Location: location, Gain: gain, Elevation: elevation,
		Report: b.Report, HasReport: true,
		Details: details, HasDetails: denied,
	}}
	for _, i := range order {
		w := in.Witnesses[i].Report
		r.Witnesses = append(r.Witnesses, wire.InvalidWitnessReport{
			Received: w.Received,
			Reason:   int32(v.Beacon.Reason),
			Side:     int32(SideBeaconer),
			Report:   w.Report, HasReport: true,
			Details: details, HasDetails: denied,
		})
	}
	return r, nil
}

// verified returns what was written of witnesses of a valid beacon.
func (v *PoCVerdict) verified(in *PoCInput, list []int, unit Units) []wire.VerifiedWitnessReport {
	reports := slices.Grow([]wire.VerifiedWitnessReport(nil), len(list))
	for _, i := range list {
		w, judged := &in.Witnesses[i], &v.Witnesses[i]
		r := wire.VerifiedWitnessReport{
			Received: w.Report.Received,
			Status:   int32(judged.Status - Valid),
			Reason:   int32(judged.Reason),
			Side:     int32(judged.Side),
			Report:   w.Report.Report, HasReport: true,
			RewardUnit: uint32(unit),
		}
		r.Location, r.Gain, r.Elevation = place(w.Gateway, judged.passed(0))
		r.Details, r.HasDetails = judged.invalidDetails()
		if judged.passed(checkWitnessSignal) {
			r.HexScale = uint32(v.Scale)
		}
		reports = append(reports, r)
	}
	return reports
}

// place returns how the place of a hotspot was written, if it was looked at.
func place(g *Gateway, known bool) (location string, gain, elevation int32) {
	if !known {
		return "", 0, 0
	}
	return strconv.FormatUint(uint64(g.Location), 10), g.Gain, g.Elevation
}

// invalidDetails returns the network's details of a verdict, if it gave any.
func (v *Verdict) invalidDetails() (details wire.InvalidDetails, ok bool) {
	if v.Reason != Denied && v.Reason != DeniedEdge {
		return details, false
	}
	tag := v.Details.Text
	if tag == noDenyList {
		tag = emptyTag
	}
	return wire.InvalidDetails{DenylistTag: tag, HasDenylistTag: true}, true
}

// judged returns the witnesses of a proof of coverage that were judged, by the time they
// were received, or how v is not the verdict on it.
func (v *PoCVerdict) judged(in *PoCInput) ([]int, error) {
	b := in.Beacon.Report
	switch {
	case b == nil || unreadable(b.Received, b.Report.Timestamp, b.Report.DataRate) != "":
		return nil, malformed("the beacon was not judged")
	case len(v.Witnesses) != len(in.Witnesses):
		return nil, malformed("verdict on %d witnesses of %d", len(v.Witnesses), len(in.Witnesses))
	case v.Beacon.passed(checkBeaconAsserted) != asserted(in.Beacon.Gateway, b.Report.PubKey):
		return nil, malformed("verdict on a beacon of another hotspot")
	}

	// What is kept, and selected, follows from the verdicts on witnesses.
	again := PoCVerdict{Beacon: v.Beacon, Witnesses: make([]Verdict, len(v.Witnesses))}
	order := again.keep(in)
	if v.Beacon.Status == Valid {
		for _, i := range order {
			w, r := &v.Witnesses[i], &in.Witnesses[i].Report.Report
			switch {
			case again.Witnesses[i].Status == Invalid: // a duplicate
				continue
			case w.Status != Valid && w.Status != Invalid, w.Reason == Duplicate,
				w.Reason == SelfWitness && !bytes.Equal(r.PubKey, b.Report.PubKey),
				w.passed(0) != asserted(in.Witnesses[i].Gateway, r.PubKey):
				return nil, malformed("verdict on another witness %d", i)
			}
			again.Witnesses[i] = *w
		}
		again.choose(order, len(v.Selected))
	} else {
		again.refuseAll(order)
	}
	if !slices.Equal(again.Witnesses, v.Witnesses) ||
		!slices.Equal(again.Selected, v.Selected) || !slices.Equal(again.Unselected, v.Unselected) ||
		v.BeaconUnit != BeaconUnit(len(v.Selected)) || v.WitnessUnit != WitnessUnit(len(v.Selected)) {
		return nil, malformed("verdict on other witnesses")
	}
	if !v.wrote(in, order) {
		return nil, malformed("updates of other hotspots, or of other times")
	}
	return order, nil
}

// wrote reports whether the updates have the hotspots and times of the input, which
// verdicts do not name.
func (v *PoCVerdict) wrote(in *PoCInput, order []int) bool {
	updates := v.Updates
	next := func(key []byte, received uint64) bool {
		if len(updates) == 0 {
			return false
		}
		u := &updates[0]
		updates = updates[1:]
		return bytes.Equal(u.Key, key) && max(u.LastBeacon, u.LastWitness) == received
	}
	if b := in.Beacon.Report; v.Beacon.passed(checkBeaconAsserted) && !next(b.Report.PubKey, b.Received) {
		return false
	}
	if v.Beacon.Status == Valid {
		for _, i := range order {
			w := in.Witnesses[i].Report
			if v.Witnesses[i].passed(checkWitnessSignal) && !next(w.Report.PubKey, w.Received) {
				return false
			}
		}
	} else if v.Beacon.Check == checkBeaconReciprocity {
		return true // whose the others are, the witnesses' verdicts no longer say
	}
	return len(updates) == 0
}
