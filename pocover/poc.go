package pocover

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A History is what the network remembered of a hotspot: when, in milliseconds, it
// received the last report of a kind. 0 is never.
//
// Proofs of coverage write it and read what others wrote, so that their order matters.
// The network judged a hundred at a time, in an order that is not recorded; here it is
// that of the times at which their beacons were received.
type History struct {
	LastBeacon            uint64 // a beacon, valid or not, of a hotspot with a location
	LastBeaconReciprocity uint64 // a beacon that passed the first seven checks and had a witness
	LastWitness           uint64 // a witness that passed the first twelve checks
}

// Apply writes what u has over h, also if it is earlier, as the network did.
func (h *History) Apply(u History) {
	for _, t := range [...]struct {
		to   *uint64
		from uint64
	}{
		{&h.LastBeacon, u.LastBeacon},
		{&h.LastBeaconReciprocity, u.LastBeaconReciprocity},
		{&h.LastWitness, u.LastWitness},
	} {
		if t.from != 0 {
			*t.to = t.from
		}
	}
}

// An Update is what a proof of coverage writes into a hotspot's history.
type Update struct {
	Key []byte // canonical and binary; it aliases the report's
	History
}

// A WitnessOfPoC is a witness with what the network knew of its hotspot.
type WitnessOfPoC struct {
	Report  *wire.WitnessIngestReport
	Gateway *Gateway // nil is unknown
	History History  // of Report.PubKey, before the proof of coverage
}

// A DensityMap has the scales of the cells that hotspots are in.
type DensityMap interface {
	// Scale returns the scale of a location, if the map has it.
	Scale(location h3.Cell) (scale Scale, ok bool)
}

// A PoCInput is what the judgement of a proof of coverage depends on: a beacon and the
// witness reports of its payload, in any order. Reports of hotspots that were unknown when
// they came in do not belong there: the network dropped them before it judged, so that
// they were no first witness. Nothing of it is kept but keys, or changed.
type PoCInput struct {
	Beacon    BeaconInput
	Witnesses []WitnessOfPoC
	Density   DensityMap // nil has no cell
}

// A PoCVerdict is the judgement of a proof of coverage.
//
// Of an invalid beacon nothing is selected, and its witnesses have its verdict. Reports
// that are not judged take no part, as if they were not in the input: those that the
// network could not read, of another payload, or of the ID of a report that is judged,
// which is the beacon or the first in the input. Witnesses that were received at the same
// time are in the order of the input, where the network's order is not defined.
type PoCVerdict struct {
	Beacon     Verdict
	Witnesses  []Verdict // of the input's witnesses
	Selected   []int     // the witnesses that earn, by the time they were received
	Unselected []int     // valid ones that came later, then invalid ones but self witnesses

	// Scale is that of the beaconer's location, and counts for the beacon and its
	// witnesses; BeaconUnit is for the beacon, and WitnessUnit for each selected witness.
	// They are 0 of an invalid beacon.
	Scale                   Scale
	BeaconUnit, WitnessUnit Units

	// Updates are to be applied to the histories, in this order, before another proof
	// of coverage is judged, whatever the verdict: of the beaconer first, then of
	// witnesses.
	Updates []Update
}

// PoC judges a proof of coverage: the beacon, then its witnesses in the order in which
// they were received, then whether the beaconer witnesses and the witnesses beacon;
// and selects the witnesses that earn. Its work and memory are linear in the number of
// witnesses, but for sorting them.
//
// The last beacon's time is written whenever the hotspot is known and has a location,
// so that an invalid beacon uses up its interval. The time of reciprocity is written if
// the beacon passes its first seven checks and has a witness report, be that valid or
// not, and the witnesses' times if they pass their first twelve; both before
// reciprocity is asked for, so that a newcomer may start with either.
func (j *Judge) PoC(in *PoCInput) PoCVerdict {
	v := PoCVerdict{Beacon: j.Beacon(&in.Beacon), Witnesses: make([]Verdict, len(in.Witnesses))}
	if v.Beacon.Status == Unjudged {
		for i := range v.Witnesses {
			v.Witnesses[i] = unjudged("the beacon was not judged")
		}
		return v
	}
	beacon := in.Beacon.Report
	order := v.keep(in)

	v.Updates = make([]Update, 0, 1+len(order))
	if v.Beacon.passed(checkBeaconAsserted) {
		u := Update{Key: beacon.Report.PubKey}
		u.LastBeacon = beacon.Received
		if v.Beacon.Status == Valid && len(order) > 0 {
			u.LastBeaconReciprocity = beacon.Received
		}
		v.Updates = append(v.Updates, u)
	}
	if v.Beacon.Status != Valid {
		v.refuseAll(order)
		return v
	}

	j.witnesses(in, order, &v)
	if last := in.Beacon.History.LastWitness; !j.reciprocates(last, beacon.Received) {
		v.Beacon = j.lapses(SideBeaconer, checkBeaconReciprocity, GatewayNoValidWitnesses, last, beacon.Received)
		v.refuseAll(order)
		return v
	}
	for _, i := range order {
		w := &in.Witnesses[i]
		last := w.History.LastBeaconReciprocity
		if v.Witnesses[i].Status == Valid && !j.reciprocates(last, w.Report.Received) {
			v.Witnesses[i] = j.lapses(SideWitness, checkWitnessReciprocity, GatewayNoValidBeacons, last, w.Report.Received)
		}
	}
	v.Scale = j.rules.DefaultScale
	if in.Density != nil {
		if scale, ok := in.Density.Scale(in.Beacon.Gateway.Location); ok {
			v.Scale = scale
		}
	}
	v.choose(order, j.rules.MaxWitnesses)
	v.BeaconUnit, v.WitnessUnit = BeaconUnit(len(v.Selected)), WitnessUnit(len(v.Selected))
	return v
}

// keep returns the witnesses that the network kept for the beacon, by the time they were
// received, and says of the others why they are not judged. It gives their verdict to
// those that are not the first of their hotspot.
func (v *PoCVerdict) keep(in *PoCInput) []int {
	b, witnesses := in.Beacon.Report, in.Witnesses
	order := make([]int, 0, len(witnesses))
	for i := range witnesses {
		w := witnesses[i].Report
		why := "the report is missing"
		if w != nil {
			why = unreadable(w.Received, w.Report.Timestamp, w.Report.DataRate)
		}
		switch {
		case why != "":
		case !bytes.Equal(w.Report.Data, b.Report.Data):
			why = "the payload is another beacon's"
		case w.Received == b.Received && bytes.Equal(w.Report.PubKey, b.Report.PubKey):
			why = sameID
		default:
			order = append(order, i)
			continue
		}
		v.Witnesses[i] = unjudged(why)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(witnesses[a].Report.Received, witnesses[b].Report.Received)
	})
	last := make(map[string]uint64, len(order)) // received of each hotspot
	kept := order[:0]
	for _, i := range order {
		w := witnesses[i].Report
		before, again := last[string(w.Report.PubKey)]
		if again && before == w.Received {
			v.Witnesses[i] = unjudged(sameID)
			continue
		}
		if again {
			v.Witnesses[i] = refused(SideWitness, 0, Duplicate, "not the hotspot's first report")
		}
		last[string(w.Report.PubKey)] = w.Received
		kept = append(kept, i)
	}
	return kept
}

const sameID = "a report of the same ID is judged"

// refuseAll gives witnesses the verdict of the beacon.
func (v *PoCVerdict) refuseAll(witnesses []int) {
	for _, i := range witnesses {
		v.Witnesses[i] = v.Beacon
	}
}

// witnesses judges witnesses, in their order, by what they report, and lists the
// updates of the valid ones.
func (j *Judge) witnesses(in *PoCInput, order []int, v *PoCVerdict) {
	beaconer := *in.Beacon.Gateway
	beaconer.Position = beaconer.position() // once for all
	for _, i := range order {
		if v.Witnesses[i].Status == Invalid {
			continue // a duplicate
		}
		w := &in.Witnesses[i]
		v.Witnesses[i] = j.Witness(&WitnessInput{
			Report:       w.Report,
			Gateway:      w.Gateway,
			Beacon:       in.Beacon.Report,
			Beaconer:     &beaconer,
			Entropy:      in.Beacon.Entropy,
			Deny:         in.Beacon.Deny,
			FirstWitness: in.Witnesses[order[0]].Report.Received,
		})
		if v.Witnesses[i].Status == Valid {
			u := Update{Key: w.Report.Report.PubKey}
			u.LastWitness = w.Report.Received
			v.Updates = append(v.Updates, u)
		}
	}
}

// reciprocates reports whether what a hotspot did last is recent. A time to come is.
func (j *Judge) reciprocates(last, now uint64) bool {
	return last != 0 && (last >= now || now-last < j.reciprocityWindow)
}

// lapses is the verdict on a hotspot that does not reciprocate.
func (j *Judge) lapses(side Side, check int, r Reason, last, now uint64) Verdict {
	if last == 0 {
		return refused(side, check, r, "never did")
	}
	return outside(side, check, r, float64(now-last), float64(j.reciprocityWindow), "ms since it did")
}

// choose splits judged witnesses, in their order, into selected and unselected ones.
func (v *PoCVerdict) choose(order []int, most int) {
	var invalid []int
	for _, i := range order {
		switch w := &v.Witnesses[i]; {
		case w.Status == Invalid && w.Reason != SelfWitness:
			invalid = append(invalid, i)
		case w.Status != Valid: // dropped
		case len(v.Selected) < most:
			v.Selected = append(v.Selected, i)
		default:
			v.Unselected = append(v.Unselected, i)
		}
	}
	v.Unselected = append(v.Unselected, invalid...)
}
