package pocover

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/keys"
)

const verifyDeny = "pocover.VerifyDenyFilter"

// twinPositions computes, with integers that do not wrap, the places in a filter that a
// hash belongs to, and its fingerprint.
func twinPositions(f *fingerprintFilter, hash uint64) (at [3]uint64, fp uint32) {
	word := new(big.Int).Lsh(big.NewInt(1), 64)
	mod := func(x *big.Int) *big.Int { return x.Mod(x, word) }
	h := mod(new(big.Int).Add(new(big.Int).SetUint64(hash), new(big.Int).SetUint64(f.seed)))
	for _, m := range []uint64{0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53} {
		h.Xor(h, new(big.Int).Rsh(h, 33))
		mod(h.Mul(h, new(big.Int).SetUint64(m)))
	}
	h.Xor(h, new(big.Int).Rsh(h, 33))
	x := h.Uint64()
	fp = uint32(x) ^ uint32(x>>32)
	if f.fuse {
		first := new(big.Int).Mul(h, big.NewInt(int64(f.segments)))
		at[0] = first.Rsh(first, 64).Uint64()
		// In the next two segments, the place is moved within the segment.
		for i, move := range []uint64{x >> 18, x} {
			at[i+1] = at[0] + uint64(i+1)*uint64(f.segment)
			start := at[i+1] / uint64(f.segment) * uint64(f.segment)
			at[i+1] = start + (at[i+1] - start) ^ (move % uint64(f.segment))
		}
		return at, fp
	}
	for i := range at {
		top := uint64(uint32(bits.RotateLeft64(x, 21*i)))
		at[i] = uint64(i)*f.block + new(big.Int).Rsh(new(big.Int).Mul(new(big.Int).SetUint64(top), new(big.Int).SetUint64(f.block)), 32).Uint64()
	}
	return at, fp
}

// build fills a filter, whose other fields are set, with distinct hashes: a place that
// only one hash has decides last, so that hash is taken off, until none is left.
func (f *fingerprintFilter) build(n int, hashes []uint64) {
	type step struct {
		hash uint64
		at   uint64
	}
	for f.seed = 1; ; f.seed++ {
		count, sum := make([]int, n), make([]uint64, n)
		for _, h := range hashes {
			at, _ := twinPositions(f, h)
			for _, p := range at {
				count[p]++
				sum[p] ^= h
			}
		}
		var lone []uint64
		for p, c := range count {
			if c == 1 {
				lone = append(lone, uint64(p))
			}
		}
		var order []step
		for len(lone) > 0 {
			p := lone[len(lone)-1]
			lone = lone[:len(lone)-1]
			if count[p] != 1 {
				continue
			}
			h := sum[p]
			order = append(order, step{h, p})
			at, _ := twinPositions(f, h)
			for _, q := range at {
				count[q]--
				sum[q] ^= h
				if count[q] == 1 {
					lone = append(lone, q)
				}
			}
		}
		if len(order) < len(hashes) {
			continue
		}
		f.fingerprints = make([]byte, 4*n)
		for i := len(order) - 1; i >= 0; i-- {
			at, fp := twinPositions(f, order[i].hash)
			binary.LittleEndian.PutUint32(f.fingerprints[4*order[i].at:], 0)
			for _, p := range at {
				fp ^= f.at(p)
			}
			binary.LittleEndian.PutUint32(f.fingerprints[4*order[i].at:], fp)
		}
		return
	}
}

func newXor32(hashes []uint64) *fingerprintFilter {
	block := (len(hashes)*123/100 + 32) / 3
	f := &fingerprintFilter{block: uint64(block)}
	f.build(3*block, hashes)
	return f
}

func newBinaryFuse32(hashes []uint64) *fingerprintFilter {
	f := &fingerprintFilter{fuse: true, segment: 16}
	f.segments = (uint32(len(hashes)*2)/16 + 1) * 16
	f.build(int(f.segments+2*f.segment), hashes)
	return f
}

// encode writes a filter as bincode does.
func (f *fingerprintFilter) encode() []byte {
	b := binary.LittleEndian.AppendUint64(nil, f.seed)
	if f.fuse {
		b = binary.LittleEndian.AppendUint32(b, f.segment)
		b = binary.LittleEndian.AppendUint32(b, f.segment-1)
		b = binary.LittleEndian.AppendUint32(b, f.segments)
	} else {
		b = binary.LittleEndian.AppendUint64(b, f.block)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(len(f.fingerprints)/4))
	return append(b, f.fingerprints...)
}

// signedBytes are what is signed of a deny list.
func signedBytes(version byte, serial uint32, f *fingerprintFilter) []byte {
	b := binary.LittleEndian.AppendUint32(nil, serial)
	if version == 2 {
		kind := uint32(variantXor32)
		if f.fuse {
			kind = variantBinaryFuse32
		}
		b = binary.LittleEndian.AppendUint32(b, kind)
	}
	return append(b, f.encode()...)
}

// denySigner signs the deny lists of tests.
func denySigner(t testing.TB, seed byte) (ed25519.PrivateKey, *keys.Key) {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	k, err := keys.Parse(append([]byte{1}, private.Public().(ed25519.PublicKey)...))
	if err != nil {
		t.Fatal(err)
	}
	return private, k
}

func assemble(version byte, signature, signed []byte) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{version}, uint16(len(signature)))
	return append(append(b, signature...), signed...)
}

func denyBytes(t testing.TB, version byte, f *fingerprintFilter) ([]byte, *keys.Key) {
	private, key := denySigner(t, 1)
	signed := signedBytes(version, 2026070101, f)
	return assemble(version, ed25519.Sign(private, signed), signed), key
}

func hotspotKey(i int) []byte {
	b := make([]byte, 33)
	binary.BigEndian.PutUint64(b[1:], uint64(i)*0x9e3779b97f4a7c15)
	return b
}

// denySet are hashes of n keys and of n/2 edges between them and later ones.
func denySet(n int) (hashes []uint64) {
	for i := range n {
		hashes = append(hashes, xxhash.Sum64(hotspotKey(i)))
		if i%2 == 0 {
			hashes = append(hashes, edgeHash(hotspotKey(i), hotspotKey(n+i)))
		}
	}
	return hashes
}

func TestVerifyDenyFilterShared(t *testing.T) {
	var file struct {
		DenyList  []string `json:"denylist"`
		FilterBin string   `json:"filter_bin_hex"`
		Serial    uint32   `json:"serial"`
		Multisig  struct {
			Address string   `json:"address"`
			Keys    []string `json:"public_keys"`
		} `json:"multisig"`
	}
	heliumJSON(t, "denylist_2022030901.json", &file)
	b, err := hex.DecodeString(file.FilterBin)
	if err != nil || len(file.DenyList) != 3236 {
		t.Fatalf("%d keys, %v", len(file.DenyList), err)
	}
	signer, err := keys.ParseText(file.Multisig.Address)
	if err != nil {
		t.Fatal(err)
	}
	_, other := denySigner(t, 1)
	d, err := VerifyDenyFilter(b, []*keys.Key{other, signer})
	if err != nil {
		t.Fatal(err)
	}
	if d.Empty() || d.Serial() != file.Serial || d.Tag() != "2022030901" {
		t.Errorf("serial %d, tag %s", d.Serial(), d.Tag())
	}
	for _, s := range file.DenyList {
		k, err := keys.ParseText(s)
		if err != nil {
			t.Fatal(err)
		}
		if !d.Denied(k.Binary()) {
			t.Errorf("%s is not denied", s)
		}
	}
	for i := range 20000 {
		if d.Denied(hotspotKey(i)) || d.DeniedEdge(hotspotKey(i), hotspotKey(i+1)) {
			t.Errorf("key %d is denied", i)
		}
	}

	member, err := keys.ParseText(file.Multisig.Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyDenyFilter(b, []*keys.Key{member, other}); err == nil {
		t.Error("accepted without the signer")
	} else {
		wantError(t, err, depinproof.ErrInvalidProof, verifyDeny)
	}
	// Every bit of header, signature, serial number and head of the filter, and one in
	// 401 of the fingerprints'. Of the multisignature's four signatures, each with index
	// and length, three are enough, so there a bit is flipped in two.
	const (
		member1   = 3 + 6*33
		perMember = 2 + 64
		members   = 4
	)
	n := int(binary.LittleEndian.Uint16(b[1:]))
	if 3+n != member1+members*perMember {
		t.Fatalf("signature of %d bytes", n)
	}
	head := 8 * (3 + n + 4 + 24)
	for i := 0; i < 8*len(b); i++ {
		if i > head {
			i += 400
			if i >= 8*len(b) {
				break
			}
		}
		flips := []int{i}
		if at := i/8 - member1; at >= 0 && at < members*perMember {
			flips = append(flips, i+8*perMember)
			if at >= (members-1)*perMember {
				flips[1] = i - 8*perMember
			}
		}
		for _, i := range flips {
			b[i/8] ^= 1 << (i % 8)
		}
		if _, err := VerifyDenyFilter(b, []*keys.Key{signer}); err == nil {
			t.Errorf("bits %v flipped: accepted", flips)
		}
		for _, i := range flips {
			b[i/8] ^= 1 << (i % 8)
		}
	}
}

// TestFilterVectors reads filters that xorf 0.8.1 built from the outputs of SplitMix64
// and bincode 1.3.3 wrote.
func TestFilterVectors(t *testing.T) {
	file, err := os.Open("testdata/filters.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	splitMix := func(i int) uint64 {
		z := uint64(i) * 0x9e3779b97f4a7c15
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return z ^ z>>31
	}
	rows, lines := 0, bufio.NewScanner(file)
	for ; lines.Scan(); rows++ {
		w := strings.Fields(lines.Text())
		b, err := hex.DecodeString(w[2])
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseDenyFilter(2, b)
		if err != nil {
			t.Fatalf("%s of %s: %v", w[0], w[1], err)
		}
		if f.fuse != (w[0] == "fuse32") || !bytes.Equal(f.encode(), b[4:]) {
			t.Errorf("%s of %s: %+v", w[0], w[1], f)
		}
		size, err := strconv.Atoi(w[1])
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i := 1; i <= 10000; i++ {
			if f.contains(splitMix(i)) {
				n++
			} else if i <= size {
				t.Errorf("%s of %s: lacks %d", w[0], w[1], i)
			}
		}
		if n != size {
			t.Errorf("%s of %s: has %d of 10000", w[0], w[1], n)
		}
	}
	if lines.Err() != nil || rows != 10 {
		t.Errorf("%d rows, %v", rows, lines.Err())
	}
}

// TestDenied builds both kinds of filter from keys and edges.
func TestDenied(t *testing.T) {
	const n = 100
	hashes := denySet(n)
	for _, c := range []struct {
		version byte
		filter  *fingerprintFilter
	}{
		{1, newXor32(hashes)}, {2, newXor32(hashes)}, {2, newBinaryFuse32(hashes)},
		{1, newXor32(nil)}, {2, newBinaryFuse32(nil)},
	} {
		empty := bytes.Count(c.filter.fingerprints, []byte{0}) == len(c.filter.fingerprints)
		b, key := denyBytes(t, c.version, c.filter)
		d, err := VerifyDenyFilter(b, []*keys.Key{nil, key})
		if err != nil {
			t.Fatal(err)
		}
		if d.Empty() || d.Serial() != 2026070101 || d.Tag() != "2026070101" {
			t.Errorf("serial %d, tag %q", d.Serial(), d.Tag())
		}
		for i := range 3 * n {
			a, b := hotspotKey(i), hotspotKey(n+i)
			if got, want := d.Denied(a), !empty && i < n; got != want {
				t.Errorf("key %d: %v", i, got)
			}
			want := !empty && i < n && i%2 == 0
			if d.DeniedEdge(a, b) != want || d.DeniedEdge(b, a) != want {
				t.Errorf("edge %d: want %v", i, want)
			}
			if d.DeniedEdge(a, a) {
				t.Errorf("edge of %d with itself", i)
			}
		}
	}
}

func TestNoDenyList(t *testing.T) {
	for _, d := range []*DenyFilter{nil, {}} {
		if !d.Empty() || !d.Denied(hotspotKey(1)) || !d.DeniedEdge(hotspotKey(1), hotspotKey(2)) || d.Serial() != 0 || d.Tag() != "" {
			t.Errorf("%v lets through", d)
		}
	}
}

func TestVerifyDenyFilterFlips(t *testing.T) {
	for _, f := range []*fingerprintFilter{newXor32(denySet(4)), newBinaryFuse32(denySet(4))} {
		b, key := denyBytes(t, 2, f)
		signers := []*keys.Key{key}
		if _, err := VerifyDenyFilter(b, signers); err != nil {
			t.Fatal(err)
		}
		for i := range 8 * len(b) {
			b[i/8] ^= 1 << (i % 8)
			if _, err := VerifyDenyFilter(b, signers); err == nil {
				t.Errorf("bit %d flipped: accepted", i)
			}
			b[i/8] ^= 1 << (i % 8)
		}
		for i := range b {
			if _, err := VerifyDenyFilter(b[:i], signers); err == nil {
				t.Errorf("%d bytes: accepted", i)
			}
		}
		_, err := VerifyDenyFilter(append(bytes.Clone(b), 0), signers)
		wantError(t, err, depinproof.ErrMalformed, verifyDeny)
	}
}

// TestVerifyDenyFilterRefused signs what must not be signed.
func TestVerifyDenyFilterRefused(t *testing.T) {
	private, key := denySigner(t, 1)
	_, other := denySigner(t, 2)
	signers := []*keys.Key{key}
	le := func(size int, n uint64) []byte {
		return binary.LittleEndian.AppendUint64(nil, n)[:size]
	}
	xor := func(block, n uint64, words int) []byte {
		return bytes.Join([][]byte{le(4, 7), le(8, 0), le(8, block), le(8, n), make([]byte, 4*words)}, nil)
	}
	fuse := func(segment, mask, segments, n uint64, words int) []byte {
		return bytes.Join([][]byte{le(4, 7), le(4, 1), le(8, 0), le(4, segment), le(4, mask), le(4, segments), le(8, n), make([]byte, 4*words)}, nil)
	}
	for _, c := range []struct {
		name    string
		version byte
		signed  []byte
		kind    error
	}{
		{"Xor32", 1, xor(1, 3, 3), nil},
		{"fuse", 2, fuse(4, 3, 4, 12, 12), nil},
		{"version 0", 0, xor(1, 3, 3), depinproof.ErrUnsupported},
		{"version 3", 3, xor(1, 3, 3), depinproof.ErrUnsupported},
		{"kind 2", 2, append(le(4, 7), le(4, 2)...), depinproof.ErrUnsupported},
		{"no kind", 2, le(4, 7), depinproof.ErrMalformed},
		{"no filter", 1, le(4, 7), depinproof.ErrMalformed},
		{"no fingerprints", 1, xor(0, 0, 0), depinproof.ErrMalformed},
		{"block too long", 1, xor(2, 3, 3), depinproof.ErrMalformed},
		{"block too short", 1, xor(1, 6, 6), depinproof.ErrMalformed},
		{"not three blocks", 1, xor(1, 4, 4), depinproof.ErrMalformed},
		{"block that wraps", 1, xor(1<<63/3*2+1, 3, 3), depinproof.ErrMalformed},
		{"count too large", 1, xor(1<<61, 3<<61, 3), depinproof.ErrMalformed},
		{"count that wraps", 1, xor(1, 1<<62+3, 3), depinproof.ErrMalformed},
		{"count too small", 1, xor(1, 3, 4), depinproof.ErrMalformed},
		{"half a fingerprint", 1, append(xor(1, 3, 3), 0), depinproof.ErrMalformed},
		{"fuse cut off", 2, fuse(4, 3, 4, 12, 12)[:30], depinproof.ErrMalformed},
		{"fuse count", 2, fuse(4, 3, 4, 13, 12), depinproof.ErrMalformed},
		{"segment 0", 2, fuse(0, 1<<32-1, 4, 4, 4), depinproof.ErrMalformed},
		{"segment 3", 2, fuse(3, 2, 3, 9, 9), depinproof.ErrMalformed},
		{"mask", 2, fuse(4, 7, 4, 12, 12), depinproof.ErrMalformed},
		{"no segments", 2, fuse(4, 3, 0, 8, 8), depinproof.ErrMalformed},
		{"part of a segment", 2, fuse(4, 3, 6, 14, 14), depinproof.ErrMalformed},
		{"segments too many", 2, fuse(4, 3, 8, 12, 12), depinproof.ErrMalformed},
		{"segments that wrap", 2, fuse(1<<31, 1<<31-1, 1<<31, 1<<31, 12), depinproof.ErrMalformed},
	} {
		_, err := VerifyDenyFilter(assemble(c.version, ed25519.Sign(private, c.signed), c.signed), signers)
		if c.kind == nil {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: accepted", c.name)
		}
		wantError(t, err, c.kind, verifyDeny)
	}

	good := xor(1, 3, 3)
	for _, c := range []struct {
		name    string
		b       []byte
		signers []*keys.Key
		kind    error
	}{
		{"nothing", nil, signers, depinproof.ErrMalformed},
		{"too long", make([]byte, maxDenyList+1), signers, depinproof.ErrLimit},
		{"no signer", assemble(1, ed25519.Sign(private, good), good), nil, depinproof.ErrUnsupported},
		{"nil signer", assemble(1, ed25519.Sign(private, good), good), []*keys.Key{nil}, depinproof.ErrInvalidProof},
		{"other signer", assemble(1, ed25519.Sign(private, good), good), []*keys.Key{other}, depinproof.ErrInvalidProof},
		{"no signature", assemble(1, nil, good), signers, depinproof.ErrInvalidProof},
		{"long signature", assemble(1, append(ed25519.Sign(private, good), 0), good), signers, depinproof.ErrInvalidProof},
		{"zero signature", assemble(1, make([]byte, 64), good), signers, depinproof.ErrInvalidProof},
	} {
		if _, err := VerifyDenyFilter(c.b, c.signers); err == nil {
			t.Errorf("%s: accepted", c.name)
		} else {
			wantError(t, err, c.kind, verifyDeny)
		}
	}
}

// FuzzVerifyDenyFilter signs whatever comes. What is accepted must be what its parts
// encode to, and answer as its slow twin does; the same with another signature, or with
// a signature of something else, must be refused.
func FuzzVerifyDenyFilter(f *testing.F) {
	for _, filter := range []*fingerprintFilter{newXor32(denySet(3)), newBinaryFuse32(denySet(3))} {
		f.Add(byte(2), signedBytes(2, 1, filter), uint64(5))
	}
	f.Add(byte(1), signedBytes(1, 9, newXor32(denySet(1))), uint64(0))
	private, key := denySigner(f, 1)
	signers := []*keys.Key{key}
	f.Fuzz(func(t *testing.T, version byte, signed []byte, hash uint64) {
		signature := ed25519.Sign(private, signed)
		d, err := VerifyDenyFilter(assemble(version, signature, signed), signers)
		if err != nil {
			if errors.Is(err, depinproof.ErrInvalidProof) || errors.Is(err, depinproof.ErrInternal) || d != nil {
				t.Fatal(d, err)
			}
			return
		}
		if !bytes.Equal(signedBytes(version, d.Serial(), &d.filter), signed) {
			t.Fatal("another list")
		}
		for range 50 {
			hash = hash*6364136223846793005 + 1442695040888963407
			at, fp := twinPositions(&d.filter, hash)
			if got, want := d.filter.contains(hash), fp == d.filter.at(at[0])^d.filter.at(at[1])^d.filter.at(at[2]); got != want {
				t.Fatalf("hash %#x: %v", hash, got)
			}
		}
		signature[hash%ed25519.SignatureSize] ^= 1 << (hash >> 61)
		if _, err := VerifyDenyFilter(assemble(version, signature, signed), signers); !errors.Is(err, depinproof.ErrInvalidProof) {
			t.Fatal("bad signature: ", err)
		}
	})
}

func TestDeniedAlloc(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	b, key := denyBytes(t, 2, newXor32(denySet(10)))
	d, err := VerifyDenyFilter(b, []*keys.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	k1, k2 := hotspotKey(1), hotspotKey(2)
	if n := testing.AllocsPerRun(100, func() { d.Denied(k1); d.DeniedEdge(k1, k2); d.Tag() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleVerifyDenyFilter() {
	// A list of no hotspots, serial number 1: ten fingerprints in each of three blocks.
	signed := make([]byte, 4+24+4*30)
	signed[0], signed[12], signed[20] = 1, 10, 30
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	signature := ed25519.Sign(private, signed)
	list := append(append([]byte{1, 64, 0}, signature...), signed...)

	signer, err := keys.Parse(append([]byte{1}, private.Public().(ed25519.PublicKey)...))
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := VerifyDenyFilter(list, []*keys.Key{signer})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Tag(), d.Denied([]byte("a key")))

	list[len(list)-1] ^= 1
	_, err = VerifyDenyFilter(list, []*keys.Key{signer})
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// 1 false
	// true
}

func BenchmarkVerifyDenyFilter(b *testing.B) {
	list, key := denyBytes(b, 1, newXor32(denySet(2000)))
	signers := []*keys.Key{key}
	b.ReportAllocs()
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		if _, err := VerifyDenyFilter(list, signers); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDenied(b *testing.B) {
	hashes := denySet(2000)
	for _, c := range []struct {
		name   string
		filter *fingerprintFilter
	}{{"xor32", newXor32(hashes)}, {"fuse32", newBinaryFuse32(hashes)}} {
		d := &DenyFilter{loaded: true, filter: *c.filter}
		k1, k2 := hotspotKey(int(rand.Uint32())), hotspotKey(2)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d.Denied(k1) || d.DeniedEdge(k1, k2) {
					b.Fatal("denied")
				}
			}
		})
	}
}

// TestEdgeHash has pairs whose first bytes, last bytes or lengths decide which comes first.
func TestEdgeHash(t *testing.T) {
	for _, c := range []struct{ first, second []byte }{
		{[]byte{0, 9}, []byte{1, 2}},
		{hotspotKey(0), hotspotKey(1)},
		{testKey(0x7f), testKey(0x80)},
		{testKey(5), append(testKey(5), 0)},
		{append(testKey(5), 0xff), testKey(6)},
		{testKey(5), testKey(5)},
	} {
		want := xxhash.Sum64(slices.Concat(c.first, c.second))
		if a, b := edgeHash(c.first, c.second), edgeHash(c.second, c.first); a != want || b != want {
			t.Errorf("%x, %x: %x and %x, want %x", c.first, c.second, a, b, want)
		}
	}
}
