package wire

// A WifiHeartbeat is wifi_heartbeat_req_v1. It is signed by PubKey.
type WifiHeartbeat struct {
	PubKey                      []byte
	Timestamp                   uint64 // s
	Lat, Lon                    float64
	LocationValidationTimestamp uint64 // s
	OperationMode               bool
	CoverageObject              []byte // UUID
	Signature                   []byte
	LocationSource              int32 // unknown 0, asserted 1, GPS 2, skyhook 3
}

func (m *WifiHeartbeat) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.uint64(2, &m.Timestamp)
	c.double(3, &m.Lat)
	c.double(4, &m.Lon)
	c.uint64(5, &m.LocationValidationTimestamp)
	c.bool(6, &m.OperationMode)
	c.bytes(7, &m.CoverageObject)
	c.bytes(8, &m.Signature)
	c.int32(9, &m.LocationSource)
}

// Decode implements [Message].
func (m *WifiHeartbeat) Decode(b []byte) error {
	*m = WifiHeartbeat{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.WifiHeartbeat.Decode")
}

// AppendCanonical implements [Message].
func (m *WifiHeartbeat) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *WifiHeartbeat) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A CellHeartbeat is cell_heartbeat_req_v1, of a CBRS radio. It is signed by PubKey.
type CellHeartbeat struct {
	PubKey         []byte
	HotspotType    string
	CellID         uint32
	Timestamp      uint64 // s
	Lat, Lon       float64
	OperationMode  bool
	CBSDCategory   string
	CBSDID         string
	Signature      []byte
	CoverageObject []byte // UUID
}

func (m *CellHeartbeat) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.string(2, &m.HotspotType)
	c.uint32(3, &m.CellID)
	c.uint64(4, &m.Timestamp)
	c.double(5, &m.Lat)
	c.double(6, &m.Lon)
	c.bool(7, &m.OperationMode)
	c.string(8, &m.CBSDCategory)
	c.string(9, &m.CBSDID)
	c.bytes(10, &m.Signature)
	c.bytes(11, &m.CoverageObject)
}

// Decode implements [Message].
func (m *CellHeartbeat) Decode(b []byte) error {
	*m = CellHeartbeat{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.CellHeartbeat.Decode")
}

// AppendCanonical implements [Message].
func (m *CellHeartbeat) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *CellHeartbeat) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A Speedtest is speedtest_req_v1. It is signed by PubKey.
type Speedtest struct {
	PubKey        []byte
	Serial        string
	Timestamp     uint64 // s
	UploadSpeed   uint64 // B/s
	DownloadSpeed uint64 // B/s
	Latency       uint32 // ms
	Signature     []byte
}

func (m *Speedtest) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.string(2, &m.Serial)
	c.uint64(3, &m.Timestamp)
	c.uint64(4, &m.UploadSpeed)
	c.uint64(5, &m.DownloadSpeed)
	c.uint32(6, &m.Latency)
	c.bytes(7, &m.Signature)
}

// Decode implements [Message].
func (m *Speedtest) Decode(b []byte) error {
	*m = Speedtest{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.Speedtest.Decode")
}

// AppendCanonical implements [Message].
func (m *Speedtest) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *Speedtest) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A CoverageObject is coverage_object_req_v1. It is signed by PubKey, which is a
// planner's key and not the hotspot's.
type CoverageObject struct {
	PubKey     []byte
	UUID       []byte
	KeyType    CoverageKeyType
	Key        []byte // of the kind KeyType tells
	ClaimTime  uint64 // s
	Coverage   []CoverageHex
	Indoor     bool
	TrustScore uint32 // × 1,000
	Signature  []byte
}

func (m *CoverageObject) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.bytes(2, &m.UUID)
	c.oneofBytes(3, (*uint8)(&m.KeyType), &m.Key, true)
	c.oneofBytes(4, (*uint8)(&m.KeyType), &m.Key, false)
	c.uint64(5, &m.ClaimTime)
	for it := c.list(6, len(m.Coverage), MaxCoverage); it.next(c); {
		nth(&m.Coverage, it.i).fields(c)
	}
	c.bool(7, &m.Indoor)
	c.uint32(8, &m.TrustScore)
	c.bytes(9, &m.Signature)
}

// Decode implements [Message].
func (m *CoverageObject) Decode(b []byte) error {
	*m = CoverageObject{Coverage: m.Coverage[:0]}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.CoverageObject.Decode")
}

// AppendCanonical implements [Message].
func (m *CoverageObject) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *CoverageObject) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A CoverageKeyType tells which radio a [CoverageObject] is for, by field number.
type CoverageKeyType uint8

// Kinds of Key of a [CoverageObject].
const (
	CoverageNoKey      CoverageKeyType = 0
	CoverageCBSDID     CoverageKeyType = 3 // UTF-8 text
	CoverageHotspotKey CoverageKeyType = 4
)

// A CoverageHex is radio_hex_signal_level.
type CoverageHex struct {
	Location    string // H3 cell in hexadecimal
	SignalLevel int32  // none 0, low 1, medium 2, high 3
	SignalPower int32  // dBm × 10
}

func (m *CoverageHex) fields(c *codec) {
	c.string(1, &m.Location)
	c.int32(2, &m.SignalLevel)
	c.sint32(3, &m.SignalPower)
}

// Decode implements [Message].
func (m *CoverageHex) Decode(b []byte) error {
	*m = CoverageHex{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.CoverageHex.Decode")
}

// AppendCanonical implements [Message].
func (m *CoverageHex) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A DataTransferEvent is data_transfer_event. The hotspot, PubKey, signs it; the network
// did not check that.
type DataTransferEvent struct {
	PubKey                []byte
	UploadBytes           uint64
	DownloadBytes         uint64
	RadioAccessTechnology int32 // UTRAN 0, GERAN 1, WLAN 2, GAN 3, HSPA 4, EUTRAN 5
	EventID               string
	Payer                 []byte
	Timestamp             uint64 // s
	Signature             []byte
}

func (m *DataTransferEvent) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.uint64(2, &m.UploadBytes)
	c.uint64(3, &m.DownloadBytes)
	c.int32(4, &m.RadioAccessTechnology)
	c.string(5, &m.EventID)
	c.bytes(6, &m.Payer)
	c.uint64(7, &m.Timestamp)
	c.bytes(8, &m.Signature)
}

// Decode implements [Message].
func (m *DataTransferEvent) Decode(b []byte) error {
	*m = DataTransferEvent{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.DataTransferEvent.Decode")
}

// AppendCanonical implements [Message].
func (m *DataTransferEvent) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *DataTransferEvent) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A DataTransferSession is data_transfer_session_req_v1. It is signed by PubKey, the
// router, over Usage with the hotspot's signature in it.
type DataTransferSession struct {
	Usage           DataTransferEvent
	HasUsage        bool
	RewardCancelled bool
	PubKey          []byte
	Signature       []byte
	RewardableBytes uint64
	CarrierID       int32 // carrier_id_v2
	Sampling        bool
}

func (m *DataTransferSession) fields(c *codec) {
	for it := c.one(1, &m.HasUsage); it.next(c); {
		m.Usage.fields(c)
	}
	c.bool(2, &m.RewardCancelled)
	c.bytes(3, &m.PubKey)
	c.bytes(4, &m.Signature)
	c.uint64(5, &m.RewardableBytes)
	c.int32(6, &m.CarrierID)
	c.bool(7, &m.Sampling)
}

// Decode implements [Message].
func (m *DataTransferSession) Decode(b []byte) error {
	*m = DataTransferSession{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.DataTransferSession.Decode")
}

// AppendCanonical implements [Message].
func (m *DataTransferSession) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *DataTransferSession) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// UniqueConnections is unique_connections_req_v1. It is signed by CarrierKey.
type UniqueConnections struct {
	PubKey      []byte
	Start, End  uint64 // ms
	Connections uint64
	Timestamp   uint64 // ms
	CarrierKey  []byte
	Signature   []byte
}

func (m *UniqueConnections) fields(c *codec) {
	c.bytes(1, &m.PubKey)
	c.uint64(2, &m.Start)
	c.uint64(3, &m.End)
	c.uint64(4, &m.Connections)
	c.uint64(5, &m.Timestamp)
	c.bytes(6, &m.CarrierKey)
	c.bytes(7, &m.Signature)
}

// Decode implements [Message].
func (m *UniqueConnections) Decode(b []byte) error {
	*m = UniqueConnections{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.UniqueConnections.Decode")
}

// AppendCanonical implements [Message].
func (m *UniqueConnections) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *UniqueConnections) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A BanRequest is ban_req_v1. It is signed by BanKey.
type BanRequest struct {
	HotspotKey []byte
	Timestamp  uint64 // ms
	BanKey     []byte
	Signature  []byte
	Action     BanAction
	Ban        Ban   // when Action is ActionBan
	Unban      Unban // when Action is ActionUnban
}

func (m *BanRequest) fields(c *codec) {
	c.bytes(1, &m.HotspotKey)
	c.uint64(3, &m.Timestamp)
	c.bytes(5, &m.BanKey)
	c.bytes(6, &m.Signature)
	for it := c.oneof(7, (*uint8)(&m.Action)); it.next(c); {
		if it.fresh {
			m.Ban, m.Unban = Ban{}, Unban{}
		}
		m.Ban.fields(c)
	}
	for it := c.oneof(8, (*uint8)(&m.Action)); it.next(c); {
		if it.fresh {
			m.Ban, m.Unban = Ban{}, Unban{}
		}
		m.Unban.fields(c)
	}
}

// Decode implements [Message].
func (m *BanRequest) Decode(b []byte) error {
	*m = BanRequest{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.BanRequest.Decode")
}

// AppendCanonical implements [Message].
func (m *BanRequest) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *BanRequest) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A BanAction tells what a [BanRequest] asks for, by field number.
type BanAction uint8

// Actions of a [BanRequest].
const (
	ActionNone  BanAction = 0
	ActionBan   BanAction = 7
	ActionUnban BanAction = 8
)

// A Ban is ban_details_v1.
type Ban struct {
	HotspotSerial string
	Message       string
	Reason        int32  // unknown 0, location gaming 1, data farming 2
	Type          int32  // all 0, proof of coverage 1, data 2
	Expiration    uint64 // ms, 0: none
}

func (m *Ban) fields(c *codec) {
	c.string(2, &m.HotspotSerial)
	c.string(3, &m.Message)
	c.int32(4, &m.Reason)
	c.int32(5, &m.Type)
	c.uint64(6, &m.Expiration)
}

// Decode implements [Message].
func (m *Ban) Decode(b []byte) error {
	*m = Ban{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.Ban.Decode")
}

// AppendCanonical implements [Message].
func (m *Ban) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// An Unban is unban_details_v1.
type Unban struct {
	HotspotSerial string
	Message       string
}

func (m *Unban) fields(c *codec) {
	c.string(2, &m.HotspotSerial)
	c.string(3, &m.Message)
}

// Decode implements [Message].
func (m *Unban) Decode(b []byte) error {
	*m = Unban{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.Unban.Decode")
}

// AppendCanonical implements [Message].
func (m *Unban) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// BoostedHexInfo is boosted_hex_info_v1. It has no signature.
type BoostedHexInfo struct {
	Location       uint64 // H3 cell
	Start, End     uint64 // s
	PeriodLength   uint32 // s
	Multipliers    []uint32
	BoostedHexKey  []byte
	BoostConfigKey []byte
	Version        uint32
}

func (m *BoostedHexInfo) fields(c *codec) {
	c.uint64(1, &m.Location)
	c.uint64(2, &m.Start)
	c.uint64(3, &m.End)
	c.uint32(4, &m.PeriodLength)
	c.packed(5, &m.Multipliers, MaxMultipliers)
	c.bytes(6, &m.BoostedHexKey)
	c.bytes(7, &m.BoostConfigKey)
	c.uint32(8, &m.Version)
}

// Decode implements [Message].
func (m *BoostedHexInfo) Decode(b []byte) error {
	*m = BoostedHexInfo{Multipliers: m.Multipliers[:0]}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.BoostedHexInfo.Decode")
}

// AppendCanonical implements [Message].
func (m *BoostedHexInfo) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A WifiHeartbeatIngestReport is wifi_heartbeat_ingest_report_v1.
type WifiHeartbeatIngestReport struct {
	Received  uint64 // ms
	Report    WifiHeartbeat
	HasReport bool
}

func (m *WifiHeartbeatIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *WifiHeartbeatIngestReport) Decode(b []byte) error {
	*m = WifiHeartbeatIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.WifiHeartbeatIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *WifiHeartbeatIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A CellHeartbeatIngestReport is cell_heartbeat_ingest_report_v1.
type CellHeartbeatIngestReport struct {
	Received  uint64 // ms
	Report    CellHeartbeat
	HasReport bool
}

func (m *CellHeartbeatIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *CellHeartbeatIngestReport) Decode(b []byte) error {
	*m = CellHeartbeatIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.CellHeartbeatIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *CellHeartbeatIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A SpeedtestIngestReport is speedtest_ingest_report_v1.
type SpeedtestIngestReport struct {
	Received  uint64 // ms
	Report    Speedtest
	HasReport bool
}

func (m *SpeedtestIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *SpeedtestIngestReport) Decode(b []byte) error {
	*m = SpeedtestIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.SpeedtestIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *SpeedtestIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A CoverageObjectIngestReport is coverage_object_ingest_report_v1.
type CoverageObjectIngestReport struct {
	Received  uint64 // ms
	Report    CoverageObject
	HasReport bool
}

func (m *CoverageObjectIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *CoverageObjectIngestReport) Decode(b []byte) error {
	*m = CoverageObjectIngestReport{Report: CoverageObject{Coverage: m.Report.Coverage[:0]}}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.CoverageObjectIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *CoverageObjectIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A DataTransferSessionIngestReport is data_transfer_session_ingest_report_v1.
type DataTransferSessionIngestReport struct {
	Received  uint64 // ms
	Report    DataTransferSession
	HasReport bool
}

func (m *DataTransferSessionIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *DataTransferSessionIngestReport) Decode(b []byte) error {
	*m = DataTransferSessionIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.DataTransferSessionIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *DataTransferSessionIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A UniqueConnectionsIngestReport is unique_connections_ingest_report_v1.
type UniqueConnectionsIngestReport struct {
	Received  uint64 // ms
	Report    UniqueConnections
	HasReport bool
}

func (m *UniqueConnectionsIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *UniqueConnectionsIngestReport) Decode(b []byte) error {
	*m = UniqueConnectionsIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.UniqueConnectionsIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *UniqueConnectionsIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A BanIngestReport is ban_ingest_report_v1.
type BanIngestReport struct {
	Received  uint64 // ms
	Report    BanRequest
	HasReport bool
}

func (m *BanIngestReport) fields(c *codec) {
	c.uint64(1, &m.Received)
	for it := c.one(2, &m.HasReport); it.next(c); {
		m.Report.fields(c)
	}
}

// Decode implements [Message].
func (m *BanIngestReport) Decode(b []byte) error {
	*m = BanIngestReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.BanIngestReport.Decode")
}

// AppendCanonical implements [Message].
func (m *BanIngestReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}
