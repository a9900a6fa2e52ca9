package jmt

import "encoding/binary"

// The encoding is Borsh, as upstream derives it:
//
//	Proof:      00 or 01 | Leaf | siblings
//	RangeProof: siblings
//	Leaf:       key hash 32 | value hash 32
//	siblings:   count u32 LE | each: 00, or 01 | left 32 | right 32, or 02 | Leaf

// AppendBinary appends the Borsh form of p to b. It refuses what the verbs refuse for
// its siblings.
func (p Proof) AppendBinary(b []byte) ([]byte, error) {
	if err := checkSiblings(p.Siblings); err != nil {
		return nil, fail("jmt.AppendBinary", err)
	}
	if p.Leaf == nil {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = append(b, p.Leaf.KeyHash[:]...)
		b = append(b, p.Leaf.ValueHash[:]...)
	}
	return appendSiblings(b, p.Siblings), nil
}

// MarshalBinary returns what AppendBinary appends.
func (p Proof) MarshalBinary() ([]byte, error) {
	return p.AppendBinary(nil)
}

// AppendBinary appends the Borsh form of p to b. It refuses what the verbs refuse for
// its siblings.
func (p RangeProof) AppendBinary(b []byte) ([]byte, error) {
	if err := checkSiblings(p.Right); err != nil {
		return nil, fail("jmt.AppendBinary", err)
	}
	return appendSiblings(b, p.Right), nil
}

// MarshalBinary returns what AppendBinary appends.
func (p RangeProof) MarshalBinary() ([]byte, error) {
	return p.AppendBinary(nil)
}

func appendSiblings(b []byte, siblings []Sibling) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(siblings)))
	for i := range siblings {
		s := &siblings[i]
		b = append(b, byte(s.Kind))
		if s.Kind != Null {
			b = append(b, s.Left[:]...)
			b = append(b, s.Right[:]...)
		}
	}
	return b
}

// UnmarshalBinary reads the Borsh form, of which there is one for each proof. More
// than MaxSiblings siblings are above the limit. On error p is as it was.
func (p *Proof) UnmarshalBinary(data []byte) error {
	const op = "jmt.UnmarshalBinary"
	var got Proof
	if len(data) == 0 || data[0] > 1 {
		return fail(op, malformed(ErrEncoding))
	}
	hasLeaf := data[0] == 1
	data = data[1:]
	if hasLeaf {
		got.Leaf = new(Leaf)
		if !take(&data, &got.Leaf.KeyHash, &got.Leaf.ValueHash) {
			return fail(op, malformed(ErrEncoding))
		}
	}
	var err error
	if got.Siblings, err = readSiblings(data); err != nil {
		return fail(op, err)
	}
	*p = got
	return nil
}

// UnmarshalBinary reads the Borsh form, of which there is one for each proof. More
// than MaxSiblings siblings are above the limit. On error p is as it was.
func (p *RangeProof) UnmarshalBinary(data []byte) error {
	right, err := readSiblings(data)
	if err != nil {
		return fail("jmt.UnmarshalBinary", err)
	}
	p.Right = right
	return nil
}

// readSiblings reads the siblings that data consists of.
func readSiblings(data []byte) ([]Sibling, error) {
	if len(data) < 4 {
		return nil, malformed(ErrEncoding)
	}
	n := binary.LittleEndian.Uint32(data)
	data = data[4:]
	if n > MaxSiblings {
		return nil, limit("siblings", uint64(n), MaxSiblings)
	}
	if n == 0 && len(data) == 0 {
		return nil, nil
	}
	if uint64(n) > uint64(len(data)) {
		return nil, malformed(ErrEncoding)
	}
	siblings := make([]Sibling, n)
	for i := range siblings {
		s := &siblings[i]
		if len(data) == 0 || data[0] > byte(Only) {
			return nil, malformed(ErrEncoding)
		}
		s.Kind = Kind(data[0])
		data = data[1:]
		if s.Kind != Null && !take(&data, &s.Left, &s.Right) {
			return nil, malformed(ErrEncoding)
		}
	}
	if len(data) != 0 {
		return nil, malformed(ErrEncoding)
	}
	return siblings, nil
}

// take reads two nodes and reports whether they were there.
func take(data *[]byte, a, b *[32]byte) bool {
	if len(*data) < len(a)+len(b) {
		return false
	}
	n := copy(a[:], *data)
	n += copy(b[:], (*data)[n:])
	*data = (*data)[n:]
	return true
}
