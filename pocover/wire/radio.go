package wire

// A BeaconReport is lora_beacon_report_req_v1. It is signed by PubKey, or, on the
// streaming service, by the session key that PubKey vouched for.
type BeaconReport struct {
	PubKey        []byte
	LocalEntropy  []byte
	RemoteEntropy []byte
	Data          []byte
	Frequency     uint64 // Hz
	Channel       int32
	DataRate      DataRate
	TxPower       int32  // dBm
	Timestamp     uint64 // ns, the gateway's clock
	Signature     []byte
	Tmst          uint32 // µs, the concentrator's counter
}

func (m *BeaconReport) fields(c *codec) {
	c.bytes(2, &m.PubKey)
	c.bytes(3, &m.LocalEntropy)
	c.bytes(4, &m.RemoteEntropy)
	c.bytes(5, &m.Data)
	c.uint64(6, &m.Frequency)
	c.int32(7, &m.Channel)
	c.int32(8, (*int32)(&m.DataRate))
	c.int32(9, &m.TxPower)
	c.uint64(10, &m.Timestamp)
	c.bytes(11, &m.Signature)
	c.uint32(12, &m.Tmst)
}

// Decode implements [Message].
func (m *BeaconReport) Decode(b []byte) error {
	*m = BeaconReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.BeaconReport.Decode")
}

// AppendCanonical implements [Message].
func (m *BeaconReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *BeaconReport) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A WitnessReport is lora_witness_report_req_v1. It is signed as a [BeaconReport] is.
type WitnessReport struct {
	PubKey    []byte
	Data      []byte
	Timestamp uint64 // ns, the gateway's clock
	Tmst      uint32 // µs, the concentrator's counter
	Signal    int32  // dBm × 10
	SNR       int32  // dB × 10
	Frequency uint64 // Hz
	DataRate  DataRate
	Signature []byte
}

func (m *WitnessReport) fields(c *codec) {
	c.bytes(2, &m.PubKey)
	c.bytes(3, &m.Data)
	c.uint64(4, &m.Timestamp)
	c.uint32(5, &m.Tmst)
	c.sint32(6, &m.Signal)
	c.int32(7, &m.SNR)
	c.uint64(8, &m.Frequency)
	c.int32(10, (*int32)(&m.DataRate))
	c.bytes(11, &m.Signature)
}

// Decode implements [Message].
func (m *WitnessReport) Decode(b []byte) error {
	*m = WitnessReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.WitnessReport.Decode")
}

// AppendCanonical implements [Message].
func (m *WitnessReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *WitnessReport) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A BeaconIngestReport is lora_beacon_ingest_report_v1.
type BeaconIngestReport struct {
	Received  uint64 // ms
	Report    BeaconReport
	HasReport bool
}

func (m *BeaconIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *BeaconIngestReport) Decode(b []byte) error {
	*m = BeaconIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.BeaconIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *BeaconIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A WitnessIngestReport is lora_witness_ingest_report_v1.
type WitnessIngestReport struct {
	Received  uint64 // ms
	Report    WitnessReport
	HasReport bool
}

func (m *WitnessIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *WitnessIngestReport) Decode(b []byte) error {
	*m = WitnessIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.WitnessIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *WitnessIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A ValidBeaconReport is lora_valid_beacon_report_v1.
type ValidBeaconReport struct {
	Received   uint64 // ms
	Location   string // H3 cell as a decimal number
	HexScale   uint32 // × 10,000
	Report     BeaconReport
	HasReport  bool
	RewardUnit uint32 // × 10,000
	Gain       int32  // dBi × 10
	Elevation  int32  // m
}

func (m *ValidBeaconReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	c.string(2, &m.Location)
	c.uint32(3, &m.HexScale)
	for it := c.one(4, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
	c.uint32(5, &m.RewardUnit)
	c.int32(6, &m.Gain)
	c.int32(7, &m.Elevation)
}

// Decode implements [Message].
func (m *ValidBeaconReport) Decode(b []byte) error {
	*m = ValidBeaconReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.ValidBeaconReport.Decode")
}

// AppendCanonical implements [Message].
func (m *ValidBeaconReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// An InvalidBeaconReport is lora_invalid_beacon_report_v1.
type InvalidBeaconReport struct {
	Received   uint64 // ms
	Reason     int32
	Report     BeaconReport
	HasReport  bool
	Location   string // H3 cell as a decimal number
	Gain       int32  // dBi × 10
	Elevation  int32  // m
	Details    InvalidDetails
	HasDetails bool
}

func (m *InvalidBeaconReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	c.int32(2, &m.Reason)
	for it := c.one(3, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
	c.string(4, &m.Location)
	c.int32(5, &m.Gain)
	c.int32(6, &m.Elevation)
	for it := c.one(7, &m.HasDetails); it.next(c); {
		m.Details.fields(c)
	}
}

// Decode implements [Message].
func (m *InvalidBeaconReport) Decode(b []byte) error {
	*m = InvalidBeaconReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.InvalidBeaconReport.Decode")
}

// AppendCanonical implements [Message].
func (m *InvalidBeaconReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// An InvalidWitnessReport is lora_invalid_witness_report_v1.
type InvalidWitnessReport struct {
	Received   uint64 // ms
	Reason     int32
	Report     WitnessReport
	HasReport  bool
	Side       int32
	Details    InvalidDetails
	HasDetails bool
}

func (m *InvalidWitnessReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	c.int32(2, &m.Reason)
	for it := c.one(3, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
	c.int32(4, &m.Side)
	for it := c.one(5, &m.HasDetails); it.next(c); {
		m.Details.fields(c)
	}
}

// Decode implements [Message].
func (m *InvalidWitnessReport) Decode(b []byte) error {
	*m = InvalidWitnessReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.InvalidWitnessReport.Decode")
}

// AppendCanonical implements [Message].
func (m *InvalidWitnessReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A VerifiedWitnessReport is lora_verified_witness_report_v1.
type VerifiedWitnessReport struct {
	Received   uint64 // ms
	Status     int32  // valid 0, invalid 1
	Report     WitnessReport
	HasReport  bool
	Location   string // H3 cell as a decimal number
	HexScale   uint32 // × 10,000
	RewardUnit uint32 // × 10,000
	Reason     int32
	Side       int32
	Gain       int32 // dBi × 10
	Elevation  int32 // m
	Details    InvalidDetails
	HasDetails bool
}

func (m *VerifiedWitnessReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	c.int32(2, &m.Status)
	for it := c.one(3, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
	c.string(4, &m.Location)
	c.uint32(5, &m.HexScale)
	c.uint32(6, &m.RewardUnit)
	c.int32(7, &m.Reason)
	c.int32(8, &m.Side)
	c.int32(9, &m.Gain)
	c.int32(10, &m.Elevation)
	for it := c.one(11, &m.HasDetails); it.next(c); {
		m.Details.fields(c)
	}
}

// Decode implements [Message].
func (m *VerifiedWitnessReport) Decode(b []byte) error {
	*m = VerifiedWitnessReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.VerifiedWitnessReport.Decode")
}

// AppendCanonical implements [Message].
func (m *VerifiedWitnessReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// InvalidDetails is invalid_details. The network knows one kind: which deny list.
type InvalidDetails struct {
	DenylistTag    string
	HasDenylistTag bool
}

func (m *InvalidDetails) fields(c *codec) {
	c.optionalString(1, &m.DenylistTag, &m.HasDenylistTag)
}

// Decode implements [Message].
func (m *InvalidDetails) Decode(b []byte) error {
	*m = InvalidDetails{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.InvalidDetails.Decode")
}

// AppendCanonical implements [Message].
func (m *InvalidDetails) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A PoC is lora_poc_v1: a valid beacon and its witnesses.
type PoC struct {
	ID         []byte
	Beacon     ValidBeaconReport
	HasBeacon  bool
	Selected   []VerifiedWitnessReport
	Unselected []VerifiedWitnessReport
}

func (m *PoC) fields(c *codec) {
	c.bytes(1, &m.ID)
	for it := c.one(2, &m.HasBeacon); it.next(c); {
		m.Beacon.fields(c)
	}
	for it := c.list(3, len(m.Selected), MaxWitnesses); it.next(c); {
		nth(&m.Selected, it.i).fields(c)
	}
	for it := c.list(4, len(m.Unselected), MaxWitnesses); it.next(c); {
		nth(&m.Unselected, it.i).fields(c)
	}
}

// Decode implements [Message].
func (m *PoC) Decode(b []byte) error {
	*m = PoC{Selected: m.Selected[:0], Unselected: m.Unselected[:0]}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.PoC.Decode")
}

// AppendCanonical implements [Message].
func (m *PoC) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// An EntropyReport is entropy_report_v1. It has no signature.
type EntropyReport struct {
	Data      []byte
	Timestamp uint64 // s
	Version   uint32
}

func (m *EntropyReport) fields(c *codec) {
	c.bytes(1, &m.Data)
	c.uint64(2, &m.Timestamp)
	c.uint32(3, &m.Version)
}

// Decode implements [Message].
func (m *EntropyReport) Decode(b []byte) error {
	*m = EntropyReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.EntropyReport.Decode")
}

// AppendCanonical implements [Message].
func (m *EntropyReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A SessionOffer is lora_stream_session_offer_v1.
type SessionOffer struct {
	Nonce []byte
}

func (m *SessionOffer) fields(c *codec) {
	c.bytes(1, &m.Nonce)
}

// Decode implements [Message].
func (m *SessionOffer) Decode(b []byte) error {
	*m = SessionOffer{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.SessionOffer.Decode")
}

// AppendCanonical implements [Message].
func (m *SessionOffer) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A SessionInit is lora_stream_session_init_v1. It is signed by PubKey, the gateway,
// which vouches for SessionKey.
type SessionInit struct {
	PubKey     []byte
	Nonce      []byte
	SessionKey []byte
	Signature  []byte
}

func (m *SessionInit) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.bytes(2, &m.Nonce)
	c.bytes(3, &m.SessionKey)
	c.bytes(4, &m.Signature)
}

// Decode implements [Message].
func (m *SessionInit) Decode(b []byte) error {
	*m = SessionInit{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.SessionInit.Decode")
}

// AppendCanonical implements [Message].
func (m *SessionInit) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *SessionInit) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// RegionParams is blockchain_region_params_v1: the channels of a region.
type RegionParams struct {
	Channels []RegionChannel
}

func (m *RegionParams) fields(c *codec) {
	for it := c.list(1, len(m.Channels), MaxChannels); it.next(c); {
		nth(&m.Channels, it.i).fields(c)
	}
}

// Decode implements [Message].
func (m *RegionParams) Decode(b []byte) error {
	*m = RegionParams{Channels: m.Channels[:0]}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.RegionParams.Decode")
}

// AppendCanonical implements [Message].
func (m *RegionParams) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A RegionChannel is blockchain_region_param_v1.
type RegionChannel struct {
	Frequency    uint64 // Hz
	Bandwidth    uint32 // Hz
	MaxEIRP      uint32 // dBm × 10
	Spreading    []TaggedSpreading
	HasSpreading bool
}

func (m *RegionChannel) fields(c *codec) {
	c.uint64(1, &m.Frequency)
	c.uint32(2, &m.Bandwidth)
	c.uint32(3, &m.MaxEIRP)
	for it := c.one(4, &m.HasSpreading); it.next(c); {
		for it := c.list(1, len(m.Spreading), MaxChannels); it.next(c); {
			nth(&m.Spreading, it.i).fields(c)
		}
	}
}

// Decode implements [Message].
func (m *RegionChannel) Decode(b []byte) error {
	*m = RegionChannel{Spreading: m.Spreading[:0]}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.RegionChannel.Decode")
}

// AppendCanonical implements [Message].
func (m *RegionChannel) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// TaggedSpreading is a spreading factor and the longest packet it may carry.
type TaggedSpreading struct {
	Spreading     int32 // SF7 1 … SF12 6
	MaxPacketSize uint32
}

func (m *TaggedSpreading) fields(c *codec) {
	c.int32(1, &m.Spreading)
	c.uint32(2, &m.MaxPacketSize)
}

// Decode implements [Message].
func (m *TaggedSpreading) Decode(b []byte) error {
	*m = TaggedSpreading{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.TaggedSpreading.Decode")
}

// AppendCanonical implements [Message].
func (m *TaggedSpreading) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}
