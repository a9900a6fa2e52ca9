package poreplication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication/internal/bincode"
)

// modulus is that of the field, which is no element of it.
var modulus = [32]byte{
	0x01, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53,
	0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
}

// fieldOf is where a field of an encoded structure stands.
type fieldOf struct {
	name     string
	at, size int
	fixed    bool // a variant or a number of items
}

// fieldList is the codec that lists the fields.
type fieldList struct {
	fields []fieldOf
	at     int
}

func (l *fieldList) add(name string, size int, fixed bool) {
	l.fields = append(l.fields, fieldOf{name, l.at, size, fixed})
	l.at += size
}

func (l *fieldList) Variant(name string, _ uint32)          { l.add(name, 4, true) }
func (l *fieldList) Count(name string, _ int)               { l.add(name, 8, true) }
func (l *fieldList) Uint32(name string, _ *uint32)          { l.add(name, 4, false) }
func (l *fieldList) Uint64(name string, _ *uint64)          { l.add(name, 8, false) }
func (l *fieldList) Below(name string, _ *uint64, _ uint64) { l.add(name, 8, false) }
func (l *fieldList) Element(name string, _ *[32]byte)       { l.add(name, 32, false) }
func (l *fieldList) Elements(name string, x [][32]byte) {
	for range x {
		l.add(name, 32, false)
	}
}

func (c *vanillaCase) fields() []fieldOf {
	var l fieldList
	c.walk(&l)
	return l.fields
}

// with returns the proofs with one of them changed.
func (c *vanillaCase) with(i int, change func(proof []byte) []byte) [][]byte {
	proofs := slices.Clone(c.proofs)
	proofs[i] = change(slices.Clone(proofs[i]))
	return proofs
}

// flip returns the proofs with a bit of a byte flipped in place, and what undoes it.
func flip(proof []byte, at int, bit byte) func() {
	proof[at] ^= bit
	return func() { proof[at] ^= bit }
}

// refused checks that a changed proof is refused, and by its class: of no more than
// bytes that are no proof, or a proof that does not hold.
func (c *vanillaCase) refused(t *testing.T, what string, proofs [][]byte) error {
	t.Helper()
	err := c.verify(t, proofs)
	if !errors.Is(err, depinproof.ErrInvalidProof) && !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("%s: %s: %v", c.name, what, err)
	}
	return err
}

// A field with one bit changed, whatever the field, is refused. Of proofs with many
// fields it is some of every part.
func checkEveryField(t *testing.T, c *vanillaCase, most int) {
	for i := range c.proofs {
		fields := c.fields()
		if l := fields[len(fields)-1]; l.at+l.size != len(c.proofs[i]) {
			t.Fatalf("%s: fields of %d bytes, not %d", c.name, l.at+l.size, len(c.proofs[i]))
		}
		if len(fields) > most {
			random := rand.New(rand.NewPCG(uint64(i), uint64(len(fields))))
			some := make([]fieldOf, most)
			for part := range some {
				from, to := part*len(fields)/most, (part+1)*len(fields)/most
				some[part] = fields[from+random.IntN(to-from)]
			}
			fields = some
		}
		proofs := c.with(i, func(p []byte) []byte { return p })
		for n, f := range fields {
			// Another byte of every field: of its kind all come up.
			at := f.at + n%f.size
			bit := byte(1) << (n / 3 % 8)
			undo := flip(proofs[i], at, bit)
			err := c.refused(t, fmt.Sprintf("%s, byte %d of proof %d", f.name, at, i), proofs)
			if f.fixed && !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%s: %s: %v, want ErrMalformed", c.name, f.name, err)
			}
			undo()
		}
		if err := c.verify(t, proofs); err != nil {
			t.Fatalf("%s: as it was: %v", c.name, err)
		}
	}
}

func TestVanillaEveryField(t *testing.T) {
	most := 2500 // all but of the seal with 13 partitions
	if testing.Short() || raceEnabled {
		most = 60
	}
	for _, c := range ownVanillaCases(t) {
		checkEveryField(t, c, most)
	}
}

func TestVanillaEveryFieldShared(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: takes seconds")
	}
	for _, size := range sharedSizes[1:] {
		t.Run(size, func(t *testing.T) {
			for _, c := range sharedVanillaCases(t, size) {
				most := 50
				if size == "512mib" { // a hundred times as much to check
					most = 15
				}
				checkEveryField(t, c, most)
			}
		})
	}
}

// Every byte of the proof of one sector.
func TestVanillaEveryByte(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("skipped: takes seconds")
	}
	p := postStatement(StackedDrgWindow2KiBV1_1, 1)
	c := postVanillaCase(t, "one sector", false, p, forgeSectors(t, &p, false))
	c = postVanillaCase(t, "one sector", false, p, c.proofs) // of the CommR that it has now
	if err := c.verify(t, c.proofs); err != nil {
		t.Fatal(err)
	}
	proofs := c.with(0, func(p []byte) []byte { return p })
	for at := range proofs[0] {
		undo := flip(proofs[0], at, 1<<(at%8))
		c.refused(t, fmt.Sprintf("byte %d", at), proofs)
		undo()
	}
}

// hostileWords are numbers of items that overflow, or would take all memory.
var hostileWords = []uint64{0, 1 << 20, 1 << 32, 1 << 59, 1 << 61, 1 << 63, 1<<64 - 1}

func TestVanillaHostile(t *testing.T) {
	most := 20_000 // bytes, of which the rest says the same of other challenges
	if raceEnabled {
		most = 15_000
	}
	for _, c := range ownVanillaCases(t) {
		malformed := func(what string, proofs [][]byte) {
			t.Helper()
			if err := c.verify(t, proofs); !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%s: %s: %v", c.name, what, err)
			}
		}
		malformed("nothing", c.with(0, func([]byte) []byte { return nil }))
		malformed("a byte more", c.with(0, func(p []byte) []byte { return append(p, 0) }))
		malformed("twice as long", c.with(0, func(p []byte) []byte { return append(p, p...) }))
		for _, f := range c.fields() {
			if f.at > most {
				break
			}
			cut := slices.Clone(c.proofs)
			for _, at := range [...]int{f.at, f.at + f.size - 1} {
				cut[0] = c.proofs[0][:at]
				malformed(fmt.Sprintf("cut at byte %d by %s", at, f.name), cut)
			}
			if !f.fixed {
				continue
			}
			for _, x := range hostileWords {
				malformed(fmt.Sprintf("%s is %d", f.name, x), c.with(0, func(p []byte) []byte {
					var word [8]byte
					binary.LittleEndian.PutUint64(word[:], x)
					if string(p[f.at:][:f.size]) == string(word[:f.size]) {
						return nil // it is
					}
					copy(p[f.at:][:f.size], word[:])
					return p
				}))
			}
		}
	}
}

// Positions that no sibling has make the reference panic, and elements that are no
// field elements.
func TestVanillaNotCanonical(t *testing.T) {
	for _, c := range ownVanillaCases(t) {
		seen := map[string]bool{}
		for _, f := range c.fields() {
			if f.fixed || seen[f.name] || f.size != 32 && f.name != "position among siblings" {
				continue
			}
			seen[f.name] = true
			proofs := c.with(0, func(p []byte) []byte {
				if f.size == 8 {
					binary.LittleEndian.PutUint64(p[f.at:], 8)
				} else {
					copy(p[f.at:], modulus[:])
				}
				return p
			})
			if err := c.verify(t, proofs); !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%s: %s: %v", c.name, f.name, err)
			}
		}
		if len(seen) < 4 {
			t.Errorf("%s: only %v", c.name, seen)
		}
	}
}

// Proofs under statements of another kind, sector, seed or size.
func TestVanillaOtherStatements(t *testing.T) {
	cases := ownVanillaCases(t)
	for i, c := range cases {
		for j, other := range cases {
			if i == j || len(c.proofs) != len(other.proofs) {
				continue
			}
			err := c.verify(t, other.proofs)
			if !errors.Is(err, depinproof.ErrInvalidProof) && !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%s with the proof of %s: %v", c.name, other.name, err)
			}
		}
	}
	seal := sealCases(t)[0]
	proof := ownFile(t, seal.Vanilla[0])
	for what, change := range map[string]func(s *SealInfo){
		"prover":   func(s *SealInfo) { s.ProverID[3] ^= 1 },
		"sector":   func(s *SealInfo) { s.Sector++ },
		"ticket":   func(s *SealInfo) { s.Ticket[0] ^= 1 },
		"seed":     func(s *SealInfo) { s.Seed[31] ^= 0x80 },
		"CommR":    func(s *SealInfo) { s.CommR[0] ^= 1 },
		"CommD":    func(s *SealInfo) { s.CommD[0] ^= 1 },
		"zero":     func(s *SealInfo) { s.CommD = [32]byte{} },
		"modulus":  func(s *SealInfo) { s.CommR = modulus },
		"kind":     func(s *SealInfo) { s.SealProof = StackedDrg2KiBV1_1 },
		"size":     func(s *SealInfo) { s.SealProof = StackedDrg8MiBV1 },
		"number":   func(s *SealInfo) { s.SealProof = 20 },
		"NI":       func(s *SealInfo) { s.SealProof = StackedDrg2KiBV1_2_Feat_NiPoRep },
		"pool":     func(s *SealInfo) { s.SealProof = StackedDrg2KiBV1_1_Feat_SyntheticPoRep },
		"porep ID": func(s *SealInfo) { s.Config = &SealConfig{2 << 10, [32]byte{1}, V1_0_0, 0} },
	} {
		s := seal.info()
		if err := VerifySealVanilla(t.Context(), &s, proof); err != nil {
			t.Fatal(err)
		}
		change(&s)
		err := VerifySealVanilla(t.Context(), &s, proof)
		if !errors.Is(err, depinproof.ErrInvalidProof) && !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("another %s: %v", what, err)
		}
	}
	for _, err := range []error{
		VerifySealVanilla(t.Context(), nil, nil), VerifyReplicaUpdateVanilla(t.Context(), nil, nil),
		VerifyWinningPoStVanilla(t.Context(), nil, nil), VerifyWindowPoStVanilla(t.Context(), nil, nil),
	} {
		if !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("no statement: %v", err)
		}
	}
	many := &WindowPoStInfo{PoStProof: StackedDrgWindow2KiBV1, Replicas: make([]Replica, maxWindowSectors+1)}
	if err := VerifyWindowPoStVanilla(t.Context(), many, nil); !errors.Is(err, depinproof.ErrLimit) {
		t.Errorf("too many replicas: %v", err)
	}
}

// find returns the module's case whose name has a beginning.
func findVanilla(t testing.TB, prefix string) *vanillaCase {
	t.Helper()
	cases := ownVanillaCases(t)
	i := slices.IndexFunc(cases, func(c *vanillaCase) bool { return len(c.name) > len(prefix) && c.name[:len(prefix)] == prefix })
	if i < 0 {
		t.Fatalf("no case %s", prefix)
	}
	return cases[i]
}

func TestVanillaPartitions(t *testing.T) {
	c := findVanilla(t, "seal/V1_2_Feat_NonInteractivePoRep")
	size := (len(c.proofs[0]) - 8) / 13
	for what, change := range map[string]func(p []byte) []byte{
		"first twice": func(p []byte) []byte { copy(p[8+size:], p[8:][:size]); return p },
		"two exchanged": func(p []byte) []byte {
			return slices.Concat(p[:8], p[8+size:][:size], p[8:][:size], p[8+2*size:])
		},
		"one missing": func(p []byte) []byte { p[0] = 12; return p[:len(p)-size] },
		"one more":    func(p []byte) []byte { p[0] = 14; return append(p, p[len(p)-size:]...) },
		"none":        func(p []byte) []byte { return make([]byte, 8) },
	} {
		c.refused(t, what, c.with(0, change))
	}
}

func TestVanillaSectors(t *testing.T) {
	c := findVanilla(t, "window/1.2.0")
	p := c.proofs
	if err := c.verify(t, [][]byte{p[2], p[0], p[1]}); err != nil {
		t.Errorf("in another order: %v", err)
	}
	for what, proofs := range map[string][][]byte{
		"none":             nil,
		"one missing":      p[:2],
		"one twice":        {p[0], p[1], p[1]},
		"one more":         {p[0], p[1], p[2], p[2]},
		"another sector's": {p[0], p[1], c.with(2, func(p []byte) []byte { p[0] ^= 1; return p })[2]},
		"renamed":          {c.with(0, func(q []byte) []byte { copy(q, p[1][:8]); return q })[0], c.with(1, func(q []byte) []byte { copy(q, p[0][:8]); return q })[1], p[2]},
	} {
		c.refused(t, what, proofs)
	}
}

func TestVanillaContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	seal, update, post := sealCases(t)[0], updateCases(t, ownFile(t, "update.json"))[0], readCases[postCase](t, ownFile(t, "post.json"))
	s, u := seal.info(), update.info()
	w, x := WinningPoStInfo(post[0].info(t)), findWindow(t, post)
	winning := findVanilla(t, "winning").proofs[0]
	for what, err := range map[string]error{
		"seal":    VerifySealVanilla(ctx, &s, ownFile(t, seal.Vanilla[0])),
		"update":  VerifyReplicaUpdateVanilla(ctx, &u, ownFile(t, update.Vanilla[0])),
		"winning": VerifyWinningPoStVanilla(ctx, &w, winning),
		"window":  VerifyWindowPoStVanilla(ctx, &x, findVanilla(t, "window/1.2.0").proofs),
	} {
		if err != context.Canceled {
			t.Errorf("%s: %v", what, err)
		}
	}
	// What is malformed is so whatever the context.
	if err := VerifySealVanilla(ctx, &s, nil); !errors.Is(err, depinproof.ErrMalformed) {
		t.Errorf("no proof: %v", err)
	}
}

// findWindow returns the statement of the module's WindowPoSt of version 1.2.0 with
// vanilla proofs.
func findWindow(t testing.TB, posts []postCase) WindowPoStInfo {
	t.Helper()
	for i := range posts {
		if posts[i].Type == "window" && posts[i].APIVersion == "1.2.0" && len(posts[i].Vanilla) > 0 {
			return posts[i].info(t)
		}
	}
	t.Fatal("no WindowPoSt")
	return WindowPoStInfo{}
}

// The sizes that are checked before anything is read are those of what is written.
func TestVanillaSizes(t *testing.T) {
	for _, c := range ownVanillaCases(t) {
		e := &bincode.Encoder{}
		c.walk(e)
		if len(e.Bytes) != len(c.proofs[0]) {
			t.Errorf("%s: %d bytes are written, not %d", c.name, len(e.Bytes), len(c.proofs[0]))
		}
	}
}
