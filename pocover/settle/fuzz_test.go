package settle_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/depinproof/depinproof/internal/radioday"
	"github.com/depinproof/depinproof/pocover/settle"
	"github.com/depinproof/depinproof/pocover/wire"
)

// cut divides the frames of every stream where cuts says.
func cut(t testing.TB, d *radioday.Day, cuts []byte) *settle.Day {
	var list [4][]settle.Source
	n := 0
	for stream, frames := range d.Frames {
		for len(frames) > 0 {
			size := len(frames)
			if len(cuts) > 0 {
				size = min(size, 4*int(cuts[n%len(cuts)]))
				n++
			}
			// Archives without a frame are archives.
			list[stream] = append(list[stream], sourceOf("part", archive(t, frames[:size])))
			frames = frames[size:]
			if n > 64 {
				cuts = nil
			}
		}
	}
	return &settle.Day{Entropy: list[0], Beacons: list[1], Witnesses: list[2], Packets: list[3]}
}

// readable returns the frames of an archive before it breaks off.
func readable(data []byte) (frames [][]byte) {
	r := wire.NewReader(bytes.NewReader(data), wire.Limits{})
	for {
		frame, err := r.Next()
		if err != nil {
			return frames
		}
		frames = append(frames, bytes.Clone(frame))
	}
}

// FuzzSettle checks that a day comes to what is planned, whatever archives it is divided
// into and whoever checks it; and that of an archive that is changed or cut, all reports
// before that place have an outcome.
func FuzzSettle(f *testing.F) {
	f.Add(uint64(1), []byte{3, 70}, uint32(5000), byte(1))
	f.Add(uint64(2), []byte{0, 1, 255}, uint32(99), byte(0))
	f.Fuzz(func(t *testing.T, seed uint64, cuts []byte, at uint32, flip byte) {
		d := radioday.New(seed, 150)
		c := config(t, d)
		whole := archives(t, d, 1<<20)
		want, digest := settled(t, c, whole)
		checkSummary(t, want, &d.Plan)
		c.Options.Workers = 3
		got, same := settled(t, c, cut(t, d, cuts))
		checkSummary(t, got, want)
		if same != digest {
			t.Error("the outcomes depend on archives or workers")
		}

		frames := d.Frames[settle.Witnesses]
		bad := archive(t, frames)
		place := int(at) % len(bad)
		good := readable(bad[:place])
		if flip == 0 {
			bad = bad[:place]
		} else {
			bad[place] ^= flip
		}
		day := *whole
		day.Witnesses = []settle.Source{sourceOf("bad", bad)}
		read := readable(bad)
		if len(read) < len(good) || !slices.EqualFunc(good, read[:len(good)], bytes.Equal) || !slices.EqualFunc(good, frames[:len(good)], bytes.Equal) {
			t.Fatalf("%d frames can be read, want %d before the change", len(read), len(good))
		}
		s, err := settle.New(c)
		if err != nil {
			t.Fatal(err)
		}
		ended := make([]int, len(read))
		summary, err := s.Settle(context.Background(), &day, func(o *settle.Outcome) error {
			for _, r := range append(slices.Clone(o.Witnesses), o.Report) {
				if r.Archive == "bad" {
					ended[r.Frame]++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range ended {
			if n != 1 {
				t.Fatalf("frame %d has %d outcomes", i, n)
			}
		}
		if n := summary.Frames[settle.Witnesses]; n != uint64(len(read)) {
			t.Fatalf("%d frames, want %d", n, len(read))
		}
	})
}
