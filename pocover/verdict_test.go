package pocover

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
)

// TestReasons has the network's numbers and names of reasons.
func TestReasons(t *testing.T) {
	for i, name := range strings.Fields(`reason_none bad_signature not_asserted entropy_expired bad_entropy
		invalid_capability invalid_pubkey irregular_interval gateway_not_found denied invalid_packet bad_rssi
		invalid_region max_distance_exceeded invalid_frequency self_witness stale scaling_factor_not_found
		unknown_error below_min_distance duplicate denied_edge too_late gateway_no_valid_beacons
		gateway_no_valid_witnesses`) {
		r, err := ParseReason(name)
		if err != nil || int(r) != i || Reason(i).String() != name {
			t.Errorf("%s: got %d, %v; %d is %v", name, r, err, i, Reason(i))
		}
	}
	for r, want := range map[Reason]string{-1: "reason -1", 25: "reason 25", 1<<31 - 1: "reason 2147483647"} {
		if got := r.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, name := range []string{"", "valid", "Denied", "denied ", "reason 25"} {
		if r, err := ParseReason(name); !errors.Is(err, depinproof.ErrMalformed) || r != 0 {
			t.Errorf("%q: got %v, %v", name, r, err)
		}
	}
	// The constants that the checks give.
	for r, want := range map[Reason]int32{
		NotAsserted: 2, EntropyExpired: 3, InvalidCapability: 5, IrregularInterval: 7, GatewayNotFound: 8, Denied: 9,
		InvalidPacket: 10, BadRSSI: 11, InvalidRegion: 12, MaxDistanceExceeded: 13, InvalidFrequency: 14, SelfWitness: 15,
		BelowMinDistance: 19, Duplicate: 20, DeniedEdge: 21, TooLate: 22, GatewayNoValidBeacons: 23, GatewayNoValidWitnesses: 24,
	} {
		if int32(r) != want {
			t.Errorf("%v has the number %d, want %d", r, r, want)
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		SideNone.String():     "side_none",
		SideBeaconer.String(): "beaconer",
		SideWitness.String():  "witness",
		Side(1).String():      "side 1",
		Unjudged.String():     "unjudged",
		Valid.String():        "valid",
		Invalid.String():      "invalid",
		Status(9).String():    "status 9",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestVerdictErr(t *testing.T) {
	for _, c := range []struct {
		verdict Verdict
		kind    error
		text    string
	}{
		{Verdict{}, depinproof.ErrInternal, "unjudged"},
		{unjudged("why"), depinproof.ErrInternal, "unjudged: why"},
		{Verdict{Status: 9}, depinproof.ErrInternal, "status 9"},
		{Verdict{Reason: Denied}, depinproof.ErrInternal, "unjudged"},
		{Verdict{Status: Valid}, nil, "valid"},
		{refused(SideBeaconer, 3, Denied, "7"), depinproof.ErrInvalidProof, "invalid: denied (check 3, beaconer): 7"},
		{refused(SideWitness, 0, Duplicate, ""), depinproof.ErrInvalidProof, "invalid: duplicate (check 0, witness)"},
		{outside(SideWitness, 12, BadRSSI, -60.5, -74.25, "dBm"), depinproof.ErrInvalidProof, "invalid: bad_rssi (check 12, witness): got -60.5, bound -74.25 dBm"},
		{outside(SideWitness, 10, BelowMinDistance, 0, 8, "cells"), depinproof.ErrInvalidProof, "invalid: below_min_distance (check 10, witness): got 0, bound 8 cells"},
		{outside(SideWitness, 10, BelowMinDistance, 1, 8, ""), depinproof.ErrInvalidProof, "invalid: below_min_distance (check 10, witness): got 1, bound 8"},
	} {
		if got := c.verdict.String(); got != c.text {
			t.Errorf("got %q, want %q", got, c.text)
		}
		err := c.verdict.Err()
		if c.kind == nil {
			if err != nil {
				t.Errorf("%v: got %v", c.verdict, err)
			}
			continue
		}
		var e *depinproof.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Index != depinproof.NoIndex || !strings.HasSuffix(err.Error(), c.text) {
			t.Errorf("%v: got %v", c.verdict, err)
		}
	}
}

// TestEveryReason has a proof of coverage for every reason that a check gives, which is
// valid but for one thing; and knows of the others that no check gives them.
func TestEveryReason(t *testing.T) {
	noCheck := []Reason{ReasonNone, BadSignature, BadEntropy, InvalidPubkey, Stale, ScalingFactorNotFound, UnknownError}
	type change = func(in *PoCInput, w *WitnessOfPoC)
	beacon := map[Reason]change{
		GatewayNotFound:         func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Gateway = nil },
		NotAsserted:             func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Gateway.Asserted = false },
		Denied:                  func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Deny = &denyList{keys: [][]byte{testKey(1)}} },
		EntropyExpired:          func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Report.Received += 151_000 },
		InvalidCapability:       func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Gateway.Full = false },
		IrregularInterval:       func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.History.LastBeacon = in.Beacon.Report.Received },
		InvalidPacket:           func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.Report.Report.Frequency++ },
		GatewayNoValidWitnesses: func(in *PoCInput, _ *WitnessOfPoC) { in.Beacon.History.LastWitness = 0 },
	}
	witness := map[Reason]change{
		GatewayNotFound: func(_ *PoCInput, w *WitnessOfPoC) { w.Gateway = nil },
		NotAsserted:     func(_ *PoCInput, w *WitnessOfPoC) { w.Gateway.Asserted = false },
		Duplicate:       func(in *PoCInput, w *WitnessOfPoC) { w.Report.Report.PubKey = in.Witnesses[0].Report.Report.PubKey },
		Denied:          func(in *PoCInput, w *WitnessOfPoC) { in.Beacon.Deny = &denyList{keys: [][]byte{testKey(11)}} },
		DeniedEdge: func(in *PoCInput, w *WitnessOfPoC) {
			in.Beacon.Deny = &denyList{edges: [][2][]byte{{testKey(11), testKey(1)}}}
		},
		SelfWitness:           func(_ *PoCInput, w *WitnessOfPoC) { w.Report.Report.PubKey = testKey(1) },
		EntropyExpired:        func(_ *PoCInput, w *WitnessOfPoC) { w.Report.Received += 151_000 },
		TooLate:               func(_ *PoCInput, w *WitnessOfPoC) { w.Report.Received += 4000 },
		InvalidCapability:     func(_ *PoCInput, w *WitnessOfPoC) { w.Gateway.Full = false },
		InvalidFrequency:      func(_ *PoCInput, w *WitnessOfPoC) { w.Report.Report.Frequency += 100_001 },
		InvalidRegion:         func(_ *PoCInput, w *WitnessOfPoC) { w.Gateway.Region++ },
		BelowMinDistance:      func(in *PoCInput, w *WitnessOfPoC) { w.Gateway.Location = in.Beacon.Gateway.Location },
		MaxDistanceExceeded:   func(_ *PoCInput, w *WitnessOfPoC) { w.Gateway.Location = metresAway(t, 101_000) },
		BadRSSI:               func(_ *PoCInput, w *WitnessOfPoC) { w.Report.Report.Signal = 0 },
		GatewayNoValidBeacons: func(_ *PoCInput, w *WitnessOfPoC) { w.History.LastBeaconReciprocity = 0 },
	}
	j := testJudge(t)
	judged := func(c change) PoCVerdict {
		in := goodPoC(t, 2)
		if c != nil {
			c(in, &in.Witnesses[1])
		}
		return j.PoC(in)
	}
	twin := judged(nil)
	for _, v := range append(twin.Witnesses, twin.Beacon) {
		expect(t, v, valid, 0, SideNone)
	}
	for r := ReasonNone; r < reasons; r++ {
		b, w := beacon[r], witness[r]
		if (b == nil && w == nil) != slices.Contains(noCheck, r) {
			t.Errorf("%v: a beacon has it: %v, a witness: %v", r, b != nil, w != nil)
		}
		if b != nil {
			if v := judged(b); v.Beacon.Reason != r || v.Beacon.Status != Invalid || v.Witnesses[0] != v.Beacon {
				t.Errorf("beacon: got %v and %v, want %v", v.Beacon, v.Witnesses[0], r)
			}
		}
		if w != nil {
			v := judged(w)
			expect(t, v.Beacon, valid, 0, SideNone)
			expect(t, v.Witnesses[0], valid, 0, SideNone)
			if v.Witnesses[1].Reason != r || v.Witnesses[1].Status != Invalid || slices.Contains(v.Selected, 1) {
				t.Errorf("witness: got %v, want %v", v.Witnesses[1], r)
			}
		}
	}
}
