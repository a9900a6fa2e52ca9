package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/depinproof/depinproof"
)

// fill sets every field below v to something that is not its default.
func fill(v reflect.Value, r *rand.Rand) {
	switch v.Interface().(type) {
	case CoverageKeyType:
		v.SetUint(uint64(CoverageCBSDID) + r.Uint64N(2))
		return
	case BanRequest:
		fillStruct(v, r)
		b := v.Addr().Interface().(*BanRequest)
		if b.Action = ActionBan; r.IntN(2) == 0 {
			b.Action, b.Ban = ActionUnban, Ban{}
		} else {
			b.Unban = Unban{}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		fillStruct(v, r)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 4))
		v.SetCap(v.Len())
		for i := range v.Len() {
			fill(v.Index(i), r)
		}
	case reflect.String:
		v.SetString(string('a'+rune(r.IntN(26))) + "é")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64('a' + r.IntN(26)))
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(1 + r.Uint64()>>r.IntN(v.Type().Bits())>>(64-v.Type().Bits()))
		if v.IsZero() {
			v.SetUint(1)
		}
	case reflect.Int32:
		if v.SetInt(int64(int32(r.Uint32()) >> r.IntN(32))); v.IsZero() {
			v.SetInt(-1)
		}
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(float32(1 + r.Float64())))
	default:
		panic("wire: no value for a " + v.Type().String())
	}
}

func fillStruct(v reflect.Value, r *rand.Rand) {
	for i := range v.NumField() {
		fill(v.Field(i), r)
	}
}

func newFilled(name string, r *rand.Rand) Message {
	m := messageTypes[name]()
	fill(reflect.ValueOf(m).Elem(), r)
	return m
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestRoundTrip(t *testing.T) {
	r := newRand()
	for _, name := range messageNames() {
		got := messageTypes[name]()
		for range 20 {
			want := newFilled(name, r)
			b := want.AppendCanonical([]byte("prefix"))[len("prefix"):]
			if err := got.Decode(b); err != nil {
				t.Fatalf("%s: %v\n%x", name, err, b)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s:\n%+v, want\n%+v", name, got, want)
			}
			if again := got.AppendCanonical(nil); !bytes.Equal(again, b) {
				t.Fatalf("%s: %x, want %x", name, again, b)
			}
			twin, err := twinCanonical(name, b)
			if err != nil || !bytes.Equal(twin, b) {
				t.Fatalf("%s: %x, the twin has %x, %v", name, b, twin, err)
			}
		}
	}
}

// The zero message has no bytes, and no bytes are the zero message, even where there was
// something before.
func TestEmpty(t *testing.T) {
	r := newRand()
	for _, name := range messageNames() {
		m := newFilled(name, r)
		if err := m.Decode(nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b := m.AppendCanonical(nil); len(b) != 0 {
			t.Errorf("%s: %x", name, b)
		}
	}
}

func TestSigned(t *testing.T) {
	r := newRand()
	signed := 0
	for _, name := range messageNames() {
		m, ok := newFilled(name, r).(SignedMessage)
		field := reflect.ValueOf(messageTypes[name]()).Elem().FieldByName("Signature")
		if ok != field.IsValid() {
			t.Errorf("%s: has a signature: %v, has AppendSigned: %v", name, field.IsValid(), ok)
		}
		if !ok {
			continue
		}
		signed++
		before := m.AppendCanonical(nil)
		got := m.AppendSigned(nil)
		if after := m.AppendCanonical(nil); !bytes.Equal(after, before) {
			t.Errorf("%s: AppendSigned changes the message", name)
		}
		reflect.ValueOf(m).Elem().FieldByName("Signature").SetZero()
		if want := m.AppendCanonical(nil); !bytes.Equal(got, want) || len(want) >= len(before) {
			t.Errorf("%s: %x, want %x", name, got, want)
		}
	}
	if signed != 13 {
		t.Errorf("%d messages are signed, want 13", signed)
	}
}

// splitFields cuts b into its fields.
func splitFields(t testing.TB, b []byte) (fields [][]byte) {
	t.Helper()
	for len(b) > 0 {
		_, _, n := protowire.ConsumeField(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		fields = append(fields, b[:n])
		b = b[n:]
	}
	return fields
}

// The canonical form does not depend on the order of fields, nor on unknown ones.
func TestOrderAndUnknownFields(t *testing.T) {
	r := newRand()
	for _, name := range messageNames() {
		for range 20 {
			want := newFilled(name, r).AppendCanonical(nil)
			fields := splitFields(t, want)
			perm := r.Perm(len(fields))
			// Elements of a list keep their order.
			for i := range perm {
				for j := range i {
					a, _, _ := protowire.ConsumeTag(fields[perm[i]])
					b, _, _ := protowire.ConsumeTag(fields[perm[j]])
					if a == b && perm[j] > perm[i] {
						perm[i], perm[j] = perm[j], perm[i]
					}
				}
			}
			var b []byte
			for _, i := range perm {
				b = append(b, unknownField(r)...)
				b = append(b, fields[i]...)
			}
			b = append(b, unknownField(r)...)
			m := messageTypes[name]()
			if err := m.Decode(b); err != nil {
				t.Fatalf("%s: %v\n%x", name, err, b)
			}
			if got := m.AppendCanonical(nil); !bytes.Equal(got, want) {
				t.Fatalf("%s: %x is read as\n%x, want\n%x", name, b, got, want)
			}
		}
	}
}

// unknownField is a field whose number no message has.
func unknownField(r *rand.Rand) []byte {
	n := protowire.Number(20 + r.IntN(1<<29-20))
	switch r.IntN(6) {
	case 0:
		return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), r.Uint64())
	case 1:
		return protowire.AppendFixed32(protowire.AppendTag(nil, n, protowire.Fixed32Type), r.Uint32())
	case 2:
		return protowire.AppendFixed64(protowire.AppendTag(nil, n, protowire.Fixed64Type), r.Uint64())
	case 3:
		return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), make([]byte, r.IntN(200)))
	case 4:
		b := protowire.AppendTag(nil, n, protowire.StartGroupType)
		return protowire.AppendTag(append(b, unknownField(r)...), n, protowire.EndGroupType)
	}
	return nil
}

// TestBytes has bytes that were worked out by hand.
func TestBytes(t *testing.T) {
	for _, c := range []struct {
		what, in, out string // out "" is in, "-" an error
		m             Message
	}{
		{"all numbers of a witness", "12021122" + "2001" + "2802" + "3003" + "38ffffffffffffffffff01" + "4005" + "5006" + "5a017f", "", new(WitnessReport)},
		{"int32 as 5 bytes", "38ffffffff0f", "38ffffffffffffffffff01", new(WitnessReport)},
		{"int32 loses what exceeds it", "3881808080f0ffffffff01", "3801", new(WitnessReport)},
		{"sint32 loses what exceeds it", "3083808080f001", "3003", new(WitnessReport)},
		{"uint32 loses what exceeds it", "2881808080f001", "2801", new(WitnessReport)},
		{"an enum without a name", "507f", "", new(WitnessReport)},
		{"varint that is not minimal", "2081808000", "2001", new(WitnessReport)},
		{"tag that is not minimal", "a080808000" + "01", "2001", new(WitnessReport)},
		{"varint of 2⁶⁴−1", "20ffffffffffffffffff01", "", new(WitnessReport)},
		{"varint of 2⁶⁴", "2080808080808080808002", "-", new(WitnessReport)},
		{"varint of 11 bytes", "208080808080808080808000", "-", new(WitnessReport)},
		{"varint cut short", "2080", "-", new(WitnessReport)},
		{"tag without a value", "20", "-", new(WitnessReport)},
		{"field number 0", "0001", "-", new(WitnessReport)},
		{"tag of 33 bits", "a08080801001", "-", new(WitnessReport)},
		{"greatest field number", "f8ffffff0f01", "00", nil},
		{"wire type 6", "2601", "-", new(WitnessReport)},
		{"wire type 7", "2701", "-", new(WitnessReport)},
		{"another wire type", "220101", "-", new(WitnessReport)},
		{"another wire type, of which the rest can be read", "22022001", "-", new(WitnessReport)},
		{"a message as a varint, likewise", "1000", "-", new(WitnessIngestReport)},
		{"bytes as a varint", "1001", "-", new(WitnessReport)},
		{"double as a float", "1d00000000", "-", new(WifiHeartbeat)},
		{"bytes past the end", "120201", "-", new(WitnessReport)},
		{"bytes of 2⁶⁴−1", "12ffffffffffffffffff01", "-", new(WitnessReport)},
		{"empty bytes", "1200", "00", nil},
		{"the last value counts", "2001" + "120101" + "2002" + "120102" + "2000", "120102", new(WitnessReport)},
		{"bool of 2", "3002", "3001", new(WifiHeartbeat)},
		{"−0", "190000000000000080" + "210000000000000080", "00", nil},
		{"NaN", "19010000000000f07f", "", new(WifiHeartbeat)},
		{"float of −0", "3500000080", "00", nil},
		{"float NaN", "35010080ff", "", new(PacketUp)},
		{"float cut short", "35000000", "-", new(PacketUp)},
		{"group", "2001" + "fb01" + "0801" + "fc01" + "2802", "2001" + "2802", new(WitnessReport)},
		{"group that does not end", "fb01" + "0801", "-", new(WitnessReport)},
		{"group that ends as another", "fb01" + "f401", "-", new(WitnessReport)},
		{"end of no group", "fc01", "-", new(WitnessReport)},
		{"group as a known field", "13" + "14", "-", new(WitnessReport)},
		{"report that is empty", "0801" + "1200", "", new(WitnessIngestReport)},
		{"report in two parts", "1203120101" + "0801" + "12022007", "0801" + "1205120101" + "2007", new(WitnessIngestReport)},
		{"report past the end", "12042001", "-", new(WitnessIngestReport)},
		{"field past its report", "12022280" + "0801", "-", new(WitnessIngestReport)},
		{"group past its report", "1202fb01" + "fc01", "-", new(WitnessIngestReport)},
		{"oneof that is empty", "0a00", "", new(InvalidDetails)},
		{"oneof at its lowest number", "2801" + "22020102", "22020102" + "2801", new(CoverageObject)},
		{"the other of a oneof", "1a0161" + "2200", "2200", new(CoverageObject)},
		{"text that is not UTF-8", "1a01ff", "-", new(CoverageObject)},
		{"a surrogate", "1203eda080", "-", new(Speedtest)},
		{"bytes that are not UTF-8", "2201ff", "", new(CoverageObject)},
		{"ban in two parts", "3a022001" + "3a022802", "3a0420012802", new(BanRequest)},
		{"ban after unban after ban", "3a022001" + "42031a0161" + "3a022802", "3a022802", new(BanRequest)},
		{"ban out of order", "3a0428022001", "3a0420012802", new(BanRequest)},
		{"unban after ban", "3a022001" + "4200", "4200", new(BanRequest)},
		{"packed", "2a03010203", "", new(BoostedHexInfo)},
		{"not packed", "2801" + "2802" + "2a0103", "2a03010203", new(BoostedHexInfo)},
		{"packed, empty", "2a00", "00", nil},
		{"packed, cut short", "2a0180" + "01", "-", new(BoostedHexInfo)},
		{"packed, of fixed width", "2d01000000", "-", new(BoostedHexInfo)},
		{"a list goes on", "0a020801" + "0a00" + "f80101" + "0a021002", "0a020801" + "0a00" + "0a021002", new(RegionParams)},
		{"a wrapped list is merged", "2204" + "0a020801" + "0805" + "2202" + "0a00", "0805" + "2206" + "0a020801" + "0a00", new(RegionChannel)},
	} {
		in, err := hex.DecodeString(c.in)
		if err != nil {
			t.Fatal(c.what, err)
		}
		types := []Message{c.m}
		if c.m == nil { // it has the field as its default
			c.out = ""
			types = []Message{new(WitnessReport)}
			switch in[0] {
			case 0x19:
				types[0] = new(WifiHeartbeat)
			case 0x35:
				types[0] = new(PacketUp)
			case 0x2a:
				types[0] = new(BoostedHexInfo)
			}
		} else if c.out == "" {
			c.out = c.in
		}
		for _, m := range types {
			name := reflect.TypeOf(m).Elem().Name()
			err := m.Decode(in)
			twin, twinErr := twinCanonical(name, in)
			if c.out == "-" {
				if !errors.Is(err, depinproof.ErrMalformed) || twinErr == nil {
					t.Errorf("%s: got %v, the twin %v", c.what, err, twinErr)
				}
				continue
			}
			if err != nil || twinErr != nil {
				t.Errorf("%s: got %v, the twin %v", c.what, err, twinErr)
				continue
			}
			got := hex.EncodeToString(m.AppendCanonical(nil))
			if got != c.out || hex.EncodeToString(twin) != c.out {
				t.Errorf("%s: got %s, the twin %x, want %s", c.what, got, twin, c.out)
			}
		}
	}
}

// TestDepth: prost follows a hundred levels, of which the outermost message is none.
func TestDepth(t *testing.T) {
	for _, c := range []struct {
		outer  int
		groups int
		ok     bool
	}{{0, 100, true}, {0, 101, false}, {1, 99, true}, {1, 100, false}} {
		b := bytes.Repeat([]byte{0xfb, 0x01}, c.groups)
		b = append(b, bytes.Repeat([]byte{0xfc, 0x01}, c.groups)...)
		if c.outer == 1 {
			b = protowire.AppendBytes([]byte{0x12}, b)
		}
		b = append([]byte{0x12, 0}, b...) // what was left does not count
		err := new(WitnessIngestReport).Decode(b)
		_, twinErr := twinCanonical("WitnessIngestReport", b)
		if (err == nil) != c.ok || (twinErr == nil) != c.ok {
			t.Errorf("%d groups in %d messages: %v, the twin %v", c.groups, c.outer, err, twinErr)
		}
		if !c.ok && !errors.Is(err, depinproof.ErrMalformed) {
			t.Error(err)
		}
	}
}

// Content is enough for a message within a message to be written.
func TestHas(t *testing.T) {
	m := BeaconIngestReport{Report: BeaconReport{Tmst: 1}}
	if got := hex.EncodeToString(m.AppendCanonical(nil)); got != "12026001" {
		t.Error(got)
	}
	d := InvalidDetails{DenylistTag: "a"}
	if got := hex.EncodeToString(d.AppendCanonical(nil)); got != "0a0161" {
		t.Error(got)
	}
	o := CoverageObject{Key: []byte{1}} // no oneof is set
	if got := o.AppendCanonical(nil); len(got) != 0 {
		t.Errorf("%x", got)
	}
}

// Of the messages of a oneof, the one that was replaced is empty.
func TestOneofIsReplaced(t *testing.T) {
	var m BanRequest
	for _, c := range []struct {
		in   string
		want BanRequest
	}{
		{"3a022001" + "42031a0161", BanRequest{Action: ActionUnban, Unban: Unban{Message: "a"}}},
		{"42031a0161" + "3a022001", BanRequest{Action: ActionBan, Ban: Ban{Reason: 1}}},
	} {
		if err := m.Decode(unhex(t, c.in)); err != nil || !reflect.DeepEqual(m, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", c.in, m, err, c.want)
		}
	}
}

// Byte fields share the input, and appending to them does not change it.
func TestAlias(t *testing.T) {
	in := (&SessionInit{PubKey: []byte{1}, Nonce: []byte{2}}).AppendCanonical(nil)
	want := bytes.Clone(in)
	var m SessionInit
	if err := m.Decode(in); err != nil {
		t.Fatal(err)
	}
	if &m.PubKey[0] != &in[2] {
		t.Error("the key was copied")
	}
	_ = append(m.PubKey, 9)
	if !bytes.Equal(in, want) {
		t.Errorf("%x, want %x", in, want)
	}
}

func TestMessageLimits(t *testing.T) {
	list := func(n int, element string) []byte {
		b, err := hex.DecodeString(element)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Repeat(b, n)
	}
	for _, c := range []struct {
		what    string
		element string
		most    int
		m       Message
	}{
		{"hexes", "3200", MaxCoverage, new(CoverageObject)},
		{"selected", "1a00", MaxWitnesses, new(PoC)},
		{"unselected", "2200", MaxWitnesses, new(PoC)},
		{"channels", "0a00", MaxChannels, new(RegionParams)},
		{"spreadings", "22020a00", MaxChannels, new(RegionChannel)},
		{"multipliers", "2801", MaxMultipliers, new(BoostedHexInfo)},
		{"packed multipliers", "2a0101", MaxMultipliers, new(BoostedHexInfo)},
	} {
		if err := c.m.Decode(list(c.most, c.element)); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if err := c.m.Decode(list(c.most+1, c.element)); !errors.Is(err, depinproof.ErrLimit) {
			t.Errorf("one more of %s: %v", c.what, err)
		}
	}
	big := protowire.AppendVarint([]byte{0x0a}, MaxMessageSize-5)
	big = slices.Grow(big, MaxMessageSize+1)[:MaxMessageSize+1]
	if err := new(SessionOffer).Decode(big[:MaxMessageSize]); err != nil {
		t.Error(err)
	}
	const want = "wire.SessionOffer.Decode: limit exceeded: field 0 at byte 0: 15000001 bytes, at most 15000000"
	if err := new(SessionOffer).Decode(big); !errors.Is(err, depinproof.ErrLimit) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorText(t *testing.T) {
	err := new(WitnessIngestReport).Decode([]byte{0x08, 1, 0x12, 2, 0x20, 0x80})
	const want = "wire.WitnessIngestReport.Decode: malformed input: field 4 at byte 4: varint is cut short or exceeds 64 bits"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var e *depinproof.Error
	if !errors.As(err, &e) || e.Index != depinproof.NoIndex {
		t.Errorf("%#v", err)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	r := newRand()
	dst := make([]byte, 0, 1<<12)
	for _, name := range messageNames() {
		m := newFilled(name, r)
		b := m.AppendCanonical(nil)
		text := bytes.Contains(b, []byte("é"))
		got := testing.AllocsPerRun(100, func() {
			if err := m.Decode(b); err != nil {
				t.Fatal(err)
			}
		})
		if want := map[bool]float64{true: 1}[text]; got > want && name != "RegionParams" {
			t.Errorf("%s: Decode allocates %v times, want %v", name, got, want)
		}
		if got := testing.AllocsPerRun(100, func() { dst = m.AppendCanonical(dst[:0]) }); got != 0 {
			t.Errorf("%s: AppendCanonical allocates %v times", name, got)
		}
		if m, ok := m.(SignedMessage); ok {
			if got := testing.AllocsPerRun(100, func() { dst = m.AppendSigned(dst[:0]) }); got != 0 {
				t.Errorf("%s: AppendSigned allocates %v times", name, got)
			}
		}
	}
	b := newFilled("WitnessReport", r).AppendCanonical(nil)
	if got := testing.AllocsPerRun(100, func() {
		var m WitnessReport
		if err := m.Decode(b); err != nil || m.Tmst == 0 {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("Decode of a variable on the stack allocates %v times", got)
	}
}

func TestNaNKeepsItsBits(t *testing.T) {
	m := WifiHeartbeat{Lat: math.NaN(), Lon: math.Inf(-1)}
	var got WifiHeartbeat
	if err := got.Decode(m.AppendCanonical(nil)); err != nil {
		t.Fatal(err)
	}
	if math.Float64bits(got.Lat) != math.Float64bits(m.Lat) || got.Lon != m.Lon {
		t.Errorf("%v, %v", got.Lat, got.Lon)
	}
}

// fieldNumbers are the numbers that helium/proto gives to fields. A twin that reads the
// same numbers and types does not see two fields of one type that are exchanged.
const fieldNumbers = `
BeaconReport PubKey:2 LocalEntropy:3 RemoteEntropy:4 Data:5 Frequency:6 Channel:7 DataRate:8 TxPower:9 Timestamp:10 Signature:11 Tmst:12
WitnessReport PubKey:2 Data:3 Timestamp:4 Tmst:5 Signal:6 SNR:7 Frequency:8 DataRate:10 Signature:11
BeaconIngestReport Received:1 Report:2
WitnessIngestReport Received:1 Report:2
ValidBeaconReport Received:1 Location:2 HexScale:3 Report:4 RewardUnit:5 Gain:6 Elevation:7
InvalidBeaconReport Received:1 Reason:2 Report:3 Location:4 Gain:5 Elevation:6 Details:7
InvalidWitnessReport Received:1 Reason:2 Report:3 Side:4 Details:5
VerifiedWitnessReport Received:1 Status:2 Report:3 Location:4 HexScale:5 RewardUnit:6 Reason:7 Side:8 Gain:9 Elevation:10 Details:11
InvalidDetails DenylistTag:1
PoC ID:1 Beacon:2 Selected:3 Unselected:4
EntropyReport Data:1 Timestamp:2 Version:3
SessionOffer Nonce:1
SessionInit PubKey:1 Nonce:2 SessionKey:3 Signature:4
RegionParams Channels:1
RegionChannel Frequency:1 Bandwidth:2 MaxEIRP:3 Spreading:4
TaggedSpreading Spreading:1 MaxPacketSize:2
PacketUp Payload:1 Timestamp:2 RSSI:3 Frequency:4 DataRate:5 SNR:6 Region:7 HoldTime:8 Gateway:9 Signature:10
PacketSessionInit Gateway:1 Nonce:2 SessionKey:3 Signature:4
PacketReport GatewayTmst:1 OUI:2 NetID:3 RSSI:4 Frequency:5 SNR:6 DataRate:7 Region:8 Gateway:9 PayloadHash:10 PayloadSize:11 Free:12 Type:13 Received:14
ValidPacket PayloadSize:1 Gateway:2 PayloadHash:3 NumDCs:4 Timestamp:5
WifiHeartbeat PubKey:1 Timestamp:2 Lat:3 Lon:4 LocationValidationTimestamp:5 OperationMode:6 CoverageObject:7 Signature:8 LocationSource:9
CellHeartbeat PubKey:1 HotspotType:2 CellID:3 Timestamp:4 Lat:5 Lon:6 OperationMode:7 CBSDCategory:8 CBSDID:9 Signature:10 CoverageObject:11
Speedtest PubKey:1 Serial:2 Timestamp:3 UploadSpeed:4 DownloadSpeed:5 Latency:6 Signature:7
CoverageObject PubKey:1 UUID:2 Key:3 ClaimTime:5 Coverage:6 Indoor:7 TrustScore:8 Signature:9
CoverageHex Location:1 SignalLevel:2 SignalPower:3
DataTransferEvent PubKey:1 UploadBytes:2 DownloadBytes:3 RadioAccessTechnology:4 EventID:5 Payer:6 Timestamp:7 Signature:8
DataTransferSession Usage:1 RewardCancelled:2 PubKey:3 Signature:4 RewardableBytes:5 CarrierID:6 Sampling:7
UniqueConnections PubKey:1 Start:2 End:3 Connections:4 Timestamp:5 CarrierKey:6 Signature:7
BanRequest HotspotKey:1 Timestamp:3 BanKey:5 Signature:6 Ban:7 Unban:8
Ban HotspotSerial:2 Message:3 Reason:4 Type:5 Expiration:6
Unban HotspotSerial:2 Message:3
BoostedHexInfo Location:1 Start:2 End:3 PeriodLength:4 Multipliers:5 BoostedHexKey:6 BoostConfigKey:7 Version:8
WifiHeartbeatIngestReport Received:1 Report:2
CellHeartbeatIngestReport Received:1 Report:2
SpeedtestIngestReport Received:1 Report:2
CoverageObjectIngestReport Received:1 Report:2
DataTransferSessionIngestReport Received:1 Report:2
UniqueConnectionsIngestReport Received:1 Report:2
BanIngestReport Received:1 Report:2
`

func TestFieldNumbers(t *testing.T) {
	r := newRand()
	lines := strings.Split(strings.TrimSpace(fieldNumbers), "\n")
	if len(lines) != len(messageTypes) {
		t.Errorf("%d messages, want %d", len(lines), len(messageTypes))
	}
	for _, line := range lines {
		words := strings.Fields(line)
		numbers := make(map[string]string)
		for _, w := range words[1:] {
			name, number, _ := strings.Cut(w, ":")
			numbers[name] = number
		}
		all := reflect.TypeOf(messageTypes[words[0]]()).Elem()
		for i := range all.NumField() {
			name := all.Field(i).Name
			if strings.HasPrefix(name, "Has") || name == "KeyType" || name == "Action" {
				continue // what is there, which has no number of its own
			}
			m := messageTypes[words[0]]()
			switch m := m.(type) {
			case *CoverageObject:
				m.KeyType = CoverageCBSDID
			case *BanRequest:
				m.Action = ActionBan
				if name == "Unban" {
					m.Action = ActionUnban
				}
			}
			fill(reflect.ValueOf(m).Elem().Field(i), r)
			if o, ok := m.(*CoverageObject); ok && name != "Key" {
				o.KeyType = CoverageNoKey
			}
			if b, ok := m.(*BanRequest); ok && name != "Ban" && name != "Unban" {
				b.Action = ActionNone
			}
			for _, field := range splitFields(t, m.AppendCanonical(nil)) {
				if got, _, _ := protowire.ConsumeTag(field); strconv.Itoa(int(got)) != numbers[name] {
					t.Errorf("%s.%s has the number %d, want %s", words[0], name, got, numbers[name])
				}
			}
			if len(m.AppendCanonical(nil)) == 0 {
				t.Errorf("%s.%s is not written", words[0], name)
			}
			delete(numbers, name)
		}
		if len(numbers) != 0 {
			t.Errorf("%s lacks %v", words[0], numbers)
		}
	}
	hotspot := CoverageObject{KeyType: CoverageHotspotKey, Key: []byte("k")}
	if got := hotspot.AppendCanonical(nil); string(got) != "\x22\x01k" {
		t.Errorf("a hotspot's key is written %x", got)
	}
}
