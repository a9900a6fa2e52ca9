package pocover

import (
	"bytes"

	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A Gateway is what the network knew about a hotspot when it judged.
//
// Asserted means that the hotspot has a location, of a region that is known; the
// other fields have no meaning without it. The network took a gain of 12 and an
// elevation of 0 for those that had none.
type Gateway struct {
	Full      bool // not data-only
	Asserted  bool
	Location  h3.Cell
	Gain      int32 // dBi × 10
	Elevation int32 // m
	Region    wire.Region

	// Position is what [Locate] says of Location. It saves its computation; without it,
	// or if it is that of another cell, verdicts are the same.
	Position Position
}

// countResolution is the resolution of the cells that lie between hotspots.
const countResolution = 11

// A Position is what is computed from a location alone.
type Position struct {
	cell   h3.Cell
	parent h3.Cell   // at countResolution
	center h3.LatLng // of cell
	counts bool      // parent and center are
	known  bool      // not the zero value
}

// Locate returns the position of a location, which may be any number.
func Locate(location h3.Cell) Position {
	p := Position{cell: location, known: true}
	// Asked for here, so that nothing is allocated for an error.
	if !location.Valid() || location.Resolution() < countResolution {
		return p
	}
	var errParent, errCenter error
	p.parent, errParent = location.Parent(countResolution)
	p.center, errCenter = location.Center()
	p.counts = errParent == nil && errCenter == nil
	return p
}

// asserted reports whether the hotspot of a key is known, and has a location.
func asserted(g *Gateway, key []byte) bool { return g != nil && g.Asserted && canonical(key) }

func (g *Gateway) position() Position {
	if g.Position.known && g.Position.cell == g.Location {
		return g.Position
	}
	return Locate(g.Location)
}

// A DenyList says which hotspots, and which pairs of them, were denied. Keys are
// canonical binary keys. An implementation is safe for concurrent use and keeps no key.
type DenyList interface {
	// Empty reports whether no list is loaded. Then everybody is denied.
	Empty() bool
	Denied(key []byte) bool
	DeniedEdge(a, b []byte) bool // in either order
	Tag() string                 // the release, for [Details]
}

// noDenyList says why everybody is denied.
const noDenyList = "no deny list is loaded"

// denied is the check of a key.
func denied(list DenyList, key []byte, side Side, check int) (Verdict, bool) {
	if list == nil || list.Empty() {
		return refused(side, check, Denied, noDenyList), true
	}
	if list.Denied(key) {
		return refused(side, check, Denied, list.Tag()), true
	}
	return Verdict{}, false
}

// canonical reports whether b is a binary key, spelled as the network knew its hotspots:
// parsers ignore bytes after some keys, and take others that are too short. Of keys with
// the form of almost all hotspots' it does not ask whether they are on their curve.
func canonical(b []byte) bool {
	const eccCompact, ed25519, length = 0, 1, 33
	if len(b) == length && (b[0]&0x0f == eccCompact || b[0]&0x0f == ed25519) {
		return true
	}
	k, err := keys.Parse(b)
	return err == nil && bytes.Equal(k.Binary(), b)
}
