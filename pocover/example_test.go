package pocover_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/wire"
)

// nobody is a deny list without entries.
type nobody struct{}

func (nobody) Empty() bool                 { return false }
func (nobody) Denied(key []byte) bool      { return false }
func (nobody) DeniedEdge(a, b []byte) bool { return false }
func (nobody) Tag() string                 { return "" }

const made = 1_777_600_860 // s, when the entropy was published

var (
	entropy = &wire.EntropyReport{Data: bytes.Repeat([]byte{7}, 32), Timestamp: made}

	// params are the parameters of a region with one channel.
	params = &wire.RegionParams{Channels: []wire.RegionChannel{{
		Frequency: 868_100_000, Bandwidth: 125_000, MaxEIRP: 161,
		Spreading: []wire.TaggedSpreading{{Spreading: 6, MaxPacketSize: 65}},
	}}}

	alice = append([]byte{1}, bytes.Repeat([]byte{0xa1}, 32)...)
	bob   = append([]byte{1}, bytes.Repeat([]byte{0xb0}, 32)...)

	places = map[string]*pocover.Gateway{
		"alice": {Full: true, Asserted: true, Location: 0x8c1f99489890dff, Gain: 12, Region: wire.RegionEU868},
		"bob":   {Full: true, Asserted: true, Location: 0x8c1f994d4c153ff, Gain: 12, Region: wire.RegionEU868},
	}
)

// beacon returns a beacon of alice, as the network received it.
func beacon() *wire.BeaconIngestReport {
	local := []byte{1, 2, 3, 4}
	b, err := pocover.BuildBeacon(entropy, local, wire.RegionEU868, params, 12)
	if err != nil {
		log.Fatal(err)
	}
	return &wire.BeaconIngestReport{Received: (made + 30) * 1000, Report: wire.BeaconReport{
		PubKey: alice, LocalEntropy: local, RemoteEntropy: entropy.Data,
		Data: b.Payload[:], Frequency: b.Frequency, DataRate: b.DataRate, TxPower: int32(b.MaxPower),
	}}
}

// witness returns bob's report of a beacon.
func witness(b *wire.BeaconIngestReport) *wire.WitnessIngestReport {
	return &wire.WitnessIngestReport{Received: b.Received + 700, Report: wire.WitnessReport{
		PubKey: bob, Data: b.Report.Data, Signal: -1080, SNR: 35, Frequency: b.Report.Frequency + 32,
	}}
}

func judge() *pocover.Judge {
	j, err := pocover.NewJudge(pocover.IoT202605())
	if err != nil {
		log.Fatal(err)
	}
	return j
}

func ExampleBuildBeacon() {
	b, err := pocover.BuildBeacon(entropy, []byte{1, 2, 3, 4}, wire.RegionEU868, params, 12)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hex.EncodeToString(b.Payload[:8]), b.Frequency, b.DataRate, b.MaxPower)
	// Output: 2870737fa492b167 868100000 SF12BW125 14
}

func ExampleJudge_Beacon() {
	in := &pocover.BeaconInput{
		Report: beacon(), Gateway: places["alice"], Entropy: entropy, Params: params, Deny: nobody{},
	}
	fmt.Println(judge().Beacon(in))

	in.History.LastBeacon = in.Report.Received - 60_000
	v := judge().Beacon(in)
	fmt.Println(v.Reason, v.Check)
	fmt.Println(errors.Is(v.Err(), depinproof.ErrInvalidProof))
	// Output:
	// valid
	// irregular_interval 6
	// true
}

func ExampleJudge_Witness() {
	b := beacon()
	w := witness(b)
	in := &pocover.WitnessInput{
		Report: w, Gateway: places["bob"], Beacon: b, Beaconer: places["alice"],
		Entropy: entropy, Deny: nobody{}, FirstWitness: w.Received,
	}
	fmt.Println(judge().Witness(in))

	w.Report.Signal = -300
	fmt.Println(judge().Witness(in).Reason)
	// Output:
	// valid
	// bad_rssi
}

// Histories are the caller's. Here bob is new: his first witness does not count, but
// lets him beacon.
func ExampleJudge_PoC() {
	histories := map[string]*pocover.History{
		string(alice): {LastWitness: (made - 3600) * 1000},
		string(bob):   {},
	}
	b := beacon()
	v := judge().PoC(&pocover.PoCInput{
		Beacon: pocover.BeaconInput{
			Report: b, Gateway: places["alice"], Entropy: entropy, Params: params, Deny: nobody{},
			History: *histories[string(alice)],
		},
		Witnesses: []pocover.WitnessOfPoC{{
			Report: witness(b), Gateway: places["bob"], History: *histories[string(bob)],
		}},
	})
	fmt.Println(v.Beacon)
	fmt.Println(v.Witnesses[0])
	for _, u := range v.Updates {
		histories[string(u.Key)].Apply(u.History)
	}
	fmt.Println(histories[string(bob)].LastWitness == b.Received+700)
	// Output:
	// valid
	// invalid: gateway_no_valid_beacons (check 13, witness): never did
	// true
}

// What the network archived is compared with what it should have written.
func ExamplePoCVerdict_Record() {
	b := beacon()
	anHourAgo := pocover.History{LastBeaconReciprocity: (made - 3600) * 1000, LastWitness: (made - 3600) * 1000}
	in := &pocover.PoCInput{
		Beacon: pocover.BeaconInput{
			Report: b, Gateway: places["alice"], Entropy: entropy, Params: params, Deny: nobody{}, History: anHourAgo,
		},
		Witnesses: []pocover.WitnessOfPoC{{Report: witness(b), Gateway: places["bob"], History: anHourAgo}},
	}
	v := judge().PoC(in)
	record, err := v.Record(in)
	if err != nil {
		log.Fatal(err)
	}
	archived := record.PoC.AppendCanonical(nil) // a frame of an archive iot_poc

	var poc wire.PoC
	if err := poc.Decode(archived); err != nil {
		log.Fatal(err)
	}
	fmt.Println(poc.Beacon.Location, poc.Beacon.HexScale, poc.Beacon.RewardUnit)
	for _, w := range poc.Selected {
		fmt.Println(w.Received-poc.Beacon.Received, w.Location, w.HexScale, w.RewardUnit)
	}
	// Output:
	// 631059839166516735 2000 2500
	// 700 631059840428495871 2000 10000
}

// signKeys returns a key pair: private, and public in its binary form.
func signKeys(n byte) (ed25519.PrivateKey, []byte) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	return private, append([]byte{1}, private.Public().(ed25519.PublicKey)...)
}

func ExampleVerifyBeaconSignature() {
	gateway, gatewayKey := signKeys(1)
	onStream, sessionKey := signKeys(2)

	session := &wire.SessionInit{PubKey: gatewayKey, Nonce: make([]byte, 32), SessionKey: sessionKey}
	session.Signature = ed25519.Sign(gateway, session.AppendSigned(nil))
	report := &beacon().Report
	report.PubKey = gatewayKey
	report.Signature = ed25519.Sign(onStream, report.AppendSigned(nil))

	fmt.Println(pocover.VerifyBeaconSignature(report, session))
	err := pocover.VerifyBeaconSignature(report, nil) // archives have no sessions
	fmt.Println(errors.Is(err, depinproof.ErrUnsupported))
	report.TxPower++
	err = pocover.VerifyBeaconSignature(report, session)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
	// true
}

func ExampleVerifyWitnessSignature() {
	gateway, gatewayKey := signKeys(1)
	report := &witness(beacon()).Report
	report.PubKey = gatewayKey
	report.Signature = ed25519.Sign(gateway, report.AppendSigned(nil))
	fmt.Println(pocover.VerifyWitnessSignature(report, nil))
	// Output: <nil>
}

// A hotspot's packet, as its router got it.
func ExampleVerifyPacketSignature() {
	gateway := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	packet := &wire.PacketUp{
		Payload: []byte("uplink"),
		RSSI:    -80,
		Gateway: append([]byte{1}, gateway.Public().(ed25519.PublicKey)...),
	}
	packet.Signature = ed25519.Sign(gateway, packet.AppendSigned(nil))
	fmt.Println(pocover.VerifyPacketSignature(packet, nil))
	// Output: <nil>
}
