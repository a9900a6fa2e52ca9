package params

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/crypto/blake2b"

	"github.com/depinproof/depinproof"
)

// SRSName is the name, in the parameter cache, of the structured reference string of
// aggregates (SnarkPack, FIP-0013), which all circuits share.
const SRSName = "v28-fil-inner-product-v1.srs"

// srsDigest is the digest that srs-inner-product.json of rust-fil-proofs lists for
// the file: the first 16 bytes of its BLAKE2b-512 digest.
const srsDigest = "ae20310138f5ba81451d723f858e3797"

// SRS is the part of the structured reference string that a verifier needs. It is
// immutable and safe for concurrent use. Its points are decoded by
// poreplication.New.
type SRS struct {
	// G1 are g, αg, βg and G2 are h, αh, βh, compressed points, for the generators g
	// and h and the secrets α and β of the string.
	G1 [3][48]byte
	G2 [3][96]byte
	// Test says that it was loaded as a test key, or is the extract of one. It works
	// only with keys that are test keys, too.
	Test bool
	// Digest is that of the file it comes from: the first 16 bytes of its
	// BLAKE2b-512 digest.
	Digest [16]byte
}

// srsMax is the greatest number of elements of each of the file's four vectors.
const srsMax = 2<<19 + 1

// srsMagic begins an extract, and names its version.
const srsMagic = "depinproof SRS 1"

// verifierSRSSize is the size of an extract in bytes.
const verifierSRSSize = len(srsMagic) + digestSize + 3*48 + 3*96 + digestSize

// LoadSRS reads the structured reference string from a parameter cache: the file
// [SRSName], of some 300 MB, of which it keeps 432 bytes. The digest of the whole file
// must be the published one, unless opts names the file among the test keys. A program
// that starts often keeps what [SRS.Bytes] returns instead of the file.
//
// Errors: [depinproof.ErrMalformed] for a file of another length, layout or digest,
// [depinproof.ErrUnsupported] when it is not there, or for a release other than V28.
// An error of fsys comes with [depinproof.ErrInternal]. The file is read as a
// stream; memory does not grow with it.
func LoadSRS(fsys fs.FS, opts Options) (*SRS, error) {
	const op = "params.LoadSRS"
	if opts.Release != V28 {
		return nil, unsupported(op, "release %d has no structured reference string", opts.Release)
	}
	f, err := fsys.Open(SRSName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unsupported(op, "%s is not there", SRSName)
	}
	s := &SRS{Test: slices.Contains(opts.TestKeys, SRSName)}
	if err == nil {
		err = readSRS(f, s)
		f.Close()
	}
	switch {
	case errors.Is(err, errLayout):
		return nil, malformed(op, "%s: %w", SRSName, err)
	case err != nil:
		return nil, &depinproof.Error{Op: op, Index: depinproof.NoIndex, Kind: depinproof.ErrInternal, Err: err}
	case !s.Test && !s.published():
		return nil, malformed(op, "%s: content differs from the published one (digest %x, published %s)", SRSName, s.Digest, srsDigest)
	}
	return s, nil
}

// published reports whether the string has the published digest.
func (s *SRS) published() bool { return hex.EncodeToString(s.Digest[:]) == srsDigest }

var errLayout = errors.New("not a structured reference string")

// readSRS reads the whole file: four vectors, each a big-endian uint32 count and as
// many compressed points, of powers of α and β times g, then of those times h.
func readSRS(r io.Reader, s *SRS) error {
	h, err := blake2b.New512(nil)
	if err != nil {
		return err
	}
	r = io.TeeReader(r, h)
	for vector := range 4 {
		var count [4]byte
		if err := readFull(r, count[:]); err != nil {
			return err
		}
		n := binary.BigEndian.Uint32(count[:])
		if n < 2 || n > srsMax {
			return errLayout
		}
		secret, size := vector%2, int64(48)
		first, second := s.G1[0][:], s.G1[1+secret][:]
		if vector >= 2 {
			first, second, size = s.G2[0][:], s.G2[1+secret][:], 96
		}
		start := bytes.Clone(first)
		if err := readFull(r, first); err != nil {
			return err
		}
		if secret == 1 && !bytes.Equal(start, first) {
			return errLayout // both vectors begin with the generator
		}
		if err := readFull(r, second); err != nil {
			return err
		}
		rest := int64(n-2) * size
		switch skipped, err := io.CopyN(io.Discard, r, rest); {
		case errors.Is(err, io.EOF) && skipped < rest:
			return errLayout
		case err != nil:
			return err
		}
	}
	if err := atEnd(r); err != nil {
		return err
	}
	copy(s.Digest[:], h.Sum(nil))
	return nil
}

// ReadSRS decodes what [SRS.Bytes] returned. Nothing in it shows that its points are
// those of the file whose digest it names: it is as trustworthy as the place it was
// kept in. One that names another digest than the published one is a test string.
//
// Errors: [depinproof.ErrMalformed] for anything else than such bytes.
func ReadSRS(b []byte) (*SRS, error) {
	const op = "params.ReadSRS"
	if len(b) != verifierSRSSize {
		return nil, malformed(op, "%d bytes, not %d", len(b), verifierSRSSize)
	}
	s := &SRS{}
	copy(s.Digest[:], b[len(srsMagic):])
	rest := b[len(srsMagic)+digestSize:]
	for i := range s.G1 {
		rest = rest[copy(s.G1[i][:], rest):]
	}
	for i := range s.G2 {
		rest = rest[copy(s.G2[i][:], rest):]
	}
	s.Test = !s.published()
	if !bytes.Equal(s.Bytes(), b) {
		return nil, malformed(op, "%w", errLayout)
	}
	return s, nil
}

// readFull fills b, and says that the layout is wrong where the file ends before.
func readFull(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errLayout
	}
	return err
}

// atEnd says that the layout is wrong where the file goes on.
func atEnd(r io.Reader) error {
	var b [1]byte
	switch n, err := io.ReadFull(r, b[:]); {
	case n > 0:
		return errLayout
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// Bytes returns 480 bytes from which [ReadSRS] makes the string again: "depinproof SRS
// 1", the digest of the file it comes from, the six points in the order of the fields,
// and the first 16 bytes of the BLAKE2b-512 digest of all that.
func (s *SRS) Bytes() []byte {
	b := append([]byte(srsMagic), s.Digest[:]...)
	for i := range s.G1 {
		b = append(b, s.G1[i][:]...)
	}
	for i := range s.G2 {
		b = append(b, s.G2[i][:]...)
	}
	sum := blake2b.Sum512(b)
	return append(b, sum[:digestSize]...)
}
