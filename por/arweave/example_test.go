package arweave_test

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por/arweave"
)

func ExampleVerifyChunk() {
	// The uploader makes the data root, which goes into the transaction, and a path
	// for each chunk.
	data := bytes.Repeat([]byte("permanent "), 30_000)
	tree, err := arweave.NewTree(bytes.NewReader(data))
	if err != nil {
		fmt.Println(err)
		return
	}
	path, err := tree.Path(1)
	if err != nil {
		fmt.Println(err)
		return
	}

	root := tree.Root()

	// Whoever is sent a chunk knows root and size from the transaction.
	chunk := data[tree.Chunk(1).Start:]
	got, err := arweave.VerifyChunk(&root, 299_999, tree.DataSize(), path, arweave.OffsetRebase, chunk)
	fmt.Println(got.Start, got.End, err)

	_, err = arweave.VerifyChunk(&root, 0, tree.DataSize(), path, arweave.OffsetRebase, chunk)
	fmt.Println(errors.Is(err, depinproof.ErrInvalidProof))
	// Output:
	// 262144 300000 <nil>
	// true
}

// An offset in a block leads to the transaction and on to the chunk.
func ExampleVerifyTxPath() {
	var leaves []arweave.Chunk
	var txs []*arweave.Tree
	end := uint64(0)
	for _, data := range []string{"first", "second", "third"} {
		tx, err := arweave.NewTree(bytes.NewReader([]byte(data)))
		if err != nil {
			fmt.Println(err)
			return
		}
		txs = append(txs, tx)
		leaves = append(leaves, arweave.Chunk{Start: end, End: end + tx.DataSize(), Hash: tx.Root()})
		end += tx.DataSize()
	}
	block, err := arweave.TreeOf(leaves)
	if err != nil {
		fmt.Println(err)
		return
	}
	txPath, err := block.Path(1)
	if err != nil {
		fmt.Println(err)
		return
	}

	root, offset := block.Root(), uint64(7)
	tx, err := arweave.VerifyTxPath(&root, offset, block.DataSize(), txPath)
	fmt.Println(tx.Start, tx.End, err)
	dataPath, err := txs[1].Path(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	chunk, err := arweave.VerifyDataPath(&tx.Hash, offset-tx.Start, tx.End-tx.Start, dataPath, arweave.RulesetAt(0))
	fmt.Println(chunk.Start, chunk.End, err)
	// Output:
	// 5 11 <nil>
	// 0 6 <nil>
}

func ExampleVerifyDataPath() {
	tree, err := arweave.NewTree(bytes.NewReader(make([]byte, 3*arweave.ChunkSize)))
	if err != nil {
		fmt.Println(err)
		return
	}
	path, err := tree.Path(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	root := tree.Root()
	chunk, err := arweave.VerifyDataPath(&root, 600_000, tree.DataSize(), path, arweave.StrictDataSplit)
	fmt.Println(chunk.Start, chunk.End, err)
	// Output:
	// 524288 786432 <nil>
}
