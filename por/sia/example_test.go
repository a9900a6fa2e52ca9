package sia_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por/sia"
)

func ExampleVerifyStorageProof() {
	data := strings.Repeat("what the renter stored ", 40)
	p := sia.StorageProof{
		Version:    sia.V2,
		Filesize:   uint64(len(data)),
		ContractID: [32]byte{0xc0},
		BlockID:    [32]byte{0xb1},
	}
	if err := sia.Prove(&p, strings.NewReader(data)); err != nil {
		panic(err)
	}
	fmt.Println("leaf", sia.LeafIndex(p.Filesize, p.BlockID, p.ContractID))
	fmt.Println(sia.VerifyStorageProof(&p))

	p.Leaf[7] ^= 1
	fmt.Println(errors.Is(sia.VerifyStorageProof(&p), depinproof.ErrInvalidProof))
	// Output:
	// leaf 5
	// <nil>
	// true
}
