package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// The slow twin reads messages by a table instead of by code: into a list of values per
// field number, from which it writes the canonical form. It shares nothing with codec.

// schema has a line for each message: number:type, with * if repeated, /name if in a oneof.
const schema = `
BeaconReport 2:bytes 3:bytes 4:bytes 5:bytes 6:uint64 7:int32 8:int32 9:int32 10:uint64 11:bytes 12:uint32
WitnessReport 2:bytes 3:bytes 4:uint64 5:uint32 6:sint32 7:int32 8:uint64 10:int32 11:bytes
BeaconIngestReport 1:uint64 2:BeaconReport
WitnessIngestReport 1:uint64 2:WitnessReport
ValidBeaconReport 1:uint64 2:string 3:uint32 4:BeaconReport 5:uint32 6:int32 7:int32
InvalidBeaconReport 1:uint64 2:int32 3:BeaconReport 4:string 5:int32 6:int32 7:InvalidDetails
InvalidWitnessReport 1:uint64 2:int32 3:WitnessReport 4:int32 5:InvalidDetails
VerifiedWitnessReport 1:uint64 2:int32 3:WitnessReport 4:string 5:uint32 6:uint32 7:int32 8:int32 9:int32 10:int32 11:InvalidDetails
InvalidDetails 1:string/data
PoC 1:bytes 2:ValidBeaconReport 3:VerifiedWitnessReport* 4:VerifiedWitnessReport*
EntropyReport 1:bytes 2:uint64 3:uint32
SessionOffer 1:bytes
SessionInit 1:bytes 2:bytes 3:bytes 4:bytes
RegionParams 1:RegionChannel*
RegionChannel 1:uint64 2:uint32 3:uint32 4:RegionSpreading
RegionSpreading 1:TaggedSpreading*
TaggedSpreading 1:int32 2:uint32
PacketUp 1:bytes 2:uint64 3:sint32 4:uint32 5:int32 6:float 7:int32 8:uint64 9:bytes 10:bytes
PacketSessionInit 1:bytes 2:bytes 3:bytes 4:bytes
PacketReport 1:uint64 2:uint64 3:uint32 4:sint32 5:uint32 6:float 7:int32 8:int32 9:bytes 10:bytes 11:uint32 12:bool 13:int32 14:uint64
ValidPacket 1:uint32 2:bytes 3:bytes 4:uint32 5:uint64
WifiHeartbeat 1:bytes 2:uint64 3:double 4:double 5:uint64 6:bool 7:bytes 8:bytes 9:int32
CellHeartbeat 1:bytes 2:string 3:uint32 4:uint64 5:double 6:double 7:bool 8:string 9:string 10:bytes 11:bytes
Speedtest 1:bytes 2:string 3:uint64 4:uint64 5:uint64 6:uint32 7:bytes
CoverageObject 1:bytes 2:bytes 3:string/key 4:bytes/key 5:uint64 6:CoverageHex* 7:bool 8:uint32 9:bytes
CoverageHex 1:string 2:int32 3:sint32
DataTransferEvent 1:bytes 2:uint64 3:uint64 4:int32 5:string 6:bytes 7:uint64 8:bytes
DataTransferSession 1:DataTransferEvent 2:bool 3:bytes 4:bytes 5:uint64 6:int32 7:bool
UniqueConnections 1:bytes 2:uint64 3:uint64 4:uint64 5:uint64 6:bytes 7:bytes
BanRequest 1:bytes 3:uint64 5:bytes 6:bytes 7:Ban/action 8:Unban/action
Ban 2:string 3:string 4:int32 5:int32 6:uint64
Unban 2:string 3:string
BoostedHexInfo 1:uint64 2:uint64 3:uint64 4:uint32 5:uint32* 6:bytes 7:bytes 8:uint32
WifiHeartbeatIngestReport 1:uint64 2:WifiHeartbeat
CellHeartbeatIngestReport 1:uint64 2:CellHeartbeat
SpeedtestIngestReport 1:uint64 2:Speedtest
CoverageObjectIngestReport 1:uint64 2:CoverageObject
DataTransferSessionIngestReport 1:uint64 2:DataTransferSession
UniqueConnectionsIngestReport 1:uint64 2:UniqueConnections
BanIngestReport 1:uint64 2:BanRequest
`

// messageTypes makes a message of each line but RegionSpreading, which is flat here.
var messageTypes = map[string]func() Message{
	"BeaconReport":                    func() Message { return new(BeaconReport) },
	"WitnessReport":                   func() Message { return new(WitnessReport) },
	"BeaconIngestReport":              func() Message { return new(BeaconIngestReport) },
	"WitnessIngestReport":             func() Message { return new(WitnessIngestReport) },
	"ValidBeaconReport":               func() Message { return new(ValidBeaconReport) },
	"InvalidBeaconReport":             func() Message { return new(InvalidBeaconReport) },
	"InvalidWitnessReport":            func() Message { return new(InvalidWitnessReport) },
	"VerifiedWitnessReport":           func() Message { return new(VerifiedWitnessReport) },
	"InvalidDetails":                  func() Message { return new(InvalidDetails) },
	"PoC":                             func() Message { return new(PoC) },
	"EntropyReport":                   func() Message { return new(EntropyReport) },
	"SessionOffer":                    func() Message { return new(SessionOffer) },
	"SessionInit":                     func() Message { return new(SessionInit) },
	"RegionParams":                    func() Message { return new(RegionParams) },
	"RegionChannel":                   func() Message { return new(RegionChannel) },
	"TaggedSpreading":                 func() Message { return new(TaggedSpreading) },
	"PacketUp":                        func() Message { return new(PacketUp) },
	"PacketSessionInit":               func() Message { return new(PacketSessionInit) },
	"PacketReport":                    func() Message { return new(PacketReport) },
	"ValidPacket":                     func() Message { return new(ValidPacket) },
	"WifiHeartbeat":                   func() Message { return new(WifiHeartbeat) },
	"CellHeartbeat":                   func() Message { return new(CellHeartbeat) },
	"Speedtest":                       func() Message { return new(Speedtest) },
	"CoverageObject":                  func() Message { return new(CoverageObject) },
	"CoverageHex":                     func() Message { return new(CoverageHex) },
	"DataTransferEvent":               func() Message { return new(DataTransferEvent) },
	"DataTransferSession":             func() Message { return new(DataTransferSession) },
	"UniqueConnections":               func() Message { return new(UniqueConnections) },
	"BanRequest":                      func() Message { return new(BanRequest) },
	"Ban":                             func() Message { return new(Ban) },
	"Unban":                           func() Message { return new(Unban) },
	"BoostedHexInfo":                  func() Message { return new(BoostedHexInfo) },
	"WifiHeartbeatIngestReport":       func() Message { return new(WifiHeartbeatIngestReport) },
	"CellHeartbeatIngestReport":       func() Message { return new(CellHeartbeatIngestReport) },
	"SpeedtestIngestReport":           func() Message { return new(SpeedtestIngestReport) },
	"CoverageObjectIngestReport":      func() Message { return new(CoverageObjectIngestReport) },
	"DataTransferSessionIngestReport": func() Message { return new(DataTransferSessionIngestReport) },
	"UniqueConnectionsIngestReport":   func() Message { return new(UniqueConnectionsIngestReport) },
	"BanIngestReport":                 func() Message { return new(BanIngestReport) },
}

type twinField struct {
	num      int
	typ      string
	repeated bool
	oneof    string
}

var twinSchema = func() map[string][]twinField {
	all := map[string][]twinField{}
	for line := range strings.Lines(strings.TrimSpace(schema)) {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			num, typ, _ := strings.Cut(w, ":")
			var f twinField
			f.num, _ = strconv.Atoi(num)
			f.typ, f.oneof, _ = strings.Cut(typ, "/")
			f.typ, f.repeated = strings.CutSuffix(f.typ, "*")
			all[words[0]] = append(all[words[0]], f)
		}
	}
	return all
}()

var errTwin = errors.New("refused")

// A twinMessage has a list of uint64, []byte or twinMessage per field number.
type twinMessage map[int][]any

func twinVarint(b []byte) (uint64, []byte, error) {
	var v uint64
	for i := 0; i < len(b) && i < 10; i++ {
		if i == 9 && b[i] > 1 {
			break
		}
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			return v, b[i+1:], nil
		}
	}
	return 0, nil, errTwin
}

func twinTag(b []byte) (num, typ int, rest []byte, err error) {
	v, rest, err := twinVarint(b)
	if err != nil || v > math.MaxUint32 || v>>3 == 0 || v&7 > 5 {
		return 0, 0, nil, errTwin
	}
	return int(v >> 3), int(v & 7), rest, nil
}

// twinValue splits off the value of a field; of a group it is nil.
func twinValue(num, typ int, b []byte, depth int) (v any, rest []byte, err error) {
	if depth == 0 {
		return nil, nil, errTwin
	}
	switch typ {
	case 0:
		return untyped(twinVarint(b))
	case 1:
		if len(b) >= 8 {
			return binary.LittleEndian.Uint64(b), b[8:], nil
		}
	case 5:
		if len(b) >= 4 {
			return uint64(binary.LittleEndian.Uint32(b)), b[4:], nil
		}
	case 2:
		n, b, err := twinVarint(b)
		if err == nil && n <= uint64(len(b)) {
			return b[:n], b[n:], nil
		}
	case 3:
		for {
			var n, t int
			if n, t, b, err = twinTag(b); err != nil {
				return nil, nil, err
			}
			if t == 4 {
				if n != num {
					return nil, nil, errTwin
				}
				return nil, b, nil
			}
			if _, b, err = twinValue(n, t, b, depth-1); err != nil {
				return nil, nil, err
			}
		}
	}
	return nil, nil, errTwin
}

func untyped(v uint64, rest []byte, err error) (any, []byte, error) { return v, rest, err }

func (m twinMessage) merge(name string, b []byte, depth int) error {
	for len(b) > 0 {
		num, typ, rest, err := twinTag(b)
		if err != nil {
			return err
		}
		v, rest, err := twinValue(num, typ, rest, depth)
		if err != nil {
			return err
		}
		b = rest
		i := slices.IndexFunc(twinSchema[name], func(f twinField) bool { return f.num == num })
		if i < 0 {
			continue
		}
		f := twinSchema[name][i]
		if f.oneof != "" {
			for _, g := range twinSchema[name] {
				if g.oneof == f.oneof && g.num != num {
					delete(m, g.num)
				}
			}
		}
		want := map[string]int{"bytes": 2, "string": 2, "double": 1, "float": 5,
			"uint64": 0, "uint32": 0, "int32": 0, "sint32": 0, "bool": 0}
		wireType, scalar := want[f.typ]
		switch {
		case scalar && f.repeated && typ == 2:
			for b := v.([]byte); len(b) > 0; {
				var x uint64
				if x, b, err = twinVarint(b); err != nil {
					return err
				}
				m[num] = append(m[num], uint64(uint32(x)))
			}
		case scalar && typ != wireType, !scalar && typ != 2:
			return errTwin
		case scalar:
			switch f.typ {
			case "uint32":
				v = uint64(uint32(v.(uint64)))
			case "int32":
				v = uint64(int64(int32(uint32(v.(uint64)))))
			case "sint32":
				v = v.(uint64) & math.MaxUint32
			case "bool":
				v = map[bool]uint64{true: 1}[v.(uint64) != 0]
			case "string":
				if !utf8.Valid(v.([]byte)) {
					return errTwin
				}
			}
			if !f.repeated {
				m[num] = nil
			}
			m[num] = append(m[num], v)
		default:
			if f.repeated || len(m[num]) == 0 {
				m[num] = append(m[num], twinMessage{})
			}
			if err := m[num][len(m[num])-1].(twinMessage).merge(f.typ, v.([]byte), depth-1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m twinMessage) canonical(name string) []byte {
	var out []byte
	for _, f := range twinSchema[name] {
		if f.repeated && f.typ == "uint32" && len(m[f.num]) > 0 {
			var packed []byte
			for _, v := range m[f.num] {
				packed = binary.AppendUvarint(packed, v.(uint64))
			}
			out = binary.AppendUvarint(out, uint64(f.num<<3|2))
			out = append(binary.AppendUvarint(out, uint64(len(packed))), packed...)
			continue
		}
		for _, v := range m[f.num] {
			switch v := v.(type) {
			case uint64:
				switch {
				case f.typ == "double" && math.Float64frombits(v) != 0:
					out = binary.AppendUvarint(out, uint64(f.num<<3|1))
					out = binary.LittleEndian.AppendUint64(out, v)
				case f.typ == "float" && math.Float32frombits(uint32(v)) != 0:
					out = binary.AppendUvarint(out, uint64(f.num<<3|5))
					out = binary.LittleEndian.AppendUint32(out, uint32(v))
				case f.typ != "double" && f.typ != "float" && v != 0:
					out = binary.AppendUvarint(out, uint64(f.num<<3))
					out = binary.AppendUvarint(out, v)
				}
				continue
			case twinMessage:
				inner := v.canonical(f.typ)
				out = binary.AppendUvarint(out, uint64(f.num<<3|2))
				out = append(binary.AppendUvarint(out, uint64(len(inner))), inner...)
			case []byte:
				if len(v) == 0 && f.oneof == "" {
					continue
				}
				out = binary.AppendUvarint(out, uint64(f.num<<3|2))
				out = append(binary.AppendUvarint(out, uint64(len(v))), v...)
			}
		}
	}
	return out
}

// twinCanonical is the canonical form of b.
func twinCanonical(name string, b []byte) ([]byte, error) {
	m := twinMessage{}
	if err := m.merge(name, b, 100); err != nil {
		return nil, err
	}
	return m.canonical(name), nil
}

// names of the messages, in an order that does not change.
func messageNames() []string {
	names := make([]string, 0, len(messageTypes))
	for name := range messageTypes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestTwinKnowsAllMessages(t *testing.T) {
	for _, name := range messageNames() {
		if len(twinSchema[name]) == 0 {
			t.Errorf("no line for %s", name)
		}
		last := 0
		for _, f := range twinSchema[name] {
			if f.num <= last {
				t.Errorf("%s: %d after %d", name, f.num, last)
			}
			last = f.num
		}
	}
	if got, want := fmt.Sprint(len(twinSchema)), fmt.Sprint(len(messageTypes)+1); got != want {
		t.Errorf("%s lines, want %s", got, want)
	}
}
