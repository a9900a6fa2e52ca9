package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// report is the whole result, as -json prints it.
type report struct {
	Cases       int           `json:"cases"`
	Accepted    int           `json:"accepted"`
	Rejected    int           `json:"rejected"`
	Malformed   int           `json:"malformed"`
	Limit       int           `json:"limit"`
	Unsupported int           `json:"unsupported"`
	Internal    int           `json:"internal"`
	Mismatches  []mismatch    `json:"mismatches"`
	Timings     []timingEntry `json:"timings"`
	Days        []dayReport   `json:"days,omitempty"`
}

// timingEntry is one measurement in the report.
type timingEntry struct {
	Kind      string  `json:"kind"`
	Shape     string  `json:"shape"`
	Cores     int     `json:"cores"`
	Micros    float64 `json:"us_per_proof"`
	PerSecond float64 `json:"proofs_per_s"`
	Rate      float64 `json:"mb_per_s,omitempty"`
}

// summarize adds up the outcomes.
func summarize(outcomes []*outcome) *report {
	// Empty lists, not nil ones: null is no list for whoever reads the JSON.
	r := &report{Mismatches: []mismatch{}, Timings: []timingEntry{}}
	for _, o := range outcomes {
		r.Cases += o.cases
		r.Accepted += o.got[accepted]
		r.Rejected += o.got[rejected]
		r.Malformed += o.got[malformed]
		r.Limit += o.got[overLimit]
		r.Unsupported += o.got[unsupported]
		r.Internal += o.got[internal]
		r.Mismatches = append(r.Mismatches, o.mismatches...)
		for _, t := range o.timings {
			r.Timings = append(r.Timings, timingEntry{o.unit.kind, o.unit.fullShape(t.suffix), t.cores, t.micros, t.perSecond(), t.rate / 1e6})
		}
		if o.day != nil {
			r.Days = append(r.Days, *o.day)
		}
	}
	return r
}

// writeJSON prints the report as one object.
func (r *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// writeTable prints a line for every measurement, the verdicts on the first line
// of their unit.
func writeTable(w io.Writer, outcomes []*outcome) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "kind\tshape\tcases\texpected\tgot\tmismatches\tcores\tµs/proof\tproofs/s\tallocs/proof\tMB/s\tkeys")
	for _, o := range outcomes {
		verdicts := fmt.Sprintf("%d\t%s\t%s\t%d", o.cases, tally(o.want), tally(o.got), len(o.mismatches))
		if len(o.timings) == 0 {
			fmt.Fprintf(t, "%s\t%s\t%s\t\t\t\t\t\t%s\n", o.unit.kind, o.unit.shape, verdicts, o.unit.keys)
		}
		for _, m := range o.timings {
			rate := ""
			if m.rate > 0 {
				rate = fmt.Sprintf("%.1f", m.rate/1e6)
			}
			fmt.Fprintf(t, "%s\t%s%s\t%s\t%d\t%.1f\t%.1f\t%.1f\t%s\t%s\n",
				o.unit.kind, o.unit.shape, m.suffix, verdicts, m.cores, m.micros, m.perSecond(), m.allocs, rate, o.unit.keys)
			verdicts = "\t\t\t"
		}
	}
	return t.Flush()
}

// writeScaling prints how the cost of proofs of production shape grows with their
// sectors, where more than one number of sectors was timed: for every step the
// growth of the logarithm of the cost over that of the number, which is 0 where the
// number does not matter and 1 where the cost is proportional to it.
func writeScaling(w io.Writer, outcomes []*outcome) error {
	for _, o := range outcomes {
		if o.unit.keys != trapdoorKeys || len(o.timings) == 0 || o.timings[0].sectors == 0 {
			continue
		}
		byCores := make(map[int][]timing)
		var cores []int
		for _, m := range o.timings {
			if byCores[m.cores] == nil {
				cores = append(cores, m.cores)
			}
			byCores[m.cores] = append(byCores[m.cores], m)
		}
		for _, c := range cores {
			if len(byCores[c]) < 2 {
				continue
			}
			fmt.Fprintf(w, "\n%s, by sectors, cores=%d\n", o.unit.name(), c)
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "sectors\tµs/proof\tµs/sector\tlog10(sectors)\tlog10(µs)\tslope")
			for i, m := range byCores[c] {
				slope := ""
				if i > 0 {
					before := byCores[c][i-1]
					slope = fmt.Sprintf("%.2f", math.Log(m.micros/before.micros)/math.Log(float64(m.sectors)/float64(before.sectors)))
				}
				fmt.Fprintf(t, "%d\t%.1f\t%.2f\t%.2f\t%.2f\t%s\n", m.sectors, m.micros, m.micros/float64(m.sectors),
					math.Log10(float64(m.sectors)), math.Log10(m.micros), slope)
			}
			if err := t.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// tally writes counts of verdicts by their first letters, for example "3a 45r".
func tally(counts map[verdict]int) string {
	var parts []string
	for _, v := range verdicts {
		if n := counts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d%c", n, v[0]))
		}
	}
	if n := counts[unstated]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d?", n))
	}
	return strings.Join(parts, " ")
}

const tallyLegend = "a accept, r reject, m malformed, l limit, u unsupported, i internal, ? no verdict is known"

// writeSummary prints what the table adds up to.
func (r *report) writeSummary(w io.Writer) error {
	_, err := fmt.Fprintf(w, "\n%s\n%d cases: %d accepted, %d rejected, %d malformed, %d beyond a limit, %d unsupported, %d internal errors\n",
		tallyLegend, r.Cases, r.Accepted, r.Rejected, r.Malformed, r.Limit, r.Unsupported, r.Internal)
	if err != nil {
		return err
	}
	if r.Unsupported > 0 {
		if _, err := fmt.Fprintf(w, "%d cases were not judged: no key or no reference string for them\n", r.Unsupported); err != nil {
			return err
		}
	}
	if len(r.Mismatches) == 0 {
		_, err = fmt.Fprintln(w, "no verdict differs from the expected one")
		return err
	}
	for _, m := range r.Mismatches {
		if _, err := fmt.Fprintf(w, "MISMATCH %s: %s: got %s, expected %s\n", m.Case, m.Variant, m.Got, m.Expected); err != nil {
			return err
		}
	}
	return nil
}
