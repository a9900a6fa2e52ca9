package params

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"testing"
	"testing/fstest"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof"
)

// srsFile returns the test string of the module, cut to n elements a vector.
func srsFile(t testing.TB, n int) []byte {
	t.Helper()
	data, err := os.ReadFile(testKeys + "/" + SRSName)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for vector := range 4 {
		size := 48
		if vector >= 2 {
			size = 96
		}
		count := int(binary.BigEndian.Uint32(data))
		out = binary.BigEndian.AppendUint32(out, uint32(n))
		out = append(out, data[4:4+n*size]...)
		data = data[4+count*size:]
	}
	if len(data) != 0 {
		t.Fatalf("%d bytes after the four vectors", len(data))
	}
	return out
}

// load reads one file as a test key.
func load(name string, data []byte) (*SRS, error) {
	return LoadSRS(fstest.MapFS{name: {Data: data}}, Options{TestKeys: []string{name}})
}

func TestLoadSRS(t *testing.T) {
	fsys := os.DirFS(testKeys)
	named := Options{TestKeys: []string{SRSName}}
	s, err := LoadSRS(fsys, named)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(testKeys + "/" + SRSName)
	if err != nil {
		t.Fatal(err)
	}
	if sum := blake2b.Sum512(data); !s.Test || !bytes.Equal(s.Digest[:], sum[:16]) {
		t.Errorf("test %v, digest %x", s.Test, s.Digest)
	}
	// Where the points stand in the file, by hand.
	n := int(binary.BigEndian.Uint32(data))
	v1, v2, v3, v4 := 4, 8+48*n, 12+96*n, 16+96*n+96*n
	for i, at := range []int{v1, v1 + 48, v2 + 48} {
		if !bytes.Equal(s.G1[i][:], data[at:at+48]) {
			t.Errorf("point %d of G1 is not that at byte %d", i, at)
		}
	}
	for i, at := range []int{v3, v3 + 96, v4 + 96} {
		if !bytes.Equal(s.G2[i][:], data[at:at+96]) {
			t.Errorf("point %d of G2 is not that at byte %d", i, at)
		}
	}
	// Content other than the published one must be named.
	for name, opts := range map[string]Options{"unnamed": {}, "another named": {TestKeys: []string{"x.srs"}}} {
		if _, err := LoadSRS(fsys, opts); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The points do not depend on the length, the digest does.
	short, err := load(SRSName, srsFile(t, 2))
	if err != nil {
		t.Fatal(err)
	}
	if short.G1 != s.G1 || short.G2 != s.G2 || short.Digest == s.Digest {
		t.Error("the string cut to two elements has other points, or the same digest")
	}
}

// What is kept of a string gives it back.
func TestReadSRS(t *testing.T) {
	s, err := load(SRSName, srsFile(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	kept := s.Bytes()
	if len(kept) != 480 {
		t.Errorf("%d bytes kept", len(kept))
	}
	again, err := ReadSRS(kept)
	if err != nil {
		t.Fatal(err)
	}
	if *again != *s || !again.Test {
		t.Errorf("%+v comes back as %+v", s, again)
	}
	for i := range kept {
		bad := slices.Clone(kept)
		bad[i] ^= 1 << (i % 8)
		if _, err := ReadSRS(bad); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := ReadSRS(kept[:i]); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
	if _, err := ReadSRS(append(slices.Clone(kept), 0)); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
	// One that names the published digest is no test string.
	published := *s
	published.Digest = [16]byte{0xae, 0x20, 0x31, 0x01, 0x38, 0xf5, 0xba, 0x81, 0x45, 0x1d, 0x72, 0x3f, 0x85, 0x8e, 0x37, 0x97}
	if got, err := ReadSRS(published.Bytes()); err != nil || got.Test {
		t.Errorf("the published digest: %+v, %v", got, err)
	}
}

func TestSRSRefusals(t *testing.T) {
	good := srsFile(t, 3)
	if _, err := load(SRSName, good); err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if _, err := load(SRSName, good[:n]); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := load(SRSName, append(slices.Clone(good), 0)); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("a byte too many: %v", err)
	}
	counts := []int{0, 4 + 3*48, 8 + 6*48, 12 + 6*48 + 3*96}
	for vector, at := range counts {
		for _, n := range []uint32{0, 1, 2, 4, 1<<20 + 1, 1<<20 + 2, 1 << 31, 1<<32 - 1} {
			bad := slices.Clone(good)
			binary.BigEndian.PutUint32(bad[at:], n)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := load(SRSName, bad)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("vector %d of %d: %v", vector, n, err)
			}
			if size := after.TotalAlloc - before.TotalAlloc; size > 64<<10 {
				t.Errorf("vector %d of %d: %d bytes allocated", vector, n, size)
			}
		}
	}
	for _, at := range []int{counts[1] + 4, counts[3] + 4} {
		bad := slices.Clone(good)
		bad[at+20] ^= 1
		if _, err := load(SRSName, bad); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("another generator at byte %d: %v", at, err)
		}
	}

	for name, fsys := range map[string]fs.FS{"no file": fstest.MapFS{}, "another file": fstest.MapFS{"x.srs": {Data: good}}} {
		if _, err := LoadSRS(fsys, Options{TestKeys: []string{SRSName}}); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadSRS(fstest.MapFS{SRSName: {Data: good}}, Options{Release: V27, TestKeys: []string{SRSName}}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("release V27: %v", err)
	}
	folder := fstest.MapFS{SRSName: {Mode: fs.ModeDir}}
	if _, err := LoadSRS(folder, Options{TestKeys: []string{SRSName}}); !errors.Is(err, depinproof.ErrInternal) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := LoadSRS(closedFS{}, Options{}); !errors.Is(err, depinproof.ErrInternal) || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be opened: %v", err)
	}
}

// closedFS has files that may not be opened.
type closedFS struct{}

func (closedFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

// FuzzReadSRS: what is read of any file comes back from what is kept, and is in the
// file.
func FuzzReadSRS(f *testing.F) {
	good := srsFile(f, 2)
	f.Add(good)
	f.Add(srsFile(f, 3))
	f.Add(good[:len(good)-1])
	f.Add(append(slices.Clone(good), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := load(SRSName, data)
		if err != nil {
			if !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%v", err)
			}
			return
		}
		for i := range s.G1 {
			if !bytes.Contains(data, s.G1[i][:]) || !bytes.Contains(data, s.G2[i][:]) {
				t.Errorf("points %d are not in the file", i)
			}
		}
		again, err := ReadSRS(s.Bytes())
		if err != nil || *again != *s {
			t.Errorf("read %+v, from what is kept %+v, %v", s, again, err)
		}
		if kept, err := ReadSRS(data); err == nil {
			t.Errorf("both a file and what is kept of one: %+v", kept)
		}
	})
}
