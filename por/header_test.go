package por

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"testing"
	"time"
)

// A hexText is bytes that JSON has in hexadecimal digits.
type hexText []byte

func (h *hexText) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// A header is CometBFT's, in its JSON.
type header struct {
	Version struct {
		Block uint64 `json:"block,string"`
		App   uint64 `json:"app,string"`
	} `json:"version"`
	ChainID     string    `json:"chain_id"`
	Height      uint64    `json:"height,string"`
	Time        time.Time `json:"time"`
	LastBlockID struct {
		Hash  hexText `json:"hash"`
		Parts struct {
			Total uint64  `json:"total"`
			Hash  hexText `json:"hash"`
		} `json:"part_set_header"`
	} `json:"last_block_id"`
	LastCommit     hexText `json:"last_commit_hash"`
	Data           hexText `json:"data_hash"`
	Validators     hexText `json:"validators_hash"`
	NextValidators hexText `json:"next_validators_hash"`
	Consensus      hexText `json:"consensus_hash"`
	App            hexText `json:"app_hash"`
	LastResults    hexText `json:"last_results_hash"`
	Evidence       hexText `json:"evidence_hash"`
	Proposer       hexText `json:"proposer_address"`
}

// A lightBlock is a header and the hash that validators have signed.
type lightBlock struct {
	Signed struct {
		Header header `json:"header"`
		Commit struct {
			BlockID struct {
				Hash hexText `json:"hash"`
			} `json:"block_id"`
		} `json:"commit"`
	} `json:"signed_header"`
}

// fields are the 14 leaves of the tree whose root is the header's hash, each a message of
// protobuf; what is zero is empty. Before Tendermint 0.34 they were those of amino, which
// has strings, bytes and numbers without a field's key, and nothing of an empty ID.
func (h *header) fields(amino bool) [][]byte {
	varint := func(field byte, v uint64) []byte {
		if v == 0 {
			return nil
		}
		return binary.AppendUvarint([]byte{field << 3}, v)
	}
	message := func(field byte, content []byte) []byte {
		return append(binary.AppendUvarint([]byte{field<<3 | 2}, uint64(len(content))), content...)
	}
	optional := func(field byte, content []byte) []byte {
		if len(content) == 0 {
			return nil
		}
		return message(field, content)
	}
	bare := func(value []byte) []byte {
		if amino && len(value) > 0 {
			return value[1:]
		}
		return value
	}
	id := &h.LastBlockID
	last := append(optional(1, id.Hash), message(2, append(varint(1, id.Parts.Total), optional(2, id.Parts.Hash)...))...)
	if amino && len(id.Hash) == 0 {
		last = nil
	}
	all := [][]byte{
		append(varint(1, h.Version.Block), varint(2, h.Version.App)...),
		bare(optional(1, []byte(h.ChainID))),
		bare(varint(1, h.Height)),
		append(varint(1, uint64(h.Time.Unix())), varint(2, uint64(h.Time.Nanosecond()))...),
		last,
	}
	for _, hash := range []hexText{
		h.LastCommit, h.Data, h.Validators, h.NextValidators, h.Consensus, h.App, h.LastResults, h.Evidence, h.Proposer,
	} {
		all = append(all, bare(optional(1, hash)))
	}
	return all
}

// checkHeaders computes the hashes of headers.
func checkHeaders(t *testing.T, blocks []lightBlock, amino bool) {
	t.Helper()
	if len(blocks) == 0 {
		t.Fatal("no headers")
	}
	for i := range blocks {
		s := &blocks[i].Signed
		if len(s.Commit.BlockID.Hash) != 32 {
			t.Fatalf("header of height %d has no hash", s.Header.Height)
		}
		proveAll(t, CometBFT(), hashAll(t, CometBFT(), s.Header.fields(amino)), Node(s.Commit.BlockID.Hash))
	}
}

// TestCometBFTHeaders computes the hashes of the headers of tendermint-rs' tests, and
// proves every field.
func TestCometBFTHeaders(t *testing.T) {
	const folder = "por/cometbft-light/"
	t.Run("single_step", func(t *testing.T) {
		sharedFile(t, folder+"single_step/MC4_4_faulty_TestSuccess.json")
		files, err := os.ReadDir("../../shared/vectors/" + folder + "single_step")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range files {
			var test struct {
				Initial lightBlock
				Input   []struct{ Block lightBlock }
			}
			decodeShared(t, folder+"single_step/"+f.Name(), &test)
			blocks := []lightBlock{test.Initial}
			for i := range test.Input {
				blocks = append(blocks, test.Input[i].Block)
			}
			checkHeaders(t, blocks, false)
			n += len(blocks)
		}
		t.Logf("%d headers of %d files", n, len(files))
		if len(files) != 26 || n != 99 {
			t.Error("not the headers that there should be")
		}
	})
	t.Run("bisection", func(t *testing.T) {
		var test struct {
			Primary struct {
				Blocks []lightBlock `json:"lite_blocks"`
			}
		}
		decodeShared(t, folder+"bisection/_happy_path.json", &test)
		checkHeaders(t, test.Primary.Blocks, true)
		for i := range test.Primary.Blocks[1:] {
			hash := test.Primary.Blocks[i].Signed.Commit.BlockID.Hash
			if last := test.Primary.Blocks[i+1].Signed.Header.LastBlockID.Hash; !bytes.Equal(last, hash) {
				t.Fatal("blocks without a chain")
			}
		}
		t.Logf("%d headers", len(test.Primary.Blocks))
	})
}
