package pocover

import (
	"slices"
	"time"

	"github.com/depinproof/depinproof/pocover/h3"
)

// DensityRules are how many hotspots an area may have before their scales shrink, in the
// terms of HIP-17. Levels are of the resolutions from Finest−1 down to Coarsest; others
// are not used.
type DensityRules struct {
	Finest   int // the resolution at which hotspots are counted
	Coarsest int
	Levels   [h3.MaxResolution + 1]DensityLevel // by resolution
}

// A DensityLevel is the rule of a resolution: a cell may have Target hotspots, and once
// more Target for each cell beyond Neighbors, among itself and its neighbours, that has
// Target or more; but not above Max.
type DensityLevel struct {
	Neighbors, Target, Max uint64
}

// DensityHIP104 returns the rules of HIP-104, by which the network's oracles judged last
// (helium/oracles 824f7724, 2026-01-29, iot_verifier/src/hex_density.rs).
func DensityHIP104() DensityRules {
	r := DensityRules{Finest: 11, Coarsest: 4}
	r.Levels[4] = DensityLevel{2, 500, 1000}
	r.Levels[5] = DensityLevel{4, 100, 200}
	r.Levels[6] = DensityLevel{4, 25, 50}
	r.Levels[7] = DensityLevel{4, 5, 10}
	for res := 8; res <= 10; res++ {
		r.Levels[res] = DensityLevel{2, 1, 1}
	}
	return r
}

// maxDensityTarget keeps what a cell may have, eight targets at most, within 64 bits, and
// ratios exact.
const maxDensityTarget = 1 << 32

func (r *DensityRules) check() error {
	if r.Coarsest < 0 || r.Finest <= r.Coarsest || r.Finest > h3.MaxResolution {
		return malformed("resolutions from %d to %d", r.Finest, r.Coarsest)
	}
	for res := r.Coarsest; res < r.Finest; res++ {
		// With Max below Target, clipping a cell could take it from its neighbours'
		// count, and scales would depend on the order of cells.
		if l := r.Levels[res]; l.Target < 1 || l.Max < l.Target || l.Max > maxDensityTarget {
			return malformed("resolution %d: target %d, maximum %d", res, l.Target, l.Max)
		}
	}
	return nil
}

// densityWindow is for how long a hotspot counts after its last beacon that had a witness.
const densityWindow = 60 * time.Hour

// CountsForDensity reports whether a hotspot takes part in the density map that is made at
// refresh, by the time of its last beacon reciprocity: 60 hours before, or later. The
// network's query had no upper bound; of what it did not know yet, say nothing here.
func CountsForDensity(lastBeaconReciprocity, refresh time.Time) bool {
	return !lastBeaconReciprocity.Before(refresh.Add(-densityWindow))
}

// A DensityBuilder collects the locations of the hotspots that count: one word for each.
// It is not safe for concurrent use.
type DensityBuilder struct {
	rules DensityRules
	cells []h3.Cell
}

// NewDensityBuilder returns a builder without hotspots, or ErrMalformed if the rules cannot
// be those of a network: they need a coarser resolution than that of the count, and targets
// of one or more that are not above their maximum of 2³² or less.
func NewDensityBuilder(rules DensityRules) (*DensityBuilder, error) {
	if err := rules.check(); err != nil {
		return nil, fail("pocover.NewDensityBuilder", err)
	}
	return &DensityBuilder{rules: rules}, nil
}

// Add adds a hotspot, and reports whether it counts: the network passed over what is no
// cell and what is coarser than the count.
func (b *DensityBuilder) Add(location h3.Cell) bool {
	if !location.Valid() || location.Resolution() < b.rules.Finest {
		return false
	}
	b.cells = append(b.cells, location)
	return true
}

// A Density is a [DensityMap] by the rules of HIP-17. It is immutable, and safe for
// concurrent use.
type Density struct {
	cells  []h3.Cell // of hotspots, ascending, each once
	scales []Scale
}

var _ DensityMap = (*Density)(nil)

// NewDensity returns the map of hotspots at locations, in any order, by rules. See
// [NewDensityBuilder] for its errors. What [DensityBuilder.Add] would pass over it passes
// over.
func NewDensity(rules DensityRules, locations []h3.Cell) (*Density, error) {
	b, err := NewDensityBuilder(rules)
	if err != nil {
		return nil, err
	}
	b.cells = make([]h3.Cell, 0, len(locations))
	for _, c := range locations {
		b.Add(c)
	}
	return b.Build()
}

// Len returns the number of cells with a scale.
func (d *Density) Len() int { return len(d.cells) }

// Scale returns the scale of a location, if a hotspot that counts is there: the cell itself
// must have been added, not another in it or around it. It does not allocate.
func (d *Density) Scale(location h3.Cell) (scale Scale, ok bool) {
	i, ok := slices.BinarySearch(d.cells, location)
	if !ok {
		return 0, false
	}
	return d.scales[i], true
}

// densityCells are the cells of a resolution that have hotspots, ascending.
type densityCells struct {
	cells     []h3.Cell
	unclipped []uint64 // hotspots, as far as the cells within are not clipped
	clipped   []uint64
	ratios    []decimal // clipped over unclipped
	parents   []int     // of each cell the place at the next resolution
}

// at returns the place of a cell.
func (l *densityCells) at(c h3.Cell) (int, bool) { return slices.BinarySearch(l.cells, c) }

// push adds n to the count of a cell that is the last one or comes after it.
func (l *densityCells) push(c h3.Cell, n uint64) {
	if k := len(l.cells); k > 0 && l.cells[k-1] == c {
		l.unclipped[k-1] += n
		return
	}
	l.cells = append(l.cells, c)
	l.unclipped = append(l.unclipped, n)
}

// Build returns the map. The builder may be used further.
//
// At each resolution from Finest−1 down, a cell has what the cells within were left, and
// is left at most its limit of that; a scale is the product, over the resolutions, of what
// is left over what there was. It is rounded as the network's decimals are, in the order
// from fine to coarse, and half to even at the end. The order of hotspots does not matter.
// The work is a sort of the hotspots and, for each cell above its target, seven searches.
func (b *DensityBuilder) Build() (*Density, error) {
	const op = "pocover.Build"
	d := &Density{cells: slices.Clone(b.cells)}
	slices.Sort(d.cells)

	counted := make([]h3.Cell, len(d.cells))
	for i, c := range d.cells {
		p, err := c.Parent(b.rules.Finest)
		if err != nil {
			return nil, fail(op, err)
		}
		counted[i] = p
	}
	slices.Sort(counted) // they are if all locations have one resolution
	finest := &densityCells{}
	for _, c := range counted {
		finest.push(c, 1)
	}
	finest.clipped = finest.unclipped // the count has no limit

	levels := []*densityCells{finest}
	for res := b.rules.Finest - 1; res >= b.rules.Coarsest; res-- {
		below, level := levels[len(levels)-1], &densityCells{}
		below.parents = make([]int, len(below.cells))
		for i, c := range below.cells {
			// Parents ascend as their cells do.
			p, err := c.Parent(res)
			if err != nil {
				return nil, fail(op, err)
			}
			level.push(p, below.clipped[i])
			below.parents[i] = len(level.cells) - 1
		}
		if err := level.clip(b.rules.Levels[res]); err != nil {
			return nil, fail(op, err)
		}
		levels = append(levels, level)
	}

	// The ratio at Finest is one, so cells with one parent there have one scale.
	byParent := make([]Scale, len(levels[1].cells))
	for i := range byParent {
		byParent[i] = scaleOf(levels[1:], i)
	}
	d.cells = slices.Compact(d.cells)
	d.scales = make([]Scale, len(d.cells))
	place := 0
	for i, c := range d.cells {
		p, err := c.Parent(b.rules.Finest)
		if err != nil {
			return nil, fail(op, err)
		}
		if finest.cells[place] != p {
			place, _ = finest.at(p)
		}
		d.scales[i] = byParent[finest.parents[place]]
	}
	return d, nil
}

// clip sets what is left to the cells.
func (l *densityCells) clip(rule DensityLevel) error {
	l.clipped = slices.Clone(l.unclipped)
	l.ratios = make([]decimal, len(l.cells))
	for i, n := range l.unclipped {
		l.ratios[i] = newDecimal(1, 0)
		if n <= rule.Target {
			continue // no limit is lower
		}
		limit := rule.Target
		if rule.Max > rule.Target {
			// Neighbours that were clipped still have their target, so they are
			// counted before.
			ring, k, err := l.cells[i].Ring1()
			if err != nil {
				return err
			}
			var occupied uint64
			for _, c := range ring[:k] {
				if j, ok := l.at(c); ok && l.unclipped[j] >= rule.Target {
					occupied++
				}
			}
			if occupied > rule.Neighbors {
				limit = min(rule.Target*(occupied-rule.Neighbors+1), rule.Max)
			}
		}
		if n > limit {
			l.clipped[i] = limit
			l.ratios[i] = newDecimal(limit, 0).div(newDecimal(n, 0))
		}
	}
	return nil
}

// scaleOf returns the scale of the cell at a place of the first level.
func scaleOf(levels []*densityCells, place int) Scale {
	scale := levels[0].ratios[place]
	for r, l := range levels[1:] {
		place = levels[r].parents[place]
		if l.clipped[place] != l.unclipped[place] {
			scale = scale.mul(l.ratios[place])
		}
	}
	return Scale(units(scale))
}
