// Package settle judges whole days of archived reports of radio coverage, as the network's
// loader and runner did: it reads the archives of beacons, witnesses and entropy side by
// side, brings together what belongs together, has it judged by package pocover, and
// accounts for every report. Nothing is fetched, and a day is never in memory as a whole.
//
// # Joining
//
// Streams are read in step: next comes always the one whose latest report was received
// first. A proof of coverage has the witnesses of equal payload that were received before or
// after the beacon by at most the lifespan of entropy, to the second, and that no beacon
// before it has. It is settled when all streams are past that by more than the slack.
// Proofs of coverage are settled by the time that their beacon was received, then by its
// report's id.
//
// So the outcome depends on the reports and their order in a stream alone: not on how the
// streams are divided into archives, on how those are read, or on the number of workers.
//
// # Reports that are not judged
//
// They have a [Kind] of their own each. Two beacons of one payload are both judged, the
// second without the witnesses of the first. Of reports of one id the first that is read
// counts, of a beacon and a witness the beacon. Several witnesses of a hotspot under ids of
// their own are what package pocover calls duplicates.
//
// # Signatures
//
// The network checked signatures when a report came in, and archived what it accepted. They
// are checked again as far as the keys are known, see [Signature]. So is the network that
// the key of a report is of, which does not need the signature.
//
// # What differs from the network
//
//   - The network settled a hundred proofs of coverage at a time, in an order that is not
//     recorded. It matters because each writes what the next is judged by.
//   - It gave a proof of coverage whatever witnesses were loaded by the time it came to it,
//     which was minutes later, and gave up on other reports after hours. The window here
//     has no witness too few: outside of it none is in the lifespan of the entropy.
//     But one that was received before the window does not count as the first witness,
//     by which others are late; nor does the network know it, if it loaded it apart from
//     the beacon.
//   - Once a proof of coverage was written, it removed all reports of the payload; what
//     came later was loaded anew. Here reports of one id are repeated as long as they are
//     in one window, and late after that.
//   - Keys are compared as reported. An ed25519 key with bytes behind it, which the
//     network's parser accepts, is that of no gateway, as it was for its loader.
//   - It took reports in any order; here those that come too late in their stream are not
//     judged, and those that are ahead of the day.
//   - A report of more bytes than the options allow is not judged. Reports may have any
//     number of bytes of local entropy, so that a hotspot would have much of them held.
//   - What an archive has after the place where it is damaged is lost here as it was there;
//     but the checksum of gzip comes after the data. Frames between a place that was changed
//     and the one where that shows are judged as they are read.
//
// Sources: iot_verifier/src/{loader,runner,poc_report,purger}.rs of helium/oracles 824f7724,
// ingest/src/server_iot.rs, and iot_packet_verifier/src/verifier.rs for packets.
package settle

import (
	"context"
	"runtime"
	"time"

	"github.com/depinproof/depinproof/pocover"
	"github.com/depinproof/depinproof/pocover/keys"
	"github.com/depinproof/depinproof/pocover/wire"
)

// Options bound the work of a [Settler] and say how it goes about it. Zero values stand for
// the defaults.
type Options struct {
	// Workers check reports, besides the goroutines that read the streams. 1 does all in
	// the calling goroutine. Default: runtime.GOMAXPROCS(0), of which there are at most
	// MaxWorkers.
	Workers int

	// Slack is how much earlier than the latest of its stream a report may have been
	// received, for whole milliseconds. Archives of several servers that each were
	// written for a while need that while. Default: DefaultSlack.
	Slack time.Duration

	// MaxPending is how many reports may wait for what they belong to. Default: 1<<20.
	MaxPending int
	// MaxGateways is how many gateways the registry and the packets may have together.
	// Default: MaxGateways.
	MaxGateways int
	// MaxEntropy is how many entropy records a day may have. Default: 1<<16.
	MaxEntropy int
	// MaxReport is how many bytes the frame of a report may have that is judged; longer
	// ones are malformed. Those of the network have less than 1 KiB. Default: 1<<13.
	MaxReport int
	// Archive has the limits of an archive. Its default for frames is what the network
	// read, and to be kept: whoever has a longer one archived ends the archive.
	Archive wire.Limits

	// StopAtDamage ends the day at an archive that breaks off, with ErrMalformed or, if
	// that is what broke it off, ErrLimit, instead of going on with the next one.
	StopAtDamage bool

	// RequireSignatures refuses reports whose signature is not verifiable.
	RequireSignatures bool

	// Progress is told now and then, in the calling goroutine, how far the day is.
	Progress func(Progress)
}

// Defaults and bounds of Options.
const (
	DefaultSlack      = 5 * time.Minute
	MaxWorkers        = 1024
	defaultMaxPending = 1 << 20
	defaultMaxEntropy = 1 << 16
	defaultMaxReport  = 1 << 13
)

// Progress is how far a day is.
type Progress struct {
	Frames [streams]uint64 // read so far, by stream
	Time   uint64          // ms: everything received before is read
}

// complete replaces zero values by defaults.
func (o *Options) complete() error {
	if o.Workers == 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), MaxWorkers)
	}
	if o.Slack == 0 {
		o.Slack = DefaultSlack
	}
	for _, n := range []struct {
		value *int
		usual int
	}{
		{&o.MaxPending, defaultMaxPending},
		{&o.MaxGateways, MaxGateways},
		{&o.MaxEntropy, defaultMaxEntropy},
		{&o.MaxReport, defaultMaxReport},
	} {
		if *n.value == 0 {
			*n.value = n.usual
		}
		if *n.value < 0 {
			return malformed("a limit is negative: %d", *n.value)
		}
	}
	switch {
	case o.Workers < 0 || o.Workers > MaxWorkers:
		return malformed("%d workers: want 1 to %d", o.Workers, MaxWorkers)
	case o.Slack < 0 || o.Slack%time.Millisecond != 0:
		return malformed("a slack of %v: want whole milliseconds", o.Slack)
	}
	return nil
}

// A Config is what reports are judged by.
type Config struct {
	Rules    pocover.Rules
	Network  keys.Network // of all gateways' keys
	Registry *Registry
	Regions  map[wire.Region]*wire.RegionParams // of every region that a gateway is asserted in
	Deny     pocover.DenyList                   // nil, or empty, denies everybody
	Density  pocover.DensityMap                 // nil gives every place the default scale
	Options  Options
}

// A Settler judges days. It is immutable, and safe for concurrent use if its density map
// and deny list are.
type Settler struct {
	judge  *pocover.Judge
	config Config
}

// New returns a settler. Rules, options and a network that cannot be are ErrMalformed, and so is a
// gateway whose key is of another network than the configured one; a gateway asserted in a
// region without parameters is ErrUnsupported, and more gateways than the options allow are
// ErrLimit.
func New(c Config) (*Settler, error) {
	if err := c.Options.complete(); err != nil {
		return nil, err
	}
	if c.Network != keys.Mainnet && c.Network != keys.Testnet {
		return nil, malformed("%v: want mainnet or testnet", c.Network)
	}
	judge, err := pocover.NewJudge(c.Rules)
	if err != nil {
		return nil, err
	}
	if c.Registry == nil {
		c.Registry = new(Registry)
	}
	if c.Registry.Len() > c.Options.MaxGateways {
		return nil, limit("%d gateways, at most %d", c.Registry.Len(), c.Options.MaxGateways)
	}
	for _, g := range c.Registry.list {
		if n := g.key.Network(); n != c.Network {
			return nil, malformed("gateway %x is of %v, want %v", g.key.Binary(), n, c.Network)
		}
		// The network asked again until it knew the parameters, which is no verdict.
		if g.known.Asserted && c.Regions[g.known.Region] == nil {
			return nil, unsupported("no parameters of region %d, in which gateway %x is", g.known.Region, g.key.Binary())
		}
	}
	return &Settler{judge, c}, nil
}

// A Day is the archives of a day, in the order in which they are to be read. A proof of
// coverage across its border comes apart: what is in the archives of another day is not
// there. Archives that two days have count in both.
type Day struct {
	Entropy, Beacons, Witnesses, Packets []Source

	// Until is a time in milliseconds after which no report of the day was received, or 0.
	// Reports of later times are Ahead. Without it one whose time is damaged, and far
	// ahead, makes all after it in its stream late.
	Until uint64
}

// Settle reads a day and gives every proof of coverage to yield, in the calling goroutine,
// and every report that came into none, but for entropy records and packets that are taken;
// see [Outcome]. If yield is nil, there is the summary alone. An error of yield ends it and
// is returned as it is, and so is that of ctx. Reading that is under way is waited for.
//
// The summary is nil if there is an error, which is ErrLimit if something exceeds what the
// options allow, ErrMalformed if damage is to end the day, and ErrInternal if an archive
// cannot be opened or read, or the numbers do not add up.
//
// The work is linear in the size of the day, but for keeping what is pending in order.
// There are some 13 allocations a report, most of them for its signature. The memory is
// that of the reports that are pending, and of what depends on the number of gateways and
// of entropy records; and, with more than one worker, some 2 MiB a worker of what is read
// ahead.
func (s *Settler) Settle(ctx context.Context, day *Day, yield func(*Outcome) error) (*Summary, error) {
	r := newRun(ctx, s, yield)
	if err := r.day(day); err != nil {
		return nil, err
	}
	return r.summary, nil
}
