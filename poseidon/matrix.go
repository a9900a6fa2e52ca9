package poseidon

import "github.com/consensys/gnark-crypto/ecc/bls12-381/fr"

// matrix is a matrix of field elements in Montgomery form, row by row.
type matrix [][]fr.Element

func newMatrix(rows, cols int) matrix {
	m := make(matrix, rows)
	flat := make([]fr.Element, rows*cols)
	for i := range m {
		m[i] = flat[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return m
}

// inner returns the inner product of a and b, which are equally long.
func inner(a, b []fr.Element) fr.Element {
	var sum, t fr.Element
	for i := range a {
		t.Mul(&a[i], &b[i])
		sum.Add(&sum, &t)
	}
	return sum
}

// addMultiple adds c times b to a.
func addMultiple(a []fr.Element, c *fr.Element, b []fr.Element) {
	var t fr.Element
	for i := range a {
		t.Mul(c, &b[i])
		a[i].Add(&a[i], &t)
	}
}

// rowTimes returns the row vector v·m.
func rowTimes(v []fr.Element, m matrix) []fr.Element {
	out := make([]fr.Element, len(m[0]))
	for i := range m {
		addMultiple(out, &v[i], m[i])
	}
	return out
}

// times returns a·b.
func (a matrix) times(b matrix) matrix {
	out := make(matrix, len(a))
	for i := range a {
		out[i] = rowTimes(a[i], b)
	}
	return out
}

// inverse returns the inverse of the square matrix a, or false if a is
// singular. a is left unchanged.
func (a matrix) inverse() (matrix, bool) {
	n := len(a)
	w := newMatrix(n, 2*n) // Gauss-Jordan elimination of (a | 1)
	for i := range a {
		copy(w[i], a[i])
		w[i][n+i].SetOne()
	}
	for c := range n {
		p := c
		for p < n && w[p][c].IsZero() {
			p++
		}
		if p == n {
			return nil, false
		}
		w[c], w[p] = w[p], w[c]
		var inv fr.Element
		inv.Inverse(&w[c][c])
		for j := c; j < 2*n; j++ {
			w[c][j].Mul(&w[c][j], &inv)
		}
		for i := range n {
			if i == c || w[i][c].IsZero() {
				continue
			}
			var f fr.Element
			f.Neg(&w[i][c])
			addMultiple(w[i][c:], &f, w[c][c:])
		}
	}
	for i := range w {
		w[i] = w[i][n:]
	}
	return w, true
}
