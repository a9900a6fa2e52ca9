package params

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/depinproof/depinproof"
)

const testKeys = "../../testdata/filecoin/2kib/keys"

// Names and digests against the lists the network's software ships.
func TestPublishedParameters(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile("../../../shared/vectors/filecoin/param-digests/" + name)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("skipped: shared/vectors is not beside the module")
		}
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var v28 map[string]struct {
		Digest string `json:"digest"`
		Size   uint64 `json:"sector_size"`
	}
	if err := json.Unmarshal(read("parameters.v28.json"), &v28); err != nil {
		t.Fatal(err)
	}
	var history struct {
		Keys []struct{ Name, Digest string } `json:"vks"`
	}
	if err := json.Unmarshal(read("vk_digest_history.json"), &history); err != nil {
		t.Fatal(err)
	}
	want := map[Release]map[string]string{V28: {}, V27: {}}
	for name, p := range v28 {
		// The Poseidon variant of the update circuit was never used on chain.
		if strings.HasSuffix(name, ".vk") && !strings.Contains(name, "update-poseidon") {
			want[V28][name] = p.Digest
		}
	}
	for _, k := range history.Keys {
		if strings.HasPrefix(k.Name, "v27-") {
			want[V27][k.Name] = k.Digest
		}
	}
	for release, names := range want {
		if len(names) != len(published[release]) {
			t.Errorf("release %d: %d published keys, want %d", release, len(published[release]), len(names))
		}
		for id := range published[release] {
			name, err := Name(release, id)
			if err != nil {
				t.Fatal(err)
			}
			d, ok := digest(release, id)
			if !ok || fmt.Sprintf("%x", d) != names[name] {
				t.Errorf("%s: digest %x, want %q", name, d, names[name])
			}
			if p, ok := v28[name]; ok && p.Size != id.SectorSize {
				t.Errorf("%s is for sectors of %d bytes, not %d", name, p.Size, id.SectorSize)
			}
		}
	}
}

// Official keys of release v27 stand, embedded, in files of fil-blst.
func TestOfficialKeys(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, c := range []struct {
		file string
		id   ID
	}{
		{"seal32_x10.prf", ID{Seal, 32 << 30}},
		{"window.prf", ID{WindowPoSt, 32 << 30}},
	} {
		data, err := os.ReadFile("../../../shared/vectors/filecoin/fil-blst-v27/" + c.file)
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("skipped: shared/vectors is not beside the module")
		}
		if err != nil {
			t.Fatal(err)
		}
		inputs, _ := c.id.Inputs()
		name, err := Name(V27, c.id)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data[16 : 16+fixedSize+inputSize*(inputs+1)]}
	}
	keys, err := Load(fsys, Options{Release: V27})
	if err != nil {
		t.Fatal(err)
	}
	if all := keys.All(); len(all) != 2 || all[0].Test || all[1].Test || keys.Release() != V27 {
		t.Errorf("keys: %+v", all)
	}
	if _, err := Load(fsys, Options{}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("keys of release V27 as V28: %v", err)
	}
	for name, f := range fsys {
		f.Data[len(f.Data)-1] ^= 1
		if _, err := Load(fsys, Options{Release: V27}); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%s with a bit changed: %v", name, err)
		}
		f.Data[len(f.Data)-1] ^= 1
	}
}

func TestTestKeys(t *testing.T) {
	fsys := os.DirFS(testKeys)
	names, err := fs.Glob(fsys, "*.vk")
	if err != nil || len(names) != 4 {
		t.Fatalf("%d keys, %v", len(names), err)
	}
	if _, err := Load(fsys, Options{}); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("test keys that were not named: %v", err)
	}
	if _, err := Load(fsys, Options{TestKeys: names[:3]}); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("one test key that was not named: %v", err)
	}
	keys, err := Load(fsys, Options{TestKeys: names})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[Circuit]bool{}
	for _, k := range keys.All() {
		if !k.Test || k.ID.SectorSize != 2<<10 {
			t.Errorf("key %+v", k.ID)
		}
		seen[k.ID.Circuit] = true
	}
	if len(seen) != 4 {
		t.Errorf("circuits %v, want all four", seen)
	}
	if _, err := Load(fsys, Options{TestKeys: append(names, "v28-nothing.vk")}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("a test key that is not there: %v", err)
	}
	if _, err := Load(fsys, Options{Release: V27, TestKeys: names}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("test keys of another release: %v", err)
	}
	if _, err := Load(fsys, Options{Release: 9}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("unknown release: %v", err)
	}
	if _, err := Load(fstest.MapFS{}, Options{}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("no keys: %v", err)
	}
}

func TestLengths(t *testing.T) {
	name, err := Name(V28, ID{Seal, 4 << 10}) // a shape without a published key
	if err != nil {
		t.Fatal(err)
	}
	inputs, _ := (ID{Seal, 4 << 10}).Inputs()
	size := fixedSize + inputSize*(inputs+1)
	for _, c := range []struct {
		size int
		want error
	}{{size, nil}, {size - 1, depinproof.ErrMalformed}, {size + 1, depinproof.ErrMalformed}, {0, depinproof.ErrMalformed}, {1 << 20, depinproof.ErrMalformed}} {
		fsys := fstest.MapFS{name: {Data: make([]byte, c.size)}}
		_, err := Load(fsys, Options{TestKeys: []string{name}})
		if (c.want == nil) != (err == nil) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%d bytes: %v, want %v", c.size, err, c.want)
		}
	}
	fsys := fstest.MapFS{name: {Data: make([]byte, size)}}
	if _, err := Load(fsys, Options{}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("a shape without a published key is loaded unnamed: %v", err)
	}
	dir := fstest.MapFS{name: {Mode: fs.ModeDir}}
	if _, err := Load(dir, Options{TestKeys: []string{name}}); err == nil {
		t.Error("a folder is read as a key")
	}
}

func TestNameRefuses(t *testing.T) {
	for _, id := range []ID{{}, {Seal, 0}, {Seal, 3 << 10}, {9, 2 << 10}, {ReplicaUpdate, 1 << 30}} {
		if name, err := Name(V28, id); !errors.Is(err, depinproof.ErrUnsupported) {
			t.Errorf("%+v: %q, %v", id, name, err)
		}
	}
	if _, err := Name(7, ID{Seal, 2 << 10}); !errors.Is(err, depinproof.ErrUnsupported) {
		t.Errorf("release 7: %v", err)
	}
}

func ExampleName() {
	name, err := Name(V28, ID{Seal, 32 << 30})
	fmt.Println(name, err)
	// Output: v28-stacked-proof-of-replication-merkletree-poseidon_hasher-8-8-0-sha256_hasher-82a357d2f2ca81dc61bb45f4a762807aedee1b0a53fd6c4e77b46a01bfef7820.vk <nil>
}

// FuzzLoad: whatever the bytes of a file are, a key is loaded only when they are
// the published ones, or named a test key and of the right length.
func FuzzLoad(f *testing.F) {
	id := ID{Seal, 2 << 10}
	name, err := Name(V28, id)
	if err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(testKeys + "/" + name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[1:])
	f.Fuzz(func(t *testing.T, content []byte) {
		fsys := fstest.MapFS{name: {Data: content}}
		if _, err := Load(fsys, Options{}); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("%d bytes that were not published: %v", len(content), err)
		}
		keys, err := Load(fsys, Options{TestKeys: []string{name}})
		if (err == nil) != (len(content) == len(data)) {
			t.Errorf("test key of %d bytes: %v", len(content), err)
		}
		if err == nil && string(keys.All()[0].Bytes) != string(content) {
			t.Error("the key's bytes changed")
		}
	})
}
