package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/depinproof/depinproof/pocover/wire"
)

// The bytes a signature is over do not depend on how the report was encoded.
func ExampleWitnessReport_AppendSigned() {
	received := []byte{
		0x5a, 2, 0xca, 0xfe, // signature
		0x30, 0xef, 0x10, // signal
		0x12, 3, 1, 2, 3, // public key
		0x7a, 0, // a field the network did not know
	}
	var report wire.WitnessReport
	if err := report.Decode(received); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("signal:", report.Signal, "ddBm")
	fmt.Printf("signed: %x\n", report.AppendSigned(nil))
	// Output:
	// signal: -1080 ddBm
	// signed: 120301020330ef10
}

// A file that was cut short has its first frames, and then an error that says where it ends.
func ExampleReader() {
	var file bytes.Buffer
	w := wire.NewWriter(&file)
	for i := range 3 {
		m := wire.BeaconIngestReport{Received: 1_677_163_770_000 + uint64(i)}
		if err := w.WriteFrame(m.AppendCanonical(nil)); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	file.Truncate(file.Len() - 8) // the checksum

	r := wire.NewReader(&file, wire.Limits{})
	var m wire.BeaconIngestReport
	for {
		frame, err := r.Next()
		if err == nil {
			err = m.Decode(frame)
		}
		var at *wire.ArchiveError
		switch {
		case err == io.EOF:
			return
		case errors.As(err, &at):
			fmt.Println("after", at.Frame, "frames:", at.Err)
			return
		case err != nil:
			fmt.Println(err)
			return
		}
		fmt.Println(m.Received)
	}
	// Output:
	// 1677163770000
	// 1677163770001
	// 1677163770002
	// after 3 frames: unexpected EOF
}

func ExampleParseName() {
	prefix, t, err := wire.ParseName("iot_poc.1677163770123.gz")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(prefix, t.Format(time.RFC3339Nano))
	// Output:
	// iot_poc 2023-02-23T14:49:30.123Z
}

func ExampleParseDataRate() {
	rate, err := wire.ParseDataRate("SF12BW125")
	fmt.Println(int32(rate), rate, err)
	// Output:
	// 0 SF12BW125 <nil>
}
