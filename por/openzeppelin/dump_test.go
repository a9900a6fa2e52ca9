package openzeppelin

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/depinproof/depinproof"
	"github.com/depinproof/depinproof/por"
)

// vector reads a file of the vectors beside the module, or skips the test.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../shared/vectors/por/openzeppelin/" + name)
	if err != nil {
		t.Skip("skipped: shared/vectors is not beside the module")
	}
	return data
}

// rebuild makes the dump of the same values anew.
func rebuild(t testing.TB, d *Dump, sorted bool) *Dump {
	t.Helper()
	values := make([]json.RawMessage, len(d.Values))
	for i, v := range d.Values {
		values[i] = v.JSON
	}
	again, err := NewSimpleDump, error(nil)
	if d.Format == StandardFormat {
		again = func(values []json.RawMessage, sorted bool) (*Dump, error) {
			return NewStandardDump(d.LeafEncoding, values, sorted)
		}
	}
	built, err := again(values, sorted)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

// checkDump validates a dump, makes it anew from its values, and has all proofs and the
// multiproofs of all or of some subsets of its values verified.
func checkDump(t *testing.T, d *Dump, sorted bool) {
	t.Helper()
	tree, err := d.Tree()
	if err != nil {
		t.Fatal(err)
	}
	built := rebuild(t, d, sorted)
	if !slices.Equal(built.Nodes, d.Nodes) {
		t.Error("the values make another tree")
	}
	for i, v := range d.Values {
		if built.Values[i].TreeIndex != v.TreeIndex {
			t.Errorf("value %d at node %d, want %d", i, built.Values[i].TreeIndex, v.TreeIndex)
		}
		if err := VerifyProof(&d.Nodes[0], new(tree.Leaf(uint64(i))), mustProof(t, tree, i)); err != nil {
			t.Errorf("value %d: %v", i, err)
		}
	}
	n := len(d.Values)
	for subset := uint64(1); subset < 1<<n; subset += 1 + subset*uint64(n)/16 {
		var indices []uint64
		for i := range n {
			if subset>>i&1 == 1 {
				indices = append(indices, uint64(i))
			}
		}
		m := mustMultiproof(t, tree, indices...)
		if err := VerifyMultiproof(&d.Nodes[0], m.Leaves, m.Proof, m.Flags); err != nil {
			t.Errorf("values %v: %v", indices, err)
		}
	}
}

func TestDumpVectors(t *testing.T) {
	for _, format := range []string{"standard-v1", "simple-v1"} {
		for _, order := range []string{"sorted", "unsorted"} {
			t.Run(format+"."+order, func(t *testing.T) {
				data := vector(t, format+"."+order+".1_0_6.json")
				d, err := ParseDump(data)
				if err != nil {
					t.Fatal(err)
				}
				checkDump(t, d, order == "sorted")
				if got, err := d.JSON(); err != nil || !bytes.Equal(got, bytes.TrimSpace(data)) {
					t.Errorf("written again it differs: %v\n%s", err, got)
				}
			})
		}
	}
}

// snapshot is one of a section of a report of the reference's tests.
func snapshots(t *testing.T, report, section string) []string {
	t.Helper()
	_, text, ok := strings.Cut(report, "\n## "+section+" (with seed=0)\n")
	text, _, _ = strings.Cut(text, "\n## ")
	if !ok {
		t.Fatalf("no section %q", section)
	}
	return strings.Split(text, "> Snapshot ")[1:]
}

// literal matches what has to change for a JavaScript value to be JSON.
var literal = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|\b[A-Za-z]+:|\b[0-9]+n\b|,(\s*[\]}])`)

func toJSON(js string) string {
	_, js, _ = strings.Cut(js, "{")
	return literal.ReplaceAllStringFunc("{"+js, func(s string) string {
		switch {
		case s[0] == ',':
			return s[1:]
		case s[0] == '\'':
			s = strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(s[1 : len(s)-1])
			return string(quoted(s))
		case strings.HasSuffix(s, ":"):
			return strconv.Quote(s[:len(s)-1]) + ":"
		}
		return strconv.Quote(strings.TrimSuffix(s, "n"))
	})
}

func quoted(s string) []byte {
	out, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return out
}

var rendered = regexp.MustCompile(`(\d+)\) 0x([0-9a-f]{64})`)

// TestSnapshots reproduces the trees of the reference's own snapshots: of each report, a
// sorted and an unsorted tree, and of simple trees the same with another hash of nodes.
func TestSnapshots(t *testing.T) {
	for file, count := range map[string]int{"standard.test.ts.md": 2, "simple.test.ts.md": 4} {
		report := string(vector(t, file))
		dumps, trees := snapshots(t, report, "dump"), snapshots(t, report, "renders tree representation")
		if len(dumps) != count || len(trees) != count {
			t.Fatalf("%s: %d dumps and %d trees, want %d", file, len(dumps), len(trees), count)
		}
		for i := range count {
			t.Run(fmt.Sprint(file, i+1), func(t *testing.T) {
				d, err := ParseDump([]byte(toJSON(dumps[i])))
				if err != nil {
					t.Fatal(err)
				}
				if len(d.Values) != 12 || d.CustomHash != (i >= 2) {
					t.Errorf("%d values, custom %v", len(d.Values), d.CustomHash)
				}
				// The generator of both sections has the same seed.
				lines := rendered.FindAllStringSubmatch(trees[i], -1)
				if len(lines) != len(d.Nodes) {
					t.Fatalf("%d nodes rendered, %d dumped", len(lines), len(d.Nodes))
				}
				for _, line := range lines {
					at, err := strconv.Atoi(line[1])
					if err != nil || hex.EncodeToString(d.Nodes[at][:]) != line[2] {
						t.Errorf("node %s is rendered as %s: %v", line[1], line[2], err)
					}
				}
				if d.CustomHash {
					want(t, d.Validate(), depinproof.ErrUnsupported, "custom hash")
					if leaves := rebuild(t, d, i%2 == 0); !slices.Equal(leaves.Nodes[11:], d.Nodes[11:]) {
						t.Error("the values make other leaves")
					}
					return
				}
				checkDump(t, d, i%2 == 0)
			})
		}
	}
}

// testDump is small, of values of every kind of type.
func testDump(t testing.TB) *Dump {
	t.Helper()
	types := []string{"address", "uint256", "bytes32", "string", "bool", "string[]"}
	var values []json.RawMessage
	for i := range 3 {
		values = append(values, fmt.Appendf(nil, `["0x%040x","%d","0x%064x","<&>%d",true,["a",""]]`, i, i, i, i))
	}
	d, err := NewStandardDump(types, values, true)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func clone(d *Dump) *Dump {
	c := *d
	c.Nodes, c.Values = slices.Clone(d.Nodes), slices.Clone(d.Values)
	return &c
}

func TestValidate(t *testing.T) {
	good := testDump(t)
	checkDump(t, good, true)
	for i := range good.Nodes {
		for bit := range 256 {
			d := clone(good)
			d.Nodes[i][bit/8] ^= 1 << (bit % 8)
			want(t, d.Validate(), depinproof.ErrInvalidProof, fmt.Sprint("node ", i, " bit ", bit))
		}
	}
	for what, c := range map[string]struct {
		class  error
		detail any
		change func(d *Dump)
	}{
		"no values":         {depinproof.ErrMalformed, new(*TreeSizeError), func(d *Dump) { d.Values = nil }},
		"nothing":           {depinproof.ErrMalformed, new(*TreeSizeError), func(d *Dump) { d.Values, d.Nodes = nil, nil }},
		"value missing":     {depinproof.ErrMalformed, new(*TreeSizeError), func(d *Dump) { d.Values = d.Values[:2] }},
		"node missing":      {depinproof.ErrMalformed, new(*TreeSizeError), func(d *Dump) { d.Nodes = d.Nodes[:4] }},
		"at an inner node":  {depinproof.ErrMalformed, new(*TreeIndexError), func(d *Dump) { d.Values[1].TreeIndex = 1 }},
		"at a negative one": {depinproof.ErrMalformed, new(*TreeIndexError), func(d *Dump) { d.Values[1].TreeIndex = -1 }},
		"outside":           {depinproof.ErrMalformed, new(*TreeIndexError), func(d *Dump) { d.Values[1].TreeIndex = 5 }},
		"leaf twice":        {depinproof.ErrMalformed, new(*TreeIndexError), func(d *Dump) { d.Values[1] = d.Values[0] }},
		"leaves changed": {depinproof.ErrInvalidProof, new(*LeafError), func(d *Dump) {
			d.Values[0].TreeIndex, d.Values[1].TreeIndex = d.Values[1].TreeIndex, d.Values[0].TreeIndex
		}},
		"root":    {depinproof.ErrInvalidProof, new(*NodeError), func(d *Dump) { d.Nodes[0][0]++ }},
		"value":   {depinproof.ErrMalformed, nil, func(d *Dump) { d.Values[0].JSON = []byte("[]") }},
		"type":    {depinproof.ErrUnsupported, nil, func(d *Dump) { d.LeafEncoding = []string{"tuple"} }},
		"custom":  {depinproof.ErrUnsupported, nil, func(d *Dump) { d.CustomHash = true }},
		"values":  {depinproof.ErrLimit, nil, func(d *Dump) { d.Values = make([]Value, MaxLeaves+1) }},
		"simple":  {depinproof.ErrMalformed, nil, func(d *Dump) { d.Format = SimpleFormat }},
		"numbers": {depinproof.ErrMalformed, nil, func(d *Dump) { d.Format = SimpleFormat; d.Values[0].JSON = []byte(`"0x12"`) }},
	} {
		d := clone(good)
		c.change(d)
		err := d.Validate()
		want(t, err, c.class, what)
		if c.detail != nil && !errors.As(err, c.detail) {
			t.Errorf("%s: got %v", what, err)
		}
		if _, err := d.Tree(); err == nil {
			t.Errorf("%s: it has a tree", what)
		}
	}
}

// TestDumpCopies changes what a dump was made of.
func TestDumpCopies(t *testing.T) {
	types, value := []string{"string"}, json.RawMessage(`["a"]`)
	standard, err := NewStandardDump(types, []json.RawMessage{value}, true)
	if err != nil {
		t.Fatal(err)
	}
	types[0], value[2] = "bytes", 'b'
	if err := standard.Validate(); err != nil {
		t.Error(err)
	}
	leaf := json.RawMessage(`"0x` + strings.Repeat("12", 32) + `"`)
	simple, err := NewSimpleDump([]json.RawMessage{leaf}, true)
	if err != nil {
		t.Fatal(err)
	}
	leaf[3] = '2'
	if err := simple.Validate(); err != nil {
		t.Error(err)
	}
}

func TestParseDump(t *testing.T) {
	const node, leaf = `"0x0000000000000000000000000000000000000000000000000000000000000001"`, `{"value":["a"],"treeIndex":0}`
	const good = `{"format":"standard-v1","leafEncoding":["string"],"tree":[` + node + `],"values":[` + leaf + `]}`
	if _, err := ParseDump([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		old, new string
		class    error
	}{
		{good, "", depinproof.ErrMalformed},
		{good, "[]", depinproof.ErrMalformed},
		{good, good + "x", depinproof.ErrMalformed},
		{good, good + good, depinproof.ErrMalformed},
		{"a", "\xff", depinproof.ErrMalformed},
		{"standard-v1", "standard-v2", depinproof.ErrUnsupported},
		{"standard-v1", "simple-v1", depinproof.ErrMalformed},
		{`"standard-v1"`, "1", depinproof.ErrMalformed},
		{`"format"`, `"Format"`, depinproof.ErrMalformed},
		{`{"format":"standard-v1",`, `{`, depinproof.ErrMalformed},
		{`{"format"`, `{"format":"standard-v1","format"`, depinproof.ErrMalformed},
		{`{"format"`, `{"x":1,"format"`, depinproof.ErrMalformed},
		{`{"format"`, `{"hash":"custom","format"`, depinproof.ErrMalformed},
		{`{"format"`, `{"hash":"sha256","format"`, depinproof.ErrUnsupported},
		{`"leafEncoding":["string"],`, ``, depinproof.ErrMalformed},
		{`["string"]`, `null`, depinproof.ErrMalformed},
		{`["string"]`, `"string"`, depinproof.ErrMalformed},
		{`["string"]`, `[1]`, depinproof.ErrMalformed},
		{`["string"]`, `["string"` + strings.Repeat(`,""`, MaxTypes) + `]`, depinproof.ErrLimit},
		{node, node[:66] + `"`, depinproof.ErrMalformed},
		{`"0x`, `"0X`, depinproof.ErrMalformed},
		{node, `7`, depinproof.ErrMalformed},
		{node, `null`, depinproof.ErrMalformed},
		{`"treeIndex":0`, `"treeIndex":null`, depinproof.ErrMalformed},
		{`"treeIndex":0`, `"treeIndex":"0"`, depinproof.ErrMalformed},
		{`"treeIndex":0`, `"treeIndex":-1`, depinproof.ErrMalformed},
		{`"treeIndex":0`, `"treeIndex":0.0`, depinproof.ErrMalformed},
		{`"treeIndex":0`, `"treeIndex":4294967296`, depinproof.ErrMalformed},
		{`,"treeIndex":0`, ``, depinproof.ErrMalformed},
		{`"value":["a"],`, ``, depinproof.ErrMalformed},
		{`"value":["a"]`, `"value":`, depinproof.ErrMalformed},
		{`"value":["a"]`, `"value":"` + strings.Repeat("a", MaxValueBytes) + `"`, depinproof.ErrLimit},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s is not in the dump", c.old)
		}
		_, err := ParseDump([]byte(strings.Replace(good, c.old, c.new, 1)))
		want(t, err, c.class, c.old+" -> "+c.new)
	}
	for cut := range len(good) {
		_, err := ParseDump([]byte(good[:cut]))
		want(t, err, depinproof.ErrMalformed, good[:cut])
	}
}

func TestEncodeValues(t *testing.T) {
	w := func(words ...string) string {
		out := ""
		for _, s := range words {
			out += strings.Repeat("0", 64-len(s)) + s
		}
		return out
	}
	abc := "616263" + strings.Repeat("0", 58)
	for _, c := range []struct{ types, values, encoded string }{
		{``, `[]`, ``},
		{`uint256`, `["5000000000000000000"]`, w("4563918244f40000")},
		{`uint256`, `["0xfF"]`, w("ff")},
		{`uint`, `[9007199254740991]`, w("1fffffffffffff")},
		{`uint8`, `["255"]`, w("ff")},
		{`int8`, `["-128"]`, strings.Repeat("f", 62) + "80"},
		{`int8`, `[127]`, w("7f")},
		{`int`, `[-1]`, strings.Repeat("f", 64)},
		{`address`, `["0x1111111111111111111111111111111111111111"]`, w(strings.Repeat("1", 40))},
		{`bytes3`, `["0x616263"]`, abc},
		{`bytes`, `["0x616263"]`, w("20", "3") + abc},
		{`string`, `["abc"]`, w("20", "3") + abc},
		{`string`, `[""]`, w("20", "0")},
		{`string`, `["\ud800"]`, w("20", "3") + "efbfbd" + strings.Repeat("0", 58)},
		{`bool,bool`, `[true,false]`, w("1", "0")},
		{`uint256,string,bool`, `[1,"abc",true]`, w("1", "60", "1", "3") + abc},
		{`uint8[]`, `[[1,2]]`, w("20", "2", "1", "2")},
		// The example of the ABI's documentation of nested arrays.
		{`uint256[][],string[]`, `[[[1,2],[3]],["one","two","three"]]`, w("40", "140", "2", "40", "a0", "2", "1", "2", "1", "3",
			"3", "60", "a0", "e0", "3") + "6f6e65" + strings.Repeat("0", 58) + w("3") + "74776f" + strings.Repeat("0", 58) +
			w("5") + "7468726565" + strings.Repeat("0", 54)},
	} {
		got, err := EncodeValues(strings.FieldsFunc(c.types, func(r rune) bool { return r == ',' }), []byte(c.values))
		if err != nil || hex.EncodeToString(got) != c.encoded {
			t.Errorf("(%s)%s: %x, %v, want %s", c.types, c.values, got, err, c.encoded)
		}
	}
	for _, c := range []struct {
		types, values string
		class         error
	}{
		{`uint256`, `["-1"]`, depinproof.ErrMalformed},
		{`uint256`, `["01"]`, depinproof.ErrMalformed},
		{`uint256`, `["0x01"]`, depinproof.ErrMalformed},
		{`uint256`, `["1_0"]`, depinproof.ErrMalformed},
		{`uint256`, `["0b1"]`, depinproof.ErrMalformed},
		{`uint256`, `[""]`, depinproof.ErrMalformed},
		{`uint256`, `["-0"]`, depinproof.ErrMalformed},
		{`uint256`, `[9007199254740992]`, depinproof.ErrMalformed},
		{`uint256`, `[1.5]`, depinproof.ErrMalformed},
		{`uint256`, `["0x1` + strings.Repeat("0", 64) + `"]`, depinproof.ErrMalformed},
		{`uint256`, `["1` + strings.Repeat("0", 90) + `"]`, depinproof.ErrMalformed},
		{`uint8`, `["256"]`, depinproof.ErrMalformed},
		{`int8`, `["128"]`, depinproof.ErrMalformed},
		{`int8`, `["-129"]`, depinproof.ErrMalformed},
		{`uint256`, `[true]`, depinproof.ErrMalformed},
		{`uint256`, `[null]`, depinproof.ErrMalformed},
		{`bool`, `["true"]`, depinproof.ErrMalformed},
		{`address`, `["0x11"]`, depinproof.ErrMalformed},
		{`bytes3`, `["0x6162"]`, depinproof.ErrMalformed},
		{`bytes3`, `["616263"]`, depinproof.ErrMalformed},
		{`bytes`, `["0x6"]`, depinproof.ErrMalformed},
		{`string`, `[1]`, depinproof.ErrMalformed},
		{`string[]`, `["a"]`, depinproof.ErrMalformed},
		{`string[]`, `[[1]]`, depinproof.ErrMalformed},
		{`string`, `["a","b"]`, depinproof.ErrMalformed},
		{`string`, `[]`, depinproof.ErrMalformed},
		{``, `null`, depinproof.ErrMalformed},
		{``, `[] []`, depinproof.ErrMalformed},
		{``, `{}`, depinproof.ErrMalformed},
		{``, ``, depinproof.ErrMalformed},
		{`string`, "[\"\xff\"]", depinproof.ErrMalformed},
		{`uint7`, `[1]`, depinproof.ErrMalformed},
		{`uint0`, `[1]`, depinproof.ErrMalformed},
		{`uint08`, `[1]`, depinproof.ErrMalformed},
		{`uint264`, `[1]`, depinproof.ErrMalformed},
		{`uint99999999999999999999`, `[1]`, depinproof.ErrMalformed},
		{`bytes33`, `[1]`, depinproof.ErrMalformed},
		{`(string)`, `[["a"]]`, depinproof.ErrUnsupported},
		{`string[2]`, `[["a","b"]]`, depinproof.ErrUnsupported},
		{`string[][][][][]`, `[[]]`, depinproof.ErrUnsupported},
		{``, strings.Repeat(" ", MaxValueBytes) + `[]`, depinproof.ErrLimit},
		{strings.Repeat("bool,", MaxTypes+1), `[]`, depinproof.ErrLimit},
	} {
		_, err := EncodeValues(strings.FieldsFunc(c.types, func(r rune) bool { return r == ',' }), []byte(c.values))
		want(t, err, c.class, "("+c.types+")"+c.values)
	}
}

// TestEncodeIntegers compares numbers around the bounds of all sizes with the definition.
func TestEncodeIntegers(t *testing.T) {
	one := big.NewInt(1)
	for size := 8; size <= 256; size += 8 {
		for _, signed := range []bool{false, true} {
			name, least, above := fmt.Sprint("uint", size), new(big.Int), new(big.Int).Lsh(one, uint(size))
			if signed {
				name = name[1:]
				above.Rsh(above, 1)
				least.Neg(above)
			}
			for _, k := range []int{0, 1, size - 1, size, 59, 60, 62, 63, 64, 255, 256} {
				for d := int64(-2); d <= 2; d++ {
					for _, sign := range []int64{-1, 1} {
						n := new(big.Int).Lsh(one, uint(k))
						n.Mul(n.Add(n, big.NewInt(d)), big.NewInt(sign))
						for _, format := range []string{`["%d"]`, `["%#x"]`, `["%#X"]`} {
							if n.Sign() < 0 && format != `["%d"]` {
								continue
							}
							value := strings.Replace(fmt.Sprintf(format, n), "0X", "0x", 1)
							got, err := EncodeValues([]string{name}, []byte(value))
							if n.Cmp(least) < 0 || n.Cmp(above) >= 0 {
								want(t, err, depinproof.ErrMalformed, name+value)
								continue
							}
							word := new(big.Int).And(n, new(big.Int).Sub(new(big.Int).Lsh(one, 256), one)).FillBytes(make([]byte, 32))
							if err != nil || !bytes.Equal(got, word) {
								t.Errorf("%s%s: %x, %v, want %x", name, value, got, err, word)
							}
						}
					}
				}
			}
		}
	}
}

// TestErrorTexts has texts of errors that do not grow with what is wrong.
func TestErrorTexts(t *testing.T) {
	long := strings.Repeat("x", MaxValueBytes-100)
	check := func(what string, err error) {
		if err == nil || len(err.Error()) > 300 {
			t.Errorf("%s: got %d bytes, %.100v", what, len(fmt.Sprint(err)), err)
		}
	}
	for _, value := range []string{
		`["` + long + `"]`, `[["` + long + `"]]`, `[` + strings.Repeat("1", 1000) + `]`, `[1.` + strings.Repeat("1", 1000) + `]`,
	} {
		for _, name := range []string{"address", "bool", "uint8", "bytes7", "bytes", "string[][]", "bytes[]", long, "uint" + long, "uint" + strings.Repeat("1", 1000)} {
			_, err := EncodeValues([]string{name}, []byte(value))
			check(name, err)
		}
	}
	for _, dump := range []string{
		`{"format":"` + long + `","tree":[],"values":[]}`, `{"` + long + `":1}`, `"` + long + `"`, `{"format":` + strings.Repeat("1", 1000) + `}`,
		`{"hash":"` + long + `"}`, `{"tree":["` + long + `"]}`, `{"values":[{"treeIndex":"` + long + `"}]}`, `{"values":[{"treeIndex":` + strings.Repeat("1", 1000) + `}]}`,
	} {
		_, err := ParseDump([]byte(dump))
		check(dump[:20], err)
	}
}

// decoder reads an encoding by the definition, from the heads to where they point.
type decoder struct {
	t    *testing.T
	data []byte
}

func (d decoder) number(at int) int {
	if len(d.data) < at+32 || !bytes.Equal(d.data[at:at+28], make([]byte, 28)) {
		d.t.Fatalf("no number at %d of %x", at, d.data)
	}
	return int(d.data[at+28])<<24 | int(d.data[at+29])<<16 | int(d.data[at+30])<<8 | int(d.data[at+31])
}

// bytes decodes what the head at a position, in a tuple from base on, points to.
func (d decoder) bytes(base, at int) []byte {
	at = base + d.number(at)
	n := d.number(at)
	padded := d.data[at+32 : at+32+(n+31)/32*32]
	if !bytes.Equal(padded[n:], make([]byte, len(padded)-n)) {
		d.t.Fatalf("padding of %x", padded)
	}
	return padded[:n]
}

// FuzzEncodeValues decodes what it encodes.
func FuzzEncodeValues(f *testing.F) {
	f.Add("abc", []byte{1, 2}, "", uint64(7), true)
	f.Add(strings.Repeat("x", 33), []byte(nil), "\"", uint64(1)<<63, false)
	f.Fuzz(func(t *testing.T, first string, data []byte, second string, n uint64, b bool) {
		first, second = strings.ToValidUTF8(first, ""), strings.ToValidUTF8(second, "")
		values := fmt.Appendf(nil, `[%s,"0x%x",["%d","0x%x"],[%s,%s],%v]`, quoted(first), data, n, n, quoted(second), quoted(first), b)
		if len(values) > MaxValueBytes {
			return
		}
		encoded, err := EncodeValues([]string{"string", "bytes", "uint64[]", "string[]", "bool"}, values)
		if err != nil {
			t.Fatalf("%v: %s", err, values)
		}
		d := decoder{t, encoded}
		if got := d.bytes(0, 0); string(got) != first {
			t.Errorf("string %q, want %q", got, first)
		}
		if got := d.bytes(0, 32); !bytes.Equal(got, data) {
			t.Errorf("bytes %x, want %x", got, data)
		}
		numbers, strs := d.number(64), d.number(96)
		if d.number(numbers) != 2 || d.number(strs) != 2 {
			t.Errorf("arrays of %d and %d, want 2", d.number(numbers), d.number(strs))
		}
		var number por.Node
		for i := range 8 {
			number[24+i] = byte(n >> (56 - 8*i))
		}
		if both := append(number[:], number[:]...); !bytes.Equal(encoded[numbers+32:numbers+96], both) {
			t.Errorf("numbers %x, want %x", encoded[numbers+32:numbers+96], both)
		}
		if a, c := d.bytes(strs+32, strs+32), d.bytes(strs+32, strs+64); string(a) != second || string(c) != first {
			t.Errorf("strings %q and %q, want %q and %q", a, c, second, first)
		}
		if got := d.number(128) == 1; got != b {
			t.Errorf("bool %v, want %v", got, b)
		}
	})
}

func FuzzParseDump(f *testing.F) {
	for _, d := range []*Dump{testDump(f), {Format: SimpleFormat, CustomHash: true, Nodes: make([]por.Node, 1)}} {
		data, err := d.JSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDump(data)
		if err != nil {
			return
		}
		written, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseDump(written)
		if err != nil {
			t.Fatalf("%v: %s", err, written)
		}
		rewritten, err := again.JSON()
		if err != nil || !bytes.Equal(written, rewritten) {
			t.Errorf("%v\n%s\n%s", err, written, rewritten)
		}
		// What is valid is the tree of its values, whichever way they are ordered.
		if d.Validate() != nil {
			return
		}
		tree, err := d.Tree()
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.Values {
			if err := VerifyProof(&d.Nodes[0], new(tree.Leaf(uint64(i))), mustProof(t, tree, i)); err != nil {
				t.Errorf("value %d: %v", i, err)
			}
		}
		if got := slowRoot(tree.leaves()); got != tree.Root() {
			t.Errorf("root %x, want %x", tree.Root(), got)
		}
	})
}

// leaves returns the leaves in the order of the tree.
func (t *Tree) leaves() []por.Node {
	leaves := slices.Clone(t.nodes[len(t.nodes)/2:])
	slices.Reverse(leaves)
	return leaves
}

func BenchmarkParseDump(b *testing.B) {
	data, err := testDump(b).JSON()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		d, err := ParseDump(data)
		if err != nil {
			b.Fatal(err)
		}
		if err := d.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkValidate has dumps whose values take the most work for their length, as far as
// is known. What it measures says how long a dump of [MaxDumpBytes] may take.
func BenchmarkValidate(b *testing.B) {
	for _, c := range []struct{ name, types, element string }{
		{"transfers", "", `["0x1111111111111111111111111111111111111111","5000000000000000000"]`},
		{"digits", "uint8[]", "0"},
		{"negative", "int256[]", `"-1"`},
		{"long integers", "uint256[]", `"` + strings.Repeat("1", 77) + `"`},
		{"empty arrays", "uint8[][][][]", "[]"},
		{"deep arrays", "uint8[][][][]", "[[[]]]"},
		{"empty strings", "string[]", `""`},
		{"booleans", "bool[]", "true"},
	} {
		types, value := []string{c.types}, "[["+c.element+strings.Repeat(","+c.element, (MaxValueBytes-9)/(len(c.element)+1)-1)+"]]"
		values := []json.RawMessage{[]byte(value), []byte(value)}
		if c.types == "" {
			types, values = []string{"address", "uint256"}, slices.Repeat([]json.RawMessage{[]byte(c.element)}, 1000)
		}
		d, err := NewStandardDump(types, values, true)
		if err != nil {
			b.Fatal(err)
		}
		data, err := d.JSON()
		if err != nil {
			b.Fatal(err)
		}
		for _, do := range []struct {
			name string
			f    func() error
		}{
			{"parse", func() error { _, err := ParseDump(data); return err }},
			{"validate", d.Validate},
		} {
			b.Run(c.name+"/"+do.name, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					if err := do.f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
