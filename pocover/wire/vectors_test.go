package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// sharedJSON reads a file of the vectors beside the module, or skips the test.
func sharedJSON(t testing.TB, name string, v any) {
	t.Helper()
	data, err := os.ReadFile("../../../shared/vectors/helium/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s: no vectors beside the module", name)
	}
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// protoNames are the network's names of the messages in the vectors.
var protoNames = map[string]string{
	"lora_beacon_report_req_v1":    "BeaconReport",
	"lora_witness_report_req_v1":   "WitnessReport",
	"lora_stream_session_init_v1":  "SessionInit",
	"wifi_heartbeat_req_v1":        "WifiHeartbeat",
	"speedtest_req_v1":             "Speedtest",
	"coverage_object_req_v1":       "CoverageObject",
	"data_transfer_session_req_v1": "DataTransferSession",
	"packet_router_packet_up_v1":   "PacketUp",
}

// Messages that protobuf's Go runtime wrote, and the bytes that were signed. That runtime
// writes a oneof after all other fields; prost writes it at its lowest number, so there the
// fields of what was signed are sorted first.
func TestSignedVectors(t *testing.T) {
	var file struct {
		Rows []struct {
			Name, Message string
			Signed        string `json:"signing_bytes_hex"`
			Encoded       string `json:"encoded_hex"`
			Signature     string `json:"signature_hex"`
		}
	}
	sharedJSON(t, "signed_messages_selfmade.json", &file)
	if len(file.Rows) != 14 {
		t.Errorf("%d rows, want 14", len(file.Rows))
	}
	for _, row := range file.Rows {
		name := protoNames[row.Message]
		m, ok := messageTypes[name]().(SignedMessage)
		if !ok {
			t.Fatalf("%s: %s has no signature", row.Name, row.Message)
		}
		encoded, signed := unhex(t, row.Encoded), unhex(t, row.Signed)
		if err := m.Decode(encoded); err != nil {
			t.Errorf("%s: %v", row.Name, err)
			continue
		}
		if name == "CoverageObject" {
			fields := splitFields(t, signed)
			slices.SortStableFunc(fields, func(a, b []byte) int {
				n, _, _ := protowire.ConsumeTag(a)
				m, _, _ := protowire.ConsumeTag(b)
				return int(n - m)
			})
			signed = slices.Concat(fields...)
		}
		if got := m.AppendSigned(nil); !bytes.Equal(got, signed) {
			t.Errorf("%s:\n%x, want\n%x", row.Name, got, signed)
		}
		twin, err := twinCanonical(name, encoded)
		got := m.AppendCanonical(nil)
		if err != nil || !bytes.Equal(got, twin) {
			t.Errorf("%s:\n%x, the twin has\n%x, %v", row.Name, got, twin, err)
		}
		if !bytes.Contains(got, unhex(t, row.Signature)) {
			t.Errorf("%s: the signature is lost", row.Name)
		}
	}
}

// Region parameters as the network's chain had them.
func TestRegionParamsVectors(t *testing.T) {
	var file struct{ Params map[string]string }
	sharedJSON(t, "region_params_onchain.json", &file)
	if len(file.Params) != 12 {
		t.Errorf("%d regions, want 12", len(file.Params))
	}
	var m RegionParams
	for name, s := range file.Params {
		b := unhex(t, s)
		if err := m.Decode(b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.AppendCanonical(nil); !bytes.Equal(got, b) {
			t.Errorf("%s:\n%x, want\n%x", name, got, b)
		}
		if len(m.Channels) == 0 {
			t.Errorf("%s: no channels", name)
		}
		for _, c := range m.Channels {
			if c.Frequency == 0 || c.Bandwidth == 0 || c.MaxEIRP == 0 || len(c.Spreading) == 0 {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// The values of radio messages, as another runtime printed them.
func TestDecodedVectors(t *testing.T) {
	var file struct {
		Rows []struct {
			Name, Message string
			Encoded       string                     `json:"encoded_hex"`
			Values        map[string]json.RawMessage `json:"protojson_without_signature"`
		}
	}
	sharedJSON(t, "signed_messages_selfmade.json", &file)
	radio := []string{"BeaconReport", "WitnessReport", "SessionInit", "PacketUp"}
	rows := 0
	for _, row := range file.Rows {
		name := protoNames[row.Message]
		if !slices.Contains(radio, name) {
			continue
		}
		rows++
		m := messageTypes[name]()
		if err := m.Decode(unhex(t, row.Encoded)); err != nil {
			t.Errorf("%s: %v", row.Name, err)
			continue
		}
		v := reflect.ValueOf(m).Elem()
		printed := 0
		for i := range v.NumField() {
			field := v.Type().Field(i).Name
			if v.Field(i).IsZero() || field == "Signature" {
				continue
			}
			printed++
			got := fmt.Sprint(v.Field(i))
			if b, ok := v.Field(i).Interface().([]byte); ok {
				got = base64.StdEncoding.EncodeToString(b)
			}
			want := ""
			for key, value := range row.Values {
				if strings.EqualFold(key, field) {
					want = strings.Trim(string(value), `"`)
				}
			}
			if got != want {
				t.Errorf("%s: %s is %s, want %s", row.Name, field, got, want)
			}
		}
		// A value that is printed and equals its default is that of an enum.
		for key, value := range row.Values {
			if strings.EqualFold(key, "DataRate") && v.FieldByName("DataRate").IsZero() {
				printed++
				if string(value) != `"`+DataRate(0).String()+`"` {
					t.Errorf("%s: data rate %s", row.Name, value)
				}
			}
		}
		if printed != len(row.Values) {
			t.Errorf("%s: %d values, want %d", row.Name, printed, len(row.Values))
		}
	}
	if rows != 5 {
		t.Errorf("%d rows, want 5", rows)
	}
}
