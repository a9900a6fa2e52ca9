package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
)

// Every recorded ProveCommitSector, from CIDs and from parameters, gives the
// statement that the record's flat fields say, and public inputs.
func TestMainnetSeals(t *testing.T) {
	for i, r := range commitProofs(t) {
		want := poreplication.SealInfo{
			SealProof: r.Kind, ProverID: array(t, unhex(t, r.ProverID)), Sector: r.Sector,
			Ticket: array(t, unhex(t, r.Ticket)), Seed: array(t, unhex(t, r.Seed)),
			CommR: array(t, unhex(t, r.CommR)), CommD: array(t, unhex(t, r.CommD)), Proof: unhex(t, r.Proof),
		}
		if actor, err := ActorID(&want.ProverID); err != nil || actor != r.Miner {
			t.Errorf("record %d: actor %d, %v, want %d", i, actor, err, r.Miner)
		}
		got, err := SealInfo(r.Kind, r.Miner, r.Sector, want.Ticket, want.Seed, FormatCommR(want.CommR), FormatCommD(want.CommD), want.Proof)
		if err != nil || !sameSeal(&got, &want) {
			t.Errorf("record %d: by CIDs: %v", i, err)
		}

		params, err := (&ProveCommitSector{Sector: r.Sector, Proof: want.Proof}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		prove, err := DecodeProveCommitSector(params)
		if err != nil {
			t.Fatal(err)
		}
		params, err = (&PreCommitSector{PreCommit: PreCommit{SealProof: r.Kind, Sector: r.Sector, CommR: want.CommR, SealRandEpoch: r.SealRandEpoch, Deals: r.Deals}}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		pre, err := DecodePreCommitSector(params)
		if err != nil {
			t.Fatal(err)
		}
		// None of these sectors holds deals, so CommD follows from the size.
		got, err = pre.SealInfo(r.Miner, nil, want.Ticket, want.Seed, &prove)
		if err != nil || !sameSeal(&got, &want) {
			t.Errorf("record %d: by parameters: %v", i, err)
		}
		inputs, err := poreplication.SealPublicInputs(&got)
		if err != nil || len(inputs) != 10 || len(got.Proof) != 1920 {
			t.Errorf("record %d: %d partitions, proof of %d bytes, %v", i, len(inputs), len(got.Proof), err)
		}
	}
}

func sameSeal(a, b *poreplication.SealInfo) bool {
	return a.SealProof == b.SealProof && a.Config == b.Config && a.ProverID == b.ProverID && a.Sector == b.Sector &&
		a.Ticket == b.Ticket && a.Seed == b.Seed && a.CommR == b.CommR && a.CommD == b.CommD && bytes.Equal(a.Proof, b.Proof)
}

// The recorded SubmitWindowedPoSt decode, encode to the same bytes, and commit to
// the chain they were recorded on: the commitment is drawn from the recorded digest.
func TestMainnetWindowPoSt(t *testing.T) {
	for i, m := range windowMessages(t) {
		p, err := DecodeSubmitWindowedPoSt(m.params)
		if err != nil {
			t.Errorf("message %d: %v", i, err)
			continue
		}
		if back, err := p.Encode(); err != nil || !bytes.Equal(back, m.params) {
			t.Errorf("message %d: encoded again: %x, %v", i, back, err)
		}
		if len(p.Partitions) != 1 || len(p.Proofs) != 1 || p.Proofs[0].PoStProof != 8 || len(p.Proofs[0].Proof) != 192 {
			t.Errorf("message %d: %+v", i, p)
		}
		digest, ok := m.randomness[p.ChainCommitEpoch]
		if !ok {
			t.Errorf("message %d: no randomness of epoch %d", i, p.ChainCommitEpoch)
			continue
		}
		if got := DrawRandomness(array(t, digest), PoStChainCommit, p.ChainCommitEpoch, nil); got != p.ChainCommitRand {
			t.Errorf("message %d: drawn %x, committed %x", i, got, p.ChainCommitRand)
		}
		for n := range m.params {
			_, err := DecodeSubmitWindowedPoSt(m.params[:n])
			wantClass(t, "cut", err, depinproof.ErrMalformed)
		}
		for n := range m.params {
			bad := bytes.Clone(m.params)
			bad[n] ^= 1
			if p, err := DecodeSubmitWindowedPoSt(bad); err == nil {
				if back, err := p.Encode(); err != nil || !bytes.Equal(back, bad) {
					t.Errorf("message %d, byte %d: accepted, and encodes to %x, %v", i, n, back, err)
				}
			} else if !errors.Is(err, depinproof.ErrMalformed) && !errors.Is(err, depinproof.ErrLimit) {
				t.Errorf("message %d, byte %d: %v", i, n, err)
			}
		}
	}
}

// The recorded proof of a single sector as parameters: it gives the public inputs
// of its flat fields, one partition of 2,349 times 11.
func TestMainnetWindowPoStInputs(t *testing.T) {
	var r struct {
		Randomness string `json:"randomness"`
		ProverID   string `json:"prover_id"`
		Miner      uint64 `json:"miner"`
		Sectors    []struct {
			Sector uint64 `json:"sector_number"`
			CommR  string `json:"comm_r"`
		} `json:"sectors"`
		Proof string `json:"proof"`
	}
	if err := json.Unmarshal(sharedFile(t, "filecoin/mainnet/window_post_32gib_single_sector.json"), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Sectors) != 1 {
		t.Fatalf("%d sectors", len(r.Sectors))
	}
	params, err := (&SubmitWindowedPoSt{
		Partitions: []PoStPartition{{Index: 0, Skipped: Bitfield{{r.Sectors[0].Sector + 1, 1}}}},
		Proofs:     []PoStProof{{poreplication.StackedDrgWindow32GiBV1_1, unhex(t, r.Proof)}},
	}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	p, err := DecodeSubmitWindowedPoSt(params)
	if err != nil {
		t.Fatal(err)
	}
	commR := array(t, unhex(t, r.Sectors[0].CommR))
	info, err := p.WindowPoStInfo(r.Miner, array(t, unhex(t, r.Randomness)), []poreplication.Replica{
		{Sector: r.Sectors[0].Sector, CommR: commR}, {Sector: r.Sectors[0].Sector + 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if info.ProverID != array(t, unhex(t, r.ProverID)) || info.Randomness != array(t, unhex(t, r.Randomness)) || !bytes.Equal(info.Proof, unhex(t, r.Proof)) {
		t.Errorf("%+v", info)
	}
	inputs, err := poreplication.WindowPoStPublicInputs(&info)
	if err != nil || len(inputs) != 1 || len(inputs[0]) != 2349*11 || inputs[0][0] != commR {
		t.Errorf("%d partitions, %v", len(inputs), err)
	}
}

// Sealed CIDs and bitfields as the state beside the messages holds them.
func TestMainnetState(t *testing.T) {
	cids, fields, runs := 0, 0, 0
	for _, m := range windowMessages(t) {
		for at := range m.car {
			if bytes.HasPrefix(m.car[at:], []byte("\xd8\x2a\x58\x29\x00\x01\x82")) {
				d := decoder{data: m.car[at:]}
				c := d.commitment(commRPrefix)
				if d.err != nil {
					t.Errorf("at %d: %v", at, d.err)
				}
				if back, err := ParseCommR(FormatCommR(c)); err != nil || back != c {
					t.Errorf("%x: %v", c, err)
				}
				cids++
			}
			// A partition: nine fields, of which the first four are bitfields and
			// the fifth is a CID.
			if m.car[at] != 0x89 {
				continue
			}
			d := decoder{data: m.car[at+1:]}
			var raw [4][]byte
			for i := range raw {
				raw[i] = d.view("a bitfield", MaxBitfield)
			}
			if d.err != nil || !bytes.HasPrefix(d.data, []byte("\xd8\x2a\x58")) {
				continue
			}
			for _, data := range raw {
				b, err := DecodeBitfield(data)
				if err != nil {
					t.Errorf("bitfield %s: %v", hex.EncodeToString(data), err)
				}
				fields++
				runs += len(b)
			}
		}
	}
	t.Logf("%d sealed CIDs, %d bitfields with %d runs", cids, fields, runs)
	if cids == 0 || fields == 0 || runs == 0 {
		t.Errorf("%d sealed CIDs, %d bitfields with %d runs found", cids, fields, runs)
	}
}
