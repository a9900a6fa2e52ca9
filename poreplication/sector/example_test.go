package sector_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/poreplication"
	"github.com/depinproof/depinproof/poreplication/sector"
)

// A client's data are sealed into a replica, and read from it again.
func ExampleSealer_Seal() {
	ctx := context.Background()
	config, err := poreplication.StackedDrg2KiBV1_1.Config()
	if err != nil {
		log.Fatal(err)
	}
	s, err := sector.New(config, sector.Options{})
	if err != nil {
		log.Fatal(err)
	}

	client := strings.NewReader(strings.Repeat("data of a client, over and over\n", 63)) // 2,016 bytes of 2,032
	data, err := io.ReadAll(sector.PadReader(client))
	if err != nil {
		log.Fatal(err)
	}
	replica := make(sector.Memory, s.SectorSize())
	layers := []sector.File{make(sector.Memory, s.SectorSize()), make(sector.Memory, s.SectorSize())}
	c, err := s.Seal(ctx, &sector.Task{Sector: 1, Data: bytes.NewReader(data), Layers: layers, Replica: replica})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("CommD %x\nCommR %x\n", c.CommD, c.CommR)

	var back bytes.Buffer
	w := sector.UnpadWriter(&back)
	if err := s.Unseal(ctx, w, c.ReplicaID, replica, 0, 128); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", back.String()[:32])
	// Output:
	// CommD 9780f2a44a43a6d0507ce0e7b47b34895fe588035c755a5bee2473eac3d2c620
	// CommR a59daf0540a93848bd7b8f95c792152dd4d195c25862722bc4724b423789ca40
	// "data of a client, over and over\n"
}

// An update puts new data into a replica without sealing again.
func ExampleSealer_Update() {
	ctx := context.Background()
	config, err := poreplication.StackedDrg2KiBV1_1.Config()
	if err != nil {
		log.Fatal(err)
	}
	s, err := sector.New(config, sector.Options{})
	if err != nil {
		log.Fatal(err)
	}
	size := s.SectorSize()
	old := make(sector.Memory, size)
	layers := []sector.File{make(sector.Memory, size), make(sector.Memory, size)}
	committed, err := s.Seal(ctx, &sector.Task{Sector: 1, Data: sector.Zeros{}, Layers: layers, Replica: old})
	if err != nil {
		log.Fatal(err)
	}

	data, err := io.ReadAll(sector.PadReader(strings.NewReader(strings.Repeat("new data", 254))))
	if err != nil {
		log.Fatal(err)
	}
	replica := make(sector.Memory, size)
	updated, err := s.Update(ctx, &sector.UpdateTask{Old: committed, OldReplica: old, Data: bytes.NewReader(data), Replica: replica})
	if err != nil {
		log.Fatal(err)
	}

	// Part of the data, from the same part of both replicas.
	key, err := s.UpdateKey(updated.CommD, committed.CommR)
	if err != nil {
		log.Fatal(err)
	}
	part := make([]byte, 128)
	if err := key.Decode(part, replica[1024:1152], old[1024:1152], 1024/sector.NodeSize); err != nil {
		log.Fatal(err)
	}
	fmt.Println(bytes.Equal(part, data[1024:1152]))
	// Output: true
}

// Data that were kept padded are read as the client's.
func ExampleUnpadReader() {
	padded := sector.PadReader(strings.NewReader(strings.Repeat("abc", 127)))
	data, err := io.ReadAll(sector.UnpadReader(padded))
	fmt.Println(len(data), string(data[:6]), err)
	// Output: 381 abcabc <nil>
}

// An audit of a replica finds the bit that a disk lost.
func ExampleSealer_VerifyReplica() {
	ctx := context.Background()
	config, err := poreplication.StackedDrg2KiBV1_1.Config()
	if err != nil {
		log.Fatal(err)
	}
	s, err := sector.New(config, sector.Options{})
	if err != nil {
		log.Fatal(err)
	}
	size := s.SectorSize()
	replica := make(sector.Memory, size)
	layers := []sector.File{make(sector.Memory, size), make(sector.Memory, size)}
	c, err := s.Seal(ctx, &sector.Task{Data: sector.Zeros{}, Layers: layers, Replica: replica})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.VerifyReplica(ctx, replica, c.CommC, c.CommR))
	replica[1234] ^= 1
	fmt.Println(errors.Is(s.VerifyReplica(ctx, replica, c.CommC, c.CommR), depinproof.ErrInvalidProof))
	// Output:
	// <nil>
	// true
}
