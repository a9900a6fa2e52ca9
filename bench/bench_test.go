package main

import (
	"io"
	"strings"
	"testing"
)

// The tool's measurements in the form of Go's benchmarks, for comparing two
// states of the code. Production shapes are verified under trapdoor test keys,
// not network keys.

func BenchmarkSeal(b *testing.B) { benchmarkKind(b, "seal") }

func BenchmarkWinning(b *testing.B) { benchmarkKind(b, "winning") }

func BenchmarkWindow(b *testing.B) { benchmarkKind(b, "window") }

func BenchmarkUpdate(b *testing.B) { benchmarkKind(b, "update") }

func BenchmarkAggregate(b *testing.B) { benchmarkKind(b, "aggregate") }

func BenchmarkPoseidon(b *testing.B) { benchmarkKind(b, "poseidon") }

func BenchmarkTree(b *testing.B) { benchmarkKind(b, "tree") }

// benchmarkKind runs every call that the tool times for a kind, after its checks.
func benchmarkKind(b *testing.B, kind string) {
	p := newProgress(io.Discard)
	o := &options{workers: 1}
	units, err := o.units(p)
	if err != nil {
		b.Fatal(err)
	}
	for i := range units {
		u := &units[i]
		if u.kind != kind {
			continue
		}
		b.Run("shape="+u.fullShape(""), func(b *testing.B) {
			w, err := u.prepare()
			if err != nil {
				b.Fatal(err)
			}
			var good []int
			for i, c := range w.checks {
				if !c.good || c.want != accepted {
					continue
				}
				if got := c.run(); got != accepted {
					b.Fatalf("%s: %s", c.name, got)
				}
				good = append(good, i)
			}
			if w.measures == nil || len(good) == 0 {
				b.Skip("skipped: nothing of this shape is timed")
			}
			for _, m := range w.measures(good) {
				name := strings.ReplaceAll(strings.TrimSpace(m.suffix), " ", "/")
				if name == "" {
					name = "single"
				}
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := m.call(); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*m.proofs), "µs/proof")
				})
			}
		})
	}
}

func BenchmarkSector(b *testing.B) { benchmarkKind(b, "sector") }
