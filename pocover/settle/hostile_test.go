package settle_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A hotspot signs with a key drawn from a seed.
type hotspot struct {
	secret ed25519.PrivateKey
	key    []byte
}

func newHotspot(seed byte) hotspot {
	secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))
	return hotspot{secret, append([]byte{1}, secret.Public().(ed25519.PublicKey)...)}
}

// witness is a witness report of the hotspot, as archived.
func (h hotspot) witness(received uint64, data []byte) []byte {
	w := wire.WitnessIngestReport{Received: received, HasReport: true, Report: wire.WitnessReport{PubKey: h.key, Data: data}}
	w.Report.Signature = ed25519.Sign(h.secret, w.Report.AppendSigned(nil))
	return w.AppendCanonical(nil)
}

// known is a config in which the hotspots are all that is known.
func known(t testing.TB, o settle.Options, hotspots ...hotspot) settle.Config {
	t.Helper()
	r := new(settle.Registry)
	for _, h := range hotspots {
		if err := r.Add(h.key, pocover.Gateway{}, pocover.History{}); err != nil {
			t.Fatal(err)
		}
	}
	return settle.Config{Rules: pocover.IoT202605(), Registry: r, Options: o}
}

// A context ends a day that has nothing but empty archives, however many.
func TestEmptyArchivesEnd(t *testing.T) {
	empty := archive(t, nil)
	for _, workers := range []int{1, 3} {
		ctx, cancel := context.WithCancel(context.Background())
		opened := 0
		day := &settle.Day{Beacons: make([]settle.Source, 20_000)}
		for i := range day.Beacons {
			day.Beacons[i].Open = func() (io.ReadCloser, error) {
				if opened++; opened == 10 {
					cancel()
				}
				return io.NopCloser(bytes.NewReader(empty)), nil
			}
		}
		s, err := settle.New(known(t, settle.Options{Workers: workers}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Settle(ctx, day, func(*settle.Outcome) error { return nil }); err != context.Canceled {
			t.Errorf("workers=%d: got %v", workers, err)
		}
		if opened > 10_000 {
			t.Errorf("workers=%d: %d archives were opened, the context ended at 10", workers, opened)
		}
		cancel()
	}
}

// No key of any type makes a signature without a byte: a report that has none is refused,
// whatever is known of sessions.
func TestUnsigned(t *testing.T) {
	h := newHotspot(1)
	w := wire.WitnessIngestReport{Received: 1, HasReport: true, Report: wire.WitnessReport{PubKey: h.key, Data: []byte{1}}}
	day := &settle.Day{Witnesses: []settle.Source{sourceOf("w", archive(t, [][]byte{w.AppendCanonical(nil)}))}}
	summary, _ := settled(t, known(t, settle.Options{Workers: 1}, h), day)
	if summary.Kinds[settle.Witnesses][settle.Refused] != 1 || summary.Signatures[settle.Bad] != 1 {
		t.Errorf("kinds %v, signatures %v", summary.Kinds, summary.Signatures)
	}
}

// Packets that the network could not read cost nothing, as [pocover.PacketLedger] has it.
func TestUnreadablePackets(t *testing.T) {
	good := wire.PacketReport{Gateway: []byte("g"), Type: 1, PayloadSize: 30}
	for _, c := range []struct {
		name   string
		kind   settle.Kind
		change func(*wire.PacketReport)
	}{
		{"good", settle.Charged, func(*wire.PacketReport) {}},
		{"data rate", settle.Malformed, func(p *wire.PacketReport) { p.DataRate = 25 }},
		{"region", settle.Malformed, func(p *wire.PacketReport) { p.Region = 28 }},
		{"unknown region", settle.Charged, func(p *wire.PacketReport) { p.Region = wire.RegionUnknown }},
		{"time", settle.Malformed, func(p *wire.PacketReport) { p.Received = math.MaxUint64 }},
		{"join", settle.Malformed, func(p *wire.PacketReport) { p.Type, p.Region = 0, -1 }},
	} {
		p := good
		c.change(&p)
		day := &settle.Day{Packets: []settle.Source{sourceOf("p", archive(t, [][]byte{p.AppendCanonical(nil)}))}}
		summary, _ := settled(t, known(t, settle.Options{Workers: 1}), day)
		if summary.Kinds[settle.Packets][c.kind] != 1 {
			t.Errorf("%s: kinds %v, want %v", c.name, summary.Kinds[settle.Packets], c.kind)
		}
	}
}

// A report longer than what is judged, which the network archived, costs no other report.
func TestLongFrame(t *testing.T) {
	h := newHotspot(1)
	frames := [][]byte{h.witness(1, []byte{1}), h.witness(2, make([]byte, 1<<17)), h.witness(3, []byte{3})}
	day := &settle.Day{Witnesses: []settle.Source{sourceOf("w", archive(t, frames))}}
	c := known(t, settle.Options{Workers: 1}, h)
	s, err := settle.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var long error
	summary, err := s.Settle(context.Background(), day, func(o *settle.Outcome) error {
		if o.Report.Kind == settle.Malformed {
			long = o.Report.Err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if kinds := summary.Kinds[settle.Witnesses]; kinds[settle.Stale] != 2 || kinds[settle.Malformed] != 1 || !errors.Is(long, depinproof.ErrLimit) {
		t.Errorf("kinds %v, %v, damages %v", kinds, long, summary.Damages)
	}
}

// What a report that is pending takes does not depend on what lies around it.
func TestPendingAmongDebris(t *testing.T) {
	h := newHotspot(1)
	const pending = 400
	var frames [][]byte
	for i := range pending {
		frames = append(frames, h.witness(1_000_000+uint64(i), []byte{1, byte(i), byte(i >> 8)}))
		for range 255 {
			frames = append(frames, nil) // malformed
		}
	}
	data := archive(t, frames)
	frames = nil
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	s, err := settle.New(known(t, settle.Options{Workers: 1}, h))
	if err != nil {
		t.Fatal(err)
	}
	before, n, most := heap(), 0, uint64(0)
	_, err = s.Settle(context.Background(), &settle.Day{Witnesses: []settle.Source{sourceOf("w", data)}}, func(o *settle.Outcome) error {
		if n++; n == pending*255 {
			most = heap() - before
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes for %d reports of %d", most, pending, len(h.witness(1_000_000, []byte{1, 2, 3})))
	if most > 2<<20 {
		t.Errorf("%d bytes are held for %d reports", most, pending)
	}
}

// A report of a time far ahead does not end its stream, if the day has an end.
func TestFarAhead(t *testing.T) {
	h := newHotspot(1)
	const until, far = 2_000_000, 8_210_266_876_799_999
	entropy := func(ms uint64) []byte {
		e := wire.EntropyReport{Data: []byte{byte(ms)}, Timestamp: ms / 1000}
		return e.AppendCanonical(nil)
	}
	packet := func(ms uint64) []byte {
		p := wire.PacketReport{Gateway: h.key, Type: 1, Received: ms}
		return p.AppendCanonical(nil)
	}
	witness := func(ms uint64) []byte { return h.witness(ms, []byte{byte(ms)}) }
	stream := func(frame func(uint64) []byte, times ...uint64) []settle.Source {
		var frames [][]byte
		for _, ms := range times {
			frames = append(frames, frame(ms))
		}
		return []settle.Source{sourceOf("x", archive(t, frames))}
	}
	day := &settle.Day{
		Entropy:   stream(entropy, 1_000_000, far, 1_001_000),
		Witnesses: stream(witness, 1_000_000, until+1, until, 1_999_000),
		Packets:   stream(packet, until+1, until),
		Until:     until,
	}
	c := known(t, settle.Options{Workers: 1}, h)
	got, _ := settled(t, c, day)
	for _, want := range []struct {
		stream settle.Stream
		kind   settle.Kind
		n      uint64
	}{
		{settle.Entropy, settle.Recorded, 2}, {settle.Entropy, settle.Ahead, 1},
		{settle.Witnesses, settle.Stale, 3}, {settle.Witnesses, settle.Ahead, 1},
		{settle.Packets, settle.Charged, 1}, {settle.Packets, settle.Ahead, 1},
	} {
		if n := got.Kinds[want.stream][want.kind]; n != want.n {
			t.Errorf("%d %v are %v, want %d", n, want.stream, want.kind, want.n)
		}
	}
	day.Until = 0
	if got, _ := settled(t, c, day); got.Kinds[settle.Entropy][settle.Late] != 1 {
		t.Errorf("without an end: %v", got.Kinds)
	}
}

// Reports are tried with so many sessions at most, but a gateway has any number in turn.
func TestSessionLimit(t *testing.T) {
	h := newHotspot(1)
	var r settle.Registry
	if err := r.Add(h.key, pocover.Gateway{}, pocover.History{}); err != nil {
		t.Fatal(err)
	}
	open := func(from, until uint64) error {
		init := wire.SessionInit{PubKey: h.key, SessionKey: newHotspot(2).key}
		init.Signature = ed25519.Sign(h.secret, init.AppendSigned(nil))
		return r.AddSession(&init, from, until)
	}
	for i := range uint64(settle.MaxSessions) {
		if err := open(100+i, 200); err != nil {
			t.Fatal(err)
		}
		if err := open(300+i, 300+i); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		from, until uint64
		kind        error
	}{
		{200, 200, depinproof.ErrLimit},
		{0, math.MaxUint64, depinproof.ErrLimit},
		{201, 299, nil},
		{0, 163, depinproof.ErrLimit},
		{0, 162, nil}, // meets 63
		{9, 8, depinproof.ErrMalformed},
	} {
		if err := open(c.from, c.until); !errors.Is(err, c.kind) {
			t.Errorf("%d to %d: got %v, want %v", c.from, c.until, err, c.kind)
		}
	}
}

// A panic of a source reaches who settles, and one that ends its goroutine ends the day.
func TestSourcePanics(t *testing.T) {
	good := newHotspot(1).witness(1, []byte{1})
	panics := func() (io.ReadCloser, error) { panic(errTest) }
	for _, workers := range []int{1, 3} {
		before := runtime.NumGoroutine()
		s, err := settle.New(known(t, settle.Options{Workers: workers}))
		if err != nil {
			t.Fatal(err)
		}
		outcomes := 0
		day := &settle.Day{Witnesses: []settle.Source{sourceOf("w", archive(t, [][]byte{good})), {Open: panics}}}
		func() {
			defer func() {
				if got := recover(); got != errTest {
					t.Errorf("workers=%d: panic %v", workers, got)
				}
			}()
			s.Settle(context.Background(), day, func(*settle.Outcome) error { outcomes++; return nil })
		}()
		if workers > 1 {
			if outcomes != 1 {
				t.Errorf("%d outcomes before the panic", outcomes)
			}
			day.Witnesses[1].Open = func() (io.ReadCloser, error) { runtime.Goexit(); return nil, nil }
			if _, err := s.Settle(context.Background(), day, func(*settle.Outcome) error { return nil }); !errors.Is(err, depinproof.ErrInternal) {
				t.Errorf("workers=%d: got %v", workers, err)
			}
		}
		for wait := time.Now(); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Since(wait) > 5*time.Second {
				t.Fatalf("workers=%d: %d goroutines, %d before", workers, runtime.NumGoroutine(), before)
			}
		}
	}
}

// A beacon has the witnesses of the lifespan of entropy before and after it, to the second.
func TestWindow(t *testing.T) {
	h, other := newHotspot(1), newHotspot(2)
	const received, window = 1_000_000_000, 180_999
	entropy := wire.EntropyReport{Data: []byte{7}, Timestamp: received / 1000}
	b := wire.BeaconIngestReport{Received: received, HasReport: true, Report: wire.BeaconReport{PubKey: h.key, RemoteEntropy: entropy.Data, Data: []byte{1}}}
	b.Report.Signature = ed25519.Sign(h.secret, b.Report.AppendSigned(nil))
	for _, c := range []struct {
		at   uint64
		kind settle.Kind
	}{
		{received - window - 1, settle.Stale}, {received - window, settle.Judged},
		{received + window, settle.Judged}, {received + window + 1, settle.Stale},
	} {
		summary, _ := settled(t, known(t, settle.Options{Workers: 1}, h, other), &settle.Day{
			Entropy:   []settle.Source{sourceOf("e", archive(t, [][]byte{entropy.AppendCanonical(nil)}))},
			Beacons:   []settle.Source{sourceOf("b", archive(t, [][]byte{b.AppendCanonical(nil)}))},
			Witnesses: []settle.Source{sourceOf("w", archive(t, [][]byte{other.witness(c.at, []byte{1})}))},
		})
		if summary.Kinds[settle.Witnesses][c.kind] != 1 || summary.Kinds[settle.Beacons][settle.Judged] != 1 {
			t.Errorf("%d ms: %v, want %v", int64(c.at)-received, summary.Kinds, c.kind)
		}
	}
}
