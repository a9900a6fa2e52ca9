package main

import (
	"os"
	"path/filepath"

	"github.com/depinproof/depinproof/internal/trapdoor"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/params"
)

// sectorSizes are the sector sizes by registered number modulo 5, of whatever
// kind of proof.
var sectorSizes = [5]uint64{2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30}

// testdata returns the folder of proofs of 2 KiB sectors and their keys.
func (e *environment) testdata() string {
	return filepath.Join(e.root, "testdata", "filecoin", "2kib")
}

// testKey puts a key into the parameter cache of both sides, under the network's
// name, and returns it with its secrets.
//
// The keys of 2 KiB sectors are those of testdata, and have no known secrets. No
// proof of a larger sector can be published with the key it holds under, so keys
// with known secrets stand in for the network's, and proofs are made from the
// secrets. To a verifier there is no difference.
func (e *environment) testKey(id params.ID) (file []byte, secrets *trapdoor.Key, err error) {
	name, err := params.Name(params.V28, id)
	if err != nil {
		return nil, nil, err
	}
	if id.SectorSize == sectorSizes[0] {
		file, err = os.ReadFile(filepath.Join(e.testdata(), "keys", name))
	} else {
		inputs, _ := id.Inputs()
		secrets, err = trapdoor.NewKey(e.random, inputs)
		if err == nil {
			file = secrets.VerifyingKey()
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if err := os.WriteFile(filepath.Join(e.keys, name), file, 0o600); err != nil {
		return nil, nil, err
	}
	e.keyNames = append(e.keyNames, name)
	return file, secrets, nil
}

// verifier returns one with all keys of the parameter cache.
func (e *environment) verifier() (*poreplication.Verifier, error) {
	keys, err := params.Load(os.DirFS(e.keys), params.Options{TestKeys: e.keyNames})
	if err != nil {
		return nil, err
	}
	return poreplication.New(poreplication.Config{Keys: keys, Workers: 1})
}

// prove returns the proof of all partitions.
func (e *environment) prove(secrets *trapdoor.Key, partitions [][][32]byte) (proof []byte, err error) {
	for _, inputs := range partitions {
		p, err := secrets.Prove(e.random, inputs)
		if err != nil {
			return nil, err
		}
		proof = append(proof, p...)
	}
	return proof, nil
}
