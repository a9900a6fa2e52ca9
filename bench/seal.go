package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// sealCase is a seal and the verdict expected of it.
type sealCase struct {
	name, variant string
	good          bool
	want          verdict
	info          poreplication.SealInfo
}

// sealVerifiers returns verifiers for the given keys by their number of workers:
// for one, and for those of -cpu.
func sealVerifiers(keys *params.Keys, o *options) (map[int]*poreplication.Verifier, error) {
	verifiers := make(map[int]*poreplication.Verifier)
	for _, workers := range o.cores() {
		v, err := poreplication.New(poreplication.Config{Keys: keys, Workers: workers})
		if err != nil {
			return nil, err
		}
		verifiers[workers] = v
	}
	return verifiers, nil
}

// sealWork checks seals one by one and times those that were accepted, one by one
// and in batches.
func sealWork(verifiers map[int]*poreplication.Verifier, cases []sealCase, o *options) *work {
	w := &work{}
	for i := range cases {
		c := &cases[i]
		w.checks = append(w.checks, check{
			name: c.name, variant: c.variant, good: c.good, want: c.want,
			run: func() verdict { return verdictOf(verifiers[o.workers].VerifySeal(&c.info)) },
		})
	}
	w.measures = func(good []int) []measure {
		var ms []measure
		for _, cores := range o.cores() {
			v, next := verifiers[cores], 0
			ms = append(ms, measure{suffix: " x1", cores: cores, proofs: 1, call: func() error {
				next = (next + 1) % len(good)
				return v.VerifySeal(&cases[good[next]].info)
			}})
			for _, n := range o.batches() {
				batch := make([]poreplication.SealInfo, n)
				for i := range batch {
					batch[i] = cases[good[i%len(good)]].info
				}
				ms = append(ms, measure{suffix: fmt.Sprintf(" x%d", n), cores: cores, proofs: n, call: func() error {
					return v.VerifySealBatch(context.Background(), batch, nil)
				}})
			}
		}
		return ms
	}
	return w
}

// sealUnits reads a folder's seal.json and returns a unit for each kind of seal.
func sealUnits(f *folder, keys *params.Keys, o *options) ([]unit, error) {
	entries, err := readSeals(f.dir)
	if err != nil {
		return nil, err
	}
	var shapes []string // in order of appearance
	cases := make(map[string][]sealCase)
	for _, e := range entries {
		shape, c, err := e.cases(f.impliesAccept)
		if err != nil {
			return nil, fmt.Errorf("seal.json: entry %q: %w", e.Name, err)
		}
		if cases[shape] == nil {
			shapes = append(shapes, shape)
		}
		cases[shape] = append(cases[shape], c...)
	}
	label := "network keys"
	if f.testKeys {
		label = "test keys"
	}
	verifiers := sync.OnceValues(func() (map[int]*poreplication.Verifier, error) { return sealVerifiers(keys, o) })
	var units []unit
	for _, shape := range shapes {
		units = append(units, unit{kind: "seal", shape: shape, keys: label, prepare: func() (*work, error) {
			v, err := verifiers()
			if err != nil {
				return nil, err
			}
			return sealWork(v, cases[shape], o), nil
		}})
	}
	return units, nil
}

// cases returns an entry's shape, and its good case and hostile variants.
func (e *sealEntry) cases(impliesAccept bool) (string, []sealCase, error) {
	info, err := e.info()
	if err != nil {
		return "", nil, err
	}
	shape, built, err := sealShape(&info)
	if err != nil {
		return "", nil, err
	}
	good := sealCase{name: e.Name, variant: goodVariant, good: true, info: info}
	switch {
	case e.Reference != nil:
		if good.want, err = readReference(*e.Reference); err != nil {
			return "", nil, err
		}
	case impliesAccept, e.Hostile != nil:
		good.want = accepted
	}
	cases := []sealCase{good}
	for _, h := range e.Hostile {
		c := sealCase{name: e.Name, variant: h.Name, info: info}
		if err := h.apply(&c.info); err != nil {
			return "", nil, fmt.Errorf("hostile variant %q: %w", h.Name, err)
		}
		if c.want, err = readReference(h.Reference); err != nil {
			return "", nil, fmt.Errorf("hostile variant %q: %w", h.Name, err)
		}
		cases = append(cases, c)
	}
	if !built {
		for i := range cases {
			cases[i].want = unsupported
		}
	}
	return shape, cases, nil
}

// sealShape names the shape of a seal, and reports whether its kind is built: of
// one that is not, every proof must be refused as unsupported.
func sealShape(s *poreplication.SealInfo) (shape string, built bool, err error) {
	config := s.Config
	if config == nil {
		c, err := s.SealProof.Config()
		if err != nil {
			return "", false, err
		}
		config = &c
	}
	_, err = config.Partitions()
	built = !errors.Is(err, depinproof.ErrUnsupported)
	if s.Config != nil {
		return sizeName(config.SectorSize) + " explicit", built, nil
	}
	return registeredShape(s.SealProof), built, nil
}

// registeredShape names the shape of a registered proof, for example "32GiB V1_1".
func registeredShape(p poreplication.RegisteredSealProof) string {
	size, kind, _ := strings.Cut(strings.TrimPrefix(p.String(), "StackedDrg"), "V")
	return size + " V" + kind
}

// sizeName writes a number of bytes in its largest unit, for example "32GiB".
func sizeName(n uint64) string {
	for i, unit := range []string{"GiB", "MiB", "KiB"} {
		if size := uint64(1) << (30 - 10*i); n >= size && n%size == 0 {
			return fmt.Sprintf("%d%s", n/size, unit)
		}
	}
	return fmt.Sprintf("%dB", n)
}
