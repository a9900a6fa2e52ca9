package poreplication

import (
	"github.com/depinproof/depinproof/poreplication/internal/fallback"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
	"github.com/depinproof/depinproof/poreplication/internal/stacked"
	"github.com/depinproof/depinproof/poreplication/params"
)

const defaultTableBytes = 64 << 20

// layoutOf tells which inputs of a circuit are always equal, and which inputs of a
// statement are positions in a sector, below 2^31, or small numbers; the others are
// commitments and identifiers.
func layoutOf(circuit params.Circuit) (layout groth16.Layout) {
	switch circuit {
	case params.Seal:
		layout.Fold = stacked.Fold
		layout.Short = func(i int) bool { return i >= 3 }
	case params.WinningPoSt:
		layout.Fold = fallback.FoldWinning
		layout.Short = func(i int) bool { return i >= 1 }
	case params.WindowPoSt:
		layout.Block = 1 + shape.WindowChallenges
		layout.Short = func(i int) bool { return i%(1+shape.WindowChallenges) != 0 }
	case params.ReplicaUpdate:
		layout.Short = func(i int) bool { return i == 0 }
	}
	return layout
}

// prepareKey prepares a key of a circuit within the limits.
func (l *Limits) prepareKey(circuit params.Circuit, vk *groth16.VerifyingKey) *groth16.Key {
	layout := layoutOf(circuit)
	layout.TableBytes = l.TableBytes
	if l.TableBytes == 0 {
		layout.TableBytes = defaultTableBytes
	}
	return groth16.Prepare(vk, layout)
}
