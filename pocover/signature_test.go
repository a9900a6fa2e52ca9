package pocover

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A signer has a key of its own.
type signer struct {
	private ed25519.PrivateKey
	key     []byte // binary
}

func newSigner(n byte) signer {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	return signer{private, append([]byte{1}, private.Public().(ed25519.PublicKey)...)}
}

func (s signer) sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

var gateway, sessionKey, stranger = newSigner(1), newSigner(2), newSigner(3)

// A signedReport is a report of any kind, of gateway.
type signedReport struct {
	pubKey, signature *[]byte
	signed            func(dst []byte) []byte
	verify            func(session *wire.SessionInit) error
}

func (r signedReport) sign(s signer) { *r.signature = s.sign(r.signed(nil)) }

// signedBeacon returns goodBeacon's report, signed by s as gateway's.
func signedBeacon(t testing.TB, s signer) *wire.BeaconReport {
	t.Helper()
	r := &goodBeacon(t).Report.Report
	r.PubKey = bytes.Clone(gateway.key)
	r.Signature = s.sign(r.AppendSigned(nil))
	return r
}

// signedWitness returns goodWitness's report, signed by s as gateway's.
func signedWitness(t testing.TB, s signer) *wire.WitnessReport {
	t.Helper()
	r := &goodWitness(t).Report.Report
	r.PubKey = bytes.Clone(gateway.key)
	r.Signature = s.sign(r.AppendSigned(nil))
	return r
}

// signedPacket returns a packet, signed by s as gateway's.
func signedPacket(s signer) *wire.PacketUp {
	p := &wire.PacketUp{
		Payload:   []byte("payload"),
		Timestamp: 1 << 40,
		RSSI:      -80,
		Frequency: 868_100_000,
		DataRate:  3,
		SNR:       -2.5,
		Region:    1,
		HoldTime:  9,
		Gateway:   bytes.Clone(gateway.key),
	}
	p.Signature = s.sign(p.AppendSigned(nil))
	return p
}

// packetSession returns s as packets have it.
func packetSession(s *wire.SessionInit) *wire.PacketSessionInit {
	if s == nil {
		return nil
	}
	return &wire.PacketSessionInit{Gateway: s.PubKey, Nonce: s.Nonce, SessionKey: s.SessionKey, Signature: s.Signature}
}

// signedReports returns a report of each kind, signed by s.
func signedReports(t testing.TB, s signer) []signedReport {
	t.Helper()
	b, w, p := signedBeacon(t, s), signedWitness(t, s), signedPacket(s)
	return []signedReport{
		{&b.PubKey, &b.Signature, b.AppendSigned, func(s *wire.SessionInit) error { return VerifyBeaconSignature(b, s) }},
		{&w.PubKey, &w.Signature, w.AppendSigned, func(s *wire.SessionInit) error { return VerifyWitnessSignature(w, s) }},
		{&p.Gateway, &p.Signature, p.AppendSigned, func(s *wire.SessionInit) error { return VerifyPacketSignature(p, packetSession(s)) }},
	}
}

// The sessions of packets and of reports are one message under two names.
func TestPacketSession(t *testing.T) {
	s := session()
	if got, want := packetSession(s).AppendSigned(nil), s.AppendSigned(nil); !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestVerifyNothing(t *testing.T) {
	for _, err := range []error{
		VerifyBeaconSignature(nil, session()), VerifyWitnessSignature(nil, nil), VerifyPacketSignature(nil, nil),
	} {
		if !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("got %v", err)
		}
	}
}

// session returns a session of gateway with sessionKey.
func session() *wire.SessionInit {
	m := &wire.SessionInit{
		PubKey:     bytes.Clone(gateway.key),
		Nonce:      bytes.Repeat([]byte{5}, 32),
		SessionKey: bytes.Clone(sessionKey.key),
	}
	m.Signature = gateway.sign(m.AppendSigned(nil))
	return m
}

func TestVerifySignatures(t *testing.T) {
	type change func(r signedReport, s *wire.SessionInit)
	for _, c := range []struct {
		name      string
		by        signer
		inSession bool
		change    change
		want      error
	}{
		{"by the hotspot", gateway, false, nil, nil},
		{"by the hotspot, a byte after its key", gateway, false, func(r signedReport, _ *wire.SessionInit) {
			*r.pubKey = append(*r.pubKey, 1)
			r.sign(gateway)
		}, nil},
		{"by a session key that is not given", sessionKey, false, nil, depinproof.ErrUnsupported},
		{"by the session key", sessionKey, true, nil, nil},
		{"by the session key, a byte after the hotspot's", sessionKey, true, func(r signedReport, s *wire.SessionInit) {
			s.PubKey = append(bytes.Clone(s.PubKey), 1)
			s.Signature = gateway.sign(s.AppendSigned(nil))
			*r.pubKey = bytes.Clone(s.PubKey)
			r.sign(sessionKey)
		}, nil},
		{"by the session key, a byte after one of the hotspot's", sessionKey, true, func(_ signedReport, s *wire.SessionInit) {
			s.PubKey = append(bytes.Clone(s.PubKey), 1)
			s.Signature = gateway.sign(s.AppendSigned(nil))
		}, depinproof.ErrInvalidProof},
		{"by the hotspot in a session", gateway, true, nil, depinproof.ErrInvalidProof},
		{"by a stranger in a session", stranger, true, nil, depinproof.ErrInvalidProof},
		{"not signed", gateway, false, func(r signedReport, _ *wire.SessionInit) { *r.signature = nil }, depinproof.ErrInvalidProof},
		{"not signed in a session", sessionKey, true, func(r signedReport, _ *wire.SessionInit) { *r.signature = nil }, depinproof.ErrInvalidProof},
		{"short signature", gateway, false, func(r signedReport, _ *wire.SessionInit) { *r.signature = (*r.signature)[:63] }, depinproof.ErrUnsupported},
		{"short signature in a session", sessionKey, true, func(r signedReport, _ *wire.SessionInit) { *r.signature = (*r.signature)[:63] }, depinproof.ErrMalformed},
		{"no key", gateway, false, func(r signedReport, _ *wire.SessionInit) { *r.pubKey = nil }, depinproof.ErrMalformed},
		{"key of no type", gateway, false, func(r signedReport, _ *wire.SessionInit) { *r.pubKey = []byte{9} }, depinproof.ErrMalformed},
		{"session of a stranger", sessionKey, true, func(_ signedReport, s *wire.SessionInit) {
			s.PubKey = stranger.key
			s.Signature = stranger.sign(s.AppendSigned(nil))
		}, depinproof.ErrInvalidProof},
		{"session not signed", sessionKey, true, func(_ signedReport, s *wire.SessionInit) { s.Signature = nil }, depinproof.ErrMalformed},
		{"session signed by its key", sessionKey, true, func(_ signedReport, s *wire.SessionInit) {
			s.Signature = sessionKey.sign(s.AppendSigned(nil))
		}, depinproof.ErrInvalidProof},
		{"session with another nonce", sessionKey, true, func(_ signedReport, s *wire.SessionInit) { s.Nonce[0]++ }, depinproof.ErrInvalidProof},
		{"session with another key", stranger, true, func(_ signedReport, s *wire.SessionInit) { s.SessionKey = stranger.key }, depinproof.ErrInvalidProof},
		{"session without a key", sessionKey, true, func(_ signedReport, s *wire.SessionInit) {
			s.SessionKey = nil
			s.Signature = gateway.sign(s.AppendSigned(nil))
		}, depinproof.ErrMalformed},
	} {
		for _, r := range signedReports(t, c.by) {
			var s *wire.SessionInit
			if c.inSession {
				s = session()
			}
			if c.change != nil {
				c.change(r, s)
			}
			err := r.verify(s)
			var e *depinproof.Error
			if !errors.Is(err, c.want) || err != nil && (!errors.As(err, &e) || e.Op == "") {
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
			for _, kind := range []error{depinproof.ErrInvalidProof, depinproof.ErrMalformed, depinproof.ErrUnsupported} {
				if kind != c.want && errors.Is(err, kind) {
					t.Errorf("%s: %v is also %v", c.name, err, kind)
				}
			}
		}
	}
}

// refuses asserts that a change of any bit of b is refused, and undoes it.
func refuses(t *testing.T, name string, b []byte, verify func() error) {
	t.Helper()
	for i := range 8 * len(b) {
		b[i/8] ^= 1 << (i % 8)
		if err := verify(); err == nil {
			t.Errorf("%s: bit %d does not matter", name, i)
		}
		b[i/8] ^= 1 << (i % 8)
	}
}

// TestVerifySignatureBits flips every bit of reports, signatures and a session: of the
// reports in their wire form, where a change must make them unreadable or not signed.
func TestVerifySignatureBits(t *testing.T) {
	s := session()
	b, w := signedBeacon(t, sessionKey), signedWitness(t, sessionKey)
	for _, field := range [][]byte{s.PubKey, s.Nonce, s.SessionKey, s.Signature} {
		refuses(t, "session", field, func() error { return VerifyBeaconSignature(b, s) })
	}

	// The 32 high bits of a negative SNR are written and not read.
	unread := 0
	wireBeacon, wireWitness := b.AppendCanonical(nil), w.AppendCanonical(nil)
	refuses(t, "beacon", wireBeacon, func() error {
		var m wire.BeaconReport
		if err := m.Decode(wireBeacon); err != nil {
			return err
		}
		return VerifyBeaconSignature(&m, s)
	})
	refuses(t, "witness", wireWitness, func() error {
		var m wire.WitnessReport
		if err := m.Decode(wireWitness); err != nil {
			return err
		}
		if bytes.Equal(m.AppendCanonical(nil), w.AppendCanonical(nil)) {
			unread++
			return errors.New("the same report")
		}
		return VerifyWitnessSignature(&m, s)
	})
	if unread != 32 {
		t.Errorf("%d bits of a witness report are not read", unread)
	}

	// So are the three bits above 32 of the frequency's last byte.
	unread = 0
	p := signedPacket(sessionKey)
	wirePacket := p.AppendCanonical(nil)
	refuses(t, "packet", wirePacket, func() error {
		var m wire.PacketUp
		if err := m.Decode(wirePacket); err != nil {
			return err
		}
		if bytes.Equal(m.AppendCanonical(nil), p.AppendCanonical(nil)) {
			unread++
			return errors.New("the same packet")
		}
		return VerifyPacketSignature(&m, packetSession(s))
	})
	if unread != 3 {
		t.Errorf("%d bits of a packet are not read", unread)
	}
}

// fuzzSignature checks that a signature of changed bytes holds only if what is signed is
// unchanged.
func fuzzSignature(t *testing.T, key, signature, signed, wantSigned []byte, err error) {
	t.Helper()
	if err != nil {
		return
	}
	if k, err := keys.Parse(key); err != nil || !bytes.Equal(k.Binary(), gateway.key) {
		return // of another hotspot, whose key the fuzzer would have to have
	}
	if !bytes.Equal(signed, wantSigned) {
		t.Errorf("accepted %x, which was not signed, with %x", signed, signature)
	}
}

func FuzzVerifyBeaconSignature(f *testing.F) {
	r := signedBeacon(f, sessionKey)
	f.Add(r.AppendCanonical(nil))
	want := r.AppendSigned(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m wire.BeaconReport
		if m.Decode(b) != nil {
			return
		}
		fuzzSignature(t, m.PubKey, m.Signature, m.AppendSigned(nil), want, VerifyBeaconSignature(&m, session()))
	})
}

func FuzzVerifyWitnessSignature(f *testing.F) {
	r := signedWitness(f, sessionKey)
	f.Add(r.AppendCanonical(nil))
	want := r.AppendSigned(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m wire.WitnessReport
		if m.Decode(b) != nil {
			return
		}
		fuzzSignature(t, m.PubKey, m.Signature, m.AppendSigned(nil), want, VerifyWitnessSignature(&m, session()))
	})
}

func FuzzVerifyPacketSignature(f *testing.F) {
	p := signedPacket(sessionKey)
	f.Add(p.AppendCanonical(nil))
	want := p.AppendSigned(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m wire.PacketUp
		if m.Decode(b) != nil {
			return
		}
		fuzzSignature(t, m.Gateway, m.Signature, m.AppendSigned(nil), want, VerifyPacketSignature(&m, packetSession(session())))
	})
}

func BenchmarkVerifyBeaconSignature(b *testing.B) {
	r, s := signedBeacon(b, sessionKey), session()
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyBeaconSignature(r, s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyWitnessSignature(b *testing.B) {
	r := signedWitness(b, gateway)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyWitnessSignature(r, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyPacketSignature(b *testing.B) {
	p := signedPacket(gateway)
	b.ReportAllocs()
	for b.Loop() {
		if err := VerifyPacketSignature(p, nil); err != nil {
			b.Fatal(err)
		}
	}
}
