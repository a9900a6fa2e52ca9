package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// reference is the server in rust/, which judges and times cases with the
// published crates. It starts when it is first asked something, and works only while a
// call of a method lasts.
type reference struct {
	path, keys string // the program, and its parameter cache

	cmd    *exec.Cmd // nil until it runs
	in     io.WriteCloser
	out    *bufio.Reader
	loaded int
}

func (r *reference) start() error {
	cmd := exec.Command(r.path)
	cmd.Stderr = os.Stderr
	cmd.Env = []string{
		"FIL_PROOFS_PARAMETER_CACHE=" + r.keys,
		"FIL_PROOFS_PARENT_CACHE=" + r.keys,
		"FIL_PROOFS_USE_MULTICORE_SDR=0",
		"RAYON_NUM_THREADS=1",
		"BELLMAN_NUM_CPUS=1",
		"EC_GPU_NUM_THREADS=1",
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("the reference's server: %w", err)
	}
	r.cmd, r.in, r.out = cmd, in, bufio.NewReader(out)
	return nil
}

func (r *reference) close() {
	if r.cmd == nil {
		return
	}
	r.in.Close()
	r.cmd.Wait()
}

// ask sends a command and returns the answer to it.
func (r *reference) ask(format string, args ...any) (string, error) {
	if r.cmd == nil {
		if err := r.start(); err != nil {
			return "", err
		}
	}
	command := fmt.Sprintf(format, args...)
	if _, err := fmt.Fprintln(r.in, command); err != nil {
		return "", fmt.Errorf("the reference's server: %s: %w", command, err)
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the reference's server: %s: %w", command, err)
	}
	status, answer, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	if status != "ok" {
		return "", fmt.Errorf("the reference's server: %s: %s", command, answer)
	}
	return answer, nil
}

// load has the server read a case file and returns the case's name there.
func (r *reference) load(file string) (string, error) {
	r.loaded++
	name := fmt.Sprint("case", r.loaded)
	_, err := r.ask("load %s %s", name, file)
	return name, err
}

// verdict has the server judge a case file once.
func (r *reference) verdict(file string) (string, error) {
	name, err := r.load(file)
	if err != nil {
		return "", err
	}
	v, err := r.ask("judge %s", name)
	if err != nil {
		return "", err
	}
	_, err = r.ask("drop %s", name)
	return v, err
}

// timer is the timer of a case whose verdict is what is wanted.
func (r *reference) timer(file, want string) (timer, error) {
	name, err := r.load(file)
	if err != nil {
		return nil, err
	}
	got, err := r.ask("judge %s", name)
	if err != nil {
		return nil, err
	}
	if got != want {
		return nil, fmt.Errorf("the reference says %q, not %q", got, want)
	}
	return func(n int) (time.Duration, error) {
		answer, err := r.ask("time %s %d", name, n)
		if err != nil {
			return 0, err
		}
		ns, err := strconv.ParseInt(answer, 10, 64)
		return time.Duration(ns), err
	}, nil
}

// writeCase writes a case file, which both sides read, and returns its name.
func (e *environment) writeCase(name string, v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	file := filepath.Join(e.cases, strings.ReplaceAll(name, " ", "-")+".json")
	return file, os.WriteFile(file, b, 0o600)
}

// readCase reads a case file.
func readCase(file string, v any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}
