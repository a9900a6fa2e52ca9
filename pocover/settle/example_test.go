package settle_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log"
	"math"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// everybody is a deny list that denies nobody. One that is empty would deny everybody.
type everybody struct{}

func (everybody) Empty() bool                 { return false }
func (everybody) Denied([]byte) bool          { return false }
func (everybody) DeniedEdge(_, _ []byte) bool { return false }
func (everybody) Tag() string                 { return "none" }

// A day with one beacon, which one hotspot heard.
func ExampleSettler_Settle() {
	const received = 1_764_028_830_000 // ms

	// What the network knew: two hotspots some kilometres apart that are at work.
	var registry settle.Registry
	var secrets []ed25519.PrivateKey
	var hotspots [][]byte
	for i := range 2 {
		secret := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i)}, 32))
		key := append([]byte{1}, secret.Public().(ed25519.PublicKey)...)
		location, err := h3.CellAt(h3.LatLng{Lat: (48 + 0.05*float64(i)) * math.Pi / 180, Lng: 0.2}, 12)
		if err != nil {
			log.Fatal(err)
		}
		known := pocover.Gateway{Full: true, Asserted: true, Location: location, Gain: 12, Region: wire.RegionEU868}
		before := pocover.History{LastBeacon: received - 2.5e7, LastBeaconReciprocity: received - 2.5e7, LastWitness: received - 3.6e6}
		if err := registry.Add(key, known, before); err != nil {
			log.Fatal(err)
		}
		secrets, hotspots = append(secrets, secret), append(hotspots, key)
	}
	plan := &wire.RegionParams{Channels: []wire.RegionChannel{{
		Frequency: 868_100_000, Bandwidth: 125_000, MaxEIRP: 160,
		Spreading: []wire.TaggedSpreading{{Spreading: 6, MaxPacketSize: 65}},
	}}}
	settler, err := settle.New(settle.Config{
		Rules:    pocover.IoT202605(),
		Registry: &registry,
		Regions:  map[wire.Region]*wire.RegionParams{wire.RegionEU868: plan},
		Deny:     everybody{},
		Options:  settle.Options{Workers: 1},
	})
	if err != nil {
		log.Fatal(err)
	}

	// What was archived.
	entropy := wire.EntropyReport{Data: bytes.Repeat([]byte{7}, 32), Timestamp: received/1000 - 10}
	local := []byte{1, 2, 3, 4}
	sent, err := pocover.BuildBeacon(&entropy, local, wire.RegionEU868, plan, 12)
	if err != nil {
		log.Fatal(err)
	}
	beacon := wire.BeaconIngestReport{Received: received, HasReport: true, Report: wire.BeaconReport{
		PubKey: hotspots[0], LocalEntropy: local, RemoteEntropy: entropy.Data,
		Data: sent.Payload[:], Frequency: sent.Frequency, DataRate: sent.DataRate, TxPower: 14,
	}}
	beacon.Report.Signature = ed25519.Sign(secrets[0], beacon.Report.AppendSigned(nil))
	witness := wire.WitnessIngestReport{Received: received + 300, HasReport: true, Report: wire.WitnessReport{
		PubKey: hotspots[1], Data: sent.Payload[:], Frequency: sent.Frequency, DataRate: sent.DataRate, Signal: -1250,
	}}
	witness.Report.Signature = ed25519.Sign(secrets[1], witness.Report.AppendSigned(nil))

	archive := func(name string, frame []byte) []settle.Source {
		return []settle.Source{{Name: name, Open: func() (io.ReadCloser, error) {
			var b bytes.Buffer
			w := wire.NewWriter(&b)
			if err := w.WriteFrame(frame); err != nil {
				return nil, err
			}
			return io.NopCloser(&b), w.Close()
		}}}
	}
	summary, err := settler.Settle(context.Background(), &settle.Day{
		Entropy:   archive("entropy_report.1764028860000.gz", entropy.AppendCanonical(nil)),
		Beacons:   archive("iot_beacon_ingest_report.1764028860000.gz", beacon.AppendCanonical(nil)),
		Witnesses: archive("iot_witness_ingest_report.1764028860000.gz", witness.AppendCanonical(nil)),
	}, func(o *settle.Outcome) error {
		fmt.Println("beacon", o.Report.Kind, o.Verdict.Beacon)
		for i, w := range o.Witnesses {
			fmt.Println("witness", w.Kind, o.Verdict.Witnesses[i], "signed", w.Signature)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("selected", summary.Selected)
	for _, g := range summary.Gateways {
		fmt.Println(g.Beacon, g.Witness)
	}
	// Output:
	// beacon judged valid
	// witness judged valid signed by gateway
	// selected 1
	// 0.05000000 0.00000000
	// 0.00000000 0.20000000
}
