package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// maxFileSize bounds what is read of a file.
const maxFileSize = 64 << 20

// tooLarge is the error of a file that is larger than its limit.
func tooLarge(limit int64) error { return fmt.Errorf("more than %d MiB", limit>>20) }

// readLimited reads a file of at most maxFileSize. An absent file is fs.ErrNotExist.
func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err == nil && len(data) > maxFileSize {
		err = tooLarge(maxFileSize)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// readJSON reads a file of JSON into v. An absent file is fs.ErrNotExist.
func readJSON(name string, v any) error {
	data, err := readLimited(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// findTestdata looks for the folder testdata in the working directory and its
// parents, up to the first that is a module's root.
func findTestdata() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		found := filepath.Join(dir, "testdata")
		if info, err := os.Stat(found); err == nil && info.IsDir() {
			return found, nil
		}
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil || dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no folder testdata from %s up to the module's root; run the tool inside the module or name the folder with -data", start)
		}
	}
}

// loadKeys loads the keys of a folder of keys and proofs, and the reference string
// where there is one; with test, everything of the release as a test key.
func loadKeys(dir string, test bool) (c poreplication.Config, err error) {
	keys := filepath.Join(dir, "keys")
	entries, err := os.ReadDir(keys)
	if err != nil {
		return c, err
	}
	var o params.Options
	hasSRS := false
	for _, e := range entries {
		name := e.Name()
		hasSRS = hasSRS || name == params.SRSName
		if test && (name == params.SRSName || strings.HasPrefix(name, "v28-") && strings.HasSuffix(name, ".vk")) {
			o.TestKeys = append(o.TestKeys, name)
		}
	}
	c.Keys, err = params.Load(os.DirFS(keys), o)
	if err == nil && hasSRS {
		c.SRS, err = params.LoadSRS(os.DirFS(keys), o)
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", keys, err)
	}
	return c, nil
}

// folder is a folder of keys and proofs.
type folder struct {
	dir      string
	testKeys bool // load its keys as test keys
	// impliesAccept says that its proofs are good wherever they do not say
	// otherwise.
	impliesAccept bool
	verifiers     func() (verifierSet, error) // for its keys
}

// proofFile reads a proof that an entry names. Only files in the folder are read.
// The error is of no class: unlike a file of entries, this one must be there.
func (f *folder) proofFile(name string) ([]byte, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("proof is %.40q, not a file in the folder", name)
	}
	data, err := readLimited(filepath.Join(f.dir, name))
	if err != nil {
		return nil, fmt.Errorf("proof: %v", err)
	}
	return data, nil
}

// units returns a unit for every kind and shape of proof in the folder.
func (f *folder) units(o *options, p *progress) ([]unit, error) {
	radio, err := radioUnits(f, o)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	config, err := loadKeys(f.dir, f.testKeys)
	if errors.Is(err, fs.ErrNotExist) && len(radio) > 0 {
		return radio, nil
	}
	if err != nil {
		return nil, err
	}
	f.verifiers = sync.OnceValues(func() (verifierSet, error) { return newVerifiers(config, o) })
	files := []func() ([]unit, error){
		func() ([]unit, error) { return sealUnits(f, o) },
		func() ([]unit, error) { return postUnits(f, o) },
		func() ([]unit, error) { return updateUnits(f, o, p) },
		func() ([]unit, error) { return aggregateUnits(f, o, p) },
	}
	units := radio
	for _, read := range files {
		more, err := read()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		units = append(units, more...)
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("%s: no proofs: none of seal.json, post.json, update.json, aggregate.json and radio.json", f.dir)
	}
	return units, nil
}

// hexBytes is a byte string written in hexadecimal.
type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		return err
	}
	*h = b
	return nil
}

// hex32 is 32 bytes written in hexadecimal.
type hex32 [32]byte

func (h *hex32) UnmarshalJSON(data []byte) error {
	var b hexBytes
	if err := b.UnmarshalJSON(data); err != nil {
		return err
	}
	if len(b) != len(h) {
		return fmt.Errorf("%d bytes, not %d", len(b), len(h))
	}
	copy(h[:], b)
	return nil
}
