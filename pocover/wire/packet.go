package wire

// A PacketUp is packet_router_packet_up_v1. It is signed by Gateway, or by the session
// key that Gateway vouched for.
type PacketUp struct {
	Payload   []byte
	Timestamp uint64 // µs, the concentrator's counter
	RSSI      int32  // dBm
	Frequency uint32 // Hz
	DataRate  DataRate
	SNR       float32 // dB
	Region    Region
	HoldTime  uint64
	Gateway   []byte
	Signature []byte
}

func (m *PacketUp) fields(c *codec) {
	c.bytes(1, &m.Payload)
	c.uint64(2, &m.Timestamp)
	c.sint32(3, &m.RSSI)
	c.uint32(4, &m.Frequency)
	c.int32(5, (*int32)(&m.DataRate))
	c.float(6, &m.SNR)
	c.int32(7, (*int32)(&m.Region))
	c.uint64(8, &m.HoldTime)
	c.bytes(9, &m.Gateway)
	c.bytes(10, &m.Signature)
}

// Decode implements [Message].
func (m *PacketUp) Decode(b []byte) error {
	*m = PacketUp{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.PacketUp.Decode")
}

// AppendCanonical implements [Message].
func (m *PacketUp) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *PacketUp) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// A PacketSessionInit is packet_router_session_init_v1. It is signed by Gateway, which
// vouches for SessionKey.
type PacketSessionInit struct {
	Gateway    []byte
	Nonce      []byte
	SessionKey []byte
	Signature  []byte
}

func (m *PacketSessionInit) fields(c *codec) {
	c.bytes(1, &m.Gateway)
	c.bytes(2, &m.Nonce)
	c.bytes(3, &m.SessionKey)
	c.bytes(4, &m.Signature)
}

// Decode implements [Message].
func (m *PacketSessionInit) Decode(b []byte) error {
	*m = PacketSessionInit{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.PacketSessionInit.Decode")
}

// AppendCanonical implements [Message].
func (m *PacketSessionInit) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// AppendSigned implements [SignedMessage].
func (m *PacketSessionInit) AppendSigned(dst []byte) []byte {
	unsigned := *m
	unsigned.Signature = nil
	return unsigned.AppendCanonical(dst)
}

// Types of packets. Uplinks are what is paid for.
const (
	PacketJoin   = 0
	PacketUplink = 1
)

// A PacketReport is packet_router_packet_report_v1. It has no signature.
type PacketReport struct {
	GatewayTmst uint64 // the gateway's counter
	OUI         uint64
	NetID       uint32
	RSSI        int32   // dBm
	Frequency   uint32  // Hz
	SNR         float32 // dB
	DataRate    DataRate
	Region      Region
	Gateway     []byte
	PayloadHash []byte
	PayloadSize uint32
	Free        bool
	Type        int32  // PacketJoin or PacketUplink
	Received    uint64 // ms
}

func (m *PacketReport) fields(c *codec) {
	c.uint64(1, &m.GatewayTmst)
	c.uint64(2, &m.OUI)
	c.uint32(3, &m.NetID)
	c.sint32(4, &m.RSSI)
	c.uint32(5, &m.Frequency)
	c.float(6, &m.SNR)
	c.int32(7, (*int32)(&m.DataRate))
	c.int32(8, (*int32)(&m.Region))
	c.bytes(9, &m.Gateway)
	c.bytes(10, &m.PayloadHash)
	c.uint32(11, &m.PayloadSize)
	c.bool(12, &m.Free)
	c.int32(13, &m.Type)
	c.uint64(14, &m.Received)
}

// Decode implements [Message].
func (m *PacketReport) Decode(b []byte) error {
	*m = PacketReport{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.PacketReport.Decode")
}

// AppendCanonical implements [Message].
func (m *PacketReport) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}

// A ValidPacket is valid_packet of the packet verifier. It has no signature.
type ValidPacket struct {
	PayloadSize uint32
	Gateway     []byte
	PayloadHash []byte
	NumDCs      uint32
	Timestamp   uint64 // ms
}

func (m *ValidPacket) fields(c *codec) {
	c.uint32(1, &m.PayloadSize)
	c.bytes(2, &m.Gateway)
	c.bytes(3, &m.PayloadHash)
	c.uint32(4, &m.NumDCs)
	c.uint64(5, &m.Timestamp)
}

// Decode implements [Message].
func (m *ValidPacket) Decode(b []byte) error {
	*m = ValidPacket{}
	c := read(b)
	for c.more() {
		m.fields(&c)
	}
	return c.done("wire.ValidPacket.Decode")
}

// AppendCanonical implements [Message].
func (m *ValidPacket) AppendCanonical(dst []byte) []byte {
	c := write(dst)
	m.fields(&c)
	return c.b
}
