package settle_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// daySize returns the bytes of a day's archives and the frames in them.
func daySize(t testing.TB, d *radioday.Day, day *settle.Day) (bytes, frames int64) {
	for _, list := range [][]settle.Source{day.Entropy, day.Beacons, day.Witnesses, day.Packets} {
		for _, s := range list {
			r, err := s.Open()
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, r)
			if err != nil {
				t.Fatal(err)
			}
			bytes += n
		}
	}
	for _, list := range d.Frames {
		frames += int64(len(list))
	}
	return bytes, frames
}

func BenchmarkSettle(b *testing.B) {
	d := radioday.New(1, 5000)
	day := archives(b, d, 1000)
	size, frames := daySize(b, d, day)
	for _, workers := range slices.Compact([]int{1, runtime.GOMAXPROCS(0)}) {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			c := config(b, d)
			c.Options.Workers = workers
			s, err := settle.New(c)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Settle(context.Background(), day, func(*settle.Outcome) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(frames)/b.Elapsed().Seconds(), "reports/s")
		})
	}
}

// The signatures of the day that BenchmarkSettle settles, alone: each report of a known
// gateway is checked once, by the session that it was streamed in or by its gateway. That
// is what the libraries take.
func BenchmarkSignatures(b *testing.B) {
	d := radioday.New(1, 5000)
	type signed struct {
		key                *keys.Key
		message, signature []byte
	}
	var all []signed
	parse := func(binary []byte) *keys.Key {
		k, err := keys.Parse(binary)
		if err != nil {
			b.Fatal(err)
		}
		return k
	}
	gateways := make(map[string]*keys.Key)
	for _, g := range d.Gateways {
		gateways[string(g.Key)] = parse(g.Key)
	}
	add := func(pubKey []byte, received uint64, message, signature []byte) {
		key := gateways[string(pubKey)]
		if key == nil {
			return
		}
		for _, s := range d.Sessions {
			if string(s.Init.PubKey) == string(pubKey) && s.From <= received && received <= s.Until {
				key = parse(s.Init.SessionKey)
				break
			}
		}
		all = append(all, signed{key, message, signature})
	}
	for _, frame := range d.Frames[settle.Beacons] {
		var m wire.BeaconIngestReport
		if m.Decode(frame) == nil {
			add(m.Report.PubKey, m.Received, m.Report.AppendSigned(nil), m.Report.Signature)
		}
	}
	for _, frame := range d.Frames[settle.Witnesses] {
		var m wire.WitnessIngestReport
		if m.Decode(frame) == nil {
			add(m.Report.PubKey, m.Received, m.Report.AppendSigned(nil), m.Report.Signature)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		good := 0
		for i := range all {
			if all[i].key.VerifySignature(all[i].message, all[i].signature) == nil {
				good++
			}
		}
		if good < len(all)/2 {
			b.Fatalf("%d of %d signatures hold", good, len(all))
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(all))/b.Elapsed().Seconds(), "signatures/s")
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d := radioday.New(1, 2000)
	day := archives(t, d, 1<<20)
	_, frames := daySize(t, d, day)
	s, err := settle.New(config(t, d))
	if err != nil {
		t.Fatal(err)
	}
	total := testing.AllocsPerRun(1, func() {
		if _, err := s.Settle(context.Background(), day, func(*settle.Outcome) error { return nil }); err != nil {
			t.Error(err)
		}
	})
	per := total / float64(frames)
	t.Logf("%.1f allocations a report", per)
	if per > 20 {
		t.Errorf("%.1f allocations a report", per)
	}
}
