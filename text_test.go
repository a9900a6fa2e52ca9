package depinproof_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// House rules about what lies in the tree. Each takes an fs.FS, so that its own
// test can hand it a bad one.

const (
	maxFileSize     = 3 << 19 // 1.5 MiB: every user downloads every file
	maxTestdataSize = 8 << 20 // of all testdata folders together
)

var topFolders = []string{
	".ci", ".github", "bench", "internal", "poreplication", "pocover", "por", "poseidon", "testdata",
}

// walkTree calls yield for each file that belongs to the project: what git
// keeps for itself, build output and profiles do not.
func walkTree(fsys fs.FS, yield func(name string, d fs.DirEntry) error) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git": // a folder, or a file in a linked work tree
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if d.Name() == "target" {
				return fs.SkipDir
			}
			return nil
		case slices.Contains([]string{".test", ".prof"}, path.Ext(name)):
			return nil
		}
		return yield(name, d)
	})
}

// layoutProblems lists unknown top-level folders, files too large, and testdata
// that outgrew its budget.
func layoutProblems(fsys fs.FS) ([]string, error) {
	var problems []string
	unknown := make(map[string]bool)
	testdata := int64(0)
	err := walkTree(fsys, func(name string, d fs.DirEntry) error {
		parts := strings.Split(path.Dir(name), "/")
		if top := parts[0]; top != "." && !slices.Contains(topFolders, top) && !unknown[top] {
			unknown[top] = true
			problems = append(problems, top+": not in the list of top-level folders")
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxFileSize {
			problems = append(problems, fmt.Sprintf("%s: %d bytes, at most %d", name, info.Size(), maxFileSize))
		}
		if slices.Contains(parts, "testdata") {
			testdata += info.Size()
		}
		return nil
	})
	if testdata >= maxTestdataSize {
		problems = append(problems, fmt.Sprintf("testdata: %d bytes, below %d", testdata, maxTestdataSize))
	}
	return problems, err
}

// machinePath matches an absolute path of the machines this is written on. The
// pattern does not match its own source.
var machinePath = regexp.MustCompile(`(^|[^A-Za-z0-9_-])/(work|root)[/]`)

// textProblems lists the machine paths in text files.
func textProblems(fsys fs.FS) ([]string, error) {
	var problems []string
	err := walkTree(fsys, func(name string, _ fs.DirEntry) error {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if machinePath.Match(line) {
				problems = append(problems, fmt.Sprintf("%s:%d: machine path", name, n))
			}
		}
		return nil
	})
	return problems, err
}

func TestLayout(t *testing.T) {
	problems, err := layoutProblems(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

func TestText(t *testing.T) {
	problems, err := textProblems(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

func TestLayoutProblems(t *testing.T) {
	file := func(size int) *fstest.MapFile { return &fstest.MapFile{Data: make([]byte, size)} }
	filled := func(top string, files int) fstest.MapFS {
		m := make(fstest.MapFS)
		for i := range files {
			m[fmt.Sprintf("%s/testdata/%d.json", top, i)] = file(1 << 20)
		}
		return m
	}
	for _, c := range []struct {
		name string
		tree fstest.MapFS
		want int
	}{
		{"good", fstest.MapFS{"a.go": file(1), "por/a.go": file(1), ".ci/run": file(1), "testdata/x": file(maxFileSize)}, 0},
		{"unknown folder", fstest.MapFS{"pkg/a.go": file(1), "pkg/b.go": file(1)}, 1},
		{"two unknown folders", fstest.MapFS{"pkg/a.go": file(1), "cmd/x/b.go": file(1)}, 2},
		{"large file", fstest.MapFS{"por/a.go": file(maxFileSize + 1)}, 1},
		{"not ours", fstest.MapFS{".git/x": file(maxFileSize + 1), "bench/peers/rust/target/x": file(maxFileSize + 1), "por/por.test": file(maxFileSize + 1)}, 0},
		{"linked work tree", fstest.MapFS{".git": file(1), "por/a.go": file(1), "pkg/a.go": file(1)}, 1},
		{"testdata below budget", filled("por", 7), 0},
		{"testdata at budget", filled("por", 8), 1},
	} {
		got, err := layoutProblems(c.tree)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: got %q, %v, want %d problems", c.name, got, err, c.want)
		}
	}
}

func TestTextProblems(t *testing.T) {
	// Put together here, so that this file obeys the rule it tests.
	work, root := "/"+"work", "/"+"root"
	for _, c := range []struct {
		text string
		want int
	}{
		{"see " + work + "/main/a.go", 1},
		{work + "/x\n\n\"" + root + "/y\"\n", 2},
		{"the work/root of https://example.com" + work + "/x", 0},
		{"the folder" + work + " ends here", 0},
		{"tree" + root + "/node", 0},
		{"binary \x00 " + work + "/x", 0},
	} {
		got, err := textProblems(fstest.MapFS{"por/doc.txt": {Data: []byte(c.text)}})
		if err != nil || len(got) != c.want {
			t.Errorf("%q: got %q, %v, want %d problems", c.text, got, err, c.want)
		}
	}
}
