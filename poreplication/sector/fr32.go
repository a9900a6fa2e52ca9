package sector

import (
	"io"

	"github.com/depinproof/depinproof/internal/fr32"
)

// PadReader returns a reader of r's data as a sector has it: 128 bytes for 127, every 254
// bits followed by two zero bits. Zeros fill the last 127 bytes. An error of r is passed on
// as it is, after what is whole before it.
func PadReader(r io.Reader) io.Reader { return fr32.PadReader(r) }

// UnpadReader returns a reader of what r's data of a sector was before it was padded. Data
// that nothing is padded to, or that ends within 128 bytes, is ErrMalformed; an error of r
// is passed on as it is.
func UnpadReader(r io.Reader) io.Reader { return fr32.UnpadReader(r) }

// UnpadWriter returns a writer that passes on to w what the data of a sector that is written
// to it, by [Sealer.Unseal] for one, was before it was padded. Close writes what is left,
// and leaves w open; data are refused as by [UnpadReader], from then on. Write after Close is
// ErrMalformed, too.
func UnpadWriter(w io.Writer) io.WriteCloser { return fr32.UnpadWriter(w) }
