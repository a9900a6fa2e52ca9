package settle

import (
	"fmt"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A Stream is one of the sequences of archives that a day is made of.
type Stream uint8

// Streams.
const (
	Entropy Stream = iota
	Beacons
	Witnesses
	Packets

	streams = iota
)

var streamNames = [streams]string{"entropy", "beacons", "witnesses", "packets"}

// String returns the name of s, or its number.
func (s Stream) String() string {
	if s < streams {
		return streamNames[s]
	}
	return fmt.Sprintf("stream %d", uint8(s))
}

// A Kind is what became of a report. Every report that is read becomes one of them.
type Kind uint8

// Kinds.
const (
	// Judged: in a proof of coverage, with its verdict.
	Judged Kind = iota + 1
	// Refused: the key is of another network, there is no signature, or it is bad although
	// the sessions of the gateway are known, so that the network would have refused the
	// report when it came in. Also one that is not verifiable, if the options require that
	// it is.
	Refused
	// Unknown: the gateway is not in the registry. The network dropped such reports.
	Unknown
	// Stale: a beacon whose entropy is not on record, or a witness without a beacon. The
	// network gave up on them under that reason.
	Stale
	// Repeated: the report's id is that of one that came before, or, of a witness, that of
	// its beacon. The network kept one report of an id. Also an entropy record of data
	// that are on record.
	Repeated
	// Late: received more than the slack before another report of its stream that was
	// read before it, so that what it belongs to may be settled already.
	Late
	// Malformed: the frame is not the message of its stream, or says what the network had
	// no way to hold, such as a time beyond its calendar; or it is longer than the options
	// allow, which is ErrLimit.
	Malformed
	// Recorded: an entropy record, to which beacons may refer.
	Recorded
	// Charged: a packet that costs Data Credits.
	Charged
	// Free: a packet that costs none.
	Free
	// Ahead: received after the time that the day is given as its end. It does not count as
	// the latest of its stream.
	Ahead

	kinds = iota + 1
)

var kindNames = [kinds]string{"none", "judged", "refused", "unknown", "stale", "repeated", "late", "malformed", "recorded", "charged", "free", "ahead"}

// String returns the name of k, or its number.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// A Signature is what is known of the signature of a report. Reports that were streamed are
// signed by a session key, which archives do not hold: that their signature is good can be
// said only where the session is given.
type Signature uint8

// States of a signature.
const (
	// Unchecked: there is no key to check it with.
	Unchecked Signature = iota
	// ByGateway: it is the gateway's.
	ByGateway
	// BySession: it is that of a session key that the gateway vouched for.
	BySession
	// NotVerifiable: it is not the gateway's, and no session of the gateway's is known
	// for the time.
	NotVerifiable
	// Bad: it is neither the gateway's nor that of any of its sessions, of which there is
	// one for the time; or there is none.
	Bad

	signatures = iota
)

var signatureNames = [signatures]string{"unchecked", "by gateway", "by session", "not verifiable", "bad"}

// String returns the name of s, or its number.
func (s Signature) String() string {
	if s < signatures {
		return signatureNames[s]
	}
	return fmt.Sprintf("signature %d", uint8(s))
}

// A Report is a report of a day. It may be kept, but not be changed before the day is
// settled. One that is given as soon as it is read, see [Outcome], shares its memory with
// others of its archive, so that it keeps some 256 KiB with it.
type Report struct {
	Stream  Stream
	Archive string // the source that it was read from
	Frame   int    // its position in the archive, from 0

	Kind      Kind
	Received  uint64    // ms; of an entropy record when it was made
	ID        [32]byte  // of beacons and witnesses, see pocover.ReportID
	Signature Signature // of beacons and witnesses
	Err       error     // why it is malformed or refused

	Beacon  *wire.BeaconIngestReport  // of stream Beacons, unless malformed
	Witness *wire.WitnessIngestReport // of stream Witnesses, unless malformed

	entropy *wire.EntropyReport
	packet  *wire.PacketReport
	gateway *gateway // nil: unknown
	frame   []byte   // until it is decoded
	order   uint64   // in its stream
	waiting bool     // past its own time, and kept for a beacon
}

// An Outcome is a proof of coverage with all its reports, or a report that came into none.
//
// They are given by the time that the beacon, or the report, was received; of one time
// beacons before witnesses, and then by the report's id. Witnesses that waited for a beacon
// that is not judged, or are repeated by others of one that is, are given after it. What is refused, unknown, late,
// ahead, malformed or a repeated entropy record is given before that, as soon as it is read.
// The network's order is not recorded.
type Outcome struct {
	Report    *Report   // a beacon, if it is judged
	Witnesses []*Report // of the beacon, by the time they were received
	Entropy   *wire.EntropyReport

	// Verdict is that of the beacon and, in their order, of Witnesses. Its status is
	// Unjudged if the report came into no proof of coverage.
	Verdict pocover.PoCVerdict
}

// Damage is an archive that breaks off.
type Damage struct {
	Stream  Stream
	Archive string
	Frame   int // the first one that could not be read
	Err     error
}

// A Summary is what a day comes to.
type Summary struct {
	// Frames counts what was read, by stream, and Kinds what became of it.
	Frames [streams]uint64
	Kinds  [streams][kinds]uint64

	// Beacons and Witnesses count the judged reports by the reason of their verdict, which
	// is ReasonNone of valid ones. Selected counts the valid witnesses that earn.
	Beacons, Witnesses map[pocover.Reason]uint64
	Selected           uint64

	Signatures [signatures]uint64 // of the beacons and witnesses that could be read

	// Gateways are what gateways did, as [pocover.SplitEpoch] takes it: ascending by key,
	// of those that earn shares or had packets that are charged. Whether a payer could pay
	// for those is for a [pocover.PacketLedger] to say.
	Gateways []pocover.GatewayShares

	// Histories are those that the next day begins with, by binary key, of gateways whose
	// history is another than in the registry.
	Histories map[string]pocover.History

	Damages []Damage
}
