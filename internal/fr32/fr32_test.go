package fr32

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/depinproof/depinproof"
)

// padBits pads by the definition, bit by bit.
func padBits(src []byte) []byte {
	bits := 8 * len(src)
	dst := make([]byte, (bits+253)/254*32)
	for i := range bits {
		if src[i/8]>>(i%8)&1 == 1 {
			at := i + i/254*2
			dst[at/8] |= 1 << (at % 8)
		}
	}
	return dst
}

func randomBytes(random *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

func TestPad(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for blocks := range 20 {
		src := randomBytes(random, blocks*Unpadded)
		if blocks == 1 {
			for i := range src {
				src[i] = 0xff
			}
		}
		room := bytes.Repeat([]byte{0x5a}, blocks*Padded+16)
		dst := room[8 : 8+blocks*Padded]
		Pad(dst, src)
		if want := padBits(src); !bytes.Equal(dst, want) {
			t.Fatalf("%d blocks: %x, want %x", blocks, dst, want)
		}
		back := bytes.Repeat([]byte{0x5a}, blocks*Unpadded+16)
		if bad := Unpad(back[8:8+blocks*Unpadded], dst); bad >= 0 {
			t.Fatalf("element %d refused", bad)
		}
		if !bytes.Equal(back[8:8+len(src)], src) {
			t.Fatalf("%d blocks do not come back", blocks)
		}
		for _, b := range [][]byte{room[:8], room[8+len(dst):], back[:8], back[8+len(src):]} {
			if !bytes.Equal(b, []byte("ZZZZZZZZ")) {
				t.Fatal("a neighbour was written")
			}
		}
	}
}

// Every bit of the data has its place, and every free bit set is refused.
func TestUnpadIsStrict(t *testing.T) {
	src := make([]byte, 3*Padded)
	dst := make([]byte, 3*Unpadded)
	for bit := range 8 * len(src) {
		src[bit/8] ^= 1 << (bit % 8)
		want := -1
		if bit%256 >= 254 {
			want = bit / 256
		}
		if got := Unpad(dst, src); got != want {
			t.Fatalf("bit %d: %d, want %d", bit, got, want)
		}
		if want < 0 && !bytes.Equal(padBits(dst), src) {
			t.Fatalf("bit %d lost", bit)
		}
		src[bit/8] ^= 1 << (bit % 8)
	}
}

func TestLengths(t *testing.T) {
	for _, n := range [][2]int{{128, 126}, {128, 128}, {127, 127}, {256, 127}, {0, 127}, {128, 0}, {1, 0}} {
		for _, f := range []func(){
			func() { Pad(make([]byte, n[0]), make([]byte, n[1])) },
			func() { Unpad(make([]byte, n[1]), make([]byte, n[0])) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%v is taken", n)
					}
				}()
				f()
			}()
		}
	}
}

var errBroken = errors.New("broken")

func TestStreams(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 126, 127, 128, 254, 127*128 - 1, 127 * 128, 127*128 + 1, 40_000} {
		src := randomBytes(random, n)
		whole := append(bytes.Clone(src), make([]byte, (Unpadded-n%Unpadded)%Unpadded)...)
		want := padBits(whole)
		for _, slow := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader, iotest.OneByteReader} {
			padded, err := io.ReadAll(PadReader(slow(bytes.NewReader(src))))
			if err != nil || !bytes.Equal(padded, want) {
				t.Fatalf("%d bytes padded: %v, equal %v", n, err, bytes.Equal(padded, want))
			}
			back, err := io.ReadAll(UnpadReader(slow(bytes.NewReader(want))))
			if err != nil || !bytes.Equal(back, whole) {
				t.Fatalf("%d bytes unpadded: %v", n, err)
			}
			var out bytes.Buffer
			w := UnpadWriter(&out)
			if _, err := io.Copy(struct{ io.Writer }{w}, slow(bytes.NewReader(want))); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil || !bytes.Equal(out.Bytes(), whole) {
				t.Fatalf("%d bytes written: %v", n, err)
			}
		}
		if err := iotest.TestReader(UnpadReader(bytes.NewReader(want)), whole); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			continue
		}
		broken := func(b []byte) io.Reader { return io.MultiReader(bytes.NewReader(b), iotest.ErrReader(errBroken)) }
		cut := io.MultiReader(bytes.NewReader(src), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, err := io.ReadAll(PadReader(cut)); err != io.ErrUnexpectedEOF {
			t.Fatalf("%d bytes, cut off: %v", n, err)
		}
		if got, err := io.ReadAll(PadReader(broken(src))); err != errBroken || !bytes.Equal(got, want[:n/Unpadded*Padded]) {
			t.Fatalf("%d bytes and an error: %d bytes, %v", n, len(got), err)
		}
		if got, err := io.ReadAll(UnpadReader(broken(want))); err != errBroken || !bytes.Equal(got, whole) {
			t.Fatalf("%d bytes and an error: %d bytes, %v", n, len(got), err)
		}
		if _, err := io.ReadAll(UnpadReader(bytes.NewReader(want[:len(want)-1]))); !errors.Is(err, depinproof.ErrMalformed) {
			t.Fatalf("a block cut off: %v", err)
		}
		w := UnpadWriter(io.Discard)
		_, _ = w.Write(want[:len(want)-1])
		if err := w.Close(); !errors.Is(err, depinproof.ErrMalformed) {
			t.Fatalf("a block cut off: %v", err)
		}
		bad := bytes.Clone(want)
		bad[len(bad)-1] |= 0x40
		if _, err := io.ReadAll(UnpadReader(bytes.NewReader(bad))); !errors.Is(err, depinproof.ErrMalformed) {
			t.Fatalf("a free bit: %v", err)
		}
		w = UnpadWriter(io.Discard)
		_, _ = w.Write(bad)
		if err := w.Close(); !errors.Is(err, depinproof.ErrMalformed) {
			t.Fatalf("a free bit: %v", err)
		}
		if _, err := w.Write(want); !errors.Is(err, depinproof.ErrMalformed) {
			t.Fatalf("after an error: %v", err)
		}
	}
}

func TestWriteAfterClose(t *testing.T) {
	block := make([]byte, Padded)
	for _, first := range [][]byte{nil, block, make([]byte, chunk*Padded)} {
		var out bytes.Buffer
		w := UnpadWriter(&out)
		if _, err := w.Write(first); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for _, late := range [][]byte{nil, block[:1], block} {
			if n, err := w.Write(late); n != 0 || !errors.Is(err, depinproof.ErrMalformed) {
				t.Errorf("%d bytes after Close: %d taken, %v", len(late), n, err)
			}
		}
		if err := w.Close(); err != nil || out.Len() != len(first)/Padded*Unpadded {
			t.Errorf("closed again: %v, %d bytes", err, out.Len())
		}
	}
	w := UnpadWriter(io.Discard)
	if _, err := w.Write(block[:1]); err != nil {
		t.Fatal(err)
	}
	early := w.Close()
	if _, err := w.Write(block[1:]); err == nil || err != early {
		t.Errorf("the rest of a block after Close: %v, not %v", err, early)
	}
}

// half takes half of what is written to it, and says nothing of it.
type half struct{ calls int }

func (h *half) Write(p []byte) (int, error) {
	h.calls++
	return len(p) / 2, nil
}

func TestShortWrites(t *testing.T) {
	h := &half{}
	w := UnpadWriter(h)
	if _, err := w.Write(make([]byte, Padded)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != io.ErrShortWrite {
		t.Errorf("half is written: %v", err)
	}
	if _, err := w.Write(nil); err != io.ErrShortWrite {
		t.Errorf("after an error: %v", err)
	}
	// Nothing left is nothing written.
	h = &half{}
	if err := UnpadWriter(h).Close(); err != nil || h.calls != 0 {
		t.Errorf("nothing: %d calls, %v", h.calls, err)
	}
	var out bytes.Buffer
	w = UnpadWriter(&out)
	if _, err := w.Write(make([]byte, chunk*Padded)); err != nil || out.Len() != chunk*Unpadded {
		t.Fatalf("%d bytes, %v", out.Len(), err)
	}
	w.(*writer).w = h
	if err := w.Close(); err != nil || h.calls != 0 {
		t.Errorf("nothing left: %d calls, %v", h.calls, err)
	}
}

func FuzzPad(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0xff}, 300))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:len(data)/Unpadded*Unpadded]
		padded := make([]byte, len(data)/Unpadded*Padded)
		Pad(padded, data)
		if !bytes.Equal(padded, padBits(data)) {
			t.Fatal("not padded by the definition")
		}
		back := make([]byte, len(data))
		if bad := Unpad(back, padded); bad >= 0 || !bytes.Equal(back, data) {
			t.Fatalf("does not come back: %d", bad)
		}
	})
}

// What is unpadded without objection is what pads to it.
func FuzzUnpad(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0x3f}, 256))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:len(data)/Padded*Padded]
		back := make([]byte, len(data)/Padded*Unpadded)
		bad := Unpad(back, data)
		want := -1
		for i := len(data)/32 - 1; i >= 0; i-- {
			if data[32*i+31]>>6 != 0 {
				want = i
			}
		}
		if bad != want {
			t.Fatalf("%d, want %d", bad, want)
		}
		if bad < 0 && !bytes.Equal(padBits(back), data) {
			t.Fatal("pads to something else")
		}
	})
}

func BenchmarkPad(b *testing.B) {
	src, dst := make([]byte, 512*Unpadded), make([]byte, 512*Padded)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Pad(dst, src)
	}
}

func BenchmarkUnpad(b *testing.B) {
	dst, src := make([]byte, 512*Unpadded), make([]byte, 512*Padded)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		Unpad(dst, src)
	}
}

func BenchmarkPadReader(b *testing.B) {
	src := make([]byte, 8<<20)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.Copy(io.Discard, struct{ io.Reader }{PadReader(bytes.NewReader(src))}); err != nil {
			b.Fatal(err)
		}
	}
}
