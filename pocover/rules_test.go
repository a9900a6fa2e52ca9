package pocover

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
)

func TestProfile(t *testing.T) {
	want := Rules{
		Name: "iot-2026-05", EntropyLifespan: 3 * time.Minute, BeaconInterval: 6 * time.Hour,
		MaxBeaconLag: 4 * time.Second, MaxWitnessLag: 1500 * time.Millisecond, FrequencyTolerance: 100_000,
		MinCells: 8, MaxKilometres: 100, ReciprocityWindow: 48 * time.Hour, MaxWitnesses: 14, DefaultScale: 2000,
	}
	if got := IoT202605(); got != want {
		t.Errorf("got %+v", got)
	}
	if got := testJudge(t).Rules(); got != want {
		t.Errorf("the judge has %+v", got)
	}
}

func TestNewJudge(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *Rules)
		ok     bool
	}{
		{"profile", func(r *Rules) {}, true},
		{"none", func(r *Rules) { *r = Rules{} }, false},
		{"lifespan 0", func(r *Rules) { r.EntropyLifespan = 0 }, false},
		{"lifespan 1 s", func(r *Rules) { r.EntropyLifespan = time.Second }, true},
		{"lifespan 1.5 s", func(r *Rules) { r.EntropyLifespan = 1500 * time.Millisecond }, false},
		{"lifespan −1 s", func(r *Rules) { r.EntropyLifespan = -time.Second }, false},
		{"longest lifespan", func(r *Rules) { r.EntropyLifespan = math.MaxInt64 / time.Second * time.Second }, true},
		{"interval 0", func(r *Rules) { r.BeaconInterval = 0 }, false},
		{"interval 1 s", func(r *Rules) { r.BeaconInterval = time.Second }, true},
		{"interval 7 s", func(r *Rules) { r.BeaconInterval = 7 * time.Second }, false},
		{"interval 5 h", func(r *Rules) { r.BeaconInterval = 5 * time.Hour }, false},
		{"interval 24 h", func(r *Rules) { r.BeaconInterval = 24 * time.Hour }, true},
		{"interval 48 h", func(r *Rules) { r.BeaconInterval = 48 * time.Hour }, false},
		{"interval 500 ms", func(r *Rules) { r.BeaconInterval = 500 * time.Millisecond }, false},
		{"interval −6 h", func(r *Rules) { r.BeaconInterval = -6 * time.Hour }, false},
		{"beacon lag 0", func(r *Rules) { r.MaxBeaconLag = 0 }, false},
		{"beacon lag 1 µs", func(r *Rules) { r.MaxBeaconLag = time.Microsecond }, false},
		{"witness lag 0", func(r *Rules) { r.MaxWitnessLag = 0 }, false},
		{"witness lag 1 ms", func(r *Rules) { r.MaxWitnessLag = time.Millisecond }, true},
		{"window 0", func(r *Rules) { r.ReciprocityWindow = 0 }, false},
		{"tolerance −1", func(r *Rules) { r.FrequencyTolerance = -1 }, false},
		{"tolerance 0", func(r *Rules) { r.FrequencyTolerance = 0 }, true},
		{"cells −1", func(r *Rules) { r.MinCells = -1 }, false},
		{"cells 0", func(r *Rules) { r.MinCells = 0 }, true},
		{"kilometres 0", func(r *Rules) { r.MaxKilometres = 0 }, false},
		{"witnesses 0", func(r *Rules) { r.MaxWitnesses = 0 }, false},
		{"witnesses 1", func(r *Rules) { r.MaxWitnesses = 1 }, true},
		{"scale 1", func(r *Rules) { r.DefaultScale = 10_000 }, true},
		{"scale above 1", func(r *Rules) { r.DefaultScale = 10_001 }, false},
	} {
		rules := IoT202605()
		c.change(&rules)
		j, err := NewJudge(rules)
		if (err == nil) != c.ok || (j != nil) != c.ok || err != nil && !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%s: got %v", c.name, err)
		}
		if j == nil {
			continue
		}
		// Any rules give verdicts at the ends of time.
		for _, at := range []uint64{0, 1, maxMillis} {
			b, w := goodBeacon(t), goodWitness(t)
			b.Report.Received, w.Report.Received, w.FirstWitness = at, at, math.MaxUint64-at
			b.History.LastBeacon, b.Entropy.Timestamp, w.Entropy.Timestamp = math.MaxUint64-at, at/1000, at/1000
			if v := j.Beacon(b); v.Status != Invalid && at != 0 {
				t.Errorf("%s: beacon at %d: %v", c.name, at, v)
			}
			if v := j.Witness(w); v.Status == Unjudged {
				t.Errorf("%s: witness at %d: %v", c.name, at, v)
			}
		}
	}
}

// TestRules has rules of other bounds, each of which decides.
func TestRules(t *testing.T) {
	rules := IoT202605()
	rules.EntropyLifespan = 29 * time.Second
	expect(t, must[*Judge](t)(NewJudge(rules)).Beacon(goodBeacon(t)), EntropyExpired, 4, SideBeaconer)

	rules = IoT202605()
	rules.MaxBeaconLag = 499 * time.Millisecond
	expect(t, must[*Judge](t)(NewJudge(rules)).Witness(goodWitness(t)), TooLate, 5, SideWitness)

	rules = IoT202605()
	rules.FrequencyTolerance = 31
	expect(t, must[*Judge](t)(NewJudge(rules)).Witness(goodWitness(t)), InvalidFrequency, 8, SideWitness)

	rules = IoT202605()
	rules.MinCells = 1000
	expect(t, must[*Judge](t)(NewJudge(rules)).Witness(goodWitness(t)), BelowMinDistance, 10, SideWitness)

	rules = IoT202605()
	rules.MaxKilometres = 1
	expect(t, must[*Judge](t)(NewJudge(rules)).Witness(goodWitness(t)), MaxDistanceExceeded, 11, SideWitness)

	rules = IoT202605()
	rules.ReciprocityWindow = time.Hour
	expect(t, must[*Judge](t)(NewJudge(rules)).PoC(goodPoC(t, 1)).Beacon, GatewayNoValidWitnesses, 8, SideBeaconer)

	rules = IoT202605()
	rules.MaxWitnesses, rules.DefaultScale = 2, 7
	v := must[*Judge](t)(NewJudge(rules)).PoC(goodPoC(t, 3))
	if len(v.Selected) != 2 || len(v.Unselected) != 1 || v.Scale != 7 {
		t.Errorf("got %+v", v)
	}
}

// TestNoRules has a judge that NewJudge did not make: it has no rules, and no verdicts.
func TestNoRules(t *testing.T) {
	for _, j := range []*Judge{nil, new(Judge)} {
		b, w := goodBeacon(t), goodWitness(t)
		b.Report.Received, w.Report.Received, w.Beacon.Received, w.FirstWitness = entropyTime*1000, entropyTime*1000, entropyTime*1000, entropyTime*1000
		b.History.LastBeacon = 1
		w.Report.Report.Frequency = w.Beacon.Report.Frequency
		w.Gateway.Location = east(t, 300, 12)
		w.Report.Report.Signal = math.MinInt32
		p := j.PoC(&PoCInput{Beacon: *b, Witnesses: []WitnessOfPoC{{Report: w.Report, Gateway: w.Gateway}}})
		for _, v := range append(p.Witnesses, p.Beacon, j.Beacon(b), j.Witness(w)) {
			if v.Status != Unjudged {
				t.Errorf("got %v", v)
			}
		}
		if p.Updates != nil || j.Rules() != (Rules{}) {
			t.Errorf("got %+v, rules %+v", p, j.Rules())
		}
	}
}
