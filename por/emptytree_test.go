package por

import (
	"testing"

	"github.com/depinproof/depinproof"
)

// TestConsistencyOfEmptyTrees checks that a tree without leaves has the root of such a
// tree, on either side.
func TestConsistencyOfEmptyTrees(t *testing.T) {
	s := RFC6962()
	var empty Node
	if err := s.Root(&empty, nil, 1); err != nil {
		t.Fatal(err)
	}
	other := Node{1}
	for _, size := range []uint64{0, 1, 2, 3, 1 << 40} {
		root := other
		if size == 0 {
			root = empty
		}
		if err := s.VerifyConsistency(&empty, &root, 0, size, nil); err != nil {
			t.Errorf("size %d: %v", size, err)
		}
		isClass(t, s.VerifyConsistency(&other, &root, 0, size, nil), depinproof.ErrInvalidProof)
		isClass(t, s.VerifyConsistency(&empty, &root, 0, size, []Node{other}), depinproof.ErrMalformed)
	}
	isClass(t, s.VerifyConsistency(&empty, &other, 0, 0, nil), depinproof.ErrInvalidProof)
	isClass(t, s.VerifyConsistency(&other, &other, 0, 0, nil), depinproof.ErrInvalidProof)
}
