package pocover

import "github.com/depinproof/depinproof/pocover/wire"

// hasPlan reports whether a region has a name and is not the unknown one.
func hasPlan(r wire.Region) bool { return wire.RegionUS915 <= r && r <= wire.RegionAS923_1F }

// dataRate returns the data rate of a payload: that of the first spreading, as listed,
// of the first channel that may carry size bytes.
func dataRate(params *wire.RegionParams, size int) (wire.DataRate, string) {
	first := &params.Channels[0]
	for i := range first.Spreading {
		s := &first.Spreading[i]
		if uint64(s.MaxPacketSize) < uint64(size) {
			continue
		}
		if s.Spreading < 1 || s.Spreading > 6 { // SF7 to SF12
			return 0, "the spreading has no name"
		}
		rate := wire.SF12BW125 + wire.DataRate(6-s.Spreading)
		switch first.Bandwidth / 1000 {
		case 125:
			return rate, ""
		case 250:
			return rate + wire.SF12BW250, ""
		case 500:
			return rate + wire.SF12BW500, ""
		}
		return 0, "no data rate has the bandwidth"
	}
	return 0, "no spreading carries the payload"
}

// maxPower returns the conducted power in dBm that an antenna's gain in dBi × 10
// leaves of what the region allows, rounded down. It is not negative.
func maxPower(params *wire.RegionParams, gain int32) (uint32, string) {
	var eirp uint32
	for i := range params.Channels {
		eirp = max(eirp, params.Channels[i].MaxEIRP)
	}
	tenths := int64(eirp) - int64(gain)
	if tenths < 0 {
		return 0, "the antenna's gain leaves no power"
	}
	return uint32(tenths / 10), "" // less than (2^32 + 2^31)/10
}
