package poreplication_test

import (
	"context"
	"fmt"
	"log"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
)

// examplePoSt reads a proof of spacetime of the module's test data: the first of
// a type and a version with some number of replicas.
func examplePoSt(kind, version string, replicas int) (randomness, proverID [32]byte, list []poreplication.Replica, proof []byte) {
	var posts []struct {
		Type       string `json:"type"`
		Version    string `json:"api_version"`
		Randomness string `json:"randomness"`
		ProverID   string `json:"prover_id"`
		Replicas   []struct {
			Sector uint64 `json:"sector_id"`
			CommR  string `json:"comm_r"`
		} `json:"replicas"`
		Proof string `json:"proof"`
	}
	exampleJSON("post.json", &posts)
	for _, p := range posts {
		if p.Type != kind || p.Version != version || len(p.Replicas) != replicas {
			continue
		}
		for _, r := range p.Replicas {
			list = append(list, poreplication.Replica{Sector: r.Sector, CommR: [32]byte(fromHex(r.CommR))})
		}
		return [32]byte(fromHex(p.Randomness)), [32]byte(fromHex(p.ProverID)), list, fromHex(p.Proof)
	}
	log.Fatal("no such proof")
	return
}

func exampleWinning() poreplication.WinningPoStInfo {
	p := poreplication.WinningPoStInfo{PoStProof: poreplication.StackedDrgWinning2KiBV1}
	p.Randomness, p.ProverID, p.Replicas, p.Proof = examplePoSt("winning", "1.0.0", 1)
	return p
}

func ExampleVerifier_VerifyWinningPoSt() {
	v, post := exampleVerifier(), exampleWinning()
	fmt.Println(v.VerifyWinningPoSt(&post))

	post.Randomness[0] ^= 1
	fmt.Println(v.VerifyWinningPoSt(&post))

	post.Randomness[31] |= 0xc0 // as the chain draws it
	fmt.Println(v.VerifyWinningPoSt(&post))
	// Output:
	// <nil>
	// poreplication.VerifyWinningPoSt: invalid proof: WinningPoSt does not hold
	// poreplication.VerifyWinningPoSt: malformed input: randomness is not canonical
}

func ExampleVerifier_VerifyWinningPoStBatch() {
	v, post := exampleVerifier(), exampleWinning()
	other := post
	other.Randomness[0] ^= 1

	errs := make([]error, 2)
	fmt.Println(v.VerifyWinningPoStBatch(context.Background(), []poreplication.WinningPoStInfo{post, other}, errs))
	for i, err := range errs {
		fmt.Println(i, err == nil)
	}
	// Output:
	// poreplication.VerifyWinningPoStBatch: item 1: invalid proof: WinningPoSt does not hold
	// 0 true
	// 1 false
}

func ExampleVerifier_VerifyWindowPoSt() {
	v := exampleVerifier()
	post := poreplication.WindowPoStInfo{PoStProof: poreplication.StackedDrgWindow2KiBV1_1}
	post.Randomness, post.ProverID, post.Replicas, post.Proof = examplePoSt("window", "1.2.0", 5)
	fmt.Println(len(post.Replicas), "replicas,", len(post.Proof)/192, "partitions")
	fmt.Println(v.VerifyWindowPoSt(context.Background(), &post))

	// The order of replicas does not matter.
	r := post.Replicas
	r[0], r[4] = r[4], r[0]
	fmt.Println(v.VerifyWindowPoSt(context.Background(), &post))

	// Consensus code asks for the verdict and for a fault that prevents one.
	post.Replicas[2].Sector++
	fmt.Println(depinproof.Outcome(v.VerifyWindowPoSt(context.Background(), &post)))
	post.Replicas = post.Replicas[:4]
	fmt.Println(depinproof.Outcome(v.VerifyWindowPoSt(context.Background(), &post)))
	// Output:
	// 5 replicas, 3 partitions
	// <nil>
	// <nil>
	// false <nil>
	// false poreplication.VerifyWindowPoSt: malformed input: proof has 576 bytes, not 384
}

func exampleUpdates() (updates []poreplication.ReplicaUpdateInfo) {
	var file struct {
		Updates []struct {
			CommROld string `json:"comm_r_old"`
			CommRNew string `json:"comm_r_new"`
			CommDNew string `json:"comm_d_new"`
			Proof    string `json:"proof"`
		} `json:"updates"`
	}
	exampleJSON("update.json", &file)
	for _, u := range file.Updates {
		updates = append(updates, poreplication.ReplicaUpdateInfo{
			UpdateProof: poreplication.StackedDrg2KiBUpdateV1,
			CommROld:    [32]byte(fromHex(u.CommROld)),
			CommRNew:    [32]byte(fromHex(u.CommRNew)),
			CommDNew:    [32]byte(fromHex(u.CommDNew)),
			Proof:       fromHex(u.Proof),
		})
	}
	return updates
}

func ExampleVerifier_VerifyReplicaUpdate() {
	v, update := exampleVerifier(), exampleUpdates()[0]
	fmt.Println(v.VerifyReplicaUpdate(&update))

	update.CommDNew[0] ^= 1
	fmt.Println(v.VerifyReplicaUpdate(&update))
	// Output:
	// <nil>
	// poreplication.VerifyReplicaUpdate: invalid proof: replica update does not hold
}

func ExampleVerifier_VerifyReplicaUpdateBatch() {
	v, updates := exampleVerifier(), exampleUpdates()
	fmt.Println(v.VerifyReplicaUpdateBatch(context.Background(), updates, nil))

	updates[2].Proof, updates[1].Proof = updates[1].Proof, updates[2].Proof
	fmt.Println(v.VerifyReplicaUpdateBatch(context.Background(), updates, nil))
	// Output:
	// <nil>
	// poreplication.VerifyReplicaUpdateBatch: item 1: invalid proof: replica update does not hold
}

func ExampleVerifier_VerifyAggregateReplicaUpdates() {
	a := poreplication.AggregateReplicaUpdateInfo{
		UpdateProof: poreplication.StackedDrg2KiBUpdateV1,
		Aggregation: poreplication.SnarkPackV2,
		Proof:       exampleProof("update-aggregate-3.bin"),
	}
	for _, u := range exampleUpdates() {
		a.Updates = append(a.Updates, poreplication.AggregatedUpdate{CommROld: u.CommROld, CommRNew: u.CommRNew, CommDNew: u.CommDNew})
	}
	v, ctx := exampleVerifier(), context.Background()
	fmt.Println(v.VerifyAggregateReplicaUpdates(ctx, &a))

	a.Updates[1].CommDNew[0] ^= 1
	fmt.Println(v.VerifyAggregateReplicaUpdates(ctx, &a))
	// Output:
	// <nil>
	// poreplication.VerifyAggregateReplicaUpdates: invalid proof: replica update does not hold
}

func ExampleWinningSectorIndex() {
	post := exampleWinning()
	index, err := poreplication.WinningSectorIndex(&post.ProverID, &post.Randomness, 1234)
	fmt.Println(index, err)
	// Output: 677 <nil>
}

func ExampleMaskRandomness() {
	fmt.Printf("%#x\n", poreplication.MaskRandomness([32]byte{0: 0xff, 31: 0xff})[31])
	// Output: 0x3f
}
