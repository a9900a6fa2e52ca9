package settle

import (
	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// MaxGateways is how many gateways a registry may have where Options do not say.
const MaxGateways = 1 << 21

// MaxSessions is how many sessions of a gateway may be of one time. They last
// some half hour, and a gateway opens one after another.
const MaxSessions = 64

// A Registry has what a network knew of its gateways before a day. What depends on a
// gateway alone, its parsed key and its place on the grid, is computed once, when it is
// added. A registry is not to be changed while it is in use, and is then safe for
// concurrent use. Its zero value is empty.
type Registry struct {
	gateways map[string]*gateway // by binary key, as reports have it
	list     []*gateway
}

type gateway struct {
	index    int // in the list
	key      *keys.Key
	known    pocover.Gateway
	history  pocover.History // before the day
	sessions []session
}

// A session is a key that a gateway vouched for.
type session struct {
	key         *keys.Key
	from, until uint64 // ms
}

// Add adds a gateway by its binary key, or replaces what was known of it. It copies key. A
// key that cannot be parsed, or has bytes that its parser ignores, is ErrMalformed.
func (r *Registry) Add(key []byte, g pocover.Gateway, h pocover.History) error {
	parsed, err := keys.ParseStrict(key)
	if err != nil {
		return err
	}
	g.Position = pocover.Locate(g.Location)
	if old := r.gateways[string(key)]; old != nil {
		old.known, old.history = g, h
		return nil
	}
	if r.gateways == nil {
		r.gateways = make(map[string]*gateway)
	}
	added := &gateway{index: len(r.list), key: parsed, known: g, history: h}
	r.gateways[string(key)] = added
	r.list = append(r.list, added)
	return nil
}

var errUnsigned = invalid("the report is not signed")

// AddSession adds a session that a gateway of the registry opened: the key that it signs
// streamed reports with, which were received from and until the given times in
// milliseconds, both included. The gateway's signature of the session is checked: one that
// is bad is ErrInvalidProof. A gateway that is not in the registry is ErrUnsupported, and
// times that end before they begin are ErrMalformed. A session that meets MaxSessions others
// of its gateway in time is ErrLimit: how many a report is tried with is for the gateway to
// choose.
//
// Sessions of one time are all tried with every report of that time. As the network knew
// all sessions, reports that none of them signed are refused; so the sessions of a gateway
// are to be added for a time completely, or not at all.
func (r *Registry) AddSession(init *wire.SessionInit, from, until uint64) error {
	g := r.gateways[string(init.PubKey)]
	if g == nil {
		return unsupported("session of the gateway %x, which is not in the registry", init.PubKey)
	}
	if until < from {
		return malformed("a session from %d to %d ms", from, until)
	}
	meets := 0
	for i := range g.sessions {
		if s := &g.sessions[i]; s.from <= until && from <= s.until {
			meets++
		}
	}
	if meets >= MaxSessions {
		return limit("a session of gateway %x at the time of %d others", init.PubKey, meets)
	}
	key, err := keys.Parse(init.SessionKey)
	if err != nil {
		return err
	}
	if err := g.key.VerifySignature(init.AppendSigned(nil), init.Signature); err != nil {
		return err
	}
	g.sessions = append(g.sessions, session{key, from, until})
	return nil
}

// Len returns the number of gateways.
func (r *Registry) Len() int { return len(r.list) }

// check finds out who signed a message that was received at a time. Who has a session then
// streams, so that its key is tried first.
func (g *gateway) check(message, signature []byte, received uint64) (Signature, error) {
	if len(signature) == 0 {
		return Bad, errUnsigned // whatever the key is that is not known
	}
	state := NotVerifiable
	for i := range g.sessions {
		s := &g.sessions[i]
		if received < s.from || s.until < received {
			continue
		}
		if s.key.VerifySignature(message, signature) == nil {
			return BySession, nil
		}
		state = Bad
	}
	err := g.key.VerifySignature(message, signature)
	if err == nil {
		return ByGateway, nil
	}
	return state, err
}
