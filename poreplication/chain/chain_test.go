package chain

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
)

// counting is the byte string 0, 1, 2, … that the made-up values consist of.
func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func wantClass(t *testing.T, what string, err, class error) {
	t.Helper()
	var e *depinproof.Error
	switch {
	case err == nil:
		t.Errorf("%s: accepted", what)
	case !errors.Is(err, class):
		t.Errorf("%s: %v, want %v", what, err, class)
	case !errors.As(err, &e) || !strings.HasPrefix(e.Op, "chain.") || e.Index != depinproof.NoIndex:
		t.Errorf("%s: %v names no operation", what, err)
	}
}

func TestProverID(t *testing.T) {
	for actor, want := range map[uint64]string{
		0: "", 1: "01", 127: "7f", 128: "8001", 1000: "e807", 10241: "8150",
		math.MaxInt64: "ffffffffffffffff7f", math.MaxUint64: "ffffffffffffffffff01",
	} {
		id := ProverID(actor)
		if got := strings.TrimRight(hex.EncodeToString(id[:]), "0"); got != strings.TrimRight(want, "0") {
			t.Errorf("%d: %x", actor, id)
		}
		if back, err := ActorID(&id); err != nil || back != actor {
			t.Errorf("%d: back to %d, %v", actor, back, err)
		}
	}
	for _, bad := range []string{
		"8000",                                 // two bytes for zero
		"e88700",                               // one byte too many
		"e80701",                               // not zeros behind it
		"e80700000001",                         //
		"ffffffffffffffffff02",                 // 65 bits
		"80808080808080808080808001",           // too long
		"0001",                                 //
		strings.Repeat("80", 32),               // no end
		strings.Repeat("00", 31) + "01",        //
		strings.Repeat("ff", 9) + "0100000001", //
	} {
		var id [32]byte
		copy(id[:], unhex(t, bad))
		_, err := ActorID(&id)
		wantClass(t, bad, err, depinproof.ErrMalformed)
	}
}

func TestMinerEntropy(t *testing.T) {
	for actor, want := range map[uint64]string{
		0: "420000", 127: "42007f", 128: "43008001", 10241: "43008150",
		math.MaxInt64: "4a00ffffffffffffffff7f", math.MaxUint64: "4b00ffffffffffffffffff01",
	} {
		if got := hex.EncodeToString(MinerEntropy(actor)); got != want {
			t.Errorf("%d: %s, want %s", actor, got, want)
		}
	}
}

// The wanted values were computed with another implementation of BLAKE2b.
func TestDrawRandomness(t *testing.T) {
	digest := RandomnessDigest(counting(96))
	const actor, epoch = 10241, 67344
	unmasked := DrawRandomness(digest, WinningPoStChallengeSeed, epoch, MinerEntropy(actor))
	for name, c := range map[string]struct {
		got  [32]byte
		want string
	}{
		"digest":   {digest, "6528ea458efd23391e968e0dd3a40202ac94e3854d1a4642cbbe0d13a15cb849"},
		"ticket":   {SealTicket(digest, epoch, actor), "d401d47a385336555b319af74c0a949cad2fd091b531453b1e018937c2266006"},
		"seed":     {SealSeed(digest, epoch, actor), "0752e30eaed8937b25e392660912269cfefe45b39475e9fe394ad18bffc5e6ef"},
		"window":   {WindowPoStRandomness(digest, epoch, actor), "68dbd32afcca2488bda0c4002cfa4f717bd0eda69898f7f1046081467bc7a90d"},
		"winning":  {WinningPoStRandomness(digest, epoch, actor), "e9d8614e3ef03413e9f17cd90ed3eb955fdd09fbc8be02500ec5d1451d9b252f"},
		"unmasked": {unmasked, "e9d8614e3ef03413e9f17cd90ed3eb955fdd09fbc8be02500ec5d1451d9b256f"},
		"commit":   {DrawRandomness(digest, PoStChainCommit, epoch, nil), "8462060ec77910dfb5002839124ea08aed440cd29ebaf1efa4b83a2f722829aa"},
	} {
		if hex.EncodeToString(c.got[:]) != c.want {
			t.Errorf("%s: %x, want %s", name, c.got, c.want)
		}
	}
}

const (
	textR = "bagboea4b5abcaaabaibqibiga4eascqlbqgq4dyqcejbgfavcylrqgi2dmob2hq7"
	textD = "baga6ea4seaqaaaicamcakbqhbaequcymbuha6earcijrifiwc4mbsgq3dqor4hy"
)

func TestCIDs(t *testing.T) {
	c := array(t, counting(32))
	type form struct {
		prefix, text string
		from         func([]byte) ([32]byte, error)
		to           func([32]byte) []byte
		parse        func(string) ([32]byte, error)
		format       func([32]byte) string
	}
	forms := []form{
		{"0182e20381e80220", textR, CommRFromCID, CommRToCID, ParseCommR, FormatCommR},
		{"0181e203922020", textD, CommDFromCID, CommDToCID, ParseCommD, FormatCommD},
	}
	for i, f := range forms {
		cid := f.to(c)
		if hex.EncodeToString(cid) != f.prefix+hex.EncodeToString(c[:]) || f.format(c) != f.text {
			t.Fatalf("%x, %s", cid, f.format(c))
		}
		if back, err := f.from(cid); err != nil || back != c {
			t.Errorf("%x: %x, %v", cid, back, err)
		}
		if back, err := f.parse(f.text); err != nil || back != c {
			t.Errorf("%s: %x, %v", f.text, back, err)
		}
		for n := range cid {
			_, err := f.from(cid[:n])
			wantClass(t, "cut", err, depinproof.ErrMalformed)
		}
		_, err := f.from(append(cid, 0))
		wantClass(t, "longer", err, depinproof.ErrMalformed)
		for bit := range 8 * (len(cid) - 32) {
			bad := slices.Clone(cid)
			bad[bit/8] ^= 1 << (bit % 8)
			_, err := f.from(bad)
			wantClass(t, "bit of the prefix", err, depinproof.ErrMalformed)
		}
		other := forms[1-i]
		_, err = f.from(other.to(c))
		wantClass(t, "the other kind", err, depinproof.ErrMalformed)
		_, err = f.parse(other.text)
		wantClass(t, "the other kind", err, depinproof.ErrMalformed)

		// Any other character in any place gives another commitment or none.
		for n := range f.text {
			_, err := f.parse(f.text[:n])
			wantClass(t, "cut text", err, depinproof.ErrMalformed)
			for _, b := range []byte("\n\r =018AZab27z\x00\xff") {
				bad := []byte(f.text)
				if bad[n] == b {
					continue
				}
				bad[n] = b
				if got, err := f.parse(string(bad)); err == nil && (got == c || f.format(got) != string(bad)) {
					t.Errorf("%q is accepted", bad)
				}
			}
		}
		for _, bad := range []string{"", "b", f.text + "a", f.text + "\n", "\n" + f.text, f.text + "=", strings.ToUpper(f.text), "z" + f.text[1:], f.text[1:], f.text[:9] + "\n" + f.text[9:]} {
			_, err := f.parse(bad)
			wantClass(t, bad, err, depinproof.ErrMalformed)
		}
		// A line break in a text of the right length would shorten what is decoded.
		_, err = f.parse(f.text[:9] + "\r\n" + f.text[11:])
		wantClass(t, "line break", err, depinproof.ErrMalformed)
	}
	// 63 characters hold 315 bits, three more than the CID has.
	for _, last := range []string{"z", "b", "c", "e"} {
		_, err := ParseCommD(textD[:len(textD)-1] + last)
		wantClass(t, "unused bits", err, depinproof.ErrMalformed)
	}
}

// The encodings were computed with another implementation.
var bitfields = map[string]Bitfield{
	"":                               nil,
	"0c":                             {{0, 1}},
	"18":                             {{1, 1}},
	"54":                             {{0, 2}},
	"f401":                           {{0, 15}},
	"0402":                           {{0, 16}},
	"fc":                             {{0, 1}, {2, 1}, {4, 1}},
	"b014":                           {{5, 2}},
	"50940a":                         {{2, 2}, {5, 2}},
	"70a4d90239":                     {{3, 4}, {8, 1}, {100, 200}},
	"e4ffffffffffffffff3f":           {{0, math.MaxUint64}},
	"c0ffffffffffffffff3f20":         {{math.MaxUint64 - 1, 1}},
	"f06015a0b9ffffffff034040404002": {{7, 300}, {1 << 40, 1 << 30}},
}

func TestBitfield(t *testing.T) {
	for text, want := range bitfields {
		data := unhex(t, text)
		got, err := DecodeBitfield(data)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
		if back, err := want.Encode(); err != nil || !bytes.Equal(back, data) {
			t.Errorf("%v: %x, %v, want %s", want, back, err, text)
		}
	}
	b := Bitfield{{3, 4}, {8, 1}, {100, 200}}
	for n, want := range map[uint64]bool{0: false, 2: false, 3: true, 6: true, 7: false, 8: true, 9: false, 99: false, 100: true, 299: true, 300: false, math.MaxUint64: false} {
		if b.Contains(n) != want {
			t.Errorf("contains %d: %v", n, !want)
		}
	}
	if b.Count() != 205 || b[:0].Count() != 0 || b[:0].Contains(0) {
		t.Errorf("%d elements", b.Count())
	}
}

func TestBitfieldMalformed(t *testing.T) {
	const (
		version = "not of version 0"
		form    = "not in its shortest form"
		length  = "more than 64 bits"
		sum     = "beyond 64 bits"
	)
	for name, c := range map[string]struct{ text, reason string }{
		"zero byte":                 {"00", form},
		"no runs, first value set":  {"04", form},
		"version 1":                 {"0d", version},
		"version 2":                 {"0e", version},
		"version 3":                 {"0f", version},
		"zero byte at the end":      {"0c00", form},
		"one in the short form":     {"34", form},   // 00 1 01 1000
		"short length in long form": {"e401", form}, // 00 1 00 varint 15
		"empty short run, then one": {"1402", form}, // 00 1 01 0000 1
		"last run not set":          {"1c", form},   // 00 1 1 1
		"all runs not set":          {"08", form},
		"long form not minimal":     {"0412", form}, // 00 1 00 varint 0x90 0x00
		"65 bits":                   {"e4ffffffffffffffff7f", length},
		"run without end":           {"e4ffffffffffffffffffffff", length},
		"sum beyond 64 bits":        {"e4ffffffffffffffff3f20", sum},
	} {
		got, err := DecodeBitfield(unhex(t, c.text))
		if err == nil {
			t.Errorf("%s: %v", name, got)
			continue
		}
		wantClass(t, name, err, depinproof.ErrMalformed)
		if !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want %q", name, err, c.reason)
		}
	}
	for name, b := range map[string]Bitfield{
		"empty run":     {{3, 0}},
		"touching":      {{0, 2}, {2, 1}},
		"touching zero": {{0, 0}, {0, 1}},
		"overlapping":   {{0, 3}, {2, 1}},
		"descending":    {{5, 1}, {2, 1}},
		"too long":      {{1, math.MaxUint64}},
		"too far":       {{math.MaxUint64, 1}},
	} {
		_, err := b.Encode()
		wantClass(t, name, err, depinproof.ErrMalformed)
	}

	// Limits: the largest that is accepted, and one more.
	many := make(Bitfield, MaxRuns+1)
	for i := range many {
		many[i] = Run{uint64(2 * i), 1}
	}
	data, err := many[:MaxRuns].Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeBitfield(data); err != nil || len(back) != MaxRuns {
		t.Errorf("%d runs: %v", len(back), err)
	}
	_, err = many.Encode()
	wantClass(t, "runs to encode", err, depinproof.ErrLimit)
	longer := make([]byte, len(data)+4)
	for i := range longer {
		longer[i] = 0xff
	}
	longer[0] = data[0]
	_, err = DecodeBitfield(longer)
	wantClass(t, "runs", err, depinproof.ErrLimit)
	longest := bytes.Repeat([]byte{0xff}, MaxBitfield)
	longest[0] = 0xfc
	if n := allocated(func() { _, err = DecodeBitfield(longest) }); n > 4<<10 {
		t.Errorf("too many runs: %d bytes allocated", n)
	}
	wantClass(t, "most runs", err, depinproof.ErrLimit)
	_, err = DecodeBitfield(make([]byte, MaxBitfield+1))
	wantClass(t, "bytes", err, depinproof.ErrLimit)
	for i := range many {
		many[i] = Run{uint64(i) << 50, 1 << 49}
	}
	_, err = many[:MaxRuns].Encode()
	wantClass(t, "bytes to encode", err, depinproof.ErrLimit)
}

// codec is one kind of parameters behind one face, so that all are tested alike.
type codec struct {
	name   string
	decode func([]byte) (any, error)
	encode func(any) ([]byte, error)
	values []any
}

func codecs() []codec {
	commitment := [32]byte(counting(32))
	pre := PreCommit{
		SealProof: poreplication.StackedDrg32GiBV1_1, Sector: 1 << 33, CommR: commitment,
		SealRandEpoch: 67344, Deals: []uint64{1, 255, 256, math.MaxUint64}, Expiration: 1 << 20,
	}
	bare := PreCommit{SealProof: -1, CommR: commitment, SealRandEpoch: math.MinInt64, Expiration: -25}
	return []codec{
		{
			"ProveCommitSector",
			func(b []byte) (any, error) { return DecodeProveCommitSector(b) },
			func(v any) ([]byte, error) { p := v.(ProveCommitSector); return p.Encode() },
			[]any{
				ProveCommitSector{},
				ProveCommitSector{Sector: 23, Proof: counting(23)},
				ProveCommitSector{Sector: 24, Proof: counting(24)},
				ProveCommitSector{Sector: math.MaxUint64, Proof: counting(MaxProof)},
			},
		},
		{
			"PreCommitSector",
			func(b []byte) (any, error) { return DecodePreCommitSector(b) },
			func(v any) ([]byte, error) { p := v.(PreCommitSector); return p.Encode() },
			[]any{
				PreCommitSector{PreCommit: pre},
				PreCommitSector{PreCommit: bare, ReplaceCapacity: true, ReplaceDeadline: 47, ReplacePartition: 1 << 16, ReplaceSector: 1 << 40},
			},
		},
		{
			"PreCommitSectorBatch2",
			func(b []byte) (any, error) { return DecodePreCommitSectorBatch2(b) },
			func(v any) ([]byte, error) { return EncodePreCommitSectorBatch2(v.([]SectorPreCommitInfo)) },
			[]any{
				[]SectorPreCommitInfo(nil),
				[]SectorPreCommitInfo{{PreCommit: bare}},
				[]SectorPreCommitInfo{{PreCommit: pre, CommD: &commitment}, {PreCommit: bare}},
			},
		},
		{
			"SubmitWindowedPoSt",
			func(b []byte) (any, error) { return DecodeSubmitWindowedPoSt(b) },
			func(v any) ([]byte, error) { p := v.(SubmitWindowedPoSt); return p.Encode() },
			[]any{
				SubmitWindowedPoSt{},
				SubmitWindowedPoSt{
					Deadline:   47,
					Partitions: []PoStPartition{{Index: 0}, {Index: 300, Skipped: Bitfield{{3, 4}, {8, 1}, {100, 200}}}},
					Proofs:     []PoStProof{{8, counting(192)}, {-7, nil}}, ChainCommitEpoch: -1, ChainCommitRand: commitment,
				},
			},
		},
	}
}

func TestRoundTrip(t *testing.T) {
	for _, c := range codecs() {
		for i, v := range c.values {
			data, err := c.encode(v)
			if err != nil {
				t.Errorf("%s %d: %v", c.name, i, err)
				continue
			}
			back, err := c.decode(data)
			if err != nil || !reflect.DeepEqual(back, v) {
				t.Errorf("%s %d: %v, %v", c.name, i, back, err)
			}
		}
	}
}

// The bytes of one message of each kind, written by hand.
func TestKnownBytes(t *testing.T) {
	c := hex.EncodeToString(counting(32))
	sealed, unsealed := "d82a5829000182e20381e80220"+c, "d82a5828000181e203922020"+c
	want := map[string]string{
		"ProveCommitSector":     "82" + "17" + "57" + hex.EncodeToString(counting(23)),
		"PreCommitSector":       "8a" + "20" + "00" + sealed + "3b7fffffffffffffff" + "80" + "3818" + "f5" + "182f" + "1a00010000" + "1b0000010000000000",
		"PreCommitSectorBatch2": "81" + "82" + "87" + "08" + "1b0000000200000000" + sealed + "1a00010710" + "84" + "01" + "18ff" + "190100" + "1bffffffffffffffff" + "1a00100000" + unsealed + "87" + "20" + "00" + sealed + "3b7fffffffffffffff" + "80" + "3818" + "f6",
		"SubmitWindowedPoSt":    "85" + "182f" + "82" + "820040" + "8219012c" + "45" + "70a4d90239" + "82" + "82" + "08" + "58c0" + hex.EncodeToString(counting(192)) + "822640" + "20" + "5820" + c,
	}
	index := map[string]int{"ProveCommitSector": 1, "PreCommitSector": 1, "PreCommitSectorBatch2": 2, "SubmitWindowedPoSt": 1}
	for _, c := range codecs() {
		data, err := c.encode(c.values[index[c.name]])
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(data); got != want[c.name] {
			t.Errorf("%s: %s, want %s", c.name, got, want[c.name])
		}
	}
}

// heads returns the offsets of the heads in parameters, in order, and the length
// of each.
func heads(t *testing.T, data []byte) (at, size []int) {
	t.Helper()
	d := decoder{data: data}
	for len(d.data) > 0 {
		start := len(data) - len(d.data)
		if d.data[0]>>5 == 7 {
			d.data = d.data[1:]
		} else if major, arg := d.head(); major == majorBytes {
			at, size = append(at, start), append(size, len(data)-len(d.data)-start)
			d.take(arg)
			continue
		}
		at, size = append(at, start), append(size, len(data)-len(d.data)-start)
	}
	if d.err != nil {
		t.Fatal(d.err)
	}
	return at, size
}

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Every systematic corruption is refused, and what claims to be longer than it is
// costs no more than its own length and a constant.
func TestCorruptions(t *testing.T) {
	for _, c := range codecs() {
		refused := func(what string, data []byte) {
			t.Helper()
			var err error
			if n := allocated(func() { _, err = c.decode(data) }); n > 64<<10+8*uint64(len(data)) {
				t.Errorf("%s: %s: %d bytes allocated for %d", c.name, what, n, len(data))
			}
			switch {
			case err == nil:
				t.Errorf("%s: %s: %x is accepted", c.name, what, data)
			case !errors.Is(err, depinproof.ErrMalformed) && !errors.Is(err, depinproof.ErrLimit):
				t.Errorf("%s: %s: %v", c.name, what, err)
			}
		}
		for _, v := range c.values {
			data, err := c.encode(v)
			if err != nil {
				t.Fatal(err)
			}
			for n := range data {
				if n > 300 && n < len(data)-300 {
					continue // in the middle of a long proof
				}
				refused("cut", data[:n])
			}
			for b := range 256 {
				refused("trailing byte", append(slices.Clone(data), byte(b)))
			}
			at, size := heads(t, data)
			for i := range at {
				replace := func(what string, head ...byte) {
					t.Helper()
					refused(what, slices.Concat(data[:at[i]], head, data[at[i]+size[i]:]))
				}
				first := data[at[i]]
				if first>>5 == 7 {
					for _, b := range []byte{0xe0, 0xf3, 0xf7, 0xf8, 0xf9, 0xfb, 0xff, 0x00} {
						replace("other simple value", b)
					}
					continue
				}
				_, arg := (&decoder{data: data[at[i]:]}).head()
				for info, width := range map[byte]int{24: 1, 25: 2, 26: 4, 27: 8} {
					if width < size[i] {
						continue // too narrow for the argument, or its own width
					}
					if size[i] == 1 || width > size[i]-1 {
						head := []byte{first&0xe0 | info}
						for shift := 8 * (width - 1); shift >= 0; shift -= 8 {
							head = append(head, byte(arg>>shift))
						}
						replace("longer head", head...)
					}
				}
				for info := byte(28); info < 32; info++ {
					replace("reserved or indefinite length", first&0xe0|info)
				}
				for major := range byte(8) {
					other := slices.Clone(data[at[i] : at[i]+size[i]])
					other[0] = other[0]&0x1f | major<<5
					if major == first>>5 || major < 2 && first>>5 < 2 || major == 7 && size[i] == 1 {
						continue
					}
					replace("other major type", other...)
				}
				if first>>5 >= 2 {
					for _, n := range []uint64{0, arg + 1, MaxPreCommits, MaxDeals, 1 << 10, MaxPartitions, 1 << 15, 1<<16 - 1, 1 << 31, 1 << 62, math.MaxUint64} {
						if n != arg {
							replace("forged length", appendHead(nil, first>>5, n)...)
						}
					}
					if arg > 0 {
						replace("length less one", appendHead(nil, first>>5, arg-1)...)
					}
				}
				if first>>5 == 1 || first>>5 == 0 {
					replace("integer beyond 64 bits", 0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
					replace("integer of 64 bits and a sign", 0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0)
				}
				if first>>5 == 6 {
					for bit := range 8 * (2 + 2 + 9) { // tag, length, zero byte and prefix
						if at[i]+bit/8 >= len(data) {
							break
						}
						bad := slices.Clone(data)
						bad[at[i]+bit/8] ^= 1 << (bit % 8)
						if bit/8 == 12 && data[at[i]+3] == 0x28 {
							continue // the shorter CID has no such byte in its prefix
						}
						refused("bit of a CID", bad)
					}
				}
			}
		}
		refused("nothing", nil)
		refused("too long", make([]byte, MaxParams+1))
		_, err := c.decode(make([]byte, MaxParams+1))
		wantClass(t, c.name+" too long", err, depinproof.ErrLimit)
	}
}

// Counts and lengths beyond the limits, in the decoder and in the encoder.
func TestLimits(t *testing.T) {
	for name, head := range map[string]string{
		"proof":      "8200" + "592801",
		"partitions": "8500" + "990bb9",
		"proofs":     "850080" + "86",
		"bitfield":   "850081" + "8200" + "598001",
	} {
		var err error
		if name == "proof" {
			_, err = DecodeProveCommitSector(unhex(t, head))
		} else {
			_, err = DecodeSubmitWindowedPoSt(unhex(t, head))
		}
		wantClass(t, name, err, depinproof.ErrLimit)
	}
	sealed := "d82a5829000182e20381e80220" + hex.EncodeToString(make([]byte, 32))
	_, err := DecodePreCommitSector(unhex(t, "8a"+"1b8000000000000000"+"00"+sealed+"008000f4000000"))
	wantClass(t, "kind beyond 63 bits", err, depinproof.ErrMalformed)
	_, err = DecodePreCommitSector(unhex(t, "8a0000"+sealed+"00"+"990201"))
	wantClass(t, "deals", err, depinproof.ErrLimit)
	_, err = DecodePreCommitSectorBatch2(unhex(t, "81"+"990101"))
	wantClass(t, "pre-commitments", err, depinproof.ErrLimit)

	_, err = (&ProveCommitSector{Proof: make([]byte, MaxProof+1)}).Encode()
	wantClass(t, "proof to encode", err, depinproof.ErrLimit)
	_, err = (&PreCommitSector{PreCommit: PreCommit{Deals: make([]uint64, MaxDeals+1)}}).Encode()
	wantClass(t, "deals to encode", err, depinproof.ErrLimit)
	_, err = EncodePreCommitSectorBatch2(make([]SectorPreCommitInfo, MaxPreCommits+1))
	wantClass(t, "pre-commitments to encode", err, depinproof.ErrLimit)
	_, err = (&SubmitWindowedPoSt{Partitions: make([]PoStPartition, MaxPartitions+1)}).Encode()
	wantClass(t, "partitions to encode", err, depinproof.ErrLimit)
	_, err = (&SubmitWindowedPoSt{Proofs: make([]PoStProof, MaxPoStProofs+1)}).Encode()
	wantClass(t, "proofs to encode", err, depinproof.ErrLimit)
	_, err = (&SubmitWindowedPoSt{Partitions: []PoStPartition{{Skipped: Bitfield{{1, 0}}}}}).Encode()
	wantClass(t, "bitfield to encode", err, depinproof.ErrMalformed)
	deals := PreCommit{Deals: slices.Repeat([]uint64{math.MaxUint64}, MaxDeals)}
	_, err = EncodePreCommitSectorBatch2(slices.Repeat([]SectorPreCommitInfo{{PreCommit: deals}}, 15))
	wantClass(t, "parameters to encode", err, depinproof.ErrLimit)
}

// The largest memory that parameters within the limits ask for.
func TestLargestAllocation(t *testing.T) {
	runs := make(Bitfield, MaxRuns)
	for i := range runs {
		runs[i] = Run{uint64(2 * i), 1}
	}
	p := SubmitWindowedPoSt{Partitions: slices.Repeat([]PoStPartition{{Skipped: runs}}, 63)}
	data, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n := allocated(func() {
		if _, err := DecodeSubmitWindowedPoSt(data); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d bytes allocated for %d", n, len(data))
	if n > 8<<20 {
		t.Errorf("%d bytes allocated for %d", n, len(data))
	}
}

func TestSealInfo(t *testing.T) {
	commitment := array(t, counting(32))
	ticket, seed := [32]byte{1}, [32]byte{2}
	want := poreplication.SealInfo{
		SealProof: poreplication.StackedDrg32GiBV1_1, ProverID: ProverID(1000), Sector: 9,
		Ticket: ticket, Seed: seed, CommR: commitment, CommD: commitment, Proof: counting(1920),
	}
	got, err := SealInfo(want.SealProof, 1000, 9, ticket, seed, textR, textD, want.Proof)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = SealInfo(want.SealProof, 1000, 9, ticket, seed, textD, textR, want.Proof)
	wantClass(t, "CIDs exchanged", err, depinproof.ErrMalformed)
	_, err = SealInfo(want.SealProof, 1000, 9, ticket, seed, textR, textR, want.Proof)
	wantClass(t, "sealed CID twice", err, depinproof.ErrMalformed)

	pre := PreCommit{SealProof: want.SealProof, Sector: 9, CommR: commitment}
	prove := ProveCommitSector{Sector: 9, Proof: want.Proof}
	if got, err = pre.SealInfo(1000, &commitment, ticket, seed, &prove); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	want.CommD = array(t, unhex(t, "077e5fde35c50a9303a55009e3498a4ebedff39c42b710b730d8ec7ac7afa63e"))
	if got, err = pre.SealInfo(1000, nil, ticket, seed, &prove); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("sector of zeros: %+v, %v", got, err)
	}
	pre.SealProof, want.SealProof = poreplication.StackedDrg2KiBV1_1, poreplication.StackedDrg2KiBV1_1
	want.CommD = array(t, unhex(t, "fc7e928296e516faade986b28f92d44a4f24b935485223376a799027bc18f833"))
	if got, err = pre.SealInfo(1000, nil, ticket, seed, &prove); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("small sector of zeros: %+v, %v", got, err)
	}
	bad := pre
	bad.Deals = []uint64{1}
	_, err = bad.SealInfo(1000, nil, ticket, seed, &prove)
	wantClass(t, "deals without CommD", err, depinproof.ErrMalformed)
	bad = pre
	bad.SealProof = 20
	_, err = bad.SealInfo(1000, nil, ticket, seed, &prove)
	wantClass(t, "no such kind", err, depinproof.ErrMalformed)
	_, err = pre.SealInfo(1000, nil, ticket, seed, &ProveCommitSector{Sector: 10})
	wantClass(t, "another sector", err, depinproof.ErrMalformed)
}

func TestWindowPoStInfo(t *testing.T) {
	commitment := array(t, counting(32))
	p := SubmitWindowedPoSt{
		Partitions: []PoStPartition{{Index: 1, Skipped: Bitfield{{10, 2}}}, {Index: 4}, {Index: 7, Skipped: Bitfield{{0, 1}}}},
		Proofs:     []PoStProof{{poreplication.StackedDrgWindow2KiBV1_1, counting(192)}},
	}
	replicas := []poreplication.Replica{{Sector: 12, CommR: commitment}, {Sector: 11}, {Sector: 9}, {Sector: 0}, {Sector: 10}}
	before := slices.Clone(replicas)
	randomness := [32]byte{0: 5, 31: 0xff}
	got, err := p.WindowPoStInfo(1000, randomness, replicas)
	want := poreplication.WindowPoStInfo{
		PoStProof: poreplication.StackedDrgWindow2KiBV1_1, Randomness: [32]byte{0: 5, 31: 0x3f}, ProverID: ProverID(1000),
		Replicas: []poreplication.Replica{{Sector: 12, CommR: commitment}, {Sector: 9}}, Proof: counting(192),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if !slices.Equal(replicas, before) {
		t.Error("the replicas were changed")
	}
	for n := range 3 {
		if n == 1 {
			continue
		}
		p.Proofs = make([]PoStProof, n)
		_, err = p.WindowPoStInfo(1000, randomness, replicas)
		wantClass(t, "number of proofs", err, depinproof.ErrMalformed)
	}
}
