package settle_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// The outcome does not depend on workers, archives or readers.
func TestSameOutcome(t *testing.T) {
	d := radioday.New(2, 400)
	c := config(t, d)
	want, digest := settled(t, c, archives(t, d, 1<<20))
	checkSummary(t, want, &d.Plan)
	oneByte := func(list []settle.Source) {
		for i := range list {
			open := list[i].Open
			list[i].Open = func() (io.ReadCloser, error) {
				r, err := open()
				return io.NopCloser(iotest.OneByteReader(r)), err
			}
		}
	}
	for _, workers := range []int{1, 2, 3, 7} {
		for _, size := range []int{1 << 20, 117} {
			for _, bytewise := range []bool{false, true} {
				t.Run(fmt.Sprintf("workers=%d size=%d bytewise=%v", workers, size, bytewise), func(t *testing.T) {
					day := archives(t, d, size)
					if bytewise {
						for _, list := range [][]settle.Source{day.Entropy, day.Beacons, day.Witnesses, day.Packets} {
							oneByte(list)
						}
					}
					c := c
					c.Options.Workers = workers
					got, same := settled(t, c, day)
					checkSummary(t, got, want)
					if same != digest {
						t.Error("the outcomes differ")
					}
				})
			}
		}
	}
	t.Run("gzip members", func(t *testing.T) {
		day := archives(t, d, 1<<20)
		var members []byte
		for part := range slices.Chunk(d.Frames[settle.Witnesses], 91) {
			members = append(members, archive(t, part)...)
		}
		day.Witnesses = []settle.Source{sourceOf("members", members)}
		if _, same := settled(t, c, day); same != digest {
			t.Error("the outcomes differ")
		}
	})
}

// What one archive lacks is missed, and named, and the day goes on.
func TestDamage(t *testing.T) {
	d := radioday.New(3, 300)
	c := config(t, d)
	c.Options.Archive.Frame = 1 << 16
	frames := d.Frames[settle.Witnesses]
	first, second := archive(t, frames[:200]), archive(t, frames[200:])
	day := archives(t, d, 1<<20)
	flipped := bytes.Clone(first)
	flipped[len(first)-5] ^= 1 // of the checksum
	for _, test := range []struct {
		name  string
		data  []byte
		least int // frames that are not lost
		kind  error
	}{
		{"cut in half", first[:len(first)/2], 50, depinproof.ErrMalformed},
		{"cut at the end", first[:len(first)-1], 200, depinproof.ErrMalformed},
		{"checksum", flipped, 200, depinproof.ErrMalformed},
		{"empty", nil, 0, depinproof.ErrMalformed},
		{"no gzip", []byte("witnesses"), 0, depinproof.ErrMalformed},
		{"frame that is too long", archive(t, append(slices.Clone(frames[:7]), make([]byte, 1<<16+1))), 7, depinproof.ErrLimit},
	} {
		t.Run(test.name, func(t *testing.T) {
			day := *day
			day.Witnesses = []settle.Source{sourceOf("bad", test.data), sourceOf("good", second)}
			summary, digest := settled(t, c, &day)
			if len(summary.Damages) != 1 {
				t.Fatalf("damages: %v", summary.Damages)
			}
			damage := summary.Damages[0]
			if damage.Stream != settle.Witnesses || damage.Archive != "bad" || damage.Frame < test.least || !errors.Is(damage.Err, test.kind) {
				t.Errorf("damage: %+v", damage)
			}
			// The same as of an archive that ends there.
			day.Witnesses = []settle.Source{sourceOf("prefix", archive(t, frames[:damage.Frame])), sourceOf("good", second)}
			want, same := settled(t, c, &day)
			if same != digest {
				t.Error("the outcomes differ from those of the good prefix")
			}
			want.Damages = summary.Damages
			checkSummary(t, summary, want)

			day.Witnesses[0] = sourceOf("bad", test.data)
			c := c
			c.Options.StopAtDamage = true
			checkError(t, c, &day, test.kind)
		})
	}
}

// A bomb breaks off where it grows too large for what it is, and what came before counts.
func TestBomb(t *testing.T) {
	d := radioday.New(3, 300)
	c := config(t, d)
	frames := d.Frames[settle.Witnesses]
	bomb := slices.Concat(frames, slices.Repeat([][]byte{make([]byte, 1<<16)}, 200)) // 13 MB
	day := archives(t, d, 1<<20)
	want, _ := settled(t, c, day)
	data := archive(t, bomb)
	day.Witnesses = []settle.Source{sourceOf("bomb", data)}
	got, _ := settled(t, c, day)
	if len(got.Damages) != 1 || got.Damages[0].Archive != "bomb" || !errors.Is(got.Damages[0].Err, depinproof.ErrLimit) {
		t.Fatalf("damages: %v", got.Damages)
	}
	most := (1<<20 + 200*len(data)) >> 16
	more := got.Damages[0].Frame - len(frames)
	if more < 0 || more > most || len(bomb)-len(frames) <= most {
		t.Errorf("%d frames of the bomb are read, at most %d of %d", more, most, len(bomb)-len(frames))
	}
	want.Frames[settle.Witnesses] += uint64(more)
	want.Kinds[settle.Witnesses][settle.Malformed] += uint64(more)
	want.Damages = got.Damages
	checkSummary(t, got, want)
}

// Reports of times long past and far ahead have outcomes as well: what comes behind one
// that is ahead is late, in its own stream alone.
func TestTimes(t *testing.T) {
	d := radioday.New(3, 300)
	c := config(t, d)
	day := archives(t, d, 1<<20)
	want, _ := settled(t, c, day)
	const calendar = 8_210_266_876_799_999 // ms, the end of the network's
	var key []byte
	for _, g := range d.Gateways {
		if key = g.Key; key[0] == 0 {
			break
		}
	}
	report := func(received uint64) []byte {
		w := wire.WitnessIngestReport{Received: received, HasReport: true, Report: wire.WitnessReport{PubKey: key, Data: []byte{1}, Signature: []byte{1}}}
		return w.AppendCanonical(nil)
	}
	for _, test := range []struct {
		name          string
		before, after [][]byte
		change        func(kinds []uint64)
	}{
		{"1970, first", [][]byte{report(0)}, nil, func(k []uint64) { k[settle.Stale]++ }},
		{"1970, last", nil, [][]byte{report(0)}, func(k []uint64) { k[settle.Late]++ }},
		{"the end of the calendar, last", nil, [][]byte{report(calendar)}, func(k []uint64) { k[settle.Stale]++ }},
		{"after it, first", [][]byte{report(calendar + 1), report(1<<64 - 1)}, nil, func(k []uint64) { k[settle.Malformed] += 2 }},
		{"the end of the calendar, first", [][]byte{report(calendar)}, nil, func(k []uint64) {
			for _, kind := range []settle.Kind{settle.Judged, settle.Stale, settle.Repeated} {
				k[settle.Late] += k[kind]
				k[kind] = 0
			}
			k[settle.Stale] = 1
		}},
	} {
		frames := slices.Concat(test.before, d.Frames[settle.Witnesses], test.after)
		day.Witnesses = []settle.Source{sourceOf("w", archive(t, frames))}
		got, _ := settled(t, c, day)
		kinds := want.Kinds
		test.change(kinds[settle.Witnesses][:])
		if got.Kinds != kinds {
			t.Errorf("%s: got %v, want %v", test.name, got.Kinds, kinds)
		}
	}
}

// checkError checks the class of the error of a day, with workers and without.
func checkError(t *testing.T, c settle.Config, day *settle.Day, kind error) {
	t.Helper()
	for _, workers := range []int{1, 3} {
		c.Options.Workers = workers
		s, err := settle.New(c)
		if err != nil {
			t.Fatal(err)
		}
		summary, err := s.Settle(context.Background(), day, func(*settle.Outcome) error { return nil })
		if !errors.Is(err, kind) || summary != nil {
			t.Errorf("workers=%d: got %v, %v, want %v", workers, summary, err, kind)
		}
	}
}

var errTest = errors.New("test")

func TestErrors(t *testing.T) {
	d := radioday.New(4, 300)
	good := archives(t, d, 100)
	for _, test := range []struct {
		name   string
		kind   error
		change func(*settle.Config, *settle.Day)
	}{
		{"pending", depinproof.ErrLimit, func(c *settle.Config, _ *settle.Day) { c.Options.MaxPending = 20 }},
		{"entropy", depinproof.ErrLimit, func(c *settle.Config, _ *settle.Day) { c.Options.MaxEntropy = 1439 }},
		{"open", errTest, func(_ *settle.Config, day *settle.Day) {
			day.Beacons = append(slices.Clone(day.Beacons), settle.Source{Name: "x", Open: func() (io.ReadCloser, error) { return nil, errTest }})
		}},
		{"read", errTest, func(_ *settle.Config, day *settle.Day) {
			day.Beacons = append(slices.Clone(day.Beacons), settle.Source{Name: "x", Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errTest)), nil }})
		}},
		{"read is internal", depinproof.ErrInternal, func(_ *settle.Config, day *settle.Day) {
			day.Entropy = []settle.Source{{Name: "x", Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(errTest)), nil }}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, day := config(t, d), *good
			test.change(&c, &day)
			checkError(t, c, &day, test.kind)
		})
	}
	c := config(t, d)
	c.Options.MaxEntropy = 1440
	c.Options.MaxGateways = len(d.Gateways) + 1
	want, _ := settled(t, c, good) // the limits are met
	s, err := settle.New(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Settle(context.Background(), good, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSummary(t, got, want)
}

// What is held is what a few minutes have, whatever the day has.
func TestPending(t *testing.T) {
	d := radioday.New(4, 2000)
	c := config(t, d)
	c.Options.MaxPending = 160
	settled(t, c, archives(t, d, 1<<20))
}

// A report may be as much earlier than the latest of its stream as the slack, and no more.
func TestSlack(t *testing.T) {
	d := radioday.New(3, 300)
	c := config(t, d)
	report := func(received uint64) []byte {
		w := wire.WitnessIngestReport{Received: received, HasReport: true, Report: wire.WitnessReport{PubKey: d.Gateways[0].Key, Signature: []byte{1}}}
		return w.AppendCanonical(nil)
	}
	for earlier, late := range map[uint64]uint64{radioday.Slack: 0, radioday.Slack + 1: 1} {
		day := &settle.Day{Witnesses: []settle.Source{sourceOf("w", archive(t, [][]byte{report(radioday.Noon), report(radioday.Noon - earlier)}))}}
		summary, _ := settled(t, c, day)
		if got := summary.Kinds[settle.Witnesses]; got[settle.Late] != late || got[settle.Stale] != 2-late {
			t.Errorf("%d ms earlier: %v", earlier, got)
		}
	}
}

// A signature is checked by the sessions of its time, and the gateway's own key.
func TestSessions(t *testing.T) {
	draw := func(seed byte) (ed25519.PrivateKey, []byte) {
		secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))
		return secret, append([]byte{1}, secret.Public().(ed25519.PublicKey)...)
	}
	gateway, key := draw(1)
	session, sessionKey := draw(2)
	other, _ := draw(3)
	var r settle.Registry
	if err := r.Add(key, pocover.Gateway{}, pocover.History{}); err != nil {
		t.Fatal(err)
	}
	init := wire.SessionInit{PubKey: key, SessionKey: sessionKey}
	init.Signature = ed25519.Sign(gateway, init.AppendSigned(nil))
	if err := r.AddSession(&init, 1000, 2000); err != nil {
		t.Fatal(err)
	}
	s, err := settle.New(settle.Config{Rules: pocover.IoT202605(), Registry: &r, Options: settle.Options{Workers: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		signer   ed25519.PrivateKey
		key      []byte
		received uint64
		kind     settle.Kind
		state    settle.Signature
	}{
		{"gateway before", gateway, key, 999, settle.Stale, settle.ByGateway},
		{"gateway in the session", gateway, key, 1000, settle.Stale, settle.ByGateway},
		{"session before", session, key, 999, settle.Stale, settle.NotVerifiable},
		{"session from", session, key, 1000, settle.Stale, settle.BySession},
		{"session until", session, key, 2000, settle.Stale, settle.BySession},
		{"session after", session, key, 2001, settle.Stale, settle.NotVerifiable},
		{"another key", other, key, 1500, settle.Refused, settle.Bad},
		{"another key after", other, key, 2001, settle.Stale, settle.NotVerifiable},
		{"another gateway", session, sessionKey, 1500, settle.Unknown, settle.Unchecked},
		{"key of the test network", gateway, append([]byte{0x11}, key[1:]...), 1500, settle.Refused, settle.Unchecked},
		{"key of no network", gateway, append([]byte{0x21}, key[1:]...), 1500, settle.Refused, settle.Unchecked},
		{"no key", gateway, nil, 1500, settle.Unknown, settle.Unchecked},
		{"bytes behind the key", gateway, append(bytes.Clone(key), 0), 1500, settle.Unknown, settle.Unchecked},
	} {
		w := wire.WitnessIngestReport{Received: c.received, HasReport: true, Report: wire.WitnessReport{PubKey: c.key, Data: []byte{1}}}
		w.Report.Signature = ed25519.Sign(c.signer, w.Report.AppendSigned(nil))
		day := &settle.Day{Witnesses: []settle.Source{sourceOf("w", archive(t, [][]byte{w.AppendCanonical(nil)}))}}
		outcomes := 0
		_, err := s.Settle(context.Background(), day, func(o *settle.Outcome) error {
			outcomes++
			if o.Report.Kind != c.kind || o.Report.Signature != c.state || (o.Report.Err != nil) != (c.kind == settle.Refused) {
				t.Errorf("%s: %v, signature %v, %v", c.name, o.Report.Kind, o.Report.Signature, o.Report.Err)
			}
			return nil
		})
		if err != nil || outcomes != 1 {
			t.Errorf("%s: %v, %d outcomes", c.name, err, outcomes)
		}
	}
}

// A day of the test network is judged as that of the main network is, and not by a settler
// for the other.
func TestNetworks(t *testing.T) {
	d := radioday.New(12, 300)
	c := config(t, d)
	want, _ := settled(t, c, archives(t, d, 1000))
	c.Network = keys.Testnet
	if _, err := settle.New(c); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("gateways of another network: %v", err)
	}
	c.Registry = nil
	summary, _ := settled(t, c, archives(t, d, 1000))
	for _, s := range []settle.Stream{settle.Beacons, settle.Witnesses} {
		// All that can be read, and nothing is lost.
		refused, malformed := summary.Kinds[s][settle.Refused], summary.Kinds[s][settle.Malformed]
		if malformed != want.Kinds[s][settle.Malformed] || refused+malformed != summary.Frames[s] || summary.Frames[s] != want.Frames[s] || refused == 0 {
			t.Errorf("%v: %d of %d are refused, %d malformed", s, refused, summary.Frames[s], malformed)
		}
	}

	// The same hotspots, had they drawn their keys for the test network.
	var beacon wire.BeaconIngestReport
	for _, frame := range d.Frames[settle.Beacons] {
		if beacon.Decode(frame) == nil && beacon.HasReport && beacon.Report.Timestamp <= math.MaxInt64 {
			break
		}
	}
	witness := wire.WitnessIngestReport{Received: beacon.Received + 1, HasReport: true, Report: wire.WitnessReport{Data: beacon.Report.Data}}
	secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	key := append([]byte{0x11}, secret.Public().(ed25519.PublicKey)...)
	beacon.Report.PubKey, witness.Report.PubKey = key, key
	beacon.Report.Signature = ed25519.Sign(secret, beacon.Report.AppendSigned(nil))
	witness.Report.Signature = ed25519.Sign(secret, witness.Report.AppendSigned(nil))
	day := archives(t, d, 1000)
	day.Beacons = []settle.Source{sourceOf("b", archive(t, [][]byte{beacon.AppendCanonical(nil)}))}
	day.Witnesses = []settle.Source{sourceOf("w", archive(t, [][]byte{witness.AppendCanonical(nil)}))}
	c.Registry = new(settle.Registry)
	if err := c.Registry.Add(key, pocover.Gateway{Full: true}, pocover.History{}); err != nil {
		t.Fatal(err)
	}
	summary, _ = settled(t, c, day)
	if summary.Kinds[settle.Beacons][settle.Judged] != 1 || summary.Kinds[settle.Witnesses][settle.Judged] != 1 || summary.Signatures[settle.ByGateway] != 2 {
		t.Errorf("of the test network: %v, signatures %v", summary.Kinds, summary.Signatures)
	}
	c.Network = keys.Mainnet
	if _, err := settle.New(c); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("a gateway of the test network: %v", err)
	}
	c.Network = 0x20
	if _, err := settle.New(c); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("no network: %v", err)
	}
}

func TestGatewayLimit(t *testing.T) {
	d := radioday.New(5, 300)
	day := archives(t, d, 1000)
	packet := func(gateway string) []byte {
		p := wire.PacketReport{Gateway: []byte(gateway), Type: 1, PayloadSize: 30}
		return p.AppendCanonical(nil)
	}
	day.Packets = []settle.Source{sourceOf("packets", archive(t, [][]byte{packet("a"), packet("b"), packet("a")}))}
	c := config(t, d)
	c.Options.MaxGateways = len(d.Gateways) + 2
	summary, _ := settled(t, c, day)
	credits := make(map[string]uint64)
	for _, g := range summary.Gateways {
		credits[g.Gateway] = g.Credits
	}
	if credits["a"] != 4 || credits["b"] != 2 {
		t.Errorf("credits: %v", credits)
	}
	c.Options.MaxGateways--
	checkError(t, c, day, depinproof.ErrLimit)
}

func TestNewRefuses(t *testing.T) {
	d := radioday.New(6, 300)
	for _, test := range []struct {
		name   string
		kind   error
		change func(*settle.Config)
	}{
		{"rules", depinproof.ErrMalformed, func(c *settle.Config) { c.Rules = pocover.Rules{} }},
		{"region", depinproof.ErrUnsupported, func(c *settle.Config) {
			c.Regions = map[wire.Region]*wire.RegionParams{wire.RegionEU868: c.Regions[wire.RegionEU868]}
		}},
		{"workers", depinproof.ErrMalformed, func(c *settle.Config) { c.Options.Workers = settle.MaxWorkers + 1 }},
		{"slack", depinproof.ErrMalformed, func(c *settle.Config) { c.Options.Slack = time.Microsecond }},
		{"negative limit", depinproof.ErrMalformed, func(c *settle.Config) { c.Options.MaxPending = -1 }},
		{"gateways", depinproof.ErrLimit, func(c *settle.Config) { c.Options.MaxGateways = 1 }},
	} {
		c := config(t, d)
		test.change(&c)
		if _, err := settle.New(c); !errors.Is(err, test.kind) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.kind)
		}
	}
}

func TestRegistryRefuses(t *testing.T) {
	d := radioday.New(7, 300)
	var r settle.Registry
	s := d.Sessions[0]
	if err := r.AddSession(&s.Init, 0, 1); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("session of an unknown gateway: %v", err)
	}
	for _, g := range d.Gateways {
		if err := r.Add(g.Key, g.Known, g.History); err != nil {
			t.Fatal(err)
		}
	}
	n := r.Len()
	if err := r.Add(d.Gateways[0].Key, d.Gateways[0].Known, pocover.History{}); err != nil || r.Len() != n {
		t.Errorf("a gateway again: %v, %d gateways, want %d", err, r.Len(), n)
	}
	for _, key := range [][]byte{nil, {1, 2}, append(bytes.Clone(ed25519Key(t, d)), 0)} {
		if err := r.Add(key, pocover.Gateway{}, pocover.History{}); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("key %x: %v", key, err)
		}
	}
	if err := r.AddSession(&s.Init, 0, 1); err != nil {
		t.Error(err)
	}
	other := s.Init
	other.SessionKey = d.Sessions[1].Init.SessionKey
	if err := r.AddSession(&other, 0, 1); !errors.Is(err, depinproof.ErrInvalidProof) {
		t.Errorf("session with another key: %v", err)
	}
}

func ed25519Key(t *testing.T, d *radioday.Day) []byte {
	for _, g := range d.Gateways {
		if g.Key[0] == 1 {
			return g.Key
		}
	}
	t.Fatal("no ed25519 key")
	return nil
}

// Reports whose signature cannot be checked are refused on demand.
func TestRequireSignatures(t *testing.T) {
	d := radioday.New(8, 300)
	c := config(t, d)
	c.Options.RequireSignatures = true
	summary, _ := settled(t, c, archives(t, d, 1000))
	refused := summary.Kinds[settle.Beacons][settle.Refused] + summary.Kinds[settle.Witnesses][settle.Refused]
	if want := d.Plan.Signatures[settle.Bad] + d.Plan.Signatures[settle.NotVerifiable]; refused != want || want == 0 {
		t.Errorf("%d refused, want %d", refused, want)
	}
	if summary.Signatures != d.Plan.Signatures {
		t.Errorf("signatures: %v, want %v", summary.Signatures, d.Plan.Signatures)
	}
}

// What ends a day ends it soon, and leaves no goroutine and no archive open.
func TestEnds(t *testing.T) {
	d := radioday.New(9, 200)
	open := 0
	opened := make(chan int, 1000)
	day := archives(t, d, 50)
	for _, list := range [][]settle.Source{day.Entropy, day.Beacons, day.Witnesses, day.Packets} {
		for i := range list {
			inner := list[i].Open
			list[i].Open = func() (io.ReadCloser, error) {
				r, err := inner()
				opened <- 1
				return closer{r, func() { opened <- -1 }}, err
			}
		}
	}
	for _, workers := range []int{1, 2, 7} {
		for _, after := range []int{0, 1, 40, 1 << 30} {
			for _, cancels := range []bool{true, false} {
				before := runtime.NumGoroutine()
				c := config(t, d)
				c.Options.Workers = workers
				s, err := settle.New(c)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(context.Background())
				if cancels && after == 0 {
					cancel()
				}
				want, outcomes := error(nil), 0
				_, err = s.Settle(ctx, day, func(*settle.Outcome) error {
					outcomes++
					switch {
					case outcomes < after:
					case cancels:
						cancel()
					default:
						return errTest
					}
					if workers == 1 && runtime.NumGoroutine() > before {
						t.Error("a goroutine was started for one worker")
					}
					return nil
				})
				cancel()
				switch {
				case after == 1<<30:
				case cancels:
					want = context.Canceled
				default:
					want = errTest
				}
				if err != want {
					t.Errorf("workers=%d after=%d: got %v, want %v", workers, after, err, want)
				}
				if cancels && after < 1<<30 && outcomes > after {
					t.Errorf("workers=%d: %d outcomes, the context ended at %d", workers, outcomes, after)
				}
				for ; len(opened) > 0; open += <-opened {
				}
				if open != 0 {
					t.Errorf("workers=%d after=%d: %d archives are open", workers, after, open)
				}
				for wait := time.Now(); runtime.NumGoroutine() > before; runtime.Gosched() {
					if time.Since(wait) > 5*time.Second {
						t.Fatalf("workers=%d: %d goroutines, %d before", workers, runtime.NumGoroutine(), before)
					}
				}
			}
		}
	}
}

type closer struct {
	io.Reader
	closed func()
}

func (c closer) Close() error { c.closed(); return nil }

// Outcomes are in order, say where their reports are from, and progress is told.
func TestOutcomes(t *testing.T) {
	d := radioday.New(10, 300)
	c := config(t, d)
	var last settle.Progress
	c.Options.Progress = func(p settle.Progress) {
		if p.Time < last.Time {
			t.Errorf("progress goes back from %d to %d", last.Time, p.Time)
		}
		last = p
	}
	s, err := settle.New(c)
	if err != nil {
		t.Fatal(err)
	}
	const size = 10
	var before uint64
	_, err = s.Settle(context.Background(), archives(t, d, size), func(o *settle.Outcome) error {
		for _, r := range append(slices.Clone(o.Witnesses), o.Report) {
			var part int
			if _, err := fmt.Sscanf(r.Archive, r.Stream.String()+" %d", &part); err != nil {
				return err
			}
			frame := d.Frames[r.Stream][part*size+r.Frame]
			switch {
			case r.Kind == settle.Malformed && r.Err == nil:
				t.Errorf("%v: no error", r.Kind)
			case r.Beacon != nil && !bytes.Equal(r.Beacon.AppendCanonical(nil), frame),
				r.Witness != nil && !bytes.Equal(r.Witness.AppendCanonical(nil), frame):
				t.Errorf("%s %d is another frame", r.Archive, r.Frame)
			}
		}
		switch o.Report.Kind {
		case settle.Judged, settle.Stale:
			if o.Report.Received < before {
				t.Errorf("outcome of %d ms after that of %d ms", o.Report.Received, before)
			}
			before = o.Report.Received
		}
		if (o.Verdict.Beacon.Status != pocover.Unjudged) != (o.Report.Kind == settle.Judged) {
			t.Errorf("%v with the verdict %v", o.Report.Kind, o.Verdict.Beacon)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if last.Frames != d.Plan.Frames {
		t.Errorf("progress ends at %v, want %v", last.Frames, d.Plan.Frames)
	}
}
