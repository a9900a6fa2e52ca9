// Package params loads the verifying keys of Filecoin's proofs.
//
// A node keeps them in its proof-parameters cache, under names that contain the
// release of the parameters and a digest of the circuit's description. The
// package computes these names, knows the published digests of the files, and
// refuses a file that has another content, unless the caller names it as a test
// key.
package params

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/shape"
)

// Release is a release of the parameters, the outcome of one trusted setup.
type Release uint8

// The releases. V28 is what mainnet has used since its launch.
const (
	V28 Release = iota
	V27
)

func (r Release) prefix() (string, bool) {
	switch r {
	case V28:
		return "v28", true
	case V27:
		return "v27", true
	}
	return "", false
}

// Circuit is a kind of proof that has a key of its own for every sector size.
type Circuit uint8

// The circuits.
const (
	Seal Circuit = iota + 1
	WinningPoSt
	WindowPoSt
	ReplicaUpdate
)

// ID names one key: the circuit and the sector size in bytes.
type ID struct {
	Circuit    Circuit
	SectorSize uint64
}

// Inputs returns the number of public inputs of the circuit, and false when
// there is no such circuit.
func (id ID) Inputs() (int, bool) {
	s, ok := shape.Of(id.SectorSize)
	if !ok {
		return 0, false
	}
	switch id.Circuit {
	case Seal:
		return s.SealInputs(), true
	case WinningPoSt:
		return shape.WinningInputs, true
	case WindowPoSt:
		return s.WindowInputs(), true
	case ReplicaUpdate:
		return shape.UpdateInputs, s.HasUpdateProof
	}
	return 0, false
}

// Name returns the name of the key's file in the parameter cache, and
// [depinproof.ErrUnsupported] when there is no such circuit or release.
//
// Source: filecoin-proofs 19.1.0, parameter_cache: the name ends in the SHA-256
// digest of a textual description of the circuit.
func Name(r Release, id ID) (string, error) {
	const op = "params.Name"
	release, ok := r.prefix()
	if !ok {
		return "", unsupported(op, "release %d", r)
	}
	if _, ok := id.Inputs(); !ok {
		return "", unsupported(op, "circuit %d for sectors of %d bytes", id.Circuit, id.SectorSize)
	}
	s, _ := shape.Of(id.SectorSize)
	tree := fmt.Sprintf("merkletree-poseidon_hasher-%d-%d-%d", s.Base, s.Sub, s.Top)
	var prefix, description string
	switch id.Circuit {
	case Seal:
		prefix = "stacked-proof-of-replication-" + tree + "-sha256_hasher"
		description = fmt.Sprintf("layered_drgporep::PublicParams{ graph: stacked_graph::StackedGraph{expansion_degree: %d base_graph: drgraph::BucketGraph{size: %d; degree: %d; hasher: poseidon_hasher} }, challenges: LayerChallenges { layers: %d, max_count: %d }, tree: %s }",
			shape.ExpanderParents, s.Nodes, shape.BaseParents, s.Layers, s.Challenges, tree)
	case WinningPoSt:
		prefix = "proof-of-spacetime-fallback-" + tree
		description = postDescription(s.SectorSize, 1, shape.WinningChallenges)
	case WindowPoSt:
		prefix = "proof-of-spacetime-fallback-" + tree
		description = postDescription(s.SectorSize, shape.WindowChallenges, s.WindowSectors)
	case ReplicaUpdate:
		prefix = "empty-sector-update-" + tree
		description = fmt.Sprintf("empty_sector_update::PublicParams{ sector_nodes: %d }", s.Nodes)
	}
	digest := sha256.Sum256([]byte(description))
	return release + "-" + prefix + "-" + hex.EncodeToString(digest[:]) + ".vk", nil
}

func postDescription(sectorSize uint64, challenges, sectors int) string {
	return fmt.Sprintf("FallbackPoSt::PublicParams{sector_size: %d, challenge_count: %d, sector_count: %d}",
		sectorSize, challenges, sectors)
}

// Options says which keys [Load] takes.
type Options struct {
	// Release is the release whose keys are loaded.
	Release Release
	// TestKeys are the exact file names of keys that may differ from the
	// published ones. A proof that verifies under such a key is evidence of
	// nothing but the code's own working: whoever made the key can make proofs
	// of false statements.
	TestKeys []string
}

// Key is one verifying key as it stands in its file.
type Key struct {
	ID    ID
	Name  string // file name
	Bytes []byte // content of the file; not to be modified
	Test  bool   // loaded as a test key
}

// Keys is a set of verifying keys of one release, checked against the published
// digests. It is immutable and safe for concurrent use.
type Keys struct {
	release Release
	keys    []Key
}

// Release returns the release the keys belong to.
func (k *Keys) Release() Release { return k.release }

// All returns the keys, ordered by circuit and sector size.
func (k *Keys) All() []Key { return slices.Clone(k.keys) }

// Sizes of a key's file: six fixed points and a count, then one uncompressed G1
// point per input and one more.
const (
	fixedSize = 3*96 + 3*192 + 4
	inputSize = 96
)

// Load reads every key of the release that is in fsys, a parameter cache or a
// folder laid out like one. Files under other names are not opened.
//
// A key with a published digest must have it, unless opts names it as a test
// key. Shapes without a published key (4, 16 and 32 KiB, 16 MiB, 1 GiB, and
// replica updates of release V27) are loaded only as test keys.
//
// Errors: [depinproof.ErrMalformed] for a file of another length or digest,
// [depinproof.ErrUnsupported] for an unknown release, a test key that is not
// there or when no key is found. An error of fsys comes with
// [depinproof.ErrInternal].
//
// Load allocates nothing for a file of a wrong length.
func Load(fsys fs.FS, opts Options) (*Keys, error) {
	const op = "params.Load"
	if _, ok := opts.Release.prefix(); !ok {
		return nil, unsupported(op, "release %d", opts.Release)
	}
	keys := &Keys{release: opts.Release}
	pending := slices.DeleteFunc(slices.Clone(opts.TestKeys), func(n string) bool {
		return n == SRSName // no key: for LoadSRS
	})
	for _, id := range circuits() {
		name, err := Name(opts.Release, id)
		if err != nil {
			return nil, err
		}
		test := slices.Contains(opts.TestKeys, name)
		want, published := digest(opts.Release, id)
		if !published && !test {
			continue
		}
		inputs, _ := id.Inputs()
		content, err := readExactly(fsys, name, fixedSize+inputSize*(inputs+1))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case errors.Is(err, errLength):
			return nil, malformed(op, "%s: %w", name, err)
		case err != nil:
			return nil, &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: err}
		}
		if sum := blake2b.Sum512(content); !test && !bytes.Equal(sum[:len(want)], want[:]) {
			return nil, malformed(op, "%s: content differs from the published key (digest %x, published %x)", name, sum[:len(want)], want)
		}
		keys.keys = append(keys.keys, Key{ID: id, Name: name, Bytes: content, Test: test})
		pending = slices.DeleteFunc(pending, func(n string) bool { return n == name })
	}
	if len(pending) > 0 {
		return nil, unsupported(op, "no such test key: %q", pending[0])
	}
	if len(keys.keys) == 0 {
		return nil, unsupported(op, "no verifying key found")
	}
	return keys, nil
}

// circuits lists every circuit of every shape.
func circuits() []ID {
	var ids []ID
	for _, c := range []Circuit{Seal, WinningPoSt, WindowPoSt, ReplicaUpdate} {
		for _, s := range shape.All() {
			id := ID{c, s.SectorSize}
			if _, ok := id.Inputs(); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

var errLength = errors.New("length of the file does not fit the circuit")

// readExactly reads a file that must have size bytes. It allocates nothing for a
// file that says it has another length, and stops after one byte too many in one
// that says so wrongly.
func readExactly(fsys fs.FS, name string, size int) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() != int64(size) {
		return nil, fmt.Errorf("%w: %d bytes, not %d", errLength, info.Size(), size)
	}
	content := make([]byte, size+1)
	switch n, err := io.ReadFull(f, content); {
	case err == nil:
		return nil, fmt.Errorf("%w: more than %d bytes", errLength, size)
	case !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return nil, err
	case n != size:
		return nil, fmt.Errorf("%w: %d bytes, not %d", errLength, n, size)
	}
	return content[:size:size], nil
}

func malformed(op, format string, args ...any) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf(format, args...)}
}

func unsupported(op, format string, args ...any) error {
	return &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrUnsupported, Err: fmt.Errorf(format, args...)}
}
