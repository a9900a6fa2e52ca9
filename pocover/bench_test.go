package pocover

import (
	"math/rand/v2"
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

func BenchmarkRecord(b *testing.B) {
	const witnesses = 20
	in := goodPoC(b, witnesses)
	v := testJudge(b).PoC(in)
	b.ReportAllocs()
	for b.Loop() {
		if r, err := v.Record(in); err != nil || len(r.PoC.Selected) != 14 {
			b.Fatal(err)
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
	poc, lone := goodPoC(t, 14), goodPoC(t, 0)
	judged := j.PoC(poc)
	report, heard, packet := signedBeacon(t, gateway), signedWitness(t, gateway), signedPacket(gateway)
	epoch := EpochInput{Emissions: 1e12, Price: 1, Gateways: someGateways(1000, rand.New(rand.NewPCG(1, 2)))}
	for _, c := range []struct {
		name string
		most float64
		run  func()
	}{
		{"valid beacon", 0, func() { j.Beacon(beacon) }},
		{"invalid beacon", 0, func() { j.Beacon(badBeacon) }},
		{"valid witness", 0, func() { j.Witness(witness) }},
		{"invalid witness", 0, func() { j.Witness(badWitness) }},
		{"location", 0, func() { Locate(beacon.Gateway.Location) }},
		{"beacon that is built", 0, func() {
			BuildBeacon(beacon.Entropy, report.LocalEntropy, beacon.Gateway.Region, beacon.Params, 12)
		}},
		{"proof of coverage of 14 witnesses", 32, func() { j.PoC(poc) }},
		{"proof of coverage of none", 4, func() { j.PoC(lone) }},
		{"record of 14 witnesses", 48, func() { judged.Record(poc) }},
		{"signature of a beacon", 12, func() { VerifyBeaconSignature(report, nil) }},
		{"signature of a witness", 12, func() { VerifyWitnessSignature(heard, nil) }},
		{"signature of a packet", 12, func() { VerifyPacketSignature(packet, nil) }},
		{"epoch of 1000 gateways", 8, func() { SplitEpoch(epoch) }},
	} {
		n := testing.AllocsPerRun(100, c.run)
		t.Logf("%s: %v allocations", c.name, n)
		if n > c.most {
			t.Errorf("%s: %v allocations, at most %v", c.name, n, c.most)
		}
	}
}
