package wire

import (
	"bytes"
	"io"
	"testing"
)

// benchMessages have fields as long as in the field.
func benchMessages() map[string]SignedMessage {
	key, data, signature := make([]byte, 33), make([]byte, 51), make([]byte, 71)
	return map[string]SignedMessage{
		"BeaconReport": &BeaconReport{
			PubKey: key, LocalEntropy: make([]byte, 4), RemoteEntropy: make([]byte, 32), Data: data, Frequency: 867_900_000,
			TxPower: 8, Timestamp: 1_677_163_770_000_000_000, Signature: signature, Tmst: 123_456,
		},
		"WitnessReport": &WitnessReport{
			PubKey: key, Data: data, Timestamp: 1_677_163_771_000_000_000, Tmst: 99, Signal: -1080, SNR: -35,
			Frequency: 867_900_032, DataRate: SF9BW125, Signature: signature,
		},
		"CoverageObject": &CoverageObject{
			PubKey: key, UUID: make([]byte, 16), KeyType: CoverageHotspotKey, Key: key, ClaimTime: 1_699_990_000, Indoor: true,
			TrustScore: 1000, Signature: signature,
			Coverage: repeatHex(CoverageHex{Location: "8c2681a3064d9ff", SignalLevel: 3, SignalPower: -700}, 1000),
		},
	}
}

func repeatHex(h CoverageHex, n int) []CoverageHex {
	all := make([]CoverageHex, n)
	for i := range all {
		all[i] = h
	}
	return all
}

func BenchmarkDecode(b *testing.B) {
	for name, m := range benchMessages() {
		b.Run(name, func(b *testing.B) {
			in := m.AppendCanonical(nil)
			into := messageTypes[name]()
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if err := into.Decode(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDecodeReversed has the fields in the order that takes most passes.
func BenchmarkDecodeReversed(b *testing.B) {
	var in []byte
	for _, f := range splitFields(b, benchMessages()["WitnessReport"].AppendCanonical(nil)) {
		in = append(bytes.Clone(f), in...)
	}
	var m WitnessReport
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if err := m.Decode(in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendSigned(b *testing.B) {
	for name, m := range benchMessages() {
		b.Run(name, func(b *testing.B) {
			out := m.AppendSigned(nil)
			b.SetBytes(int64(len(out)))
			b.ReportAllocs()
			for b.Loop() {
				out = m.AppendSigned(out[:0])
			}
		})
	}
}

// BenchmarkReader reads and decodes an archive of 10,000 different witness reports.
func BenchmarkReader(b *testing.B) {
	r := newRand()
	var out bytes.Buffer
	w := NewWriter(&out)
	plain := 0
	const messages = 10_000
	report := *benchMessages()["WitnessReport"].(*WitnessReport)
	for range messages {
		for _, field := range [][]byte{report.PubKey, report.Data, report.Signature} {
			for i := range field {
				field[i] = byte(r.Uint32())
			}
		}
		report.Timestamp += r.Uint64N(1e9)
		m := WitnessIngestReport{Received: report.Timestamp / 1e6, Report: report}
		frame := m.AppendCanonical(nil)
		plain += 4 + len(frame)
		if err := w.WriteFrame(frame); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(plain))
	b.ReportAllocs()
	var m WitnessIngestReport
	for b.Loop() {
		r := NewReader(bytes.NewReader(out.Bytes()), Limits{})
		n := 0
		for {
			frame, err := r.Next()
			if err == io.EOF {
				break
			}
			if err == nil {
				err = m.Decode(frame)
			}
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != messages {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(messages)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
