package pocover

import "fmt"

// A Scale is how much of a reward a hotspot's surroundings leave to it, in
// ten-thousandths: what HIP-17 calls the transmit scale, hex_scale on the wire.
type Scale uint32

// DefaultScale is the scale of a place that the density map does not know.
const DefaultScale Scale = 2000

// String returns s as a decimal with four places.
func (s Scale) String() string { return fourPlaces(uint32(s)) }

// Units are reward units, in ten-thousandths: reward_unit on the wire.
type Units uint32

// String returns u as a decimal with four places.
func (u Units) String() string { return fourPlaces(uint32(u)) }

func fourPlaces(n uint32) string { return fmt.Sprintf("%d.%04d", n/1e4, n%1e4) }

// The numbers of HIP-15.
const (
	witnessRedundancy = 4   // witnesses from which on each gets less
	beaconUnitCap     = 2e4 // ten-thousandths
	scalePlaces       = 4   // of scales and units
	unitsPerWhole     = 1e4
)

// BeaconUnit returns the reward units of a beacon of which n witnesses were selected:
// n/4 up to four, then 2 − 0.8^(n−4), at most 2, rounded half to even. No witness, or
// less, gives none. It does not allocate.
func BeaconUnit(n int) Units {
	switch {
	case n <= 0:
		return 0
	case n <= witnessRedundancy:
		return Units(n * unitsPerWhole / witnessRedundancy)
	}
	return min(units(newDecimal(2, 0).sub(decay(n))), beaconUnitCap)
}

// WitnessUnit returns the reward units of each of n selected witnesses: one up to four,
// then (3 + 0.8^(n−4)) / n, rounded half to even. It does not allocate.
func WitnessUnit(n int) Units {
	switch {
	case n <= 0:
		return 0
	case n <= witnessRedundancy:
		return unitsPerWhole
	}
	shared := newDecimal(witnessRedundancy, 0).sub(newDecimal(1, 0).sub(decay(n)))
	return units(shared.div(newDecimal(uint64(n), 0)))
}

// decay returns 0.8^(n−4). Powers beyond the 28th do not fit a decimal: they are squared
// and rounded in the reference's order.
func decay(n int) decimal {
	product, power := newDecimal(1, 0), newDecimal(8, 1)
	for e := n - witnessRedundancy; ; power = power.mul(power) {
		if e&1 == 1 {
			product = product.mul(power)
		}
		if e >>= 1; e == 0 {
			return product
		}
	}
}

// units returns d, which is below 2³², in ten-thousandths.
func units(d decimal) Units {
	d = d.round(scalePlaces, halfEven)
	return Units(d.lo * pow10[scalePlaces-d.scale])
}
