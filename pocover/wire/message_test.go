package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
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
