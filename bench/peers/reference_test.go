package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReferenceStarts has a server that answers to everything alike: it runs from the
// first command on, and only once.
func TestReferenceStarts(t *testing.T) {
	dir := t.TempDir()
	server, started := filepath.Join(dir, "server"), filepath.Join(dir, "started")
	script := "#!/bin/sh\necho x >>" + started + "\nwhile read command; do echo ok accept; done\n"
	if err := os.WriteFile(server, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	r := &reference{path: server, keys: dir}
	if _, err := os.Stat(started); err == nil {
		t.Error("runs before it is asked")
	}
	for range 2 {
		if v, err := r.verdict("file"); v != accept || err != nil {
			t.Fatalf("%q, %v", v, err)
		}
	}
	r.close()
	if text, err := os.ReadFile(started); err != nil || string(text) != "x\n" {
		t.Errorf("started as %q, %v", text, err)
	}

	for _, path := range []string{"", filepath.Join(dir, "none")} {
		r := &reference{path: path}
		if _, err := r.verdict("file"); err == nil {
			t.Errorf("%q: a server that is not there answers", path)
		}
		r.close()
	}
}
