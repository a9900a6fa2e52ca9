package poreplication_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// exampleVerifier returns a verifier with the module's test keys.
func exampleVerifier() *poreplication.Verifier {
	folder := os.DirFS("../testdata/filecoin/2kib/keys")
	// A network's keys need no TestKeys: params.Load(os.DirFS("/var/tmp/filecoin-proof-parameters"), params.Options{})
	names, err := fs.Glob(folder, "*.vk")
	if err != nil {
		log.Fatal(err)
	}
	keys, err := params.Load(folder, params.Options{TestKeys: names})
	if err != nil {
		log.Fatal(err)
	}
	v, err := poreplication.New(poreplication.Config{Keys: keys})
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// exampleJSON reads a file of the module's test data.
func exampleJSON(name string, to any) {
	data, err := os.ReadFile("../testdata/filecoin/2kib/" + name)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		log.Fatal(err)
	}
}

func fromHex(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	return b
}

// exampleSeal reads a seal of the module's test data, made with test keys.
func exampleSeal() poreplication.SealInfo {
	var seals []struct {
		ProverID string `json:"prover_id"`
		Sector   uint64 `json:"sector_id"`
		Ticket   string `json:"ticket"`
		Seed     string `json:"seed"`
		CommR    string `json:"comm_r"`
		CommD    string `json:"comm_d"`
		Proof    string `json:"proof"`
	}
	exampleJSON("seal.json", &seals)
	first := seals[0]
	return poreplication.SealInfo{
		SealProof: poreplication.StackedDrg2KiBV1,
		ProverID:  [32]byte(fromHex(first.ProverID)),
		Sector:    first.Sector,
		Ticket:    [32]byte(fromHex(first.Ticket)),
		Seed:      [32]byte(fromHex(first.Seed)),
		CommR:     [32]byte(fromHex(first.CommR)),
		CommD:     [32]byte(fromHex(first.CommD)),
		Proof:     fromHex(first.Proof),
	}
}

func ExampleVerifier_VerifySeal() {
	v, seal := exampleVerifier(), exampleSeal()
	fmt.Println(v.VerifySeal(&seal))

	seal.Sector++
	err := v.VerifySeal(&seal)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof), err)

	seal.Proof = seal.Proof[1:]
	err = v.VerifySeal(&seal)
	fmt.Println(errors.Is(err, depinproof.ErrMalformed), err)
	// Output:
	// <nil>
	// true poreplication.VerifySeal: invalid proof: replication proof does not hold
	// true poreplication.VerifySeal: malformed input: proof has 191 bytes, not 192
}

func ExampleVerifier_VerifySealBatch() {
	v, seal := exampleVerifier(), exampleSeal()
	other := seal
	other.Seed[0] ^= 1

	seals := []poreplication.SealInfo{seal, other, seal}
	errs := make([]error, len(seals))
	fmt.Println(v.VerifySealBatch(context.Background(), seals, errs))
	for i, err := range errs {
		fmt.Println(i, err == nil)
	}
	// Output:
	// poreplication.VerifySealBatch: item 1: invalid proof: replication proof does not hold
	// 0 true
	// 1 false
	// 2 true
}

func ExampleSealPublicInputs() {
	seal := exampleSeal()
	inputs, err := poreplication.SealPublicInputs(&seal)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(inputs), "partition,", len(inputs[0]), "inputs")
	fmt.Println("first challenge:", inputs[0][3][0])
	// Output:
	// 1 partition, 39 inputs
	// first challenge: 26
}

func ExampleRegisteredSealProof_Config() {
	config, err := poreplication.StackedDrg32GiBV1_1.Config()
	fmt.Println(config.SectorSize, config.PoRepID[0], err)
	// Output: 34359738368 8 <nil>
}
