package tds

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"archwire"
)

// UTF-16 becomes what the standard library makes of it; what that would replace is
// refused.
func TestUTF16(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.OneOf(rapid.Uint16Range(0x20, 0x7e), rapid.Uint16Range(0x20, 0x7e), rapid.Uint16(), rapid.Uint16Range(0xd7f0, 0xe010))
		u := rapid.SliceOf(unit).Draw(t, "units")
		in := make([]byte, 0, 2*len(u))
		for _, x := range u {
			in = binary.LittleEndian.AppendUint16(in, x)
		}
		out := make([]byte, len(u)*3)
		n, ok := utf16ToUTF8(out, in)
		want := string(utf16.Decode(u))
		whole := true
		for i := 0; i < len(u); i++ {
			switch {
			case !utf16.IsSurrogate(rune(u[i])):
			case i+1 < len(u) && utf16.DecodeRune(rune(u[i]), rune(u[i+1])) != utf8.RuneError:
				i++
			default:
				whole = false
			}
		}
		if string(out[:n]) != want || ok != whole {
			t.Fatalf("got %q, %t", out[:n], ok)
		}
	})
}

// Decimals of every width and scale are the numbers that big.Rat makes of them, or
// refused when they do not fit.
func TestDecimals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.SampledFrom([]int{4, 8, 12, 16}).Draw(t, "width")
		magnitude := rapid.SliceOfN(rapid.Byte(), width, width).Draw(t, "magnitude")
		if rapid.Bool().Draw(t, "round") { // such that coarser scales hold it
			n := new(big.Int).Mul(big.NewInt(rapid.Int64Range(0, 40).Draw(t, "n")), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(width/2)), nil))
			clear(magnitude)
			for i, b := range n.Bytes() {
				magnitude[len(n.Bytes())-1-i] = b
			}
		}
		positive := rapid.Byte().Draw(t, "sign") & 1
		scale := rapid.IntRange(0, 38).Draw(t, "scale")
		precision := rapid.IntRange(1, 38).Draw(t, "precision")
		want := rapid.IntRange(0, precision).Draw(t, "declared scale")

		n := new(big.Int)
		for _, b := range slices.Backward(magnitude) {
			n.Or(n.Lsh(n, 8), big.NewInt(int64(b)))
		}
		if positive == 0 {
			n.Neg(n)
		}
		number := new(big.Rat).SetFrac(n, pow10(scale))
		exact := new(big.Rat).Mul(number, new(big.Rat).SetInt(pow10(want)))
		fits := exact.IsInt() && new(big.Int).Abs(exact.Num()).Cmp(pow10(precision)) < 0

		out := make([]byte, 16)
		err := decodeDecimalInto(out, append([]byte{positive}, magnitude...), want-scale, powersOfTen[precision])
		if (err == nil) != fits {
			t.Fatalf("%s as decimal(%d,%d): %v", number, precision, want, err)
		}
		if err == nil && twosComplement(out).Cmp(exact.Num()) != 0 {
			t.Fatalf("%s as decimal(%d,%d) is %s", number, precision, want, twosComplement(out))
		}
	})
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func twosComplement(b []byte) *big.Int {
	n := new(big.Int).SetUint64(binary.LittleEndian.Uint64(b[8:]))
	n.Or(n.Lsh(n, 64), new(big.Int).SetUint64(binary.LittleEndian.Uint64(b)))
	if b[15]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return n
}

// Dates and times are those that package time counts out.
func TestTimes(t *testing.T) {
	t.Parallel()
	first, of1900 := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(0, 3652058).Draw(t, "days")
		scale := rapid.IntRange(0, 7).Draw(t, "scale")
		unit := time.Second / time.Duration(pow10(scale).Int64())
		count := rapid.Int64Range(0, int64(24*time.Hour/unit)-1).Draw(t, "units")
		clock := time.Duration(count) * unit

		width := map[bool]int{true: 3}[scale < 3] + map[bool]int{true: 4}[scale == 3 || scale == 4] + map[bool]int{true: 5}[scale > 4]
		v := binary.LittleEndian.AppendUint64(nil, uint64(count))[:width]
		v = append(v, byte(days), byte(days>>8), byte(days>>16))
		want := first.AddDate(0, 0, days).Add(clock)
		got, err := datetime2(v, scale)
		if (err == nil) != (clock%time.Microsecond == 0) || err == nil && got != want.UnixMicro() {
			t.Fatalf("%s: %d, %v", want, got, err)
		}

		since := rapid.IntRange(-53690, 2958463).Draw(t, "days since 1900")
		ticks := rapid.IntRange(0, 25919999).Draw(t, "ticks")
		b := binary.LittleEndian.AppendUint32(nil, uint32(int32(since)))
		b = binary.LittleEndian.AppendUint32(b, uint32(ticks))
		// The last digit is 0, 3 or 7: datetime (Transact-SQL).
		millis := ticks/3*10 + []int{0, 3, 7}[ticks%3]
		at := of1900.AddDate(0, 0, since).Add(time.Duration(millis) * time.Millisecond)
		if got, err := datetime(b); err != nil || got != at.UnixMicro() {
			t.Fatalf("%s: %d, %v", at, got, err)
		}
	})
}

// Code pages are those of Python's codecs, which come from the tables that
// Microsoft gave to the Unicode Consortium: a line has the page's number and its
// characters from 0x80 on. Bytes that are none there are refused, or what Windows
// makes of them.
func TestCodePages(t *testing.T) {
	text, err := os.ReadFile("testdata/codepages.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != len(charmaps) {
		t.Fatalf("%d code pages, want %d", len(lines), len(charmaps))
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		number, _ := strconv.Atoi(fields[0])
		for i, want := range fields[1:] {
			c := codePages()[number][0x80+i]
			got := "-"
			if c.n > 0 {
				r, _ := utf8.DecodeRune(c.b[:c.n])
				got = fmt.Sprintf("%04x", r)
			}
			windows := want == "-" && (got == fmt.Sprintf("%04x", 0x80+i) || bestFit[number][byte(0x80+i)] == got)
			if got != want && !windows {
				t.Errorf("code page %d, byte %x: %s, want %s", number, 0x80+i, got, want)
			}
		}
	}
}

// bestFit are characters that Windows has besides the published tables; see
// bestfit1255.txt of the Unicode Consortium.
var bestFit = map[int]map[byte]string{1255: {0xca: "05ba"}}

func TestCodePageOfCollation(t *testing.T) {
	for name, c := range map[string]struct {
		locale uint32
		sort   int
		want   int
	}{ // the identifiers are those of fn_helpcollations and COLLATIONPROPERTY, LCID
		"SQL_Latin1_General_CP1_CI_AS":  {0x0409, 52, 1252},
		"SQL_Latin1_General_CP850_BIN":  {0x0409, 40, 850},
		"Latin1_General_100_CI_AS":      {0x0409, 0, 1252},
		"German_PhoneBook_CI_AS":        {0x10407, 0, 1252},
		"Polish_CI_AS":                  {0x0415, 0, 1250},
		"Cyrillic_General_CI_AS":        {0x0419, 0, 1251},
		"Greek_CI_AS":                   {0x0408, 0, 1253},
		"Turkish_CI_AS":                 {0x041f, 0, 1254},
		"Hebrew_CI_AS":                  {0x040d, 0, 1255},
		"Arabic_CI_AS":                  {0x0401, 0, 1256},
		"Lithuanian_CI_AS":              {0x0427, 0, 1257},
		"Vietnamese_CI_AS":              {0x042a, 0, 1258},
		"Thai_CI_AS":                    {0x041e, 0, 874},
		"Croatian_CI_AS":                {0x041a, 0, 1250},
		"Serbian_Cyrillic_100_CI_AS":    {0x0c1a, 0, 1251},
		"Japanese_CI_AS":                {0x0411, 0, 0},
		"Chinese_PRC_CI_AS":             {0x0804, 0, 0},
		"Korean_Wansung_CI_AS":          {0x0412, 0, 0},
		"Traditional_Spanish_CI_AS":     {0x040a, 0, 1252},
		"SQL_Latin1_General_CP437_BIN2": {0x0409, 30, 437},
	} {
		if got := pageOf(c.locale, c.sort); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// A row of more columns than a byte has bits, in the bitmap's order.
func TestBitmapOfManyColumns(t *testing.T) {
	var specs []wireSpec
	var types []archwire.Type
	var values [][]byte
	var want []string
	for i := range 21 {
		specs = append(specs, wireSpec{fmt.Sprint(i), info(typeIntN, 4)})
		types = append(types, kind(archwire.Int32))
		if i%3 == 0 {
			values, want = append(values, nil), append(want, "(null)")
			continue
		}
		values, want = append(values, []byte{4, byte(i), 0, 0, 0}), append(want, fmt.Sprint(i))
	}
	answer := stream{}.columns(specs...).nullRow(values...).done(doneCount, 1)
	rows, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(types...))
	if err != nil || strings.Join(rows[0], " ") != strings.Join(want, " ") {
		t.Error(rows, err)
	}
}
