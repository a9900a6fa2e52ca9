package poreplication_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
)

// exampleVanilla reads a vanilla proof of the module's test data.
func exampleVanilla(name string) []byte {
	data, err := os.ReadFile("../testdata/filecoin/2kib/" + name + ".vanilla.bincode")
	if err != nil {
		log.Fatal(err)
	}
	return data
}

func ExampleVerifySealVanilla() {
	var seals []struct {
		Number   poreplication.RegisteredSealProof `json:"registered_proof_2kib_number"`
		ProverID string                            `json:"prover_id"`
		Sector   uint64                            `json:"sector_id"`
		Ticket   string                            `json:"ticket"`
		Seed     string                            `json:"seed"`
		CommR    string                            `json:"comm_r"`
		CommD    string                            `json:"comm_d"`
	}
	exampleJSON("seal.json", &seals)
	s := seals[0]
	seal := poreplication.SealInfo{
		SealProof: s.Number,
		ProverID:  [32]byte(fromHex(s.ProverID)),
		Sector:    s.Sector,
		Ticket:    [32]byte(fromHex(s.Ticket)),
		Seed:      [32]byte(fromHex(s.Seed)),
		CommR:     [32]byte(fromHex(s.CommR)),
		CommD:     [32]byte(fromHex(s.CommD)),
	}
	proof := exampleVanilla("seal-V1-0")
	fmt.Println(seal.SealProof, len(proof), "bytes:", poreplication.VerifySealVanilla(context.Background(), &seal, proof))

	seal.Seed[0] ^= 1 // other challenges
	err := poreplication.VerifySealVanilla(context.Background(), &seal, proof)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// StackedDrg2KiBV1 28088 bytes: <nil>
	// true
}

func ExampleVerifyWinningPoStVanilla() {
	post := exampleWinning()
	proof := exampleVanilla("winning-1.0.0-733")
	fmt.Println(poreplication.VerifyWinningPoStVanilla(context.Background(), &post, proof))
	// Output: <nil>
}

func ExampleVerifyWindowPoStVanilla() {
	post := poreplication.WindowPoStInfo{PoStProof: poreplication.StackedDrgWindow2KiBV1_1}
	post.Randomness, post.ProverID, post.Replicas, _ = examplePoSt("window", "1.2.0", 3)
	var proofs [][]byte
	for _, r := range post.Replicas {
		proofs = append(proofs, exampleVanilla(fmt.Sprintf("window-1.2.0-n3-%d", r.Sector)))
	}
	fmt.Println(len(proofs), "sectors:", poreplication.VerifyWindowPoStVanilla(context.Background(), &post, proofs))
	// Output: 3 sectors: <nil>
}

func ExampleVerifyReplicaUpdateVanilla() {
	var file struct {
		Updates []struct {
			CommROld string `json:"comm_r_old"`
			CommRNew string `json:"comm_r_new"`
			CommDNew string `json:"comm_d_new"`
		} `json:"updates"`
	}
	exampleJSON("update.json", &file)
	u := file.Updates[0]
	update := poreplication.ReplicaUpdateInfo{
		UpdateProof: poreplication.StackedDrg2KiBUpdateV1,
		CommROld:    [32]byte(fromHex(u.CommROld)),
		CommRNew:    [32]byte(fromHex(u.CommRNew)),
		CommDNew:    [32]byte(fromHex(u.CommDNew)),
	}
	fmt.Println(poreplication.VerifyReplicaUpdateVanilla(context.Background(), &update, exampleVanilla("update-0")))
	// Output: <nil>
}
