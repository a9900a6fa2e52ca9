package poseidon

import "github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

// scratch is the working memory of one hash.
type scratch struct {
	state   [maxWidth]fr.Element
	mixed   [maxWidth]fr.Element
	supply  [maxWidth - 1]wide         // y_1 to y_n, as far as pre supplies them
	history [2 * maxPartial]fr.Element // x_0, y_1, x_1, y_2, … x_{P-1}, y_P
}

// hash hashes src, h.inputs canonical elements, into dst, which may overlap src.
func (h *Hasher) hash(b *scratch, dst *Element, src []Element) {
	p := h.params
	state := b.state[:p.width]

	// Round 0: of state elements that are no inputs, opening holds the mixed
	// S-box outputs.
	for i := range src {
		x := &state[1+i]
		decode(x, &src[i])
		x.Add(x, &p.first[1+i])
		sbox(x)
	}
	p.mix(b, h.opening, 1, 1+len(src))

	p.sboxes(b)
	p.mix(b, p.early[1], 0, p.width)
	p.sboxes(b)
	p.mix(b, p.early[2], 0, p.width)
	p.sboxes(b)
	p.partials(b)
	for i := range p.late {
		p.sboxes(b)
		p.mix(b, p.late[i], 0, p.width)
	}

	// Of the last mixing only the digest, state element 1, is wanted.
	p.sboxes(b)
	var w wide
	w.add(p.mds[1:1+p.width], state)
	w.reduce(&state[1])
	encode(dst, &state[1])
}

// sbox raises x to the fifth power.
func sbox(x *fr.Element) {
	var t fr.Element
	t.Square(x)
	t.Square(&t)
	x.Mul(x, &t)
}

func (p *params) sboxes(b *scratch) {
	for i := range b.state[:p.width] {
		sbox(&b.state[i])
	}
}

// mix multiplies by M the state whose elements outside [from, to) are zero, and
// adds constants.
func (p *params) mix(b *scratch, added []fixed, from, to int) {
	for i := range added {
		var w wide
		w.start(&added[i])
		w.add(p.mds[i+from:i+to], b.state[from:to])
		w.reduce(&b.mixed[i])
	}
	copy(b.state[:p.width], b.mixed[:p.width])
}

// partials takes the state from behind the S-boxes of the last early full round
// to before those of the first late one.
func (p *params) partials(b *scratch) {
	n := p.width - 1
	state, history := b.state[:p.width], b.history[:2*p.partial]

	var w wide
	w.start(&p.added[0])
	w.add(p.pre[0], state)
	var x fr.Element
	w.reduce(&x)
	for i := range n {
		b.supply[i].start(&p.added[i+1])
		b.supply[i].add(p.pre[i+1], state)
	}

	for i := range p.partial {
		sbox(&x)
		history[2*i] = x
		if i < n {
			w = b.supply[i]
		} else {
			w.start(&p.added[i+1])
		}
		past := history[max(0, 2*(i-n)) : 2*i+1]
		w.add(p.recurrence[2*n+1-len(past):], past)
		w.reduce(&x)
		history[2*i+1] = x
	}

	state[0] = x
	past := history[2*(p.partial-n):]
	for i := range n {
		w.start(&p.postAdded[i])
		w.add(p.post[i], past)
		w.reduce(&state[1+i])
	}
}
