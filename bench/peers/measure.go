package main

import (
	"cmp"
	"runtime"
	"slices"
	"time"
)

// comparison is a piece of work and those who do it.
type comparison struct {
	items int // seals, hashes… in one call; times are reported per item
	ours  timer
	peers []peer
}

type peer struct {
	name string
	time timer
}

// timer does a comparison's work n times and returns how long all of it took.
// The work's outcome is checked every time.
type timer func(n int) (time.Duration, error)

// inProcess is the timer of a function of this process.
func inProcess(f func() error) timer {
	return func(n int) (time.Duration, error) {
		runtime.GC() // what others left behind is not f's to clear
		start := time.Now()
		for range n {
			if err := f(); err != nil {
				return 0, err
			}
		}
		return time.Since(start), nil
	}
}

// row is one line of the result.
type row struct {
	Kind   string  `json:"kind"`
	Shape  string  `json:"shape"`
	Cores  int     `json:"cores"`
	OursUS float64 `json:"ours_us"`
	Peer   string  `json:"peer"`
	PeerUS float64 `json:"peer_us"`
	Ratio  float64 `json:"ratio"` // PeerUS / OursUS

	oursSpread, peerSpread float64
}

// minRound is how long one side works in one round, at least.
const minRound = 250 * time.Millisecond

// measure times all sides in turns, so that a change of the machine's speed
// meets all of them, and returns one row for each peer.
func (c *comparison) measure(kind, shape string, rounds int) ([]row, error) {
	sides := []timer{c.ours}
	for _, p := range c.peers {
		sides = append(sides, p.time)
	}
	calls := make([]int, len(sides))
	for i, side := range sides {
		n, err := calibrate(side)
		if err != nil {
			return nil, err
		}
		calls[i] = n
	}
	times := make([][]float64, len(sides)) // µs per item
	for range rounds {
		for i, side := range sides {
			d, err := side(calls[i])
			if err != nil {
				return nil, err
			}
			times[i] = append(times[i], float64(d.Nanoseconds())/1000/float64(calls[i]*c.items))
		}
	}
	ours := median(times[0])
	var rows []row
	for i, p := range c.peers {
		theirs := median(times[i+1])
		rows = append(rows, row{
			Kind: kind, Shape: shape, Cores: 1,
			OursUS: ours, Peer: p.name, PeerUS: theirs, Ratio: theirs / ours,
			oursSpread: spread(times[0]), peerSpread: spread(times[i+1]),
		})
	}
	return rows, nil
}

// calibrate returns how many calls make a round. It also warms the side up.
func calibrate(side timer) (int, error) {
	for n := 1; ; n *= 2 {
		d, err := side(n)
		if err != nil {
			return 0, err
		}
		if d >= minRound/4 {
			return int(minRound*time.Duration(n)/d) + 1, nil
		}
	}
}

func median[T cmp.Ordered](xs []T) T {
	return slices.Sorted(slices.Values(xs))[len(xs)/2]
}

// spread is the distance of the extremes, relative to the median.
func spread(xs []float64) float64 {
	return (slices.Max(xs) - slices.Min(xs)) / median(xs)
}
