package pocover

import "time"

// Rules are what a network's verdicts depend on besides the reports, as it was at one
// time. The zero value is no rules.
//
// A profile is a function that returns the rules of a time, named and dated, with the
// source in its comment. Rules that differ in a constant are a new profile; rules that
// differ in what is checked are a new field, whose zero value is what the older
// profiles did. A profile is never changed.
type Rules struct {
	Name string // for the caller

	EntropyLifespan time.Duration // from an entropy's time on; whole seconds
	BeaconInterval  time.Duration // one beacon in each; whole seconds that divide 24 h

	MaxBeaconLag  time.Duration // of a witness, after the beacon, if that was received first
	MaxWitnessLag time.Duration // of a witness, after the first one, if that was

	FrequencyTolerance int32  // Hz, between beacon and witness
	MinCells           int    // steps of the grid between hotspots, at resolution 11
	MaxKilometres      uint32 // between hotspots, of the distance rounded down

	ReciprocityWindow time.Duration // a beaconer witnessed, a witness beaconed, less ago than this
	MaxWitnesses      int           // that are selected
	DefaultScale      Scale         // of a location that the density map lacks

	// StrictTxPower refuses a beacon, as an invalid_packet, that was sent with more
	// power than its region and antenna allow. The network did not compare it, although
	// more power lets witnesses be stronger. Its verdicts need this off.
	StrictTxPower bool
}

// IoT202605 returns the rules of the IoT network in May 2026, the last before it
// retired proof of coverage: oracles-iot ff4b370, 2026-05-20, whose rules are those of
// oracles 824f7724, 2026-01-29.
func IoT202605() Rules {
	return Rules{
		Name:               "iot-2026-05",
		EntropyLifespan:    180 * time.Second,
		BeaconInterval:     6 * time.Hour,
		MaxBeaconLag:       4000 * time.Millisecond,
		MaxWitnessLag:      1500 * time.Millisecond,
		FrequencyTolerance: 100_000,
		MinCells:           8,
		MaxKilometres:      100,
		ReciprocityWindow:  48 * time.Hour,
		MaxWitnesses:       14,
		DefaultScale:       DefaultScale,
	}
}

// check returns what is wrong with r, or nil.
func (r *Rules) check() error {
	whole := func(d, unit time.Duration) bool { return d > 0 && d%unit == 0 }
	switch {
	case !whole(r.EntropyLifespan, time.Second):
		return malformed("EntropyLifespan %v: want whole seconds", r.EntropyLifespan)
	case !whole(r.BeaconInterval, time.Second) || 24*time.Hour%r.BeaconInterval != 0:
		return malformed("BeaconInterval %v: want whole seconds that divide 24h", r.BeaconInterval)
	case !whole(r.MaxBeaconLag, time.Millisecond):
		return malformed("MaxBeaconLag %v: want whole milliseconds", r.MaxBeaconLag)
	case !whole(r.MaxWitnessLag, time.Millisecond):
		return malformed("MaxWitnessLag %v: want whole milliseconds", r.MaxWitnessLag)
	case !whole(r.ReciprocityWindow, time.Millisecond):
		return malformed("ReciprocityWindow %v: want whole milliseconds", r.ReciprocityWindow)
	case r.FrequencyTolerance < 0:
		return malformed("FrequencyTolerance %d Hz: want 0 or more", r.FrequencyTolerance)
	case r.MinCells < 0:
		return malformed("MinCells %d: want 0 or more", r.MinCells)
	case r.MaxKilometres == 0:
		return malformed("MaxKilometres 0: want 1 or more")
	case r.MaxWitnesses < 1:
		return malformed("MaxWitnesses %d: want 1 or more", r.MaxWitnesses)
	case r.DefaultScale > 1e4:
		return malformed("DefaultScale %v: want at most 1", r.DefaultScale)
	}
	return nil
}

// A Judge judges reports by one set of rules. It is immutable and safe for concurrent
// use, and starts no goroutines. [Judge.Beacon] and [Judge.Witness] do not allocate, if
// keys are in their canonical form. A Judge that is not from [NewJudge] gives no verdicts.
type Judge struct {
	rules Rules

	// Of the rules, in the reports' units.
	lifespan              uint64 // s
	interval              uint64 // ms
	beaconLag, witnessLag uint64 // ms
	reciprocityWindow     uint64 // ms
}

// NewJudge returns a judge by rules, or ErrMalformed if they cannot be those of a
// network.
func NewJudge(rules Rules) (*Judge, error) {
	if err := rules.check(); err != nil {
		return nil, fail("pocover.NewJudge", err)
	}
	return &Judge{
		rules:             rules,
		lifespan:          uint64(rules.EntropyLifespan / time.Second),
		interval:          uint64(rules.BeaconInterval / time.Millisecond),
		beaconLag:         uint64(rules.MaxBeaconLag / time.Millisecond),
		witnessLag:        uint64(rules.MaxWitnessLag / time.Millisecond),
		reciprocityWindow: uint64(rules.ReciprocityWindow / time.Millisecond),
	}, nil
}

// hasRules reports whether NewJudge made j. The rules of a zero value would let pass what
// nobody allowed.
func (j *Judge) hasRules() bool { return j != nil && j.interval != 0 }

// Rules returns the rules that j judges by.
func (j *Judge) Rules() Rules {
	if j == nil {
		return Rules{}
	}
	return j.rules
}
