package fallback

import (
	"math/rand/v2"
	"testing"

	"github.com/depinproof/depinproof/internal/bls12381"
	"github.com/depinproof/depinproof/internal/sha256mb"
	"github.com/depinproof/depinproof/poreplication/internal/groth16"
)

// Leaves in lanes are those one by one, for every number of challenges and replicas
// around the number of lanes, whatever is split.
func TestLanes(t *testing.T) {
	t.Logf("lanes are used: %v", sha256mb.Available())
	random := rand.New(rand.NewPCG(3, 4))
	for _, challenges := range []int{1, 10, 15, 16, 17, 66} {
		for replicas := 1; replicas <= 20; replicas++ {
			s := Statement{Nodes: 1 << (6 + random.Uint64()%26), Sectors: replicas + int(random.Uint64()%3), Challenges: challenges}
			s.ReplicaStep, s.ChallengeStep = uint64(replicas%3), uint64(challenges%2)
			for i := range s.Randomness {
				s.Randomness[i] = byte(random.Uint32())
			}
			for i := range replicas {
				s.Replicas = append(s.Replicas, Replica{Sector: random.Uint64() >> (random.Uint64() % 64), CommR: [32]byte{byte(i)}})
			}
			size := 1 + challenges
			inputs, lanes := make([]bls12381.Scalar, s.Sectors*size), make([]bls12381.Scalar, replicas*size)
			if !s.Inputs(inputs, 0, func(n int, f func(from, to int)) { f(0, n/2); f(n/2, n) }) {
				t.Fatal("an input is not canonical")
			}
			s.setLeavesLanes(lanes, 0)
			leaves := make([]uint64, challenges)
			for i := range s.Sectors {
				position := min(i, replicas-1)
				s.Leaves(leaves, position)
				for n, leaf := range leaves {
					want := bls12381.Scalar{leaf}
					if inputs[i*size+1+n] != want || i < replicas && lanes[i*size+1+n] != want {
						t.Fatalf("%d challenges, replica %d of %d, challenge %d: %v, %v, want %v", challenges, i, replicas, n,
							inputs[i*size+1+n], lanes[position*size+1+n], want)
					}
				}
				if want := (bls12381.Scalar{uint64(byte(position))}); inputs[i*size] != want {
					t.Fatalf("CommR of replica %d: %v", i, inputs[i*size])
				}
			}
		}
	}
	bad := Statement{Nodes: 64, Sectors: 2, Challenges: 10, Replicas: []Replica{{}, {CommR: [32]byte{31: 0xff}}}}
	if bad.Inputs(make([]bls12381.Scalar, 22), 0, groth16.Serial) {
		t.Error("a CommR that is not canonical passes")
	}
}

func BenchmarkLeaves(b *testing.B) {
	s := Statement{Nodes: 1 << 30, Sectors: 2349, Challenges: 10, ChallengeStep: 1, Replicas: make([]Replica, 2349)}
	dst := make([]bls12381.Scalar, 2349*11)
	leaves := make([]uint64, 10)
	b.Run("impl=scalar", func(b *testing.B) {
		for b.Loop() {
			for i := range s.Replicas {
				s.Leaves(leaves, i)
			}
		}
	})
	if sha256mb.Available() {
		b.Run("impl=lanes", func(b *testing.B) {
			for b.Loop() {
				s.setLeavesLanes(dst, 0)
			}
		})
	}
}
