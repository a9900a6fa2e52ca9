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

// exampleSeal reads a seal of the module's test data, made with test keys.
func exampleSeal() (v *poreplication.Verifier, s poreplication.SealInfo) {
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
	v, err = poreplication.New(poreplication.Config{Keys: keys})
	if err != nil {
		log.Fatal(err)
	}

	data, err := os.ReadFile("../testdata/filecoin/2kib/seal.json")
	if err != nil {
		log.Fatal(err)
	}
	var seals []struct {
		ProverID string `json:"prover_id"`
		Sector   uint64 `json:"sector_id"`
		Ticket   string `json:"ticket"`
		Seed     string `json:"seed"`
		CommR    string `json:"comm_r"`
		CommD    string `json:"comm_d"`
		Proof    string `json:"proof"`
	}
	if err := json.Unmarshal(data, &seals); err != nil {
		log.Fatal(err)
	}
	first := seals[0]
	s = poreplication.SealInfo{SealProof: poreplication.StackedDrg2KiBV1, Sector: first.Sector}
	for _, f := range []struct {
		dst  []byte
		text string
	}{{s.ProverID[:], first.ProverID}, {s.Ticket[:], first.Ticket}, {s.Seed[:], first.Seed}, {s.CommR[:], first.CommR}, {s.CommD[:], first.CommD}} {
		if _, err := hex.Decode(f.dst, []byte(f.text)); err != nil {
			log.Fatal(err)
		}
	}
	if s.Proof, err = hex.DecodeString(first.Proof); err != nil {
		log.Fatal(err)
	}
	return v, s
}

func ExampleVerifier_VerifySeal() {
	v, seal := exampleSeal()
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
	v, seal := exampleSeal()
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
	_, seal := exampleSeal()
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
