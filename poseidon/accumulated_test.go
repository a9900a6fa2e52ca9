package poseidon

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"testing"
)

// testElements draws n elements from SHA-256 in counter mode under a label.
// Every eighth is an edge operand.
func testElements(label string, n int) []Element {
	es := edges()
	out := make([]Element, 0, n)
	for i := uint64(0); len(out) < n; i++ {
		e := Element(sha256.Sum256(binary.LittleEndian.AppendUint64([]byte(label), i)))
		if e[0]%8 == 0 {
			e = es[int(e[1])%len(es)]
		}
		e[31] &= 0x7f
		if canonical(&e) {
			out = append(out, e)
		}
	}
	return out
}

const (
	accumulatedLong  = 10_000
	accumulatedShort = 500
	accumulatedCheck = 100 // of them compared with the textbook
)

// accumulatedDigests pins the SHA-256 of the first accumulatedShort and of all
// accumulatedLong hashes of testElements("accumulated <arity>", …). All of them
// were compared with the textbook permutation when they were pinned: set
// POSEIDON_CHECK_ALL=1 to do so again.
var accumulatedDigests = map[Config][2]string{
	{Arity: 1, Strength: Standard}: {
		"5f8c9480664a370d544d3af46aa62b373e8080632eb52fc42e6106221aa57d4f",
		"e2ff05e60dc418d1b5ba2c22eddfb8133f48f1c4e60a73418aff709350c03521",
	},
	{Arity: 1, Strength: Strengthened}: {
		"faf78c8e9e26aab0919422b933d2710afda144d0a5d7914dd41e6b63140c6213",
	},
	{Arity: 2, Strength: Standard}: {
		"dc7876395401503e31f9436b30b4e4e110a44384832216fcd00b23cbc3dc93c9",
		"8f512be71f50cd1c7c63db1564e0ed58f8e894b32fce8845311831bbf3090b10",
	},
	{Arity: 2, Strength: Strengthened}: {
		"8a72a6eea0a1d4445ba553184624552e4432def6b37cd188283e79d3e41b9ffc",
	},
	{Arity: 4, Strength: Standard}: {
		"133af4498968724f465c5f91860ed55368f1d2a642014a690275ea2c1c88ccc7",
		"db08a7d5ce75f1c7194f33dd67978c941b38d01f7b93fdfc911df7460742d02b",
	},
	{Arity: 4, Strength: Strengthened}: {
		"46de68507d9b8084c8fac3db3bf2d59850e79e34459bbb246b005356455ed88c",
	},
	{Arity: 8, Strength: Standard}: {
		"31672394b6803ffde3f2bcf1a04c67f2719e4c2982aac9e5f1e40caa9cd02ca0",
		"c24bc0ec5488b87f43813f75d49a198bb35111b69cc4489451e0c6472e10fb81",
	},
	{Arity: 8, Strength: Strengthened}: {
		"2f7a3701c3f8d1a976f3b8be396803c22cdf0f024d568baabae6ea493c16cafb",
	},
	{Arity: 11, Strength: Standard}: {
		"eac19ce203d7b2491fb65c6164014e01ca3384ecc1c617e70f4263695d66936a",
		"6f25199fa8501c350f7d707beed3d0eab5d4416e005bbe16cc4c1498b77cf13f",
	},
	{Arity: 11, Strength: Strengthened}: {
		"d5c9d4ee8d99672e4d3fe968a53e9f664b8a997b3b9578e4b1cf6fa06dba4b5a",
	},
	{Arity: 16, Strength: Standard}: {
		"d1671d3b753aa2fbe20fe7579f59815faf3cfb200565895948aaa912a6c07771",
		"ed3772a8fcad9fc2d0cb4173f8102beda6a078a802f2a18b8445eb5bb1e4acaa",
	},
	{Arity: 16, Strength: Strengthened}: {
		"c74687608967c8b1e8002c1faac350b4818d05dc2aff22de89faa2be22c3416d",
	},
	{Arity: 24, Strength: Standard}: {
		"e678cc307b36fc7e6ae840a13e3b855f8b0222c124eda25ed7c5f71351b00209",
		"6c261b5375257b67597bd9378ce6a449f873c18e49217b5e5c5d7f4108a18d41",
	},
	{Arity: 24, Strength: Strengthened}: {
		"bd13c8de1cbc1525c2c905ef8f89c21333dc2eb662e8ac61d0e0d5021b40af29",
	},
	{Arity: 36, Strength: Standard}: {
		"e6fdb961316fc2534ff8c79aa87751892c730294986033d52d6f29bdcc55f4bd",
		"ae121670bc4c773b56411296c836ed0a3aa03e52a5b24fbd3144f24eae2c4e78",
	},
	{Arity: 36, Strength: Strengthened}: {
		"7cb6d5e32cf4c4dc649502210bf493a60d4b142d543df27718424c09c9f42a7c",
	},
}

func TestAccumulated(t *testing.T) {
	n, check := accumulatedLong, accumulatedCheck
	if testing.Short() {
		n, check = accumulatedShort, accumulatedCheck/10
	}
	if os.Getenv("POSEIDON_CHECK_ALL") != "" {
		check = n
	}
	for _, arity := range arities {
		for _, strength := range []Strength{Standard, Strengthened} {
			cfg := Config{Arity: arity, Strength: strength}
			t.Run(fmt.Sprintf("arity=%d/strength=%d", arity, strength), func(t *testing.T) {
				n := n
				if strength == Strengthened {
					n = accumulatedShort
				}
				h, err := NewWith(cfg)
				if err != nil {
					t.Fatal(err)
				}
				src := testElements(fmt.Sprintf("accumulated %d", arity), n*arity)
				dst := make([]Element, n)
				if err := h.HashNodes(dst, src); err != nil {
					t.Fatal(err)
				}
				sum := sha256.New()
				for i := range dst {
					if i < check {
						if want := referenceHash(cfg, src[i*arity:(i+1)*arity]); dst[i] != want {
							t.Fatalf("hash %d: got %x, want %x", i, dst[i], want)
						}
					}
					sum.Write(dst[i][:])
					k := 0
					switch i + 1 {
					case accumulatedShort:
					case accumulatedLong:
						k = 1
					default:
						continue
					}
					if got, want := hex.EncodeToString(sum.Sum(nil)), accumulatedDigests[cfg][k]; got != want {
						t.Errorf("digest of %d hashes: %s, want %s", i+1, got, want)
					}
				}
			})
		}
	}
}
