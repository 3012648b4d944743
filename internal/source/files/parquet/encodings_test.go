package parquet

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// The examples of Parquet's documentation (Encodings).
func TestEncodingsOfTheDocumentation(t *testing.T) {
	t.Parallel()
	packed := hybrid{data: []byte{1<<1 | 1, 0b10001000, 0b11000110, 0b11111010}, width: 3}
	got := make([]uint32, 8)
	if err := packed.numbers(got); err != nil || !slices.Equal(got, []uint32{0, 1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("packed: %v, %v", got, err)
	}
	for _, c := range []struct {
		want []int32
		data []byte // block size, miniblocks, values, the first; least difference, width, packed
	}{
		{[]int32{1, 2, 3, 4, 5}, []byte{8, 1, 5, 2, 2, 0}},
		{[]int32{7, 5, 3, 1, 2, 3, 4, 5}, []byte{8, 1, 8, 14, 3, 2, 0b11000000, 0b00111111}},
	} {
		d, err := newDelta[int32](c.data)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]int32, len(c.want))
		if err := d.decode(got); err != nil || !slices.Equal(got, c.want) || len(d.rest()) != 0 {
			t.Errorf("differences: %v, %v, want %v", got, err, c.want)
		}
		if err := d.decode(got[:1]); err == nil {
			t.Error("there is one more")
		}
	}
	split := []byte{0xAA, 0x00, 0xA3, 0xBB, 0x11, 0xB4, 0xCC, 0x22, 0xC5, 0xDD, 0x33, 0xD6}
	if got := together(make([]byte, 12), split, 4); !bytes.Equal(got, []byte{0xAA, 0xBB, 0xCC, 0xDD, 0x00, 0x11, 0x22, 0x33, 0xA3, 0xB4, 0xC5, 0xD6}) {
		t.Errorf("split: %x", got)
	}
	five := []byte{8, 1, 4, 10, 0, 1, 0b010} // the lengths 5, 5, 6, 6
	wantTexts(t, deltaLengths, append(five, "HelloWorldFoobarABCDEF"...), "Hello", "World", "Foobar", "ABCDEF")
	prefixes := []byte{8, 1, 4, 0, 3, 3, 0b01_000_100, 0b1, 0} // 0, 2, 0, 3: differences 2, -2, 3, less the least
	suffixes := []byte{8, 1, 4, 8, 3, 3, 0b01_110_000, 0, 0}   // 4, 2, 6, 5: differences -2, 4, -1
	wantTexts(t, deltaTexts, slices.Concat(prefixes, suffixes, []byte("axislebabbleyhood")), "axis", "axle", "babble", "babyhood")
}

func wantTexts(t *testing.T, encoding int, body []byte, want ...string) {
	t.Helper()
	r, err := newSpanReader(encoding, body, 0, len(want), nil)
	if err != nil {
		t.Fatalf("%q: %v", want, err)
	}
	all := make([]span, len(want))
	in, err := r.spans(all)
	if err != nil {
		t.Fatalf("%q: %v", want, err)
	}
	for i, s := range all {
		if string(in[s.start:s.end]) != want[i] {
			t.Errorf("text %d is %q, want %q", i, in[s.start:s.end], want[i])
		}
	}
}

// Decimals of any number of bytes (Parquet, Logical Types: DECIMAL).
func TestDecimalsOfBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bytes  string
		digits int
		want   string // "" is beyond its range
	}{
		{"\x00", 1, "0"},
		{"\x7f", 3, "127"},
		{"\x80", 3, "-128"},
		{"\xff\xff", 1, "-1"},
		{"\x03\xe7", 3, "999"},
		{"\x03\xe8", 3, ""},
		{"\xfc\x18", 3, ""},
		{"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", 38, "1"},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 38, "-2"},
		{"\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 38, ""},
		{"\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 38, ""},
		{"\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 38, ""},
		{"\x4b\x3b\x4c\xa8\x5a\x86\xc4\x7a\x09\x8a\x22\x3f\xff\xff\xff\xff", 38, "99999999999999999999999999999999999999"},
		{"\x4b\x3b\x4c\xa8\x5a\x86\xc4\x7a\x09\x8a\x22\x40\x00\x00\x00\x00", 38, ""},
		{"", 38, ""},
	} {
		n, wrong := parseDecimal(c.digits)([]byte(c.bytes))
		if got := n.ToString(0); wrong == "" && got != c.want || (wrong == "") != (c.want != "") {
			t.Errorf("%x of %d digits is %s (%s), want %q", c.bytes, c.digits, got, wrong, c.want)
		}
	}
}

// INT96 is nanoseconds of a day and its Julian number, which is 2440588 for 1970-01-01.
func TestInt96(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ns   uint64
		day  uint32
		want string // "" is wrong
	}{
		{0, 2_440_588, "1970-01-01 00:00:00"},
		{86_399_999_999_999, 2_440_587, "1969-12-31 23:59:59.999999999"},
		{1_500_000_000, 2_451_545, "2000-01-01 00:00:01.5"},
		{0, 0, "-4713-11-24 00:00:00"},
		{86_400_000_000_000, 2_440_588, ""},
	} {
		got, wrong := spellInt96(nil, binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint64(nil, c.ns), c.day))
		if string(got) != c.want || (wrong == "") != (c.want != "") {
			t.Errorf("%d ns of day %d is %q (%s), want %q", c.ns, c.day, got, wrong, c.want)
		}
	}
}

// Values that a type does not hold are told by their rows, and the others are read.
func TestWrongValues(t *testing.T) {
	t.Parallel()
	c := column{element: element{name: "v", physical: int32s, repetition: optional, converted: 15}} // INT_8
	c.describe()
	levels := []byte{2, 0, 0, 0, 3, 0b11011} // of five values the third is NULL
	body := slices.Clone(levels)
	for _, v := range []int32{127, 128, -128, -129} {
		body = binary.LittleEndian.AppendUint32(body, uint32(v))
	}
	dictionary := crafted{kind: dictionaryPage, values: 4, body: body[len(levels):]}
	numbers := append(slices.Clone(levels), 2, 3, 0b11100100, 0) // 0, 1, 2, 3
	for what, pages := range map[string][]byte{
		"plain":      crafted{values: 5, body: body}.bytes(),
		"dictionary": append(dictionary.bytes(), crafted{values: 5, encoding: runDictionary, body: numbers}.bytes()...),
	} {
		f := &File{r: bytes.NewReader(pages), limit: int64(len(pages)), columns: []column{c}, leaves: 1}
		s, err := f.scan(f.Columns())
		if err != nil {
			t.Fatal(err)
		}
		r := s.readers[0]
		if err := r.begin(chunk{physical: int32s, values: 5}, &stream{buffer: pages}, 5); err != nil {
			t.Fatal(err)
		}
		n, err := s.ready(5)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		p := s.part(n)
		if want := []Wrong{{1, "v", outOfRange}, {4, "v", outOfRange}}; !slices.Equal(p.Wrong, want) {
			t.Errorf("%s: %v, want %v", what, p.Wrong, want)
		}
		if a := p.Batch.Column(0); a.ValueStr(0) != "127" || a.IsValid(2) || a.ValueStr(3) != "-128" {
			t.Errorf("%s: %s", what, a)
		}
		p.Batch.Release()
		s.close()
	}
}
