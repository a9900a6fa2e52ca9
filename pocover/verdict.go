package pocover

import (
	"errors"
	"strconv"

	"github.com/depinproof/depinproof"
)

// A Reason is why a report is invalid, by the network's number (invalid_reason of
// poc_lora.proto).
type Reason int32

// Reasons. The network gave those without a check elsewhere, or never.
const (
	ReasonNone        Reason = iota
	BadSignature             // (no check)
	NotAsserted              // no location, or one of no region
	EntropyExpired           // received outside the lifespan of the entropy
	BadEntropy               // (no check)
	InvalidCapability        // a data-only hotspot
	InvalidPubkey            // (no check)
	IrregularInterval        // a second beacon in one interval
	GatewayNotFound          // an unknown hotspot
	Denied                   // in the deny list, or no list is loaded
	InvalidPacket            // not the beacon that the entropy makes
	BadRSSI                  // stronger than free space allows
	InvalidRegion            // not the beaconer's
	MaxDistanceExceeded
	InvalidFrequency // not the beacon's
	SelfWitness
	Stale                          // (no check)
	ScalingFactorNotFound          // (no check)
	UnknownError                   // (no check)
	BelowMinDistance               // or the distance in cells has no answer
	Duplicate                      // not the first report of the hotspot
	DeniedEdge                     // the pair is in the deny list
	TooLate                        // long after what was received first
	GatewayNoValidBeacons          // a witness that does not beacon
	GatewayNoValidWitnesses        // a beaconer that does not witness
	reasons                 = iota // their number
)

// reasonNames are the names in poc_lora.proto.
var reasonNames = [reasons]string{
	"reason_none", "bad_signature", "not_asserted", "entropy_expired", "bad_entropy",
	"invalid_capability", "invalid_pubkey", "irregular_interval", "gateway_not_found",
	"denied", "invalid_packet", "bad_rssi", "invalid_region", "max_distance_exceeded",
	"invalid_frequency", "self_witness", "stale", "scaling_factor_not_found",
	"unknown_error", "below_min_distance", "duplicate", "denied_edge", "too_late",
	"gateway_no_valid_beacons", "gateway_no_valid_witnesses",
}

// String returns the network's name of r, or its number.
func (r Reason) String() string {
	if r < 0 || r >= reasons {
		return "reason " + strconv.Itoa(int(r))
	}
	return reasonNames[r]
}

// ParseReason returns the reason that the network calls name, or ErrMalformed.
func ParseReason(name string) (Reason, error) {
	for i, n := range reasonNames {
		if n == name {
			return Reason(i), nil
		}
	}
	return 0, fail("pocover.ParseReason", malformed("no reason is called %q", name))
}

// A Side is whose report is at fault (invalid_participant_side of poc_lora.proto).
type Side int32

// Sides.
const (
	SideNone     Side = 0
	SideBeaconer Side = 2
	SideWitness  Side = 3
)

// String returns the network's name of s, or its number.
func (s Side) String() string {
	switch s {
	case SideNone:
		return "side_none"
	case SideBeaconer:
		return "beaconer"
	case SideWitness:
		return "witness"
	}
	return "side " + strconv.Itoa(int(s))
}

// A Status is the outcome of a judgement. Its zero value is that there was none.
type Status uint8

// Outcomes. The network has no Unjudged; it numbers Valid 0 and Invalid 1.
const (
	Unjudged Status = iota
	Valid
	Invalid
)

// String returns the name of s, or its number.
func (s Status) String() string {
	switch s {
	case Unjudged:
		return "unjudged"
	case Valid:
		return "valid"
	case Invalid:
		return "invalid"
	}
	return "status " + strconv.Itoa(int(s))
}

// Details are what a check compared: Got with Bound, in the unit that Text names, if
// it compared numbers; else Text says what was found. Of a denied report Text is the
// tag of the deny list, as in the network's invalid_details.
type Details struct {
	Got, Bound float64
	Text       string
}

// A Verdict is the judgement of a report.
//
// Check is the number, in the tables of the package documentation, of the check that
// failed. Side is whose report or hotspot is at fault.
type Verdict struct {
	Status  Status
	Reason  Reason
	Side    Side
	Check   int
	Details Details
}

// String shows the verdict in one line, with what was compared.
func (v Verdict) String() string {
	s := v.Status.String()
	if v.Status == Invalid {
		s += ": " + v.Reason.String() + " (check " + strconv.Itoa(v.Check) + ", " + v.Side.String() + ")"
	}
	if v.Details.Got != 0 || v.Details.Bound != 0 {
		s += ": got " + strconv.FormatFloat(v.Details.Got, 'f', -1, 64) +
			", bound " + strconv.FormatFloat(v.Details.Bound, 'f', -1, 64)
		if v.Details.Text != "" {
			s += " " + v.Details.Text
		}
	} else if v.Details.Text != "" {
		s += ": " + v.Details.Text
	}
	return s
}

// Err returns nil of a valid verdict. Else it returns a [*depinproof.Error] with the
// text of [Verdict.String]: ErrInvalidProof if the report is invalid, ErrInternal if
// it was not judged.
func (v Verdict) Err() error {
	kind := depinproof.ErrInternal
	switch v.Status {
	case Valid:
		return nil
	case Invalid:
		kind = depinproof.ErrInvalidProof
	}
	return &depinproof.Error{Op: "pocover", Index: noIndex, Kind: kind, Err: errors.New(v.String())}
}

// passed reports whether a report passed the checks up to the one of a number.
func (v *Verdict) passed(check int) bool { return v.Status == Valid || v.Check > check }

// unjudged is the verdict that there is none.
func unjudged(why string) Verdict { return Verdict{Details: Details{Text: why}} }

// refused is the verdict of a check that compared no numbers.
func refused(side Side, check int, r Reason, why string) Verdict {
	return Verdict{Invalid, r, side, check, Details{Text: why}}
}

// outside is the verdict of a check that found got on the wrong side of bound.
func outside(side Side, check int, r Reason, got, bound float64, unit string) Verdict {
	return Verdict{Invalid, r, side, check, Details{got, bound, unit}}
}
