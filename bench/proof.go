package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/depinproof/depinproof/poreplication"
)

// verbs are the calls that verify one kind of proof, whose statements are of type S.
type verbs[S any] struct {
	kind   string
	verify func(*poreplication.Verifier, *S) error
	// batch verifies many at once; it is nil where there is no such call.
	batch func(*poreplication.Verifier, context.Context, []S, []error) error
	sizes []int // of the batches to time
	// sectors is the number of sectors of a statement. It is nil for kinds where
	// all statements have the same number.
	sectors func(*S) int
	most    bool // without -long, only those of most sectors are timed
	proof   func(*S) *[]byte
}

// batches lists the sizes of the batches to time.
func (v *verbs[S]) batches(o *options) []int {
	if v.batch != nil && o.long {
		return append(slices.Clone(v.sizes), longBatch)
	}
	return v.sizes
}

// longBatch is the size of the batches that -long adds.
const longBatch = 100

// proofCase is a statement with its proof, and the verdict expected of it.
type proofCase[S any] struct {
	name, variant string
	good          bool
	want          verdict
	info          S
}

// verifierSet has verifiers by their number of workers: for one, and for those of
// -cpu.
type verifierSet map[int]*poreplication.Verifier

// newVerifiers returns verifiers that are configured alike but for their workers.
func newVerifiers(config poreplication.Config, o *options) (verifierSet, error) {
	verifiers := make(verifierSet)
	for _, workers := range o.cores() {
		config.Workers = workers
		v, err := poreplication.New(config)
		if err != nil {
			return nil, err
		}
		verifiers[workers] = v
	}
	return verifiers, nil
}

// work checks proofs one by one and times those that were accepted, one by one
// and in batches.
func (v *verbs[S]) work(verifiers verifierSet, cases []proofCase[S], o *options) *work {
	w := &work{}
	for i := range cases {
		c := &cases[i]
		w.checks = append(w.checks, check{
			name: c.name, variant: c.variant, good: c.good, want: c.want,
			run: func() verdict { return verdictOf(v.verify(verifiers[o.workers], &c.info)) },
		})
	}
	w.measures = func(good []int) []measure {
		var ms []measure
		for _, cores := range o.cores() {
			infos := make([]S, len(good))
			for i := range infos {
				infos[i] = cases[good[i]].info
			}
			ms = append(ms, v.singles(verifiers[cores], cores, infos, o)...)
			for _, n := range v.batches(o) {
				batch := make([]S, n)
				for i := range batch {
					batch[i] = infos[i%len(infos)]
				}
				ms = append(ms, measure{suffix: fmt.Sprintf(" x%d", n), cores: cores, proofs: n, call: func() error {
					return v.batch(verifiers[cores], context.Background(), batch, nil)
				}})
			}
		}
		return ms
	}
	return w
}

// singles returns the calls that verify proofs one by one, for every number of
// sectors where that differs.
func (v *verbs[S]) singles(verifier *poreplication.Verifier, cores int, infos []S, o *options) []measure {
	bySectors := make(map[int][]S)
	var counts []int
	for i := range infos {
		n := 0
		if v.sectors != nil {
			n = v.sectors(&infos[i])
		}
		if bySectors[n] == nil {
			counts = append(counts, n)
		}
		bySectors[n] = append(bySectors[n], infos[i])
	}
	slices.Sort(counts)
	if v.most && !o.long {
		counts = counts[len(counts)-1:]
	}
	var ms []measure
	for _, n := range counts {
		suffix := " x1"
		if v.sectors != nil {
			suffix += fmt.Sprintf(" sectors=%d", n)
		}
		same, next := bySectors[n], 0
		ms = append(ms, measure{suffix: suffix, cores: cores, proofs: 1, sectors: n, call: func() error {
			next = (next + 1) % len(same)
			return v.verify(verifier, &same[next])
		}})
	}
	return ms
}

// shapeCases are the cases of a file by their shape, in order of appearance.
type shapeCases[S any] struct {
	shapes []string
	cases  map[string][]proofCase[S]
}

func (s *shapeCases[S]) add(shape string, cases []proofCase[S]) {
	if s.cases == nil {
		s.cases = make(map[string][]proofCase[S])
	}
	if s.cases[shape] == nil {
		s.shapes = append(s.shapes, shape)
	}
	s.cases[shape] = append(s.cases[shape], cases...)
}

// units returns a unit for each shape.
func (s *shapeCases[S]) units(f *folder, v *verbs[S], o *options) []unit {
	label := "network keys"
	if f.testKeys {
		label = "test keys"
	}
	var units []unit
	for _, shape := range s.shapes {
		units = append(units, unit{kind: v.kind, shape: shape, keys: label, prepare: func() (*work, error) {
			verifiers, err := f.verifiers()
			if err != nil {
				return nil, err
			}
			return v.work(verifiers, s.cases[shape], o), nil
		}})
	}
	return units
}

// stated is what an entry of any kind of proof says beside the statement.
type stated struct {
	Name      string  `json:"name"`
	Reference *string `json:"reference"`
}

// hostile is what a hostile variant of any kind of proof says beside the change.
type hostile struct {
	Name      string `json:"name"`
	Reference string `json:"reference"`
}

func (h hostile) head() hostile { return h }

// change is a hostile variant of a statement of type S.
type change[S any] interface {
	head() hostile
	apply(*S) error
}

// entryCases returns an entry's good case and its hostile variants, of which a nil
// list is none.
func entryCases[S any, C change[S]](e *stated, info S, changes []C, impliesAccept bool) ([]proofCase[S], error) {
	good := proofCase[S]{name: e.Name, variant: goodVariant, good: true, info: info}
	switch {
	case e.Reference != nil:
		var err error
		if good.want, err = readReference(*e.Reference); err != nil {
			return nil, err
		}
	case impliesAccept, changes != nil:
		good.want = accepted
	}
	cases := []proofCase[S]{good}
	for _, x := range changes {
		h := x.head()
		c := proofCase[S]{name: e.Name, variant: h.Name, info: info}
		if err := x.apply(&c.info); err != nil {
			return nil, fmt.Errorf("hostile variant %q: %w", h.Name, err)
		}
		var err error
		if c.want, err = readReference(h.Reference); err != nil {
			return nil, fmt.Errorf("hostile variant %q: %w", h.Name, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// required32 copies the fields of 32 bytes, all of which must be there.
func required32(fields []field32) error {
	for _, f := range fields {
		if f.from == nil {
			return fmt.Errorf("no field %s", f.name)
		}
		*f.to = *f.from
	}
	return nil
}

// field32 is a field of 32 bytes of an entry and of a statement.
type field32 struct {
	name string
	to   *[32]byte
	from *hex32
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

// shapeName names a shape by the sector's size, and says whether it is described
// explicitly or by a registered number.
func shapeName(sectorSize uint64, explicit bool) string {
	if explicit {
		return sizeName(sectorSize) + " explicit"
	}
	return sizeName(sectorSize)
}
