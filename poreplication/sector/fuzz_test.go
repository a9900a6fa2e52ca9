package sector

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/internal/bls12381"
)

// elements are bytes as elements, every one of which is reduced.
func elements(b []byte, n int) []byte {
	out := make([]byte, NodeSize*n)
	if len(b) > 0 {
		for i := range out {
			out[i] = b[i%len(b)] + byte(i/len(b))
		}
	}
	nodes := nodesOf(out)
	for i := range nodes {
		if bls12381.CheckNodes(nodes[i:i+1]) >= 0 {
			nodes[i][31] &= 0x3f
		}
	}
	return out
}

func bigOf(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// Encoding is addition in the field, and decoding undoes it.
func FuzzEncode(f *testing.F) {
	f.Add([]byte{0xff}, []byte("key"))
	f.Add([]byte("data"), []byte{})
	r := bigOf(order[:])
	f.Fuzz(func(t *testing.T, a, b []byte) {
		data, key := elements(a, 9), elements(b, 9)
		replica, back := make([]byte, len(data)), make([]byte, len(data))
		if err := Encode(replica, data, key); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(data); i += NodeSize {
			want := bigOf(data[i : i+NodeSize])
			want.Mod(want.Add(want, bigOf(key[i:i+NodeSize])), r)
			if want.Cmp(bigOf(replica[i:i+NodeSize])) != 0 {
				t.Fatalf("node %d is %x, want %x", i/NodeSize, replica[i:i+NodeSize], want)
			}
		}
		if err := Decode(back, replica, key); err != nil || !bytes.Equal(back, data) {
			t.Fatalf("%x, %v, want %x", back, err, data)
		}
	})
}

// An update is what it is by definition, whatever part is looked at, and both ways back
// lead back.
func FuzzUpdate(f *testing.F) {
	f.Add([]byte{0xff}, []byte("key"), []byte("commitments"), uint16(3))
	s := sealerOf(f, 8<<20, Options{})
	r := bigOf(order[:])
	f.Fuzz(func(t *testing.T, a, b, c []byte, at uint16) {
		commitments := elements(c, 2)
		k, err := s.UpdateKey([32]byte(commitments[:32]), [32]byte(commitments[32:]))
		if err != nil {
			t.Fatal(err)
		}
		first := uint64(at) * 4
		if first+300 > s.shape.Nodes {
			return
		}
		data, old := elements(a, 300), elements(b, 300)
		replica, back := make([]byte, len(data)), make([]byte, len(data))
		if err := k.Encode(replica, old, data, first); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(data); i += NodeSize {
			rho, err := k.Rho(first + uint64(i/NodeSize))
			if err != nil {
				t.Fatal(err)
			}
			want := bigOf(data[i : i+NodeSize])
			want.Mul(want, bigOf(rho[:]))
			want.Mod(want.Add(want, bigOf(old[i:i+NodeSize])), r)
			if want.Cmp(bigOf(replica[i:i+NodeSize])) != 0 {
				t.Fatalf("node %d is %x, want %x", i/NodeSize, replica[i:i+NodeSize], want)
			}
		}
		if err := k.Decode(back, replica, old, first); err != nil || !bytes.Equal(back, data) {
			t.Fatalf("the data do not come back: %v", err)
		}
		if err := k.Remove(back, replica, data, first); err != nil || !bytes.Equal(back, old) {
			t.Fatalf("the old replica does not come back: %v", err)
		}
	})
}

// What is sealed is unsealed, whole and in any part.
func FuzzUnseal(f *testing.F) {
	f.Add([]byte("data"), []byte("ticket"), uint8(3), uint8(7))
	s := sealerOf(f, 2<<10, Options{})
	f.Fuzz(func(t *testing.T, a, b []byte, first, n uint8) {
		task := newTask(s, elements(a, 64))
		copy(task.Ticket[:], b)
		c, err := s.Seal(t.Context(), &task.Task)
		if err != nil {
			t.Fatal(err)
		}
		offset := uint64(first) % 65
		length := uint64(n) % (65 - offset)
		var got bytes.Buffer
		if err := s.Unseal(t.Context(), &got, c.ReplicaID, task.replica, 32*offset, 32*length); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), task.data[32*offset:32*(offset+length)]) {
			t.Fatalf("%d nodes from %d on", length, offset)
		}
	})
}

// A replica is accepted as it was committed to, and with any byte changed it is not.
func FuzzVerifyReplica(f *testing.F) {
	f.Add([]byte("replica"), uint16(2000), byte(1))
	s := sealerOf(f, 2<<10, Options{})
	f.Fuzz(func(t *testing.T, a []byte, at uint16, by byte) {
		replica := Memory(elements(a, 64))
		commC := [32]byte(elements(a, 1))
		commRLast, err := s.CommRLast(t.Context(), replica, nil)
		if err != nil {
			t.Fatal(err)
		}
		commR, err := CommR(commC, commRLast)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.VerifyReplica(t.Context(), replica, commC, commR); err != nil {
			t.Fatal(err)
		}
		if by == 0 {
			return
		}
		replica[int(at)%len(replica)] ^= by
		err = s.VerifyReplica(t.Context(), replica, commC, commR)
		want := depinproof.ErrInvalidProof
		if bls12381.CheckNodes(nodesOf(replica)) >= 0 {
			want = depinproof.ErrMalformed
		}
		if !errors.Is(err, want) {
			t.Fatalf("byte %d: %v, want %v", int(at)%len(replica), err, want)
		}
	})
}
