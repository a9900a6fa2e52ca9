package settle

import (
	"errors"
	"io"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A Source is an archive: frames of one message, as package wire reads them.
type Source struct {
	Name string // as it stands in outcomes
	// Open opens the archive, for every call of Settle anew. The reader is read by one
	// goroutine and closed before Settle returns. With more than one worker, archives of
	// different streams are opened and read at the same time. What it panics with, Settle
	// does.
	Open func() (io.ReadCloser, error)
}

// A source reads the archives of a stream one after another.
type source struct {
	stream  Stream
	list    []Source
	opened  int           // of the list
	file    io.ReadCloser // nil between archives
	reader  *wire.Reader
	frame   int // read of the archive
	options *Options
}

// read fills a batch with the next frames.
func (s *source) read(b *batch) {
	var bytes []byte
	total := 0
	// Archives count like frames: there may be any number of them that have none.
	for n := 0; n < batchFrames && total < batchBytes; n++ {
		if s.file == nil {
			if s.opened == len(s.list) {
				b.last = true
				return
			}
			if b.err = s.open(); b.err != nil {
				return
			}
		}
		frame, err := s.reader.Next()
		if err != nil {
			s.finish(b, err)
			if b.damage != nil || b.err != nil {
				return
			}
			continue
		}
		total += len(frame)
		report := Report{Stream: s.stream, Archive: s.name(), Frame: s.frame}
		s.frame++
		if len(frame) > s.options.MaxReport {
			report.Kind, report.Err = Malformed, limit("report of %d bytes, at most %d", len(frame), s.options.MaxReport)
			b.reports = append(b.reports, report)
			continue
		}
		if len(bytes)+len(frame) > cap(bytes) {
			bytes = make([]byte, 0, max(len(frame), min(batchBytes/4, batchBytes-total+len(frame))))
		}
		bytes = append(bytes, frame...)
		report.frame = bytes[len(bytes)-len(frame) : len(bytes) : len(bytes)]
		b.reports = append(b.reports, report)
	}
}

func (s *source) name() string { return s.list[s.opened-1].Name }

// open opens the next archive.
func (s *source) open() error {
	next := &s.list[s.opened]
	s.opened++
	file, err := next.Open()
	if err != nil {
		return internalError("%s: %s: %w", s.stream, next.Name, err)
	}
	s.file, s.frame = file, 0
	s.reader = wire.NewReader(file, s.options.Archive)
	return nil
}

// finish leaves an archive for the reason err, which is io.EOF when it is read whole.
//
// What is damaged may look like a frame beyond the limit, so that a limit breaks off an
// archive, and not the day.
func (s *source) finish(b *batch, err error) {
	name := s.name()
	s.close()
	switch {
	case err == io.EOF:
	case errors.Is(err, depinproof.ErrMalformed) && s.options.StopAtDamage:
		b.err = malformed("%s: %s: %w", s.stream, name, detail(err))
	case errors.Is(err, depinproof.ErrLimit) && s.options.StopAtDamage:
		b.err = limit("%s: %s: %w", s.stream, name, detail(err))
	case errors.Is(err, depinproof.ErrMalformed), errors.Is(err, depinproof.ErrLimit):
		b.damage = &Damage{s.stream, name, s.frame, err}
	default:
		b.err = internalError("%s: %s: %w", s.stream, name, detail(err))
	}
}

// detail returns an error without its class, which is to stand once.
func detail(err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Err != nil {
		return inner.Err
	}
	return err
}

// close closes the archive that is open. What closing says is of no interest: nothing was
// written.
func (s *source) close() {
	if s.file != nil {
		s.file.Close()
		s.file, s.reader = nil, nil
	}
}
