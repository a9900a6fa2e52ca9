package poreplication

import (
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/params"
)

const defaultTableBytes = 64 << 20

// layout tells which inputs of a circuit are positions in a sector, below 2^31,
// or small numbers; the others are commitments and identifiers.
func (l *Limits) layout(circuit params.Circuit) groth16.Layout {
	layout := groth16.Layout{TableBytes: defaultTableBytes}
	if l.TableBytes != 0 {
		layout.TableBytes = l.TableBytes
	}
	switch circuit {
	case params.Seal:
		layout.Short = func(i int) bool { return i >= 3 }
	case params.WinningPoSt:
		layout.Short = func(i int) bool { return i%2 != 0 }
	case params.WindowPoSt:
		layout.Block = 1 + shape.WindowChallenges
		layout.Short = func(i int) bool { return i%(1+shape.WindowChallenges) != 0 }
	case params.ReplicaUpdate:
		layout.Short = func(i int) bool { return i == 0 }
	}
	return layout
}
