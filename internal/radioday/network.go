package radioday

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/h3"
	"github.com/depinproof/depinproof/pocover/wire"
)

// A drawer draws what a day is made of, the same for the same seed.
type drawer struct {
	*rand.Rand
	stream *rand.ChaCha8
}

func newDrawer(seed uint64) *drawer {
	var s [32]byte
	binary.LittleEndian.PutUint64(s[:], seed)
	stream := rand.NewChaCha8(s)
	return &drawer{rand.New(stream), stream}
}

func (d *drawer) bytes(n int) []byte {
	b := make([]byte, n)
	d.stream.Read(b)
	return b
}

// How the reports of a hotspot are signed.
const (
	byGateway      = iota
	bySession      // of which the settler knows
	byOtherSession // of which it does not
)

// A hotspot is a gateway of the network.
type hotspot struct {
	*signer
	known    pocover.Gateway
	history  pocover.History
	absent   bool // not in the registry
	scale    pocover.Scale
	signs    int
	sessions [buckets]*signer
}

// A site is some hotspots that hear each other.
type site struct {
	region  wire.Region
	regular []*hotspot
	// Of sites that have faults; named for the fault.
	denied, edge, dataOnly, elsewhere, unasserted, near, far, distant, loud, offFrequency *hotspot
	late, expired, noBeacon, twice, badRate                                               *hotspot

	unassertedBeacon, deniedBeacon, expiredBeacon, dataBeacon, twiceBeacon, packetBeacon, powerBeacon                    *hotspot
	lonelyBeacon, noEntropyBeacon, copyBeacon, absentBeacon, refusedBeacon, lateBeacon, timeBeacon, longBeacon, newcomer *hotspot
}

const (
	siteSize = 20 // regular hotspots of a site
	// Neighbours of a site are on a meridian, this many degrees apart: 1 km, some 23 cells
	// of resolution 11. All of a site are within half a degree.
	step = 0.009
)

// The origins of the sites of a region are on a grid of half degrees, of which both
// regions have 25 × 40, in the middle of two continents.
const (
	siteRows    = 25
	siteColumns = 40
	maxSites    = 2 * siteRows * siteColumns
)

// origin returns where a site is: even ones in Europe, odd ones in America.
func origin(i int) (lat, lng float64, region wire.Region) {
	row, column := i/2%siteRows, i/2/siteRows
	lat, lng = 41+float64(row)/2, float64(column)/2
	if i%2 == 0 {
		return lat, lng, wire.RegionEU868
	}
	return lat - 8, lng - 105, wire.RegionUS915
}

// place returns the cell at a position in degrees.
func place(lat, lng float64) h3.Cell {
	return must(h3.CellAt(h3.LatLng{Lat: lat * math.Pi / 180, Lng: lng * math.Pi / 180}, 12))
}

// day is a time in milliseconds at which a day starts, and the other times the parts of it.
const (
	day     = 1_764_028_800_000
	minute  = 60_000
	hour    = 60 * minute
	buckets = 4 // of six hours, in which a hotspot beacons once
	bucket  = 24 * hour / buckets
)

// usual is the history of hotspots that beacon and witness.
var usual = pocover.History{LastBeacon: day - 8*hour, LastBeaconReciprocity: day - hour, LastWitness: day - hour}

// newSite draws a site, with faults or without.
func (n *network) newSite(i int, faults bool) *site {
	lat, lng, region := origin(i)
	s := &site{region: region}
	scale := [...]pocover.Scale{0, 5000, 10000}[i%3]
	count := 0
	add := func(lat, lng float64, change func(*hotspot)) *hotspot {
		h := &hotspot{
			signer:  n.newSigner(keyTypes[count%len(keyTypes)]),
			known:   pocover.Gateway{Full: true, Asserted: true, Location: place(lat, lng), Gain: 12, Region: region},
			history: usual,
			scale:   scale,
			signs:   [...]int{byGateway, byGateway, bySession, byOtherSession}[count%4],
		}
		count++
		if change != nil {
			change(h)
		}
		if h.signs != byGateway {
			for q := range h.sessions {
				h.sessions[q] = n.newSigner(sessionTypes[count%len(sessionTypes)])
			}
		}
		n.hotspots = append(n.hotspots, h)
		return h
	}
	next := func(change func(*hotspot)) *hotspot { return add(lat+step*float64(count), lng, change) }
	for range siteSize {
		s.regular = append(s.regular, next(nil))
	}
	if !faults {
		return s
	}
	s.denied, s.deniedBeacon = next(nil), next(nil)
	n.Denied = append(n.Denied, s.denied.public, s.deniedBeacon.public)
	s.edge = next(nil)
	n.DeniedEdges = append(n.DeniedEdges, [2][]byte{s.edge.public, s.marked().public})
	dataOnly := func(h *hotspot) { h.known.Full = false }
	s.dataOnly, s.dataBeacon = next(dataOnly), next(dataOnly)
	s.elsewhere = next(func(h *hotspot) { h.known.Region = wire.RegionIN865 })
	unasserted := func(h *hotspot) { h.known = pocover.Gateway{Full: true} }
	s.unasserted, s.unassertedBeacon = next(unasserted), next(unasserted)
	s.near = add(lat+step/50, lng, nil) // 20 m from the marked one
	s.far = add(-lat, lng, nil)         // some 8,000 km
	s.distant = add(lat+1.4, lng, nil)  // 155 km
	s.noBeacon = next(func(h *hotspot) { h.history.LastBeaconReciprocity = 0 })
	s.newcomer = next(func(h *hotspot) { h.history = pocover.History{} })
	s.lonelyBeacon = next(func(h *hotspot) { h.history.LastWitness = day - 80*hour })
	s.powerBeacon = next(func(h *hotspot) { h.known.Gain = 1000 })
	s.absentBeacon = next(func(h *hotspot) { h.absent, h.signs = true, byGateway })
	s.refusedBeacon = next(func(h *hotspot) { h.signs = bySession })
	for _, h := range []**hotspot{
		&s.loud, &s.offFrequency, &s.late, &s.expired, &s.twice, &s.badRate,
		&s.expiredBeacon, &s.twiceBeacon, &s.packetBeacon, &s.noEntropyBeacon, &s.copyBeacon, &s.lateBeacon, &s.timeBeacon, &s.longBeacon,
	} {
		*h = next(nil)
	}
	if step*float64(count) > 0.5 {
		panic("radioday: sites overlap")
	}
	if i == 0 {
		s.loud.signer, s.loud.signs = newRSA(), byGateway
	}
	return s
}

// marked is the hotspot of a site with faults whose beacons have them.
func (s *site) marked() *hotspot { return s.regular[0] }

// Types of keys, as hotspots of a site have them in turn.
var (
	keyTypes     = []byte{eccCompact, eccCompact, eccCompact, ed25519Key, eccCompact, secp256k1Key, eccCompact}
	sessionTypes = []byte{eccCompact, ed25519Key, eccCompact}
)

// regions are the parameters of the regions that hotspots are in. The first channel's
// first spreading is too slow for a beacon.
func regions() map[wire.Region]*wire.RegionParams {
	plan := func(first, step uint64, channels int, eirp uint32) *wire.RegionParams {
		p := new(wire.RegionParams)
		for i := range channels {
			p.Channels = append(p.Channels, wire.RegionChannel{
				Frequency: first + step*uint64(i),
				Bandwidth: 125_000,
				MaxEIRP:   eirp,
				Spreading: []wire.TaggedSpreading{{Spreading: 4, MaxPacketSize: 24}, {Spreading: 3, MaxPacketSize: 67}, {Spreading: 1, MaxPacketSize: 139}},
			})
		}
		return p
	}
	return map[wire.Region]*wire.RegionParams{
		wire.RegionEU868: plan(867_100_000, 200_000, 8, 160),
		wire.RegionUS915: plan(903_900_000, 200_000, 8, 360),
		wire.RegionIN865: plan(865_062_500, 170_000, 3, 300),
	}
}
