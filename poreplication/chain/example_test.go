package chain_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/chain"
)

func ExampleProverID() {
	id := chain.ProverID(10241)
	fmt.Printf("%x\n", id[:4])
	fmt.Println(chain.ActorID(&id))
	// Output:
	// 81500000
	// 10241 <nil>
}

func ExampleParseCommR() {
	commR, err := chain.ParseCommR("bagboea4b5abcaaabaibqibiga4eascqlbqgq4dyqcejbgfavcylrqgi2dmob2hq7")
	fmt.Printf("%x… %v\n", commR[:4], err)

	_, err = chain.ParseCommR(chain.FormatCommD(commR))
	fmt.Println(errors.Is(err, depinproof.ErrMalformed), err)
	// Output:
	// 00010203… <nil>
	// true chain.ParseCommR: malformed input: CID has 64 characters, not 65
}

// The CIDs are those of an explorer's page; the digests come from a chain node.
func ExampleSealInfo() {
	const actor, sector, sealRandEpoch, interactiveEpoch = 10241, 72063, 67344, 68954
	ticketDigest := chain.RandomnessDigest([]byte("VRF proof of the ticket"))
	beaconDigest := chain.RandomnessDigest([]byte("signature of the beacon entry"))
	seal, err := chain.SealInfo(
		poreplication.StackedDrg2KiBV1_1, actor, sector,
		chain.SealTicket(ticketDigest, sealRandEpoch, actor),
		chain.SealSeed(beaconDigest, interactiveEpoch, actor),
		"bagboea4b5abcaaabaibqibiga4eascqlbqgq4dyqcejbgfavcylrqgi2dmob2hq7",
		"baga6ea4seaqaaaicamcakbqhbaequcymbuha6earcijrifiwc4mbsgq3dqor4hy",
		make([]byte, 192),
	)
	if err != nil {
		log.Fatal(err)
	}
	inputs, err := poreplication.SealPublicInputs(&seal)
	fmt.Println(seal.SealProof, len(inputs[0]), "inputs", err)
	// Output: StackedDrg2KiBV1_1 39 inputs <nil>
}

func ExamplePreCommit_SealInfo() {
	infos, err := chain.DecodePreCommitSectorBatch2(unhex(
		"81" + "81" + "87" + // one field, one sector, seven fields
			"05" + "18c8" + // StackedDrg2KiBV1_1, sector 200
			"d82a5829000182e20381e80220" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" +
			"1a00010710" + "80" + "1a00100000" + "f6")) // epoch 67344, no deals, expiration, sector of zeros
	if err != nil {
		log.Fatal(err)
	}
	prove, err := chain.DecodeProveCommitSector(unhex("8218c8" + "43010203"))
	if err != nil {
		log.Fatal(err)
	}
	seal, err := infos[0].SealInfo(1000, infos[0].CommD, [32]byte{}, [32]byte{}, &prove)
	fmt.Println(seal.Sector, seal.Proof, err)
	fmt.Println(chain.FormatCommD(seal.CommD))
	// Output:
	// 200 [1 2 3] <nil>
	// baga6ea4seaqpy7usqklokfx2vxuynmupslkeutzexe2uqurdg5vhtebhxqmpqmy
}

func ExampleDecodeSubmitWindowedPoSt() {
	post, err := chain.DecodeSubmitWindowedPoSt(unhex(
		"85" + "01" + // deadline
			"82" + "820040" + "82014118" + // partitions 0 and 1, in 1 a sector skipped
			"81" + "820d" + "43010203" + // StackedDrgWindow32GiBV1_1
			"1a00010d4c" + "5820" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"))
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range post.Partitions {
		fmt.Println(p.Index, p.Skipped.Count(), p.Skipped.Contains(1))
	}
	// Output:
	// 0 0 false
	// 1 1 true
}

func ExampleDrawRandomness() {
	digest := chain.RandomnessDigest([]byte("VRF proof of the ticket"))
	ticket := chain.DrawRandomness(digest, chain.SealRandomness, 67344, chain.MinerEntropy(10241))
	fmt.Println(ticket == chain.SealTicket(digest, 67344, 10241))
	// Output: true
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		log.Fatal(err)
	}
	return b
}
