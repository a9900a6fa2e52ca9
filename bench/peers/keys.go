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

// testedKey is a key of both sides.
type testedKey struct {
	file    []byte
	secrets *trapdoor.Key
}

// testKey puts a key into the parameter cache of both sides, under the network's
// name, and returns it with its secrets. Asked again, it returns the same one: the
// reference reads a key but once.
//
// The keys of 2 KiB sectors are those of testdata, and have no known secrets. No
// proof of a larger sector can be published with the key it holds under, so keys
// with known secrets stand in for the network's, and proofs are made from the
// secrets. To a verifier there is no difference.
func (e *environment) testKey(id params.ID) (file []byte, secrets *trapdoor.Key, err error) {
	if k, ok := e.made[id]; ok {
		return k.file, k.secrets, nil
	}
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
	e.made[id] = testedKey{file, secrets}
	return file, secrets, nil
}

// srs returns the reference string of aggregates, with its secrets, and sees to
// it that the file in the parameter cache of both sides is long enough for n
// proofs. Of that file a verifier needs the beginning; the reference makes a
// prover's key along with the verifier's, which takes 2n powers and, once for each
// sector size and n, some seconds.
func (e *environment) srs(n int) (*trapdoor.SRS, error) {
	if e.srsSecrets == nil {
		var err error
		if e.srsSecrets, err = trapdoor.NewSRS(e.random); err != nil {
			return nil, err
		}
	}
	if e.srsPowers < 2*n {
		e.srsPowers = 2 * n
		if err := os.WriteFile(filepath.Join(e.keys, params.SRSName), e.srsSecrets.File(2*n), 0o600); err != nil {
			return nil, err
		}
	}
	return e.srsSecrets, nil
}

// verifier returns one with all keys of the parameter cache.
func (e *environment) verifier() (*poreplication.Verifier, error) {
	keys, err := params.Load(os.DirFS(e.keys), params.Options{TestKeys: e.keyNames})
	if err != nil {
		return nil, err
	}
	c := poreplication.Config{Keys: keys, Workers: 1}
	c.Limits.AggregateSeals = 1024 // the largest that is timed
	if e.srsSecrets != nil {
		if c.SRS, err = params.LoadSRS(os.DirFS(e.keys), params.Options{TestKeys: []string{params.SRSName}}); err != nil {
			return nil, err
		}
	}
	return poreplication.New(c)
}

// aggregate returns the aggregate proof of all partitions; digest is what the
// transcript includes of the statements.
func (e *environment) aggregate(secrets *trapdoor.Key, version poreplication.RegisteredAggregationProof, partitions [][][32]byte, digest []byte) ([]byte, error) {
	srs, err := e.srsFor(len(partitions))
	if err != nil {
		return nil, err
	}
	return srs.Aggregate(e.random, secrets, partitions, (*[32]byte)(digest), int(version)+1)
}

// forge is aggregate without proofs of the partitions, under V1.
func (e *environment) forge(secrets *trapdoor.Key, _ poreplication.RegisteredAggregationProof, partitions [][][32]byte, digest []byte) ([]byte, error) {
	srs, err := e.srsFor(len(partitions))
	if err != nil {
		return nil, err
	}
	return srs.Forge(e.random, secrets, partitions, (*[32]byte)(digest))
}

// srsFor returns the string, and sees to it that its file is long enough for
// aggregates of so many partitions.
func (e *environment) srsFor(partitions int) (*trapdoor.SRS, error) {
	n := 2
	for n < partitions {
		n *= 2
	}
	return e.srs(n)
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
