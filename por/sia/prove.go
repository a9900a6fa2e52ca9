package sia

import (
	"io"
	"math"
	"math/bits"

	"github.com/depinproof/depinproof/por"
)

// Root sets dst to the root of the file that r has, and returns the file's size in bytes.
// Memory does not grow with the file. An error of r is passed on as it is, and
// [io.ErrNoProgress] where r has nothing a hundred times in turn; dst is not changed then.
func Root(dst *por.Node, r io.Reader) (uint64, error) {
	const op = "sia.Root"
	f := file{r: r, left: math.MaxUint64}
	b := por.Sia().NewBuilder()
	_, err := b.ReadFrom(&f)
	switch {
	case f.err != nil:
		return 0, f.err
	case err != nil:
		return 0, fail(op, err)
	}
	if err := b.Root(dst); err != nil {
		return 0, fail(op, err)
	}
	return f.size, nil
}

// Prove makes the proof of the leaf that is drawn of the file that r has: of p's Version,
// Filesize, ContractID and BlockID it sets Root, Leaf and Path. r is read once to its end;
// memory does not grow with the file.
//
// Errors: ErrMalformed with [FileSizeError], or for a file of no bytes of which the
// version has no proof; ErrInvalidProof for a last leaf of which V1Cut has none;
// ErrUnsupported for a version that there is not. An error of r is passed on as it is, as
// by [Root]. On an error p is not changed.
func Prove(p *StorageProof, r io.Reader) error {
	f := file{r: r}
	err := f.proof(p)
	switch {
	case err == nil:
		return nil
	case f.err != nil:
		return f.err
	}
	return fail("sia.Prove", err)
}

// proof sets p to the proof of the file.
func (f *file) proof(p *StorageProof) error {
	if err := p.Version.check(); err != nil {
		return err
	}
	made := StorageProof{Version: p.Version, Filesize: p.Filesize, ContractID: p.ContractID, BlockID: p.BlockID}
	if size := leaves(p.Filesize); size > 0 {
		index := LeafIndex(p.Filesize, p.BlockID, p.ContractID)
		if err := f.prove(&made, index, size); err != nil {
			return err
		}
		var node por.Node
		if err := por.Sia().HashLeaf(&node, made.Leaf[:]); err != nil {
			return err
		}
		if err := por.Sia().RootFromInclusion(&made.Root, &node, index, size, made.Path); err != nil {
			return err
		}
	}
	if err := f.end(p.Filesize); err != nil {
		return err
	}
	if err := made.verify(); err != nil {
		return err
	}
	*p = made
	return nil
}

// A file reads a part of a file at a time, with zeros up to the end of the last leaf.
type file struct {
	r    io.Reader
	left uint64 // of the part
	size uint64 // bytes that r had so far
	err  error  // what r failed with, for io.ReadFull cannot tell all such from an end
	idle int    // reads since r last had a byte
	done bool   // r has ended
	fill int    // zeros that are left then
}

func (f *file) Read(b []byte) (n int, err error) {
	b = b[:min(uint64(len(b)), f.left)]
	switch {
	case f.err != nil:
		return 0, f.err
	case f.left == 0:
		return 0, io.EOF
	case !f.done:
		n, err = f.r.Read(b)
		f.size += uint64(n)
		if f.idle++; n > 0 {
			f.idle = 0
		}
		if f.idle == 100 && err == nil {
			err = io.ErrNoProgress
		}
		if err == io.EOF {
			f.done, f.fill, err = true, int(-f.size%LeafSize), nil
		}
		f.err = err
	case f.fill == 0:
		return 0, io.EOF
	default:
		n = min(len(b), f.fill)
		clear(b[:n])
		f.fill -= n
	}
	f.left -= uint64(n)
	return n, err
}

// prove reads the subtree of the next leaves, size of them, and sets p's Leaf to the one
// at index and Path to its path.
func (f *file) prove(p *StorageProof, index, size uint64) error {
	if size == 1 {
		f.left = LeafSize
		if _, err := io.ReadFull(f, p.Leaf[:]); err != nil {
			return malformed(&FileSizeError{f.size, p.Filesize})
		}
		return nil
	}
	var sibling por.Node
	half := uint64(1) << (bits.Len64(size-1) - 1)
	if index < half {
		if err := f.prove(p, index, half); err != nil {
			return err
		}
		if err := f.root(&sibling, size-half, p.Filesize); err != nil {
			return err
		}
	} else {
		if err := f.root(&sibling, half, p.Filesize); err != nil {
			return err
		}
		if err := f.prove(p, index-half, size-half); err != nil {
			return err
		}
	}
	p.Path = append(p.Path, sibling)
	return nil
}

// root reads the next leaves, size of them, and sets dst to their root.
func (f *file) root(dst *por.Node, size, filesize uint64) error {
	f.left = size * LeafSize // at most 2^63: a subtree is not all of a tree
	b := por.Sia().NewBuilder()
	if _, err := b.ReadFrom(f); err != nil {
		return err
	}
	if b.Size() < size {
		return malformed(&FileSizeError{f.size, filesize})
	}
	return b.Root(dst)
}

// end checks that the file has ended, and had its size.
func (f *file) end(filesize uint64) error {
	f.left = 1
	var more [1]byte
	if _, err := io.ReadFull(f, more[:]); err != io.EOF || f.size != filesize {
		return malformed(&FileSizeError{f.size, filesize})
	}
	return nil
}
