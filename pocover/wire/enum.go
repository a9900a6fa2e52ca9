package wire

import (
	"fmt"
	"strconv"

	"github.com/depinproof/depinproof"
)

// Enums are open: a number without a name is kept, written as it is, and printed as a
// decimal number.

// A Region is a LoRaWAN region plan.
type Region int32

// Regions. The numbers of the network have no gaps, but for the last one.
const (
	RegionUS915 Region = iota
	RegionEU868
	RegionEU433
	RegionCN470
	RegionCN779
	RegionAU915
	RegionAS923_1
	RegionKR920
	RegionIN865
	RegionAS923_2
	RegionAS923_3
	RegionAS923_4
	RegionAS923_1B
	RegionCD900_1A
	RegionRU864
	RegionEU868_A
	RegionEU868_B
	RegionEU868_C
	RegionEU868_D
	RegionEU868_E
	RegionEU868_F
	RegionAU915_SB1
	RegionAU915_SB2
	RegionAS923_1A
	RegionAS923_1C
	RegionAS923_1D
	RegionAS923_1E
	RegionAS923_1F

	RegionUnknown Region = 99
)

var regionNames = [...]string{
	RegionUS915:     "US915",
	RegionEU868:     "EU868",
	RegionEU433:     "EU433",
	RegionCN470:     "CN470",
	RegionCN779:     "CN779",
	RegionAU915:     "AU915",
	RegionAS923_1:   "AS923_1",
	RegionKR920:     "KR920",
	RegionIN865:     "IN865",
	RegionAS923_2:   "AS923_2",
	RegionAS923_3:   "AS923_3",
	RegionAS923_4:   "AS923_4",
	RegionAS923_1B:  "AS923_1B",
	RegionCD900_1A:  "CD900_1A",
	RegionRU864:     "RU864",
	RegionEU868_A:   "EU868_A",
	RegionEU868_B:   "EU868_B",
	RegionEU868_C:   "EU868_C",
	RegionEU868_D:   "EU868_D",
	RegionEU868_E:   "EU868_E",
	RegionEU868_F:   "EU868_F",
	RegionAU915_SB1: "AU915_SB1",
	RegionAU915_SB2: "AU915_SB2",
	RegionAS923_1A:  "AS923_1A",
	RegionAS923_1C:  "AS923_1C",
	RegionAS923_1D:  "AS923_1D",
	RegionAS923_1E:  "AS923_1E",
	RegionAS923_1F:  "AS923_1F",

	RegionUnknown: "UNKNOWN",
}

// String returns the network's name of the region.
func (r Region) String() string { return enumName(regionNames[:], int32(r)) }

// ParseRegion is the inverse of [Region.String].
func ParseRegion(s string) (Region, error) {
	v, err := parseEnum("wire.ParseRegion", regionNames[:], s)
	return Region(v), err
}

// A DataRate is a LoRa data rate.
type DataRate int32

// Data rates.
const (
	SF12BW125 DataRate = iota
	SF11BW125
	SF10BW125
	SF9BW125
	SF8BW125
	SF7BW125
	SF12BW250
	SF11BW250
	SF10BW250
	SF9BW250
	SF8BW250
	SF7BW250
	SF12BW500
	SF11BW500
	SF10BW500
	SF9BW500
	SF8BW500
	SF7BW500
	LRFHSS1BW137
	LRFHSS2BW137
	LRFHSS1BW336
	LRFHSS2BW336
	LRFHSS1BW1523
	LRFHSS2BW1523
	FSK50
)

var dataRateNames = [...]string{
	SF12BW125:     "SF12BW125",
	SF11BW125:     "SF11BW125",
	SF10BW125:     "SF10BW125",
	SF9BW125:      "SF9BW125",
	SF8BW125:      "SF8BW125",
	SF7BW125:      "SF7BW125",
	SF12BW250:     "SF12BW250",
	SF11BW250:     "SF11BW250",
	SF10BW250:     "SF10BW250",
	SF9BW250:      "SF9BW250",
	SF8BW250:      "SF8BW250",
	SF7BW250:      "SF7BW250",
	SF12BW500:     "SF12BW500",
	SF11BW500:     "SF11BW500",
	SF10BW500:     "SF10BW500",
	SF9BW500:      "SF9BW500",
	SF8BW500:      "SF8BW500",
	SF7BW500:      "SF7BW500",
	LRFHSS1BW137:  "LRFHSS1BW137",
	LRFHSS2BW137:  "LRFHSS2BW137",
	LRFHSS1BW336:  "LRFHSS1BW336",
	LRFHSS2BW336:  "LRFHSS2BW336",
	LRFHSS1BW1523: "LRFHSS1BW1523",
	LRFHSS2BW1523: "LRFHSS2BW1523",
	FSK50:         "FSK50",
}

// String returns the network's name of the data rate.
func (r DataRate) String() string { return enumName(dataRateNames[:], int32(r)) }

// ParseDataRate is the inverse of [DataRate.String].
func ParseDataRate(s string) (DataRate, error) {
	v, err := parseEnum("wire.ParseDataRate", dataRateNames[:], s)
	return DataRate(v), err
}

func enumName(names []string, v int32) string {
	if v >= 0 && int(v) < len(names) && names[v] != "" {
		return names[v]
	}
	return strconv.Itoa(int(v))
}

func parseEnum(op string, names []string, s string) (int32, error) {
	for i, name := range names {
		if name == s && s != "" {
			return int32(i), nil
		}
	}
	if v, err := strconv.ParseInt(s, 10, 32); err == nil && enumName(names, int32(v)) == s {
		return int32(v), nil
	}
	return 0, &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrMalformed, Err: fmt.Errorf("no name of %q", s)}
}
