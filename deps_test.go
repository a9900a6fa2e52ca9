package depinproof_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The house rules about imports. Each rule is a function over plain strings
// with a table of good and bad cases of its own, so that a rule that stopped
// finding anything would fail too. Do not widen a table here just to make a
// test pass: each entry is a decision about what users pull in.

const modulePath = "github.com/depinproof/depinproof"

// listedPackage holds the fields of `go list -json` that the rules read.
type listedPackage struct {
	ImportPath     string
	Dir            string
	Standard       bool
	Module         *struct{ Path string }
	GoFiles        []string
	CgoFiles       []string
	IgnoredGoFiles []string
	TestGoFiles    []string
	XTestGoFiles   []string
}

func (p *listedPackage) own() bool { return p.Module != nil && p.Module.Path == modulePath }

// goList runs the go tool once with and once without the purego tag and
// returns what the module's packages reach outside their tests. Cgo is on,
// because with cgo off the go tool leaves out the very files we look for.
var goList = sync.OnceValues(func() ([]listedPackage, error) {
	const fields = "-json=ImportPath,Dir,Standard,Module,GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles"
	var all []listedPackage
	for _, tags := range []string{"-tags=", "-tags=purego"} {
		cmd := exec.Command("go", "list", "-deps", tags, fields, "./...")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%v: %w\n%s", cmd.Args, err, stderr.Bytes())
		}
		for dec := json.NewDecoder(bytes.NewReader(out)); ; {
			var p listedPackage
			if err := dec.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
	}
	return all, nil
})

func listPackages(t *testing.T) []listedPackage {
	t.Helper()
	all, err := goList()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sourceFile is a parsed file of this module.
type sourceFile struct {
	pkg  string // import path below the module path, "" for the root package
	name string // path relative to the module root
	test bool
	file *ast.File
}

var fileSet = token.NewFileSet()

// parseOwn parses every file of the module's packages, whatever its build
// constraints say, so that no rule depends on the machine it runs on.
var parseOwn = sync.OnceValues(func() ([]sourceFile, error) {
	all, err := goList()
	if err != nil {
		return nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	var files []sourceFile
	seen := make(map[string]bool)
	for _, p := range all {
		if !p.own() {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles) {
			path := filepath.Join(p.Dir, name)
			if seen[path] {
				continue
			}
			seen[path] = true
			f, err := parser.ParseFile(fileSet, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return nil, err
			}
			files = append(files, sourceFile{
				pkg:  belowModule(p.ImportPath),
				name: filepath.ToSlash(rel),
				test: strings.HasSuffix(name, "_test.go"),
				file: f,
			})
		}
	}
	return files, nil
})

func ownFiles(t *testing.T) []sourceFile {
	t.Helper()
	files, err := parseOwn()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("the module has no files")
	}
	return files
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+"/")
}

func belowModule(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, modulePath), "/")
}

func topFolder(pkg string) string {
	top, _, _ := strings.Cut(pkg, "/")
	return top
}

// mayImport lists, for each top-level folder that holds packages, the other
// top-level folders its packages may import; "" is the root package. A folder's
// packages may always import each other.
var mayImport = map[string][]string{
	"":              {},
	"internal":      {""},
	"por":           {"internal", ""},
	"poseidon":      {"internal", ""},
	"pocover":       {"por", "internal", ""},
	"poreplication": {"por", "poseidon", "internal", ""},
	"bench":         {"por", "poseidon", "pocover", "poreplication", ""},
}

// trapdoorPackage makes keys with which anything can be proven. Only what
// measures may link it.
const trapdoorPackage = "internal/trapdoor"

// dayPackage makes days of radio reports, of the messages that package pocover reads.
// Only what measures may link it.
const dayPackage = "internal/radioday"

// checkOwnImport judges an import of one package of this module by another;
// both paths are relative to the module.
func checkOwnImport(from, to string, test bool) error {
	allowed, known := mayImport[topFolder(from)]
	if !known {
		return errors.New("the importing folder is not in the import table")
	}
	switch top := topFolder(to); {
	case top == "bench", slices.Contains(strings.Split(to, "/"), "testdata"):
		return errors.New("nothing imports bench or testdata")
	case test:
		if _, known := mayImport[top]; !known {
			return errors.New("the imported folder is not in the import table")
		}
		return nil
	case to == trapdoorPackage, to == dayPackage:
		if topFolder(from) != "bench" {
			return errors.New("only bench imports " + to)
		}
		return nil
	case from == dayPackage && top == "pocover":
		return nil
	case top == topFolder(from), slices.Contains(allowed, top):
		return nil
	}
	return errors.New("not allowed by the import table")
}

// allowedModules are the modules that the packages of this one may reach
// outside their tests, directly or through each other.
var allowedModules = []string{
	"filippo.io/edwards25519",
	"github.com/bits-and-blooms/bitset",
	"github.com/cespare/xxhash/v2",
	"github.com/consensys/gnark-crypto",
	"github.com/decred/dcrd/dcrec/secp256k1/v4",
	"github.com/hdevalence/ed25519consensus",
	"github.com/klauspost/cpuid/v2",
	"github.com/klauspost/reedsolomon",
	"github.com/minio/sha256-simd",
	"github.com/mr-tron/base58",
	"golang.org/x/crypto",
	"golang.org/x/sys",
	"google.golang.org/protobuf",
	"lukechampine.com/blake3",
}

// checkOtherImport judges an import from outside this module. Test files obey
// the same rule: a test brings no dependency of its own.
func checkOtherImport(from, path string) error {
	const (
		gnark    = "github.com/consensys/gnark-crypto"
		protobuf = "google.golang.org/protobuf"
	)
	first, _, _ := strings.Cut(path, "/")
	switch {
	case path == "C":
		return errors.New("no cgo")
	case !strings.Contains(first, "."):
		return nil // the standard library
	case from == "":
		return errors.New("the root package imports the standard library only")
	case within(path, gnark):
		// The curve library decodes leniently by default; its types stay behind
		// one seam. Poseidon needs the scalar field alone.
		if from == "internal/bls12381" || from == "poseidon" && path == gnark+"/ecc/bls12-381/fr" {
			return nil
		}
		return errors.New("only internal/bls12381 (and poseidon, for fr) imports the curve library")
	case within(path, protobuf):
		if path == protobuf+"/encoding/protowire" {
			return nil
		}
		return errors.New("of protobuf only protowire is used")
	}
	for _, m := range allowedModules {
		if within(path, m) {
			return nil
		}
	}
	return errors.New("not a module of the allow-list")
}

func TestImports(t *testing.T) {
	for _, f := range ownFiles(t) {
		for _, spec := range f.file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if within(path, modulePath) {
				err = checkOwnImport(f.pkg, belowModule(path), f.test)
			} else {
				err = checkOtherImport(f.pkg, path)
			}
			if err != nil {
				t.Errorf("%s imports %s: %v", f.name, path, err)
			}
		}
	}
}

// checkReached judges a package that the module links, at whatever distance.
func checkReached(p *listedPackage) error {
	if p.Standard {
		return nil
	}
	if len(p.CgoFiles) > 0 {
		return fmt.Errorf("has cgo files %v", p.CgoFiles)
	}
	if p.Module == nil {
		return errors.New("belongs to no module")
	}
	if !p.own() && !slices.Contains(allowedModules, p.Module.Path) {
		return fmt.Errorf("module %s is not in the allow-list", p.Module.Path)
	}
	return nil
}

func TestDependencies(t *testing.T) {
	own := 0
	for _, p := range listPackages(t) {
		if p.own() {
			own++
		}
		if err := checkReached(&p); err != nil {
			t.Errorf("%s: %v", p.ImportPath, err)
		}
	}
	if own == 0 {
		t.Error("go list names no package of this module")
	}
}

func TestCheckOwnImport(t *testing.T) {
	for _, c := range []struct {
		from, to string
		test, ok bool
	}{
		{"poreplication", "poseidon", false, true},
		{"poreplication", "poreplication/params", false, true},
		{"poreplication/internal/stacked", "por", false, true},
		{"poreplication", "internal/bls12381", false, true},
		{"poreplication", "", false, true},
		{"poreplication", "pocover", false, false},
		{"pocover", "por", false, true},
		{"pocover", "poseidon", false, false},
		{"pocover", "poreplication", false, false},
		{"por", "internal/sha256mb", false, true},
		{"por", "poseidon", false, false},
		{"por/audit", "por", false, true},
		{"poseidon", "internal/cpu", false, true},
		{"poseidon", "por", false, false},
		{"internal/fr32", "internal/cpu", false, true},
		{"internal/fr32", "", false, true},
		{"internal/fr32", "por", false, false},
		{"", "por", false, false},
		{"", "internal/cpu", false, false},
		{"bench", "poreplication", false, true},
		{"bench", "internal/trapdoor", false, true},
		{"bench", "internal/bls12381", false, false},
		{"poreplication", "internal/trapdoor", false, false},
		{"internal/bls12381", "internal/trapdoor", false, false},
		{"bench", "internal/radioday", false, true},
		{"pocover/settle", "internal/radioday", false, false},
		{"pocover/settle", "internal/radioday", true, true},
		{"internal/radioday", "pocover/settle", false, true},
		{"internal/radioday", "por", false, false},
		{"internal/keccak", "pocover", false, false},
		{"poreplication", "internal/trapdoor", true, true},
		{"", "poreplication", true, true},
		{"poreplication", "bench", false, false},
		{"poreplication", "bench", true, false},
		{"por", "testdata/por", true, false},
		{"por", "por/testdata/x", false, false},
		{"cmd/tool", "por", false, false},
		{"por", "pkg/x", true, false},
	} {
		if err := checkOwnImport(c.from, c.to, c.test); (err == nil) != c.ok {
			t.Errorf("%q imports %q (test: %v): got %v, want ok = %v", c.from, c.to, c.test, err, c.ok)
		}
	}
}

func TestCheckOtherImport(t *testing.T) {
	for _, c := range []struct {
		from, path string
		ok         bool
	}{
		{"", "crypto/sha256", true},
		{"por", "C", false},
		{"", "golang.org/x/crypto/blake2b", false},
		{"poreplication/internal/sdr", "golang.org/x/crypto/chacha20", true},
		{"internal/bls12381", "github.com/consensys/gnark-crypto/ecc/bls12-381", true},
		{"poseidon", "github.com/consensys/gnark-crypto/ecc/bls12-381/fr", true},
		{"poseidon", "github.com/consensys/gnark-crypto/ecc/bls12-381/fr/poseidon2", false},
		{"poseidon/internal/x", "github.com/consensys/gnark-crypto/ecc/bls12-381/fr", false},
		{"poreplication", "github.com/consensys/gnark-crypto/ecc/bls12-381", false},
		{"poreplication", "github.com/consensys/gnark/backend", false},
		{"pocover", "google.golang.org/protobuf/encoding/protowire", true},
		{"pocover", "google.golang.org/protobuf/proto", false},
		{"por", "github.com/klauspost/cpuid/v2", true},
		{"por", "github.com/klauspost/compress/zstd", false},
		{"por", "github.com/stretchr/testify/require", false},
	} {
		if err := checkOtherImport(c.from, c.path); (err == nil) != c.ok {
			t.Errorf("%q imports %q: got %v, want ok = %v", c.from, c.path, err, c.ok)
		}
	}
}

func TestCheckReached(t *testing.T) {
	decode := func(s string) *listedPackage {
		var p listedPackage
		if err := json.Unmarshal([]byte(s), &p); err != nil {
			t.Fatal(err)
		}
		return &p
	}
	for _, c := range []struct {
		listed string
		ok     bool
	}{
		{`{"ImportPath": "net", "Standard": true, "CgoFiles": ["cgo_linux.go"]}`, true},
		{`{"ImportPath": "` + modulePath + `/por", "Module": {"Path": "` + modulePath + `"}}`, true},
		{`{"ImportPath": "` + modulePath + `/por", "Module": {"Path": "` + modulePath + `"}, "CgoFiles": ["a.go"]}`, false},
		{`{"ImportPath": "golang.org/x/sys/cpu", "Module": {"Path": "golang.org/x/sys"}}`, true},
		{`{"ImportPath": "golang.org/x/sys/cpu", "Module": {"Path": "golang.org/x/sys"}, "CgoFiles": ["a.go"]}`, false},
		{`{"ImportPath": "golang.org/x/text/width", "Module": {"Path": "golang.org/x/text"}}`, false},
		{`{"ImportPath": "example.com/stray"}`, false},
	} {
		if err := checkReached(decode(c.listed)); (err == nil) != c.ok {
			t.Errorf("%s: got %v, want ok = %v", c.listed, err, c.ok)
		}
	}
}
