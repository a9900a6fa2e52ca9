package pocover

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// VerifyBeaconSignature checks who signed a beacon report.
//
// A report that came over the streaming service is signed by a session key. Archives do
// not have it, so that there are three outcomes:
//
//	nil              session is nil and PubKey signed the report; or PubKey signed
//	                 session, and its key the report
//	ErrUnsupported   session is nil and PubKey did not sign the report: a session key may
//	                 have. Also keys under which no signature can be checked
//	other classes    the report, or session, is not signed by whom it says: ErrInvalidProof
//	                 if the signature does not hold or session is of another hotspot,
//	                 ErrMalformed or ErrLimit if a key or a signature is none
//
// What is signed is the canonical form: see [wire.BeaconReport.AppendSigned]. That the
// hotspot is one of the network, and that session was of the time, is not checked. Keys
// of every type are taken, though hotspots have no multisig keys.
func VerifyBeaconSignature(report *wire.BeaconReport, session *wire.SessionInit) error {
	const op = "pocover.VerifyBeaconSignature"
	if report == nil {
		return fail(op, malformed("no report"))
	}
	if err := checkSigned(report.PubKey, report.AppendSigned(nil), report.Signature, session); err != nil {
		return fail(op, err)
	}
	return nil
}

// VerifyWitnessSignature checks who signed a witness report, as
// [VerifyBeaconSignature] does.
func VerifyWitnessSignature(report *wire.WitnessReport, session *wire.SessionInit) error {
	const op = "pocover.VerifyWitnessSignature"
	if report == nil {
		return fail(op, malformed("no report"))
	}
	if err := checkSigned(report.PubKey, report.AppendSigned(nil), report.Signature, session); err != nil {
		return fail(op, err)
	}
	return nil
}

// VerifyPacketSignature checks who signed a packet that a hotspot sent to its router, as
// [VerifyBeaconSignature] does of reports. What oracles got is a [wire.PacketReport],
// which has no signature: a packet can be proven by what the router received alone.
func VerifyPacketSignature(packet *wire.PacketUp, session *wire.PacketSessionInit) error {
	const op = "pocover.VerifyPacketSignature"
	if packet == nil {
		return fail(op, malformed("no packet"))
	}
	var init *wire.SessionInit // the same message under another name
	if session != nil {
		init = &wire.SessionInit{PubKey: session.Gateway, Nonce: session.Nonce, SessionKey: session.SessionKey, Signature: session.Signature}
	}
	if err := checkSigned(packet.Gateway, packet.AppendSigned(nil), packet.Signature, init); err != nil {
		return fail(op, err)
	}
	return nil
}

// checkSigned checks that the hotspot of pubKey signed message, through session if that
// is not nil.
func checkSigned(pubKey, message, signature []byte, session *wire.SessionInit) error {
	gateway, err := keys.Parse(pubKey)
	if err != nil {
		return about("the hotspot's key", err)
	}
	if len(signature) == 0 {
		return invalid("the report is not signed")
	}
	if session == nil {
		err := gateway.VerifySignature(message, signature)
		if err == nil {
			return nil
		}
		return unsupported("the hotspot's key did not sign the report, and its session key is not known: %v", err)
	}

	if !bytes.Equal(session.PubKey, pubKey) { // spelled otherwise it is refused, as by the network
		return invalid("the session is another hotspot's")
	}
	if err := gateway.VerifySignature(session.AppendSigned(nil), session.Signature); err != nil {
		return about("the session", err)
	}
	key, err := keys.Parse(session.SessionKey)
	if err != nil {
		return about("the session key", err)
	}
	if err := key.VerifySignature(message, signature); err != nil {
		return about("the report", err)
	}
	return nil
}

// about says what an error of a known class is about.
func about(what string, err error) error {
	var inner *depinproof.Error
	if errors.As(err, &inner) && inner.Kind != nil && inner.Err != nil {
		return &depinproof.Error{Index: noIndex, Kind: inner.Kind, Err: fmt.Errorf("%s: %w", what, inner.Err)}
	}
	return err
}
