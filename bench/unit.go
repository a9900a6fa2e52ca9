package main

import "fmt"

// A unit is one kind and shape of proof: the proofs to check and the calls to
// time. It is what -run picks.
type unit struct {
	kind, shape string
	keys        string // what keys the proofs are checked under
	prepare     func() (*work, error)
}

// trapdoorKeys labels everything that is checked under keys of our own making.
const trapdoorKeys = "trapdoor test key, not a network key"

// name is the unit's name in every output, with its label.
func (u *unit) name() string { return u.kind + " " + u.fullShape("") }

// fullShape is the shape with a suffix, and with the label of keys that we made
// ourselves.
func (u *unit) fullShape(suffix string) string {
	s := u.shape + suffix
	if u.keys == trapdoorKeys {
		s += ", " + trapdoorKeys
	}
	return s
}

// work is what a unit does.
type work struct {
	checks []check
	// measures returns the calls to time, given the positions of the good checks
	// that were accepted, of which there is at least one. It is nil where there
	// is nothing to time.
	measures func(good []int) []measure
	// day is what a day of radio reports came to, once it is checked. It is nil of other
	// kinds, and where there is no answer.
	day func() *dayReport
}

// check is one proof and the verdict expected of it.
type check struct {
	name, variant string
	good          bool // the proof itself, not one of its hostile twins
	want          verdict
	run           func() verdict
}

// goodVariant names the proof itself among its hostile twins.
const goodVariant = "good"

// mismatch is a verdict that differs from the expected one.
type mismatch struct {
	Case     string  `json:"case"`
	Variant  string  `json:"variant"`
	Expected verdict `json:"expected"`
	Got      verdict `json:"got"`
}

// outcome is what came of a unit.
type outcome struct {
	unit       *unit
	want, got  map[verdict]int
	cases      int
	mismatches []mismatch
	timings    []timing
	day        *dayReport // nil of other kinds
}

// do runs a unit's checks, then times its calls for budget each.
func (u *unit) do(o *options, p *progress) (*outcome, error) {
	p.passing("%s: preparing", u.name())
	w, err := u.prepare()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.name(), err)
	}
	out := &outcome{unit: u, want: map[verdict]int{}, got: map[verdict]int{}, cases: len(w.checks)}
	if len(w.checks) > 0 {
		p.step("%s: checking %d cases", u.name(), len(w.checks))
	}
	var good []int
	for i := range w.checks {
		p.passing("%s: %d of %d cases checked", u.name(), i, len(w.checks))
		c := &w.checks[i]
		got := c.run()
		out.want[c.want]++
		out.got[got]++
		if !c.want.agrees(got) {
			out.mismatches = append(out.mismatches, mismatch{c.name, c.variant, c.want, got})
			p.note("%s: %s: %s, expected %s", c.name, c.variant, got, c.want)
		}
		if c.good && got == accepted {
			good = append(good, i)
		}
	}
	if w.day != nil {
		out.day = w.day()
	}
	if w.measures == nil || len(good) == 0 {
		return out, nil
	}
	for _, m := range w.measures(good) {
		p.step("%s%s: timing, cores=%d", u.name(), m.suffix, m.cores)
		t, err := m.take(o.budget)
		if err != nil {
			// Accepted before and not now: the verifier contradicts itself.
			got := verdictOf(err)
			out.mismatches = append(out.mismatches, mismatch{u.name(), "timing" + m.suffix, accepted, got})
			p.note("%s%s: %v while timing proofs that were accepted", u.name(), m.suffix, err)
			continue
		}
		out.timings = append(out.timings, t)
	}
	return out, nil
}
