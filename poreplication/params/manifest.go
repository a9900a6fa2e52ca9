package params

import "encoding/hex"

// digestSize is the length of a published digest in bytes.
const digestSize = 16

// published are the digests that parameters.json of rust-fil-proofs lists for
// release V28, and listed for V27 in June 2020: the first 16 bytes of the
// BLAKE2b-512 digest of the whole file.
var published = map[Release]map[ID]string{
	V28: {
		{Seal, 2 << 10}:            "dc1ade9929ade1708238f155343044ac",
		{Seal, 8 << 20}:            "b687beb9adbd9dabe265a7e3620813e4",
		{Seal, 512 << 20}:          "065179da19fbe515507267677f02823e",
		{Seal, 32 << 30}:           "0c7b4aac1c40fdb7eb82bc355b41addf",
		{Seal, 64 << 30}:           "a89884252c04c298d0b3c81bfd884164",
		{WinningPoSt, 2 << 10}:     "ffd79788d614d27919ae5bd2d94eacb6",
		{WinningPoSt, 8 << 20}:     "79ebb55f56fda427743e35053edad8fc",
		{WinningPoSt, 512 << 20}:   "bd2cd62f65c1ab84f19ca27e97b7c731",
		{WinningPoSt, 32 << 30}:    "fc02943678dd119e69e7fab8420e8819",
		{WinningPoSt, 64 << 30}:    "6d3789148fb6466d07ee1e24d6292fd6",
		{WindowPoSt, 2 << 10}:      "0e0958009936b9d5e515ec97b8cb792d",
		{WindowPoSt, 8 << 20}:      "34d4feeacd9abf788d69ef1bb4d8fd00",
		{WindowPoSt, 512 << 20}:    "4dae975de4f011f101f5a2f86d1daaba",
		{WindowPoSt, 32 << 30}:     "0f8ec542485568fa3468c066e9fed82b",
		{WindowPoSt, 64 << 30}:     "59d2bf1857adc59a4f08fcf2afaa916b",
		{ReplicaUpdate, 2 << 10}:   "eadad9784969890d30f2749708c79771",
		{ReplicaUpdate, 8 << 20}:   "abd80269054d391a734febdac0d2e687",
		{ReplicaUpdate, 512 << 20}: "994c5b7d450ca9da348c910689f2dc7f",
		{ReplicaUpdate, 32 << 30}:  "3a6941983754737fde880d29c7094905",
		{ReplicaUpdate, 64 << 30}:  "80e366df2f1011953c2d01c7b7c9ee8e",
	},
	V27: {
		{Seal, 2 << 10}:          "fb59bd061c987eac7068008c44de346b",
		{Seal, 8 << 20}:          "ec62d59651daa5631d3d1e9c782dd940",
		{Seal, 512 << 20}:        "99d16df0eb6a7e227a4f4570c4f6b6f1",
		{Seal, 32 << 30}:         "7a139d82b8a02e35279d657e197f5c1f",
		{Seal, 64 << 30}:         "62c366405404e60f171e661492740b1c",
		{WinningPoSt, 2 << 10}:   "142f2f7e8f1b1779290315cabfd2c803",
		{WinningPoSt, 8 << 20}:   "94b6c24ac01924f4feeecedd16b5d77d",
		{WinningPoSt, 512 << 20}: "94a8d9e25a9ab9674d339833664eba25",
		{WinningPoSt, 32 << 30}:  "2306247a1e616dbe07f01b88196c2044",
		{WinningPoSt, 64 << 30}:  "fc8c3d26e0e56373ad96cb41520d55a6",
		{WindowPoSt, 2 << 10}:    "398fecdb4b2de445125852bc3c080b35",
		{WindowPoSt, 8 << 20}:    "56ae47bfda53bb8d22981ed8d8d27d72",
		{WindowPoSt, 512 << 20}:  "3688c9eb256b7b17f411dad78d5ef74a",
		{WindowPoSt, 32 << 30}:   "caf900461e988bbf86dbcaca087b7864",
		{WindowPoSt, 64 << 30}:   "0c9c423b28b1455fcbc329a1045fd4dd",
	},
}

// digest returns the published digest of a key, and false when none was
// published.
func digest(r Release, id ID) (d [digestSize]byte, ok bool) {
	text, ok := published[r][id]
	if !ok {
		return d, false
	}
	n, err := hex.Decode(d[:], []byte(text))
	return d, err == nil && n == digestSize
}
