package pocover

import (
	"crypto/sha256"
	"math/bits"
	"slices"
	"strings"

	"github.com/depinproof/depinproof/pocover/wire"
)

const bytesPerCredit = 24

// PacketCredits returns the Data Credits that a payload of size bytes costs: one for each
// 24 bytes begun, and at least one.
func PacketCredits(size uint64) uint64 {
	return max(size/bytesPerCredit+min(size%bytesPerCredit, 1), 1)
}

// VerifyPacketPayload checks that a packet's report is about a payload, as a packet_up
// has it: that size and SHA-256 are the payload's. No report, or one whose hash is not
// of 32 bytes, is ErrMalformed, another hash or size ErrInvalidProof. The report has no signature; who
// received the packet is in the packet_up.
func VerifyPacketPayload(r *wire.PacketReport, payload []byte) error {
	const op = "pocover.VerifyPacketPayload"
	if r == nil {
		return fail(op, malformed("no report"))
	}
	if len(r.PayloadHash) != sha256.Size {
		return fail(op, malformed("payload hash of %d bytes, want %d", len(r.PayloadHash), sha256.Size))
	}
	if uint64(len(payload)) != uint64(r.PayloadSize) {
		return fail(op, invalid("payload of %d bytes, the report says %d", len(payload), r.PayloadSize))
	}
	if sum := sha256.Sum256(payload); sum != [sha256.Size]byte(r.PayloadHash) {
		return fail(op, invalid("the payload's hash is %x, the report says %x", sum, r.PayloadHash))
	}
	return nil
}

// CheckPacketReport returns ErrMalformed of a packet's report that the network could not
// read, and so dropped: its data rate or region has no name, or it was received at a time
// that the network cannot hold.
func CheckPacketReport(r *wire.PacketReport) error {
	if why := unreadablePacket(r); why != "" {
		return fail("pocover.CheckPacketReport", malformed("%s", why))
	}
	return nil
}

func unreadablePacket(r *wire.PacketReport) string {
	if !hasPlan(r.Region) && r.Region != wire.RegionUnknown {
		return "the region has no name"
	}
	return unreadable(r.Received, 0, r.DataRate)
}

// A PacketVerdict is the judgement of a packet's report. Only uplinks of the ledger's
// epoch are judged, and not those that the network dropped, since their data rate or
// region has no name. The one reason for which they are invalid is insufficient_balance,
// and then they cost nothing.
type PacketVerdict struct {
	Status  Status
	Credits uint64 // what it cost; 0 if it was free
}

// GatewayCredits are what a gateway's valid packets cost.
type GatewayCredits struct {
	Gateway string // the binary key
	Packets uint64
	Credits uint64
}

// PayerCredits are what a payer's valid packets cost.
type PayerCredits struct {
	Payer   string // the binary key
	Packets uint64
	Credits uint64
	Balance uint64 // before them
}

// A PacketLedger judges the packet reports of an epoch as the network's packet verifier
// did, and sums what they cost by gateway and by payer. It keeps no reports: the network
// charged one that it was given twice, twice. It is not safe for concurrent use.
type PacketLedger struct {
	epoch       Epoch
	maxGateways int
	maxPayers   int
	gateways    map[string]*GatewayCredits
	payers      map[string]*PayerCredits
	ouis        map[uint64]*PayerCredits
}

// NewPacketLedger returns an empty ledger of an epoch, with at most maxGateways gateways,
// and at most maxPayers payers and as many OUIs.
func NewPacketLedger(epoch Epoch, maxGateways, maxPayers int) *PacketLedger {
	return &PacketLedger{
		epoch: epoch, maxGateways: maxGateways, maxPayers: maxPayers,
		gateways: make(map[string]*GatewayCredits),
		payers:   make(map[string]*PayerCredits),
		ouis:     make(map[uint64]*PayerCredits),
	}
}

// SetBalance says what Data Credits a payer, by its binary key, had before the packets of
// this ledger. A payer too many is ErrLimit.
func (l *PacketLedger) SetBalance(payer []byte, balance uint64) error {
	p := l.payers[string(payer)]
	if p == nil {
		if len(l.payers) >= l.maxPayers {
			return fail("pocover.SetBalance", limit("more than %d payers", l.maxPayers))
		}
		p = &PayerCredits{Payer: string(payer)}
		l.payers[p.Payer] = p
	}
	p.Balance = balance
	return nil
}

// SetPayer says who pays for the packets of an organisation. The payer's balance must
// have been set, else it is ErrUnsupported. An OUI too many is ErrLimit.
func (l *PacketLedger) SetPayer(oui uint64, payer []byte) error {
	const op = "pocover.SetPayer"
	p := l.payers[string(payer)]
	if p == nil {
		return fail(op, unsupported("the balance of payer %x is not known", payer))
	}
	if l.ouis[oui] == nil && len(l.ouis) >= l.maxPayers {
		return fail(op, limit("more than %d OUIs", l.maxPayers))
	}
	l.ouis[oui] = p
	return nil
}

// Add judges a packet's report and enters it if it is valid. Reports of a payer must come
// in the order in which the network had them, for whose balance lasts longest depends on
// it. It keeps nothing of r.
//
// An OUI whose payer was not set is ErrUnsupported: the network asked again. A gateway
// too many, or a sum of more than 64 bits, is ErrLimit. Then nothing is entered.
func (l *PacketLedger) Add(r *wire.PacketReport) (PacketVerdict, error) {
	const op = "pocover.Add"
	if r.Type != wire.PacketUplink || !l.epoch.Contains(unixMilli(r.Received)) {
		return PacketVerdict{}, nil
	}
	if unreadablePacket(r) != "" {
		return PacketVerdict{}, nil
	}
	payer := l.ouis[r.OUI]
	if payer == nil {
		return PacketVerdict{}, fail(op, unsupported("the payer of OUI %d is not known", r.OUI))
	}
	var credits uint64
	if !r.Free {
		credits = PacketCredits(uint64(r.PayloadSize))
	}
	if payer.Credits > payer.Balance || payer.Balance-payer.Credits < credits {
		return PacketVerdict{Status: Invalid}, nil
	}
	g := l.gateways[string(r.Gateway)]
	if g == nil {
		if len(l.gateways) >= l.maxGateways {
			return PacketVerdict{}, fail(op, limit("more than %d gateways", l.maxGateways))
		}
		g = &GatewayCredits{Gateway: string(r.Gateway)}
		l.gateways[g.Gateway] = g
	}
	sum, carry := bits.Add64(g.Credits, credits, 0)
	if carry != 0 {
		return PacketVerdict{}, fail(op, limit("the credits of a gateway have more than 64 bits"))
	}
	g.Credits = sum
	g.Packets++
	payer.Credits += credits // not above Balance
	payer.Packets++
	return PacketVerdict{Status: Valid, Credits: credits}, nil
}

// Gateways returns what the gateways' packets cost, ascending by key. Gateways without a
// valid packet are not in it.
func (l *PacketLedger) Gateways() []GatewayCredits {
	sums := make([]GatewayCredits, 0, len(l.gateways))
	for _, g := range l.gateways {
		sums = append(sums, *g)
	}
	slices.SortFunc(sums, func(a, b GatewayCredits) int { return strings.Compare(a.Gateway, b.Gateway) })
	return sums
}

// Payers returns what the payers' packets cost, ascending by key.
func (l *PacketLedger) Payers() []PayerCredits {
	sums := make([]PayerCredits, 0, len(l.payers))
	for _, p := range l.payers {
		sums = append(sums, *p)
	}
	slices.SortFunc(sums, func(a, b PayerCredits) int { return strings.Compare(a.Payer, b.Payer) })
	return sums
}
