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

// exampleVerifier returns a verifier with the module's test keys and its structured
// reference string.
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
	srs, err := params.LoadSRS(folder, params.Options{TestKeys: []string{params.SRSName}})
	if err != nil {
		log.Fatal(err)
	}
	v, err := poreplication.New(poreplication.Config{Keys: keys, SRS: srs})
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

// exampleSeal returns the first seal of the module's test data.
func exampleSeal() poreplication.SealInfo { return exampleSeals()[0] }

// exampleSeals reads the first three seals, of one kind, of the module's test data,
// made with test keys.
func exampleSeals() (list []poreplication.SealInfo) {
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
	for _, s := range seals[:3] {
		list = append(list, poreplication.SealInfo{
			SealProof: poreplication.StackedDrg2KiBV1,
			ProverID:  [32]byte(fromHex(s.ProverID)),
			Sector:    s.Sector,
			Ticket:    [32]byte(fromHex(s.Ticket)),
			Seed:      [32]byte(fromHex(s.Seed)),
			CommR:     [32]byte(fromHex(s.CommR)),
			CommD:     [32]byte(fromHex(s.CommD)),
			Proof:     fromHex(s.Proof),
		})
	}
	return list
}

// exampleProof reads a file of the module's test data.
func exampleProof(name string) []byte {
	b, err := os.ReadFile("../testdata/filecoin/2kib/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return b
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

func ExampleVerifier_VerifyAggregateSeals() {
	a := poreplication.AggregateSealInfo{
		SealProof:   poreplication.StackedDrg2KiBV1,
		Aggregation: poreplication.SnarkPackV1,
		Proof:       exampleProof("aggregate-V1-v1-3.bin"),
	}
	for _, s := range exampleSeals() {
		a.Seals = append(a.Seals, poreplication.AggregatedSeal{
			ProverID: s.ProverID, Sector: s.Sector, Ticket: s.Ticket, Seed: s.Seed, CommR: s.CommR, CommD: s.CommD,
		})
	}
	v, ctx := exampleVerifier(), context.Background()
	fmt.Println(v.VerifyAggregateSeals(ctx, &a))

	a.Seals[0], a.Seals[1] = a.Seals[1], a.Seals[0]
	fmt.Println(v.VerifyAggregateSeals(ctx, &a))

	a.Seals[2].CommD = [32]byte{}
	fmt.Println(v.VerifyAggregateSeals(ctx, &a))
	// Output:
	// <nil>
	// poreplication.VerifyAggregateSeals: invalid proof: replication proof does not hold
	// poreplication.VerifyAggregateSeals: item 2: malformed input: CommD is zero
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
