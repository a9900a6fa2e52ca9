package pocover

import (
	"testing"
)

func BenchmarkBeacon(b *testing.B) {
	j, in := testJudge(b), goodBeacon(b)
	b.ReportAllocs()
	for b.Loop() {
		if v := j.Beacon(in); v.Status != Valid {
			b.Fatal(v)
		}
	}
	perSecond(b, "beacons/s", 1)
}

// BenchmarkWitness judges valid witnesses of many hotspots, 1 to 50 km away.
func BenchmarkWitness(b *testing.B) {
	j := testJudge(b)
	for _, located := range []bool{false, true} {
		name := "computed"
		if located {
			name = "located"
		}
		b.Run(name, func(b *testing.B) {
			inputs := make([]*WitnessInput, 1<<10)
			for i := range inputs {
				in := goodWitness(b)
				in.Gateway.Location = east(b, 1000+48*float64(i), 12)
				in.Report.Report.Signal = -1200
				if located {
					in.Gateway.Position, in.Beaconer.Position = Locate(in.Gateway.Location), Locate(in.Beaconer.Location)
				}
				inputs[i] = in
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				if v := j.Witness(inputs[n%len(inputs)]); v.Status != Valid {
					b.Fatal(v)
				}
			}
			perSecond(b, "witnesses/s", 1)
		})
	}
}

func BenchmarkPoC(b *testing.B) {
	const witnesses = 20
	j, in := testJudge(b), goodPoC(b, witnesses)
	b.ReportAllocs()
	for b.Loop() {
		if v := j.PoC(in); len(v.Selected) != 14 {
			b.Fatal(v)
		}
	}
	perSecond(b, "witnesses/s", witnesses)
}

func BenchmarkLocate(b *testing.B) {
	location := east(b, 0, 12)
	b.ReportAllocs()
	for b.Loop() {
		if p := Locate(location); !p.counts {
			b.Fatal(p)
		}
	}
}

func BenchmarkBuildBeacon(b *testing.B) {
	in := goodBeacon(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := BuildBeacon(in.Entropy, in.Report.Report.LocalEntropy, in.Gateway.Region, in.Params, in.Gateway.Gain); err != nil {
			b.Fatal(err)
		}
	}
}

// perSecond reports how many of something an operation has, by the second.
func perSecond(b *testing.B, unit string, each int) {
	b.ReportMetric(float64(each)*float64(b.N)/b.Elapsed().Seconds(), unit)
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("not run: the race detector allocates")
	}
	j := testJudge(t)
	beacon, witness := goodBeacon(t), goodWitness(t)
	badBeacon, badWitness := goodBeacon(t), goodWitness(t)
	badBeacon.Report.Report.Frequency++
	badWitness.Report.Report.Signal = 0
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"valid beacon", func() { j.Beacon(beacon) }},
		{"invalid beacon", func() { j.Beacon(badBeacon) }},
		{"valid witness", func() { j.Witness(witness) }},
		{"invalid witness", func() { j.Witness(badWitness) }},
		{"location", func() { Locate(beacon.Gateway.Location) }},
	} {
		if n := testing.AllocsPerRun(100, c.run); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}
