package swarm_test

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
	"github.com/depinproof/depinproof/por/swarm"
)

func ExampleVerifySegment() {
	payload := []byte("hello world")
	tree, err := swarm.NewTree(nil, payload, uint64(len(payload)))
	if err != nil {
		fmt.Println(err)
		return
	}
	siblings, err := tree.Path(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%x\n", tree.Address())
	address, segment := tree.Address(), tree.Segment(0)
	fmt.Println(swarm.VerifySegment(&address, 0, &segment, 11, siblings))
	err = swarm.VerifySegment(&address, 1, &segment, 11, siblings)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// 92672a471f4419b255d7cb0cf313474a6f5856fb347c5ece85fb706d644b630f
	// <nil>
	// true
}

// With an anchor only who has the chunk finds the address, and one segment shows it.
func ExampleVerifyTransformedSegment() {
	payload, anchor := []byte("hello world"), []byte("anchor of a round")
	tree, err := swarm.NewTree(anchor, payload, uint64(len(payload)))
	if err != nil {
		fmt.Println(err)
		return
	}
	siblings, err := tree.Path(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	address, segment := tree.Address(), tree.Segment(0)
	fmt.Println(swarm.VerifyTransformedSegment(anchor, &address, 0, &segment, 11, siblings))
	// Output:
	// <nil>
}

func ExampleVerifyEntitlement() {
	anchor, seed := por.Node{0: 0xa1}, por.Node{31: 200}
	var chunks []swarm.SampleChunk
	for i := range swarm.SampleSize {
		payload := fmt.Appendf(nil, "chunk %d", i)
		chunks = append(chunks, swarm.SampleChunk{Payload: payload, Span: uint64(len(payload))})
	}
	sample, err := swarm.NewSample(anchor[:], chunks)
	if err != nil {
		fmt.Println(err)
		return
	}
	witnesses, err := sample.Witnesses(seed)
	if err != nil {
		fmt.Println(err)
		return
	}

	round := &swarm.Round{Commitment: sample.Commitment(), Anchor: anchor[:], Seed: seed}
	fmt.Println(swarm.VerifyEntitlement(round, witnesses))
	round.Anchor = make([]byte, 32)
	fmt.Println(errors.Is(swarm.VerifyEntitlement(round, witnesses), depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
}

// fill sets dst to the bytes of a constant.
func fill(dst []byte, s string) {
	if _, err := hex.Decode(dst, []byte(s)); err != nil {
		panic(err)
	}
}

// soc is a single-owner chunk around that of "hello world".
func soc() *swarm.SOC {
	s := &swarm.SOC{Identifier: por.Node{31: 1}}
	fill(s.Owner[:], "827b44d53df2854057713b25cdd653eb70fe36c4")
	fill(s.Wrapped[:], "92672a471f4419b255d7cb0cf313474a6f5856fb347c5ece85fb706d644b630f")
	fill(s.Signature[:], "dcb17a4cb64588ae198f000fcfcd396425ae68ddfd8489bfd370acd07bfd6efd"+
		"0a0e8ffd132db2b08ab8960d833f584ef1b02c995286c0f28d8d2be9ae10bbed1c")
	return s
}

func ExampleVerifySOC() {
	s := soc()
	address := s.Address()
	fmt.Println(swarm.VerifySOC(&address, s))

	s.Wrapped[0] ^= 1 // another chunk than the owner signed
	fmt.Println(errors.Is(swarm.VerifySOC(&address, s), depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
}

func ExampleVerifyStamp() {
	// A batch, as the postage contract has it, and a stamp of it for a chunk.
	batch := &swarm.Batch{Depth: 20, BucketDepth: 16}
	fill(batch.ID[:], "4c8efc14c8e3cee608174f995d7afe155897bf643a31226e4f1363bc97686aef")
	fill(batch.Owner[:], "827b44d53df2854057713b25cdd653eb70fe36c4")
	stamp := &swarm.Stamp{Batch: batch.ID, Index: 0xc319<<32 | 3, Timestamp: 1_700_000_000}
	fill(stamp.Signature[:], "bc0ba90b595c35015e8ceda5a6a19583f73a8d8b81fec9af1fca01da6be9de6f"+
		"3e796957303f861963d9e102d56e31becad6f51679515218c85e9445f154e4e81b")
	address := soc().Address()
	fmt.Println(swarm.VerifyStamp(batch, &address, stamp))

	stamp.Index += 16
	fmt.Println(swarm.VerifyStamp(batch, &address, stamp))
	// Output:
	// <nil>
	// swarm.VerifyStamp: invalid proof: stamp: place outside its bucket
}
