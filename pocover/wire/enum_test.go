package wire

import (
	"errors"
	"math"
	"testing"

	"github.com/depinproof/depinproof"
)

func TestEnumNames(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{Region(0).String(), "US915"},
		{Region(13).String(), "CD900_1A"},
		{Region(27).String(), "AS923_1F"},
		{Region(28).String(), "28"},
		{Region(99).String(), "UNKNOWN"},
		{Region(100).String(), "100"},
		{Region(-1).String(), "-1"},
		{DataRate(0).String(), "SF12BW125"},
		{DataRate(5).String(), "SF7BW125"},
		{DataRate(17).String(), "SF7BW500"},
		{DataRate(24).String(), "FSK50"},
		{DataRate(25).String(), "25"},
		{DataRate(math.MinInt32).String(), "-2147483648"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	for i := int32(-200); i <= 200; i++ {
		if r, err := ParseRegion(Region(i).String()); err != nil || r != Region(i) {
			t.Errorf("region %d: %d, %v", i, r, err)
		}
		if r, err := ParseDataRate(DataRate(i).String()); err != nil || r != DataRate(i) {
			t.Errorf("data rate %d: %d, %v", i, r, err)
		}
	}
	for _, s := range []string{"", "us915", "0", "99", "+28", "028", "2147483648", "SF12BW125 ", "UNKNOWN\x00"} {
		if _, err := ParseRegion(s); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("region %q: %v", s, err)
		}
	}
	for _, s := range []string{"", "24", "SF6BW125", "x"} {
		if _, err := ParseDataRate(s); !errors.Is(err, depinproof.ErrMalformed) {
			t.Errorf("data rate %q: %v", s, err)
		}
	}
}
