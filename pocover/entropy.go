package pocover

import (
	"crypto/sha256"
	"encoding/binary"
	"math"

	"lukechampine.com/blake3"

	"github.com/depinproof/depinproof/pocover/wire"
)

// What the network's types of time hold: later times made a record unreadable.
const (
	maxMillis  = 8_210_266_876_799_999 // the end of the year 262142
	maxSeconds = maxMillis / 1000
)

// EntropyID returns the number by which the network's database knows an entropy: the
// BLAKE3 digest of its data.
func EntropyID(entropy *wire.EntropyReport) [32]byte { return blake3.Sum256(entropy.Data) }

// ReportID returns the number by which the network knows a beacon or witness report,
// and so a proof of coverage: the BLAKE3 digest of the payload, of the time it was
// received in milliseconds as 8 bytes, big endian, and of the public key as reported.
func ReportID(payload []byte, received uint64, pubKey []byte) [32]byte {
	b := make([]byte, 0, 128)
	b = append(b, payload...)
	b = binary.BigEndian.AppendUint64(b, received)
	return blake3.Sum256(append(b, pubKey...))
}

// beaconSeed is the seed of a payload: the SHA-256 digest of both entropies, each
// followed by its time as 8 bytes, little endian. Local entropy has the time 0.
func beaconSeed(remote []byte, timestamp uint64, local []byte) [32]byte {
	h := sha256.New()
	h.Write(remote)
	var t [8]byte
	binary.LittleEndian.PutUint64(t[:], timestamp)
	h.Write(t[:])
	h.Write(local)
	h.Write(make([]byte, 8))
	var seed [32]byte
	h.Sum(seed[:0])
	return seed
}

// lives is the check that a report was received in the lifespan of its entropy: times
// in seconds, rounded down, both ends included.
func (j *Judge) lives(entropy *wire.EntropyReport, received uint64, side Side, check int) (Verdict, bool) {
	t := received / 1000
	switch {
	case t < entropy.Timestamp:
		return outside(side, check, EntropyExpired, float64(t), float64(entropy.Timestamp), "s, received before the entropy"), false
	case t-entropy.Timestamp > j.lifespan:
		return outside(side, check, EntropyExpired, float64(t), float64(entropy.Timestamp+j.lifespan), "s, received after the entropy's end"), false
	}
	return Verdict{}, true
}

// unreadable returns why the network could not have read a report with these fields,
// or "". It dropped such reports before it judged.
func unreadable(received, timestamp uint64, rate wire.DataRate) string {
	switch {
	case received > maxMillis:
		return "received at a time that the network cannot hold"
	case timestamp > math.MaxInt64:
		return "made at a time that the network cannot hold"
	case rate < wire.SF12BW125 || rate > wire.FSK50:
		return "the data rate has no name"
	}
	return ""
}
