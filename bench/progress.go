package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells what goes on: in one line that changes on a terminal, in plain
// lines elsewhere.
type progress struct {
	w     io.Writer
	live  bool
	shown time.Time // when the live line last changed
}

// newProgress returns a progress on w, live when w is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

const eraseLine = "\r\x1b[K"

// step announces what begins now.
func (p *progress) step(format string, args ...any) {
	if p.live {
		p.show(format, args...)
		return
	}
	fmt.Fprintf(p.w, format+"\n", args...)
}

// passing tells what goes on within a step, on a terminal only and ten times a
// second at most.
func (p *progress) passing(format string, args ...any) {
	if p.live && time.Since(p.shown) > 100*time.Millisecond {
		p.show(format, args...)
	}
}

func (p *progress) show(format string, args ...any) {
	fmt.Fprintf(p.w, eraseLine+format, args...)
	p.shown = time.Now()
}

// note prints a line that stays.
func (p *progress) note(format string, args ...any) {
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// clear removes the live line.
func (p *progress) clear() {
	if p.live {
		fmt.Fprint(p.w, eraseLine)
	}
}
