package chain

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/depinproof/depinproof/poreplication"
)

// sharedFile reads a file of the vectors beside the module, or skips the test.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../shared/vectors/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("skipped: %s is not beside the module", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func array(t testing.TB, b []byte) (a [32]byte) {
	t.Helper()
	if len(b) != 32 {
		t.Fatalf("%d bytes, not 32", len(b))
	}
	copy(a[:], b)
	return a
}

// commitProof is one ProveCommitSector of the main network with the parts of its
// statement.
type commitProof struct {
	Miner         uint64                            `json:"miner"`
	ProverID      string                            `json:"prover_id"`
	Sector        uint64                            `json:"sector_number"`
	Kind          poreplication.RegisteredSealProof `json:"registered_seal_proof"`
	SectorSize    uint64                            `json:"sector_size"`
	SealRandEpoch int64                             `json:"seal_rand_epoch"`
	Deals         []uint64                          `json:"deal_ids"`
	CommR         string                            `json:"comm_r"`
	CommD         string                            `json:"comm_d"`
	Ticket        string                            `json:"ticket"`
	Seed          string                            `json:"seed"`
	Proof         string                            `json:"proof"`
}

func commitProofs(t *testing.T) []commitProof {
	t.Helper()
	var file struct {
		Items []commitProof `json:"items"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/mainnet/provecommit_32gib_v1.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Items) != 20 {
		t.Fatalf("%d records, not 20", len(file.Items))
	}
	return file.Items
}

// windowMessage is a recorded SubmitWindowedPoSt of the main network.
type windowMessage struct {
	params     []byte
	car        []byte           // the state before it, as one file of blocks
	randomness map[int64][]byte // digests of ticket bases by epoch
}

func windowMessages(t *testing.T) []windowMessage {
	t.Helper()
	var out []windowMessage
	for _, name := range []string{"ext-0001-fil_1_storageminer-SubmitWindowedPoSt-Ok-2", "ext-0004-fil_1_storageminer-SubmitWindowedPoSt-Ok-8"} {
		var file struct {
			CAR        []byte `json:"car"`
			Randomness []struct {
				On     [2]any `json:"on"`
				Return []byte `json:"ret"`
			} `json:"randomness"`
			Messages []struct {
				Bytes []byte `json:"bytes"`
			} `json:"apply_messages"`
		}
		if err := json.Unmarshal(sharedFile(t, "filecoin/mainnet/"+name+".json"), &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Messages) != 1 {
			t.Fatalf("%s: %d messages", name, len(file.Messages))
		}
		m := windowMessage{params: messageParams(t, file.Messages[0].Bytes), car: gunzip(t, file.CAR), randomness: make(map[int64][]byte)}
		for _, r := range file.Randomness {
			if r.On[0] == "chain" {
				m.randomness[int64(r.On[1].(float64))] = r.Return
			}
		}
		out = append(out, m)
	}
	return out
}

// messageParams returns the parameters of a message: [version, to, from, nonce,
// value, gas limit, fee cap, premium, method, parameters].
func messageParams(t *testing.T, message []byte) []byte {
	t.Helper()
	d := newDecoder(message)
	d.array(10)
	d.uint()
	d.bytes("an address", 64)
	d.bytes("an address", 64)
	d.uint()
	d.bytes("a value", 64)
	d.uint()
	d.bytes("a fee", 64)
	d.bytes("a fee", 64)
	if method := d.uint(); method != 5 {
		t.Fatalf("method %d", method)
	}
	params := d.bytes("parameters", MaxParams)
	if err := d.end(); err != nil {
		t.Fatal(err)
	}
	return params
}

func gunzip(t *testing.T, data []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
