// Package pocover judges radio coverage as Helium's IoT network judged it: whether a
// hotspot's beacon is what an entropy made it send, whether the hotspots that report to
// have heard it can have done so, and which of them earn.
//
// The network has retired proof of coverage. What is judged are archived reports, by the
// rules of their time: a [Judge] has [Rules], which are a dated profile, and gives a
// [Verdict] with the network's reason, the number of the check that failed, and what it
// compared.
//
// # What the caller knows
//
// Nothing is fetched. Reports and entropies come from the network's archives (package
// wire), and with them must come what the network knew when it judged: the hotspots'
// [Gateway] records, the region's parameters, the deny list, the density map, and what
// each hotspot did before, its [History].
//
// Who made a report is not part of the network's verdict, since it was checked when the
// report came in. [VerifyBeaconSignature] and [VerifyWitnessSignature] check it.
//
// # Checks
//
// The first check that fails answers. Of a beacon, by [Judge.Beacon]:
//
//	1  the hotspot is known                               gateway_not_found
//	2  it has a location                                  not_asserted
//	3  it is not in the deny list, and there is one       denied
//	4  it was received in the entropy's lifespan          entropy_expired
//	5  the hotspot is not data-only                       invalid_capability
//	6  it is the interval's first beacon                  irregular_interval
//	7  payload, frequency and data rate are those that
//	   [BuildBeacon] makes                                invalid_packet
//	8  the hotspot witnessed lately, by [Judge.PoC]       gateway_no_valid_witnesses
//
// Of a witness, by [Judge.Witness]. What has the number 0 comes first, in this order:
//
//	0  it is the hotspot's first report, by [Judge.PoC]   duplicate
//	0  the hotspot is known                               gateway_not_found
//	0  it has a location, and the beaconer has            not_asserted
//	1  it is not in the deny list, and there is one       denied
//	2  nor is its pair with the beaconer                  denied_edge
//	3  it is not the beaconer                             self_witness
//	4  it was received in the entropy's lifespan          entropy_expired
//	5  and soon after the beacon, or after the first
//	   witness if that was received before the beacon     too_late
//	6  the payload is the beacon's                        invalid_packet
//	7  the hotspot is not data-only                       invalid_capability
//	8  the frequency is near the beacon's                 invalid_frequency
//	9  the region is the beaconer's                       invalid_region
//	10 the hotspots are at least 8 cells apart            below_min_distance
//	11 and at most 100 km                                 max_distance_exceeded
//	12 the signal is not stronger than in free space      bad_rssi
//	13 the hotspot beaconed lately, by [Judge.PoC]        gateway_no_valid_beacons
//
// Checks 1 to 7 and 0 to 12, their order and their arithmetic are those of poc.rs of
// iot_verifier (helium/oracles 824f7724), the others and the selection those of
// runner.rs, the beacon that of the crate beacon (helium/proto 3dbaedf). What is
// surprising in them is kept:
//
//   - Times are those at which the network received a report; the hotspot's clock, its
//     SNR, and a witness's data rate do not matter. Seconds are rounded down in check 4,
//     kilometres in check 11, so that 100,999 m pass, and gains in check 12 count as
//     whole dBi.
//   - The difference of frequencies is an int32 in check 8. One of 2³¹ Hz passes.
//   - Check 10 fails whenever the grid has no distance: of locations that are no cells or
//     coarser than resolution 11, near some pentagons, and of hotspots far apart.
//   - The power that a beacon reports is not compared with what is allowed, and yet
//     raises the bound of check 12. [Rules].StrictTxPower compares it.
//   - A gain that leaves less than 0 dBm, or a region without plan, makes all of a
//     hotspot's beacons an invalid_packet.
//   - A beacon uses up its interval even if it is invalid.
//   - A hotspot is known by the canonical form of its key alone. A report that spells the
//     key otherwise, or has none, is an unknown hotspot's, whatever the caller says of it.
//   - Of which network a key is plays no part in a verdict: reports under keys of another
//     network were refused when they came in, which package settle does as well.
//
// # Records
//
// [PoCVerdict.Record] says what the network wrote into its archives, so that it can be
// compared with what they have.
//
// # Differences from the reference
//
//   - Where the network gave no verdict there is none: status Unjudged, which is an error
//     as well. The network waited for what it could not look up, and dropped reports that
//     it could not read: a data rate without a name, a time later than the year 262142
//     or, of a hotspot's clock, than 2^63 ns; and the second report of an ID. It did not
//     judge a beacon whose remote entropy was none that had been published, nor a witness
//     of no beacon: it called them stale when it cleared them away.
//   - The network dropped reports of unknown hotspots when they came in, without a
//     verdict. Those that the caller does not leave out are gateway_not_found, and may be
//     the first witness of check 5.
//   - Each beacon is judged, also of one payload with another. With the first of them the
//     network deleted what it held of the payload, so that it may have judged no other.
//   - Proofs of coverage are judged one after the other, as the caller asks for them,
//     which should be in the order in which their beacons were received. The network
//     judged many at a time. If it could not complete a judgement it made it again, and
//     then took the beacon for a second one in its interval; to have that verdict, apply
//     the updates and judge again.
//   - Witnesses received in the same millisecond are in the order of the input, where the
//     network's order was its database's.
//   - A region number without a name is a region without plan; the network's types had no
//     such value.
//   - Beacons received after the year 2262 have an interval; the network's process ended.
//   - The logarithm of check 12 may differ from the C library's in its last bit, which
//     would matter for a signal that equals the bound.
package pocover
