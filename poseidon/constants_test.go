package poseidon

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// roundConstantDigests pins the SHA-256 of the round constants: 32 bytes
// little-endian each, round by round.
var roundConstantDigests = map[Config]string{
	{Arity: 1, Strength: Standard}:      "711fb279470d0a5fabbb61fde73575a50796ae83ebb3e63600f249a473aaf019",
	{Arity: 1, Strength: Strengthened}:  "e21a6e1defc29562ae248b7dfaf08b27395a09c06b1da13d3f5e8a7615615f49",
	{Arity: 2, Strength: Standard}:      "cf4dfb7448132022e22b32e3dce6b125cb06329448f9e8d8fe53a71c73cbe6d4",
	{Arity: 2, Strength: Strengthened}:  "050924a244a2cc1d6352f9602d59c0a74262e704a313a64a74eb12bcf2afcf3f",
	{Arity: 4, Strength: Standard}:      "91e463d6553415b3901b9f26b2ad53e6298ac3e5ab0ef260d397bafe8bdde98e",
	{Arity: 4, Strength: Strengthened}:  "386a59bd26632d5e4b2e613c528d766ab4a7520204f737324dec94f04a6c56e2",
	{Arity: 8, Strength: Standard}:      "9a4a743575f0eaf285c93d73f8adaf4e7ef4042c2445b42bddaf1a64e5face72",
	{Arity: 8, Strength: Strengthened}:  "58ea81b3e3ad23173997f786e4721ed43a6b33bde87b6c0aea67ee1c0f463968",
	{Arity: 11, Strength: Standard}:     "479dc0d71d694cd50d853dec0c94aeb37df2a69929eaa23b545a52b1226aec06",
	{Arity: 11, Strength: Strengthened}: "0f478a677d49fd4c53ff6629a64e587895c7ce85a6d43144f254b958dc2cb67b",
	{Arity: 16, Strength: Standard}:     "e4a8a7bc7eaa2dcc61eff24e8e380e72d7c0bd9b144ff89bf8b68ed59a7551b4",
	{Arity: 16, Strength: Strengthened}: "bc14a300e826dbefb4d0a78fc4b2a43acc59aa0e76dd71b5304a263e38d5cb90",
	{Arity: 24, Strength: Standard}:     "aadfb9e461401f0835742d9137416a8995ee512538d3d1edc062274126abb10c",
	{Arity: 24, Strength: Strengthened}: "7204069b154eb661e754dbfaa162f6b47c5df7a753a6eaca9ca25670750615d9",
	{Arity: 36, Strength: Standard}:     "07e81763421dcab86a45eecc509fb88a011589dbe76955f64b2d219eb59b4079",
	{Arity: 36, Strength: Strengthened}: "e646213b2c5d00ef582c9dad079585e8b5eb97c5187e9a15e0ef443b3ab97a6f",
}

func TestRoundConstants(t *testing.T) {
	for _, arity := range arities {
		for _, strength := range []Strength{Standard, Strengthened} {
			partial, ok := partialRounds(arity, strength)
			if !ok {
				t.Fatalf("arity %d, strength %d: no round number", arity, strength)
			}
			ref := newReference(arity, strength == Strengthened)
			if partial != ref.partial || partial > maxPartial || arity+1 > maxWidth {
				t.Fatalf("arity %d, strength %d: %d partial rounds, want %d", arity, strength, partial, ref.partial)
			}
			sum := sha256.New()
			for i, row := range roundConstants(arity+1, partial) {
				for j := range row {
					if row[j] != ref.rc[i*(arity+1)+j] {
						t.Fatalf("arity %d, strength %d: constant %d of round %d differs", arity, strength, j, i)
					}
					var e Element
					encode(&e, &row[j])
					sum.Write(e[:])
				}
			}
			cfg := Config{Arity: arity, Strength: strength}
			if got, want := hex.EncodeToString(sum.Sum(nil)), roundConstantDigests[cfg]; got != want {
				t.Errorf("arity %d, strength %d: digest %s, want %s", arity, strength, got, want)
			}
		}
	}
}
