package pocover

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// Shares are shares of a reward pool, in units of 10⁻⁸: a scale times reward units.
type Shares uint64

// String returns s as a decimal with eight places.
func (s Shares) String() string { return fmt.Sprintf("%d.%08d", s/1e8, s%1e8) }

const sharePlaces = 8

// Shares returns the shares of a beacon or a selected witness with reward units u. It is
// exact.
func (s Scale) Shares(u Units) Shares { return Shares(s) * Shares(u) }

// An Epoch is a period of rewards. It begins after Start and ends with End.
type Epoch struct{ Start, End time.Time }

// Contains reports whether what was received at t counts for e.
func (e Epoch) Contains(t time.Time) bool { return t.After(e.Start) && !t.After(e.End) }

// GatewayShares are what a gateway did in an epoch.
type GatewayShares struct {
	Gateway string // the binary key
	Beacon  Shares
	Witness Shares
	Credits uint64 // Data Credits of its packets
}

// A ShareLedger sums the shares of an epoch by gateway. It is not safe for concurrent
// use. It remembers gateways, not reports: what is entered twice counts twice. The network
// counted a gateway once in each proof of coverage.
type ShareLedger struct {
	epoch    Epoch
	limit    int
	gateways map[string]*GatewayShares
}

// NewShareLedger returns an empty ledger of an epoch with at most maxGateways gateways.
func NewShareLedger(epoch Epoch, maxGateways int) *ShareLedger {
	return &ShareLedger{epoch: epoch, limit: maxGateways, gateways: make(map[string]*GatewayShares)}
}

// AddBeacon enters a valid beacon, received at t, of a gateway by its binary key. What
// was not received in the epoch, or has no shares, does not count. A sum of 2⁶⁴ or one
// gateway too many is ErrLimit, and enters nothing.
func (l *ShareLedger) AddBeacon(gateway []byte, t time.Time, s Scale, u Units) error {
	return l.add("pocover.AddBeacon", gateway, t, uint64(s.Shares(u)), func(g *GatewayShares) *uint64 { return (*uint64)(&g.Beacon) })
}

// AddWitness enters a valid and selected witness, as [ShareLedger.AddBeacon] does a
// beacon. The scale is the beaconer's.
func (l *ShareLedger) AddWitness(gateway []byte, t time.Time, s Scale, u Units) error {
	return l.add("pocover.AddWitness", gateway, t, uint64(s.Shares(u)), func(g *GatewayShares) *uint64 { return (*uint64)(&g.Witness) })
}

// AddPacket enters the Data Credits of a valid packet, as [ShareLedger.AddBeacon] does a
// beacon.
func (l *ShareLedger) AddPacket(gateway []byte, t time.Time, credits uint64) error {
	return l.add("pocover.AddPacket", gateway, t, credits, func(g *GatewayShares) *uint64 { return &g.Credits })
}

// AddPoC enters what a proof of coverage earns by its verdict: the beacon and the selected
// witnesses, each by its own time. A verdict that is not of this
// input is ErrMalformed. After an error some of it may have been entered.
func (l *ShareLedger) AddPoC(in *PoCInput, v *PoCVerdict) error {
	const op = "pocover.AddPoC"
	if v.Beacon.Status != Valid {
		return nil
	}
	b := in.Beacon.Report
	if b == nil {
		return fail(op, malformed("no beacon"))
	}
	if len(v.Witnesses) != len(in.Witnesses) {
		return fail(op, malformed("verdict on %d witnesses of %d", len(v.Witnesses), len(in.Witnesses)))
	}
	for _, i := range v.Selected {
		if i < 0 || i >= len(in.Witnesses) || in.Witnesses[i].Report == nil || v.Witnesses[i].Status != Valid {
			return fail(op, malformed("no valid witness %d", i))
		}
	}
	if err := l.AddBeacon(b.Report.PubKey, unixMilli(b.Received), v.Scale, v.BeaconUnit); err != nil {
		return fail(op, err)
	}
	for _, i := range v.Selected {
		w := in.Witnesses[i].Report
		if err := l.AddWitness(w.Report.PubKey, unixMilli(w.Received), v.Scale, v.WitnessUnit); err != nil {
			return fail(op, err)
		}
	}
	return nil
}

// unixMilli returns a received time of the wire. What is no time becomes one far ahead.
func unixMilli(ms uint64) time.Time { return time.UnixMilli(int64(min(ms, math.MaxInt64))) }

func (l *ShareLedger) add(op string, gateway []byte, t time.Time, n uint64, column func(*GatewayShares) *uint64) error {
	if n == 0 || !l.epoch.Contains(t) {
		return nil
	}
	g := l.gateways[string(gateway)]
	if g == nil {
		if len(l.gateways) >= l.limit {
			return fail(op, limit("more than %d gateways", l.limit))
		}
		g = &GatewayShares{Gateway: string(gateway)}
		l.gateways[g.Gateway] = g
	}
	sum, carry := bits.Add64(*column(g), n, 0)
	if carry != 0 {
		return fail(op, limit("the sum of a gateway has more than 64 bits"))
	}
	*column(g) = sum
	return nil
}

// Gateways returns the sums, ascending by key.
func (l *ShareLedger) Gateways() []GatewayShares {
	sums := make([]GatewayShares, 0, len(l.gateways))
	for _, g := range l.gateways {
		sums = append(sums, *g)
	}
	slices.SortFunc(sums, func(a, b GatewayShares) int { return strings.Compare(a.Gateway, b.Gateway) })
	return sums
}

// An EpochInput is what an epoch's rewards depend on.
type EpochInput struct {
	Emissions uint64 // bones (10⁻⁸ HNT) that the network may give, delegation included

	// The price of a token is Price / 10^PriceDecimals dollars, of a bone that over
	// 10^PriceDecimals again.
	Price         uint64
	PriceDecimals uint8

	Gateways []GatewayShares // ascending by key, each once
}

// A GatewayReward is what a gateway gets, in bones.
type GatewayReward struct {
	Gateway               string // the binary key
	Beacon, Witness, Data uint64
}

// EpochShares are the rewards of an epoch, in bones.
type EpochShares struct {
	Gateways    []GatewayReward // of those that get something, ascending by key
	Operations  uint64
	Unallocated uint64 // of the pools for beacons, witnesses and data
	Oracles     uint64 // all of which the network left unallocated
}

// The pools, in hundredths of the emissions. The rest is not the network's to give.
var (
	beaconPool     = newDecimal(6, 2)
	witnessPool    = newDecimal(24, 2)
	dataPool       = newDecimal(50, 2)
	operationsPool = newDecimal(7, 2)
	oraclesPool    = newDecimal(7, 2)

	// What data leave of their pool is divided between the others.
	unspentToBeacons   = newDecimal(20, 2)
	unspentToWitnesses = newDecimal(80, 2)

	dollarsPerCredit = newDecimal(1, 5)
)

// Of values and of rewards per share.
const rewardPlaces = 15

// maxPriceDecimals is the largest power of ten of 64 bits.
const maxPriceDecimals = 19

// SplitEpoch divides the emissions of an epoch among those who did its work:
// beacons 6 %, witnesses 24 %, data at most 50 % and no more than the Data Credits are
// worth, operations and oracles 7 % each. What data leave is shared by beacons (20 %) and
// witnesses (80 %). Amounts are cut to whole bones.
//
// Sums and products are those of the network's decimal library, which keeps 96 bits, in
// the order of its formulas (helium/oracles 824f7724, iot_verifier/src/reward_share.rs):
// with exact rationals some gateways would differ by a bone.
//
// The price must not be zero, nor a token's price below 10⁻²⁸ dollars a bone, and keys
// must ascend (ErrMalformed). A sum of shares beyond 64 bits, more than 19 price decimals,
// or Data Credits worth 2⁹⁶ bones or more is ErrLimit; the network's program would have
// stopped. The work is linear in the number of gateways.
func SplitEpoch(in EpochInput) (*EpochShares, error) {
	const op = "pocover.SplitEpoch"
	if in.PriceDecimals > maxPriceDecimals {
		return nil, fail(op, limit("%d price decimals, at most %d", in.PriceDecimals, maxPriceDecimals))
	}
	whole := newDecimal(pow10[in.PriceDecimals], 0)
	bonePrice := newDecimal(in.Price, 0).div(whole).div(whole)
	if bonePrice.isZero() {
		return nil, fail(op, malformed("the price of a bone is zero"))
	}

	var beacons, witnesses, credits, c1, c2, c3 uint64
	for i, g := range in.Gateways {
		if i > 0 && g.Gateway <= in.Gateways[i-1].Gateway {
			return nil, fail(op, malformed("gateway %d: keys do not ascend", i))
		}
		beacons, c1 = bits.Add64(beacons, uint64(g.Beacon), 0)
		witnesses, c2 = bits.Add64(witnesses, uint64(g.Witness), 0)
		credits, c3 = bits.Add64(credits, g.Credits, 0)
		if c1|c2|c3 != 0 {
			return nil, fail(op, limit("a sum of shares has more than 64 bits"))
		}
	}

	emissions := newDecimal(in.Emissions, 0)
	forBeacons, forWitnesses, forData := emissions.mul(beaconPool), emissions.mul(witnessPool), emissions.mul(dataPool)
	allotted := forBeacons.add(forWitnesses).add(forData)
	spent := creditsToBones(credits, bonePrice)
	if spent.overflow {
		return nil, fail(op, limit("%d Data Credits are worth more bones than 96 bits count", credits))
	}
	if !forData.less(spent) {
		unspent := forData.sub(spent)
		forBeacons = forBeacons.add(unspent.mul(unspentToBeacons))
		forWitnesses = forWitnesses.add(unspent.mul(unspentToWitnesses))
		forData = spent
	}
	perBeacon := perShare(forBeacons, newDecimal(beacons, sharePlaces))
	perWitness := perShare(forWitnesses, newDecimal(witnesses, sharePlaces))
	perCredit := perShare(forData, newDecimal(credits, 0))

	out := &EpochShares{Gateways: make([]GatewayReward, 0, len(in.Gateways))}
	var given uint64
	for i, g := range in.Gateways {
		r := GatewayReward{Gateway: g.Gateway}
		var ok1, ok2, ok3 bool
		r.Beacon, ok1 = perBeacon.mul(newDecimal(uint64(g.Beacon), sharePlaces)).uint64()
		r.Witness, ok2 = perWitness.mul(newDecimal(uint64(g.Witness), sharePlaces)).uint64()
		r.Data, ok3 = perCredit.mul(newDecimal(g.Credits, 0)).uint64()
		for _, n := range [...]uint64{r.Beacon, r.Witness, r.Data} {
			var c uint64
			given, c = bits.Add64(given, n, 0)
			ok1 = ok1 && c == 0
		}
		if !ok1 || !ok2 || !ok3 {
			return nil, fail(op, limit("the rewards of gateway %d have more than 64 bits", i))
		}
		if r.Beacon|r.Witness|r.Data != 0 {
			out.Gateways = append(out.Gateways, r)
		}
	}

	// Rounding may give a bone more than there is, which upstream leaves at that.
	if rest := allotted.sub(newDecimal(given, 0)); !rest.overflow {
		out.Unallocated, _ = rest.uint64()
	}
	out.Operations, _ = emissions.mul(operationsPool).uint64()
	out.Oracles, _ = emissions.mul(oraclesPool).uint64()
	return out, nil
}

// creditsToBones returns what Data Credits are worth, rounded up.
func creditsToBones(credits uint64, bonePrice decimal) decimal {
	return newDecimal(credits, 0).mul(dollarsPerCredit).div(bonePrice).round(rewardPlaces, up)
}

func perShare(pool, shares decimal) decimal {
	if shares.isZero() {
		return decimal{}
	}
	return pool.div(shares).round(rewardPlaces, halfEven)
}
